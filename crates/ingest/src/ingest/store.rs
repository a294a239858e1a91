//! The Parquet files of one dataset.

use std::collections::HashSet;
use std::fs::File;
use std::hash::Hash;
use std::io::BufWriter;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{SyncSender, sync_channel};
use std::thread::{self, JoinHandle};

use arrow::array::{Array, ArrayRef, AsArray, Int64Builder, RecordBatch, StringBuilder};
use arrow::datatypes::{DataType, Field, Float64Type, Int64Type, Schema, SchemaRef};
use arrow::error::ArrowError;
use arrow::ipc::reader::StreamReader;
use arrow::ipc::writer::StreamWriter;
use casefile_case::atomic::WriteError;
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_writer::ArrowRowGroupWriterFactory;
use parquet::basic::{Compression, Encoding};
use parquet::errors::ParquetError;
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::types::ColumnPath;

use super::{AddError, Rejected};
use crate::adapter::{Header, Record};
use crate::schema::{quarantine_schema, room};

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
pub(super) const GROUP: usize = 1 << 16;
/// A row group is closed early when it takes this many bytes.
pub(super) const GROUP_BYTES: usize = 64 << 20;
/// Rows that are set aside stay in memory up to so many bytes; in unit tests so few that a file is needed too.
const HELD_BYTES: usize = if cfg!(test) { 64 << 10 } else { 192 << 20 };

/// Which columns of a file queries are likely to skip row groups by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Pruned {
    /// All: least and greatest value of every column are told, of texts by row group, of numbers and days by page too.
    ByAll,
    /// The id alone: nobody looks for ranges in texts as the publisher wrote them.
    ById,
}

/// Writes one Parquet file, compressed with LZ4.
pub(super) struct Writer {
    state: State,
    schema: SchemaRef,
    pruned: Pruned,
}

enum State {
    /// The first rows decide how columns are encoded.
    Waiting(File),
    Writing(Box<ArrowWriter<File>>),
    Failed,
}

impl Writer {
    pub(super) fn create(folder: &Path, name: &str, schema: SchemaRef, pruned: Pruned) -> Result<Self, AddError> {
        let path = folder.join(name);
        let file = File::create(&path).map_err(|source| WriteError { path, source })?;
        Ok(Self { state: State::Waiting(file), schema, pruned })
    }

    pub(super) fn write(&mut self, batch: &RecordBatch) -> Result<(), AddError> {
        self.begun(batch)?.write(batch)?;
        Ok(())
    }

    pub(super) fn close(mut self) -> Result<(), AddError> {
        let none = RecordBatch::new_empty(self.schema.clone());
        self.begun(&none)?.finish()?;
        Ok(())
    }

    /// The file and what makes its columns, for rows that begin with these.
    pub(super) fn into_parts(
        mut self,
        first: &RecordBatch,
    ) -> Result<(SerializedFileWriter<File>, ArrowRowGroupWriterFactory), AddError> {
        self.begun(first)?;
        match self.state {
            State::Writing(writer) => Ok(writer.into_serialized_writer()?),
            State::Waiting(_) | State::Failed => Err(not_begun()),
        }
    }

    fn begun(&mut self, first: &RecordBatch) -> Result<&mut ArrowWriter<File>, AddError> {
        if let State::Waiting(_) = self.state
            && let State::Waiting(file) = std::mem::replace(&mut self.state, State::Failed)
        {
            let properties = properties(first, self.pruned)?;
            self.state = State::Writing(Box::new(ArrowWriter::try_new(file, self.schema.clone(), Some(properties))?));
        }
        match &mut self.state {
            State::Writing(writer) => Ok(writer),
            State::Waiting(_) | State::Failed => Err(not_begun()),
        }
    }
}

fn not_begun() -> AddError {
    ParquetError::General("the file could not be begun".into()).into()
}

/// How a file is written that begins with these rows.
fn properties(first: &RecordBatch, pruned: Pruned) -> Result<WriterProperties, AddError> {
    // Half as much again as zstd would take, and a fifth off the time of a query: unpacking is what it waits for.
    let mut properties = WriterProperties::builder()
        .set_compression(Compression::LZ4_RAW)
        .set_max_row_group_row_count(Some(GROUP))
        .set_max_row_group_bytes(Some(GROUP_BYTES));
    if pruned == Pruned::ById {
        properties = properties
            .set_statistics_enabled(EnabledStatistics::None)
            .set_column_statistics_enabled(ColumnPath::from("event_id"), EnabledStatistics::Chunk);
    }
    let schema = first.schema();
    for field in schema.fields().iter().filter(|field| pruned == Pruned::ByAll && *field.data_type() == DataType::Utf8)
    {
        let path = ColumnPath::new(vec![field.name().clone()]);
        properties = properties.set_column_statistics_enabled(path, EnabledStatistics::Chunk);
    }
    for (field, _) in schema.fields().iter().zip(first.columns()).filter(|(_, column)| !repeats(column)) {
        let path = || ColumnPath::new(vec![field.name().clone()]);
        properties = properties.set_column_dictionary_enabled(path(), false);
        if *field.data_type() == DataType::Int64 {
            properties = properties.set_column_encoding(path(), Encoding::DELTA_BINARY_PACKED);
        }
    }
    Ok(properties.build())
}

