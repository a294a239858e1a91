//! What can be read: the case, claims, rows, events, actors, figures, the format.

use std::io::Write;

use arrow::array::AsArray;
use arrow::datatypes::{Int32Type, UInt32Type};
use arrow::ipc::reader::StreamReader;
use casefile_workbench::Limits;
use serde_json::{Value, json};

use crate::desk::{Bench, add_data};

#[test]
fn the_case_is_told_before_its_claims_are_checked() {
    let bench = Bench::with_data();
    let case = bench.json("/api/case");
    assert_eq!((case["id"].as_str(), case["title"].as_str()), (Some("exland"), Some("Exland")));
    assert_eq!((case["grounds"].as_str(), case["stale"].as_bool()), (Some("rows"), Some(false)));
    assert_eq!(case["datasets"][0]["id"], "ucdp-ged");
    assert_eq!(case["datasets"][0]["events"], 18);
    assert_eq!(case["datasets"][0]["coverage"][0]["status"], "complete");
    let claims = bench.json("/api/claims");
    assert_eq!(claims.as_array().unwrap().len(), case["claims"].as_u64().unwrap() as usize);
    bench.checked();
    let case = bench.json("/api/case");
    let tallies = case["tallies"].as_object().unwrap();
    let sum: u64 = tallies.values().filter_map(Value::as_u64).sum();
    assert_eq!((tallies.len(), sum), (5, case["claims"].as_u64().unwrap()));
}

/// The same verdicts as those of the command line: there is one engine.
#[test]
fn a_claim_has_everything_behind_its_verdict() {
    let bench = Bench::with_data();
    bench.checked();
    let claims = bench.json("/api/claims");
    let row = claims.as_array().unwrap().iter().find(|claim| claim["id"] == "events-2020").unwrap().clone();
    assert_eq!((row["verdict"].as_str(), row["says"].as_str()), (Some("supported"), Some("around 12")));
    assert_eq!(
        (row["check"].as_str(), row["file"].as_str(), row["pending"].as_bool()),
        (Some("amount"), Some("claims.toml"), Some(false))
    );
    let claim = bench.json("/api/claims/events-2020");
    assert!(claim["text_toml"].as_str().unwrap().starts_with("[[claim]]\nid = \"events-2020\""));
    assert!(claim["text_toml"].as_str().unwrap().ends_with("period = \"2020\" }"));
    assert_eq!(claim["finding"]["verdict"], "supported");
    assert!(!claim["finding"]["rows"].as_array().unwrap().is_empty());
    assert!(!claim["finding"]["sql"].as_array().unwrap().is_empty());
    assert!(!claim["finding"]["bars"].as_array().unwrap().is_empty());
    assert!(!claim["spots"].as_array().unwrap().is_empty());
    assert_eq!(claim["source"]["id"], "survey");
    assert_eq!(claim["history"].as_array().unwrap().len(), 1);
    assert_eq!(claim["history"][0]["accepted"], false);
    assert!(claim["grades_in_words"]["reliability"].is_string());
    let said = bench.get("/api/claims/nothing");
    assert_eq!((said.status, said.code().as_str()), (404, "unknown-claim"));
}

/// Forward and back: the claims of a row are exactly those whose findings hold it.
#[test]
fn a_row_leads_to_every_claim_that_rests_on_it() {
    let bench = Bench::with_data();
    bench.checked();
    let claims = bench.json("/api/claims");
    let mut resting: std::collections::BTreeMap<String, Vec<String>> = std::collections::BTreeMap::new();
    for claim in claims.as_array().unwrap() {
        let id = claim["id"].as_str().unwrap();
        let view = bench.json(&format!("/api/claims/{id}"));
        for row in view["finding"]["rows"].as_array().unwrap() {
            let claims = resting.entry(row["id"].as_str().unwrap().to_owned()).or_default();
            if !claims.contains(&id.to_owned()) {
                claims.push(id.to_owned());
            }
        }
    }
    assert!(resting.len() > 10, "{}", resting.len());
    for (row, expected) in resting {
        let view = bench.json(&format!("/api/rows/{row}"));
        let found: Vec<&str> =
            view["claims"].as_array().unwrap().iter().map(|claim| claim["id"].as_str().unwrap()).collect();
        assert_eq!(found, expected, "{row}");
        assert_eq!(
            (view["row"]["event_id"].as_str(), view["dataset"].as_str()),
            (Some(row.as_str()), Some("ucdp-ged"))
        );
    }
    assert_eq!(bench.get("/api/rows/nothing").status, 404);
    assert_eq!(bench.get("/api/rows/x'%20or%20'1'='1").status, 404, "an id is no SQL");
}

