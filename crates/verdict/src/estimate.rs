//! Claims about quantities that nothing observes directly, against what other sources estimate.

use casefile_case::Case;
use casefile_model::claim::Claim;
use casefile_model::date::Edtf;
use casefile_model::quantity::{Accord, Bearing, Computed, ComputedError, HedgedQuantity, QuantityKind, accord};
use casefile_model::statement::{Estimate, Rank};

use crate::bearing::Bears;
use crate::events::expected;
use crate::finding::{Finding, Ground, Reason, Value, Verdict, Voice};
use crate::judge::judge;
use crate::sources::{Origins, can_bear_out};
use crate::words::{counted, number, percent};

/// What estimates are sought: of whom, of what, and for when.
pub(crate) struct Sought<'a> {
    pub actor: &'a str,
    pub quantity: &'a str,
    pub at: &'a Edtf,
}

impl Sought<'_> {
    fn among<'c>(&self, case: &'c Case) -> Vec<&'c Estimate> {
        let of_it = |e: &&Estimate| e.actor == self.actor && e.quantity == self.quantity;
        let stands = |e: &&Estimate| e.envelope.rank != Rank::Deprecated && !e.envelope.negated;
        case.estimates.iter().filter(of_it).filter(stands).filter(|e| holds_at(e, self.at)).collect()
    }
}

/// Sets the claimed figure beside every estimate by an independent source for the same time.
pub(crate) fn check(case: &Case, claim: &Claim, sought: &Sought<'_>) -> Finding {
    let Some(says) = &claim.says else {
        return Finding::new(claim, Verdict::NotTestable, Reason::NoData, "the claim does not say how much".to_owned());
    };
    let others = sought.among(case);
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

/// A figure for one time over the same counter's figure for an earlier one.
struct Pair<'a> {
    then: &'a Estimate,
    now: &'a Estimate,
    low: f64,
    high: f64,
}

/// Sets a claimed change beside those that the figures of independent counters show: one counter's figures, so that what grows
/// is not the way of counting. With `per_day` each figure is divided by the days that it is for.
///
/// # Errors
/// Only if the bounds of a figure are out of order.
pub(crate) fn change(
    case: &Case,
    claim: &Claim,
    sought: &Sought<'_>,
    before: &Edtf,
    per_day: bool,
) -> Result<Finding, ComputedError> {
    let Some(says) = &claim.says else {
        let because = "the claim does not say how much".to_owned();
        return Ok(Finding::new(claim, Verdict::NotTestable, Reason::NoData, because));
    };
    let (early, late) = (Sought { at: before, ..*sought }.among(case), sought.among(case));
    let pairs: Vec<Pair<'_>> = early
        .iter()
        .flat_map(|then| late.iter().map(move |now| (*then, *now)))
        .filter(|(then, now)| one_counter(case, then, now) && comes_after(then, now))
        .filter_map(|(then, now)| pair(then, now, per_day))
        .collect();
    let own = claim.envelope.source.as_str();
    let sources = pairs.iter().flat_map(|pair| [&pair.then.envelope.source, &pair.now.envelope.source]);
    let origins = Origins::among(case, sources.map(String::as_str).chain([own]));
    let mut voices: Vec<Voice> = Vec::new();
    let bears = Bears { bearing: Bearing::Exact, reason: Reason::Figure, because: String::new(), excused: None };
    for pair in &pairs {
        let middle = if pair.high.is_finite() { f64::midpoint(pair.low, pair.high) } else { pair.low };
        let verdict = judge(&Computed::interval(pair.low, middle, pair.high)?, &bears, says, true).verdict;
        let both = [&pair.then.envelope, &pair.now.envelope];
        let stance = match verdict {
            _ if both.iter().any(|envelope| origins.are_one(&envelope.source, own)) => "same origin",
            _ if both.iter().any(|envelope| !can_bear_out(case, envelope)) => "ungraded",
            Verdict::Supported => "for",
            Verdict::Contradicted => "against",
            _ => "compatible",
        };
        voices.push(Voice {
            statement: pair.now.envelope.id.clone(),
            source: pair.now.envelope.source.clone(),
            stance: stance.to_owned(),
            says: format!(
                "{} ({}), then {} ({}) {}",
                pair.then.value.phrase(),
                when(pair.then),
                pair.now.value.phrase(),
                when(pair.now),
                pair.now.unit
            ),
        });
    }
    let independent = |stance: &str| {
        let of_stance = voices.iter().filter(|voice| voice.stance == stance);
        origins.independent(of_stance.map(|voice| voice.source.as_str())).len()
    };
    let tally =
        Tally { agree: independent("for"), compatible: independent("compatible"), against: independent("against") };
    let (verdict, reason, because) = match tally.verdict(voices.len()) {
        (verdict, reason, _) if voices.is_empty() => {
            (verdict, reason, "no other source in the case gives a figure for both times".to_owned())
        }
        ruling => ruling,
    };
    let mut finding = Finding::new(claim, verdict, reason, because);
    finding.ground = Ground::Statements;
    finding.expected = Some(expected(says));
    finding.computed = Some(spanned(&pairs));
    if per_day && !pairs.is_empty() {
        finding.notes.push("Figures are set against the days that they are for.".to_owned());
    }
    finding.voices = voices;
    finding.would_change.push("Further figures for both times by counters of another origin.".to_owned());
    Ok(finding)
}

/// Whether two figures were counted alike: by the actor to whom both are attributed, by one source, or from one that both lean on.
fn one_counter(case: &Case, a: &Estimate, b: &Estimate) -> bool {
    let by = |e: &Estimate| e.envelope.attributed_to.clone();
    if let (Some(one), Some(other)) = (by(a), by(b)) {
        return one == other;
    }
    let leans_on = |e: &Estimate| case.source(&e.envelope.source).map_or(&[][..], |source| &source.leans_on);
    a.envelope.source == b.envelope.source || leans_on(a).iter().any(|origin| leans_on(b).contains(origin))
}

