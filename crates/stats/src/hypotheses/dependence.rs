//! Who leans on whom: how many independent voices a statement has, and where sources cite each other in a circle.
//!
//! Whether two sources that share an origin are two voices depends on what the origin says of the matter, which is not
//! always known. So support is a range. At **most** as many voices are independent as remain when those are one that
//! repeat another which itself speaks of the matter. At **least** as many as remain when every tie counts: citations, a
//! common author or organisation, a common origin that is silent on the matter.

use std::collections::{BTreeMap, BTreeSet};

use petgraph::algo::{connected_components, tarjan_scc};
use petgraph::graph::{DiGraph, NodeIndex};
use petgraph::visit::{Dfs, EdgeRef};
use serde::Serialize;
use thiserror::Error;

/// With more voices than this that are tied to several others each, the largest set of independent ones is approached
/// greedily.
const EXACT_UP_TO: usize = 40;

/// A source, and who stands behind it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Source {
    /// Identifier.
    pub id: String,
    /// Authors and organisations behind it. Two sources with one of them in common may be one voice.
    pub parties: Vec<String>,
}

/// How a source leans on another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Leaning {
    /// It takes what it says from there.
    Derives,
    /// It cites it; whether for this, is not known.
    Cites,
}

/// That one source leans on another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Lean {
    /// The source that leans.
    pub source: String,
    /// What it leans on.
    pub on: String,
    /// How.
    pub how: Leaning,
}

/// Input that makes no graph of sources.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum SourcesError {
    /// A source listed twice.
    #[error("source `{0}` is listed twice; list each source once")]
    Twice(String),
    /// A source that is not listed.
    #[error("source `{0}` is not in the list of sources; add it or mend its name")]
    Unknown(String),
}

/// Independent support among some voices.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Support {
    /// Sources that speak, each once.
    pub voices: usize,
    /// Independent voices if every tie makes one voice, at most `cap`.
    pub least: usize,
    /// Independent voices if only repeating another that speaks does, at most `cap`.
    pub most: usize,
    /// Sources that stand for the independent voices of `most`, before the cap.
    pub independent: Vec<String>,
    /// The sources of the matter that all voices go back to, where they do: a single origin, or a single circle.
    pub single_origin: Option<Vec<String>>,
    /// Whether the numbers are exact. Where more than 40 voices are tied to several others each, they are what a greedy
    /// choice finds: never too many.
    pub exact: bool,
}

/// Sources and how they lean on each other.
#[derive(Debug, Clone)]
pub struct Sources {
    ids: BTreeMap<String, NodeIndex>,
    /// Sources, and behind them the parties, each with the ties that lead to it. Parties have no identifier.
    graph: DiGraph<Option<String>, Behind>,
}

/// A tie in the graph.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Behind {
    Leans(Leaning),
    Party,
}

/// Which ties make one voice.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Reading {
    /// Every tie, and silent origins too.
    Strict,
    /// Only what is derived, from origins that speak.
    Lenient,
}

impl Sources {
    /// A graph of those sources.
    ///
    /// # Errors
    /// A source listed twice, or one that leans or is leant on and is not listed.
    pub fn new(sources: &[Source], leans: &[Lean]) -> Result<Self, SourcesError> {
        let mut ids = BTreeMap::new();
        let mut graph = DiGraph::new();
        for source in sources {
            let node = graph.add_node(Some(source.id.clone()));
            if ids.insert(source.id.clone(), node).is_some() {
                return Err(SourcesError::Twice(source.id.clone()));
            }
        }
        let mut parties: BTreeMap<&str, NodeIndex> = BTreeMap::new();
        for source in sources {
            for party in &source.parties {
                let party = *parties.entry(party).or_insert_with(|| graph.add_node(None));
                graph.add_edge(ids[&source.id], party, Behind::Party);
            }
        }
        let node = |id: &String| ids.get(id).copied().ok_or_else(|| SourcesError::Unknown(id.clone()));
        for lean in leans {
            let (source, on) = (node(&lean.source)?, node(&lean.on)?);
            graph.add_edge(source, on, Behind::Leans(lean.how));
        }
        Ok(Self { ids, graph })
    }

