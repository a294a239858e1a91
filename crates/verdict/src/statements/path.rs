//! A chain of ties from one actor to another.

use casefile_case::Case;
use casefile_measure::network::span;
use casefile_model::claim::Claim;
use casefile_model::date::Edtf;
use casefile_model::statement::RelationKind;
use casefile_stats::network::{self, Network, Path, Reading, Way};

use super::{lower_bound, network_besides, ruled, untestable, voices};
use crate::finding::{Finding, Reason, Value, Verdict};
use crate::words::counted;

/// Most chains that are told.
const MOST: usize = 20;

pub(super) fn check(
    case: &Case,
    claim: &Claim,
    [from, to]: [&str; 2],
    kinds: &[RelationKind],
    steps: usize,
    at: &Edtf,
) -> Finding {
    let Some(built) = network_besides(case, claim) else {
        return untestable(claim, Reason::NoData, "the case states no network");
    };
    let counts = |kind: &str| kinds.is_empty() || kinds.iter().any(|one| one.name() == kind);
    let ties = built.network.ties().iter().filter(|tie| counts(&tie.kind)).cloned().collect();
    let Ok(network) = Network::new(built.network.actors().to_vec(), ties) else {
        return untestable(claim, Reason::NoData, "the case states no network");
    };
    let found = |reading| {
        let graph = network.graph(span(&at.stated()), reading);
        let paths = network::paths(&graph, from, to, Way::Either, None, MOST).ok()?;
        paths.shortest.filter(|shortest| *shortest <= steps).map(|shortest| (shortest, paths.paths))
    };
    let (certain, possible) = (found(Reading::Certain), found(Reading::Possible));
    let Some((length, ways)) = certain.as_ref().or(possible.as_ref()) else {
        let because =
            "no other source of the case states ties that make such a chain, which does not mean that there was none";
        return untestable(claim, Reason::Coverage, because);
    };
    let chain = ways.first().map_or_else(String::new, |way| named(case, way));
    let ruling = if certain.is_some() {
        (Verdict::Supported, Reason::Figure, format!("other sources state the chain {chain}"))
    } else {
        let because = format!("the dates of the ties are too vague to tell whether the chain {chain} held then");
        (Verdict::Mixed, Reason::Precision, because)
    };
    let n = *length as f64;
    let value = Value {
        best: Some(n),
        low: None,
        high: None,
        unit: "steps".to_owned(),
        display: format!("a chain of {}", counted(n, "steps")),
    };
    let phrase = format!("a chain of at most {}", counted(steps as f64, "steps"));
    let mut finding = ruled(claim, ruling, phrase, value, &lower_bound("ties"));
    finding.voices = voices(case, ways.iter().flat_map(keys));
    finding
}

fn keys(way: &Path) -> impl Iterator<Item = &str> {
    way.steps.iter().flat_map(|step| step.ties.iter().map(|tie| tie.key.as_str()))
}

/// `Pakistan – Haqqani organisation – Taliban`.
fn named(case: &Case, way: &Path) -> String {
    let name = |id: &str| case.actor(id).map_or_else(|| id.to_owned(), |actor| actor.label().to_owned());
    let first = way.steps.first().map(|step| name(&step.from));
    first.into_iter().chain(way.steps.iter().map(|step| name(&step.to))).collect::<Vec<_>>().join(" – ")
}

#[cfg(test)]
mod tests {
    use super::super::tests::{claimed, relation, small};
    use super::*;
    use Verdict::*;

    fn verdict(steps: usize, kinds: &[RelationKind], ties: &[(&str, [&str; 2], &str, &str)]) -> (Verdict, Reason) {
        let ties: String = ties
            .iter()
            .enumerate()
            .map(|(i, (kind, ends, valid, source))| relation(&format!("r{i}"), kind, *ends, valid, source))
            .collect();
        let check_ = "kind = \"path\", from = \"a\", to = \"c\", at = \"2020\"";
        let case = small(&(claimed("", check_) + &ties));
        let at = "2020".parse().unwrap();
        let finding = check(&case, case.claim("claim").unwrap(), ["a", "c"], kinds, steps, &at);
        (finding.verdict, finding.reason)
    }

    #[test]
    fn a_chain_is_stated_or_may_be_or_is_not() {
        let chain = [("support", ["a", "b"], "2020", "other"), ("alliance", ["c", "b"], "2019/2021", "third")];
        assert_eq!(verdict(2, &[], &chain), (Supported, Reason::Figure));
        assert_eq!(verdict(1, &[], &chain), (NotTestable, Reason::Coverage), "too long");
        assert_eq!(verdict(2, &[RelationKind::Alliance], &chain), (NotTestable, Reason::Coverage), "of another kind");
        let vague = [chain[0], ("alliance", ["c", "b"], "2021~", "third")];
        assert!(matches!(verdict(2, &[], &vague), (Mixed, Reason::Precision) | (NotTestable, Reason::Coverage)));
        let own = [chain[0], ("alliance", ["c", "b"], "2019/2021", "paper")];
        assert_eq!(verdict(2, &[], &own), (NotTestable, Reason::Coverage), "the claim's own word is no link");
    }
}
