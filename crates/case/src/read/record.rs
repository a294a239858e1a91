//! Reads the tables of a file by the vocabulary: what is known becomes a [`Record`], the rest a finding.

use casefile_model::date::Edtf;
use casefile_model::quantity::{HedgedQuantity, PhraseTable};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::Sheet;
use super::report::{At, Finding};
use super::suggest::nearest;
use super::values;
use crate::vocabulary::{Field, Kind, Table, VARIANT_KEY, quoted};

/// A table that was read: values of known keys, each of the kind that the vocabulary says.
#[derive(Debug)]
pub(crate) struct Record {
    /// The table, or the variant of it that was chosen.
    pub table: &'static Table,
    /// Its header or braces.
    pub at: At,
    fields: Vec<Entry>,
}

/// A key that is there.
#[derive(Debug)]
pub(crate) struct Entry {
    pub field: &'static Field,
    pub key: At,
    pub item: Item,
}

/// A value and where it stands.
#[derive(Debug)]
pub(crate) struct Item {
    pub at: At,
    pub value: Value,
}

/// A value of the kind that its key asks for.
#[derive(Debug)]
pub(crate) enum Value {
    /// There is something, but not what was expected; a finding says so.
    Broken,
    Text(String),
    Date(Edtf),
    Quantity(HedgedQuantity),
    Int(i64),
    Float(f64),
    Bool(bool),
    Point(f64, f64),
    Numbers,
    Labels(Vec<(String, String)>),
    List(Vec<Item>),
    Table(Box<Record>),
}

impl Record {
    /// The key, if it is there, even if its value is broken.
    pub fn entry(&self, name: &str) -> Option<&Entry> {
        self.fields.iter().find(|entry| entry.field.name == name)
    }

    pub fn entries(&self) -> &[Entry] {
        &self.fields
    }

    pub fn has(&self, name: &str) -> bool {
        self.entry(name).is_some()
    }

    /// Where the value of a key stands, or the table itself.
    pub fn at(&self, name: &str) -> At {
        self.entry(name).map_or(self.at, |entry| entry.item.at)
    }

    /// Where the key stands, or the table itself.
    pub fn key_at(&self, name: &str) -> At {
        self.entry(name).map_or(self.at, |entry| entry.key)
    }

    fn value(&self, name: &str) -> Option<&Value> {
        self.entry(name).map(|entry| &entry.item.value)
    }

    /// Whether the table has all required keys with values that could be read.
    pub fn is_whole(&self) -> bool {
        self.table
            .fields()
            .filter(|field| self.table.requires(field))
            .all(|field| matches!(self.value(field.name), Some(value) if !matches!(value, Value::Broken)))
    }

    pub fn text(&self, name: &str) -> Option<&str> {
        match self.value(name) {
            Some(Value::Text(text)) => Some(text),
            _ => None,
        }
    }

    pub fn string(&self, name: &str) -> Option<String> {
        self.text(name).map(str::to_owned)
    }

    /// Names with their words, in alphabetical order.
    pub fn labels(&self, name: &str) -> &[(String, String)] {
        match self.value(name) {
            Some(Value::Labels(labels)) => labels,
            _ => &[],
        }
    }

    /// The items of a list, with their places.
    pub fn items(&self, name: &str) -> &[Item] {
        match self.value(name) {
            Some(Value::List(items)) => items,
            _ => &[],
        }
    }

    pub fn strings(&self, name: &str) -> Vec<String> {
        self.items(name).iter().filter_map(|item| item.text().map(str::to_owned)).collect()
    }

    pub fn date(&self, name: &str) -> Option<Edtf> {
        match self.value(name) {
            Some(Value::Date(date)) => Some(*date),
            _ => None,
        }
    }

    pub fn quantity(&self, name: &str) -> Option<&HedgedQuantity> {
        match self.value(name) {
            Some(Value::Quantity(quantity)) => Some(quantity),
            _ => None,
        }
    }

