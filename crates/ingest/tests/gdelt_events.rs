//! GDELT's export files: what becomes of their rows, and how many files are one dataset.

#![expect(clippy::unwrap_used, reason = "a test whose files fail it has failed")]

use std::fs;
use std::path::Path;

use casefile_ingest::{AddError, EVENTS, NATIVE, QUARANTINE, SourceError, verify};

use world::{add_as, fixture, rows, table, zip};

mod world;

const NOON: &str = "20240131120000.export.CSV";
const LATER: &str = "20240131121500.export.CSV";

fn bytes(name: &str) -> Vec<u8> {
    fs::read(fixture(name)).unwrap()
}

#[test]
fn rows_become_events_and_the_bad_ones_say_why() {
    let case = tempfile::tempdir().unwrap();
    let report = add_as("gdelt-events", case.path(), fixture(NOON)).unwrap();
    let d = &report.dataset;
    assert_eq!((d.rows_in, d.kept, d.quarantined, d.unit.as_str()), (26, 19, 7, "report"));
    assert_eq!(d.version, "2024-01-31 12:00");
    assert!(verify(case.path(), d).is_ok());
    let events = rows(case.path(), &report, EVENTS);
    insta::assert_snapshot!(table(
        &events,
        &[
            "native_id",
            "date_start",
            "event_type",
            "plover",
            "side_a",
            "side_b",
            "against_civilians",
            "country",
            "admin1",
            "place",
            "place_precision_km",
            "flags"
        ],
    ));
    assert!(
        events.iter().all(|e| e["deaths_best"].is_empty() && e["deaths_low"].is_empty() && e["directed"] == "true")
    );
    assert_eq!(events[0]["side_a_id"], "AFGINSISI");
    assert_eq!(events[0]["source_count"], "3");
    insta::assert_snapshot!(table(&rows(case.path(), &report, QUARANTINE), &["row", "column", "reason"]));
}

#[test]
fn every_original_column_is_kept_as_it_stands() {
    let case = tempfile::tempdir().unwrap();
    let report = add_as("gdelt-events", case.path(), fixture(NOON)).unwrap();
    let native = rows(case.path(), &report, NATIVE);
    assert_eq!(native.len(), 19);
    assert_eq!(native[0].len(), 62);
    let consult = native.iter().find(|r| r["globaleventid"] == "1152000006").unwrap();
    assert_eq!((consult["eventcode"].as_str(), consult["eventrootcode"].as_str()), ("043", "04"));
    assert_eq!((consult["nummentions"].as_str(), consult["actiongeo_countrycode"].as_str()), ("4", "AF"));
    // An open quotation mark swallows nothing.
    assert!(native.iter().any(|r| r["actor2name"] == "\"JOURNALIST"));
}

#[test]
fn a_folder_of_archives_is_one_dataset_and_an_event_counts_once() {
    let (case, folder) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let folder = folder.path();
    fs::create_dir(folder.join("day")).unwrap();
    zip(&folder.join("20240131120000.export.CSV.zip"), &[(NOON, &bytes(NOON))]);
    zip(&folder.join("day/20240131121500.export.CSV.zip"), &[(LATER, &bytes(LATER))]);
    zip(&folder.join("20240131120000.mentions.CSV.zip"), &[("20240131120000.mentions.CSV", b"1\t2\t3\n")]);
    fs::write(folder.join("readme.md"), "not data").unwrap();
    let report = add_as("gdelt-events", case.path(), folder).unwrap();
    let d = &report.dataset;
    assert_eq!((d.rows_in, d.kept, d.quarantined), (29, 21, 8));
    assert_eq!(d.version, "2024-01-31 12:00 to 2024-01-31 12:15");
    assert_eq!(d.member, None);
    let quarantine = rows(case.path(), &report, QUARANTINE);
    let again = quarantine.iter().find(|q| q["row"] == "27").unwrap();
    let first = "row 4 (row 4 of `20240131120000.export.CSV.zip/20240131120000.export.CSV`) has it first";
    assert_eq!(again["reason"], format!("globaleventid: duplicate id 1152000004: {first}"));
    assert_eq!(
        (again["part"].as_str(), again["part_row"].as_str()),
        ("day/20240131121500.export.CSV.zip/20240131121500.export.CSV", "1")
    );
    // The same files elsewhere are the same dataset; another name below the folder is another.
    assert_eq!(
        d.bytes,
        size(&folder.join("20240131120000.export.CSV.zip")) + size(&folder.join("day/20240131121500.export.CSV.zip"))
    );
}

fn size(path: &Path) -> u64 {
    fs::metadata(path).unwrap().len()
}

#[test]
fn the_older_releases_are_told_by_the_number_of_their_columns() {
    let case = tempfile::tempdir().unwrap();
    for (file, columns) in [("20130401.export.CSV", 59), ("gdelt-1979.csv", 58)] {
        let report = add_as("gdelt-events", case.path(), fixture(file)).unwrap();
        assert_eq!((report.dataset.rows_in, report.dataset.kept), (9, 9), "{file}");
        assert_eq!(rows(case.path(), &report, NATIVE)[0].len(), columns, "{file}");
        let events = rows(case.path(), &report, EVENTS);
        assert_eq!((events[0]["country"].as_str(), events[0]["latitude"].as_str()), ("Afghanistan", "34.5167"));
    }
}

#[test]
fn another_of_gdelts_tables_is_refused_by_its_columns() {
    let (case, folder) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let file = folder.path().join("20240131120000.mentions.CSV");
    fs::write(&file, "1152000001\t20240131\t20240131\t1\texample.org\n".repeat(3)).unwrap();
    let error = add_as("gdelt-events", case.path(), &file).unwrap_err().to_string();
    assert!(error.ends_with("`20240131120000.mentions.CSV` has 5 columns; 61, 58, 57 expected"), "{error}");
}

#[test]
fn a_bad_first_line_does_not_stop_a_file() {
    let (case, folder) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let file = folder.path().join(LATER);
    fs::write(&file, [b"cut\tshort\n".as_slice(), &bytes(LATER), b"1152\x0000009\n"].concat()).unwrap();
    let report = add_as("gdelt-events", case.path(), &file).unwrap();
    assert_eq!((report.dataset.rows_in, report.dataset.kept, report.dataset.quarantined), (5, 3, 2));
    assert_eq!(report.rejected[0].reason, "2 fields, the header has 61");
}

#[test]
fn a_nul_in_a_field_is_named() {
    let (case, folder) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let file = folder.path().join(LATER);
    let text = String::from_utf8(bytes(LATER)).unwrap().replacen("ISLAMIC STATE", "ISLAMIC\0STATE", 1);
    fs::write(&file, text).unwrap();
    let report = add_as("gdelt-events", case.path(), &file).unwrap();
    assert_eq!(report.dataset.quarantined, 1);
    assert!(report.rejected[0].reason.ends_with("contains a NUL byte"), "{:?}", report.rejected);
}

#[test]
fn releases_do_not_mix_in_one_folder() {
    let (case, folder) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    for name in ["20130401.export.CSV", NOON] {
        fs::copy(fixture(name), folder.path().join(name)).unwrap();
    }
    let error = add_as("gdelt-events", case.path(), folder.path()).unwrap_err();
    let AddError::Source(SourceError::OtherColumns { first, other, .. }) = error else { panic!("{error}") };
    assert_eq!((first.as_str(), other.as_str()), ("20130401.export.CSV", NOON));
}
