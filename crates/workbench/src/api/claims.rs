//! Claims with their verdicts, and everything behind one of them.

use std::sync::Arc;

use axum::extract::{Path, State};
use casefile_case::{Case, write};
use casefile_model::claim::{Check, Claim};
use casefile_model::source::Source;
use casefile_verdict::finding::{Coverage, Finding, Reason, Verdict};
use casefile_verdict::ledger::{Change, Entry};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::case::word;
use super::{Answer, Bench};
use crate::checked::DETAIL;
use crate::desk::{Desk, Good};
use crate::history::{self, Version};
use crate::refusal::Refusal;

/// A claim in a list.
#[derive(Debug, Serialize, ToSchema)]
pub struct ClaimRow {
    id: String,
    text: String,
    topic: Option<String>,
    source: String,
    /// The source's words for the quantity.
    says: Option<String>,
    hedge: Option<String>,
    negated: bool,
    /// Admiralty credibility, 1 to 6.
    credibility: u8,
    /// EDTF.
    valid: Option<String>,
    /// Kind of check.
    check: Option<&'static str>,
    /// Null until the claim has been checked.
    #[schema(value_type = Option<String>)]
    verdict: Option<Verdict>,
    #[schema(value_type = Option<String>)]
    reason: Option<Reason>,
    because: Option<String>,
    /// The computed figure, for reading.
    display: Option<String>,
    probability: Option<f64>,
    #[schema(value_type = Option<String>)]
    coverage: Option<Coverage>,
    events: u64,
    /// The claim or what it is read with has changed since it was checked.
    pending: bool,
    file: String,
    line: usize,
    /// Why the verdict differs from the accepted one.
    changed: Option<String>,
}

/// Everything behind one claim.
#[derive(Debug, Serialize, ToSchema)]
pub struct ClaimView {
    /// As the program reads it.
    #[schema(value_type = Object)]
    claim: Value,
    /// As it is written.
    text_toml: String,
    file: String,
    line: usize,
    column: usize,
    source: Option<SourceView>,
    passage: PassageView,
    #[schema(value_type = Object)]
    finding: Finding,
    /// The newest first.
    history: Vec<PastVerdict>,
    spots: Vec<SpotView>,
    /// Why there are no spots, where there could be.
    no_spots: Option<String>,
    grades_in_words: GradesInWords,
    pending: bool,
    changed: Option<String>,
}

/// A source.
#[derive(Debug, Serialize, ToSchema)]
pub struct SourceView {
    id: String,
    title: String,
    authors: Vec<String>,
    publisher: Option<String>,
    year: Option<i16>,
    url: Option<String>,
    doi: Option<String>,
    /// Admiralty reliability, A to F.
    reliability: String,
    licence: Option<String>,
}

/// Where in a source.
#[derive(Debug, Serialize, ToSchema)]
pub struct PassageView {
    page: Option<u32>,
    paragraph: Option<u32>,
    heading: Option<String>,
    anchor: Option<String>,
    /// The quote was found again in the copy of the source that lies beside the case.
    verified: bool,
}

/// A verdict as it was.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct PastVerdict {
    #[schema(value_type = String)]
    verdict: Verdict,
    #[schema(value_type = String)]
    reason: Reason,
    figure: String,
    /// Whether the case's authors accepted it.
    accepted: bool,
    commit: Option<String>,
    date: Option<String>,
}

/// A place with the events behind the claim.
#[derive(Debug, Serialize, ToSchema)]
pub struct SpotView {
    name: String,
    lat: f64,
    lon: f64,
    precision_km: f64,
    events: i64,
    deaths: i64,
}

/// What the Admiralty grades mean.
#[derive(Debug, Serialize, ToSchema)]
pub struct GradesInWords {
    reliability: Option<&'static str>,
    credibility: &'static str,
}

/// All claims with their verdicts, in the order of the files. Verdicts are null until the first check is done.
#[utoipa::path(get, path = "/api/claims", responses((status = 200, body = Vec<ClaimRow>)))]
pub async fn claims(State(bench): State<Bench>) -> Answer<Vec<ClaimRow>> {
    bench
        .answer(|desk| {
            let good = desk.good()?;
            Ok(good.case.claims.iter().map(|claim| row(desk, &good, claim)).collect())
        })
        .await
}

