//! Claims against what other sources say: independent, contradicting and circular voices.

use std::collections::BTreeSet;

use casefile_case::Case;
use casefile_model::claim::Claim;
use casefile_model::date::{Edtf, Span, When};
use casefile_model::quantity::{Accord, accord};
use casefile_model::statement::{Control, Envelope, Estimate, Rank, Relation, ReportedEvent};

use crate::finding::{Finding, Ground, Reason, Value, Verdict, Voice};
use crate::sources::{Origins, can_bear_out};
use crate::words::counted;

/// A claim that says which statements it rests on.
pub(crate) fn check(case: &Case, claim: &Claim, statements: &[String], least: usize) -> Finding {
    let mut heard = Hearing { least, ..Hearing::of(case, claim) };
    for id in statements {
        heard.speak(id, true);
    }
    // What a statement says of itself goes before any likeness.
    heard.gather_linked(statements);
    for id in statements {
        heard.gather_like(id);
    }
    heard.finding()
}

/// A claim without a check: the voices linked to it, or the reason why nothing can test it.
pub(crate) fn unchecked(case: &Case, claim: &Claim) -> Finding {
    let mut heard = Hearing::of(case, claim);
    heard.gather_linked(&[]);
    if heard.voices.is_empty() {
        let why = claim.untestable.clone().unwrap_or_else(|| "nothing in the case tests it".to_owned());
        return Finding::new(claim, Verdict::NotTestable, Reason::NoData, why);
    }
    heard.finding()
}

/// The voices on one matter, the claim's own among them.
struct Hearing<'a> {
    case: &'a Case,
    claim: &'a Claim,
    voices: Vec<(&'a Envelope, bool)>,
    heard: BTreeSet<&'a str>,
    /// Independent sources that it takes.
    least: usize,
}

impl<'a> Hearing<'a> {
    fn of(case: &'a Case, claim: &'a Claim) -> Self {
        Self { case, claim, voices: Vec::new(), heard: BTreeSet::from([claim.envelope.id.as_str()]), least: 1 }
    }

    /// Hears a statement once, for the claim or against it.
    fn speak(&mut self, id: &str, stands_for: bool) {
        if let Some(envelope) = self.case.envelope(id)
            && envelope.rank != Rank::Deprecated
            && self.heard.insert(&envelope.id)
        {
            self.voices.push((envelope, stands_for));
        }
    }

    /// Statements of the same kind about the same thing at the same time.
    fn gather_like(&mut self, id: &str) {
        let case = self.case;
        let mut like: Vec<(&str, bool)> = Vec::new();
        if let Some(relation) = case.relation(id) {
            like.extend(
                case.relations
                    .iter()
                    .filter_map(|other| Some((other.envelope.id.as_str(), same_tie(relation, other)?))),
            );
        } else if let Some(event) = case.event(id) {
            like.extend(
                case.events.iter().filter_map(|other| Some((other.envelope.id.as_str(), same_event(event, other)?))),
            );
        } else if let Some(control) = case.control(id) {
            like.extend(
                case.control.iter().filter_map(|other| Some((other.envelope.id.as_str(), same_hold(control, other)?))),
            );
        } else if let Some(estimate) = case.estimate(id) {
            like.extend(
                case.estimates
                    .iter()
                    .filter_map(|other| Some((other.envelope.id.as_str(), same_figure(estimate, other)?))),
            );
        }
        for (id, stands_for) in like {
            self.speak(id, stands_for);
        }
    }

    /// Statements that say themselves that they support or contradict the claim, or one that it rests on.
    fn gather_linked(&mut self, statements: &[String]) {
        let case = self.case;
        let is_meant = |id: &String| *id == self.claim.envelope.id || statements.contains(id);
        let linked: Vec<(&str, bool)> = case
            .statements()
            .filter_map(|envelope| {
                let supports = envelope.supports.iter().any(is_meant);
                let contradicts = envelope.contradicts.iter().any(is_meant);
                (supports || contradicts).then_some((envelope.id.as_str(), supports))
            })
            .collect();
        let own = &self.claim.envelope;
        let named = own.supports.iter().map(|id| (id.as_str(), true));
        let named = named.chain(own.contradicts.iter().map(|id| (id.as_str(), false)));
        for (id, stands_for) in named.chain(linked) {
            self.speak(id, stands_for);
        }
    }

