//! Distributions over counts as weighted atoms.

use rand::seq::SliceRandom;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use crate::{Draws, Month};

/// A distribution over counts of deaths: ascending values with weights that add up to 1.
#[derive(Debug, Clone, PartialEq)]
pub struct Marginal {
    atoms: Vec<(u32, f64)>,
}

impl Marginal {
    /// The distribution of some weighted values; weights need not add up to 1. Zero for certain where none has weight.
    #[must_use]
    pub fn new(weighted: impl IntoIterator<Item = (u32, f64)>) -> Self {
        let mut atoms: Vec<(u32, f64)> = weighted.into_iter().filter(|atom| atom.1 > 0.0).collect();
        atoms.sort_unstable_by_key(|atom| atom.0);
        atoms.dedup_by(|later, earlier| {
            let same = later.0 == earlier.0;
            if same {
                earlier.1 += later.1;
            }
            same
        });
        let total: f64 = atoms.iter().map(|atom| atom.1).sum();
        if total <= 0.0 {
            return Self { atoms: vec![(0, 1.0)] };
        }
        atoms.iter_mut().for_each(|atom| atom.1 /= total);
        Self { atoms }
    }

    /// Zero with a chance, else one of some weighted values.
    #[must_use]
    pub fn hurdle(zero: f64, positive: impl IntoIterator<Item = (u32, f64)>) -> Self {
        let positive = Self::new(positive.into_iter().filter(|atom| atom.0 > 0));
        Self::new([(0, zero)].into_iter().chain(positive.atoms.into_iter().map(|(y, w)| (y, w * (1.0 - zero)))))
    }

    /// The linear pool of several, by their weights.
    #[must_use]
    pub fn pool<'a>(members: impl IntoIterator<Item = (&'a Self, f64)>) -> Self {
        Self::new(members.into_iter().flat_map(|(one, weight)| one.atoms.iter().map(move |&(y, w)| (y, w * weight))))
    }

    /// Values and weights, ascending.
    #[must_use]
    pub fn atoms(&self) -> &[(u32, f64)] {
        &self.atoms
    }

    /// The chance of at most so many.
    #[must_use]
    pub fn cdf(&self, value: f64) -> f64 {
        self.atoms.iter().take_while(|atom| f64::from(atom.0) <= value).map(|atom| atom.1).sum()
    }

    /// The least value whose cumulative chance reaches each level; levels ascending within (0, 1).
    #[must_use]
    pub fn quantiles(&self, levels: impl IntoIterator<Item = f64>) -> Vec<u32> {
        let (mut at, mut below) = (0, self.atoms[0].1);
        let up_to = |level: f64| {
            while below < level && at + 1 < self.atoms.len() {
                at += 1;
                below += self.atoms[at].1;
            }
            self.atoms[at].0
        };
        levels.into_iter().map(up_to).collect()
    }

    /// So many equally likely values, ascending: one from the middle of each slice of probability.
    #[must_use]
    pub fn stratified(&self, draws: usize) -> Vec<u32> {
        self.quantiles((0..draws).map(|at| (at as f64 + 0.5) / draws as f64))
    }

    /// The distribution after its probabilities are bent: `bend` maps the cumulative chance to the recalibrated one, rising from 0
    /// to 1.
    #[must_use]
    pub fn recalibrated(&self, bend: impl Fn(f64) -> f64) -> Self {
        let (mut below, mut bent) = (0.0, 0.0);
        let atoms = self.atoms.iter().map(|&(y, w)| {
            below += w;
            let next = bend(f64::min(below, 1.0));
            let weight = next - bent;
            bent = next;
            (y, weight)
        });
        Self::new(atoms.collect::<Vec<_>>())
    }
}

/// One distribution per unit and month ahead.
#[derive(Debug, Clone, PartialEq)]
pub struct Marginals {
    /// Units, ascending.
    pub units: Vec<u32>,
    /// Months forecast.
    pub months: Vec<Month>,
    /// By unit, then month.
    pub cells: Vec<Marginal>,
}

impl Marginals {
    /// The distributions of a unit, month by month; none where it is not forecast.
    #[must_use]
    pub fn of(&self, unit: u32) -> Option<&[Marginal]> {
        let place = self.units.binary_search(&unit).ok()?;
        self.cells.get(place * self.months.len()..(place + 1) * self.months.len())
    }

    /// Draws of every unit-month, stratified over its distribution and then shuffled, each unit-month by itself: the draws are of
    /// margins, and say nothing of how months or units hang together.
    #[must_use]
    pub fn draw(&self, draws: usize, seed: u64) -> Draws {
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        let mut values = Vec::with_capacity(self.cells.len() * draws);
        for cell in &self.cells {
            // A common shift of the strata keeps the draws unbiased, however few they are.
            let shift: f64 = random.random();
            let levels = (0..draws).map(|at| (at as f64 + shift) / draws as f64);
            let mut drawn = cell.quantiles(levels.map(|level| level.max(f64::MIN_POSITIVE)));
            drawn.shuffle(&mut random);
            values.extend(drawn);
        }
        Draws::new(self.units.clone(), self.months.clone(), draws, values)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pool_weighs_and_draws_follow() {
        let (zero, high) = (Marginal::new([(0, 1.0)]), Marginal::new([(10, 1.0), (20, 3.0)]));
        let pool = Marginal::pool([(&zero, 0.5), (&high, 0.5)]);
        assert_eq!(pool.atoms(), [(0, 0.5), (10, 0.125), (20, 0.375)]);
        assert_eq!(pool.stratified(8), [0, 0, 0, 0, 10, 20, 20, 20]);
        assert!((pool.cdf(19.0) - 0.625).abs() < 1e-12);
        assert_eq!(pool.recalibrated(|p| p), pool);
        let cells = Marginals { units: vec![1], months: vec![Month(1)], cells: vec![pool] };
        let drawn = cells.draw(800, 7);
        assert_eq!(drawn.cell(0).iter().filter(|&&y| y == 10).count(), 100);
        assert_eq!(drawn, cells.draw(800, 7));
        assert_ne!(drawn, cells.draw(800, 8));
    }
}
