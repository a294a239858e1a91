//! Events with times: the exact likelihood, in one pass.

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use serde::Serialize;

use super::optimise::{Objective, Top, maximise, profile, standard_errors};
use super::residual::time_rescaling;
use super::{Background, Contagion, Estimate, HawkesError, Step, confidence, enough};

/// A day for each event known to a span of days (first and last, both included): any of them alike, the same for the
/// same seed. Draw anew with other seeds to see how much hangs on it.
pub fn draw_days(spans: &[(i32, i32)], seed: u64) -> Vec<i32> {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    spans.iter().map(|&(first, last)| rng.random_range(first..=last.max(first))).collect()
}

/// Times within each day for events that are only dated: uniform, in increasing order, the same for the same seed. Day
/// 7 becomes times from 7.0 up to 8.0.
///
/// What led to what within a day is lost. In simulations the branching ratio hardly suffers, but the half-life grows by
/// some 0.1 days: much for half-lives under a day, little for longer ones. [`super::fit_days`] has no such bias, so it
/// is the one to use where space does not matter.
pub fn spread(days: &[i32], seed: u64) -> Vec<f64> {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let mut times: Vec<f64> = days.iter().map(|&day| f64::from(day) + rng.random::<f64>()).collect();
    times.sort_by(f64::total_cmp);
    times
}

/// The point of greatest likelihood, without intervals.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Maximum {
    /// Background events per day in each step.
    pub background: Vec<f64>,
    /// Direct successors per event.
    pub branching: f64,
    /// Decay β of the kernel, per day; ln 2 over it is the half-life.
    pub decay: f64,
    /// Log-likelihood.
    pub ln_likelihood: f64,
}

/// Fits a self-exciting process to the times of events (in days, increasing) within a window.
///
/// The likelihood takes one pass over the events (Ozaki 1979; Ogata 1981), and so does its gradient. Events before the
/// window are unknown; the first ones in it may seem to be background for that.
///
/// # Errors
/// [`HawkesError`]: too few events (ten), times that do not increase, an event or border outside the window, a
/// confidence not between 0 and 1.
pub fn fit_times(
    times: &[f64],
    window: (f64, f64),
    background: &Background,
    level: f64,
) -> Result<Contagion, HawkesError> {
    let level = confidence(level)?;
    let model = Times::new(times, window, background)?;
    let top = climb(&model, model.starts());
    let residual = time_rescaling(&model.compensator(&top.x));
    Ok(summary(&model, top, level, residual))
}

/// The point of greatest likelihood alone, for speed.
///
/// # Errors
/// As [`fit_times`].
pub fn maximise_times(times: &[f64], window: (f64, f64), background: &Background) -> Result<Maximum, HawkesError> {
    let model = Times::new(times, window, background)?;
    let top = climb(&model, model.starts());
    let k = top.x.len() - 2;
    Ok(Maximum {
        background: top.x[..k].iter().map(|x| x.exp()).collect(),
        branching: top.x[k].exp(),
        decay: model.decay(&top.x),
        ln_likelihood: top.value,
    })
}

/// Half-lives beyond this share of the background's mean step are not looked for: such contagion cannot be told from a
/// change of background, and its branching ratio may be anything.
const LONGEST: f64 = 0.25;

/// The decay whose half-life is the longest looked for.
pub(super) fn slowest(edges: &[f64]) -> f64 {
    let step = (edges[edges.len() - 1] - edges[0]) / (edges.len() - 1) as f64;
    std::f64::consts::LN_2 / (LONGEST * step)
}

/// What the fits to times and to days share. Parameters are logarithms: of each step's background, the branching ratio
/// and the decay's excess over the slowest one.
pub(super) trait Likelihood: Objective {
    /// Edges of the background's steps.
    fn edges(&self) -> &[f64];
    /// Events within each step.
    fn per_step(&self) -> &[usize];
    /// Log-likelihood of the background alone.
    fn alone(&self) -> f64;

    fn count(&self) -> usize {
        self.per_step().iter().sum()
    }

    /// The slowest decay looked for, see [`LONGEST`].
    fn slowest(&self) -> f64 {
        slowest(self.edges())
    }

    /// The decay that the last parameter stands for.
    fn decay(&self, x: &[f64]) -> f64 {
        self.slowest() + x[x.len() - 1].exp()
    }

