//! The continuous ranked probability score, in units of the outcome (deaths).

use statrs::function::beta::beta_reg;

/// CRPS of equally likely draws: mean|X−y| − ½ mean|X−X'|, both over all draws, in O(m log m).
///
/// *Source:* Gneiting and Raftery (2007), eq. 21.
#[must_use]
pub fn crps(draws: &[u32], outcome: u32) -> f64 {
    let mut sorted = draws.to_vec();
    sorted.sort_unstable();
    crps_sorted(&sorted, outcome)
}

/// The same of draws that ascend, in O(m). NaN of none.
#[must_use]
pub fn crps_sorted(sorted: &[u32], outcome: u32) -> f64 {
    threshold_sorted(sorted, outcome, 0)
}

/// CRPS that only counts what happens above a threshold: the CRPS of max(X, t) against max(y, t), which is the integral of the
/// squared difference of distribution functions over t and above.
///
/// *Source:* Gneiting and Ranjan (2011), Comparing density forecasts using threshold- and quantile-weighted scoring rules; as a
/// chaining, Allen, Ginsbourger and Ziegel (2023).
#[must_use]
pub fn crps_threshold(draws: &[u32], outcome: u32, threshold: u32) -> f64 {
    let mut sorted = draws.to_vec();
    sorted.sort_unstable();
    threshold_sorted(&sorted, outcome, threshold)
}

/// Whole numbers throughout, so that no rounding depends on the order: Σ|xᵢ−y| and Σᵢ(2i−m+1)xᵢ over m² pairs.
fn threshold_sorted(sorted: &[u32], outcome: u32, threshold: u32) -> f64 {
    let (count, outcome) = (sorted.len() as f64, i64::from(outcome.max(threshold)));
    let error: i64 = sorted.iter().map(|&value| (i64::from(value.max(threshold)) - outcome).abs()).sum();
    let factors = (1 - sorted.len() as i64..).step_by(2);
    let terms = sorted.iter().zip(factors).map(|(&value, factor)| (i64::from(value.max(threshold)), factor));
    // Up to so many draws no sum can leave 64 bits, which are faster.
    let spread = if sorted.len() <= 30_000 {
        terms.map(|(value, factor)| value * factor).sum::<i64>() as f64
    } else {
        terms.map(|(value, factor)| i128::from(value) * i128::from(factor)).sum::<i128>() as f64
    };
    (error as f64 - spread / count) / count
}

/// CRPS of a negative binomial with this mean and size (variance mean + mean²/size), in closed form but for the Gini term, which is
/// summed over the distribution function until what is left is below 1e-12 of the mean.
///
/// *Source:* Wei and Held (2014), Calibration tests for count data, for the form; Jordan, Krüger and Lerch (2019), scoringRules.
#[must_use]
pub fn crps_negative_binomial(mean: f64, size: f64, outcome: u32) -> f64 {
    if mean <= 0.0 {
        return f64::from(outcome);
    }
    let chance = size / (size + mean);
    let cdf = |size: f64, k: f64| if k < 0.0 { 0.0 } else { beta_reg(size, k + 1.0, chance) };
    let y = f64::from(outcome);
    let error = y * (2.0 * cdf(size, y) - 1.0) - mean * (2.0 * cdf(size + 1.0, y - 1.0) - 1.0);
    error - gini(mean, size)
}

/// Half the mean absolute difference of two draws of a negative binomial: Σ F(k)(1−F(k)).
fn gini(mean: f64, size: f64) -> f64 {
    let chance = size / (size + mean);
    let mut mass = libm::exp(size * libm::log(chance));
    let (mut below, mut sum, mut k) = (mass, 0.0, 0.0);
    loop {
        let above = (1.0 - below).max(0.0);
        sum += below * above;
        if above * (mean + 1.0) < 1e-14 * (mean + 1.0) || k > 1e7 {
            return sum;
        }
        mass *= (size + k) / (k + 1.0) * (1.0 - chance);
        below += mass;
        k += 1.0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn by_pairs(draws: &[u32], outcome: u32, threshold: u32) -> f64 {
        let up = |value: u32| f64::from(value.max(threshold));
        let m = draws.len() as f64;
        let error: f64 = draws.iter().map(|&x| (up(x) - up(outcome)).abs()).sum();
        let spread: f64 = draws.iter().flat_map(|&x| draws.iter().map(move |&z| (up(x) - up(z)).abs())).sum();
        error / m - 0.5 * spread / (m * m)
    }

    #[test]
    fn the_sorted_form_is_the_mean_over_pairs() {
        let draws = [0, 0, 7, 3, 1200, 3, 50];
        for outcome in [0, 3, 49, 5000] {
            for threshold in [0, 5, 1000] {
                let (ours, pairs) = (crps_threshold(&draws, outcome, threshold), by_pairs(&draws, outcome, threshold));
                assert!((ours - pairs).abs() < 1e-9, "{ours} {pairs}");
            }
        }
    }

    #[test]
    fn the_closed_form_is_the_limit_of_the_sum() {
        // ∫(F − 1{y ≤ x})² dx, summed over whole numbers.
        for (mean, size, outcome) in [(3.0, 0.4, 0), (3.0, 0.4, 12), (80.0, 1.7, 40)] {
            let chance: f64 = size / (size + mean);
            let (mut mass, mut below, mut sum) = (chance.powf(size), 0.0, 0.0);
            for k in 0..20_000u32 {
                below += mass;
                sum += (below - f64::from(u8::from(k >= outcome))).powi(2);
                mass *= (size + f64::from(k)) / (f64::from(k) + 1.0) * (1.0 - chance);
            }
            let ours = crps_negative_binomial(mean, size, outcome);
            assert!((ours - sum).abs() < 1e-8, "{mean} {size} {outcome}: {ours} {sum}");
        }
    }
}
