//! The small charts behind one claim.

use casefile_model::claim::{Check, Claim, Measure};
use casefile_model::date::Edtf;
use casefile_model::quantity::{Bounds, QuantityKind};
use casefile_verdict::finding::{Bar, Finding};

use crate::figure::{self, Options, Period, claim, series, svg};
use crate::html::escape;
use crate::words;

/// What the words allow against what the data say; nothing where either is missing.
pub(crate) fn expectation(finding: &Finding, kind: QuantityKind) -> Option<String> {
    let expected = finding.expected.as_ref()?;
    let strict = expected.strict.as_ref()?;
    let value = finding.computed.as_ref()?;
    let best = value.best.filter(|best| best.is_finite())?;
    let (factor, unit) = match kind {
        QuantityKind::Count => (1.0, value.unit.as_str()),
        QuantityKind::Share => (100.0, "%"),
        QuantityKind::Ratio => (1.0, "times"),
    };
    let end = |end: Option<f64>| end.filter(|v| v.is_finite()).unwrap_or(best) * factor;
    let chart = claim::ClaimChart {
        title: format!("“{}” against the data", expected.phrase),
        unit: unit.to_owned(),
        phrase: expected.phrase.clone(),
        strict: scaled(strict, factor),
        pragmatic: scaled(expected.pragmatic.as_ref().unwrap_or(strict), factor),
        computed: Some(claim::Computed {
            low: end(value.low),
            best: best * factor,
            high: end(value.high),
            bearing: match finding.bearing.as_deref() {
                Some("at-least") => claim::Bearing::LowerBound,
                Some("at-most") => claim::Bearing::UpperBound,
                _ => claim::Bearing::Exact,
            },
        }),
    };
    let id = format!("chart-{}", finding.claim);
    Some(claim::render(&chart, &Options::narrow(&id)).svg)
}

fn scaled(bounds: &Bounds, factor: f64) -> figure::Bounds {
    let finite = |end: f64| end.is_finite().then_some(end * factor);
    figure::Bounds { low: finite(bounds.lo()), high: finite(bounds.hi()) }
}

/// The counts behind a finding: over time, or by name.
pub(crate) fn counts(claim: &Claim, finding: &Finding) -> Option<String> {
    let bars: Vec<&Bar> = finding.bars.iter().filter(|bar| bar.value.is_finite()).collect();
    if bars.len() < 2 {
        return None;
    }
    let periods: Option<Vec<Period>> = bars.iter().map(|bar| period(&bar.label)).collect();
    let id = format!("series-{}", finding.claim);
    let unit = counted(claim);
    Some(match periods {
        Some(periods) => over_time(&bars, &periods, unit, &id),
        None => by_name(&bars, unit, &id),
    })
}

fn period(label: &str) -> Option<Period> {
    let span = Edtf::parse(label).ok()?.stated();
    Some(Period::new(span.start?, span.end?))
}

fn over_time(bars: &[&Bar], periods: &[Period], unit: &str, id: &str) -> String {
    let points = bars.iter().zip(periods).map(|(bar, period)| series::Point {
        period: *period,
        low: bar.value,
        value: bar.value,
        high: bar.value,
        partial: false,
    });
    let claimed = bars.iter().zip(periods).filter(|(bar, _)| bar.claimed).map(|(_, period)| *period);
    let input = series::Series {
        title: "Counts by period; the claimed one in colour".to_owned(),
        unit: unit.to_owned(),
        points: points.collect(),
        claimed: claimed.collect(),
    };
    series::render(&input, &Options::narrow(id)).svg
}

/// What the bars count: a ratio, share or rank is computed from counts of something.
fn counted(claim: &Claim) -> &'static str {
    use Check::{Amount, Change, Comparison, Ranking, Share};
    match claim.check {
        Some(
            Amount { measure, .. }
            | Change { measure, .. }
            | Comparison { measure, .. }
            | Share { measure, .. }
            | Ranking { measure, .. },
        ) if measure != Measure::Events => "deaths",
        _ => "events",
    }
}

/// Bars by name beyond which the rest is summed.
const MOST: usize = 12;

/// Level bars, the greatest first.
fn by_name(bars: &[&Bar], unit: &str, id: &str) -> String {
    let mut sorted = bars.to_vec();
    sorted.sort_by(|a, b| b.value.total_cmp(&a.value).then_with(|| a.label.cmp(&b.label)));
    let most = sorted.first().map_or(1.0, |bar| bar.value).max(1e-9);
    let (width, gutter, row) = (figure::NARROW, 128.0, 18.0);
    let mut shown: Vec<&Bar> = sorted.iter().take(MOST).copied().collect();
    shown.extend(sorted.iter().skip(MOST).filter(|bar| bar.claimed));
    let mut body = String::new();
    for (i, bar) in shown.iter().enumerate() {
        let y = row * i as f64;
        let name = figure::label::truncate(&bar.label, gutter - 8.0, 10.0).unwrap_or_default();
        let class = if bar.claimed { "h-blue fill" } else { "h-grey soft" };
        let length = (width - gutter - 50.0) * (bar.value / most).clamp(0.0, 1.0);
        let weight = if bar.claimed { "strong" } else { "muted" };
        let say = |x: f64, anchor: &str, words: &str| {
            let text = svg::Node::new("text").num("x", x).num("y", y + 12.0).attr("text-anchor", anchor).class(weight);
            text.text(words).to_string()
        };
        body += &say(gutter - 6.0, "end", &name);
        body += &svg::rect(gutter, y + 3.0, length.max(1.0), row - 6.0).class(class).tooltip(&bar.label).to_string();
        body += &say(gutter + length.max(1.0) + 5.0, "start", &words::plain(bar.value));
    }
    let title = format!("Number of {unit} by name; the claimed one in colour");
    let rest = sorted.len() - shown.len();
    let mut height = row * shown.len() as f64 + 2.0;
    if rest > 0 {
        height += row;
        let note = svg::Node::new("text").num("x", gutter).num("y", height - 6.0).class("muted em");
        body += &note.text(&format!("and {rest} more")).to_string();
    }
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"fig\" viewBox=\"0 0 {w} {h}\" width=\"{w}\" height=\"{h}\" \
         font-size=\"10\" role=\"img\" aria-labelledby=\"{id}-title\"><title id=\"{id}-title\">{}</title>{body}</svg>",
        escape(&title),
        w = svg::number(width),
        h = svg::number(height),
    )
}
