//! Events dated to days: the likelihood of the counts per day.
//!
//! Given the days before, the events of a day are those that the background and earlier days bring, and the successors
//! they have on the same day, and theirs. The total size of such families is a generalised Poisson (Borel–Tanner) count
//! (Consul and Jain 1973), so contagion within the day is part of the likelihood, and no event need be moved to a time
//! that nobody knows.
//!
//! Of the successors of an event at a time uniform within its day, with exponential delays, the share `1 − (1 − ρ) /
//! β`, ρ = exp(−β), comes on the same day and `(1 − ρ)² ρ^(k−1) / β` comes k days later: geometric, so that one pass is
//! enough. That successors too are uniform within their day is the one approximation.

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use statrs::function::gamma::ln_gamma;

use super::optimise::Objective;
use super::residual::kolmogorov_smirnov;
use super::temporal::{Likelihood, climb, summary};
use super::{Background, Contagion, HawkesError, confidence, enough};

/// Fits a self-exciting process to counts per day; the first count is that of day `start`.
///
/// The residual check puts each day's count through its own distribution given the days before; counts being whole
/// numbers, each is given a seeded random place within its step (Dunn and Smyth 1996).
///
/// # Errors
/// [`HawkesError`]: fewer than ten events, a border of the background outside the window, a confidence not between 0 and 1.
pub fn fit_days(
    counts: &[u32],
    start: i32,
    background: &Background,
    level: f64,
    seed: u64,
) -> Result<Contagion, HawkesError> {
    let level = confidence(level)?;
    let model = Days::new(counts, start, background)?;
    let top = climb(&model, model.starts());
    let residual = kolmogorov_smirnov(model.quantiles(&top.x, seed));
    Ok(summary(&model, top, level, residual))
}

pub(super) struct Days<'a> {
    counts: &'a [u32],
    edges: Vec<f64>,
    /// Days in each step.
    lengths: Vec<usize>,
    per_step: Vec<usize>,
    /// Σ ln y! over the days.
    ln_factorials: f64,
}

/// How successors fall on days.
struct Kernel {
    /// Share on the same day, and its derivative in β.
    same: f64,
    same_by_decay: f64,
    /// Share on the next day, and its derivative in β.
    next: f64,
    next_by_decay: f64,
    /// Each later day has this much of the day before.
    fade: f64,
}

impl Kernel {
    fn new(decay: f64) -> Self {
        let fade = (-decay).exp();
        let gone = -(-decay).exp_m1();
        Self {
            same: 1.0 - gone / decay,
            same_by_decay: (gone - fade * decay) / (decay * decay),
            next: gone * gone / decay,
            next_by_decay: gone * (2.0 * fade * decay - gone) / (decay * decay),
            fade,
        }
    }
}

impl<'a> Days<'a> {
    pub(super) fn new(counts: &'a [u32], start: i32, background: &Background) -> Result<Self, HawkesError> {
        enough(counts.iter().map(|&y| y as usize).sum())?;
        let from = f64::from(start);
        let edges: Vec<f64> =
            background.edges((from, from + counts.len() as f64))?.into_iter().map(f64::round).collect();
        let index = |edge: f64| (edge - from) as usize;
        let steps = || edges.windows(2).map(|w| (index(w[0]), index(w[1])));
        let lengths = steps().map(|(a, b)| b - a).collect();
        let per_step = steps().map(|(a, b)| counts[a..b].iter().map(|&y| y as usize).sum()).collect();
        let ln_factorials = counts.iter().map(|&y| ln_gamma(f64::from(y) + 1.0)).sum();
        Ok(Self { counts, edges, lengths, per_step, ln_factorials })
    }

    /// A place between 0 and 1 for each day's count within its distribution given the days before.
    pub(super) fn quantiles(&self, x: &[f64], seed: u64) -> Vec<f64> {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let k = self.lengths.len();
        let branching = x[k].exp();
        let kernel = Kernel::new(self.decay(x));
        let steps = self.lengths.iter().enumerate().flat_map(|(i, &n)| std::iter::repeat_n(x[i].exp(), n));
        let mut excited = 0.0;
        self.counts
            .iter()
            .zip(steps)
            .map(|(&y, rate)| {
                let mean = rate + branching * kernel.next * excited;
                excited = kernel.fade * excited + f64::from(y);
                let p = |y: u32| ln_borel_tanner(y, mean, branching * kernel.same).exp();
                let below: f64 = (0..y).map(p).sum();
                (below + rng.random::<f64>() * p(y)).clamp(0.0, 1.0)
            })
            .collect()
    }
}

/// Logarithm of the probability that `founders` (their mean) have `y` descendants, themselves included, each having
/// `same` children.
pub(super) fn ln_borel_tanner(y: u32, founders: f64, same: f64) -> f64 {
    let y = f64::from(y);
    let mean = founders + same * y;
    founders.ln() + (y - 1.0) * mean.ln() - mean - ln_gamma(y + 1.0)
}

impl Objective for Days<'_> {
    fn at(&self, x: &[f64], gradient: &mut [f64]) -> f64 {
        let k = self.lengths.len();
        let (branching, decay) = (x[k].exp(), self.decay(x));
        let kernel = Kernel::new(decay);
        let (same, next) = (branching * kernel.same, branching * kernel.next);
        // excited = Σ ρ^(d−s−1) y(s) over earlier days; `lagged` is its derivative in β.
        let (mut excited, mut lagged) = (0.0, 0.0);
        let (mut value, mut by_branching, mut by_decay) = (-self.ln_factorials, 0.0, 0.0);
        let mut rest = self.counts;
        for step in 0..k {
            let (now, later) = rest.split_at(self.lengths[step]);
            rest = later;
            let rate = x[step].exp();
            let mut by_rate = 0.0;
            for &y in now {
                let mean = rate + next * excited;
                // Derivatives of the day's term in `mean` and in `same`.
                let (mut slope, mut same_slope) = (-1.0, 0.0);
                value -= mean;
                if y > 0 {
                    let y = f64::from(y);
                    let total = mean + same * y;
                    slope += 1.0 / mean + (y - 1.0) / total;
                    same_slope = y * (y - 1.0) / total - y;
                    value += mean.ln() + (y - 1.0) * total.ln() - same * y;
                }
                by_rate += slope;
                by_branching += slope * kernel.next * excited + same_slope * kernel.same;
                by_decay +=
                    slope * (kernel.next_by_decay * excited + kernel.next * lagged) + same_slope * kernel.same_by_decay;
                lagged = kernel.fade * (lagged - excited);
                excited = kernel.fade * excited + f64::from(y);
            }
            gradient[step] = rate * by_rate;
        }
        gradient[k] = branching * by_branching;
        gradient[k + 1] = branching * x[k + 1].exp() * by_decay;
        value
    }
}

impl Likelihood for Days<'_> {
    fn edges(&self) -> &[f64] {
        &self.edges
    }

    fn per_step(&self) -> &[usize] {
        &self.per_step
    }

    fn alone(&self) -> f64 {
        super::temporal::poisson_alone(&self.edges, &self.per_step) - self.ln_factorials
    }
}
