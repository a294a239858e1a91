//! Who fights, backs, joins and leaves whom: the case's relations, and the dyads of events, as a network over time.

use std::collections::{BTreeMap, BTreeSet};

use casefile_case::Case;
use casefile_model::actor::{Actor, Coding};
use casefile_model::claim::Violence;
use casefile_model::date::{self, When};
use casefile_model::statement::{Rank, Relation};
use casefile_stats::network::{
    self, Balance, Betweenness, Communities, Degree, Network, NetworkError, RankShift, Reading, Sign, Span, Tie,
    Validity,
};
use serde::Serialize;

use crate::change::day;
use crate::observation::Observation;

/// Runs of the search for camps, each from another order of the actors.
const RUNS: usize = 100;
/// Deals of the signs over the links.
const DEALS: usize = 5000;

/// The network of a case, and what did not get into it.
#[derive(Debug, Clone, PartialEq)]
pub struct Built {
    /// Actors and ties.
    pub network: Network,
    /// Ties that come from statements.
    pub stated: usize,
    /// Ties that come from events.
    pub fought: usize,
    /// Sides of events that are no actor of the case, by the dataset's names. They stand in the network under these.
    pub strangers: BTreeSet<String>,
    /// Events by one side against civilians: they are no tie between two that fight.
    pub one_sided: u64,
}

/// The network under one reading of its vague dates.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Side {
    /// Actors that have a tie.
    pub active: usize,
    /// Pairs of actors that have one.
    pub links: usize,
    /// Degrees, by actor.
    pub degrees: Vec<Degree>,
    /// Betweenness, either way along ties, by actor.
    pub betweenness: Vec<Betweenness>,
    /// Camps.
    pub camps: Communities,
    /// Structural balance.
    pub balance: Balance,
}

/// The network at one time.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Picture {
    /// Of the ties that are certainly there.
    pub certain: Side,
    /// Of those and the ties that may be.
    pub possible: Side,
}

/// What changed between two times.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Shift {
    /// Ties and actors that appeared, ended or changed sign.
    pub change: network::Change,
    /// Shifts of rank by number of neighbours, over the certain ties.
    pub ranks: Vec<RankShift>,
}

/// Days, for the network.
#[must_use]
pub fn span(span: &date::Span) -> Span {
    Span { first: span.start.map(day), last: span.end.map(day) }
}

/// The network of the case's relations, and of the dyads of `events` where there are any.
///
/// A statement that is denied or deprecated makes no tie. An end that was open when the statement was made is certain up to
/// that day only.
///
/// # Errors
/// As [`Network::new`].
pub fn build(case: &Case, events: &[Observation]) -> Result<Built, NetworkError> {
    let mut ties: Vec<Tie> = case.relations.iter().filter_map(|relation| tie(case, relation)).collect();
    let stated = ties.len();
    let (fights, one_sided): (Vec<&Observation>, Vec<&Observation>) =
        events.iter().partition(|event| event.violence != Some(i64::from(Violence::OneSided.code())));
    let sides = Sides::of(case);
    ties.extend(fights.into_iter().filter_map(|event| fight(&sides, event)));
    let fought = ties.len() - stated;
    let known: BTreeSet<String> = case.actors.iter().map(|actor| actor.id.clone()).collect();
    let named: BTreeSet<String> = ties.iter().flat_map(|tie| [tie.from.clone(), tie.to.clone()]).collect();
    let strangers: BTreeSet<String> = named.difference(&known).cloned().collect();
    let actors = known.union(&strangers).cloned().collect();
    let one_sided = one_sided.iter().map(|event| event.n).sum();
    Ok(Built { network: Network::new(actors, ties)?, stated, fought, strangers, one_sided })
}

fn tie(case: &Case, relation: &Relation) -> Option<Tie> {
    let envelope = &relation.envelope;
    if envelope.negated || envelope.rank == Rank::Deprecated {
        return None;
    }
    let told = case.asserted(envelope).and_then(|day| day.latest());
    let when = envelope.valid.as_ref().map(When::state);
    let when = told.and_then(|told| when.map(|when| when.known_on(told))).or(when);
    let validity = when.map_or_else(|| Validity::exact(Span::ALWAYS), |when| validity(&when));
    Some(Tie {
        from: relation.from.clone(),
        to: relation.to.clone(),
        kind: relation.kind.name().to_owned(),
        sign: Sign::of_relation(relation.kind.name())?,
        directed: !relation.kind.is_symmetric(),
        weight: 1.0,
        validity,
        key: envelope.id.clone(),
    })
}

