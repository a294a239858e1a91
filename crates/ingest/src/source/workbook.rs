//! Records out of a sheet of an Excel workbook (.xlsx), row by row.
//!
//! A workbook keeps the texts of its cells in one table apart, and that table is held in memory while a sheet is read;
//! the rows are not. A number is written out with as many digits as tell it from every other, so an id of twelve
//! digits stays one; a day is written as `2021-08-26`, with its time of day where it has one.

use std::cell::Cell;
use std::fs::File;
use std::io::{self, BufReader, Read, Seek, SeekFrom};
use std::path::Path;
use std::rc::Rc;

use calamine::{DataRef, ExcelDateTime, Reader, SheetType, Xlsx, XlsxCellReader, XlsxError};
use zip::ZipArchive;

use super::{OLD_WORKBOOK, SourceError, guarded, harmless_size, read_up_to};
use crate::record::{MAX_FIELDS, MAX_RAW, MAX_RECORD, RawRecord, Records};

/// The member that makes an archive a workbook.
const MARK: &str = "xl/workbook.xml";
/// That of a binary workbook (.xlsb).
const BINARY_MARK: &str = "xl/workbook.bin";

/// Sheets are read as streams; all other parts are held in memory.
const SHEETS: &str = "xl/worksheets/";
/// The largest of these parts that is read, in bytes.
const LARGEST_HELD: u64 = 512 << 20;

type Input = BufReader<Counted<File>>;

/// The sheet to read, where the file is a workbook; none where it is something else.
pub(super) fn found(path: &Path, member: Option<&str>) -> Result<Option<String>, SourceError> {
    if path.is_dir() {
        return Ok(None);
    }
    let wrap = |source| SourceError::Read { path: path.to_owned(), source };
    let mut file = File::open(path).map_err(wrap)?;
    let mut magic = [0; 8];
    read_up_to(&mut file, &mut magic).map_err(wrap)?;
    if magic == OLD_WORKBOOK {
        return Err(SourceError::OldWorkbook { path: path.to_owned() });
    }
    if !magic.starts_with(b"PK\x03\x04") {
        return Ok(None);
    }
    file.rewind().map_err(wrap)?;
    match ZipArchive::new(BufReader::new(file)) {
        Ok(mut archive) if is_one(&archive) => choose(path, &mut archive, member).map(Some),
        // A broken archive is told of by whoever reads its members.
        _ => Ok(None),
    }
}

/// Whether an archive is a workbook.
fn is_one<R: Read + Seek>(archive: &ZipArchive<R>) -> bool {
    [MARK, BINARY_MARK].iter().any(|mark| archive.index_for_name(mark).is_some())
}

/// The sheet that is read: the one asked for, else the first. Its name, after the archive was found to be harmless.
///
/// # Errors
/// Where the workbook cannot be read, or has no such sheet.
fn choose<R: Read + Seek>(
    path: &Path,
    archive: &mut ZipArchive<R>,
    wanted: Option<&str>,
) -> Result<String, SourceError> {
    if archive.index_for_name(MARK).is_none() {
        return Err(SourceError::OldWorkbook { path: path.to_owned() });
    }
    check(path, archive)?;
    let workbook = open(path, &Rc::default())?;
    let sheets = workbook.sheets_metadata().iter().filter(|sheet| sheet.typ == SheetType::WorkSheet);
    let members: Vec<String> = sheets.map(|sheet| sheet.name.clone()).collect();
    match members.iter().find(|name| wanted.is_none_or(|wanted| wanted == *name)) {
        Some(name) => Ok(name.clone()),
        None => {
            let wanted = wanted.map_or("sheet".to_owned(), |name| format!("sheet `{name}`"));
            Err(SourceError::NoMember { path: path.to_owned(), wanted, members })
        }
    }
}

