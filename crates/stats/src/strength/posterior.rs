//! What is known of the group after all estimates are read, and how much of it the estimates told.

use serde::{Deserialize, Serialize};

use super::input::{Month, Months, Record, Shock};
use super::mixing::quantile;
use super::model::{Model, Path};
use super::{Diagnostics, StrengthError};

/// Five quantiles; the outer two hold 90%, the inner two a half.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Quantiles {
    /// 5% lie below.
    pub q05: f64,
    /// A quarter lies below.
    pub q25: f64,
    /// The median.
    pub q50: f64,
    /// Three quarters lie below.
    pub q75: f64,
    /// 95% lie below.
    pub q95: f64,
}

impl Quantiles {
    fn of(mut draws: Vec<f64>) -> Self {
        draws.sort_by(f64::total_cmp);
        let at = |p| quantile(&draws, p);
        Self { q05: at(0.05), q25: at(0.25), q50: at(0.5), q75: at(0.75), q95: at(0.95) }
    }
}

/// One unknown quantity: what is believed of it after the estimates, and what was believed before.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Answer {
    /// After the estimates.
    pub posterior: Quantiles,
    /// Before them, by the priors, losses and events alone.
    pub prior: Quantiles,
    /// How much narrower the 90% interval has become: 0 not at all, 1 to a point; below 0 where it has widened. Positive
    /// quantities are measured on their logarithms.
    pub contraction: f64,
    /// Whether the estimates told anything: the interval is narrower by a fifth, or its middle has moved by three tenths of its
    /// former width, which is about one standard deviation. Where not, the figure is the prior's.
    pub informed: bool,
}

/// Narrowing and shift at which a quantity counts as informed. Conventions of this project.
const NARROWER: f64 = 0.2;
const MOVED: f64 = 0.3;

impl Answer {
    fn new(posterior: Vec<f64>, prior: Vec<f64>, scale: impl Fn(f64) -> f64) -> Self {
        let (posterior, prior) = (Quantiles::of(posterior), Quantiles::of(prior));
        let width = |q: Quantiles| scale(q.q95) - scale(q.q05);
        let (after, before) = (width(posterior), width(prior));
        let contraction = if before > 0.0 { 1.0 - after / before } else { 0.0 };
        let moved = (scale(posterior.q50) - scale(prior.q50)).abs() > MOVED * before;
        Self { posterior, prior, contraction, informed: before > 0.0 && (contraction > NARROWER || moved) }
    }
}

/// One month of the group's history.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct MonthOfStrength {
    /// The month.
    pub month: Month,
    /// Fighters at its end.
    pub strength: Answer,
    /// Gross recruits in it; none for the first month.
    pub recruits: Option<Answer>,
    /// All who left in it but for named events: recorded losses with those unseen, departures, and other exits.
    pub exits: Option<Answer>,
    /// Change of strength against the month before.
    pub net: Option<Answer>,
}

/// What it took to bring the group from its strength before a window to that at its end, per month.
///
/// Recruits = net − by events + exits.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Regeneration {
    /// The months whose flows are counted.
    pub months: Months,
    /// Gross recruits per month: the regeneration rate. It rests on how many left unseen.
    pub recruits: Answer,
    /// The least that would do: recruits per month had nobody left but those recorded, at face value. Below zero where recorded
    /// losses explain less than the whole decline.
    pub floor: Answer,
    /// Change of strength per month.
    pub net: Answer,
    /// All who left per month, but for named events.
    pub exits: Answer,
    /// Fighters gained (lost where below zero) by named events, per month.
    pub by_events: Answer,
    /// Recruits for each fighter who left: above 1 the group grows by recruitment.
    pub replacement: Answer,
}

/// The effect of a named event.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ShockEffect {
    /// The event.
    pub shock: Shock,
    /// Strength after over strength before.
    pub factor: Answer,
    /// Fighters gained; below zero for a loss.
    pub fighters: Answer,
    /// Chance that the group was larger for it. 0 or 1 where the sign was given.
    pub chance_of_gain: f64,
}

