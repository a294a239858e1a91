//! Text and claims tried out before they are saved: the diagnostics of the command line, and the verdict.

use axum::extract::State;
use casefile_brief::render;
use casefile_case::{BRIEF_FILE, Diagnostic, Loaded, Severity, read_with, write};
use casefile_model::quantity::PhraseTable;
use casefile_verdict::finding::{Expected, Finding};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use std::fs;
use utoipa::ToSchema;

use super::figure::with_input;
use super::statements::edit_refused;
use super::{Answer, Bench, Sent, values};
use crate::checked::DETAIL;
use crate::desk::{Desk, Good};
use crate::folder;
use crate::refusal::Refusal;

/// The file in which what is tried stands.
pub const TRIAL: &str = "trial.toml";

/// A text in place of a file.
#[derive(Debug, Deserialize, ToSchema)]
pub struct Trial {
    path: String,
    text: String,
}

/// What is wrong with it.
#[derive(Debug, Serialize, ToSchema)]
pub struct Diagnosed {
    #[schema(value_type = Vec<Object>)]
    diagnostics: Vec<Diagnostic>,
}

/// A statement to try: as values of a form, or as TOML with its header.
#[derive(Debug, Deserialize, ToSchema)]
pub struct Try {
    /// `claim`, unless said otherwise.
    table: Option<String>,
    #[schema(value_type = Option<Object>)]
    values: Option<Map<String, Value>>,
    toml: Option<String>,
    /// The statement that it is to replace.
    id: Option<String>,
}

/// What came of trying.
#[derive(Debug, Serialize, ToSchema)]
pub struct Tried {
    /// What is wrong with the statement; spans are in `toml`.
    #[schema(value_type = Vec<Object>)]
    pub diagnostics: Vec<Diagnostic>,
    /// The verdict, for a claim without errors.
    #[schema(value_type = Option<Object>)]
    pub finding: Option<Finding>,
    #[schema(value_type = Option<Object>)]
    expected: Option<Expected>,
    /// The statement as it would be written.
    toml: String,
}

/// A phrase.
#[derive(Debug, Deserialize, ToSchema)]
pub struct Phrase {
    text: String,
}

/// How a phrase is read.
#[derive(Debug, Serialize, ToSchema)]
pub struct Reading {
    /// `count`, `share` or `ratio`.
    kind: String,
    /// Bounds outside which the statement is false, in interval notation, and in words.
    strict: String,
    strict_in_words: String,
    /// Bounds in which a careful reader expects the figure.
    pragmatic: String,
    pragmatic_in_words: String,
    /// The rules applied, with their reasoning.
    rule: String,
    why: Vec<String>,
}

/// What would be wrong with the case if a file held this text. Nothing is written.
#[utoipa::path(post, path = "/api/check", request_body = Trial,
    responses((status = 200, body = Diagnosed), (status = 403, body = crate::refusal::Refused)))]
pub async fn check(State(bench): State<Bench>, Sent(trial): Sent<Trial>) -> Answer<Diagnosed> {
    bench
        .answer(move |desk| {
            folder::place(&desk.folder, &trial.path)?;
            Ok(Diagnosed { diagnostics: diagnose(desk, trial) })
        })
        .await
}

/// What is wrong with a statement, and the verdict on a claim. Nothing is written.
#[utoipa::path(post, path = "/api/try", request_body = Try,
    responses((status = 200, body = Tried), (status = 422, body = crate::refusal::Refused)))]
pub async fn try_claim(State(bench): State<Bench>, Sent(wish): Sent<Try>) -> Answer<Tried> {
    bench
        .answer(move |desk| {
            let toml = match (wish.toml, wish.values) {
                (Some(toml), _) => toml,
                (None, Some(values)) => {
                    let (noun, format) = values::noun(wish.table.as_deref().unwrap_or("claim"))?;
                    write::append("", noun, &values::table(format, &values)?).map_err(edit_refused)?
                }
                (None, None) => return Err(Refusal::bad("nothing", "`values` or `toml` is needed")),
            };
            tried(desk, &*desk.good()?, toml, wish.id.as_deref())
        })
        .await
}

