//! Vague dates: EDTF, the Extended Date/Time Format of the Library of Congress (ISO 8601-2:2019).
//!
//! What is read:
//!
//! | written | meaning |
//! |---|---|
//! | `2018-10-15`, `2018-10`, `2018` | a day, month, year |
//! | `2015-23` | a season: 21 spring … 24 winter ([`Season`] says which months) |
//! | `201X`, `20XX` | some year of a decade, of a century |
//! | `2016-XX`, `2016-11-XX`, `2016-XX-XX` | some month of 2016, some day of November, of 2016 |
//! | `2016-11?` `2016-11~` `2016-11%` | uncertain, approximate, both |
//! | `2014/2016-08` | an interval that begins some time in 2014 and ends some time in August 2016 |
//! | `2014/..` `../2014` | without end (it goes on), without beginning |
//! | `2014/` `/2014` | end unknown, beginning unknown |
//!
//! That is levels 0 and 1, except the time of day and years outside 0000–9999, which no conflict
//! dataset needs. Seasons and unspecified digits may also be qualified and stand in intervals, which
//! the standard leaves open. Anything else is refused, with the EDTF to write instead where it can
//! be guessed ("Nov 2016" → `2016-11`).
//!
//! # Meaning
//!
//! A date names one unit of the calendar, and possibly leaves open which one:
//!
//! - `~` and `?` each make **one further unit on either side** possible, in the unit that is stated
//!   (a day, month, season, year, decade), and `%` two. "About November 2016" may thus be October
//!   or December, and no month is certain. EDTF itself sets no width; the defaults of the
//!   python-edtf library are followed, with seasons padded by whole seasons (there twelve weeks).
//! - `X` leaves open which day, month or year of the stated one is meant.
//!
//! Whether the thing so dated happened *on some day within* that time or *lasted throughout* it is
//! not in the notation; [`When`] holds that reading, and answers questions with yes, no or
//! possibly.

mod calendar;
mod english;
mod mend;
mod parse;
#[cfg(test)]
mod tests;
mod when;

use std::cmp::Ordering;
use std::fmt;
use std::str::FromStr;

use jiff::civil::Date;
use serde::de::{self, Deserialize, Deserializer, Visitor};
use serde::ser::{Serialize, Serializer};

pub use calendar::{Precision, Season, Span};
pub use english::day_in_english;
pub use parse::{DateError, DateProblem};
pub use when::{Days, When};

/// A date or interval in EDTF, levels 0 and 1 (see the [module](self)).
///
/// Ordered by [`earliest`](Self::earliest), then [`latest`](Self::latest) possible day, with an
/// unbounded beginning first and an unbounded end last. Read and written as its EDTF string.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Edtf(Shape);

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Shape {
    Date(Stated),
    /// At least one end is dated, and the two are in order.
    Interval(Endpoint, Endpoint),
}

/// One end of an interval.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Endpoint {
    /// `..`: there is no such end.
    Open,
    /// Nothing written: there may be an end; it is not known.
    Unknown,
    Dated(Stated),
}

