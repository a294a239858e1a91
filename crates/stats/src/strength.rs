//! How strong a group was, month by month, and how fast it renewed itself, from estimates that contradict each other.
//!
//! Sources give a group's size seldom, vaguely and with a slant: “up to 4,000”, “just 700”, “between 1,000 and 2,200”. This module
//! takes them as noisy looks at one history, in which every fighter must come from somewhere and go somewhere:
//!
//! N(t) = (N(t−1) + R(t) − κ·D(t) − O(t)) · e^(−δ) · e^(s(t))
//!
//! with strength N at the end of a month, gross recruits R, recorded deaths D times the inflation κ for those unseen, counted
//! departures O (surrender, capture), the rate δ of all other exits, and named shocks s. Log R wanders at random. A
//! source's number is log-logistic about N times the source's bias, and its words say between which bounds the number lies.
//! [`Priors`] states and explains every prior. [`Answer::informed`] says where the estimates told nothing.
//!
//! Strength as a latent quantity behind several indicators follows the practice of Bayesian population reconstruction:
//! state-space models of animal populations (Buckland et al. 2004, *Ecological Modelling* 171), and of the dead in conflict from
//! several partial lists (Manrique-Vallier, Price and Gohdes 2013). Inference is by Hamiltonian Monte Carlo: the density is smooth
//! and has some 130 unknowns whose posterior is no normal law, which rules out an exact filter, and the parameters that are common to all months
//! (biases, spreads) would starve a particle filter. The implementation is checked by simulation-based calibration (Talts et al. 2018).

mod input;
mod mixing;
mod model;
mod nuts;
mod posterior;
mod priors;
mod reading;
#[cfg(test)]
mod tests;

use serde::Serialize;
use thiserror::Error;

pub use input::{Estimate, Losses, Month, Months, Range, Reading, Record, Shock, Sign, Toll};
pub use posterior::{
    Answer, Comparison, Coverage, MonthOfStrength, Parameter, Posterior, Quantiles, Regeneration, ShockEffect,
    SourceBias, Summary,
};
pub use priors::{LogNormal, Priors};

use mixing::mixing;
use model::{Model, SCALARS, Scratch};
use nuts::{Chain, Plan};
use posterior::Draws;

/// Why no posterior was made.
#[derive(Debug, Clone, PartialEq, Error)]
pub enum StrengthError {
    /// Nothing says how large the group was.
    #[error(
        "there is no estimate of the group's size: losses and events alone do not tell it; give at least one, however vague"
    )]
    NoEstimate,
    /// The model has no length.
    #[error("the model needs 2 to 600 months, first to last; {months} is not such a run")]
    Months {
        /// The months given.
        months: Months,
    },
    /// Something lies outside the months of the model.
    #[error("{what} ({months}) must lie within the months {model}, first month before last")]
    Outside {
        /// What.
        what: String,
        /// Its months.
        months: Months,
        /// The months it must lie in.
        model: Months,
    },
    /// A reading makes no sense.
    #[error("the estimate of {who} for {months} needs {expected}")]
    Reading {
        /// Who said it.
        who: String,
        /// Of when.
        months: Months,
        /// What was expected.
        expected: &'static str,
    },
    /// A toll out of order.
    #[error("losses of {month} must be 0 or more and in order: low {low}, best {best}, high {high}")]
    Toll {
        /// The month.
        month: Month,
        /// Least.
        low: f64,
        /// Best.
        best: f64,
        /// Greatest.
        high: f64,
    },
    /// A share of coverage beyond 0 to 1.
    #[error(
        "coverage of losses from {lo} to {hi} is no range of shares above 0 and below 1; leave it out where it is not known"
    )]
    Coverage {
        /// Least.
        lo: f64,
        /// Greatest.
        hi: f64,
    },
    /// Departures below zero or without end.
    #[error("{n} departures in {month}: expected a number of 0 or more")]
    Departures {
        /// The month.
        month: Month,
        /// The number given.
        n: f64,
    },
    /// A shock with nothing before it.
    #[error("“{name}” falls in the first month, {month}, before which nothing is known; let the model begin earlier")]
    ShockAtStart {
        /// The event.
        name: String,
        /// Its month.
        month: Month,
    },
    /// Two shocks that no data can tell apart.
    #[error("“{}” and “{}” both fall in {month}, and their effects cannot be told apart; make them one", .names[0], .names[1])]
    ShocksTogether {
        /// The events.
        names: [String; 2],
        /// Their month.
        month: Month,
    },
    /// A prior that is none.
    #[error("the prior `{field}` needs a median above zero and a spread of zero or more")]
    Prior {
        /// The field of [`Priors`].
        field: &'static str,
    },
    /// Settings with which nothing can be sampled.
    #[error(
        "at least 2 chains of 100 draws after 100 of warm-up are needed; {chains} of {draws} after {warmup} were asked for"
    )]
    Settings {
        /// Chains.
        chains: u32,
        /// Draws.
        draws: usize,
        /// Warm-up.
        warmup: usize,
    },
    /// No history fits the record at all.
    #[error("no history fits the record: the density is zero wherever the sampler starts; look for a mistaken figure")]
    NoStart,
    /// The chains do not agree.
    #[error(
        "the chains do not agree on {quantity} (R-hat {r_hat:.3}, at most 1.05 is let through): no answer is given; ask for more warm-up and draws, or look for estimates that cannot both be right"
    )]
    NotMixed {
        /// What they disagree on.
        quantity: String,
        /// How far.
        r_hat: f64,
    },
}

