//! Which places become hot, stay hot, or cool down.
//!
//! Each place and step gets the Getis-Ord Gi* statistic: is the sum over the place, its neighbours, and their last steps, larger
//! than the whole study lets expect? (Ord J K, Getis A, “Local spatial autocorrelation statistics”, Geographical Analysis 27(4),
//! 1995). Which of the many are significant is decided at a false discovery rate (Benjamini and Hochberg 1995; for local
//! statistics Caldas de Castro and Singer, Geographical Analysis 38(2), 2006). Whether the Gi* of a place rises or falls
//! is told by the Mann-Kendall test (Mann 1945; Kendall 1975). The [`Pattern`]s are those of Esri's Emerging Hot Spot Analysis, as
//! its manual words them.
//!
//! Gi* is compared with a normal distribution. That is fair where a neighbourhood holds many counts and poor where nearly
//! all are 0: choose steps and distances so that a usual neighbourhood has some events.

use serde::{Deserialize, Serialize};
use statrs::function::erf::erfc;

use super::Point;
use crate::near::EARTH_KM;

/// The fewest steps from which a trend is told: below ten the normal approximation of Mann and Kendall's test is poor.
pub const FEWEST_STEPS: usize = 10;

/// A place is hot throughout if it is hot in so many of its steps.
const THROUGHOUT: f64 = 0.9;

/// How trends are told.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TrendSettings {
    /// Places no farther than this are neighbours, kilometres.
    pub neighbour_km: f64,
    /// How many earlier steps belong to the neighbourhood; 1 is usual.
    pub steps_back: usize,
    /// The false discovery rate of hot and cold steps, and the level of the trend test.
    pub alpha: f64,
}

/// What became of a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Pattern {
    /// Hot in the last step, and never before.
    New,
    /// Hot in an unbroken run of last steps, two or more, and never before.
    Consecutive,
    /// Hot in 90% of the steps and in the last, with Gi* rising.
    Intensifying,
    /// Hot in 90% of the steps and in the last, without a trend.
    Persistent,
    /// Hot in 90% of the steps and in the last, with Gi* falling.
    Diminishing,
    /// Hot in the last step and, on and off, before; never cold.
    Sporadic,
    /// Hot in the last step, and cold in an earlier one.
    Oscillating,
    /// Hot in 90% of the steps, but not in the last.
    Historical,
    /// None of these.
    None,
}

/// The patterns, put coarsely.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Phase {
    /// New, consecutive or intensifying.
    Emerging,
    /// Persistent.
    Persistent,
    /// Sporadic or oscillating: hot now, and not for the first time.
    Recurrent,
    /// Diminishing or historical.
    Fading,
    /// No hot spot, or none that fits.
    None,
}

impl Pattern {
    /// The pattern, put coarsely.
    pub fn phase(self) -> Phase {
        match self {
            Self::New | Self::Consecutive | Self::Intensifying => Phase::Emerging,
            Self::Persistent => Phase::Persistent,
            Self::Sporadic | Self::Oscillating => Phase::Recurrent,
            Self::Diminishing | Self::Historical => Phase::Fading,
            Self::None => Phase::None,
        }
    }
}

/// Hot, cold, or neither.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Heat {
    /// Significantly more than expected.
    Hot,
    /// Significantly less than expected.
    Cold,
    /// Neither.
    Neither,
}

/// The course of one place.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Trend {
    /// Gi* of each step, a standard score.
    pub gi: Vec<f64>,
    /// What each step is at the false discovery rate.
    pub heat: Vec<Heat>,
    /// Mann and Kendall's standard score of Gi* over the steps: above 0 where it rises.
    pub rise: f64,
    /// Its two-sided p-value.
    pub rise_p: f64,
    /// What became of the place.
    pub pattern: Pattern,
}

/// Why trends could not be told.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum TrendError {
    /// Places and counts do not match.
    #[error("place {place} has {found} steps, expected {expected}; every place needs a count for each step")]
    Ragged {
        /// Index of the place.
        place: usize,
        /// Its steps.
        found: usize,
        /// The steps of the first place; 0 where there are more counts than places, or fewer.
        expected: usize,
    },
    /// Too few steps.
    #[error("{0} steps are too few to tell a trend; at least {FEWEST_STEPS} are needed")]
    TooShort(usize),
    /// A setting is out of range.
    #[error("neighbour_km must be 0 or more, and alpha above 0 and below 1")]
    Setting,
    /// A count is not one.
    #[error("place {0} has a count that is not a number")]
    Count(usize),
    /// Nothing varies.
    #[error("all counts are alike, so no place can be hotter than another")]
    Constant,
}

/// The course of each place. `counts` has, for each place, its count in each step, from the earliest to the last.
///
/// # Errors
///
/// Where counts and places do not match, steps are too few, or nothing varies.
pub fn trends(places: &[Point], counts: &[Vec<f64>], settings: &TrendSettings) -> Result<Vec<Trend>, TrendError> {
    check(places, counts, settings)?;
    let gi = gi_star(places, counts, settings)?;
    let heat = heat(&gi, settings.alpha);
    let trend = |(gi, heat): (Vec<f64>, Vec<Heat>)| {
        let (rise, rise_p) = mann_kendall(&gi);
        let trend = if rise_p < settings.alpha { rise } else { 0.0 };
        Trend { pattern: pattern(&heat, trend), gi, heat, rise, rise_p }
    };
    Ok(gi.into_iter().zip(heat).map(trend).collect())
}

