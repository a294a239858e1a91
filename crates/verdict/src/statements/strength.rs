//! The size of a group, by a model of all that other sources estimate.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use casefile_measure::strength::{self as measured, Estimates, Held, losses, months, reach};
use casefile_model::claim::{Claim, Selection};
use casefile_model::date::{Edtf, Span};
use casefile_model::quantity::{Computed, Draws};
use casefile_stats::strength::{Answer, Months, Posterior, Priors, Record, Settings, fit};
use jiff::ToSpan;
use jiff::civil::Date;

use super::{besides, exact, judged, untestable, voices};
use crate::examine::{Examiner, Fault};
use crate::finding::{Coverage, Finding, Reason, Value};
use crate::words::{number, percent};

/// How long a posterior is sampled for a verdict: half as long as `casefile measure strength` does.
const CHAINS: u32 = 4;
const WARMUP: usize = 300;
const KEPT: usize = 300;

/// A posterior with the statements that it rests on.
pub(crate) struct Fitted {
    pub posterior: Posterior,
    pub statements: Vec<String>,
    /// What is told of the sampler and the losses.
    pub notes: Vec<String>,
}

/// Posteriors of one run: claims that rest on the same statements share one.
#[derive(Default)]
pub(crate) struct Posteriors(Mutex<BTreeMap<String, Arc<Result<Fitted, String>>>>);

impl Posteriors {
    fn get(&self, key: String, make: impl FnOnce() -> Result<Fitted, String>) -> Arc<Result<Fitted, String>> {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(known.entry(key).or_insert_with(|| Arc::new(make())))
    }
}

pub(super) fn check(
    examiner: &Examiner<'_>,
    claim: &Claim,
    actor: &str,
    quantity: &str,
    at: &Edtf,
    before: Option<&Edtf>,
) -> Result<Finding, Fault> {
    let Some(says) = &claim.says else {
        return Ok(untestable(claim, Reason::NoData, "the claim does not say how many"));
    };
    let asked: Vec<Months> = [Some(at), before].into_iter().flatten().filter_map(months).collect();
    let fitted = posterior(examiner, claim, actor, quantity, &asked);
    let fitted = match fitted.as_ref() {
        Ok(fitted) => fitted,
        Err(why) => return Ok(untestable(claim, Reason::NoData, why.clone())),
    };
    let posterior = &fitted.posterior;
    let at = months(at);
    let found = match (at, before.map(months)) {
        (Some(at), None) => posterior.strength(at).and_then(|answer| Ok((answer, posterior.draws_of_strength(at)?))),
        (Some(at), Some(Some(than))) => {
            posterior.compare(at, than).and_then(|compared| Ok((compared.ratio, posterior.draws_of_ratio(at, than)?)))
        }
        _ => return Ok(untestable(claim, Reason::Precision, "a strength needs months with a beginning and an end")),
    };
    let (answer, draws) = match found {
        Ok(found) => found,
        Err(error) => return Ok(untestable(claim, Reason::Precision, error.to_string())),
    };
    if !answer.informed {
        let because = "what other sources estimate tells nothing of that time: the figure would be the model's own assumption";
        return Ok(untestable(claim, Reason::Precision, because));
    }
    let value = if before.is_some() { times(&answer) } else { fighters(&answer) };
    let draws = Draws::equal(draws)?;
    let mut finding = judged(claim, says, &Computed::distribution(draws), &exact(), value);
    told(&mut finding, examiner, fitted);
    Ok(finding)
}

/// What stands behind a figure of the model.
pub(super) fn told(finding: &mut Finding, examiner: &Examiner<'_>, fitted: &Fitted) {
    finding.voices = voices(examiner.case, fitted.statements.iter().map(String::as_str));
    for voice in &mut finding.voices {
        voice.stance = "taken in".to_owned();
        if let Some(estimate) = examiner.case.estimate(&voice.statement) {
            voice.says = format!("{} {}", estimate.value.phrase(), estimate.unit);
        }
    }
    let diagnostics = fitted.posterior.diagnostics();
    let error = finding.probability.map_or_else(String::new, |p| {
        let n = diagnostics.bulk.1.min(diagnostics.tail.1).max(1.0);
        format!("; Monte Carlo error of the probability {}", percent((p * (1.0 - p) / n).sqrt()))
    });
    finding.notes.push(format!(
        "Posterior of {} draws, R-hat at most {}{error}.",
        diagnostics.draws,
        number((diagnostics.r_hat.1 * 1000.0).round() / 1000.0)
    ));
    finding.notes.extend(fitted.notes.iter().cloned());
}