#[test]
fn a_row_that_may_not_be_passed_on_is_not_shown() {
    let bench = Bench::with(Limits::default(), |case| {
        add_data(case);
        let lock = case.join("casefile.lock");
        let text = std::fs::read_to_string(&lock).unwrap();
        let closed = text.replace("redistribute_rows = true", "redistribute_rows = false");
        assert_ne!(text, closed);
        std::fs::write(lock, closed).unwrap();
    });
    bench.checked();
    let said = bench.get("/api/rows/ucdp-ged:2001");
    assert_eq!((said.status, said.code().as_str()), (403, "restricted"));
    assert!(!said.text().contains("Hilltown"));
    let events = bench.get("/api/events").ok();
    let reader = StreamReader::try_new(events.body.as_slice(), None).unwrap();
    assert_eq!(reader.schema().metadata()["restricted"], "ucdp-ged");
}

#[test]
fn events_come_as_one_sorted_arrow_table() {
    let bench = Bench::with_data();
    let said = bench.get("/api/events").ok();
    assert_eq!(said.headers["content-type"], "application/vnd.apache.arrow.stream");
    let reader = StreamReader::try_new(said.body.as_slice(), None).unwrap();
    let schema = reader.schema();
    let names: Vec<&str> = schema.fields().iter().map(|field| field.name().as_str()).collect();
    let expected = "key id start end lat lon place_km date_days n low best high dataset country admin1 place side_a side_b dyad violence";
    assert_eq!(names.join(" "), expected);
    assert_eq!(schema.metadata()["positions"], "places");
    assert_eq!(schema.metadata()["restricted"], "");
    assert!(schema.metadata()["attribution"].contains("UCDP"));
    let batches: Vec<_> = reader.map(Result::unwrap).collect();
    assert_eq!(batches.iter().map(arrow::array::RecordBatch::num_rows).sum::<usize>(), 18);
    let batch = &batches[0];
    let column = |name: &str| batch.column_by_name(name).unwrap();
    let starts: Vec<i32> = column("start").as_primitive::<Int32Type>().iter().flatten().collect();
    assert!(starts.is_sorted() && starts.len() == 18);
    // 2019-03-04 is day 17,959 since 1970.
    assert_eq!(starts[0], 17_959);
    let keys: Vec<u32> = column("key").as_primitive::<UInt32Type>().iter().flatten().collect();
    assert_eq!(keys, (0..18).collect::<Vec<u32>>());
    let violence = column("violence").as_dictionary::<Int32Type>();
    let words = violence.values().as_string::<i32>();
    assert_eq!(words.value(violence.keys().value(0) as usize), "state-based");
    let best: i32 = column("best").as_primitive::<Int32Type>().iter().flatten().sum();
    assert_eq!(i64::from(best), bench_total(&bench));
    let tag = &said.headers["etag"];
    let again = bench.with_headers(
        "GET",
        "/api/events",
        &[("Host", &bench.host()), ("Cookie", &bench.cookie()), ("If-None-Match", tag)],
        "",
    );
    assert_eq!((again.status, again.body.len()), (304, 0));
}

/// The control total of the lock.
fn bench_total(bench: &Bench) -> i64 {
    let lock = casefile_case::lock::Lock::read(&bench.path(".")).unwrap();
    lock.datasets[0].totals.all.deaths_best
}

