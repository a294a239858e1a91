//! `casefile measure CASE contagion`: how far events lead to events.

use casefile_brief::figure::{Options, contagion as drawn};
use casefile_brief::figures::{self, contagion::MAX_DAYS, contagion::STEPS};
use casefile_measure::contagion::{ContagionError, Dating, Fit, InSpace, OverTime, Settings, in_space, over_time};
use casefile_stats::hawkes::Estimate;
use clap::Args;
use serde_json::json;

use super::reading::{Grid, Reading};
use super::selection::{Which, words};
use super::{Desk, caveats, observed};
use crate::open::Failure;

/// How far events lead to further events: successors of an event, how soon they come, and whether that explains the timing
#[derive(Args)]
pub struct Arguments {
    #[command(flatten)]
    which: Which,
    /// Numbers of steps of the background rate, one fit for each; contagion and busy months look alike if it is held constant
    #[arg(long, value_name = "N", value_delimiter = ',', default_values_t = STEPS)]
    steps: Vec<usize>,
    /// Fit in space too, for these bandwidths of the background in km (needs the rows): 5,10,50
    #[arg(long, value_name = "KM", value_delimiter = ',')]
    space: Vec<f64>,
    /// How often vague days are drawn
    #[arg(long, value_name = "N", default_value_t = 10)]
    draws: u64,
    /// Makes the draws repeatable
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
}

/// Halves of the window whose shares of events dated to a day differ by more than this are not dated alike.
const UNLIKE: f64 = 0.1;

pub fn run(arguments: &Arguments, desk: &Desk<'_>) -> Result<Reading, Failure> {
    let mut of = arguments.which.selection(desk.case)?;
    // Here and not in the query, so that how many events are left out can be told.
    let max_days = of.max_date_days.take().unwrap_or(MAX_DAYS);
    let data = observed(desk, &of)?;
    let wrong = |error: ContagionError| Failure::Usage(error.to_string());
    let settings = Settings { steps: arguments.steps.clone(), max_days, draws: arguments.draws, seed: arguments.seed };
    let found = over_time(&data.events, &data.window, &data.breaks, &settings).map_err(wrong)?;
    let (space, unplaced) = match arguments.space.as_slice() {
        [] => (Vec::new(), 0),
        bandwidths => in_space(&data.events, &data.window, bandwidths, &settings).map_err(wrong)?,
    };

    let mut says = says(&found);
    says.extend(nearest(&space));
    let mut grids = vec![backgrounds(&found)];
    grids.extend((!space.is_empty()).then(|| bandwidths(&space)));
    let mut notes: Vec<String> = caveats(&data).into_iter().chain(dated(&found.dating, max_days)).collect();
    if unplaced > 0 {
        notes.push(format!("in space, {unplaced} events are left out whose place is not known to a town"));
    }
    notes.push(
        "events that cluster need not lead to one another: a common cause that lasts for days looks the same"
            .to_owned(),
    );
    let title = format!("Contagion: {}", words(desk.case, &of));
    let figure = drawn::render(&figures::contagion::input(&found, &title), &Options::wide("contagion"));
    Ok(Reading {
        title,
        source: data.source.clone(),
        says,
        grids,
        notes,
        figure: Some(figure),
        result: json!({ "time": found, "space": space, "unplaced": unplaced }),
        sql: data.sql,
    })
}

fn says(found: &OverTime) -> Vec<String> {
    let Some(best) = found.best() else { return Vec::new() };
    let mut says = vec![successors(best)];
    says.extend(found.best_alone().map(|(steps, aic)| {
        let ours = best.fit.aic;
        if aic <= ours {
            format!(
                "A background of {} without contagion explains the events no worse (AIC {aic:.1} against {ours:.1}).",
                rates(steps)
            )
        } else {
            format!("No background explains the events as well without contagion (AIC {aic:.1} against {ours:.1}).")
        }
    }));
    says.push(if best.fit.residual.p < 0.05 {
        format!(
            "Yet the fit does not explain the timing (residuals p = {:.3}): do not report it alone.",
            best.fit.residual.p
        )
    } else {
        format!("The residuals do not speak against the fit (p = {:.2}).", best.fit.residual.p)
    });
    says
}

