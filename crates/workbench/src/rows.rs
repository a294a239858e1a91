//! From an event to every claim that rests on it.

use std::collections::HashMap;

use casefile_verdict::Detail;

use crate::checked::Checked;
use crate::desk::Desk;

/// More than any dataset holds.
const ALL: usize = 1 << 40;

/// Which claims rest on which event or cell, by position in the report.
pub struct RowIndex(HashMap<String, Vec<u32>>);

impl RowIndex {
    /// Asks for all rows behind each claim whose finding keeps only the first of them.
    fn new(desk: &Desk, checked: &Checked) -> Result<Self, String> {
        let examiner = checked.good.examiner(desk).map_err(|refusal| refusal.to_string())?;
        let examiner = examiner.with(Detail { rows: ALL, bars: false });
        let mut index: HashMap<String, Vec<u32>> = HashMap::new();
        for (number, finding) in (0_u32..).zip(&checked.report.findings) {
            let whole = match checked.good.case.claim(&finding.claim).filter(|_| finding.rows_cut) {
                Some(claim) => Some(examiner.examine(claim).map_err(|error| error.to_string())?),
                None => None,
            };
            for row in &whole.as_ref().unwrap_or(finding).rows {
                let claims = index.entry(row.id.clone()).or_default();
                // A row may lie in both parts of a comparison.
                if claims.last() != Some(&number) {
                    claims.push(number);
                }
            }
        }
        Ok(Self(index))
    }

    /// The index of a check; made once.
    ///
    /// # Errors
    /// When a query fails.
    pub fn of<'a>(desk: &Desk, checked: &'a Checked) -> Result<&'a Self, String> {
        checked.rows.get_or_init(|| Self::new(desk, checked)).as_ref().map_err(Clone::clone)
    }

    /// The claims that rest on a row, by position in the report, in order.
    pub fn claims(&self, row: &str) -> &[u32] {
        self.0.get(row).map_or(&[], Vec::as_slice)
    }
}
