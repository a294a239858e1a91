//! Whether the chains agree: R-hat and effective sample sizes after Vehtari, Gelman, Simpson, Carpenter and Bürkner (2021),
//! *Rank-normalization, folding, and localization: an improved R̂*, Bayesian Analysis 16(2).

use statrs::distribution::{ContinuousCDF, Normal};

/// R-hat and effective sample sizes of one quantity.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Mixing {
    /// The greater of the rank-normalised split R-hat and its folded form; 1 where chains agree.
    pub r_hat: f64,
    /// Effective sample size for the middle.
    pub bulk: f64,
    /// Effective sample size for the 5% and 95% quantiles, the smaller of the two.
    pub tail: f64,
}

/// Of one quantity's draws, chain by chain, all of one length. A quantity that never moves counts as agreed.
pub(super) fn mixing(chains: &[Vec<f64>]) -> Mixing {
    let halves = split(chains);
    let mut sorted: Vec<f64> = halves.concat();
    sorted.sort_by(f64::total_cmp);
    let middle = quantile(&sorted, 0.5);
    let folded = map(&halves, |x| (x - middle).abs());
    let ranked = normal_scores(&halves);
    let tail = |p: f64| {
        let at = quantile(&sorted, p);
        effective(&map(&halves, |x| f64::from(u8::from(x <= at))))
    };
    Mixing {
        r_hat: r_hat(&ranked).max(r_hat(&normal_scores(&folded))),
        bulk: effective(&ranked),
        tail: tail(0.05).min(tail(0.95)),
    }
}

/// The `p` quantile of sorted numbers, between neighbours in proportion (type 7 of Hyndman and Fan 1996).
pub(super) fn quantile(sorted: &[f64], p: f64) -> f64 {
    let at = p * (sorted.len() - 1) as f64;
    let low = at.floor();
    let (a, b) = (sorted[low as usize], sorted[at.ceil() as usize]);
    if a == b { a } else { a + (at - low) * (b - a) }
}

fn split(chains: &[Vec<f64>]) -> Vec<Vec<f64>> {
    chains
        .iter()
        .flat_map(|chain| {
            let half = chain.len() / 2;
            [chain[..half].to_vec(), chain[chain.len() - half..].to_vec()]
        })
        .collect()
}

fn map(chains: &[Vec<f64>], f: impl Fn(f64) -> f64) -> Vec<Vec<f64>> {
    chains.iter().map(|chain| chain.iter().map(|x| f(*x)).collect()).collect()
}

/// Each draw as the normal quantile of its rank among all (Blom's offsets); ties share their mean rank.
fn normal_scores(chains: &[Vec<f64>]) -> Vec<Vec<f64>> {
    let values: Vec<f64> = chains.concat();
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_by(|&a, &b| values[a].total_cmp(&values[b]));
    let mut scores = vec![0.0; values.len()];
    let mut before = 0.0;
    for tied in order.chunk_by(|&a, &b| values[a] == values[b]) {
        let rank = before + (tied.len() as f64 + 1.0) / 2.0;
        before += tied.len() as f64;
        let score = Normal::standard().inverse_cdf((rank - 0.375) / (values.len() as f64 + 0.25));
        for &at in tied {
            scores[at] = score;
        }
    }
    scores.chunks(chains[0].len()).map(<[f64]>::to_vec).collect()
}

fn mean(x: &[f64]) -> f64 {
    x.iter().sum::<f64>() / x.len() as f64
}

fn variance(x: &[f64]) -> f64 {
    let mean = mean(x);
    x.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / (x.len() as f64 - 1.0)
}

/// Mean variance within chains, and the estimate of the whole variance.
fn variances(chains: &[Vec<f64>]) -> (f64, f64) {
    let n = chains[0].len() as f64;
    let within = mean(&chains.iter().map(|chain| variance(chain)).collect::<Vec<_>>());
    let between = variance(&chains.iter().map(|chain| mean(chain)).collect::<Vec<_>>());
    (within, within * (n - 1.0) / n + between)
}

fn r_hat(chains: &[Vec<f64>]) -> f64 {
    let (within, whole) = variances(chains);
    if whole <= 0.0 { 1.0 } else { (whole / within).sqrt() }
}

/// Effective sample size by Geyer's initial monotone sequence.
fn effective(chains: &[Vec<f64>]) -> f64 {
    let (m, n) = (chains.len(), chains[0].len());
    let total = (m * n) as f64;
    let (within, whole) = variances(chains);
    if whole <= 0.0 || n < 4 {
        return total;
    }
    let centred: Vec<Vec<f64>> = chains
        .iter()
        .map(|chain| {
            let mean = mean(chain);
            chain.iter().map(|x| x - mean).collect()
        })
        .collect();
    let rho = |lag: usize| {
        let covariance =
            centred.iter().map(|x| x[lag..].iter().zip(x).map(|(a, b)| a * b).sum::<f64>() / n as f64).sum::<f64>()
                / m as f64;
        1.0 - (within - covariance) / whole
    };
    // Pairs of neighbouring autocorrelations, as long as they stay positive; each at most its predecessor.
    let (mut sum, mut last) = (0.0, f64::INFINITY);
    let end = (n - 2) / 2;
    for pair in 0..end {
        let (even, odd) = (if pair == 0 { 1.0 } else { rho(2 * pair) }, rho(2 * pair + 1));
        if even + odd < 0.0 || pair + 1 == end {
            sum += even.max(0.0) / 2.0;
            break;
        }
        last = last.min(even + odd);
        sum += last;
    }
    let tau = (-1.0 + 2.0 * sum).max(1.0 / total.log10());
    total / tau
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Chains that a formula gives, so that they can be made again elsewhere: x(t) = a·x(t−1) + sin(t²·(c + 1)) + shift·c.
    fn chains(a: f64, shift: f64) -> Vec<Vec<f64>> {
        (0..4)
            .map(|c| {
                let mut x = 0.0;
                (1..=200)
                    .map(|t| {
                        x = a * x + f64::from(t * t * (c + 1)).sin() + shift * f64::from(c);
                        x
                    })
                    .collect()
            })
            .collect()
    }

    /// ArviZ 0.23.4:
    /// ```python
    /// import numpy as np, arviz as az
    /// def chains(a, shift):
    ///     out = np.zeros((4, 200))
    ///     for c in range(4):
    ///         x = 0.
    ///         for t in range(1, 201):
    ///             x = a * x + np.sin(t * t * (c + 1)) + shift * c
    ///             out[c, t - 1] = x
    ///     return out
    /// for a, s in ((.7, 0.), (.95, 0.), (.5, .2)):
    ///     x = chains(a, s)
    ///     print(az.rhat(x), az.ess(x), az.ess(x, method="tail"))
    /// ```
    #[test]
    fn agrees_with_arviz() {
        for (a, shift, expected) in [
            (0.7, 0.0, [1.01845832859, 147.066030441, 325.819162538]),
            (0.95, 0.0, [1.12005729835, 23.2657286659, 15.2871405957]),
            (0.5, 0.2, [1.12114440419, 24.1280187092, 81.0552311239]),
        ] {
            let found = mixing(&chains(a, shift));
            assert!((found.r_hat - expected[0]).abs() < 1e-9, "{found:?}");
            for (found, expected) in [(found.bulk, expected[1]), (found.tail, expected[2])] {
                assert!((found / expected - 1.0_f64).abs() < 1e-9, "{a} {shift}: {found} {expected}");
            }
        }
    }

    #[test]
    fn what_never_moves_is_agreed() {
        assert_eq!(mixing(&vec![vec![2.0; 50]; 4]).r_hat, 1.0);
    }
}
