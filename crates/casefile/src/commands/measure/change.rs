//! `casefile measure CASE change`: what changed when.

use casefile_brief::figure::{Options, change as drawn};
use casefile_brief::figures;
use casefile_measure::change::{self, Bin, Step, date};
use casefile_stats::change::{Border, ChangeError, DatePosterior, Doubling, RateRatio, SegmentTrend};
use clap::{Args, ValueEnum};
use jiff::civil::Date;
use serde_json::json;

use super::reading::{Grid, Reading};
use super::selection::{Which, words};
use super::{Desk, caveats, observed};
use crate::open::Failure;

/// When the rate of events changed, by how much, and how surely; trends within the stretches between
#[derive(Args)]
pub struct Arguments {
    #[command(flatten)]
    which: Which,
    /// Count events by this period
    #[arg(long, value_enum, default_value_t = By::Month)]
    by: By,
    /// Compare the rate from this day on with that before it
    #[arg(long, value_name = "DAY")]
    at: Option<Date>,
    /// Ask when events set in, or became more frequent: for few events, each of which counts
    #[arg(long)]
    onset: bool,
}

/// Length of a period.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum By {
    /// Seven days
    Week,
    /// Calendar month
    Month,
    /// Calendar quarter
    Quarter,
    /// Calendar year
    Year,
}

impl By {
    pub fn step(self) -> Step {
        match self {
            Self::Week => Step::Week,
            Self::Month => Step::Month,
            Self::Quarter => Step::Quarter,
            Self::Year => Step::Year,
        }
    }
}

pub fn run(arguments: &Arguments, desk: &Desk<'_>) -> Result<Reading, Failure> {
    let of = arguments.which.selection(desk.case)?;
    let data = observed(desk, &of)?;
    let wrong = |error: ChangeError| Failure::Usage(error.to_string());
    let series = change::series(&data.events, &data.window, &data.breaks, arguments.by.step()).map_err(wrong)?;
    let found = change::change(&series).map_err(wrong)?;
    let ratio = arguments.at.map(|at| at_border(&data, &series, at)).transpose().map_err(wrong)?;
    let onset =
        arguments.onset.then(|| change::set_in(&data.events, &data.window, &data.breaks)).transpose().map_err(wrong)?;

    let mut says: Vec<String> = found.segmentation.borders.iter().map(border).collect();
    if says.is_empty() {
        says.push("No change of the rate is to be seen.".to_owned());
    }
    if let (Some(at), Some(ratio)) = (arguments.at, &ratio) {
        says.push(format!("From {} on the rate is {} of that before.", long(at), times(ratio)));
    }
    if let Some(onset) = &onset {
        says.push(format!(
            "Events set in {} (probability of an onset {}).",
            when(&onset.date),
            percent(onset.date.probability)
        ));
    }
    let mut notes = caveats(&data);
    if found.vague > 0 {
        notes.push(format!("{} events are too vaguely dated for a period and left out", found.vague));
    }
    let title = format!("Change: {}", words(desk.case, &of));
    let covers = desk.examiner.covers(&of, &figures::change::spans(&found)).map_err(Failure::Usage)?;
    let figure = drawn::render(&figures::change::input(&found, &covers, &title), &Options::wide("change"));
    Ok(Reading {
        title,
        source: data.source.clone(),
        says,
        grids: vec![stretches(&found), counts(&found.bins)],
        notes,
        figure: Some(figure),
        result: json!({ "change": found, "before-after": ratio, "onset": onset }),
        sql: data.sql,
    })
}

/// The series cut at the day, so that it is a border.
fn at_border(
    data: &casefile_verdict::survey::Observed,
    series: &change::Series,
    at: Date,
) -> Result<RateRatio, ChangeError> {
    match change::before_after(series, at) {
        // Compare by days, each a period.
        Err(ChangeError::InsidePeriod { .. }) => {
            let daily = change::series(&data.events, &data.window, &data.breaks, Step::Day)?;
            change::before_after(&daily, at)
        }
        other => other,
    }
}

fn border(border: &Border) -> String {
    match border {
        Border::Change { date: posterior, ratio, .. } => {
            let word = if ratio.ratio >= 1.0 { "rose" } else { "fell" };
            format!(
                "The rate {word} {}, to {} (probability of a change {}).",
                when(posterior),
                times(ratio),
                percent(posterior.probability)
            )
        }
        Border::Method { at } => {
            format!("The dataset's method changed on {}: before and after do not compare.", long(date(*at)))
        }
    }
}

fn stretches(found: &change::Change) -> Grid {
    let trend = |from: i32| found.trends.iter().find(|trend| trend.from == from);
    let rows = found.segmentation.segments.iter().map(|segment| {
        vec![
            date(segment.from).to_string(),
            date(segment.until - 1).to_string(),
            segment.events.to_string(),
            format!("{:.2}", segment.per_day * 30.436_875),
            trend(segment.from).map_or_else(|| "–".to_owned(), growth),
        ]
    });
    Grid {
        title: "Stretches of one rate".to_owned(),
        columns: ["from", "to", "events", "a month", "trend within (90% interval)"].map(str::to_owned).to_vec(),
        rows: rows.collect(),
    }
}

/// The periods, at most the last forty.
fn counts(bins: &[Bin]) -> Grid {
    let most = bins.iter().map(|bin| bin.events).max().unwrap_or(0).max(1);
    let shown = &bins[bins.len().saturating_sub(40)..];
    let rows = shown.iter().map(|bin| {
        let bar = "▇".repeat(usize::try_from(bin.events * 30 / most).unwrap_or(0));
        vec![date(bin.from).to_string(), bin.events.to_string(), bar]
    });
    Grid { title: String::new(), columns: ["from", "events", ""].map(str::to_owned).to_vec(), rows: rows.collect() }
}

fn growth(trend: &SegmentTrend) -> String {
    let by =
        format!("{:+.0}% a month ({:+.0}% to {:+.0}%)", trend.growth * 100.0, trend.low * 100.0, trend.high * 100.0);
    let Doubling { months, interval } = trend.doubling;
    match interval {
        Some(_) if months > 0.0 => format!("{by}, doubling in {months:.1} months"),
        Some(_) => format!("{by}, halving in {:.1} months", -months),
        None => by,
    }
}

/// `around 1 August 2016 (90%: 20 July 2016 to 9 August 2016)`.
fn when(posterior: &DatePosterior) -> String {
    let [mode, low, high] = [posterior.mode, posterior.low, posterior.high].map(|day| long(date(day)));
    if low == high { format!("on {mode}") } else { format!("around {mode} (90%: {low} to {high})") }
}

/// `×2.3 (×1.1 to ×4.6)`.
fn times(ratio: &RateRatio) -> String {
    let show = |x: f64| if x.is_finite() { format!("×{x:.2}") } else { "×∞".to_owned() };
    format!("{} ({} to {})", show(ratio.ratio), show(ratio.low), show(ratio.high))
}

fn percent(p: f64) -> String {
    if p > 0.99 { "over 99%".to_owned() } else { format!("{:.0}%", p * 100.0) }
}

fn long(date: Date) -> String {
    date.strftime("%-d %B %Y").to_string()
}
