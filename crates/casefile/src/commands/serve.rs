//! `casefile serve`: the workbench, a local web application over one case.

use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use casefile_workbench::{Limits, Options, Server};
use clap::Args;

use crate::engine::{self, Connect};
use crate::open::{self, Failure};
use crate::show::{BOLD, DIM};

/// Open the workbench: read, explore, check and write the case in a browser on this machine
///
/// Listens on this machine only, and lets in only whoever has the printed address. Ctrl-C ends it.
#[derive(Args, Clone)]
pub struct Arguments {
    /// The case's folder
    #[arg(default_value = ".")]
    case: PathBuf,
    /// Port to listen on; a free one where absent
    #[arg(long, value_name = "N", default_value_t = 0)]
    port: u16,
    /// Do not open a browser
    #[arg(long)]
    no_open: bool,
    #[command(flatten)]
    engine: engine::Arguments,
}

pub fn run(arguments: &Arguments, connect: Option<Connect>) -> Result<ExitCode, Failure> {
    let (engine, folder) = (arguments.engine.clone(), arguments.case.clone());
    let lake = move |case: &casefile_case::Case, lock: &casefile_case::lock::Lock| {
        open::lake_on(&engine, case, &folder, lock, connect).map_err(|failure| failure.to_string())
    };
    let (case, port) = (arguments.case.clone(), arguments.port);
    let server = Server::bind(Options { case, port, open: Arc::new(lake), limits: Limits::default() })?;
    let url = server.url();
    // The address alone: a program that starts this one reads it and no more.
    anstream::println!("{BOLD}{url}{BOLD:#}");
    std::io::stdout().flush()?;
    if !server.has_app() {
        anstream::eprintln!("{DIM}this program was built without its web app: the page says how to build it{DIM:#}");
    }
    anstream::eprintln!("{DIM}for this machine and this browser only; Ctrl-C ends it{DIM:#}");
    if !arguments.no_open && ::open::that_detached(&url).is_err() {
        anstream::eprintln!("{DIM}no browser could be opened: open the address above{DIM:#}");
    }
    server.run()?;
    Ok(ExitCode::SUCCESS)
}
