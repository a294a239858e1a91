//! Reading single values as data files write them.

use std::borrow::Cow;

use casefile_model::place::{GridCell, Point};
use jiff::civil::Date;

use crate::adapter::{Fault, Header, Record, printable};
use crate::flag::{Flag, Flags};
use crate::schema::EventRow;

/// Reads typed values from one record and gathers every fault on the way, so that a bad row is explained whole.
pub(crate) struct Reader<'a> {
    record: &'a Record<'a>,
    names: &'a [String],
    faults: Vec<Fault>,
}

impl<'a> Reader<'a> {
    pub(crate) fn new(record: &'a Record<'a>, header: &'a Header) -> Self {
        Self { record, names: header.names(), faults: Vec::new() }
    }

    pub(crate) fn raw(&self, column: Option<usize>) -> Option<&'a str> {
        self.record.get(column)
    }

    pub(crate) fn text(&self, column: Option<usize>) -> Option<Cow<'a, str>> {
        self.record.get(column).map(Cow::Borrowed)
    }

    /// Reads a value with `parse`, which says what is wrong with it.
    pub(crate) fn value<T>(
        &mut self,
        column: Option<usize>,
        parse: impl FnOnce(&'a str) -> Result<T, String>,
    ) -> Option<T> {
        match parse(self.record.get(column)?) {
            Ok(value) => Some(value),
            Err(reason) => {
                self.fault(column, reason);
                None
            }
        }
    }

    /// As [`Self::text`], where a blank is a fault.
    pub(crate) fn required_text(&mut self, column: Option<usize>) -> Option<Cow<'a, str>> {
        self.required(column, |text| Ok(Cow::Borrowed(text)))
    }

    /// As [`Self::value`], where a blank is a fault too.
    pub(crate) fn required<T>(
        &mut self,
        column: Option<usize>,
        parse: impl FnOnce(&'a str) -> Result<T, String>,
    ) -> Option<T> {
        if self.record.get(column).is_none() {
            self.fault(column, "is blank");
        }
        self.value(column, parse)
    }

    pub(crate) fn fault(&mut self, column: Option<usize>, reason: impl Into<String>) {
        let column = column.and_then(|at| self.names.get(at)).cloned().unwrap_or_default();
        self.faults.push(Fault { column, reason: reason.into() });
    }

    pub(crate) fn finish(self) -> Result<(), Vec<Fault>> {
        if self.faults.is_empty() { Ok(()) } else { Err(self.faults) }
    }
}

/// The number of the PRIO-GRID cell in which a point lies; none outside the world.
pub(crate) fn priogrid_cell(latitude: f64, longitude: f64) -> Option<i64> {
    let point = Point::new(latitude, longitude).ok()?;
    Some(i64::from(GridCell::of(&point).gid()))
}

/// Reads where an event happened: latitude, longitude and the cell that they lie in. Gives them back where both are
/// there.
pub(super) fn coordinates(
    reader: &mut Reader<'_>,
    latitude: Option<usize>,
    longitude: Option<usize>,
    row: &mut EventRow<'_>,
    flags: &mut Flags,
) -> Option<(f64, f64)> {
    row.latitude = reader.value(latitude, |text| degrees(text, 90.0));
    row.longitude = reader.value(longitude, |text| degrees(text, 180.0));
    match (reader.raw(latitude), reader.raw(longitude)) {
        (None, None) => flags.insert(Flag::NoCoordinates),
        (Some(_), None) => reader.fault(longitude, "is blank, though there is a latitude"),
        (None, Some(_)) => reader.fault(latitude, "is blank, though there is a longitude"),
        (Some(_), Some(_)) => {}
    }
    let point @ (north, east) = (row.latitude?, row.longitude?);
    flags.insert_if(north == 0.0 && east == 0.0, Flag::ZeroCoordinates);
    row.priogrid = priogrid_cell(north, east);
    Some(point)
}

/// Quotes a value for a message, shortened.
pub(crate) fn quoted(text: &str) -> String {
    const SHOWN: usize = 40;
    let mut shown: String = text.chars().take(SHOWN).map(printable).collect();
    if text.chars().nth(SHOWN).is_some() {
        shown.push('…');
    }
    format!("`{shown}`")
}

/// A whole number, also as the `12.0` or `1e+05` that statistics programs write.
pub(crate) fn whole(text: &str) -> Result<i64, String> {
    /// Beyond this a float no longer tells neighbouring whole numbers apart.
    const EXACT: f64 = 9_007_199_254_740_992.0;
    if let Ok(value) = text.parse::<i64>() {
        return Ok(value);
    }
    match real(text) {
        #[expect(clippy::cast_possible_truncation, reason = "checked to be whole and within ±2⁵³")]
        Ok(value) if value.fract() == 0.0 && value.abs() < EXACT => Ok(value as i64),
        Ok(_) => Err(format!("{} is not a whole number", quoted(text))),
        Err(reason) => Err(reason),
    }
}

/// A finite number in plain or exponent notation, with a decimal point.
pub(crate) fn real(text: &str) -> Result<f64, String> {
    let plain = text.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'+' | b'-' | b'.' | b'e' | b'E'));
    match text.parse::<f64>() {
        Ok(value) if plain && value.is_finite() => Ok(value),
        _ if text.contains(',') => {
            Err(format!("{} is not a number (write a decimal point, and no thousands separator)", quoted(text)))
        }
        _ => Err(format!("{} is not a number", quoted(text))),
    }
}

