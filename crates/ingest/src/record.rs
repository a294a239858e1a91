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
/// The longest stretch in which no end of a record was found, in bytes. Several are in memory at once.
const LONGEST_STRETCH: usize = 8 << 20;
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

    /// Whether the input is text that can be handed out in stretches, for others to read.
    fn has_stretches(&self) -> bool {
        false
    }

    /// The next stretch of the text, of about `size` bytes, cut where a record most likely ends; none at the end. Not
    /// to be mixed with [`Records::next`].
    ///
    /// # Errors
    /// Where the input cannot be read.
    fn stretch(&mut self, _size: usize) -> io::Result<Option<Stretch>> {
        Ok(None)
    }
}

/// How delimited text is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Dialect {
    /// The byte between fields.
    pub(crate) delimiter: u8,
    /// Whether fields may be quoted.
    pub(crate) quoted: bool,
    /// The number of names, where blank fields beyond them are dropped.
    pub(crate) width: Option<usize>,
}

/// A stretch of text, which can be read on its own.
pub(crate) struct Stretch {
    pub(crate) text: Vec<u8>,
    pub(crate) dialect: Dialect,
    /// The part of the source that it is of, counted from 0.
    pub(crate) part: usize,
    /// Whether the text ends here, so that its last record needs no line end.
    pub(crate) is_last: bool,
}

/// Reads delimited text from a stream.
pub(crate) struct Delimited<R> {
    input: R,
    given: Option<&'static [&'static str]>,
    dialect: Dialect,
    loose_end: bool,
    parser: Reader,
    buffer: Vec<u8>,
    filled: usize,
    used: usize,
    fields: Vec<u8>,
    ends: Vec<usize>,
    /// What a stretch has left over for the next.
    rest: Vec<u8>,
    /// The beginning of a record that does not lie whole in the buffer.
    raw: Vec<u8>,
    bytes: u64,
    torn: bool,
    part: usize,
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
    /// Why this is no record, where its own reader knows that; it has no fields then.
    pub(crate) fault: Option<&'a str>,
    /// The part of the source that it is of, counted from 0.
    pub(crate) part: usize,
}

impl<'a> RawRecord<'a> {
    pub(crate) fn new(fields: &'a [u8], ends: &'a [usize], raw: &'a [u8], length: usize, too_long: bool) -> Self {
        Self { fields, ends, raw, length, too_long, fault: None, part: 0 }
    }

    pub(crate) fn at_fault(self, reason: &'a str) -> Self {
        Self { fault: Some(reason), ..self }
    }

    pub(crate) fn of_part(self, part: usize) -> Self {
        Self { part, ..self }
    }

    /// Number of fields; none where the record is at fault.
    pub(crate) fn len(&self) -> usize {
        if self.fault.is_some() { 0 } else { self.ends.len() }
    }

    /// The fields one after the other.
    pub(crate) fn all_fields(&self) -> &'a [u8] {
        self.fields
    }

    /// Where each field ends in [`RawRecord::all_fields`].
    pub(crate) fn all_ends(&self) -> &'a [usize] {
        self.ends
    }

    pub(crate) fn fields(&self) -> impl Iterator<Item = &'a [u8]> {
        let (fields, ends) = (self.fields, self.ends);
        ends.iter().enumerate().map(move |(i, end)| {
            let start = if i == 0 { 0 } else { ends[i - 1] };
            fields.get(start..*end).unwrap_or_default()
        })
    }
}

impl Delimited<io::Empty> {
    /// Reads text that lies in memory and begins with a record, without copying it.
    pub(crate) fn over(text: Vec<u8>, dialect: Dialect) -> Self {
        Self { filled: text.len(), buffer: text, ..Self::nameless(io::empty(), dialect) }
    }
}

impl<R: Read> Delimited<R> {
    pub(crate) fn new(input: R, delimiter: u8, layout: &Layout) -> Self {
        let dialect = Dialect { delimiter, quoted: layout.quoted, width: None };
        Self { given: layout.names, loose_end: layout.loose_end, ..Self::nameless(input, dialect) }
    }

