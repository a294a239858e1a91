//! Boosted trees for whether anyone dies, how many, and how sure that is.

use std::thread;

use super::{Model, each};
use crate::boost::{Binned, Booster, Loss, Settings};
use crate::features::{COUNT, Features, examples};
use crate::linear::logistic;
use crate::{Error, History, Marginal, Marginals};

/// Three boosted regressions: the chance of a month with deaths (log loss); the log of deaths if any, as a departure from the
/// unit's faded level, so that levels never seen can be forecast; and the log of that one's absolute error. Departures, divided by
/// the expected error, are taken from what was seen at alike levels.
///
/// *Sources:* Friedman (2001), Greedy function approximation; the two stages after Hegre et al. (2021), ViEWS2020; standardised
/// residuals as in heteroscedastic ensemble dressing, Roulston and Smith (2003).
#[derive(Debug, Clone)]
pub struct Boosted {
    /// How fast what was learned is forgotten, half-life in months: one fit for each, pooled.
    pub memories: Vec<f64>,
    /// The seed of the rows that each tree sees.
    pub seed: u64,
}

impl Default for Boosted {
    fn default() -> Self {
        Self { memories: vec![150.0, 60.0], seed: 1 }
    }
}

const NAME: &str = "boosted";
/// Level classes, with equally many examples in each, within which standardised departures are pooled.
const CLASSES: usize = 6;
/// Departures kept per class.
const DEPARTURES: usize = 200;

pub(super) fn long_enough(model: &'static str, history: &History, horizons: &[u32]) -> Result<(), Error> {
    let (needed, had) = (96 + horizons.iter().copied().max().unwrap_or(0) as usize, history.months());
    if had < needed { Err(Error::Short { model, origin: history.origin(), needed, had }) } else { Ok(()) }
}

/// Six of the horizons at most: months ahead that lie side by side teach the same.
pub(super) fn thinned(horizons: &[u32]) -> Vec<u32> {
    let count = horizons.len().min(6);
    let last = horizons.len() - 1;
    (0..count).map(|at| horizons[if count == 1 { 0 } else { at * last / (count - 1) }]).collect()
}

fn row(features: &Features, place: usize, month: usize, horizon: u32) -> Vec<f64> {
    let mut row = Vec::with_capacity(COUNT + 2);
    row.extend(features.row(place, month));
    row.push(f64::from(horizon));
    row
}

struct Fitted {
    some: Booster,
    level: Booster,
    error: Booster,
    /// Upper edges of level classes, and standardised departures in each.
    classes: Vec<(f64, Vec<f64>)>,
}