/// One date as stated: a unit of the calendar and what is said about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
struct Stated {
    /// 0 to 9999; the first year of a decade or century.
    year: i16,
    form: Form,
    qualifier: Qualifier,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Form {
    Year,
    Month(i8),
    Day(i8, i8),
    Season(Season),
    YearOfCentury,
    YearOfDecade,
    MonthOfYear,
    DayOfYear,
    DayOfMonth(i8),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Qualifier {
    None,
    Uncertain,
    Approximate,
    Both,
}

impl Stated {
    /// The unit meant: the event took place in, or the state lasted, one of these.
    fn unit(self) -> Precision {
        match self.form {
            Form::Day(..) | Form::DayOfMonth(_) | Form::DayOfYear => Precision::Day,
            Form::Month(_) | Form::MonthOfYear => Precision::Month,
            Form::Season(_) => Precision::Season,
            Form::Year | Form::YearOfDecade | Form::YearOfCentury => Precision::Year,
        }
    }

    /// The unit that is actually pinned down: `2016-11-XX` means a day and pins a month.
    fn precision(self) -> Precision {
        match self.form {
            Form::DayOfMonth(_) => Precision::Month,
            Form::DayOfYear | Form::MonthOfYear => Precision::Year,
            Form::YearOfDecade => Precision::Decade,
            Form::YearOfCentury => Precision::Century,
            Form::Day(..) | Form::Month(_) | Form::Season(_) | Form::Year => self.unit(),
        }
    }

    fn first_stated_day(self) -> Date {
        let (month, day) = match self.form {
            Form::Day(month, day) => (month, day),
            Form::Month(month) | Form::DayOfMonth(month) => (month, 1),
            Form::Season(season) => (season.first_month(), 1),
            _ => (1, 1),
        };
        // The parser has checked the day against the calendar.
        Date::new(self.year, month, day).unwrap_or(Date::MIN)
    }

    /// First and last day of what is stated, qualifiers aside.
    fn stated(self) -> (Date, Date) {
        let first = self.first_stated_day();
        (first, self.precision().last_day(first))
    }

    /// First and last possible day, qualifiers included.
    fn possible(self) -> (Date, Date) {
        let (first, last) = self.stated();
        match self.qualifier.padding() {
            0 => (first, last),
            units => {
                let precision = self.precision();
                (precision.shift(first, -units), precision.day_before_shifted(first, units + 1))
            }
        }
    }
}

impl Qualifier {
    /// Units of the stated precision that become possible on either side.
    fn padding(self) -> i32 {
        match self {
            Self::None => 0,
            Self::Uncertain | Self::Approximate => 1,
            Self::Both => 2,
        }
    }
}

impl Endpoint {
    fn dated(self) -> Option<Stated> {
        match self {
            Self::Dated(stated) => Some(stated),
            Self::Open | Self::Unknown => None,
        }
    }
}

impl Edtf {
    /// Reads an EDTF string.
    ///
    /// # Errors
    ///
    /// [`DateError`] says what is wrong and, where it can be guessed, what to write.
    pub fn parse(text: &str) -> Result<Self, DateError> {
        parse::parse(text)
    }

    /// The one day.
    ///
    /// # Errors
    ///
    /// [`DateError`] for a year outside 0–9999, which EDTF's four digits cannot hold.
    pub fn from_day(day: Date) -> Result<Self, DateError> {
        Self::parse(&day.to_string())
    }

    /// First possible day, padding of `~`, `?` and `%` included; `None` if the beginning is open
    /// or unknown.
    pub fn earliest(&self) -> Option<Date> {
        self.start().map(|start| start.possible().0)
    }

    /// Last possible day, padding included; `None` if the end is open or unknown.
    pub fn latest(&self) -> Option<Date> {
        self.end().map(|end| end.possible().1)
    }

    /// From the first to the last possible day.
    pub fn possible(&self) -> Span {
        Span { start: self.earliest(), end: self.latest() }
    }

    /// From the first to the last day as written, without what `~`, `?` and `%` add.
    pub fn stated(&self) -> Span {
        Span { start: self.start().map(|start| start.stated().0), end: self.end().map(|end| end.stated().1) }
    }

    /// Whether it is written as `a/b`.
    pub fn is_interval(&self) -> bool {
        matches!(self.0, Shape::Interval(..))
    }

    /// Whether it is an interval without end, `a/..`: what it dates goes on.
    pub fn is_ongoing(&self) -> bool {
        matches!(self.0, Shape::Interval(_, Endpoint::Open))
    }

    /// Whether any part is marked approximate (`~` or `%`).
    pub fn is_approximate(&self) -> bool {
        self.parts().any(|part| matches!(part.qualifier, Qualifier::Approximate | Qualifier::Both))
    }

    /// Whether any part is marked uncertain (`?` or `%`): the source may be wrong.
    pub fn is_uncertain(&self) -> bool {
        self.parts().any(|part| matches!(part.qualifier, Qualifier::Uncertain | Qualifier::Both))
    }

    /// How finely it is pinned down: `2016-11-XX` by the month, an interval by its coarser end.
    pub fn precision(&self) -> Precision {
        // An interval has at least one dated end.
        self.parts().map(Stated::precision).max().unwrap_or(Precision::Century)
    }

    /// As something that happened on one day within this time: [`When::moment`].
    pub fn as_moment(&self) -> When {
        When::moment(self)
    }

    /// As something that held throughout, from its beginning to its end: [`When::state`].
    pub fn as_state(&self) -> When {
        When::state(self)
    }

    /// As a stretch of the calendar to look at, whole: [`When::period`].
    pub fn as_period(&self) -> When {
        When::period(self)
    }

    /// How long it lasts in days, read as a state; see [`When::days`].
    pub fn days(&self) -> Days {
        self.as_state().days()
    }

    /// In English words: "about November 2016", "since 2014", "10–12 November 2016".
    pub fn english(&self) -> String {
        english::render(self)
    }

    fn start(&self) -> Option<Stated> {
        match self.0 {
            Shape::Date(stated) => Some(stated),
            Shape::Interval(start, _) => start.dated(),
        }
    }

    fn end(&self) -> Option<Stated> {
        match self.0 {
            Shape::Date(stated) => Some(stated),
            Shape::Interval(_, end) => end.dated(),
        }
    }

    fn parts(&self) -> impl Iterator<Item = Stated> {
        let (first, second) = match self.0 {
            Shape::Date(stated) => (Some(stated), None),
            Shape::Interval(start, end) => (start.dated(), end.dated()),
        };
        first.into_iter().chain(second)
    }
}

impl fmt::Display for Edtf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Shape::Date(stated) => stated.fmt(f),
            Shape::Interval(start, end) => write!(f, "{start}/{end}"),
        }
    }
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Open => f.write_str(".."),
            Self::Unknown => Ok(()),
            Self::Dated(stated) => stated.fmt(f),
        }
    }
}

