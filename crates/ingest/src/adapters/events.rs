//! Any table of events, read by a [`Mapping`] that says what its columns mean.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::values::{Reader, coordinates, identifier, quoted, real, toll, whole};
use crate::adapter::{Adapter, AdapterInfo, Fault, Header, HeaderError, Layout, Parsed, Record, RowParser, Yields};
use crate::flag::{Flag, Flags};
use crate::mapping::{Kind, Mapping};
use crate::schema::EventRow;

const NAME: &str = "events";
/// Raised whenever the same file and mapping would give other rows.
const NORMALISER: u32 = 1;
const ENDINGS: &[&str] = &[".csv", ".tsv", ".txt", ".parquet", ".geojson", ".json"];

/// What is known of a table of events before its mapping is read.
const INFO: AdapterInfo = AdapterInfo {
    name: NAME,
    normaliser: NORMALISER,
    publisher: "as the mapping says",
    title: "Any table of events, by a mapping",
    licence: "as the mapping says",
    redistribute_rows: false,
    citation: "as the mapping says",
    unit: "incident",
    counts: "as the mapping says",
    misses: &[],
    yields: Yields::Events,
    attribution: "",
    smallest_cell: 5,
    breaks: &[],
};

/// The adapter `events` before a mapping is given: it has a name, and can read nothing.
pub(super) struct Unmapped;

impl Adapter for Unmapped {
    fn info(&self) -> AdapterInfo<'_> {
        INFO
    }

    fn version_of(&self, _: &str) -> Option<String> {
        None
    }

    fn known_columns(&self) -> Vec<&str> {
        Vec::new()
    }

    fn wants_mapping(&self) -> bool {
        true
    }

    fn layout(&self) -> Layout {
        LAYOUT
    }

    fn bind(&self, header: &Header) -> Result<Box<dyn RowParser>, HeaderError> {
        Err(missing(header, vec!["mapping".to_owned()], Vec::new()))
    }
}

pub(crate) const LAYOUT: Layout = Layout {
    names: None,
    older_names: &[],
    delimiter: None,
    quoted: true,
    endings: ENDINGS,
    many: false,
    loose_end: false,
};

/// The adapter `events` with its mapping.
pub(crate) struct Events<'a> {
    mapping: &'a Mapping,
    misses: Vec<&'a str>,
    breaks: Vec<(&'a str, &'a str)>,
}

impl<'a> Events<'a> {
    pub(crate) fn new(mapping: &'a Mapping) -> Self {
        let facts = &mapping.dataset;
        Self {
            mapping,
            misses: facts.misses.iter().map(String::as_str).collect(),
            breaks: facts.breaks.iter().map(|(day, why)| (day.as_str(), why.as_str())).collect(),
        }
    }
}

impl Adapter for Events<'_> {
    fn info(&self) -> AdapterInfo<'_> {
        let facts = &self.mapping.dataset;
        AdapterInfo {
            publisher: &facts.publisher,
            title: &facts.title,
            licence: &facts.licence,
            redistribute_rows: facts.redistribute_rows,
            citation: &facts.citation,
            unit: &facts.unit,
            counts: &facts.counts,
            misses: &self.misses,
            attribution: if facts.attribution.is_empty() { &facts.citation } else { &facts.attribution },
            smallest_cell: facts.smallest_cell.unwrap_or(if facts.redistribute_rows { 1 } else { INFO.smallest_cell }),
            breaks: &self.breaks,
            ..INFO
        }
    }

    fn version_of(&self, _: &str) -> Option<String> {
        self.mapping.dataset.version.clone()
    }

    fn known_columns(&self) -> Vec<&str> {
        self.mapping.columns()
    }

    fn layout(&self) -> Layout {
        LAYOUT
    }

    fn bind(&self, header: &Header) -> Result<Box<dyn RowParser>, HeaderError> {
        let columns = self.mapping.columns();
        let absent = columns.iter().filter(|name| find(header, name).is_none()).map(|name| (*name).to_owned());
        let absent: Vec<String> = absent.collect();
        if !absent.is_empty() {
            return Err(missing(header, absent, columns.into_iter().map(str::to_owned).collect()));
        }
        let (columns, header) = (Columns::find(self.mapping, header), header.clone());
        Ok(Box::new(Parser { mapping: self.mapping.clone(), columns, header }))
    }
}

fn find(header: &Header, name: &str) -> Option<usize> {
    let name = name.trim().to_lowercase();
    if name.is_empty() { None } else { header.position(&[name.as_str()]) }
}

