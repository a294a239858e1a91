//! Statements that wait for a decision: `proposals/*.toml`, each file with who proposed them and when. An accepted one moves
//! into the case, a rejected one out of it, and every decision is kept with its reason in `proposals/decided.toml`.

use std::collections::BTreeMap;
use std::path::{Path as FilePath, PathBuf};

use axum::extract::{Path, State};
use casefile_case::vocabulary::{Noun, tables};
use casefile_case::{Diagnostic, PROPOSALS, write};
use casefile_verdict::finding::Finding;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use toml_edit::{ArrayOfTables, DocumentMut, Item, Table, value};
use utoipa::ToSchema;

use super::check::{TRIAL, tried};
use super::files::{Saved, saved};
use super::statements::{edit_refused, holder};
use super::values::to_json;
use super::{Answer, Bench, Sent};
use crate::desk::{Desk, Sheet};
use crate::folder;
use crate::journal::Change;
use crate::refusal::Refusal;

/// Where decisions are kept.
const DECIDED: &str = "decided.toml";
/// The table that says who proposes.
const HEAD: &str = "proposal";

/// One proposed statement.
#[derive(Debug, Serialize, ToSchema)]
pub struct ProposalRow {
    /// The file, without its folder.
    file: String,
    /// Its number in the file, from 0.
    n: usize,
    by: Option<String>,
    at: Option<String>,
    about: Option<String>,
    table: String,
    #[schema(value_type = Object)]
    values: Value,
    /// As it is written.
    toml: String,
    #[schema(value_type = Vec<Object>)]
    diagnostics: Vec<Diagnostic>,
    #[schema(value_type = Option<Object>)]
    finding: Option<Finding>,
    /// Where it would go.
    into: String,
    /// Hash of its file, to be sent with the decision.
    hash: String,
}

/// What is decided on a proposal.
#[derive(Debug, Deserialize, ToSchema)]
pub struct Decision {
    verdict: Judgement,
    /// Why; needed unless it is accepted as it is.
    #[serde(default)]
    reason: String,
    /// The file an accepted statement goes to; where absent the one that holds most of its kind.
    into: Option<String>,
    /// The statement as amended, with its header.
    toml: Option<String>,
    /// Hash of the proposals' file as it was seen.
    base: Option<String>,
}

/// The judgement on a proposal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Judgement {
    /// As it is.
    Accept,
    /// In other words.
    Amend,
    /// Not at all.
    Reject,
}

/// All statements that wait for a decision, each with what is wrong with it and, for a claim, its verdict.
#[utoipa::path(get, path = "/api/proposals", responses((status = 200, body = Vec<ProposalRow>)))]
pub async fn proposals(State(bench): State<Bench>) -> Answer<Vec<ProposalRow>> {
    bench.answer(|desk| list(desk)).await
}

/// Accepts, amends or rejects one statement.
#[utoipa::path(post, path = "/api/proposals/{file}/{n}", params(("file" = String, Path), ("n" = usize, Path)),
    request_body = Decision,
    responses((status = 200, body = Saved), (status = 404, body = crate::refusal::Refused),
              (status = 409, body = crate::refusal::Refused), (status = 422, body = crate::refusal::Refused)))]
pub async fn decide(
    State(bench): State<Bench>,
    Path((file, n)): Path<(String, usize)>,
    Sent(decision): Sent<Decision>,
) -> Answer<Saved> {
    bench.answer(move |desk| settle(desk, &file, n, &decision)).await
}

/// One proposed statement as it stands in its file.
struct Proposed {
    noun: Noun,
    table: Table,
}

impl Proposed {
    fn id(&self) -> &str {
        self.table.get("id").and_then(Item::as_str).unwrap_or_default()
    }

    /// The statement alone, under its header, with its comments.
    fn toml(&self) -> String {
        let mut table = self.table.clone();
        let prefix =
            table.decor().prefix().and_then(|prefix| prefix.as_str()).unwrap_or_default().trim_start().to_owned();
        table.decor_mut().set_prefix(prefix);
        alone(self.noun.name(), table)
    }
}

/// A document with one table.
fn alone(name: &str, mut table: Table) -> String {
    table.set_position(None);
    let mut document = DocumentMut::new();
    let mut tables = ArrayOfTables::new();
    tables.push(table);
    document.insert(name, Item::ArrayOfTables(tables));
    document.to_string()
}

