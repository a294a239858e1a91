//! Whoever lacks the rows gets the same verdicts from the evidence cube wherever it can answer, and is told where not.

use std::fs;

use serde_json::Value;

use crate::desk::{Desk, copy, khorasan, real};

/// What a cube can say as well as rows can.
const SAME: [&str; 9] = [
    "verdict",
    "reason",
    "because",
    "computed",
    "probability",
    "probability_pragmatic",
    "coverage",
    "bearing",
    "events",
];

/// What the verdict is, without how finely it is told: the spans of dates are as wide as a cell.
const SAME_IN_COARSE: [&str; 6] = ["verdict", "reason", "probability", "coverage", "bearing", "events"];

/// How the findings from a cube differ from those from rows in `keys`; and the claims that the cube leaves open.
fn compare(rows: &[Value], cube: &[Value], keys: &[&str]) -> (Vec<String>, Vec<Value>) {
    assert_eq!(rows.len(), cube.len());
    let (mut differences, mut open) = (Vec::new(), Vec::new());
    for (row, cell) in rows.iter().zip(cube) {
        assert_eq!(row["claim"], cell["claim"]);
        let silent = cell["verdict"] == "not-testable" && cell["reason"] == "no-data";
        if silent && (&row["verdict"], &row["reason"]) != (&cell["verdict"], &cell["reason"]) {
            open.push(cell.clone());
            continue;
        }
        for key in keys.iter().filter(|key| row[**key] != cell[**key] && !goes_without_losses(cell, key)) {
            differences.push(format!("{}, {key}: rows {} cube {}", row["claim"], row[*key], cell[*key]));
        }
    }
    (differences, open)
}

/// How strong a group was is told without its recorded losses, and that is said, where a cube does not tell them: so the chance differs.
fn goes_without_losses(finding: &Value, key: &str) -> bool {
    let notes = finding["notes"].as_array().unwrap();
    key == "probability"
        && notes.iter().any(|note| note.as_str().unwrap().starts_with("Without recorded losses: The cube"))
}

/// A claim that the cube leaves open says so: there are no data for it, and why the cube cannot tell.
#[track_caller]
fn says_why(open: &[Value]) {
    for finding in open {
        let because = finding["because"].as_str().unwrap();
        assert_eq!(finding["reason"], "no-data", "{}: {because}", finding["claim"]);
        assert!(because.contains("the cube "), "{}: {because}", finding["claim"]);
        assert!(because.ends_with("the rows can answer"), "{}: {because}", finding["claim"]);
    }
}

fn on_events(findings: &[Value], ground: &str) -> usize {
    findings.iter().filter(|finding| finding["ground"] == ground).count()
}

fn cube(desk: &Desk, case: &str, period: &str, place: &str) {
    desk.run(&["data", "cube", "--case", case, "--period", period, "--place", place]).ok();
}

#[test]
fn a_cube_of_days_and_places_answers_everything_as_rows_do() {
    let desk = Desk::with_data();
    cube(&desk, "exland", "day", "place");
    let rows = desk.findings("exland", &["--from", "rows"]);
    assert!(on_events(&rows, "rows") > 30, "every kind of check that rows can answer");
    let from_cube = desk.findings("exland", &["--from", "cube"]);
    let (differences, open) = compare(&rows, &from_cube, &SAME);
    assert_eq!((differences, open.len()), (Vec::new(), 0));
    assert_eq!(on_events(&rows, "rows"), on_events(&from_cube, "cube"));
    // The same without the rows, and without being told where to look.
    fs::remove_dir_all(desk.path("exland/.casefile")).unwrap();
    assert_eq!(desk.findings("exland", &[]), from_cube);
    assert_eq!(on_events(&desk.findings("exland", &["--from", "rows"]), "rows"), 0);
}

/// Coarser cubes leave some claims open, and judge no claim otherwise than the rows do.
fn a_coarser_cube_never_judges_otherwise(period: &str, place: &str, least_open: usize) {
    let desk = Desk::with_data();
    cube(&desk, "exland", period, place);
    let rows = desk.findings("exland", &["--from", "rows"]);
    let (differences, open) = compare(&rows, &desk.findings("exland", &["--from", "cube"]), &SAME_IN_COARSE);
    assert_eq!(differences, Vec::<String>::new());
    says_why(&open);
    assert!(open.len() >= least_open, "{} claims are open", open.len());
}

#[test]
fn a_cube_of_months_and_provinces() {
    a_coarser_cube_never_judges_otherwise("month", "admin1", 6);
}

#[test]
fn a_cube_of_quarters_and_districts() {
    a_coarser_cube_never_judges_otherwise("quarter", "admin2", 5);
}

#[test]
fn a_cube_of_years_and_countries() {
    a_coarser_cube_never_judges_otherwise("year", "country", 8);
}

/// The worked case with the rows that its lock pins.
fn worked_case() -> Option<Desk> {
    let file = real("ucdp/ged-afghanistan-union.csv")?.display().to_string();
    let desk = Desk::new();
    copy(&khorasan(), &desk.path("khorasan"));
    let fill = ["--fill", "country=Afghanistan", "--version", "23.1 with extracts of 24.1 and candidate releases"];
    desk.run(&[&["data", "add", &file, "--as", "ucdp-ged", "--case", "khorasan"][..], &fill].concat()).ok();
    Some(desk)
}

#[test]
fn the_worked_case_gets_the_same_verdicts_from_rows_and_from_cubes() {
    let Some(desk) = worked_case() else { return };
    let shipped = fs::read_to_string(khorasan().join("casefile.lock")).unwrap();
    cube(&desk, "khorasan", "day", "place");
    assert_eq!(desk.read("khorasan/casefile.lock"), shipped, "the cube in the case is the one that the file gives");

    let rows = desk.findings("khorasan", &["--from", "rows"]);
    assert!(on_events(&rows, "rows") >= 45, "executable claims: {}", on_events(&rows, "rows"));
    let (differences, open) = compare(&rows, &desk.findings("khorasan", &["--from", "cube"]), &SAME);
    assert_eq!((differences, open.len()), (Vec::new(), 0));

    cube(&desk, "khorasan", "month", "admin1");
    let coarse = desk.findings("khorasan", &["--from", "cube"]);
    let (differences, open) = compare(&rows, &coarse, &SAME_IN_COARSE);
    assert_eq!(differences, Vec::<String>::new());
    says_why(&open);
    assert!(on_events(&coarse, "cube") > open.len(), "{} answered, {} open", on_events(&coarse, "cube"), open.len());
}

#[test]
fn the_worked_case_meets_the_published_figures() {
    let desk = Desk::new();
    copy(&khorasan(), &desk.path("khorasan"));
    let findings = desk.findings("khorasan", &[]);
    let finding = |claim: &str| findings.iter().find(|f| f["claim"] == claim).unwrap_or_else(|| panic!("no {claim}"));
    // "Around 60" attacks in 2020 meet 67 lethal events; "more than 330" in 2021 meet a partial lower bound.
    let of_2020 = finding("attacks-2020");
    assert_eq!((of_2020["computed"]["best"].as_f64(), of_2020["coverage"].as_str()), (Some(67.0), Some("complete")));
    let of_2021 = finding("attacks-2021");
    assert_eq!(of_2021["coverage"], "partial");
    assert_ne!(of_2021["verdict"], "contradicted");
    let executable = findings.iter().filter(|f| f["ground"] == "cube" || f["ground"] == "statements").count();
    assert!(findings.len() >= 100 && executable >= 45, "{} claims, {executable} executable", findings.len());
}
