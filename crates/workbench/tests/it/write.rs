//! Writing: files, statements, drafts; conflicts, and what is taken back.

use std::fs;

use serde_json::{Value, json};

use crate::desk::Bench;
use crate::read::{hear, listen};

#[test]
fn a_file_is_saved_only_over_what_was_read() {
    let bench = Bench::new();
    let read = bench.json("/api/files/claims.toml");
    let text = read["text"].as_str().unwrap();
    assert_eq!(text, bench.file("claims.toml"));
    let new = format!("{text}\n# A remark.\n");
    let saved = bench.send("PUT", "/api/files/claims.toml", &json!({ "text": new, "base": read["hash"] })).ok().json();
    assert_eq!(bench.file("claims.toml"), new);
    assert_ne!(saved["hash"], read["hash"]);
    assert_eq!(saved["revision"], bench.json("/api/case")["revision"]);
    // The old base is stale now: the answer holds what is on the disk.
    let said = bench.send("PUT", "/api/files/claims.toml", &json!({ "text": "lost = 1", "base": read["hash"] }));
    assert_eq!((said.status, said.code().as_str()), (409, "conflict"));
    assert_eq!((said.json()["text"].as_str(), &said.json()["hash"]), (Some(new.as_str()), &saved["hash"]));
    assert_eq!(bench.file("claims.toml"), new);
    // A new file needs an empty base, and an empty base a new file.
    let put = |path: &str, base: &str| {
        bench.send("PUT", &format!("/api/files/{path}"), &json!({ "text": "# new\n", "base": base })).status
    };
    assert_eq!((put("deep/new.toml", "wrong"), put("deep/new.toml", ""), put("deep/new.toml", "")), (409, 200, 409));
    assert_eq!(bench.file("deep/new.toml"), "# new\n");
    let listed = bench.json("/api/files");
    assert!(listed.as_array().unwrap().iter().any(|file| file["path"] == "deep/new.toml" && file["bytes"] == 6));
}

/// A change by another program between reading and saving, as an editor beside the workbench makes it.
#[test]
fn what_another_program_wrote_is_never_overwritten() {
    let bench = Bench::new();
    let base = bench.json("/api/files/claims.toml")["hash"].clone();
    let theirs = bench.file("claims.toml") + "\n# Theirs.\n";
    fs::write(bench.path("claims.toml"), &theirs).unwrap();
    for (method, path, body) in [
        ("PUT", "/api/files/claims.toml", json!({ "text": "mine = 1", "base": base })),
        ("PATCH", "/api/statements/events-2020", json!({ "values": { "text": "Mine." }, "base": base })),
        (
            "POST",
            "/api/statements",
            json!({ "table": "claim", "file": "claims.toml", "base": base,
            "values": { "id": "mine", "text": "Mine.", "source": "survey", "untestable": "x" } }),
        ),
    ] {
        let said = bench.send(method, path, &body);
        assert_eq!(said.status, 409, "{method}: {}", said.text());
        assert_eq!(said.json()["text"], theirs, "{method}");
    }
    assert_eq!(bench.file("claims.toml"), theirs);
}

#[test]
fn a_broken_file_takes_nothing_away_and_is_told_of() {
    let bench = Bench::with_data();
    bench.checked();
    let whole = bench.file("claims.toml");
    let mut news = listen(&bench);
    fs::write(bench.path("claims.toml"), format!("{whole}\n[[claim]\n")).unwrap();
    let heard = hear(&mut news, "event: changed");
    assert!(heard.contains("\"paths\":[\"claims.toml\"]") && heard.contains("\"own\":false"), "{heard}");
    let case = bench.json("/api/case");
    assert_eq!((case["stale"].as_bool(), case["diagnostics"]["errors"].as_u64() > Some(0)), (Some(true), true));
    let found = bench.json("/api/diagnostics");
    assert!(
        found
            .as_array()
            .unwrap()
            .iter()
            .any(|found| found["file"] == "claims.toml" && found["line"].as_u64() > Some(200))
    );
    assert_eq!(bench.json("/api/claims/events-2020")["finding"]["verdict"], "supported");
    assert!(bench.json("/api/statements").as_array().unwrap().iter().all(|row| row["file"] != "claims.toml"));
    // Back to the files that the findings are of: nothing is left to check.
    fs::write(bench.path("claims.toml"), whole).unwrap();
    hear(&mut news, "event: changed");
    assert_eq!(bench.json("/api/case")["checked"], true);
    assert_eq!(bench.json("/api/case")["stale"], false);
}

