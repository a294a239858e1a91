//! What a model may see.

use crate::{Counts, Month, Panel, Row, Violence};

/// A panel cut at an origin. Made by [`Panel::until`] alone; what came later is not in it.
#[derive(Debug, Clone, PartialEq)]
pub struct History {
    panel: Panel,
    origin: Month,
}

impl History {
    pub(crate) fn new(panel: Panel, origin: Month) -> Self {
        Self { panel, origin }
    }

    /// The last month known.
    #[must_use]
    pub fn origin(&self) -> Month {
        self.origin
    }

    /// What was known so many months earlier; none where the history does not reach back so far.
    #[must_use]
    pub fn earlier(&self, months: u32) -> Option<Self> {
        self.panel.until(Month(self.origin.0.checked_sub(months)?)).ok()
    }

    /// Every row, by unit and month.
    pub fn rows(&self) -> impl Iterator<Item = Row> + '_ {
        self.panel.rows()
    }

    /// A history of other rows with the same origin; none where they do not reach it.
    pub(crate) fn with(&self, rows: Vec<Row>) -> Option<Self> {
        Panel::new(rows).ok()?.until(self.origin).ok()
    }

    /// Its first month.
    #[must_use]
    pub fn first(&self) -> Month {
        self.panel.first()
    }

    /// Months from the first to the origin.
    #[must_use]
    pub fn months(&self) -> usize {
        (self.origin.0 - self.panel.first().0) as usize + 1
    }

    /// Every unit that ever was, ascending.
    #[must_use]
    pub fn units(&self) -> &[u32] {
        self.panel.units()
    }

    /// Places, among [`History::units`], of the units that exist at the origin: those that are forecast.
    #[must_use]
    pub fn alive(&self) -> Vec<usize> {
        (0..self.units().len()).filter(|&place| self.at(place, self.months() - 1).is_some()).collect()
    }

    /// What happened to a unit, months counted from the first; none where it did not exist.
    #[must_use]
    pub fn at(&self, place: usize, month: usize) -> Option<&Counts> {
        self.panel.of(place).get(month)?.as_ref()
    }

    /// Deaths of one type, month by month from the first to the origin; none where the unit did not exist.
    pub fn deaths(&self, place: usize, of: Violence) -> impl DoubleEndedIterator<Item = Option<f64>> + '_ {
        (0..self.months()).map(move |month| Some(self.at(place, month)?.deaths[of as usize]))
    }
}
