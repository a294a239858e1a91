//! What has come so far: pages kept beside the target, so that an interrupted fetch goes on.
//!
//! The folder `NAME.part` holds one file a page and a manifest with the hash of each. A page counts once the manifest
//! names it. A page whose bytes are not those of the manifest is fetched again.

use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

use casefile_case::atomic::{self, WriteError};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::receipt::hex;

/// Why what has come cannot be kept or gone on with.
#[derive(Debug, thiserror::Error)]
pub enum ResumeError {
    /// Another fetch of the same data is under way.
    #[error("another fetch into {} is under way\nhint: wait for it to end", folder.display())]
    Busy {
        /// The folder of pages.
        folder: PathBuf,
    },
    /// The folder cannot be used.
    #[error("cannot use {}: {source}", path.display())]
    File {
        /// The file or folder.
        path: PathBuf,
        /// What the operating system said.
        #[source]
        source: io::Error,
    },
    /// A page could not be written.
    #[error(transparent)]
    Write(#[from] WriteError),
}

/// A page that has come.
#[derive(Debug, Clone, Serialize, Deserialize, PartialEq, Eq)]
pub(crate) struct Page {
    /// Its number at the server.
    pub(crate) number: u64,
    /// Its rows.
    pub(crate) rows: u64,
    /// The number of the page after it, where the server names one.
    pub(crate) next: Option<u64>,
    sha256: String,
}

#[derive(Debug, Serialize, Deserialize, PartialEq, Eq)]
struct Manifest {
    /// What was asked for; pages of another question are of no use.
    query: String,
    /// When the first page was asked for.
    begun: Timestamp,
    /// The number of rows in all, where the server says so.
    total: Option<u64>,
    pages: Vec<Page>,
}

/// The folder of pages of one fetch, locked for as long as it is open.
pub(crate) struct Parts {
    folder: PathBuf,
    manifest: Manifest,
    _lock: File,
}

impl Parts {
    /// Opens the folder of pages, with those of an earlier fetch of the same `query` where that began no longer ago
    /// than `fresh`.
    pub(crate) fn open(folder: &Path, query: &str, fresh: SignedDuration) -> Result<Self, ResumeError> {
        let lock = hold(folder)?;
        let empty = Manifest { query: query.to_owned(), begun: Timestamp::now(), total: None, pages: Vec::new() };
        let mut parts = Self { folder: folder.to_owned(), manifest: empty, _lock: lock };
        let kept = fs::read(folder.join(MANIFEST)).ok().and_then(|text| serde_json::from_slice::<Manifest>(&text).ok());
        match kept {
            Some(kept) if kept.query == query && Timestamp::now().duration_since(kept.begun) <= fresh => {
                parts.manifest = kept;
                parts.keep_sound()?;
            }
            _ => parts.clear()?,
        }
        Ok(parts)
    }

    /// Keeps the pages up to the first that is not as it was written.
    fn keep_sound(&mut self) -> Result<(), ResumeError> {
        let sound = |page: &Page| self.bytes(page).is_ok_and(|bytes| hash(&bytes) == page.sha256);
        let n = self.manifest.pages.iter().take_while(|page| sound(page)).count();
        if n < self.manifest.pages.len() {
            self.manifest.pages.truncate(n);
            self.write_manifest()?;
        }
        Ok(())
    }

    pub(crate) fn pages(&self) -> &[Page] {
        &self.manifest.pages
    }

    /// The folder, for what else a fetch keeps there.
    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// When the first page was asked for.
    pub(crate) fn begun(&self) -> Timestamp {
        self.manifest.begun
    }

    pub(crate) fn total(&self) -> Option<u64> {
        self.manifest.total
    }

    /// Rows that have come.
    pub(crate) fn rows(&self) -> u64 {
        self.manifest.pages.iter().map(|page| page.rows).sum()
    }

    /// The bytes of a page as they came.
    pub(crate) fn bytes(&self, page: &Page) -> Result<Vec<u8>, ResumeError> {
        let path = self.path(page.number);
        fs::read(&path).map_err(|source| ResumeError::File { path, source })
    }

    /// Keeps a page, and the total that came with it.
    pub(crate) fn put(
        &mut self,
        number: u64,
        bytes: &[u8],
        rows: u64,
        next: Option<u64>,
        total: Option<u64>,
    ) -> Result<(), ResumeError> {
        atomic::write(&self.path(number), bytes)?;
        self.manifest.pages.push(Page { number, rows, next, sha256: hash(bytes) });
        self.manifest.total = total;
        self.write_manifest()
    }

