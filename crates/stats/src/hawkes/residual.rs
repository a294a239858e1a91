//! Does a fitted process explain the timing of the events?

use serde::Serialize;

/// The residual check: under the fitted process these values are uniform on 0 to 1.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Residual {
    /// Values compared.
    pub values: usize,
    /// Kolmogorov–Smirnov distance from the uniform distribution.
    pub distance: f64,
    /// Its p-value. The process was fitted to the same events, so that it is too large rather than too small.
    pub p: f64,
    /// The values' quantiles at 0, 5, … 100%, for a picture of where they leave the uniform distribution.
    pub quantiles: [f64; 21],
}

/// Compares values with the uniform distribution on 0 to 1; the p-value is Kolmogorov's, with the correction of
/// Stephens (1970).
pub fn kolmogorov_smirnov(mut values: Vec<f64>) -> Residual {
    values.sort_by(f64::total_cmp);
    let n = values.len() as f64;
    let distance =
        values.iter().enumerate().fold(0.0, |d: f64, (i, &u)| d.max((i as f64 + 1.0) / n - u).max(u - i as f64 / n));
    let x = distance * (n.sqrt() + 0.12 + 0.11 / n.sqrt());
    let last = values.len().saturating_sub(1);
    let quantiles = std::array::from_fn(|i| values.get((last * i + 10) / 20).copied().unwrap_or(0.0));
    Residual { values: values.len(), distance, p: kolmogorov(x), quantiles }
}

/// Probability that Kolmogorov's limit exceeds `x`.
fn kolmogorov(x: f64) -> f64 {
    if x < 0.3 {
        return 1.0;
    }
    let term = |k: i32| {
        let sign = if k % 2 == 1 { 2.0 } else { -2.0 };
        sign * (-2.0 * f64::from(k * k) * x * x).exp()
    };
    (1..=40).map(term).sum::<f64>().clamp(0.0, 1.0)
}

/// Time rescaling (Papangelou 1972; Ogata 1988): with the compensator as the clock, events come at rate one, so that
/// each wait, put through the exponential distribution, is uniform.
pub(super) fn time_rescaling(compensator: &[f64]) -> Residual {
    kolmogorov_smirnov(compensator.windows(2).map(|w| -(-(w[1] - w[0])).exp_m1()).collect())
}
