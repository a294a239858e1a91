//! Times the mean CRPS of a made-up window, draws in memory: prints milliseconds, the best of four, and the CRPS.
//!
//! `cargo xtask bench forecast` sets it beside peers, which score the same draws (`xtask/peers/scores.py`).

use std::time::Instant;

use casefile_forecast::score::mean_crps;
use casefile_forecast::{Draws, Error, Month, Outcomes};

/// Deaths that look scattered and need no generator: heavy-tailed around a level of the unit-month.
fn deaths(cell: u32, at: u32) -> u32 {
    let level = (6.0 * (f64::from(cell) * 0.414_213_562_373_095_1).fract() - 2.0).exp();
    let share = ((f64::from(cell) * 1001.0 + f64::from(at)) * 0.618_033_988_749_894_9).fract();
    (level * share * share / (1.001 - share)).floor() as u32
}

fn main() -> Result<(), Error> {
    let cells: Vec<(u32, Month)> =
        (1..=191).flat_map(|unit| (457..=468).map(move |month| (unit, Month(month)))).collect();
    let numbered = || (0u32..).zip(&cells);
    let outcomes = Outcomes(numbered().map(|(cell, &key)| (key, deaths(cell, 1000))).collect());
    let rows = numbered().flat_map(|(cell, &(unit, month))| (0..1000).map(move |at| (unit, month, deaths(cell, at))));
    let draws = Draws::of(rows)?;
    let (mut best, mut crps) = (f64::INFINITY, 0.0);
    for _ in 0..4 {
        let start = Instant::now();
        crps = std::hint::black_box(mean_crps(&draws, &outcomes)?);
        best = best.min(start.elapsed().as_secs_f64() * 1e3);
    }
    println!("{best} {crps}");
    Ok(())
}
