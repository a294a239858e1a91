//! Putting a claim to the data: which dataset, which ground, which window; then the check of its kind.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, Mutex};

use casefile_case::Case;
use casefile_case::dataset::Dataset;
use casefile_case::lock::{self, Lock};
use casefile_lake::{Lake, LakeError};
use casefile_measure::amount::Sampling;
use casefile_measure::evidence::{Answers, Digest, Ground, Inquiry, Row};
use casefile_measure::filter::{Filter, FilterError};
use casefile_measure::toll::TollModel;
use casefile_model::claim::{Basis, Check, Claim, Selection};
use casefile_model::date::Span;
use casefile_model::quantity::ComputedError;

use crate::bearing::{Bears, Definitions};
use crate::finding::{self, Coverage, DataPin, EvidenceRow, Finding, Reason, Verdict};
use crate::strength::Strength;
use crate::{corroborate, coverage, estimate, events, statements, terms};

/// Draws from which probabilities and intervals of death tolls are read.
const DRAWS: usize = 2000;

/// Why a claim could not be examined. A claim that data cannot test is not an error but a verdict.
#[derive(Debug, thiserror::Error)]
pub enum ExamineError {
    /// The lake could not answer.
    #[error("claim `{claim}`: {source}")]
    Lake {
        /// The claim.
        claim: String,
        /// What the lake says.
        #[source]
        source: LakeError,
    },
    /// A measure gave numbers out of order: a fault of the program.
    #[error("claim `{claim}`: {source}")]
    Measure {
        /// The claim.
        claim: String,
        /// What is wrong with them.
        #[source]
        source: ComputedError,
    },
    /// A table built into the program is damaged.
    #[error("a built-in table is damaged: {0}")]
    Table(#[from] toml::de::Error),
}

/// What happens inside a check; [`ExamineError`] adds which claim it was.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Fault {
    #[error(transparent)]
    Lake(#[from] LakeError),
    #[error(transparent)]
    Measure(#[from] ComputedError),
}

/// How much of the evidence a finding carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Detail {
    /// At most so many rows or cells; none for 0.
    pub rows: usize,
    /// Whether the chart behind the finding is made.
    pub bars: bool,
}

/// Examines the claims of one case.
pub struct Examiner<'a> {
    pub(crate) case: &'a Case,
    pub(crate) lake: &'a Lake,
    lock: &'a Lock,
    definitions: Definitions,
    pub(crate) tolls: TollModel,
    /// Answer from this ground only; rows where they are at hand, else the cube, where absent.
    ground: Option<Ground>,
    pub(crate) detail: Detail,
    answers: Answers,
    pub(crate) posteriors: statements::Posteriors,
    /// Histories of strength, by what was asked.
    pub(crate) strengths: Mutex<BTreeMap<String, Arc<Strength>>>,
}

/// A selection that a dataset can answer.
pub(crate) struct Asked<'a> {
    pub filter: Filter,
    pub window: Span,
    pub ground: Ground,
    pub coverage: Coverage,
    pub dataset: &'a Dataset,
    pub pin: &'a lock::Dataset,
    pub cube: Option<&'a lock::CubePin>,
}

/// Why a selection cannot be answered: a reason code, a sentence, and how far the data reach.
pub(crate) struct Unanswered {
    pub reason: Reason,
    pub because: String,
    pub coverage: Option<Coverage>,
}

impl Unanswered {
    pub fn new(reason: Reason, because: impl Into<String>) -> Self {
        Self { reason, because: because.into(), coverage: None }
    }

    pub fn covered(coverage: Coverage, because: impl Into<String>) -> Self {
        Self { reason: Reason::Coverage, because: because.into(), coverage: Some(coverage) }
    }
}

