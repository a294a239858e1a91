//! The network of relations between actors at one time, and how relations are drawn.

use std::collections::BTreeMap;

use casefile_case::Case;
use casefile_model::actor::ActorKind;
use casefile_model::answer::Answer;
use casefile_model::date::{Edtf, When};
use casefile_model::statement::{Rank, Relation, RelationKind};

use crate::context::Context;
use crate::figure::{self, Standing, network, relation};
use crate::keys::Keys;
use crate::markdown::Directive;
use crate::slip::Slip;

pub(super) fn network(context: &Context<'_>, directive: &Directive, id: &str) -> Result<String, Vec<Slip>> {
    let mut keys = Keys::new(context, directive, &["at", "actors"]);
    keys.require("at", "2021-12");
    let at = keys.date("at");
    let only = keys.actors("actors");
    let title = keys.title(|| at.map_or_else(String::new, |at| format!("Relations between actors, {}", at.english())));
    let (at, only, title) = keys.finish((at, only, title))?;
    let Some(at) = at else { return Ok(String::new()) };
    let input = input(context.input.case, Some(&at), &only, &title);
    Ok(figure::html(id, "Relations as coded in the case.", |options| network::render(&input, options)))
}

/// The figure of the relations at one time, or at any, among these actors; among all where none are named.
#[must_use]
pub fn input(case: &Case, at: Option<&Edtf>, only: &[String], title: &str) -> network::Network {
    let is_shown = |id: &String| only.is_empty() || only.contains(id);
    let stated = case.relations.iter().filter(|r| is_shown(&r.from) && is_shown(&r.to));
    let ties = ties(case, stated, at);
    let is_tied = |id: &str| ties.iter().any(|tie| tie.from == id || tie.to == id);
    let actors = case.actors.iter().filter(|actor| only.contains(&actor.id) || is_tied(&actor.id));
    let actor = |a: &casefile_model::actor::Actor| network::Actor {
        id: a.id.clone(),
        name: a.label().to_owned(),
        kind: shape(a.kind),
    };
    network::Network { title: title.to_owned(), when: at.map_or_else(String::new, Edtf::english), actors: actors.map(actor).collect(), ties }
}

/// Kinds of relation that hold over a time, and are not events.
fn is_lasting(kind: RelationKind) -> bool {
    use RelationKind::{Allegiance, Alliance, Leadership, PartOf, Rivalry, Support};
    matches!(kind, PartOf | Allegiance | Alliance | Rivalry | Support | Leadership)
}

/// What all sources together say of one tie at one time.
#[derive(Default)]
struct Told {
    /// Some source says that it held.
    firm: bool,
    /// Some source says that it held, with a hedge, or at a time that may be this one.
    doubtful: bool,
    /// Some source says that it did not hold at this time, but at another.
    elsewhen: bool,
    /// Some source denies it.
    denied: bool,
}

impl Told {
    fn hear(&mut self, case: &Case, relation: &Relation, at: Option<&Edtf>) {
        let holds = holds(case, relation, at);
        match (relation.envelope.negated, holds) {
            (true, holds) => self.denied |= holds.may_hold(),
            (false, Answer::No) => self.elsewhen = true,
            (false, Answer::Yes) if standing(relation) == Standing::Stated => self.firm = true,
            (false, Answer::Yes) => self.doubtful = true,
            // Said long ago and without an end, while another source knows the end, does not count.
            (false, Answer::Possibly) => self.doubtful = true,
        }
    }

    fn standing(&self) -> Option<Standing> {
        match (self.firm, self.doubtful && !self.elsewhen, self.denied) {
            (true, _, false) => Some(Standing::Stated),
            (true, _, true) | (false, true, _) => Some(Standing::Doubtful),
            (false, false, true) => Some(Standing::Denied),
            (false, false, false) => None,
        }
    }
}

/// One tie for each pair and kind, whichever and however many sources state it.
fn ties<'a>(case: &Case, stated: impl Iterator<Item = &'a Relation>, at: Option<&Edtf>) -> Vec<network::Tie> {
    let mut told: BTreeMap<(&str, &str, RelationKind), Told> = BTreeMap::new();
    for relation in stated.filter(|r| is_lasting(r.kind) && r.envelope.rank != Rank::Deprecated) {
        let (mut from, mut to) = (relation.from.as_str(), relation.to.as_str());
        if relation.kind.is_symmetric() && from > to {
            std::mem::swap(&mut from, &mut to);
        }
        told.entry((from, to, relation.kind)).or_default().hear(case, relation, at);
    }
    let tie = |((from, to, kind), told): (&(&str, &str, RelationKind), &Told)| {
        let standing = told.standing()?;
        Some(network::Tie { from: (*from).to_owned(), to: (*to).to_owned(), kind: drawn_as(*kind), standing })
    };
    told.iter().filter_map(tie).collect()
}

/// Whether a relation held at some time in the period, as far as its source could know: an open end is certain up to
/// the day on which it was stated.
fn holds(case: &Case, relation: &Relation, at: Option<&Edtf>) -> Answer {
    let (Some(valid), Some(at)) = (&relation.envelope.valid, at) else { return Answer::Yes };
    let state = When::state(valid);
    let said = case.asserted(&relation.envelope).and_then(|date| date.latest());
    said.map_or(state, |day| state.known_on(day)).overlaps(&When::period(at))
}

/// How far a relation can be trusted: denied, doubted by its hedge or its grade, or stated.
pub(super) fn standing(relation: &Relation) -> Standing {
    let envelope = &relation.envelope;
    if envelope.negated {
        Standing::Denied
    } else if envelope.hedge.is_some() || !envelope.contradicts.is_empty() {
        Standing::Doubtful
    } else {
        Standing::Stated
    }
}

pub(super) fn drawn_as(kind: RelationKind) -> relation::Relation {
    match kind {
        RelationKind::PartOf => relation::Relation::PartOf,
        RelationKind::Allegiance => relation::Relation::Allegiance,
        RelationKind::Alliance => relation::Relation::Alliance,
        RelationKind::Rivalry => relation::Relation::Rivalry,
        RelationKind::Support => relation::Relation::Support,
        RelationKind::Split => relation::Relation::Split,
        RelationKind::Merger => relation::Relation::Merger,
        RelationKind::Succession => relation::Relation::Succession,
        RelationKind::Defection => relation::Relation::Defection,
        RelationKind::Leadership => relation::Relation::Leadership,
    }
}

pub(super) fn shape(kind: ActorKind) -> network::Kind {
    match kind {
        ActorKind::State => network::Kind::State,
        ActorKind::StateForce => network::Kind::StateForce,
        ActorKind::ArmedGroup => network::Kind::ArmedGroup,
        ActorKind::Faction => network::Kind::Faction,
        ActorKind::Coalition => network::Kind::Coalition,
        ActorKind::Organisation => network::Kind::Organisation,
        ActorKind::Population => network::Kind::Population,
        ActorKind::PublicFigure => network::Kind::Person,
    }
}
