//! Growth per month, and how long a rate takes to double.

use serde::Serialize;
use statrs::distribution::{ContinuousCDF, Normal};

use super::{Breaks, ChangeError, Counts, Dispersion, Model, confidence};

/// Days in a mean month of the Gregorian calendar.
const MONTH: f64 = 365.2425 / 12.0;

/// A log-linear trend over one stretch of periods.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SegmentTrend {
    /// First day.
    pub from: i32,
    /// The day after the last.
    pub until: i32,
    /// Events in it.
    pub events: u64,
    /// Growth of the rate per month: 0.1 is 10% more each month, −0.1 is 10% less.
    pub growth: f64,
    /// Lower limit of the growth.
    pub low: f64,
    /// Upper limit of the growth.
    pub high: f64,
    /// Two-sided p-value of no growth.
    pub p: f64,
    /// Fitted events per day on the first day.
    pub per_day_first: f64,
    /// Fitted events per day at the end.
    pub per_day_last: f64,
    /// How long the rate takes to double or to halve.
    pub doubling: Doubling,
    /// The model of scatter.
    pub model: Model,
    /// p-value of the Poisson model against the negative binomial one.
    pub dispersion_p: f64,
}

/// The time in which a growing rate doubles, or a falling one halves.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Doubling {
    /// Months; negative: it halves in that time.
    pub months: f64,
    /// The interval in months, shortest and longest; none where growth and decline are both possible, so that it has no
    /// end.
    pub interval: Option<(f64, f64)>,
}

/// A trend for each stretch between method breaks and `further` borders (such as the changes that [`super::detect`] found).
///
/// # Errors
/// As [`trend`], for the first stretch that has none.
pub fn trends(counts: &Counts, breaks: &Breaks, further: &[i32], level: f64) -> Result<Vec<SegmentTrend>, ChangeError> {
    let mut edges: Vec<usize> = breaks.blocks(counts)?.into_iter().map(|b| b.0).collect();
    for &day in further {
        edges.push(counts.border(day)?);
    }
    edges.push(counts.len());
    edges.sort_unstable();
    edges.dedup();
    edges.windows(2).map(|w| fit(&counts.slice(w[0], w[1]), level)).collect()
}

/// One trend from a first day up to but not including a last.
///
/// The rate is `exp(a + b t)` events a day, fitted by iteratively reweighted least squares with the days of each period
/// as exposure (Nelder and Wedderburn 1972), Poisson, or negative binomial with a size found by maximum likelihood
/// where counts scatter more. Intervals are Wald's on the scale of the logarithm.
///
/// # Errors
/// [`ChangeError::AcrossBreak`] if the dataset's method changed inside, [`ChangeError::InsidePeriod`] for days that are
/// no borders, [`ChangeError::TooFew`] below four periods or two with events, [`ChangeError::OutOfRange`] for a
/// confidence not between 0 and 1.
pub fn trend(counts: &Counts, from: i32, until: i32, breaks: &Breaks, level: f64) -> Result<SegmentTrend, ChangeError> {
    breaks.check(from, until)?;
    let (first, last) = (counts.border(from)?, counts.border(until)?);
    fit(&counts.slice(first, last.max(first)), level)
}

