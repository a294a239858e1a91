//! Control totals of the kept events, added up from their columns.

use std::collections::{BTreeMap, HashMap};

use arrow::array::{Array, AsArray, RecordBatch};
use arrow::datatypes::{Date32Type, Int64Type};
use casefile_case::lock::{Sums, Totals};

use crate::schema::day_of;

/// Types of violence, by UCDP's number; others are untyped.
const KINDS: [&str; 4] = ["untyped", "state-based", "non-state", "one-sided"];

/// Sums under way.
#[derive(Default)]
pub(super) struct Tally {
    all: Sums,
    by_kind: [Sums; KINDS.len()],
    by_year: HashMap<i16, Sums>,
    first: Option<i32>,
    last: Option<i32>,
}

impl Tally {
    /// Adds the events of a batch.
    pub(super) fn add(&mut self, events: &RecordBatch) {
        let whole = |name| events.column_by_name(name).and_then(|column| column.as_primitive_opt::<Int64Type>());
        let day = |name| events.column_by_name(name).and_then(|column| column.as_primitive_opt::<Date32Type>());
        let (Some(kinds), Some(starts), Some(ends)) = (whole("type_of_violence"), day("date_start"), day("date_end"))
        else {
            return;
        };
        let tolls = ["deaths_low", "deaths_best", "deaths_high"].map(whole);
        for i in 0..events.num_rows() {
            let [low, best, high] = tolls.map(|column| column.filter(|c| c.is_valid(i)).map(|c| c.value(i)));
            let kind = if kinds.is_valid(i) { usize::try_from(kinds.value(i)).unwrap_or(0) } else { 0 };
            self.all.add(low, best, high);
            self.by_kind[if kind < KINDS.len() { kind } else { 0 }].add(low, best, high);
            if starts.is_valid(i) {
                let start = starts.value(i);
                self.first = Some(self.first.map_or(start, |first| first.min(start)));
                if let Some(day) = day_of(start) {
                    self.by_year.entry(day.year()).or_default().add(low, best, high);
                }
            }
            if ends.is_valid(i) {
                self.last = self.last.max(Some(ends.value(i)));
            }
        }
    }

    /// The sums, named.
    pub(super) fn totals(self) -> Totals {
        let kinds = KINDS.into_iter().zip(self.by_kind).filter(|(_, sums)| sums.events > 0);
        let day = |number: Option<i32>| number.and_then(day_of).map(|day| day.to_string());
        Totals {
            all: self.all,
            first: day(self.first),
            last: day(self.last),
            by_type: kinds.map(|(kind, sums)| (kind.to_owned(), sums)).collect(),
            by_year: self.by_year.into_iter().map(|(year, sums)| (year.to_string(), sums)).collect::<BTreeMap<_, _>>(),
        }
    }
}
