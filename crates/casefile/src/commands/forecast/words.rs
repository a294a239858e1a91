//! What came of forecasts in words, by yearly series and by the months at hand.

use std::collections::{BTreeMap, BTreeSet};

use casefile_case::Case;
use casefile_case::lock::{Dataset, Lock};
use casefile_forecast::ledger::{Outcome, Pin};
use casefile_forecast::{Month, Outcomes};
use casefile_lake::Lake;
use casefile_model::statement::{Each, Forecast, Foreseen};
use casefile_verdict::outlook::{self, country_of, month_of};

use crate::open::Failure;

/// Stretches of the past that make the base rate reach back so many years.
const BASE_YEARS: i16 = 20;

/// What came of a forecast, as far as the data tell; none where they tell nothing.
pub fn settle(
    case: &Case,
    (lock, lake): (&Lock, &Lake),
    months: &[(Outcomes, Pin)],
    forecast: &Forecast,
) -> Result<Option<Outcome>, Failure> {
    let (Some(measure), Some(over)) = (forecast.measure, forecast.over) else { return Ok(None) };
    if forecast.each == Each::Month {
        return Ok(of_months(case, months, forecast));
    }
    let span = over.stated();
    let (Some(first), Some(last)) = (span.start.map(jiff::civil::Date::year), span.end.map(jiff::civil::Date::year))
    else {
        return Ok(None);
    };
    let Some((by_year, dataset)) = by_year(case, (lock, lake), measure, forecast)? else { return Ok(None) };
    let begin = (first - BASE_YEARS).max(actor_since(case, forecast));
    let asked = Stretch { begin: begin.into(), first: first.into(), last: last.into() };
    Ok(outcome(forecast, &by_year, &asked, pin(dataset), |year| year.to_string()))
}

/// A stretch of years or of months by number, and how far back stretches of its length make the base rate.
struct Stretch {
    begin: i64,
    first: i64,
    last: i64,
}

/// What came in a stretch, by the figures of its parts: whether any of them reached the threshold, and how often that was so in
/// stretches of the same length before. None where no part is covered.
fn outcome(
    forecast: &Forecast,
    figures: &BTreeMap<i64, i64>,
    asked: &Stretch,
    data: Pin,
    name: impl Fn(i64) -> String,
) -> Option<Outcome> {
    let reached = |figure: &i64| *figure >= i64::from(forecast.at_least);
    let covered: Vec<(i64, &i64)> = figures.range(asked.first..=asked.last).map(|(at, n)| (*at, n)).collect();
    let length = asked.last - asked.first + 1;
    let came_in = |start: i64| {
        let parts: Option<Vec<&i64>> = (start..start + length).map(|at| figures.get(&at)).collect();
        parts.map(|parts| parts.into_iter().any(reached))
    };
    let past: Vec<bool> = (asked.begin..=asked.first - length).filter_map(came_in).collect();
    Some(Outcome {
        forecast: forecast.envelope.id.clone(),
        asked: outlook::asked(forecast),
        data,
        covered: format!("{}/{}", name(covered.first()?.0), name(covered.last()?.0)),
        came: covered.iter().any(|(_, n)| reached(n)),
        over: usize::try_from(length) == Ok(covered.len()),
        figures: covered.iter().map(|(at, n)| format!("{}: {n}", name(*at))).collect(),
        base: (past.iter().filter(|came| **came).count() as u32, past.len() as u32),
    })
}

fn pin(dataset: &Dataset) -> Pin {
    Pin { dataset: dataset.id.clone(), version: dataset.version.clone(), sha256: dataset.sha256.clone() }
}

/// The first year of the actor, where the forecast is of one and its beginning is known.
fn actor_since(case: &Case, forecast: &Forecast) -> i16 {
    let exists = forecast.actor.as_deref().and_then(|id| case.actor(id)?.exists);
    exists.and_then(|exists| exists.stated().start).map_or(i16::MIN, jiff::civil::Date::year)
}

/// A number for each year, and the dataset that tells it.
type ByYear<'a> = (BTreeMap<i64, i64>, &'a Dataset);

