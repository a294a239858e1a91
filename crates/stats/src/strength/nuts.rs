//! The no-U-turn sampler: Hamiltonian Monte Carlo that chooses its own path lengths.
//!
//! Hoffman and Gelman (2014), with multinomial draws from the path (Betancourt 2017, *A conceptual introduction to Hamiltonian
//! Monte Carlo*), and the U-turn checks across subtrees of Stan. It is our own because a library that picks
//! its vector instructions by the machine rounds differently on each, and a trajectory multiplies such differences: the
//! same seed would give another answer elsewhere. Only `libm` and plain arithmetic are used here.

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rand_distr::{Distribution, StandardNormal};

/// How to sample one chain.
#[derive(Debug, Clone, Copy)]
pub(super) struct Plan {
    pub warmup: usize,
    pub draws: usize,
    /// Acceptance that the step size is tuned to.
    pub target: f64,
    /// A path has at most 2 to this power steps.
    pub depth: u32,
    pub seed: u64,
    /// Chains of one seed draw from separate streams.
    pub chain: u64,
}

/// What a chain gave.
#[derive(Debug, Clone, Default)]
pub(super) struct Chain {
    /// Positions after warm-up.
    pub draws: Vec<Vec<f64>>,
    /// Steps taken in all.
    pub steps: usize,
    /// Paths that left the energy surface, after warm-up.
    pub divergences: usize,
    /// Paths cut short at the greatest depth, after warm-up.
    pub cut_short: usize,
}

/// Energy error above which a path counts as lost (Stan's limit).
const LOST: f64 = 1000.0;

#[derive(Debug, Clone)]
struct Point {
    q: Vec<f64>,
    p: Vec<f64>,
    gradient: Vec<f64>,
    log: f64,
}

/// Momentum at an end of a path, and the velocity that it means.
#[derive(Clone)]
struct End {
    p: Vec<f64>,
    velocity: Vec<f64>,
}

struct Tree {
    first: End,
    last: End,
    /// Sum of momenta.
    rho: Vec<f64>,
    drawn: Point,
    /// Log of the summed weights of its points.
    weight: f64,
}

struct Walk<'a, F> {
    density: &'a mut F,
    rng: ChaCha8Rng,
    /// Inverse of the diagonal mass matrix: the variances of the position.
    variance: Vec<f64>,
    step: f64,
    // Of the path under way:
    start_energy: f64,
    accept: f64,
    steps: usize,
    lost: bool,
}

