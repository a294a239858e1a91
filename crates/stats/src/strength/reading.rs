//! How likely a source is to word its estimate as it did, given the group's size.

use super::input::{Range, Reading};

/// The share of readers' trust in the soft bounds: that the number meant lies within them and not merely within the hard ones.
/// A convention of this project.
pub(super) const SOFT: f64 = 0.8;

/// √3/π: the scale of a logistic law over its standard deviation.
const LOGISTIC_SCALE: f64 = 0.551_328_895_421_792;

/// The logarithm of a likelihood, and its slopes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Likelihood {
    pub log: f64,
    /// By the centre, in log fighters.
    pub by_centre: f64,
    /// By the logarithm of the scale.
    pub by_log_scale: f64,
}

/// A reading with its logarithms taken once.
#[derive(Debug, Clone, Copy)]
pub(super) enum LogReading {
    Bounds { hard: (f64, f64), soft: (f64, f64) },
    Around { centre: f64, sd: f64 },
}

impl LogReading {
    pub fn new(reading: Reading) -> Self {
        let logs = |Range { lo, hi }: Range| (libm::log(lo), libm::log(hi));
        match reading {
            Reading::Bounds { hard, soft } => Self::Bounds { hard: logs(hard), soft: logs(soft) },
            Reading::Around { median, log_sd } => Self::Around { centre: libm::log(median), sd: log_sd },
        }
    }

    /// The number that the source has in mind is log-logistic about `centre`. That is a log-normal law with heavier tails, so
    /// one wild estimate does not drag the others along, and its mass between two bounds has a closed and stable form.
    pub fn likelihood(&self, centre: f64, scale: f64) -> Likelihood {
        match *self {
            Self::Bounds { hard, soft } if hard == soft => mass(hard, centre, scale),
            Self::Bounds { hard, soft } => {
                let (hard, soft) = (mass(hard, centre, scale), mass(soft, centre, scale));
                // Hard bounds hold the soft ones, so their mass is the greater and nothing overflows.
                let ratio = libm::exp(soft.log - hard.log);
                let total = (1.0 - SOFT) + SOFT * ratio;
                let share = SOFT * ratio / total;
                let mix = |soft: f64, hard: f64| share * soft + (1.0 - share) * hard;
                Likelihood {
                    log: hard.log + libm::log(total),
                    by_centre: mix(soft.by_centre, hard.by_centre),
                    by_log_scale: mix(soft.by_log_scale, hard.by_log_scale),
                }
            }
            Self::Around { centre: told, sd } => {
                let own = sd * LOGISTIC_SCALE;
                let wide = (scale * scale + own * own).sqrt();
                let z = (told - centre) / wide;
                let pull = 1.0 - 2.0 * sigmoid(-z);
                Likelihood {
                    log: -z - 2.0 * softplus(-z) - libm::log(wide),
                    by_centre: pull / wide,
                    by_log_scale: (z * pull - 1.0) * (scale / wide) * (scale / wide),
                }
            }
        }
    }
}

/// The log of σ(b) − σ(a) = σ(b) · (1 − σ(a)) · (1 − e^(a−b)), which loses no digits far out in either tail.
fn mass((lo, hi): (f64, f64), centre: f64, scale: f64) -> Likelihood {
    let (a, b) = ((lo - centre) / scale, (hi - centre) / scale);
    let mut sum = Likelihood { log: 0.0, by_centre: 0.0, by_log_scale: 0.0 };
    if b.is_finite() {
        let beyond = sigmoid(-b);
        sum.log -= softplus(-b);
        sum.by_centre -= beyond / scale;
        sum.by_log_scale -= b * beyond;
    }
    if a.is_finite() {
        let below = sigmoid(a);
        sum.log -= softplus(a);
        sum.by_centre += below / scale;
        sum.by_log_scale += a * below;
    }
    if a.is_finite() && b.is_finite() {
        let width = b - a;
        sum.log += libm::log(-libm::expm1(-width));
        sum.by_log_scale -= width / libm::expm1(width);
    }
    sum
}

pub(super) fn sigmoid(x: f64) -> f64 {
    1.0 / (1.0 + libm::exp(-x))
}

fn softplus(x: f64) -> f64 {
    x.max(0.0) + libm::log1p(libm::exp(-x.abs()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn readings() -> [Reading; 6] {
        [
            Reading::between(1000.0, 2200.0),
            Reading::up_to(4000.0),
            Reading::more_than(200.0),
            Reading::bounds(Range::new(0.0, f64::INFINITY), Range::new(500.0, 900.0)),
            Reading::Around { median: 700.0, log_sd: 0.0 },
            Reading::Around { median: 700.0, log_sd: 0.4 },
        ]
    }

    #[test]
    fn slopes_are_those_of_the_likelihood() {
        for reading in readings().map(LogReading::new) {
            for centre in [2.0, 6.5, 7.3, 11.0] {
                for scale in [0.05_f64, 0.3, 1.5] {
                    let h = 1e-6;
                    let at = |dc: f64, ds: f64| reading.likelihood(centre + dc, scale * ds.exp()).log;
                    let l = reading.likelihood(centre, scale);
                    for (slope, numeric) in [
                        (l.by_centre, (at(h, 0.0) - at(-h, 0.0)) / (2.0 * h)),
                        (l.by_log_scale, (at(0.0, h) - at(0.0, -h)) / (2.0 * h)),
                    ] {
                        assert!((slope - numeric).abs() < 1e-6 * slope.abs().max(10.0), "{reading:?} {centre} {scale}");
                    }
                }
            }
        }
    }

    #[test]
    fn a_range_holds_what_integration_of_the_density_gives() {
        let (centre, scale) = (7.0, 0.4);
        let (lo, hi) = (1000.0_f64, 2200.0_f64);
        let n = 20_000;
        let step = (hi.ln() - lo.ln()) / f64::from(n);
        let sum: f64 = (0..n)
            .map(|i| {
                let median = (lo.ln() + (f64::from(i) + 0.5) * step).exp();
                LogReading::new(Reading::Around { median, log_sd: 0.0 }).likelihood(centre, scale).log.exp() * step
            })
            .sum();
        let mass = LogReading::new(Reading::between(lo, hi)).likelihood(centre, scale).log.exp();
        assert!((sum - mass).abs() < 1e-7, "{sum} {mass}");
    }

    #[test]
    fn nothing_is_lost_far_out() {
        let far = LogReading::new(Reading::between(1000.0, 2000.0)).likelihood(-300.0, 0.1);
        assert!(far.log.is_finite() && (far.by_centre - 10.0).abs() < 1e-9, "{far:?}");
    }
}
