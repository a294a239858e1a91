//! What one chunk gives: rows of the dataset's table, their original columns, and what could not be read.

use std::io;

use arrow::array::RecordBatch;
use arrow::error::ArrowError;
use sha2::{Digest, Sha256};

use super::Rejected;
use super::chunk::Chunk;
use super::plan::{Decoded, Plan};
use super::store::NativeBuilder;
use crate::adapter::{Fault, Parsed, Record, Yields};
use crate::flag::Flag;
use crate::record::{MAX_RAW, RawRecord, decode};
use crate::schema::{ActorBuilder, EventBuilder, SeriesBuilder};

/// The id of a kept record.
pub(super) enum NativeId {
    /// The file's own.
    Own(String),
    /// Derived from the record's content: the first six bytes of its hash.
    Derived(u64),
    /// The record's number: figures have no ids.
    Number,
}

/// A chunk that was read.
pub(super) struct Piece {
    /// Number of records.
    pub(super) records: u64,
    /// Whether the last record was torn: ended by the end of a stretch alone.
    pub(super) torn: bool,
    /// Rows of `events`, `series` or `actor_list`, without ids, dataset and row number.
    pub(super) rows: RecordBatch,
    /// For each row, the kept record that it comes from.
    pub(super) origin: Vec<u32>,
    /// Original columns of the kept records, without the id.
    pub(super) native: RecordBatch,
    /// For each kept record, its number in the chunk, from 0.
    pub(super) kept: Vec<u64>,
    /// For each kept record, its id.
    pub(super) ids: Vec<NativeId>,
    /// What could not be read, with the record's number in the chunk and its text.
    pub(super) rejected: Vec<(u64, Rejected, String)>,
    /// Where the part of the source changes: the record's number in the chunk, and the part from there on.
    pub(super) parts: Vec<(u64, usize)>,
}

/// Why a chunk could not be read.
#[derive(Debug, thiserror::Error)]
pub(super) enum PieceError {
    #[error(transparent)]
    Read(#[from] io::Error),
    #[error(transparent)]
    Arrow(#[from] ArrowError),
}

/// The dataset's table under way.
enum Rows {
    Events(Box<EventBuilder>),
    Series(Box<SeriesBuilder>),
    Actors(Box<ActorBuilder>),
}

/// Reads chunks, one after the other; what one took tells how much room the next will need.
pub(super) struct Reading<'a> {
    plan: &'a Plan<'a>,
    records: u64,
    rows: Rows,
    origin: Vec<u32>,
    native: NativeBuilder,
    kept: Vec<u64>,
    ids: Vec<NativeId>,
    rejected: Vec<(u64, Rejected, String)>,
    parts: Vec<(u64, usize)>,
}

impl<'a> Reading<'a> {
    pub(super) fn new(plan: &'a Plan<'a>, yields: Yields) -> Self {
        Self {
            plan,
            records: 0,
            rows: match yields {
                Yields::Events => Rows::Events(Box::default()),
                Yields::Series => Rows::Series(Box::default()),
                Yields::Actors => Rows::Actors(Box::default()),
            },
            origin: Vec::new(),
            native: NativeBuilder::new(plan.header, plan.file_columns),
            kept: Vec::new(),
            ids: Vec::new(),
            rejected: Vec::new(),
            parts: Vec::new(),
        }
    }

    /// Reads a chunk.
    pub(super) fn read(&mut self, chunk: Chunk) -> Result<Piece, PieceError> {
        let torn = chunk.each(|record| self.take(&record))?;
        let rows = match &mut self.rows {
            Rows::Events(builder) => builder.finish(),
            Rows::Series(builder) => builder.finish(),
            Rows::Actors(builder) => builder.finish(),
        }?;
        Ok(Piece {
            records: std::mem::take(&mut self.records),
            torn,
            rows,
            origin: std::mem::take(&mut self.origin),
            native: self.native.finish()?,
            kept: std::mem::take(&mut self.kept),
            ids: std::mem::take(&mut self.ids),
            rejected: std::mem::take(&mut self.rejected),
            parts: std::mem::take(&mut self.parts),
        })
    }

