//! Whether events near in space are near in time too: Knox's test, and the near-repeat table.
//!
//! Pairs of events are counted by distance and by days between them. Under the null hypothesis the two have nothing to do with
//! each other; replicates permute the days among the places, so that neither the map nor the calendar explains the result.
//! A ratio above 1 at short distances and few days is contagion, retaliation, or one operation counted as several events.
//! The table cannot tell which.
//!
//! - [`knox`]: one limit in space, one in time (Knox E G, “The detection of space-time interactions”, Applied Statistics
//!   13(1), 1964).
//! - [`near_repeat`]: bands of distance by bands of time, each with observed count, expected count and p (Johnson S D et al.,
//!   “Space-time patterns of risk: a cross national assessment of residential burglary victimization”, Journal of Quantitative
//!   Criminology 23, 2007; Ratcliffe J H, Near Repeat Calculator, 2009).
//!
//! Only events of known day and known place belong here. Two events put on one centroid are at distance 0 by the coder's hand.
//! Distances are on a sphere of 6,371 km.

#[cfg(test)]
mod tests;

use std::ops::Range;

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use serde::{Deserialize, Serialize};

use crate::scan::Point;

/// The mean radius of the Earth, kilometres.
pub(crate) const EARTH_KM: f64 = 6371.0;

/// Distances within a millimetre of a band's end belong to it: rounding must not decide.
const SAME_KM: f64 = 1e-6;

/// An event of known place and day.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Event {
    /// Where.
    pub at: Point,
    /// When: days since 1970-01-01 (UTC).
    pub day: i32,
}

/// How replicates are drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Draws {
    /// How many, at least 1.
    pub replicates: u32,
    /// Makes them repeatable.
    pub seed: u64,
    /// How many threads may work; 0 for as many as the machine has. The result does not depend on it.
    pub threads: usize,
}

impl Default for Draws {
    fn default() -> Self {
        Self { replicates: 999, seed: 1, threads: 0 }
    }
}

/// Knox's test.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Knox {
    /// Pairs near in space and in time: Knox's statistic.
    pub observed: u64,
    /// Pairs near in space × pairs near in time ÷ pairs.
    pub expected: f64,
    /// Pairs near in space.
    pub near_space: u64,
    /// Pairs near in time.
    pub near_time: u64,
    /// All pairs.
    pub pairs: u64,
    /// The share of the replicates, and of the events themselves, with as many near pairs.
    pub p: f64,
}

impl Knox {
    /// How many times as many near pairs as expected.
    pub fn ratio(&self) -> f64 {
        self.observed as f64 / self.expected
    }
}

/// A cell of the near-repeat table: pairs so far apart, so many days apart.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Cell {
    /// Farther apart than so many kilometres; None in the first band.
    pub above_km: Option<f64>,
    /// No farther apart than so many kilometres. A first band up to 0 is “the same place”.
    pub upto_km: f64,
    /// More days apart than this; None in the first band.
    pub above_days: Option<u32>,
    /// No more days apart than this. A first band up to 0 is “the same day”.
    pub upto_days: u32,
    /// Pairs observed.
    pub observed: u64,
    /// The mean over the replicates.
    pub expected: f64,
    /// The share of the replicates, and of the events themselves, with as many pairs.
    pub p: f64,
}

impl Cell {
    /// The Knox ratio: how many times as many pairs as expected. None where nothing is expected.
    pub fn ratio(&self) -> Option<f64> {
        (self.expected > 0.0).then(|| self.observed as f64 / self.expected)
    }
}

/// Why the pairs could not be counted.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum NearError {
    /// There is no pair.
    #[error("{0} events make no pair; give at least two")]
    TooFew(usize),
    /// A coordinate is not one.
    #[error(
        "event {event} lies at latitude {latitude}, longitude {longitude}; latitudes run from -90 to 90, longitudes from -180 to 180"
    )]
    Coordinates {
        /// Index of the event.
        event: usize,
        /// As given.
        latitude: f64,
        /// As given.
        longitude: f64,
    },
    /// The bands do not grow.
    #[error("the {0} bands must be one or more upper limits, from 0 up, each above the one before, at most 255")]
    Bands(&'static str),
    /// No replicate.
    #[error("no replicate was asked for; give at least 1, usually 999")]
    Replicates,
}

