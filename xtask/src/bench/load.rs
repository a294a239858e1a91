//! Loading a made-up GED release, beside DuckDB and polars doing the same casts: all in one run, in turn.
//!
//! The peers run where Python has them; see `xtask/peers/load.py` for what they do. Ours is the release program where it is
//! built, else the example `load` of `casefile-ingest`, which builds in minutes.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::process::{Cost, cost};
use super::{build, machine, median, not_installed, python, released, said};
use crate::generate;

/// Rows of the release: 294 MB.
const ROWS: u64 = 400_000;
/// Measured runs of each.
const RUNS: usize = 3;

/// One that loads: its name with its version, and how it is started.
struct Loader {
    name: String,
    /// What it is to write into, removed before each run.
    target: PathBuf,
    start: Box<dyn Fn() -> Result<Command, String>>,
    costs: Vec<Cost>,
    written: u64,
}

/// Generates the file, loads it by ours and the peers in turn, and gives the table.
pub(super) fn run(root: &Path) -> Result<String, String> {
    let temporary = tempfile::tempdir().map_err(|error| format!("no temporary folder: {error}"))?;
    let file = temporary.path().join("GEDEvent_v25_1.csv");
    let bytes = generate::ged(ROWS, &file)?;
    let mut loaders = vec![ours(root, &file, temporary.path().join("case"))?];
    let mut notes = String::new();
    for name in ["duckdb", "polars"] {
        match peer(root, name, &file, temporary.path()) {
            Some(loader) => loaders.push(loader),
            None => notes.push_str(&format!("\n{}\n", not_installed(name))),
        }
    }
    // The first round is not measured: it brings file and programs into memory.
    for round in 0..=RUNS {
        for loader in &mut loaders {
            loader.run(round > 0)?;
        }
    }
    let [first, ..] = loaders.as_slice() else { return Ok(notes) };
    let mut out = format!(
        "{}.\n\n| {ROWS} rows of GED, {} MB, {RUNS} runs in turn | wall, median | least–most | processor | peak memory | \
         written | ours ÷ this |\n|---|---|---|---|---|---|---|\n",
        machine(&released(root, "casefile")),
        bytes / 1_000_000
    );
    loaders.iter().for_each(|loader| out.push_str(&loader.row(first)));
    Ok(out + &notes)
}

/// Ours, into a new case each time.
fn ours(root: &Path, file: &Path, case: PathBuf) -> Result<Loader, String> {
    let (program, light) = (released(root, "casefile"), released(root, "examples/load"));
    let whole = program.exists();
    if !whole {
        build(root, &["-p", "casefile-ingest", "--example", "load"])?;
    }
    let (file, target) = (file.to_owned(), case.clone());
    let start = move || {
        if !whole {
            let mut command = Command::new(&light);
            command.arg(&file).arg(&case);
            return Ok(command);
        }
        cost(Command::new(&program).arg("new").arg(&case))?;
        let mut command = Command::new(&program);
        command.args(["data", "add"]).arg(&file).args(["--as", "ucdp-ged", "--case"]).arg(&case);
        Ok(command)
    };
    let name = if whole { "casefile data add" } else { "casefile's load alone (example `load`)" };
    Ok(Loader { name: name.to_owned(), target, start: Box::new(start), costs: Vec::new(), written: 0 })
}

/// A peer; none where it is not installed.
fn peer(root: &Path, name: &'static str, file: &Path, folder: &Path) -> Option<Loader> {
    let script = root.join("xtask/peers/load.py");
    let command = move || {
        let mut command = Command::new(python());
        command.arg(&script).arg(name);
        command
    };
    let version = said(command().arg("--version"))?;
    let (file, target) = (file.to_owned(), folder.join(format!("{name}.parquet")));
    let into = target.clone();
    let start = move || {
        let mut command = command();
        command.arg(&file).arg(&into);
        Ok(command)
    };
    Some(Loader { name: format!("{name} {version}"), target, start: Box::new(start), costs: Vec::new(), written: 0 })
}

impl Loader {
    fn run(&mut self, is_measured: bool) -> Result<(), String> {
        let gone = if self.target.is_dir() { fs::remove_dir_all(&self.target) } else { fs::remove_file(&self.target) };
        gone.or_else(|error| if error.kind() == std::io::ErrorKind::NotFound { Ok(()) } else { Err(error) })
            .map_err(|error| format!("{}: {error}", self.target.display()))?;
        let cost = cost(&mut (self.start)()?)?;
        if is_measured {
            self.costs.push(cost);
        }
        self.written = parquet_bytes(&self.target).map_err(|error| format!("{}: {error}", self.target.display()))?;
        Ok(())
    }

    fn row(&self, ours: &Self) -> String {
        let walls = self.sorted(|cost| cost.wall);
        let [least, most] = [walls.first(), walls.last()].map(|wall| wall.copied().unwrap_or(f64::NAN));
        format!(
            "| {} | {:.2} s | {least:.2}–{most:.2} s | {:.2} s | {:.0} MB | {:.0} MB | {:.2} |\n",
            self.name,
            median(&walls),
            median(&self.sorted(|cost| cost.cpu)),
            median(&self.sorted(|cost| cost.memory)),
            self.written as f64 / 1e6,
            median(&ours.sorted(|cost| cost.wall)) / median(&walls),
        )
    }

    fn sorted(&self, of: impl Fn(&Cost) -> f64) -> Vec<f64> {
        let mut figures: Vec<f64> = self.costs.iter().map(of).collect();
        figures.sort_by(f64::total_cmp);
        figures
    }
}

/// The size of a Parquet file, or of all those below a folder.
fn parquet_bytes(path: &Path) -> std::io::Result<u64> {
    if !path.is_dir() {
        let wanted = path.extension().is_some_and(|ending| ending == "parquet");
        return Ok(if wanted { path.metadata()?.len() } else { 0 });
    }
    fs::read_dir(path)?.map(|entry| parquet_bytes(&entry?.path())).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_tells_medians_and_the_ratio_of_walls() {
        let loader = |name: &str, walls: [f64; 3]| Loader {
            name: name.to_owned(),
            target: PathBuf::new(),
            start: Box::new(|| Err("not run".to_owned())),
            costs: walls.map(|wall| Cost { wall, cpu: 2.0 * wall, memory: 250.0 }).to_vec(),
            written: 58_000_000,
        };
        let (ours, peer) = (loader("ours", [3.0, 1.0, 1.5]), loader("peer", [2.0, 2.0, 6.0]));
        assert_eq!(ours.row(&ours), "| ours | 1.50 s | 1.00–3.00 s | 3.00 s | 250 MB | 58 MB | 1.00 |\n");
        assert_eq!(peer.row(&ours), "| peer | 2.00 s | 2.00–6.00 s | 4.00 s | 250 MB | 58 MB | 0.75 |\n");
    }

    #[test]
    fn only_parquet_files_count_as_written() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("store")).unwrap();
        for (name, size) in [("a.parquet", 3), ("casefile.lock", 5), ("store/b.parquet", 4)] {
            fs::write(folder.path().join(name), vec![0; size]).unwrap();
        }
        assert_eq!(parquet_bytes(folder.path()).unwrap(), 7);
    }
}
