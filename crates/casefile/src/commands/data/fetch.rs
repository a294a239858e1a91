//! `casefile data fetch`: released data from their publishers, straight into a case where one is named.

use std::path::PathBuf;
use std::process::ExitCode;

use casefile_fetch::{Credentials, Endpoints, FetchError, Fetched, Order, Policy, Progress, Spec, keyring_path};
use clap::Args;
use indicatif::ProgressBar;
use jiff::civil::Date;

use super::{Add, Format, load, summary, told};
use crate::open::{self, Failure};
use crate::show::{self, BOLD, DIM};

/// Fetch released data from their publisher, whole or not at all
///
/// Tokens and passwords come from the environment (CASEFILE_UCDP_TOKEN, CASEFILE_ACLED_USERNAME,
/// CASEFILE_ACLED_PASSWORD) or from casefile/credentials.toml in the configuration folder, which nobody but you may
/// read. An interrupted fetch goes on where it broke off.
#[derive(Args)]
pub struct Fetch {
    /// What to fetch: ucdp-ged@26.1, acled, gdelt@2020-03-01/2020-03-31
    spec: Spec,
    /// The case to add the data to
    #[arg(long, value_name = "DIR")]
    case: Option<PathBuf>,
    /// The folder for what is fetched; the case's .casefile/downloads where absent
    #[arg(long, value_name = "DIR")]
    to: Option<PathBuf>,
    /// Ask UCDP's API row by row, even where there is a file of the whole release
    #[arg(long)]
    api: bool,
    /// Only events from this day
    #[arg(long, value_name = "DATE")]
    from: Option<Date>,
    /// Only events until this day
    #[arg(long, value_name = "DATE")]
    until: Option<Date>,
    /// Only events in this country, by the publisher's name (ACLED) or Gleditsch–Ward number (UCDP); may be repeated
    #[arg(long, value_name = "X")]
    country: Vec<String>,
    /// Only what ACLED has changed since the newest fetch in the folder; a new file is made of both
    #[arg(long)]
    update: bool,
    /// Form of the result
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

pub fn run(arguments: &Fetch) -> Result<ExitCode, Failure> {
    if let Some(case) = &arguments.case {
        open::case(case)?;
    }
    let fetched = fetch(&order(arguments)?)?;
    let known = casefile_ingest::adapter(adapter(arguments.spec.dataset())).is_some();
    let added = match &arguments.case {
        Some(case) if known => Some(load(&addition(arguments, case, &fetched))?),
        _ => None,
    };
    match arguments.format {
        Format::Json => {
            let value = serde_json::json!({
                "path": fetched.path,
                "was_here": fetched.was_here,
                "fetched": fetched.receipt,
                "added": added.as_ref().map(|(report, _)| summary(report)),
            });
            show::print(&(serde_json::to_string_pretty(&value)? + "\n"))?;
        }
        Format::Text => {
            show::print(&receipt(&fetched))?;
            if let Some((report, is_new)) = &added {
                show::print(&told(report, *is_new))?;
            }
        }
    }
    if arguments.case.is_some() && !known {
        anstream::eprintln!(
            "{BOLD}note{BOLD:#}: not added to the case, for no adapter reads {} yet",
            arguments.spec.dataset()
        );
    }
    Ok(ExitCode::SUCCESS)
}

fn order(arguments: &Fetch) -> Result<Order, Failure> {
    let downloads = || arguments.case.as_ref().map(|case| case.join(".casefile").join("downloads"));
    let to = arguments.to.clone().or_else(downloads).ok_or_else(|| {
        Failure::Usage("where to?\nhint: --to DIR for a folder, or --case DIR to add the data to a case".to_owned())
    })?;
    Ok(Order {
        spec: arguments.spec.clone(),
        to,
        api: arguments.api,
        from: arguments.from,
        until: arguments.until,
        countries: arguments.country.clone(),
        update: arguments.update,
    })
}

fn fetch(order: &Order) -> Result<Fetched, FetchError> {
    let variable = |name: &str| std::env::var(name).ok();
    let credentials = Credentials::read(variable, keyring_path(variable).as_deref())?;
    let endpoints = Endpoints::read(variable)?;
    let bar = show::progress(1, "asking");
    let fetched = casefile_fetch::fetch(order, &endpoints, &credentials, Policy::default(), &mut |progress| {
        show_progress(&bar, progress);
    });
    bar.finish_and_clear();
    fetched
}

fn show_progress(bar: &ProgressBar, progress: Progress<'_>) {
    match progress {
        Progress::At { done, total, unit } => {
            bar.set_length(total.unwrap_or(done).max(1));
            bar.set_position(done);
            bar.set_message(format!("{done} {unit}"));
        }
        Progress::Waiting { reason, wait } => {
            bar.set_message(format!("waiting {} s: {}", wait.as_secs_f64().ceil(), show::cut(reason, 60)));
        }
        Progress::StartingOver { reason } => bar.println(format!("beginning anew: {reason}")),
    }
}

/// The adapter that reads what was fetched under this name.
fn adapter(dataset: &str) -> &str {
    match dataset {
        "gdelt" => "gdelt-events",
        "ucdp-organizedviolencecy" => "ucdp-country-year",
        "ucdp-prioconflict" => "ucdp-conflict",
        named => named,
    }
}

/// What `casefile data add` would be told.
fn addition(arguments: &Fetch, case: &std::path::Path, fetched: &Fetched) -> Add {
    Add {
        file: fetched.path.clone(),
        adapter: adapter(arguments.spec.dataset()).to_owned(),
        case: case.to_owned(),
        name: None,
        version: Some(fetched.receipt.version.clone()),
        member: None,
        fill: Vec::new(),
        mapping: None,
        accessed: None,
        format: arguments.format,
    }
}

fn receipt(fetched: &Fetched) -> String {
    let receipt = &fetched.receipt;
    let unit = if receipt.dataset == "gdelt" { "files" } else { "rows" };
    let total = receipt.total.map(|total| format!(", as many as the server counts ({total})")).unwrap_or_default();
    let here = if fetched.was_here { " (was here already)" } else { "" };
    let mut out = format!(
        "{BOLD}{} {}{BOLD:#} from {}\n  {} {unit}{total}\n  {}{here}\n",
        receipt.dataset,
        receipt.version,
        receipt.query,
        receipt.rows,
        fetched.path.display(),
    );
    if let Some(changes) = &receipt.changes {
        let (added, revised, deleted) = (changes.added, changes.revised, changes.deleted);
        out.push_str(&format!("  {added} added, {revised} revised, {deleted} deleted since {}\n", changes.since));
    }
    for note in &receipt.notes {
        out.push_str(&format!("  {DIM}{note}{DIM:#}\n"));
    }
    out
}
