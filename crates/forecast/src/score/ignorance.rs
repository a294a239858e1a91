//! The ignorance score: the bits of surprise at what came.

/// Edges of the challenge's bins; the last bin is open.
pub const IGNORANCE_BINS: [f64; 11] = [0.0, 0.5, 2.5, 5.5, 10.5, 25.5, 50.5, 100.5, 250.5, 500.5, 1000.5];

/// −log₂ of the share of draws in the outcome's bin, one pseudo-count in each bin. Depends on how many draws there are: compare
/// equal counts only.
///
/// *Source:* Roulston and Smith (2002), Evaluating probabilistic forecasts using information theory; bins of Hegre et al. (2024).
#[must_use]
pub fn ignorance(draws: &[u32], outcome: u32) -> f64 {
    let here = IGNORANCE_BINS.partition_point(|&edge| edge <= f64::from(outcome));
    // Edges lie between whole numbers, or at 0.
    let low = IGNORANCE_BINS[here - 1].ceil() as u32;
    let high = IGNORANCE_BINS.get(here).map_or(u32::MAX, |edge| edge.floor() as u32);
    let hits = draws.iter().filter(|&&draw| low <= draw && draw <= high).count();
    libm::log2((draws.len() + IGNORANCE_BINS.len()) as f64 / (hits + 1) as f64)
}
