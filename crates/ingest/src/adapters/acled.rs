//! ACLED: Armed Conflict Location & Event Data, as its export tool (CSV) and its API (JSON) give them.
//!
//! Codes follow the ACLED codebook and ACLED's own notes on fatalities. ACLED has no releases: rows are added, revised
//! and withdrawn every week, so a file is known by the day on which it was fetched.

use std::borrow::Cow;

use jiff::ToSpan;
use jiff::civil::Date;

use crate::adapter::{
    Adapter, AdapterInfo, Fault, Header, HeaderError, Layout, Parsed, Record, RowParser, Yields, columns,
};
use crate::flag::{Flag, Flags};
use crate::schema::EventRow;

use super::values::{Reader, coordinates, day, identifier, month, quoted, toll, whole};

/// The adapter `acled`.
pub(super) struct Acled;

const INFO: AdapterInfo = AdapterInfo {
    name: "acled",
    normaliser: 2,
    publisher: "Armed Conflict Location & Event Data (ACLED)",
    title: "ACLED",
    licence: "ACLED terms of use and attribution policy",
    redistribute_rows: false,
    citation: "Raleigh, Clionadh, Andrew Linke, Håvard Hegre & Joakim Karlsen (2010) Introducing ACLED: An Armed Conflict \
               Location and Event Dataset. Journal of Peace Research 47(5): 651–660.",
    unit: "political-violence-event",
    counts: "reported events of political violence and demonstrations, deadly or not, and selected developments without \
             violence, one per place, day and pair of actors",
    misses: &[
        "events before the coverage of their country begins: most of Africa from 1997; most of South and South-East Asia \
         from 2010, some countries years later; the Middle East from 2015 to 2017; Afghanistan and Syria from 2017; Latin \
         America, the Caribbean, East and Central Asia and eastern Europe from 2018; the United States and western Europe \
         from 2020; Canada and Oceania from 2021",
        "what no source that ACLED reads has reported",
        "the wounded, and whose the dead are",
        "crime without a political side",
        "single clashes, where several of one day and place between the same actors are one event",
    ],
    yields: Yields::Events,
    attribution: "Data: Armed Conflict Location & Event Data (ACLED), acleddata.com, accessed {accessed}; filtered and \
                  added up as stated beside each figure",
    smallest_cell: 5,
    breaks: &[],
};

columns! {
    /// Where ACLED's columns stand in a file.
    Columns {
        id: optional ["event_id_cnty"],
        date: required ["event_date"],
        year: optional ["year"],
        time_precision: optional ["time_precision"],
        event_type: required ["event_type"],
        sub_event_type: optional ["sub_event_type"],
        actor1: required ["actor1"],
        inter1: optional ["inter1"],
        actor2: optional ["actor2"],
        inter2: optional ["inter2"],
        civilian_targeting: optional ["civilian_targeting"],
        country: optional ["country"],
        admin1: optional ["admin1"],
        admin2: optional ["admin2"],
        location: optional ["location"],
        latitude: optional ["latitude"],
        longitude: optional ["longitude"],
        geo_precision: optional ["geo_precision"],
        source: optional ["source"],
        notes: optional ["notes"],
        fatalities: required ["fatalities"],
        tags: optional ["tags"],
    }
}

/// The columns that are kept as they are and read no further.
const KEPT: [&str; 9] = [
    "disorder_type",
    "assoc_actor_1",
    "assoc_actor_2",
    "interaction",
    "iso",
    "region",
    "admin3",
    "source_scale",
    "timestamp",
];

