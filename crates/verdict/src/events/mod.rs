//! Claims against event data: one file for each kind of check, its rule beside it.
//!
//! | check | file | rule |
//! |---|---|---|
//! | amount | [`amount`] | the figure against the claimed one |
//! | change, comparison | [`ratio`] | one figure over another; bounds on either make a bound on the ratio |
//! | share | [`share`] | a part of a whole; needs complete data |
//! | extent | [`extent`] | the number of places |
//! | existence, absence | [`existence`] | an event, or none |
//! | timing | [`timing`] | the date of the first, the last or the most |
//! | ranking | [`ranking`] | the place in an order; needs complete data |
//! | onset | [`onset`] | the posterior of the day on which a rate rose; needs complete data |
//! | trend | [`trend`] | the fitted rate at the end over that at the beginning; needs complete data |
//! | shift | [`shift`] | one share over another; needs complete data |
//! | spread | [`spread`] | active places, or their land, over those before; the way of the centre needs complete data |
//! | turnover | [`turnover`] | events in one period and none in the other, place by place |
//! | hotspot | [`hotspot`] | a cluster that chance does not explain, or a phase; needs complete data |
//! | contagion | [`contagion`] | the branching ratio; needs complete data |
//! | aftermath | [`aftermath`] | the rate after the loss of a leader over that before; needs complete data |
//!
//! Every check asks the [`Examiner`] for a dataset, measures, rules, and hands what it found to [`ruling`]; [`chart`]
//! draws what lies behind.

mod aftermath;
mod amount;
mod chart;
mod contagion;
mod existence;
mod extent;
mod hotspot;
mod onset;
mod ranking;
mod ratio;
mod ruling;
mod share;
mod shift;
mod spread;
mod timing;
mod trend;
mod turnover;

use casefile_lake::LakeError;
use casefile_measure::observation::Observation;
use casefile_model::claim::{Check, Claim, Dimension, Measure, Selection};
use casefile_model::date::{Edtf, Span};
use casefile_model::quantity::{ComputedError, HedgedQuantity};

pub(crate) use ruling::expected;

use crate::examine::{Asked, Examiner, Fault, Unanswered, cube_lacks, keeps, tells};
use crate::finding::{Coverage, Finding, Reason};

/// Checks a claim against event data.
pub(crate) fn check(examiner: &Examiner<'_>, claim: &Claim, check: &Check) -> Result<Finding, Fault> {
    let task = Task { examiner, claim };
    let outcome = match check {
        Check::Amount { measure, of } => task.amount(*measure, of),
        Check::Change { measure, of, before, after } => task.change(*measure, of, before, after),
        Check::Comparison { measure, of, than } => task.comparison(*measure, of, than),
        Check::Share { measure, of, whole } => task.share(*measure, of, whole),
        Check::Extent { unit, of, total } => task.extent(*unit, of, *total),
        Check::Existence { of } => task.existence(of, true),
        Check::Absence { of } => task.existence(of, false),
        Check::Timing { which, of, when } => task.timing(*which, of, when),
        Check::Ranking { measure, of, by, item, top } => task.ranking(*measure, of, *by, item, *top as usize),
        Check::Onset { of, when } => task.onset(of, when),
        Check::Trend { of } => task.trend(of),
        Check::Shift { of, whole, before, after } => task.shift(of, whole, before, after),
        Check::Spread { reach, of, before, after } => task.spread(*reach, of, before, after),
        Check::Turnover { of, before, after, gained, lost } => task.turnover(of, [before, after], gained, lost),
        Check::Hotspot { of, spot, phase } => task.hotspot(of, spot, *phase),
        Check::Contagion { of } => task.contagion(of),
        Check::Aftermath { of, led, leader, weeks } => task.aftermath(of, led, leader, *weeks),
        Check::Ties { .. }
        | Check::Path { .. }
        | Check::Centrality { .. }
        | Check::Tenure { .. }
        | Check::Strength { .. }
        | Check::Regeneration { .. }
        | Check::Hypothesis { .. }
        | Check::Estimate { .. }
        | Check::Corroboration { .. } => Err(Unanswered::new(Reason::NoData, "this check is about statements").into()),
    };
    match outcome {
        Ok(finding) => Ok(finding),
        Err(Stop::Unanswered(unanswered)) => Ok(examiner.unanswered(claim, unanswered)),
        Err(Stop::Fault(fault)) => Err(fault),
    }
}

