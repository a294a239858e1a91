//! The lake of one case, open for SQL.
//!
//! The engine is Apache DataFusion, embedded. It stays behind [`Lake`]: callers hand in SQL and get rows, so that a
//! cluster can answer the same SQL without their knowing. What differs between engines is in [`Host`].

mod host;

use std::path::Path;
use std::sync::{Arc, mpsc};

use arrow::array::{ArrayRef, Date32Array, Float64Array, Int64Array, RecordBatch, StringArray};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use arrow::error::ArrowError;
use casefile_case::lock::{Dataset, Lock};
use casefile_ingest::schema::{actors_schema, day_number, events_schema, quarantine_schema, series_schema};
use casefile_ingest::{ACTORS, EVENTS, NATIVE, QUARANTINE, SERIES};
use datafusion::catalog::{MemTable, TableProvider};
use datafusion::common::SchemaError;
use datafusion::datasource::file_format::parquet::ParquetFormat;
use datafusion::datasource::listing::{ListingOptions, ListingTable, ListingTableConfig};
use datafusion::error::DataFusionError;
use datafusion::execution::context::SQLOptions;
use datafusion::logical_expr::LogicalPlan;
use datafusion::prelude::{DataFrame, SessionConfig, SessionContext};
use futures_util::StreamExt;
use jiff::civil::Date;
use tokio::runtime::Runtime;

use crate::cube::{self, Cube, CubeError};
use crate::functions;
use crate::table::{Table, TableError};

use host::Embedded;
pub use host::{Host, Stored, plain};

/// Longest SQL text that is planned, in bytes.
const MAX_SQL: usize = 256 << 10;
/// Most words and operators of a query. Planning descends a level for each at worst, and the stack bounds how deep.
const MAX_WORDS: usize = 4000;
/// Stack of the threads that plan and run queries; only what is used of it is taken from memory.
const STACK: usize = 256 << 20;
/// Up to this many events one thread answers sooner than several, and always in the same order.
const ONE_THREAD: u64 = 100_000;

/// Why the lake could not be opened or could not answer.
#[derive(Debug, thiserror::Error)]
pub enum LakeError {
    /// The query is wrong, or not a query.
    #[error(transparent)]
    Sql(#[from] SqlError),
    /// A stored file is broken or was written by another version.
    #[error(
        "{path} is not a stored table that can be used: {reason}\nhint: add the released file again with `casefile data add`"
    )]
    Store {
        /// The file, or its address in an object store.
        path: String,
        /// What is wrong with it.
        reason: String,
    },
    /// A pinned cube cannot be read.
    #[error(transparent)]
    Cube(#[from] Box<CubeError>),
    /// The table's name is taken or its columns do not fit together.
    #[error("cannot add the table `{name}`: {reason}")]
    Table {
        /// The table's name.
        name: String,
        /// What is wrong.
        reason: String,
    },
    /// A result's column is not there or of another kind.
    #[error(transparent)]
    Column(#[from] TableError),
    /// The engine could not be started or has failed.
    #[error("the query engine failed: {0}")]
    Engine(String),
}

/// A query that cannot be answered, and how to mend it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SqlError {
    /// What is wrong.
    pub message: String,
    /// What may have been meant.
    pub hint: Option<String>,
}

impl std::error::Error for SqlError {}

impl std::fmt::Display for SqlError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.message)?;
        if let Some(hint) = &self.hint {
            write!(f, "\nhint: {hint}")?;
        }
        Ok(())
    }
}

/// The rows of a result, in batches, with their schema even where there are none.
#[derive(Debug, Clone)]
pub struct Rows {
    /// Names and types of the columns.
    pub schema: SchemaRef,
    /// The rows.
    pub batches: Vec<RecordBatch>,
}

impl Rows {
    /// Number of rows.
    #[must_use]
    pub fn len(&self) -> usize {
        self.batches.iter().map(RecordBatch::num_rows).sum()
    }

    /// Whether there is no row.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The rows as typed columns.
    ///
    /// # Errors
    /// Where batches differ in their columns.
    pub fn table(&self) -> Result<Table, TableError> {
        Table::new(self.schema.clone(), &self.batches)
    }
}

/// The first rows of a result.
#[derive(Debug, Clone)]
pub struct Limited {
    /// The rows, at most as many as asked for.
    pub rows: Rows,
    /// Whether there were more.
    pub more: bool,
}

