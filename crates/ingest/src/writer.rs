//! One writer at a time: two commands that change a case's lock must not lose each other's pins.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use casefile_case::atomic::WriteError;

/// Why a case cannot be written to now.
#[derive(Debug, thiserror::Error)]
pub enum WriterError {
    /// Another process is writing to the case.
    #[error("another casefile is writing to {}; wait until it is done", path.display())]
    Busy {
        /// The case folder.
        path: PathBuf,
    },
    /// The case folder does not exist.
    #[error("there is no case folder {}", path.display())]
    NoCase {
        /// The folder given.
        path: PathBuf,
    },
    /// The case folder cannot be written.
    #[error(transparent)]
    Write(#[from] WriteError),
}

/// Held while a case's store, cubes and lock are written.
pub struct Writer {
    _file: File,
}

impl Writer {
    /// Takes the case for writing, until the value is dropped.
    ///
    /// # Errors
    /// Where another process holds it, or the folder is not there or cannot be written.
    pub fn take(case_dir: &Path) -> Result<Self, WriterError> {
        if !case_dir.is_dir() {
            return Err(WriterError::NoCase { path: case_dir.to_owned() });
        }
        let path = case_dir.join(".casefile/writer");
        let open = || {
            fs::create_dir_all(case_dir.join(".casefile"))?;
            File::create(&path)
        };
        let file = open().map_err(|source| WriteError { path: path.clone(), source })?;
        match file.try_lock() {
            Err(fs::TryLockError::WouldBlock) => Err(WriterError::Busy { path: case_dir.to_owned() }),
            // A file system without locks is used without them.
            Ok(()) | Err(fs::TryLockError::Error(_)) => Ok(Self { _file: file }),
        }
    }
}
