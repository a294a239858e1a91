//! The briefing as it would look, from text that is not saved yet.

use axum::extract::{Path, State};
use axum::http::header::{CONTENT_SECURITY_POLICY, CONTENT_TYPE, LOCATION};
use axum::response::{IntoResponse, Response};
use casefile_brief::render;
use serde::Deserialize;
use utoipa::ToSchema;

use super::figure::{slipped, with_input};
use super::{Bench, Sent};
use crate::desk::Desk;
use crate::folder;
use crate::refusal::Refusal;

/// How many previews are kept for frames that show them.
const KEPT: usize = 4;

/// The page brings its own style, and its own policy that lets only this style in. It may run no script here, and only
/// the workbench may frame it.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; \
    frame-ancestors 'self'; sandbox";

/// The text of a briefing.
#[derive(Debug, Deserialize, ToSchema)]
pub struct Draft {
    text: String,
}

/// The briefing of a text as one HTML document. A frame can show it at the address in `Location`.
#[utoipa::path(post, path = "/api/preview", request_body = Draft,
    responses((status = 200, content_type = "text/html", body = String),
              (status = 422, body = crate::refusal::Refused)))]
pub async fn preview(State(bench): State<Bench>, Sent(draft): Sent<Draft>) -> Result<Response, Refusal> {
    let (hash, html) = bench.work(move |desk| make(desk, &draft.text)).await?;
    let headers = [
        (CONTENT_TYPE, "text/html; charset=utf-8".to_owned()),
        (LOCATION, format!("/preview/{hash}")),
        (CONTENT_SECURITY_POLICY, POLICY.to_owned()),
    ];
    Ok((headers, html).into_response())
}

fn make(desk: &Desk, text: &str) -> Result<(String, String), Refusal> {
    let good = desk.good()?;
    let page = with_input(desk, &good, text, |input| render(input).map_err(|slips| slipped(&slips)))??;
    let hash = folder::hash(page.html.as_bytes());
    let mut kept = desk.memory.previews.open();
    kept.retain(|(known, _)| *known != hash);
    kept.push((hash.clone(), page.html.clone()));
    let surplus = kept.len().saturating_sub(KEPT);
    kept.drain(..surplus);
    Ok((hash, page.html))
}

/// A preview, for a frame of the app.
pub async fn page(State(bench): State<Bench>, Path(hash): Path<String>) -> Result<Response, Refusal> {
    let html = bench.desk.memory.previews.open().iter().find(|(known, _)| *known == hash).map(|(_, html)| html.clone());
    let html = html.ok_or_else(|| Refusal::unknown("unknown-preview", "this preview is no longer kept"))?;
    Ok(([(CONTENT_TYPE, "text/html; charset=utf-8"), (CONTENT_SECURITY_POLICY, POLICY)], html).into_response())
}
