//! Figures by directive: from the case's statements, the event data and the measures taken of both to the plain inputs of
//! [`crate::figure`].

pub mod change;
pub mod contagion;
mod estimates;
pub mod forecast;
pub mod history;
pub mod hotspots;
pub mod hypotheses;
pub mod leadership;
mod lineage;
mod observed;
pub mod shift;
pub mod spread;
mod tally;
pub mod ties;

use casefile_model::actor::Actor;
use casefile_model::claim::Selection;
use casefile_model::date::{Edtf, When};

use crate::context::Context;
use crate::figure::Period;
use crate::html::escape;
use crate::markdown::Directive;
use crate::slip::Slip;

/// The kinds of figure.
const KINDS: [&str; 16] = [
    "timeline",
    "map",
    "strength",
    "genealogy",
    "network",
    "verdicts",
    "change",
    "spread",
    "hotspots",
    "contagion",
    "network-change",
    "strength-history",
    "leadership",
    "hypotheses",
    "forecast",
    "exceedance",
];

/// The figure that a directive asks for, the `n`-th of the page.
pub(crate) fn draw(context: &Context<'_>, directive: &Directive, n: usize) -> Result<String, Vec<Slip>> {
    let id = format!("fig-{n}");
    match directive.kind.text.as_str() {
        "timeline" => observed::timeline(context, directive, &id),
        "map" => observed::map(context, directive, &id),
        "strength" => estimates::strength(context, directive, &id),
        "genealogy" => lineage::genealogy(context, directive, &id),
        "network" => ties::network(context, directive, &id),
        "verdicts" => tally::verdicts(context, directive, &id),
        "change" => change::change(context, directive, &id),
        "spread" => spread::spread(context, directive, &id),
        "hotspots" => hotspots::hotspots(context, directive, &id),
        "contagion" => contagion::contagion(context, directive, &id),
        "network-change" => shift::network_change(context, directive, &id),
        "strength-history" => history::history(context, directive, &id),
        "leadership" => leadership::leadership(context, directive, &id),
        "hypotheses" => hypotheses::hypotheses(context, directive, &id),
        "forecast" => forecast::forecast(context, directive, &id),
        "exceedance" => forecast::chances(context, directive, &id),
        other => {
            let slip = Slip::new("unknown-figure", directive.kind.at.clone(), format!("there is no figure `{other}`"));
            Err(vec![slip.one_of(other, KINDS)])
        }
    }
}

/// What stands in the place of a figure whose data are not at hand.
fn missing(id: &str, title: &str, why: &str) -> String {
    format!(
        "<figure class=\"figure missing\" id=\"{id}\">\n<figcaption>{}</figcaption>\n<p>{}</p>\n</figure>\n",
        escape(title),
        escape(why)
    )
}

/// `IS Khorasan: what changed, 2014 to 2022`.
fn asked(context: &Context<'_>, what: &str, of: &Selection) -> String {
    let period = of.period.map_or(String::new(), |period| format!(", {}", period.english()));
    format!("{}{what}{period}", names(context, &of.actor))
}

/// Why nothing may be drawn where some of the counts rest on fewer events than the licence lets be told of.
fn too_few(least: u64, counts: impl Iterator<Item = u64>, what: &str) -> Result<(), String> {
    let counts: Vec<u64> = counts.collect();
    let small = counts.iter().filter(|n| (1..least).contains(*n)).count();
    if small == 0 {
        return Ok(());
    }
    Err(format!(
        "{small} of {} {what} would rest on fewer than {least} events, of which the data's licence lets nothing be published. \
         Longer periods, such as `by=year`, may hold enough.",
        counts.len()
    ))
}

/// Names of actors before what is said of them; nothing for none.
fn names(context: &Context<'_>, actors: &[String]) -> String {
    let names: Vec<&str> = actors.iter().filter_map(|id| context.input.case.actor(id)).map(Actor::label).collect();
    if names.is_empty() { String::new() } else { format!("{}: ", names.join(", ")) }
}

/// Whether a statement that is valid then, or always, may hold at some time in the other period.
fn overlaps(valid: Option<&Edtf>, period: Option<&Edtf>) -> bool {
    match (valid, period) {
        (Some(valid), Some(period)) => When::state(valid).overlaps(&When::period(period)).may_hold(),
        _ => true,
    }
}

/// The days that a date may be; an open end is that of the other period.
fn days(date: &Edtf, within: Option<&Edtf>) -> Option<Period> {
    let (span, outer) = (date.possible(), within.map(Edtf::stated));
    let start = span.start.or(outer.and_then(|outer| outer.start)).or(span.end)?;
    let end = span.end.or(outer.and_then(|outer| outer.end)).or(span.start)?;
    Some(Period::new(start, end))
}

/// The days on which what is so dated may have begun, and those on which it may have ended; `None` where an end is open.
fn ends(date: &Edtf) -> (Option<Period>, Option<Period>) {
    let written = date.to_string();
    let end = |text: &str| Edtf::parse(text).ok().and_then(|date| days(&date, None));
    match written.split_once('/') {
        Some((from, until)) => (end(from), end(until)),
        None => (days(date, None), days(date, None)),
    }
}
