//! Counting events of vague date and place: certain, expected and possible.
//!
//! An event whose dates straddle the edge of a period, or whose place is too coarse to tell, is neither in nor out.
//! It is *certain* in the period when all its days are, *possible* when any is, and its *chance* is the share of its
//! days inside: every day of its interval is taken as equally likely. No chance is assumed for a place.

use casefile_model::date::Span;
use jiff::civil::Date;

/// How events with the same dates stand to a period and a place.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Standing {
    /// Chance, 0 to 1, that the event happened in the period.
    pub chance: f64,
    /// Whether its place is known to be inside.
    pub placed: bool,
}

impl Standing {
    /// The standing of an event dated `start` to `end` (inclusive).
    pub fn of(start: Date, end: Date, placed: bool, window: &Span) -> Self {
        Self { chance: chance_within(start, end, window), placed }
    }

    /// In the period and the place under every reading.
    pub fn is_certain(&self) -> bool {
        self.placed && self.chance >= 1.0
    }

    /// In the period and the place under some reading.
    pub fn is_possible(&self) -> bool {
        self.chance > 0.0
    }
}

/// Share of the days from `start` to `end` (inclusive) that lie in the window.
pub fn chance_within(start: Date, end: Date, window: &Span) -> f64 {
    let (Some(all), Some(inside)) = (
        Span { start: Some(start), end: Some(end) }.days(),
        Span { start: Some(start), end: Some(end) }.intersection(window).and_then(|span| span.days()),
    ) else {
        return 0.0;
    };
    f64::from(inside) / f64::from(all.max(1))
}

/// A number of events in a period and a place.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Count {
    /// In it under every reading.
    pub certain: u64,
    /// In it under some reading.
    pub possible: u64,
    /// Events whose dates straddle the edge, by chance and number; their places are known.
    pub straddling: Vec<(f64, u64)>,
    /// Events that may lie elsewhere.
    pub unplaced: u64,
}

impl Count {
    /// Adds `n` events of the same standing.
    pub fn add(&mut self, standing: Standing, n: u64) {
        if !standing.is_possible() {
            return;
        }
        self.possible += n;
        if !standing.placed {
            self.unplaced += n;
        } else if standing.is_certain() {
            self.certain += n;
        } else {
            self.straddling.push((standing.chance, n));
        }
    }

    /// Expected number: the certain ones and the chances of those that straddle the edge.
    pub fn expected(&self) -> f64 {
        self.certain as f64 + self.straddling.iter().map(|(chance, n)| chance * *n as f64).sum::<f64>()
    }

    /// Probabilities of `certain`, `certain + 1`, … events, where only dates are vague: the straddling events are
    /// independent trials with unequal chances (Poisson–binomial distribution, by exact convolution).
    pub fn distribution(&self) -> Vec<f64> {
        let mut probabilities = vec![1.0];
        for &(chance, n) in &self.straddling {
            for _ in 0..n {
                let mut next = vec![0.0; probabilities.len() + 1];
                for (k, p) in probabilities.iter().enumerate() {
                    next[k] += p * (1.0 - chance);
                    next[k + 1] += p * chance;
                }
                probabilities = next;
            }
        }
        probabilities
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn march() -> Span {
        Span { start: Some(date(2020, 3, 1)), end: Some(date(2020, 3, 31)) }
    }

    #[test]
    fn an_event_at_the_edge_is_neither_in_nor_out() {
        let standing = Standing::of(date(2020, 3, 30), date(2020, 4, 2), true, &march());
        assert_eq!(standing.chance, 0.5);
        assert!(!standing.is_certain() && standing.is_possible());
        assert_eq!(chance_within(date(2020, 4, 1), date(2020, 4, 1), &march()), 0.0);
        assert_eq!(chance_within(date(2020, 3, 1), date(2020, 3, 31), &march()), 1.0);
    }

    #[test]
    fn counts_are_certain_expected_and_possible() {
        let mut count = Count::default();
        count.add(Standing { chance: 1.0, placed: true }, 3);
        count.add(Standing { chance: 0.25, placed: true }, 2);
        count.add(Standing { chance: 1.0, placed: false }, 1);
        count.add(Standing { chance: 0.0, placed: true }, 9);
        assert_eq!((count.certain, count.expected(), count.possible, count.unplaced), (3, 3.5, 6, 1));
        assert_eq!(count.distribution(), vec![0.5625, 0.375, 0.0625]);
    }

    #[test]
    fn a_window_without_ends_holds_everything() {
        assert_eq!(chance_within(date(1989, 1, 1), date(1989, 12, 31), &Span { start: None, end: None }), 1.0);
    }
}
