//! Rates before and after, and what chance alone would do to their ratio.

use statrs::distribution::{Beta, ContinuousCDF, Gamma};

/// Two counts with the time over which each was taken.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rates {
    /// Events before (or in the selection compared with).
    pub before: u64,
    /// Days over which `before` was counted.
    pub days_before: f64,
    /// Events after (or in the selection said to be larger).
    pub after: u64,
    /// Days over which `after` was counted.
    pub days_after: f64,
}

impl Rates {
    /// After over before, per day; infinite when there was nothing before, absent when there was nothing at all.
    pub fn ratio(&self) -> Option<f64> {
        match (self.before, self.after) {
            (0, 0) => None,
            (0, _) => Some(f64::INFINITY),
            (before, after) => Some((after as f64 / self.days_after) / (before as f64 / self.days_before)),
        }
    }

    /// Exact interval of the ratio of two Poisson rates at the given confidence: given their sum, the later count is
    /// binomial, so the Clopper–Pearson limits of its share carry over (Przyborowski and Wilenski 1940).
    pub fn interval(&self, confidence: f64) -> Option<(f64, f64)> {
        let total = self.before + self.after;
        if total == 0 {
            return None;
        }
        let tail = (1.0 - confidence) / 2.0;
        let to_ratio = |share: f64| share / (1.0 - share) * self.days_before / self.days_after;
        let (after, before) = (self.after as f64, self.before as f64);
        let low = if self.after == 0 { 0.0 } else { Beta::new(after, before + 1.0).ok()?.inverse_cdf(tail) };
        let high = if self.before == 0 { 1.0 } else { Beta::new(after + 1.0, before).ok()?.inverse_cdf(1.0 - tail) };
        Some((to_ratio(low), if high >= 1.0 { f64::INFINITY } else { to_ratio(high) }))
    }

    /// `n` equally likely values of the true ratio, sorted: quantiles of the posterior under Jeffreys' prior for each
    /// Poisson rate. The share of the later rate is then Beta(after + ½, before + ½), so no random draws are needed.
    ///
    /// Where counts scatter `dispersion` times as much as Poisson counts do, they tell as much as that many times fewer would
    /// (quasi-likelihood: McCullagh and Nelder 1989, section 9.2), so both are divided by it.
    pub fn posterior(&self, n: usize, dispersion: f64) -> Vec<f64> {
        let told = |count: u64| count as f64 / dispersion.max(1.0) + 0.5;
        let Ok(share) = Beta::new(told(self.after), told(self.before)) else {
            return Vec::new();
        };
        (0..n)
            .map(|i| {
                let share = share.inverse_cdf((i as f64 + 0.5) / n as f64).clamp(1e-12, 1.0 - 1e-12);
                share / (1.0 - share) * self.days_before / self.days_after
            })
            .collect()
    }
}

/// Nodes of each of the two shares of a [`share_ratio`].
const NODES: usize = 60;

/// Equally likely values of the ratio of two shares, the later over the earlier, each a part and the rest of its whole. A share
/// has Jeffreys' prior, Beta(½, ½), in each period on its own; the values are those of all pairs of equally likely quantiles,
/// so no random draws are needed.
pub fn share_ratio(before: [u64; 2], after: [u64; 2]) -> Vec<f64> {
    let shares = |[part, rest]: [u64; 2]| -> Vec<f64> {
        let law = Beta::new(part as f64 + 0.5, rest as f64 + 0.5);
        let at = |i: usize| (i as f64 + 0.5) / NODES as f64;
        law.map_or_else(|_| Vec::new(), |law| (0..NODES).map(|i| law.inverse_cdf(at(i)).clamp(1e-12, 1.0)).collect())
    };
    let (was, is) = (shares(before), shares(after));
    is.iter().flat_map(|is| was.iter().map(move |was| is / was)).collect()
}

