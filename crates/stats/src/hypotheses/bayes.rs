//! The Bayesian reading: posterior chances, with the ranges of all that goes in.

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use serde::Serialize;

use super::{Label, Matrix, Range, Sharing};
use crate::spread::Drawn;

/// What each label means as a likelihood ratio: how much likelier the item is if the hypothesis is true than it is
/// under one for which the item is neutral.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct LikelihoodRatios {
    /// For CC.
    pub cc: Range,
    /// For C.
    pub c: Range,
    /// For N; n/a is always 1.
    pub n: Range,
    /// For I.
    pub i: Range,
    /// For II.
    pub ii: Range,
}

impl LikelihoodRatios {
    /// C from 1 to 3, “not worth more than a bare mention”; CC from 3 to 20, “positive”; I and II their inverses; N
    /// changes nothing. The classes and their words are those of Kass and Raftery (1995), “Bayes factors”, Journal of
    /// the American Statistical Association 90, p. 777. That C and CC stand for them is a convention of this project.
    /// Where an analyst can state ratios, they are better.
    pub const KASS_RAFTERY: Self = Self {
        cc: Range { low: 3.0, high: 20.0 },
        c: Range { low: 1.0, high: 3.0 },
        n: Range::exact(1.0),
        i: Range { low: 1.0 / 3.0, high: 1.0 },
        ii: Range { low: 1.0 / 20.0, high: 1.0 / 3.0 },
    };

    /// Natural logarithm of the range of a label.
    pub(super) fn log(&self, label: Label) -> Range {
        let Range { low, high } = match label {
            Label::CC => self.cc,
            Label::C => self.c,
            Label::N => self.n,
            Label::I => self.i,
            Label::II => self.ii,
            Label::NotApplicable => Range::exact(1.0),
        };
        Range { low: low.ln(), high: high.ln() }
    }
}

/// The chance of one hypothesis, given that exactly one of those named is true.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Posterior {
    /// The hypothesis.
    pub hypothesis: String,
    /// Chance before the evidence.
    pub prior: f64,
    /// Chance with every likelihood ratio in the (geometric) middle of its range, and every weight in the middle of its
    /// own.
    pub middle: f64,
    /// The least and the greatest chance that any choice within the ranges gives. Exact where weights are exact; else
    /// it may be a little too wide.
    pub bounds: Range,
    /// The chance under draws within the ranges: ratios uniform in their logarithm, weights uniform.
    pub drawn: Option<Drawn>,
}

/// Posterior chances of the hypotheses, in their order.
///
/// Each label stands for a range of likelihood ratios L. Within one item, hypotheses of the same label have the same L.
/// An item of weight w counts with Lʷ: in full at 1, not at all at 0. With priors π, P(h) ∝ π(h) Π Lʷ. Items are taken
/// as independent given the hypothesis, but for the sharing of origins. The chances are no better than the list of
/// hypotheses: one of them is taken to be true.
///
/// *Source:* Bayes' theorem for intelligence analysis: Zlotnick (1972), Studies in Intelligence 16; for matrices of
/// ACH: Valtorta et al. (2005), International Conference on Intelligence Analysis. Ranges in place of numbers: Walley
/// (1991), Statistical Reasoning with Imprecise Probabilities. Weights as exponents: Genest, Weerahandi and Zidek
/// (1984), Theory and Decision 17.
pub fn posterior(
    matrix: &Matrix,
    ratios: &LikelihoodRatios,
    sharing: Sharing,
    draws: usize,
    seed: u64,
) -> Vec<Posterior> {
    let weights = matrix.weights(sharing);
    let middle = middle(matrix, ratios, &weights);
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let drawn: Vec<Vec<f64>> = (0..draws).map(|_| draw(matrix, ratios, &weights, &mut rng)).collect();
    let of = |n: usize| Posterior {
        hypothesis: matrix.hypotheses[n].id.clone(),
        prior: matrix.hypotheses[n].prior,
        middle: middle[n],
        bounds: bounds(matrix, ratios, &weights, n),
        drawn: Drawn::of(drawn.iter().map(|chances| chances[n]).collect()),
    };
    (0..matrix.hypotheses.len()).map(of).collect()
}

/// Chances with everything in the middle of its range.
pub(super) fn middle(matrix: &Matrix, ratios: &LikelihoodRatios, weights: &[Range]) -> Vec<f64> {
    let of_row = |row: usize, label: Label| weights[row].middle() * ratios.log(label).middle();
    chances(matrix, of_row)
}

/// Chances where `log` gives the weighted logarithm of the likelihood ratio of a row's label.
fn chances(matrix: &Matrix, log: impl Fn(usize, Label) -> f64) -> Vec<f64> {
    let logs: Vec<f64> = (0..matrix.hypotheses.len())
        .map(|n| {
            let rows = matrix.evidence.iter().enumerate();
            matrix.hypotheses[n].prior.ln() + rows.map(|(row, item)| log(row, item.labels[n])).sum::<f64>()
        })
        .collect();
    // The greatest is taken out first, so that nothing overflows.
    let most = logs.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let parts: Vec<f64> = logs.iter().map(|log| (log - most).exp()).collect();
    let sum: f64 = parts.iter().sum();
    parts.into_iter().map(|part| part / sum).collect()
}

fn draw(matrix: &Matrix, ratios: &LikelihoodRatios, weights: &[Range], rng: &mut ChaCha8Rng) -> Vec<f64> {
    const LABELS: [Label; 6] = [Label::CC, Label::C, Label::N, Label::I, Label::II, Label::NotApplicable];
    let mut within = |range: Range| range.low + rng.random::<f64>() * (range.high - range.low);
    let rows: Vec<[f64; 6]> = weights
        .iter()
        .map(|weight| {
            let weight = within(*weight);
            LABELS.map(|label| weight * within(ratios.log(label)))
        })
        .collect();
    chances(matrix, |row, label| rows[row][label as usize])
}

/// P(h) = 1 / (1 + Σ π(k)/π(h) · exp Σ w (l(k) − l(h))) falls as any of the differences grows, and each row can have
/// all of its differences at their ends together.
fn bounds(matrix: &Matrix, ratios: &LikelihoodRatios, weights: &[Range], own: usize) -> Range {
    let difference = |row: usize, other: usize| {
        let labels = &matrix.evidence[row].labels;
        if labels[own] == labels[other] {
            return Range::exact(0.0);
        }
        let (mine, theirs) = (ratios.log(labels[own]), ratios.log(labels[other]));
        let (least, most) = (theirs.low - mine.high, theirs.high - mine.low);
        let Range { low, high } = weights[row];
        Range { low: (low * least).min(high * least), high: (low * most).max(high * most) }
    };
    let chance = |end: fn(Range) -> f64| {
        let odds = |other: usize| {
            let sum: f64 = (0..matrix.evidence.len()).map(|row| end(difference(row, other))).sum();
            matrix.hypotheses[other].prior / matrix.hypotheses[own].prior * sum.exp()
        };
        let others = (0..matrix.hypotheses.len()).filter(|other| *other != own);
        1.0 / (1.0 + others.map(odds).sum::<f64>())
    };
    Range { low: chance(|range| range.high), high: chance(|range| range.low) }
}
