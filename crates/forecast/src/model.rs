//! Models: from a history to one distribution per unit and month ahead.

mod adaptive;
mod benchmarks;
mod boosted;
mod faded;
mod hurdle;
mod pool;

pub use adaptive::Adaptive;
pub use benchmarks::{Bootstrap, Conflictology, Last, Zero};
pub use boosted::Boosted;
pub use faded::Faded;
pub use hurdle::Hurdle;
pub use pool::{Group, Pool, Weights};

use std::fmt;

use crate::{Draws, Error, History, Marginal, Marginals};

/// Something that forecasts deaths from state-based violence, for the units that exist at a history's origin.
///
/// A model sees a [`History`], which holds nothing later than its origin, and keeps nothing between calls.
pub trait Model: Sync + fmt::Debug {
    /// A short name, as tables show it.
    fn name(&self) -> &'static str;

    /// All that it is set to, as a digest tells models apart.
    fn settings(&self) -> String {
        format!("{self:?}")
    }

    /// One distribution per unit and horizon, horizons in months after the origin, ascending.
    ///
    /// # Errors
    /// Where the history is too short, or a fit fails.
    fn marginals(&self, history: &History, horizons: &[u32]) -> Result<Marginals, Error>;

    /// So many draws of each unit-month; the same for the same seed.
    ///
    /// # Errors
    /// As [`Model::marginals`].
    fn forecast(&self, history: &History, horizons: &[u32], draws: usize, seed: u64) -> Result<Draws, Error> {
        Ok(self.marginals(history, horizons)?.draw(draws, seed))
    }
}

/// Every model and benchmark, by what users call them.
pub const NAMES: [&str; 11] = [
    "pool",
    "boosted",
    "hurdle",
    "adaptive",
    "dressed",
    "faded",
    "conflictology",
    "neighbours",
    "bootstrap",
    "last",
    "zero",
];

/// The model of a name.
#[must_use]
pub fn named(name: &str) -> Option<Box<dyn Model>> {
    Some(match name {
        "pool" => Box::new(Pool::default()),
        "boosted" => Box::new(Boosted::default()),
        "hurdle" => Box::new(Hurdle::default()),
        "adaptive" => Box::new(Adaptive::default()),
        "dressed" => Box::new(Faded::dressed()),
        "faded" => Box::new(Faded::benchmark()),
        "conflictology" => Box::new(Conflictology::own()),
        "neighbours" => Box::new(Conflictology::with_neighbours()),
        "bootstrap" => Box::new(Bootstrap),
        "last" => Box::new(Last),
        "zero" => Box::new(Zero),
        _ => return None,
    })
}

/// Marginals of every unit alive and every horizon.
fn each(history: &History, horizons: &[u32], cell: impl Fn(usize, u32) -> Marginal) -> Marginals {
    let alive = history.alive();
    Marginals {
        units: alive.iter().map(|&place| history.units()[place]).collect(),
        months: horizons.iter().map(|&horizon| history.origin().after(horizon)).collect(),
        cells: alive
            .iter()
            .flat_map(|&place| horizons.iter().map(move |&horizon| (place, horizon)))
            .map(|(place, horizon)| cell(place, horizon))
            .collect(),
    }
}

/// Marginals that are the same at every horizon.
fn constant(history: &History, horizons: &[u32], unit: impl Fn(usize) -> Marginal) -> Marginals {
    let cells: Vec<Marginal> = history.alive().iter().map(|&place| unit(place)).collect();
    let mut marginals = each(history, horizons, |_, _| Marginal::new([]));
    for (at, cell) in marginals.cells.iter_mut().enumerate() {
        cell.clone_from(&cells[at / horizons.len()]);
    }
    marginals
}