    /// Sources that lean on each other in a circle, directly or through others: each circle once, by identifier. None
    /// of those in a circle is an origin of what they all say.
    pub fn circles(&self) -> Vec<Vec<String>> {
        let leaning = self.graph.filter_map(|_, id| id.clone(), |_, tie| matches!(tie, Behind::Leans(_)).then_some(()));
        let is_circle =
            |nodes: &Vec<NodeIndex>| nodes.len() > 1 || nodes.iter().any(|node| leaning.contains_edge(*node, *node));
        let named = |nodes: Vec<NodeIndex>| sorted(nodes.into_iter().map(|node| leaning[node].clone()));
        let mut circles: Vec<Vec<String>> = tarjan_scc(&leaning).into_iter().filter(is_circle).map(named).collect();
        circles.sort();
        circles
    }

    /// Groups of sources tied to each other in any way, each of at least two, the largest first.
    pub fn groups(&self) -> Vec<Vec<String>> {
        let mut left: BTreeSet<NodeIndex> = self.ids.values().copied().collect();
        let undirected = self.graph.clone().into_edge_type::<petgraph::Undirected>();
        let mut groups: Vec<Vec<String>> = Vec::with_capacity(connected_components(&undirected));
        while let Some(start) = left.first().copied() {
            let mut group = Vec::new();
            let mut search = Dfs::new(&undirected, start);
            while let Some(node) = search.next(&undirected) {
                left.remove(&node);
                group.extend(self.graph[node].clone());
            }
            groups.push(sorted(group));
        }
        groups.retain(|group| group.len() > 1);
        groups.sort_by(|a, b| b.len().cmp(&a.len()).then_with(|| a.cmp(b)));
        groups
    }

    /// How many independent voices there are among sources that all say the same of one matter. `cap` bounds what is
    /// credited, for beyond a few voices another adds little.
    ///
    /// In the lenient reading a source that derives from another which also speaks, directly or through silent ones,
    /// only repeats it; the speakers that repeat no other are **roots**, where a circle is one root; two voices are one
    /// where they share a root. In the strict reading roots are the last sources and parties that any tie leads to,
    /// silent ones too. The number is that of the largest set of voices of which no two share a root.
    ///
    /// # Errors
    /// A voice that is not listed.
    pub fn support<'a>(
        &self,
        voices: impl IntoIterator<Item = &'a str>,
        cap: Option<usize>,
    ) -> Result<Support, SourcesError> {
        let names: Vec<&str> = voices.into_iter().collect::<BTreeSet<_>>().into_iter().collect();
        let node = |id: &&str| self.ids.get(*id).copied().ok_or_else(|| SourcesError::Unknown((*id).to_owned()));
        let nodes: Vec<NodeIndex> = names.iter().map(node).collect::<Result<_, _>>()?;
        let lenient = self.roots(&nodes, Reading::Lenient);
        let (chosen, exact) = most_apart(&lenient);
        let (strict, strictly_exact) = most_apart(&self.roots(&nodes, Reading::Strict));
        let cap = cap.unwrap_or(usize::MAX);
        Ok(Support {
            voices: nodes.len(),
            // More ties can only join voices; where both are greedy, the lower of the two is the safer.
            least: strict.len().min(chosen.len()).min(cap),
            most: chosen.len().min(cap),
            independent: chosen.into_iter().map(|n| names[n].to_owned()).collect(),
            single_origin: self.common(&lenient),
            exact: exact && strictly_exact,
        })
    }

    /// The sources in the roots that all voices share, where there are at least two voices.
    fn common(&self, roots: &[BTreeSet<Vec<NodeIndex>>]) -> Option<Vec<String>> {
        let (first, others) = roots.split_first()?;
        let mut shared = first.iter().filter(|root| others.iter().all(|other| other.contains(*root)));
        let root = shared.next().filter(|_| !others.is_empty())?;
        Some(sorted(root.iter().filter_map(|node| self.graph[*node].clone())))
    }

    /// The roots of each voice. A root is a circle, or a single source or party.
    fn roots(&self, voices: &[NodeIndex], reading: Reading) -> Vec<BTreeSet<Vec<NodeIndex>>> {
        let counts = |tie: &Behind| reading == Reading::Strict || *tie == Behind::Leans(Leaning::Derives);
        let speaks = |node: &NodeIndex| reading == Reading::Strict || voices.contains(node);
        let behind = |node: NodeIndex| -> BTreeSet<NodeIndex> {
            let mut found = BTreeSet::from([node]);
            let mut next = vec![node];
            while let Some(node) = next.pop() {
                let ties = self.graph.edges(node).filter(|tie| counts(tie.weight()));
                next.extend(ties.map(|tie| tie.target()).filter(|target| found.insert(*target)));
            }
            found.retain(|node| speaks(node));
            found
        };
        let all: BTreeMap<NodeIndex, BTreeSet<NodeIndex>> =
            self.graph.node_indices().filter(|node| speaks(node)).map(|node| (node, behind(node))).collect();
        // A root leans on nothing that does not lean back on it.
        let is_root = |node: &NodeIndex| all[node].iter().all(|other| all[other].contains(node));
        let root = |node: &NodeIndex| all[node].iter().copied().collect::<Vec<_>>();
        voices.iter().map(|voice| all[voice].iter().filter(|node| is_root(node)).map(root).collect()).collect()
    }
}

