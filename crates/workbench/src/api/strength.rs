//! How many fighters a group had, month by month, as its contradictory estimates let one believe.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use casefile_case::Case;
use casefile_measure::strength::{Estimates, Held, estimates, losses, reach};
use casefile_model::claim::Selection;
use casefile_model::date::{Edtf, Span};
use casefile_stats::strength::{Losses, Month, Months, Priors, Record, Settings, fit};
use casefile_verdict::finding::Coverage;
use jiff::ToSpan;
use jiff::civil::Date;
use serde_json::{Value, json};

use super::Bench;
use super::memory::Sampled;
use crate::desk::{Desk, Good};
use crate::refusal::Refusal;

/// What is estimated.
const QUANTITY: &str = "strength";

/// Strength by month with its quantiles, the estimates behind it and what was left out. Sampled once for each state of the
/// case, which takes seconds: until it is there the answer is 202.
#[utoipa::path(get, path = "/api/strength/{actor}", params(("actor" = String, Path)),
    responses((status = 200, body = Object), (status = 202, body = Object),
              (status = 404, body = crate::refusal::Refused)))]
pub async fn strength(State(bench): State<Bench>, Path(actor): Path<String>) -> Result<Response, Refusal> {
    let found = bench.work(move |desk| known(desk, &actor)).await?;
    Ok(match found {
        None => (StatusCode::ACCEPTED, Json(json!({ "pending": true }))).into_response(),
        Some(Ok(value)) => Json(value).into_response(),
        Some(Err(why)) => Refusal::unknown("no-strength", why).into_response(),
    })
}

/// The answer if it is there; else it is begun.
fn known(desk: &Arc<Desk>, actor: &str) -> Result<Sampled, Refusal> {
    let good = desk.good()?;
    if good.case.actor(actor).is_none() {
        return Err(Refusal::unknown("unknown-actor", format!("there is no actor `{actor}`")));
    }
    let key = (actor.to_owned(), good.revision.clone());
    let mut answers = desk.memory.strength.open();
    if let Some(known) = answers.get(&key) {
        return Ok(known.clone());
    }
    answers.retain(|(_, revision), _| *revision == good.revision);
    answers.insert(key.clone(), None);
    drop(answers);
    let (desk, actor) = (desk.clone(), actor.to_owned());
    std::thread::spawn(move || {
        let answer = compute(&desk, &good, &actor);
        desk.memory.strength.open().insert(key, Some(answer));
    });
    Ok(None)
}

fn compute(desk: &Desk, good: &Good, actor: &str) -> Result<Value, String> {
    let case = &good.case;
    let found = estimates(case, actor, QUANTITY, &[], false);
    let Some(months) = reach(&found) else { return Err(nothing(case, actor, &found)) };
    let mut notes: Vec<String> =
        found.left_out.iter().map(|out| format!("`{}` is left out: {}", out.statement, out.because)).collect();
    notes.extend(found.repeats.iter().map(|(one, other)| format!("`{one}` repeats `{other}` and counts once with it")));
    let losses = recorded(desk, good, actor, months, &mut notes).unwrap_or_else(|why| {
        notes.push(format!("without losses: {why}"));
        Vec::new()
    });
    let record = Record {
        months,
        estimates: found.coded.iter().map(|coded| coded.estimate.clone()).collect(),
        losses,
        departures: Vec::new(),
        shocks: Vec::new(),
    };
    let text = |error: casefile_stats::strength::StrengthError| error.to_string();
    let priors = Priors::for_record(&record).map_err(text)?;
    let settings = Settings { seed: case.seed, ..Settings::default() };
    let posterior = fit(&record, &priors, &settings).map_err(text)?;
    notes.extend(posterior.diagnostics().warnings.iter().cloned());
    let month = |month: casefile_stats::strength::MonthOfStrength| {
        let q = month.strength.posterior;
        json!({ "month": month.month, "low": q.q05, "q25": q.q25, "median": q.q50, "q75": q.q75, "high": q.q95,
                "informed": month.strength.informed })
    };
    Ok(json!({
        "months": posterior.months().into_iter().map(month).collect::<Vec<_>>(),
        "estimates": found.coded,
        "notes": notes,
    }))
}

fn nothing(case: &Case, actor: &str, found: &Estimates) -> String {
    let name = case.actor(actor).map_or(actor, |actor| actor.label());
    let left: Vec<String> = found.left_out.iter().map(|out| format!("`{}`: {}", out.statement, out.because)).collect();
    let left = if left.is_empty() { String::new() } else { format!(" ({})", left.join("; ")) };
    format!("no estimate of the strength of {name} can be used{left}")
}

/// Losses from the events of the actor, where data can be asked.
fn recorded(
    desk: &Desk,
    good: &Good,
    actor: &str,
    months: Months,
    notes: &mut Vec<String>,
) -> Result<Vec<Losses>, String> {
    let day = |month: Month| Date::new(i16::try_from(month.year()).ok()?, i8::try_from(month.of_year()).ok()?, 1).ok();
    let first = day(months.from).ok_or("the months lie beyond the calendar")?;
    let last = day(months.to).map(Date::last_of_month).ok_or("the months lie beyond the calendar")?;
    let period = Edtf::parse(&format!("{first}/{last}")).map_err(|error| error.to_string())?;
    let of = Selection { actor: vec![actor.to_owned()], period: Some(period), ..Selection::default() };
    let examiner = good.examiner(desk).map_err(|refusal| refusal.to_string())?;
    let data = examiner.observe(&of)?;
    let start = |n: i32| first.checked_add(n.months()).ok().filter(|start| *start <= last);
    let span = |from: Date| Span { start: Some(from), end: Some(from.last_of_month()) };
    let periods: Vec<Span> = (0..).map_while(start).map(span).collect();
    let held = examiner.covers(&of, &periods)?.into_iter().map(|coverage| match coverage {
        Coverage::Complete => Held::All,
        Coverage::Partial => Held::Some,
        Coverage::None => Held::None,
    });
    let held: Vec<Held> = held.collect();
    if held.contains(&Held::Some) {
        notes.push("what share of the losses the data hold is not known where they are partial".to_owned());
    }
    notes.push(format!("losses: {}", data.source));
    Ok(losses(&data.events, months, &held, None))
}
