//! Months, numbered as ViEWS numbers them.

use std::fmt;
use std::str::FromStr;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::Error;

/// A calendar month by ViEWS' `month_id`: 1 is January 1980.
///
/// *Source:* ViEWS codebook, `month_id`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Month(pub u32);

impl Month {
    /// The month of a calendar date; none before January 1980 or where `month` is not 1 to 12.
    #[must_use]
    pub fn of(year: u32, month: u32) -> Option<Self> {
        (year >= 1980 && (1..=12).contains(&month)).then(|| Self((year - 1980) * 12 + month))
    }

    /// Its year.
    #[must_use]
    pub fn year(self) -> u32 {
        1980 + self.0.saturating_sub(1) / 12
    }

    /// Its month of the year, 1 to 12.
    #[must_use]
    pub fn of_year(self) -> u32 {
        self.0.saturating_sub(1) % 12 + 1
    }

    /// So many months later.
    #[must_use]
    pub fn after(self, months: u32) -> Self {
        Self(self.0.saturating_add(months))
    }
}

impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}", self.year(), self.of_year())
    }
}

/// Written `YYYY-MM`.
impl Serialize for Month {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Month {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
    }
}

impl FromStr for Month {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let parts = text.split_once('-').filter(|(year, month)| year.len() == 4 && month.len() == 2);
        let month = parts.and_then(|(year, month)| Self::of(year.parse().ok()?, month.parse().ok()?));
        month.ok_or_else(|| Error::Month(text.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbered_as_views_does() {
        assert_eq!("2017-10".parse::<Month>().unwrap(), Month(454));
        assert_eq!(Month(490).to_string(), "2020-10");
        assert_eq!(Month(457).to_string(), "2018-01");
        assert_eq!(Month(456).to_string(), "2017-12");
        for wrong in ["2017", "2017-13", "1979-12", "17-10", "2017-1", "x"] {
            assert!(wrong.parse::<Month>().is_err(), "{wrong}");
        }
    }
}
