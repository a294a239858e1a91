//! What a writer may have meant by a date that is not EDTF.
//!
//! Only ever offered, never taken: "mid-2016" is four months to one writer and two to another.
//! Every suggestion is itself read by the grammar before it is made.
//!
//! Parts of a year are thirds: early January–April, mid May–August, late September–December; parts
//! of a month are its days 1–10, 11–20 and 21 to the end; parts of a decade its years 0–3, 4–6, 7–9.

use super::calendar::{MONTHS, Precision};
use super::{Edtf, parse};

/// Longer text is prose, not a date.
const LONGEST: usize = 80;

pub(super) fn suggestions(text: &str) -> Vec<Edtf> {
    if text.len() > LONGEST {
        return Vec::new();
    }
    let written = [tidied(text), date_of_timestamp(text), swapped(text)].into_iter().flatten();
    let mut found: Vec<Edtf> = written.filter_map(|text| valid(&text)).take(1).collect();
    if found.is_empty() {
        let tokens = tokens(text);
        found = meant(&tokens.iter().map(String::as_str).collect::<Vec<_>>());
    }
    found.dedup();
    found
}

fn valid(text: &str) -> Option<Edtf> {
    parse::grammar(text).ok()
}

/// The same in capitals and without spaces: `2016-xx`, ` 2016 / 2017`.
fn tidied(text: &str) -> Option<String> {
    Some(text.split_whitespace().collect::<String>().to_uppercase())
}

/// The day of `2016-11-08T10:00:00`.
fn date_of_timestamp(text: &str) -> Option<String> {
    let (date, time) = text.trim().split_once(['T', 't', ' '])?;
    time.starts_with(|c: char| c.is_ascii_digit()).then(|| date.to_owned())
}

/// An interval written the wrong way round.
fn swapped(text: &str) -> Option<String> {
    let (start, end) = text.split_once('/')?;
    (valid(start).is_some() && valid(end).is_some()).then(|| format!("{end}/{start}"))
}

/// Runs of digits, runs of letters (in lower case) and the signs that mean something in a date.
fn tokens(text: &str) -> Vec<String> {
    const FILLERS: [&str; 9] = ["of", "the", "in", "year", "ad", "st", "nd", "rd", "th"];
    let mut tokens: Vec<String> = Vec::new();
    let mut last = ' ';
    for c in text.chars() {
        let c = if matches!(c, '\u{2010}'..='\u{2015}' | '\u{2212}') { '-' } else { c };
        let continues = (c.is_ascii_digit() && last.is_ascii_digit()) || (c.is_alphabetic() && last.is_alphabetic());
        match tokens.last_mut() {
            Some(token) if continues => token.extend(c.to_lowercase()),
            _ if c.is_alphabetic() || c.is_ascii_digit() || "-/~?%".contains(c) => {
                tokens.push(c.to_lowercase().collect());
            }
            _ => {}
        }
        last = c;
    }
    tokens.retain(|token| !FILLERS.contains(&token.as_str()));
    tokens
}

/// The readings of a whole text: a single time, or one bounded on one side or on both.
fn meant(tokens: &[&str]) -> Vec<Edtf> {
    // "mid-2016" is one time, but a sign at either edge leaves something open.
    if !matches!(tokens, ["-" | "/", ..] | [.., "-" | "/"]) {
        let within: Vec<&str> = tokens.iter().copied().filter(|token| !matches!(*token, "-" | "/")).collect();
        let single = single(&within);
        if !single.is_empty() {
            return single;
        }
    }
    match tokens {
        ["since" | "after", rest @ ..] => around(rest, "", "/.."),
        ["from", rest @ .., "on" | "onwards" | "onward"] => around(rest, "", "/.."),
        ["from", rest @ ..] if from_to(rest).is_empty() => around(rest, "", "/.."),
        ["until" | "till" | "before" | "up", rest @ ..] => around(strip(rest, "to"), "../", ""),
        ["from" | "between", rest @ ..] => from_to(rest),
        [rest @ .., "-" | "/" | "to" | "until" | "till", "present" | "now" | "today" | "ongoing" | "open"]
        | [rest @ .., "onwards" | "onward" | "present" | "-"] => around(rest, "", "/.."),
        _ => from_to(tokens),
    }
}

