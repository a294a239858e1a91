//! How tables travel in a plan.
//!
//! Stored tables travel by their address. The tables of a case (actors, claims, the evidence cube …) are in memory, and
//! small: they travel whole, as an Arrow stream inside the plan.

use std::io::Cursor;
use std::sync::Arc;

use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;
use arrow::ipc::reader::StreamReader;
use arrow::ipc::writer::StreamWriter;
use ballista_core::serde::BallistaLogicalExtensionCodec;
use datafusion::catalog::{MemTable, TableProvider};
use datafusion::common::TableReference;
use datafusion::datasource::file_format::FileFormatFactory;
use datafusion::error::{DataFusionError, Result};
use datafusion::execution::TaskContext;
use datafusion::logical_expr::{Extension, LogicalPlan};
use datafusion_proto::logical_plan::LogicalExtensionCodec;

/// Ballista's codec, and tables in memory.
#[derive(Debug, Default)]
pub struct Codec {
    ballista: BallistaLogicalExtensionCodec,
}

impl LogicalExtensionCodec for Codec {
    fn try_decode(&self, buf: &[u8], inputs: &[LogicalPlan], ctx: &TaskContext) -> Result<Extension> {
        self.ballista.try_decode(buf, inputs, ctx)
    }

    fn try_encode(&self, node: &Extension, buf: &mut Vec<u8>) -> Result<()> {
        self.ballista.try_encode(node, buf)
    }

    fn try_decode_table_provider(
        &self,
        buf: &[u8],
        _: &TableReference,
        _: SchemaRef,
        _: &TaskContext,
    ) -> Result<Arc<dyn TableProvider>> {
        let (schema, batches) = unpack(buf)?;
        Ok(Arc::new(MemTable::try_new(schema, vec![batches])?))
    }

    fn try_encode_table_provider(
        &self,
        name: &TableReference,
        table: Arc<dyn TableProvider>,
        buf: &mut Vec<u8>,
    ) -> Result<()> {
        let Some(memory) = table.downcast_ref::<MemTable>() else {
            return Err(DataFusionError::NotImplemented(format!("the table `{name}` cannot be sent to a cluster")));
        };
        let mut batches = Vec::new();
        for part in &memory.batches {
            let busy = |_| DataFusionError::Execution(format!("the table `{name}` is being written"));
            batches.extend(part.try_read().map_err(busy)?.iter().cloned());
        }
        pack(&memory.schema(), &batches, buf)
    }

    fn try_decode_file_format(&self, buf: &[u8], ctx: &TaskContext) -> Result<Arc<dyn FileFormatFactory>> {
        self.ballista.try_decode_file_format(buf, ctx)
    }

    fn try_encode_file_format(&self, buf: &mut Vec<u8>, node: Arc<dyn FileFormatFactory>) -> Result<()> {
        self.ballista.try_encode_file_format(buf, node)
    }
}

fn pack(schema: &SchemaRef, batches: &[RecordBatch], buf: &mut Vec<u8>) -> Result<()> {
    let mut writer = StreamWriter::try_new(buf, schema)?;
    for batch in batches {
        writer.write(batch)?;
    }
    writer.finish()?;
    Ok(())
}

fn unpack(buf: &[u8]) -> Result<(SchemaRef, Vec<RecordBatch>)> {
    let reader = StreamReader::try_new(Cursor::new(buf), None)?;
    let schema = reader.schema();
    Ok((schema, reader.collect::<std::result::Result<_, _>>()?))
}

#[cfg(test)]
mod tests {
    use arrow::array::{Int64Array, StringArray};

    use super::*;

    fn table() -> (SchemaRef, RecordBatch) {
        let names = StringArray::from(vec![Some("Kabul"), None, Some("")]);
        let numbers = Int64Array::from(vec![None, Some(-1), Some(i64::MAX)]);
        let batch = RecordBatch::try_from_iter_with_nullable(vec![
            ("name", Arc::new(names) as _, true),
            ("n", Arc::new(numbers) as _, true),
        ])
        .unwrap();
        (batch.schema(), batch)
    }

    #[test]
    fn tables_in_memory_arrive_as_they_left() {
        let (schema, batch) = table();
        let sent = MemTable::try_new(schema.clone(), vec![vec![batch.clone()], vec![], vec![batch.clone()]]).unwrap();
        let name = TableReference::bare("t");
        let mut buf = Vec::new();
        Codec::default().try_encode_table_provider(&name, Arc::new(sent), &mut buf).unwrap();
        assert_eq!(unpack(&buf).unwrap(), (schema.clone(), vec![batch.clone(), batch]));
        let back =
            Codec::default().try_decode_table_provider(&buf, &name, schema.clone(), &TaskContext::default()).unwrap();
        assert_eq!(back.schema(), schema);
    }

    #[test]
    fn what_is_no_table_is_refused() {
        let (schema, _) = table();
        let decode = |buf: &[u8]| {
            let name = TableReference::bare("t");
            Codec::default().try_decode_table_provider(buf, &name, schema.clone(), &TaskContext::default())
        };
        assert!(decode(b"").is_err());
        assert!(decode(b"rubbish that is no stream of Arrow").is_err());
    }
}
