//! One graph: the ties that are there in one period, bundled by pair.

use serde::Serialize;

use super::{Network, Sign};

/// How two actors stand to each other, over all ties between them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Stance {
    /// Only positive ties, besides neutral ones.
    Positive,
    /// Only negative ties, besides neutral ones.
    Negative,
    /// Both: allies that also fight. Left out of triads, which need one sign.
    Mixed,
    /// Neither.
    Neutral,
}

/// What ties there are between two actors, summed by sign.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct Bundle {
    /// Weight of the positive ties.
    pub positive: f64,
    /// Weight of the negative ties.
    pub negative: f64,
    /// Weight of the ties without valence.
    pub neutral: f64,
    /// The ties, by their places in [`Network::ties`].
    pub ties: Vec<usize>,
}

impl Bundle {
    /// Weight of all ties.
    pub fn weight(&self) -> f64 {
        self.positive + self.negative + self.neutral
    }

    /// How the two stand to each other.
    pub fn stance(&self) -> Stance {
        match (self.positive > 0.0, self.negative > 0.0) {
            (true, true) => Stance::Mixed,
            (true, false) => Stance::Positive,
            (false, true) => Stance::Negative,
            (false, false) => Stance::Neutral,
        }
    }

    fn add(&mut self, tie: usize, sign: Sign, weight: f64) {
        match sign {
            Sign::Positive => self.positive += weight,
            Sign::Negative => self.negative += weight,
            Sign::Neutral => self.neutral += weight,
        }
        self.ties.push(tie);
    }
}

/// All ties that lead from one actor to another. Undirected ties lead both ways.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Arc {
    /// Place of the actor it starts from.
    pub from: usize,
    /// Place of the actor it goes to.
    pub to: usize,
    /// The ties.
    pub bundle: Bundle,
}

/// All ties between two actors, whichever way they lead, each counted once.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Link {
    /// Place of the first actor; less than `b`.
    pub a: usize,
    /// Place of the second actor.
    pub b: usize,
    /// The ties.
    pub bundle: Bundle,
}

/// The ties that are there in one period, as a simple graph: at most one arc each way and one link between any two
/// actors.
///
/// An actor is *active* where it has a tie. Measures are taken over active actors only: an actor that is idle in the
/// period does not thin out the shares of the others.
#[derive(Debug, Clone)]
pub struct Graph<'a> {
    network: &'a Network,
    arcs: Vec<Arc>,
    links: Vec<Link>,
    active: Vec<usize>,
}

impl<'a> Graph<'a> {
    /// The graph of the ties at those places.
    pub(super) fn of(network: &'a Network, ties: impl Iterator<Item = usize>) -> Self {
        let mut ways = Vec::new();
        let mut pairs = Vec::new();
        for n in ties {
            let (from, to) = network.ends[n];
            ways.push(((from, to), n));
            if !network.ties[n].directed {
                ways.push(((to, from), n));
            }
            pairs.push(((from.min(to), from.max(to)), n));
        }
        let arcs = bundled(network, ways).map(|((from, to), bundle)| Arc { from, to, bundle }).collect();
        let links: Vec<Link> = bundled(network, pairs).map(|((a, b), bundle)| Link { a, b, bundle }).collect();
        let mut active: Vec<usize> = links.iter().flat_map(|link| [link.a, link.b]).collect();
        active.sort_unstable();
        active.dedup();
        Self { network, arcs, links, active }
    }