#[test]
fn a_case_that_is_broken_from_the_start_can_be_mended() {
    let bench = Bench::with(casefile_workbench::Limits::default(), |case| {
        fs::write(case.join("actors.toml"), "[[actor]\n").unwrap();
    });
    let case = bench.json("/api/case");
    assert_eq!((case["stale"].as_bool(), case["claims"].as_u64()), (Some(true), Some(0)));
    assert_eq!(bench.get("/api/claims").status, 409);
    bench.json("/api/complete");
    let base = bench.json("/api/files/actors.toml")["hash"].clone();
    let mended = fs::read_to_string(
        std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../casefile/tests/fixtures/exland/actors.toml"),
    );
    let saved =
        bench.send("PUT", "/api/files/actors.toml", &json!({ "text": mended.unwrap(), "base": base })).ok().json();
    assert!(saved["diagnostics"].as_array().unwrap().iter().all(|found| found["severity"] != "error"), "{saved}");
    assert_eq!(bench.json("/api/case")["stale"], false);
    bench.checked();
}

#[test]
fn a_text_is_checked_as_on_the_command_line_before_it_is_saved() {
    let bench = Bench::new();
    let before = bench.file("claims.toml");
    let text =
        before.replace("actor = \"red-front\", place = \"exland\", period = \"2020\" }", "actor = \"red-frnt\" }");
    let found = bench.send("POST", "/api/check", &json!({ "path": "claims.toml", "text": text })).ok().json();
    let on_command_line: Vec<Value> = {
        let mut files: Vec<(String, String)> = fs::read_dir(bench.path("."))
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .filter(|name| name.ends_with(".toml") || name == "brief.md")
            .map(|name| (name.clone(), bench.file(&name)))
            .collect();
        files.iter_mut().find(|(name, _)| name == "claims.toml").unwrap().1 = text.clone();
        casefile_case::read_files(&files).diagnostics.iter().map(|found| serde_json::to_value(found).unwrap()).collect()
    };
    assert!(!on_command_line.is_empty());
    assert_eq!(found["diagnostics"], json!(on_command_line));
    assert_eq!(bench.file("claims.toml"), before);
    let slips =
        bench.send("POST", "/api/check", &json!({ "path": "brief.md", "text": "::figure{nonsense}\n" })).ok().json();
    assert!(slips["diagnostics"].as_array().unwrap().iter().any(|slip| slip["code"] == "unknown-figure"), "{slips}");
}

#[test]
fn a_claim_is_tried_before_it_is_saved() {
    let bench = Bench::with_data();
    let claim = |says: &str| {
        json!({ "table": "claim", "values": {
            "id": "new", "text": "Some.", "source": "survey", "says": says,
            "check": { "kind": "amount", "measure": "events", "actor": "red-front", "place": "exland", "period": "2020" } } })
    };
    let tried = |body: &Value| bench.send("POST", "/api/try", body).ok().json();
    let twelve = tried(&claim("around 12"));
    assert_eq!(
        (twelve["finding"]["verdict"].as_str(), twelve["diagnostics"].as_array().map(Vec::len)),
        (Some("supported"), Some(0)),
        "{twelve}"
    );
    assert_eq!(twelve["expected"]["phrase"], "around 12");
    assert_eq!(tried(&claim("fewer than 3"))["finding"]["verdict"], "contradicted");
    let wrong = tried(&claim("arond 12"));
    assert!(wrong["finding"].is_null() && wrong["diagnostics"][0]["code"].is_string(), "{wrong}");
    // An id that is taken is an error, unless the statement that has it is the one replaced.
    let toml = "[[claim]]\nid = \"events-2020\"\ntext = \"Fewer.\"\nsource = \"survey\"\nsays = \"fewer than 3\"\n\
                check = { kind = \"amount\", measure = \"events\", actor = \"red-front\", place = \"exland\", period = \"2020\" }\n";
    assert!(tried(&json!({ "toml": toml }))["finding"].is_null());
    assert_eq!(tried(&json!({ "toml": toml, "id": "events-2020" }))["finding"]["verdict"], "contradicted");
    assert_eq!(bench.send("POST", "/api/try", &json!({})).status, 400);
    assert!(!bench.file("claims.toml").contains("new"));
}

#[test]
fn a_phrase_is_read_as_it_is_written() {
    let bench = Bench::new();
    let read = bench.send("POST", "/api/phrase", &json!({ "text": "around 60" })).ok().json();
    assert_eq!((read["kind"].as_str(), read["strict"].as_str()), (Some("count"), Some("[50, 70]")), "{read}");
    assert!(read["pragmatic_in_words"].is_string() && !read["why"].as_array().unwrap().is_empty());
    let wrong = bench.send("POST", "/api/phrase", &json!({ "text": "arond 60" }));
    assert_eq!(wrong.status, 422);
    assert!(wrong.json()["error"]["hint"].as_str().unwrap().contains("around 60"), "{}", wrong.text());
    assert_eq!(bench.with_headers("POST", "/api/phrase", &[("Host", &bench.host())], "{").status, 401);
    assert_eq!(bench.send("POST", "/api/phrase", &json!({ "txt": 1 })).status, 400);
}

