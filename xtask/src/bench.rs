//! Benches of the release program as a user meets it, whole processes: tables for `docs/benchmarks.md`.
//!
//! Each section is a file below `bench` and a variant of [`Section`].

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

mod commands;
mod forecast;
mod load;
mod measures;
mod process;
mod stats;

/// What can be timed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Section {
    Commands,
    Load,
    Stats,
    /// Scores, and one forecast of a window.
    Forecast,
    /// Of a release of so many rows.
    Measures(measures::Release, u64),
}

/// The sections, as they are asked for.
const KNOWN: &str = "commands, load, stats, forecast, measures ged|gdelt ROWS";

/// Runs the sections that are asked for, and gives their tables. Where none is named, all are run that need not be told more.
///
/// # Errors
/// Where there is no such section, a program cannot be built, or a command fails.
pub fn run(root: &Path, words: &[&str]) -> Result<String, String> {
    let tables = sections(words)?.into_iter().map(|section| {
        Ok(match section {
            Section::Commands => format!("## commands\n\n{}\n", commands::run(root)?),
            Section::Load => format!("## load\n\n{}\n", load::run(root)?),
            Section::Stats => format!("## stats\n\n{}\n", stats::run(root)?),
            Section::Forecast => format!("## forecast\n\n{}\n", forecast::run(root)?),
            Section::Measures(of, rows) => format!("## measures\n\n{}\n", measures::run(root, of, rows)?),
        })
    });
    tables.collect()
}

fn sections(words: &[&str]) -> Result<Vec<Section>, String> {
    if words.is_empty() {
        return Ok(vec![Section::Commands, Section::Load]);
    }
    let (mut sections, mut words) = (Vec::new(), words);
    while let [word, rest @ ..] = words {
        let (section, rest) = match (*word, rest) {
            ("commands", rest) => (Section::Commands, rest),
            ("load", rest) => (Section::Load, rest),
            ("stats", rest) => (Section::Stats, rest),
            ("forecast", rest) => (Section::Forecast, rest),
            ("measures", [of, rows, rest @ ..]) => {
                let of =
                    measures::Release::named(of).ok_or_else(|| format!("there are no measures of `{of}`: {KNOWN}"))?;
                (Section::Measures(of, rows.parse().map_err(|_| format!("`{rows}` is no number of rows"))?), rest)
            }
            ("measures", _) => return Err(format!("`measures` needs a release and a number of rows: {KNOWN}")),
            (other, _) => return Err(format!("there is no bench `{other}`; known: {KNOWN}")),
        };
        sections.push(section);
        words = rest;
    }
    Ok(sections)
}

/// A release program of that name; built where it is not there yet. One that is there is taken as it is.
fn built(root: &Path, name: &str) -> Result<PathBuf, String> {
    let program = released(root, name);
    if !program.exists() {
        // Both at once, so that what they share is built with the same features.
        build(root, &["--package", "casefile", "--package", "casefile-bench"])?;
    }
    Ok(program)
}

/// Where cargo puts a program of the release profile.
fn released(root: &Path, name: &str) -> PathBuf {
    target(root).join("release").join(format!("{name}{}", std::env::consts::EXE_SUFFIX))
}

fn target(root: &Path) -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), PathBuf::from)
}

/// Builds something of the workspace with the release profile.
fn build(root: &Path, what: &[&str]) -> Result<(), String> {
    eprintln!("building {}", what.join(" "));
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    command.args(["build", "--release"]).args(what).arg("--target-dir").arg(target(root)).current_dir(root);
    match command.status() {
        Ok(status) if status.success() => Ok(()),
        _ => Err(format!("{} cannot be built", what.join(" "))),
    }
}

/// A Python that has the peers, where they are installed: `PYTHON`, else `python3`.
fn python() -> String {
    std::env::var("PYTHON").unwrap_or_else(|_| "python3".to_owned())
}

/// What is said of a peer that is not compared.
fn not_installed(peer: &str) -> String {
    format!("{peer} is not installed for `{}`, so it is not compared; set PYTHON to a Python that has it.", python())
}

/// The middle of sorted figures; none of none.
fn median(sorted: &[f64]) -> f64 {
    sorted.get(sorted.len() / 2).copied().unwrap_or(f64::NAN)
}

/// Copies a case, without what was made from it.
fn copy(from: &Path, to: &Path) -> std::io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let name = entry.file_name();
        if entry.file_type()?.is_dir() {
            if name != ".casefile" && name != "out" {
                copy(&entry.path(), &to.join(name))?;
            }
        } else {
            fs::copy(entry.path(), to.join(name))?;
        }
    }
    Ok(())
}

/// The machine, what else it was doing, and the versions.
fn machine(program: &Path) -> String {
    let line_of = |file: &str, key: &str| {
        let text = fs::read_to_string(file).ok()?;
        let line = text.lines().find(|line| line.starts_with(key))?;
        Some(line.split_once(':')?.1.trim().to_owned())
    };
    let processor = line_of("/proc/cpuinfo", "model name").unwrap_or_else(|| std::env::consts::ARCH.to_owned());
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let memory = line_of("/proc/meminfo", "MemTotal")
        .and_then(|text| text.split(' ').next()?.parse::<u64>().ok())
        .map_or_else(String::new, |kib| format!(", {} GB", kib.div_ceil(1 << 20)));
    let load = fs::read_to_string("/proc/loadavg")
        .ok()
        .and_then(|text| Some(format!(", load {}", text.split(' ').next()?)))
        .unwrap_or_default();
    let rust = said(Command::new("rustc").arg("--version")).unwrap_or_else(|| "rustc unknown".to_owned());
    // An example knows no version.
    let version = said(Command::new(program).arg("--version")).filter(|said| said.starts_with("casefile "));
    let ours = version.map_or_else(String::new, |version| format!("{version}, "));
    format!("{processor}, {cores} cores{memory}, {}{load}; {ours}{rust}", std::env::consts::OS)
}

/// What a command says in one line; none where it fails.
fn said(command: &mut Command) -> Option<String> {
    let output = command.stderr(Stdio::null()).output().ok().filter(|output| output.status.success())?;
    Some(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sections_are_asked_for_by_name_and_measures_with_what_and_how_many() {
        let of = |words: &str| sections(&words.split_whitespace().collect::<Vec<_>>());
        assert_eq!(of("").unwrap(), [Section::Commands, Section::Load]);
        let gdelt = Section::Measures(measures::Release::Gdelt, 5000);
        assert_eq!(of("load measures gdelt 5000 commands").unwrap(), [Section::Load, gdelt, Section::Commands]);
        for (words, told) in [
            ("lode", "`lode`; known: commands, load, stats, forecast, measures"),
            ("measures", "needs a release"),
            ("measures ged", "needs a release"),
            ("measures gtd 5", "no measures of `gtd`"),
            ("measures ged many", "`many` is no number"),
        ] {
            assert!(of(words).unwrap_err().contains(told), "{words}");
        }
    }
}
