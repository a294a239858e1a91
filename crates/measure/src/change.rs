//! What changed when, in the events of a selection: counts by period, change points, trends, and the onset.

use casefile_model::date::Span;
use casefile_stats::change::{
    Border, Breaks, ChangeError, Counts, EventDay, Onset, RateRatio, SegmentTrend, Segmentation, Settings, Shift,
    detect, onset, rate_ratio, shift, trend, trends,
};
use jiff::ToSpan;
use jiff::civil::Date;
use serde::Serialize;
use statrs::distribution::ContinuousCDF;

use crate::observation::Observation;

/// Level of all intervals.
pub const LEVEL: f64 = 0.9;

/// The length of the periods in which events are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Step {
    /// A day.
    Day,
    /// Seven days, from the first of the window.
    Week,
    /// A calendar month.
    Month,
    /// A calendar quarter.
    Quarter,
    /// A calendar year.
    Year,
}

/// Events counted by period. Days are days since 1970-01-01 (UTC).
#[derive(Debug, Clone, PartialEq)]
pub struct Series {
    /// The counts.
    pub counts: Counts,
    /// Days on which the dataset's method changed, inside the window.
    pub breaks: Breaks,
    /// Events that could not be put into a period: their date is vaguer than a period is long.
    pub vague: u64,
}

/// A period and its events.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Bin {
    /// First day.
    pub from: i32,
    /// The day after the last.
    pub until: i32,
    /// Events.
    pub events: u64,
}

/// What changed in a series.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Change {
    /// The series.
    pub bins: Vec<Bin>,
    /// Events that could not be put into a period.
    pub vague: u64,
    /// Its stretches of one rate, and what lies between them.
    pub segmentation: Segmentation,
    /// A trend within each stretch that is long enough for one.
    pub trends: Vec<SegmentTrend>,
}

/// The number of a day since 1970-01-01.
#[must_use]
pub fn day(date: Date) -> i32 {
    let days = date.since((jiff::Unit::Day, Date::constant(1970, 1, 1))).map(|span| span.get_days());
    days.unwrap_or(if date.year() < 1970 { i32::MIN } else { i32::MAX })
}

/// The date of a day since 1970-01-01; the last that there is, beyond the end of the calendar.
#[must_use]
pub fn date(day: i32) -> Date {
    Date::constant(1970, 1, 1).checked_add(day.days()).unwrap_or(Date::MAX)
}

/// Counts the events of `window` by period. A dataset's breaks are borders too, so a period may be cut in two.
///
/// An event of vague date is counted in the period that holds most of its days, so long as it is no vaguer than a period is
/// long; else it is left out, and told in `vague`.
///
/// # Errors
/// [`ChangeError::OutOfRange`] for a window without a beginning or an end.
pub fn series(events: &[Observation], window: &Span, breaks: &[Date], step: Step) -> Result<Series, ChangeError> {
    let (first, last) = ends(window)?;
    let until = day(last) + 1;
    let inside = |at: &i32| day(first) < *at && *at < until;
    let breaks: Vec<i32> = breaks.iter().map(|d| day(*d)).filter(inside).collect();
    let mut borders: Vec<i32> = starts(first, step).map(day).take_while(|d| *d < until).collect();
    borders.extend(&breaks);
    borders.push(until);
    borders.sort_unstable();
    borders.dedup();
    let mut counts = vec![0; borders.len() - 1];
    let mut vague = 0;
    for event in events {
        match period_of(&borders, day(event.start), day(event.end)) {
            Some(i) => counts[i] += event.n,
            None => vague += event.n,
        }
    }
    Ok(Series { counts: Counts::new(borders, counts)?, breaks: Breaks::new(breaks), vague })
}

/// First and last day of a window.
fn ends(window: &Span) -> Result<(Date, Date), ChangeError> {
    let open =
        ChangeError::OutOfRange { what: "the period", value: f64::NAN, expected: "one with a first and a last day" };
    window.start.zip(window.end).ok_or(open)
}

