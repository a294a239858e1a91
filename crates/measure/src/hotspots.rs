//! Where and when more happened than chance explains: clusters, near repeats, and the course of places.
//!
//! Only events of known day and known place are taken; the others are counted, and left out.

use std::collections::{BTreeMap, BTreeSet};

use casefile_model::date::Span;
use casefile_stats::change::ChangeError;
use casefile_stats::near::{self, Cell, Draws, Knox, NearError};
use casefile_stats::scan::trend::{Pattern, Phase, TrendError, TrendSettings, trends};
use casefile_stats::scan::{Cases, Cluster, Count, Period, Point, ScanError, Settings, permutation};
use serde::Serialize;

use crate::change::{self, Step, day};
use crate::observation::Observation;

/// Why no hot spots could be looked for.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum HotspotError {
    /// The window is open.
    #[error("the period must have a first and a last day: name one with --period")]
    Open,
    /// Too few events of known day and place.
    #[error(
        "{kept} events have a known day and a place known to {km} km, {left_out} have not: too few for clusters, which need {FEWEST}"
    )]
    TooFew {
        /// Events that could be used.
        kept: u64,
        /// Events that could not.
        left_out: u64,
        /// Coarsest precision of place, km.
        km: f64,
    },
    /// As the scan says.
    #[error(transparent)]
    Scan(#[from] ScanError),
    /// As the test of pairs says.
    #[error(transparent)]
    Near(#[from] NearError),
    /// As the trends say.
    #[error(transparent)]
    Trend(#[from] TrendError),
    /// The period cannot be cut.
    #[error(transparent)]
    Periods(#[from] ChangeError),
}

/// Fewest events that are scanned.
pub const FEWEST: u64 = 10;

/// How clusters are looked for where nothing else is asked: weekly steps, circles that hold up to a fifth of the events, up to a
/// tenth of the period. Wider limits find clusters that are no spots.
#[must_use]
pub fn usual(seed: u64) -> Settings {
    Settings { step_days: 7, max_circle: 0.2, max_duration: 0.1, replicates: 999, seed, ..Settings::default() }
}

/// A place of the study.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Site {
    /// Where.
    pub at: Point,
    /// The name that most of its events bear, with the province.
    pub name: String,
    /// Its events.
    pub events: u64,
}

/// The events that can be scanned.
#[derive(Debug, Clone, PartialEq)]
pub struct Study {
    /// Its places.
    pub sites: Vec<Site>,
    /// The events by place and day.
    pub cases: Cases,
    /// Events used.
    pub events: u64,
    /// Events left out since their day is not known.
    pub undated: u64,
    /// Events left out since their place is not known well enough, or may lie outside the selection's places.
    pub unplaced: u64,
    /// Whether coordinates are those of grid cells.
    pub gridded: bool,
}

/// A cluster and its name.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Hotspot {
    /// The place within it that has most events.
    pub name: String,
    /// Its middle.
    pub at: Point,
    /// The cluster; places are indices into the sites.
    #[serde(flatten)]
    pub cluster: Cluster,
}

/// What became of a place that has a pattern.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Course {
    /// The place.
    pub site: Site,
    /// The pattern.
    pub pattern: Pattern,
    /// The pattern, put coarsely.
    pub phase: Phase,
    /// Gi* of the last step, a standard score.
    pub last_gi: f64,
}

/// Pairs of events near in space and time.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Repeats {
    /// Knox's test: limits in km and days.
    pub limits: (f64, u32),
    /// Its result.
    pub knox: Knox,
    /// The near-repeat table, by distance then days.
    pub table: Vec<Cell>,
}

impl Study {
    /// The events of `window` of known day, whose place is known to `max_km` or better.
    ///
    /// # Errors
    /// [`HotspotError`]: a window without a beginning or an end, or fewer than [`FEWEST`] such events.
    pub fn new(events: &[Observation], window: &Span, max_km: f64) -> Result<Self, HotspotError> {
        let (Some(first), Some(last)) = (window.start, window.end) else { return Err(HotspotError::Open) };
        let period = Period { first: day(first), last: day(last) };
        let mut kept: Vec<(&Observation, Point)> = Vec::new();
        let (mut undated, mut unplaced) = (0, 0);
        for e in events {
            let point = e.latitude.zip(e.longitude).map(|(latitude, longitude)| Point { latitude, longitude });
            match point.filter(|_| e.placed && e.grain().km() <= max_km) {
                None => unplaced += e.n,
                Some(_) if !e.is_dated() => undated += e.n,
                Some(point) => kept.push((e, point)),
            }
        }
        let all = kept.iter().map(|(e, _)| e.n).sum();
        if all < FEWEST {
            return Err(HotspotError::TooFew { kept: all, left_out: undated + unplaced, km: max_km });
        }
        let mut by_site: BTreeMap<(i64, i64), Vec<(&Observation, Point)>> = BTreeMap::new();
        for (e, at) in kept {
            by_site.entry((metre(at.latitude), metre(at.longitude))).or_default().push((e, at));
        }
        let counts = by_site.values().enumerate().flat_map(|(place, events)| {
            let count = move |(e, _): &(&Observation, Point)| Count {
                place,
                day: day(e.start),
                n: u32::try_from(e.n).unwrap_or(u32::MAX),
            };
            events.iter().map(count).collect::<Vec<_>>()
        });
        let sites: Vec<Site> = by_site
            .values()
            .map(|events| Site {
                at: events[0].1,
                name: name(events.iter().map(|(e, _)| *e)),
                events: events.iter().map(|(e, _)| e.n).sum(),
            })
            .collect();
        let places = sites.iter().map(|site| site.at).collect();
        let cases = Cases { places, counts: counts.collect(), period };
        let gridded = events.iter().any(|e| e.gridded);
        Ok(Self { sites, cases, events: all, undated, unplaced, gridded })
    }

