//! A case with errors: all of them at once, where they stand, what was expected, how to mend them.

use insta::assert_snapshot;

use crate::desk::Desk;

/// A case with an unknown key, an unknown id, a bad date, a duplicate id and an unknown phrase.
fn broken() -> Desk {
    let desk = Desk::with_new("hills");
    desk.edit("hills/actors.toml", "kind = \"armed-group\"", "knid = \"armed-group\"");
    desk.edit("hills/claims/report.toml", "actor = \"northern-front\"", "actor = \"nothern-front\"");
    desk.edit("hills/claims/report.toml", "valid = \"2019-03\"", "valid = \"2019-13\"");
    desk.edit("hills/claims/report.toml", "id = \"hopes-for-trust\"", "id = \"attacks-2020\"");
    desk.edit("hills/estimates.toml", "\"up to 2,000\"", "\"up too 2,000\"");
    desk
}

#[test]
fn all_errors_are_told_at_once() {
    assert_snapshot!(broken().run(&["check", "hills"]), @r#"
    exit 2
    ── out ──
    ── err ──
    unknown-key

      × `actor` has no key `knid`
       ╭─[actors.toml:8:1]
     7 │ short = "NF"
     8 │ knid = "armed-group"
       · ──┬─
       ·   ╰── expected one of id, name, short, kind, aliases, exists, role, wikidata, note, coded
     9 │ exists = "2016/.."
       ╰────
      help: write `kind`
    unknown-id

      × nothing in the case has the id "nothern-front"
        ╭─[claims/report.toml:17:9]
     16 │ measure = "events"
     17 │ actor = "nothern-front"
        ·         ───────┬───────
        ·                ╰── expected the id of an actor
     18 │ place = "exampleland"
        ╰────
      help: write "northern-front"
    bad-date

      × "2019-13" is not an EDTF date: there is no month 13; months are 01 to 12, seasons 21 (spring) to 24
      │ (winter)
        ╭─[claims/report.toml:41:9]
     40 │ passage = { paragraph = 3 }
     41 │ valid = "2019-13"
        ·         ────┬────
        ·             ╰── expected an EDTF date in quotes, such as "2021-08-26", "2020" or "2014/2022"
     42 │ topic = "alliances"
        ╰────
    duplicate-id

      × a claim has the id "attacks-2020", which is taken
       ╭─[claims/report.toml:6:6]
     5 │ [[claim]]
     6 │ id = "attacks-2020"
       ·      ───────┬──────
       ·             ╰── a claim has it first
     7 │ text = "The Northern Front carried out around 60 attacks in 2020."
       ╰────
        ╭─[claims/report.toml:49:6]
     48 │ [[claim]]
     49 │ id = "attacks-2020"
        ·      ───────┬──────
        ·             ╰── expected an id that nothing else in the case has
     50 │ text = "The Northern Front hopes to win the trust of the villages."
        ╰────
      help: choose another, such as "attacks-2020-2"
    unknown-phrase

      × cannot read "up too 2,000": "too 2,000" is not understood
        ╭─[estimates.toml:12:9]
     11 │ unit = "fighters"
     12 │ value = "up too 2,000"
        ·         ───────┬──────
        ·                ╰── expected a quantity in the source's words, such as "around 60", "most" or "doubled"
     13 │ credibility = 3
        ╰────
      help: write "up to 2,000"
    5 errors
    "#);
}

#[test]
fn errors_are_told_as_json() {
    let said = broken().run(&["check", "hills", "--format", "json"]);
    assert_eq!((said.code, said.err.as_str()), (2, ""));
    let found = said.json();
    assert!(found.get("findings").is_none(), "no verdicts on a case that cannot be read");
    let lines: Vec<String> = found["diagnostics"]
        .as_array()
        .unwrap()
        .iter()
        .map(|d| {
            let [severity, code, file, line, column] = ["severity", "code", "file", "line", "column"].map(|k| &d[k]);
            format!("{severity} {code} {file}:{line}:{column}").replace('"', "")
        })
        .collect();
    assert_snapshot!(lines.join("\n"), @r#"
    error unknown-key actors.toml:8:1
    error unknown-id claims/report.toml:17:9
    error bad-date claims/report.toml:41:9
    error duplicate-id claims/report.toml:49:6
    error unknown-phrase estimates.toml:12:9
    "#);
}

#[test]
fn no_command_works_on_a_broken_case() {
    let desk = broken();
    for arguments in [
        &["brief", "hills"][..],
        &["explain", "hills", "attacks-2020"],
        &["query", "hills", "select 1"],
        &["data", "cube", "--case", "hills"],
        &["check", "hills", "--format", "junit"],
        &["check", "hills", "--accept"],
    ] {
        let said = desk.run(arguments);
        assert_eq!((said.code, said.out.as_str()), (2, ""), "{arguments:?}");
        assert!(said.err.contains("write \"northern-front\""), "{arguments:?}: {said}");
    }
    assert!(!desk.path("hills/verdicts.lock").exists() && !desk.path("hills/out").exists());
}

#[test]
fn text_that_is_no_toml_or_no_utf8_is_pointed_at() {
    let desk = Desk::with_new("hills");
    desk.edit("hills/sources.toml", "id = \"institute-2021\"", "id = \"institute-2021");
    std::fs::write(desk.path("hills/more.toml"), b"# caf\xe9\n").unwrap();
    assert_snapshot!(desk.run(&["check", "hills"]), @r#"
    exit 2
    ── out ──
    ── err ──
    not-utf8

      × this is not UTF-8 text
       ╭─[more.toml:1:6]
     1 │ # caf�
       ·      ▲
       ·      ╰── expected a text file in UTF-8
       ╰────
      help: save the file again with the encoding UTF-8
    syntax

      × invalid basic string
       ╭─[sources.toml:5:21]
     4 │ [[source]]
     5 │ id = "institute-2021
       ·                     ▲
       ·                     ╰── expected `"`
     6 │ type = "report"
       ╰────
    2 errors
    "#);
}
