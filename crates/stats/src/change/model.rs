//! The model of counts that every measure of change shares: Poisson, or negative binomial where counts scatter more.

use serde::Serialize;
use statrs::function::beta::ln_beta;
use statrs::function::gamma::{digamma, ln_gamma};

use super::{ChangeError, Counts};

/// How counts scatter about their mean.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case", tag = "kind")]
pub enum Model {
    /// Variance equals the mean.
    Poisson,
    /// Negative binomial whose size is `size_per_day` times the days of the period: a count of mean `m` over `d` days has
    /// variance `m + m² / (size_per_day · d)`. With periods of one length this is the usual NB2 of regression software.
    NegativeBinomial {
        /// κ, per day; the smaller, the more scatter.
        size_per_day: f64,
    },
}

/// A prior for a rate, in events per day: Gamma for Poisson counts; for negative binomial ones the beta-prime distribution
/// that is conjugate to them and has the same mean, `shape / rate`.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct RatePrior {
    /// Shape: the weight of the prior, in events.
    pub shape: f64,
    /// Rate: the weight of the prior, in days.
    pub rate: f64,
}

impl RatePrior {
    /// Jeffreys' prior of a Poisson rate. It is improper: locations may be compared under it, models may not.
    pub const JEFFREYS: RatePrior = RatePrior { shape: 0.5, rate: 0.0 };

    /// The weight of one event, spread at the overall rate (unit information; the exponential distribution with the overall
    /// mean): proper, and vague beside any series worth the question.
    pub fn unit(events: u64, days: f64) -> Self {
        Self { shape: 1.0, rate: days / (events as f64).max(0.5) }
    }
}

impl Model {
    /// Twice the negative log-likelihood of `events` in `days` at their own best rate, without the terms that every
    /// division of the series shares.
    pub(super) fn cost(&self, events: f64, days: f64) -> f64 {
        let positive = |x: f64, f: f64| if x > 0.0 { x * f.ln() } else { 0.0 };
        match *self {
            Model::Poisson => -2.0 * (positive(events, events / days) - events),
            Model::NegativeBinomial { size_per_day } => {
                let size = size_per_day * days;
                -2.0 * (positive(events, events / (size + events)) + size * (size / (size + events)).ln())
            }
        }
    }

    /// Logarithm of the probability of the counts behind `events` in `days`, the rate integrated out under the prior,
    /// without the terms that every division of the series shares.
    pub(super) fn ln_marginal(&self, events: f64, days: f64, prior: RatePrior) -> f64 {
        let RatePrior { shape, rate } = prior;
        match *self {
            Model::Poisson => {
                let own = if rate > 0.0 { shape * rate.ln() - ln_gamma(shape) } else { 0.0 };
                own + ln_gamma(shape + events) - (shape + events) * (rate + days).ln()
            }
            Model::NegativeBinomial { size_per_day } => {
                // The probability of success p = κ/(κ+λ) has the conjugate prior Beta(1 + κ·rate, shape): mean rate
                // shape/rate.
                let a = 1.0 + size_per_day * rate;
                ln_beta(a + size_per_day * days, shape + events) - ln_beta(a, shape)
            }
        }
    }

    /// Logarithm of the predictive probability of one more count after `events` in `days` under the prior.
    pub(super) fn ln_predictive(&self, count: u64, length: f64, events: f64, days: f64, prior: RatePrior) -> f64 {
        let y = count as f64;
        let shared = match *self {
            Model::Poisson => y * length.ln() - ln_gamma(y + 1.0),
            Model::NegativeBinomial { size_per_day } => {
                let size = size_per_day * length;
                ln_gamma(y + size) - ln_gamma(size) - ln_gamma(y + 1.0)
            }
        };
        shared + self.ln_marginal(events + y, days + length, prior) - self.ln_marginal(events, days, prior)
    }

    /// The name shown to readers.
    pub fn name(&self) -> &'static str {
        match self {
            Model::Poisson => "Poisson",
            Model::NegativeBinomial { .. } => "negative binomial",
        }
    }
}

/// How much counts scatter, and which model follows from it.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Dispersion {
    /// The model to use.
    pub model: Model,
    /// Twice the gain in log-likelihood of the negative binomial over the Poisson.
    pub likelihood_ratio: f64,
    /// Its p-value: half of χ² with one degree of freedom, for κ = ∞ is the edge of what is possible.
    pub p: f64,
}

/// Scatter is taken for real below this p-value.
const LEVEL: f64 = 0.05;

/// Fewest longer periods from which scatter is told, besides one for each rate.
const FEWEST: usize = 8;

