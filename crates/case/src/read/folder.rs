//! Reads a case from its folder.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::{BRIEF_FILE, CASE_FILE, Loaded, read_with};
use crate::case::Case;
use crate::diagnostic::{Diagnostic, Severity};

/// Files that hold no statements, folders that the program writes, and statements that nobody has accepted yet.
const NOT_READ: [&str; 6] = ["casefile.lock", "verdicts.lock", "cube", "out", "target", PROPOSALS];

/// The folder of statements that wait for a decision: not part of the case until one is made.
pub const PROPOSALS: &str = "proposals";

/// Why a folder cannot be read as a case at all.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// There is no such folder.
    #[error("there is no folder {}", .0.display())]
    NoFolder(PathBuf),
    /// The folder has no `case.toml`.
    #[error("{} is not a case: it has no case.toml (`casefile new DIR` makes a case)", .0.display())]
    NotACase(PathBuf),
    /// A file or folder cannot be read.
    #[error("cannot read {}: {source}", path.display())]
    Unreadable {
        /// The file or folder.
        path: PathBuf,
        /// What the operating system said.
        #[source]
        source: io::Error,
    },
}

impl Case {
    /// Reads the case in a folder: `case.toml`, every other TOML file in it and its sub-folders (hidden ones, `out`
    /// and lock files excepted), and local copies of its sources where they are there.
    ///
    /// # Errors
    /// Where the folder cannot be read or is not a case. What is wrong with its content is in the diagnostics.
    pub fn load(folder: &Path) -> Result<Loaded, LoadError> {
        let mut files = Vec::new();
        let mut unreadable = Vec::new();
        for path in case_files(folder)? {
            let at = folder.join(&path);
            let bytes = fs::read(&at).map_err(|source| LoadError::Unreadable { path: at, source })?;
            match String::from_utf8(bytes) {
                Ok(text) => files.push((path, text)),
                Err(error) => {
                    unreadable.push(not_utf8(&path, error.as_bytes(), error.utf8_error().valid_up_to()));
                    files.push((path, String::from_utf8_lossy(error.as_bytes()).into_owned()));
                }
            }
        }
        let document = |path: &str| fs::read(folder.join(path));
        let mut loaded = read_with(&files, Some(&document));
        if !unreadable.is_empty() {
            loaded.case = None;
            loaded.diagnostics.extend(unreadable);
            loaded.diagnostics.sort_by(|a, b| (&a.file, a.line, a.column).cmp(&(&b.file, b.line, b.column)));
        }
        Ok(loaded)
    }
}

fn not_utf8(path: &str, bytes: &[u8], valid: usize) -> Diagnostic {
    let before = String::from_utf8_lossy(&bytes[..valid]);
    Diagnostic {
        severity: Severity::Error,
        code: "not-utf8",
        message: "this is not UTF-8 text".to_owned(),
        file: path.to_owned(),
        line: before.matches('\n').count() + 1,
        column: before.chars().rev().take_while(|c| *c != '\n').count() + 1,
        span: valid..valid,
        expected: Some("a text file in UTF-8".to_owned()),
        help: Some("save the file again with the encoding UTF-8".to_owned()),
        related: Vec::new(),
    }
}

/// The files that make up a case, relative to its folder with `/`, in order: every TOML file but those that the
/// program writes, and `brief.md`.
///
/// # Errors
/// Where the folder cannot be read or is not a case.
pub fn case_files(folder: &Path) -> Result<Vec<String>, LoadError> {
    if !folder.is_dir() {
        return Err(LoadError::NoFolder(folder.to_owned()));
    }
    if !folder.join(CASE_FILE).is_file() {
        return Err(LoadError::NotACase(folder.to_owned()));
    }
    let mut files = Vec::new();
    list(folder, "", &mut files)?;
    files.sort();
    Ok(files)
}

/// Whether a file of that path, relative to a case's folder with `/`, is one of those that make it up.
#[must_use]
pub fn is_case_file(path: &str) -> bool {
    let is_plain = |name: &str| !name.is_empty() && !name.starts_with('.') && !NOT_READ.contains(&name);
    (path.ends_with(".toml") || path == BRIEF_FILE) && path.split('/').all(is_plain)
}

fn list(folder: &Path, prefix: &str, files: &mut Vec<String>) -> Result<(), LoadError> {
    let unreadable = |source| LoadError::Unreadable { path: folder.to_owned(), source };
    for entry in fs::read_dir(folder).map_err(unreadable)? {
        let entry = entry.map_err(unreadable)?;
        let Ok(name) = entry.file_name().into_string() else { continue };
        if name.starts_with('.') || NOT_READ.contains(&name.as_str()) {
            continue;
        }
        let path = format!("{prefix}{name}");
        // A link to a folder is not followed: it may lead round in a circle.
        let kind = entry.file_type().map_err(unreadable)?;
        if kind.is_dir() {
            list(&entry.path(), &format!("{path}/"), files)?;
        } else if (name.ends_with(".toml") && entry.path().is_file()) || path == BRIEF_FILE {
            files.push(path);
        }
    }
    Ok(())
}
