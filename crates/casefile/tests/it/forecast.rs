//! Forecasts in a case: from complete events, kept, scored when the months have come, shown, and refused where they cannot stand.

use std::fmt::Write;

use crate::desk::{Desk, fixture};

const HEADER: &str = "id,year,type_of_violence,conflict_new_id,dyad_new_id,side_a_new_id,side_a,side_b_new_id,side_b,number_of_sources,\
                      where_prec,where_coordinates,adm_1,adm_2,latitude,longitude,priogrid_gid,country,date_prec,date_start,date_end,\
                      deaths_a,deaths_b,deaths_civilians,deaths_unknown,best,high,low\n";

/// One state-based event a month in Afghanistan, 2012 to 2015, in two cells; from 2015 on with so many deaths.
fn events(last_year: u32) -> String {
    let mut rows = HEADER.to_owned();
    for month in 0..48u32 {
        let (year, of_year) = (2012 + month / 12, month % 12 + 1);
        let deaths = if year == 2015 { last_year } else { 20 + month % 13 };
        // Two cells, one above the other.
        let latitude = if month % 2 == 0 { 34.5 } else { 35.1 };
        let day = format!("{year}-{of_year:02}-10");
        writeln!(
            rows,
            "{},{year},1,1,1,1,Government of Afghanistan,2,Front,1,1,Kabul,Kabul province,Kabul district,{latitude},69.2,,Afghanistan,1,\
             {day},{day},0,{deaths},0,0,{deaths},{deaths},{deaths}",
            month + 1
        )
        .unwrap();
    }
    rows
}

const CASE: &str = r#"
[case]
format = 1
id = "kept"
title = "Kept"
seed = 1

[[dataset]]
id = "ucdp-ged"
adapter = "ucdp-ged"

[[dataset.coverage]]
area = "Afghanistan"
period = "2012/2015"
status = "complete"

[[place]]
id = "afghanistan"
name = "Afghanistan"
kind = "country"
country = ["Afghanistan"]

[[place]]
id = "kabul"
name = "Kabul"
kind = "admin1"
within = "afghanistan"

[[source]]
id = "paper"
type = "report"
title = "Paper"
issued = "2014-12"
reliability = "B"

[[forecast]]
id = "worse"
text = "A month with 100 deaths or more is unlikely in early 2015."
source = "paper"
hedge = "unlikely"
place = "afghanistan"
measure = "deaths"
at-least = 100
each = "month"
over = "2015-01/2015-03"

[[forecast]]
id = "vague"
text = "It could get worse."
source = "paper"
hedge = "could"
lacks = ["date", "measure"]
"#;

/// A case whose events are complete, with so many deaths a month in its last year.
fn desk(last_year: u32) -> Desk {
    let desk = Desk::new();
    std::fs::create_dir(desk.path("kept")).unwrap();
    desk.write("kept/case.toml", CASE);
    desk.write("events.csv", &events(last_year));
    let said = desk.run(&["data", "add", "events.csv", "--as", "ucdp-ged", "--version", "1", "--case", "kept"]).ok();
    assert!(said.out.contains("48 rows in"), "{said}");
    desk
}

const ASK: [&str; 8] = ["forecast", "kept", "--origin", "2014-12", "--model", "adaptive", "--made-on", "2015-01-05"];

#[test]
fn what_came_after_the_origin_changes_nothing() {
    let made = |last_year| {
        let mut issue = desk(last_year).run(&[&ASK[..], &["--format", "json"]].concat()).ok().json()["issue"].take();
        // The file has another hash, as it should; the forecast has not.
        for key in ["data", "id"] {
            issue.as_object_mut().unwrap().remove(key).unwrap();
        }
        issue
    };
    assert_eq!(made(0), made(90_000));
    let cells = |last_year| {
        let said = desk(last_year).run(&[&ASK[..], &["--by", "cell", "--format", "json"]].concat()).ok().json();
        said["issue"]["unit"].clone()
    };
    assert_eq!(cells(0), cells(90_000));
    assert_eq!(cells(0).as_array().unwrap().len(), 2);
}

