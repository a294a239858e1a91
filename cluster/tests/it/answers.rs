//! The same answers from either engine.

use crate::cluster::{Cluster, ask};
use crate::data::{copy, exland, large, real, root};

/// Asks both engines the same, and gives what both said.
fn same(cluster: &Cluster, arguments: &[&str]) -> String {
    let here = ask(arguments);
    assert_eq!(cluster.ask(arguments), here, "{arguments:?}");
    here
}

#[test]
fn claims_are_judged_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let cluster = Cluster::start();
    let khorasan = copy("cases/khorasan", &folder.path().join("khorasan"));
    let judged = same(&cluster, &["check", &khorasan, "--from", "cube", "--format", "json"]);
    let report: serde_json::Value = serde_json::from_str(&judged).unwrap();
    let tested = report["findings"].as_array().unwrap().iter().filter(|f| f["verdict"] == "supported").count();
    assert!(tested > 5, "{tested} claims are supported");

    let case = exland(folder.path());
    same(&cluster, &["check", &case, "--from", "rows", "--format", "json"]);
    same(&cluster, &["explain", &case, "events-2020", "--from", "rows", "--format", "json"]);
    for sql in [
        // The domain's functions, on the executors.
        "select event_id, priogrid(latitude, longitude) cell, round(haversine_km(latitude, longitude, 0, 0), 3) km, \
         overlap_days(date_start, date_end, date '2020-01-01', date '2020-12-31') days from events order by event_id",
        "select bit_xor(fingerprint(event_id, deaths_best)) digest from events",
        // Rows of the store beside tables in memory, and a view.
        "select c.actor, count(*) n, sum(e.deaths_best) d from events e join codings c on c.code in (e.side_a, e.side_b) \
         group by c.actor order by c.actor",
        "select country, sum(n) n, sum(deaths_best) d from observed group by country order by country",
        "select d.dataset, d.held, count(*) n from datasets d join events e using (dataset) group by 1, 2",
        "select claim, verdict, figure from verdicts order by claim",
        "select table_name from information_schema.tables where table_schema = 'public' order by 1",
        "select g.where_coordinates, e.row from ucdp_ged g join events e using (event_id) order by e.row limit 3",
        "select * from quarantine",
        "select id from claims where id in (select claim from verdicts where verdict = 'supported') order by id",
        "select 1 + 1 as two",
    ] {
        same(&cluster, &["query", &case, sql, "--format", "csv"]);
    }

    // Figures by year, which have no events, through a published store.
    let yearly = root().join("crates/ingest/tests/fixtures/ucdp-country-year.csv");
    ask(&["data", "add", yearly.to_str().unwrap(), "--as", "ucdp-country-year", "--case", &case]);
    let store = folder.path().join("store").to_str().unwrap().to_owned();
    ask(&["publish", &case, &store]);
    let sql = "select unit, sum(best) n from series group by 1 order by 1";
    let here = ask(&["query", &case, sql, "--format", "csv"]);
    assert!(here.lines().count() > 2, "{here}");
    assert_eq!(cluster.ask(&["query", &case, sql, "--format", "csv", "--store", &store]), here);

    // The rows of the real release, where they are at hand.
    let Some(release) = real("ucdp/ged-afghanistan-union.csv") else { return };
    let version = ["--version", "23.1 with extracts of 24.1 and candidate releases"];
    let add = ["data", "add", release.to_str().unwrap(), "--as", "ucdp-ged", "--fill", "country=Afghanistan"];
    ask(&[&add[..], &version, &["--case", &khorasan]].concat());
    same(&cluster, &["check", &khorasan, "--from", "rows", "--format", "json"]);
}

#[test]
fn only_the_years_and_days_asked_for_are_read() {
    let folder = tempfile::tempdir().unwrap();
    let case = large(folder.path());
    let store = folder.path().join("store").to_str().unwrap().to_owned();
    assert!(ask(&["publish", &case, &store]).contains("published"));
    assert!(ask(&["publish", &case, &store]).contains("was there"));
    let cluster = Cluster::start();
    let sql =
        "select count(*) n, sum(deaths_best) d from events where date_start between '2019-03-01' and '2019-03-31'";
    let here = ask(&["query", &case, sql, "--format", "csv"]);
    assert_eq!(cluster.ask(&["query", &case, sql, "--format", "csv", "--store", &store]), here);
    let plan = format!("explain analyze {sql}");
    let plan = cluster.ask(&["query", &case, &plan, "--format", "csv", "--store", &store]);
    // Of 34 years one is read, and of its pages those of March.
    assert!(plan.contains("files_ranges_pruned_statistics=34 total → 1 matched"), "{plan}");
    let pages = plan.split("page_index_pages_pruned=").nth(1).and_then(|rest| rest.split(" matched").next()).unwrap();
    let (total, matched) = pages.split_once(" total → ").unwrap();
    assert!(matched.parse::<u32>().unwrap() < total.parse().unwrap(), "{plan}");
}
