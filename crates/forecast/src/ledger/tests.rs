use super::*;
use crate::model::Adaptive;
use crate::{Counts, Panel};

/// Afghanistan (133) with 40 deaths a month and 90 in the last three, Pakistan (136) with 10 every other month, Fiji (160) with
/// none, over ten years; what comes after 2019-12 is `later`.
fn panel(later: f64) -> Panel {
    let deaths = |unit: u32, month: u32| match unit {
        _ if month > 480 => later,
        133 if month > 477 => 90.0,
        133 => 35.0 + f64::from(month % 11),
        136 => f64::from(month % 2) * 10.0,
        _ => 0.0,
    };
    let row = |unit: u32, month: u32| crate::Row {
        unit,
        month: Month(month),
        counts: Counts { deaths: [deaths(unit, month), 0.0, 0.0], events: [1.0, 0.0, 0.0] },
    };
    Panel::new([133, 136, 160].iter().flat_map(|&unit| (361..=492).map(move |month| row(unit, month)))).unwrap()
}

fn made(later: f64) -> Issue {
    let history = panel(later).until("2019-12".parse().unwrap()).unwrap();
    let pin = Pin { dataset: "panel".into(), version: String::new(), sha256: "ab".into() };
    let ask = Ask {
        model: &Adaptive::default(),
        horizon: 6,
        units: vec![(133, "Afghanistan".into()), (136, "Pakistan".into()), (160, "Fiji".into())],
        by: Kind::Country,
        data: pin,
        made_on: "2020-01-15".into(),
        drivers: true,
    };
    issue(&history, &ask).unwrap()
}

#[test]
fn nothing_after_the_origin_is_in_it() {
    assert_eq!(made(0.0), made(1e6));
}

#[test]
fn a_forecast_stands_beside_its_base_rate_last_year_and_drivers() {
    let issue = made(0.0);
    let (afghanistan, fiji) = (&issue.unit[0], &issue.unit[2]);
    assert_eq!((afghanistan.month.len(), afghanistan.seen.len()), (6, BASE_MONTHS));
    assert_eq!(afghanistan.month[0].month.to_string(), "2020-01");
    assert!((afghanistan.base(90) - 3.0 / 60.0).abs() < 1e-12);
    // The rise of the last three months raises the forecast, and so does the year that holds them.
    let parts: Vec<&str> = afghanistan.driver.iter().map(|driver| driver.part.as_str()).collect();
    assert!(parts.contains(&"own deaths, last 3 months"), "{parts:?}");
    assert!(afghanistan.driver.iter().all(|driver| driver.change > 5.0), "{:?}", afghanistan.driver);
    assert!(fiji.driver.is_empty() && fiji.month.iter().all(|ahead| ahead.chance == [0.0; 4]));
    // A month earlier two of the three high months were known, so the forecast has risen since.
    let ahead = &afghanistan.month[0];
    assert!(ahead.before.as_ref().unwrap().mean < ahead.mean);
    // Twelve months, each with a score, and the base rate's beside it.
    let last = afghanistan.last_year.unwrap();
    assert_eq!(last.n, 6);
    assert!(last.crps > 0.0 && last.base_crps > 0.0);
    assert!(issue.spillover.iter().any(|spill| (spill.from, spill.to) == (133, 136)));
}

#[test]
fn the_file_reads_back_and_the_same_is_entered_once() {
    let mut ledger = Ledger::default();
    assert!(ledger.enter(made(0.0)));
    assert!(!ledger.enter(made(0.0)), "the same is entered once");
    let issue = &ledger.issue[0];
    let rows = issue.unit.iter().flat_map(|unit| unit.month.iter().map(|ahead| row(unit, ahead, 40)));
    let score = Score { issue: issue.id.clone(), data: issue.data.clone(), row: rows.collect() };
    assert!(ledger.tell(score.clone()));
    assert!(!ledger.tell(score));
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join(FILE_NAME), ledger.text().unwrap()).unwrap();
    assert_eq!(Ledger::read(folder.path()).unwrap(), ledger);
    assert_eq!(Ledger::read(&folder.path().join("none")).unwrap(), Ledger::default());
    fs::write(folder.path().join(FILE_NAME), "[[issue]]\nid = 3").unwrap();
    assert!(Ledger::read(folder.path()).unwrap_err().to_string().contains("not a ledger of forecasts"));
}

#[test]
fn a_row_is_scored_by_hand() {
    let issue = made(0.0);
    let mut unit = issue.unit[2].clone();
    unit.seen = [vec![0; 45], vec![30; 15]].concat();
    let ahead = Ahead {
        draws: Runs([vec![0; 90], vec![50; 10]].concat()),
        chance: [0.1, 0.1, 0.0, 0.0],
        ..unit.month[0].clone()
    };
    let row = row(&unit, &ahead, 30);
    // CRPS of 0 (90%) and 50 (10%) at 30: E|X−30| = 29, half of E|X−X'| = 0.9·0.1·50 = 4.5.
    assert!((row.crps - 24.5).abs() < 1e-9, "{}", row.crps);
    assert!((row.brier - 0.81).abs() < 1e-9 && (row.base_brier - 0.5625).abs() < 1e-9);
    // Bin 25.5–50.5 has 10 of 100 draws, and 25 of 100 of the base rate's, with a pseudo-count in each of eleven bins.
    assert!((row.bits - libm::log2(111.0 / 11.0)).abs() < 1e-4);
    assert!((row.base_bits - libm::log2(111.0 / 26.0)).abs() < 1e-4);
    assert!(row.in_90);
    let mean = Tally::of(&[row, row]).unwrap();
    assert_eq!((mean.n, mean.in_90, mean.crps), (2, 2, row.crps));
    assert_eq!(Tally::of(&[]), None);
}

#[test]
fn runs_are_short_and_wrong_ones_are_refused() {
    #[derive(Serialize, Deserialize, PartialEq, Debug)]
    struct One {
        draws: Runs,
    }
    let one = One { draws: Runs(vec![0, 0, 0, 1, 5, 5]) };
    assert_eq!(toml::to_string(&one).unwrap(), "draws = \"0*3 1 5*2\"\n");
    assert_eq!(toml::from_str::<One>("draws = \"0*3 1 5*2\"").unwrap(), one);
    for wrong in ["", "5 1", "x", "3*0", "3*9999999", "-1"] {
        assert!(toml::from_str::<One>(&format!("draws = {wrong:?}")).is_err(), "{wrong}");
    }
}
