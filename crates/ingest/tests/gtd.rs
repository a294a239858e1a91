//! The Global Terrorism Database through the whole path, from CSV and from a workbook.

#![expect(clippy::unwrap_used, reason = "a failed test is a failed test")]

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use casefile_ingest::{AddOptions, EVENTS, NATIVE, QUARANTINE};
use rust_xlsxwriter::{ExcelDateTime, Format, Workbook};

use desk::{Desk, Row, fixture, text};

mod desk;

const SHOWN: [&str; 19] = [
    "native_id",
    "date_start",
    "date_end",
    "date_precision_days",
    "country",
    "admin1",
    "place",
    "place_precision_km",
    "latitude",
    "longitude",
    "side_a",
    "side_b",
    "deaths_a",
    "deaths_best",
    "wounded",
    "event_type",
    "plover",
    "against_civilians",
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

/// Writes the fixture as START publishes it: one sheet, ids and codes as numbers, the end of an attack as a day.
fn workbook(path: &Path) -> PathBuf {
    let bytes = fs::read(fixture("gtd.csv")).unwrap();
    // Of the bytes that are not ASCII the fixture has the accents of Latin-1 and the dash of Windows-1252.
    let text: String = bytes.iter().map(|b| if *b == 0x96 { '–' } else { char::from(*b) }).collect();
    let mut book = Workbook::new();
    let sheet = book.add_worksheet().set_name("Data").unwrap();
    let day = Format::new().set_num_format("m/d/yyyy");
    for (row, line) in (0..).zip(text.lines()) {
        for (column, field) in (0..).zip(fields(line)) {
            let parts: Vec<&str> = field.split('/').collect();
            if let Ok(number) = field.parse::<f64>()
                && !field.contains('E')
            {
                sheet.write(row, column, number).unwrap();
            } else if let [Ok(m), Ok(d), Ok(y)] = parts.iter().map(|p| p.parse::<u16>()).collect::<Vec<_>>().as_slice()
            {
                let date = ExcelDateTime::from_ymd(*y, u8::try_from(*m).unwrap(), u8::try_from(*d).unwrap()).unwrap();
                sheet.write_with_format(row, column, &date, &day).unwrap();
            } else if !field.is_empty() {
                sheet.write(row, column, field).unwrap();
            }
        }
    }
    let path = path.join("globalterrorismdb_0522dist.xlsx");
    book.save(&path).unwrap();
    path
}

/// The fields of a line of CSV without line breaks in them.
fn fields(line: &str) -> Vec<String> {
    let mut fields = vec![String::new()];
    let (mut quoted, mut chars) = (false, line.chars().peekable());
    while let Some(c) = chars.next() {
        match c {
            '"' if quoted && chars.peek() == Some(&'"') => {
                chars.next();
                fields.last_mut().unwrap().push('"');
            }
            '"' => quoted = !quoted,
            ',' if !quoted => fields.push(String::new()),
            c => fields.last_mut().unwrap().push(c),
        }
    }
    fields
}

#[test]
fn the_csv_is_read_row_by_row() {
    let desk = Desk::new();
    let report = desk.add("gtd.csv", "gtd");
    let dataset = &report.dataset;
    assert_eq!((dataset.rows_in, dataset.kept, dataset.quarantined), (26, 21, 5));
    assert!(!dataset.redistribute_rows);
    assert_eq!(dataset.unit, "terrorist-attack");
    insta::assert_snapshot!(shown(&desk.rows(&report, EVENTS)));
    let reasons: Vec<_> = desk.rows(&report, QUARANTINE).iter().map(|row| text(row, "reason").to_owned()).collect();
    assert_eq!(
        reasons,
        [
            "eventid: `1.97E+11` was shortened by a spreadsheet: take the published file, unchanged",
            "iday: 2017-2-30 is not a day of the calendar",
            "resolution: 2017-06-09 lies before the attack's first day 2017-06-10",
            "nkill: `many` is not a number",
            "targtype1: `23` is no code from 1 to 22",
        ]
    );
}

#[test]
fn all_135_columns_are_kept() {
    let desk = Desk::new();
    let report = desk.add("gtd.csv", "gtd");
    let rows = desk.rows(&report, NATIVE);
    assert_eq!(rows[0].len(), 136);
    assert_eq!(text(&rows[0], "approxdate"), "January 1970");
    assert_eq!(
        text(&rows[6], "summary"),
        "3/18/2015: An attacker, on a motorcycle, detonated \"early\" outside a bank; casualties, by reports, varied."
    );
    assert_eq!(text(&rows[19], "summary"), "Officials – locally – blamed the Taliban.");
    assert_eq!(text(&rows[3], "nkill"), "1.5");
}

#[test]
fn a_workbook_gives_the_events_of_the_csv() {
    let folder = tempfile::tempdir().unwrap();
    let desk = Desk::new();
    let report = desk.add_path(&workbook(folder.path()), "gtd");
    assert_eq!((report.dataset.rows_in, report.dataset.kept), (26, 21));
    assert_eq!((report.dataset.version.as_str(), report.dataset.member.as_deref()), ("2022-05", Some("Data")));
    let desk_of_csv = Desk::new();
    let csv = desk_of_csv.add("gtd.csv", "gtd");
    // A workbook's text is always Unicode.
    let events = |mut rows: Vec<Row>| {
        for row in &mut rows {
            let flags = text(row, "flags").to_owned();
            let flags: Vec<&str> = flags.split(';').filter(|flag| *flag != "windows-1252").collect();
            row.insert("flags".into(), Some(flags.join(";")));
        }
        rows
    };
    assert_eq!(events(desk.rows(&report, EVENTS)), events(desk_of_csv.rows(&csv, EVENTS)));
    let quarantined = desk.rows(&report, QUARANTINE);
    assert_eq!(text(&quarantined[1], "row"), "23");
    assert!(text(&quarantined[1], "raw").starts_with("201702300001\t2017\t2\t30\t\t0\t\t4\tAfghanistan"));
}

#[test]
fn a_sheet_that_is_not_there_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let desk = Desk::new();
    let file = workbook(folder.path());
    let options = AddOptions { file, adapter: "gtd".into(), member: Some("Sheet1".into()), ..AddOptions::default() };
    let error = desk.try_add(&options).unwrap_err().to_string();
    assert!(error.ends_with("holds no sheet `Sheet1`; it holds: Data"), "{error}");
}
