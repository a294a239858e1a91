//! Any table of events, read by a mapping: CSV, Parquet and GeoJSON.

#![expect(clippy::unwrap_used, reason = "a test whose files fail it has failed")]

mod desk;
#[path = "../src/testdata.rs"]
mod testdata;

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow::array::{ArrayRef, Date32Array, Float64Array, Int32Array, RecordBatch, StringArray, TimestampSecondArray};
use casefile_ingest::{AddError, AddOptions, AddReport, EVENTS, Mapping, NATIVE, describe};
use desk::{Desk, Row, fixture};
use insta::assert_snapshot;
use parquet::arrow::ArrowWriter;

fn options(file: &Path, mapping: &Path) -> AddOptions {
    AddOptions {
        file: file.to_owned(),
        adapter: "events".to_owned(),
        mapping: Some(mapping.to_owned()),
        ..AddOptions::default()
    }
}

fn faults(report: &AddReport) -> String {
    report.rejected.iter().map(|r| format!("{} {}\n", r.row, r.reason)).collect()
}

fn shown(rows: &[Row], columns: &[&str]) -> String {
    let line = |row: &Row| columns.iter().map(|c| row[*c].as_deref().unwrap_or("–")).collect::<Vec<_>>().join(" | ");
    rows.iter().map(|row| line(row) + "\n").collect()
}

