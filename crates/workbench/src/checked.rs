//! The findings on every claim, and what has changed in them. Made on a thread of its own whenever the case changes.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, OnceLock};

use casefile_case::Case;
use casefile_model::claim::{Check, Claim};
use casefile_verdict::finding::Finding;
use casefile_verdict::ledger::{Change, Ledger};
use casefile_verdict::{Detail, Report};

use crate::desk::{Desk, Good};
use crate::rows::RowIndex;

/// How much of the evidence is kept with each finding. All of it can be asked for.
pub const DETAIL: Detail = Detail { rows: 200, bars: true };

/// Findings on one state of the case.
pub struct Checked {
    /// The state.
    pub good: Arc<Good>,
    /// One finding for each claim.
    pub report: Report,
    /// Verdicts that are not what was accepted, by claim.
    pub changes: BTreeMap<String, Change>,
    /// Which claims rest on which row; made when first asked for.
    pub rows: OnceLock<Result<RowIndex, String>>,
}

impl Checked {
    /// Examines every claim; those that nothing has touched since the last time keep their finding.
    pub fn new(desk: &Desk, good: Arc<Good>, before: Option<&Self>) -> Result<Self, String> {
        let text = |error: &dyn std::fmt::Display| error.to_string();
        let kept = before.map(|before| untouched(before, &good)).unwrap_or_default();
        let mut due = good.case.clone();
        due.claims.retain(|id| !kept.contains(id));
        let examiner = good.examiner(desk).map_err(|refusal| refusal.to_string())?.with(DETAIL);
        let fresh = Report::of(&due, &examiner, |_| {}).map_err(|error| text(&error))?;
        let mut known: BTreeMap<String, Finding> =
            fresh.findings.into_iter().map(|finding| (finding.claim.clone(), finding)).collect();
        let old = before.iter().flat_map(|before| &before.report.findings).filter(|old| kept.contains(&old.claim));
        known.extend(old.map(|finding| (finding.claim.clone(), finding.clone())));
        let in_order = good.case.claims.iter().filter_map(|claim| known.remove(&claim.envelope.id));
        let report = Report::from(in_order.collect::<Vec<_>>());
        let now = Ledger::of(&good.case, &report);
        let changes = good.ledger.as_ref().map(|was| was.changes(&now)).unwrap_or_default();
        let changes = changes.into_iter().map(|change| (change.claim.clone(), change)).collect();
        drop(examiner);
        Ok(Self { good, report, changes, rows: OnceLock::new() })
    }
}

/// Claims whose finding cannot have changed: they ask data, the data are the same, and so is everything that a
/// selection is read with.
fn untouched(before: &Checked, good: &Arc<Good>) -> BTreeSet<String> {
    let (was, is) = (&before.good.case, &good.case);
    if !Arc::ptr_eq(&before.good.data, &good.data) || !reads_alike(was, is) {
        return BTreeSet::new();
    }
    let same = |claim: &&Claim| was.claim(&claim.envelope.id) == Some(claim);
    let asks_data = |claim: &&Claim| claim.check.as_ref().and_then(Check::selection).is_some();
    let ids = is.claims.iter().filter(same).filter(asks_data).map(|claim| claim.envelope.id.clone());
    ids.collect()
}

fn reads_alike(was: &Case, is: &Case) -> bool {
    was.seed == is.seed
        && was.period == is.period
        && was.datasets == is.datasets
        && was.actors == is.actors
        && was.places == is.places
        && was.relations == is.relations
        && was.events == is.events
        && was.estimates == is.estimates
        && was.control == is.control
}
