//! Questions that are open, and the hypotheses that compete to answer them.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::grade::Credibility;

/// How an item of evidence sits with a hypothesis: would one see it if the hypothesis were true? (Heuer 1999, ch. 8.)
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
pub enum Consistency {
    /// Very consistent.
    CC,
    /// Consistent.
    C,
    /// It can be read either way.
    N,
    /// Inconsistent.
    I,
    /// Very inconsistent.
    II,
    /// It says nothing on this hypothesis.
    #[serde(rename = "n/a")]
    NotApplicable,
}

impl Consistency {
    /// Every reading, with its name in a case file.
    pub const ALL: [(&'static str, Self); 6] = [
        ("CC", Self::CC),
        ("C", Self::C),
        ("N", Self::N),
        ("I", Self::I),
        ("II", Self::II),
        ("n/a", Self::NotApplicable),
    ];

    /// The name in a case file.
    pub fn name(self) -> &'static str {
        Self::ALL[self as usize].0
    }
}

/// One answer to a question.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Hypothesis {
    /// Name within the question.
    pub id: String,
    /// The answer.
    pub text: String,
    /// Chance before the evidence, against the others'; any number above zero.
    pub prior: f64,
    /// Remark of the analyst.
    pub note: Option<String>,
}

/// An item of evidence: a statement of the case, or a text with its source.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Evidence {
    /// Identifier of a statement of the case.
    pub statement: Option<String>,
    /// The item in words, where it is none.
    pub text: Option<String>,
    /// Source of the text.
    pub source: Option<String>,
    /// Credibility of the text.
    pub credibility: Credibility,
    /// How it sits with each hypothesis, by name. One that is left out is not applicable.
    pub readings: BTreeMap<String, Consistency>,
    /// Why it is read so.
    pub note: Option<String>,
}

/// A question with competing answers, of which exactly one is taken to be true.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Question {
    /// Identifier, unique within the case.
    pub id: String,
    /// The question.
    pub text: String,
    /// Remark of the analyst.
    pub note: Option<String>,
    /// The answers, two at least.
    pub hypotheses: Vec<Hypothesis>,
    /// What is known.
    pub evidence: Vec<Evidence>,
}
