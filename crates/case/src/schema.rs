//! The JSON Schema of a case's files, made from the vocabulary, for editors that complete and check TOML.
//!
//! A schema sees one file at a time: it knows keys, types and words. What lies between tables (identifiers, cycles,
//! figures that do not fit their check) is for `casefile check`.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use crate::read::hedges;
use crate::vocabulary::words::ID;
use crate::vocabulary::{Field, Kind, Table, VARIANT_KEY, tables};

/// File name under which the schema is published and put into a new case.
pub const FILE_NAME: &str = "case.schema.json";

/// The schema (JSON Schema, draft 2020-12) of any TOML file of a case.
pub fn schema() -> Value {
    let mut definitions = Map::new();
    let mut properties = Map::new();
    for field in tables::SHARED.into_iter().flatten() {
        definitions.insert(key_name(field), property(field));
    }
    for table in tables::TOP {
        define(table, &mut definitions);
        let single = table.name == tables::CASE.name;
        let value = if single { reference(table.name) } else { list_of(reference(table.name)) };
        properties.insert(table.name.to_owned(), described(value, table.doc));
    }
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Casefile case, format 1",
        "description": "A TOML file of a case. `casefile check` also checks what lies between tables and files.",
        "type": "object",
        "properties": properties,
        "additionalProperties": false,
        "$defs": definitions,
    })
}

/// The schema as the text of a file.
pub fn text() -> String {
    format!("{:#}\n", schema())
}

fn reference(name: &str) -> Value {
    json!({ "$ref": format!("#/$defs/{name}") })
}

fn list_of(item: Value) -> Value {
    json!({ "type": "array", "items": item })
}

fn described(mut value: Value, doc: &str) -> Value {
    if let Some(object) = value.as_object_mut() {
        object.insert("description".to_owned(), json!(doc));
    }
    value
}

/// Groups of keys that several tables share are defined once.
fn is_shared(part: &[Field]) -> bool {
    tables::SHARED.iter().any(|shared| std::ptr::eq(*shared, part))
}

fn key_name(field: &Field) -> String {
    format!("key-{}", field.name)
}

/// Adds the definition of a table, and of the tables in it.
fn define(table: &'static Table, definitions: &mut Map<String, Value>) {
    if definitions.contains_key(table.name) {
        return;
    }
    if table.variants.is_empty() {
        definitions.insert(table.name.to_owned(), object(table, None));
    } else {
        let names = table.variants.iter().map(|variant| format!("{}-{}", table.name, variant.name));
        let choices: Vec<Value> = names.map(|name| reference(&name)).collect();
        definitions.insert(table.name.to_owned(), json!({ "description": table.doc, "oneOf": choices }));
        for variant in table.variants {
            definitions.insert(format!("{}-{}", table.name, variant.name), object(variant, Some(variant.name)));
        }
    }
    let variants = table.variants.iter().flat_map(Table::fields);
    for field in table.fields().chain(variants) {
        if let Kind::Table(inner) | Kind::Tables(inner) = field.kind {
            define(inner, definitions);
        }
    }
}

fn object(table: &Table, variant: Option<&str>) -> Value {
    let mut properties = Map::new();
    let mut required: Vec<&str> = Vec::new();
    if let Some(name) = variant {
        properties.insert(VARIANT_KEY.to_owned(), json!({ "const": name, "description": table.doc }));
        required.push(VARIANT_KEY);
    }
    for field in table.fields() {
        let shared = table.parts.iter().any(|part| is_shared(part) && part.contains(field));
        properties.insert(field.name.to_owned(), if shared { reference(&key_name(field)) } else { property(field) });
        if table.requires(field) {
            required.push(field.name);
        }
    }
    let mut object = json!({
        "description": table.doc,
        "type": "object",
        "properties": properties,
        "required": required,
        "additionalProperties": false,
    });
    if let (Some((keys, _)), Some(object)) = (table.at_least_one, object.as_object_mut()) {
        let choices: Vec<Value> = keys.iter().map(|key| json!({ "required": [key] })).collect();
        object.insert("anyOf".to_owned(), json!(choices));
    }
    object
}

fn property(field: &Field) -> Value {
    let mut value = described(kind(&field.kind), field.doc);
    if let Some(object) = value.as_object_mut() {
        if let Some(default) = field.default.and_then(from_toml) {
            object.insert("default".to_owned(), default);
        }
        if let Some(example) = from_toml(field.example) {
            object.insert("examples".to_owned(), json!([example]));
        }
    }
    value
}

fn kind(kind: &Kind) -> Value {
    match kind {
        Kind::Text => json!({ "type": "string", "pattern": "\\S" }),
        Kind::Word(form) => json!({ "type": "string", "pattern": form.pattern }),
        Kind::NewId | Kind::Id(_) => json!({ "type": "string", "pattern": ID.pattern }),
        Kind::Date => json!({ "type": "string", "pattern": "^[0-9X?~%./-]+$" }),
        Kind::Quantity => json!({ "type": "string", "pattern": "\\S" }),
        // The list is there to be chosen from; capitals are allowed, which a list could not say.
        Kind::Hedge => json!({ "anyOf": [{ "enum": hedges().collect::<Vec<_>>() }, { "type": "string" }] }),
        Kind::OneOf(words) => json!({ "enum": words }),
        Kind::Int(least, most) => limits("integer", json!(least), (*most < i64::from(u32::MAX)).then(|| json!(most))),
        Kind::Float(least, most) => limits("number", json!(least), most.is_finite().then(|| json!(most))),
        Kind::Bool => json!({ "type": "boolean" }),
        Kind::Point => json!({ "type": "array", "items": { "type": "number" }, "minItems": 2, "maxItems": 2 }),
        Kind::Numbers => json!({ "type": "object", "additionalProperties": { "type": "number" } }),
        Kind::Labels(words) => json!({ "type": "object", "additionalProperties": { "enum": words } }),
        Kind::List(of) => list_of(self::kind(of)),
        Kind::OneOrMore(of) => json!({ "anyOf": [self::kind(of), list_of(self::kind(of))] }),
        Kind::Table(table) => reference(table.name),
        Kind::Tables(table) => list_of(reference(table.name)),
    }
}

fn limits(name: &str, least: Value, most: Option<Value>) -> Value {
    let mut value = json!({ "type": name, "minimum": least });
    if let (Some(most), Some(object)) = (most, value.as_object_mut()) {
        object.insert("maximum".to_owned(), most);
    }
    value
}

/// A TOML value as JSON.
fn from_toml(text: &str) -> Option<Value> {
    let mut table: BTreeMap<String, Value> = toml::from_str(&format!("value = {text}")).ok()?;
    table.remove("value")
}

#[cfg(test)]
mod tests;
