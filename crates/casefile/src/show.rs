//! What the terminal shows: diagnostics in their text, verdicts in their colours, tables that line up.

use std::collections::BTreeMap;
use std::io::{self, IsTerminal, Write};
use std::time::Duration;

use anstyle::{AnsiColor, Style};
use casefile_case::{Diagnostic, Severity};
use casefile_verdict::finding::Verdict;
use indicatif::{ProgressBar, ProgressStyle};
use miette::{GraphicalReportHandler, GraphicalTheme, LabeledSpan, MietteDiagnostic, NamedSource, Report};

use crate::open::Failure;

/// Bold.
pub const BOLD: Style = Style::new().bold();
/// For what matters less.
pub const DIM: Style = Style::new().dimmed();

/// Shows why a command failed, on the error stream.
pub fn failure(failure: &Failure) {
    match failure {
        Failure::Case(loaded) => diagnostics(&loaded.diagnostics, &loaded.files),
        Failure::Brief(found, path) => {
            let text = std::fs::read_to_string(path).unwrap_or_default();
            let name = found.first().map(|d| d.file.clone()).unwrap_or_default();
            diagnostics(found, &BTreeMap::from([(name, text)]));
        }
        other => {
            let red = Style::new().fg_color(Some(AnsiColor::Red.into())).bold();
            let message = other.to_string();
            let (what, hint) = message.split_once("\nhint: ").map_or((message.as_str(), None), |(a, b)| (a, Some(b)));
            anstream::eprintln!("{red}error{red:#}: {what}");
            if let Some(hint) = hint {
                anstream::eprintln!("{BOLD}hint{BOLD:#}: {hint}");
            }
        }
    }
}

/// Shows diagnostics in the text they are about, errors last, so that they stand nearest the prompt.
pub fn diagnostics(found: &[Diagnostic], files: &BTreeMap<String, String>) {
    let theme = if io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none() {
        GraphicalTheme::unicode()
    } else {
        GraphicalTheme::unicode_nocolor()
    };
    let handler = GraphicalReportHandler::new_themed(theme).with_links(false).with_width(110);
    let mut sorted: Vec<&Diagnostic> = found.iter().collect();
    sorted.sort_by_key(|diagnostic| std::cmp::Reverse(diagnostic.severity));
    for diagnostic in sorted {
        let mut text = String::new();
        let report = report(diagnostic, files);
        if handler.render_report(&mut text, report.as_ref()).is_ok() {
            eprint!("{text}");
        } else {
            eprintln!("{diagnostic}");
        }
    }
    let counted = |severity: Severity, one: &str| {
        let n = found.iter().filter(|diagnostic| diagnostic.severity == severity).count();
        (n > 0).then(|| format!("{n} {one}{}", if n == 1 { "" } else { "s" }))
    };
    let parts = [(Severity::Error, "error"), (Severity::Warning, "warning"), (Severity::Note, "note")];
    let summary: Vec<String> = parts.into_iter().filter_map(|(severity, word)| counted(severity, word)).collect();
    if !summary.is_empty() {
        anstream::eprintln!("{BOLD}{}{BOLD:#}", summary.join(", "));
    }
}

fn report(diagnostic: &Diagnostic, files: &BTreeMap<String, String>) -> Report {
    let severity = match diagnostic.severity {
        Severity::Error => miette::Severity::Error,
        Severity::Warning => miette::Severity::Warning,
        Severity::Note => miette::Severity::Advice,
    };
    let mut shown = MietteDiagnostic::new(&diagnostic.message).with_code(diagnostic.code).with_severity(severity);
    let label = diagnostic.expected.as_ref().map_or_else(|| "here".to_owned(), |e| format!("expected {e}"));
    let mut labels = vec![LabeledSpan::new_primary_with_span(Some(label), diagnostic.span.clone())];
    let mut elsewhere = Vec::new();
    for related in &diagnostic.related {
        if related.file == diagnostic.file {
            labels.push(LabeledSpan::new_with_span(Some(related.label.clone()), related.span.clone()));
        } else {
            elsewhere.push(format!("{} ({}:{}:{})", related.label, related.file, related.line, related.column));
        }
    }
    shown = shown.with_labels(labels);
    let help: Vec<String> = diagnostic.help.iter().cloned().chain(elsewhere).collect();
    if !help.is_empty() {
        shown = shown.with_help(help.join("\n"));
    }
    let text = files.get(&diagnostic.file).cloned().unwrap_or_default();
    Report::new(shown).with_source_code(NamedSource::new(&diagnostic.file, text))
}

/// The colour of a verdict. Each has its sign as well, so that colour is never alone.
pub fn style(verdict: Verdict) -> Style {
    let colour = match verdict {
        Verdict::Supported => AnsiColor::Green,
        Verdict::Consistent => AnsiColor::Cyan,
        Verdict::Mixed => AnsiColor::Yellow,
        Verdict::Contradicted => AnsiColor::Red,
        Verdict::NotTestable => return DIM,
    };
    Style::new().fg_color(Some(colour.into()))
}

/// The sign of a verdict, as in the briefing.
pub fn sign(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Supported => "✓",
        Verdict::Consistent => "≈",
        Verdict::Mixed => "±",
        Verdict::Contradicted => "✗",
        Verdict::NotTestable => "?",
    }
}

/// Columns that line up: widths count characters, and the last column is not padded.
pub fn columns(rows: &[Vec<String>], styles: &[Style]) -> String {
    let width = |column: usize| rows.iter().filter_map(|row| row.get(column)).map(|t| t.chars().count()).max();
    let widths: Vec<usize> = (0..).map_while(width).collect();
    let mut out = String::new();
    for (row, style) in rows.iter().zip(styles) {
        let mut line = String::new();
        for (text, width) in row.iter().zip(&widths) {
            line.push_str(text);
            line.extend(std::iter::repeat_n(' ', width - text.chars().count() + 2));
        }
        out.push_str(&format!("{style}{}{style:#}\n", line.trim_end()));
    }
    out
}

/// At most so many characters, with an ellipsis where the text was cut.
pub fn cut(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    let kept: String = text.chars().take(most.saturating_sub(1)).collect();
    format!("{}…", kept.trim_end())
}

/// A progress bar on a terminal; nothing in a pipe.
pub fn progress(total: u64, what: &'static str) -> ProgressBar {
    if !io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::new(total).with_message(what);
    let style = ProgressStyle::with_template("{msg} {bar:30} {percent}% {elapsed}");
    bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
    bar.enable_steady_tick(Duration::from_millis(120));
    bar
}

/// Prints to standard output, in colour on a terminal.
pub fn print(text: &str) -> Result<(), Failure> {
    anstream::stdout().lock().write_all(text.as_bytes())?;
    Ok(())
}