/// The reader of workbooks holds parts of them in memory, and trusts the archive; so every part is unpacked once before,
/// to see that it is as large as it claims.
fn check<R: Read + Seek>(path: &Path, archive: &mut ZipArchive<R>) -> Result<(), SourceError> {
    for i in 0..archive.len() {
        let broken = |reason: String| SourceError::Zip { path: path.to_owned(), reason };
        let entry = archive.by_index(i).map_err(|e| broken(e.to_string()))?;
        let size = harmless_size(path, &entry)?;
        let member = entry.name().map_err(|e| broken(e.to_string()))?.into_owned();
        if size > LARGEST_HELD && !member.starts_with(SHEETS) {
            let reason = format!(
                "`{member}`, which is held in memory, takes {size} bytes; at most {LARGEST_HELD} are read\nhint: save the sheet as CSV"
            );
            return Err(SourceError::Workbook { path: path.to_owned(), reason });
        }
        let unpacked = io::copy(&mut entry.take(size.saturating_add(1)), &mut io::sink());
        if unpacked.map_err(|e| broken(format!("`{member}`: {e}")))? > size {
            return Err(broken(format!("`{member}` is larger than the {size} bytes that it claims")));
        }
    }
    Ok(())
}

fn open(path: &Path, bytes: &Rc<Cell<u64>>) -> Result<Xlsx<Input>, SourceError> {
    let file = File::open(path).map_err(|source| SourceError::Read { path: path.to_owned(), source })?;
    let input = BufReader::new(Counted { inner: file, bytes: bytes.clone() });
    guarded(|| Xlsx::new(input).map_err(|e: XlsxError| io::Error::other(e.to_string())))
        .map_err(|e| SourceError::Workbook { path: path.to_owned(), reason: e.to_string() })
}

/// Hands the rows of a sheet to `read`, from the first.
pub(super) fn with_sheet<T, E: From<SourceError>>(
    path: &Path,
    name: &str,
    read: impl FnOnce(&mut Sheet<'_>) -> Result<T, E>,
) -> Result<T, E> {
    let bytes = Rc::default();
    let mut workbook = open(path, &bytes)?;
    let cells = guarded(|| workbook.worksheet_cells_reader(name).map_err(|e| io::Error::other(e.to_string())));
    let cells = cells.map_err(|e| SourceError::Workbook { path: path.to_owned(), reason: e.to_string() })?;
    read(&mut Sheet {
        cells,
        bytes,
        ahead: None,
        ended: false,
        columns: None,
        fields: Vec::new(),
        ends: Vec::new(),
        raw: Vec::new(),
    })
}

/// Reads the rows of a sheet.
pub(super) struct Sheet<'a> {
    cells: XlsxCellReader<'a, Input>,
    bytes: Rc<Cell<u64>>,
    /// The first cell of the next row.
    ahead: Option<calamine::Cell<DataRef<'a>>>,
    /// Whether the last cell was read: beyond the end of a sheet there is no asking.
    ended: bool,
    /// Number of columns, as the line of names tells it.
    columns: Option<usize>,
    fields: Vec<u8>,
    ends: Vec<usize>,
    raw: Vec<u8>,
}

/// A row as it was read: its size in bytes, and whether it went beyond the limits.
struct Row {
    length: usize,
    too_long: bool,
}

