use super::*;
use crate::testdata::real;
use casefile_ingest::{AddOptions, add};

fn case_of(file: PathBuf, country: Option<&str>) -> tempfile::TempDir {
    let case = tempfile::tempdir().unwrap();
    let fills = country.map(|c| ("country".to_owned(), c.to_owned())).into_iter().collect();
    let options = AddOptions { file, adapter: "ucdp-ged".into(), fills, ..AddOptions::default() };
    add(case.path(), &options, &mut |_| {}).unwrap();
    case
}

fn traps() -> tempfile::TempDir {
    case_of(Path::new(env!("CARGO_MANIFEST_DIR")).join("../ingest/tests/fixtures/ged-traps.csv"), None)
}

fn cube_of(case: &Path, options: &CubeOptions) -> Result<Cube, CubeError> {
    let lock = Lock::read(case).unwrap();
    build(&Lake::open(case, &lock).unwrap(), &lock, "ucdp-ged", options)
}

fn open(case: &Path) -> Lake {
    Lake::open(case, &Lock::read(case).unwrap()).unwrap()
}

#[test]
fn the_cube_is_readable_and_comes_back_the_same() {
    let case = traps();
    let cube = cube_of(case.path(), &CubeOptions::default()).unwrap();
    insta::assert_snapshot!(cube.to_csv(), @r#"
    cell_id,period,country,admin1,admin2,place,priogrid,side_a,side_b,side_a_id,side_b_id,conflict_id,dyad_id,type_of_violence,date_precision_days,place_precision_km,flags,n,deaths_a,deaths_b,deaths_civilians,deaths_unknown,deaths_low,deaths_best,deaths_high,tolls
    c3a9bc6a479e91d6d,2020-01,Exland,North province,,,,Government of Exland,Red Front,900,901,910,911,1,1,5.0,,2,1,6,1,0,8,8,10,3;5
    c750d1292f6b7b19e,2020-01-01/2020-12-31,Exland,,,,,Government of Exland,Red Front,900,901,910,911,1,366,470.0,aggregated,1,0,0,0,40,10,40,100,40
    ccacaa8e89e066dc2,2020-01-30/2020-02-02,Exland,South province,,,,Government of Exland,Red Front,900,901,910,911,1,6,25.0,,1,0,6,0,0,6,6,6,6
    c4ca5611bdc4e4cba,2020-02,Exland,North province,,,,Red Front,Civilians,901,1,930,931,3,1,5.0,,1,0,0,7,0,5,7,9,7
    cfd450dcfb167cfc5,2020-02,Exland,South province,,,,Red Front,Blue Front,901,902,920,921,2,7,30.0,,1,3,3,0,2,8,8,8,8
    c2750b541cb52424b,2020-03,Exland,North province,,,,Government of Exland,Red Front,900,901,910,911,1,31,105.0,aggregated,1,10,20,5,5,40,40,40,40
    cc0901beae1968931,2020-04,Exland,North province,,,,Blue Front,Red Front,902,901,920,921,2,1,5.0,,1,1,1,0,0,2,2,2,2
    c8740d4df7bf66dd3,2020-04,Exland,North province,,,,Government of Exland,Blue Front,900,902,910,911,1,1,5.0,toll-order,1,0,3,0,0,4,3,3,3
    c2c1a20147adb22bc,2020-04,Exland,South province,,,,Government of Exland,Civilians,900,1,930,931,3,1,5.0,,1,0,0,2,0,2,2,2,2
    c2e97d345cdef1e71,2020-05,Exland,North province,,,,Government of Exland,Red Front,900,901,910,911,,1,5.0,,1,0,1,0,0,1,1,1,1
    c3e9a3aa97e23327f,2020-05,Exland,North province,,,,Government of Exland,Red Front,900,901,910,911,1,1,5.0,,6,0,6,0,0,6,6,6,1*6
    c5d7a77aafcfd3a9e,2020-05,Exland,North province,,,,Government of Exland,Red Front,900,901,910,911,1,1,5.0,inactive-year;status-unclear,1,0,1,0,0,1,1,1,1
    c93f464b4cd8e7788,2020-05,Exland,North province,,,,Government of Exland,Red Front,900,901,910,911,1,1,5.0,no-best,1,0,1,0,0,1,,1,
    c35ff4ea707105e3a,2020-05,Exland,North province,,,,Government of Exland,Red Front,900,901,910,911,1,1,5.0,no-toll,1,0,1,0,0,,,,
    "#);
    let pin = write(case.path(), &cube).unwrap();
    assert_eq!((pin.events, pin.cells), (20, cube.cells.len() as u64));
    assert_eq!(read(case.path(), &pin).unwrap(), cube);
    assert_eq!(Lock::read(case.path()).unwrap().cube("ucdp-ged"), Some(&pin));
    let about = fs::read_to_string(about_path(case.path(), &pin)).unwrap();
    assert!(about.contains("licence = \"CC-BY-4.0\"") && about.contains(&pin.sha256), "{about}");
    // The same again: the same file, and no other beside it.
    assert_eq!(write(case.path(), &cube).unwrap(), pin);
    assert_eq!(fs::read_dir(case.path().join("cube")).unwrap().count(), 2);
    // Another cube takes its place.
    let years = cube_of(case.path(), &CubeOptions { period: Period::Year, ..CubeOptions::default() }).unwrap();
    let other = write(case.path(), &years).unwrap();
    assert_ne!(other.file, pin.file);
    assert_eq!(fs::read_dir(case.path().join("cube")).unwrap().count(), 2);
}

#[test]
fn the_same_sql_answers_from_rows_and_from_cells() {
    let case = traps();
    for period in [Period::Month, Period::Quarter, Period::Year] {
        let cube = cube_of(case.path(), &CubeOptions { period, ..CubeOptions::default() }).unwrap();
        write(case.path(), &cube).unwrap();
        let lake = open(case.path());
        for condition in [
            "true",
            "side_b_id = '901' and period_start >= '2020-01-01' and period_end <= '2020-12-31'",
            "type_of_violence = 3 or admin1 = 'North province'",
            "date_precision_days <= 7 and place_precision_km <= 25",
            "dyad_id = '921' or type_of_violence is null",
        ] {
            let ask = |table: &str| {
                let sums = SUMS.map(|s| format!("sum({s}) as {s}")).join(", ");
                let sql = format!("select sum(n) as n, {sums} from {table} where {condition}");
                lake.table(&sql).unwrap().batch().clone()
            };
            assert_eq!(ask("observed"), ask("cube"), "{period:?} {condition}");
        }
        // A single toll can be told from the cells as from the rows.
        let rows = lake
            .table("select deaths_best, count(*) n from events where deaths_best is not null group by 1 order by 1")
            .unwrap();
        let cells = lake.table("select deaths_best, sum(n) n from cube_tolls group by 1 order by 1").unwrap();
        assert_eq!(rows.int("deaths_best").unwrap(), cells.int("deaths_best").unwrap());
        assert_eq!(rows.int("n").unwrap(), cells.int("n").unwrap());
    }
}

#[test]
fn a_clone_without_rows_answers_from_the_cube() {
    let case = traps();
    let cube = cube_of(case.path(), &CubeOptions::default()).unwrap();
    write(case.path(), &cube).unwrap();
    fs::remove_dir_all(case.path().join(".casefile")).unwrap();
    let lake = open(case.path());
    assert_eq!(lake.missing(), ["ucdp-ged"]);
    assert_eq!(lake.table("select sum(n) n from cube").unwrap().one_int("n").unwrap(), Some(20));
    assert_eq!(lake.table("select held from datasets").unwrap().one_text("held").unwrap().unwrap(), "cube");
    let lock = Lock::read(case.path()).unwrap();
    let error = build(&lake, &lock, "ucdp-ged", &CubeOptions::default()).unwrap_err();
    assert!(matches!(error, CubeError::NoRows(_)));
}

#[test]
fn places_and_days_are_told_apart_on_demand_and_where_the_licence_lets_them() {
    let case = traps();
    let of = |period, place| cube_of(case.path(), &CubeOptions { period, place, ..CubeOptions::default() }).unwrap();
    let sizes = [PlaceUnit::Country, PlaceUnit::Admin1, PlaceUnit::Admin2, PlaceUnit::Place]
        .map(|place| of(Period::Month, place).cells.len());
    assert!(sizes.is_sorted() && sizes[0] < sizes[3], "{sizes:?}");
    let fine = of(Period::Day, PlaceUnit::Place);
    let pin = write(case.path(), &fine).unwrap();
    assert_eq!(pin.places, ["country", "admin1", "admin2", "place", "priogrid"]);
    assert_eq!(read(case.path(), &pin).unwrap(), fine);
    let lake = open(case.path());
    for table in ["observed", "cube"] {
        let sql = format!(
            "select count(distinct place) p, count(distinct priogrid) g, sum(n) filter (where place = 'Ford village') f, \
             sum(n) filter (where period_start = '2020-01-05' and period_end = '2020-01-05') d from {table}"
        );
        let told = lake.table(&sql).unwrap();
        let told = ["p", "g", "f", "d"].map(|c| told.one_int(c).unwrap());
        assert_eq!(told, [Some(4), Some(4), Some(3), Some(2)], "{table}");
    }
    let mut lock = Lock::read(case.path()).unwrap();
    lock.datasets[0].redistribute_rows = false;
    let of = |period, place| build(&lake, &lock, "ucdp-ged", &CubeOptions { period, place, ..CubeOptions::default() });
    assert!(matches!(of(Period::Month, PlaceUnit::Place), Err(CubeError::Licence(_))));
    assert!(matches!(of(Period::Day, PlaceUnit::Admin1), Err(CubeError::Licence(_))));
    let error = of(Period::Month, PlaceUnit::Admin2).unwrap_err();
    let CubeError::TooSmall { small, cells, least: 2, .. } = error else { panic!("{error}") };
    assert!(0 < small && small <= cells);
}

#[test]
fn cells_that_are_too_small_are_counted_and_a_cut_that_passes_is_named() {
    use {Period::*, PlaceUnit::*};
    assert_eq!(coarser_cuts(Quarter, Admin1), [(Quarter, Country), (Year, Admin1), (Year, Country)]);
    assert_eq!(coarser_cuts(Year, Country), []);
    let case = traps();
    let lake = open(case.path());
    let mut lock = Lock::read(case.path()).unwrap();
    lock.datasets[0].redistribute_rows = false;
    lock.datasets[0].smallest_cell = 5;
    // Two plain clashes in January and six in May.
    let predicate = "side_a_id = '900' and side_b_id = '901' and type_of_violence = 1 and date_precision_days = 1 and deaths_best > 0 \
                     and flags not like '%inactive%'";
    let build = |period, place| {
        build(&lake, &lock, "ucdp-ged", &CubeOptions { period, place, predicate: predicate.to_owned() })
    };
    let error = build(Month, Admin1).unwrap_err();
    insta::assert_snapshot!(error, @r"
    1 of 2 cells by month and admin1 would rest on fewer than 5 events, and the licence of `ucdp-ged` lets none such be published
    hint: `casefile data cube ucdp-ged --period year --place admin1`, with the same --where, passes
    ");
    assert_eq!(build(Year, Admin1).unwrap().cells.iter().map(|cell| cell.n).collect::<Vec<_>>(), [8]);
    let all = super::build(&lake, &lock, "ucdp-ged", &CubeOptions::default()).unwrap_err();
    assert!(matches!(all, CubeError::TooSmall { passes: None, .. }), "{all}");
}

#[test]
fn a_changed_or_missing_cube_is_noticed() {
    let case = traps();
    let cube = cube_of(case.path(), &CubeOptions::default()).unwrap();
    let pin = write(case.path(), &cube).unwrap();
    let path = case.path().join(&pin.file);
    let text = fs::read_to_string(&path).unwrap();
    fs::write(&path, text.replacen("2020-01", "2021-01", 1)).unwrap();
    assert!(matches!(read(case.path(), &pin), Err(CubeError::Different { .. })));
    assert!(Lake::open(case.path(), &Lock::read(case.path()).unwrap()).is_err());
    fs::remove_file(&path).unwrap();
    assert_eq!(open(case.path()).missing_cubes(), ["ucdp-ged"]);
}

#[test]
fn malformed_cells_are_refused_with_their_line() {
    let head = csv_names().join(",");
    let line = |text: &str| from_csv(format!("{head}\n{text}\n").as_bytes(), "x").unwrap_err();
    assert_eq!(from_csv(b"a,b\n", "x").unwrap_err().0, 1);
    assert_eq!(line("c1,2020").0, 2);
    let cell = Cell { key: Default::default(), n: 1, sums: Default::default(), tolls: BTreeMap::new() };
    let good = Cube {
        dataset: "x".into(),
        period: Period::Month,
        place: PlaceUnit::Admin1,
        predicate: String::new(),
        cells: vec![cell],
    };
    let row = good.to_csv().lines().nth(1).unwrap().to_owned();
    assert_eq!(from_csv(format!("{head}\n{row}\n").as_bytes(), "x").unwrap(), good.cells);
    assert!(line(&row.replacen(",1,", ",one,", 1)).1.contains("number of events"));
    assert!(line(&row.replacen(',', ",2020-13", 1)).1.contains("no period"));
    assert!(line(&format!("{row}a*b")).1.contains("no list of tolls"));
    assert!(line(&row.replacen("c", "d", 1)).1.contains("its content says"));
}

#[test]
fn a_condition_chooses_and_a_wrong_one_is_explained() {
    let case = traps();
    let some = CubeOptions { predicate: "type_of_violence = 3 -- only these".into(), ..CubeOptions::default() };
    let cube = cube_of(case.path(), &some).unwrap();
    assert_eq!(cube.cells.iter().map(|c| c.n).sum::<i64>(), 2);
    let wrong = CubeOptions { predicate: "type_of_violense = 3".into(), ..CubeOptions::default() };
    let error = cube_of(case.path(), &wrong).unwrap_err().to_string();
    assert!(error.contains("did you mean `type_of_violence`?"), "{error}");
}

#[test]
fn periods_are_the_unit_or_the_range() {
    let day = |text: &str| text.parse::<Date>().unwrap();
    for (period, start, end, text) in [
        (Period::Month, "2020-03-02", "2020-03-31", "2020-03"),
        (Period::Month, "2020-03-28", "2020-04-03", "2020-03-28/2020-04-03"),
        (Period::Quarter, "2020-03-28", "2020-04-03", "2020-03-28/2020-04-03"),
        (Period::Quarter, "2020-04-01", "2020-06-30", "2020-04/2020-06"),
        (Period::Year, "2020-01-01", "2020-12-31", "2020"),
        (Period::Year, "2019-12-31", "2020-01-01", "2019-12-31/2020-01-01"),
    ] {
        assert_eq!(period.of(day(start), day(end)), text);
        let (first, last) = span(text).unwrap();
        assert!(first <= day(start) && last >= day(end));
    }
    assert_eq!(span("2020-02"), Some((day("2020-02-01"), day("2020-02-29"))));
    for bad in ["", "2020-13", "x", "2020-02-30", "2020/", "2020-1-1-1x"] {
        assert!(span(bad).is_none() || bad == "2020-1-1-1x", "{bad}");
    }
}

#[test]
fn the_afghan_cube_answers_as_the_rows_do_and_is_small() {
    let Some(file) = real("ucdp/ged-afghanistan-union.csv") else { return };
    let case = case_of(file, Some("Afghanistan"));
    let cube = cube_of(case.path(), &CubeOptions::default()).unwrap();
    let pin = write(case.path(), &cube).unwrap();
    assert_eq!(pin.events, 7024);
    let size = fs::metadata(case.path().join(&pin.file)).unwrap().len();
    eprintln!("{} cells, {size} bytes", pin.cells);
    let by_place = CubeOptions { place: PlaceUnit::Place, ..CubeOptions::default() };
    let fine = cube_of(case.path(), &by_place).unwrap();
    eprintln!("by place: {} cells, {} bytes", fine.cells.len(), fine.to_csv().len());
    assert!(size < 1 << 20);
    let lake = open(case.path());
    for table in ["observed", "cube"] {
        let sql = format!(
            "select sum(n) n, sum(deaths_best) d from {table} where period_start >= '2020-01-01' and period_end <= '2020-12-31'"
        );
        let year = lake.table(&sql).unwrap();
        let is = lake.table(&format!("{sql} and (side_a = 'IS' or side_b = 'IS')")).unwrap();
        assert_eq!(is.one_int("n").unwrap(), Some(67), "{table}");
        assert!(year.one_int("n").unwrap().unwrap() >= 3300, "{table}");
    }
}
