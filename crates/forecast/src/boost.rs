//! Gradient boosting of small regression trees over binned features.
//!
//! Our own because no crate at hand is kept up, says its licence and takes weights and a seed; and because one binning serves every
//! fit. *Sources:* Friedman (2001), Greedy function approximation; Friedman (2002), Stochastic gradient boosting; second-order gains
//! and ridge after Chen and Guestrin (2016), XGBoost; histograms and best-first growth after Ke et al. (2017), LightGBM.

use rand::seq::SliceRandom;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use crate::linear::logistic;

/// Most bins of a feature.
const BINS: usize = 128;
/// Share of rows, and of features, that each tree sees.
const SHARE: f64 = 0.6;
/// Ridge on the leaves' values.
const RIDGE: f64 = 5.0;

/// What is minimised, in weighted mean.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Loss {
    /// Half the squared error; predictions are expected outcomes.
    Squared,
    /// The negative log-likelihood of 0 or 1; predictions are log odds.
    Log,
}

/// How much is learned.
#[derive(Clone, Copy)]
pub(crate) struct Settings {
    pub(crate) loss: Loss,
    /// Trees.
    pub(crate) rounds: usize,
    /// By how much each tree's values are shrunk.
    pub(crate) rate: f64,
    /// Most leaves of a tree.
    pub(crate) leaves: usize,
    /// Least curvature in a leaf: its weight for the squared loss.
    pub(crate) least: f64,
}

/// Rows of features in bins of about equally many values, by column.
pub(crate) struct Binned {
    rows: usize,
    columns: Vec<Vec<u8>>,
    /// Upper ends of all bins but the last, by column.
    edges: Vec<Vec<f64>>,
}

impl Binned {
    pub(crate) fn of(rows: &[Vec<f64>]) -> Self {
        let edges: Vec<Vec<f64>> = (0..rows.first().map_or(0, Vec::len)).map(|column| edges(rows, column)).collect();
        let bin = |edges: &[f64], value: f64| edges.partition_point(|&edge| edge < value) as u8;
        let columns = edges.iter().enumerate().map(|(at, edges)| rows.iter().map(|row| bin(edges, row[at])).collect());
        Self { rows: rows.len(), columns: columns.collect(), edges }
    }
}

fn edges(rows: &[Vec<f64>], column: usize) -> Vec<f64> {
    let mut values: Vec<f64> = rows.iter().map(|row| row[column]).collect();
    values.sort_unstable_by(f64::total_cmp);
    let mut distinct = values.clone();
    distinct.dedup();
    if distinct.len() > BINS {
        distinct = (1..=BINS).map(|at| values[at * values.len() / BINS - 1]).collect();
        distinct.dedup();
    }
    // Above the last edge lies nothing.
    distinct.pop();
    distinct
}

/// A split, or with no children a leaf.
#[derive(Clone, Copy)]
struct Node {
    column: usize,
    /// Values up to it, and their bin, go left.
    edge: f64,
    bin: u8,
    /// Places of the children; 0 in a leaf.
    left: usize,
    right: usize,
    value: f64,
}

/// A base and trees; predictions are their sum.
pub(crate) struct Booster {
    base: f64,
    trees: Vec<Vec<Node>>,
}

impl Booster {
    /// Learns outcomes (0 or 1 for the log loss) of as many rows, weighted; the same for the same seed.
    pub(crate) fn fit(features: &Binned, outcomes: &[f64], weights: &[f64], of: Settings, seed: u64) -> Self {
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        let total: f64 = weights.iter().sum();
        let mean = outcomes.iter().zip(weights).map(|(y, w)| y * w).sum::<f64>() / total;
        let base = match of.loss {
            Loss::Squared => mean,
            Loss::Log => libm::log(mean.max(1e-6) / (1.0 - mean).max(1e-6)),
        };
        let mut predicted = vec![base; features.rows];
        let mut slopes = vec![[0.0; 2]; features.rows];
        let grow = |_| {
            for (at, slope) in slopes.iter_mut().enumerate() {
                *slope = match of.loss {
                    Loss::Squared => [weights[at] * (predicted[at] - outcomes[at]), weights[at]],
                    Loss::Log => {
                        let chance = logistic(predicted[at]);
                        [weights[at] * (chance - outcomes[at]), weights[at] * (chance * (1.0 - chance)).max(1e-12)]
                    }
                };
            }
            let rows: Vec<u32> = (0..features.rows as u32).filter(|_| random.random::<f64>() < SHARE).collect();
            let mut columns: Vec<usize> = (0..features.columns.len()).collect();
            columns.shuffle(&mut random);
            columns.truncate((columns.len() as f64 * SHARE).ceil() as usize);
            let tree = Growth { features, slopes: &slopes, columns, of, tree: Vec::new() }.grow(rows);
            for (at, predicted) in predicted.iter_mut().enumerate() {
                *predicted += walk(&tree, |node| features.columns[node.column][at] <= node.bin);
            }
            tree
        };
        Self { base, trees: (0..of.rounds).map(grow).collect() }
    }

