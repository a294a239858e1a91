//! A new case: small, valid, and invented, so that it can be read, checked and replaced piece by piece.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::atomic::{self, WriteError};
use crate::read::CASE_FILE;
use crate::schema;
use crate::vocabulary::words::ID;

/// The files of a new case and their content; `{{id}}` and `{{title}}` are filled in.
const TEMPLATES: [(&str, &str); 12] = [
    (CASE_FILE, include_str!("scaffold/case.toml")),
    ("sources.toml", include_str!("scaffold/sources.toml")),
    ("documents/report.txt", include_str!("scaffold/report.txt")),
    ("actors.toml", include_str!("scaffold/actors.toml")),
    ("places.toml", include_str!("scaffold/places.toml")),
    ("claims/report.toml", include_str!("scaffold/claims.toml")),
    ("relations.toml", include_str!("scaffold/relations.toml")),
    ("estimates.toml", include_str!("scaffold/estimates.toml")),
    ("brief.md", include_str!("scaffold/brief.md")),
    ("README.md", include_str!("scaffold/README.md")),
    (".gitignore", ".casefile/\nout/\n"),
    (schema::FILE_NAME, ""),
];

/// Why a new case could not be made.
#[derive(Debug, thiserror::Error)]
pub enum ScaffoldError {
    /// Something is there already, and nothing is overwritten.
    #[error("{} is not empty: a new case needs a new or an empty folder", .0.display())]
    NotEmpty(PathBuf),
    /// A file stands where the folder should.
    #[error("{} is a file: a new case needs a new or an empty folder", .0.display())]
    NotAFolder(PathBuf),
    /// The folder cannot be looked into.
    #[error("cannot read {}: {source}", path.display())]
    Read {
        /// The folder.
        path: PathBuf,
        /// What the operating system said.
        #[source]
        source: io::Error,
    },
    /// A file cannot be written.
    #[error(transparent)]
    Write(#[from] WriteError),
}

/// Makes a new case in a folder that is empty or does not exist, and gives the files it wrote, relative to it. The
/// id and the title come from the folder's name.
///
/// # Errors
/// Where the folder has something in it, or cannot be written.
pub fn new_case(folder: &Path) -> Result<Vec<String>, ScaffoldError> {
    let name = name_of(folder);
    let files = files(&name);
    let written = files.iter().map(|(path, _)| path.clone()).collect();
    if folder.exists() {
        must_be_empty(folder)?;
        // `case.toml` makes a folder a case, so it comes last.
        for (path, content) in files.iter().rev() {
            atomic::write(&folder.join(path), content)?;
        }
    } else {
        atomic::write_dir(folder, |new| -> Result<(), ScaffoldError> {
            for (path, content) in &files {
                atomic::write(&new.join(path), content)?;
            }
            Ok(())
        })?;
    }
    Ok(written)
}

fn must_be_empty(folder: &Path) -> Result<(), ScaffoldError> {
    if !folder.is_dir() {
        return Err(ScaffoldError::NotAFolder(folder.to_owned()));
    }
    let entries = fs::read_dir(folder).map_err(|source| ScaffoldError::Read { path: folder.to_owned(), source })?;
    // A fresh clone is as good as empty, and what an interrupted run left is swept by the next write.
    let counts = |name: &std::ffi::OsString| name != ".git" && !atomic::is_temporary(name);
    if entries.flatten().any(|entry| counts(&entry.file_name())) {
        return Err(ScaffoldError::NotEmpty(folder.to_owned()));
    }
    Ok(())
}

/// The files of a new case of that name, with their content.
pub fn files(name: &str) -> Vec<(String, String)> {
    let id = id_of(name);
    let title = id.replace('-', " ");
    let fill = |(path, template): (&str, &str)| {
        let content = if path == schema::FILE_NAME {
            schema::text()
        } else {
            template.replace("{{id}}", &id).replace("{{title}}", &title)
        };
        (path.to_owned(), content)
    };
    TEMPLATES.into_iter().map(fill).collect()
}

/// The name of a folder that may be given as `.` or `..`.
fn name_of(folder: &Path) -> String {
    let full = folder.canonicalize().unwrap_or_else(|_| folder.to_owned());
    full.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}

/// An identifier as like the name as may be.
fn id_of(name: &str) -> String {
    let plain: String = name.to_lowercase().chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect();
    let words: Vec<&str> = plain.split('-').filter(|word| !word.is_empty()).collect();
    let id = words.join("-");
    if (ID.admits)(&id) { id } else { format!("case-{id}").trim_end_matches('-').to_owned() }
}

#[cfg(test)]
mod tests {
    use casefile_model::claim::Check;

    use super::*;
    use crate::{Case, Severity};

    #[test]
    fn a_new_case_is_valid_and_has_what_a_reader_looks_for() {
        let dir = tempfile::tempdir().unwrap();
        let folder = dir.path().join("Two Rivers");
        let written = new_case(&folder).unwrap();
        assert!(written.iter().all(|path| folder.join(path).is_file()));
        let loaded = Case::load(&folder).unwrap();
        let shown: Vec<String> = loaded.diagnostics.iter().map(ToString::to_string).collect();
        assert!(shown.is_empty(), "{shown:#?}");
        let case = loaded.case.unwrap();
        assert_eq!((case.id.as_str(), case.title.as_str()), ("two-rivers", "two rivers"));
        assert_eq!(
            (case.sources.len(), case.actors.len(), case.places.len(), case.claims.len()),
            (1, 3, 2, 4),
            "sources, actors, places, claims"
        );
        let kinds: Vec<_> = case.claims.iter().map(|claim| claim.check.as_ref().map(Check::name)).collect();
        assert_eq!(kinds, [Some("amount"), Some("existence"), Some("relation"), None]);
    }

    #[test]
    fn every_claim_of_the_briefing_exists() {
        let files = files("x");
        let text = |path: &str| &files.iter().find(|(name, _)| name == path).unwrap().1;
        let loaded = crate::read_files(&files);
        assert_eq!(loaded.count(Severity::Error), 0, "{:#?}", loaded.diagnostics);
        let case = loaded.case.unwrap();
        let brief = text("brief.md");
        for claim in &case.claims {
            assert!(brief.contains(&format!("{{{}}}", claim.envelope.id)), "{}", claim.envelope.id);
        }
    }

    #[test]
    fn nothing_is_overwritten() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("notes.txt"), "mine").unwrap();
        assert!(matches!(new_case(dir.path()), Err(ScaffoldError::NotEmpty(_))));
        assert!(matches!(new_case(&dir.path().join("notes.txt")), Err(ScaffoldError::NotAFolder(_))));
        assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 1);
    }

    #[test]
    fn an_empty_folder_is_taken() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::create_dir(dir.path().join(".git")).unwrap();
        new_case(dir.path()).unwrap();
        assert!(Case::load(dir.path()).unwrap().case.is_some());
    }

    #[test]
    fn any_name_makes_an_id() {
        for (name, id) in [("Two Rivers", "two-rivers"), ("2022", "case-2022"), ("..", "case"), ("Ägypten", "gypten")]
        {
            assert_eq!(id_of(name), id);
        }
    }
}
