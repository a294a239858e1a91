//! Data: loading, asking, aggregating, verifying.

use std::fs;
use std::process::Stdio;

use insta::assert_snapshot;

use crate::desk::{Desk, copy, fixture, real, traps};

#[test]
fn a_release_with_traps_loads_and_its_counts_add_up() {
    let desk = Desk::with_exland();
    assert_snapshot!(desk.add("exland", &traps()), @r#"
    exit 0
    ── out ──
    ucdp-ged UCDP Georeferenced Event Dataset (GED) unknown (CC-BY-4.0)
      29 rows in = 20 kept + 9 quarantined
      124 deaths (best), 94–189 (low–high), 2020-01-01 to 2020-12-31
      sha256 71dbd50b5227549ccf33286393801c2734c8f754ed9a0adc524b87e265da40b8
      flagged: 1 admin1-from-coordinates, 2 aggregated, 2 derived-id, 1 inactive-year, 1 no-best, 1 no-coordinates, 1 no-toll, 1 no-type, 1 priogrid-mismatch, 1 status-unclear, 1 toll-order
      row 21: id: duplicate id 1001: row 1 has it first
      row 22: date_end: 2020-06-01 lies before date_start 2020-06-05
      row 23: date_start: `2020-06-31` is not a day of the calendar; date_end: `2020-06-31` is not a day of the calendar
      row 24: best: `-1` deaths: a toll cannot be negative
      row 25: best: `many` is not a number; high: `more` is not a number
      all: casefile query CASE "select * from quarantine"
    ── err ──
    "#);
    let said =
        desk.run(&["query", "exland", "select row, reason from quarantine order by row", "--format", "csv"]).ok();
    assert_snapshot!(said.out, @r#"
    row,reason
    21,id: duplicate id 1001: row 1 has it first
    22,date_end: 2020-06-01 lies before date_start 2020-06-05
    23,date_start: `2020-06-31` is not a day of the calendar; date_end: `2020-06-31` is not a day of the calendar
    24,best: `-1` deaths: a toll cannot be negative
    25,best: `many` is not a number; high: `more` is not a number
    26,latitude: latitude 41.75 and longitude 12.25 are exchanged: only so do they lie in the row's PRIO-GRID cell
    27,latitude: `112.25` lies outside ±90°: are latitude and longitude exchanged?
    28,side_b: is blank
    29,"4 fields, the header has 49"
    "#);
    let counts = "select (select count(*) from events) e, (select count(*) from ucdp_ged) n, \
                  (select count(*) from quarantine) q, (select rows_in from datasets) r";
    assert_eq!(desk.run(&["query", "exland", counts, "--format", "csv"]).out, "e,n,q,r\n20,20,9,29\n");
}

/// Engines take no `..` in the path of a file; people do.
#[test]
fn a_case_is_found_by_a_path_that_goes_up_and_down_again() {
    let desk = Desk::with_exland();
    desk.add("exland", &traps()).ok();
    let said = desk.run(&["query", "exland/../exland", "select count(*) as n from events", "--format", "csv"]).ok();
    assert_eq!(said.out.trim(), "n\n20");
}

#[test]
fn a_spreadsheet_is_handed_no_formula_and_every_other_program_the_text_as_it_is() {
    let desk = Desk::with_exland();
    let sql = "select '=1+1' as sum, -3 as change";
    let csv = |more: &[&str]| desk.run(&[&["query", "exland", sql, "--format", "csv"], more].concat()).ok().out;
    assert_eq!(csv(&[]), "sum,change\n=1+1,-3\n");
    assert_eq!(csv(&["--for-spreadsheets"]), "sum,change\n'=1+1,-3\n");
    let refused = desk.run(&["query", "exland", sql, "--format", "json", "--for-spreadsheets"]);
    assert!(refused.err.contains("goes with `--format csv`"), "{}", refused.err);
}

#[test]
fn a_release_is_summed_up_as_json() {
    let desk = Desk::with_exland();
    let path = traps().display().to_string();
    let said =
        desk.run(&["data", "add", &path, "--as", "ucdp-ged", "--case", "exland", "--format", "json"]).ok().json();
    let n = |key: &str| said["dataset"][key].as_u64().unwrap();
    assert_eq!((n("rows_in"), n("kept"), n("quarantined")), (29, 20, 9));
    assert_eq!(n("rows_in"), n("kept") + n("quarantined"));
    assert!(said["replaced"].is_null());
}

#[test]
fn files_that_are_no_release_change_nothing() {
    let desk = Desk::with_data();
    let before = desk.read("exland/casefile.lock");
    desk.write("notes.csv", "who,what\nA,B\n");
    desk.write("empty.csv", "");
    fs::write(desk.path("broken.zip"), b"PK\x03\x04 no archive").unwrap();
    assert_snapshot!(desk.add("exland", &desk.path("notes.csv")), @r#"
    exit 2
    ── out ──
    ── err ──
    error: [DESK]/notes.csv: this is not a ucdp-ged file: columns side_a, side_b, date_start, date_end, best, high, low missing
      expected: side_a, side_b, date_start, date_end, best, high, low
      found:    who, what
    "#);
    assert_snapshot!(desk.add("exland", &desk.path("empty.csv")), @r#"
    exit 2
    ── out ──
    ── err ──
    error: [DESK]/empty.csv is empty
    hint: is the download complete?
    "#);
    assert_snapshot!(desk.add("exland", &desk.path("broken.zip")), @r#"
    exit 2
    ── out ──
    ── err ──
    error: [DESK]/broken.zip is not a readable zip archive: invalid Zip archive: Could not find EOCD
    hint: get the file anew from its publisher: is it complete?
    "#);
    assert_snapshot!(desk.add("exland", &desk.path("nowhere.csv")), @r#"
    exit 2
    ── out ──
    ── err ──
    error: cannot read [DESK]/nowhere.csv: No such file or directory (os error 2)
    hint: is the path right, and may you read the file?
    "#);
    let path = traps().display().to_string();
    assert_snapshot!(desk.run(&["data", "add", &path, "--as", "ged", "--case", "exland"]), @r#"
    exit 2
    ── out ──
    ── err ──
    error: there is no adapter `ged`; known: acled, events, gdelt-events, gtd, polecat, ucdp-actor, ucdp-conflict, ucdp-country-year, ucdp-dyadic, ucdp-ged, ucdp-nonstate
    "#);
    let fill = ["data", "add", &path, "--as", "ucdp-ged", "--case", "exland", "--fill", "country=X"];
    assert_snapshot!(desk.run(&fill), @r#"
    exit 2
    ── out ──
    ── err ──
    error: cannot fill `country`: the file has that column; only a column that it lacks can be filled
    "#);
    assert_eq!(desk.read("exland/casefile.lock"), before);
    desk.run(&["data", "verify", "--case", "exland"]).ok();
}

#[test]
fn a_first_dataset_is_entered_in_the_case_as_partial() {
    let desk = Desk::with_exland();
    let path = fixture("ged231-exland.csv").display().to_string();
    let add = ["data", "add", &path, "--as", "ucdp-ged", "--case", "exland", "--name", "other"];
    assert!(desk.run(&add).ok().out.contains("added to case.toml as partial"));
    let text = desk.read("exland/case.toml");
    assert!(text.starts_with("# An invented case"), "comments stay");
    assert_snapshot!(&text[text.find("id = \"other\"").unwrap()..], @r#"
    id = "other"
    adapter = "ucdp-ged"

    [[dataset.coverage]]
    area = "*"
    period = "2019-03-04/2020-12-31"
    status = "partial"
    note = "Declare here where and when the data are complete."
    "#);
    desk.run(&["check", "exland"]).ok();
}

#[test]
fn events_and_statements_join() {
    let desk = Desk::with_data();
    let sql = "select a.name, count(*) as events, sum(e.deaths_best) as deaths from actors a \
               join codings c on c.actor = a.id and c.kind = 'id' \
               join events e on e.dataset = c.dataset and c.code in (e.side_a_id, e.side_b_id) \
               group by 1 order by 2 desc";
    assert_snapshot!(desk.run(&["query", "exland", sql]), @r#"
    exit 0
    ── out ──
    name                  events  deaths
    ────────────────────  ──────  ──────
    Red Front                 16     117
    Government of Exland      13      97
    Blue Front                 4      16
    ── err ──
    "#);
    let verdicts = "select c.says, v.verdict, v.figure from claims c join verdicts v on v.claim = c.id \
                    where c.topic is null and v.verdict = 'contradicted' and c.says is not null order by c.id limit 3";
    assert_snapshot!(desk.run(&["query", "exland", verdicts, "--format", "json"]), @r#"
    exit 0
    ── out ──
    [
    {"says":"around 70","verdict":"contradicted","figure":"91 deaths reported (true toll 100–146)"},
    {"says":"about 100","verdict":"contradicted","figure":"107 deaths reported (true toll 122–173)"},
    {"says":"three","verdict":"contradicted","figure":"5 grid cells"}
    ]
    ── err ──
    data: UCDP Georeferenced Event Dataset (GED) 23.1, Uppsala Conflict Data Program, CC BY 4.0
    "#);
}

#[test]
fn every_table_of_the_help_is_there() {
    let desk = Desk::with_data();
    desk.run(&["data", "cube", "--case", "exland"]).ok();
    let tables = "events ucdp_ged quarantine datasets cube cube_tolls sources actors codings places claims relations \
                  estimates reported_events control verdicts";
    for table in tables.split_whitespace() {
        let said = desk.run(&["query", "exland", &format!("select count(*) n from {table}"), "--format", "csv"]);
        assert_eq!(said.code, 0, "{table}: {said}");
    }
}

#[test]
fn results_come_in_four_forms() {
    let desk = Desk::with_data();
    let sql = "select place, count(*) n, min(date_start) as first, avg(deaths_best) mean from events \
               where type_of_violence = 3 group by 1 order by 1";
    assert_snapshot!(desk.run(&["query", "exland", sql]), @r#"
    exit 0
    ── out ──
    place      n  first       mean
    ─────────  ─  ──────────  ────
    Hilltown   2  2019-08-20   6.5
    Saltmarsh  1  2020-04-14   3.0
    ── err ──
    "#);
    assert_snapshot!(desk.run(&["query", "exland", sql, "--format", "csv"]), @r#"
    exit 0
    ── out ──
    place,n,first,mean
    Hilltown,2,2019-08-20,6.5
    Saltmarsh,1,2020-04-14,3.0
    ── err ──
    data: UCDP Georeferenced Event Dataset (GED) 23.1, Uppsala Conflict Data Program, CC BY 4.0
    "#);
    assert_snapshot!(desk.run(&["query", "exland", sql, "--format", "json"]), @r#"
    exit 0
    ── out ──
    [
    {"place":"Hilltown","n":2,"first":"2019-08-20","mean":6.5},
    {"place":"Saltmarsh","n":1,"first":"2020-04-14","mean":3.0}
    ]
    ── err ──
    data: UCDP Georeferenced Event Dataset (GED) 23.1, Uppsala Conflict Data Program, CC BY 4.0
    "#);
    desk.run(&["query", "exland", sql, "--format", "parquet", "--out", "out.parquet"]).ok();
    let bytes = fs::read(desk.path("out.parquet")).unwrap();
    assert!(bytes.starts_with(b"PAR1") && bytes.ends_with(b"PAR1"), "a whole Parquet file");
    assert_snapshot!(desk.run(&["query", "exland", "select 1 as one where false"]), @r#"
    exit 0
    ── out ──
    one
    ───
    (no rows)
    ── err ──
    "#);
    assert_eq!(desk.run(&["query", "exland", "select 1 as one where false", "--format", "json"]).out.trim(), "[]");
}

#[test]
fn wrong_queries_are_told_what_is_near() {
    let desk = Desk::with_data();
    for (sql, code) in [
        ("select * from event", 2),
        ("select contry from events", 2),
        ("select dead(deaths_best) from events", 2),
        ("selct 1", 2),
        ("", 2),
        ("select 1; select 2", 2),
    ] {
        let said = desk.run(&["query", "exland", sql]);
        assert_eq!((said.code, said.out.as_str()), (code, ""), "{sql}: {said}");
    }
    assert_snapshot!(desk.run(&["query", "exland", "select * from event"]).err, @r#"
    error: there is no table `event`
    hint: did you mean `events`?
    "#);
    assert_snapshot!(desk.run(&["query", "exland", "select contry from events"]).err, @r#"
    error: there is no column `contry`
    hint: did you mean `country`?
    "#);
    assert_snapshot!(desk.run(&["query", "exland", "selct 1"]).err, @"error: this is not SQL: Expected: an SQL statement, found: selct at Line: 1, Column: 1");
}

#[test]
fn the_lake_is_read_only() {
    let desk = Desk::with_data();
    let target = desk.path("stolen.csv").display().to_string();
    let secret = desk.path("secret.csv");
    fs::write(&secret, "a\n1\n").unwrap();
    let secret = secret.display().to_string();
    for sql in [
        "drop table events".to_owned(),
        "create table x as select 1".to_owned(),
        "create view x as select 1".to_owned(),
        "insert into events select * from events".to_owned(),
        "delete from events".to_owned(),
        "update events set place = ''".to_owned(),
        "set datafusion.execution.batch_size = 1".to_owned(),
        "explain analyze insert into events select * from events".to_owned(),
        format!("copy (select 1) to '{target}'"),
        format!("create external table x stored as csv location '{secret}'"),
        format!("select * from '{secret}'"),
    ] {
        let said = desk.run(&["query", "exland", &sql]);
        assert_eq!((said.code, said.out.as_str()), (2, ""), "{sql}: {said}");
    }
    assert!(!desk.path("stolen.csv").exists());
    assert_snapshot!(desk.run(&["query", "exland", "drop table events"]).err, @r#"
    error: only queries are answered: the lake is read-only
    hint: rows come in with `casefile data add`
    "#);
    desk.run(&["data", "verify", "--case", "exland"]).ok();
}

#[test]
fn a_reader_that_stops_is_no_failure() {
    let desk = Desk::with_data();
    let sql = "select a.*, b.* from events a cross join events b cross join events c";
    let mut child = desk
        .command(&["query", "exland", sql, "--format", "csv"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn the_cube_is_made_listed_and_used_where_the_rows_are_gone() {
    let desk = Desk::with_data();
    assert_snapshot!(desk.run(&["data", "cube", "--case", "exland"]), @r#"
    exit 0
    ── out ──
    exland/cube/ucdp-ged-386f7f19.csv  18 events in 17 cells, 2 kB
    ── err ──
    "#);
    assert_snapshot!(desk.run(&["data", "list", "--case", "exland"]), @r#"
    exit 0
    ── out ──
    dataset   version  events  first       last        licence    at hand
    ucdp-ged  23.1     18      2019-03-04  2020-12-31  CC-BY-4.0  rows, cube
    ── err ──
    "#);
    fs::remove_dir_all(desk.path("exland/.casefile")).unwrap();
    assert_snapshot!(desk.run(&["data", "list", "--case", "exland"]).out, @r#"
    dataset   version  events  first       last        licence    at hand
    ucdp-ged  23.1     18      2019-03-04  2020-12-31  CC-BY-4.0  cube
    "#);
    assert_snapshot!(desk.run(&["data", "verify", "--case", "exland"]), @r#"
    exit 1
    ── out ──
    ucdp-ged  the rows of `ucdp-ged` are not in the store
    hint: `casefile data add ged231-exland.csv --as ucdp-ged`
    ── err ──
    "#);
    assert_snapshot!(desk.run(&["query", "exland", "select count(*) events, sum(n) from cube"]), @r#"
    exit 0
    ── out ──
    events  sum(cube.n)
    ──────  ───────────
        17           18
    ── err ──
    note: the rows of ucdp-ged are not at hand, so `events` lacks them; `cube` answers for them
    "#);
    assert_snapshot!(desk.run(&["explain", "exland", "calm-on-a-day"]), @r#"
    exit 0
    ── out ──
    ? not testable (no-data)  calm-on-a-day
    the cube does not tell single days apart; the rows can answer

          claim  2 June 2020 was calm.
         source  Exland: a survey [B]
    ── err ──
    "#);
    desk.run(&["brief", "exland"]).ok();
    // The same file brings the rows back.
    desk.add("exland", &fixture("ged231-exland.csv")).ok();
    desk.run(&["data", "verify", "--case", "exland"]).ok();
}

#[test]
fn a_cube_that_was_changed_is_refused() {
    let desk = Desk::with_data();
    let said = desk.run(&["data", "cube", "--case", "exland", "--format", "json"]).ok().json();
    fs::remove_dir_all(desk.path("exland/.casefile")).unwrap();
    let file = format!("exland/{}", said["file"].as_str().unwrap());
    let text = desk.read(&file);
    desk.write(&file, &text.replacen(",1,", ",2,", 1));
    let said = desk.run(&["check", "exland"]);
    assert_eq!(said.code, 2, "{said}");
    assert!(said.err.contains("is not the cube that the lock pins"), "{said}");
}

#[test]
fn a_cube_of_another_release_does_not_answer() {
    let desk = Desk::with_data();
    desk.run(&["data", "cube", "--case", "exland"]).ok();
    desk.add("exland", &fixture("ged241-exland.csv")).ok();
    for finding in desk.findings("exland", &["--from", "cube"]) {
        if finding["data"].as_array().is_some_and(|data| !data.is_empty()) {
            panic!("{} was answered from the cube of an earlier release", finding["claim"]);
        }
    }
    assert_snapshot!(desk.run(&["explain", "exland", "events-2020", "--from", "cube"]), @r#"
    exit 0
    ── out ──
    ? not testable (no-data)  events-2020
    the cube was made from another release than the one pinned: run `casefile data cube`

          claim  The Red Front fought in around 12 lethal incidents in 2020.
         source  Exland: a survey [B]
    ── err ──
    "#);
}

#[test]
fn wrong_options_of_a_cube_are_refused() {
    let desk = Desk::with_data();
    assert_snapshot!(desk.run(&["data", "cube", "--case", "exland", "--period", "week"]).err, @r#"
    error: invalid value 'week' for '--period <PERIOD>': `week` is no period of a cube: day, month, quarter or year

    For more information, try '--help'.
    "#);
    assert_snapshot!(desk.run(&["data", "cube", "ucdp", "--case", "exland"]).err, @"error: no dataset `ucdp` is pinned in this case");
    let said = desk.run(&["data", "cube", "--case", "exland", "--where", "contry = 'Exland'"]);
    assert!(said.code == 2 && said.err.contains("did you mean `country`?"), "{said}");
    let bare = Desk::with_exland();
    assert_snapshot!(bare.run(&["data", "cube", "--case", "exland"]).err, @r#"
    error: no data are pinned in this case
    hint: casefile data add FILE --as ucdp-ged
    "#);
    assert!(!desk.path("exland/cube").exists());
}

#[test]
fn stored_rows_that_were_changed_are_found_out() {
    let desk = Desk::with_data();
    assert_snapshot!(desk.run(&["data", "verify", "--case", "exland"]), @r#"
    exit 0
    ── out ──
    ucdp-ged  sound
    ── err ──
    "#);
    let other = Desk::with_exland();
    other.add("exland", &fixture("ged241-exland.csv")).ok();
    // The rows of another release under the name of the pinned one.
    let store = |desk: &Desk| {
        let list = desk.run(&["data", "list", "--case", "exland", "--format", "json"]).ok().json();
        desk.path("exland").join(list["dataset"][0]["store"].as_str().unwrap())
    };
    copy(&store(&other), &store(&desk));
    assert_snapshot!(desk.run(&["data", "verify", "--case", "exland"]), @r#"
    exit 1
    ── out ──
    ucdp-ged  the stored rows of `ucdp-ged` are not those that the lock pins
    hint: add the released file again
    ── err ──
    "#);
    fs::write(store(&desk).join("events.parquet"), b"PAR1 no more").unwrap();
    let said = desk.run(&["data", "verify", "--case", "exland", "--format", "json"]);
    assert_eq!((said.code, &said.json()[0]["sound"]), (1, &serde_json::json!(false)));
    let said = desk.run(&["check", "exland"]);
    assert_eq!(said.code, 2, "{said}");
}

/// The published numbers of the files at hand, through the command line.
#[test]
fn the_published_files_load_and_give_the_published_numbers() {
    for (file, rows) in [("ucdp/GEDEvent_v23_0_10.csv", 2391), ("ucdp/ged-afghanistan-2020-reduced.csv", 3317)] {
        let Some(path) = real(file) else { return };
        let desk = Desk::with_exland();
        let path = path.display().to_string();
        let add = ["data", "add", &path, "--as", "ucdp-ged", "--case", "exland", "--format", "json"];
        let pin = desk.run(&add).ok().json()["dataset"].clone();
        let n = |key: &str| pin[key].as_u64().unwrap();
        assert_eq!((n("rows_in"), n("kept") + n("quarantined")), (rows, rows), "{file}");
        if file.contains("2020") {
            let is = "select count(*) n from events where side_a = 'IS' or side_b = 'IS'";
            assert_eq!(desk.run(&["query", "exland", is, "--format", "csv"]).out, "n\n67\n");
            let all = "select count(*) n, sum(deaths_best) d from events where country = 'Afghanistan'";
            assert_eq!(desk.run(&["query", "exland", all, "--format", "csv"]).out, "n,d\n3317,20834\n");
        }
    }
}