impl<'a> Examiner<'a> {
    /// An examiner of `case` over the data that `lock` pins and `lake` holds.
    ///
    /// # Errors
    /// Only if a table built into the program is damaged.
    pub fn new(case: &'a Case, lake: &'a Lake, lock: &'a Lock) -> Result<Self, ExamineError> {
        Ok(Self {
            case,
            lake,
            lock,
            definitions: Definitions::builtin()?,
            tolls: TollModel::published()?,
            ground: None,
            detail: Detail::default(),
            answers: Answers::default(),
            posteriors: statements::Posteriors::default(),
            strengths: Mutex::default(),
        })
    }

    /// Answers from rows only, or from cubes only.
    #[must_use]
    pub fn on(self, ground: Option<Ground>) -> Self {
        Self { ground, ..self }
    }

    /// Keeps what is slow to compute in the case's cache, below `folder`, the case's own: it can be made again, and never stands
    /// under version control.
    #[must_use]
    pub fn keeping(self, folder: &Path) -> Self {
        let folder = folder.join(".casefile").join("cache").join("strength");
        Self { posteriors: statements::Posteriors::kept_in(folder), ..self }
    }

    /// Carries so much of the evidence in each finding.
    #[must_use]
    pub fn with(self, detail: Detail) -> Self {
        Self { detail, ..self }
    }

    /// Examines one claim.
    ///
    /// # Errors
    /// When a query fails.
    pub fn examine(&self, claim: &Claim) -> Result<Finding, ExamineError> {
        let mut finding = self.verdict(claim).map_err(|fault| match fault {
            Fault::Lake(source) => ExamineError::Lake { claim: claim.envelope.id.clone(), source },
            Fault::Measure(source) => ExamineError::Measure { claim: claim.envelope.id.clone(), source },
        })?;
        if claim.envelope.negated {
            finding.negate();
        }
        finding.note_hedge(claim);
        Ok(finding)
    }

    fn verdict(&self, claim: &Claim) -> Result<Finding, Fault> {
        match &claim.check {
            None => Ok(corroborate::unchecked(self.case, claim)),
            Some(Check::Corroboration { statements, least }) => {
                Ok(corroborate::check(self.case, claim, statements, *least as usize))
            }
            Some(Check::Estimate { actor, quantity, at, before, per_day }) => {
                let sought = estimate::Sought { actor, quantity, at };
                match before {
                    None => Ok(estimate::check(self.case, claim, &sought)),
                    Some(before) => Ok(estimate::change(self.case, claim, &sought, before, *per_day)?),
                }
            }
            Some(check) if check.basis() == Basis::Events => events::check(self, claim, check),
            Some(check) => statements::check(self, claim, check),
        }
    }

