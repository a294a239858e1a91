//! Edits the files of a case and keeps their comments, order and layout.
//!
//! Each edit is a function from text to text, and beside it one that does it to the file on the disk, whole or not
//! at all.

use std::fs;
use std::io;
use std::ops::Range;
use std::path::{Path, PathBuf};

use toml_edit::{Array, ArrayOfTables, Document, DocumentMut, InlineTable, Item, Table, TableLike, Value, value};

use crate::atomic;
use crate::dataset::{BEARINGS, CoverageStatus, Dataset};
use crate::read::{CASE_FILE, LoadError, case_files};
use crate::vocabulary::{Noun, tables};

/// Why a file could not be edited. It is as it was before.
#[derive(Debug, thiserror::Error)]
pub enum EditError {
    /// The file is not TOML.
    #[error("{file} cannot be read: {problem}")]
    Syntax {
        /// The file, or empty for text that is in no file.
        file: String,
        /// What is wrong, with line and column.
        problem: String,
    },
    /// Nothing has the identifier.
    #[error("nothing has the id \"{0}\"")]
    UnknownId(String),
    /// The identifier is taken.
    #[error("the id \"{id}\" is taken in {file}")]
    TakenId {
        /// The identifier.
        id: String,
        /// Where it is.
        file: String,
    },
    /// The format has no such key there.
    #[error("a {table} has no key `{key}`")]
    UnknownKey {
        /// The table.
        table: String,
        /// The key.
        key: String,
    },
    /// Something else stands where a table should.
    #[error("`{0}` is not a table")]
    NotATable(String),
    /// The case cannot be read.
    #[error(transparent)]
    Load(#[from] LoadError),
    /// A file cannot be read.
    #[error("cannot read {}: {source}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What the operating system said.
        #[source]
        source: io::Error,
    },
    /// A file cannot be written.
    #[error(transparent)]
    Write(#[from] atomic::WriteError),
}

fn parse(text: &str) -> Result<DocumentMut, EditError> {
    // An edit keeps everything but the byte order mark, which TOML does not need.
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    text.parse()
        .map_err(|error: toml_edit::TomlError| EditError::Syntax { file: String::new(), problem: error.to_string() })
}

fn in_file(error: EditError, name: &str) -> EditError {
    match error {
        EditError::Syntax { problem, .. } => EditError::Syntax { file: name.to_owned(), problem },
        other => other,
    }
}

/// The text with one more table of a kind at its end. Keys come in the order of the vocabulary.
///
/// # Errors
/// Where the text is not TOML, the table has a key that the format does not know, or its `id` is taken in the text.
pub fn append(text: &str, noun: Noun, table: &Table) -> Result<String, EditError> {
    let mut document = parse(text)?;
    if let Some(id) = table.get("id").and_then(Item::as_str)
        && find(&document, id).is_some()
    {
        return Err(EditError::TakenId { id: id.to_owned(), file: "this file".to_owned() });
    }
    let mut table = ordered(noun, table)?;
    let blank = if text.trim().is_empty() { "" } else { "\n" };
    // What stands below the last table, such as a closing comment, stays above the new one.
    let trailing = document.trailing().as_str().unwrap_or_default().to_owned();
    table.decor_mut().set_prefix(format!("{trailing}{blank}"));
    document.set_trailing("");
    let last = last_position(document.as_table()).map_or(0, |position| position + 1);
    table.set_position(Some(last));
    for (_, sub) in table.iter_mut() {
        place_below(sub, last);
    }
    let entry = document.entry(noun.name()).or_insert_with(|| Item::ArrayOfTables(ArrayOfTables::new()));
    match entry {
        Item::ArrayOfTables(tables) => tables.push(table),
        Item::Value(Value::Array(array)) => array.push(table.into_inline_table()),
        _ => return Err(EditError::NotATable(noun.name().to_owned())),
    }
    Ok(document.to_string())
}

/// Headers of sub-tables follow that of their table.
fn place_below(item: &mut Item, position: isize) {
    match item {
        Item::Table(table) => table.set_position(Some(position)),
        Item::ArrayOfTables(tables) => {
            for table in tables.iter_mut() {
                table.set_position(Some(position));
            }
        }
        _ => {}
    }
}

/// The highest position of a header.
fn last_position(table: &Table) -> Option<isize> {
    let below = table.iter().filter_map(|(_, item)| match item {
        Item::Table(table) => last_position(table),
        Item::ArrayOfTables(tables) => tables.iter().filter_map(last_position).max(),
        _ => None,
    });
    below.max().max(table.position())
}

/// The table with its keys in the order of the vocabulary.
fn ordered(noun: Noun, table: &Table) -> Result<Table, EditError> {
    let name = noun.name();
    let Some(format) = tables::top(name) else { return Err(EditError::NotATable(name.to_owned())) };
    if let Some((key, _)) = table.iter().find(|(key, _)| format.field(key).is_none()) {
        return Err(EditError::UnknownKey { table: name.to_owned(), key: key.to_owned() });
    }
    let mut ordered = Table::new();
    for field in format.fields() {
        if let Some(item) = table.get(field.name) {
            ordered.insert(field.name, item.clone());
        }
    }
    Ok(ordered)
}

/// The text with a key of the table that has an identifier set to a value; `path` may lead into a sub-table
/// (`check`, `top`). The comment behind the old value stays.
///
/// # Errors
/// Where the text is not TOML, nothing in it has the identifier, the format has no such key, or the path leads
/// through something that is not a table.
pub fn set(text: &str, id: &str, path: &[&str], new: Value) -> Result<String, EditError> {
    let mut document = parse(text)?;
    let kind = find(&document, id).ok_or_else(|| EditError::UnknownId(id.to_owned()))?;
    let Some((first, _)) = path.split_first() else { return Err(EditError::NotATable(id.to_owned())) };
    if tables::top(&kind).is_some_and(|table| table.field(first).is_none()) {
        return Err(EditError::UnknownKey { table: kind, key: (*first).to_owned() });
    }
    let table = with_id(&mut document, &kind, id).ok_or_else(|| EditError::UnknownId(id.to_owned()))?;
    set_in(table, path, new)?;
    Ok(document.to_string())
}

fn set_in(table: &mut dyn TableLike, path: &[&str], mut new: Value) -> Result<(), EditError> {
    match path {
        [] => Ok(()),
        [key] => {
            match table.get_mut(key) {
                Some(Item::Value(old)) => {
                    *new.decor_mut() = old.decor().clone();
                    *old = new;
                }
                Some(item) => *item = Item::Value(new),
                None => {
                    table.insert(key, Item::Value(new));
                }
            }
            Ok(())
        }
        [key, rest @ ..] => {
            let entry = table.entry(key).or_insert_with(|| Item::Value(Value::InlineTable(InlineTable::new())));
            let below = entry.as_table_like_mut().ok_or_else(|| EditError::NotATable((*key).to_owned()))?;
            set_in(below, rest, new)
        }
    }
}

/// The text with keys of the table that has an identifier set, or taken out for `None`. A table among the new values is
/// merged into the old one key by key, and keys that it lacks are taken out: comments and order stay.
///
/// # Errors
/// As [`set`].
pub fn amend(text: &str, id: &str, changes: &[(String, Option<Value>)]) -> Result<String, EditError> {
    let mut document = parse(text)?;
    let kind = find(&document, id).ok_or_else(|| EditError::UnknownId(id.to_owned()))?;
    let table = with_id(&mut document, &kind, id).ok_or_else(|| EditError::UnknownId(id.to_owned()))?;
    for (key, new) in changes {
        match new {
            // A key that the format does not know can be taken out: that mends it.
            Some(_) if tables::top(&kind).is_some_and(|format| format.field(key).is_none()) => {
                return Err(EditError::UnknownKey { table: kind, key: key.clone() });
            }
            Some(new) => merge(table, key, new.clone())?,
            None => drop(table.remove(key)),
        }
    }
    Ok(document.to_string())
}

fn merge(table: &mut dyn TableLike, key: &str, new: Value) -> Result<(), EditError> {
    let old = table.get_mut(key).and_then(Item::as_table_like_mut);
    let (Some(old), Value::InlineTable(fresh)) = (old, &new) else { return set_in(table, &[key], new) };
    let gone: Vec<String> = old.iter().map(|(key, _)| key.to_owned()).filter(|key| !fresh.contains_key(key)).collect();
    for key in gone {
        old.remove(&key);
    }
    for (key, value) in fresh {
        merge(old, key, value.clone())?;
    }
    Ok(())
}

/// The text without the table that has an identifier, and without the comment above it.
///
/// # Errors
/// Where the text is not TOML, or nothing in it has the identifier.
pub fn remove(text: &str, id: &str) -> Result<String, EditError> {
    let mut document = parse(text)?;
    let unknown = || EditError::UnknownId(id.to_owned());
    let kind = find(&document, id).ok_or_else(unknown)?;
    match document.get_mut(&kind).ok_or_else(unknown)? {
        Item::ArrayOfTables(tables) => tables.retain(|table| !has_id(table, id)),
        Item::Value(Value::Array(array)) => {
            array.retain(|value| value.as_inline_table().is_none_or(|table| !has_id(table, id)));
        }
        _ => return Err(unknown()),
    }
    Ok(document.to_string())
}

/// Where in the text the table stands that has an identifier, in bytes: from its header to the end of its last line.
/// None where it is not under a header, or the text is not TOML.
#[must_use]
pub fn extent(text: &str, id: &str) -> Option<Range<usize>> {
    tables(text).into_iter().find(|(_, _, table)| has_id(table, id)).map(|(_, at, _)| at)
}

/// Every table under a header of its own in double brackets, in the order of the text: its name, where it stands, and what
/// it holds. None where the text is not TOML.
#[must_use]
pub fn tables(text: &str) -> Vec<(String, Range<usize>, Table)> {
    let plain = text.strip_prefix('\u{feff}').unwrap_or(text);
    let shift = text.len() - plain.len();
    let Ok(document) = Document::parse(plain) else { return Vec::new() };
    let lists = document.iter().filter_map(|(name, item)| Some((tables::top(name)?.name, item.as_array_of_tables()?)));
    let place = |table: &Table| {
        let start = table.span()?.start;
        let end = last_byte(table).max(start);
        let end = plain.get(end..)?.find('\n').map_or(plain.len(), |line| end + line);
        Some(start + shift..end + shift)
    };
    let mut found: Vec<(String, Range<usize>, Table)> = lists
        .flat_map(|(name, list)| list.iter().map(move |table| (name, table)))
        .filter_map(|(name, table)| Some((name.to_owned(), place(table)?, table.clone())))
        .collect();
    found.sort_by_key(|(_, at, _)| at.start);
    found
}

/// The end of what stands in a table and the tables below it.
fn last_byte(table: &Table) -> usize {
    let below = table.iter().map(|(_, item)| match item {
        Item::Table(table) => last_byte(table),
        Item::ArrayOfTables(tables) => tables.iter().map(last_byte).max().unwrap_or(0),
        other => other.span().map_or(0, |span| span.end),
    });
    below.chain(table.span().map(|span| span.end)).max().unwrap_or(0)
}

/// The name of the table in the text that has the identifier: `claim`, `actor` …
#[must_use]
pub fn table_of(text: &str, id: &str) -> Option<String> {
    find(&parse(text).ok()?, id)
}

/// Whether a table in the text has the identifier. Text that is not TOML has none.
#[must_use]
pub fn holds(text: &str, id: &str) -> bool {
    text.contains(id) && table_of(text, id).is_some()
}

fn has_id(table: &dyn TableLike, id: &str) -> bool {
    table.get("id").and_then(Item::as_str) == Some(id)
}

/// The name of the table that has the identifier.
fn find(document: &DocumentMut, id: &str) -> Option<String> {
    document.iter().find_map(|(name, item)| {
        tables::top(name).filter(|table| table.noun.is_some())?;
        let found = match item {
            Item::ArrayOfTables(tables) => tables.iter().any(|table| has_id(table, id)),
            Item::Value(Value::Array(array)) => {
                array.iter().filter_map(Value::as_inline_table).any(|table| has_id(table, id))
            }
            _ => false,
        };
        found.then(|| name.to_owned())
    })
}

fn with_id<'a>(document: &'a mut DocumentMut, kind: &str, id: &str) -> Option<&'a mut dyn TableLike> {
    match document.get_mut(kind)? {
        Item::ArrayOfTables(tables) => {
            tables.iter_mut().find(|table| has_id(*table, id)).map(|table| table as &mut dyn TableLike)
        }
        Item::Value(Value::Array(array)) => array
            .iter_mut()
            .filter_map(Value::as_inline_table_mut)
            .find(|table| has_id(*table, id))
            .map(|table| table as &mut dyn TableLike),
        _ => None,
    }
}

