//! A place at which more happened than chance explains.

use std::collections::BTreeSet;

use casefile_measure::change::{Step, date};
use casefile_measure::hotspots::{Course, Hotspot, HotspotError, Study};
use casefile_model::claim::{Measure, Phase, Selection};
use casefile_model::date::Span;
use casefile_stats::scan::{Settings, trend};

use super::ranking::as_far_as;
use super::ruling::Ruling;
use super::{Stop, Task, by_day, by_place, must_be_complete, on_grid, window};
use crate::examine::Unanswered;
use crate::finding::{Finding, Reason, Value, Verdict};
use crate::terms::{unbroken, withhold};
use crate::words::{counted, number, span};

/// Coarsest precision of place, km: near a known place.
const MAX_KM: f64 = 25.0;
/// A cluster stands out up to this p-value.
const SURE: f64 = 0.05;
/// Replicates that a p-value rests on.
const REPLICATES: u32 = 999;

impl Task<'_, '_> {
    pub(super) fn hotspot(&self, of: &Selection, spot: &str, phase: Option<Phase>) -> Result<Finding, Stop> {
        let asked = self.examiner.ask(of, window(of))?;
        by_day(&asked)?;
        by_place(&asked)?;
        unbroken(&asked, &[asked.window])?;
        must_be_complete(asked.coverage, "a hot spot needs complete data: the missing events may lie anywhere")?;
        let bears = self.examiner.bears(&asked, of);
        let there = Selection { place: vec![spot.to_owned()], ..of.clone() };
        let there = self.examiner.ask(&there, window(of))?;
        let mut inquiry = self.examiner.inquiry(&asked);
        let events = on_grid(inquiry.observations(&asked.filter, &asked.window)?);
        let in_spot = on_grid(inquiry.observations(&there.filter, &there.window)?);
        let study = Study::new(&events, &asked.window, MAX_KM).map_err(unfit)?;
        let sites = study.sites_of(&in_spot);
        let (ruling, value, told, least) = match phase {
            None => self.burst(&study, &sites)?,
            Some(phase) => self.coursed(&study, &sites, &asked.window, phase)?,
        };
        let ruling = as_far_as(bears.bearing, ruling);
        let name = self.examiner.case.place(spot).map_or(spot, |place| place.name.as_str());
        let phrase = phase.map_or_else(|| format!("a burst in {name}"), |phase| format!("{name}: {}", word(phase)));
        let mut finding = self.ruled(ruling, &bears, phrase, value, asked.coverage);
        finding.notes.extend(told);
        let left_out = study.undated + study.unplaced;
        if left_out > 0 {
            let events = counted(left_out as f64, "events");
            finding.notes.push(format!(
                "{events} of {} are left out: their day is not known, or their place not to {MAX_KM} km.",
                left_out + study.events
            ));
        }
        finding.bars = self.months(&mut inquiry, &there, Measure::Events, &self.chart_window(&asked))?;
        self.examiner.evidence(&mut finding, inquiry, &[&asked])?;
        if least.is_some_and(|n| asked.pin.is_too_small(n)) {
            withhold(&mut finding, asked.pin);
        }
        Ok(finding)
    }

    /// A cluster in space and time of which most events lie in the place.
    fn burst(&self, study: &Study, sites: &BTreeSet<usize>) -> Result<Found, Stop> {
        let settings = Settings {
            max_circle: 0.2,
            max_duration: 0.1,
            replicates: REPLICATES,
            seed: self.examiner.case.seed,
            ..Settings::default()
        };
        let clusters = study.clusters(&settings).map_err(unfit)?;
        let is_there = |hot: &&Hotspot| 2 * study.within(&hot.cluster, sites) > hot.cluster.observed;
        let best = clusters.iter().find(is_there);
        let told = best.map(tell).into_iter().collect();
        Ok((
            stands_out(best.map(|hot| hot.cluster.p)),
            strongest(best),
            told,
            best.map(|hot| hot.cluster.observed.into()),
        ))
    }

    /// What became of the place month by month.
    fn coursed(&self, study: &Study, sites: &BTreeSet<usize>, window: &Span, phase: Phase) -> Result<Found, Stop> {
        let neighbour_km = if study.gridded { 0.0 } else { MAX_KM };
        let courses = study.courses(window, Step::Month, neighbour_km).map_err(unfit)?;
        let known: BTreeSet<String> = sites.iter().map(|i| key(&study.sites[*i].at)).collect();
        let there: Vec<&Course> = courses.iter().filter(|course| known.contains(&key(&course.site.at))).collect();
        let phases: Vec<Phase> = there.iter().filter_map(|course| of_measure(course.phase)).collect();
        let told = there.iter().map(|course| {
            let phase = of_measure(course.phase).map_or("none", word);
            format!("{}: {phase} ({})", course.site.name, counted(course.site.events as f64, "events"))
        });
        let told: Vec<String> = told.collect();
        let display = if phases.is_empty() { "no hot spot there".to_owned() } else { named(&phases) };
        let value = Value { best: None, low: None, high: None, unit: "phase".to_owned(), display };
        Ok((ran(&phases, phase), value, told, there.iter().map(|course| course.site.events).min()))
    }
}

