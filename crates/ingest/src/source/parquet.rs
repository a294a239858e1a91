//! Apache Parquet as records: every column as text, whatever its type.

use std::fs::File;
use std::io;

use arrow::array::{Array, AsArray, RecordBatch};
use arrow::datatypes::{DataType, Float32Type, Float64Type};
use arrow::error::ArrowError;
use arrow::util::display::{ArrayFormatter, FormatOptions};
use parquet::arrow::arrow_reader::{ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder};

use crate::record::{Built, MAX_RAW, RawRecord, Records};

/// Rows that are held at once.
const BATCH: usize = 1024;

/// The rows of a Parquet file, in its order.
pub(super) struct Rows {
    names: Vec<String>,
    reader: ParquetRecordBatchReader,
    batch: RecordBatch,
    at: usize,
    read: u64,
    rows: u64,
    size: u64,
    built: Built,
    raw: String,
}

impl Rows {
    /// Opens a file of `size` bytes.
    pub(super) fn open(file: File, size: u64) -> io::Result<Self> {
        let builder = ParquetRecordBatchReaderBuilder::try_new(file).map_err(io::Error::other)?;
        let names = builder.schema().fields().iter().map(|field| field.name().clone()).collect();
        let rows = u64::try_from(builder.metadata().file_metadata().num_rows()).unwrap_or(0);
        let batch = RecordBatch::new_empty(builder.schema().clone());
        let reader = builder.with_batch_size(BATCH).build().map_err(io::Error::other)?;
        Ok(Self { names, reader, batch, at: 0, read: 0, rows, size, built: Built::default(), raw: String::new() })
    }
}

impl Records for Rows {
    fn names(&mut self) -> io::Result<Option<Vec<String>>> {
        Ok(Some(self.names.clone()))
    }

    fn next(&mut self) -> io::Result<Option<RawRecord<'_>>> {
        while self.at == self.batch.num_rows() {
            match self.reader.next() {
                Some(batch) => (self.batch, self.at) = (batch.map_err(io::Error::other)?, 0),
                None => return Ok(None),
            }
        }
        self.built.clear();
        self.raw.clear();
        for column in self.batch.columns() {
            let text = text(column.as_ref(), self.at).map_err(io::Error::other)?;
            self.built.push(&text);
            if self.raw.len() < MAX_RAW {
                self.raw.push_str(&text);
                self.raw.push('\t');
            }
        }
        self.at += 1;
        self.read += 1;
        let raw = self.raw.trim_end();
        Ok(Some(self.built.record(raw.as_bytes(), raw.len())))
    }

    /// A share of the file's bytes as large as the share of its rows.
    fn bytes(&self) -> u64 {
        let share = u128::from(self.size) * u128::from(self.read) / u128::from(self.rows.max(1));
        u64::try_from(share).unwrap_or(self.size)
    }
}

/// A value as text. Null is blank; so is a number that is none, which statistics programs write for a gap.
fn text(column: &dyn Array, at: usize) -> Result<String, ArrowError> {
    let gap = match column.data_type() {
        DataType::Float32 => column.as_primitive::<Float32Type>().value(at).is_nan(),
        DataType::Float64 => column.as_primitive::<Float64Type>().value(at).is_nan(),
        _ => false,
    };
    if gap || column.is_null(at) {
        return Ok(String::new());
    }
    Ok(ArrayFormatter::try_new(column, &FormatOptions::default())?.value(at).to_string())
}
