//! A hurdle: whether anyone dies, and if so how many, each with an intercept per unit that is drawn towards the common one.

use statrs::function::gamma::ln_gamma;

use super::{Model, each};
use crate::features::{Example, Features, examples};
use crate::linear::{Design, Fit, LogNegativeBinomial, Logit, logistic};
use crate::{Error, History, Marginal, Marginals};

/// Logistic for a month without deaths; deaths beyond the first follow a negative binomial whose size depends on the level.
///
/// *Sources:* Mullahy (1986), Specification and testing of some modified count data models; the shrinkage is that of random
/// intercepts, Gelman and Hill (2007), ch. 12.
#[derive(Debug, Clone)]
pub struct Hurdle {
    /// How fast what was learned is forgotten, half-life in months.
    pub memory: f64,
    /// Precision of the units' intercepts.
    pub shrinkage: f64,
}

impl Default for Hurdle {
    fn default() -> Self {
        Self { memory: 150.0, shrinkage: 30.0 }
    }
}

const NAME: &str = "hurdle";
/// Places, in a row of features, of what enters: means over 1 to 60 months, shares of months with deaths, faded levels and logs,
/// other violence, events, months since.
const CHOSEN: [usize; 17] = [0, 3, 4, 6, 9, 10, 11, 12, 13, 18, 20, 22, 25, 28, 34, 40, 41];
const COLUMNS: usize = CHOSEN.len() + 6;

/// The regressors of a unit-month ahead: intercept, level, chosen features, log months since, horizon and its touch on the level,
/// a sudden rise.
fn regressors(features: &Features, place: usize, month: usize, horizon: u32) -> [f64; COLUMNS] {
    let row = features.row(place, month);
    let level = features.level(place, month);
    let mut out = [0.0; COLUMNS];
    let far = (f64::from(horizon) - 8.5) / 6.0;
    out[..6].copy_from_slice(&[1.0, level, libm::log1p(row[32]), libm::log1p(row[33]), far, far * level]);
    for (slot, at) in out[6..].iter_mut().zip(CHOSEN) {
        *slot = row[at];
    }
    out
}

struct Fitted {
    zero: Fit,
    level: Fit,
    /// Upper edges of levels, and the size of the negative binomial up to each.
    sizes: Vec<(f64, f64)>,
}

impl Hurdle {
    fn fit(&self, history: &History, features: &Features, horizons: &[u32]) -> Result<Fitted, Error> {
        let fault = |why: &str| Error::Fit { model: NAME, why: why.to_owned() };
        let units = history.units().len();
        let (mut some, mut many) = (Design::new(COLUMNS, units), Design::new(COLUMNS, units));
        for Example { place, month, horizon, outcome, age } in examples(history, horizons) {
            let row = regressors(features, place, month, horizon);
            // Months ahead of one unit are told once: their outcomes lean on each other.
            let weight = libm::exp2(-age / self.memory) / horizons.len() as f64;
            some.push(&row, place, f64::from(u8::from(outcome > 0.0)), weight);
            if outcome > 0.0 {
                many.push(&row, place, outcome - 1.0, weight);
            }
        }
        if many.rows().count() < 200 {
            return Err(fault("fewer than 200 months with deaths to learn from"));
        }
        let zero = some.fit(&Logit, -2.0, 0.3, self.shrinkage).ok_or_else(|| fault("no mode for zero"))?;
        let level = many
            .fit(&LogNegativeBinomial(0.6), 1.0, 10.0, self.shrinkage)
            .ok_or_else(|| fault("no mode for the level"))?;
        let mut fitted: Vec<(f64, f64, f64)> =
            many.rows().map(|(row, unit, y, w)| (level.predictor(row, unit), y, w)).collect();
        fitted.sort_by(|a, b| a.0.total_cmp(&b.0));
        let sizes = fitted.chunks(fitted.len().div_ceil(5)).map(|part| (part[part.len() - 1].0, size(part))).collect();
        Ok(Fitted { zero, level, sizes })
    }
}

/// The most likely size, over a grid, of (log mean, outcome, weight).
fn size(part: &[(f64, f64, f64)]) -> f64 {
    let likelihood = |size: f64| -> f64 {
        let term = |&(log_mean, y, weight): &(f64, f64, f64)| {
            let mean = libm::exp(log_mean.min(14.0));
            weight
                * (ln_gamma(y + size) - ln_gamma(size)
                    + size * libm::log(size / (size + mean))
                    + y * libm::log(mean / (size + mean)))
        };
        part.iter().map(term).sum()
    };
    let grid = (0..30).map(|step| 0.1 * libm::exp(f64::from(step) * 0.15));
    grid.max_by(|a, b| likelihood(*a).total_cmp(&likelihood(*b))).unwrap_or(0.6)
}

impl Fitted {
    fn marginal(&self, row: &[f64], unit: usize) -> Marginal {
        let zero = 1.0 - logistic(self.zero.predictor(row, unit));
        let log_mean = self.level.predictor(row, unit).min(11.0);
        let size = self.sizes.iter().find(|edge| log_mean <= edge.0).or(self.sizes.last()).map_or(0.6, |edge| edge.1);
        Marginal::hurdle(zero, negative_binomial(libm::exp(log_mean), size).map(|y| (y + 1, 1.0)))
    }
}

/// Two hundred quantiles.
fn negative_binomial(mean: f64, size: f64) -> impl Iterator<Item = u32> {
    let odds = mean / (size + mean);
    let mut log_mass = size * libm::log(1.0 - odds);
    let (mut below, mut k) = (libm::exp(log_mass), 0u32);
    (0..200).map(move |at| {
        let level = (f64::from(at) + 0.5) / 200.0;
        while below < level && k < 2_000_000 {
            log_mass += libm::log(odds * (size + f64::from(k)) / (f64::from(k) + 1.0));
            below += libm::exp(log_mass);
            k += 1;
        }
        k
    })
}

impl Model for Hurdle {
    fn name(&self) -> &'static str {
        NAME
    }

    fn marginals(&self, history: &History, horizons: &[u32]) -> Result<Marginals, Error> {
        super::boosted::long_enough(NAME, history, horizons)?;
        let features = Features::of(history);
        let fitted = self.fit(history, &features, &super::boosted::thinned(horizons))?;
        let last = history.months() - 1;
        Ok(each(history, horizons, |place, horizon| {
            fitted.marginal(&regressors(&features, place, last, horizon), place)
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_have_the_mean_and_spread_of_the_law() {
        let drawn: Vec<f64> = negative_binomial(40.0, 2.0).map(f64::from).collect();
        let mean = drawn.iter().sum::<f64>() / 200.0;
        let variance = drawn.iter().map(|y| (y - mean).powi(2)).sum::<f64>() / 200.0;
        assert!((mean - 40.0).abs() < 0.5, "{mean}");
        assert!((variance / (40.0 + 40.0 * 40.0 / 2.0) - 1.0).abs() < 0.05, "{variance}");
    }
}
