//! Records out of JSON, within fixed memory: a list of objects, objects one after another (as NDJSON has them), or the
//! envelope that an API wraps around its list.
//!
//! A record is first cut out of the text by its brackets alone, and then read by a JSON parser. So a single bad record
//! is handed out for the quarantine table as it stands in the file, and reading goes on behind it; only what leaves no
//! doubt that records are lost is an error. A text within a record cannot hold a bare line break, so a quotation mark
//! that is never closed reaches no further than its line.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::fmt;
use std::io::{self, Read};
use std::sync::Arc;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

use crate::adapter::printable;
use crate::record::{MAX_FIELDS, MAX_RAW, MAX_RECORD, RawRecord, Records};

/// The member of an envelope that holds the records.
const LIST: &str = "data";

/// Why a JSON text cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum JsonError {
    /// Something else stands where a record, or the sign between two, was expected.
    #[error("line {line}: expected {expected}, found {found}")]
    Unexpected {
        /// The line, counted from 1.
        line: u64,
        /// What was expected.
        expected: &'static str,
        /// What stands there.
        found: String,
    },
    /// The text ends within a record or an envelope.
    #[error("ends in the middle of what begins in line {line}: is the download complete?")]
    Cut {
        /// The line in which it begins, counted from 1.
        line: u64,
    },
    /// The server sent an error instead of records.
    #[error(
        "holds an error of the server instead of records: {answer}\nhint: has the account a right to these data, and its \
         token not run out?"
    )]
    Refused {
        /// What the server said, shortened.
        answer: String,
    },
    /// What stands around the records cannot be read.
    #[error("the envelope around the records cannot be read: {reason}")]
    Envelope {
        /// Why not.
        reason: String,
    },
    /// An envelope tells another number of records than it holds.
    #[error("the envelope tells of {told} records and holds {held}: is the download complete?")]
    Count {
        /// Its `count`.
        told: u64,
        /// The records in its list.
        held: u64,
    },
    /// Nothing in it is an object.
    #[error("holds no records that can be read; of the first: {reason}\nhint: was the download refused, or cut short?")]
    NoObject {
        /// Why the first is none.
        reason: String,
    },
    /// There is no record.
    #[error(
        "holds no records\nhint: some servers answer so where the account has no right to them, or the filter fits none"
    )]
    Empty,
    /// The records have more different members than a table can have columns.
    #[error(
        "the records have more than {MAX_FIELDS} different members, or names of more than {MAX_RECORD} bytes: is this one table?"
    )]
    Members,
}

impl From<JsonError> for io::Error {
    fn from(error: JsonError) -> Self {
        Self::new(io::ErrorKind::InvalidData, error)
    }
}

/// The names of all members of all records, in order of their first appearance.
///
/// # Errors
/// Where the text cannot be read, or has no records or too many names.
pub(super) fn names(input: impl Read) -> io::Result<Arc<[String]>> {
    let mut records = Json::new(input, Arc::default());
    let mut names = Vec::new();
    let (mut known, mut bytes) = (HashSet::new(), 0);
    let mut none = JsonError::Empty;
    while records.cut()? {
        let members = match records.members() {
            Ok(members) => members,
            Err(reason) if none == JsonError::Empty => {
                none = JsonError::NoObject { reason };
                continue;
            }
            Err(_) => continue,
        };
        for (name, _) in members {
            if known.contains(name.as_ref()) {
                continue;
            }
            bytes += name.len();
            if known.len() == MAX_FIELDS || bytes > MAX_RECORD {
                return Err(JsonError::Members.into());
            }
            known.insert(name.clone().into_owned());
            names.push(name.into_owned());
        }
    }
    if names.is_empty() { Err(none.into()) } else { Ok(names.into()) }
}

/// Reads JSON whose members are known.
pub(super) struct Json<R> {
    text: Text<R>,
    form: Form,
    names: Arc<[String]>,
    at: HashMap<String, usize>,
    kept: Kept,
    /// What stands before the list in an envelope.
    head: Vec<u8>,
    held: u64,
    fields: Vec<u8>,
    ends: Vec<usize>,
    fault: String,
}

/// Where in the text the reader is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    /// Before the first record.
    Start,
    /// In a list that is the whole text.
    List,
    /// In the list of an envelope.
    Envelope,
    /// Among objects that stand one after another.
    Objects,
    End,
}

impl<R: Read> Json<R> {
    pub(super) fn new(input: R, names: Arc<[String]>) -> Self {
        Self {
            text: Text::new(input),
            form: Form::Start,
            at: names.iter().cloned().zip(0..).collect(),
            names,
            kept: Kept::default(),
            head: Vec::new(),
            held: 0,
            fields: Vec::new(),
            ends: Vec::new(),
            fault: String::new(),
        }
    }

