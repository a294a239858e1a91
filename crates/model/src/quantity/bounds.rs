//! Intervals on the number line, with open or closed ends.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::QuantityKind;

/// A non-empty interval. Either end may be open, and either may be infinite.
///
/// Written in interval notation, `[50, 70]` or `(330, inf)`, which is also its form in files: a
/// square bracket takes its end in, a round one leaves it out.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Bounds {
    lo: f64,
    hi: f64,
    lo_open: bool,
    hi_open: bool,
}

/// Why two ends make no interval.
#[derive(Debug, Clone, PartialEq, Error)]
pub enum BoundsError {
    /// An end is not a number.
    #[error("an end of the interval is not a number")]
    NotANumber,
    /// No number lies between the ends.
    #[error("no number lies between {lo} and {hi}")]
    Empty {
        /// Lower end.
        lo: f64,
        /// Upper end.
        hi: f64,
    },
    /// The text is not in interval notation.
    #[error("`{0}` is not an interval; write for example `[50, 70]`, `(330, inf)`")]
    Notation(String),
}

impl Bounds {
    /// From the lower end to the upper; `*_open` leaves that end out. An infinite end is always
    /// taken in, so that a ratio over nothing (infinity) satisfies "more than doubled".
    pub fn new(lo: f64, lo_open: bool, hi: f64, hi_open: bool) -> Result<Self, BoundsError> {
        if lo.is_nan() || hi.is_nan() {
            return Err(BoundsError::NotANumber);
        }
        let (lo_open, hi_open) = (lo_open && lo.is_finite(), hi_open && hi.is_finite());
        if lo > hi || (lo == hi && (lo_open || hi_open)) {
            return Err(BoundsError::Empty { lo, hi });
        }
        // Adding zero turns −0 into 0, so that equal bounds are written alike.
        Ok(Self { lo: lo + 0.0, hi: hi + 0.0, lo_open, hi_open })
    }

    /// `[lo, hi]`.
    pub fn closed(lo: f64, hi: f64) -> Result<Self, BoundsError> {
        Self::new(lo, false, hi, false)
    }

    /// `[x, x]`.
    pub fn point(x: f64) -> Result<Self, BoundsError> {
        Self::closed(x, x)
    }

    /// Lower end; may be −∞.
    pub fn lo(&self) -> f64 {
        self.lo
    }

    /// Upper end; may be +∞.
    pub fn hi(&self) -> f64 {
        self.hi
    }

    /// Whether the lower end itself is left out.
    pub fn lo_open(&self) -> bool {
        self.lo_open
    }

    /// Whether the upper end itself is left out.
    pub fn hi_open(&self) -> bool {
        self.hi_open
    }

    /// Whether `x` lies within. Never for NaN.
    pub fn contains(&self, x: f64) -> bool {
        self.reaches_down_to(x) && self.reaches_up_to(x)
    }

    /// Whether `x` is not below the lower end.
    pub fn reaches_down_to(&self, x: f64) -> bool {
        if self.lo_open { x > self.lo } else { x >= self.lo }
    }

    /// Whether `x` is not above the upper end.
    pub fn reaches_up_to(&self, x: f64) -> bool {
        if self.hi_open { x < self.hi } else { x <= self.hi }
    }

    /// Whether every number within lies in `other` too.
    pub fn is_within(&self, other: &Self) -> bool {
        let low = self.lo > other.lo || (self.lo == other.lo && (self.lo_open || !other.lo_open));
        let high = self.hi < other.hi || (self.hi == other.hi && (self.hi_open || !other.hi_open));
        low && high
    }

    /// What lies in both; `None` where nothing does.
    pub fn intersect(&self, other: &Self) -> Option<Self> {
        let (lo, lo_open) = match self.lo.total_cmp(&other.lo) {
            std::cmp::Ordering::Less => (other.lo, other.lo_open),
            std::cmp::Ordering::Greater => (self.lo, self.lo_open),
            std::cmp::Ordering::Equal => (self.lo, self.lo_open || other.lo_open),
        };
        let (hi, hi_open) = match self.hi.total_cmp(&other.hi) {
            std::cmp::Ordering::Less => (self.hi, self.hi_open),
            std::cmp::Ordering::Greater => (other.hi, other.hi_open),
            std::cmp::Ordering::Equal => (self.hi, self.hi_open || other.hi_open),
        };
        Self::new(lo, lo_open, hi, hi_open).ok()
    }

    /// Whether some number lies in both.
    pub fn overlaps(&self, other: &Self) -> bool {
        self.intersect(other).is_some()
    }

