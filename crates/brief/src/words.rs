//! Figures and terms in words.

use casefile_model::quantity::{Bounds, QuantityKind};
use casefile_verdict::finding::{Coverage, Ground, Reason};

/// A number as a reader of that kind of quantity expects it: `1,200`, `35%`, `×2.4`.
pub(crate) fn number(value: f64, kind: QuantityKind) -> String {
    let plain = |value: f64, decimals: usize| {
        let text = format!("{value:.decimals$}");
        if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text }
    };
    match kind {
        QuantityKind::Count => grouped(&plain(value, if value.abs() < 10.0 { 1 } else { 0 })),
        QuantityKind::Share => format!("{}%", plain(value * 100.0, if value < 0.1 { 1 } else { 0 })),
        QuantityKind::Ratio => format!("×{}", plain(value, if value < 10.0 { 2 } else { 0 })),
    }
}

/// A count that may be an expectation: `12`, `3.5`, `1,200`.
pub(crate) fn plain(value: f64) -> String {
    number(value, QuantityKind::Count)
}

/// Digits before the point in groups of three.
fn grouped(text: &str) -> String {
    let (digits, rest) = text.split_once('.').map_or((text, String::new()), |(a, b)| (a, format!(".{b}")));
    let length = digits.len();
    let mut out = String::new();
    for (i, c) in digits.chars().enumerate() {
        if i > 0 && (length - i) % 3 == 0 && !out.ends_with('-') {
            out.push(',');
        }
        out.push(c);
    }
    out + &rest
}

/// A count with its groups of three.
pub(crate) fn count(value: u64) -> String {
    grouped(&value.to_string())
}

/// Deaths or events that may be negative only by a fault of the data.
pub(crate) fn signed(value: i64) -> String {
    grouped(&value.to_string())
}

/// `1 event`, `1,200 events`.
pub(crate) fn things(n: u64, one: &str, many: &str) -> String {
    format!("{} {}", count(n), if n == 1 { one } else { many })
}

/// Bounds in words: `50 to 70`, `more than 330`, `4,000 or fewer`, `any`.
pub(crate) fn bounds(bounds: &Bounds, kind: QuantityKind) -> String {
    let (mut lo, mut hi) = (bounds.lo(), bounds.hi());
    // Things are counted whole: 54.5 to 65.5 of them are 55 to 65.
    if kind == QuantityKind::Count && lo.ceil() <= hi.floor() {
        (lo, hi) = (lo.ceil(), hi.floor());
    }
    let top = kind.top();
    let says = |value: f64| number(value, kind);
    let is_count = kind == QuantityKind::Count;
    match (lo > 0.0 || bounds.lo_open(), hi < top || (bounds.hi_open() && hi.is_finite())) {
        _ if lo == hi => format!("exactly {}", says(lo)),
        (false, false) => "any value".to_owned(),
        (true, false) if bounds.lo_open() => format!("more than {}", says(lo)),
        (true, false) => format!("{} or more", says(lo)),
        (false, true) if bounds.hi_open() => format!("{} than {}", if is_count { "fewer" } else { "less" }, says(hi)),
        (false, true) => format!("{} or {}", says(hi), if is_count { "fewer" } else { "less" }),
        (true, true) => {
            let from = if bounds.lo_open() { format!("more than {}", says(lo)) } else { says(lo) };
            let to = if bounds.hi_open() { format!("less than {}", says(hi)) } else { says(hi) };
            format!("{from} to {to}")
        }
    }
}

/// A probability as a whole percentage, without feigned certainty at the ends.
pub(crate) fn probability(p: f64) -> String {
    match p {
        p if p < 0.005 => "under 1%".to_owned(),
        p if p > 0.995 => "over 99%".to_owned(),
        p => format!("{:.0}%", p * 100.0),
    }
}

/// What a bearing means for the reader.
pub(crate) fn bearing(bearing: &str) -> &str {
    match bearing {
        "exact" => "The data count what the source counts.",
        "at-least" => "A lower bound: the true figure is this or more.",
        "at-most" => "An upper bound: the true figure is this or less.",
        "overlapping" => "The data count something akin, which neither holds nor is held by what the source counts.",
        other => other,
    }
}

/// What a reason code means.
pub(crate) fn reason(reason: Reason) -> &'static str {
    match reason {
        Reason::Figure => "the figure decides",
        Reason::Definition => "the data count something else than the source does",
        Reason::Coverage => "the data cover the place or time only in part, or not at all",
        Reason::Precision => "the data are too vague in date, place or toll",
        Reason::NoData => "there are no data at hand",
    }
}

/// How fully the data cover what a claim is about.
pub(crate) fn coverage(coverage: Coverage) -> &'static str {
    match coverage {
        Coverage::Complete => "complete: every event that the dataset counts is in it",
        Coverage::Partial => "partial: counts are lower bounds",
        Coverage::None => "none: the dataset does not reach there",
    }
}

/// What answered.
pub(crate) fn ground(ground: Ground) -> &'static str {
    match ground {
        Ground::Rows => "the rows of the pinned release",
        Ground::Cube => "the evidence cube that travels with the case",
        Ground::Statements => "other statements of the case",
        Ground::Nothing => "",
    }
}

/// A digest cut to what a reader compares at a glance.
pub(crate) fn short_hash(hash: &str) -> String {
    hash.chars().take(12).collect()
}

/// The first letter as a capital.
pub(crate) fn capitalised(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bounds_read_as_english() {
        let says = |text: &str, kind| bounds(&text.parse().unwrap(), kind);
        assert_eq!(says("[50, 70]", QuantityKind::Count), "50 to 70");
        assert_eq!(says("(330, inf)", QuantityKind::Count), "more than 330");
        assert_eq!(says("[183, inf)", QuantityKind::Count), "183 or more");
        assert_eq!(says("[0, 4000]", QuantityKind::Count), "4,000 or fewer");
        assert_eq!(says("[0, 1000)", QuantityKind::Count), "fewer than 1,000");
        assert_eq!(says("[5, 5]", QuantityKind::Count), "exactly 5");
        assert_eq!(says("[0, inf)", QuantityKind::Count), "any value");
        assert_eq!(says("(0.5, 1]", QuantityKind::Share), "more than 50%");
        assert_eq!(says("[0.1, 0.2]", QuantityKind::Share), "10% to 20%");
        assert_eq!(says("(1, inf)", QuantityKind::Ratio), "more than ×1");
        assert_eq!(says("[1.8, 2.25]", QuantityKind::Ratio), "×1.8 to ×2.25");
        assert_eq!(says("[0.5, 2.5]", QuantityKind::Count), "1 to 2");
        assert_eq!(says("[81.6, 82.4]", QuantityKind::Count), "exactly 82");
    }

    #[test]
    fn numbers_are_grouped() {
        assert_eq!(count(1_234_567), "1,234,567");
        assert_eq!(signed(-123), "-123");
        assert_eq!(signed(-1234), "-1,234");
        assert_eq!(things(1, "event", "events"), "1 event");
    }

    #[test]
    fn probabilities_never_feign_certainty() {
        assert_eq!(probability(1.0), "over 99%");
        assert_eq!(probability(0.0), "under 1%");
        assert_eq!(probability(0.874), "87%");
    }
}