    /// Cuts the next record out of the text into `kept`; false at the end.
    fn cut(&mut self) -> io::Result<bool> {
        loop {
            self.kept.clear();
            let next = self.text.next_mark()?;
            match (self.form, next) {
                (Form::Start | Form::Objects, None) | (Form::End, _) => {
                    self.form = Form::End;
                    return Ok(false);
                }
                (Form::Start, Some(b'[')) => {
                    self.text.take()?;
                    self.form = Form::List;
                }
                (Form::Start, Some(b'{')) => {
                    if self.opening()? {
                        return Ok(true);
                    }
                }
                // Also a record that is no object is handed out: the quarantine table tells of it.
                (Form::Objects, Some(_)) => {
                    self.value()?;
                    return Ok(true);
                }
                (Form::List | Form::Envelope, Some(b']')) => {
                    self.text.take()?;
                    self.close()?;
                }
                (Form::List | Form::Envelope, Some(_)) => {
                    if self.held > 0 {
                        self.text.expect(b',', "`,` or `]` behind a record")?;
                        self.text.next_mark()?;
                    }
                    // Between two commas there is a record that is none.
                    if !matches!(self.text.peek()?, Some(b',' | b']')) {
                        self.value()?;
                    }
                    self.held += 1;
                    return Ok(true);
                }
                (Form::List | Form::Envelope, None) => return Err(JsonError::Cut { line: self.text.line }.into()),
                (Form::Start, Some(_)) => return Err(self.text.unexpected("`[` or `{`")?.into()),
            }
        }
    }

    /// Reads the first object up to the list that makes it an envelope; true where it has none and is a record.
    fn opening(&mut self) -> io::Result<bool> {
        let begin = self.text.line;
        self.text.keep(&mut self.kept)?;
        loop {
            self.text.keep_space(&mut self.kept)?;
            let start = self.kept.bytes.len();
            if self.text.peek()? != Some(b'"') {
                break;
            }
            self.text.keep_string(&mut self.kept)?;
            let list = self.kept.bytes.get(start..).is_some_and(|name| name == format!("\"{LIST}\"").as_bytes());
            self.text.keep_space(&mut self.kept)?;
            if self.text.peek()? != Some(b':') {
                break;
            }
            self.text.keep(&mut self.kept)?;
            self.text.keep_space(&mut self.kept)?;
            if list && self.text.peek()? == Some(b'[') {
                let before = self.kept.bytes.len();
                self.text.keep(&mut self.kept)?;
                self.text.keep_space(&mut self.kept)?;
                if matches!(self.text.peek()?, Some(b'{' | b']')) {
                    self.kept.bytes.truncate(before);
                    self.head = std::mem::take(&mut self.kept.bytes);
                    (self.form, self.held) = (Form::Envelope, 0);
                    return Ok(false);
                }
                self.text.keep_until_closed(&mut self.kept, 1, begin)?;
            } else {
                self.text.keep_value(&mut self.kept)?;
            }
            self.text.keep_space(&mut self.kept)?;
            if self.text.peek()? != Some(b',') {
                break;
            }
            self.text.keep(&mut self.kept)?;
        }
        // The closing bracket, or whatever makes this no JSON.
        self.text.keep_until_closed(&mut self.kept, 1, begin)?;
        self.form = Form::Objects;
        if let Ok(answer) = serde_json::from_slice::<Answer<'_>>(&self.kept.bytes) {
            answer.check(&self.kept.bytes)?;
        }
        Ok(true)
    }

    /// Reads what stands behind a list.
    fn close(&mut self) -> io::Result<()> {
        if self.form == Form::List {
            self.form = Form::End;
            return match self.text.next_mark()? {
                None => Ok(()),
                Some(_) => Err(self.text.unexpected("the end of the text")?.into()),
            };
        }
        let mut tail = Kept::default();
        self.text.keep_until_closed(&mut tail, 1, self.text.line)?;
        let mut around = std::mem::take(&mut self.head);
        around.extend_from_slice(b"null");
        around.extend_from_slice(&tail.bytes);
        let answer: Answer<'_> =
            serde_json::from_slice(&around).map_err(|error| JsonError::Envelope { reason: error.to_string() })?;
        answer.check(&around)?;
        if let Some(told) = answer.count()
            && told != self.held
        {
            return Err(JsonError::Count { told, held: self.held }.into());
        }
        // Pages that were put one behind the other.
        self.form = Form::Start;
        Ok(())
    }

    fn value(&mut self) -> io::Result<()> {
        self.text.keep_value(&mut self.kept)
    }

    /// The members of the record, or why it is none.
    fn members(&self) -> Result<Vec<(Cow<'_, str>, &RawValue)>, String> {
        if self.kept.too_long() {
            return Err(format!("the record takes {} bytes; at most {MAX_RECORD} are read", self.kept.length));
        }
        let members: Members<'_> =
            serde_json::from_slice(&self.kept.bytes).map_err(|e| format!("no JSON object: {e}"))?;
        Ok(members.0)
    }

    /// Fills `fields` and `ends` from the record.
    fn split(&mut self) -> Result<(), String> {
        let (mut fields, mut ends) = (std::mem::take(&mut self.fields), std::mem::take(&mut self.ends));
        fields.clear();
        ends.clear();
        let mut values: Vec<Option<Cow<'_, str>>> = vec![None; self.names.len()];
        for (name, value) in self.members()? {
            // A name that is not known can only be that of a file that has changed, which is found out in the end.
            let Some(place) = self.at.get(name.as_ref()).and_then(|at| values.get_mut(*at)) else { continue };
            if place.replace(text_of(value)?).is_some() {
                return Err(format!("the member `{name}` stands twice"));
            }
        }
        for value in values {
            fields.extend_from_slice(value.unwrap_or_default().as_bytes());
            ends.push(fields.len());
        }
        (self.fields, self.ends) = (fields, ends);
        Ok(())
    }
}

