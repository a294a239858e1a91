//! Where a case's history of deaths comes from: a panel, or its own event rows where these are complete.

use std::collections::BTreeMap;
use std::path::Path;

use casefile_case::Case;
use casefile_case::dataset::CoverageStatus;
use casefile_case::lock::Lock;
use casefile_case::place::{Place, PlaceKind};
use casefile_forecast::ledger::{Kind, Pin};
use casefile_forecast::{Counts, Month, Outcomes, Panel, Row, Violence, country_name, neighbours};
use casefile_lake::Lake;
use casefile_measure::count::chance_within;
use casefile_model::date::Span;
use casefile_verdict::outlook::{country_of, month_of};
use jiff::civil::Date;

use crate::open::Failure;

/// A history with its origin in the data.
pub struct Source {
    pub panel: Panel,
    pub pin: Pin,
}

impl Source {
    /// A country-month panel from a file.
    pub fn of_file(path: &Path) -> Result<Self, Failure> {
        Ok(Self { panel: Panel::read(path)?, pin: pin(path)? })
    }
}

/// What came, from a file of the challenge's form.
pub fn actuals(path: &Path) -> Result<(Outcomes, Pin), Failure> {
    Ok((Outcomes::read(path)?, pin(path)?))
}

/// What came, from a panel.
pub fn outcomes(panel: &Panel) -> Outcomes {
    let months: Vec<Month> = (panel.first().0..=panel.last().0).map(Month).collect();
    Outcomes::of(panel, Violence::StateBased, &months)
}

fn pin(path: &Path) -> Result<Pin, Failure> {
    let (sha256, _) = casefile_ingest::digest::of_file(path)?;
    let dataset = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    Ok(Pin { dataset, version: String::new(), sha256 })
}

/// The units that a case's forecasts are for: number and name.
pub type Units = Vec<(u32, String)>;

/// The countries of a case: those asked for; else the one that holds most of its places, and those of its neighbours by land that
/// the case knows.
pub fn countries(case: &Case, asked: &[String]) -> Result<Units, Failure> {
    let known = || case.places.iter().filter(|place| place.kind == PlaceKind::Country);
    let places: Vec<&Place> = if asked.is_empty() {
        let inside = |place: &&Place| case.place_closure(&place.id).len();
        let Some(home) = known().filter(|place| country_of(place).is_some()).max_by_key(inside) else {
            let hint = "hint: add a [[place]] of kind \"country\" by its English name, or use --by cell";
            return Err(Failure::Usage(format!("the case has no country that a forecast could be for\n{hint}")));
        };
        let near = country_of(home).map_or(&[][..], neighbours);
        let beside = known().filter(|place| country_of(place).is_some_and(|id| near.contains(&id)));
        std::iter::once(home).chain(beside).collect()
    } else {
        let find = |id: &String| {
            let place = known().find(|place| place.id == *id);
            let names: Vec<&str> = known().map(|place| place.id.as_str()).collect();
            place.ok_or_else(|| Failure::Usage(format!("the case has no country `{id}`; it has {}", names.join(", "))))
        };
        asked.iter().map(find).collect::<Result<_, _>>()?
    };
    let unit = |place: &&Place| {
        let id = country_of(place)?;
        Some((id, country_name(id).unwrap_or(&place.name).to_owned()))
    };
    let units: Units = places.iter().filter_map(unit).collect();
    if units.len() < places.len() {
        let names: Vec<&str> =
            places.iter().filter(|place| country_of(place).is_none()).map(|place| place.name.as_str()).collect();
        return Err(Failure::Usage(format!("no country of the world is called {}", names.join(", "))));
    }
    Ok(units)
}

/// The case's own events as a panel of countries or cells, up to a month where one is given; only months that are declared complete.
pub fn of_events(
    case: &Case,
    (lock, lake): (&Lock, &Lake),
    units: &[(u32, String)],
    by: Kind,
    until: Option<Month>,
) -> Result<Source, Failure> {
    let mut refused = Vec::new();
    for pinned in &lock.datasets {
        let Some(dataset) = case.dataset(&pinned.id) else { continue };
        if lake.missing().contains(&pinned.id) {
            refused.push(format!("the rows of {} are not at hand", pinned.id));
            continue;
        }
        let spelled: BTreeMap<u32, Vec<String>> = units
            .iter()
            .map(|(id, name)| {
                let places = case.places.iter().filter(|place| country_of(place) == Some(*id));
                (*id, places.flat_map(|place| place.country.clone()).chain([name.clone()]).collect())
            })
            .collect();
        let complete = |names: &[String]| {
            let rules = dataset.coverage.iter().filter(|rule| rule.status == CoverageStatus::Complete);
            let rules = rules.filter(|rule| rule.area == "*" || names.contains(&rule.area));
            stretch(rules.filter_map(|rule| months(&rule.period.stated())).collect())
        };
        let windows: BTreeMap<u32, (Month, Month)> =
            spelled.iter().filter_map(|(id, names)| Some((*id, complete(names)?))).collect();
        let Some(first) = windows.values().map(|window| window.0).max() else {
            refused.push(format!("{} is not declared complete in any month of these countries", pinned.id));
            continue;
        };
        let last =
            windows.values().map(|window| window.1).min().map_or(first, |last| until.map_or(last, |u| last.min(u)));
        if windows.len() < units.len() {
            let without = units.iter().filter(|unit| !windows.contains_key(&unit.0)).map(|unit| unit.1.as_str());
            refused.push(format!("{} is not complete in {}", pinned.id, without.collect::<Vec<_>>().join(", ")));
            continue;
        }
        if last.0 < first.0 + 23 {
            refused.push(format!(
                "{} is complete from {first} to {last} alone, and a forecast learns from two years at least",
                pinned.id
            ));
            continue;
        }
        let panel = read(lake, &pinned.id, &spelled, by, (first, last))?;
        let pin = Pin { dataset: pinned.id.clone(), version: pinned.version.clone(), sha256: pinned.sha256.clone() };
        return Ok(Source { panel, pin });
    }
    if refused.is_empty() {
        refused.push("the case pins no events".to_owned());
    }
    Err(Failure::Usage(format!(
        "no forecast can be made of the case's own events: {}\nhint: where data are partial, months without events mean nothing; give a country-month panel with --panel FILE",
        refused.join("; ")
    )))
}

