//! UCDP Georeferenced Event Dataset (GED): yearly and candidate releases.
//!
//! Columns and codes follow the UCDP GED codebook (Högbladh 2023, version 23.1) and Sundberg & Melander (2013).
//! Columns are found by name in any order; what only some releases have is optional.

use crate::adapter::{Adapter, AdapterInfo, Fault, Header, HeaderError, Parsed, Record, RowParser, Yields, columns};
use crate::flag::{Flag, Flags};
use crate::schema::EventRow;

use super::values::{Reader, coordinates, day, identifier, priogrid_cell, quoted, toll, truth, whole};

/// The adapter `ucdp-ged`.
pub(super) struct UcdpGed;

const INFO: AdapterInfo = AdapterInfo {
    name: "ucdp-ged",
    normaliser: 2,
    publisher: "Uppsala Conflict Data Program (UCDP), Uppsala University",
    title: "UCDP Georeferenced Event Dataset (GED)",
    licence: "CC-BY-4.0",
    redistribute_rows: true,
    citation: "Sundberg, Ralph & Erik Melander (2013) Introducing the UCDP Georeferenced Event Dataset. Journal of \
               Peace Research 50(4): 523–532. Candidate releases: Hegre, Håvard, Mihai Croicu, Kristine Eck & Stina \
               Högbladh (2020) Introducing the UCDP Candidate Events Dataset. Research & Politics 7(3).",
    unit: "lethal-incident",
    counts: "incidents of organised violence with at least one direct death, between organised groups or by one \
             against civilians",
    misses: &[
        "attacks without a death, foiled plots, abductions and threats",
        "violence whose perpetrator no source names",
        "indirect deaths, by hunger or disease",
        "in lists of active years: dyads below 25 deaths in the calendar year",
    ],
    yields: Yields::Events,
    attribution: "UCDP Georeferenced Event Dataset (GED) {version}, Uppsala Conflict Data Program, CC BY 4.0",
    smallest_cell: 1,
    breaks: &[],
};

columns! {
    /// Where GED's columns stand in a file. The first name is today's; the others are those of older releases.
    Columns {
        id: optional ["id"],
        active_year: optional ["active_year"],
        code_status: optional ["code_status"],
        type_of_violence: optional ["type_of_violence"],
        conflict_id: optional ["conflict_new_id", "conflict_id"],
        conflict: optional ["conflict_name"],
        dyad_id: optional ["dyad_new_id", "dyad_id"],
        dyad: optional ["dyad_name"],
        side_a_id: optional ["side_a_new_id", "side_a_id"],
        side_a: required ["side_a"],
        side_b_id: optional ["side_b_new_id", "side_b_id"],
        side_b: required ["side_b"],
        sources: optional ["number_of_sources"],
        where_prec: optional ["where_prec"],
        place: optional ["where_coordinates"],
        admin1: optional ["adm_1"],
        admin2: optional ["adm_2"],
        latitude: optional ["latitude"],
        longitude: optional ["longitude"],
        priogrid: optional ["priogrid_gid"],
        country: optional ["country"],
        clarity: optional ["event_clarity"],
        date_prec: optional ["date_prec"],
        date_start: required ["date_start"],
        date_end: required ["date_end"],
        deaths_a: optional ["deaths_a"],
        deaths_b: optional ["deaths_b"],
        deaths_civilians: optional ["deaths_civilians"],
        deaths_unknown: optional ["deaths_unknown"],
        best: required ["best", "best_est"],
        high: required ["high", "high_est"],
        low: required ["low", "low_est"],
    }
}

