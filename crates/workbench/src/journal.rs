//! What the workbench has written in this run, so that it can be taken back.

use std::fs;
use std::path::PathBuf;

use casefile_case::atomic;
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use crate::folder;
use crate::refusal::Refusal;

/// How many writes can be taken back.
const KEPT: usize = 100;

/// One file as it was and as it is; none where it was or is not there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// Where it lies.
    pub at: PathBuf,
    /// Its path in the case.
    pub path: String,
    /// What it held.
    pub before: Option<String>,
    /// What it holds.
    pub after: Option<String>,
}

/// Files that were written together.
#[derive(Debug, Clone)]
struct Entry {
    at: Timestamp,
    what: String,
    changes: Vec<Change>,
}

/// One write, for a list.
#[derive(Debug, Serialize, ToSchema)]
pub struct Step {
    /// The first file that it changed.
    pub path: String,
    /// When, in UTC.
    pub at: String,
    /// What was done, in a few words.
    pub what: String,
}

/// Writes that can be taken back, and those that were.
#[derive(Debug, Default)]
pub struct Journal {
    done: Vec<Entry>,
    undone: Vec<Entry>,
}

/// Which way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// Take back.
    Undo,
    /// Do again.
    Redo,
}

impl Journal {
    /// Writes files, all or none, and remembers them.
    ///
    /// # Errors
    /// Where a file cannot be written, or is no longer what it was.
    pub fn write(&mut self, what: &str, changes: Vec<Change>) -> Result<(), Refusal> {
        apply(&changes)?;
        self.done.push(Entry { at: Timestamp::now(), what: what.to_owned(), changes });
        let surplus = self.done.len().saturating_sub(KEPT);
        self.done.drain(..surplus);
        self.undone.clear();
        Ok(())
    }

    /// Takes back the last write, or does again what was taken back last. Gives the first file that changed.
    ///
    /// # Errors
    /// Where there is nothing, or a file was changed by somebody else meanwhile: then nothing is touched.
    pub fn step(&mut self, way: Way) -> Result<String, Refusal> {
        let (from, to) = match way {
            Way::Undo => (&mut self.done, &mut self.undone),
            Way::Redo => (&mut self.undone, &mut self.done),
        };
        let Some(entry) = from.last() else { return Err(Refusal::conflict("there is nothing to take back")) };
        let turned =
            |change: &Change| Change { before: change.after.clone(), after: change.before.clone(), ..change.clone() };
        let changes = match way {
            Way::Undo => entry.changes.iter().map(turned).collect(),
            Way::Redo => entry.changes.clone(),
        };
        apply(&changes)?;
        let path = changes.first().map(|change| change.path.clone()).unwrap_or_default();
        to.extend(from.pop());
        Ok(path)
    }

    /// What can be taken back and what can be done again, the last first.
    pub fn steps(&self) -> (Vec<Step>, Vec<Step>) {
        let list = |entries: &[Entry]| {
            let step = |entry: &Entry| Step {
                path: entry.changes.first().map(|change| change.path.clone()).unwrap_or_default(),
                at: entry.at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
                what: entry.what.clone(),
            };
            entries.iter().rev().map(step).collect()
        };
        (list(&self.done), list(&self.undone))
    }
}

fn apply(changes: &[Change]) -> Result<(), Refusal> {
    for change in changes {
        let now = folder::read(&change.at)?;
        if now.as_deref() != change.before.as_ref().map(String::as_bytes) {
            let text = now.as_deref().map(String::from_utf8_lossy);
            return Err(Refusal::conflict(format!("{} was changed by another program meanwhile", change.path))
                .hint("compare the two and save again")
                .with("text", text)
                .with("hash", now.as_deref().map(folder::hash).unwrap_or_default())
                .with("path", &change.path));
        }
    }
    for (done, change) in changes.iter().enumerate() {
        if let Err(refusal) = put(change, change.after.as_deref()) {
            // What was written already goes back, so that nothing is half done.
            for change in &changes[..done] {
                let _ = put(change, change.before.as_deref());
            }
            return Err(refusal);
        }
    }
    Ok(())
}

fn put(change: &Change, content: Option<&str>) -> Result<(), Refusal> {
    let failed = |error: &dyn std::fmt::Display| Refusal::failed(format!("cannot write {}: {error}", change.path));
    match content {
        Some(text) => atomic::write(&change.at, text).map_err(|error| failed(&error)),
        None => match fs::remove_file(&change.at) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(failed(&error)),
            _ => Ok(()),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

    fn change(folder: &Path, name: &str, before: Option<&str>, after: Option<&str>) -> Change {
        let text = |text: Option<&str>| text.map(str::to_owned);
        Change { at: folder.join(name), path: name.to_owned(), before: text(before), after: text(after) }
    }

    #[test]
    fn writes_are_taken_back_and_done_again() {
        let dir = tempfile::tempdir().unwrap();
        let read = |name: &str| fs::read_to_string(dir.path().join(name)).ok();
        let mut journal = Journal::default();
        journal.write("one", vec![change(dir.path(), "a", None, Some("1"))]).unwrap();
        let two = vec![change(dir.path(), "a", Some("1"), Some("2")), change(dir.path(), "b", None, Some("x"))];
        journal.write("two", two).unwrap();
        assert_eq!(journal.step(Way::Undo).unwrap(), "a");
        assert_eq!((read("a").as_deref(), read("b")), (Some("1"), None));
        journal.step(Way::Redo).unwrap();
        assert_eq!((read("a").as_deref(), read("b").as_deref()), (Some("2"), Some("x")));
        journal.step(Way::Undo).unwrap();
        journal.step(Way::Undo).unwrap();
        assert_eq!(read("a"), None);
        assert!(journal.step(Way::Undo).is_err());
        assert_eq!(journal.steps().1.len(), 2);
        journal.write("three", vec![change(dir.path(), "c", None, Some("3"))]).unwrap();
        assert!(journal.step(Way::Redo).is_err(), "a new write forgets what was taken back");
    }

    #[test]
    fn what_somebody_else_changed_is_not_touched() {
        let dir = tempfile::tempdir().unwrap();
        let mut journal = Journal::default();
        let both = vec![change(dir.path(), "a", None, Some("1")), change(dir.path(), "b", None, Some("2"))];
        journal.write("both", both).unwrap();
        fs::write(dir.path().join("b"), "theirs").unwrap();
        assert!(journal.step(Way::Undo).is_err());
        assert_eq!(fs::read_to_string(dir.path().join("a")).unwrap(), "1");
        fs::write(dir.path().join("b"), "2").unwrap();
        assert!(journal.step(Way::Undo).is_ok());
    }

    #[test]
    fn only_the_last_hundred_are_kept() {
        let dir = tempfile::tempdir().unwrap();
        let mut journal = Journal::default();
        for n in 0..105_u32 {
            let before = n.checked_sub(1).map(|n| n.to_string());
            let now = n.to_string();
            journal.write("n", vec![change(dir.path(), "a", before.as_deref(), Some(&now))]).unwrap();
        }
        let back = std::iter::from_fn(|| journal.step(Way::Undo).ok()).count();
        assert_eq!((back, fs::read_to_string(dir.path().join("a")).unwrap().as_str()), (100, "4"));
    }
}
