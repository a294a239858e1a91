//! Regressions with a normal prior on their coefficients, among them an intercept per unit that is drawn towards the common one.

/// A design of dense columns and one intercept per unit.
pub(crate) struct Design {
    columns: usize,
    units: usize,
    /// By row.
    dense: Vec<f64>,
    unit: Vec<usize>,
    weight: Vec<f64>,
    outcome: Vec<f64>,
}

/// How an outcome's mean and its working weight follow from the linear predictor.
pub(crate) trait Link {
    /// Gradient of the log-likelihood and its expected curvature, by predictor and outcome.
    fn slope(&self, predictor: f64, outcome: f64) -> (f64, f64);
}

/// Bernoulli with logit.
pub(crate) struct Logit;

/// Normal of variance 1.
pub(crate) struct Identity;

impl Link for Logit {
    fn slope(&self, predictor: f64, outcome: f64) -> (f64, f64) {
        let chance = logistic(predictor);
        (outcome - chance, (chance * (1.0 - chance)).max(1e-6))
    }
}

impl Link for Identity {
    fn slope(&self, predictor: f64, outcome: f64) -> (f64, f64) {
        (outcome - predictor, 1.0)
    }
}

pub(crate) fn logistic(x: f64) -> f64 {
    1.0 / (1.0 + libm::exp(-x))
}

/// Coefficients of a fit.
pub(crate) struct Fit {
    dense: Vec<f64>,
    units: Vec<f64>,
}

impl Fit {
    pub(crate) fn predictor(&self, row: &[f64], unit: usize) -> f64 {
        row.iter().zip(&self.dense).map(|(x, b)| x * b).sum::<f64>() + self.units[unit]
    }
}

impl Design {
    pub(crate) fn new(columns: usize, units: usize) -> Self {
        Self { columns, units, dense: Vec::new(), unit: Vec::new(), weight: Vec::new(), outcome: Vec::new() }
    }

    pub(crate) fn push(&mut self, row: &[f64], unit: usize, outcome: f64, weight: f64) {
        self.dense.extend(row);
        self.unit.push(unit);
        self.outcome.push(outcome);
        self.weight.push(weight);
    }

    pub(crate) fn rows(&self) -> impl Iterator<Item = (&[f64], usize, f64, f64)> {
        let outcomes = self.outcome.iter().zip(&self.weight);
        self.dense.chunks(self.columns).zip(&self.unit).zip(outcomes).map(|((row, &unit), (&y, &w))| (row, unit, y, w))
    }

    /// The mode of the posterior by Fisher scoring, with a precision on every dense coefficient but the first (the intercept) and
    /// one on the units'. None where the curvature is singular.
    pub(crate) fn fit(&self, link: &impl Link, start: f64, precision: f64, unit_precision: f64) -> Option<Fit> {
        let (k, n) = (self.columns, self.columns + self.units);
        let mut beta = vec![0.0; n];
        beta[0] = start;
        for _ in 0..25 {
            let (mut curvature, mut gradient) = (vec![0.0; n * n], vec![0.0; n]);
            for (at, value) in beta.iter().enumerate() {
                let prior = if at == 0 {
                    1e-6
                } else if at < k {
                    precision
                } else {
                    unit_precision
                };
                curvature[at * n + at] = prior;
                gradient[at] = -prior * value;
            }
            for (row, unit, outcome, weight) in self.rows() {
                let predictor = row.iter().zip(&beta).map(|(x, b)| x * b).sum::<f64>() + beta[k + unit];
                let (slope, curve) = link.slope(predictor, outcome);
                let (slope, curve, own) = (slope * weight, curve * weight, k + unit);
                for (i, x) in row.iter().enumerate() {
                    gradient[i] += slope * x;
                    for (j, z) in row[..=i].iter().enumerate() {
                        curvature[i * n + j] += curve * x * z;
                    }
                    curvature[own * n + i] += curve * x;
                }
                gradient[own] += slope;
                curvature[own * n + own] += curve;
            }
            let step = solve(curvature, gradient, n)?;
            let longest = step.iter().fold(0.0, |most: f64, s| most.max(s.abs()));
            let damp = if longest > 4.0 { 4.0 / longest } else { 1.0 };
            beta.iter_mut().zip(&step).for_each(|(b, s)| *b += damp * s);
            if longest < 1e-6 {
                break;
            }
        }
        let units = beta.split_off(k);
        beta.iter().chain(&units).all(|b| b.is_finite()).then_some(Fit { dense: beta, units })
    }
}

/// Solves a positive definite system, of which the lower triangle is given, by Cholesky's way.
fn solve(mut a: Vec<f64>, mut b: Vec<f64>, n: usize) -> Option<Vec<f64>> {
    for j in 0..n {
        for i in j..n {
            let (upper, lower) = (&a[j * n..j * n + j], &a[i * n..i * n + j]);
            let sum = a[i * n + j] - upper.iter().zip(lower).map(|(x, y)| x * y).sum::<f64>();
            a[i * n + j] = if i == j { Some(sum).filter(|s| *s > 0.0)?.sqrt() } else { sum / a[j * n + j] };
        }
    }
    for i in 0..n {
        let sum: f64 = (0..i).map(|j| a[i * n + j] * b[j]).sum();
        b[i] = (b[i] - sum) / a[i * n + i];
    }
    for i in (0..n).rev() {
        let sum: f64 = (i + 1..n).map(|j| a[j * n + i] * b[j]).sum();
        b[i] = (b[i] - sum) / a[i * n + i];
    }
    Some(b)
}

#[cfg(test)]
mod tests {
    use rand::{RngExt, SeedableRng};
    use rand_chacha::ChaCha8Rng;

    use super::*;

    #[test]
    fn known_coefficients_are_found_again() {
        let mut random = ChaCha8Rng::seed_from_u64(3);
        let mut design = Design::new(2, 4);
        for _ in 0..40_000 {
            let (x, unit) = (random.random_range(-2.0..2.0), random.random_range(0..4));
            let chance = logistic(-1.0 + 0.8 * x + [-0.6, -0.2, 0.2, 0.6][unit]);
            design.push(&[1.0, x], unit, f64::from(u8::from(random.random::<f64>() < chance)), 1.0);
        }
        let fit = design.fit(&Logit, 0.0, 1.0, 1.0).unwrap();
        assert!((fit.dense[0] + 1.0).abs() < 0.1 && (fit.dense[1] - 0.8).abs() < 0.05, "{:?}", fit.dense);
        assert!(fit.units.iter().zip([-0.6, -0.2, 0.2, 0.6]).all(|(a, b)| (a - b).abs() < 0.1), "{:?}", fit.units);
        let held = design.fit(&Logit, 0.0, 1.0, 1e6).unwrap();
        assert!(held.units.iter().all(|unit| unit.abs() < 0.02));
    }
}
