//! Making a forecast fit for filing: from a history alone.

use sha2::{Digest, Sha256};

use super::tally::{Tally, round, row};
use super::{Ahead, BASE_MONTHS, Before, DRAWS, Issue, Kind, Pin, Runs, THRESHOLDS, Unit};
use crate::{Error, History, Marginal, Model, Month, Violence, drivers, spillover};

/// What to forecast.
pub struct Ask<'a> {
    /// The model.
    pub model: &'a dyn Model,
    /// Months ahead, from 1.
    pub horizon: u32,
    /// Units and their names.
    pub units: Vec<(u32, String)>,
    /// What they are.
    pub by: Kind,
    /// The data that the history is of.
    pub data: Pin,
    /// Day of making, YYYY-MM-DD.
    pub made_on: String,
    /// Whether to look for drivers, which fits the model anew for each part of the history.
    pub drivers: bool,
}

/// The forecast, with the base rate, last year's score, the change since last month, drivers and spillover beside it. All of it
/// is made of the history, which ends at the origin.
///
/// # Errors
/// Where the history is too short for the model, or a unit does not exist at the origin.
pub fn issue(history: &History, ask: &Ask<'_>) -> Result<Issue, Error> {
    let horizons: Vec<u32> = (1..=ask.horizon).collect();
    let now = ask.model.marginals(history, &horizons)?;
    let earlier = history.earlier(1).and_then(|history| {
        let later: Vec<u32> = (2..=ask.horizon + 1).collect();
        ask.model.marginals(&history, &later).ok()
    });
    let mut units = Vec::with_capacity(ask.units.len());
    for (unit, name) in &ask.units {
        let months = &now.months;
        let cells = now.of(*unit).ok_or(Error::Unit { unit: *unit, origin: history.origin() })?;
        let before = earlier.as_ref().and_then(|earlier| earlier.of(*unit));
        let ahead = |(at, &month): (usize, &Month)| Ahead {
            month,
            draws: Runs(cells[at].stratified(DRAWS)),
            chance: chances(&cells[at]),
            mean: mean(&cells[at]),
            before: before.map(|cells| Before { chance: chances(&cells[at]), mean: mean(&cells[at]) }),
        };
        units.push(Unit {
            unit: *unit,
            name: name.clone(),
            seen: seen(history, *unit),
            last_year: None,
            driver: Vec::new(),
            month: months.iter().enumerate().map(ahead).collect(),
        });
    }
    last_year(history, ask, &mut units);
    if ask.drivers {
        drivers::find(history, ask.model, &horizons, &mut units)?;
    }
    let model_hash = model_hash(ask.model);
    Ok(Issue {
        id: id(ask, history.origin(), &model_hash),
        made_on: ask.made_on.clone(),
        model: ask.model.name().to_owned(),
        model_hash,
        origin: history.origin(),
        by: ask.by,
        data: ask.data.clone(),
        spillover: if ask.by == Kind::Country { spillover::all(history, &units) } else { Vec::new() },
        unit: units,
    })
}

/// Chances of at least each threshold.
fn chances(of: &Marginal) -> [f64; 4] {
    THRESHOLDS.map(|threshold| round((1.0 - of.cdf(f64::from(threshold) - 0.5)).clamp(0.0, 1.0)))
}

/// The mean of a distribution.
pub(crate) fn mean(of: &Marginal) -> f64 {
    round(of.atoms().iter().map(|&(value, weight)| f64::from(value) * weight).sum())
}

fn seen(history: &History, unit: u32) -> Vec<u32> {
    let Ok(place) = history.units().binary_search(&unit) else { return Vec::new() };
    let mut seen: Vec<u32> = history
        .deaths(place, Violence::StateBased)
        .rev()
        .take(BASE_MONTHS)
        .flatten()
        .map(|deaths| deaths.round() as u32)
        .collect();
    seen.reverse();
    seen
}

/// How the same model would have fared over the last twelve months, made without them. A history too short for that has no score.
fn last_year(history: &History, ask: &Ask<'_>, units: &mut [Unit]) {
    let horizons: Vec<u32> = (1..=ask.horizon.min(12)).collect();
    let Some(past) = history.earlier(12) else { return };
    let Ok(then) = ask.model.marginals(&past, &horizons) else { return };
    for unit in units {
        let Some(cells) = then.of(unit.unit) else { continue };
        let was = Unit {
            seen: seen(&past, unit.unit),
            month: Vec::new(),
            driver: Vec::new(),
            last_year: None,
            ..unit.clone()
        };
        let rows = horizons.iter().zip(cells).filter_map(|(&horizon, cell)| {
            let came = *unit.seen.get((unit.seen.len() + horizon as usize).checked_sub(13)?)?;
            let ahead = Ahead {
                month: past.origin().after(horizon),
                draws: Runs(cell.stratified(DRAWS)),
                chance: chances(cell),
                mean: 0.0,
                before: None,
            };
            Some(row(&was, &ahead, came))
        });
        unit.last_year = Tally::of(&rows.collect::<Vec<_>>());
    }
}

/// Version of the models' methods; raised whenever the same history and settings would give another forecast.
const METHODS: u32 = 2;

/// SHA-256 of a model's name, version and settings.
fn model_hash(model: &dyn Model) -> String {
    digest(&format!("{} {METHODS} {}", model.name(), model.settings()))
}

fn id(ask: &Ask<'_>, origin: Month, model_hash: &str) -> String {
    let units: Vec<u32> = ask.units.iter().map(|unit| unit.0).collect();
    let asked = format!("{model_hash} {} {:?} {units:?} {} {}", ask.data.sha256, ask.by, ask.horizon, ask.drivers);
    format!("{}-{origin}-{}", ask.model.name(), &digest(&asked)[..8])
}

fn digest(text: &str) -> String {
    Sha256::digest(text.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}
