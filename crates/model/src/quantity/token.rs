//! A phrase cut into words, numbers and signs.

use std::ops::Range;

use super::error::Problem;
use super::number::is_number_word;

/// A piece of a phrase, with its place in it.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Token {
    pub kind: Kind,
    pub span: Range<usize>,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Kind {
    /// A number in digits; `plural` for "20s" and "10,000s".
    Number { value: f64, unit: f64, multiplier: f64, plural: bool },
    /// A word in lower case.
    Word(String),
    /// A sign; `-` stands for every dash that separates two ends of a range.
    Sign(char),
}

impl Token {
    pub fn word(&self) -> Option<&str> {
        match &self.kind {
            Kind::Word(word) => Some(word),
            _ => None,
        }
    }

    pub fn is_sign(&self, sign: char) -> bool {
        self.kind == Kind::Sign(sign)
    }

    /// The form under which the phrase table knows the token; numbers have none.
    pub fn key(&self) -> Option<String> {
        match &self.kind {
            Kind::Word(word) => Some(word.clone()),
            Kind::Sign(sign) => Some(sign.to_string()),
            Kind::Number { .. } => None,
        }
    }

    /// Whether the token's [`key`](Self::key) is this one.
    pub fn has_key(&self, key: &str) -> bool {
        match &self.kind {
            Kind::Word(word) => word == key,
            Kind::Sign(sign) => *sign.encode_utf8(&mut [0; 4]) == *key,
            Kind::Number { .. } => false,
        }
    }
}

/// Letters that may follow a number at once, and what they multiply it by.
const SUFFIXES: [(&str, f64); 5] = [("k", 1e3), ("m", 1e6), ("mn", 1e6), ("bn", 1e9), ("b", 1e9)];

/// Words that are written with a full stop when cut short.
const ABBREVIATIONS: [&str; 6] = ["c", "ca", "approx", "est", "min", "max"];

/// More digits than this are no count of anything, and no longer exact in a double.
const MOST_DIGITS: usize = 15;

pub(super) type LexError = (Range<usize>, Problem);

/// Cuts a phrase into tokens.
pub(super) fn lex(text: &str) -> Result<Vec<Token>, LexError> {
    let chars: Vec<(usize, char)> = text.char_indices().map(|(at, c)| (at, plain(c))).collect();
    Lexer { chars, length: text.len(), at: 0, tokens: Vec::new() }.run()
}

/// Typographic variants folded onto one character each.
fn plain(c: char) -> char {
    match c {
        '\u{2018}' | '\u{2019}' | '\u{02bc}' => '\'',
        '\u{2010}' | '\u{2011}' => '-',
        '\u{2012}'..='\u{2015}' | '\u{2212}' => '\u{2013}',
        '\u{2248}' | '\u{223c}' => '~',
        '\u{2a7e}' => '≥',
        '\u{2a7d}' => '≤',
        '\u{2044}' => '/',
        c if c.is_whitespace() => ' ',
        c => c,
    }
}

struct Lexer {
    chars: Vec<(usize, char)>,
    length: usize,
    at: usize,
    tokens: Vec<Token>,
}

impl Lexer {
    fn run(mut self) -> Result<Vec<Token>, LexError> {
        while let Some(c) = self.peek(0) {
            match c {
                ' ' => self.at += 1,
                c if c.is_ascii_digit() => self.number()?,
                c if c.is_alphabetic() => self.word(),
                '-' | '\u{2013}' => self.dash(c),
                '.' if self.ends_here() => self.at += 1,
                _ => self.sign(c),
            }
        }
        Ok(self.tokens)
    }

    fn peek(&self, ahead: usize) -> Option<char> {
        self.chars.get(self.at + ahead).map(|(_, c)| *c)
    }

    fn before(&self) -> Option<char> {
        self.at.checked_sub(1).and_then(|at| self.chars.get(at)).map(|(_, c)| *c)
    }

    fn offset(&self, at: usize) -> usize {
        self.chars.get(at).map_or(self.length, |(offset, _)| *offset)
    }

    fn push(&mut self, kind: Kind, from: usize) {
        let span = self.offset(from)..self.offset(self.at);
        self.tokens.push(Token { kind, span });
    }

    /// A full stop that ends the phrase or a known abbreviation.
    fn ends_here(&self) -> bool {
        let last_word = self.tokens.last().and_then(Token::word);
        self.chars.iter().skip(self.at + 1).all(|(_, c)| *c == ' ')
            || (last_word.is_some_and(|word| ABBREVIATIONS.contains(&word)) && self.before() != Some(' '))
    }

