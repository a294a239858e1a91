//! `casefile forecast challenge`, `score-challenge`: forecasts and scores in the form of the ViEWS prediction challenge.

use std::path::PathBuf;
use std::process::ExitCode;

use casefile_forecast::score::{Scores, challenge};
use casefile_forecast::{Draws, Month, Outcomes, Panel, model};
use clap::Args;
use serde::Serialize;

use super::Format;
use crate::open::Failure;
use crate::show::{self, BOLD, DIM};

#[derive(Args)]
pub struct Challenge {
    /// Deaths and events by country and month (Parquet)
    #[arg(long, value_name = "FILE")]
    panel: PathBuf,
    /// The last month known, such as 2020-10; later rows of the panel are cut away first
    #[arg(long, value_name = "YYYY-MM")]
    origin: Month,
    /// Months ahead, first and last
    #[arg(long, value_name = "FIRST..LAST", default_value = "3..14", value_parser = horizons)]
    months: (u32, u32),
    /// Draws per country and month
    #[arg(long, default_value_t = 1000, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    draws: u32,
    /// The model
    #[arg(long, default_value = "pool", value_parser = clap::builder::PossibleValuesParser::new(model::NAMES))]
    model: String,
    /// Seed of the draws
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Keep the countries of this file alone (Parquet: month_id, country_id, outcome), such as the actuals or another submission
    #[arg(long, value_name = "FILE")]
    countries_of: Option<PathBuf>,
    /// Write the draws here (Parquet: month_id, country_id, draw, outcome)
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
}

#[derive(Args)]
pub struct Score {
    /// What came (Parquet: month_id, country_id, outcome)
    #[arg(long, value_name = "FILE")]
    actuals: PathBuf,
    /// Submissions (Parquet: month_id, country_id, draw, outcome)
    #[arg(required = true)]
    forecasts: Vec<PathBuf>,
}

/// Months ahead from "FIRST..LAST", both included.
fn horizons(text: &str) -> Result<(u32, u32), String> {
    let ends = text.split_once("..").and_then(|(first, last)| Some((first.parse().ok()?, last.parse().ok()?)));
    ends.filter(|&(first, last)| 1 <= first && first <= last && last <= 36)
        .ok_or_else(|| "write the first and the last month ahead, such as 3..14, from 1 to 36".to_owned())
}

/// What was forecast.
#[derive(Serialize)]
struct Made<'a> {
    model: &'a str,
    origin: String,
    first: String,
    last: String,
    countries: usize,
    draws: usize,
    seed: u64,
    out: &'a PathBuf,
}

/// A submission's scores.
#[derive(Serialize)]
struct Scored<'a> {
    forecast: &'a PathBuf,
    #[serde(flatten)]
    scores: Scores,
}

pub fn forecast(ask: &Challenge, format: Format) -> Result<ExitCode, Failure> {
    let history = Panel::read(&ask.panel)?.until(ask.origin)?;
    let ahead: Vec<u32> = (ask.months.0..=ask.months.1).collect();
    let Some(model) = model::named(&ask.model) else {
        return Err(Failure::Usage(format!("no model `{}`; known: {}", ask.model, model::NAMES.join(", "))));
    };
    let draws = model.forecast(&history, &ahead, ask.draws as usize, ask.seed)?;
    let draws = match &ask.countries_of {
        Some(file) => draws.only(&Outcomes::read(file)?.0.keys().map(|key| key.0).collect())?,
        None => draws,
    };
    draws.write(&ask.out)?;
    let made = Made {
        model: model.name(),
        origin: ask.origin.to_string(),
        first: ask.origin.after(ask.months.0).to_string(),
        last: ask.origin.after(ask.months.1).to_string(),
        countries: draws.units().len(),
        draws: draws.per_cell(),
        seed: ask.seed,
        out: &ask.out,
    };
    if format == Format::Json {
        show::print(&(serde_json::to_string_pretty(&made)? + "\n"))?;
        return Ok(ExitCode::SUCCESS);
    }
    anstream::println!(
        "{BOLD}{}{BOLD:#}  {} countries, {} to {}, {} draws each, from data up to {}",
        made.model,
        made.countries,
        made.first,
        made.last,
        made.draws,
        made.origin
    );
    anstream::println!("{DIM}written to{DIM:#} {}", made.out.display());
    Ok(ExitCode::SUCCESS)
}

pub fn score(ask: &Score, format: Format) -> Result<ExitCode, Failure> {
    let outcomes = Outcomes::read(&ask.actuals)?;
    let scored = ask
        .forecasts
        .iter()
        .map(|forecast| Ok(Scored { forecast, scores: challenge(&Draws::read(forecast)?, &outcomes)? }))
        .collect::<Result<Vec<_>, Failure>>()?;
    if format == Format::Json {
        show::print(&(serde_json::to_string_pretty(&scored)? + "\n"))?;
        return Ok(ExitCode::SUCCESS);
    }
    anstream::println!("{DIM}      CRPS    IGN       MIS  in 90%   draws  forecast{DIM:#}");
    for Scored { forecast, scores } in &scored {
        anstream::println!(
            "{:10.3} {:6.3} {:9.2}  {:6.3}  {:6}  {}",
            scores.crps,
            scores.ignorance,
            scores.interval,
            scores.coverage.all,
            scores.draws,
            forecast.display()
        );
    }
    anstream::println!(
        "{DIM}means over {} country-months; deaths, bits, deaths; lower is better{DIM:#}",
        outcomes.0.len()
    );
    Ok(ExitCode::SUCCESS)
}
