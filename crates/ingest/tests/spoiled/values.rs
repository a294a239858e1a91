//! Single values of every adapter, spoiled in the second of three rows.

use Value::{At, Bad, Flag, Kept};

use crate::case::{Case, rows_in};
use crate::good::{self, Good, ROWS};
use crate::text::of;

/// What must become of the row.
enum Value {
    /// Quarantined for the first column that was changed, with these words.
    Bad(&'static str),
    /// Quarantined for that column, with these words.
    At(&'static str, &'static str),
    /// Kept, with a flag.
    Flag(&'static str),
    /// Kept, and stored letter by letter.
    Kept,
}

/// The damage, the columns with their values, and what must become of the row.
type Line = (&'static str, &'static [(&'static str, &'static str)], Value);

const OUT_OF_TIME: &str = "lies outside the years 1900 to 2100";
const NO_DAY: &str = "is not a day of the calendar";
const LONG: &str = "0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789\
                    0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789\
                    0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789";

const GED: &[Line] = &[
    ("the year 25", &[("date_start", "0025-01-05")], Bad(OUT_OF_TIME)),
    ("30 February", &[("date_start", "2020-02-30")], Bad(NO_DAY)),
    ("month first", &[("date_start", "01/05/2020")], Bad("is not a date of the form YYYY-MM-DD")),
    ("day first", &[("date_start", "05.01.2020")], Bad("is not a date of the form YYYY-MM-DD")),
    ("the number that a spreadsheet makes of a day", &[("date_start", "43835")], Bad("is not a date of the form")),
    ("a moment with a zone", &[("date_start", "2020-01-05T10:00:00+04:30")], Kept),
    ("a zone in words", &[("date_start", "2020-01-05 10:00 UTC")], Bad("is not a date of the form")),
    ("the year 2101", &[("date_start", "2101-01-01")], Bad(OUT_OF_TIME)),
    ("the year 9999", &[("date_end", "9999-12-31")], Bad(OUT_OF_TIME)),
    ("an end before the start", &[("date_end", "2019-12-31")], Bad("2019-12-31 lies before date_start 2020-01-05")),
    ("a blank day", &[("date_start", "")], Bad("is blank")),
    ("a year of two digits", &[("date_start", "20-01-05")], Bad("is not a date of the form")),
    ("a month alone", &[("date_start", "2020-01")], Bad("is not a date of the form")),
    ("a formula for a day", &[("date_start", "=DATE(2020,1,5)")], Bad("is not a date of the form")),
    ("figures of another script", &[("date_start", "２０２０-01-05")], Bad("is not a date of the form")),
    ("a day that steers a terminal", &[("date_start", "\u{1b}[2J2020")], Bad("`\u{fffd}[2J2020` is not a date")),
    (
        "two faults in one row",
        &[("date_start", "never"), ("best", "many")],
        At("best;date_start", "`many` is not a number"),
    ),
    (
        "exchanged coordinates",
        &[("latitude", "41.75"), ("longitude", "12.25")],
        Bad("latitude 41.75 and longitude 12.25 are exchanged"),
    ),
    ("a latitude beyond the pole", &[("latitude", "120.5")], Bad("are latitude and longitude exchanged?")),
    ("a longitude beyond the date line", &[("longitude", "200")], Bad("lies outside ±180°")),
    ("a decimal comma", &[("latitude", "12,25")], Bad("write a decimal point")),
    ("degrees, minutes and seconds", &[("latitude", "12°15'00\"N")], Bad("is not a number")),
    ("a hemisphere", &[("latitude", "12.25N")], Bad("is not a number")),
    ("0, 0", &[("latitude", "0"), ("longitude", "0")], Flag("zero-coordinates")),
    ("another cell than the coordinates'", &[("priogrid_gid", "1")], Flag("priogrid-mismatch")),
    ("half of the coordinates", &[("longitude", "")], Bad("is blank, though there is a latitude")),
    ("no coordinates", &[("latitude", ""), ("longitude", "")], Flag("no-coordinates")),
    ("an infinite latitude", &[("latitude", "inf")], Bad("is not a number")),
    ("a longitude that is no number", &[("longitude", "NaN")], Bad("is not a number")),
    ("a negative toll", &[("best", "-3")], Bad("a toll cannot be negative")),
    ("half a death", &[("best", "2.5")], Bad("is not a whole number")),
    ("a toll of 1e309", &[("best", "1e309")], Bad("is not a number")),
    ("a toll of 1e12", &[("best", "1e12")], Bad("is not plausible")),
    ("a toll of NaN", &[("best", "NaN")], Bad("is not a number")),
    ("a toll in words", &[("best", "many")], Bad("is not a number")),
    ("a thousands separator", &[("best", "1,000")], Bad("no thousands separator")),
    ("a formula for a toll", &[("best", "=1+1")], Bad("is not a number")),
    ("a hexadecimal toll", &[("best", "0x10")], Bad("is not a number")),
    ("figures of a toll in another script", &[("best", "٣")], Bad("is not a number")),
    ("low above best", &[("low", "9")], Flag("toll-order")),
    ("best above high", &[("high", "0")], Flag("toll-order")),
    ("no best estimate", &[("best", "")], Flag("no-best")),
    ("no estimate", &[("best", ""), ("low", ""), ("high", "")], Flag("no-toll")),
    ("spaces around a toll", &[("best", "  3 ")], Kept),
    ("an id that stands twice", &[("id", "1001")], Bad("duplicate id 1001: row 1 has it first")),
    ("no id", &[("id", "")], Flag("derived-id")),
    ("an id of 300 bytes", &[("id", LONG)], Bad("takes 300 bytes; an id has at most 256")),
    ("an id as a statistics program writes it", &[("id", "1002.0")], Kept),
    ("no side", &[("side_b", "")], Bad("is blank")),
    ("a side of spaces", &[("side_b", " \t ")], Bad("is blank")),
    ("an unknown type of violence", &[("type_of_violence", "4")], Bad("is no type of violence")),
    ("an unknown precision of the day", &[("date_prec", "9")], Bad("is no date precision from 1 to 5")),
    ("an unknown precision of the place", &[("where_prec", "0")], Bad("is no place precision from 1 to 7")),
    ("neither true nor false", &[("active_year", "maybe")], Bad("is neither true nor false")),
];

const ACLED: &[Line] = &[
    ("the year 25", &[("event_date", "03 March 0025")], Bad(OUT_OF_TIME)),
    ("30 February", &[("event_date", "30 February 2021")], Bad(NO_DAY)),
    ("a day in figures alone", &[("event_date", "03/01/2021")], Bad("is not a date of the form 2021-08-26")),
    ("the number that a spreadsheet makes of a day", &[("event_date", "44258")], Bad("is not a date of the form")),
    ("the year 2101", &[("event_date", "03 March 2101")], Bad(OUT_OF_TIME)),
    ("a moment with a zone", &[("event_date", "2021-03-03T23:00:00-05:00")], Kept),
    ("a month of another language", &[("event_date", "03 März 2021")], Bad("is not a date of the form")),
    ("the year of another day", &[("year", "2020")], Bad("2020 is not the year of event_date 2021-03-03")),
    ("an unknown precision", &[("time_precision", "4")], Bad("is no time precision from 1 to 3")),
    ("a latitude beyond the pole", &[("latitude", "134.5")], Bad("are latitude and longitude exchanged?")),
    ("a decimal comma", &[("latitude", "34,5")], Bad("write a decimal point")),
    ("0, 0", &[("latitude", "0"), ("longitude", "0.0")], Flag("zero-coordinates")),
    ("half of the coordinates", &[("latitude", "")], Bad("is blank, though there is a longitude")),
    ("a negative toll", &[("fatalities", "-1")], Bad("a toll cannot be negative")),
    ("half a death", &[("fatalities", "2.5")], Bad("is not a whole number")),
    ("a toll of 1e309", &[("fatalities", "1e309")], Bad("is not a number")),
    ("a toll in words", &[("fatalities", "dozens")], Bad("is not a number")),
    ("no toll", &[("fatalities", "")], Flag("no-toll")),
    ("an id that stands twice", &[("event_id_cnty", "AFG1001")], Bad("duplicate id AFG1001: row 1 has it first")),
    ("no id", &[("event_id_cnty", "")], Flag("derived-id")),
    ("an id of 300 bytes", &[("event_id_cnty", LONG)], Bad("an id has at most 256")),
    ("no actor", &[("actor1", "")], Bad("is blank")),
    ("an unknown actor code", &[("inter1", "9")], Bad("is no interaction code from 0 to 8")),
    ("an unknown target", &[("civilian_targeting", "yes")], Bad("is neither `Civilian targeting` nor blank")),
    ("an unknown type of event", &[("event_type", "Skirmish")], Flag("no-type")),
];

const GTD: &[Line] = &[
    ("the year 25", &[("iyear", "25")], Bad("lies outside 1900 to 2100")),
    ("a month of 13", &[("imonth", "13")], Bad("lies outside 0 to 12")),
    ("30 February", &[("imonth", "2"), ("iday", "30")], At("iday", NO_DAY)),
    ("half a day", &[("iday", "1.5")], Bad("is not a whole number")),
    (
        "an end before the start",
        &[("resolution", "1/1/1969"), ("extended", "1")],
        Bad("lies before the attack's first day"),
    ),
    (
        "an end that is no day",
        &[("resolution", "13/13/1970"), ("extended", "1")],
        Bad("is not a day, written month/day/year"),
    ),
    (
        "a latitude beyond the pole",
        &[("latitude", "-134"), ("longitude", "5")],
        Bad("are latitude and longitude exchanged?"),
    ),
    ("0, 0", &[("latitude", "0"), ("longitude", "0")], Flag("zero-coordinates")),
    ("a negative toll", &[("nkill", "-5")], Bad("is no number of persons")),
    ("the codebook's unknown", &[("nkill", "-99")], Flag("no-toll")),
    ("half a death", &[("nkill", "1.5")], Flag("toll-rounded")),
    ("a toll of 1e309", &[("nkill", "1e309")], Bad("is not a number")),
    ("a toll of 1e10", &[("nkill", "1e10")], Bad("is no number of persons")),
    ("a toll of NaN", &[("nkill", "NaN")], Bad("is not a number")),
    ("a toll in words", &[("nkill", "many")], Bad("is not a number")),
    ("an id that stands twice", &[("eventid", "197001000001")], Bad("duplicate id 197001000001: row 1 has it first")),
    ("an id that a spreadsheet shortened", &[("eventid", "1.97E+11")], Bad("take the published file, unchanged")),
    ("an id of eleven digits", &[("eventid", "19700100000")], Bad("is no id of twelve digits")),
    ("no id", &[("eventid", "")], Bad("is blank")),
    ("an unknown type of attack", &[("attacktype1", "10")], Bad("is no code from 1 to 9")),
    ("an unknown type of target", &[("targtype1", "0")], Bad("is no code from 1 to 22")),
    ("an unknown specificity", &[("specificity", "6")], Bad("is no specificity from 1 to 5")),
    ("an error of a spreadsheet", &[("nkill", "#REF!")], Bad("`#REF!` is not a number")),
];

const GDELT: &[Line] = &[
    ("the year 25", &[("day", "00250131")], Bad(OUT_OF_TIME)),
    ("30 February", &[("day", "20240230")], Bad(NO_DAY)),
    ("day first", &[("day", "31012024")], Bad(NO_DAY)),
    ("seven figures", &[("day", "2024013")], Bad("is not a date of the form YYYYMMDD")),
    ("no day", &[("day", "")], Bad("is blank")),
    ("a moment that is none", &[("dateadded", "2024-01-31")], Bad("YYYYMMDDHHMMSS")),
    ("a report a year late", &[("day", "20230131")], Flag("late-report")),
    ("a latitude beyond the pole", &[("actiongeo_lat", "100")], Bad("are latitude and longitude exchanged?")),
    ("half of the coordinates", &[("actiongeo_long", "")], Bad("is blank, though there is a latitude")),
    ("0, 0", &[("actiongeo_lat", "0"), ("actiongeo_long", "0")], Flag("zero-coordinates")),
    ("an unknown kind of place", &[("actiongeo_type", "9")], Bad("is no kind of place from 0 to 5")),
    ("an unknown country", &[("actiongeo_countrycode", "??")], Flag("country-code-unknown")),
    ("the root of another code", &[("eventrootcode", "04")], Bad("is not the root of event code")),
    ("no code", &[("eventcode", "---")], Flag("no-type")),
    ("an id that stands twice", &[("globaleventid", "1152000001")], Bad("duplicate id 1152000001: row 1 has it first")),
    ("an id in words", &[("globaleventid", "first")], Bad("is no event id: a whole number")),
    ("an id of 300 figures", &[("globaleventid", LONG)], Bad("is no event id: a whole number")),
    ("no id", &[("globaleventid", "")], Bad("is blank")),
];

const POLECAT: &[Line] = &[
    ("the year 25", &[("Event Date", "0025-01-01")], Bad(OUT_OF_TIME)),
    ("30 February", &[("Event Date", "2023-02-30")], Bad(NO_DAY)),
    ("month first", &[("Event Date", "01/02/2023")], Bad("is not a date of the form")),
    ("the number that a spreadsheet makes of a day", &[("Event Date", "44928")], Bad("is not a date of the form")),
    ("no day", &[("Event Date", "None")], Bad("is not a date of the form")),
    ("a latitude beyond the pole", &[("Latitude", "134.5")], Bad("are latitude and longitude exchanged?")),
    ("a decimal comma", &[("Latitude", "34,5")], Bad("write a decimal point")),
    ("half of the coordinates", &[("Longitude", "None")], Bad("is blank, though there is a latitude")),
    ("0, 0", &[("Latitude", "0.0"), ("Longitude", "0.0")], Flag("zero-coordinates")),
    ("no coordinates", &[("Latitude", "None"), ("Longitude", "None")], Flag("no-coordinates")),
    ("an unknown type of event", &[("Event Type", "FISTFIGHT")], Bad("FISTFIGHT")),
    ("an unknown country", &[("Country", "XXX")], Flag("country-code-unknown")),
    ("an id that stands twice", &[("Event ID", "20230100000001_NGEC_v1_1")], Bad("row 1 has it first")),
    ("an id of 300 bytes", &[("Event ID", LONG)], Bad("an id has at most 256")),
    ("no id", &[("Event ID", "")], Bad("is blank")),
    ("what may be to come", &[("Contexts", "hypothetical")], Flag("unrealised")),
];

const EVENTS: &[Line] = &[
    ("the year 25", &[("From", "1/3/0025")], Bad(OUT_OF_TIME)),
    ("31 February", &[("From", "31/2/2020")], Bad(NO_DAY)),
    ("month first", &[("From", "3/31/2020")], Bad(NO_DAY)),
    (
        "the number that a spreadsheet makes of a day",
        &[("From", "43891")],
        Bad("is not a date of the form day/month/year"),
    ),
    ("a year of two digits", &[("From", "1/3/20")], Bad("is not a date of the form day/month/year")),
    ("the year 2101", &[("From", "1/3/2101"), ("To", "")], Bad(OUT_OF_TIME)),
    ("a day as ISO 8601 has it", &[("From", "2020-03-01")], Bad("is not a date of the form day/month/year")),
    ("an end before the start", &[("To", "1/1/2020")], Bad("lies before the start")),
    ("an unknown precision", &[("Day sure?", "perhaps")], Bad("is no code of the mapping; it has month, week, yes")),
    ("exchanged coordinates", &[("Lat", "134"), ("Lon", "34")], Bad("are latitude and longitude exchanged?")),
    ("a decimal comma", &[("Lat", "34,6")], Bad("write a decimal point")),
    ("0, 0", &[("Lat", "0"), ("Lon", "-0.0")], Flag("zero-coordinates")),
    ("half of the coordinates", &[("Lat", "")], Bad("is blank, though there is a longitude")),
    ("a negative toll", &[("Killed", "-1")], Bad("a toll cannot be negative")),
    ("half a death", &[("Killed", "0.5")], Bad("is not a whole number")),
    ("a toll of 1e309", &[("Killed", "1e309")], Bad("is not a number")),
    ("a word that the mapping does not have", &[("Killed", "several")], Bad("is not a number")),
    ("low above best above high", &[("Killed min", "9"), ("Killed", "5"), ("Killed max", "1")], Flag("toll-order")),
    ("an id that stands twice", &[("Ref", "A-1")], Bad("duplicate id A-1: row 1 has it first")),
    ("no id", &[("Ref", "")], Flag("derived-id")),
    ("an id of 300 bytes", &[("Ref", LONG)], Bad("an id has at most 256")),
    ("a formula for a place", &[("Where", "=1+1")], Kept),
];

const COUNTRY_YEAR: &[Line] = &[
    ("the year 25", &[("year_cy", "25")], Bad("is no year from 1900 to 2100")),
    ("a day for a year", &[("year_cy", "2019-01-01")], Bad("is not a number")),
    ("no year", &[("year_cy", "")], Bad("is blank")),
    ("a negative toll", &[("sb_total_deaths_best_cy", "-1")], Bad("a toll cannot be negative")),
    ("half a death", &[("ns_total_deaths_high_cy", "1.5")], Bad("is not a whole number")),
    ("a toll of 1e309", &[("os_total_deaths_low_cy", "1e309")], Bad("is not a number")),
    ("a toll in words", &[("sb_total_deaths_best_cy", "NO_DYAD")], Bad("is not a number")),
    ("no country", &[("country_id_cy", "")], Bad("is blank")),
];

const DYADIC: &[Line] = &[
    ("the year 25", &[("year", "0025")], Bad("is no year from 1900 to 2100")),
    ("a year in words", &[("year", "MCMXCI")], Bad("is not a number")),
    ("half a year", &[("year", "1991.5")], Bad("is not a whole number")),
    ("no dyad", &[("dyad_id", "")], Bad("is blank")),
    ("no side", &[("side_a", "")], Bad("is blank")),
];

const CONFLICT: &[Line] = &[
    ("the year 2101", &[("year", "2101")], Bad("is no year from 1900 to 2100")),
    ("an endless year", &[("year", "1e400")], Bad("is not a number")),
    (
        "an unknown incompatibility",
        &[("incompatibility", "4")],
        Bad("is no incompatibility: 1 territory, 2 government"),
    ),
    ("an incompatibility that steers a terminal", &[("incompatibility", "\u{1b}[2J")], Bad("is no incompatibility")),
    ("no conflict", &[("conflict_id", "")], Bad("is blank")),
];

const NONSTATE: &[Line] = &[
    ("the year -2001", &[("year", "-2001")], Bad("is no year from 1900 to 2100")),
    ("a negative toll", &[("best_fatality_estimate", "-1")], Bad("a toll cannot be negative")),
    ("a toll of NaN", &[("low_fatality_estimate", "NaN")], Bad("is not a number")),
    (
        "no estimate",
        &[("best_fatality_estimate", ""), ("low_fatality_estimate", ""), ("high_fatality_estimate", "")],
        Bad("there is no estimate of deaths at all"),
    ),
    ("no side", &[("side_b_name", "")], Bad("is blank")),
];

const ACTOR: &[Line] = &[
    ("an id that stands twice", &[("ActorId", "901")], Bad("duplicate id 901: row 1 has it first")),
    ("no id", &[("ActorId", "")], Bad("is blank")),
    ("an id of 300 bytes", &[("ActorId", LONG)], Bad("an id has at most 256")),
    ("no name", &[("NameData", "n/a")], Bad("is `n/a`")),
    ("an unknown level of organisation", &[("Org", "9")], Bad("is no level of organisation from 1 to 4")),
    ("a level in words", &[("Org", "high")], Bad("is not a number")),
];

/// The cases of all adapters.
pub fn cases() -> Vec<Case> {
    let all = [
        (good::ged(), GED),
        (good::acled(), ACLED),
        (good::gtd(), GTD),
        (good::gdelt(), GDELT),
        (good::polecat(), POLECAT),
        (good::events(), EVENTS),
        (good::country_year(), COUNTRY_YEAR),
        (good::dyadic(), DYADIC),
        (good::conflict(), CONFLICT),
        (good::nonstate(), NONSTATE),
        (good::actor(), ACTOR),
    ];
    all.iter().flat_map(|(good, lines)| lines.iter().map(|line| case(good, line))).collect()
}

fn case(good: &Good, (damage, changes, value): &Line) -> Case {
    let spoilt = changes.iter().fold(good.clone(), |good, (column, text)| good.with(2, column, text));
    let (column, text) = changes[0];
    let rows = rows_in(ROWS);
    let rows = match value {
        Bad(words) => rows.bad(2, &good.told(column), words),
        At(column, words) => rows.bad(2, column, words),
        Flag(flag) => rows.flagged(2, flag),
        Kept => rows.native(2, &good.told(column), text),
    };
    of(good, damage, spoilt.text().into_bytes(), rows.into())
}
