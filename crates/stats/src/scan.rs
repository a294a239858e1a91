//! Hot spots: space-time scan statistics.
//!
//! A scan looks through every cylinder: a circle around some place, by a run of consecutive time steps. The cylinder that holds
//! the most surprising number of cases is the most likely cluster. How surprising the best cylinder is by chance alone is
//! found by scanning replicates drawn under the null hypothesis, so that the many cylinders looked at are paid for.
//!
//! - [`permutation`]: the null says that place and time of a case have nothing to do with each other. It needs cases only, and
//!   is blind to what is always there: a place with many cases throughout is no cluster (Kulldorff M, Heffernan R, Hartman J,
//!   Assunção R, Mostashari F, “A space-time permutation scan statistic for disease outbreak detection”, PLoS Medicine 2(3),
//!   2005, e59).
//! - [`poisson`]: the null says that cases fall in proportion to a baseline, a population or expected counts (Kulldorff M, “A
//!   spatial scan statistic”, Communications in Statistics 26(6), 1997; “Prospective time periodic geographical disease
//!   surveillance using a scan statistic”, Journal of the Royal Statistical Society A 164(1), 2001).
//! - [`trend`]: which places have become hot, stay hot, or cool down, step by step.
//!
//! Conventions are those of SaTScan 10.3, whose clusters of real data the tests reproduce: time steps are counted back from
//! the end of the period, so that the first may be shorter; a circle takes in all places at its radius or none; a cluster needs
//! two cases; a weaker cluster is reported unless it shares a place with a stronger one that it touches in time; and distances
//! are on a sphere of 6,367 km ([`EARTH_KM`]), which matters for the radius printed and for nothing else.
//!
//! Only cases of known day and known place belong here. A case that happened “in May” or “in the province” and was put on a
//! day or a centroid makes false clusters. Leave such cases out, and say how many they were.

mod baseline;
mod check;
mod circle;
mod critical;
mod draw;
mod lanes;
mod likelihood;
mod report;
mod search;
mod step;
pub mod trend;

#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};

use baseline::Baseline;

/// The radius of the Earth in SaTScan, kilometres. It scales the radii of clusters, and decides nothing.
pub const EARTH_KM: f64 = 6367.0;

/// A point on the Earth, in degrees of WGS 84.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Point {
    /// Degrees north.
    pub latitude: f64,
    /// Degrees east.
    pub longitude: f64,
}

impl Point {
    /// The point on the unit sphere.
    pub(crate) fn unit(self) -> [f64; 3] {
        let (latitude, longitude) = (self.latitude.to_radians(), self.longitude.to_radians());
        [latitude.cos() * longitude.cos(), latitude.cos() * longitude.sin(), latitude.sin()]
    }

    /// The angle between two points of the unit sphere, in radians; exact for near points too.
    pub(crate) fn angle(a: &[f64; 3], b: &[f64; 3]) -> f64 {
        let square: f64 = a.iter().zip(b).map(|(a, b)| (a - b) * (a - b)).sum();
        2.0 * (square.sqrt() / 2.0).min(1.0).asin()
    }
}

/// A period of whole days, both ends included; days since 1970-01-01 (UTC).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Period {
    /// The first day.
    pub first: i32,
    /// The last day.
    pub last: i32,
}

impl Period {
    /// The number of days.
    pub fn days(self) -> u32 {
        u32::try_from(i64::from(self.last) - i64::from(self.first) + 1).unwrap_or(0)
    }
}

/// So many cases at a place on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Count {
    /// Index into the places.
    pub place: usize,
    /// Days since 1970-01-01 (UTC).
    pub day: i32,
    /// How many cases.
    pub n: u32,
}

/// The cases of a study: where, when, how many.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Cases {
    /// Every place, also those without a case. Circles are centred on each.
    pub places: Vec<Point>,
    /// The cases; the same place and day may come twice.
    pub counts: Vec<Count>,
    /// The days under study. All cases lie within.
    pub period: Period,
}

