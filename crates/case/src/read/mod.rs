//! Reads a case: TOML in, typed values out, with every finding at its place.
//!
//! Three steps. Every file is read table by table by the [vocabulary](crate::vocabulary), which finds unknown keys,
//! wrong types and values that cannot be read. Then identifiers are resolved across files. Then the statements are
//! looked at together for what contradicts itself. No step stops at the first finding.

mod build;
mod check;
mod folder;
mod phrases;
mod record;
mod report;
mod suggest;
#[cfg(test)]
mod tests;
mod values;

use std::collections::BTreeMap;
use std::io;
use std::ops::Range;

use casefile_model::quantity::PhraseTable;
use toml::de::{DeTable, DeValue};

use self::record::{Reader, Record};
use self::report::{At, File, Finding, diagnostics};
use self::suggest::nearest;
use crate::case::{Case, Origin};
use crate::diagnostic::{Diagnostic, Severity};
use crate::vocabulary::{Table, tables};

pub use self::folder::{LoadError, PROPOSALS, case_files, is_case_file};
pub(crate) use self::values::hedges;

/// The file that names a case.
pub const CASE_FILE: &str = "case.toml";
/// The briefing's text.
pub const BRIEF_FILE: &str = "brief.md";

/// What reading a case gave.
#[derive(Debug)]
pub struct Loaded {
    /// The case, where nothing is wrong with it.
    pub case: Option<Case>,
    /// All findings, in the order of files and lines.
    pub diagnostics: Vec<Diagnostic>,
    /// The text of every file that was read, by its path, to show findings in.
    pub files: BTreeMap<String, String>,
}

impl Loaded {
    /// How many findings of that severity there are.
    pub fn count(&self, severity: Severity) -> usize {
        self.diagnostics.iter().filter(|diagnostic| diagnostic.severity == severity).count()
    }
}

/// Gives the content of a file of the case folder by its path, relative with `/`.
pub type Documents<'a> = &'a dyn Fn(&str) -> io::Result<Vec<u8>>;

/// Reads a case from the text of its files, without a disk: pairs of path (relative, with `/`) and content.
/// `brief.md` may be among them. Local copies of sources are not looked at.
pub fn read_files<P: AsRef<str>, T: AsRef<str>>(files: &[(P, T)]) -> Loaded {
    read_with(files, None)
}

/// Reads a case from the text of its files, and checks local copies of sources that `documents` gives.
pub fn read_with<P: AsRef<str>, T: AsRef<str>>(files: &[(P, T)], documents: Option<Documents<'_>>) -> Loaded {
    let mut files: Vec<File<'_>> = files.iter().map(|(path, text)| File::new(path.as_ref(), text.as_ref())).collect();
    // The case's own phrases have to be known before anything else is read.
    files.sort_by_key(|file| (file.path != CASE_FILE, file.path.to_owned()));
    if files.first().is_none_or(|file| file.path != CASE_FILE) {
        files.insert(0, File::new(CASE_FILE, ""));
    }
    let mut findings = Vec::new();
    let draft = Draft::read(&files, &mut findings);
    check::all(&draft, documents, &mut findings);
    let diagnostics = diagnostics(&files, findings);
    let sound = diagnostics.iter().all(|diagnostic| diagnostic.severity != Severity::Error);
    let case = sound.then(|| Case { origins: draft.origins(), ..draft.case });
    let files = files.iter().map(|file| (file.path.to_owned(), file.text.to_owned())).collect();
    Loaded { case, diagnostics, files }
}

/// A case while it is being read.
pub(crate) struct Draft<'a> {
    files: &'a [File<'a>],
    records: Vec<Record>,
    /// Which record has an identifier; the first, where several do.
    index: BTreeMap<String, usize>,
    case: Case,
}

