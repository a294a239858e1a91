//! The small commands: phrases, anchors, the schema, help.

use insta::assert_snapshot;
use serde_json::Value;

use crate::desk::Desk;

#[test]
fn a_phrase_is_explained() {
    let desk = Desk::new();
    assert_snapshot!(desk.run(&["phrase", "around 60"]), @r#"
    exit 0
    ── out ──
    around 60  a count
       strictly  50 to 70  [50, 70]
    plain sense  55 to 65  [55, 65]
           rule  around: Symmetric, and one rule for all: such words differ far less than might be expected (ferson2015). Strictly up to the neighbouring round number on either side, "around 60" = 50 to 70: beyond it the source would have named that number. Pragmatically what rounds to the number said, 55 to 65.
    ── err ──
    "#);
    assert_snapshot!(desk.run(&["phrase", "almost every"]), @r#"
    exit 0
    ── out ──
    almost every  a share
       strictly  75 to 100 per cent  [0.75, 1]
    plain sense  90 to less than 100 per cent  [0.9, 1)
           rule  almost-all: All with few exceptions: one in ten is expected at most, one in four is the most that any reader would grant. Though "almost" implies "not quite", a full count does not make the claim false, only too modest.
    ── err ──
    "#);
    let said = desk.run(&["phrase", "several hundred", "--json"]).ok().json();
    assert_eq!(said["phrase"], "several hundred");
    assert_eq!(said["kind"], "count");
}

#[test]
fn an_unknown_phrase_gets_the_nearest_one() {
    let desk = Desk::new();
    assert_snapshot!(desk.run(&["phrase", "arond 60"]), @r#"
    exit 2
    ── out ──
    ── err ──
    error: cannot read "arond 60": "arond" is not understood; did you mean "around 60"?
    "#);
    assert_eq!(desk.run(&["phrase", ""]).code, 2);
}

#[test]
fn a_case_may_read_phrases_in_its_own_way() {
    let desk = Desk::with_new("hills");
    let case = desk.read("hills/case.toml");
    let own =
        "[[phrase]]\nname = \"around\"\nstrict = \"[n - 1, n + 1]\"\npragmatic = \"[n, n]\"\nwhy = \"A pedant.\"\n";
    desk.write("hills/case.toml", &format!("{case}\n{own}"));
    assert_snapshot!(desk.run(&["phrase", "around 60", "--case", "hills"]), @r#"
    exit 0
    ── out ──
    around 60  a count
       strictly  59 to 61  [59, 61]
    plain sense  60  [60, 60]
           rule  around: A pedant.
    ── err ──
    "#);
    assert!(desk.run(&["phrase", "around 60"]).ok().out.contains("50 to 70"), "only in that case");
}

#[test]
fn a_quote_is_anchored_and_the_anchor_is_valid_in_a_case() {
    let desk = Desk::with_new("hills");
    let quote = "a band of some 150 fighters";
    let said = desk.run(&["anchor", "hills/documents/report.txt", quote]).ok();
    assert_snapshot!(said, @r#"
    exit 0
    ── out ──
    passage = { heading = "The Northern Front in Exampleland", paragraph = 3, anchor = "n1:p3+32:27:a7646f72bba60a26475285ebb6c5ee56d5f04da4231b3f5a21a0fb0e2d13484b" }
    ── err ──
    "#);
    assert!(!said.out.contains(quote), "the words are not kept");
    desk.edit("hills/claims/report.toml", "passage = { paragraph = 3 }\n", &said.out);
    let report = desk.run(&["check", "hills", "--format", "json"]).ok().json();
    assert_eq!(report["diagnostics"], Value::Array(Vec::new()));
    // The quote is found again; when the document changes, it is not.
    desk.run(&["brief", "hills"]).ok();
    desk.edit("hills/documents/report.txt", "some 150", "some 250");
    assert_snapshot!(desk.run(&["check", "hills"]).err, @r#"
    dangling-passage

      × the quote has changed in the source
        ╭─[claims/report.toml:40:84]
     39 │ source = "institute-2021"
     40 │ passage = { heading = "The Northern Front in Exampleland", paragraph = 3, anchor = "n1:p3+32:27:a7646f72bba60a26475285ebb6c5ee56d5f04da4231b3f5a21a0fb0e2d13484b" }
        ·                                                                                    ───────────────────────────────────────┬──────────────────────────────────────
        ·                                                                                                                           ╰── here
     41 │ valid = "2019-03"
        ╰────
      help: read the passage again, and anchor it again with `casefile anchor`
    1 error
    "#);
}

#[test]
fn a_quote_that_is_not_there_is_not_anchored() {
    let desk = Desk::with_new("hills");
    let document = "hills/documents/report.txt";
    assert_snapshot!(desk.run(&["anchor", document, "a band of some 15 fighters"]), @r#"
    exit 2
    ── out ──
    ── err ──
    error: hills/documents/report.txt: the quote is not in the document; its first 17 characters are in paragraph 3, and then it differs, at " fighters"
    "#);
    assert_snapshot!(desk.run(&["anchor", document, "the Front"]), @r#"
    exit 2
    ── out ──
    ── err ──
    error: hills/documents/report.txt: the quote is in the document 2 times (paragraphs 3, 4); quote more of it
    "#);
    assert_snapshot!(desk.run(&["anchor", "nowhere.txt", "x"]), @r#"
    exit 2
    ── out ──
    ── err ──
    error: cannot read nowhere.txt: No such file or directory (os error 2)
    "#);
}

#[test]
fn the_schema_is_the_one_in_the_case() {
    let desk = Desk::with_new("hills");
    let said = desk.run(&["schema"]).ok();
    assert_eq!(said.out, desk.read("hills/case.schema.json"));
    let schema = said.json();
    assert!(schema["$schema"].as_str().unwrap().starts_with("https://json-schema.org/"));
    assert!(schema["properties"]["claim"].is_object());
}

#[test]
fn help_and_version_are_at_hand() {
    let desk = Desk::new();
    assert_eq!(desk.run(&["--version"]).out, format!("casefile {}\n", env!("CARGO_PKG_VERSION")));
    let commands = ["new", "check", "explain", "brief", "query", "data", "phrase", "anchor", "schema"];
    let help = desk.run(&["--help"]).ok().out;
    for command in commands {
        assert!(help.contains(&format!("\n  {command} ")), "{command}\n{help}");
        desk.run(&[command, "--help"]).ok();
    }
    for command in ["add", "cube", "list", "verify"] {
        desk.run(&["data", command, "--help"]).ok();
    }
    assert_eq!(desk.run(&[]).code, 2);
    assert_eq!(desk.run(&["frob"]).code, 2);
}
