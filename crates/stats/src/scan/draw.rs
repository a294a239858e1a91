//! The cases as observed, and replicates under the null.

use std::borrow::Cow;

use rand::{Rng, RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::{Cases, baseline::Baseline, step::Steps};

/// The step of every case, ordered by place.
#[derive(Debug, Clone)]
pub(super) struct Draw<'a> {
    /// Where the cases of each place start; one more than places.
    pub(super) starts: Cow<'a, [u32]>,
    pub(super) steps: Vec<u16>,
}

impl Draw<'_> {
    /// The cases themselves.
    pub(super) fn observed(cases: &Cases, steps: &Steps) -> Draw<'static> {
        let each = cases.counts.iter().map(|count| (count.place, steps.of(count.day) as u16, count.n));
        Draw::by_place(each, cases.places.len())
    }

    fn by_place(cases: impl Iterator<Item = (usize, u16, u32)> + Clone, places: usize) -> Draw<'static> {
        let mut starts = vec![0; places + 1];
        for (place, _, n) in cases.clone() {
            starts[place + 1] += n;
        }
        for place in 0..places {
            starts[place + 1] += starts[place];
        }
        let mut steps = vec![0; starts[places] as usize];
        let mut next = starts.clone();
        for (place, step, n) in cases {
            steps[next[place] as usize..][..n as usize].fill(step);
            next[place] += n;
        }
        Draw { starts: Cow::Owned(starts), steps }
    }

    /// The steps of a place's cases.
    #[inline]
    pub(super) fn at(&self, place: u32) -> &[u16] {
        let place = place as usize;
        &self.steps[self.starts[place] as usize..self.starts[place + 1] as usize]
    }

    /// One replicate under the null. Each has a stream of random numbers of its own, so it is the same whichever thread draws
    /// it.
    pub(super) fn replicate(&self, baseline: &Baseline, seed: u64, replicate: u32) -> Draw<'_> {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        rng.set_stream(u64::from(replicate));
        match baseline {
            Baseline::Separable { permute: true, .. } => {
                let mut steps = self.steps.clone();
                shuffle(&mut steps, &mut rng);
                Draw { starts: Cow::Borrowed(&self.starts), steps }
            }
            Baseline::Separable { places, steps, .. } => {
                let (place, step) = (Urn::new(places), Urn::new(steps));
                self.anew(|rng| (place.take(rng), step.take(rng) as u16), &mut rng)
            }
            Baseline::Table { cells, steps, .. } => {
                let cell = Urn::new(cells);
                let split = |cell: usize| (cell / steps, (cell % steps) as u16);
                self.anew(|rng| split(cell.take(rng)), &mut rng)
            }
        }
    }

    /// As many cases, each drawn anew.
    fn anew(&self, case: impl Fn(&mut ChaCha8Rng) -> (usize, u16), rng: &mut ChaCha8Rng) -> Draw<'static> {
        let cases: Vec<_> = self.steps.iter().map(|_| case(rng)).collect();
        Draw::by_place(cases.iter().map(|&(place, step)| (place, step, 1)), self.starts.len() - 1)
    }
}

/// Fisher and Yates's shuffle.
fn shuffle(steps: &mut [u16], rng: &mut impl Rng) {
    for last in (1..steps.len()).rev() {
        steps.swap(last, rng.random_range(0..=last as u32) as usize);
    }
}

/// Draws in proportion to weights.
struct Urn {
    sums: Vec<f64>,
}

impl Urn {
    fn new(weights: &[f64]) -> Self {
        let sums = weights.iter().scan(0.0, |sum, weight| {
            *sum += weight;
            Some(*sum)
        });
        Self { sums: sums.collect() }
    }

    fn take(&self, rng: &mut impl Rng) -> usize {
        let total = self.sums[self.sums.len() - 1];
        let at = rng.random::<f64>() * total;
        self.sums.partition_point(|&sum| sum <= at).min(self.sums.len() - 1)
    }
}
