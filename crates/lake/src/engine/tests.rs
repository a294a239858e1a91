use std::path::Path;

use super::*;
use casefile_ingest::{AddOptions, add};

fn case_with(files: &[(&str, &str)]) -> tempfile::TempDir {
    let case = tempfile::Builder::new().prefix("a [case] *with? odd name ").tempdir().unwrap();
    for (id, file) in files {
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../ingest/tests/fixtures").join(file);
        let options = AddOptions { file, adapter: "ucdp-ged".into(), id: Some((*id).into()), ..AddOptions::default() };
        add(case.path(), &options, &mut |_| {}).unwrap();
    }
    case
}

fn open(case: &Path) -> Lake {
    Lake::open(case, &Lock::read(case).unwrap()).unwrap()
}

fn refusal(lake: &Lake, sql: &str) -> String {
    lake.sql(sql).unwrap_err().to_string()
}

#[test]
fn several_datasets_are_one_events_table() {
    let case = case_with(&[("ucdp-ged", "ged-traps.csv"), ("ged-reduced", "ged-reduced.csv")]);
    let lake = open(case.path());
    assert!(lake.missing().is_empty());
    assert_eq!(
        lake.tables(),
        [
            "actor_list",
            "cube",
            "cube_tolls",
            "datasets",
            "events",
            "ged_reduced",
            "observed",
            "quarantine",
            "series",
            "ucdp_ged"
        ]
    );
    let table = lake.table("select dataset, count(*) n from events group by dataset order by dataset").unwrap();
    assert_eq!(table.text("dataset").unwrap(), [Some("ged-reduced".into()), Some("ucdp-ged".into())]);
    assert_eq!(table.int("n").unwrap(), [Some(11), Some(20)]);
    let joined = "select e.event_id, g.source_office from events e join ucdp_ged g using (event_id) join datasets d on d.dataset = e.dataset where d.held = 'rows'";
    assert_eq!(lake.sql(joined).unwrap().len(), 20);
    let observed =
        lake.table("select sum(n) n, sum(deaths_best) d from observed where period_end < '2020-02-01'").unwrap();
    assert_eq!((observed.one_int("n").unwrap(), observed.one_int("d").unwrap()), (Some(5), Some(21)));
}

#[test]
fn a_lake_of_nothing_is_open_and_empty() {
    let case = case_with(&[]);
    let lake = open(case.path());
    assert_eq!(lake.table("select count(*) n from events").unwrap().one_int("n").unwrap(), Some(0));
    assert!(lake.sql("select * from cube").unwrap().is_empty());
    assert_eq!(lake.sql("select * from events").unwrap().schema.fields().len(), casefile_ingest::schema::COLUMNS.len());
}

#[test]
fn rows_that_are_not_here_are_named_and_broken_ones_refused() {
    let case = case_with(&[("ucdp-ged", "ged-traps.csv")]);
    let lock = Lock::read(case.path()).unwrap();
    let events = case.path().join(&lock.datasets[0].store).join("events.parquet");
    std::fs::write(&events, "rubbish").unwrap();
    let error = Lake::open(case.path(), &lock).err().unwrap().to_string();
    assert!(error.contains("events.parquet") && error.contains("casefile data add"), "{error}");
    std::fs::remove_dir_all(case.path().join(".casefile")).unwrap();
    let lake = open(case.path());
    assert_eq!(lake.missing(), ["ucdp-ged"]);
    assert_eq!(lake.table("select held from datasets").unwrap().one_text("held").unwrap().unwrap(), "missing");
}

#[test]
fn wrong_names_get_the_right_ones_suggested() {
    let case = case_with(&[("ucdp-ged", "ged-traps.csv")]);
    let lake = open(case.path());
    assert_eq!(refusal(&lake, "select * from event"), "there is no table `event`\nhint: did you mean `events`?");
    assert_eq!(
        refusal(&lake, "select deaths_bets from events"),
        "there is no column `deaths_bets`\nhint: did you mean `deaths_best`?"
    );
    assert!(refusal(&lake, "select zzz from cube_tolls").contains("there are: cell_id, deaths_best, n"));
    assert!(refusal(&lake, "selec 1").starts_with("this is not SQL:"));
    assert!(refusal(&lake, "select haversin_km(1,2,3,4)").contains("haversine_km"));
}

#[test]
fn nothing_but_queries_is_answered() {
    let case = case_with(&[("ucdp-ged", "ged-traps.csv")]);
    let lake = open(case.path());
    for sql in [
        "create table x as select 1",
        "drop table events",
        "insert into events select * from events",
        "delete from events",
        "update events set flags = ''",
        "copy events to 'out.parquet'",
        "set datafusion.execution.batch_size = 1",
        "create external table t stored as csv location '/etc/passwd'",
        "explain analyze insert into events select * from events",
    ] {
        assert!(refusal(&lake, sql).contains("read-only"), "{sql}: {}", refusal(&lake, sql));
    }
    assert!(lake.sql("select * from '/etc/passwd'").is_err());
    assert!(lake.sql("select 1; drop table events").is_err());
    assert_eq!(lake.sql("select * from events").unwrap().len(), 20);
}

