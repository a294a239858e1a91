//! What changed when, in the events of a selection.

use casefile_measure::change::{self, Step, date};
use casefile_model::date::Span;
use casefile_stats::change::{Border, DatePosterior};
use casefile_verdict::finding::Coverage;
use jiff::civil::Date;

use super::{asked, missing, too_few};
use crate::context::Context;
use crate::figure::{self, Period};
use crate::keys::{Keys, SELECTION};
use crate::markdown::Directive;
use crate::slip::Slip;

/// Lengths of a period, with their names in a directive.
pub(super) const STEPS: [(&str, Step); 4] =
    [("week", Step::Week), ("month", Step::Month), ("quarter", Step::Quarter), ("year", Step::Year)];

pub(super) fn change(context: &Context<'_>, directive: &Directive, id: &str) -> Result<String, Vec<Slip>> {
    let mut keys = Keys::new(context, directive, &[&SELECTION[..], &["by"]].concat());
    let of = keys.selection_of_case();
    let by = keys.one("by", &STEPS).unwrap_or(Step::Month);
    let title = keys.title(|| asked(context, "what changed", &of));
    let (of, title) = keys.finish((of, title))?;
    let drawn = || -> Result<(figure::change::Change, String), String> {
        let data = context.input.figure_data.observe(&of)?;
        let series = change::series(&data.events, &data.window, &data.breaks, by).map_err(|e| e.to_string())?;
        let found = change::change(&series).map_err(|e| e.to_string())?;
        too_few(data.least, found.bins.iter().map(|bin| bin.events), "periods")?;
        let covers = context.input.figure_data.covers(&of, &spans(&found))?;
        Ok((input(&found, &covers, &title), data.source))
    };
    Ok(match drawn() {
        Ok((input, source)) => figure::html(id, &source, |options| figure::change::render(&input, options)),
        Err(why) => missing(id, &title, &why),
    })
}

/// The periods of a series.
#[must_use]
pub fn spans(found: &change::Change) -> Vec<Span> {
    let span = |bin: &change::Bin| Span { start: Some(date(bin.from)), end: Some(date(bin.until - 1)) };
    found.bins.iter().map(span).collect()
}

/// The figure of what was found; `covers` says how fully the data hold each period.
#[must_use]
pub fn input(found: &change::Change, covers: &[Coverage], title: &str) -> figure::change::Change {
    let period = |from: i32, until: i32| Period::new(date(from), date(until - 1));
    let partial = |n: usize| covers.get(n).is_some_and(|coverage| *coverage != Coverage::Complete);
    let bars = found.bins.iter().enumerate().map(|(n, bin)| figure::change::Bar {
        period: period(bin.from, bin.until),
        value: bin.events as f64,
        partial: partial(n),
    });
    let stretches = found.segmentation.segments.iter().map(|segment| figure::change::Stretch {
        period: period(segment.from, segment.until),
        per_day: segment.per_day,
        trend: found.trends.iter().find(|trend| trend.from == segment.from).map(|trend| figure::change::Trend {
            growth: trend.growth,
            low: trend.low,
            high: trend.high,
        }),
    });
    let (mut turns, mut breaks): (Vec<figure::change::Turn>, Vec<Date>) = (Vec::new(), Vec::new());
    for border in &found.segmentation.borders {
        match border {
            Border::Change { date: when, ratio, .. } => turns.push(turn(when, [ratio.ratio, ratio.low, ratio.high])),
            Border::Method { at } => breaks.push(date(*at)),
        }
    }
    figure::change::Change {
        title: title.to_owned(),
        unit: "events".to_owned(),
        bars: bars.collect(),
        stretches: stretches.collect(),
        turns,
        breaks,
    }
}

fn turn(when: &DatePosterior, ratio: [f64; 3]) -> figure::change::Turn {
    let within = Period::new(date(when.low), date(when.high));
    figure::change::Turn { at: date(when.mode), within, ratio, probability: when.probability }
}