/// The figure of every year that a dataset covers, by the first dataset that has such figures.
fn by_year<'a>(
    case: &Case,
    (lock, lake): (&'a Lock, &Lake),
    measure: Foreseen,
    forecast: &Forecast,
) -> Result<Option<ByYear<'a>>, Failure> {
    let Some(place) = forecast.place.as_deref().and_then(|id| case.place(id)) else { return Ok(None) };
    let quote = |text: &str| format!("'{}'", text.replace('\'', "''"));
    let list = |names: &BTreeSet<&str>| names.iter().map(|name| quote(name)).collect::<Vec<_>>().join(", ");
    let countries: BTreeSet<&str> = place.country.iter().map(String::as_str).chain([place.name.as_str()]).collect();
    let actor = forecast.actor.as_deref().and_then(|id| case.actor(id));
    let names: BTreeSet<&str> =
        actor.iter().flat_map(|actor| &actor.coded).flat_map(|coding| &coding.names).map(String::as_str).collect();
    for dataset in lock.datasets.iter().filter(|dataset| !lake.missing().contains(&dataset.id)) {
        let wanted = match measure {
            Foreseen::Deaths => {
                let kinds: Vec<String> = if forecast.violence.is_empty() {
                    vec!["1".to_owned()]
                } else {
                    forecast.violence.iter().map(|violence| violence.code().to_string()).collect()
                };
                format!(
                    "measure = 'deaths' and unit_kind = 'country' and unit in ({}) and type_of_violence in ({})",
                    list(&countries),
                    kinds.join(", ")
                )
            }
            Foreseen::Active => {
                format!(
                    "measure = 'active' and location in ({}) and (side_a in ({names}) or side_b in ({names}))",
                    list(&countries),
                    names = list(&names)
                )
            }
        };
        let kind = if measure == Foreseen::Deaths { "deaths" } else { "active" };
        let years = lake.table(&format!(
            "select extract(year from date_start) as year, max(case when date_end - date_start > 360 then 1 else 0 end) as whole from series \
             where dataset = {} and measure = '{kind}' group by 1 order by 1",
            quote(&dataset.id)
        ));
        // A case without yearly series has no such table.
        let Ok(years) = years else { continue };
        let number =
            |table: &casefile_lake::Table, name: &str| table.int(name).map_err(|error| Failure::Lake(error.into()));
        let mut figures: BTreeMap<i64, i64> =
            number(&years, "year")?.into_iter().flatten().map(|year| (year, 0)).collect();
        if figures.is_empty() {
            continue;
        }
        let found = lake.table(&format!(
            "select extract(year from date_start) as year, sum(best) as n from series where dataset = {} and {wanted} group by 1",
            quote(&dataset.id)
        ))?;
        for (year, n) in number(&found, "year")?.into_iter().zip(number(&found, "n")?) {
            if let (Some(year), Some(n)) = (year, n) {
                figures.insert(year, n);
            }
        }
        return Ok(Some((figures, dataset)));
    }
    Ok(None)
}

/// Deaths by month, from the months at hand.
fn of_months(case: &Case, months: &[(Outcomes, Pin)], forecast: &Forecast) -> Option<Outcome> {
    let unit = country_of(case.place(forecast.place.as_deref()?)?)?;
    let span = forecast.over?.stated();
    let (first, last) = (month_of(span.start?)?, month_of(span.end?)?);
    let mut known: BTreeMap<i64, i64> = BTreeMap::new();
    let mut told_by: Option<&Pin> = None;
    for (outcomes, pin) in months {
        for (&(of, month), &deaths) in &outcomes.0 {
            if of == unit {
                known.insert(month.0.into(), deaths.into());
                if (first..=last).contains(&month) {
                    told_by = Some(pin);
                }
            }
        }
    }
    let begin = first.0.saturating_sub(BASE_YEARS as u32 * 12);
    let asked = Stretch { begin: begin.into(), first: first.0.into(), last: last.0.into() };
    outcome(forecast, &known, &asked, told_by?.clone(), |month| Month(month as u32).to_string())
}
