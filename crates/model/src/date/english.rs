//! Dates in English words, for readers.

use jiff::civil::Date;

use super::calendar::MONTHS;
use super::{Edtf, Endpoint, Form, Qualifier, Season, Shape, Stated};

pub(super) fn render(date: &Edtf) -> String {
    use Endpoint::{Dated, Open, Unknown};
    match date.0 {
        Shape::Date(stated) => one(stated),
        Shape::Interval(Dated(start), Dated(end)) => joined(start, end),
        Shape::Interval(Dated(start), Open) => format!("since {}", one(start)),
        Shape::Interval(Dated(start), Unknown) => format!("from {} (end unknown)", one(start)),
        Shape::Interval(Open, Dated(end)) => format!("until {}", one(end)),
        Shape::Interval(Unknown, Dated(end)) => format!("until {} (beginning unknown)", one(end)),
        // The parser lets no interval through without a date.
        Shape::Interval(Open | Unknown, Open | Unknown) => "at any time".to_owned(),
    }
}

fn one(stated: Stated) -> String {
    let words = plain(stated);
    match stated.qualifier {
        Qualifier::None => words,
        Qualifier::Uncertain => format!("possibly {words}"),
        Qualifier::Approximate => format!("about {words}"),
        Qualifier::Both => format!("possibly about {words}"),
    }
}

fn plain(stated: Stated) -> String {
    let year = stated.year;
    match stated.form {
        Form::Year => year.to_string(),
        Form::Month(month) => format!("{} {year}", month_name(month)),
        Form::Day(month, day) => format!("{day} {} {year}", month_name(month)),
        Form::Season(Season::Winter) => format!("winter {year}–{:02}", (year + 1) % 100),
        Form::Season(season) => format!("{season} {year}"),
        Form::YearOfCentury => format!("some year from {year} to {}", year + 99),
        Form::YearOfDecade => format!("some year in the {year}s"),
        Form::MonthOfYear => format!("some month in {year}"),
        Form::DayOfYear => format!("some day in {year}"),
        Form::DayOfMonth(month) => format!("some day in {} {year}", month_name(month)),
    }
}

/// An interval, with what its ends share said once: "10–12 November 2016".
fn joined(start: Stated, end: Stated) -> String {
    let exact = start.qualifier == Qualifier::None && end.qualifier == Qualifier::None;
    match (start.form, end.form) {
        (Form::Day(month, day), Form::Day(last_month, last_day)) if exact && start.year == end.year => {
            if month == last_month {
                format!("{day}–{last_day} {} {}", month_name(month), end.year)
            } else {
                format!("{day} {} to {}", month_name(month), plain(end))
            }
        }
        (Form::Month(month), Form::Month(_)) if exact && start.year == end.year => {
            format!("{} to {}", month_name(month), plain(end))
        }
        (Form::Year, Form::Year) if exact => format!("{}–{}", start.year, end.year),
        _ => format!("{} to {}", one(start), one(end)),
    }
}

fn month_name(month: i8) -> &'static str {
    usize::try_from(month - 1).ok().and_then(|index| MONTHS.get(index)).copied().unwrap_or("month")
}

/// A single day: "15 October 2018".
pub fn day_in_english(day: Date) -> String {
    format!("{} {} {}", day.day(), month_name(day.month()), day.year())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_as_a_writer_would_put_it() {
        for (text, words) in [
            ("2018-10-15", "15 October 2018"),
            ("2016-11", "November 2016"),
            ("2016", "2016"),
            ("2015-23", "autumn 2015"),
            ("2015-24", "winter 2015–16"),
            ("1999-24", "winter 1999–00"),
            ("201X", "some year in the 2010s"),
            ("20XX", "some year from 2000 to 2099"),
            ("2016-XX", "some month in 2016"),
            ("2016-11-XX", "some day in November 2016"),
            ("2016-11~", "about November 2016"),
            ("2016-11?", "possibly November 2016"),
            ("2015-23%", "possibly about autumn 2015"),
            ("2014/..", "since 2014"),
            ("2014-06~/..", "since about June 2014"),
            ("../2021-08-15", "until 15 August 2021"),
            ("2014/", "from 2014 (end unknown)"),
            ("/2014", "until 2014 (beginning unknown)"),
            ("2016-11-10/2016-11-12", "10–12 November 2016"),
            ("2016-11-28/2016-12-02", "28 November to 2 December 2016"),
            ("2016-11-28/2017-01-02", "28 November 2016 to 2 January 2017"),
            ("2021-09/2021-10", "September to October 2021"),
            ("2014/2016", "2014–2016"),
            ("2014~/2016", "about 2014 to 2016"),
            ("2014/2016-08", "2014 to August 2016"),
        ] {
            assert_eq!(Edtf::parse(text).unwrap().english(), words, "{text}");
        }
        assert_eq!(day_in_english(jiff::civil::date(2021, 8, 26)), "26 August 2021");
    }
}
