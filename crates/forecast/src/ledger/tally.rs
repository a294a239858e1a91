//! Scores of what was filed.

use serde::{Deserialize, Serialize};

use super::{Ahead, BASE_MONTHS, THRESHOLDS, Unit};
use crate::Month;
use crate::score::{covers, crps_sorted, ignorance};

/// The scores of one unit and month, beside those of the base rate.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Row {
    /// The unit.
    pub unit: u32,
    /// The month.
    pub month: Month,
    /// Deaths that came.
    pub came: u32,
    /// CRPS, deaths.
    pub crps: f64,
    /// CRPS of the base rate.
    pub base_crps: f64,
    /// Ignorance, bits.
    pub bits: f64,
    /// Ignorance of the base rate.
    pub base_bits: f64,
    /// Whether the central 90% interval holds it.
    pub in_90: bool,
    /// Squared error of the chance of at least 25 deaths.
    pub brier: f64,
    /// The same of the base rate.
    pub base_brier: f64,
}

/// The row of a forecast by what came.
#[must_use]
pub fn row(unit: &Unit, ahead: &Ahead, came: u32) -> Row {
    let mut base = unit.seen.clone();
    base.sort_unstable();
    let square = |chance: f64| libm::pow(chance - f64::from(u8::from(came >= THRESHOLDS[1])), 2.0);
    Row {
        unit: unit.unit,
        month: ahead.month,
        came,
        crps: round(crps_sorted(&ahead.draws.0, came)),
        base_crps: round(crps_sorted(&base, came)),
        bits: round(ignorance(&ahead.draws.0, came)),
        // Ignorance depends on how many draws there are, so the base rate is spread over as many.
        base_bits: round(ignorance(&as_many(&base, ahead.draws.0.len()), came)),
        in_90: covers(&ahead.draws.0, came, 0.1),
        brier: round(square(ahead.chance[1])),
        base_brier: round(square(unit.base(THRESHOLDS[1]))),
    }
}

/// Ascending values stretched or thinned to so many.
fn as_many(sorted: &[u32], count: usize) -> Vec<u32> {
    if sorted.is_empty() {
        return vec![0; count];
    }
    (0..count).map(|at| sorted[(2 * at + 1) * sorted.len() / (2 * count)]).collect()
}

/// To four decimals, so that the file can be read and is the same on every machine.
pub(super) fn round(value: f64) -> f64 {
    (value * 1e4).round() / 1e4
}

/// Means over rows.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Tally {
    /// Rows.
    pub n: usize,
    /// CRPS, deaths.
    pub crps: f64,
    /// CRPS of the base rate: the unit's last [`BASE_MONTHS`] months, each equally likely.
    pub base_crps: f64,
    /// Ignorance, bits.
    pub bits: f64,
    /// Ignorance of the base rate.
    pub base_bits: f64,
    /// How many outcomes lay in the central 90% interval.
    pub in_90: usize,
    /// Brier score of the chance of at least 25 deaths.
    pub brier: f64,
    /// The same of the base rate.
    pub base_brier: f64,
}

impl Tally {
    /// Means of some rows; none of none.
    #[must_use]
    pub fn of<'a>(rows: impl IntoIterator<Item = &'a Row>) -> Option<Self> {
        let rows: Vec<&Row> = rows.into_iter().collect();
        let mean = |of: fn(&Row) -> f64| round(rows.iter().map(|row| of(row)).sum::<f64>() / rows.len() as f64);
        (!rows.is_empty()).then(|| Self {
            n: rows.len(),
            crps: mean(|row| row.crps),
            base_crps: mean(|row| row.base_crps),
            bits: mean(|row| row.bits),
            base_bits: mean(|row| row.base_bits),
            in_90: rows.iter().filter(|row| row.in_90).count(),
            brier: mean(|row| row.brier),
            base_brier: mean(|row| row.base_brier),
        })
    }
}

const _: () = assert!(BASE_MONTHS >= 12);