    fn word(&mut self) {
        let from = self.at;
        let mut word = String::new();
        while let Some(c) = self.peek(0) {
            let inner_apostrophe = c == '\'' && self.peek(1).is_some_and(char::is_alphabetic);
            if !c.is_alphabetic() && !inner_apostrophe {
                break;
            }
            word.extend(c.to_lowercase());
            self.at += 1;
        }
        // "Fivefold" is five and fold.
        match word.strip_suffix("fold").filter(|stem| is_number_word(stem)).map(str::to_owned) {
            Some(stem) => {
                let (start, end) = (self.offset(from), self.offset(self.at));
                let joint = start + stem.len();
                self.tokens.push(Token { kind: Kind::Word(stem), span: start..joint });
                self.tokens.push(Token { kind: Kind::Word("fold".to_owned()), span: joint..end });
            }
            None => self.push(Kind::Word(word), from),
        }
    }

    /// A dash is kept only where it may part two ends of a range. The hyphens of "mid-20s",
    /// "twenty-five" and "60-odd" only join words.
    fn dash(&mut self, dash: char) {
        let (before, after) = (self.before(), self.peek(1));
        let spaced = before.is_none_or(|c| c == ' ') || after.is_none_or(|c| c == ' ');
        let after_number = before.is_some_and(|c| c != ' ')
            && self.tokens.last().is_some_and(|t| matches!(t.kind, Kind::Number { .. }));
        let letters = before.is_some_and(char::is_alphabetic) && after.is_some_and(char::is_alphabetic);
        let to_number = after.is_some_and(|c| c.is_ascii_digit());
        let to_letter = after.is_some_and(char::is_alphabetic);
        let joins = !spaced
            && match dash {
                '-' => {
                    letters && !after_number
                        || (after_number && to_letter)
                        || (!after_number && to_number && before != Some('%'))
                }
                _ => (after_number && to_letter) || (!after_number && to_number && before != Some('%')),
            };
        let from = self.at;
        self.at += 1;
        if !joins {
            self.push(Kind::Sign('-'), from);
        }
    }

    fn sign(&mut self, c: char) {
        let from = self.at;
        let pair = self.peek(1);
        let (sign, length) = match (c, pair, self.peek(2)) {
            ('>', Some('='), _) => ('≥', 2),
            ('<', Some('='), _) => ('≤', 2),
            ('+', Some('/'), Some('-' | '\u{2013}')) => ('±', 3),
            _ => (c, 1),
        };
        self.at += length;
        self.push(Kind::Sign(sign), from);
    }

    fn number(&mut self) -> Result<(), LexError> {
        let from = self.at;
        let mut digits = self.digits();
        let fail = |lexer: &Self, why| Err((lexer.offset(from)..lexer.offset(lexer.at), Problem::Number(why)));
        let mut grouped = false;
        while let Some(group) = self.group(digits.len(), grouped) {
            digits.push_str(&group);
            grouped = true;
        }
        if self.peek(0) == Some(',') && self.peek(1).is_some_and(|c| c.is_ascii_digit()) {
            self.at += 1;
            self.digits();
            return fail(self, "has its thousands separators in the wrong places; write 1,000 or 1.5");
        }
        let decimals = self.decimals();
        if decimals.len() == 3 && !grouped && digits.len() <= 3 && digits != "0" {
            return fail(self, "could be thousands or decimals; write 1,000 or 1.0");
        }
        if self.peek(0) == Some('.') && self.peek(1).is_some_and(|c| c.is_ascii_digit()) {
            self.at += 1;
            self.digits();
            return fail(self, "has more than one decimal point");
        }
        if digits.len() + decimals.len() > MOST_DIGITS {
            return fail(self, "has too many digits");
        }
        let Ok(value) = format!("{digits}.{decimals}0").parse::<f64>() else {
            return fail(self, "is no number");
        };
        if let Some(ordinal) = ["st", "nd", "rd", "th"].iter().find(|letters| self.letters_follow(letters)) {
            self.at += ordinal.len();
            return fail(self, "gives a place in an order, not an amount");
        }
        let unit = 10f64.powi(-(decimals.len() as i32));
        let (multiplier, plural) = self.suffix();
        let kind = Kind::Number { value: value * multiplier, unit: unit * multiplier, multiplier, plural };
        self.push(kind, from);
        Ok(())
    }