/// Draws from the density `density(position, gradient) -> log density` of `dimension` unknowns.
///
/// `None` where no starting point with a finite density was found near the origin.
pub(super) fn sample(
    dimension: usize,
    plan: &Plan,
    mut density: impl FnMut(&[f64], &mut [f64]) -> f64,
    told: &dyn Fn(),
) -> Option<Chain> {
    let mut rng = ChaCha8Rng::seed_from_u64(plan.seed);
    rng.set_stream(plan.chain);
    let mut walk = Walk {
        density: &mut density,
        rng,
        variance: vec![1.0; dimension],
        step: 0.1,
        start_energy: 0.0,
        accept: 0.0,
        steps: 0,
        lost: false,
    };
    let mut at = walk.start()?;
    let mut chain = Chain::default();
    let mut tuning = StepTuning::new(walk.first_step(&at));
    let mut spread = Welford::new(dimension);
    let windows = Windows::new(plan.warmup);
    for i in 0..plan.warmup {
        walk.step = tuning.step();
        walk.transition(&mut at, plan.depth);
        told();
        tuning.learn(walk.accept / walk.steps.max(1) as f64, plan.target);
        if windows.slow(i) {
            spread.add(&at.q);
        }
        if windows.ends_at(i) {
            walk.variance = spread.regularised();
            spread = Welford::new(dimension);
            walk.step = tuning.step();
            tuning = StepTuning::new(walk.first_step(&at));
        }
    }
    walk.step = if plan.warmup > 0 { tuning.settled() } else { walk.step };
    for _ in 0..plan.draws {
        let deepest = walk.transition(&mut at, plan.depth);
        told();
        chain.steps += walk.steps;
        chain.divergences += usize::from(walk.lost);
        chain.cut_short += usize::from(deepest);
        chain.draws.push(at.q.clone());
    }
    Some(chain)
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

impl<F: FnMut(&[f64], &mut [f64]) -> f64> Walk<'_, F> {
    fn start(&mut self) -> Option<Point> {
        let n = self.variance.len();
        (0..100).find_map(|_| {
            let q: Vec<f64> = (0..n).map(|_| self.rng.random_range(-1.0..1.0)).collect();
            let mut gradient = vec![0.0; n];
            let log = (self.density)(&q, &mut gradient);
            let fine = log.is_finite() && gradient.iter().all(|slope| slope.is_finite());
            fine.then(|| Point { q, p: vec![0.0; n], gradient, log })
        })
    }

    fn energy(&self, at: &Point) -> f64 {
        0.5 * at.p.iter().zip(&self.variance).map(|(p, v)| p * p * v).sum::<f64>() - at.log
    }

    fn kick(&mut self, at: &mut Point) {
        for (p, v) in at.p.iter_mut().zip(&self.variance) {
            let z: f64 = StandardNormal.sample(&mut self.rng);
            *p = z / v.sqrt();
        }
    }

    /// One step of the leapfrog, forwards or (with a negative step) backwards.
    fn leap(&mut self, at: &mut Point, step: f64) {
        for (p, slope) in at.p.iter_mut().zip(&at.gradient) {
            *p += 0.5 * step * slope;
        }
        for ((q, p), v) in at.q.iter_mut().zip(&at.p).zip(&self.variance) {
            *q += step * v * p;
        }
        at.log = (self.density)(&at.q, &mut at.gradient);
        for (p, slope) in at.p.iter_mut().zip(&at.gradient) {
            *p += 0.5 * step * slope;
        }
    }

    /// Doubles or halves the step until one leap is accepted with a chance of about 0.8.
    fn first_step(&mut self, at: &Point) -> f64 {
        let mut rises = None;
        for _ in 0..60 {
            let mut trial = at.clone();
            self.kick(&mut trial);
            let before = self.energy(&trial);
            self.leap(&mut trial, self.step);
            let gain = before - self.energy(&trial);
            let up = gain > libm::log(0.8);
            if *rises.get_or_insert(up) != up {
                break;
            }
            self.step *= if up { 2.0 } else { 0.5 };
        }
        self.step
    }

    fn end(&self, at: &Point) -> End {
        End { p: at.p.clone(), velocity: at.p.iter().zip(&self.variance).map(|(p, v)| p * v).collect() }
    }

    /// Moves to a draw from one path. Tells whether the path was cut short.
    fn transition(&mut self, at: &mut Point, depth: u32) -> bool {
        self.kick(at);
        self.start_energy = self.energy(at);
        (self.accept, self.steps, self.lost) = (0.0, 0, false);
        let end = self.end(at);
        let mut tree = Tree { first: end.clone(), last: end, rho: at.p.clone(), drawn: at.clone(), weight: 0.0 };
        let (mut backmost, mut foremost) = (at.clone(), at.clone());
        for level in 0..depth {
            let forwards = self.rng.random::<bool>();
            let (edge, step) = if forwards { (&mut foremost, self.step) } else { (&mut backmost, -self.step) };
            let Some(new) = self.grow(level, edge, step) else {
                *at = tree.drawn;
                return false;
            };
            // The newer half is preferred, which moves farther (biased progressive sampling).
            if self.rng.random::<f64>() < libm::exp((new.weight - tree.weight).min(0.0)) {
                tree.drawn = new.drawn.clone();
            }
            let (back, front) = if forwards { (tree, new) } else { (new.reversed(), tree) };
            let (joined, turned) = join(back, front, !forwards);
            tree = joined;
            if turned {
                *at = tree.drawn;
                return false;
            }
        }
        *at = tree.drawn;
        true
    }

    /// A subtree of 2^level further points, in the order they were reached; none where it turned back or was lost.
    fn grow(&mut self, level: u32, edge: &mut Point, step: f64) -> Option<Tree> {
        if level == 0 {
            self.leap(edge, step);
            self.steps += 1;
            let gain = self.start_energy - self.energy(edge);
            if gain.is_nan() || gain < -LOST {
                self.lost = true;
                return None;
            }
            self.accept += libm::exp(gain.min(0.0));
            let end = self.end(edge);
            return Some(Tree {
                first: end.clone(),
                last: end,
                rho: edge.p.clone(),
                drawn: edge.clone(),
                weight: gain,
            });
        }
        let near = self.grow(level - 1, edge, step)?;
        let far = self.grow(level - 1, edge, step)?;
        let total = log_add(near.weight, far.weight);
        let take_far = self.rng.random::<f64>() < libm::exp(far.weight - total);
        let (joined, turned) = join(near, far, take_far);
        (!turned).then_some(joined)
    }
}