fn validity(when: &When) -> Validity {
    Validity { certain: when.certain().as_ref().map(span), possible: span(&when.possible()) }
}

fn fight(sides: &Sides<'_>, event: &Observation) -> Option<Tie> {
    let [from, to] = [&event.side_a, &event.side_b].map(|side| side.as_ref().map(|name| sides.actor(name, event)));
    let (from, to) = (from?, to?);
    let days = Span::days(day(event.start), day(event.end));
    (from != to).then(|| Tie {
        from,
        to,
        kind: "fighting".to_owned(),
        sign: Sign::Negative,
        directed: false,
        weight: event.n as f64,
        validity: if event.is_dated() { Validity::exact(days) } else { Validity::sometime(days) },
        key: event.id.clone(),
    })
}

/// Which actors of the case stand behind the names that datasets give to sides.
struct Sides<'a> {
    case: &'a Case,
    by_name: BTreeMap<&'a str, Vec<(&'a Actor, Option<&'a Coding>)>>,
}

impl<'a> Sides<'a> {
    fn of(case: &'a Case) -> Self {
        let mut by_name: BTreeMap<&str, Vec<(&Actor, Option<&Coding>)>> = BTreeMap::new();
        for actor in &case.actors {
            for coding in &actor.coded {
                for name in &coding.names {
                    by_name.entry(name).or_default().push((actor, Some(coding)));
                }
            }
            by_name.entry(&actor.name).or_default().push((actor, None));
        }
        Self { case, by_name }
    }

    /// The actor of that name at the time and place of the event: one coded for a place goes before one that is coded for
    /// everywhere. The name itself where the case has none.
    fn actor(&self, name: &str, event: &Observation) -> String {
        let lived = |actor: &Actor| actor.exists.is_none_or(|exists| exists.possible().contains(event.start));
        let fits = |(actor, coding): &&(&Actor, Option<&Coding>)| {
            lived(actor)
                && coding.and_then(|coding| coding.within.as_deref()).is_none_or(|place| self.is_in(place, event))
        };
        let candidates = self.by_name.get(name).into_iter().flatten().filter(fits);
        let nearest = candidates.min_by_key(|(_, coding)| coding.is_none_or(|coding| coding.within.is_none()));
        nearest.map_or_else(|| name.to_owned(), |(actor, _)| actor.id.clone())
    }

    fn is_in(&self, place: &str, event: &Observation) -> bool {
        let spelt = |names: &[String], own: &Option<String>| own.as_ref().is_some_and(|own| names.contains(own));
        self.case.place_closure(place).into_iter().filter_map(|id| self.case.place(id)).any(|place| {
            spelt(&place.country, &event.country)
                || spelt(&place.admin1, &event.admin1)
                || spelt(&place.admin2, &event.admin2)
        })
    }
}

/// The network in a period, under both readings.
#[must_use]
pub fn picture(network: &Network, period: Span, seed: u64) -> Picture {
    let side = |reading| {
        let graph = network.graph(period, reading);
        Side {
            active: graph.active().len(),
            links: graph.links().len(),
            degrees: network::degrees(&graph),
            betweenness: network::betweenness(&graph, false),
            camps: network::communities(&graph, RUNS, seed),
            balance: network::balance(&graph, DEALS, seed),
        }
    };
    Picture { certain: side(Reading::Certain), possible: side(Reading::Possible) }
}

/// What changed from one period to another.
#[must_use]
pub fn shift(network: &Network, before: Span, after: Span) -> Shift {
    let [was, is] = [before, after].map(|period| network.graph(period, Reading::Certain));
    let neighbours = |graph: &network::Graph<'_>| {
        network::degrees(graph).into_iter().map(|degree| (degree.actor, degree.neighbours as f64)).collect()
    };
    Shift { change: network::change(network, before, after), ranks: network::rank_shifts(&was, &is, neighbours) }
}

#[cfg(test)]
mod tests {
    use casefile_case::read_files;
    use casefile_stats::network::{Presence, Way, paths};

    use super::*;

