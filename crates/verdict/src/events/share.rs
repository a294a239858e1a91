//! A part of a whole.

use casefile_measure::amount::{self, Amount};
use casefile_measure::items;
use casefile_model::claim::{Measure, Selection};
use casefile_model::quantity::Computed;

use super::{Stop, Task, must_be_complete, round1, unit_of, window, worse};
use crate::bearing::Bears;
use crate::examine::{Asked, Unanswered};
use crate::finding::{Bar, Finding, Reason, Value};
use crate::judge::judge;
use crate::words::{self, counted, number, percent};

impl Task<'_, '_> {
    pub(super) fn share(&self, measure: Measure, of: &Selection, whole: &Selection) -> Result<Finding, Stop> {
        let says = self.says()?;
        let (part, all) = (self.examiner.ask(of, window(of))?, self.examiner.ask(whole, window(whole))?);
        let why = "a share needs complete data: the events that are missing may lie on either side";
        must_be_complete(worse(part.coverage, all.coverage), why)?;
        let bears = Bears { excused: None, ..self.examiner.bears(&part, of) };
        let mut inquiry = self.examiner.inquiry(&part);
        inquiry.foresee(&[(&part.filter, &part.window), (&all.filter, &all.window)], false);
        let mut measured = |asked: &Asked<'_>| -> Result<Amount, Stop> {
            let strata = inquiry.strata(&asked.filter, &asked.window, None)?;
            Ok(amount::plain(&strata, &asked.window, measure, 0))
        };
        let (a, b) = (measured(&part)?, measured(&all)?);
        let Some(share) = items::share(&a, &b) else {
            return Err(Unanswered::new(Reason::NoData, "the whole is empty").into());
        };
        let (low, best, high) = share;
        let judgement = judge(&Computed::interval(low, best, high)?, &bears, says, true);
        let mut finding = self.judged(&judgement, &bears, value(share), part.coverage);
        let unit = unit_of(measure);
        finding.notes.push(format!("{} of {}.", number(round1(a.best)), counted(round1(b.best), unit)));
        finding.bars = bars(&a, &b);
        self.examiner.evidence(&mut finding, inquiry, &[&part])?;
        Ok(finding)
    }
}

fn value((low, best, high): (f64, f64, f64)) -> Value {
    Value {
        best: Some(best),
        low: Some(low),
        high: Some(high),
        unit: "share".to_owned(),
        display: words::with_interval(best, low, high, percent, ""),
    }
}

/// The part beside the rest. Each is counted at its own best value, so the rest may come out below nothing.
fn bars(part: &Amount, whole: &Amount) -> Vec<Bar> {
    vec![
        Bar { label: "part".to_owned(), value: part.best, claimed: true },
        Bar { label: "rest".to_owned(), value: (whole.best - part.best).max(0.0), claimed: false },
    ]
}

#[cfg(test)]
mod tests {
    use super::super::tests::amount;
    use super::*;

    #[test]
    fn a_share_is_shown_in_per_cent() {
        assert_eq!(value((0.5, 0.5, 0.5)).display, "50%");
        let vague = value((0.11, 0.1208, 0.47));
        assert_eq!(vague.display, "12.1% (11%–47%)");
        assert_eq!((vague.low, vague.best, vague.high), (Some(0.11), Some(0.1208), Some(0.47)));
    }

    #[test]
    fn part_and_rest_make_the_whole() {
        let values = |part, whole| bars(&part, &whole).into_iter().map(|bar| (bar.value, bar.claimed));
        assert!(values(amount(2.0, 3.0, 4.0), amount(10.0, 10.0, 10.0)).eq([(3.0, true), (7.0, false)]));
        assert!(values(amount(2.0, 3.0, 4.0), amount(2.0, 2.5, 9.0)).eq([(3.0, true), (0.0, false)]));
    }
}
