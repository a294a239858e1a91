//! The Global Terrorism Database (GTD) of START, University of Maryland: workbooks and CSV.
//!
//! Columns and codes follow the GTD codebook (START 2021). Of the 135 columns those are read that the core schema has a
//! place for; all are kept. Victims' names (`target1`) are kept and go no further.

use std::borrow::Cow;

use jiff::civil::Date;

use crate::adapter::{Adapter, AdapterInfo, Fault, Header, HeaderError, Parsed, Record, RowParser, Yields, columns};
use crate::flag::{Flag, Flags};
use crate::schema::EventRow;

use super::values::{Reader, coordinates, day, identifier, quoted, real, whole};

mod approx;

/// The adapter `gtd`.
pub(super) struct Gtd;

const INFO: AdapterInfo = AdapterInfo {
    name: "gtd",
    normaliser: 2,
    publisher: "National Consortium for the Study of Terrorism and Responses to Terrorism (START), University of Maryland",
    title: "Global Terrorism Database (GTD)",
    licence: "GTD terms of use: no redistribution, no commercial use",
    redistribute_rows: false,
    citation: "START (National Consortium for the Study of Terrorism and Responses to Terrorism), Global Terrorism Database \
               1970–2020 [data file], University of Maryland. LaFree, Gary & Laura Dugan (2007) Introducing the Global \
               Terrorism Database. Terrorism and Political Violence 19(2): 181–204.",
    unit: "terrorist-attack",
    counts: "attacks by non-state actors that meet at least two of three criteria of terrorism, deadly or not, failed ones \
             among them",
    misses: &[
        "1993: the records were lost before the data were entered, and a partial list is a file of its own",
        "violence by states",
        "fighting between armed forces, and attacks that meet fewer than two of the three criteria",
        "plots and threats of which nothing was carried out",
    ],
    yields: Yields::Events,
    attribution: "Data: START, University of Maryland, Global Terrorism Database {version}, accessed {accessed}",
    smallest_cell: 5,
    breaks: &[
        // The days across which START itself says that levels do not compare (GTD, Frequently Asked Questions).
        ("1998-01-01", "until 1997 cards of a private agency, from 1998 collected afterwards by CETIS"),
        ("2008-04-01", "from April 2008 collected by ISVG, as events happened"),
        (
            "2012-01-01",
            "collected by START itself since November 2011, and from 2012 with machine-selected sources, which finds more \
             attacks",
        ),
    ],
};

columns! {
    /// Where the columns stand that are read.
    Columns {
        id: required ["eventid"],
        year: required ["iyear"],
        month: required ["imonth"],
        day: required ["iday"],
        approximate: optional ["approxdate"],
        extended: optional ["extended"],
        resolution: optional ["resolution"],
        country: optional ["country_txt"],
        province: optional ["provstate"],
        city: optional ["city"],
        latitude: optional ["latitude"],
        longitude: optional ["longitude"],
        specificity: optional ["specificity"],
        vicinity: optional ["vicinity"],
        doubtful: optional ["doubtterr"],
        success: optional ["success"],
        attack: optional ["attacktype1"],
        attack_text: optional ["attacktype1_txt"],
        target: optional ["targtype1"],
        target_text: optional ["targtype1_txt"],
        group: required ["gname"],
        uncertain: optional ["guncertain1"],
        killed: required ["nkill"],
        killed_attackers: optional ["nkillter"],
        wounded: optional ["nwound"],
    }
}

impl Adapter for Gtd {
    fn info(&self) -> AdapterInfo<'_> {
        INFO
    }

    /// Month and year of the release: `globalterrorismdb_0522dist.xlsx` → 2022-05.
    fn version_of(&self, file_name: &str) -> Option<String> {
        let name = file_name.to_ascii_lowercase();
        let (before, _) = name.split_once("dist")?;
        let digits = before.get(before.len().checked_sub(4)?..)?;
        let month: u8 = digits.get(..2)?.parse().ok()?;
        let released = digits.bytes().all(|b| b.is_ascii_digit()) && (1..=12).contains(&month);
        released.then(|| format!("20{}-{}", &digits[2..], &digits[..2]))
    }

    fn known_columns(&self) -> Vec<&str> {
        Columns::NAMES.to_vec()
    }

    fn bind(&self, header: &Header) -> Result<Box<dyn RowParser>, HeaderError> {
        let columns = Columns::bind(INFO.name, header)?;
        Ok(Box::new(GtdParser { columns, header: header.clone() }))
    }
}

