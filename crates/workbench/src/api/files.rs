//! The files of the case: to list, to read, to save; and saves to take back.

use std::fs;

use axum::extract::{Path, State};
use casefile_case::Diagnostic;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Answer, Bench, Sent};
use crate::desk::{Desk, Sheet};
use crate::folder::{self, README, hash};
use crate::journal::{Change, Step, Way};
use crate::refusal::Refusal;

/// A file in a list.
#[derive(Debug, Serialize, ToSchema)]
pub struct FileRow {
    path: String,
    bytes: u64,
    hash: String,
}

/// A file with its text.
#[derive(Debug, Serialize, ToSchema)]
pub struct FileView {
    path: String,
    text: String,
    hash: String,
}

/// A text to be saved.
#[derive(Debug, Deserialize, ToSchema)]
pub struct Save {
    text: String,
    /// Hash of the text that was edited; empty for a new file.
    #[serde(default)]
    base: String,
}

/// What saving did.
#[derive(Debug, Serialize, ToSchema)]
pub struct Saved {
    path: String,
    hash: String,
    revision: String,
    #[schema(value_type = Vec<Object>)]
    diagnostics: Vec<Diagnostic>,
}

/// What taking back, or doing again, did.
#[derive(Debug, Serialize, ToSchema)]
pub struct Stepped {
    path: String,
    hash: String,
    revision: String,
}

/// What can be taken back and done again, the last first.
#[derive(Debug, Serialize, ToSchema)]
pub struct Steps {
    undo: Vec<Step>,
    redo: Vec<Step>,
}

/// The files that can be read and written.
#[utoipa::path(get, path = "/api/files", responses((status = 200, body = Vec<FileRow>)))]
pub async fn files(State(bench): State<Bench>) -> Answer<Vec<FileRow>> {
    bench.answer(|desk| Ok(list(desk))).await
}

/// One file.
#[utoipa::path(get, path = "/api/files/{path}", params(("path" = String, Path)),
    responses((status = 200, body = FileView), (status = 403, body = crate::refusal::Refused),
              (status = 404, body = crate::refusal::Refused)))]
pub async fn file(State(bench): State<Bench>, Path(path): Path<String>) -> Answer<FileView> {
    bench
        .answer(move |desk| {
            let text = folder::text(&folder::place(&desk.folder, &path)?, &path)?;
            Ok(FileView { hash: hash(text.as_bytes()), path, text })
        })
        .await
}

/// Saves a file, whole or not at all. Refused where the file on the disk is not the one that was edited: the answer then
/// holds its text and hash.
#[utoipa::path(put, path = "/api/files/{path}", params(("path" = String, Path)), request_body = Save,
    responses((status = 200, body = Saved), (status = 403, body = crate::refusal::Refused),
              (status = 409, body = crate::refusal::Refused)))]
pub async fn put(State(bench): State<Bench>, Path(path): Path<String>, Sent(save): Sent<Save>) -> Answer<Saved> {
    bench.answer(move |desk| edit(desk, &path, Some(&save.base), "saved", |_| Ok(save.text))).await
}

/// What can be taken back.
#[utoipa::path(get, path = "/api/undo", responses((status = 200, body = Steps)))]
pub async fn undo_list(State(bench): State<Bench>) -> Answer<Steps> {
    bench
        .answer(|desk| {
            let (undo, redo) = desk.pen().steps();
            Ok(Steps { undo, redo })
        })
        .await
}

/// Takes back the last write of this run. Refused where a file was changed by another program since.
#[utoipa::path(post, path = "/api/undo",
    responses((status = 200, body = Stepped), (status = 409, body = crate::refusal::Refused)))]
pub async fn undo(State(bench): State<Bench>) -> Answer<Stepped> {
    bench.answer(|desk| step(desk, Way::Undo)).await
}

/// Does again what was taken back last.
#[utoipa::path(post, path = "/api/redo",
    responses((status = 200, body = Stepped), (status = 409, body = crate::refusal::Refused)))]
pub async fn redo(State(bench): State<Bench>) -> Answer<Stepped> {
    bench.answer(|desk| step(desk, Way::Redo)).await
}

fn list(desk: &Desk) -> Vec<FileRow> {
    let sheet = desk.sheet();
    let shown = |path: &&String| sheet.files.contains_key(*path) || **path == README;
    let row = |(path, hash): (&String, &String)| {
        let bytes = fs::metadata(desk.folder.join(path)).map_or(0, |found| found.len());
        FileRow { path: path.clone(), bytes, hash: hash.clone() }
    };
    sheet.digests.iter().filter(|(path, _)| shown(path)).map(row).collect()
}

fn step(desk: &Desk, way: Way) -> Result<Stepped, Refusal> {
    let mut pen = desk.pen();
    let path = pen.step(way)?;
    let sheet = desk.read_again(true);
    Ok(Stepped { hash: digest(&sheet, &path), revision: sheet.revision.clone(), path })
}

fn digest(sheet: &Sheet, path: &str) -> String {
    sheet.digests.get(path).cloned().unwrap_or_default()
}

/// Writes one file anew from what it holds; `base` is the hash of what whoever edits it has seen.
pub fn edit(
    desk: &Desk,
    path: &str,
    base: Option<&str>,
    what: &str,
    new: impl FnOnce(Option<&str>) -> Result<String, Refusal>,
) -> Result<Saved, Refusal> {
    let at = folder::place(&desk.folder, path)?;
    let mut pen = desk.pen();
    let before = folder::read(&at)?;
    let now = before.as_deref().map(hash).unwrap_or_default();
    if base.is_some_and(|base| base != now) {
        let text = before.as_deref().map(String::from_utf8_lossy);
        return Err(Refusal::conflict(format!("{path} was changed by another program meanwhile"))
            .hint("compare the two and save again")
            .with("text", text)
            .with("hash", now)
            .with("path", path));
    }
    let before = before.map(String::from_utf8).transpose().map_err(|_| not_utf8(path))?;
    let after = new(before.as_deref())?;
    if before.as_ref() != Some(&after) {
        pen.write(what, vec![Change { at, path: path.to_owned(), before, after: Some(after) }])?;
    }
    Ok(saved(&desk.read_again(true), path))
}

fn not_utf8(path: &str) -> Refusal {
    Refusal::wrong("not-utf8", format!("{path} is not UTF-8 text")).hint("save the file again with the encoding UTF-8")
}

/// The answer to a write.
pub fn saved(sheet: &Sheet, path: &str) -> Saved {
    Saved {
        path: path.to_owned(),
        hash: digest(sheet, path),
        revision: sheet.revision.clone(),
        diagnostics: sheet.diagnostics.clone(),
    }
}
