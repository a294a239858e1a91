//! Tunes the pool on target years up to 2017: `cargo run --release -p casefile-forecast --example tune -- PANEL [FIRST]`.
//!
//! The panel is cut at December 2017 before anything else. Members are fitted at every half-year from the October before the first
//! year to October 2016, each on the panel cut there. Loss: CRPS ÷ the zero forecast's CRPS, half of it window by window and half
//! over all of them, plus ignorance. The first half keeps the worst wars from deciding alone, the second is what the goal counts.
//! Every figure is told twice: with weights tuned on all windows, and with weights tuned on the other three quarters of the years.

use std::path::Path;
use std::thread;

use casefile_forecast::model::{Group, Pool, Weights};
use casefile_forecast::{Error, Marginal, Month, Panel, Violence};

const HORIZONS: [u32; 12] = [3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14];
const MEMBERS: [&str; 3] = ["dressed", "hurdle", "boosted"];
/// Years that are left out together: every fourth.
const FOLDS: u32 = 4;
/// Upper ends of the ignorance bins, all of them in the grid.
const ENDS: [u32; 10] = [0, 2, 5, 10, 25, 50, 100, 250, 500, 1000];

/// One unit-month ahead: members' cumulative chances on the grid.
struct Cell {
    group: Group,
    came: u32,
    members: [Vec<f32>; 3],
}

struct Window {
    origin: Month,
    cells: Vec<Cell>,
    zero: f64,
}

/// Whole numbers at first, then steps of a twentieth.
struct Grid {
    at: Vec<u32>,
    ends: [usize; 10],
}

impl Grid {
    fn new() -> Self {
        let mut at: Vec<u32> = (0..20).chain((0..160).map(|n| (20.0 * 1.05f64.powi(n)) as u32)).chain(ENDS).collect();
        at.sort_unstable();
        at.dedup();
        let ends = ENDS.map(|end| at.partition_point(|&value| value < end));
        Self { at, ends }
    }

    fn cumulative(&self, marginal: &Marginal) -> Vec<f32> {
        let (mut atoms, mut below) = (marginal.atoms().iter().peekable(), 0.0);
        let up_to = |&value: &u32| {
            while let Some(atom) = atoms.next_if(|atom| atom.0 <= value) {
                below += atom.1;
            }
            below as f32
        };
        self.at.iter().map(up_to).collect()
    }

    /// CRPS and ignorance, as of 1,000 draws, of the pooled chances.
    fn scores(&self, cell: &Cell, weights: &Weights) -> (f64, f64) {
        let used = || cell.members.iter().zip(weights.members).filter(|used| used.1 > 0.0);
        let (slope, lift) = (weights.bend.0, (-weights.bend.1).exp());
        let pooled = |at: usize| {
            let chance: f64 = used().map(|(member, weight)| weight * f64::from(member[at])).sum();
            if weights.bend == (1.0, 0.0) || chance <= 0.0 || chance >= 1.0 - 1e-6 {
                return chance.min(1.0);
            }
            let odds = (1.0 - chance) / chance;
            1.0 / (1.0 + if slope == 1.0 { odds } else { odds.powf(slope) } * lift)
        };
        let bin = ENDS.partition_point(|&end| end < cell.came);
        // Ends beyond what is gone through have all chance below them.
        let (mut crps, mut low, mut high, mut past) = (0.0, f64::from(u8::from(bin > 0)), 1.0, 0.0);
        for at in 0..cell.members[0].len() {
            let chance = pooled(at);
            let (here, next) = (self.at[at], self.at.get(at + 1).copied().unwrap_or(self.at[at] + 1));
            // The outcome may lie within the step.
            let before = f64::from(cell.came.clamp(here, next) - here);
            crps += before * chance * chance + (f64::from(next - here) - before) * (1.0 - chance) * (1.0 - chance);
            if bin > 0 && at == self.ends[bin - 1] {
                low = chance;
            }
            if bin < ENDS.len() && at == self.ends[bin] {
                high = chance;
            }
            past = chance;
        }
        let end = self.at.get(cell.members[0].len()).or(self.at.last()).copied().unwrap_or(0);
        crps += f64::from(cell.came.saturating_sub(end)) * past;
        (crps, (1011.0 / (1000.0 * (high - low) + 1.0)).log2())
    }
}

