//! Questions whose hypotheses are too few or named twice, and evidence that is read under others.

use crate::read::Draft;
use crate::read::record::Record;
use crate::read::report::Finding;
use crate::read::suggest::nearest;
use crate::vocabulary::Noun;

pub(super) fn check(draft: &Draft<'_>, findings: &mut Vec<Finding>) {
    for record in draft.records.iter().filter(|record| record.table.noun == Some(Noun::Question)) {
        hypotheses(record, findings);
        for item in record.tables("evidence") {
            readings(record, item, findings);
            origin(item, findings);
        }
    }
}

fn hypotheses(question: &Record, findings: &mut Vec<Finding>) {
    let all: Vec<&Record> = question.tables("hypothesis").collect();
    if question.has("hypothesis") && all.len() < 2 {
        findings.push(
            Finding::error("few-hypotheses", question.at("id"), "a question has at least two answers that compete")
                .expected("another [[question.hypothesis]]")
                .help("add the answer that speaks most against the first"),
        );
    }
    for (i, one) in all.iter().enumerate() {
        let same = all[..i].iter().find(|other| one.text("id").is_some() && other.text("id") == one.text("id"));
        if let Some(other) = same {
            let id = one.text("id").unwrap_or_default();
            findings.push(
                Finding::error(
                    "duplicate-id",
                    one.at("id"),
                    format!("two hypotheses of the question are named \"{id}\""),
                )
                .expected("a name of its own")
                .related(other.at("id"), "the other"),
            );
        }
        if one.float("prior").is_some_and(|prior| prior <= 0.0) {
            findings.push(
                Finding::error("out-of-range", one.at("prior"), "a hypothesis without any chance cannot be tested")
                    .expected("a number above zero")
                    .help("leave the hypothesis out, or give it a small chance"),
            );
        }
    }
}

fn readings(question: &Record, item: &Record, findings: &mut Vec<Finding>) {
    let names = || question.tables("hypothesis").filter_map(|hypothesis| hypothesis.text("id"));
    for (name, _) in item.labels("readings") {
        if !names().any(|known| known == name) {
            let message = format!("the question has no hypothesis \"{name}\"");
            findings.push(
                Finding::error("unknown-id", item.at("readings"), message)
                    .expected("the name of a hypothesis of the same question")
                    .maybe_help(nearest(name, names()).map(|meant| format!("write \"{meant}\""))),
            );
        }
    }
}

/// A statement brings its source; a text must name one.
fn origin(item: &Record, findings: &mut Vec<Finding>) {
    match (item.has("statement"), item.has("text"), item.has("source")) {
        (true, false, true) | (true, true, _) => {
            let key = if item.has("source") { "source" } else { "text" };
            findings.push(
                Finding::error("contradiction", item.key_at(key), format!("the statement has its own {key}"))
                    .help(format!("leave out `{key}`, or `statement`")),
            );
        }
        (false, true, false) => findings.push(
            Finding::error("missing-key", item.at("text"), "who says so?")
                .expected("the key `source`")
                .help("add `source`, the id of a source"),
        ),
        _ => {}
    }
}
