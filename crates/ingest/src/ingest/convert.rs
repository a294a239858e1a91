//! Turning records into events, original columns and quarantined records.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;
use arrow::error::ArrowError;
use casefile_case::lock::Totals;
use sha2::{Digest, Sha256};

use super::store::{ACTORS, EVENTS, NATIVE, NativeBuilder, QUARANTINE, QuarantineBuilder, SERIES, Writer};
use super::survey::Provinces;
use super::{AddError, Ids, Rejected};
use crate::adapter::{Fault, Header, Parsed, Record, RowParser, Yields};
use crate::digest;
use crate::flag::{Flag, Flags};
use crate::record::{MAX_FIELDS, MAX_RECORD, RawRecord, decode};
use crate::schema::{
    ActorBuilder, ActorRow, EventBuilder, EventRow, SeriesBuilder, SeriesRow, actors_schema, events_schema,
    quarantine_schema, series_schema,
};

/// Rows in a batch.
const BATCH: usize = 8192;
/// A batch is written early when its texts take this many bytes.
const BATCH_BYTES: usize = 16 << 20;
/// Quarantined records that the report shows.
const SHOWN: usize = 20;

/// What is known of a file before its rows are read.
pub(super) struct Plan<'a> {
    pub(super) dataset: &'a str,
    pub(super) header: &'a Header,
    /// Number of columns that are the file's own; the header's others are filled with constants.
    pub(super) file_columns: usize,
    pub(super) fills: &'a BTreeMap<String, String>,
    pub(super) parser: &'a dyn RowParser,
}

/// A record as text.
pub(super) struct Decoded<'a> {
    pub(super) record: Record<'a>,
    pub(super) windows_1252: bool,
}

impl Plan<'_> {
    /// The record as text, with the filled columns behind; or why it is none.
    pub(super) fn decode<'a>(&'a self, raw: &RawRecord<'a>) -> Result<Decoded<'a>, Fault> {
        if raw.too_long {
            return Err(Fault::of_record(format!(
                "the record takes {} bytes; at most {MAX_RECORD} bytes and {MAX_FIELDS} fields are read: is a quote \
                 left open?",
                raw.length
            )));
        }
        if raw.len() != self.file_columns {
            return Err(Fault::of_record(format!("{} fields, the header has {}", raw.len(), self.file_columns)));
        }
        let mut windows_1252 = false;
        let mut fields = Vec::with_capacity(self.header.names().len());
        for (i, bytes) in raw.fields().enumerate() {
            if bytes.contains(&0) {
                return Err(Fault { column: self.header.names()[i].clone(), reason: "contains a NUL byte".into() });
            }
            let (text, foreign) = decode(bytes);
            windows_1252 |= foreign;
            fields.push(text);
        }
        fields.extend(self.fills.values().map(|value| Cow::Borrowed(value.as_str())));
        Ok(Decoded { record: Record { fields }, windows_1252 })
    }
}

/// What came of a file.
pub(super) struct Outcome {
    pub(super) rows_in: u64,
    pub(super) kept: u64,
    pub(super) quarantined: u64,
    pub(super) totals: Totals,
    pub(super) content_sha256: String,
    pub(super) rejected: Vec<Rejected>,
    pub(super) rejected_by_column: BTreeMap<String, u64>,
    pub(super) flags: BTreeMap<&'static str, u64>,
}

/// The table that a dataset yields, under way.
enum Yield {
    Events(Box<EventBuilder>),
    Series(Box<SeriesBuilder>),
    Actors(Box<ActorBuilder>),
}

impl Yield {
    fn new(yields: Yields) -> Self {
        match yields {
            Yields::Events => Self::Events(Box::default()),
            Yields::Series => Self::Series(Box::default()),
            Yields::Actors => Self::Actors(Box::default()),
        }
    }

    fn file(&self) -> (&'static str, SchemaRef) {
        match self {
            Self::Events(_) => (EVENTS, events_schema()),
            Self::Series(_) => (SERIES, series_schema()),
            Self::Actors(_) => (ACTORS, actors_schema()),
        }
    }

    fn len(&self) -> usize {
        match self {
            Self::Events(builder) => builder.len(),
            Self::Series(builder) => builder.len(),
            Self::Actors(builder) => builder.len(),
        }
    }

    fn finish(&mut self) -> Result<RecordBatch, ArrowError> {
        match self {
            Self::Events(builder) => builder.finish(),
            Self::Series(builder) => builder.finish(),
            Self::Actors(builder) => builder.finish(),
        }
    }
}