    /// Where to begin: half of the events led to by others, with five half-lives from shorter than the mean wait to a
    /// hundred times it.
    fn starts(&self) -> Vec<Vec<f64>> {
        let edges = self.edges();
        let half: Vec<f64> = edges
            .windows(2)
            .zip(self.per_step())
            .map(|(w, &n)| ((n as f64).max(0.5) / (2.0 * (w[1] - w[0]))).ln())
            .collect();
        let wait = (edges[edges.len() - 1] - edges[0]) / self.count() as f64;
        [0.3, 1.0, 5.0, 25.0, 100.0].map(|k| [&half[..], &[0.5f64.ln(), -(k * wait).ln()]].concat()).to_vec()
    }
}

/// Climbs from the best of the starts.
pub(super) fn climb(model: &impl Likelihood, starts: Vec<Vec<f64>>) -> Top {
    let mut gradient = vec![0.0; starts[0].len()];
    let best = starts.into_iter().map(|x| (model.at(&x, &mut gradient), x)).max_by(|a, b| a.0.total_cmp(&b.0));
    let start = best.map(|b| b.1).unwrap_or_default();
    maximise(model, &start, model.count() as f64, None)
}

/// Wald's intervals of logarithms wider than this to each side give way to the profile's.
pub(super) const WALD: f64 = 1.5;

/// Branching ratios outside this range are not searched for: 10⁻⁶ is none.
const BRANCHING: (f64, f64) = (-13.8, 3.0);

/// Intervals, and what else is to be said of a fit.
pub(super) fn summary(model: &impl Likelihood, top: Top, level: f64, residual: super::Residual) -> Contagion {
    use statrs::distribution::{ContinuousCDF, Normal};
    let (n, k) = (model.count() as f64, top.x.len() - 2);
    let z = Normal::standard().inverse_cdf(0.5 + level / 2.0);
    let alone = model.alone();
    // With little contagion its delay is anybody's guess, and every guess has to be tried.
    let also = if top.x[k].exp() < 0.05 { model.starts() } else { Vec::new() };
    let (low, high) = profile(model, &top, (k, BRANCHING), &also, n, level);
    let branching = Estimate { value: top.x[k].exp(), low: floor(low), high: high.exp() };
    // A gain of nothing, or a ratio of nothing, leaves no delay to measure.
    let timed = top.value - alone > 1e-3 && branching.value > 1e-3;
    let half_life = timed.then(|| {
        let at = top.x[k + 1];
        let ends = (at - 12.0, at + 12.0);
        let (slow, fast) = profile(model, &top, (k + 1, ends), &[], n, level);
        let days = |x: f64| std::f64::consts::LN_2 / (model.slowest() + x.exp());
        Estimate {
            value: days(at),
            low: if fast >= ends.1 { 0.0 } else { days(fast) },
            high: if slow <= ends.0 { f64::INFINITY } else { days(slow) },
        }
    });
    let errors = standard_errors(model, &top.x);
    let rate = |i: usize| {
        let (x, e) = (top.x[i], z * errors[i]);
        if e < WALD {
            return Estimate { value: x.exp(), low: (x - e).exp(), high: (x + e).exp() };
        }
        // Near no background at all the logarithm is far from normal.
        let ends = (x.min(-12.0), (n / (model.edges()[i + 1] - model.edges()[i])).ln() + 3.0);
        let (low, high) = profile(model, &top, (i, ends), &[], n, level);
        Estimate { value: x.exp(), low: if low <= ends.0 { 0.0 } else { low.exp() }, high: high.exp() }
    };
    let background: Vec<Step> =
        model.edges().windows(2).enumerate().map(|(i, w)| Step { from: w[0], until: w[1], per_day: rate(i) }).collect();
    let from_background: f64 = background.iter().map(|s| s.per_day.value * (s.until - s.from)).sum();
    Contagion {
        events: model.count(),
        background,
        branching,
        half_life,
        triggered: (1.0 - from_background / n).clamp(0.0, 1.0),
        ln_likelihood: top.value,
        ln_likelihood_alone: alone,
        aic: 2.0 * (k as f64 + 2.0) - 2.0 * top.value,
        aic_alone: 2.0 * k as f64 - 2.0 * alone,
        residual,
    }
}

fn floor(ln_branching: f64) -> f64 {
    if ln_branching <= BRANCHING.0 { 0.0 } else { ln_branching.exp() }
}