/// What a Poisson scan expects where nothing is out of the ordinary. Only proportions matter: expected counts are scaled so
/// that they sum to the number of cases.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Expected {
    /// A population (or another weight) for each place, the same on every day.
    Population(Vec<f64>),
    /// Expected counts by place and day; the same place and day may come twice. A model's forecast is one.
    Counts(Vec<(usize, i32, f64)>),
}

/// Which stretches of time are looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Horizon {
    /// Every run of steps: what happened when.
    Retrospective,
    /// Only runs that last to the end of the period: what is alive now (Kulldorff 2001).
    Prospective,
}

/// How to scan.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Settings {
    /// The length of a time step in days. Steps are counted back from the last day; the first may be shorter.
    pub step_days: u32,
    /// The largest circle, as a share of what the null weighs places by: of all cases ([`permutation`]), of the population or
    /// the expected counts ([`poisson`]). Above 0, at most 0.5.
    pub max_circle: f64,
    /// The longest run of steps, as a share of the period's days. Above 0, at most 0.9.
    pub max_duration: f64,
    /// The fewest cases of a cluster, at least 1.
    pub min_cases: u32,
    /// Which stretches of time are looked at.
    pub horizon: Horizon,
    /// How many replicates are drawn, at least 1. With 999 the least p is 0.001.
    pub replicates: u32,
    /// Makes the draws repeatable.
    pub seed: u64,
    /// How many threads may work; 0 for as many as the machine has. The result does not depend on it.
    pub threads: usize,
}

impl Default for Settings {
    /// Weeks, circles of up to half the cases, up to half the period, 999 replicates.
    fn default() -> Self {
        Self {
            step_days: 7,
            max_circle: 0.5,
            max_duration: 0.5,
            min_cases: 2,
            horizon: Horizon::Retrospective,
            replicates: 999,
            seed: 1,
            threads: 0,
        }
    }
}

/// A cluster: more cases in a circle, over some days, than the null expects.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Cluster {
    /// 1 for the most likely cluster.
    pub rank: usize,
    /// The place at the centre.
    pub centre: usize,
    /// Kilometres from the centre to the farthest place within; see [`EARTH_KM`].
    pub radius_km: f64,
    /// The places within, from the centre outwards.
    pub places: Vec<usize>,
    /// The first day.
    pub from: i32,
    /// The last day.
    pub to: i32,
    /// Cases observed.
    pub observed: u32,
    /// Cases expected under the null.
    pub expected: f64,
    /// The logarithm of the likelihood ratio.
    pub statistic: f64,
    /// The Monte Carlo p-value: the rank of the statistic among the replicates' greatest, over replicates + 1 (Dwass 1957). For a
    /// weaker cluster it is conservative: it is held against the best of each replicate.
    pub p: f64,
    /// The p-value from a Gumbel distribution with the mean and variance of the replicates' greatest. It tells small
    /// p-values apart that the rank cannot (Abrams A M, Kleinman K, Kulldorff M, “Gumbel based p-value approximations for spatial
    /// scan statistics”, International Journal of Health Geographics 9, 2010, 61). None where fewer than two replicates, or
    /// replicates all alike, leave nothing to fit.
    pub gumbel_p: Option<f64>,
}

impl Cluster {
    /// How many times as many cases as expected.
    pub fn ratio(&self) -> f64 {
        f64::from(self.observed) / self.expected
    }
}

