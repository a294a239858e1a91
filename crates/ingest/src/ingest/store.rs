//! The Parquet files of one dataset.

use std::fs::File;
use std::path::Path;
use std::sync::Arc;

use arrow::array::{ArrayRef, Int64Builder, RecordBatch, StringBuilder};
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use arrow::error::ArrowError;
use casefile_case::atomic::WriteError;
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, ZstdLevel};
use parquet::file::properties::WriterProperties;

use super::{AddError, Rejected};
use crate::adapter::Header;
use crate::schema::quarantine_schema;

/// Normalised events.
pub const EVENTS: &str = "events.parquet";
/// Figures by unit and period.
pub const SERIES: &str = "series.parquet";
/// The dataset's own list of actors.
pub const ACTORS: &str = "actors.parquet";
/// Original columns.
pub const NATIVE: &str = "native.parquet";
/// Records that could not be read.
pub const QUARANTINE: &str = "quarantine.parquet";

/// Rows in a row group: enough to compress well, few enough to hold in memory.
const GROUP: usize = 1 << 16;
/// A row group is closed early when it takes this many bytes.
const GROUP_BYTES: usize = 64 << 20;

/// Writes one Parquet file, compressed with zstd.
pub(super) struct Writer {
    inner: ArrowWriter<File>,
}

impl Writer {
    pub(super) fn create(folder: &Path, name: &str, schema: SchemaRef) -> Result<Self, AddError> {
        let path = folder.join(name);
        let file = File::create(&path).map_err(|source| WriteError { path, source })?;
        let properties = WriterProperties::builder()
            .set_compression(Compression::ZSTD(ZstdLevel::try_new(3)?))
            .set_max_row_group_row_count(Some(GROUP))
            .set_max_row_group_bytes(Some(GROUP_BYTES))
            .build();
        Ok(Self { inner: ArrowWriter::try_new(file, schema, Some(properties))? })
    }

    pub(super) fn write(&mut self, batch: &RecordBatch) -> Result<(), AddError> {
        self.inner.write(batch)?;
        Ok(())
    }

    pub(super) fn close(self) -> Result<(), AddError> {
        self.inner.close()?;
        Ok(())
    }
}

/// Gathers the original columns, all as text, blank as null.
pub(super) struct NativeBuilder {
    schema: SchemaRef,
    columns: Vec<StringBuilder>,
    /// Bytes of text gathered.
    pub(super) bytes: usize,
}

impl NativeBuilder {
    /// The file's own columns, by names that SQL can use: lower-case, unnamed ones by their position.
    pub(super) fn new(header: &Header, file_columns: usize) -> Self {
        let mut names = vec!["event_id".to_owned()];
        for (i, name) in header.names().iter().take(file_columns).enumerate() {
            let mut unique = if name.is_empty() { format!("column_{}", i + 1) } else { name.clone() };
            while names.contains(&unique) {
                unique.push_str("_2");
            }
            names.push(unique);
        }
        let columns = names.iter().map(|_| StringBuilder::new()).collect();
        let fields: Vec<Field> = names.into_iter().map(|n| Field::new(n, DataType::Utf8, true)).collect();
        Self { schema: Arc::new(Schema::new(fields)), columns, bytes: 0 }
    }

    pub(super) fn schema(&self) -> SchemaRef {
        self.schema.clone()
    }

    pub(super) fn push<'a>(&mut self, event_id: &'a str, fields: impl Iterator<Item = &'a str>) {
        for (column, text) in self.columns.iter_mut().zip(std::iter::once(event_id).chain(fields)) {
            column.append_option((!text.is_empty()).then_some(text));
            self.bytes += text.len();
        }
    }

    pub(super) fn finish(&mut self) -> Result<RecordBatch, ArrowError> {
        self.bytes = 0;
        let arrays = self.columns.iter_mut().map(|c| Arc::new(c.finish()) as ArrayRef).collect();
        RecordBatch::try_new(self.schema.clone(), arrays)
    }
}

/// Gathers quarantined records.
#[derive(Default)]
pub(super) struct QuarantineBuilder {
    dataset: StringBuilder,
    row: Int64Builder,
    column: StringBuilder,
    reason: StringBuilder,
    raw: StringBuilder,
    /// Bytes of text gathered.
    pub(super) bytes: usize,
}

impl QuarantineBuilder {
    pub(super) fn push(&mut self, dataset: &str, rejected: &Rejected, raw: &str) {
        self.dataset.append_value(dataset);
        self.row.append_value(i64::try_from(rejected.row).unwrap_or(i64::MAX));
        self.column.append_option((!rejected.column.is_empty()).then_some(&rejected.column));
        self.reason.append_value(&rejected.reason);
        self.raw.append_value(raw);
        self.bytes += raw.len() + rejected.reason.len();
    }

    pub(super) fn finish(&mut self) -> Result<RecordBatch, ArrowError> {
        self.bytes = 0;
        let arrays: Vec<ArrayRef> = vec![
            Arc::new(self.dataset.finish()),
            Arc::new(self.row.finish()),
            Arc::new(self.column.finish()),
            Arc::new(self.reason.finish()),
            Arc::new(self.raw.finish()),
        ];
        RecordBatch::try_new(quarantine_schema(), arrays)
    }
}
