//! Which countries border on which, by land.
//!
//! The table says how it was made. It is of today's borders; countries that are no more have no neighbours in it.

use std::collections::BTreeMap;
use std::sync::OnceLock;

static TABLE: &str = include_str!("../data/borders.csv");

/// Neighbours of each ViEWS country.
pub(crate) fn neighbours() -> &'static BTreeMap<u32, Vec<u32>> {
    static NEIGHBOURS: OnceLock<BTreeMap<u32, Vec<u32>>> = OnceLock::new();
    NEIGHBOURS.get_or_init(|| {
        let mut map: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
        let lines = TABLE.lines().filter(|line| !line.starts_with('#'));
        let pairs = lines.filter_map(|line| line.split_once(','));
        for (a, b) in pairs.filter_map(|(a, b)| Some((a.parse().ok()?, b.parse().ok()?))) {
            map.entry(a).or_default().push(b);
            map.entry(b).or_default().push(a);
        }
        map
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_is_a_border() {
        let lines = TABLE.lines().filter(|line| !line.starts_with('#')).count();
        assert_eq!(neighbours().values().map(Vec::len).sum::<usize>(), 2 * lines);
        // Afghanistan (133): China, Iran, Pakistan, Tajikistan, Turkmenistan, Uzbekistan.
        assert_eq!(neighbours()[&133].len(), 6);
    }
}
