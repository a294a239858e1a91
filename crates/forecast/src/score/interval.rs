//! Quantiles of draws, and scores of quantiles and central intervals.

/// The quantile of ascending draws at a level, linear between order statistics (type 7 of Hyndman and Fan, numpy's default). NaN of
/// none.
#[must_use]
pub fn quantile_of(sorted: &[u32], level: f64) -> f64 {
    let Some(last) = sorted.len().checked_sub(1) else { return f64::NAN };
    let place = level * last as f64;
    let below = place.floor() as usize;
    let (low, high) = (f64::from(sorted[below]), f64::from(sorted[(below + 1).min(last)]));
    low + (high - low) * (place - below as f64)
}

/// Twice the pinball loss of a quantile at a level, so that its mean over levels tends to the CRPS.
///
/// *Source:* Gneiting and Raftery (2007), section 6.1.
#[must_use]
pub fn quantile_score(quantile: f64, level: f64, outcome: u32) -> f64 {
    let outcome = f64::from(outcome);
    2.0 * (f64::from(u8::from(outcome < quantile)) - level) * (quantile - outcome)
}

/// The interval score of the central interval that leaves `alpha` outside: its width, and 2/alpha times how far the outcome lies
/// outside. Its mean over unit-months is the challenge's MIS.
///
/// *Source:* Gneiting and Raftery (2007), eq. 43.
#[must_use]
pub fn interval_score(sorted: &[u32], outcome: u32, alpha: f64) -> f64 {
    let (low, high) = (quantile_of(sorted, alpha / 2.0), quantile_of(sorted, 1.0 - alpha / 2.0));
    let outcome = f64::from(outcome);
    (high - low) + 2.0 / alpha * ((low - outcome).max(0.0) + (outcome - high).max(0.0))
}

/// Whether the central interval that leaves `alpha` outside holds the outcome, ends included.
#[must_use]
pub fn covers(sorted: &[u32], outcome: u32, alpha: f64) -> bool {
    let outcome = f64::from(outcome);
    (quantile_of(sorted, alpha / 2.0)..=quantile_of(sorted, 1.0 - alpha / 2.0)).contains(&outcome)
}
