//! GDELT 2.0 events: the files of the master list, one every quarter of an hour.
//!
//! The master list names every file with its size and MD5. Each is held against both, so a run goes on where an earlier
//! one was cut off. Quarters of an hour for which there is no file are written down, not passed over.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use casefile_case::atomic;
use jiff::civil::{Date, DateTime};
use jiff::{SignedDuration, Timestamp};
use md5::{Digest, Md5};
use serde::{Deserialize, Serialize};
use sha2::Sha256;
use url::Url;

use crate::client::{Ask, Client, ClientError, Unfit, shown};
use crate::order::{Order, below};
use crate::receipt::{Fetched, Receipt, hex};
use crate::resume;
use crate::{FetchError, Progress, Visit};

/// The end of the names of files of events; those of mentions and of the knowledge graph are not fetched.
const EVENTS: &str = ".export.CSV.zip";
const LIST: &str = "masterfilelist.txt";
const MANIFEST: &str = "manifest.json";
const QUARTER: SignedDuration = SignedDuration::from_mins(15);
/// Files are small and many: most of the time goes into asking. Four at once do not weigh on the server.
const AT_ONCE: usize = 4;

/// A file of the master list.
#[derive(Debug, Clone, Serialize, Deserialize, PartialEq, Eq)]
struct Entry {
    name: String,
    /// Bytes.
    size: u64,
    md5: String,
}

/// What a folder of files holds, and lacks. It lies there as `manifest.json`.
#[derive(Debug, Serialize, Deserialize)]
struct Manifest {
    receipt: Receipt,
    files: Vec<Entry>,
    /// Quarters of an hour that the master list leaves out though it has later ones, UTC.
    missing: Vec<DateTime>,
    /// Files that are in the master list and not on the server.
    absent: Vec<String>,
    /// Quarters of an hour after the end of the master list.
    unpublished: u64,
}

pub(crate) fn fetch(visit: &mut Visit<'_>, order: &Order, from: Date, until: Date) -> Result<Fetched, FetchError> {
    let name = format!("gdelt-{from}_{until}");
    let target = order.to.join(&name);
    let before = complete(&target)?;
    if let Some(fetched) = before.as_ref().filter(|manifest| manifest.is_whole()) {
        return Ok(Fetched { path: target, receipt: fetched.receipt.clone(), was_here: true });
    }
    // A folder that lacks files is filled up where it lies; a new one is moved into place when it is done.
    let part = order.to.join(format!("{name}.part"));
    let lock = resume::hold(&part)?;
    let folder = if before.is_some() { target.clone() } else { part.join("files") };
    fs::create_dir_all(&folder).map_err(|source| FetchError::file(&folder, source))?;

    let list_url = below(&visit.endpoints.gdelt, LIST);
    let list = master_list(visit, &list_url, &part, from, until)?;
    let absent = all_files(visit, &list.files, &folder)?;
    let manifest = list.manifest(&list_url, from, until, absent)?;
    let text = serde_json::to_string_pretty(&manifest).map_err(|error| FetchError::file(&folder, error.into()))?;
    atomic::write(&folder.join(MANIFEST), text + "\n")?;
    if folder != target {
        fs::rename(&folder, &target).map_err(|source| FetchError::file(&target, source))?;
    }
    drop(lock);
    fs::remove_dir_all(&part).map_err(|source| FetchError::file(&part, source))?;
    Ok(Fetched { path: target, receipt: manifest.receipt, was_here: false })
}

/// The manifest of an earlier fetch, where every file is as it says.
fn complete(target: &Path) -> Result<Option<Manifest>, FetchError> {
    if !target.exists() {
        return Ok(None);
    }
    let in_the_way = || FetchError::InTheWay { path: target.to_owned() };
    let text = fs::read(target.join(MANIFEST)).map_err(|_| in_the_way())?;
    let manifest: Manifest = serde_json::from_slice(&text).map_err(|_| in_the_way())?;
    if manifest.files.iter().all(|entry| entry.is_at(target)) { Ok(Some(manifest)) } else { Err(in_the_way()) }
}

impl Manifest {
    fn is_whole(&self) -> bool {
        self.missing.is_empty() && self.absent.is_empty() && self.unpublished == 0
    }
}

