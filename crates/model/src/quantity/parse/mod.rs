//! From a phrase to a hedged quantity.
//!
//! A recursive descent over the tokens that keeps every reading it finds. Of the readings that use up
//! the phrase, save for the name of what is counted, the one that leaves least to that name is taken.

mod change;
mod numbers;
mod quantities;

use std::cell::Cell;

use super::bounds::Bounds;
use super::error::{PhraseError, Problem};
use super::lexicon::Lexicon;
use super::number::Number;
use super::rule::Ready;
use super::suggest::suggest;
use super::table::PhraseTable;
use super::token::{LexError, Token, lex};
use super::{HedgedQuantity, QuantityKind};

/// Phrases longer than this, in bytes, are sentences.
const LONGEST: usize = 200;

/// Hedges that may stand before one another ("up to around").
const MOST_HEDGES: usize = 3;

/// Words in the name of what is counted.
const LONGEST_NAME: usize = 6;

/// Reads a phrase, and where that fails looks for the nearest that can be read.
pub(super) fn parse(table: &PhraseTable, phrase: &str) -> Result<HedgedQuantity, PhraseError> {
    read(table, phrase).map_err(|(span, problem)| {
        let suggestion = suggest(table, phrase, &span, &problem);
        PhraseError { phrase: phrase.to_owned(), span, problem, suggestion }
    })
}

/// Reads a phrase.
pub(super) fn read(table: &PhraseTable, phrase: &str) -> Result<HedgedQuantity, LexError> {
    if phrase.len() > LONGEST {
        return Err((0..phrase.len(), Problem::TooLong));
    }
    let tokens = lex(phrase)?;
    if tokens.is_empty() {
        return Err((0..phrase.len(), Problem::Empty));
    }
    let parser = Parser {
        table,
        tokens: &tokens,
        phrase,
        furthest: Cell::new(0),
        inverted: Cell::new(None),
        impossible: Cell::new(false),
    };
    parser.phrase()
}

/// A number with what it counts: things, hundredths, parts or multiples.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Atom {
    number: Number,
    kind: QuantityKind,
    /// What one of the number is worth: 0.01 for per cent.
    scale: f64,
}

impl Atom {
    fn of(number: Number, kind: QuantityKind) -> Self {
        Self { number, kind, scale: 1.0 }
    }
}

/// What a part of the phrase says, before and after hedging.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Core {
    /// One number, not hedged.
    Number(Atom),
    /// Two numbers, not hedged.
    Range(Atom, Atom),
    /// Bounds: strict and pragmatic.
    Vague(QuantityKind, Bounds, Bounds),
}

/// A reading of a part of the phrase.
#[derive(Debug, Clone, PartialEq)]
struct Said {
    core: Core,
    rules: Vec<String>,
    /// Whether what is counted may be named next.
    noun: bool,
}

impl Said {
    fn number(atom: Atom) -> Self {
        Self { core: Core::Number(atom), rules: Vec::new(), noun: true }
    }

    fn vague(rule: &Ready, kind: QuantityKind, (strict, pragmatic): (Bounds, Bounds)) -> Self {
        Self { core: Core::Vague(kind, strict, pragmatic), rules: vec![rule.name.clone()], noun: rule.noun }
    }
}

/// A reading and the position after it.
type At<T> = (T, usize);

struct Parser<'a> {
    table: &'a PhraseTable,
    tokens: &'a [Token],
    phrase: &'a str,
    /// How far any reading came.
    furthest: Cell<usize>,
    /// The tokens of a range that starts above its end.
    inverted: Cell<Option<(usize, usize)>>,
    /// Whether a hedge left no value ("fewer than 0").
    impossible: Cell<bool>,
}

