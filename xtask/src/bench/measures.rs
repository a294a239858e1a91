//! Ten measures over a made-up release, beside DuckDB on the same Parquet file.
//!
//! Ours is the whole check of a claim: planning, queries, the draws of the true toll, the judgement. The peer answers the
//! same SQL and no more. Both keep the file's tables open, and take turns.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;

use super::{built, machine, median, python, target};

/// Turns that ours and the peer take.
const TURNS: usize = 3;
/// Measured runs of each measure in a turn.
const RUNS: usize = 5;

/// Which release the measures are taken of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Release {
    /// UCDP GED: 49 columns, wide texts.
    Ged,
    /// GDELT 2.0 events: 61 columns.
    Gdelt,
}

impl Release {
    pub(super) fn named(name: &str) -> Option<Self> {
        [Self::Ged, Self::Gdelt].into_iter().find(|release| release.name() == name)
    }

    fn name(self) -> &'static str {
        match self {
            Self::Ged => "ged",
            Self::Gdelt => "gdelt",
        }
    }

    fn adapter(self) -> &'static str {
        match self {
            Self::Ged => "ucdp-ged",
            Self::Gdelt => "gdelt-events",
        }
    }

    /// Name of a file of so many rows: GDELT's adapter takes its files by their published names.
    fn file(self, rows: u64) -> String {
        match self {
            Self::Ged => format!("ged-{rows}.csv"),
            Self::Gdelt => format!("made-up-{rows}.export.CSV"),
        }
    }
}

/// Times the measures over a made-up release of `rows` rows, and gives the table. Release and case are kept below the build's
/// folder, or in `CASEFILE_BENCH`, for the next run.
///
/// # Errors
/// Where a program cannot be built, or fails.
pub(super) fn run(root: &Path, release: Release, rows: u64) -> Result<String, String> {
    let folder = std::env::var_os("CASEFILE_BENCH").map_or_else(|| target(root).join("bench"), PathBuf::from);
    fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let table = table(root, &folder, release, rows)?;
    Ok(format!("{}.\n\n{table}", machine(&built(root, "casefile")?)))
}

/// The table of one release. What was made in `folder` before is used again.
fn table(root: &Path, folder: &Path, release: Release, rows: u64) -> Result<String, String> {
    let case = prepared(root, folder, release, rows)?;
    let (mut ours, mut peers) = (Vec::new(), Vec::new());
    let program = built(root, "casefile-bench")?;
    for _ in 0..TURNS {
        let said = asked(Command::new(&program).arg(&case).arg(RUNS.to_string()), &[])?;
        let script = root.join("xtask/peers/measures.py");
        let peer = asked(Command::new(python()).arg(script).args(["duckdb", &RUNS.to_string()]), &said)?;
        ours.push(json(&said)?["measures"].clone());
        peers.push(json(&peer)?);
    }
    Ok(render(release, rows, &ours, &peers))
}

/// A case that pins so many made-up rows.
fn prepared(root: &Path, folder: &Path, release: Release, rows: u64) -> Result<PathBuf, String> {
    let case = folder.join(format!("{}-{rows}", release.name()));
    if case.join("casefile.lock").exists() {
        return Ok(case);
    }
    let wrong = |error: std::io::Error| format!("{}: {error}", case.display());
    super::copy(&root.join("xtask/cases").join(release.name()), &case).map_err(wrong)?;
    let file = folder.join(release.file(rows));
    if !file.exists() {
        eprintln!("making {} rows in {}", rows, file.display());
        match release {
            Release::Ged => crate::generate::ged(rows, &file)?,
            Release::Gdelt => crate::generate::gdelt(rows, &file)?,
        };
    }
    eprintln!("adding them");
    let mut add = Command::new(built(root, "casefile")?);
    add.args(["data", "add"]).arg(&file).args(["--as", release.adapter(), "--version", "made-up", "--case"]).arg(&case);
    asked(&mut add, &[]).map(|_| case)
}

/// What a command that must succeed prints when it is told `input`.
fn asked(command: &mut Command, input: &[u8]) -> Result<Vec<u8>, String> {
    let failed = |error: std::io::Error| format!("{command:?}: {error}");
    let mut command_ = Command::new(command.get_program());
    command_.args(command.get_args()).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command_.spawn().map_err(failed)?;
    // A command that reads nothing may have closed its input already; its exit code tells.
    let _ = child.stdin.take().map(|mut to| to.write_all(input));
    let output = child.wait_with_output().map_err(failed)?;
    if output.status.success() {
        return Ok(output.stdout);
    }
    Err(format!("{command:?} failed: {}", String::from_utf8_lossy(&output.stderr)))
}

fn json(text: &[u8]) -> Result<Value, String> {
    serde_json::from_slice(text).map_err(|error| format!("no JSON: {error}"))
}

fn render(release: Release, rows: u64, ours: &[Value], peers: &[Value]) -> String {
    let mut out =
        format!("| measure over {rows} rows of {} | ours | DuckDB | ratio |\n|---|---|---|---|\n", release.name());
    let measures = ours.first().and_then(Value::as_array).map_or(0, Vec::len);
    for i in 0..measures {
        let [mine, theirs] = [ours, peers].map(|turns| milliseconds(turns, i));
        let name = ours[0][i]["measure"].as_str().unwrap_or_default();
        out.push_str(&format!("| {name} | {mine:.1} ms | {theirs:.1} ms | ×{:.2} |\n", mine / theirs));
    }
    out
}

/// Median of the `i`th measure over all turns, in ms.
fn milliseconds(turns: &[Value], i: usize) -> f64 {
    let of_turn = |turn: &Value| turn[i]["ms"].as_array().cloned().unwrap_or_default();
    let mut times: Vec<f64> = turns.iter().flat_map(of_turn).filter_map(|time| time.as_f64()).collect();
    times.sort_by(f64::total_cmp);
    median(&times)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_ratio_is_of_medians_over_all_turns() {
        let ours = [json!([{ "measure": "count", "ms": [1.0, 9.0] }]), json!([{ "measure": "count", "ms": [2.0] }])];
        let peers = [json!([{ "ms": [4.0] }]), json!([{ "ms": [4.0, 5.0] }])];
        let table = render(Release::Ged, 7, &ours, &peers);
        assert!(table.ends_with("| count | 2.0 ms | 4.0 ms | ×0.50 |\n"), "{table}");
    }
}
