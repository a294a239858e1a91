//! Actors, codings and places that say too little or contradict themselves.

use crate::read::Draft;
use crate::read::record::Record;
use crate::read::report::Finding;
use crate::vocabulary::Noun;

pub(super) fn check(draft: &Draft<'_>, findings: &mut Vec<Finding>) {
    for record in &draft.records {
        match record.table.noun {
            Some(Noun::Actor) => actor(record, findings),
            Some(Noun::Place) => place(record, findings),
            Some(Noun::Source) => source(record, findings),
            _ => {}
        }
    }
}

/// People stand in a case in a public role only; groups have none.
fn actor(record: &Record, findings: &mut Vec<Finding>) {
    let Some(kind) = record.text("kind") else { return };
    match (kind == "public-figure", record.has("role")) {
        (true, false) => findings.push(
            Finding::error("missing-key", record.at, "a public figure needs the `role` in which sources name them")
                .expected("role = the public office or function")
                .help("add `role = \"…\"`; a person without a public role does not belong in a case"),
        ),
        (false, true) => findings.push(
            Finding::error(
                "contradiction",
                record.key_at("role"),
                format!("`role` is for a public figure, and this is \"{kind}\""),
            )
            .help("leave `role` out, or write kind = \"public-figure\"")
            .related(record.at("kind"), "its kind"),
        ),
        _ => {}
    }
}

fn place(record: &Record, findings: &mut Vec<Finding>) {
    if record.has("precision-km") && !record.has("point") {
        findings.push(
            Finding::warning(
                "contradiction",
                record.key_at("precision-km"),
                "a precision without a point says nothing",
            )
            .help("add `point = [latitude, longitude]`"),
        );
    }
    if record.has("members") && record.text("kind").is_some_and(|kind| kind != "region") {
        findings.push(
            Finding::error("contradiction", record.key_at("members"), "only a region has members")
                .help("write kind = \"region\", or give each member `within`")
                .related(record.at("kind"), "its kind"),
        );
    }
}

fn source(record: &Record, findings: &mut Vec<Finding>) {
    if record.has("sha256") && !record.has("file") {
        findings.push(
            Finding::warning("contradiction", record.key_at("sha256"), "a hash without a file says nothing")
                .help("add `file = \"…\"`, the copy's path in the case folder"),
        );
    }
}
