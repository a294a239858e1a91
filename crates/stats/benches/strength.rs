//! How long the posterior of a group's strength takes: the worked case whole, and one evaluation of a short case.

#[path = "../fixtures/khorasan.rs"]
mod khorasan;

use std::hint::black_box;

use casefile_stats::strength::{Months, Priors, Record, Settings, fit};
use criterion::{Criterion, criterion_group, criterion_main};

fn posterior(c: &mut Criterion) {
    let record = khorasan::record();
    let mut group = c.benchmark_group("strength");
    group.sample_size(10);
    let whole = |record: &Record| {
        let priors = Priors::for_record(record)?;
        fit(record, &priors, &Settings::default())
    };
    group.bench_function("khorasan, 96 months", |b| b.iter(|| whole(black_box(&record)).is_ok()));
    let months = Months::new(record.months.from, record.months.from.plus(23));
    let early = Record {
        months,
        estimates: record.estimates.iter().filter(|estimate| months.contains(estimate.months.to)).cloned().collect(),
        losses: vec![],
        departures: vec![],
        shocks: vec![],
    };
    group.bench_function("khorasan, first 24 months", |b| b.iter(|| whole(black_box(&early)).is_ok()));
    group.finish();
}

criterion_group!(benches, posterior);
criterion_main!(benches);