impl Tree {
    /// The same tree, in order of time where it was reached backwards.
    fn reversed(self) -> Self {
        Self { first: self.last, last: self.first, ..self }
    }
}

/// Two neighbouring trees as one, and whether the path turns back within it. The draw is of the later or the earlier one.
fn join(near: Tree, far: Tree, draw_far: bool) -> (Tree, bool) {
    let rho: Vec<f64> = near.rho.iter().zip(&far.rho).map(|(a, b)| a + b).collect();
    let with = |rho: &[f64], p: &[f64]| -> Vec<f64> { rho.iter().zip(p).map(|(a, b)| a + b).collect() };
    let turned = turns(&near.first, &far.last, &rho)
        || turns(&near.first, &far.first, &with(&near.rho, &far.first.p))
        || turns(&near.last, &far.last, &with(&far.rho, &near.last.p));
    let weight = log_add(near.weight, far.weight);
    let drawn = if draw_far { far.drawn } else { near.drawn };
    (Tree { first: near.first, last: far.last, rho, drawn, weight }, turned)
}

fn turns(first: &End, last: &End, rho: &[f64]) -> bool {
    dot(&first.velocity, rho) <= 0.0 || dot(&last.velocity, rho) <= 0.0
}

fn log_add(a: f64, b: f64) -> f64 {
    let (low, high) = if a < b { (a, b) } else { (b, a) };
    high + libm::log1p(libm::exp(low - high))
}

/// Dual averaging of the step size (Hoffman and Gelman 2014, section 3.2, with their constants).
struct StepTuning {
    anchor: f64,
    log_step: f64,
    averaged: f64,
    error: f64,
    n: f64,
}

impl StepTuning {
    fn new(step: f64) -> Self {
        Self { anchor: libm::log(10.0 * step), log_step: libm::log(step), averaged: 0.0, error: 0.0, n: 0.0 }
    }

    fn step(&self) -> f64 {
        libm::exp(self.log_step)
    }

    fn settled(&self) -> f64 {
        if self.n == 0.0 { self.step() } else { libm::exp(self.averaged) }
    }

    fn learn(&mut self, accepted: f64, target: f64) {
        self.n += 1.0;
        let eta = 1.0 / (self.n + 10.0);
        self.error = (1.0 - eta) * self.error + eta * (target - accepted);
        self.log_step = self.anchor - self.error * self.n.sqrt() / 0.05;
        let eta = libm::pow(self.n, -0.75);
        self.averaged = (1.0 - eta) * self.averaged + eta * self.log_step;
    }
}

/// Warm-up in three parts: to find the typical set; windows of doubling length to learn the scales; to settle the step.
struct Windows {
    from: usize,
    ends: Vec<usize>,
}

impl Windows {
    fn new(warmup: usize) -> Self {
        let (from, last) = (warmup * 15 / 100, warmup * 9 / 10);
        let mut ends = vec![];
        let (mut at, mut size) = (from, (warmup / 40).max(10));
        while at + size <= last {
            // A window that leaves too little for the next one takes the rest.
            at = if at + 3 * size > last { last } else { at + size };
            ends.push(at - 1);
            size *= 2;
        }
        Self { from, ends }
    }

    fn slow(&self, i: usize) -> bool {
        i >= self.from && self.ends.last().is_some_and(|&last| i <= last)
    }

    fn ends_at(&self, i: usize) -> bool {
        self.ends.contains(&i)
    }
}

/// Running variances (Welford 1962).
struct Welford {
    n: f64,
    mean: Vec<f64>,
    squares: Vec<f64>,
}