impl Adapter for Acled {
    fn info(&self) -> AdapterInfo<'_> {
        INFO
    }

    /// The day of access, where the name has it last: `ACLED Data_2025-01-02.csv` → 2025-01-02,
    /// `acled-from-2020-01-01-mali-20261122T222542Z.json` → 2026-11-22. A single range of days is no day of access.
    fn version_of(&self, file_name: &str) -> Option<String> {
        let name = file_name.to_ascii_lowercase();
        let stem = name.rsplit_once('.').map_or(name.as_str(), |(stem, _)| stem);
        if let Some(stamp) = stem.split('-').map(str::as_bytes).find(|part| is_stamp(part)) {
            let digits = std::str::from_utf8(&stamp[..8]).ok()?;
            return Some(format!("{}-{}-{}", &digits[..4], &digits[4..6], &digits[6..]));
        }
        let rest = stem.strip_prefix("acled")?;
        let last = rest.get(rest.len().checked_sub(10)?..)?;
        let alone = !rest[..rest.len() - 10].bytes().any(|b| b.is_ascii_digit());
        (alone && day(last).is_ok()).then(|| last.to_owned())
    }

    fn known_columns(&self) -> Vec<&str> {
        Columns::NAMES.iter().copied().chain(KEPT).collect()
    }

    fn layout(&self) -> Layout {
        Layout { endings: &[".csv", ".json"], ..Layout::default() }
    }

    fn bind(&self, header: &Header) -> Result<Box<dyn RowParser>, HeaderError> {
        let columns = Columns::bind(INFO.name, header)?;
        Ok(Box::new(AcledParser { columns, header: header.clone() }))
    }
}

/// Whether a part of a file's name is a moment such as `20261122t222542z`.
fn is_stamp(part: &[u8]) -> bool {
    let digit = |range: std::ops::Range<usize>| part.get(range).is_some_and(|part| part.iter().all(u8::is_ascii_digit));
    part.len() == 16 && digit(0..8) && part[8] == b't' && digit(9..15) && part[15] == b'z'
}

struct AcledParser {
    columns: Columns,
    header: Header,
}

impl RowParser for AcledParser {
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
        let mut row = EventRow {
            native_id: reader.raw(self.columns.id).map(identifier),
            source_count: reader.raw(self.columns.source).map(number_of_sources),
            ..EventRow::default()
        };
        self.kind(&mut reader, &mut row, &mut flags);
        self.time(&mut reader, &mut row, &mut flags);
        self.place(&mut reader, &mut row, &mut flags);
        self.deaths(&mut reader, &mut row, &mut flags);
        reader.finish()?;
        Ok(Parsed::Event(Box::new(row), flags))
    }
}

impl AcledParser {
    /// What happened between whom.
    fn kind<'a>(&self, reader: &mut Reader<'a>, row: &mut EventRow<'a>, flags: &mut Flags) {
        let c = &self.columns;
        row.side_a = reader.required_text(c.actor1);
        row.side_b = reader.text(c.actor2);
        let event_type = reader.required_text(c.event_type).unwrap_or_default();
        let sub = reader.raw(c.sub_event_type).unwrap_or_default();
        let kind = Kind::of(&event_type);
        row.plover = kind.and_then(|kind| plover(kind, sub)).map(Cow::from);