#[test]
fn a_statement_is_changed_where_it_stands() {
    let bench = Bench::with_data();
    let file = bench.file("claims.toml");
    let commented = file.replacen("says = \"around 12\"", "says = \"around 12\"   # the survey's words", 1);
    fs::write(bench.path("claims.toml"), &commented).unwrap();
    bench.until(|bench| {
        bench.json("/api/files/claims.toml")["text"] == json!(commented)
            && bench.json("/api/statements/events-2020")["toml"].as_str().unwrap().contains("words")
    });
    let view = bench.json("/api/statements/events-2020");
    assert_eq!(
        (view["table"].as_str(), view["file"].as_str(), view["line"].as_u64()),
        (Some("claim"), Some("claims.toml"), Some(1))
    );
    assert_eq!(view["values"]["check"]["kind"], "amount");
    let body = json!({ "values": { "says": "around 14", "valid": null }, "base": view["hash"] });
    let saved = bench.send("PATCH", "/api/statements/events-2020", &body).ok().json();
    assert_eq!(saved["path"], "claims.toml");
    let expected = commented
        .replacen("says = \"around 12\"   # the survey's words", "says = \"around 14\"   # the survey's words", 1)
        .replacen("source = \"survey\"\nvalid = \"2020\"\n", "source = \"survey\"\n", 1);
    assert_eq!(bench.file("claims.toml"), expected);
    let missing = bench.send("PATCH", "/api/statements/nothing", &json!({ "values": {} }));
    assert_eq!(missing.status, 404);
    let wrong = bench.send("PATCH", "/api/statements/events-2020", &json!({ "values": { "colour": "red" } }));
    assert_eq!(wrong.status, 422);
}

#[test]
fn a_statement_is_added_and_taken_back() {
    let bench = Bench::with_data();
    let before = bench.file("claims.toml");
    let new = json!({ "table": "claim", "file": "claims.toml", "values": {
        "id": "brand-new", "text": "New.", "source": "survey", "says": "around 12", "passage": { "page": 2 },
        "check": { "kind": "amount", "measure": "events", "actor": ["red-front"], "place": "exland", "period": "2020" } } });
    bench.send("POST", "/api/statements", &new).ok();
    let after = bench.file("claims.toml");
    assert!(
        after.starts_with(&before) && after.contains("[claim.check]\nkind = \"amount\""),
        "{}",
        &after[before.len()..]
    );
    bench.until(|bench| bench.json("/api/claims/brand-new")["finding"]["verdict"] == "supported");
    let taken = bench.send("POST", "/api/statements", &new);
    assert_eq!((taken.status, taken.code().as_str()), (409, "conflict"));
    assert_eq!(bench.json("/api/undo")["undo"][0]["what"], "added brand-new");
    bench.send("POST", "/api/undo", &Value::Null).ok();
    assert_eq!(bench.file("claims.toml"), before);
    assert_eq!(bench.get("/api/claims/brand-new").status, 404);
    bench.send("POST", "/api/redo", &Value::Null).ok();
    assert_eq!(bench.file("claims.toml"), after);
    fs::write(bench.path("claims.toml"), "# theirs\n").unwrap();
    assert_eq!(bench.send("POST", "/api/undo", &Value::Null).status, 409);
    assert_eq!(bench.file("claims.toml"), "# theirs\n");
}

#[test]
fn own_and_foreign_changes_are_told_apart() {
    let bench = Bench::new();
    let mut news = listen(&bench);
    let put =
        |text: &str, base: &Value| bench.send("PUT", "/api/files/README.md", &json!({ "text": text, "base": base }));
    put("One.\n", &json!("")).ok();
    let heard = hear(&mut news, "event: checked");
    assert!(heard.contains("\"paths\":[\"README.md\"],\"own\":true"), "{heard}");
    fs::write(bench.path("README.md"), "Theirs.\n").unwrap();
    let heard = hear(&mut news, "event: changed");
    assert!(heard.contains("\"own\":false"), "{heard}");
}

#[test]
fn a_draft_outlives_the_server() {
    let mut bench = Bench::new();
    let draft = json!({ "text": "half a sent", "base": "abc" });
    assert_eq!(bench.get("/api/drafts/claims.toml").status, 404);
    bench.send("PUT", "/api/drafts/claims.toml", &draft).ok();
    assert_eq!(bench.json("/api/drafts/claims.toml"), draft);
    bench.stop();
    let kept: Vec<_> = fs::read_dir(bench.path(".casefile/drafts")).unwrap().collect();
    assert_eq!(kept.len(), 1);
    let again = bench.again();
    assert_eq!(again.json("/api/drafts/claims.toml"), draft);
    assert_eq!(again.send("DELETE", "/api/drafts/claims.toml", &Value::Null).ok().json()["done"], true);
    assert_eq!(again.get("/api/drafts/claims.toml").status, 404);
    assert_eq!(again.json("/api/case")["diagnostics"]["errors"], 0);
}
