//! Which ViEWS countries border on which by land, from Natural Earth's borders: the table that forecasts take neighbours from.
//!
//! Input: `countries-50m.json` of the npm package `world-atlas`, a TopoJSON in which countries that touch share an arc, and ViEWS'
//! `country_list.csv` (`country_id,id,name`). Names are matched without accents' case or dots; those that differ stand in [`ALSO`].

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde_json::Value;

/// ViEWS' name, Natural Earth's name.
const ALSO: [(&str, &str); 18] = [
    ("Bosnia and Herzegovina", "Bosnia and Herz."),
    ("Burma", "Myanmar"),
    ("Central African Republic", "Central African Rep."),
    ("Congo, DRC", "Dem. Rep. Congo"),
    ("Congo, Democratic Republic of", "Dem. Rep. Congo"),
    ("Cote d'Ivoire", "Côte d'Ivoire"),
    ("Ivory Coast", "Côte d'Ivoire"),
    ("Czech Republic", "Czechia"),
    ("Dominican Republic", "Dominican Rep."),
    ("Timor Leste", "Timor-Leste"),
    ("Equatorial Guinea", "Eq. Guinea"),
    ("Macedonia", "Macedonia"),
    ("Solomon Islands", "Solomon Is."),
    ("Somalia", "Somaliland"),
    ("South Sudan", "S. Sudan"),
    ("Swaziland", "eSwatini"),
    ("The Gambia", "Gambia"),
    ("United States", "United States of America"),
];

const HEAD: &str = "\
# Land borders between countries by ViEWS country_id, one pair a line. Derived from Natural Earth 1:50 million (public domain):
# two countries border where their rings share an arc of the TopoJSON of npm's world-atlas 2.0.2; names were matched with ViEWS'
# country list. De facto borders of today; Somaliland counts as Somalia; countries that are no more have none.
# Made by `cargo xtask borders`.
";

/// Writes the table to `to`. Returns how many pairs there are.
///
/// # Errors
/// Where a file cannot be read or written, or is not what it should be.
pub fn write(topology: &Path, countries: &Path, to: &Path) -> Result<usize, String> {
    let read = |path: &Path| std::fs::read_to_string(path).map_err(|e| format!("{}: {e}", path.display()));
    let value: Value = serde_json::from_str(&read(topology)?).map_err(|e| format!("{}: {e}", topology.display()))?;
    let holders = holders(&value).ok_or_else(|| format!("{}: not a TopoJSON of countries", topology.display()))?;
    let ids = ids(&read(countries)?);
    let mut pairs = BTreeSet::new();
    for names in holders.values() {
        let here: BTreeSet<u32> =
            names.iter().flat_map(|name| ids.get(&plain(name)).into_iter().flatten()).copied().collect();
        pairs.extend(here.iter().flat_map(|&a| here.iter().filter(move |&&b| a < b).map(move |&b| (a, b))));
    }
    let lines: String = pairs.iter().map(|(a, b)| format!("{a},{b}\n")).collect();
    std::fs::write(to, HEAD.to_owned() + &lines).map_err(|e| format!("{}: {e}", to.display()))?;
    Ok(pairs.len())
}

/// The names of the countries that each arc bounds.
fn holders(topology: &Value) -> Option<BTreeMap<i64, BTreeSet<String>>> {
    let mut holders: BTreeMap<i64, BTreeSet<String>> = BTreeMap::new();
    for country in topology.pointer("/objects/countries/geometries")?.as_array()? {
        let name = country.pointer("/properties/name")?.as_str()?;
        let mut nested = vec![country.get("arcs")?];
        while let Some(value) = nested.pop() {
            match (value.as_array(), value.as_i64()) {
                (Some(inner), _) => nested.extend(inner),
                // `!i` is arc `i` backwards.
                (_, Some(arc)) => drop(holders.entry(arc.max(!arc)).or_default().insert(name.to_owned())),
                _ => return None,
            }
        }
    }
    Some(holders)
}

/// ViEWS' ids by plain name; a country that changed its borders has several.
fn ids(list: &str) -> BTreeMap<String, Vec<u32>> {
    let mut ids: BTreeMap<String, Vec<u32>> = BTreeMap::new();
    for line in list.lines().skip(1) {
        let mut cells = line.splitn(3, ',');
        let (Some(Ok(id)), Some(name)) = (cells.next().map(str::parse), cells.nth(1)) else { continue };
        let name = name.trim_matches('"');
        ids.entry(plain(name)).or_default().push(id);
        for (_, other) in ALSO.iter().filter(|(views, _)| *views == name) {
            let known = ids.entry(plain(other)).or_default();
            if !known.contains(&id) {
                known.push(id);
            }
        }
    }
    ids
}

/// Letters, spaces and hyphens that names share, in lower case.
fn plain(name: &str) -> String {
    name.to_lowercase().chars().filter(|&c| c != '.').map(|c| if c == 'ô' { 'o' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn countries_that_share_an_arc_border_whichever_way_it_runs() {
        let country = |name: &str, arcs: Value| serde_json::json!({"properties": {"name": name}, "arcs": arcs});
        let countries = [
            country("Mali", serde_json::json!([[0, 1]])),
            country("Côte d'Ivoire", serde_json::json!([[[-2, 2]]])),
            country("S. Sudan", serde_json::json!([[3]])),
        ];
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        let topology = serde_json::json!({"objects": {"countries": {"geometries": countries}}});
        std::fs::write(path("t"), topology.to_string()).unwrap();
        std::fs::write(path("c"), "country_id,id,name\n7,7,Mali\n5,5,Cote d'Ivoire\n9,9,South Sudan\n").unwrap();
        assert_eq!(write(&path("t"), &path("c"), &path("out")).unwrap(), 1);
        assert!(std::fs::read_to_string(path("out")).unwrap().ends_with("borders`.\n5,7\n"));
    }
}
