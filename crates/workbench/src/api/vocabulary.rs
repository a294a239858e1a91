//! The format of a case for forms: its tables and keys; and what can be filled in.

use axum::extract::State;
use casefile_case::Case;
use casefile_case::vocabulary::{Field, Kind, Noun, Table, tables};
use casefile_model::quantity::Form;
use casefile_model::quantity::PhraseTable;
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

use super::{Answer, Bench};
use crate::refusal::Refusal;

/// A table of the format.
#[derive(Debug, Serialize, ToSchema)]
pub struct TableView {
    table: &'static str,
    doc: &'static str,
    fields: Vec<FieldView>,
    /// Keys of which at least one must be there.
    at_least_one: Option<Vec<&'static str>>,
    /// Where the keys depend on `kind`: what it can be.
    #[schema(no_recursion)]
    variants: Vec<TableView>,
}

/// A key.
#[derive(Debug, Serialize, ToSchema)]
pub struct FieldView {
    name: &'static str,
    /// `text`, `word`, `id`, `new-id`, `date`, `quantity`, `hedge`, `one-of`, `int`, `float`, `bool`, `point`, `numbers`,
    /// `labels`, `list`, `one-or-more`, `table`, `tables`.
    kind: &'static str,
    /// What it is of: words for `one-of` and `labels`, nouns for `id`, limits for `int` and `float`, the pattern for `word`,
    /// the kind of the items for lists, the table for tables.
    #[schema(value_type = Object)]
    of: Value,
    required: bool,
    /// TOML.
    default: Option<&'static str>,
    doc: &'static str,
    /// TOML.
    example: &'static str,
    /// What is expected, in words.
    expected: String,
}

/// Something that can be filled in.
#[derive(Debug, Serialize, ToSchema)]
pub struct Choice {
    id: String,
    label: String,
}

/// What can be filled in, by kind.
#[derive(Debug, Serialize, ToSchema)]
pub struct Choices {
    actor: Vec<Choice>,
    place: Vec<Choice>,
    source: Vec<Choice>,
    claim: Vec<Choice>,
    statement: Vec<Choice>,
    event: Vec<Choice>,
    dataset: Vec<Choice>,
    /// Beginnings of hedged quantities.
    phrase: Vec<String>,
}

/// Every table of the format, for forms.
#[utoipa::path(get, path = "/api/vocabulary", responses((status = 200, body = Vec<TableView>)))]
pub async fn vocabulary(State(bench): State<Bench>) -> Answer<Vec<TableView>> {
    bench.answer(|_| Ok(tables::TOP.iter().map(|table| view(table)).collect())).await
}

/// Identifiers with names, and phrases, to choose from while writing. From the last state without errors.
#[utoipa::path(get, path = "/api/complete", responses((status = 200, body = Choices)))]
pub async fn complete(State(bench): State<Bench>) -> Answer<Choices> {
    bench.answer(|desk| desk.good().map(|good| choices(&good.case)).or_else(|_| Ok::<_, Refusal>(nothing()))).await
}

fn view(table: &Table) -> TableView {
    TableView {
        table: table.name,
        doc: table.doc,
        fields: table.fields().map(|field| field_view(table, field)).collect(),
        at_least_one: table.at_least_one.map(|(keys, _)| keys.to_vec()),
        variants: table.variants.iter().map(view).collect(),
    }
}

fn field_view(table: &Table, field: &Field) -> FieldView {
    let (kind, of) = kind(&field.kind);
    FieldView {
        name: field.name,
        kind,
        of,
        required: table.requires(field),
        default: field.default,
        doc: field.doc,
        example: field.example,
        expected: field.kind.describe(),
    }
}

fn kind(kind: &Kind) -> (&'static str, Value) {
    let nested = |of: &Kind| {
        let (kind, of) = self::kind(of);
        json!({ "kind": kind, "of": of })
    };
    match kind {
        Kind::Text => ("text", Value::Null),
        Kind::Word(form) => ("word", json!({ "pattern": form.pattern, "what": form.what })),
        Kind::NewId => ("new-id", Value::Null),
        Kind::Id(nouns) => ("id", json!(nouns.iter().map(|noun| noun.name()).collect::<Vec<_>>())),
        Kind::Date => ("date", Value::Null),
        Kind::Quantity => ("quantity", Value::Null),
        Kind::Hedge => ("hedge", Value::Null),
        Kind::OneOf(words) => ("one-of", json!(words)),
        Kind::Int(least, most) => ("int", json!([least, (*most < i64::MAX).then_some(most)])),
        Kind::Float(least, most) => ("float", json!([least, most.is_finite().then_some(most)])),
        Kind::Bool => ("bool", Value::Null),
        Kind::Point => ("point", Value::Null),
        Kind::Numbers => ("numbers", Value::Null),
        Kind::Labels(words) => ("labels", json!(words)),
        Kind::List(of) => ("list", nested(of)),
        Kind::OneOrMore(of) => ("one-or-more", nested(of)),
        Kind::Table(table) => ("table", json!(view(table))),
        Kind::Tables(table) => ("tables", json!(view(table))),
    }
}

fn choices(case: &Case) -> Choices {
    let choice = |id: &str, label: &str| Choice { id: id.to_owned(), label: label.to_owned() };
    let label = |text: Option<&String>, noun: Option<Noun>| {
        text.cloned().unwrap_or_else(|| noun.map_or_else(String::new, |noun| noun.name().to_owned()))
    };
    let statement = |envelope: &casefile_model::statement::Envelope| {
        choice(&envelope.id, &label(envelope.text.as_ref(), case.noun(&envelope.id)))
    };
    Choices {
        actor: case.actors.iter().map(|actor| choice(&actor.id, &actor.name)).collect(),
        place: case.places.iter().map(|place| choice(&place.id, &place.name)).collect(),
        source: case.sources.iter().map(|source| choice(&source.id, &source.title)).collect(),
        claim: case.claims.iter().map(|claim| statement(&claim.envelope)).collect(),
        statement: case.statements().map(statement).collect(),
        event: case.events.iter().map(|event| statement(&event.envelope)).collect(),
        dataset: case.datasets.iter().map(|dataset| choice(&dataset.id, &dataset.adapter)).collect(),
        phrase: phrases(case.phrases()),
    }
}

/// What can be chosen while the case has never been without errors.
fn nothing() -> Choices {
    let none = Vec::new;
    Choices {
        actor: none(),
        place: none(),
        source: none(),
        claim: none(),
        statement: none(),
        event: none(),
        dataset: none(),
        phrase: phrases(PhraseTable::builtin()),
    }
}

/// The words of the rules, hedges first: those are what phrases begin with.
fn phrases(table: &PhraseTable) -> Vec<String> {
    let of = |hedges: bool| {
        let rules = table.rules().iter().filter(move |rule| (rule.form == Some(Form::Hedge)) == hedges);
        rules.flat_map(|rule| {
            rule.words.iter().flatten().cloned().chain(rule.values.iter().flatten().map(|(w, _)| w.clone()))
        })
    };
    let mut phrases: Vec<String> = Vec::new();
    for phrase in of(true).chain(of(false)) {
        if !phrases.contains(&phrase) {
            phrases.push(phrase);
        }
    }
    phrases
}
