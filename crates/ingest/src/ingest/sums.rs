//! What is told of all rows of a table together: their digest, their totals, their flags.
//!
//! The digest runs over the rows one after the other, so one thread sums while others pack the rows.

use std::collections::{BTreeMap, HashMap};
use std::sync::mpsc::{SyncSender, sync_channel};
use std::thread::{self, JoinHandle};

use arrow::array::{AsArray, RecordBatch};
use casefile_case::lock::Totals;
use sha2::{Digest, Sha256};

use super::tally::Tally;
use crate::digest;
use crate::flag::Flag;

/// Batches that wait to be summed, at most: enough that a row group can fill up meanwhile.
const WAITING: usize = 16;

/// What came of all rows.
pub(super) struct Sums {
    pub(super) totals: Totals,
    pub(super) content_sha256: String,
    /// Number of rows that carry each flag.
    pub(super) flags: BTreeMap<&'static str, u64>,
}

/// Sums up rows on a thread of its own.
pub(super) struct Summing {
    send: SyncSender<RecordBatch>,
    done: JoinHandle<Sums>,
}

impl Summing {
    pub(super) fn start() -> Self {
        let (send, batches) = sync_channel::<RecordBatch>(WAITING);
        let done = thread::spawn(move || {
            let mut sums = UnderWay::default();
            batches.iter().for_each(|rows| sums.add(&rows));
            sums.finish()
        });
        Self { send, done }
    }

    /// Adds rows, in their order.
    pub(super) fn add(&self, rows: RecordBatch) {
        // The thread takes all there are, save where it panics; then `finish` tells.
        let _ = self.send.send(rows);
    }

    /// Waits until all are summed up.
    pub(super) fn finish(self) -> Sums {
        drop(self.send);
        self.done.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    }
}

#[derive(Default)]
struct UnderWay {
    hash: Sha256,
    tally: Tally,
    /// How often each text of the column `flags` came.
    flags: HashMap<String, u64>,
}

impl UnderWay {
    fn add(&mut self, rows: &RecordBatch) {
        digest::update_with_rows(&mut self.hash, rows);
        self.tally.add(rows);
        self.note_flags(rows);
    }

    fn note_flags(&mut self, rows: &RecordBatch) {
        let Some(column) = rows.column_by_name("flags").and_then(|column| column.as_string_opt::<i32>()) else {
            return;
        };
        for text in column.iter().flatten().filter(|text| !text.is_empty()) {
            match self.flags.get_mut(text) {
                Some(count) => *count += 1,
                None => drop(self.flags.insert(text.to_owned(), 1)),
            }
        }
    }

    fn finish(self) -> Sums {
        let mut flags = BTreeMap::new();
        for (text, count) in &self.flags {
            for flag in text.split(';').filter_map(Flag::from_word) {
                *flags.entry(flag.word()).or_default() += count;
            }
        }
        Sums { totals: self.tally.totals(), content_sha256: digest::hex(self.hash.finalize()), flags }
    }
}
