//! Times the challenge's scores (CRPS, ignorance, interval, coverage) of a made-up window, draws in memory: prints milliseconds, the
//! best of three. `cargo xtask bench forecast` sets it beside peers, which are timed for their CRPS alone.

use std::time::Instant;

use casefile_forecast::score::challenge;
use casefile_forecast::{Draws, Error, Month, Outcomes};
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use rand_distr::{Distribution, LogNormal};

fn main() -> Result<(), Error> {
    let mut random = ChaCha8Rng::seed_from_u64(1);
    let Ok(spread) = LogNormal::new(1.0, 2.0) else { return Ok(()) };
    let cells: Vec<(u32, Month)> =
        (1..=191).flat_map(|unit| (457..=468).map(move |month| (unit, Month(month)))).collect();
    let mut draw = || spread.sample(&mut random) as u32;
    let outcomes = Outcomes(cells.iter().map(|&cell| (cell, draw())).collect());
    let draws = Draws::of(
        cells
            .iter()
            .flat_map(|&(unit, month)| (0..1000).map(move |_| (unit, month)))
            .map(|(unit, month)| (unit, month, draw())),
    )?;
    let mut best = f64::INFINITY;
    for _ in 0..4 {
        let start = Instant::now();
        std::hint::black_box(challenge(&draws, &outcomes)?);
        best = best.min(start.elapsed().as_secs_f64() * 1e3);
    }
    println!("{best}");
    Ok(())
}
