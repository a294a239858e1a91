//! The EDTF grammar, and what is wrong with text that does not follow it.

use jiff::civil::Date;
use thiserror::Error;

use super::calendar::MONTHS;
use super::{Edtf, Endpoint, Form, Qualifier, Season, Shape, Stated, mend};

/// Text that is not an EDTF date: what is wrong and what could be written instead.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{input:?} is not an EDTF date: {problem}{}", advice(.suggestions))]
pub struct DateError {
    /// The text as given.
    pub input: String,
    /// What is wrong.
    pub problem: DateProblem,
    /// Valid dates that the text may mean, likeliest first; often none, seldom more than one.
    pub suggestions: Vec<Edtf>,
}

impl DateError {
    /// The suggestions in one clause, "write 2016-11" or "write 2021-04-03 or 2021-03-04";
    /// `None` where there is nothing to suggest.
    pub fn help(&self) -> Option<String> {
        let written: Vec<String> = self.suggestions.iter().map(Edtf::to_string).collect();
        (!written.is_empty()).then(|| format!("write {}", written.join(" or ")))
    }
}

fn advice(suggestions: &[Edtf]) -> String {
    suggestions
        .iter()
        .enumerate()
        .map(|(i, date)| format!("{}{date}", if i == 0 { "; write " } else { " or " }))
        .collect()
}

/// What is wrong with a date.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum DateProblem {
    /// There is no text.
    #[error("it is empty")]
    Empty,
    /// It does not have the form of a date.
    #[error("expected a form such as 2016, 2016-11, 2016-11-08, 2016-23 (autumn), 201X, 2014/2016 or 2014/..")]
    Form,
    /// A year of other than four digits, or a negative one.
    #[error("a year has four digits, 0000 to 9999")]
    Year,
    /// A month of `2016-13`.
    #[error("there is no month {0:02}; months are 01 to 12, seasons 21 (spring) to 24 (winter)")]
    Month(u8),
    /// A day such as 31 April.
    #[error("{} {year} has {days} days", MONTHS[usize::from(*month) - 1])]
    Day {
        /// The year.
        year: i16,
        /// The month, 1 to 12.
        month: u8,
        /// How many days it has.
        days: u8,
    },
    /// Quarters, half-years and the like (25 to 41), which belong to level 2.
    #[error("groupings 25 to 41 of EDTF level 2 are not supported; only the seasons 21 to 24")]
    Grouping,
    /// `X` anywhere but in the places of level 1.
    #[error("X may stand only for the last digits: 201X, 20XX, 2016-XX, 2016-11-XX, 2016-XX-XX")]
    Unspecified,
    /// `?`, `~` or `%` elsewhere than at the end of a date, or several of them.
    #[error("one qualifier (? uncertain, ~ approximate, % both) may stand at the end of a date")]
    Qualifier,
    /// A time of day.
    #[error("dates are whole days; the time of day is not supported")]
    TimeOfDay,
    /// A set `[a, b]` or `{a, b}` of level 2.
    #[error("sets of dates (EDTF level 2) are not supported")]
    Set,
    /// More than one `/`.
    #[error("an interval has two ends and one slash")]
    Slashes,
    /// An interval that begins after it ends.
    #[error("the interval ends before it begins")]
    Backwards,
    /// An interval such as `../..`.
    #[error("an interval needs a date at one end at least")]
    Undated,
}

pub(super) fn parse(text: &str) -> Result<Edtf, DateError> {
    grammar(text).map_err(|problem| DateError { input: text.to_owned(), problem, suggestions: mend::suggestions(text) })
}

/// The grammar alone, without suggestions (which are themselves read by it).
pub(super) fn grammar(text: &str) -> Result<Edtf, DateProblem> {
    if text.is_empty() {
        return Err(DateProblem::Empty);
    }
    let Some((start, end)) = text.split_once('/') else {
        return stated(text).map(|date| Edtf(Shape::Date(date)));
    };
    if end.contains('/') {
        return Err(DateProblem::Slashes);
    }
    interval(endpoint(start)?, endpoint(end)?)
}

