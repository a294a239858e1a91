//! When did it really start? The onset of a regime, from days that may be vague.

use serde::Serialize;
use statrs::function::beta::beta_reg;

use super::date::ln_sum;
use super::{Breaks, ChangeError, DatePosterior, Model, RatePrior, confidence};

/// One event, on some day from `earliest` to `latest` (both included).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct EventDay {
    /// First possible day.
    pub earliest: i32,
    /// Last possible day.
    pub latest: i32,
}

impl EventDay {
    /// An event whose day is known.
    pub fn on(day: i32) -> Self {
        Self { earliest: day, latest: day }
    }
}

/// When a low rate became a high one.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Onset {
    /// The posterior of the first day of the high rate, given that there was an onset; its `probability` is that of an
    /// onset at all.
    pub date: DatePosterior,
    /// Events taken in.
    pub events: usize,
    /// Events whose day is vague.
    pub vague: usize,
    /// The confidence of the interval.
    pub confidence: f64,
}

/// A claimed date of onset beside the data.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Claim {
    /// Probability that the onset came before the claimed span.
    pub earlier: f64,
    /// Probability that it came within it.
    pub within: f64,
    /// Probability that it came after.
    pub later: f64,
    /// Whether the claimed span and the interval share a day.
    pub in_interval: bool,
}

impl Onset {
    /// Compares with a claim that the onset was between two days, both included (the same day twice, for a claimed day).
    pub fn claim(&self, from: i32, to: i32) -> Claim {
        let earlier = self.date.between(i32::MIN, from);
        let within = self.date.between(from, to.saturating_add(1));
        let in_interval = self.date.low <= to && from <= self.date.high;
        Claim { earlier, within, later: (1.0 - earlier - within).max(0.0), in_interval }
    }
}

/// The posterior of the day on which events set in or became more frequent, within the days `from` up to but not
/// including `until`.
///
/// One change, on any day alike, from one Poisson rate to a higher one, both with the prior [`RatePrior::unit`]; both
/// rates are integrated out. A vague event is not moved to some day: it counts as an event somewhere in its span, with the
/// span's part before the change at the low rate and its part after at the high one, and the sum over both is exact.
///
/// The model is Poisson: for few events, of which each counts. Where events lead to events, the interval is too narrow;
/// for many events use [`super::detect`] on weeks or months.
///
/// # Errors
/// [`ChangeError::AcrossBreak`] if the dataset's method changed inside, [`ChangeError::OutOfRange`] for an empty
/// window, an event outside it or one that ends before it begins, [`ChangeError::TooFew`] below two events.
pub fn onset(
    events: &[EventDay],
    (from, until): (i32, i32),
    breaks: &Breaks,
    level: f64,
) -> Result<Onset, ChangeError> {
    let level = confidence(level)?;
    breaks.check(from, until)?;
    if until - from < 2 {
        let value = f64::from(until - from);
        return Err(ChangeError::OutOfRange { what: "the window in days", value, expected: "at least 2" });
    }
    for event in events {
        if event.earliest < from || event.latest >= until || event.latest < event.earliest {
            let value = f64::from(event.earliest);
            return Err(ChangeError::OutOfRange {
                what: "an event's first day",
                value,
                expected: "in the window, and not after its last",
            });
        }
    }
    if events.len() < 2 {
        return Err(ChangeError::TooFew { what: "an onset, of events,", needed: 2, found: events.len() });
    }
    let days: Vec<i32> = (from + 1..until).collect();
    let prior = RatePrior::unit(events.len() as u64, f64::from(until - from));
    let ln_joint: Vec<f64> = days.iter().map(|&day| ln_joint(events, day, (from, until), prior)).collect();
    let ln_none = Model::Poisson.ln_marginal(events.len() as f64, f64::from(until - from), prior);
    let bayes_factor = (ln_sum(&ln_joint) - (days.len() as f64).ln() - ln_none).exp();
    Ok(Onset {
        date: DatePosterior::of(&days, &ln_joint, level, bayes_factor),
        events: events.len(),
        vague: events.iter().filter(|e| e.earliest < e.latest).count(),
        confidence: level,
    })
}

/// Logarithm of the probability of the events and a rise on `day`.
fn ln_joint(events: &[EventDay], day: i32, (from, until): (i32, i32), prior: RatePrior) -> f64 {
    let mut before = 0;
    // weights[k]: summed weight of the ways in which k of the events that straddle the day lie before it.
    let mut weights = vec![1.0];
    for event in events {
        if event.latest < day {
            before += 1;
        } else if event.earliest < day {
            let days = f64::from(event.latest - event.earliest + 1);
            let old = f64::from(day - event.earliest) / days;
            weights.push(0.0);
            for k in (0..weights.len()).rev() {
                weights[k] = weights[k] * (1.0 - old) + if k > 0 { weights[k - 1] * old } else { 0.0 };
            }
        }
    }
    let (e0, e1) = (f64::from(day - from), f64::from(until - day));
    let ways: Vec<f64> = weights
        .iter()
        .enumerate()
        .map(|(k, weight)| {
            let n0 = (before + k) as f64;
            let n1 = events.len() as f64 - n0;
            let both = Model::Poisson.ln_marginal(n0, e0, prior) + Model::Poisson.ln_marginal(n1, e1, prior);
            weight.ln() + both + ln_rose(n0, e0, n1, e1, prior)
        })
        .collect();
    ln_sum(&ways)
}

/// Logarithm of twice the posterior probability that the later rate is the higher: beforehand it was one half.
fn ln_rose(n0: f64, e0: f64, n1: f64, e1: f64, prior: RatePrior) -> f64 {
    let (a0, b0) = (prior.shape + n0, prior.rate + e0);
    let (a1, b1) = (prior.shape + n1, prior.rate + e1);
    // λ₀ b₀ / (λ₀ b₀ + λ₁ b₁) is Beta(a₀, a₁), and λ₀ < λ₁ where it is below b₀ / (b₀ + b₁).
    (2.0 * beta_reg(a0, a1, b0 / (b0 + b1))).max(f64::MIN_POSITIVE).ln()
}
