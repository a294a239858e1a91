//! Claims against what other sources state, by the measures that are made of statements: one file for each kind of check.
//!
//! | check | file | rule |
//! |---|---|---|
//! | ties | [`ties`] | the number of others tied to; what no source states may be there all the same |
//! | path | [`path`] | a chain of ties |
//! | centrality | [`centrality`] | the place among those through whom others are connected |
//! | tenure | [`tenure`] | the time in office |
//! | strength | [`strength`] | the posterior of a group's size |
//! | regeneration | [`regeneration`] | recruits for those who left, by the same posterior |
//! | hypothesis | [`hypothesis`] | the chance of an answer among those that compete |
//!
//! A claim is not borne out by its own word: [`besides`] leaves out what its own source states on the matter, and what goes back
//! to the same origin, and what no graded source states.

mod centrality;
mod hypothesis;
mod path;
mod regeneration;
mod strength;
mod tenure;
mod ties;

use casefile_case::Case;
use casefile_measure::network::{self, Built};
use casefile_model::claim::{Check, Claim};
use casefile_model::quantity::{Bearing, Computed, HedgedQuantity};
use casefile_model::statement::Envelope;

pub(crate) use strength::Posteriors;

use crate::bearing::Bears;
use crate::events::expected;
use crate::examine::{Examiner, Fault};
use crate::finding::{Coverage, Expected, Finding, Ground, Reason, Value, Verdict, Voice};
use crate::judge::judge;
use crate::sources::{Origins, can_bear_out};

/// Checks a claim against statements by a measure made of them.
pub(crate) fn check(examiner: &Examiner<'_>, claim: &Claim, check: &Check) -> Result<Finding, Fault> {
    let case = examiner.case;
    let mut finding = match check {
        Check::Ties { actor, kinds, way, at, before } => {
            ties::check(case, claim, &ties::Asked { actor, kinds, way: *way }, at, before.as_ref())?
        }
        Check::Path { from, to, kinds, steps, at } => path::check(case, claim, [from, to], kinds, *steps as usize, at),
        Check::Centrality { actor, at, top } => centrality::check(case, claim, actor, at, *top as usize),
        Check::Tenure { actor, leader, unit } => tenure::check(case, claim, actor, leader, *unit)?,
        Check::Strength { actor, quantity, at, before } => {
            strength::check(examiner, claim, actor, quantity, at, before.as_ref())?
        }
        Check::Regeneration { actor, quantity, over } => regeneration::check(examiner, claim, actor, quantity, over)?,
        Check::Hypothesis { question, answers } => hypothesis::check(case, claim, question, answers),
        _ => untestable(claim, Reason::NoData, "this check is about events"),
    };
    finding.ground = Ground::Statements;
    Ok(finding)
}

/// The case without what the claim's own source states on a matter, and what goes back to the same origin: only relations and
/// estimates are left out. `speaks` tells the statements on the matter.
fn besides(case: &Case, claim: &Claim, speaks: impl Fn(&Envelope) -> bool) -> Case {
    let own = claim.envelope.source.as_str();
    let voices = case.statements().filter(|envelope| speaks(envelope)).map(|envelope| envelope.source.as_str());
    let origins = Origins::among(case, voices.chain([own]));
    let stays = |id: &str| {
        case.envelope(id).is_none_or(|envelope| {
            !speaks(envelope) || (!origins.are_one(&envelope.source, own) && can_bear_out(case, envelope))
        })
    };
    let mut others = case.clone();
    others.relations.retain(stays);
    others.estimates.retain(stays);
    others
}

/// The network of what other sources state.
fn network_besides(case: &Case, claim: &Claim) -> Option<Built> {
    let others = besides(case, claim, |envelope| case.relation(&envelope.id).is_some());
    // A case that was read without error makes a network.
    network::build(&others, &[]).ok()
}

/// The statements of ties as voices for a claim.
fn voices<'a>(case: &Case, keys: impl IntoIterator<Item = &'a str>) -> Vec<Voice> {
    let mut ids: Vec<&str> = keys.into_iter().collect();
    ids.sort_unstable();
    ids.dedup();
    ids.into_iter()
        .filter_map(|id| case.envelope(id))
        .map(|envelope| Voice {
            statement: envelope.id.clone(),
            source: envelope.source.clone(),
            stance: "for".to_owned(),
            says: envelope.text.clone().unwrap_or_default(),
        })
        .collect()
}

/// What is not stated may be so all the same: what is stated is a lower bound.
fn lower_bound(what: &str) -> Bears {
    Bears {
        bearing: Bearing::AtLeast,
        reason: Reason::Coverage,
        because: format!("the case holds only {what} that some source states"),
        excused: None,
    }
}