    fn finding(self) -> Finding {
        let own = self.claim.envelope.source.as_str();
        let sources = self.voices.iter().map(|(envelope, _)| envelope.source.as_str());
        let origins = Origins::among(self.case, sources.chain([own]));
        let mut voices = Vec::new();
        for (envelope, stands_for) in &self.voices {
            let same_origin = origins.are_one(&envelope.source, own);
            let graded = can_bear_out(self.case, envelope);
            let stance = match (stands_for, same_origin, graded) {
                (true, true, _) => "same origin",
                (_, _, false) => "ungraded",
                (true, false, true) => "for",
                (false, _, true) => "against",
            };
            voices.push(Voice {
                statement: envelope.id.clone(),
                source: envelope.source.clone(),
                stance: stance.to_owned(),
                says: envelope.text.clone().unwrap_or_default(),
            });
        }
        let independent = |stance: &str| {
            let of_stance = voices.iter().filter(|voice: &&Voice| voice.stance == stance);
            origins.independent(of_stance.map(|voice| voice.source.as_str())).len()
        };
        let (for_it, against) = (independent("for"), independent("against"));
        let (verdict, reason, because) = weigh(for_it, against, voices.len(), self.least);
        let mut finding = Finding::new(self.claim, verdict, reason, because);
        finding.ground = Ground::Statements;
        finding.computed = Some(Value {
            best: Some(for_it as f64),
            low: None,
            high: None,
            unit: "sources".to_owned(),
            display: display(for_it, against),
        });
        finding.voices = voices;
        finding.would_change.extend(what_would_change(verdict).map(str::to_owned));
        finding
    }
}

fn display(for_it: usize, against: usize) -> String {
    let support = format!("{} for", counted(for_it as f64, "independent sources"));
    if against == 0 { support } else { format!("{support}, {against} against") }
}

/// Independent sources for and against, besides the claim's own.
fn weigh(for_it: usize, against: usize, voices: usize, least: usize) -> (Verdict, Reason, String) {
    let sources = |n: usize| counted(n as f64, "independent sources");
    match (for_it, against) {
        (0, 0) if voices == 0 => {
            (Verdict::NotTestable, Reason::NoData, "no other statement in the case speaks of it".to_owned())
        }
        (0, 0) => (
            Verdict::NotTestable,
            Reason::NoData,
            "every statement on it goes back to the same origin, or to a source that cannot be judged".to_owned(),
        ),
        (n, 0) if n < least => {
            let because = format!("{} bear it out, none speaks against, but it takes {least}", sources(n));
            (Verdict::Consistent, Reason::Coverage, because)
        }
        (n, 0) => (Verdict::Supported, Reason::Figure, format!("{} bear it out, none speaks against", sources(n))),
        // One voice against the claim's own: word against word.
        (0, 1) => (Verdict::Mixed, Reason::Figure, "one independent source speaks against it, none for".to_owned()),
        (0, n) => (Verdict::Contradicted, Reason::Figure, format!("{} speak against it, none for", sources(n))),
        (n, m) => (Verdict::Mixed, Reason::Figure, format!("{} for, {m} against", sources(n))),
    }
}

fn what_would_change(verdict: Verdict) -> Option<&'static str> {
    Some(match verdict {
        Verdict::Supported => "An independent source that denies it, or word that the sources share an origin.",
        Verdict::NotTestable => "A graded source of another origin that speaks of it.",
        Verdict::Mixed | Verdict::Contradicted => "Better sources on either side.",
        Verdict::Consistent => "A further independent source that says so.",
    })
}

/// Whether two statements may hold at the same time; always, where one does not say when.
fn at_one_time(a: Option<&Edtf>, b: Option<&Edtf>) -> bool {
    let when = |date: Option<&Edtf>| date.map_or_else(|| When::span(Span { start: None, end: None }), Edtf::as_state);
    when(a).overlaps(&when(b)).may_hold()
}

