//! `casefile`: case-as-code for the study of armed conflict, as a command line.
//!
//! The program `casefile` runs [`Command`]s with the engine inside it. `casefile-cluster` runs the same commands, and
//! brings an engine beyond one machine.

mod commands;
mod engine;
mod open;
mod show;
mod tables;
mod terms;

use std::process::ExitCode;

use clap::Subcommand;

use commands::{anchor, brief, check, data, explain, forecast, measure, new, phrase, query, schema, serve};
pub use engine::{Connect, Remote};
use open::Failure;

/// What `casefile --help` says first.
pub const ABOUT: &str = "Write down what sources say about a conflict as plain text; check every claim against pinned event data; publish a briefing in which every number can be followed to the row and the passage it came from.";

/// The subcommands.
#[derive(Subcommand)]
#[expect(missing_docs, reason = "each is described where its arguments are, and the help is made from that")]
pub enum Command {
    New(new::Arguments),
    Check(check::Arguments),
    Explain(explain::Arguments),
    Brief(brief::Arguments),
    Serve(serve::Arguments),
    Query(query::Arguments),
    Measure(Box<measure::Arguments>),
    Forecast(Box<forecast::Arguments>),
    Data(data::Arguments),
    Phrase(phrase::Arguments),
    Anchor(anchor::Arguments),
    Schema(schema::Arguments),
}

impl Command {
    /// Does what was asked, tells what went wrong, and gives the exit code. `connect` reaches engines beyond this
    /// process; none where the program has no such engine in it.
    #[must_use]
    pub fn run(&self, connect: Option<Connect>) -> ExitCode {
        let done = match self {
            Self::New(arguments) => new::run(arguments),
            Self::Check(arguments) => check::run(arguments, connect),
            Self::Explain(arguments) => explain::run(arguments, connect),
            Self::Brief(arguments) => brief::run(arguments, connect),
            Self::Serve(arguments) => serve::run(arguments, connect),
            Self::Query(arguments) => query::run(arguments, connect),
            Self::Measure(arguments) => measure::run(arguments, connect),
            Self::Forecast(arguments) => forecast::run(arguments, connect),
            Self::Data(arguments) => data::run(arguments),
            Self::Phrase(arguments) => phrase::run(arguments),
            Self::Anchor(arguments) => anchor::run(arguments),
            Self::Schema(arguments) => schema::run(arguments),
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
}
