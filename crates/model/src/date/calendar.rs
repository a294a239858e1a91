//! Units of the calendar and spans of days.

use std::fmt;

use jiff::ToSpan;
use jiff::civil::{Date, date};
use serde::{Deserialize, Serialize};

/// English month names, January first.
pub(super) const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// How finely a date is stated, from fine to coarse. Also a unit of the calendar to count in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Precision {
    /// One day.
    Day,
    /// One calendar month.
    Month,
    /// Three months; see [`Season`].
    Season,
    /// One calendar year.
    Year,
    /// Ten years, as in `201X`.
    Decade,
    /// A hundred years, as in `20XX`: 2000 to 2099.
    Century,
}

impl Precision {
    /// First day of the unit that `day` falls in.
    pub(super) fn first_day(self, day: Date) -> Date {
        let year = day.year();
        match self {
            Self::Day => day,
            Self::Month => day.first_of_month(),
            Self::Season => Season::of(day).1,
            Self::Year => date(year, 1, 1),
            Self::Decade => first_of_year(year.div_euclid(10) * 10),
            Self::Century => first_of_year(year.div_euclid(100) * 100),
        }
    }

    /// Last day of the unit that `day` falls in.
    pub(super) fn last_day(self, day: Date) -> Date {
        self.day_before_shifted(self.first_day(day), 1)
    }

    /// `first` (the first day of a unit) moved by `units`, clamped to the years −9999 to 9999.
    pub(super) fn shift(self, first: Date, units: i32) -> Date {
        first.saturating_add(self.units(units))
    }

    /// The day before `first` moved by `units`; 31 December 9999 where that leaves the calendar.
    pub(super) fn day_before_shifted(self, first: Date, units: i32) -> Date {
        match first.checked_add(self.units(units)) {
            Ok(next) => next.saturating_sub(1.day()),
            Err(_) => Date::MAX,
        }
    }

    fn units(self, n: i32) -> jiff::Span {
        match self {
            Self::Day => n.days(),
            Self::Month => n.months(),
            Self::Season => (3 * n).months(),
            Self::Year => n.years(),
            Self::Decade => (10 * n).years(),
            Self::Century => (100 * n).years(),
        }
    }
}

/// 1 January, clamped at the calendar's beginning (century of the year −9999).
fn first_of_year(year: i16) -> Date {
    Date::new(year, 1, 1).unwrap_or(Date::MIN)
}

/// A season of the **northern** hemisphere, in whole (meteorological) months.
///
/// EDTF writes seasons 21 to 24 "independent of location"; a day count needs months, so here
/// spring is March to May, summer June to August, autumn September to November, and winter
/// December to February. **A winter is named by the year in which it begins**: `2015-24` is
/// 1 December 2015 to 29 February 2016.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Season {
    /// 21: March to May.
    Spring,
    /// 22: June to August.
    Summer,
    /// 23: September to November.
    Autumn,
    /// 24: December to February of the next year.
    Winter,
}

impl Season {
    /// The season that EDTF numbers 21 to 24.
    pub(super) fn from_code(code: u8) -> Option<Self> {
        [Self::Spring, Self::Summer, Self::Autumn, Self::Winter].into_iter().find(|season| season.code() == code)
    }

    /// EDTF's number: 21 to 24.
    pub(super) fn code(self) -> u8 {
        21 + self as u8
    }

    /// First month, 3, 6, 9 or 12.
    pub(super) fn first_month(self) -> i8 {
        3 * (self as i8 + 1)
    }

    /// The season that a day falls in, and its first day.
    fn of(day: Date) -> (Self, Date) {
        let (season, year) = match day.month() {
            1 | 2 => (Self::Winter, day.year() - 1),
            3..=5 => (Self::Spring, day.year()),
            6..=8 => (Self::Summer, day.year()),
            9..=11 => (Self::Autumn, day.year()),
            _ => (Self::Winter, day.year()),
        };
        (season, Date::new(year, season.first_month(), 1).unwrap_or(Date::MIN))
    }
}

impl fmt::Display for Season {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Spring => "spring",
            Self::Summer => "summer",
            Self::Autumn => "autumn",
            Self::Winter => "winter",
        })
    }
}

/// A stretch of days, both ends included; `None` is an end without bound.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Span {
    /// First day, or none if it reaches back without bound.
    pub start: Option<Date>,
    /// Last day, or none if it goes on without bound.
    pub end: Option<Date>,
}

impl Span {
    /// Whether the day lies inside.
    pub fn contains(&self, day: Date) -> bool {
        self.start.is_none_or(|start| start <= day) && self.end.is_none_or(|end| day <= end)
    }

    /// The days common to both, if any.
    pub fn intersection(&self, other: &Self) -> Option<Self> {
        let start = self.start.max(other.start);
        let end = match (self.end, other.end) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        };
        let backwards = matches!((start, end), (Some(start), Some(end)) if end < start);
        (!backwards).then_some(Self { start, end })
    }

    /// Length in days, both ends counted; `None` if an end has no bound.
    pub fn days(&self) -> Option<u32> {
        Some(days_from_to(self.start?, self.end?))
    }
}

/// Days from `first` to `last`, both counted; 0 if `last` comes first.
pub(super) fn days_from_to(first: Date, last: Date) -> u32 {
    let between = (last - first).get_days();
    u32::try_from(between + 1).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_hold_the_day_they_are_asked_about() {
        let day = date(2016, 2, 29);
        let cases = [
            (Precision::Day, day, day),
            (Precision::Month, date(2016, 2, 1), day),
            (Precision::Season, date(2015, 12, 1), day),
            (Precision::Year, date(2016, 1, 1), date(2016, 12, 31)),
            (Precision::Decade, date(2010, 1, 1), date(2019, 12, 31)),
            (Precision::Century, date(2000, 1, 1), date(2099, 12, 31)),
        ];
        for (unit, first, last) in cases {
            assert_eq!((unit.first_day(day), unit.last_day(day)), (first, last), "{unit:?}");
        }
    }

    #[test]
    fn the_end_of_the_calendar_is_clamped() {
        assert_eq!(Precision::Season.last_day(date(9999, 12, 5)), Date::MAX);
        assert_eq!(Precision::Century.last_day(date(9999, 1, 1)), Date::MAX);
        assert_eq!(Precision::Season.first_day(Date::MIN), Date::MIN);
    }

    #[test]
    fn span_arithmetic() {
        let span = |start, end| Span { start, end };
        let year = span(Some(date(2016, 1, 1)), Some(date(2016, 12, 31)));
        let since = span(Some(date(2016, 12, 31)), None);
        assert_eq!(year.days(), Some(366));
        assert_eq!(since.days(), None);
        assert_eq!(year.intersection(&since), Some(span(Some(date(2016, 12, 31)), Some(date(2016, 12, 31)))));
        assert_eq!(year.intersection(&span(None, Some(date(2015, 1, 1)))), None);
        assert!(since.contains(date(2030, 1, 1)) && !since.contains(date(2016, 12, 30)));
    }
}
