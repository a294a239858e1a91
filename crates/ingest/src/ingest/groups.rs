//! A Parquet file whose row groups are packed at the same time, each by a thread of its own, and written in their order.
//!
//! A group's rows wait in memory until it is full, so this is for tables of short rows that come all at once. Where rows are
//! long after all, fewer groups are under way: the rows of all of them take no more than [`GROUP_BYTES`].

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
    /// Groups that are being packed, in their order, with the bytes that their rows take.
    packing: VecDeque<(usize, JoinHandle<Packed>)>,
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
            self.add(batch.slice(0, room))?;
            batch = batch.slice(room, batch.num_rows() - room);
            self.pack()?;
        }
        self.add(batch)?;
        if self.rows == GROUP || self.bytes >= GROUP_BYTES { self.pack() } else { Ok(()) }
    }

    /// Lets rows wait for their group to be full. Groups are written first where all would take too much.
    fn add(&mut self, rows: RecordBatch) -> Result<(), AddError> {
        self.rows += rows.num_rows();
        for column in rows.columns() {
            self.bytes += column.to_data().get_slice_memory_size()?;
        }
        self.waiting.push(rows);
        while !self.packing.is_empty() && self.bytes + self.packing_bytes() > GROUP_BYTES {
            self.append()?;
        }
        Ok(())
    }

    fn packing_bytes(&self) -> usize {
        self.packing.iter().map(|(bytes, _)| bytes).sum()
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
        let bytes = std::mem::take(&mut self.bytes);
        self.rows = 0;
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
        self.packing.push_back((bytes, thread::spawn(move || packed(columns, &batches))));
        let limit = thread::available_parallelism().map_or(1, usize::from);
        while self.packing.len() > limit {
            self.append()?;
        }
        Ok(())
    }

    /// Writes the oldest group under way.
    fn append(&mut self) -> Result<(), AddError> {
        let (Some((_, oldest)), Begun::Yes(file, _)) = (self.packing.pop_front(), &mut self.file) else {
            return Ok(());
        };
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

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow::array::{AsArray, Int64Array};
    use arrow::datatypes::{DataType, Field, Int64Type, Schema};
    use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
    use parquet::file::metadata::RowGroupMetaData;

    use super::*;
    use crate::ingest::store::Pruned;

    #[test]
    fn groups_are_full_and_their_rows_in_order_however_they_come() {
        let folder = tempfile::tempdir().unwrap();
        let schema = Arc::new(Schema::new(vec![Field::new("row", DataType::Int64, true)]));
        let mut groups =
            Groups::new(Writer::create(folder.path(), "rows.parquet", schema.clone(), Pruned::ByAll).unwrap());
        let rows = 2 * GROUP as i64 + 1000;
        let (mut from, mut step) = (0, 1);
        while from < rows {
            let to = rows.min(from + step);
            let column = Arc::new(Int64Array::from_iter_values(from..to));
            groups.write(RecordBatch::try_new(schema.clone(), vec![column]).unwrap()).unwrap();
            (from, step) = (to, step * 3);
        }
        groups.close().unwrap();

        let file = File::open(folder.path().join("rows.parquet")).unwrap();
        let reader = ParquetRecordBatchReaderBuilder::try_new(file).unwrap();
        let sizes: Vec<i64> = reader.metadata().row_groups().iter().map(RowGroupMetaData::num_rows).collect();
        assert_eq!(sizes, [GROUP as i64, GROUP as i64, 1000]);
        let read: Vec<RecordBatch> = reader.build().unwrap().collect::<Result<_, _>>().unwrap();
        let read: Vec<i64> =
            read.iter().flat_map(|rows| rows.column(0).as_primitive::<Int64Type>().values().to_vec()).collect();
        assert!(read.iter().copied().eq(0..rows));
    }

    #[test]
    fn no_rows_are_a_file_too() {
        let folder = tempfile::tempdir().unwrap();
        let schema = Arc::new(Schema::new(vec![Field::new("row", DataType::Int64, true)]));
        Groups::new(Writer::create(folder.path(), "rows.parquet", schema, Pruned::ByAll).unwrap()).close().unwrap();
        let file = File::open(folder.path().join("rows.parquet")).unwrap();
        assert_eq!(ParquetRecordBatchReaderBuilder::try_new(file).unwrap().metadata().file_metadata().num_rows(), 0);
    }
}
