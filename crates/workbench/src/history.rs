//! Earlier verdicts, from the versions of `verdicts.lock` that git keeps. Without git there are none.

use std::path::Path;
use std::process::{Command, Stdio};

use casefile_verdict::ledger::{FILE_NAME, Ledger};

/// How many versions are looked at, the newest first.
const MOST: &str = "200";

/// One version of the ledger.
pub struct Version {
    /// The commit that brought it.
    pub commit: String,
    /// The day on which it was committed.
    pub date: String,
    /// The verdicts accepted then.
    pub ledger: Ledger,
}

/// The commit that is checked out; none where the case is under no version control.
pub fn head(folder: &Path) -> Option<String> {
    git(folder, &["rev-parse", "--verify", "HEAD"])
}

/// The versions of the ledger, oldest first.
pub fn versions(folder: &Path) -> Vec<Version> {
    let log = git(folder, &["log", "--no-show-signature", "-n", MOST, "--format=%H %cs", "--", FILE_NAME]);
    let lines: Vec<String> = log.iter().flat_map(|log| log.lines().map(str::to_owned)).collect();
    let version = |line: &String| {
        let (commit, date) = line.split_once(' ')?;
        let text = git(folder, &["cat-file", "blob", &format!("{commit}:./{FILE_NAME}")])?;
        Some(Version { commit: commit.to_owned(), date: date.to_owned(), ledger: Ledger::parse(&text).ok()? })
    };
    lines.iter().rev().filter_map(version).collect()
}

/// Only reads, asks nobody, and runs nothing that the repository's own settings name.
fn git(folder: &Path, arguments: &[&str]) -> Option<String> {
    let mut command = Command::new("git");
    command.arg("-C").arg(folder).args(["-c", "core.fsmonitor=false", "-c", "core.hooksPath=", "--no-pager"]);
    command.args(arguments).stdin(Stdio::null()).stderr(Stdio::null());
    command.env("GIT_OPTIONAL_LOCKS", "0").env("GIT_TERMINAL_PROMPT", "0").env("LC_ALL", "C");
    let output = command.output().ok().filter(|output| output.status.success())?;
    Some(String::from_utf8(output.stdout).ok()?.trim().to_owned())
}
