//! How fully a dataset covers what a claim is about.

use casefile_case::Case;
use casefile_case::dataset::{Coverage as Rule, CoverageStatus, Dataset};
use casefile_case::place::Place;
use casefile_model::claim::Selection;
use casefile_model::date::Span;
use jiff::civil::Date;

use crate::finding::Coverage;

/// How fully the dataset covers the selection's places in `window`. What is not declared is partial: nobody knows.
pub fn coverage(case: &Case, dataset: &Dataset, selection: &Selection, window: &Span) -> Coverage {
    let areas = areas(case, dataset, selection);
    let statuses = areas.iter().flat_map(|names| statuses(&dataset.coverage, names, window));
    statuses.reduce(|a, b| if a == b { a } else { Coverage::Partial }).unwrap_or(Coverage::Partial)
}

/// For each place of the selection, the names under which a declaration may speak of it, finest first. Without a
/// place: where the actors' codings hold.
fn areas(case: &Case, dataset: &Dataset, selection: &Selection) -> Vec<Vec<String>> {
    let mut places: Vec<&str> = selection.place.iter().map(String::as_str).collect();
    if places.is_empty() {
        let coded = selection.actor.iter().filter_map(|id| case.actor(id)).flat_map(|actor| &actor.coded);
        places = coded.filter(|c| dataset.is_named(&c.dataset)).filter_map(|c| c.within.as_deref()).collect();
    }
    let names: Vec<Vec<String>> = places
        .iter()
        .filter_map(|id| case.place(id))
        .flat_map(|place| if place.members.is_empty() { vec![place] } else { members(case, place) })
        .map(|place| spellings(case, place))
        .collect();
    if names.is_empty() { vec![Vec::new()] } else { names }
}

fn members<'a>(case: &'a Case, place: &'a Place) -> Vec<&'a Place> {
    place.members.iter().filter_map(|id| case.place(id)).collect()
}

/// The place's province and country spellings, with those of the places around it.
fn spellings(case: &Case, place: &Place) -> Vec<String> {
    let mut around = Some(place);
    let mut names = Vec::new();
    for _ in 0..16 {
        let Some(place) = around else { break };
        names.extend(place.admin1.iter().chain(&place.country).cloned());
        around = place.within.as_deref().and_then(|id| case.place(id));
    }
    names
}

/// The status of every stretch of the window for which the declarations say the same.
fn statuses(rules: &[Rule], names: &[String], window: &Span) -> Vec<Coverage> {
    let mut starts: Vec<Option<Date>> = vec![window.start];
    for rule in rules {
        let period = rule.period.stated();
        let edges = [period.start, period.end.and_then(|end| end.tomorrow().ok())];
        starts.extend(edges.into_iter().flatten().filter(|day| window.contains(*day)).map(Some));
    }
    starts.sort();
    starts.dedup();
    starts.into_iter().map(|start| status_on(rules, names, start)).collect()
}

/// The status on a day; before all time for `None`.
fn status_on(rules: &[Rule], names: &[String], day: Option<Date>) -> Coverage {
    let holds = |rule: &&Rule| {
        let period = rule.period.stated();
        day.map_or(period.start.is_none(), |day| period.contains(day))
    };
    let speaks_of = |area: &str| rules.iter().filter(holds).find(|rule| rule.area == area);
    let rule = names.iter().find_map(|name| speaks_of(name)).or_else(|| speaks_of("*"));
    match rule.map(|rule| rule.status) {
        Some(CoverageStatus::Complete) => Coverage::Complete,
        Some(CoverageStatus::None) => Coverage::None,
        Some(CoverageStatus::Partial) | None => Coverage::Partial,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(area: &str, period: &str, status: CoverageStatus) -> Rule {
        Rule { area: area.into(), period: period.parse().unwrap(), status, note: None }
    }

    fn status(period: &str, names: &[&str]) -> Vec<Coverage> {
        let rules = [
            rule("Afghanistan", "2020", CoverageStatus::Complete),
            rule("Afghanistan", "1989/2019", CoverageStatus::Partial),
            rule("Sweden", "1989/2023", CoverageStatus::None),
        ];
        let names: Vec<String> = names.iter().map(|n| (*n).to_owned()).collect();
        let edtf: casefile_model::date::Edtf = period.parse().unwrap();
        statuses(&rules, &names, &edtf.stated())
    }

    #[test]
    fn every_stretch_of_the_window_counts() {
        assert_eq!(status("2020", &["Kabul province", "Afghanistan"]), [Coverage::Complete]);
        assert_eq!(status("2019-12/2020-01", &["Afghanistan"]), [Coverage::Partial, Coverage::Complete]);
        assert_eq!(status("2020-12/2021-01", &["Afghanistan"]), [Coverage::Complete, Coverage::Partial]);
        assert_eq!(status("2017-04", &["Sweden"]), [Coverage::None]);
        assert_eq!(status("2020", &[]), [Coverage::Partial]);
    }
}
