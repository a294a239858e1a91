//! Claims about quantities that nothing observes directly, against what other sources estimate.

use casefile_case::Case;
use casefile_model::claim::Claim;
use casefile_model::date::Edtf;
use casefile_model::quantity::{Accord, HedgedQuantity, QuantityKind, accord};
use casefile_model::statement::{Estimate, Rank};

use crate::events::expected;
use crate::finding::{Finding, Ground, Reason, Value, Verdict, Voice};
use crate::sources::{Origins, can_bear_out};
use crate::words::{counted, number, percent};

/// Sets the claimed figure beside every estimate by an independent source for the same time.
pub(crate) fn check(case: &Case, claim: &Claim, actor: &str, quantity: &str, at: &Edtf) -> Finding {
    let Some(says) = &claim.says else {
        return Finding::new(claim, Verdict::NotTestable, Reason::NoData, "the claim does not say how much".to_owned());
    };
    let others: Vec<&Estimate> = case
        .estimates
        .iter()
        .filter(|e| e.actor == actor && e.quantity == quantity && e.envelope.rank != Rank::Deprecated)
        .filter(|e| !e.envelope.negated && holds_at(e, at))
        .collect();
    let own = claim.envelope.source.as_str();
    let origins = Origins::among(case, others.iter().map(|e| e.envelope.source.as_str()).chain([own]));
    let mut voices: Vec<Voice> = Vec::new();
    for estimate in others {
        let same_origin = origins.are_one(&estimate.envelope.source, own);
        let stance = match accord(says, &estimate.value) {
            _ if same_origin => "same origin",
            _ if !can_bear_out(case, &estimate.envelope) => "ungraded",
            Accord::Agree => "for",
            Accord::Compatible => "compatible",
            Accord::Disjoint(_) => "against",
            Accord::Incomparable => "not comparable",
        };
        voices.push(Voice {
            statement: estimate.envelope.id.clone(),
            source: estimate.envelope.source.clone(),
            stance: stance.to_owned(),
            says: format!("{} {} ({})", estimate.value.phrase(), estimate.unit, when(estimate)),
        });
    }
    // Sources that lean on each other are one voice, however often it is heard.
    let independent = |stance: &str| {
        let of_stance = voices.iter().filter(|voice| voice.stance == stance);
        origins.independent(of_stance.map(|voice| voice.source.as_str())).len()
    };
    let tally =
        Tally { agree: independent("for"), compatible: independent("compatible"), against: independent("against") };
    let (verdict, reason, because) = tally.verdict(voices.len());
    let mut finding = Finding::new(claim, verdict, reason, because);
    finding.ground = Ground::Statements;
    finding.expected = Some(expected(says));
    finding.computed = Some(value(&voices, case));
    finding.voices = voices;
    finding.would_change.push("Further estimates by sources of another origin for the same time.".to_owned());
    finding
}

fn holds_at(estimate: &Estimate, at: &Edtf) -> bool {
    estimate.envelope.valid.as_ref().is_none_or(|valid| valid.as_period().overlaps(&at.as_period()).may_hold())
}

fn when(estimate: &Estimate) -> String {
    estimate.envelope.valid.as_ref().map_or_else(|| "undated".to_owned(), Edtf::english)
}

/// Independent sources besides the claim's own, by how their figures stand to its.
struct Tally {
    agree: usize,
    compatible: usize,
    against: usize,
}

impl Tally {
    fn verdict(&self, voices: usize) -> (Verdict, Reason, String) {
        let estimates = |n: usize| counted(n as f64, "independent estimates");
        match (self.agree, self.compatible, self.against) {
            (0, 0, 0) if voices == 0 => (
                Verdict::NotTestable,
                Reason::NoData,
                "no other source in the case gives a figure for that time".to_owned(),
            ),
            (0, 0, 0) => (
                Verdict::NotTestable,
                Reason::NoData,
                "every other figure for that time goes back to the same origin, or to a source that cannot be judged"
                    .to_owned(),
            ),
            (0, n, 0) => (Verdict::Consistent, Reason::Precision, format!("{} reconcilable with it", estimates(n))),
            (n, _, 0) => (Verdict::Supported, Reason::Figure, format!("{} in agreement", estimates(n))),
            // One figure against the claim's own: word against word.
            (0, 0, 1) => (Verdict::Mixed, Reason::Figure, "1 independent estimate against it, none for".to_owned()),
            (0, 0, n) => (Verdict::Contradicted, Reason::Figure, format!("{} against it", estimates(n))),
            (n, m, k) => {
                (Verdict::Mixed, Reason::Figure, format!("{} in agreement or reconcilable, {k} against it", n + m))
            }
        }
    }
}