        let sides = (
            Side::of(reader.value(c.inter1, inter).flatten(), row.side_a.as_deref()),
            Side::of(reader.value(c.inter2, inter).flatten(), row.side_b.as_deref()),
        );
        let targeted = reader.value(c.civilian_targeting, civilian_targeting).is_some();
        // Exports from before 2021 lack the column; there only the type of event tells.
        row.against_civilians = match c.civilian_targeting {
            Some(_) => Some(targeted || kind == Some(Kind::AgainstCivilians)),
            None => (kind == Some(Kind::AgainstCivilians)).then_some(true),
        };
        let against = row.against_civilians == Some(true);
        row.directed = Some(against && directed(kind, sides));
        row.type_of_violence = kind.and_then(|kind| type_of_violence(kind, sides, against));
        flags.insert_if(row.type_of_violence.is_none(), Flag::NoType);
        row.event_type = Some(if sub.is_empty() { event_type } else { format!("{event_type} / {sub}").into() });
    }

    /// The days on which the event may have happened. What the codebook puts on one day, a precision of 2 or 3 spreads
    /// over the days that it stands for.
    fn time<'a>(&self, reader: &mut Reader<'a>, row: &mut EventRow<'a>, flags: &mut Flags) {
        let c = &self.columns;
        let Some(date) = reader.required(c.date, event_date) else { return };
        if let Some(year) = reader.value(c.year, whole)
            && year != i64::from(date.year())
        {
            // Which of the two is wrong cannot be told, so the row means nothing in time.
            reader.fault(c.year, format!("{year} is not the year of event_date {date}"));
        }
        let precision = reader.value(c.time_precision, time_precision);
        let (start, end, days) = spread(date, precision.unwrap_or(1));
        (row.date_start, row.date_end, row.date_precision_days) = (Some(start), Some(end), Some(days));
        flags.insert_if(reader.raw(c.time_precision).is_none(), Flag::DatePrecisionDerived);
        flags.insert_if(days > 1, Flag::DateApproximate);
    }

    fn place<'a>(&self, reader: &mut Reader<'a>, row: &mut EventRow<'a>, flags: &mut Flags) {
        let c = &self.columns;
        row.country = reader.text(c.country);
        row.admin1 = reader.text(c.admin1);
        row.admin2 = reader.text(c.admin2);
        row.place = reader.text(c.location);
        row.place_precision_km = reader.value(c.geo_precision, geo_precision);
        flags.insert_if(reader.raw(c.geo_precision).is_none(), Flag::PlacePrecisionUnknown);
        coordinates(reader, c.latitude, c.longitude, row, flags);
    }

    /// ACLED gives one figure, the most conservative of those reported, and does not say whose the dead are.
    fn deaths<'a>(&self, reader: &mut Reader<'a>, row: &mut EventRow<'a>, flags: &mut Flags) {
        let c = &self.columns;
        row.deaths_best = reader.value(c.fatalities, toll);
        flags.insert_if(row.deaths_best.is_none(), Flag::NoToll);
        let said = [c.notes, c.tags].into_iter().filter_map(|column| reader.raw(column));
        let vague = row.deaths_best.is_some_and(|deaths| said.into_iter().any(|text| is_vague(deaths, text)));
        flags.insert_if(vague, Flag::VagueToll);
    }
}

/// ACLED's six types of event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Battle,
    Remote,
    AgainstCivilians,
    Protest,
    Riot,
    Development,
}

impl Kind {
    /// None for a word of a codebook from before 2019, or a later one.
    fn of(text: &str) -> Option<Self> {
        Some(match text.to_ascii_lowercase().as_str() {
            "battles" => Self::Battle,
            "explosions/remote violence" => Self::Remote,
            "violence against civilians" => Self::AgainstCivilians,
            "protests" => Self::Protest,
            "riots" => Self::Riot,
            "strategic developments" => Self::Development,
            _ => return None,
        })
    }
}

/// The PLOVER word for a type of event. The reasons, by ACLED's codebook and PLOVER's (draft 0.8, 2021, and its tables of
/// modes):
///
/// - Battles, explosions, violence against civilians: ASSAULT, "deliberate actions which can potentially result in
///   substantial physical harm"; its modes name fire-arms, heavy weapons, explosives, sexual violence and abduction.
/// - Protests, also those that were met with force, as ACLED's row is the demonstration: PROTEST.
/// - Riots: a violent demonstration is a PROTEST still; mob violence is by definition rioters attacking others, with or
///   without a demonstration: ASSAULT.
/// - Developments: an agreement is AGREE; arrests and the seizing of weapons are COERCE (arrest, confiscate property); a base
///   that is set up, and a group's founding, recruiting or moving, are MOBILIZE (military moves short of force); territory
///   that changes hands without a fight is RETREAT (ceding territory). `Looting/property destruction` has no word: to
///   confiscate property is COERCE and to destroy it ASSAULT, and the sub-type does not tell which it was. Nor has `Other`.
fn plover(kind: Kind, sub: &str) -> Option<&'static str> {
    match (kind, sub.to_ascii_lowercase().as_str()) {
        (Kind::Battle | Kind::Remote | Kind::AgainstCivilians, _) | (Kind::Riot, "mob violence") => Some("ASSAULT"),
        (Kind::Protest, _) | (Kind::Riot, "violent demonstration") => Some("PROTEST"),
        (Kind::Development, "agreement") => Some("AGREE"),
        (Kind::Development, "arrests" | "disrupted weapons use") => Some("COERCE"),
        (Kind::Development, "headquarters or base established" | "change to group/activity") => Some("MOBILIZE"),
        (Kind::Development, "non-violent transfer of territory") => Some("RETREAT"),
        (Kind::Development | Kind::Riot, _) => None,
    }
}