    /// Finds the dataset that covers the selection best, and the ground that answers for it.
    pub(crate) fn ask(&self, selection: &Selection, window: Span) -> Result<Asked<'a>, Unanswered> {
        let named = |dataset: &&Dataset| selection.dataset.as_ref().is_none_or(|id| dataset.is_named(id));
        let mut candidates: Vec<(Coverage, &'a Dataset, &'a lock::Dataset)> = self
            .case
            .datasets
            .iter()
            .filter(named)
            .filter_map(|dataset| {
                let pin = self.lock.dataset(&dataset.id)?;
                Some((coverage::coverage(self.case, dataset, selection, &window), dataset, pin))
            })
            .collect();
        candidates.sort_by_key(|(coverage, ..)| *coverage as u8);
        let Some(&(coverage, dataset, pin)) = candidates.first() else {
            return Err(Unanswered::new(Reason::NoData, "no dataset is pinned that could test it".to_owned()));
        };
        if coverage == Coverage::None {
            let title = &pin.title;
            return Err(Unanswered::covered(
                Coverage::None,
                format!("{title}, as pinned here, does not reach that place and time"),
            ));
        }
        let filter = Filter::resolve(self.case, selection, &dataset.id, &dataset.adapter)
            .map_err(|error: FilterError| Unanswered::new(Reason::NoData, error.to_string()))?;
        let (ground, cube) = self.ground_for(pin, &filter)?;
        let asked = Asked { filter, window, ground, coverage, dataset, pin, cube };
        tells(&asked, &window)?;
        Ok(asked)
    }

    /// Rows where they are at hand, else the cube if it keeps the columns that the places are told by.
    fn ground_for(
        &self,
        dataset: &lock::Dataset,
        filter: &Filter,
    ) -> Result<(Ground, Option<&'a lock::CubePin>), Unanswered> {
        let has_rows = !self.lake.missing().contains(&dataset.id);
        if has_rows && self.ground != Some(Ground::Cube) {
            return Ok((Ground::Rows, None));
        }
        let cube = self.lock.cubes.iter().find(|cube| cube.dataset == dataset.id);
        let Some(cube) = cube.filter(|_| self.ground != Some(Ground::Rows)) else {
            let how =
                format!("the rows of {} are not at hand: run `casefile data add` with the released file", dataset.id);
            return Err(Unanswered::new(Reason::NoData, how));
        };
        if !cube.is_current(dataset) {
            let what = "the cube was made from another release than the one pinned: run `casefile data cube`";
            return Err(Unanswered::new(Reason::NoData, what.to_owned()));
        }
        if !cube.predicate.is_empty() {
            let what = format!("the cube holds only events for which {}, so it cannot tell", cube.predicate);
            return Err(Unanswered::new(Reason::NoData, what));
        }
        for column in &filter.place_columns {
            keeps(cube, column)?;
        }
        Ok((Ground::Cube, Some(cube)))
    }

    pub(crate) fn bears(&self, asked: &Asked<'_>, selection: &Selection) -> Bears {
        self.definitions.bears(asked.dataset, &asked.pin.unit, selection.concept, asked.coverage)
    }

    /// How figures would bear on the claim if the data were complete: what the definition alone does.
    pub(crate) fn bears_if_complete(&self, asked: &Asked<'_>, selection: &Selection) -> Bears {
        self.definitions.bears(asked.dataset, &asked.pin.unit, selection.concept, Coverage::Complete)
    }

    pub(crate) fn inquiry(&self, asked: &Asked<'_>) -> Inquiry<'_> {
        Inquiry::new(self.lake, &self.answers, asked.ground)
    }

    /// How draws are made for a claim: seeded by the case, so that a claim's figure depends on no other claim.
    pub(crate) fn sampling(&self) -> Sampling {
        Sampling { draws: DRAWS, seed: self.case.seed }
    }

    /// Completes a finding with what stands behind it: queries, digests, rows, data.
    pub(crate) fn evidence(
        &self,
        finding: &mut Finding,
        inquiry: Inquiry<'_>,
        parts: &[&Asked<'_>],
    ) -> Result<(), Fault> {
        let mut digest = Digest::default();
        let mut too_small = None;
        for asked in parts {
            let part = self.inquiry(asked).digest(&asked.filter, &asked.window)?;
            digest.ids = digest.ids.rotate_left(1) ^ part.ids;
            digest.content = digest.content.rotate_left(1) ^ part.content;
            digest.events += part.events;
            too_small = too_small.or_else(|| asked.pin.is_too_small(part.events).then_some(asked.pin));
        }
        finding.sql = inquiry.sql;
        finding.events = digest.events;
        finding.digest_ids = format!("{:016x}", digest.ids);
        finding.digest_content = format!("{:016x}", digest.content);
        for asked in parts {
            finding.ground = match asked.ground {
                Ground::Rows => finding::Ground::Rows,
                Ground::Cube => finding::Ground::Cube,
            };
            let pin = data_pin(asked);
            if !finding.data.contains(&pin) {
                finding.data.push(pin);
            }
            self.rows(finding, asked)?;
        }
        if let Some(pin) = too_small {
            terms::withhold(finding, pin);
        }
        Ok(())
    }

    fn rows(&self, finding: &mut Finding, asked: &Asked<'_>) -> Result<(), Fault> {
        if self.detail.rows <= finding.rows.len() {
            return Ok(());
        }
        // Rows of a dataset that forbids passing them on never reach an output; its aggregates do.
        if asked.ground == Ground::Rows && !asked.pin.redistribute_rows {
            let (title, licence) = (&asked.pin.title, &asked.pin.licence);
            let note =
                format!("The events are not listed: the licence of {title} ({licence}) lets no rows be passed on.");
            if !finding.notes.contains(&note) {
                finding.notes.push(note);
            }
            return Ok(());
        }
        let room = self.detail.rows - finding.rows.len();
        let (rows, more) = self.inquiry(asked).rows(&asked.filter, &asked.window, room)?;
        finding.rows_cut |= more;
        let may_be_told = |row: &Row| !asked.pin.is_too_small(u64::try_from(row.n).unwrap_or(0));
        finding.rows.extend(rows.into_iter().filter(may_be_told).map(|row| EvidenceRow {
            id: row.id,
            start: row.start.to_string(),
            end: row.end.to_string(),
            place: row.place,
            sides: row.sides,
            events: row.n,
            low: row.low,
            best: row.best,
            high: row.high,
            flags: row.flags,
        }));
        Ok(())
    }

    /// A finding for a claim that nothing at hand can answer.
    pub(crate) fn unanswered(&self, claim: &Claim, unanswered: Unanswered) -> Finding {
        let Unanswered { reason, because, coverage } = unanswered;
        let mut finding = Finding::new(claim, Verdict::NotTestable, reason, because);
        finding.coverage = coverage;
        finding
    }
}

fn data_pin(asked: &Asked<'_>) -> DataPin {
    let pin = asked.pin;
    DataPin {
        dataset: pin.id.clone(),
        title: pin.title.clone(),
        version: pin.version.clone(),
        sha256: asked.cube.map_or(&pin.sha256, |cube| &cube.sha256).clone(),
        licence: pin.licence.clone(),
    }
}

/// A cube that does not keep a column cannot tell events apart by it.
pub(crate) fn keeps(cube: &lock::CubePin, column: &str) -> Result<(), Unanswered> {
    if cube.places.iter().any(|kept| kept == column) { Ok(()) } else { Err(cube_lacks(column)) }
}

/// A cube of months cannot tell on which day of a month an event was.
pub(crate) fn tells(asked: &Asked<'_>, time: &Span) -> Result<(), Unanswered> {
    match asked.cube {
        Some(cube) if !aligned(&cube.period, time) => Err(cube_lacks(match cube.period.as_str() {
            "month" => "single days",
            "quarter" => "single months",
            _ => "parts of a year",
        })),
        _ => Ok(()),
    }
}

/// Why a cube cannot answer what rows can.
pub(crate) fn cube_lacks(what: &str) -> Unanswered {
    Unanswered::new(Reason::NoData, format!("the cube does not tell {what} apart; the rows can answer"))
}

/// Whether both ends of the window fall on edges of the cube's periods.
fn aligned(period: &str, window: &Span) -> bool {
    let months = match period {
        "day" => return true,
        "quarter" => 3,
        "year" => 12,
        _ => 1,
    };
    let starts = |day: jiff::civil::Date| day.day() == 1 && (day.month() - 1) % months == 0;
    let ends = |day: jiff::civil::Date| day.tomorrow().is_ok_and(starts);
    window.start.is_none_or(starts) && window.end.is_none_or(ends)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cube_answers_for_whole_periods_only() {
        let window = |text: &str| text.parse::<casefile_model::date::Edtf>().unwrap().stated();
        assert!(aligned("month", &window("2020-03/2020-05")));
        assert!(aligned("quarter", &window("2020-04/2020-09")));
        assert!(!aligned("quarter", &window("2020-03/2020-05")));
        assert!(!aligned("month", &window("2021-08-26")));
        assert!(aligned("day", &window("2021-08-26")));
        assert!(aligned("year", &window("../2020")));
    }
}
