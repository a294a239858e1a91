//! Skill against a benchmark, with an interval that knows that neighbouring months are alike.

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use serde::Serialize;

/// How much lower than a benchmark's a mean score is: 1 − mean/benchmark, above 0 is better.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Skill {
    /// The skill.
    pub skill: f64,
    /// Ends of its 90% interval.
    pub interval: (f64, f64),
    /// The share of resamples in which the forecast is better than the benchmark.
    pub better: f64,
}

/// Skill from paired series, one per unit, of scores by month in time's order; the same blocks of months are drawn for forecast and
/// benchmark and for all units, and units with them, so both kinds of likeness are kept. Blocks have geometric lengths.
///
/// None where there is nothing to compare, a benchmark's mean is 0, or series differ in length.
///
/// *Source:* Politis and Romano (1994), The stationary bootstrap.
#[must_use]
pub fn skill(ours: &[Vec<f64>], benchmark: &[Vec<f64>], block: f64, resamples: usize, seed: u64) -> Option<Skill> {
    let (units, months) = (ours.len(), ours.first()?.len());
    let alike = benchmark.len() == units && ours.iter().chain(benchmark).all(|series| series.len() == months);
    if !alike || months == 0 || resamples == 0 {
        return None;
    }
    let plain = 1.0 - mean(ours) / mean(benchmark);
    if !plain.is_finite() {
        return None;
    }
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let mut skills: Vec<f64> = (0..resamples)
        .map(|_| {
            let (mut at, mut a, mut b) = (0, 0.0, 0.0);
            let drawn: Vec<usize> = (0..units).map(|_| random.random_range(0..units)).collect();
            for step in 0..months {
                let anew = step == 0 || random.random::<f64>() < 1.0 / block;
                at = if anew { random.random_range(0..months) } else { (at + 1) % months };
                a += drawn.iter().map(|&unit| ours[unit][at]).sum::<f64>();
                b += drawn.iter().map(|&unit| benchmark[unit][at]).sum::<f64>();
            }
            if b > 0.0 { 1.0 - a / b } else { 0.0 }
        })
        .collect();
    skills.sort_by(f64::total_cmp);
    let level = |p: f64| skills[((p * resamples as f64) as usize).min(resamples - 1)];
    let better = skills.iter().filter(|&&skill| skill > 0.0).count() as f64 / resamples as f64;
    Some(Skill { skill: plain, interval: (level(0.05), level(0.95)), better })
}

fn mean(series: &[Vec<f64>]) -> f64 {
    series.iter().flatten().sum::<f64>() / (series.len() * series[0].len()) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_skill_over_oneself_and_half_where_scores_are_halved() {
        let benchmark: Vec<Vec<f64>> =
            (0..20).map(|unit| (0..24).map(|month| f64::from(unit * month % 7)).collect()).collect();
        let halved: Vec<Vec<f64>> = benchmark.iter().map(|series| series.iter().map(|v| v / 2.0).collect()).collect();
        let same = skill(&benchmark, &benchmark, 6.0, 200, 1).unwrap();
        assert_eq!((same.skill, same.interval, same.better), (0.0, (0.0, 0.0), 0.0));
        let half = skill(&halved, &benchmark, 6.0, 200, 1).unwrap();
        assert!((half.skill - 0.5).abs() < 1e-12 && (half.interval.0 - 0.5).abs() < 1e-12 && half.better == 1.0);
        assert!(skill(&benchmark, &halved[1..], 6.0, 200, 1).is_none());
    }

    #[test]
    fn the_interval_of_noise_holds_zero() {
        let mut random = ChaCha8Rng::seed_from_u64(5);
        let mut held = 0;
        for seed in 0..60 {
            let mut noise =
                || (0..30).map(|_| (0..24).map(|_| 1.0 + random.random::<f64>()).collect()).collect::<Vec<Vec<f64>>>();
            let found = skill(&noise(), &noise(), 3.0, 200, seed).unwrap();
            held += usize::from(found.interval.0 <= 0.0 && 0.0 <= found.interval.1);
        }
        assert!((47..=60).contains(&held), "{held} of 60");
    }
}
