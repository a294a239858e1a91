//! Who answers a lake's SQL, and where the rows are read.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow::datatypes::{Field, Schema, SchemaRef};
use datafusion::datasource::listing::ListingTableUrl;
use datafusion::error::DataFusionError;
use datafusion::prelude::{SessionConfig, SessionContext};
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

use super::{LakeError, ONE_THREAD};

/// A stored table of one dataset: a Parquet file, or a folder of them that are alike.
#[derive(Debug, Clone)]
pub struct Stored {
    /// Where it is, for people and for the engine.
    pub url: ListingTableUrl,
    /// Its columns.
    pub schema: SchemaRef,
}

/// An engine: it plans and runs what [`Lake`](super::Lake) hands it, and knows where stored tables are.
///
/// The lake registers its tables and functions in the context that the engine makes, so the same SQL means the same on
/// every engine. An engine that runs plans elsewhere must carry tables in memory with the plan.
pub trait Host: Send + Sync {
    /// A context for queries over `events` events, from the lake's own settings.
    ///
    /// # Errors
    /// Where the engine cannot be reached or started.
    fn context(&self, settings: SessionConfig, events: u64) -> Result<SessionContext, DataFusionError>;

    /// The table of the file `name` (`events.parquet`, `native.parquet`, `quarantine.parquet`) of the dataset stored in
    /// `folder`, a path relative to the case; none where its rows are not here.
    ///
    /// # Errors
    /// [`LakeError::Store`] where the table is there but cannot be used.
    fn stored<'a>(&'a self, folder: &'a str, name: &'a str) -> BoxFuture<'a, Result<Option<Stored>, LakeError>>;

    /// How often a query is tried before its failure is told. More than once where machines may vanish.
    fn attempts(&self) -> usize {
        1
    }
}

/// DataFusion in this process, over the store in the case's folder.
pub(super) struct Embedded {
    case: PathBuf,
}

impl Embedded {
    pub(super) fn new(case: &Path) -> Self {
        Self { case: case.to_owned() }
    }
}

impl Host for Embedded {
    fn context(&self, settings: SessionConfig, events: u64) -> Result<SessionContext, DataFusionError> {
        let settings = if events <= ONE_THREAD { settings.with_target_partitions(1) } else { settings };
        Ok(SessionContext::new_with_config(settings))
    }

    fn stored<'a>(&'a self, folder: &'a str, name: &'a str) -> BoxFuture<'a, Result<Option<Stored>, LakeError>> {
        let path = self.case.join(folder).join(name);
        async move { if path.is_file() { read(&path).map(Some) } else { Ok(None) } }.boxed()
    }
}

fn read(path: &Path) -> Result<Stored, LakeError> {
    let wrong = |reason: String| LakeError::Store { path: path.display().to_string(), reason };
    let url = file_url(path).map_err(wrong)?;
    let file = std::fs::File::open(path).map_err(|e| wrong(e.to_string()))?;
    let builder = ParquetRecordBatchReaderBuilder::try_new(file).map_err(|e| wrong(e.to_string()))?;
    Ok(Stored { url, schema: plain(builder.schema()) })
}

/// A URL that is taken as it stands: names of files are no patterns. An object store takes no `..` in a path.
fn file_url(path: &Path) -> Result<ListingTableUrl, String> {
    let absolute = std::fs::canonicalize(path).map_err(|e| e.to_string())?;
    let url = url::Url::from_file_path(&absolute).map_err(|()| "its path is no URL".to_owned())?;
    ListingTableUrl::try_new(url, None).map_err(|e| e.to_string())
}

/// The columns without the notes that a writer leaves on a schema, such as how it is encoded.
#[must_use]
pub fn plain(schema: &Schema) -> SchemaRef {
    let fields: Vec<Field> = schema.fields().iter().map(|f| f.as_ref().clone()).collect();
    Arc::new(Schema::new(fields))
}