impl Adapter for UcdpGed {
    fn info(&self) -> AdapterInfo<'_> {
        INFO
    }

    /// `GEDEvent_v23_0_10.csv` → 23.0.10, `GEDEvent_v25_01_25_03.csv` → 25.01.25.03, `ged231-csv.zip` → 23.1.
    fn version_of(&self, file_name: &str) -> Option<String> {
        let name = file_name.to_ascii_lowercase();
        if let Some((_, rest)) = name.split_once("gedevent_v") {
            let numbers = rest.split(|c: char| !c.is_ascii_digit() && c != '_').next()?;
            return (!numbers.is_empty()).then(|| numbers.trim_matches('_').replace('_', "."));
        }
        let digits = name.strip_prefix("ged")?.split('-').next()?;
        let release = digits.len() == 3 && digits.bytes().all(|b| b.is_ascii_digit());
        release.then(|| format!("{}.{}", &digits[..2], &digits[2..]))
    }

    fn known_columns(&self) -> Vec<&'static str> {
        Columns::NAMES.to_vec()
    }

    fn bind(&self, header: &Header) -> Result<Box<dyn RowParser>, HeaderError> {
        let columns = Columns::bind(INFO.name, header)?;
        Ok(Box::new(GedParser { columns, header: header.clone() }))
    }
}

struct GedParser {
    columns: Columns,
    header: Header,
}

impl RowParser for GedParser {
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
        self.parties(&mut reader, &mut row);
        self.time(&mut reader, &mut row, &mut flags);
        self.place(&mut reader, &mut row, &mut flags);
        self.deaths(&mut reader, &mut row, &mut flags);
        reader.finish()?;
        Ok(Parsed::Event(Box::new(row), flags))
    }
}

impl GedParser {
    fn identity<'a>(&self, reader: &mut Reader<'a>, row: &mut EventRow<'a>, flags: &mut Flags) {
        let c = &self.columns;
        row.native_id = reader.raw(c.id).map(identifier);
        row.type_of_violence = reader.value(c.type_of_violence, type_of_violence);
        if reader.raw(c.type_of_violence).is_none() {
            flags.insert(Flag::NoType);
        }
        // PLOVER has one word for all violence that kills; who began a clash GED does not say.
        row.plover = Some("ASSAULT".into());
        row.directed = row.type_of_violence.map(|code| code == 3);
        row.against_civilians = row.type_of_violence.map(|code| code == 3);
        if reader.value(c.active_year, truth) == Some(false) {
            flags.insert(Flag::InactiveYear);
        }
        if reader.raw(c.code_status).is_some_and(|status| !status.eq_ignore_ascii_case("clear")) {
            flags.insert(Flag::StatusUnclear);
        }
        if reader.value(c.clarity, whole) == Some(2) {
            flags.insert(Flag::Aggregated);
        }
        // −1 is the codebook's word for unknown.
        row.source_count = reader.value(c.sources, whole).filter(|n| *n >= 0);
    }

    fn parties<'a>(&self, reader: &mut Reader<'a>, row: &mut EventRow<'a>) {
        let c = &self.columns;
        row.side_a = reader.required_text(c.side_a);
        row.side_b = reader.required_text(c.side_b);
        row.side_a_id = reader.raw(c.side_a_id).map(identifier);
        row.side_b_id = reader.raw(c.side_b_id).map(identifier);
        row.conflict_id = reader.raw(c.conflict_id).map(identifier);
        row.dyad_id = reader.raw(c.dyad_id).map(identifier);
        row.conflict = reader.text(c.conflict);
        row.dyad = reader.text(c.dyad);
    }

    fn time<'a>(&self, reader: &mut Reader<'a>, row: &mut EventRow<'a>, flags: &mut Flags) {
        let c = &self.columns;
        row.date_start = reader.required(c.date_start, day);
        row.date_end = reader.required(c.date_end, day);
        let mut length = None;
        if let (Some(start), Some(end)) = (row.date_start, row.date_end) {
            // Which of the two is wrong cannot be told, so the row means nothing in time.
            if end < start {
                reader.fault(c.date_end, format!("{end} lies before date_start {start}"));
            }
            length = Some(end.duration_since(start).as_hours() / 24 + 1);
        }
        row.date_precision_days = reader.value(c.date_prec, date_precision);
        if reader.raw(c.date_prec).is_none() {
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
        row.place_precision_km = reader.value(c.where_prec, place_precision);
        if reader.raw(c.where_prec).is_none() {
            flags.insert(Flag::PlacePrecisionUnknown);
        }
        let given = reader.value(c.priogrid, whole);
        row.priogrid = given;
        if let Some(point) = coordinates(reader, c.latitude, c.longitude, row, flags) {
            self.cell(reader, row, flags, point, given);
        }
    }

    /// Holds the PRIO-GRID cell against the one given, which betrays exchanged coordinates.
    fn cell(
        &self,
        reader: &mut Reader<'_>,
        row: &mut EventRow<'_>,
        flags: &mut Flags,
        (latitude, longitude): (f64, f64),
        given: Option<i64>,
    ) {
        if given.is_none() || given == row.priogrid {
            return;
        }
        if given == priogrid_cell(longitude, latitude) {
            let reason = format!(
                "latitude {latitude} and longitude {longitude} are exchanged: only so do they lie in the row's PRIO-GRID cell"
            );
            reader.fault(self.columns.latitude, reason);
        }
        flags.insert(Flag::PriogridMismatch);
    }

    fn deaths<'a>(&self, reader: &mut Reader<'a>, row: &mut EventRow<'a>, flags: &mut Flags) {
        let c = &self.columns;
        row.deaths_a = reader.value(c.deaths_a, toll);
        row.deaths_b = reader.value(c.deaths_b, toll);
        row.deaths_civilians = reader.value(c.deaths_civilians, toll);
        row.deaths_unknown = reader.value(c.deaths_unknown, toll);
        row.deaths_low = reader.value(c.low, toll);
        row.deaths_best = reader.value(c.best, toll);
        row.deaths_high = reader.value(c.high, toll);
        let (low, best, high) = (row.deaths_low, row.deaths_best, row.deaths_high);
        match (low, best, high) {
            (None, None, None) => flags.insert(Flag::NoToll),
            (_, None, _) => flags.insert(Flag::NoBest),
            _ => {}
        }
        flags.insert_if(![low, best, high].into_iter().flatten().is_sorted(), Flag::TollOrder);
    }
}