impl Fitted {
    fn learn(history: &History, features: &Features, horizons: &[u32], memory: f64, seed: u64) -> Result<Self, Error> {
        let (mut all, mut came, mut weights) = (Vec::new(), Vec::new(), Vec::new());
        let (mut deaths, mut departures, mut levels, mut some_weights) =
            (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        for example in examples(history, horizons) {
            let row = row(features, example.place, example.month, example.horizon);
            let weight = libm::exp2(-example.age / memory);
            if example.outcome > 0.0 {
                let level = features.level(example.place, example.month);
                deaths.push(row.clone());
                levels.push(level);
                departures.push(libm::log(example.outcome) - level);
                some_weights.push(weight);
            }
            all.push(row);
            came.push(f64::from(u8::from(example.outcome > 0.0)));
            weights.push(weight);
        }
        if departures.len() < 500 {
            return Err(Error::Fit { model: NAME, why: "fewer than 500 months with deaths to learn from".to_owned() });
        }
        let trees = |loss, rounds, rate, leaves, least| Settings { loss, rounds, rate, leaves, least };
        let of_some = trees(Loss::Log, 100, 0.06, 15, 5.0);
        let some = Booster::fit(&Binned::of(&all), &came, &weights, of_some, seed);
        let of_level = trees(Loss::Squared, 60, 0.06, 8, 60.0);
        let level = Booster::fit(&Binned::of(&deaths), &departures, &some_weights, of_level, seed + 1);
        let expected: Vec<f64> = deaths.iter().map(|row| level.predict(row)).collect();
        let residuals: Vec<f64> = departures.iter().zip(&expected).map(|(seen, expected)| seen - expected).collect();
        let centres: Vec<f64> = expected.iter().zip(&levels).map(|(departure, level)| departure + level).collect();
        deaths.iter_mut().zip(&centres).for_each(|(row, &centre)| row.push(centre));
        let sizes: Vec<f64> = residuals.iter().map(|residual| libm::log(residual.abs() + 0.1)).collect();
        let of_error = trees(Loss::Squared, 40, 0.05, 6, 90.0);
        let error = Booster::fit(&Binned::of(&deaths), &sizes, &some_weights, of_error, seed + 2);
        let spreads: Vec<f64> = deaths.iter().map(|row| error.predict(row)).collect();
        let standard = residuals.iter().zip(spreads).map(|(residual, spread)| residual / libm::exp(spread));
        Ok(Self { some, level, error, classes: classes(centres.into_iter().zip(standard).collect()) })
    }
}

/// (level, departure) in classes of level, departures thinned to quantiles.
pub(super) fn classes(mut pairs: Vec<(f64, f64)>) -> Vec<(f64, Vec<f64>)> {
    pairs.sort_by(|a, b| a.0.total_cmp(&b.0));
    let size = pairs.len().div_ceil(CLASSES);
    let class = |part: &[(f64, f64)]| {
        let mut departures: Vec<f64> = part.iter().map(|pair| pair.1).collect();
        departures.sort_by(f64::total_cmp);
        let kept = (0..DEPARTURES).map(|at| departures[(2 * at + 1) * departures.len() / (2 * DEPARTURES)]).collect();
        (part[part.len() - 1].0, kept)
    };
    pairs.chunks(size).map(class).collect()
}

impl Fitted {
    fn marginals(&self, history: &History, features: &Features, horizons: &[u32]) -> Marginals {
        let last = history.months() - 1;
        each(history, horizons, |place, horizon| {
            let mut row = row(features, place, last, horizon);
            let chance = logistic(self.some.predict(&row));
            let centre = features.level(place, last) + self.level.predict(&row);
            row.push(centre);
            departed(&self.classes, 1.0 - chance, centre, libm::exp(self.error.predict(&row)))
        })
    }
}

/// Zero with a chance, else a log of deaths around a centre, its departures those of the centre's class.
pub(super) fn departed(classes: &[(f64, Vec<f64>)], zero: f64, centre: f64, spread: f64) -> Marginal {
    let class = classes.iter().find(|class| centre <= class.0).or(classes.last());
    let departures = class.into_iter().flat_map(|class| &class.1);
    let deaths = departures.map(|departure| libm::exp((centre + spread * departure).min(13.0)).round().max(1.0));
    Marginal::hurdle(zero, deaths.map(|deaths| (deaths as u32, 1.0)))
}

impl Model for Boosted {
    fn name(&self) -> &'static str {
        NAME
    }

    fn marginals(&self, history: &History, horizons: &[u32]) -> Result<Marginals, Error> {
        long_enough(NAME, history, horizons)?;
        let features = Features::of(history);
        let fit = &|(at, &memory): (usize, &f64)| {
            let fitted = Fitted::learn(history, &features, &thinned(horizons), memory, self.seed + 10 * at as u64)?;
            Ok(fitted.marginals(history, &features, horizons))
        };
        // One thread for each fit: trees are too small to share.
        let stopped = |_| Error::Fit { model: NAME, why: "a fit stopped".to_owned() };
        let fits = thread::scope(|scope| {
            let running: Vec<_> = self.memories.iter().enumerate().map(|each| scope.spawn(move || fit(each))).collect();
            running.into_iter().map(|fit| fit.join().map_err(stopped)?).collect::<Result<Vec<Marginals>, Error>>()
        })?;
        let pooled = |at: usize| Marginal::pool(fits.iter().map(|fit| (&fit.cells[at], 1.0)));
        let mut marginals = each(history, horizons, |_, _| Marginal::new([]));
        marginals.cells.iter_mut().enumerate().for_each(|(at, cell)| *cell = pooled(at));
        Ok(marginals)
    }
}