/// The range that all the other estimates span, as careful readers take them.
fn value(voices: &[Voice], case: &Case) -> Value {
    let figures: Vec<&HedgedQuantity> =
        voices.iter().filter_map(|voice| case.estimate(&voice.statement)).map(|estimate| &estimate.value).collect();
    let low = figures.iter().map(|q| q.pragmatic().lo()).fold(f64::INFINITY, f64::min);
    let high = figures.iter().map(|q| q.pragmatic().hi()).fold(f64::NEG_INFINITY, f64::max);
    let some = !figures.is_empty();
    Value {
        best: None,
        low: (some && low.is_finite()).then_some(low),
        high: (some && high.is_finite()).then_some(high),
        unit: "estimates".to_owned(),
        display: if some {
            let says = |x| if figures.iter().all(|q| q.kind() == QuantityKind::Share) { percent(x) } else { number(x) };
            format!("{}: {}–{}", counted(figures.len() as f64, "other estimates"), says(low), says(high))
        } else {
            "no other estimate".to_owned()
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sources::tests::{case, source};
    use {Reason::*, Verdict::*};

    #[test]
    fn estimates_are_weighed() {
        let unheard =
            "every other figure for that time goes back to the same origin, or to a source that cannot be judged";
        for (agree, compatible, against, voices, expected, because) in [
            (0, 0, 0, 0, (NotTestable, NoData), "no other source in the case gives a figure for that time"),
            (0, 0, 0, 2, (NotTestable, NoData), unheard),
            (0, 1, 0, 1, (Consistent, Precision), "1 independent estimate reconcilable with it"),
            (2, 3, 0, 5, (Supported, Figure), "2 independent estimates in agreement"),
            (0, 0, 1, 1, (Mixed, Figure), "1 independent estimate against it, none for"),
            (0, 0, 2, 2, (Contradicted, Figure), "2 independent estimates against it"),
            (2, 0, 1, 3, (Mixed, Figure), "2 in agreement or reconcilable, 1 against it"),
            (1, 2, 2, 5, (Mixed, Figure), "3 in agreement or reconcilable, 2 against it"),
        ] {
            let (verdict, reason, sentence) = Tally { agree, compatible, against }.verdict(voices);
            assert_eq!((verdict, reason), expected, "{agree} agree, {compatible} compatible, {against} against");
            assert_eq!(sentence, because);
        }
    }

    /// An estimate of the front's strength, by its source.
    fn estimate(id: &str, source: &str, valid: &str, value: &str) -> String {
        format!(
            "[[estimate]]\nid = {id:?}\nsource = {source:?}\nvalid = {valid:?}\nactor = \"front\"\n\
             quantity = \"strength\"\nunit = \"fighters\"\nvalue = {value:?}\n"
        )
    }

    /// The finding on "around 2,000" fighters in 2021, said by source `own`, beside those estimates.
    fn found(estimates: &[String]) -> Finding {
        let sources = [("own", "B", &["origin"][..]), ("origin", "B", &[]), ("b", "B", &[]), ("c", "C", &[])];
        let mut tables: String = sources.iter().map(|(id, grade, on)| source(id, grade, on)).collect();
        tables += &source("rumour", "E", &[]);
        tables += "[[actor]]\nid = \"front\"\nname = \"Northern Front\"\nkind = \"armed-group\"\n";
        tables += "[[claim]]\nid = \"claim\"\ntext = \"x\"\nsource = \"own\"\nsays = \"around 2,000\"\n\
                   [claim.check]\nkind = \"estimate\"\nactor = \"front\"\nquantity = \"strength\"\nat = \"2021\"\n";
        let case = case(&(tables + &estimates.concat()));
        check(&case, case.claim("claim").unwrap(), "front", "strength", &"2021".parse().unwrap())
    }

    fn stances(finding: &Finding) -> Vec<(&str, &str)> {
        finding.voices.iter().map(|voice| (voice.statement.as_str(), voice.stance.as_str())).collect()
    }

    #[test]
    fn each_source_takes_its_stance() {
        let finding = found(&[
            estimate("e-agrees", "b", "2021-05", "some 2,000"),
            estimate("e-excludes", "c", "2020/2022", "5,000–6,000"),
            estimate("e-origin", "origin", "2021", "some 2,000"),
            estimate("e-rumour", "rumour", "2021", "some 2,000"),
            estimate("e-share", "c", "2021", "a third"),
        ]);
        let expected = [
            ("e-agrees", "for"),
            ("e-excludes", "against"),
            ("e-origin", "same origin"),
            ("e-rumour", "ungraded"),
            ("e-share", "not comparable"),
        ];
        assert_eq!(stances(&finding), expected);
        assert_eq!((finding.verdict, finding.reason), (Mixed, Figure));
        assert_eq!(finding.voices[0].says, "some 2,000 fighters (May 2021)");
    }

    #[test]
    fn sources_of_one_origin_are_heard_once() {
        let finding = found(&[
            estimate("e-b", "b", "2021", "5,000"),
            estimate("e-b-again", "b", "2021-06", "6,000"),
            estimate("e-rumour", "rumour", "2021", "7,000"),
        ]);
        assert_eq!((finding.verdict, finding.reason), (Mixed, Figure), "word against word");
    }

    #[test]
    fn another_time_or_matter_is_not_compared() {
        let denied = estimate("e-denied", "b", "2021", "some 2,000") + "negated = true\n";
        let withdrawn = estimate("e-withdrawn", "b", "2021", "some 2,000") + "rank = \"deprecated\"\n";
        let losses = estimate("e-losses", "b", "2021", "some 2,000").replace("strength", "losses");
        let finding = found(&[estimate("e-early", "b", "2018", "some 2,000"), denied, withdrawn, losses]);
        assert_eq!((finding.verdict, finding.reason), (NotTestable, NoData));
        assert!(stances(&finding).is_empty());
        assert_eq!(finding.computed.unwrap().display, "no other estimate");
    }

    #[test]
    fn the_value_spans_what_the_others_say() {
        let finding =
            found(&[estimate("e-low", "b", "2021", "1,000–1,500"), estimate("e-high", "c", "2021", "2,000–3,000")]);
        let value = finding.computed.unwrap();
        assert_eq!((value.low, value.high), (Some(1000.0), Some(3000.0)));
        assert_eq!(value.display, "2 other estimates: 1,000–3,000");
    }
}
