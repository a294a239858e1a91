//! What changed in a network between two periods.

use std::collections::BTreeMap;

use serde::Serialize;

use super::graph::Bundle;
use super::{Graph, Network, Presence, Reading, Span, Stance};

/// What became of the ties of a pair.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Fate {
    /// There was none, now there is.
    Appeared,
    /// There was, now there is none.
    Ended,
    /// Friends became foes, or the like.
    ChangedSign,
}

/// How a pair stands in one period.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PairState {
    /// Whether there is any tie.
    pub presence: Presence,
    /// How the two stand, over the certain ties where there are any, else over the possible ones. None where there is
    /// none.
    pub stance: Option<Stance>,
    /// Keys of the certain and possible ties.
    pub keys: Vec<String>,
    /// Whether possible ties, if they held, would leave the stance as it is.
    #[serde(skip)]
    settled: bool,
}

/// A pair of actors whose ties changed.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PairChange {
    /// The first actor, by identifier.
    pub a: String,
    /// The second actor.
    pub b: String,
    /// What became of their ties.
    pub fate: Fate,
    /// Whether every reading of the vague dates shows the change.
    pub certain: bool,
    /// How they stood.
    pub before: PairState,
    /// How they stand.
    pub after: PairState,
}

/// The place of an actor among all, before and after; 1 is the highest, ties share the better place.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RankShift {
    /// The actor.
    pub actor: String,
    /// Place before; none where it was not active.
    pub before: Option<usize>,
    /// Place after; none where it is not active.
    pub after: Option<usize>,
    /// Places gained; none where it was idle before or after.
    pub gained: Option<i64>,
}

/// What changed between two periods.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Change {
    /// Pairs whose ties appeared, ended or changed sign, by actors.
    pub pairs: Vec<PairChange>,
    /// Actors that certainly have a tie now and certainly had none before.
    pub actors_appeared: Vec<String>,
    /// Actors that certainly had a tie and certainly have none now.
    pub actors_left: Vec<String>,
    /// Actors that appeared or left under some reading of the dates, not under all.
    pub actors_unsure: Vec<String>,
}

/// What changed from one period to another. Direction is not regarded.
pub fn change(network: &Network, before: Span, after: Span) -> Change {
    let (before, after) = (State::of(network, before), State::of(network, after));
    let mut both: Vec<(usize, usize)> = before.pairs.keys().chain(after.pairs.keys()).copied().collect();
    both.sort_unstable();
    both.dedup();
    let pairs = both.into_iter().filter_map(|pair| {
        let (was, is) = (before.pair(pair), after.pair(pair));
        let (fate, certain) = fate(&was, &is)?;
        let id = |place: usize| network.actors()[place].clone();
        Some(PairChange { a: id(pair.0), b: id(pair.1), fate, certain, before: was, after: is })
    });
    let pairs = pairs.collect();
    let (mut appeared, mut left, mut unsure) = (Vec::new(), Vec::new(), Vec::new());
    for (place, actor) in network.actors().iter().enumerate() {
        let list = match (before.actors[place], after.actors[place]) {
            (Presence::No, Presence::Certainly) => &mut appeared,
            (Presence::Certainly, Presence::No) => &mut left,
            (Presence::Possibly, _) | (_, Presence::Possibly) => &mut unsure,
            (Presence::No, Presence::No) | (Presence::Certainly, Presence::Certainly) => continue,
        };
        list.push(actor.clone());
    }
    Change { pairs, actors_appeared: appeared, actors_left: left, actors_unsure: unsure }
}

/// All pairs and actors in one period, under both readings.
struct State {
    pairs: BTreeMap<(usize, usize), PairState>,
    actors: Vec<Presence>,
}

impl State {
    fn of(network: &Network, period: Span) -> Self {
        let possible = network.graph(period, Reading::Possible);
        let certain = network.graph(period, Reading::Certain);
        let surely: BTreeMap<(usize, usize), &Bundle> =
            certain.links().iter().map(|link| ((link.a, link.b), &link.bundle)).collect();
        let keys = |bundle: &Bundle| bundle.ties.iter().map(|n| network.ties()[*n].key.clone()).collect();
        let pairs = possible.links().iter().map(|link| {
            let (pair, any) = ((link.a, link.b), &link.bundle);
            let state = match surely.get(&pair) {
                Some(sure) => (Presence::Certainly, sure.stance(), sure.stance() == any.stance()),
                None => (Presence::Possibly, any.stance(), false),
            };
            let (presence, stance, settled) = state;
            (pair, PairState { presence, stance: Some(stance), keys: keys(any), settled })
        });
        let mut actors = vec![Presence::No; network.actors().len()];
        possible.active().iter().for_each(|place| actors[*place] = Presence::Possibly);
        certain.active().iter().for_each(|place| actors[*place] = Presence::Certainly);
        Self { pairs: pairs.collect(), actors }
    }

    fn pair(&self, pair: (usize, usize)) -> PairState {
        let none = || PairState { presence: Presence::No, stance: None, keys: Vec::new(), settled: true };
        self.pairs.get(&pair).cloned().unwrap_or_else(none)
    }
}

/// What became of a pair, and whether for certain; none where no reading shows a change.
fn fate(before: &PairState, after: &PairState) -> Option<(Fate, bool)> {
    use Presence::{Certainly, No, Possibly};
    match (before.presence, after.presence) {
        (No, No) => None,
        (No, now) => Some((Fate::Appeared, now == Certainly)),
        (was, No) => Some((Fate::Ended, was == Certainly)),
        _ if before.stance != after.stance => Some((Fate::ChangedSign, before.settled && after.settled)),
        (Possibly, Certainly) => Some((Fate::Appeared, false)),
        (Certainly, Possibly) => Some((Fate::Ended, false)),
        (Possibly, Possibly) | (Certainly, Certainly) => None,
    }
}

/// How the places of actors shifted by a measure of two graphs of one network, such as degree or betweenness: the
/// greatest gain first, actors that came or went last. Values that differ by less than 10⁻¹² tie.
pub fn rank_shifts(
    before: &Graph<'_>,
    after: &Graph<'_>,
    measure: impl Fn(&Graph<'_>) -> Vec<(String, f64)>,
) -> Vec<RankShift> {
    let (was, is) = (ranks(measure(before)), ranks(measure(after)));
    let mut actors: Vec<&String> = was.keys().chain(is.keys()).collect();
    actors.sort_unstable();
    actors.dedup();
    let shift = |actor: &String| {
        let (before, after) = (was.get(actor).copied(), is.get(actor).copied());
        let gained = before.zip(after).map(|(before, after)| before as i64 - after as i64);
        RankShift { actor: actor.clone(), before, after, gained }
    };
    let mut shifts: Vec<RankShift> = actors.into_iter().map(shift).collect();
    shifts.sort_by_key(|shift| std::cmp::Reverse(shift.gained));
    shifts
}

fn ranks(mut values: Vec<(String, f64)>) -> BTreeMap<String, usize> {
    values.sort_by(|a, b| b.1.total_cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    let mut ranks = BTreeMap::new();
    let (mut rank, mut last) = (0, f64::INFINITY);
    for (n, (actor, value)) in values.into_iter().enumerate() {
        if n == 0 || last - value > 1e-12 {
            (rank, last) = (n + 1, value);
        }
        ranks.insert(actor, rank);
    }
    ranks
}
