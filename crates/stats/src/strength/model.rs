//! The state equation, and the density of the posterior with its gradient.
//!
//! All unknowns are written as standard normal scores `z`, so the prior is the same in every direction and the sampler starts
//! with the right scales. Powers and logarithms come from `libm`, not from the platform: a trajectory is chaotic, and one
//! differing last digit would give another posterior on another machine.

use super::input::{Month, Record, Sign, Toll};
use super::priors::Priors;
use super::reading::{LogReading, sigmoid};

/// Where the scores of each unknown stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Layout {
    months: usize,
    losses: usize,
    shocks: usize,
    sources: usize,
}

/// Scores that every model has: first strength, first recruits, wandering of recruits, exit, bias, spread.
pub(super) const SCALARS: usize = 6;

impl Layout {
    /// Logit of the coverage of a record of losses; the score after it says where between low and high its tolls lie.
    pub fn coverage(self, i: usize) -> usize {
        SCALARS + 2 * i
    }
    pub fn shock(self, i: usize) -> usize {
        SCALARS + 2 * self.losses + i
    }
    pub fn bias(self, i: usize) -> usize {
        self.shock(self.shocks) + i
    }
    pub fn spread(self, i: usize) -> usize {
        self.bias(self.sources) + i
    }
    /// Step of recruitment into month `t`, which is 2 or later.
    fn recruits(self, t: usize) -> usize {
        self.spread(self.sources) + t - 2
    }
    pub fn len(self) -> usize {
        self.recruits(self.months)
    }
}

struct Observation {
    source: usize,
    from: usize,
    to: usize,
    reading: LogReading,
}

/// A record made ready for the sampler.
pub(super) struct Model {
    pub layout: Layout,
    pub sources: Vec<String>,
    pub priors: Priors,
    observations: Vec<Observation>,
    /// Tolls by record of losses and month.
    tolls: Vec<Vec<Toll>>,
    /// Mean and standard deviation of the logit of coverage, by record.
    coverage: Vec<(f64, f64)>,
    departures: Vec<f64>,
    /// Number of the shock that acts in a month.
    shock_of: Vec<Option<usize>>,
    signs: Vec<Sign>,
}

/// One possible history of the group.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Path {
    /// Fighters at the end of each month.
    pub strength: Vec<f64>,
    /// Gross recruits in each month; the first month has none, as nothing is said of what came before.
    pub recruits: Vec<f64>,
    /// All who left, by death, capture, surrender or otherwise, save in shocks.
    pub exits: Vec<f64>,
    /// Fighters gained by a shock; negative for a loss.
    pub shocks: Vec<f64>,
}

/// What is kept between the way forwards and the way back.
#[derive(Debug, Clone, Default)]
pub(super) struct Scratch {
    path: Path,
    /// Slope of each month's strength by those present, and by the recorded removals.
    by_present: Vec<f64>,
    by_removed: Vec<f64>,
    /// Recorded removals, with those unseen, over those present.
    toll: Vec<f64>,
    adjoint: Vec<f64>,
}

/// How steep the prior on what can be borne becomes: each doubling of the share costs so many times four logarithms of two.
const WALL: f64 = 5.0;

/// 90% of a normal distribution lies within so many standard deviations.
const NINETY: f64 = 1.644_853_626_951_472_7;

