//! `casefile data reconcile`: do the events add up to what the publisher says of whole years?
//!
//! UCDP's rule: the sum of the best estimates of GED events in active years equals the yearly file to within 1.5%.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::process::ExitCode;

use casefile_case::dataset::{CoverageStatus, Dataset};
use casefile_case::lock::{self, Lock};
use casefile_lake::{Lake, LakeError, Table};
use clap::Args;
use jiff::civil::Date;
use serde::Serialize;

use super::Format;
use crate::open::{self, Failure};
use crate::show::{self, BOLD, DIM};

/// How far sum and yearly figure may lie apart, as a share of the yearly figure.
const TOLERANCE: f64 = 0.015;

/// Hold sums of events against a publisher's yearly figures by country and type; exit code 1 where they contradict
///
/// Where an area and year are declared complete in case.toml, a sum that lies more than 1.5% from the yearly figure
/// differs. Where they are not, a lower sum is what partial data give; a higher one is marked all the same. Events in
/// inactive years, which yearly files leave out, are left out here too.
#[derive(Args)]
pub struct Reconcile {
    /// The dataset of events, such as ucdp-ged
    events: String,
    /// The dataset of yearly figures, such as ucdp-country-year
    #[arg(long = "with", value_name = "SERIES")]
    series: String,
    /// The case's folder
    #[arg(long, default_value = ".", value_name = "DIR")]
    case: PathBuf,
    /// Form of the result
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

/// What is compared: country, year, type of violence (1 state-based, 2 non-state, 3 one-sided).
type Key = (String, i64, i64);

/// Sums of the events of one key.
#[derive(Debug, Clone, Copy, Default)]
struct Sum {
    rows: i64,
    deaths: i64,
}

/// How a sum stands to the yearly figure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
enum Mark {
    /// Within the tolerance.
    Agrees,
    /// Too low, though the data are declared complete.
    Differs,
    /// Too high, which no lack of data explains.
    Above,
    /// Too low, where the data are partial: it says nothing against them.
    Below,
    /// The yearly file has no figure.
    NoFigure,
}

impl Mark {
    const ALL: [(Self, &'static str); 5] = [
        (Self::Agrees, "agrees"),
        (Self::Differs, "differs"),
        (Self::Above, "above"),
        (Self::Below, "below (partial)"),
        (Self::NoFigure, "no figure"),
    ];

    fn of(sum: i64, figure: Option<i64>, complete: bool) -> Self {
        let Some(figure) = figure else { return Self::NoFigure };
        #[expect(clippy::cast_precision_loss, reason = "deaths are far below 2⁵³")]
        let (apart, allowed) = ((sum - figure).abs() as f64, figure as f64 * TOLERANCE);
        match () {
            () if apart <= allowed => Self::Agrees,
            () if sum > figure => Self::Above,
            () if complete => Self::Differs,
            () => Self::Below,
        }
    }

    fn words(self) -> &'static str {
        Self::ALL.iter().find(|(mark, _)| *mark == self).map_or("", |(_, words)| words)
    }

