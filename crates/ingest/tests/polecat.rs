//! POLECAT's weekly files, sound and malformed.

#![expect(clippy::unwrap_used, reason = "a test whose files fail it has failed")]

use std::fs;

use casefile_ingest::{EVENTS, NATIVE, QUARANTINE};

use world::{add_as, fixture, rows, table, zip};

mod world;

const WEEK: &str = "ngecEvents.20230110.Release604.DV.txt";
const NEXT: &str = "ngecEvents.20230117.Release605.DV.txt";

#[test]
fn rows_become_events_and_the_bad_ones_say_why() {
    let case = tempfile::tempdir().unwrap();
    let report = add_as("polecat", case.path(), fixture(WEEK)).unwrap();
    let d = &report.dataset;
    assert_eq!((d.rows_in, d.kept, d.quarantined, d.version.as_str()), (25, 18, 7, "2023-01-10"));
    assert!(!d.redistribute_rows);
    let events = rows(case.path(), &report, EVENTS);
    insta::assert_snapshot!(table(
        &events,
        &[
            "date_start",
            "event_type",
            "plover",
            "side_a",
            "side_b",
            "directed",
            "against_civilians",
            "country",
            "admin1",
            "place",
            "place_precision_km",
            "flags"
        ],
    ));
    insta::assert_snapshot!(table(&rows(case.path(), &report, QUARANTINE), &["row", "column", "reason"]));
    let native = rows(case.path(), &report, NATIVE);
    assert_eq!((native[0].len(), native[0]["event intensity"].as_str()), (41, "-9.6"));
}

#[test]
fn tabs_behind_the_last_name_are_no_columns() {
    let case = tempfile::tempdir().unwrap();
    let report = add_as("polecat", case.path(), fixture(NEXT)).unwrap();
    assert_eq!((report.dataset.rows_in, report.dataset.kept), (2, 2));
    assert_eq!(rows(case.path(), &report, NATIVE)[0].len(), 41);
}

#[test]
fn a_bundle_of_the_dataverse_is_read_whole() {
    let (case, folder) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let file = folder.path().join("ngecEventsDV-2023.txt.zip");
    let read = |name| fs::read(fixture(name)).unwrap();
    zip(&file, &[(NEXT, &read(NEXT)), (WEEK, &read(WEEK)), ("MANIFEST.TXT", b"a list of files")]);
    let report = add_as("polecat", case.path(), &file).unwrap();
    assert_eq!((report.dataset.rows_in, report.dataset.kept), (27, 20));
    // The archive's own name says which release it is; its members are read in order of their names.
    assert_eq!(report.dataset.version, "2023");
    let events = rows(case.path(), &report, EVENTS);
    assert!(events[0]["date_start"] < events[19]["date_start"]);
}