/// An interval, once its ends are found to be in order.
pub(super) fn interval(start: Endpoint, end: Endpoint) -> Result<Edtf, DateProblem> {
    match (start.dated(), end.dated()) {
        (None, None) => return Err(DateProblem::Undated),
        // Only as stated: padding must not excuse an interval written the wrong way round.
        (Some(first), Some(last)) if first.stated().0 > last.stated().1 => return Err(DateProblem::Backwards),
        _ => {}
    }
    Ok(Edtf(Shape::Interval(start, end)))
}

fn endpoint(text: &str) -> Result<Endpoint, DateProblem> {
    match text {
        "" => Ok(Endpoint::Unknown),
        ".." => Ok(Endpoint::Open),
        _ => stated(text).map(Endpoint::Dated),
    }
}

fn stated(text: &str) -> Result<Stated, DateProblem> {
    let (plain, qualifier) = match text.as_bytes().last() {
        Some(b'?') => (&text[..text.len() - 1], Qualifier::Uncertain),
        Some(b'~') => (&text[..text.len() - 1], Qualifier::Approximate),
        Some(b'%') => (&text[..text.len() - 1], Qualifier::Both),
        _ => (text, Qualifier::None),
    };
    if !plain.bytes().all(|b| b.is_ascii_digit() || b == b'-' || b == b'X') {
        return Err(foreign(plain));
    }
    let mut fields = plain.split('-');
    let (year, month, day) = (fields.next().unwrap_or(""), fields.next(), fields.next());
    if year.len() != 4 {
        // Also a negative year, whose first field is empty.
        return Err(if year.len() > 2 || plain.starts_with('-') { DateProblem::Year } else { DateProblem::Form });
    }
    if fields.next().is_some() || [month, day].into_iter().flatten().any(|field| field.len() != 2) {
        return Err(DateProblem::Form);
    }
    let (year, form) = match (month, day) {
        (None, _) => year_form(year)?,
        (Some(month), day) => {
            let year: i16 = year.parse().map_err(|_| DateProblem::Unspecified)?;
            (year, form_in_year(year, month, day)?)
        }
    };
    Ok(Stated { year, form, qualifier })
}

/// Why text with a sign outside the grammar is refused.
fn foreign(text: &str) -> DateProblem {
    let date_and_time = text.split_once(['T', ' ']).is_some_and(|(date, time)| {
        stated(date).is_ok() && time.bytes().next().is_some_and(|b| b.is_ascii_digit()) && time.contains(':')
    });
    if date_and_time {
        DateProblem::TimeOfDay
    } else if text.starts_with(['[', '{']) {
        DateProblem::Set
    } else if text.starts_with('Y') {
        DateProblem::Year
    } else if text.contains(['?', '~', '%']) && text.starts_with(|c: char| c.is_ascii_digit() || "?~%".contains(c)) {
        DateProblem::Qualifier
    } else {
        DateProblem::Form
    }
}

/// `2016`, `201X` or `20XX`, with the first year meant.
fn year_form(year: &str) -> Result<(i16, Form), DateProblem> {
    let digits = year.trim_end_matches('X');
    let number: i16 = digits.parse().map_err(|_| DateProblem::Unspecified)?;
    match digits.len() {
        4 => Ok((number, Form::Year)),
        3 => Ok((number * 10, Form::YearOfDecade)),
        2 => Ok((number * 100, Form::YearOfCentury)),
        _ => Err(DateProblem::Unspecified),
    }
}

/// What follows the year; both fields have two characters.
fn form_in_year(year: i16, month: &str, day: Option<&str>) -> Result<Form, DateProblem> {
    match (month, day) {
        ("XX", None) => return Ok(Form::MonthOfYear),
        ("XX", Some("XX")) => return Ok(Form::DayOfYear),
        _ => {}
    }
    let month: u8 = month.parse().map_err(|_| DateProblem::Unspecified)?;
    match (month, day) {
        (1..=12, None) => Ok(Form::Month(month as i8)),
        (1..=12, Some("XX")) => Ok(Form::DayOfMonth(month as i8)),
        (1..=12, Some(day)) => {
            let day: i8 = day.parse().map_err(|_| DateProblem::Unspecified)?;
            day_form(year, month, day)
        }
        (21..=24, None) => Season::from_code(month).map(Form::Season).ok_or(DateProblem::Month(month)),
        (25..=41, None) => Err(DateProblem::Grouping),
        _ => Err(DateProblem::Month(month)),
    }
}