/// The ruling, the figure, what is to be told, and the fewest events that it tells of.
type Found = (Ruling, Value, Vec<String>, Option<u64>);

/// Whether a cluster in the place is one that chance does not explain. That none was found refutes nothing: what is always
/// there is no cluster.
fn stands_out(p: Option<f64>) -> Ruling {
    match p {
        Some(p) if p <= SURE => {
            (Verdict::Supported, Reason::Figure, format!("chance explains the cluster there with p = {}", number(p)))
        }
        Some(p) => (
            Verdict::Mixed,
            Reason::Precision,
            format!("the strongest cluster there may be chance (p = {})", number(p)),
        ),
        None => (Verdict::Mixed, Reason::Precision, "no cluster has most of its events there".to_owned()),
    }
}

/// Whether the place had the phase.
fn ran(phases: &[Phase], said: Phase) -> Ruling {
    if phases.is_empty() {
        return (
            Verdict::Mixed,
            Reason::Precision,
            "no place there is a hot spot that chance does not explain".to_owned(),
        );
    }
    if phases.contains(&said) {
        return (Verdict::Supported, Reason::Figure, format!("a place there is {}", word(said)));
    }
    (Verdict::Contradicted, Reason::Figure, format!("the hot spots there are {}", named(phases)))
}

fn named(phases: &[Phase]) -> String {
    let mut names: Vec<&str> = phases.iter().map(|phase| word(*phase)).collect();
    names.sort_unstable();
    names.dedup();
    names.join(", ")
}

fn word(phase: Phase) -> &'static str {
    Phase::ALL.iter().find(|(_, one)| *one == phase).map_or("", |(name, _)| name)
}

fn of_measure(phase: trend::Phase) -> Option<Phase> {
    match phase {
        trend::Phase::Emerging => Some(Phase::Emerging),
        trend::Phase::Persistent => Some(Phase::Persistent),
        trend::Phase::Recurrent => Some(Phase::Recurrent),
        trend::Phase::Fading => Some(Phase::Fading),
        trend::Phase::None => None,
    }
}

fn key(at: &casefile_stats::scan::Point) -> String {
    format!("{:.5} {:.5}", at.latitude, at.longitude)
}

fn strongest(best: Option<&Hotspot>) -> Value {
    let ratio = best.map(|hot| hot.cluster.ratio());
    let display = best.map_or_else(
        || "no cluster there".to_owned(),
        |hot| format!("×{} of what is expected (p = {})", number(hot.cluster.ratio()), number(hot.cluster.p)),
    );
    Value { best: ratio, low: None, high: None, unit: "ratio".to_owned(), display }
}

fn tell(hot: &Hotspot) -> String {
    let cluster = &hot.cluster;
    let when = Span { start: Some(date(cluster.from)), end: Some(date(cluster.to)) };
    format!(
        "Around {}, {}: {} where {} are expected, within {} km.",
        hot.name,
        span(&when),
        counted(f64::from(cluster.observed), "events"),
        number((cluster.expected * 10.0).round() / 10.0),
        number(cluster.radius_km.round())
    )
}

fn unfit(error: HotspotError) -> Unanswered {
    Unanswered::new(Reason::Precision, error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use Verdict::*;

    #[test]
    fn a_cluster_stands_out_or_may_be_chance() {
        for (p, expected) in [
            (Some(0.001), (Supported, Reason::Figure)),
            (Some(0.05), (Supported, Reason::Figure)),
            (Some(0.06), (Mixed, Reason::Precision)),
            (None, (Mixed, Reason::Precision)),
        ] {
            let (verdict, reason, _) = stands_out(p);
            assert_eq!((verdict, reason), expected, "{p:?}");
        }
    }

    #[test]
    fn a_phase_is_that_of_some_place_there() {
        use Phase::*;
        for (phases, expected) in [
            (&[Emerging, Fading][..], (Supported, Reason::Figure)),
            (&[Fading, Fading], (Contradicted, Reason::Figure)),
            (&[], (Mixed, Reason::Precision)),
        ] {
            let (verdict, reason, _) = ran(phases, Emerging);
            assert_eq!((verdict, reason), expected, "{phases:?}");
        }
        assert_eq!(named(&[Persistent, Fading, Persistent]), "fading, persistent");
    }
}
