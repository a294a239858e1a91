//! UCDP's yearly files, read through the one door: from a released file to stored rows.

#![expect(clippy::unwrap_used, reason = "a test whose files fail it has failed")]

mod desk;
#[path = "../src/testdata.rs"]
mod testdata;

use std::collections::BTreeMap;
use std::fs::File;
use std::path::Path;

use casefile_ingest::{ACTORS, AddReport, SERIES};
use desk::{Desk, Row, text, whole};
use insta::assert_snapshot;

/// Figures by measure, type of violence and year, as far as the rows give them: (rows, low, best, high).
fn sums(rows: &[Row], keep: impl Fn(&Row) -> bool) -> (usize, i64, i64, i64) {
    let rows: Vec<&Row> = rows.iter().filter(|row| keep(row)).collect();
    let sum = |column: &str| rows.iter().filter_map(|row| whole(row, column)).sum();
    (rows.len(), sum("low"), sum("best"), sum("high"))
}

fn adds_up(report: &AddReport) {
    let data = &report.dataset;
    assert_eq!(data.rows_in, data.kept + data.quarantined);
}

fn faults(report: &AddReport) -> String {
    report.rejected.iter().map(|r| format!("{} {}\n", r.row, r.reason)).collect()
}

fn shown(rows: &[Row], columns: &[&str]) -> String {
    let line = |row: &Row| columns.iter().map(|c| row[*c].as_deref().unwrap_or("–")).collect::<Vec<_>>().join(" | ");
    rows.iter().map(|row| line(row) + "\n").collect()
}

