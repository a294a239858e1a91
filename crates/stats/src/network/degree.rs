//! Degrees: how many others an actor is tied to, and how.

use serde::Serialize;

use super::{Graph, Stance};

/// Ties of one actor. Counts are of other actors, weights of ties.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Degree {
    /// The actor.
    pub actor: String,
    /// Actors that it is tied to, whichever way.
    pub neighbours: usize,
    /// `neighbours` over the number of other active actors (Freeman 1978).
    pub centrality: f64,
    /// Actors that its ties lead to. Undirected ties lead both ways.
    pub out: usize,
    /// Actors whose ties lead to it.
    #[serde(rename = "in")]
    pub in_: usize,
    /// Weight of the ties that lead from it.
    pub out_weight: f64,
    /// Weight of the ties that lead to it.
    pub in_weight: f64,
    /// Neighbours with which it has only positive ties, besides neutral ones.
    pub friends: usize,
    /// Neighbours with which it has only negative ties, besides neutral ones.
    pub foes: usize,
    /// Neighbours with which it has both.
    pub mixed: usize,
    /// Weight of its positive ties, each counted once.
    pub positive_weight: f64,
    /// Weight of its negative ties, each counted once.
    pub negative_weight: f64,
}

/// The degrees of every active actor, in the order of their identifiers.
///
/// *Source:* Freeman (1978), “Centrality in social networks”, Social Networks 1.
pub fn degrees(graph: &Graph<'_>) -> Vec<Degree> {
    let mut by_place: Vec<Degree> = graph.network().actors().iter().map(|actor| none(actor)).collect();
    for arc in graph.arcs() {
        by_place[arc.from].out += 1;
        by_place[arc.from].out_weight += arc.bundle.weight();
        by_place[arc.to].in_ += 1;
        by_place[arc.to].in_weight += arc.bundle.weight();
    }
    for link in graph.links() {
        for end in [link.a, link.b] {
            let degree = &mut by_place[end];
            degree.neighbours += 1;
            degree.positive_weight += link.bundle.positive;
            degree.negative_weight += link.bundle.negative;
            match link.bundle.stance() {
                Stance::Positive => degree.friends += 1,
                Stance::Negative => degree.foes += 1,
                Stance::Mixed => degree.mixed += 1,
                Stance::Neutral => {}
            }
        }
    }
    let others = graph.active().len().saturating_sub(1).max(1) as f64;
    let mut found: Vec<Degree> = by_place.into_iter().filter(|degree| degree.neighbours > 0).collect();
    for degree in &mut found {
        degree.centrality = degree.neighbours as f64 / others;
    }
    found
}

fn none(actor: &str) -> Degree {
    Degree {
        actor: actor.to_owned(),
        neighbours: 0,
        centrality: 0.0,
        out: 0,
        in_: 0,
        out_weight: 0.0,
        in_weight: 0.0,
        friends: 0,
        foes: 0,
        mixed: 0,
        positive_weight: 0.0,
        negative_weight: 0.0,
    }
}
