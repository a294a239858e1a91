//! Time in steps of some days.

use super::{Horizon, Period, ScanError, Settings};

/// The most steps that a period may be cut into.
const MOST: usize = 1 << 15;

/// The period, cut into steps that are counted back from its last day.
#[derive(Debug)]
pub(super) struct Steps {
    period: Period,
    days: u32,
    /// How many steps.
    pub(super) count: usize,
    /// The longest run, in steps.
    pub(super) longest: usize,
    /// Whether only runs to the end count.
    pub(super) alive: bool,
}

impl Steps {
    pub(super) fn new(period: Period, settings: &Settings) -> Result<Self, ScanError> {
        let days = settings.step_days;
        let count = period.days().div_ceil(days) as usize;
        if count == 0 || count > MOST {
            return Err(ScanError::Steps { period, step_days: days, most: MOST });
        }
        // A whole number of days, then a whole number of steps. The tolerance forgives 0.1 × 70 = 7.000000000000001 and its kin.
        let longest = (f64::from(period.days()) * settings.max_duration + 1e-9) as u32;
        if longest < days {
            return Err(ScanError::Duration { days: longest, step_days: days });
        }
        let longest = (longest / days) as usize;
        Ok(Self { period, days, count, longest, alive: settings.horizon == Horizon::Prospective })
    }

    /// The step of a day of the period.
    pub(super) fn of(&self, day: i32) -> usize {
        let before_end = (i64::from(self.period.last) - i64::from(day)) as usize;
        self.count - 1 - before_end / self.days as usize
    }

    /// The first day of a step.
    pub(super) fn first(&self, step: usize) -> i32 {
        let back = (self.count - step) as i64 * i64::from(self.days);
        let day = i64::from(self.period.last) + 1 - back;
        day.max(i64::from(self.period.first)) as i32
    }

    /// The last day of a step.
    pub(super) fn last(&self, step: usize) -> i32 {
        (i64::from(self.period.last) - (self.count - 1 - step) as i64 * i64::from(self.days)) as i32
    }

    /// The number of days in a step.
    pub(super) fn length(&self, step: usize) -> f64 {
        f64::from(self.last(step) - self.first(step) + 1)
    }

    /// Whether a run of steps is looked at.
    pub(super) fn admits(&self, run: Run) -> bool {
        run.end() <= self.count && run.length <= self.longest && (!self.alive || run.end() == self.count)
    }
}

/// Consecutive steps.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Run {
    /// The first step.
    pub(super) start: usize,
    /// How many, at least one.
    pub(super) length: usize,
}

impl Run {
    /// The step after the last.
    pub(super) fn end(self) -> usize {
        self.start + self.length
    }

    /// Whether two runs share a step, or one begins where the other ends.
    pub(super) fn touches(self, other: Self) -> bool {
        self.start <= other.end() && other.start <= self.end()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_step_is_the_partial_one() {
        // 2020: 366 days = 52 weeks and two days. 2020-01-01 is day 18262.
        let settings = Settings { max_duration: 0.1, ..Settings::default() };
        let steps = Steps::new(Period { first: 18262, last: 18627 }, &settings).unwrap();
        assert_eq!((steps.count, steps.longest), (53, 5));
        assert_eq!((steps.first(0), steps.last(0), steps.length(0)), (18262, 18263, 2.0));
        assert_eq!((steps.first(1), steps.last(52)), (18264, 18627));
        assert_eq!([18262, 18263, 18264, 18627].map(|day| steps.of(day)), [0, 0, 1, 52]);
    }
}
