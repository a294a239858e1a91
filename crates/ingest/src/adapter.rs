//! What a dataset adapter is: one file that knows one publisher's columns, codes and traps.

use std::borrow::Cow;
use std::collections::BTreeSet;

use crate::flag::Flags;
use crate::schema::{ActorRow, EventRow, SeriesRow};

/// What a publisher's dataset is and counts. These words reach the lock, the verdicts and the briefing.
///
/// An adapter that knows one publisher has its facts in a constant, `AdapterInfo<'static>`; one that reads them from a
/// mapping lends them.
#[derive(Debug, Clone, Copy)]
pub struct AdapterInfo<'a> {
    /// Name for `--as`, such as `ucdp-ged`; the default id of a dataset read with it.
    pub name: &'a str,
    /// Version of the normalisation rules; raised whenever the same file would give other rows.
    pub normaliser: u32,
    /// Who publishes the dataset.
    pub publisher: &'a str,
    /// The dataset's title.
    pub title: &'a str,
    /// SPDX identifier of the licence, or its name.
    pub licence: &'a str,
    /// Whether the licence lets rows be passed on.
    pub redistribute_rows: bool,
    /// How the publisher wants to be cited.
    pub citation: &'a str,
    /// What one row is, in a word that verdicts can compare with a claim.
    pub unit: &'a str,
    /// What the dataset counts.
    pub counts: &'a str,
    /// What it leaves out, one entry each.
    pub misses: &'a [&'a str],
    /// What a record becomes.
    pub yields: Yields,
    /// The line that the publisher wants under whatever is made of the data; `{version}` and `{accessed}` are filled in.
    pub attribution: &'a str,
    /// A published aggregate must rest on at least so many events; 1 where the licence lets rows be passed on.
    pub smallest_cell: u32,
    /// Days on which the way of collecting changed (`YYYY-MM-DD`, why): figures from before and after do not compare.
    pub breaks: &'a [(&'a str, &'a str)],
}

/// What a record of a dataset becomes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Yields {
    /// An event: a row of `events`.
    Events,
    /// Figures of a country, dyad, conflict or actor in a year: rows of `series`.
    Series,
    /// An actor of the dataset's own list: a row of `actor_list`.
    Actors,
}

/// How a publisher writes the file, where its own first line does not tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Layout {
    /// The columns, for a format without a line of names.
    pub names: Option<&'static [&'static str]>,
    /// Other lists of columns, of older releases. The one is taken that has as many as the file's first lines.
    pub older_names: &'static [&'static [&'static str]],
    /// The delimiter; found from the first line where none is given.
    pub delimiter: Option<u8>,
    /// Whether fields may be quoted. Where not, a quotation mark is a character like any other.
    pub quoted: bool,
    /// Whether lines may end in more delimiters than there are names: the blank fields there are dropped.
    pub loose_end: bool,
    /// Endings of the members of an archive, and of the files of a folder, that are read.
    pub endings: &'static [&'static str],
    /// Whether all such members are read, one after the other; else there must be only one.
    pub many: bool,
}

impl Default for Layout {
    fn default() -> Self {
        Self {
            names: None,
            older_names: &[],
            delimiter: None,
            quoted: true,
            loose_end: false,
            endings: &[".csv"],
            many: false,
        }
    }
}