impl Model {
    /// `record` must have passed its check.
    pub fn new(record: &Record, priors: &Priors) -> Self {
        let first = record.months.from;
        let months = record.months.len();
        let at = |month: Month| usize::try_from(month.since(first)).unwrap_or(0);
        let mut sources: Vec<String> = record.estimates.iter().map(|estimate| estimate.source.clone()).collect();
        sources.sort();
        sources.dedup();
        let observations = record.estimates.iter().map(|estimate| Observation {
            source: sources.binary_search(&estimate.source).unwrap_or(0),
            from: at(estimate.months.from),
            to: at(estimate.months.to),
            reading: LogReading::new(estimate.reading),
        });
        let tolls = record.losses.iter().map(|losses| {
            let mut tolls = vec![Toll::default(); months];
            tolls[at(losses.from)..][..losses.tolls.len()].copy_from_slice(&losses.tolls);
            tolls
        });
        let coverage = record.losses.iter().map(|losses| {
            losses.coverage.map_or((0.0, priors.coverage_logit_sd), |share| {
                let logit = |share: f64| libm::log(share / (1.0 - share));
                let (lo, hi) = (logit(share.lo), logit(share.hi));
                (f64::midpoint(lo, hi), (hi - lo) / (2.0 * NINETY))
            })
        });
        let mut departures = vec![0.0; months];
        for &(month, n) in &record.departures {
            departures[at(month)] += n;
        }
        let mut shock_of = vec![None; months];
        for (i, shock) in record.shocks.iter().enumerate() {
            shock_of[at(shock.month)] = Some(i);
        }
        let layout =
            Layout { months, losses: record.losses.len(), shocks: record.shocks.len(), sources: sources.len() };
        Self {
            layout,
            priors: *priors,
            observations: observations.collect(),
            tolls: tolls.collect(),
            coverage: coverage.collect(),
            departures,
            shock_of,
            signs: record.shocks.iter().map(|shock| shock.sign).collect(),
            sources,
        }
    }

    /// The log effect of a shock. A half-normal is the absolute value of a normal score, so the prior stays normal.
    pub fn shock_effect(&self, z: &[f64], i: usize) -> f64 {
        let z = z[self.layout.shock(i)];
        self.priors.shock
            * match self.signs[i] {
                Sign::Gain => z.abs(),
                Sign::Loss => -z.abs(),
                Sign::Unknown => z,
            }
    }

    fn shock_slope(&self, z: &[f64], i: usize) -> f64 {
        let sign = z[self.layout.shock(i)].signum();
        self.priors.shock
            * match self.signs[i] {
                Sign::Gain => sign,
                Sign::Loss => -sign,
                Sign::Unknown => 1.0,
            }
    }

    /// The share of true losses that a record holds.
    pub fn coverage_of(&self, z: &[f64], i: usize) -> f64 {
        let (mean, sd) = self.coverage[i];
        sigmoid(mean + sd * z[self.layout.coverage(i)])
    }

    /// Log bias of a source.
    pub fn bias_of(&self, z: &[f64], i: usize) -> f64 {
        self.priors.bias.at(z[4]) * z[self.layout.bias(i)]
    }

    /// Scale of a source's scatter.
    pub fn spread_of(&self, z: &[f64], i: usize) -> f64 {
        libm::exp(self.priors.spread.log_at(z[5]) + self.priors.spread_differs * z[self.layout.spread(i)])
    }

    /// The same model before any estimate is read.
    pub fn without_estimates(mut self) -> Self {
        self.observations.clear();
        self
    }

    /// The history that the scores stand for.
    pub fn path(&self, z: &[f64]) -> Path {
        let mut scratch = Scratch::default();
        self.forward(z, &mut scratch);
        scratch.path
    }

