//! Spread: where violence is, how far it reaches, and how it moves.
//!
//! A place that is known only roughly counts **with its area**, never with the point in its middle. An event known to a
//! province may lie in any of the province's cells; each has a weight, its share of the land. So a cell is certainly
//! active, possibly active, or not, and has a chance. The counts of active units come as bounds, with an expectation
//! beside them.
//!
//! The bounds rest on what is known alone. Chances and expectations rest on an assumption besides: that every square
//! kilometre of land in which an event may lie is as likely as any other, and events fall independently of each other.
//! Violence is in truth clustered, so the number of active units is rather lower than expected; it is never outside the
//! bounds.

mod activity;
mod centre;
mod concentration;
mod frame;
mod sphere;
#[cfg(test)]
mod tests;

use serde::Serialize;
use thiserror::Error;

pub use activity::{Activity, Turnover, UnitActivity, UnitChange, activity, turnover};
pub use centre::{Dispersion, DrawnDispersion, Ellipse, Site, Travel, dispersion, drawn_dispersion, travel};
pub use concentration::{Concentration, DrawnConcentration, concentration, drawn_concentration};
pub use frame::{Frame, Piece, Placed, UnitRef};
pub use sphere::{Cell, Point, distance_km};

/// A disc in which a place lies: a point with its precision.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Disc {
    /// Middle.
    pub centre: Point,
    /// Radius in km; 0 for an exact point.
    pub radius_km: f64,
}

/// What is known of where something happened. It lies in all that is named: where nothing is, anywhere in the frame.
///
/// A dataset's point for an event that is known only to a province is no disc of radius 0. Give the province, and no
/// disc.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct Place {
    /// Units that it lies in, such as a province and one of its districts.
    pub units: Vec<UnitRef>,
    /// A point with its precision.
    pub disc: Option<Disc>,
}

/// Something that happened, at a time and a place that may be vague.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Event {
    /// Identifier.
    pub key: String,
    /// First day on which it may have happened.
    pub first: i32,
    /// Last day on which it may have happened.
    pub last: i32,
    /// Where.
    pub place: Place,
    /// What it counts for: 1, or its deaths.
    pub weight: f64,
}

/// A stretch of days since 1970-01-01, both ends included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Period {
    /// First day.
    pub first: i32,
    /// Last day.
    pub last: i32,
}

impl Period {
    /// The share of the days from `first` to `last` that lie inside: the chance that something on one of them falls in
    /// it.
    fn chance(self, first: i32, last: i32) -> f64 {
        let days = |first: i32, last: i32| (i64::from(last) - i64::from(first) + 1).max(0) as f64;
        days(first.max(self.first), last.min(self.last)) / days(first, last)
    }
}

/// Mean and central 90% of seeded draws.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Drawn {
    /// Mean of the draws.
    pub mean: f64,
    /// 5% of the draws lie below.
    pub low: f64,
    /// 5% of the draws lie above.
    pub high: f64,
}

impl Drawn {
    /// None where nothing was drawn.
    pub(crate) fn of(mut draws: Vec<f64>) -> Option<Self> {
        draws.sort_by(f64::total_cmp);
        let last = draws.len().checked_sub(1)?;
        let quantile = |q: f64| draws[(last as f64 * q).round() as usize];
        let mean = (draws.iter().sum::<f64>() / draws.len() as f64).clamp(draws[0], draws[last]);
        Some(Self { mean, low: quantile(0.05), high: quantile(0.95) })
    }
}

/// Input of which no spread can be measured.
#[derive(Debug, Clone, PartialEq, Error)]
pub enum SpreadError {
    /// A piece with no area, or names for another number of layers.
    #[error("the piece of cell {cell} {problem}; give an area greater than 0 and one unit for each of the layers")]
    Piece {
        /// The cell of the piece.
        cell: u32,
        /// What is wrong with it.
        problem: String,
    },
    /// A layer that the frame does not have.
    #[error("the frame has no layer `{given}`; it has {known}")]
    Layer {
        /// The layer named.
        given: String,
        /// The layers there are.
        known: String,
    },
    /// A unit that the layer does not have.
    #[error("the layer `{layer}` has no unit `{unit}`; mend the name or add the unit's pieces to the frame")]
    Unit {
        /// The layer.
        layer: String,
        /// The unit named.
        unit: String,
    },
    /// An event whose days, weight or coordinates cannot be.
    #[error("event `{key}` has {problem}")]
    Event {
        /// The event.
        key: String,
        /// What is wrong with it.
        problem: &'static str,
    },
}