/// What one record became.
#[derive(Debug, Clone, PartialEq)]
pub enum Parsed<'a> {
    /// An event with its flags.
    Event(Box<EventRow<'a>>, Flags),
    /// Figures.
    Series(Vec<SeriesRow<'a>>),
    /// An actor.
    Actor(ActorRow<'a>),
}

/// Knows one publisher's format. Adding a dataset to the lake means writing one of these.
pub trait Adapter: Sync {
    /// What the dataset is.
    fn info(&self) -> AdapterInfo<'_>;

    /// The release that a file's name tells of, such as `23.1` of `ged231-csv.zip`.
    fn version_of(&self, file_name: &str) -> Option<String>;

    /// Columns that the adapter understands, for messages.
    fn known_columns(&self) -> Vec<&str>;

    /// Whether it can read a file only by a mapping that says what the columns mean.
    fn wants_mapping(&self) -> bool {
        false
    }

    /// How the file is written.
    fn layout(&self) -> Layout {
        Layout::default()
    }

    /// Finds the columns in a file's header.
    ///
    /// # Errors
    /// Where a column that nothing can be said without is missing.
    fn bind(&self, header: &Header) -> Result<Box<dyn RowParser>, HeaderError>;
}

/// Reads the records of one file, whose columns are known.
pub trait RowParser: Send + Sync {
    /// Whether the file has coordinates and first-order administrative units, so that blank units can be told from
    /// other rows at the same coordinates.
    fn has_admin1(&self) -> bool {
        false
    }

    /// Where the records' ids stand, for messages.
    fn id_column(&self) -> Option<usize> {
        None
    }

    /// Turns one record into what the dataset yields. `event_id`, `dataset`, `row` and `flags` are filled in by the
    /// caller, and so is `native_id` where it is left empty.
    ///
    /// # Errors
    /// Every fault of the record, where it cannot stand; it goes to the quarantine table then.
    fn parse<'a>(&'a self, record: &'a Record<'_>) -> Result<Parsed<'a>, Vec<Fault>>;
}

/// Why one value of a record cannot be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The column as the file names it; empty where the whole record is at fault.
    pub column: String,
    /// What is wrong, with the value.
    pub reason: String,
}

impl Fault {
    pub(crate) fn of_record(reason: impl Into<String>) -> Self {
        Self { column: String::new(), reason: reason.into() }
    }
}

/// The column names of a file: trimmed, lower-case; empty for an unnamed column.
#[derive(Debug, Clone)]
pub struct Header {
    names: Vec<String>,
}

impl Header {
    pub(crate) fn new<'a>(names: impl IntoIterator<Item = &'a str>) -> Self {
        let name = |given: &str| {
            let name = given.trim().to_lowercase();
            // What pandas calls a column without a name.
            if name.starts_with("unnamed: ") { String::new() } else { name }
        };
        Self { names: names.into_iter().map(name).collect() }
    }

    /// Position of the first column that bears one of these names, the first name preferred.
    #[must_use]
    pub fn position(&self, names: &[&str]) -> Option<usize> {
        names.iter().find_map(|name| self.names.iter().position(|n| n == name))
    }

    /// The names in the order of the file.
    #[must_use]
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// A name that stands twice, if any: which one would be meant?
    pub(crate) fn duplicate(&self) -> Option<&str> {
        let mut seen = BTreeSet::new();
        self.names.iter().find(|n| !n.is_empty() && !seen.insert(*n)).map(String::as_str)
    }

    pub(crate) fn push(&mut self, name: &str) {
        self.names.push(name.to_owned());
    }
}

/// One record: a text for each column of the header.
#[derive(Debug)]
pub struct Record<'a> {
    /// The file's own fields, one after the other.
    text: Cow<'a, str>,
    /// Where each field ends in `text`.
    ends: Cow<'a, [usize]>,
    /// Constants, for the columns behind the file's own.
    fills: &'a [String],
}

impl<'a> Record<'a> {
    pub(crate) fn new(text: impl Into<Cow<'a, str>>, ends: impl Into<Cow<'a, [usize]>>, fills: &'a [String]) -> Self {
        Self { text: text.into(), ends: ends.into(), fills }
    }

    /// A record of these fields that lives as long as the tests, so that its rows may be handed around.
    #[cfg(test)]
    pub(crate) fn of<T: AsRef<str>>(fields: impl IntoIterator<Item = T>) -> &'static Record<'static> {
        let (mut text, mut ends) = (String::new(), Vec::new());
        for field in fields {
            text.push_str(field.as_ref());
            ends.push(text.len());
        }
        Box::leak(Box::new(Record::new(text, ends, &[])))
    }

    /// The fields of the file, as they are, one after the other; and where each ends.
    pub(crate) fn own_text(&self) -> (&str, &[usize]) {
        (&self.text, &self.ends)
    }

    /// The text of a column, as it is; none where there is no such column.
    pub(crate) fn field(&self, column: usize) -> Option<&str> {
        let Some(end) = self.ends.get(column) else {
            return self.fills.get(column - self.ends.len()).map(String::as_str);
        };
        let start = if column == 0 { 0 } else { self.ends[column - 1] };
        self.text.get(start..*end)
    }

    /// The trimmed text of a column; none where the file lacks the column or the field is blank.
    #[must_use]
    pub fn get(&self, column: Option<usize>) -> Option<&str> {
        let text = self.field(column?)?.trim();
        (!text.is_empty()).then_some(text)
    }
}

