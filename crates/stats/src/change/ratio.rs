//! The rate after a date over the rate before it.

use serde::Serialize;
use statrs::distribution::{Beta, Binomial, ContinuousCDF, DiscreteCDF, StudentsT};

use super::{Breaks, ChangeError, Counts, Dispersion, Model, confidence};

/// How an interval of a rate ratio was found.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case", tag = "kind")]
pub enum RatioMethod {
    /// Given their sum, the later of two Poisson counts is binomial; the limits are Clopper and Pearson's (1934).
    Exact,
    /// Counts scatter more than Poisson counts do. Profile of the quasi-likelihood (McCullagh and Nelder 1989): the Poisson
    /// deviance divided by the dispersion, against F with 1 and `degrees` degrees of freedom.
    QuasiPoisson {
        /// Pearson's X² over its degrees of freedom; how many times the variance exceeds the mean.
        dispersion: f64,
        /// Periods less two.
        degrees: u32,
    },
}

/// Two rates and their ratio.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RateRatio {
    /// Events before.
    pub before: u64,
    /// Days before.
    pub days_before: f64,
    /// Events after.
    pub after: u64,
    /// Days after.
    pub days_after: f64,
    /// Rate after over rate before; infinite if there was nothing before.
    pub ratio: f64,
    /// Lower limit.
    pub low: f64,
    /// Upper limit; infinite if there was nothing before.
    pub high: f64,
    /// Two-sided p-value of equal rates.
    pub p: f64,
    /// How the limits were found.
    pub method: RatioMethod,
    /// p-value of the Poisson model against a negative binomial one; below 5% the quasi-likelihood is used. None where
    /// there are too few periods to tell.
    pub dispersion_p: Option<f64>,
}

/// Compares the rate of `after` with that of `before`, each from a first day up to but not including a last, on borders of
/// periods. The periods within each tell how much counts scatter.
///
/// Counts of successive periods are taken as independent. Contagion within a period shows as scatter and widens the
/// interval; contagion from one period to the next does not: take periods long beside its half-life.
///
/// # Errors
/// [`ChangeError::AcrossBreak`] if the dataset's method changed in or between the two, [`ChangeError::InsidePeriod`]
/// for days that are no borders, [`ChangeError::NoEvents`] if both are empty, [`ChangeError::OutOfRange`] for a
/// confidence not between 0 and 1 or a span that does not begin before it ends.
pub fn rate_ratio(
    counts: &Counts,
    before: (i32, i32),
    after: (i32, i32),
    breaks: &Breaks,
    level: f64,
) -> Result<RateRatio, ChangeError> {
    let level = confidence(level)?;
    let (from, until) = (before.0.min(after.0), before.1.max(after.1));
    breaks.check(from, until)?;
    let [old, new] = [range(counts, before)?, range(counts, after)?];
    let (n1, n2) = (counts.events(old.0, old.1), counts.events(new.0, new.1));
    if n1 + n2 == 0 {
        return Err(ChangeError::NoEvents { what: "ratio", from, until });
    }
    let two = Two { n1, n2, e1: counts.span(old.0, old.1), e2: counts.span(new.0, new.1) };
    let (means, observed) = expected(counts, &[old, new]);
    let degrees = means.len().saturating_sub(2);
    let scatter = (degrees > 0).then(|| Dispersion::about(&observed, &means));
    let quasi = scatter.filter(|s| s.model != Model::Poisson).map(|_| pearson(&observed, &means) / degrees as f64);
    let (low, high, p, method) = match quasi {
        Some(dispersion) if dispersion > 1.0 => {
            let (low, high, p) = two.quasi(dispersion, degrees as f64, level);
            (low, high, p, RatioMethod::QuasiPoisson { dispersion, degrees: degrees as u32 })
        }
        _ => {
            let (low, high) = two.exact(level);
            (low, high, two.exact_p(), RatioMethod::Exact)
        }
    };
    Ok(RateRatio {
        before: n1,
        days_before: two.e1,
        after: n2,
        days_after: two.e2,
        ratio: two.ratio(),
        low,
        high,
        p,
        method,
        dispersion_p: scatter.map(|s| s.p),
    })
}

