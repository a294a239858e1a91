//! How long measures take over 1,000 actors and 5,000 ties: the graph on which `tests/peers/network.py time` times
//! networkx.

use std::collections::BTreeMap;
use std::hint::black_box;

use casefile_stats::network::{
    Graph, Network, Reading, Sign, Span, Tie, Validity, Way, balance, betweenness, communities, degrees, modularity,
    paths,
};
use criterion::{Criterion, criterion_group, criterion_main};

/// The generator of `network.py`.
struct Draws(u64);

impl Draws {
    fn below(&mut self, n: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % n
    }
}

fn network(actors: u64, count: usize, camps: u64) -> Network {
    let mut draws = Draws(20_210_815);
    let mut found: BTreeMap<(u64, u64), (Sign, f64)> = BTreeMap::new();
    while found.len() < count {
        let (a, b) = (draws.below(actors), draws.below(actors));
        let (chance, weight) = (draws.below(100), (1 + draws.below(4)) as f64);
        let friendly = chance < if a % camps == b % camps { 90 } else { 25 };
        if a != b && !found.contains_key(&(a, b)) {
            let sign = if friendly { Sign::Positive } else { Sign::Negative };
            let sign = found.get(&(b, a)).map_or(sign, |(sign, _)| *sign);
            found.insert((a, b), (sign, weight));
        }
    }
    let id = |n: u64| format!("{n:04}");
    let ties = found.into_iter().enumerate().map(|(n, ((a, b), (sign, weight)))| Tie {
        from: id(a),
        to: id(b),
        kind: "tie".to_owned(),
        sign,
        directed: true,
        weight,
        validity: Validity::exact(Span::ALWAYS),
        key: n.to_string(),
    });
    Network::new((0..actors).map(id).collect(), ties.collect()).expect("a sound network")
}

fn measures(c: &mut Criterion) {
    let network = network(1_000, 5_000, 5);
    let graph: Graph<'_> = network.graph(Span::day(0), Reading::Certain);
    let friends = network.graph_of(Span::day(0), Reading::Certain, |tie| tie.sign == Sign::Positive);
    let camps: Vec<usize> = (0..1_000).map(|n| n % 5).collect();
    c.bench_function("the graph of a period", |b| b.iter(|| network.graph(black_box(Span::day(0)), Reading::Certain)));
    c.bench_function("degrees", |b| b.iter(|| degrees(black_box(&graph))));
    c.bench_function("betweenness, directed", |b| b.iter(|| betweenness(black_box(&graph), true)));
    c.bench_function("betweenness, undirected", |b| b.iter(|| betweenness(black_box(&graph), false)));
    c.bench_function("Louvain, positive ties, one run", |b| b.iter(|| communities(black_box(&friends), 1, 1)));
    c.bench_function("Louvain, signed, one run", |b| b.iter(|| communities(black_box(&graph), 1, 1)));
    c.bench_function("modularity of a division", |b| b.iter(|| modularity(black_box(&graph), &camps)));
    c.bench_function("signed triads", |b| b.iter(|| balance(black_box(&graph), 0, 1)));
    c.bench_function("signed triads and 1,000 deals", |b| b.iter(|| balance(black_box(&graph), 1_000, 1)));
    let ways = || paths(black_box(&graph), "0000", "0017", Way::Along, Some(4), 1_000_000);
    c.bench_function("simple paths of at most 4 steps", |b| b.iter(ways));
}

criterion_group! {
    name = benches;
    config = Criterion::default().sample_size(20);
    targets = measures
}
criterion_main!(benches);
