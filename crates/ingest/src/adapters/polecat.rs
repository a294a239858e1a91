//! POLECAT: events that the coder NGEC reads in news, in PLOVER's words; the successor of ICEWS.
//!
//! Columns as in the yearly and weekly files (`ngecEvents…txt`) of the POLECAT Dataverse (doi:10.7910/DVN/AJGVIT); words as
//! in the PLOVER codebook and Halterman et al. (2023). `None` is their blank, `;` stands between several values. Some
//! files are malformed: more tabs at the ends of lines than there are names, quotation marks that are never closed. So
//! every line is a record, and a quotation mark a character like any other.

use std::borrow::Cow;

use jiff::civil::Date;

use crate::adapter::{
    Adapter, AdapterInfo, Fault, Header, HeaderError, Layout, Parsed, Record, RowParser, Yields, columns,
};
use crate::flag::{Flag, Flags};
use crate::schema::EventRow;

use super::values::{Reader, day, degrees, priogrid_cell};
use super::{countries, plover};

/// The adapter `polecat`.
pub(super) struct Polecat;

const INFO: AdapterInfo = AdapterInfo {
    name: "polecat",
    normaliser: 2,
    publisher: "POLECAT, Program on Geostrategic Risk, formerly Political Instability Task Force (Harvard Dataverse)",
    title: "POLECAT Weekly Data (POLitical Event Classification, Attributes, and Types)",
    // Terms of the dataset on the Dataverse: "may only be used and copied for research and educational purposes", "may not be
    // used or copied for any commercial purposes", © 2023 Leidos. Of passing rows on they say nothing.
    licence: "POLECAT terms of use: research and education only, no commercial use",
    redistribute_rows: false,
    citation: "Halterman, Andrew, Benjamin E. Bagozzi, Andreas Beger, Philip A. Schrodt & Grace I. Scarborough (2023) \
               PLOVER and POLECAT: A New Political Event Ontology and Dataset. SocArXiv rm5dw. Data: \
               https://doi.org/10.7910/DVN/AJGVIT",
    unit: "report",
    counts: "statements in news reports, read by a machine, that one political actor did something to another; several \
             rows may speak of one incident, and none of them may be true",
    misses: &[
        "incidents as such: how many rows one gets depends on how widely it was reported",
        "deaths and wounded",
        "statements and appeals, which PLOVER does not code",
        "acts whose actor the report does not name",
        "what no monitored outlet reported",
        "years before 2018",
    ],
    yields: Yields::Events,
    attribution: "POLECAT {version}, Halterman et al. (2023), https://doi.org/10.7910/DVN/AJGVIT, accessed {accessed}",
    smallest_cell: 5,
    breaks: &[],
};

columns! {
    /// Where the columns stand that the core schema takes up; the others, intensities among them, are kept as they are.
    Columns {
        id: required ["event id"],
        day: required ["event date"],
        kind: required ["event type"],
        mode: optional ["event mode"],
        contexts: optional ["contexts"],
        actor: required ["actor name"],
        actor_id: optional ["wikipedia actor id"],
        recipient: required ["recipient name"],
        recipient_id: optional ["wikipedia recipient id"],
        recipient_sector: optional ["primary recipient sector"],
        recipient_sectors: optional ["recipient sectors"],
        place: optional ["placename"],
        city: optional ["city"],
        admin2: optional ["district"],
        admin1: optional ["province"],
        country: required ["country"],
        latitude: optional ["latitude"],
        longitude: optional ["longitude"],
        feature: optional ["feature type"],
        published: optional ["publication date"],
    }
}

