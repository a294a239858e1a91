//! Everything behind one verdict: where the claim is made, what it leads us to expect, what the data say, and the
//! queries and rows to check it by.

use casefile_model::claim::{Check, Claim};
use casefile_model::quantity::{HedgedQuantity, QuantityKind};
use casefile_model::source::Passage;
use casefile_model::statement::{Envelope, Rank};
use casefile_verdict::finding::{EvidenceRow, Finding, Ground, Value, Voice};

use crate::chart;
use crate::context::Context;
use crate::html::{element, escape, facts, list, table};
use crate::{mark, words};

/// The evidence on a claim, folded behind its mark. Following a link to `evidence-…` unfolds it, for the anchor lies
/// within.
pub(crate) fn details(context: &Context<'_>, claim: &Claim) -> String {
    let id = &claim.envelope.id;
    let finding = context.finding(id);
    let verdict = mark::verdict(finding);
    format!(
        "<details class=\"evidence {class}\">\n<summary>{mark} <span class=\"gist\">{gist}</span></summary>\n\
         <div class=\"behind\" id=\"evidence-{id}\">\n{body}</div>\n</details>\n",
        class = mark::class(verdict),
        mark = mark::mark(verdict),
        gist = gist(claim, finding),
        body = body(context, claim, finding),
    )
}

/// What was claimed and what was found, in a line.
pub(crate) fn gist(claim: &Claim, finding: Option<&Finding>) -> String {
    let phrase = finding.and_then(|f| f.expected.as_ref()).map(|expected| expected.phrase.as_str());
    let phrase = phrase.or_else(|| claim.says.as_ref().map(HedgedQuantity::phrase));
    let value = finding.and_then(|f| f.computed.as_ref()).map(|value| value.display.as_str());
    match (phrase, value) {
        (Some(phrase), Some(value)) => format!("“{}” → {}", escape(phrase), escape(value)),
        (Some(phrase), None) => format!("“{}”", escape(phrase)),
        (None, Some(value)) => escape(value),
        (None, None) => finding.map_or_else(String::new, stances),
    }
}

/// `2 for, 1 same origin`, or the way to the reason.
fn stances(finding: &Finding) -> String {
    let mut counts: Vec<(&str, usize)> = Vec::new();
    for voice in &finding.voices {
        match counts.iter_mut().find(|(stance, _)| *stance == voice.stance) {
            Some((_, n)) => *n += 1,
            None => counts.push((&voice.stance, 1)),
        }
    }
    let counts: Vec<String> = counts.iter().map(|(stance, n)| format!("{n} {}", escape(stance))).collect();
    if counts.is_empty() { "see why".to_owned() } else { counts.join(", ") }
}

fn body(context: &Context<'_>, claim: &Claim, finding: Option<&Finding>) -> String {
    let mut out = String::new();
    let restated = claim.envelope.text.as_deref().unwrap_or(&claim.envelope.id);
    out += &format!("<p class=\"restated\"><b>The claim.</b> {}</p>\n", escape(restated));
    let because = finding.map_or("It was not checked.", |finding| finding.because.as_str());
    let reason = finding.map_or(String::new(), |finding| {
        format!(
            " <span class=\"reason\" title=\"{}\">reason: {}</span>",
            words::reason(finding.reason),
            finding.reason.name()
        )
    });
    out += &format!("<p class=\"because\"><b>Why.</b> {}{reason}</p>\n", escape(because));
    if let Some(untestable) = &claim.untestable
        && !because.contains(untestable.as_str())
    {
        out += &format!("<p>{}</p>\n", escape(untestable));
    }
    let kind = claim.says.as_ref().map_or(QuantityKind::Count, HedgedQuantity::kind);
    let charts = finding.map_or(String::new(), |finding| charts(claim, finding, kind));
    let told = facts("facts", &told(context, claim, finding, kind));
    out += &element("div", if charts.is_empty() { "told" } else { "told with-charts" }, &format!("{told}{charts}"));
    out.push('\n');
    if let Some(finding) = finding {
        out += &remarks(finding);
        out += &voices(context, &finding.voices);
        out += &sql(finding);
        out += &rows(context, finding);
    }
    out
}

fn charts(claim: &Claim, finding: &Finding, kind: QuantityKind) -> String {
    let charts: String =
        [chart::expectation(finding, kind), chart::counts(claim, finding)].into_iter().flatten().collect();
    if charts.is_empty() { charts } else { element("div", "charts", &charts) }
}