/// Why a scan could not be made.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum ScanError {
    /// There is nothing to scan.
    #[error("there are no cases to scan; give at least two")]
    NoCases,
    /// A coordinate is not one.
    #[error(
        "place {place} lies at latitude {latitude}, longitude {longitude}; latitudes run from -90 to 90, longitudes from -180 to 180"
    )]
    Coordinates {
        /// Index of the place.
        place: usize,
        /// As given.
        latitude: f64,
        /// As given.
        longitude: f64,
    },
    /// A case names a place that is not there.
    #[error("a case names place {place}, but there are {places} places, counted from 0")]
    UnknownPlace {
        /// As given.
        place: usize,
        /// How many there are.
        places: usize,
    },
    /// A case lies outside the period.
    #[error("a case falls on day {day}, outside the period of days {} to {}; leave it out or widen the period", period.first, period.last)]
    OutsidePeriod {
        /// As given.
        day: i32,
        /// The days under study.
        period: Period,
    },
    /// The period has no day, or too many steps.
    #[error("the period of days {} to {} cannot be cut into steps of {step_days} days; between 1 and {most} steps are possible", period.first, period.last)]
    Steps {
        /// The days under study.
        period: Period,
        /// As set.
        step_days: u32,
        /// The greatest number of steps.
        most: usize,
    },
    /// The longest run is shorter than a step.
    #[error(
        "the longest run, {days} days, is shorter than one step of {step_days} days; raise max_duration or shorten step_days"
    )]
    Duration {
        /// Days of the longest run.
        days: u32,
        /// As set.
        step_days: u32,
    },
    /// A setting is out of range.
    #[error("{setting} is {value}; expected {expected}")]
    Setting {
        /// Its name.
        setting: &'static str,
        /// As given.
        value: f64,
        /// What would do.
        expected: &'static str,
    },
    /// The baseline does not fit the cases.
    #[error("the baseline cannot be used: {0}")]
    Baseline(String),
}

/// Clusters of cases by the space-time permutation scan statistic, most likely first.
///
/// A weaker cluster is reported unless a stronger one has one of its places at the same or an adjoining time; around one
/// centre, only the strongest of a time competes. The list goes down to clusters whose statistic some replicate stays below
/// (p < 1). An empty list means that no cylinder stands out even that much.
///
/// ```
/// use casefile_stats::scan::{Cases, Count, Period, Point, Settings, permutation};
///
/// // Ten villages on a road, a case in each every ten days; and twelve more cases in the fourth within six days.
/// let places = (0..10).map(|n| Point { latitude: 34.0, longitude: 60.0 + f64::from(n) }).collect();
/// let steady = (0..10).flat_map(|place| (0..10).map(move |k| Count { place, day: 10 * k + place as i32, n: 1 }));
/// let burst = (42..48).map(|day| Count { place: 3, day, n: 2 });
/// let cases = Cases { places, counts: steady.chain(burst).collect(), period: Period { first: 0, last: 99 } };
///
/// let clusters = permutation(&cases, &Settings { replicates: 99, ..Settings::default() })?;
/// assert_eq!(clusters[0].places, [3]);
/// assert_eq!((clusters[0].from, clusters[0].to), (37, 50)); // weeks, counted back from day 99
/// assert!(clusters[0].p <= 0.05);
/// # Ok::<(), casefile_stats::scan::ScanError>(())
/// ```
///
/// # Errors
///
/// Where cases, places or settings cannot be used; see [`ScanError`].
pub fn permutation(cases: &Cases, settings: &Settings) -> Result<Vec<Cluster>, ScanError> {
    let steps = check::check(cases, settings)?;
    let observed = draw::Draw::observed(cases, &steps);
    let baseline = Baseline::permutation(&observed, steps.count);
    Ok(search::search(cases, &steps, &baseline, &observed, settings))
}

/// Clusters of cases by the discrete Poisson scan statistic, most likely first. Reported as by [`permutation`].
///
/// # Errors
///
/// Where cases, places, settings or the baseline cannot be used; see [`ScanError`].
pub fn poisson(cases: &Cases, expected: &Expected, settings: &Settings) -> Result<Vec<Cluster>, ScanError> {
    let steps = check::check(cases, settings)?;
    let observed = draw::Draw::observed(cases, &steps);
    let baseline = Baseline::poisson(cases, expected, &steps, &observed)?;
    Ok(search::search(cases, &steps, &baseline, &observed, settings))
}
