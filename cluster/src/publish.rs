//! `casefile-cluster publish`: brings the rows of a case to where a cluster reads them.

use std::path::{Path, PathBuf};

use casefile_case::lock::{Dataset, Lock};
use casefile_ingest::{ACTORS, EVENTS, NATIVE, QUARANTINE, SERIES};
use clap::Args;
use datafusion::common::config::{ParquetColumnOptions, TableParquetOptions};
use datafusion::dataframe::DataFrameWriteOptions;
use datafusion::error::{DataFusionError, Result};
use datafusion::functions::expr_fn::{coalesce, date_part};
use datafusion::logical_expr::{cast, col, lit};
use datafusion::prelude::{ParquetReadOptions, SessionConfig, SessionContext};
use futures_util::TryStreamExt;
use object_store::{ObjectStoreExt, PutPayload};
use tokio::io::AsyncWriteExt;

use crate::service;
use crate::store::{self, BEGUN, PUBLISHED, Store};

/// Rows in a row group: what a query that needs a few days of a year must read at least.
const GROUP: usize = 1 << 16;

/// Memory in which events are sorted, in bytes: years of any size are merged from disk.
const MEMORY: usize = 2 << 30;

/// Columns in which events are looked up by one value: each group says which values it surely lacks.
const LOOKED_UP: [&str; 5] = ["event_id", "side_a_id", "side_b_id", "conflict_id", "dyad_id"];

/// Copy the rows of a case to a folder or bucket that a cluster reads
///
/// Events are laid out by dataset and year, and in order of their first day, so that a query reads only the years and days
/// it asks for. What is there already is left alone: the same rows are published once, and an interrupted run is begun anew.
#[derive(Args)]
pub struct Arguments {
    /// The case's folder
    case: PathBuf,
    /// A folder, or s3://BUCKET/PREFIX
    store: String,
}

pub fn run(arguments: &Arguments) -> Result<(), String> {
    let lock = Lock::read(&arguments.case).map_err(|e| e.to_string())?;
    let runtime = store::bounded_runtime(MEMORY).map_err(|e| e.to_string())?;
    let store = Store::new(&arguments.store, runtime.clone())?;
    // One part at a time keeps the order of the rows.
    let mut settings = SessionConfig::new().with_target_partitions(1);
    settings.options_mut().execution.parquet.schema_force_view_types = false;
    let context = SessionContext::new_with_config_rt(settings, runtime);
    service::start()?.block_on(async {
        for dataset in &lock.datasets {
            let from = arguments.case.join(&dataset.store);
            let done = publish(&context, &store, dataset, &from).await;
            let done = done.map_err(|e| format!("{} cannot be published: {}", dataset.id, e.strip_backtrace()))?;
            println!("{}  {done}", dataset.id);
        }
        Ok(())
    })
}

async fn publish(context: &SessionContext, store: &Store, dataset: &Dataset, from: &Path) -> Result<&'static str> {
    let folder = &dataset.store;
    if store.has(&format!("{folder}/{PUBLISHED}")).await? {
        return Ok("was there");
    }
    let begun = store.has(&format!("{folder}/{BEGUN}")).await?;
    if !begun && store.has(&format!("{folder}/{NATIVE}")).await? {
        return Ok("this is a case's own folder: machines that see it need no copy");
    }
    let here = |name: &&str| from.join(name).is_file();
    if !here(&NATIVE) {
        return Ok("its rows are not in the case: add the released file with `casefile data add`");
    }
    mark(store, folder, BEGUN).await?;
    clear(store, folder).await?;
    if here(&EVENTS) {
        write_events(context, store, folder, &from.join(EVENTS)).await?;
    }
    for name in [SERIES, ACTORS, NATIVE, QUARANTINE].iter().filter(|name| here(name)) {
        copy(store, &from.join(name), &format!("{folder}/{name}")).await?;
    }
    mark(store, folder, PUBLISHED).await?;
    Ok("published")
}

async fn mark(store: &Store, folder: &str, name: &str) -> Result<()> {
    let at = store.at(&format!("{folder}/{name}"))?;
    store.objects(&at)?.put(at.prefix(), PutPayload::from_static(b"Rows for a cluster\n")).await?;
    Ok(())
}

/// Takes away what an interrupted run left.
async fn clear(store: &Store, folder: &str) -> Result<()> {
    let at = store.at(&format!("{folder}/"))?;
    let objects = store.objects(&at)?;
    let left: Vec<_> = objects.list(Some(at.prefix())).try_collect().await?;
    for object in left.iter().filter(|object| object.location.filename() != Some(BEGUN)) {
        objects.delete(&object.location).await?;
    }
    Ok(())
}

/// One folder for each year; in it events in order of their first day.
async fn write_events(context: &SessionContext, store: &Store, folder: &str, from: &Path) -> Result<()> {
    let to = store.at(&format!("{folder}/events/"))?;
    store.objects(&to)?;
    let year = cast(
        cast(date_part(lit("year"), col("date_start")), arrow::datatypes::DataType::Int32),
        arrow::datatypes::DataType::Utf8,
    );
    let path = from.to_str().ok_or_else(|| DataFusionError::Execution(format!("{} is no text", from.display())))?;
    context
        .read_parquet(path, ParquetReadOptions::default())
        .await?
        .with_column("year", coalesce(vec![year, lit("unknown")]))?
        .sort(vec![
            col("year").sort(true, false),
            col("date_start").sort(true, false),
            col("event_id").sort(true, false),
        ])?
        .write_parquet(
            to.as_str(),
            DataFrameWriteOptions::new().with_partition_by(vec!["year".to_owned()]),
            Some(layout()),
        )
        .await?;
    Ok(())
}

fn layout() -> TableParquetOptions {
    let mut options = TableParquetOptions::default();
    options.global.compression = Some("zstd(3)".to_owned());
    options.global.max_row_group_size = GROUP;
    for column in LOOKED_UP {
        let looked_up = ParquetColumnOptions { bloom_filter_enabled: Some(true), ..ParquetColumnOptions::default() };
        options.column_specific_options.insert(column.to_owned(), looked_up);
    }
    options
}

async fn copy(store: &Store, from: &Path, to: &str) -> Result<()> {
    let at = store.at(to)?;
    let mut file = tokio::fs::File::open(from).await?;
    let mut target = object_store::buffered::BufWriter::new(store.objects(&at)?, at.prefix().clone());
    tokio::io::copy(&mut file, &mut target).await?;
    target.shutdown().await?;
    Ok(())
}