/// How far a source's figures are off.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SourceBias {
    /// The source.
    pub source: String,
    /// How many estimates it gave.
    pub estimates: usize,
    /// Its figures over the true strength, on the whole. What all sources get wrong alike cannot be seen.
    pub factor: Answer,
    /// Scale of its scatter about that, on the log.
    pub spread: Answer,
}

/// How much of the group's losses a record holds.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Coverage {
    /// The months it covers.
    pub months: Months,
    /// Recorded deaths (best).
    pub recorded: f64,
    /// Share of true losses that it holds.
    pub share: Answer,
}

/// Whether strength was greater in one run of months than in another.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Comparison {
    /// The months asked about.
    pub months: Months,
    /// Those they are compared with.
    pub than: Months,
    /// Probability that mean strength was greater.
    pub chance: f64,
    /// The same before any estimate was read.
    pub prior_chance: f64,
    /// Mean strength in `months` over that in `than`.
    pub ratio: Answer,
}

/// A parameter of the model, for judging what the data told of it.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Parameter {
    /// What it is; the field of [`super::Priors`].
    pub name: &'static str,
    /// Its value.
    pub value: Answer,
}

/// Everything that is asked of every group. Windows and comparisons are asked one by one.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Summary {
    /// Month by month.
    pub months: Vec<MonthOfStrength>,
    /// Named events.
    pub shocks: Vec<ShockEffect>,
    /// Sources, by name.
    pub sources: Vec<SourceBias>,
    /// Records of losses.
    pub losses: Vec<Coverage>,
    /// The model's own parameters: the table of sensitivity.
    pub parameters: Vec<Parameter>,
    /// Whether the sampler can be trusted.
    pub diagnostics: Diagnostics,
}

/// Draws of the model: scores, and the histories they stand for.
pub(super) struct Draws {
    pub scores: Vec<Vec<f64>>,
    pub paths: Vec<Path>,
}

/// The posterior of a group's strength.
pub struct Posterior {
    pub(super) record: Record,
    pub(super) model: Model,
    pub(super) draws: Draws,
    pub(super) prior: Draws,
    pub(super) diagnostics: Diagnostics,
}

impl Posterior {
    /// Everything but windows and comparisons.
    pub fn summary(&self) -> Summary {
        Summary {
            months: self.months(),
            shocks: self.shocks(),
            sources: self.sources(),
            losses: self.losses(),
            parameters: self.parameters(),
            diagnostics: self.diagnostics.clone(),
        }
    }

    /// Whether the sampler can be trusted.
    pub fn diagnostics(&self) -> &Diagnostics {
        &self.diagnostics
    }

    /// Strength and flows, month by month.
    pub fn months(&self) -> Vec<MonthOfStrength> {
        (0..)
            .zip(0..self.record.months.len())
            .map(|(i, t)| {
                let flow = |of: fn(&Path) -> &Vec<f64>| (t > 0).then(|| self.positive(|path, _| of(path)[t]));
                MonthOfStrength {
                    month: self.record.months.from.plus(i),
                    strength: self.positive(|path, _| path.strength[t]),
                    recruits: flow(|path| &path.recruits),
                    exits: flow(|path| &path.exits),
                    net: (t > 0).then(|| self.signed(|path, _| path.strength[t] - path.strength[t - 1])),
                }
            })
            .collect()
    }

    /// Mean strength over some months.
    ///
    /// # Errors
    /// [`StrengthError::Outside`] where the model does not reach.
    pub fn strength(&self, months: Months) -> Result<Answer, StrengthError> {
        let (from, to) = self.span(months)?;
        Ok(self.positive(|path, _| level(path, from, to)))
    }

    /// Mean strength over some months in each draw, for whoever sets it against a claim.
    ///
    /// # Errors
    /// [`StrengthError::Outside`] where the model does not reach.
    pub fn draws_of_strength(&self, months: Months) -> Result<Vec<f64>, StrengthError> {
        let (from, to) = self.span(months)?;
        Ok(self.draws.paths.iter().map(|path| level(path, from, to)).collect())
    }

