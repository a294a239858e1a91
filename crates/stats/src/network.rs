//! Networks of actors over time: who fights, backs, joins and leaves whom.
//!
//! Ties come from statements (relations with a validity) and from events (dyads that fought on a day). Each is signed:
//! `+1` for alliance, support, allegiance; `−1` for fighting and rivalry; `0` where it has no valence. Dates may be
//! vague, so a tie is certainly, possibly or not there in a period, and every measure can be read off two graphs: that
//! of the certain ties ([`Reading::Certain`]) and that of all possible ones ([`Reading::Possible`]).
//!
//! Measures that only grow with ties (degrees, counts of triads) lie between the two readings. Others, such as
//! betweenness, modularity and ranks, need not: the two readings are then two answers, not bounds.

mod balance;
mod betweenness;
mod change;
mod communities;
mod degree;
mod graph;
mod paths;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use serde::Serialize;
use thiserror::Error;

pub use balance::{Balance, SignNull, Triads, balance};
pub use betweenness::{Betweenness, betweenness};
pub use change::{Change, Fate, PairChange, PairState, RankShift, change, rank_shifts};
pub use communities::{Communities, Modularity, communities, modularity};
pub use degree::{Degree, degrees};
pub use graph::{Arc, Bundle, Graph, Link, Stance};
pub use paths::{Path, Paths, Step, TieOnTheWay, Way, paths};

/// Whether a tie binds or divides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Sign {
    /// −1: fighting, rivalry, breaking away.
    Negative,
    /// 0: no valence, such as succession.
    Neutral,
    /// +1: alliance, support, allegiance, membership.
    Positive,
}

impl Sign {
    /// The sign that each kind of relation in a case is read with, by its name in a case file. A convention of this
    /// project: a merger binds, a split and a defection divide, a succession does neither.
    pub const OF_RELATIONS: [(&'static str, Self); 10] = [
        ("part-of", Self::Positive),
        ("allegiance", Self::Positive),
        ("alliance", Self::Positive),
        ("rivalry", Self::Negative),
        ("support", Self::Positive),
        ("split", Self::Negative),
        ("merger", Self::Positive),
        ("succession", Self::Neutral),
        ("defection", Self::Negative),
        ("leadership", Self::Positive),
    ];

    /// The sign of a kind of relation, if it is one of [`OF_RELATIONS`](Self::OF_RELATIONS).
    pub fn of_relation(kind: &str) -> Option<Self> {
        Self::OF_RELATIONS.iter().find(|(name, _)| *name == kind).map(|(_, sign)| *sign)
    }
}

/// A stretch of days since 1970-01-01, both ends included; `None` is an end without bound.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
pub struct Span {
    /// First day.
    pub first: Option<i32>,
    /// Last day.
    pub last: Option<i32>,
}

impl Span {
    /// All of time.
    pub const ALWAYS: Self = Self { first: None, last: None };

    /// From the first day to the last, both included.
    pub fn days(first: i32, last: i32) -> Self {
        Self { first: Some(first), last: Some(last) }
    }

    /// One day.
    pub fn day(day: i32) -> Self {
        Self::days(day, day)
    }

    /// The ends as plain days, open ones beyond all others.
    fn ends(self) -> (i64, i64) {
        (self.first.map_or(i64::MIN, i64::from), self.last.map_or(i64::MAX, i64::from))
    }

    /// Whether the two share a day.
    pub fn meets(self, other: Self) -> bool {
        let ((a, b), (c, d)) = (self.ends(), other.ends());
        a <= d && c <= b
    }

    /// Whether all of this lies in the other.
    pub fn within(self, other: Self) -> bool {
        let ((a, b), (c, d)) = (self.ends(), other.ends());
        c <= a && b <= d
    }

    fn is_in_order(self) -> bool {
        let (first, last) = self.ends();
        first <= last
    }
}

/// When a tie holds, as far as is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Validity {
    /// Days on which it holds for certain, if there are any.
    pub certain: Option<Span>,
    /// Days on which it may hold. It does hold on at least one of them.
    pub possible: Span,
}

impl Validity {
    /// Holds throughout those days and on no other.
    pub fn exact(span: Span) -> Self {
        Self { certain: Some(span), possible: span }
    }

    /// Holds at some time within those days; which, is not known.
    pub fn sometime(span: Span) -> Self {
        Self { certain: None, possible: span }
    }

    /// Whether the tie holds on some day of the period.
    pub fn during(&self, period: Span) -> Presence {
        let certain = self.certain.is_some_and(|span| span.meets(period)) || self.possible.within(period);
        match (certain, self.possible.meets(period)) {
            (true, _) => Presence::Certainly,
            (false, true) => Presence::Possibly,
            (false, false) => Presence::No,
        }
    }
}

/// Whether something is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Presence {
    /// It is not.
    No,
    /// It may be.
    Possibly,
    /// It is.
    Certainly,
}

/// Which ties a graph is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reading {
    /// Those that are certainly there.
    Certain,
    /// Those that are certainly or possibly there.
    Possible,
}

/// A tie between two actors, from one statement or one event.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Tie {
    /// Actor it starts from.
    pub from: String,
    /// Actor it goes to.
    pub to: String,
    /// Kind of relation or event, in the caller's words.
    pub kind: String,
    /// Whether it binds or divides.
    pub sign: Sign,
    /// False where it reads the same in both directions.
    pub directed: bool,
    /// How much it counts for, greater than 0; 1 for a statement, the number of events for a dyad.
    pub weight: f64,
    /// When it holds.
    pub validity: Validity,
    /// Identifier of the statement or event that it comes from.
    pub key: String,
}

