//! Fits of the self-exciting process. `benches/hawkes.py` times HawkesPyLib on the same events.
//!
//! ```text
//! cargo bench -p casefile-stats --bench hawkes
//! HAWKES_TIMES=times.txt cargo bench -p casefile-stats --bench hawkes   # the events that hawkes.py wrote
//! ```

use std::hint::black_box;

use casefile_stats::hawkes::{
    Background, Ground, Truth, fit_days, fit_space_time, fit_times, maximise_times, simulate_space_time, simulate_times,
};
use criterion::{Criterion, criterion_group, criterion_main};

const TRUTH: Truth = Truth { per_day: 1.0, branching: 0.5, half_life: 3.0, scale_km: 10.0 };
const DAYS: f64 = 5000.0;

/// Some 10,000 events.
fn times() -> Vec<f64> {
    match std::env::var("HAWKES_TIMES") {
        Ok(file) => {
            let text = std::fs::read_to_string(&file).expect("the file named by HAWKES_TIMES");
            text.lines().map(|line| line.parse().expect("a number on each line")).collect()
        }
        Err(_) => simulate_times(TRUTH, DAYS, |_| 1.0, 1).expect("parameters of a process"),
    }
}

fn fits(c: &mut Criterion) {
    let times = times();
    let mut days = vec![0u32; DAYS as usize];
    times.iter().for_each(|&t| days[t as usize] += 1);
    let (constant, steps) = (Background::constant(), Background::equal((0.0, DAYS), 10));
    let events = times.len();
    c.bench_function(&format!("times, {events} events, maximum"), |b| {
        b.iter(|| maximise_times(black_box(&times), (0.0, DAYS), &constant));
    });
    c.bench_function(&format!("times, {events} events, with intervals"), |b| {
        b.iter(|| fit_times(black_box(&times), (0.0, DAYS), &constant, 0.9));
    });
    c.bench_function(&format!("times, {events} events, 10 steps, maximum"), |b| {
        b.iter(|| maximise_times(black_box(&times), (0.0, DAYS), &steps));
    });
    c.bench_function(&format!("days, {events} events, with intervals"), |b| {
        b.iter(|| fit_days(black_box(&days), 0, &constant, 0.9, 1));
    });
    let square = |u: f64, v: f64| (33.0 + 4.0 * u, 63.0 + 5.0 * v);
    let points = simulate_space_time(TRUTH, 1500.0, square, 1).expect("parameters of a process");
    let mut group = c.benchmark_group("space-time");
    group.sample_size(10);
    let name = format!("{} events, density", points.len());
    let ground = Ground::Density { bandwidth_km: 50.0 };
    group.bench_function(name, |b| {
        b.iter(|| fit_space_time(black_box(&points), (0.0, 1500.0), ground, 1.0, 0.9));
    });
}

criterion_group!(benches, fits);
criterion_main!(benches);
