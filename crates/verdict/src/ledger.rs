//! `verdicts.lock`: the verdicts that the case's authors last accepted, so that a change in them is seen and explained.
//!
//! For every claim the ledger keeps the verdict, the figure, a digest of what was asked and digests of which events
//! answered and what they said. When a verdict changes, these tell why: the claim or its reading was changed, events
//! came or went, or the same events were revised.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use casefile_case::Case;
use casefile_case::atomic::{self, WriteError};
use casefile_model::claim::Claim;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::finding::{Finding, Ground, Reason, Verdict};
use crate::report::Report;

/// The ledger's name inside a case folder.
pub const FILE_NAME: &str = "verdicts.lock";

const HEADER: &str = "\
# Written by `casefile check --accept`: do not edit.
# The verdicts as last accepted; keep it under version control, and a change of verdict shows in a diff.

";

/// Why the ledger could not be read or written.
#[derive(Debug, thiserror::Error)]
pub enum LedgerError {
    /// The file exists and cannot be read.
    #[error("cannot read {}: {source}", path.display())]
    Read {
        /// The ledger.
        path: PathBuf,
        /// What the operating system said.
        #[source]
        source: io::Error,
    },
    /// The file is no ledger.
    #[error("{} is not a ledger of verdicts: {source}\nhint: restore it from version control, or run `casefile check --accept`", path.display())]
    Parse {
        /// The ledger.
        path: PathBuf,
        /// Where and why.
        #[source]
        source: Box<toml::de::Error>,
    },
    /// The content could not be written as TOML.
    #[error("cannot write the ledger: {0}")]
    Serialise(#[from] toml::ser::Error),
    /// The file could not be written.
    #[error(transparent)]
    Write(#[from] WriteError),
}

/// The verdicts last accepted, by claim.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ledger {
    /// By identifier of the claim.
    #[serde(default)]
    pub claim: BTreeMap<String, Entry>,
}

/// One accepted verdict.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// The verdict.
    pub verdict: Verdict,
    /// Its reason code.
    pub reason: Reason,
    /// The figure, as shown.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub figure: String,
    /// Digest of the claim's check and expectation.
    pub asked: String,
    /// What answered: `rows`, `cube`, `statements`, `nothing`.
    pub ground: String,
    /// Version of the data.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub data: String,
    /// Digest of which events answered.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub events: String,
    /// Digest of what they said.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub content: String,
    /// Number of events.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub n: u64,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands the field by reference")]
fn is_zero(n: &u64) -> bool {
    *n == 0
}

/// Why a verdict is not what it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Cause {
    /// The claim is new to the ledger.
    NewClaim,
    /// The claim, its expectation or its check was changed.
    NewDefinition,
    /// Other statements of the case were added, changed or withdrawn.
    Statements,
    /// Events were added or removed.
    NewRows,
    /// The same events say something else.
    Revision,
    /// The events are the same; coverage or the rules that read them changed.
    Reading,
    /// The claim is gone.
    Removed,
}

impl Cause {
    /// The cause in a few words.
    pub fn name(self) -> &'static str {
        match self {
            Self::NewClaim => "new claim",
            Self::NewDefinition => "new definition",
            Self::Statements => "other statements",
            Self::NewRows => "new rows",
            Self::Revision => "revision",
            Self::Reading => "coverage or rules",
            Self::Removed => "claim removed",
        }
    }
}

/// A verdict that is not what it was.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Change {
    /// The claim.
    pub claim: String,
    /// What was accepted.
    pub was: Option<Verdict>,
    /// The figure then.
    pub was_figure: String,
    /// What it is now.
    pub is: Option<Verdict>,
    /// The figure now.
    pub is_figure: String,
    /// Why.
    pub cause: Cause,
    /// More or fewer events than then.
    pub events: i64,
}

