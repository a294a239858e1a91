//! What UCDP's yearly files share: terms, years, names of files.

use jiff::civil::{Date, date};

use super::values::{Reader, identifier, quoted, whole};
use crate::schema::SeriesRow;

pub(super) const PUBLISHER: &str = "Uppsala Conflict Data Program (UCDP), Uppsala University";
pub(super) const LICENCE: &str = "CC-BY-4.0";

/// The first and the last day of a year, as `2020`.
pub(super) fn year(text: &str) -> Result<(Date, Date), String> {
    match whole(text).map(i16::try_from)? {
        Ok(year @ 1900..=2100) => Ok((date(year, 1, 1), date(year, 12, 31))),
        _ => Err(format!("{} is no year from 1900 to 2100", quoted(text))),
    }
}

/// The same row for another figure.
pub(super) fn figure<'a>(
    of: &SeriesRow<'a>,
    type_of_violence: Option<i64>,
    measure: &'static str,
    low: Option<i64>,
    best: Option<i64>,
    high: Option<i64>,
) -> SeriesRow<'a> {
    SeriesRow { type_of_violence, measure: Some(measure.into()), low, best, high, ..of.clone() }
}

/// Where the columns stand that say which dyad a figure is of, and when.
pub(super) struct DyadColumns {
    pub(super) id: Option<usize>,
    pub(super) name: Option<usize>,
    pub(super) side_a: Option<usize>,
    pub(super) side_a_id: Option<usize>,
    pub(super) side_b: Option<usize>,
    pub(super) side_b_id: Option<usize>,
    pub(super) location: Option<usize>,
    pub(super) year: Option<usize>,
}

/// Reads which dyad a figure is of, and when. A dyad without a name is called by its sides.
pub(super) fn dyad<'a>(reader: &mut Reader<'a>, c: &DyadColumns) -> SeriesRow<'a> {
    let year = reader.required(c.year, year);
    let side_a = reader.required_text(c.side_a);
    let side_b = reader.required_text(c.side_b);
    SeriesRow {
        unit_kind: Some("dyad".into()),
        unit_id: reader.required(c.id, |id| Ok(identifier(id))),
        unit: reader.text(c.name).or_else(|| Some(between(side_a.as_deref(), side_b.as_deref())?.into())),
        date_start: year.map(|(first, _)| first),
        date_end: year.map(|(_, last)| last),
        side_a,
        side_b,
        side_a_id: reader.raw(c.side_a_id).map(identifier),
        side_b_id: reader.raw(c.side_b_id).map(identifier),
        location: reader.text(c.location),
        ..SeriesRow::default()
    }
}

/// The name that UCDP gives a dyad or a conflict of two sides.
pub(super) fn between(side_a: Option<&str>, side_b: Option<&str>) -> Option<String> {
    Some(format!("{} - {}", side_a?, side_b?))
}

/// The release that a file's name tells of: `ucdp-dyadic-251.csv` and `organizedviolencecy_v25_1.csv` are 25.1.
pub(super) fn release_of(file_name: &str, stem: &str) -> Option<String> {
    let name = file_name.to_ascii_lowercase();
    let (_, rest) = name.split_once(stem)?;
    let rest = rest.trim_start_matches(['-', '_', 'v']);
    let numbers = rest.split(|c: char| !c.is_ascii_digit() && c != '_').next()?.trim_matches('_');
    match numbers.split_once('_') {
        Some((year, number)) => Some(format!("{year}.{}", number.replace('_', "."))),
        None if numbers.len() == 3 => Some(format!("{}.{}", &numbers[..2], &numbers[2..])),
        None => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn releases_by_the_names_of_files() {
        let named = |file: &str, stem: &str| release_of(file, stem);
        assert_eq!(named("ucdp-dyadic-251.csv", "dyadic").as_deref(), Some("25.1"));
        assert_eq!(named("ucdp-dyadic-251-csv.zip", "dyadic").as_deref(), Some("25.1"));
        assert_eq!(named("organizedviolencecy_v25_1.csv", "organizedviolencecy").as_deref(), Some("25.1"));
        assert_eq!(named("Dyadic_v23_1.csv", "dyadic").as_deref(), Some("23.1"));
        assert_eq!(named("dyadic.csv", "dyadic"), None);
        assert_eq!(named("dyads-251.csv", "dyadic"), None);
    }

    #[test]
    fn years() {
        assert_eq!(year("2020"), Ok((date(2020, 1, 1), date(2020, 12, 31))));
        assert_eq!(year("1946.0"), Ok((date(1946, 1, 1), date(1946, 12, 31))));
        for bad in ["20", "2020.5", "MMXX", "-2020", "99999999"] {
            assert!(year(bad).is_err(), "{bad}");
        }
    }
}
