//! The true death toll behind a reported one.
//!
//! Vesco et al. (2024) asked UCDP's own coders how far reported tolls may be off and fitted a *reported-value-inflated
//! Gumbel* distribution: with some probability the reported best estimate is right, else the toll follows a Gumbel
//! distribution whose location and scale grow with the report. The published coefficients are data (`toll.toml`).

use std::collections::BTreeMap;

use casefile_model::claim::Violence;
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use rand_distr::{Binomial, Distribution, Normal, StandardUniform};
use serde::Deserialize;

/// Euler–Mascheroni constant: the mean of the standard Gumbel distribution.
const EULER_GAMMA: f64 = 0.577_215_664_901_532_9;

/// Above so many events with the same report, their sum is drawn from the normal distribution with the exact mean and
/// variance: the error of the approximation is then far below that of the draws.
const SUM_AS_NORMAL_FROM: u64 = 64;

#[derive(Debug, Clone, Deserialize)]
struct Line {
    intercept: f64,
    slope: f64,
    at: BTreeMap<String, f64>,
}

impl Line {
    fn at(&self, reported: u32) -> f64 {
        let dummy = self.at.get(&reported.to_string()).copied().unwrap_or(0.0);
        self.intercept + self.slope * f64::from(reported).ln_1p() + dummy
    }
}

#[derive(Debug, Clone, Deserialize)]
struct Coefficients {
    location: Line,
    scale: Line,
    weight: Line,
}

/// The published model, for each type of violence and for all together.
#[derive(Debug, Clone)]
pub struct TollModel {
    by_type: BTreeMap<String, Coefficients>,
}

impl TollModel {
    /// The coefficients as published.
    ///
    /// # Errors
    /// Only if the table built into the program is damaged.
    pub fn published() -> Result<Self, toml::de::Error> {
        toml::from_str(include_str!("toll.toml")).map(|by_type| Self { by_type })
    }

    /// Distribution of the true toll, in deaths, of an event with the `reported` best estimate.
    /// Without a type of violence the coefficients for all types apply.
    pub fn toll(&self, violence: Option<Violence>, reported: u32) -> Option<Toll> {
        let name = match violence {
            Some(Violence::StateBased) => "state-based",
            Some(Violence::NonState) => "non-state",
            Some(Violence::OneSided) => "one-sided",
            None => "any",
        };
        let line = self.by_type.get(name)?;
        Some(Toll {
            reported: f64::from(reported),
            location: line.location.at(reported).exp() - 1.0,
            scale: line.scale.at(reported).exp(),
            weight: 1.0 / (1.0 + (-line.weight.at(reported)).exp()),
        })
    }
}

/// Distribution of the true toll of one event, in deaths.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Toll {
    /// Reported best estimate.
    pub reported: f64,
    /// Location of the Gumbel part.
    pub location: f64,
    /// Scale of the Gumbel part.
    pub scale: f64,
    /// Probability that the report is right.
    pub weight: f64,
}

impl Toll {
    /// Mean, before draws below zero are cut off at zero.
    pub fn mean(&self) -> f64 {
        self.weight * self.reported + (1.0 - self.weight) * (self.location + EULER_GAMMA * self.scale)
    }

    /// Variance, before draws below zero are cut off at zero.
    pub fn variance(&self) -> f64 {
        let gumbel_mean = self.location + EULER_GAMMA * self.scale;
        let gumbel_variance = (std::f64::consts::PI * self.scale).powi(2) / 6.0;
        let second =
            self.weight * self.reported.powi(2) + (1.0 - self.weight) * (gumbel_variance + gumbel_mean.powi(2));
        (second - self.mean().powi(2)).max(0.0)
    }

    /// Probability of a toll of at most `x` deaths.
    pub fn cdf(&self, x: f64) -> f64 {
        if x < 0.0 {
            return 0.0;
        }
        let step = if x >= self.reported { self.weight } else { 0.0 };
        step + (1.0 - self.weight) * (-(-(x - self.location) / self.scale).exp()).exp()
    }

