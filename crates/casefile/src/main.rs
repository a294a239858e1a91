//! `casefile`: case-as-code for the study of armed conflict.

mod commands;
mod open;
mod show;
mod tables;
mod terms;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use commands::{anchor, brief, check, data, explain, new, phrase, query, schema};
use open::Failure;

/// Write down what sources say about a conflict as plain text; check every claim against pinned event data; publish a
/// briefing in which every number can be followed to the row and the passage it came from.
#[derive(Parser)]
#[command(name = "casefile", version, about, max_term_width = 100)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    New(new::Arguments),
    Check(check::Arguments),
    Explain(explain::Arguments),
    Brief(brief::Arguments),
    Query(query::Arguments),
    Data(data::Arguments),
    Phrase(phrase::Arguments),
    Anchor(anchor::Arguments),
    Schema(schema::Arguments),
}

fn main() -> ExitCode {
    let done = match Cli::parse().command {
        Command::New(arguments) => new::run(&arguments),
        Command::Check(arguments) => check::run(&arguments),
        Command::Explain(arguments) => explain::run(&arguments),
        Command::Brief(arguments) => brief::run(&arguments),
        Command::Query(arguments) => query::run(&arguments),
        Command::Data(arguments) => data::run(&arguments),
        Command::Phrase(arguments) => phrase::run(&arguments),
        Command::Anchor(arguments) => anchor::run(&arguments),
        Command::Schema(arguments) => schema::run(&arguments),
    };
    match done {
        Ok(code) => code,
        // A reader that stopped reading, such as `head`, is no failure.
        Err(Failure::Output(error)) if error.kind() == std::io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(failure) => {
            show::failure(&failure);
            failure.code()
        }
    }
}
