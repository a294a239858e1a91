//! An executor vanishes while it works.

use std::fs;
use std::path::Path;
use std::process::Stdio;
use std::time::Instant;

use crate::cluster::{Cluster, ask, poll};
use crate::data::large;

/// What makes every row count, in an order of its own.
const AGGREGATE: &str = "select country, cast(date_part('year', date_start) as int) as year, count(*) as n, \
    count(distinct event_id) as events, sum(deaths_best) as deaths, bit_xor(fingerprint(event_id, deaths_best)) as digest \
    from events group by 1, 2 order by 1, 2";

#[test]
fn a_lost_executor_costs_time_and_no_answer() {
    let folder = tempfile::tempdir().unwrap();
    let case = large(folder.path());
    let store = folder.path().join("store").to_str().unwrap().to_owned();
    ask(&["publish", &case, &store]);
    let question = ["query", &case, AGGREGATE, "--format", "csv"];
    let here = ask(&question);
    assert!(here.lines().count() > 30, "{here}");

    let mut cluster = Cluster::start();
    let start = Instant::now();
    let mut command = cluster.command(&[&question[..], &["--store", &store]].concat());
    let mut client = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    // It has done a part of the work, and others count on it.
    let work = cluster.executors[0].work.clone();
    poll("the first part of the answer", || holds_a_file(&work).then_some(()));
    assert!(
        client.try_wait().unwrap().is_none(),
        "the query has ended before the executor was lost\n{}",
        cluster.logs()
    );
    cluster.executors[0].kill();
    let killed = start.elapsed();
    let output = client.wait_with_output().unwrap();
    assert_eq!(cluster.printed(&output), here);
    println!("lost after {killed:.1?}, answered after {:.1?}", start.elapsed());

    // One machine is enough.
    let again = Instant::now();
    assert_eq!(cluster.ask(&[&question[..], &["--store", &store]].concat()), here);
    println!("by the other alone in {:.1?}", again.elapsed());
}

fn holds_a_file(folder: &Path) -> bool {
    let Ok(entries) = fs::read_dir(folder) else { return false };
    entries.flatten().any(|entry| if entry.path().is_dir() { holds_a_file(&entry.path()) } else { true })
}