    /// Forgets every page.
    pub(crate) fn clear(&mut self) -> Result<(), ResumeError> {
        self.manifest.pages.clear();
        self.manifest.total = None;
        self.manifest.begun = Timestamp::now();
        // First the manifest: a page that it does not name does not count.
        self.write_manifest()?;
        for entry in fs::read_dir(&self.folder).into_iter().flatten().flatten() {
            if entry.file_name().to_string_lossy().starts_with("page-") {
                let _ = fs::remove_file(entry.path());
            }
        }
        Ok(())
    }

    /// Removes the folder: all that it held is in the target now.
    pub(crate) fn finish(self) -> Result<(), ResumeError> {
        let Self { folder, _lock, .. } = self;
        drop(_lock);
        fs::remove_dir_all(&folder).map_err(|source| ResumeError::File { path: folder, source })
    }

    fn write_manifest(&self) -> Result<(), ResumeError> {
        let path = self.folder.join(MANIFEST);
        let text = serde_json::to_vec_pretty(&self.manifest)
            .map_err(|error| ResumeError::File { path: path.clone(), source: error.into() })?;
        Ok(atomic::write(&path, text)?)
    }

    fn path(&self, number: u64) -> PathBuf {
        self.folder.join(format!("page-{number:06}.json"))
    }
}

const MANIFEST: &str = "manifest.json";

/// Makes the folder and locks it against another fetch. The lock ends with the file, or with its process.
pub(crate) fn hold(folder: &Path) -> Result<File, ResumeError> {
    let wrap = |path: &Path, source| ResumeError::File { path: path.to_owned(), source };
    fs::create_dir_all(folder).map_err(|source| wrap(folder, source))?;
    let path = folder.join("lock");
    let file = File::create(&path).map_err(|source| wrap(&path, source))?;
    match file.try_lock() {
        Err(TryLockError::WouldBlock) => Err(ResumeError::Busy { folder: folder.to_owned() }),
        // Where the file system knows no locks, two fetches at once are the user's own affair.
        Ok(()) | Err(TryLockError::Error(_)) => Ok(file),
    }
}

fn hash(bytes: &[u8]) -> String {
    hex(Sha256::digest(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: SignedDuration = SignedDuration::from_hours(24);

    #[test]
    fn pages_are_there_the_next_time_as_long_as_they_are_sound() {
        let dir = tempfile::tempdir().unwrap();
        let folder = dir.path().join("x.part");
        let mut parts = Parts::open(&folder, "q", DAY).unwrap();
        for n in 0..3 {
            parts.put(n, format!("page {n}").as_bytes(), 10, Some(n + 1), Some(50)).unwrap();
        }
        drop(parts);
        let parts = Parts::open(&folder, "q", DAY).unwrap();
        assert_eq!((parts.pages().len(), parts.rows(), parts.total()), (3, 30, Some(50)));
        drop(parts);
        fs::write(folder.join("page-000001.json"), "damaged").unwrap();
        let parts = Parts::open(&folder, "q", DAY).unwrap();
        assert_eq!(parts.pages().len(), 1);
        assert_eq!(parts.bytes(&parts.pages()[0]).unwrap(), b"page 0");
        parts.finish().unwrap();
        assert!(!folder.exists());
    }

    #[test]
    fn pages_of_another_question_or_another_day_do_not_count() {
        let dir = tempfile::tempdir().unwrap();
        let folder = dir.path().join("x.part");
        Parts::open(&folder, "q", DAY).unwrap().put(0, b"a", 1, None, None).unwrap();
        assert_eq!(Parts::open(&folder, "q", DAY).unwrap().pages().len(), 1);
        assert_eq!(Parts::open(&folder, "q", SignedDuration::from_secs(-1)).unwrap().pages().len(), 0);
        Parts::open(&folder, "q", DAY).unwrap().put(0, b"a", 1, None, None).unwrap();
        assert_eq!(Parts::open(&folder, "other", DAY).unwrap().pages().len(), 0);
        assert!(!folder.join("page-000000.json").exists());
        fs::write(folder.join(MANIFEST), "{ half a manif").unwrap();
        assert_eq!(Parts::open(&folder, "other", DAY).unwrap().pages().len(), 0);
    }

    #[test]
    fn one_fetch_at_a_time() {
        let dir = tempfile::tempdir().unwrap();
        let first = Parts::open(dir.path(), "q", DAY).unwrap();
        assert!(matches!(Parts::open(dir.path(), "q", DAY), Err(ResumeError::Busy { .. })));
        drop(first);
        assert!(Parts::open(dir.path(), "q", DAY).is_ok());
    }
}
