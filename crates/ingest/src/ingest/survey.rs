//! Which coordinates lie in which province, learnt from the file itself.
//!
//! Publishers code a place once and use its coordinates again and again, so a row without a province shares its
//! coordinates with rows that have one. Only exactly equal coordinates with one single province are used.

use std::collections::HashMap;

use super::convert::Plan;
use crate::adapter::Parsed;
use crate::record::RawRecord;
use crate::schema::EventRow;

/// A point that stands for an area larger than a province tells of no province, wherever it happens to lie.
const WIDEST_KM: f64 = 110.0;

/// Province by exact coordinates; none where rows at the same coordinates disagree.
#[derive(Default)]
pub(super) struct Provinces {
    at: HashMap<(u64, u64), Option<String>>,
}

impl Provinces {
    /// Learns from one record; one that cannot be read teaches nothing.
    pub(super) fn learn(&mut self, plan: &Plan<'_>, record: &RawRecord<'_>) {
        let Ok(decoded) = plan.decode(record) else { return };
        let Ok(Parsed::Event(row, _)) = plan.parser.parse(&decoded.record) else { return };
        let (Some(key), Some(admin1)) = (key(&row), row.admin1) else { return };
        self.at
            .entry(key)
            .and_modify(|known| {
                if known.as_ref() != Some(&admin1) {
                    *known = None;
                }
            })
            .or_insert_with(|| Some(admin1.clone()));
    }

    /// The province of a row that names none.
    pub(super) fn province(&self, row: &EventRow) -> Option<&str> {
        if row.admin1.is_some() {
            return None;
        }
        self.at.get(&key(row)?)?.as_deref()
    }
}

fn key(row: &EventRow) -> Option<(u64, u64)> {
    let narrow = row.place_precision_km.is_none_or(|km| km <= WIDEST_KM);
    // Adding zero turns −0 into 0, which is the same place.
    narrow.then_some(((row.latitude? + 0.0).to_bits(), (row.longitude? + 0.0).to_bits()))
}
