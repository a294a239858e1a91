//! Numbers and dates as a reader sees them.

use casefile_model::date::{Span, day_in_english};

/// A number with thousands separated: whole from 100 on or where it is whole, else to one or two digits.
pub fn number(x: f64) -> String {
    if x.is_infinite() {
        return "∞".to_owned();
    }
    let digits = if x.fract() == 0.0 || x.abs() >= 100.0 {
        0
    } else if x.abs() >= 10.0 {
        1
    } else {
        2
    };
    let text = format!("{x:.digits$}");
    let (whole, rest) = text.split_once('.').map_or((text.as_str(), ""), |(w, r)| (w, r.trim_end_matches('0')));
    let (sign, whole) = whole.strip_prefix('-').map_or(("", whole), |w| ("−", w));
    let grouped: Vec<&str> =
        whole.as_bytes().rchunks(3).rev().map(|chunk| std::str::from_utf8(chunk).unwrap_or_default()).collect();
    let point = if rest.is_empty() { String::new() } else { format!(".{rest}") };
    format!("{sign}{}{point}", grouped.join(","))
}

/// A share in per cent.
pub fn percent(share: f64) -> String {
    format!("{}%", number((share * 1000.0).round() / 10.0))
}

/// `1 event`, `67 events`.
pub fn counted(x: f64, unit: &str) -> String {
    let unit = if x == 1.0 { unit.strip_suffix('s').unwrap_or(unit) } else { unit };
    format!("{} {unit}", number(x))
}

/// A value with the interval about it, unless that adds nothing: `67 events`, `480 deaths (430–560)`.
pub fn with_interval(best: f64, low: f64, high: f64, render: impl Fn(f64) -> String, unit: &str) -> String {
    let unit = if best == 1.0 { unit.strip_suffix('s').unwrap_or(unit) } else { unit };
    let space = if unit.is_empty() { "" } else { " " };
    let best_text = render(best);
    let (low, high) = (render(low), render(high));
    if low == high && low == best_text {
        return format!("{best_text}{space}{unit}");
    }
    format!("{best_text}{space}{unit} ({low}–{high})")
}

/// A stretch of days: `14 May 2015`, `1 March 2015 to 10 March 2015`.
pub fn span(span: &Span) -> String {
    match (span.start, span.end) {
        (Some(start), Some(end)) if start == end => day_in_english(start),
        (Some(start), Some(end)) => format!("{} to {}", day_in_english(start), day_in_english(end)),
        (Some(start), None) => format!("from {}", day_in_english(start)),
        (None, Some(end)) => format!("until {}", day_in_english(end)),
        (None, None) => "any time".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_read_well() {
        assert_eq!(number(20834.0), "20,834");
        assert_eq!(number(2.34567), "2.35");
        assert_eq!(number(12.34), "12.3");
        assert_eq!(number(199.99), "200");
        assert_eq!(number(0.5), "0.5");
        assert_eq!(number(-4.0), "−4");
        assert_eq!(percent(0.8529), "85.3%");
        assert_eq!(counted(1.0, "events"), "1 event");
        assert_eq!(with_interval(480.2, 430.0, 560.0, number, "deaths"), "480 deaths (430–560)");
        assert_eq!(with_interval(67.0, 67.0, 67.0, number, "events"), "67 events");
    }
}