fn missing(header: &Header, missing: Vec<String>, required: Vec<String>) -> HeaderError {
    let found = header.names().to_vec();
    HeaderError { adapter: NAME.to_owned(), missing, required, found, mend: "Mend the mapping" }
}

/// Where the mapped columns stand in the file.
struct Columns {
    id: Option<usize>,
    kind: Vec<Option<usize>>,
    sources: Option<usize>,
    start: Option<usize>,
    end: Option<usize>,
    date_precision: Option<usize>,
    latitude: Option<usize>,
    longitude: Option<usize>,
    country: Option<usize>,
    admin1: Option<usize>,
    admin2: Option<usize>,
    place: Option<usize>,
    geometry: Option<usize>,
    place_precision: Option<usize>,
    side_a: Option<usize>,
    side_b: Option<usize>,
    side_a_id: Option<usize>,
    side_b_id: Option<usize>,
    low: Option<usize>,
    best: Option<usize>,
    high: Option<usize>,
    deaths_a: Option<usize>,
    deaths_b: Option<usize>,
    civilians: Option<usize>,
    unknown: Option<usize>,
    wounded: Option<usize>,
}

impl Columns {
    fn find(mapping: &Mapping, header: &Header) -> Self {
        let at = |name: &str| find(header, name);
        let Mapping { event, date, place, sides, deaths, .. } = mapping;
        Self {
            id: at(&event.id),
            kind: event.kind.iter().map(|name| at(name)).collect(),
            sources: at(&event.sources),
            start: at(&date.start),
            end: at(&date.end),
            date_precision: date.precision.as_ref().and_then(|precision| at(&precision.column)),
            latitude: at(&place.latitude),
            longitude: at(&place.longitude),
            country: at(&place.country),
            admin1: at(&place.admin1),
            admin2: at(&place.admin2),
            place: at(&place.place),
            geometry: at(&place.geometry),
            place_precision: place.precision.as_ref().and_then(|precision| at(&precision.column)),
            side_a: at(&sides.a),
            side_b: at(&sides.b),
            side_a_id: at(&sides.a_id),
            side_b_id: at(&sides.b_id),
            low: at(&deaths.low),
            best: at(&deaths.best),
            high: at(&deaths.high),
            deaths_a: at(&deaths.a),
            deaths_b: at(&deaths.b),
            civilians: at(&deaths.civilians),
            unknown: at(&deaths.unknown),
            wounded: at(&deaths.wounded),
        }
    }
}

struct Parser {
    mapping: Mapping,
    columns: Columns,
    header: Header,
}

impl RowParser for Parser {
    fn id_column(&self) -> Option<usize> {
        self.columns.id
    }

    fn has_admin1(&self) -> bool {
        let c = &self.columns;
        c.admin1.is_some() && c.latitude.is_some() && c.longitude.is_some()
    }

    fn parse<'a>(&'a self, record: &'a Record<'_>) -> Result<Parsed<'a>, Vec<Fault>> {
        let mut reader = Reader::new(record, &self.header);
        let mut flags = Flags::default();
        let mut row = EventRow::default();
        self.identity(&mut reader, &mut row, &mut flags);
        self.time(&mut reader, &mut row, &mut flags);
        self.place(&mut reader, &mut row, &mut flags);
        self.deaths(&mut reader, &mut row, &mut flags);
        reader.finish()?;
        Ok(Parsed::Event(Box::new(row), flags))
    }
}