/// Everything behind one claim: sentence, source and passage, finding with rows and chart, places, earlier verdicts.
#[utoipa::path(get, path = "/api/claims/{id}", params(("id" = String, Path)),
    responses((status = 200, body = ClaimView), (status = 404, body = crate::refusal::Refused)))]
pub async fn claim(State(bench): State<Bench>, Path(id): Path<String>) -> Answer<ClaimView> {
    bench.answer(move |desk| view(desk, &*desk.good()?, &id)).await
}

/// The last finding on a claim, and whether it is older than the claim.
fn last_finding(desk: &Desk, good: &Good, claim: &Claim) -> (Option<Finding>, bool) {
    let Some(checked) = desk.checked() else { return (None, true) };
    let same = checked.good.revision == good.revision;
    (checked.report.finding(&claim.envelope.id).cloned(), !same)
}

fn row(desk: &Desk, good: &Good, claim: &Claim) -> ClaimRow {
    let envelope = &claim.envelope;
    let (finding, pending) = last_finding(desk, good, claim);
    let origin = good.case.origin(&envelope.id);
    ClaimRow {
        id: envelope.id.clone(),
        text: envelope.text.clone().unwrap_or_default(),
        topic: claim.topic.clone(),
        source: envelope.source.clone(),
        says: claim.says.as_ref().map(|says| says.phrase().to_owned()),
        hedge: envelope.hedge.clone(),
        negated: envelope.negated,
        credibility: envelope.credibility.number(),
        valid: envelope.valid.map(|valid| valid.to_string()),
        check: claim.check.as_ref().map(Check::name),
        verdict: finding.as_ref().map(|finding| finding.verdict),
        reason: finding.as_ref().map(|finding| finding.reason),
        because: finding.as_ref().map(|finding| finding.because.clone()),
        display: finding.as_ref().and_then(|finding| Some(finding.computed.as_ref()?.display.clone())),
        probability: finding.as_ref().and_then(|finding| finding.probability),
        coverage: finding.as_ref().and_then(|finding| finding.coverage),
        events: finding.as_ref().map_or(0, |finding| finding.events),
        pending,
        file: origin.map(|origin| origin.file.clone()).unwrap_or_default(),
        line: origin.map_or(0, |origin| origin.line),
        changed: changed(desk, &envelope.id),
    }
}

fn changed(desk: &Desk, id: &str) -> Option<String> {
    let checked = desk.checked()?;
    checked.changes.get(id).map(in_words)
}

/// `supported (60 events) when accepted; now mixed: new rows (+3 events)`.
fn in_words(change: &Change) -> String {
    let events = if change.events == 0 { String::new() } else { format!(" ({:+} events)", change.events) };
    let Some(was) = change.was else { return format!("not accepted yet: {}{events}", change.cause.name()) };
    let figure = if change.was_figure.is_empty() { String::new() } else { format!(" ({})", change.was_figure) };
    format!("{}{figure} when accepted: {}{events}", was.name(), change.cause.name())
}

/// The finding on a claim as it is now: the last one, if nothing has changed since; else made afresh.
pub fn finding(desk: &Desk, good: &Good, claim: &Claim) -> Result<Finding, Refusal> {
    match last_finding(desk, good, claim) {
        (Some(finding), false) => Ok(finding),
        _ => {
            let examiner = good.examiner(desk)?.with(DETAIL);
            examiner.examine(claim).map_err(|error| Refusal::failed(error.to_string()))
        }
    }
}

fn view(desk: &Desk, good: &Good, id: &str) -> Result<ClaimView, Refusal> {
    let case = &good.case;
    let claim = case.claim(id).ok_or_else(|| Refusal::unknown("unknown-claim", format!("there is no claim `{id}`")))?;
    let finding = finding(desk, good, claim)?;
    let origin = case.origin(id).ok_or_else(|| Refusal::failed("the claim stands nowhere"))?;
    let text = good.files.get(&origin.file).map_or("", String::as_str);
    let envelope = &claim.envelope;
    let (spots, no_spots) = spots(desk, good, claim)?;
    let source = case.source(&envelope.source);
    let passage = &envelope.passage;
    Ok(ClaimView {
        claim: serde_json::to_value(claim).map_err(|error| Refusal::failed(error.to_string()))?,
        text_toml: write::extent(text, id).and_then(|at| text.get(at)).unwrap_or_default().to_owned(),
        file: origin.file.clone(),
        line: origin.line,
        column: origin.column,
        source: source.map(source_view),
        passage: PassageView {
            page: passage.page,
            paragraph: passage.paragraph,
            heading: passage.heading.clone(),
            anchor: passage.anchor.clone(),
            verified: good.verified.contains(id),
        },
        history: history(desk, good, id, &finding),
        finding,
        spots,
        no_spots,
        grades_in_words: GradesInWords {
            reliability: source.map(|source| source.reliability.meaning()),
            credibility: envelope.credibility.meaning(),
        },
        pending: desk.checked().is_none_or(|checked| checked.good.revision != good.revision),
        changed: changed(desk, id),
    })
}

