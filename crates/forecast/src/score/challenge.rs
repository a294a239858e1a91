//! The scores of the ViEWS 2023/24 challenge: means over every unit-month.

use std::thread;

use serde::Serialize;

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

/// The scores of each unit-month, by unit and month, on every core.
///
/// # Errors
/// As [`challenge`].
pub fn challenge_by_cell(draws: &Draws, outcomes: &Outcomes) -> Result<Vec<Cell>, Error> {
    let wanted: Vec<_> = outcomes.0.iter().map(|(&(unit, month), &outcome)| (unit, month, outcome)).collect();
    let missing: Vec<_> = wanted.iter().filter(|cell| draws.get(cell.0, cell.1).is_none()).collect();
    if let Some(&&(unit, month, _)) = missing.first() {
        return Err(Error::Missing { missing: missing.len(), of: wanted.len(), unit, month });
    }
    if wanted.is_empty() {
        return Err(Error::Empty);
    }
    let workers = thread::available_parallelism().map_or(1, usize::from);
    let share = wanted.len().div_ceil(workers);
    let score = |part: &[(u32, Month, u32)]| {
        let mut sorted = Vec::with_capacity(draws.per_cell());
        part.iter().filter_map(|&(unit, month, outcome)| cell(draws, unit, month, outcome, &mut sorted)).collect()
    };
    let parts: Vec<Vec<Cell>> = thread::scope(|scope| {
        let running: Vec<_> = wanted.chunks(share).map(|part| scope.spawn(move || score(part))).collect();
        running.into_iter().filter_map(|worker| worker.join().ok()).collect()
    });
    Ok(parts.concat())
}

fn cell(draws: &Draws, unit: u32, month: Month, outcome: u32, sorted: &mut Vec<u32>) -> Option<Cell> {
    sorted.clear();
    sorted.extend(draws.get(unit, month)?);
    sorted.sort_unstable();
    Some(Cell {
        unit,
        month,
        outcome,
        crps: crps_sorted(sorted, outcome),
        ignorance: ignorance(sorted, outcome),
        interval: interval_score(sorted, outcome, 0.1),
        covered: covers(sorted, outcome, 0.1),
    })
}
