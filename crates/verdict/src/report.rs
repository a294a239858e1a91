//! All the findings of a case, and what they come to.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;
use std::thread;

use casefile_case::Case;
use casefile_model::claim::Claim;
use serde::Serialize;

use crate::examine::{ExamineError, Examiner};
use crate::finding::{Finding, Verdict};

/// The findings of a case, in the order of its claims.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Report {
    /// One for each claim.
    pub findings: Vec<Finding>,
    /// How many of each verdict.
    pub summary: BTreeMap<Verdict, usize>,
}

impl Report {
    /// Examines every claim, several at a time, as none hangs on another; `progress` hears how many are done.
    ///
    /// # Errors
    /// When a query fails.
    pub fn of(case: &Case, examiner: &Examiner<'_>, mut progress: impl FnMut(usize)) -> Result<Self, ExamineError> {
        let claims: Vec<&Claim> = case.claims.iter().collect();
        let next = AtomicUsize::new(0);
        let (send, found) = mpsc::channel();
        let mut findings = BTreeMap::new();
        thread::scope(|scope| {
            for _ in 0..thread::available_parallelism().map_or(1, usize::from) {
                let (claims, next, send) = (&claims, &next, send.clone());
                // Each thread takes the next claim that none has taken, until none is left or nobody listens.
                scope.spawn(move || {
                    loop {
                        let number = next.fetch_add(1, Ordering::Relaxed);
                        let Some(claim) = claims.get(number) else { return };
                        if send.send((number, examiner.examine(claim))).is_err() {
                            return;
                        }
                    }
                });
            }
            drop(send);
            // The channel ends with the loop: a fault stops the others at their next claim.
            for (number, finding) in found {
                findings.insert(number, finding?);
                progress(findings.len());
            }
            Ok::<_, ExamineError>(())
        })?;
        Ok(Self::from(findings.into_values().collect::<Vec<_>>()))
    }

    /// The finding for a claim.
    pub fn finding(&self, claim: &str) -> Option<&Finding> {
        self.findings.iter().find(|finding| finding.claim == claim)
    }

    /// How many findings have that verdict.
    pub fn count(&self, verdict: Verdict) -> usize {
        self.summary.get(&verdict).copied().unwrap_or(0)
    }
}

impl From<Vec<Finding>> for Report {
    fn from(findings: Vec<Finding>) -> Self {
        let mut summary: BTreeMap<Verdict, usize> = Verdict::ALL.iter().map(|(_, verdict)| (*verdict, 0)).collect();
        for finding in &findings {
            *summary.entry(finding.verdict).or_default() += 1;
        }
        Self { findings, summary }
    }
}