/// The values of one column of a table of the case; `None` is null.
#[derive(Debug, Clone)]
pub enum Values {
    /// Texts.
    Text(Vec<Option<String>>),
    /// Whole numbers.
    Int(Vec<Option<i64>>),
    /// Real numbers.
    Real(Vec<Option<f64>>),
    /// Days.
    Day(Vec<Option<Date>>),
}

impl Values {
    fn array(self) -> ArrayRef {
        match self {
            Self::Text(values) => Arc::new(StringArray::from(values)),
            Self::Int(values) => Arc::new(Int64Array::from(values)),
            Self::Real(values) => Arc::new(Float64Array::from(values)),
            Self::Day(values) => Arc::new(values.into_iter().map(|d| d.map(day_number)).collect::<Date32Array>()),
        }
    }
}

/// The tables of one case, open for SQL, read-only.
///
/// | table | holds |
/// |---|---|
/// | `events` | the normalised events of every pinned dataset whose rows are here ([`casefile_ingest::schema::COLUMNS`]) |
/// | `observed` | the same events in the columns of `cube`, each a cell of its own with `n` 1 |
/// | `ucdp_ged` … | a dataset's original columns as text, with `event_id` |
/// | `series` | figures of countries, conflicts, dyads and actors by year ([`casefile_ingest::schema::SERIES_COLUMNS`]) |
/// | `actor_list` | the datasets' own lists of actors ([`casefile_ingest::schema::ACTOR_COLUMNS`]) |
/// | `quarantine` | records that could not be read |
/// | `datasets` | what the lock pins |
/// | `cube`, `cube_tolls` | the cells of the pinned evidence cubes, and how often each toll occurs in them |
///
/// Domain functions: `haversine_km`, `priogrid`, `overlap_days`, `fingerprint`.
pub struct Lake {
    host: Arc<dyn Host>,
    context: SessionContext,
    /// Taken only when the lake is dropped.
    runtime: Option<Runtime>,
    missing: Vec<String>,
    missing_cubes: Vec<String>,
}

impl Lake {
    /// Opens what `lock` pins in the case at `case_dir`, for the engine in this process. A dataset whose rows are not in
    /// the store, as after a fresh clone, is listed in [`Lake::missing`]; its cube, if any, is there.
    ///
    /// # Errors
    /// Where a stored file is broken, or a cube is not the pinned one.
    pub fn open(case_dir: &Path, lock: &Lock) -> Result<Self, LakeError> {
        Self::open_on(Arc::new(Embedded::new(case_dir)), case_dir, lock)
    }

    /// As [`Lake::open`], for another engine, over the rows that it can reach.
    ///
    /// # Errors
    /// As [`Lake::open`], and where the engine cannot be reached.
    pub fn open_on(host: Arc<dyn Host>, case_dir: &Path, lock: &Lock) -> Result<Self, LakeError> {
        let events: u64 = lock.datasets.iter().map(|d| d.kept).sum();
        let context = host.context(settings(), events).map_err(|e| LakeError::Engine(e.strip_backtrace()))?;
        functions::all().into_iter().for_each(|f| context.register_udf(f));
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(std::thread::available_parallelism().map_or(1, Into::into))
            .thread_stack_size(STACK)
            .enable_all()
            .build()
            .map_err(|e| LakeError::Engine(e.to_string()))?;
        let mut lake = Self { host, context, runtime: Some(runtime), missing: Vec::new(), missing_cubes: Vec::new() };
        lake.mount_rows(lock)?;
        lake.mount_cubes(case_dir, lock)?;
        lake.register_batch("datasets", datasets_batch(lock, &lake.missing).map_err(|e| table_error("datasets", e))?)?;
        Ok(lake)
    }

    /// Ids of pinned datasets whose rows are not in the store.
    #[must_use]
    pub fn missing(&self) -> &[String] {
        &self.missing
    }

    /// Ids of datasets whose pinned cube is not in the case folder.
    #[must_use]
    pub fn missing_cubes(&self) -> &[String] {
        &self.missing_cubes
    }

    /// Answers a query. Only queries: whatever would change or write something is refused.
    ///
    /// Blocks until the answer is there; may be called from any thread, also from within an asynchronous runtime.
    ///
    /// # Errors
    /// Where the SQL is wrong or no query, with the nearest names; or where running it fails.
    pub fn sql(&self, sql: &str) -> Result<Rows, LakeError> {
        self.rows(sql, Reading::default())
    }

