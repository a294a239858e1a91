//! The rate of events after the loss of a leader against that before.

use casefile_measure::change::{date, day};
use casefile_measure::leadership::{Weight, leaders, weighted};
use casefile_model::claim::{Measure, Selection};
use casefile_model::date::Span;
use casefile_model::quantity::Computed;
use casefile_stats::leadership::{LeadershipError, Placebo, Study, VagueDay, Window, placebo, rate_ratio};

use super::{Stop, Task, by_day, must_be_complete, ratio, window};
use crate::bearing::Bears;
use crate::examine::Unanswered;
use crate::finding::{Finding, Reason};
use crate::judge::judge;
use crate::terms::unbroken;
use crate::words::{number, percent, span};

/// Days of a block, whose scatter tells how uneven violence is.
const WEEK: i64 = 7;

impl Task<'_, '_> {
    pub(super) fn aftermath(&self, of: &Selection, led: &str, leader: &str, weeks: u32) -> Result<Finding, Stop> {
        let says = self.says()?;
        let loss = self.loss(led, leader)?;
        let asked = self.examiner.ask(of, window(of))?;
        by_day(&asked)?;
        unbroken(&asked, &[asked.window])?;
        must_be_complete(
            asked.coverage,
            "the weeks around a loss need complete data: a change may be one of coverage",
        )?;
        let bears = Bears { excused: None, ..self.examiner.bears(&asked, of) };
        let mut inquiry = self.examiner.inquiry(&asked);
        let events = inquiry.observations(&asked.filter, &asked.window)?;
        let (events, vague) = weighted(&events, Weight::Events, WEEK);
        let study = study(&asked.window)?;
        let around = Window { days: WEEK * i64::from(weeks), block: WEEK };
        let found = rate_ratio(&events, loss, study, around).map_err(unfit)?;
        let value = ratio::value(found.ratio, found.low, found.high);
        let judgement = judge(&Computed::interval(found.low, found.ratio, found.high)?, &bears, says, true);
        let mut finding = self.judged(&judgement, &bears, value, asked.coverage);
        let on = |n: i64| date(i32::try_from(n).unwrap_or(i32::MAX));
        let when = Span { start: Some(on(loss.earliest)), end: Some(on(loss.latest)) };
        finding.notes.push(format!(
            "The loss: {}. {} events in the {weeks} weeks before, {} in those after.",
            span(&when),
            number(found.before),
            number(found.after)
        ));
        finding.notes.extend(placebo(&events, loss, study, around).ok().map(|placebo| compared(&placebo)));
        if vague > 0 {
            finding.notes.push(format!("{vague} events whose date is vaguer than a week are left out."));
        }
        finding.bars = self.months(&mut inquiry, &asked, Measure::Events, &self.chart_window(&asked))?;
        self.examiner.evidence(&mut finding, inquiry, &[&asked])?;
        Ok(finding)
    }

    /// The days on which the leader may have been lost, by the case's statements.
    fn loss(&self, led: &str, leader: &str) -> Result<VagueDay, Unanswered> {
        let unknown = |why: &str| Unanswered::new(Reason::NoData, why.to_owned());
        let told = leaders(self.examiner.case, led, None);
        let told = told.ok_or_else(|| unknown("no statement of the case says when anyone led it"))?;
        let tenure = told.tenures().into_iter().find(|tenure| tenure.leader == leader);
        let tenure = tenure.ok_or_else(|| unknown("no statement of the case says when that leader was in office"))?;
        tenure.to.map(|(day, _)| day).ok_or_else(|| unknown("the leader was in office when last heard of"))
    }
}

fn study(window: &Span) -> Result<Study, Unanswered> {
    let ends = window.start.zip(window.end);
    let (first, last) = ends.ok_or_else(|| Unanswered::new(Reason::Precision, "the study has no first or last day"))?;
    Ok(Study { from: i64::from(day(first)), to: i64::from(day(last)) })
}

/// How unusual the change is among other dates of the study.
fn compared(placebo: &Placebo) -> String {
    format!(
        "Of all dates of the study {} show as deep a fall, {} as steep a rise; about {} windows fit into it.",
        percent(placebo.fall),
        percent(placebo.rise),
        number((placebo.independent * 10.0).round() / 10.0)
    )
}

fn unfit(error: LeadershipError) -> Unanswered {
    let reason = if matches!(error, LeadershipError::NoEvents { .. }) { Reason::NoData } else { Reason::Precision };
    Unanswered::new(reason, error.to_string())
}

#[cfg(test)]
mod tests {
    use super::super::tests::span;
    use super::*;

    #[test]
    fn a_study_has_both_ends() {
        assert_eq!(study(&span("1970-01-02/1970-01-11")).ok(), Some(Study { from: 1, to: 10 }));
        assert!(study(&span("2020/..")).is_err());
    }

    #[test]
    fn no_events_are_no_data_and_a_window_that_does_not_fit_is_one_of_precision() {
        assert_eq!(unfit(LeadershipError::NoEvents { days: 56 }).reason, Reason::NoData);
        assert_eq!(unfit(LeadershipError::Window { days: 5, block: 7 }).reason, Reason::Precision);
    }
}
