//! Reading a released file into a case's store, and pinning it.
//!
//! The file is read as a stream, and hashed meanwhile: one thread cuts it into chunks, several read these, and one puts
//! the pieces together in their order. Where the format has provinces, rows are set aside until all are read, so that a
//! province that a row leaves blank can be told from the others. Memory is bounded by the chunks under way; ids that
//! are numbers take next to nothing, others sixteen bytes each. Every record ends as an event or in the quarantine
//! table, and the two counts add up to the records read.

use std::collections::BTreeMap;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::thread;

use arrow::array::RecordBatch;
use arrow::error::ArrowError;
use casefile_case::atomic::{self, WriteError};
use casefile_case::lock::{Coverage, Dataset, Lock, LockError};
use jiff::civil::Date;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use parquet::errors::ParquetError;
use sha2::{Digest, Sha256};

use crate::adapter::{Adapter, AdapterInfo, Header, HeaderError, Yields};
use crate::adapters::events::Events;
use crate::adapters::{ADAPTERS, adapter};
use crate::digest;
use crate::mapping::{Mapping, MappingError};
use crate::source::{Source, SourceError};
use crate::writer::{Writer, WriterError};

use convert::Outcome;
use piece::PieceError;
use plan::Plan;
use terms::Terms;

mod chunk;
mod convert;
mod duplicates;
mod groups;
mod piece;
mod pipeline;
mod plan;
mod seen;
mod store;
mod sums;
mod survey;
mod tally;
mod terms;

/// What to add, and what its file does not say.
#[derive(Debug, Clone, Default)]
pub struct AddOptions {
    /// The released file: text, JSON, GeoJSON, Parquet or an Excel workbook, packed (zip, gzip) or not; or a folder of texts.
    pub file: PathBuf,
    /// The adapter's name, such as `ucdp-ged`.
    pub adapter: String,
    /// The dataset's id in this case; the adapter's name where none is given.
    pub id: Option<String>,
    /// The release; else the file's name tells it, else it is `unknown`.
    pub version: Option<String>,
    /// The member of a zip archive that holds several texts, or the sheet of a workbook.
    pub member: Option<String>,
    /// Constant values for columns that the file lacks, by the publisher's column name: `country` = `Afghanistan`.
    pub fills: BTreeMap<String, String>,
    /// The mapping that says what the columns mean, for the adapter `events`.
    pub mapping: Option<PathBuf>,
    /// Where and when the file is complete. Where none is given, that of the same file's earlier load stays.
    pub coverage: Vec<Coverage>,
    /// The day on which the file was had from the publisher; where the attribution asks for it and none is given, the
    /// day of the file's last change (UTC).
    pub accessed: Option<Date>,
}

/// How far a load has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// What is being done.
    pub phase: Phase,
    /// Bytes done of this phase.
    pub done: u64,
    /// Bytes of this phase in all.
    pub total: u64,
}

/// The phases of a load. They run at the same time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// Computing the file's SHA-256: told once, when it is done.
    Hashing,
    /// Reading rows and writing Parquet.
    Converting,
}

/// What a load did.
#[derive(Debug, Clone)]
pub struct AddReport {
    /// The dataset as it is now pinned.
    pub dataset: Dataset,
    /// What was pinned under this id before.
    pub replaced: Option<Dataset>,
    /// The first records that were quarantined, at most 20.
    pub rejected: Vec<Rejected>,
    /// Number of quarantined records by the column at fault; the whole record counts as ``.
    pub rejected_by_column: BTreeMap<String, u64>,
    /// Number of rows that carry each flag.
    pub flags: BTreeMap<&'static str, u64>,
}

/// A record that could not be read as an event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rejected {
    /// Number of the record, 1 for the first after the header.
    pub row: u64,
    /// The file of a folder, or the member of an archive, where there are several.
    pub part: Option<String>,
    /// Number of the record in that part, 1 for the first after its header.
    pub part_row: u64,
    /// The columns at fault, `;` between them; empty where the whole record is.
    pub column: String,
    /// What is wrong.
    pub reason: String,
}

