//! What a case says of the event data that bear on it: where they are complete, and how their figures bear on
//! what sources count. The data themselves are pinned in the [lock](crate::lock).

use casefile_model::claim::Concept;
use casefile_model::date::Edtf;
use casefile_model::quantity::Bearing;
use serde::Serialize;

pub use crate::lock::CoverageStatus;

/// One `[[dataset]]` of `case.toml`.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Dataset {
    /// Name of the dataset in this case.
    pub id: String,
    /// What reads its files, such as `ucdp-ged`.
    pub adapter: String,
    /// Remark.
    pub note: Option<String>,
    /// Where and when it is complete; what is not listed is partial.
    pub coverage: Vec<Coverage>,
    /// Overrides of how its figures bear on what sources count.
    pub bearings: Vec<BearingRule>,
}

impl Dataset {
    /// The case's own word on how the dataset bears on a concept, if it has one.
    pub fn bearing(&self, concept: Concept) -> Option<&BearingRule> {
        self.bearings.iter().find(|rule| rule.concept == concept)
    }

    /// Whether a coding for `name` is meant for this dataset: codings name the dataset or its adapter.
    pub fn is_named(&self, name: &str) -> bool {
        self.id == name || self.adapter == name
    }
}

/// How far a dataset covers an area in a period.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Coverage {
    /// Country or first-order unit as the dataset spells it; `*` for everywhere.
    pub area: String,
    /// When, as a stretch of the calendar.
    pub period: Edtf,
    /// How far.
    pub status: CoverageStatus,
    /// Why.
    pub note: Option<String>,
}

impl CoverageStatus {
    /// Every status, with its name in a case file.
    pub const ALL: [(&'static str, Self); 3] =
        [("complete", Self::Complete), ("partial", Self::Partial), ("none", Self::None)];
}

/// How the figures of a dataset bear on what a source counts.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct BearingRule {
    /// What the source counts.
    pub concept: Concept,
    /// How the figures bear on it.
    pub bearing: Bearing,
    /// Why.
    pub reason: String,
}

/// Every bearing, with its name in a case file.
pub const BEARINGS: [(&str, Bearing); 4] = [
    ("exact", Bearing::Exact),
    ("at-least", Bearing::AtLeast),
    ("at-most", Bearing::AtMost),
    ("overlapping", Bearing::Overlapping),
];