/// What the master list says of some days.
#[derive(Debug, Default)]
struct Listed {
    files: Vec<Entry>,
    missing: Vec<DateTime>,
    unpublished: u64,
    /// Lines that are not as lines of the list are.
    odd: u64,
}

/// Reads the master list: the one that an interrupted run has left, where it reaches far enough, else a new one.
fn master_list(visit: &mut Visit<'_>, url: &Url, part: &Path, from: Date, until: Date) -> Result<Listed, FetchError> {
    let path = part.join("list");
    let done = part.join("list.done");
    if done.exists()
        && let Ok(list) = read_list(&path, url, from, until)
        && list.unpublished == 0
    {
        return Ok(list);
    }
    if done.exists() {
        fs::remove_file(&done)
            .and_then(|()| fs::remove_file(&path))
            .map_err(|source| FetchError::file(&path, source))?;
    }
    if visit.client.download(&Ask::new(url.clone(), visit.client.policy.file_bytes), &path, visit.tell)?.is_none() {
        return Err(ClientError::NotFound { url: shown(url) }.into());
    }
    let list = read_list(&path, url, from, until).inspect_err(|_| drop(fs::remove_file(&path)))?;
    if list.files.is_empty() {
        fs::remove_file(&path).map_err(|source| FetchError::file(&path, source))?;
        let reason = format!("the list has no file of events from {from} to {until}; GDELT 2.0 begins on 2015-02-18");
        return Err(FetchError::List { url: shown(url), reason });
    }
    File::create(&done).map_err(|source| FetchError::file(&done, source))?;
    Ok(list)
}

fn read_list(path: &Path, url: &Url, from: Date, until: Date) -> Result<Listed, FetchError> {
    let file = File::open(path).map_err(|source| FetchError::file(path, source))?;
    let wrong = |reason: String| FetchError::List { url: shown(url), reason };
    let mut reader = BufReader::new(file);
    let (mut slots, mut last, mut odd, mut line) = (BTreeMap::new(), None, 0, Vec::new());
    loop {
        line.clear();
        if reader.read_until(b'\n', &mut line).map_err(|source| FetchError::file(path, source))? == 0 {
            break;
        }
        let whole = line.ends_with(b"\n");
        let text = String::from_utf8_lossy(&line);
        match entry(text.trim()) {
            Some((slot, entry)) if whole || text.ends_with(".zip") => {
                last = last.max(Some(slot));
                if entry.name.ends_with(EVENTS) && (from..=until).contains(&slot.date()) {
                    slots.insert(slot, entry);
                }
            }
            _ if !whole => return Err(wrong("the list breaks off in the middle of a line".to_owned())),
            _ => odd += u64::from(!text.trim().is_empty()),
        }
    }
    let last = last.ok_or_else(|| wrong("this is no list of GDELT's files".to_owned()))?;
    let mut list = Listed { odd, ..Listed::default() };
    for slot in quarters(from, until) {
        match slots.remove(&slot) {
            Some(entry) => list.files.push(entry),
            None if slot > last => list.unpublished += 1,
            None => list.missing.push(slot),
        }
    }
    Ok(list)
}

/// Every quarter of an hour of the days.
fn quarters(from: Date, until: Date) -> impl Iterator<Item = DateTime> {
    let end = until.at(23, 45, 0, 0);
    std::iter::successors(Some(from.at(0, 0, 0, 0)), |slot| slot.checked_add(QUARTER).ok())
        .take_while(move |slot| *slot <= end)
}

/// A line of the list: `size md5 url`. Of the address only the name of the file is used.
fn entry(line: &str) -> Option<(DateTime, Entry)> {
    let mut fields = line.split_ascii_whitespace();
    let (size, md5, url) = (fields.next()?, fields.next()?, fields.next()?);
    let name = url.rsplit('/').next()?;
    let digits = name.get(..14).filter(|digits| digits.bytes().all(|b| b.is_ascii_digit()))?;
    let plain = name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'.');
    let hash = md5.len() == 32 && md5.bytes().all(|b| b.is_ascii_hexdigit());
    let slot = DateTime::strptime("%Y%m%d%H%M%S", digits).ok()?;
    let entry = Entry { name: name.to_owned(), size: size.parse().ok()?, md5: md5.to_ascii_lowercase() };
    (plain && hash && fields.next().is_none()).then_some((slot, entry))
}

