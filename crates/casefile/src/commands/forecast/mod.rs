//! `casefile forecast`: forecasts of monthly deaths, and their scores.

mod case;
mod challenge;
pub mod lint;
mod score;
mod source;
mod words;

use std::process::ExitCode;

use clap::{Args, Subcommand, ValueEnum};

use crate::engine::Connect;
use crate::open::Failure;

/// Forecast monthly deaths with honest uncertainty for a case's countries, and score forecasts
///
/// `casefile forecast CASE` forecasts the case's country and its neighbours; with --accept the forecast is kept in the case's
/// forecasts.lock, and `casefile forecast score CASE` scores it when the months have come.
#[derive(Args)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
pub struct Arguments {
    #[command(subcommand)]
    what: Option<What>,
    #[command(flatten)]
    own: case::InCase,
    /// Form of the result
    #[arg(long, value_enum, default_value_t = Format::Text, global = true)]
    format: Format,
}

/// Form of the result.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For reading
    Text,
    /// One JSON object
    Json,
}

#[derive(Subcommand)]
enum What {
    /// Score the forecasts that a case keeps, and those that its sources made in words, against what came
    Score(score::Arguments),
    /// Forecast every country of a panel from the data up to a month, as a submission to the challenge
    Challenge(challenge::Challenge),
    /// Score submissions against what came: CRPS, ignorance, mean interval score, coverage
    ScoreChallenge(challenge::Score),
}

pub fn run(arguments: &Arguments, connect: Option<Connect>) -> Result<ExitCode, Failure> {
    match &arguments.what {
        None => case::run(&arguments.own, arguments.format, connect),
        Some(What::Score(ask)) => score::run(ask, arguments.format, connect),
        Some(What::Challenge(ask)) => challenge::forecast(ask, arguments.format),
        Some(What::ScoreChallenge(ask)) => challenge::score(ask, arguments.format),
    }
}