impl Dispersion {
    /// Fits κ by maximum likelihood with a rate of its own for each of the segments (half-open ranges of periods), and
    /// takes the negative binomial where it beats the Poisson at 5%.
    ///
    /// # Errors
    /// [`ChangeError::TooFew`] unless there are at least two more periods than segments.
    pub fn estimate(counts: &Counts, segments: &[(usize, usize)]) -> Result<Self, ChangeError> {
        let needed = segments.len() + 2;
        if counts.len() < needed {
            return Err(ChangeError::TooFew { what: "an estimate of dispersion", needed, found: counts.len() });
        }
        let rate_of = |&(from, until): &(usize, usize)| counts.events(from, until) as f64 / counts.span(from, until);
        let means: Vec<f64> = segments
            .iter()
            .flat_map(|s| (s.0..s.1).map(move |i| (i, rate_of(s))))
            .map(|(i, rate)| rate * counts.days(i))
            .collect();
        let first = segments.first().map_or(0, |s| s.0);
        let observed: Vec<(f64, f64)> =
            (0..means.len()).map(|k| (counts.counts()[first + k] as f64, counts.days(first + k))).collect();
        Ok(Self::about(&observed, &means))
    }

    /// The most scatter found with one, two and four periods taken together.
    ///
    /// Were periods independent, κ would be the same for all. Where events lead to events, one period's surplus runs on
    /// into the next, and longer periods scatter more. Taken at its most, contagion is less often mistaken for a change
    /// of rate.
    pub(super) fn at_most(counts: &Counts, segments: &[(usize, usize)]) -> Result<Self, ChangeError> {
        let mut most = Self::estimate(counts, segments)?;
        for together in [2, 4] {
            let (mut observed, mut means) = (Vec::new(), Vec::new());
            for &(from, until) in segments {
                let rate = counts.events(from, until) as f64 / counts.span(from, until);
                for start in (from..until).step_by(together).filter(|start| start + together <= until) {
                    let days = counts.span(start, start + together);
                    observed.push((counts.events(start, start + together) as f64, days));
                    means.push(rate * days);
                }
            }
            if observed.len() < FEWEST + segments.len() {
                break;
            }
            let wider = Self::about(&observed, &means);
            if wider.size() < most.size() {
                most = wider;
            }
        }
        Ok(most)
    }

    fn size(&self) -> f64 {
        match self.model {
            Model::Poisson => f64::INFINITY,
            Model::NegativeBinomial { size_per_day } => size_per_day,
        }
    }

    /// The same about given means; `observed` holds counts and days.
    pub(super) fn about(observed: &[(f64, f64)], means: &[f64]) -> Self {
        let gain = |size: f64| ln_nb_over_poisson(observed, means, size);
        let Some(size) = best_size(observed, means) else {
            return Self { model: Model::Poisson, likelihood_ratio: 0.0, p: 1.0 };
        };
        let likelihood_ratio = (2.0 * gain(size)).max(0.0);
        let p = 0.5 * statrs::function::erf::erfc((likelihood_ratio / 2.0).sqrt());
        let model = if p < LEVEL { Model::NegativeBinomial { size_per_day: size } } else { Model::Poisson };
        Self { model, likelihood_ratio, p }
    }
}

/// Log-likelihood of counts with given means as negative binomial, less that as Poisson.
fn ln_nb_over_poisson(observed: &[(f64, f64)], means: &[f64], size_per_day: f64) -> f64 {
    let one = |&(y, days): &(f64, f64), m: f64| {
        let size = size_per_day * days;
        ln_gamma(y + size) - ln_gamma(size) - y * size.ln() - (y + size) * (m / size).ln_1p() + m
    };
    observed.iter().zip(means).filter(|(_, m)| **m > 0.0).map(|(o, &m)| one(o, m)).sum()
}

/// κ at which the negative binomial likelihood is greatest, or none where that is infinity: the root of its derivative,
/// bracketed on a grid and found by bisection of ln κ.
fn best_size(observed: &[(f64, f64)], means: &[f64]) -> Option<f64> {
    let slope = |ln_size: f64| -> f64 {
        let one = |&(y, days): &(f64, f64), m: f64| {
            let size = ln_size.exp() * days;
            days * (digamma(y + size) - digamma(size) - (m / size).ln_1p() + (m - y) / (size + m))
        };
        observed.iter().zip(means).filter(|(_, m)| **m > 0.0).map(|(o, &m)| one(o, m)).sum()
    };
    let events: f64 = means.iter().sum();
    let days: f64 = observed.iter().map(|o| o.1).sum();
    // Beyond a thousand times the rate the model is Poisson to any purpose; the difference of digammas is noise there.
    let centre = (events / days).max(1e-12).ln();
    let (mut low, mut high) = (centre - 12.0, centre + 7.0);
    if !slope(low).is_finite() || slope(low) <= 0.0 || slope(high) >= 0.0 {
        return (slope(high) < 0.0).then(|| low.exp());
    }
    for _ in 0..80 {
        let mid = (low + high) / 2.0;
        if slope(mid) > 0.0 { low = mid } else { high = mid }
    }
    Some(((low + high) / 2.0).exp())
}
