//! Each unit's own past, the recent more likely; plain as a benchmark, or dressed with error.

use super::{Model, constant};
use crate::{Error, History, Marginal, Marginals, Violence};

/// Months of a unit's past, whose weights halve every so many months; each month with deaths is scaled and spread log-normally.
///
/// *Sources:* after the benchmark "conflictology" of Hegre et al. (2024), with exponential forgetting; dressing each member with an
/// error, Roulston and Smith (2003), Combining dynamical and statistical ensembles.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Faded {
    /// Half-life of weights, months.
    pub half_life: f64,
    /// Factor on past deaths: the median of the dress.
    pub scale: f64,
    /// Standard deviation of the dress on the log of deaths; 0 for none.
    pub spread: f64,
    /// How far back the past is taken, months.
    pub window: usize,
}

/// Equally likely standard normal departures: quantiles at the middle of each seventh.
const DRESS: [f64; 7] = [-1.465_234, -0.791_639, -0.366_106, 0.0, 0.366_106, 0.791_639, 1.465_234];

impl Faded {
    /// The benchmark: halving every five months, nothing else.
    #[must_use]
    pub fn benchmark() -> Self {
        Self { half_life: 5.0, scale: 1.0, spread: 0.0, window: 72 }
    }

    /// Dressed, as did best on target years up to 2017; see the book's chapter on forecasts.
    #[must_use]
    pub fn dressed() -> Self {
        Self { half_life: 4.0, scale: 0.9, spread: 0.5, window: 72 }
    }

    /// The past of a unit, the last month first.
    fn past(&self, latest_first: impl Iterator<Item = Option<f64>>) -> Marginal {
        let months = latest_first.take(self.window).enumerate();
        let weighted = months.filter_map(|(age, deaths)| Some((deaths?, libm::exp2(-(age as f64) / self.half_life))));
        let dress: &[f64] = if self.spread > 0.0 { &DRESS } else { &[0.0] };
        Marginal::new(weighted.flat_map(|(deaths, weight)| {
            dress.iter().map(move |error| {
                let spread = deaths * self.scale * libm::exp(self.spread * error);
                // A month with deaths stays one.
                (if deaths > 0.0 { spread.round().max(1.0) as u32 } else { 0 }, weight)
            })
        }))
    }
}

impl Model for Faded {
    fn name(&self) -> &'static str {
        if self.spread > 0.0 { "dressed" } else { "faded" }
    }

    fn marginals(&self, history: &History, horizons: &[u32]) -> Result<Marginals, Error> {
        Ok(constant(history, horizons, |place| self.past(history.deaths(place, Violence::StateBased).rev())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weights_halve_and_the_dress_keeps_zeros() {
        let past = || [Some(100.0), None, Some(0.0)].into_iter();
        let plain = Faded { half_life: 2.0, ..Faded::benchmark() }.past(past());
        assert_eq!(plain.atoms().iter().map(|atom| atom.0).collect::<Vec<_>>(), [0, 100]);
        assert!((plain.cdf(0.0) - 1.0 / 3.0).abs() < 1e-12);
        let dressed = Faded { half_life: 2.0, ..Faded::dressed() }.past(past());
        assert!((dressed.cdf(0.0) - 1.0 / 3.0).abs() < 1e-12);
        // Three of seven atoms lie below the median of the dress, 90.
        assert!((dressed.cdf(89.0) - 1.0 / 3.0 - 2.0 / 3.0 * 3.0 / 7.0).abs() < 1e-12);
        assert!((dressed.cdf(90.0) - 1.0 / 3.0 - 2.0 / 3.0 * 4.0 / 7.0).abs() < 1e-12);
    }
}
