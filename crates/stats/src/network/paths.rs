//! Ways between two actors, with every tie they rest on.

use std::hash::RandomState;

use petgraph::algo::all_simple_paths;
use petgraph::graph::{DiGraph, NodeIndex};
use serde::Serialize;

use super::{Graph, NetworkError, Sign, Stance};

/// Whether a way must follow the direction of ties.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Way {
    /// Along ties, from their first actor to their second.
    Along,
    /// Along or against ties.
    Either,
}

/// A tie on the way.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TieOnTheWay {
    /// Key of its statement or event.
    pub key: String,
    /// Its kind.
    pub kind: String,
    /// Its sign.
    pub sign: Sign,
    /// Whether the way follows it; false where it is taken backwards. Undirected ties are always followed.
    pub along: bool,
}

/// One step of a way.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Step {
    /// Actor it starts from.
    pub from: String,
    /// Actor it leads to.
    pub to: String,
    /// How the two stand to each other by these ties.
    pub stance: Stance,
    /// Every tie between the two that may be taken.
    pub ties: Vec<TieOnTheWay>,
}

/// A way that visits no actor twice.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Path {
    /// Its steps.
    pub steps: Vec<Step>,
    /// The product of the signs: positive for a friend of a friend or a foe of a foe. None where a step has no single
    /// sign.
    pub sign: Option<Sign>,
}

/// The ways between two actors.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Paths {
    /// Steps of the shortest way; none where no way leads there.
    pub shortest: Option<usize>,
    /// The ways: the shortest first, those of one length by the identifiers on the way.
    pub paths: Vec<Path>,
    /// Whether there are more than were asked for.
    pub capped: bool,
}

/// All shortest ways between two actors, or with `longest` all simple ways of at most so many steps; the first `cap` of
/// them.
///
/// Their number can grow exponentially with `longest`, so ask for few steps. Actors that lie on no way short enough are
/// left out before the search.
///
/// # Errors
/// An actor that is not in the network.
pub fn paths(
    graph: &Graph<'_>,
    from: &str,
    to: &str,
    way: Way,
    longest: Option<usize>,
    cap: usize,
) -> Result<Paths, NetworkError> {
    let (start, end) = (graph.network().place_of(from)?, graph.network().place_of(to)?);
    let neighbours = graph.neighbours(way == Way::Along);
    let (out, back) = (neighbours.steps_from(start), neighbours.turned().steps_from(end));
    let none = Paths { shortest: None, paths: Vec::new(), capped: false };
    let Some(shortest) = out[end].filter(|_| start != end) else { return Ok(none) };
    // No simple way visits more actors than there are.
    let longest = longest.unwrap_or(shortest).min(graph.active().len() - 1);
    let mut found: Vec<Vec<usize>> = Vec::new();
    // One more than the cap, to know whether there are more.
    let wanted = cap.saturating_add(1);
    for length in shortest..=longest {
        let useful =
            |(a, b): &(usize, usize)| out[*a].zip(back[*b]).is_some_and(|(before, after)| before + 1 + after <= length);
        let pairs: Vec<(usize, usize)> = neighbours.pairs().filter(useful).collect();
        found.extend(of_length(&pairs, start, end, length, wanted - found.len()));
        if found.len() == wanted {
            break;
        }
    }
    let capped = found.len() > cap;
    found.truncate(cap);
    let paths = found.iter().map(|nodes| path(graph, way, nodes)).collect();
    Ok(Paths { shortest: Some(shortest), paths, capped })
}

/// The first simple paths of exactly that length, in the order of the places on the way.
fn of_length(pairs: &[(usize, usize)], start: usize, end: usize, length: usize, most: usize) -> Vec<Vec<usize>> {
    let mut places: Vec<usize> = pairs.iter().flat_map(|(a, b)| [*a, *b]).collect();
    places.sort_unstable();
    places.dedup();
    let node = |place: usize| NodeIndex::new(places.partition_point(|other| *other < place));
    let mut graph = DiGraph::<(), ()>::with_capacity(places.len(), pairs.len());
    for _ in &places {
        graph.add_node(());
    }
    // Petgraph visits the arc added last first.
    for (a, b) in pairs.iter().rev() {
        graph.add_edge(node(*a), node(*b), ());
    }
    let between = length - 1;
    let paths = all_simple_paths::<Vec<_>, _, RandomState>(&graph, node(start), node(end), between, Some(between));
    let mut found: Vec<Vec<usize>> =
        paths.take(most).map(|path| path.iter().map(|node| places[node.index()]).collect()).collect();
    found.sort_unstable();
    found
}

fn path(graph: &Graph<'_>, way: Way, nodes: &[usize]) -> Path {
    let steps: Vec<Step> = nodes.windows(2).map(|pair| step(graph, way, pair[0], pair[1])).collect();
    let sign = steps.iter().try_fold(Sign::Positive, |sign, step| match (sign, step.stance) {
        (_, Stance::Mixed | Stance::Neutral) => None,
        (Sign::Positive, Stance::Positive) | (Sign::Negative, Stance::Negative) => Some(Sign::Positive),
        _ => Some(Sign::Negative),
    });
    Path { steps, sign }
}

/// A step with the ties that it may take.
fn step(graph: &Graph<'_>, way: Way, from: usize, to: usize) -> Step {
    let all = graph.network().ties();
    let mut taken: Vec<(usize, bool)> = graph.ties_from_to(from, to).iter().map(|tie| (*tie, true)).collect();
    if way == Way::Either {
        let against = graph.ties_from_to(to, from).iter().filter(|tie| all[**tie].directed);
        taken.extend(against.map(|tie| (*tie, false)));
        taken.sort_unstable();
    }
    let has = |sign: Sign| taken.iter().any(|(tie, _)| all[*tie].sign == sign);
    let stance = match (has(Sign::Positive), has(Sign::Negative)) {
        (true, true) => Stance::Mixed,
        (true, false) => Stance::Positive,
        (false, true) => Stance::Negative,
        (false, false) => Stance::Neutral,
    };
    let on_the_way = |(tie, along): &(usize, bool)| {
        let tie = &all[*tie];
        TieOnTheWay { key: tie.key.clone(), kind: tie.kind.clone(), sign: tie.sign, along: *along }
    };
    let id = |place: usize| graph.id(place).to_owned();
    Step { from: id(from), to: id(to), stance, ties: taken.iter().map(on_the_way).collect() }
}