    /// The smallest interval that holds both.
    #[must_use]
    pub fn hull(&self, other: &Self) -> Self {
        let (lo, lo_open) = match self.lo.total_cmp(&other.lo) {
            std::cmp::Ordering::Less => (self.lo, self.lo_open),
            std::cmp::Ordering::Greater => (other.lo, other.lo_open),
            std::cmp::Ordering::Equal => (self.lo, self.lo_open && other.lo_open),
        };
        let (hi, hi_open) = match self.hi.total_cmp(&other.hi) {
            std::cmp::Ordering::Less => (other.hi, other.hi_open),
            std::cmp::Ordering::Greater => (self.hi, self.hi_open),
            std::cmp::Ordering::Equal => (self.hi, self.hi_open && other.hi_open),
        };
        Self { lo, hi, lo_open, hi_open }
    }

    /// Every end times `factor`, which must be positive and finite.
    pub fn scaled(&self, factor: f64) -> Result<Self, BoundsError> {
        if !(factor > 0.0 && factor.is_finite()) {
            return Err(BoundsError::NotANumber);
        }
        Self::new(self.lo * factor, self.lo_open, self.hi * factor, self.hi_open)
    }

    /// Every end plus `distance`, which must be finite.
    pub fn shifted(&self, distance: f64) -> Result<Self, BoundsError> {
        if !distance.is_finite() {
            return Err(BoundsError::NotANumber);
        }
        Self::new(self.lo + distance, self.lo_open, self.hi + distance, self.hi_open)
    }

    /// The bounds of `1 − x`: what is left of a whole after a fall by `x`.
    pub(super) fn rest_of_whole(&self) -> Result<Self, BoundsError> {
        Self::new(1.0 - self.hi, self.hi_open, 1.0 - self.lo, self.lo_open)
    }

    /// The bounds of `1 / x`, for bounds that are not negative.
    pub(super) fn reciprocal(&self) -> Result<Self, BoundsError> {
        Self::new(1.0 / self.hi, self.hi_open, 1.0 / self.lo.max(0.0), self.lo_open)
    }

    /// The bounds in plain English for a reader: whole numbers for counts, per cent for shares,
    /// multiples for ratios.
    pub fn describe(&self, kind: QuantityKind) -> String {
        match kind {
            QuantityKind::Count => self.describe_count(),
            QuantityKind::Share => format!("{} per cent", self.describe_with(|x| tidy(x * 100.0))),
            QuantityKind::Ratio => self.describe_with(|x| format!("×{}", tidy(x))),
        }
    }

    /// A count is whole, so "more than 330" reads "at least 331".
    fn describe_count(&self) -> String {
        let lo = if self.lo_open { self.lo.floor() + 1.0 } else { self.lo.ceil() };
        let hi = if self.hi_open { self.hi.ceil() - 1.0 } else { self.hi.floor() };
        match Self::closed(lo, hi) {
            Ok(whole) => whole.describe_with(thousands),
            Err(_) => self.describe_with(tidy),
        }
    }

    fn describe_with(&self, show: impl Fn(f64) -> String) -> String {
        let (lo, hi) = (show(self.lo), show(self.hi));
        let no_floor = self.lo <= 0.0 && !self.lo_open;
        match (no_floor, self.hi == f64::INFINITY) {
            _ if self.lo == self.hi => lo,
            (true, true) => "any".to_owned(),
            (true, false) if self.hi_open => format!("less than {hi}"),
            (true, false) => format!("at most {hi}"),
            (false, true) if self.lo_open => format!("more than {lo}"),
            (false, true) => format!("at least {lo}"),
            (false, false) => {
                let from = if self.lo_open { "more than " } else { "" };
                let to = if self.hi_open { "less than " } else { "" };
                format!("{from}{lo} to {to}{hi}")
            }
        }
    }
}

/// At most three decimals, none of them trailing zeros.
fn tidy(x: f64) -> String {
    format!("{}", (x * 1000.0).round() / 1000.0)
}

/// A whole number with thousands separators.
fn thousands(x: f64) -> String {
    let digits = format!("{x:.0}");
    let (sign, digits) = digits.strip_prefix('-').map_or(("", digits.as_str()), |rest| ("-", rest));
    let groups: Vec<&str> =
        digits.as_bytes().rchunks(3).rev().filter_map(|group| std::str::from_utf8(group).ok()).collect();
    format!("{sign}{}", groups.join(","))
}

impl fmt::Display for Bounds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let left = if self.lo_open || self.lo.is_infinite() { '(' } else { '[' };
        let right = if self.hi_open || self.hi.is_infinite() { ')' } else { ']' };
        write!(f, "{left}{}, {}{right}", self.lo, self.hi)
    }
}

impl FromStr for Bounds {
    type Err = BoundsError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let bad = || BoundsError::Notation(text.to_owned());
        let (lo_open, lo, hi, hi_open) = split_interval(text).ok_or_else(bad)?;
        let lo: f64 = lo.parse().map_err(|_| bad())?;
        let hi: f64 = hi.parse().map_err(|_| bad())?;
        Self::new(lo, lo_open, hi, hi_open)
    }
}

