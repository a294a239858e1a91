//! What the model is given: the months, what sources say of the group's size, what is known of its losses, and what befell it.

use std::fmt;

use serde::{Serialize, Serializer};

use super::StrengthError;

/// A calendar month of the Gregorian calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Month(i32);

impl Month {
    /// From a year and a month of it; months above 12 run on into later years, and zero is December of the year before.
    pub const fn new(year: i32, month: i32) -> Self {
        Self(year * 12 + month - 1)
    }

    /// The year.
    pub const fn year(self) -> i32 {
        self.0.div_euclid(12)
    }

    /// The month of the year, 1 to 12.
    pub const fn of_year(self) -> i32 {
        self.0.rem_euclid(12) + 1
    }

    /// `n` months later.
    #[must_use]
    pub const fn plus(self, n: i32) -> Self {
        Self(self.0 + n)
    }

    /// Months from `earlier` to this one; negative where this is the earlier.
    pub const fn since(self, earlier: Self) -> i32 {
        self.0 - earlier.0
    }
}

impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}", self.year(), self.of_year())
    }
}

impl Serialize for Month {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// A run of months, both ends in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Months {
    /// First month.
    pub from: Month,
    /// Last month.
    pub to: Month,
}

impl Months {
    /// From the first month to the last.
    pub const fn new(from: Month, to: Month) -> Self {
        Self { from, to }
    }

    /// A whole year.
    pub const fn year(year: i32) -> Self {
        Self::new(Month::new(year, 1), Month::new(year, 12))
    }

    /// One month alone.
    pub const fn one(month: Month) -> Self {
        Self::new(month, month)
    }

    /// Number of months; zero where the ends are the wrong way round.
    pub fn len(self) -> usize {
        usize::try_from(self.to.since(self.from) + 1).unwrap_or(0)
    }

    /// Whether no month lies within.
    pub fn is_empty(self) -> bool {
        self.len() == 0
    }

    /// Whether `month` lies within.
    pub fn contains(self, month: Month) -> bool {
        self.from <= month && month <= self.to
    }
}

impl fmt::Display for Months {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.from == self.to { write!(f, "{}", self.from) } else { write!(f, "{}/{}", self.from, self.to) }
    }
}

/// From the least number of fighters to the greatest. The least may be 0, the greatest infinite.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Range {
    /// Least.
    pub lo: f64,
    /// Greatest.
    pub hi: f64,
}

impl Range {
    /// From least to greatest.
    pub const fn new(lo: f64, hi: f64) -> Self {
        Self { lo, hi }
    }

    fn holds(self, inner: Self) -> bool {
        self.lo <= inner.lo && inner.hi <= self.hi
    }
}

/// The number of fighters that a source's words stand for.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Reading {
    /// Words with bounds: outside `hard` they would be false, within `soft` a careful reader expects the number.
    ///
    /// These are the strict and the pragmatic bounds of a hedged quantity. “Up to 4,000” has 0 to 4,000 and 2,000 to 4,000.
    Bounds {
        /// Outside it the words are false.
        hard: Range,
        /// Where the number is expected; within `hard`.
        soft: Range,
    },
    /// A number with a log-normal blur, for estimates that state their own uncertainty; none for a bare point.
    Around {
        /// The middle of the distribution, fighters.
        median: f64,
        /// Standard deviation of its logarithm.
        log_sd: f64,
    },
}

impl Reading {
    /// A range whose ends are meant: “between 1,000 and 2,200”.
    pub const fn between(lo: f64, hi: f64) -> Self {
        Self::Bounds { hard: Range::new(lo, hi), soft: Range::new(lo, hi) }
    }

    /// Hard and soft bounds.
    pub const fn bounds(hard: Range, soft: Range) -> Self {
        Self::Bounds { hard, soft }
    }

    /// “Up to n”: at most n, and expected in the upper half.
    pub const fn up_to(n: f64) -> Self {
        Self::Bounds { hard: Range::new(0.0, n), soft: Range::new(n / 2.0, n) }
    }

    /// “More than n”: at least n, and expected below one and a half times as many.
    pub const fn more_than(n: f64) -> Self {
        Self::Bounds { hard: Range::new(n, f64::INFINITY), soft: Range::new(n, 1.5 * n) }
    }

    /// The geometric middle of what is expected; the base of the priors' scale.
    pub(super) fn middle(self) -> f64 {
        match self {
            Self::Around { median, .. } => median,
            Self::Bounds { soft: Range { lo, hi }, .. } => match (lo > 0.0, hi.is_finite()) {
                (true, true) => (lo * hi).sqrt(),
                (true, false) => 1.5 * lo,
                (false, true) => hi / 2.0,
                (false, false) => f64::NAN,
            },
        }
    }