impl Parser {
    fn identity<'a>(&self, reader: &mut Reader<'a>, row: &mut EventRow<'a>, flags: &mut Flags) {
        let c = &self.columns;
        row.native_id = reader.raw(c.id).map(identifier);
        let words: Vec<&str> = c.kind.iter().filter_map(|at| reader.raw(*at)).collect();
        // The finest word that the mapping knows says what the event is.
        let kind = words.iter().rev().find_map(|word| self.mapping.event.types.get(&word.to_lowercase()));
        if let Some(Kind { violence, plover, against_civilians }) = kind {
            row.type_of_violence = *violence;
            row.plover = plover.clone().map(Cow::from);
            row.against_civilians = *against_civilians;
        }
        flags.insert_if(row.type_of_violence.is_none(), Flag::NoType);
        row.event_type = (!words.is_empty()).then(|| words.join(" / ").into());
        row.source_count = reader.value(c.sources, whole).filter(|n| *n >= 0);
        row.side_a = reader.text(c.side_a);
        row.side_b = reader.text(c.side_b);
        row.side_a_id = reader.raw(c.side_a_id).map(identifier);
        row.side_b_id = reader.raw(c.side_b_id).map(identifier);
        row.directed = self.mapping.sides.directed;
    }

    fn time<'a>(&self, reader: &mut Reader<'a>, row: &mut EventRow<'a>, flags: &mut Flags) {
        let (c, dates) = (&self.columns, &self.mapping.date);
        row.date_start = reader.required(c.start, |text| dates.format.day(text));
        // Without an end of its own an event is over on the day on which it began.
        row.date_end = match reader.raw(c.end) {
            Some(_) => reader.value(c.end, |text| dates.format.day(text)),
            None => row.date_start,
        };
        let mut length = None;
        if let (Some(start), Some(end)) = (row.date_start, row.date_end) {
            if end < start {
                reader.fault(c.end, format!("{end} lies before the start {start}"));
            }
            length = Some(end.duration_since(start).as_hours() / 24 + 1);
        }
        let codes = dates.precision.as_ref().map(|precision| &precision.days);
        row.date_precision_days = reader.value(c.date_precision, |text| days(codes, text));
        if reader.raw(c.date_precision).is_none() {
            row.date_precision_days = length;
            flags.insert(Flag::DatePrecisionDerived);
        }
    }

    fn place<'a>(&self, reader: &mut Reader<'a>, row: &mut EventRow<'a>, flags: &mut Flags) {
        let c = &self.columns;
        row.country = reader.text(c.country);
        row.admin1 = reader.text(c.admin1);
        row.admin2 = reader.text(c.admin2);
        row.place = reader.text(c.place);
        let codes = self.mapping.place.precision.as_ref().map(|precision| &precision.km);
        row.place_precision_km = reader.value(c.place_precision, |text| km(codes, text));
        flags.insert_if(reader.raw(c.place_precision).is_none(), Flag::PlacePrecisionUnknown);
        flags.insert_if(reader.raw(c.geometry).is_some_and(|kind| !kind.eq_ignore_ascii_case("point")), Flag::Centroid);
        coordinates(reader, c.latitude, c.longitude, row, flags);
    }

    fn deaths<'a>(&self, reader: &mut Reader<'a>, row: &mut EventRow<'a>, flags: &mut Flags) {
        let (c, words) = (&self.columns, &self.mapping.deaths.words);
        let mut count = |column| {
            reader.value(column, |text| match words.get(&text.to_lowercase()) {
                Some(number) => Ok(*number),
                None => toll(text),
            })
        };
        row.deaths_low = count(c.low);
        row.deaths_best = count(c.best);
        row.deaths_high = count(c.high);
        row.deaths_a = count(c.deaths_a);
        row.deaths_b = count(c.deaths_b);
        row.deaths_civilians = count(c.civilians);
        row.deaths_unknown = count(c.unknown);
        row.wounded = count(c.wounded);
        let (low, best, high) = (row.deaths_low, row.deaths_best, row.deaths_high);
        match (low, best, high) {
            (None, None, None) => flags.insert(Flag::NoToll),
            (_, None, _) => flags.insert(Flag::NoBest),
            _ => {}
        }
        flags.insert_if(![low, best, high].into_iter().flatten().is_sorted(), Flag::TollOrder);
    }
}

/// What a code stands for; a table without entries means that the column holds the figure itself.
fn coded<T: Copy>(codes: Option<&BTreeMap<String, T>>, text: &str) -> Option<Result<T, String>> {
    let codes = codes.filter(|codes| !codes.is_empty())?;
    // `1.0` is what a statistics program makes of the code 1.
    let found = codes.get(&identifier(text).to_lowercase()).copied();
    Some(found.ok_or_else(|| {
        let known: Vec<&str> = codes.keys().map(String::as_str).collect();
        format!("{} is no code of the mapping; it has {}", quoted(text), known.join(", "))
    }))
}

fn days(codes: Option<&BTreeMap<String, i64>>, text: &str) -> Result<i64, String> {
    coded(codes, text).unwrap_or_else(|| match whole(text)? {
        days @ 1..=36_525 => Ok(days),
        _ => Err(format!("{} is no number of days", quoted(text))),
    })
}

fn km(codes: Option<&BTreeMap<String, f64>>, text: &str) -> Result<f64, String> {
    coded(codes, text).unwrap_or_else(|| match real(text)? {
        km if (0.0..=20_100.0).contains(&km) => Ok(km),
        _ => Err(format!("{} is no radius in km", quoted(text))),
    })
}