    /// Answers a query with its first rows only, and tells whether there were more.
    ///
    /// # Errors
    /// As [`Lake::sql`].
    pub fn sql_limited(&self, sql: &str, limit: usize) -> Result<Limited, LakeError> {
        let rows = self.rows(sql, Reading { limit: Some(limit.saturating_add(1)), is_of_few: false })?;
        let more = rows.len() > limit;
        Ok(Limited { rows: first(rows, limit), more })
    }

    /// Answers a query as a table of typed columns.
    ///
    /// # Errors
    /// As [`Lake::sql`].
    pub fn table(&self, sql: &str) -> Result<Table, LakeError> {
        Ok(self.sql(sql)?.table()?)
    }

    /// As [`Lake::table`], for a query whose predicate few rows satisfy: the other columns are read only of these. Where many
    /// satisfy it after all, the answer is the same and takes longer.
    ///
    /// # Errors
    /// As [`Lake::sql`].
    pub fn table_of_few(&self, sql: &str) -> Result<Table, LakeError> {
        Ok(self.rows(sql, Reading { limit: None, is_of_few: true })?.table()?)
    }

    /// Hands the rows of a query to `take` batch by batch, in bounded memory.
    ///
    /// # Errors
    /// As [`Lake::sql`], and what `take` returns.
    pub fn for_each<E: From<LakeError>>(
        &self,
        sql: &str,
        mut take: impl FnMut(&Table) -> Result<(), E>,
    ) -> Result<(), E> {
        let context = self.context.clone();
        let text = checked(sql).map_err(LakeError::from)?;
        // A few batches ahead of the taker, and no more.
        let (send, receive) = mpsc::sync_channel(4);
        let task = async move {
            let outcome = async {
                let mut stream = plan(&context, &text).await?.execute_stream().await?;
                while let Some(batch) = stream.next().await {
                    if send.send(Ok(plain_texts(batch?)?)).is_err() {
                        break;
                    }
                }
                Ok::<_, DataFusionError>(())
            };
            if let Err(e) = outcome.await {
                // Nobody listens where the taker has failed first.
                let _ = send.send(Err(e));
            }
        };
        self.runtime()?.spawn(task);
        for batch in receive {
            let batch = batch.map_err(|e| self.explain(e))?;
            let table = Table::new(batch.schema(), &[batch]).map_err(LakeError::from)?;
            take(&table)?;
        }
        Ok(())
    }

    /// Hands the plan of a query to `ask`, on the lake's own threads.
    pub(crate) fn with_plan<T, F>(
        &self,
        sql: &str,
        ask: impl FnOnce(SessionContext, LogicalPlan) -> F + Send + 'static,
    ) -> Result<T, LakeError>
    where
        T: Send + 'static,
        F: Future<Output = Result<T, DataFusionError>> + Send,
    {
        let context = self.context.clone();
        let text = checked(sql)?;
        self.run(async move {
            let plan = plan(&context, &text).await?.into_unoptimized_plan();
            ask(context, plan).await
        })
    }

    /// Lets the events that are stored under the dataset id `stored` be read as those of `id`, their own ids with it:
    /// what is asked of one release of a dataset can so be asked of another.
    ///
    /// # Errors
    /// Where the engine fails.
    pub fn read_as(&self, stored: &str, id: &str) -> Result<(), LakeError> {
        let quoted = |text: &str| format!("'{}'", text.replace('\'', "''"));
        let (is_it, id) = (format!("dataset = {}", quoted(stored)), quoted(id));
        let columns = casefile_ingest::schema::COLUMNS.iter().map(|column| match column.name {
            "event_id" => format!("case when {is_it} then concat({id}, ':', native_id) else event_id end as event_id"),
            "dataset" => format!("case when {is_it} then {id} else dataset end as dataset"),
            name => name.to_owned(),
        });
        let sql = format!("select {} from events", columns.collect::<Vec<_>>().join(", "));
        self.mount("events", self.view(sql)?)?;
        self.mount("observed", self.view(cube::observed_sql())?)
    }

    fn view(&self, sql: String) -> Result<Arc<dyn TableProvider>, LakeError> {
        let context = self.context.clone();
        self.run(async move { Ok(context.sql(&sql).await?.into_view()) })
    }