    /// Places of the study at which any of some events lie.
    #[must_use]
    pub fn sites_of(&self, events: &[Observation]) -> BTreeSet<usize> {
        let spots: BTreeSet<(i64, i64)> = events
            .iter()
            .filter(|e| e.placed)
            .filter_map(|e| e.latitude.zip(e.longitude))
            .map(|(latitude, longitude)| (metre(latitude), metre(longitude)))
            .collect();
        let at = |site: &Site| spots.contains(&(metre(site.at.latitude), metre(site.at.longitude)));
        (0..self.sites.len()).filter(|i| at(&self.sites[*i])).collect()
    }

    /// Cases of a cluster that lie at some of the places.
    #[must_use]
    pub fn within(&self, cluster: &Cluster, sites: &BTreeSet<usize>) -> u32 {
        let inside = |count: &&Count| {
            cluster.places.contains(&count.place)
                && sites.contains(&count.place)
                && (cluster.from..=cluster.to).contains(&count.day)
        };
        self.cases.counts.iter().filter(inside).map(|count| count.n).sum()
    }

    /// Clusters by the space-time permutation scan, most likely first.
    ///
    /// # Errors
    /// As [`permutation`].
    pub fn clusters(&self, settings: &Settings) -> Result<Vec<Hotspot>, HotspotError> {
        let found = permutation(&self.cases, settings)?;
        let named = |cluster: Cluster| {
            let events = |place: usize| -> u32 {
                let within = |count: &&Count| count.place == place && (cluster.from..=cluster.to).contains(&count.day);
                self.cases.counts.iter().filter(within).map(|count| count.n).sum()
            };
            let most = cluster.places.iter().copied().max_by_key(|place| (events(*place), std::cmp::Reverse(*place)));
            let name = self.sites[most.unwrap_or(cluster.centre)].name.clone();
            Hotspot { name, at: self.sites[cluster.centre].at, cluster }
        };
        Ok(found.into_iter().map(named).collect())
    }

    /// Knox's test within `limits` of km and days, and the near-repeat table by bands of both.
    ///
    /// # Errors
    /// As [`near::near_repeat`].
    pub fn repeats(
        &self,
        limits: (f64, u32),
        upto_km: &[f64],
        upto_days: &[u32],
        draws: &Draws,
    ) -> Result<Repeats, HotspotError> {
        let one = |count: &Count| near::Event { at: self.cases.places[count.place], day: count.day };
        let events: Vec<near::Event> =
            self.cases.counts.iter().flat_map(|count| std::iter::repeat_n(one(count), count.n as usize)).collect();
        Ok(Repeats {
            limits,
            knox: near::knox(&events, limits.0, limits.1, draws)?,
            table: near::near_repeat(&events, upto_km, upto_days, draws)?,
        })
    }

    /// What became of each place over the periods of the window; those without a pattern are left out. The hottest first.
    ///
    /// # Errors
    /// As [`trends`]: fewer than ten periods, or nothing that varies.
    pub fn courses(&self, window: &Span, step: Step, neighbour_km: f64) -> Result<Vec<Course>, HotspotError> {
        let borders = change::series(&[], window, &[], step)?.counts.borders().to_vec();
        let mut counts = vec![vec![0.0; borders.len() - 1]; self.sites.len()];
        for count in &self.cases.counts {
            let step = borders.partition_point(|border| *border <= count.day).saturating_sub(1);
            counts[count.place][step.min(borders.len() - 2)] += f64::from(count.n);
        }
        let settings = TrendSettings { neighbour_km, steps_back: 1, alpha: 0.05 };
        let found = trends(&self.cases.places, &counts, &settings)?;
        let mut courses: Vec<Course> = found
            .into_iter()
            .zip(&self.sites)
            .filter(|(trend, _)| trend.pattern != Pattern::None)
            .map(|(trend, site)| Course {
                site: site.clone(),
                pattern: trend.pattern,
                phase: trend.pattern.phase(),
                last_gi: trend.gi.last().copied().unwrap_or(0.0),
            })
            .collect();
        courses.sort_by(|a, b| b.last_gi.total_cmp(&a.last_gi).then_with(|| a.site.name.cmp(&b.site.name)));
        Ok(courses)
    }
}

