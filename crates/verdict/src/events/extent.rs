//! Over how many places, opponents or months events are spread.

use casefile_measure::items;
use casefile_model::claim::{Dimension, Measure, Selection};
use casefile_model::quantity::{Computed, QuantityKind};

use super::{Stop, Task, needs, window};
use crate::finding::{Finding, Value};
use crate::judge::judge;
use crate::words::{self, counted, number};

impl Task<'_, '_> {
    pub(super) fn extent(&self, unit: Dimension, of: &Selection, total: Option<u32>) -> Result<Finding, Stop> {
        let says = self.says()?;
        let asked = self.examiner.ask(of, window(of))?;
        needs(&asked, unit)?;
        let bears = self.examiner.bears(&asked, of);
        let mut inquiry = self.examiner.inquiry(&asked);
        let strata = inquiry.strata(&asked.filter, &asked.window, Some(unit))?;
        let found = items::items(&strata, &asked.window, Measure::Events, unit);
        let reach = Reach::of(found.extent(), total);
        let scale = scale(says.kind(), total);
        let [low, best, high] = reach.times(scale);
        let judgement = judge(&Computed::interval(low, best, high)?, &bears, says, reach.high > 0.0);
        let mut finding = self.judged(&judgement, &bears, value(&reach, scale, unit, total), asked.coverage);
        if let Some(unknown) = &found.unknown {
            finding.notes.push(format!(
                "{} named no {}: each may stand for one more.",
                counted(unknown.count.possible as f64, "events"),
                plural(unit).trim_end_matches('s')
            ));
        }
        finding.bars = self.bars(&asked, &found, |_| true);
        self.examiner.evidence(&mut finding, inquiry, &[&asked])?;
        Ok(finding)
    }
}

/// A number of items: certain, seen and possible.
struct Reach {
    low: f64,
    best: f64,
    high: f64,
}

impl Reach {
    /// There are no more items than there are in all, however many events name none.
    fn of((low, best, high): (u64, u64, u64), total: Option<u32>) -> Self {
        let most = total.map_or(u64::MAX, u64::from);
        let [low, best, high] = [low, best, high].map(|n| n.min(most) as f64);
        Self { low, best, high }
    }

    fn times(&self, scale: f64) -> [f64; 3] {
        [self.low, self.best, self.high].map(|n| n * scale)
    }
}

/// What turns a number of items into what the source speaks of: a share of the total, or the number itself.
fn scale(kind: QuantityKind, total: Option<u32>) -> f64 {
    match (kind, total) {
        (QuantityKind::Share, Some(total)) => 1.0 / f64::from(total.max(1)),
        _ => 1.0,
    }
}

/// The number, or the share, of items; shown as a number in either case.
fn value(reach: &Reach, scale: f64, unit: Dimension, total: Option<u32>) -> Value {
    let [low, best, high] = reach.times(scale);
    let name = plural(unit);
    let of_all = total.map_or_else(String::new, |total| format!(" of {total}"));
    Value {
        best: Some(best),
        low: Some(low),
        high: Some(high),
        unit: name.to_owned(),
        display: format!("{}{of_all}", words::with_interval(reach.best, reach.low, reach.high, number, name)),
    }
}

fn plural(unit: Dimension) -> &'static str {
    match unit {
        Dimension::Country => "countries",
        Dimension::Admin1 => "provinces",
        Dimension::Admin2 => "districts",
        Dimension::Place => "places",
        Dimension::Priogrid => "grid cells",
        Dimension::Opponent => "opponents",
        Dimension::Actor => "actors",
        Dimension::Month => "months",
        Dimension::Year => "years",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_more_items_are_reached_than_there_are() {
        for (extent, total, expected) in [
            ((9, 9, 23), Some(34), [9.0, 9.0, 23.0]),
            ((9, 9, 50), Some(34), [9.0, 9.0, 34.0]),
            ((40, 41, 50), Some(34), [34.0, 34.0, 34.0]),
            ((9, 9, 50), None, [9.0, 9.0, 50.0]),
            ((0, 0, 0), Some(34), [0.0, 0.0, 0.0]),
        ] {
            assert_eq!(Reach::of(extent, total).times(1.0), expected, "{extent:?} of {total:?}");
        }
    }

    #[test]
    fn a_share_is_one_of_the_total() {
        assert_eq!(scale(QuantityKind::Share, Some(4)), 0.25);
        assert_eq!(scale(QuantityKind::Share, Some(0)), 1.0, "no division by nothing");
        assert_eq!(scale(QuantityKind::Count, Some(34)), 1.0);
        assert_eq!(scale(QuantityKind::Share, None), 1.0);
    }

    #[test]
    fn items_are_shown_as_numbers() {
        let shown = |extent, scale, total| {
            let value = value(&Reach::of(extent, total), scale, Dimension::Admin1, total);
            (value.display, value.best)
        };
        assert_eq!(shown((9, 9, 23), 0.025, Some(40)), ("9 provinces (9–23) of 40".to_owned(), Some(0.225)));
        assert_eq!(shown((7, 7, 7), 1.0, None), ("7 provinces".to_owned(), Some(7.0)));
    }
}
