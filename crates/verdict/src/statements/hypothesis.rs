//! How an answer stands among those that compete for a question.

use casefile_case::Case;
use casefile_measure::hypotheses::{Answered, Judged, answer};
use casefile_model::claim::Claim;
use casefile_model::question::{Consistency, Evidence, Question};

use super::{exact, ruled, untestable};
use crate::finding::{Finding, Reason, Value, Verdict, Voice};
use crate::judge::SURE;
use crate::sources::Origins;
use crate::words::{self, percent};

/// The chance that one of some answers is true: its least, its middle and its greatest value over the ranges of all that goes in.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Standing {
    low: f64,
    middle: f64,
    high: f64,
    /// Whether the likeliest answer is among them.
    leads: bool,
}

pub(super) fn check(case: &Case, claim: &Claim, question: &str, answers: &[String]) -> Finding {
    let Some(question) = case.question(question) else {
        return untestable(claim, Reason::NoData, "the case asks no such question");
    };
    let telling: Vec<&Evidence> = question.evidence.iter().filter(|item| tells(item)).collect();
    if telling.is_empty() {
        return untestable(claim, Reason::NoData, "no evidence is set against the answers");
    }
    let independent = independent(case, claim, question);
    let standing = |question: &Question| {
        let found = answer(case, question, case.seed).ok()?;
        Some(both(&found, answers))
    };
    let Some(all) = standing(question) else {
        return untestable(claim, Reason::NoData, "the evidence makes no matrix");
    };
    let others = (!independent.evidence.is_empty()).then(|| standing(&independent)).flatten();
    let ruling = ruling(&all, others.as_ref());
    let round = |x: f64| percent((x * 100.0).round() / 100.0);
    let value = Value {
        best: Some(all.middle),
        low: Some(all.low),
        high: Some(all.high),
        unit: "probability".to_owned(),
        display: words::with_interval(all.middle, all.low, all.high, round, ""),
    };
    let phrase = answers.join(" or ");
    let mut finding = ruled(claim, ruling, phrase, value, &exact());
    finding.coverage = None;
    finding.probability = Some(all.middle);
    finding.notes.push(match others {
        Some(others) => format!(
            "Without the items of the claim's own source and its origins ({} of {} are left): {} ({}–{}).",
            independent.evidence.len(),
            question.evidence.len(),
            round(others.middle),
            round(others.low),
            round(others.high)
        ),
        None => "Every item goes back to the claim's own source.".to_owned(),
    });
    finding
        .notes
        .push("The chances are no better than the list of answers: one of them is taken to be true.".to_owned());
    finding.voices = question.evidence.iter().map(|item| voice(case, item, answers)).collect();
    finding.would_change =
        vec!["Evidence of another origin that one answer leads to expect and the others do not.".to_owned()];
    finding
}

/// An item that reads alike under every answer tells nothing.
fn tells(item: &Evidence) -> bool {
    let readings: Vec<&Consistency> = item.readings.values().collect();
    readings.windows(2).any(|pair| pair[0] != pair[1])
}

/// The question with the evidence alone that does not go back to the claim's own source.
fn independent(case: &Case, claim: &Claim, question: &Question) -> Question {
    let own = claim.envelope.source.as_str();
    let sources: Vec<&str> = question.evidence.iter().filter_map(|item| source_of(case, item)).collect();
    let origins = Origins::among(case, sources.into_iter().chain([own]));
    let is_other = |item: &&Evidence| source_of(case, item).is_some_and(|source| !origins.are_one(source, own));
    Question {
        evidence: question.evidence.iter().filter(is_other).filter(|item| tells(item)).cloned().collect(),
        ..question.clone()
    }
}

fn source_of<'a>(case: &'a Case, item: &'a Evidence) -> Option<&'a str> {
    let stated = item.statement.as_deref().and_then(|id| case.envelope(id)).map(|envelope| envelope.source.as_str());
    stated.or(item.source.as_deref())
}

/// The weaker standing of two ways of counting: each item in full, and each origin once.
fn both(found: &Answered, answers: &[String]) -> Standing {
    let (a, b) = (of(&found.each, answers), of(&found.by_origin, answers));
    Standing {
        low: a.low.min(b.low),
        middle: if a.middle < b.middle { a.middle } else { b.middle },
        high: a.high.max(b.high),
        leads: a.leads && b.leads,
    }
}

fn of(judged: &Judged, answers: &[String]) -> Standing {
    let (mut low, mut middle, mut high) = (0.0, 0.0, 0.0);
    let (mut others_low, mut others_high) = (0.0, 0.0);
    for one in &judged.posterior {
        let (least, most) =
            one.drawn.as_ref().map_or((one.bounds.low, one.bounds.high), |drawn| (drawn.low, drawn.high));
        if answers.contains(&one.hypothesis) {
            low += least;
            middle += one.middle;
            high += most;
        } else {
            others_low += least;
            others_high += most;
        }
    }
    let best = judged.posterior.iter().max_by(|a, b| a.middle.total_cmp(&b.middle));
    let leads = best.is_some_and(|best| answers.contains(&best.hypothesis));
    let (low, high) = (f64::max(low, 1.0 - others_high), f64::min(high, 1.0 - others_low));
    Standing { low: low.clamp(0.0, middle), middle, high: high.clamp(middle, 1.0), leads }
}