fn comes_after(then: &Estimate, now: &Estimate) -> bool {
    let valid = |e: &Estimate| e.envelope.valid.as_ref().map(Edtf::stated);
    let ends = valid(then).and_then(|span| span.end).zip(valid(now).and_then(|span| span.start));
    ends.is_some_and(|(end, start)| end < start)
}

fn pair<'a>(then: &'a Estimate, now: &'a Estimate, per_day: bool) -> Option<Pair<'a>> {
    if then.value.kind() != now.value.kind() {
        return None;
    }
    let days = |e: &Estimate| e.envelope.valid.as_ref().and_then(|valid| valid.stated().days()).map(f64::from);
    let scale = if per_day { days(then)? / days(now)? } else { 1.0 };
    let (a, b) = (now.value.pragmatic(), then.value.pragmatic());
    let over = |a: f64, b: f64| if b > 0.0 { a / b * scale } else { f64::INFINITY };
    let (low, high) = (over(a.lo().max(0.0), b.hi()), over(a.hi(), b.lo().max(0.0)));
    (!low.is_nan() && !high.is_nan()).then_some(Pair { then, now, low, high })
}

/// The range that all the pairs span.
fn spanned(pairs: &[Pair<'_>]) -> Value {
    let low = pairs.iter().map(|pair| pair.low).fold(f64::INFINITY, f64::min);
    let high = pairs.iter().map(|pair| pair.high).fold(f64::NEG_INFINITY, f64::max);
    let times = |x: f64| format!("×{}", number((x * 100.0).round() / 100.0));
    let display = match pairs.len() {
        0 => "no figures for both times".to_owned(),
        n if low == high => format!("{}: {}", counted(n as f64, "figure pairs"), times(low)),
        n => format!("{}: {}–{}", counted(n as f64, "figure pairs"), times(low), times(high)),
    };
    let finite = |x: f64| x.is_finite().then_some(x);
    Value { best: None, low: finite(low), high: finite(high), unit: "ratio".to_owned(), display }
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
        let at = "2021".parse().unwrap();
        check(&case, case.claim("claim").unwrap(), &Sought { actor: "front", quantity: "strength", at: &at })
    }

    /// The finding on a change from 2020 to 2021, said by source `own`, beside those estimates.
    fn changed(says: &str, per_day: bool, estimates: &[String]) -> Finding {
        let sources = [("own", "B", &["origin"][..]), ("origin", "B", &[]), ("b", "B", &[]), ("c", "C", &[])];
        let mut tables: String = sources.iter().map(|(id, grade, on)| source(id, grade, on)).collect();
        tables += "[[actor]]\nid = \"front\"\nname = \"Northern Front\"\nkind = \"armed-group\"\n";
        tables += &format!("[[claim]]\nid = \"claim\"\ntext = \"x\"\nsource = \"own\"\nsays = {says:?}\n");
        tables += "[claim.check]\nkind = \"estimate\"\nactor = \"front\"\nquantity = \"strength\"\nbefore = \"2020\"\nat = \"2021\"\n";
        let case = case(&(tables + &estimates.concat()));
        let (before, at) = ("2020".parse().unwrap(), "2021".parse().unwrap());
        let sought = Sought { actor: "front", quantity: "strength", at: &at };
        change(&case, case.claim("claim").unwrap(), &sought, &before, per_day).unwrap()
    }

    #[test]
    fn a_change_is_that_of_one_counters_figures() {
        let of = |says, estimates: &[String]| {
            let finding = changed(says, false, estimates);
            (finding.verdict, finding.reason)
        };
        let (low, high) = (estimate("e-1", "b", "2020", "100"), estimate("e-2", "b", "2021", "250"));
        assert_eq!(of("more than doubled", &[low.clone(), high.clone()]), (Supported, Figure));
        assert_eq!(of("decreased", &[low.clone(), high.clone()]), (Mixed, Figure), "word against word");
        let other = [estimate("e-3", "c", "2020", "100"), estimate("e-4", "c", "2021", "90")];
        assert_eq!(of("increased", &[&[low.clone(), high.clone()][..], &other].concat()), (Mixed, Figure));
        assert_eq!(
            of("increased", &[low.clone(), estimate("e-5", "c", "2021", "250")]),
            (NotTestable, NoData),
            "two counters"
        );
        let own = [estimate("e-6", "origin", "2020", "1"), estimate("e-7", "origin", "2021", "2")];
        assert_eq!(of("increased", &own), (NotTestable, NoData), "the claim's origin");
        let vague = [estimate("e-8", "b", "2020", "100–300"), estimate("e-9", "b", "2021", "200–400")];
        assert_eq!(of("increased", &vague), (Consistent, Precision));
    }

    #[test]
    fn counts_of_unlike_times_are_compared_by_day() {
        let figures =
            [estimate("e-1", "b", "2020-01/2020-04", "77"), estimate("e-2", "b", "2021-08-19/2021-12-31", "152")];
        let finding = changed("doubled", true, &figures);
        let value = finding.computed.unwrap();
        let expected = 152.0 / 135.0 / (77.0 / 121.0);
        // A bare number is read to its last digit.
        assert!(value.low.unwrap() < expected && expected < value.high.unwrap(), "{value:?}");
        assert_eq!(value.display, "1 figure pair: ×1.75–×1.79");
        assert_eq!(changed("doubled", false, &figures).computed.unwrap().display, "1 figure pair: ×1.95–×1.99");
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
