//! Records out of a released file, within fixed memory.
//!
//! A released file may hold anything: a quote that is never closed turns the rest of a gigabyte into one field. So
//! records are read with a limit; one that goes beyond it is parsed to its end and reported, but not kept.

use std::io::{self, Read};

use csv_core::{ReadRecordResult, Reader, ReaderBuilder};

use crate::adapter::Layout;

/// The longest record that is read, in bytes. GED's longest are some 20 kB.
pub(crate) const MAX_RECORD: usize = 1 << 20;
/// The most fields that a record may have.
pub(crate) const MAX_FIELDS: usize = 4096;
/// How much of a bad record is kept for the quarantine table, in bytes.
pub(crate) const MAX_RAW: usize = 1 << 16;

/// Hands out the records of one input, in its order, each field as text.
pub(crate) trait Records {
    /// The column names, in the order of the fields; asked for once, before the first record.
    ///
    /// # Errors
    /// Where the input cannot be read.
    fn names(&mut self) -> io::Result<Option<Vec<String>>>;

    /// The next record; none at the end.
    ///
    /// # Errors
    /// Where the input cannot be read. A single bad record is no error: it is handed out for the quarantine table.
    fn next(&mut self) -> io::Result<Option<RawRecord<'_>>>;

    /// Bytes of the input read so far, for progress.
    fn bytes(&self) -> u64;
}

/// Reads delimited text from a stream.
pub(crate) struct Delimited<R> {
    input: R,
    given: Option<&'static [&'static str]>,
    parser: Reader,
    buffer: Vec<u8>,
    filled: usize,
    used: usize,
    fields: Vec<u8>,
    ends: Vec<usize>,
    raw: Vec<u8>,
    bytes: u64,
}

/// One record as bytes.
pub(crate) struct RawRecord<'a> {
    fields: &'a [u8],
    ends: &'a [usize],
    /// The beginning of the record as it stands in the file, at most [`MAX_RAW`] bytes.
    pub(crate) raw: &'a [u8],
    /// Length of the record in the file, in bytes.
    pub(crate) length: usize,
    /// Whether the record went beyond the limits; it has no fields then.
    pub(crate) too_long: bool,
}

impl<'a> RawRecord<'a> {
    pub(crate) fn len(&self) -> usize {
        self.ends.len()
    }

    pub(crate) fn fields(&self) -> impl Iterator<Item = &'a [u8]> {
        let (fields, ends) = (self.fields, self.ends);
        ends.iter().enumerate().map(move |(i, end)| {
            let start = if i == 0 { 0 } else { ends[i - 1] };
            fields.get(start..*end).unwrap_or_default()
        })
    }
}

impl<R: Read> Delimited<R> {
    pub(crate) fn new(input: R, delimiter: u8, layout: &Layout) -> Self {
        Self {
            input,
            given: layout.names,
            parser: ReaderBuilder::new().delimiter(delimiter).quoting(layout.quoted).build(),
            buffer: vec![0; 1 << 16],
            filled: 0,
            used: 0,
            fields: vec![0; 1 << 14],
            ends: vec![0; 64],
            raw: Vec::new(),
            bytes: 0,
        }
    }

    fn refill(&mut self) -> io::Result<()> {
        self.used = 0;
        self.filled = loop {
            match self.input.read(&mut self.buffer) {
                Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
                other => break other?,
            }
        };
        self.bytes += self.filled as u64;
        Ok(())
    }
}

impl<R: Read> Records for Delimited<R> {
    /// Those that the layout gives, else those of the first line.
    fn names(&mut self) -> io::Result<Option<Vec<String>>> {
        if let Some(names) = self.given {
            return Ok(Some(names.iter().map(|name| (*name).to_owned()).collect()));
        }
        let first = self.next()?.filter(|record| !record.too_long);
        Ok(first.map(|record| record.fields().map(|field| decode(field).0.into_owned()).collect()))
    }

    fn bytes(&self) -> u64 {
        self.bytes
    }

    fn next(&mut self) -> io::Result<Option<RawRecord<'_>>> {
        let (mut n_bytes, mut n_ends, mut length, mut too_long) = (0, 0, 0, false);
        self.raw.clear();
        loop {
            if self.used == self.filled {
                self.refill()?;
            }
            let input = &self.buffer[self.used..self.filled];
            let (result, n_in, n_out, n_end) =
                self.parser.read_record(input, &mut self.fields[n_bytes..], &mut self.ends[n_ends..]);
            let room = MAX_RAW.saturating_sub(self.raw.len());
            self.raw.extend_from_slice(&input[..n_in.min(room)]);
            self.used += n_in;
            length += n_in;
            n_bytes += n_out;
            n_ends += n_end;
            match result {
                ReadRecordResult::InputEmpty => {}
                ReadRecordResult::OutputFull if self.fields.len() < MAX_RECORD => {
                    self.fields.resize(self.fields.len() * 2, 0);
                }
                ReadRecordResult::OutputEndsFull if self.ends.len() < MAX_FIELDS => {
                    self.ends.resize(self.ends.len() * 2, 0);
                }
                // Beyond the limits the record is read on to its end, over what was kept of it.
                ReadRecordResult::OutputFull | ReadRecordResult::OutputEndsFull => {
                    (n_bytes, n_ends, too_long) = (0, 0, true);
                }
                ReadRecordResult::Record => break,
                ReadRecordResult::End => return Ok(None),
            }
        }
        if too_long {
            (n_bytes, n_ends) = (0, 0);
        }
        Ok(Some(RawRecord {
            fields: &self.fields[..n_bytes],
            ends: &self.ends[..n_ends],
            raw: self.raw.trim_ascii(),
            length,
            too_long,
        }))
    }
}

