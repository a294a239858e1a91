//! How long it takes to read the worked case and judge its claims, from the evidence cube that travels with it.
//!
//! The whole program is timed, as a user waits for it: start, reading, queries, verdicts, table.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use criterion::{Criterion, criterion_group, criterion_main};

fn check(c: &mut Criterion) {
    let case = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../cases/khorasan");
    let mut group = c.benchmark_group("check");
    group.sample_size(20).measurement_time(Duration::from_secs(20));
    for (name, arguments) in [("khorasan from cube", ["--from", "cube"]), ("khorasan as JSON", ["--format", "json"])] {
        group.bench_function(name, |b| {
            b.iter(|| {
                let status = Command::new(env!("CARGO_BIN_EXE_casefile"))
                    .arg("check")
                    .arg(&case)
                    .args(arguments)
                    .stdout(Stdio::null())
                    .stderr(Stdio::null())
                    .status();
                assert!(status.is_ok_and(|status| status.success()), "the worked case does not check");
            });
        });
    }
    group.finish();
}

criterion_group!(benches, check);
criterion_main!(benches);