fn strip<'a, 'b>(tokens: &'a [&'b str], first: &str) -> &'a [&'b str] {
    match tokens {
        [head, rest @ ..] if *head == first => rest,
        _ => tokens,
    }
}

/// Each single (uninterrupted) date that the tokens may mean, with text put round it.
fn around(tokens: &[&str], before: &str, after: &str) -> Vec<Edtf> {
    single(tokens).iter().filter_map(|date| valid(&format!("{before}{date}{after}"))).collect()
}

/// "September–October 2021", "10 to 12 November 2016", "2015 and 2017": the first may leave to the
/// second what they share.
fn from_to(tokens: &[&str]) -> Vec<Edtf> {
    let joint = |token: &&str| matches!(*token, "-" | "/" | "to" | "and" | "until" | "till" | "through");
    for at in (1..tokens.len()).filter(|at| joint(&tokens[*at])) {
        let (start, end) = (&tokens[..at], &tokens[at + 1..]);
        let Some(last) = single(end).first().copied() else { continue };
        let first: Vec<Edtf> =
            (0..end.len()).flat_map(|shared| single(&[start, &end[end.len() - shared..]].concat())).collect();
        // "10–12 November 2016" begins on a day, not in October.
        let alike = first.iter().filter(|first| first.precision() == last.precision());
        let found: Vec<Edtf> =
            alike.chain(&first).filter_map(|first| valid(&format!("{first}/{last}"))).take(1).collect();
        if !found.is_empty() {
            return found;
        }
    }
    Vec::new()
}

/// One time, with words of doubt before or after it.
fn single(tokens: &[&str]) -> Vec<Edtf> {
    match tokens {
        ["about" | "around" | "approximately" | "approx" | "roughly" | "circa" | "ca" | "c" | "~", rest @ ..] => {
            qualified(rest, '~')
        }
        ["possibly" | "perhaps" | "probably" | "maybe" | "?", rest @ ..] | [rest @ .., "?"] => qualified(rest, '?'),
        [rest @ .., "~"] => qualified(rest, '~'),
        _ => {
            let found = numeric(tokens);
            if found.is_empty() { part(tokens).or_else(|| worded(tokens)).into_iter().collect() } else { found }
        }
    }
}

fn qualified(tokens: &[&str], qualifier: char) -> Vec<Edtf> {
    // Only a plain date can take a qualifier, so doubts do not nest.
    single(tokens).iter().filter_map(|date| valid(&format!("{date}{qualifier}"))).collect()
}

/// Figures alone: 26.08.2021, 2021/8/26, 11/2016, 20210826, 2015/16.
fn numeric(tokens: &[&str]) -> Vec<Edtf> {
    let Some(figures) = tokens.iter().map(|token| token.parse::<u32>().ok()).collect::<Option<Vec<u32>>>() else {
        return Vec::new();
    };
    let lengths: Vec<usize> = tokens.iter().map(|token| token.len()).collect();
    let candidates = match (figures[..].as_ref(), lengths[..].as_ref()) {
        ([year, month, day], [4, 1 | 2, 1 | 2]) => vec![ymd(*year, *month, *day), ymd(*year, *day, *month)],
        // Most of the world writes the day first.
        ([day, month, year], [1 | 2, 1 | 2, 4]) => vec![ymd(*year, *month, *day), ymd(*year, *day, *month)],
        ([month, year], [1 | 2, 4]) => vec![valid(&format!("{year:04}-{month:02}"))],
        ([year, next], [4, 2]) if *next == (year + 1) % 100 && *next > 12 => {
            vec![valid(&format!("{year:04}/{:04}", year + 1))]
        }
        ([year, month], [4, 1 | 2]) => vec![valid(&format!("{year:04}-{month:02}"))],
        ([start, end], [4, 4]) => vec![valid(&format!("{start:04}/{end:04}"))],
        ([day], [8]) => vec![ymd(day / 10_000, day / 100 % 100, day % 100)],
        ([year], [4]) => vec![valid(&format!("{year:04}"))],
        _ => Vec::new(),
    };
    candidates.into_iter().flatten().collect()
}

