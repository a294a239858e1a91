//! Identifiers that stand for nothing, or for the wrong kind of thing, and sources that nothing leans on.

use std::collections::BTreeSet;

use crate::read::record::{Item, Record, Value};
use crate::read::report::{At, Finding};
use crate::read::suggest::nearest;
use crate::read::{BRIEF_FILE, Draft};
use crate::vocabulary::{Kind, Noun, either};

/// So many unknown ids get a suggestion. A case that lacks a whole file has thousands, and one mend.
const SUGGESTIONS: usize = 200;

pub(super) fn check(draft: &Draft<'_>, findings: &mut Vec<Finding>) {
    let mut resolver = Resolver { draft, findings, unknown: 0, used: BTreeSet::new() };
    for record in &draft.records {
        resolver.record(record);
    }
    let used = resolver.used;
    unused_sources(draft, &used, findings);
}

struct Resolver<'a, 'b> {
    draft: &'a Draft<'a>,
    findings: &'b mut Vec<Finding>,
    unknown: usize,
    used: BTreeSet<&'a str>,
}

impl<'a> Resolver<'a, '_> {
    fn record(&mut self, record: &'a Record) {
        for entry in record.entries() {
            self.item(&entry.field.kind, entry.field.name, &entry.item);
        }
        if record.table.name == "ranking" {
            self.ranked(record);
        }
    }

    fn item(&mut self, kind: &Kind, key: &str, item: &'a Item) {
        match (kind, &item.value) {
            (Kind::Id(nouns), Value::Text(id)) => self.id(nouns, key, id, item.at),
            (Kind::List(of) | Kind::OneOrMore(of), Value::List(items)) => {
                for item in items {
                    self.item(of, key, item);
                }
            }
            (Kind::Tables(_), Value::List(items)) => {
                for item in items {
                    self.item(&Kind::Bool, key, item);
                }
            }
            (_, Value::Table(record)) => self.record(record),
            _ => {}
        }
    }

    fn id(&mut self, nouns: &[Noun], key: &str, id: &'a str, at: At) {
        self.used.insert(id);
        let expected = format!("the id of {}", either(nouns));
        let Some(found) = self.draft.record(id) else {
            self.unknown += 1;
            let known = || self.of_kind(nouns);
            let meant = if self.unknown <= SUGGESTIONS { nearest(id, known()) } else { None };
            let help = meant.map_or_else(|| absent(nouns, key, id), |meant| format!("write \"{meant}\""));
            self.findings.push(
                Finding::error("unknown-id", at, format!("nothing in the case has the id \"{id}\""))
                    .expected(expected)
                    .help(help),
            );
            return;
        };
        let Some(noun) = found.table.noun.filter(|noun| !nouns.contains(noun)) else { return };
        self.findings.push(
            Finding::error("wrong-kind", at, format!("\"{id}\" is {noun}"))
                .expected(expected)
                .maybe_help(nearest(id, self.of_kind(nouns)).map(|meant| format!("write \"{meant}\"")))
                .related(found.at("id"), format!("{noun} with the id \"{id}\"")),
        );
    }

    fn of_kind(&self, nouns: &[Noun]) -> impl Iterator<Item = &'a str> {
        let draft = self.draft;
        draft.index.iter().filter_map(move |(id, number)| {
            let noun = draft.records.get(*number)?.table.noun?;
            nouns.contains(&noun).then_some(id.as_str())
        })
    }

    /// The item of a ranking is an id or a date, by what is ranked.
    fn ranked(&mut self, record: &'a Record) {
        let (Some(by), Some(item)) = (record.text("by"), record.text("item")) else { return };
        match by {
            "month" | "year" => {}
            "actor" | "opponent" => self.id(&[Noun::Actor], "item", item, record.at("item")),
            _ => self.id(&[Noun::Place], "item", item, record.at("item")),
        }
    }
}

/// What to do about an id that is like no other.
fn absent(nouns: &[Noun], key: &str, id: &str) -> String {
    match nouns {
        [Noun::Dataset] => format!("add a [[dataset]] with id = \"{id}\" to case.toml, as `casefile data add` does"),
        [noun] => format!("add a [[{}]] with id = \"{id}\", or mend `{key}`", noun.name()),
        _ => format!("add the statement \"{id}\", or mend `{key}`"),
    }
}

/// A source that nothing rests on may be a slip; it is also how a reading list is kept, so it is only noted.
fn unused_sources(draft: &Draft<'_>, used: &BTreeSet<&str>, findings: &mut Vec<Finding>) {
    let brief = draft.files.iter().find(|file| file.path == BRIEF_FILE).map_or("", |file| file.text);
    for record in draft.records.iter().filter(|record| record.table.noun == Some(Noun::Source)) {
        let Some(id) = record.text("id") else { continue };
        if !used.contains(id) && !brief.contains(&format!(":cite{{{id}}}")) {
            findings.push(
                Finding::note("unused-source", record.at("id"), format!("no statement rests on the source \"{id}\""))
                    .help("name it in the `source` of a statement, or in the briefing with :cite{…}"),
            );
        }
    }
}
