//! A folder to fetch into, and an ear for secrets: whatever a fetch says or writes, none may be in it.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use casefile_fetch::{Credentials, Endpoints, FetchError, Fetched, Login, Order, Policy, Progress, Secret, fetch};
use tempfile::TempDir;

use crate::server::Server;

pub const TOKEN: &str = "t0ken-of-ucdp";
pub const NAME: &str = "someone@example.org";
pub const WORD: &str = "pass/word & more";
/// Every text that must not be seen outside of headers and forms; the servers' own tokens begin with `access-` and
/// `refresh-`.
const SECRETS: &[&str] = &[TOKEN, NAME, "someone%40", WORD, "pass%2Fword", "access-", "refresh-"];

/// A folder, credentials and patience for tests.
pub struct Desk {
    folder: TempDir,
    pub credentials: Credentials,
    pub policy: Policy,
    /// Everything that fetches have said.
    pub told: Vec<String>,
}

impl Desk {
    pub fn new() -> Self {
        let ms = Duration::from_millis;
        Self {
            folder: tempfile::tempdir().unwrap(),
            credentials: Credentials {
                ucdp: Some(Secret::new(TOKEN)),
                acled: Some(Login { username: Secret::new(NAME), password: Secret::new(WORD) }),
            },
            policy: Policy {
                attempts: 6,
                first_wait: ms(2),
                longest_wait: ms(30),
                patience: Duration::from_secs(20),
                connect: Duration::from_secs(5),
                silence: ms(400),
                answer: Duration::from_secs(10),
                page_bytes: 8 << 20,
                file_bytes: 8 << 20,
            },
            told: Vec::new(),
        }
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The names in the folder, sorted.
    pub fn names(&self) -> Vec<String> {
        let entries = fs::read_dir(self.folder.path()).unwrap();
        let mut names: Vec<_> = entries.map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    pub fn order(&self, spec: &str) -> Order {
        Order {
            spec: spec.parse().unwrap(),
            to: self.folder.path().to_owned(),
            api: false,
            from: None,
            until: None,
            countries: Vec::new(),
            update: false,
        }
    }

    /// Fetches from `server`, whichever publisher it plays, and listens for secrets.
    pub fn fetch(&mut self, order: &Order, server: &Server) -> Result<Fetched, FetchError> {
        let base = |_: &str| Some(server.url(""));
        self.fetch_from(order, &Endpoints::read(base).unwrap(), &[server])
    }

    pub fn fetch_from(
        &mut self,
        order: &Order,
        endpoints: &Endpoints,
        servers: &[&Server],
    ) -> Result<Fetched, FetchError> {
        let mut told = Vec::new();
        let fetched = fetch(order, endpoints, &self.credentials, self.policy.clone(), &mut |progress| {
            told.push(match progress {
                Progress::At { done, total, unit } => format!("{done}/{total:?} {unit}"),
                Progress::Waiting { reason, .. } => format!("waiting: {reason}"),
                Progress::StartingOver { reason } => format!("over: {reason}"),
            });
        });
        for text in told.iter().chain([&format!("{fetched:?}")]) {
            no_secret(text, "what was said");
        }
        if let Err(error) = &fetched {
            no_secret(&error.to_string(), "the error");
        }
        for server in servers {
            server.seen().iter().for_each(|seen| no_secret(&seen.target, "an address"));
        }
        files(self.folder.path(), &mut |path| no_secret(&String::from_utf8_lossy(&fs::read(path).unwrap()), "a file"));
        self.told.extend(told);
        fetched
    }

    pub fn waits(&self) -> usize {
        self.told.iter().filter(|told| told.starts_with("waiting")).count()
    }
}

#[track_caller]
fn no_secret(text: &str, place: &str) {
    for secret in SECRETS {
        assert!(!text.contains(secret), "{place} holds {secret}: {text}");
    }
}

fn files(folder: &Path, see: &mut dyn FnMut(&Path)) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { files(&path, see) } else { see(&path) }
    }
}