/// A day; the last of its month for one such as 31 April.
fn ymd(year: u32, month: u32, day: u32) -> Option<Edtf> {
    if day > 31 {
        return None;
    }
    valid(&format!("{year:04}-{month:02}-{day:02}")).or_else(|| {
        let last = valid(&format!("{year:04}-{month:02}")).filter(|_| day > 28)?.latest()?;
        Edtf::from_day(last).ok()
    })
}

/// Words and figures: "8 Nov 2016", "November 8, 2016", "Nov 2016", "autumn 2015", "2010s".
fn worded(tokens: &[&str]) -> Option<Edtf> {
    if let [year, "s"] = tokens {
        let stem = year.strip_suffix('0').filter(|stem| stem.len() == 3)?;
        return valid(&format!("{stem}X"));
    }
    let named = tokens.iter().position(|token| token.starts_with(char::is_alphabetic))?;
    let figures: Vec<&str> = [&tokens[..named], &tokens[named + 1..]].concat();
    if let Some(month) = month(tokens[named]) {
        match figures[..] {
            [year] if year.len() == 4 => valid(&format!("{year}-{month:02}")),
            [day, year] | [year, day] if year.len() == 4 && day.len() <= 2 => {
                ymd(year.parse().ok()?, month, day.parse().ok()?)
            }
            _ => None,
        }
    } else {
        let code = season(tokens[named])?;
        match figures[..] {
            [year] => valid(&format!("{year}-{code}")),
            // "winter 2015/16"
            [year, next]
                if code == 24 && year.ends_with(&format!("{:02}", next.parse::<u32>().ok()?.wrapping_sub(1))) =>
            {
                valid(&format!("{year}-{code}"))
            }
            _ => None,
        }
    }
}

/// A part of a year, month or decade, as an interval: "mid-2016", "late November 2016", "Q1 2016".
fn part(tokens: &[&str]) -> Option<Edtf> {
    match tokens {
        ["early" | "beginning" | "start", rest @ ..] => third(rest, 0),
        ["mid" | "middle", rest @ ..] => third(rest, 1),
        ["late" | "end", rest @ ..] => third(rest, 2),
        [which, "half", year] => months(year, 6, ordinal(which)?),
        ["h", which, year] | [year, "h", which] => months(year, 6, ordinal(which)?),
        [which, "quarter", year] => months(year, 3, ordinal(which)?),
        ["q", which, year] | [year, "q", which] => months(year, 3, ordinal(which)?),
        _ => None,
    }
}

fn third(tokens: &[&str], which: usize) -> Option<Edtf> {
    let whole = numeric(tokens).first().copied().or_else(|| worded(tokens))?;
    let first = whole.earliest()?;
    let year = first.year();
    match whole.precision() {
        Precision::Decade => {
            let (start, end) = [(0, 3), (4, 6), (7, 9)][which];
            valid(&format!("{:04}/{:04}", year + start, year + end))
        }
        Precision::Year => months(&format!("{year:04}"), 4, which),
        Precision::Month => {
            let month = first.month();
            let (start, end) = [(1, 10), (11, 20), (21, first.days_in_month())][which];
            valid(&format!("{year:04}-{month:02}-{start:02}/{year:04}-{month:02}-{end:02}"))
        }
        _ => None,
    }
}

/// The run of `length` months that comes at place `which` (from 0) in a year.
fn months(year: &str, length: usize, which: usize) -> Option<Edtf> {
    let first = which * length + 1;
    valid(&format!("{year}-{first:02}/{year}-{:02}", first + length - 1))
}

fn ordinal(word: &str) -> Option<usize> {
    match word {
        "first" | "1" => Some(0),
        "second" | "latter" | "2" => Some(1),
        "third" | "3" => Some(2),
        "fourth" | "last" | "4" => Some(3),
        _ => None,
    }
}