    /// The toll that is not exceeded with probability `p`, `0 < p < 1`.
    pub fn quantile(&self, p: f64) -> f64 {
        let gumbel = |q: f64| self.location - self.scale * (-q.ln()).ln();
        let below_report = (1.0 - self.weight) * (-(-(self.reported - self.location) / self.scale).exp()).exp();
        let x = if p < below_report {
            gumbel(p / (1.0 - self.weight))
        } else if p <= below_report + self.weight {
            self.reported
        } else {
            gumbel((p - self.weight) / (1.0 - self.weight))
        };
        x.max(0.0)
    }

    fn draw(&self, rng: &mut ChaCha8Rng) -> f64 {
        // A uniform draw of exactly zero would be minus infinity on the Gumbel scale.
        let u: f64 = StandardUniform.sample(rng);
        self.quantile(u.max(f64::MIN_POSITIVE))
    }

    fn draw_sum(&self, n: u64, rng: &mut ChaCha8Rng) -> f64 {
        if n < SUM_AS_NORMAL_FROM {
            return (0..n).map(|_| self.draw(rng)).sum();
        }
        let events = n as f64;
        match Normal::new(events * self.mean(), (events * self.variance()).sqrt()) {
            Ok(normal) => normal.sample(rng).max(0.0),
            Err(_) => events * self.mean(),
        }
    }
}

/// Events with the same type, the same report and the same chance of lying within the question asked.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Stratum {
    /// Distribution of each event's toll.
    pub toll: Toll,
    /// Number of events.
    pub n: u64,
    /// Chance that such an event belongs to the selection (1 unless its date is vague).
    pub chance: f64,
}

/// Draws of the total toll of all `strata`, in deaths, sorted. The same seed and the same strata, in any order, give the
/// same draws.
pub fn total_toll(strata: &[Stratum], draws: usize, seed: u64) -> Vec<f64> {
    let mut strata = strata.to_vec();
    let key = |s: &Stratum| (s.toll.reported, s.toll.location, s.chance);
    strata.sort_by(|a, b| key(a).partial_cmp(&key(b)).unwrap_or(std::cmp::Ordering::Equal));
    // Events that differ only in their dates are drawn together.
    strata.dedup_by(|next, first| {
        let same = key(next) == key(first);
        if same {
            first.n += next.n;
        }
        same
    });
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let mut totals: Vec<f64> =
        (0..draws).map(|_| strata.iter().map(|s| s.toll.draw_sum(members(s, &mut rng), &mut rng)).sum()).collect();
    totals.sort_by(f64::total_cmp);
    totals
}

