//! The words of `approxdate`, such as `January 19-20, 1970`, `May 27 - June 5, 2013` or `April - May, 1980`.
//!
//! GTD codebook (START 2021), "Approximate Date": for attacks after 2011 whose day is not known, `iday` is the middle of
//! the days that sources give, and all of these stand here. The codebook sets no form for the words, so what is not
//! understood whole gives nothing.

use jiff::civil::Date;

use super::range;
use crate::adapters::values::month;

/// First and last of the days that the words name.
pub(super) fn days(text: &str) -> Option<(Date, Date)> {
    let text = text.replace(['–', '—'], "-");
    let Some((first, last)) = text.split_once('-') else {
        return Words::read(&text)?.days();
    };
    let (mut first, mut last) = (Words::read(first)?, Words::read(last)?);
    last.month = last.month.or(first.month);
    if first.month.is_none() || first.day.is_some() != last.day.is_some() {
        return None;
    }
    // A year that stands but once is that of the end.
    let crossed = i16::from(first.month > last.month);
    first.year = first.year.or(last.year.map(|year| year - crossed));
    let (from, until) = (first.days()?.0, last.days()?.1);
    (from <= until).then_some((from, until))
}

/// What one side of the dash names.
#[derive(Default)]
struct Words {
    year: Option<i16>,
    month: Option<i16>,
    day: Option<i16>,
}

impl Words {
    /// Reads every word; none where one is no year, month or day, or one of these stands twice.
    fn read(text: &str) -> Option<Self> {
        let mut words = Self::default();
        for word in text.split([' ', ',']).filter(|word| !word.is_empty()) {
            let digits = word.bytes().all(|b| b.is_ascii_digit());
            let (part, value) = match (digits, word.len()) {
                (true, 4) => (&mut words.year, word.parse().ok()?),
                (true, 1 | 2) => (&mut words.day, word.parse().ok()?),
                _ => (&mut words.month, i16::from(month(word)?)),
            };
            if value == 0 || part.replace(value).is_some() {
                return None;
            }
        }
        Some(words)
    }

    /// First and last day of a year, of a month of it, or of a day.
    fn days(&self) -> Option<(Date, Date)> {
        if self.day.is_some() && self.month.is_none() {
            return None;
        }
        let year = self.year.filter(|year| (1900..=2100).contains(year))?;
        range(year, self.month.unwrap_or(0), self.day.unwrap_or(0)).map(|(first, last, _)| (first, last))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn words_name_days_months_and_years() {
        for (text, expected) in [
            ("January 19-20, 1970", Some("1970-01-19 1970-01-20")),
            ("January 19 – 20, 1970", Some("1970-01-19 1970-01-20")),
            ("May 27 - June 5, 2013", Some("2013-05-27 2013-06-05")),
            ("Dec 28 - Jan 3, 2013", Some("2012-12-28 2013-01-03")),
            ("December 28, 2012 - January 3, 2013", Some("2012-12-28 2013-01-03")),
            ("April - May, 1980", Some("1980-04-01 1980-05-31")),
            ("February 2016", Some("2016-02-01 2016-02-29")),
            ("March 3, 2016", Some("2016-03-03 2016-03-03")),
            ("1970", Some("1970-01-01 1970-12-31")),
            ("Mid-January 1970", None),
            ("early March 2014", None),
            ("March 5-, 2014", None),
            ("March 20-5, 2014", None),
            ("March 30-31-32, 2014", None),
            ("April 29-31, 2014", None),
            ("5-6, 2014", None),
            ("3/4/2014-3/6/2014", None),
            ("", None),
        ] {
            let read = days(text).map(|(first, last)| format!("{first} {last}"));
            assert_eq!(read.as_deref(), expected, "{text}");
        }
    }

    proptest! {
        #[test]
        fn no_words_end_before_they_begin(text in "([A-Z][a-z]{2,8} |[0-9]{1,4}|, | ?- ?){0,8}|\\PC{0,30}") {
            if let Some((first, last)) = days(&text) {
                prop_assert!(first <= last);
            }
        }
    }
}
