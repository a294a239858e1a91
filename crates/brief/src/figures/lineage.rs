//! The genealogy of armed groups, from the relations that sources state.

use std::collections::BTreeSet;

use casefile_model::actor::ActorKind;
use casefile_model::statement::{Rank, Relation, RelationKind};

use super::ties::{drawn_as, standing};
use super::{days, ends, missing};
use crate::context::Context;
use crate::figure::{self, Period, genealogy};
use crate::keys::Keys;
use crate::markdown::Directive;
use crate::slip::Slip;

pub(super) fn genealogy(context: &Context<'_>, directive: &Directive, id: &str) -> Result<String, Vec<Slip>> {
    let mut keys = Keys::new(context, directive, &["actors", "period"]);
    let mut actors = keys.actors("actors");
    let period = keys.date("period").or(context.input.case.period);
    let title = keys.title(|| "Genealogy of the groups".to_owned());
    let (period, title) = keys.finish((period, title))?;
    if actors.is_empty() {
        actors = descended(context);
    }
    let Some(period) = period.and_then(|period| days(&period, None)) else {
        return Ok(missing(id, &title, "The case names no period for this figure."));
    };
    let input = genealogy::Genealogy {
        title,
        period,
        groups: actors.iter().filter_map(|id| group(context, id, period)).collect(),
        ties: context.input.case.relations.iter().filter_map(|r| descent(context, r, &actors, period)).collect(),
    };
    Ok(figure::html(id, "Relations as coded in the case.", |options| genealogy::render(&input, options)))
}

/// Kinds of relation that a genealogy shows between lanes.
fn is_descent(kind: RelationKind) -> bool {
    use RelationKind::{Allegiance, Alliance, Defection, Merger, Split, Succession, Support};
    matches!(kind, Split | Merger | Succession | Allegiance | Defection | Alliance | Support)
}

/// Every group that a relation of descent names, in the order of the case.
fn descended(context: &Context<'_>) -> Vec<String> {
    let case = context.input.case;
    let is_named = |id: &str| case.relations.iter().any(|r| is_descent(r.kind) && (r.from == id || r.to == id));
    let groups = case.actors.iter().filter(|actor| {
        matches!(actor.kind, ActorKind::ArmedGroup | ActorKind::Faction | ActorKind::Coalition) && is_named(&actor.id)
    });
    groups.map(|actor| actor.id.clone()).collect()
}

fn group(context: &Context<'_>, id: &str, shown: Period) -> Option<genealogy::Group> {
    let case = context.input.case;
    let actor = case.actor(id)?;
    let end = |day: Option<Period>, keep: fn(&Period, &Period) -> bool| day.filter(|day| keep(day, &shown));
    let (founded, ended) = actor.exists.as_ref().map_or((None, None), ends);
    Some(genealogy::Group {
        id: actor.id.clone(),
        name: actor.label().to_owned(),
        family: family(context, id),
        founded: end(founded, |day, shown| day.last >= shown.first),
        ended: end(ended, |day, shown| day.first <= shown.last),
        leaders: leaders(context, id),
    })
}

/// The group at the top of the part-of relations, for the colour; nothing for a group that stands alone.
fn family(context: &Context<'_>, id: &str) -> String {
    let case = context.input.case;
    let mut at = id;
    for _ in 0..16 {
        let above = case.relations.iter().find(|r| {
            r.kind == RelationKind::PartOf && r.from == at && !r.envelope.negated && r.envelope.rank != Rank::Deprecated
        });
        let Some(above) = above else { break };
        at = &above.to;
    }
    let has_parts = case.relations.iter().any(|r| r.kind == RelationKind::PartOf && r.to == at && !r.envelope.negated);
    if has_parts { case.actor(at).map_or(String::new(), |actor| actor.label().to_owned()) } else { String::new() }
}

/// The leaders of a group, each once for every time in office: what several sources say of one time is taken together.
fn leaders(context: &Context<'_>, group: &str) -> Vec<genealogy::Leader> {
    let stated: Vec<&Relation> = context
        .input
        .case
        .relations
        .iter()
        .filter(|r| r.kind == RelationKind::Leadership && r.to == group)
        .filter(|r| !r.envelope.negated && r.envelope.rank != Rank::Deprecated)
        .collect();
    let mut seen = BTreeSet::new();
    let people = stated.iter().map(|r| r.from.as_str()).filter(|id| seen.insert(*id));
    people.flat_map(|person| terms(context, person, &stated)).collect()
}

/// One person's times in office.
fn terms(context: &Context<'_>, person: &str, stated: &[&Relation]) -> Vec<genealogy::Leader> {
    let Some(actor) = context.input.case.actor(person) else { return Vec::new() };
    let of_person = || stated.iter().filter(|r| r.from == person);
    let is_interval = |r: &&&Relation| r.envelope.valid.is_some_and(|valid| valid.is_interval());
    // A single date says that someone led then, and not from when until when.
    let with_ends: Vec<_> = of_person().filter(is_interval).collect();
    let told = if with_ends.is_empty() { of_person().collect() } else { with_ends };
    let mut terms: Vec<genealogy::Leader> = Vec::new();
    for relation in told {
        let (from, until) = relation.envelope.valid.as_ref().map_or((None, None), ends);
        let died = relation.ended_by.as_deref() == Some("death");
        let term = genealogy::Leader { name: actor.label().to_owned(), from, until, died };
        match terms.iter_mut().find(|earlier| meet(earlier, &term)) {
            Some(earlier) => {
                earlier.from = sharper(earlier.from, term.from);
                earlier.until = sharper(earlier.until, term.until);
                earlier.died |= died;
            }
            None => terms.push(term),
        }
    }
    terms
}

/// Whether two accounts of a time in office can be of the same one.
fn meet(a: &genealogy::Leader, b: &genealogy::Leader) -> bool {
    let before = |a: &genealogy::Leader, b: &genealogy::Leader| match (a.until, b.from) {
        (Some(until), Some(from)) => until.last < from.first,
        _ => false,
    };
    !before(a, b) && !before(b, a)
}

/// The date that says more.
fn sharper(a: Option<Period>, b: Option<Period>) -> Option<Period> {
    match (a, b) {
        (Some(a), Some(b)) => Some(if b.days() < a.days() { b } else { a }),
        (a, b) => a.or(b),
    }
}

fn descent(context: &Context<'_>, relation: &Relation, actors: &[String], shown: Period) -> Option<genealogy::Tie> {
    let is_here = is_descent(relation.kind) && actors.contains(&relation.from) && actors.contains(&relation.to);
    (is_here && relation.from != relation.to && relation.envelope.rank != Rank::Deprecated).then_some(())?;
    let date = relation.envelope.valid.or_else(|| context.input.case.asserted(&relation.envelope))?;
    let (from, until) = ends(&date);
    let when = from.or(until).filter(|when| when.overlaps(&shown))?;
    let lasts = matches!(relation.kind, RelationKind::Alliance | RelationKind::Support | RelationKind::Allegiance);
    // A split is coded from the group that broke away, and drawn from the one that it left.
    let (from, to) = if relation.kind == RelationKind::Split || relation.kind == RelationKind::Succession {
        (&relation.to, &relation.from)
    } else {
        (&relation.from, &relation.to)
    };
    Some(genealogy::Tie {
        from: from.clone(),
        to: to.clone(),
        kind: drawn_as(relation.kind),
        when,
        until: until.filter(|_| lasts && date.is_interval()),
        phrase: relation.count.as_ref().map_or(String::new(), |count| count.phrase().to_owned()),
        standing: standing(relation),
    })
}