/// A record put together from texts, for an input that is no delimited text.
#[derive(Default)]
pub(crate) struct Built {
    fields: Vec<u8>,
    ends: Vec<usize>,
}

impl Built {
    /// Begins the next record.
    pub(crate) fn clear(&mut self) {
        self.fields.clear();
        self.ends.clear();
    }

    /// Adds the text of the next column.
    pub(crate) fn push(&mut self, text: &str) {
        self.fields.extend_from_slice(text.as_bytes());
        self.ends.push(self.fields.len());
    }

    /// The record, with the text that stands for it in the input and that text's whole length in bytes.
    pub(crate) fn record<'a>(&'a self, raw: &'a [u8], length: usize) -> RawRecord<'a> {
        let too_long = self.fields.len() > MAX_RECORD || self.ends.len() > MAX_FIELDS;
        let (fields, ends): (&[u8], &[usize]) = if too_long { (&[], &[]) } else { (&self.fields, &self.ends) };
        RawRecord { fields, ends, raw: &raw[..raw.len().min(MAX_RAW)], length, too_long }
    }

    /// A record beyond the limits, of which nothing is kept but its beginning.
    pub(crate) fn too_long(raw: &[u8], length: usize) -> RawRecord<'_> {
        RawRecord { fields: &[], ends: &[], raw: &raw[..raw.len().min(MAX_RAW)], length, too_long: true }
    }
}

/// Reads bytes as UTF-8, else as Windows-1252, in which every byte has a meaning; the second value tells which.
pub(crate) fn decode(bytes: &[u8]) -> (std::borrow::Cow<'_, str>, bool) {
    /// What Windows-1252 has at 0x80 to 0x9F, as the WHATWG Encoding Standard defines it: unassigned bytes become
    /// the control characters of the same number.
    const HIGH: [char; 32] = [
        '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž', '\u{8f}', '\u{90}', '‘',
        '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}', 'ž', 'Ÿ',
    ];
    match std::str::from_utf8(bytes) {
        Ok(text) => (text.into(), false),
        Err(_) => {
            let char_of = |b: &u8| if (0x80..0xA0).contains(b) { HIGH[usize::from(b - 0x80)] } else { char::from(*b) };
            (bytes.iter().map(char_of).collect::<String>().into(), true)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &[u8]) -> Vec<Vec<String>> {
        let mut records = Delimited::new(text, b',', &Layout::default());
        let mut all = Vec::new();
        while let Some(record) = records.next().unwrap() {
            assert!(!record.too_long);
            all.push(record.fields().map(|f| String::from_utf8_lossy(f).into_owned()).collect());
        }
        all
    }

    #[test]
    fn byte_order_mark_line_ends_and_quotes() {
        let text = b"\xEF\xBB\xBFa,b\r\n1,\"x\"\"y\r\nz\"\r\n\r\n2,";
        assert_eq!(read(text), [["a", "b"], ["1", "x\"y\r\nz"], ["2", ""]]);
        assert!(read(b"").is_empty());
    }

    #[test]
    fn an_endless_field_is_passed_over_and_reading_goes_on() {
        let mut text = b"a,b\n1,\"".to_vec();
        text.extend(vec![b'x'; 10 << 20]);
        text.extend(b"\"\n2,3\n");
        let mut records = Delimited::new(text.as_slice(), b',', &Layout::default());
        assert_eq!(records.next().unwrap().unwrap().len(), 2);
        let long = records.next().unwrap().unwrap();
        assert!(long.too_long && long.len() == 0 && long.length > 10 << 20 && long.raw.len() <= MAX_RAW);
        let after = records.next().unwrap().unwrap();
        assert_eq!(after.fields().collect::<Vec<_>>(), [b"2", b"3"]);
        assert!(records.fields.len() <= MAX_RECORD);
        assert!(records.next().unwrap().is_none());
    }

    #[test]
    fn too_many_fields_are_passed_over_too() {
        let text = format!("{}\n1,2\n", ",".repeat(3 * MAX_FIELDS));
        let mut records = Delimited::new(text.as_bytes(), b',', &Layout::default());
        assert!(records.next().unwrap().unwrap().too_long);
        assert_eq!(records.next().unwrap().unwrap().len(), 2);
    }

    #[test]
    fn bytes_that_are_not_utf8_are_windows_1252() {
        assert_eq!(decode("Ciudad Juárez".as_bytes()), ("Ciudad Juárez".into(), false));
        assert_eq!(decode(b"Ciudad Ju\xE1rez \x96 \x80"), ("Ciudad Juárez – €".into(), true));
    }
}
