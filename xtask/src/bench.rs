//! Benches of the release program as a user meets it, whole processes: tables for `docs/benchmarks.md`.
//!
//! Each section is a file below `bench` and a line in [`SECTIONS`].

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

mod commands;
mod load;
mod process;

/// A section's name, and what runs it below the root of the workspace and gives its table.
type Section = (&'static str, fn(&Path) -> Result<String, String>);

const SECTIONS: [Section; 2] = [("commands", commands::run), ("load", load::run)];

/// Runs the sections of these names, or all of them, and gives their tables.
///
/// # Errors
/// Where there is no such section, the program cannot be built, or a command fails.
pub fn run(root: &Path, names: &[&str]) -> Result<String, String> {
    let known = || SECTIONS.map(|(name, _)| name).join(", ");
    if let Some(name) = names.iter().find(|name| SECTIONS.iter().all(|(known, _)| known != *name)) {
        return Err(format!("there is no bench `{name}`; known: {}", known()));
    }
    let wanted = SECTIONS.iter().filter(|(name, _)| names.is_empty() || names.contains(name));
    wanted.map(|(name, section)| Ok(format!("## {name}\n\n{}\n", section(root)?))).collect()
}

/// The release program; built where it is not there yet. One that is there is taken as it is.
fn program(root: &Path) -> Result<PathBuf, String> {
    let program = released(root, "casefile");
    if !program.exists() {
        build(root, &["--bin", "casefile"])?;
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
    let ours = said(Command::new(program).arg("--version")).map_or_else(String::new, |version| format!("{version}, "));
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
    fn an_unknown_section_is_refused_with_the_known_ones() {
        let error = run(Path::new("."), &["lode"]).unwrap_err();
        assert!(error.contains("`lode`") && error.contains("commands, load"), "{error}");
    }
}