    /// Whether something is wrong that no lack of data explains.
    fn is_wrong(self) -> bool {
        matches!(self, Self::Differs | Self::Above)
    }
}

/// One comparison.
#[derive(Debug, Serialize)]
struct Cell {
    country: String,
    year: i64,
    #[serde(rename = "type")]
    kind: &'static str,
    /// Number of events.
    rows: i64,
    /// Their deaths, best estimate.
    events: i64,
    series: Option<i64>,
    ratio: Option<f64>,
    complete: bool,
    mark: Mark,
}

/// What of the events cannot be compared.
#[derive(Debug, Default, Serialize)]
struct LeftOut {
    /// Events in inactive years, and their deaths.
    inactive: i64,
    inactive_deaths: i64,
    /// Events that lack a country, a type of violence or a day, and their deaths.
    unplaced: i64,
    unplaced_deaths: i64,
    /// Events without a best estimate: they add nothing to a sum.
    without_best: i64,
}

pub fn run(arguments: &Reconcile) -> Result<ExitCode, Failure> {
    let case = open::case(&arguments.case)?;
    let (lock, lake) = open::data(&arguments.case)?;
    let events = at_hand(&lock, &lake, &arguments.events)?;
    let series = at_hand(&lock, &lake, &arguments.series)?;
    let (sums, left_out) = sums(&lake, &events.id)?;
    let figures = figures(&lake, &series.id)?;
    if figures.is_empty() {
        return Err(Failure::Usage(format!(
            "`{}` has no deaths by country, year and type of violence\nhint: casefile data add FILE --as ucdp-country-year",
            series.id
        )));
    }
    let declared = case.dataset(&events.id);
    let cells = compare(&sums, &figures, |country, year| is_complete(declared, country, year));
    match arguments.format {
        Format::Json => show::print(&(serde_json::to_string_pretty(&json(events, series, &cells, &left_out))? + "\n"))?,
        Format::Text => show::print(&told(events, series, &cells, &left_out))?,
    }
    Ok(ExitCode::from(u8::from(cells.iter().any(|cell| cell.mark.is_wrong()))))
}

/// The pinned dataset of that id, whose rows must be here.
fn at_hand<'a>(lock: &'a Lock, lake: &Lake, id: &str) -> Result<&'a lock::Dataset, Failure> {
    let Some(dataset) = lock.dataset(id) else {
        let ids: Vec<&str> = lock.datasets.iter().map(|d| d.id.as_str()).collect();
        return Err(Failure::Usage(format!("the case pins no `{id}`; it pins {}", ids.join(", "))));
    };
    if lake.missing().iter().any(|missing| missing == id) {
        return Err(Failure::Usage(format!(
            "the rows of `{id}` are not here\nhint: casefile data add {} --as {}",
            dataset.file, dataset.adapter
        )));
    }
    Ok(dataset)
}

/// Sums of the best estimates by key. The id is that of a pinned dataset, so it holds no quotation mark.
fn sums(lake: &Lake, dataset: &str) -> Result<(BTreeMap<Key, Sum>, LeftOut), LakeError> {
    let table = lake
        .sql(&format!(
            "select country, cast(extract(year from date_start) as bigint) as year, type_of_violence as kind, \
             ';' || flags || ';' like '%;inactive-year;%' as inactive, count(*) as n, \
             cast(coalesce(sum(deaths_best), 0) as bigint) as deaths, count(*) - count(deaths_best) as without \
             from events where dataset = '{dataset}' group by 1, 2, 3, 4"
        ))?
        .table()?;
    let inactive = table.text("inactive")?;
    let (n, deaths, without) = (table.int("n")?, table.int("deaths")?, table.int("without")?);
    let (mut sums, mut left_out) = (BTreeMap::<Key, Sum>::new(), LeftOut::default());
    for (row, key) in keys(&table, "country")?.into_iter().enumerate() {
        let rows = n[row].unwrap_or(0);
        let deaths = deaths[row].unwrap_or(0);
        if inactive[row].as_deref() == Some("true") {
            left_out.inactive += rows;
            left_out.inactive_deaths += deaths;
            continue;
        }
        left_out.without_best += without[row].unwrap_or(0);
        let Some(key) = key else {
            left_out.unplaced += rows;
            left_out.unplaced_deaths += deaths;
            continue;
        };
        let sum = sums.entry(key).or_default();
        sum.rows += rows;
        sum.deaths += deaths;
    }
    Ok((sums, left_out))
}

/// The yearly figures by key.
fn figures(lake: &Lake, dataset: &str) -> Result<BTreeMap<Key, i64>, LakeError> {
    let table = lake
        .sql(&format!(
            "select unit, cast(extract(year from date_start) as bigint) as year, type_of_violence as kind, \
             cast(sum(best) as bigint) as best from series \
             where dataset = '{dataset}' and unit_kind = 'country' and measure = 'deaths' group by 1, 2, 3"
        ))?
        .table()?;
    let best = table.int("best")?;
    let keys = keys(&table, "unit")?.into_iter();
    Ok(keys.zip(best).filter_map(|(key, best)| key.zip(best)).collect())
}

