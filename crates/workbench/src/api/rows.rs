//! One event, and every claim that rests on it.

use std::collections::BTreeMap;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use casefile_lake::Table;
use serde::Serialize;
use utoipa::ToSchema;

use super::claims::{ClaimLine, line};
use super::{Answer, Bench};
use crate::desk::{Desk, Good};
use crate::refusal::Refusal;
use crate::rows::RowIndex;

/// One event or cell.
#[derive(Debug, Serialize, ToSchema)]
pub struct RowView {
    /// Column by column, as text; null where unknown.
    #[schema(value_type = Object)]
    row: BTreeMap<String, Option<String>>,
    /// All claims that rest on it.
    claims: Vec<ClaimLine>,
    dataset: String,
    licence: String,
    attribution: String,
}

/// One event or cube cell, and every claim that rests on it. A row that may not be passed on is not shown.
#[utoipa::path(get, path = "/api/rows/{id}", params(("id" = String, Path)),
    responses((status = 200, body = RowView), (status = 403, body = crate::refusal::Refused),
              (status = 404, body = crate::refusal::Refused)))]
pub async fn row(State(bench): State<Bench>, Path(id): Path<String>) -> Answer<RowView> {
    bench.answer(move |desk| view(desk, &*desk.good()?, &id)).await
}

fn view(desk: &Desk, good: &Good, id: &str) -> Result<RowView, Refusal> {
    let unknown = || Refusal::unknown("unknown-row", format!("there is no event `{id}` in the data at hand"));
    let (table, dataset) = find(desk, good, id)?.ok_or_else(unknown)?;
    let pin = good.data.lock.dataset(&dataset).ok_or_else(unknown)?;
    let is_event = table.columns().iter().any(|column| column == "event_id");
    if is_event && !pin.redistribute_rows {
        let why = format!("the licence of {} ({}) lets no rows be passed on", pin.title, pin.licence);
        return Err(Refusal::forbidden("restricted", why).hint("`casefile query` shows it to whoever holds the data"));
    }
    let checked = desk.checked().filter(|checked| checked.good.revision == good.revision).ok_or_else(|| {
        Refusal::new(StatusCode::SERVICE_UNAVAILABLE, "pending", "the claims are still being checked")
            .hint("ask again after the event `checked`")
    })?;
    let index = RowIndex::of(desk, &checked).map_err(Refusal::failed)?;
    let findings = &checked.report.findings;
    let claims = index.claims(id).iter().filter_map(|number| findings.get(usize::try_from(*number).ok()?));
    let columns = table.columns().into_iter().map(|name| {
        let value = table.one_text(&name).map_err(|error| Refusal::failed(error.to_string()))?;
        Ok((name, value))
    });
    Ok(RowView {
        row: columns.collect::<Result<_, Refusal>>()?,
        claims: claims.filter_map(|finding| line(desk, &good.case, &finding.claim)).collect(),
        dataset,
        licence: pin.licence.clone(),
        attribution: pin.attribution_line(),
    })
}

/// The row among the events, else among the cells of the cubes.
fn find(desk: &Desk, good: &Good, id: &str) -> Result<Option<(Table, String)>, Refusal> {
    let lake = good.lake(desk)?;
    let id = id.replace('\'', "''");
    for (table, key) in [("events", "event_id"), ("cube", "cell_id")] {
        let found = lake.table(&format!("select * from {table} where {key} = '{id}' limit 1"));
        let found = found.map_err(|error| Refusal::failed(error.to_string()))?;
        if let Ok(Some(dataset)) = found.one_text("dataset") {
            return Ok(Some((found, dataset)));
        }
    }
    Ok(None)
}
