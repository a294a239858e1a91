//! `casefile data`: adding released data to a case, and the cube that travels with it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use casefile_case::dataset::{Coverage, Dataset};
use casefile_case::lock::{self, CoverageStatus, Lock};
use casefile_ingest::{AddOptions, AddReport, Phase, verify};
use casefile_lake::Lake;
use casefile_lake::cube::{self, CubeOptions, Period, PlaceUnit};
use clap::{Args, Subcommand, ValueEnum};

use crate::open::{self, Failure};
use crate::show::{self, BOLD, DIM};

mod diff;
mod fetch;
mod reconcile;

/// Fetch released data, add them to a case, make its evidence cube, compare releases, list and verify what is pinned
#[derive(Args)]
pub struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    Fetch(fetch::Fetch),
    Add(Add),
    Cube(Cube),
    Describe(Describe),
    Reconcile(reconcile::Reconcile),
    Diff(diff::Arguments),
    /// List what the case pins, and what of it is at hand
    List(List),
    /// Hold the stored rows against their hashes; exit code 1 where they differ
    Verify(List),
}

/// Read a released file into the case and pin it in casefile.lock
#[derive(Args)]
struct Add {
    /// The released file, packed (zip, gzip) or not, or a folder of them
    file: PathBuf,
    /// What reads it
    #[arg(long = "as", value_name = "ADAPTER")]
    adapter: String,
    /// The case's folder
    #[arg(long, default_value = ".", value_name = "DIR")]
    case: PathBuf,
    /// Name of the dataset in the case; the adapter's name where absent. The same name again replaces what was pinned
    #[arg(long, value_name = "ID")]
    name: Option<String>,
    /// Version of the release, where the file's name does not tell it
    #[arg(long)]
    version: Option<String>,
    /// The CSV to read in an archive that holds several
    #[arg(long)]
    member: Option<String>,
    /// A constant for a column that the file lacks, such as country=Afghanistan; may be repeated
    #[arg(long, value_name = "COLUMN=VALUE", value_parser = pair)]
    fill: Vec<(String, String)>,
    /// What the columns mean, for --as events; `casefile data describe` drafts one
    #[arg(long, value_name = "FILE.toml")]
    mapping: Option<PathBuf>,
    /// The day on which you had the file from the publisher, where the attribution asks for it; the file's own date
    /// where absent
    #[arg(long, value_name = "YYYY-MM-DD")]
    accessed: Option<jiff::civil::Date>,
    /// Form of the result
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

/// Draft a mapping from a file's column names and first values, to be mended and used with --as events
#[derive(Args)]
struct Describe {
    /// The file: CSV, Parquet or GeoJSON, or a zip archive with one
    file: PathBuf,
    /// The file to read in an archive that holds several
    #[arg(long)]
    member: Option<String>,
}

/// Aggregate a pinned dataset into a small file that travels with the case
#[derive(Args)]
struct Cube {
    /// The dataset; the only one where there is only one
    dataset: Option<String>,
    /// The case's folder
    #[arg(long, default_value = ".", value_name = "DIR")]
    case: PathBuf,
    /// Period of a cell: day, month, quarter or year
    #[arg(long, default_value = "month")]
    period: Period,
    /// Finest unit of place of a cell: country, admin1, admin2 or place
    #[arg(long, default_value = "admin1")]
    place: PlaceUnit,
    /// SQL condition on events that chooses what goes in; such a cube can be queried, but checks do not trust it
    #[arg(long = "where", value_name = "SQL", default_value = "")]
    predicate: String,
    /// Form of the result
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

/// Arguments of `list` and `verify`.
#[derive(Args)]
struct List {
    /// The case's folder
    #[arg(long, default_value = ".", value_name = "DIR")]
    case: PathBuf,
    /// Form of the result
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

/// Form of a result.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For reading
    Text,
    /// One JSON value
    Json,
}

fn pair(text: &str) -> Result<(String, String), String> {
    let (column, value) = text.split_once('=').ok_or("expected COLUMN=VALUE")?;
    Ok((column.trim().to_owned(), value.trim().to_owned()))
}

pub fn run(arguments: &Arguments) -> Result<ExitCode, Failure> {
    match &arguments.command {
        Command::Fetch(fetch) => fetch::run(fetch),
        Command::Add(add) => self::add(add),
        Command::Cube(cube) => build_cube(cube),
        Command::Describe(describe) => self::describe(describe),
        Command::Reconcile(arguments) => reconcile::run(arguments),
        Command::Diff(diff) => diff::run(diff),
        Command::List(list) => self::list(list),
        Command::Verify(list) => self::verify_all(list),
    }
}

fn add(arguments: &Add) -> Result<ExitCode, Failure> {
    let (report, is_new) = load(arguments)?;
    match arguments.format {
        Format::Json => show::print(&(serde_json::to_string_pretty(&summary(&report))? + "\n"))?,
        Format::Text => show::print(&told(&report, is_new))?,
    }
    Ok(ExitCode::SUCCESS)
}

/// Adds a file to a case; also says whether the case did not know the dataset before.
fn load(arguments: &Add) -> Result<(AddReport, bool), Failure> {
    let case = open::case(&arguments.case)?;
    let options = AddOptions {
        file: arguments.file.clone(),
        adapter: arguments.adapter.clone(),
        id: arguments.name.clone(),
        version: arguments.version.clone(),
        member: arguments.member.clone(),
        fills: arguments.fill.iter().cloned().collect::<BTreeMap<_, _>>(),
        mapping: arguments.mapping.clone(),
        coverage: Vec::new(),
        accessed: arguments.accessed,
    };
    let bar = show::progress(1, "reading");
    let report = casefile_ingest::add(&arguments.case, &options, &mut |progress| {
        bar.set_length(progress.total.max(1));
        bar.set_position(progress.done);
        bar.set_message(if progress.phase == Phase::Hashing { "hashing" } else { "reading" });
    })?;
    bar.finish_and_clear();
    let is_new = case.dataset(&report.dataset.id).is_none();
    if is_new {
        casefile_case::write::put_dataset_in_case(&arguments.case, &entry(&report.dataset))?;
    }
    Ok((report, is_new))
}

fn describe(arguments: &Describe) -> Result<ExitCode, Failure> {
    show::print(&casefile_ingest::describe(&arguments.file, arguments.member.as_deref())?)?;
    Ok(ExitCode::SUCCESS)
}

/// The dataset's entry for `case.toml`. Until an analyst says where it is complete, it is partial.
fn entry(pinned: &lock::Dataset) -> Dataset {
    let from_to = pinned.totals.first.as_ref().zip(pinned.totals.last.as_ref());
    let period = from_to.and_then(|(first, last)| format!("{first}/{last}").parse().ok());
    let coverage = period.map(|period| Coverage {
        area: "*".to_owned(),
        period,
        status: CoverageStatus::Partial,
        note: Some("Declare here where and when the data are complete.".to_owned()),
    });
    Dataset {
        id: pinned.id.clone(),
        adapter: pinned.adapter.clone(),
        note: None,
        coverage: coverage.into_iter().collect(),
        bearings: Vec::new(),
    }
}

fn summary(report: &AddReport) -> serde_json::Value {
    let rejected: Vec<_> = report
        .rejected
        .iter()
        .map(|r| {
            serde_json::json!({
                "row": r.row, "part": r.part, "part_row": r.part_row, "column": r.column, "reason": r.reason,
            })
        })
        .collect();
    serde_json::json!({
        "dataset": report.dataset,
        "replaced": report.replaced,
        "quarantined_by_column": report.rejected_by_column,
        "first_quarantined": rejected,
        "flags": report.flags,
    })
}

fn told(report: &AddReport, is_new: bool) -> String {
    let data = &report.dataset;
    let total = &data.totals.all;
    let mut out = format!(
        "{BOLD}{}{BOLD:#} {} {} ({})\n  {} rows in = {} kept + {} quarantined\n",
        data.id, data.title, data.version, data.licence, data.rows_in, data.kept, data.quarantined,
    );
    // Yearly figures and lists of actors are no events, and their sum would mean nothing.
    if total.events > 0 || data.kept == 0 {
        out.push_str(&format!(
            "  {} deaths (best), {}–{} (low–high), {} to {}\n",
            total.deaths_best,
            total.deaths_low,
            total.deaths_high,
            data.totals.first.as_deref().unwrap_or("?"),
            data.totals.last.as_deref().unwrap_or("?"),
        ));
    }
    out.push_str(&format!("  sha256 {}\n", data.sha256));
    let flags: Vec<String> = report.flags.iter().map(|(flag, n)| format!("{n} {flag}")).collect();
    if !flags.is_empty() {
        out.push_str(&format!("  flagged: {}\n", flags.join(", ")));
    }
    for rejected in report.rejected.iter().take(5) {
        let part = rejected.part.as_ref().map(|part| format!(" (row {} of {part})", rejected.part_row));
        let part = part.unwrap_or_default();
        out.push_str(&format!("  {DIM}row {}{part}: {}{DIM:#}\n", rejected.row, rejected.reason));
    }
    if data.quarantined > 5 {
        out.push_str(&format!("  {DIM}all: casefile query CASE \"select * from quarantine\"{DIM:#}\n"));
    }
    if let Some(old) = &report.replaced {
        out.push_str(&format!("  replaces {} {} of {} events\n", old.id, old.version, old.kept));
    }
    if is_new {
        out.push_str("  added to case.toml as partial: declare there where it is complete\n");
    }
    out
}

fn build_cube(arguments: &Cube) -> Result<ExitCode, Failure> {
    open::case(&arguments.case)?;
    let (lock, lake) = open::data(&arguments.case)?;
    let dataset = chosen(&lock, arguments.dataset.as_deref())?;
    let options =
        CubeOptions { period: arguments.period, place: arguments.place, predicate: arguments.predicate.clone() };
    let built = cube::build(&lake, &lock, &dataset, &options)?;
    let pin = cube::write(&arguments.case, &built)?;
    match arguments.format {
        Format::Json => show::print(&(serde_json::to_string_pretty(&pin)? + "\n"))?,
        Format::Text => {
            let bytes = std::fs::metadata(arguments.case.join(&pin.file)).map_or(0, |meta| meta.len());
            anstream::println!(
                "{BOLD}{}{BOLD:#}  {} events in {} cells, {} kB",
                arguments.case.join(&pin.file).display(),
                pin.events,
                pin.cells,
                bytes / 1000
            );
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// The dataset named, or the only one.
fn chosen(lock: &Lock, named: Option<&str>) -> Result<String, Failure> {
    match (named, lock.datasets.as_slice()) {
        (Some(id), _) => Ok(id.to_owned()),
        (None, [only]) => Ok(only.id.clone()),
        (None, []) => Err(Failure::Usage(
            "no data are pinned in this case\nhint: casefile data add FILE --as ucdp-ged".to_owned(),
        )),
        (None, many) => {
            let ids: Vec<&str> = many.iter().map(|dataset| dataset.id.as_str()).collect();
            Err(Failure::Usage(format!("which dataset? The case pins {}", ids.join(", "))))
        }
    }
}

fn list(arguments: &List) -> Result<ExitCode, Failure> {
    let lock = open::lock(&arguments.case)?;
    if arguments.format == Format::Json {
        show::print(&(serde_json::to_string_pretty(&lock)? + "\n"))?;
        return Ok(ExitCode::SUCCESS);
    }
    let lake = Lake::open(&arguments.case, &lock)?;
    let mut rows =
        vec![["dataset", "version", "events", "first", "last", "licence", "at hand"].map(str::to_owned).to_vec()];
    for data in &lock.datasets {
        let cube = lock.cubes.iter().any(|cube| cube.dataset == data.id);
        let at_hand = match (lake.missing().contains(&data.id), cube) {
            (false, true) => "rows, cube",
            (false, false) => "rows",
            (true, true) => "cube",
            (true, false) => "nothing",
        };
        rows.push(vec![
            data.id.clone(),
            data.version.clone(),
            data.kept.to_string(),
            data.totals.first.clone().unwrap_or_default(),
            data.totals.last.clone().unwrap_or_default(),
            data.licence.clone(),
            at_hand.to_owned(),
        ]);
    }
    let styles: Vec<_> = (0..rows.len()).map(|i| if i == 0 { BOLD } else { anstyle::Style::new() }).collect();
    show::print(&show::columns(&rows, &styles))?;
    Ok(ExitCode::SUCCESS)
}

fn verify_all(arguments: &List) -> Result<ExitCode, Failure> {
    let lock = open::lock(&arguments.case)?;
    let mut wrong = Vec::new();
    let mut lines = Vec::new();
    for data in &lock.datasets {
        let found = check_one(&arguments.case, data);
        lines.push(serde_json::json!({ "dataset": data.id, "sound": found.is_ok(), "fault": found.as_ref().err() }));
        if arguments.format == Format::Text {
            let word = found.as_ref().map_or_else(Clone::clone, |()| "sound".to_owned());
            anstream::println!("{BOLD}{}{BOLD:#}  {word}", data.id);
        }
        wrong.extend(found.err());
    }
    if arguments.format == Format::Json {
        show::print(&(serde_json::to_string_pretty(&lines)? + "\n"))?;
    }
    Ok(ExitCode::from(u8::from(!wrong.is_empty())))
}

fn check_one(case: &Path, data: &lock::Dataset) -> Result<(), String> {
    verify(case, data).map_err(|error| error.to_string())
}
