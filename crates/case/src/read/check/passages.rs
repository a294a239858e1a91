//! Passages that name no place in a source, and, where a copy of the source is at hand, passages that are not there.

use std::collections::BTreeMap;
use std::io;

use casefile_text::{Anchor, Document, Verification};
use sha2::{Digest, Sha256};

use crate::read::record::Record;
use crate::read::report::Finding;
use crate::read::{Documents, Draft};
use crate::vocabulary::Noun;

pub(super) fn check(draft: &Draft<'_>, documents: Option<Documents<'_>>, findings: &mut Vec<Finding>) {
    let copies = documents.map(|open| copies(draft, open, findings)).unwrap_or_default();
    for record in draft.records.iter().filter(|record| record.table.noun.is_some_and(Noun::is_statement)) {
        let Some(passage) = record.table("passage") else { continue };
        let anchor = passage.text("anchor").map(|text| (text, text.parse::<Anchor>()));
        if let Some((_, Err(error))) = &anchor {
            findings.push(
                Finding::error("bad-anchor", passage.at("anchor"), error.to_string())
                    .help("`casefile anchor FILE QUOTE` prints the anchor of a quote"),
            );
        }
        if let Some((_, Ok(anchor))) = &anchor {
            same_paragraph(passage, anchor, findings);
        }
        if let Some(copy) = record.text("source").and_then(|id| copies.get(id)) {
            in_copy(copy, passage, anchor.and_then(|(_, anchor)| anchor.ok()), findings);
        }
    }
}

/// An anchor says in which paragraph the quote begins; so may the passage.
fn same_paragraph(passage: &Record, anchor: &Anchor, findings: &mut Vec<Finding>) {
    if let Some(paragraph) = passage.count("paragraph").filter(|number| *number as usize != anchor.paragraph) {
        findings.push(
            Finding::error(
                "contradiction",
                passage.at("paragraph"),
                format!("paragraph {paragraph} is not that of the anchor"),
            )
            .expected(format!("paragraph = {}", anchor.paragraph))
            .help("the anchor was made from the document: follow it, or anchor the quote again")
            .related(passage.at("anchor"), format!("in paragraph {}", anchor.paragraph)),
        );
    }
}

/// The local copies of sources that are at hand, in a form that can be read.
fn copies<'a>(draft: &'a Draft<'_>, open: Documents<'_>, findings: &mut Vec<Finding>) -> BTreeMap<&'a str, Document> {
    let mut copies = BTreeMap::new();
    for source in draft.records.iter().filter(|record| record.table.noun == Some(Noun::Source)) {
        let (Some(id), Some(path)) = (source.text("id"), source.text("file")) else { continue };
        let at = source.at("file");
        match open(path) {
            Ok(bytes) => {
                hash(source, path, &bytes, findings);
                if let Some(document) = readable(path, bytes) {
                    copies.insert(id, document);
                }
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => findings.push(Finding::note(
                "no-copy",
                at,
                format!("{path} is not here, so passages in \"{id}\" are not looked up"),
            )),
            Err(error) => findings.push(Finding::warning("no-copy", at, format!("{path} cannot be read: {error}"))),
        }
    }
    copies
}

fn hash(source: &Record, path: &str, bytes: &[u8], findings: &mut Vec<Finding>) {
    let Some(stated) = source.text("sha256") else { return };
    let actual: String = Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect();
    if stated != actual {
        findings.push(
            Finding::error(
                "wrong-sha256",
                source.at("sha256"),
                format!("{path} is not the document that was recorded"),
            )
            .expected(format!("SHA-256 {stated}"))
            .help(format!("bring the recorded file back, or check the passages and write sha256 = \"{actual}\""))
            .related(source.at("file"), format!("the file has {actual}")),
        );
    }
}

fn readable(path: &str, bytes: Vec<u8>) -> Option<Document> {
    let plain = [".txt", ".md", ".text"].iter().any(|ending| path.to_lowercase().ends_with(ending));
    plain.then(|| String::from_utf8(bytes).ok()).flatten().map(|text| Document::from_text(&text))
}

/// Looks a passage up. A quote that has moved or changed is reported, never silently found again.
fn in_copy(copy: &Document, passage: &Record, anchor: Option<Anchor>, findings: &mut Vec<Finding>) {
    let paragraphs = copy.paragraphs().len();
    if let Some(paragraph) = passage.count("paragraph").filter(|number| *number as usize > paragraphs) {
        findings.push(
            Finding::error(
                "dangling-passage",
                passage.at("paragraph"),
                format!("the source has no paragraph {paragraph}"),
            )
            .expected(format!("a paragraph from 1 to {paragraphs}")),
        );
    }
    let Some(anchor) = anchor else { return };
    let at = passage.at("anchor");
    let finding = match copy.verify(&anchor) {
        Verification::Verified => return,
        Verification::Moved { to } => Finding::error("dangling-passage", at, "the quote has moved within the source")
            .maybe_help(to.first().map(|to| format!("if it is the same passage, write anchor = \"{to}\""))),
        Verification::Changed => Finding::error("dangling-passage", at, "the quote has changed in the source")
            .help("read the passage again, and anchor it again with `casefile anchor`"),
        Verification::Missing => Finding::error("dangling-passage", at, "the quote is not in the source")
            .help("read the passage again, and anchor it again with `casefile anchor`"),
    };
    findings.push(finding);
}
