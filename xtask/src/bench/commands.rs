//! How long whole commands of the release program take, beside a peer where one is installed.
//!
//! Each command runs once unmeasured, so that files and program are in memory, and then several times. Wall time is
//! what a user waits for, from the start of the process to its end. The median is told, with least and most.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use super::{built, copy, machine, median, not_installed, python, said};

/// Measured runs of each command.
const RUNS: usize = 9;

/// 58,428 rows of GED in a zip archive, below the folder of the real data.
const ZIP: &str = "ucdp/ged-partial-csv.zip";

/// The Afghan events that the worked case pins.
const UNION: &str = "ucdp/ged-afghanistan-union.csv";

/// What the peers are asked: read the CSV in the archive into columns and write them as Parquet, compressed with zstd.
/// They check no row, keep no quarantine, normalise nothing and take no sums.
const PEERS: [(&str, &str); 2] = [
    (
        "duckdb",
        "import duckdb, shutil, sys, zipfile\n\
         z = zipfile.ZipFile(sys.argv[1])\n\
         with z.open(z.namelist()[0]) as a, open(sys.argv[2] + '.csv', 'wb') as b: shutil.copyfileobj(a, b)\n\
         duckdb.sql(f\"COPY (SELECT * FROM read_csv('{sys.argv[2]}.csv')) TO '{sys.argv[2]}' (FORMAT parquet, COMPRESSION zstd)\")",
    ),
    (
        "polars",
        "import io, polars, sys, zipfile\n\
         z = zipfile.ZipFile(sys.argv[1])\n\
         polars.read_csv(io.BytesIO(z.read(z.namelist()[0])), infer_schema_length=None).write_parquet(sys.argv[2], compression='zstd')",
    ),
];

/// Times each command and gives the table.
///
/// # Errors
/// Where the program cannot be built, or a command fails.
pub(super) fn run(root: &Path) -> Result<String, String> {
    let program = built(root, "casefile")?;
    let temporary = tempfile::tempdir().map_err(|error| format!("no temporary folder: {error}"))?;
    let desk = Desk { program, folder: temporary.path().to_owned() };
    let mut rows = Vec::new();
    let mut notes = Vec::new();

    let case = root.join("cases/khorasan");
    let cube = desk.case(&case, "cube")?;
    rows.push(row("check the worked case from its cube", &desk.casefile(&["check", &cube])?, None));
    rows.push(row("build the briefing of the worked case from its cube", &desk.casefile(&["brief", &cube])?, None));
    match data(root, UNION) {
        Some(file) => {
            let rows_case = desk.case(&case, "rows")?;
            let version = "23.1 with extracts of 24.1 and candidate releases";
            let fill = ["--fill", "country=Afghanistan", "--version", version];
            let add = ["data", "add", &file, "--as", "ucdp-ged", "--case", &rows_case];
            timed(&mut desk.command(&[&add[..], &fill].concat()))?;
            let times = desk.casefile(&["check", &rows_case, "--from", "rows"])?;
            rows.push(row("check the worked case from 7,024 rows", &times, None));
        }
        None => notes.push(absent(UNION)),
    }
    match data(root, ZIP) {
        Some(file) => {
            let ours = desk.repeat(|i| {
                let case = desk.path(&format!("load-{i}"));
                timed(&mut desk.command(&["new", &case]))?;
                timed(&mut desk.command(&["data", "add", &file, "--as", "ucdp-ged", "--case", &case]))
            })?;
            let what = "add 58,428 rows of GED from a zip: check, normalise, quarantine, sum, write Parquet";
            rows.push(row(what, &ours, None));
            for (name, script) in PEERS {
                match desk.peer(name, script, &file)? {
                    Some((version, times)) => {
                        let what = format!("the same file by {name} {version}: read and write Parquet, no more");
                        rows.push(row(&what, &times, Some(&ours)));
                    }
                    None => notes.push(not_installed(name)),
                }
            }
        }
        None => notes.push(absent(ZIP)),
    }

    let mut out = format!(
        "{}.\n\n| step | wall, median of {RUNS} | least–most | beside ours |\n|---|---|---|---|\n",
        machine(&desk.program)
    );
    rows.iter().for_each(|row| out.push_str(row));
    for note in notes {
        out.push_str(&format!("\n{note}\n"));
    }
    Ok(out)
}

