//! Control totals: events against the publisher's yearly figures; and tables read by a mapping.

use std::path::{Path, PathBuf};

use insta::assert_snapshot;

use crate::desk::{Desk, real};

/// A fixture of the reader's own tests.
fn released(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../ingest/tests/fixtures").join(name)
}

const HEADER: &str = "id,active_year,type_of_violence,side_a,side_b,country,date_start,date_end,best,high,low\n";

/// A new case with the yearly figures, and events of Exland and Wyland.
fn desk(events: &str) -> Desk {
    let desk = Desk::with_new("case");
    desk.write("events.csv", &format!("{HEADER}{events}"));
    let years = released("ucdp-country-year.csv").display().to_string();
    desk.run(&["data", "add", &years, "--as", "ucdp-country-year", "--case", "case", "--version", "25.1"]).ok();
    desk.run(&["data", "add", "events.csv", "--as", "ucdp-ged", "--case", "case", "--version", "25.1"]).ok();
    desk.edit("case/case.toml", "area = \"Exampleland\"", "area = \"Exland\"");
    desk
}

const RECONCILE: [&str; 6] = ["data", "reconcile", "ucdp-ged", "--with", "ucdp-country-year", "--case"];

#[test]
fn sums_are_held_against_yearly_figures_as_far_as_the_data_are_complete() {
    let events = "1,1,1,Government of Exland,Front 1,Exland,2020-01-05,2020-01-05,100,100,90\n\
                  2,1,1,Government of Exland,Front 2,Exland,2020-02-05,2020-02-05,4,9,1\n\
                  3,0,1,Government of Exland,Front 9,Exland,2020-02-05,2020-02-05,7,7,7\n\
                  4,1,3,Front 1,Civilians,Exland,2020-03-05,2020-03-05,2,2,2\n\
                  5,1,1,Government of Wyland,Front 1,Wyland,2020-03-05,2020-03-05,11,11,11\n\
                  6,1,2,Front 1,Front 2,Wyland,2020-03-06,2020-03-06,5,5,5\n\
                  7,1,2,Front 1,Front 2,Otherland,2020-03-06,2020-03-06,5,5,5\n\
                  8,1,2,Front 1,Front 2,,2020-03-06,2020-03-06,8,8,8\n\
                  9,1,2,Front 1,Front 2,Wyland,2020-03-06,2020-03-06,,8,2\n";
    let desk = desk(events);
    assert_snapshot!(desk.run(&[&RECONCILE[..], &["case"]].concat()), @r#"
    exit 1
    ── out ──
    country    year  type         events  deaths  yearly  ratio
    Exland     2020  state-based  2       104     104     1.000  agrees
    Exland     2020  non-state    0       0       12      0.000  differs
    Exland     2020  one-sided    1       2       5       0.400  differs
    Otherland  2020  non-state    1       5       –       –      no figure
    Wyland     2020  state-based  1       11      31      0.355  below (partial)
    Wyland     2020  non-state    2       5       0       –      above
    ucdp-ged 25.1 against ucdp-country-year 25.1  agrees: 1; differs: 2; above: 1; below (partial): 1; no figure: 1
      below (partial): not declared complete in case.toml; a lower sum says nothing there
      left out: 7 deaths in inactive years (events: 1)
      not compared: 8 deaths without a country, a type or a day (events: 1)
      events without a best estimate, which add nothing: 1
    ── err ──
    "#);
    let said = desk.run(&[&RECONCILE[..], &["case", "--format", "json"]].concat());
    assert_eq!(said.code, 1);
    let said = said.json();
    assert_eq!(said["counts"]["differs"], 2);
    assert_eq!(said["left_out"]["inactive_deaths"], 7);
    assert_eq!(said["cells"][0]["ratio"], 1.0);
}

#[test]
fn what_cannot_be_compared_is_said_to_be_so() {
    let desk = desk("1,1,1,Government of Exland,Front 1,Exland,2020-01-05,2020-01-05,104,104,90\n");
    let with = |series: &str| desk.run(&["data", "reconcile", "ucdp-ged", "--with", series, "--case", "case"]);
    assert_snapshot!(with("ucdp-dyadic"), @r#"
    exit 2
    ── out ──
    ── err ──
    error: the case pins no `ucdp-dyadic`; it pins ucdp-country-year, ucdp-ged
    "#);
    assert_snapshot!(with("ucdp-ged"), @r#"
    exit 2
    ── out ──
    ── err ──
    error: `ucdp-ged` has no deaths by country, year and type of violence
    hint: casefile data add FILE --as ucdp-country-year
    "#);
    std::fs::remove_dir_all(desk.path("case/.casefile/store/ucdp-ged")).unwrap();
    assert_snapshot!(with("ucdp-country-year"), @r#"
    exit 2
    ── out ──
    ── err ──
    error: the rows of `ucdp-ged` are not here
    hint: casefile data add events.csv --as ucdp-ged
    "#);
}

/// UCDP's yearly file has 20,489 deaths in state-based violence in Afghanistan in 2020.
#[test]
fn afghanistan_2020_adds_up_to_the_yearly_file() {
    let (Some(events), Some(years)) =
        (real("ucdp/ged-afghanistan-2020-reduced.csv"), real("ucdp/organizedviolencecy_v25_1.csv"))
    else {
        return;
    };
    let desk = Desk::with_new("case");
    for (file, adapter) in [(events, "ucdp-ged"), (years, "ucdp-country-year")] {
        desk.run(&["data", "add", &file.display().to_string(), "--as", adapter, "--case", "case"]).ok();
    }
    let said = desk.run(&[&RECONCILE[..], &["case", "--format", "json"]].concat()).ok().json();
    let state_based = &said["cells"][0];
    assert_eq!((&state_based["type"], &state_based["year"]), (&"state-based".into(), &2020.into()));
    assert_eq!((&state_based["events"], &state_based["series"]), (&20_489.into(), &20_489.into()));
    assert_eq!((&said["counts"]["agrees"], &said["counts"]["below"]), (&2.into(), &0.into()));
}

#[test]
fn a_table_is_described_and_added_by_its_mapping() {
    let desk = Desk::with_new("case");
    let table = released("events-table.csv").display().to_string();
    let draft = desk.run(&["data", "describe", &table]).ok().out;
    assert!(draft.contains("\n[date]\nstart = \"from\"\n"), "{draft}");
    desk.write("draft.toml", &draft);
    let add =
        |mapping: &str| desk.run(&["data", "add", &table, "--as", "events", "--mapping", mapping, "--case", "case"]);
    assert_snapshot!(add("draft.toml"), @r#"
    exit 2
    ── out ──
    ── err ──
    error: draft.toml: dataset.title: is empty; the lock, the verdicts or the briefings need it
    "#);
    let mapping = released("events-table.toml").display().to_string();
    assert_snapshot!(add(&mapping), @r#"
    exit 0
    ── out ──
    exland-archive Exland Incident Archive 2021-02 (CC-BY-4.0)
      25 rows in = 16 kept + 9 quarantined
      43 deaths (best), 34–62 (low–high), 2020-02-29 to 2021-01-02
      sha256 1d1d4c488f3d8a9e5595fd31e5c4c8a54aa28adfa83dfa123957e0f3c231ba59
      flagged: 1 admin1-from-coordinates, 1 date-precision-derived, 1 derived-id, 1 no-best, 1 no-coordinates, 2 no-toll, 3 no-type, 1 place-precision-unknown, 1 toll-order, 1 windows-1252, 1 zero-coordinates
      row 17: ref: duplicate id A-1: row 1 has it first
      row 18: from: `6/31/2020` is not a day of the calendar
      row 19: to: 2020-04-06 lies before the start 2020-04-07
      row 20: day sure?: `perhaps` is no code of the mapping; it has month, week, yes
      row 21: lat: `135.5` lies outside ±90°: are latitude and longitude exchanged?
      all: casefile query CASE "select * from quarantine"
      added to case.toml as partial: declare there where it is complete
    ── err ──
    "#);
    let sums = "select count(*) n, sum(deaths_best) deaths from events where dataset = 'exland-archive'";
    assert_eq!(desk.run(&["query", "case", sums, "--format", "csv"]).ok().out, "n,deaths\n16,43\n");
}
