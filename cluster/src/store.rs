//! Where the rows of a case are for machines that do not have its folder: a folder that they share, or a bucket of an
//! object store that speaks S3.
//!
//! A dataset is stored under the same relative path as in the case's own folder, which names it by its content:
//!
//! ```text
//! STORE/.casefile/store/ucdp-ged/282c74958ea4-n1-8e58b2/
//!     events/year=1989/….parquet   events in order of their first day, 65,536 to a row group
//!     native.parquet, quarantine.parquet
//!     publishing                   written first: who finds it may clear what an interrupted run left
//!     published                    written last: without it the rest is not read
//! ```
//!
//! The case's own folder, with one `events.parquet`, is a store as well.

use std::path::Path;
use std::sync::Arc;

use datafusion::datasource::file_format::FileFormat;
use datafusion::datasource::file_format::parquet::ParquetFormat;
use datafusion::datasource::listing::ListingTableUrl;
use datafusion::error::{DataFusionError, Result};
use datafusion::execution::object_store::{DefaultObjectStoreRegistry, ObjectStoreRegistry};
use datafusion::execution::runtime_env::{RuntimeEnv, RuntimeEnvBuilder};
use datafusion::prelude::SessionContext;
use futures_util::TryStreamExt;
use object_store::aws::AmazonS3Builder;
use object_store::{ObjectMeta, ObjectStore, ObjectStoreExt};
use url::Url;

use casefile_lake::{Stored, plain};

/// The file that says that `publish` writes here: a folder without it is a case's own, and is left alone.
pub const BEGUN: &str = "publishing";
/// The file that says that the rest is whole.
pub const PUBLISHED: &str = "published";

/// The objects of every store, by URL. A bucket is opened when first asked for, with the settings that the environment
/// gives under the usual names (`AWS_ACCESS_KEY_ID`, `AWS_ENDPOINT`, `AWS_REGION` …).
#[derive(Debug, Default)]
struct Objects {
    opened: DefaultObjectStoreRegistry,
}

impl ObjectStoreRegistry for Objects {
    fn register_store(&self, url: &Url, store: Arc<dyn ObjectStore>) -> Option<Arc<dyn ObjectStore>> {
        self.opened.register_store(url, store)
    }

    fn get_store(&self, url: &Url) -> Result<Arc<dyn ObjectStore>> {
        if let Ok(store) = self.opened.get_store(url) {
            return Ok(store);
        }
        let bucket = match (url.scheme(), url.host_str()) {
            ("s3", Some(bucket)) => bucket,
            _ => {
                return Err(DataFusionError::Configuration(format!(
                    "{url} is neither a folder nor s3://BUCKET/PREFIX"
                )));
            }
        };
        let store = Arc::new(AmazonS3Builder::from_env().with_bucket_name(bucket).build()?);
        self.opened.register_store(url, store.clone());
        Ok(store)
    }
}

/// What every part of a cluster reads objects with. Files for spilling go below `temporary`, where one is given.
///
/// # Errors
/// Where the folder cannot be used.
pub fn runtime(temporary: Option<&Path>) -> Result<Arc<RuntimeEnv>> {
    match temporary {
        Some(folder) => builder().with_temp_file_path(folder).build_arc(),
        None => builder().build_arc(),
    }
}

/// As [`runtime`], within so much memory: what does not fit is put on disk meanwhile.
///
/// # Errors
/// Where no temporary folder can be used.
pub fn bounded_runtime(bytes: usize) -> Result<Arc<RuntimeEnv>> {
    builder().with_memory_limit(bytes, 1.0).build_arc()
}

fn builder() -> RuntimeEnvBuilder {
    RuntimeEnvBuilder::new().with_object_store_registry(Arc::new(Objects::default()))
}

/// A folder or a bucket that holds the rows of cases.
pub struct Store {
    url: Url,
    runtime: Arc<RuntimeEnv>,
}

