//! Which coordinates lie in which province, learnt from the file itself.
//!
//! Publishers code a place once and use its coordinates again and again, so a row without a province shares its
//! coordinates with rows that have one. Only exactly equal coordinates with one single province are used.

use std::collections::HashMap;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, Float64Array, RecordBatch, StringArray};
use arrow::datatypes::Float64Type;
use arrow::error::ArrowError;

use crate::flag::{Flag, Flags};

/// A point that stands for an area larger than a province tells of no province, wherever it happens to lie.
const WIDEST_KM: f64 = 110.0;

/// Province by exact coordinates; none where rows at the same coordinates disagree.
#[derive(Default)]
pub(super) struct Provinces {
    at: HashMap<(u64, u64), Option<String>>,
}

impl Provinces {
    /// Learns from the events of a batch.
    pub(super) fn learn(&mut self, events: &RecordBatch) {
        let Some(columns) = Columns::of(events) else { return };
        for row in (0..events.num_rows()).filter(|row| columns.admin1.is_valid(*row)) {
            let Some(key) = columns.key(row) else { continue };
            let admin1 = columns.admin1.value(row);
            match self.at.get_mut(&key) {
                Some(known) => {
                    if known.as_deref().is_some_and(|known| known != admin1) {
                        *known = None;
                    }
                }
                None => {
                    self.at.insert(key, Some(admin1.to_owned()));
                }
            }
        }
    }

    /// The events with the provinces that could be learnt for rows that name none, and the flag that says so.
    pub(super) fn fill(&self, events: RecordBatch) -> Result<RecordBatch, ArrowError> {
        let Some(columns) = Columns::of(&events).filter(|columns| columns.admin1.null_count() > 0) else {
            return Ok(events);
        };
        let found = |row: usize| {
            let blank = columns.admin1.is_null(row);
            blank.then(|| self.at.get(&columns.key(row)?)?.as_deref()).flatten()
        };
        let rows = 0..events.num_rows();
        let own = |row: usize| columns.admin1.is_valid(row).then(|| columns.admin1.value(row));
        let admin1: StringArray = rows.clone().map(|row| own(row).or_else(|| found(row))).collect();
        let flags: StringArray =
            rows.map(|row| Some(flagged(columns.flags.value(row), found(row).is_some()))).collect();
        replaced(&events, [("admin1", Arc::new(admin1)), ("flags", Arc::new(flags))])
    }
}

fn flagged(flags: &str, is_filled: bool) -> String {
    if !is_filled {
        return flags.to_owned();
    }
    let mut flags: Flags = flags.split(';').filter_map(Flag::from_word).collect();
    flags.insert(Flag::Admin1FromCoordinates);
    flags.text()
}

fn replaced<const N: usize>(batch: &RecordBatch, with: [(&str, ArrayRef); N]) -> Result<RecordBatch, ArrowError> {
    let mut columns = batch.columns().to_vec();
    for (name, column) in with {
        let at = batch.schema().index_of(name)?;
        columns[at] = column;
    }
    RecordBatch::try_new(batch.schema(), columns)
}

struct Columns<'a> {
    latitude: &'a Float64Array,
    longitude: &'a Float64Array,
    km: &'a Float64Array,
    admin1: &'a StringArray,
    flags: &'a StringArray,
}

impl<'a> Columns<'a> {
    fn of(events: &'a RecordBatch) -> Option<Self> {
        let real = |name| events.column_by_name(name)?.as_primitive_opt::<Float64Type>();
        let text = |name| events.column_by_name(name)?.as_string_opt::<i32>();
        Some(Self {
            latitude: real("latitude")?,
            longitude: real("longitude")?,
            km: real("place_precision_km")?,
            admin1: text("admin1")?,
            flags: text("flags")?,
        })
    }

    fn key(&self, row: usize) -> Option<(u64, u64)> {
        let narrow = self.km.is_null(row) || self.km.value(row) <= WIDEST_KM;
        let known = self.latitude.is_valid(row) && self.longitude.is_valid(row);
        // Adding zero turns −0 into 0, which is the same place.
        let bits = |column: &Float64Array| (column.value(row) + 0.0).to_bits();
        (narrow && known).then(|| (bits(self.latitude), bits(self.longitude)))
    }
}