impl Ledger {
    /// Reads the ledger of a case; none if it has not been accepted yet.
    ///
    /// # Errors
    /// Where the file cannot be read or is no ledger.
    pub fn read(case_dir: &Path) -> Result<Option<Self>, LedgerError> {
        let path = case_dir.join(FILE_NAME);
        match fs::read_to_string(&path) {
            Ok(text) => {
                toml::from_str(&text).map(Some).map_err(|source| LedgerError::Parse { path, source: Box::new(source) })
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(source) => Err(LedgerError::Read { path, source }),
        }
    }

    /// Reads the text of a ledger, such as an earlier version of the file.
    ///
    /// # Errors
    /// Where it is no ledger.
    pub fn parse(text: &str) -> Result<Self, toml::de::Error> {
        toml::from_str(text)
    }

    /// The ledger that accepts a report.
    pub fn of(case: &Case, report: &Report) -> Self {
        let entries = report.findings.iter().filter_map(|finding| {
            let claim = case.claim(&finding.claim)?;
            Some((finding.claim.clone(), Entry::of(claim, finding)))
        });
        Self { claim: entries.collect() }
    }

    /// Writes the ledger, whole or not at all.
    ///
    /// # Errors
    /// Where the file cannot be written.
    pub fn write(&self, case_dir: &Path) -> Result<(), LedgerError> {
        let text = format!("{HEADER}{}", toml::to_string(self)?);
        Ok(atomic::write(&case_dir.join(FILE_NAME), text.as_bytes())?)
    }

    /// What has changed from this ledger to `now`: verdicts, by claim. Figures that move within a verdict are no change.
    pub fn changes(&self, now: &Self) -> Vec<Change> {
        let gone = self.claim.iter().filter(|(id, _)| !now.claim.contains_key(*id)).map(|(id, was)| Change {
            claim: id.clone(),
            was: Some(was.verdict),
            was_figure: was.figure.clone(),
            is: None,
            is_figure: String::new(),
            cause: Cause::Removed,
            events: 0,
        });
        let moved = now.claim.iter().filter_map(|(id, is)| {
            let was = self.claim.get(id);
            if was.is_some_and(|was| was.verdict == is.verdict && was.reason == is.reason) {
                return None;
            }
            Some(Change {
                claim: id.clone(),
                was: was.map(|was| was.verdict),
                was_figure: was.map(|was| was.figure.clone()).unwrap_or_default(),
                is: Some(is.verdict),
                is_figure: is.figure.clone(),
                cause: was.map_or(Cause::NewClaim, |was| cause(was, is)),
                events: was.map_or(0, |was| i64::try_from(is.n).unwrap_or(0) - i64::try_from(was.n).unwrap_or(0)),
            })
        });
        gone.chain(moved).collect()
    }
}

impl Entry {
    fn of(claim: &Claim, finding: &Finding) -> Self {
        let on_events = matches!(finding.ground, Ground::Rows | Ground::Cube);
        Self {
            verdict: finding.verdict,
            reason: finding.reason,
            figure: finding.computed.as_ref().map(|value| value.display.clone()).unwrap_or_default(),
            asked: asked(claim),
            ground: match finding.ground {
                Ground::Rows => "rows",
                Ground::Cube => "cube",
                Ground::Statements => "statements",
                Ground::Nothing => "nothing",
            }
            .to_owned(),
            data: finding
                .data
                .iter()
                .map(|pin| format!("{} {}", pin.dataset, pin.version))
                .collect::<Vec<_>>()
                .join(", "),
            events: if on_events { finding.digest_ids.clone() } else { String::new() },
            content: if on_events { finding.digest_content.clone() } else { String::new() },
            n: finding.events,
        }
    }
}

/// Digest of what a claim asks: its check and its expectation.
fn asked(claim: &Claim) -> String {
    let question = serde_json::json!([claim.check, claim.says, claim.envelope.negated]).to_string();
    Sha256::digest(question).iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}

fn cause(was: &Entry, is: &Entry) -> Cause {
    if was.asked != is.asked {
        Cause::NewDefinition
    } else if is.ground == "statements" {
        Cause::Statements
    } else if was.ground != is.ground {
        // Digests of rows and of cells cannot be compared; the number of events can.
        if was.n == is.n { Cause::Reading } else { Cause::NewRows }
    } else if was.events != is.events {
        Cause::NewRows
    } else if was.content != is.content {
        Cause::Revision
    } else {
        Cause::Reading
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(verdict: Verdict, asked: &str, events: &str, content: &str, n: u64) -> Entry {
        Entry {
            verdict,
            reason: Reason::Figure,
            figure: String::new(),
            asked: asked.into(),
            ground: "rows".into(),
            data: "ucdp-ged 23.1".into(),
            events: events.into(),
            content: content.into(),
            n,
        }
    }

    fn cause_of(was: Entry, is: Entry) -> Option<(Cause, i64)> {
        let ledger = |entry| Ledger { claim: BTreeMap::from([("c".to_owned(), entry)]) };
        ledger(was).changes(&ledger(is)).first().map(|change| (change.cause, change.events))
    }

    #[test]
    fn a_change_of_verdict_has_its_cause() {
        let was = entry(Verdict::Supported, "q", "e1", "c1", 10);
        let is = |asked, events, content, n| entry(Verdict::Contradicted, asked, events, content, n);
        assert_eq!(cause_of(was.clone(), is("q", "e1", "c2", 10)), Some((Cause::Revision, 0)));
        assert_eq!(cause_of(was.clone(), is("q", "e2", "c2", 13)), Some((Cause::NewRows, 3)));
        assert_eq!(cause_of(was.clone(), is("other", "e1", "c1", 10)), Some((Cause::NewDefinition, 0)));
        assert_eq!(cause_of(was.clone(), is("q", "e1", "c1", 10)), Some((Cause::Reading, 0)));
        assert_eq!(cause_of(was.clone(), entry(Verdict::Supported, "q", "e2", "c2", 12)), None);
    }

    #[test]
    fn a_ledger_reads_back_as_written() {
        let dir = tempfile::tempdir().unwrap();
        let ledger = Ledger { claim: BTreeMap::from([("c".to_owned(), entry(Verdict::Mixed, "q", "e", "c", 1))]) };
        assert_eq!(Ledger::read(dir.path()).unwrap(), None);
        ledger.write(dir.path()).unwrap();
        assert_eq!(Ledger::read(dir.path()).unwrap(), Some(ledger));
        fs::write(dir.path().join(FILE_NAME), "claim = 3").unwrap();
        assert!(matches!(Ledger::read(dir.path()), Err(LedgerError::Parse { .. })));
    }
}
