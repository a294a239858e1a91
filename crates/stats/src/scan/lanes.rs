//! The runs of steps, laid out so that those touched by one case lie side by side.

use super::step::{Run, Steps};

/// Numbers are worked on eight at a time; the compiler makes one instruction of each eight.
const EIGHT: usize = 8;

/// A small whole number that counts cases: as narrow as the cases allow, since more of them then go into one instruction.
pub(super) trait Tally: Copy + Ord + Send + Sync {
    /// None.
    const ZERO: Self;
    /// More than any count.
    const MOST: Self;

    /// Of a number that is known to fit.
    fn of(count: usize) -> Self;

    fn get(self) -> usize;

    /// Adds one where the mask has one. What is left to the limits is joined to `left` bit by bit: its sign tells whether any
    /// count is above its limit.
    fn add(tallies: &mut [Self; EIGHT], mask: &[Self; EIGHT], limits: &[Self; EIGHT], left: &mut [Self; EIGHT]);
}

macro_rules! tally {
    ($number:ty) => {
        impl Tally for $number {
            const ZERO: Self = 0;
            const MOST: Self = Self::MAX;

            fn of(count: usize) -> Self {
                count as Self
            }

            fn get(self) -> usize {
                self as usize
            }

            #[inline(always)]
            fn add(
                tallies: &mut [Self; EIGHT],
                mask: &[Self; EIGHT],
                limits: &[Self; EIGHT],
                left: &mut [Self; EIGHT],
            ) {
                for lane in 0..EIGHT {
                    let tally = tallies[lane].wrapping_add(mask[lane]);
                    tallies[lane] = tally;
                    left[lane] |= limits[lane].wrapping_sub(tally);
                }
            }
        }
    };
}

tally!(i16);
tally!(i32);

/// The layout: one lane for each run, ordered by start, then length. Runs that would start before the first step have lanes
/// too, so that every step touches lanes of one pattern: the mask.
#[derive(Debug)]
pub(super) struct Lanes<N> {
    longest: usize,
    /// Lanes for each start.
    stride: usize,
    /// Lanes in all.
    pub(super) count: usize,
    /// One in the lanes of those runs that hold a step, from the lane at [`Lanes::from`].
    mask: Vec<[N; EIGHT]>,
}

impl<N: Tally> Lanes<N> {
    pub(super) fn new(steps: &Steps) -> Self {
        let longest = steps.longest;
        let stride = longest.next_multiple_of(EIGHT);
        // The run that starts `row` after the earliest needs `longest − row` steps or more to reach the step.
        let holds = |lane: usize| lane % stride < longest && lane % stride + lane / stride + 1 >= longest;
        let one = |lane| if holds(lane) { N::of(1) } else { N::ZERO };
        let mask = (0..longest * stride / EIGHT).map(|eight| std::array::from_fn(|lane| one(eight * EIGHT + lane)));
        Self { longest, stride, count: (steps.count + longest - 1) * stride, mask: mask.collect() }
    }

    /// The first lane that a case of a step touches.
    fn from(&self, step: u16) -> usize {
        usize::from(step) * self.stride
    }

    pub(super) fn of(&self, run: Run) -> usize {
        (run.start + self.longest - 1) * self.stride + run.length - 1
    }

    /// The run of a lane that has one.
    pub(super) fn run(&self, lane: usize) -> Run {
        Run { start: lane / self.stride + 1 - self.longest, length: lane % self.stride + 1 }
    }

    /// Counts a case of a step in all runs that hold it; calls with each lane whose count is above its limit.
    #[inline(always)]
    pub(super) fn add(&self, step: u16, tallies: &mut [N], limits: &[N], mut above: impl FnMut(usize, N)) {
        let from = self.from(step);
        let touched = from..from + self.mask.len() * EIGHT;
        let (tallies, _) = tallies[touched.clone()].as_chunks_mut::<EIGHT>();
        let (limits, _) = limits[touched].as_chunks::<EIGHT>();
        let mut left = [N::ZERO; EIGHT];
        for ((tallies, mask), limits) in tallies.iter_mut().zip(&self.mask).zip(limits) {
            N::add(tallies, mask, limits, &mut left);
        }
        if left.iter().any(|&left| left < N::ZERO) {
            let lanes = tallies.as_flattened().iter().zip(self.mask.as_flattened()).zip(limits.as_flattened());
            for (lane, ((&tally, &mask), &limit)) in lanes.enumerate() {
                if mask > N::ZERO && tally > limit {
                    above(from + lane, tally);
                }
            }
        }
    }
}
