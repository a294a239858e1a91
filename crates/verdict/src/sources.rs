//! Which voices are independent: two reports that lean on the same origin are one voice.

use std::collections::{BTreeMap, BTreeSet};

use casefile_case::Case;
use casefile_model::grade::Reliability;
use casefile_model::statement::Envelope;

/// Sources at most this good bear nothing out: E is unreliable, F cannot be judged.
pub fn can_bear_out(case: &Case, statement: &Envelope) -> bool {
    let reliability = case.source(&statement.source).map_or(Reliability::F, |source| source.reliability);
    !matches!(reliability, Reliability::E | Reliability::F)
}

/// Groups sources so that those in different groups are independent on the matter that all of them speak of: a source
/// joins the group of another on which it leans, directly or through others. An origin that does not itself speak of
/// the matter ties nobody together: that two reports cite one paper on something else makes them no single voice.
pub fn groups<'a>(case: &Case, sources: impl IntoIterator<Item = &'a str>) -> BTreeMap<&'a str, usize> {
    let voices: Vec<&str> = sources.into_iter().collect::<BTreeSet<_>>().into_iter().collect();
    let mut group: Vec<usize> = (0..voices.len()).collect();
    for (i, voice) in voices.iter().enumerate() {
        let origins = origins(case, voice);
        for (j, other) in voices.iter().enumerate() {
            if origins.contains(*other) {
                let (from, to) = (group[i].max(group[j]), group[i].min(group[j]));
                group.iter_mut().filter(|g| **g == from).for_each(|g| *g = to);
            }
        }
    }
    voices.into_iter().zip(group).collect()
}

/// Everything that a source leans on, directly or through others.
fn origins<'a>(case: &'a Case, source: &str) -> BTreeSet<&'a str> {
    let mut found = BTreeSet::new();
    let mut next: Vec<&'a str> = leans_on(case, source);
    while let Some(origin) = next.pop() {
        if found.insert(origin) {
            next.extend(leans_on(case, origin));
        }
    }
    found
}

fn leans_on<'a>(case: &'a Case, source: &str) -> Vec<&'a str> {
    case.source(source).map_or_else(Vec::new, |source| source.leans_on.iter().map(String::as_str).collect())
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// A case made of these tables alone.
    pub(crate) fn case(tables: &str) -> Case {
        let head = "[case]\nformat = 1\nid = \"x\"\ntitle = \"x\"\n";
        let loaded = casefile_case::read_files(&[("case.toml", head), ("tables.toml", tables)]);
        let shown: Vec<String> = loaded.diagnostics.iter().map(ToString::to_string).collect();
        loaded.case.unwrap_or_else(|| panic!("{shown:#?}"))
    }

    /// A source of that grade, leaning on others.
    pub(crate) fn source(id: &str, reliability: &str, leans_on: &[&str]) -> String {
        format!(
            "[[source]]\nid = {id:?}\ntype = \"report\"\ntitle = \"x\"\nreliability = {reliability:?}\nleans-on = {leans_on:?}\n"
        )
    }

    /// The groups among `voices`, each as its members, where sources lean on others as told.
    fn grouped(leaning: &[(&str, &[&str])], voices: &[&str]) -> Vec<String> {
        let case = case(&leaning.iter().map(|(id, origins)| source(id, "B", origins)).collect::<String>());
        let mut members: BTreeMap<usize, Vec<&str>> = BTreeMap::new();
        for (voice, group) in groups(&case, voices.iter().copied()) {
            members.entry(group).or_default().push(voice);
        }
        members.into_values().map(|voices| voices.join(" ")).collect()
    }

    #[test]
    fn sources_that_lean_on_nothing_are_independent() {
        assert_eq!(grouped(&[("a", &[]), ("b", &[]), ("c", &[])], &["a", "b", "c"]), ["a", "b", "c"]);
        assert_eq!(grouped(&[("a", &[])], &["a", "a"]), ["a"], "a source speaks with one voice however often");
        assert!(grouped(&[("a", &[])], &[]).is_empty());
    }

    #[test]
    fn a_chain_is_one_voice() {
        let chain: &[(&str, &[&str])] = &[("a", &["b"]), ("b", &["c"]), ("c", &[]), ("d", &[])];
        assert_eq!(grouped(chain, &["a", "b", "c", "d"]), ["a b c", "d"]);
        assert_eq!(grouped(chain, &["c", "b", "a"]), ["a b c"], "in whatever order they speak");
        assert_eq!(grouped(chain, &["a", "c"]), ["a c"], "also where the link between them is silent");
    }

    #[test]
    fn a_common_origin_that_speaks_makes_one_voice() {
        let two: &[(&str, &[&str])] = &[("a", &["origin"]), ("b", &["origin"]), ("c", &[]), ("origin", &[])];
        assert_eq!(grouped(two, &["a", "b", "c", "origin"]), ["a b origin", "c"]);
    }

    #[test]
    fn a_common_origin_that_is_silent_on_the_matter_ties_nobody() {
        let two: &[(&str, &[&str])] = &[("a", &["origin"]), ("b", &["origin"]), ("origin", &["far"]), ("far", &[])];
        assert_eq!(grouped(two, &["a", "b"]), ["a", "b"]);
        assert_eq!(grouped(two, &["a", "b", "far"]), ["a b far"], "unless one behind it speaks");
    }

    #[test]
    fn a_source_that_leans_on_two_makes_one_voice_of_them() {
        // Too few independent voices rather than too many.
        let two: &[(&str, &[&str])] = &[("a", &[]), ("b", &["y"]), ("c", &[]), ("y", &[]), ("z", &["a", "y"])];
        assert_eq!(grouped(two, &["a", "b", "c", "y"]), ["a", "b y", "c"]);
        assert_eq!(grouped(two, &["a", "b", "c", "y", "z"]), ["a b y z", "c"], "with all that lean on either");
    }

    #[test]
    fn unreliable_sources_bear_nothing_out() {
        for (grade, expected) in [("A", true), ("B", true), ("C", true), ("D", true), ("E", false), ("F", false)] {
            let claim = "[[claim]]\nid = \"c\"\ntext = \"x\"\nsource = \"s\"\nuntestable = \"x\"\n";
            let case = case(&(source("s", grade, &[]) + claim));
            assert_eq!(can_bear_out(&case, case.envelope("c").unwrap()), expected, "{grade}");
        }
    }
}