/// First days of the periods from the one of `first` on; the first period begins with the window.
fn starts(first: Date, step: Step) -> impl Iterator<Item = Date> {
    let begin = match step {
        Step::Day | Step::Week => first,
        Step::Month => first.first_of_month(),
        Step::Quarter => Date::new(first.year(), (first.month() - 1) / 3 * 3 + 1, 1).unwrap_or(first),
        Step::Year => first.first_of_year(),
    };
    let nth = move |i: i32| match step {
        Step::Day => begin.checked_add(i.days()),
        Step::Week => begin.checked_add((7 * i).days()),
        Step::Month => begin.checked_add(i.months()),
        Step::Quarter => begin.checked_add((3 * i).months()),
        Step::Year => begin.checked_add(i.years()),
    };
    std::iter::once(first).chain((1..).map_while(move |i| nth(i).ok()))
}

/// The period that holds most of the days from `start` to `end`; none outside, or where they are more than it holds.
fn period_of(borders: &[i32], start: i32, end: i32) -> Option<usize> {
    let best = block_of(borders, start, end)?;
    let length = borders[best + 1] - borders[best];
    (end - start < length.max(2)).then_some(best)
}

/// Finds the changes of a series, and the trend within each of its stretches.
///
/// # Errors
/// As [`detect`].
pub fn change(series: &Series) -> Result<Change, ChangeError> {
    let segmentation = detect(&series.counts, &series.breaks, &Settings { confidence: LEVEL, ..Settings::default() })?;
    let further: Vec<i32> = segmentation
        .borders
        .iter()
        .filter_map(|border| match border {
            Border::Change { at, .. } => Some(*at),
            Border::Method { .. } => None,
        })
        .collect();
    // A stretch may be too short for a trend; the changes stand without.
    let trends = trends(&series.counts, &series.breaks, &further, LEVEL).unwrap_or_default();
    let borders = series.counts.borders().windows(2);
    let bins = borders.zip(series.counts.counts()).map(|(w, n)| Bin { from: w[0], until: w[1], events: *n }).collect();
    Ok(Change { bins, vague: series.vague, segmentation, trends })
}

/// The rate from a day on against that before it.
///
/// # Errors
/// As [`rate_ratio`].
pub fn before_after(series: &Series, at: Date) -> Result<RateRatio, ChangeError> {
    let (from, until) = series.counts.window();
    let (at, counts) = (day(at), &series.counts);
    rate_ratio(counts, (from, at), (at, until), &series.breaks, LEVEL)
}

/// Days of a block whose scatter tells how uneven events are.
const BLOCK: i32 = 7;

/// The rate of one period over that of an earlier one, with an interval that allows for how unevenly events fall over weeks.
/// `events` are those of either period, with the days on which they may have happened and their number.
///
/// # Errors
/// As [`rate_ratio`]; also for periods that are open or overlap.
pub fn between(
    events: &[(Date, Date, u64)],
    [before, after]: [&Span; 2],
    breaks: &[Date],
) -> Result<RateRatio, ChangeError> {
    let bounds = |span: &Span| ends(span).map(|(first, last)| (day(first), day(last) + 1));
    let (before, after) = (bounds(before)?, bounds(after)?);
    let mut borders: Vec<i32> = Vec::new();
    for (from, until) in [before, after] {
        borders.extend((from..until).step_by(usize::try_from(BLOCK).unwrap_or(7)));
        borders.push(until);
    }
    let method: Vec<i32> = breaks.iter().map(|d| day(*d)).filter(|at| before.0 < *at && *at < after.1).collect();
    borders.extend(&method);
    borders.sort_unstable();
    borders.dedup();
    let mut counts = vec![0; borders.len() - 1];
    for (start, end, n) in events {
        if let Some(i) = block_of(&borders, day(*start), day(*end)) {
            counts[i] += n;
        }
    }
    rate_ratio(&Counts::new(borders, counts)?, before, after, &Breaks::new(method), LEVEL)
}

/// The block that holds most of the days from `start` to `end`; none outside.
fn block_of(borders: &[i32], start: i32, end: i32) -> Option<usize> {
    let shared = |i: usize| (borders[i + 1].min(end.saturating_add(1)) - borders[i].max(start)).max(0);
    let first = borders.partition_point(|border| *border <= start).saturating_sub(1);
    let near = (first..borders.len() - 1).take_while(|i| borders[*i] <= end);
    near.max_by_key(|i| (shared(*i), std::cmp::Reverse(*i))).filter(|i| shared(*i) > 0)
}

/// How the rate moved over a series: a log-linear trend from its first day to its last.
///
/// # Errors
/// As [`trend`].
pub fn course(series: &Series) -> Result<SegmentTrend, ChangeError> {
    let (from, until) = series.counts.window();
    trend(&series.counts, from, until, &series.breaks, LEVEL)
}