    /// Mean strength in `months` over that in `than`, in each draw.
    ///
    /// # Errors
    /// [`StrengthError::Outside`] where the model does not reach.
    pub fn draws_of_ratio(&self, months: Months, than: Months) -> Result<Vec<f64>, StrengthError> {
        let (above, below) = (self.draws_of_strength(months)?, self.draws_of_strength(than)?);
        Ok(above.into_iter().zip(below).map(|(a, b)| a / b).collect())
    }

    /// Recruits per month over some months, and recruits for each fighter who left, in each draw.
    ///
    /// # Errors
    /// [`StrengthError::Outside`] as [`Posterior::regeneration`].
    pub fn draws_of_renewal(&self, months: Months) -> Result<[Vec<f64>; 2], StrengthError> {
        self.regeneration(months)?;
        let (from, to) = self.span(months)?;
        let sum = |flow: &[f64]| flow[from..=to].iter().sum::<f64>();
        let of = |value: &dyn Fn(&Path) -> f64| self.draws.paths.iter().map(value).collect();
        let n = (to - from + 1) as f64;
        Ok([of(&|path| sum(&path.recruits) / n), of(&|path| sum(&path.recruits) / sum(&path.exits))])
    }

    /// Probability that mean strength over some months was above `fighters`.
    ///
    /// # Errors
    /// [`StrengthError::Outside`] where the model does not reach.
    pub fn chance_over(&self, months: Months, fighters: f64) -> Result<f64, StrengthError> {
        let (from, to) = self.span(months)?;
        Ok(share(&self.draws, |path| level(path, from, to) > fighters))
    }

    /// Whether mean strength in `months` was greater than in `than`.
    ///
    /// # Errors
    /// [`StrengthError::Outside`] where the model does not reach.
    pub fn compare(&self, months: Months, than: Months) -> Result<Comparison, StrengthError> {
        let (a, b) = (self.span(months)?, self.span(than)?);
        let ratio = |path: &Path| level(path, a.0, a.1) / level(path, b.0, b.1);
        Ok(Comparison {
            months,
            than,
            chance: share(&self.draws, |path| ratio(path) > 1.0),
            prior_chance: share(&self.prior, |path| ratio(path) > 1.0),
            ratio: self.positive(|path, _| ratio(path)),
        })
    }

    /// The regeneration rate over a window. Flows of the model's first month are unknown, so it may not begin there.
    ///
    /// # Errors
    /// [`StrengthError::Outside`] where the model does not reach.
    pub fn regeneration(&self, months: Months) -> Result<Regeneration, StrengthError> {
        let (from, to) = self.span(months)?;
        if from == 0 {
            let model = Months::new(self.record.months.from.plus(1), self.record.months.to);
            return Err(StrengthError::Outside { what: "the window of regeneration".into(), months, model });
        }
        let n = (to - from + 1) as f64;
        let sum = move |flow: &[f64]| flow[from..=to].iter().sum::<f64>() / n;
        let net = move |path: &Path| (path.strength[to] - path.strength[from - 1]) / n;
        let recorded = self.recorded(months) / n;
        Ok(Regeneration {
            months,
            recruits: self.positive(|path, _| sum(&path.recruits)),
            floor: self.signed(|path, _| net(path) - sum(&path.shocks) + recorded),
            net: self.signed(|path, _| net(path)),
            exits: self.positive(|path, _| sum(&path.exits)),
            by_events: self.signed(|path, _| sum(&path.shocks)),
            replacement: self.positive(|path, _| sum(&path.recruits) / sum(&path.exits)),
        })
    }