impl<'a> Draft<'a> {
    fn read(files: &'a [File<'a>], findings: &mut Vec<Finding>) -> Self {
        let mut sheets: Vec<Sheet<'_>> = Vec::new();
        for (number, file) in files.iter().enumerate().filter(|(_, file)| file.path.ends_with(".toml")) {
            sheets.push(Sheet::parse(number, file.text, findings));
        }
        let phrases = sheets.first().and_then(|sheet| phrases::read(sheet, findings));
        let phrases = phrases.unwrap_or_else(|| PhraseTable::builtin().clone());
        let mut records = Vec::new();
        for sheet in &sheets {
            sheet.read(&phrases, &mut records, findings);
        }
        // Tables of one name come together from a file; whoever reads the findings goes by line.
        records.sort_by_key(|record: &Record| record.at);
        let mut draft = Self { files, records, index: BTreeMap::new(), case: Case::empty(phrases) };
        draft.index(findings);
        draft.build(findings);
        draft
    }

    fn build(&mut self, findings: &mut Vec<Finding>) {
        for (number, record) in self.records.iter().enumerate().filter(|(_, record)| record.is_whole()) {
            let shadowed = record.text("id").and_then(|id| self.index.get(id)).is_some_and(|first| *first != number);
            if !(record.table.noun.is_some() && shadowed) && build::add(&mut self.case, record).is_none() {
                findings.push(Finding::error(
                    "unread",
                    record.at,
                    format!("this {} cannot be read", record.table.name),
                ));
            }
        }
    }

    /// Notes which record has which identifier; two of the same are pointed out together.
    fn index(&mut self, findings: &mut Vec<Finding>) {
        for (number, record) in self.records.iter().enumerate() {
            let (Some(noun), Some(id)) = (record.table.noun, record.text("id")) else { continue };
            let Some(first) = self.index.get(id).and_then(|first| self.records.get(*first)) else {
                self.index.insert(id.to_owned(), number);
                continue;
            };
            let was = first.table.noun.map_or_else(String::new, |noun| noun.to_string());
            findings.push(
                Finding::error("duplicate-id", record.at("id"), format!("{noun} has the id \"{id}\", which is taken"))
                    .expected("an id that nothing else in the case has")
                    .help(format!("choose another, such as \"{}\"", self.free_id(id)))
                    .related(first.at("id"), format!("{was} has it first")),
            );
        }
    }

    /// The id with the first number that makes it new.
    fn free_id(&self, id: &str) -> String {
        let taken = |candidate: &String| !self.index.contains_key(candidate);
        (2..).map(|number| format!("{id}-{number}")).find(taken).unwrap_or_default()
    }

    /// The record with an identifier.
    pub fn record(&self, id: &str) -> Option<&Record> {
        self.index.get(id).and_then(|number| self.records.get(*number))
    }

    fn origins(&self) -> BTreeMap<String, Origin> {
        let origin = |(id, number): (&String, &usize)| {
            let record = self.records.get(*number)?;
            let at = record.at("id");
            let file = self.files.get(at.file)?;
            let (line, column) = file.position(at.start);
            let noun = record.table.noun?;
            Some((id.clone(), Origin { noun, file: file.path.to_owned(), line, column, span: at.start..at.end }))
        };
        self.index.iter().filter_map(origin).collect()
    }
}

/// One TOML file, parsed as far as it goes.
pub(crate) struct Sheet<'a> {
    file: usize,
    /// Bytes before the text that was parsed: a byte order mark.
    shift: usize,
    document: toml::Spanned<DeTable<'a>>,
    damaged: bool,
}

impl<'a> Sheet<'a> {
    fn parse(file: usize, text: &'a str, findings: &mut Vec<Finding>) -> Self {
        let plain = text.strip_prefix('\u{feff}').unwrap_or(text);
        let (document, errors) = DeTable::parse_recoverable(plain);
        let sheet = Self { file, shift: text.len() - plain.len(), document, damaged: !errors.is_empty() };
        findings.extend(errors.iter().map(|error| syntax(sheet.at(error.span().unwrap_or(0..0)), error.message())));
        sheet
    }

    pub fn at(&self, span: Range<usize>) -> At {
        At::new(self.file, span.start + self.shift..span.end + self.shift)
    }