/// Whether the values of a column come again so often, as far as its beginning tells, that a dictionary pays. One that
/// grows beyond its limit would be given up anyway, in every row group anew, after much work.
fn repeats(column: &dyn Array) -> bool {
    const LOOKED_AT: usize = 4096;
    fn distinct<T: Eq + Hash>(values: impl Iterator<Item = T>) -> usize {
        values.collect::<HashSet<T>>().len()
    }
    let known = || (0..column.len()).filter(|row| column.is_valid(*row)).take(LOOKED_AT);
    let distinct = match column.data_type() {
        DataType::Utf8 => distinct(known().map(|row| column.as_string::<i32>().value(row))),
        DataType::Int64 => distinct(known().map(|row| column.as_primitive::<Int64Type>().value(row))),
        DataType::Float64 => distinct(known().map(|row| column.as_primitive::<Float64Type>().value(row).to_bits())),
        _ => return true,
    };
    2 * distinct <= known().count()
}

/// Writes one Parquet file on a thread of its own.
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

/// Rows set aside until all of them are known, in bounded memory: what goes beyond [`HELD_BYTES`] is kept in a file
/// beside the store.
pub(super) struct Held {
    path: PathBuf,
    early: Vec<RecordBatch>,
    bytes: usize,
    late: Option<StreamWriter<BufWriter<File>>>,
}

impl Held {
    pub(super) fn new(folder: &Path) -> Self {
        Self { path: folder.join("held.arrow"), early: Vec::new(), bytes: 0, late: None }
    }

    pub(super) fn write(&mut self, rows: RecordBatch) -> Result<(), AddError> {
        self.bytes += rows.get_array_memory_size();
        if self.bytes <= HELD_BYTES {
            self.early.push(rows);
            return Ok(());
        }
        let late = match self.late.take() {
            Some(late) => late,
            None => {
                let wrong = |source| WriteError { path: self.path.clone(), source };
                StreamWriter::try_new_buffered(File::create(&self.path).map_err(wrong)?, &rows.schema())?
            }
        };
        Ok(self.late.insert(late).write(&rows)?)
    }

    /// Hands out the rows in their order, and removes the file.
    pub(super) fn each(mut self, mut take: impl FnMut(RecordBatch) -> Result<(), AddError>) -> Result<(), AddError> {
        for rows in std::mem::take(&mut self.early) {
            take(rows)?;
        }
        let Some(mut late) = self.late else { return Ok(()) };
        late.finish()?;
        late.flush()?;
        let wrong = |source| WriteError { path: self.path.clone(), source };
        for rows in StreamReader::try_new_buffered(File::open(&self.path).map_err(wrong)?, None)? {
            take(rows?)?;
        }
        Ok(std::fs::remove_file(&self.path).map_err(wrong)?)
    }
}

/// Bytes of records that are gathered before they are spread over the columns: so few that they stay in the processor's
/// cache.
const BLOCK: usize = 48 << 10;

/// Gathers the original columns, all as text, blank as null.
pub(super) struct NativeBuilder {
    schema: SchemaRef,
    columns: Vec<StringBuilder>,
    /// Fields of the records that are not yet spread over the columns, one after the other.
    text: String,
    /// Where each field ends in `text`, record after record.
    ends: Vec<usize>,
}

impl NativeBuilder {
    pub(super) fn new(header: &Header, file_columns: usize) -> Self {
        let stored = Self::stored_schema(header, file_columns);
        let fields: Vec<Field> = stored.fields().iter().skip(1).map(|field| field.as_ref().clone()).collect();
        let columns = fields.iter().map(|_| StringBuilder::new()).collect();
        Self { columns, schema: Arc::new(Schema::new(fields)), text: String::new(), ends: Vec::new() }
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

    /// Adds a record, which has a field for every column.
    pub(super) fn push(&mut self, record: &Record<'_>) {
        let (text, ends) = record.own_text();
        let before = self.text.len();
        self.text.push_str(text);
        self.ends.extend(ends.iter().map(|end| before + end));
        if self.text.len() >= BLOCK {
            self.spread();
        }
    }

    /// Appends the gathered fields column by column: many values at once cost a column little more than one.
    fn spread(&mut self) {
        let width = self.columns.len();
        for (at, column) in self.columns.iter_mut().enumerate() {
            for end in (at..self.ends.len()).step_by(width) {
                let start = end.checked_sub(1).map_or(0, |before| self.ends[before]);
                let field = &self.text[start..self.ends[end]];
                column.append_option((!field.is_empty()).then_some(field));
            }
        }
        self.text.clear();
        self.ends.clear();
    }

    pub(super) fn finish(&mut self) -> Result<RecordBatch, ArrowError> {
        self.spread();
        let arrays = self.columns.iter_mut().map(|column| {
            let array = column.finish();
            *column = StringBuilder::with_capacity(room(array.len()), room(array.value_data().len()));
            Arc::new(array) as ArrayRef
        });
        RecordBatch::try_new(self.schema.clone(), arrays.collect())
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
