//! Figures of what the event data show: events over time, and on the map.

use casefile_case::lock::CoverageStatus;
use casefile_case::place::PlaceKind;
use casefile_model::claim::Measure;

use super::{days, missing, names};
use crate::context::Context;
use crate::figure::{self, Period, map, timeline};
use crate::input::{Bin, Question, Step};
use crate::keys::{Keys, SELECTION};
use crate::markdown::Directive;
use crate::slip::Slip;
use crate::words;

pub(super) fn timeline(context: &Context<'_>, directive: &Directive, id: &str) -> Result<String, Vec<Slip>> {
    let keys = [&SELECTION[..], &["measure", "by", "mark"]].concat();
    let mut keys = Keys::new(context, directive, &keys);
    let mut question = Question { measure: keys.measure(), of: keys.selection() };
    // A timeline without a period of its own is that of the case.
    question.of.period = question.of.period.or(context.input.case.period);
    let by = keys.one("by", &Step::ALL).unwrap_or(Step::Month);
    let marks = keys.events("mark");
    let title = keys.title(|| asked(context, &question, by));
    let (question, by, marks, title) = keys.finish((question, by, marks, title))?;
    let observed = match context.input.figure_data.timeline(&question, by) {
        Ok(observed) => observed,
        Err(why) => return Ok(missing(id, &title, &why)),
    };
    let with_deaths = question.measure != Measure::Events;
    let input = timeline::Timeline {
        title,
        unit: "events".to_owned(),
        bars: observed.parts.iter().map(|bin| bar(bin, with_deaths)).collect(),
        partial: partial(&observed.parts),
        annotations: marks.iter().filter_map(|id| annotation(context, id)).collect(),
    };
    Ok(figure::html(id, &observed.source, |options| timeline::render(&input, options)))
}

/// `IS Khorasan: events by month, 2014 to 2022`.
fn asked(context: &Context<'_>, question: &Question, by: Step) -> String {
    let who = names(context, &question.of.actor);
    let what = if question.measure == Measure::Events { "events" } else { "events and deaths" };
    let step = Step::ALL.iter().find(|(_, step)| *step == by).map_or("", |(name, _)| name);
    format!(
        "{who}{what} by {step}{}",
        question.of.period.map_or(String::new(), |period| format!(", {}", period.english()))
    )
}

fn bar(bin: &Bin, with_deaths: bool) -> timeline::Bar {
    let count =
        timeline::Count { kind: String::new(), certain: bin.certain, expected: bin.expected, possible: bin.possible };
    let deaths = timeline::Deaths { low: bin.low, best: bin.best, high: bin.high };
    timeline::Bar {
        period: Period::new(bin.start, bin.end),
        counts: vec![count],
        deaths: with_deaths.then_some(deaths),
    }
}

/// Runs of bins with partial data.
fn partial(bins: &[Bin]) -> Vec<Period> {
    let mut runs: Vec<Period> = Vec::new();
    let mut was_partial = false;
    for bin in bins {
        match runs.last_mut() {
            Some(run) if bin.partial && was_partial => run.last = bin.end,
            _ if bin.partial => runs.push(Period::new(bin.start, bin.end)),
            _ => {}
        }
        was_partial = bin.partial;
    }
    runs
}

/// A reported event as a dated label: its place, or what happened.
fn annotation(context: &Context<'_>, id: &str) -> Option<timeline::Annotation> {
    let event = context.input.case.event(id)?;
    let place = event.place.as_deref().and_then(|place| context.input.case.place(place));
    let label = place.map_or_else(|| words::capitalised(&event.kind.replace('-', " ")), |place| place.name.clone());
    Some(timeline::Annotation { when: days(&event.when, None)?, label })
}

pub(super) fn map(context: &Context<'_>, directive: &Directive, id: &str) -> Result<String, Vec<Slip>> {
    let keys = [&SELECTION[..], &["measure", "region"]].concat();
    let mut keys = Keys::new(context, directive, &keys);
    let question = Question { measure: keys.measure(), of: keys.selection() };
    let is_deaths = question.measure != Measure::Events;
    let unit = if is_deaths { "deaths" } else { "events" };
    let title = keys.title(|| {
        let period = question.of.period.map_or(String::new(), |period| format!(", {}", period.english()));
        format!("{}{unit} by place{period}", names(context, &question.of.actor))
    });
    let region = keys.text("region").map(|region| region.split(',').map(|name| name.trim().to_owned()).collect());
    let (question, title) = keys.finish((question, title))?;
    let observed = match context.input.figure_data.map(&question) {
        Ok(observed) => observed,
        Err(why) => return Ok(missing(id, &title, &why)),
    };
    let countries = region.unwrap_or_else(|| countries(context, &question.of.place));
    let places = observed.parts.iter().map(|spot| map::Place {
        name: spot.name.clone(),
        longitude: spot.lon,
        latitude: spot.lat,
        precision_km: spot.precision_km,
        value: if is_deaths { spot.deaths } else { spot.events },
    });
    let input = map::Map {
        title,
        unit: unit.to_owned(),
        region: map::Region::Countries(countries.clone()),
        focus: countries,
        places: places.collect(),
    };
    Ok(figure::html(id, &observed.source, |options| map::render(&input, options)))
}

/// The countries that the places of a selection lie in; without places, those that the datasets are declared to cover.
fn countries(context: &Context<'_>, places: &[String]) -> Vec<String> {
    let case = context.input.case;
    let mut found: Vec<String> = Vec::new();
    for id in places {
        let mut place = case.place(id);
        // A place within a place within … a country; the reader has refused cycles, the bound is for safety.
        for _ in 0..16 {
            let Some(here) = place else { break };
            found.extend(here.country.iter().cloned());
            if here.kind == PlaceKind::Country {
                found.push(here.name.clone());
                break;
            }
            place = here.within.as_deref().and_then(|outer| case.place(outer));
        }
    }
    if found.is_empty() {
        let covered = case.datasets.iter().flat_map(|dataset| &dataset.coverage);
        found.extend(covered.filter(|c| c.status != CoverageStatus::None && c.area != "*").map(|c| c.area.clone()));
    }
    found.retain(|name| figure::world::World::embedded().country(name).is_some());
    let mut unique = Vec::new();
    for name in found {
        if !unique.contains(&name) {
            unique.push(name);
        }
    }
    unique
}
