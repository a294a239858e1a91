//! The classic reading: what speaks against each hypothesis, and which items tell hypotheses apart.

use serde::Serialize;

use super::{Label, LikelihoodRatios, Matrix, Range, Sharing, places};

/// What speaks against one hypothesis. The hypothesis with the least against it is ranked first.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Score {
    /// The hypothesis.
    pub hypothesis: String,
    /// Items labelled I or II.
    pub inconsistent: usize,
    /// Heuer's count: 1 for I, 2 for II.
    pub inconsistency: f64,
    /// Its place by that count.
    pub rank: usize,
    /// The same with each item multiplied by its weight.
    pub weighted: Range,
    /// Its place by the middle of the weighted score.
    pub weighted_rank: usize,
}

/// The inconsistency of each hypothesis, in their order.
///
/// *Source:* Heuer (1999), Psychology of Intelligence Analysis, ch. 8; counts of I and II after the technical
/// description of ACH
/// 1.1 (PARC).
pub fn scores(matrix: &Matrix, sharing: Sharing) -> Vec<Score> {
    let weights = matrix.weights(sharing);
    let against = |n: usize, weigh: &dyn Fn(usize) -> Range| {
        let rows = matrix.evidence.iter().enumerate();
        rows.fold(Range::exact(0.0), |sum, (row, item)| sum.plus(weigh(row).times(item.labels[n].inconsistency())))
    };
    let hypotheses = 0..matrix.hypotheses.len();
    let counts: Vec<f64> = hypotheses.clone().map(|n| against(n, &|_| Range::exact(1.0)).low).collect();
    let weighted: Vec<Range> = hypotheses.map(|n| against(n, &|row| weights[row])).collect();
    let ranks = places(&counts);
    let weighted_ranks = places(&weighted.iter().map(|range| range.middle()).collect::<Vec<_>>());
    let inconsistent =
        |n: usize| matrix.evidence.iter().filter(|item| matches!(item.labels[n], Label::I | Label::II)).count();
    let score = |n: usize| Score {
        hypothesis: matrix.hypotheses[n].id.clone(),
        inconsistent: inconsistent(n),
        inconsistency: counts[n],
        rank: ranks[n],
        weighted: weighted[n],
        weighted_rank: weighted_ranks[n],
    };
    (0..matrix.hypotheses.len()).map(score).collect()
}

/// How well an item tells hypotheses apart.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Diagnosticity {
    /// The item.
    pub evidence: String,
    /// Whether any two hypotheses have different labels. One that is not diagnostic may be struck out.
    pub diagnostic: bool,
    /// Steps between its highest and lowest label, 0 to 4, over the scale CC, C, N, I, II; n/a counts as N.
    pub steps: i32,
    /// Greatest weight of evidence for one hypothesis over another, in decibans (10 log₁₀ of the likelihood ratio,
    /// times the middle of the item's weight): 10 make the one ten times as likely as before against the other.
    pub decibans: f64,
}

/// The diagnosticity of each item, in their order.
///
/// *Source:* Heuer (1999), ch. 8, step 3; weight of evidence after Good (1950), Probability and the Weighing of
/// Evidence.
pub fn diagnosticity(matrix: &Matrix, ratios: &LikelihoodRatios, sharing: Sharing) -> Vec<Diagnosticity> {
    let weights = matrix.weights(sharing);
    let item = |(item, weight): (&super::Evidence, &Range)| {
        let spread = |values: Vec<f64>| {
            let greatest = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            greatest - values.iter().copied().fold(f64::INFINITY, f64::min)
        };
        let steps: Vec<i32> = item.labels.iter().map(|label| label.step()).collect();
        let steps = steps.iter().max().zip(steps.iter().min()).map_or(0, |(most, least)| most - least);
        let logs = item.labels.iter().map(|label| ratios.log(*label).middle()).collect();
        Diagnosticity {
            evidence: item.id.clone(),
            diagnostic: steps > 0,
            steps,
            decibans: spread(logs) * weight.middle() * 10.0 / std::f64::consts::LN_10,
        }
    };
    matrix.evidence.iter().zip(&weights).map(item).collect()
}
