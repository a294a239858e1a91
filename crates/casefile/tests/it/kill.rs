//! Killed at any moment, a command leaves the old files or the new ones, never half of any; and the next run succeeds.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::thread;
use std::time::{Duration, Instant};

use crate::desk::{Desk, copy, fixture};

/// Kills spread over the length of a whole run.
const SPREAD: u32 = 9;
/// Kills at the sight of a file that is being written.
const AT_WRITING: u32 = 6;

const TEMPORARY: &str = ".casefile-tmp-";

type Tree = BTreeMap<PathBuf, Vec<u8>>;

/// The files of a case and their content. What is being written, and the file that marks a writer, do not count.
fn tree(folder: &Path) -> Tree {
    let mut files = Tree::new();
    walk(folder, &mut |path| {
        if !is_temporary(path) && !path.ends_with(".casefile/writer") {
            files.insert(path.strip_prefix(folder).unwrap().to_owned(), fs::read(path).unwrap());
        }
    });
    files
}

fn walk(folder: &Path, see: &mut dyn FnMut(&Path)) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() { walk(&path, see) } else { see(&path) }
    }
}

fn is_temporary(path: &Path) -> bool {
    path.components().any(|part| part.as_os_str().to_string_lossy().starts_with(TEMPORARY))
}

fn any_temporary(folder: &Path) -> bool {
    fs::read_dir(folder).into_iter().flatten().flatten().any(|entry| {
        is_temporary(Path::new(&entry.file_name())) || (entry.path().is_dir() && any_temporary(&entry.path()))
    })
}

/// The invented case with its first release and its first three claims: enough, and quickly checked.
fn small() -> Desk {
    let desk = Desk::with_data();
    let claims = desk.read("exland/claims.toml");
    let (fourth, _) = claims.match_indices("[[claim]]").nth(3).unwrap();
    desk.write("exland/claims.toml", &claims[..fourth]);
    desk
}

/// A command that changes a case, and the case before it.
struct Deed {
    arguments: Vec<String>,
    before: Desk,
}

impl Deed {
    fn new(before: Desk, arguments: &[&str]) -> Self {
        Self { before, arguments: arguments.iter().map(|&a| a.to_owned()).collect() }
    }

    fn arguments(&self) -> Vec<&str> {
        self.arguments.iter().map(String::as_str).collect()
    }

    /// The same case on another desk, with all that was made from it.
    fn again(&self) -> Desk {
        let desk = Desk::new();
        copy(&self.before.path("exland"), &desk.path("exland"));
        for made in ["exland/.casefile", "exland/out"].into_iter().filter(|made| self.before.path(made).exists()) {
            copy(&self.before.path(made), &desk.path(made));
        }
        desk
    }

    /// Kills the command at many moments, one desk for each.
    fn survives(&self) {
        let old = tree(&self.again().path("exland"));
        let whole = self.again();
        let start = Instant::now();
        whole.run(&self.arguments()).ok();
        let length = start.elapsed();
        let new = tree(&whole.path("exland"));
        assert_ne!(old, new, "the command changes something");

        let (mut cut_short, mut left_behind) = (0, 0);
        // Fractions of the golden ratio: spread evenly, however many there are.
        let moments = (1..=SPREAD).map(|i| Some(length.mul_f64(f64::from(i) * 0.618_034 % 1.0)));
        for moment in moments.chain((0..AT_WRITING).map(|_| None)) {
            let desk = self.again();
            let case = desk.path("exland");
            cut_short += u32::from(self.kill(&desk, moment));
            left_behind += u32::from(any_temporary(&case));
            either_old_or_new(&tree(&case), &old, &new);
            let verified = desk.run(&["data", "verify", "--case", "exland"]);
            assert_eq!(verified.code, 0, "after a kill at {moment:?}: {verified}");
            desk.run(&["check", "exland", "--from", "rows"]).ok();
            desk.run(&self.arguments()).ok();
            assert!(tree(&case) == new, "the run after a kill at {moment:?} ends otherwise");
            assert!(!any_temporary(&case), "the run after a kill at {moment:?} leaves rubbish");
        }
        assert!(cut_short > SPREAD / 2, "only {cut_short} runs were cut short in {length:?}");
        eprintln!("{:?}: {cut_short} cut short, {left_behind} in the midst of writing", self.arguments);
    }

