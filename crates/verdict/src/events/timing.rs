//! When something first or last happened, or most often.

use casefile_measure::evidence::Stratum;
use casefile_measure::items::{self, Items};
use casefile_measure::timing;
use casefile_model::answer::Answer;
use casefile_model::claim::{Dimension, Measure, Selection, Timing};
use casefile_model::date::{Edtf, Span, When};
use casefile_model::quantity::Bearing;

use super::ranking::as_far_as;
use super::ruling::Ruling;
use super::{Stop, Task, must_be_complete, needs, partial, tells, window};
use crate::bearing::Bears;
use crate::finding::{Coverage, Finding, Reason, Value, Verdict};
use crate::terms::unbroken;
use crate::words;

impl Task<'_, '_> {
    pub(super) fn timing(&self, which: Timing, of: &Selection, when: &Edtf) -> Result<Finding, Stop> {
        let asked = self.examiner.ask(of, window(of))?;
        tells(&asked, &when.stated())?;
        let bears = self.examiner.bears(&asked, of);
        if which == Timing::Peak {
            needs(&asked, Dimension::Month)?;
            unbroken(&asked, &[asked.window])?;
            let why = "a height needs complete data: the missing events may make another month higher";
            must_be_complete(asked.coverage, why)?;
        }
        let mut inquiry = self.examiner.inquiry(&asked);
        let strata = inquiry.strata(&asked.filter, &asked.window, None)?;
        let Some(seen) = seen(which, &strata, &asked.window) else {
            return Err(partial("the data hold no such event").into());
        };
        let ruling = timed(which, &some_day_in(&seen), &When::period(when), &bears, asked.coverage);
        // A first or last date is that of one event.
        let may_be_told = which == Timing::Peak || !asked.pin.is_too_small(1);
        let display =
            if may_be_told { words::span(&seen) } else { "the date of one event, not to be passed on".to_owned() };
        let value = Value { best: None, low: None, high: None, unit: "date".to_owned(), display };
        let mut finding = self.ruled(ruling, &bears, when.english(), value, asked.coverage);
        finding.bars = self.months(&mut inquiry, &asked, Measure::Events, &self.chart_window(&asked))?;
        self.examiner.evidence(&mut finding, inquiry, &[&asked])?;
        Ok(finding)
    }
}

/// A vague date, or months that share the height, leave open on which day within the span it was.
fn some_day_in(span: &Span) -> When {
    let (Some(first), Some(last)) = (span.start, span.end) else { return When::span(*span) };
    let text = if first == last { first.to_string() } else { format!("{first}/{last}") };
    text.parse::<Edtf>().map_or_else(|_| When::span(*span), |date| date.as_moment())
}

/// When the data put it; none where they hold no event.
fn seen(which: Timing, strata: &[Stratum], window: &Span) -> Option<Span> {
    match which {
        Timing::First => timing::first(strata, window),
        Timing::Last => timing::last(strata, window),
        Timing::Peak => peak(&items::items(strata, window, Measure::Events, Dimension::Month)),
    }
}

/// The month with most events; none where there is no event.
fn peak(months: &Items) -> Option<Span> {
    let most = months.known.values().map(|amount| amount.best).fold(0.0, f64::max);
    let mut at = months.known.iter().filter(|(_, amount)| most > 0.0 && amount.best == most);
    let first = at.next()?.0.parse::<Edtf>().ok()?.stated();
    let last =
        at.next_back().and_then(|(label, _)| label.parse::<Edtf>().ok()).map_or(first.end, |month| month.stated().end);
    Some(Span { start: first.start, end: last })
}

/// A first (or last) date against the claimed one. Where events are missing from the data, the true first may be
/// earlier and the true last later, never the other way; where other events stand among them, either way. The height
/// of what is merely akin shows where the other's may have been.
fn timed(which: Timing, observed: &When, claimed: &When, bears: &Bears, coverage: Coverage) -> Ruling {
    if which == Timing::Peak || (coverage == Coverage::Complete && bears.bearing == Bearing::Exact) {
        let ruling = match observed.during(claimed) {
            Answer::Yes => (Verdict::Supported, Reason::Figure, "the data put it then".to_owned()),
            Answer::No => (Verdict::Contradicted, Reason::Figure, "the data put it at another time".to_owned()),
            Answer::Possibly => {
                (Verdict::Mixed, Reason::Precision, "the dates in the data are too vague to tell".to_owned())
            }
        };
        return as_far_as(bears.bearing, ruling);
    }
    let too_far = match which {
        Timing::First => observed.before(claimed),
        Timing::Last | Timing::Peak => observed.after(claimed),
    };
    if too_far.is_yes() && matches!(bears.bearing, Bearing::Exact | Bearing::AtLeast) {
        let side = if which == Timing::First { "earlier" } else { "later" };
        return (Verdict::Contradicted, Reason::Figure, format!("the data hold an event {side} than the claim says"));
    }
    if too_far.is_yes() {
        return (Verdict::Mixed, bears.reason, format!("the data put it at another time; but {}", bears.because));
    }
    (Verdict::Consistent, bears.reason, format!("the data allow it, but {}", bears.because))
}

#[cfg(test)]
mod tests {
    use super::super::tests::{amount, bears, span};
    use super::*;
    use {Bearing::*, Timing::*, Verdict::*};

