//! Who led a group and when, and what happened around the loss of each leader.

use casefile_case::Case;
use casefile_measure::change::date;
use casefile_measure::leadership::{Around, Weight, around, leaders};
use casefile_stats::leadership::{Ending, TenureRow, VagueDay, table};

use super::{missing, names};
use crate::context::Context;
use crate::figure::{self, Period, tenures};
use crate::keys::Keys;
use crate::markdown::Directive;
use crate::slip::Slip;

/// Weeks on either side of a loss where none are named.
const WEEKS: usize = 8;

pub(super) fn leadership(context: &Context<'_>, directive: &Directive, id: &str) -> Result<String, Vec<Slip>> {
    let mut keys = Keys::new(context, directive, &["actor", "role", "weeks", "period", "with-parts", "place", "dataset"]);
    keys.require("actor", "ID");
    let of = keys.selection();
    let weeks = keys.numbers("weeks", 2..=520).and_then(|weeks| weeks.first().copied()).unwrap_or(WEEKS) as i64;
    let role = keys.text("role");
    let title = keys.title(|| format!("{}leaders, and what followed their loss", names(context, &of.actor)));
    let (mut of, title) = keys.finish((of, title))?;
    let [actor] = of.actor.as_slice() else {
        let slip = Slip::new("too-many", directive.at.clone(), "leaders are those of one actor");
        return Err(vec![slip.expected("actor=ID")]);
    };
    let case = context.input.case;
    let Some(led) = leaders(case, actor, role) else {
        return Ok(missing(id, &title, "No statement of the case says when anyone led."));
    };
    let rows = match table(&led.tenures(), led.as_of) {
        Ok(rows) => rows,
        Err(error) => return Ok(missing(id, &title, &error.to_string())),
    };
    let is_study = of.period.is_some();
    of.period = of.period.or(case.period);
    let (source, found) = match context.input.figure_data.surroundings(&of, is_study, Weight::Events, weeks) {
        Err(why) => ("The case's relations; ".to_owned() + &why, Vec::new()),
        Ok(data) => {
            let lost = rows.iter().filter_map(|row| Some((row.tenure.leader.clone(), row.tenure.to?.0)));
            let found = lost.map(|(who, loss)| published(around(&data.ground, who, loss), data.least)).collect();
            (format!("The case's relations; {}", data.source), found)
        }
    };
    let input = input(case, &title, &rows, led.as_of, &found, (weeks, "events"));
    Ok(figure::html(id, &source, |options| tenures::render(&input, options)))
}

/// Without its counts where the licence lets none be told of so few events.
fn published(mut around: Around, least: u64) -> Around {
    let few = |n: f64| n > 0.0 && n < least as f64;
    if around.ratio.is_some_and(|ratio| few(ratio.before) || few(ratio.after)) {
        around.unsaid = Some(format!("fewer than {least} events, of which the licence lets nothing be told"));
        (around.ratio, around.placebo) = (None, None);
    }
    around
}

/// The figure of tenures and of what happened around their ends: `weeks` on either side, counting `unit`.
#[must_use]
pub fn input(
    case: &Case,
    title: &str,
    rows: &[TenureRow],
    as_of: i64,
    found: &[Around],
    (weeks, unit): (i64, &str),
) -> tenures::Tenures {
    let label = |id: &str| case.actor(id).map_or_else(|| id.to_owned(), |actor| actor.label().to_owned());
    let leader = |row: &TenureRow| tenures::Leader {
        name: label(&row.tenure.leader),
        from: period(row.tenure.from),
        to: row.tenure.to.map(|(day, how)| (period(day), end(how))),
    };
    let loss = |one: &Around| tenures::Loss {
        name: label(&one.leader),
        when: period(one.loss),
        found: match (&one.ratio, &one.unsaid) {
            (Some(ratio), _) => Ok(tenures::Around {
                counts: [ratio.before, ratio.after],
                ratio: [ratio.ratio, ratio.low, ratio.high],
                placebo: one.placebo.map(|placebo| placebo.usual.map(f64::exp)),
                p: one.placebo.map(|placebo| placebo.either),
            }),
            (None, why) => Err(why.clone().unwrap_or_default()),
        },
    };
    tenures::Tenures {
        title: title.to_owned(),
        unit: unit.to_owned(),
        weeks,
        leaders: rows.iter().map(leader).collect(),
        until: Some(day(as_of)),
        losses: found.iter().map(loss).collect(),
    }
}

fn end(how: Ending) -> tenures::End {
    match how {
        Ending::Death => tenures::End::Death,
        Ending::Removal => tenures::End::Removal,
        Ending::Other => tenures::End::Other,
    }
}

fn period(day_of: VagueDay) -> Period {
    Period::new(day(day_of.earliest), day(day_of.latest))
}

fn day(day: i64) -> jiff::civil::Date {
    date(i32::try_from(day).unwrap_or(i32::MAX))
}
