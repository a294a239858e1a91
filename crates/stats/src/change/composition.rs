//! Did the make-up of events change between two periods?

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rand_distr::{Distribution, Gamma};
use serde::Serialize;
use statrs::function::gamma::ln_gamma;

use super::{ChangeError, confidence};

/// One category's share before and after.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Category {
    /// Events before.
    pub before: u64,
    /// Events after.
    pub after: u64,
    /// Posterior mean of the share before.
    pub share_before: f64,
    /// Posterior mean of the share after.
    pub share_after: f64,
    /// Posterior median of the share after less the share before: 0.1 is ten points more.
    pub difference: f64,
    /// Lower limit of the difference.
    pub low: f64,
    /// Upper limit of the difference.
    pub high: f64,
    /// Probability that the share rose.
    pub rose: f64,
}

/// What happened to a composition.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Shift {
    /// The categories, in the order given.
    pub categories: Vec<Category>,
    /// How much better two compositions explain the counts than one (Bayes factor).
    pub bayes_factor: f64,
    /// Probability that the compositions differ, if before the data that was as likely as not.
    pub probability: f64,
    /// The likelihood-ratio statistic G.
    pub g: f64,
    /// Its p-value among tables with the same margins, by random relabelling.
    pub p: f64,
}

const DRAWS: usize = 20_000;
const RELABELLINGS: usize = 9_999;

/// Compares the counts by category of two periods.
///
/// Shares have Jeffreys' prior, Dirichlet(½, …, ½), in each period on its own; differences come from 20,000 draws. The
/// Bayes factor is that of Gunel and Dickey (1974) for two independent multinomials with a = 1, so uniform priors. G is
/// compared with 9,999 random relabellings of the events (Patefield's margins), so it holds for small counts.
///
/// Events are taken as independent: a wave of events of one kind, each leading to the next, makes a shift look surer
/// than it is.
///
/// # Errors
/// [`ChangeError::Categories`] if the lists differ in length, [`ChangeError::TooFew`] below two categories,
/// [`ChangeError::OutOfRange`] if a period has no events or the confidence is not between 0 and 1.
pub fn shift(before: &[u64], after: &[u64], level: f64, seed: u64) -> Result<Shift, ChangeError> {
    let level = confidence(level)?;
    if before.len() != after.len() {
        return Err(ChangeError::Categories { before: before.len(), after: after.len() });
    }
    if before.len() < 2 {
        return Err(ChangeError::TooFew { what: "a composition, of categories,", needed: 2, found: before.len() });
    }
    for (what, counts) in [("the number of events before", before), ("the number of events after", after)] {
        if counts.iter().sum::<u64>() == 0 {
            return Err(ChangeError::OutOfRange { what, value: 0.0, expected: "at least 1" });
        }
    }
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let (old, new) = (draws(before, &mut rng), draws(after, &mut rng));
    let categories = (0..before.len()).map(|k| category(k, before, after, &old, &new, level)).collect();
    let bayes_factor = ln_bayes_factor(before, after).exp();
    let g = statistic(before, after);
    Ok(Shift {
        categories,
        bayes_factor,
        probability: if bayes_factor.is_infinite() { 1.0 } else { bayes_factor / (1.0 + bayes_factor) },
        g,
        p: relabelled(before, after, g, &mut rng),
    })
}

/// Draws of the shares from their posterior, one row each.
fn draws(counts: &[u64], rng: &mut ChaCha8Rng) -> Vec<Vec<f64>> {
    let gammas: Vec<Gamma<f64>> = counts.iter().filter_map(|&n| Gamma::new(n as f64 + 0.5, 1.0).ok()).collect();
    (0..DRAWS)
        .map(|_| {
            let row: Vec<f64> = gammas.iter().map(|g| g.sample(rng)).collect();
            let sum: f64 = row.iter().sum();
            row.into_iter().map(|x| x / sum).collect()
        })
        .collect()
}

fn category(k: usize, before: &[u64], after: &[u64], old: &[Vec<f64>], new: &[Vec<f64>], level: f64) -> Category {
    let mut differences: Vec<f64> = old.iter().zip(new).map(|(o, n)| n[k] - o[k]).collect();
    differences.sort_by(f64::total_cmp);
    let quantile = |p: f64| differences[((p * DRAWS as f64) as usize).min(DRAWS - 1)];
    let mean =
        |counts: &[u64]| (counts[k] as f64 + 0.5) / (counts.iter().sum::<u64>() as f64 + 0.5 * counts.len() as f64);
    Category {
        before: before[k],
        after: after[k],
        share_before: mean(before),
        share_after: mean(after),
        difference: quantile(0.5),
        low: quantile((1.0 - level) / 2.0),
        high: quantile(0.5 + level / 2.0),
        rose: differences.iter().filter(|d| **d > 0.0).count() as f64 / DRAWS as f64,
    }
}

/// Logarithm of the Bayes factor of two compositions over one, all with uniform priors.
fn ln_bayes_factor(before: &[u64], after: &[u64]) -> f64 {
    let ln_evidence = |counts: &mut dyn Iterator<Item = u64>| {
        let (mut sum, mut parts, mut k) = (0.0, 0.0, 0.0);
        for n in counts {
            parts += ln_gamma(n as f64 + 1.0);
            sum += n as f64 + 1.0;
            k += 1.0;
        }
        parts - ln_gamma(sum) + ln_gamma(k)
    };
    ln_evidence(&mut before.iter().copied()) + ln_evidence(&mut after.iter().copied())
        - ln_evidence(&mut before.iter().zip(after).map(|(b, a)| b + a))
}

fn statistic(before: &[u64], after: &[u64]) -> f64 {
    let sum = |counts: &[u64]| counts.iter().sum::<u64>() as f64;
    let (n1, n2) = (sum(before), sum(after));
    let term = |x: u64, mean: f64| if x > 0 { 2.0 * x as f64 * (x as f64 / mean).ln() } else { 0.0 };
    let each = |(&b, &a): (&u64, &u64)| {
        let share = (b + a) as f64 / (n1 + n2);
        term(b, n1 * share) + term(a, n2 * share)
    };
    before.iter().zip(after).map(each).sum::<f64>().max(0.0)
}

/// The share of relabellings, the observed one among them, whose G is at least the observed.
fn relabelled(before: &[u64], after: &[u64], g: f64, rng: &mut ChaCha8Rng) -> f64 {
    let mut labels: Vec<usize> =
        before.iter().zip(after).enumerate().flat_map(|(k, (b, a))| vec![k; (b + a) as usize]).collect();
    // Only the smaller period has to be drawn; the rest is what is left over.
    let total: Vec<u64> = before.iter().zip(after).map(|(b, a)| b + a).collect();
    let smaller = before.iter().sum::<u64>().min(after.iter().sum()) as usize;
    let mut drawn = vec![0; total.len()];
    let as_large = (0..RELABELLINGS)
        .filter(|_| {
            drawn.fill(0);
            for i in 0..smaller {
                let j = rng.random_range(i..labels.len());
                labels.swap(i, j);
                drawn[labels[i]] += 1;
            }
            let rest: Vec<u64> = total.iter().zip(&drawn).map(|(t, d)| t - d).collect();
            statistic(&drawn, &rest) >= g - 1e-9
        })
        .count();
    (as_large + 1) as f64 / (RELABELLINGS + 1) as f64
}
