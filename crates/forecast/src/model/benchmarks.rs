//! The challenge's benchmarks: what any model must beat.
//!
//! *Source:* Hegre et al. (2024), The 2023/24 ViEWS prediction challenge, section on benchmark models.

use statrs::distribution::{DiscreteCDF, Poisson};

use super::{Model, constant};
use crate::{Error, History, Marginal, Marginals, Violence, country};

/// Nothing happens.
#[derive(Debug, Clone, Copy)]
pub struct Zero;

/// Poisson around the last month's deaths.
#[derive(Debug, Clone, Copy)]
pub struct Last;

/// Any month of any unit, equally likely.
#[derive(Debug, Clone, Copy)]
pub struct Bootstrap;

/// The last months of the unit, equally likely; or those of the unit and of its neighbours.
#[derive(Debug, Clone, Copy)]
pub struct Conflictology {
    /// How many months back.
    pub months: usize,
    /// Whether neighbours' months are added.
    pub neighbours: bool,
}

impl Conflictology {
    /// The challenge's: the unit's own last twelve months.
    #[must_use]
    pub fn own() -> Self {
        Self { months: 12, neighbours: false }
    }

    /// The unit's and its neighbours' last twelve months.
    #[must_use]
    pub fn with_neighbours() -> Self {
        Self { months: 12, neighbours: true }
    }
}

impl Model for Zero {
    fn name(&self) -> &'static str {
        "zero"
    }

    fn marginals(&self, history: &History, horizons: &[u32]) -> Result<Marginals, Error> {
        Ok(constant(history, horizons, |_| Marginal::new([(0, 1.0)])))
    }
}

impl Model for Last {
    fn name(&self) -> &'static str {
        "last"
    }

    fn marginals(&self, history: &History, horizons: &[u32]) -> Result<Marginals, Error> {
        let around = |place| {
            let last = deaths(history, place, 1).next().unwrap_or(0);
            let Ok(poisson) = Poisson::new(f64::from(last)) else { return Marginal::new([(0, 1.0)]) };
            let quantiles = (0..1000).map(|at| poisson.inverse_cdf((f64::from(at) + 0.5) / 1000.0));
            Marginal::new(quantiles.map(|value| (value as u32, 1.0)))
        };
        Ok(constant(history, horizons, around))
    }
}

impl Model for Bootstrap {
    fn name(&self) -> &'static str {
        "bootstrap"
    }

    fn marginals(&self, history: &History, horizons: &[u32]) -> Result<Marginals, Error> {
        let everywhere = 0..history.units().len();
        let all =
            Marginal::new(everywhere.flat_map(|place| deaths(history, place, usize::MAX)).map(|value| (value, 1.0)));
        Ok(constant(history, horizons, |_| all.clone()))
    }
}

impl Model for Conflictology {
    fn name(&self) -> &'static str {
        if self.neighbours { "neighbours" } else { "conflictology" }
    }

    fn marginals(&self, history: &History, horizons: &[u32]) -> Result<Marginals, Error> {
        let recent = |place: usize| {
            let unit = history.units()[place];
            let near = if self.neighbours { country::neighbours(unit) } else { &[] };
            let near = near.iter().filter_map(|id| history.units().binary_search(id).ok());
            let values = std::iter::once(place).chain(near).flat_map(|place| deaths(history, place, self.months));
            Marginal::new(values.map(|value| (value, 1.0)))
        };
        Ok(constant(history, horizons, recent))
    }
}

/// Deaths of a unit in its last months, the latest first; months in which it did not exist are left out.
fn deaths(history: &History, place: usize, months: usize) -> impl Iterator<Item = u32> + '_ {
    history.deaths(place, Violence::StateBased).rev().take(months).flatten().map(|deaths| deaths.round() as u32)
}
