//! What every part of the page needs: the input, the findings by claim, and the short names of sources.

use std::collections::BTreeMap;

use casefile_model::source::Source;
use casefile_verdict::finding::{Finding, Verdict};

use crate::html::escape;
use crate::input::Input;
use crate::mark;

pub(crate) struct Context<'a> {
    pub input: Input<'a>,
    findings: BTreeMap<&'a str, &'a Finding>,
    labels: BTreeMap<&'a str, String>,
}

impl<'a> Context<'a> {
    pub fn new(input: &Input<'a>) -> Self {
        let findings = input.findings.iter().map(|finding| (finding.claim.as_str(), finding)).collect();
        Self { input: *input, findings, labels: labels(input.case.sources.iter()) }
    }

    /// The finding on a claim.
    pub fn finding(&self, claim: &str) -> Option<&'a Finding> {
        self.findings.get(claim).copied()
    }

    /// The verdict on a claim.
    pub fn verdict(&self, claim: &str) -> Verdict {
        mark::verdict(self.finding(claim))
    }

    /// How many claims have each verdict, in the order of [`Verdict::ALL`].
    pub fn tally(&self) -> [usize; 5] {
        let mut tally = [0; 5];
        for claim in &self.input.case.claims {
            tally[self.verdict(&claim.envelope.id) as usize] += 1;
        }
        tally
    }

    /// The short name of a source, `Jadoon et al. 2022`.
    pub fn label(&self, source: &str) -> String {
        self.labels.get(source).cloned().unwrap_or_else(|| source.to_owned())
    }

    /// A link to a source in the list of sources.
    pub fn source_link(&self, source: &str) -> String {
        if self.input.case.source(source).is_some() {
            format!("<a class=\"cite\" href=\"#source-{source}\">{}</a>", escape(&self.label(source)))
        } else {
            escape(source)
        }
    }

    /// The name of an actor, or the identifier where there is none.
    pub fn actor_name(&self, id: &'a str) -> &'a str {
        self.input.case.actor(id).map_or(id, |actor| &actor.name)
    }
}

/// Short names, made unique by a letter after the year where need be.
fn labels<'a>(sources: impl Iterator<Item = &'a Source>) -> BTreeMap<&'a str, String> {
    let named: Vec<(&str, String)> = sources.map(|source| (source.id.as_str(), label(source))).collect();
    let mut uses: BTreeMap<&str, usize> = BTreeMap::new();
    for (_, label) in &named {
        *uses.entry(label).or_default() += 1;
    }
    let mut taken: BTreeMap<&str, usize> = BTreeMap::new();
    let mut unique = BTreeMap::new();
    for (id, label) in &named {
        let nth = taken.entry(label).or_default();
        let letter = if uses.get(label.as_str()).is_some_and(|n| *n > 1) { suffix(*nth) } else { String::new() };
        *nth += 1;
        unique.insert(*id, format!("{label}{letter}"));
    }
    unique
}

/// a, b … z, aa …
fn suffix(mut n: usize) -> String {
    let mut letters = Vec::new();
    loop {
        letters.push(char::from(b'a' + (n % 26) as u8));
        if n < 26 {
            return letters.iter().rev().collect();
        }
        n = n / 26 - 1;
    }
}

/// The first words of a title.
fn shortened(title: &str) -> String {
    let mut short = String::new();
    // What has no title of its own is described in brackets.
    for word in title.trim_matches(['[', ']']).split_whitespace() {
        if short.chars().count() + word.chars().count() > 36 {
            return if short.is_empty() { word.to_owned() } else { short + "…" };
        }
        if !short.is_empty() {
            short.push(' ');
        }
        short += word;
    }
    short
}

/// Authors' family names and the year.
fn label(source: &Source) -> String {
    let family = |author: &String| author.split(',').next().unwrap_or_default().trim().to_owned();
    let who = match source.authors.as_slice() {
        [] => source.publisher.clone().unwrap_or_else(|| shortened(&source.title)),
        [one] => family(one),
        [one, two] => format!("{} and {}", family(one), family(two)),
        [first, ..] => format!("{} et al.", family(first)),
    };
    let year = source.issued.as_ref().and_then(|issued| issued.stated().start.or(issued.stated().end));
    let year = year.map_or_else(|| "n.d.".to_owned(), |day| day.year().to_string());
    format!("{who} {year}")
}

#[cfg(test)]
mod tests {
    #[test]
    fn letters_go_on_after_z() {
        assert_eq!(super::suffix(0), "a");
        assert_eq!(super::suffix(25), "z");
        assert_eq!(super::suffix(26), "aa");
    }
}
