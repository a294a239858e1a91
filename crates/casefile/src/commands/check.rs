//! `casefile check`: reads a case and judges its claims.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::process::ExitCode;

use anstyle::Style;
use casefile_case::{Case, Diagnostic};
use casefile_forecast::ledger::Ledger as Forecasts;
use casefile_measure::evidence::Ground;
use casefile_verdict::finding::{Finding, Verdict};
use casefile_verdict::ledger::{Change, Ledger, LedgerError};
use casefile_verdict::{Examiner, Report};
use clap::{Args, ValueEnum};
use serde::Serialize;

use crate::commands::forecast::lint;
use crate::engine::{self, Connect};
use crate::open::{self, Failure};
use crate::show::{self, BOLD, DIM};

/// Read a case, report everything that is wrong with it, and judge its claims
///
/// Exit code 0; 1 when a verdict named with --deny occurs; 2 when the case is not valid.
#[derive(Args)]
pub struct Arguments {
    /// The case's folder
    #[arg(default_value = ".")]
    case: PathBuf,
    /// Fail with exit code 1 if any claim gets this verdict; may be repeated
    #[arg(long, value_name = "VERDICT", value_parser = verdict)]
    deny: Vec<Verdict>,
    /// Form of the result
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// Answer from rows only or from evidence cubes only; without it, from rows where they are at hand
    #[arg(long, value_enum)]
    from: Option<From>,
    /// List claims that nothing can test, too
    #[arg(long)]
    all: bool,
    /// Accept these verdicts: write them to verdicts.lock, against which later runs report changes
    #[arg(long)]
    accept: bool,
    #[command(flatten)]
    engine: engine::Arguments,
}

/// Form of the result of a check.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// A table
    Text,
    /// One JSON object
    Json,
    /// JUnit XML, for continuous integration
    Junit,
}

/// What answers.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum From {
    /// Rows of the pinned release
    Rows,
    /// The cube that travels with the case
    Cube,
}

impl From {
    /// The ground of that name.
    pub fn ground(self) -> Ground {
        match self {
            Self::Rows => Ground::Rows,
            Self::Cube => Ground::Cube,
        }
    }
}

fn verdict(name: &str) -> Result<Verdict, String> {
    let plain = name.replace('-', " ");
    let known = || Verdict::ALL.map(|(name, _)| name.replace(' ', "-")).join(", ");
    Verdict::ALL
        .iter()
        .find(|(known, _)| *known == plain)
        .map(|(_, v)| *v)
        .ok_or_else(|| format!("expected one of {}", known()))
}

pub fn run(arguments: &Arguments, connect: Option<Connect>) -> Result<ExitCode, Failure> {
    let mut loaded = Case::load(&arguments.case)?;
    let Some(case) = loaded.case.take() else { return invalid(arguments, loaded) };
    loaded.diagnostics.extend(lint::words(&case, &Forecasts::read(&arguments.case)?));
    let (lock, lake) = open::data_on(&arguments.engine, &case, &arguments.case, connect)?;
    let examiner = Examiner::new(&case, &lake, &lock)?.keeping(&arguments.case).on(arguments.from.map(From::ground));
    let bar = show::progress(case.claims.len() as u64, "checking claims");
    let report = Report::of(&case, &examiner, |done| bar.set_position(done as u64))?;
    bar.finish_and_clear();
    let now = Ledger::of(&case, &report);
    let accepted = match Ledger::read(&arguments.case) {
        // Accepting anew is how a ledger that a merge has broken is mended.
        Err(LedgerError::Parse { .. }) if arguments.accept => None,
        read => read?,
    };
    let changes = accepted.map(|was| was.changes(&now));
    match arguments.format {
        Format::Text => {
            show::diagnostics(&loaded.diagnostics, &loaded.files);
            show::print(&table(&case, &report, arguments.all))?;
            show::print(&changed(changes.as_deref()))?;
        }
        Format::Json => show::print(&json(&loaded.diagnostics, Some(&report), changes.as_deref())?)?,
        Format::Junit => show::print(&junit(&case, &report, &arguments.deny))?,
    }
    if arguments.accept {
        now.write(&arguments.case)?;
    }
    let denied: BTreeSet<Verdict> = arguments.deny.iter().copied().filter(|v| report.count(*v) > 0).collect();
    for verdict in &denied {
        anstream::eprintln!("{BOLD}denied{BOLD:#}: {} {}", report.count(*verdict), verdict.name());
    }
    Ok(ExitCode::from(u8::from(!denied.is_empty())))
}

/// A case with errors: all of them, in the form asked for.
fn invalid(arguments: &Arguments, loaded: casefile_case::Loaded) -> Result<ExitCode, Failure> {
    if arguments.format == Format::Json {
        show::print(&json(&loaded.diagnostics, None, None)?)?;
        return Ok(ExitCode::from(2));
    }
    Err(Failure::Case(Box::new(loaded)))
}