/// The codebook's 1, 2, 3, and the names that UCDP and its users write for them.
fn type_of_violence(text: &str) -> Result<i64, String> {
    if let Ok(code @ 1..=3) = whole(text) {
        return Ok(code);
    }
    let letters: String = text.to_ascii_lowercase().chars().filter(char::is_ascii_alphabetic).collect();
    match letters.as_str() {
        "state" | "statebased" | "statebasedconflict" | "statebasedviolence" | "sb" => Ok(1),
        "nonstate" | "nonstateconflict" | "nonstateviolence" | "ns" => Ok(2),
        "onesided" | "onesidedviolence" | "os" => Ok(3),
        _ => Err(format!("{} is no type of violence: 1 state-based, 2 non-state, 3 one-sided", quoted(text))),
    }
}

/// The longest range that a `date_prec` allows, in days: 1 the day is known; 2 a range of two to six days; 3 the
/// week; 4 the month; 5 more than a month, up to a year.
fn date_precision(text: &str) -> Result<i64, String> {
    match whole(text)? {
        1 => Ok(1),
        2 => Ok(6),
        3 => Ok(7),
        4 => Ok(31),
        5 => Ok(366),
        _ => Err(format!("{} is no date precision from 1 to 5", quoted(text))),
    }
}

/// The radius in km within which an event of that `where_prec` lies. The codebook gives words; where it gives no
/// distance, the radius is that of a circle as large as a unit of that order is on average, the Earth's land without
/// Antarctica being about 134 million km²:
///
/// - 1, an exact location: 5 km. A village or town is coded by its centre, and few reach further.
/// - 2, near a location: 25 km, the codebook's own limit.
/// - 3, a second-order unit (district): 30 km, as there are about 49,000 of them.
/// - 4, a first-order unit (province): 105 km, as there are about 3,900 of them (GeoNames).
/// - 5, a line or a fuzzy area: 225 km, midway, by ratio, between a province and a country.
/// - 6, a country: 470 km, as there are about 195 of them.
/// - 7, international waters or air space: 470 km, as for a country, for want of any better.
fn place_precision(text: &str) -> Result<f64, String> {
    match whole(text)? {
        1 => Ok(5.0),
        2 => Ok(25.0),
        3 => Ok(30.0),
        4 => Ok(105.0),
        5 => Ok(225.0),
        6 | 7 => Ok(470.0),
        _ => Err(format!("{} is no place precision from 1 to 7", quoted(text))),
    }
}

#[cfg(test)]
mod tests;
