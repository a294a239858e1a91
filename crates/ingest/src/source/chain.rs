//! The records of many parts as one stream.

use std::io::{self, Cursor, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::adapter::Layout;
use crate::record::{Delimited, RawRecord, Records, Stretch};

use super::part::Part;
use super::{Source, SourceError, foreign, read_up_to};

/// How much of a text is looked at to find its delimiter and its columns, in bytes.
const SAMPLE: usize = 1 << 14;

type Text = io::Chain<Cursor<Vec<u8>>, Box<dyn Read + Send>>;

/// A part whose line of names has been read.
pub(super) struct Started {
    records: Delimited<Text>,
    /// The column names; none where the part is empty.
    pub(super) names: Option<Vec<String>>,
}

/// Opens a part and reads its names. `read` counts the bytes taken from disk.
pub(super) fn start(source: &Source, part: &Part, read: &Arc<AtomicU64>) -> Result<Started, SourceError> {
    let wrap = |source: io::Error| SourceError::Read { path: part.place(), source };
    let mut input = part.open(read).map_err(|error| source.unreadable(error))?;
    let mut sample = vec![0; SAMPLE];
    let n = read_up_to(&mut input, &mut sample).map_err(|error| source.unreadable(error))?;
    sample.truncate(n);
    foreign::check_text(&sample, source.layout.names.is_none()).map_err(|foreign| foreign.at(part.place()))?;
    let delimiter = source.layout.delimiter.unwrap_or_else(|| delimiter(&sample));
    let layout = Layout { names: names(source, part, &sample, delimiter)?, ..source.layout };
    let empty = sample.is_empty();
    let mut records = Delimited::new(Cursor::new(sample).chain(input), delimiter, &layout);
    let names = records.names().map_err(wrap)?;
    Ok(Started { records, names: names.filter(|_| !empty) })
}

/// The delimiter of the first line: a comma, or the semicolon, tab or bar that some programs write instead.
fn delimiter(sample: &[u8]) -> u8 {
    let mut lines = sample.split(|b| matches!(b, b'\n' | b'\r'));
    let line = lines.find(|line| !line.trim_ascii().is_empty()).unwrap_or_default();
    let count = |d: u8| line.iter().filter(|b| **b == d).count();
    [b'|', b'\t', b';', b','].into_iter().max_by_key(|d| count(*d)).unwrap_or(b',')
}

/// Of the lists of names that a format without a line of names has had, the one that is as long as one of the first
/// lines. A file of which no line fits is another format.
fn names(
    source: &Source,
    part: &Part,
    sample: &[u8],
    delimiter: u8,
) -> Result<Option<&'static [&'static str]>, SourceError> {
    let layout = &source.layout;
    let Some(current) = layout.names else { return Ok(None) };
    let widths = sample
        .split(|b| matches!(b, b'\n' | b'\r'))
        .filter(|line| !line.trim_ascii().is_empty())
        .map(|line| line.iter().filter(|b| **b == delimiter).count() + 1);
    let mut first = None;
    for width in widths {
        first.get_or_insert(width);
        if let Some(fitting) = std::iter::once(&current).chain(layout.older_names).find(|names| names.len() == width) {
            return Ok(Some(fitting));
        }
    }
    match first {
        None => Ok(Some(current)),
        Some(found) => Err(SourceError::Columns {
            path: source.path().to_owned(),
            part: part.name.clone(),
            found,
            expected: std::iter::once(&current).chain(layout.older_names).map(|n| n.len().to_string()).collect(),
        }),
    }
}

/// The records of all parts, one after the other; each part begins anew, so that what one leaves open ends with it.
pub(super) struct Chain<'a> {
    source: &'a Source,
    rest: std::iter::Enumerate<std::slice::Iter<'a, Part>>,
    current: Option<Delimited<Text>>,
    read: Arc<AtomicU64>,
}

impl<'a> Chain<'a> {
    pub(super) fn new(source: &'a Source) -> Self {
        Self { source, rest: source.parts.iter().enumerate(), current: None, read: Arc::new(AtomicU64::new(0)) }
    }

    /// Goes on to the next part and gives its names; none at the end. The first part that is not empty decides.
    fn go_on(&mut self) -> io::Result<Option<Vec<String>>> {
        self.current = None;
        for (number, part) in self.rest.by_ref() {
            let started = start(self.source, part, &self.read).map_err(into_io)?;
            if started.names.is_some() {
                self.current = Some(started.records.of_part(number));
                return Ok(started.names);
            }
        }
        Ok(None)
    }
}

/// What was sound when the source was opened has changed since, or cannot be read any more.
fn into_io(error: SourceError) -> io::Error {
    match error {
        SourceError::Read { source, .. } => source,
        other => io::Error::other(other.to_string()),
    }
}

impl Records for Chain<'_> {
    fn names(&mut self) -> io::Result<Option<Vec<String>>> {
        self.go_on()
    }

    fn next(&mut self) -> io::Result<Option<RawRecord<'_>>> {
        let shape = loop {
            let Some(current) = &mut self.current else { return Ok(None) };
            match current.advance()? {
                Some(shape) => break shape,
                None => self.go_on()?,
            };
        };
        Ok(self.current.as_ref().map(|current| current.record(shape)))
    }

    fn has_stretches(&self) -> bool {
        true
    }

    fn stretch(&mut self, size: usize) -> io::Result<Option<Stretch>> {
        while let Some(current) = &mut self.current {
            if let Some(stretch) = current.stretch(size)? {
                return Ok(Some(stretch));
            }
            self.go_on()?;
        }
        Ok(None)
    }

    fn bytes(&self) -> u64 {
        self.read.load(Ordering::Relaxed)
    }
}