impl fmt::Display for Stated {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let year = self.year;
        match self.form {
            Form::Year => write!(f, "{year:04}"),
            Form::Month(month) => write!(f, "{year:04}-{month:02}"),
            Form::Day(month, day) => write!(f, "{year:04}-{month:02}-{day:02}"),
            Form::Season(season) => write!(f, "{year:04}-{}", season.code()),
            Form::YearOfCentury => write!(f, "{:02}XX", year / 100),
            Form::YearOfDecade => write!(f, "{:03}X", year / 10),
            Form::MonthOfYear => write!(f, "{year:04}-XX"),
            Form::DayOfYear => write!(f, "{year:04}-XX-XX"),
            Form::DayOfMonth(month) => write!(f, "{year:04}-{month:02}-XX"),
        }?;
        f.write_str(match self.qualifier {
            Qualifier::None => "",
            Qualifier::Uncertain => "?",
            Qualifier::Approximate => "~",
            Qualifier::Both => "%",
        })
    }
}

impl Ord for Edtf {
    fn cmp(&self, other: &Self) -> Ordering {
        // `None < Some`: right for the beginning, to be turned round for the end.
        let latest = match (self.latest(), other.latest()) {
            (Some(a), Some(b)) => a.cmp(&b),
            (a, b) => b.is_some().cmp(&a.is_some()),
        };
        self.earliest().cmp(&other.earliest()).then(latest).then_with(|| self.0.cmp(&other.0))
    }
}

impl PartialOrd for Edtf {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl FromStr for Edtf {
    type Err = DateError;

    fn from_str(text: &str) -> Result<Self, DateError> {
        Self::parse(text)
    }
}

impl Serialize for Edtf {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Edtf {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct FromText;

        impl Visitor<'_> for FromText {
            type Value = Edtf;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an EDTF date in quotes, such as \"2016-11\"")
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<Edtf, E> {
                Edtf::parse(text).map_err(E::custom)
            }
        }

        deserializer.deserialize_str(FromText)
    }
}
