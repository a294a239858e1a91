//! How far events reach in one period against another.

use std::collections::BTreeSet;

use casefile_measure::amount::Amount;
use casefile_measure::count::Count;
use casefile_measure::items;
use casefile_measure::observation::Observation;
use casefile_measure::spread::{Moved, ReachError, Stretch, moved};
use casefile_model::claim::{Dimension, Measure, Reach, Selection};
use casefile_model::date::{Edtf, Span};
use casefile_model::quantity::Computed;

use super::ratio::of_amounts;
use super::{Stop, Task, by_place, must_be_complete, needs, on_grid, worse};
use crate::bearing::Bears;
use crate::examine::{Asked, Unanswered};
use crate::finding::{Finding, Reason, Value};
use crate::judge::judge;
use crate::terms::unbroken;
use crate::words::{self, number, percent};

impl Task<'_, '_> {
    pub(super) fn spread(&self, reach: Reach, of: &Selection, before: &Edtf, after: &Edtf) -> Result<Finding, Stop> {
        let (was, is) = (self.examiner.ask(of, before.stated())?, self.examiner.ask(of, after.stated())?);
        unbroken(&is, &[before.stated(), after.stated()])?;
        match reach {
            Reach::Admin1 => self.more_places(Dimension::Admin1, of, &was, &is),
            Reach::Admin2 => self.more_places(Dimension::Admin2, of, &was, &is),
            Reach::Area => self.more_land(of, &was, &is),
            Reach::Centre => self.travelled(of, &was, &is),
        }
    }

