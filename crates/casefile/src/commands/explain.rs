//! `casefile explain`: everything behind one verdict.

use std::fmt::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use anstyle::Style;
use casefile_case::Case;
use casefile_model::claim::{Check, Claim};
use casefile_verdict::finding::{Coverage, Finding};
use casefile_verdict::{Detail, Examiner};
use clap::{Args, ValueEnum};

use super::check::From;
use crate::engine::{self, Connect};
use crate::open::{self, Failure};
use crate::show::{self, BOLD, DIM};

/// Show everything behind one verdict: source, expectation, figure, probability, query, rows, data version
#[derive(Args)]
pub struct Arguments {
    /// The case's folder
    case: PathBuf,
    /// Id of the claim
    claim: String,
    /// Most rows or cells to show
    #[arg(long, default_value_t = 20)]
    rows: usize,
    /// Answer from rows only or from evidence cubes only
    #[arg(long, value_enum)]
    from: Option<From>,
    /// Form of the result
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    #[command(flatten)]
    engine: engine::Arguments,
}

/// Form of the explanation.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For reading
    Text,
    /// One JSON object
    Json,
}

pub fn run(arguments: &Arguments, connect: Option<Connect>) -> Result<ExitCode, Failure> {
    let case = open::case(&arguments.case)?;
    let claim = case.claim(&arguments.claim).ok_or_else(|| unknown(&case, &arguments.claim))?;
    let (lock, lake) = open::data_on(&arguments.engine, &case, &arguments.case, connect)?;
    let detail = Detail { rows: arguments.rows, bars: true };
    let examiner =
        Examiner::new(&case, &lake, &lock)?.keeping(&arguments.case).on(arguments.from.map(From::ground)).with(detail);
    let finding = examiner.examine(claim)?;
    match arguments.format {
        Format::Json => show::print(&(serde_json::to_string_pretty(&finding)? + "\n"))?,
        Format::Text => show::print(&explanation(&case, claim, &finding))?,
    }
    Ok(ExitCode::SUCCESS)
}

/// No such claim: the nearest one by name.
fn unknown(case: &Case, id: &str) -> Failure {
    let nearest = case
        .claims
        .iter()
        .map(|claim| &claim.envelope.id)
        .max_by(|a, b| strsim::jaro_winkler(a, id).total_cmp(&strsim::jaro_winkler(b, id)));
    let hint = nearest.map_or_else(String::new, |near| format!("\nhint: did you mean `{near}`?"));
    Failure::Usage(format!("there is no claim `{id}` in the case{hint}"))
}

fn explanation(case: &Case, claim: &Claim, finding: &Finding) -> String {
    let mut out = String::new();
    let style = show::style(finding.verdict);
    let sign = show::sign(finding.verdict);
    let _ = writeln!(
        out,
        "{style}{sign} {}{style:#} ({})  {BOLD}{}{BOLD:#}",
        finding.verdict.name(),
        finding.reason.name(),
        finding.claim
    );
    let _ = writeln!(out, "{}\n", finding.because);
    for (name, value) in facts(case, claim, finding) {
        let _ = writeln!(out, "{DIM}{name:>11}{DIM:#}  {value}");
    }
    list(&mut out, "notes", &finding.notes);
    list(&mut out, "would change", &finding.would_change);
    voices(&mut out, finding);
    for sql in &finding.sql {
        let _ = writeln!(out, "\n{DIM}query{DIM:#}\n{sql}");
    }
    rows(&mut out, finding);
    out
}

