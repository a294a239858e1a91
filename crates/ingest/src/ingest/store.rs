//! The Parquet files of one dataset.

use std::fs::File;
use std::io::BufWriter;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{SyncSender, sync_channel};
use std::thread::{self, JoinHandle};

use arrow::array::{ArrayRef, Int64Builder, RecordBatch, StringBuilder};
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use arrow::error::ArrowError;
use arrow::ipc::reader::StreamReader;
use arrow::ipc::writer::StreamWriter;
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

/// Writes one Parquet file on a thread of its own: the original columns take as long to pack as all else together.
pub(super) struct Background {
    send: Option<SyncSender<RecordBatch>>,
    done: Option<JoinHandle<Result<(), AddError>>>,
}

impl Background {
    pub(super) fn start(mut writer: Writer) -> Self {
        let (send, batches) = sync_channel::<RecordBatch>(1);
        let done = thread::spawn(move || {
            for batch in batches {
                writer.write(&batch)?;
            }
            writer.close()
        });
        Self { send: Some(send), done: Some(done) }
    }

    /// Hands a batch over. Where the thread has failed, says how.
    pub(super) fn write(&mut self, batch: RecordBatch) -> Result<(), AddError> {
        match &self.send {
            Some(send) if send.send(batch).is_ok() => Ok(()),
            _ => self.join(),
        }
    }

    pub(super) fn finish(mut self) -> Result<(), AddError> {
        self.join()
    }

    fn join(&mut self) -> Result<(), AddError> {
        self.send = None;
        match self.done.take().map(JoinHandle::join) {
            Some(Ok(outcome)) => outcome,
            Some(Err(panic)) => std::panic::resume_unwind(panic),
            None => Ok(()),
        }
    }
}

/// Rows set aside in a file beside the store until all of them are known, in bounded memory.
pub(super) struct Held {
    path: PathBuf,
    writer: StreamWriter<BufWriter<File>>,
}

impl Held {
    pub(super) fn create(folder: &Path, schema: SchemaRef) -> Result<Self, AddError> {
        let path = folder.join("held.arrow");
        let file = File::create(&path).map_err(|source| WriteError { path: path.clone(), source })?;
        Ok(Self { writer: StreamWriter::try_new_buffered(file, &schema)?, path })
    }

    pub(super) fn write(&mut self, rows: &RecordBatch) -> Result<(), AddError> {
        Ok(self.writer.write(rows)?)
    }

    /// Hands out the rows in their order, and removes the file.
    pub(super) fn each(mut self, mut take: impl FnMut(RecordBatch) -> Result<(), AddError>) -> Result<(), AddError> {
        self.writer.finish()?;
        self.writer.flush()?;
        let wrong = |source| WriteError { path: self.path.clone(), source };
        for rows in StreamReader::try_new_buffered(File::open(&self.path).map_err(wrong)?, None)? {
            take(rows?)?;
        }
        Ok(std::fs::remove_file(&self.path).map_err(wrong)?)
    }
}

/// Gathers the original columns, all as text, blank as null.
pub(super) struct NativeBuilder {
    schema: SchemaRef,
    columns: Vec<StringBuilder>,
}

impl NativeBuilder {
    pub(super) fn new(header: &Header, file_columns: usize) -> Self {
        let stored = Self::stored_schema(header, file_columns);
        let fields: Vec<Field> = stored.fields().iter().skip(1).map(|field| field.as_ref().clone()).collect();
        Self { columns: fields.iter().map(|_| StringBuilder::new()).collect(), schema: Arc::new(Schema::new(fields)) }
    }

    /// The id, and the file's own columns by names that SQL can use: lower-case, unnamed ones by their position.
    pub(super) fn stored_schema(header: &Header, file_columns: usize) -> SchemaRef {
        let mut names = vec!["event_id".to_owned()];
        for (i, name) in header.names().iter().take(file_columns).enumerate() {
            let mut unique = if name.is_empty() { format!("column_{}", i + 1) } else { name.clone() };
            while names.contains(&unique) {
                unique.push_str("_2");
            }
            names.push(unique);
        }
        Arc::new(Schema::new(names.into_iter().map(|n| Field::new(n, DataType::Utf8, true)).collect::<Vec<_>>()))
    }

    pub(super) fn push<'a>(&mut self, fields: impl Iterator<Item = &'a str>) {
        for (column, text) in self.columns.iter_mut().zip(fields) {
            column.append_option((!text.is_empty()).then_some(text));
        }
    }

    pub(super) fn finish(&mut self) -> Result<RecordBatch, ArrowError> {
        let arrays = self.columns.iter_mut().map(|c| Arc::new(c.finish()) as ArrayRef).collect();
        RecordBatch::try_new(self.schema.clone(), arrays)
    }
}

/// Gathers quarantined records.
#[derive(Default)]
pub(super) struct QuarantineBuilder {
    dataset: StringBuilder,
    row: Int64Builder,
    part: StringBuilder,
    part_row: Int64Builder,
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
        self.part.append_option(rejected.part.as_deref());
        self.part_row.append_value(i64::try_from(rejected.part_row).unwrap_or(i64::MAX));
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
            Arc::new(self.part.finish()),
            Arc::new(self.part_row.finish()),
            Arc::new(self.column.finish()),
            Arc::new(self.reason.finish()),
            Arc::new(self.raw.finish()),
        ];
        RecordBatch::try_new(quarantine_schema(), arrays)
    }
}