    const CASE: &str = r#"
[case]
format = 1
id = "x"
title = "x"

[[source]]
id = "s"
type = "report"
title = "x"
reliability = "B"
issued = "2016-06-30"

[[place]]
id = "exland"
name = "Exland"
kind = "country"
country = ["Exland"]

[[actor]]
id = "red"
name = "Red Front"
kind = "armed-group"
coded = [{ dataset = "ucdp-ged", names = ["Red"], within = "exland" }]

[[actor]]
id = "red-everywhere"
name = "Red Army"
kind = "armed-group"
coded = [{ dataset = "ucdp-ged", names = ["Red"] }]

[[actor]]
id = "old-regime"
name = "Old regime"
kind = "state"
exists = "../2015"
coded = [{ dataset = "ucdp-ged", names = ["Government of Exland"] }]

[[actor]]
id = "new-regime"
name = "New regime"
kind = "state"
exists = "2016/.."
coded = [{ dataset = "ucdp-ged", names = ["Government of Exland"] }]

[[relation]]
id = "allies"
kind = "alliance"
from = "red"
to = "old-regime"
valid = "2014/.."
source = "s"

[[relation]]
id = "denied"
kind = "support"
from = "new-regime"
to = "red"
negated = true
source = "s"

[[relation]]
id = "withdrawn"
kind = "support"
from = "new-regime"
to = "red"
rank = "deprecated"
source = "s"
"#;

    fn case() -> Case {
        let loaded = read_files(&[("case.toml", CASE.to_owned())]);
        assert!(loaded.case.is_some(), "{:?}", loaded.diagnostics);
        loaded.case.unwrap()
    }

    fn event(id: &str, day: &str, sides: [&str; 2], country: &str) -> Observation {
        Observation {
            id: id.to_owned(),
            start: day.parse().unwrap(),
            end: day.parse().unwrap(),
            side_a: Some(sides[0].to_owned()),
            side_b: Some(sides[1].to_owned()),
            country: Some(country.to_owned()),
            violence: Some(1),
            ..Observation::default()
        }
    }

    fn on(date: &str) -> Span {
        Span::day(day(date.parse().unwrap()))
    }

    #[test]
    fn what_is_denied_or_withdrawn_is_no_tie_and_an_open_end_is_certain_while_told_of() {
        let built = build(&case(), &[]).unwrap();
        assert_eq!((built.stated, built.fought), (1, 0));
        let holds = |date| built.network.ties()[0].validity.during(on(date));
        assert_eq!(holds("2013-12-31"), Presence::No);
        assert_eq!(holds("2014-06-01"), Presence::Possibly);
        assert_eq!(holds("2016-06-30"), Presence::Certainly);
        assert_eq!(holds("2016-07-01"), Presence::Possibly);
    }

    #[test]
    fn sides_are_actors_of_their_time_and_place() {
        let events = [
            event("e1", "2015-05-05", ["Government of Exland", "Red"], "Exland"),
            event("e2", "2016-05-05", ["Government of Exland", "Red"], "Elsewhere"),
            event("e3", "2016-05-06", ["Government of Exland", "Green"], "Exland"),
            Observation { violence: Some(3), n: 2, ..event("e4", "2016-05-06", ["Red", "Civilians"], "Exland") },
        ];
        let built = build(&case(), &events).unwrap();
        let ends = |key: &str| {
            let tie = built.network.ties().iter().find(|tie| tie.key == key).unwrap();
            (tie.from.as_str(), tie.to.as_str())
        };
        assert_eq!(ends("e1"), ("old-regime", "red"));
        assert_eq!(ends("e2"), ("new-regime", "red-everywhere"));
        assert_eq!(ends("e3"), ("new-regime", "Green"));
        assert_eq!((built.fought, built.one_sided), (3, 2));
        assert_eq!(built.strangers, BTreeSet::from(["Green".to_owned()]));
    }

    #[test]
    fn every_step_of_a_way_names_what_it_rests_on() {
        let events = [event("e1", "2016-05-05", ["Red", "Green"], "Exland")];
        let built = build(&case(), &events).unwrap();
        let graph = built.network.graph(on("2016-05-05"), Reading::Certain);
        let found = paths(&graph, "old-regime", "Green", Way::Either, None, 10).unwrap();
        let keys: Vec<&str> = found.paths[0].steps.iter().flat_map(|step| &step.ties).map(|t| t.key.as_str()).collect();
        assert_eq!(keys, ["allies", "e1"]);
        assert_eq!(found.paths[0].sign, Some(Sign::Negative));
    }

    #[test]
    fn a_friend_who_turns_foe_is_a_change_of_sign() {
        let events = [event("e1", "2016-05-05", ["Red", "Government of Exland"], "Exland")];
        let mut case = case();
        case.relations.retain(|_| false);
        let built = build(&case, &events).unwrap();
        let found = shift(&built.network, on("2016-05-04"), on("2016-05-05"));
        assert_eq!(found.change.actors_appeared, ["new-regime", "red"]);
        let picture = picture(&built.network, on("2016-05-05"), 1);
        assert_eq!((picture.certain.active, picture.certain.links), (2, 1));
        assert_eq!(picture.certain.degrees[0].foes, 1);
    }
}
