//! `casefile measure`: what changed, where, who, how strong. One file for each family of measures.
//!
//! A family takes the events of a selection, or the case's statements, and gives a [`Reading`]: sentences, tables, a figure and
//! the result as JSON. How it is computed is in `casefile_measure` and `casefile_stats`; here it is put into words.

mod reading;
mod selection;

use std::path::PathBuf;
use std::process::ExitCode;

use casefile_case::Case;
use casefile_case::lock::Lock;
use casefile_lake::Lake;
use casefile_verdict::Examiner;
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
enum Family {}

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
    let reading: Reading = match arguments.family {};
    if let Some(path) = &arguments.figure {
        let figure = reading.figure.as_ref().ok_or_else(|| Failure::Usage("this measure draws no figure".to_owned()))?;
        casefile_case::atomic::write(path, figure.standalone().into_bytes())?;
    }
    match arguments.format {
        Format::Text => show::print(&reading.text())?,
        Format::Json => show::print(&(serde_json::to_string_pretty(&reading.json())? + "\n"))?,
    }
    Ok(ExitCode::SUCCESS)
}
