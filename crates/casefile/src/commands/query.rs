//! `casefile query`: SQL over the case's tables and the events it pins.

use std::io::{self, IsTerminal, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use casefile_lake::output;
use casefile_verdict::{Examiner, Report};
use clap::{Args, ValueEnum};

use crate::engine::{self, Connect};
use crate::open::{self, Failure};
use crate::terms::Terms;
use crate::{show, tables};

/// Ask the case and its data in SQL
///
/// Tables: events, observed (events in the columns of cube), the datasets' own columns (ucdp_ged …), quarantine, datasets, cube, cube_tolls; and the case's
/// sources, actors, codings, places, claims, relations, estimates, reported_events, control, forecasts, verdicts.
#[derive(Args)]
pub struct Arguments {
    /// The case's folder
    case: PathBuf,
    /// A query, such as "select country, count(*) from events group by 1"
    sql: String,
    /// Form of the result
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// Put an apostrophe before texts of the CSV that a spreadsheet would run as formulas
    #[arg(long)]
    for_spreadsheets: bool,
    /// File to write the result to
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Export events whose licence lets none be passed on: the result stays with you, who hold the licence
    #[arg(long)]
    own_use: bool,
    #[command(flatten)]
    engine: engine::Arguments,
}

/// Form of a query's result.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// A table
    #[value(alias = "table")]
    Text,
    /// Comma-separated values
    Csv,
    /// A JSON array of objects
    Json,
    /// A Parquet file
    Parquet,
}

pub fn run(arguments: &Arguments, connect: Option<Connect>) -> Result<ExitCode, Failure> {
    if arguments.for_spreadsheets && arguments.format != Format::Csv {
        return Err(Failure::Usage("`--for-spreadsheets` goes with `--format csv`".to_owned()));
    }
    let case = open::case(&arguments.case)?;
    let (lock, lake) = open::data_on(&arguments.engine, &case, &arguments.case, connect)?;
    tables::register(&lake, &case)?;
    if arguments.sql.to_lowercase().contains("verdicts") {
        let examiner = Examiner::new(&case, &lake, &lock)?.keeping(&arguments.case);
        tables::register_verdicts(&lake, &Report::of(&case, &examiner, |_| {})?)?;
    }
    let exposure = lake.exposure(&arguments.sql, &lock)?;
    let leaves = arguments.format != Format::Text || arguments.out.is_some();
    let terms = Terms { lock: &lock, exposure: &exposure, own_use: arguments.own_use };
    if leaves {
        terms.permit()?;
    }
    let rows = lake.sql(&arguments.sql)?;
    let bytes = match arguments.format {
        Format::Text => output::text(&rows)?.into_bytes(),
        Format::Csv if arguments.for_spreadsheets => output::csv_for_spreadsheets(&rows)?.into_bytes(),
        Format::Csv => output::csv(&rows)?.into_bytes(),
        Format::Json => output::json(&rows)?.into_bytes(),
        Format::Parquet => output::parquet_with_notes(&rows, &terms.notes())?,
    };
    match &arguments.out {
        Some(path) => casefile_case::atomic::write(path, bytes)?,
        None if arguments.format == Format::Parquet && io::stdout().is_terminal() => {
            return Err(Failure::Usage(
                "Parquet is not text\nhint: name a file with --out FILE, or use a pipe".to_owned(),
            ));
        }
        None => io::stdout().lock().write_all(&bytes)?,
    }
    for line in if leaves { terms.attributions() } else { terms.own_eyes() } {
        anstream::eprintln!("{dim}{line}{dim:#}", dim = show::DIM);
    }
    let missing = lake.missing();
    if !missing.is_empty() {
        let name = missing.join(", ");
        anstream::eprintln!(
            "{dim}note: the rows of {name} are not at hand, so `events` lacks them; `cube` answers for them{dim:#}",
            dim = show::DIM
        );
    }
    Ok(ExitCode::SUCCESS)
}
