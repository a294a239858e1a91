//! Hedged quantities: figures as sources word them, and what the words commit them to.
//!
//! "Around 60", "more than 330", "almost every province" are claims with a truth value, though
//! not sharp ones. A [`PhraseTable`] turns such a phrase into a [`HedgedQuantity`] with two
//! intervals: **strict** bounds, outside which the claim is false under every defensible reading,
//! and **pragmatic** bounds, where a careful reader expects the figure. [`compare()`] then says how
//! a figure computed from data bears on it.
//!
//! The table is data (`phrases.toml`): every rule gives its reasoning, and a case may override it.

mod bounds;
pub mod compare;
mod error;
mod lexicon;
mod number;
mod parse;
mod rule;
mod suggest;
mod table;
mod template;
mod token;

#[cfg(test)]
mod tests;

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use thiserror::Error;

pub use bounds::{Bounds, BoundsError};
pub use compare::{Accord, Bearing, Chance, Computed, ComputedError, Draws, Fit, Side, accord, compare};
pub use error::{PhraseError, Problem};
pub use rule::{Form, Overrides, Rule, Tolerance};
pub use table::{PhraseTable, TableError};

/// What a quantity measures, and so which values it can take.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum QuantityKind {
    /// A number of things: 0 or more.
    Count,
    /// A part of a whole: 0 to 1.
    Share,
    /// After over before, or one thing over another: 0 or more, 1 where nothing changed.
    Ratio,
}

impl QuantityKind {
    /// The largest value the kind can take.
    pub fn top(self) -> f64 {
        if self == Self::Share { 1.0 } else { f64::INFINITY }
    }

    /// Every value the kind can take.
    pub fn domain(self) -> Bounds {
        Bounds::closed(0.0, self.top()).unwrap_or_else(|_| unreachable!("0 lies below every top"))
    }

    /// The word as written in files and reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Count => "count",
            Self::Share => "share",
            Self::Ratio => "ratio",
        }
    }
}

impl fmt::Display for QuantityKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// A quantity in a source's words, with the two intervals that the words stand for.
///
/// The pragmatic bounds always lie within the strict ones, and both within what the kind allows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Parts", into = "Parts")]
pub struct HedgedQuantity {
    phrase: String,
    rule: String,
    kind: QuantityKind,
    strict: Bounds,
    pragmatic: Bounds,
    counted: Option<String>,
}

/// Why parts make no hedged quantity.
#[derive(Debug, Clone, PartialEq, Error)]
pub enum QuantityError {
    /// Pragmatic bounds reach beyond the strict ones.
    #[error("the pragmatic bounds {pragmatic} reach beyond the strict bounds {strict}")]
    NotNested {
        /// The pragmatic bounds given.
        pragmatic: Bounds,
        /// The strict bounds given.
        strict: Bounds,
    },
    /// Bounds reach beyond what the kind allows.
    #[error("the bounds {strict} reach beyond what a {kind} can be, {}", kind.domain())]
    BeyondKind {
        /// The strict bounds given.
        strict: Bounds,
        /// The kind given.
        kind: QuantityKind,
    },
}

impl HedgedQuantity {
    /// A quantity from its parts, for bounds that no phrase gives.
    pub fn new(
        phrase: impl Into<String>,
        rule: impl Into<String>,
        kind: QuantityKind,
        strict: Bounds,
        pragmatic: Bounds,
    ) -> Result<Self, QuantityError> {
        if !pragmatic.is_within(&strict) {
            return Err(QuantityError::NotNested { pragmatic, strict });
        }
        if !strict.is_within(&kind.domain()) {
            return Err(QuantityError::BeyondKind { strict, kind });
        }
        Ok(Self { phrase: phrase.into(), rule: rule.into(), kind, strict, pragmatic, counted: None })
    }

    /// The phrase as the source puts it.
    pub fn phrase(&self) -> &str {
        &self.phrase
    }

    /// The names of the rules of the phrase table that gave the bounds, outermost first, joined by `+`.
    pub fn rule(&self) -> &str {
        &self.rule
    }

    /// What is measured.
    pub fn kind(&self) -> QuantityKind {
        self.kind
    }

    /// Outside these the claim is false.
    pub fn strict(&self) -> Bounds {
        self.strict
    }

    /// Within these a careful reader expects the figure.
    pub fn pragmatic(&self) -> Bounds {
        self.pragmatic
    }

    /// What is counted, where the phrase says it ("attacks" in "around 60 attacks").
    pub fn counted(&self) -> Option<&str> {
        self.counted.as_deref()
    }

    /// The same claim in another unit: every bound times `factor` (positive, finite). Counts only.
    pub fn scaled(&self, factor: f64) -> Option<Self> {
        let (strict, pragmatic) = (self.strict.scaled(factor).ok()?, self.pragmatic.scaled(factor).ok()?);
        (self.kind == QuantityKind::Count).then(|| Self { strict, pragmatic, ..self.clone() })
    }
}

/// Reads a phrase with the built-in table.
impl FromStr for HedgedQuantity {
    type Err = PhraseError;

    fn from_str(phrase: &str) -> Result<Self, Self::Err> {
        PhraseTable::builtin().parse(phrase)
    }
}

impl fmt::Display for HedgedQuantity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.phrase)
    }
}

/// The serialised form, checked on the way in.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Parts {
    phrase: String,
    rule: String,
    kind: QuantityKind,
    strict: Bounds,
    pragmatic: Bounds,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    counted: Option<String>,
}

impl TryFrom<Parts> for HedgedQuantity {
    type Error = QuantityError;

    fn try_from(parts: Parts) -> Result<Self, Self::Error> {
        let quantity = Self::new(parts.phrase, parts.rule, parts.kind, parts.strict, parts.pragmatic)?;
        Ok(Self { counted: parts.counted, ..quantity })
    }
}

impl From<HedgedQuantity> for Parts {
    fn from(q: HedgedQuantity) -> Self {
        Self {
            phrase: q.phrase,
            rule: q.rule,
            kind: q.kind,
            strict: q.strict,
            pragmatic: q.pragmatic,
            counted: q.counted,
        }
    }
}
