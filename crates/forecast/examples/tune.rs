//! Tunes the pool on target years up to 2017: `cargo run --release -p casefile-forecast --example tune -- PANEL [FIRST]`.
//!
//! Members are fitted at the October before each target year on the panel cut there. Loss: over target years, the mean of CRPS
//! divided by the zero forecast's CRPS, plus half the mean ignorance. The panel is cut at December 2017 before anything else.

use std::path::Path;

use casefile_forecast::model::{Adaptive, Boosted, Group, Hurdle, Pool};
use casefile_forecast::score::{covers, crps_sorted, ignorance};
use casefile_forecast::{Error, Marginal, Marginals, Model, Month, Panel, Violence};

struct Year {
    year: u32,
    members: Vec<Marginals>,
    groups: Vec<Group>,
    came: Vec<Option<u32>>,
    zero: f64,
}

const HORIZONS: [u32; 12] = [3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14];

fn main() -> Result<(), Error> {
    let arguments: Vec<String> = std::env::args().collect();
    let whole = Panel::read(Path::new(&arguments[1]))?;
    let panel = Panel::new(whole.rows().filter(|row| row.month.year() <= 2017))?;
    let first = arguments.get(2).and_then(|year| year.parse().ok()).unwrap_or(2000);
    let mut years = Vec::new();
    for year in first..=2017 {
        let origin = Month::of(year - 1, 10).ok_or(Error::Empty)?;
        let history = panel.until(origin)?;
        let start = std::time::Instant::now();
        let members = Pool::members(&history, &HORIZONS)?.to_vec();
        eprintln!("{year}: fitted in {:.1} s", start.elapsed().as_secs_f64());
        let groups = history.alive().into_iter().map(|place| Group::of(&history, place)).collect();
        let mut came = Vec::new();
        for unit in &members[0].units {
            let place = panel.units().binary_search(unit).unwrap_or(0);
            for month in &members[0].months {
                let counts = panel.of(place)[(month.0 - panel.first().0) as usize];
                came.push(counts.map(|counts| counts.deaths[Violence::StateBased as usize].round() as u32));
            }
        }
        let zero = came.iter().flatten().map(|&y| f64::from(y)).sum::<f64>() / came.iter().flatten().count() as f64;
        years.push(Year { year, members, groups, came, zero });
    }
    let names = [Adaptive::default().name(), Hurdle::default().name(), Boosted::default().name()];
    for (member, name) in names.iter().enumerate() {
        let mut only = [[0.0; 3]; 3];
        only.iter_mut().for_each(|weights| weights[member] = 1.0);
        report(name, &years, &only);
    }
    let mut weights = [[0.2, 0.2, 0.6]; 3];
    report("pool, start", &years, &weights);
    for group in Group::ALL {
        let mut best = (f64::INFINITY, weights[group as usize]);
        for a in 0..=10 {
            for h in 0..=(10 - a) {
                let candidate = [f64::from(a) / 10.0, f64::from(h) / 10.0, f64::from(10 - a - h) / 10.0];
                let loss = loss(&years, group, candidate);
                if loss < best.0 {
                    best = (loss, candidate);
                }
            }
        }
        println!("{group:?}: {:?}, loss {:.5}", best.1, best.0);
        weights[group as usize] = best.1;
    }
    report("pool, tuned", &years, &weights);
    Ok(())
}

fn pooled(year: &Year, at: usize, weights: [f64; 3]) -> Marginal {
    Marginal::pool(year.members.iter().zip(weights).map(|(member, weight)| (&member.cells[at], weight)))
}

fn cells(year: &Year) -> impl Iterator<Item = (usize, Group, u32)> + '_ {
    let horizons = HORIZONS.len();
    year.came.iter().enumerate().filter_map(move |(at, came)| Some((at, year.groups[at / horizons], (*came)?)))
}

fn loss(years: &[Year], group: Group, weights: [f64; 3]) -> f64 {
    let of = |year: &Year| {
        let (mut loss, mut n) = (0.0, 0.0);
        for (at, other, came) in cells(year) {
            n += 1.0;
            if other == group {
                let drawn = pooled(year, at, weights).stratified(300);
                loss += crps_sorted(&drawn, came) / year.zero + 0.5 * ignorance(&drawn, came);
            }
        }
        loss / n
    };
    std::thread::scope(|scope| {
        let workers: Vec<_> = years.chunks(years.len().div_ceil(2)).map(|part| scope.spawn(move || part.iter().map(of).sum::<f64>())).collect();
        workers.into_iter().map(|worker| worker.join().unwrap_or(f64::NAN)).sum::<f64>() / years.len() as f64
    })
}

fn report(name: &str, years: &[Year], weights: &[[f64; 3]; 3]) {
    let (mut skill, mut crps, mut bits, mut held, mut by_year) = (0.0, 0.0, 0.0, 0.0, String::new());
    for year in years {
        let (mut c, mut i, mut h, mut n) = (0.0, 0.0, 0.0, 0.0);
        for (at, group, came) in cells(year) {
            let drawn = pooled(year, at, weights[group as usize]).stratified(1000);
            c += crps_sorted(&drawn, came);
            i += ignorance(&drawn, came);
            h += f64::from(u8::from(covers(&drawn, came, 0.1)));
            n += 1.0;
        }
        skill += 1.0 - c / n / year.zero;
        crps += c / n;
        bits += i / n;
        held += h / n;
        by_year += &format!(" {}:{:.2}/{:.3}", year.year, c / n, i / n);
    }
    let n = years.len() as f64;
    println!("{name:14} skill {:.4} crps {:.3} ign {:.4} cover {:.3} |{by_year}", skill / n, crps / n, bits / n, held / n);
}
