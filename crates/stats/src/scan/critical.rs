//! From how many cases on a cylinder matters.

use super::likelihood::log_ratio;

/// For each count, the greatest expectation at which the likelihood ratio still reaches a floor. Comparing whole numbers with
/// it takes the place of two logarithms for each cylinder.
#[derive(Debug)]
pub(super) struct Critical {
    /// By count; growing. Ends with infinity.
    greatest: Vec<f64>,
}

impl Critical {
    /// The table for at least `min_cases` of `total` cases.
    pub(super) fn new(total: usize, min_cases: u32, floor: f64) -> Self {
        let mut greatest: Vec<f64> =
            (0..=total)
                .map(|count| {
                    if count < min_cases as usize { -1.0 } else { greatest_expected(count as f64, total as f64, floor) }
                })
                .collect();
        greatest.push(f64::INFINITY);
        Self { greatest }
    }

    /// The least count that reaches the floor where `expected` are expected, not below `from`; `total + 1` where none does.
    pub(super) fn count(&self, expected: f64, from: usize) -> usize {
        let mut count = from;
        while expected > self.greatest[count] {
            count += 1;
        }
        count
    }
}

/// The expectation below `count` at which the ratio falls to the floor, from above: by bisection, as the ratio falls with the
/// expectation. A hair is added, so that rounding never hides a cylinder.
fn greatest_expected(count: f64, total: f64, floor: f64) -> f64 {
    let (mut low, mut high) = (0.0, count);
    for _ in 0..48 {
        let middle = f64::midpoint(low, high);
        if log_ratio(count, middle, total) > floor { low = middle } else { high = middle }
    }
    high * (1.0 + 1e-9)
}
