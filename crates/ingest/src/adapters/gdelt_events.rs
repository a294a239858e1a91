//! GDELT events: the export files of version 2.0 (every 15 minutes since 2015-02-19) and of 1.0 (daily, and from 1979).
//!
//! Columns and codes follow *The GDELT Event Database Data Format Codebook*, versions 2.0 (2015-02-19) and 1.03
//! (2013-08-25). The files have no line of names, are delimited by tabs in spite of their `.CSV`, and quote nothing. A
//! row is what a machine read in the first reports of something: it counts reports, not incidents.

use std::borrow::Cow;

use jiff::civil::Date;

use crate::adapter::{
    Adapter, AdapterInfo, Fault, Header, HeaderError, Layout, Parsed, Record, RowParser, Yields, columns,
};
use crate::flag::{Flag, Flags};
use crate::schema::EventRow;

use super::cameo::Cameo;
use super::countries;
use super::values::{Reader, compact_day, coordinates, quoted, whole};

/// The adapter `gdelt-events`.
pub(super) struct GdeltEvents;

const INFO: AdapterInfo = AdapterInfo {
    name: "gdelt-events",
    normaliser: 1,
    publisher: "The GDELT Project",
    title: "GDELT Event Database",
    licence: "LicenseRef-GDELT",
    redistribute_rows: true,
    citation: "Leetaru, Kalev & Philip A. Schrodt (2013) GDELT: Global Data on Events, Location, and Tone, 1979–2012. \
               ISA Annual Convention. The GDELT Project, https://www.gdeltproject.org/",
    unit: "report",
    counts: "statements in news reports, read by a machine, that one actor did something to another; many rows may \
             speak of one incident, and none of them may be true",
    misses: &[
        "incidents as such: how many rows one gets depends on how widely and how variously it was reported",
        "deaths and wounded",
        "what no monitored outlet reported, which is most in places with few outlets",
        "who is behind an actor that the dictionaries do not know",
    ],
    yields: Yields::Events,
    attribution: "The GDELT Project (https://www.gdeltproject.org/), GDELT Event Database {version}, accessed {accessed}",
    smallest_cell: 1,
    breaks: &[
        ("2013-04-01", "daily files begin; the files before them were made from other sources, in retrospect"),
        ("2015-02-19", "GDELT 2.0: other sources, and reports in 65 languages, machine-translated"),
    ],
};

/// What both releases begin with.
macro_rules! names {
    ($($geo:literal),+) => {
        &[
            "globaleventid", "day", "monthyear", "year", "fractiondate",
            "actor1code", "actor1name", "actor1countrycode", "actor1knowngroupcode", "actor1ethniccode",
            "actor1religion1code", "actor1religion2code", "actor1type1code", "actor1type2code", "actor1type3code",
            "actor2code", "actor2name", "actor2countrycode", "actor2knowngroupcode", "actor2ethniccode",
            "actor2religion1code", "actor2religion2code", "actor2type1code", "actor2type2code", "actor2type3code",
            "isrootevent", "eventcode", "eventbasecode", "eventrootcode", "quadclass", "goldsteinscale",
            "nummentions", "numsources", "numarticles", "avgtone",
            $($geo),+
        ]
    };
}

/// Version 2.0: 61 columns.
const V2: &[&str] = names!(
    "actor1geo_type",
    "actor1geo_fullname",
    "actor1geo_countrycode",
    "actor1geo_adm1code",
    "actor1geo_adm2code",
    "actor1geo_lat",
    "actor1geo_long",
    "actor1geo_featureid",
    "actor2geo_type",
    "actor2geo_fullname",
    "actor2geo_countrycode",
    "actor2geo_adm1code",
    "actor2geo_adm2code",
    "actor2geo_lat",
    "actor2geo_long",
    "actor2geo_featureid",
    "actiongeo_type",
    "actiongeo_fullname",
    "actiongeo_countrycode",
    "actiongeo_adm1code",
    "actiongeo_adm2code",
    "actiongeo_lat",
    "actiongeo_long",
    "actiongeo_featureid",
    "dateadded",
    "sourceurl"
);

/// Version 1.0, daily files since 2013-04-01: 58 columns, without `adm2code`.
const V1_DAILY: &[&str] = names!(
    "actor1geo_type",
    "actor1geo_fullname",
    "actor1geo_countrycode",
    "actor1geo_adm1code",
    "actor1geo_lat",
    "actor1geo_long",
    "actor1geo_featureid",
    "actor2geo_type",
    "actor2geo_fullname",
    "actor2geo_countrycode",
    "actor2geo_adm1code",
    "actor2geo_lat",
    "actor2geo_long",
    "actor2geo_featureid",
    "actiongeo_type",
    "actiongeo_fullname",
    "actiongeo_countrycode",
    "actiongeo_adm1code",
    "actiongeo_lat",
    "actiongeo_long",
    "actiongeo_featureid",
    "dateadded",
    "sourceurl"
);

/// Version 1.0, back files of 1979 to 2013-03-31: 57 columns, without `sourceurl` too.
const V1_BACK: &[&str] = match V1_DAILY.split_last() {
    Some((_, back)) => back,
    None => &[],
};