/// A figure made of statements that bears on the very thing.
fn exact() -> Bears {
    Bears { bearing: Bearing::Exact, reason: Reason::Figure, because: String::new(), excused: None }
}

fn untestable(claim: &Claim, reason: Reason, because: impl Into<String>) -> Finding {
    let mut finding = Finding::new(claim, Verdict::NotTestable, reason, because.into());
    finding.would_change.push("A graded source of another origin that speaks of it.".to_owned());
    finding
}

/// A figure made of statements against the claimed one.
fn judged(claim: &Claim, says: &HedgedQuantity, computed: &Computed, bears: &Bears, value: Value) -> Finding {
    let judgement = judge(computed, bears, says, true);
    let figure = &value.display;
    let because = match (judgement.verdict, judgement.reason) {
        (Verdict::Supported, _) => format!("other sources make it {figure}, as the claim says"),
        (Verdict::Contradicted, _) => format!("other sources make it {figure}, outside what the claim allows"),
        (Verdict::Mixed, Reason::Precision) => format!("other sources make it {figure}, too uncertain to tell"),
        (Verdict::Mixed, _) => format!("other sources make it {figure}, beside the claim; but {}", bears.because),
        _ => format!("other sources make it {figure}, which allows the claim: {}", bears.because),
    };
    let mut finding = Finding::new(claim, judgement.verdict, judgement.reason, because);
    finding.expected = Some(expected(says));
    finding.computed = Some(value);
    finding.probability = judgement.probability(bears.bearing);
    finding.probability_pragmatic = judgement.probability_pragmatic(bears.bearing);
    close(&mut finding, bears);
    finding
}

/// A finding from a rule of its own.
fn ruled(
    claim: &Claim,
    (verdict, reason, because): (Verdict, Reason, String),
    phrase: String,
    value: Value,
    bears: &Bears,
) -> Finding {
    let mut finding = Finding::new(claim, verdict, reason, because);
    finding.expected = Some(Expected { phrase, strict: None, pragmatic: None });
    finding.computed = Some(value);
    close(&mut finding, bears);
    finding
}

fn close(finding: &mut Finding, bears: &Bears) {
    finding.bearing = Some(crate::bearing::bearing_name(bears.bearing).to_owned());
    finding.coverage = Some(if bears.bearing == Bearing::Exact { Coverage::Complete } else { Coverage::Partial });
    finding.would_change.push("Further statements by sources of another origin, or the withdrawal of some.".to_owned());
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::sources::tests::{case, source};

    /// A case of three sources, of which `digest` leans on `paper`, with actors `a` to `d` and further tables.
    pub(crate) fn small(tables: &str) -> Case {
        let mut text = source("paper", "B", &[])
            + &source("other", "B", &[])
            + &source("digest", "B", &["paper"])
            + &source("rumour", "E", &[])
            + &source("third", "A", &[]);
        for id in ["a", "b", "c", "d"] {
            text += &format!("[[actor]]\nid = {id:?}\nname = {id:?}\nkind = \"armed-group\"\n");
        }
        case(&(text + tables))
    }

    /// A claim of the paper with a check.
    pub(crate) fn claimed(says: &str, check: &str) -> String {
        let says = if says.is_empty() { String::new() } else { format!("says = {says:?}\n") };
        format!("[[claim]]\nid = \"claim\"\ntext = \"x\"\nsource = \"paper\"\n{says}check = {{ {check} }}\n")
    }

    pub(crate) fn relation(id: &str, kind: &str, [from, to]: [&str; 2], valid: &str, source: &str) -> String {
        format!(
            "[[relation]]\nid = {id:?}\nkind = {kind:?}\nfrom = {from:?}\nto = {to:?}\nvalid = {valid:?}\nsource = {source:?}\n"
        )
    }

    #[test]
    fn a_claim_is_not_borne_out_by_its_own_word() {
        let tie = |id: &str, source: &str| relation(id, "alliance", ["a", "b"], "2020", source);
        let case = small(
            &(claimed("two", "kind = \"ties\", actor = \"a\", kinds = \"alliance\", at = \"2020\"")
                + &tie("own", "paper")
                + &tie("echo", "digest")
                + &tie("else", "other")
                + &tie("talk", "rumour")),
        );
        let claim = case.claim("claim").unwrap();
        let left = besides(&case, claim, |envelope| case.relation(&envelope.id).is_some());
        let ids: Vec<&str> = left.relations.iter().map(|relation| relation.envelope.id.as_str()).collect();
        assert_eq!(ids, ["else"], "not the own word, its echo, or what an unreliable source says");
        let all = besides(&case, claim, |_| false);
        assert_eq!(all.relations.len(), 4, "what is not on the matter stays");
    }
}