/// Knox's test: are pairs no farther than `km` apart also no more than `days` apart more often than by chance?
///
/// # Errors
///
/// Where fewer than two events are given, a coordinate is impossible, or a limit is negative.
pub fn knox(events: &[Event], km: f64, days: u32, draws: &Draws) -> Result<Knox, NearError> {
    let cells = near_repeat(events, &[km], &[days], draws)?;
    let pairs = (events.len() as u64) * (events.len() as u64 - 1) / 2;
    let near_space = Pairs::of(events, &[km]).pairs.len() as u64;
    let near_time = pairs_in_time(events, days);
    Ok(Knox {
        observed: cells[0].observed,
        expected: near_space as f64 * near_time as f64 / pairs as f64,
        near_space,
        near_time,
        pairs,
        p: cells[0].p,
    })
}

/// The near-repeat table: for each band of distance and of days, by distance then days. Bands are given by their upper limits, in
/// kilometres and in days; each runs from above the one before up to its limit, that included.
///
/// ```
/// use casefile_stats::{near::{Draws, Event, near_repeat}, scan::Point};
///
/// // Forty places in a row; each is struck twice, the second time three days after the first.
/// let strike = |place: i32, day| Event { at: Point { latitude: 34.0, longitude: f64::from(place) }, day };
/// let events: Vec<Event> = (0..40).flat_map(|place| [strike(place, 20 * place), strike(place, 20 * place + 3)]).collect();
///
/// let table = near_repeat(&events, &[0.0, 100.0], &[7, 30], &Draws::default())?;
/// assert_eq!(table[0].observed, 40); // at the same place, within a week
/// assert_eq!(table[0].p, 0.001);
/// assert!(table[0].ratio().is_some_and(|ratio| ratio > 10.0));
/// # Ok::<(), casefile_stats::near::NearError>(())
/// ```
///
/// # Errors
///
/// Where fewer than two events are given, a coordinate is impossible, or bands do not grow.
pub fn near_repeat(
    events: &[Event],
    upto_km: &[f64],
    upto_days: &[u32],
    draws: &Draws,
) -> Result<Vec<Cell>, NearError> {
    check(events, upto_km, upto_days, draws)?;
    let pairs = Pairs::of(events, upto_km);
    let bands = Bands { days: upto_days, distances: upto_km.len() };
    let mut days: Vec<i32> = events.iter().map(|event| event.day).collect();
    let observed = pairs.table(&days, &bands);
    days.sort_unstable();
    let replicates = replicates(&pairs, &days, &bands, draws);
    let cell = |(n, &observed): (usize, &u64)| {
        let (distance, time) = (n / upto_days.len(), n % upto_days.len());
        let as_many = replicates.iter().filter(|table| table[n] >= observed).count();
        Cell {
            above_km: distance.checked_sub(1).map(|below| upto_km[below]),
            upto_km: upto_km[distance],
            above_days: time.checked_sub(1).map(|below| upto_days[below]),
            upto_days: upto_days[time],
            observed,
            expected: replicates.iter().map(|table| table[n] as f64).sum::<f64>() / f64::from(draws.replicates),
            p: (as_many + 1) as f64 / (f64::from(draws.replicates) + 1.0),
        }
    };
    Ok(observed.iter().enumerate().map(cell).collect())
}

fn check(events: &[Event], upto_km: &[f64], upto_days: &[u32], draws: &Draws) -> Result<(), NearError> {
    if events.len() < 2 {
        return Err(NearError::TooFew(events.len()));
    }
    for (event, Event { at, .. }) in events.iter().enumerate() {
        if !(at.latitude.abs() <= 90.0 && at.longitude.abs() <= 180.0) {
            return Err(NearError::Coordinates { event, latitude: at.latitude, longitude: at.longitude });
        }
    }
    let most = usize::from(u8::MAX);
    let from_zero = upto_km.first().is_some_and(|&km| km >= 0.0) && upto_km.iter().all(|km| km.is_finite());
    if !from_zero || upto_km.len() > most || !upto_km.is_sorted_by(|a, b| a < b) {
        return Err(NearError::Bands("distance"));
    }
    if upto_days.is_empty() || upto_days.len() > most || !upto_days.is_sorted_by(|a, b| a < b) {
        return Err(NearError::Bands("day"));
    }
    if draws.replicates == 0 {
        return Err(NearError::Replicates);
    }
    Ok(())
}