/// What UCDP's types of violence ask of a side.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Side {
    /// The forces of a state (interaction code 1).
    State,
    /// An organised group that is no state: rebels, political and identity militias (2, 3, 4).
    Group,
    /// External and other forces (8): other states' soldiers, peacekeepers or private guards. Organised; a state or not.
    Other,
    /// Civilians and peaceful protesters (6, 7).
    Civilians,
    /// Rioters (5), an unnamed group, or nobody.
    Unorganised,
}

impl Side {
    fn of(code: Option<i64>, name: Option<&str>) -> Self {
        // Of an "Unidentified Armed Group" nobody knows that it is organised, though ACLED puts it among the militias.
        let named = name.is_some_and(|name| !name.trim_start().to_ascii_lowercase().starts_with("unidentified"));
        match code {
            Some(1) => Self::State,
            Some(2..=4) if named => Self::Group,
            Some(8) if named => Self::Other,
            Some(6 | 7) => Self::Civilians,
            _ => Self::Unorganised,
        }
    }

    fn is_organised(self) -> bool {
        matches!(self, Self::State | Self::Group | Self::Other)
    }
}

/// UCDP's type of violence, where ACLED's words allow it: 3 where an organised actor targets civilians; in battles and
/// bombardments between organised actors, 1 where one of them is a state's force and 2 where neither is.
fn type_of_violence(kind: Kind, sides: (Side, Side), against_civilians: bool) -> Option<i64> {
    let (a, b) = sides;
    match kind {
        Kind::AgainstCivilians | Kind::Remote if against_civilians => {
            let one_sided = a.is_organised() != b.is_organised();
            one_sided.then_some(3)
        }
        Kind::Battle | Kind::Remote if a.is_organised() && b.is_organised() => match (a, b) {
            (Side::State, _) | (_, Side::State) => Some(1),
            (Side::Group, Side::Group) => Some(2),
            _ => None,
        },
        _ => None,
    }
}

/// Whether side A acts on side B. `actor1` and `actor2` tell no direction; but civilians do not attack, so where they are
/// the second side of violence against them, the first is who did it.
fn directed(kind: Option<Kind>, (a, b): (Side, Side)) -> bool {
    matches!(kind, Some(Kind::AgainstCivilians | Kind::Remote)) && a != Side::Civilians && b == Side::Civilians
}

/// The interaction code: a number until 2023, a word since. 0 is nobody.
fn inter(text: &str) -> Result<Option<i64>, String> {
    if let Ok(code) = whole(text) {
        return match code {
            0 => Ok(None),
            1..=8 => Ok(Some(code)),
            _ => Err(format!("{} is no interaction code from 0 to 8", quoted(text))),
        };
    }
    let word = text.to_ascii_lowercase();
    let code = match word.trim_end_matches('s') {
        "state force" => 1,
        "rebel group" | "rebel force" => 2,
        "political militia" => 3,
        "identity militia" | "communal militia" => 4,
        "rioter" => 5,
        "protester" | "protestor" => 6,
        "civilian" => 7,
        "external/other force" | "external force" | "other force" => 8,
        _ => return Err(format!("{} is no type of actor of the codebook", quoted(text))),
    };
    Ok(Some(code))
}

