//! How far the events of a selection lead to further events: a self-exciting process fitted to the counts by day.
//!
//! Days that are known only roughly are drawn from their span, many times; spans that are too long are left out.

use casefile_model::date::Span;
use casefile_stats::hawkes::{
    Background, Contagion, Ground, HawkesError, Point, SpaceTime, draw_days, fit_days, fit_space_time, spread,
};
use jiff::civil::Date;
use serde::Serialize;

use crate::change::{LEVEL, day};
use crate::observation::{Observation, TOWN_KM};

/// Why contagion could not be measured.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum ContagionError {
    /// The window is open.
    #[error("the period must have a first and a last day: name one with --period")]
    Open,
    /// More steps than days.
    #[error("{steps} steps of the background do not fit into {days} days")]
    Steps {
        /// As asked.
        steps: usize,
        /// Of the window.
        days: usize,
    },
    /// A cube has no places fine enough.
    #[error(
        "a cube keeps grid cells and no points, too coarse for contagion in space: it needs the rows (`casefile data add`)"
    )]
    Gridded,
    /// As the fit says.
    #[error(transparent)]
    Fit(#[from] HawkesError),
}

/// What days the events are put on.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Dating {
    /// Events put on a day.
    pub dated: u64,
    /// Of these, events whose day was drawn from a span of several.
    pub drawn: u64,
    /// Events left out: their span is too long.
    pub vague: u64,
    /// Events left out: they may lie outside the selection's places.
    pub unplaced: u64,
    /// The share of events dated to one day, in the first and the second half of the window.
    pub to_the_day: [Option<f64>; 2],
}

/// The fit with one background.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Fit {
    /// Steps asked for; breaks of the dataset's method cut them further.
    pub steps: usize,
    /// The fit to the first draw of the days.
    pub fit: Contagion,
    /// The least and greatest branching ratio over all draws of the days; none where no day was drawn.
    pub over_draws: Option<[f64; 2]>,
}

/// Contagion over time.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct OverTime {
    /// What days the events are put on.
    pub dating: Dating,
    /// One fit for each background.
    pub fits: Vec<Fit>,
}

impl OverTime {
    /// The fit that Akaike's criterion prefers among those with contagion.
    #[must_use]
    pub fn best(&self) -> Option<&Fit> {
        self.fits.iter().min_by(|a, b| a.fit.aic.total_cmp(&b.fit.aic))
    }

    /// The background that Akaike's criterion prefers where there is no contagion: its steps and the criterion.
    #[must_use]
    pub fn best_alone(&self) -> Option<(usize, f64)> {
        let alone = self.fits.iter().map(|fit| (fit.steps, fit.fit.aic_alone));
        alone.min_by(|a, b| a.1.total_cmp(&b.1))
    }
}

/// Contagion in space and time, with one bandwidth of the background.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct InSpace {
    /// Bandwidth of the background's density, km.
    pub bandwidth_km: f64,
    /// The fit.
    pub fit: SpaceTime,
}

/// How to fit.
#[derive(Debug, Clone, PartialEq)]
pub struct Settings {
    /// Backgrounds, by their number of steps.
    pub steps: Vec<usize>,
    /// Longest span of days from which an event's day is drawn.
    pub max_days: u32,
    /// How often the days are drawn.
    pub draws: u64,
    /// Makes the draws repeatable.
    pub seed: u64,
}

/// Events on a span of days each, within a window.
struct Dated<'a> {
    spans: Vec<(i32, i32)>,
    of: Vec<&'a Observation>,
    from: i32,
    until: i32,
    dating: Dating,
}

impl<'a> Dated<'a> {
    fn new(events: &'a [Observation], window: &Span, max_days: u32) -> Result<Self, ContagionError> {
        let (Some(first), Some(last)) = (window.start, window.end) else { return Err(ContagionError::Open) };
        let (from, until) = (day(first), day(last) + 1);
        let middle = i32::midpoint(from, until);
        let mut one = Self {
            spans: Vec::new(),
            of: Vec::new(),
            from,
            until,
            dating: Dating { dated: 0, drawn: 0, vague: 0, unplaced: 0, to_the_day: [None; 2] },
        };
        let mut halves = [[0_u64; 2]; 2];
        for e in events {
            let (first, last) = (day(e.start).max(from), day(e.end).min(until - 1));
            if !e.placed {
                one.dating.unplaced += e.n;
                continue;
            }
            let half = &mut halves[usize::from(first >= middle)];
            half[0] += u64::from(e.is_dated()) * e.n;
            half[1] += e.n;
            if i64::from(day(e.end)) - i64::from(day(e.start)) >= i64::from(max_days.max(1)) {
                one.dating.vague += e.n;
                continue;
            }
            one.dating.dated += e.n;
            one.dating.drawn += u64::from(last > first) * e.n;
            for _ in 0..e.n {
                one.spans.push((first, last));
                one.of.push(e);
            }
        }
        one.dating.to_the_day = halves.map(|[dated, all]| (all > 0).then(|| dated as f64 / all as f64));
        Ok(one)
    }