/// How long to sample.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Settings {
    /// Chains, in parallel as far as the machine allows.
    pub chains: u32,
    /// Steps of each chain that are thrown away while it learns the scales.
    pub warmup: usize,
    /// Draws kept of each chain.
    pub draws: usize,
    /// Acceptance that the step is tuned to, below 1. Higher is slower and surer.
    pub acceptance: f64,
    /// Seed; the same seed gives the same answer on every machine.
    pub seed: u64,
}

impl Default for Settings {
    fn default() -> Self {
        Self { chains: 4, warmup: 500, draws: 600, acceptance: 0.95, seed: 1 }
    }
}

impl Settings {
    /// Steps that all chains make, with and without the estimates.
    pub fn steps(&self) -> u64 {
        2 * u64::from(self.chains) * (self.warmup + self.draws) as u64
    }
}

/// Whether the sampler can be trusted.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Diagnostics {
    /// Draws kept, of all chains.
    pub draws: usize,
    /// The quantity on which the chains agree least, and its R-hat; 1 is agreement.
    pub r_hat: (String, f64),
    /// The quantity with the fewest effective draws for its middle, and their number.
    pub bulk: (String, f64),
    /// The same for its 5% and 95% quantiles.
    pub tail: (String, f64),
    /// Paths that were lost. More than a few mean a corner of the posterior that was not reached.
    pub divergences: usize,
    /// What is to be told; empty where all is well.
    pub warnings: Vec<String>,
}

/// R-hat above which the answer carries a warning (Vehtari et al. 2021), and above which there is none.
const R_HAT_WARN: f64 = 1.01;
const R_HAT_FAIL: f64 = 1.05;
/// Effective draws below which quantiles are not to be trusted: 100 for each of four chains (Vehtari et al. 2021).
const FEWEST: f64 = 400.0;
/// Longest path: 2 to this power steps.
const DEPTH: u32 = 9;

/// The posterior of a group's strength.
///
/// ```
/// use casefile_stats::strength::{Estimate, Month, Months, Priors, Reading, Record, Settings, fit};
///
/// let year = |year, reading| Estimate { source: "army".into(), months: Months::year(year), reading };
/// let record = Record {
///     months: Months::new(Month::new(2015, 1), Month::new(2016, 12)),
///     estimates: vec![year(2015, Reading::up_to(3000.0)), year(2016, Reading::between(1200.0, 1300.0))],
///     losses: vec![],
///     departures: vec![],
///     shocks: vec![],
/// };
/// let posterior = fit(&record, &Priors::for_record(&record)?, &Settings::default())?;
/// assert!(posterior.compare(Months::year(2015), Months::year(2016))?.chance > 0.5);
/// # Ok::<(), casefile_stats::strength::StrengthError>(())
/// ```
///
/// # Errors
/// [`StrengthError`]: a fault in what was given, or chains that do not agree.
pub fn fit(record: &Record, priors: &Priors, settings: &Settings) -> Result<Posterior, StrengthError> {
    fit_telling(record, priors, settings, &|| ())
}

/// As [`fit`]; `told` is called after each of the [`Settings::steps`], from several threads.
///
/// # Errors
/// As [`fit`].
pub fn fit_telling(
    record: &Record,
    priors: &Priors,
    settings: &Settings,
    told: &(dyn Fn() + Sync),
) -> Result<Posterior, StrengthError> {
    record.check()?;
    if let Some(field) = priors.fault() {
        return Err(StrengthError::Prior { field });
    }
    let Settings { chains, warmup, draws, .. } = *settings;
    if chains < 2 || warmup < 100 || draws < 100 || !(0.1..1.0).contains(&settings.acceptance) {
        return Err(StrengthError::Settings { chains, draws, warmup });
    }
    let model = Model::new(record, priors);
    let chains = sample(&model, settings, told).ok_or(StrengthError::NoStart)?;

    let diagnostics = diagnose(&model, record, &chains);
    if diagnostics.r_hat.1 > R_HAT_FAIL || diagnostics.r_hat.1.is_nan() {
        let (quantity, r_hat) = diagnostics.r_hat;
        return Err(StrengthError::NotMixed { quantity, r_hat });
    }
    let draws = gather(&model, chains);
    let before = Model::new(record, priors).without_estimates();
    let prior = gather(&before, sample(&before, settings, told).ok_or(StrengthError::NoStart)?);
    Ok(Posterior { record: record.clone(), model, draws, prior, diagnostics })
}

