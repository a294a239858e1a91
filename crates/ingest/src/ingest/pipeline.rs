//! One thread reads the file, several turn chunks into pieces, and one puts the pieces together in their order.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
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
    // Only the workers hold the receiving end: when all have stopped, the reader's next chunk finds nobody and it stops too.
    let chunks = Arc::new(Mutex::new(chunks));
    thread::scope(|scope| {
        for _ in 0..workers {
            let (chunks, send) = (chunks.clone(), send_piece.clone());
            scope.spawn(move || work(plan, yields, &chunks, &send));
        }
        drop((chunks, send_piece));
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

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use crate::{AddError, AddOptions, AddReport, add};

    /// Adds a file of many chunks.
    fn added(text: &str) -> Result<AddReport, AddError> {
        let case = tempfile::tempdir().unwrap();
        let file = case.path().join("ged.csv");
        std::fs::write(&file, text).unwrap();
        add(case.path(), &AddOptions { file, adapter: "ucdp-ged".into(), ..AddOptions::default() }, &mut |_| {})
    }

    fn rows(from: u32, to: u32, out: &mut String) {
        for id in from..to {
            let province = if id % 7 == 0 { "" } else { "Kunar" };
            let _ = writeln!(
                out,
                "{id},Government,Rebels {id},2020-01-01,2020-01-02,{},4,2,{province},35.{},71.5",
                3 - id % 2,
                id % 10
            );
        }
    }

    const NAMES: &str = "id,side_a,side_b,date_start,date_end,best,high,low,adm_1,latitude,longitude\n";

    #[test]
    fn many_chunks_give_the_rows_in_their_order() {
        let mut text = NAMES.to_owned();
        rows(0, 5000, &mut text);
        rows(17, 18, &mut text);
        let report = added(&text).unwrap();
        assert_eq!((report.dataset.rows_in, report.dataset.kept), (5001, 5000));
        // More rows than are held in memory: every seventh is without a province, which all others at the place have.
        assert_eq!(report.flags["admin1-from-coordinates"], 5000_u64.div_ceil(7));
        assert_eq!((report.rejected[0].row, report.rejected[0].column.as_str()), (5001, "id"));
        // The digest depends on order, but not on the cut.
        assert_eq!(added(&text).unwrap().dataset.content_sha256, report.dataset.content_sha256);
    }

    /// A quotation mark inside a field deceives every cut after it. The first torn chunk ends the attempt; the reader,
    /// far ahead by then, must not wait for somebody to take its chunks.
    #[test]
    fn a_stray_quotation_mark_near_the_beginning_of_a_long_file_does_not_stop_the_load() {
        let mut text = NAMES.to_owned();
        rows(0, 10, &mut text);
        text.push_str("10,12\" shells,Rebels \"A\nB\",2020-01-01,2020-01-02,3,4,2,Kunar,35,71\n");
        rows(11, 9000, &mut text);
        let report = added(&text).unwrap();
        assert_eq!(report.dataset.rows_in, report.dataset.kept + report.dataset.quarantined);
        assert!(report.dataset.kept >= 8999, "{:?}", report.rejected);
    }
}
