//! Loads one released file as `casefile data add` does, without the rest of the program: for timing and profiling.
//!
//! ```sh
//! cargo run --release -p casefile-ingest --example load -- FILE FOLDER [ADAPTER]
//! ```
//!
//! FOLDER is the case to load into, made where it is not there; ADAPTER is `ucdp-ged` unless given. Wall time, peak
//! memory (Linux) and what came of the file are told.

use std::path::Path;
use std::process::ExitCode;
use std::time::Instant;

use casefile_ingest::{AddOptions, add};

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (file, folder, adapter) = match arguments.as_slice() {
        [file, folder] => (file, folder, "ucdp-ged"),
        [file, folder, adapter] => (file, folder, adapter.as_str()),
        _ => {
            eprintln!("load FILE FOLDER [ADAPTER]");
            return ExitCode::FAILURE;
        }
    };
    match load(file, Path::new(folder), adapter) {
        Ok(told) => {
            println!("{told}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn load(file: &str, folder: &Path, adapter: &str) -> Result<String, Box<dyn std::error::Error>> {
    std::fs::create_dir_all(folder)?;
    let options = AddOptions { file: file.into(), adapter: adapter.to_owned(), ..AddOptions::default() };
    let start = Instant::now();
    let report = add(folder, &options, &mut |_| {})?;
    let total = start.elapsed();
    let dataset = report.dataset;
    let mut told = format!(
        "{total:.2?} wall, {}\n{} records, {} kept, {} quarantined; rows {}",
        peak_memory(),
        dataset.rows_in,
        dataset.kept,
        dataset.quarantined,
        dataset.content_sha256
    );
    let mut files: Vec<_> = std::fs::read_dir(folder.join(&dataset.store))?.collect::<Result<_, _>>()?;
    files.sort_by_key(std::fs::DirEntry::file_name);
    for file in files {
        let size = file.metadata()?.len();
        told.push_str(&format!("\n{size:>12} bytes {}", file.file_name().display()));
    }
    Ok(told)
}

/// The most memory that was resident at once, as Linux tells it.
fn peak_memory() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    match status.lines().find_map(|line| line.strip_prefix("VmHWM:")) {
        Some(peak) => format!("peak memory {}", peak.trim()),
        None => "peak memory unknown".to_owned(),
    }
}