impl<R: Read> Records for Json<R> {
    fn names(&mut self) -> io::Result<Option<Vec<String>>> {
        Ok(Some(self.names.to_vec()))
    }

    fn next(&mut self) -> io::Result<Option<RawRecord<'_>>> {
        if !self.cut()? {
            return Ok(None);
        }
        let fault = self.split().err();
        let at_fault = fault.is_some();
        self.fault = fault.unwrap_or_default();
        let raw = &self.kept.bytes[..self.kept.bytes.len().min(MAX_RAW)];
        let record = RawRecord::new(&self.fields, &self.ends, raw, self.kept.length, self.kept.too_long());
        Ok(Some(if at_fault { record.at_fault(&self.fault) } else { record }))
    }

    fn bytes(&self) -> u64 {
        self.text.bytes
    }
}

/// A value as a field of a table: a text without its quotation marks, null as nothing, a number as it is written, and
/// a list or an object as its JSON.
fn text_of(value: &RawValue) -> Result<Cow<'_, str>, String> {
    /// A text that has no escapes is borrowed.
    #[derive(serde::Deserialize)]
    struct Text<'a>(#[serde(borrow)] Cow<'a, str>);
    match value.get() {
        "null" => Ok(Cow::Borrowed("")),
        text if text.starts_with('"') => {
            serde_json::from_str::<Text<'_>>(text).map(|text| text.0).map_err(|e| format!("no text: {e}"))
        }
        other => Ok(Cow::Borrowed(other)),
    }
}

/// The members of an object in their order, those of one name too.
struct Members<'a>(Vec<(Cow<'a, str>, &'a RawValue)>);

impl<'de> Deserialize<'de> for Members<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct All;
        /// A name that has no escapes is borrowed.
        #[derive(serde::Deserialize)]
        struct Name<'a>(#[serde(borrow)] Cow<'a, str>);
        impl<'de> Visitor<'de> for All {
            type Value = Members<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut members = Vec::with_capacity(32);
                while let Some((Name(name), value)) = map.next_entry()? {
                    members.push((name, value));
                }
                Ok(Members(members))
            }
        }
        deserializer.deserialize_map(All)
    }
}

/// What a server says beside the records, as far as it matters here.
#[derive(serde::Deserialize)]
struct Answer<'a> {
    #[serde(borrow)]
    success: Option<&'a RawValue>,
    #[serde(borrow)]
    error: Option<&'a RawValue>,
    #[serde(borrow)]
    count: Option<&'a RawValue>,
}

impl Answer<'_> {
    /// Whether the server sent what was asked for.
    fn check(&self, whole: &[u8]) -> Result<(), JsonError> {
        let failed = self.success.is_some_and(|success| success.get() == "false");
        let error = self.error.is_some_and(|error| !matches!(error.get(), "false" | "\"\"" | "[]" | "{}"));
        if failed || error { Err(JsonError::Refused { answer: shorten(whole) }) } else { Ok(()) }
    }

    /// The number of records that it tells of, also where that is written as a text.
    fn count(&self) -> Option<u64> {
        self.count?.get().trim_matches('"').parse().ok()
    }
}

fn shorten(text: &[u8]) -> String {
    const SHOWN: usize = 300;
    let text = String::from_utf8_lossy(text);
    let mut shown: String = text.chars().take(SHOWN).map(printable).collect();
    if text.chars().nth(SHOWN).is_some() {
        shown.push('…');
    }
    shown
}

/// A part of the text as it stands there, up to a limit.
#[derive(Default)]
struct Kept {
    bytes: Vec<u8>,
    /// How long the part is, kept or not.
    length: usize,
}

