//! What is wrong with a phrase, where, and what was probably meant.

use std::fmt;
use std::ops::Range;

/// A phrase that cannot be read as a quantity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PhraseError {
    /// The phrase as given.
    pub phrase: String,
    /// The part not understood, in bytes of the phrase; empty at the end where something is missing.
    pub span: Range<usize>,
    /// What is wrong with that part.
    pub problem: Problem,
    /// The nearest phrase that can be read.
    pub suggestion: Option<String>,
}

/// What is wrong with a part of a phrase.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Problem {
    /// Nothing but white space.
    Empty,
    /// Longer than any phrase for a quantity.
    TooLong,
    /// A word or sign that means nothing here.
    NotUnderstood,
    /// The phrase stops short of a quantity.
    Incomplete,
    /// Digits that are no number, or could be two.
    Number(&'static str),
    /// A range whose first end is the larger.
    Inverted,
    /// No value can satisfy it: a share over 100 per cent, fewer than none.
    Impossible,
}

impl PhraseError {
    /// The part of the phrase that was not understood.
    pub fn part(&self) -> &str {
        self.phrase.get(self.span.clone()).unwrap_or_default()
    }
}

impl fmt::Display for PhraseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (phrase, part) = (&self.phrase, self.part());
        match &self.problem {
            Problem::Empty => write!(f, "a quantity is expected, and the phrase is empty")?,
            Problem::TooLong => write!(f, "too long for a quantity: give only the words of the figure")?,
            Problem::NotUnderstood => write!(f, "cannot read \"{phrase}\": \"{part}\" is not understood")?,
            Problem::Incomplete => write!(f, "cannot read \"{phrase}\": it stops short of a quantity")?,
            Problem::Number(why) => write!(f, "cannot read \"{phrase}\": \"{part}\" {why}")?,
            Problem::Inverted => write!(f, "cannot read \"{phrase}\": the range \"{part}\" starts above its end")?,
            Problem::Impossible => write!(f, "cannot read \"{phrase}\": no value can satisfy \"{part}\"")?,
        }
        match &self.suggestion {
            Some(suggestion) => write!(f, "; did you mean \"{suggestion}\"?"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for PhraseError {}