/// The key of every row; none where it lacks a part.
fn keys(table: &Table, country: &str) -> Result<Vec<Option<Key>>, LakeError> {
    let (countries, years, kinds) = (table.text(country)?, table.int("year")?, table.int("kind")?);
    let parts = countries.into_iter().zip(years).zip(kinds);
    Ok(parts.map(|((country, year), kind)| Some((country?, year?, kind?))).collect())
}

/// Compares within the countries and the years that the events span. What neither side counts is no comparison.
fn compare(sums: &BTreeMap<Key, Sum>, figures: &BTreeMap<Key, i64>, complete: impl Fn(&str, i64) -> bool) -> Vec<Cell> {
    let countries: BTreeSet<&str> = sums.keys().map(|(country, ..)| country.as_str()).collect();
    let (first, last) = (sums.keys().map(|key| key.1).min(), sums.keys().map(|key| key.1).max());
    let spans = |key: &&Key| countries.contains(key.0.as_str()) && Some(key.1) >= first && Some(key.1) <= last;
    let keys: BTreeSet<&Key> = sums.keys().chain(figures.keys().filter(spans)).collect();
    let cell = |key: &Key| {
        let (sum, figure) = (sums.get(key).copied().unwrap_or_default(), figures.get(key).copied());
        let complete = complete(&key.0, key.1);
        #[expect(clippy::cast_precision_loss, reason = "deaths are far below 2⁵³")]
        let ratio = figure.filter(|n| *n > 0).map(|figure| sum.deaths as f64 / figure as f64);
        Cell {
            country: key.0.clone(),
            year: key.1,
            kind: kind(key.2),
            rows: sum.rows,
            events: sum.deaths,
            series: figure,
            ratio,
            complete,
            mark: Mark::of(sum.deaths, figure, complete),
        }
    };
    keys.into_iter().map(cell).filter(|cell| cell.events > 0 || cell.series > Some(0)).collect()
}

/// The word that flags and totals use too.
fn kind(code: i64) -> &'static str {
    match code {
        1 => "state-based",
        2 => "non-state",
        3 => "one-sided",
        _ => "untyped",
    }
}

/// Whether the case declares the whole year complete; its word on the country goes before that on everywhere.
fn is_complete(dataset: Option<&Dataset>, country: &str, year: i64) -> bool {
    let day = |month, day| i16::try_from(year).ok().and_then(|year| Date::new(year, month, day).ok());
    let (Some(first), Some(last)) = (day(1, 1), day(12, 31)) else { return false };
    let rules = || dataset.into_iter().flat_map(|dataset| &dataset.coverage);
    let spans = |area: &str| {
        let mut of_area = rules().filter(move |rule| rule.area == area);
        of_area.find(|rule| {
            let period = rule.period.stated();
            period.contains(first) && period.contains(last)
        })
    };
    spans(country).or_else(|| spans("*")).is_some_and(|rule| rule.status == CoverageStatus::Complete)
}

/// Comparisons with each mark.
fn counts(cells: &[Cell]) -> impl Iterator<Item = (Mark, &'static str, usize)> {
    Mark::ALL.into_iter().map(|(mark, words)| (mark, words, cells.iter().filter(|cell| cell.mark == mark).count()))
}

fn json(events: &lock::Dataset, series: &lock::Dataset, cells: &[Cell], left_out: &LeftOut) -> serde_json::Value {
    let named = |data: &lock::Dataset| serde_json::json!({ "dataset": data.id, "version": data.version });
    let counts: serde_json::Map<String, serde_json::Value> = counts(cells)
        .filter_map(|(mark, _, n)| Some((serde_json::to_value(mark).ok()?.as_str()?.to_owned(), n.into())))
        .collect();
    serde_json::json!({
        "events": named(events),
        "series": named(series),
        "tolerance": TOLERANCE,
        "cells": cells,
        "counts": counts,
        "left_out": left_out,
    })
}

