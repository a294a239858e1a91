//! What is wrong between tables: one file for each sort of check.

mod actors;
mod claims;
mod cycles;
mod forecasts;
mod passages;
mod questions;
mod references;
mod selections;
mod statements;

use super::report::{At, Finding};
use super::{CASE_FILE, Documents, Draft};

/// Runs every check.
pub(super) fn all(draft: &Draft<'_>, documents: Option<Documents<'_>>, findings: &mut Vec<Finding>) {
    head(draft, findings);
    references::check(draft, findings);
    actors::check(draft, findings);
    statements::check(draft, findings);
    claims::check(draft, findings);
    selections::check(draft, findings);
    cycles::check(draft, findings);
    forecasts::check(draft, findings);
    questions::check(draft, findings);
    passages::check(draft, documents, findings);
}

/// A case has a name.
fn head(draft: &Draft<'_>, findings: &mut Vec<Finding>) {
    let broken = findings.iter().any(|finding| finding.code() == "syntax");
    if !broken && !draft.records.iter().any(|record| record.table.name == "case") {
        findings.push(
            Finding::error("missing-table", At::new(0, 0..0), format!("{CASE_FILE} has no [case]"))
                .expected("a table [case] with format, id and title")
                .help("add\n[case]\nformat = 1\nid = \"my-case\"\ntitle = \"…\""),
        );
    }
}
