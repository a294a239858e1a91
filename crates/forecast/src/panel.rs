//! Deaths and events by unit and month.

use std::collections::BTreeMap;

use crate::{Error, History, Month};

/// UCDP's three types of violence.
///
/// *Source:* Sundberg and Melander (2013), Introducing the UCDP Georeferenced Event Dataset.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Violence {
    /// Between a state and an organised group, or two states (sb).
    StateBased,
    /// Between organised groups (ns).
    NonState,
    /// Of an organised group against civilians (os).
    OneSided,
}

/// What happened in one unit in one month, by type of violence in the order of [`Violence`].
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Counts {
    /// Deaths, best estimates.
    pub deaths: [f64; 3],
    /// Events with at least one death.
    pub events: [f64; 3],
}

/// One row of a panel.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Row {
    /// The unit: a country by ViEWS' `country_id`, or a cell of PRIO-GRID by its `gid`.
    pub unit: u32,
    /// The month.
    pub month: Month,
    /// What happened.
    pub counts: Counts,
}

/// Units × months of counts. A unit-month without a row is one in which the unit did not exist.
#[derive(Debug, Clone, PartialEq)]
pub struct Panel {
    first: Month,
    months: usize,
    units: Vec<u32>,
    /// By unit, then month.
    cells: Vec<Option<Counts>>,
}

impl Panel {
    /// The panel of some rows, in whatever order.
    ///
    /// # Errors
    /// Where there are none, or a unit-month has two.
    pub fn new(rows: impl IntoIterator<Item = Row>) -> Result<Self, Error> {
        let mut sorted: BTreeMap<(u32, Month), Counts> = BTreeMap::new();
        for Row { unit, month, counts } in rows {
            if sorted.insert((unit, month), counts).is_some() {
                return Err(Error::Twice { unit, month });
            }
        }
        let first = sorted.keys().map(|key| key.1).min().ok_or(Error::Empty)?;
        let last = sorted.keys().map(|key| key.1).max().ok_or(Error::Empty)?;
        let mut units: Vec<u32> = sorted.keys().map(|key| key.0).collect();
        units.dedup();
        let months = (last.0 - first.0) as usize + 1;
        let mut cells = vec![None; units.len() * months];
        let mut place = 0;
        for ((unit, month), counts) in sorted {
            while units[place] != unit {
                place += 1;
            }
            cells[place * months + (month.0 - first.0) as usize] = Some(counts);
        }
        Ok(Self { first, months, units, cells })
    }

    /// Its first month.
    #[must_use]
    pub fn first(&self) -> Month {
        self.first
    }

    /// Its last month.
    #[must_use]
    pub fn last(&self) -> Month {
        self.first.after(self.months as u32 - 1)
    }

    /// Its units, ascending.
    #[must_use]
    pub fn units(&self) -> &[u32] {
        &self.units
    }

    /// Every month of the unit at that place among [`Panel::units`].
    #[must_use]
    pub fn of(&self, place: usize) -> &[Option<Counts>] {
        &self.cells[place * self.months..(place + 1) * self.months]
    }

    /// Every row, by unit and month.
    pub fn rows(&self) -> impl Iterator<Item = Row> + '_ {
        self.units.iter().enumerate().flat_map(move |(place, &unit)| {
            let months = self.of(place).iter().enumerate();
            months.filter_map(move |(at, counts)| {
                counts.map(|counts| Row { unit, month: self.first.after(at as u32), counts })
            })
        })
    }

    /// What was known at an origin: the months up to it, itself included. The copy holds no later value, so no model can see one.
    ///
    /// # Errors
    /// Where the panel does not cover the origin.
    pub fn until(&self, origin: Month) -> Result<History, Error> {
        if origin < self.first || origin > self.last() {
            return Err(Error::Origin { origin, first: self.first, last: self.last() });
        }
        let panel = Self::new(self.rows().filter(|row| row.month <= origin))?;
        Ok(History::new(panel, origin))
    }
}
