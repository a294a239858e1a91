//! `casefile data diff`: what changed between two releases, and which verdicts it moves.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anstyle::Style;
use casefile_case::lock::{self, Lock};
use casefile_case::{CASE_FILE, Case};
use casefile_ingest::AddOptions;
use casefile_lake::Lake;
use casefile_lake::diff::{Deaths, Diff, Group, Release, Revision, diff};
use casefile_verdict::ledger::{Change, Ledger};
use casefile_verdict::{Examiner, Report};
use clap::Args;
use serde::Serialize;
use tempfile::TempDir;

use super::{Format, pair};
use crate::commands::check;
use crate::open::{self, Failure};
use crate::show::{self, BOLD, DIM};

/// Tell what changed between two releases: events added, removed and revised, deaths, and the verdicts that move
#[derive(Args)]
pub struct Arguments {
    /// The earlier release: a dataset that the case pins, or a released file
    old: String,
    /// The later release, likewise
    new: String,
    /// The case's folder
    #[arg(long, default_value = ".", value_name = "DIR")]
    case: PathBuf,
    /// What reads a released file
    #[arg(long = "as", value_name = "ADAPTER", default_value = "ucdp-ged")]
    adapter: String,
    /// A constant for a column that a released file lacks, such as country=Afghanistan; may be repeated
    #[arg(long, value_name = "COLUMN=VALUE", value_parser = pair)]
    fill: Vec<(String, String)>,
    /// The dataset of the case that both stand in for when verdicts are compared; found by itself where absent
    #[arg(long, value_name = "ID")]
    dataset: Option<String>,
    /// Most years, countries and sides to show; JSON has all
    #[arg(long, default_value_t = 10, value_name = "N")]
    limit: usize,
    /// Hand on as JSON what a licence lets nobody pass on: it stays with you, who hold it
    #[arg(long)]
    own_use: bool,
    /// Form of the result
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

/// One of the two releases, pinned in the case or loaded for this command alone.
struct Side {
    pin: lock::Dataset,
    /// Removed with all that was loaded into it when the command ends.
    _folder: Option<TempDir>,
}

/// Everything that the command finds.
#[derive(Serialize)]
struct Found {
    #[serde(flatten)]
    diff: Diff,
    old_version: String,
    new_version: String,
    /// What a reader must know of how events were matched.
    notes: Vec<String>,
    verdicts: Option<Moved>,
}

/// The verdicts of the case on either release.
#[derive(Serialize)]
struct Moved {
    /// The dataset of the case that both releases stood in for.
    dataset: String,
    changes: Vec<Change>,
}

pub fn run(arguments: &Arguments) -> Result<ExitCode, Failure> {
    let lock = Lock::read(&arguments.case)?;
    let old = side(arguments, &lock, &arguments.old, "compared-old")?;
    let new = side(arguments, &lock, &arguments.new, "compared-new")?;
    if old.pin.id == new.pin.id {
        return Err(Failure::Usage(format!("`{}` would be compared with itself", old.pin.id)));
    }
    permit(arguments, &[&old.pin, &new.pin])?;
    let both = Lock { datasets: vec![old.pin.clone(), new.pin.clone()], ..Lock::default() };
    let lake = Lake::open(&arguments.case, &both)?;
    if let Some(id) = lake.missing().first() {
        return Err(Failure::Usage(format!(
            "the rows of `{id}` are not at hand\nhint: `casefile data add` with the released file"
        )));
    }
    let mut diff = diff(&lake, &old.pin.id, &new.pin.id)?;
    // A file that was loaded for this command alone goes by the name that the user knows it by.
    arguments.old.clone_into(&mut diff.old.dataset);
    arguments.new.clone_into(&mut diff.new.dataset);
    let found = Found {
        notes: notes(&diff, &old.pin, &new.pin)?,
        diff,
        old_version: old.pin.version.clone(),
        new_version: new.pin.version.clone(),
        verdicts: moved(arguments, &lock, &old.pin, &new.pin)?,
    };
    match arguments.format {
        Format::Json => show::print(&(serde_json::to_string_pretty(&found)? + "\n"))?,
        Format::Text => show::print(&told(&found, arguments.limit))?,
    }
    Ok(ExitCode::SUCCESS)
}

/// A dataset that the case pins; else a file, loaded into a folder that lasts as long as the command.
fn side(arguments: &Arguments, lock: &Lock, given: &str, id: &str) -> Result<Side, Failure> {
    if let Some(pin) = lock.dataset(given) {
        return Ok(Side { pin: pin.clone(), _folder: None });
    }
    let file = Path::new(given);
    if !file.is_file() {
        let ids: Vec<&str> = lock.datasets.iter().map(|data| data.id.as_str()).collect();
        let ids = if ids.is_empty() { "none".to_owned() } else { ids.join(", ") };
        return Err(Failure::Usage(format!(
            "`{given}` is neither a file nor a dataset that {} pins\nhint: it pins {ids}",
            arguments.case.display()
        )));
    }
    let folder = TempDir::with_prefix("casefile-diff-")?;
    let options = AddOptions {
        file: file.to_owned(),
        adapter: arguments.adapter.clone(),
        id: Some(id.to_owned()),
        fills: arguments.fill.iter().cloned().collect(),
        ..AddOptions::default()
    };
    let bar = show::progress(1, "reading");
    let report = casefile_ingest::add(folder.path(), &options, &mut |progress| {
        bar.set_length(progress.total.max(1));
        bar.set_position(progress.done);
    })?;
    bar.finish_and_clear();
    // The lake looks below the case's folder; an absolute path leads there from anywhere.
    let store = folder.path().join(&report.dataset.store);
    let Some(store) = store.to_str() else {
        let what = format!("the folder for temporary files, {}, is not named in UTF-8", folder.path().display());
        return Err(Failure::Usage(format!("{what}\nhint: set TMPDIR")));
    };
    let pin = lock::Dataset { store: store.to_owned(), ..report.dataset };
    Ok(Side { pin, _folder: Some(folder) })
}

/// Groups may hold single events: what a licence lets nobody pass on is shown, and not handed on.
fn permit(arguments: &Arguments, pins: &[&lock::Dataset]) -> Result<(), Failure> {
    let Some(pin) = pins.iter().find(|pin| !pin.redistribute_rows) else { return Ok(()) };
    if arguments.format == Format::Json && !arguments.own_use {
        return Err(Failure::Usage(format!(
            "what changed is told down to single events, and the licence of `{}` ({}) lets none be passed on\nhint: look at \
             it without --format json; or, if the result stays with you who hold the licence, say --own-use",
            pin.id, pin.licence
        )));
    }
    anstream::eprintln!(
        "{DIM}note: for own use only: the licence of {} ({}) lets no rows be passed on{DIM:#}",
        pin.title,
        pin.licence
    );
    Ok(())
}

fn notes(diff: &Diff, old: &lock::Dataset, new: &lock::Dataset) -> Result<Vec<String>, Failure> {
    let mut notes = Vec::new();
    for (release, pin) in [(&diff.old, old), (&diff.new, new)] {
        if release.events == 0 && pin.kept > 0 {
            let what = format!("`{}` holds no events, but figures or actors, which are not compared", release.dataset);
            return Err(Failure::Usage(what));
        }
        if pin.quarantined > 0 {
            notes.push(format!(
                "Could not be read, and in neither count: records of {}: {}.",
                release.dataset, pin.quarantined
            ));
        }
    }
    let (was, is) = (diff.old.derived_ids, diff.new.derived_ids);
    if was > 0 || is > 0 {
        notes.push(format!(
            "Without an id of the publisher's: {was} events of {}, {is} of {}. Such events match only where rows are alike in \
             content, so that a changed row shows as one removed and one added.",
            diff.old.dataset, diff.new.dataset
        ));
    }
    if !diff.not_compared.is_empty() {
        let columns = diff.not_compared.join(", ");
        notes.push(format!("Not compared, as one of the releases leaves it blank throughout: {columns}."));
    }
    Ok(notes)
}

/// Judges the case's claims on either release, pinned as the dataset that the case knows. None where there is no case,
/// or where it knows neither release nor another of their adapter.
fn moved(
    arguments: &Arguments,
    lock: &Lock,
    old: &lock::Dataset,
    new: &lock::Dataset,
) -> Result<Option<Moved>, Failure> {
    if !arguments.case.join(CASE_FILE).is_file() {
        return Ok(None);
    }
    let case = open::case(&arguments.case)?;
    let Some(dataset) = stands_for(arguments, &case, old, new)? else { return Ok(None) };
    let on = |release: &lock::Dataset| judged(arguments, &case, lock, &dataset, release, [old, new]);
    let changes = on(old)?.changes(&on(new)?);
    Ok(Some(Moved { dataset, changes }))
}

/// The dataset of the case that the releases stand in for: the one asked for; else, of the releases themselves and the
/// others of their adapter, the one of whose coverage the case says most.
fn stands_for(
    arguments: &Arguments,
    case: &Case,
    old: &lock::Dataset,
    new: &lock::Dataset,
) -> Result<Option<String>, Failure> {
    if let Some(id) = &arguments.dataset {
        return match case.dataset(id) {
            Some(_) => Ok(Some(id.clone())),
            None => Err(Failure::Usage(format!("there is no dataset `{id}` in the case"))),
        };
    }
    let like = case.datasets.iter().filter(|data| data.adapter == old.adapter || data.adapter == new.adapter);
    let declared = |id: &str| {
        let coverage = case.dataset(id).map(|data| data.coverage.as_slice()).unwrap_or_default();
        coverage.iter().filter(|rule| rule.status != lock::CoverageStatus::Partial).count()
    };
    // Of equals the earlier release, which the case will have been written on.
    let best = like.map(|data| data.id.clone()).max_by_key(|id| (declared(id), *id == old.id, *id == new.id));
    Ok(best)
}

/// The verdicts where `release` is pinned as `dataset`, and neither of the two is there besides.
fn judged(
    arguments: &Arguments,
    case: &Case,
    lock: &Lock,
    dataset: &str,
    release: &lock::Dataset,
    both: [&lock::Dataset; 2],
) -> Result<Ledger, Failure> {
    let is_either = |id: &str| id == dataset || both.iter().any(|pin| pin.id == id);
    let mut case = case.clone();
    case.datasets.retain(|id| id == dataset || !is_either(id));
    let mut lock = lock.clone();
    lock.datasets.retain(|data| !is_either(&data.id));
    lock.cubes.retain(|cube| !is_either(&cube.dataset));
    lock.put_dataset(lock::Dataset { id: dataset.to_owned(), ..release.clone() });
    let lake = Lake::open(&arguments.case, &lock)?;
    if release.id != dataset {
        lake.read_as(&release.id, dataset)?;
    }
    let examiner = Examiner::new(&case, &lake, &lock)?;
    let bar = show::progress(case.claims.len() as u64, "checking claims");
    let report = Report::of(&case, &examiner, |done| bar.set_position(done as u64))?;
    bar.finish_and_clear();
    Ok(Ledger::of(&case, &report))
}

fn told(found: &Found, limit: usize) -> String {
    let diff = &found.diff;
    let named = |release: &Release, version: &str| format!("{} {version}", release.dataset);
    let mut out =
        format!("{BOLD}{} → {}{BOLD:#}\n", named(&diff.old, &found.old_version), named(&diff.new, &found.new_version));
    out.push_str(&table(&totals(diff)));
    for note in &found.notes {
        out.push_str(&format!("{DIM}{note}{DIM:#}\n"));
    }
    for (name, groups) in [("year", &diff.by_year), ("country", &diff.by_country), ("side", &diff.by_actor)] {
        if !groups.is_empty() {
            out.push_str(&format!("\n{}", table(&grouped(name, groups, limit))));
        }
        if groups.len() > limit {
            out.push_str(&format!("{DIM}and {} more: --limit N{DIM:#}\n", groups.len() - limit));
        }
    }
    match &found.verdicts {
        Some(moved) if moved.changes.is_empty() => {
            out.push_str(&format!("\n{DIM}no verdict moves (either pinned as {}){DIM:#}\n", moved.dataset));
        }
        Some(moved) => out.push_str(&format!(
            "\n{BOLD}verdicts that move{BOLD:#} {DIM}(either pinned as {}){DIM:#}\n{}",
            moved.dataset,
            check::moved(&moved.changes)
        )),
        None => {}
    }
    out
}

/// The table with numbers to the right: a name, then numbers.
fn table(rows: &[Vec<String>]) -> String {
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let width = |column: usize| rows.iter().filter_map(|row| row.get(column)).map(|t| t.chars().count()).max();
    let widths: Vec<usize> = (0..columns).map(|column| width(column).unwrap_or(0)).collect();
    let aligned: Vec<Vec<String>> = rows
        .iter()
        .map(|row| {
            let cells = row.iter().zip(&widths).enumerate();
            cells.map(|(i, (cell, width))| if i == 0 { cell.clone() } else { format!("{cell:>width$}") }).collect()
        })
        .collect();
    let styles: Vec<Style> = (0..rows.len()).map(|i| if i == 0 { Style::new().bold() } else { Style::new() }).collect();
    show::columns(&aligned, &styles)
}

fn row(name: &str, cells: impl IntoIterator<Item = String>) -> Vec<String> {
    std::iter::once(name.to_owned()).chain(cells).collect()
}

/// A change with its sign; none at all as 0.
fn change(n: i64) -> String {
    if n == 0 { "0".to_owned() } else { format!("{n:+}") }
}

fn deaths(deaths: Deaths, shown: fn(i64) -> String) -> [String; 3] {
    [deaths.low, deaths.best, deaths.high].map(shown)
}

fn totals(diff: &Diff) -> Vec<Vec<String>> {
    let plain = |n: i64| n.to_string();
    let mut rows = vec![row("", ["events", "deaths, low", "best", "high"].map(str::to_owned))];
    let mut line = |name: &str, events: u64, cells: [String; 3]| {
        rows.push(row(name, std::iter::once(events.to_string()).chain(cells)));
    };
    line("earlier", diff.old.events, deaths(diff.old.deaths, plain));
    line("later", diff.new.events, deaths(diff.new.deaths, plain));
    line("unchanged", diff.unchanged, Default::default());
    for (name, tally) in [("added", diff.added), ("removed", diff.removed), ("revised", diff.revised)] {
        line(name, tally.events, deaths(tally.deaths, change));
    }
    for revised in diff.revisions.iter().filter(|revised| revised.tally.events > 0) {
        let name = Revision::ALL.iter().find(|(kind, ..)| *kind == revised.kind).map_or("", |(_, name, _)| name);
        line(&format!("  in {name}"), revised.tally.events, deaths(revised.tally.deaths, change));
    }
    rows
}

fn grouped(name: &str, groups: &[Group], limit: usize) -> Vec<Vec<String>> {
    let head = ["added", "removed", "revised", "moved in", "moved out", "events", "deaths, low", "best", "high"];
    let mut rows = vec![row(&format!("by {name}"), head.map(str::to_owned))];
    rows.extend(groups.iter().take(limit).map(|group| {
        let counts = [group.added, group.removed, group.revised, group.moved_in, group.moved_out];
        let counts = counts.map(|n| if n == 0 { "·".to_owned() } else { n.to_string() });
        let name = show::cut(group.name.as_deref().unwrap_or("(unknown)"), 40);
        row(&name, counts.into_iter().chain([change(group.events())]).chain(deaths(group.deaths, change)))
    }));
    rows
}
