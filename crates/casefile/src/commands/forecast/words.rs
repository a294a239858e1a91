//! What came of forecasts in words, by yearly series and by the months at hand.

use std::collections::{BTreeMap, BTreeSet};

use casefile_case::Case;
use casefile_case::lock::{Dataset, Lock};
use casefile_forecast::ledger::{Outcome, Pin};
use casefile_forecast::{Month, Outcomes};
use casefile_lake::Lake;
use casefile_model::statement::{Each, Forecast, Foreseen};
use casefile_verdict::outlook::{asked, country_of};

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
    let least = i64::from(forecast.at_least);
    let covered: Vec<(i16, i64)> = by_year.range(first..=last).map(|(year, value)| (*year, *value)).collect();
    let (Some(from), Some(to)) = (covered.first(), covered.last()) else { return Ok(None) };
    let length = last - first + 1;
    let begin = (first - BASE_YEARS).max(actor_since(case, forecast));
    let stretch = |start: i16| {
        let years: Option<Vec<i64>> = (start..start + length).map(|year| by_year.get(&year).copied()).collect();
        years.map(|years| years.iter().any(|value| *value >= least))
    };
    let past: Vec<bool> = (begin..=first - length).filter_map(stretch).collect();
    Ok(Some(Outcome {
        forecast: forecast.envelope.id.clone(),
        asked: asked(forecast),
        data: pin(dataset),
        covered: format!("{}/{}", from.0, to.0),
        came: covered.iter().any(|(_, value)| *value >= least),
        over: covered.len() == usize::try_from(length).unwrap_or(0),
        figures: covered.iter().map(|(year, value)| format!("{year}: {value}")).collect(),
        base: (past.iter().filter(|came| **came).count() as u32, past.len() as u32),
    }))
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
type ByYear<'a> = (BTreeMap<i16, i64>, &'a Dataset);

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
        let mut figures: BTreeMap<i16, i64> = number(&years, "year")?
            .into_iter()
            .flatten()
            .filter_map(|year| Some((i16::try_from(year).ok()?, 0)))
            .collect();
        if figures.is_empty() {
            continue;
        }
        let found = lake.table(&format!(
            "select extract(year from date_start) as year, sum(best) as n from series where dataset = {} and {wanted} group by 1",
            quote(&dataset.id)
        ))?;
        for (year, n) in number(&found, "year")?.into_iter().zip(number(&found, "n")?) {
            if let (Some(Ok(year)), Some(n)) = (year.map(i16::try_from), n) {
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
    let month = |day: jiff::civil::Date| Month::of(u32::try_from(day.year()).ok()?, u32::try_from(day.month()).ok()?);
    let (first, last) = (month(span.start?)?, month(span.end?)?);
    let mut known: BTreeMap<Month, u32> = BTreeMap::new();
    let mut told_by: Option<&Pin> = None;
    for (outcomes, pin) in months {
        for (&(of, month), &deaths) in &outcomes.0 {
            if of == unit {
                known.insert(month, deaths);
                if (first..=last).contains(&month) {
                    told_by = Some(pin);
                }
            }
        }
    }
    let covered: Vec<(Month, u32)> = known.range(first..=last).map(|(month, deaths)| (*month, *deaths)).collect();
    let length = last.0 - first.0 + 1;
    let begin = first.0.saturating_sub(BASE_YEARS as u32 * 12);
    let stretch = |start: u32| {
        let values: Option<Vec<u32>> = (start..start + length).map(|month| known.get(&Month(month)).copied()).collect();
        values.map(|values| values.iter().any(|deaths| *deaths >= forecast.at_least))
    };
    let past: Vec<bool> = (begin..=first.0.saturating_sub(length)).filter_map(stretch).collect();
    Some(Outcome {
        forecast: forecast.envelope.id.clone(),
        asked: asked(forecast),
        data: told_by?.clone(),
        covered: format!("{}/{}", covered.first()?.0, covered.last()?.0),
        came: covered.iter().any(|(_, deaths)| *deaths >= forecast.at_least),
        over: covered.len() == length as usize,
        figures: covered.iter().map(|(month, deaths)| format!("{month}: {deaths}")).collect(),
        base: (past.iter().filter(|came| **came).count() as u32, past.len() as u32),
    })
}
