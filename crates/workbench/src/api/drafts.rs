//! Text that is not saved yet, kept where a crash of browser or program does not reach it.

use std::path::PathBuf;

use axum::extract::{Path, State};
use casefile_case::atomic;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Answer, Bench, Sent};
use crate::desk::Desk;
use crate::folder;
use crate::refusal::Refusal;

/// Where drafts lie, in the case's folder: under version control no more than the stored data.
const FOLDER: &str = ".casefile/drafts";

/// A draft of one file.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct Draft {
    text: String,
    /// Hash of the text that is edited.
    base: String,
}

/// Whether there is something that was asked for.
#[derive(Debug, Serialize, ToSchema)]
pub struct Done {
    done: bool,
}

/// The draft of a file.
#[utoipa::path(get, path = "/api/drafts/{path}", params(("path" = String, Path)),
    responses((status = 200, body = Draft), (status = 404, body = crate::refusal::Refused)))]
pub async fn draft(State(bench): State<Bench>, Path(path): Path<String>) -> Answer<Draft> {
    bench
        .answer(move |desk| {
            let at = place(desk, &path)?;
            let bytes =
                folder::read(&at)?.ok_or_else(|| Refusal::unknown("no-draft", "there is no draft of this file"))?;
            serde_json::from_slice(&bytes).map_err(|error| Refusal::failed(format!("the draft is damaged: {error}")))
        })
        .await
}

/// Keeps a draft.
#[utoipa::path(put, path = "/api/drafts/{path}", params(("path" = String, Path)), request_body = Draft,
    responses((status = 200, body = Done), (status = 403, body = crate::refusal::Refused)))]
pub async fn keep(State(bench): State<Bench>, Path(path): Path<String>, Sent(draft): Sent<Draft>) -> Answer<Done> {
    bench
        .answer(move |desk| {
            let text = serde_json::to_string(&draft).map_err(|error| Refusal::failed(error.to_string()))?;
            atomic::write(&place(desk, &path)?, text).map_err(|error| Refusal::failed(error.to_string()))?;
            Ok(Done { done: true })
        })
        .await
}

/// Throws a draft away.
#[utoipa::path(delete, path = "/api/drafts/{path}", params(("path" = String, Path)),
    responses((status = 200, body = Done), (status = 403, body = crate::refusal::Refused)))]
pub async fn forget(State(bench): State<Bench>, Path(path): Path<String>) -> Answer<Done> {
    bench.answer(move |desk| Ok(Done { done: std::fs::remove_file(place(desk, &path)?).is_ok() })).await
}

/// One file in one folder for each file of the case, so that no path can lead anywhere.
fn place(desk: &Desk, path: &str) -> Result<PathBuf, Refusal> {
    folder::place(&desk.folder, path)?;
    let folder = desk.folder.join(FOLDER);
    // The folder is ours; one that is a link is somebody's trap.
    let real = |folder: &std::path::Path| std::fs::symlink_metadata(folder).map_or(true, |found| found.is_dir());
    if !real(&folder) || !folder.parent().is_none_or(real) {
        return Err(Refusal::forbidden("path", "the folder of drafts leads out of the case"));
    }
    Ok(folder.join(format!("{}.json", folder::hash(path.as_bytes()))))
}
