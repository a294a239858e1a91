//! The published scores and benchmarks of the ViEWS challenge, from its own files. Skips where they are absent.

use std::collections::BTreeSet;
use std::path::PathBuf;

use casefile_forecast::score::challenge;
use casefile_forecast::{Draws, Month, Outcomes, Panel, model};

const HORIZONS: [u32; 12] = [3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14];

fn data() -> Option<PathBuf> {
    let beside = || PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data"));
    let folder = std::env::var_os("CASEFILE_DATA").map_or_else(beside, PathBuf::from).join("views");
    folder.is_dir().then_some(folder)
}

fn skipped() {
    eprintln!("skipped: the folder `views` of the published data is not here; set CASEFILE_DATA");
}

/// Where the row of a model lies; none for those whose files are not at hand.
fn file(window: &str, model: &str) -> Option<String> {
    Some(match model {
        "bm_conflictology(12 draws)" => format!("benchmarks/conflictology_{window}.parquet"),
        "bm_boot" => format!("benchmarks/boot_{window}.parquet"),
        "bm_last" => format!("benchmarks/last_{window}.parquet"),
        "bm_zero" => format!("benchmarks/zero_{window}.parquet"),
        "bodentien_rueter_nbinom(999 draws)" => format!("submissions/bodentien_rueter_cm_nbinom_{window}.parquet"),
        "toboden_hurdle" => format!("submissions/cm_hurdle_{window}.parquet"),
        "toboden_NN(200 draws)" => format!("submissions/cm_NeuralNet_{window}.parquet"),
        "toboden_NN_negbin" => format!("submissions/cm_NeuralNetNegBin_{window}.parquet"),
        _ => return None,
    })
}

#[test]
fn every_published_row_is_scored_alike() {
    let Some(folder) = data() else { return skipped() };
    let table = std::fs::read_to_string(folder.join("scores.csv")).unwrap();
    let mut scored = 0;
    for line in table.lines().skip(1) {
        let cells: Vec<&str> = line.split(',').collect();
        let Some(file) = file(cells[0], cells[1]) else { continue };
        let outcomes = Outcomes::read(&folder.join(format!("actuals/cm_actuals_{}.parquet", cells[0]))).unwrap();
        let found = challenge(&Draws::read(&folder.join(file)).unwrap(), &outcomes).unwrap();
        let told: Vec<f64> = cells[2..].iter().map(|cell| cell.parse().unwrap()).collect();
        assert_eq!((found.n, found.draws), (told[0] as usize, told[2] as usize), "{line}");
        for (ours, theirs) in [(found.crps, told[3]), (found.ignorance, told[4]), (found.interval, told[5])] {
            assert!((ours - theirs).abs() < 1e-6 * (1.0 + theirs), "{line}: {ours}");
        }
        scored += 1;
    }
    // Two older benchmarks of each window are in the table whose files are not.
    assert_eq!(scored, 32);
}

#[test]
fn benchmarks_are_those_published() {
    let Some(folder) = data() else { return skipped() };
    let panel = Panel::read(&folder.join("panel.parquet")).unwrap();
    for (year, revised) in [(2018, 20), (2019, 12), (2020, 0), (2021, 0)] {
        let history = panel.until(Month::of(year - 1, 10).unwrap()).unwrap();
        let made = |name: &str, draws| model::named(name).unwrap().forecast(&history, &HORIZONS, draws, 1).unwrap();
        let told = |name: &str| Draws::read(&folder.join(format!("benchmarks/{name}_{year}.parquet"))).unwrap();
        let outcomes = Outcomes::read(&folder.join(format!("actuals/cm_actuals_{year}.parquet"))).unwrap();
        let score = |draws: &Draws| challenge(draws, &outcomes).unwrap();
        // By scores, not by draws: a panel may hold countries that the challenge leaves out.
        assert_eq!(score(&made("zero", 1000)), score(&told("zero")));
        // Exact where the panel is of the benchmark's vintage.
        let (ours, theirs) = (made("conflictology", 12), told("conflictology"));
        let sorted = |draws: &Draws, unit, month| {
            let mut values = draws.get(unit, month).unwrap().to_vec();
            values.sort_unstable();
            values
        };
        let differs = |&&(unit, month): &&(u32, Month)| sorted(&ours, unit, month) != sorted(&theirs, unit, month);
        let other: BTreeSet<(u32, Month)> = outcomes.0.keys().filter(differs).copied().collect();
        assert!(other.len() <= revised * 12, "{year}: {} unit-months differ", other.len());
        // Random ones by their scores, where the panel is of their vintage.
        let mut alike = outcomes.clone();
        alike.0.retain(|key, _| !other.contains(key));
        let score = |draws: &Draws| challenge(draws, &alike).unwrap();
        for (ours, theirs) in [("bootstrap", "boot"), ("last", "last")] {
            let (ours, theirs) = (score(&made(ours, 1000)), score(&told(theirs)));
            assert!((ours.crps / theirs.crps - 1.0).abs() < 0.03, "{year}: {ours:?} {theirs:?}");
            assert!((ours.ignorance / theirs.ignorance - 1.0).abs() < 0.03, "{year}: {ours:?} {theirs:?}");
        }
    }
}
