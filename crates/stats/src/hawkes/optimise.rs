//! Maximum likelihood in a few parameters: quasi-Newton steps, observed information and profiles.

use statrs::distribution::{ContinuousCDF, Normal};

/// A function to be maximised: its value at `x`, its gradient written to the second argument.
pub(super) trait Objective {
    fn at(&self, x: &[f64], gradient: &mut [f64]) -> f64;
}

impl<F: Fn(&[f64], &mut [f64]) -> f64> Objective for F {
    fn at(&self, x: &[f64], gradient: &mut [f64]) -> f64 {
        self(x, gradient)
    }
}

/// Where a function is greatest.
#[derive(Debug, Clone)]
pub(super) struct Top {
    pub x: Vec<f64>,
    pub value: f64,
}

/// Climbs from `start` by BFGS (Nocedal and Wright 2006, ch. 6) with backtracking. The coordinate `fixed` stays where
/// it is. `scale` is the size of the curvature to begin with; for log-likelihoods in logarithms of parameters, the
/// number of events.
pub(super) fn maximise(f: &impl Objective, start: &[f64], scale: f64, fixed: Option<usize>) -> Top {
    let n = start.len();
    let free = |gradient: &mut [f64]| {
        if let Some(i) = fixed {
            gradient[i] = 0.0;
        }
    };
    let mut x = start.to_vec();
    let mut gradient = vec![0.0; n];
    let mut value = f.at(&x, &mut gradient);
    free(&mut gradient);
    let mut inverse = identity(n, 1.0 / scale);
    let (mut next, mut next_gradient) = (vec![0.0; n], vec![0.0; n]);
    for _ in 0..500 {
        let mut step: Vec<f64> = (0..n).map(|i| dot(&inverse[i * n..(i + 1) * n], &gradient)).collect();
        let mut slope = dot(&step, &gradient);
        // Twice the gain that is left, were the function quadratic.
        if slope.abs() < 1e-9 {
            break;
        }
        // No parameter by more than a factor of e² at once.
        let longest = step.iter().fold(0.0, |m: f64, s| m.max(s.abs()));
        if longest > 2.0 {
            step.iter_mut().for_each(|s| *s *= 2.0 / longest);
            slope *= 2.0 / longest;
        }
        let mut length = 1.0;
        let gained = loop {
            for i in 0..n {
                next[i] = x[i] + length * step[i];
            }
            let reached = f.at(&next, &mut next_gradient);
            if reached >= value + 1e-4 * length * slope {
                break Some(reached);
            }
            length *= 0.4;
            if length < 1e-10 {
                break None;
            }
        };
        let Some(reached) = gained else { break };
        free(&mut next_gradient);
        update(&mut inverse, &x, &next, &gradient, &next_gradient);
        std::mem::swap(&mut x, &mut next);
        std::mem::swap(&mut gradient, &mut next_gradient);
        value = reached;
    }
    Top { x, value }
}

/// The BFGS update of the inverse of the negative Hessian.
fn update(inverse: &mut [f64], x: &[f64], next: &[f64], gradient: &[f64], next_gradient: &[f64]) {
    let n = x.len();
    let s: Vec<f64> = next.iter().zip(x).map(|(b, a)| b - a).collect();
    let y: Vec<f64> = gradient.iter().zip(next_gradient).map(|(a, b)| a - b).collect();
    let sy = dot(&s, &y);
    if sy <= 1e-12 * dot(&y, &y).sqrt() * dot(&s, &s).sqrt() {
        return;
    }
    let hy: Vec<f64> = (0..n).map(|i| dot(&inverse[i * n..(i + 1) * n], &y)).collect();
    let yhy = dot(&y, &hy);
    for i in 0..n {
        for j in 0..n {
            inverse[i * n + j] += (1.0 + yhy / sy) * s[i] * s[j] / sy - (hy[i] * s[j] + s[i] * hy[j]) / sy;
        }
    }
}