fn civilian_targeting(text: &str) -> Result<(), String> {
    if text.eq_ignore_ascii_case("civilian targeting") {
        return Ok(());
    }
    Err(format!("{} is neither `Civilian targeting` nor blank", quoted(text)))
}

/// A day as `2021-08-26`, which the API gives, or as `26 August 2021`, which the export tool gives. A day in figures
/// alone, such as 08/09/2021, can mean two days and is refused.
fn event_date(text: &str) -> Result<Date, String> {
    let fault = || format!("{} is not a date of the form 2021-08-26 or 26 August 2021", quoted(text));
    if text.starts_with(|c: char| c.is_ascii_digit()) && text.as_bytes().get(4) == Some(&b'-') {
        return day(text);
    }
    let parts: Vec<&str> = text.split([' ', '-']).filter(|part| !part.is_empty()).collect();
    let [of_month, name, year] = parts.as_slice() else { return Err(fault()) };
    let number = month(name).ok_or_else(fault)?;
    let all_digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    if year.len() != 4 || of_month.len() > 2 || !all_digits(year) || !all_digits(of_month) {
        return Err(fault());
    }
    day(&format!("{year}-{number:02}-{of_month:0>2}"))
}

/// 1 the day is known; 2 the week, or a time as short; 3 the month.
fn time_precision(text: &str) -> Result<i64, String> {
    match whole(text)? {
        code @ 1..=3 => Ok(code),
        _ => Err(format!("{} is no time precision from 1 to 3", quoted(text))),
    }
}

/// First and last day and the length in days that a precision code stands for. The codebook puts an event of which only
/// the week is known on the middle of that week, so three days before and three after are possible; one of which only
/// the month is known lies on some day of that month, by convention the middle, the first or the last.
fn spread(date: Date, precision: i64) -> (Date, Date, i64) {
    match precision {
        2 => (date.saturating_sub(3.days()), date.saturating_add(3.days()), 7),
        3 => (date.first_of_month(), date.last_of_month(), 31),
        _ => (date, date, 1),
    }
}

/// The radius in km within which an event of that `geo_precision` lies; the radii are those of GED's codes of the same
/// meaning, where their reasons stand.
///
/// - 1, a named town: 5 km, as for an exact location.
/// - 2, near a town, or a part of a region that a town in it stands for: 30 km, as for a district.
/// - 3, a larger region that a natural place in it or its capital stands for: 105 km, as for a province.
fn geo_precision(text: &str) -> Result<f64, String> {
    match whole(text)? {
        1 => Ok(5.0),
        2 => Ok(30.0),
        3 => Ok(105.0),
        _ => Err(format!("{} is no place precision from 1 to 3", quoted(text))),
    }
}

/// Whether a toll may stand for a word: ACLED writes 10 for "tens", 12 for "dozens", 100 for "hundreds" (ACLED, FAQs: ACLED
/// Fatality Methodology), and 10 for "several" too. Where it has put a number in the place of another word, its notes may
/// say so: "several militants (coded as three)".
fn is_vague(deaths: i64, text: &str) -> bool {
    let (words, name): (&[&str], &str) = match deaths {
        3 => (&[], "three"),
        10 => (&["tens", "several"], "ten"),
        12 => (&["dozens"], "twelve"),
        100 => (&["hundreds"], "hundred"),
        _ => (&[], ""),
    };
    let stands = |word: &str| words.iter().any(|w| word.eq_ignore_ascii_case(w));
    let is_toll = |word: &str| word == name || word.parse() == Ok(deaths);
    (!words.is_empty() && words_of(text).any(stands))
        || text.split("coded as ").skip(1).any(|rest| words_of(rest).next().is_some_and(is_toll))
}

fn words_of(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty())
}

/// Sources stand with `;` between them.
fn number_of_sources(text: &str) -> i64 {
    let named = text.split(';').filter(|source| !source.trim().is_empty()).count();
    i64::try_from(named).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests;
