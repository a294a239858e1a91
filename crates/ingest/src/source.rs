//! A released file as a stream of records. What it is, is told by its first bytes: delimited text, JSON, or a workbook;
//! text may be the one member of a zip archive.

use std::fs::File;
use std::io::{self, BufReader, Read, Seek};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use zip::ZipArchive;

use crate::adapter::Layout;
use crate::record::{Delimited, Records};

/// A zip member may be this many times larger than its compressed bytes. CSV reaches about 30; a bomb thousands.
const MAX_RATIO: u64 = 200;
/// Below this size a member is harmless, whatever its ratio.
const HARMLESS: u64 = 64 << 20;

mod json;
mod workbook;

pub use json::JsonError;

/// How the records are written.
enum Kind {
    /// Lines of fields, with the byte between them.
    Delimited { delimiter: u8 },
    /// Objects, with the names of all their members.
    Json { names: Arc<[String]> },
    /// The sheet of a workbook, which [`Source::member`] names.
    Workbook,
}

/// Why a file cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum SourceError {
    /// The file cannot be opened or read.
    #[error("cannot read {}: {source}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What the operating system said.
        #[source]
        source: io::Error,
    },
    /// The file is empty.
    #[error("{} is empty", path.display())]
    Empty {
        /// The file.
        path: PathBuf,
    },
    /// The text is UTF-16, as some spreadsheets save it.
    #[error("{} is UTF-16 text\nhint: save it as \"CSV UTF-8\"", path.display())]
    Utf16 {
        /// The file.
        path: PathBuf,
    },
    /// The archive is broken.
    #[error("{} is not a readable zip archive: {reason}", path.display())]
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
    #[error("{} is not a readable workbook: {reason}", path.display())]
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
    #[error("{}: the member `{member}` has an unsafe name", path.display())]
    UnsafeMember {
        /// The file.
        path: PathBuf,
        /// The member.
        member: String,
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

fn list(names: &[String]) -> String {
    if names.is_empty() { "nothing".into() } else { names.join(", ") }
}

/// A file whose records can be read, more than once.
pub(crate) struct Source {
    path: PathBuf,
    /// The member of an archive, or the sheet of a workbook.
    pub(crate) member: Option<String>,
    /// Size of the text, or of the workbook, in bytes.
    pub(crate) size: u64,
    layout: Layout,
    kind: Kind,
}

impl Source {
    /// Looks at the file and, in an archive, chooses the member. JSON is read once, as its columns are known only then.
    pub(crate) fn open(path: &Path, member: Option<&str>, layout: Layout) -> Result<Self, SourceError> {
        let wrap = |source| SourceError::Read { path: path.to_owned(), source };
        let mut file = File::open(path).map_err(wrap)?;
        let mut magic = [0; 8];
        let n = read_up_to(&mut file, &mut magic).map_err(wrap)?;
        if n == 0 {
            return Err(SourceError::Empty { path: path.to_owned() });
        }
        let size = file.metadata().map_err(wrap)?.len();
        let path = path.to_owned();
        if magic == OLD_WORKBOOK {
            return Err(SourceError::OldWorkbook { path });
        }
        let (member, size) = if magic.starts_with(b"PK\x03\x04") || magic.starts_with(b"PK\x05\x06") {
            file.rewind().map_err(wrap)?;
            let broken = |e: zip::result::ZipError| SourceError::Zip { path: path.clone(), reason: e.to_string() };
            let mut archive = ZipArchive::new(BufReader::new(file)).map_err(broken)?;
            if workbook::is_one(&archive) {
                let sheet = workbook::choose(&path, &mut archive, member)?;
                return Ok(Self { path, member: Some(sheet), size, layout, kind: Kind::Workbook });
            }
            let (member, size) = choose_member(&path, &mut archive, member, &layout)?;
            (Some(member), size)
        } else {
            (None, size)
        };
        let kind = Kind::Delimited { delimiter: b',' };
        let mut source = Self { path, member, size, layout, kind };
        source.kind = source.recognise()?;
        Ok(source)
    }

    /// What the text is, by its beginning.
    fn recognise(&self) -> Result<Kind, SourceError> {
        let start = self.with_reader(|input| {
            let mut start = vec![0; 1 << 14];
            let n = read_up_to(input, &mut start).map_err(|source| self.read_error(source))?;
            start.truncate(n);
            Ok::<_, SourceError>(start)
        })?;
        if start.starts_with(b"\xFF\xFE") || start.starts_with(b"\xFE\xFF") {
            return Err(SourceError::Utf16 { path: self.path.clone() });
        }
        let text = start.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(&start).trim_ascii_start();
        if self.layout.names.is_none() && matches!(text.first(), Some(b'{' | b'[')) {
            let names = self.with_reader(|input| json::names(input).map_err(|source| self.read_error(source)))?;
            return Ok(Kind::Json { names });
        }
        Ok(Kind::Delimited { delimiter: self.layout.delimiter.unwrap_or_else(|| delimiter(&start)) })
    }

    /// The error of a reader as that of the file.
    fn read_error(&self, source: io::Error) -> SourceError {
        let path = self.path.clone();
        match source.downcast::<JsonError>() {
            Ok(source) => SourceError::Json { path, source },
            Err(source) => SourceError::Read { path, source },
        }
    }

    /// Hands the records to `read`, from the first.
    pub(crate) fn with_records<T, E: From<SourceError>>(
        &self,
        read: impl FnOnce(&mut dyn Records) -> Result<T, E>,
    ) -> Result<T, E> {
        match &self.kind {
            Kind::Delimited { delimiter } => {
                self.with_reader(|input| read(&mut Delimited::new(input, *delimiter, &self.layout)))
            }
            Kind::Json { names } => self.with_reader(|input| read(&mut json::Json::new(input, names.clone()))),
            Kind::Workbook => {
                workbook::with_sheet(&self.path, self.member.as_deref().unwrap_or_default(), |sheet| read(sheet))
            }
        }
    }

    /// Hands the text to `read`, from its beginning. No more is read than the size found by [`Self::open`], so
    /// that a size stated falsely does no harm.
    fn with_reader<T, E: From<SourceError>>(&self, read: impl FnOnce(&mut dyn Read) -> Result<T, E>) -> Result<T, E> {
        let wrap = |source| SourceError::Read { path: self.path.clone(), source };
        let file = File::open(&self.path).map_err(wrap)?;
        let Some(member) = &self.member else {
            return read(&mut file.take(self.size));
        };
        let broken = |e: zip::result::ZipError| SourceError::Zip { path: self.path.clone(), reason: e.to_string() };
        let mut archive = ZipArchive::new(BufReader::new(file)).map_err(broken)?;
        let entry = archive.by_name(member).map_err(broken)?;
        read(&mut entry.take(self.size))
    }

    /// The file.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }
}

/// How the workbooks before 2007 begin, and those that are locked by a password.
const OLD_WORKBOOK: [u8; 8] = [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1];

/// The member of an archive that is read, and its size in bytes.
fn choose_member(
    path: &Path,
    archive: &mut ZipArchive<BufReader<File>>,
    wanted: Option<&str>,
    layout: &Layout,
) -> Result<(String, u64), SourceError> {
    let owned = || path.to_owned();
    let broken = |e: zip::result::ZipError| SourceError::Zip { path: owned(), reason: e.to_string() };
    let members: Vec<String> = archive.file_names().filter_map(Result::ok).map(std::borrow::Cow::into_owned).collect();
    let chosen: Vec<&String> = members
        .iter()
        .filter(|name| match wanted {
            Some(wanted) => name.as_str() == wanted,
            // Finder leaves shadow files of the same ending.
            None => {
                let name = name.to_ascii_lowercase();
                layout.endings.iter().any(|ending| name.ends_with(ending)) && !name.starts_with("__macosx/")
            }
        })
        .collect();
    let member = match chosen.as_slice() {
        [one] => (*one).clone(),
        [] => {
            let wanted = wanted.map_or("CSV file".to_owned(), |name| format!("`{name}`"));
            return Err(SourceError::NoMember { path: owned(), wanted, members });
        }
        several => {
            let members = several.iter().map(|name| (*name).clone()).collect();
            return Err(SourceError::SeveralMembers { path: owned(), members });
        }
    };
    let size = harmless_size(path, &archive.by_name(&member).map_err(broken)?)?;
    Ok((member, size))
}

/// The size of a member in bytes, where it has a safe name and does not claim to unpack to suspiciously much.
fn harmless_size<R: Read>(path: &Path, entry: &zip::read::ZipFile<'_, R>) -> Result<u64, SourceError> {
    let path = path.to_owned();
    let member = match entry.name() {
        Ok(name) => name.into_owned(),
        Err(e) => return Err(SourceError::Zip { path, reason: e.to_string() }),
    };
    if entry.enclosed_name().is_none() {
        return Err(SourceError::UnsafeMember { path, member });
    }
    let (size, compressed) = (entry.size(), entry.compressed_size());
    if size > HARMLESS && size / MAX_RATIO > compressed {
        return Err(SourceError::Bomb { path, member, size, compressed });
    }
    Ok(size)
}

/// The delimiter of the first line: a comma, or the semicolon or tab that some spreadsheets write instead.
fn delimiter(start: &[u8]) -> u8 {
    let line = start.split(|b| *b == b'\n').next().unwrap_or_default();
    let count = |d: u8| line.iter().filter(|b| **b == d).count();
    [b'\t', b';', b','].into_iter().max_by_key(|d| count(*d)).unwrap_or(b',')
}

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
