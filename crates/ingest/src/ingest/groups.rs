//! A Parquet file whose row groups are packed at the same time, each by a thread of its own, and written in their order.
//!
//! A group's rows wait in memory until it is full, so this is for tables of short rows that come all at once.

use std::collections::VecDeque;
use std::fs::File;
use std::thread::{self, JoinHandle};

use arrow::array::RecordBatch;
use parquet::arrow::arrow_writer::{ArrowColumnChunk, ArrowColumnWriter, ArrowRowGroupWriterFactory, compute_leaves};
use parquet::errors::ParquetError;
use parquet::file::writer::SerializedFileWriter;

use super::AddError;
use super::store::{GROUP, GROUP_BYTES, Writer};

type Packed = Result<Vec<ArrowColumnChunk>, ParquetError>;

/// The file, and the groups under way.
pub(super) struct Groups {
    file: Begun,
    /// Rows of the group that is not yet full.
    waiting: Vec<RecordBatch>,
    rows: usize,
    bytes: usize,
    /// Groups that are being packed, in their order.
    packing: VecDeque<JoinHandle<Packed>>,
    /// Number of groups so far.
    groups: usize,
}

/// The first rows decide how a file is written.
enum Begun {
    Not(Writer),
    Yes(Box<SerializedFileWriter<File>>, ArrowRowGroupWriterFactory),
    Failed,
}

impl Groups {
    pub(super) fn new(writer: Writer) -> Self {
        let file = Begun::Not(writer);
        Self { file, waiting: Vec::new(), rows: 0, bytes: 0, packing: VecDeque::new(), groups: 0 }
    }

    pub(super) fn write(&mut self, mut batch: RecordBatch) -> Result<(), AddError> {
        while self.rows + batch.num_rows() > GROUP {
            let room = GROUP - self.rows;
            self.waiting.push(batch.slice(0, room));
            batch = batch.slice(room, batch.num_rows() - room);
            self.pack()?;
        }
        self.rows += batch.num_rows();
        for column in batch.columns() {
            self.bytes += column.to_data().get_slice_memory_size()?;
        }
        self.waiting.push(batch);
        if self.rows == GROUP || self.bytes >= GROUP_BYTES { self.pack() } else { Ok(()) }
    }

    pub(super) fn close(mut self) -> Result<(), AddError> {
        if self.rows > 0 {
            self.pack()?;
        }
        while !self.packing.is_empty() {
            self.append()?;
        }
        match self.file {
            Begun::Not(writer) => writer.close(),
            Begun::Yes(file, _) => Ok(file.close().map(drop)?),
            Begun::Failed => Ok(()),
        }
    }

    /// Sends the waiting rows to be packed. No more groups are under way than there are processors.
    fn pack(&mut self) -> Result<(), AddError> {
        (self.rows, self.bytes) = (0, 0);
        let batches = std::mem::take(&mut self.waiting);
        let Some(first) = batches.first() else { return Ok(()) };
        self.file = match std::mem::replace(&mut self.file, Begun::Failed) {
            Begun::Not(writer) => {
                let (file, columns) = writer.into_parts(first)?;
                Begun::Yes(Box::new(file), columns)
            }
            begun => begun,
        };
        let Begun::Yes(_, factory) = &self.file else { return Ok(()) };
        let columns = factory.create_column_writers(self.groups)?;
        self.groups += 1;
        self.packing.push_back(thread::spawn(move || packed(columns, &batches)));
        let limit = thread::available_parallelism().map_or(1, usize::from);
        while self.packing.len() > limit {
            self.append()?;
        }
        Ok(())
    }

    /// Writes the oldest group under way.
    fn append(&mut self) -> Result<(), AddError> {
        let (Some(oldest), Begun::Yes(file, _)) = (self.packing.pop_front(), &mut self.file) else { return Ok(()) };
        let chunks = oldest.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))?;
        let mut group = file.next_row_group()?;
        for chunk in chunks {
            chunk.append_to_row_group(&mut group)?;
        }
        group.close()?;
        Ok(())
    }
}

/// Packs the rows column by column.
fn packed(columns: Vec<ArrowColumnWriter>, batches: &[RecordBatch]) -> Packed {
    let pack = |(at, mut column): (usize, ArrowColumnWriter)| {
        for batch in batches {
            // The tables have no nested columns: one column is one leaf.
            for leaf in compute_leaves(batch.schema_ref().field(at), batch.column(at))? {
                column.write(&leaf)?;
            }
        }
        column.close()
    };
    columns.into_iter().enumerate().map(pack).collect()
}
