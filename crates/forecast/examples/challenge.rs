//! One window of the ViEWS challenge, without the command line:
//! `cargo run --release -p casefile-forecast --example challenge -- forecast PANEL 2017-10 pool OUT` or
//! `… -- score ACTUALS FORECAST …`.

use std::path::Path;
use std::time::Instant;

use casefile_forecast::score::challenge;
use casefile_forecast::{Draws, Error, Month, Outcomes, Panel, model};

fn main() -> Result<(), Error> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words[..] {
        ["forecast", panel, origin, name, out] => {
            let start = Instant::now();
            let history = Panel::read(Path::new(panel))?.until(origin.parse::<Month>()?)?;
            let horizons: Vec<u32> = (3..=14).collect();
            let Some(model) = model::named(name) else { panic!("models: {}", model::NAMES.join(", ")) };
            model.forecast(&history, &horizons, 1000, 1)?.write(Path::new(out))?;
            println!("{name} at {origin}: {:.1} s", start.elapsed().as_secs_f64());
        }
        ["score", actuals, ..] => {
            let outcomes = Outcomes::read(Path::new(actuals))?;
            for file in &words[2..] {
                let draws = Draws::read(Path::new(file))?;
                let start = Instant::now();
                let found = challenge(&draws, &outcomes)?;
                println!(
                    "{file}: CRPS {:.3}  IGN {:.4}  MIS {:.1}  coverage {:.3} ({:.3} with deaths)  [{:.3} s]",
                    found.crps,
                    found.ignorance,
                    found.interval,
                    found.coverage.all,
                    found.coverage.with_deaths,
                    start.elapsed().as_secs_f64()
                );
            }
        }
        _ => println!("forecast PANEL ORIGIN MODEL OUT | score ACTUALS FORECAST …"),
    }
    Ok(())
}
