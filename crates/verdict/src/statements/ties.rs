//! How many others an actor is tied to.

use std::collections::{BTreeMap, BTreeSet};

use casefile_case::Case;
use casefile_measure::network::{Built, span};
use casefile_model::claim::{Claim, Way};
use casefile_model::date::Edtf;
use casefile_model::quantity::{Bearing, Computed, ComputedError};
use casefile_model::statement::RelationKind;
use casefile_stats::network::{Presence, Tie};

use super::{judged, lower_bound, network_besides, untestable, voices};
use crate::bearing::Bears;
use crate::finding::{Finding, Reason, Value};
use crate::words::{self, number};

/// Whose ties, of which kinds, and which way.
pub(super) struct Asked<'a> {
    pub actor: &'a str,
    pub kinds: &'a [RelationKind],
    pub way: Way,
}

/// The others that an actor is tied to: for certain, and possibly; with the statements that say so.
#[derive(Default)]
struct Neighbours<'a> {
    by_actor: BTreeMap<&'a str, Presence>,
    keys: BTreeSet<&'a str>,
}

impl<'a> Neighbours<'a> {
    fn at(built: &'a Built, asked: &Asked<'_>, when: &Edtf) -> Self {
        let period = span(&when.stated());
        let mut found = Self::default();
        for tie in built.network.ties() {
            let Some(other) = other_end(tie, asked) else { continue };
            let presence = tie.validity.during(period);
            if presence == Presence::No {
                continue;
            }
            let known = found.by_actor.entry(other).or_insert(presence);
            if presence == Presence::Certainly {
                *known = presence;
            }
            found.keys.insert(&tie.key);
        }
        found
    }

    fn certain(&self) -> f64 {
        self.by_actor.values().filter(|presence| **presence == Presence::Certainly).count() as f64
    }

    fn possible(&self) -> f64 {
        self.by_actor.len() as f64
    }
}

/// The other end of a tie that counts.
fn other_end<'a>(tie: &'a Tie, asked: &Asked<'_>) -> Option<&'a str> {
    let counts = asked.kinds.iter().any(|kind| kind.name() == tie.kind);
    let (leaves, arrives) = (tie.from == asked.actor, tie.to == asked.actor);
    let fits = match asked.way {
        Way::Any => leaves || arrives,
        Way::Out => leaves || (arrives && !tie.directed),
        Way::In => arrives || (leaves && !tie.directed),
    };
    (counts && fits).then_some(if leaves { tie.to.as_str() } else { tie.from.as_str() })
}

pub(super) fn check(
    case: &Case,
    claim: &Claim,
    asked: &Asked<'_>,
    at: &Edtf,
    before: Option<&Edtf>,
) -> Result<Finding, ComputedError> {
    let (Some(says), Some(built)) = (&claim.says, network_besides(case, claim)) else {
        return Ok(untestable(claim, Reason::NoData, "the claim does not say how many"));
    };
    let now = Neighbours::at(&built, asked, at);
    let then = before.map(|before| Neighbours::at(&built, asked, before));
    let spoken = now.possible() + then.as_ref().map_or(0.0, Neighbours::possible) > 0.0;
    // Nothing stated allows every number from none up.
    if !spoken && !says.strict().contains(0.0) {
        let because =
            "no other source of the case states such a tie at that time, which does not mean that there was none";
        return Ok(untestable(claim, Reason::Coverage, because));
    }
    let (computed, value, bears) = match &then {
        None => {
            let (low, high) = (now.certain(), now.possible());
            (Computed::interval(low, low, high)?, count(low, high), lower_bound("ties"))
        }
        Some(then) => {
            let over = |a: f64, b: f64| if b > 0.0 { a / b } else { f64::INFINITY };
            if then.possible() == 0.0 && now.possible() == 0.0 {
                return Ok(untestable(
                    claim,
                    Reason::Coverage,
                    "no other source of the case states such a tie at either time",
                ));
            }
            let (low, high) = (over(now.certain(), then.possible()), over(now.possible(), then.certain()));
            let low = low.min(high);
            let best = over(now.possible(), then.possible()).clamp(low, high);
            // Both numbers are lower bounds, so their ratio bounds nothing.
            let bears = Bears { bearing: Bearing::Overlapping, ..lower_bound("ties") };
            (Computed::interval(low, best, high)?, ratio(best, low, high), bears)
        }
    };
    let mut finding = judged(claim, says, &computed, &bears, value);
    if let (Some(then), Some(before)) = (&then, before) {
        finding.notes.push(format!("{} at {}, {} at {}.", told(then), before.english(), told(&now), at.english()));
    }
    if !now.by_actor.is_empty() {
        let names: Vec<&str> =
            now.by_actor.keys().map(|id| case.actor(id).map_or(*id, |actor| actor.label())).collect();
        finding.notes.push(format!("Tied to {}.", names.join(", ")));
    }
    let keys = now.keys.iter().chain(then.iter().flat_map(|then| &then.keys)).copied();
    finding.voices = voices(case, keys);
    Ok(finding)
}

