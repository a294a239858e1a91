//! Fetching: from a publisher's server into a case, and on to a figure.

use std::fs;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use insta::assert_snapshot;

use crate::desk::{Desk, Said, fixture};

#[path = "../../../fetch/tests/it/server.rs"]
#[expect(dead_code, reason = "its bad days are for the tests of the crate that fetches")]
mod server;

use server::{How, Reply, Seen, Server};

const TOKEN: &str = "t0ken-of-ucdp";

/// The rows of the first release of `exland`, as the API has them.
fn rows() -> Vec<String> {
    let text = fs::read_to_string(fixture("ged231-exland.csv")).unwrap();
    let mut lines = text.lines();
    let columns: Vec<&str> = lines.next().unwrap().split(',').collect();
    let value = |text: &str| match text.parse::<f64>() {
        Ok(_) => text.to_owned(),
        Err(_) if text.is_empty() => "null".to_owned(),
        Err(_) => format!("{text:?}"),
    };
    let pair = |(column, text): (&&str, &str)| format!("{column:?}:{}", value(text));
    lines
        .map(|line| format!("{{{}}}", columns.iter().zip(line.split(',')).map(pair).collect::<Vec<_>>().join(",")))
        .collect()
}

/// UCDP: the file of a monthly release, and the API.
fn ucdp() -> Server {
    Server::new(|seen: &Seen| match seen.path() {
        "/candidateged/GEDEvent_v23_0_10.csv" => Reply::new(200, fs::read(fixture("ged231-exland.csv")).unwrap()),
        "/gedevents/23.1" | "/gedevents/23.0.10" => api(seen),
        _ => Reply::new(404, ""),
    })
}