impl Welford {
    fn new(dimension: usize) -> Self {
        Self { n: 0.0, mean: vec![0.0; dimension], squares: vec![0.0; dimension] }
    }

    fn add(&mut self, q: &[f64]) {
        self.n += 1.0;
        for ((q, mean), squares) in q.iter().zip(&mut self.mean).zip(&mut self.squares) {
            let off = q - *mean;
            *mean += off / self.n;
            *squares += off * (q - *mean);
        }
    }

    /// Variances drawn towards one, the variance under the prior, as if ten more draws had shown it.
    fn regularised(&self) -> Vec<f64> {
        self.squares.iter().map(|s| (s * self.n / (self.n - 1.0).max(1.0) + 10.0) / (self.n + 10.0)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plan() -> Plan {
        Plan { warmup: 500, draws: 20_000, target: 0.8, depth: 8, seed: 4, chain: 0 }
    }

    fn moments(draws: &[Vec<f64>], of: impl Fn(&[f64]) -> f64) -> (f64, f64) {
        let n = draws.len() as f64;
        let mean = draws.iter().map(|q| of(q)).sum::<f64>() / n;
        (mean, draws.iter().map(|q| (of(q) - mean).powi(2)).sum::<f64>() / n)
    }

    /// The direction in which the likelihood below is narrow.
    const G: [f64; 3] = [20.0, -10.0, 1.0];

    /// Standard normal scores of which 20x − 10y + z was seen to be 30, give or take 1.
    fn narrow(q: &[f64], gradient: &mut [f64]) -> f64 {
        let off = dot(&G, q) - 30.0;
        for ((slope, q), g) in gradient.iter_mut().zip(q).zip(G) {
            *slope = -q - off * g;
        }
        -0.5 * dot(q, q) - 0.5 * off * off
    }

    #[test]
    fn draws_have_the_moments_of_a_narrow_normal() {
        let chain = sample(3, &plan(), narrow, &|| ()).unwrap();
        // Posterior of a linear model: mean G·30/(1 + |G|²), covariance I − G·Gᵀ/(1 + |G|²).
        let norm = 1.0 + dot(&G, &G);
        for (i, g) in G.into_iter().enumerate() {
            let (mean, variance) = moments(&chain.draws, |q| q[i]);
            let expected = 1.0 - g * g / norm;
            assert!((mean - g * 30.0 / norm).abs() < 0.04, "{i}: {mean}");
            assert!((variance / expected - 1.0).abs() < 0.06, "{i}: {variance} {expected}");
        }
        let (_, seen) = moments(&chain.draws, |q| dot(&G, q));
        assert!((seen / ((norm - 1.0) / norm) - 1.0).abs() < 0.06, "{seen}");
        assert_eq!(chain.divergences, 0);
    }

    #[test]
    fn draws_have_the_moments_of_a_skewed_density() {
        // The logarithm of an exponential variable: mean −γ (Euler), variance π²/6.
        let density = |q: &[f64], gradient: &mut [f64]| {
            gradient[0] = 1.0 - q[0].exp();
            q[0] - q[0].exp()
        };
        let chain = sample(1, &plan(), density, &|| ()).unwrap();
        let (mean, variance) = moments(&chain.draws, |q| q[0]);
        assert!((mean + 0.577).abs() < 0.04 && (variance - 1.645).abs() < 0.1, "{mean} {variance}");
    }

    #[test]
    fn a_seed_repeats_and_chains_differ() {
        let first = |plan: Plan| sample(3, &plan, narrow, &|| ()).unwrap().draws[0].clone();
        assert_eq!(first(plan()), first(plan()));
        assert_ne!(first(plan()), first(Plan { chain: 1, ..plan() }));
    }

    #[test]
    fn windows_fill_the_middle_of_the_warm_up() {
        for warmup in [0, 10, 100, 300, 1000] {
            let windows = Windows::new(warmup);
            assert!(windows.ends.is_sorted() && windows.ends.last().is_none_or(|&last| last == warmup * 9 / 10 - 1));
        }
    }

    #[test]
    fn no_start_is_told() {
        assert!(sample(1, &plan(), |_, _| f64::NAN, &|| ()).is_none());
    }
}
