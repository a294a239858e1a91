//! Released files go in, and SQL finds every row again.

#![expect(clippy::unwrap_used, reason = "a test whose files fail it has failed")]

use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};

use casefile_case::lock::{Coverage, Lock};
use casefile_ingest::{
    AddError, AddOptions, AddReport, EVENTS, Phase, Progress, VerifyError, Writer, WriterError, add, verify,
};
use casefile_lake::{Lake, Table};
use testdata::real;

#[path = "../../ingest/src/testdata.rs"]
mod testdata;

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../ingest/tests/fixtures").join(name)
}

fn options(file: impl Into<PathBuf>) -> AddOptions {
    AddOptions { file: file.into(), adapter: "ucdp-ged".into(), ..AddOptions::default() }
}

fn add_here(case: &Path, options: &AddOptions) -> Result<AddReport, AddError> {
    add(case, options, &mut |_| {})
}

fn open(case: &Path) -> Lake {
    Lake::open(case, &Lock::read(case).unwrap()).unwrap()
}

fn ask(case: &Path, sql: &str) -> Table {
    open(case).table(sql).unwrap()
}

/// Adds bytes as a file.
fn add_bytes(case: &Path, bytes: &[u8]) -> Result<AddReport, AddError> {
    let file = case.join("input.csv");
    fs::write(&file, bytes).unwrap();
    add_here(case, &options(file))
}

const LINE: &str = "id,side_a,side_b,date_start,date_end,best,high,low";

