//! What the workbench works on: the newest state of the case's files, the last state without errors, the findings on it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, Sender};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError, RwLock};
use std::thread;
use std::time::Duration;

use casefile_case::lock::Lock;
use casefile_case::{Case, Diagnostic, LoadError, Severity, passage};
use casefile_forecast::ledger::Ledger as Forecasts;
use casefile_lake::Lake;
use casefile_verdict::Examiner;
use casefile_verdict::ledger::Ledger;
use serde::Serialize;
use tokio::sync::broadcast;

use crate::api::memory::Memory;
use crate::checked::Checked;
use crate::folder;
use crate::journal::Journal;
use crate::refusal::Refusal;

/// Opens the data that a case pins, on the engine that its user wants.
pub type Open = Arc<dyn Fn(&Case, &Lock) -> Result<Lake, String> + Send + Sync>;

/// How often the folder is looked at.
const LOOK: Duration = Duration::from_millis(500);

/// One state of the case's files.
pub struct Sheet {
    /// Changes with any file of the case.
    pub revision: String,
    /// Digests of all watched files.
    pub digests: BTreeMap<String, String>,
    /// Texts of the files that make up the case.
    pub files: BTreeMap<String, String>,
    /// What is wrong with them.
    pub diagnostics: Vec<Diagnostic>,
    /// The case, as of these files or, where they have errors, as it was last without.
    pub good: Option<Arc<Good>>,
}

impl Sheet {
    /// Whether the case is older than the files, because they have errors.
    pub fn is_stale(&self) -> bool {
        self.good.as_ref().is_none_or(|good| good.revision != self.revision)
    }

    /// How many findings of that severity there are.
    pub fn count(&self, severity: Severity) -> usize {
        self.diagnostics.iter().filter(|diagnostic| diagnostic.severity == severity).count()
    }
}

/// A state of the case without errors, with its data.
pub struct Good {
    /// Of which files.
    pub revision: String,
    /// The case.
    pub case: Case,
    /// Its files.
    pub files: BTreeMap<String, String>,
    /// The data that it pins.
    pub data: Arc<Data>,
    /// Statements whose quotes were found again.
    pub verified: BTreeSet<String>,
    /// The verdicts last accepted.
    pub ledger: Option<Ledger>,
    /// The forecasts kept with the case.
    pub forecasts: Forecasts,
}

/// Pinned data, opened when first asked.
pub struct Data {
    /// What is pinned.
    pub lock: Lock,
    digest: String,
    lake: OnceLock<Result<Lake, String>>,
}

impl Good {
    /// The data, opened for SQL.
    ///
    /// # Errors
    /// Where they cannot be opened.
    pub fn lake(&self, desk: &Desk) -> Result<&Lake, Refusal> {
        let lake = self.data.lake.get_or_init(|| (desk.open)(&self.case, &self.data.lock));
        lake.as_ref().map_err(|why| Refusal::new(axum::http::StatusCode::SERVICE_UNAVAILABLE, "no-data", why.clone()))
    }

    /// One who puts claims to the data.
    ///
    /// # Errors
    /// Where the data cannot be opened.
    pub fn examiner(&self, desk: &Desk) -> Result<Examiner<'_>, Refusal> {
        let lake = self.lake(desk)?;
        Examiner::new(&self.case, lake, &self.data.lock).map_err(|error| Refusal::failed(error.to_string()))
    }
}

/// What has happened, for every page that is open.
#[derive(Debug, Clone, Serialize)]
#[serde(untagged)]
pub enum News {
    /// Files have changed.
    Changed {
        /// What they are now.
        revision: String,
        /// Which.
        paths: Vec<String>,
        /// Whether the workbench wrote them itself.
        own: bool,
    },
    /// The claims have been examined.
    Checked {
        /// Of which files.
        revision: String,
        /// Why they could not be.
        error: Option<String>,
    },
}

/// The case on the desk.
pub struct Desk {
    /// Its folder.
    pub folder: PathBuf,
    open: Open,
    sheet: RwLock<Arc<Sheet>>,
    checked: RwLock<Option<Arc<Checked>>>,
    /// Held by whoever reads the folder anew or writes into it: one at a time.
    pen: Mutex<Journal>,
    news: broadcast::Sender<News>,
    wake: Mutex<Option<Sender<()>>>,
    stopping: AtomicBool,
    /// What was computed once and is asked for again.
    pub memory: Memory,
}

impl Desk {
    /// Reads the case in a folder.
    ///
    /// # Errors
    /// Where the folder is no case. What is wrong with its content is in the sheet.
    pub fn new(folder: &Path, open: Open) -> Result<Arc<Self>, LoadError> {
        let folder = folder.canonicalize().map_err(|_| LoadError::NoFolder(folder.to_owned()))?;
        let sheet = read(&folder, None)?;
        Ok(Arc::new(Self {
            folder,
            open,
            sheet: RwLock::new(Arc::new(sheet)),
            checked: RwLock::new(None),
            pen: Mutex::default(),
            news: broadcast::channel(64).0,
            wake: Mutex::new(None),
            stopping: AtomicBool::new(false),
            memory: Memory::default(),
        }))
    }

