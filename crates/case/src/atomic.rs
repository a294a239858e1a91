//! Files and folders that are written whole or not at all.
//!
//! A new file is built beside its target under a hidden temporary name, flushed to the disk and then renamed over
//! the target, which the file system does in one step: whoever reads the target, at any moment and after any
//! crash, finds the old content or the new one. What a killed run left behind is removed by the next write to the
//! same folder. The temporary file is locked while its writer lives, so that a run never removes the unfinished
//! work of another.

use std::ffi::{OsStr, OsString};
use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, BufWriter, Write};
use std::path::{Path, PathBuf};

/// What every temporary name starts with; hidden, and unlikely to be anybody else's.
const TEMPORARY: &str = ".casefile-tmp-";

/// Why a file or folder could not be written whole. The target is as it was before.
#[derive(Debug, thiserror::Error)]
#[error("cannot write {}: {source}", path.display())]
pub struct WriteError {
    /// The file or folder that was to be written.
    pub path: PathBuf,
    /// What the operating system, or the function that fills the file, said.
    #[source]
    pub source: io::Error,
}

/// Writes `content` to `path`, whole or not at all. Missing parent folders are made.
///
/// # Errors
/// Where the folder cannot be written; the old file, if any, is untouched then.
pub fn write(path: &Path, content: impl AsRef<[u8]>) -> Result<(), WriteError> {
    write_with(path, |file| file.write_all(content.as_ref()))
}

/// Writes to `path` what `fill` writes, whole or not at all. Missing parent folders are made.
///
/// # Errors
/// Where `fill` fails or the folder cannot be written; the old file, if any, is untouched then.
pub fn write_with(path: &Path, fill: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<(), WriteError> {
    let attempt = || {
        let folder = folder_of(path);
        fs::create_dir_all(folder)?;
        sweep(folder);
        let temporary = builder(0o666).tempfile_in(folder)?;
        // Where the file system knows no locks, a stale file is merely not swept.
        let _ = temporary.as_file().lock();
        let mut out = BufWriter::new(temporary.as_file());
        fill(&mut out)?;
        out.into_inner().map_err(io::IntoInnerError::into_error)?.sync_all()?;
        temporary.persist(path).map_err(|e| e.error)?;
        sync_folder(folder);
        Ok(())
    };
    attempt().map_err(|source| WriteError { path: path.to_owned(), source })
}

/// Builds the folder `path` with `fill`, which is handed an empty folder to write into, and moves it into place
/// when it is complete. A folder that is already there is replaced.
///
/// # Errors
/// Where `fill` fails, or a folder cannot be written or moved; the old folder, if any, is in place then.
pub fn write_dir<T, E>(path: &Path, fill: impl FnOnce(&Path) -> Result<T, E>) -> Result<T, E>
where
    E: From<WriteError>,
{
    write_dir_named(folder_of(path), |folder| Ok((fill(folder)?, path.to_owned())))
}

/// As [`write_dir`], where `fill` tells only at its end which path the new folder is to have; it lies in `folder`, and
/// so must the path.
///
/// # Errors
/// As for [`write_dir`].
pub fn write_dir_named<T, E>(folder: &Path, fill: impl FnOnce(&Path) -> Result<(T, PathBuf), E>) -> Result<T, E>
where
    E: From<WriteError>,
{
    let wrap = |source| E::from(WriteError { path: folder.to_owned(), source });
    fs::create_dir_all(folder).map_err(wrap)?;
    sweep(folder);
    let temporary = builder(0o777).tempdir_in(folder).map_err(wrap)?;
    let held = File::open(temporary.path()).ok();
    let _ = held.as_ref().map(File::lock);
    let (value, path) = fill(temporary.path())?;
    let wrap = |source| E::from(WriteError { path: path.clone(), source });
    sync_tree(temporary.path()).map_err(wrap)?;
    swap_in(temporary.path(), &path).map_err(wrap)?;
    sync_folder(folder);
    Ok(value)
}

/// Moves the finished folder `new` to `target`. No portable call exchanges two folders in one step, so an old folder
/// is first moved aside; should the second move fail it is moved back. Where the old one is the same byte by byte it
/// stays, and there is no moment without it.
fn swap_in(new: &Path, target: &Path) -> io::Result<()> {
    if !target.exists() {
        return fs::rename(new, target);
    }
    if same_tree(new, target)? {
        return Ok(());
    }
    let aside = builder(0o700).tempdir_in(folder_of(target))?;
    let old = aside.path().join("old");
    fs::rename(target, &old)?;
    fs::rename(new, target).inspect_err(|_| {
        let _ = fs::rename(&old, target);
    })
}

/// Whether two folders hold the same names with the same content.
fn same_tree(a: &Path, b: &Path) -> io::Result<bool> {
    let names = |folder: &Path| -> io::Result<Vec<OsString>> {
        let mut names = fs::read_dir(folder)?.map(|e| Ok(e?.file_name())).collect::<io::Result<Vec<_>>>()?;
        names.sort();
        Ok(names)
    };
    let all = names(a)?;
    if all != names(b)? {
        return Ok(false);
    }
    for name in all {
        let (a, b) = (a.join(&name), b.join(&name));
        let same = match (a.is_dir(), b.is_dir()) {
            (true, true) => same_tree(&a, &b)?,
            (false, false) => same_file(&a, &b)?,
            _ => false,
        };
        if !same {
            return Ok(false);
        }
    }
    Ok(true)
}

fn same_file(a: &Path, b: &Path) -> io::Result<bool> {
    if fs::metadata(a)?.len() != fs::metadata(b)?.len() {
        return Ok(false);
    }
    let (mut a, mut b) = (BufReader::new(File::open(a)?), BufReader::new(File::open(b)?));
    loop {
        let (left, right) = (a.fill_buf()?, b.fill_buf()?);
        let n = left.len().min(right.len());
        if n == 0 {
            return Ok(left.is_empty() && right.is_empty());
        }
        if left[..n] != right[..n] {
            return Ok(false);
        }
        a.consume(n);
        b.consume(n);
    }
}

/// Removes what killed runs left in `folder`: temporary entries that nobody holds a lock on.
fn sweep(folder: &Path) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        if !entry.file_name().to_string_lossy().starts_with(TEMPORARY) {
            continue;
        }
        let path = entry.path();
        let abandoned = File::open(&path).is_ok_and(|file| file.try_lock().is_ok());
        if abandoned {
            // Sweeping is a courtesy: what cannot be removed is left for the next run.
            let _ = if path.is_dir() { fs::remove_dir_all(&path) } else { fs::remove_file(&path) };
        }
    }
}