    /// Adds a table of the case, such as its actors or verdicts, for queries to join with; replaces one of that name.
    ///
    /// # Errors
    /// Where the name is one of the lake's own tables.
    pub fn register_batch(&self, name: &str, batch: RecordBatch) -> Result<(), LakeError> {
        self.register(name, batch.schema(), vec![batch])
    }

    /// As [`Lake::register_batch`], from columns of plain values.
    ///
    /// # Errors
    /// Where columns differ in length.
    pub fn register_rows(&self, name: &str, columns: Vec<(&str, Values)>) -> Result<(), LakeError> {
        let columns = columns.into_iter().map(|(name, values)| (name, values.array(), true));
        let batch = RecordBatch::try_from_iter_with_nullable(columns).map_err(|e| table_error(name, e))?;
        self.register_batch(name, batch)
    }

    /// Names of the tables, sorted.
    #[must_use]
    pub fn tables(&self) -> Vec<String> {
        table_names(&self.context)
    }

    fn register(&self, name: &str, schema: SchemaRef, batches: Vec<RecordBatch>) -> Result<(), LakeError> {
        let table = MemTable::try_new(schema, vec![batches]).map_err(|e| table_error(name, e))?;
        self.mount(name, Arc::new(table))
    }

    fn mount(&self, name: &str, table: Arc<dyn TableProvider>) -> Result<(), LakeError> {
        let reference = datafusion::common::TableReference::bare(name.to_owned());
        self.context.deregister_table(reference.clone()).map_err(|e| table_error(name, e))?;
        self.context.register_table(reference, table).map_err(|e| table_error(name, e))?;
        Ok(())
    }

    /// The rows of a query. Where the engine's machines may vanish, a failed query is tried anew: it
    /// changes nothing, so it may run twice.
    fn rows(&self, sql: &str, reading: Reading) -> Result<Rows, LakeError> {
        let context = self.context.clone();
        let text = checked(sql)?;
        let attempts = self.host.attempts();
        self.run(async move {
            let frame = plan(&context, &text).await?;
            let frame = if reading.is_of_few { few(frame) } else { frame };
            let frame = if reading.limit.is_some() { frame.limit(0, reading.limit)? } else { frame };
            let mut attempt = 1;
            loop {
                match collect(frame.clone()).await {
                    Err(_) if attempt < attempts => attempt += 1,
                    outcome => return outcome,
                }
            }
        })
    }

    fn mount_rows(&mut self, lock: &Lock) -> Result<(), LakeError> {
        let (mut events, mut series, mut actors, mut quarantine) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        for dataset in &lock.datasets {
            let of_dataset = |name| self.stored(dataset, name);
            let held = (of_dataset(EVENTS)?, of_dataset(SERIES)?, of_dataset(ACTORS)?);
            if let (None, None, None) = held {
                self.missing.push(dataset.id.clone());
                continue;
            }
            events.extend(held.0);
            series.extend(held.1);
            actors.extend(held.2);
            quarantine.push(self.must_be_stored(dataset, QUARANTINE)?);
            let native = self.must_be_stored(dataset, NATIVE)?;
            let schema = native.schema.clone();
            self.mount_stored(&dataset.native_table(), vec![native], schema)?;
        }
        self.mount_stored("events", events, events_schema())?;
        self.mount_stored("series", series, series_schema())?;
        self.mount_stored("actor_list", actors, actors_schema())?;
        self.mount_stored("quarantine", quarantine, quarantine_schema())?;
        self.mount("observed", self.view(cube::observed_sql())?)
    }

    fn stored(&self, dataset: &Dataset, name: &'static str) -> Result<Option<Stored>, LakeError> {
        let host = self.host.clone();
        let folder = dataset.store.clone();
        self.wait(async move { host.stored(&folder, name).await })?
    }

    /// A table that stands beside the events of a dataset.
    fn must_be_stored(&self, dataset: &Dataset, name: &'static str) -> Result<Stored, LakeError> {
        let absent =
            || LakeError::Store { path: format!("{}/{name}", dataset.store), reason: "it is not there".to_owned() };
        self.stored(dataset, name)?.ok_or_else(absent)
    }