fn source_view(source: &Source) -> SourceView {
    let span = source.issued.as_ref().map(casefile_model::date::Edtf::stated);
    SourceView {
        id: source.id.clone(),
        title: source.title.clone(),
        authors: source.authors.clone(),
        publisher: source.publisher.clone(),
        year: span.and_then(|span| span.start.or(span.end)).map(jiff::civil::Date::year),
        url: source.url.clone(),
        doi: source.doi.clone(),
        reliability: word(&source.reliability),
        licence: source.licence.clone(),
    }
}

fn spots(desk: &Desk, good: &Good, claim: &Claim) -> Result<(Vec<SpotView>, Option<String>), Refusal> {
    let Some(selection) = claim.check.as_ref().and_then(Check::selection) else { return Ok((Vec::new(), None)) };
    let examiner = good.examiner(desk)?;
    Ok(match examiner.by_place(selection) {
        Err(why) => (Vec::new(), Some(why)),
        Ok(survey) => {
            let spot = |spot: casefile_measure::evidence::Spot| SpotView {
                name: spot.name,
                lat: spot.latitude,
                lon: spot.longitude,
                precision_km: spot.precision_km,
                events: spot.events,
                deaths: spot.deaths,
            };
            (survey.parts.into_iter().map(spot).collect(), None)
        }
    })
}

/// What the verdict was in each version of the ledger, as accepted now, and as computed now; repeated ones once.
fn history(desk: &Desk, good: &Good, id: &str, finding: &Finding) -> Vec<PastVerdict> {
    let mut past: Vec<PastVerdict> = Vec::new();
    let mut add = |verdict: PastVerdict| {
        let same = |last: &PastVerdict| {
            (last.verdict, last.reason, &last.figure) == (verdict.verdict, verdict.reason, &verdict.figure)
        };
        if !past.last().is_some_and(same) {
            past.push(verdict);
        }
    };
    for version in versions(desk).iter() {
        if let Some(entry) = version.ledger.claim.get(id) {
            add(PastVerdict {
                commit: Some(version.commit.clone()),
                date: Some(version.date.clone()),
                ..accepted(entry)
            });
        }
    }
    if let Some(entry) = good.ledger.as_ref().and_then(|ledger| ledger.claim.get(id)) {
        add(accepted(entry));
    }
    add(PastVerdict {
        verdict: finding.verdict,
        reason: finding.reason,
        figure: finding.computed.as_ref().map(|value| value.display.clone()).unwrap_or_default(),
        accepted: false,
        commit: None,
        date: None,
    });
    past.reverse();
    past
}

fn accepted(entry: &Entry) -> PastVerdict {
    PastVerdict {
        verdict: entry.verdict,
        reason: entry.reason,
        figure: entry.figure.clone(),
        accepted: true,
        commit: None,
        date: None,
    }
}

fn versions(desk: &Desk) -> Arc<Vec<Version>> {
    let Some(head) = history::head(&desk.folder) else { return Arc::default() };
    let mut known = desk.memory.history.open();
    if known.0 != head {
        *known = (head, Arc::new(history::versions(&desk.folder)));
    }
    known.1.clone()
}

/// A claim in a line, for lists of what rests on something.
#[derive(Debug, Serialize, ToSchema)]
pub struct ClaimLine {
    id: String,
    text: String,
    #[schema(value_type = Option<String>)]
    verdict: Option<Verdict>,
}

/// A claim in a line.
pub fn line(desk: &Desk, case: &Case, id: &str) -> Option<ClaimLine> {
    let claim = case.claim(id)?;
    let verdict = desk.checked().and_then(|checked| checked.report.finding(id).map(|finding| finding.verdict));
    Some(ClaimLine { id: id.to_owned(), text: claim.envelope.text.clone().unwrap_or_default(), verdict })
}