    /// Reads text that begins with a record.
    pub(crate) fn nameless(input: R, dialect: Dialect) -> Self {
        Self {
            input,
            given: None,
            dialect,
            loose_end: false,
            parser: ReaderBuilder::new().delimiter(dialect.delimiter).quoting(dialect.quoted).build(),
            buffer: vec![0; 1 << 16],
            filled: 0,
            used: 0,
            fields: vec![0; 1 << 14],
            ends: vec![0; 64],
            rest: Vec::new(),
            raw: Vec::new(),
            bytes: 0,
            torn: false,
            part: 0,
        }
    }

    /// Says of which part of the source the records are.
    pub(crate) fn of_part(self, part: usize) -> Self {
        Self { part, ..self }
    }

    /// Whether the last record was ended by the end of the text alone.
    pub(crate) fn torn(&self) -> bool {
        self.torn
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
        let first = self.next()?;
        if let Some(length) = first.as_ref().filter(|record| record.too_long).map(|record| record.length) {
            let reason = format!(
                "the first line takes {length} bytes; at most {MAX_RECORD} bytes and {MAX_FIELDS} column names are read: is \
                 this a table, and is a quote left open?"
            );
            return Err(io::Error::new(io::ErrorKind::InvalidData, reason));
        }
        let mut names: Option<Vec<String>> =
            first.map(|record| record.fields().map(|field| decode(field).0.into_owned()).collect());
        if let Some(names) = names.as_mut().filter(|_| self.loose_end) {
            let named = names.iter().rposition(|name| !name.trim().is_empty()).map_or(0, |last| last + 1);
            names.truncate(named);
            self.dialect.width = Some(named);
        }
        Ok(names)
    }

    fn bytes(&self) -> u64 {
        self.bytes
    }

    fn has_stretches(&self) -> bool {
        true
    }

    fn stretch(&mut self, size: usize) -> io::Result<Option<Stretch>> {
        let (dialect, part) = (self.dialect, self.part);
        let mut text = Vec::with_capacity(size + self.rest.len() + 1);
        text.append(&mut self.rest);
        text.extend_from_slice(&self.buffer[self.used..self.filled]);
        self.used = self.filled;
        loop {
            let before = text.len();
            let wanted = size.saturating_sub(before % size).max(1);
            let n = (&mut self.input).take(wanted as u64).read_to_end(&mut text)?;
            self.bytes += n as u64;
            if n < wanted {
                return Ok((!text.is_empty()).then_some(Stretch { text, dialect, part, is_last: true }));
            }
            // A record longer than this is no record; wherever it is cut, the reader will notice.
            if let Some(end) =
                last_end(&text, self.dialect.quoted).or((text.len() > LONGEST_STRETCH).then_some(text.len()))
            {
                self.rest = text.split_off(end);
                return Ok(Some(Stretch { text, dialect, part, is_last: false }));
            }
        }
    }

    fn next(&mut self) -> io::Result<Option<RawRecord<'_>>> {
        Ok(self.advance()?.map(|shape| self.record(shape)))
    }
}

/// Where the record lies that was read last, and how it looks.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Shape {
    bytes: usize,
    fields: usize,
    /// Where the record begins in the buffer; behind what [`Delimited::raw`] has of it, if anything.
    from: usize,
    length: usize,
    too_long: bool,
}

