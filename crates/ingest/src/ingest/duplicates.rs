//! Which row had an id first, for the rows that use it again.
//!
//! To hold the row of every id would take more memory than all else. So the stored table is asked in the end, and only
//! where an id came twice.

use std::collections::{BTreeMap, HashMap};
use std::fs::File;
use std::path::Path;
use std::sync::Arc;

use arrow::array::{AsArray, RecordBatch, StringArray};
use arrow::datatypes::Int64Type;
use arrow::error::ArrowError;
use casefile_case::atomic::WriteError;
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

use super::{AddError, Rejected};

/// Duplicates whose first row is looked for, at most. Of more, only that they are duplicates is told.
const SOUGHT: usize = 10_000;

/// The duplicates met so far.
#[derive(Default)]
pub(super) struct Duplicates {
    /// Id by the number of the record that used it again.
    ids: BTreeMap<u64, String>,
}

/// The row that had each duplicate's id first, by the duplicate's own row.
pub(super) struct Firsts(BTreeMap<u64, u64>);

impl Duplicates {
    /// Notes that the record of that number uses an id that an earlier one has.
    pub(super) fn note(&mut self, row: u64, id: &str) {
        if self.ids.len() < SOUGHT {
            self.ids.insert(row, id.to_owned());
        }
    }

    /// Looks the first rows up in the stored table at `path`, whose ids stand in `column`.
    pub(super) fn firsts(self, path: &Path, column: &str) -> Result<Firsts, AddError> {
        if self.ids.is_empty() {
            return Ok(Firsts(BTreeMap::new()));
        }
        let mut sought: HashMap<&str, Option<u64>> = self.ids.values().map(|id| (id.as_str(), None)).collect();
        let file = File::open(path).map_err(|source| WriteError { path: path.to_owned(), source })?;
        let table = ParquetRecordBatchReaderBuilder::try_new(file)?;
        let both = ProjectionMask::columns(table.parquet_schema(), [column, "row"]);
        for rows in table.with_projection(both).build()? {
            let rows = rows?;
            let (Some(ids), Some(numbers)) = (
                rows.column_by_name(column).and_then(|ids| ids.as_string_opt::<i32>()),
                rows.column_by_name("row").and_then(|numbers| numbers.as_primitive_opt::<Int64Type>()),
            ) else {
                continue;
            };
            for (id, number) in ids.iter().zip(numbers) {
                if let Some(first) = id.and_then(|id| sought.get_mut(id)) {
                    *first = number.and_then(|number| u64::try_from(number).ok());
                }
            }
        }
        let first = |(row, id): (&u64, &String)| Some((*row, sought.get(id.as_str()).copied().flatten()?));
        Ok(Firsts(self.ids.iter().filter_map(first).collect()))
    }
}

/// What is said of a duplicate whose first row is not known, and what is put in its place.
pub(super) const EARLIER: &str = "an earlier row has it too";

impl Firsts {
    /// The reason with the first row in it, as `told` names it.
    fn mended(&self, row: u64, reason: &str, told: &impl Fn(u64) -> String) -> Option<String> {
        let before = reason.strip_suffix(EARLIER)?;
        Some(format!("{before}{} has it first", told(*self.0.get(&row)?)))
    }

    /// Names the first row in the reasons shown.
    pub(super) fn mend_shown(&self, rejected: &mut [Rejected], told: &impl Fn(u64) -> String) {
        for rejected in rejected {
            if let Some(reason) = self.mended(rejected.row, &rejected.reason, told) {
                rejected.reason = reason;
            }
        }
    }

    /// Names the first row in the reasons of a batch of the quarantine table.
    pub(super) fn mend(
        &self,
        quarantine: RecordBatch,
        told: &impl Fn(u64) -> String,
    ) -> Result<RecordBatch, ArrowError> {
        if self.0.is_empty() {
            return Ok(quarantine);
        }
        let schema = quarantine.schema();
        let mut columns = quarantine.columns().to_vec();
        let (rows, at) = (schema.index_of("row")?, schema.index_of("reason")?);
        let rows = columns[rows].as_primitive::<Int64Type>();
        let reasons = columns[at].as_string::<i32>();
        let mended: StringArray = (0..quarantine.num_rows())
            .map(|i| {
                let row = u64::try_from(rows.value(i)).unwrap_or(0);
                Some(self.mended(row, reasons.value(i), told).unwrap_or_else(|| reasons.value(i).to_owned()))
            })
            .collect();
        columns[at] = Arc::new(mended);
        RecordBatch::try_new(schema, columns)
    }
}
