//! Scores of a chance that something happens.

/// The mean squared difference of chances and what came, 0 to 1. None of none.
///
/// *Source:* Brier (1950), Verification of forecasts expressed in terms of probability, halved for two classes as is usual.
#[must_use]
pub fn brier(forecasts: &[(f64, bool)]) -> Option<f64> {
    let sum: f64 = forecasts.iter().map(|&(chance, came)| (chance - f64::from(u8::from(came))).powi(2)).sum();
    (!forecasts.is_empty()).then(|| sum / forecasts.len() as f64)
}
