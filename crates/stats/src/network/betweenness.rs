//! Betweenness: how often an actor lies on the shortest ways between others.

use serde::Serialize;

use super::Graph;
use super::graph::Neighbours;

/// How often one actor lies between others.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Betweenness {
    /// The actor.
    pub actor: String,
    /// Mean share of the shortest paths between two other active actors that run through it, 0 to 1.
    pub value: f64,
}

/// Betweenness of every active actor, in the order of their identifiers; along the direction of ties, or either way.
///
/// Steps are counted, not weighed: a tie told of twice is no shorter. The sum over ordered pairs of others is divided
/// by their number, (n − 1)(n − 2). With fewer than three actors it is 0. Takes time in proportion to actors × ties.
///
/// *Source:* Freeman (1977), Sociometry 40; the algorithm of Brandes (2001), Journal of Mathematical Sociology 25.
pub fn betweenness(graph: &Graph<'_>, directed: bool) -> Vec<Betweenness> {
    let active = graph.active();
    let neighbours = graph.neighbours(directed);
    let mut sums = vec![0.0; graph.network().actors().len()];
    let mut search = Search::over(sums.len());
    for source in active {
        search.add(&neighbours, *source, &mut sums);
    }
    let n = active.len() as f64;
    let pairs = if active.len() > 2 { (n - 1.0) * (n - 2.0) } else { 1.0 };
    let value = |place: &usize| Betweenness { actor: graph.id(*place).to_owned(), value: sums[*place] / pairs };
    active.iter().map(value).collect()
}

/// One breadth-first search; its vectors are used again for every source.
struct Search {
    /// Steps from the source; `u32::MAX` where not reached.
    steps: Vec<u32>,
    /// Number of shortest paths from the source.
    paths: Vec<f64>,
    /// The source's dependency on each node.
    depends: Vec<f64>,
    /// Nodes in the order reached.
    order: Vec<u32>,
}

impl Search {
    fn over(nodes: usize) -> Self {
        let (steps, order) = (vec![u32::MAX; nodes], Vec::with_capacity(nodes));
        Self { steps, paths: vec![0.0; nodes], depends: vec![0.0; nodes], order }
    }

    /// Adds the dependencies of one source to the sums.
    fn add(&mut self, neighbours: &Neighbours, source: usize, sums: &mut [f64]) {
        self.reach(neighbours, source);
        // From the farthest back; a node hands its share to those one step nearer, read off from the near side.
        for node in self.order.iter().rev().map(|node| *node as usize) {
            let mut depends = 0.0;
            for next in neighbours.of_node(node).iter().map(|next| *next as usize) {
                if self.steps[next] == self.steps[node] + 1 {
                    depends += self.paths[node] / self.paths[next] * (1.0 + self.depends[next]);
                }
            }
            self.depends[node] = depends;
            if node != source {
                sums[node] += depends;
            }
        }
        for node in self.order.drain(..) {
            self.steps[node as usize] = u32::MAX;
            self.paths[node as usize] = 0.0;
        }
    }

    /// Steps and numbers of shortest paths from the source.
    fn reach(&mut self, neighbours: &Neighbours, source: usize) {
        self.steps[source] = 0;
        self.paths[source] = 1.0;
        self.order.push(source as u32);
        let mut at = 0;
        while let Some(node) = self.order.get(at).map(|node| *node as usize) {
            at += 1;
            for next in neighbours.of_node(node) {
                let to = *next as usize;
                if self.steps[to] == u32::MAX {
                    self.steps[to] = self.steps[node] + 1;
                    self.order.push(*next);
                }
                if self.steps[to] == self.steps[node] + 1 {
                    self.paths[to] += self.paths[node];
                }
            }
        }
    }
}