/// Log-likelihood of a Poisson process whose rate is constant in each step, at its own best.
pub(super) fn poisson_alone(edges: &[f64], per_step: &[usize]) -> f64 {
    let term = |(w, &n): (&[f64], &usize)| if n > 0 { n as f64 * ((n as f64 / (w[1] - w[0])).ln() - 1.0) } else { 0.0 };
    edges.windows(2).zip(per_step).map(term).sum()
}

pub(super) struct Times<'a> {
    times: &'a [f64],
    edges: Vec<f64>,
    per_step: Vec<usize>,
}

impl<'a> Times<'a> {
    pub(super) fn new(times: &'a [f64], window: (f64, f64), background: &Background) -> Result<Self, HawkesError> {
        let (from, until) = window;
        enough(times.len())?;
        if let Some(i) = (1..times.len()).find(|&i| times[i] <= times[i - 1] || times[i].is_nan()) {
            return Err(HawkesError::NotIncreasing { index: i });
        }
        if let Some(&value) = [times[0], times[times.len() - 1]].iter().find(|t| !(from..=until).contains(*t)) {
            return Err(HawkesError::Outside { what: "an event at", value, from, until });
        }
        let edges = background.edges(window)?;
        let before = |edge: f64| times.partition_point(|&t| t < edge);
        let per_step = edges.windows(2).map(|w| {
            let end = if w[1] == until { times.len() } else { before(w[1]) };
            end - before(w[0])
        });
        let per_step = per_step.collect();
        Ok(Self { times, edges, per_step })
    }

    /// The compensator at the begin of the window and at each event.
    fn compensator(&self, x: &[f64]) -> Vec<f64> {
        let k = self.per_step.len();
        let (branching, decay) = (x[k].exp(), self.decay(x));
        let (mut step, mut upto, mut ground) = (0, self.edges[0], 0.0);
        // Of the successors of the events so far, those still to come, per unit of branching.
        let (mut pending, mut last) = (0.0, upto);
        let mut clock = vec![0.0];
        for (i, &t) in self.times.iter().enumerate() {
            while step + 1 < k && t >= self.edges[step + 1] {
                ground += x[step].exp() * (self.edges[step + 1] - upto);
                upto = self.edges[step + 1];
                step += 1;
            }
            pending *= (-decay * (t - last)).exp();
            clock.push(ground + x[step].exp() * (t - upto) + branching * (i as f64 - pending));
            pending += 1.0;
            last = t;
        }
        clock
    }
}

impl Objective for Times<'_> {
    fn at(&self, x: &[f64], gradient: &mut [f64]) -> f64 {
        let k = self.per_step.len();
        let (branching, decay) = (x[k].exp(), self.decay(x));
        let height = branching * decay;
        // excited = Σ exp(−β (t − tᵢ)) over earlier events; its derivative in β is −lagged.
        let (mut excited, mut lagged, mut last) = (0.0, 0.0, self.times[0]);
        let (mut value, mut by_branching, mut by_decay) = (0.0, 0.0, 0.0);
        let mut rest = self.times;
        for step in 0..k {
            let (now, later) = rest.split_at(self.per_step[step]);
            rest = later;
            let rate = x[step].exp();
            let mut inverse = 0.0;
            for &t in now {
                let wait = t - last;
                let fade = (-decay * wait).exp();
                lagged = fade * (lagged + wait * excited);
                excited *= fade;
                let intensity = rate + height * excited;
                let one_over = 1.0 / intensity;
                value += intensity.ln();
                inverse += one_over;
                by_branching += excited * one_over;
                by_decay += (excited - decay * lagged) * one_over;
                // From the next event on, this one excites too.
                excited += 1.0;
                last = t;
            }
            let expected = rate * (self.edges[step + 1] - self.edges[step]);
            value -= expected;
            gradient[step] = rate * inverse - expected;
        }
        let wait = self.edges[k] - last;
        let fade = (-decay * wait).exp();
        let late = fade * (lagged + wait * excited);
        let come = self.times.len() as f64 - fade * excited;
        gradient[k] = height * by_branching - branching * come;
        gradient[k + 1] = height * (by_decay - late) * x[k + 1].exp() / decay;
        value - branching * come
    }
}

impl Likelihood for Times<'_> {
    fn edges(&self) -> &[f64] {
        &self.edges
    }

    fn per_step(&self) -> &[usize] {
        &self.per_step
    }

    fn alone(&self) -> f64 {
        poisson_alone(&self.edges, &self.per_step)
    }
}
