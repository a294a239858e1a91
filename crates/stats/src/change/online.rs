//! Has the rate just changed? Asked again with every period that comes in.

use serde::Serialize;

use super::date::ln_sum;
use super::{ChangeError, Model, RatePrior};

/// How long the present rate has lasted: Bayesian online change-point detection (Adams and MacKay 2007).
///
/// Changes come with a constant chance per period (the hazard), rates anew from the prior. Run lengths below one part in a
/// thousand million of the probability are dropped; the rest is exact.
#[derive(Debug, Clone)]
pub struct Online {
    model: Model,
    prior: RatePrior,
    ln_hazard: f64,
    ln_stay: f64,
    /// Each run length that is still probable.
    runs: Vec<Run>,
}

#[derive(Debug, Clone, Copy)]
struct Run {
    periods: usize,
    events: f64,
    days: f64,
    /// Logarithm of its posterior probability.
    ln_p: f64,
}

/// What is known of the present run after a period.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RunLength {
    /// The most probable number of periods, this one included, since the rate last changed.
    pub most_probable: usize,
    /// The mean of it.
    pub mean: f64,
    /// Probability that the period just seen has the rate of the one before no longer.
    pub just_changed: f64,
    /// Logarithm of the probability that was given to this count before it was seen.
    pub ln_predictive: f64,
    /// Probability of each run length that is still probable, shortest first.
    pub lengths: Vec<(usize, f64)>,
}

impl RunLength {
    /// Probability that the rate changed within the last `periods` periods.
    pub fn changed_within(&self, periods: usize) -> f64 {
        self.lengths.iter().filter(|(length, _)| *length <= periods).map(|l| l.1).sum()
    }
}

const DROP: f64 = 1e-9;

impl Online {
    /// A detector that expects a change every `mean_run` periods.
    ///
    /// # Errors
    /// [`ChangeError::OutOfRange`] if `mean_run` is not above 1, or the prior is improper.
    pub fn new(model: Model, prior: RatePrior, mean_run: f64) -> Result<Self, ChangeError> {
        if !(mean_run > 1.0 && mean_run.is_finite()) {
            let what = "the mean number of periods between changes";
            return Err(ChangeError::OutOfRange { what, value: mean_run, expected: "above 1" });
        }
        if !(prior.rate > 0.0 && prior.shape > 0.0) {
            let what = "the rate of the prior";
            return Err(ChangeError::OutOfRange { what, value: prior.rate, expected: "above 0: it must be proper" });
        }
        let hazard = 1.0 / mean_run;
        Ok(Self { model, prior, ln_hazard: hazard.ln(), ln_stay: (-hazard).ln_1p(), runs: Vec::new() })
    }

    /// Takes in the count of the next period of `days` days.
    pub fn observe(&mut self, count: u64, days: f64) -> RunLength {
        let predictive = |run: &Run| self.model.ln_predictive(count, days, run.events, run.days, self.prior);
        let fresh = Run { periods: 0, events: 0.0, days: 0.0, ln_p: 0.0 };
        // The first period begins a run for certain; later ones with the chance of the hazard.
        let begins = if self.runs.is_empty() { 0.0 } else { self.ln_hazard };
        let grow = |run: &Run, ln_p: f64| Run {
            periods: run.periods + 1,
            events: run.events + count as f64,
            days: run.days + days,
            ln_p,
        };
        let mut next = vec![grow(&fresh, begins + predictive(&fresh))];
        next.extend(self.runs.iter().map(|run| grow(run, run.ln_p + self.ln_stay + predictive(run))));
        let evidence = ln_sum(&next.iter().map(|r| r.ln_p).collect::<Vec<_>>());
        for run in &mut next {
            run.ln_p -= evidence;
        }
        next.retain(|run| run.ln_p > DROP.ln());
        self.runs = next;
        self.report(evidence)
    }

    fn report(&self, ln_predictive: f64) -> RunLength {
        let lengths: Vec<(usize, f64)> = self.runs.iter().map(|r| (r.periods, r.ln_p.exp())).collect();
        let most = lengths.iter().max_by(|a, b| a.1.total_cmp(&b.1));
        RunLength {
            most_probable: most.map_or(0, |l| l.0),
            mean: lengths.iter().map(|l| l.0 as f64 * l.1).sum(),
            just_changed: lengths.iter().filter(|l| l.0 == 1).map(|l| l.1).sum(),
            ln_predictive,
            lengths,
        }
    }
}