/// What there is to say in a line each, in the order of reading.
fn facts(case: &Case, claim: &Claim, finding: &Finding) -> Vec<(&'static str, String)> {
    let mut facts = Vec::new();
    let mut add =
        |name, value: Option<String>| facts.extend(value.filter(|v| !v.is_empty()).map(|value| (name, value)));
    add("claim", claim.envelope.text.clone());
    add("source", Some(source(case, claim)));
    add(
        "attributed",
        claim.envelope.attributed_to.as_ref().map(|id| case.actor(id).map_or(id.clone(), |a| a.name.clone())),
    );
    add(
        "expected",
        finding.expected.as_ref().map(|expected| {
            let bounds = expected.strict.zip(expected.pragmatic);
            let bounds = bounds.map_or_else(String::new, |(strict, pragmatic)| {
                format!("  strictly {strict}, in plain reading {pragmatic}")
            });
            format!("“{}”{bounds}", expected.phrase)
        }),
    );
    add("measure", claim.check.as_ref().and_then(Check::method).map(str::to_owned));
    add("data", finding.computed.as_ref().map(|value| value.display.clone()));
    add("bearing", finding.bearing.clone());
    add("probability", finding.probability.map(|p| format!("{p:.2} that it holds within its strict bounds")));
    add(
        "coverage",
        finding.coverage.map(|coverage| {
            match coverage {
                Coverage::Complete => "complete",
                Coverage::Partial => "partial: counts are lower bounds",
                Coverage::None => "none",
            }
            .to_owned()
        }),
    );
    add("events", (finding.events > 0).then(|| finding.events.to_string()));
    add("events", finding.withheld.then(|| "fewer than the licence lets be told".to_owned()));
    for pin in &finding.data {
        add(
            "pinned",
            Some(format!("{} {} ({}), sha256 {}", pin.title, pin.version, pin.licence, show::cut(&pin.sha256, 13))),
        );
    }
    facts
}

fn source(case: &Case, claim: &Claim) -> String {
    let envelope = &claim.envelope;
    let title = case
        .source(&envelope.source)
        .map_or(envelope.source.clone(), |source| format!("{} [{}]", source.title, source.reliability));
    let passage = &envelope.passage;
    let at = [
        passage.page.map(|page| format!("page {page}")),
        passage.heading.as_ref().map(|heading| format!("“{heading}”")),
        passage.paragraph.map(|n| format!("paragraph {n}")),
    ];
    std::iter::once(title).chain(at.into_iter().flatten()).collect::<Vec<_>>().join(", ")
}

fn list(out: &mut String, name: &str, items: &[String]) {
    for item in items {
        let _ = writeln!(out, "{DIM}{name:>11}{DIM:#}  {item}");
    }
}

fn voices(out: &mut String, finding: &Finding) {
    if finding.voices.is_empty() {
        return;
    }
    let mut table = vec![["stance", "source", "statement", "says"].map(str::to_owned).to_vec()];
    table.extend(finding.voices.iter().map(|voice| {
        vec![voice.stance.clone(), voice.source.clone(), voice.statement.clone(), show::cut(&voice.says, 60)]
    }));
    let _ = write!(out, "\n{}", show::columns(&table, &styles(table.len())));
}

fn rows(out: &mut String, finding: &Finding) {
    if finding.rows.is_empty() {
        return;
    }
    let number = |n: Option<i64>| n.map_or_else(|| "–".to_owned(), |n| n.to_string());
    let mut table =
        vec![["id", "from", "to", "place", "sides", "n", "low", "best", "high"].map(str::to_owned).to_vec()];
    table.extend(finding.rows.iter().map(|row| {
        vec![
            row.id.clone(),
            row.start.clone(),
            row.end.clone(),
            show::cut(&row.place, 36),
            show::cut(&row.sides, 40),
            row.events.to_string(),
            number(row.low),
            number(row.best),
            number(row.high),
        ]
    }));
    let _ = write!(out, "\n{}", show::columns(&table, &styles(table.len())));
    if finding.rows_cut {
        let _ = writeln!(out, "{DIM}more rows: --rows N{DIM:#}");
    }
}

fn styles(n: usize) -> Vec<Style> {
    (0..n).map(|i| if i == 0 { Style::new().bold() } else { Style::new() }).collect()
}