/// Two pages of all rows.
fn api(seen: &Seen) -> Reply {
    if seen.header("x-ucdp-access-token") != Some(TOKEN) {
        return Reply::new(401, "API token required");
    }
    let all = rows();
    let (some, next) =
        if seen.number("page") == Some(0) { (&all[..10], "https://ucdp.example/?page=1") } else { (&all[10..], "") };
    let (total, some) = (all.len(), some.join(","));
    Reply::json(format!(r#"{{"TotalCount":{total},"NextPageUrl":"{next}","Result":[{some}]}}"#))
}

/// Runs the program against the server; the address, the time and the folder are left out of what it says.
fn fetch(desk: &Desk, server: &Server, token: Option<&str>, arguments: &[&str]) -> Said {
    let arguments = [&["data", "fetch"], arguments].concat();
    let mut command = desk.command(&arguments);
    command.env("CASEFILE_UCDP_URL", server.url("")).env("CASEFILE_UCDP_FILES_URL", server.url(""));
    command.env("XDG_CONFIG_HOME", desk.path("config")).env_remove("CASEFILE_UCDP_TOKEN");
    command.envs(token.map(|token| ("CASEFILE_UCDP_TOKEN", token)));
    let output = command.output().unwrap();
    let plain = |bytes: Vec<u8>| {
        let text = String::from_utf8(bytes).unwrap();
        assert!(!text.contains(TOKEN), "{text}");
        text.replace(&server.url(""), "[SERVER]/").replace(&desk.path("").display().to_string(), "[DESK]/")
    };
    Said { code: output.status.code().unwrap_or(-1), out: plain(output.stdout), err: plain(output.stderr) }
}

fn count(desk: &Desk) -> String {
    desk.run(&["query", "exland", "select count(*) n, sum(deaths_best) deaths from events", "--format", "csv"]).ok().out
}

#[test]
fn a_release_goes_from_the_publisher_into_the_case() {
    let (desk, server) = (Desk::with_exland(), ucdp());
    assert_snapshot!(fetch(&desk, &server, Some(TOKEN), &["ucdp-ged@23.0.10", "--case", "exland"]), @r#"
    exit 0
    ── out ──
    ucdp-ged 23.0.10 from [SERVER]/candidateged/GEDEvent_v23_0_10.csv
      18 rows, as many as the server counts (18)
      exland/.casefile/downloads/GEDEvent_v23_0_10.csv
    ucdp-ged UCDP Georeferenced Event Dataset (GED) 23.0.10 (CC-BY-4.0)
      18 rows in = 18 kept + 0 quarantined
      123 deaths (best), 113–157 (low–high), 2019-03-04 to 2020-12-31
      sha256 ed8afbc3ca040cec12ccf86910a004589835ee8f0a30f50ab2fa0d5b2eb4eef1
      flagged: 1 toll-order
    ── err ──
    "#);
    let from_the_file = count(&desk);
    // The same rows, one by one from the API, give the same figures.
    let said = fetch(&desk, &server, Some(TOKEN), &["ucdp-ged@23.1", "--api", "--case", "exland"]).ok();
    assert!(said.out.contains("18 rows, as many as the server counts (18)"), "{said}");
    assert_eq!(count(&desk), from_the_file);
    assert_snapshot!(from_the_file, @r#"
    n,deaths
    18,123
    "#);
    // And by hand.
    let other = Desk::with_data();
    assert_eq!(count(&other), from_the_file);
    for file in ["exland/casefile.lock", "exland/case.toml"] {
        assert!(!desk.read(file).contains(TOKEN));
    }
}

#[test]
fn a_fetch_is_summed_up_as_json() {
    let (desk, server) = (Desk::with_exland(), ucdp());
    let said = fetch(&desk, &server, Some(TOKEN), &["ucdp-ged@23.1", "--api", "--case", "exland", "--format", "json"]);
    let said = said.ok().json();
    assert_eq!(said["fetched"]["rows"], 18);
    assert_eq!(said["fetched"]["total"], 18);
    assert_eq!(said["added"]["dataset"]["rows_in"], 18);
    assert_eq!(said["added"]["dataset"]["version"], "23.1");
    assert_eq!(said["path"], "exland/.casefile/downloads/GEDEvent_v23_1.csv");
    let asked = server.seen().len();
    let again = fetch(&desk, &server, Some(TOKEN), &["ucdp-ged@23.1", "--api", "--case", "exland", "--format", "json"]);
    assert_eq!(again.ok().json()["was_here"], true);
    assert_eq!(server.seen().len(), asked);
}

#[test]
fn a_fetch_that_fails_changes_nothing_and_says_what_to_do() {
    let (desk, server) = (Desk::with_exland(), ucdp());
    let before = desk.read("exland/case.toml");
    assert_snapshot!(fetch(&desk, &server, None, &["ucdp-ged@99.1", "--case", "exland"]), @r#"
    exit 2
    ── out ──
    ── err ──
    error: UCDP has no ucdp-ged@99.1 at [SERVER]/ged/ged991-csv.zip
    hint: see ucdp.uu.se/downloads for the releases; with an API token (CASEFILE_UCDP_TOKEN) the API is asked as well
    "#);
    assert_snapshot!(fetch(&desk, &server, None, &["ucdp-ged@23.1", "--api", "--case", "exland"]), @r#"
    exit 2
    ── out ──
    ── err ──
    error: UCDP wants to know who asks
    hint: ask UCDP for an API token (ucdp.uu.se/apidocs) and set CASEFILE_UCDP_TOKEN, or write it into the keyring file under [ucdp] as token = "…"
    "#);
    assert_snapshot!(fetch(&desk, &server, Some("old"), &["ucdp-ged@23.1", "--api", "--case", "exland"]), @r#"
    exit 2
    ── out ──
    ── err ──
    error: UCDP does not accept the token: API token required
    hint: is CASEFILE_UCDP_TOKEN, or the token in the keyring file, the one that UCDP gave you?
    "#);
    assert_snapshot!(fetch(&desk, &server, None, &["ucdp-ged@23.1"]), @r#"
    exit 2
    ── out ──
    ── err ──
    error: where to?
    hint: --to DIR for a folder, or --case DIR to add the data to a case
    "#);
    assert_snapshot!(fetch(&desk, &server, None, &["ged@23.1", "--to", "x"]), @r#"
    exit 2
    ── out ──
    ── err ──
    error: invalid value 'ged@23.1' for '<SPEC>': `ged` cannot be fetched; known: ucdp-ged, ucdp-prioconflict, ucdp-dyadic, ucdp-battledeaths, ucdp-nonstate, ucdp-onesided, ucdp-organizedviolencecy, acled, gdelt
    hint: ucdp-ged@VERSION

    For more information, try '--help'.
    "#);
    assert_snapshot!(fetch(&desk, &server, None, &["gdelt@2020-03-01", "--to", "x", "--update"]), @r#"
    exit 2
    ── out ──
    ── err ──
    error: --update does not go with gdelt: its files do not change; name the days after @
    "#);
    assert_eq!(desk.read("exland/case.toml"), before);
    assert!(!desk.path("exland/casefile.lock").exists());
}

#[test]
fn what_no_adapter_reads_is_fetched_and_not_added() {
    let desk = Desk::with_exland();
    let server = Server::new(|seen: &Seen| match seen.path() {
        "/nsos/ucdp-onesided-251-csv.zip" => Reply::new(404, ""),
        _ => Reply::json(r#"{"TotalCount":1,"NextPageUrl":"","Result":[{"conflict_id":1,"year":2024}]}"#),
    });
    let said = fetch(&desk, &server, Some(TOKEN), &["ucdp-onesided@25.1", "--case", "exland"]).ok();
    assert!(said.err.contains("no adapter reads ucdp-onesided"), "{said}");
    assert_eq!(desk.read("exland/.casefile/downloads/ucdp-onesided_v25_1.csv"), "conflict_id,year\n1,2024\n");
}

#[test]
fn a_fetch_that_is_killed_goes_on_where_it_was() {
    let desk = Desk::with_exland();
    let ill = Arc::new(AtomicBool::new(true));
    let now = ill.clone();
    // The second page does not come at first.
    let server = Server::new(move |seen: &Seen| {
        let reply = api(seen);
        let silent = now.load(Ordering::Relaxed) && seen.number("page") == Some(1);
        if silent { reply.how(How::Silence(Duration::from_secs(30))) } else { reply }
    });
    let arguments = ["data", "fetch", "ucdp-ged@23.1", "--api", "--to", "x"];
    let mut command = desk.command(&arguments);
    command.env("CASEFILE_UCDP_URL", server.url("")).env("CASEFILE_UCDP_TOKEN", TOKEN);
    let mut child = command.env("XDG_CONFIG_HOME", desk.path("config")).spawn().unwrap();
    let begun = Instant::now();
    while server.targets("page=1").is_empty() {
        assert!(begun.elapsed() < Duration::from_secs(20), "the second page was never asked for");
        thread::sleep(Duration::from_millis(5));
    }
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(!desk.path("x/GEDEvent_v23_1.csv").exists());
    ill.store(false, Ordering::Relaxed);
    fetch(&desk, &server, Some(TOKEN), &arguments[2..]).ok();
    assert_eq!(desk.read("x/GEDEvent_v23_1.csv").lines().count(), 19);
    assert_eq!((server.targets("page=0").len(), server.targets("page=1").len()), (1, 2));
}

#[test]
#[cfg(unix)]
fn the_keyring_is_read_where_only_its_owner_may() {
    use std::os::unix::fs::PermissionsExt;
    let (desk, server) = (Desk::with_exland(), ucdp());
    fs::create_dir_all(desk.path("config/casefile")).unwrap();
    desk.write("config/casefile/credentials.toml", &format!("[ucdp]\ntoken = \"{TOKEN}\"\n"));
    let rights =
        |mode| fs::set_permissions(desk.path("config/casefile/credentials.toml"), fs::Permissions::from_mode(mode));
    rights(0o644).unwrap();
    assert_snapshot!(fetch(&desk, &server, None, &["ucdp-ged@23.1", "--api", "--to", "x"]), @r#"
    exit 2
    ── out ──
    ── err ──
    error: [DESK]/config/casefile/credentials.toml may be read by others than you (its rights are 0644)
    hint: chmod 600 [DESK]/config/casefile/credentials.toml; if others use this machine, change the passwords in it as well
    "#);
    assert!(server.seen().is_empty());
    rights(0o600).unwrap();
    fetch(&desk, &server, None, &["ucdp-ged@23.1", "--api", "--to", "x"]).ok();
    assert_eq!(server.seen()[0].header("x-ucdp-access-token"), Some(TOKEN));
}