/// A month by its name or the name's first three letters or more.
fn month(word: &str) -> Option<u32> {
    let named =
        |name: &str| word.len() >= 3 && name.to_lowercase().starts_with(if word == "sept" { "sep" } else { word });
    let index = MONTHS.iter().position(|name| named(name))?;
    u32::try_from(index + 1).ok()
}

fn season(word: &str) -> Option<u8> {
    match word {
        "spring" => Some(21),
        "summer" => Some(22),
        "autumn" | "fall" => Some(23),
        "winter" => Some(24),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mend(text: &str) -> String {
        let written: Vec<String> = suggestions(text).iter().map(Edtf::to_string).collect();
        written.join(" or ")
    }

    #[test]
    fn guesses_what_was_meant() {
        for (text, expected) in [
            ("Nov 2016", "2016-11"),
            ("november, 2016", "2016-11"),
            ("Sept 2021", "2021-09"),
            ("26.08.2021", "2021-08-26"),
            ("2021/08/26", "2021-08-26"),
            ("26/8/2021", "2021-08-26"),
            ("03/04/2021", "2021-04-03 or 2021-03-04"),
            ("20210826", "2021-08-26"),
            ("11/2016", "2016-11"),
            ("2016-3", "2016-03"),
            ("2016-3-5", "2016-03-05 or 2016-05-03"),
            ("26 August 2021", "2021-08-26"),
            ("August 26th, 2021", "2021-08-26"),
            ("the 26th of August 2021", "2021-08-26"),
            ("31 April 2016", "2016-04-30"),
            ("2016-04-31", "2016-04-30"),
            ("mid-2016", "2016-05/2016-08"),
            ("early 2017", "2017-01/2017-04"),
            ("late 2016", "2016-09/2016-12"),
            ("early November 2016", "2016-11-01/2016-11-10"),
            ("late Feb 2016", "2016-02-21/2016-02-29"),
            ("mid-2010s", "2014/2016"),
            ("second half of 2014", "2014-07/2014-12"),
            ("the 1st half of 2014", "2014-01/2014-06"),
            ("Q3 2016", "2016-07/2016-09"),
            ("2016-Q1", "2016-01/2016-03"),
            ("autumn 2015", "2015-23"),
            ("Fall of 2015", "2015-23"),
            ("winter 2015/16", "2015-24"),
            ("2010s", "201X"),
            ("201x", "201X"),
            ("2016-xx", "2016-XX"),
            (" 2016 ", "2016"),
            ("circa 2014", "2014~"),
            ("c. Nov 2016", "2016-11~"),
            ("~2016", "2016~"),
            ("possibly 2016", "2016?"),
            ("Nov 2016 (?)", "2016-11?"),
            ("since 2014", "2014/.."),
            ("since about June 2014", "2014-06~/.."),
            ("2014/present", "2014/.."),
            ("2014 – present", "2014/.."),
            ("2014-", "2014/.."),
            ("from 2016 onwards", "2016/.."),
            ("2016 onwards", "2016/.."),
            ("until 15 August 2021", "../2021-08-15"),
            ("from 2014 to 2016", "2014/2016"),
            ("between Nov 2016 and Jan 2017", "2016-11/2017-01"),
            ("2015–2017", "2015/2017"),
            ("2015-16", "2015/2016"),
            ("September–October 2021", "2021-09/2021-10"),
            ("10-12 November 2016", "2016-11-10/2016-11-12"),
            ("2017/2016", "2016/2017"),
            ("2016-11-08T10:00:00Z", "2016-11-08"),
            ("2016-11-08 00:00:00.000", "2016-11-08"),
        ] {
            assert_eq!(mend(text), expected, "{text}");
        }
    }

    #[test]
    fn and_does_not_guess_wildly() {
        for text in [
            "",
            "someday",
            "16",
            "12016",
            "99.99.9999",
            "Nov",
            "-2016",
            "marching 2016",
            "/",
            "-",
            "since",
            "2016-99",
            "…",
        ] {
            assert_eq!(mend(text), "", "{text}");
        }
    }
}
