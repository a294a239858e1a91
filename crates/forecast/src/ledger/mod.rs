//! The ledger of forecasts: what was said, from which data, by which model, and how it fared.
//!
//! It is a text file, `forecasts.lock`, kept under version control beside the case. A forecast is entered once and never
//! changed; scores are added when the months have come. Nothing is drawn anew to score it: the distribution filed is the one
//! that is scored.

mod issue;
mod runs;
mod tally;

use std::fs;
use std::io;
use std::path::Path;

use serde::{Deserialize, Serialize};

pub(crate) use issue::mean;
pub use issue::{Ask, issue};
pub use runs::Runs;
pub use tally::{Row, Tally, row};

use crate::{Error, Month};

/// The ledger's name inside a case folder.
pub const FILE_NAME: &str = "forecasts.lock";

/// Deaths in a month at which chances are told: at least so many.
pub const THRESHOLDS: [u32; 4] = [1, 25, 100, 1000];
/// Equally likely values filed per unit and month.
pub const DRAWS: usize = 100;
/// Months of the unit's own past that make the base rate: each equally likely to come again.
pub const BASE_MONTHS: usize = 60;

const HEADER: &str = "\
# Written by `casefile forecast --accept` and `casefile forecast score --accept`: do not edit.
# Forecasts as they were made, and their scores; keep it under version control, so that none can be changed unseen.

";

/// All forecasts of a case, oldest first, and their scores.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ledger {
    /// Forecasts of models.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub issue: Vec<Issue>,
    /// What came of them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub score: Vec<Score>,
    /// What came of forecasts in words: the case's `[[forecast]]` statements.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub outcome: Vec<Outcome>,
}

/// A file of data by its content.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pin {
    /// The dataset, or the file's name.
    pub dataset: String,
    /// Its release, where it has one.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub version: String,
    /// SHA-256 of the released file.
    pub sha256: String,
}

/// What a unit is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// A country, by ViEWS' `country_id`.
    Country,
    /// A cell of PRIO-GRID, half a degree wide, by its `gid`.
    Cell,
}

/// One forecast of a model: deaths in state-based violence, per unit and month.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Issue {
    /// Identifier, made of the model, the origin and a digest of what went in.
    pub id: String,
    /// Day on which it was made, YYYY-MM-DD.
    pub made_on: String,
    /// The model.
    pub model: String,
    /// SHA-256 of the model's name, version and settings.
    pub model_hash: String,
    /// The last month known.
    pub origin: Month,
    /// What its units are.
    pub by: Kind,
    /// The data.
    pub data: Pin,
    /// The units forecast.
    pub unit: Vec<Unit>,
    /// How likely neighbours are to pass a threshold, given that another does.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub spillover: Vec<Spill>,
}

/// The forecast of one unit.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Unit {
    /// Its number.
    pub unit: u32,
    /// Its name; of a cell, its number.
    pub name: String,
    /// Deaths in the last [`BASE_MONTHS`] months up to the origin, the oldest first.
    pub seen: Vec<u32>,
    /// How the same model fared over the year before, made without that year.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_year: Option<Tally>,
    /// What in the history raised or lowered it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub driver: Vec<Driver>,
    /// Months ahead.
    pub month: Vec<Ahead>,
}

/// The forecast of one unit and month.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Ahead {
    /// The month.
    pub month: Month,
    /// Its distribution, as equally likely values.
    pub draws: Runs,
    /// Chances of at least each of [`THRESHOLDS`].
    pub chance: [f64; 4],
    /// Mean deaths.
    pub mean: f64,
    /// Chances and mean for the same month by the same model with one month less of data.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<Before>,
}

/// The forecast of the month before for the same month.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Before {
    /// Chances.
    pub chance: [f64; 4],
    /// Mean deaths.
    pub mean: f64,
}

/// What one part of the history does to a forecast.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Driver {
    /// The part.
    pub part: String,
    /// Mean deaths a month forecast, less those forecast were this part at its base rate.
    pub change: f64,
}

/// How likely a unit is to pass a threshold in a month in which another does.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Spill {
    /// The unit that passes it.
    pub from: u32,
    /// Its neighbour.
    pub to: u32,
    /// Deaths in the month.
    pub threshold: u32,
    /// The neighbour's chance, whatever happens, mean over the months ahead.
    pub alone: f64,
    /// Its chance where the first passes it.
    pub given: f64,
    /// Correlation of the two countries' surprises.
    pub correlation: f64,
}

/// What came of an issue, by one set of data.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Score {
    /// The issue.
    pub issue: String,
    /// The data that told.
    pub data: Pin,
    /// One per unit and month, by unit and month.
    pub row: Vec<Row>,
}