impl<R: Read> Delimited<R> {
    /// Reads one record, which [`Self::record`] then shows; none at the end.
    pub(crate) fn advance(&mut self) -> io::Result<Option<Shape>> {
        let (mut n_bytes, mut n_ends, mut length, mut too_long) = (0, 0, 0, false);
        self.raw.clear();
        let mut from = self.used;
        loop {
            if self.used == self.filled {
                let room = MAX_RAW.saturating_sub(self.raw.len());
                self.raw.extend_from_slice(&self.buffer[from..self.used.min(from + room)]);
                self.refill()?;
                from = 0;
            }
            let input = &self.buffer[self.used..self.filled];
            let at_end = input.is_empty();
            let (result, n_in, n_out, n_end) =
                self.parser.read_record(input, &mut self.fields[n_bytes..], &mut self.ends[n_ends..]);
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
                ReadRecordResult::Record => {
                    self.torn = at_end;
                    break;
                }
                ReadRecordResult::End => return Ok(None),
            }
        }
        if too_long {
            (n_bytes, n_ends) = (0, 0);
        }
        if !self.raw.is_empty() {
            let room = MAX_RAW.saturating_sub(self.raw.len());
            self.raw.extend_from_slice(&self.buffer[from..self.used.min(from + room)]);
        }
        Ok(Some(Shape { bytes: n_bytes, fields: self.without_blank_end(n_ends), from, length, too_long }))
    }

    /// The number of fields without those that are blank and have no name.
    fn without_blank_end(&self, fields: usize) -> usize {
        match self.dialect.width {
            Some(width) if (1..fields).contains(&width) && self.ends[width - 1] == self.ends[fields - 1] => width,
            _ => fields,
        }
    }

    /// The record that was read last.
    pub(crate) fn record(&self, shape: Shape) -> RawRecord<'_> {
        let (fields, ends) = (&self.fields[..shape.bytes], &self.ends[..shape.fields]);
        let raw = if self.raw.is_empty() { &self.buffer[shape.from..self.used] } else { self.raw.as_slice() };
        let raw = &raw[..raw.len().min(MAX_RAW)];
        RawRecord::new(fields, ends, raw.trim_ascii(), shape.length, shape.too_long).of_part(self.part)
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
        RawRecord::new(fields, ends, &raw[..raw.len().min(MAX_RAW)], length, too_long)
    }

    /// A record beyond the limits, of which nothing is kept but its beginning.
    pub(crate) fn too_long(raw: &[u8], length: usize) -> RawRecord<'_> {
        RawRecord::new(&[], &[], &raw[..raw.len().min(MAX_RAW)], length, true)
    }
}

/// Just behind the last line end at which as many quotation marks have been opened as closed. A mark inside an unquoted
/// field deceives it; whoever reads the stretch finds its last record torn then.
fn last_end(text: &[u8], quoted: bool) -> Option<usize> {
    let mut end = text.len();
    let mut open = quoted && memchr::memchr_iter(b'"', text).count() % 2 == 1;
    loop {
        let at = memchr::memrchr(b'\n', &text[..end])?;
        if quoted {
            open ^= memchr::memchr_iter(b'"', &text[at..end]).count() % 2 == 1;
        }
        if !open {
            return Some(at + 1);
        }
        end = at;
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

    fn records(text: &[u8]) -> (Vec<Vec<Vec<u8>>>, bool) {
        let mut reader = Delimited::nameless(text, Dialect { delimiter: b',', quoted: true, width: None });
        let mut all = Vec::new();
        while let Some(record) = reader.next().unwrap() {
            all.push(record.fields().map(<[u8]>::to_vec).collect());
        }
        (all, reader.torn())
    }

    fn stretches(text: &[u8], size: usize) -> Vec<Vec<u8>> {
        let mut reader = Delimited::nameless(text, Dialect { delimiter: b',', quoted: true, width: None });
        std::iter::from_fn(|| reader.stretch(size).unwrap()).map(|stretch| stretch.text).collect()
    }

    proptest::proptest! {
        /// Where no stretch but the last is torn, the stretches hold exactly the records of the whole.
        #[test]
        fn stretches_that_are_whole_make_up_the_file(text in "([a\",\n]|\r\n|\"\"){0,80}", size in 1_usize..20) {
            let parts = stretches(text.as_bytes(), size);
            proptest::prop_assert_eq!(parts.concat(), text.as_bytes());
            let read: Vec<_> = parts.iter().map(|part| records(part)).collect();
            let whole = read.iter().rev().skip(1).all(|(_, torn)| !torn);
            if whole {
                let together: Vec<_> = read.into_iter().flat_map(|(records, _)| records).collect();
                proptest::prop_assert_eq!(together, records(text.as_bytes()).0);
            }
        }

        /// Text whose quotes only stand around whole fields is never torn.
        #[test]
        fn well_formed_text_is_cut_between_records(
            rows in proptest::collection::vec(("[a\n]{0,5}", "([b,\n]|\"\"){0,6}"), 1..12), size in 1_usize..20
        ) {
            let text: String = rows.iter().map(|(a, b)| format!("{},\"{b}\"\n", a.replace('\n', "x"))).collect();
            for part in stretches(text.as_bytes(), size) {
                proptest::prop_assert!(!records(&part).1);
            }
        }
    }
}