    fn counts(&self, seed: u64) -> Vec<u32> {
        let mut counts = vec![0; usize::try_from(self.until - self.from).unwrap_or(0)];
        for drawn in draw_days(&self.spans, seed) {
            counts[(drawn - self.from) as usize] += 1;
        }
        counts
    }

    /// Steps of one length, cut at the days on which the dataset's method changed.
    fn background(&self, steps: usize, breaks: &[Date]) -> Result<Background, ContagionError> {
        let days = self.until - self.from;
        if steps == 0 || steps > usize::try_from(days).unwrap_or(0) {
            return Err(ContagionError::Steps { steps, days: usize::try_from(days).unwrap_or(0) });
        }
        let each = f64::from(days) / steps as f64;
        let even = (1..steps).map(|k| (f64::from(self.from) + k as f64 * each).round());
        let inside = |at: &i32| self.from < *at && *at < self.until;
        let method = breaks.iter().map(|date| day(*date)).filter(inside).map(f64::from);
        Ok(Background::changing_on(even.chain(method).collect()))
    }
}

/// Fits a self-exciting process to the events of a window, counted by day, for each background.
///
/// # Errors
/// [`ContagionError`]: an open window, fewer than ten events, more steps than days.
pub fn over_time(
    events: &[Observation],
    window: &Span,
    breaks: &[Date],
    settings: &Settings,
) -> Result<OverTime, ContagionError> {
    let dated = Dated::new(events, window, settings.max_days)?;
    let redraws = if dated.dating.drawn > 0 { settings.draws.max(1) } else { 1 };
    let fit = |steps: usize| -> Result<Fit, ContagionError> {
        let background = dated.background(steps, breaks)?;
        let of = |seed: u64| fit_days(&dated.counts(seed), dated.from, &background, LEVEL, seed);
        let fits = (0..redraws).map(|n| of(settings.seed.wrapping_add(n))).collect::<Result<Vec<_>, _>>()?;
        let branching = || fits.iter().map(|fit| fit.branching.value);
        let range = [branching().fold(f64::INFINITY, f64::min), branching().fold(0.0, f64::max)];
        let over_draws = (redraws > 1).then_some(range);
        let first = fits.into_iter().next().ok_or(HawkesError::TooFew { needed: 10, found: 0 })?;
        Ok(Fit { steps, fit: first, over_draws })
    };
    let fits = settings.steps.iter().map(|steps| fit(*steps)).collect::<Result<_, _>>()?;
    Ok(OverTime { fits, dating: dated.dating })
}