fn told(
    context: &Context<'_>,
    claim: &Claim,
    finding: Option<&Finding>,
    kind: QuantityKind,
) -> Vec<(&'static str, String)> {
    let envelope = &claim.envelope;
    let mut told = said(context, envelope);
    let remark = ("Remark", envelope.note.as_deref().map(escape).unwrap_or_default());
    let Some(finding) = finding else {
        told.push(remark);
        return told;
    };
    told.push(("Expected", expected(finding, kind)));
    let method = claim.check.as_ref().and_then(Check::method);
    told.push(("Measured", method.map_or(String::new(), |method| words::capitalised(method) + ".")));
    told.push(("Computed", finding.computed.as_ref().map_or(String::new(), |value| computed(value, kind))));
    told.push(("Bearing", finding.bearing.as_deref().map_or(String::new(), |b| escape(words::bearing(b)))));
    told.push(("Probability", probability(finding)));
    told.push(("Coverage", finding.coverage.map_or(String::new(), |c| words::capitalised(words::coverage(c)) + ".")));
    told.push(("Answered by", answered(finding)));
    told.push(("Data", data(finding)));
    told.push(remark);
    told
}

/// Who says so, where, when and how surely.
fn said(context: &Context<'_>, envelope: &Envelope) -> Vec<(&'static str, String)> {
    let source = format!("{}{}", context.source_link(&envelope.source), place(&envelope.passage));
    let actor = envelope.attributed_to.as_deref().map(|id| escape(context.actor_name(id)));
    let asserted = context.input.case.asserted(envelope).map(|date| date.english());
    let rank = if envelope.rank == Rank::Deprecated {
        "Kept for the record; known to be wrong or superseded.".into()
    } else {
        String::new()
    };
    vec![
        ("Source", source),
        ("Quotation", anchor(context, envelope)),
        ("Attributed to", actor.unwrap_or_default()),
        ("Stated", asserted.map(|date| escape(&date)).unwrap_or_default()),
        ("Hedge", envelope.hedge.as_deref().map_or(String::new(), |hedge| format!("“{}”", escape(hedge)))),
        ("Denial", if envelope.negated { "The source says that it is not so.".into() } else { String::new() }),
        ("Credibility", credibility(envelope)),
        ("Standing", rank),
    ]
}

fn credibility(envelope: &Envelope) -> String {
    escape(&format!("{} – {}", envelope.credibility, envelope.credibility.meaning()))
}

/// `, p. 3, “The rise”, paragraph 12`.
fn place(passage: &Passage) -> String {
    let page = passage.page.map(|page| format!("p.\u{a0}{page}"));
    let heading = passage.heading.as_deref().map(|heading| format!("“{}”", escape(heading)));
    let paragraph = passage.paragraph.map(|paragraph| format!("paragraph\u{a0}{paragraph}"));
    [page, heading, paragraph].into_iter().flatten().map(|part| format!(", {part}")).collect()
}

/// A quotation is never printed; its hash says which words were read.
fn anchor(context: &Context<'_>, envelope: &Envelope) -> String {
    let Some(anchor) = envelope.passage.anchor.as_deref() else { return String::new() };
    let state = if context.input.verified.contains(&envelope.id) {
        "found again in the document"
    } else {
        "not compared: the document is not at hand"
    };
    let short: String = match anchor.rsplit_once(':') {
        Some((place, hash)) => format!("{place}:{}…", words::short_hash(hash)),
        None => anchor.to_owned(),
    };
    format!("anchored by <code title=\"{}\">{}</code>, {state}", escape(anchor), escape(&short))
}

fn expected(finding: &Finding, kind: QuantityKind) -> String {
    let Some(expected) = &finding.expected else { return String::new() };
    let mut out = format!("“{}”", escape(&expected.phrase));
    if let Some(strict) = &expected.strict {
        out += &format!(": {}, or the claim is false", words::bounds(strict, kind));
        if let Some(pragmatic) = expected.pragmatic.as_ref().filter(|pragmatic| *pragmatic != strict) {
            out += &format!("; a careful reader expects {}", words::bounds(pragmatic, kind));
        }
    }
    out
}

fn computed(value: &Value, kind: QuantityKind) -> String {
    let mut out = format!("<b>{}</b>", escape(&value.display));
    if let (Some(low), Some(high)) = (value.low, value.high)
        && low != high
        && !value.display.contains(['(', '–'])
        && !matches!(value.unit.as_str(), "rank" | "date")
    {
        out += &format!(", between {} and {}", words::number(low, kind), words::number(high, kind));
    }
    out
}

fn probability(finding: &Finding) -> String {
    let strict =
        finding.probability.map(|p| format!("{} that the claim holds within its strict bounds", words::probability(p)));
    let pragmatic = finding
        .probability_pragmatic
        .map(|p| format!("{} that the value lies where a careful reader expects it", words::probability(p)));
    [strict, pragmatic].into_iter().flatten().collect::<Vec<_>>().join("; ")
}

fn answered(finding: &Finding) -> String {
    match finding.ground {
        Ground::Nothing => String::new(),
        Ground::Statements => words::capitalised(words::ground(finding.ground)) + ".",
        Ground::Rows | Ground::Cube if finding.withheld => {
            format!(
                "{}: fewer events than the licence lets be told.",
                words::capitalised(words::ground(finding.ground))
            )
        }
        Ground::Rows | Ground::Cube => {
            let events = words::things(finding.events, "event", "events");
            format!("{}: {events}.", words::capitalised(words::ground(finding.ground)))
        }
    }
}

