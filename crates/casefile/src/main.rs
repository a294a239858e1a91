//! `casefile`: case-as-code for the study of armed conflict.

use std::process::ExitCode;

use casefile::Command;
use clap::Parser;

#[derive(Parser)]
#[command(name = "casefile", version, about = casefile::ABOUT, max_term_width = 100)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

fn main() -> ExitCode {
    Cli::parse().command.run(None)
}
