//! Runs the examples of README.md and of the book in `docs/src`, so that what they show is what the program does.
//!
//! Every page has a temporary folder of its own, which holds a copy of `cases/` and the files of `docs/fixtures`. Its
//! blocks are run in order:
//!
//! - ```` ```console ```` : each `$ casefile …` is run, with quotes as in a shell; a quoted argument may go over several
//!   lines. What follows is compared with what the program prints, errors first; `…` stands for any text in a line, and
//!   alone in a line for any number of lines. Nothing following means that the output does not matter. `$ echo $?` with
//!   a number says how the command before it ended, else it must succeed.
//! - ```` ```toml file=northern/sources.toml ```` : the block is written to that file; `append=` adds it to the end.
//! - ```` ```toml casefile ```` : the tables are parsed as the files of a case; unknown identifiers are no matter here.
//! - `<!-- $ casefile … -->` : what a page needs done beforehand and a reader need not see.
//!
//! Blocks of any other kind are left alone.

#![expect(clippy::unwrap_used, reason = "a test whose files fail it has failed")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use casefile_case::{Severity, read_files};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// A fenced block, or a comment that holds commands.
struct Block {
    line: usize,
    info: String,
    text: String,
}

fn blocks(page: &str) -> Vec<Block> {
    let mut found: Vec<Block> = Vec::new();
    let mut open: Option<Block> = None;
    for (i, line) in page.lines().enumerate() {
        let (fence, begins) =
            (line.strip_prefix("```"), line.strip_prefix("<!-- $ ").and_then(|l| l.strip_suffix(" -->")));
        match (&mut open, fence, begins) {
            (None, None, Some(command)) => {
                found.push(Block { line: i + 1, info: "console".to_owned(), text: format!("$ {command}\n") });
            }
            (None, Some(info), _) => {
                open = Some(Block { line: i + 1, info: info.trim().to_owned(), text: String::new() });
            }
            (Some(_), Some(""), _) => found.extend(open.take()),
            (Some(block), _, _) => block.text += &format!("{line}\n"),
            (None, None, None) => {}
        }
    }
    assert!(open.is_none(), "a block is not closed");
    found
}

/// A command, what it is said to print, and how it is said to end.
#[derive(Default)]
struct Step {
    arguments: Vec<String>,
    expected: String,
    code: i32,
}

fn steps(text: &str) -> Vec<Step> {
    let mut steps: Vec<Step> = Vec::new();
    let mut lines = text.lines();
    let mut wants_code = false;
    while let Some(line) = lines.next() {
        let Some(command) = line.strip_prefix("$ ") else {
            let last = steps.last_mut().expect("output follows a command");
            match wants_code {
                true => last.code = line.parse().expect("`echo $?` prints a number"),
                false => last.expected += &format!("{line}\n"),
            }
            continue;
        };
        wants_code = command == "echo $?";
        if wants_code {
            continue;
        }
        let mut command = command.replacen("cargo run -- ", "casefile ", 1);
        while command.matches('"').count() % 2 == 1 {
            command += &format!("\n{}", lines.next().expect("the quote is closed"));
        }
        let mut words = words(&command).into_iter();
        assert_eq!(words.next().as_deref(), Some("casefile"), "only `casefile` is run: {command}");
        steps.push(Step { arguments: words.collect(), ..Step::default() });
    }
    steps
}

/// Splits at blanks, except within single or double quotes.
fn words(command: &str) -> Vec<String> {
    let (mut words, mut word, mut quote) = (Vec::new(), String::new(), None);
    for c in command.chars() {
        match quote {
            Some(q) if c == q => quote = None,
            None if c == '"' || c == '\'' => quote = Some(c),
            None if c.is_whitespace() => words.extend((!word.is_empty()).then(|| std::mem::take(&mut word))),
            _ => word.push(c),
        }
    }
    words.extend((!word.is_empty()).then_some(word));
    words
}

/// Whether the lines printed are those expected, `…` standing for any.
fn alike(expected: &[&str], printed: &[&str]) -> bool {
    match (expected, printed) {
        ([], []) => true,
        (["…", rest @ ..], _) => (0..=printed.len()).any(|n| alike(rest, &printed[n..])),
        ([first, rest @ ..], [line, others @ ..]) => fits(first, line) && alike(rest, others),
        _ => false,
    }
}

fn fits(pattern: &str, line: &str) -> bool {
    let Some((start, rest)) = pattern.split_once('…') else { return pattern == line };
    let Some(mut left) = line.strip_prefix(start) else { return false };
    let mut parts: Vec<&str> = rest.split('…').collect();
    let end = parts.pop().unwrap_or_default();
    for part in parts {
        let Some(at) = left.find(part) else { return false };
        left = &left[at + part.len()..];
    }
    left.ends_with(end)
}

