//! Tunes the pool on target years up to 2017: `cargo run --release -p casefile-forecast --example tune -- PANEL [FIRST]`.
//!
//! Members are fitted at the October before each target year on the panel cut there. Loss: over target years, the mean of CRPS
//! divided by the zero forecast's CRPS, plus the mean ignorance. The panel is cut at December 2017 before anything else.

use std::path::Path;

use casefile_forecast::model::{Group, Pool, Weights};
use casefile_forecast::score::{covers, crps_sorted, ignorance};
use casefile_forecast::{Error, Marginal, Marginals, Month, Panel, Violence};

struct Year {
    year: u32,
    members: [Marginals; 3],
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
        let members = Pool::members(&history, &HORIZONS)?;
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
    let plain = |members| Weights { members, bend: (1.0, 0.0) };
    for (name, members) in [("adaptive", [1.0, 0.0, 0.0]), ("hurdle", [0.0, 1.0, 0.0]), ("boosted", [0.0, 0.0, 1.0])] {
        report(name, &years, &[plain(members); 3]);
    }
    let mut weights = [plain([0.2, 0.2, 0.6]); 3];
    report("pool, start", &years, &weights);
    let (shares, bends) = (shares(), bends());
    for group in Group::ALL {
        let best = &mut weights[group as usize];
        for _ in 0..2 {
            *best = least(&years, group, shares.iter().map(|&members| Weights { members, ..*best }));
            *best = least(&years, group, bends.iter().map(|&bend| Weights { bend, ..*best }));
        }
        println!("{group:?}: {best:?}, loss {:.5}", loss(&years, group, *best));
    }
    report("pool, tuned", &years, &weights);
    Ok(())
}

/// Shares of three members in steps of a fifth.
fn shares() -> Vec<[f64; 3]> {
    let pairs = (0..=5).flat_map(|a| (0..=5 - a).map(move |h| (a, h)));
    pairs.map(|(a, h)| [f64::from(a) / 5.0, f64::from(h) / 5.0, f64::from(5 - a - h) / 5.0]).collect()
}

/// Slopes and intercepts of the recalibration.
fn bends() -> Vec<(f64, f64)> {
    let slopes = [0.9, 1.0, 1.15, 1.3].into_iter();
    slopes.flat_map(|slope| [-0.15, 0.0, 0.15, 0.3].map(|intercept| (slope, intercept))).collect()
}

fn least(years: &[Year], group: Group, candidates: impl Iterator<Item = Weights>) -> Weights {
    let scored = candidates.map(|weights| (loss(years, group, weights), weights));
    scored.min_by(|a, b| a.0.total_cmp(&b.0)).map_or(Pool::default().weights[group as usize], |best| best.1)
}

fn pooled(year: &Year, at: usize, weights: Weights) -> Marginal {
    weights.pool(year.members.each_ref().map(|member| &member.cells[at]))
}

fn cells(year: &Year) -> impl Iterator<Item = (usize, Group, u32)> + '_ {
    let horizons = HORIZONS.len();
    year.came.iter().enumerate().filter_map(move |(at, came)| Some((at, year.groups[at / horizons], (*came)?)))
}

fn loss(years: &[Year], group: Group, weights: Weights) -> f64 {
    let of = |year: &Year| {
        let (mut loss, mut n) = (0.0, 0.0);
        for (at, other, came) in cells(year) {
            n += 1.0;
            if other == group {
                let drawn = pooled(year, at, weights).stratified(300);
                loss += crps_sorted(&drawn, came) / year.zero + ignorance(&drawn, came);
            }
        }
        loss / n
    };
    std::thread::scope(|scope| {
        let workers: Vec<_> = years
            .chunks(years.len().div_ceil(2))
            .map(|part| scope.spawn(move || part.iter().map(of).sum::<f64>()))
            .collect();
        workers.into_iter().map(|worker| worker.join().unwrap_or(f64::NAN)).sum::<f64>() / years.len() as f64
    })
}

fn report(name: &str, years: &[Year], weights: &[Weights; 3]) {
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
    println!(
        "{name:14} skill {:.4} crps {:.3} ign {:.4} cover {:.3} |{by_year}",
        skill / n,
        crps / n,
        bits / n,
        held / n
    );
}