columns! {
    /// Where the columns stand that the core schema takes up; the others are kept as they are.
    Columns {
        id: required ["globaleventid"],
        day: required ["day"],
        actor1_code: required ["actor1code"],
        actor1: required ["actor1name"],
        actor2_code: required ["actor2code"],
        actor2: required ["actor2name"],
        actor2_type1: required ["actor2type1code"],
        actor2_type2: required ["actor2type2code"],
        actor2_type3: required ["actor2type3code"],
        code: required ["eventcode"],
        root: required ["eventrootcode"],
        sources: required ["numsources"],
        place_type: required ["actiongeo_type"],
        place: required ["actiongeo_fullname"],
        country: required ["actiongeo_countrycode"],
        latitude: required ["actiongeo_lat"],
        longitude: required ["actiongeo_long"],
        added: required ["dateadded"],
    }
}

impl Adapter for GdeltEvents {
    fn info(&self) -> AdapterInfo<'_> {
        INFO
    }

    /// `20240131121500.export.CSV.zip` → 2024-01-31 12:15, `20130401.export.CSV.zip` → 2013-04-01, `197901.zip` → 1979-01.
    fn version_of(&self, file_name: &str) -> Option<String> {
        let digits = file_name.split('.').next().filter(|d| d.bytes().all(|b| b.is_ascii_digit()))?;
        let (year, month) = (digits.get(..4)?, digits.get(4..6));
        let (day, time) = (digits.get(6..8), digits.get(8..12));
        match (digits.len(), month, day, time) {
            (4, ..) => Some(year.to_owned()),
            (6, Some(month), ..) => Some(format!("{year}-{month}")),
            (8, Some(month), Some(day), _) => Some(format!("{year}-{month}-{day}")),
            (14, Some(month), Some(day), Some(time)) => {
                Some(format!("{year}-{month}-{day} {}:{}", &time[..2], &time[2..]))
            }
            _ => None,
        }
    }

    fn known_columns(&self) -> Vec<&str> {
        Columns::NAMES.to_vec()
    }

    fn layout(&self) -> Layout {
        Layout {
            names: Some(V2),
            older_names: &[V1_DAILY, V1_BACK],
            delimiter: Some(b'\t'),
            quoted: false,
            endings: &[".export.csv"],
            many: true,
            ..Layout::default()
        }
    }

    fn bind(&self, header: &Header) -> Result<Box<dyn RowParser>, HeaderError> {
        let columns = Columns::bind(INFO.name, header)?;
        Ok(Box::new(GdeltParser { columns, header: header.clone() }))
    }
}

struct GdeltParser {
    columns: Columns,
    header: Header,
}

impl RowParser for GdeltParser {
    fn id_column(&self) -> Option<usize> {
        self.columns.id
    }

    fn parse<'a>(&'a self, record: &'a Record<'_>) -> Result<Parsed<'a>, Vec<Fault>> {
        let mut reader = Reader::new(record, &self.header);
        // GDELT counts no dead.
        let mut flags = Flags::from_iter([Flag::NoToll]);
        let mut row = EventRow::default();
        let c = &self.columns;
        row.native_id = reader.required(c.id, event_id);
        row.source_count = reader.value(c.sources, whole).filter(|n| *n >= 0);
        self.kind(&mut reader, &mut row, &mut flags);
        self.parties(&reader, &mut row);
        self.time(&mut reader, &mut row, &mut flags);
        self.place(&mut reader, &mut row, &mut flags);
        reader.finish()?;
        Ok(Parsed::Event(Box::new(row), flags))
    }
}