struct Bands<'a> {
    /// Upper limits in days.
    days: &'a [u32],
    /// How many bands of distance.
    distances: usize,
}

/// The pairs of events that are near enough to be in a band of distance.
struct Pairs {
    pairs: Vec<(u32, u32, u8)>,
}

impl Pairs {
    fn of(events: &[Event], upto_km: &[f64]) -> Self {
        let farthest = upto_km[upto_km.len() - 1] + SAME_KM;
        let units: Vec<_> = events.iter().map(|event| event.at.unit()).collect();
        // From south to north: a pair is no nearer than its latitudes are.
        let mut order: Vec<u32> = (0..events.len() as u32).collect();
        let latitude = |event: u32| events[event as usize].at.latitude;
        order.sort_unstable_by(|&a, &b| latitude(a).total_cmp(&latitude(b)).then(a.cmp(&b)));
        let mut pairs = Vec::new();
        for (n, &a) in order.iter().enumerate() {
            for &b in &order[n + 1..] {
                if (latitude(b) - latitude(a)).to_radians() * EARTH_KM > farthest {
                    break;
                }
                let km = EARTH_KM * Point::angle(&units[a as usize], &units[b as usize]);
                let band = upto_km.partition_point(|&upto| upto + SAME_KM < km);
                if band < upto_km.len() {
                    pairs.push((a, b, band as u8));
                }
            }
        }
        Self { pairs }
    }

    /// Counts pairs by band of distance and band of time, where the events fall on these days.
    fn table(&self, days: &[i32], bands: &Bands<'_>) -> Vec<u64> {
        let mut table = vec![0; bands.distances * bands.days.len()];
        for &(a, b, distance) in &self.pairs {
            let apart = days[a as usize].abs_diff(days[b as usize]);
            let time = bands.days.partition_point(|&upto| upto < apart);
            if time < bands.days.len() {
                table[usize::from(distance) * bands.days.len() + time] += 1;
            }
        }
        table
    }
}

/// Pairs no more than `limit` days apart, by a sweep over the sorted days.
fn pairs_in_time(events: &[Event], limit: u32) -> u64 {
    let mut days: Vec<i32> = events.iter().map(|event| event.day).collect();
    days.sort_unstable();
    let within = |(n, &day): (usize, &i32)| days[n + 1..].partition_point(|later| later.abs_diff(day) <= limit) as u64;
    days.iter().enumerate().map(within).sum()
}

/// The tables of the replicates, the days shuffled anew in each by a stream of random numbers of its own.
fn replicates(pairs: &Pairs, days: &[i32], bands: &Bands<'_>, draws: &Draws) -> Vec<Vec<u64>> {
    let threads = match draws.threads {
        0 => std::thread::available_parallelism().map_or(1, usize::from),
        threads => threads,
    };
    let share = draws.replicates.div_ceil(threads as u32);
    let some = |replicates: Range<u32>| -> Vec<Vec<u64>> {
        let one = |replicate| {
            let mut rng = ChaCha8Rng::seed_from_u64(draws.seed);
            rng.set_stream(u64::from(replicate));
            let mut days = days.to_vec();
            for last in (1..days.len()).rev() {
                days.swap(last, rng.random_range(0..=last as u32) as usize);
            }
            pairs.table(&days, bands)
        };
        replicates.map(one).collect()
    };
    std::thread::scope(|scope| {
        let shares = (0..draws.replicates).step_by(share as usize);
        let work: Vec<_> = shares
            .map(|from| {
                let some = &some;
                scope.spawn(move || some(from..draws.replicates.min(from + share)))
            })
            .collect();
        work.into_iter().flat_map(|work| work.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))).collect()
    })
}
