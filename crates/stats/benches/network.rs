//! How long measures take over 1,000 actors and 5,000 ties: the graph on which `tests/peers/network.py time` times
//! networkx.

#[path = "../fixtures/graph.rs"]
mod graph;

use std::hint::black_box;

use casefile_stats::network::{
    Graph, Reading, Sign, Span, Way, balance, betweenness, communities, degrees, modularity, paths,
};
use criterion::{Criterion, criterion_group, criterion_main};

fn measures(c: &mut Criterion) {
    let network = graph::network(1_000, 5_000, 5);
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
