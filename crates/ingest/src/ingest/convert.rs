//! Putting the pieces of a file together: ids, duplicates, provinces, totals, and the Parquet files.
//!
//! Pieces come in the order of the file, so that the first of two records with one id is kept, whichever thread read it
//! first, and the same file gives the same bytes.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use std::fmt::Write as _;

use arrow::array::{
    Array, ArrayRef, AsArray, BooleanArray, Int64Array, RecordBatch, StringArray, StringBuilder, UInt32Array,
};
use arrow::compute::{filter_record_batch, take};
use arrow::datatypes::SchemaRef;
use arrow::error::ArrowError;
use casefile_case::lock::Totals;

use super::duplicates::{Duplicates, EARLIER};
use super::groups::Groups;
use super::piece::{NativeId, Piece, rejected};
use super::plan::Plan;
use super::seen::Seen;
use super::store::{
    ACTORS, Background, EVENTS, Held, NATIVE, NativeBuilder, Pruned, QUARANTINE, QuarantineBuilder, SERIES, Writer,
};
use super::sums::Summing;
use super::survey::Provinces;
use super::{AddError, Rejected};
use crate::adapter::{Fault, Yields};
use crate::schema::{actors_schema, events_schema, quarantine_schema, series_schema};

/// Quarantined records that the report shows.
const SHOWN: usize = 20;
/// The quarantine is written when its texts take this many bytes.
const QUARANTINE_BYTES: usize = 16 << 20;

/// What came of a file.
pub(super) struct Outcome {
    pub(super) rows_in: u64,
    pub(super) kept: u64,
    pub(super) quarantined: u64,
    pub(super) totals: Totals,
    pub(super) content_sha256: String,
    pub(super) rejected: Vec<Rejected>,
    pub(super) rejected_by_column: BTreeMap<String, u64>,
    pub(super) flags: BTreeMap<&'static str, u64>,
}

/// A conversion under way.
pub(super) struct Conversion<'a> {
    plan: &'a Plan<'a>,
    seen: Seen,
    duplicates: Duplicates,
    /// The first record of each part, and the part.
    parts: Vec<(u64, usize)>,
    /// Where the table is written, and its column of ids.
    table_file: (PathBuf, &'static str),
    /// Learnt on the way; none where the file does not tell provinces.
    provinces: Option<Provinces>,
    /// Rows whose province may still be learnt.
    held: Option<Held>,
    table: Table,
    native_schema: SchemaRef,
    native: Background,
    quarantine: QuarantineBuilder,
    quarantine_file: Writer,
    rows_in: u64,
    kept: u64,
    quarantined: u64,
    rejected: Vec<Rejected>,
    rejected_by_column: BTreeMap<String, u64>,
}

/// The dataset's table: `events`, `series` or `actor_list`.
struct Table {
    file: Groups,
    sums: Summing,
}

impl Table {
    fn write(&mut self, rows: RecordBatch) -> Result<(), AddError> {
        // The columns are shared: while some threads pack them, another sums them up.
        self.sums.add(rows.clone());
        self.file.write(rows)
    }
}

impl<'a> Conversion<'a> {
    pub(super) fn new(plan: &'a Plan<'a>, yields: Yields, folder: &Path) -> Result<Self, AddError> {
        let (file, schema) = match yields {
            Yields::Events => (EVENTS, events_schema()),
            Yields::Series => (SERIES, series_schema()),
            Yields::Actors => (ACTORS, actors_schema()),
        };
        let learns = yields == Yields::Events && plan.parser.has_admin1();
        let native_schema = NativeBuilder::stored_schema(plan.header, plan.file_columns);
        Ok(Self {
            plan,
            seen: Seen::default(),
            duplicates: Duplicates::default(),
            parts: Vec::new(),
            table_file: (folder.join(file), if yields == Yields::Actors { "actor_id" } else { "native_id" }),
            provinces: learns.then(Provinces::default),
            held: learns.then(|| Held::new(folder)),
            table: Table {
                file: Groups::new(Writer::create(folder, file, schema, Pruned::ByAll)?),
                sums: Summing::start(),
            },
            native: Background::start(Writer::create(folder, NATIVE, native_schema.clone(), Pruned::ById)?),
            native_schema,
            quarantine: QuarantineBuilder::default(),
            quarantine_file: Writer::create(folder, QUARANTINE, quarantine_schema(), Pruned::ByAll)?,
            rows_in: 0,
            kept: 0,
            quarantined: 0,
            rejected: Vec::new(),
            rejected_by_column: BTreeMap::new(),
        })
    }

