//! `casefile forecast score CASE`: what came of the forecasts that a case keeps, and of those that its sources made in words.

use std::path::PathBuf;
use std::process::ExitCode;

use casefile_case::lock::Lock;
use casefile_case::{Case, atomic};
use casefile_forecast::Outcomes;
use casefile_forecast::ledger::{FILE_NAME, Issue, Kind, Ledger, Pin, Row, Score, Tally, row};
use casefile_lake::Lake;
use casefile_model::statement::Each;
use casefile_verdict::outlook::{self, Reliability, Told};
use clap::Args;
use serde::Serialize;

use super::{Format, case as own, lint, source, words};
use crate::engine::{self, Connect};
use crate::open::{self, Failure};
use crate::show::{self, BOLD, DIM};

#[derive(Args)]
pub struct Arguments {
    /// The case's folder
    #[arg(default_value = ".")]
    case: PathBuf,
    /// Deaths and events by country and month (Parquet)
    #[arg(long, value_name = "FILE")]
    panel: Vec<PathBuf>,
    /// What came (Parquet: month_id, country_id, outcome)
    #[arg(long, value_name = "FILE")]
    actuals: Vec<PathBuf>,
    /// Keep the scores in the case's forecasts.lock
    #[arg(long)]
    accept: bool,
    #[command(flatten)]
    engine: engine::Arguments,
}

/// Scores of one issue.
#[derive(Serialize)]
struct Scored<'a> {
    issue: &'a str,
    months: Option<Tally>,
    rows: Vec<&'a Row>,
}

#[derive(Serialize)]
struct Output<'a> {
    forecasts: Vec<Scored<'a>>,
    words: &'a [Told<'a>],
    reliability: &'a [Reliability],
    disagreements: Vec<String>,
    changed: bool,
}

pub fn run(arguments: &Arguments, format: Format, connect: Option<Connect>) -> Result<ExitCode, Failure> {
    let folder = &arguments.case;
    let case = open::case(folder)?;
    let (lock, lake) = open::data_on(&arguments.engine, &case, folder, connect)?;
    let mut ledger = Ledger::read(folder)?;
    let mut months: Vec<(Outcomes, Pin)> = Vec::new();
    for path in &arguments.panel {
        let of = source::Source::of_file(path)?;
        months.push((source::outcomes(&of.panel), of.pin));
    }
    for path in &arguments.actuals {
        months.push(source::actuals(path)?);
    }
    let mut changed = false;
    for issue in ledger.issue.clone() {
        for (outcomes, pin) in of_case(&case, (&lock, &lake), &issue)?.iter().chain(&months) {
            changed |= tell(&mut ledger, &issue, outcomes, pin);
        }
    }
    for unit in asked_by_month(&case) {
        months.extend(of_events(&case, (&lock, &lake), &[unit], Kind::Country)?);
    }
    for forecast in &case.forecasts {
        if let Some(outcome) = words::settle(&case, (&lock, &lake), &months, forecast)? {
            changed |= ledger.settle(outcome);
        }
    }
    if arguments.accept && changed {
        atomic::write(&folder.join(FILE_NAME), ledger.text()?)?;
    }
    let told = outlook::all(&case, &ledger);
    let reliability = outlook::reliability(&told);
    let disagreements = lint::words(&case, &ledger).into_iter().map(|found| found.message).collect();
    if format == Format::Json {
        let scored = |issue: &'_ Issue| {
            let rows = ledger.rows(&issue.id);
            (issue.id.clone(), Tally::of(rows.iter().copied()), rows)
        };
        let all: Vec<_> = ledger.issue.iter().map(scored).collect();
        let forecasts =
            all.iter().map(|(id, months, rows)| Scored { issue: id, months: *months, rows: rows.clone() }).collect();
        let output = Output { forecasts, words: &told, reliability: &reliability, disagreements, changed };
        show::print(&(serde_json::to_string_pretty(&output)? + "\n"))?;
        return Ok(ExitCode::SUCCESS);
    }
    show::print(&(issues(&ledger) + &in_words(&told, &reliability)))?;
    for said in disagreements {
        anstream::println!("{BOLD}note{BOLD:#}: {said}");
    }
    match (changed, arguments.accept) {
        (true, true) => anstream::println!("{DIM}kept in {FILE_NAME}{DIM:#}"),
        (true, false) => anstream::println!("{DIM}`--accept` keeps what is new in {FILE_NAME}{DIM:#}"),
        (false, _) => anstream::println!("{DIM}nothing is new since {FILE_NAME} was written{DIM:#}"),
    }
    Ok(ExitCode::SUCCESS)
}