/// A conversion under way.
pub(super) struct Conversion<'a> {
    plan: &'a Plan<'a>,
    provinces: &'a Provinces,
    /// Columns that make up a row's content, in order of their names.
    content: Vec<usize>,
    ids: Ids,
    /// How often each derived id has been used, where more than once.
    copies: Ids,
    rows: Yield,
    native: NativeBuilder,
    quarantine: QuarantineBuilder,
    rows_file: Writer,
    native_file: Writer,
    quarantine_file: Writer,
    hash: Sha256,
    out: Outcome,
}

impl<'a> Conversion<'a> {
    pub(super) fn new(
        plan: &'a Plan<'a>,
        yields: Yields,
        provinces: &'a Provinces,
        folder: &Path,
    ) -> Result<Self, AddError> {
        let native = NativeBuilder::new(plan.header, plan.file_columns);
        let names = plan.header.names();
        let mut content: Vec<usize> = (0..plan.file_columns).filter(|i| !names[*i].is_empty()).collect();
        content.sort_by_key(|i| &names[*i]);
        let rows = Yield::new(yields);
        let (file, schema) = rows.file();
        Ok(Self {
            plan,
            provinces,
            content,
            ids: Ids::new(),
            copies: Ids::new(),
            rows_file: Writer::create(folder, file, schema)?,
            rows,
            native_file: Writer::create(folder, NATIVE, native.schema())?,
            quarantine_file: Writer::create(folder, QUARANTINE, quarantine_schema())?,
            native,
            quarantine: QuarantineBuilder::default(),
            hash: Sha256::new(),
            out: Outcome {
                rows_in: 0,
                kept: 0,
                quarantined: 0,
                totals: Totals::default(),
                content_sha256: String::new(),
                rejected: Vec::new(),
                rejected_by_column: BTreeMap::new(),
                flags: BTreeMap::new(),
            },
        })
    }

    /// Takes one record: kept, or quarantined.
    pub(super) fn take(&mut self, raw: &RawRecord<'_>) -> Result<(), AddError> {
        self.out.rows_in += 1;
        let outcome = self.plan.decode(raw).map_err(|fault| vec![fault]).and_then(|decoded| {
            let parsed = self.plan.parser.parse(&decoded.record)?;
            self.keep(&decoded, parsed)
        });
        match outcome {
            Ok(()) => self.out.kept += 1,
            Err(faults) => self.reject(&faults, raw),
        }
        let full = self.rows.len() >= BATCH || self.native.bytes + self.quarantine.bytes >= BATCH_BYTES;
        if full { self.flush() } else { Ok(()) }
    }

    fn keep(&mut self, decoded: &Decoded<'_>, parsed: Parsed) -> Result<(), Vec<Fault>> {
        match parsed {
            Parsed::Event(row, flags) => self.keep_event(decoded, *row, flags),
            Parsed::Series(rows) => {
                self.keep_series(decoded, rows);
                Ok(())
            }
            Parsed::Actor(row) => self.keep_actor(decoded, row),
        }
    }

    fn keep_event(&mut self, decoded: &Decoded<'_>, mut row: EventRow, mut flags: Flags) -> Result<(), Vec<Fault>> {
        flags.insert_if(decoded.windows_1252, Flag::Windows1252);
        let native_id = match row.native_id.take() {
            Some(id) => self.unused(id)?,
            None => {
                flags.insert(Flag::DerivedId);
                self.derived_id(&decoded.record)
            }
        };
        if let Some(province) = self.provinces.province(&row) {
            row.admin1 = Some(province.to_owned());
            flags.insert(Flag::Admin1FromCoordinates);
        }
        for flag in flags.iter() {
            *self.out.flags.entry(flag.word()).or_default() += 1;
        }
        add_to(&mut self.out.totals, &row);
        row.event_id = Some(self.keep_native(decoded, &native_id));
        row.native_id = Some(native_id);
        row.dataset = Some(self.plan.dataset.to_owned());
        row.row = i64::try_from(self.out.rows_in).ok();
        row.set_flags(flags);
        if let Yield::Events(builder) = &mut self.rows {
            builder.push(row);
        }
        Ok(())
    }

    fn keep_series(&mut self, decoded: &Decoded<'_>, rows: Vec<SeriesRow>) {
        let id = self.out.rows_in.to_string();
        self.keep_native(decoded, &id);
        for mut row in rows {
            row.dataset = Some(self.plan.dataset.to_owned());
            row.row = i64::try_from(self.out.rows_in).ok();
            if let Yield::Series(builder) = &mut self.rows {
                builder.push(row);
            }
        }
    }

    fn keep_actor(&mut self, decoded: &Decoded<'_>, mut row: ActorRow) -> Result<(), Vec<Fault>> {
        let id = self.unused(row.actor_id.clone().unwrap_or_default())?;
        self.keep_native(decoded, &id);
        row.dataset = Some(self.plan.dataset.to_owned());
        row.row = i64::try_from(self.out.rows_in).ok();
        if let Yield::Actors(builder) = &mut self.rows {
            builder.push(row);
        }
        Ok(())
    }