/// Exact interval of a Poisson mean for an observed count (Garwood 1936).
pub fn poisson_interval(count: u64, confidence: f64) -> (f64, f64) {
    let tail = (1.0 - confidence) / 2.0;
    let quantile = |shape: f64, p: f64| Gamma::new(shape, 1.0).map_or(f64::NAN, |gamma| gamma.inverse_cdf(p));
    let low = if count == 0 { 0.0 } else { quantile(count as f64, tail) };
    (low, quantile(count as f64 + 1.0, 1.0 - tail))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn poisson_limits_match_garwoods_table() {
        // Garwood (1936), 95%: 0 → (0, 3.69), 1 → (0.0253, 5.57), 10 → (4.80, 18.39), 50 → (37.11, 65.92).
        for (n, low, high) in [(0, 0.0, 3.69), (1, 0.0253, 5.57), (10, 4.80, 18.39), (50, 37.11, 65.92)] {
            let (l, h) = poisson_interval(n, 0.95);
            assert!((l - low).abs() < 0.006 && (h - high).abs() < 0.006, "{n}: {l} {h}");
        }
    }

    #[test]
    fn ratio_limits_match_the_binomial_ones() {
        // Clopper–Pearson 95% limits of 15 in 20 are 0.5090 and 0.9134 (R: binom.test(15, 20)).
        let rates = Rates { before: 5, days_before: 1.0, after: 15, days_after: 1.0 };
        let (low, high) = rates.interval(0.95).unwrap();
        assert!((low - 0.508_954 / 0.491_046).abs() < 1e-3, "{low}");
        assert!((high - 0.913_427 / 0.086_573).abs() < 1e-2, "{high}");
        assert_eq!(rates.ratio(), Some(3.0));
    }

    #[test]
    fn empty_periods_have_open_intervals() {
        let none_before = Rates { before: 0, days_before: 10.0, after: 4, days_after: 10.0 };
        assert_eq!(none_before.ratio(), Some(f64::INFINITY));
        assert_eq!(none_before.interval(0.9).unwrap().1, f64::INFINITY);
        let nothing = Rates { before: 0, days_before: 10.0, after: 0, days_after: 10.0 };
        assert_eq!((nothing.ratio(), nothing.interval(0.9)), (None, None));
    }

    #[test]
    fn intervals_cover_the_truth() {
        // Simulated Poisson counts with known rates: the exact interval is conservative, never below its confidence.
        use rand::SeedableRng;
        use rand_distr::{Distribution, Poisson};
        let mut rng = rand_chacha::ChaCha8Rng::seed_from_u64(5);
        let (before, after) = (Poisson::new(6.0).unwrap(), Poisson::new(18.0).unwrap());
        let covered = (0..2000)
            .filter(|_| {
                let (b, a): (f64, f64) = (before.sample(&mut rng), after.sample(&mut rng));
                let rates = Rates { before: b as u64, days_before: 1.0, after: a as u64, days_after: 1.0 };
                rates.interval(0.9).is_none_or(|(low, high)| low <= 3.0 && 3.0 <= high)
            })
            .count();
        assert!(covered >= 1780, "covered {covered} of 2000 at 90%");
    }

    #[test]
    fn posterior_is_sorted_and_centred() {
        let draws = Rates { before: 40, days_before: 100.0, after: 80, days_after: 100.0 }.posterior(1000, 1.0);
        assert!(draws.windows(2).all(|w| w[0] <= w[1]));
        assert!((draws[500] - 2.0).abs() < 0.05);
    }

    #[test]
    fn a_ratio_of_shares_is_that_of_two_betas() {
        // numpy.random.default_rng(1).beta, four million draws each of Beta(5.5, 21.5) and Beta(16.5, 25.5):
        // quantiles 0.05, 0.5 and 0.95 of the ratio are 1.031, 1.985 and 4.444.
        let mut values = share_ratio([5, 21], [16, 25]);
        values.sort_by(f64::total_cmp);
        let at = |p: f64| values[(p * values.len() as f64) as usize];
        for (p, expected) in [(0.05, 1.031), (0.5, 1.985), (0.95, 4.444)] {
            assert!((at(p) / expected - 1.0).abs() < 0.02, "{p}: {} and not {expected}", at(p));
        }
    }

    #[test]
    fn counts_that_scatter_tell_less() {
        let rates = Rates { before: 40, days_before: 100.0, after: 80, days_after: 100.0 };
        let width = |dispersion| {
            let values = rates.posterior(1000, dispersion);
            values[949] / values[50]
        };
        assert!(width(4.0) > 1.5 * width(1.0));
        assert_eq!(rates.posterior(10, 0.5), rates.posterior(10, 1.0), "never less than chance");
    }
}