/// How a hedged phrase is read, by the case's own rules where it has some.
#[utoipa::path(post, path = "/api/phrase", request_body = Phrase,
    responses((status = 200, body = Reading), (status = 422, body = crate::refusal::Refused)))]
pub async fn phrase(State(bench): State<Bench>, Sent(phrase): Sent<Phrase>) -> Answer<Reading> {
    bench
        .answer(move |desk| {
            let good = desk.good().ok();
            read(good.as_ref().map_or(PhraseTable::builtin(), |good| good.case.phrases()), &phrase.text)
        })
        .await
}

/// Reads the whole case with the text in place of its file.
fn diagnose(desk: &Desk, trial: Trial) -> Vec<Diagnostic> {
    let sheet = desk.sheet();
    let is_brief = trial.path == BRIEF_FILE;
    let mut files = sheet.files.clone();
    // Notes for readers of the folder are no part of the case.
    if trial.path.ends_with(".toml") || is_brief {
        files.insert(trial.path, trial.text.clone());
    }
    let mut diagnostics = load(desk, files).diagnostics;
    if is_brief && let Some(good) = &sheet.good {
        let slips = with_input(desk, good, &trial.text, |input| render(input).err().unwrap_or_default());
        diagnostics.extend(slips.unwrap_or_default());
    }
    diagnostics
}

fn load(desk: &Desk, files: BTreeMap<String, String>) -> Loaded {
    let files: Vec<(String, String)> = files.into_iter().collect();
    let document = |path: &str| fs::read(desk.folder.join(path));
    read_with(&files, Some(&document))
}

/// The last good case with a statement in a file of its own, in place of the one with an identifier.
pub fn tried(desk: &Desk, good: &Good, toml: String, replaces: Option<&str>) -> Result<Tried, Refusal> {
    let mut files = good.files.clone();
    if let Some(old) = replaces
        && let Some(origin) = good.case.origin(old)
        && let Some(text) = files.get_mut(&origin.file)
    {
        *text = write::remove(text, old).map_err(edit_refused)?;
    }
    files.insert(TRIAL.to_owned(), toml.clone());
    let mut loaded = load(desk, files);
    let wrong = loaded.diagnostics.iter().any(|found| found.severity == Severity::Error && found.file != TRIAL);
    let about = |found: &Diagnostic| found.file == TRIAL || found.related.iter().any(|at| at.file == TRIAL);
    // Where the trial breaks another file, as by taking an id away from it, that is told too.
    loaded.diagnostics.retain(|found| about(found) || (wrong && found.severity == Severity::Error));
    let claim = loaded.case.as_ref().and_then(|case| {
        case.claims.iter().find(|claim| case.origin(&claim.envelope.id).is_some_and(|origin| origin.file == TRIAL))
    });
    let finding = match (claim, &loaded.case) {
        (Some(claim), Some(case)) => {
            let lake = good.lake(desk)?;
            let examiner = casefile_verdict::Examiner::new(case, lake, &good.data.lock);
            let examiner = examiner.map_err(|error| Refusal::failed(error.to_string()))?.with(DETAIL);
            Some(examiner.examine(claim).map_err(|error| Refusal::failed(error.to_string()))?)
        }
        _ => None,
    };
    let expected = finding.as_ref().and_then(|finding| finding.expected.clone());
    Ok(Tried { diagnostics: loaded.diagnostics, finding, expected, toml })
}

fn read(table: &PhraseTable, text: &str) -> Result<Reading, Refusal> {
    let quantity = table.parse(text).map_err(|error| {
        let refusal = Refusal::wrong("phrase", error.to_string()).with("span", [error.span.start, error.span.end]);
        match &error.suggestion {
            Some(suggestion) => refusal.hint(format!("did you mean “{suggestion}”?")),
            None => refusal,
        }
    })?;
    let kind = quantity.kind();
    let rules = quantity.rule().split('+').filter_map(|name| table.rule(name));
    Ok(Reading {
        kind: kind.to_string(),
        strict: quantity.strict().to_string(),
        strict_in_words: quantity.strict().describe(kind),
        pragmatic: quantity.pragmatic().to_string(),
        pragmatic_in_words: quantity.pragmatic().describe(kind),
        why: rules.filter_map(|rule| rule.why.clone()).collect(),
        rule: quantity.rule().to_owned(),
    })
}