fn main() -> Result<(), Error> {
    let arguments: Vec<String> = std::env::args().collect();
    let whole = Panel::read(Path::new(&arguments[1]))?;
    let panel = Panel::new(whole.rows().filter(|row| row.month.year() <= 2017))?;
    let first = arguments.get(2).and_then(|year| year.parse().ok()).unwrap_or(2002);
    let grid = Grid::new();
    let origins = (first - 1..2017).flat_map(|year| [(year, 4), (year, 10)]);
    let windows =
        origins.skip(1).map(|(year, month)| window(&panel, &grid, Month::of(year, month).ok_or(Error::Empty)?));
    let windows: Vec<Window> = windows.collect::<Result<_, Error>>()?;
    let alone = |m: usize| {
        let mut members = [0.0; 3];
        members[m] = 1.0;
        [Weights { members, bend: (1.0, 0.0) }; 3]
    };
    for (m, name) in MEMBERS.iter().enumerate() {
        report(name, &grid, &windows, |_| alone(m));
    }
    let now = Pool::default().weights;
    report("pool, as it is", &grid, &windows, |_| now);
    for (name, allowed, bent) in [
        ("all", [true; 3], true),
        ("unbent", [true; 3], false),
        ("without hurdle", [true, false, true], true),
        ("without dressed", [false, true, true], true),
    ] {
        let tuned = tune(&grid, &windows.iter().collect::<Vec<_>>(), allowed, bent);
        let folds: Vec<[Weights; 3]> = (0..FOLDS)
            .map(|fold| {
                let others: Vec<&Window> = windows.iter().filter(|window| window.fold() != fold).collect();
                tune(&grid, &others, allowed, bent)
            })
            .collect();
        report(&format!("{name}, all years"), &grid, &windows, |_| tuned);
        report(&format!("{name}, left out"), &grid, &windows, |window| folds[window.fold() as usize]);
        for (group, weights) in Group::ALL.iter().zip(tuned) {
            println!("    {group:?}: {:?} bend {:?}", weights.members, weights.bend);
        }
    }
    Ok(())
}

impl Window {
    /// By the year that most of its targets lie in.
    fn fold(&self) -> u32 {
        self.origin.after(8).year() % FOLDS
    }
}

fn window(panel: &Panel, grid: &Grid, origin: Month) -> Result<Window, Error> {
    let history = panel.until(origin)?;
    let start = std::time::Instant::now();
    let members = Pool::members(&history, &HORIZONS)?;
    eprintln!("{origin}: fitted in {:.1} s", start.elapsed().as_secs_f64());
    let groups: Vec<Group> = history.alive().into_iter().map(|place| Group::of(&history, place)).collect();
    let mut cells = Vec::new();
    for (place, unit) in members[0].units.iter().enumerate() {
        let series = panel.of(panel.units().binary_search(unit).unwrap_or(0));
        for (ahead, month) in members[0].months.iter().enumerate() {
            let Some(counts) = series[(month.0 - panel.first().0) as usize] else { continue };
            let at = place * HORIZONS.len() + ahead;
            let mut cumulative = members.each_ref().map(|member| grid.cumulative(&member.cells[at]));
            // What lies beyond all chance is not gone through.
            let beyond = |at: &usize| cumulative.iter().all(|member| member[*at] > 1.0 - 1e-6);
            let length = (0..grid.at.len()).find(beyond).map_or(grid.at.len(), |at| at + 1);
            cumulative.iter_mut().for_each(|member| member.truncate(length));
            let came = counts.deaths[Violence::StateBased as usize].round() as u32;
            cells.push(Cell { group: groups[place], came, members: cumulative });
        }
    }
    let zero = cells.iter().map(|cell| f64::from(cell.came)).sum::<f64>() / cells.len() as f64;
    Ok(Window { origin, cells, zero })
}