fn check(places: &[Point], counts: &[Vec<f64>], settings: &TrendSettings) -> Result<(), TrendError> {
    let steps = counts.first().map_or(0, Vec::len);
    if places.len() != counts.len() {
        return Err(TrendError::Ragged { place: places.len().min(counts.len()), found: 0, expected: steps });
    }
    for (place, counts) in counts.iter().enumerate() {
        if counts.len() != steps {
            return Err(TrendError::Ragged { place, found: counts.len(), expected: steps });
        }
        if counts.iter().any(|count| !count.is_finite()) {
            return Err(TrendError::Count(place));
        }
    }
    if steps < FEWEST_STEPS {
        return Err(TrendError::TooShort(steps));
    }
    let good = settings.neighbour_km >= 0.0 && settings.alpha > 0.0 && settings.alpha < 1.0;
    if good { Ok(()) } else { Err(TrendError::Setting) }
}

/// Gi* with weights of one (Ord and Getis 1995, equation 14*), over all places and steps:
/// `(Σ w x − x̄ W) / (s √((n W − W²) / (n − 1)))`, `W` the size of the neighbourhood.
fn gi_star(places: &[Point], counts: &[Vec<f64>], settings: &TrendSettings) -> Result<Vec<Vec<f64>>, TrendError> {
    let steps = counts[0].len();
    let n = (counts.len() * steps) as f64;
    let mean = counts.iter().flatten().sum::<f64>() / n;
    let variance = counts.iter().flatten().map(|x| (x - mean) * (x - mean)).sum::<f64>() / n;
    if variance <= 0.0 {
        return Err(TrendError::Constant);
    }
    let units: Vec<_> = places.iter().map(|place| place.unit()).collect();
    let gi_of = |here: &[f64; 3]| -> Vec<f64> {
        let near = |there: &[f64; 3]| EARTH_KM * Point::angle(here, there) <= settings.neighbour_km + 1e-6;
        let near: Vec<_> =
            units.iter().zip(counts).filter(|(there, _)| near(there)).map(|(_, counts)| counts).collect();
        let by_step: Vec<f64> = (0..steps).map(|step| near.iter().map(|counts| counts[step]).sum()).collect();
        let gi = |step: usize| {
            let span = step.saturating_sub(settings.steps_back)..=step;
            let size = (near.len() * span.clone().count()) as f64;
            let sum: f64 = by_step[span].iter().sum();
            // A neighbourhood of everything can be neither hot nor cold.
            let spread = (variance * (n * size - size * size).max(0.0) / (n - 1.0)).sqrt();
            if spread > 0.0 { (sum - mean * size) / spread } else { 0.0 }
        };
        (0..steps).map(gi).collect()
    };
    Ok(units.iter().map(gi_of).collect())
}

/// Which scores are significant, by Benjamini and Hochberg's step-up over all places and steps.
fn heat(gi: &[Vec<f64>], alpha: f64) -> Vec<Vec<Heat>> {
    let mut p: Vec<f64> = gi.iter().flatten().map(|&z| two_sided(z)).collect();
    p.sort_unstable_by(f64::total_cmp);
    let n = p.len() as f64;
    let passes = |&rank: &usize| p[rank] <= alpha * (rank + 1) as f64 / n;
    let limit = (0..p.len()).rev().find(passes).map_or(-1.0, |rank| p[rank]);
    let heat = |&z: &f64| match two_sided(z) <= limit {
        true if z > 0.0 => Heat::Hot,
        true => Heat::Cold,
        false => Heat::Neither,
    };
    gi.iter().map(|gi| gi.iter().map(heat).collect()).collect()
}

fn two_sided(z: f64) -> f64 {
    erfc(z.abs() / std::f64::consts::SQRT_2)
}

/// Mann and Kendall's test of a trend: standard score with continuity correction and ties, and two-sided p-value.
pub fn mann_kendall(series: &[f64]) -> (f64, f64) {
    let n = series.len() as f64;
    let sign = |a: &f64, b: &f64| f64::from(i8::from(b > a) - i8::from(b < a));
    let s: f64 = series.iter().enumerate().map(|(i, a)| series[i + 1..].iter().map(|b| sign(a, b)).sum::<f64>()).sum();
    let mut sorted = series.to_vec();
    sorted.sort_unstable_by(f64::total_cmp);
    let weight = |t: f64| t * (t - 1.0) * (2.0 * t + 5.0);
    let ties: f64 = sorted.chunk_by(|a, b| a == b).map(|tied| weight(tied.len() as f64)).sum();
    let variance = (weight(n) - ties) / 18.0;
    if s == 0.0 || variance <= 0.0 {
        return (0.0, 1.0);
    }
    let z = (s - s.signum()) / variance.sqrt();
    (z, two_sided(z))
}

/// The pattern of a place, by its steps and the sign of a significant trend (0 for none).
fn pattern(heat: &[Heat], trend: f64) -> Pattern {
    let hot = |heat: &Heat| *heat == Heat::Hot;
    let times = heat.iter().filter(|heat| hot(heat)).count();
    let last_run = heat.iter().rev().take_while(|heat| hot(heat)).count();
    if times as f64 >= THROUGHOUT * heat.len() as f64 {
        return match trend {
            _ if last_run == 0 => Pattern::Historical,
            rise if rise > 0.0 => Pattern::Intensifying,
            fall if fall < 0.0 => Pattern::Diminishing,
            _ => Pattern::Persistent,
        };
    }
    match (last_run, times) {
        (0, _) => Pattern::None,
        (1, 1) => Pattern::New,
        (run, times) if run == times => Pattern::Consecutive,
        _ if heat.contains(&Heat::Cold) => Pattern::Oscillating,
        _ => Pattern::Sporadic,
    }
}

#[cfg(test)]
#[path = "trend_tests.rs"]
mod tests;
