//! What was computed once and is asked for again. Each is good for one state of the case.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use axum::body::Bytes;
use serde_json::Value;

use crate::history::Version;

/// Strength, or why there is none; nothing while it is being sampled.
pub type Sampled = Option<Result<Value, String>>;

/// Computed answers.
#[derive(Default)]
pub struct Memory {
    /// All events as Arrow, of which lock and version of the case's data.
    pub events: Slot<(String, Bytes)>,
    /// Earlier verdicts, as of which commit.
    pub history: Slot<(String, std::sync::Arc<Vec<Version>>)>,
    /// Strengths by actor and state of the case; none while one is computed.
    pub strength: Slot<BTreeMap<(String, String), Sampled>>,
    /// The last briefings shown, by their hash, the newest last.
    pub previews: Slot<Vec<(String, String)>>,
}

/// One computed answer, or a few, behind a lock.
#[derive(Default)]
pub struct Slot<T>(Mutex<T>);

impl<T> Slot<T> {
    /// The answer, to read or to put in its place.
    pub fn open(&self) -> MutexGuard<'_, T> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
