//! `casefile schema`: the JSON Schema of case files, for editors.

use std::process::ExitCode;

use clap::Args;

use crate::open::Failure;
use crate::show;

/// Print the JSON Schema with which editors complete and check case files
#[derive(Args)]
pub struct Arguments {}

pub fn run(_: &Arguments) -> Result<ExitCode, Failure> {
    show::print(&casefile_case::schema::text())?;
    Ok(ExitCode::SUCCESS)
}
