//! A desk to work at: a temporary folder, the program, and the files that tests start from.

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use assert_cmd::cargo::cargo_bin;
use serde_json::Value;
use tempfile::TempDir;

/// A temporary folder in which commands are run.
pub struct Desk {
    folder: TempDir,
}

/// What a command printed, and how it ended.
pub struct Said {
    pub code: i32,
    pub out: String,
    pub err: String,
}

impl fmt::Display for Said {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "exit {}\n── out ──\n{}── err ──\n{}", self.code, self.out, self.err)
    }
}

impl Said {
    /// The output as JSON.
    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("no JSON: {error}\n{self}"))
    }

    /// Fails the test unless the command ended well.
    #[track_caller]
    pub fn ok(self) -> Self {
        assert_eq!(self.code, 0, "{self}");
        self
    }
}

impl Desk {
    pub fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    /// A desk with the invented case `exland`.
    pub fn with_exland() -> Self {
        let desk = Self::new();
        copy(&fixture("exland"), &desk.path("exland"));
        desk
    }

    /// A desk with `exland` and its first release.
    pub fn with_data() -> Self {
        let desk = Self::with_exland();
        desk.add("exland", &fixture("ged231-exland.csv")).ok();
        desk
    }

    /// A desk with a new case, as `casefile new` makes it.
    pub fn with_new(name: &str) -> Self {
        let desk = Self::new();
        desk.run(&["new", name]).ok();
        desk
    }

    pub fn path(&self, relative: &str) -> PathBuf {
        self.folder.path().join(relative)
    }

    pub fn read(&self, relative: &str) -> String {
        fs::read_to_string(self.path(relative)).unwrap()
    }

    pub fn write(&self, relative: &str, text: &str) {
        fs::write(self.path(relative), text).unwrap();
    }

    /// Replaces text in a file; the text must be there.
    #[track_caller]
    pub fn edit(&self, relative: &str, from: &str, to: &str) {
        let text = self.read(relative);
        assert!(text.contains(from), "{relative} has no {from:?}");
        self.write(relative, &text.replacen(from, to, 1));
    }

    /// The program with these arguments, ready to run in the folder.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(cargo_bin("casefile"));
        command.args(arguments).current_dir(self.folder.path());
        command.env("NO_COLOR", "1").env_remove("CLICOLOR_FORCE").env_remove("RUST_BACKTRACE");
        command
    }

    /// Runs the program; the path of the folder is left out of what it says.
    pub fn run(&self, arguments: &[&str]) -> Said {
        let Output { status, stdout, stderr } = self.command(arguments).output().unwrap();
        let plain = |bytes: Vec<u8>| {
            String::from_utf8(bytes).unwrap().replace(&self.folder.path().display().to_string(), "[DESK]")
        };
        Said { code: status.code().unwrap_or(-1), out: plain(stdout), err: plain(stderr) }
    }

    /// Adds a release of GED to a case.
    pub fn add(&self, case: &str, file: &Path) -> Said {
        self.run(&["data", "add", &file.display().to_string(), "--as", "ucdp-ged", "--case", case])
    }

    /// The findings of `check`, in order.
    #[track_caller]
    pub fn findings(&self, case: &str, more: &[&str]) -> Vec<Value> {
        let arguments = [&["check", case, "--format", "json"], more].concat();
        let said = self.run(&arguments).ok().json();
        said["findings"].as_array().unwrap().clone()
    }
}

pub fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(name)
}

/// The GED file in which every row has its own trap.
pub fn traps() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../ingest/tests/fixtures/ged-traps.csv")
}

/// The worked case.
pub fn khorasan() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../cases/khorasan")
}

/// A file of the published data: below `CASEFILE_DATA`, else below `../shared/data` beside the workspace. Where it is
/// absent the word is printed and the test skips.
pub fn real(file: &str) -> Option<PathBuf> {
    let root = std::env::var_os("CASEFILE_DATA")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data"), PathBuf::from);
    let path = root.join(file);
    if path.exists() {
        return Some(path);
    }
    eprintln!("skipped: the real data {} is not here; set CASEFILE_DATA to its folder", path.display());
    None
}

/// Copies a folder, but not what is made from it (`.casefile`, `out`).
pub fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let (name, target) = (entry.file_name(), to.join(entry.file_name()));
        match entry.file_type().unwrap().is_dir() {
            true if name == ".casefile" || name == "out" => {}
            true => copy(&entry.path(), &target),
            false => drop(fs::copy(entry.path(), target).unwrap()),
        }
    }
}
