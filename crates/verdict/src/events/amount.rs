//! How many events, how many deaths.

use casefile_lake::LakeError;
use casefile_measure::amount::{self, Amount};
use casefile_measure::evidence::Inquiry;
use casefile_model::claim::{Measure, Selection};

use super::{Stop, Task, round1, unit_of, window};
use crate::examine::Asked;
use crate::finding::{Finding, Value};
use crate::judge::judge;
use crate::words::{self, counted, number};

impl Task<'_, '_> {
    pub(super) fn amount(&self, measure: Measure, of: &Selection) -> Result<Finding, Stop> {
        let says = self.says()?;
        let asked = self.examiner.ask(of, window(of))?;
        let bears = self.examiner.bears(&asked, of);
        let mut inquiry = self.examiner.inquiry(&asked);
        let amount = self.measured(&mut inquiry, &asked, measure)?;
        let judgement = judge(&amount.computed()?, &bears, says, amount.count.possible > 0);
        let mut finding = self.judged(&judgement, &bears, value(&amount, measure), asked.coverage);
        finding.notes.extend(caveats(&amount, measure));
        finding.bars = self.months(&mut inquiry, &asked, measure, &self.chart_window(&asked))?;
        self.examiner.evidence(&mut finding, inquiry, &[&asked])?;
        Ok(finding)
    }

    /// The amount of what was asked, with the distribution of true tolls where the measure is all deaths.
    pub(super) fn measured(
        &self,
        inquiry: &mut Inquiry<'_>,
        asked: &Asked<'_>,
        measure: Measure,
    ) -> Result<Amount, LakeError> {
        let (tolls, sampling) = (&self.examiner.tolls, self.examiner.sampling());
        amount::amount(inquiry, &asked.filter, &asked.window, measure, tolls, sampling)
    }
}

/// An amount as a finding carries it.
pub(super) fn value(amount: &Amount, measure: Measure) -> Value {
    Value {
        best: Some(amount.best),
        low: Some(amount.low),
        high: Some(amount.high),
        unit: unit_of(measure).to_owned(),
        display: shown(amount, measure),
    }
}

/// An amount as a reader sees it. The interval of true tolls need not hold the reported one: most reports run low.
fn shown(amount: &Amount, measure: Measure) -> String {
    let (low, high) = (number(amount.low), number(amount.high));
    if has_true_tolls(amount, measure) && low != high {
        return format!("{} reported (true toll {low}–{high})", counted(amount.best, "deaths"));
    }
    words::with_interval(round1(amount.best), amount.low, amount.high, number, unit_of(measure))
}

/// What a reader must know of how vague events were counted.
pub(super) fn caveats(amount: &Amount, measure: Measure) -> Vec<String> {
    let mut notes = Vec::new();
    let straddling: u64 = amount.count.straddling.iter().map(|(_, n)| n).sum();
    if straddling > 0 {
        notes.push(format!(
            "{} of vague date may lie outside the period; counted by the share of their days inside.",
            counted(straddling as f64, "events")
        ));
    }
    if amount.count.unplaced > 0 {
        notes.push(format!(
            "{} may lie elsewhere: the place is too coarse to tell. Counted as possible only.",
            counted(amount.count.unplaced as f64, "events")
        ));
    }
    if has_true_tolls(amount, measure) {
        notes.push(
            "The interval (90%) is the published distribution of true tolls given reported ones (Vesco et al. 2024)."
                .to_owned(),
        );
    }
    notes
}

/// Whether the interval is one of true tolls: the distribution is published for all deaths, not for those of one side.
fn has_true_tolls(amount: &Amount, measure: Measure) -> bool {
    measure == Measure::Deaths && !amount.draws.is_empty()
}

#[cfg(test)]
mod tests {
    use casefile_measure::count::Count;

    use super::super::tests::amount;
    use super::*;

    #[test]
    fn an_amount_is_shown_with_what_its_interval_means() {
        let tolls = Amount { draws: vec![450.0, 500.0, 560.0], ..amount(450.0, 430.0, 560.0) };
        assert_eq!(shown(&tolls, Measure::Deaths), "430 deaths reported (true toll 450–560)");
        assert_eq!(shown(&amount(430.0, 480.0, 560.0), Measure::Deaths), "480 deaths (430–560)");
        assert_eq!(shown(&amount(66.0, 67.04, 69.0), Measure::Events), "67 events (66–69)");
        let one = Amount { draws: vec![1.0], ..amount(1.0, 1.0, 1.0) };
        assert_eq!(shown(&one, Measure::Events), "1 event");
        assert_eq!(shown(&amount(2.0, 2.0, 2.0), Measure::CivilianDeaths), "2 civilian deaths");
    }

    #[test]
    fn a_value_keeps_what_its_display_rounds() {
        let value = value(&amount(0.25, 1.23, 3.0), Measure::Events);
        assert_eq!((value.low, value.best, value.high), (Some(0.25), Some(1.23), Some(3.0)));
        assert_eq!((value.unit.as_str(), value.display.as_str()), ("events", "1.2 events (0.25–3)"));
    }

    #[test]
    fn vague_events_are_owned_up_to() {
        let vague = Amount {
            count: Count { certain: 1, possible: 8, straddling: vec![(0.5, 1), (0.2, 3)], unplaced: 3 },
            draws: vec![1.0],
            ..amount(1.0, 2.1, 8.0)
        };
        let starts = |notes: &[String], starts: &[&str]| {
            assert_eq!(notes.len(), starts.len(), "{notes:?}");
            assert!(notes.iter().zip(starts).all(|(note, start)| note.starts_with(start)), "{notes:?}");
        };
        starts(&caveats(&vague, Measure::Events), &["4 events of vague date", "3 events may lie elsewhere"]);
        starts(&caveats(&amount(1.0, 1.0, 1.0), Measure::Events), &[]);
        let tolls = Amount { draws: vec![1.0], ..amount(1.0, 1.0, 2.0) };
        starts(&caveats(&tolls, Measure::Deaths), &["The interval (90%) is the published distribution"]);
        starts(&caveats(&tolls, Measure::OwnDeaths), &[]);
        starts(&caveats(&amount(1.0, 1.0, 2.0), Measure::Deaths), &[]);
    }
}