/// The four parts of interval notation: whether the left end is open, the ends, whether the right is.
pub(super) fn split_interval(text: &str) -> Option<(bool, &str, &str, bool)> {
    let text = text.trim();
    let lo_open = match text.chars().next()? {
        '(' => true,
        '[' => false,
        _ => return None,
    };
    let hi_open = match text.chars().next_back()? {
        ')' => true,
        ']' => false,
        _ => return None,
    };
    let (lo, hi) = text.get(1..text.len() - 1)?.split_once(',')?;
    Some((lo_open, lo.trim(), hi.trim(), hi_open))
}

impl TryFrom<String> for Bounds {
    type Error = BoundsError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<Bounds> for String {
    fn from(bounds: Bounds) -> Self {
        bounds.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn b(text: &str) -> Bounds {
        text.parse().unwrap()
    }

    #[test]
    fn ends_are_kept_or_left_out() {
        assert!(b("[5, 7]").contains(5.0) && b("[5, 7]").contains(7.0));
        assert!(!b("(5, 7)").contains(5.0) && !b("(5, 7)").contains(7.0) && b("(5, 7)").contains(5.1));
        assert!(b("(330, inf)").contains(f64::INFINITY));
        assert!(!b("[0, inf)").contains(f64::NAN));
    }

    #[test]
    fn what_is_no_interval_is_refused() {
        assert!("[7, 5]".parse::<Bounds>().is_err());
        assert!("(5, 5]".parse::<Bounds>().is_err());
        assert!("[NaN, 5]".parse::<Bounds>().is_err());
        assert!("5 to 7".parse::<Bounds>().is_err());
        assert!("[é]".parse::<Bounds>().is_err());
        assert!("(".parse::<Bounds>().is_err());
    }

    #[test]
    fn touching_intervals_share_their_end_only_if_both_hold_it() {
        assert_eq!(b("[0, 5]").intersect(&b("[5, 9]")), Some(b("[5, 5]")));
        assert_eq!(b("[0, 5)").intersect(&b("[5, 9]")), None);
        assert!(b("(5, 9]").is_within(&b("[5, 9]")) && !b("[5, 9]").is_within(&b("(5, 9]")));
    }

    #[test]
    fn falls_turn_round() {
        assert_eq!(b("(0.5, 1]").rest_of_whole().unwrap(), b("[0, 0.5)"));
        assert_eq!(b("(1, inf)").reciprocal().unwrap(), b("[0, 1)"));
        assert_eq!(b("[0, 2]").reciprocal().unwrap(), b("[0.5, inf)"));
    }

    #[test]
    fn described_for_a_reader() {
        assert_eq!(b("(330, inf)").describe(QuantityKind::Count), "at least 331");
        assert_eq!(b("[182.5, 183.5]").describe(QuantityKind::Count), "183");
        assert_eq!(b("[0, 4000]").describe(QuantityKind::Count), "at most 4,000");
        assert_eq!(b("[20, 100)").describe(QuantityKind::Count), "20 to 99");
        assert_eq!(b("[0, inf)").describe(QuantityKind::Count), "any");
        assert_eq!(b("[0.1, 0.2]").describe(QuantityKind::Share), "10 to 20 per cent");
        assert_eq!(b("(0.5, 1]").describe(QuantityKind::Share), "more than 50 to 100 per cent");
        assert_eq!(b("[0.9, 1)").describe(QuantityKind::Share), "90 to less than 100 per cent");
        assert_eq!(b("(1, inf)").describe(QuantityKind::Ratio), "more than ×1");
    }

    fn any_bounds() -> impl Strategy<Value = Bounds> {
        (-1e6..1e6f64, 0.0..1e6f64, any::<bool>(), any::<bool>(), any::<bool>()).prop_filter_map(
            "an interval",
            |(lo, width, lo_open, hi_open, endless)| {
                let hi = if endless { f64::INFINITY } else { lo + width };
                Bounds::new(lo, lo_open, hi, hi_open).ok()
            },
        )
    }

    proptest! {
        #[test]
        fn written_and_read_back(bounds in any_bounds()) {
            prop_assert_eq!(bounds.to_string().parse::<Bounds>().unwrap(), bounds);
        }

        #[test]
        fn any_text_is_read_or_refused(text in "\\PC*") {
            let _ = text.parse::<Bounds>();
        }

        #[test]
        fn sets_behave_as_sets(a in any_bounds(), c in any_bounds(), x in -1e6..2e6f64) {
            let both = a.intersect(&c);
            prop_assert_eq!(both.is_some_and(|i| i.contains(x)), a.contains(x) && c.contains(x));
            prop_assert!(a.is_within(&a.hull(&c)) && c.is_within(&a.hull(&c)));
            if a.is_within(&c) && a.contains(x) {
                prop_assert!(c.contains(x));
            }
            if let Some(i) = both {
                prop_assert!(i.is_within(&a) && i.is_within(&c));
            }
        }
    }
}