/// Standard errors from the observed information, by central differences of the gradient. A coordinate of which the
/// likelihood says nothing has an infinite one, and is held fixed for the others.
pub(super) fn standard_errors(f: &impl Objective, x: &[f64]) -> Vec<f64> {
    let n = x.len();
    let mut information = vec![0.0; n * n];
    let (mut up, mut down) = (vec![0.0; n], vec![0.0; n]);
    for i in 0..n {
        let mut moved = x.to_vec();
        let h = 1e-4;
        moved[i] = x[i] + h;
        f.at(&moved, &mut up);
        moved[i] = x[i] - h;
        f.at(&moved, &mut down);
        for j in 0..n {
            information[i * n + j] -= (up[j] - down[j]) / (4.0 * h);
            information[j * n + i] -= (up[j] - down[j]) / (4.0 * h);
        }
    }
    let told: Vec<usize> = (0..n).filter(|&i| information[i * n + i] > 1e-6).collect();
    let part =
        told.iter().flat_map(|&i| told.iter().map(move |&j| (i, j))).map(|(i, j)| information[i * n + j]).collect();
    let mut errors = vec![f64::INFINITY; n];
    if let Some(inverse) = invert(part, told.len()) {
        for (k, &i) in told.iter().enumerate() {
            errors[i] = root(inverse[k * told.len() + k]);
        }
    }
    errors
}

fn root(variance: f64) -> f64 {
    if variance > 0.0 { variance.sqrt() } else { f64::INFINITY }
}

/// Gauss–Jordan with pivoting.
fn invert(mut m: Vec<f64>, n: usize) -> Option<Vec<f64>> {
    let mut inverse = identity(n, 1.0);
    for k in 0..n {
        let pivot = (k..n).max_by(|&a, &b| m[a * n + k].abs().total_cmp(&m[b * n + k].abs()))?;
        if m[pivot * n + k].abs() < 1e-9 {
            return None;
        }
        for j in 0..n {
            m.swap(k * n + j, pivot * n + j);
            inverse.swap(k * n + j, pivot * n + j);
        }
        let by = m[k * n + k];
        for j in 0..n {
            m[k * n + j] /= by;
            inverse[k * n + j] /= by;
        }
        for i in (0..n).filter(|&i| i != k) {
            let by = m[i * n + k];
            for j in 0..n {
                m[i * n + j] -= by * m[k * n + j];
                inverse[i * n + j] -= by * inverse[k * n + j];
            }
        }
    }
    Some(inverse)
}

/// Limits of coordinate `i` within which its profile log-likelihood is at most half a χ² quantile below the top.
///
/// The search leaves off at the ends of `range`: a limit not reached within it is the end. Each profile begins from the
/// one before and from `also`, for likelihoods with more than one top.
pub(super) fn profile(
    f: &impl Objective,
    top: &Top,
    (i, range): (usize, (f64, f64)),
    also: &[Vec<f64>],
    scale: f64,
    level: f64,
) -> (f64, f64) {
    let z = Normal::standard().inverse_cdf(0.5 + level / 2.0);
    let allowed = z * z / 2.0;
    let limit = |end: f64| -> f64 {
        let mut warm = top.x.clone();
        // How far the profile at a value lies above the limit; below nought is inside.
        let mut beyond = |at: f64| {
            let from = std::iter::once(&warm).chain(also).map(|start| {
                let mut start = start.clone();
                start[i] = at;
                maximise(f, &start, scale, Some(i))
            });
            let best = from.max_by(|a, b| a.value.total_cmp(&b.value));
            let Some(best) = best else { return f64::INFINITY };
            warm = best.x;
            // A profile is near a parabola, its root near a line.
            (top.value - best.value).max(0.0).sqrt() - allowed.sqrt()
        };
        let (mut inside, mut depth) = (top.x[i], -allowed.sqrt());
        let mut stride = 0.1 * (end - inside).signum();
        let (mut outside, mut height) = loop {
            let at = if (end - inside).abs() <= stride.abs() { end } else { inside + stride };
            let found = beyond(at);
            if found > 0.0 {
                break (at, found);
            }
            if at == end {
                return end;
            }
            (inside, depth) = (at, found);
            stride *= 2.0;
        };
        for round in 0..60 {
            // Interpolation and halving by turns: the first is fast, the second never stalls.
            let share = if round % 2 == 0 { (-depth / (height - depth)).clamp(0.02, 0.98) } else { 0.5 };
            let at = inside + share * (outside - inside);
            let found = beyond(at);
            if found.abs() < 1e-4 || (outside - inside).abs() < 1e-6 {
                return at;
            }
            if found > 0.0 { (outside, height) = (at, found) } else { (inside, depth) = (at, found) }
        }
        (inside + outside) / 2.0
    };
    (limit(range.0.min(top.x[i])), limit(range.1.max(top.x[i])))
}

fn identity(n: usize, value: f64) -> Vec<f64> {
    (0..n * n).map(|k| if k % (n + 1) == 0 { value } else { 0.0 }).collect()
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(x, y)| x * y).sum()
}
