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

/// On whose word each of some sources speaks of one matter.
///
/// A source that leans on another which also speaks of the matter, directly or through others, only repeats it. The
/// sources that lean on no speaker are **roots**; two sources are of one origin where they share a root. An origin that
/// does not itself speak of the matter ties nobody together: that two reports cite one paper on something else makes
/// them no single voice.
pub struct Origins<'a>(BTreeMap<&'a str, BTreeSet<&'a str>>);

impl<'a> Origins<'a> {
    /// The origins of sources that all speak of one matter.
    pub fn among(case: &Case, sources: impl IntoIterator<Item = &'a str>) -> Self {
        let voices: BTreeSet<&str> = sources.into_iter().collect();
        let behind: BTreeMap<&str, BTreeSet<&str>> = voices
            .iter()
            .map(|voice| {
                let origins = origins(case, voice);
                (*voice, voices.iter().copied().filter(|other| other == voice || origins.contains(*other)).collect())
            })
            .collect();
        let roots = |voice: &str| behind[voice].iter().copied().filter(|other| behind[other].len() == 1).collect();
        Self(voices.iter().map(|voice| (*voice, roots(voice))).collect())
    }

    /// Whether two of the sources share an origin.
    pub fn are_one(&self, a: &str, b: &str) -> bool {
        let roots = |source| self.0.get(source);
        roots(a).zip(roots(b)).is_some_and(|(a, b)| !a.is_disjoint(b))
    }

    /// Of `sources`, as many as can be had of which no two share an origin; those nearest to theirs go first.
    pub fn independent<'s>(&self, sources: impl IntoIterator<Item = &'s str>) -> Vec<&'s str> {
        let mut sources: Vec<&str> = sources.into_iter().collect::<BTreeSet<_>>().into_iter().collect();
        sources.sort_by_key(|source| self.0.get(source).map_or(0, BTreeSet::len));
        let mut chosen: Vec<&str> = Vec::new();
        for source in sources {
            if !chosen.iter().any(|other| self.are_one(source, other)) {
                chosen.push(source);
            }
        }
        chosen
    }
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

    /// Independent sources among `voices`, where sources lean on others as told.
    fn independent(leaning: &[(&str, &[&str])], voices: &[&str]) -> String {
        let case = case(&leaning.iter().map(|(id, origins)| source(id, "B", origins)).collect::<String>());
        Origins::among(&case, voices.iter().copied()).independent(voices.iter().copied()).join(" ")
    }

    #[test]
    fn sources_that_lean_on_nothing_are_independent() {
        assert_eq!(independent(&[("a", &[]), ("b", &[]), ("c", &[])], &["a", "b", "c"]), "a b c");
        assert_eq!(independent(&[("a", &[])], &["a", "a"]), "a", "a source speaks with one voice however often");
        assert_eq!(independent(&[("a", &[])], &[]), "");
    }

    #[test]
    fn a_chain_is_one_voice() {
        let chain: &[(&str, &[&str])] = &[("a", &["b"]), ("b", &["c"]), ("c", &[]), ("d", &[])];
        assert_eq!(independent(chain, &["a", "b", "c", "d"]), "a d");
        assert_eq!(independent(chain, &["a", "c"]), "a", "also where the link between them is silent");
        let case = case(&chain.iter().map(|(id, origins)| source(id, "B", origins)).collect::<String>());
        let origins = Origins::among(&case, ["a", "c", "d"]);
        assert!(origins.are_one("a", "c") && origins.are_one("c", "a") && !origins.are_one("a", "d"));
    }

    #[test]
    fn a_common_origin_that_speaks_makes_one_voice() {
        let two: &[(&str, &[&str])] = &[("a", &["origin"]), ("b", &["origin"]), ("c", &[]), ("origin", &[])];
        assert_eq!(independent(two, &["a", "b", "c", "origin"]), "a c");
    }

    #[test]
    fn a_common_origin_that_is_silent_on_the_matter_ties_nobody() {
        let two: &[(&str, &[&str])] = &[("a", &["origin"]), ("b", &["origin"]), ("origin", &["far"]), ("far", &[])];
        assert_eq!(independent(two, &["a", "b"]), "a b");
        assert_eq!(independent(two, &["a", "b", "far"]), "a", "unless one behind it speaks");
    }

    #[test]
    fn a_source_that_draws_on_two_adds_none_and_takes_none() {
        let two: &[(&str, &[&str])] = &[("a", &[]), ("b", &["y"]), ("c", &[]), ("y", &[]), ("digest", &["a", "y"])];
        assert_eq!(independent(two, &["a", "b", "c", "y", "digest"]), "a b c");
        assert_eq!(independent(two, &["digest", "c"]), "c digest");
        let case = case(&two.iter().map(|(id, origins)| source(id, "B", origins)).collect::<String>());
        let origins = Origins::among(&case, ["a", "b", "y", "digest"]);
        assert!(origins.are_one("digest", "a") && origins.are_one("digest", "b") && !origins.are_one("a", "b"));
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