struct GtdParser {
    columns: Columns,
    header: Header,
}

impl RowParser for GtdParser {
    fn id_column(&self) -> Option<usize> {
        self.columns.id
    }

    fn has_admin1(&self) -> bool {
        let c = &self.columns;
        c.province.is_some() && c.latitude.is_some() && c.longitude.is_some()
    }

    fn parse<'a>(&'a self, record: &'a Record<'_>) -> Result<Parsed<'a>, Vec<Fault>> {
        let mut reader = Reader::new(record, &self.header);
        let mut flags = Flags::default();
        let mut row = EventRow { native_id: reader.required(self.columns.id, event_id), ..EventRow::default() };
        self.attack(&mut reader, &mut row, &mut flags);
        self.time(&mut reader, &mut row, &mut flags);
        self.place(&mut reader, &mut row, &mut flags);
        self.casualties(&mut reader, &mut row, &mut flags);
        reader.finish()?;
        Ok(Parsed::Event(Box::new(row), flags))
    }
}

impl GtdParser {
    /// Who attacked what, and how.
    fn attack<'a>(&self, reader: &mut Reader<'a>, row: &mut EventRow<'a>, flags: &mut Flags) {
        let c = &self.columns;
        let attack = entry(reader, &ATTACKS, (c.attack, c.attack_text));
        row.event_type = known(attack.map(|attack| attack.name).or(reader.raw(c.attack_text)));
        row.plover = attack.and_then(|attack| attack.means).map(Cow::from);
        let target = entry(reader, &TARGETS, (c.target, c.target_text));
        row.side_a = known(reader.raw(c.group));
        row.side_b = known(target.map(|target| target.name).or(reader.raw(c.target_text)));
        row.against_civilians = target.and_then(|target| target.means);
        // A row is an attack by one on another, whether or not the attacker's name is known.
        row.directed = Some(true);
        // UCDP's types ask for an organised group and, between groups, for a fight; a GTD attack may be a single person's
        // deed or damage to property, and the columns do not tell.
        flags.insert(Flag::NoType);
        let yes = |value: Option<i64>| value == Some(1);
        flags.insert_if(yes(reader.value(c.uncertain, code).flatten()), Flag::ActorUncertain);
        flags.insert_if(yes(reader.value(c.doubtful, code).flatten()), Flag::DoubtfulInclusion);
        flags.insert_if(reader.value(c.success, code).flatten() == Some(0), Flag::Unsuccessful);
    }

    /// The days on which the attack may have happened, up to the end of one that lasted.
    fn time<'a>(&self, reader: &mut Reader<'a>, row: &mut EventRow<'a>, flags: &mut Flags) {
        let c = &self.columns;
        let year = reader.required(c.year, |text| number(text, 1900..=2100));
        let month = reader.required(c.month, |text| number(text, 0..=12));
        let day_of_month = reader.required(c.day, |text| number(text, 0..=31));
        let lasted = reader.value(c.extended, code).map(|value| value == Some(1));
        let end = if lasted == Some(false) { None } else { reader.value(c.resolution, end_day) };
        let (Some(year), Some(month), Some(number)) = (year, month, day_of_month) else { return };
        let Some(coded) = range(year, month, number) else {
            reader.fault(c.day, format!("{year}-{month}-{number} is not a day of the calendar"));
            return;
        };
        let (start, mut last, mut days) = widened(coded, reader.raw(c.approximate));
        if let Some(end) = end {
            if end < start {
                reader.fault(c.resolution, format!("{end} lies before the attack's first day {start}"));
                return;
            }
            last = end;
            days = length(start, end);
        }
        let vague = month == 0 || number == 0 || reader.raw(c.approximate).is_some();
        flags.insert_if(vague || (lasted == Some(true) && end.is_none()), Flag::DateApproximate);
        (row.date_start, row.date_end, row.date_precision_days) = (Some(start), Some(last), Some(days));
    }

    fn place<'a>(&self, reader: &mut Reader<'a>, row: &mut EventRow<'a>, flags: &mut Flags) {
        let c = &self.columns;
        row.country = reader.text(c.country);
        row.admin1 = known(reader.raw(c.province));
        row.place = known(reader.raw(c.city));
        let near = reader.value(c.vicinity, code).flatten() == Some(1);
        row.place_precision_km = reader.value(c.specificity, |text| specificity(text, near)).flatten();
        flags.insert_if(row.place_precision_km.is_none(), Flag::PlacePrecisionUnknown);
        coordinates(reader, c.latitude, c.longitude, row, flags);
    }

    /// `nkill` counts attackers too; what is left without them is not all civilian.
    fn casualties<'a>(&self, reader: &mut Reader<'a>, row: &mut EventRow<'a>, flags: &mut Flags) {
        let c = &self.columns;
        let mut count = |column| {
            let (persons, broken) = reader.value(column, persons).flatten()?;
            flags.insert_if(broken, Flag::TollRounded);
            Some(persons)
        };
        row.deaths_best = count(c.killed);
        row.deaths_a = count(c.killed_attackers);
        row.wounded = count(c.wounded);
        flags.insert_if(row.deaths_best.is_none(), Flag::NoToll);
    }
}