    /// N(t) = (N(t−1) + R(t) − removed(t)) · e^(−exit) · e^(shock(t)), where removal never takes more than half.
    fn forward(&self, z: &[f64], scratch: &mut Scratch) {
        let Layout { months, .. } = self.layout;
        let Scratch { path, by_present, by_removed, toll, .. } = scratch;
        let Path { strength, recruits, exits, shocks } = path;
        for vec in [strength, recruits, exits, shocks, by_present, by_removed, toll] {
            vec.clear();
            vec.resize(months, 0.0);
        }
        let recruits_step = self.priors.recruits_wander.at(z[2]);
        let mut log_recruits = self.priors.first_recruits.log_at(z[1]);
        let stay = libm::exp(-self.priors.exit.at(z[3]));
        path.strength[0] = self.priors.first_strength.at(z[0]);
        let inflation: Vec<(f64, f64)> = (0..self.layout.losses)
            .map(|i| (1.0 / self.coverage_of(z, i), normal_cdf(z[self.layout.coverage(i) + 1])))
            .collect();
        for t in 1..months {
            if t > 1 {
                log_recruits += recruits_step * z[self.layout.recruits(t)];
            }
            let recruits = libm::exp(log_recruits);
            let removed = self.departures[t]
                + inflation
                    .iter()
                    .zip(&self.tolls)
                    .map(|(&(times, p), tolls)| times * at_quantile(tolls[t], p))
                    .sum::<f64>();
            let present = path.strength[t - 1] + recruits;
            toll[t] = removed / present;
            let (left, slope) = remaining(toll[t]);
            let shock = self.shock_of[t].map_or(0.0, |i| self.shock_effect(z, i));
            let jump = libm::exp(shock);
            let before_shock = present * left * stay;
            path.strength[t] = before_shock * jump;
            path.recruits[t] = recruits;
            path.exits[t] = present - before_shock;
            path.shocks[t] = before_shock * libm::expm1(shock);
            by_present[t] = jump * stay * (left - toll[t] * slope);
            by_removed[t] = jump * stay * slope;
        }
    }

    /// Log density of the posterior, up to a constant, and its gradient.
    pub fn log_density(&self, z: &[f64], gradient: &mut [f64], scratch: &mut Scratch) -> f64 {
        self.forward(z, scratch);
        let mut log = 0.0;
        for (slope, z) in gradient.iter_mut().zip(z) {
            log -= 0.5 * z * z;
            *slope = -z;
        }
        scratch.adjoint.clear();
        scratch.adjoint.resize(self.layout.months, 0.0);
        log += self.observe(z, gradient, scratch);
        log += self.bear(scratch);
        self.backward(z, gradient, scratch);
        log
    }

    /// The prior on what a group can bear in a month: −5 ln(1 + (x / limit)⁴) for each month's removals x as a share of those present.
    ///
    /// It is all but flat up to half the limit. Without it most histories that losses allow would have the group wiped out, and
    /// then lose more fighters than it has.
    pub fn bear(&self, scratch: &Scratch) -> f64 {
        -WALL * scratch.toll.iter().map(|x| libm::log1p(fourth(x / self.priors.bearable))).sum::<f64>()
    }

    /// Adds the likelihood of the readings; leaves its slopes by log strength in `adjoint`.
    fn observe(&self, z: &[f64], gradient: &mut [f64], scratch: &mut Scratch) -> f64 {
        let bias = self.priors.bias.at(z[4]);
        let mut log = 0.0;
        for observation in &self.observations {
            let span = observation.from..observation.to + 1;
            let months = span.len() as f64;
            let level = scratch.path.strength[span.clone()].iter().map(|n| libm::log(*n)).sum::<f64>() / months;
            let at = self.layout.bias(observation.source);
            let told = observation.reading.likelihood(level + bias * z[at], self.spread_of(z, observation.source));
            log += told.log;
            gradient[at] += told.by_centre * bias;
            gradient[4] += told.by_centre * bias * z[at] * self.priors.bias.log_sd;
            gradient[5] += told.by_log_scale * self.priors.spread.log_sd;
            gradient[self.layout.spread(observation.source)] += told.by_log_scale * self.priors.spread_differs;
            for slope in &mut scratch.adjoint[span] {
                *slope += told.by_centre / months;
            }
        }
        log
    }