/// The fitted rate at the end of a trend over that at its beginning, with `n` equally likely values of it: the quantiles of the
/// normal law that the fit has on the logarithm.
#[must_use]
pub fn grown(trend: &SegmentTrend, n: usize) -> (f64, Vec<f64>) {
    let months = f64::from(trend.until - trend.from) / (365.2425 / 12.0);
    let normal = statrs::distribution::Normal::standard();
    let z = normal.inverse_cdf(0.5 + LEVEL / 2.0);
    let (middle, spread) = (trend.growth.ln_1p(), (trend.high.ln_1p() - trend.low.ln_1p()) / (2.0 * z));
    let at = |i: usize| (months * (middle + spread * normal.inverse_cdf((i as f64 + 0.5) / n as f64))).exp();
    ((months * middle).exp(), (0..n).map(at).collect())
}

/// When events set in, or became more frequent: the posterior of the day.
///
/// # Errors
/// As [`onset`]; also where the window has no beginning or end.
pub fn set_in(events: &[Observation], window: &Span, breaks: &[Date]) -> Result<Onset, ChangeError> {
    let (first, last) = ends(window)?;
    let (from, until) = (day(first), day(last) + 1);
    let within = |e: &&Observation| e.placed && day(e.end) >= from && day(e.start) < until;
    let days: Vec<EventDay> = events
        .iter()
        .filter(within)
        .flat_map(|e| {
            let one = EventDay { earliest: day(e.start).max(from), latest: day(e.end).min(until - 1) };
            std::iter::repeat_n(one, usize::try_from(e.n).unwrap_or(usize::MAX))
        })
        .collect();
    onset(&days, (from, until), &Breaks::new(breaks.iter().map(|d| day(*d)).collect()), LEVEL)
}

/// One category's events in two periods.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Mix {
    /// The categories, most events first.
    pub names: Vec<String>,
    /// How their shares moved, in the same order.
    pub shift: Shift,
}

