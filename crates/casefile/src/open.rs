//! Opening a case: its files, its lock, its data; and the ways in which that can fail.

use std::io;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use casefile_case::lock::{Lock, LockError};
use casefile_case::{CASE_FILE, Case, Diagnostic, LoadError, Loaded};
use casefile_lake::{Lake, LakeError};
use casefile_verdict::ExamineError;
use casefile_verdict::ledger::LedgerError;

use crate::engine::{self, Connect};

/// Exit code for input that is not valid.
const INVALID: u8 = 2;

/// Why a command could not do its work.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// The case has errors; they come with the text they stand in.
    #[error("the case has errors")]
    Case(Box<Loaded>),
    /// The text of the briefing has errors.
    #[error("the briefing has errors")]
    Brief(Vec<Diagnostic>, PathBuf),
    /// The folder is no case.
    #[error(transparent)]
    Load(#[from] LoadError),
    /// The lock cannot be read.
    #[error(transparent)]
    Lock(#[from] LockError),
    /// The data cannot be opened or asked.
    #[error(transparent)]
    Lake(#[from] LakeError),
    /// A claim could not be examined.
    #[error(transparent)]
    Examine(#[from] ExamineError),
    /// The ledger of verdicts cannot be read or written.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// Data could not be added.
    #[error(transparent)]
    Add(#[from] casefile_ingest::AddError),
    /// Data could not be fetched.
    #[error(transparent)]
    Fetch(#[from] casefile_fetch::FetchError),
    /// A forecast could not be made, read or scored.
    #[error(transparent)]
    Forecast(#[from] casefile_forecast::Error),
    /// A cube could not be made or read.
    #[error(transparent)]
    Cube(#[from] casefile_lake::cube::CubeError),
    /// The result could not be rendered.
    #[error(transparent)]
    Render(#[from] casefile_lake::output::OutputError),
    /// A file could not be written.
    #[error(transparent)]
    Write(#[from] casefile_case::atomic::WriteError),
    /// A file of the case could not be edited.
    #[error(transparent)]
    Edit(#[from] casefile_case::write::EditError),
    /// The case could not be made.
    #[error(transparent)]
    New(#[from] casefile_case::scaffold::ScaffoldError),
    /// The workbench cannot be served.
    #[error(transparent)]
    Serve(#[from] casefile_workbench::ServeError),
    /// The result could not be written out.
    #[error(transparent)]
    Output(#[from] io::Error),
    /// The result could not be turned into JSON.
    #[error(transparent)]
    Json(#[from] serde_json::Error),
    /// Anything else that the user can mend.
    #[error("{0}")]
    Usage(String),
}

impl Failure {
    /// Everything that stops a command is, in the end, input that it could not use.
    pub fn code(&self) -> ExitCode {
        ExitCode::from(INVALID)
    }
}

/// Reads a case that must be without errors. Its warnings are `check`'s to show.
pub fn case(folder: &Path) -> Result<Case, Failure> {
    let mut loaded = Case::load(folder)?;
    match loaded.case.take() {
        Some(case) => Ok(case),
        None => Err(Failure::Case(Box::new(loaded))),
    }
}

/// The lock of a case whose files need not be without errors. A folder that is no case pins nothing, and says so.
pub fn lock(folder: &Path) -> Result<Lock, Failure> {
    if !folder.is_dir() {
        return Err(LoadError::NoFolder(folder.to_owned()).into());
    }
    if !folder.join(CASE_FILE).is_file() {
        return Err(LoadError::NotACase(folder.to_owned()).into());
    }
    Ok(Lock::read(folder)?)
}

/// The lock of a case and the data it pins.
pub fn data(folder: &Path) -> Result<(Lock, Lake), Failure> {
    let lock = Lock::read(folder)?;
    let lake = Lake::open(folder, &lock)?;
    Ok((lock, lake))
}

/// As [`data`], on the engine asked for or named by the case.
pub fn data_on(
    engine: &engine::Arguments,
    case: &Case,
    folder: &Path,
    connect: Option<Connect>,
) -> Result<(Lock, Lake), Failure> {
    let lock = Lock::read(folder)?;
    let lake = lake_on(engine, case, folder, &lock, connect)?;
    Ok((lock, lake))
}

/// The data that a lock pins, on the engine asked for or named by the case.
pub fn lake_on(
    engine: &engine::Arguments,
    case: &Case,
    folder: &Path,
    lock: &Lock,
    connect: Option<Connect>,
) -> Result<Lake, Failure> {
    Ok(match engine.host(case, folder, connect)? {
        Some(host) => Lake::open_on(host, folder, lock)?,
        None => Lake::open(folder, lock)?,
    })
}