#[test]
fn tables_of_the_case_join_with_events() {
    let case = case_with(&[("ucdp-ged", "ged-traps.csv")]);
    let lake = open(case.path());
    let day = Date::constant(2020, 2, 1);
    lake.register_rows(
        "actors",
        vec![
            ("id", Values::Text(vec![Some("red-front".into()), Some("blue-front".into())])),
            ("ucdp", Values::Text(vec![Some("901".into()), Some("902".into())])),
            ("weight", Values::Real(vec![Some(0.5), None])),
            ("size", Values::Int(vec![None, Some(3)])),
            ("since", Values::Day(vec![Some(day), None])),
        ],
    )
    .unwrap();
    let sql = "select a.id, count(*) n, min(a.since) since from actors a join events e on a.ucdp in (e.side_a_id, e.side_b_id) group by a.id order by n desc";
    let table = lake.table(sql).unwrap();
    assert_eq!(table.text("id").unwrap(), [Some("red-front".into()), Some("blue-front".into())]);
    assert_eq!(table.day("since").unwrap(), [Some(day), None]);
    assert!(lake.register_rows("bad", vec![("a", Values::Int(vec![])), ("b", Values::Int(vec![None]))]).is_err());
    // Typed reading is strict about names and kinds.
    assert!(table.int("id").unwrap_err().to_string().contains("cannot be read as whole numbers"));
    assert!(table.real("nn").unwrap_err().to_string().contains("it has: id, n, since"));
    assert!(table.day("n").is_err());
}

#[test]
fn limits_tell_of_more() {
    let case = case_with(&[("ucdp-ged", "ged-traps.csv")]);
    let lake = open(case.path());
    let some = lake.sql_limited("select event_id from events order by row", 7).unwrap();
    assert_eq!((some.rows.len(), some.more), (7, true));
    let all = lake.sql_limited("select event_id from events", 20).unwrap();
    assert_eq!((all.rows.len(), all.more), (20, false));
    let mut seen = 0;
    lake.for_each("select event_id from events", |table| {
        seen += table.len();
        Ok::<_, LakeError>(())
    })
    .unwrap();
    assert_eq!(seen, 20);
    let failed = lake.for_each("select nothing from events", |_| Ok::<_, LakeError>(()));
    assert!(matches!(failed, Err(LakeError::Sql(_))));
}

#[test]
fn domain_functions_answer_in_sql() {
    let case = case_with(&[("ucdp-ged", "ged-traps.csv")]);
    let lake = open(case.path());
    let table = lake
        .table(
            "select haversine_km(0, 0, 0, 180) km, priogrid(34.531094, 69.162796) cell, priogrid(null, 1) none, \
             overlap_days(date '2020-01-30', date '2020-02-02', date '2020-02-01', date '2020-02-29') days, \
             overlap_days(date '2020-01-01', date '2020-01-02', date '2020-02-01', date '2020-02-29') apart",
        )
        .unwrap();
    assert!((table.one_real("km").unwrap().unwrap() - 20_015.1).abs() < 0.1);
    assert_eq!(table.one_int("cell").unwrap(), Some(179_779));
    assert_eq!(table.one_int("none").unwrap(), None);
    assert_eq!((table.one_int("days").unwrap(), table.one_int("apart").unwrap()), (Some(2), Some(0)));
    let cells =
        "select count(*) n from events where latitude is not null and priogrid <> priogrid(latitude, longitude)";
    assert_eq!(lake.table(cells).unwrap().one_int("n").unwrap(), Some(0));
}

#[test]
fn a_digest_of_a_selection_needs_no_order() {
    let case = case_with(&[("ucdp-ged", "ged-traps.csv")]);
    let lake = open(case.path());
    let print = |order: &str| {
        let sql = format!("select bit_xor(fingerprint(event_id, deaths_best)) x from (select * from events {order})");
        lake.table(&sql).unwrap().unsigned("x").unwrap()[0].unwrap()
    };
    assert_eq!(print("order by row"), print("order by deaths_best desc, event_id"));
    assert_ne!(print(""), print("where row > 1"));
    let table = lake.table("select fingerprint('a', null) a, fingerprint('a', '') b, fingerprint('a') c").unwrap();
    let of = |name: &str| table.unsigned(name).unwrap()[0].unwrap();
    assert!(of("a") != of("b") && of("b") != of("c") && of("a") != of("c"));
}

#[test]
fn deep_and_long_queries_end_in_an_answer_or_an_error() {
    let case = case_with(&[]);
    let lake = open(case.path());
    let sum = |terms: usize| format!("select {} as n", vec!["1"; terms].join("+"));
    assert_eq!(lake.table(&sum(400)).unwrap().one_int("n").unwrap(), Some(400));
    assert!(refusal(&lake, &sum(5000)).contains("5002 words and operators"), "{}", refusal(&lake, &sum(5000)));
    let nested = format!("select {}1{}", "(".repeat(5000), ")".repeat(5000));
    assert!(lake.sql(&nested).is_err());
    let list = vec!["'ucdp-ged:1-and-or-2'"; 6000].join(",");
    assert!(lake.sql(&format!("select * from events where event_id in ({list})")).unwrap().is_empty());
    assert!(refusal(&lake, &format!("select '{}'", "x".repeat(300_000))).contains("at most"));
}

#[test]
fn callers_may_be_asynchronous() {
    let case = case_with(&[]);
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(async {
        let lake = open(case.path());
        assert_eq!(lake.sql("select 1").unwrap().len(), 1);
    });
}