/// How the make-up of events changed between two groups of them, by `category`. Events without one are left out; beyond the
/// `most` largest, categories are put together as `other`.
///
/// # Errors
/// As [`shift`].
pub fn mix(
    [before, after]: [&[Observation]; 2],
    category: impl Fn(&Observation) -> Option<String>,
    most: usize,
    seed: u64,
) -> Result<Mix, ChangeError> {
    let mut counts: std::collections::BTreeMap<String, [u64; 2]> = std::collections::BTreeMap::new();
    for (i, events) in [before, after].into_iter().enumerate() {
        for event in events {
            if let Some(name) = category(event) {
                counts.entry(name).or_default()[i] += event.n;
            }
        }
    }
    let mut sorted: Vec<(String, [u64; 2])> = counts.into_iter().collect();
    sorted.sort_by_key(|(_, n)| std::cmp::Reverse(n[0] + n[1]));
    let rest = sorted.split_off(most.min(sorted.len()));
    if !rest.is_empty() {
        let sum = rest.iter().fold([0, 0], |sum, (_, n)| [sum[0] + n[0], sum[1] + n[1]]);
        sorted.push(("other".to_owned(), sum));
    }
    let of = |i: usize| sorted.iter().map(|(_, n)| n[i]).collect::<Vec<_>>();
    let shift = shift(&of(0), &of(1), LEVEL, seed)?;
    Ok(Mix { names: sorted.into_iter().map(|(name, _)| name).collect(), shift })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(start: &str, end: &str) -> Observation {
        Observation {
            start: start.parse().unwrap(),
            end: end.parse().unwrap(),
            placed: true,
            n: 1,
            ..Observation::default()
        }
    }

    fn window(start: &str, end: &str) -> Span {
        Span { start: Some(start.parse().unwrap()), end: Some(end.parse().unwrap()) }
    }

    #[test]
    fn vague_events_stand_where_most_of_their_days_are_or_are_told() {
        let events =
            [event("2020-01-15", "2020-01-15"), event("2020-01-30", "2020-02-05"), event("2020-01-01", "2020-12-31")];
        let year = window("2020-01-10", "2020-12-31");
        let monthly = series(&events, &year, &[], Step::Month).unwrap();
        assert_eq!((&monthly.counts.counts()[..3], monthly.vague), (&[1, 1, 0][..], 1));
        assert_eq!(monthly.counts.len(), 12);
        assert_eq!(date(monthly.counts.borders()[0]).to_string(), "2020-01-10");
        let yearly = series(&events, &year, &[], Step::Year).unwrap();
        assert_eq!((yearly.counts.counts(), yearly.vague), (&[2][..], 1));
    }

    #[test]
    fn no_period_runs_across_a_break() {
        let broken =
            series(&[], &window("2020-01-01", "2020-12-31"), &["2020-04-15".parse().unwrap()], Step::Month).unwrap();
        assert_eq!(broken.counts.len(), 13);
        assert!(
            before_after(&broken, "2020-07-01".parse().unwrap()).is_err_and(|e| e.to_string().contains("2020-04-15"))
        );
    }

    #[test]
    fn a_rise_is_found_with_its_date() {
        let days = |month: u8, n: u64| Observation {
            n,
            ..event(&format!("2020-{month:02}-10"), &format!("2020-{month:02}-10"))
        };
        let events: Vec<Observation> = (1..=12).map(|month| days(month, if month < 8 { 4 } else { 30 })).collect();
        let year = window("2020-01-01", "2020-12-31");
        let found = change(&series(&events, &year, &[], Step::Month).unwrap()).unwrap();
        let [Border::Change { date: when, ratio, .. }] = &found.segmentation.borders[..] else { panic!("{found:?}") };
        assert_eq!(date(when.mode).to_string(), "2020-08-01");
        assert!(5.0 < ratio.low && ratio.high < 12.0, "{ratio:?}");
        let begun = set_in(&events, &year, &[]).unwrap();
        assert!(begun.claim(day("2020-08-01".parse().unwrap()), day("2020-08-31".parse().unwrap())).within > 0.5);
    }

    #[test]
    fn small_categories_are_put_together() {
        let of =
            |place: &str, n: u64| Observation { admin1: Some(place.into()), n, ..event("2020-01-01", "2020-01-01") };
        let before = [of("East", 40), of("North", 10), of("West", 2), of("South", 1)];
        let after = [of("East", 10), of("North", 40), of("West", 2)];
        let mix = mix([&before, &after], |e| e.admin1.clone(), 2, 7).unwrap();
        assert_eq!(mix.names, ["East", "North", "other"]);
        assert!(mix.shift.categories[1].rose > 0.99 && mix.shift.categories[0].rose < 0.01);
    }

    #[test]
    fn two_periods_are_compared_week_by_week() {
        let on = |day: i32, n| (date(day), date(day), n);
        let span = |from: i32, to: i32| Span { start: Some(date(from)), end: Some(date(to)) };
        let (before, after) = (span(0, 69), span(80, 149));
        // Two events a week before, four after.
        let even: Vec<_> = (0..10).flat_map(|w| [on(7 * w, 2), on(80 + 7 * w, 4)]).collect();
        let found = between(&even, [&before, &after], &[]).unwrap();
        assert_eq!((found.before, found.after, found.ratio), (20, 40, 2.0));
        assert_eq!(found.method, casefile_stats::change::RatioMethod::Exact);
        // The same numbers, all in one week of each.
        let lumped = [on(3, 20), on(90, 40)];
        let found = between(&lumped, [&before, &after], &[]).unwrap();
        assert!(
            matches!(found.method, casefile_stats::change::RatioMethod::QuasiPoisson { dispersion, .. } if dispersion > 5.0)
        );
        assert!(found.low < 1.0 && found.high > 4.0, "{found:?}");
        let broken = between(&even, [&before, &after], &[date(100)]);
        assert!(matches!(broken, Err(ChangeError::AcrossBreak { .. })), "{broken:?}");
    }

    #[test]
    fn a_trend_is_told_as_the_rate_at_its_end_over_that_at_its_beginning() {
        let on = |day: i32, n| Observation { start: date(day), end: date(day), n, ..Observation::default() };
        let window = Span { start: Some(date(0)), end: Some(date(364)) };
        // Doubles every 91 days.
        let events: Vec<Observation> =
            (0..52).map(|w| on(7 * w, (4.0 * 2_f64.powf(f64::from(w) / 13.0)) as u64)).collect();
        let series = series(&events, &window, &[], Step::Week).unwrap();
        let (ratio, values) = grown(&course(&series).unwrap(), 1000);
        assert!((12.0..20.0).contains(&ratio), "four doublings make sixteen: {ratio}");
        assert!(values.is_sorted() && values[499] <= ratio && ratio <= values[500]);
    }
}
