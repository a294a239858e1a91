//! How long it takes to load a release, to open the lake and to ask it.

use std::hint::black_box;
use std::path::{Path, PathBuf};

use casefile_case::lock::Lock;
use casefile_ingest::{AddOptions, add};
use casefile_lake::{Lake, cube};
use criterion::{Criterion, criterion_group, criterion_main};

/// The 58,428-row archive, below `CASEFILE_DATA` or beside the workspace.
fn archive() -> Option<PathBuf> {
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data");
    let root = std::env::var_os("CASEFILE_DATA").map_or_else(beside, PathBuf::from);
    let path = root.join("ucdp/ged-partial-csv.zip");
    if path.exists() {
        return Some(path);
    }
    eprintln!("skipped: {} is not here; set CASEFILE_DATA to the folder of the real data", path.display());
    None
}

fn lake(c: &mut Criterion) {
    let Some(file) = archive() else { return };
    let case = tempfile::tempdir().expect("a temporary folder");
    let options = AddOptions { file, adapter: "ucdp-ged".into(), ..AddOptions::default() };

    let mut group = c.benchmark_group("lake");
    group.sample_size(10);
    group.bench_function("add 58,428 rows from a zip", |b| {
        b.iter(|| add(case.path(), &options, &mut |_| {}).expect("the archive loads"));
    });
    let lock = Lock::read(case.path()).expect("the lock");
    group.bench_function("open", |b| b.iter(|| Lake::open(case.path(), &lock).expect("the lake opens")));
    let open = Lake::open(case.path(), &lock).expect("the lake opens");
    group.bench_function("count and sum by year", |b| {
        let sql =
            "select extract(year from date_start) y, count(*) n, sum(deaths_best) d from events group by 1 order by 1";
        b.iter(|| black_box(open.table(sql).expect("an answer")));
    });
    group.bench_function("digest of one side's events", |b| {
        let sql = "select bit_xor(fingerprint(event_id)) from events where side_a = 'IS' or side_b = 'IS'";
        b.iter(|| black_box(open.table(sql).expect("an answer")));
    });
    group.bench_function("build a cube", |b| {
        b.iter(|| cube::build(&open, &lock, "ucdp-ged", &cube::CubeOptions::default()).expect("a cube"));
    });
    group.finish();
}

criterion_group!(benches, lake);
criterion_main!(benches);