fn parse(file: &str, text: &str) -> Result<DocumentMut, Refusal> {
    text.parse().map_err(|error: toml_edit::TomlError| {
        Refusal::wrong("syntax", format!("{PROPOSALS}/{file} cannot be read: {error}"))
    })
}

/// The statements of a file in the order in which they stand.
fn statements(document: &DocumentMut) -> Vec<Proposed> {
    let tables = document.iter().filter_map(|(name, item)| {
        let format = tables::top(name).filter(|format| !tables::CASE_FILE_ONLY.contains(&format.name))?;
        Some((format.noun?, item.as_array_of_tables()?))
    });
    let all = tables.flat_map(|(noun, tables)| tables.iter().map(move |table| (noun, table)));
    let mut all: Vec<(isize, Proposed)> =
        all.map(|(noun, table)| (table.position().unwrap_or(0), Proposed { noun, table: table.clone() })).collect();
    all.sort_by_key(|(position, _)| *position);
    all.into_iter().map(|(_, proposed)| proposed).collect()
}

/// Where a file of proposals lies. Its name is one of those that are there.
fn place(desk: &Desk, file: &str) -> Result<PathBuf, Refusal> {
    let path = format!("{PROPOSALS}/{file}");
    let real = std::fs::symlink_metadata(desk.folder.join(PROPOSALS)).is_ok_and(|found| found.is_dir());
    if real && file != DECIDED && folder::proposals(&desk.folder).contains(&path) {
        Ok(desk.folder.join(path))
    } else {
        Err(Refusal::unknown("unknown-proposal", format!("there are no proposals in {path}")))
    }
}

fn list(desk: &Desk) -> Result<Vec<ProposalRow>, Refusal> {
    let mut rows = Vec::new();
    let good = desk.good()?;
    let sheet = desk.sheet();
    for path in folder::proposals(&desk.folder) {
        let file = path.trim_start_matches(PROPOSALS).trim_start_matches('/').to_owned();
        let Ok(at) = place(desk, &file) else { continue };
        // A file that cannot be read hides none of the others.
        let Ok(text) = folder::text(&at, &path) else { continue };
        let Ok(document) = parse(&file, &text) else { continue };
        let said = |key: &str| document.get(HEAD).and_then(|head| head.get(key)).map(to_json).map(plain);
        for (n, proposed) in statements(&document).into_iter().enumerate() {
            let tried = tried(desk, &good, proposed.toml(), None)?;
            rows.push(ProposalRow {
                file: file.clone(),
                n,
                by: said("by"),
                at: said("at"),
                about: said("about"),
                table: proposed.noun.name().to_owned(),
                values: to_json(&Item::Table(proposed.table.clone())),
                toml: proposed.toml(),
                diagnostics: tried.diagnostics,
                finding: tried.finding,
                into: usual(&sheet, proposed.noun),
                hash: folder::hash(text.as_bytes()),
            });
        }
    }
    Ok(rows)
}

