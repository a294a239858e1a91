//! Each unit's own past, the recent more likely: conflictology with a learned kernel and scale.

use super::{Model, constant};
use crate::score::crps_sorted;
use crate::{Error, History, Marginal, Marginals, Violence};

/// Months of a unit's past weigh half as much every so many months, and are scaled, as did best in earlier windows of the same
/// history, learned apart for quiet, low and high levels of violence.
///
/// *Source:* after the benchmark "conflictology" of Hegre et al. (2024); exponential forgetting as in Gneiting, Balabdaoui and
/// Raftery (2007) on moving windows.
#[derive(Debug, Clone)]
pub struct Adaptive {
    /// Half-lives tried, months.
    pub half_lives: Vec<f64>,
    /// Factors on past deaths tried.
    pub scales: Vec<f64>,
    /// How far back the past is taken, months.
    pub window: usize,
    /// Years of earlier windows to learn from.
    pub years: usize,
}

impl Default for Adaptive {
    fn default() -> Self {
        Self {
            half_lives: vec![2.0, 3.0, 4.0, 5.0, 6.0, 8.0, 12.0],
            scales: vec![0.8, 0.9, 1.0],
            window: 72,
            years: 15,
        }
    }
}

/// A half-life in months and a factor.
type Kernel = (f64, f64);

impl Adaptive {
    /// The past of a unit up to a month, weighted.
    fn past(&self, series: &[Option<f64>], month: usize, (half_life, scale): Kernel) -> Marginal {
        let past = series[..=month].iter().rev().take(self.window).enumerate();
        Marginal::new(past.filter_map(|(age, deaths)| {
            let deaths = (*deaths)?;
            // A month with deaths stays one.
            let scaled = if deaths > 0.0 { (deaths * scale).round().max(1.0) } else { 0.0 };
            Some((scaled as u32, libm::exp2(-(age as f64) / half_life)))
        }))
    }

    /// The kernel of each of three levels that had the least CRPS, in units of the level, over windows that end at or before the
    /// origin.
    fn learn(&self, series: &[Vec<Option<f64>>], horizons: &[u32]) -> [Kernel; 3] {
        let kernels: Vec<Kernel> =
            self.half_lives.iter().flat_map(|&life| self.scales.iter().map(move |&scale| (life, scale))).collect();
        let mut losses = vec![[0.0; 3]; kernels.len()];
        let (last, far) = (series[0].len() - 1, horizons.iter().copied().max().unwrap_or(1) as usize);
        let starts = (0..self.years * 2).filter_map(|back| last.checked_sub(far + 6 * back)).filter(|&at| at >= 36);
        for (start, series) in starts.flat_map(|start| series.iter().map(move |series| (start, series))) {
            if series[start].is_none() {
                continue;
            }
            let level = level(series, start);
            let came: Vec<u32> =
                horizons.iter().step_by(3).filter_map(|&h| Some(series[start + h as usize]?.round() as u32)).collect();
            for (kernel, losses) in kernels.iter().zip(&mut losses) {
                let drawn = self.past(series, start, *kernel).stratified(100);
                let loss: f64 = came.iter().map(|&outcome| crps_sorted(&drawn, outcome)).sum();
                losses[group(level)] += loss / (level + 1.0);
            }
        }
        std::array::from_fn(|group| {
            let best = (0..kernels.len()).min_by(|&a, &b| losses[a][group].total_cmp(&losses[b][group]));
            best.map_or((5.0, 1.0), |at| kernels[at])
        })
    }
}

impl Model for Adaptive {
    fn name(&self) -> &'static str {
        "adaptive"
    }

    fn marginals(&self, history: &History, horizons: &[u32]) -> Result<Marginals, Error> {
        let series: Vec<Vec<Option<f64>>> =
            (0..history.units().len()).map(|place| history.deaths(place, Violence::StateBased).collect()).collect();
        let kernels = self.learn(&series, horizons);
        let last = history.months() - 1;
        Ok(constant(history, horizons, |place| {
            self.past(&series[place], last, kernels[group(level(&series[place], last))])
        }))
    }
}

/// Mean deaths a month over a year.
fn level(series: &[Option<f64>], month: usize) -> f64 {
    let year = &series[(month + 1).saturating_sub(12)..=month];
    year.iter().flatten().sum::<f64>() / year.len() as f64
}

fn group(level: f64) -> usize {
    usize::from(level >= 2.0) + usize::from(level >= 50.0)
}
