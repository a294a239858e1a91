//! Camps: groups tied closely among themselves and in conflict with others.

use std::collections::BTreeMap;

use rand::SeedableRng;
use rand::seq::SliceRandom;
use rand_chacha::ChaCha8Rng;
use serde::Serialize;

use super::Graph;

/// How good a division into groups is.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Modularity {
    /// Signed modularity; Newman's where no tie is negative. 0 where there are no signed ties.
    pub signed: f64,
    /// Newman's modularity of the positive ties alone; high where groups hold their friends.
    pub positive: Option<f64>,
    /// Newman's modularity of the negative ties alone; low where groups shut out their foes.
    pub negative: Option<f64>,
}

/// A division of the active actors into groups.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Communities {
    /// The groups, the largest first; actors by identifier.
    pub groups: Vec<Vec<String>>,
    /// How good the division is.
    pub modularity: Modularity,
    /// Runs made, each from another order of the actors.
    pub runs: usize,
    /// Mean adjusted Rand index between this division and those of all runs (Hubert and Arabie 1985): 1 where every run
    /// agrees, near 0 where they agree no more than by chance. Many divisions can be nearly as good (Good et al. 2010).
    pub agreement: f64,
}

/// Modularity of a given division: the group of each actor by its place in the network.
///
/// With w⁺ and w⁻ the total weights of positive and negative links, and Q⁺ and Q⁻ the modularity of each part:
/// Q = (w⁺Q⁺ − w⁻Q⁻) / (w⁺ + w⁻). Direction and neutral ties are left out.
///
/// *Source:* Gómez, Jensen and Arenas (2009), Physical Review E 80, 016114; Newman (2004), Physical Review E 70,
/// 056131.
pub fn modularity(graph: &Graph<'_>, group_of: &[usize]) -> Modularity {
    Layers::of(graph).modularity(group_of)
}

/// The best of `runs` divisions found by the Louvain method on signed modularity. Groups are deterministic for a seed.
///
/// Two actors that share only enemies may be put together: under signed modularity that is one camp.
///
/// *Source:* Blondel et al. (2008), J. Stat. Mech. P10008, with the gain of Gómez et al. (2009).
pub fn communities(graph: &Graph<'_>, runs: usize, seed: u64) -> Communities {
    let layers = Layers::of(graph);
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let found: Vec<Vec<usize>> = (0..runs.max(1)).map(|_| layers.divide(&mut rng)).collect();
    let quality: Vec<f64> = found.iter().map(|groups| layers.modularity(groups).signed).collect();
    // The first of those that are best but for rounding.
    let best = quality.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let chosen = quality.iter().position(|q| *q >= best - 1e-12).unwrap_or(0);
    let of_active = |groups: &Vec<usize>| -> Vec<usize> { graph.active().iter().map(|n| groups[*n]).collect() };
    let own = of_active(&found[chosen]);
    let agreement = found.iter().map(|other| adjusted_rand(&own, &of_active(other))).sum::<f64>() / found.len() as f64;
    Communities {
        groups: named(graph, &found[chosen]),
        modularity: layers.modularity(&found[chosen]),
        runs: found.len(),
        agreement,
    }
}

/// Groups of identifiers, the largest first.
fn named(graph: &Graph<'_>, group_of: &[usize]) -> Vec<Vec<String>> {
    let mut groups: BTreeMap<usize, Vec<String>> = BTreeMap::new();
    for place in graph.active() {
        groups.entry(group_of[*place]).or_default().push(graph.id(*place).to_owned());
    }
    let mut groups: Vec<Vec<String>> = groups.into_values().collect();
    groups.sort_by(|a, b| b.len().cmp(&a.len()).then_with(|| a.cmp(b)));
    groups
}

/// A link to another node (or group of nodes) in the positive and the negative layer.
#[derive(Clone, Copy)]
struct Weights {
    positive: f64,
    negative: f64,
}

impl Weights {
    const NONE: Self = Self { positive: 0.0, negative: 0.0 };

