//! `casefile measure` on what the case itself states: networks, strength, leaders.

use std::path::Path;

use serde_json::Value;

use crate::desk::{Desk, Said, khorasan};

fn measure(desk: &Desk, arguments: &[&str]) -> Said {
    desk.run(&[&["measure"], arguments].concat())
}

/// The worked case with more arguments.
fn of_khorasan(arguments: &[&str]) -> Said {
    let case = khorasan().display().to_string();
    measure(&Desk::new(), &[&[case.as_str()], arguments].concat()).ok()
}

fn at<'a>(value: &'a Value, path: &str) -> &'a Value {
    value.pointer(path).unwrap_or_else(|| panic!("no {path}"))
}

fn number(value: &Value, path: &str) -> f64 {
    at(value, path).as_f64().unwrap_or_else(|| panic!("{path} is no number"))
}

/// Exland with leaders of the Red Front, and estimates over two years.
fn exland() -> Desk {
    let desk = Desk::with_data();
    let people = ["ann", "bob", "cay"].map(|id| {
        format!("[[actor]]\nid = \"{id}\"\nname = \"{id}\"\nkind = \"public-figure\"\nrole = \"leader of the Red Front\"\n\n")
    });
    let led = |id: &str, valid: &str, more: &str| {
        format!(
            "[[relation]]\nid = \"l-{id}\"\nkind = \"leadership\"\nfrom = \"{id}\"\nto = \"red-front\"\nsource = \"survey\"\n\
             valid = \"{valid}\"\n{more}\n"
        )
    };
    let relations = [
        led("ann", "2018-01/2019-03-10", "ended-by = \"death\"\n"),
        led("bob", "2019-04/2020-05-01", "ended-by = \"removal\"\n"),
        led("cay", "2020-05-02/2020-12", ""),
        "[[relation]]\nid = \"ally\"\nkind = \"alliance\"\nfrom = \"blue-front\"\nto = \"government\"\nsource = \"survey\"\n\
         valid = \"2020-03~/2020-12\"\n"
            .to_owned(),
    ];
    let relations = people.concat() + &relations.concat();
    let estimate = |id: &str, valid: &str, value: &str| {
        format!(
            "[[estimate]]\nid = \"{id}\"\nactor = \"red-front\"\nquantity = \"strength\"\nunit = \"fighters\"\nsource = \"survey\"\n\
             valid = \"{valid}\"\nvalue = \"{value}\"\n\n"
        )
    };
    let estimates = estimate("s-2019", "2019", "between 300 and 400") + &estimate("s-2020", "2020-11", "up to 2,000");
    desk.write("exland/more.toml", &(relations + &estimates));
    desk
}

#[test]
fn the_network_of_a_day_and_what_changed_since() {
    let desk = exland();
    let arguments = [
        "exland",
        "network",
        "--at",
        "2020-06",
        "--before",
        "2019-06",
        "--after",
        "2020-06",
        "--path",
        "cay",
        "government",
    ];
    let said = measure(&desk, &arguments).ok();
    insta::assert_snapshot!(said.out);
    let json = measure(&desk, &[&arguments[..], &["--format", "json"]].concat()).ok().json();
    assert_eq!(number(&json, "/result/picture/certain/links"), 3.0);
    assert_eq!(number(&json, "/result/ways/shortest"), 3.0);
    let step = at(&json, "/result/ways/paths/0/steps/1/ties");
    assert_eq!(step.as_array().unwrap().len(), 2, "both sources of the rivalry: {step}");
}

#[test]
fn events_tie_those_that_fight() {
    let json = measure(&exland(), &["exland", "network", "--at", "2020", "--events", "--format", "json"]).ok().json();
    let degrees = at(&json, "/result/picture/certain/degrees").as_array().unwrap();
    let red = degrees.iter().find(|degree| degree["actor"] == "red-front").unwrap();
    assert!(red["foes"].as_u64().unwrap() >= 2, "the government and the Blue Front: {red}");
    let notes = json["notes"].to_string();
    assert!(notes.contains("events against civilians make no tie"), "{notes}");
}

