//! `casefile forecast CASE`: the case's countries, or the cells of its country, months ahead.

use std::path::PathBuf;
use std::process::ExitCode;

use anstyle::Style;
use casefile_brief::figure::exceedance::per_cent;
use casefile_brief::figure::{self, Options};
use casefile_brief::figures::forecast as drawn;
use casefile_case::atomic;
use casefile_forecast::ledger::{self, Ask, FILE_NAME, Issue, Kind, Ledger, Spill, Tally, Unit};
use casefile_forecast::{Month, model};
use casefile_model::likelihood::Scale;
use casefile_verdict::outlook;
use clap::{Args, ValueEnum};
use serde::Serialize;

use super::{Format, source};
use crate::engine::{self, Connect};
use crate::open::{self, Failure};
use crate::show::{self, BOLD, DIM};

#[derive(Args)]
pub struct InCase {
    /// The case's folder
    #[arg(required = true)]
    case: Option<PathBuf>,
    /// Deaths and events by country and month (Parquet); without it the case's own events, where they are complete
    #[arg(long, value_name = "FILE")]
    panel: Option<PathBuf>,
    /// Countries, by the ids of the case's places; the case's country and its neighbours where absent
    #[arg(long, value_name = "ID", value_delimiter = ',')]
    place: Vec<String>,
    /// The last month known; the last of the data where absent
    #[arg(long, value_name = "YYYY-MM")]
    origin: Option<Month>,
    /// Months ahead
    #[arg(long, default_value_t = 12, value_parser = clap::value_parser!(u32).range(1..=12))]
    months: u32,
    /// Whole countries, or cells of half a degree (from event rows)
    #[arg(long, value_enum, default_value_t = By::Country)]
    by: By,
    /// The model
    #[arg(long, default_value = "pool", value_parser = clap::builder::PossibleValuesParser::new(model::NAMES))]
    model: String,
    /// Leave out drivers, which fit the model anew many times
    #[arg(long)]
    no_drivers: bool,
    /// Deaths in a month of which the table and the map tell the chance
    #[arg(long, value_name = "DEATHS", default_value_t = 25, value_parser = clap::value_parser!(u32).range(1..))]
    at_least: u32,
    /// Keep the forecast in the case's forecasts.lock
    #[arg(long)]
    accept: bool,
    /// Day of making; today where absent
    #[arg(long, value_name = "YYYY-MM-DD")]
    made_on: Option<jiff::civil::Date>,
    /// Write the first country's fan chart here (SVG)
    #[arg(long, value_name = "FILE")]
    fan: Option<PathBuf>,
    /// Write the map of chances here (SVG)
    #[arg(long, value_name = "FILE")]
    map: Option<PathBuf>,
    #[command(flatten)]
    engine: engine::Arguments,
}

/// What a unit is.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum By {
    /// Countries
    Country,
    /// Cells of PRIO-GRID
    Cell,
}

#[derive(Serialize)]
struct Output<'a> {
    issue: &'a Issue,
    entered: Option<bool>,
}