fn fit(counts: &Counts, level: f64) -> Result<SegmentTrend, ChangeError> {
    let level = confidence(level)?;
    if counts.len() < 4 {
        return Err(ChangeError::TooFew { what: "a trend", needed: 4, found: counts.len() });
    }
    // With one period alone not empty, any steep enough line is as good as another.
    let found = counts.counts().iter().filter(|&&y| y > 0).count();
    if found < 2 {
        return Err(ChangeError::TooFew { what: "a trend, of periods with events,", needed: 2, found });
    }
    let (from, until) = counts.window();
    let middle = f64::from(from + until) / 2.0;
    let months = |day: f64| (day - middle) / MONTH;
    let points: Vec<Point> = (0..counts.len())
        .map(|i| Point {
            y: counts.counts()[i] as f64,
            days: counts.days(i),
            x: months(f64::from(counts.borders()[i] + counts.borders()[i + 1]) / 2.0),
        })
        .collect();
    let (line, scatter) = settle(&points);
    let z = Normal::standard().inverse_cdf(0.5 + level / 2.0);
    let (low, high) = (line.b - z * line.b_error, line.b + z * line.b_error);
    let doubling = |b: f64| std::f64::consts::LN_2 / b;
    Ok(SegmentTrend {
        from,
        until,
        events: counts.events(0, counts.len()),
        growth: line.b.exp_m1(),
        low: low.exp_m1(),
        high: high.exp_m1(),
        p: 2.0 * Normal::standard().sf((line.b / line.b_error).abs()),
        per_day_first: (line.a + line.b * months(f64::from(from))).exp(),
        per_day_last: (line.a + line.b * months(f64::from(until))).exp(),
        doubling: Doubling {
            months: doubling(line.b),
            interval: (low * high > 0.0)
                .then(|| (doubling(high), doubling(low)))
                .map(|(a, b)| if a.abs() <= b.abs() { (a, b) } else { (b, a) }),
        },
        model: scatter.model,
        dispersion_p: scatter.p,
    })
}

#[derive(Debug, Clone, Copy)]
struct Point {
    y: f64,
    days: f64,
    x: f64,
}

/// Logarithm of the daily rate: `a + b x`.
#[derive(Debug, Clone, Copy)]
pub(super) struct Line {
    a: f64,
    b: f64,
    b_error: f64,
}

/// Alternates between the line and the scatter about it until the size no longer moves.
fn settle(points: &[Point]) -> (Line, Dispersion) {
    let observed: Vec<(f64, f64)> = points.iter().map(|p| (p.y, p.days)).collect();
    let scatter_about = |line: &Line| {
        let means: Vec<f64> = points.iter().map(|p| (line.a + line.b * p.x).exp() * p.days).collect();
        Dispersion::about(&observed, &means)
    };
    let mut line = least_squares(points, Model::Poisson);
    let mut scatter = scatter_about(&line);
    for _ in 0..50 {
        if scatter.model == Model::Poisson {
            break;
        }
        let next = least_squares(points, scatter.model);
        let moved = (next.b - line.b).abs();
        line = next;
        let about = scatter_about(&line);
        if about.model == Model::Poisson || moved < 1e-12 {
            break;
        }
        scatter = about;
    }
    (line, scatter)
}

/// Iteratively reweighted least squares with a logarithmic link and the days as offset.
fn least_squares(points: &[Point], model: Model) -> Line {
    let events: f64 = points.iter().map(|p| p.y).sum();
    let days: f64 = points.iter().map(|p| p.days).sum();
    let mut line = Line { a: (events / days).ln(), b: 0.0, b_error: f64::NAN };
    for _ in 0..200 {
        let (mut w, mut wx, mut wxx, mut wr, mut wxr) = (0.0, 0.0, 0.0, 0.0, 0.0);
        for p in points {
            let mean = (line.a + line.b * p.x).exp() * p.days;
            let weight = match model {
                Model::Poisson => mean,
                Model::NegativeBinomial { size_per_day } => mean / (1.0 + mean / (size_per_day * p.days)),
            };
            let score = weight * (p.y - mean) / mean;
            w += weight;
            wx += weight * p.x;
            wxx += weight * p.x * p.x;
            wr += score;
            wxr += score * p.x;
        }
        let determinant = w * wxx - wx * wx;
        let (da, db) = ((wxx * wr - wx * wxr) / determinant, (w * wxr - wx * wr) / determinant);
        // A step of at most one e-fold across the stretch keeps the first ones from overshooting.
        let reach = points.iter().map(|p| (da + db * p.x).abs()).fold(0.0, f64::max);
        let scale = if reach > 2.0 { 2.0 / reach } else { 1.0 };
        line = Line { a: line.a + scale * da, b: line.b + scale * db, b_error: (w / determinant).sqrt() };
        if reach < 1e-10 {
            break;
        }
    }
    line
}
