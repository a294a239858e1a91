//! Slips in real case files: whatever is typed, the reader says what is wrong where it stands, and does not panic.

use std::fs;
use std::path::Path;

use casefile_case::{Severity, read_with, scaffold};
use proptest::prelude::*;

use crate::desk::khorasan;

type Files = Vec<(String, String)>;

/// The text files of a folder, by their path in it.
fn text_files(folder: &Path, under: &str, files: &mut Files) {
    for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
        let name = entry.file_name().into_string().unwrap();
        let path = format!("{under}{name}");
        if entry.file_type().unwrap().is_dir() {
            if name == "claims" {
                text_files(&entry.path(), &format!("{path}/"), files);
            }
        } else if name.ends_with(".toml") || name.ends_with(".md") {
            files.push((path, fs::read_to_string(entry.path()).unwrap()));
        }
    }
    files.sort();
}

fn worked_case() -> Files {
    let mut files = Vec::new();
    text_files(&khorasan(), "", &mut files);
    assert!(files.len() > 10);
    files
}

/// What is done to a file.
#[derive(Debug, Clone)]
enum Slip {
    /// Some characters are replaced by a scrap.
    Scrap { file: usize, at: usize, length: usize, scrap: String },
    /// A line is left out.
    Drop { file: usize, line: usize },
    /// A line stands twice.
    Twice { file: usize, line: usize },
    /// Two lines are exchanged, perhaps between tables.
    Swap { file: usize, a: usize, b: usize },
    /// The rest of the file is missing.
    Cut { file: usize, at: usize },
    /// A line of one file strays into another.
    Stray { from: usize, line: usize, to: usize, at: usize },
}

fn slip() -> impl Strategy<Value = Slip> {
    let n = || any::<usize>();
    let scraps = [
        "",
        "\"",
        "'",
        "\"\"\"",
        "=",
        "[",
        "]",
        "[[",
        "{",
        "}",
        ",",
        "\\",
        "\\u0000",
        "\u{feff}",
        "\r",
        "é",
        "🜁",
        "\0",
        "-1",
        "1e999",
        "inf",
        "nan",
        "0",
        "true",
        "99999999999999999999",
        "2020-13-45",
        "1600/..",
        "../..",
        "-9999",
        "9999-12-31/0000",
        "XXXX",
        "20XX~",
        "~?%",
        "up to several dozen",
        "between 20 and 10",
        "minus three",
        "0/0",
        "kind = \"change\"",
        "kind = \"ranking\"\n",
        "[claim.check]\n",
        "[[claim]]\n",
        "[[actor.coded]]\n",
        "place = []",
        "within = \"afghanistan\"",
        "actor = \"iskp\"",
        "part-of",
        "period = \"..\"",
        "says = \"doubled\"\n",
        "than = {}",
        "# ",
        "🏳️‍🌈",
        "\u{202e}",
        "n1:p3+32:27:00",
    ];
    let scrap =
        prop_oneof![prop::sample::select(scraps.to_vec()).prop_map(str::to_owned), "\\PC{0,6}", any::<String>()];
    prop_oneof![
        4 => (n(), n(), 0..30usize, scrap).prop_map(|(file, at, length, scrap)| Slip::Scrap { file, at, length, scrap }),
        2 => (n(), n()).prop_map(|(file, line)| Slip::Drop { file, line }),
        1 => (n(), n()).prop_map(|(file, line)| Slip::Twice { file, line }),
        2 => (n(), n(), n()).prop_map(|(file, a, b)| Slip::Swap { file, a, b }),
        1 => (n(), n()).prop_map(|(file, at)| Slip::Cut { file, at }),
        2 => (n(), n(), n(), n()).prop_map(|(from, line, to, at)| Slip::Stray { from, line, to, at }),
    ]
}

fn lines(text: &str) -> Vec<String> {
    text.split_inclusive('\n').map(str::to_owned).collect()
}

fn apply(files: &mut Files, slip: Slip) {
    let count = files.len();
    let edit = |text: &mut String, change: &dyn Fn(&mut Vec<String>)| {
        let mut lines = lines(text);
        if !lines.is_empty() {
            change(&mut lines);
        }
        *text = lines.concat();
    };
    match slip {
        Slip::Scrap { file, at, length, scrap } => {
            let text = &mut files[file % count].1;
            let start = text.floor_char_boundary(at % (text.len() + 1));
            let end = text.floor_char_boundary((start + length).min(text.len())).max(start);
            text.replace_range(start..end, &scrap);
        }
        Slip::Drop { file, line } => edit(&mut files[file % count].1, &|lines| drop(lines.remove(line % lines.len()))),
        Slip::Twice { file, line } => {
            edit(&mut files[file % count].1, &|lines| {
                let again = lines[line % lines.len()].clone();
                lines.insert(line % lines.len(), again);
            });
        }
        Slip::Swap { file, a, b } => edit(&mut files[file % count].1, &|lines| {
            let n = lines.len();
            lines.swap(a % n, b % n);
        }),
        Slip::Cut { file, at } => {
            let text = &mut files[file % count].1;
            text.truncate(text.floor_char_boundary(at % (text.len() + 1)));
        }
        Slip::Stray { from, line, to, at } => {
            let stray = lines(&files[from % count].1);
            if let Some(stray) = stray.get(line % stray.len().max(1)).cloned() {
                edit(&mut files[to % count].1, &|lines| lines.insert(at % lines.len(), stray.clone()));
            }
        }
    }
}

/// Reads the files and holds the reader to what it promises.
fn read(files: &Files) -> Result<(), TestCaseError> {
    let loaded = read_with(files, Some(&|_| Ok(b"A document.\n\nOf two paragraphs.".to_vec())));
    for found in &loaded.diagnostics {
        let text = &loaded.files[&found.file];
        prop_assert!(text.get(found.span.clone()).is_some(), "{found} points outside its file: {:?}", found.span);
        prop_assert!(found.line <= text.matches('\n').count() + 1, "{found}");
        prop_assert!(!found.message.is_empty());
        prop_assert!(!found.to_string().is_empty());
        for related in &found.related {
            prop_assert!(loaded.files[&related.file].get(related.span.clone()).is_some(), "{found}");
        }
    }
    prop_assert_eq!(loaded.case.is_none(), loaded.count(Severity::Error) > 0);
    Ok(())
}

proptest! {
    #[test]
    fn slips_in_a_new_case(slips in prop::collection::vec(slip(), 1..8)) {
        let mut files = scaffold::files("hills");
        slips.into_iter().for_each(|slip| apply(&mut files, slip));
        read(&files)?;
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn slips_in_the_worked_case(slips in prop::collection::vec(slip(), 1..12)) {
        let mut files = worked_case();
        slips.into_iter().for_each(|slip| apply(&mut files, slip));
        read(&files)?;
    }
}