#[test]
fn a_case_without_rows_shows_its_cube() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../cases/khorasan");
    let bench = Bench::with(Limits::default(), |case| {
        std::fs::remove_dir_all(case).unwrap();
        crate::desk::copy(&folder, case);
        // Some rows of store would outrank the cube.
        let _ = std::fs::remove_dir_all(case.join(".casefile"));
    });
    let case = bench.json("/api/case");
    assert_eq!((case["id"].as_str(), case["grounds"].as_str()), (Some("khorasan"), Some("cube")));
    let said = bench.get("/api/events").ok();
    let reader = StreamReader::try_new(said.body.as_slice(), None).unwrap();
    assert_eq!(reader.schema().metadata()["positions"], "priogrid");
    assert_eq!(reader.schema().metadata()["cubes"], "ucdp-ged");
    let batches: Vec<_> = reader.map(Result::unwrap).collect();
    let lock = casefile_case::lock::Lock::read(&folder).unwrap();
    let n = |name: &str| -> u64 {
        let sum = |batch: &arrow::array::RecordBatch| -> u64 {
            batch.column_by_name(name).unwrap().as_primitive::<UInt32Type>().iter().flatten().map(u64::from).sum()
        };
        batches.iter().map(sum).sum()
    };
    assert_eq!(n("n"), lock.cubes[0].events);
    assert_eq!(batches.iter().map(|batch| batch.num_rows() as u64).sum::<u64>(), lock.cubes[0].cells);
    bench.checked();
    let claims = bench.json("/api/claims");
    let on_cells = claims.as_array().unwrap().iter().find(|claim| claim["events"].as_u64() > Some(0)).unwrap().clone();
    let claim = bench.json(&format!("/api/claims/{}", on_cells["id"].as_str().unwrap()));
    let cell = claim["finding"]["rows"][0]["id"].as_str().unwrap().to_owned();
    let row = bench.json(&format!("/api/rows/{cell}"));
    assert!(row["claims"].as_array().unwrap().iter().any(|claim| claim["id"] == on_cells["id"]), "{row}");
}

#[test]
fn actors_have_their_names_ties_and_claims() {
    let bench = Bench::with_data();
    bench.checked();
    let actors = bench.json("/api/actors");
    let front = actors.as_array().unwrap().iter().find(|actor| actor["id"] == "red-front").unwrap().clone();
    assert!(front["events"].as_u64() > Some(0) && front["statements"].as_u64() > Some(0), "{front}");
    let view = bench.json("/api/actors/red-front");
    assert_eq!(view["events"]["n"], front["events"]);
    assert!(view["events"]["first"].as_str() < view["events"]["last"].as_str());
    assert!(view["actor"]["ids"]["ucdp"].as_array().is_some_and(|ids| !ids.is_empty()), "{view}");
    let claims: Vec<&str> = view["claims"].as_array().unwrap().iter().filter_map(|c| c["id"].as_str()).collect();
    assert!(
        claims.contains(&"events-2020") && claims.contains(&"strength") && claims.contains(&"rivals-claim"),
        "{claims:?}"
    );
    assert!(!claims.contains(&"hopes"));
    let kinds: Vec<&str> = view["relations"].as_array().unwrap().iter().filter_map(|r| r["kind"].as_str()).collect();
    assert!(kinds.contains(&"rivalry"), "{kinds:?}");
    assert_eq!(bench.get("/api/actors/nobody").status, 404);
    assert_eq!(bench.get("/api/strength/nobody").status, 404);
    bench.until(|bench| bench.get("/api/strength/government").status != 202);
    let strength = bench.get("/api/strength/government");
    assert_eq!((strength.status, strength.code().as_str()), (404, "no-strength"), "{}", strength.text());
}

#[test]
fn a_group_with_estimates_has_a_strength_for_every_month() {
    let bench = Bench::new();
    bench.until(|bench| bench.get("/api/strength/red-front").status != 202);
    let strength = bench.json("/api/strength/red-front");
    let months = strength["months"].as_array().unwrap();
    assert_eq!(months.len(), 18, "a year and half a year before it");
    for month in months {
        let q: Vec<f64> = ["low", "q25", "median", "q75", "high"].iter().map(|q| month[q].as_f64().unwrap()).collect();
        assert!(q.is_sorted() && q[0] > 0.0, "{month}");
    }
    assert_eq!(strength["estimates"][0]["statement"], "strength-survey");
}

#[test]
fn figures_are_those_of_the_briefing() {
    let bench = Bench::with_data();
    bench.checked();
    let figure =
        bench.get("/api/figure?kind=timeline&actor=red-front&period=2020&by=month&title=Months%20of%202020").ok();
    let text = figure.text();
    assert!(text.starts_with("<figure") && text.contains("<svg") && text.contains("Months of 2020"), "{text}");
    assert!(bench.get("/api/figure?kind=map&actor=red-front").ok().text().contains("<svg"));
    assert!(bench.get("/api/figure?kind=network&at=2020").ok().text().contains("<svg"));
    for wrong in [
        "kind=nonsense",
        "kind=timeline&colour=red",
        "kind=timeline&actor=nobody",
        "actor=red-front",
        "kind=timeline&title=%22%7D%0A%3A%3Afigure%7Bmap",
        "kind=time%7Dline",
        "kind=timeline&a%20b=c",
    ] {
        let said = bench.get(&format!("/api/figure?{wrong}"));
        assert_eq!(said.status, 422, "{wrong}: {}", said.text());
    }
    let style = bench.get("/figure.css").ok();
    assert_eq!(style.headers["content-type"], "text/css; charset=utf-8");
    assert!(style.text().contains("--fig-"));
}

