//! Why data could not be fetched.

use std::io;
use std::path::{Path, PathBuf};

use casefile_case::atomic::WriteError;

use crate::client::ClientError;
use crate::credentials::CredentialsError;
use crate::order::OrderError;
use crate::resume::ResumeError;

/// Why data could not be fetched. No message holds a credential. No file that was there before has changed.
#[derive(Debug, thiserror::Error)]
pub enum FetchError {
    /// The order cannot be met.
    #[error(transparent)]
    Order(#[from] OrderError),
    /// The credentials cannot be used.
    #[error(transparent)]
    Credentials(#[from] CredentialsError),
    /// The server's answer could not be had.
    #[error(transparent)]
    Client(#[from] ClientError),
    /// What came before cannot be gone on with.
    #[error(transparent)]
    Resume(#[from] ResumeError),
    /// A file could not be written whole.
    #[error(transparent)]
    Write(#[from] WriteError),
    /// The publisher asks for credentials, and there are none.
    #[error("{publisher} wants to know who asks\nhint: {hint}")]
    NoCredentials {
        /// The publisher.
        publisher: &'static str,
        /// How to give credentials.
        hint: &'static str,
    },
    /// The publisher does not accept the credentials.
    #[error("{publisher} does not accept the {what}{}\nhint: {hint}", if said.is_empty() { String::new() } else { format!(": {said}") })]
    Refused {
        /// The publisher.
        publisher: &'static str,
        /// Which of them.
        what: &'static str,
        /// The beginning of what the server said.
        said: String,
        /// What to do.
        hint: &'static str,
    },
    /// There is no such release.
    #[error("{publisher} has no {dataset}@{version} at {url}\nhint: {hint}")]
    NoRelease {
        /// The publisher.
        publisher: &'static str,
        /// The dataset.
        dataset: String,
        /// The version.
        version: String,
        /// Where it was looked for.
        url: String,
        /// What to do.
        hint: &'static str,
    },
    /// The answer has no rows where there must be some.
    #[error("{url} has no rows\nhint: {hint}")]
    Empty {
        /// The address.
        url: String,
        /// What may be the cause.
        hint: String,
    },
    /// Received and announced do not agree.
    #[error(
        "{url}: {received} rows have come, and the server counts {total}\nhint: the file is not kept; fetch again later"
    )]
    Count {
        /// The address.
        url: String,
        /// Rows received.
        received: u64,
        /// Rows that the server says there are.
        total: u64,
    },
    /// Rows that must have come again have not.
    #[error(
        "{url}: {lacking} rows of the earlier file should have come again, and have not\nhint: the answer was not \
         whole; update again later, or fetch without --update"
    )]
    Lacking {
        /// The address.
        url: String,
        /// How many.
        lacking: u64,
    },
    /// The pages did not fit together, however often it was tried.
    #[error(
        "{url}: {reason}; begun anew {times} times, and it did not fit together\nhint: the publisher may be changing the data right now; fetch again later"
    )]
    Unsteady {
        /// The address.
        url: String,
        /// What did not fit the last time.
        reason: String,
        /// How often it was begun anew.
        times: u32,
    },
    /// The file is not what the publisher's file must be.
    #[error("{url} does not send a release: {reason}")]
    NoFile {
        /// The address.
        url: String,
        /// What is wrong.
        reason: String,
    },
    /// The list of files cannot be used.
    #[error("{url}: {reason}")]
    List {
        /// The address.
        url: String,
        /// What is wrong with it.
        reason: String,
    },
    /// A file is where the new one would go, and no fetch put it there as it is.
    #[error(
        "{} is there, and is not as a fetch left it\nhint: move it away, or name another folder with --to",
        path.display()
    )]
    InTheWay {
        /// The file.
        path: PathBuf,
    },
    /// There is no earlier fetch to update.
    #[error("{} holds no earlier fetch of {query}\nhint: fetch without --update first", folder.display())]
    NothingToUpdate {
        /// The folder.
        folder: PathBuf,
        /// What was asked for.
        query: String,
    },
    /// A file cannot be read or written.
    #[error("cannot use {}: {source}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What the operating system said.
        #[source]
        source: io::Error,
    },
}

impl FetchError {
    pub(crate) fn file(path: &Path, source: io::Error) -> Self {
        Self::File { path: path.to_owned(), source }
    }
}
