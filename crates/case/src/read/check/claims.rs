//! Claims whose check, figure and wording do not fit together.

use casefile_model::date::{Edtf, Precision};
use casefile_model::quantity::QuantityKind::{self, Count, Ratio, Share};

use crate::read::Draft;
use crate::read::record::Record;
use crate::read::report::Finding;
use crate::read::suggest::nearest;
use crate::vocabulary::Noun;

pub(super) fn check(draft: &Draft<'_>, findings: &mut Vec<Finding>) {
    for record in draft.records.iter().filter(|record| record.table.noun == Some(Noun::Claim)) {
        testable(record, findings);
        let Some(check) = record.table("check") else { continue };
        says(record, check, findings);
        match check.table.name {
            "absence" if record.bool("negated") => findings.push(
                Finding::error("contradiction", record.at("negated"), "to deny an absence is to claim an existence")
                    .help("leave `negated` out and write kind = \"existence\"")
                    .related(check.at, "the check"),
            ),
            "ranking" => ranked_date(check, findings),
            "change" | "spread" | "turnover" => periods(check, findings),
            "shift" => {
                periods(check, findings);
                other_selection(check, findings);
            }
            "extent" => total(record, check, findings),
            "share" | "comparison" => other_selection(check, findings),
            "onset" | "trend" | "hotspot" | "contagion" | "aftermath" => closed(check, "period", findings),
            "regeneration" => closed(check, "over", findings),
            "ties" | "strength" | "estimate" => compared_times(check, findings),
            "hypothesis" => answers(draft, check, findings),
            _ => {}
        }
        if check.table.name == "turnover" {
            places(check, findings);
        }
        if check.table.name == "relation" && check.has("statements") && check.items("statements").is_empty() {
            findings.push(
                Finding::error("blank", check.at("statements"), "nothing to corroborate")
                    .expected("the ids of statements that restate the claim"),
            );
        }
    }
}

fn testable(record: &Record, findings: &mut Vec<Finding>) {
    if record.has("check") && record.has("untestable") {
        findings.push(
            Finding::error("contradiction", record.key_at("untestable"), "it is called untestable and has a check")
                .help("keep one of the two")
                .related(record.at("check"), "the check"),
        );
    }
}

/// The kinds of quantity that a check can be held against; none where it takes no figure.
fn admitted(check: &Record) -> &'static [QuantityKind] {
    match check.table.name {
        "amount" | "tenure" => &[Count],
        "change" | "comparison" | "trend" | "shift" | "aftermath" => &[Ratio],
        "spread" if check.text("reach") == Some("centre") => &[Count],
        "spread" => &[Ratio],
        "share" | "contagion" => &[Share],
        "extent" => &[Count, Share],
        "ties" | "strength" | "estimate" if check.has("before") => &[Ratio],
        "ties" | "strength" => &[Count],
        "estimate" => &[Count, Share, Ratio],
        "regeneration" => &[Ratio, Count],
        _ => &[],
    }
}

/// Checks whose claim may do without a figure: it is then that there is any such thing.
const WITHOUT_FIGURE: [&str; 2] = ["contagion", "regeneration"];

fn example(kind: QuantityKind) -> &'static str {
    match kind {
        Count => "a count such as \"around 60\"",
        Share => "a share such as \"most\" or \"a third\"",
        Ratio => "a ratio such as \"doubled\" or \"more\"",
    }
}

fn says(record: &Record, check: &Record, findings: &mut Vec<Finding>) {
    let name = check.table.name;
    let admitted = admitted(check);
    let expected = admitted.iter().map(|kind| example(*kind)).collect::<Vec<_>>().join(", or ");
    if admitted.is_empty() {
        if record.has("says") {
            findings.push(
                Finding::error(
                    "contradiction",
                    record.key_at("says"),
                    format!("a check of kind \"{name}\" takes no figure"),
                )
                .help("leave `says` out, or choose a check that counts")
                .related(check.at, "the check"),
            );
        }
        return;
    }
    if !record.has("says") {
        if WITHOUT_FIGURE.contains(&name) {
            return;
        }
        findings.push(
            Finding::error("missing-key", check.at, format!("a check of kind \"{name}\" needs the claim's figure"))
                .expected(format!("says = {expected}"))
                .help("add `says = \"…\"` to the claim, above [claim.check]"),
        );
        return;
    }
    if let Some(quantity) = record.quantity("says").filter(|quantity| !admitted.contains(&quantity.kind())) {
        let message =
            format!("\"{}\" is a {}, and the check is of kind \"{name}\"", quantity.phrase(), quantity.kind());
        findings.push(
            Finding::error("wrong-quantity", record.at("says"), message)
                .expected(expected)
                .maybe_help(fitting_check(quantity.kind()))
                .related(check.at, "the check"),
        );
    }
}

fn fitting_check(kind: QuantityKind) -> Option<String> {
    let checks = match kind {
        Count => "\"amount\" or \"extent\"",
        Share => "\"share\", or \"extent\" with `total`",
        Ratio => "\"change\", \"comparison\" or \"trend\"",
    };
    Some(format!("mend the figure, or use a check of kind {checks}"))
}

/// A share of places needs to know how many places there are; a number of them does not.
fn total(record: &Record, check: &Record, findings: &mut Vec<Finding>) {
    let Some(quantity) = record.quantity("says") else { return };
    match (quantity.kind(), check.has("total")) {
        (Share, false) => findings.push(
            Finding::error(
                "missing-key",
                check.at,
                format!("\"{}\" is a share, of how many is not said", quantity.phrase()),
            )
            .expected("total = the number of such units in all")
            .help("add `total = …` to [claim.check]")
            .related(record.at("says"), "the figure"),
        ),
        (Count, true) => findings.push(
            Finding::warning(
                "contradiction",
                check.key_at("total"),
                format!("\"{}\" is a count and needs no total", quantity.phrase()),
            )
            .help("leave `total` out")
            .related(record.at("says"), "the figure"),
        ),
        _ => {}
    }
}

