//! Collects findings by place, and turns them into diagnostics with line and column.

use std::ops::Range;

use crate::diagnostic::{Diagnostic, Related, Severity};

/// A stretch of one of the files that are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct At {
    pub file: usize,
    pub start: usize,
    pub end: usize,
}

impl At {
    pub fn new(file: usize, span: Range<usize>) -> Self {
        Self { file, start: span.start, end: span.end }
    }
}

/// A finding on its way to becoming a diagnostic.
#[derive(Debug)]
pub(crate) struct Finding {
    severity: Severity,
    code: &'static str,
    at: At,
    message: String,
    expected: Option<String>,
    help: Option<String>,
    related: Vec<(At, String)>,
}

impl Finding {
    fn new(severity: Severity, code: &'static str, at: At, message: impl Into<String>) -> Self {
        Self { severity, code, at, message: message.into(), expected: None, help: None, related: Vec::new() }
    }

    pub fn error(code: &'static str, at: At, message: impl Into<String>) -> Self {
        Self::new(Severity::Error, code, at, message)
    }

    pub fn warning(code: &'static str, at: At, message: impl Into<String>) -> Self {
        Self::new(Severity::Warning, code, at, message)
    }

    pub fn note(code: &'static str, at: At, message: impl Into<String>) -> Self {
        Self::new(Severity::Note, code, at, message)
    }

    pub fn expected(mut self, expected: impl Into<String>) -> Self {
        self.expected = Some(expected.into());
        self
    }

    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    pub fn maybe_help(mut self, help: Option<String>) -> Self {
        self.help = help.or(self.help);
        self
    }

    pub fn related(mut self, at: At, label: impl Into<String>) -> Self {
        self.related.push((at, label.into()));
        self
    }

    /// Makes it a warning: it holds under some readings only.
    pub fn perhaps(mut self, remark: &str) -> Self {
        self.severity = Severity::Warning;
        self.message = format!("{}, {remark}", self.message);
        self
    }

    pub fn code(&self) -> &'static str {
        self.code
    }
}

/// A file that is read, with the starts of its lines.
#[derive(Debug)]
pub(crate) struct File<'a> {
    pub path: &'a str,
    pub text: &'a str,
    lines: Vec<usize>,
}

impl<'a> File<'a> {
    pub fn new(path: &'a str, text: &'a str) -> Self {
        let lines = std::iter::once(0).chain(text.match_indices('\n').map(|(i, _)| i + 1)).collect();
        Self { path, text, lines }
    }

    /// Line and column of a byte, both from 1, the column in characters. A byte order mark is no character.
    pub fn position(&self, byte: usize) -> (usize, usize) {
        let line = self.lines.partition_point(|start| *start <= byte).max(1);
        let start = self.lines[line - 1];
        let end = self.text.floor_char_boundary(byte);
        let before = self.text.get(start..end).unwrap_or_default();
        (line, before.chars().filter(|c| *c != '\u{feff}').count() + 1)
    }
}

/// All findings, as diagnostics in the order of files and lines.
pub(crate) fn diagnostics(files: &[File<'_>], mut findings: Vec<Finding>) -> Vec<Diagnostic> {
    let path = |at: At| files.get(at.file).map_or_else(String::new, |file| file.path.to_owned());
    let position = |at: At| files.get(at.file).map_or((1, 1), |file| file.position(at.start));
    findings.sort_by(|a, b| (a.at, a.severity, a.code).cmp(&(b.at, b.severity, b.code)));
    let diagnostic = |finding: Finding| {
        let (line, column) = position(finding.at);
        let related = finding.related.into_iter().map(|(at, label)| {
            let (line, column) = position(at);
            Related { file: path(at), line, column, span: at.start..at.end, label }
        });
        Diagnostic {
            severity: finding.severity,
            code: finding.code,
            message: finding.message,
            file: path(finding.at),
            line,
            column,
            span: finding.at.start..finding.at.end,
            expected: finding.expected,
            help: finding.help,
            related: related.collect(),
        }
    };
    let mut all: Vec<Diagnostic> = findings.into_iter().map(diagnostic).collect();
    all.dedup();
    all
}
