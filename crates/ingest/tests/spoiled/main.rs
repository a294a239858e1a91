//! A corpus of spoiled inputs: what is cut short, wrongly written, hostile or merely wrong. Of each it is stated by hand
//! what must come of it; in all of them nothing panics, no row is lost, and an error leaves the case as it was.
//!
//! `CASEFILE_SEEDS=FOLDER cargo test -p casefile-ingest --test spoiled seeds` writes the corpus out for the fuzzers.

#![expect(clippy::unwrap_used, reason = "a test whose files fail it has failed")]

#[path = "../../../../fuzz/src/lib.rs"]
mod body;
#[path = "../world/mod.rs"]
mod world;

mod archive;
mod case;
mod folder;
mod geojson;
mod good;
mod json;
mod parquet;
mod text;
mod values;
mod workbook;

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use case::{Case, Input};

/// Runs every case and tells of all that went otherwise than it must.
fn run(cases: &[Case]) {
    let wrong: Vec<String> =
        cases.iter().filter_map(|case| case.run().err().map(|said| format!("{}\n    {said}", case.name))).collect();
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), cases.len(), wrong.join("\n"));
}

#[test]
fn delimited_text() {
    run(&text::cases());
}

#[test]
fn text_that_is_too_large() {
    run(&text::large_cases());
}

#[test]
fn single_values() {
    run(&values::cases());
}

#[test]
fn json_of_a_server() {
    run(&json::cases());
}

#[test]
fn geojson_of_a_map() {
    run(&geojson::cases());
}

#[test]
fn parquet_of_a_table() {
    run(&parquet::cases());
}

#[test]
fn workbooks() {
    run(&workbook::cases());
}

#[test]
fn archives_and_packed_files() {
    run(&archive::cases());
}

#[test]
fn folders_and_changing_files() {
    run(&folder::cases());
}

fn all() -> Vec<Case> {
    let small = [text::cases(), values::cases(), json::cases(), geojson::cases(), parquet::cases(), workbook::cases()];
    small.into_iter().flatten().chain(archive::cases()).chain(folder::cases()).collect()
}

#[test]
fn every_case_is_another() {
    let cases: Vec<Case> = all().into_iter().chain(text::large_cases()).collect();
    let names: BTreeSet<&str> = cases.iter().map(|case| case.name.as_str()).collect();
    assert_eq!(names.len(), cases.len());
    assert!(names.len() >= 200, "{} cases", names.len());
    println!("{} cases", names.len());
}

/// The fuzz target that a case is a seed of.
fn target(case: &Case) -> Option<&'static str> {
    let family = case.name.split(':').next().unwrap();
    Some(match (case.adapter, family.rsplit(' ').next().unwrap()) {
        ("acled", "json") => "acled_json",
        ("events", "geojson") => "events_geojson",
        ("events", "parquet") => "events_parquet",
        ("ucdp-ged", "zip" | "gzip" | "foreign") => "archive",
        // Its seeds are sheets.
        ("gtd", "xlsx") => return None,
        (adapter, _) => body::TARGETS.iter().find(|target| target.adapter == adapter)?.name,
    })
}

/// Bytes that a fuzzer has found to break something, and those of the corpus that it can change further.
const LONGEST_SEED: usize = 1 << 16;

fn seeds() -> Vec<(&'static str, Vec<u8>)> {
    let sheets = workbook::sheets().into_iter().map(|sheet| ("gtd_sheet", sheet.into_bytes()));
    let files = all().into_iter().filter_map(|case| match (target(&case), case.input) {
        (Some(target), Input::File(_, bytes)) if bytes.len() <= LONGEST_SEED => Some((target, bytes)),
        _ => None,
    });
    sheets.chain(files).collect()
}

#[test]
fn the_fuzz_targets_hold_over_the_corpus() {
    let mut met = BTreeSet::new();
    for (target, bytes) in seeds() {
        met.insert(target);
        body::run(target, &bytes);
    }
    assert_eq!(met.len(), body::TARGETS.len(), "{met:?}");
}

#[test]
fn seeds_are_written_out() {
    let Some(folder) = std::env::var_os("CASEFILE_SEEDS") else { return };
    for (number, (target, bytes)) in seeds().into_iter().enumerate() {
        let folder = Path::new(&folder).join(target);
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join(format!("seed-{number:04}")), bytes).unwrap();
    }
}
