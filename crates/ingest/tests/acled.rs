//! ACLED through the whole path, from the export tool's CSV and from the API's JSON.

#![expect(clippy::unwrap_used, reason = "a failed test is a failed test")]

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;

use casefile_ingest::{AddOptions, EVENTS, NATIVE, QUARANTINE};

use desk::{Desk, Row, fixture, text};

mod desk;

const SHOWN: [&str; 16] = [
    "native_id",
    "type_of_violence",
    "date_start",
    "date_end",
    "date_precision_days",
    "place_precision_km",
    "admin1",
    "side_a",
    "side_b",
    "deaths_best",
    "event_type",
    "plover",
    "directed",
    "against_civilians",
    "source_count",
    "flags",
];

fn shown(rows: &[Row]) -> String {
    let mut table = SHOWN.join(" | ");
    for row in rows {
        let fields: Vec<&str> = SHOWN.iter().map(|column| row[*column].as_deref().unwrap_or("·")).collect();
        write!(table, "\n{}", fields.join(" | ")).unwrap();
    }
    table
}

#[test]
fn the_export_is_read_row_by_row() {
    let desk = Desk::new();
    let report = desk.add("acled.csv", "acled");
    let dataset = &report.dataset;
    assert_eq!((dataset.rows_in, dataset.kept, dataset.quarantined), (25, 22, 3));
    assert!(!dataset.redistribute_rows);
    assert_eq!(dataset.unit, "political-violence-event");
    insta::assert_snapshot!(shown(&desk.rows(&report, EVENTS)));
    let reasons: Vec<_> = desk.rows(&report, QUARANTINE).iter().map(|row| text(row, "reason").to_owned()).collect();
    assert_eq!(
        reasons,
        [
            "event_id_cnty: duplicate id AFG1004: row 4 has it first",
            "time_precision: `4` is no time precision from 1 to 3",
            "year: 2020 is not the year of event_date 2021-08-31",
        ]
    );
}

#[test]
fn every_original_column_is_kept_as_it_stands() {
    let desk = Desk::new();
    let report = desk.add("acled.csv", "acled");
    let rows = desk.rows(&report, NATIVE);
    assert_eq!(rows[0].len(), 32);
    assert_eq!(text(&rows[0], "event_date"), "01 March 2021");
    assert_eq!(text(&rows[0], "interaction"), "State forces-Rebel group");
    assert_eq!(text(&rows[18], "assoc_actor_2"), "Military Forces of Afghanistan (2004-2021); Taliban");
    assert!(rows[0]["admin3"].is_none());
}

#[test]
fn the_api_and_the_export_give_the_same_events() {
    let events = |file: &str| {
        let desk = Desk::new();
        let report = desk.add(file, "acled");
        (desk.rows(&report, EVENTS), report.dataset.content_sha256)
    };
    let (csv, csv_hash) = events("acled.csv");
    let (json, json_hash) = events("acled.json");
    assert_eq!(csv, json);
    assert_eq!(csv_hash, json_hash);
}

#[test]
fn semicolons_old_codes_and_lines_of_json_are_read_too() {
    let desk = Desk::new();
    let header = "event_id_cnty;event_date;time_precision;event_type;sub_event_type;actor1;inter1;actor2;inter2;\
                  interaction;country;location;latitude;longitude;geo_precision;notes;fatalities";
    let row = "AFG1;05 May 2018;1;Battles;Armed clash;Military Forces of Afghanistan (2014-2021);1;Taliban;2;12;\
               Afghanistan;Kabul;34.5328;69.1658;1;\"Two died; one fled.\";2";
    let path = desk.write("old.csv", format!("{header}\n{row}\n"));
    let report = desk.add_path(&path, "acled");
    let old = &desk.rows(&report, EVENTS)[0];
    assert_eq!((text(old, "type_of_violence"), text(old, "date_start")), ("1", "2018-05-05"));
    assert!(old["against_civilians"].is_none());

    let lines: String = fs::read_to_string(fixture("acled.json"))
        .unwrap()
        .lines()
        .filter(|line| line.starts_with("{\"event_id_cnty\""))
        .map(|line| format!("{}\n", line.trim_end_matches(',')))
        .collect();
    let path = desk.write("acled.ndjson", lines);
    let options =
        AddOptions { file: path, adapter: "acled".into(), id: Some("acled-lines".into()), ..AddOptions::default() };
    let report = desk.try_add(&options).unwrap();
    assert_eq!((report.dataset.rows_in, report.dataset.kept), (25, 22));
}

#[test]
fn an_answer_that_is_short_empty_or_an_error_adds_nothing() {
    let desk = Desk::new();
    let whole = fs::read_to_string(fixture("acled.json")).unwrap();
    for (name, content, said) in [
        ("short.json", whole.replace("\"count\":25", "\"count\":5000"), "tells of 5000 records and holds 25"),
        ("cut.json", whole[..whole.len() / 2].to_owned(), "is the download complete?"),
        ("empty.json", r#"{"status":200,"success":true,"count":0,"data":[]}"#.to_owned(), "holds no records"),
        (
            "denied.json",
            r#"{"message":"Access denied"}"#.to_owned(),
            "columns event_date, event_type, actor1, fatalities missing",
        ),
        ("refused.json", r#"{"success":false,"error":"Access denied"}"#.to_owned(), "an error of the server"),
    ] {
        let file = desk.write(name, content);
        let options = AddOptions { file, adapter: "acled".into(), ..AddOptions::default() };
        let error = desk.try_add(&options).unwrap_err().to_string();
        assert!(error.contains(said) && error.contains(name), "{error}");
    }
}

#[test]
fn a_bad_object_is_put_aside_with_its_text() {
    let desk = Desk::new();
    let text_of = fs::read_to_string(fixture("acled.json")).unwrap();
    let path = desk.write("bad.json", text_of.replacen("\"event_date\": \"2021-03-01\"", "\"event_date\" 2021", 1));
    let report = desk.add_path(&path, "acled");
    assert_eq!((report.dataset.kept, report.dataset.quarantined), (21, 4));
    let first = &desk.rows(&report, QUARANTINE)[0];
    assert_eq!(text(first, "row"), "1");
    assert!(text(first, "raw").starts_with("{\"event_id_cnty\": \"AFG1001\", \"event_date\" 2021"));
}

#[test]
fn flags_are_counted() {
    let desk = Desk::new();
    let report = desk.add("acled.csv", "acled");
    let expected =
        BTreeMap::from([("admin1-from-coordinates", 1), ("date-approximate", 2), ("no-type", 14), ("vague-toll", 3)]);
    assert_eq!(report.flags, expected);
}