/// A place to run commands in.
struct Desk {
    program: PathBuf,
    folder: PathBuf,
}

impl Desk {
    fn path(&self, name: &str) -> String {
        self.folder.join(name).display().to_string()
    }

    /// A copy of a case, without what was made from it.
    fn case(&self, from: &Path, name: &str) -> Result<String, String> {
        copy(from, &self.folder.join(name)).map_err(|error| format!("cannot copy {}: {error}", from.display()))?;
        Ok(self.path(name))
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(&self.program);
        command.args(arguments);
        command
    }

    fn casefile(&self, arguments: &[&str]) -> Result<Vec<Duration>, String> {
        self.repeat(|_| timed(&mut self.command(arguments)))
    }

    /// Runs once unmeasured and [`RUNS`] times measured; the times, sorted.
    fn repeat(&self, mut run: impl FnMut(usize) -> Result<Duration, String>) -> Result<Vec<Duration>, String> {
        run(0)?;
        let mut times = (1..=RUNS).map(run).collect::<Result<Vec<_>, _>>()?;
        times.sort_unstable();
        Ok(times)
    }

    /// Version and times of a peer; none where it is not installed.
    fn peer(&self, name: &str, script: &str, file: &str) -> Result<Option<(String, Vec<Duration>)>, String> {
        let Some(version) =
            said(Command::new(python()).args(["-c", &format!("import {name}; print({name}.__version__)")]))
        else {
            return Ok(None);
        };
        let out = self.path(&format!("{name}.parquet"));
        let times = self.repeat(|_| timed(Command::new(python()).args(["-c", script, file, &out])))?;
        Ok(Some((version, times)))
    }
}

/// A file of the real data: below `CASEFILE_DATA`, else below `../shared/data` beside the workspace.
fn data(root: &Path, file: &str) -> Option<String> {
    let folder = std::env::var_os("CASEFILE_DATA").map_or_else(|| root.join("../shared/data"), PathBuf::from);
    Some(folder.join(file)).filter(|path| path.exists()).map(|path| path.display().to_string())
}

fn absent(file: &str) -> String {
    format!("Not measured: {file} is not here; set CASEFILE_DATA to the folder that holds it.")
}

/// Wall time of a command that must succeed.
fn timed(command: &mut Command) -> Result<Duration, String> {
    let start = Instant::now();
    let output = command.stdout(Stdio::null()).output().map_err(|error| format!("{command:?}: {error}"))?;
    let time = start.elapsed();
    if output.status.success() {
        return Ok(time);
    }
    Err(format!("{command:?} failed: {}", String::from_utf8_lossy(&output.stderr)))
}

fn seconds(times: &[Duration]) -> f64 {
    median(&times.iter().map(Duration::as_secs_f64).collect::<Vec<_>>())
}

/// A line of the table, with the time as a multiple of ours for a peer.
fn row(what: &str, times: &[Duration], ours: Option<&[Duration]>) -> String {
    let [least, most] = [times.first(), times.last()].map(|time| time.map_or(f64::NAN, Duration::as_secs_f64));
    let ratio = ours.map_or_else(String::new, |ours| format!("×{:.2}", seconds(times) / seconds(ours)));
    format!("| {what} | {:.2} s | {least:.2}–{most:.2} s | {ratio} |\n", seconds(times))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_tells_median_span_and_ratio() {
        let times = [100, 120, 400].map(Duration::from_millis);
        let ours = [60, 60, 60].map(Duration::from_millis);
        assert_eq!(row("load", &times, Some(&ours)), "| load | 0.12 s | 0.10–0.40 s | ×2.00 |\n");
        assert_eq!(row("load", &times, None), "| load | 0.12 s | 0.10–0.40 s |  |\n");
    }
}
