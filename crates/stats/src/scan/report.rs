//! From cylinders to clusters.

use super::{
    Cluster,
    circle::Circles,
    step::{Run, Steps},
};

/// A cylinder that may be a cluster.
#[derive(Debug, Clone)]
pub(super) struct Candidate {
    /// Index into the circles.
    pub(super) around: usize,
    /// Which of the circles around the centre.
    pub(super) circle: usize,
    pub(super) run: Run,
    pub(super) observed: u32,
    pub(super) expected: f64,
    pub(super) statistic: f64,
}

/// The clusters, strongest first. A cylinder is passed over where a stronger one around the same centre touches it in time
/// (each centre offers its best of a time), or where a stronger cluster that touches it in time has a place of it. Of equal
/// cylinders the one of fewer places goes first, then the shorter (steps without any case add nothing), then the one around
/// the earlier place.
pub(super) fn report(
    circles: &[Circles],
    steps: &Steps,
    mut candidates: Vec<Candidate>,
    maxima: &[f64],
) -> Vec<Cluster> {
    let size = |one: &Candidate| circles[one.around].within(one.circle).len();
    candidates.sort_unstable_by(|a, b| {
        let weaker_last = b.statistic.total_cmp(&a.statistic);
        let key = |one: &Candidate| (size(one), one.run.length, one.around, one.run.start);
        weaker_last.then_with(|| key(a).cmp(&key(b)))
    });
    let places = circles.iter().flat_map(|around| &around.places).max().map_or(0, |&place| place as usize + 1);
    let mut offered: Vec<Vec<Run>> = vec![Vec::new(); circles.len()];
    let mut taken: Vec<Vec<Run>> = vec![Vec::new(); places];
    let chance = Chance::new(maxima);
    let mut clusters = Vec::new();
    for candidate in candidates {
        let touched = |runs: &Vec<Run>| runs.iter().any(|run| run.touches(candidate.run));
        if touched(&offered[candidate.around]) {
            continue;
        }
        offered[candidate.around].push(candidate.run);
        let within = circles[candidate.around].within(candidate.circle);
        if within.iter().any(|&place| touched(&taken[place as usize])) {
            continue;
        }
        for &place in within {
            taken[place as usize].push(candidate.run);
        }
        clusters.push(cluster(clusters.len() + 1, &candidate, &circles[candidate.around], steps, &chance));
    }
    clusters
}

fn cluster(rank: usize, found: &Candidate, around: &Circles, steps: &Steps, chance: &Chance) -> Cluster {
    Cluster {
        rank,
        centre: around.centre,
        radius_km: around.radii[found.circle],
        places: around.within(found.circle).iter().map(|&place| place as usize).collect(),
        from: steps.first(found.run.start),
        to: steps.last(found.run.end() - 1),
        observed: found.observed,
        expected: found.expected,
        statistic: found.statistic,
        p: chance.rank(found.statistic),
        gumbel_p: chance.gumbel(found.statistic),
    }
}

/// What the replicates say of a statistic.
struct Chance {
    /// Ascending.
    maxima: Vec<f64>,
    /// Location and scale of the Gumbel distribution of their mean and variance.
    gumbel: Option<(f64, f64)>,
}

impl Chance {
    fn new(maxima: &[f64]) -> Self {
        let mut maxima = maxima.to_vec();
        maxima.sort_unstable_by(f64::total_cmp);
        let n = maxima.len() as f64;
        let mean = maxima.iter().sum::<f64>() / n;
        let variance = maxima.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / (n - 1.0);
        let scale = (6.0 * variance).sqrt() / std::f64::consts::PI;
        let gumbel = (scale > 0.0).then_some((mean - std::f64::consts::EULER_GAMMA * scale, scale));
        Self { maxima, gumbel }
    }

    /// The share of the replicates, and of the cases themselves, that are as strong.
    fn rank(&self, statistic: f64) -> f64 {
        let weaker = self.maxima.partition_point(|&greatest| greatest < statistic);
        (self.maxima.len() - weaker + 1) as f64 / (self.maxima.len() + 1) as f64
    }

    fn gumbel(&self, statistic: f64) -> Option<f64> {
        let (location, scale) = self.gumbel?;
        // 1 − exp(−exp(−z)), exact where it is tiny.
        Some(-(-(-(statistic - location) / scale).exp()).exp_m1())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_gumbel_tail_is_scipys() {
        // python -c "import numpy as np; from scipy.stats import gumbel_r; x = np.array([3.1, 4.2, 3.7, 5.5, 4.4, 3.9, 6.1, 4.0]);
        // b = x.std(ddof=1) * 6**.5 / np.pi; print(gumbel_r.sf([4.0, 7.0, 40.0], x.mean() - np.euler_gamma * b, b))"
        let chance = Chance::new(&[3.1, 4.2, 3.7, 5.5, 4.4, 3.9, 6.1, 4.0]);
        for (statistic, expected) in
            [(4.0, 0.594_418_575_806_667_2), (7.0, 0.017_617_014_781_994_76), (40.0, 3.075_149_750_025_926e-21)]
        {
            let p = chance.gumbel(statistic).unwrap();
            assert!((p / expected - 1.0).abs() < 1e-9, "{statistic}: {p}");
        }
        assert_eq!(chance.rank(6.1), 2.0 / 9.0);
        assert_eq!(chance.rank(6.2), 1.0 / 9.0);
        assert_eq!(Chance::new(&[4.0]).gumbel(5.0), None);
    }
}
