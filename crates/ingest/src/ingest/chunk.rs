//! The input cut into chunks, which can be read on their own and at the same time.

use std::io;

use crate::record::{Delimited, MAX_RAW, RawRecord, Records, Stretch};

/// Bytes of text in a chunk: enough rows for a batch, little enough that several fit in memory. In unit tests so few
/// that small files have many chunks.
const SIZE: usize = if cfg!(test) { 4 << 10 } else { 4 << 20 };
/// Records in a chunk that was read already.
const RECORDS: usize = 8192;

/// How chunks come about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Cutting {
    /// Text is cut where a record most likely ends, and read by whoever takes the chunk.
    Text,
    /// Records are read one after the other, and chunks made of them.
    Records,
}

/// A part of the input, in order.
pub(super) enum Chunk {
    /// Text, not yet read.
    Text(Stretch),
    /// Records.
    Records(Buffered),
}

impl Chunk {
    /// The next chunk; none at the end.
    pub(super) fn next(records: &mut dyn Records, cutting: Cutting) -> io::Result<Option<Self>> {
        if cutting == Cutting::Text && records.has_stretches() {
            return Ok(records.stretch(SIZE)?.map(Self::Text));
        }
        let mut buffered = Buffered::default();
        while buffered.records.len() < RECORDS && buffered.data.len() < SIZE {
            let Some(record) = records.next()? else { break };
            buffered.push(&record);
        }
        Ok((!buffered.records.is_empty()).then_some(Self::Records(buffered)))
    }

    /// Hands every record to `take`; whether the last was torn: ended by the end of a stretch alone.
    pub(super) fn each(self, mut take: impl FnMut(RawRecord<'_>)) -> io::Result<bool> {
        match self {
            Self::Text(stretch) => {
                let mut records = Delimited::over(stretch.text, stretch.dialect).of_part(stretch.part);
                while let Some(record) = records.next()? {
                    take(record);
                }
                Ok(records.torn() && !stretch.is_last)
            }
            Self::Records(buffered) => {
                (0..buffered.records.len()).for_each(|i| take(buffered.record(i)));
                Ok(false)
            }
        }
    }
}

/// Records kept for another thread.
#[derive(Default)]
pub(super) struct Buffered {
    /// Fields and raw texts.
    data: Vec<u8>,
    ends: Vec<usize>,
    records: Vec<Place>,
}

/// Where a record lies in [`Buffered`].
struct Place {
    fields: std::ops::Range<usize>,
    ends: std::ops::Range<usize>,
    raw: std::ops::Range<usize>,
    length: usize,
    too_long: bool,
    fault: Option<String>,
    part: usize,
}

impl Buffered {
    fn push(&mut self, record: &RawRecord<'_>) {
        let (fields, ends) = (self.data.len(), self.ends.len());
        self.data.extend_from_slice(record.all_fields());
        self.ends.extend_from_slice(record.all_ends());
        let raw = self.data.len();
        self.data.extend_from_slice(&record.raw[..record.raw.len().min(MAX_RAW)]);
        self.records.push(Place {
            fields: fields..raw,
            ends: ends..self.ends.len(),
            raw: raw..self.data.len(),
            length: record.length,
            too_long: record.too_long,
            fault: record.fault.map(str::to_owned),
            part: record.part,
        });
    }

    fn record(&self, i: usize) -> RawRecord<'_> {
        let place = &self.records[i];
        let record = RawRecord::new(
            &self.data[place.fields.clone()],
            &self.ends[place.ends.clone()],
            &self.data[place.raw.clone()],
            place.length,
            place.too_long,
        )
        .of_part(place.part);
        match &place.fault {
            Some(reason) => record.at_fault(reason),
            None => record,
        }
    }
}
