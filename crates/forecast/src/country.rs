//! Countries by ViEWS' numbers: names, and which border on which.

use std::sync::OnceLock;

use crate::borders;

static TABLE: &str = include_str!("../data/countries.csv");

struct Country {
    id: u32,
    name: &'static str,
    others: Vec<&'static str>,
}

fn all() -> &'static [Country] {
    static COUNTRIES: OnceLock<Vec<Country>> = OnceLock::new();
    COUNTRIES.get_or_init(|| {
        let lines = TABLE.lines().filter(|line| !line.starts_with('#'));
        let country = |line: &'static str| {
            let mut parts = line.splitn(3, ',');
            let (id, name) = (parts.next()?.parse().ok()?, parts.next()?);
            Some(Country { id, name, others: parts.next()?.split(';').filter(|other| !other.is_empty()).collect() })
        };
        lines.filter_map(country).collect()
    })
}

/// The `country_id` of a country by one of its names, whatever their case; UCDP's spellings are known.
#[must_use]
pub fn country(name: &str) -> Option<u32> {
    let is = |known: &str| known.to_lowercase() == name.trim().to_lowercase();
    all().iter().find(|country| is(country.name) || country.others.iter().any(|other| is(other))).map(|one| one.id)
}

/// The English name of a country.
#[must_use]
pub fn country_name(id: u32) -> Option<&'static str> {
    all().iter().find(|country| country.id == id).map(|country| country.name)
}

/// The countries that border on one by land today, in no order.
#[must_use]
pub fn neighbours(id: u32) -> &'static [u32] {
    borders::neighbours().get(&id).map_or(&[], Vec::as_slice)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_is_a_country_and_every_name_is_one_countrys() {
        assert_eq!(all().len(), TABLE.lines().filter(|line| !line.starts_with('#')).count());
        for one in all() {
            for name in one.others.iter().chain([&one.name]) {
                assert_eq!(country(name), Some(one.id), "{name}");
            }
        }
        assert_eq!(country("DR Congo (Zaire)"), Some(167));
        assert_eq!(country(" afghanistan"), Some(133));
        assert_eq!(country("Exland"), None);
        assert!(neighbours(133).iter().all(|&id| country_name(id).is_some()));
        assert!(neighbours(0).is_empty());
    }
}