/// A header that an adapter cannot work with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeaderError {
    /// The adapter's name.
    pub adapter: String,
    /// The missing columns.
    pub missing: Vec<String>,
    /// All columns that must be there.
    pub required: Vec<String>,
    /// The columns of the file.
    pub found: Vec<String>,
    /// How to mend a column that bears a name near to the one that is missing.
    pub mend: &'static str,
}

impl std::error::Error for HeaderError {}

impl std::fmt::Display for HeaderError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let word = if self.missing.len() == 1 { "column" } else { "columns" };
        writeln!(f, "this is not a {} file: {word} {} missing", self.adapter, self.missing.join(", "))?;
        writeln!(f, "  expected: {}", self.required.join(", "))?;
        write!(f, "  found:    {}", shorten(&self.found))?;
        if let [only] = self.found.as_slice()
            && let Some(delimiter) = [(',', "`,`"), (';', "`;`"), ('\t', "tabs"), ('|', "`|`")]
                .into_iter()
                .find_map(|(sign, word)| only.contains(sign).then_some(word))
        {
            write!(
                f,
                "\nhint: the names stand in one column, with {delimiter} between them: is another delimiter expected?"
            )?;
            return Ok(());
        }
        let data = self.found.iter().filter(|name| name.starts_with(|c: char| c.is_ascii_digit())).count();
        if data * 3 > self.found.len() {
            return write!(f, "\nhint: the first line looks like data: is that of the column names missing?");
        }
        for missing in &self.missing {
            let near = self.found.iter().map(|name| (strsim::jaro_winkler(name, &missing.to_lowercase()), name));
            if let Some((_, name)) = near.filter(|(s, _)| *s > 0.85).max_by(|a, b| a.0.total_cmp(&b.0)) {
                write!(f, "\nhint: is `{name}` meant to be `{missing}`? {}", self.mend)?;
            }
        }
        Ok(())
    }
}

/// A character that a terminal may be shown: what would steer it becomes a replacement character.
pub(crate) fn printable(c: char) -> char {
    if c.is_control() { char::REPLACEMENT_CHARACTER } else { c }
}

fn shorten(names: &[String]) -> String {
    const SHOWN: usize = 60;
    let shown: Vec<String> = names
        .iter()
        .take(SHOWN)
        .map(|n| if n.is_empty() { "(unnamed)".into() } else { n.chars().take(40).map(printable).collect() })
        .collect();
    let more = names.len().saturating_sub(SHOWN);
    let tail = if more > 0 { format!(", and {more} more") } else { String::new() };
    format!("{}{tail}", shown.join(", "))
}

/// Declares the columns of a format: for each the names that releases have used, and whether it must be there.
macro_rules! columns {
    ($(#[$meta:meta])* $type:ident { $($name:ident: $need:ident [$($alias:literal),+],)+ }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy)]
        struct $type { $($name: Option<usize>,)+ }

        impl $type {
            /// Every name that any release has used.
            const NAMES: &'static [&'static str] = &[$($($alias),+),+];

            fn bind(adapter: &'static str, header: &$crate::adapter::Header)
                -> Result<Self, $crate::adapter::HeaderError>
            {
                let columns = Self { $($name: header.position(&[$($alias),+]),)+ };
                let mut missing = Vec::new();
                let mut required = Vec::new();
                $($crate::adapter::need::$need(columns.$name, [$($alias),+][0], &mut required, &mut missing);)+
                if missing.is_empty() {
                    return Ok(columns);
                }
                let found = header.names().to_vec();
                let mend = "Rename it in the file's first line";
                Err($crate::adapter::HeaderError { adapter: adapter.to_owned(), missing, required, found, mend })
            }
        }
    };
}
pub(crate) use columns;

/// The two kinds of need in [`columns!`].
pub(crate) mod need {
    pub(crate) fn required(
        at: Option<usize>,
        name: &'static str,
        required: &mut Vec<String>,
        missing: &mut Vec<String>,
    ) {
        required.push(name.to_owned());
        if at.is_none() {
            missing.push(name.to_owned());
        }
    }

    pub(crate) fn optional(_: Option<usize>, _: &'static str, _: &mut Vec<String>, _: &mut Vec<String>) {}
}