    fn add(&mut self, other: Self) {
        self.positive += other.positive;
        self.negative += other.negative;
    }

    fn take(&mut self, other: Self) {
        self.positive -= other.positive;
        self.negative -= other.negative;
    }
}

/// The graph as two layers of weights. In merged graphs a node is a group, and `inner` the weight within it.
struct Layers {
    links: Vec<Vec<(usize, Weights)>>,
    inner: Vec<Weights>,
    /// Sum of the weights at each node; inner links count twice, once for each end.
    strength: Vec<Weights>,
    /// Twice the weight of all links.
    twice: Weights,
}

impl Layers {
    fn of(graph: &Graph<'_>) -> Self {
        let nodes = graph.network().actors().len();
        let mut links = vec![Vec::new(); nodes];
        for link in graph.links() {
            let weights = Weights { positive: link.bundle.positive, negative: link.bundle.negative };
            links[link.a].push((link.b, weights));
            links[link.b].push((link.a, weights));
        }
        Self::new(links, vec![Weights::NONE; nodes])
    }

    fn new(links: Vec<Vec<(usize, Weights)>>, inner: Vec<Weights>) -> Self {
        let mut twice = Weights::NONE;
        let strength = links.iter().zip(&inner).map(|(links, inner)| {
            let mut sum = *inner;
            sum.add(*inner);
            links.iter().for_each(|(_, weights)| sum.add(*weights));
            twice.add(sum);
            sum
        });
        let strength = strength.collect();
        Self { links, inner, strength, twice }
    }

    fn modularity(&self, group_of: &[usize]) -> Modularity {
        let mut within: BTreeMap<usize, Weights> = BTreeMap::new();
        let mut strength: BTreeMap<usize, Weights> = BTreeMap::new();
        for (node, group) in group_of.iter().enumerate() {
            strength.entry(*group).or_insert(Weights::NONE).add(self.strength[node]);
            let own = within.entry(*group).or_insert(Weights::NONE);
            own.add(self.inner[node]);
            own.add(self.inner[node]);
            for (other, weights) in &self.links[node] {
                if group_of[*other] == *group {
                    own.add(*weights);
                }
            }
        }
        let part = |layer: fn(&Weights) -> f64| -> Option<f64> {
            let twice = layer(&self.twice);
            let term = |group: &usize| layer(&within[group]) / twice - (layer(&strength[group]) / twice).powi(2);
            (twice > 0.0).then(|| within.keys().map(term).sum())
        };
        let (positive, negative) = (part(|w| w.positive), part(|w| w.negative));
        let whole = self.twice.positive + self.twice.negative;
        let weighed = self.twice.positive * positive.unwrap_or(0.0) - self.twice.negative * negative.unwrap_or(0.0);
        Modularity { signed: if whole > 0.0 { weighed / whole } else { 0.0 }, positive, negative }
    }

    /// One run of Louvain: move nodes while that helps, merge groups into nodes, and again.
    fn divide(&self, rng: &mut ChaCha8Rng) -> Vec<usize> {
        let mut group_of = self.settle(rng);
        let mut merged = self.merge(&group_of);
        loop {
            let next = merged.settle(rng);
            if next.iter().enumerate().all(|(node, group)| node == *group) {
                return group_of;
            }
            let (smaller, renumbered) = (merged.merge(&next), renumber(&next));
            for group in &mut group_of {
                *group = renumbered[*group];
            }
            merged = smaller;
        }
    }