    /// The network that it is a part of.
    pub fn network(&self) -> &'a Network {
        self.network
    }

    /// Identifier of the actor at a place.
    pub fn id(&self, place: usize) -> &'a str {
        &self.network.actors[place]
    }

    /// Arcs by origin and target.
    pub fn arcs(&self) -> &[Arc] {
        &self.arcs
    }

    /// Links by their two actors.
    pub fn links(&self) -> &[Link] {
        &self.links
    }

    /// Places of the actors that have a tie, in order.
    pub fn active(&self) -> &[usize] {
        &self.active
    }

    /// The ties that lead from one actor to another.
    pub(super) fn ties_from_to(&self, from: usize, to: usize) -> &[usize] {
        let found = self.arcs.binary_search_by_key(&(from, to), |arc| (arc.from, arc.to));
        found.map_or(&[], |n| &self.arcs[n].bundle.ties)
    }

    /// For each actor of the network, those it leads to in order: along arcs, or along links in either direction.
    pub(super) fn neighbours(&self, directed: bool) -> Neighbours {
        let pairs: Vec<(usize, usize)> = if directed {
            self.arcs.iter().map(|arc| (arc.from, arc.to)).collect()
        } else {
            let mut both: Vec<(usize, usize)> = self.links.iter().flat_map(|l| [(l.a, l.b), (l.b, l.a)]).collect();
            both.sort_unstable();
            both
        };
        Neighbours::of(self.network.actors.len(), &pairs)
    }
}

/// Ties with the same two ends in one bundle, by their ends.
fn bundled(
    network: &Network,
    mut ties: Vec<((usize, usize), usize)>,
) -> impl Iterator<Item = ((usize, usize), Bundle)> {
    ties.sort_unstable();
    let mut ties = ties.into_iter().peekable();
    std::iter::from_fn(move || {
        let (ends, _) = *ties.peek()?;
        let mut bundle = Bundle::default();
        while let Some((_, n)) = ties.next_if(|(other, _)| *other == ends) {
            bundle.add(n, network.ties[n].sign, network.ties[n].weight);
        }
        Some((ends, bundle))
    })
}

/// Lists of neighbours end to end in one vector (compressed sparse rows).
pub(super) struct Neighbours {
    starts: Vec<usize>,
    targets: Vec<u32>,
}

impl Neighbours {
    /// From pairs in order.
    fn of(nodes: usize, pairs: &[(usize, usize)]) -> Self {
        let mut starts = vec![0; nodes + 1];
        for (from, _) in pairs {
            starts[from + 1] += 1;
        }
        for n in 0..nodes {
            starts[n + 1] += starts[n];
        }
        Self { starts, targets: pairs.iter().map(|(_, to)| *to as u32).collect() }
    }

    /// Those that a node leads to.
    pub(super) fn of_node(&self, node: usize) -> &[u32] {
        &self.targets[self.starts[node]..self.starts[node + 1]]
    }

    /// Steps from a node to every other; `None` where no way leads.
    pub(super) fn steps_from(&self, start: usize) -> Vec<Option<usize>> {
        let mut steps = vec![None; self.starts.len() - 1];
        steps[start] = Some(0);
        let mut reached = std::collections::VecDeque::from([start]);
        while let Some(node) = reached.pop_front() {
            for next in self.of_node(node) {
                let next = *next as usize;
                if steps[next].is_none() {
                    steps[next] = steps[node].map(|n| n + 1);
                    reached.push_back(next);
                }
            }
        }
        steps
    }

    /// Every node and one that it leads to, in order.
    pub(super) fn pairs(&self) -> impl Iterator<Item = (usize, usize)> {
        let nodes = self.starts.len() - 1;
        (0..nodes).flat_map(|from| self.of_node(from).iter().map(move |to| (from, *to as usize)))
    }

    /// The same with every way turned round.
    pub(super) fn turned(&self) -> Self {
        let mut starts = vec![0; self.starts.len()];
        self.targets.iter().for_each(|to| starts[*to as usize + 1] += 1);
        for n in 1..starts.len() {
            starts[n] += starts[n - 1];
        }
        let mut free = starts.clone();
        let mut targets = vec![0; self.targets.len()];
        for (from, to) in self.pairs() {
            targets[free[to]] = from as u32;
            free[to] += 1;
        }
        Self { starts, targets }
    }
}