fn stance(a: &Envelope, b: &Envelope) -> bool {
    a.negated == b.negated
}

/// The same kind of tie between the same two; denied by one, it stands against.
fn same_tie(a: &Relation, b: &Relation) -> Option<bool> {
    let same = a.from == b.from && a.to == b.to;
    let swapped = a.kind.is_symmetric() && a.from == b.to && a.to == b.from;
    let matches = a.kind == b.kind && (same || swapped);
    let apart =
        a.envelope.negated == b.envelope.negated && !at_one_time(a.envelope.valid.as_ref(), b.envelope.valid.as_ref());
    (matches && !apart).then(|| stance(&a.envelope, &b.envelope))
}

/// The same kind of event at the same place and time, done by one of the same actors where both name any.
fn same_event(a: &ReportedEvent, b: &ReportedEvent) -> Option<bool> {
    let by_one = a.by.is_empty() || b.by.is_empty() || a.by.iter().any(|actor| b.by.contains(actor));
    let together = a.when.as_moment().overlaps(&b.when.as_moment()).may_hold();
    let matches = a.kind == b.kind && a.place.is_some() && a.place == b.place && by_one && together;
    matches.then(|| stance(&a.envelope, &b.envelope))
}

/// The same actor in the same place at the same time; `none` stands against every other status.
fn same_hold(a: &Control, b: &Control) -> Option<bool> {
    let together = at_one_time(a.envelope.valid.as_ref(), b.envelope.valid.as_ref());
    let matches = a.actor == b.actor && a.place == b.place && together;
    let alike = (a.status == "none") == (b.status == "none");
    matches.then(|| stance(&a.envelope, &b.envelope) == alike)
}