fn ranked_date(check: &Record, findings: &mut Vec<Finding>) {
    let (Some(by), Some(item)) = (check.text("by"), check.text("item")) else { return };
    let wanted = match by {
        "month" => Precision::Month,
        "year" => Precision::Year,
        _ => return,
    };
    let date = item.parse::<Edtf>();
    if !date.as_ref().is_ok_and(|date| date.precision() == wanted && !date.is_interval()) {
        let example = if by == "month" { "2021-08" } else { "2021" };
        findings.push(
            Finding::error("bad-date", check.at("item"), format!("\"{item}\" is no {by}"))
                .expected(format!("a {by} such as \"{example}\"")),
        );
    }
}

fn periods(check: &Record, findings: &mut Vec<Finding>) {
    let (Some(before), Some(after)) = (check.date("before"), check.date("after")) else { return };
    if !before.as_period().before(&after.as_period()).may_hold() {
        findings.push(
            Finding::error("contradiction", check.at("after"), format!("{after} does not come after {before}"))
                .expected("a period that begins when the one before is over")
                .related(check.at("before"), "the period before"),
        );
    }
    for (key, period) in [("before", before), ("after", after)] {
        if period.earliest().is_none() || period.latest().is_none() {
            findings.push(
                Finding::error(
                    "bad-date",
                    check.at(key),
                    format!("{period} is open, and a rate needs a length of time"),
                )
                .expected("a period with a beginning and an end, such as \"2020\" or \"2020-01/2021-08-14\""),
            );
        }
    }
}

/// What is measured over time needs a first and a last day.
fn closed(check: &Record, key: &str, findings: &mut Vec<Finding>) {
    let Some(period) = check.date(key) else { return };
    if period.earliest().is_none() || period.latest().is_none() {
        findings.push(
            Finding::error(
                "bad-date",
                check.at(key),
                format!("{period} is open, and a check of kind \"{}\" needs its first and last day", check.table.name),
            )
            .expected("a period with a beginning and an end, such as \"2020\" or \"2020-01/2021-08-14\""),
        );
    }
}

/// A figure is compared with that of an earlier time.
fn compared_times(check: &Record, findings: &mut Vec<Finding>) {
    let (Some(before), Some(at)) = (check.date("before"), check.date("at")) else {
        if check.bool("per-day") && check.has("per-day") && !check.has("before") {
            findings.push(
                Finding::warning("contradiction", check.key_at("per-day"), "only a change is one of figures per day")
                    .help("leave `per-day` out, or say `before` when"),
            );
        }
        return;
    };
    if !before.as_period().before(&at.as_period()).may_hold() {
        findings.push(
            Finding::error("contradiction", check.at("at"), format!("{at} does not come after {before}"))
                .expected("a time that begins when the one before is over")
                .related(check.at("before"), "the time before"),
        );
    }
}

/// A turnover names its places, each on one side.
fn places(check: &Record, findings: &mut Vec<Finding>) {
    if check.has("place") {
        findings.push(
            Finding::error("contradiction", check.key_at("place"), "a turnover is about the places that it names")
                .expected("places in `gained` and `lost` only")
                .help("leave `place` out"),
        );
    }
    for item in check.items("lost") {
        let Some(id) = item.text() else { continue };
        if check.items("gained").iter().any(|other| other.text() == Some(id)) {
            findings.push(
                Finding::error("contradiction", item.at, format!("\"{id}\" cannot be both gained and lost"))
                    .help("keep it in one of the two")
                    .related(check.at("gained"), "gained"),
            );
        }
    }
}

/// The claim names hypotheses of the question that it answers.
fn answers(draft: &Draft<'_>, check: &Record, findings: &mut Vec<Finding>) {
    let Some(question) = check.text("question").and_then(|id| draft.record(id)) else { return };
    let names = || question.tables("hypothesis").filter_map(|hypothesis| hypothesis.text("id"));
    for item in check.items("answers") {
        let Some(answer) = item.text() else { continue };
        if !names().any(|name| name == answer) {
            findings.push(
                Finding::error("unknown-id", item.at, format!("the question has no hypothesis \"{answer}\""))
                    .expected("the name of a hypothesis of the question")
                    .maybe_help(nearest(answer, names()).map(|meant| format!("write \"{meant}\"")))
                    .related(question.at("id"), "the question"),
            );
        }
    }
    let named: Vec<&str> = check.items("answers").iter().filter_map(|item| item.text()).collect();
    if !named.is_empty() && names().all(|name| named.contains(&name)) {
        findings.push(
            Finding::error(
                "contradiction",
                check.at("answers"),
                "one of all the hypotheses is true whatever the evidence",
            )
            .expected("some of the question's hypotheses, not all"),
        );
    }
}

/// A comparison with the same selection says nothing.
fn other_selection(check: &Record, findings: &mut Vec<Finding>) {
    let key = if check.table.name == "comparison" { "than" } else { "whole" };
    if let Some(other) = check.table(key).filter(|other| other.entries().is_empty()) {
        findings.push(
            Finding::error("blank", other.at, format!("`{key}` changes nothing: it is the same selection"))
                .expected("at least one key that replaces one of the check")
                .help(format!(
                    "write {key} = {{ place = [] }} to drop the place, or name another actor, place or period"
                )),
        );
    }
}