    fn fault(self) -> Option<&'static str> {
        match self {
            Self::Around { median, log_sd } => (!(median > 0.0 && median.is_finite() && (0.0..5.0).contains(&log_sd)))
                .then_some("a middle above zero and a spread of its logarithm from 0 to 5"),
            Self::Bounds { hard, soft } => {
                if !(soft.lo >= 0.0 && soft.lo < soft.hi && hard.lo >= 0.0) {
                    Some("bounds of zero or more, the lower below the upper; for one number write `Around`")
                } else if !hard.holds(soft) {
                    Some("soft bounds that lie within the hard ones")
                } else if soft.lo == 0.0 && soft.hi.is_infinite() {
                    Some("at least one bound: from nothing to infinity says nothing")
                } else {
                    None
                }
            }
        }
    }
}

/// What one source says of the group's size.
///
/// A figure that one source takes over from another is one estimate, not two: give it once, under its origin.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Estimate {
    /// Who counted. Estimates of one source share its bias.
    pub source: String,
    /// The months of which it speaks. The reading is of the mean (geometric) strength over them.
    pub months: Months,
    /// What it says.
    pub reading: Reading,
}

/// Deaths of the group's fighters in one month.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize)]
pub struct Toll {
    /// Least.
    pub low: f64,
    /// Best estimate.
    pub best: f64,
    /// Greatest.
    pub high: f64,
}

/// A record of the group's losses by one dataset.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Losses {
    /// Month of the first toll; the others follow month by month.
    pub from: Month,
    /// Recorded deaths of the group's fighters.
    pub tolls: Vec<Toll>,
    /// The share of true losses that the record holds, as a range of 90%, above 0 and below 1. `None`: not known.
    pub coverage: Option<Range>,
}

/// Which way an event is thought to have moved the group's size, before any data are seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Sign {
    /// Not downwards.
    Gain,
    /// Not upwards.
    Loss,
    /// Either way.
    Unknown,
}

/// A named event whose effect on the group's size is asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Shock {
    /// What it is called in the answer.
    pub name: String,
    /// The month in which it acts: strength in that month is after it.
    pub month: Month,
    /// Which way.
    pub sign: Sign,
}

/// Everything that is known of one group.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Record {
    /// The months of the model.
    pub months: Months,
    /// At least one.
    pub estimates: Vec<Estimate>,
    /// Records of losses, added up; none where none is known.
    pub losses: Vec<Losses>,
    /// Fighters who left by surrender or capture, by month, as counted; empty where none is known.
    pub departures: Vec<(Month, f64)>,
    /// Named events, each in a month of its own, after the first.
    pub shocks: Vec<Shock>,
}

impl Record {
    /// Whether a model can be made of it.
    ///
    /// # Errors
    /// [`StrengthError`] that names the first fault found.
    pub fn check(&self) -> Result<(), StrengthError> {
        let within = |what: String, months: Months| {
            if !months.is_empty() && self.months.contains(months.from) && self.months.contains(months.to) {
                Ok(())
            } else {
                Err(StrengthError::Outside { what, months, model: self.months })
            }
        };
        if !(2..=600).contains(&self.months.len()) {
            return Err(StrengthError::Months { months: self.months });
        }
        if self.estimates.is_empty() {
            return Err(StrengthError::NoEstimate);
        }
        for estimate in &self.estimates {
            within(format!("the estimate of {}", estimate.source), estimate.months)?;
            if let Some(expected) = estimate.reading.fault() {
                let (who, months) = (estimate.source.clone(), estimate.months);
                return Err(StrengthError::Reading { who, months, expected });
            }
        }
        for losses in &self.losses {
            self.check_losses(losses)?;
        }
        for &(month, n) in &self.departures {
            within("a count of departures".into(), Months::one(month))?;
            if !(n >= 0.0 && n.is_finite()) {
                return Err(StrengthError::Departures { month, n });
            }
        }
        for (i, shock) in self.shocks.iter().enumerate() {
            within(format!("the event “{}”", shock.name), Months::one(shock.month))?;
            if shock.month == self.months.from {
                return Err(StrengthError::ShockAtStart { name: shock.name.clone(), month: shock.month });
            }
            if let Some(other) = self.shocks[..i].iter().find(|other| other.month == shock.month) {
                return Err(StrengthError::ShocksTogether {
                    names: [other.name.clone(), shock.name.clone()],
                    month: shock.month,
                });
            }
        }
        Ok(())
    }

    fn check_losses(&self, losses: &Losses) -> Result<(), StrengthError> {
        let last = losses.from.plus(i32::try_from(losses.tolls.len()).unwrap_or(i32::MAX / 2) - 1);
        let months = Months::new(losses.from, last);
        if months.is_empty() || !self.months.contains(months.from) || !self.months.contains(last) {
            return Err(StrengthError::Outside { what: "a record of losses".into(), months, model: self.months });
        }
        for (month, toll) in (0..).map(|i| losses.from.plus(i)).zip(&losses.tolls) {
            let Toll { low, best, high } = *toll;
            if !(0.0 <= low && low <= best && best <= high && high.is_finite()) {
                return Err(StrengthError::Toll { month, low, best, high });
            }
        }
        match losses.coverage {
            Some(Range { lo, hi }) if !(0.0 < lo && lo < hi && hi < 1.0) => Err(StrengthError::Coverage { lo, hi }),
            _ => Ok(()),
        }
    }
}