#[test]
fn country_years_become_deaths_by_type_and_numbers_of_dyads() {
    let desk = Desk::new();
    let report = desk.add("ucdp-country-year.csv", "ucdp-country-year");
    adds_up(&report);
    assert_eq!((report.dataset.rows_in, report.dataset.quarantined), (24, 5));
    assert_snapshot!(faults(&report), @r#"
    19 sb_total_deaths_best_cy: `-5` deaths: a toll cannot be negative
    20 year_cy: `20x1` is not a number
    21 country_id_cy: is blank
    22 sb_total_deaths_low_cy: `many` is not a number
    24 4 fields, the header has 74
    "#);
    let rows = desk.rows(&report, SERIES);
    let exland = |row: &Row| text(row, "unit") == "Exland" && text(row, "date_start") == "2020-01-01";
    let kept: Vec<Row> = rows.iter().filter(|row| exland(row)).cloned().collect();
    assert_snapshot!(shown(&kept, &["unit_id", "date_end", "type_of_violence", "measure", "low", "best", "high"]), @r#"
    9001 | 2020-12-31 | 1 | deaths | 95 | 104 | 150
    9001 | 2020-12-31 | 2 | deaths | 10 | 12 | 20
    9001 | 2020-12-31 | 3 | deaths | 4 | 5 | 9
    9001 | 2020-12-31 | – | deaths | 109 | 121 | 179
    9001 | 2020-12-31 | 1 | dyads | – | 3 | –
    9001 | 2020-12-31 | 2 | dyads | – | 1 | –
    9001 | 2020-12-31 | 3 | dyads | – | 1 | –
    "#);
    // A blank is unknown and makes no row; a zero is a figure.
    let north = |kind: &'static str| {
        let of = move |row: &Row| text(row, "unit") == "Côte Nord" && text(row, "date_start") == "2020-01-01";
        rows.iter().filter(|row| of(row) && row["type_of_violence"].as_deref() == Some(kind)).count()
    };
    assert_eq!((north("1"), north("2"), north("3")), (2, 0, 2));
}

#[test]
fn dyad_years_are_active_years_of_a_state_based_dyad() {
    let desk = Desk::new();
    let report = desk.add("ucdp-dyadic.csv", "ucdp-dyadic");
    adds_up(&report);
    assert_snapshot!(faults(&report), @r#"
    20 year: `1899` is no year from 1900 to 2100
    21 side_b: is blank
    22 dyad_id: is blank
    23 year: is blank
    25 3 fields, the header has 25
    "#);
    let rows = desk.rows(&report, SERIES);
    assert_eq!(rows.len() as u64, report.dataset.kept);
    assert!(rows.iter().all(|r| text(r, "measure") == "active" && whole(r, "best") == Some(1)));
    let columns = ["unit_id", "unit", "date_start", "type_of_violence", "side_a_id", "side_b_id", "location"];
    assert_snapshot!(shown(&rows[10..], &columns), @r#"
    8002 | Government of Exland - Coast People's Army | 2003-01-01 | 1 | 901 | 7002 | Exland
    8002 | Government of Exland - Coast People's Army | 2004-01-01 | 1 | 901 | 7002 | Exland
    8002 | Government of Exland - Coast People's Army | 2005-01-01 | 1 | 901 | 7002 | Exland
    8002 | Government of Exland - Coast People's Army | 2006-01-01 | 1 | 901 | 7002 | Exland
    8002 | Government of Exland - Coast People's Army | 2007-01-01 | 1 | 901 | 7002 | Exland
    8003 | Government of Exland - Government of Wyland | 1965-01-01 | 1 | 901 | 902 | Exland, Wyland
    8003 | Government of Exland - Government of Wyland | 1966-01-01 | 1 | 901 | 902 | Exland, Wyland
    8004 | Government of Côte Nord - Forces of “K” | 2010-01-01 | 1 | 904 | 7004 | Côte Nord
    8005 | Government of Zedland (Old Zedland) - IS | 2016-01-01 | 1 | 903 | 234 | Zedland (Old Zedland)
    8006 | Government of Farland - Red Band | 2013-01-01 | 1 | 905 | 7006 | Farland
    "#);
}

#[test]
fn conflict_years_bear_the_name_of_what_is_fought_over() {
    let desk = Desk::new();
    let report = desk.add("ucdp-conflict.csv", "ucdp-conflict");
    adds_up(&report);
    assert_snapshot!(faults(&report), @r#"
    20 incompatibility: `4` is no incompatibility: 1 territory, 2 government, 3 both
    21 side_a: is blank
    22 year: `2017-2018` is not a number
    23 conflict_id: is blank
    "#);
    let rows = desk.rows(&report, SERIES);
    assert_snapshot!(shown(&rows[7..], &["unit_kind", "unit_id", "unit", "date_start", "side_b", "side_b_id"]), @r#"
    conflict | 801 | Exland: Government | 1997-01-01 | Northern Front | 7001
    conflict | 801 | Exland: Government | 1998-01-01 | Northern Front, Southern Front | 7001, 7008
    conflict | 801 | Exland: Government | 1999-01-01 | Northern Front, Southern Front | 7001, 7008
    conflict | 802 | Exland: Coast, North | 2003-01-01 | Coast People's Army | 7002
    conflict | 802 | Exland: Coast, North | 2004-01-01 | Coast People's Army | 7002
    conflict | 802 | Exland: Coast, North | 2005-01-01 | Coast People's Army | 7002
    conflict | 802 | Exland: Coast, North | 2006-01-01 | Coast People's Army | 7002
    conflict | 802 | Exland: Coast, North | 2007-01-01 | Coast People's Army | 7002
    conflict | 803 | Exland, Wyland: Border hills | 1965-01-01 | Government of Wyland | 902
    conflict | 803 | Exland, Wyland: Border hills | 1966-01-01 | Government of Wyland | 902
    conflict | 808 | Farland: Government and territory | 2013-01-01 | Red Band | 7006
    conflict | 809 | Côte Nord: Government | 2014-01-01 | Free Army, United Front | 7011, 7012
    conflict | 809 | Côte Nord: Government | 2019-01-01 | Free Army | 7011
    "#);
}

#[test]
fn non_state_years_have_deaths_and_sides() {
    let desk = Desk::new();
    let report = desk.add("ucdp-nonstate.csv", "ucdp-nonstate");
    adds_up(&report);
    assert_snapshot!(faults(&report), @r#"
    21 best_fatality_estimate: there is no estimate of deaths at all
    22 low_fatality_estimate: `-1` deaths: a toll cannot be negative
    23 side_b_name: is blank
    24 year: is blank
    "#);
    let rows = desk.rows(&report, SERIES);
    let columns = ["unit_id", "unit", "date_start", "type_of_violence", "low", "best", "high", "location"];
    assert_snapshot!(shown(&rows[14..], &columns), @r#"
    8502 | Northern Front - Southern Front | 2015-01-01 | 2 | 100 | 100 | 100 | Exland
    8503 | Cartel "del Sur" - Cartel, New Generation | 2017-01-01 | 2 | 200 | 300 | 250 | Farland
    8503 | Cartel "del Sur" - Cartel, New Generation | 2018-01-01 | 2 | – | 350 | – | Farland
    8504 | IS - Coast People's Army | 2019-01-01 | 2 | 25 | 25 | 25 | Exland, Wyland
    8504 | IS - Coast People's Army | 2020-01-01 | 2 | 26 | 27 | 28 | Exland, Wyland
    8505 | Supporters of party A - Supporters of party B | 2020-01-01 | 2 | 25 | 25 | 25 | Exland
    "#);
}

#[test]
fn actors_have_their_names_and_nobody_elses() {
    let desk = Desk::new();
    let report = desk.add("ucdp-actor.csv", "ucdp-actor");
    adds_up(&report);
    assert_snapshot!(faults(&report), @r#"
    21 actorid: duplicate id 7001: row 6 has it first
    22 actorid: is blank
    23 namedata: is `n/a`
    24 org: `7` is no level of organisation from 1 to 4
    "#);
    let rows = desk.rows(&report, ACTORS);
    assert_snapshot!(shown(&rows[4..], &["actor_id", "name", "full_name", "other_names", "kind", "location"]), @r#"
    905 | Government of Farland | Government of Farland | – | government | Farland
    7001 | Northern Front | Northern Liberation Front | Front du Nord | formally organised group | Exland
    7002 | Coast People's Army | People's Army of the Coast | Coast Army | formally organised group | Exland
    7003 | NF | New Front | – | formally organised group | Exland
    7004 | Forces of “K” | Forces of “K” | – | formally organised group | Exland
    7005 | ELX | Liberation Army, Eastern Front | Ejército de Liberación, Frente Éste | formally organised group | Exland
    7006 | Red Band | – | – | formally organised group | Exland
    7007 | ELX | Another ELX | – | formally organised group | Exland
    7008 | Southern Front | Southern Front | Южный фронт | formally organised group | Exland, Wyland
    7101 | Herders of the Hills | – | – | group of common identity | Exland
    7102 | Farmers of the Plain | – | – | group of common identity | Exland
    7103 | Cartel "del Sur" | Cartel of the South | Cártel "del Sur" | formally organised group | Farland
    7104 | Cartel, New Generation | – | – | formally organised group | Farland
    7105 | Supporters of party A | – | – | supporters of parties or candidates | Exland
    7106 | Supporters of party B | – | – | supporters of parties or candidates | Exland
    7107 | Alliance of Fronts | – | – | formally organised group | Exland
    "#);
}

/// A column of the released file, read by other means than the adapter's.
struct Csv {
    names: Vec<String>,
    records: Vec<Vec<String>>,
}

impl Csv {
    fn read(path: &Path) -> Self {
        let mut reader = csv::Reader::from_reader(File::open(path).unwrap());
        let name = |n: &str| n.trim_start_matches('\u{feff}').to_owned();
        let names = reader.headers().unwrap().iter().map(name).collect();
        let records = reader.records().map(|r| r.unwrap().iter().map(str::to_owned).collect()).collect();
        Self { names, records }
    }

    fn at<'a>(&'a self, record: &'a [String], column: &str) -> &'a str {
        &record[self.names.iter().position(|n| n == column).unwrap()]
    }

    /// Sums of a column by year.
    fn by_year(&self, year: &str, column: &str) -> BTreeMap<String, i64> {
        let mut sums = BTreeMap::new();
        for record in &self.records {
            let value: i64 = self.at(record, column).parse().unwrap();
            *sums.entry(self.at(record, year).to_owned()).or_default() += value;
        }
        sums
    }
}

fn stored_by_year(rows: &[Row], column: &str, keep: impl Fn(&Row) -> bool) -> BTreeMap<String, i64> {
    let mut sums = BTreeMap::new();
    for row in rows.iter().filter(|row| keep(row)) {
        *sums.entry(text(row, "date_start")[..4].to_owned()).or_default() += whole(row, column).unwrap();
    }
    sums
}

#[test]
fn all_country_years_load_and_their_sums_are_the_files() {
    let Some(path) = testdata::real("ucdp/organizedviolencecy_v25_1.csv") else { return };
    let desk = Desk::new();
    let report = desk.add_path(&path, "ucdp-country-year");
    let raw = Csv::read(&path);
    assert_eq!((report.dataset.rows_in, report.dataset.quarantined), (raw.records.len() as u64, 0));
    assert_eq!(report.dataset.version, "25.1");
    let rows = desk.rows(&report, SERIES);
    let kinds = [(Some("1"), "sb_total_deaths"), (Some("2"), "ns_total_deaths"), (Some("3"), "os_total_deaths")];
    for (kind, stem) in kinds.into_iter().chain([(None, "cumulative_total_deaths_in_orgvio")]) {
        for estimate in ["low", "best", "high"] {
            let of = |row: &Row| text(row, "measure") == "deaths" && row["type_of_violence"].as_deref() == kind;
            let stored = stored_by_year(&rows, estimate, of);
            assert_eq!(stored, raw.by_year("year_cy", &format!("{stem}_{estimate}_cy")), "{stem} {estimate}");
        }
    }
    let dyads = |row: &Row| text(row, "measure") == "dyads" && text(row, "type_of_violence") == "1";
    assert_eq!(stored_by_year(&rows, "best", dyads), raw.by_year("year_cy", "sb_dyad_count_cy"));
    let afghanistan_2020 = |row: &Row| {
        (text(row, "unit"), text(row, "date_start")) == ("Afghanistan", "2020-01-01")
            && text(row, "measure") == "deaths"
            && row["type_of_violence"].as_deref() == Some("1")
    };
    assert_eq!(sums(&rows, afghanistan_2020), (1, 18_986, 20_489, 21_757));
}

#[test]
fn all_active_years_load() {
    for (file, adapter, id) in [
        ("ucdp/ucdp-dyadic-251.csv", "ucdp-dyadic", "dyad_id"),
        ("ucdp/ucdp-prio-acd-251.csv", "ucdp-conflict", "conflict_id"),
    ] {
        let Some(path) = testdata::real(file) else { return };
        let desk = Desk::new();
        let report = desk.add_path(&path, adapter);
        let raw = Csv::read(&path);
        assert_eq!((report.dataset.rows_in, report.dataset.quarantined), (raw.records.len() as u64, 0), "{file}");
        assert_eq!(report.dataset.version, "25.1");
        let rows = desk.rows(&report, SERIES);
        let mut stored: Vec<_> = rows.iter().map(|r| (text(r, "unit_id"), &text(r, "date_start")[..4])).collect();
        let mut given: Vec<_> = raw.records.iter().map(|r| (raw.at(r, id), raw.at(r, "year"))).collect();
        stored.sort_unstable();
        given.sort_unstable();
        assert_eq!(stored, given, "{file}");
    }
}

#[test]
fn all_non_state_years_load_and_their_sums_are_the_files() {
    let Some(path) = testdata::real("ucdp/ucdp-nonstate-221.csv") else { return };
    let desk = Desk::new();
    let report = desk.add_path(&path, "ucdp-nonstate");
    let raw = Csv::read(&path);
    assert_eq!((report.dataset.rows_in, report.dataset.quarantined), (raw.records.len() as u64, 0));
    let rows = desk.rows(&report, SERIES);
    for estimate in ["low", "best", "high"] {
        let given = raw.by_year("year", &format!("{estimate}_fatality_estimate"));
        assert_eq!(stored_by_year(&rows, estimate, |_| true), given, "{estimate}");
    }
}

#[test]
fn all_actors_load() {
    let Some(path) = testdata::real("ucdp/ucdp-actor-221.csv") else { return };
    let desk = Desk::new();
    let report = desk.add_path(&path, "ucdp-actor");
    let raw = Csv::read(&path);
    assert_eq!((report.dataset.rows_in, report.dataset.quarantined), (raw.records.len() as u64, 0));
    let rows = desk.rows(&report, ACTORS);
    let governments = rows.iter().filter(|r| r["kind"].as_deref() == Some("government")).count();
    assert_eq!(governments, raw.records.iter().filter(|r| raw.at(r, "Org") == "4").count());
    let is = rows.iter().find(|row| text(row, "actor_id") == "234").unwrap();
    assert_eq!(text(is, "name"), "IS");
    // The file gives the names that a group has had one after the other, commas between them.
    assert!(text(is, "full_name").ends_with(", Islamic State"));
}
