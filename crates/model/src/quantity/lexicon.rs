//! Words of the phrase table, found where they stand in a phrase.

use std::collections::HashMap;

use super::token::{Kind, Token};

/// Words of rules of one role, found from their first word, longest first.
#[derive(Debug, Clone, Default)]
pub(super) struct Lexicon(HashMap<String, Vec<Entry>>);

#[derive(Debug, Clone)]
struct Entry {
    words: Vec<String>,
    rule: usize,
    value: usize,
}

/// Words found in a phrase.
#[derive(Debug, Clone, Copy)]
pub(super) struct Found {
    pub rule: usize,
    /// Which of the rule's values, where it has several.
    pub value: usize,
    /// Position after the words.
    pub next: usize,
}

impl Lexicon {
    pub fn add(&mut self, words: Vec<String>, rule: usize, value: usize) -> Result<(), usize> {
        let Some(first) = words.first() else { return Ok(()) };
        let entries = self.0.entry(first.clone()).or_default();
        if let Some(other) = entries.iter().find(|entry| entry.words == words) {
            return Err(other.rule);
        }
        let at = entries.partition_point(|entry| entry.words.len() >= words.len());
        entries.insert(at, Entry { words, rule, value });
        Ok(())
    }

    /// Every entry whose words stand at `at`, longest first.
    pub fn all(&self, tokens: &[Token], at: usize) -> impl Iterator<Item = Found> {
        let stands = move |entry: &&Entry| {
            let said =
                |(offset, word): (usize, &String)| tokens.get(at + offset).is_some_and(|token| token.has_key(word));
            entry.words.iter().enumerate().all(said)
        };
        let entries = match tokens.get(at).map(|token| &token.kind) {
            Some(Kind::Word(word)) => self.0.get(word),
            Some(Kind::Sign(sign)) => self.0.get(&*sign.encode_utf8(&mut [0; 4])),
            _ => None,
        };
        let entries = entries.map_or([].as_slice(), Vec::as_slice);
        entries.iter().filter(stands).map(move |entry| Found {
            rule: entry.rule,
            value: entry.value,
            next: at + entry.words.len(),
        })
    }

    /// The longest entry at `at`.
    pub fn longest(&self, tokens: &[Token], at: usize) -> Option<Found> {
        self.all(tokens, at).next()
    }
}