/// How many of the stratum's events belong to the selection in one draw.
fn members(stratum: &Stratum, rng: &mut ChaCha8Rng) -> u64 {
    if stratum.chance >= 1.0 {
        return stratum.n;
    }
    Binomial::new(stratum.n, stratum.chance.max(0.0)).map_or(0, |binomial| binomial.sample(rng))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Values published with the model: type, reported, location, scale, weight, mean, quantiles 5, 50 and 95%.
    const GOLDEN: [(&str, u32, [f64; 7]); 9] = [
        (
            "sb",
            1,
            [
                2.509716596656112,
                1.3044491360081085,
                0.4694755786258816,
                2.2003990781006917,
                1.0,
                1.1411008905101243,
                5.526590804409079,
            ],
        ),
        (
            "sb",
            10,
            [
                16.2037757002801,
                5.302469734034901,
                0.4471597705731931,
                15.121757508692436,
                10.0,
                11.678239153860016,
                28.696511914298576,
            ],
        ),
        (
            "sb",
            24,
            [
                21.879731411019975,
                1.9450441953271251,
                0.2713430278540882,
                23.273121963326673,
                19.962869342822803,
                23.779232397219552,
                27.022130640432824,
            ],
        ),
        (
            "sb",
            183,
            [
                236.9071099750293,
                53.816462031526854,
                0.4107863816019918,
                233.06596129909587,
                183.0,
                202.71275729513047,
                367.2912086889655,
            ],
        ),
        (
            "os",
            5,
            [
                8.242049495084634,
                2.221116037973719,
                0.4076312362999258,
                7.679942908186547,
                5.0,
                6.865659695615179,
                13.635671603745793,
            ],
        ),
        (
            "os",
            60,
            [
                80.7236136519346,
                16.72871046819022,
                0.3975573856298018,
                78.30201829364125,
                60.0,
                71.15590060931562,
                121.64138293534063,
            ],
        ),
        (
            "os",
            183,
            [
                229.66728631620006,
                43.74460339643837,
                0.3927912946983109,
                226.66884502109474,
                183.0,
                205.5865064852293,
                337.024892762416,
            ],
        ),
        (
            "ns",
            3,
            [
                3.9314923347593105,
                1.5202155671811093,
                0.48987414086448844,
                3.922809810058,
                2.6504034991878918,
                3.0,
                7.384660654053679,
            ],
        ),
        (
            "ns",
            1000,
            [
                1142.293025311287,
                182.55928910249332,
                0.3661046522851231,
                1156.9962945443983,
                972.1278135125257,
                1061.7180669263435,
                1598.519838609563,
            ],
        ),
    ];

    fn toll(kind: &str, reported: u32) -> Toll {
        let violence = match kind {
            "sb" => Violence::StateBased,
            "ns" => Violence::NonState,
            _ => Violence::OneSided,
        };
        TollModel::published().unwrap().toll(Some(violence), reported).unwrap()
    }

    #[test]
    fn published_values_are_reproduced() {
        for (kind, reported, expected) in GOLDEN {
            let toll = toll(kind, reported);
            let computed = [
                toll.location,
                toll.scale,
                toll.weight,
                toll.mean(),
                toll.quantile(0.05),
                toll.quantile(0.5),
                toll.quantile(0.95),
            ];
            for (ours, theirs) in computed.iter().zip(expected) {
                assert!((ours - theirs).abs() < 1e-6 * theirs.abs().max(1.0), "{kind} {reported}: {ours} ≠ {theirs}");
            }
        }
    }

    #[test]
    fn quantile_inverts_the_distribution() {
        let toll = toll("sb", 10);
        for p in [0.01, 0.2, 0.3, 0.6, 0.9, 0.999] {
            let x = toll.quantile(p);
            assert!(toll.cdf(x) >= p - 1e-9 && (x == 0.0 || toll.cdf(x - 1e-6) <= p + 1e-9), "p = {p}");
        }
    }

    #[test]
    fn sums_have_the_mean_and_spread_of_their_parts() {
        for n in [3, 200] {
            let part = toll("os", 5);
            let draws = total_toll(&[Stratum { toll: part, n, chance: 1.0 }], 4000, 1);
            let mean = draws.iter().sum::<f64>() / draws.len() as f64;
            let error = 4.0 * (n as f64 * part.variance() / draws.len() as f64).sqrt();
            assert!((mean - n as f64 * part.mean()).abs() < error, "n = {n}: {mean}");
            let variance = draws.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / draws.len() as f64;
            assert!((variance / (n as f64 * part.variance()) - 1.0).abs() < 0.15, "n = {n}");
        }
    }

    #[test]
    fn order_of_strata_does_not_matter_and_chance_thins() {
        let a = Stratum { toll: toll("os", 5), n: 2, chance: 1.0 };
        let b = Stratum { toll: toll("sb", 60), n: 1, chance: 0.25 };
        assert_eq!(total_toll(&[a, b], 100, 7), total_toll(&[b, a], 100, 7));
        let draws = total_toll(&[b], 4000, 7);
        let zero = draws.iter().filter(|x| **x == 0.0).count() as f64 / draws.len() as f64;
        assert!((zero - 0.75).abs() < 0.03);
    }
}