/// The same quantity of the same actor at the same time; figures that cannot both be right stand against each other.
fn same_figure(a: &Estimate, b: &Estimate) -> Option<bool> {
    let together = at_one_time(a.envelope.valid.as_ref(), b.envelope.valid.as_ref());
    let matches = a.actor == b.actor && a.quantity == b.quantity && a.unit == b.unit && together;
    matches.then(|| matches!(accord(&a.value, &b.value), Accord::Agree | Accord::Compatible))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sources::tests::{case, source};

    #[test]
    fn voices_are_weighed() {
        let verdict = |for_it, against, voices| weigh(for_it, against, voices, 1).0;
        assert_eq!(verdict(0, 0, 0), Verdict::NotTestable);
        assert_eq!(verdict(0, 0, 3), Verdict::NotTestable);
        assert_eq!(verdict(1, 0, 2), Verdict::Supported);
        assert_eq!(verdict(0, 1, 1), Verdict::Mixed);
        assert_eq!(verdict(0, 2, 2), Verdict::Contradicted);
        assert_eq!(verdict(2, 1, 3), Verdict::Mixed);
    }

    /// The claim of source `own`, resting on `pledge`, beside those statements.
    fn heard(statements: &str) -> Finding {
        let mut tables = source("own", "B", &["origin"]) + &source("origin", "B", &[]);
        tables += &[source("b", "B", &[]), source("c", "C", &[]), source("rumour", "F", &[])].concat();
        for actor in ["front", "brigade", "guard"] {
            tables += &format!("[[actor]]\nid = {actor:?}\nname = {actor:?}\nkind = \"armed-group\"\n");
        }
        tables += "[[claim]]\nid = \"claim\"\ntext = \"x\"\nsource = \"own\"\n\
                   [claim.check]\nkind = \"relation\"\nstatements = [\"pledge\"]\n";
        let case = case(&(tables + &pledge("pledge", "own", "brigade", "front", "") + statements));
        check(&case, case.claim("claim").unwrap(), &["pledge".to_owned()], 1)
    }

    fn pledge(id: &str, source: &str, from: &str, to: &str, more: &str) -> String {
        format!(
            "[[relation]]\nid = {id:?}\nsource = {source:?}\nkind = \"allegiance\"\nfrom = {from:?}\nto = {to:?}\n\
             valid = \"2019-03\"\n{more}\n"
        )
    }

    /// The stance of each voice but the claim's own.
    fn stances(finding: &Finding) -> Vec<(&str, &str)> {
        let others = finding.voices.iter().filter(|voice| voice.statement != "pledge");
        others.map(|voice| (voice.statement.as_str(), voice.stance.as_str())).collect()
    }

    #[test]
    fn a_claim_alone_is_borne_out_by_nobody() {
        let finding = heard("");
        assert_eq!((finding.verdict, finding.reason), (Verdict::NotTestable, Reason::NoData));
        assert!(stances(&finding).is_empty());
    }

    #[test]
    fn statements_of_the_same_tie_are_heard() {
        let finding = heard(
            &[
                pledge("alike", "b", "brigade", "front", ""),
                pledge("denial", "c", "brigade", "front", "negated = true"),
                pledge("echo", "origin", "brigade", "front", ""),
                pledge("other", "b", "guard", "front", ""),
                pledge("turned", "b", "front", "brigade", ""),
                pledge("unjudged", "rumour", "brigade", "front", ""),
                pledge("withdrawn", "b", "brigade", "front", "rank = \"deprecated\""),
            ]
            .concat(),
        );
        let expected = [("alike", "for"), ("denial", "against"), ("echo", "same origin"), ("unjudged", "ungraded")];
        assert_eq!(stances(&finding), expected);
        assert_eq!((finding.verdict, finding.reason), (Verdict::Mixed, Reason::Figure));
    }

    #[test]
    fn what_a_statement_says_of_itself_goes_before_likeness() {
        let finding = heard(&pledge("doubt", "b", "brigade", "front", "contradicts = [\"claim\"]"));
        assert_eq!(stances(&finding), [("doubt", "against")]);
        let finding = heard(&pledge("kin", "b", "guard", "front", "supports = [\"pledge\"]"));
        assert_eq!(stances(&finding), [("kin", "for")]);
        assert_eq!(finding.verdict, Verdict::Supported);
    }

    #[test]
    fn two_that_share_an_origin_in_the_matter_count_once() {
        let leaning = source("d", "B", &["b"]) + &pledge("from-d", "d", "brigade", "front", "");
        let finding = heard(&(leaning + &pledge("from-b", "b", "brigade", "front", "")));
        assert_eq!(stances(&finding), [("from-d", "for"), ("from-b", "for")]);
        assert_eq!(finding.computed.unwrap().display, "1 independent source for");
    }

    #[test]
    fn a_denial_matches_at_any_time_and_an_assertion_at_its_own() {
        let at = |valid: &str, more: &str| {
            let other = pledge("other", "b", "brigade", "front", more).replace("2019-03", valid);
            heard(&other).voices.iter().any(|voice| voice.statement == "other")
        };
        assert!(at("2019", ""));
        assert!(!at("2021", ""));
        assert!(at("2021", "negated = true"));
    }

    #[test]
    fn holding_nothing_stands_against_holding_anything() {
        let control = |id: &str, status: &str, valid: &str| {
            format!(
                "[[control]]\nid = {id:?}\nsource = \"b\"\nactor = \"front\"\nplace = \"hills\"\n\
                 status = {status:?}\nvalid = {valid:?}\n"
            )
        };
        let places = "[[actor]]\nid = \"front\"\nname = \"x\"\nkind = \"armed-group\"\n[[place]]\nid = \"hills\"\n\
                      name = \"x\"\nkind = \"admin1\"\npoint = [1.0, 2.0]\nprecision-km = 50\n";
        let tables =
            source("b", "B", &[]) + places + &control("all", "full", "2020") + &control("some", "partial", "2020");
        let case = case(&(tables + &control("nothing", "none", "2020") + &control("later", "full", "2022")));
        let same = |a, b| same_hold(case.control(a).unwrap(), case.control(b).unwrap());
        assert_eq!(same("all", "some"), Some(true));
        assert_eq!(same("all", "nothing"), Some(false));
        assert_eq!(same("nothing", "nothing"), Some(true));
        assert_eq!(same("all", "later"), None);
    }
}
