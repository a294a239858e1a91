//! How long it takes to read a hedged phrase, to suggest a mend, and to judge a figure against a claim.

use std::hint::black_box;

use casefile_model::quantity::{Bearing, Computed, Draws, HedgedQuantity, PhraseTable, compare};
use criterion::{Criterion, Throughput, criterion_group, criterion_main};

const PHRASES: [&str; 10] = [
    "around 60",
    "more than 330 attacks",
    "between 10 per cent and 20 per cent of the Afghan population",
    "tens of thousands of new recruits",
    "some 2,000–3,000",
    "almost every Afghan province",
    "increased from around 60 to more than 330",
    "a fivefold increase",
    "in the low tens of thousands",
    "several hundred US dollars",
];

fn phrases(c: &mut Criterion) {
    let table = PhraseTable::builtin();
    let mut group = c.benchmark_group("phrases");
    group.throughput(Throughput::Elements(PHRASES.len() as u64));
    group.bench_function("read", |b| {
        b.iter(|| PHRASES.map(|phrase| table.parse(black_box(phrase)).is_ok()));
    });
    group.throughput(Throughput::Elements(1));
    group.bench_function("suggest", |b| b.iter(|| table.parse(black_box("arround 60")).is_err()));
    group.finish();
}

fn judge(c: &mut Criterion) {
    let Ok(claim) = "around 60".parse::<HedgedQuantity>() else { return };
    let Ok(draws) = Draws::equal((0..10_000).map(|draw| f64::from(draw % 120))) else { return };
    let computed = Computed::distribution(draws);
    c.bench_function("judge 10,000 draws", |b| {
        b.iter(|| compare(black_box(&computed), Bearing::AtLeast, black_box(&claim)));
    });
}

criterion_group!(benches, phrases, judge);
criterion_main!(benches);