/// An answer is settled where the evidence of others settles it too; else it leads, or it does not.
fn ruling(all: &Standing, others: Option<&Standing>) -> (Verdict, Reason, String) {
    let sure = |holds: &dyn Fn(&Standing) -> bool| holds(all) && others.is_some_and(holds);
    let middle = percent((all.middle * 100.0).round() / 100.0);
    if sure(&|standing| standing.low >= SURE) {
        return (Verdict::Supported, Reason::Figure, format!("the evidence gives it {middle}"));
    }
    if sure(&|standing| standing.high <= 1.0 - SURE) {
        return (Verdict::Contradicted, Reason::Figure, format!("the evidence gives it {middle}"));
    }
    if all.leads && all.middle > 0.5 {
        let because = format!("the evidence gives it {middle}, more than any other answer, and does not settle it");
        return (Verdict::Consistent, Reason::Precision, because);
    }
    (Verdict::Mixed, Reason::Precision, format!("the evidence gives it {middle}, and does not tell the answers apart"))
}

fn voice(case: &Case, item: &Evidence, answers: &[String]) -> Voice {
    let readings: Vec<String> = answers
        .iter()
        .filter_map(|answer| item.readings.get(answer).map(|reading| format!("{answer} {}", reading.name())))
        .collect();
    let text = item.statement.as_deref().and_then(|id| case.envelope(id)).and_then(|envelope| envelope.text.clone());
    Voice {
        statement: item.statement.clone().unwrap_or_default(),
        source: source_of(case, item).unwrap_or_default().to_owned(),
        stance: if readings.is_empty() { "n/a".to_owned() } else { readings.join(", ") },
        says: item.text.clone().or(text).unwrap_or_default(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{claimed, small};
    use super::*;
    use Verdict::*;

    fn standing(low: f64, middle: f64, high: f64, leads: bool) -> Standing {
        Standing { low, middle, high, leads }
    }

    #[test]
    fn an_answer_is_settled_only_by_what_others_say_too() {
        let (sure, open) = (standing(0.91, 0.95, 0.99, true), standing(0.3, 0.6, 0.9, true));
        let (out, low) = (standing(0.01, 0.03, 0.08, false), standing(0.1, 0.3, 0.6, false));
        for (all, others, expected) in [
            (sure, Some(sure), (Supported, Reason::Figure)),
            (sure, Some(open), (Consistent, Reason::Precision)),
            (sure, None, (Consistent, Reason::Precision)),
            (open, Some(open), (Consistent, Reason::Precision)),
            (low, Some(low), (Mixed, Reason::Precision)),
            (out, Some(out), (Contradicted, Reason::Figure)),
            (out, None, (Mixed, Reason::Precision)),
        ] {
            let (verdict, reason, _) = ruling(&all, others.as_ref());
            assert_eq!((verdict, reason), expected, "{all:?}, others {others:?}");
        }
    }

    const QUESTION: &str = "[[question]]\nid = \"q\"\ntext = \"x\"\n[[question.hypothesis]]\nid = \"yes\"\ntext = \"x\"\n[[question.hypothesis]]\nid = \"no\"\ntext = \"x\"\n";

    fn item(source: &str, yes: &str, no: &str) -> String {
        format!(
            "[[question.evidence]]\ntext = \"x\"\nsource = {source:?}\ncredibility = 1\nreadings = {{ yes = {yes:?}, no = {no:?} }}\n"
        )
    }

    fn verdict(evidence: &[String]) -> (Verdict, Reason) {
        let check_ = "kind = \"hypothesis\", question = \"q\", answers = \"yes\"";
        let case = small(&(claimed("", check_) + QUESTION + &evidence.concat()));
        let finding = check(&case, case.claim("claim").unwrap(), "q", &["yes".to_owned()]);
        (finding.verdict, finding.reason)
    }

    #[test]
    fn evidence_of_several_origins_settles_a_question() {
        let strong = |source: &str| item(source, "CC", "II");
        assert_eq!(verdict(&["other", "third"].map(strong)), (Supported, Reason::Figure));
        assert_eq!(verdict(&["paper", "digest", "paper"].map(strong)), (Consistent, Reason::Precision), "its own word");
        assert_eq!(verdict(&["other", "third"].map(|s| item(s, "II", "CC"))), (Contradicted, Reason::Figure));
        assert_eq!(verdict(&[item("other", "C", "I"), item("third", "I", "C")]).0, Mixed);
        assert_eq!(verdict(&[item("other", "C", "C")]), (NotTestable, Reason::NoData), "it reads alike under both");
        assert_eq!(verdict(&[]), (NotTestable, Reason::NoData));
    }
}
