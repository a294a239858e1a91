//! Self-exciting processes with known parameters, for checks and for worked examples.

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rand_distr::{Distribution, Exp, Normal, Poisson};

use super::{HawkesError, Point};

/// The parameters of a process.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Truth {
    /// Background events per day.
    pub per_day: f64,
    /// Direct successors per event, below 1.
    pub branching: f64,
    /// Days within which half of them come.
    pub half_life: f64,
    /// Distance scale in km (ignored without space).
    pub scale_km: f64,
}

impl Truth {
    fn check(&self) -> Result<(), HawkesError> {
        let positive = [("the background", self.per_day), ("the half-life", self.half_life)];
        if let Some(&(what, value)) = positive.iter().find(|(_, v)| !(*v > 0.0 && v.is_finite())) {
            return Err(HawkesError::OutOfRange { what, value, expected: "above 0" });
        }
        if !(0.0..1.0).contains(&self.branching) {
            let value = self.branching;
            return Err(HawkesError::OutOfRange { what: "the branching ratio", value, expected: "from 0 to below 1" });
        }
        Ok(())
    }

    fn decay(&self) -> f64 {
        std::f64::consts::LN_2 / self.half_life
    }
}

/// Times of events from day 0 to `days`, by thinning (Ogata 1981). `swell` multiplies the background at a time; it must
/// lie between 0 and 1.
///
/// # Errors
/// [`HawkesError::OutOfRange`] for parameters that make no process.
pub fn simulate_times(truth: Truth, days: f64, swell: impl Fn(f64) -> f64, seed: u64) -> Result<Vec<f64>, HawkesError> {
    truth.check()?;
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let decay = truth.decay();
    let mut times = Vec::new();
    // Between events the excitation only fades, so that its present value bounds what is to come.
    let (mut now, mut excited) = (0.0, 0.0);
    loop {
        let bound = truth.per_day + truth.branching * decay * excited;
        let wait = -(1.0 - rng.random::<f64>()).ln() / bound;
        now += wait;
        if now >= days {
            return Ok(times);
        }
        excited *= (-decay * wait).exp();
        let intensity = truth.per_day * swell(now).clamp(0.0, 1.0) + truth.branching * decay * excited;
        if rng.random::<f64>() * bound < intensity {
            times.push(now);
            excited += 1.0;
        }
    }
}

/// Events from day 0 to `days` in space and time, family by family (Hawkes and Oakes 1974), in order of time. `place`
/// draws the latitude and longitude of a background event from two uniform numbers.
///
/// # Errors
/// [`HawkesError::OutOfRange`] for parameters that make no process.
pub fn simulate_space_time(
    truth: Truth,
    days: f64,
    place: impl Fn(f64, f64) -> (f64, f64),
    seed: u64,
) -> Result<Vec<Point>, HawkesError> {
    truth.check()?;
    let bad = |what, value| HawkesError::OutOfRange { what, value, expected: "above 0" };
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let founders = Poisson::new(truth.per_day * days).map_err(|_| bad("the window in days", days))?;
    let delay = Exp::new(truth.decay()).map_err(|_| bad("the half-life", truth.half_life))?;
    let offset = Normal::new(0.0, truth.scale_km).map_err(|_| bad("the distance scale", truth.scale_km))?;
    let children = (truth.branching > 0.0).then(|| Poisson::new(truth.branching)).transpose();
    let children = children.map_err(|_| bad("the branching ratio", truth.branching))?;
    let mut points: Vec<Point> = (0..founders.sample(&mut rng) as u64)
        .map(|_| {
            let (latitude, longitude) = place(rng.random(), rng.random());
            Point { time: rng.random::<f64>() * days, latitude, longitude }
        })
        .collect();
    let mut next = 0;
    while next < points.len() {
        let parent = points[next];
        next += 1;
        let born = children.as_ref().map_or(0, |c| c.sample(&mut rng) as u64);
        for _ in 0..born {
            let child = parent.moved(delay.sample(&mut rng), offset.sample(&mut rng), offset.sample(&mut rng));
            if child.time < days {
                points.push(child);
            }
        }
    }
    points.sort_by(|a, b| a.time.total_cmp(&b.time));
    Ok(points)
}
