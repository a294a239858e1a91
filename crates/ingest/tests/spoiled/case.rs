//! One spoiled input, and what must come of it.

use std::collections::BTreeMap;
use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

use casefile_ingest::{AddOptions, AddReport, EVENTS, NATIVE, QUARANTINE, add};

use crate::body;
use crate::world::rows;

/// A spoiled input.
pub struct Case {
    /// Dataset and format, then the damage.
    pub name: String,
    pub adapter: &'static str,
    pub mapping: Option<String>,
    pub member: Option<&'static str>,
    pub input: Input,
    pub expect: Expect,
}

/// Fills a folder.
pub type Fill = Box<dyn Fn(&Path)>;

/// What is added.
pub enum Input {
    /// A file of that name.
    File(String, Vec<u8>),
    /// A folder.
    Folder(Fill),
    /// A file, and whoever spoils it while it is read.
    Changing(String, Vec<u8>, fn(&Path)),
}

/// What must come of it.
pub enum Expect {
    /// An error with these words in it. The file's name, and a way to mend it, are looked for too.
    Error(Vec<&'static str>),
    /// So many rows, of which some are quarantined or flagged, and all others kept.
    Rows(Rows),
}

/// What must become of the rows.
#[derive(Default, Clone)]
pub struct Rows {
    pub total: u64,
    bad: Vec<Bad>,
    flags: Vec<(u64, &'static str)>,
    native: Vec<(u64, String, String)>,
    values: Vec<(u64, &'static str, &'static str)>,
}

#[derive(Clone)]
struct Bad {
    row: u64,
    part: Option<(&'static str, u64)>,
    column: String,
    words: String,
}

/// So many rows, all kept, unless more is said.
pub fn rows_in(total: u64) -> Rows {
    Rows { total, ..Rows::default() }
}

impl Rows {
    /// The row is quarantined, for that column and with these words.
    pub fn bad(mut self, row: u64, column: &str, words: &str) -> Self {
        self.bad.push(Bad { row, part: None, column: column.to_owned(), words: words.to_owned() });
        self
    }

    /// The row that was stated last stands in that part, with that number there.
    pub fn in_part(mut self, part: &'static str, number: u64) -> Self {
        self.bad.last_mut().unwrap().part = Some((part, number));
        self
    }

    /// The event carries a flag.
    pub fn flagged(mut self, row: u64, flag: &'static str) -> Self {
        self.flags.push((row, flag));
        self
    }

    /// The original column holds that text, letter by letter.
    pub fn native(mut self, row: u64, column: &str, text: impl Into<String>) -> Self {
        self.native.push((row, column.to_owned(), text.into()));
        self
    }

