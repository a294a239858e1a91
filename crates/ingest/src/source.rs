//! A released file as a stream of records: the file itself, the members of an archive, or the files of a folder. What it
//! is, is told by its first bytes: delimited text, JSON, GeoJSON,
//! Parquet, or a workbook.
//!
//! ```text
//! what is given ── part::find ── parts ── part::open ── bytes ── chain ── records, one after the other
//!  (file, archive, gzip, folder)          (guarded, counted)
//! ```

use std::fs::{self, File};
use std::io::{self, Read, Seek, SeekFrom};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::time::SystemTime;

use sha2::{Digest, Sha256};

use crate::adapter::{Header, Layout};
use crate::digest;
use crate::record::Records;

use chain::Chain;
use part::Part;

mod chain;
mod foreign;
mod geojson;
mod parquet;
mod part;

/// Packed bytes may become this many times more. CSV reaches about 30; a bomb thousands.
const MAX_RATIO: u64 = 200;
/// Below this size unpacked bytes are harmless, whatever their ratio.
const HARMLESS: u64 = 64 << 20;

mod json;
mod workbook;

pub use json::JsonError;

/// How much of a file is looked at to tell how it is written.
const START: usize = 1 << 14;

/// How the records are written.
enum Kind {
    /// Delimited text, in one part or many.
    Delimited,
    /// A GeoJSON `FeatureCollection`, with the names of all properties.
    GeoJson { names: Vec<String> },
    /// Objects, with the names of all their members.
    Json { names: Arc<[String]> },
    /// Apache Parquet.
    Parquet,
    /// The sheet of a workbook, which [`Source::member`] names.
    Workbook,
}

/// Why a file cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum SourceError {
    /// The file cannot be opened or read.
    #[error("cannot read {}: {source}{}", path.display(), mend(source))]
    Read {
        /// The file.
        path: PathBuf,
        /// What the operating system said.
        #[source]
        source: io::Error,
    },
    /// The file is empty.
    #[error("{} is empty\nhint: is the download complete?", path.display())]
    Empty {
        /// The file.
        path: PathBuf,
    },
    /// It is neither a file nor a folder.
    #[error("{} is neither a file nor a folder\nhint: what comes through a pipe is gone once it is read: save it as a file", path.display())]
    NotAFile {
        /// What was given.
        path: PathBuf,
    },
    /// It is something else than a table.
    #[error("{} is {what}\nhint: {mend}", path.display())]
    Foreign {
        /// The file, or the member of an archive.
        path: PathBuf,
        /// What it is.
        what: &'static str,
        /// What to do.
        mend: &'static str,
    },
    /// The Parquet file is broken, or written in a way that is not read.
    #[error("{} is not a readable Parquet file: {reason}\nhint: is it complete? Else write it anew, packed with zstd or not at all", path.display())]
    Parquet {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// The archive is broken.
    #[error("{} is not a readable zip archive: {reason}{}", path.display(), unless_told(reason, ANEW))]
    Zip {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// The JSON is broken, or holds no records.
    #[error("{}: {source}", path.display())]
    Json {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        #[source]
        source: JsonError,
    },
    /// The workbook is broken.
    #[error("{} is not a readable workbook: {reason}{}", path.display(), unless_told(reason, "\nhint: open it, and save it anew as a workbook or as CSV"))]
    Workbook {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// The workbook is of a kind that is not read.
    #[error("{} is a workbook of an old kind, or locked by a password\nhint: save it as \"Excel workbook (.xlsx)\", without a password", path.display())]
    OldWorkbook {
        /// The file.
        path: PathBuf,
    },
    /// The archive has no CSV member, or not the one asked for.
    #[error("{} holds no {wanted}; it holds: {}", path.display(), list(members))]
    NoMember {
        /// The file.
        path: PathBuf,
        /// What was looked for.
        wanted: String,
        /// The archive's members.
        members: Vec<String>,
    },
    /// The archive has several CSV members.
    #[error("{} holds {} CSV files: {}\nhint: name one with --member", path.display(), members.len(), list(members))]
    SeveralMembers {
        /// The file.
        path: PathBuf,
        /// The CSV members.
        members: Vec<String>,
    },
    /// A member's name leads out of the archive.
    #[error("{}: the member `{}` has an unsafe name\nhint: unpack it yourself if you trust it, and add the file", path.display(), member.escape_debug())]
    UnsafeMember {
        /// The file.
        path: PathBuf,
        /// The member.
        member: String,
    },
    /// The gzip file is broken.
    #[error("{} is not a readable gzip file: {reason}{}", path.display(), unless_told(reason, ANEW))]
    Gzip {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// The folder holds no file that could be read.
    #[error("{} holds no file that ends in {}", path.display(), endings.join(", "))]
    NoFile {
        /// The folder.
        path: PathBuf,
        /// The endings looked for.
        endings: Vec<String>,
    },
    /// A file has another number of columns than the format, which has no line of names.
    #[error("{}: `{part}` has {found} columns; {} expected", path.display(), list(expected))]
    Columns {
        /// The file or folder given.
        path: PathBuf,
        /// The part of it.
        part: String,
        /// The number of columns of its first line.
        found: usize,
        /// The numbers of columns that the format's releases have.
        expected: Vec<String>,
    },
    /// Two parts have other columns.
    #[error(
        "{}: `{first}` and `{other}` have other columns: {difference}\nhint: add what has other columns as a dataset of \
         its own",
        path.display()
    )]
    OtherColumns {
        /// The file or folder given.
        path: PathBuf,
        /// The part that is read first.
        first: String,
        /// The part that differs from it.
        other: String,
        /// Where they differ first.
        difference: String,
    },
    /// A member is suspiciously larger than its compressed bytes.
    #[error("{}: `{member}` unpacks to {size} bytes from {compressed}, more than {MAX_RATIO} times as much\nhint: unpack it yourself if you trust it", path.display())]
    Bomb {
        /// The file.
        path: PathBuf,
        /// The member.
        member: String,
        /// Its unpacked size in bytes.
        size: u64,
        /// Its packed size in bytes.
        compressed: u64,
    },
}

const ANEW: &str = "\nhint: get the file anew from its publisher: is it complete?";

/// What to do, unless the reason says it.
fn unless_told<'a>(reason: &str, mend: &'a str) -> &'a str {
    if reason.contains("hint:") || reason.contains('?') { "" } else { mend }
}

