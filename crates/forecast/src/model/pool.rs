//! The linear pool of models, weighted by how violent a unit has been.

use std::thread;

use super::{Boosted, Faded, Hurdle, Model};
use crate::linear::logistic;
use crate::{Error, History, Marginal, Marginals, Violence};

/// Units that are alike enough to share weights.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Group {
    /// No deaths in two years.
    Quiet,
    /// Some, fewer than 25 a month over the last year.
    Low,
    /// At least 25 a month.
    High,
}

impl Group {
    /// The groups, in order.
    pub const ALL: [Self; 3] = [Self::Quiet, Self::Low, Self::High];

    /// The group of a unit at a history's origin.
    #[must_use]
    pub fn of(history: &History, place: usize) -> Self {
        let months = |count| history.deaths(place, Violence::StateBased).rev().take(count).flatten().sum::<f64>();
        match (months(24), months(12)) {
            (0.0, _) => Self::Quiet,
            (_, year) if year < 300.0 => Self::Low,
            _ => Self::High,
        }
    }
}

/// Weights of dressed, hurdle and boosted for one group, and how the pool's cumulative chances are recalibrated.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Weights {
    /// They add up to 1.
    pub members: [f64; 3],
    /// Slope and intercept on the log odds of the cumulative chance: above 1 is sharper, above 0 is lower deaths.
    pub bend: (f64, f64),
}

impl Weights {
    /// The members pooled and recalibrated. A linear pool of calibrated members is too wide, which the slope mends.
    ///
    /// *Source:* Ranjan and Gneiting (2010), Combining probability forecasts, with log odds in place of their beta.
    #[must_use]
    pub fn pool(&self, members: [&Marginal; 3]) -> Marginal {
        let (slope, intercept) = self.bend;
        let bend = |chance: f64| {
            if chance <= 0.0 || chance >= 1.0 - 1e-12 {
                return if chance <= 0.0 { 0.0 } else { 1.0 };
            }
            logistic(slope * libm::log(chance / (1.0 - chance)) + intercept)
        };
        Marginal::pool(members.into_iter().zip(self.members)).recalibrated(bend)
    }
}

/// A linear pool of [`Faded::dressed`], [`Hurdle`] and [`Boosted`], with weights by [`Group`].
///
/// *Sources:* Stone (1961), The opinion pool; Geweke and Amisano (2011), Optimal prediction pools.
#[derive(Debug, Clone)]
pub struct Pool {
    /// By group.
    pub weights: [Weights; 3],
}

impl Default for Pool {
    /// Weights that were tuned on target years up to 2017; see the book's chapter on forecasts.
    fn default() -> Self {
        let weights = [
            Weights { members: [0.3, 0.2, 0.5], bend: (1.1, -0.2) },
            Weights { members: [0.3, 0.3, 0.4], bend: (1.0, 0.0) },
            Weights { members: [0.6, 0.4, 0.0], bend: (1.1, 0.2) },
        ];
        Self { weights }
    }
}

/// The members, in the order of their weights.
fn members() -> (Faded, Hurdle, Boosted) {
    (Faded::dressed(), Hurdle::default(), Boosted::default())
}

impl Pool {
    /// The marginals of the members, in the order of their weights, fitted side by side.
    ///
    /// # Errors
    /// As [`Model::marginals`].
    pub fn members(history: &History, horizons: &[u32]) -> Result<[Marginals; 3], Error> {
        let (dressed, hurdle, boosted) = members();
        thread::scope(|scope| {
            let hurdle = scope.spawn(|| hurdle.marginals(history, horizons));
            let (dressed, boosted) = (dressed.marginals(history, horizons)?, boosted.marginals(history, horizons)?);
            let stopped = |_| Error::Fit { model: "pool", why: "a member stopped".to_owned() };
            Ok([dressed, hurdle.join().map_err(stopped)??, boosted])
        })
    }
}

impl Model for Pool {
    fn name(&self) -> &'static str {
        "pool"
    }

    /// Its members' too.
    fn settings(&self) -> String {
        format!("{self:?} of {:?}", members())
    }

    fn marginals(&self, history: &History, horizons: &[u32]) -> Result<Marginals, Error> {
        let members = Self::members(history, horizons)?;
        let groups: Vec<Group> = history.alive().into_iter().map(|place| Group::of(history, place)).collect();
        let cell = |at: usize| {
            self.weights[groups[at / horizons.len()] as usize].pool(members.each_ref().map(|member| &member.cells[at]))
        };
        let cells = (0..members[0].cells.len()).map(cell).collect();
        Ok(Marginals { cells, ..members[0].clone() })
    }
}
