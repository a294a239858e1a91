//! What is believed before any estimate is read.

use serde::Serialize;

use super::StrengthError;
use super::input::Record;

/// A positive quantity whose logarithm is normal: its median, and the standard deviation of its logarithm.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct LogNormal {
    /// Median.
    pub median: f64,
    /// Standard deviation of the logarithm.
    pub log_sd: f64,
}

impl LogNormal {
    /// From median and standard deviation of the logarithm.
    pub const fn new(median: f64, log_sd: f64) -> Self {
        Self { median, log_sd }
    }

    /// The value at `z` standard deviations.
    pub(super) fn at(self, z: f64) -> f64 {
        libm::exp(self.log_at(z))
    }

    pub(super) fn log_at(self, z: f64) -> f64 {
        libm::log(self.median) + self.log_sd * z
    }
}

/// The priors of the model. All are weakly informative: wide enough for any group, narrow enough to keep out the absurd.
///
/// Each field states its reason; where no study gives a figure, the choice is a convention of this project, and
/// [`Priors::widened`] shows what hangs on it.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Priors {
    /// Fighters in the first month. Median: the geometric middle of all readings, so that a band of 50 and an army of 50,000
    /// are treated alike; spread: 90% within a factor of 12 either way.
    pub first_strength: LogNormal,
    /// Recruits in the first month. Median: 2% of the scale, which would balance the median of `exit`; 90% within a factor of 12.
    pub first_recruits: LogNormal,
    /// How far the logarithm of monthly recruitment wanders in a month. Median 0.2: a doubling or halving within a year is usual.
    pub recruits_wander: LogNormal,
    /// The chance of a fighter to leave within a month, other than in recorded losses and departures: desertion, defection,
    /// wounds, losses that left no trace. Median 2%; 90% from 0.5% to 7%. A convention: counts of desertion are rare.
    pub exit: LogNormal,
    /// The share of those present that recorded losses (with the unseen) and departures may take in one month; a soft limit. 0.3: three in
    /// ten within a month is the end of most units as a fighting force. It says that a group which goes on losing is not tiny.
    pub bearable: f64,
    /// The logit of the share of losses that a record of unknown coverage holds: mean 0, this standard deviation. At 1.2 the
    /// share has a median of a half, and 90% from 0.12 to 0.88. Event data from news miss events where few look (Weidmann 2015).
    pub coverage_logit_sd: f64,
    /// How far sources are biased, as the standard deviation of a source's log error. Median 0.3: a third too high or too low.
    pub bias: LogNormal,
    /// How far a source's single estimates scatter about its own level, as the scale of a logistic law of the log. Median 0.2.
    pub spread: LogNormal,
    /// How much sources differ in that: standard deviation of the log. 0.4: one may scatter twice as widely as another.
    pub spread_differs: f64,
    /// Effect of a named event on the log of strength: standard deviation of a normal, or of a half-normal where the sign is
    /// given. 0.7: 95% of effects within a factor of four. The densest value is no effect.
    pub shock: f64,
}

impl Priors {
    /// For a group of about `scale` fighters.
    pub const fn for_scale(scale: f64) -> Self {
        Self {
            first_strength: LogNormal::new(scale, 1.5),
            first_recruits: LogNormal::new(0.02 * scale, 1.5),
            recruits_wander: LogNormal::new(0.2, 0.5),
            exit: LogNormal::new(0.02, 0.8),
            bearable: 0.3,
            coverage_logit_sd: 1.2,
            bias: LogNormal::new(0.3, 0.5),
            spread: LogNormal::new(0.2, 0.5),
            spread_differs: 0.4,
            shock: 0.7,
        }
    }

    /// For the scale on which the record's own estimates lie: the geometric mean of their middles.
    ///
    /// # Errors
    /// As [`Record::check`].
    pub fn for_record(record: &Record) -> Result<Self, StrengthError> {
        record.check()?;
        let logs: Vec<f64> = record.estimates.iter().map(|estimate| libm::log(estimate.reading.middle())).collect();
        Ok(Self::for_scale(libm::exp(logs.iter().sum::<f64>() / logs.len() as f64)))
    }

    /// The same priors with every standard deviation `times` as wide. What moves under this rests on the priors.
    #[must_use]
    pub fn widened(self, times: f64) -> Self {
        let wide = |prior: LogNormal| LogNormal::new(prior.median, prior.log_sd * times);
        Self {
            first_strength: wide(self.first_strength),
            first_recruits: wide(self.first_recruits),
            recruits_wander: wide(self.recruits_wander),
            exit: wide(self.exit),
            bearable: self.bearable * times,
            coverage_logit_sd: self.coverage_logit_sd * times,
            bias: wide(self.bias),
            spread: wide(self.spread),
            spread_differs: self.spread_differs * times,
            shock: self.shock * times,
        }
    }

    /// The first fault, as the name of the field.
    pub(super) fn fault(&self) -> Option<&'static str> {
        let bad = |prior: LogNormal| {
            !(prior.median > 0.0 && prior.median.is_finite() && prior.log_sd >= 0.0 && prior.log_sd.is_finite())
        };
        let bad_sd = |sd: f64| !(sd >= 0.0 && sd.is_finite());
        [
            ("first_strength", bad(self.first_strength)),
            ("first_recruits", bad(self.first_recruits)),
            ("recruits_wander", bad(self.recruits_wander)),
            ("exit", bad(self.exit)),
            ("bearable", bad_sd(self.bearable) || self.bearable == 0.0),
            ("coverage_logit_sd", bad_sd(self.coverage_logit_sd)),
            ("bias", bad(self.bias)),
            ("spread", bad(self.spread)),
            ("spread_differs", bad_sd(self.spread_differs)),
            ("shock", bad_sd(self.shock)),
        ]
        .into_iter()
        .find_map(|(name, bad)| bad.then_some(name))
    }
}