impl<'a> Sheet<'a> {
    fn cell(&mut self) -> io::Result<Option<calamine::Cell<DataRef<'a>>>> {
        if let Some(cell) = self.ahead.take() {
            return Ok(Some(cell));
        }
        let broken = |e: XlsxError| io::Error::new(io::ErrorKind::InvalidData, e.to_string());
        while !self.ended {
            match guarded(|| self.cells.next_cell().map_err(broken))? {
                // A cell that has a colour and no value.
                Some(cell) if *cell.get_value() == DataRef::Empty => {}
                Some(cell) => return Ok(Some(cell)),
                None => self.ended = true,
            }
        }
        Ok(None)
    }

    /// Gathers the cells of the next row that has any; none at the end of the sheet.
    fn gather(&mut self) -> io::Result<Option<Row>> {
        self.fields.clear();
        self.ends.clear();
        let Some(mut cell) = self.cell()? else { return Ok(None) };
        let (number, _) = cell.get_position();
        let mut row = Row { length: 0, too_long: false };
        loop {
            let column = cell.get_position().1 as usize;
            let text = guarded(|| Ok(text_of(cell.get_value())))?;
            row.length += text.len() + 1;
            row.too_long |= row.length > MAX_RECORD || column >= MAX_FIELDS;
            if !row.too_long {
                // Columns without a cell are blank.
                while self.ends.len() < column {
                    self.ends.push(self.fields.len());
                }
                self.fields.extend_from_slice(text.as_bytes());
                self.ends.push(self.fields.len());
            }
            match self.cell()? {
                // A cell that does not stand behind the last begins another row, whatever its number.
                Some(next) if next.get_position().0 == number && next.get_position().1 as usize > column => cell = next,
                next => {
                    self.ahead = next;
                    return Ok(Some(row));
                }
            }
        }
    }
}

impl Records for Sheet<'_> {
    /// The first row that has any text.
    fn names(&mut self) -> io::Result<Option<Vec<String>>> {
        let Some(Row { too_long: false, .. }) = self.gather()? else { return Ok(None) };
        self.columns = Some(self.ends.len());
        let record = RawRecord::new(&self.fields, &self.ends, &[], 0, false);
        Ok(Some(record.fields().map(|name| String::from_utf8_lossy(name).into_owned()).collect()))
    }

    fn next(&mut self) -> io::Result<Option<RawRecord<'_>>> {
        let Some(row) = self.gather()? else { return Ok(None) };
        // What is blank at the end of a row has no cells.
        while self.columns.is_some_and(|columns| self.ends.len() < columns) {
            self.ends.push(self.fields.len());
        }
        let record = RawRecord::new(&self.fields, &self.ends, &[], 0, false);
        self.raw = record.fields().collect::<Vec<_>>().join(&b'\t');
        self.raw.truncate(MAX_RAW);
        if row.too_long {
            self.ends.clear();
        }
        Ok(Some(RawRecord::new(&self.fields, &self.ends, self.raw.trim_ascii_end(), row.length, row.too_long)))
    }

    fn bytes(&self) -> u64 {
        self.bytes.get()
    }
}

/// A cell as the text that a CSV would have.
fn text_of(value: &DataRef<'_>) -> String {
    match value {
        DataRef::Empty => String::new(),
        DataRef::Int(number) => number.to_string(),
        // The shortest digits that mean this number and no other, never with an exponent.
        DataRef::Float(number) => number.to_string(),
        DataRef::String(text) | DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => text.clone(),
        DataRef::SharedString(text) => (*text).to_owned(),
        DataRef::Bool(truth) => truth.to_string(),
        DataRef::DateTime(time) => moment(time),
        DataRef::Error(error) => error.to_string(),
    }
}

/// A day, with its time of day where that is not midnight. What a sheet shows as a span of time stays the number of
/// days that it is.
fn moment(time: &ExcelDateTime) -> String {
    if time.is_duration() {
        return time.as_f64().to_string();
    }
    let (year, month, day, hour, minute, second, milli) = time.to_ymd_hms_milli();
    let date = format!("{year:04}-{month:02}-{day:02}");
    match (hour, minute, second, milli) {
        (0, 0, 0, 0) => date,
        (_, _, _, 0) => format!("{date}T{hour:02}:{minute:02}:{second:02}"),
        _ => format!("{date}T{hour:02}:{minute:02}:{second:02}.{milli:03}"),
    }
}

/// Counts the bytes that are read.
struct Counted<R> {
    inner: R,
    bytes: Rc<Cell<u64>>,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n = self.inner.read(buffer)?;
        self.bytes.set(self.bytes.get() + n as u64);
        Ok(n)
    }
}

impl<R: Seek> Seek for Counted<R> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.inner.seek(to)
    }
}

#[cfg(test)]
mod tests;
