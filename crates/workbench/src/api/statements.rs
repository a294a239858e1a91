//! Statements written by form: appended to a file, or changed where they stand, with comments and order kept.

use axum::extract::{Path, State};
use casefile_case::write::{self, EditError};
use std::ops::Range;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use toml_edit::{Item, Table};
use utoipa::ToSchema;

use super::files::{Saved, edit};
use super::{Answer, Bench, Sent, values};
use crate::desk::Desk;
use crate::refusal::Refusal;

/// A new statement.
#[derive(Debug, Deserialize, ToSchema)]
pub struct New {
    /// `claim`, `relation`, `actor` …
    table: String,
    #[schema(value_type = Object)]
    values: Map<String, Value>,
    /// The file it goes to; made where it is missing.
    file: String,
    /// Hash of that file as it was seen; empty for a new file, absent for as it is.
    base: Option<String>,
}

/// Changes to a statement.
#[derive(Debug, Deserialize, ToSchema)]
pub struct Amended {
    /// By key; null takes the key out.
    #[schema(value_type = Object)]
    values: Map<String, Value>,
    /// Hash of its file as it was seen; absent for as it is.
    base: Option<String>,
}

/// Something with an identifier, in a list.
#[derive(Debug, Serialize, ToSchema)]
pub struct StatementRow {
    table: String,
    id: String,
    label: String,
    file: String,
    line: usize,
}

/// Something with an identifier as it is written: what a form starts from.
#[derive(Debug, Serialize, ToSchema)]
pub struct StatementView {
    table: String,
    id: String,
    #[schema(value_type = Object)]
    values: Value,
    toml: String,
    file: String,
    line: usize,
    /// Of the file.
    hash: String,
}

/// Everything that has an identifier, in the order of the files, as they are now: also while some have errors.
#[utoipa::path(get, path = "/api/statements", responses((status = 200, body = Vec<StatementRow>)))]
pub async fn statements(State(bench): State<Bench>) -> Answer<Vec<StatementRow>> {
    bench.answer(|desk| Ok(list(desk))).await
}

/// One thing with an identifier, as it is written.
#[utoipa::path(get, path = "/api/statements/{id}", params(("id" = String, Path)),
    responses((status = 200, body = StatementView), (status = 404, body = crate::refusal::Refused)))]
pub async fn statement(State(bench): State<Bench>, Path(id): Path<String>) -> Answer<StatementView> {
    bench.answer(move |desk| view(desk, &id)).await
}

fn list(desk: &Desk) -> Vec<StatementRow> {
    let sheet = desk.sheet();
    let files = sheet.files.iter().filter(|(path, _)| path.ends_with(".toml"));
    let rows = files.flat_map(|(path, text)| {
        write::tables(text).into_iter().map(|(table, at, written)| StatementRow {
            id: written.get("id").and_then(Item::as_str).unwrap_or_default().to_owned(),
            label: label(&written),
            file: path.clone(),
            line: line(text, at.start),
            table,
        })
    });
    rows.collect()
}

/// What a reader knows it by: its name, its title, or its sentence.
fn label(table: &Table) -> String {
    let text = ["name", "title", "text", "question", "id"].iter().find_map(|key| table.get(key)?.as_str());
    text.unwrap_or_default().to_owned()
}

fn line(text: &str, at: usize) -> usize {
    text.get(..at).unwrap_or_default().matches('\n').count() + 1
}

fn view(desk: &Desk, id: &str) -> Result<StatementView, Refusal> {
    let sheet = desk.sheet();
    let has_id = |(_, _, table): &(String, Range<usize>, Table)| table.get("id").and_then(Item::as_str) == Some(id);
    for (path, text) in sheet.files.iter().filter(|(path, text)| path.ends_with(".toml") && text.contains(id)) {
        if let Some((table, at, written)) = write::tables(text).into_iter().find(has_id) {
            return Ok(StatementView {
                table,
                id: id.to_owned(),
                values: values::to_json(&Item::Table(written)),
                toml: text.get(at.clone()).unwrap_or_default().to_owned(),
                file: path.clone(),
                line: line(text, at.start),
                hash: sheet.digests.get(path).cloned().unwrap_or_default(),
            });
        }
    }
    Err(Refusal::unknown("unknown-id", format!("nothing has the id `{id}`")))
}

/// Appends a statement to a file.
#[utoipa::path(post, path = "/api/statements", request_body = New,
    responses((status = 200, body = Saved), (status = 409, body = crate::refusal::Refused),
              (status = 422, body = crate::refusal::Refused)))]
pub async fn append(State(bench): State<Bench>, Sent(new): Sent<New>) -> Answer<Saved> {
    bench
        .answer(move |desk| {
            let (noun, format) = values::noun(&new.table)?;
            let table = values::table(format, &new.values)?;
            let id = new.values.get("id").and_then(Value::as_str).unwrap_or_default();
            if let Some(file) = holder(desk, id) {
                return Err(edit_refused(EditError::TakenId { id: id.to_owned(), file }));
            }
            edit(desk, &new.file, new.base.as_deref(), &format!("added {id}"), |text| {
                write::append(text.unwrap_or_default(), noun, &table).map_err(edit_refused)
            })
        })
        .await
}

/// Changes keys of the table with an identifier, whatever it is of.
#[utoipa::path(patch, path = "/api/statements/{id}", params(("id" = String, Path)), request_body = Amended,
    responses((status = 200, body = Saved), (status = 404, body = crate::refusal::Refused),
              (status = 409, body = crate::refusal::Refused), (status = 422, body = crate::refusal::Refused)))]
pub async fn amend(State(bench): State<Bench>, Path(id): Path<String>, Sent(amended): Sent<Amended>) -> Answer<Saved> {
    bench
        .answer(move |desk| {
            let unknown = || Refusal::unknown("unknown-id", format!("nothing has the id `{id}`"));
            let file = holder(desk, &id).ok_or_else(unknown)?;
            edit(desk, &file, amended.base.as_deref(), &format!("changed {id}"), |text| {
                let text = text.ok_or_else(unknown)?;
                let table = write::table_of(text, &id).ok_or_else(unknown)?;
                let (_, format) = values::noun(&table)?;
                write::amend(text, &id, &values::changes(format, &amended.values)?).map_err(edit_refused)
            })
        })
        .await
}

/// The file that holds the table with an identifier.
pub fn holder(desk: &Desk, id: &str) -> Option<String> {
    desk.sheet()
        .files
        .iter()
        .find(|(path, text)| path.ends_with(".toml") && write::holds(text, id))
        .map(|(path, _)| path.clone())
}

/// Why an edit was refused.
pub fn edit_refused(error: EditError) -> Refusal {
    match error {
        EditError::TakenId { .. } => Refusal::conflict(error.to_string()).hint("choose another id"),
        EditError::UnknownId(_) => Refusal::unknown("unknown-id", error.to_string()),
        EditError::Write(_) | EditError::Read { .. } => Refusal::failed(error.to_string()),
        other => Refusal::wrong("edit", other.to_string()),
    }
}