/// The text of `case.toml` with a dataset added, or brought up to date: adapter, note, coverage and bearings become
/// those given, except that coverage and bearings that are not given stay as they are.
///
/// # Errors
/// Where the text is not TOML, or `dataset` in it is no table.
pub fn put_dataset(text: &str, dataset: &Dataset) -> Result<String, EditError> {
    let known = find(&parse(text)?, &dataset.id);
    if known.is_none() {
        return append(text, Noun::Dataset, &dataset_table(dataset));
    }
    let mut document = parse(text)?;
    let fresh = dataset_table(dataset);
    let table = with_id(&mut document, Noun::Dataset.name(), &dataset.id)
        .ok_or_else(|| EditError::UnknownId(dataset.id.clone()))?;
    for (key, item) in fresh.iter() {
        match item {
            Item::Value(new) => set_in(table, &[key], new.clone())?,
            other if !same(table.get(key), other) => {
                table.insert(key, other.clone());
            }
            _ => {}
        }
    }
    Ok(document.to_string())
}

/// Whether two lists of tables say the same, comments and layout aside.
fn same(old: Option<&Item>, new: &Item) -> bool {
    let plain = |item: &Item| {
        let tables = item.as_array_of_tables().cloned()?;
        let strip = |table: &Table| {
            let values = table.iter().map(|(key, item)| format!("{key}={}", item.to_string().trim()));
            values.collect::<Vec<_>>()
        };
        Some(tables.iter().map(strip).collect::<Vec<_>>())
    };
    old.and_then(plain) == plain(new)
}