fn day_form(year: i16, month: u8, day: i8) -> Result<Form, DateProblem> {
    let first = Date::new(year, month as i8, 1).map_err(|_| DateProblem::Year)?;
    if (1..=first.days_in_month()).contains(&day) {
        Ok(Form::Day(month as i8, day))
    } else {
        Err(DateProblem::Day { year, month, days: first.days_in_month().unsigned_abs() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_and_writes_every_form() {
        for text in [
            "2018-10-15",
            "2018-10",
            "2018",
            "0000",
            "9999-12-31",
            "2015-21",
            "2015-22",
            "2015-23",
            "2021-24",
            "201X",
            "20XX",
            "2016-XX",
            "2016-11-XX",
            "2016-XX-XX",
            "2016?",
            "2016-11~",
            "2016-11-08%",
            "2015-23~",
            "201X?",
            "2014/2016",
            "2014-05-01/2016-08",
            "2014/..",
            "../2014",
            "2014/",
            "/2014",
            "2014~/2016-11?",
            "2016/2016-03",
            "2016-02-29",
        ] {
            assert_eq!(Edtf::parse(text).map(|date| date.to_string()).as_deref(), Ok(text));
        }
    }

    #[test]
    fn says_what_is_wrong() {
        use DateProblem::{
            Backwards, Day, Empty, Form, Grouping, Month, Qualifier, Set, Slashes, TimeOfDay, Undated, Unspecified,
            Year,
        };
        for (text, problem) in [
            ("", Empty),
            ("someday", Form),
            ("2016-1", Form),
            ("16", Form),
            ("2016-11-08-01", Form),
            ("2016-", Form),
            (" 2016", Form),
            ("12016", Year),
            ("Y17000", Year),
            ("-2016", Year),
            ("-0044-03-15", Year),
            ("2016-00", Month(0)),
            ("2016-13", Month(13)),
            ("2016-42", Month(42)),
            ("2016-21-03", Month(21)),
            ("2016-33", Grouping),
            ("2015-02-29", Day { year: 2015, month: 2, days: 28 }),
            ("2016-04-31", Day { year: 2016, month: 4, days: 30 }),
            ("2016-04-00", Day { year: 2016, month: 4, days: 30 }),
            ("2XXX", Unspecified),
            ("XXXX", Unspecified),
            ("201X-11", Unspecified),
            ("20X6", Unspecified),
            ("2016-1X", Unspecified),
            ("2016-XX-08", Unspecified),
            ("2016-11-0X", Unspecified),
            ("2016?~", Qualifier),
            ("2016?-11", Qualifier),
            ("~2016", Qualifier),
            ("2016-11-08T10:00:00", TimeOfDay),
            ("2016-11-08 10:00:00.000", TimeOfDay),
            ("[2016, 2017]", Set),
            ("2014/2015/2016", Slashes),
            ("2017/2016", Backwards),
            ("2017~/2016~", Backwards),
            ("/", Undated),
            ("../..", Undated),
        ] {
            assert_eq!(Edtf::parse(text).unwrap_err().problem, problem, "{text}");
        }
    }

    #[test]
    fn the_message_names_input_problem_and_mend() {
        assert_eq!(
            Edtf::parse("2016-04-31").unwrap_err().to_string(),
            "\"2016-04-31\" is not an EDTF date: April 2016 has 30 days; write 2016-04-30"
        );
        assert_eq!(Edtf::parse("03/04/2021").unwrap_err().help().as_deref(), Some("write 2021-04-03 or 2021-03-04"));
        assert_eq!(Edtf::parse("someday").unwrap_err().help(), None);
    }
}
