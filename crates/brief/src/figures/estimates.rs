//! What sources estimate of one quantity of an actor, side by side.

use casefile_model::quantity::Bounds;
use casefile_model::statement::Rank;

use super::{days, names, overlaps};
use crate::context::Context;
use crate::figure::{self, strength};
use crate::keys::Keys;
use crate::markdown::Directive;
use crate::slip::Slip;

pub(super) fn strength(context: &Context<'_>, directive: &Directive, id: &str) -> Result<String, Vec<Slip>> {
    let mut keys = Keys::new(context, directive, &["actor", "quantity", "period"]);
    keys.require("actor", "ID");
    let actors = keys.actors("actor");
    let quantity = keys.text("quantity").unwrap_or("strength").to_owned();
    let period = keys.date("period");
    let title =
        keys.title(|| format!("{}estimates of {} by source", names(context, &actors), quantity.replace('-', " ")));
    let (actors, period, title) = keys.finish((actors, period, title))?;
    let chosen: Vec<_> = context
        .input
        .case
        .estimates
        .iter()
        .filter(|e| actors.contains(&e.actor) && e.quantity == quantity)
        .filter(|e| !e.envelope.negated && e.envelope.rank != Rank::Deprecated)
        .filter(|e| period.is_none() || overlaps(e.envelope.valid.as_ref(), period.as_ref()))
        .collect();
    let estimates = chosen.iter().filter_map(|e| {
        Some(strength::Estimate {
            source: context.label(&e.envelope.source),
            phrase: e.value.phrase().to_owned(),
            when: days(e.envelope.valid.as_ref()?, context.input.case.period.as_ref())?,
            strict: range(&e.value.strict()),
            pragmatic: range(&e.value.pragmatic()),
        })
    });
    let unit = chosen.first().map_or_else(|| quantity.clone(), |e| e.unit.clone());
    let input = strength::Strength { title, unit, estimates: estimates.collect() };
    Ok(figure::html(id, "Estimates as coded in the case.", |options| strength::render(&input, options)))
}

pub(super) fn range(bounds: &Bounds) -> figure::Bounds {
    let finite = |end: f64| end.is_finite().then_some(end);
    // That a count is not below nothing is not a bound that a source has set.
    figure::Bounds { low: finite(bounds.lo()), high: finite(bounds.hi()) }
}