    /// One table over Parquet files of the same schema; an empty one where there are none.
    fn mount_stored(&self, name: &str, tables: Vec<Stored>, schema: SchemaRef) -> Result<(), LakeError> {
        if tables.is_empty() {
            return self.register(name, schema, Vec::new());
        }
        if let Some(other) = tables.iter().find(|table| !same_columns(&table.schema, &schema)) {
            let reason = "it has other columns than this version of casefile writes".to_owned();
            return Err(LakeError::Store { path: other.url.to_string(), reason });
        }
        let urls = tables.into_iter().map(|table| table.url).collect();
        // Read as views, texts are not copied; what leaves the lake is plain again.
        let schema = retyped(&schema, &DataType::Utf8, &DataType::Utf8View);
        let options = ListingOptions::new(Arc::new(ParquetFormat::default())).with_file_extension(".parquet");
        let config = ListingTableConfig::new_with_multi_paths(urls).with_listing_options(options).with_schema(schema);
        let table = ListingTable::try_new(config).map_err(|e| table_error(name, e))?;
        self.mount(name, Arc::new(table))
    }

    fn mount_cubes(&mut self, case_dir: &Path, lock: &Lock) -> Result<(), LakeError> {
        let mut cells = Vec::new();
        let mut tolls = Vec::new();
        for pin in &lock.cubes {
            if !case_dir.join(&pin.file).is_file() {
                self.missing_cubes.push(pin.dataset.clone());
                continue;
            }
            let cube: Cube = cube::read(case_dir, pin).map_err(Box::new)?;
            cells.push(cube.cells_batch().map_err(|e| table_error("cube", e))?);
            tolls.push(cube.tolls_batch().map_err(|e| table_error("cube_tolls", e))?);
        }
        self.register("cube", cube::cells_schema(), cells)?;
        self.register("cube_tolls", cube::tolls_schema(), tolls)
    }

    fn runtime(&self) -> Result<&Runtime, LakeError> {
        self.runtime.as_ref().ok_or_else(|| LakeError::Engine("it is shut down".into()))
    }

    fn run<T: Send + 'static>(
        &self,
        task: impl Future<Output = Result<T, DataFusionError>> + Send + 'static,
    ) -> Result<T, LakeError> {
        self.wait(task)?.map_err(|e| self.explain(e))
    }

    /// Runs a task on the lake's own threads and waits for it. Waiting on a plain channel, unlike blocking on the
    /// runtime, is allowed wherever the caller runs.
    fn wait<T: Send + 'static>(&self, task: impl Future<Output = T> + Send + 'static) -> Result<T, LakeError> {
        let (send, receive) = mpsc::sync_channel(1);
        self.runtime()?.spawn(async move {
            // The receiver waits below for as long as this sender lives.
            let _ = send.send(task.await);
        });
        receive.recv().map_err(|_| LakeError::Engine("a query ended without an answer".into()))
    }

    fn explain(&self, error: DataFusionError) -> LakeError {
        LakeError::Sql(explain(&error, &self.tables()))
    }
}

/// How a query is read.
#[derive(Debug, Clone, Copy, Default)]
struct Reading {
    /// The first rows only.
    limit: Option<usize>,
    /// Few rows are expected to satisfy the predicate.
    is_of_few: bool,
}

/// The same query, with the predicate put to the rows while they are read. Rows that satisfy it stand scattered, and to
/// pass over the others one by one costs more than to read them, unless they are by far the most.
fn few(frame: DataFrame) -> DataFrame {
    let (mut state, plan) = frame.into_parts();
    let parquet = &mut state.config_mut().options_mut().execution.parquet;
    (parquet.pushdown_filters, parquet.reorder_filters) = (true, true);
    DataFrame::new(state, plan)
}

/// How the lake has its SQL planned, whatever the engine.
fn settings() -> SessionConfig {
    let mut config = SessionConfig::new().with_information_schema(true);
    // Plain strings everywhere: results are read by column type.
    config.options_mut().execution.parquet.schema_force_view_types = false;
    config.options_mut().sql_parser.map_string_types_to_utf8view = false;
    // Questions here are short and the data small: planning is most of the time, and one pass finds the plan.
    config.options_mut().optimizer.max_passes = 1;
    config
}

