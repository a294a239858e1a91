//! All the findings of a case, and what they come to.

use std::collections::BTreeMap;

use casefile_case::Case;
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
    /// Examines every claim; `progress` hears of each that is done.
    ///
    /// # Errors
    /// When a query fails.
    pub fn of(case: &Case, examiner: &Examiner<'_>, mut progress: impl FnMut(usize)) -> Result<Self, ExamineError> {
        let mut findings = Vec::with_capacity(case.claims.len());
        for (done, claim) in case.claims.iter().enumerate() {
            findings.push(examiner.examine(claim)?);
            progress(done + 1);
        }
        Ok(Self::from(findings))
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
