//! Times what `cargo xtask bench stats` sets beside peers, and prints one JSON object for each: what, and milliseconds of each run.
//!
//! `cargo run --release -p casefile-stats --example timings -- TIMES.txt RUNS`, with the times of events in days, one a line, as
//! `xtask/peers/stats.py` writes them.

#[path = "../fixtures/graph.rs"]
mod graph;
#[path = "../fixtures/khorasan.rs"]
mod khorasan;

use std::error::Error;
use std::hint::black_box;
use std::time::Instant;

use casefile_stats::hawkes::{Background, fit_times, maximise_times};
use casefile_stats::network::{
    Reading, Sign, Span, Way, balance, betweenness, communities, degrees, modularity, paths,
};
use casefile_stats::strength::{Priors, Settings, fit};

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let file = arguments.next().ok_or("give a file of times")?;
    let runs: usize = arguments.next().ok_or("give a number of runs")?.parse()?;
    let times: Vec<f64> = std::fs::read_to_string(&file)?.lines().map(str::parse).collect::<Result<_, _>>()?;
    contagion(&times, runs)?;
    networks(runs);
    let record = khorasan::record();
    let priors = Priors::for_record(&record)?;
    told("strength", 1, || fit(&record, &priors, &Settings::default()).map(|posterior| posterior.diagnostics().draws));
    Ok(())
}

fn contagion(times: &[f64], runs: usize) -> Result<(), Box<dyn Error>> {
    let until = times.last().ok_or("no times")?.ceil().max(5000.0);
    let constant = Background::constant();
    told("hawkes, maximum", runs, || maximise_times(black_box(times), (0.0, until), &constant));
    told("hawkes, with intervals", runs, || fit_times(black_box(times), (0.0, until), &constant, 0.9));
    Ok(())
}

fn networks(runs: usize) {
    let network = graph::network(1_000, 5_000, 5);
    let all = network.graph(Span::day(0), Reading::Certain);
    let friends = network.graph_of(Span::day(0), Reading::Certain, |tie| tie.sign == Sign::Positive);
    let camps: Vec<usize> = (0..1_000).map(|n| n % 5).collect();
    told("degrees", runs, || degrees(black_box(&all)));
    told("betweenness, directed", runs, || betweenness(black_box(&all), true));
    told("betweenness, undirected", runs, || betweenness(black_box(&all), false));
    told("Louvain, positive ties, one run", runs, || communities(black_box(&friends), 1, 1));
    told("modularity of a division", runs, || modularity(black_box(&all), &camps));
    told("signed triads", runs, || balance(black_box(&all), 0, 1));
    told("simple paths of at most 4 steps", runs, || {
        paths(black_box(&all), "0000", "0017", Way::Along, Some(4), 1_000_000).map(|found| found.paths.len())
    });
}

/// Runs it once unmeasured, where it is run more than once, then so many times.
fn told<T>(what: &str, runs: usize, run: impl Fn() -> T) {
    if runs > 1 {
        black_box(run());
    }
    let time = |_| {
        let start = Instant::now();
        black_box(run());
        format!("{:.4}", start.elapsed().as_secs_f64() * 1e3)
    };
    let times: Vec<String> = (0..runs).map(time).collect();
    println!("{{\"what\": \"{what}\", \"ms\": [{}]}}", times.join(", "));
}