    /// Takes the next piece of the file.
    pub(super) fn take(&mut self, piece: Piece) -> Result<(), AddError> {
        let first = self.rows_in + 1;
        for (number, part) in piece.parts {
            if self.parts.last().is_none_or(|(_, last)| *last != part) {
                self.parts.push((first + number, part));
            }
        }
        let mut bad = piece.rejected;
        let mut ids: Vec<String> = Vec::with_capacity(piece.kept.len());
        let mut fresh: Vec<bool> = Vec::with_capacity(piece.kept.len());
        for (number, id) in piece.kept.iter().zip(piece.ids) {
            let (id, is_new) = match id {
                NativeId::Own(id) => {
                    let is_new = self.seen.insert(&id);
                    (id, is_new)
                }
                NativeId::Derived(content) => (self.seen.name(content), true),
                NativeId::Number => ((first + number).to_string(), true),
            };
            if !is_new {
                let reason = format!("duplicate id {id}: {EARLIER}");
                let column = self.plan.id_column().to_owned();
                bad.push((*number, rejected(&[Fault { column, reason }]), String::new()));
                self.duplicates.note(first + number, &id);
            }
            ids.push(id);
            fresh.push(is_new);
        }
        self.rows_in += piece.records;
        self.kept += fresh.iter().filter(|is_new| **is_new).count() as u64;
        self.reject(bad, first, &piece.native, &piece.kept)?;

        let event_ids = self.event_ids(&ids);
        let numbers = piece.kept.iter().map(|number| i64::try_from(first + number).unwrap_or(i64::MAX));
        let told = Told {
            event_ids: event_ids.clone(),
            ids: Arc::new(StringArray::from_iter_values(ids)),
            numbers: Arc::new(Int64Array::from_iter_values(numbers)),
        };
        let rows = self.completed(&piece.rows, &piece.origin, told)?;
        let mut columns = vec![event_ids];
        columns.extend_from_slice(piece.native.columns());
        let native = RecordBatch::try_new(self.native_schema.clone(), columns)?;
        if fresh.iter().all(|is_new| *is_new) {
            self.native.write(native)?;
            return self.keep(rows);
        }
        self.native.write(filter_record_batch(&native, &BooleanArray::from(fresh.clone()))?)?;
        let kept: BooleanArray = piece.origin.iter().map(|record| Some(fresh[*record as usize])).collect();
        self.keep(filter_record_batch(&rows, &kept)?)
    }

    /// The ids as they are unique within the case.
    fn event_ids(&self, ids: &[String]) -> ArrayRef {
        let bytes = ids.iter().map(|id| self.plan.dataset.len() + 1 + id.len()).sum();
        let mut event_ids = StringBuilder::with_capacity(ids.len(), bytes);
        for id in ids {
            // Writing into memory does not fail; the value ends where the next is appended.
            let _ = [self.plan.dataset, ":"].iter().try_for_each(|part| event_ids.write_str(part));
            event_ids.append_value(id);
        }
        Arc::new(event_ids.finish())
    }

    /// The rows with the columns that only the whole file can tell, each from its record.
    fn completed(&self, rows: &RecordBatch, origin: &[u32], told: Told) -> Result<RecordBatch, AddError> {
        let told = told.for_rows(origin)?;
        let dataset = || StringArray::from_iter_values(std::iter::repeat_n(self.plan.dataset, origin.len()));
        let schema = rows.schema();
        let columns = schema.fields().iter().zip(rows.columns()).map(|(field, column)| -> ArrayRef {
            match field.name().as_str() {
                "event_id" => told.event_ids.clone(),
                "native_id" => told.ids.clone(),
                "dataset" => Arc::new(dataset()),
                "row" => told.numbers.clone(),
                _ => column.clone(),
            }
        });
        let columns = columns.collect();
        Ok(RecordBatch::try_new(schema, columns)?)
    }

    fn keep(&mut self, rows: RecordBatch) -> Result<(), AddError> {
        match (&mut self.provinces, &mut self.held) {
            (Some(provinces), Some(held)) => {
                provinces.learn(&rows);
                held.write(rows)
            }
            _ => self.table.write(rows),
        }
    }