/// The countries whose months forecasts in words ask about.
fn asked_by_month(case: &Case) -> source::Units {
    let asked = case.forecasts.iter().filter(|forecast| forecast.measure.is_some() && forecast.each == Each::Month);
    let mut units: source::Units = asked
        .filter_map(|forecast| {
            let place = case.place(forecast.place.as_deref()?)?;
            Some((outlook::country_of(place)?, place.name.clone()))
        })
        .collect();
    units.sort();
    units.dedup_by_key(|unit| unit.0);
    units
}

type Data<'a> = (&'a Lock, &'a Lake);

/// What the case's own events tell of an issue's months; nothing where they are not complete.
fn of_case(case: &Case, data: Data<'_>, issue: &Issue) -> Result<Vec<(Outcomes, Pin)>, Failure> {
    let units = if issue.by == Kind::Cell {
        source::countries(case, &[])?[..1].to_vec()
    } else {
        issue.unit.iter().map(|unit| (unit.unit, unit.name.clone())).collect()
    };
    of_events(case, data, &units, issue.by)
}

fn of_events(case: &Case, data: Data<'_>, units: &[(u32, String)], by: Kind) -> Result<Vec<(Outcomes, Pin)>, Failure> {
    match source::of_events(case, data, units, by, None) {
        Ok(of) => Ok(vec![(source::outcomes(&of.panel), of.pin)]),
        Err(Failure::Usage(_)) => Ok(Vec::new()),
        Err(other) => Err(other),
    }
}

fn tell(ledger: &mut Ledger, issue: &Issue, outcomes: &Outcomes, pin: &Pin) -> bool {
    let of_unit = |unit: &casefile_forecast::ledger::Unit| -> Vec<Row> {
        let came = |month| outcomes.0.get(&(unit.unit, month)).copied();
        unit.month.iter().filter_map(|ahead| Some(row(unit, ahead, came(ahead.month)?))).collect()
    };
    let rows: Vec<Row> = issue.unit.iter().flat_map(of_unit).collect();
    !rows.is_empty() && ledger.tell(Score { issue: issue.id.clone(), data: pin.clone(), row: rows })
}

fn issues(ledger: &Ledger) -> String {
    let mut out = String::new();
    for issue in &ledger.issue {
        let rows = ledger.rows(&issue.id);
        out += &format!("{BOLD}{}{BOLD:#}  made {}, from data up to {}\n", issue.id, issue.made_on, issue.origin);
        if rows.is_empty() {
            out += &format!("{DIM}none of its months is in the data at hand{DIM:#}\n\n");
            continue;
        }
        let by_unit = |unit: &casefile_forecast::ledger::Unit| {
            Tally::of(rows.iter().copied().filter(|row| row.unit == unit.unit))
        };
        let all = Tally::of(rows.iter().copied()).map(|tally| ("all", tally));
        let named: Vec<(&str, Tally)> = if issue.by == Kind::Country {
            issue.unit.iter().filter_map(|unit| Some((unit.name.as_str(), by_unit(unit)?))).collect()
        } else {
            Vec::new()
        };
        out += &own::last_year(named.into_iter().chain(all));
        out.push('\n');
    }
    if out.is_empty() {
        out = format!("{DIM}no forecast of a model is kept yet: `casefile forecast CASE --accept`{DIM:#}\n");
    }
    out
}

fn in_words(told: &[Told<'_>], reliability: &[Reliability]) -> String {
    if told.is_empty() {
        return String::new();
    }
    let mut rows =
        vec![["forecast", "word", "as stated", "as read", "Brier", "base rate", "data"].map(str::to_owned).to_vec()];
    for one in told {
        let came = one.outcome.as_ref();
        let number = |value: Option<f64>| value.map_or("–".to_owned(), |value| format!("{value:.3}"));
        let stated = if one.lacks.is_empty() {
            one.standing.words().to_owned()
        } else {
            format!("unfalsifiable: no {}", one.lacks.join(", "))
        };
        let read = if one.forecast.measure.is_none() { "–" } else { one.standing.words() };
        rows.push(vec![
            show::cut(one.id, 34),
            one.word.unwrap_or("–").to_owned(),
            show::cut(&stated, 40),
            read.to_owned(),
            number(came.and_then(|came| came.brier)),
            number(came.map(|came| came.base_brier)),
            came.map_or(String::new(), |came| show::cut(&came.figures.join(", "), 44)),
        ]);
    }
    let mut out = format!("{BOLD}Forecasts in words{BOLD:#}\n{}", own::table(&rows));
    if !reliability.is_empty() {
        let mut rows = vec![["word", "forecasts", "said", "came", "Brier", "base rate"].map(str::to_owned).to_vec()];
        for row in reliability {
            rows.push(vec![
                row.word.clone(),
                row.n.to_string(),
                format!("{:.0}%", row.said * 100.0),
                format!("{} ({:.0}%)", row.came, 100.0 * row.came as f64 / row.n as f64),
                format!("{:.3}", row.brier),
                format!("{:.3}", row.base_brier),
            ]);
        }
        out += &format!("\n{}", own::table(&rows));
    }
    out
}