/// Why a check ends early.
enum Stop {
    /// Nothing at hand can answer: a verdict, not an error.
    Unanswered(Unanswered),
    /// Something broke.
    Fault(Fault),
}

impl From<Unanswered> for Stop {
    fn from(unanswered: Unanswered) -> Self {
        Self::Unanswered(unanswered)
    }
}

impl From<Fault> for Stop {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

impl From<LakeError> for Stop {
    fn from(error: LakeError) -> Self {
        Self::Fault(error.into())
    }
}

impl From<ComputedError> for Stop {
    fn from(error: ComputedError) -> Self {
        Self::Fault(error.into())
    }
}

/// One claim before the examiner. Each check is a method, in the file of its kind.
struct Task<'a, 'c> {
    examiner: &'c Examiner<'a>,
    claim: &'c Claim,
}

impl Task<'_, '_> {
    /// The hedged expectation; the reader of the case asks for one where the check needs it.
    fn says(&self) -> Result<&HedgedQuantity, Stop> {
        let missing = || Unanswered::new(Reason::NoData, "the claim does not say how much");
        self.claim.says.as_ref().ok_or_else(|| missing().into())
    }
}

/// A cube may be too coarse to tell events apart by this.
fn needs(asked: &Asked<'_>, by: Dimension) -> Result<(), Unanswered> {
    let Some(cube) = asked.cube else { return Ok(()) };
    match by {
        Dimension::Month if matches!(cube.period.as_str(), "quarter" | "year") => Err(cube_lacks("months")),
        Dimension::Country | Dimension::Month | Dimension::Year | Dimension::Actor | Dimension::Opponent => Ok(()),
        Dimension::Admin1 => keeps(cube, "admin1"),
        Dimension::Admin2 => keeps(cube, "admin2"),
        Dimension::Place => keeps(cube, "place"),
        Dimension::Priogrid => keeps(cube, "priogrid"),
    }
}

/// What is measured day by day cannot be told from a cube of months.
fn by_day(asked: &Asked<'_>) -> Result<(), Unanswered> {
    match asked.cube {
        Some(cube) if cube.period != "day" => Err(cube_lacks("days")),
        _ => Ok(()),
    }
}

/// What is measured over land cannot be told from a cube without places.
fn by_place(asked: &Asked<'_>) -> Result<(), Unanswered> {
    let Some(cube) = asked.cube else { return Ok(()) };
    ["priogrid", "admin1", "admin2", "place"].into_iter().try_for_each(|column| keeps(cube, column))
}

/// Events as a cube tells them, so that a verdict does not depend on which of the two answers.
fn on_grid(events: Vec<Observation>) -> Vec<Observation> {
    events.into_iter().map(Observation::on_grid).collect()
}

/// The note on events that may lie outside the selection's places and so are not measured.
fn vague(events: &[Observation]) -> Option<String> {
    let n: u64 = events.iter().filter(|event| !event.placed).map(|event| event.n).sum();
    let told = || format!("{} may lie elsewhere and are left out.", crate::words::counted(n as f64, "events"));
    (n > 0).then(told)
}

fn window(of: &Selection) -> Span {
    of.period.as_ref().map_or(Span { start: None, end: None }, Edtf::stated)
}

/// Nothing can be said, because the data that are missing might say otherwise.
fn partial(why: &str) -> Unanswered {
    Unanswered::covered(Coverage::Partial, why)
}

/// Some figures mean nothing where events are missing.
fn must_be_complete(coverage: Coverage, why: &str) -> Result<(), Unanswered> {
    if coverage == Coverage::Complete { Ok(()) } else { Err(partial(why)) }
}

/// The coverage of two selections together: that of the one covered less.
fn worse(a: Coverage, b: Coverage) -> Coverage {
    if (a as u8) > (b as u8) { a } else { b }
}

/// To one decimal: more would feign a precision that vague dates do not have.
fn round1(x: f64) -> f64 {
    (x * 10.0).round() / 10.0
}

fn unit_of(measure: Measure) -> &'static str {
    match measure {
        Measure::Events => "events",
        Measure::Deaths => "deaths",
        Measure::OwnDeaths => "deaths on its own side",
        Measure::OpponentDeaths => "deaths on the other side",
        Measure::CivilianDeaths => "civilian deaths",
    }
}

#[cfg(test)]
mod tests;
