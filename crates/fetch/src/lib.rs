//! Fetching released event data from their publishers.
//!
//! ```text
//! Order ─ fetch ─┬─ ucdp    bulk file, or pages of the API joined into one CSV ─┐
//!                ├─ acled   pages joined into one JSON file; updates, deletions ├─ a file or folder, and its Receipt
//!                └─ gdelt   the files of the master list, each by size and MD5  ┘
//!                     │
//!                  client   retries, deadlines, size limits, redirects      credentials   who may ask
//!                  resume   what has come so far, beside the target         receipt       what came, of what
//! ```
//!
//! Nothing is taken on trust: counts are held against the server's total, pages against each other, files against
//! their hash. An empty or truncated answer is an error, never an empty dataset. What came before an interruption is
//! kept beside the target, and the next fetch goes on from there; the target itself is written whole or not at all.
//! No credential reaches a file, a message or an address.

mod acled;
mod client;
mod credentials;
mod error;
mod gdelt;
mod order;
mod receipt;
mod resume;
mod row;
mod ucdp;

use std::time::Duration;

pub use client::{ClientError, Policy};
pub use credentials::{Credentials, CredentialsError, Login, Secret, keyring_path};
pub use error::FetchError;
pub use order::{Endpoints, Order, OrderError, Spec};
pub use receipt::{Changes, Fetched, Receipt};
pub use resume::ResumeError;
pub use ucdp::{SETS, Set, Version};

use client::Client;

/// What a fetch says of itself while it works.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Progress<'a> {
    /// So much is here.
    At {
        /// Units that have come.
        done: u64,
        /// Units in all, where the server has said so.
        total: Option<u64>,
        /// What is counted: `bytes`, `rows` or `files`.
        unit: &'static str,
    },
    /// Something passing went wrong; the fetch goes on after the wait.
    Waiting {
        /// What went wrong.
        reason: &'a str,
        /// How long it waits.
        wait: Duration,
    },
    /// What has come does not fit together; the fetch begins again from the first page.
    StartingOver {
        /// What does not fit.
        reason: &'a str,
    },
}

/// Who is told of the progress.
pub type Tell<'a> = dyn FnMut(Progress<'_>) + 'a;

/// Everything a publisher's part needs to do its work.
struct Visit<'a> {
    client: Client,
    endpoints: &'a Endpoints,
    credentials: &'a Credentials,
    tell: &'a mut Tell<'a>,
}

/// Fetches what `order` asks for, from the servers in `endpoints`.
///
/// # Errors
/// Where the order cannot be met, a credential is missing or refused, the server fails for longer than `policy`
/// bears, or what it sends does not agree with what it says of it. What has come is kept for the next fetch.
pub fn fetch<'a>(
    order: &Order,
    endpoints: &'a Endpoints,
    credentials: &'a Credentials,
    policy: Policy,
    tell: &'a mut Tell<'a>,
) -> Result<Fetched, FetchError> {
    order.check()?;
    std::fs::create_dir_all(&order.to).map_err(|source| FetchError::file(&order.to, source))?;
    let mut visit = Visit { client: Client::new(policy), endpoints, credentials, tell };
    match &order.spec {
        Spec::Ucdp { set, version } => ucdp::fetch(&mut visit, order, set, version),
        Spec::Acled => acled::fetch(&mut visit, order),
        Spec::Gdelt { from, until } => gdelt::fetch(&mut visit, order, *from, *until),
    }
}
