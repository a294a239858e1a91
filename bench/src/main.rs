//! How long each check of a case takes, for `cargo xtask bench measures`: `casefile-bench CASE RUNS`.
//!
//! Each claim is examined anew, by an examiner that remembers nothing: the queries, the draws of the toll, the judgement. Once
//! unmeasured, then so many times. Prints the times in ms and the queries as JSON, for a peer to ask the same.

use std::path::Path;
use std::time::Instant;

use casefile_case::Case;
use casefile_case::lock::Lock;
use casefile_lake::Lake;
use casefile_measure::evidence::Ground;
use casefile_verdict::Examiner;
use serde_json::{Value, json};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().collect();
    let [_, folder, runs] = arguments.as_slice() else { return Err("usage: casefile-bench CASE RUNS".into()) };
    let (folder, runs) = (Path::new(folder), runs.parse()?);
    let case = Case::load(folder)?.case.ok_or("the case has errors: see `casefile check`")?;
    let lock = Lock::read(folder)?;
    let lake = Lake::open(folder, &lock)?;
    let timed = |claim| -> Result<Value, Box<dyn std::error::Error>> {
        let (mut times, mut sql, mut data) = (Vec::new(), Vec::new(), None);
        for run in 0..=runs {
            let examiner = Examiner::new(&case, &lake, &lock)?.on(Some(Ground::Rows));
            let start = Instant::now();
            let finding = examiner.examine(claim)?;
            if run > 0 {
                times.push(start.elapsed().as_secs_f64() * 1e3);
            }
            (sql, data) = (finding.sql, finding.computed);
        }
        Ok(json!({ "measure": claim.envelope.id, "ms": times, "sql": sql, "data": data }))
    };
    let measured = case.claims.iter().map(timed).collect::<Result<Vec<_>, _>>()?;
    let stores: Vec<_> = lock.datasets.iter().map(|d| folder.join(&d.store).join("events.parquet")).collect();
    println!("{}", json!({ "events": stores, "measures": measured }));
    Ok(())
}
