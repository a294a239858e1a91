//! Values of a form as TOML, in the order and the style in which cases are written.

use casefile_case::vocabulary::{Field, Kind, Noun, Table as Format, VARIANT_KEY, tables};
use serde_json::{Map, Value as Json};
use toml_edit::{Array, InlineTable, Item, Table, Value};

use crate::refusal::Refusal;

/// The kind of statement or thing of that name.
pub fn noun(name: &str) -> Result<(Noun, &'static Format), Refusal> {
    let format = tables::top(name).filter(|format| !tables::CASE_FILE_ONLY.contains(&format.name));
    let known = format.and_then(|format| Some((format.noun?, format)));
    known.ok_or_else(|| Refusal::wrong("unknown-table", format!("there is no table `{name}` that can be written here")))
}

/// A table of that format. A key with a null is left out. A check stands under a header of its own.
pub fn table(format: &Format, values: &Map<String, Json>) -> Result<Table, Refusal> {
    let mut table = Table::new();
    for (key, value) in values.iter().filter(|(_, value)| !value.is_null()) {
        let field = format.field(key);
        let value = to_toml(field.map(|field| &field.kind), key, value)?;
        let item = match (field.map(|field| &field.kind), value) {
            (Some(Kind::Table(of)), Value::InlineTable(inline)) if !of.variants.is_empty() => {
                Item::Table(inline.into_table())
            }
            (_, value) => Item::Value(value),
        };
        table.insert(key, item);
    }
    Ok(table)
}

/// Changes to a table of that format: a value, or none to take the key out.
pub fn changes(format: &Format, values: &Map<String, Json>) -> Result<Vec<(String, Option<Value>)>, Refusal> {
    let change = |(key, value): (&String, &Json)| {
        let kind = format.field(key).map(|field| &field.kind);
        let value = if value.is_null() { None } else { Some(to_toml(kind, key, value)?) };
        Ok((key.clone(), value))
    };
    values.iter().map(change).collect()
}

fn to_toml(kind: Option<&Kind>, key: &str, value: &Json) -> Result<Value, Refusal> {
    Ok(match value {
        Json::Null => return Err(Refusal::wrong("value", format!("`{key}` holds nothing"))),
        Json::Bool(yes) => Value::from(*yes),
        Json::String(text) => Value::from(text.as_str()),
        Json::Number(number) => match (number.as_i64(), number.as_f64()) {
            (Some(whole), _) if !matches!(kind, Some(Kind::Float(..))) => Value::from(whole),
            (_, Some(real)) => Value::from(real),
            _ => return Err(Refusal::wrong("value", format!("`{key}` is no number that TOML can hold"))),
        },
        Json::Array(items) => {
            let of = match kind {
                Some(Kind::List(of) | Kind::OneOrMore(of)) => Some(*of),
                Some(Kind::Point) => Some(&DEGREES),
                _ => None,
            };
            Value::Array(items.iter().map(|item| to_toml(of, key, item)).collect::<Result<Array, _>>()?)
        }
        Json::Object(keys) => Value::InlineTable(inline(kind, keys)?),
    })
}

const DEGREES: Kind = Kind::Float(-180.0, 180.0);

/// Keys in the order of the format; unknown ones last, for the reader to point at.
fn inline(kind: Option<&Kind>, keys: &Map<String, Json>) -> Result<InlineTable, Refusal> {
    let format = match kind {
        Some(Kind::Table(format) | Kind::Tables(format)) => Some(*format),
        _ => None,
    };
    let variant = keys.get(VARIANT_KEY).and_then(Json::as_str);
    let format =
        format.and_then(|format| if format.variants.is_empty() { Some(format) } else { format.variant(variant?) });
    let fields: Vec<&Field> = format.into_iter().flat_map(Format::fields).collect();
    let place = |key: &str| match fields.iter().position(|field| field.name == key) {
        _ if key == VARIANT_KEY => 0,
        Some(place) => place + 1,
        None => usize::MAX,
    };
    let mut sorted: Vec<(&String, &Json)> = keys.iter().filter(|(_, value)| !value.is_null()).collect();
    sorted.sort_by_key(|(key, _)| place(key));
    let mut inline = InlineTable::new();
    for (key, value) in sorted {
        let kind = fields.iter().find(|field| field.name == key).map(|field| &field.kind);
        inline.insert(key, to_toml(kind, key, value)?);
    }
    Ok(inline)
}

/// A TOML value as JSON, for forms. Dates of TOML become text.
pub fn to_json(item: &Item) -> Json {
    match item {
        Item::None => Json::Null,
        Item::Value(value) => value_to_json(value),
        Item::Table(table) => Json::Object(table.iter().map(|(key, item)| (key.to_owned(), to_json(item))).collect()),
        Item::ArrayOfTables(tables) => {
            Json::Array(tables.iter().map(|table| to_json(&Item::Table(table.clone()))).collect())
        }
    }
}

fn value_to_json(value: &Value) -> Json {
    match value {
        Value::String(text) => Json::from(text.value().as_str()),
        Value::Integer(whole) => Json::from(*whole.value()),
        Value::Float(real) => Json::from(*real.value()),
        Value::Boolean(yes) => Json::from(*yes.value()),
        Value::Datetime(day) => Json::from(day.value().to_string()),
        Value::Array(items) => Json::Array(items.iter().map(value_to_json).collect()),
        Value::InlineTable(table) => {
            Json::Object(table.iter().map(|(key, value)| (key.to_owned(), value_to_json(value))).collect())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use casefile_case::write;
    use serde_json::json;

    #[test]
    fn a_form_becomes_a_table_as_cases_are_written() {
        let form = json!({
            "id": "attacks", "text": "Around 60.", "says": "around 60", "credibility": 2, "note": null,
            "passage": { "paragraph": 3, "page": 1 },
            "check": { "actor": "iskp", "period": "2020", "measure": "events", "kind": "amount", "max-place-km": 25 },
        });
        let (noun, format) = noun("claim").unwrap();
        let table = table(format, form.as_object().unwrap()).unwrap();
        let text = write::append("", noun, &table).unwrap();
        insta::assert_snapshot!(text, @r#"
        [[claim]]
        id = "attacks"
        text = "Around 60."
        passage = { page = 1, paragraph = 3 }
        credibility = 2
        says = "around 60"

        [claim.check]
        kind = "amount"
        measure = "events"
        actor = "iskp"
        max-place-km = 25.0
        period = "2020"
        "#);
    }
}
