//! Competing hypotheses, and how many independent voices the evidence has.
//!
//! A matrix sets every item of evidence against every hypothesis (analysis of competing hypotheses, Heuer 1999). Three
//! readings stand side by side: Heuer's count of what speaks *against* each hypothesis, the same weighed by the grades
//! of the sources, and a Bayesian posterior with stated likelihood ratios. Items that rest on one origin share its
//! weight, and [`sensitivity`] tells which single item the answer hangs on.
//!
//! The method orders an argument; it does not make it right. In trials it did not reliably improve judgement, nor did
//! it reduce confirmation bias as hoped (Mandel, Karvetski and Dhami 2018; Dhami, Belton and Mandel 2019; Karvetski and
//! Mandel 2020). Chang et al. (2018) argue that such techniques may trade one bias for its opposite, and add noise. So
//! all readings are given, none is called the result, and the ranges that go in come out as ranges.

mod bayes;
pub mod dependence;
mod score;
mod sensitivity;
#[cfg(test)]
mod tests;

use serde::Serialize;
use thiserror::Error;

pub use bayes::{LikelihoodRatios, Posterior, posterior};
pub use score::{Diagnosticity, Score, diagnosticity, scores};
pub use sensitivity::{Shift, Tampering, sensitivity};

/// A range of values; both ends may be the same.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Range {
    /// Least value.
    pub low: f64,
    /// Greatest value.
    pub high: f64,
}

impl Range {
    /// One value.
    pub const fn exact(value: f64) -> Self {
        Self { low: value, high: value }
    }

    /// The middle.
    pub fn middle(self) -> f64 {
        f64::midpoint(self.low, self.high)
    }

    fn times(self, factor: f64) -> Self {
        Self { low: self.low * factor, high: self.high * factor }
    }

    fn plus(self, other: Self) -> Self {
        Self { low: self.low + other.low, high: self.high + other.high }
    }
}

/// How an item of evidence sits with a hypothesis: would one see it if the hypothesis were true?
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
pub enum Label {
    /// Very consistent.
    CC,
    /// Consistent.
    C,
    /// Neutral: it can be read either way.
    N,
    /// Inconsistent.
    I,
    /// Very inconsistent.
    II,
    /// Not applicable: it says nothing on this hypothesis.
    #[serde(rename = "n/a")]
    NotApplicable,
}

impl Label {
    /// What it adds to the inconsistency of a hypothesis: 1 for I, 2 for II, nothing for others. Consistent evidence
    /// wins no points, for it may be consistent with all (Heuer 1999, ch. 8; Good et al., technical description of ACH
    /// 1.1).
    pub fn inconsistency(self) -> f64 {
        match self {
            Self::II => 2.0,
            Self::I => 1.0,
            Self::CC | Self::C | Self::N | Self::NotApplicable => 0.0,
        }
    }

    /// From 2 for CC to −2 for II.
    fn step(self) -> i32 {
        match self {
            Self::CC => 2,
            Self::C => 1,
            Self::N | Self::NotApplicable => 0,
            Self::I => -1,
            Self::II => -2,
        }
    }

    /// The opposite label.
    fn flipped(self) -> Self {
        match self {
            Self::CC => Self::II,
            Self::C => Self::I,
            Self::I => Self::C,
            Self::II => Self::CC,
            Self::N | Self::NotApplicable => self,
        }
    }
}

/// A hypothesis.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Hypothesis {
    /// Identifier.
    pub id: String,
    /// Chance before the evidence, as a number greater than 0; all are divided by their sum.
    pub prior: f64,
}

/// An item of evidence, with its row of the matrix.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Evidence {
    /// Identifier.
    pub id: String,
    /// How much it counts for, 0 to 1; a range where that is not known. See [`weight_of_grade`].
    pub weight: Range,
    /// Origins that it rests on, such as the roots of its sources (see [`dependence`]). One without any is an origin of
    /// its own.
    pub origins: Vec<String>,
    /// Its label for each hypothesis, in their order.
    pub labels: Vec<Label>,
}

/// Whether items that rest on one origin share its weight.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Sharing {
    /// Each item counts in full: right if items are independent given the hypothesis.
    Each,
    /// Each origin has one voice, shared equally by the items that rest on it. An item takes the mean of its shares.
    /// The other extreme: right if items of one origin only repeat each other.
    ByOrigin,
}

/// Weight of an item by its Admiralty grade: reliability of the source `A` to `F`, credibility of the information 1 to
/// 6. None for what is no grade.
///
/// The steps A–E and 1–5 count for 1, 0.8, 0.6, 0.4 and 0.2, and are multiplied: a convention of this project; the
/// standard gives no numbers, and analysts put widely differing ones on the same grade (Samet 1975; Irwin and Mandel
/// 2019). F and 6 mean that nothing is known, so they count for anything from 0 to 1, not for a half.
pub fn weight_of_grade(reliability: char, credibility: u8) -> Option<Range> {
    let part = |step: u32| match step {
        0..=4 => Some(Range::exact(f64::from(5 - step) / 5.0)),
        5 => Some(Range { low: 0.0, high: 1.0 }),
        _ => None,
    };
    let source = part(u32::from(reliability).checked_sub(u32::from('A'))?)?;
    let information = part(u32::from(credibility).checked_sub(1)?)?;
    Some(Range { low: source.low * information.low, high: source.high * information.high })
}

