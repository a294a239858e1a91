//! The statistics beside peers: a scan, contagion, networks, and the strength of the worked case.
//!
//! Ours are the examples `satscan` and `timings` of `casefile-stats`, which builds without an SQL engine; the peers' side is
//! `xtask/peers/stats.py`. SaTScan cannot be fetched by a package manager, so its time is quoted and not measured.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use super::{build, machine, median, not_installed, process, python, released, target};

/// Measured runs of each measure.
const RUNS: usize = 10;
/// Runs of the scan.
const SCANS: usize = 3;

/// Milliseconds by what was timed.
type Times = BTreeMap<String, Vec<f64>>;

/// Times the statistics, and gives their tables. The scan needs `scan/all2020.prm` below `CASEFILE_DATA`.
///
/// # Errors
/// Where the examples cannot be built, or fail.
pub(super) fn run(root: &Path) -> Result<String, String> {
    build(root, &["--package", "casefile-stats", "--example", "satscan", "--example", "timings"])?;
    let program = |name: &str| released(root, &format!("examples/{name}"));
    let folder = target(root).join("bench");
    fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let events = folder.join("hawkes-times.txt");
    let script = root.join("xtask/peers/stats.py");
    let peer = |what: &str| {
        let mut command = Command::new(python());
        command.arg(&script).arg(what).arg(&events).arg(RUNS.to_string());
        asked(&mut command).ok().map(|text| times(&text))
    };
    let has_events = asked(Command::new(python()).arg(&script).arg("times").arg(&events)).is_ok();
    if !has_events {
        return Err(not_installed("HawkesPyLib, which makes the events,"));
    }
    let ours = times(&asked(Command::new(program("timings")).arg(&events).arg(RUNS.to_string()))?);
    let n = fs::read_to_string(&events).map_or(0, |text| text.lines().count());
    let scan = scan(&program("satscan"))?;
    let tables = render(&ours, peer("hawkes").as_ref(), peer("networkx").as_ref(), n);
    Ok(format!("{}.\n\n{scan}\n{tables}", machine(&program("timings"))))
}

/// What a command that must succeed prints.
fn asked(command: &mut Command) -> Result<String, String> {
    let output = command.output().map_err(|error| format!("{command:?}: {error}"))?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    Err(format!("{command:?} failed: {}", String::from_utf8_lossy(&output.stderr)))
}

/// Lines of JSON, each with what was timed and the milliseconds.
fn times(text: &str) -> Times {
    let read = |line: &str| {
        let told: Value = serde_json::from_str(line).ok()?;
        let ms = told["ms"].as_array()?.iter().filter_map(Value::as_f64).collect();
        Some((told["what"].as_str()?.to_owned(), ms))
    };
    text.lines().filter_map(read).collect()
}

fn scan(program: &Path) -> Result<String, String> {
    let data = std::env::var_os("CASEFILE_DATA").map(PathBuf::from).unwrap_or_default();
    let study = data.join("scan").join("all2020.prm");
    if !study.is_file() {
        return Ok("The scan is not timed: CASEFILE_DATA names no folder with `scan/all2020.prm`.\n".to_owned());
    }
    let costs = (0..SCANS).map(|_| process::cost(Command::new(program).arg(&study))).collect::<Result<Vec<_>, _>>()?;
    let of = |pick: fn(&process::Cost) -> f64| {
        let mut sorted: Vec<f64> = costs.iter().map(pick).collect();
        sorted.sort_by(f64::total_cmp);
        median(&sorted)
    };
    Ok(format!(
        "| space-time permutation scan, 3,317 events at 1,159 places, 999 replicates | wall | processor |\n|---|---|---|\n\
         | ours, median of {SCANS} | {:.2} s | {:.2} s |\n| SaTScan 10.3.2, quoted from its run on 2 cores, not measured here | 120 s | 236 s |\n",
        of(|cost| cost.wall),
        of(|cost| cost.cpu)
    ))
}

fn render(ours: &Times, hawkes: Option<&Times>, networkx: Option<&Times>, events: usize) -> String {
    let mut out = String::from("| what | ours | peer | peer ÷ ours |\n|---|---|---|---|\n");
    for (what, ms) in ours {
        let (name, peer, of) = match what.strip_prefix("hawkes, ") {
            Some(rest) => (format!("Hawkes process, {events} events, {rest}"), "HawkesPyLib", hawkes),
            None if what == "strength" => ("strength, the worked case, prior included".to_owned(), "", None),
            None => (format!("network of 1,000 actors and 5,000 ties: {what}"), "networkx", networkx),
        };
        let mine = middle(ms);
        let theirs = of.and_then(|times| times.get(what)).map(|ms| middle(ms));
        let (theirs, ratio) = match theirs {
            Some(theirs) => (format!("{peer} {}", shown(theirs)), format!("{:.1}", theirs / mine)),
            None if peer.is_empty() => ("–".to_owned(), "–".to_owned()),
            None => (format!("{peer} not installed"), "–".to_owned()),
        };
        out.push_str(&format!("| {name} | {} | {theirs} | {ratio} |\n", shown(mine)));
    }
    out
}

fn middle(ms: &[f64]) -> f64 {
    let mut sorted = ms.to_vec();
    sorted.sort_by(f64::total_cmp);
    median(&sorted)
}

/// Three digits that count: `0.432 ms`, `97.1 ms`, `2.95 s`.
fn shown(ms: f64) -> String {
    match ms {
        ms if ms >= 1000.0 => format!("{:.2} s", ms / 1e3),
        ms if ms >= 10.0 => format!("{ms:.1} ms"),
        ms => format!("{ms:.3} ms"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_peer_stands_beside_ours_by_its_median_or_is_said_not_to_be_there() {
        let ours = times(
            "{\"what\": \"hawkes, maximum\", \"ms\": [9, 4, 5]}\nno JSON\n{\"what\": \"degrees\", \"ms\": [0.5]}\n",
        );
        let peer = times("{\"what\": \"hawkes, maximum\", \"ms\": [50]}");
        let table = render(&ours, Some(&peer), None, 9951);
        assert!(
            table.contains("| Hawkes process, 9951 events, maximum | 5.000 ms | HawkesPyLib 50.0 ms | 10.0 |"),
            "{table}"
        );
        assert!(table.contains(": degrees | 0.500 ms | networkx not installed | – |"), "{table}");
        assert_eq!(shown(2949.0), "2.95 s");
    }
}
