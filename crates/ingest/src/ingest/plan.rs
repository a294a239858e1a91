//! What is known of a file before its rows are read.

use std::collections::BTreeMap;

use crate::adapter::{Fault, Header, Parsed, Record, RowParser};
use crate::record::{MAX_FIELDS, MAX_RECORD, RawRecord, decode};

/// The longest id of a record, in bytes.
const LONGEST_ID: usize = 256;

/// How the records of one file are read.
pub(super) struct Plan<'a> {
    pub(super) dataset: &'a str,
    pub(super) header: &'a Header,
    /// Number of columns that are the file's own; the header's others are filled with constants.
    pub(super) file_columns: usize,
    /// Constants for the columns behind the file's own.
    pub(super) fills: Vec<String>,
    pub(super) parser: &'a dyn RowParser,
    /// Names of the files or members read, where there are several.
    pub(super) parts: Vec<String>,
    /// Columns that make up a row's content, in order of their names.
    pub(super) content: Vec<usize>,
}

/// A record as text.
pub(super) struct Decoded<'a> {
    pub(super) record: Record<'a>,
    pub(super) windows_1252: bool,
}

impl<'a> Plan<'a> {
    pub(super) fn new(
        dataset: &'a str,
        header: &'a Header,
        file_columns: usize,
        fills: &'a BTreeMap<String, String>,
        parser: &'a dyn RowParser,
        parts: Vec<String>,
    ) -> Self {
        let names = header.names();
        let mut content: Vec<usize> = (0..file_columns).filter(|i| !names[*i].is_empty()).collect();
        content.sort_by_key(|i| &names[*i]);
        let fills = fills.values().cloned().collect();
        Self { dataset, header, file_columns, fills, parser, parts, content }
    }

    /// The name of the column of ids.
    pub(super) fn id_column(&self) -> &'a str {
        let at = self.parser.id_column().and_then(|at| self.header.names().get(at));
        at.map_or("id", String::as_str)
    }

    /// Whether the id of a record, where it has one, can be one.
    ///
    /// # Errors
    /// Where it is longer than any id is.
    pub(super) fn check_id(&self, parsed: &Parsed<'_>) -> Result<(), Vec<Fault>> {
        let id = match parsed {
            Parsed::Event(row, _) => &row.native_id,
            Parsed::Actor(row) => &row.actor_id,
            Parsed::Series(_) => &None,
        };
        match id {
            Some(id) if id.len() > LONGEST_ID => {
                let reason = format!("takes {} bytes; an id has at most {LONGEST_ID}: is a quote left open?", id.len());
                Err(vec![Fault { column: self.id_column().to_owned(), reason }])
            }
            _ => Ok(()),
        }
    }

    /// The record as text, with the filled columns behind; or why it is none.
    pub(super) fn decode<'r>(&'r self, raw: &RawRecord<'r>) -> Result<Decoded<'r>, Fault> {
        if let Some(reason) = raw.fault {
            return Err(Fault::of_record(reason));
        }
        if raw.too_long {
            return Err(Fault::of_record(format!(
                "the record takes {} bytes; at most {MAX_RECORD} bytes and {MAX_FIELDS} fields are read: is a quote \
                 left open?",
                raw.length
            )));
        }
        if raw.len() != self.file_columns {
            return Err(Fault::of_record(format!("{} fields, the header has {}", raw.len(), self.file_columns)));
        }
        if let Some(at) = memchr::memchr(0, raw.all_fields()) {
            let column = raw.all_ends().partition_point(|end| *end <= at);
            let column = self.header.names().get(column).cloned().unwrap_or_default();
            return Err(Fault { column, reason: "contains a NUL byte".into() });
        }
        // Nearly always all is UTF-8. A character may lie across two fields, though; then neither is.
        if let Ok(text) = std::str::from_utf8(raw.all_fields())
            && raw.all_ends().iter().all(|end| text.is_char_boundary(*end))
        {
            return Ok(Decoded { record: Record::new(text, raw.all_ends(), &self.fills), windows_1252: false });
        }
        let (mut all, mut ends, mut windows_1252) = (String::new(), Vec::with_capacity(raw.len()), false);
        for bytes in raw.fields() {
            let (text, foreign) = decode(bytes);
            windows_1252 |= foreign;
            all.push_str(&text);
            ends.push(all.len());
        }
        Ok(Decoded { record: Record::new(all, ends, &self.fills), windows_1252 })
    }
}