impl Drop for Lake {
    fn drop(&mut self) {
        // The default would wait for running queries, which an asynchronous caller may not do.
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

fn checked(sql: &str) -> Result<String, SqlError> {
    let refuse = |message: String| {
        Err(SqlError { message, hint: Some("list values with IN, or join with a table of the case".into()) })
    };
    if sql.len() > MAX_SQL {
        return refuse(format!("the query takes {} bytes; at most {MAX_SQL} are planned", sql.len()));
    }
    match words(sql) {
        n if n > MAX_WORDS => refuse(format!("the query has {n} words and operators; at most {MAX_WORDS} are planned")),
        _ => Ok(sql.to_owned()),
    }
}

/// Number of words and operators outside of quoted text. Numbers and commas do not count: a list is long, not deep;
/// and how deep parentheses nest, the parser itself limits.
fn words(sql: &str) -> usize {
    let (mut count, mut quoted, mut in_word) = (0, false, false);
    for c in sql.chars() {
        if c == '\'' {
            quoted = !quoted;
        }
        let of_word = c.is_alphanumeric() || c == '_';
        let starts_word = of_word && !in_word && !c.is_numeric();
        let operator = !of_word && !c.is_whitespace() && !",()';\"".contains(c);
        count += usize::from(!quoted && (starts_word || operator));
        in_word = of_word && !quoted;
    }
    count
}

async fn plan(context: &SessionContext, sql: &str) -> Result<DataFrame, DataFusionError> {
    let read_only = SQLOptions::new().with_allow_ddl(false).with_allow_dml(false).with_allow_statements(false);
    context.sql_with_options(sql, read_only).await
}

/// The same columns, with another type for those of one.
fn retyped(schema: &Schema, from: &DataType, to: &DataType) -> SchemaRef {
    let retype = |field: &Arc<Field>| match field.data_type() == from {
        true => Arc::new(field.as_ref().clone().with_data_type(to.clone())),
        false => field.clone(),
    };
    Arc::new(Schema::new(schema.fields().iter().map(retype).collect::<Vec<_>>()))
}

/// A batch whose texts are plain strings: results are read by column type.
fn plain_texts(batch: RecordBatch) -> Result<RecordBatch, ArrowError> {
    if batch.schema().fields().iter().all(|field| field.data_type() != &DataType::Utf8View) {
        return Ok(batch);
    }
    let schema = retyped(&batch.schema(), &DataType::Utf8View, &DataType::Utf8);
    let columns = batch.columns().iter().zip(schema.fields()).map(|(column, field)| cast(column, field.data_type()));
    RecordBatch::try_new(schema.clone(), columns.collect::<Result<_, _>>()?)
}

async fn collect(frame: DataFrame) -> Result<Rows, DataFusionError> {
    let schema = retyped(frame.schema().as_arrow(), &DataType::Utf8View, &DataType::Utf8);
    let batches = frame.collect().await?.into_iter().map(plain_texts).collect::<Result<Vec<_>, _>>()?;
    // What was computed may know more about nulls than what was planned.
    let schema = batches.first().map_or(schema, RecordBatch::schema);
    Ok(Rows { schema, batches })
}

fn first(rows: Rows, limit: usize) -> Rows {
    let mut left = limit;
    let mut batches = Vec::new();
    for batch in rows.batches {
        let n = batch.num_rows().min(left);
        if n > 0 {
            batches.push(batch.slice(0, n));
        }
        left -= n;
    }
    Rows { schema: rows.schema, batches }
}

fn table_names(context: &SessionContext) -> Vec<String> {
    let schema = context.catalog("datafusion").and_then(|c| c.schema("public"));
    let mut names = schema.map(|s| s.table_names()).unwrap_or_default();
    names.sort();
    names
}

fn table_error(name: &str, reason: impl std::fmt::Display) -> LakeError {
    LakeError::Table { name: name.to_owned(), reason: reason.to_string() }
}

fn same_columns(a: &Schema, b: &Schema) -> bool {
    let shape = |s: &Schema| s.fields().iter().map(|f| (f.name().clone(), f.data_type().clone())).collect::<Vec<_>>();
    shape(a) == shape(b)
}

/// Turns an engine's error into one for people: what is wrong, and which name may have been meant.
fn explain(error: &DataFusionError, tables: &[String]) -> SqlError {
    match error.find_root() {
        DataFusionError::SchemaError(inner, _) => explain_schema(inner),
        DataFusionError::SQL(inner, _) => {
            let text = inner.to_string();
            let message = text.trim_start_matches("sql parser error: ");
            SqlError { message: format!("this is not SQL: {message}"), hint: None }
        }
        DataFusionError::Plan(text) => explain_plan(text, tables),
        other => {
            let text = other.strip_backtrace();
            SqlError { message: format!("the query failed: {text}"), hint: None }
        }
    }
}

fn explain_schema(error: &SchemaError) -> SqlError {
    let SchemaError::FieldNotFound { field, valid_fields } = error else {
        return SqlError { message: error.to_string(), hint: None };
    };
    let mut names: Vec<String> = valid_fields.iter().map(|f| f.name.clone()).collect();
    names.sort();
    names.dedup();
    let hint = nearest(&field.name, &names)
        .map(|name| format!("did you mean `{name}`?"))
        .or_else(|| (!names.is_empty()).then(|| format!("there are: {}", names.join(", "))));
    SqlError { message: format!("there is no column `{}`", field.name), hint }
}

fn explain_plan(text: &str, tables: &[String]) -> SqlError {
    let refused = ["DDL not supported", "DML not supported", "Statement not supported"];
    if refused.iter().any(|start| text.starts_with(start)) {
        let message = "only queries are answered: the lake is read-only".to_owned();
        return SqlError { message, hint: Some("rows come in with `casefile data add`".into()) };
    }
    let table = text.strip_prefix("table '").and_then(|rest| rest.split_once("' not found"));
    if let Some((name, _)) = table {
        let name = name.rsplit('.').next().unwrap_or(name);
        let hint = nearest(name, tables)
            .map_or_else(|| format!("there are: {}", tables.join(", ")), |near| format!("did you mean `{near}`?"));
        return SqlError { message: format!("there is no table `{name}`"), hint: Some(hint) };
    }
    SqlError { message: text.to_owned(), hint: None }
}

fn nearest<'a>(name: &str, known: &'a [String]) -> Option<&'a str> {
    let name = name.to_lowercase();
    let scored = known.iter().map(|k| (strsim::jaro_winkler(&name, &k.to_lowercase()), k.as_str()));
    scored.filter(|(score, _)| *score > 0.8).max_by(|a, b| a.0.total_cmp(&b.0)).map(|(_, k)| k)
}

