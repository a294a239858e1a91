//! The ways in which tables write a day.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::Deserialize;

use crate::adapters::values::{day, month as month_number, quoted, whole};

/// How a column writes a day.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
pub(crate) enum Format {
    /// `2020-03-01`, with or without a time of day.
    #[default]
    #[serde(rename = "iso")]
    Iso,
    /// `1/3/2020` for 1 March; also with `.` or `-`.
    #[serde(rename = "d/m/y")]
    DayMonthYear,
    /// `3/1/2020` for 1 March.
    #[serde(rename = "m/d/y")]
    MonthDayYear,
    /// `1 March 2020` or `01-Mar-2020`, in English.
    #[serde(rename = "d month y")]
    DayNameYear,
    /// `20200301`.
    #[serde(rename = "yyyymmdd")]
    Compact,
    /// Seconds since 1970-01-01 00:00 UTC; the day is that of UTC.
    #[serde(rename = "unix seconds")]
    UnixSeconds,
}

/// Every format with its word in a mapping, the surest first.
pub(super) const FORMATS: [(&str, Format); 6] = [
    ("iso", Format::Iso),
    ("yyyymmdd", Format::Compact),
    ("d month y", Format::DayNameYear),
    ("d/m/y", Format::DayMonthYear),
    ("m/d/y", Format::MonthDayYear),
    ("unix seconds", Format::UnixSeconds),
];

impl Format {
    /// Reads a day.
    ///
    /// # Errors
    /// What is wrong with the text, in words.
    pub(crate) fn day(self, text: &str) -> Result<Date, String> {
        match self {
            Self::Iso => day(text),
            Self::DayMonthYear => numbers(text, "day/month/year").and_then(|[d, m, y]| of(text, y, m, d)),
            Self::MonthDayYear => numbers(text, "month/day/year").and_then(|[m, d, y]| of(text, y, m, d)),
            Self::DayNameYear => named(text),
            Self::Compact => compact(text),
            Self::UnixSeconds => {
                let seconds = Timestamp::from_second(whole(text)?).map_err(|_| out_of_time(text))?;
                within(text, seconds.to_zoned(TimeZone::UTC).date())
            }
        }
    }
}

/// Three numbers, and no time of day but one behind a space.
fn numbers(text: &str, expected: &str) -> Result<[i16; 3], String> {
    let fault = || format!("{} is not a date of the form {expected}", quoted(text));
    let date = text.split([' ', 'T']).next().unwrap_or_default();
    let parts: Vec<&str> = date.split(['/', '.', '-']).collect();
    let [a, b, year] = parts.as_slice() else { return Err(fault()) };
    // Two digits of a year leave the century open.
    if year.len() != 4 || [a, b, year].iter().any(|part| !part.bytes().all(|b| b.is_ascii_digit())) {
        return Err(fault());
    }
    let number = |part: &str| part.parse().map_err(|_| fault());
    Ok([number(a)?, number(b)?, number(year)?])
}

fn named(text: &str) -> Result<Date, String> {
    let fault = || format!("{} is not a date of the form 1 March 2020", quoted(text));
    let parts: Vec<&str> = text.split([' ', '-', '/', ',', '.']).filter(|part| !part.is_empty()).collect();
    let [d, month, y] = parts.as_slice() else { return Err(fault()) };
    let month = month_number(month).ok_or_else(fault)?;
    let digits = |part: &str, n: std::ops::RangeInclusive<usize>| {
        if n.contains(&part.len()) { part.parse::<i16>().map_err(|_| fault()) } else { Err(fault()) }
    };
    of(text, digits(y, 4..=4)?, month.into(), digits(d, 1..=2)?)
}

fn compact(text: &str) -> Result<Date, String> {
    match whole(text) {
        Ok(number @ 19_000_000..=21_009_999) => {
            let part = |n: i64| i16::try_from(n).unwrap_or(0);
            of(text, part(number / 10_000), part(number / 100 % 100), part(number % 100))
        }
        _ => Err(format!("{} is not a date of the form YYYYMMDD", quoted(text))),
    }
}

fn of(text: &str, year: i16, month: i16, day: i16) -> Result<Date, String> {
    let part = |n: i16| i8::try_from(n).unwrap_or(0);
    let date = Date::new(year, part(month), part(day));
    within(text, date.map_err(|_| format!("{} is not a day of the calendar", quoted(text)))?)
}

fn within(text: &str, day: Date) -> Result<Date, String> {
    if (1900..=2100).contains(&day.year()) { Ok(day) } else { Err(out_of_time(text)) }
}

fn out_of_time(text: &str) -> String {
    format!("{} lies outside the years 1900 to 2100", quoted(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_day_in_every_format() {
        let first_of_march = Date::constant(2020, 3, 1);
        for (format, text) in [
            (Format::Iso, "2020-03-01T10:00:00Z"),
            (Format::DayMonthYear, "1/3/2020"),
            (Format::DayMonthYear, "01.03.2020 23:59"),
            (Format::MonthDayYear, "3-01-2020"),
            (Format::DayNameYear, "1 March 2020"),
            (Format::DayNameYear, "01-MAR-2020"),
            (Format::Compact, "20200301"),
            (Format::Compact, "20200301.0"),
            (Format::UnixSeconds, "1583020800"),
            (Format::UnixSeconds, "1583107199"),
        ] {
            assert_eq!(format.day(text), Ok(first_of_march), "{format:?} {text}");
        }
    }

    #[test]
    fn what_is_no_day_is_said_to_be_none() {
        for (format, text) in [
            (Format::DayMonthYear, "31/2/2020"),
            (Format::DayMonthYear, "1/3/20"),
            (Format::DayMonthYear, "2020/3/1"),
            (Format::MonthDayYear, "13/1/2020"),
            (Format::MonthDayYear, "1//2020"),
            (Format::DayNameYear, "1 Ma 2020"),
            (Format::DayNameYear, "March 2020"),
            (Format::Compact, "20200231"),
            (Format::Compact, "2020031"),
            (Format::Compact, "20200300"),
            (Format::UnixSeconds, "9999999999999"),
            (Format::UnixSeconds, "-9999999999"),
            (Format::UnixSeconds, "2020-03-01"),
        ] {
            assert!(format.day(text).is_err(), "{format:?} {text}");
        }
    }

    proptest::proptest! {
        #[test]
        fn no_text_makes_a_format_panic(text in "\\PC{0,24}", number in "[0-9./ -]{0,14}") {
            for (_, format) in FORMATS {
                let _ = (format.day(&text), format.day(&number));
            }
        }
    }
}
