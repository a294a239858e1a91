//! Forecasts that ask for something by halves, or for what is past.

use casefile_model::date::When;

use crate::read::Draft;
use crate::read::record::Record;
use crate::read::report::Finding;
use crate::vocabulary::Noun;

pub(super) fn check(draft: &Draft<'_>, findings: &mut Vec<Finding>) {
    for record in draft.records.iter().filter(|record| record.table.noun == Some(Noun::Forecast)) {
        whole(record, findings);
        place(draft, record, findings);
        time(draft, record, findings);
    }
}

/// What is asked is asked in full; a forecast that asks nothing says what it lacks.
fn whole(record: &Record, findings: &mut Vec<Finding>) {
    let Some(measure) = record.text("measure") else {
        if !record.has("measure") && !record.has("lacks") {
            findings.push(
                Finding::error(
                    "missing-key",
                    record.at("id"),
                    "the forecast neither says what is asked nor what it lacks",
                )
                .expected("measure, place and over; or lacks = [\"date\", \"measure\"]"),
            );
        }
        return;
    };
    let (needed, strange) =
        if measure == "active" { ("actor", ["at-least", "violence"]) } else { ("at-least", ["actor", "actor"]) };
    for key in ["place", "over", needed].into_iter().filter(|key| !record.has(key)) {
        findings.push(
            Finding::error("missing-key", record.at("measure"), format!("a forecast of \"{measure}\" has no `{key}`"))
                .help(format!("add `{key}`, or leave `measure` out and say what the source `lacks`")),
        );
    }
    for key in strange.into_iter().filter(|key| record.has(key)).take(1) {
        findings.push(
            Finding::error("contradiction", record.key_at(key), format!("`{key}` says nothing of \"{measure}\""))
                .help("leave it out")
                .related(record.at("measure"), "what is forecast"),
        );
    }
}

/// Countries alone: nothing is forecast of named places below.
fn place(draft: &Draft<'_>, record: &Record, findings: &mut Vec<Finding>) {
    let Some(place) = record.text("place").and_then(|id| draft.record(id)) else { return };
    if place.table.noun == Some(Noun::Place) && place.text("kind").is_some_and(|kind| kind != "country") {
        let id = record.text("place").unwrap_or_default();
        findings.push(
            Finding::error("wrong-kind", record.at("place"), format!("\"{id}\" is no country"))
                .expected("the id of a place of kind \"country\"")
                .help("forecasts are kept for countries; finer ones would name targets")
                .related(place.at("kind"), "its kind"),
        );
    }
}

/// The time has two ends, and is not over before the forecast is made.
fn time(draft: &Draft<'_>, record: &Record, findings: &mut Vec<Finding>) {
    let Some(over) = record.date("over") else { return };
    let span = over.stated();
    if span.start.is_none() || span.end.is_none() {
        findings.push(
            Finding::error(
                "bad-date",
                record.at("over"),
                format!("{over} has no end, so it can never be told that it did not come"),
            )
            .expected("a time with a beginning and an end, such as \"2022/2024\""),
        );
        return;
    }
    let source = record.text("source").and_then(|id| draft.record(id));
    let Some(made) = record.date("asserted").or_else(|| source.and_then(|source| source.date("issued"))) else {
        return;
    };
    if When::moment(&made).after(&When::moment(&over)).is_yes() {
        findings.push(
            Finding::warning(
                "implausible-date",
                record.at("over"),
                format!("it was over before the forecast of {made} was made"),
            )
            .help("check both dates"),
        );
    }
}
