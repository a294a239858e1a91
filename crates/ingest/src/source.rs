//! A released file as a stream of records: the file itself, or one member of a zip archive. What it is written in is
//! told by its first bytes, not by its name.

use std::fs::File;
use std::io::{self, BufReader, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use zip::ZipArchive;

use crate::adapter::Layout;
use crate::record::{Delimited, Records};

mod geojson;
mod parquet;

/// A zip member may be this many times larger than its compressed bytes. CSV reaches about 30; a bomb thousands.
const MAX_RATIO: u64 = 200;
/// Below this size a member is harmless, whatever its ratio.
const HARMLESS: u64 = 64 << 20;

/// Why a file cannot be read as CSV.
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

/// How a file is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// CSV and its like.
    Delimited,
    /// A GeoJSON `FeatureCollection`.
    GeoJson,
    /// Apache Parquet.
    Parquet,
}

impl Kind {
    /// Told from the beginning of the text; what is nothing else is delimited.
    fn of(start: &[u8]) -> Self {
        let start = start.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(start);
        if start.starts_with(b"PAR1") {
            Self::Parquet
        } else if start.trim_ascii_start().starts_with(b"{") && geojson::is_collection(start) {
            Self::GeoJson
        } else {
            Self::Delimited
        }
    }
}

/// How much of a file is looked at to tell how it is written.
const START: usize = 1 << 14;

/// A file that can be read as records, more than once.
pub(crate) struct Source {
    path: PathBuf,
    /// The zip member, where the file is an archive.
    pub(crate) member: Option<String>,
    /// Size of the text in bytes.
    pub(crate) size: u64,
    layout: Layout,
    kind: Kind,
}

impl Source {
    /// Looks at the file and, in an archive, chooses the member.
    pub(crate) fn open(path: &Path, member: Option<&str>, layout: Layout) -> Result<Self, SourceError> {
        let wrap = |source| SourceError::Read { path: path.to_owned(), source };
        let mut file = File::open(path).map_err(wrap)?;
        let mut magic = [0; 4];
        let n = read_up_to(&mut file, &mut magic).map_err(wrap)?;
        if n == 0 {
            return Err(SourceError::Empty { path: path.to_owned() });
        }
        if magic == *b"PK\x03\x04" || magic == *b"PK\x05\x06" {
            file.rewind().map_err(wrap)?;
            return Self::in_archive(path, file, member, layout);
        }
        if magic.starts_with(b"\xFF\xFE") || magic.starts_with(b"\xFE\xFF") {
            return Err(SourceError::Utf16 { path: path.to_owned() });
        }
        let size = file.metadata().map_err(wrap)?.len();
        Self { path: path.to_owned(), member: None, size, layout, kind: Kind::Delimited }.told()
    }

    /// With the kind that the text's beginning tells. A file without names is of a kind that the layout knows.
    fn told(mut self) -> Result<Self, SourceError> {
        if self.layout.names.is_none() {
            self.kind = Kind::of(&self.start()?);
        }
        Ok(self)
    }

    fn in_archive(path: &Path, file: File, wanted: Option<&str>, layout: Layout) -> Result<Self, SourceError> {
        let owned = || path.to_owned();
        let broken = |e: zip::result::ZipError| SourceError::Zip { path: owned(), reason: e.to_string() };
        let mut archive = ZipArchive::new(BufReader::new(file)).map_err(broken)?;
        let members: Vec<String> =
            archive.file_names().filter_map(Result::ok).map(std::borrow::Cow::into_owned).collect();
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
        let entry = archive.by_name(&member).map_err(broken)?;
        if entry.enclosed_name().is_none() {
            return Err(SourceError::UnsafeMember { path: owned(), member });
        }
        let (size, compressed) = (entry.size(), entry.compressed_size());
        if size > HARMLESS && size / MAX_RATIO > compressed {
            return Err(SourceError::Bomb { path: owned(), member, size, compressed });
        }
        Self { path: owned(), member: Some(member), size, layout, kind: Kind::Delimited }.told()
    }

    /// Hands the records to `read`, from the first.
    pub(crate) fn with_records<T, E: From<SourceError>>(
        &self,
        read: impl FnOnce(&mut dyn Records) -> Result<T, E>,
    ) -> Result<T, E> {
        let wrap = |source| SourceError::Read { path: self.path.clone(), source };
        match self.kind {
            Kind::Delimited => {
                let delimiter = match self.layout.delimiter {
                    Some(delimiter) => delimiter,
                    None => self.delimiter()?,
                };
                self.with_reader(|input| read(&mut Delimited::new(input, delimiter, &self.layout)))
            }
            Kind::GeoJson => {
                let names = self.with_reader(|input| geojson::names(input).map_err(wrap))?;
                self.with_reader(|input| read(&mut geojson::Features::new(input, names)))
            }
            Kind::Parquet => read(&mut parquet::Rows::open(self.seekable()?, self.size).map_err(wrap)?),
        }
    }

    /// The text as a file that can be read in any order: an archive's member is unpacked into a temporary one.
    fn seekable(&self) -> Result<File, SourceError> {
        let wrap = |source| SourceError::Read { path: self.path.clone(), source };
        if self.member.is_none() {
            return File::open(&self.path).map_err(wrap);
        }
        self.with_reader(|input| {
            let mut file = tempfile::tempfile().map_err(wrap)?;
            io::copy(input, &mut file).and_then(|_| file.seek(SeekFrom::Start(0))).map_err(wrap)?;
            Ok(file)
        })
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

    /// The beginning of the text.
    fn start(&self) -> Result<Vec<u8>, SourceError> {
        self.with_reader(|input| {
            let mut start = vec![0; START];
            let n = read_up_to(input, &mut start)
                .map_err(|source| SourceError::Read { path: self.path.clone(), source })?;
            start.truncate(n);
            Ok(start)
        })
    }

    /// The delimiter of the first line: a comma, or the semicolon or tab that some spreadsheets write instead.
    fn delimiter(&self) -> Result<u8, SourceError> {
        let start = self.start()?;
        let line = start.split(|b| *b == b'\n').next().unwrap_or_default();
        let count = |d: u8| line.iter().filter(|b| **b == d).count();
        Ok([b'\t', b';', b','].into_iter().max_by_key(|d| count(*d)).unwrap_or(b','))
    }

    /// The file.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }
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
