//! Licences bind: what a dataset's terms forbid reaches no file, and what its publisher wants said is said.

use insta::assert_snapshot;
use serde_json::Value;

use crate::desk::{Desk, Said, fixture};

/// A desk whose data may not be passed on, nor figures on fewer than five of its events.
fn closed() -> Desk {
    let desk = Desk::with_data();
    desk.edit("exland/casefile.lock", "redistribute_rows = true", "redistribute_rows = false\nsmallest_cell = 5");
    desk.edit("exland/casefile.lock", "licence = \"CC-BY-4.0\"", "licence = \"own terms\"");
    desk
}

fn query(desk: &Desk, sql: &str, more: &[&str]) -> Said {
    desk.run(&[&["query", "exland", sql], more].concat())
}

#[test]
fn rows_are_for_ones_own_eyes() {
    let desk = closed();
    let sql = "select event_id, date_start from events order by 1 limit 2";
    assert_snapshot!(query(&desk, sql, &[]).ok(), @r"
    exit 0
    ── out ──
    event_id       date_start
    ─────────────  ──────────
    ucdp-ged:2001  2019-03-04
    ucdp-ged:2002  2019-05-11
    ── err ──
    note: events of ucdp-ged are for your own eyes: its licence (own terms) lets none be passed on
    ");
    for format in ["csv", "json", "parquet"] {
        let said = query(&desk, sql, &["--format", format]);
        assert!(said.code == 2 && said.out.is_empty(), "{format}: {said}");
    }
    assert_snapshot!(query(&desk, sql, &["--format", "csv"]), @r"
    exit 2
    ── out ──
    ── err ──
    error: the result holds events of `ucdp-ged`, whose licence (own terms) lets none be passed on
    hint: hand on figures: group and count, with `having count(*) >= 5`; ask other datasets only, with `where dataset = '…'`; or, if the file stays with you who hold the licence, say --own-use
    ");
    let said = query(&desk, sql, &["--out", "rows.txt"]);
    assert!(said.code == 2 && !desk.path("rows.txt").exists(), "{said}");
    for sql in [
        "select * from ucdp_ged",
        "select * from quarantine",
        "select distinct place from events",
        "select place from observed",
        "select array_agg(event_id) from events",
        "select (select max(event_id) from (select event_id from events limit 1)) as e from claims",
    ] {
        let said = query(&desk, sql, &["--format", "json"]);
        assert!(said.code == 2 && said.err.contains("--own-use"), "{sql}: {said}");
    }
}

#[test]
fn figures_may_leave_where_they_rest_on_enough() {
    let desk = closed();
    let by_country = "select country, count(*) as n, sum(deaths_best) as deaths from events group by country";
    let said = query(&desk, by_country, &["--format", "csv"]).ok();
    assert_eq!(said.out, "country,n,deaths\nExland,18,123\n");
    assert_eq!(
        said.err,
        "data: UCDP Georeferenced Event Dataset (GED) 23.1, Uppsala Conflict Data Program, CC BY 4.0\n"
    );
    let by_day = "select date_start, count(*) as n from events group by date_start";
    assert_snapshot!(query(&desk, by_day, &["--format", "csv"]), @r"
    exit 2
    ── out ──
    ── err ──
    error: 18 of 18 groups rest on fewer than 5 events of `ucdp-ged`, and its licence (own terms) lets no figure on so few be published
    hint: leave them out with `having count(*) >= 5`, or group more coarsely; or, if the file stays with you who hold the licence, say --own-use
    ");
    let by_year = "select date_part('year', date_start) as y, count(*) as n from events group by 1";
    let large = query(&desk, &format!("{by_year} having count(*) >= 5 order by 1"), &["--format", "csv"]).ok();
    assert_eq!(large.out, "y,n\n2020,14\n");
    // The case's own tables are nobody else's.
    let own = query(&desk, "select id from actors order by 1 limit 1", &["--format", "csv"]).ok();
    assert_eq!((own.out.as_str(), own.err.as_str()), ("id\nblue-front\n", ""));
}

#[test]
fn own_use_is_said_with_the_result() {
    let desk = closed();
    let sql = "select event_id from events order by 1 limit 1";
    let said = query(&desk, sql, &["--format", "csv", "--own-use"]).ok();
    assert_eq!(said.out, "event_id\nucdp-ged:2001\n");
    assert!(said.err.contains("for own use only: the licence of ucdp-ged (own terms) does not let"), "{said}");
    query(&desk, sql, &["--format", "parquet", "--own-use", "--out", "own.parquet"]).ok();
    let bytes = std::fs::read(desk.path("own.parquet")).unwrap();
    let text = String::from_utf8_lossy(&bytes).into_owned();
    assert!(text.contains("own-use") && text.contains("own terms") && text.contains("CC BY 4.0"));
}

#[test]
fn open_data_leave_with_their_attribution() {
    let desk = Desk::with_data();
    let sql = "select event_id from events order by 1 limit 1";
    let said = query(&desk, sql, &["--format", "csv"]).ok();
    assert_eq!(said.out, "event_id\nucdp-ged:2001\n");
    assert!(said.err.starts_with("data: UCDP Georeferenced Event Dataset (GED) 23.1"), "{said}");
    assert_eq!(query(&desk, sql, &[]).ok().err, "", "who looks needs not be told");
    desk.run(&["brief", "exland"]).ok();
    let page = desk.read("exland/out/brief.html");
    let footer = page.split("<footer").nth(1).unwrap();
    assert!(
        footer.contains("Data: UCDP Georeferenced Event Dataset (GED) 23.1, Uppsala Conflict Data Program"),
        "{footer}"
    );
    desk.run(&["data", "cube", "--case", "exland"]).ok();
    let about = std::fs::read_dir(desk.path("exland/cube")).unwrap().map(|entry| entry.unwrap().path());
    let about = about.into_iter().find(|path| path.extension().is_some_and(|e| e == "toml")).unwrap();
    assert!(std::fs::read_to_string(about).unwrap().contains("attribution = \"UCDP Georeferenced"));
}

#[test]
fn a_cube_with_cells_too_small_is_refused() {
    let desk = closed();
    assert_snapshot!(desk.run(&["data", "cube", "--case", "exland"]), @r"
    exit 2
    ── out ──
    ── err ──
    error: 17 of 17 cells by month and admin1 would rest on fewer than 5 events, and the licence of `ucdp-ged` lets none such be published
    hint: no coarser cut passes either; choose with --where the events of sides and countries that have enough of them, or publish the briefing without a cube
    ");
    assert_snapshot!(desk.run(&["data", "cube", "--case", "exland", "--period", "day"]), @r"
    exit 2
    ── out ──
    ── err ──
    error: the licence of `ucdp-ged` lets no rows be passed on, so its cube cannot tell single days or places apart
    hint: --period month, quarter or year, and --place admin2, admin1 or country
    ");
    assert!(!desk.path("exland/cube").exists());
    // Of clashes between the same two, dated to the day and placed to the town, a year has enough for three.
    desk.edit("exland/casefile.lock", "smallest_cell = 5", "smallest_cell = 3");
    let plain = "side_a_id = '900' and side_b_id = '901' and date_start >= '2020-01-01' and date_precision_days = 1 \
                 and place_precision_km < 6 and flags = ''";
    let cube = |period: &str| {
        let cut = ["--where", plain, "--place", "country", "--period", period];
        desk.run(&[&["data", "cube", "--case", "exland"][..], &cut].concat())
    };
    assert_snapshot!(cube("quarter"), @r"
    exit 2
    ── out ──
    ── err ──
    error: 3 of 3 cells by quarter and country would rest on fewer than 3 events, and the licence of `ucdp-ged` lets none such be published
    hint: `casefile data cube ucdp-ged --period year --place country`, with the same --where, passes
    ");
    let built = cube("year").ok();
    assert!(built.out.contains("events in 1 cells"), "{built}");
}

#[test]
fn a_briefing_shows_no_single_event() {
    let desk = closed();
    desk.run(&["brief", "exland"]).ok();
    let page = desk.read("exland/out/brief.html");
    assert!(!page.contains("ucdp-ged:2"), "an event's id");
    assert!(page.contains("lets no rows be passed on"), "why they are not there");
    assert!(page.contains("periods would rest on fewer than 5 events"), "why there is no timeline");
    // In no file are figures that rest on fewer than five events: neither here nor in reports and ledgers.
    let open = Desk::with_data().findings("exland", &[]);
    let closed = desk.findings("exland", &[]);
    let mut withheld = 0;
    for (open, closed) in open.iter().zip(&closed) {
        assert_eq!(open["verdict"], closed["verdict"], "{}", open["claim"]);
        let events = open["events"].as_u64().unwrap();
        let on_events = open["ground"] == "rows";
        if on_events && (1..5).contains(&events) {
            withheld += 1;
            assert_eq!(closed["withheld"], true, "{}", open["claim"]);
            assert_eq!((&closed["computed"]["best"], &closed["events"]), (&Value::Null, &0.into()));
            let display = closed["computed"]["display"].as_str().unwrap();
            assert_eq!(display, "fewer than 5 events", "{}", open["claim"]);
        }
        if closed["withheld"] != true && open["check"] == "timing" {
            assert!(
                !closed["computed"]["display"].as_str().is_some_and(|d| d.contains("2020"))
                    || open["claim"] == "worst-month"
            );
        }
    }
    assert!(withheld >= 5, "{withheld} figures");
    assert!(closed.iter().any(|finding| finding["computed"]["best"].as_f64() == Some(13.0)), "others are told");
    let said = desk.run(&["explain", "exland", "civilians-2020"]).ok().out;
    assert!(said.contains("fewer than the licence lets be told") && !said.contains("ucdp-ged:"), "{said}");
}

#[test]
fn figures_across_a_break_do_not_compare() {
    let desk = Desk::with_data();
    let lock = desk.read("exland/casefile.lock");
    desk.write(
        "exland/casefile.lock",
        &lock.replacen(
            "[dataset.totals]",
            "[[dataset.breaks]]\nday = \"2020-01-01\"\nwhy = \"more newspapers are read\"\n\n[dataset.totals]",
            1,
        ),
    );
    let findings = desk.findings("exland", &[]);
    let open = Desk::with_data().findings("exland", &[]);
    let changed: Vec<&str> = findings
        .iter()
        .zip(&open)
        .filter(|(now, was)| now["verdict"] != was["verdict"] || now["reason"] != was["reason"])
        .map(|(now, _)| {
            assert_eq!((&now["verdict"], &now["reason"]), (&"not-testable".into(), &"definition".into()));
            let because = now["because"].as_str().unwrap();
            assert!(because.contains("1 January 2020 (more newspapers are read)"), "{because}");
            now["claim"].as_str().unwrap()
        })
        .collect();
    // A change from 2019 to 2020 and a ranking of years; not what lies within 2020.
    assert_eq!(changed, ["grew", "worst-year"]);
}

#[test]
fn what_changed_is_told_to_the_licence_holder_alone() {
    let desk = closed();
    let later = fixture("ged241-exland.csv").display().to_string();
    let diff = ["data", "diff", "ucdp-ged", &later, "--case", "exland"];
    assert!(desk.run(&diff).ok().err.contains("for own use only"));
    let refused = desk.run(&[&diff[..], &["--format", "json"]].concat());
    assert!(refused.code == 2 && refused.err.contains("say --own-use"), "{refused}");
    desk.run(&[&diff[..], &["--format", "json", "--own-use"]].concat()).ok();
}

#[test]
fn the_day_of_access_is_kept_where_it_is_said() {
    let desk = Desk::with_exland();
    let file = fixture("ged231-exland.csv").display().to_string();
    let add = ["data", "add", &file, "--as", "ucdp-ged", "--case", "exland"];
    desk.run(&add).ok();
    assert!(!desk.read("exland/casefile.lock").contains("accessed"), "GED does not ask for it");
    desk.run(&[&add[..], &["--accessed", "2024-05-06"]].concat()).ok();
    assert!(desk.read("exland/casefile.lock").contains("accessed = \"2024-05-06\""));
}
