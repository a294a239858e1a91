//! Looking through all cylinders.

use std::sync::atomic::{AtomicUsize, Ordering};

use super::{
    Cases, Cluster, Settings,
    baseline::Baseline,
    circle::{self, Circles},
    critical::Critical,
    draw::Draw,
    lanes::{Lanes, Tally},
    likelihood::log_ratio,
    report::{self, Candidate},
    step::Steps,
};

/// Replicates are held in memory together, up to so many bytes.
const BATCH_BYTES: usize = 64 << 20;

/// Scans replicates and cases.
pub(super) fn search(
    cases: &Cases,
    steps: &Steps,
    baseline: &Baseline,
    observed: &Draw<'_>,
    settings: &Settings,
) -> Vec<Cluster> {
    let circles = circle::all(&cases.places, baseline, settings.max_circle);
    if observed.steps.len() < i16::MAX as usize {
        let ground = Ground { steps, baseline, observed, settings, lanes: Lanes::<i16>::new(steps), circles: &circles };
        ground.clusters()
    } else {
        let ground = Ground { steps, baseline, observed, settings, lanes: Lanes::<i32>::new(steps), circles: &circles };
        ground.clusters()
    }
}

/// Everything that stays the same while cases are drawn and drawn again.
struct Ground<'a, N> {
    steps: &'a Steps,
    baseline: &'a Baseline,
    observed: &'a Draw<'a>,
    settings: &'a Settings,
    lanes: Lanes<N>,
    circles: &'a [Circles],
}

impl<N: Tally> Ground<'_, N> {
    fn clusters(&self) -> Vec<Cluster> {
        let maxima = self.maxima();
        // What no replicate stays below has p = 1, and is not reported.
        let floor = maxima.iter().copied().fold(f64::INFINITY, f64::min);
        report::report(self.circles, self.steps, self.candidates(floor), &maxima)
    }

    /// The greatest statistic of each replicate.
    fn maxima(&self) -> Vec<f64> {
        let each = size_of_val(&self.observed.steps[..]) + size_of_val(&self.observed.starts[..]);
        let batch = (BATCH_BYTES / each).max(64) as u32;
        let replicates = self.settings.replicates;
        (0..replicates)
            .step_by(batch as usize)
            .flat_map(|from| self.batch(from..replicates.min(from + batch)))
            .collect()
    }

    /// The greatest statistics of some replicates. Only the greatest counts, so the least of those found so far is a floor
    /// below which nothing need be looked at. It is raised after 1, 8, 64 … centres, which lie far apart.
    fn batch(&self, replicates: std::ops::Range<u32>) -> Vec<f64> {
        let seed = self.settings.seed;
        let draws: Vec<_> = replicates.map(|nth| self.observed.replicate(self.baseline, seed, nth)).collect();
        let mut greatest = vec![0.0; draws.len()];
        let order: Vec<&Circles> = (0..64).flat_map(|from| self.circles.iter().skip(from).step_by(64)).collect();
        let mut done = 0;
        let mut upto = 1;
        while done < order.len() {
            upto = upto.min(order.len());
            let floor = greatest.iter().copied().fold(f64::INFINITY, f64::min);
            self.raise(&order[done..upto], floor, &draws, &mut greatest);
            (done, upto) = (upto, upto * 8);
        }
        greatest
    }

    /// Looks through the cylinders around some centres, in all replicates; raises the greatest statistics found so far.
    fn raise(&self, centres: &[&Circles], floor: f64, draws: &[Draw<'_>], greatest: &mut [f64]) {
        let critical = Critical::new(self.observed.steps.len(), self.settings.min_cases, floor);
        let next = AtomicUsize::new(0);
        let work = || {
            let mut greatest = greatest.to_vec();
            let mut limits = Limits::default();
            while let Some(circles) = centres.get(next.fetch_add(1, Ordering::Relaxed)) {
                limits.set(self, circles, &critical);
                for (draw, greatest) in draws.iter().zip(&mut greatest) {
                    *greatest = self.sweep(circles, &mut limits, draw, *greatest);
                }
            }
            greatest
        };
        let found: Vec<Vec<f64>> = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..self.threads().min(centres.len())).map(|_| scope.spawn(work)).collect();
            threads
                .into_iter()
                .map(|thread| thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
                .collect()
        });
        for found in found {
            greatest.iter_mut().zip(found).for_each(|(greatest, found)| *greatest = greatest.max(found));
        }
    }

    fn threads(&self) -> usize {
        match self.settings.threads {
            0 => std::thread::available_parallelism().map_or(1, usize::from),
            threads => threads,
        }
    }

    /// The greatest statistic of the cylinders around a centre, or `greatest` where none is above it. Growing the circle
    /// raises the expectation everywhere, so only runs that gained a case can have become better. A ring's cases are counted
    /// one after another against the expectation with the whole ring: a count on the way is below the last, and its ratio too.
    fn sweep(&self, circles: &Circles, limits: &mut Limits<N>, draw: &Draw<'_>, mut greatest: f64) -> f64 {
        let Limits { limits, weights, tallies, .. } = limits;
        tallies.fill(N::ZERO);
        let total = draw.steps.len() as f64;
        let per_circle = weights.len() / circles.ends.len();
        for (circle, limits) in limits.chunks_exact(self.lanes.count).enumerate() {
            let weights = &weights[circle * per_circle..][..per_circle];
            for &step in circles.ring(circle).iter().flat_map(|&place| draw.at(place)) {
                self.lanes.add(step, tallies, limits, |lane, cases| {
                    let expected = self.baseline.expected(weights, self.lanes.run(lane));
                    greatest = greatest.max(log_ratio(cases.get() as f64, expected, total));
                });
            }
        }
        greatest
    }

    /// The cylinders of the cases as observed whose statistic is above a floor.
    fn candidates(&self, floor: f64) -> Vec<Candidate> {
        let total = self.observed.steps.len();
        let critical = Critical::new(total, self.settings.min_cases, floor);
        let mut limits = Limits::default();
        let mut found = Vec::new();
        for (around, circles) in self.circles.iter().enumerate() {
            limits.set(self, circles, &critical);
            limits.tallies.fill(N::ZERO);
            let per_circle = limits.weights.len() / circles.ends.len();
            for circle in 0..circles.ends.len() {
                let before = limits.tallies.clone();
                let limits_here = &limits.limits[circle * self.lanes.count..][..self.lanes.count];
                for &step in circles.ring(circle).iter().flat_map(|&place| self.observed.at(place)) {
                    self.lanes.add(step, &mut limits.tallies, limits_here, |_, _| {});
                }
                let weights = &limits.weights[circle * per_circle..][..per_circle];
                for (lane, (&cases, &before)) in limits.tallies.iter().zip(&before).enumerate() {
                    if cases > before && cases > limits_here[lane] {
                        let run = self.lanes.run(lane);
                        let expected = self.baseline.expected(weights, run);
                        let statistic = log_ratio(cases.get() as f64, expected, total as f64);
                        if statistic > floor {
                            let observed = cases.get() as u32;
                            found.push(Candidate { around, circle, run, observed, expected, statistic });
                        }
                    }
                }
            }
        }
        found
    }
}