/// Whole months inside a span.
fn months(span: &Span) -> Option<(Month, Month)> {
    let (start, end) = (span.start?, span.end?);
    let first = if start.day() == 1 { month_of(start)? } else { month_of(start)?.after(1) };
    let last = if end == end.last_of_month() { month_of(end)? } else { Month(month_of(end)?.0 - 1) };
    (first <= last).then_some((first, last))
}

/// The last unbroken stretch of some runs of months.
fn stretch(mut runs: Vec<(Month, Month)>) -> Option<(Month, Month)> {
    runs.sort();
    runs.into_iter().fold(None, |whole, (first, last)| match whole {
        Some((from, to)) if first.0 <= Month::after(to, 1).0 => Some((from, to.max(last))),
        _ => Some((first, last)),
    })
}

/// Days of a month.
fn days(month: Month) -> Option<Span> {
    let first = Date::new(i16::try_from(month.year()).ok()?, i8::try_from(month.of_year()).ok()?, 1).ok()?;
    Some(Span { start: Some(first), end: Some(first.last_of_month()) })
}

fn read(
    lake: &Lake,
    dataset: &str,
    spelled: &BTreeMap<u32, Vec<String>>,
    by: Kind,
    (first, last): (Month, Month),
) -> Result<Panel, Failure> {
    let quote = |text: &String| format!("'{}'", text.replace('\'', "''"));
    let names: Vec<String> = spelled.values().flatten().map(quote).collect();
    let table = lake.table(&format!(
        "select country, priogrid, date_start, date_end, type_of_violence, deaths_best from events \
         where dataset = {} and country in ({}) and deaths_best > 0 and type_of_violence in (1, 2, 3) order by event_id",
        quote(&dataset.to_owned()),
        names.join(", ")
    ))?;
    let (country, cell) = (table.text("country").map_err(lake_error)?, table.int("priogrid").map_err(lake_error)?);
    let (start, end) = (table.day("date_start").map_err(lake_error)?, table.day("date_end").map_err(lake_error)?);
    let (kind, deaths) =
        (table.int("type_of_violence").map_err(lake_error)?, table.int("deaths_best").map_err(lake_error)?);
    let mut counts: BTreeMap<(u32, Month), Counts> = BTreeMap::new();
    // Every country has a row for every month: no event is no death, as the coverage is complete.
    if by == Kind::Country {
        counts.extend(
            spelled.keys().flat_map(|id| all_months(first, last).map(|month| ((*id, month), Counts::default()))),
        );
    }
    for at in 0..table.len() {
        let (Some(start), Some(end), Some(kind), Some(deaths)) = (start[at], end[at], kind[at], deaths[at]) else {
            continue;
        };
        let unit = match by {
            Kind::Country => {
                let is = |names: &Vec<String>| country[at].as_ref().is_some_and(|name| names.contains(name));
                spelled.iter().find(|(_, names)| is(names)).map(|(id, _)| *id)
            }
            Kind::Cell => cell[at].and_then(|gid| u32::try_from(gid).ok()),
        };
        let (Some(unit), Some(kind)) = (unit, usize::try_from(kind - 1).ok().filter(|kind| *kind < 3)) else {
            continue;
        };
        let Some(from) = month_of(start) else { continue };
        // A vague date is spread over its days, each as likely as the others.
        for month in all_months(from.max(first), last) {
            let Some(span) = days(month) else { continue };
            let share = chance_within(start, end, &span);
            if share <= 0.0 {
                break;
            }
            if by == Kind::Cell && !counts.contains_key(&(unit, first)) {
                counts.extend(all_months(first, last).map(|month| ((unit, month), Counts::default())));
            }
            let cell = counts.entry((unit, month)).or_default();
            cell.deaths[kind] += deaths as f64 * share;
            cell.events[kind] += share;
        }
    }
    Ok(Panel::new(counts.into_iter().map(|((unit, month), counts)| Row { unit, month, counts }))?)
}

fn all_months(first: Month, last: Month) -> impl Iterator<Item = Month> {
    (first.0..=last.0).map(Month)
}

fn lake_error(error: casefile_lake::TableError) -> Failure {
    Failure::Lake(error.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn span(text: &str) -> Span {
        text.parse::<casefile_model::date::Edtf>().unwrap().stated()
    }

    #[test]
    fn whole_months_of_the_last_unbroken_stretch_count() {
        let run = |text: &str| months(&span(text));
        assert_eq!(
            run("2020").map(|(a, b)| (a.to_string(), b.to_string())),
            Some(("2020-01".into(), "2020-12".into()))
        );
        assert_eq!(
            run("2020-01-15/2020-03-10").map(|(a, b)| (a.to_string(), b.to_string())),
            Some(("2020-02".into(), "2020-02".into()))
        );
        assert_eq!(run("2020-01-15/2020-01-20"), None);
        let whole = stretch(["2010", "2012/2013", "2014"].iter().filter_map(|text| run(text)).collect()).unwrap();
        assert_eq!((whole.0.to_string(), whole.1.to_string()), ("2012-01".into(), "2014-12".into()));
    }
}