fn datasets_batch(lock: &Lock, missing: &[String]) -> Result<RecordBatch, ArrowError> {
    let text = |get: fn(&Dataset) -> &str| -> ArrayRef {
        Arc::new(lock.datasets.iter().map(|d| Some(get(d).to_owned())).collect::<StringArray>())
    };
    let int = |get: fn(&Dataset) -> i64| -> ArrayRef {
        Arc::new(lock.datasets.iter().map(|d| Some(get(d))).collect::<Int64Array>())
    };
    let rows: StringArray = lock
        .datasets
        .iter()
        .map(|d| {
            let cube = lock.cube(&d.id).is_some();
            Some(if !missing.contains(&d.id) {
                "rows"
            } else if cube {
                "cube"
            } else {
                "missing"
            })
        })
        .collect();
    RecordBatch::try_from_iter_with_nullable(vec![
        ("dataset", text(|d| &d.id), true),
        ("title", text(|d| &d.title), true),
        ("version", text(|d| &d.version), true),
        ("publisher", text(|d| &d.publisher), true),
        ("licence", text(|d| &d.licence), true),
        ("unit", text(|d| &d.unit), true),
        ("counts", text(|d| &d.counts), true),
        ("file", text(|d| &d.file), true),
        ("sha256", text(|d| &d.sha256), true),
        ("citation", text(|d| &d.citation), true),
        ("held", Arc::new(rows) as ArrayRef, true),
        ("rows_in", int(|d| saturate(d.rows_in)), true),
        ("kept", int(|d| saturate(d.kept)), true),
        ("quarantined", int(|d| saturate(d.quarantined)), true),
        ("deaths_low", int(|d| d.totals.all.deaths_low), true),
        ("deaths_best", int(|d| d.totals.all.deaths_best), true),
        ("deaths_high", int(|d| d.totals.all.deaths_high), true),
        ("first", text(|d| d.totals.first.as_deref().unwrap_or_default()), true),
        ("last", text(|d| d.totals.last.as_deref().unwrap_or_default()), true),
    ])
}

fn saturate(n: u64) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests;
