//! How far the events of a selection reach, period by period.

use casefile_measure::change::{Step, date};
use casefile_measure::spread::{Active, Reach, reach};
use casefile_model::claim::Selection;
use casefile_stats::spread::Activity;

use super::change::STEPS;
use super::{asked, missing, too_few};
use crate::context::Context;
use crate::figure::{self, Period, band};
use crate::keys::{Keys, SELECTION};
use crate::markdown::Directive;
use crate::slip::Slip;

pub(super) fn spread(context: &Context<'_>, directive: &Directive, id: &str) -> Result<String, Vec<Slip>> {
    let mut keys = Keys::new(context, directive, &[&SELECTION[..], &["by"]].concat());
    let of = keys.selection_of_case();
    let by = keys.one("by", &STEPS).unwrap_or(Step::Quarter);
    let title = keys.title(|| asked(context, "active places", &of));
    let (of, title) = keys.finish((of, title))?;
    let data = context.input.figure_data;
    let drawn = || -> Result<(band::Band, String), String> {
        let observed = data.observe(&of)?;
        // Every event in those places, whoever fought and whenever: what the land of a province is told from.
        let around = Selection { dataset: of.dataset.clone(), place: of.place.clone(), ..Selection::default() };
        let all = data.observe(&around).map(|all| all.events).unwrap_or_default();
        let found = reach(&observed.events, &all, &observed.window, by, None, context.input.case.seed);
        let found = found.map_err(|error| error.to_string())?;
        too_few(observed.least, found.periods.iter().map(|stretch| stretch.events[1]), "periods")?;
        Ok((input(&found, &title), observed.source))
    };
    Ok(match drawn() {
        Ok((input, source)) => figure::html(id, &source, |options| band::render(&input, options)),
        Err(why) => missing(id, &title, &why),
    })
}

/// The figure of what was found: active provinces, where any are known, and grid cells.
#[must_use]
pub fn input(found: &Reach, title: &str) -> band::Band {
    let panel = |unit: &str, pick: fn(&Active) -> &Activity| band::Panel {
        unit: unit.to_owned(),
        points: found
            .periods
            .iter()
            .map(|stretch| {
                let active = pick(&stretch.active);
                let [low, high] = [active.least, active.greatest].map(|n| n as f64);
                let period = Period::new(date(stretch.from), date(stretch.until - 1));
                band::Point { period, low, value: active.expected, high }
            })
            .collect(),
    };
    let mut panels = vec![panel("active grid cells", |a| &a.cells)];
    if found.whole.active.provinces.possible > 0 {
        panels.insert(0, panel("active provinces", |a| &a.provinces));
    }
    band::Band { title: title.to_owned(), panels }
}
