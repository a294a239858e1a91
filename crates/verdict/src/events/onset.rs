//! When events set in, or became frequent.

use casefile_measure::change::{date, day, set_in};
use casefile_model::claim::{Measure, Selection};
use casefile_model::date::Edtf;
use casefile_model::quantity::Bearing;
use casefile_stats::change::{ChangeError, Claim};

use super::ranking::as_far_as;
use super::ruling::Ruling;
use super::{Stop, Task, by_day, must_be_complete, vague, window};
use crate::examine::{Unanswered, tells};
use crate::finding::{Finding, Reason, Value, Verdict};
use crate::judge::SURE;
use crate::terms::unbroken;
use crate::words::{percent, span};

impl Task<'_, '_> {
    pub(super) fn onset(&self, of: &Selection, when: &Edtf) -> Result<Finding, Stop> {
        let asked = self.examiner.ask(of, window(of))?;
        tells(&asked, &when.stated())?;
        by_day(&asked)?;
        unbroken(&asked, &[asked.window])?;
        must_be_complete(asked.coverage, "an onset needs complete data: the missing events may lie before it")?;
        let bears = self.examiner.bears(&asked, of);
        let mut inquiry = self.examiner.inquiry(&asked);
        let events = inquiry.observations(&asked.filter, &asked.window)?;
        let found = set_in(&events, &asked.window, &[]).map_err(unfit)?;
        let stated = when.stated();
        let (from, to) = (stated.start.map_or(i32::MIN, day), stated.end.map_or(i32::MAX, day));
        let (rose, claim) = (found.date.probability, found.claim(from, to));
        let ruling = as_far_as(bears.bearing, began(rose, &claim));
        // An onset is close to the date of one event.
        let value = if asked.pin.is_too_small(1) { kept_back() } else { value(&found.date) };
        let mut finding = self.ruled(ruling, &bears, when.english(), value, asked.coverage);
        finding.probability = (bears.bearing == Bearing::Exact).then_some(rose * claim.within);
        finding.notes.push(format!(
            "{} that the rate rose at all; if it did, {} before the claimed time, {} within it, {} after.",
            percent(rose),
            percent(claim.earlier),
            percent(claim.within),
            percent(claim.later)
        ));
        finding.notes.push(
            "Events are taken as independent: where one leads to the next the interval is too narrow.".to_owned(),
        );
        finding.notes.extend(vague(&events));
        finding.bars = self.months(&mut inquiry, &asked, Measure::Events, &self.chart_window(&asked))?;
        self.examiner.evidence(&mut finding, inquiry, &[&asked])?;
        Ok(finding)
    }
}

/// Whether there was an onset, and whether it lies in the claimed span.
fn began(rose: f64, claim: &Claim) -> Ruling {
    if rose <= 1.0 - SURE {
        return (
            Verdict::Contradicted,
            Reason::Figure,
            "one rate explains the events throughout: none set in".to_owned(),
        );
    }
    let joint = rose * claim.within;
    if joint >= SURE {
        return (Verdict::Supported, Reason::Figure, format!("with {} they set in then", percent(joint)));
    }
    if rose >= SURE && claim.within <= 1.0 - SURE {
        let side = if claim.earlier >= claim.later { "earlier" } else { "later" };
        let because = format!("they set in {side}: {} that it was then", percent(claim.within));
        return (Verdict::Contradicted, Reason::Figure, because);
    }
    (Verdict::Mixed, Reason::Precision, format!("the events leave it open: {} that they set in then", percent(joint)))
}

fn value(found: &casefile_stats::change::DatePosterior) -> Value {
    let on = |day: i32| date(day);
    let within = casefile_model::date::Span { start: Some(on(found.low)), end: Some(on(found.high)) };
    let mode = casefile_model::date::Span { start: Some(on(found.mode)), end: Some(on(found.mode)) };
    let display = if found.low == found.high { span(&mode) } else { format!("{} ({})", span(&mode), span(&within)) };
    Value { best: None, low: None, high: None, unit: "date".to_owned(), display }
}

fn kept_back() -> Value {
    let display = "a date that rests on single events, not to be passed on".to_owned();
    Value { best: None, low: None, high: None, unit: "date".to_owned(), display }
}

/// A measure that the events do not allow.
pub(super) fn unfit(error: ChangeError) -> Unanswered {
    let reason = match error {
        ChangeError::AcrossBreak { .. } => Reason::Definition,
        ChangeError::NoEvents { .. } => Reason::NoData,
        _ => Reason::Precision,
    };
    Unanswered::new(reason, error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use Verdict::*;

    #[test]
    fn an_onset_is_then_or_not_or_open() {
        for (rose, [earlier, within, later], expected, because) in [
            (0.99, [0.01, 0.97, 0.02], (Supported, Reason::Figure), "with 96% they set in then"),
            (0.99, [0.9, 0.05, 0.05], (Contradicted, Reason::Figure), "they set in earlier: 5% that it was then"),
            (0.99, [0.0, 0.08, 0.92], (Contradicted, Reason::Figure), "they set in later: 8% that it was then"),
            (
                0.99,
                [0.3, 0.6, 0.1],
                (Mixed, Reason::Precision),
                "the events leave it open: 59.4% that they set in then",
            ),
            (0.5, [0.0, 1.0, 0.0], (Mixed, Reason::Precision), "the events leave it open: 50% that they set in then"),
            (0.5, [1.0, 0.0, 0.0], (Mixed, Reason::Precision), "the events leave it open: 0% that they set in then"),
            (
                0.05,
                [0.0, 1.0, 0.0],
                (Contradicted, Reason::Figure),
                "one rate explains the events throughout: none set in",
            ),
        ] {
            let claim = Claim { earlier, within, later, in_interval: true };
            let (verdict, reason, sentence) = began(rose, &claim);
            assert_eq!(((verdict, reason), sentence.as_str()), (expected, because));
        }
    }
}