    /// Keeps the original columns, under the id of the case's own making, which it returns.
    fn keep_native(&mut self, decoded: &Decoded<'_>, native_id: &str) -> String {
        let id = format!("{}:{native_id}", self.plan.dataset);
        self.ids.insert(native_id.to_owned(), self.out.rows_in);
        let own = decoded.record.fields.iter().take(self.plan.file_columns);
        self.native.push(&id, own.map(AsRef::as_ref));
        id
    }

    /// An id of the file's own, unless an earlier row has it.
    fn unused(&self, id: String) -> Result<String, Vec<Fault>> {
        match self.ids.get(&id) {
            None => Ok(id),
            Some(first) => {
                let reason = format!("duplicate id {id}: row {first} has it too");
                Err(vec![Fault { column: "id".into(), reason }])
            }
        }
    }

    /// An id from the row's content, so that the same row keeps it in another order of rows or columns: `x` and 12
    /// hex digits of SHA-256 over the file's named columns; rows alike in all of them are numbered from the second.
    fn derived_id(&mut self, record: &Record<'_>) -> String {
        let names = self.plan.header.names();
        let mut hash = Sha256::new();
        for &i in &self.content {
            for part in [names[i].as_str(), record.fields[i].trim()] {
                hash.update(part);
                hash.update([0x1f]);
            }
        }
        let id = format!("x{}", &digest::hex(hash.finalize())[..12]);
        if !self.ids.contains_key(&id) {
            return id;
        }
        let copies = self.copies.entry(id.clone()).or_insert(1);
        loop {
            *copies += 1;
            let numbered = format!("{id}-{copies}");
            if !self.ids.contains_key(&numbered) {
                return numbered;
            }
        }
    }

    fn reject(&mut self, faults: &[Fault], raw: &RawRecord<'_>) {
        let columns: BTreeSet<&str> = faults.iter().map(|f| f.column.as_str()).collect();
        for column in &columns {
            *self.out.rejected_by_column.entry((*column).to_owned()).or_default() += 1;
        }
        let reasons = faults.iter().map(|f| match f.column.as_str() {
            "" => f.reason.clone(),
            column => format!("{column}: {}", f.reason),
        });
        let rejected = Rejected {
            row: self.out.rows_in,
            column: columns.into_iter().collect::<Vec<_>>().join(";"),
            reason: reasons.collect::<Vec<_>>().join("; "),
        };
        self.quarantine.push(self.plan.dataset, &rejected, &excerpt(raw));
        self.out.quarantined += 1;
        if self.out.rejected.len() < SHOWN {
            self.out.rejected.push(rejected);
        }
    }

    fn flush(&mut self) -> Result<(), AddError> {
        let rows = self.rows.finish()?;
        digest::update_with_rows(&mut self.hash, &rows);
        self.rows_file.write(&rows)?;
        self.native_file.write(&self.native.finish()?)?;
        self.quarantine_file.write(&self.quarantine.finish()?)
    }

    /// Writes what is left and closes the files.
    pub(super) fn finish(mut self) -> Result<Outcome, AddError> {
        self.flush()?;
        self.rows_file.close()?;
        self.native_file.close()?;
        self.quarantine_file.close()?;
        let Outcome { rows_in, kept, quarantined, .. } = self.out;
        if rows_in != kept + quarantined {
            return Err(AddError::Count { rows_in, kept, quarantined });
        }
        self.out.content_sha256 = digest::hex(self.hash.finalize());
        Ok(self.out)
    }
}

/// The beginning of a record as text, with a word where it was cut.
fn excerpt(raw: &RawRecord<'_>) -> String {
    let text = decode(raw.raw).0;
    if raw.raw.len() < crate::record::MAX_RAW {
        return text.into_owned();
    }
    format!("{text} … (cut; the record takes {} bytes)", raw.length)
}

fn add_to(totals: &mut Totals, row: &EventRow) {
    let kind = match row.type_of_violence {
        Some(1) => "state-based",
        Some(2) => "non-state",
        Some(3) => "one-sided",
        _ => "untyped",
    };
    let (low, best, high) = (row.deaths_low, row.deaths_best, row.deaths_high);
    totals.all.add(low, best, high);
    totals.by_type.entry(kind.to_owned()).or_default().add(low, best, high);
    if let Some(start) = row.date_start {
        totals.by_year.entry(start.year().to_string()).or_default().add(low, best, high);
        let text = start.to_string();
        if totals.first.as_ref().is_none_or(|first| text < *first) {
            totals.first = Some(text);
        }
    }
    if let Some(end) = row.date_end {
        let text = end.to_string();
        if totals.last.as_ref().is_none_or(|last| text > *last) {
            totals.last = Some(text);
        }
    }
}