/// What to do where a file cannot be read, unless the reason says it.
fn mend(error: &io::Error) -> &'static str {
    let mend = match error.kind() {
        io::ErrorKind::InvalidData => ANEW,
        _ => "\nhint: is the path right, and may you read the file?",
    };
    unless_told(&error.to_string(), mend)
}

/// Names, in a message: the first of very many.
fn list(names: &[String]) -> String {
    const SHOWN: usize = 20;
    let shown: Vec<String> = names.iter().take(SHOWN).map(|name| name.escape_debug().to_string()).collect();
    match names.len() {
        0 => "nothing".into(),
        n if n > SHOWN => format!("{}, and {} more", shown.join(", "), n - SHOWN),
        _ => shown.join(", "),
    }
}

/// Something that can be read as records, more than once.
pub(crate) struct Source {
    path: PathBuf,
    /// The zip member, where the file is an archive and one member is read.
    pub(crate) member: Option<String>,
    /// Size of all parts in bytes, as they lie on disk.
    pub(crate) size: u64,
    layout: Layout,
    kind: Kind,
    parts: Vec<Part>,
}

impl Source {
    /// Looks at what is given, finds its parts, and holds their columns against each other.
    pub(crate) fn open(path: &Path, member: Option<&str>, layout: Layout) -> Result<Self, SourceError> {
        check_kind(path)?;
        if let Some(sheet) = workbook::found(path, member)? {
            let parts = vec![Part::whole(path)?];
            let size = parts.iter().map(|part| part.size).sum();
            return Ok(Self { path: path.to_owned(), member: Some(sheet), size, layout, kind: Kind::Workbook, parts });
        }
        let parts = part::find(path, member, &layout)?;
        let member = match parts.as_slice() {
            [one] => one.member().map(str::to_owned),
            _ => None,
        };
        let size = parts.iter().map(|part| part.size).sum();
        let mut source = Self { path: path.to_owned(), member, size, layout, kind: Kind::Delimited, parts };
        source.kind = source.recognise()?;
        if matches!(source.kind, Kind::Delimited) {
            source.check_columns()?;
        }
        Ok(source)
    }

    /// How the one part is written, by its beginning; many parts are texts.
    fn recognise(&self) -> Result<Kind, SourceError> {
        let [part] = self.parts.as_slice() else { return Ok(Kind::Delimited) };
        if self.layout.names.is_some() {
            return Ok(Kind::Delimited);
        }
        let unread = Arc::new(AtomicU64::new(0));
        let wrap = |error| self.unreadable(error);
        let open = || part.open(&unread).map_err(wrap);
        let mut start = vec![0; START];
        let n = read_up_to(&mut open()?, &mut start).map_err(wrap)?;
        foreign::check_wide(&start[..n]).map_err(|foreign| foreign.at(part.place()))?;
        let start = start[..n].strip_prefix(b"\xEF\xBB\xBF").unwrap_or(&start[..n]);
        Ok(match start.trim_ascii_start().first() {
            _ if start.starts_with(b"PAR1") => Kind::Parquet,
            Some(b'{') if geojson::is_collection(start) => {
                Kind::GeoJson { names: geojson::names(&mut open()?).map_err(wrap)? }
            }
            Some(b'{' | b'[') => Kind::Json { names: json::names(open()?).map_err(wrap)? },
            _ => Kind::Delimited,
        })
    }

