//! A hurdle: whether anyone dies, and if so how many, each with an intercept per unit that is drawn towards the common one.

use super::boosted::{classes, departed, long_enough, thinned};
use super::{Model, each};
use crate::features::{Example, Features, examples};
use crate::linear::{Design, Fit, Identity, Logit, logistic};
use crate::{Error, History, Marginal, Marginals};

/// Logistic for a month without deaths; where there are some, the log of deaths as a departure from the unit's faded level is normal
/// around a line, and its errors are taken from what was seen at alike levels.
///
/// A negative binomial stood here before; its mean, a product of powers of past levels, ran away where a war was larger than any
/// learned from.
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
    some: Fit,
    departure: Fit,
    /// Upper edges of levels, and departures from the line in each.
    classes: Vec<(f64, Vec<f64>)>,
}

impl Hurdle {
    fn fit(&self, history: &History, features: &Features, horizons: &[u32]) -> Result<Fitted, Error> {
        let fault = |why: &str| Error::Fit { model: NAME, why: why.to_owned() };
        let units = history.units().len();
        let (mut some, mut deaths) = (Design::new(COLUMNS, units), Design::new(COLUMNS, units));
        for Example { place, month, horizon, outcome, age } in examples(history, horizons) {
            let row = regressors(features, place, month, horizon);
            // Months ahead of one unit are told once: their outcomes lean on each other.
            let weight = libm::exp2(-age / self.memory) / horizons.len() as f64;
            some.push(&row, place, f64::from(u8::from(outcome > 0.0)), weight);
            if outcome > 0.0 {
                deaths.push(&row, place, libm::log(outcome) - features.level(place, month), weight);
            }
        }
        if deaths.rows().count() < 200 {
            return Err(fault("fewer than 200 months with deaths to learn from"));
        }
        let some =
            some.fit(&Logit, -2.0, 0.3, self.shrinkage).ok_or_else(|| fault("no mode for a month with deaths"))?;
        let departure =
            deaths.fit(&Identity, 0.0, 10.0, self.shrinkage).ok_or_else(|| fault("no mode for the departure"))?;
        // The second regressor is the level.
        let error = |(row, unit, outcome, _): (&[f64], usize, f64, f64)| {
            let expected = departure.predictor(row, unit);
            (expected + row[1], outcome - expected)
        };
        let classes = classes(deaths.rows().map(error).collect());
        Ok(Fitted { some, departure, classes })
    }
}

impl Fitted {
    fn marginal(&self, row: &[f64], unit: usize) -> Marginal {
        let zero = 1.0 - logistic(self.some.predictor(row, unit));
        departed(&self.classes, zero, self.departure.predictor(row, unit) + row[1], 1.0)
    }
}

impl Model for Hurdle {
    fn name(&self) -> &'static str {
        NAME
    }

    fn marginals(&self, history: &History, horizons: &[u32]) -> Result<Marginals, Error> {
        long_enough(NAME, history, horizons)?;
        let features = Features::of(history);
        let fitted = self.fit(history, &features, &thinned(horizons))?;
        let last = history.months() - 1;
        Ok(each(history, horizons, |place, horizon| {
            fitted.marginal(&regressors(&features, place, last, horizon), place)
        }))
    }
}
