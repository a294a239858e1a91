//! The nearest phrase that can be read.

use std::ops::Range;

use super::error::Problem;
use super::parse::read;
use super::table::PhraseTable;
use super::token::{Kind, Token, lex};

/// A word is taken for another's misspelling from this likeness up (1 is the same).
const ALIKE: f64 = 0.55;

/// How many candidates are tried for each step.
const TRIES: usize = 4;

/// A phrase near the given one that can be read; tried in order of how little they change.
pub(super) fn suggest(table: &PhraseTable, phrase: &str, span: &Range<usize>, problem: &Problem) -> Option<String> {
    match problem {
        Problem::TooLong | Problem::Empty => return Some("around 60".to_owned()),
        Problem::Number(_) | Problem::Impossible | Problem::Inverted => return None,
        Problem::NotUnderstood | Problem::Incomplete => {}
    }
    let tokens = lex(phrase).ok()?;
    misspelt(table, phrase, &tokens)
        .or_else(|| with_verb(table, phrase, &tokens))
        .or_else(|| completed(table, phrase, problem))
        .or_else(|| without(table, phrase, span))
        .or_else(|| tail(table, phrase, &tokens))
        .or_else(|| nearest_known(table, phrase, &tokens))
}

/// The phrase with one word replaced by a word of the table.
fn misspelt(table: &PhraseTable, phrase: &str, tokens: &[Token]) -> Option<String> {
    let words = tokens.iter().filter_map(|token| token.word().map(|word| (word, &token.span)));
    // Words that the table lacks come first; "then" for "than" is caught after them.
    let (unknown, known): (Vec<_>, Vec<_>) = words.partition(|(word, _)| !table.vocabulary.contains(*word));
    for (word, span) in unknown.into_iter().chain(known).take(2 * TRIES) {
        let likeness = |candidate: &String| strsim::normalized_damerau_levenshtein(word, candidate);
        let mut near: Vec<_> = table
            .vocabulary
            .iter()
            .filter(|candidate| candidate.as_str() != word)
            .map(|candidate| (likeness(candidate), candidate))
            .filter(|(likeness, _)| *likeness >= ALIKE)
            .collect();
        near.sort_by(|a, b| b.0.total_cmp(&a.0));
        for (_, candidate) in near.into_iter().take(TRIES) {
            let mended = format!("{}{candidate}{}", phrase.get(..span.start)?, phrase.get(span.end..)?);
            // A mended word must mean something, not merely become a part of what is counted.
            let counts = |counted: &str| counted.split_whitespace().any(|name| name == candidate);
            if read(table, &mended).is_ok_and(|quantity| !quantity.counted().is_some_and(counts)) {
                return Some(mended.trim().to_owned());
            }
        }
    }
    None
}

/// "From around 60 to more than 330" is a change that lacks its verb.
fn with_verb(table: &PhraseTable, phrase: &str, tokens: &[Token]) -> Option<String> {
    tokens.first().filter(|first| first.word() == Some("from"))?;
    let verbs = ["increased", "decreased"].into_iter();
    verbs.map(|verb| format!("{verb} {}", phrase.trim())).find(|candidate| read(table, candidate).is_ok())
}

/// "Increased by 20", "between 10 and": what stops short with the likeliest end put on.
fn completed(table: &PhraseTable, phrase: &str, problem: &Problem) -> Option<String> {
    let ends = ["per cent", "60"].into_iter().filter(|_| *problem == Problem::Incomplete);
    ends.map(|end| format!("{} {end}", phrase.trim())).find(|candidate| read(table, candidate).is_ok())
}

/// "The number of attacks doubled": the longest end of the phrase that reads.
fn tail(table: &PhraseTable, phrase: &str, tokens: &[Token]) -> Option<String> {
    let starts = tokens.iter().skip(1).filter_map(|token| phrase.get(token.span.start..));
    starts.map(|end| end.trim().to_owned()).find(|end| read(table, end).is_ok())
}

/// The phrase without the part that was not understood.
fn without(table: &PhraseTable, phrase: &str, span: &Range<usize>) -> Option<String> {
    let parts = [phrase.get(..span.start)?, phrase.get(span.end..)?];
    let rest = parts.map(str::trim).join(" ").trim().to_owned();
    read(table, &rest).is_ok().then_some(rest)
}

/// The phrase of the table that looks most alike, with the number of the given phrase put in.
fn nearest_known(table: &PhraseTable, phrase: &str, tokens: &[Token]) -> Option<String> {
    let lower = phrase.to_lowercase();
    let number = tokens.iter().find(|token| matches!(token.kind, Kind::Number { .. }));
    let number = number.and_then(|token| phrase.get(token.span.clone()));
    let filled = |known: &String| number.map_or_else(|| known.clone(), |number| known.replace("60", number));
    let mut near: Vec<_> = table
        .known
        .iter()
        .map(filled)
        .map(|known| (strsim::normalized_damerau_levenshtein(&lower, &known), known))
        .collect();
    near.sort_by(|a, b| b.0.total_cmp(&a.0));
    near.into_iter().map(|(_, known)| known).take(2 * TRIES).find(|known| read(table, known).is_ok())
}
