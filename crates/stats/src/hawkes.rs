//! Contagion: how far events lead to events (self-exciting point processes, Hawkes 1971).
//!
//! Events come from a background and from one another. Each event has `branching` direct successors on average; their
//! delay is exponential with a `half_life`, in space-time their distance Gaussian with `scale_km` to each side. The
//! intensity is
//!
//! ```text
//! λ(t)       = μ(t)        + Σ_{tᵢ < t} η β exp(−β (t − tᵢ))                                       half-life = ln 2 / β
//! λ(t, x, y) = μ · f(x, y) + Σ_{tᵢ < t} η β exp(−β (t − tᵢ)) · exp(−rᵢ² / 2σ²) / 2πσ²
//! ```
//!
//! - [`fit_days`] is for events dated to days, as those of conflict data are; its likelihood is that of counts per day.
//! - [`fit_times`] is for events with times, and for days spread by [`spread`].
//! - [`fit_space_time`] adds the distance.
//!
//! Half-lives are looked for up to a quarter of the background's steps (of the window, if it is constant). Slower
//! contagion cannot be told from a change of background.
//!
//! A background that rises and falls looks like contagion if it is held constant. All fits but the last let it change on
//! given dates ([`Background`]); compare the fits by [`Contagion::aic`].
//!
//! Contagion in this sense is statistical: events cluster beyond what the background explains. Common causes that last
//! for days (an offensive, a season, a burst of reporting) look the same.
//!
//! ```
//! use casefile_stats::hawkes::{Background, Truth, fit_times, simulate_times};
//!
//! let truth = Truth { per_day: 0.5, branching: 0.6, half_life: 3.0, scale_km: 0.0 };
//! let times = simulate_times(truth, 1000.0, |_| 1.0, 7)?;
//! let fit = fit_times(&times, (0.0, 1000.0), &Background::constant(), 0.9)?;
//! assert!(fit.branching.low < 0.6 && 0.6 < fit.branching.high);
//! # Ok::<(), casefile_stats::hawkes::HawkesError>(())
//! ```

mod daily;
mod optimise;
mod residual;
mod simulate;
mod spacetime;
mod temporal;

use serde::Serialize;

pub use daily::fit_days;
pub use residual::{Residual, kolmogorov_smirnov};
pub use simulate::{Truth, simulate_space_time, simulate_times};
pub use spacetime::{Ground, Point, SpaceTime, fit_space_time};
pub use temporal::{Maximum, draw_days, fit_times, maximise_times, spread};

/// Why contagion could not be measured.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum HawkesError {
    /// Fewer events than parameters can be told from.
    #[error("{found} events are too few to tell contagion from chance; at least {needed} are needed")]
    TooFew {
        /// Events needed.
        needed: usize,
        /// Events found.
        found: usize,
    },
    /// Times that do not increase.
    #[error(
        "event {index} is not later than the one before it; events of one day need times of their own (see `spread`)"
    )]
    NotIncreasing {
        /// Position of the later event, from 0.
        index: usize,
    },
    /// An event, or a border of the background, outside the window.
    #[error("{what} {value} lies outside the window from {from} to {until}")]
    Outside {
        /// What it is.
        what: &'static str,
        /// Its time in days.
        value: f64,
        /// Begin of the window.
        from: f64,
        /// End of the window.
        until: f64,
    },
    /// A number outside its range.
    #[error("{what} is {value}, but must be {expected}")]
    OutOfRange {
        /// The number's name.
        what: &'static str,
        /// What was given.
        value: f64,
        /// What is allowed.
        expected: &'static str,
    },
}

/// A number with its interval, at the confidence of the fit.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Estimate {
    /// The maximum-likelihood value.
    pub value: f64,
    /// Lower limit.
    pub low: f64,
    /// Upper limit; infinite where the data set none.
    pub high: f64,
}

/// The background between its borders.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Step {
    /// Begin (days).
    pub from: f64,
    /// End (days).
    pub until: f64,
    /// Events per day that no event led to.
    pub per_day: Estimate,
}

/// The background rate: constant between borders.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Background {
    borders: Vec<f64>,
}

impl Background {
    /// One rate throughout.
    pub fn constant() -> Self {
        Self::default()
    }

    /// A rate of its own after each of these days: seasons, phases of a conflict, changes of the dataset's method.
    pub fn changing_on(mut days: Vec<f64>) -> Self {
        days.sort_by(f64::total_cmp);
        days.dedup();
        Self { borders: days }
    }

    /// `steps` stretches of one length.
    pub fn equal((from, until): (f64, f64), steps: usize) -> Self {
        let each = (until - from) / steps.max(1) as f64;
        Self { borders: (1..steps).map(|k| (from + k as f64 * each).round()).collect() }
    }

    /// Edges of the steps within the window, its own included.
    fn edges(&self, (from, until): (f64, f64)) -> Result<Vec<f64>, HawkesError> {
        if let Some(&value) = self.borders.iter().find(|b| !(from < **b && **b < until)) {
            return Err(HawkesError::Outside { what: "the border of the background on day", value, from, until });
        }
        Ok([&[from], &self.borders[..], &[until]].concat())
    }
}

/// A fitted self-exciting process.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Contagion {
    /// Events fitted.
    pub events: usize,
    /// The background.
    pub background: Vec<Step>,
    /// Direct successors per event; 1 and more is growth without end. The interval is that of the profile likelihood.
    pub branching: Estimate,
    /// Days within which half of an event's direct successors come; none where there is no contagion to time. Profile
    /// likelihood. At most a quarter of the background's mean step; an upper limit that gets there is infinite.
    pub half_life: Option<Estimate>,
    /// Share of events that another led to, under the fit.
    pub triggered: f64,
    /// Log-likelihood.
    pub ln_likelihood: f64,
    /// Log-likelihood of the background alone, at its own best.
    pub ln_likelihood_alone: f64,
    /// Akaike's criterion; the lower the better. Comparable between backgrounds, not between days and times.
    pub aic: f64,
    /// Akaike's criterion of the background alone.
    pub aic_alone: f64,
    /// Whether the fit explains the timing.
    pub residual: Residual,
}

/// Fewest events that a fit is tried on.
const FEWEST: usize = 10;

fn enough(found: usize) -> Result<(), HawkesError> {
    if found < FEWEST { Err(HawkesError::TooFew { needed: FEWEST, found }) } else { Ok(()) }
}

fn confidence(value: f64) -> Result<f64, HawkesError> {
    if value > 0.0 && value < 1.0 {
        return Ok(value);
    }
    Err(HawkesError::OutOfRange { what: "the confidence", value, expected: "between 0 and 1, such as 0.9" })
}

#[cfg(test)]
mod tests;