fn gather(model: &Model, chains: Vec<Chain>) -> Draws {
    let scores: Vec<Vec<f64>> = chains.into_iter().flat_map(|chain| chain.draws).collect();
    Draws { paths: scores.iter().map(|z| model.path(z)).collect(), scores }
}

fn sample(model: &Model, settings: &Settings, told: &(dyn Fn() + Sync)) -> Option<Vec<Chain>> {
    let chain = |chain: u32| {
        let plan = Plan {
            warmup: settings.warmup,
            draws: settings.draws,
            target: settings.acceptance,
            depth: DEPTH,
            seed: settings.seed,
            chain: u64::from(chain),
        };
        let mut scratch = Scratch::default();
        let density = |z: &[f64], gradient: &mut [f64]| model.log_density(z, gradient, &mut scratch);
        nuts::sample(model.layout.len(), &plan, density, told)
    };
    std::thread::scope(|scope| {
        let running: Vec<_> = (0..settings.chains).map(|i| scope.spawn(move || chain(i))).collect();
        running.into_iter().map(|thread| thread.join().ok().flatten()).collect()
    })
}

/// Quantities whose mixing is watched: all that are reported, on the scale on which they are nearest to normal.
fn watched(model: &Model, record: &Record, z: &[f64]) -> Vec<f64> {
    let path = model.path(z);
    let mut values: Vec<f64> = path.strength.iter().map(|n| libm::log(*n)).collect();
    values.extend(path.recruits[1..].iter().chain(&path.exits[1..]).map(|n| libm::log(*n)));
    values.extend_from_slice(&z[..SCALARS]);
    values.extend((0..record.shocks.len()).map(|i| model.shock_effect(z, i)));
    values.extend((0..model.sources.len()).map(|i| model.bias_of(z, i)));
    values.extend((0..model.sources.len()).map(|i| libm::log(model.spread_of(z, i))));
    values.extend((0..record.losses.len()).map(|i| model.coverage_of(z, i)));
    values
}

fn names(model: &Model, record: &Record) -> Vec<String> {
    let month = |i: i32| record.months.from.plus(i);
    let last = record.months.to.since(record.months.from);
    let mut names: Vec<String> = (0..=last).map(|i| format!("strength in {}", month(i))).collect();
    names.extend((1..=last).map(|i| format!("recruits in {}", month(i))));
    names.extend((1..=last).map(|i| format!("exits in {}", month(i))));
    let scalars: [&str; SCALARS] =
        ["first strength", "first recruits", "wandering of recruits", "exit", "bias", "spread"];
    names.extend(scalars.map(String::from));
    names.extend(record.shocks.iter().map(|shock| format!("effect of {}", shock.name)));
    names.extend(model.sources.iter().map(|source| format!("bias of {source}")));
    names.extend(model.sources.iter().map(|source| format!("spread of {source}")));
    names.extend(record.losses.iter().map(|losses| format!("coverage of losses from {}", losses.from)));
    names
}

fn diagnose(model: &Model, record: &Record, chains: &[Chain]) -> Diagnostics {
    let values: Vec<Vec<Vec<f64>>> =
        chains.iter().map(|chain| chain.draws.iter().map(|z| watched(model, record, z)).collect()).collect();
    let names = names(model, record);
    let of_all: Vec<_> = (0..names.len())
        .map(|i| mixing(&values.iter().map(|chain| chain.iter().map(|v| v[i]).collect()).collect::<Vec<_>>()))
        .collect();
    let worst = |measure: fn(&mixing::Mixing) -> f64, sign: f64| {
        let of = |i: &usize| sign * measure(&of_all[*i]);
        let i = (0..names.len()).max_by(|a, b| of(a).total_cmp(&of(b))).unwrap_or(0);
        (names[i].clone(), measure(&of_all[i]))
    };
    let draws = chains.iter().map(|chain| chain.draws.len()).sum::<usize>();
    let (r_hat, bulk, tail) = (worst(|m| m.r_hat, 1.0), worst(|m| m.bulk, -1.0), worst(|m| m.tail, -1.0));
    let divergences = chains.iter().map(|chain| chain.divergences).sum();
    let cut_short: usize = chains.iter().map(|chain| chain.cut_short).sum();
    let mut warnings = vec![];
    if r_hat.1 > R_HAT_WARN {
        warnings.push(format!("the chains hardly agree on {} (R-hat {:.3}); ask for more draws", r_hat.0, r_hat.1));
    }
    for (what, (name, n)) in [("middle", &bulk), ("outer quantiles", &tail)] {
        if *n < FEWEST {
            warnings.push(format!("the {what} of {name} rests on {n:.0} effective draws; ask for more draws"));
        }
    }
    if divergences * 50 > draws {
        warnings.push(format!("{divergences} of {draws} paths were lost; raise the acceptance towards 1"));
    }
    if cut_short * 10 > draws {
        warnings
            .push(format!("{cut_short} of {draws} paths were cut short, which makes draws alike; ask for more draws"));
    }
    Diagnostics { draws, r_hat, bulk, tail, divergences, warnings }
}