fn told(events: &lock::Dataset, series: &lock::Dataset, cells: &[Cell], left_out: &LeftOut) -> String {
    let mut rows =
        vec![["country", "year", "type", "events", "deaths", "yearly", "ratio", ""].map(str::to_owned).to_vec()];
    let mut styles = vec![BOLD];
    for cell in cells {
        rows.push(vec![
            cell.country.clone(),
            cell.year.to_string(),
            cell.kind.to_owned(),
            cell.rows.to_string(),
            cell.events.to_string(),
            cell.series.map_or_else(|| "–".to_owned(), |n| n.to_string()),
            cell.ratio.map_or_else(|| "–".to_owned(), |ratio| format!("{ratio:.3}")),
            cell.mark.words().to_owned(),
        ]);
        styles.push(if cell.mark == Mark::Below { DIM } else { anstyle::Style::new() });
    }
    let mut out = show::columns(&rows, &styles);
    let counted: Vec<String> =
        counts(cells).filter(|(_, _, n)| *n > 0).map(|(_, words, n)| format!("{words}: {n}")).collect();
    out.push_str(&format!(
        "{BOLD}{} {} against {} {}{BOLD:#}  {}\n",
        events.id,
        events.version,
        series.id,
        series.version,
        if counted.is_empty() { "nothing to compare".to_owned() } else { counted.join("; ") }
    ));
    for note in notes(events, series, cells, left_out) {
        out.push_str(&format!("  {DIM}{note}{DIM:#}\n"));
    }
    out
}

/// What a reader of the figures must know.
fn notes(events: &lock::Dataset, series: &lock::Dataset, cells: &[Cell], left_out: &LeftOut) -> Vec<String> {
    let mut notes = Vec::new();
    if events.version != series.version {
        notes.push(format!(
            "the events are release {}, the yearly figures {}: what was revised between them shows as a difference",
            events.version, series.version
        ));
    }
    if cells.iter().any(|cell| cell.mark == Mark::Below) {
        notes.push("below (partial): not declared complete in case.toml; a lower sum says nothing there".to_owned());
    }
    if left_out.inactive > 0 {
        notes.push(format!(
            "left out: {} deaths in inactive years (events: {})",
            left_out.inactive_deaths, left_out.inactive
        ));
    }
    if left_out.unplaced > 0 {
        notes.push(format!(
            "not compared: {} deaths without a country, a type or a day (events: {})",
            left_out.unplaced_deaths, left_out.unplaced
        ));
    }
    if left_out.without_best > 0 {
        notes.push(format!("events without a best estimate, which add nothing: {}", left_out.without_best));
    }
    notes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sum_is_judged_by_its_share_and_by_what_is_declared() {
        assert_eq!(Mark::of(1015, Some(1000), true), Mark::Agrees);
        assert_eq!(Mark::of(985, Some(1000), false), Mark::Agrees);
        assert_eq!(Mark::of(1016, Some(1000), false), Mark::Above);
        assert_eq!(Mark::of(984, Some(1000), true), Mark::Differs);
        assert_eq!(Mark::of(984, Some(1000), false), Mark::Below);
        assert_eq!(Mark::of(0, Some(0), true), Mark::Agrees);
        assert_eq!(Mark::of(1, Some(0), false), Mark::Above);
        assert_eq!(Mark::of(1, None, true), Mark::NoFigure);
    }

    #[test]
    fn only_what_the_events_span_is_compared() {
        let key = |country: &str, year| (country.to_owned(), year, 1);
        let sum = |deaths| Sum { rows: 1, deaths };
        let sums = [(key("A", 2019), sum(10)), (key("A", 2021), sum(0)), (key("B", 2019), sum(5))].into();
        let figures =
            [(key("A", 2018), 9), (key("A", 2020), 7), (key("A", 2021), 0), (key("B", 2020), 0), (key("C", 2020), 8)];
        let cells = compare(&sums, &figures.into(), |_, _| true);
        let seen: Vec<_> = cells.iter().map(|c| (c.country.as_str(), c.year, c.mark)).collect();
        assert_eq!(seen, [("A", 2019, Mark::NoFigure), ("A", 2020, Mark::Differs), ("B", 2019, Mark::NoFigure)]);
    }
}