    pub fn int(&self, name: &str) -> Option<i64> {
        match self.value(name) {
            Some(Value::Int(number)) => Some(*number),
            _ => None,
        }
    }

    /// A whole number that the vocabulary limits to 32 bits.
    pub fn count(&self, name: &str) -> Option<u32> {
        self.int(name).and_then(|number| u32::try_from(number).ok())
    }

    pub fn float(&self, name: &str) -> Option<f64> {
        match self.value(name) {
            Some(Value::Float(number)) => Some(*number),
            _ => None,
        }
    }

    pub fn bool(&self, name: &str) -> bool {
        matches!(self.value(name), Some(Value::Bool(true)))
    }

    pub fn point(&self, name: &str) -> Option<(f64, f64)> {
        match self.value(name) {
            Some(Value::Point(latitude, longitude)) => Some((*latitude, *longitude)),
            _ => None,
        }
    }

    pub fn table(&self, name: &str) -> Option<&Record> {
        match self.value(name) {
            Some(Value::Table(record)) => Some(record),
            _ => None,
        }
    }

    pub fn tables(&self, name: &str) -> impl Iterator<Item = &Record> {
        self.items(name).iter().filter_map(|item| match &item.value {
            Value::Table(record) => Some(&**record),
            _ => None,
        })
    }
}

impl Item {
    pub fn text(&self) -> Option<&str> {
        match &self.value {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }
}

/// Reads the tables of one file.
pub(crate) struct Reader<'a> {
    pub sheet: &'a Sheet<'a>,
    pub phrases: &'a PhraseTable,
    pub findings: &'a mut Vec<Finding>,
}

