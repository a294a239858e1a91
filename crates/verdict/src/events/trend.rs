//! How a rate grew or fell within one period.

use casefile_measure::change::{Step, course, grown, series};
use casefile_model::claim::{Measure, Selection};
use casefile_model::date::Span;
use casefile_model::quantity::{Computed, Draws};

use super::onset::unfit;
use super::{Stop, Task, by_day, must_be_complete, ratio, window};
use crate::bearing::Bears;
use crate::finding::Finding;
use crate::judge::judge;
use crate::terms::unbroken;
use crate::words::{counted, percent};

/// Values of the law of a growth.
const QUANTILES: usize = 2000;
/// Days from which a period is counted by month; a shorter one by week.
const LONG: i32 = 180;

impl Task<'_, '_> {
    pub(super) fn trend(&self, of: &Selection) -> Result<Finding, Stop> {
        let says = self.says()?;
        let asked = self.examiner.ask(of, window(of))?;
        by_day(&asked)?;
        unbroken(&asked, &[asked.window])?;
        must_be_complete(asked.coverage, "a trend needs complete data: what grows may be the coverage")?;
        let bears = Bears { excused: None, ..self.examiner.bears(&asked, of) };
        let mut inquiry = self.examiner.inquiry(&asked);
        let events = inquiry.observations(&asked.filter, &asked.window)?;
        let step = step(&asked.window);
        let counts = series(&events, &asked.window, &[], step).map_err(unfit)?;
        let found = course(&counts).map_err(unfit)?;
        let (best, values) = grown(&found, QUANTILES);
        let draws = Draws::equal(values)?;
        let value = ratio::value(best, draws.quantile(0.05), draws.quantile(0.95));
        let judgement = judge(&Computed::distribution(draws), &bears, says, found.events > 0);
        let mut finding = self.judged(&judgement, &bears, value, asked.coverage);
        let per = if step == Step::Month { "months" } else { "weeks" };
        finding.notes.push(format!(
            "{} in {per}; {} a month ({} to {}).",
            counted(found.events as f64, "events"),
            signed(found.growth),
            signed(found.low),
            signed(found.high)
        ));
        if counts.vague > 0 {
            let left_out = counted(counts.vague as f64, "events");
            finding.notes.push(format!("{left_out} whose date is vaguer than a step are left out."));
        }
        finding.bars = self.months(&mut inquiry, &asked, Measure::Events, &self.chart_window(&asked))?;
        self.examiner.evidence(&mut finding, inquiry, &[&asked])?;
        Ok(finding)
    }
}

fn step(window: &Span) -> Step {
    if window.days().is_some_and(|days| i64::from(days) < i64::from(LONG)) { Step::Week } else { Step::Month }
}

fn signed(growth: f64) -> String {
    if growth >= 0.0 { format!("+{}", percent(growth)) } else { percent(growth) }
}

#[cfg(test)]
mod tests {
    use super::super::tests::span;
    use super::*;

    #[test]
    fn short_periods_are_counted_by_week() {
        assert_eq!(step(&span("2020-03/2020-05")), Step::Week);
        assert_eq!(step(&span("2020")), Step::Month);
    }

    #[test]
    fn growth_bears_its_sign() {
        assert_eq!([signed(0.125), signed(-0.25), signed(0.0)], ["+12.5%", "−25%", "+0%"]);
    }
}