/// A line of the codebook: its number, its word, and what that means here.
#[derive(Debug, Clone, Copy)]
struct Entry<T> {
    code: i64,
    name: &'static str,
    means: T,
}

const fn line<T>(code: i64, name: &'static str, means: T) -> Entry<T> {
    Entry { code, name, means }
}

/// Types of attack with their PLOVER words. PLOVER counts abduction, hijacking and the destruction of property, which is what
/// an attack on infrastructure is by the GTD's definition, among the modes of ASSAULT (PLOVER manual, draft 0.8, 2021,
/// table of ASSAULT modes; COERCE is repression). Of an unknown type nothing is said.
const ATTACKS: [Entry<Option<&str>>; 9] = [
    line(1, "Assassination", Some("ASSAULT")),
    line(2, "Armed Assault", Some("ASSAULT")),
    line(3, "Bombing/Explosion", Some("ASSAULT")),
    line(4, "Hijacking", Some("ASSAULT")),
    line(5, "Hostage Taking (Barricade Incident)", Some("ASSAULT")),
    line(6, "Hostage Taking (Kidnapping)", Some("ASSAULT")),
    line(7, "Facility/Infrastructure Attack", Some("ASSAULT")),
    line(8, "Unarmed Assault", Some("ASSAULT")),
    line(9, "Unknown", None),
];

/// Types of target, and whether they are civilians: governments, diplomats, police, armed forces and armed groups are not
/// (violent political parties are armed groups by the codebook); of `Other` and `Unknown` nothing is said.
const TARGETS: [Entry<Option<bool>>; 22] = [
    line(1, "Business", Some(true)),
    line(2, "Government (General)", Some(false)),
    line(3, "Police", Some(false)),
    line(4, "Military", Some(false)),
    line(5, "Abortion Related", Some(true)),
    line(6, "Airports & Aircraft", Some(true)),
    line(7, "Government (Diplomatic)", Some(false)),
    line(8, "Educational Institution", Some(true)),
    line(9, "Food or Water Supply", Some(true)),
    line(10, "Journalists & Media", Some(true)),
    line(11, "Maritime", Some(true)),
    line(12, "NGO", Some(true)),
    line(13, "Other", None),
    line(14, "Private Citizens & Property", Some(true)),
    line(15, "Religious Figures/Institutions", Some(true)),
    line(16, "Telecommunication", Some(true)),
    line(17, "Terrorists/Non-State Militia", Some(false)),
    line(18, "Tourists", Some(true)),
    line(19, "Transportation", Some(true)),
    line(20, "Unknown", None),
    line(21, "Utilities", Some(true)),
    line(22, "Violent Political Party", Some(false)),
];

/// The codebook's line for a row: by the number, or by the word in a file that has only the word.
fn entry<T: Copy>(
    reader: &mut Reader<'_>,
    lines: &[Entry<T>],
    columns: (Option<usize>, Option<usize>),
) -> Option<Entry<T>> {
    let (number, text) = columns;
    let of_number = |text: &str| match code(text)? {
        None => Ok(None),
        Some(code) => match lines.iter().find(|line| line.code == code) {
            Some(line) => Ok(Some(*line)),
            None => Err(format!("{} is no code from 1 to {}", quoted(text), lines.len())),
        },
    };
    if reader.raw(number).is_some() {
        return reader.value(number, of_number).flatten();
    }
    let word = reader.raw(text)?;
    lines.iter().find(|line| line.name.eq_ignore_ascii_case(word)).copied()
}

/// A text; none where it is the codebook's word for what is not known.
fn known(text: Option<&str>) -> Option<Cow<'_, str>> {
    text.filter(|text| !text.eq_ignore_ascii_case("unknown")).map(Cow::from)
}