    /// The newest state.
    pub fn sheet(&self) -> Arc<Sheet> {
        self.sheet.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The last state without errors.
    ///
    /// # Errors
    /// Where the case has had errors since the start.
    pub fn good(&self) -> Result<Arc<Good>, Refusal> {
        self.sheet().good.clone().ok_or_else(|| {
            Refusal::conflict("the case has errors, so there is nothing to show yet").hint("see /api/diagnostics")
        })
    }

    /// The newest findings; none before the first check.
    pub fn checked(&self) -> Option<Arc<Checked>> {
        self.checked.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Everything that happens from now on.
    pub fn listen(&self) -> broadcast::Receiver<News> {
        self.news.subscribe()
    }

    /// The right to write. Whoever holds it sees no foreign change but those on the disk.
    pub fn pen(&self) -> MutexGuard<'_, Journal> {
        self.pen.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Reads the files anew and tells of what changed; the pen must be held.
    pub fn read_again(&self, own: bool) -> Arc<Sheet> {
        let old = self.sheet();
        let Ok(new) = read(&self.folder, Some(&old)) else { return old };
        let new = Arc::new(new);
        let paths: BTreeSet<&String> = old.digests.keys().chain(new.digests.keys()).collect();
        let changed = |path: &&&String| old.digests.get(**path) != new.digests.get(**path);
        let paths: Vec<String> = paths.iter().filter(changed).map(|path| (*path).clone()).collect();
        if paths.is_empty() {
            return old;
        }
        *self.sheet.write().unwrap_or_else(PoisonError::into_inner) = new.clone();
        // Nobody may be listening.
        let _ = self.news.send(News::Changed { revision: new.revision.clone(), paths, own });
        self.wake();
        new
    }

    fn wake(&self) {
        if let Some(wake) = &*self.wake.lock().unwrap_or_else(PoisonError::into_inner) {
            let _ = wake.send(());
        }
    }

    /// Watches the folder and examines the claims, each on a thread of its own, until [`Desk::stop`].
    pub fn start(self: &Arc<Self>) -> Vec<thread::JoinHandle<()>> {
        let (wake, woken) = std::sync::mpsc::channel();
        let _ = wake.send(());
        *self.wake.lock().unwrap_or_else(PoisonError::into_inner) = Some(wake);
        let (watcher, checker) = (self.clone(), self.clone());
        vec![thread::spawn(move || watcher.watch()), thread::spawn(move || checker.examine(&woken))]
    }

    /// Ends the threads.
    pub fn stop(&self) {
        self.stopping.store(true, Ordering::Relaxed);
        self.wake.lock().unwrap_or_else(PoisonError::into_inner).take();
    }

    fn watch(&self) {
        // Between the first reading and this thread something may have changed: the first look counts.
        let mut seen = Vec::new();
        while !self.stopping.load(Ordering::Relaxed) {
            let now = folder::stamp(&self.folder);
            if now != seen {
                let _pen = self.pen();
                self.read_again(false);
                seen = now;
            }
            thread::sleep(LOOK);
        }
    }

    fn examine(&self, woken: &Receiver<()>) {
        while woken.recv().is_ok() {
            while woken.try_recv().is_ok() {}
            let Some(good) = self.sheet().good.clone() else { continue };
            let before = self.checked();
            if before.as_ref().is_some_and(|before| before.good.revision == good.revision) {
                continue;
            }
            let revision = good.revision.clone();
            let error = match Checked::new(self, good, before.as_deref()) {
                Ok(checked) => {
                    *self.checked.write().unwrap_or_else(PoisonError::into_inner) = Some(Arc::new(checked));
                    None
                }
                Err(error) => Some(error),
            };
            let _ = self.news.send(News::Checked { revision, error });
        }
    }
}

/// Reads the folder. The last good state is kept where the new one has errors.
fn read(folder: &Path, old: Option<&Sheet>) -> Result<Sheet, LoadError> {
    let digests = folder::digests(folder);
    let loaded = Case::load(folder)?;
    let revision = {
        let all: String = digests.iter().map(|(path, digest)| format!("{path}\0{digest}\n")).collect();
        folder::hash(all.as_bytes())
    };
    let mut diagnostics = loaded.diagnostics;
    let last = old.and_then(|old| old.good.as_ref());
    let good = match (loaded.case, Lock::read(folder)) {
        (Some(case), Ok(lock)) => {
            let digest = digests.get(casefile_case::lock::FILE_NAME).cloned().unwrap_or_default();
            // The same lock on the same engine: the data stay open.
            let same = last.filter(|last| {
                let engine = |case: &Case| (case.engine.clone(), case.store.clone());
                last.data.digest == digest && engine(&last.case) == engine(&case)
            });
            let data =
                same.map_or_else(|| Arc::new(Data { lock, digest, lake: OnceLock::new() }), |last| last.data.clone());
            let verified = passage::verified(folder, &case);
            // A ledger that a merge has broken is as good as none here; `casefile check` says so.
            let ledger = Ledger::read(folder).ok().flatten();
            let forecasts = Forecasts::read(folder).unwrap_or_default();
            let files = loaded.files.clone();
            Some(Arc::new(Good { revision: revision.clone(), case, files, data, verified, ledger, forecasts }))
        }
        (_, Err(error)) => {
            diagnostics.push(broken_lock(&error.to_string()));
            last.cloned()
        }
        (None, _) => last.cloned(),
    };
    Ok(Sheet { revision, digests, files: loaded.files, diagnostics, good })
}

fn broken_lock(message: &str) -> Diagnostic {
    let (message, help) = message.split_once("\nhint: ").map_or((message, None), |(a, b)| (a, Some(b.to_owned())));
    Diagnostic {
        severity: Severity::Error,
        code: "lock",
        message: message.to_owned(),
        file: casefile_case::lock::FILE_NAME.to_owned(),
        line: 1,
        column: 1,
        span: 0..0,
        expected: None,
        help,
        related: Vec::new(),
    }
}