/// Input that makes no matrix.
#[derive(Debug, Clone, PartialEq, Error)]
pub enum MatrixError {
    /// Fewer than two hypotheses compete.
    #[error("there are {0} hypotheses; name at least two that compete")]
    TooFew(usize),
    /// An identifier that two hypotheses or two items share.
    #[error("`{0}` is named twice; give each hypothesis and each item a name of its own")]
    Twice(String),
    /// A prior that is no positive number.
    #[error("the hypothesis `{id}` has the prior {prior}; write a number greater than 0")]
    Prior {
        /// The hypothesis.
        id: String,
        /// The prior given.
        prior: f64,
    },
    /// A row that is too short or too long.
    #[error(
        "the item `{id}` has {given} labels for {expected} hypotheses; write one for each, `n/a` where it says nothing"
    )]
    Row {
        /// The item.
        id: String,
        /// Labels given.
        given: usize,
        /// Hypotheses.
        expected: usize,
    },
    /// A weight outside 0 to 1 or out of order.
    #[error("the item `{id}` has the weight {low} to {high}; write a range within 0 to 1")]
    Weight {
        /// The item.
        id: String,
        /// Lower end given.
        low: f64,
        /// Upper end given.
        high: f64,
    },
}

/// Evidence against hypotheses.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Matrix {
    hypotheses: Vec<Hypothesis>,
    evidence: Vec<Evidence>,
}

impl Matrix {
    /// A matrix of at least two hypotheses.
    ///
    /// # Errors
    /// Fewer than two hypotheses, names that are not unique, priors or weights out of range, a row of the wrong length.
    pub fn new(mut hypotheses: Vec<Hypothesis>, evidence: Vec<Evidence>) -> Result<Self, MatrixError> {
        let width = hypotheses.len();
        if width < 2 {
            return Err(MatrixError::TooFew(width));
        }
        unique(hypotheses.iter().map(|hypothesis| &hypothesis.id))?;
        unique(evidence.iter().map(|item| &item.id))?;
        for Hypothesis { id, prior } in &hypotheses {
            if !(prior.is_finite() && *prior > 0.0) {
                return Err(MatrixError::Prior { id: id.clone(), prior: *prior });
            }
        }
        for Evidence { id, weight: Range { low, high }, labels, .. } in &evidence {
            if labels.len() != width {
                return Err(MatrixError::Row { id: id.clone(), given: labels.len(), expected: width });
            }
            if !(0.0 <= *low && low <= high && *high <= 1.0) {
                return Err(MatrixError::Weight { id: id.clone(), low: *low, high: *high });
            }
        }
        let sum: f64 = hypotheses.iter().map(|hypothesis| hypothesis.prior).sum();
        hypotheses.iter_mut().for_each(|hypothesis| hypothesis.prior /= sum);
        Ok(Self { hypotheses, evidence })
    }

    /// The hypotheses; their priors add up to 1.
    pub fn hypotheses(&self) -> &[Hypothesis] {
        &self.hypotheses
    }

    /// The items of evidence.
    pub fn evidence(&self) -> &[Evidence] {
        &self.evidence
    }

    /// Each item's weight, with the weight of shared origins shared out.
    fn weights(&self, sharing: Sharing) -> Vec<Range> {
        let resting = |origin: &String| self.evidence.iter().filter(|item| item.origins.contains(origin)).count();
        let share = |item: &Evidence| match sharing {
            Sharing::ByOrigin if !item.origins.is_empty() => {
                item.origins.iter().map(|origin| 1.0 / resting(origin) as f64).sum::<f64>() / item.origins.len() as f64
            }
            Sharing::ByOrigin | Sharing::Each => 1.0,
        };
        self.evidence.iter().map(|item| item.weight.times(share(item))).collect()
    }
}

fn unique<'a>(ids: impl Iterator<Item = &'a String>) -> Result<(), MatrixError> {
    let mut seen = std::collections::BTreeSet::new();
    ids.into_iter().try_for_each(|id| if seen.insert(id) { Ok(()) } else { Err(MatrixError::Twice(id.clone())) })
}

/// Places in order, the least value first; 1 is the best, values that differ by less than 10⁻⁹ share the better place.
fn places(values: &[f64]) -> Vec<usize> {
    values.iter().map(|value| 1 + values.iter().filter(|other| **other < value - 1e-9).count()).collect()
}