fn dataset_table(dataset: &Dataset) -> Table {
    let mut table = Table::new();
    table["id"] = value(&dataset.id);
    table["adapter"] = value(&dataset.adapter);
    if let Some(note) = &dataset.note {
        table["note"] = value(note);
    }
    let coverage = dataset.coverage.iter().map(|coverage| {
        let mut table = Table::new();
        table["area"] = value(&coverage.area);
        table["period"] = value(coverage.period.to_string());
        table["status"] = value(name(&CoverageStatus::ALL, coverage.status));
        if let Some(note) = &coverage.note {
            table["note"] = value(note);
        }
        table
    });
    let bearings = dataset.bearings.iter().map(|rule| {
        let mut table = Table::new();
        table["concept"] = value(name(&casefile_model::claim::Concept::ALL, rule.concept));
        table["bearing"] = value(name(&BEARINGS, rule.bearing));
        table["reason"] = value(&rule.reason);
        table
    });
    for (key, list) in [("coverage", coverage.collect::<ArrayOfTables>()), ("bearing", bearings.collect())] {
        if !list.is_empty() {
            table.insert(key, Item::ArrayOfTables(list));
        }
    }
    table
}

fn name<T: PartialEq>(all: &[(&'static str, T)], wanted: T) -> &'static str {
    all.iter().find(|(_, value)| *value == wanted).map_or("", |(name, _)| name)
}

/// A list of texts as a value.
pub fn list<'a>(texts: impl IntoIterator<Item = &'a str>) -> Value {
    Value::Array(texts.into_iter().collect::<Array>())
}

/// Appends a table to a file of the case, which is made where it is missing: [`append`] on the disk.
///
/// # Errors
/// As [`append`]; also where the identifier is taken anywhere in the case, or a file cannot be read or written.
pub fn append_to(folder: &Path, file: &str, noun: Noun, table: &Table) -> Result<(), EditError> {
    if let Some(id) = table.get("id").and_then(Item::as_str)
        && let Some((taken, _)) = holding(folder, id)?
    {
        return Err(EditError::TakenId { id: id.to_owned(), file: taken });
    }
    let path = folder.join(file);
    let text = if path.exists() { read(&path)? } else { String::new() };
    let text = append(&text, noun, table).map_err(|error| in_file(error, file))?;
    Ok(atomic::write(&path, text)?)
}

/// Sets a key of the table that has an identifier, wherever in the case it is: [`set`] on the disk. Gives the file.
///
/// # Errors
/// As [`set`]; also where a file cannot be read or written.
pub fn set_in_case(folder: &Path, id: &str, path: &[&str], new: Value) -> Result<String, EditError> {
    let (file, text) = holding(folder, id)?.ok_or_else(|| EditError::UnknownId(id.to_owned()))?;
    let text = set(&text, id, path, new).map_err(|error| in_file(error, &file))?;
    atomic::write(&folder.join(&file), text)?;
    Ok(file)
}

/// Adds a dataset to `case.toml`, or brings it up to date: [`put_dataset`] on the disk.
///
/// # Errors
/// As [`put_dataset`]; also where the file cannot be read or written.
pub fn put_dataset_in_case(folder: &Path, dataset: &Dataset) -> Result<(), EditError> {
    let path = folder.join(CASE_FILE);
    let old = read(&path)?;
    let new = put_dataset(&old, dataset).map_err(|error| in_file(error, CASE_FILE))?;
    if new != old {
        atomic::write(&path, new)?;
    }
    Ok(())
}

/// The file that holds the table with an identifier, and its text. A file that is not TOML holds none.
fn holding(folder: &Path, id: &str) -> Result<Option<(String, String)>, EditError> {
    for file in case_files(folder)?.into_iter().filter(|file| file.ends_with(".toml")) {
        let text = read(&folder.join(&file))?;
        if holds(&text, id) {
            return Ok(Some((file, text)));
        }
    }
    Ok(None)
}

fn read(path: &Path) -> Result<String, EditError> {
    fs::read_to_string(path).map_err(|source| EditError::Read { path: path.to_owned(), source })
}

#[cfg(test)]
mod tests;
