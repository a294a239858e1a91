//! The place of an actor among those through whom others are connected.

use casefile_case::Case;
use casefile_measure::network::span;
use casefile_model::claim::Claim;
use casefile_model::date::Edtf;
use casefile_stats::network::{Reading, betweenness};

use super::{lower_bound, network_besides, ruled, untestable};
use crate::finding::{Finding, Reason, Value, Verdict};
use crate::words;

/// Places differ where betweenness does by more than this.
const TIED: f64 = 1e-9;

pub(super) fn check(case: &Case, claim: &Claim, actor: &str, at: &Edtf, top: usize) -> Finding {
    let Some(built) = network_besides(case, claim) else {
        return untestable(claim, Reason::NoData, "the case states no network");
    };
    let rank = |reading| {
        let graph = built.network.graph(span(&at.stated()), reading);
        let values = betweenness(&graph, false);
        let own = values.iter().find(|one| one.actor == actor)?.value;
        let before = values.iter().filter(|one| one.value > own + TIED).count();
        (own > 0.0).then_some((before + 1, values.len()))
    };
    let (Some(certain), Some(possible)) = (rank(Reading::Certain), rank(Reading::Possible)) else {
        return untestable(
            claim,
            Reason::Coverage,
            "by what other sources state, nobody is connected through it at that time",
        );
    };
    let bears = lower_bound("ties");
    let ruling = ruling([certain.0, possible.0], certain.1, top);
    let (low, high) = (certain.0.min(possible.0) as f64, certain.0.max(possible.0) as f64);
    let best = certain.0 as f64;
    let value = Value {
        best: Some(best),
        low: Some(low),
        high: Some(high),
        unit: "rank".to_owned(),
        display: words::with_interval(best, low, high, |x| format!("number {x}"), ""),
    };
    let phrase = if top == 1 { "first".to_owned() } else { format!("among the first {top}") };
    let mut finding = ruled(claim, ruling, phrase, value, &bears);
    finding.notes.push(format!(
        "Among {} actors with a certain tie, {} with a possible one (betweenness).",
        certain.1, possible.1
    ));
    finding
}

/// An order among what is stated allows one among what was, or speaks against it; it settles neither.
fn ruling(ranks: [usize; 2], among: usize, top: usize) -> (Verdict, Reason, String) {
    let rank = ranks[0];
    if ranks.iter().all(|rank| *rank <= top) {
        let because = format!("by what other sources state it is number {rank} among {among}, which allows the claim");
        (Verdict::Consistent, Reason::Coverage, because)
    } else if ranks.iter().all(|rank| *rank > top) {
        let because = format!(
            "by what other sources state it is number {rank} among {among}; ties that none states may change that"
        );
        (Verdict::Mixed, Reason::Coverage, because)
    } else {
        (Verdict::Mixed, Reason::Precision, "vague dates of ties leave its place open".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{claimed, relation, small};
    use super::*;
    use Verdict::*;

    #[test]
    fn an_order_of_what_is_stated_settles_nothing() {
        for (ranks, expected) in [
            ([1, 2], (Consistent, Reason::Coverage)),
            ([3, 4], (Mixed, Reason::Coverage)),
            ([2, 3], (Mixed, Reason::Precision)),
        ] {
            let (verdict, reason, _) = ruling(ranks, 9, 2);
            assert_eq!((verdict, reason), expected, "{ranks:?}");
        }
    }

    #[test]
    fn who_stands_between_others_is_first() {
        let check_ = "kind = \"centrality\", actor = \"b\", at = \"2020\"";
        let ties = relation("r1", "support", ["a", "b"], "2020", "other")
            + &relation("r2", "support", ["b", "c"], "2020", "third");
        let case = small(&(claimed("", check_) + &ties));
        let at = "2020".parse().unwrap();
        let of = |actor| check(&case, case.claim("claim").unwrap(), actor, &at, 1);
        assert_eq!(of("b").verdict, Consistent);
        assert_eq!((of("a").verdict, of("a").reason), (NotTestable, Reason::Coverage));
    }
}
