//! A released file as a stream of records: the file itself, the members of an archive, or the files of a folder.
//!
//! ```text
//! what is given ── part::find ── parts ── part::open ── bytes ── chain ── records, one after the other
//!  (file, archive, gzip, folder)          (guarded, counted)
//! ```

use std::fs;
use std::io::{self, Read};
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
mod part;

/// Packed bytes may become this many times more. CSV reaches about 30; a bomb thousands.
const MAX_RATIO: u64 = 200;
/// Below this size unpacked bytes are harmless, whatever their ratio.
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
    /// The gzip file is broken.
    #[error("{} is not a readable gzip file: {reason}", path.display())]
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

fn list(names: &[String]) -> String {
    if names.is_empty() { "nothing".into() } else { names.join(", ") }
}

/// How records are made of the bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Delimited text, in one part or many.
    Delimited,
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
        let parts = part::find(path, member, &layout)?;
        let member = match parts.as_slice() {
            [one] => one.member().map(str::to_owned),
            _ => None,
        };
        let size = parts.iter().map(|part| part.size).sum();
        let source = Self { path: path.to_owned(), member, size, layout, kind: Kind::Delimited, parts };
        match source.kind {
            Kind::Delimited => source.check_columns()?,
        }
        Ok(source)
    }

    /// Hands the records to `read`, from the first.
    pub(crate) fn with_records<T, E: From<SourceError>>(
        &self,
        read: impl FnOnce(&mut dyn Records) -> Result<T, E>,
    ) -> Result<T, E> {
        match self.kind {
            Kind::Delimited => read(&mut Chain::new(self)),
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

    /// Names of the first and of the last part, without folders, for the release that they tell of.
    pub(crate) fn first_and_last(&self) -> Option<(&str, &str)> {
        let base = |part: &'_ Part| part.name.rfind('/').map_or(0, |at| at + 1);
        let (first, last) = (self.parts.first()?, self.parts.last()?);
        Some((&first.name[base(first)..], &last.name[base(last)..]))
    }

    /// SHA-256 and size of what is given. A file's is that of its bytes. A folder's is that of the text which
    /// `sha256sum` prints for its files (hash, two spaces, path below the folder), its lines sorted; its size is the
    /// sum of theirs. `seen` is told of the bytes read so far.
    pub(crate) fn digest(&self, mut seen: impl FnMut(u64)) -> Result<(String, u64), SourceError> {
        let read = |path: &Path, source| SourceError::Read { path: path.to_owned(), source };
        if !self.path.is_dir() {
            return digest::of_file(&self.path, seen).map_err(|e| read(&self.path, e));
        }
        let (mut lines, mut total) = (Vec::new(), 0);
        for (path, name) in self.files() {
            let (hash, size) = digest::of_file(path, |done| seen(total + done)).map_err(|e| read(path, e))?;
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
        SourceError::Read { path: self.path.clone(), source }
    }
}

/// Sizes and times of change.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Stamp(Vec<(u64, Option<SystemTime>)>);

impl Stamp {
    /// All sizes together, in bytes.
    pub(crate) fn bytes(&self) -> u64 {
        self.0.iter().map(|(size, _)| size).sum()
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
