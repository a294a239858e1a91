//! What the tests of the single checks share, and the tests of what the checks share.

use casefile_measure::amount::Amount;
use casefile_measure::count::Count;
use casefile_model::quantity::{Bearing, Side};

use super::*;
use crate::bearing::Bears;

/// A bearing for a reason, because "of that".
pub(super) fn bears(bearing: Bearing, reason: Reason) -> Bears {
    Bears { bearing, reason, because: "of that".to_owned(), excused: Some(Side::Below) }
}

/// An amount between bounds, with no events behind it.
pub(super) fn amount(low: f64, best: f64, high: f64) -> Amount {
    Amount { count: Count::default(), best, low, high, draws: Vec::new() }
}

/// A span of days from its EDTF text.
pub(super) fn span(text: &str) -> Span {
    text.parse::<Edtf>().unwrap().stated()
}

/// The reason for which nothing can be said.
pub(super) fn refusal<T>(result: Result<T, Unanswered>) -> Option<(Reason, Option<Coverage>)> {
    result.err().map(|unanswered| (unanswered.reason, unanswered.coverage))
}

#[test]
fn two_selections_are_covered_as_the_worse_one() {
    use Coverage::*;
    for (a, b, both) in [
        (Complete, Complete, Complete),
        (Complete, Partial, Partial),
        (Partial, Complete, Partial),
        (Partial, None, None),
        (None, Complete, None),
    ] {
        assert_eq!(worse(a, b), both, "{a:?} and {b:?}");
    }
}

#[test]
fn only_complete_data_are_complete() {
    assert!(must_be_complete(Coverage::Complete, "").is_ok());
    for coverage in [Coverage::Partial, Coverage::None] {
        let refused = Some((Reason::Coverage, Some(Coverage::Partial)));
        assert_eq!(refusal(must_be_complete(coverage, "")), refused, "{coverage:?}");
    }
}

#[test]
fn a_selection_without_a_period_is_about_all_time() {
    assert_eq!(window(&Selection::default()), Span { start: None, end: None });
    let of = Selection { period: Some("2020-02".parse().unwrap()), ..Selection::default() };
    assert_eq!(window(&of), span("2020-02-01/2020-02-29"));
}

#[test]
fn figures_are_rounded_to_one_decimal() {
    assert_eq!([0.04, 0.05, 2.349, 67.0].map(round1), [0.0, 0.1, 2.3, 67.0]);
}