impl Entry {
    /// Whether the folder holds the file, byte by byte.
    fn is_at(&self, folder: &Path) -> bool {
        let path = folder.join(&self.name);
        let size = fs::metadata(&path).map(|meta| meta.len());
        size.is_ok_and(|size| size == self.size) && fs::read(path).is_ok_and(|bytes| self.fault(&bytes).is_none())
    }

    /// Writes the file. One that is cut off here is known by its hash, and fetched again.
    fn write_to(&self, folder: &Path, bytes: &[u8]) -> Result<(), FetchError> {
        let path = folder.join(&self.name);
        let write = |mut file: File| file.write_all(bytes).and_then(|()| file.sync_all());
        File::create(&path).and_then(write).map_err(|source| FetchError::file(&path, source))
    }

    /// What is wrong with the bytes.
    fn fault(&self, bytes: &[u8]) -> Option<String> {
        if bytes.len() as u64 != self.size {
            return Some(format!("{} bytes have come, the list says {}", bytes.len(), self.size));
        }
        let md5 = hex(Md5::digest(bytes));
        (md5 != self.md5).then(|| format!("its MD5 is {md5}, the list says {}", self.md5))
    }
}

/// What became of one file.
enum Done {
    Here,
    Absent(String),
}

/// What a worker has to say.
enum Word {
    Waiting(String, Duration),
    Over(Result<Done, FetchError>),
}

/// Fetches what the folder does not hold yet, some at once, and gives the names of those that the server does not have.
/// The first failure ends it; what has come stays.
fn all_files(visit: &mut Visit<'_>, files: &[Entry], folder: &Path) -> Result<Vec<String>, FetchError> {
    let (next, base, client) = (AtomicUsize::new(0), &visit.endpoints.gdelt, &visit.client);
    let (words, heard) = mpsc::sync_channel(AT_ONCE);
    let (mut done, mut absent, mut failed) = (0, Vec::new(), None);
    thread::scope(|scope| {
        for _ in 0..AT_ONCE.min(files.len()) {
            let (words, next) = (words.clone(), &next);
            scope.spawn(move || {
                while let Some(entry) = files.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let over = one_file(client, base, entry, folder, &words);
                    let failed = over.is_err();
                    if words.send(Word::Over(over)).is_err() || failed {
                        next.store(files.len(), Ordering::Relaxed);
                    }
                }
            });
        }
        drop(words);
        for word in heard {
            match word {
                Word::Waiting(reason, wait) => (visit.tell)(Progress::Waiting { reason: &reason, wait }),
                Word::Over(Err(error)) => failed = failed.take().or(Some(error)),
                Word::Over(Ok(over)) => {
                    if let Done::Absent(name) = over {
                        absent.push(name);
                    }
                    done += 1;
                    (visit.tell)(Progress::At { done, total: Some(files.len() as u64), unit: "files" });
                }
            }
        }
    });
    absent.sort();
    failed.map_or(Ok(absent), Err)
}

fn one_file(
    client: &Client,
    base: &Url,
    entry: &Entry,
    folder: &Path,
    words: &mpsc::SyncSender<Word>,
) -> Result<Done, FetchError> {
    if entry.is_at(folder) {
        return Ok(Done::Here);
    }
    let mut tell = |progress: Progress<'_>| {
        if let Progress::Waiting { reason, wait } = progress {
            let _ = words.send(Word::Waiting(format!("{}: {reason}", entry.name), wait));
        }
    };
    let ask = Ask::new(below(base, &entry.name), entry.size.max(1 << 20));
    let bytes = client.ask(&ask, &mut tell, |answer| match entry.fault(&answer.body) {
        Some(fault) => Err(Unfit(fault)),
        None => Ok(answer.body),
    });
    match bytes {
        Ok(bytes) => entry.write_to(folder, &bytes).map(|()| Done::Here),
        Err(ClientError::NotFound { .. }) => Ok(Done::Absent(entry.name.clone())),
        Err(error) => Err(error.into()),
    }
}

