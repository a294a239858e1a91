//! One thread reads the file, several turn chunks into pieces, and one puts the pieces together in their order.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Mutex, PoisonError};
use std::thread;

use super::chunk::{Chunk, Cutting};
use super::convert::{Conversion, Outcome};
use super::piece::{Piece, PieceError, Reading};
use super::plan::Plan;
use super::{AddError, Phase, Progress};
use crate::adapter::Yields;
use crate::source::Source;

/// Chunks and pieces that wait between two threads, at most. They bound the memory.
const WAITING: usize = 2;

/// Why the pieces could not be put together.
enum Stop {
    /// A chunk was cut within a record.
    Torn,
    Failed(AddError),
}

impl<E: Into<AddError>> From<E> for Stop {
    fn from(error: E) -> Self {
        Self::Failed(error.into())
    }
}

/// Converts a file into the Parquet files of `folder`.
///
/// Text is cut into chunks at line ends outside of quotes. A stray quotation mark may deceive the cut; that shows, as the
/// chunk's last record is torn then, and the file is read again record by record.
pub(super) fn convert(
    source: &Source,
    plan: &Plan<'_>,
    yields: Yields,
    folder: &Path,
    progress: &mut dyn FnMut(Progress),
) -> Result<Outcome, AddError> {
    match attempt(source, plan, yields, folder, progress, Cutting::Text) {
        Err(Stop::Torn) => match attempt(source, plan, yields, folder, progress, Cutting::Records) {
            Ok(outcome) => Ok(outcome),
            Err(Stop::Failed(error)) => Err(error),
            Err(Stop::Torn) => Err(AddError::Torn { path: source.path().to_owned() }),
        },
        Err(Stop::Failed(error)) => Err(error),
        Ok(outcome) => Ok(outcome),
    }
}

type Numbered<T> = (u64, T);

fn attempt(
    source: &Source,
    plan: &Plan<'_>,
    yields: Yields,
    folder: &Path,
    progress: &mut dyn FnMut(Progress),
    cutting: Cutting,
) -> Result<Outcome, Stop> {
    let conversion = Conversion::new(plan, yields, folder)?;
    let workers = thread::available_parallelism().map_or(1, usize::from);
    let (send_chunk, chunks) = sync_channel::<Numbered<Chunk>>(WAITING);
    let (send_piece, pieces) = sync_channel::<Numbered<Result<Piece, PieceError>>>(WAITING);
    let chunks = Mutex::new(chunks);
    thread::scope(|scope| {
        for _ in 0..workers {
            let (chunks, send) = (&chunks, send_piece.clone());
            scope.spawn(move || work(plan, yields, chunks, &send));
        }
        drop(send_piece);
        let gathering = scope.spawn(|| gather(conversion, pieces));
        let read = source.with_records(|records| cut(source, records, cutting, send_chunk, progress));
        let gathered = gathering.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
        // What the reader met comes first: what was gathered is only a part then.
        read.map_err(Stop::Failed)?;
        gathered
    })
}

/// Cuts the input into chunks and hands them out. Stops when nobody takes them any more.
fn cut(
    source: &Source,
    records: &mut dyn crate::record::Records,
    cutting: Cutting,
    send: SyncSender<Numbered<Chunk>>,
    progress: &mut dyn FnMut(Progress),
) -> Result<(), AddError> {
    let read = |error| source.unreadable(error);
    records.names().map_err(read)?;
    for number in 0.. {
        let Some(chunk) = Chunk::next(records, cutting).map_err(read)? else { break };
        progress(Progress { phase: Phase::Converting, done: records.bytes(), total: source.size });
        if send.send((number, chunk)).is_err() {
            break;
        }
    }
    progress(Progress { phase: Phase::Converting, done: records.bytes(), total: source.size });
    Ok(())
}

fn work(
    plan: &Plan<'_>,
    yields: Yields,
    chunks: &Mutex<Receiver<Numbered<Chunk>>>,
    send: &SyncSender<Numbered<Result<Piece, PieceError>>>,
) {
    let mut reading = Reading::new(plan, yields);
    loop {
        let next = chunks.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok((number, chunk)) = next else { return };
        if send.send((number, reading.read(chunk))).is_err() {
            return;
        }
    }
}

/// Puts the pieces together in the order of their numbers.
fn gather(
    mut conversion: Conversion<'_>,
    pieces: Receiver<Numbered<Result<Piece, PieceError>>>,
) -> Result<Outcome, Stop> {
    let mut early: BTreeMap<u64, Piece> = BTreeMap::new();
    let mut next = 0;
    for (number, piece) in pieces {
        let piece = piece.map_err(AddError::from)?;
        if piece.torn {
            return Err(Stop::Torn);
        }
        early.insert(number, piece);
        while let Some(piece) = early.remove(&next) {
            conversion.take(piece)?;
            next += 1;
        }
    }
    Ok(conversion.finish()?)
}