    fn take(&mut self, raw: &RawRecord<'_>) {
        if self.parts.last().is_none_or(|(_, part)| *part != raw.part) {
            self.parts.push((self.records, raw.part));
        }
        let outcome = self.plan.decode(raw).map_err(|fault| vec![fault]).and_then(|decoded| {
            let parsed = self.plan.parser.parse(&decoded.record)?;
            self.plan.check_id(&parsed)?;
            self.keep(&decoded, parsed);
            Ok(())
        });
        if let Err(faults) = outcome {
            self.rejected.push((self.records, rejected(&faults), excerpt(raw)));
        }
        self.records += 1;
    }

    fn keep(&mut self, decoded: &Decoded<'_>, parsed: Parsed<'_>) {
        let record = self.kept.len() as u32;
        let (id, rows) = match (parsed, &mut self.rows) {
            (Parsed::Event(mut row, mut flags), Rows::Events(builder)) => {
                flags.insert_if(decoded.windows_1252, Flag::Windows1252);
                flags.insert_if(row.native_id.is_none(), Flag::DerivedId);
                let id = row
                    .native_id
                    .take()
                    .map_or_else(|| derived(self.plan, &decoded.record), |id| NativeId::Own(id.into_owned()));
                row.set_flags(flags);
                builder.push(*row);
                (id, 1)
            }
            (Parsed::Series(rows), Rows::Series(builder)) => {
                let n = rows.len();
                rows.into_iter().for_each(|row| builder.push(row));
                (NativeId::Number, n)
            }
            (Parsed::Actor(row), Rows::Actors(builder)) => {
                let id = row.actor_id.as_deref().map_or(NativeId::Number, |id| NativeId::Own(id.to_owned()));
                builder.push(row);
                (id, 1)
            }
            // An adapter that yields other than it says: nothing of it can be kept.
            _ => (NativeId::Number, 0),
        };
        self.origin.extend(std::iter::repeat_n(record, rows));
        self.native.push(&decoded.record);
        self.kept.push(self.records);
        self.ids.push(id);
    }
}

/// An id from the row's content, so that the same row keeps it in another order of rows or columns: six bytes of
/// SHA-256 over the file's named columns.
fn derived(plan: &Plan<'_>, record: &Record<'_>) -> NativeId {
    let names = plan.header.names();
    let mut hash = Sha256::new();
    for &i in &plan.content {
        for part in [names[i].as_str(), record.field(i).unwrap_or_default().trim()] {
            hash.update(part);
            hash.update([0x1f]);
        }
    }
    let mut bytes = [0; 8];
    bytes[2..].copy_from_slice(&hash.finalize()[..6]);
    NativeId::Derived(u64::from_be_bytes(bytes))
}

/// The faults of one record, together. Where the record stands is filled in later.
pub(super) fn rejected(faults: &[Fault]) -> Rejected {
    let columns: std::collections::BTreeSet<&str> = faults.iter().map(|f| f.column.as_str()).collect();
    let reasons = faults.iter().map(|f| match f.column.as_str() {
        "" => f.reason.clone(),
        column => format!("{column}: {}", f.reason),
    });
    Rejected {
        row: 0,
        part: None,
        part_row: 0,
        column: columns.into_iter().collect::<Vec<_>>().join(";"),
        reason: reasons.collect::<Vec<_>>().join("; "),
    }
}

/// The beginning of a record as text, with a word where it was cut.
pub(super) fn excerpt(raw: &RawRecord<'_>) -> String {
    let text = decode(raw.raw).0;
    if raw.raw.len() < MAX_RAW {
        return text.into_owned();
    }
    format!("{text} … (cut; the record takes {} bytes)", raw.length)
}
