//! Counts over periods, and the dates on which the method of counting changed.

use serde::Serialize;

use super::ChangeError;

/// Counts of events, or tolls of deaths, over periods that follow one another without a gap.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Counts {
    /// First day of each period (days since 1970-01-01), and the day after the last one.
    borders: Vec<i32>,
    counts: Vec<u64>,
}

impl Counts {
    /// Counts with the first day of each period and, at the end, the day after the last period.
    ///
    /// # Errors
    /// [`ChangeError::Borders`] unless the borders increase and are one more than the counts.
    pub fn new(borders: Vec<i32>, counts: Vec<u64>) -> Result<Self, ChangeError> {
        if borders.len() != counts.len() + 1 || borders.windows(2).any(|w| w[0] >= w[1]) {
            return Err(ChangeError::Borders { counts: counts.len(), borders: borders.len() });
        }
        Ok(Self { borders, counts })
    }

    /// Counts of periods of `days` days each, the first beginning on `start`.
    ///
    /// # Errors
    /// [`ChangeError::OutOfRange`] if the periods have no days.
    pub fn regular(start: i32, days: u16, counts: Vec<u64>) -> Result<Self, ChangeError> {
        if days == 0 {
            return Err(ChangeError::OutOfRange {
                what: "the length of a period",
                value: 0.0,
                expected: "at least 1 day",
            });
        }
        let borders = (0..=counts.len() as i32).map(|i| start + i * i32::from(days)).collect();
        Self::new(borders, counts)
    }

    /// Events dated to days, counted in the periods between `borders`; events outside are left out.
    ///
    /// # Errors
    /// As [`Counts::new`].
    pub fn of_days(days: &[i32], borders: Vec<i32>) -> Result<Self, ChangeError> {
        let mut counts = vec![0; borders.len().saturating_sub(1)];
        let periods = Self::new(borders, counts.clone())?;
        for &day in days {
            if let Some(i) = periods.period_of(day) {
                counts[i] += 1;
            }
        }
        Self::new(periods.borders, counts)
    }

    /// The number of periods.
    pub fn len(&self) -> usize {
        self.counts.len()
    }

    /// Whether there are no periods.
    pub fn is_empty(&self) -> bool {
        self.counts.is_empty()
    }

    /// The counts.
    pub fn counts(&self) -> &[u64] {
        &self.counts
    }

    /// First days of the periods, and the day after the last.
    pub fn borders(&self) -> &[i32] {
        &self.borders
    }

    /// Days in period `i`.
    pub fn days(&self, i: usize) -> f64 {
        f64::from(self.borders[i + 1] - self.borders[i])
    }

    /// The whole: first day, and the day after the last.
    pub fn window(&self) -> (i32, i32) {
        (self.borders[0], self.borders[self.borders.len() - 1])
    }

    /// Events from period `from` up to but not including `until`.
    pub fn events(&self, from: usize, until: usize) -> u64 {
        self.counts[from..until].iter().sum()
    }

    /// Days from period `from` up to but not including `until`.
    pub fn span(&self, from: usize, until: usize) -> f64 {
        f64::from(self.borders[until] - self.borders[from])
    }

    /// The periods `from..until` on their own.
    pub fn slice(&self, from: usize, until: usize) -> Counts {
        Counts { borders: self.borders[from..=until].to_vec(), counts: self.counts[from..until].to_vec() }
    }

    /// The index of the border that is `day`.
    ///
    /// # Errors
    /// [`ChangeError::InsidePeriod`] if a period contains the day or it is outside the window.
    pub fn border(&self, day: i32) -> Result<usize, ChangeError> {
        self.borders.binary_search(&day).map_err(|_| ChangeError::InsidePeriod { at: day })
    }

    fn period_of(&self, day: i32) -> Option<usize> {
        let i = self.borders.partition_point(|&b| b <= day);
        (i > 0 && i <= self.counts.len()).then(|| i - 1)
    }
}

/// Dates on which a dataset's method of counting changed: the first day under each new method.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Breaks(Vec<i32>);

impl Breaks {
    /// Breaks in any order.
    pub fn new(mut days: Vec<i32>) -> Self {
        days.sort_unstable();
        days.dedup();
        Self(days)
    }

    /// Refuses what would run across a break.
    ///
    /// # Errors
    /// [`ChangeError::AcrossBreak`] if a break lies after `from` and before `until` (the day after the last).
    pub fn check(&self, from: i32, until: i32) -> Result<(), ChangeError> {
        match self.0.iter().find(|&&at| from < at && at < until) {
            Some(&at) => Err(ChangeError::AcrossBreak { at, from, until }),
            None => Ok(()),
        }
    }

    /// The stretches of periods between breaks, as half-open ranges of indices.
    ///
    /// # Errors
    /// [`ChangeError::InsidePeriod`] if a break falls inside a period.
    pub fn blocks(&self, counts: &Counts) -> Result<Vec<(usize, usize)>, ChangeError> {
        let (from, until) = counts.window();
        let mut edges = vec![0];
        for &at in self.0.iter().filter(|&&at| from < at && at < until) {
            edges.push(counts.border(at)?);
        }
        edges.push(counts.len());
        Ok(edges.windows(2).map(|w| (w[0], w[1])).collect())
    }
}
