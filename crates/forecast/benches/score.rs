//! Scores of one unit-month of 1,000 draws.

use std::hint::black_box;

use casefile_forecast::score::{crps, crps_negative_binomial, ignorance};
use criterion::{Criterion, criterion_group, criterion_main};

fn scores(criterion: &mut Criterion) {
    // Numbers that look scattered, and need no generator.
    let draws: Vec<u32> = (0..1000).map(|n| ((f64::from(n) * 0.618_034).fract().powi(4) * 2000.0) as u32).collect();
    let mut group = criterion.benchmark_group("score");
    group.bench_function("CRPS of 1,000 draws", |bencher| bencher.iter(|| crps(black_box(&draws), 40)));
    group.bench_function("ignorance of 1,000 draws", |bencher| bencher.iter(|| ignorance(black_box(&draws), 40)));
    group.bench_function("CRPS of a negative binomial", |bencher| {
        bencher.iter(|| crps_negative_binomial(black_box(60.0), 0.5, 40));
    });
    group.finish();
}

criterion_group!(benches, scores);
criterion_main!(benches);