pub fn run(arguments: &InCase, format: Format, connect: Option<Connect>) -> Result<ExitCode, Failure> {
    let Some(folder) = &arguments.case else { return Err(Failure::Usage("which case?".to_owned())) };
    let case = open::case(folder)?;
    let by = if arguments.by == By::Cell { Kind::Cell } else { Kind::Country };
    let countries = source::countries(&case, &arguments.place)?;
    let (source, units) = match &arguments.panel {
        Some(_) if by == Kind::Cell => {
            return Err(Failure::Usage(
                "a panel is of countries: cells are forecast from the case's own events".to_owned(),
            ));
        }
        Some(path) => (source::Source::of_file(path)?, countries),
        None => {
            let (lock, lake) = open::data_on(&arguments.engine, &case, folder, connect)?;
            // Of cells, those of the case's own country alone.
            let of = if by == Kind::Cell && arguments.place.is_empty() { countries[..1].to_vec() } else { countries };
            let source = source::of_events(&case, (&lock, &lake), &of, by, arguments.origin)?;
            let cells = || source.panel.units().iter().map(|gid| (*gid, gid.to_string())).collect();
            let units = if by == Kind::Cell { cells() } else { of };
            (source, units)
        }
    };
    let Some(model) = model::named(&arguments.model) else {
        return Err(Failure::Usage(format!("no model `{}`", arguments.model)));
    };
    let origin = arguments.origin.unwrap_or_else(|| source.panel.last());
    let history = source.panel.until(origin)?;
    let ask = Ask {
        model: &*model,
        horizon: arguments.months,
        units,
        by,
        data: source.pin,
        made_on: arguments.made_on.unwrap_or_else(|| jiff::Zoned::now().date()).to_string(),
        drivers: !arguments.no_drivers && by == Kind::Country,
    };
    let issue = ledger::issue(&history, &ask).map_err(|error| match error {
        casefile_forecast::Error::Short { .. } | casefile_forecast::Error::Fit { .. } => Failure::Usage(format!(
            "{error}\nhint: --model adaptive learns from each unit's own past, and asks for little of it"
        )),
        other => other.into(),
    })?;
    let mut ledger = Ledger::read(folder)?;
    let entered = if arguments.accept {
        let is_new = ledger.enter(issue.clone());
        if is_new {
            atomic::write(&folder.join(FILE_NAME), ledger.text()?)?;
        }
        Some(is_new)
    } else {
        None
    };
    draw(arguments, &issue, &ledger)?;
    if format == Format::Json {
        show::print(&(serde_json::to_string_pretty(&Output { issue: &issue, entered })? + "\n"))?;
        return Ok(ExitCode::SUCCESS);
    }
    show::print(&text(&issue, arguments.at_least, outlook::yardstick(&case)))?;
    match entered {
        Some(true) => anstream::println!("{DIM}kept in {FILE_NAME} as{DIM:#} {}", issue.id),
        Some(false) => anstream::println!("{DIM}{} is in {FILE_NAME} already{DIM:#}", issue.id),
        None => {
            anstream::println!(
                "{DIM}`--accept` keeps it in {FILE_NAME}, to be scored when the months have come{DIM:#}"
            );
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn draw(arguments: &InCase, issue: &Issue, ledger: &Ledger) -> Result<(), Failure> {
    if let (Some(path), Some(unit)) = (&arguments.fan, issue.unit.first()) {
        let input = drawn::fan(issue, unit, ledger, &format!("{}: deaths a month, seen and forecast", unit.name));
        atomic::write(path, figure::fan::render(&input, &Options::wide("fan")).standalone().into_bytes())?;
    }
    if let Some(path) = &arguments.map {
        let month = issue.origin.after(arguments.months.min(3));
        let input = drawn::exceedance(issue, month, arguments.at_least, "");
        atomic::write(path, figure::exceedance::render(&input, &Options::wide("map")).standalone().into_bytes())?;
    }
    Ok(())
}

/// The months ahead that the table tells of.
fn told(unit: &Unit) -> Vec<usize> {
    let last = unit.month.len() - 1;
    let mut told: Vec<usize> = [0, 2, 5, 11].into_iter().filter(|at| *at <= last).collect();
    if !told.contains(&last) {
        told.push(last);
    }
    told
}

fn text(issue: &Issue, threshold: u32, scale: Option<&Scale>) -> String {
    let mut out = format!(
        "{BOLD}Deaths in state-based violence a month{BOLD:#}, {} from data up to {} ({})\n\n",
        issue.model, issue.origin, issue.data.dataset
    );
    match issue.by {
        Kind::Country => out += &countries(issue, threshold, scale),
        Kind::Cell => out += &cells(issue, threshold),
    }
    out
}

fn countries(issue: &Issue, threshold: u32, scale: Option<&Scale>) -> String {
    let chance = format!("≥{threshold}");
    let mut rows =
        vec![["", "month", "median", "90%", &chance, "", "base rate", "a month ago"].map(str::to_owned).to_vec()];
    for unit in &issue.unit {
        for (n, at) in told(unit).into_iter().enumerate() {
            let ahead = &unit.month[at];
            let p = ahead.chance(threshold);
            let quantile = |level: f64| casefile_forecast::score::quantile_of(&ahead.draws.0, level).round();
            let known = ledger::THRESHOLDS.iter().position(|known| *known == threshold);
            let before = ahead.before.as_ref().zip(known).map(|(before, at)| per_cent(before.chance[at]));
            rows.push(vec![
                if n == 0 { unit.name.clone() } else { String::new() },
                ahead.month.to_string(),
                figure::scale::quantity(quantile(0.5)),
                format!("{}–{}", figure::scale::quantity(quantile(0.05)), figure::scale::quantity(quantile(0.95))),
                per_cent(p),
                scale.and_then(|scale| scale.word_for(p)).map_or("–", |term| term.word()).to_owned(),
                per_cent(unit.base(threshold)),
                before.unwrap_or_else(|| "–".to_owned()),
            ]);
        }
    }
    let mut out = table(&rows);
    out += &format!("\n{BOLD}The same model over the year before{BOLD:#}, made without it\n");
    out += &last_year(issue.unit.iter().filter_map(|unit| Some((unit.name.as_str(), unit.last_year?))));
    out += &drivers(&issue.unit);
    out += &spillover(issue, &issue.spillover);
    out
}

/// Scores beside those of the base rate.
pub fn last_year<'a>(tallies: impl Iterator<Item = (&'a str, Tally)>) -> String {
    let head = ["", "months", "CRPS", "base rate", "bits", "base rate", "in 90%", "Brier ≥25", "base rate"];
    let mut rows = vec![head.map(str::to_owned).to_vec()];
    for (name, tally) in tallies {
        let [crps, base] = [tally.crps, tally.base_crps].map(|value| format!("{value:.2}"));
        let [bits, base_bits] = [tally.bits, tally.base_bits].map(|value| format!("{value:.2}"));
        let [brier, base_brier] = [tally.brier, tally.base_brier].map(|value| format!("{value:.3}"));
        let inside = format!("{} of {}", tally.in_90, tally.n);
        rows.push(vec![name.to_owned(), tally.n.to_string(), crps, base, bits, base_bits, inside, brier, base_brier]);
    }
    if rows.len() == 1 {
        return format!("{DIM}the history is too short to tell{DIM:#}\n");
    }
    table(&rows)
}

fn drivers(units: &[Unit]) -> String {
    let told: Vec<String> = units
        .iter()
        .filter(|unit| unit.driver.iter().any(|driver| driver.change.abs() >= 0.05))
        .map(|unit| {
            let parts = unit.driver.iter().filter(|driver| driver.change.abs() >= 0.05).take(3);
            let parts: Vec<String> = parts.map(|driver| format!("{} {:+.1}", driver.part, driver.change)).collect();
            format!("  {}: {}\n", unit.name, parts.join("; "))
        })
        .collect();
    if told.is_empty() {
        return String::new();
    }
    format!(
        "\n{BOLD}What raised or lowered it{BOLD:#}, in mean deaths a month\n{}{DIM}  forecast less the forecast with that part of the history at its base rate; not causes{DIM:#}\n",
        told.concat()
    )
}

fn spillover(issue: &Issue, spills: &[Spill]) -> String {
    let name = |id: u32| issue.unit(id).map_or("", |unit| unit.name.as_str());
    let first = issue.unit.first().map(|unit| unit.unit);
    let of_home: Vec<&Spill> = spills.iter().filter(|spill| Some(spill.from) == first).collect();
    if of_home.is_empty() {
        return String::new();
    }
    let told = of_home.iter().map(|spill| {
        let (given, alone) = (per_cent(spill.given), per_cent(spill.alone));
        format!("  {} {given}, else {alone} (correlation of surprises {:+.2})\n", name(spill.to), spill.correlation)
    });
    format!(
        "\n{BOLD}Where {} passes {} in a month{BOLD:#}, the chance that a neighbour does\n{}",
        name(of_home[0].from),
        of_home[0].threshold,
        told.collect::<String>()
    )
}

/// Cells by class of chance: they are shown on a map, and none is named or ranked.
fn cells(issue: &Issue, threshold: u32) -> String {
    let chance = format!("≥{threshold}");
    let mut rows = vec![
        ["month", "cells", &format!("{chance}: 50% and more"), "20–50%", "5–20%", "below 5%"]
            .map(str::to_owned)
            .to_vec(),
    ];
    let Some(first) = issue.unit.first() else { return "no cells\n".to_owned() };
    for at in told(first) {
        let chances: Vec<f64> = issue.unit.iter().map(|unit| unit.month[at].chance(threshold)).collect();
        let within =
            |low: f64, high: f64| chances.iter().filter(|chance| (low..high).contains(*chance)).count().to_string();
        let classes = [within(0.5, 1.1), within(0.2, 0.5), within(0.05, 0.2), within(-0.1, 0.05)];
        let mut row = vec![first.month[at].month.to_string(), chances.len().to_string()];
        row.extend(classes);
        rows.push(row);
    }
    table(&rows) + &format!("{DIM}half-degree cells in which the data hold an event; `--map FILE` draws them{DIM:#}\n")
}

/// Rows that line up, the first of them bold.
pub fn table(rows: &[Vec<String>]) -> String {
    let styles: Vec<Style> =
        (0..rows.len()).map(|at| if at == 0 { Style::new().bold() } else { Style::new() }).collect();
    show::columns(rows, &styles)
}