    /// Active provinces or districts after, over those before.
    fn more_places(&self, unit: Dimension, of: &Selection, was: &Asked<'_>, is: &Asked<'_>) -> Result<Finding, Stop> {
        needs(is, unit)?;
        let mut inquiry = self.examiner.inquiry(is);
        let mut active = |asked: &Asked<'_>| -> Result<Amount, Stop> {
            let strata = inquiry.strata(&asked.filter, &asked.window, Some(unit))?;
            let (low, best, high) = items::items(&strata, &asked.window, Measure::Events, unit).extent();
            Ok(figure([low, best, high].map(|n| n as f64)))
        };
        let (old, new) = (active(was)?, active(is)?);
        let mut finding = self.ratio(of_amounts(&new, &old, 1.0)?, is, was, of, old.high + new.high > 0.0)?;
        let name = if unit == Dimension::Admin1 { "provinces" } else { "districts" };
        let told = |a: &Amount| words::with_interval(a.best, a.low, a.high, number, name);
        finding.notes.push(format!("{} before, {} after.", told(&old), told(&new)));
        self.examiner.evidence(&mut finding, inquiry, &[was, is])?;
        Ok(finding)
    }

    /// Land in active grid cells after, over that before. A vague place counts with its area.
    fn more_land(&self, of: &Selection, was: &Asked<'_>, is: &Asked<'_>) -> Result<Finding, Stop> {
        let mut inquiry = self.examiner.inquiry(is);
        let (old, new, _) = self.moved(&mut inquiry, was, is)?;
        let (a, b) = (land(&new), land(&old));
        let mut finding = self.ratio(of_amounts(&a, &b, 1.0)?, is, was, of, a.high + b.high > 0.0)?;
        let told = |a: &Amount| words::with_interval(a.best, a.low, a.high, percent, "");
        finding.notes.push(format!(
            "{} of the land before, {} after; land is the grid cells in which the dataset places events.",
            told(&b).trim_end(),
            told(&a).trim_end()
        ));
        self.examiner.evidence(&mut finding, inquiry, &[was, is])?;
        Ok(finding)
    }

    /// How far the mean centre moved, km.
    fn travelled(&self, of: &Selection, was: &Asked<'_>, is: &Asked<'_>) -> Result<Finding, Stop> {
        let says = self.says()?;
        let coverage = worse(was.coverage, is.coverage);
        must_be_complete(coverage, "a centre needs complete data: the missing events may lie anywhere")?;
        let bears = Bears { excused: None, ..self.examiner.bears(is, of) };
        let mut inquiry = self.examiner.inquiry(is);
        let (_, _, moved) = self.moved(&mut inquiry, was, is)?;
        let Some(way) = moved.travel else {
            return Err(Unanswered::new(Reason::NoData, "there is no event in one of the periods").into());
        };
        let (low, high) = way.drawn_km.as_ref().map_or((way.km, way.km), |drawn| (drawn.low, drawn.high));
        let (low, high) = (low.min(way.km), high.max(way.km));
        let value = Value {
            best: Some(way.km),
            low: Some(low),
            high: Some(high),
            unit: "km".to_owned(),
            display: words::with_interval(way.km.round(), low.round(), high.round(), number, "km"),
        };
        let mut finding =
            self.judged(&judge(&Computed::interval(low, way.km, high)?, &bears, says, true), &bears, value, coverage);
        if let Some(bearing) = way.bearing {
            finding.notes.push(format!("The mean centre of the events moved to the {}.", towards(bearing)));
        }
        finding.notes.push("The interval is that of the vague places; chance is not in it.".to_owned());
        self.examiner.evidence(&mut finding, inquiry, &[was, is])?;
        Ok(finding)
    }

    fn moved(
        &self,
        inquiry: &mut casefile_measure::evidence::Inquiry<'_>,
        was: &Asked<'_>,
        is: &Asked<'_>,
    ) -> Result<(Stretch, Stretch, Moved), Stop> {
        by_place(is)?;
        let mut events: Vec<Observation> = on_grid(inquiry.observations(&was.filter, &was.window)?);
        let later = on_grid(inquiry.observations(&is.filter, &is.window)?);
        // An event of vague date may lie in both.
        let known: BTreeSet<&str> = later.iter().map(|event| event.id.as_str()).collect();
        events.retain(|event| !known.contains(event.id.as_str()));
        events.extend(later);
        let all = Selection { dataset: Some(is.dataset.id.clone()), ..Selection::default() };
        let everything = self.examiner.ask(&all, Span { start: None, end: None })?;
        // An inquiry of its own: the finding does not stand on where else the dataset has events.
        let mut elsewhere = self.examiner.inquiry(&everything);
        let land = on_grid(elsewhere.observations(&everything.filter, &everything.window)?);
        moved(&events, &land, [&was.window, &is.window], self.examiner.case.seed).map_err(|error| {
            let reason = match error {
                ReachError::Nothing | ReachError::NoLand => Reason::NoData,
                _ => Reason::Precision,
            };
            Unanswered::new(reason, error.to_string()).into()
        })
    }
}

fn figure([low, best, high]: [f64; 3]) -> Amount {
    Amount { count: Count::default(), best: best.clamp(low, high), low, high, draws: Vec::new() }
}

fn land(stretch: &Stretch) -> Amount {
    let cells = &stretch.active.cells;
    figure([cells.area_share_certain, cells.area_share_expected, cells.area_share_possible])
}

/// `north-east`: the nearest of eight directions.
fn towards(degrees: f64) -> &'static str {
    const NAMES: [&str; 8] = ["north", "north-east", "east", "south-east", "south", "south-west", "west", "north-west"];
    NAMES[(degrees.rem_euclid(360.0) / 45.0).round() as usize % 8]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bearings_have_names() {
        let names = [0.0, 44.0, 91.0, 180.0, 230.0, 337.0, 338.0, 360.0].map(towards);
        assert_eq!(names, ["north", "north-east", "east", "south", "south-west", "north-west", "north", "north"]);
    }

    #[test]
    fn a_best_value_lies_within_its_bounds() {
        let amount = figure([2.0, 7.0, 5.0]);
        assert_eq!((amount.low, amount.best, amount.high), (2.0, 5.0, 5.0));
    }
}
