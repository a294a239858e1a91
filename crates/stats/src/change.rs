//! What changed when: change points, rate ratios, trends, compositions and onsets of counts over time.
//!
//! All of it stands on one model of counts. A period of `d` days with `λ` events a day holds a Poisson count of mean `λ
//! d`, or, where counts scatter more than that, a negative binomial one of the same mean and variance `λ d (1 + λ /
//! κ)`: its size `κ d` grows with the length of the period, so that days, months and years of one series tell the same
//! story ([`Model`]).
//!
//! - [`detect`]: the dates on which the rate changed, by an exact search (PELT), each with an interval and a probability;
//! - [`Online`]: the same question asked as the data come in;
//! - [`one_change`]: the posterior of the date of a single change;
//! - [`onset`]: when a low rate became a high one, from days that may be vague, beside a claimed date;
//! - [`rate_ratio`]: before against after a date;
//! - [`trends`]: growth per month and doubling time;
//! - [`shift`]: the change of a composition.
//!
//! A dataset whose rules of coding changed on a date is two series. Such dates are [`Breaks`]: no segment, trend or
//! comparison runs across one; asking for it is an error, [`ChangeError::AcrossBreak`].
//!
//! ```
//! use casefile_stats::change::{Border, Breaks, Counts, Settings, detect};
//!
//! // Events in each of 24 periods of 30 days.
//! let events = vec![4, 2, 5, 3, 4, 6, 3, 2, 5, 4, 3, 4, 11, 9, 14, 10, 8, 12, 13, 9, 11, 10, 12, 9];
//! let counts = Counts::regular(0, 30, events)?;
//! let found = detect(&counts, &Breaks::default(), &Settings::default())?;
//! let Border::Change { date, ratio, .. } = &found.borders[0] else { unreachable!("no break was given") };
//! assert_eq!((date.mode, date.low, date.high), (360, 360, 360));
//! assert!(2.0 < ratio.low && ratio.high < 4.0);
//! # Ok::<(), casefile_stats::change::ChangeError>(())
//! ```

mod composition;
mod counts;
mod date;
mod model;
mod online;
mod onset;
mod pelt;
mod ratio;
mod trend;

pub use composition::{Category, Shift, shift};
pub use counts::{Breaks, Counts};
pub use date::{DatePosterior, one_change};
pub use model::{Dispersion, Model, RatePrior};
pub use online::{Online, RunLength};
pub use onset::{Claim, EventDay, Onset, onset};
pub use pelt::{Border, Penalty, Segment, Segmentation, Settings, detect, segment};
pub use ratio::{RateRatio, RatioMethod, rate_ratio};
pub use trend::{Doubling, SegmentTrend, trend, trends};

/// Why a question about change has no answer.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum ChangeError {
    /// Fewer periods than the method needs.
    #[error("{what} needs at least {needed} periods, but there are {found}; take shorter periods or a longer window")]
    TooFew {
        /// The method.
        what: &'static str,
        /// Periods it needs.
        needed: usize,
        /// Periods there are.
        found: usize,
    },
    /// Periods whose borders do not increase, or are not one more than the counts.
    #[error("{counts} counts need {} borders in increasing order, but {borders} were given, or two do not increase", counts + 1)]
    Borders {
        /// Counts given.
        counts: usize,
        /// Borders given.
        borders: usize,
    },
    /// The method of the dataset changed inside what was to be compared.
    #[error(
        "not comparable: the dataset's method changed on {}, inside {} to {}; ask about each side on its own",
        civil(*.at), civil(*.from), civil(*.until - 1)
    )]
    AcrossBreak {
        /// First day under the new method.
        at: i32,
        /// First day of the comparison.
        from: i32,
        /// The day after its last.
        until: i32,
    },
    /// A method break, or the end of a window, that is not a border of periods.
    #[error("{} lies inside a period; take periods that begin on it, so that none mixes two of them", civil(*.at))]
    InsidePeriod {
        /// The day.
        at: i32,
    },
    /// There is nothing to count.
    #[error("no events between {} and {}: a rate of nothing has no {what}", civil(*.from), civil(*.until - 1))]
    NoEvents {
        /// What was asked for.
        what: &'static str,
        /// First day.
        from: i32,
        /// The day after the last.
        until: i32,
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
    /// Two lists that must be of one length.
    #[error("the two periods have {before} and {after} categories; give the same ones in the same order, with zeros")]
    Categories {
        /// Categories before.
        before: usize,
        /// Categories after.
        after: usize,
    },
}

/// The day as a date, for messages.
fn civil(day: i32) -> String {
    use jiff::{ToSpan, civil::date};
    date(1970, 1, 1).checked_add(i64::from(day).days()).map_or_else(|_| format!("day {day}"), |d| d.to_string())
}

/// A confidence between 0 and 1, or an error.
fn confidence(value: f64) -> Result<f64, ChangeError> {
    if value > 0.0 && value < 1.0 {
        return Ok(value);
    }
    Err(ChangeError::OutOfRange { what: "the confidence", value, expected: "between 0 and 1, such as 0.9" })
}

#[cfg(test)]
mod tests;