    /// The ruling on an event of that (perhaps vague) date, for the claim of March 2020.
    fn ruling(which: Timing, observed: &str, bearing: Bearing, coverage: Coverage) -> (Verdict, Reason) {
        let reason = match (coverage, bearing) {
            (Coverage::Complete, Exact) => Reason::Figure,
            (Coverage::Complete, _) => Reason::Definition,
            _ => Reason::Coverage,
        };
        let observed = When::moment(&observed.parse().unwrap());
        let claimed = When::period(&"2020-03".parse().unwrap());
        let (verdict, reason, _) = timed(which, &observed, &claimed, &bears(bearing, reason), coverage);
        (verdict, reason)
    }

    #[test]
    fn a_vague_first_date_may_lie_on_the_claimed_day() {
        let march: Edtf = "2020-03".parse().unwrap();
        let tenth = When::period(&"2020-03-10".parse().unwrap());
        let bears = bears(Exact, Reason::Figure);
        let (verdict, reason, _) = timed(First, &some_day_in(&march.stated()), &tenth, &bears, Coverage::Complete);
        assert_eq!((verdict, reason), (Mixed, Reason::Precision));
    }

    #[test]
    fn complete_data_on_the_very_thing_decide() {
        for which in [First, Last] {
            for (observed, expected) in [
                ("2020-03-12", (Supported, Reason::Figure)),
                ("2020-03", (Supported, Reason::Figure)),
                ("2020-02-29", (Contradicted, Reason::Figure)),
                ("2020-04-01", (Contradicted, Reason::Figure)),
                ("2020-02-25/2020-03-05", (Mixed, Reason::Precision)),
            ] {
                assert_eq!(ruling(which, observed, Exact, Coverage::Complete), expected, "{which:?} {observed}");
            }
        }
    }

    #[test]
    fn a_height_counts_as_far_as_the_data_count_the_same() {
        for (observed, bearing, expected) in [
            ("2020-03", Exact, (Supported, Reason::Figure)),
            ("2020-05", Exact, (Contradicted, Reason::Figure)),
            ("2020-03", Overlapping, (Consistent, Reason::Definition)),
            ("2020-05", AtLeast, (Mixed, Reason::Definition)),
        ] {
            assert_eq!(ruling(Peak, observed, bearing, Coverage::Complete), expected, "{observed} {bearing:?}");
        }
    }

    #[test]
    fn an_event_too_early_refutes_a_first_and_too_late_a_last() {
        let (before, within, after) = ("2020-02-10", "2020-03-10", "2020-04-10");
        for coverage in [Coverage::Complete, Coverage::Partial] {
            let reason = if coverage == Coverage::Complete { Reason::Definition } else { Reason::Coverage };
            for (which, observed, expected) in [
                (First, before, (Contradicted, Reason::Figure)),
                (First, within, (Consistent, reason)),
                (First, after, (Consistent, reason)),
                (Last, before, (Consistent, reason)),
                (Last, within, (Consistent, reason)),
                (Last, after, (Contradicted, Reason::Figure)),
            ] {
                let found = ruling(which, observed, AtLeast, coverage);
                assert_eq!(found, expected, "{which:?} {observed}, {coverage:?}");
            }
        }
    }

    #[test]
    fn a_vague_date_that_reaches_into_the_claimed_time_refutes_nothing() {
        for (which, observed) in [(First, "2020-02-25/2020-03-05"), (Last, "2020-03-25/2020-04-05")] {
            assert_eq!(ruling(which, observed, AtLeast, Coverage::Partial), (Consistent, Reason::Coverage));
        }
    }

    #[test]
    fn what_is_merely_akin_refutes_nothing() {
        assert_eq!(ruling(First, "2020-02-10", Overlapping, Coverage::Partial), (Mixed, Reason::Coverage));
        assert_eq!(ruling(First, "2020-02-10", AtMost, Coverage::Complete), (Mixed, Reason::Definition));
        assert_eq!(ruling(Last, "2020-04-10", Overlapping, Coverage::Complete), (Mixed, Reason::Definition));
        assert_eq!(ruling(First, "2020-04-10", Overlapping, Coverage::Partial), (Consistent, Reason::Coverage));
    }

    fn months(counts: &[(&str, f64)]) -> Items {
        let known = counts.iter().map(|(month, n)| ((*month).to_owned(), amount(*n, *n, *n))).collect();
        Items { known, unknown: None }
    }

    #[test]
    fn the_height_is_the_month_with_most_events() {
        let of = |counts| peak(&months(counts));
        assert_eq!(of(&[("2020-01", 2.0), ("2020-02", 5.0), ("2020-03", 4.5)]), Some(span("2020-02")));
        assert_eq!(of(&[("2020-01", 2.0), ("2020-02", 5.0), ("2020-03", 5.0)]), Some(span("2020-02/2020-03")));
        assert_eq!(of(&[("2020-01", 0.0), ("2020-02", 0.0)]), None);
        assert_eq!(of(&[]), None);
    }

    #[test]
    fn first_last_and_height_are_told_apart() {
        let on = |day: jiff::civil::Date, n| Stratum {
            item: None,
            start: day,
            end: day,
            placed: true,
            n,
            low: 0,
            best: 0,
            high: 0,
            own: 0,
            opponent: 0,
            civilians: 0,
            unknown: 0,
            digest: Default::default(),
        };
        let date = jiff::civil::date;
        let strata = [on(date(2020, 2, 3), 1), on(date(2020, 5, 9), 4), on(date(2020, 7, 1), 2)];
        let seen = |which| seen(which, &strata, &span("2020")).unwrap();
        assert_eq!(seen(First), span("2020-02-03"));
        assert_eq!(seen(Last), span("2020-07-01"));
        assert_eq!(seen(Peak), span("2020-05"));
        assert!([First, Last, Peak].iter().all(|which| super::seen(*which, &strata, &span("2019")).is_none()));
    }
}
