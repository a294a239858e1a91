//! What every fuzz target does: bytes become a released file, and the file is added to an empty case.
//!
//! Whatever the bytes are, nothing panics; either every record is kept or quarantined and the store holds what the lock
//! pins, or there is an error in words and the case is as it was. The tests of `casefile-ingest` include this file too, and
//! run it over the corpus of spoiled inputs.

use std::fs;
use std::io::{Cursor, Write};
use std::path::Path;

use casefile_ingest::{AddError, AddOptions, AddReport, add, describe, verify};
use tempfile::TempDir;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

/// How the bytes of a target become a file.
#[derive(Debug, Clone, Copy)]
pub struct Target {
    /// The target's name.
    pub name: &'static str,
    /// The adapter that reads the file.
    pub adapter: &'static str,
    /// The file's name.
    pub file: &'static str,
    /// The mapping, for the adapter `events`.
    pub mapping: Option<&'static str>,
    /// Whether the bytes are the sheet of a workbook, which is packed around them: no random change of an archive gets
    /// past its checksums.
    pub is_sheet: bool,
}

const fn target(name: &'static str, adapter: &'static str, file: &'static str) -> Target {
    Target { name, adapter, file, mapping: None, is_sheet: false }
}

const TABLE: &str = include_str!("../../crates/ingest/tests/fixtures/events-table.toml");
const GEOJSON: &str = include_str!("../../crates/ingest/tests/fixtures/events-geojson.toml");

/// The columns of the Parquet files in the corpus.
pub const PARQUET: &str = r#"
[dataset]
id = "exland-archive"
title = "Exland Incident Archive"
publisher = "Exland Gazette"
licence = "CC-BY-4.0"
redistribute-rows = true
citation = "Exland Gazette (2021) Incident Archive."
unit = "incident"
counts = "incidents that the paper reported, with or without deaths"
[event]
id = "id"
type = ["kind"]
[date]
start = "day"
[place]
latitude = "lat"
longitude = "lon"
[deaths]
best = "dead"
"#;

/// Every target: one for each adapter, and one for each other format that an adapter reads.
pub const TARGETS: [Target; 16] = [
    target("ucdp_ged", "ucdp-ged", "ged.csv"),
    target("ucdp_country_year", "ucdp-country-year", "cy.csv"),
    target("ucdp_dyadic", "ucdp-dyadic", "dyadic.csv"),
    target("ucdp_conflict", "ucdp-conflict", "conflict.csv"),
    target("ucdp_nonstate", "ucdp-nonstate", "nonstate.csv"),
    target("ucdp_actor", "ucdp-actor", "actor.csv"),
    target("acled", "acled", "acled.csv"),
    target("acled_json", "acled", "acled.json"),
    target("gtd", "gtd", "gtd.csv"),
    Target { is_sheet: true, ..target("gtd_sheet", "gtd", "gtd.xlsx") },
    target("gdelt_events", "gdelt-events", "20240131120000.export.CSV"),
    target("polecat", "polecat", "ngecEvents.txt"),
    Target { mapping: Some(TABLE), ..target("events", "events", "table.csv") },
    Target { mapping: Some(GEOJSON), ..target("events_geojson", "events", "map.geojson") },
    Target { mapping: Some(PARQUET), ..target("events_parquet", "events", "table.parquet") },
    target("archive", "ucdp-ged", "ged.zip"),
];

/// Runs a target.
///
/// # Panics
/// Where a promise is broken.
pub fn run(name: &str, bytes: &[u8]) {
    let target = TARGETS.iter().find(|target| target.name == name).expect("a target of the list");
    let packed;
    let bytes = if target.is_sheet {
        packed = workbook(bytes);
        &packed
    } else {
        bytes
    };
    let folder = folder();
    let file = folder.path().join(target.file);
    fs::write(&file, bytes).expect("a file");
    let mut options = AddOptions { file, adapter: target.adapter.to_owned(), ..AddOptions::default() };
    if let Some(mapping) = target.mapping {
        let path = folder.path().join("mapping.toml");
        fs::write(&path, mapping).expect("a mapping");
        let _ = describe(&options.file, None);
        options.mapping = Some(path);
    }
    let case = folder.path().join("case");
    fs::create_dir(&case).expect("a case");
    let outcome = add(&case, &options, &mut |_| {});
    hold(&case, &outcome);
}

/// An empty folder, in memory where there is a place for that: a load is flushed to the disk, and thousands of loads would
/// wait for it.
///
/// # Panics
/// Where none can be made.
#[must_use]
pub fn folder() -> TempDir {
    let memory = Path::new("/dev/shm");
    let made = if memory.is_dir() { tempfile::tempdir_in(memory) } else { tempfile::tempdir() };
    made.expect("a folder")
}

/// Holds what came of a load to what is promised of every load.
///
/// # Panics
/// Where a promise is broken.
pub fn hold(case: &Path, outcome: &Result<AddReport, AddError>) {
    match outcome {
        Ok(report) => {
            let data = &report.dataset;
            assert_eq!(data.rows_in, data.kept + data.quarantined, "rows in are rows kept and quarantined");
            assert!(report.rejected.iter().all(|rejected| !rejected.reason.is_empty()), "every reason says something");
            verify(case, data).expect("the store holds what the lock pins");
        }
        Err(error) => {
            assert!(
                !matches!(error, AddError::Torn { .. } | AddError::Count { .. }),
                "a fault of the program: {error}"
            );
            assert!(!error.to_string().is_empty());
            assert!(!case.join("casefile.lock").exists(), "a failed load pins nothing");
            assert_eq!(left_behind(&case.join(".casefile/store")), 0, "a failed load leaves nothing behind");
        }
    }
}

/// Files below a folder.
fn left_behind(folder: &Path) -> usize {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries.map(|entry| if entry.path().is_dir() { left_behind(&entry.path()) } else { 1 }).sum()
}

/// A workbook around a sheet.
///
/// # Panics
/// Never: the archive is written to memory.
#[must_use]
pub fn workbook(sheet: &[u8]) -> Vec<u8> {
    const PARTS: [(&str, &str); 4] = [
        ("[Content_Types].xml", include_str!("workbook/content_types.xml")),
        ("_rels/.rels", include_str!("workbook/rels.xml")),
        ("xl/workbook.xml", include_str!("workbook/workbook.xml")),
        ("xl/_rels/workbook.xml.rels", include_str!("workbook/workbook.rels.xml")),
    ];
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    let parts = PARTS.iter().map(|(name, text)| (*name, text.as_bytes()));
    for (name, content) in parts.chain([("xl/styles.xml", STYLES.as_bytes()), ("xl/worksheets/sheet1.xml", sheet)]) {
        archive.start_file(name, SimpleFileOptions::default()).expect("a member");
        archive.write_all(content).expect("its content");
    }
    archive.finish().expect("an archive").into_inner()
}

const STYLES: &str = include_str!("workbook/styles.xml");
