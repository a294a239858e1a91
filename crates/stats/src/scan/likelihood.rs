//! The likelihood ratio of a cylinder.

/// `ln` of the likelihood ratio of `cases` of `total` inside against `expected`, where more are inside than expected; else 0:
/// `c ln(c/μ) + (C − c) ln((C − c)/(C − μ))` (Kulldorff 1997, equation 2; Kulldorff et al. 2005).
pub(super) fn log_ratio(cases: f64, expected: f64, total: f64) -> f64 {
    if cases <= expected {
        return 0.0;
    }
    let inside = cases * (cases / expected).ln();
    let outside = total - cases;
    if outside <= 0.0 { inside } else { inside + outside * (outside / (total - expected)).ln() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ratio_by_hand() {
        // 12 of 67 where 13 × 17 / 67 are expected: SaTScan's first cluster of the year 2020, 7.419124.
        assert!((log_ratio(12.0, 13.0 * 17.0 / 67.0, 67.0) - 7.419_124).abs() < 5e-7);
        assert_eq!(log_ratio(3.0, 3.0, 67.0), 0.0);
        assert!((log_ratio(5.0, 2.0, 5.0) - 5.0 * 2.5_f64.ln()).abs() < 1e-12);
    }
}
