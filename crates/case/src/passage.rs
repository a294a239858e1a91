//! Quotes found again in the copies of sources that lie beside a case.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use casefile_text::{Document, Verification};

use crate::Case;

/// Statements whose quote anchor is found again in the copy of their source that lies beside the case.
#[must_use]
pub fn verified(folder: &Path, case: &Case) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for source in &case.sources {
        let Some(text) = source.file.as_ref().and_then(|file| fs::read_to_string(folder.join(file)).ok()) else {
            continue;
        };
        let document = Document::from_text(&text);
        for envelope in case.statements().filter(|envelope| envelope.source == source.id) {
            let anchor = envelope.passage.anchor.as_ref().and_then(|anchor| anchor.parse().ok());
            if anchor.is_some_and(|anchor| matches!(document.verify(&anchor), Verification::Verified)) {
                found.insert(envelope.id.clone());
            }
        }
    }
    found
}