/// `With a background of 4 rates, an event led to 0.64 further ones (0.57 to 0.73), half of them within 0.5 days (0.4 to 0.7).`
fn successors(best: &Fit) -> String {
    let delay = best
        .fit
        .half_life
        .as_ref()
        .map_or_else(String::new, |half_life| format!(", half of them within {} days", estimate(half_life, 1)));
    let drawn = best
        .over_draws
        .map_or_else(String::new, |[low, high]| format!("; {low:.2} to {high:.2} over the draws of vague days"));
    format!(
        "With a background of {}, an event led to {} further ones directly{delay}{drawn}.",
        rates(best.steps),
        estimate(&best.fit.branching, 2)
    )
}

fn rates(steps: usize) -> String {
    if steps == 1 { "one rate".to_owned() } else { format!("{steps} rates") }
}

/// `0.64 (0.57 to 0.73)`.
fn estimate(one: &Estimate, decimals: usize) -> String {
    let high = if one.high.is_finite() { format!("{:.decimals$}", one.high) } else { "∞".to_owned() };
    format!("{:.decimals$} ({:.decimals$} to {high})", one.value, one.low)
}

fn backgrounds(found: &OverTime) -> Grid {
    let rows = found.fits.iter().map(|Fit { steps, fit, .. }| {
        vec![
            rates(*steps),
            estimate(&fit.branching, 2),
            fit.half_life.as_ref().map_or_else(|| "–".to_owned(), |half_life| estimate(half_life, 1)),
            format!("{:.0}%", fit.triggered * 100.0),
            format!("{:.1}", fit.aic),
            format!("{:.1}", fit.aic_alone),
            format!("{:.2}", fit.residual.p),
        ]
    });
    Grid {
        title: "By background (90% intervals)".to_owned(),
        columns: ["background", "successors", "half-life, days", "triggered", "AIC", "AIC alone", "residuals p"]
            .map(str::to_owned)
            .to_vec(),
        rows: rows.collect(),
    }
}

/// What the fit of the greatest likelihood says.
fn nearest(space: &[InSpace]) -> Option<String> {
    let best = space.iter().max_by(|a, b| a.fit.ln_likelihood.total_cmp(&b.fit.ln_likelihood))?;
    let fit = &best.fit;
    let limit = if fit.scale_at_precision { ", the least that the places allow" } else { "" };
    let residual = if fit.residual.p < 0.05 { "; yet the fit does not explain the timing" } else { "" };
    Some(format!(
        "In space, with a bandwidth of {} km, an event led to {} further ones, half of them within {} days, some {} km off{limit}{residual}.",
        best.bandwidth_km,
        estimate(&fit.branching, 2),
        estimate(&fit.half_life, 1),
        estimate(&fit.scale_km, 0),
    ))
}

fn bandwidths(space: &[InSpace]) -> Grid {
    let rows = space.iter().map(|InSpace { bandwidth_km, fit }| {
        vec![
            bandwidth_km.to_string(),
            estimate(&fit.branching, 2),
            estimate(&fit.half_life, 1),
            estimate(&fit.scale_km, 0),
            format!("{:.1}", fit.ln_likelihood),
            format!("{:.3}", fit.residual.p),
        ]
    });
    Grid {
        title: "In space (90% intervals)".to_owned(),
        columns: ["bandwidth, km", "successors", "half-life, days", "distance, km", "ln likelihood", "residuals p"]
            .map(str::to_owned)
            .to_vec(),
        rows: rows.collect(),
    }
}

fn dated(dating: &Dating, max_days: u32) -> Vec<String> {
    let mut notes = Vec::new();
    if dating.drawn > 0 {
        let (drawn, all) = (dating.drawn, dating.dated);
        notes.push(format!("{drawn} of {all} events are dated to several days, and are put on one of them by chance"));
    }
    if dating.vague > 0 {
        notes.push(format!("{} events dated to more than {max_days} days are left out", dating.vague));
    }
    if dating.unplaced > 0 {
        notes.push(format!("the {} events that may lie outside the selection's places are left out", dating.unplaced));
    }
    if let [Some(before), Some(after)] = dating.to_the_day
        && (before - after).abs() > UNLIKE
    {
        notes.push(format!(
            "{:.0}% of the events of the first half are dated to one day, {:.0}% of those of the second: what changed may be how \
             finely events are dated",
            before * 100.0,
            after * 100.0
        ));
    }
    notes
}
