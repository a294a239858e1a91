//! Figures by directive: from the case's statements and the event data to the plain inputs of [`crate::figure`].

mod estimates;
mod lineage;
mod observed;
mod tally;
mod ties;

use casefile_model::actor::Actor;
use casefile_model::date::{Edtf, When};

use crate::context::Context;
use crate::figure::Period;
use crate::html::escape;
use crate::markdown::Directive;
use crate::slip::Slip;

/// The kinds of figure.
const KINDS: [&str; 6] = ["timeline", "map", "strength", "genealogy", "network", "verdicts"];

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
