//! How likely neighbours are to pass a threshold in a month in which a country does.
//!
//! A model forecasts margins. What ties two countries is taken from their past: the correlation of monthly surprises, a surprise
//! being the log of deaths less its mean over the six months before, turned into normal scores. It is drawn towards zero as if a
//! year of unrelated months had been seen too. A Gaussian copula of this correlation then joins the margins.
//!
//! *Source:* Gaussian copulas as in Clark et al. (2004), The Schaake shuffle, for the aim; Nelsen (2006), An introduction to copulas.

use statrs::distribution::{ContinuousCDF, Normal};

use crate::ledger::{Spill, THRESHOLDS, Unit};
use crate::{History, Violence, country};

/// Months of the past that tell of ties.
const PAST: usize = 240;
/// Months of unrelated past that stand for doubt.
const DOUBT: f64 = 12.0;

/// Every ordered pair of neighbours among the units, at 25 deaths a month.
pub(crate) fn all(history: &History, units: &[Unit]) -> Vec<Spill> {
    let mut spills = Vec::new();
    for from in units {
        for to in units.iter().filter(|to| country::neighbours(from.unit).contains(&to.unit)) {
            spills.extend(spill(history, from, to, THRESHOLDS[1]));
        }
    }
    spills
}

fn spill(history: &History, from: &Unit, to: &Unit, threshold: u32) -> Option<Spill> {
    let correlation = correlation(&surprises(history, from.unit)?, &surprises(history, to.unit)?)?;
    let months = || from.month.iter().zip(&to.month).map(|(a, b)| (a.chance(threshold), b.chance(threshold)));
    let passes: f64 = months().map(|(a, _)| a).sum();
    let joint: f64 = months().map(|(a, b)| both(a, b, correlation)).sum();
    let alone = months().map(|(_, b)| b).sum::<f64>() / from.month.len() as f64;
    let round = |value: f64| (value * 1e3).round() / 1e3;
    (passes > 1e-3).then(|| Spill {
        from: from.unit,
        to: to.unit,
        threshold,
        alone: round(alone),
        given: round((joint / passes).clamp(0.0, 1.0)),
        correlation: round(correlation),
    })
}

/// Surprises of a unit, the oldest first.
fn surprises(history: &History, unit: u32) -> Option<Vec<f64>> {
    let place = history.units().binary_search(&unit).ok()?;
    let logs: Vec<f64> =
        history.deaths(place, Violence::StateBased).map(|deaths| libm::log1p(deaths.unwrap_or(0.0))).collect();
    let logs = &logs[logs.len().saturating_sub(PAST + 6)..];
    let surprises = |window: &[f64]| window[6] - window[..6].iter().sum::<f64>() / 6.0;
    (logs.len() >= 7 + 24).then(|| logs.windows(7).map(surprises).collect())
}

/// The correlation of normal scores, drawn towards zero; zero where one of the two never changes.
fn correlation(a: &[f64], b: &[f64]) -> Option<f64> {
    let n = a.len().min(b.len());
    let (a, b) = (scores(&a[a.len() - n..])?, scores(&b[b.len() - n..])?);
    let dot = |x: &[f64], y: &[f64]| x.iter().zip(y).map(|(x, y)| x * y).sum::<f64>();
    let size = libm::sqrt(dot(&a, &a) * dot(&b, &b));
    let plain = if size > 0.0 { dot(&a, &b) / size } else { 0.0 };
    Some(plain * n as f64 / (n as f64 + DOUBT))
}

/// Normal scores of mid-ranks.
fn scores(values: &[f64]) -> Option<Vec<f64>> {
    let normal = Normal::new(0.0, 1.0).ok()?;
    let n = values.len() as f64;
    let rank = |value: &f64| {
        let below = values.iter().filter(|other| *other < value).count() as f64;
        let equal = values.iter().filter(|other| *other == value).count() as f64;
        below + equal / 2.0
    };
    Some(values.iter().map(|value| normal.inverse_cdf(rank(value) / n)).collect())
}

/// The chance that two things of these chances both happen, joined by a Gaussian copula.
fn both(a: f64, b: f64, correlation: f64) -> f64 {
    let Ok(normal) = Normal::new(0.0, 1.0) else { return a * b };
    if a <= 0.0 || b <= 0.0 {
        return 0.0;
    }
    if a >= 1.0 || b >= 1.0 {
        return a.min(b);
    }
    // Given the first at quantile u of its upper tail, the second is normal with mean ρx and variance 1−ρ².
    let (edge, rest) = (normal.inverse_cdf(1.0 - b), libm::sqrt(1.0 - correlation * correlation));
    let steps = 400;
    let at = |step: i32| {
        let x = normal.inverse_cdf(1.0 - a * (f64::from(step) + 0.5) / f64::from(steps));
        1.0 - normal.cdf((edge - correlation * x) / rest)
    };
    a * (0..steps).map(at).sum::<f64>() / f64::from(steps)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_joint_chance_is_sheppards() {
        // Sheppard (1899): both halves together have 1/4 + asin(ρ)/2π.
        for correlation in [-0.8, -0.3, 0.0, 0.5, 0.9_f64] {
            let exact = 0.25 + correlation.asin() / std::f64::consts::TAU;
            let ours = both(0.5, 0.5, correlation);
            assert!((ours - exact).abs() < 1e-3, "{correlation}: {ours} {exact}");
        }
        assert!((both(0.2, 0.3, 0.0) - 0.06).abs() < 1e-6);
        // scipy.stats.multivariate_normal([0, 0], [[1, .5], [.5, 1]]).cdf([norm.ppf(.1), norm.ppf(.3)])
        assert!((both(0.1, 0.3, 0.5) - 0.065_343).abs() < 2e-4, "{}", both(0.1, 0.3, 0.5));
        assert_eq!((both(0.0, 0.4, 0.5), both(1.0, 0.4, 0.5)), (0.0, 0.4));
    }

    #[test]
    fn what_moves_together_is_tied_and_what_never_moves_is_not() {
        let wave: Vec<f64> = (0..240).map(|at| f64::sin(f64::from(at))).collect();
        let tied = correlation(&wave, &wave).unwrap();
        assert!((tied - 240.0 / 252.0).abs() < 1e-9);
        assert_eq!(correlation(&wave, &[0.0; 240]), Some(0.0));
    }
}
