//! How a part's share of a whole changed from one period to another.

use casefile_measure::amount;
use casefile_measure::rate::share_ratio;
use casefile_model::claim::Selection;
use casefile_model::date::{Edtf, Span};
use casefile_model::quantity::{Computed, Draws};

use super::{Stop, Task, must_be_complete, ratio, worse};
use crate::bearing::Bears;
use crate::examine::{Asked, Unanswered};
use crate::finding::{Bar, Finding, Reason};
use crate::judge::judge;
use crate::terms::{unbroken, withhold};
use crate::words::{number, percent};

/// Events of a part and of its whole in one period, at their best values, whole numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Part {
    part: u64,
    whole: u64,
}

impl Part {
    fn rest(self) -> u64 {
        self.whole.saturating_sub(self.part)
    }

    fn share(self) -> f64 {
        self.part as f64 / self.whole as f64
    }
}

impl Task<'_, '_> {
    pub(super) fn shift(
        &self,
        of: &Selection,
        whole: &Selection,
        before: &Edtf,
        after: &Edtf,
    ) -> Result<Finding, Stop> {
        let says = self.says()?;
        let (earlier, later) = (before.stated(), after.stated());
        let ask = |selection: &Selection, span: Span| self.examiner.ask(selection, span);
        let (was, was_all) = (ask(of, earlier)?, ask(whole, earlier)?);
        let (is, is_all) = (ask(of, later)?, ask(whole, later)?);
        unbroken(&is, &[earlier, later])?;
        let coverage = [&was, &was_all, &is, &is_all].map(|asked| asked.coverage).into_iter().fold(was.coverage, worse);
        must_be_complete(coverage, "a shift needs complete data: the missing events may be of either sort")?;
        let bears = Bears { excused: None, ..self.examiner.bears(&is, of) };
        let mut inquiry = self.examiner.inquiry(&is);
        let mut count = |asked: &Asked<'_>| -> Result<u64, Stop> {
            let strata = inquiry.strata(&asked.filter, &asked.window, None)?;
            Ok(amount::count(&strata, &asked.window).expected().round() as u64)
        };
        let old = Part { part: count(&was)?, whole: count(&was_all)? };
        let new = Part { part: count(&is)?, whole: count(&is_all)? };
        if old.whole == 0 || new.whole == 0 {
            return Err(Unanswered::new(Reason::NoData, "the whole is empty in one of the periods").into());
        }
        let draws = Draws::equal(share_ratio([old.part, old.rest()], [new.part, new.rest()]))?;
        let best = if old.part == 0 { f64::INFINITY } else { new.share() / old.share() };
        let (low, high) = (draws.quantile(0.05), draws.quantile(0.95));
        let value = ratio::value(best.clamp(low, high), low, high);
        let judgement = judge(&Computed::distribution(draws), &bears, says, old.part + new.part > 0);
        let mut finding = self.judged(&judgement, &bears, value, coverage);
        let told = |part: Part| {
            format!("{} of {} ({})", number(part.part as f64), number(part.whole as f64), percent(part.share()))
        };
        finding.notes.push(format!("{} in {}, {} in {}.", told(old), before.english(), told(new), after.english()));
        let bar = |label: &Edtf, part: Part, claimed| Bar { label: label.english(), value: part.share(), claimed };
        finding.bars = vec![bar(before, old, false), bar(after, new, true)];
        self.examiner.evidence(&mut finding, inquiry, &[&was, &is])?;
        // What is left of a whole tells of the rest.
        if [old.rest(), new.rest(), old.whole, new.whole].into_iter().any(|n| is.pin.is_too_small(n)) {
            withhold(&mut finding, is.pin);
        }
        Ok(finding)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_is_no_more_than_its_whole() {
        let part = Part { part: 3, whole: 12 };
        assert_eq!((part.rest(), part.share()), (9, 0.25));
        assert_eq!(Part { part: 3, whole: 2 }.rest(), 0, "each is counted at its own best value");
    }
}