/// Degrees of latitude, where the limit is 90, or of longitude, where it is 180.
pub(crate) fn degrees(text: &str, limit: f64) -> Result<f64, String> {
    match real(text)? {
        value if value.abs() <= limit => Ok(value),
        value if limit < 180.0 && value.abs() <= 180.0 => {
            Err(format!("{} lies outside ±{limit}°: are latitude and longitude exchanged?", quoted(text)))
        }
        _ => Err(format!("{} lies outside ±{limit}°", quoted(text))),
    }
}

/// A count of deaths: whole, not negative, and below the number of people alive.
pub(crate) fn toll(text: &str) -> Result<i64, String> {
    match whole(text)? {
        value if value < 0 => Err(format!("{} deaths: a toll cannot be negative", quoted(text))),
        value if value > 1_000_000_000 => Err(format!("{} deaths is not plausible", quoted(text))),
        value => Ok(value),
    }
}

/// A day as `2020-03-01`, with or without a time of day behind it.
pub(crate) fn day(text: &str) -> Result<Date, String> {
    let fault = || format!("{} is not a date of the form YYYY-MM-DD", quoted(text));
    let (date, time) = text.split_at_checked(10).ok_or_else(fault)?;
    let bytes = date.as_bytes();
    let shaped = bytes.iter().enumerate().all(|(i, b)| if i == 4 || i == 7 { *b == b'-' } else { b.is_ascii_digit() });
    let timed = time.is_empty()
        || time.starts_with([' ', 'T']) && time[1..].bytes().all(|b| b.is_ascii_digit() || b":.Z+-".contains(&b));
    if !shaped || !timed {
        return Err(fault());
    }
    let day: Date = date.parse().map_err(|_| format!("{} is not a day of the calendar", quoted(text)))?;
    if !(1900..=2100).contains(&day.year()) {
        return Err(format!("{} lies outside the years 1900 to 2100", quoted(text)));
    }
    Ok(day)
}

/// A day as `20200301`.
pub(super) fn compact_day(text: &str) -> Result<Date, String> {
    if text.len() != 8 || !text.bytes().all(|b| b.is_ascii_digit()) {
        return Err(format!("{} is not a date of the form YYYYMMDD", quoted(text)));
    }
    day(&format!("{}-{}-{}", &text[..4], &text[4..6], &text[6..]))
}

/// The number of a month by its English name, whole or cut off after three letters or more.
pub(crate) fn month(name: &str) -> Option<i8> {
    const NAMES: [&str; 12] = [
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
    ];
    let name = name.to_ascii_lowercase();
    (1..).zip(NAMES).find(|(_, whole)| name.len() >= 3 && whole.starts_with(&name)).map(|(number, _)| number)
}

/// Yes or no, as `1`, `true`, `True`, `1.0` and their opposites.
pub(crate) fn truth(text: &str) -> Result<bool, String> {
    match text.to_ascii_lowercase().as_str() {
        "1" | "1.0" | "true" | "t" | "yes" => Ok(true),
        "0" | "0.0" | "false" | "f" | "no" => Ok(false),
        _ => Err(format!("{} is neither true nor false", quoted(text))),
    }
}

/// An identifier as text: `133925.0`, which a statistics program made of 133925, is mended.
pub(crate) fn identifier(text: &str) -> Cow<'_, str> {
    match text.strip_suffix(".0") {
        Some(number) if !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit()) => number.into(),
        _ => text.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_as_programs_write_them() {
        assert_eq!(whole("12"), Ok(12));
        assert_eq!(whole("12.0"), Ok(12));
        assert_eq!(whole("1e+05"), Ok(100_000));
        assert_eq!(whole("-1"), Ok(-1));
        for bad in ["1.5", "inf", "NaN", "1,234", "twelve", "1e400", "0x10", "1e300", "--1", "1_000"] {
            assert!(whole(bad).is_err(), "{bad}");
        }
        assert!(real("34,5").unwrap_err().contains("decimal point"));
        assert!(toll("-3").unwrap_err().contains("negative"));
        assert!(toll("1e12").unwrap_err().contains("plausible"));
    }

    #[test]
    fn days_with_and_without_a_time() {
        let day_2 = Date::constant(2023, 10, 2);
        for good in ["2023-10-02", "2023-10-02 00:00:00.000", "2023-10-02T00:00:00Z"] {
            assert_eq!(day(good), Ok(day_2), "{good}");
        }
        for bad in ["2023-02-30", "02/10/2023", "2023-10", "2023-10-02 late", "0203-10-02", "", "2023-10-0é", "２"] {
            assert!(day(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn months_by_their_names() {
        assert_eq!([month("January"), month("SEP"), month("sept"), month("december")], [1, 9, 9, 12].map(Some));
        assert!(["", "Ja", "Mai", "Marchy", "13"].iter().all(|name| month(name).is_none()));
    }

    #[test]
    fn truths_and_identifiers() {
        assert!(["1", "true", "True", "1.0"].iter().all(|t| truth(t) == Ok(true)));
        assert!(["0", "false", "False", "0.0"].iter().all(|t| truth(t) == Ok(false)));
        assert!(truth("maybe").is_err());
        assert_eq!(identifier("133925.0"), "133925");
        assert_eq!(identifier("AFG-1.0"), "AFG-1.0");
        assert_eq!(identifier(".0"), ".0");
    }
}
