//! One figure, drawn as the briefing draws it.

use std::collections::BTreeMap;

use axum::extract::{Query, State};
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use casefile_brief::{Input, Observations, fragment};
use casefile_case::Diagnostic;
use casefile_verdict::finding::Finding;

use super::Bench;
use crate::desk::{Desk, Good};
use crate::refusal::Refusal;

/// A figure as a fragment of HTML, to be shown with `/figure.css`. `kind` names it; every other key is one of its
/// directive, as in `brief.md`.
#[utoipa::path(get, path = "/api/figure", params(("kind" = String, Query, description = "timeline, map, strength …")),
    responses((status = 200, content_type = "text/html", body = String),
              (status = 422, body = crate::refusal::Refused)))]
pub async fn figure(
    State(bench): State<Bench>,
    Query(keys): Query<BTreeMap<String, String>>,
) -> Result<Response, Refusal> {
    let html = bench.work(move |desk| draw(desk, &*desk.good()?, &keys)).await?;
    Ok(([(CONTENT_TYPE, "text/html; charset=utf-8")], html).into_response())
}

fn draw(desk: &Desk, good: &Good, keys: &BTreeMap<String, String>) -> Result<String, Refusal> {
    let directive = directive(keys)?;
    with_input(desk, good, &directive, |input| fragment(input).map_err(|slips| slipped(&slips)))?
}

/// The line that asks for the figure in a briefing.
fn directive(keys: &BTreeMap<String, String>) -> Result<String, Refusal> {
    let is_word =
        |text: &str| !text.is_empty() && text.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-');
    let kind = keys.get("kind").filter(|kind| is_word(kind));
    let kind = kind.ok_or_else(|| Refusal::wrong("figure", "`kind` must name a figure, such as `timeline`"))?;
    let mut line = format!("::figure{{{kind}");
    for (key, value) in keys.iter().filter(|(key, _)| *key != "kind") {
        if !is_word(key) || value.contains(|c: char| matches!(c, '"' | '{' | '}') || c.is_control()) {
            return Err(Refusal::wrong(
                "figure",
                format!("`{key}` cannot be a key of a figure, or not with this value"),
            ));
        }
        line += &format!(" {key}=\"{value}\"");
    }
    Ok(line + "}\n")
}

/// Hands to `make` everything that a briefing of that text is made from.
pub fn with_input<T>(desk: &Desk, good: &Good, text: &str, make: impl FnOnce(&Input<'_>) -> T) -> Result<T, Refusal> {
    let checked = desk.checked();
    let findings: &[Finding] = checked.as_ref().map_or(&[], |checked| &checked.report.findings);
    let examiner = good.examiner(desk)?;
    let input = Input {
        case: &good.case,
        brief_md: text,
        findings,
        figure_data: &Observations(&examiner),
        pins: &good.data.lock,
        forecasts: &good.forecasts,
        verified: &good.verified,
        version: env!("CARGO_PKG_VERSION"),
    };
    Ok(make(&input))
}

/// Slips in the text of a briefing or a directive.
pub fn slipped(slips: &[Diagnostic]) -> Refusal {
    let first = slips.first().map_or_else(String::new, |slip| slip.message.clone());
    Refusal::wrong("slips", first).with("diagnostics", slips)
}