fn plain(value: Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// The file that holds most tables of a kind.
fn usual(sheet: &Sheet, noun: Noun) -> String {
    let header = format!("[[{}]]", noun.name());
    let count = |text: &str| text.lines().filter(|line| line.trim_end() == header).count();
    let counts: BTreeMap<&String, usize> = sheet
        .files
        .iter()
        .filter(|(path, _)| path.ends_with(".toml"))
        .map(|(path, text)| (path, count(text)))
        .collect();
    let most = counts.into_iter().filter(|(_, n)| *n > 0).max_by_key(|(_, n)| *n);
    most.map_or_else(|| format!("{}s.toml", noun.name()), |(path, _)| path.clone())
}

fn settle(desk: &Desk, file: &str, n: usize, decision: &Decision) -> Result<Saved, Refusal> {
    if decision.verdict != Judgement::Accept && decision.reason.trim().is_empty() {
        return Err(Refusal::wrong("no-reason", "say why it is amended or rejected"));
    }
    let at = place(desk, file)?;
    let mut pen = desk.pen();
    let path = format!("{PROPOSALS}/{file}");
    let text = folder::text(&at, &path)?;
    if decision.base.as_ref().is_some_and(|base| *base != folder::hash(text.as_bytes())) {
        return Err(Refusal::conflict(format!("{path} was changed meanwhile")).hint("look at the proposals again"));
    }
    let document = parse(file, &text)?;
    let unknown = || Refusal::unknown("unknown-proposal", format!("{path} has no statement {n}"));
    let proposed = statements(&document).into_iter().nth(n).ok_or_else(unknown)?;
    let mut changes = Vec::new();
    let into = decision.into.clone().unwrap_or_else(|| usual(&desk.sheet(), proposed.noun));
    if decision.verdict != Judgement::Reject {
        changes.push(accept(desk, &proposed, decision, &into)?);
    }
    changes.push(Change { at, path: path.clone(), after: without(document, &proposed, n), before: Some(text) });
    changes.push(record(&desk.folder, file, &proposed, decision)?);
    pen.write(&format!("{:?} {}", decision.verdict, proposed.id()).to_lowercase(), changes)?;
    let shown = if decision.verdict == Judgement::Reject { path } else { into };
    Ok(saved(&desk.read_again(true), &shown))
}

/// The case's file with the statement at its end. A statement with errors does not get in.
fn accept(desk: &Desk, proposed: &Proposed, decision: &Decision, into: &str) -> Result<Change, Refusal> {
    let amended = match (&decision.toml, decision.verdict) {
        (Some(toml), Judgement::Amend) => {
            let mut all = statements(&parse("the amended statement", toml)?);
            let one = if all.len() == 1 { all.pop() } else { None };
            Some(one.ok_or_else(|| Refusal::wrong("amended", "the amended text must hold one statement"))?)
        }
        (None, Judgement::Amend) => return Err(Refusal::wrong("amended", "the amended statement is missing")),
        _ => None,
    };
    let new = amended.as_ref().unwrap_or(proposed);
    let found = tried(desk, &*desk.good()?, new.toml(), None)?;
    let errors = found.diagnostics.iter().filter(|found| found.severity == casefile_case::Severity::Error);
    if let Some(error) = errors.clone().next() {
        let message = format!("the statement has errors: {}", error.message).replace(TRIAL, into);
        return Err(Refusal::wrong("invalid", message).with("diagnostics", &found.diagnostics));
    }
    if let Some(taken) = holder(desk, new.id()) {
        return Err(Refusal::conflict(format!("the id `{}` is taken in {taken}", new.id())).hint("amend its id"));
    }
    let at = folder::place(&desk.folder, into)?;
    let before = folder::read(&at)?.map(String::from_utf8).transpose();
    let before = before.map_err(|_| Refusal::wrong("not-utf8", format!("{into} is not UTF-8 text")))?;
    let after = write::append(before.as_deref().unwrap_or_default(), new.noun, &new.table).map_err(edit_refused)?;
    Ok(Change { at, path: into.to_owned(), before, after: Some(after) })
}

/// The file of proposals without the statement; none where no other is left.
fn without(mut document: DocumentMut, proposed: &Proposed, n: usize) -> Option<String> {
    let all = statements(&document);
    if all.len() == 1 {
        return None;
    }
    let name = proposed.noun.name();
    let place = all.iter().take(n).filter(|other| other.noun == proposed.noun).count();
    if let Some(tables) = document.get_mut(name).and_then(Item::as_array_of_tables_mut) {
        tables.remove(place);
        if tables.is_empty() {
            document.remove(name);
        }
    }
    Some(document.to_string())
}

/// The list of decisions with this one at its end. What was rejected stays readable there.
fn record(folder: &FilePath, file: &str, proposed: &Proposed, decision: &Decision) -> Result<Change, Refusal> {
    let path = format!("{PROPOSALS}/{DECIDED}");
    let at = folder.join(&path);
    if std::fs::symlink_metadata(&at).is_ok_and(|found| !found.is_file()) {
        return Err(Refusal::forbidden("path", format!("{path} is no plain file")));
    }
    let before = if at.exists() { Some(folder::text(&at, &path)?) } else { None };
    let mut table = Table::new();
    table["file"] = value(file);
    table["id"] = value(proposed.id());
    table["verdict"] = value(format!("{:?}", decision.verdict).to_lowercase());
    table["reason"] = value(decision.reason.trim());
    table["on"] = value(Timestamp::now().strftime("%Y-%m-%d").to_string());
    table["statement"] = value(proposed.toml());
    let entry = alone("decision", table);
    let after = match &before {
        Some(text) => format!("{}\n\n{entry}", text.trim_end()),
        None => entry,
    };
    Ok(Change { at, path, before, after: Some(after) })
}