impl Reader<'_> {
    /// Reads a table; `name` is what it is called in messages: `claim`, `claim.check`.
    pub fn table(&mut self, table: &'static Table, name: &str, content: &DeTable<'_>, at: At) -> Option<Record> {
        let table = if table.variants.is_empty() { table } else { self.variant(table, name, content, at)? };
        let mut fields = Vec::with_capacity(content.len());
        let mut meant = Vec::new();
        for (key, value) in content {
            let key_at = self.sheet.at(key.span());
            let Some(field) = table.field(key.get_ref()) else {
                if !(key.get_ref() == VARIANT_KEY && is_variant(table)) {
                    meant.extend(self.unknown_key(table, name, key.get_ref(), key_at, content));
                }
                continue;
            };
            let item = self.item(&field.kind, &format!("{name}.{}", field.name), value);
            fields.push(Entry { field, key: key_at, item });
        }
        let record = Record { table, at, fields };
        self.missing_keys(&record, name, &meant);
        self.none_of_several(&record, name);
        Some(record)
    }

    fn variant(&mut self, table: &'static Table, name: &str, content: &DeTable<'_>, at: At) -> Option<&'static Table> {
        let names: Vec<&str> = table.variants.iter().map(|variant| variant.name).collect();
        let Some((_, value)) = content.iter().find(|(key, _)| key.get_ref() == VARIANT_KEY) else {
            if !self.sheet.damaged {
                self.findings.push(
                    Finding::error("missing-key", at, format!("`{name}` has no `{VARIANT_KEY}`"))
                        .expected(format!("one of {}", quoted(&names))),
                );
            }
            return None;
        };
        let found = value.get_ref().as_str();
        let variant = found.and_then(|word| table.variant(word));
        if variant.is_none() {
            let shown = found.map_or_else(|| values::shown(value.get_ref()), |word| format!("\"{word}\""));
            self.findings.push(
                Finding::error(
                    "unknown-word",
                    self.sheet.at(value.span()),
                    format!("{shown} is not a kind of `{name}`"),
                )
                .expected(format!("one of {}", quoted(&names)))
                .maybe_help(found.and_then(|word| nearest(word, names)).map(|word| format!("write \"{word}\""))),
            );
        }
        variant
    }

    /// Reports a key that the table does not have, and gives the one that was probably meant.
    fn unknown_key(
        &mut self,
        table: &'static Table,
        name: &str,
        key: &str,
        at: At,
        content: &DeTable<'_>,
    ) -> Option<&'static str> {
        let absent = table.fields().map(|field| field.name).filter(|field| !content.contains_key(*field));
        let meant = nearest(key, absent);
        let mut keys: Vec<&str> = table.fields().map(|field| field.name).collect();
        if is_variant(table) {
            keys.insert(0, VARIANT_KEY);
        }
        let of = if is_variant(table) { format!("`{name}` of kind \"{}\"", table.name) } else { format!("`{name}`") };
        self.findings.push(
            Finding::error("unknown-key", at, format!("{of} has no key `{key}`"))
                .expected(format!("one of {}", keys.join(", ")))
                .maybe_help(meant.map(|word| format!("write `{word}`"))),
        );
        meant
    }

    /// Reports required keys that are not there, those aside that an unknown key was `meant` to be.
    fn missing_keys(&mut self, record: &Record, name: &str, meant: &[&str]) {
        if self.sheet.damaged {
            return;
        }
        let absent = |field: &&Field| !record.has(field.name) && !meant.contains(&field.name);
        for field in record.table.fields().filter(|field| record.table.requires(field)).filter(absent) {
            let which = record.text("id").map_or_else(String::new, |id| format!(" \"{id}\""));
            self.findings.push(
                Finding::error("missing-key", record.at, format!("`{name}`{which} has no `{}`", field.name))
                    .expected(format!("{} = {}", field.name, field.kind.describe()))
                    .maybe_help(
                        (!field.example.is_empty())
                            .then(|| format!("add a line such as `{} = {}`", field.name, field.example)),
                    ),
            );
        }
    }

    /// Where the format asks for at least one of several keys.
    fn none_of_several(&mut self, record: &Record, name: &str) {
        let Some((keys, why)) = record.table.at_least_one else { return };
        if self.sheet.damaged || keys.iter().any(|key| record.has(key)) {
            return;
        }
        let which = record.text("id").map_or_else(String::new, |id| format!(" \"{id}\""));
        self.findings.push(
            Finding::error("missing-key", record.at, format!("`{name}`{which} has none of {}", ticked(keys)))
                .expected(format!("at least one of {}: {why}", keys.join(", "))),
        );
    }

    /// Reads a value of the kind that the key asks for.
    pub fn item(&mut self, kind: &Kind, name: &str, value: &Spanned<DeValue<'_>>) -> Item {
        let at = self.sheet.at(value.span());
        let value = match (kind, value.get_ref()) {
            // Nothing stands there: an error of syntax has been reported.
            _ if self.sheet.damaged && at.start == at.end => None,
            (Kind::Table(table), DeValue::Table(content)) => {
                self.table(table, name, content, at).map(|record| Value::Table(Box::new(record)))
            }
            (Kind::Tables(table), DeValue::Array(items)) => {
                Some(Value::List(items.iter().map(|item| self.item(&Kind::Table(table), name, item)).collect()))
            }
            (Kind::List(of) | Kind::OneOrMore(of), DeValue::Array(items)) => {
                Some(Value::List(items.iter().map(|item| self.item(of, name, item)).collect()))
            }
            (Kind::OneOrMore(of), _) => Some(Value::List(vec![self.item(of, name, value)])),
            (kind, plain) => match values::read(kind, plain, self.phrases) {
                Ok(value) => Some(value),
                Err(problem) => {
                    let subject = name.rsplit('.').next().unwrap_or(name);
                    self.findings.push(problem.finding(kind, subject, at));
                    None
                }
            },
        };
        Item { at, value: value.unwrap_or(Value::Broken) }
    }
}

fn is_variant(table: &Table) -> bool {
    crate::vocabulary::tables::CHECK.variants.iter().any(|variant| std::ptr::eq(variant, table))
}

/// `a`, `b`, `c` in backticks.
fn ticked(keys: &[&str]) -> String {
    keys.iter().map(|key| format!("`{key}`")).collect::<Vec<_>>().join(", ")
}
