//! Tables of forecasts: a model's beside its base rate and its scores, and those that sources made in words.

use casefile_forecast::ledger::{Kind, Tally};
use casefile_verdict::outlook::{self, Told};

use super::or_none;
use crate::context::Context;
use crate::figure::exceedance::per_cent;
use crate::figures::forecast::{days, model};
use crate::html::escape;
use crate::keys::Keys;
use crate::markdown::Directive;
use crate::slip::Slip;

/// The chance of at least 25 deaths.
const THRESHOLD: u32 = 25;

/// The latest forecast, a row for each country: no figure without the base rate and the scores of the same model.
pub(super) fn models(context: &Context<'_>, directive: &Directive) -> Result<String, Vec<Slip>> {
    let mut keys = Keys::new(context, directive, &["model"]);
    let model = model(&mut keys);
    let title = keys.title(String::new);
    let title = keys.finish(title)?;
    let Some(issue) = context.input.forecasts.latest(model.as_deref(), Kind::Country, |_| true) else {
        return Ok(or_none(&escape(&title), &["Country"], &[]));
    };
    let all = context.input.forecasts.rows(&issue.id);
    let rows = issue.unit.iter().filter_map(|unit| {
        let ahead = unit.month.get(2).or(unit.month.last())?;
        let came = Tally::of(all.iter().copied().filter(|row| row.unit == unit.unit));
        Some(vec![
            escape(&unit.name),
            per_cent(ahead.chance(THRESHOLD)),
            per_cent(unit.base(THRESHOLD)),
            beside(unit.last_year.as_ref()),
            beside(came.as_ref()),
            came.map_or_else(String::new, |tally| format!("{} of {}", tally.in_90, tally.n)),
        ])
    });
    let rows: Vec<Vec<String>> = rows.collect();
    let third = issue
        .unit
        .first()
        .and_then(|unit| unit.month.get(2).or(unit.month.last()))
        .map_or(issue.origin, |ahead| ahead.month);
    let chance = format!("At least {THRESHOLD} deaths in {}", days(third).words());
    let head = [
        "Country",
        &chance,
        "Base rate",
        "CRPS the year before (base rate)",
        "CRPS of this forecast (base rate)",
        "In its 90%",
    ];
    Ok(or_none(&escape(&title), &head, &rows))
}

fn beside(tally: Option<&Tally>) -> String {
    tally.map_or_else(|| "not yet".to_owned(), |tally| format!("{:.1} ({:.1})", tally.crps, tally.base_crps))
}

/// What sources said would come, and what came.
pub(super) fn words(context: &Context<'_>, directive: &Directive) -> Result<String, Vec<Slip>> {
    let keys = Keys::new(context, directive, &[]);
    let title = keys.title(String::new);
    let title = keys.finish(title)?;
    let told = outlook::all(context.input.case, context.input.forecasts);
    let rows: Vec<Vec<String>> = told.iter().map(|one| row(context, one)).collect();
    let head = ["Forecast", "Source", "Word", "As stated", "As the case reads it", "Brier score (base rate)"];
    Ok(or_none(&escape(&title), &head, &rows))
}

fn row(context: &Context<'_>, one: &Told<'_>) -> Vec<String> {
    let envelope = &one.forecast.envelope;
    let word = match (one.word, one.range) {
        (Some(word), Some((low, high))) => format!("{word} ({}–{})", per_cent(low), per_cent(high)),
        (Some(word), None) => format!("{word} (no number)"),
        (None, Some((number, _))) => per_cent(number),
        (None, None) => "none".to_owned(),
    };
    let stated = if one.lacks.is_empty() {
        one.standing.words().to_owned()
    } else {
        format!("unfalsifiable: it names no {}", one.lacks.join(", no "))
    };
    let read = match (&one.forecast.over, &one.outcome) {
        (Some(over), Some(came)) => {
            format!("{} in {} ({})", one.standing.words(), over.english(), came.figures.join(", "))
        }
        (Some(over), None) => format!("{} in {}", one.standing.words(), over.english()),
        (None, _) => "not read".to_owned(),
    };
    let score = one.outcome.as_ref().map_or_else(String::new, |came| {
        let own = came.brier.map_or_else(|| "none".to_owned(), |brier| format!("{brier:.2}"));
        format!("{own} ({:.2})", came.base_brier)
    });
    let text = envelope.text.as_deref().unwrap_or(&envelope.id);
    vec![escape(text), context.source_link(&envelope.source), escape(&word), escape(&stated), escape(&read), score]
}