#[derive(Serialize)]
struct Output<'a> {
    diagnostics: &'a [Diagnostic],
    #[serde(flatten)]
    report: Option<&'a Report>,
    changes: Option<&'a [Change]>,
}

fn json(diagnostics: &[Diagnostic], report: Option<&Report>, changes: Option<&[Change]>) -> Result<String, Failure> {
    Ok(serde_json::to_string_pretty(&Output { diagnostics, report, changes })? + "\n")
}

/// The findings, a line each, and how many of each verdict.
fn table(case: &Case, report: &Report, all: bool) -> String {
    let is_shown = |finding: &&Finding| all || finding.check != "-" || finding.verdict != Verdict::NotTestable;
    let shown: Vec<&Finding> = report.findings.iter().filter(is_shown).collect();
    let mut rows = vec![["", "verdict", "why", "claim", "says", "data"].map(str::to_owned).to_vec()];
    let mut styles = vec![Style::new().bold()];
    for finding in &shown {
        let says =
            case.claim(&finding.claim).and_then(|claim| claim.says.as_ref()).map(|says| says.phrase().to_owned());
        let figure = finding.computed.as_ref().map(|value| value.display.clone());
        rows.push(vec![
            show::sign(finding.verdict).to_owned(),
            finding.verdict.name().to_owned(),
            finding.reason.name().to_owned(),
            show::cut(&finding.claim, 36),
            show::cut(&says.or_else(|| finding.expected.as_ref().map(|e| e.phrase.clone())).unwrap_or_default(), 24),
            show::cut(&figure.unwrap_or_default(), 40),
        ]);
        styles.push(show::style(finding.verdict));
    }
    let mut out = show::columns(&rows, &styles);
    let hidden = report.findings.len() - shown.len();
    if hidden > 0 {
        out.push_str(&format!("{DIM}and {hidden} that nothing can test (--all lists them){DIM:#}\n"));
    }
    let counts: Vec<String> = Verdict::ALL
        .iter()
        .map(|(name, verdict)| {
            let style = show::style(*verdict);
            format!("{style}{} {} {name}{style:#}", show::sign(*verdict), report.count(*verdict))
        })
        .collect();
    out.push_str(&format!("\n{BOLD}{} claims{BOLD:#}   {}\n", report.findings.len(), counts.join("   ")));
    out
}

/// Verdicts that are not what was accepted, and why.
fn changed(changes: Option<&[Change]>) -> String {
    let Some(changes) = changes else { return String::new() };
    if changes.is_empty() {
        return format!("{DIM}no verdict has changed since they were accepted{DIM:#}\n");
    }
    format!("\n{}{DIM}`--accept` takes these over{DIM:#}\n", moved(changes))
}

/// A line for each verdict that changed.
pub fn moved(changes: &[Change]) -> String {
    let mut rows = vec![["changed", "was", "is", "because", "was", "is"].map(str::to_owned).to_vec()];
    for change in changes {
        let name = |verdict: Option<Verdict>| verdict.map_or("–", Verdict::name).to_owned();
        let events = if change.events == 0 { String::new() } else { format!(" ({:+} events)", change.events) };
        rows.push(vec![
            show::cut(&change.claim, 36),
            name(change.was),
            name(change.is),
            format!("{}{events}", change.cause.name()),
            show::cut(&change.was_figure, 28),
            show::cut(&change.is_figure, 28),
        ]);
    }
    let styles: Vec<Style> = (0..rows.len()).map(|i| if i == 0 { Style::new().bold() } else { Style::new() }).collect();
    show::columns(&rows, &styles)
}

/// One test case for each claim; the denied verdicts are failures, what cannot be tested is skipped.
fn junit(case: &Case, report: &Report, deny: &[Verdict]) -> String {
    let failures = report.findings.iter().filter(|f| deny.contains(&f.verdict)).count();
    let skipped = report.count(Verdict::NotTestable);
    let mut out = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n<testsuite name=\"{}\" tests=\"{}\" failures=\"{failures}\" skipped=\"{skipped}\">\n",
        xml(&case.id),
        report.findings.len()
    );
    for finding in &report.findings {
        let message = xml(&format!("{} ({}): {}", finding.verdict.name(), finding.reason.name(), finding.because));
        let body = if deny.contains(&finding.verdict) {
            format!("<failure message=\"{message}\"/>")
        } else if finding.verdict == Verdict::NotTestable {
            format!("<skipped message=\"{message}\"/>")
        } else {
            format!("<system-out>{message}</system-out>")
        };
        out.push_str(&format!(
            "<testcase classname=\"{}\" name=\"{}\">{body}</testcase>\n",
            xml(&finding.check),
            xml(&finding.claim)
        ));
    }
    out.push_str("</testsuite>\n</testsuites>\n");
    out
}

fn xml(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn verdicts_are_named_with_a_hyphen_or_a_space() {
        assert_eq!(verdict("not-testable"), Ok(Verdict::NotTestable));
        assert_eq!(verdict("contradicted"), Ok(Verdict::Contradicted));
        assert!(verdict("wrong").unwrap_err().contains("not-testable"));
    }
}
