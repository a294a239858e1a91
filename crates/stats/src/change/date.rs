//! The date of a single change, with its uncertainty.

use serde::Serialize;

use super::{ChangeError, Counts, Model, RatePrior, confidence};

/// The posterior of the date on which a rate changed once.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct DatePosterior {
    /// The most probable first day of the new rate.
    pub mode: i32,
    /// Half of the probability lies on or before this day.
    pub median: i32,
    /// Earliest day of the highest-posterior set.
    pub low: i32,
    /// Latest day of the highest-posterior set. Days between may be outside the set.
    pub high: i32,
    /// The set's probability: at least the confidence asked for.
    pub covered: f64,
    /// How many of the borders are in the set.
    pub in_set: usize,
    /// How much better one change explains the counts than none (Bayes factor).
    pub bayes_factor: f64,
    /// Probability that there is a change, if before the data it was as likely as not.
    pub probability: f64,
    /// Each border of periods with the probability that the new rate began there, given that there is a change.
    pub borders: Vec<(i32, f64)>,
}

/// The posterior of the date of one change of rate, each border of periods being as likely as any other beforehand.
///
/// The two rates are integrated out under `prior` ([`RatePrior::unit`] where none is given), so every border has its exact
/// probability (Raftery and Akman 1986; for a given model of scatter). Dates are as fine as the periods.
///
/// An improper prior leaves the dates defined but not the Bayes factor and the probability, which are then NaN.
///
/// # Errors
/// [`ChangeError::TooFew`] below two periods, [`ChangeError::OutOfRange`] for a confidence not between 0 and 1.
pub fn one_change(
    counts: &Counts,
    model: Model,
    prior: Option<RatePrior>,
    level: f64,
) -> Result<DatePosterior, ChangeError> {
    let n = counts.len();
    if n < 2 {
        return Err(ChangeError::TooFew { what: "the date of a change", needed: 2, found: n });
    }
    let level = confidence(level)?;
    let (total, days) = (counts.events(0, n), counts.span(0, n));
    let prior = prior.unwrap_or_else(|| RatePrior::unit(total, days));
    let mut before = 0.0;
    let ln_joint: Vec<f64> = (1..n)
        .map(|t| {
            before += counts.counts()[t - 1] as f64;
            let (left, right) = (counts.span(0, t), counts.span(t, n));
            model.ln_marginal(before, left, prior) + model.ln_marginal(total as f64 - before, right, prior)
        })
        .collect();
    let ln_evidence = ln_sum(&ln_joint) - (ln_joint.len() as f64).ln();
    let bayes_factor =
        if prior.rate > 0.0 { (ln_evidence - model.ln_marginal(total as f64, days, prior)).exp() } else { f64::NAN };
    Ok(DatePosterior::of(&counts.borders()[1..n], &ln_joint, level, bayes_factor))
}

impl DatePosterior {
    /// From unnormalised logarithms of probability, one for each day.
    pub(super) fn of(days: &[i32], ln_joint: &[f64], level: f64, bayes_factor: f64) -> Self {
        let total = ln_sum(ln_joint);
        let borders: Vec<(i32, f64)> = days.iter().zip(ln_joint).map(|(&d, l)| (d, (l - total).exp())).collect();
        let mut ranked: Vec<usize> = (0..borders.len()).collect();
        ranked.sort_by(|&a, &b| borders[b].1.total_cmp(&borders[a].1));
        let (mut covered, mut in_set) = (0.0, 0);
        while in_set < ranked.len() && covered < level {
            covered += borders[ranked[in_set]].1;
            in_set += 1;
        }
        let set = &ranked[..in_set];
        let mut below = 0.0;
        let median = borders.iter().find(|b| {
            below += b.1;
            below >= 0.5
        });
        let mode = borders[ranked[0]].0;
        Self {
            mode,
            median: median.map_or(mode, |b| b.0),
            low: set.iter().min().map_or(mode, |&i| borders[i].0),
            high: set.iter().max().map_or(mode, |&i| borders[i].0),
            covered,
            in_set,
            bayes_factor,
            probability: if bayes_factor.is_infinite() { 1.0 } else { bayes_factor / (1.0 + bayes_factor) },
            borders,
        }
    }

    /// Probability that the new rate began on `from` or later, and before `until`, given that there is a change.
    pub fn between(&self, from: i32, until: i32) -> f64 {
        self.borders.iter().filter(|(day, _)| (from..until).contains(day)).map(|b| b.1).sum()
    }
}

/// Logarithm of a sum, given logarithms.
pub(super) fn ln_sum(logs: &[f64]) -> f64 {
    let top = logs.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    if top.is_finite() { top + logs.iter().map(|l| (l - top).exp()).sum::<f64>().ln() } else { top }
}
