//! The pool beside benchmarks on the challenge's windows, with the interval of its skill in CRPS:
//! `cargo run --release -p casefile-forecast --example skill -- PANEL ACTUALS_2018 ACTUALS_2019 …`.
//!
//! Each file of actuals holds one calendar year; its forecasts stand on the data up to the October before.

use std::collections::BTreeMap;
use std::path::Path;

use casefile_forecast::score::{Cell, Skill, challenge, challenge_by_cell, skill};
use casefile_forecast::{Error, Month, Outcomes, Panel, model};

/// Models, and draws of each: conflictology's are its twelve months.
const MODELS: [(&str, usize); 5] =
    [("pool", 1000), ("dressed", 1000), ("boosted", 1000), ("faded", 1000), ("conflictology", 12)];
const BENCHMARKS: [&str; 2] = ["faded", "conflictology"];
/// Mean length of the bootstrap's blocks, months, and its resamples.
const BLOCK: f64 = 6.0;
const RESAMPLES: usize = 4000;

fn main() -> Result<(), Error> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [panel, actuals @ ..] = &arguments[..] else {
        println!("skill PANEL ACTUALS …");
        return Ok(());
    };
    let panel = Panel::read(Path::new(panel))?;
    let horizons: Vec<u32> = (3..=14).collect();
    let mut cells: BTreeMap<&str, Vec<Vec<Cell>>> = BTreeMap::new();
    let mut years = Vec::new();
    for file in actuals {
        let outcomes = Outcomes::read(Path::new(file))?;
        let year = outcomes.0.keys().next().ok_or(Error::Empty)?.1.year();
        years.push(year);
        let history = panel.until(Month::of(year - 1, 10).ok_or(Error::Empty)?)?;
        for (name, draws) in MODELS {
            let Some(model) = model::named(name) else { continue };
            let drawn = model.forecast(&history, &horizons, draws, 1)?;
            let found = challenge(&drawn, &outcomes)?;
            println!(
                "{year} {name:14} CRPS {:6.3}  IGN {:.4}  MIS {:6.1}  coverage {:.3} ({:.3} with deaths)",
                found.crps, found.ignorance, found.interval, found.coverage.all, found.coverage.with_deaths
            );
            cells.entry(name).or_default().push(challenge_by_cell(&drawn, &outcomes)?);
        }
    }
    for name in MODELS.map(|model| model.0) {
        let all = &cells[name];
        let mean = |of: &dyn Fn(&Cell) -> f64| {
            all.iter().map(|year| year.iter().map(of).sum::<f64>() / year.len() as f64).sum::<f64>() / all.len() as f64
        };
        println!(
            "mean {name:14} CRPS {:6.3}  IGN {:.4}  MIS {:6.1}  coverage {:.3}",
            mean(&|cell| cell.crps),
            mean(&|cell| cell.ignorance),
            mean(&|cell| cell.interval),
            mean(&|cell| f64::from(u8::from(cell.covered)))
        );
    }
    for benchmark in BENCHMARKS {
        for (at, year) in years.iter().enumerate() {
            tell(&format!("{year}"), benchmark, of(&cells["pool"][at..=at], &cells[benchmark][at..=at]));
        }
        tell("all", benchmark, of(&cells["pool"], &cells[benchmark]));
    }
    Ok(())
}

fn of(ours: &[Vec<Cell>], benchmark: &[Vec<Cell>]) -> Option<Skill> {
    skill(&series(ours), &series(benchmark), BLOCK, RESAMPLES, 1)
}

/// CRPS by unit, months in order; units that are in every window.
fn series(windows: &[Vec<Cell>]) -> Vec<Vec<f64>> {
    let mut by_unit: BTreeMap<u32, Vec<f64>> = BTreeMap::new();
    windows.iter().flatten().for_each(|cell| by_unit.entry(cell.unit).or_default().push(cell.crps));
    let longest = by_unit.values().map(Vec::len).max().unwrap_or(0);
    by_unit.into_values().filter(|series| series.len() == longest).collect()
}

fn tell(when: &str, benchmark: &str, found: Option<Skill>) {
    match found {
        Some(Skill { skill, interval: (low, high), better }) => {
            println!(
                "{when:5} skill over {benchmark:14} {skill:7.3}  90% {low:.3} to {high:.3}  better in {better:.3}"
            );
        }
        None => println!("{when:5} no skill over {benchmark}"),
    }
}