fn data(finding: &Finding) -> String {
    let pins = finding.data.iter().map(|pin| {
        format!(
            "{} {}, {}, <span title=\"{}\">SHA-256 <code>{}…</code></span>",
            escape(&pin.title),
            escape(&pin.version),
            escape(&pin.licence),
            escape(&pin.sha256),
            escape(&words::short_hash(&pin.sha256)),
        )
    });
    pins.collect::<Vec<_>>().join("<br/>")
}

fn remarks(finding: &Finding) -> String {
    let part = |title: &str, points: &[String]| {
        let points = list("", points.iter().map(|point| escape(point)));
        if points.is_empty() { points } else { format!("<div class=\"remarks\"><p><b>{title}</b></p>{points}</div>\n") }
    };
    part("What to know besides", &finding.notes) + &part("What would change it", &finding.would_change)
}

/// Other statements that were weighed.
fn voices(context: &Context<'_>, voices: &[Voice]) -> String {
    if voices.is_empty() {
        return String::new();
    }
    let stance = |stance: &str| match stance {
        "for" => "<span aria-hidden=\"true\">✓</span> for".to_owned(),
        "against" => "<span aria-hidden=\"true\">✗</span> against".to_owned(),
        "compatible" => "<span aria-hidden=\"true\">≈</span> compatible".to_owned(),
        "same origin" => "<span aria-hidden=\"true\">↺</span> same origin".to_owned(),
        other => escape(other),
    };
    let rows: Vec<Vec<String>> = voices
        .iter()
        .map(|voice| vec![stance(&voice.stance), escape(&voice.says), context.source_link(&voice.source)])
        .collect();
    table("What other sources say", &["Stance", "Says", "Source"], &rows, &[]) + "\n"
}

fn sql(finding: &Finding) -> String {
    if finding.sql.is_empty() {
        return String::new();
    }
    let queries: String =
        finding.sql.iter().map(|query| format!("<pre><code>{}</code></pre>\n", escape(query))).collect();
    let title = if finding.sql.len() == 1 { "The query" } else { "The queries" };
    format!("<details class=\"inner sql\"><summary>{title}</summary>\n{queries}</details>\n")
}

/// The events or cells behind a finding, where the licence of the data lets them be shown.
fn rows(context: &Context<'_>, finding: &Finding) -> String {
    if finding.rows.is_empty() {
        return String::new();
    }
    if finding.ground == Ground::Rows && !may_show_rows(context, finding) {
        return "<p class=\"withheld\">The rows behind this figure are not shown: the licence of the data does not let them \
                be passed on.</p>\n"
            .to_owned();
    }
    let (one, many) = if finding.ground == Ground::Cube { ("cell", "cells") } else { ("event", "events") };
    let shown = words::things(finding.rows.len() as u64, one, many);
    let title = if finding.rows_cut { format!("The first {shown}") } else { format!("The {shown}") };
    let is_cells = finding.rows.iter().any(|row| row.events != 1);
    let mut head = vec!["Id", "When", "Where", "Sides", "Deaths, low", "best", "high", "Flags"];
    let mut numeric = vec![4, 5, 6];
    if is_cells {
        head.insert(4, "Events");
        numeric = vec![4, 5, 6, 7];
    }
    let body: Vec<Vec<String>> = finding.rows.iter().map(|row| cells(row, is_cells)).collect();
    let cut = if finding.rows_cut { "<p class=\"cut\">The list was cut here; the query gives all.</p>" } else { "" };
    let table = table("", &head, &body, &numeric);
    format!("<details class=\"inner rows\"><summary>{title}</summary>\n{table}{cut}</details>\n")
}

/// Rows may be shown where every dataset that they come from is known to allow it.
fn may_show_rows(context: &Context<'_>, finding: &Finding) -> bool {
    let allows = |dataset: &str| context.input.pins.dataset(dataset).is_some_and(|pin| pin.redistribute_rows);
    !finding.data.is_empty() && finding.data.iter().all(|pin| allows(&pin.dataset))
}

fn cells(row: &EvidenceRow, is_cells: bool) -> Vec<String> {
    let when = if row.start == row.end { row.start.clone() } else { format!("{} to {}", row.start, row.end) };
    let deaths = |n: Option<i64>| n.map_or("–".to_owned(), words::signed);
    let mut cells =
        vec![format!("<code>{}</code>", escape(&row.id)), escape(&when), escape(&row.place), escape(&row.sides)];
    if is_cells {
        cells.push(words::signed(row.events));
    }
    cells.extend([deaths(row.low), deaths(row.best), deaths(row.high), escape(&row.flags)]);
    cells
}