#[test]
fn where_nothing_is_known_there_is_a_hint() {
    let desk = Desk::with_data();
    for (arguments, hint) in [
        (&["network", "--at", "1999"][..], "relations with a `valid` make ties"),
        (&["leadership", "--actor", "red-front"], "`leadership` to `red-front`"),
        (&["strength", "--actor", "government"], "`[[estimate]]`"),
    ] {
        let said = measure(&desk, &[&["exland"], arguments].concat());
        assert!(said.code == 2 && said.err.contains("hint") && said.err.contains(hint), "{said}");
    }
    let said = measure(&desk, &["exland", "network", "--path", "red-front", "nobody"]);
    assert!(said.code == 2 && said.err.contains("nobody"), "{said}");
    let said = measure(&desk, &["exland", "strength", "--actor", "red-front", "--shock", "flood"]);
    assert!(said.code == 2 && said.err.contains("NAME=2020-08"), "{said}");
}

#[test]
fn leaders_and_the_events_around_their_loss() {
    let desk = exland();
    insta::assert_snapshot!(
        measure(&desk, &["exland", "leadership", "--actor", "red-front", "--place", "exland", "--weeks", "4"]).ok().out
    );
}

#[test]
fn the_arrest_of_a_leader_in_the_worked_case() {
    let json = of_khorasan(&["leadership", "--actor", "iskp", "--format", "json"]).json();
    assert_eq!(at(&json, "/result/tenures").as_array().unwrap().len(), 6);
    let losses = at(&json, "/result/losses").as_array().unwrap();
    let arrest = losses.iter().find(|loss| loss["leader"] == "farooqi").unwrap();
    // The figures of the book's chapter, which were computed from the rows and not from the cube.
    assert_eq!((number(arrest, "/ratio/before"), number(arrest, "/ratio/after")), (24.0, 9.0));
    assert!((number(arrest, "/placebo/fall") - 0.058).abs() < 0.001);
    assert!(losses.iter().filter(|loss| loss["ratio"].is_null()).count() == 4, "the data are partial there");
}

#[test]
fn strength_of_an_invented_group() {
    let desk = exland();
    let arguments =
        ["exland", "strength", "--actor", "red-front", "--place", "exland", "--draws", "200", "--format", "json"];
    let more = ["--window", "2019-06/2020-06", "--shock", "truce=2020-03:gain", "--departed", "2020-02=10"];
    let json = measure(&desk, &[&arguments[..], &more].concat()).ok().json();
    let years = at(&json, "/result/strength").as_array().unwrap();
    let quantile = |i: usize, q: &str| number(&years[i], &format!("/1/posterior/{q}"));
    for i in 0..years.len() {
        assert!(quantile(i, "q05") < quantile(i, "q50") && quantile(i, "q50") < quantile(i, "q95"));
    }
    assert!((150.0..900.0).contains(&quantile(1, "q50")), "300 to 400 in 2019: {}", quantile(1, "q50"));
    assert_eq!(at(&json, "/result/record/losses").as_array().unwrap().len(), 2, "2019 in part, 2020 whole");
    assert_eq!(at(&json, "/result/summary/shocks").as_array().unwrap().len(), 1);
    assert!(number(&json, "/result/regeneration/recruits/posterior/q50") > 0.0);
    let text = measure(&desk, &[&arguments[..8], &["--by", "month"]].concat()).ok();
    assert!(text.out.contains("2020-11") && text.out.contains("R-hat") && text.err.is_empty(), "{text}");
}