fn trimmed(text: &str) -> Vec<&str> {
    let lines: Vec<&str> = text.lines().map(str::trim_end).collect();
    let is_blank = |line: &&str| line.is_empty();
    let (from, after) =
        (lines.iter().take_while(|l| is_blank(l)).count(), lines.iter().rev().take_while(|l| is_blank(l)).count());
    lines.get(from..lines.len() - after).unwrap_or_default().to_vec()
}

/// Runs one command; what is wrong with it, if anything.
fn run(step: &Step, folder: &Path) -> Option<String> {
    let output = Command::new(env!("CARGO_BIN_EXE_casefile"))
        .args(&step.arguments)
        .current_dir(folder)
        .output()
        .expect("it runs");
    let printed = String::from_utf8_lossy(&output.stderr).into_owned() + &String::from_utf8_lossy(&output.stdout);
    let command = step.arguments.join(" ");
    if output.status.code() != Some(step.code) {
        return Some(format!("`casefile {command}` ended with {}, not {}:\n{printed}", output.status, step.code));
    }
    let is_told = !step.expected.trim().is_empty();
    (is_told && !alike(&trimmed(&step.expected), &trimmed(&printed)))
        .then(|| format!("`casefile {command}` prints:\n{printed}\nbut the page says:\n{}", step.expected))
}

/// Problems of a block of a case file that do not hang on what the rest of the case holds. Blocks of a dataset or a
/// phrase stand in `case.toml`, so all are read as that file.
fn parsed(text: &str) -> Vec<String> {
    let head = "[case]\nformat = 1\nid = \"example\"\ntitle = \"Example\"\n";
    let file = if text.contains("[case]") { text.to_owned() } else { format!("{head}{text}") };
    let found = read_files(&[("case.toml", file)]).diagnostics.into_iter();
    found.filter(|d| d.severity == Severity::Error && d.code != "unknown-id").map(|d| d.to_string()).collect()
}

/// Copies a folder, without what a clean clone lacks.
fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap().map(Result::unwrap) {
        let name = entry.file_name();
        match entry.file_type().unwrap().is_dir() {
            true if name == ".casefile" || name == "out" || name == "sources" => {}
            true => copy(&entry.path(), &to.join(name)),
            false => drop(fs::copy(entry.path(), to.join(name)).unwrap()),
        }
    }
}

/// Runs a page; everything that is not as it says.
fn check(page: &Path) -> Vec<String> {
    let text = fs::read_to_string(page).unwrap();
    let world = tempfile::tempdir().unwrap();
    copy(&root().join("cases"), &world.path().join("cases"));
    copy(&root().join("docs/fixtures"), world.path());
    let mut wrong = Vec::new();
    for block in blocks(&text) {
        let info: Vec<&str> = block.info.split_whitespace().collect();
        let target =
            |key: &str| info.iter().find_map(|word| word.strip_prefix(key)).map(|path| world.path().join(path));
        let mut faults = Vec::new();
        if info.first() == Some(&"console") {
            faults.extend(steps(&block.text).iter().filter_map(|step| run(step, world.path())));
        } else if let Some(path) = target("file=") {
            fs::write(path, &block.text).unwrap();
        } else if let Some(path) = target("append=") {
            let before = fs::read_to_string(&path).unwrap_or_default();
            fs::write(path, before + "\n" + &block.text).unwrap();
        } else if info.contains(&"casefile") {
            faults.extend(parsed(&block.text));
        }
        wrong.extend(faults.into_iter().map(|fault| format!("{}:{}: {fault}", page.display(), block.line)));
    }
    wrong
}

#[test]
fn every_documented_example_runs_as_shown() {
    let mut pages = vec![root().join("README.md")];
    for folder in ["docs/src", "docs/src/measures"] {
        pages.extend(fs::read_dir(root().join(folder)).unwrap().map(|entry| entry.unwrap().path()));
    }
    pages.retain(|path| path.extension().is_some_and(|extension| extension == "md"));
    pages.sort();
    let wrong: Vec<String> = pages.iter().flat_map(|page| check(page)).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

#[test]
fn a_wrong_example_is_found() {
    assert!(alike(&["a", "…", "d"], &["a", "b", "c", "d"]) && !alike(&["a", "…", "d"], &["a", "b"]));
    assert!(fits("7 … of …", "7 events of 9") && !fits("7 …!", "7 events"));
    assert!(!parsed("[[claim]]\nid = 1\n").is_empty());
    let step = steps("$ casefile phrase \"around 60\"\nabout 60\n$ echo $?\n0\n").remove(0);
    assert_eq!(step.arguments, ["phrase", "around 60"]);
    assert!(run(&step, Path::new(".")).is_some(), "it prints something else");
}
