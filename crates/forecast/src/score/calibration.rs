//! Whether forecasts mean what they say.

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use serde::Serialize;

/// The randomised probability integral transform of an outcome in ascending draws: uniform on (0, 1) where forecasts are
/// calibrated. `at` in (0, 1) says where between P(X < y) and P(X ≤ y).
///
/// *Source:* Czado, Gneiting and Held (2009), Predictive model assessment for count data.
#[must_use]
pub fn pit(sorted: &[u32], outcome: u32, at: f64) -> f64 {
    let below = sorted.partition_point(|&draw| draw < outcome) as f64;
    let up_to = sorted.partition_point(|&draw| draw <= outcome) as f64;
    (below + at * (up_to - below)) / sorted.len() as f64
}

/// The share of outcomes whose transform falls in each of some equal bins; flat where forecasts are calibrated.
#[must_use]
pub fn pit_histogram<'a>(forecasts: impl IntoIterator<Item = (&'a [u32], u32)>, bins: usize, seed: u64) -> Vec<f64> {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let (mut counts, mut total) = (vec![0.0; bins], 0.0);
    for (sorted, outcome) in forecasts {
        let value = pit(sorted, outcome, random.random());
        counts[((value * bins as f64) as usize).min(bins - 1)] += 1.0;
        total += 1.0;
    }
    counts.iter_mut().for_each(|count| *count /= f64::max(total, 1.0));
    counts
}

/// One row of a reliability diagram.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Reliability {
    /// Forecasts in the bin.
    pub forecasts: usize,
    /// Their mean chance.
    pub chance: f64,
    /// How often it came.
    pub frequency: f64,
}

/// Chances in equal bins beside how often it came; bins without a forecast are left out.
///
/// *Source:* Murphy and Winkler (1977), Reliability of subjective probability forecasts.
#[must_use]
pub fn reliability(forecasts: &[(f64, bool)], bins: usize) -> Vec<Reliability> {
    let row = |bin: usize| {
        let inside: Vec<_> =
            forecasts.iter().filter(|&&(chance, _)| ((chance * bins as f64) as usize).min(bins - 1) == bin).collect();
        let count = inside.len() as f64;
        (!inside.is_empty()).then(|| Reliability {
            forecasts: inside.len(),
            chance: inside.iter().map(|one| one.0).sum::<f64>() / count,
            frequency: inside.iter().filter(|one| one.1).count() as f64 / count,
        })
    };
    (0..bins).filter_map(row).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn honest_chances_lie_on_the_diagonal() {
        let mut random = ChaCha8Rng::seed_from_u64(1);
        let forecasts: Vec<(f64, bool)> = (0..40_000)
            .map(|_| {
                let chance: f64 = random.random();
                (chance, random.random::<f64>() < chance)
            })
            .collect();
        assert!(reliability(&forecasts, 10).iter().all(|row| (row.chance - row.frequency).abs() < 0.02));
    }

    #[test]
    fn draws_of_the_truth_have_a_flat_histogram() {
        let mut random = ChaCha8Rng::seed_from_u64(2);
        let mut geometric = || (f64::ln(random.random::<f64>()) / f64::ln(0.8)) as u32;
        let mut draws: Vec<u32> = (0..20_000).map(|_| geometric()).collect();
        draws.sort_unstable();
        let outcomes: Vec<u32> = (0..20_000).map(|_| geometric()).collect();
        let histogram = pit_histogram(outcomes.iter().map(|&outcome| (&draws[..], outcome)), 10, 3);
        assert!(histogram.iter().all(|share| (share - 0.1).abs() < 0.01), "{histogram:?}");
    }
}