#[test]
fn the_worked_case_counts_a_repeated_figure_once() {
    let json = of_khorasan(&["strength", "--actor", "iskp", "--draws", "120", "--format", "json"]).json();
    assert_eq!(at(&json, "/result/estimates/coded").as_array().unwrap().len(), 15);
    let repeats = at(&json, "/result/estimates/repeats").as_array().unwrap();
    let pair = |id: &str| repeats.iter().find(|pair| pair[0] == id).map(|pair| pair[1].as_str().unwrap());
    assert_eq!(pair("est-strength-2022-sg"), Some("est-strength-2022-un-29"));
    assert_eq!(pair("est-strength-2021"), Some("est-strength-2021-un-27"));
    assert_eq!(repeats.len(), 5);
    let years = at(&json, "/result/compared").as_array().unwrap();
    let fell = years.iter().find(|pair| pair["months"]["from"] == "2016-01").unwrap();
    assert!(number(fell, "/chance") < 0.3, "2016 against 2015: {fell}");
}

#[test]
fn a_broken_case_is_told_before_anything_is_measured() {
    let desk = exland();
    desk.edit("exland/more.toml", "kind = \"alliance\"", "kind = \"friendship\"");
    let said = measure(&desk, &["exland", "network"]);
    assert!(said.code == 2 && said.err.contains("friendship"), "{said}");
    assert!(!Path::new(&desk.path("exland/out")).exists());
}

#[test]
fn an_open_question_of_the_worked_case() {
    let said = of_khorasan(&["hypotheses", "--question", "haqqani-cooperation"]);
    insta::assert_snapshot!(said.out);
    let json = of_khorasan(&["hypotheses", "--question", "haqqani-cooperation", "--format", "json"]).json();
    let judged = |how: &str| at(&json, &format!("/result/questions/0/{how}/posterior")).as_array().unwrap().clone();
    for how in ["each", "by_origin"] {
        let sum: f64 = judged(how).iter().map(|posterior| number(posterior, "/middle")).sum();
        assert!((sum - 1.0).abs() < 1e-9);
        for posterior in judged(how) {
            let (low, high) = (number(&posterior, "/bounds/low"), number(&posterior, "/bounds/high"));
            assert!(low <= number(&posterior, "/middle") && number(&posterior, "/middle") <= high);
        }
    }
    // Most items are the Comment's: as one voice they say less.
    let spread = |how: &str| judged(how).iter().map(|posterior| number(posterior, "/middle")).fold(0.0, f64::max);
    assert!(spread("by_origin") < spread("each"), "{} {}", spread("by_origin"), spread("each"));
}

#[test]
fn independent_voices_for_a_statement_and_for_all_claims() {
    let one = of_khorasan(&["hypotheses", "--statement", "l-muhajir", "--format", "json"]).json();
    let support = at(&one, "/result/support/0/support");
    assert_eq!(number(support, "/voices"), 3.0);
    assert!(number(support, "/least") <= number(support, "/most"));
    let all = of_khorasan(&["hypotheses"]);
    assert!(all.out.contains("Independent voices") && all.out.contains("haqqani"), "{all}");
    let case = khorasan().display().to_string();
    let said = measure(&Desk::new(), &[&case, "hypotheses", "--question", "nothing"]);
    assert!(said.code == 2 && said.err.contains("haqqani-cooperation"), "{said}");
}

#[test]
fn a_question_with_faults_is_told_where_they_are() {
    let desk = exland();
    desk.write(
        "exland/hypotheses.toml",
        "[[question]]\nid = \"q\"\ntext = \"Who?\"\n\n[[question.hypothesis]]\nid = \"red\"\ntext = \"Red.\"\n\n\
         [[question.evidence]]\nstatement = \"rivals\"\nreadings = { reed = \"C\" }\n\n\
         [[question.evidence]]\ntext = \"Seen.\"\nreadings = { red = \"CCC\" }\n",
    );
    let said = measure(&desk, &["exland", "hypotheses"]);
    assert_eq!(said.code, 2);
    for fault in ["two answers", "no hypothesis \"reed\"", "write \"red\"", "who says so?", "\"CCC\""] {
        assert!(said.err.contains(fault), "{fault}: {said}");
    }
}
