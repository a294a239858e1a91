//! Slips in the briefing's text, on their way to becoming diagnostics.

use std::ops::Range;

use casefile_case::{Diagnostic, Severity};
use strsim::damerau_levenshtein;

/// The briefing's file, relative to the case folder.
pub const FILE: &str = "brief.md";

/// Something in the briefing that cannot stand, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Slip {
    code: &'static str,
    at: Range<usize>,
    message: String,
    expected: Option<String>,
    help: Option<String>,
}

impl Slip {
    pub fn new(code: &'static str, at: Range<usize>, message: impl Into<String>) -> Self {
        Self { code, at, message: message.into(), expected: None, help: None }
    }

    pub fn expected(mut self, expected: impl Into<String>) -> Self {
        self.expected = Some(expected.into());
        self
    }

    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Expects one of the words, and suggests the nearest.
    pub fn one_of<'a>(self, word: &str, known: impl IntoIterator<Item = &'a str>) -> Self {
        let known: Vec<&str> = known.into_iter().collect();
        let nearest = nearest(word, known.iter().copied());
        let slip = self.expected(format!("one of {}", known.join(", ")));
        slip.maybe_help(nearest.map(|word| format!("did you mean `{word}`?")))
    }

    pub fn maybe_help(mut self, help: Option<String>) -> Self {
        self.help = help.or(self.help);
        self
    }

    fn into_diagnostic(self, text: &str) -> Diagnostic {
        let start = text.floor_char_boundary(self.at.start);
        let before = &text[..start];
        let line_start = before.rfind('\n').map_or(0, |i| i + 1);
        Diagnostic {
            severity: Severity::Error,
            code: self.code,
            message: self.message,
            file: FILE.to_owned(),
            line: before.matches('\n').count() + 1,
            column: before[line_start..].chars().filter(|c| *c != '\u{feff}').count() + 1,
            span: start..self.at.end.min(text.len()).max(start),
            expected: self.expected,
            help: self.help,
            related: Vec::new(),
        }
    }
}

/// The slips as diagnostics, in the order of the text.
pub(crate) fn diagnostics(text: &str, mut slips: Vec<Slip>) -> Vec<Diagnostic> {
    slips.sort_by_key(|slip| (slip.at.start, slip.code));
    slips.dedup();
    slips.into_iter().map(|slip| slip.into_diagnostic(text)).collect()
}

/// The candidate that was probably meant: fewest slips of the pen, and not more than a third of the letters.
pub(crate) fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let plain = word.to_lowercase().replace(['_', ' '], "-");
    let allowed = (plain.chars().count() / 3).max(1);
    let distances = candidates
        .into_iter()
        .filter(|candidate| candidate.len().abs_diff(plain.len()) <= 2 * allowed)
        .map(|candidate| (damerau_levenshtein(&plain, candidate), candidate));
    distances.filter(|(distance, _)| *distance <= allowed).min().map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_points_at_line_and_column_in_characters() {
        let text = "\u{feff}één\nzwei é:claim";
        let at = text.find(":claim").unwrap();
        let found = diagnostics(text, vec![Slip::new("x", at..at + 6, "wrong")]);
        assert_eq!((found[0].line, found[0].column), (2, 7));
        assert_eq!(&text[found[0].span.clone()], ":claim");
    }

    #[test]
    fn the_nearest_word_is_suggested_and_nothing_far_off() {
        assert_eq!(nearest("timline", ["timeline", "map"]), Some("timeline"));
        assert_eq!(nearest("Net_Work", ["network", "map"]), Some("network"));
        assert_eq!(nearest("pie", ["timeline", "map"]), None);
        assert_eq!(nearest("", ["map"]), None);
    }
}