    /// The event's column holds that value; blank for null.
    pub fn value(mut self, row: u64, column: &'static str, value: &'static str) -> Self {
        self.values.push((row, column, value));
        self
    }
}

impl From<Rows> for Expect {
    fn from(rows: Rows) -> Self {
        Self::Rows(rows)
    }
}

/// An error with these words.
pub fn error<const N: usize>(words: [&'static str; N]) -> Expect {
    Expect::Error(words.to_vec())
}

/// Ways in which messages say what to do.
const MENDS: [&str; 7] = ["hint:", "?", "expected", "; it holds", "at most", "ends in", "add it again"];

impl Case {
    /// Adds the input to an empty case. What came otherwise than it must, in words.
    pub fn run(&self) -> Result<(), String> {
        catch_unwind(AssertUnwindSafe(|| self.check())).unwrap_or_else(|panic| {
            let said = panic.downcast_ref::<String>().cloned();
            Err(format!(
                "panicked: {}",
                said.or(panic.downcast_ref::<&str>().map(|s| (*s).to_owned())).unwrap_or_default()
            ))
        })
    }

    fn check(&self) -> Result<(), String> {
        let folder = body::folder();
        let case = folder.path().join("case");
        fs::create_dir(&case).unwrap();
        let (file, while_read) = self.put(folder.path());
        let mapping = self.mapping.as_ref().map(|text| {
            let path = folder.path().join("mapping.toml");
            fs::write(&path, text).unwrap();
            path
        });
        let options = AddOptions {
            file: file.clone(),
            adapter: self.adapter.to_owned(),
            member: self.member.map(str::to_owned),
            mapping,
            ..AddOptions::default()
        };
        let mut spoil = while_read;
        let outcome = add(&case, &options, &mut |progress| {
            if progress.phase == casefile_ingest::Phase::Converting
                && let Some(spoil) = spoil.take()
            {
                spoil(&file);
            }
        });
        body::hold(&case, &outcome);
        match (&self.expect, outcome) {
            (Expect::Error(words), Err(error)) => self.check_error(words, &error.to_string(), &file),
            (Expect::Rows(rows), Ok(report)) => check_rows(rows, &case, &report),
            (Expect::Error(_), Ok(report)) => Err(format!(
                "no error: {} rows, {} quarantined; {:?}",
                report.dataset.rows_in, report.dataset.quarantined, report.rejected
            )),
            (Expect::Rows(_), Err(error)) => Err(format!("error: {error}")),
        }
    }

    fn put(&self, folder: &Path) -> (PathBuf, Option<fn(&Path)>) {
        match &self.input {
            Input::File(name, bytes) => {
                let path = folder.join(name);
                fs::write(&path, bytes).unwrap();
                (path, None)
            }
            Input::Folder(fill) => {
                let path = folder.join("release");
                fs::create_dir(&path).unwrap();
                fill(&path);
                (path, None)
            }
            Input::Changing(name, bytes, spoil) => {
                let path = folder.join(name);
                fs::write(&path, bytes).unwrap();
                (path, Some(*spoil))
            }
        }
    }

    fn check_error(&self, words: &[&str], said: &str, file: &Path) -> Result<(), String> {
        let name = file.file_name().unwrap().to_str().unwrap();
        let about_file = !matches!(self.input, Input::Folder(_));
        if let Some(missing) = words.iter().find(|word| !said.contains(**word)) {
            return Err(format!("`{missing}` is not said: {said}"));
        }
        if about_file && !said.contains(name) {
            return Err(format!("the file is not named: {said}"));
        }
        if !MENDS.iter().any(|mend| said.contains(mend)) {
            return Err(format!("no mend is told: {said}"));
        }
        if said.chars().any(|c| c.is_control() && c != '\n') {
            return Err(format!("control characters reach the terminal: {said:?}"));
        }
        if said.len() > 4000 {
            return Err(format!("the message takes {} bytes", said.len()));
        }
        Ok(())
    }
}

fn check_rows(expected: &Rows, case: &Path, report: &AddReport) -> Result<(), String> {
    let data = &report.dataset;
    let quarantine = rows(case, report, QUARANTINE);
    let found: Vec<String> =
        quarantine.iter().map(|row| format!("row {} {}: {}", row["row"], row["column"], row["reason"])).collect();
    if (data.rows_in, data.quarantined) != (expected.total, expected.bad.len() as u64) {
        return Err(format!("{} rows, quarantined {found:#?}", data.rows_in));
    }
    if quarantine.len() as u64 != data.quarantined {
        return Err(format!("{} rows in the quarantine, {} counted", quarantine.len(), data.quarantined));
    }
    for bad in &expected.bad {
        let row = quarantine.iter().find(|row| row["row"] == bad.row.to_string());
        let row = row.ok_or_else(|| format!("row {} is not quarantined: {found:#?}", bad.row))?;
        if row["column"] != bad.column || !row["reason"].contains(&bad.words) {
            return Err(format!("expected row {} {}: {}; found {found:#?}", bad.row, bad.column, bad.words));
        }
        let (part, number) = bad.part.unwrap_or(("", bad.row));
        if (row["part"].as_str(), row["part_row"].as_str()) != (part, number.to_string().as_str()) {
            return Err(format!("row {} stands in `{}` as {}", bad.row, row["part"], row["part_row"]));
        }
        if row["reason"].chars().any(char::is_control) {
            return Err(format!("control characters reach the terminal: {:?}", row["reason"]));
        }
    }
    if expected.flags.is_empty() && expected.native.is_empty() && expected.values.is_empty() {
        return Ok(());
    }
    let native = rows(case, report, NATIVE);
    let kept: Vec<u64> = (1..=expected.total).filter(|n| expected.bad.iter().all(|bad| bad.row != *n)).collect();
    if native.len() != kept.len() {
        return Err(format!("{} original rows of {} kept", native.len(), kept.len()));
    }
    for (row, column, text) in &expected.native {
        let at = kept.iter().position(|n| n == row).ok_or("a row that is not kept")?;
        if native[at].get(column) != Some(text) {
            return Err(format!("row {row} {column}: {:?} is not {text:?}", native[at].get(column)));
        }
    }
    if expected.flags.is_empty() && expected.values.is_empty() {
        return Ok(());
    }
    let events = rows(case, report, EVENTS);
    let event = |row: &u64| {
        let found: Option<&BTreeMap<String, String>> = events.iter().find(|event| event["row"] == row.to_string());
        found.ok_or_else(|| format!("row {row} is no event"))
    };
    for (row, flag) in &expected.flags {
        let flags = &event(row)?["flags"];
        if !flags.split(';').any(|word| word == *flag) {
            return Err(format!("row {row} is flagged {flags}, not {flag}"));
        }
    }
    for (row, column, value) in &expected.values {
        let found = &event(row)?[*column];
        if found != value {
            return Err(format!("row {row} {column} is {found}, not {value}"));
        }
    }
    Ok(())
}