impl Parser<'_> {
    fn phrase(&self) -> Result<HedgedQuantity, LexError> {
        let mut readings = self.quantity(0, MOST_HEDGES);
        readings.extend(self.change(0));
        let mut best: Option<(usize, HedgedQuantity)> = None;
        let mut rest = None;
        for (said, next) in readings {
            let Some((words, counted)) = self.name(&said, next) else {
                rest = rest.max(Some(next));
                continue;
            };
            match self.finish(&said, counted) {
                Some(quantity) if best.as_ref().is_none_or(|(fewest, _)| words < *fewest) => {
                    best = Some((words, quantity));
                }
                Some(_) => {}
                None => self.impossible.set(true),
            }
        }
        match (best, self.inverted.get()) {
            (Some((_, quantity)), _) => Ok(quantity),
            (None, Some((from, to))) => Err((self.span(from, to), Problem::Inverted)),
            (None, None) if self.impossible.get() => Err((self.span(0, self.tokens.len()), Problem::Impossible)),
            (None, None) => Err(self.stuck(rest)),
        }
    }

    /// Where reading stopped: at what follows the longest reading, or at the token that none could pass.
    fn stuck(&self, rest: Option<usize>) -> LexError {
        let furthest = self.furthest.get();
        match rest {
            Some(rest) if rest >= furthest => (self.span(rest, self.tokens.len()), Problem::NotUnderstood),
            _ if furthest < self.tokens.len() => (self.span(furthest, furthest + 1), Problem::NotUnderstood),
            _ => (self.phrase.len()..self.phrase.len(), Problem::Incomplete),
        }
    }

    fn span(&self, from: usize, to: usize) -> std::ops::Range<usize> {
        let end = self.phrase.len();
        let start = self.tokens.get(from).map_or(end, |token| token.span.start);
        let stop = to.checked_sub(1).and_then(|last| self.tokens.get(last)).map_or(end, |token| token.span.end);
        start..stop.max(start)
    }

    fn reached(&self, at: usize) -> usize {
        self.furthest.set(self.furthest.get().max(at));
        at
    }

    fn is(&self, at: usize, word: &str) -> bool {
        self.tokens.get(at).and_then(Token::word) == Some(word)
    }

    fn sign(&self, at: usize, sign: char) -> bool {
        self.tokens.get(at).is_some_and(|token| token.is_sign(sign))
    }

    fn rule(&self, at: usize) -> Option<&Ready> {
        self.table.ready.get(at)
    }

    fn longest(&self, lexicon: &Lexicon, at: usize) -> Option<(&Ready, usize)> {
        let found = lexicon.longest(self.tokens, at)?;
        Some((self.rule(found.rule)?, self.reached(found.next)))
    }

    /// What is counted, where the rest of the phrase is its name: the number of words, and the name.
    fn name(&self, said: &Said, at: usize) -> Option<(usize, Option<String>)> {
        let of = self.is(at, "of");
        let mut from = if of { at + 1 } else { at };
        let determiners = ["the", "all", "its", "their", "his", "these", "those", "such", "this", "that", "our"];
        while from > at && determiners.iter().any(|word| self.is(from, word)) {
            from += 1;
        }
        let words = self.tokens.get(from..).unwrap_or_default();
        if words.is_empty() {
            // "Dozens of" is a quantity cut out of its sentence; "most of the" is not.
            return (from == at || (of && from == at + 1 && said.noun)).then_some((0, None));
        }
        let is_name = |token: &Token| token.word().is_some_and(|word| self.table.may_name(word));
        if !said.noun || words.len() > LONGEST_NAME || !words.iter().all(is_name) {
            return None;
        }
        Some((self.tokens.len() - at, self.phrase.get(self.span(from, self.tokens.len())).map(str::to_owned)))
    }

    fn finish(&self, said: &Said, counted: Option<String>) -> Option<HedgedQuantity> {
        let (kind, strict, pragmatic) = self.bounds(&said.core)?;
        let strict = strict.intersect(&kind.domain())?;
        let pragmatic = pragmatic.intersect(&strict).unwrap_or(strict);
        let rule = if said.rules.is_empty() {
            let plain = match said.core {
                Core::Range(..) => self.table.range,
                Core::Number(atom) if atom.kind == QuantityKind::Ratio => self.table.fold,
                _ => self.table.bare,
            };
            self.rule(plain)?.name.clone()
        } else {
            said.rules.join("+")
        };
        let phrase = self.phrase.trim().to_owned();
        Some(HedgedQuantity { phrase, rule, kind, strict, pragmatic, counted })
    }
}