#[test]
fn a_forecast_is_kept_once_scored_and_shown() {
    let desk = desk(150);
    let accept = [&ASK[..], &["--accept"]].concat();
    let said = desk.run(&accept).ok();
    for part in [
        "Afghanistan",
        "base rate",
        "a month ago",
        "The same model over the year before",
        "kept in forecasts.lock as adaptive-2014-12-",
    ] {
        assert!(said.out.contains(part), "{part}: {said}");
    }
    let kept = desk.read("kept/forecasts.lock");
    assert!(kept.contains("made-on = \"2015-01-05\"") && kept.contains("origin = \"2014-12\""));
    assert!(desk.run(&accept).ok().out.contains("is in forecasts.lock already"));
    assert_eq!(desk.read("kept/forecasts.lock"), kept, "the same is entered once");

    // The months are in the data: twelve rows, each of 150 deaths, and the word is settled.
    let said = desk.run(&["forecast", "score", "kept", "--accept", "--format", "json"]).ok().json();
    let tally = &said["forecasts"][0]["months"];
    assert_eq!(tally["n"], 12);
    assert!(said["forecasts"][0]["rows"].as_array().unwrap().iter().all(|row| row["came"] == 150));
    let words = said["words"].as_array().unwrap();
    assert_eq!((words[0]["standing"].as_str(), words[1]["standing"].as_str()), (Some("came"), Some("unfalsifiable")));
    // "Unlikely" is 20 to 45 per cent, and it came: (1 − 0.325)².
    assert!((words[0]["outcome"]["brier"].as_f64().unwrap() - 0.455_625).abs() < 1e-9);
    let again = desk.run(&["forecast", "score", "kept"]).ok();
    assert!(again.out.contains("nothing is new") && again.out.contains("unfalsifiable"), "{again}");

    // No rows are needed to show it, and the ledger alone is read.
    desk.write(
        "kept/brief.md",
        "# Kept\n\n::figure{forecast place=afghanistan}\n\n::figure{exceedance at-least=25 month=2015-02}\n\n::table{forecast}\n\n::table{outlook}\n\nIt is :likelihood{afghanistan at-least=1 in=2015-02}.\n",
    );
    desk.run(&["brief", "kept"]).ok();
    let page = desk.read("kept/out/brief.html");
    for part in [
        "what came",
        "almost certain (100%)",
        "Chance of at least 25 deaths in Feb 2015",
        "unfalsifiable: it names no date, no measure",
    ] {
        assert!(page.contains(part), "{part}");
    }
    let rows = desk
        .run(&["query", "kept", "select id, hedge, at_least, over from forecasts order by id", "--format", "csv"])
        .ok();
    assert_eq!(rows.out, "id,hedge,at_least,over\nvague,could,,\nworse,unlikely,100,2015-01/2015-03\n");
}

#[test]
fn a_word_that_the_kept_forecast_contradicts_is_flagged() {
    let desk = desk(30);
    desk.edit("kept/case.toml", "hedge = \"unlikely\"", "hedge = \"very likely\"");
    desk.run(&[&ASK[..], &["--accept"]].concat()).ok();
    let said = desk.run(&["check", "kept"]).ok();
    assert!(said.err.contains("word-disagrees") && said.err.contains("\"very likely\" means 80% to 95%"), "{said}");
    desk.write("kept/brief.md", "# Kept\n\nIt is :likelihood[likely]{afghanistan at-least=1000 in=2015-02}.\n");
    let said = desk.run(&["brief", "kept"]);
    assert!(said.code == 2 && said.err.contains("word-disagrees") && said.err.contains("almost no chance"), "{said}");
    desk.write("kept/brief.md", "# Kept\n\n:likelihood{kabul at-least=x in=soon by=me} and :likelihood[open\n");
    let said = desk.run(&["brief", "kept"]);
    for code in ["wrong-kind", "unknown-word", "bad-date", "unknown-key", "directive"] {
        assert!(said.code == 2 && said.err.contains(code), "{code}: {said}");
    }
}

#[test]
fn partial_data_are_refused_with_the_reason() {
    let desk = desk(30);
    desk.edit("kept/case.toml", "status = \"complete\"", "status = \"partial\"");
    let said = desk.run(&ASK);
    assert!(said.code == 2 && said.err.contains("not declared complete in any month"), "{said}");
    desk.edit("kept/case.toml", "status = \"partial\"", "status = \"complete\"");
    desk.edit("kept/case.toml", "period = \"2012/2015\"", "period = \"2014\"");
    let said = desk.run(&ASK);
    assert!(said.code == 2 && said.err.contains("two years at least"), "{said}");
    desk.edit("kept/case.toml", "period = \"2014\"", "period = \"2012/2015\"");
    let said = desk.run(&["forecast", "kept"]);
    assert!(said.code == 2 && said.err.contains("--model adaptive"), "{said}");
    let said = desk.run(&["forecast", "kept", "--place", "kabul"]);
    assert!(said.code == 2 && said.err.contains("has no country `kabul`"), "{said}");
    let said = desk.run(&["forecast", "kept", "--months", "13"]);
    assert!(said.code == 2 && said.err.contains("1..=12"), "{said}");
    let exland = Desk::with_data();
    let said = exland.run(&["forecast", "exland"]);
    assert!(said.code == 2 && said.err.contains("no country"), "{said}");
    assert!(fixture("exland").is_dir());
}

#[test]
fn cells_are_told_by_class_and_never_named() {
    let desk = desk(30);
    let said = desk.run(&[&ASK[..], &["--by", "cell", "--map", "map.svg"]].concat()).ok();
    assert!(said.out.contains("half-degree cells") && !said.out.contains("Kabul"), "{said}");
    let map = desk.read("map.svg");
    assert!(map.contains("179779") && !map.contains("Kabul"));
}