    /// Carries the slopes back through the months, last to first.
    fn backward(&self, z: &[f64], gradient: &mut [f64], scratch: &Scratch) {
        let layout = self.layout;
        let recruits_step = self.priors.recruits_wander.at(z[2]);
        let exit = self.priors.exit.at(z[3]);
        let mut by_toll: Vec<(f64, f64)> = vec![(0.0, 0.0); layout.losses];
        let places: Vec<f64> = (0..layout.losses).map(|i| normal_cdf(z[layout.coverage(i) + 1])).collect();
        // Slopes by strength; by log recruits, summed over this month and all later ones; by the wandering; by the rate of exit.
        let (mut by_next, mut by_recruits, mut by_recruits_step, mut by_exit) = (0.0, 0.0, 0.0, 0.0);
        for t in (1..layout.months).rev() {
            let strength = scratch.path.strength[t];
            let by_strength = by_next + scratch.adjoint[t] / strength;
            if let Some(i) = self.shock_of[t] {
                gradient[layout.shock(i)] += by_strength * strength * self.shock_slope(z, i);
            }
            // Of the prior on what can be borne; removals and those present stand in it as a quotient.
            let (toll, present) = (scratch.toll[t], scratch.path.strength[t - 1] + scratch.path.recruits[t]);
            let excess = fourth(toll / self.priors.bearable);
            let by_toll_share = -4.0 * WALL * excess / (1.0 + excess) / toll.max(f64::MIN_POSITIVE);
            let by_present = by_strength * scratch.by_present[t] - by_toll_share * toll / present;
            by_exit -= by_strength * strength;
            by_recruits += by_present * scratch.path.recruits[t];
            let by_removed = by_strength * scratch.by_removed[t] + by_toll_share / present;
            for ((sum, tolls), &p) in by_toll.iter_mut().zip(&self.tolls).zip(&places) {
                sum.0 += by_removed * at_quantile(tolls[t], p);
                sum.1 += by_removed * quantile_slope(tolls[t], p);
            }
            if t > 1 {
                let at = layout.recruits(t);
                gradient[at] += by_recruits * recruits_step;
                by_recruits_step += by_recruits * z[at];
            }
            by_next = by_present;
        }
        gradient[0] += (by_next * scratch.path.strength[0] + scratch.adjoint[0]) * self.priors.first_strength.log_sd;
        gradient[1] += by_recruits * self.priors.first_recruits.log_sd;
        gradient[2] += by_recruits_step * recruits_step * self.priors.recruits_wander.log_sd;
        gradient[3] += by_exit * exit * self.priors.exit.log_sd;
        for (i, (by_times, by_place)) in by_toll.into_iter().enumerate() {
            let at = layout.coverage(i);
            let share = self.coverage_of(z, i);
            // d(1/share)/d logit = −(1 − share)/share.
            gradient[at] -= by_times * (1.0 - share) / share * self.coverage[i].1;
            gradient[at + 1] += by_place / share * normal_density(z[at + 1]);
        }
    }
}

/// A toll between low and high, at quantile `p` of what coders hold possible: the best estimate is its median. Months are taken to
/// err together, which makes the total as uncertain as it can be.
fn at_quantile(toll: Toll, p: f64) -> f64 {
    if p < 0.5 {
        toll.low + 2.0 * p * (toll.best - toll.low)
    } else {
        toll.best + (2.0 * p - 1.0) * (toll.high - toll.best)
    }
}

fn quantile_slope(toll: Toll, p: f64) -> f64 {
    if p < 0.5 { 2.0 * (toll.best - toll.low) } else { 2.0 * (toll.high - toll.best) }
}

/// The share that remains when `x` times those present are said to be removed, and its slope: 1 − x for small `x`, and never below a half.
///
/// At a tenth it removes 2% fewer than told, at three tenths 14% fewer. A group smaller than its losses thus shrinks by half each
/// month, instead of vanishing at once; the prior on what can be borne tells such histories from likely ones.
fn remaining(x: f64) -> (f64, f64) {
    const MOST: f64 = 0.5;
    let slack = 1.0 / (1.0 + (x / MOST) * (x / MOST));
    let root = slack.sqrt();
    (1.0 - x * root, -slack * root)
}

fn fourth(x: f64) -> f64 {
    x * x * x * x
}

fn normal_cdf(z: f64) -> f64 {
    0.5 * libm::erfc(-z * std::f64::consts::FRAC_1_SQRT_2)
}

fn normal_density(z: f64) -> f64 {
    libm::exp(-0.5 * z * z) * 0.398_942_280_401_432_7
}