/// Input that makes no network.
#[derive(Debug, Clone, PartialEq, Error)]
pub enum NetworkError {
    /// A tie names an actor that is not in the list of actors.
    #[error(
        "tie `{key}` names the actor `{actor}`, which is not in the list of actors; add it to the list or mend the tie"
    )]
    UnknownActor {
        /// Key of the tie.
        key: String,
        /// The actor named.
        actor: String,
    },
    /// A question names an actor that is not in the network.
    #[error("no actor `{0}` is in the network; ask for one that is")]
    NoSuchActor(String),
    /// An actor is listed twice.
    #[error("actor `{0}` is listed twice; list each actor once")]
    ActorTwice(String),
    /// A tie from an actor to itself.
    #[error("tie `{key}` goes from `{actor}` to itself; a tie has two ends")]
    ToItself {
        /// Key of the tie.
        key: String,
        /// The actor at both ends.
        actor: String,
    },
    /// A weight that is zero, negative or not a number.
    #[error("tie `{key}` has the weight {weight}; write a number greater than 0")]
    Weight {
        /// Key of the tie.
        key: String,
        /// The weight given.
        weight: f64,
    },
    /// A validity whose days are out of order, or whose certain days are not among the possible ones.
    #[error(
        "tie `{0}` has a validity that contradicts itself; its certain days must lie among its possible days, first before last"
    )]
    Validity(String),
}

/// Actors and the ties between them, at all times.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Network {
    actors: Vec<String>,
    ties: Vec<Tie>,
    /// The ends of each tie, as places in `actors`.
    #[serde(skip)]
    ends: Vec<(usize, usize)>,
}

impl Network {
    /// A network of those actors and ties. Actors are kept in the order of their identifiers, ties in that of their
    /// keys, so that no answer depends on the order of the input.
    ///
    /// # Errors
    /// An actor listed twice; a tie with an unknown actor, with one actor at both ends, with a weight that is not
    /// greater than 0, or with a validity that contradicts itself.
    pub fn new(mut actors: Vec<String>, mut ties: Vec<Tie>) -> Result<Self, NetworkError> {
        actors.sort();
        if let Some(pair) = actors.windows(2).find(|pair| pair[0] == pair[1]) {
            return Err(NetworkError::ActorTwice(pair[0].clone()));
        }
        ties.sort_by(|a, b| (&a.key, &a.from, &a.to).cmp(&(&b.key, &b.from, &b.to)));
        let ends = {
            let places: BTreeMap<&str, usize> = actors.iter().enumerate().map(|(n, id)| (id.as_str(), n)).collect();
            ties.iter().map(|tie| check(tie, &places)).collect::<Result<_, _>>()?
        };
        Ok(Self { actors, ties, ends })
    }

    /// Identifiers of the actors, in order. Their places are the numbers that graphs speak of.
    pub fn actors(&self) -> &[String] {
        &self.actors
    }

    /// The ties, in the order of their keys. Their places are the numbers that graphs speak of.
    pub fn ties(&self) -> &[Tie] {
        &self.ties
    }

    /// The place of an actor.
    ///
    /// # Errors
    /// No such actor.
    pub fn place_of(&self, actor: &str) -> Result<usize, NetworkError> {
        let found = self.actors.binary_search_by(|id| id.as_str().cmp(actor));
        found.map_err(|_| NetworkError::NoSuchActor(actor.to_owned()))
    }

    /// The graph of all ties in a period.
    pub fn graph(&self, period: Span, reading: Reading) -> Graph<'_> {
        self.graph_of(period, reading, |_| true)
    }

    /// The graph of those ties in a period that `select` lets through: one sign, one kind, one source.
    pub fn graph_of(&self, period: Span, reading: Reading, select: impl Fn(&Tie) -> bool) -> Graph<'_> {
        let least = match reading {
            Reading::Certain => Presence::Certainly,
            Reading::Possible => Presence::Possibly,
        };
        let there = |tie: &Tie| tie.validity.during(period) >= least && select(tie);
        let ties = (0..self.ties.len()).filter(|n| there(&self.ties[*n]));
        Graph::of(self, ties)
    }
}

/// The places of a tie's two actors.
fn check(tie: &Tie, places: &BTreeMap<&str, usize>) -> Result<(usize, usize), NetworkError> {
    let key = || tie.key.clone();
    let place = |actor: &String| {
        let found = places.get(actor.as_str()).copied();
        found.ok_or_else(|| NetworkError::UnknownActor { key: key(), actor: actor.clone() })
    };
    let (from, to) = (place(&tie.from)?, place(&tie.to)?);
    if from == to {
        return Err(NetworkError::ToItself { key: key(), actor: tie.from.clone() });
    }
    if !(tie.weight.is_finite() && tie.weight > 0.0) {
        return Err(NetworkError::Weight { key: key(), weight: tie.weight });
    }
    let Validity { certain, possible } = tie.validity;
    if !possible.is_in_order() || certain.is_some_and(|span| !span.is_in_order() || !span.within(possible)) {
        return Err(NetworkError::Validity(key()));
    }
    Ok((from, to))
}
