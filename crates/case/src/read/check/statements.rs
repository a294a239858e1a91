//! Statements that contradict themselves or what they are about.

use casefile_model::date::When;

use crate::case::validity;
use crate::read::Draft;
use crate::read::record::Record;
use crate::read::report::Finding;
use crate::vocabulary::Noun;

pub(super) fn check(draft: &Draft<'_>, findings: &mut Vec<Finding>) {
    for record in &draft.records {
        let Some(noun) = record.table.noun.filter(|noun| noun.is_statement()) else { continue };
        itself(record, findings);
        dates(draft, record, findings);
        if noun == Noun::Relation {
            relation(draft, record, findings);
        }
        for key in ["from", "to", "actor"] {
            lifetime(draft, record, key, findings);
        }
    }
}

/// A statement that bears out or speaks against itself, or does both to another.
fn itself(record: &Record, findings: &mut Vec<Finding>) {
    let supports = record.items("supports");
    for key in ["supports", "contradicts"] {
        for item in record.items(key).iter().filter(|item| item.text().is_some() && item.text() == record.text("id")) {
            findings.push(
                Finding::error("contradiction", item.at, format!("a statement cannot be among what it {key}"))
                    .help("name the other statement"),
            );
        }
    }
    for item in record.items("contradicts") {
        if let Some(other) = supports.iter().find(|other| other.text().is_some() && other.text() == item.text()) {
            let id = item.text().unwrap_or_default();
            findings.push(
                Finding::error("contradiction", item.at, format!("it contradicts \"{id}\", which it also supports"))
                    .help("keep one of the two")
                    .related(other.at, "supported here"),
            );
        }
    }
}

/// A statement made after its source was published.
fn dates(draft: &Draft<'_>, record: &Record, findings: &mut Vec<Finding>) {
    let Some(asserted) = record.date("asserted") else { return };
    let Some(source) = record.text("source").and_then(|id| draft.record(id)) else { return };
    let Some(issued) = source.date("issued") else { return };
    if When::moment(&asserted).after(&When::moment(&issued)).is_yes() {
        findings.push(
            Finding::warning(
                "implausible-date",
                record.at("asserted"),
                format!("it was asserted {asserted}, after its source was published"),
            )
            .help("check both dates")
            .related(source.at("issued"), format!("published {issued}")),
        );
    }
}

fn relation(draft: &Draft<'_>, record: &Record, findings: &mut Vec<Finding>) {
    let (Some(kind), Some(from), Some(to)) = (record.text("kind"), record.text("from"), record.text("to")) else {
        return;
    };
    if from == to {
        findings.push(
            Finding::error("contradiction", record.at("to"), format!("\"{from}\" cannot have a tie to itself"))
                .expected("another actor")
                .related(record.at("from"), "the same actor"),
        );
    }
    let leads = kind == "leadership";
    if let (true, Some(leader)) = (leads, draft.record(from).filter(|actor| actor.table.noun == Some(Noun::Actor)))
        && leader.text("kind").is_some_and(|kind| kind != "public-figure")
    {
        findings.push(
            Finding::error("wrong-kind", record.at("from"), format!("\"{from}\" leads, and is no person"))
                .expected("the id of an actor of kind \"public-figure\"")
                .help("a leadership goes from the person to the group")
                .related(leader.at("kind"), "its kind"),
        );
    }
    if record.has("role") && !leads {
        findings.push(
            Finding::error(
                "contradiction",
                record.key_at("role"),
                format!("`role` is an office held, and this is a {kind}"),
            )
            .help("leave `role` out, or write kind = \"leadership\"")
            .related(record.at("kind"), "its kind"),
        );
    }
    if record.has("count") && matches!(kind, "leadership" | "succession") {
        findings.push(
            Finding::warning("contradiction", record.key_at("count"), format!("a {kind} counts nobody"))
                .help("leave `count` out")
                .related(record.at("kind"), "its kind"),
        );
    }
}

/// A tie, a figure or a hold at a time when the actor did not exist.
fn lifetime(draft: &Draft<'_>, record: &Record, key: &str, findings: &mut Vec<Finding>) {
    let Some(valid) = record.date("valid") else { return };
    let Some(actor) = record.text(key).and_then(|id| draft.record(id)) else { return };
    let Some(exists) = actor.date("exists") else { return };
    if validity(Some(&exists)).overlaps(&validity(Some(&valid))).is_no() {
        let id = record.text(key).unwrap_or_default();
        findings.push(
            Finding::warning(
                "implausible-date",
                record.at("valid"),
                format!("it holds {valid}, when \"{id}\" did not exist"),
            )
            .help("check both dates")
            .related(actor.at("exists"), format!("existed {exists}")),
        );
    }
}