    /// Sends records to the quarantine, in their order.
    fn reject(
        &mut self,
        mut bad: Vec<(u64, Rejected, String)>,
        first: u64,
        native: &RecordBatch,
        kept: &[u64],
    ) -> Result<(), AddError> {
        bad.sort_by_key(|(number, ..)| *number);
        for (number, mut rejected, mut raw) in bad {
            rejected.row = first + number;
            (rejected.part, rejected.part_row) = place(self.plan, &self.parts, first + number);
            if raw.is_empty()
                && let Ok(at) = kept.binary_search(&number)
            {
                raw = joined(native, at);
            }
            for column in rejected.column.split(';') {
                *self.rejected_by_column.entry(column.to_owned()).or_default() += 1;
            }
            self.quarantine.push(self.plan.dataset, &rejected, &raw);
            self.quarantined += 1;
            if self.rejected.len() < SHOWN {
                self.rejected.push(rejected);
            }
        }
        if self.quarantine.bytes >= QUARANTINE_BYTES {
            self.quarantine_file.write(&self.quarantine.finish()?)?;
        }
        Ok(())
    }

    /// Writes what is left and closes the files.
    pub(super) fn finish(mut self) -> Result<Outcome, AddError> {
        if let (Some(provinces), Some(held)) = (self.provinces.take(), self.held.take()) {
            held.each(|rows| self.table.write(provinces.fill(rows)?))?;
        }
        self.table.file.close()?;
        let sums = self.table.sums.finish();
        let firsts = self.duplicates.firsts(&self.table_file.0, self.table_file.1)?;
        let told = |row| told(self.plan, &self.parts, row);
        firsts.mend_shown(&mut self.rejected, &told);
        self.quarantine_file.write(&firsts.mend(self.quarantine.finish()?, &told)?)?;
        self.quarantine_file.close()?;
        self.native.finish()?;
        let (rows_in, kept, quarantined) = (self.rows_in, self.kept, self.quarantined);
        if rows_in != kept + quarantined {
            return Err(AddError::Count { rows_in, kept, quarantined });
        }
        Ok(Outcome {
            rows_in,
            kept,
            quarantined,
            totals: sums.totals,
            content_sha256: sums.content_sha256,
            rejected: self.rejected,
            rejected_by_column: self.rejected_by_column,
            flags: sums.flags,
        })
    }
}

/// The part in which a record stands, where there are several, and its number there.
fn place(plan: &Plan<'_>, parts: &[(u64, usize)], row: u64) -> (Option<String>, u64) {
    let (begin, part) = parts.partition_point(|(first, _)| *first <= row).checked_sub(1).map_or((1, 0), |at| parts[at]);
    (plan.parts.get(part).cloned(), row - begin + 1)
}

/// A record in words.
fn told(plan: &Plan<'_>, parts: &[(u64, usize)], row: u64) -> String {
    match place(plan, parts, row) {
        (Some(part), number) => format!("row {row} (row {number} of `{part}`)"),
        (None, _) => format!("row {row}"),
    }
}

/// What the whole file tells of each kept record of a piece.
struct Told {
    event_ids: ArrayRef,
    ids: ArrayRef,
    numbers: ArrayRef,
}

impl Told {
    /// The same for each row, where `origin` has the record that it comes from: mostly its own.
    fn for_rows(self, origin: &[u32]) -> Result<Self, ArrowError> {
        if origin.len() == self.ids.len() && origin.iter().zip(0..).all(|(record, row)| *record == row) {
            return Ok(self);
        }
        let origin = UInt32Array::from_iter_values(origin.iter().copied());
        let of = |values: &ArrayRef| take(values, &origin, None);
        Ok(Self { event_ids: of(&self.event_ids)?, ids: of(&self.ids)?, numbers: of(&self.numbers)? })
    }
}

/// The original fields of a kept record that turned out to be a duplicate, as text.
fn joined(native: &RecordBatch, row: usize) -> String {
    let fields = native.columns().iter().map(|column| {
        let column = column.as_string::<i32>();
        if column.is_valid(row) { column.value(row) } else { "" }
    });
    fields.collect::<Vec<_>>().join(",")
}