/// What came of a forecast in words.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Outcome {
    /// Identifier of the `[[forecast]]`.
    pub forecast: String,
    /// Digest of what it asks, so that an outcome is not taken for that of another question.
    pub asked: String,
    /// The data that told.
    pub data: Pin,
    /// First and last day that the data cover of the time asked.
    pub covered: String,
    /// Whether it came.
    pub came: bool,
    /// Whether the time asked is over; before that only what has come is known.
    pub over: bool,
    /// The figure in each year or month: `2022: 1`.
    pub figures: Vec<String>,
    /// How often it came in stretches of the same length before, and of how many.
    pub base: (u32, u32),
}

impl Ledger {
    /// The ledger of a case; empty where there is none.
    ///
    /// # Errors
    /// Where the file cannot be read, or is no ledger.
    pub fn read(folder: &Path) -> Result<Self, Error> {
        let path = folder.join(FILE_NAME);
        let text = match fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Self::default()),
            Err(error) => return Err(Error::File { path, why: error.to_string() }),
        };
        toml::from_str(&text).map_err(|error| Error::Ledger { path, why: error.to_string() })
    }

    /// The text of the file.
    ///
    /// # Errors
    /// Where a value cannot be written as TOML.
    pub fn text(&self) -> Result<String, Error> {
        let body =
            toml::to_string(self).map_err(|error| Error::Ledger { path: FILE_NAME.into(), why: error.to_string() })?;
        Ok(format!("{HEADER}{body}"))
    }

    /// Enters a forecast; false where the same is there already.
    pub fn enter(&mut self, issue: Issue) -> bool {
        if self.issue.iter().any(|known| known.id == issue.id) {
            return false;
        }
        self.issue.push(issue);
        self.issue.sort_by(|a, b| (a.origin, &a.made_on, &a.id).cmp(&(b.origin, &b.made_on, &b.id)));
        true
    }

    /// Enters scores; false where the same data have told as much already. Rows of the same data are replaced, those of other data
    /// stand beside them.
    pub fn tell(&mut self, score: Score) -> bool {
        match self.score.iter_mut().find(|known| known.issue == score.issue && known.data == score.data) {
            Some(known) if known.row == score.row => false,
            Some(known) => {
                *known = score;
                true
            }
            None => {
                self.score.push(score);
                self.score.sort_by(|a, b| (&a.issue, &a.data).cmp(&(&b.issue, &b.data)));
                true
            }
        }
    }

    /// Enters the outcome of a forecast in words, in place of an earlier one; false where it says the same.
    pub fn settle(&mut self, outcome: Outcome) -> bool {
        if self.outcome.contains(&outcome) {
            return false;
        }
        self.outcome.retain(|known| known.forecast != outcome.forecast);
        self.outcome.push(outcome);
        self.outcome.sort_by(|a, b| a.forecast.cmp(&b.forecast));
        true
    }

    /// What came of an issue, the data entered last taking precedence month by month.
    #[must_use]
    pub fn rows(&self, issue: &str) -> Vec<&Row> {
        let mut rows: Vec<&Row> = Vec::new();
        for row in self.score.iter().filter(|score| score.issue == issue).flat_map(|score| &score.row) {
            rows.retain(|known| (known.unit, known.month) != (row.unit, row.month));
            rows.push(row);
        }
        rows.sort_by_key(|row| (row.unit, row.month));
        rows
    }

    /// The latest issue of a kind of unit, of a model where one is named, that holds what is asked.
    #[must_use]
    pub fn latest(&self, model: Option<&str>, by: Kind, holds: impl Fn(&Issue) -> bool) -> Option<&Issue> {
        let is = |issue: &&Issue| issue.by == by && model.is_none_or(|model| issue.model == model) && holds(issue);
        self.issue.iter().rev().find(is)
    }
}

impl Issue {
    /// The forecast of a unit.
    #[must_use]
    pub fn unit(&self, unit: u32) -> Option<&Unit> {
        self.unit.iter().find(|one| one.unit == unit)
    }
}

impl Unit {
    /// The share of months of the past with at least so many deaths.
    #[must_use]
    pub fn base(&self, threshold: u32) -> f64 {
        self.seen.iter().filter(|&&deaths| deaths >= threshold).count() as f64 / self.seen.len().max(1) as f64
    }

    /// Whether every month from the first to the last is forecast.
    #[must_use]
    pub fn reaches(&self, (first, last): (Month, Month)) -> bool {
        (first.0..=last.0).all(|month| self.ahead(Month(month)).is_some())
    }

    /// The forecast of a month.
    #[must_use]
    pub fn ahead(&self, month: Month) -> Option<&Ahead> {
        self.month.iter().find(|ahead| ahead.month == month)
    }
}

impl Ahead {
    /// The chance of at least so many deaths: exact at [`THRESHOLDS`], elsewhere to the nearest hundredth.
    #[must_use]
    pub fn chance(&self, threshold: u32) -> f64 {
        if threshold == 0 {
            return 1.0;
        }
        THRESHOLDS
            .iter()
            .position(|&known| known == threshold)
            .map_or_else(|| self.draws.at_least(threshold), |at| self.chance[at])
    }
}

#[cfg(test)]
mod tests;
