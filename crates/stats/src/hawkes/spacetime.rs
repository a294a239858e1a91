//! Events with times and places.

use serde::Serialize;
use statrs::distribution::{ContinuousCDF, Normal};

use super::optimise::{Objective, Top, maximise, profile, standard_errors};
use super::residual::time_rescaling;
use super::temporal::{WALD, slowest};
use super::{Estimate, HawkesError, Residual, confidence, enough};

/// Mean radius of the Earth in km.
const EARTH: f64 = 6371.0;

/// An event: time in days, place in degrees (WGS 84).
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Point {
    /// Days; events of one day need times of their own ([`super::spread`]).
    pub time: f64,
    /// Latitude, degrees.
    pub latitude: f64,
    /// Longitude, degrees.
    pub longitude: f64,
}

impl Point {
    /// Later by `delay` days, `east` and `north` km away (for distances small beside the Earth, off the poles).
    pub(super) fn moved(self, delay: f64, east: f64, north: f64) -> Self {
        let latitude = self.latitude + (north / EARTH).to_degrees();
        let east = (east / EARTH / self.latitude.to_radians().cos()).to_degrees();
        Self { time: self.time + delay, latitude, longitude: self.longitude + east }
    }

    fn on_sphere(&self) -> [f64; 3] {
        let (lat, lon) = (self.latitude.to_radians(), self.longitude.to_radians());
        [lat.cos() * lon.cos(), lat.cos() * lon.sin(), lat.sin()]
    }
}

/// Where background events happen.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case", tag = "kind")]
pub enum Ground {
    /// Anywhere alike within an area of this many km².
    Uniform {
        /// The area.
        area_km2: f64,
    },
    /// Where events happen: a Gaussian density of this bandwidth about every event but the one in question, each
    /// weighted by its own probability of being background (stochastic declustering, Zhuang, Ogata and Vere-Jones 2002;
    /// Mohler et al. 2011).
    ///
    /// Too wide a bandwidth leaves lasting hot spots to be explained by contagion, with half-lives of months and
    /// branching ratios about 1. With the precision of the places as bandwidth, contagion is what clusters in time
    /// beyond each place's own share. Report the bandwidth, and try others.
    Density {
        /// The bandwidth in km.
        bandwidth_km: f64,
    },
}

/// A fitted self-exciting process in space and time.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SpaceTime {
    /// Events fitted.
    pub events: usize,
    /// Background events per day.
    pub per_day: Estimate,
    /// Direct successors per event.
    pub branching: Estimate,
    /// Days within which half of them come.
    pub half_life: Estimate,
    /// Distance scale in km: the standard deviation to each side. Half of the successors lie within 1.18 times this.
    pub scale_km: Estimate,
    /// The distance scale is at the precision of the places, and was not measured.
    pub scale_at_precision: bool,
    /// Share of events that another led to, under the fit.
    pub triggered: f64,
    /// Log-likelihood (per day and km²).
    pub ln_likelihood: f64,
    /// Time rescaling with the rate over all places.
    pub residual: Residual,
}

/// Fits a self-exciting process with separable kernels, exponential in time and Gaussian in space, to events in order
/// of time.
///
/// `precision_km` is how well places are known: the distance scale is not let below it. Events placed at the same town
/// centre would otherwise draw it to nothing, with a likelihood without bound.
///
/// Intervals are from the observed information on the scale of logarithms (from the profile where that is too flat),
/// with the density of the background held as it was found, so they leave its uncertainty out. Nothing is said of
/// successors beyond the area (no correction at its edge). The work grows with the pairs of events within some thirty
/// mean delays.
///
/// # Errors
/// [`HawkesError`]: fewer than ten events, times that do not increase or lie outside the window, an area, bandwidth or
/// precision not above 0, a confidence not between 0 and 1.
pub fn fit_space_time(
    points: &[Point],
    window: (f64, f64),
    ground: Ground,
    precision_km: f64,
    level: f64,
) -> Result<SpaceTime, HawkesError> {
    let level = confidence(level)?;
    let mut model = Pairs::new(points, window, ground, precision_km)?;
    let mut top = model.climb(None);
    if let Ground::Density { bandwidth_km } = ground {
        for _ in 0..20 {
            let before = top.x[1];
            let weights = model.background_probabilities(&top.x);
            model.density = density(&model.places, &weights, bandwidth_km);
            top = model.climb(Some(&top.x));
            if (top.x[1] - before).abs() < 1e-3 {
                break;
            }
        }
    }
    Ok(model.summary(&top, level))
}

