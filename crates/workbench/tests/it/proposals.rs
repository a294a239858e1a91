//! The review queue.

use std::fs;

use serde_json::{Value, json};

use crate::desk::Bench;

const PROPOSED: &str = "\
# From the second report.
[proposal]
by = \"a reader\"
at = \"2022-03-01\"
about = \"survey\"

# Worth a look.
[[claim]]
id = \"p-twelve\"
text = \"Around 12.\"   # in words
source = \"survey\"
says = \"around 12\"
check = { kind = \"amount\", measure = \"events\", actor = \"red-front\", place = \"exland\", period = \"2020\" }

[[claim]]
id = \"p-wrong\"
text = \"Wrong.\"
source = \"nobody\"
untestable = \"x\"

[[actor]]
id = \"p-actor\"
name = \"A third front\"
kind = \"armed-group\"
";

fn bench() -> Bench {
    Bench::with(casefile_workbench::Limits::default(), |case| {
        crate::desk::add_data(case);
        fs::create_dir(case.join("proposals")).unwrap();
        fs::write(case.join("proposals/second.toml"), PROPOSED).unwrap();
    })
}

fn decide(bench: &Bench, n: usize, body: &Value) -> crate::desk::Said {
    bench.send("POST", &format!("/api/proposals/second.toml/{n}"), body)
}

#[test]
fn proposals_wait_outside_the_case_with_their_verdicts() {
    let bench = bench();
    assert_eq!(bench.json("/api/case")["diagnostics"]["errors"], 0, "they are no part of the case");
    assert_eq!(bench.get("/api/claims/p-twelve").status, 404);
    let rows = bench.json("/api/proposals");
    let ids: Vec<&str> = rows.as_array().unwrap().iter().map(|row| row["values"]["id"].as_str().unwrap()).collect();
    assert_eq!(ids, ["p-twelve", "p-wrong", "p-actor"]);
    let first = &rows[0];
    assert_eq!(
        (first["by"].as_str(), first["at"].as_str(), first["n"].as_u64()),
        (Some("a reader"), Some("2022-03-01"), Some(0))
    );
    assert_eq!(
        (first["finding"]["verdict"].as_str(), first["into"].as_str()),
        (Some("supported"), Some("claims.toml"))
    );
    assert!(first["toml"].as_str().unwrap().contains("\"Around 12.\"   # in words"));
    assert!(rows[1]["finding"].is_null() && rows[1]["diagnostics"][0]["severity"] == "error", "{}", rows[1]);
    assert_eq!(rows[2]["into"], "actors.toml");
}

#[test]
fn an_accepted_proposal_moves_into_the_case_and_can_be_taken_back() {
    let bench = bench();
    let before = bench.file("claims.toml");
    let hash = bench.json("/api/proposals")[0]["hash"].clone();
    let saved = decide(&bench, 0, &json!({ "verdict": "accept", "reason": "", "base": hash })).ok().json();
    assert_eq!(saved["path"], "claims.toml");
    let after = bench.file("claims.toml");
    assert!(after.starts_with(&before) && after.contains("\"Around 12.\"   # in words"), "{}", &after[before.len()..]);
    assert_eq!(bench.json("/api/claims/p-twelve")["finding"]["verdict"], "supported");
    let left = bench.file("proposals/second.toml");
    assert!(!left.contains("p-twelve") && left.contains("p-wrong") && left.contains("by = \"a reader\""), "{left}");
    let decided = bench.file("proposals/decided.toml");
    assert!(decided.contains("verdict = \"accept\"") && decided.contains("id = \"p-twelve\""), "{decided}");
    let stale = decide(&bench, 0, &json!({ "verdict": "accept", "reason": "", "base": hash }));
    assert_eq!(stale.status, 409, "{}", stale.text());
    bench.send("POST", "/api/undo", &Value::Null).ok();
    assert_eq!((bench.file("claims.toml"), bench.file("proposals/second.toml")), (before, PROPOSED.to_owned()));
    assert!(!bench.path("proposals/decided.toml").exists());
}

#[test]
fn a_rejection_needs_its_reason_and_keeps_it() {
    let bench = bench();
    let before = bench.file("claims.toml");
    assert_eq!(decide(&bench, 1, &json!({ "verdict": "reject", "reason": "  " })).code(), "no-reason");
    decide(&bench, 1, &json!({ "verdict": "reject", "reason": "The source is not known." })).ok();
    assert_eq!(bench.file("claims.toml"), before);
    let decided: toml_edit::DocumentMut = bench.file("proposals/decided.toml").parse().unwrap();
    let entry = decided["decision"].as_array_of_tables().unwrap().get(0).unwrap();
    assert_eq!(entry["reason"].as_str(), Some("The source is not known."));
    assert_eq!((entry["file"].as_str(), entry["id"].as_str()), (Some("second.toml"), Some("p-wrong")));
    assert!(entry["statement"].as_str().unwrap().contains("text = \"Wrong.\""));
    assert_eq!(bench.json("/api/proposals").as_array().unwrap().len(), 2);
}

#[test]
fn a_wrong_proposal_gets_in_only_when_it_is_amended() {
    let bench = bench();
    let said = decide(&bench, 1, &json!({ "verdict": "accept", "reason": "" }));
    assert_eq!((said.status, said.code().as_str()), (422, "invalid"));
    let toml = "[[claim]]\nid = \"p-right\"\ntext = \"Right.\"\nsource = \"survey\"\nuntestable = \"x\"\n";
    let amend = json!({ "verdict": "amend", "reason": "The source has another name.", "toml": toml, "into": "claims/new.toml" });
    decide(&bench, 1, &amend).ok();
    assert_eq!(bench.file("claims/new.toml"), toml);
    bench.json("/api/claims/p-right");
    let two = json!({ "verdict": "amend", "reason": "x", "toml": format!("{toml}{toml}") });
    assert_eq!(decide(&bench, 0, &two).status, 422);
    let outside = json!({ "verdict": "accept", "reason": "", "into": "../x.toml" });
    assert_eq!(decide(&bench, 0, &outside).status, 403);
    assert_eq!(decide(&bench, 7, &json!({ "verdict": "accept" })).status, 404);
    // Decided one after the other, until the file is gone.
    decide(&bench, 1, &json!({ "verdict": "accept" })).ok();
    decide(&bench, 0, &json!({ "verdict": "accept" })).ok();
    assert!(!bench.path("proposals/second.toml").exists());
    assert!(bench.json("/api/proposals").as_array().unwrap().is_empty());
    assert_eq!(bench.json("/api/actors/p-actor")["actor"]["name"], "A third front");
    let decisions = bench.file("proposals/decided.toml").matches("[[decision]]").count();
    assert_eq!(decisions, 3);
}
