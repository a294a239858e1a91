//! The case's folder: which of its files the workbench may read and write, what they hold, and whether they changed.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Component, Path, PathBuf};
use std::time::UNIX_EPOCH;

use axum::http::StatusCode;
use casefile_case::{BRIEF_FILE, CASE_FILE, PROPOSALS, case_files, is_case_file, lock};
use casefile_verdict::ledger;
use sha2::{Digest, Sha256};

use crate::refusal::Refusal;

/// The case's own account of itself, for readers of the folder.
pub const README: &str = "README.md";

/// Digest of a file's content, 32 hexadecimal digits; empty for a file that is not there.
pub fn hash(content: &[u8]) -> String {
    Sha256::digest(content).iter().take(16).map(|byte| format!("{byte:02x}")).collect()
}

/// Where a file of the case lies, if it is one that may be read and written: TOML files of statements, `brief.md`,
/// `README.md`. What the program writes is not among them.
///
/// # Errors
/// Where the path leads out of the case, also by a link, or to another kind of file.
pub fn place(folder: &Path, path: &str) -> Result<PathBuf, Refusal> {
    let refused = |message: &str| Refusal::forbidden("path", format!("`{path}`: {message}"));
    let plain = Path::new(path).components().all(|part| matches!(part, Component::Normal(_)));
    // A percent sign would be read in two ways, as itself and as the beginning of another letter.
    let odd = |c: char| matches!(c, '\\' | ':' | '%') || c.is_control();
    if path.is_empty() || path.len() > 400 || !plain || path.contains("//") || path.ends_with('/') || path.contains(odd)
    {
        return Err(refused("a path below the case's folder is needed, with `/` between folders"));
    }
    if !is_case_file(path) && path != README {
        return Err(refused("only TOML files of the case, brief.md and README.md can be read and written here"));
    }
    let at = folder.join(path);
    within(folder, &at).map_err(|_| refused("it leads out of the case's folder"))?;
    Ok(at)
}

/// Refuses a path that a link leads elsewhere: of what is there already, every folder must be a real one in the case.
fn within(folder: &Path, at: &Path) -> io::Result<()> {
    let linked = || io::Error::other("a link");
    if fs::symlink_metadata(at).is_ok_and(|found| !found.is_file()) {
        return Err(linked());
    }
    let below = at.strip_prefix(folder).map_err(io::Error::other)?;
    let mut so_far = folder.to_owned();
    for part in below.parent().into_iter().flat_map(Path::components) {
        so_far.push(part);
        match fs::symlink_metadata(&so_far) {
            Ok(found) if found.is_dir() => {}
            Ok(_) => return Err(linked()),
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

/// The content of a file; none where it is not there.
///
/// # Errors
/// Where it cannot be read.
pub fn read(at: &Path) -> Result<Option<Vec<u8>>, Refusal> {
    match fs::read(at) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(Refusal::failed(format!("cannot read {}: {error}", at.display()))),
    }
}

/// The content of a file as text.
///
/// # Errors
/// Where it is not there, or is not UTF-8.
pub fn text(at: &Path, path: &str) -> Result<String, Refusal> {
    let bytes = read(at)?.ok_or_else(|| Refusal::unknown("unknown-file", format!("there is no file {path}")))?;
    String::from_utf8(bytes).map_err(|_| {
        Refusal::new(StatusCode::UNPROCESSABLE_ENTITY, "not-utf8", format!("{path} is not UTF-8 text"))
            .hint("save the file again with the encoding UTF-8")
    })
}

/// Every file that the workbench shows something of, relative to the case: statements, briefing, locks, proposals.
pub fn watched(folder: &Path) -> Vec<String> {
    let mut files = case_files(folder).unwrap_or_else(|_| vec![CASE_FILE.to_owned(), BRIEF_FILE.to_owned()]);
    files.extend([README, lock::FILE_NAME, ledger::FILE_NAME].map(str::to_owned));
    files.extend(proposals(folder));
    files
}

/// The files of proposals, relative to the case, in order.
pub fn proposals(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder.join(PROPOSALS)).into_iter().flatten().flatten();
    let plain = entries.filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_file()));
    let names = plain.filter_map(|entry| entry.file_name().into_string().ok());
    let mut files: Vec<String> = names
        .filter(|name| name.ends_with(".toml") && !name.starts_with('.'))
        .map(|name| format!("{PROPOSALS}/{name}"))
        .collect();
    files.sort();
    files
}

/// Name, size and time of change of every watched file: another stamp, and something may have changed.
pub fn stamp(folder: &Path) -> Vec<(String, u64, u128)> {
    let of = |path: String| {
        let found = fs::metadata(folder.join(&path)).ok()?;
        let changed = found.modified().ok()?.duration_since(UNIX_EPOCH).ok()?;
        Some((path, found.len(), changed.as_nanos()))
    };
    watched(folder).into_iter().filter_map(of).collect()
}

/// Digests of every watched file.
pub fn digests(folder: &Path) -> BTreeMap<String, String> {
    watched(folder)
        .into_iter()
        .filter_map(|path| Some((path.clone(), hash(&fs::read(folder.join(path)).ok()?))))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_files_of_the_case_have_a_place() {
        let dir = tempfile::tempdir().unwrap();
        let case = dir.path().join("case");
        fs::create_dir_all(case.join("claims")).unwrap();
        fs::write(case.join("case.toml"), "").unwrap();
        fs::write(dir.path().join("outside.toml"), "secret = 1").unwrap();
        for path in ["case.toml", "claims/a.toml", "new/deep/b.toml", "brief.md", "README.md"] {
            assert!(place(&case, path).is_ok(), "{path}");
        }
        for path in [
            "",
            "/",
            "/etc/passwd",
            "/etc/x.toml",
            "../outside.toml",
            "claims/../../outside.toml",
            "./case.toml",
            "claims//a.toml",
            "claims/a.toml/",
            ".casefile/a.toml",
            "claims/.hidden.toml",
            "casefile.lock",
            "verdicts.lock",
            "cube/a.toml",
            "out/a.toml",
            "proposals/a.toml",
            "claims/a.txt",
            "claims/brief.md",
            "claims\\a.toml",
            "c:a.toml",
            "a\0.toml",
            "a\n.toml",
            "..",
            "..toml/../x.toml",
        ] {
            assert!(place(&case, path).is_err(), "{path:?}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn links_lead_nowhere() {
        use std::os::unix::fs::symlink;
        let dir = tempfile::tempdir().unwrap();
        let case = dir.path().join("case");
        fs::create_dir_all(&case).unwrap();
        fs::create_dir_all(dir.path().join("elsewhere")).unwrap();
        fs::write(dir.path().join("elsewhere/a.toml"), "").unwrap();
        symlink(dir.path().join("elsewhere"), case.join("folder")).unwrap();
        symlink(dir.path().join("elsewhere/a.toml"), case.join("file.toml")).unwrap();
        symlink(dir.path().join("nowhere.toml"), case.join("dangling.toml")).unwrap();
        for path in ["folder/a.toml", "folder/new.toml", "file.toml", "dangling.toml"] {
            assert!(place(&case, path).is_err(), "{path}");
        }
    }
}
