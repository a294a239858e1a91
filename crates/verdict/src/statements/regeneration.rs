//! Whether a group made good its losses, by the model of its size.

use casefile_measure::strength::months;
use casefile_model::claim::Claim;
use casefile_model::date::Edtf;
use casefile_model::quantity::{Computed, Draws, QuantityKind};
use casefile_stats::strength::Answer;

use super::strength::{Asked, Question, UNINFORMED, round2, times};
use super::{exact, judged, ruled, untestable};
use crate::examine::{Examiner, Fault};
use crate::finding::{Finding, Reason, Value, Verdict};
use crate::judge::SURE;
use crate::words::{number, percent};

pub(super) fn check(
    examiner: &Examiner<'_>,
    claim: &Claim,
    actor: &str,
    quantity: &str,
    over: &Edtf,
) -> Result<Finding, Fault> {
    let Some(window) = months(over) else {
        return Ok(untestable(claim, Reason::Precision, "a renewal needs months with a beginning and an end"));
    };
    let asked = match Asked::of(examiner, claim, actor, quantity, vec![window]) {
        Ok(asked) => asked,
        Err(why) => return Ok(untestable(claim, Reason::NoData, why)),
    };
    let reply = match asked.reply(examiner, Question::Renewal(window)) {
        Ok(reply) => reply,
        Err(why) => return Ok(untestable(claim, Reason::Precision, why)),
    };
    let ([recruits, exits, replacement], [recruited, _, replaced]) = (&reply.answers[..], &reply.draws[..]) else {
        return Ok(untestable(claim, Reason::NoData, "the model gives no answer"));
    };
    let a_month = |answer: &Answer| {
        let q = answer.posterior;
        format!("{} a month ({}–{})", number(round2(q.q50)), number(round2(q.q05)), number(round2(q.q95)))
    };
    let as_counts = claim.says.as_ref().is_some_and(|says| says.kind() == QuantityKind::Count);
    if !(if as_counts { recruits.informed } else { replacement.informed }) {
        return Ok(untestable(claim, Reason::Precision, UNINFORMED));
    }
    let mut finding = match &claim.says {
        Some(says) if as_counts => {
            let q = recruits.posterior;
            let value = Value {
                best: Some(q.q50),
                low: Some(q.q05),
                high: Some(q.q95),
                unit: "recruits a month".to_owned(),
                display: a_month(recruits),
            };
            judged(claim, says, &Computed::distribution(Draws::equal(recruited.iter().copied())?), &exact(), value)
        }
        Some(says) => {
            let draws = Draws::equal(replaced.iter().copied())?;
            judged(claim, says, &Computed::distribution(draws), &exact(), times(replacement))
        }
        None => {
            let chance = replaced.iter().filter(|x| **x >= 1.0).count() as f64 / replaced.len().max(1) as f64;
            let mut finding =
                ruled(claim, made_good(chance), "losses made good".to_owned(), times(replacement), &exact());
            finding.probability = Some(chance);
            finding
        }
    };
    finding.notes.push(format!(
        "Recruits {}, all who left {}; recruits for each who left {}.",
        a_month(recruits),
        a_month(exits),
        times(replacement).display
    ));
    asked.tell(&mut finding, examiner, &reply);
    Ok(finding)
}

/// Whether as many came as left.
fn made_good(chance: f64) -> (Verdict, Reason, String) {
    let p = percent(chance);
    if chance >= SURE {
        (Verdict::Supported, Reason::Figure, format!("with {p} at least as many came as left"))
    } else if chance <= 1.0 - SURE {
        (Verdict::Contradicted, Reason::Figure, format!("with only {p} as many came as left"))
    } else {
        (Verdict::Mixed, Reason::Precision, format!("with {p} at least as many came as left: too uncertain to tell"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn losses_are_made_good_where_as_many_come_as_leave() {
        for (chance, expected) in [
            (0.9, (Verdict::Supported, Reason::Figure)),
            (0.5, (Verdict::Mixed, Reason::Precision)),
            (0.09, (Verdict::Contradicted, Reason::Figure)),
        ] {
            let (verdict, reason, _) = made_good(chance);
            assert_eq!((verdict, reason), expected, "{chance}");
        }
    }
}
