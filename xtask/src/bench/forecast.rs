//! The challenge's CRPS over a whole window, 1,000 draws × 191 countries × 12 months, beside the field's Python libraries in turn.
//!
//! Draws are made up, the same for all, and so must the mean CRPS be. Each side times the score alone, draws in memory.

use std::path::Path;
use std::process::Command;

use super::process::cost;
use super::{build, machine, median, not_installed, python, released, said};

/// Turns that ours and the peers take.
const TURNS: usize = 3;

/// Times scores, and where `CASEFILE_DATA` has a panel one whole forecast.
///
/// # Errors
/// Where the example cannot be built, or fails.
pub(super) fn run(root: &Path) -> Result<String, String> {
    let program = released(root, "examples/speed");
    build(root, &["--package", "casefile-forecast", "--examples"])?;
    let script = root.join("xtask/peers/scores.py");
    let peers = ["scoringrules", "properscoring"];
    let (mut ours, mut theirs) = (Vec::new(), vec![Vec::new(); peers.len()]);
    for _ in 0..TURNS {
        let (time, crps) = timed(&mut Command::new(&program))?;
        ours.push(time);
        for (peer, times) in peers.iter().zip(&mut theirs) {
            let Ok((time, found)) = timed(Command::new(python()).arg(&script).arg(peer)) else { continue };
            if (found / crps - 1.0).abs() > 1e-9 {
                return Err(format!("{peer} finds a CRPS of {found}, casefile of {crps}"));
            }
            times.push(time);
        }
    }
    let own = middle(&mut ours);
    let mut table = format!(
        "{}.\n\n| by | CRPS of 2,292 × 1,000 draws, median | this ÷ ours |\n|---|---|---|\n",
        machine(&program)
    );
    table += &format!("| casefile | {own:.1} ms | 1.0 |\n");
    for (peer, mut times) in peers.into_iter().zip(theirs) {
        table += &match times.is_empty() {
            true => format!("\n{}\n", not_installed(peer)),
            false => {
                let time = middle(&mut times);
                format!("| {peer} | {time:.1} ms | {:.1} |\n", time / own)
            }
        };
    }
    Ok(table + &whole(root)?)
}

/// What a forecast of one window costs, process and all.
fn whole(root: &Path) -> Result<String, String> {
    let Some(data) = std::env::var_os("CASEFILE_DATA") else {
        return Ok("\nNo forecast was timed: CASEFILE_DATA is not set.\n".to_owned());
    };
    let mut command = Command::new(released(root, "examples/challenge"));
    let out = super::target(root).join("bench-forecast.parquet");
    command.arg("forecast").arg(Path::new(&data).join("views/panel.parquet")).args(["2020-10", "pool"]).arg(out);
    let cost = cost(&mut command)?;
    Ok(format!(
        "\nOne window, learned and forecast, file written: {:.1} s, {:.1} s of processor time, {:.0} MB.\n",
        cost.wall, cost.cpu, cost.memory
    ))
}

/// Milliseconds, and the mean CRPS.
fn timed(command: &mut Command) -> Result<(f64, f64), String> {
    let told = said(command).ok_or_else(|| format!("{command:?} failed"))?;
    let numbers = told.trim().split_once(' ').and_then(|(time, crps)| Some((time.parse().ok()?, crps.parse().ok()?)));
    numbers.ok_or_else(|| format!("{command:?} said `{told}`"))
}

fn middle(times: &mut [f64]) -> f64 {
    times.sort_by(f64::total_cmp);
    median(times)
}
