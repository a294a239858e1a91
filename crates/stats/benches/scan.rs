//! The scan over a made-up year: 400 places, 1,600 cases, weeks, 99 replicates.

use std::hint::black_box;

use casefile_stats::scan::{Cases, Count, Period, Point, Settings, permutation};
use criterion::{Criterion, criterion_group, criterion_main};

fn year() -> Cases {
    // Numbers that look scattered, and need no generator.
    let scatter = |n: usize, by: f64| (n as f64 * by).fract();
    let places = (0..400).map(|n| Point {
        latitude: 30.0 + 8.0 * scatter(n, 0.618_034),
        longitude: 61.0 + 13.0 * scatter(n, 0.754_878),
    });
    let counts = (0..1600).map(|n| Count {
        place: (400.0 * scatter(n, 0.569_840).powi(2)) as usize,
        day: (366.0 * scatter(n, 0.819_173)) as i32,
        n: 1,
    });
    Cases { places: places.collect(), counts: counts.collect(), period: Period { first: 0, last: 365 } }
}

fn scan(criterion: &mut Criterion) {
    let cases = year();
    let settings = Settings { max_circle: 0.2, max_duration: 0.1, replicates: 99, ..Settings::default() };
    let mut group = criterion.benchmark_group("scan");
    group.sample_size(10);
    group.bench_function("permutation, 99 replicates", |bencher| {
        bencher.iter(|| permutation(black_box(&cases), &settings));
    });
    group.finish();
}

criterion_group!(benches, scan);
criterion_main!(benches);
