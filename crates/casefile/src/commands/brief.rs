//! `casefile brief`: the briefing as one HTML file.

use std::fs;
use std::path::PathBuf;
use std::process::ExitCode;

use casefile_brief::{Input, Observations};
use casefile_case::{BRIEF_FILE, atomic, passage};
use casefile_forecast::ledger::Ledger;
use casefile_verdict::{Detail, Examiner, Report};
use clap::Args;

use crate::engine::{self, Connect};
use crate::open::{self, Failure};
use crate::show::{self, BOLD, DIM};

/// Rows or cells shown behind one sentence.
const ROWS: usize = 40;

/// Build the briefing: one HTML file that needs nothing else, not even a network
#[derive(Args)]
pub struct Arguments {
    /// The case's folder
    #[arg(default_value = ".")]
    case: PathBuf,
    /// File to write; out/brief.html in the case where absent
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    #[command(flatten)]
    engine: engine::Arguments,
}

pub fn run(arguments: &Arguments, connect: Option<Connect>) -> Result<ExitCode, Failure> {
    let folder = &arguments.case;
    let case = open::case(folder)?;
    let path = folder.join(BRIEF_FILE);
    let brief_md = fs::read_to_string(&path).map_err(|error| {
        Failure::Usage(format!("cannot read {}: {error}\nhint: write the briefing there in Markdown", path.display()))
    })?;
    let (lock, lake) = open::data_on(&arguments.engine, &case, folder, connect)?;
    let examiner = Examiner::new(&case, &lake, &lock)?.keeping(&arguments.case).with(Detail { rows: ROWS, bars: true });
    let bar = show::progress(case.claims.len() as u64, "checking claims");
    let report = Report::of(&case, &examiner, |done| bar.set_position(done as u64))?;
    bar.finish_and_clear();
    let verified = passage::verified(folder, &case);
    let forecasts = Ledger::read(folder)?;
    let input = Input {
        case: &case,
        brief_md: &brief_md,
        findings: &report.findings,
        figure_data: &Observations(&examiner),
        pins: &lock,
        forecasts: &forecasts,
        verified: &verified,
        version: env!("CARGO_PKG_VERSION"),
    };
    let page = casefile_brief::render(&input).map_err(|slips| Failure::Brief(slips, path))?;
    let out = arguments.out.clone().unwrap_or_else(|| folder.join("out").join("brief.html"));
    atomic::write(&out, page.html)?;
    anstream::println!("{BOLD}{}{BOLD:#}", out.display());
    let n = report.findings.len();
    let shown = if lock.datasets.is_empty() {
        "no event data are pinned: `casefile data add`"
    } else if lake.missing().is_empty() {
        "against rows"
    } else {
        "against the evidence cube"
    };
    anstream::println!("{DIM}{n} claims checked, {shown}; open the file in a browser{DIM:#}");
    Ok(ExitCode::SUCCESS)
}
