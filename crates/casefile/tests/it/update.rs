//! After an update, `check` lists the verdicts that changed, and why.

use std::collections::BTreeMap;

use insta::assert_snapshot;

use crate::desk::{Desk, fixture};

/// A case whose verdicts on the first release are accepted.
fn accepted() -> Desk {
    let desk = Desk::with_data();
    desk.run(&["check", "exland", "--accept"]).ok();
    desk
}

/// The causes of changes, by claim.
fn causes(desk: &Desk) -> BTreeMap<String, String> {
    let report = desk.run(&["check", "exland", "--format", "json"]).ok().json();
    let changes = report["changes"].as_array().unwrap().clone();
    changes.iter().map(|c| (c["claim"].as_str().unwrap().into(), c["cause"].as_str().unwrap().into())).collect()
}

#[test]
fn nothing_changed_is_said() {
    let desk = accepted();
    let said = desk.run(&["check", "exland"]).ok().out;
    assert!(said.ends_with("no verdict has changed since they were accepted\n"), "{said}");
    // Accepting again writes the same bytes.
    let before = desk.read("exland/verdicts.lock");
    desk.run(&["check", "exland", "--accept"]).ok();
    assert_eq!(desk.read("exland/verdicts.lock"), before);
}

#[test]
fn a_new_release_brings_new_rows_and_revisions() {
    let desk = accepted();
    let said = desk.add("exland", &fixture("ged241-exland.csv")).ok().out;
    assert!(said.contains("replaces ucdp-ged 23.1 of 18 events"), "{said}");
    let said = desk.run(&["check", "exland"]).ok().out;
    let (_, changed) = said.split_once("\nchanged").expect("a list of changes");
    assert_snapshot!(format!("changed{changed}"), @r#"
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
    `--accept` takes these over
    "#);
    let causes = causes(&desk);
    // Nine events more in 2020; and the same attacks on civilians with another toll.
    assert_eq!(causes["events-2020"], "new-rows");
    assert_eq!(causes["civilians-2020"], "revision");
    assert!(!causes.contains_key("calm-in-hilltown") && !causes.contains_key("strength"), "{causes:?}");
    // Until they are accepted, they are listed.
    assert_eq!(self::causes(&desk), causes);
    desk.run(&["check", "exland", "--accept"]).ok();
    assert!(self::causes(&desk).is_empty());
    // Back to the first release: the same claims, the other way round.
    desk.add("exland", &fixture("ged231-exland.csv")).ok();
    assert_eq!(self::causes(&desk), causes);
}

#[test]
fn a_changed_claim_is_a_new_definition() {
    let desk = accepted();
    desk.edit("exland/claims.toml", "says = \"around 12\"", "says = \"around 40\"");
    let report = desk.run(&["check", "exland", "--format", "json"]).ok().json();
    let change = &report["changes"][0];
    assert_eq!(report["changes"].as_array().unwrap().len(), 1);
    assert_eq!(change["claim"], "events-2020");
    assert_eq!((&change["was"], &change["is"]), (&"supported".into(), &"contradicted".into()));
    assert_eq!(change["cause"], "new-definition");
    // Data that change as well do not hide that the claim did.
    desk.add("exland", &fixture("ged241-exland.csv")).ok();
    assert_eq!(causes(&desk)["events-2020"], "new-definition");
}

#[test]
fn coverage_statements_and_claims_that_come_and_go_are_told_apart() {
    let desk = accepted();
    desk.edit(
        "exland/case.toml",
        "period = \"2020\"\nstatus = \"complete\"",
        "period = \"2020\"\nstatus = \"partial\"",
    );
    assert_eq!(causes(&desk)["events-2020"], "reading");
    desk.edit(
        "exland/case.toml",
        "period = \"2020\"\nstatus = \"partial\"",
        "period = \"2020\"\nstatus = \"complete\"",
    );
    assert!(causes(&desk).is_empty());

    desk.edit("exland/relations.toml", "value = \"800–1,000\"", "value = \"5,000\"");
    assert_eq!(causes(&desk), BTreeMap::from([("strength".to_owned(), "statements".to_owned())]));
    desk.edit("exland/relations.toml", "value = \"5,000\"", "value = \"800–1,000\"");

    desk.edit("exland/claims.toml", "id = \"hopes\"", "id = \"wishes\"");
    let changed = [("hopes", "removed"), ("wishes", "new-claim")];
    assert_eq!(causes(&desk), changed.map(|(claim, cause)| (claim.to_owned(), cause.to_owned())).into());
}

#[test]
fn going_from_rows_to_the_cube_changes_no_verdict() {
    let desk = accepted();
    desk.run(&["data", "cube", "--case", "exland", "--period", "day", "--place", "place"]).ok();
    std::fs::remove_dir_all(desk.path("exland/.casefile")).unwrap();
    assert!(causes(&desk).is_empty());
}

#[test]
fn a_ledger_that_cannot_be_read_is_no_silence() {
    let desk = accepted();
    let whole = desk.read("exland/verdicts.lock");
    desk.write("exland/verdicts.lock", "[claim.x]\nverdict = \"perhaps\"\n");
    assert_snapshot!(desk.run(&["check", "exland"]), @r#"
    exit 2
    ── out ──
    ── err ──
    error: exland/verdicts.lock is not a ledger of verdicts: TOML parse error at line 2, column 11
      |
    2 | verdict = "perhaps"
      |           ^^^^^^^^^
    unknown variant `perhaps`, expected one of `supported`, `consistent`, `mixed`, `contradicted`, `not-testable`

    hint: restore it from version control, or run `casefile check --accept`
    "#);
    // As the hint says, accepting mends it.
    desk.run(&["check", "exland", "--accept"]).ok();
    assert_eq!(desk.read("exland/verdicts.lock"), whole);
}