    fn letters_follow(&self, letters: &str) -> bool {
        let same = |(ahead, letter): (usize, char)| self.peek(ahead).is_some_and(|c| c.eq_ignore_ascii_case(&letter));
        letters.chars().enumerate().all(same) && !self.peek(letters.len()).is_some_and(char::is_alphanumeric)
    }

    fn digits(&mut self) -> String {
        let mut digits = String::new();
        while let Some(c) = self.peek(0).filter(char::is_ascii_digit) {
            digits.push(c);
            self.at += 1;
        }
        digits
    }

    /// A group of three digits after a comma or a space.
    fn group(&mut self, length: usize, grouped: bool) -> Option<String> {
        let parted = matches!(self.peek(0), Some(',' | ' '));
        let is_digit = |ahead| self.peek(ahead).is_some_and(|c| c.is_ascii_digit());
        let three = is_digit(1) && is_digit(2) && is_digit(3) && !is_digit(4);
        if !(parted && three && (grouped || length <= 3)) {
            return None;
        }
        self.at += 1;
        Some(self.digits())
    }

    fn decimals(&mut self) -> String {
        if self.peek(0) == Some('.') && self.peek(1).is_some_and(|c| c.is_ascii_digit()) {
            self.at += 1;
            return self.digits();
        }
        String::new()
    }

    /// "k", "m", "bn", or the "s" of "20s".
    fn suffix(&mut self) -> (f64, bool) {
        let letters: String =
            self.chars.iter().skip(self.at).map(|(_, c)| *c).take_while(|c| c.is_alphabetic() || *c == '\'').collect();
        let lower = letters.to_lowercase();
        if matches!(lower.as_str(), "s" | "'s") {
            self.at += letters.chars().count();
            return (1.0, true);
        }
        match SUFFIXES.iter().find(|(suffix, _)| *suffix == lower) {
            Some((_, multiplier)) => {
                self.at += letters.chars().count();
                (*multiplier, false)
            }
            None => (1.0, false),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn show(text: &str) -> Vec<String> {
        let shown = |token: Token| match token.kind {
            Kind::Number { value, plural, .. } => format!("{value}{}", if plural { "s" } else { "" }),
            Kind::Word(word) => word,
            Kind::Sign(sign) => sign.to_string(),
        };
        lex(text).unwrap().into_iter().map(shown).collect()
    }

    #[test]
    fn hyphens_join_and_dashes_part() {
        assert_eq!(show("mid-20s"), ["mid", "20s"]);
        assert_eq!(show("1,000–2,200"), ["1000", "-", "2200"]);
        assert_eq!(show("10-20"), ["10", "-", "20"]);
        assert_eq!(show("10%–20%"), ["10", "%", "-", "20", "%"]);
        assert_eq!(show("2m-3m"), ["2000000", "-", "3000000"]);
        assert_eq!(show("60-odd five‑fold tenfold"), ["60", "odd", "five", "fold", "ten", "fold"]);
        assert_eq!(show("ten – twenty"), ["ten", "-", "twenty"]);
        assert_eq!(show("-5"), ["-", "5"]);
    }

    #[test]
    fn numbers_of_many_forms() {
        assert_eq!(show("10 000 and 10\u{a0}000"), ["10000", "and", "10000"]);
        assert_eq!(show("1.5 4k 60+ c. 60."), ["1.5", "4000", "60", "+", "c", "60"]);
        assert_eq!(show("10,000s 60ish"), ["10000s", "60", "ish"]);
        assert_eq!(show(">= 5 <=6 60 +/- 10"), ["≥", "5", "≤", "6", "60", "±", "10"]);
    }

    #[test]
    fn doubtful_numbers_are_refused() {
        for bad in ["1,00", "1.000", "1.2.3", "1234567890123456", "12,3456"] {
            assert!(lex(bad).is_err(), "{bad}");
        }
        assert_eq!(show("0.125"), ["0.125"]);
    }

    proptest! {
        #[test]
        fn spans_lie_in_order_within_the_text(text in "\\PC{0,60}") {
            if let Ok(tokens) = lex(&text) {
                let mut end = 0;
                for token in tokens {
                    prop_assert!(token.span.start >= end && text.get(token.span.clone()).is_some());
                    end = token.span.end;
                }
            }
        }
    }
}