/// Fits a self-exciting process in space and time to the events whose place is known to a town, for each bandwidth of the
/// background in km. Also how many events were left out for their place.
///
/// # Errors
/// [`ContagionError`]: as [`over_time`]; also events from a cube.
pub fn in_space(
    events: &[Observation],
    window: &Span,
    bandwidths: &[f64],
    settings: &Settings,
) -> Result<(Vec<InSpace>, u64), ContagionError> {
    if events.iter().any(|e| e.gridded) {
        return Err(ContagionError::Gridded);
    }
    let is_placed = |e: &&Observation| e.grain().km() <= TOWN_KM && e.latitude.is_some() && e.longitude.is_some();
    let placed: Vec<Observation> = events.iter().filter(is_placed).cloned().collect();
    let n = |events: &[Observation]| events.iter().map(|e| e.n).sum::<u64>();
    let left_out = n(events) - n(&placed);
    let dated = Dated::new(&placed, window, settings.max_days)?;
    let mut days: Vec<(i32, &Observation)> =
        draw_days(&dated.spans, settings.seed).into_iter().zip(dated.of.iter().copied()).collect();
    days.sort_by(|a, b| (a.0, &a.1.id).cmp(&(b.0, &b.1.id)));
    let times = spread(&days.iter().map(|(day, _)| *day).collect::<Vec<_>>(), settings.seed);
    let points: Vec<Point> = times
        .into_iter()
        .zip(&days)
        .filter_map(|(time, (_, e))| Some(Point { time, latitude: e.latitude?, longitude: e.longitude? }))
        .collect();
    let span = (f64::from(dated.from), f64::from(dated.until));
    let fit = |bandwidth_km: f64| {
        let fit = fit_space_time(&points, span, Ground::Density { bandwidth_km }, TOWN_KM, LEVEL)?;
        Ok(InSpace { bandwidth_km, fit })
    };
    Ok((bandwidths.iter().map(|km| fit(*km)).collect::<Result<_, ContagionError>>()?, left_out))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::change::date;
    use casefile_stats::hawkes::{Truth, simulate_space_time, simulate_times};

    const SETTINGS: Settings = Settings { steps: Vec::new(), max_days: 3, draws: 3, seed: 1 };

    fn on(first: i32, last: i32) -> Observation {
        Observation { start: date(first), end: date(last), ..Observation::default() }
    }

    fn window(days: i32) -> Span {
        Span { start: Some(date(0)), end: Some(date(days - 1)) }
    }

    #[test]
    fn contagion_is_found_where_there_is_some_and_how_events_are_dated_is_told() {
        let truth = Truth { per_day: 0.5, branching: 0.6, half_life: 3.0, scale_km: 0.0 };
        let times = simulate_times(truth, 800.0, |_| 1.0, 7).unwrap();
        let mut events: Vec<Observation> = times.iter().map(|t| on(*t as i32, *t as i32)).collect();
        // In the first half every other event is dated to two days.
        let middle = events.iter().filter(|e| day(e.start) < 400).count();
        events[..middle].iter_mut().step_by(2).for_each(|e| e.end = date(day(e.start) + 1));
        events.push(on(100, 160));
        events.push(Observation { placed: false, ..on(100, 100) });
        let found = over_time(&events, &window(800), &[], &Settings { steps: vec![1, 4], ..SETTINGS }).unwrap();
        let [constant, stepped] = &found.fits[..] else { panic!() };
        assert!(constant.fit.branching.low < 0.6 && 0.6 < constant.fit.branching.high, "{:?}", constant.fit.branching);
        assert_eq!(stepped.fit.background.len(), 4);
        assert!(constant.over_draws.is_some_and(|[low, high]| low < high));
        let Dating { vague, unplaced, to_the_day: [before, after], .. } = found.dating;
        assert_eq!((vague, unplaced, after), (1, 1, Some(1.0)));
        assert!(before.is_some_and(|share| (share - 0.5).abs() < 0.02));
    }

    #[test]
    fn a_change_of_method_is_a_border_of_the_background() {
        let events: Vec<Observation> = (0..100).map(|n| on(3 * n, 3 * n)).collect();
        let found = over_time(&events, &window(300), &[date(90)], &Settings { steps: vec![1], ..SETTINGS }).unwrap();
        let edges: Vec<f64> = found.fits[0].fit.background.iter().map(|step| step.until).collect();
        assert_eq!((edges, found.fits[0].over_draws), (vec![90.0, 300.0], None));
        let too_many = over_time(&events, &window(300), &[], &Settings { steps: vec![301], ..SETTINGS });
        assert_eq!(too_many, Err(ContagionError::Steps { steps: 301, days: 300 }));
        assert!(over_time(&events[..3], &window(300), &[], &Settings { steps: vec![1], ..SETTINGS }).is_err());
    }

    #[test]
    fn in_space_needs_points() {
        let truth = Truth { per_day: 0.4, branching: 0.5, half_life: 4.0, scale_km: 15.0 };
        let points = simulate_space_time(truth, 400.0, |u, v| (34.0 + 4.0 * u, 66.0 + 4.0 * v), 7).unwrap();
        let event = |p: &Point| Observation {
            latitude: Some(p.latitude),
            longitude: Some(p.longitude),
            place: Some("Town".into()),
            ..on(p.time as i32, p.time as i32)
        };
        let events: Vec<Observation> = points.iter().map(event).collect();
        let (fits, left_out) = in_space(&events, &window(400), &[50.0], &SETTINGS).unwrap();
        assert!(left_out == 0 && fits[0].fit.branching.low < 0.5 && 0.5 < fits[0].fit.branching.high, "{:?}", fits[0]);
        let cube: Vec<Observation> = events.into_iter().map(|e| Observation { gridded: true, ..e }).collect();
        assert_eq!(in_space(&cube, &window(400), &[50.0], &SETTINGS), Err(ContagionError::Gridded));
    }
}