impl Listed {
    fn manifest(self, url: &Url, from: Date, until: Date, absent: Vec<String>) -> Result<Manifest, FetchError> {
        let files: Vec<Entry> = self.files.into_iter().filter(|entry| !absent.contains(&entry.name)).collect();
        if files.is_empty() {
            let reason = "the server has none of the files that the list names".to_owned();
            return Err(FetchError::List { url: shown(url), reason });
        }
        let mut hash = Sha256::new();
        for entry in &files {
            hash.update(format!("{} {} {}\n", entry.size, entry.md5, entry.name));
        }
        let count = |n: u64, what: &str| (n > 0).then(|| format!("{n} {what}"));
        let notes = [
            count(self.missing.len() as u64, "quarters of an hour have no file in the master list"),
            count(absent.len() as u64, "files of the master list are not on the server"),
            count(self.unpublished, "quarters of an hour are not published yet"),
            count(self.odd, "lines of the master list cannot be read"),
        ];
        let receipt = Receipt {
            dataset: "gdelt".to_owned(),
            version: format!("{from}/{until}"),
            query: shown(url),
            fetched: Timestamp::now(),
            rows: files.len() as u64,
            total: None,
            bytes: files.iter().map(|entry| entry.size).sum(),
            sha256: hex(hash.finalize()),
            since: None,
            changes: None,
            notes: notes.into_iter().flatten().collect(),
        };
        Ok(Manifest { receipt, files, missing: self.missing, absent, unpublished: self.unpublished })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;
    use proptest::prelude::*;

    const LINE: &str =
        "150383 297a16b493de7cf6ca809a7cc31d0b93 http://data.gdeltproject.org/gdeltv2/20150218230000.export.CSV.zip";

    fn read(text: &str, from: Date, until: Date) -> Result<Listed, FetchError> {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("list");
        fs::write(&path, text).unwrap();
        read_list(&path, &Url::parse("https://example.org/list").unwrap(), from, until)
    }

    #[test]
    fn a_line_is_a_size_a_hash_and_an_address() {
        let (slot, entry) = entry(LINE).unwrap();
        assert_eq!(slot, date(2015, 2, 18).at(23, 0, 0, 0));
        assert_eq!((entry.size, entry.name.as_str()), (150_383, "20150218230000.export.CSV.zip"));
        for bad in [
            "",
            "150383 297a16b493de7cf6ca809a7cc31d0b93",
            "x 297a16b493de7cf6ca809a7cc31d0b93 http://h/20150218230000.export.CSV.zip",
            "1 297a http://h/20150218230000.export.CSV.zip",
            "1 297a16b493de7cf6ca809a7cc31d0b93 http://h/20151318230000.export.CSV.zip",
            "1 297a16b493de7cf6ca809a7cc31d0b93 http://h/20150218230000.export.CSV.zip?x=..%2f",
            "1 297a16b493de7cf6ca809a7cc31d0b93 http://h/..",
        ] {
            assert!(super::entry(bad).is_none(), "{bad}");
        }
    }

    #[test]
    fn slots_that_are_missing_are_told_from_those_to_come() {
        let line =
            |stamp: &str, kind: &str| format!("10 297a16b493de7cf6ca809a7cc31d0b93 http://h/{stamp}.{kind}.zip\n");
        let day = date(2020, 3, 1);
        let text: String = quarters(day, day)
            .filter(|slot| slot.hour() < 12 && *slot != day.at(3, 15, 0, 0))
            .map(|slot| line(&slot.strftime("%Y%m%d%H%M%S").to_string(), "export.CSV"))
            .collect();
        let list = read(&(line("20200301031500", "gkg.csv") + "\nnonsense\n" + &text), day, day).unwrap();
        assert_eq!(list.files.len(), 47);
        assert_eq!(list.missing, [day.at(3, 15, 0, 0)]);
        assert_eq!((list.unpublished, list.odd), (48, 1));
        assert!(
            read(&(text.clone() + "150383 297a16b493de"), day, day).unwrap_err().to_string().contains("breaks off")
        );
        assert!(read(text.trim_end(), day, day).is_ok());
        assert!(read("<html>\n", day, day).unwrap_err().to_string().contains("no list"));
    }

    proptest! {
        #[test]
        fn no_line_makes_a_name_that_leads_elsewhere(line in "\\PC{0,80}", name in "[0-9]{14}\\PC{0,20}") {
            for text in [line.clone(), format!("1 297a16b493de7cf6ca809a7cc31d0b93 http://h/{name}")] {
                if let Some((_, entry)) = entry(&text) {
                    prop_assert!(!entry.name.contains(['/', '\\']) && entry.name != "..");
                }
            }
        }
    }
}
