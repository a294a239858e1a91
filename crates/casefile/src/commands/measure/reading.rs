//! What a measure says, ready to be shown.

use std::fmt::Write;

use casefile_brief::figure::Figure;
use serde_json::{Value, json};

use crate::show::{self, BOLD, DIM};

/// A measure's answer: what it says in sentences, the numbers behind it, and what to be wary of.
#[derive(Default)]
pub struct Reading {
    /// What was measured, as a title.
    pub title: String,
    /// What the numbers stand on: dataset, version, licence; or the case's statements.
    pub source: String,
    /// What the numbers say, the most important first, each with its interval.
    pub says: Vec<String>,
    /// The numbers.
    pub grids: Vec<Grid>,
    /// Caveats: coverage, breaks, assumptions that do not hold.
    pub notes: Vec<String>,
    /// The picture.
    pub figure: Option<Figure>,
    /// Every number at full precision.
    pub result: Value,
    /// The queries, as run.
    pub sql: Vec<String>,
}

/// A table of a reading. Numbers are already rounded to what they can bear, with units in the heading.
#[derive(Default)]
pub struct Grid {
    /// What it lists; empty where the reading's title says so.
    pub title: String,
    /// Headings.
    pub columns: Vec<String>,
    /// Rows, as many texts as there are headings.
    pub rows: Vec<Vec<String>>,
}

impl Reading {
    /// As text for a terminal.
    pub fn text(&self) -> String {
        let mut out = String::new();
        let _ = writeln!(out, "{BOLD}{}{BOLD:#}  {DIM}{}{DIM:#}", self.title, self.source);
        for sentence in &self.says {
            let _ = writeln!(out, "{sentence}");
        }
        for grid in &self.grids {
            let _ = writeln!(out);
            if !grid.title.is_empty() {
                let _ = writeln!(out, "{BOLD}{}{BOLD:#}", grid.title);
            }
            let rows: Vec<Vec<String>> = std::iter::once(&grid.columns).chain(&grid.rows).cloned().collect();
            let mut styles = vec![anstyle::Style::new(); rows.len()];
            styles[0] = DIM;
            out.push_str(&show::columns(&rows, &styles));
        }
        if !self.notes.is_empty() {
            let _ = writeln!(out);
        }
        for note in &self.notes {
            let _ = writeln!(out, "{DIM}note: {note}{DIM:#}");
        }
        out
    }

    /// As one JSON object.
    pub fn json(&self) -> Value {
        json!({
            "title": self.title, "source": self.source, "says": self.says, "notes": self.notes,
            "result": self.result, "sql": self.sql,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reading_is_sentences_then_tables_then_caveats() {
        let grid = Grid {
            title: "Months".into(),
            columns: vec!["month".into(), "events".into()],
            rows: vec![vec!["2020-01".into(), "12".into()]],
        };
        let reading = Reading {
            title: "Change".into(),
            source: "GED".into(),
            says: vec!["It rose.".into()],
            grids: vec![grid],
            notes: vec!["Partial.".into()],
            ..Reading::default()
        };
        let plain = anstream::adapter::strip_str(&reading.text()).to_string();
        assert_eq!(plain, "Change  GED\nIt rose.\n\nMonths\nmonth    events\n2020-01  12\n\nnote: Partial.\n");
    }
}