impl Adapter for Polecat {
    fn info(&self) -> AdapterInfo<'_> {
        INFO
    }

    /// `ngecEvents.20230103111842.Release603.DV.txt` → 2023-01-03, `ngecEventsDV-2022.txt.zip` → 2022.
    fn version_of(&self, file_name: &str) -> Option<String> {
        let name = file_name.to_ascii_lowercase();
        let rest = name.strip_prefix("ngecevents")?;
        let digits = rest.split(|c: char| !c.is_ascii_digit()).find(|run| run.len() >= 4)?;
        match digits.len() {
            4 => Some(digits.to_owned()),
            8 | 14 => Some(format!("{}-{}-{}", &digits[..4], &digits[4..6], &digits[6..8])),
            _ => None,
        }
    }

    fn known_columns(&self) -> Vec<&str> {
        Columns::NAMES.to_vec()
    }

    fn layout(&self) -> Layout {
        Layout {
            delimiter: Some(b'\t'),
            quoted: false,
            loose_end: true,
            endings: &[".txt"],
            many: true,
            ..Layout::default()
        }
    }

    fn bind(&self, header: &Header) -> Result<Box<dyn RowParser>, HeaderError> {
        let columns = Columns::bind(INFO.name, header)?;
        Ok(Box::new(PolecatParser { columns, header: header.clone() }))
    }
}

struct PolecatParser {
    columns: Columns,
    header: Header,
}

impl RowParser for PolecatParser {
    fn id_column(&self) -> Option<usize> {
        self.columns.id
    }

    fn parse<'a>(&'a self, record: &'a Record<'_>) -> Result<Parsed<'a>, Vec<Fault>> {
        let mut reader = Reader::new(record, &self.header);
        // POLECAT counts no dead.
        let mut flags = Flags::from_iter([Flag::NoToll]);
        let native_id = reader.required_text(self.columns.id);
        let mut row = EventRow { native_id, ..EventRow::default() };
        self.kind(&mut reader, &mut row, &mut flags);
        self.parties(&reader, &mut row);
        self.time(&mut reader, &mut row, &mut flags);
        self.place(&mut reader, &mut row, &mut flags);
        reader.finish()?;
        Ok(Parsed::Event(Box::new(row), flags))
    }
}