/// Twelve digits. As a number with an exponent, which spreadsheets show, the last digits are lost.
fn event_id(text: &str) -> Result<Cow<'_, str>, String> {
    let id = identifier(text);
    if id.len() == 12 && id.bytes().all(|b| b.is_ascii_digit()) {
        return Ok(id);
    }
    if text.contains(['E', 'e']) {
        return Err(format!("{} was shortened by a spreadsheet: take the published file, unchanged", quoted(text)));
    }
    Err(format!("{} is no id of twelve digits", quoted(text)))
}

/// A code; none for −9 and −99, the codebook's words for unknown.
fn code(text: &str) -> Result<Option<i64>, String> {
    Ok(Some(whole(text)?).filter(|code| !matches!(code, -9 | -99)))
}

fn number(text: &str, within: std::ops::RangeInclusive<i16>) -> Result<i16, String> {
    let value = i16::try_from(whole(text)?).ok().filter(|value| within.contains(value));
    value.ok_or_else(|| format!("{} lies outside {} to {}", quoted(text), within.start(), within.end()))
}

/// First and last day and the length in days: 1 for a day, 31 for a month, of which 0 for the day means that no more is
/// known, 366 for a year, where the month is 0.
fn range(year: i16, month: i16, day: i16) -> Option<(Date, Date, i64)> {
    let date = |month: i16, day: i16| Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok();
    match (month, day) {
        (0, _) => Some((date(1, 1)?, date(12, 31)?, 366)),
        (_, 0) => date(month, 1).map(|first| (first, first.last_of_month(), 31)),
        _ => date(month, day).map(|date| (date, date, 1)),
    }
}

/// The days of `approxdate` in the place of those that year, month and day give, where its words are understood and agree
/// with these. For attacks after 2011 the day is the middle of those that are possible (GTD codebook, START 2021).
fn widened(coded: (Date, Date, i64), words: Option<&str>) -> (Date, Date, i64) {
    let (start, last, _) = coded;
    match words.and_then(approx::days) {
        Some((first, end)) if first <= last && start <= end && (first, end) != (start, last) => {
            (first, end, length(first, end))
        }
        _ => coded,
    }
}

/// The number of days from the first to the last, both counted.
fn length(first: Date, last: Date) -> i64 {
    last.duration_since(first).as_hours() / 24 + 1
}

/// The day on which a lasting attack ended: `1972-08-26`, or `8/26/1972`, month first, as the published CSV writes it.
fn end_day(text: &str) -> Result<Date, String> {
    let (date, _) = text.split_once(' ').unwrap_or((text, ""));
    let parts: Vec<&str> = date.split('/').collect();
    match parts.as_slice() {
        [month, of_month, year] if year.len() == 4 => day(&format!("{year}-{month:0>2}-{of_month:0>2}"))
            .map_err(|_| format!("{} is not a day, written month/day/year", quoted(text))),
        _ => day(text),
    }
}

/// The radius in km within which an attack of that `specificity` lies; the radii are those of GED's codes of the same
/// meaning, where their reasons stand. None for −9.
///
/// - 1, in a city, town or village with coordinates of its own: 5 km; 25 km where `vicinity` says that it was near it.
/// - 2 and 3, the middle of the smallest unit that was found, as no coordinates were, or as it was in no town: 30 km.
/// - 4, the middle of a first-order unit: 105 km.
/// - 5, not even that is known: 470 km, as for a country.
fn specificity(text: &str, near: bool) -> Result<Option<f64>, String> {
    Ok(Some(match code(text)? {
        None => return Ok(None),
        Some(1) if near => 25.0,
        Some(1) => 5.0,
        Some(2 | 3) => 30.0,
        Some(4) => 105.0,
        Some(5) => 470.0,
        Some(_) => return Err(format!("{} is no specificity from 1 to 5", quoted(text))),
    }))
}

/// A number of persons, and whether it was rounded. Where linked attacks share a known total, the codebook divides it
/// between them, so that broken numbers occur; a half goes to the even neighbour, so that halves do not add up to more
/// than there were. None for −9 and −99, which mean unknown.
fn persons(text: &str) -> Result<Option<(i64, bool)>, String> {
    let value = real(text)?;
    if value == -9.0 || value == -99.0 {
        return Ok(None);
    }
    if !(0.0..=1e9).contains(&value) {
        return Err(format!("{} is no number of persons", quoted(text)));
    }
    #[expect(clippy::cast_possible_truncation, reason = "whole after rounding, and between 0 and 10⁹")]
    Ok(Some((value.round_ties_even() as i64, value.fract() != 0.0)))
}

#[cfg(test)]
mod tests;
