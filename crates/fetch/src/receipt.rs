//! What was fetched: a receipt beside every file, which says what it is and by which hash it can be known.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use casefile_case::atomic;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::FetchError;

/// What was fetched, from where, when. It lies beside the file as `FILE.fetch.json`, or in the folder.
#[derive(Debug, Clone, Serialize, Deserialize, PartialEq, Eq)]
pub struct Receipt {
    /// The dataset, such as `ucdp-ged`.
    pub dataset: String,
    /// The release; for data without releases the time of access.
    pub version: String,
    /// What was asked for: the address with its filters. It holds no credential.
    pub query: String,
    /// When the fetch was complete, UTC.
    pub fetched: Timestamp,
    /// Rows received; for GDELT, whose files stay packed, the number of files.
    pub rows: u64,
    /// Rows that the server says there are, where it says so; they are as many as were received.
    pub total: Option<u64>,
    /// Size of the file or files in bytes.
    pub bytes: u64,
    /// SHA-256 of the file; for a folder, of the list of its files.
    pub sha256: String,
    /// ACLED: what changes from here on, in seconds since 1970, is not surely in the file. An update begins there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<u64>,
    /// ACLED: what an update changed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub changes: Option<Changes>,
    /// What the reader of the data should know.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
}

/// What an update changed.
#[derive(Debug, Clone, Serialize, Deserialize, PartialEq, Eq)]
pub struct Changes {
    /// The file that was updated. It stays: the publisher does not keep old values.
    pub since: String,
    /// Events that are new.
    pub added: u64,
    /// Events whose row is another now.
    pub revised: u64,
    /// Events that the publisher has withdrawn.
    pub deleted: u64,
}

/// A fetched file or folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fetched {
    /// Where it lies.
    pub path: PathBuf,
    /// What it is.
    pub receipt: Receipt,
    /// It was there already, from an earlier fetch, and is as that left it.
    pub was_here: bool,
}

/// Lower-case hex.
pub(crate) fn hex(bytes: impl AsRef<[u8]>) -> String {
    bytes.as_ref().iter().map(|b| format!("{b:02x}")).collect()
}

fn path_of(file: &Path) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(".fetch.json");
    name.into()
}

/// SHA-256 and size of a file.
pub(crate) fn digest(path: &Path) -> io::Result<(String, u64)> {
    let mut file = File::open(path)?;
    let mut hash = Sha256::new();
    let mut piece = vec![0; 1 << 17];
    let mut size = 0;
    loop {
        let n = file.read(&mut piece)?;
        if n == 0 {
            return Ok((hex(hash.finalize()), size));
        }
        hash.update(&piece[..n]);
        size += n as u64;
    }
}

/// The receipt beside `file`, where there is one that can be read.
pub(crate) fn beside(file: &Path) -> Option<Receipt> {
    serde_json::from_slice(&fs::read(path_of(file)).ok()?).ok()
}

/// What an earlier fetch put at `target`. Nothing there is `None`; what is not as a fetch left it is in the way.
pub(crate) fn earlier(target: &Path) -> Result<Option<Fetched>, FetchError> {
    if !target.exists() {
        return Ok(None);
    }
    let in_the_way = || FetchError::InTheWay { path: target.to_owned() };
    let receipt = beside(target).ok_or_else(in_the_way)?;
    let (sha256, _) = digest(target).map_err(|source| FetchError::file(target, source))?;
    if sha256 != receipt.sha256 {
        return Err(in_the_way());
    }
    Ok(Some(Fetched { path: target.to_owned(), receipt, was_here: true }))
}

/// Moves the finished file `whole` to `target`, with its receipt. The receipt goes first: alone it says nothing, while
/// a file without one would be nobody's.
pub(crate) fn deliver(whole: &Path, target: &Path, mut receipt: Receipt) -> Result<Fetched, FetchError> {
    let wrap = |source| FetchError::file(target, source);
    (receipt.sha256, receipt.bytes) = digest(whole).map_err(wrap)?;
    let text = serde_json::to_string_pretty(&receipt).map_err(|error| wrap(error.into()))?;
    atomic::write(&path_of(target), text + "\n")?;
    File::open(whole).and_then(|file| file.sync_all()).map_err(wrap)?;
    if target.exists() {
        return Err(FetchError::InTheWay { path: target.to_owned() });
    }
    fs::rename(whole, target).map_err(wrap)?;
    Ok(Fetched { path: target.to_owned(), receipt, was_here: false })
}