fn sorted(ids: impl IntoIterator<Item = String>) -> Vec<String> {
    let mut ids: Vec<String> = ids.into_iter().collect();
    ids.sort();
    ids
}

/// The largest set of voices of which no two share a root, and whether it is surely the largest.
fn most_apart(roots: &[BTreeSet<Vec<NodeIndex>>]) -> (Vec<usize>, bool) {
    let share = |a: usize, b: usize| a != b && !roots[a].is_disjoint(&roots[b]);
    let tied: Vec<BTreeSet<usize>> =
        (0..roots.len()).map(|a| (0..roots.len()).filter(|b| share(a, *b)).collect()).collect();
    let (mut chosen, exact) = apart(&tied, (0..roots.len()).collect(), EXACT_UP_TO);
    chosen.sort_unstable();
    (chosen, exact)
}

/// A largest set of untied nodes among `left`, and whether it is surely the largest. A node with at most one tie is
/// always taken. Where all have more, the one with most is tried both ways; with more than `limit` left, the one with
/// fewest is taken.
fn apart(tied: &[BTreeSet<usize>], mut left: BTreeSet<usize>, limit: usize) -> (Vec<usize>, bool) {
    let (mut chosen, mut exact) = (Vec::new(), true);
    loop {
        let ties = |node: &usize| tied[*node].intersection(&left).count();
        let fewest = left.iter().copied().min_by_key(|node| (ties(node), *node));
        let most = left.iter().copied().max_by_key(|node| (ties(node), std::cmp::Reverse(*node)));
        let Some((fewest, most)) = fewest.zip(most) else { return (chosen, exact) };
        let beside = |node: usize| left.difference(&tied[node]).copied().filter(|n| *n != node).collect();
        let is_clear = ties(&fewest) <= 1;
        if is_clear || left.len() > limit {
            exact &= is_clear;
            left = beside(fewest);
            chosen.push(fewest);
            continue;
        }
        let (mut with, _) = apart(tied, beside(most), limit);
        with.push(most);
        left.remove(&most);
        let (without, _) = apart(tied, left, limit);
        chosen.extend(if with.len() >= without.len() { with } else { without });
        return (chosen, exact);
    }
}

#[cfg(test)]
mod tests {
    use rand::{RngExt, SeedableRng};

    use super::*;

    #[test]
    fn the_largest_set_is_that_of_trying_all() {
        let mut rng = rand_chacha::ChaCha8Rng::seed_from_u64(9);
        let mut greed_fell_short = 0;
        for _ in 0..200 {
            let mut tied = vec![BTreeSet::new(); 11];
            for a in 0..11 {
                for b in (0..a).filter(|_| rng.random_bool(0.35)).collect::<Vec<_>>() {
                    tied[a].insert(b);
                    tied[b].insert(a);
                }
            }
            let is_apart = |set: &u32| (0..11).all(|a| set >> a & 1 == 0 || tied[a].iter().all(|b| set >> b & 1 == 0));
            let largest = (0..1u32 << 11).filter(is_apart).map(u32::count_ones).max().unwrap() as usize;
            let (found, exact) = apart(&tied, (0..11).collect(), EXACT_UP_TO);
            assert!(exact);
            assert!(is_apart(&found.iter().fold(0, |set, node| set | 1 << node)));
            assert_eq!(found.len(), largest);
            let (greedy, surely) = apart(&tied, (0..11).collect(), 0);
            assert!(greedy.len() <= largest && (!surely || greedy.len() == largest));
            greed_fell_short += usize::from(greedy.len() < largest);
        }
        assert!(greed_fell_short > 0, "else the exact search would be idle");
    }
}