/// Why a file could not be added. The case is as it was before.
#[derive(Debug, thiserror::Error)]
pub enum AddError {
    /// There is no such adapter.
    #[error("there is no adapter `{name}`; known: {}", known_adapters())]
    Adapter {
        /// The name given.
        name: String,
    },
    /// The id cannot name a dataset.
    #[error(
        "`{id}` cannot be a dataset's id: it needs lower-case letters, digits and `-`, a letter first, and must not be \
         a table of the lake (events, observed, series, actor_list, quarantine, datasets, cube, cube_tolls)"
    )]
    Id {
        /// The id given.
        id: String,
    },
    /// The mapping is missing, or cannot be used.
    #[error(transparent)]
    Mapping(#[from] MappingError),
    /// The file cannot be read.
    #[error(transparent)]
    Source(#[from] SourceError),
    /// The file has no header, or one that cannot be used.
    #[error("{}: {reason}", path.display())]
    NoHeader {
        /// The file.
        path: PathBuf,
        /// What is wrong with its first line.
        reason: String,
    },
    /// The header lacks columns.
    #[error("{}: {source}", path.display())]
    Header {
        /// The file.
        path: PathBuf,
        /// Which ones.
        #[source]
        source: Box<HeaderError>,
    },
    /// A column to fill is in the file, or is unknown.
    #[error("cannot fill `{column}`: {reason}")]
    Fill {
        /// The column given.
        column: String,
        /// Why not.
        reason: String,
    },
    /// The file changed while it was read.
    #[error("{} changed while it was read; add it again when it is complete", path.display())]
    Changed {
        /// The file.
        path: PathBuf,
    },
    /// The case cannot be written to now.
    #[error(transparent)]
    Writer(#[from] WriterError),
    /// The store could not be written.
    #[error(transparent)]
    Write(#[from] WriteError),
    /// The lock could not be read or written.
    #[error(transparent)]
    Lock(#[from] LockError),
    /// A Parquet file could not be written.
    #[error("cannot write the store: {0}")]
    Parquet(#[from] ParquetError),
    /// Rows could not be put together.
    #[error("cannot gather rows: {0}")]
    Arrow(#[from] ArrowError),
    /// The file could not be cut into records: a fault of this program.
    #[error("internal error: {} could not be cut into records", path.display())]
    Torn {
        /// The file.
        path: PathBuf,
    },
    /// Records read, kept and quarantined do not add up: a fault of this program.
    #[error("internal error: {rows_in} records read, {kept} kept and {quarantined} quarantined do not add up")]
    Count {
        /// Records read.
        rows_in: u64,
        /// Records kept.
        kept: u64,
        /// Records quarantined.
        quarantined: u64,
    },
}

impl From<PieceError> for AddError {
    fn from(error: PieceError) -> Self {
        match error {
            // Text in memory is always readable; the engine's own errors keep their words.
            PieceError::Read(error) => Self::Arrow(ArrowError::from(error)),
            PieceError::Arrow(error) => Self::Arrow(error),
        }
    }
}

fn known_adapters() -> String {
    ADAPTERS.iter().map(|a| a.info().name).collect::<Vec<_>>().join(", ")
}

/// Names that a dataset's own table cannot take.
pub(crate) const RESERVED: [&str; 8] =
    ["events", "observed", "series", "actor_list", "quarantine", "datasets", "cube", "cube_tolls"];

/// Reads a released file into the store of the case in `case_dir` and pins it in the lock. `progress` is told of
/// the bytes done, often.
///
/// The rows are moved into place when all are written, and the lock, which makes them count, is written last; so an
/// interrupted load leaves the case as it was.
///
/// # Errors
/// Where the file cannot be read, is not what the adapter reads, or the case cannot be written. Single bad records
/// are no error: they go to the quarantine table.
pub fn add(case_dir: &Path, options: &AddOptions, progress: &mut dyn FnMut(Progress)) -> Result<AddReport, AddError> {
    let named = adapter(&options.adapter).ok_or_else(|| AddError::Adapter { name: options.adapter.clone() })?;
    let mapping = mapping(named, options)?;
    let mapped = mapping.as_ref().map(|(mapping, _)| Events::new(mapping));
    let mapping_sha256 = mapping.as_ref().map(|(_, text)| digest::hex(Sha256::digest(text)));
    let adapter: &dyn Adapter = mapped.as_ref().map_or(named, |mapped| mapped);
    let info = adapter.info();
    let default_id = mapping.as_ref().map_or(info.name, |(mapping, _)| mapping.dataset.id.trim());
    let id = options.id.clone().unwrap_or_else(|| default_id.to_owned());
    check_id(&id)?;
    let _writing = Writer::take(case_dir)?;

    let source = Source::open(&options.file, options.member.as_deref(), adapter.layout())?;
    let before = source.stamp()?;
    let (header, file_columns) = read_header(&source, adapter, &options.fills)?;
    let twice = |name: &str| {
        let reason =
            format!("the column `{}` stands twice in the first line\nhint: rename one of the two", name.escape_debug());
        AddError::NoHeader { path: source.path().to_owned(), reason }
    };
    // A first line that names nothing known is told of as such, whatever stands twice in it.
    let known = |name: &&str| adapter.known_columns().iter().any(|known| known.eq_ignore_ascii_case(name));
    if let Some(name) = header.duplicate().filter(known) {
        return Err(twice(name));
    }
    let parser =
        adapter.bind(&header).map_err(|e| AddError::Header { path: source.path().to_owned(), source: Box::new(e) })?;
    if let Some(name) = header.duplicate() {
        return Err(twice(name));
    }
    let plan = Plan::new(&id, &header, file_columns, &options.fills, parser.as_ref(), source.part_names());

    let stores = format!(".casefile/store/{id}");
    let write = |folder: &Path| -> Result<_, AddError> {
        let (outcome, (sha256, bytes)) = read_and_hash(&source, &plan, info.yields, folder, before.bytes(), progress)?;
        if source.stamp()? != before {
            return Err(AddError::Changed { path: source.path().to_owned() });
        }
        let store = format!("{stores}/{}", store_name(&sha256, info, options, mapping_sha256.as_deref()));
        let path = case_dir.join(&store);
        Ok(((outcome, sha256, bytes, store), path))
    };
    let (outcome, sha256, bytes, store) = atomic::write_dir_named(&case_dir.join(&stores), write)?;

    let mut lock = Lock::read(case_dir)?;
    let coverage = coverage(options, lock.dataset(&id), &sha256);
    let file = options.file.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let version_name = source.member.as_deref().map_or(file.as_str(), |m| m.rsplit('/').next().unwrap_or(m));
    let version = options
        .version
        .clone()
        .or_else(|| adapter.version_of(&file))
        .or_else(|| adapter.version_of(version_name))
        .or_else(|| version_of_parts(&source, adapter))
        .unwrap_or_else(|| "unknown".to_owned());
    let terms = Terms::of(&info, &version, options.accessed, before.latest());
    let dataset = Dataset {
        id,
        adapter: info.name.to_owned(),
        normaliser: info.normaliser,
        publisher: info.publisher.to_owned(),
        title: info.title.to_owned(),
        version,
        file,
        member: source.member.clone(),
        sha256,
        bytes,
        licence: info.licence.to_owned(),
        redistribute_rows: info.redistribute_rows,
        smallest_cell: info.smallest_cell,
        attribution: terms.attribution,
        accessed: terms.accessed,
        citation: info.citation.to_owned(),
        unit: info.unit.to_owned(),
        counts: info.counts.to_owned(),
        rows_in: outcome.rows_in,
        kept: outcome.kept,
        quarantined: outcome.quarantined,
        content_sha256: outcome.content_sha256,
        store,
        fills: options.fills.clone(),
        mapping_sha256,
        totals: outcome.totals,
        coverage,
        breaks: terms.breaks,
    };
    let replaced = lock.put_dataset(dataset.clone());
    lock.write(case_dir)?;
    Ok(AddReport {
        dataset,
        replaced,
        rejected: outcome.rejected,
        rejected_by_column: outcome.rejected_by_column,
        flags: outcome.flags,
    })
}

/// Converts the file into Parquet, and hashes it meanwhile, which takes a fraction of that.
fn read_and_hash(
    source: &Source,
    plan: &Plan<'_>,
    yields: Yields,
    folder: &Path,
    total: u64,
    progress: &mut dyn FnMut(Progress),
) -> Result<(Outcome, (String, u64)), AddError> {
    thread::scope(|scope| {
        let hashing = scope.spawn(|| source.digest());
        let outcome = pipeline::convert(source, plan, yields, folder, progress)?;
        let hashed = hashing.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))?;
        progress(Progress { phase: Phase::Hashing, done: total, total });
        Ok((outcome, hashed))
    })
}

/// The mapping by which the file is read, with its text, where the adapter reads by one.
fn mapping(adapter: &dyn Adapter, options: &AddOptions) -> Result<Option<(Mapping, String)>, MappingError> {
    let adapter_name = || adapter.info().name.to_owned();
    match (&options.mapping, adapter.wants_mapping()) {
        (Some(path), true) => Mapping::read(path).map(Some),
        (None, true) => Err(MappingError::None { adapter: adapter_name() }),
        (Some(_), false) => Err(MappingError::Unwanted { adapter: adapter_name() }),
        (None, false) => Ok(None),
    }
}

pub(crate) fn check_id(id: &str) -> Result<(), AddError> {
    let shaped = id.starts_with(|c: char| c.is_ascii_lowercase())
        && id.len() <= 64
        && id.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
    if shaped && !RESERVED.contains(&id.replace('-', "_").as_str()) {
        return Ok(());
    }
    Err(AddError::Id { id: id.to_owned() })
}

/// The releases that the first and the last part of a folder or archive tell of.
fn version_of_parts(source: &Source, adapter: &dyn Adapter) -> Option<String> {
    let (first, last) = source.first_and_last()?;
    let (first, last) = (adapter.version_of(first)?, adapter.version_of(last)?);
    Some(if first == last { first } else { format!("{first} to {last}") })
}

/// The columns of the file, followed by those that are filled with a constant; and how many are the file's own.
fn read_header(
    source: &Source,
    adapter: &dyn Adapter,
    fills: &BTreeMap<String, String>,
) -> Result<(Header, usize), AddError> {
    let no_header = |reason: String| AddError::NoHeader { path: source.path().to_owned(), reason };
    let mut header = source.with_records(|records| {
        let names = records.names().map_err(|e| source.unreadable(e))?;
        let none = "has no line of column names\nhint: is there a table in it? Its first line names the columns";
        let names = names.ok_or_else(|| no_header(none.into()))?;
        Ok::<_, AddError>(Header::new(names.iter().map(String::as_str)))
    })?;
    let file_columns = header.names().len();
    for column in fills.keys() {
        let refuse = |reason: String| Err(AddError::Fill { column: column.clone(), reason });
        if header.position(&[column]).is_some() {
            return refuse("the file has that column; only a column that it lacks can be filled".into());
        }
        let known = adapter.known_columns();
        if !known.contains(&column.as_str()) {
            return refuse(format!("{} has no such column; known: {}", adapter.info().name, known.join(", ")));
        }
        header.push(column);
    }
    Ok((header, file_columns))
}

/// The name of the folder of the rows: another file, other rules, other fills or another mapping are another folder.
fn store_name(sha256: &str, info: AdapterInfo<'_>, options: &AddOptions, mapping_sha256: Option<&str>) -> String {
    let mut path = format!("{}-n{}", &sha256[..12], info.normaliser);
    if !options.fills.is_empty() || options.member.is_some() {
        let hash = Sha256::digest(format!("{:?} {:?}", options.fills, options.member));
        path.push('-');
        path.push_str(&digest::hex(hash)[..6]);
    }
    if let Some(mapping) = mapping_sha256 {
        path.push_str("-m");
        path.push_str(&mapping[..12]);
    }
    path
}

/// What was declared for the same file before stays, unless something else is declared now.
fn coverage(options: &AddOptions, before: Option<&Dataset>, sha256: &str) -> Vec<Coverage> {
    match before {
        Some(old) if options.coverage.is_empty() && old.sha256 == sha256 => old.coverage.clone(),
        _ => options.coverage.clone(),
    }
}

/// Why the stored rows of a dataset are not the pinned ones.
#[derive(Debug, thiserror::Error)]
pub enum VerifyError {
    /// The rows are not here, as after a fresh clone.
    #[error("the rows of `{dataset}` are not in the store\nhint: `casefile data add {file} --as {adapter}`")]
    Missing {
        /// The dataset's id.
        dataset: String,
        /// The released file's name.
        file: String,
        /// The adapter's name.
        adapter: String,
    },
    /// The Parquet file cannot be read.
    #[error("the stored rows of `{dataset}` cannot be read: {reason}\nhint: add the released file again")]
    Unreadable {
        /// The dataset's id.
        dataset: String,
        /// What is wrong with it.
        reason: String,
    },
    /// The rows are others than the lock pins.
    #[error("the stored rows of `{dataset}` are not those that the lock pins\nhint: add the released file again")]
    Different {
        /// The dataset's id.
        dataset: String,
    },
}

/// Reads the stored events of a dataset and compares their digest with the pinned one.
///
/// # Errors
/// Where the rows are missing, unreadable or others.
pub fn verify(case_dir: &Path, dataset: &Dataset) -> Result<(), VerifyError> {
    let id = || dataset.id.clone();
    let unreadable = |reason: String| VerifyError::Unreadable { dataset: id(), reason };
    let folder = case_dir.join(&dataset.store);
    let Some(path) = [EVENTS, SERIES, ACTORS].map(|file| folder.join(file)).into_iter().find(|path| path.exists())
    else {
        let (file, adapter) = (dataset.file.clone(), dataset.adapter.clone());
        return Err(VerifyError::Missing { dataset: id(), file, adapter });
    };
    let mut hash = Sha256::new();
    let file = File::open(&path).map_err(|e| unreadable(e.to_string()))?;
    let batches = ParquetRecordBatchReaderBuilder::try_new(file)
        .and_then(ParquetRecordBatchReaderBuilder::build)
        .map_err(|e| unreadable(e.to_string()))?;
    for batch in batches {
        let batch: RecordBatch = batch.map_err(|e| unreadable(e.to_string()))?;
        digest::update_with_rows(&mut hash, &batch);
    }
    if digest::hex(hash.finalize()) == dataset.content_sha256 {
        Ok(())
    } else {
        Err(VerifyError::Different { dataset: id() })
    }
}

pub use store::{ACTORS, EVENTS, NATIVE, QUARANTINE, SERIES};
