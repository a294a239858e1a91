//! What the answer hangs on: each item dropped, and each turned into its opposite.

use serde::Serialize;

use super::{Evidence, LikelihoodRatios, Matrix, Range, Sharing, bayes, places, scores};

/// What is done to an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Tampering {
    /// It is left out, as if it were false or a plant. What shared its origin counts for more.
    Dropped,
    /// All of its labels are turned round: CC and II, C and I.
    Flipped,
}

/// What becomes of the answer without one item, or with its opposite.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Shift {
    /// The item.
    pub evidence: String,
    /// What is done to it.
    pub tampering: Tampering,
    /// Hypotheses with the least weighted inconsistency; several where they tie.
    pub least_inconsistent: Vec<String>,
    /// Whether those are others than with all evidence as it is.
    pub leader_changes: bool,
    /// Whether any place in the order by weighted inconsistency changes.
    pub order_changes: bool,
    /// The hypothesis with the greatest posterior chance; several where they tie.
    pub likeliest: Vec<String>,
    /// Whether that is another than with all evidence as it is.
    pub likeliest_changes: bool,
    /// The greatest change of any hypothesis's posterior chance, 0 to 1.
    pub greatest_move: f64,
}

/// The answer with each item dropped and with each flipped: first those that change who leads, then by how far they
/// move the posterior.
///
/// *Source:* Heuer (1999), ch. 8, step 6: “analyse how sensitive your conclusion is to a few critical items of
/// evidence”.
pub fn sensitivity(matrix: &Matrix, ratios: &LikelihoodRatios, sharing: Sharing) -> Vec<Shift> {
    let whole = Answer::of(matrix, ratios, sharing);
    let mut shifts: Vec<Shift> = (0..matrix.evidence.len())
        .flat_map(|row| [(row, Tampering::Dropped), (row, Tampering::Flipped)])
        .map(|(row, tampering)| {
            let answer = Answer::of(&tampered(matrix, row, tampering), ratios, sharing);
            let moved = answer.posterior.iter().zip(&whole.posterior).map(|(a, b)| (a - b).abs());
            Shift {
                evidence: matrix.evidence[row].id.clone(),
                tampering,
                leader_changes: answer.leaders() != whole.leaders(),
                order_changes: answer.order != whole.order,
                likeliest_changes: answer.likeliest() != whole.likeliest(),
                greatest_move: moved.fold(0.0, f64::max),
                least_inconsistent: matrix.named(&answer.leaders()),
                likeliest: matrix.named(&answer.likeliest()),
            }
        })
        .collect();
    let leads = |shift: &Shift| shift.leader_changes || shift.likeliest_changes;
    shifts.sort_by(|a, b| leads(b).cmp(&leads(a)).then_with(|| b.greatest_move.total_cmp(&a.greatest_move)));
    shifts
}

/// The order by weighted inconsistency and the posterior chances.
struct Answer {
    order: Vec<usize>,
    posterior: Vec<f64>,
}

impl Answer {
    fn of(matrix: &Matrix, ratios: &LikelihoodRatios, sharing: Sharing) -> Self {
        let weights: Vec<Range> = matrix.weights(sharing);
        let order = scores(matrix, sharing).into_iter().map(|score| score.weighted_rank).collect();
        Self { order, posterior: bayes::middle(matrix, ratios, &weights) }
    }

    fn leaders(&self) -> Vec<usize> {
        first(&self.order)
    }

    fn likeliest(&self) -> Vec<usize> {
        first(&places(&self.posterior.iter().map(|chance| -chance).collect::<Vec<_>>()))
    }
}

/// All that share the first place.
fn first(places: &[usize]) -> Vec<usize> {
    (0..places.len()).filter(|n| places[*n] == 1).collect()
}

fn tampered(matrix: &Matrix, row: usize, tampering: Tampering) -> Matrix {
    let mut matrix = matrix.clone();
    match tampering {
        Tampering::Dropped => drop(matrix.evidence.remove(row)),
        Tampering::Flipped => {
            let Evidence { labels, .. } = &mut matrix.evidence[row];
            labels.iter_mut().for_each(|label| *label = label.flipped());
        }
    }
    matrix
}

impl Matrix {
    fn named(&self, hypotheses: &[usize]) -> Vec<String> {
        hypotheses.iter().map(|n| self.hypotheses[*n].id.clone()).collect()
    }
}