    /// The one part, opened from its beginning.
    fn only(&self) -> Result<Box<dyn Read + Send>, SourceError> {
        let part = self.parts.first().ok_or_else(|| SourceError::Empty { path: self.path.clone() })?;
        part.open(&Arc::new(AtomicU64::new(0))).map_err(|error| self.unreadable(error))
    }

    /// The one part as a file that can be read in any order, and its size: what is packed is unpacked into a temporary
    /// one.
    fn seekable(&self) -> Result<(File, u64), SourceError> {
        let wrap = |error| self.unreadable(error);
        if let Some(path) = self.parts.first().and_then(Part::plain) {
            return Ok((File::open(path).map_err(wrap)?, self.size));
        }
        let mut file = tempfile::tempfile().map_err(wrap)?;
        let size = io::copy(&mut self.only()?, &mut file).map_err(wrap)?;
        file.seek(SeekFrom::Start(0)).map_err(wrap)?;
        Ok((file, size))
    }

    /// Hands the records to `read`, from the first.
    pub(crate) fn with_records<T, E: From<SourceError>>(
        &self,
        read: impl FnOnce(&mut dyn Records) -> Result<T, E>,
    ) -> Result<T, E> {
        match &self.kind {
            Kind::Delimited => read(&mut Chain::new(self)),
            Kind::GeoJson { names } => read(&mut geojson::Features::new(&mut self.only()?, names.clone())),
            Kind::Json { names } => read(&mut json::Json::new(self.only()?, names.clone())),
            Kind::Parquet => {
                let (file, size) = self.seekable()?;
                read(&mut parquet::Rows::open(file, size).map_err(|error| self.unreadable(error))?)
            }
            Kind::Workbook => {
                workbook::with_sheet(&self.path, self.member.as_deref().unwrap_or_default(), |sheet| read(sheet))
            }
        }
    }

    /// Names and delimiter of every part; all must have the same names, in the same order.
    fn check_columns(&self) -> Result<(), SourceError> {
        let unread = Arc::new(AtomicU64::new(0));
        let mut first: Option<(&Part, Header)> = None;
        for part in &self.parts {
            let Some(names) = chain::start(self, part, &unread)?.names else { continue };
            let header = Header::new(names.iter().map(String::as_str));
            match &first {
                None => first = Some((part, header)),
                Some((_, known)) if known.names() == header.names() => {}
                Some((known_part, known)) => {
                    return Err(SourceError::OtherColumns {
                        path: self.path.clone(),
                        first: known_part.name.clone(),
                        other: part.name.clone(),
                        difference: difference(known.names(), header.names()),
                    });
                }
            }
        }
        Ok(())
    }

    /// The file or folder given.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Names of the parts, where there are several.
    pub(crate) fn part_names(&self) -> Vec<String> {
        match self.parts.as_slice() {
            [_] => Vec::new(),
            parts => parts.iter().map(|part| part.name.clone()).collect(),
        }
    }

    /// Names of the first and of the last part, without folders, for the release that they tell of.
    pub(crate) fn first_and_last(&self) -> Option<(&str, &str)> {
        let base = |part: &'_ Part| part.name.rfind('/').map_or(0, |at| at + 1);
        let (first, last) = (self.parts.first()?, self.parts.last()?);
        Some((&first.name[base(first)..], &last.name[base(last)..]))
    }

    /// SHA-256 and size of what is given. A file's is that of its bytes. A folder's is that of the text which
    /// `sha256sum` prints for its files (hash, two spaces, path below the folder), its lines sorted; its size is the
    /// sum of theirs.
    pub(crate) fn digest(&self) -> Result<(String, u64), SourceError> {
        let read = |path: &Path, source| SourceError::Read { path: path.to_owned(), source };
        if !self.path.is_dir() {
            return digest::of_file(&self.path).map_err(|e| read(&self.path, e));
        }
        let (mut lines, mut total) = (Vec::new(), 0);
        for (path, name) in self.files() {
            let (hash, size) = digest::of_file(path).map_err(|e| read(path, e))?;
            lines.push(format!("{hash}  {name}\n"));
            total += size;
        }
        lines.sort();
        Ok((digest::hex(Sha256::digest(lines.concat())), total))
    }