/// Degrees to a hundred-thousandth: a metre.
fn metre(degrees: f64) -> i64 {
    (degrees * 1e5).round() as i64
}

/// `Jalalabad town, Nangarhar province`: the place that most of the events bear, and the province that most of them name.
fn name<'a>(events: impl Iterator<Item = &'a Observation> + Clone) -> String {
    let most = |of: fn(&Observation) -> Option<&str>| {
        let mut counts: BTreeMap<&str, u64> = BTreeMap::new();
        events.clone().for_each(|e| {
            if let Some(name) = of(e) {
                *counts.entry(name).or_default() += e.n;
            }
        });
        counts.into_iter().max_by_key(|(name, n)| (*n, std::cmp::Reverse(*name))).map(|(name, _)| name)
    };
    let parts = [most(|e| e.place.as_deref().or_else(|| e.district())), most(Observation::province)];
    let mut named: Vec<&str> = parts.into_iter().flatten().collect();
    named.dedup();
    if named.is_empty() { "unnamed place".to_owned() } else { named.join(", ") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(town: u8, day: u8) -> Observation {
        let date = format!("2020-{:02}-{:02}", 1 + day / 28, 1 + day % 28);
        Observation {
            start: date.parse().unwrap(),
            end: date.parse().unwrap(),
            latitude: Some(34.0),
            longitude: Some(60.0 + f64::from(town)),
            place: Some(format!("Town {town}")),
            admin1: Some("East province".into()),
            ..Observation::default()
        }
    }

    /// A case in each of ten towns every ten days, and twelve more in the fourth within six days.
    fn towns() -> Vec<Observation> {
        let steady = (0..10).flat_map(|town| (0..10).map(move |k| at(town, 10 * k + town)));
        steady.chain((42..48).map(|day| Observation { n: 2, ..at(3, day) })).collect()
    }

    fn window() -> Span {
        Span { start: "2020-01-01".parse().ok(), end: "2020-04-30".parse().ok() }
    }

    #[test]
    fn a_burst_is_found_and_bears_the_name_of_its_place() {
        let vague = Observation { end: "2020-03-01".parse().unwrap(), ..at(3, 40) };
        let coarse = Observation { precision_km: Some(105.0), ..at(3, 40) };
        let events = [towns(), vec![vague, coarse]].concat();
        let study = Study::new(&events, &window(), 25.0).unwrap();
        assert_eq!((study.sites.len(), study.events, study.undated, study.unplaced), (10, 112, 1, 1));
        let found = study.clusters(&Settings { replicates: 99, ..Settings::default() }).unwrap();
        assert_eq!((found[0].name.as_str(), found[0].cluster.places.len()), ("Town 3, East province", 1));
        assert!(found[0].cluster.p <= 0.05);
    }

    #[test]
    fn towns_that_are_struck_twice_within_days_are_near_repeats() {
        let events: Vec<Observation> =
            (0..10).flat_map(|town| [at(town, 11 * town), at(town, 11 * town + 3)]).collect();
        let draws = Draws { replicates: 99, ..Draws::default() };
        let found = Study::new(&events, &window(), 25.0).unwrap();
        let found = found.repeats((10.0, 7), &[0.0, 200.0], &[7, 14], &draws).unwrap();
        assert_eq!((found.knox.observed, found.knox.near_space, found.table.len()), (10, 10, 4));
        assert!(found.knox.ratio() > 5.0 && found.knox.p <= 0.05, "{found:?}");
    }

    #[test]
    fn a_place_that_flares_up_at_the_end_emerges() {
        let events = [towns(), (100..110).map(|day| Observation { n: 5, ..at(7, day) }).collect()].concat();
        let courses = Study::new(&events, &window(), 25.0).unwrap().courses(&window(), Step::Week, 10.0).unwrap();
        assert_eq!(
            (courses[0].site.name.as_str(), courses[0].phase),
            ("Town 7, East province", Phase::Emerging),
            "{courses:?}"
        );
    }

    #[test]
    fn too_few_events_are_told_with_those_left_out() {
        let error = Study::new(&towns()[..3], &window(), 25.0).unwrap_err();
        assert!(error.to_string().starts_with("3 events have a known day"), "{error}");
        assert_eq!(Study::new(&[], &Span { start: None, end: None }, 25.0), Err(HotspotError::Open));
    }
}