fn told(neighbours: &Neighbours<'_>) -> String {
    let (low, high) = (neighbours.certain(), neighbours.possible());
    words::with_interval(low, low, high, number, "ties")
}

fn count(low: f64, high: f64) -> Value {
    let display = words::with_interval(low, low, high, number, "actors");
    Value { best: Some(low), low: Some(low), high: Some(high), unit: "actors".to_owned(), display }
}

fn ratio(best: f64, low: f64, high: f64) -> Value {
    let display = words::with_interval(best, low, high, |x| format!("×{}", number(x)), "");
    let finite = |x: f64| x.is_finite().then_some(x);
    Value { best: finite(best), low: Some(low), high: finite(high), unit: "ratio".to_owned(), display }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{claimed, relation, small};
    use super::*;
    use crate::finding::Verdict::{self, *};

    fn verdict(says: &str, more: &str, relations: &[(&str, [&str; 2], &str, &str)]) -> (Verdict, Reason) {
        let check =
            format!("kind = \"ties\", actor = \"a\", kinds = [\"alliance\", \"support\"], at = \"2020-06\"{more}");
        let ties: String = relations
            .iter()
            .enumerate()
            .map(|(i, (kind, ends, valid, source))| relation(&format!("r{i}"), kind, *ends, valid, source))
            .collect();
        let case = small(&(claimed(says, &check) + &ties));
        let claim = case.claim("claim").unwrap();
        let Some(casefile_model::claim::Check::Ties { actor, kinds, way, at, before }) = &claim.check else { panic!() };
        let asked = Asked { actor, kinds, way: *way };
        let finding = check_(&case, claim, &asked, at, before.as_ref());
        (finding.verdict, finding.reason)
    }

    fn check_(case: &Case, claim: &Claim, asked: &Asked<'_>, at: &Edtf, before: Option<&Edtf>) -> Finding {
        check(case, claim, asked, at, before).unwrap()
    }

    #[test]
    fn what_is_stated_is_a_lower_bound() {
        let two = [("alliance", ["a", "b"], "2020", "other"), ("support", ["c", "a"], "2019/2021", "third")];
        assert_eq!(verdict("at least two", "", &two), (Supported, Reason::Figure));
        assert_eq!(verdict("no", "", &two), (Contradicted, Reason::Figure));
        assert_eq!(verdict("three", "", &two), (Consistent, Reason::Coverage));
        assert_eq!(verdict("no", "", &two[..0]), (Consistent, Reason::Coverage), "no tie is stated");
        assert_eq!(verdict("two", "", &two[..0]), (NotTestable, Reason::Coverage));
        let vague = [("alliance", ["a", "b"], "2020~", "other")];
        assert_eq!(verdict("no", "", &vague).0, Consistent, "a tie that may have held then refutes nothing");
        let own = [("alliance", ["a", "b"], "2020", "paper"), ("alliance", ["a", "b"], "2020", "digest")];
        assert_eq!(verdict("one", "", &own), (NotTestable, Reason::Coverage), "the claim's own word");
    }

    #[test]
    fn a_way_leaves_out_ties_that_run_the_other() {
        let in_only = [("support", ["c", "a"], "2019/2021", "third")];
        assert_eq!(verdict("at least one", ", way = \"in\"", &in_only).0, Supported);
        assert_eq!(verdict("at least one", ", way = \"out\"", &in_only).0, NotTestable);
        let both_ways = [("alliance", ["a", "b"], "2020", "other")];
        assert_eq!(verdict("at least one", ", way = \"in\"", &both_ways).0, Supported);
    }

    #[test]
    fn a_change_of_ties_is_one_of_what_sources_state() {
        let more = [("alliance", ["a", "b"], "2020", "other"), ("support", ["c", "a"], "2018/2021", "third")];
        assert_eq!(verdict("more", ", before = \"2018\"", &more), (Consistent, Reason::Coverage));
        assert_eq!(verdict("fewer", ", before = \"2018\"", &more), (Mixed, Reason::Coverage));
    }
}