/// The posterior of a group's size by the estimates that do not go back to the claim's own source.
pub(super) fn posterior(
    examiner: &Examiner<'_>,
    claim: &Claim,
    actor: &str,
    quantity: &str,
    asked: &[Months],
) -> Arc<Result<Fitted, String>> {
    let case = examiner.case;
    let on_it = |id: &str| case.estimate(id).is_some_and(|e| e.actor == actor && e.quantity == quantity);
    let others = besides(case, claim, |envelope| on_it(&envelope.id));
    let found = measured::estimates(&others, actor, quantity, &[], false);
    let statements: Vec<String> = found.coded.iter().map(|coded| coded.statement.clone()).collect();
    let Some(model) = span_of_model(case.period.as_ref(), &found, asked) else {
        return Arc::new(Err("no other source of the case gives an estimate that says of when it holds".to_owned()));
    };
    let key = format!("{actor} {quantity} {model} {}", statements.join(" "));
    examiner.posteriors.get(key, || {
        let (losses, notes) = recorded(examiner, actor, model);
        let record = Record {
            months: model,
            estimates: found.coded.iter().map(|coded| coded.estimate.clone()).collect(),
            losses,
            departures: Vec::new(),
            shocks: Vec::new(),
        };
        let settings =
            Settings { chains: CHAINS, warmup: WARMUP, draws: KEPT, seed: case.seed, ..Settings::default() };
        let priors = Priors::for_record(&record).map_err(|error| error.to_string())?;
        let posterior = fit(&record, &priors, &settings).map_err(|error| error.to_string())?;
        Ok(Fitted { posterior, statements, notes })
    })
}

/// The months of the estimates, those asked for, and those of the case's period as far as they lie between: so that most claims
/// of a case share one model.
fn span_of_model(period: Option<&Edtf>, found: &Estimates, asked: &[Months]) -> Option<Months> {
    let reach = reach(found)?;
    let period = period.and_then(months);
    let from = asked.iter().map(|months| months.from.plus(-1)).chain(period.map(|p| p.from)).min();
    let to = asked.iter().map(|months| months.to).chain(period.map(|p| p.to)).max();
    Some(Months::new(from.map_or(reach.from, |from| from.min(reach.from)), to.map_or(reach.to, |to| to.max(reach.to))))
}

/// The group's recorded losses, where the data know it; and what is to be told of them.
fn recorded(examiner: &Examiner<'_>, actor: &str, model: Months) -> (Vec<casefile_stats::strength::Losses>, Vec<String>) {
    let without = |why: String| (Vec::new(), vec![format!("Without recorded losses: {why}")]);
    let first = |year: i32, month: i32| Date::new(i16::try_from(year).ok()?, i8::try_from(month).ok()?, 1).ok();
    let ends = first(model.from.year(), model.from.of_year())
        .zip(first(model.to.year(), model.to.of_year()).map(Date::last_of_month));
    let Some((start, end)) = ends else { return without("the months lie beyond the calendar.".to_owned()) };
    let Ok(period) = Edtf::parse(&format!("{start}/{end}")) else {
        return without("the months lie beyond the calendar.".to_owned());
    };
    let of = Selection { actor: vec![actor.to_owned()], period: Some(period), ..Selection::default() };
    let covered = examiner.observe(&of).and_then(|data| Ok((data, examiner.covers(&of, &by_month(start, end))?)));
    match covered {
        Err(why) => without(why),
        Ok((data, covers)) => {
            let held: Vec<Held> = covers
                .into_iter()
                .map(|coverage| match coverage {
                    Coverage::Complete => Held::All,
                    Coverage::Partial => Held::Some,
                    Coverage::None => Held::None,
                })
                .collect();
            (losses(&data.events, model, &held, None), vec![format!("Recorded losses: {}.", data.source)])
        }
    }
}

/// Calendar months from the first day to the last.
fn by_month(first: Date, last: Date) -> Vec<Span> {
    let start = |n: i32| first.checked_add(n.months()).ok().filter(|start| *start <= last);
    (0..).map_while(start).map(|from| Span { start: Some(from), end: Some(from.last_of_month()) }).collect()
}

fn fighters(answer: &Answer) -> Value {
    let q = answer.posterior;
    let round = |x: f64| number(round2(x));
    Value {
        best: Some(q.q50),
        low: Some(q.q05),
        high: Some(q.q95),
        unit: "fighters".to_owned(),
        display: format!("{} fighters ({}–{})", round(q.q50), round(q.q05), round(q.q95)),
    }
}

pub(super) fn times(answer: &Answer) -> Value {
    let q = answer.posterior;
    let two = |x: f64| number((x * 100.0).round() / 100.0);
    Value {
        best: Some(q.q50),
        low: Some(q.q05),
        high: Some(q.q95),
        unit: "ratio".to_owned(),
        display: format!("×{} (×{}–×{})", two(q.q50), two(q.q05), two(q.q95)),
    }
}

/// To two digits: more would feign a precision that the model does not have.
pub(super) fn round2(x: f64) -> f64 {
    if x <= 0.0 {
        return 0.0;
    }
    let unit = 10_f64.powf(x.log10().floor() - 1.0);
    (x / unit).round() * unit
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fighters_are_told_to_two_digits() {
        assert_eq!([1234.0, 987.0, 56.4, 0.0].map(round2), [1200.0, 990.0, 56.0, 0.0]);
    }

    #[test]
    fn a_year_has_twelve_months() {
        let months = by_month(jiff::civil::date(2020, 1, 1), jiff::civil::date(2020, 12, 31));
        assert_eq!(months.len(), 12);
        assert_eq!(months[1].end, Some(jiff::civil::date(2020, 2, 29)));
    }
}