#[test]
fn forms_learn_the_format_and_what_to_fill_in() {
    let bench = Bench::new();
    let tables = bench.json("/api/vocabulary");
    let table = |name: &str| tables.as_array().unwrap().iter().find(|table| table["table"] == name).unwrap().clone();
    let claim = table("claim");
    let field =
        |name: &str| claim["fields"].as_array().unwrap().iter().find(|field| field["name"] == name).unwrap().clone();
    assert_eq!((field("text")["required"].as_bool(), field("note")["required"].as_bool()), (Some(true), Some(false)));
    assert_eq!(field("says")["kind"], "quantity");
    assert_eq!(field("source")["of"], json!(["source"]));
    let checks = field("check")["of"]["variants"].as_array().unwrap().clone();
    assert!(checks.iter().any(|check| check["table"] == "amount") && checks.len() >= 11);
    let choices = bench.json("/api/complete");
    assert!(choices["actor"].as_array().unwrap().iter().any(|choice| choice["id"] == "red-front"));
    let phrases = choices["phrase"].as_array().unwrap();
    assert!(phrases.contains(&json!("around")) && phrases.contains(&json!("more than")), "{phrases:?}");
}

#[test]
fn an_accepted_verdict_has_a_history_in_git() {
    let git = |bench: &Bench, arguments: &[&str]| {
        let settings = ["-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false"];
        let folder = bench.path(".");
        std::process::Command::new("git").arg("-C").arg(folder).args(settings).args(arguments).output()
    };
    let bench = Bench::with_data();
    bench.checked();
    if !git(&bench, &["init", "-q"]).is_ok_and(|output| output.status.success()) {
        eprintln!("skipped: git is not here");
        return;
    }
    let entry = |verdict: &str, figure: &str| {
        format!(
            "[claim.events-2020]\nverdict = \"{verdict}\"\nreason = \"figure\"\nfigure = \"{figure}\"\nasked = \"a\"\nground = \"rows\"\n"
        )
    };
    for (verdict, figure) in [("mixed", "8 events"), ("contradicted", "2 events")] {
        std::fs::write(bench.path("verdicts.lock"), entry(verdict, figure)).unwrap();
        git(&bench, &["add", "verdicts.lock"]).unwrap();
        git(&bench, &["commit", "-q", "-m", verdict]).unwrap();
    }
    bench.until(|bench| bench.json("/api/claims/events-2020")["changed"].is_string());
    let claim = bench.json("/api/claims/events-2020");
    let history = claim["history"].as_array().unwrap();
    let verdicts: Vec<&str> = history.iter().map(|past| past["verdict"].as_str().unwrap()).collect();
    assert_eq!(verdicts, ["supported", "contradicted", "mixed"]);
    assert_eq!((history[0]["accepted"].as_bool(), history[1]["accepted"].as_bool()), (Some(false), Some(true)));
    assert_eq!(history[2]["date"].as_str().unwrap().len(), "2022-01-01".len());
    assert!(
        claim["changed"].as_str().unwrap().starts_with("contradicted (2 events) when accepted"),
        "{}",
        claim["changed"]
    );
}

/// Reads from a stream of news until a text is there.
pub fn hear(stream: &mut std::net::TcpStream, wanted: &str) -> String {
    use std::io::Read;
    let mut heard = String::new();
    let mut bytes = [0; 4096];
    while !heard.contains(wanted) {
        let n = stream.read(&mut bytes).unwrap();
        assert!(n > 0, "the stream ended: {heard}");
        heard += &String::from_utf8_lossy(&bytes[..n]);
    }
    heard
}

/// A page that listens.
pub fn listen(bench: &Bench) -> std::net::TcpStream {
    let mut stream = bench.connect();
    let (host, cookie) = (bench.host(), bench.cookie());
    let request = format!("GET /api/events-stream HTTP/1.1\r\nHost: {host}\r\nCookie: {cookie}\r\n\r\n");
    stream.write_all(request.as_bytes()).unwrap();
    hear(&mut stream, "text/event-stream");
    stream
}