    /// Starts the command and kills it: after some time, or as soon as it writes. Whether it had not ended by itself.
    fn kill(&self, desk: &Desk, after: Option<Duration>) -> bool {
        let mut command = desk.command(&self.arguments());
        let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        match after {
            Some(moment) => thread::sleep(moment),
            None => {
                while !any_temporary(&desk.path("exland")) && child.try_wait().unwrap().is_none() {
                    thread::sleep(Duration::from_micros(50));
                }
            }
        }
        child.kill().unwrap();
        child.wait().unwrap().code().is_none()
    }
}

/// Every file is as it was or as it will be, and the lock never pins what is not there.
fn either_old_or_new(now: &Tree, old: &Tree, new: &Tree) {
    for (path, bytes) in now {
        let known = [old.get(path), new.get(path)];
        assert!(known.contains(&Some(bytes)), "{} is neither old nor new ({} bytes)", path.display(), bytes.len());
    }
    for path in old.keys().filter(|path| new.contains_key(*path)) {
        assert!(now.contains_key(path), "{} is gone", path.display());
    }
    let lock = Path::new("casefile.lock");
    if now.get(lock) == new.get(lock) {
        let pinned = new.keys().filter(|path| path.starts_with(".casefile/store") || path.starts_with("cube"));
        for path in pinned {
            assert!(now.contains_key(path), "the lock pins {}, which is not there", path.display());
        }
    }
}

fn release(name: &str) -> String {
    fixture(name).display().to_string()
}

#[test]
fn data_that_replace_others() {
    let file = release("ged241-exland.csv");
    Deed::new(small(), &["data", "add", &file, "--as", "ucdp-ged", "--case", "exland"]).survives();
}

#[test]
fn data_under_a_new_name() {
    let file = release("ged241-exland.csv");
    let add = ["data", "add", &file, "--as", "ucdp-ged", "--case", "exland", "--name", "ged-24"];
    Deed::new(small(), &add).survives();
}

#[test]
fn a_cube() {
    let desk = small();
    desk.run(&["data", "cube", "--case", "exland"]).ok();
    let cube = ["data", "cube", "--case", "exland", "--period", "day", "--place", "place"];
    Deed::new(desk, &cube).survives();
}

#[test]
fn the_acceptance_of_verdicts() {
    let desk = small();
    desk.run(&["check", "exland", "--accept"]).ok();
    desk.add("exland", &fixture("ged241-exland.csv")).ok();
    Deed::new(desk, &["check", "exland", "--accept"]).survives();
}

#[test]
fn a_briefing() {
    let desk = small();
    desk.run(&["brief", "exland"]).ok();
    desk.edit("exland/brief.md", "# Exland", "# Exland, revised");
    Deed::new(desk, &["brief", "exland"]).survives();
}

#[test]
fn a_new_case() {
    let whole = Desk::with_new("hills");
    let new = tree(&whole.path("hills"));
    for moment in (0..8).map(|i| Duration::from_millis(1 + 2 * i)) {
        let desk = Desk::new();
        let mut child = desk.command(&["new", "hills"]).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        thread::sleep(moment);
        child.kill().unwrap();
        child.wait().unwrap();
        if desk.path("hills").exists() {
            assert!(tree(&desk.path("hills")) == new, "half a case after {moment:?}");
        } else {
            desk.run(&["new", "hills"]).ok();
        }
        assert!(!any_temporary(&desk.path("")), "rubbish after {moment:?}");
    }
}