    /// The files that parts lie in, each once, with their names below what is given.
    fn files(&self) -> Vec<(&Path, &str)> {
        let mut files: Vec<_> = self.parts.iter().map(Part::file).collect();
        files.dedup();
        files
    }

    /// Size and time of change of every file, to notice one that is still being written.
    pub(crate) fn stamp(&self) -> Result<Stamp, SourceError> {
        let of = |path: &Path| {
            let meta = fs::metadata(path).map_err(|source| SourceError::Read { path: path.to_owned(), source })?;
            Ok((meta.len(), meta.modified().ok()))
        };
        self.files().into_iter().map(|(path, _)| of(path)).collect::<Result<_, _>>().map(Stamp)
    }

    /// What went wrong in reading, told of this source.
    pub(crate) fn unreadable(&self, source: io::Error) -> SourceError {
        let path = self.path.clone();
        match source.downcast::<JsonError>() {
            Ok(source) => SourceError::Json { path, source },
            Err(source) => match self.kind {
                Kind::Parquet => SourceError::Parquet { path, reason: source.to_string() },
                Kind::Workbook => SourceError::Workbook { path, reason: source.to_string() },
                Kind::Delimited | Kind::GeoJson { .. } | Kind::Json { .. } => SourceError::Read { path, source },
            },
        }
    }
}

/// Whether there is a file or folder: to open a pipe would mean to wait, and a device may have no end.
fn check_kind(path: &Path) -> Result<(), SourceError> {
    let meta = fs::metadata(path).map_err(|source| SourceError::Read { path: path.to_owned(), source })?;
    if meta.is_file() || meta.is_dir() { Ok(()) } else { Err(SourceError::NotAFile { path: path.to_owned() }) }
}

/// How the workbooks before 2007 begin, and those that are locked by a password.
const OLD_WORKBOOK: [u8; 8] = [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1];

/// Whether a member's name stays within the archive, on any system.
fn is_safe(name: &str) -> bool {
    let drive = name.as_bytes().get(1) == Some(&b':');
    let above = name.split(['/', '\\']).any(|part| part == "..");
    !name.starts_with(['/', '\\']) && !drive && !above && !name.contains('\0')
}

/// The size of a member in bytes, where it has a safe name and does not claim to unpack to suspiciously much.
fn harmless_size<R: Read>(path: &Path, entry: &zip::read::ZipFile<'_, R>) -> Result<u64, SourceError> {
    let path = path.to_owned();
    let member = match entry.name() {
        Ok(name) => name.into_owned(),
        Err(e) => return Err(SourceError::Zip { path, reason: e.to_string() }),
    };
    if !is_safe(&member) {
        return Err(SourceError::UnsafeMember { path, member });
    }
    let (size, compressed) = (entry.size(), entry.compressed_size());
    if size > HARMLESS && size / MAX_RATIO > compressed {
        return Err(SourceError::Bomb { path, member, size, compressed });
    }
    Ok(size)
}

/// Calls the reader of a format that is not our own. On a damaged file some give up by a panic, which is an error here.
fn guarded<T>(read: impl FnOnce() -> io::Result<T>) -> io::Result<T> {
    catch_unwind(AssertUnwindSafe(read)).unwrap_or_else(|_| {
        Err(io::Error::new(io::ErrorKind::InvalidData, "it is damaged, in a way that its reader cannot tell"))
    })
}

/// Sizes and times of change.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Stamp(Vec<(u64, Option<SystemTime>)>);

impl Stamp {
    /// All sizes together, in bytes.
    pub(crate) fn bytes(&self) -> u64 {
        self.0.iter().map(|(size, _)| size).sum()
    }

    /// When the last of the files was changed.
    pub(crate) fn latest(&self) -> Option<SystemTime> {
        self.0.iter().filter_map(|(_, changed)| *changed).max()
    }
}

/// Where two lists of names differ first.
fn difference(first: &[String], other: &[String]) -> String {
    match first.iter().zip(other).position(|(a, b)| a != b) {
        Some(at) => format!("column {} is `{}` in the one and `{}` in the other", at + 1, first[at], other[at]),
        None => format!("the one has {}, the other {}", first.len(), other.len()),
    }
}

/// Reads until the buffer is full or the input ends; gives the number of bytes read.
fn read_up_to(input: &mut (impl Read + ?Sized), buffer: &mut [u8]) -> io::Result<usize> {
    let mut filled = 0;
    while filled < buffer.len() {
        match input.read(&mut buffer[filled..]) {
            Ok(0) => break,
            Ok(n) => filled += n,
            Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
            Err(e) => return Err(e),
        }
    }
    Ok(filled)
}
