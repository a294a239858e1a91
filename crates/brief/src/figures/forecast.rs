//! Forecasts that the case keeps, as fans and as maps of chances. Only the ledger is read, so that a case without its data has them.

use casefile_forecast::ledger::{Issue, Kind, Ledger, Unit};
use casefile_forecast::score::quantile_of;
use casefile_forecast::{Month, country_name, model};
use casefile_verdict::outlook::country_of;
use jiff::civil::Date;

use super::missing;
use crate::context::Context;
use crate::figure::{self, Period, exceedance, fan};
use crate::keys::Keys;
use crate::markdown::Directive;
use crate::slip::Slip;

/// Months of the past that a fan shows.
const PAST: usize = 36;
const LEVELS: [f64; 7] = [0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95];
const NONE: &str = "No such forecast is kept: `casefile forecast CASE --accept` makes one.";

pub(super) fn forecast(context: &Context<'_>, directive: &Directive, id: &str) -> Result<String, Vec<Slip>> {
    let mut keys = Keys::new(context, directive, &["place", "model"]);
    keys.require("place", "exland");
    let place = keys.places("place").into_iter().next();
    let model = self::model(&mut keys);
    let name = place.as_deref().and_then(|id| context.input.case.place(id)).map_or("", |place| &place.name);
    let title = keys.title(|| format!("{name}: deaths a month, seen and forecast"));
    let (place, title) = keys.finish((place, title))?;
    let ledger = context.input.forecasts;
    let unit = place.and_then(|id| country_of(context.input.case.place(&id)?));
    let found =
        ledger.latest(model.as_deref(), Kind::Country, |issue| unit.is_some_and(|unit| issue.unit(unit).is_some()));
    let Some((issue, unit)) = found.and_then(|issue| Some((issue, issue.unit(unit?)?))) else {
        return Ok(missing(id, &title, NONE));
    };
    let input = fan(issue, unit, ledger, &title);
    Ok(figure::html(id, &source(issue), |options| fan::render(&input, options)))
}

pub(super) fn chances(context: &Context<'_>, directive: &Directive, id: &str) -> Result<String, Vec<Slip>> {
    let mut keys = Keys::new(context, directive, &["month", "at-least", "by", "model"]);
    let model = self::model(&mut keys);
    let by = keys.one("by", &[("country", Kind::Country), ("cell", Kind::Cell)]).unwrap_or(Kind::Country);
    let threshold = keys.read("at-least", "deaths, a whole number from 1", |text| {
        text.parse().ok().filter(|n| *n >= 1).ok_or_else(|| format!("`{text}` is none"))
    });
    let month =
        keys.read("month", "a month, such as 2021-03", |text| text.parse::<Month>().map_err(|error| error.to_string()));
    let threshold = threshold.first().copied().unwrap_or(25);
    let title = keys.title(String::new);
    let title = keys.finish(title)?;
    let holds =
        |issue: &Issue| month.first().is_none_or(|month| issue.unit.iter().any(|unit| unit.ahead(*month).is_some()));
    let Some(issue) = context.input.forecasts.latest(model.as_deref(), by, holds) else {
        return Ok(missing(id, if title.is_empty() { "Chances" } else { &title }, NONE));
    };
    let last = issue
        .unit
        .first()
        .and_then(|unit| unit.month.get(2).or(unit.month.last()))
        .map_or(issue.origin, |ahead| ahead.month);
    let input = exceedance(issue, month.first().copied().unwrap_or(last), threshold, &title);
    Ok(figure::html(id, &source(issue), |options| exceedance::render(&input, options)))
}

/// The model that a directive names.
pub(crate) fn model(keys: &mut Keys<'_>) -> Option<String> {
    let known = model::NAMES.map(|name| (name, name));
    keys.one("model", &known).map(str::to_owned)
}

/// The days of a month.
pub(crate) fn days(month: Month) -> Period {
    let year = i16::try_from(month.year()).unwrap_or(i16::MAX);
    let first = Date::new(year, i8::try_from(month.of_year()).unwrap_or(1), 1).unwrap_or(Date::MAX);
    Period::new(first, first.last_of_month())
}

fn source(issue: &Issue) -> String {
    format!(
        "Forecast {} of {}, from data up to {} ({}); UCDP/ViEWS, CC BY 4.0. Not a statement of what will happen: a distribution.",
        issue.id,
        issue.made_on,
        days(issue.origin).words(),
        issue.data.dataset
    )
}

/// A unit's forecast as a fan, with what came where the ledger knows it.
#[must_use]
pub fn fan(issue: &Issue, unit: &Unit, ledger: &Ledger, title: &str) -> fan::Fan {
    let count = unit.seen.len();
    let month_of = |at: usize| Month(issue.origin.0.saturating_sub((count - 1 - at) as u32));
    let seen = unit.seen.iter().enumerate().skip(count.saturating_sub(PAST));
    let step = |ahead: &casefile_forecast::ledger::Ahead| fan::Step {
        month: days(ahead.month),
        quantiles: LEVELS.map(|level| quantile_of(&ahead.draws.0, level)),
    };
    let mut base = unit.seen.clone();
    base.sort_unstable();
    let rows = ledger.rows(&issue.id);
    fan::Fan {
        title: title.to_owned(),
        unit: "deaths a month".to_owned(),
        seen: seen.map(|(at, deaths)| (days(month_of(at)), f64::from(*deaths))).collect(),
        ahead: unit.month.iter().map(step).collect(),
        came: rows
            .iter()
            .filter(|row| row.unit == unit.unit)
            .map(|row| (days(row.month), f64::from(row.came)))
            .collect(),
        base: [0.5, 0.05, 0.95].map(|level| quantile_of(&base, level)),
        base_words: format!("base rate: median of the last {count} months; dotted, its 90%"),
    }
}

/// A month's chances as a map.
#[must_use]
pub fn exceedance(issue: &Issue, month: Month, threshold: u32, title: &str) -> exceedance::Exceedance {
    let event = format!("at least {threshold} deaths in {}", days(month).words());
    let one = |unit: &Unit| {
        let name = if issue.by == Kind::Country { country_name(unit.unit).unwrap_or(&unit.name) } else { &unit.name };
        Some(exceedance::Chance {
            unit: name.to_owned(),
            chance: unit.ahead(month)?.chance(threshold),
            base: unit.base(threshold),
        })
    };
    let chances: Vec<exceedance::Chance> = issue.unit.iter().filter_map(one).collect();
    let (countries, cells) = if issue.by == Kind::Country { (chances, Vec::new()) } else { (Vec::new(), chances) };
    let title = if title.is_empty() { format!("Chance of {event}") } else { title.to_owned() };
    exceedance::Exceedance { title, event, countries, cells }
}