impl GdeltParser {
    fn kind<'a>(&self, reader: &mut Reader<'a>, row: &mut EventRow<'a>, flags: &mut Flags) {
        let c = &self.columns;
        // `---` in a few old rows: the coder found an event and no code for it.
        if reader.raw(c.code).is_none_or(|code| code.bytes().all(|b| b == b'-')) {
            flags.insert(Flag::NoType);
            return;
        }
        let code = reader.raw(c.code).map(Cameo::parse);
        match code {
            Some(Ok(cameo)) => {
                row.event_type = Some(cameo.words().into());
                row.plover = cameo.plover().map(Cow::from);
                if let Some(root) = reader.raw(c.root).filter(|root| *root != cameo.root()) {
                    let reason = format!("{} is not the root of event code {}", quoted(root), cameo.root());
                    reader.fault(c.root, reason);
                }
            }
            Some(Err(reason)) => reader.fault(c.code, reason),
            None => {}
        }
    }

    /// What CAMEO calls source and target: the one acts, the other is acted on.
    fn parties<'a>(&self, reader: &Reader<'a>, row: &mut EventRow<'a>) {
        let c = &self.columns;
        row.side_a = reader.text(c.actor1);
        row.side_b = reader.text(c.actor2);
        row.side_a_id = reader.text(c.actor1_code);
        row.side_b_id = reader.text(c.actor2_code);
        row.directed = Some(true);
        let civilian =
            [c.actor2_type1, c.actor2_type2, c.actor2_type3].into_iter().any(|t| reader.raw(t) == Some("CVL"));
        // Where the role is not told, whom it struck is unknown, not somebody else.
        row.against_civilians = (civilian && row.plover.as_deref() == Some("ASSAULT")).then_some(true);
    }

    fn time<'a>(&self, reader: &mut Reader<'a>, row: &mut EventRow<'a>, flags: &mut Flags) {
        /// What "last month", "last year" and anniversaries give; ordinary reporting is days behind.
        const LATE: i64 = 28;
        let c = &self.columns;
        let day = reader.required(c.day, compact_day);
        (row.date_start, row.date_end) = (day, day);
        row.date_precision_days = day.map(|_| 1);
        let added = reader.value(c.added, added);
        if let (Some(day), Some(added)) = (day, added) {
            flags.insert_if(added.duration_since(day).as_hours() / 24 >= LATE, Flag::LateReport);
        }
    }

    fn place<'a>(&self, reader: &mut Reader<'a>, row: &mut EventRow<'a>, flags: &mut Flags) {
        let c = &self.columns;
        let kind = reader.value(c.place_type, place_kind).flatten();
        row.place_precision_km = kind.map(PlaceKind::km);
        flags.insert_if(kind.is_none(), Flag::PlacePrecisionUnknown);
        row.country = reader.raw(c.country).map(|code| {
            let name = countries::by_fips(code);
            flags.insert_if(name.is_none(), Flag::CountryCodeUnknown);
            name.unwrap_or(code).into()
        });
        (row.place, row.admin1) = kind.zip(reader.raw(c.place)).map_or((None, None), |(kind, name)| names(kind, name));
        coordinates(reader, c.latitude, c.longitude, row, flags);
    }
}

/// `ActionGeo_Type`: what kind of place the name in the report was matched to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum PlaceKind {
    Country,
    UsState,
    UsCity,
    WorldCity,
    WorldState,
}

impl PlaceKind {
    /// The radius in km within which the place lies:
    ///
    /// - 1, a country: 470 km, the radius of a circle as large as a country is on average, as for UCDP GED.
    /// - 2, a state of the United States: 240 km, as there are 50 on 9.1 million km² of land.
    /// - 3 and 4, a city or landmark: 25 km. The coordinates are its centre; but the name is the nearest one in the text,
    ///   and what happened near a city is told by its name.
    /// - 5, a first-order unit elsewhere: 105 km, as there are about 3,900 of them (GeoNames), as for UCDP GED.
    fn km(self) -> f64 {
        match self {
            Self::Country => 470.0,
            Self::UsState => 240.0,
            Self::UsCity | Self::WorldCity => 25.0,
            Self::WorldState => 105.0,
        }
    }
}

/// 0, which the codebook does not name, stands where no place was found.
fn place_kind(text: &str) -> Result<Option<PlaceKind>, String> {
    match text {
        "0" => Ok(None),
        "1" => Ok(Some(PlaceKind::Country)),
        "2" => Ok(Some(PlaceKind::UsState)),
        "3" => Ok(Some(PlaceKind::UsCity)),
        "4" => Ok(Some(PlaceKind::WorldCity)),
        "5" => Ok(Some(PlaceKind::WorldState)),
        _ => Err(format!("{} is no kind of place from 0 to 5", quoted(text))),
    }
}

/// Place and first-order unit of a full name: `Country`, `State, Country` or `City, State, Country`, by its kind. The
/// country is left to its code, which is the same however a report spells it.
fn names(kind: PlaceKind, full: &str) -> (Option<Cow<'_, str>>, Option<Cow<'_, str>>) {
    let mut parts: Vec<&str> = full.split(", ").map(str::trim).collect();
    if parts.len() > 1 {
        parts.pop();
    }
    match kind {
        PlaceKind::Country => (None, None),
        PlaceKind::UsState | PlaceKind::WorldState => (None, Some(parts.join(", ").into())),
        PlaceKind::UsCity | PlaceKind::WorldCity => {
            let admin1 = (parts.len() > 1).then(|| parts.pop().map(Cow::from)).flatten();
            (Some(parts.join(", ").into()), admin1)
        }
    }
}

/// A `GlobalEventID`: a whole number.
fn event_id(text: &str) -> Result<Cow<'_, str>, String> {
    let number = text.len() <= 18 && text.bytes().all(|b| b.is_ascii_digit());
    if number { Ok(text.into()) } else { Err(format!("{} is no event id: a whole number", quoted(text))) }
}

/// The day of `DATEADDED`: `YYYYMMDD` in 1.0, `YYYYMMDDHHMMSS` in 2.0, UTC.
fn added(text: &str) -> Result<Date, String> {
    match text.get(..8).filter(|_| matches!(text.len(), 8 | 14) && text.bytes().all(|b| b.is_ascii_digit())) {
        Some(day) => compact_day(day),
        None => Err(format!("{} is not a date of the form YYYYMMDD or YYYYMMDDHHMMSS", quoted(text))),
    }
}

#[cfg(test)]
mod tests;