#[test]
fn a_spreadsheet_with_traps_is_read_by_its_mapping() {
    let desk = Desk::new();
    let report = desk.try_add(&options(&fixture("events-table.csv"), &fixture("events-table.toml"))).unwrap();
    let data = &report.dataset;
    assert_eq!((data.rows_in, data.kept, data.quarantined), (25, 16, 9));
    assert_eq!((data.title.as_str(), data.version.as_str()), ("Exland Incident Archive", "2021-02"));
    assert!(data.redistribute_rows);
    assert_snapshot!(faults(&report), @r#"
    17 ref: duplicate id A-1: row 1 has it first
    18 from: `6/31/2020` is not a day of the calendar
    19 to: 2020-04-06 lies before the start 2020-04-07
    20 day sure?: `perhaps` is no code of the mapping; it has month, week, yes
    21 lat: `135.5` lies outside ±90°: are latitude and longitude exchanged?
    22 lon: is blank, though there is a latitude
    23 killed: `several` is not a number
    24 from: is blank
    25 6 fields, the header has 21
    "#);
    let rows = desk.rows(&report, EVENTS);
    let what =
        ["native_id", "event_type", "type_of_violence", "plover", "against_civilians", "directed", "source_count"];
    assert_snapshot!(shown(&rows, &what), @r#"
    A-1 | Clash | 1 | ASSAULT | – | true | 2
    A-2 | Clash / ambush | 1 | ASSAULT | – | true | 1
    A-3 | Raid | 3 | ASSAULT | true | true | 3
    A-4 | Feud | 2 | ASSAULT | – | true | 1
    A-5 | March / road block | – | COERCE | – | true | 5
    A-6 | March | – | PROTEST | false | true | –
    A-7 | CLASH | 1 | ASSAULT | – | true | 1
    A-8 | Sighting | – | – | – | true | 0
    A-9 | Clash | 1 | ASSAULT | – | true | 1
    A-10 | Clash | 1 | ASSAULT | – | true | 1
    A-11 | Raid | 3 | ASSAULT | true | true | 1
    A-12 | Feud | 2 | ASSAULT | – | true | 1
    A-13 | Clash | 1 | ASSAULT | – | true | 1
    x25c8c68717e3 | Clash | 1 | ASSAULT | – | true | 1
    A-15 | Clash | 1 | ASSAULT | – | true | 1
    A-16 | Clash | 1 | ASSAULT | – | true | 1
    "#);
    let when_and_where = [
        "native_id",
        "date_start",
        "date_end",
        "date_precision_days",
        "latitude",
        "admin1",
        "place",
        "place_precision_km",
    ];
    assert_snapshot!(shown(&rows, &when_and_where), @r#"
    A-1 | 2020-03-01 | 2020-03-01 | 1 | 34.5 | North | Old Town | 5.0
    A-2 | 2020-03-02 | 2020-03-04 | 7 | 34.6 | North | Hill | 25.0
    A-3 | 2020-03-05 | 2020-03-05 | 1 | 34.7 | North | Mill | 5.0
    A-4 | 2020-03-06 | 2020-03-06 | 1 | 34.8 | North | Ford | 5.0
    A-5 | 2020-03-07 | 2020-03-07 | 1 | 34.5 | North | Old Town | 5.0
    A-6 | 2020-03-08 | 2020-03-08 | 1 | 34.5 | North | Old Town | 5.0
    A-7 | 2020-03-09 | 2020-03-09 | 31 | – | South | – | 105.0
    A-8 | 2020-03-10 | 2020-03-10 | 1 | 35.0 | South | Cape | 5.0
    A-9 | 2020-03-11 | 2020-03-11 | 1 | 35.0 | South | Cape | –
    A-10 | 2020-12-31 | 2021-01-02 | 7 | 0.0 | South | – | 105.0
    A-11 | 2020-02-29 | 2020-02-29 | 1 | 35.1 | South | Bay | 5.0
    A-12 | 2020-04-01 | 2020-04-01 | 1 | 35.2 | South | Pass; upper | 25.0
    A-13 | 2020-04-02 | 2020-04-02 | 1 | 35.3 | South | Ciudad Juárez | 5.0
    x25c8c68717e3 | 2020-04-03 | 2020-04-03 | 1 | 35.4 | South | Bay | 5.0
    A-15 | 2020-04-04 | 2020-04-04 | 1 | 35.5 | South | Bay | 5.0
    A-16 | 2020-04-04 | 2020-04-04 | 1 | 35.5 | South | Bay | 5.0
    "#);
    let tolls = ["native_id", "deaths_low", "deaths_best", "deaths_high", "deaths_civilians", "wounded", "flags"];
    assert_snapshot!(shown(&rows, &tolls), @r#"
    A-1 | 2 | 3 | 5 | 0 | 4 | 
    A-2 | – | 3 | – | – | – | 
    A-3 | 10 | 12 | 20 | 12 | 30 | 
    A-4 | 1 | 1 | 1 | – | – | 
    A-5 | 0 | 0 | 0 | 0 | 2 | admin1-from-coordinates;no-type
    A-6 | – | – | – | – | – | no-toll;no-type
    A-7 | 1 | 2 | 3 | – | – | no-coordinates
    A-8 | – | – | – | – | – | no-toll;no-type
    A-9 | 4 | 3 | 5 | – | – | date-precision-derived;place-precision-unknown;toll-order
    A-10 | – | – | 7 | – | – | no-best;zero-coordinates
    A-11 | 3 | 3 | 3 | 3 | – | 
    A-12 | 1 | 2 | 2 | – | – | 
    A-13 | 1 | 1 | 1 | – | – | windows-1252
    x25c8c68717e3 | 1 | 1 | 1 | – | – | derived-id
    A-15 | 5 | 6 | 7 | – | – | 
    A-16 | 5 | 6 | 7 | – | – |
    "#);
}

#[test]
fn another_mapping_is_another_load() {
    let desk = Desk::new();
    let (table, mapping) = (fixture("events-table.csv"), fixture("events-table.toml"));
    let first = desk.try_add(&options(&table, &mapping)).unwrap().dataset;
    let changed = fs::read_to_string(&mapping).unwrap().replace("few = 3", "few = 4");
    let second = desk.try_add(&options(&table, &desk.write("changed.toml", changed))).unwrap();
    assert_eq!(second.replaced.as_ref(), Some(&first));
    let second = second.dataset;
    assert_eq!(first.sha256, second.sha256);
    assert_ne!(first.mapping_sha256, second.mapping_sha256);
    assert_ne!(first.store, second.store);
    assert_ne!(first.content_sha256, second.content_sha256);
    assert_eq!(second.totals.all.deaths_best - first.totals.all.deaths_best, 1);
    assert_eq!(first.mapping_sha256.unwrap().len(), 64);
}

#[test]
fn without_its_mapping_nothing_is_read() {
    let desk = Desk::new();
    let table = fixture("events-table.csv");
    let said = |options: &AddOptions| desk.try_add(options).unwrap_err().to_string();
    let bare = AddOptions { file: table.clone(), adapter: "events".into(), ..AddOptions::default() };
    assert_snapshot!(said(&bare), @r#"
    `--as events` needs a mapping that says what the columns mean
    hint: casefile data describe FILE > mapping.toml, mend the draft, then add --mapping mapping.toml
    "#);
    let unwanted = AddOptions { adapter: "ucdp-ged".into(), mapping: Some(table.clone()), ..bare.clone() };
    assert_snapshot!(said(&unwanted), @r#"
    `--as ucdp-ged` knows what its columns mean and takes no mapping
    hint: --mapping goes with --as events
    "#);
    let text = fs::read_to_string(fixture("events-table.toml")).unwrap();
    let misnamed = desk.write("misnamed.toml", text.replace("\"Killed\"", "\"Kiled\""));
    let said_of_header = said(&options(&table, &misnamed));
    assert!(said_of_header.contains("column Kiled missing"), "{said_of_header}");
    assert!(said_of_header.contains("hint: is `killed` meant to be `Kiled`? Mend the mapping"), "{said_of_header}");
    let draft = desk.write("draft.toml", describe(&table, None).unwrap());
    let unfinished = said(&options(&table, &draft));
    assert!(unfinished.contains("draft.toml: dataset.title: is empty"), "{unfinished}");
}

#[test]
fn a_column_that_the_file_lacks_is_filled() {
    let desk = Desk::new();
    let table = desk.write("t.csv", "day,n\n2020-01-01,1\n");
    let facts = fs::read_to_string(fixture("events-table.toml")).unwrap();
    let facts = facts.split("[event]").next().unwrap();
    let mapping = "[date]\nstart = \"day\"\n[place]\ncountry = \"land\"\n[deaths]\nbest = \"n\"\n";
    let mut options = options(&table, &desk.write("m.toml", format!("{facts}{mapping}")));
    assert!(matches!(desk.try_add(&options), Err(AddError::Header { .. })));
    options.fills.insert("land".into(), "Exland".into());
    let report = desk.try_add(&options).unwrap();
    assert_eq!(desk.rows(&report, EVENTS)[0]["country"].as_deref(), Some("Exland"));
}

fn facts() -> String {
    fs::read_to_string(fixture("events-table.toml")).unwrap().split("[event]").next().unwrap().to_owned()
}

/// Columns of many types, as programs write them.
fn parquet_file(path: &Path) {
    let column = |name: &str, array: ArrayRef| (name.to_owned(), array, true);
    let batch = RecordBatch::try_from_iter_with_nullable([
        column("id", Arc::new(Int32Array::from(vec![1, 2, 3])) as ArrayRef),
        column("day", Arc::new(Date32Array::from(vec![Some(18_321), Some(18_322), None]))),
        column("noted", Arc::new(TimestampSecondArray::from(vec![Some(1_583_020_800), None, None]))),
        column("lat", Arc::new(Float64Array::from(vec![Some(34.5), Some(f64::NAN), None]))),
        column("lon", Arc::new(Float64Array::from(vec![Some(69.25), Some(f64::NAN), None]))),
        column("dead", Arc::new(Float64Array::from(vec![Some(3.0), None, Some(2.5)]))),
        column("kind", Arc::new(StringArray::from(vec!["Clash", "", "Raid"]))),
    ])
    .unwrap();
    let mut writer = ArrowWriter::try_new(File::create(path).unwrap(), batch.schema(), None).unwrap();
    writer.write(&batch).unwrap();
    writer.close().unwrap();
}

#[test]
fn parquet_is_read_whatever_the_types_of_its_columns() {
    let desk = Desk::new();
    let table = desk.write("t.parquet", "");
    parquet_file(&table);
    let columns = "[event]\nid = \"id\"\ntype = [\"kind\"]\n[date]\nstart = \"day\"\n[place]\nlatitude = \"lat\"\n\
                   longitude = \"lon\"\n[deaths]\nbest = \"dead\"\n";
    let mapping = desk.write("m.toml", facts() + columns);
    let report = desk.try_add(&options(&table, &mapping)).unwrap();
    assert_snapshot!(faults(&report), @"3 day: is blank; dead: `2.5` is not a whole number");
    let rows = desk.rows(&report, EVENTS);
    assert_snapshot!(shown(&rows, &["native_id", "date_start", "latitude", "deaths_best", "flags"]), @r#"
    1 | 2020-02-29 | 34.5 | 3 | date-precision-derived;no-type;place-precision-unknown
    2 | 2020-03-01 | – | – | date-precision-derived;no-coordinates;no-toll;no-type;place-precision-unknown
    "#);
    assert_snapshot!(shown(&desk.rows(&report, NATIVE), &["id", "day", "noted", "lat", "dead", "kind"]), @r#"
    1 | 2020-02-29 | 2020-03-01T00:00:00 | 34.5 | 3.0 | Clash
    2 | 2020-03-01 | – | – | – | –
    "#);

    // The same file in an archive, and its draft.
    let archive = desk.write("t.zip", "");
    zipped(&archive, "t.parquet", &fs::read(&table).unwrap());
    assert_eq!(
        desk.try_add(&options(&archive, &mapping)).unwrap().dataset.content_sha256,
        report.dataset.content_sha256
    );
    let draft = Mapping::parse(&describe(&table, None).unwrap()).unwrap();
    assert!(draft.check().unwrap_err().0.starts_with("dataset."));
}

fn zipped(path: &Path, name: &str, content: &[u8]) {
    let mut archive = zip::ZipWriter::new(File::create(path).unwrap());
    archive.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
    std::io::Write::write_all(&mut archive, content).unwrap();
    archive.finish().unwrap();
}

#[test]
fn geojson_is_read_and_the_middle_of_an_area_is_flagged() {
    let desk = Desk::new();
    let table = fixture("events.geojson");
    let report = desk.try_add(&options(&table, &fixture("events-geojson.toml"))).unwrap();
    let data = &report.dataset;
    assert_eq!((data.rows_in, data.kept, data.quarantined), (22, 19, 3));
    assert_snapshot!(faults(&report), @r#"
    20 day: `20210432` is not a day of the calendar
    21 geometry_latitude: `95.5` lies outside ±90°: are latitude and longitude exchanged?
    22 no GeoJSON feature: invalid type: string "no feature", expected struct Feature at line 1 column 12
    "#);
    let columns = ["native_id", "date_start", "latitude", "longitude", "place_precision_km", "deaths_best", "flags"];
    let rows = desk.rows(&report, EVENTS);
    assert_snapshot!(shown(&rows[12..], &columns), @r#"
    b-1 | 2021-04-01 | 34.5 | 69.5 | 72.1 | 2 | centroid;date-precision-derived
    b-2 | 2021-04-02 | 34.625 | 69.75 | 118.9 | 3 | centroid;date-precision-derived
    b-3 | 2021-04-03 | 34.0 | 70.0 | 92.2 | 4 | centroid;date-precision-derived
    b-4 | 2021-04-04 | – | – | – | 5 | date-precision-derived;no-coordinates;place-precision-unknown
    b-5 | 2021-04-05 | 34.5 | 69.5 | – | – | date-precision-derived;no-toll;place-precision-unknown
    x6bf61b805ace | 2021-04-06 | 34.5 | 69.5 | – | 1 | date-precision-derived;derived-id;place-precision-unknown
    b-7 | 2021-04-07 | 34.0 | 69.0 | 0.0 | 1 | centroid;date-precision-derived
    "#);
    // A file that was cut off is refused, and the case is as it was.
    let text = fs::read_to_string(&table).unwrap();
    let cut = desk.write("cut.geojson", &text[..text.len() / 2]);
    let said = desk.try_add(&options(&cut, &fixture("events-geojson.toml"))).unwrap_err().to_string();
    assert!(said.contains("the file ends before its list of features does"), "{said}");
}

#[test]
fn what_is_drafted_of_geojson_finds_its_geometry() {
    assert_snapshot!(describe(&fixture("events.geojson"), None).unwrap());
}

/// The mapping that says of GED what its adapter knows.
const GED: &str = r#"
[event]
id = "id"
type = ["type_of_violence"]
types = { 1 = { violence = 1 }, 2 = { violence = 2 }, 3 = { violence = 3 } }
[date]
start = "date_start"
end = "date_end"
[place]
latitude = "latitude"
longitude = "longitude"
country = "country"
admin1 = "adm_1"
[sides]
a = "side_a"
b = "side_b"
[deaths]
low = "low"
best = "best"
high = "high"
"#;

#[test]
fn a_mapping_of_ged_sums_as_its_own_adapter_does() {
    let Some(path) = testdata::real("ucdp/GEDEvent_v23_0_10.csv") else { return };
    let desk = Desk::new();
    let mapping: PathBuf = desk.write("ged.toml", facts() + GED);
    let mapped = desk.try_add(&options(&path, &mapping)).unwrap().dataset;
    let own = desk.add_path(&path, "ucdp-ged").dataset;
    assert_eq!((mapped.rows_in, mapped.kept), (own.rows_in, own.kept));
    assert_eq!(mapped.totals, own.totals);
    let draft = describe(&path, None).unwrap();
    for line in
        ["start = \"date_start\"", "end = \"date_end\"", "best = \"best\"", "latitude = \"latitude\"", "id = \"id\""]
    {
        assert!(draft.lines().any(|l| l == line), "{line} in\n{draft}");
    }
}
