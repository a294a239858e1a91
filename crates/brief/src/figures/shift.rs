//! What became of the ties between actors from one time to another, by the relations that sources state.

use std::collections::{BTreeMap, BTreeSet};

use casefile_case::Case;
use casefile_measure::network::{build, shift, span};
use casefile_model::date::Edtf;
use casefile_stats::network::{self, Network, Reading};

use super::missing;
use super::ties::shape;
use crate::context::Context;
use crate::figure::network::{Actor, Kind, change};
use crate::figure;
use crate::keys::Keys;
use crate::markdown::Directive;
use crate::slip::Slip;

/// Statements named for one pair.
const KEYS: usize = 4;

pub(super) fn network_change(context: &Context<'_>, directive: &Directive, id: &str) -> Result<String, Vec<Slip>> {
    let mut keys = Keys::new(context, directive, &["before", "after", "actors"]);
    keys.require("before", "2016");
    keys.require("after", "2021");
    let times = keys.date("before").zip(keys.date("after"));
    let only = keys.actors("actors");
    let title = keys.title(|| {
        let words = times.map(|(before, after)| format!(", from {} to {}", before.english(), after.english()));
        format!("What became of the ties between actors{}", words.unwrap_or_default())
    });
    let (times, only, title) = keys.finish((times, only, title))?;
    let Some((before, after)) = times else { return Ok(String::new()) };
    let case = context.input.case;
    Ok(match build(case, &[]) {
        Err(error) => missing(id, &title, &error.to_string()),
        Ok(built) => {
            let input = input(case, &built.network, [&before, &after], &only, &title);
            figure::html(id, "Relations as coded in the case.", |options| change::render(&input, options))
        }
    })
}

/// The figure of what changed between two times, among these actors; among all whose ties changed where none are named. Ties
/// that were kept are drawn between actors that are drawn anyway.
#[must_use]
pub fn input(case: &Case, network: &Network, times: [&Edtf; 2], only: &[String], title: &str) -> change::Change {
    let spans = times.map(|time| span(&time.stated()));
    let found = shift(network, spans[0], spans[1]).change;
    let is_shown = |id: &str| only.is_empty() || only.iter().any(|own| own == id);
    let moved: Vec<change::Pair> =
        found.pairs.iter().filter(|pair| is_shown(&pair.a) && is_shown(&pair.b)).map(moved).collect();
    let drawn: BTreeSet<String> = if only.is_empty() {
        moved.iter().flat_map(|pair| [pair.a.clone(), pair.b.clone()]).collect()
    } else {
        only.iter().cloned().collect()
    };
    let [was, is] = spans.map(|span| certain(network, span));
    let changed: BTreeSet<(&str, &str)> = found.pairs.iter().map(|pair| (pair.a.as_str(), pair.b.as_str())).collect();
    let kept = is.iter().filter(|((a, b), _)| {
        let both = drawn.contains(a) && drawn.contains(b) && was.contains_key(&(a.clone(), b.clone()));
        both && !changed.contains(&(a.as_str(), b.as_str())) && !changed.contains(&(b.as_str(), a.as_str()))
    });
    let kept = kept.map(|((a, b), (stance, keys))| change::Pair {
        a: a.clone(),
        b: b.clone(),
        fate: change::Fate::Kept,
        stances: [was.get(&(a.clone(), b.clone())).map(|(stance, _)| *stance), Some(*stance)],
        certain: true,
        statements: listed(keys),
    });
    let pairs: Vec<change::Pair> = moved.into_iter().chain(kept).collect();
    let actor = |id: &String| Actor {
        id: id.clone(),
        name: case.actor(id).map_or_else(|| id.clone(), |actor| actor.label().to_owned()),
        kind: case.actor(id).map_or(Kind::ArmedGroup, |actor| shape(actor.kind)),
    };
    let is_tied = |id: &&String| pairs.iter().any(|pair| pair.a == **id || pair.b == **id);
    let actors = drawn.iter().filter(is_tied).map(actor).collect();
    change::Change { title: title.to_owned(), times: times.map(|time| time.english()), actors, pairs }
}

fn moved(pair: &network::PairChange) -> change::Pair {
    let mut keys = pair.before.keys.clone();
    keys.extend(pair.after.keys.iter().filter(|key| !pair.before.keys.contains(key)).cloned());
    change::Pair {
        a: pair.a.clone(),
        b: pair.b.clone(),
        fate: match pair.fate {
            network::Fate::Appeared => change::Fate::Gained,
            network::Fate::Ended => change::Fate::Lost,
            network::Fate::ChangedSign => change::Fate::Turned,
        },
        stances: [pair.before.stance, pair.after.stance].map(|stance| stance.map(stand)),
        certain: pair.certain,
        statements: listed(&keys),
    }
}

fn stand(stance: network::Stance) -> change::Stance {
    match stance {
        network::Stance::Positive => change::Stance::Friends,
        network::Stance::Negative => change::Stance::Foes,
        network::Stance::Mixed | network::Stance::Neutral => change::Stance::Other,
    }
}

type Standing = (change::Stance, Vec<String>);

/// Pairs that certainly have ties in a period, with how they stand and the statements.
fn certain(network: &Network, span: network::Span) -> BTreeMap<(String, String), Standing> {
    let graph = network.graph(span, Reading::Certain);
    let link = |link: &network::Link| {
        let pair = (graph.id(link.a).to_owned(), graph.id(link.b).to_owned());
        let keys = link.bundle.ties.iter().map(|n| network.ties()[*n].key.clone()).collect();
        (pair, (stand(link.bundle.stance()), keys))
    };
    graph.links().iter().map(link).collect()
}

fn listed(keys: &[String]) -> String {
    match keys.len() {
        n if n > KEYS => format!("{} and {} more", keys[..KEYS].join(", "), n - KEYS),
        _ => keys.join(", "),
    }
}
