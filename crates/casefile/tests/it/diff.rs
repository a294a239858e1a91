//! `data diff` tells what changed between two releases, and which verdicts that moves.

use insta::assert_snapshot;
use serde_json::Value;

use crate::desk::{Desk, fixture};

fn later() -> String {
    fixture("ged241-exland.csv").display().to_string()
}

fn number(value: &Value) -> i64 {
    value.as_i64().unwrap_or_else(|| panic!("{value} is no number"))
}

#[test]
fn a_pinned_release_and_a_file() {
    let desk = Desk::with_data();
    let before = desk.read("exland/casefile.lock");
    let said = desk.run(&["data", "diff", "ucdp-ged", &later(), "--case", "exland"]).ok();
    let out = said.out.replace(&later(), "LATER");
    assert_snapshot!(out, @r"
    ucdp-ged 23.1 → LATER 24.1
               events  deaths, low  best  high
    earlier        18          113   123   157
    later          27          156   169   212
    unchanged      17
    added           9          +18   +18   +18
    removed         0            0     0     0
    revised         1          +25   +28   +37
      in toll       1          +25   +28   +37

    by year  added  removed  revised  moved in  moved out  events  deaths, low  best  high
    2020         9        ·        1         ·          ·      +9          +43   +46   +55

    by country  added  removed  revised  moved in  moved out  events  deaths, low  best  high
    Exland          9        ·        1         ·          ·      +9          +43   +46   +55

    by side               added  removed  revised  moved in  moved out  events  deaths, low  best  high
    Red Front                 9        ·        1         ·          ·      +9          +43   +46   +55
    Civilians                 ·        ·        1         ·          ·       0          +25   +28   +37
    Government of Exland      9        ·        ·         ·          ·      +9          +18   +18   +18

    verdicts that move (either pinned as ucdp-ged)
    changed               was           is            because               was                           is
    civilian-deaths-2020  mixed         supported     new rows (+9 events)  16 civilian deaths (6–67)     44 civilian deaths (31–104)
    civilians-2020        mixed         contradicted  revision              10 deaths reported (true to…  38 deaths reported (true to…
    dated-incidents       supported     contradicted  new rows (+9 events)  11 events                     20 events
    events-2020           supported     contradicted  new rows (+9 events)  13 events                     22 events
    half-years            supported     mixed         new rows (+9 events)  ×0.44 (×0.13–×1.33)           ×1.43 (×0.65–×3.26)
    january-first         mixed         contradicted  new rows (+9 events)  number 1 (number 1–number 3)  number 3 (number 2–number 5)
    main-group            mixed         supported     new rows (+9 events)  number 1 (number 1–number 2)  number 1
    mostly-north          supported     contradicted  new rows (+3 events)  53.8% (53.8%–61.5%)           45.5% (45.5%–50%)
    north-first           supported     mixed         new rows (+9 events)  number 1                      number 2 (number 1–number 2)
    north-more            supported     contradicted  new rows (+9 events)  ×1.4 (×1.17–×1.6)             ×0.91 (×0.83–×1)
    one-sided-share       contradicted  mixed         revision              9.3% (5.8%–12.4%)             24.8% (17%–35%)
    placed-incidents      supported     contradicted  new rows (+9 events)  11 events                     20 events
    worst-month           supported     contradicted  new rows (+9 events)  1 January 2020 to 31 Januar…  1 October 2020 to 31 Octobe…
    ");
    assert_eq!(desk.read("exland/casefile.lock"), before, "nothing is pinned by looking");
}

#[test]
fn json_has_all_and_adds_up() {
    let desk = Desk::with_data();
    let json =
        desk.run(&["data", "diff", "ucdp-ged", &later(), "--case", "exland", "--format", "json", "--limit", "1"]);
    let json = json.ok().json();
    let count = |name: &str| number(&json[name]["events"]);
    assert_eq!(count("added") - count("removed"), count("new") - count("old"));
    for estimate in ["low", "best", "high"] {
        let deaths = |name: &str| number(&json[name]["deaths"][estimate]);
        assert_eq!(deaths("added") + deaths("removed") + deaths("revised"), deaths("new") - deaths("old"));
        for groups in ["by_year", "by_country"] {
            let groups = json[groups].as_array().unwrap();
            let net: i64 = groups.iter().map(|group| number(&group["deaths"][estimate])).sum();
            assert_eq!(net, deaths("new") - deaths("old"));
        }
    }
    assert_eq!(json["by_actor"].as_array().unwrap().len(), 3, "--limit is for reading");
    assert_eq!(json["verdicts"]["dataset"], "ucdp-ged");
}

/// The changes of verdicts that a command gives.
fn changes(desk: &Desk, arguments: &[&str]) -> Value {
    let arguments = [&["data", "diff", "--case", "exland", "--format", "json"], arguments].concat();
    desk.run(&arguments).ok().json()["verdicts"]["changes"].clone()
}

#[test]
fn verdicts_move_as_they_would_by_an_update() {
    let desk = Desk::with_data();
    desk.run(&["check", "exland", "--accept"]).ok();
    let moved = changes(&desk, &["ucdp-ged", &later()]);
    // Both pinned side by side: the one of whose coverage the case speaks is what the other stands in for.
    desk.run(&["data", "add", &later(), "--as", "ucdp-ged", "--name", "ged-later", "--case", "exland"]).ok();
    assert_eq!(changes(&desk, &["ucdp-ged", "ged-later"]), moved);
    assert_eq!(changes(&desk, &["ucdp-ged", "ged-later", "--dataset", "ucdp-ged"]), moved);
    // The other way round every verdict goes back.
    let back = changes(&desk, &["ged-later", "ucdp-ged"]);
    let swapped = |changes: &Value, was: &str, is: &str| {
        let list = changes.as_array().unwrap().iter();
        list.map(|c| (c["claim"].clone(), c[was].clone(), c[is].clone())).collect::<Vec<_>>()
    };
    assert_eq!(swapped(&back, "is", "was"), swapped(&moved, "was", "is"));
    // And as `check` says once the later release is pinned in its place.
    desk.edit("exland/case.toml", "id = \"ged-later\"", "id = \"ged-elsewhere\"");
    desk.add("exland", &fixture("ged241-exland.csv")).ok();
    let checked = desk.run(&["check", "exland", "--format", "json"]).ok().json();
    assert_eq!(checked["changes"], moved);
    assert!(!moved.as_array().unwrap().is_empty());
}

#[test]
fn files_alone_need_no_case_and_rows_without_ids_are_said_to_be_so() {
    let desk = Desk::new();
    let header = "type_of_violence,side_a,side_b,date_start,date_end,low,best,high";
    desk.write(
        "a.csv",
        &format!("{header}\n1,Red,Blue,2020-01-01,2020-01-01,1,1,1\n1,Red,Blue,2020-02-30,2020-03-01,1,1,1\n"),
    );
    desk.write("b.csv", &format!("{header}\n1,Red,Blue,2020-01-01,2020-01-01,1,4,9\n"));
    let said = desk.run(&["data", "diff", "a.csv", "b.csv", "--fill", "country=Exland"]).ok();
    assert_snapshot!(said.out, @r"
    a.csv unknown → b.csv unknown
               events  deaths, low  best  high
    earlier         1            1     1     1
    later           1            1     4     9
    unchanged       0
    added           1           +1    +4    +9
    removed         1           -1    -1    -1
    revised         0            0     0     0
    Could not be read, and in neither count: records of a.csv: 1.
    Without an id of the publisher's: 1 events of a.csv, 1 of b.csv. Such events match only where rows are alike in content, so that a changed row shows as one removed and one added.

    by year  added  removed  revised  moved in  moved out  events  deaths, low  best  high
    2020         1        1        ·         ·          ·       0            0    +3    +8

    by country  added  removed  revised  moved in  moved out  events  deaths, low  best  high
    Exland          1        1        ·         ·          ·       0            0    +3    +8

    by side  added  removed  revised  moved in  moved out  events  deaths, low  best  high
    Blue         1        1        ·         ·          ·       0            0    +3    +8
    Red          1        1        ·         ·          ·       0            0    +3    +8
    ");
    let left: Vec<_> = std::fs::read_dir(desk.path("")).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(left.len(), 2, "{left:?}");
}

#[test]
fn what_cannot_be_compared_is_refused() {
    let desk = Desk::with_data();
    assert_snapshot!(desk.run(&["data", "diff", "ucdp-ged", "ged-later", "--case", "exland"]), @r"
    exit 2
    ── out ──
    ── err ──
    error: `ged-later` is neither a file nor a dataset that exland pins
    hint: it pins ucdp-ged
    ");
    assert_snapshot!(desk.run(&["data", "diff", "ucdp-ged", "ucdp-ged", "--case", "exland"]), @r"
    exit 2
    ── out ──
    ── err ──
    error: `ucdp-ged` would be compared with itself
    ");
    std::fs::remove_dir_all(desk.path("exland/.casefile")).unwrap();
    let gone = desk.run(&["data", "diff", "ucdp-ged", &later(), "--case", "exland"]);
    assert!(gone.code == 2 && gone.err.contains("the rows of `ucdp-ged` are not at hand"), "{gone}");
}
