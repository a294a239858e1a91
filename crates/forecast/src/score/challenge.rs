//! The scores of the ViEWS 2023/24 challenge: means over every unit-month.

use std::thread;

use serde::Serialize;

use super::sort::Room;
use super::{covers, crps_sorted, ignorance, interval_score};
use crate::{Draws, Error, Month, Outcomes};

/// Means over unit-months.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Scores {
    /// Unit-months.
    pub n: usize,
    /// Draws per unit-month.
    pub draws: usize,
    /// Continuous ranked probability score, deaths.
    pub crps: f64,
    /// Ignorance, bits.
    pub ignorance: f64,
    /// Mean interval score of the central 90% interval, deaths.
    pub interval: f64,
    /// How often the central 90% interval holds what came.
    pub coverage: Coverage,
}

/// How often intervals hold what came.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Coverage {
    /// Over all unit-months; zeros push it up.
    pub all: f64,
    /// Over unit-months with deaths.
    pub with_deaths: f64,
}

/// The score of one unit-month.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Cell {
    /// The unit.
    pub unit: u32,
    /// The month.
    pub month: Month,
    /// What came.
    pub outcome: u32,
    /// CRPS.
    pub crps: f64,
    /// Ignorance.
    pub ignorance: f64,
    /// Interval score.
    pub interval: f64,
    /// Whether the interval holds it.
    pub covered: bool,
}

/// Scores of a forecast against every outcome.
///
/// # Errors
/// Where an outcome has no forecast, or there are no outcomes.
pub fn challenge(draws: &Draws, outcomes: &Outcomes) -> Result<Scores, Error> {
    let cells = challenge_by_cell(draws, outcomes)?;
    let mean = |of: &dyn Fn(&Cell) -> f64| cells.iter().map(of).sum::<f64>() / cells.len() as f64;
    let deaths: Vec<&Cell> = cells.iter().filter(|cell| cell.outcome > 0).collect();
    Ok(Scores {
        n: cells.len(),
        draws: draws.per_cell(),
        crps: mean(&|cell| cell.crps),
        ignorance: mean(&|cell| cell.ignorance),
        interval: mean(&|cell| cell.interval),
        coverage: Coverage {
            all: mean(&|cell| f64::from(u8::from(cell.covered))),
            with_deaths: deaths.iter().filter(|cell| cell.covered).count() as f64 / deaths.len() as f64,
        },
    })
}

/// The mean CRPS alone, deaths: what [`challenge`] gives, faster.
///
/// # Errors
/// As [`challenge`].
pub fn mean_crps(draws: &Draws, outcomes: &Outcomes) -> Result<f64, Error> {
    let cells = by_cell(draws, outcomes, |_, outcome, sorted| crps_sorted(sorted, outcome))?;
    Ok(cells.iter().sum::<f64>() / cells.len() as f64)
}

/// The scores of each unit-month, by unit and month, on every core.
///
/// # Errors
/// As [`challenge`].
pub fn challenge_by_cell(draws: &Draws, outcomes: &Outcomes) -> Result<Vec<Cell>, Error> {
    by_cell(draws, outcomes, |(unit, month), outcome, sorted| Cell {
        unit,
        month,
        outcome,
        crps: crps_sorted(sorted, outcome),
        ignorance: ignorance(sorted, outcome),
        interval: interval_score(sorted, outcome, 0.1),
        covered: covers(sorted, outcome, 0.1),
    })
}

/// A unit-month, what came, and its draws if it has any.
type Found<'a> = ((u32, Month), u32, Option<&'a [u32]>);

/// What `score` makes of each unit-month, its outcome and its draws in order, by unit and month.
fn by_cell<T: Send>(
    draws: &Draws,
    outcomes: &Outcomes,
    score: impl Fn((u32, Month), u32, &[u32]) -> T + Sync,
) -> Result<Vec<T>, Error> {
    let found = outcomes.0.iter().map(|(&key, &outcome)| (key, outcome, draws.get(key.0, key.1)));
    let found: Vec<Found> = found.collect();
    let missing = found.iter().filter(|cell| cell.2.is_none());
    if let Some(&((unit, month), ..)) = missing.clone().next() {
        return Err(Error::Missing { missing: missing.count(), of: found.len(), unit, month });
    }
    if found.is_empty() {
        return Err(Error::Empty);
    }
    let workers = thread::available_parallelism().map_or(1, usize::from);
    let part = |part: &[Found]| -> Vec<T> {
        let mut room = Room::default();
        let cells = part.iter().filter_map(|&(key, outcome, drawn)| Some((key, outcome, drawn?)));
        cells.map(|(key, outcome, drawn)| score(key, outcome, room.ascending(drawn))).collect()
    };
    Ok(thread::scope(|scope| {
        let running: Vec<_> =
            found.chunks(found.len().div_ceil(workers)).map(|some| scope.spawn(|| part(some))).collect();
        running.into_iter().filter_map(|worker| worker.join().ok()).flatten().collect()
    }))
}