/// What is worked out once for a centre, for all replicates. Kept from centre to centre to spare memory.
struct Limits<N> {
    /// For each circle and lane, the greatest count that does not matter.
    limits: Vec<N>,
    /// For each circle, what the baseline needs to tell the expected counts.
    weights: Vec<f64>,
    /// For each lane, the count that mattered in the circle before.
    least: Vec<usize>,
    /// For each lane, room to count.
    tallies: Vec<N>,
}

impl<N> Default for Limits<N> {
    fn default() -> Self {
        Self { limits: Vec::new(), weights: Vec::new(), least: Vec::new(), tallies: Vec::new() }
    }
}

impl<N: Tally> Limits<N> {
    fn set(&mut self, ground: &Ground<'_, N>, circles: &Circles, critical: &Critical) {
        let lanes = &ground.lanes;
        self.tallies.resize(lanes.count, N::ZERO);
        self.weights.clear();
        self.least.clear();
        self.least.resize(lanes.count, 0);
        // No count is above the limit of a lane without an admitted run.
        self.limits.clear();
        self.limits.resize(lanes.count * circles.ends.len(), N::MOST);
        let mut within = ground.baseline.empty();
        for (circle, limits) in self.limits.chunks_exact_mut(lanes.count).enumerate() {
            within.add(circles.ring(circle));
            self.weights.extend_from_slice(within.weights());
            for start in 0..ground.steps.count {
                within.runs(start, ground.steps.longest, |run, expected| {
                    if ground.steps.admits(run) {
                        let lane = lanes.of(run);
                        // The expectation only grows with the circle, and the count that matters with it.
                        self.least[lane] = critical.count(expected, self.least[lane]);
                        limits[lane] = N::of(self.least[lane] - 1);
                    }
                });
            }
        }
    }
}