fn range(counts: &Counts, (from, until): (i32, i32)) -> Result<(usize, usize), ChangeError> {
    if from >= until {
        let value = f64::from(until - from);
        return Err(ChangeError::OutOfRange { what: "the length of a span in days", value, expected: "above 0" });
    }
    Ok((counts.border(from)?, counts.border(until)?))
}

/// Means of the periods in the ranges, each range having one rate; and their counts with their days.
fn expected(counts: &Counts, ranges: &[(usize, usize)]) -> (Vec<f64>, Vec<(f64, f64)>) {
    ranges
        .iter()
        .flat_map(|&(from, until)| {
            let rate = counts.events(from, until) as f64 / counts.span(from, until);
            (from..until).map(move |i| (rate * counts.days(i), (counts.counts()[i] as f64, counts.days(i))))
        })
        .unzip()
}

fn pearson(observed: &[(f64, f64)], means: &[f64]) -> f64 {
    observed.iter().zip(means).filter(|(_, m)| **m > 0.0).map(|((y, _), m)| (y - m).powi(2) / m).sum()
}

/// Two counts with their days.
#[derive(Debug, Clone, Copy)]
struct Two {
    n1: u64,
    n2: u64,
    e1: f64,
    e2: f64,
}

impl Two {
    fn ratio(&self) -> f64 {
        (self.n2 as f64 / self.e2) / (self.n1 as f64 / self.e1)
    }

    /// The share of the later count, as a ratio of rates.
    fn of_share(&self, share: f64) -> f64 {
        if share >= 1.0 { f64::INFINITY } else { share / (1.0 - share) * self.e1 / self.e2 }
    }

    fn exact(&self, level: f64) -> (f64, f64) {
        let tail = (1.0 - level) / 2.0;
        let (n1, n2) = (self.n1 as f64, self.n2 as f64);
        let quantile = |a: f64, b: f64, p: f64| Beta::new(a, b).map_or(f64::NAN, |beta| beta.inverse_cdf(p));
        let low = if self.n2 == 0 { 0.0 } else { quantile(n2, n1 + 1.0, tail) };
        let high = if self.n1 == 0 { 1.0 } else { quantile(n2 + 1.0, n1, 1.0 - tail) };
        (self.of_share(low), self.of_share(high))
    }

    /// Twice the smaller tail, so that it agrees with the interval.
    fn exact_p(&self) -> f64 {
        let share = self.e2 / (self.e1 + self.e2);
        let Ok(binomial) = Binomial::new(share, self.n1 + self.n2) else { return f64::NAN };
        let at_least = if self.n2 == 0 { 1.0 } else { binomial.sf(self.n2 - 1) };
        (2.0 * binomial.cdf(self.n2).min(at_least)).min(1.0)
    }

    /// Deviance of a logit of the share from the observed one.
    fn deviance(&self, logit: f64) -> f64 {
        let (n1, n2) = (self.n1 as f64, self.n2 as f64);
        let n = n1 + n2;
        let ln_share = -(-logit).exp().ln_1p();
        let ln_rest = -logit.exp().ln_1p();
        let term = |x: f64, ln_p: f64| if x > 0.0 { x * ((x / n).ln() - ln_p) } else { 0.0 };
        (2.0 * (term(n2, ln_share) + term(n1, ln_rest))).max(0.0)
    }

    fn quasi(&self, dispersion: f64, degrees: f64, level: f64) -> (f64, f64, f64) {
        let Ok(student) = StudentsT::new(0.0, 1.0, degrees) else { return (f64::NAN, f64::NAN, f64::NAN) };
        let most = student.inverse_cdf(0.5 + level / 2.0).powi(2) * dispersion;
        let equal = (self.e2 / self.e1).ln();
        let p = 2.0 * student.sf((self.deviance(equal) / dispersion).sqrt());
        // Shares of 0 and 1 are as far as ±40 logits.
        let best = (self.n2 as f64 / self.n1 as f64).ln().clamp(-40.0, 40.0);
        let edge = |outer: f64| {
            let (mut inside, mut outside) = (best, outer);
            for _ in 0..100 {
                let mid = (inside + outside) / 2.0;
                if self.deviance(mid) <= most { inside = mid } else { outside = mid }
            }
            inside.exp() * self.e1 / self.e2
        };
        let low = if self.n2 == 0 { 0.0 } else { edge(-60.0) };
        let high = if self.n1 == 0 { f64::INFINITY } else { edge(60.0) };
        (low, high, p)
    }
}
