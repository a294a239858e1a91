//! Apache Parquet as records: every column as text, whatever its type.

use std::fs::File;
use std::io;
use std::sync::Arc;

use arrow::array::{Array, AsArray, RecordBatch};
use arrow::datatypes::{DataType, Float32Type, Float64Type, Schema, SchemaRef};
use arrow::error::ArrowError;
use arrow::util::display::{ArrayFormatter, FormatOptions};
use parquet::arrow::arrow_reader::{
    ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder,
};
use parquet::file::metadata::{ParquetMetaData, RowGroupMetaData};

use super::{HARMLESS, MAX_RATIO, guarded};
use crate::record::{Built, MAX_FIELDS, MAX_RAW, RawRecord, Records};

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
        let metadata =
            guarded(|| ArrowReaderMetadata::load(&file, ArrowReaderOptions::new()).map_err(io::Error::other))?;
        check(metadata.metadata())?;
        // Texts are lent from the page that they stand in: a long one that many rows share is held once.
        let lent = ArrowReaderOptions::new().with_schema(lent(metadata.schema()));
        let metadata = ArrowReaderMetadata::try_new(metadata.metadata().clone(), lent).map_err(io::Error::other)?;
        let builder = ParquetRecordBatchReaderBuilder::new_with_metadata(file, metadata);
        let names = builder.schema().fields().iter().map(|field| field.name().clone()).collect();
        let rows = u64::try_from(builder.metadata().file_metadata().num_rows()).unwrap_or(0);
        let batch = RecordBatch::new_empty(builder.schema().clone());
        let reader = guarded(|| builder.with_batch_size(BATCH).build().map_err(io::Error::other))?;
        Ok(Self { names, reader, batch, at: 0, read: 0, rows, size, built: Built::default(), raw: String::new() })
    }
}

impl Records for Rows {
    fn names(&mut self) -> io::Result<Option<Vec<String>>> {
        Ok(Some(self.names.clone()))
    }

    fn next(&mut self) -> io::Result<Option<RawRecord<'_>>> {
        while self.at == self.batch.num_rows() {
            match guarded(|| self.reader.next().transpose().map_err(io::Error::other))? {
                Some(batch) => (self.batch, self.at) = (batch, 0),
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

/// The schema with texts that are lent and not copied.
fn lent(schema: &Schema) -> SchemaRef {
    let fields = schema.fields().iter().map(|field| match field.data_type() {
        DataType::Utf8 | DataType::LargeUtf8 => field.as_ref().clone().with_data_type(DataType::Utf8View),
        DataType::Binary | DataType::LargeBinary => field.as_ref().clone().with_data_type(DataType::BinaryView),
        _ => field.as_ref().clone(),
    });
    Arc::new(Schema::new_with_metadata(fields.collect::<Vec<_>>(), schema.metadata().clone()))
}

/// Refuses what would take all memory: too many columns, or columns that unpack to suspiciously much.
fn check(file: &ParquetMetaData) -> io::Result<()> {
    let refuse = |reason: String| Err(io::Error::new(io::ErrorKind::InvalidData, reason));
    let columns = file.file_metadata().schema_descr().num_columns();
    if columns > MAX_FIELDS {
        return refuse(format!("it has {columns} columns; at most {MAX_FIELDS} are read"));
    }
    for column in file.row_groups().iter().flat_map(RowGroupMetaData::columns) {
        let size = |bytes: i64| u64::try_from(bytes).unwrap_or(u64::MAX);
        let (unpacked, packed) = (size(column.uncompressed_size()), size(column.compressed_size()));
        if unpacked > HARMLESS && unpacked / MAX_RATIO > packed {
            let name = column.column_path();
            return refuse(format!(
                "the column {name} unpacks to {unpacked} bytes from {packed}, more than {MAX_RATIO} times as much"
            ));
        }
    }
    Ok(())
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