    /// Effects of the named events, as the record lists them.
    pub fn shocks(&self) -> Vec<ShockEffect> {
        let effect = |(i, shock): (usize, &Shock)| {
            let t = usize::try_from(shock.month.since(self.record.months.from)).unwrap_or(0);
            ShockEffect {
                shock: shock.clone(),
                factor: self.positive(|_, z| libm::exp(self.model.shock_effect(z, i))),
                fighters: self.signed(|path, _| path.shocks[t]),
                chance_of_gain: share(&self.draws, |path| path.shocks[t] > 0.0),
            }
        };
        self.record.shocks.iter().enumerate().map(effect).collect()
    }

    /// Biases of the sources, by name.
    pub fn sources(&self) -> Vec<SourceBias> {
        let bias = |(i, source): (usize, &String)| SourceBias {
            source: source.clone(),
            estimates: self.record.estimates.iter().filter(|estimate| estimate.source == *source).count(),
            factor: self.positive(|_, z| libm::exp(self.model.bias_of(z, i))),
            spread: self.positive(|_, z| self.model.spread_of(z, i)),
        };
        self.model.sources.iter().enumerate().map(bias).collect()
    }

    /// Coverage of the records of losses, as the record lists them.
    pub fn losses(&self) -> Vec<Coverage> {
        let coverage = |(i, losses): (usize, &super::input::Losses)| Coverage {
            months: Months::new(losses.from, losses.from.plus(i32::try_from(losses.tolls.len()).unwrap_or(1) - 1)),
            recorded: losses.tolls.iter().map(|toll| toll.best).sum(),
            share: self.positive(|_, z| self.model.coverage_of(z, i)),
        };
        self.record.losses.iter().enumerate().map(coverage).collect()
    }

    /// The model's own parameters: which of them the data told anything of.
    pub fn parameters(&self) -> Vec<Parameter> {
        let p = self.model.priors;
        [
            ("first_strength", p.first_strength),
            ("first_recruits", p.first_recruits),
            ("recruits_wander", p.recruits_wander),
            ("exit", p.exit),
            ("bias", p.bias),
            ("spread", p.spread),
        ]
        .into_iter()
        .enumerate()
        .map(|(i, (name, prior))| Parameter { name, value: self.positive(|_, z| prior.at(z[i])) })
        .collect()
    }

    fn recorded(&self, months: Months) -> f64 {
        let losses = self.record.losses.iter().flat_map(|losses| {
            (0..).map(|i| losses.from.plus(i)).zip(&losses.tolls).map(|(month, toll)| (month, toll.best))
        });
        losses
            .chain(self.record.departures.iter().copied())
            .filter(|(month, _)| months.contains(*month))
            .map(|(_, n)| n)
            .sum()
    }

    fn span(&self, months: Months) -> Result<(usize, usize), StrengthError> {
        let model = self.record.months;
        let at = |month: Month| usize::try_from(month.since(model.from)).ok().filter(|_| model.contains(month));
        match (at(months.from), at(months.to)) {
            (Some(from), Some(to)) if from <= to => Ok((from, to)),
            _ => Err(StrengthError::Outside { what: "what is asked for".into(), months, model }),
        }
    }

    fn positive(&self, of: impl Fn(&Path, &[f64]) -> f64) -> Answer {
        Answer::new(each(&self.draws, &of), each(&self.prior, &of), |x| libm::log(x.max(f64::MIN_POSITIVE)))
    }

    fn signed(&self, of: impl Fn(&Path, &[f64]) -> f64) -> Answer {
        Answer::new(each(&self.draws, &of), each(&self.prior, &of), |x| x)
    }
}

fn each(draws: &Draws, of: impl Fn(&Path, &[f64]) -> f64) -> Vec<f64> {
    draws.paths.iter().zip(&draws.scores).map(|(path, z)| of(path, z)).collect()
}

fn share(draws: &Draws, holds: impl Fn(&Path) -> bool) -> f64 {
    draws.paths.iter().filter(|path| holds(path)).count() as f64 / draws.paths.len() as f64
}

fn level(path: &Path, from: usize, to: usize) -> f64 {
    path.strength[from..=to].iter().sum::<f64>() / (to - from + 1) as f64
}