/// Shares of the members allowed, in steps of a tenth.
fn shares(allowed: [bool; 3]) -> Vec<[f64; 3]> {
    let pairs = (0..=10u32).flat_map(|a| (0..=10 - a).map(move |b| [a, b, 10 - a - b]));
    let whole = pairs.filter(|parts| parts.iter().zip(allowed).all(|(&part, allowed)| allowed || part == 0));
    whole.map(|parts| parts.map(|part| f64::from(part) / 10.0)).collect()
}

/// Coordinate by coordinate: shares, then slope, then intercept, twice.
fn tune(grid: &Grid, windows: &[&Window], allowed: [bool; 3], bent: bool) -> [Weights; 3] {
    let all = windows.iter().map(|window| window.zero).sum::<f64>() / windows.len() as f64;
    Group::ALL.map(|group| {
        let loss = |weights: &Weights| loss(grid, windows, group, weights, all);
        let least = |candidates: Vec<Weights>, best: Weights| {
            candidates
                .into_iter()
                .map(|w| (loss(&w), w))
                .min_by(|a, b| a.0.total_cmp(&b.0))
                .map_or(best, |found| found.1)
        };
        let mut best = Weights { members: [0.0; 3], bend: (1.0, 0.0) };
        for _ in 0..2 {
            best = least(shares(allowed).into_iter().map(|members| Weights { members, ..best }).collect(), best);
            if !bent {
                break;
            }
            let slopes = [0.9, 1.0, 1.1, 1.2].into_iter();
            let bends = slopes.flat_map(|slope| [-0.2, -0.1, 0.0, 0.1, 0.2, 0.3].map(|intercept| (slope, intercept)));
            best = least(bends.map(|bend| Weights { bend, ..best }).collect(), best);
        }
        best
    })
}

fn loss(grid: &Grid, windows: &[&Window], group: Group, weights: &Weights, all: f64) -> f64 {
    let of = |window: &&Window| {
        let scale = 0.5 / window.zero + 0.5 / all;
        let cells = window.cells.iter().filter(|cell| cell.group == group);
        let scored = cells.map(|cell| grid.scores(cell, weights));
        scored.map(|(crps, bits)| crps * scale + bits).sum::<f64>() / window.cells.len() as f64
    };
    thread::scope(|scope| {
        let workers: Vec<_> = windows
            .chunks(windows.len().div_ceil(2))
            .map(|part| scope.spawn(move || part.iter().map(of).sum::<f64>()))
            .collect();
        workers.into_iter().map(|worker| worker.join().unwrap_or(f64::NAN)).sum::<f64>() / windows.len() as f64
    })
}

fn report(name: &str, grid: &Grid, windows: &[Window], weights: impl Fn(&Window) -> [Weights; 3]) {
    let (mut skill, mut crps, mut bits, mut groups, mut by_window) = (0.0, 0.0, 0.0, [(0.0, 0.0); 3], String::new());
    for window in windows {
        let (weights, n) = (weights(window), window.cells.len() as f64);
        let (mut c, mut i) = (0.0, 0.0);
        for cell in &window.cells {
            let found = grid.scores(cell, &weights[cell.group as usize]);
            c += found.0 / n;
            i += found.1 / n;
            groups[cell.group as usize].0 += found.0 / n / windows.len() as f64;
            groups[cell.group as usize].1 += found.1 / n / windows.len() as f64;
        }
        skill += 1.0 - c / window.zero;
        crps += c;
        bits += i;
        by_window += &format!(" {c:.1}");
    }
    let n = windows.len() as f64;
    let parts: Vec<String> = groups.iter().map(|(c, i)| format!("{c:.3}/{i:.4}")).collect();
    println!(
        "{name:26} skill {:.4} crps {:.3} ign {:.4} | {} |{by_window}",
        skill / n,
        crps / n,
        bits / n,
        parts.join(" ")
    );
}