impl Kept {
    fn clear(&mut self) {
        self.bytes.clear();
        self.length = 0;
    }

    fn push(&mut self, byte: u8) {
        self.length += 1;
        if self.bytes.len() < MAX_RECORD {
            self.bytes.push(byte);
        }
    }

    fn too_long(&self) -> bool {
        self.length > self.bytes.len()
    }
}

/// The text, byte by byte.
struct Text<R> {
    input: R,
    buffer: Vec<u8>,
    filled: usize,
    used: usize,
    bytes: u64,
    line: u64,
}

impl<R: Read> Text<R> {
    fn new(input: R) -> Self {
        Self { input, buffer: vec![0; 1 << 16], filled: 0, used: 0, bytes: 0, line: 1 }
    }

    fn peek(&mut self) -> io::Result<Option<u8>> {
        if self.used == self.filled {
            self.used = 0;
            self.filled = loop {
                match self.input.read(&mut self.buffer) {
                    Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
                    other => break other?,
                }
            };
            // A byte order mark, which some programs put first, means nothing.
            if self.bytes == 0 && self.buffer[..self.filled].starts_with(b"\xEF\xBB\xBF") {
                self.used = 3;
            }
            self.bytes += self.filled as u64;
        }
        Ok((self.used < self.filled).then(|| self.buffer[self.used]))
    }

    fn take(&mut self) -> io::Result<Option<u8>> {
        let byte = self.peek()?;
        if let Some(byte) = byte {
            self.used += 1;
            self.line += u64::from(byte == b'\n');
        }
        Ok(byte)
    }

    /// The next byte that is no space; it is not taken.
    fn next_mark(&mut self) -> io::Result<Option<u8>> {
        while let Some(b' ' | b'\t' | b'\n' | b'\r') = self.peek()? {
            self.take()?;
        }
        self.peek()
    }

    fn expect(&mut self, byte: u8, expected: &'static str) -> io::Result<()> {
        if self.peek()? == Some(byte) {
            self.take()?;
            return Ok(());
        }
        Err(self.unexpected(expected)?.into())
    }

    fn unexpected(&mut self, expected: &'static str) -> io::Result<JsonError> {
        let line = self.line;
        Ok(match self.peek()? {
            None => JsonError::Cut { line },
            Some(byte) => JsonError::Unexpected { line, expected, found: format!("`{}`", byte.escape_ascii()) },
        })
    }

    fn keep(&mut self, kept: &mut Kept) -> io::Result<()> {
        if let Some(byte) = self.take()? {
            kept.push(byte);
        }
        Ok(())
    }

    fn keep_space(&mut self, kept: &mut Kept) -> io::Result<()> {
        while let Some(b' ' | b'\t' | b'\n' | b'\r') = self.peek()? {
            self.keep(kept)?;
        }
        Ok(())
    }

    /// Keeps a text from its first quotation mark to its last, or to the end of the line.
    fn keep_string(&mut self, kept: &mut Kept) -> io::Result<()> {
        self.keep(kept)?;
        while let Some(byte) = self.peek()? {
            match byte {
                b'\n' => return Ok(()),
                b'"' => return self.keep(kept),
                b'\\' => {
                    self.keep(kept)?;
                    if self.peek()? != Some(b'\n') {
                        self.keep(kept)?;
                    }
                }
                _ => self.keep(kept)?,
            }
        }
        Ok(())
    }

    /// Keeps a value, whatever it is.
    fn keep_value(&mut self, kept: &mut Kept) -> io::Result<()> {
        let begin = self.line;
        match self.peek()? {
            Some(b'{' | b'[') => {
                self.keep(kept)?;
                self.keep_until_closed(kept, 1, begin)
            }
            Some(b'"') => self.keep_string(kept),
            _ => {
                // At least one byte, so that reading always goes on.
                self.keep(kept)?;
                while !matches!(
                    self.peek()?,
                    None | Some(b',' | b']' | b'}' | b'{' | b'[' | b' ' | b'\t' | b'\n' | b'\r')
                ) {
                    self.keep(kept)?;
                }
                Ok(())
            }
        }
    }

    /// Keeps all up to the bracket that closes `depth` open ones. Which sort of bracket it is, is the parser's affair.
    fn keep_until_closed(&mut self, kept: &mut Kept, mut depth: u64, begin: u64) -> io::Result<()> {
        while depth > 0 {
            match self.peek()? {
                None => return Err(JsonError::Cut { line: begin }.into()),
                Some(b'"') => {
                    self.keep_string(kept)?;
                    continue;
                }
                Some(b'{' | b'[') => depth += 1,
                Some(b'}' | b']') => depth -= 1,
                Some(_) => {}
            }
            self.keep(kept)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