impl Store {
    /// The store of that address: a path, or `s3://BUCKET/PREFIX`. Nothing is read yet.
    ///
    /// # Errors
    /// Where it is neither.
    pub fn new(address: &str, runtime: Arc<RuntimeEnv>) -> Result<Self, String> {
        let url = if address.contains("://") {
            let url = Url::parse(&format!("{}/", address.trim_end_matches('/')));
            url.map_err(|e| format!("the store {address} is no address: {e}"))?
        } else {
            let path = std::path::absolute(address).map_err(|e| format!("the store {address} is no folder: {e}"))?;
            Url::from_directory_path(path).map_err(|()| format!("the store {address} has no URL"))?
        };
        match url.scheme() {
            "file" | "s3" => Ok(Self { url, runtime }),
            other => Err(format!("a store is a folder or s3://BUCKET/PREFIX, not {other}://")),
        }
    }

    /// The address of a folder or file in the store; of a folder where it ends in `/`.
    ///
    /// # Errors
    /// Where the path is no part of a URL.
    pub fn at(&self, path: &str) -> Result<ListingTableUrl> {
        let mut url = self.url.clone();
        if let Ok(mut segments) = url.path_segments_mut() {
            segments.pop_if_empty().extend(path.split('/'));
        }
        ListingTableUrl::try_new(url, None)
    }

    /// The objects behind an address.
    ///
    /// # Errors
    /// Where the environment lacks what the bucket needs.
    pub fn objects(&self, at: &ListingTableUrl) -> Result<Arc<dyn ObjectStore>> {
        self.runtime.object_store(at)
    }

    /// Whether there is a file.
    ///
    /// # Errors
    /// Where the store does not answer.
    pub async fn has(&self, path: &str) -> Result<bool> {
        Ok(self.head(&self.at(path)?).await?.is_some())
    }

    /// The stored table `name`, a Parquet file of the dataset in `folder`; events may be a folder of files instead. None
    /// where it is not there.
    ///
    /// # Errors
    /// Where the store does not answer, or the file is no Parquet.
    pub async fn table(&self, folder: &str, name: &str) -> Result<Option<Stored>> {
        let published = self.has(&format!("{folder}/{PUBLISHED}")).await?;
        if !published && self.has(&format!("{folder}/{BEGUN}")).await? {
            return Ok(None);
        }
        let file = self.at(&format!("{folder}/{name}"))?;
        if let Some(meta) = self.head(&file).await? {
            return self.stored(file, meta).await.map(Some);
        }
        if !published {
            return Ok(None);
        }
        let parts = self.at(&format!("{folder}/{}/", name.trim_end_matches(".parquet")))?;
        match self.objects(&parts)?.list(Some(parts.prefix())).try_next().await? {
            Some(meta) => self.stored(parts, meta).await.map(Some),
            None => Ok(None),
        }
    }

    async fn head(&self, at: &ListingTableUrl) -> Result<Option<ObjectMeta>> {
        match self.objects(at)?.head(at.prefix()).await {
            Ok(meta) => Ok(Some(meta)),
            Err(object_store::Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// A table with the columns of one of its files.
    async fn stored(&self, url: ListingTableUrl, file: ObjectMeta) -> Result<Stored> {
        let state = SessionContext::new().state();
        let format = ParquetFormat::default().with_force_view_types(false);
        let schema = format.infer_schema(&state, &self.objects(&url)?, &[file]).await?;
        Ok(Stored { url, schema: plain(&schema) })
    }
}

impl std::fmt::Display for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.url.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn store(address: &str) -> Result<Store, String> {
        Store::new(address, runtime(None).unwrap())
    }

    #[test]
    fn folders_and_buckets_are_stores_and_nothing_else_is() {
        let folder = store("/mnt/a [case] 50%").unwrap();
        let file = folder.at(".casefile/store/x/events.parquet").unwrap();
        assert_eq!(file.prefix().as_ref(), "mnt/a [case] 50%/.casefile/store/x/events.parquet");
        let bucket = store("s3://bucket/some/prefix").unwrap();
        assert_eq!(bucket.at("x/events/").unwrap().as_str(), "s3://bucket/some/prefix/x/events/");
        assert!(store("gs://bucket").err().unwrap().contains("s3://BUCKET/PREFIX"));
    }
}
