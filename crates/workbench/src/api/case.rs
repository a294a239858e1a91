//! The case at a glance, and what is wrong with it.

use std::collections::BTreeMap;

use axum::extract::State;
use casefile_case::lock::{self, Lock};
use casefile_case::{BRIEF_FILE, Diagnostic, Severity};
use casefile_verdict::finding::Verdict;
use serde::Serialize;
use utoipa::ToSchema;

use super::{Answer, Bench};
use crate::desk::Desk;

/// The case at a glance.
#[derive(Debug, Serialize, ToSchema)]
pub struct CaseView {
    id: String,
    title: String,
    summary: Option<String>,
    authors: Vec<String>,
    /// EDTF.
    period: Option<String>,
    licence: Option<String>,
    /// Of the program.
    version: &'static str,
    /// Changes with any file of the case.
    revision: String,
    /// The files have errors, and what is shown is the last state without.
    stale: bool,
    /// The findings are those of this revision.
    checked: bool,
    /// What answers: `rows`, `cube` or `none`.
    grounds: &'static str,
    datasets: Vec<DatasetView>,
    /// Claims by verdict.
    tallies: BTreeMap<String, usize>,
    claims: usize,
    diagnostics: Counts,
    has_brief: bool,
    /// The web app is part of this program.
    has_app: bool,
}

/// How many diagnostics there are.
#[derive(Debug, Serialize, ToSchema)]
pub struct Counts {
    errors: usize,
    warnings: usize,
}

/// Pinned data.
#[derive(Debug, Serialize, ToSchema)]
pub struct DatasetView {
    id: String,
    title: String,
    version: String,
    publisher: String,
    licence: String,
    attribution: String,
    /// Whether rows may be passed on.
    redistribute_rows: bool,
    /// The fewest events that a published figure may rest on.
    least_events: u64,
    events: u64,
    coverage: Vec<CoverageView>,
    /// First and last day of an event.
    first: Option<String>,
    last: Option<String>,
}

/// How far data cover an area in a period.
#[derive(Debug, Serialize, ToSchema)]
pub struct CoverageView {
    area: String,
    /// EDTF.
    period: String,
    /// `complete`, `partial` or `none`.
    status: String,
    note: Option<String>,
}

/// The case at a glance. Answers at once, also while the claims are being checked or a file has errors.
#[utoipa::path(get, path = "/api/case", responses((status = 200, body = CaseView)))]
pub async fn case(State(bench): State<Bench>) -> Answer<CaseView> {
    bench.answer(|desk| Ok(view(desk))).await
}

/// Everything that is wrong, or worth knowing, about the files as they are.
#[utoipa::path(get, path = "/api/diagnostics", responses((status = 200, body = Vec<Object>)))]
pub async fn diagnostics(State(bench): State<Bench>) -> Answer<Vec<Diagnostic>> {
    bench.answer(|desk| Ok(desk.sheet().diagnostics.clone())).await
}

fn view(desk: &Desk) -> CaseView {
    let sheet = desk.sheet();
    let good = sheet.good.as_deref();
    let case = good.map(|good| &good.case);
    let checked = desk.checked();
    let lock = good.map(|good| &good.data.lock);
    let tally = |(_, verdict): &(&str, Verdict)| {
        let n = checked.as_ref().map_or(0, |checked| checked.report.count(*verdict));
        (word(verdict), n)
    };
    CaseView {
        id: case.map_or_else(String::new, |case| case.id.clone()),
        title: case.map_or_else(|| "A case with errors".to_owned(), |case| case.title.clone()),
        summary: case.and_then(|case| case.summary.clone()),
        authors: case.map(|case| case.authors.clone()).unwrap_or_default(),
        period: case.and_then(|case| case.period).map(|period| period.to_string()),
        licence: case.and_then(|case| case.licence.clone()),
        version: env!("CARGO_PKG_VERSION"),
        revision: sheet.revision.clone(),
        stale: sheet.is_stale(),
        checked: checked.as_ref().is_some_and(|checked| checked.good.revision == sheet.revision),
        grounds: lock.map_or("none", |lock| grounds(desk, lock)),
        datasets: lock.into_iter().flat_map(|lock| &lock.datasets).map(|pin| dataset(case, pin)).collect(),
        tallies: Verdict::ALL.iter().map(tally).collect(),
        claims: case.map_or(0, |case| case.claims.len()),
        diagnostics: Counts { errors: sheet.count(Severity::Error), warnings: sheet.count(Severity::Warning) },
        has_brief: sheet.files.contains_key(BRIEF_FILE),
        has_app: crate::app::is_built(),
    }
}

/// A word of a serialised enumeration, such as `not-testable`.
pub fn word(value: &impl Serialize) -> String {
    serde_json::to_value(value).ok().and_then(|value| value.as_str().map(str::to_owned)).unwrap_or_default()
}

/// Told by the files alone, so that it can be said before the data are open.
fn grounds(desk: &Desk, lock: &Lock) -> &'static str {
    if lock.datasets.iter().any(|pin| desk.folder.join(&pin.store).is_dir()) {
        "rows"
    } else if lock.cubes.is_empty() {
        "none"
    } else {
        "cube"
    }
}

fn dataset(case: Option<&casefile_case::Case>, pin: &lock::Dataset) -> DatasetView {
    let declared = case.and_then(|case| case.dataset(&pin.id)).map_or(&[][..], |dataset| &dataset.coverage);
    let coverage = declared.iter().map(|coverage| CoverageView {
        area: coverage.area.clone(),
        period: coverage.period.to_string(),
        status: word(&coverage.status),
        note: coverage.note.clone(),
    });
    DatasetView {
        id: pin.id.clone(),
        title: pin.title.clone(),
        version: pin.version.clone(),
        publisher: pin.publisher.clone(),
        licence: pin.licence.clone(),
        attribution: pin.attribution_line(),
        redistribute_rows: pin.redistribute_rows,
        least_events: pin.least_events(),
        events: pin.kept,
        coverage: coverage.collect(),
        first: pin.totals.first.clone(),
        last: pin.totals.last.clone(),
    }
}
