//! What the null expects in a cylinder.

use super::{
    Cases, Expected, ScanError,
    draw::Draw,
    step::{Run, Steps},
};

/// The expected counts of every place and step.
#[derive(Debug)]
pub(super) enum Baseline {
    /// Place and step go their own ways: the product of their weights.
    Separable {
        places: Vec<f64>,
        steps: Vec<f64>,
        /// Product of weights that stands for one case.
        per_case: f64,
        /// Whether replicates permute the cases' times rather than draw all anew.
        permute: bool,
    },
    /// One number for each place and step, by place.
    Table { cells: Vec<f64>, steps: usize, places: Vec<f64> },
}

impl Baseline {
    /// The permutation null: cases of the place × cases of the step ÷ all cases.
    pub(super) fn permutation(observed: &Draw<'_>, steps: usize) -> Self {
        let places = observed.starts.windows(2).map(|ends| f64::from(ends[1] - ends[0])).collect();
        let mut by_step = vec![0.0; steps];
        for &step in &observed.steps {
            by_step[usize::from(step)] += 1.0;
        }
        Self::Separable { places, steps: by_step, per_case: observed.steps.len() as f64, permute: true }
    }

    /// The Poisson null over a population or expected counts.
    pub(super) fn poisson(
        cases: &Cases,
        expected: &Expected,
        steps: &Steps,
        observed: &Draw<'_>,
    ) -> Result<Self, ScanError> {
        let total = observed.steps.len() as f64;
        let baseline = match expected {
            Expected::Population(population) => {
                if population.len() != cases.places.len() {
                    return Err(ScanError::Baseline(format!(
                        "it has {} populations for {} places; give one for each",
                        population.len(),
                        cases.places.len()
                    )));
                }
                for (place, &weight) in population.iter().enumerate() {
                    usable(weight, place)?;
                }
                let lengths: Vec<f64> = (0..steps.count).map(|step| steps.length(step)).collect();
                let per_case = population.iter().sum::<f64>() * lengths.iter().sum::<f64>() / total;
                Self::Separable { places: population.clone(), steps: lengths, per_case, permute: false }
            }
            Expected::Counts(counts) => Self::table(cases, counts, steps, total)?,
        };
        for (place, count) in observed.starts.windows(2).enumerate() {
            if count[1] > count[0] && baseline.weight(place) <= 0.0 {
                return Err(ScanError::Baseline(format!(
                    "place {place} has cases but nothing expected; give it a baseline above 0"
                )));
            }
        }
        Ok(baseline)
    }

    fn table(cases: &Cases, counts: &[(usize, i32, f64)], steps: &Steps, total: f64) -> Result<Self, ScanError> {
        let mut cells = vec![0.0; cases.places.len() * steps.count];
        for &(place, day, weight) in counts {
            usable(weight, place)?;
            if place >= cases.places.len() {
                return Err(ScanError::UnknownPlace { place, places: cases.places.len() });
            }
            if day < cases.period.first || day > cases.period.last {
                return Err(ScanError::OutsidePeriod { day, period: cases.period });
            }
            cells[place * steps.count + steps.of(day)] += weight;
        }
        for count in &cases.counts {
            if count.n > 0 && cells[count.place * steps.count + steps.of(count.day)] <= 0.0 {
                return Err(ScanError::Baseline(format!(
                    "place {} has a case on day {} where nothing is expected; give every place and step that can have cases a \
                     baseline above 0",
                    count.place, count.day
                )));
            }
        }
        let sum: f64 = cells.iter().sum();
        cells.iter_mut().for_each(|cell| *cell *= total / sum);
        let places = cells.chunks(steps.count).map(|cells| cells.iter().sum()).collect();
        Ok(Self::Table { cells, steps: steps.count, places })
    }

    /// What a place weighs in the size of a circle.
    pub(super) fn weight(&self, place: usize) -> f64 {
        match self {
            Self::Separable { places, .. } | Self::Table { places, .. } => places[place],
        }
    }

    /// What all places weigh together.
    pub(super) fn total_weight(&self) -> f64 {
        match self {
            Self::Separable { places, .. } | Self::Table { places, .. } => places.iter().sum(),
        }
    }

    /// The count expected in a run within a circle, of which [`Within::weights`] has kept what it weighs.
    pub(super) fn expected(&self, weights: &[f64], run: Run) -> f64 {
        let sum = |steps: &[f64]| steps[run.start..run.end()].iter().fold(0.0, |sum, step| sum + step);
        match self {
            Self::Separable { steps, per_case, .. } => weights[0] * sum(steps) / per_case,
            Self::Table { .. } => sum(weights),
        }
    }

    /// An empty circle, to which places are added.
    pub(super) fn empty(&self) -> Within<'_> {
        let weights = match self {
            Self::Separable { .. } => vec![0.0],
            Self::Table { steps, .. } => vec![0.0; *steps],
        };
        Within { baseline: self, weights }
    }
}

fn usable(weight: f64, place: usize) -> Result<(), ScanError> {
    match weight.is_finite() && weight >= 0.0 {
        true => Ok(()),
        false => Err(ScanError::Baseline(format!("place {place} has the weight {weight}; expected 0 or more"))),
    }
}

/// The expected counts within a growing circle.
pub(super) struct Within<'a> {
    baseline: &'a Baseline,
    /// The weight of the places so far: one number, or one for each step.
    weights: Vec<f64>,
}

impl Within<'_> {
    /// Takes places into the circle.
    pub(super) fn add(&mut self, ring: &[u32]) {
        for &place in ring {
            match self.baseline {
                Baseline::Separable { places, .. } => self.weights[0] += places[place as usize],
                Baseline::Table { cells, steps, .. } => {
                    let cells = &cells[place as usize * steps..][..*steps];
                    self.weights.iter_mut().zip(cells).for_each(|(sum, cell)| *sum += cell);
                }
            }
        }
    }

    /// What the circle weighs so far, for [`Baseline::expected`].
    pub(super) fn weights(&self) -> &[f64] {
        &self.weights
    }

    /// Calls with each run of steps that start at `start`, in order of length, and the count expected in it.
    pub(super) fn runs(&self, start: usize, longest: usize, mut each: impl FnMut(Run, f64)) {
        let mut sum = 0.0;
        match self.baseline {
            // Whole numbers in the permutation null, so one rounding only, whatever the order.
            Baseline::Separable { steps, per_case, .. } => {
                for (step, length) in steps[start..].iter().zip(1..=longest) {
                    sum += step;
                    each(Run { start, length }, self.weights[0] * sum / per_case);
                }
            }
            Baseline::Table { .. } => {
                for (weight, length) in self.weights[start..].iter().zip(1..=longest) {
                    sum += weight;
                    each(Run { start, length }, sum);
                }
            }
        }
    }
}