    pub(crate) fn predict(&self, row: &[f64]) -> f64 {
        self.base + self.trees.iter().map(|tree| walk(tree, |node| row[node.column] <= node.edge)).sum::<f64>()
    }
}

fn walk(tree: &[Node], left: impl Fn(&Node) -> bool) -> f64 {
    let mut node = &tree[0];
    while node.left != 0 {
        node = &tree[if left(node) { node.left } else { node.right }];
    }
    node.value
}

/// Gradient and curvature, summed by column and bin.
type Histogram = Vec<[f64; 2]>;

/// A leaf that may be split.
struct Leaf {
    place: usize,
    rows: Vec<u32>,
    histogram: Histogram,
    /// Gain, column among those seen, last bin that goes left.
    best: Option<(f64, usize, usize)>,
}

/// A tree as it grows.
struct Growth<'a> {
    features: &'a Binned,
    slopes: &'a [[f64; 2]],
    columns: Vec<usize>,
    of: Settings,
    tree: Vec<Node>,
}

impl Growth<'_> {
    /// Splits the leaf that gains most until there are enough or none gains.
    fn grow(mut self, rows: Vec<u32>) -> Vec<Node> {
        let histogram = self.histogram(&rows);
        let mut leaves = vec![self.leaf(rows, histogram)];
        while leaves.len() < self.of.leaves {
            let gain = |leaf: &Leaf| leaf.best.map_or(0.0, |best| best.0);
            let most = (0..leaves.len()).max_by(|&a, &b| gain(&leaves[a]).total_cmp(&gain(&leaves[b])));
            let Some(most) = most.filter(|&at| gain(&leaves[at]) > 0.0) else { break };
            let leaf = leaves.swap_remove(most);
            leaves.extend(self.split(leaf).into_iter().flatten());
        }
        self.tree
    }

    fn split(&mut self, leaf: Leaf) -> Option<[Leaf; 2]> {
        let (_, seen, bin) = leaf.best?;
        let column = self.columns[seen];
        let bins = &self.features.columns[column];
        let (left, right): (Vec<u32>, Vec<u32>) =
            leaf.rows.iter().partition(|&&row| usize::from(bins[row as usize]) <= bin);
        // The larger side is what the smaller leaves.
        let less = self.histogram(if left.len() < right.len() { &left } else { &right });
        let more: Histogram =
            leaf.histogram.iter().zip(&less).map(|(all, less)| [all[0] - less[0], all[1] - less[1]]).collect();
        let (of_left, of_right) = if left.len() < right.len() { (less, more) } else { (more, less) };
        let (left, right) = (self.leaf(left, of_left), self.leaf(right, of_right));
        let edge = self.features.edges[column][bin];
        let node = &mut self.tree[leaf.place];
        *node = Node { column, edge, bin: bin as u8, left: left.place, right: right.place, value: 0.0 };
        Some([left, right])
    }

    fn leaf(&mut self, rows: Vec<u32>, histogram: Histogram) -> Leaf {
        let sum = histogram[..BINS].iter().fold([0.0; 2], |sum, bin| [sum[0] + bin[0], sum[1] + bin[1]]);
        let value = -self.of.rate * sum[0] / (sum[1] + RIDGE);
        self.tree.push(Node { column: 0, edge: 0.0, bin: 0, left: 0, right: 0, value });
        let best = self.best(&histogram, sum);
        Leaf { place: self.tree.len() - 1, rows, histogram, best }
    }

    fn histogram(&self, rows: &[u32]) -> Histogram {
        let mut histogram = vec![[0.0; 2]; self.columns.len().max(1) * BINS];
        for (part, &column) in histogram.chunks_mut(BINS).zip(&self.columns) {
            let bins = &self.features.columns[column];
            for &row in rows {
                let (slope, sum) = (self.slopes[row as usize], &mut part[usize::from(bins[row as usize])]);
                sum[0] += slope[0];
                sum[1] += slope[1];
            }
        }
        histogram
    }

    fn best(&self, histogram: &Histogram, [gradient, curvature]: [f64; 2]) -> Option<(f64, usize, usize)> {
        let worth = |gradient: f64, curvature: f64| gradient * gradient / (curvature + RIDGE);
        let (whole, mut best) = (worth(gradient, curvature), None::<(f64, usize, usize)>);
        for (seen, (part, &column)) in histogram.chunks(BINS).zip(&self.columns).enumerate() {
            let (mut g, mut h) = (0.0, 0.0);
            for (bin, sum) in part.iter().take(self.features.edges[column].len()).enumerate() {
                g += sum[0];
                h += sum[1];
                if h < self.of.least || curvature - h < self.of.least {
                    continue;
                }
                let gain = worth(g, h) + worth(gradient - g, curvature - h) - whole;
                // Rounding leaves gains that are none.
                if gain > best.map_or(1e-9, |best| best.0) {
                    best = Some((gain, seen, bin));
                }
            }
        }
        best
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Friedman's first function over five of ten features in (0, 1): numbers that look scattered and need no generator, so that
    /// `tests/fixtures/boost.py` can make them again.
    fn friedman(from: u32, rows: u32) -> (Vec<Vec<f64>>, Vec<f64>) {
        let scattered = |n: u32, k: u32| {
            (f64::from(n) * (f64::from(k) + 2.0).sqrt() + f64::from(n) * f64::from(n) * 0.001_234_5 * f64::from(k + 1))
                .fract()
        };
        let features: Vec<Vec<f64>> = (from..from + rows).map(|n| (0..10).map(|k| scattered(n, k)).collect()).collect();
        let value = |x: &Vec<f64>| {
            10.0 * (std::f64::consts::PI * x[0] * x[1]).sin() + 20.0 * (x[2] - 0.5).powi(2) + 10.0 * x[3] + 5.0 * x[4]
        };
        let outcomes = features.iter().map(value).collect();
        (features, outcomes)
    }

    const SETTINGS: Settings = Settings { loss: Loss::Squared, rounds: 300, rate: 0.06, leaves: 8, least: 20.0 };

    #[test]
    fn learns_as_well_as_lightgbm() {
        let ((rows, outcomes), (new, came)) = (friedman(1, 4000), friedman(10_001, 2000));
        let booster = Booster::fit(&Binned::of(&rows), &outcomes, &vec![1.0; 4000], SETTINGS, 1);
        let error = new.iter().zip(&came).map(|(row, y)| (booster.predict(row) - y).powi(2)).sum::<f64>() / 2000.0;
        // LightGBM 4.7.0 with the same settings; `tests/fixtures/boost.py`.
        let theirs = 0.329_426;
        assert!(error < theirs * 1.1, "{error}, LightGBM {theirs}");
    }

    #[test]
    fn chances_are_those_of_the_weighted_sample() {
        let (rows, outcomes) = friedman(1, 6000);
        let came: Vec<f64> = outcomes.iter().map(|&y| f64::from(u8::from(y > 14.0))).collect();
        let weights: Vec<f64> = came.iter().map(|&came| if came > 0.0 { 3.0 } else { 1.0 }).collect();
        let of = Settings { loss: Loss::Log, rounds: 150, least: 2.0, ..SETTINGS };
        let booster = Booster::fit(&Binned::of(&rows), &came, &weights, of, 1);
        let chances: Vec<f64> = rows.iter().map(|row| logistic(booster.predict(row))).collect();
        let mean = |of: &[f64]| of.iter().zip(&weights).map(|(v, w)| v * w).sum::<f64>() / weights.iter().sum::<f64>();
        assert!((mean(&chances) - mean(&came)).abs() < 0.01, "{} {}", mean(&chances), mean(&came));
        // By weight, which is what was learned; without learning it would be the lesser class.
        let wrong: Vec<f64> = chances
            .iter()
            .zip(&came)
            .map(|(chance, came)| f64::from(u8::from((*chance > 0.5) != (*came > 0.5))))
            .collect();
        assert!(mean(&wrong) < 0.1 && mean(&came).min(1.0 - mean(&came)) > 0.2, "{} {}", mean(&wrong), mean(&came));
    }

    #[test]
    fn nothing_to_learn_gives_the_mean() {
        let rows = vec![vec![1.0, 2.0]; 50];
        let outcomes: Vec<f64> = (0..50).map(f64::from).collect();
        let booster = Booster::fit(&Binned::of(&rows), &outcomes, &[1.0; 50], SETTINGS, 1);
        assert!((booster.predict(&[1.0, 2.0]) - 24.5).abs() < 6.0);
        assert_eq!(booster.predict(&[1.0, 2.0]), booster.predict(&[9.0, 9.0]), "no split was made");
    }
}