impl PolecatParser {
    fn kind<'a>(&self, reader: &mut Reader<'a>, row: &mut EventRow<'a>, flags: &mut Flags) {
        let c = &self.columns;
        let word = reader.required(c.kind, plover::word);
        let own = reader.raw(c.kind).map(str::to_ascii_uppercase);
        row.event_type = own.map(|own| match several(reader, c.mode) {
            Some(modes) => format!("{own} / {modes}").into(),
            None => own.into(),
        });
        row.plover = word.map(Cow::from);
        // PLOVER's contexts for what is told without having happened, or as long past.
        for context in parts(reader.raw(c.contexts).unwrap_or_default()) {
            match context.to_ascii_lowercase().as_str() {
                "future" | "hypothetical" | "negation" => flags.insert(Flag::Unrealised),
                "historical" => flags.insert(Flag::LateReport),
                _ => {}
            }
        }
    }

    /// Actor and recipient: where nobody is acted on, as between those who meet, all are actors.
    fn parties<'a>(&self, reader: &Reader<'a>, row: &mut EventRow<'a>) {
        let c = &self.columns;
        row.side_a = several(reader, c.actor);
        row.side_b = several(reader, c.recipient);
        row.side_a_id = several(reader, c.actor_id);
        row.side_b_id = several(reader, c.recipient_id);
        // Violence between two sides has both of them as actors, or one as the recipient under the mode `sideAB` (PLOVER
        // manual, draft 0.8, 2021, ASSAULT).
        let both = parts(reader.raw(c.mode).unwrap_or_default()).any(|mode| mode.eq_ignore_ascii_case("sideAB"));
        row.directed = row.side_b.is_some().then_some(!both);
        let sectors = [c.recipient_sector, c.recipient_sectors].map(|column| reader.raw(column).unwrap_or_default());
        let civilian = sectors.into_iter().flat_map(parts).any(|sector| sector == "CVL");
        row.against_civilians = (civilian && row.plover.as_deref() == Some("ASSAULT")).then_some(true);
    }

    /// One day. Where the report names none, NGEC takes that of publication, and no column tells of it (`resolve_date` of its
    /// `formatter.py`, in the repository ahalterman/NGEC).
    fn time<'a>(&self, reader: &mut Reader<'a>, row: &mut EventRow<'a>, flags: &mut Flags) {
        /// Weekly files are days behind; what is older was told in retrospect.
        const LATE: i64 = 28;
        let happened = reader.required(self.columns.day, day);
        (row.date_start, row.date_end) = (happened, happened);
        row.date_precision_days = happened.map(|_| 1);
        let published: Option<Date> = given(reader, self.columns.published, day);
        if let (Some(happened), Some(published)) = (happened, published) {
            flags.insert_if(published.duration_since(happened).as_hours() / 24 >= LATE, Flag::LateReport);
        }
    }

    fn place<'a>(&self, reader: &mut Reader<'a>, row: &mut EventRow<'a>, flags: &mut Flags) {
        let c = &self.columns;
        let text = |column| reader.text(column).filter(|text| !is_none(text));
        row.place = text(c.city).or_else(|| text(c.place));
        row.admin1 = text(c.admin1);
        row.admin2 = text(c.admin2);
        row.country = text(c.country).map(|code| {
            let name = countries::by_iso3(&code);
            flags.insert_if(name.is_none(), Flag::CountryCodeUnknown);
            name.map_or(code, Cow::from)
        });
        row.place_precision_km = text(c.feature).and_then(|feature| place_precision(&feature));
        flags.insert_if(row.place_precision_km.is_none(), Flag::PlacePrecisionUnknown);
        row.latitude = given(reader, c.latitude, |text| degrees(text, 90.0));
        row.longitude = given(reader, c.longitude, |text| degrees(text, 180.0));
        let [north, east] = [c.latitude, c.longitude].map(|at| reader.raw(at).is_some_and(|text| !is_none(text)));
        match (north, east) {
            (false, false) => flags.insert(Flag::NoCoordinates),
            (true, false) => reader.fault(c.longitude, "is blank, though there is a latitude"),
            (false, true) => reader.fault(c.latitude, "is blank, though there is a longitude"),
            (true, true) => {}
        }
        if let Some((latitude, longitude)) = row.latitude.zip(row.longitude) {
            flags.insert_if(latitude == 0.0 && longitude == 0.0, Flag::ZeroCoordinates);
            row.priogrid = priogrid_cell(latitude, longitude);
        }
    }
}

/// How the files write a blank.
fn is_none(text: &str) -> bool {
    text == "None"
}

/// A value that may be written as `None`.
fn given<'a, T>(
    reader: &mut Reader<'a>,
    column: Option<usize>,
    parse: impl FnOnce(&'a str) -> Result<T, String>,
) -> Option<T> {
    reader.value(column, |text| if is_none(text) { Ok(None) } else { parse(text).map(Some) }).flatten()
}

/// The values between `;`, without blanks.
fn parts(text: &str) -> impl Iterator<Item = &str> {
    text.split(';').map(str::trim).filter(|part| !part.is_empty() && !is_none(part))
}

/// Several values, each once, `; ` between them; none where all are blank.
fn several<'a>(reader: &Reader<'a>, column: Option<usize>) -> Option<Cow<'a, str>> {
    let mut kept: Vec<&str> = Vec::new();
    for part in parts(reader.raw(column)?) {
        if !kept.contains(&part) {
            kept.push(part);
        }
    }
    match kept.as_slice() {
        [] => None,
        [one] => Some(Cow::Borrowed(one)),
        several => Some(several.join("; ").into()),
    }
}

/// The radius in km within which a place of that GeoNames feature code lies, as for UCDP GED's units of the same order;
/// a town's is 25 km, as its name stands for what is near it. Mountains, seas and regions have no usual size.
fn place_precision(feature: &str) -> Option<f64> {
    match feature {
        code if code.starts_with("PCL") => Some(470.0),
        "ADM1" => Some(105.0),
        "ADM2" | "ADM3" | "ADM4" | "ADM5" => Some(30.0),
        code if code.starts_with("PPL") => Some(25.0),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
