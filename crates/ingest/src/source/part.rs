//! Parts: where the bytes of a source lie, how they are packed, and how they are guarded when they are unpacked.

use std::collections::HashSet;
use std::fs::{self, File};
use std::io::{self, BufReader, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use flate2::Crc;
use flate2::read::{DeflateDecoder, MultiGzDecoder};
use zip::{CompressionMethod, ZipArchive};

use crate::adapter::Layout;

use super::{HARMLESS, MAX_RATIO, SourceError, check_kind, is_safe, read_up_to};

/// One text: a file, or the member of an archive.
#[derive(Debug)]
pub(super) struct Part {
    path: PathBuf,
    /// The file's name: its path below the folder that is given, `/` between.
    file: String,
    /// Its name in messages: the file's, and the member's behind it.
    pub(super) name: String,
    /// Its size on disk, in bytes.
    pub(super) size: u64,
    packing: Packing,
}

#[derive(Debug)]
enum Packing {
    None,
    Gzip,
    Zip(Member),
}

/// What the archive says of a member.
#[derive(Debug)]
struct Member {
    name: String,
    /// Where its packed bytes begin.
    start: u64,
    deflated: bool,
    size: u64,
    crc: u32,
}

/// The parts of what is given, in order of their names.
pub(super) fn find(path: &Path, member: Option<&str>, layout: &Layout) -> Result<Vec<Part>, SourceError> {
    if !path.is_dir() {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        return of_file(path, &name, member, layout);
    }
    let mut files = Vec::new();
    list(path, "", &mut files, &mut HashSet::new())?;
    files.sort_by(|a, b| a.1.cmp(&b.1));
    let mut parts = Vec::new();
    for (path, name) in files.iter().filter(|(_, name)| fits(name, layout)) {
        match of_file(path, name, member, layout) {
            Ok(found) => parts.extend(found),
            // An archive of something else, such as GDELT's mentions beside its events.
            Err(SourceError::NoMember { .. }) => {}
            Err(error) => return Err(error),
        }
    }
    if parts.is_empty() {
        let endings = layout.endings.iter().flat_map(|e| [(*e).to_owned(), format!("{e}.gz"), format!("{e}.zip")]);
        return Err(SourceError::NoFile { path: path.to_owned(), endings: endings.collect() });
    }
    Ok(parts)
}

/// The files of a folder and of the folders in it, hidden ones left out. No folder is read twice, so a link that leads
/// back ends there.
fn list(
    folder: &Path,
    below: &str,
    files: &mut Vec<(PathBuf, String)>,
    known: &mut HashSet<PathBuf>,
) -> Result<(), SourceError> {
    let wrap = |source| SourceError::Read { path: folder.to_owned(), source };
    if !known.insert(folder.canonicalize().map_err(wrap)?) {
        return Ok(());
    }
    let mut entries = fs::read_dir(folder).and_then(Iterator::collect::<Result<Vec<_>, _>>).map_err(wrap)?;
    entries.sort_by_key(fs::DirEntry::file_name);
    for entry in entries {
        let (path, name) = (entry.path(), entry.file_name().to_string_lossy().into_owned());
        if name.starts_with('.') || name == "__MACOSX" {
            continue;
        }
        if path.is_dir() {
            list(&path, &format!("{below}{name}/"), files, known)?;
        } else {
            // A link to nothing, or a device, is told of by whoever reads it.
            files.push((path, format!("{below}{name}")));
        }
    }
    Ok(())
}

/// Lists of files that archives and repositories add: Finder's shadow files, Dataverse's manifest.
fn is_by_the_way(name: &str) -> bool {
    name.starts_with("__macosx/") || name.rsplit('/').next() == Some("manifest.txt")
}

/// Whether a file of a folder is one to read: its ending is the format's, packed or not, or it is an archive.
fn fits(name: &str, layout: &Layout) -> bool {
    let name = name.to_ascii_lowercase();
    let plain = name.strip_suffix(".gz").unwrap_or(&name);
    !is_by_the_way(&name) && (name.ends_with(".zip") || layout.endings.iter().any(|ending| plain.ends_with(ending)))
}

fn of_file(path: &Path, name: &str, member: Option<&str>, layout: &Layout) -> Result<Vec<Part>, SourceError> {
    let wrap = |source| SourceError::Read { path: path.to_owned(), source };
    let owned = || path.to_owned();
    check_kind(path)?;
    let mut file = File::open(path).map_err(wrap)?;
    let mut magic = [0; 4];
    let n = read_up_to(&mut file, &mut magic).map_err(wrap)?;
    if n == 0 {
        return Err(SourceError::Empty { path: owned() });
    }
    let not_as_named = || "its first bytes are others: was the download refused?".to_owned();
    let lower = name.to_ascii_lowercase();
    let packing = if magic == *b"PK\x03\x04" || magic == *b"PK\x05\x06" {
        file.rewind().map_err(wrap)?;
        return members(path, name, file, member, layout);
    } else if magic.starts_with(&[0x1F, 0x8B]) {
        Packing::Gzip
    } else if lower.ends_with(".zip") {
        return Err(SourceError::Zip { path: owned(), reason: not_as_named() });
    } else if lower.ends_with(".gz") {
        return Err(SourceError::Gzip { path: owned(), reason: not_as_named() });
    } else {
        Packing::None
    };
    let size = file.metadata().map_err(wrap)?.len();
    Ok(vec![Part { path: owned(), file: name.to_owned(), name: name.to_owned(), size, packing }])
}

/// The members of an archive that are to be read.
fn members(
    path: &Path,
    file_name: &str,
    file: File,
    wanted: Option<&str>,
    layout: &Layout,
) -> Result<Vec<Part>, SourceError> {
    let owned = || path.to_owned();
    let broken = |e: zip::result::ZipError| SourceError::Zip { path: owned(), reason: e.to_string() };
    let stated = stated_members(&file).map_err(|source| SourceError::Read { path: owned(), source })?;
    let mut archive = ZipArchive::new(BufReader::new(file)).map_err(broken)?;
    // The reader of archives keeps one of the members that share a name, and says nothing of the others.
    if stated.is_some_and(|stated| stated > archive.len()) {
        let reason = "several of its members have the same name\nhint: unpack it, and pack them under different names";
        return Err(SourceError::Zip { path: owned(), reason: reason.into() });
    }
    let mut all = Vec::with_capacity(archive.len());
    for index in 0..archive.len() {
        if let Some(name) = archive.name_for_index(index) {
            all.push((name.map_err(broken)?.into_owned(), index));
        }
    }
    all.sort();
    let chosen: Vec<&(String, usize)> = all.iter().filter(|(name, _)| is_chosen(name, wanted, layout)).collect();
    let names = |members: &[&(String, usize)]| members.iter().map(|(name, _)| name.clone()).collect::<Vec<_>>();
    if chosen.is_empty() {
        let wanted = wanted.map_or_else(|| kind_of_file(layout), |name| format!("`{name}`"));
        return Err(SourceError::NoMember { path: owned(), wanted, members: names(&all.iter().collect::<Vec<_>>()) });
    }
    if chosen.len() > 1 && !layout.many {
        return Err(SourceError::SeveralMembers { path: owned(), members: names(&chosen) });
    }
    let on_disk = fs::metadata(path).map_err(|source| SourceError::Read { path: owned(), source })?.len();
    let mut parts = Vec::with_capacity(chosen.len());
    for (member, index) in chosen {
        let (member, size) = look_at(path, &mut archive, member, *index)?;
        let name = format!("{file_name}/{}", member.name);
        let file = file_name.to_owned();
        parts.push(Part { path: owned(), file, name, size, packing: Packing::Zip(member) });
    }
    if parts.iter().map(|part| part.size).fold(0, u64::saturating_add) > on_disk {
        let reason =
            "its members take more bytes than the archive: is it a bomb?\nhint: unpack it yourself if you trust it";
        return Err(SourceError::Zip { path: owned(), reason: reason.into() });
    }
    Ok(parts)
}

/// The number of members that the end of an archive states; none where it has more than that number can say.
fn stated_members(mut file: &File) -> io::Result<Option<usize>> {
    /// The record's own length, and the longest comment behind it.
    const TAIL: u64 = 22 + 0xFFFF;
    let size = file.seek(SeekFrom::End(0))?;
    file.seek(SeekFrom::Start(size.saturating_sub(TAIL)))?;
    let mut tail = Vec::new();
    file.read_to_end(&mut tail)?;
    file.rewind()?;
    let record = memchr::memmem::rfind(&tail, b"PK\x05\x06").and_then(|at| tail.get(at + 10..at + 12));
    let count = record.and_then(|bytes| bytes.try_into().ok()).map(u16::from_le_bytes);
    Ok(count.filter(|count| *count != u16::MAX).map(usize::from))
}

/// What the format's files are called in messages.
fn kind_of_file(layout: &Layout) -> String {
    match layout.endings {
        [".csv"] => "CSV file".to_owned(),
        endings => format!("file that ends in {}", endings.join(" or ")),
    }
}

fn is_chosen(name: &str, wanted: Option<&str>, layout: &Layout) -> bool {
    match wanted {
        Some(wanted) => name == wanted,
        None => {
            let name = name.to_ascii_lowercase();
            layout.endings.iter().any(|ending| name.ends_with(ending)) && !is_by_the_way(&name)
        }
    }
}

/// Refuses a member that is unsafe or cannot be unpacked; gives it with its packed size.
fn look_at(
    path: &Path,
    archive: &mut ZipArchive<BufReader<File>>,
    name: &str,
    index: usize,
) -> Result<(Member, u64), SourceError> {
    let (owned, member) = (|| path.to_owned(), || name.to_owned());
    let zip = |reason: String| SourceError::Zip { path: owned(), reason };
    let entry = archive.by_index_raw(index).map_err(|e| zip(e.to_string()))?;
    if !is_safe(name) {
        return Err(SourceError::UnsafeMember { path: owned(), member: member() });
    }
    if entry.is_symlink() {
        return Err(zip(format!("`{name}` is a link, not a file\nhint: pack the file itself")));
    }
    let (size, compressed) = (entry.size(), entry.compressed_size());
    if size > HARMLESS && size / MAX_RATIO > compressed {
        return Err(SourceError::Bomb { path: owned(), member: member(), size, compressed });
    }
    let deflated = match entry.compression() {
        _ if entry.encrypted() => return Err(zip(format!("`{name}` is encrypted\nhint: unpack it with its password"))),
        CompressionMethod::Stored => false,
        CompressionMethod::Deflated => true,
        other => return Err(zip(format!("`{name}` is packed as {other:?}; only deflate is read\nhint: unpack it"))),
    };
    let start = entry.data_start().ok_or_else(|| zip(format!("`{name}` has no bytes")))?;
    Ok((Member { name: member(), start, deflated, size, crc: entry.crc32() }, compressed))
}

impl Part {
    /// A file that is read as it is, by a reader of its own.
    pub(super) fn whole(path: &Path) -> Result<Self, SourceError> {
        let wrap = |source| SourceError::Read { path: path.to_owned(), source };
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let size = fs::metadata(path).map_err(wrap)?.len();
        Ok(Self { path: path.to_owned(), file: name.clone(), name, size, packing: Packing::None })
    }

    /// The member's name, where the part is one.
    pub(super) fn member(&self) -> Option<&str> {
        match &self.packing {
            Packing::Zip(member) => Some(&member.name),
            Packing::None | Packing::Gzip => None,
        }
    }

    /// Where it lies, for messages: the file, and the member behind it.
    pub(super) fn place(&self) -> PathBuf {
        match self.member() {
            Some(member) => self.path.join(member),
            None => self.path.clone(),
        }
    }

    /// The file that it lies in, and its name below what is given.
    pub(super) fn file(&self) -> (&Path, &str) {
        (&self.path, &self.file)
    }

    /// The file itself, where nothing has to be unpacked.
    pub(super) fn plain(&self) -> Option<&Path> {
        matches!(self.packing, Packing::None).then_some(self.path.as_path())
    }

    /// The text, from its beginning. `read` counts the bytes taken from disk.
    ///
    /// # Errors
    /// Reading fails where the text is cut short, is not what its checksum says, or is larger than it may be.
    pub(super) fn open(&self, read: &Arc<AtomicU64>) -> io::Result<Box<dyn Read + Send>> {
        let mut file = File::open(&self.path).map_err(|error| of(&self.name, error))?;
        if let Packing::Zip(member) = &self.packing {
            file.seek(SeekFrom::Start(member.start))?;
        }
        let disk = Counted { inner: file.take(self.size), name: self.name.clone(), read: read.clone() };
        let (inner, promise): (Box<dyn Read + Send>, _) = match &self.packing {
            Packing::None => return Ok(Box::new(disk)),
            Packing::Gzip => (
                Box::new(MultiGzDecoder::new(disk)),
                Promise::Ratio { read: read.clone(), before: read.load(Ordering::Relaxed) },
            ),
            Packing::Zip(member) => {
                let promise = Promise::Stated { size: member.size, crc: member.crc, seen: Crc::new() };
                if member.deflated { (Box::new(DeflateDecoder::new(disk)), promise) } else { (Box::new(disk), promise) }
            }
        };
        Ok(Box::new(Guarded { inner, name: self.name.clone(), unpacked: 0, promise }))
    }
}

/// Counts the bytes taken from disk.
struct Counted<R> {
    inner: R,
    name: String,
    read: Arc<AtomicU64>,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n = self.inner.read(buffer).map_err(|error| of(&self.name, error))?;
        self.read.fetch_add(n as u64, Ordering::Relaxed);
        Ok(n)
    }
}

