//! English names of countries and territories by their codes: FIPS 10-4 (withdrawn in 2008, kept up as GEC; what GDELT
//! writes, with its own `OC` for the high seas) and ISO 3166-1 alpha-3 (what POLECAT writes, with the usual `XKX`).
//! A code that was given to another after a country broke up has the name of its time.

use std::collections::HashMap;
use std::sync::LazyLock;

/// One line for each: FIPS code, ISO code, name; a code is blank where there is none.
const TABLE: &str = include_str!("countries.tsv");

static FIPS: LazyLock<HashMap<&str, &str>> = LazyLock::new(|| by_column(0));
static ISO: LazyLock<HashMap<&str, &str>> = LazyLock::new(|| by_column(1));

fn by_column(column: usize) -> HashMap<&'static str, &'static str> {
    let row = |line: &'static str| {
        let cells: Vec<&str> = line.split('\t').collect();
        Some((*cells.get(column).filter(|code| !code.is_empty())?, *cells.get(2)?))
    };
    TABLE.lines().filter_map(row).collect()
}

/// The name of a FIPS 10-4 code.
pub(super) fn by_fips(code: &str) -> Option<&'static str> {
    FIPS.get(code).copied()
}

/// The name of an ISO 3166-1 alpha-3 code.
pub(super) fn by_iso3(code: &str) -> Option<&'static str> {
    ISO.get(code).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_is_whole_and_no_code_stands_twice() {
        let mut codes = Vec::new();
        for line in TABLE.lines() {
            let cells: Vec<&str> = line.split('\t').collect();
            let [fips, iso, name] = cells[..] else { panic!("{line}") };
            assert!(!name.trim().is_empty() && matches!(fips.len(), 0 | 2) && matches!(iso.len(), 0 | 3), "{line}");
            codes.extend([fips, iso].into_iter().filter(|code| !code.is_empty()));
        }
        let count = codes.len();
        codes.sort_unstable();
        codes.dedup();
        assert_eq!(codes.len(), count);
    }

    /// Codes that mean another country in the other list, where a mistake would go unseen.
    #[test]
    fn codes_that_deceive() {
        for (fips, name) in [
            ("AU", "Austria"),
            ("AS", "Australia"),
            ("CH", "China"),
            ("SZ", "Switzerland"),
            ("NI", "Nigeria"),
            ("NG", "Niger"),
            ("IZ", "Iraq"),
            ("GM", "Germany"),
            ("SU", "Sudan"),
            ("OD", "South Sudan"),
            ("CG", "Democratic Republic of the Congo"),
            ("CF", "Congo"),
            ("CT", "Central African Republic"),
            ("BM", "Myanmar"),
            ("SG", "Senegal"),
            ("UP", "Ukraine"),
            ("TU", "Turkey"),
            ("YM", "Yemen"),
            ("GZ", "Gaza Strip"),
        ] {
            assert_eq!(by_fips(fips), Some(name));
        }
        assert_eq!((by_iso3("NER"), by_iso3("COG"), by_iso3("DZA")), (Some("Niger"), Some("Congo"), Some("Algeria")));
        assert_eq!((by_fips("ZZ"), by_iso3("NONE"), by_fips("")), (None, None, None));
    }
}