/// The likelihood. Parameters are logarithms: background per day, branching ratio, the decay's excess over the slowest, and
/// the distance scale's over the precision.
pub(super) struct Pairs {
    times: Vec<f64>,
    places: Vec<[f64; 3]>,
    until: f64,
    length: f64,
    slowest: f64,
    precision: f64,
    /// The background's density at each event, per km².
    density: Vec<f64>,
}

impl Pairs {
    pub(super) fn new(
        points: &[Point],
        window: (f64, f64),
        ground: Ground,
        precision: f64,
    ) -> Result<Self, HawkesError> {
        let (from, until) = window;
        enough(points.len())?;
        if let Some(i) = (1..points.len()).find(|&i| points[i].time <= points[i - 1].time || points[i].time.is_nan()) {
            return Err(HawkesError::NotIncreasing { index: i });
        }
        if let Some(p) = [points[0], points[points.len() - 1]].iter().find(|p| !(from..=until).contains(&p.time)) {
            return Err(HawkesError::Outside { what: "an event at", value: p.time, from, until });
        }
        let size = match ground {
            Ground::Uniform { area_km2 } => ("the area in km²", area_km2),
            Ground::Density { bandwidth_km } => ("the bandwidth in km", bandwidth_km),
        };
        if let Some(&(what, value)) =
            [size, ("the precision in km", precision)].iter().find(|(_, v)| v.is_nan() || *v <= 0.0)
        {
            return Err(HawkesError::OutOfRange { what, value, expected: "above 0" });
        }
        let places: Vec<[f64; 3]> = points.iter().map(Point::on_sphere).collect();
        let density = match ground {
            Ground::Uniform { area_km2 } => vec![1.0 / area_km2; points.len()],
            Ground::Density { bandwidth_km } => density(&places, &vec![1.0; points.len()], bandwidth_km),
        };
        let times = points.iter().map(|p| p.time).collect();
        let slowest = slowest(&[from, until]);
        Ok(Self { times, places, until, length: until - from, slowest, precision, density })
    }

    fn climb(&self, from: Option<&[f64]>) -> Top {
        let n = self.times.len() as f64;
        if let Some(x) = from {
            return maximise(self, x, n, None);
        }
        let start = |days: f64, km: f64| {
            vec![(0.5 * n / self.length).ln(), 0.5f64.ln(), (std::f64::consts::LN_2 / days).ln(), km.ln()]
        };
        let starts = [0.5, 4.0, 30.0].into_iter().flat_map(|d| [2.0, 15.0, 100.0].map(|km| start(d, km)));
        let mut gradient = [0.0; 4];
        let best = starts.map(|x| (self.at(&x, &mut gradient), x)).max_by(|a, b| a.0.total_cmp(&b.0));
        maximise(self, &best.map(|b| b.1).unwrap_or_default(), n, None)
    }

    fn decay(&self, x: f64) -> f64 {
        self.slowest + x.exp()
    }

    fn scale(&self, x: f64) -> f64 {
        self.precision + x.exp()
    }

    /// Calls `f` for each event with the sums over earlier ones of the kernel (per unit of branching), and its
    /// derivatives in the logarithms of decay and scale.
    fn each(&self, decay: f64, scale: f64, mut f: impl FnMut(usize, [f64; 3])) {
        let (variance, peak) = (scale * scale, decay / (std::f64::consts::TAU * scale * scale));
        for i in 0..self.times.len() {
            let mut sums = [0.0; 3];
            for j in (0..i).rev() {
                let delay = decay * (self.times[i] - self.times[j]);
                if delay > REACH {
                    break;
                }
                let squared = distance_squared(&self.places[i], &self.places[j]) / variance;
                let exponent = delay + squared / 2.0;
                if exponent > REACH {
                    continue;
                }
                let kernel = peak * (-exponent).exp();
                sums[0] += kernel;
                sums[1] += kernel * (1.0 - delay);
                sums[2] += kernel * (squared - 2.0);
            }
            f(i, sums);
        }
    }

    fn background_probabilities(&self, x: &[f64]) -> Vec<f64> {
        let (rate, branching) = (x[0].exp(), x[1].exp());
        let mut weights = vec![0.0; self.times.len()];
        self.each(self.decay(x[2]), self.scale(x[3]), |i, sums| {
            let ground = rate * self.density[i];
            weights[i] = ground / (ground + branching * sums[0]);
        });
        weights
    }

