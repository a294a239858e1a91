//! `casefile phrase`: what a hedged phrase is taken to mean.

use std::path::PathBuf;
use std::process::ExitCode;

use casefile_model::quantity::PhraseTable;
use clap::Args;

use crate::open::{self, Failure};
use crate::show::{self, BOLD, DIM};

/// Show what a hedged phrase is taken to mean: its strict and pragmatic bounds, and why
#[derive(Args)]
pub struct Arguments {
    /// A phrase, such as "around 60" or "almost every"
    phrase: String,
    /// Read it with the phrases of this case
    #[arg(long, value_name = "DIR")]
    case: Option<PathBuf>,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

pub fn run(arguments: &Arguments) -> Result<ExitCode, Failure> {
    let case = arguments.case.as_deref().map(open::case).transpose()?;
    let table = case.as_ref().map_or_else(|| PhraseTable::builtin().clone(), |case| case.phrases().clone());
    let quantity = table.parse(&arguments.phrase).map_err(|error| Failure::Usage(error.to_string()))?;
    if arguments.json {
        show::print(&(serde_json::to_string_pretty(&quantity)? + "\n"))?;
        return Ok(ExitCode::SUCCESS);
    }
    let kind = quantity.kind();
    anstream::println!("{BOLD}{}{BOLD:#}  a {kind}", quantity.phrase());
    anstream::println!(
        "{DIM}   strictly{DIM:#}  {}  {DIM}{}{DIM:#}",
        quantity.strict().describe(kind),
        quantity.strict()
    );
    anstream::println!(
        "{DIM}plain sense{DIM:#}  {}  {DIM}{}{DIM:#}",
        quantity.pragmatic().describe(kind),
        quantity.pragmatic()
    );
    for rule in quantity.rule().split('+').filter_map(|name| table.rule(name)) {
        anstream::println!(
            "{DIM}       rule{DIM:#}  {}: {}",
            rule.name,
            rule.why.as_deref().unwrap_or("a plain number")
        );
    }
    Ok(ExitCode::SUCCESS)
}