/// A temporary entry is private to its owner unless told otherwise; ours becomes the finished file or folder, so it
/// gets the rights that any new one gets (the system's mask still applies).
fn builder(_mode: u32) -> tempfile::Builder<'static, 'static> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(TEMPORARY);
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(_mode));
    builder
}

fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}

fn sync_tree(folder: &Path) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            sync_tree(&path)?;
        } else {
            File::open(&path)?.sync_all()?;
        }
    }
    sync_folder(folder);
    Ok(())
}

/// Makes a rename durable. Not every system can flush a folder, and the rename is atomic without it.
fn sync_folder(folder: &Path) {
    if let Ok(handle) = File::open(folder) {
        let _ = handle.sync_all();
    }
}

/// True for the hidden temporary names of this module, so that whoever lists a folder can skip them.
#[must_use]
pub fn is_temporary(name: &OsStr) -> bool {
    name.to_string_lossy().starts_with(TEMPORARY)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let mut names: Vec<_> =
            fs::read_dir(folder).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    #[test]
    fn replaces_the_whole_file_and_makes_folders() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a/b/lock.toml");
        write(&path, "one").unwrap();
        write(&path, "two").unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "two");
        assert_eq!(names(path.parent().unwrap()), ["lock.toml"]);
    }

    #[test]
    fn a_failed_write_leaves_the_old_file_and_no_rubbish() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("figures.csv");
        write(&path, "old").unwrap();
        let error = write_with(&path, |out| {
            out.write_all(b"half of the n")?;
            Err(io::Error::other("disk gone"))
        })
        .unwrap_err();
        assert!(error.to_string().contains("figures.csv") && error.to_string().contains("disk gone"), "{error}");
        assert_eq!(fs::read_to_string(&path).unwrap(), "old");
        assert_eq!(names(dir.path()), ["figures.csv"]);
    }

    #[test]
    fn a_folder_is_swapped_in_whole() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("store/set");
        let fill = |text: &'static str| {
            move |folder: &Path| -> Result<(), WriteError> {
                write(&folder.join(text), text)?;
                Ok(())
            }
        };
        write_dir(&path, fill("first")).unwrap();
        write_dir(&path, fill("second")).unwrap();
        assert_eq!(names(&path), ["second"]);
        assert_eq!(names(path.parent().unwrap()), ["set"]);
        // The same again stays as it is: no moment without it.
        let before = fs::metadata(path.join("second")).unwrap().modified().unwrap();
        write_dir(&path, fill("second")).unwrap();
        assert_eq!(fs::metadata(path.join("second")).unwrap().modified().unwrap(), before);
        let failed: Result<(), WriteError> = write_dir(&path, |folder| {
            write(&folder.join("third"), "half")?;
            Err(WriteError { path: folder.to_owned(), source: io::Error::other("bad row") })
        });
        assert!(failed.is_err());
        assert_eq!(names(&path), ["second"]);
        assert_eq!(names(path.parent().unwrap()), ["set"]);
    }

    #[test]
    fn leftovers_of_a_killed_run_are_swept_but_live_work_is_not() {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join(".casefile-tmp-dead"), "half").unwrap();
        fs::create_dir_all(dir.path().join(".casefile-tmp-deadfolder/x")).unwrap();
        let live = dir.path().join(".casefile-tmp-live");
        let held = File::create(&live).unwrap();
        held.lock().unwrap();
        write(&dir.path().join("new"), "x").unwrap();
        assert_eq!(names(dir.path()), [".casefile-tmp-live", "new"]);
        drop(held);
        write(&dir.path().join("new"), "y").unwrap();
        assert_eq!(names(dir.path()), ["new"]);
    }
}