    /// Moves single nodes to the group where they add most, until none gains. Groups are numbered from 0 as they
    /// appear.
    fn settle(&self, rng: &mut ChaCha8Rng) -> Vec<usize> {
        let nodes = self.links.len();
        let mut group_of: Vec<usize> = (0..nodes).collect();
        let mut held = self.strength.clone();
        let mut order: Vec<usize> = (0..nodes).collect();
        order.shuffle(rng);
        let mut near = vec![Weights::NONE; nodes];
        let mut candidates: Vec<usize> = Vec::new();
        let mut moved = true;
        while moved {
            moved = false;
            for node in &order {
                let own = group_of[*node];
                candidates.clear();
                candidates.push(own);
                for (other, weights) in &self.links[*node] {
                    near[group_of[*other]].add(*weights);
                    candidates.push(group_of[*other]);
                    if weights.negative > 0.0 {
                        // Foes of a foe need no tie to be of one camp.
                        let foes = self.links[*other].iter().filter(|(_, weights)| weights.negative > 0.0);
                        candidates.extend(foes.map(|(foe, _)| group_of[*foe]));
                    }
                }
                candidates.sort_unstable();
                candidates.dedup();
                held[own].take(self.strength[*node]);
                let gain = |group: usize| self.gain(*node, near[group], held[group]);
                let (mut best, mut most) = (own, gain(own));
                for group in &candidates {
                    if gain(*group) > most + 1e-12 {
                        (best, most) = (*group, gain(*group));
                    }
                }
                held[best].add(self.strength[*node]);
                group_of[*node] = best;
                moved |= best != own;
                candidates.iter().for_each(|group| near[*group] = Weights::NONE);
            }
        }
        renumber(&group_of)
    }

    /// What joining a group adds to modularity, but for a factor common to all groups.
    fn gain(&self, node: usize, near: Weights, held: Weights) -> f64 {
        let own = self.strength[node];
        let expected = |own: f64, held: f64, twice: f64| if twice > 0.0 { own * held / twice } else { 0.0 };
        near.positive
            - expected(own.positive, held.positive, self.twice.positive)
            - (near.negative - expected(own.negative, held.negative, self.twice.negative))
    }

    /// The graph whose nodes are the groups.
    fn merge(&self, group_of: &[usize]) -> Self {
        let group_of = renumber(group_of);
        let groups = group_of.iter().max().map_or(0, |most| most + 1);
        let mut inner = vec![Weights::NONE; groups];
        let mut links: Vec<BTreeMap<usize, Weights>> = vec![BTreeMap::new(); groups];
        for (node, group) in group_of.iter().enumerate() {
            inner[*group].add(self.inner[node]);
            for (other, weights) in &self.links[node] {
                let to = group_of[*other];
                if to != *group {
                    links[*group].entry(to).or_insert(Weights::NONE).add(*weights);
                } else if node < *other {
                    inner[*group].add(*weights);
                }
            }
        }
        Self::new(links.into_iter().map(|links| links.into_iter().collect()).collect(), inner)
    }
}

/// Groups numbered from 0 in the order in which they first appear.
fn renumber(group_of: &[usize]) -> Vec<usize> {
    let mut numbers: BTreeMap<usize, usize> = BTreeMap::new();
    let number = |group: &usize| {
        let next = numbers.len();
        *numbers.entry(*group).or_insert(next)
    };
    group_of.iter().map(number).collect()
}

/// Agreement of two divisions over chance (Hubert and Arabie 1985, Journal of Classification 2).
fn adjusted_rand(a: &[usize], b: &[usize]) -> f64 {
    let pairs = |n: usize| (n * n.saturating_sub(1)) as f64 / 2.0;
    let tally = |groups: Vec<(usize, usize)>| -> f64 {
        let mut sizes: BTreeMap<(usize, usize), usize> = BTreeMap::new();
        groups.into_iter().for_each(|group| *sizes.entry(group).or_default() += 1);
        sizes.values().map(|size| pairs(*size)).sum()
    };
    let both = tally(a.iter().copied().zip(b.iter().copied()).collect());
    let (in_a, in_b) = (tally(a.iter().map(|g| (*g, 0)).collect()), tally(b.iter().map(|g| (*g, 0)).collect()));
    let all = pairs(a.len());
    let expected = if all > 0.0 { in_a * in_b / all } else { 0.0 };
    let most = f64::midpoint(in_a, in_b);
    if most - expected == 0.0 { 1.0 } else { (both - expected) / (most - expected) }
}