    fn summary(&self, top: &Top, level: f64) -> SpaceTime {
        let z = Normal::standard().inverse_cdf(0.5 + level / 2.0);
        let errors = standard_errors(self, &top.x);
        let estimate = |i: usize, to: &dyn Fn(f64) -> f64| {
            let (x, e) = (top.x[i], z * errors[i]);
            let (a, b) = if e < WALD {
                (to(x - e), to(x + e))
            } else {
                let (a, b) = profile(self, top, (i, (x.min(-14.0), x.max(12.0))), &[], self.times.len() as f64, level);
                (to(a), to(b))
            };
            Estimate { value: to(x), low: a.min(b), high: a.max(b) }
        };
        let scale_km = estimate(3, &|x| self.scale(x));
        let n = self.times.len() as f64;
        let per_day = estimate(0, &f64::exp);
        SpaceTime {
            events: self.times.len(),
            per_day,
            branching: estimate(1, &f64::exp),
            half_life: estimate(2, &|x| std::f64::consts::LN_2 / self.decay(x)),
            scale_km,
            scale_at_precision: scale_km.value < 1.01 * self.precision,
            triggered: (1.0 - per_day.value * self.length / n).clamp(0.0, 1.0),
            ln_likelihood: top.value,
            residual: time_rescaling(&self.compensator(&top.x)),
        }
    }

    /// The compensator over all places, at the begin of the window and at each event.
    fn compensator(&self, x: &[f64]) -> Vec<f64> {
        let (rate, branching, decay) = (x[0].exp(), x[1].exp(), self.decay(x[2]));
        let from = self.until - self.length;
        let (mut pending, mut last) = (0.0, from);
        let mut clock = vec![0.0];
        for (i, &t) in self.times.iter().enumerate() {
            pending *= (-decay * (t - last)).exp();
            clock.push(rate * (t - from) + branching * (i as f64 - pending));
            pending += 1.0;
            last = t;
        }
        clock
    }
}

/// Kernels are taken as nil beyond e to the power of minus this.
const REACH: f64 = 30.0;

impl Objective for Pairs {
    fn at(&self, x: &[f64], gradient: &mut [f64]) -> f64 {
        let (rate, branching, decay, scale) = (x[0].exp(), x[1].exp(), self.decay(x[2]), self.scale(x[3]));
        let mut value = 0.0;
        gradient.fill(0.0);
        self.each(decay, scale, |i, [kernel, by_decay, by_scale]| {
            let ground = rate * self.density[i];
            let intensity = (ground + branching * kernel).max(f64::MIN_POSITIVE);
            value += intensity.ln();
            gradient[0] += ground / intensity;
            gradient[1] += branching * kernel / intensity;
            gradient[2] += branching * by_decay / intensity;
            gradient[3] += branching * by_scale / intensity;
        });
        let (mut come, mut late) = (0.0, 0.0);
        for &t in &self.times {
            let left = decay * (self.until - t);
            come -= (-left).exp_m1();
            late += left * (-left).exp();
        }
        gradient[0] -= rate * self.length;
        gradient[1] -= branching * come;
        gradient[2] -= branching * late;
        // d ln(decay) / dx and d ln(scale) / dx.
        gradient[2] *= (decay - self.slowest) / decay;
        gradient[3] *= (scale - self.precision) / scale;
        value - rate * self.length - branching * come
    }
}

/// Square of the great-circle distance in km. From the chord, whose square needs no trigonometry; the series is exact
/// to a part in a million up to 3,000 km.
fn distance_squared(a: &[f64; 3], b: &[f64; 3]) -> f64 {
    let chord = (a[0] - b[0]).powi(2) + (a[1] - b[1]).powi(2) + (a[2] - b[2]).powi(2);
    // (2 asin(c/2))² = c² (1 + c²/12 + c⁴/90 + c⁶/560 + …)
    EARTH * EARTH * chord * (1.0 + chord * (1.0 / 12.0 + chord * (1.0 / 90.0 + chord / 560.0)))
}

/// Weighted Gaussian density at each place from all the others, per km².
fn density(places: &[[f64; 3]], weights: &[f64], bandwidth: f64) -> Vec<f64> {
    let total: f64 = weights.iter().sum();
    let (variance, n) = (bandwidth * bandwidth, places.len());
    let mut sums = vec![0.0; n];
    for i in 0..n {
        for j in 0..i {
            let exponent = distance_squared(&places[i], &places[j]) / variance / 2.0;
            if exponent < REACH {
                let kernel = (-exponent).exp();
                sums[i] += weights[j] * kernel;
                sums[j] += weights[i] * kernel;
            }
        }
    }
    let peak = 1.0 / (std::f64::consts::TAU * variance);
    // An event far from all others still happened: the density is nowhere nil.
    sums.iter().zip(weights).map(|(s, w)| peak * (s / (total - w)).max((-REACH).exp())).collect()
}
