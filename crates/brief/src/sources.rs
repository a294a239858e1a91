//! The sections on where everything comes from: sources with their grades, and the pinned data with their licences.

use casefile_case::lock::{self, CoverageStatus};
use casefile_model::source::Source;

use crate::context::Context;
use crate::html::{element, escape, external, facts, table};
use crate::words;

/// The list of sources, by short name.
pub(crate) fn sources(context: &Context<'_>) -> String {
    let mut sources: Vec<&Source> = context.input.case.sources.iter().collect();
    let letters = |label: String| label.to_lowercase().trim_start_matches(|c: char| !c.is_alphanumeric()).to_owned();
    sources.sort_by_cached_key(|source| (letters(context.label(&source.id)), source.id.clone()));
    let entries: String = sources.into_iter().map(|source| entry(context, source)).collect();
    format!(
        "<section class=\"sources\" id=\"sources\" aria-labelledby=\"sources-title\">\n<h2 id=\"sources-title\">Sources</h2>\n\
         <p>The letter is the Admiralty grade of a source’s reliability, from A (completely reliable) to E (unreliable); F means that it \
         cannot be judged.</p>\n<ol>\n{entries}</ol>\n</section>\n"
    )
}

fn entry(context: &Context<'_>, source: &Source) -> String {
    let case = context.input.case;
    let letter = source.reliability.to_string();
    let meaning = source.reliability.meaning();
    let mut line = format!("<b>{}</b>. ", escape(context.label(&source.id).trim_end_matches('.')));
    if !source.authors.is_empty() {
        line += &format!("{}. ", escape(&source.authors.join("; ")));
    }
    line += &format!("<cite>{}</cite>.", escape(source.title.trim_end_matches('.')));
    if let Some(publisher) = &source.publisher {
        line += &format!(" {}.", escape(publisher));
    }
    if let Some(issued) = &source.issued {
        line += &format!(" {}.", escape(&words::capitalised(&issued.english())));
    }
    if let Some(url) = &source.url {
        line += &format!(" {}", external(url, url));
    }
    if let Some(doi) = &source.doi {
        line += &format!(" {}", external(&format!("https://doi.org/{doi}"), &format!("doi:{doi}")));
    }
    let leans = source.leans_on.iter().map(|id| context.source_link(id)).collect::<Vec<_>>().join(", ");
    let statements = case.statements().filter(|envelope| envelope.source == source.id).count() as u64;
    let more = facts(
        "more",
        &[
            ("Rests on", leans),
            ("Statements coded", if statements == 0 { String::new() } else { words::count(statements) }),
            ("Licence", source.licence.as_deref().map(escape).unwrap_or_default()),
            ("Remark", source.note.as_deref().map(escape).unwrap_or_default()),
        ],
    );
    format!(
        "<li id=\"source-{}\"><abbr class=\"grade\" title=\"Reliability {letter}: {meaning}\">{letter}</abbr>\n<div><p>{line}</p>{more}</div></li>\n",
        source.id
    )
}

/// The pinned data: versions, hashes, licences, control totals and declared coverage.
pub(crate) fn data(context: &Context<'_>) -> String {
    let pins = context.input.pins;
    let datasets: String = pins.datasets.iter().map(|pin| dataset(context, pin)).collect();
    let body = if datasets.is_empty() { "<p>No event data are pinned.</p>\n".to_owned() } else { datasets };
    format!(
        "<section class=\"data\" id=\"data\" aria-labelledby=\"data-title\">\n<h2 id=\"data-title\">Data</h2>\n{body}</section>\n"
    )
}

fn dataset(context: &Context<'_>, pin: &lock::Dataset) -> String {
    let totals = &pin.totals;
    let span = totals.first.iter().chain(&totals.last).cloned().collect::<Vec<_>>().join(" to ");
    let records = format!(
        "{} read = {} kept + {} quarantined",
        words::count(pin.rows_in),
        words::count(pin.kept),
        words::count(pin.quarantined)
    );
    let deaths = format!(
        "{} (low {}, high {}), {}",
        words::signed(totals.all.deaths_best),
        words::signed(totals.all.deaths_low),
        words::signed(totals.all.deaths_high),
        escape(&span)
    );
    let rows = if pin.redistribute_rows {
        "rows may be passed on"
    } else {
        "rows may not be passed on: only aggregates are shown here"
    };
    let file = pin.member.as_ref().map_or_else(|| pin.file.clone(), |member| format!("{}, {member}", pin.file));
    let told = facts(
        "facts",
        &[
            ("Version", escape(&pin.version)),
            ("Publisher", escape(&pin.publisher)),
            ("Counts", escape(&pin.counts)),
            ("File", escape(&file)),
            ("SHA-256", format!("<code class=\"hash\">{}</code>", escape(&pin.sha256))),
            ("Records", records),
            ("Deaths, best estimate", deaths),
            ("Licence", format!("{}; {rows}", escape(&pin.licence))),
            ("Attribution", escape(&pin.attribution_line())),
            ("Citation", escape(&pin.citation)),
            ("Cube", cube(context, &pin.id)),
        ],
    );
    let note = context.input.case.dataset(&pin.id).and_then(|dataset| dataset.note.as_deref());
    let note = note.map_or(String::new(), |note| element("p", "", &escape(note)) + "\n");
    format!(
        "<h3 id=\"data-{}\">{}</h3>\n{note}{told}\n{}",
        escape(&pin.id),
        escape(&pin.title),
        coverage(context, &pin.id)
    )
}

fn cube(context: &Context<'_>, dataset: &str) -> String {
    context.input.pins.cube(dataset).map_or(String::new(), |cube| {
        format!(
            "{}: {} of {} by {}, SHA-256 <code class=\"hash\">{}</code>",
            escape(&cube.file),
            words::things(cube.cells, "cell", "cells"),
            words::things(cube.events, "event", "events"),
            escape(&cube.period),
            escape(&cube.sha256)
        )
    })
}

/// What the case declares of a dataset's coverage.
fn coverage(context: &Context<'_>, dataset: &str) -> String {
    let Some(dataset) = context.input.case.dataset(dataset).filter(|dataset| !dataset.coverage.is_empty()) else {
        return "<p>No coverage is declared: all counts are lower bounds.</p>\n".to_owned();
    };
    let rows: Vec<Vec<String>> = dataset
        .coverage
        .iter()
        .map(|part| {
            let area = if part.area == "*" { "everywhere" } else { part.area.as_str() };
            let status = match part.status {
                CoverageStatus::Complete => "● complete",
                CoverageStatus::Partial => "◐ partial",
                CoverageStatus::None => "○ none",
            };
            let note = part.note.as_deref().map(escape).unwrap_or_default();
            vec![escape(area), escape(&words::capitalised(&part.period.english())), status.to_owned(), note]
        })
        .collect();
    let head = ["Area", "Period", "Coverage", "Why"];
    table("What the data cover, as declared. Anything else is taken as partial.", &head, &rows, &[]) + "\n"
}