#[test]
fn every_record_is_kept_or_quarantined_and_says_why() {
    let case = tempfile::tempdir().unwrap();
    let report = add_here(case.path(), &options(fixture("ged-traps.csv"))).unwrap();
    let d = &report.dataset;
    assert_eq!((d.rows_in, d.kept, d.quarantined), (29, 20, 9));
    assert_eq!(d.totals.all.deaths_best, 5 + 3 + 6 + 8 + 7 + 40 + 40 + 2 + 2 + 3 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1);
    assert_eq!(d.totals.by_type["one-sided"].events, 2);
    assert_eq!(d.totals.by_type["untyped"].events, 1);
    assert_eq!((d.totals.first.as_deref(), d.totals.last.as_deref()), (Some("2020-01-01"), Some("2020-12-31")));
    let reasons: Vec<String> =
        report.rejected.iter().map(|r| format!("{} {} | {}", r.row, r.column, r.reason)).collect();
    insta::assert_snapshot!(reasons.join("\n"), @r#"
    21 id | id: duplicate id 1001: row 1 has it first
    22 date_end | date_end: 2020-06-01 lies before date_start 2020-06-05
    23 date_end;date_start | date_start: `2020-06-31` is not a day of the calendar; date_end: `2020-06-31` is not a day of the calendar
    24 best | best: `-1` deaths: a toll cannot be negative
    25 best;high | best: `many` is not a number; high: `more` is not a number
    26 latitude | latitude: latitude 41.75 and longitude 12.25 are exchanged: only so do they lie in the row's PRIO-GRID cell
    27 latitude | latitude: `112.25` lies outside ±90°: are latitude and longitude exchanged?
    28 side_b | side_b: is blank
    29  | 4 fields, the header has 49
    "#);
    let flags: Vec<String> = report.flags.iter().map(|(word, n)| format!("{word} {n}")).collect();
    insta::assert_snapshot!(flags.join("\n"), @r#"
    admin1-from-coordinates 1
    aggregated 2
    derived-id 2
    inactive-year 1
    no-best 1
    no-coordinates 1
    no-toll 1
    no-type 1
    priogrid-mismatch 1
    status-unclear 1
    toll-order 1
    "#);
    let raw = ask(case.path(), "select raw from quarantine where row = 29").one_text("raw").unwrap();
    assert_eq!(raw.as_deref(), Some("1029,too,few,fields"));
}

#[test]
fn events_carry_what_the_file_says() {
    let case = tempfile::tempdir().unwrap();
    add_here(case.path(), &options(fixture("ged-traps.csv"))).unwrap();
    let lake = open(case.path());
    let rows = lake
        .sql(
            "select native_id, type_of_violence t, date_start, date_end, date_precision_days d, place_precision_km km, \
             admin1, priogrid, side_a_id, side_b_id, dyad_id, source_count, deaths_low, deaths_best, deaths_high, flags \
             from events order by row",
        )
        .unwrap();
    insta::assert_snapshot!(casefile_lake::output::text(&rows).unwrap(), @r#"
    native_id        t  date_start  date_end      d     km  admin1          priogrid  side_a_id  side_b_id  dyad_id  source_count  deaths_low  deaths_best  deaths_high  flags
    ───────────────  ─  ──────────  ──────────  ───  ─────  ──────────────  ────────  ─────────  ─────────  ───────  ────────────  ──────────  ───────────  ───────────  ────────────────────────────
    1001             1  2020-01-05  2020-01-05    1    5.0  North province    147324  900        901        911                 1           5            5            5
    1002             1  2020-01-05  2020-01-05    1    5.0  North province    147324  900        901        911                 1           3            3            5
    1003             1  2020-01-30  2020-02-02    6   25.0  South province    145161  900        901        911                 1           6            6            6
    1004             2  2020-02-10  2020-02-16    7   30.0  South province    145161  901        902        921                 1           8            8            8
    1005             3  2020-02-20  2020-02-20    1    5.0  North province    147324  901        1          931                 1           5            7            9
    1006             1  2020-03-01  2020-03-31   31  105.0  North province    147325  900        901        911                 1          40           40           40  aggregated
    1007             1  2020-01-01  2020-12-31  366  470.0                    145883  900        901        911                 1          10           40          100  aggregated
    1008             3  2020-04-01  2020-04-01    1    5.0  South province    145161  900        1          931                 1           2            2            2
    1009             2  2020-04-02  2020-04-02    1    5.0  North province    147324  902        901        921                 1           2            2            2
    1010             1  2020-04-03  2020-04-03    1    5.0  North province    147324  900        902        911                 1           4            3            3  toll-order
    1011             1  2020-05-01  2020-05-01    1    5.0  North province    147324  900        901        911                 1           1                         1  no-best
    1012             1  2020-05-02  2020-05-02    1    5.0  North province    147324  900        901        911                 1                                        no-toll
    1013                2020-05-03  2020-05-03    1    5.0  North province    147324  900        901        911                 1           1            1            1  no-type
    1014             1  2020-05-04  2020-05-04    1    5.0  North province    147324  900        901        911                 1           1            1            1  admin1-from-coordinates
    1015             1  2020-05-05  2020-05-05    1    5.0  North province            900        901        911                 1           1            1            1  no-coordinates
    1016             1  2020-05-06  2020-05-06    1    5.0  North province    147324  900        901        911                 1           1            1            1  priogrid-mismatch
    xb2ef84594363    1  2020-05-07  2020-05-07    1    5.0  North province    147324  900        901        911                 1           1            1            1  derived-id
    xb2ef84594363-2  1  2020-05-07  2020-05-07    1    5.0  North province    147324  900        901        911                 1           1            1            1  derived-id
    1019             1  2020-05-08  2020-05-08    1    5.0  North province    147324  900        901        911                             1            1            1  inactive-year;status-unclear
    1020             1  2020-05-09  2020-05-09    1    5.0  North province    147324  900        901        911                 1           1            1            1
    "#);
    let headline = "select source_headline from ucdp_ged where id = '1020'";
    let text = lake.table(headline).unwrap().one_text("source_headline").unwrap().unwrap();
    assert_eq!(text, "Quotes \"inside\", commas,\nand a line break");
}

#[test]
fn column_order_capitals_byte_order_mark_and_line_ends_do_not_matter() {
    let cases = [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()];
    add_here(cases[0].path(), &options(fixture("ged-traps.csv"))).unwrap();
    add_here(cases[1].path(), &options(fixture("ged-reordered.csv"))).unwrap();
    let sql = "select * exclude (row) from events where row <= 12 order by native_id";
    let [a, b] = cases.each_ref().map(|case| ask(case.path(), sql));
    assert_eq!(a.batch(), b.batch());
    assert_eq!(b.len(), 12);
    assert_eq!(ask(cases[1].path(), "select distinct notes from ucdp_ged").one_text("notes").unwrap().unwrap(), "x");
}

#[test]
fn rows_without_ids_get_lasting_ones_and_lacking_columns_can_be_filled() {
    let case = tempfile::tempdir().unwrap();
    let mut options = options(fixture("ged-reduced.csv"));
    options.fills.insert("country".into(), "Exland".into());
    let report = add_here(case.path(), &options).unwrap();
    assert_eq!((report.dataset.kept, report.dataset.quarantined), (11, 0));
    assert_eq!(report.dataset.fills["country"], "Exland");
    let table = ask(case.path(), "select native_id, country, flags, row from events order by row");
    let ids = table.text("native_id").unwrap().into_iter().flatten().collect::<Vec<_>>();
    assert_eq!(ids[10], format!("{}-2", ids[0]));
    assert!(ids[..10].iter().all(|id| id.len() == 13 && id.starts_with('x')));
    assert!(table.text("country").unwrap().iter().all(|c| c.as_deref() == Some("Exland")));
    assert!(table.text("flags").unwrap()[0].as_ref().unwrap().contains("derived-id"));
    assert_eq!(ask(case.path(), "select * from ucdp_ged").columns()[..3], ["event_id", "column_1", "year"]);

    // The same rows in another order, with another index, keep their ids.
    let text = fs::read_to_string(fixture("ged-reduced.csv")).unwrap();
    let mut lines: Vec<String> = text.lines().map(|l| format!("9{l}")).collect();
    lines[0] = text.lines().next().unwrap().to_owned();
    lines[1..].reverse();
    let other = tempfile::tempdir().unwrap();
    add_bytes(other.path(), lines.join("\n").as_bytes()).unwrap();
    let again = ask(other.path(), "select native_id from events order by row desc").text("native_id").unwrap();
    let mut again: Vec<_> = again.into_iter().flatten().collect();
    let mut ids = ids;
    ids.sort();
    again.sort();
    assert_eq!(again, ids);
}

#[test]
fn a_fill_for_a_column_that_is_there_or_unknown_is_refused() {
    let case = tempfile::tempdir().unwrap();
    for (column, word) in [("best", "the file has that column"), ("weather", "no such column")] {
        let mut options = options(fixture("ged-reduced.csv"));
        options.fills.insert(column.into(), "1".into());
        let error = add_here(case.path(), &options).unwrap_err().to_string();
        assert!(error.contains(word), "{error}");
    }
    assert!(!case.path().join("casefile.lock").exists());
}

#[test]
fn odd_bytes_are_read_or_quarantined_never_lost() {
    let case = tempfile::tempdir().unwrap();
    let mut bytes = format!("{LINE}\n").into_bytes();
    bytes.extend(b"1,Ju\xE1rez,B,2020-01-01,2020-01-01,1,1,1\n");
    bytes.extend(b"2,A\0,B,2020-01-01,2020-01-01,1,1,1\n");
    bytes.extend(b"3,\"");
    bytes.extend(vec![b'y'; 10 << 20]);
    bytes.extend(b"\",B,2020-01-01,2020-01-01,1,1,1\n4,A,B,2020-01-01,2020-01-01,1,1,1,extra\n");
    bytes.extend(b"5,A,B,2020-01-01,2020-01-01,1,1,1");
    let report = add_bytes(case.path(), &bytes).unwrap();
    assert_eq!((report.dataset.rows_in, report.dataset.kept, report.dataset.quarantined), (5, 2, 3));
    let table = ask(case.path(), "select side_a, flags from events order by row");
    assert_eq!(table.one_text("side_a").unwrap().as_deref(), Some("Juárez"));
    assert!(table.one_text("flags").unwrap().unwrap().contains("windows-1252"));
    let bad = ask(case.path(), "select row, reason, length(raw) as n from quarantine order by row");
    assert_eq!(bad.int("row").unwrap(), [Some(2), Some(3), Some(4)]);
    let reasons = bad.text("reason").unwrap().into_iter().flatten().collect::<Vec<_>>();
    assert_eq!(reasons[0], "side_a: contains a NUL byte");
    assert!(reasons[1].contains("is a quote left open?"));
    assert_eq!(reasons[2], "9 fields, the header has 8");
    assert!(bad.int("n").unwrap()[1].unwrap() < 70_000);
}

#[test]
fn semicolons_and_tabs_are_noticed() {
    for delimiter in [";", "\t"] {
        let case = tempfile::tempdir().unwrap();
        let text = format!("{LINE}\n1,A,B,2020-01-01,2020-01-01,1,1,1\n").replace(',', delimiter);
        assert_eq!(add_bytes(case.path(), text.as_bytes()).unwrap().dataset.kept, 1);
    }
}

#[test]
fn files_that_cannot_be_read_are_refused_in_plain_words_and_leave_no_trace() {
    let case = tempfile::tempdir().unwrap();
    let refuse = |bytes: &[u8]| add_bytes(case.path(), bytes).unwrap_err().to_string();
    assert!(refuse(b"").contains("is empty"));
    assert!(refuse(b"\xFF\xFEi\0d\0").contains("UTF-16"));
    assert!(refuse(b"id,best,best\n").contains("`best` stands twice"));
    assert!(refuse(b"id,side_a\n1,A\n").contains("date_start, date_end"));
    assert!(refuse(b"PK\x03\x04 and no more").contains("not a readable zip"));
    let missing = add_here(case.path(), &options("nowhere.csv")).unwrap_err().to_string();
    assert!(missing.contains("nowhere.csv"));
    let unknown = AddOptions { adapter: "no-such".into(), ..options("x.csv") };
    assert!(
        add_here(case.path(), &unknown).unwrap_err().to_string().contains("there is no adapter `no-such`; known: ")
    );
    for id in ["events", "Bad Id", "", "9lives", "cube-tolls"] {
        let options = AddOptions { id: Some(id.into()), ..options(fixture("ged-traps.csv")) };
        assert!(matches!(add_here(case.path(), &options), Err(AddError::Id { .. })), "{id}");
    }
    assert!(!case.path().join("casefile.lock").exists());
    assert!(!case.path().join(".casefile/store").exists());
}

fn zipped(path: &Path, members: &[(&str, &[u8])]) {
    let mut archive = zip::ZipWriter::new(File::create(path).unwrap());
    for (name, bytes) in members {
        archive.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        archive.write_all(bytes).unwrap();
    }
    archive.finish().unwrap();
}

#[test]
fn archives_give_their_one_csv_and_nothing_dangerous() {
    let case = tempfile::tempdir().unwrap();
    let text = fs::read(fixture("ged-traps.csv")).unwrap();
    let path = case.path().join("ged231-csv.zip");
    let refuse = |members: &[(&str, &[u8])]| {
        zipped(&path, members);
        add_here(case.path(), &options(&path)).unwrap_err().to_string()
    };
    assert!(refuse(&[("readme.txt", b"hello")]).contains("holds no CSV file; it holds: readme.txt"));
    let several = refuse(&[("a.csv", &text), ("b.csv", &text)]);
    assert!(several.contains("2 CSV files: a.csv, b.csv") && several.contains("--member"), "{several}");
    assert!(refuse(&[("../../evil.csv", &text)]).contains("unsafe name"));
    assert!(refuse(&[("bomb.csv", &vec![b'a'; 80 << 20])]).contains("times as much"));

    zipped(&path, &[("docs/readme.txt", b"hello"), ("csv/GEDEvent_v23_1.csv", &text), ("__MACOSX/x.csv", b"")]);
    let report = add_here(case.path(), &options(&path)).unwrap();
    assert_eq!(report.dataset.kept, 20);
    assert_eq!(report.dataset.version, "23.1");
    assert_eq!(report.dataset.member.as_deref(), Some("csv/GEDEvent_v23_1.csv"));
    zipped(&path, &[("a.csv", &text), ("b.csv", b"x")]);
    let chosen = AddOptions { member: Some("a.csv".into()), ..options(&path) };
    assert_eq!(add_here(case.path(), &chosen).unwrap().dataset.kept, 20);
}

#[test]
fn the_lock_follows_the_file_and_verifies_the_store() {
    let case = tempfile::tempdir().unwrap();
    let coverage = Coverage {
        area: "Exland".into(),
        from: "2020-01-01".into(),
        to: "2020-12-31".into(),
        status: casefile_case::lock::CoverageStatus::Complete,
        note: String::new(),
    };
    let first = AddOptions { coverage: vec![coverage.clone()], ..options(fixture("ged-traps.csv")) };
    let report = add_here(case.path(), &first).unwrap();
    assert!(report.replaced.is_none());
    verify(case.path(), &report.dataset).unwrap();
    // Again: the same pin, the same lock, byte by byte, and the coverage stays.
    let lock = fs::read(case.path().join("casefile.lock")).unwrap();
    let again = add_here(case.path(), &options(fixture("ged-traps.csv"))).unwrap();
    assert_eq!(again.dataset, report.dataset);
    assert_eq!(again.replaced, Some(report.dataset.clone()));
    assert_eq!(fs::read(case.path().join("casefile.lock")).unwrap(), lock);
    // Another file under the same id: another pin, and nothing is declared for it.
    let other = add_here(case.path(), &options(fixture("ged-reordered.csv"))).unwrap();
    assert_ne!(other.dataset.sha256, report.dataset.sha256);
    assert!(other.dataset.coverage.is_empty());
    // Rows that are not the pinned ones, or gone.
    let store = case.path().join(&other.dataset.store).join(EVENTS);
    fs::copy(case.path().join(&report.dataset.store).join(EVENTS), &store).unwrap();
    assert!(matches!(verify(case.path(), &other.dataset), Err(VerifyError::Different { .. })));
    fs::write(&store, "rubbish").unwrap();
    assert!(matches!(verify(case.path(), &other.dataset), Err(VerifyError::Unreadable { .. })));
    fs::remove_file(&store).unwrap();
    assert!(matches!(verify(case.path(), &other.dataset), Err(VerifyError::Missing { .. })));
}

#[test]
fn two_writers_do_not_meet() {
    let case = tempfile::tempdir().unwrap();
    let _held = Writer::take(case.path()).unwrap();
    let error = add_here(case.path(), &options(fixture("ged-traps.csv"))).unwrap_err();
    assert!(matches!(error, AddError::Writer(WriterError::Busy { .. })));
}

#[test]
fn progress_reaches_the_end_of_every_phase() {
    let case = tempfile::tempdir().unwrap();
    let mut seen: Vec<Progress> = Vec::new();
    add(case.path(), &options(fixture("ged-traps.csv")), &mut |p| seen.push(p)).unwrap();
    for phase in [Phase::Hashing, Phase::Converting] {
        let last = seen.iter().rfind(|p| p.phase == phase).unwrap();
        assert_eq!(last.done, last.total, "{phase:?}");
        assert!(last.total > 1000);
    }
}

proptest::proptest! {
    #![proptest_config(proptest::test_runner::Config::with_cases(48))]

    #[test]
    fn no_bytes_break_the_reader_and_counts_add_up(
        lines in proptest::collection::vec(proptest::collection::vec(proptest::prelude::any::<u8>(), 0..80), 0..12),
        fields in proptest::collection::vec("[-0-9A-Za-z.,\"; ]{0,40}", 0..6),
    ) {
        let case = tempfile::tempdir().unwrap();
        let mut bytes = format!("{LINE}\n").into_bytes();
        for line in &lines {
            bytes.extend(line);
            bytes.push(b'\n');
        }
        for field in &fields {
            bytes.extend(format!("{field},A,B,2020-01-01,2020-01-02,{field},3,2\n").into_bytes());
        }
        let report = add_bytes(case.path(), &bytes).unwrap();
        let d = &report.dataset;
        proptest::prop_assert_eq!(d.rows_in, d.kept + d.quarantined);
        let stored = ask(case.path(), "select (select count(*) from events) e, (select count(*) from ucdp_ged) n, (select count(*) from quarantine) q");
        let count = |name: &str| u64::try_from(stored.one_int(name).unwrap().unwrap()).unwrap();
        proptest::prop_assert_eq!((count("e"), count("n"), count("q")), (d.kept, d.kept, d.quarantined));
    }

    #[test]
    fn no_header_breaks_the_reader(bytes in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..300)) {
        let case = tempfile::tempdir().unwrap();
        // Whatever it says: an answer or an error, no panic.
        let _ = add_bytes(case.path(), &bytes);
    }
}

/// The published numbers of the files at hand.
#[test]
fn afghanistan_2020_is_whole() {
    let Some(file) = real("ucdp/ged-afghanistan-2020-reduced.csv") else { return };
    let case = tempfile::tempdir().unwrap();
    let report = add_here(case.path(), &options(file)).unwrap();
    let d = &report.dataset;
    assert_eq!((d.rows_in, d.kept, d.quarantined), (3317, 3317, 0));
    assert_eq!((d.totals.all.events, d.totals.all.deaths_best), (3317, 20_834));
    assert_eq!(d.totals.by_type["state-based"].deaths_best, 20_489);
    assert_eq!(report.flags["toll-order"], 211);
    let is = "select count(*) n, count(distinct event_id) d from events where side_a = 'IS' or side_b = 'IS'";
    let table = ask(case.path(), is);
    assert_eq!((table.one_int("n").unwrap(), table.one_int("d").unwrap()), (Some(67), Some(67)));
    verify(case.path(), d).unwrap();
}

#[test]
fn the_candidate_release_loads_whole() {
    let Some(file) = real("ucdp/GEDEvent_v23_0_10.csv") else { return };
    let case = tempfile::tempdir().unwrap();
    let d = add_here(case.path(), &options(file)).unwrap().dataset;
    assert_eq!((d.rows_in, d.kept, d.quarantined), (2391, 2391, 0));
    assert_eq!(d.version, "23.0.10");
}

#[test]
fn the_partial_zip_loads_whole() {
    let Some(file) = real("ucdp/ged-partial-csv.zip") else { return };
    let case = tempfile::tempdir().unwrap();
    let report = add_here(case.path(), &options(file)).unwrap();
    let d = &report.dataset;
    assert_eq!(d.rows_in, 58_428);
    assert_eq!(d.rows_in, d.kept + d.quarantined);
    assert_eq!(d.quarantined, 0);
    assert_eq!(report.flags["toll-order"], 546);
    assert_eq!(report.flags["priogrid-mismatch"], 7);
}

#[test]
fn the_afghan_union_loads_with_its_country_filled() {
    let Some(file) = real("ucdp/ged-afghanistan-union.csv") else { return };
    let case = tempfile::tempdir().unwrap();
    let mut options = options(file);
    options.fills.insert("country".into(), "Afghanistan".into());
    let report = add_here(case.path(), &options).unwrap();
    let d = &report.dataset;
    assert_eq!((d.rows_in, d.kept, d.quarantined), (7024, 7024, 0));
    assert_eq!(report.flags["no-toll"], 283);
    assert_eq!(report.flags["derived-id"], 3317);
    let is = "select count(*) n from events where (side_a = 'IS' or side_b = 'IS') and date_start between '2020-01-01' and '2020-12-31' and country = 'Afghanistan'";
    assert_eq!(ask(case.path(), is).one_int("n").unwrap(), Some(67));
    let year = "select count(*) n, sum(deaths_best) d, count(admin1) a from events where date_start >= '2020-01-01' and date_start < '2021-01-01'";
    let table = ask(case.path(), year);
    assert_eq!((table.one_int("n").unwrap(), table.one_int("d").unwrap()), (Some(3317), Some(20_834)));
    assert!(table.one_int("a").unwrap().unwrap() > 2000);
}
