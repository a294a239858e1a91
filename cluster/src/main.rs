//! `casefile-cluster`: the command line of Casefile with Apache Ballista in it.
//!
//! The same commands as `casefile`, which `--engine ballista://HOST:PORT` sends to a cluster; and the parts of one.
//!
//! ```text
//! casefile-cluster check CASE --engine ballista://…      scheduler                 executors
//!   client ── logical plan, small tables in it ──────────▶ plans, hands out ──────▶ read rows from the store
//!          ◀───────────────────────────────────────── rows of the answer ──────────┘
//! ```
//!
//! What the three share is in [`limits`] (time-outs, sizes), [`codec`] (how small tables travel) and [`store`] (where
//! rows are read).

mod client;
mod codec;
mod executor;
mod limits;
mod publish;
mod scheduler;
mod service;
mod store;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

#[derive(Parser)]
#[command(name = "casefile-cluster", version, about = casefile::ABOUT, max_term_width = 100)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    #[command(flatten)]
    Casefile(casefile::Command),
    Scheduler(scheduler::Arguments),
    Executor(executor::Arguments),
    Publish(publish::Arguments),
}

fn main() -> ExitCode {
    let done = match Cli::parse().command {
        Command::Casefile(command) => return command.run(Some(client::connect)),
        Command::Scheduler(arguments) => scheduler::run(&arguments),
        Command::Executor(arguments) => executor::run(&arguments),
        Command::Publish(arguments) => publish::run(&arguments),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("error: {message}");
            ExitCode::from(2)
        }
    }
}
