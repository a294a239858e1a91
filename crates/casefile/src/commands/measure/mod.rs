//! `casefile measure`: what changed, where, who, how strong. One file for each family of measures.
//!
//! A family takes the events of a selection, or the case's statements, and gives a [`Reading`]: sentences, tables, a figure and
//! the result as JSON. How it is computed is in `casefile_measure` and `casefile_stats`; here it is put into words.

mod change;
mod contagion;
mod hotspots;
mod hypotheses;
mod leadership;
mod network;
mod reading;
mod selection;
mod spread;
mod strength;

use std::path::PathBuf;
use std::process::ExitCode;

use casefile_case::Case;
use casefile_case::lock::Lock;
use casefile_lake::Lake;
use casefile_model::claim::Selection;
use casefile_verdict::Examiner;
use casefile_verdict::finding::Coverage;
use casefile_verdict::survey::Observed;
use clap::{Args, Subcommand, ValueEnum};

use super::check::From;
use crate::engine::{self, Connect};
use crate::open::{self, Failure};
use crate::show;
use reading::Reading;

/// Measure what changed, where, who and how strong, with the uncertainty of the data
#[derive(Args)]
pub struct Arguments {
    /// The case's folder
    case: PathBuf,
    #[command(subcommand)]
    family: Family,
    /// Form of the result
    #[arg(long, value_enum, default_value_t = Format::Text, global = true)]
    format: Format,
    /// Write the figure to this file (SVG)
    #[arg(long, value_name = "FILE", global = true)]
    figure: Option<PathBuf>,
    /// Answer from rows only or from evidence cubes only
    #[arg(long, value_enum, global = true)]
    from: Option<From>,
    #[command(flatten)]
    engine: engine::Arguments,
}

/// Form of the result.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For reading
    #[value(alias = "table")]
    Text,
    /// One JSON object
    Json,
}

/// The families of measures.
#[derive(Subcommand)]
enum Family {
    Change(change::Arguments),
    Contagion(contagion::Arguments),
    Hotspots(hotspots::Arguments),
    Spread(spread::Arguments),
    Network(network::Arguments),
    Strength(strength::Arguments),
    Leadership(leadership::Arguments),
    Hypotheses(hypotheses::Arguments),
}

/// What a family of measures works on.
pub struct Desk<'a> {
    /// The case.
    pub case: &'a Case,
    /// Asks the data.
    pub examiner: &'a Examiner<'a>,
}

pub fn run(arguments: &Arguments, connect: Option<Connect>) -> Result<ExitCode, Failure> {
    let case = open::case(&arguments.case)?;
    let (lock, lake): (Lock, Lake) = open::data_on(&arguments.engine, &case, &arguments.case, connect)?;
    let examiner = Examiner::new(&case, &lake, &lock)?.on(arguments.from.map(From::ground));
    let desk = Desk { case: &case, examiner: &examiner };
    let reading: Reading = match &arguments.family {
        Family::Change(arguments) => change::run(arguments, &desk)?,
        Family::Contagion(arguments) => contagion::run(arguments, &desk)?,
        Family::Hotspots(arguments) => hotspots::run(arguments, &desk)?,
        Family::Spread(arguments) => spread::run(arguments, &desk)?,
        Family::Network(arguments) => network::run(arguments, &desk)?,
        Family::Strength(arguments) => strength::run(arguments, &desk)?,
        Family::Leadership(arguments) => leadership::run(arguments, &desk)?,
        Family::Hypotheses(arguments) => hypotheses::run(arguments, &desk)?,
    };
    if let Some(path) = &arguments.figure {
        let figure =
            reading.figure.as_ref().ok_or_else(|| Failure::Usage("this measure draws no figure".to_owned()))?;
        casefile_case::atomic::write(path, figure.standalone().into_bytes())?;
    }
    match arguments.format {
        Format::Text => show::print(&reading.text())?,
        Format::Json => show::print(&(serde_json::to_string_pretty(&reading.json())? + "\n"))?,
    }
    Ok(ExitCode::SUCCESS)
}

/// The events of a selection; why there are none, where there are none.
fn observed(desk: &Desk<'_>, of: &Selection) -> Result<Observed, Failure> {
    desk.examiner.observe(of).map_err(Failure::Usage)
}

/// What must be known of the data before anything is read from them.
fn caveats(data: &Observed) -> Vec<String> {
    let mut notes = Vec::new();
    if data.coverage != Coverage::Complete {
        notes.push(
            "the data cover the period only in part: a change may be one of coverage, and counts are lower bounds"
                .to_owned(),
        );
    }
    let unplaced: u64 = data.events.iter().filter(|event| !event.placed).map(|event| event.n).sum();
    if unplaced > 0 {
        notes.push(format!(
            "{unplaced} events may lie in the selection's places or outside: their place is too coarse to tell"
        ));
    }
    notes
}