/// An error of the operating system, told of a part.
fn of(name: &str, error: io::Error) -> io::Error {
    match error.kind() {
        io::ErrorKind::Interrupted => error,
        kind => io::Error::new(kind, format!("`{name}`: {error}")),
    }
}

/// Holds unpacked bytes to what was promised of them.
struct Guarded {
    inner: Box<dyn Read + Send>,
    name: String,
    unpacked: u64,
    promise: Promise,
}

enum Promise {
    /// The archive states size and checksum.
    Stated { size: u64, crc: u32, seen: Crc },
    /// Gzip states its size modulo 2³² and only at its end, so the ratio is watched. Its checksum the decoder checks.
    Ratio { read: Arc<AtomicU64>, before: u64 },
}

impl Read for Guarded {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n = self.inner.read(buffer).map_err(|e| match e.kind() {
            io::ErrorKind::Interrupted => e,
            io::ErrorKind::UnexpectedEof => self.fault("ends too early: is the file complete?"),
            _ => self.fault(&format!("cannot be unpacked: {e}")),
        })?;
        self.unpacked += n as u64;
        match &mut self.promise {
            Promise::Stated { size, crc, seen } => {
                seen.update(&buffer[..n]);
                let (size, sum, stated) = (*size, seen.sum(), *crc);
                let ended = n == 0 && !buffer.is_empty();
                if self.unpacked > size {
                    return Err(self.fault(&format!("unpacks to more than the {size} bytes that the archive states")));
                } else if ended && self.unpacked < size {
                    let reason = format!("ends after {} of {size} bytes: is the file complete?", self.unpacked);
                    return Err(self.fault(&reason));
                } else if ended && sum != stated {
                    return Err(self.fault("is damaged: its checksum (CRC-32) is another"));
                }
            }
            Promise::Ratio { read, before } => {
                let packed = read.load(Ordering::Relaxed) - *before;
                if self.unpacked > HARMLESS && self.unpacked / MAX_RATIO > packed {
                    let reason = format!(
                        "unpacks to more than {MAX_RATIO} times its size\nhint: unpack it yourself if you trust it"
                    );
                    return Err(self.fault(&reason));
                }
            }
        }
        Ok(n)
    }
}

impl Guarded {
    fn fault(&self, reason: &str) -> io::Error {
        io::Error::new(io::ErrorKind::InvalidData, format!("`{}` {reason}", self.name))
    }
}