    fn read(&self, phrases: &PhraseTable, records: &mut Vec<Record>, findings: &mut Vec<Finding>) {
        for (key, value) in self.document.get_ref() {
            let at = self.at(key.span());
            let mut reader = Reader { sheet: self, phrases, findings };
            match tables::top(key.get_ref()) {
                Some(table) if self.file != 0 && tables::CASE_FILE_ONLY.contains(&table.name) => findings.push(
                    Finding::error("wrong-file", at, format!("`{}` stands in {CASE_FILE} only", table.name))
                        .help(format!("move it to {CASE_FILE}")),
                ),
                Some(table) => read_top(&mut reader, table, value, at, records),
                // Past an error of syntax, a key at the top may belong to a table whose header is broken.
                None if self.damaged && !is_tabular(value.get_ref()) => {}
                None => findings.push(unknown_table(key.get_ref(), at)),
            }
        }
    }
}

fn is_tabular(value: &DeValue<'_>) -> bool {
    value.is_table() || value.as_array().is_some_and(|items| items.iter().any(|item| item.get_ref().is_table()))
}

fn syntax(at: At, message: &str) -> Finding {
    let mut message = message.to_owned();
    let expected = message.find(", expected ").map(|cut| message.split_off(cut)[", expected ".len()..].to_owned());
    let finding = Finding::error("syntax", at, message);
    match expected {
        Some(expected) => finding.expected(expected),
        None => finding,
    }
}

fn unknown_table(name: &str, at: At) -> Finding {
    let names: Vec<&str> = tables::TOP.iter().map(|table| table.name).collect();
    Finding::error("unknown-table", at, format!("there is no table `{name}`"))
        .expected(format!("one of {}", names.join(", ")))
        .maybe_help(nearest(name, names).map(|name| {
            let (open, close) = if name == "case" { ("[", "]") } else { ("[[", "]]") };
            format!("write {open}{name}{close}")
        }))
}

/// Reads what stands under the name of a table at the top of a file.
fn read_top(
    reader: &mut Reader<'_>,
    table: &'static Table,
    value: &toml::Spanned<DeValue<'_>>,
    key: At,
    records: &mut Vec<Record>,
) {
    let name = table.name;
    let single = table.noun.is_none() && name == "case";
    let at = reader.sheet.at(value.span());
    match value.get_ref() {
        DeValue::Table(content) => {
            if !single {
                reader.findings.push(
                    Finding::error("single-table", at, format!("[{name}] can stand only once"))
                        .expected(format!("tables, each under its own [[{name}]]"))
                        .help(format!("write [[{name}]]")),
                );
            }
            records.extend(reader.table(table, name, content, at));
        }
        DeValue::Array(items) if !single => {
            for item in items {
                let at = reader.sheet.at(item.span());
                match item.get_ref() {
                    DeValue::Table(content) => records.extend(reader.table(table, name, content, at)),
                    other => reader.findings.push(not_a_table(table, other, at)),
                }
            }
        }
        DeValue::Array(_) => reader.findings.push(
            Finding::error("single-table", key, format!("there is one `{name}` only"))
                .expected(format!("one table, under [{name}]"))
                .help(format!("write [{name}]")),
        ),
        other => reader.findings.push(not_a_table(table, other, at)),
    }
}

fn not_a_table(table: &'static Table, found: &DeValue<'_>, at: At) -> Finding {
    Finding::error("wrong-type", at, format!("`{}` is {}", table.name, values::shown(found)))
        .expected(format!("tables, each under its own [[{}]]", table.name))
}

/// What is wrong with a value, written as TOML, for a kind of key.
#[cfg(test)]
pub(crate) fn value_is_read(kind: &'static crate::vocabulary::Kind, toml: &str, phrases: &PhraseTable) -> Vec<String> {
    let text = format!("value = {toml}");
    let mut findings = Vec::new();
    let sheet = Sheet::parse(0, &text, &mut findings);
    let mut reader = Reader { sheet: &sheet, phrases, findings: &mut findings };
    for value in sheet.document.get_ref().values() {
        reader.item(kind, "value", value);
    }
    findings.iter().map(|finding| format!("{finding:?}")).collect()
}
