//! Draws of a forecast, and what came.

use std::collections::{BTreeMap, BTreeSet};

use crate::{Error, Month, Panel, Violence};

/// Equally likely outcomes per unit and month: deaths, whole and not negative.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draws {
    units: Vec<u32>,
    months: Vec<Month>,
    per_cell: usize,
    /// By unit, then month, then draw.
    values: Vec<u32>,
}

impl Draws {
    pub(crate) fn new(units: Vec<u32>, months: Vec<Month>, per_cell: usize, values: Vec<u32>) -> Self {
        debug_assert_eq!(values.len(), units.len() * months.len() * per_cell);
        Self { units, months, per_cell, values }
    }

    /// The draws of some (unit, month, outcome), in whatever order of units and months; those of one unit-month keep theirs.
    ///
    /// # Errors
    /// Where there are none, or not all unit-months have equally many.
    pub fn of(rows: impl IntoIterator<Item = (u32, Month, u32)>) -> Result<Self, Error> {
        let mut cells: BTreeMap<(u32, Month), Vec<u32>> = BTreeMap::new();
        for (unit, month, outcome) in rows {
            cells.entry((unit, month)).or_default().push(outcome);
        }
        let expected = cells.values().next().ok_or(Error::Empty)?.len();
        let units: BTreeSet<u32> = cells.keys().map(|key| key.0).collect();
        let months: BTreeSet<Month> = cells.keys().map(|key| key.1).collect();
        let mut values = Vec::with_capacity(units.len() * months.len() * expected);
        for (&unit, &month) in units.iter().flat_map(|unit| months.iter().map(move |month| (unit, month))) {
            let cell = cells.get(&(unit, month)).map_or(&[][..], Vec::as_slice);
            if cell.len() != expected {
                return Err(Error::Ragged { unit, month, found: cell.len(), expected });
            }
            values.extend(cell);
        }
        Ok(Self {
            units: units.into_iter().collect(),
            months: months.into_iter().collect(),
            per_cell: expected,
            values,
        })
    }

    /// The draws of some units alone.
    ///
    /// # Errors
    /// Where none is left.
    pub fn only(&self, keep: &BTreeSet<u32>) -> Result<Self, Error> {
        let width = self.months.len() * self.per_cell;
        let kept = self.units.iter().zip(self.values.chunks(width)).filter(|(unit, _)| keep.contains(unit));
        let (units, values): (Vec<u32>, Vec<&[u32]>) = kept.unzip();
        if units.is_empty() {
            return Err(Error::Empty);
        }
        Ok(Self::new(units, self.months.clone(), self.per_cell, values.concat()))
    }

    /// Units, ascending.
    #[must_use]
    pub fn units(&self) -> &[u32] {
        &self.units
    }

    /// Months, ascending.
    #[must_use]
    pub fn months(&self) -> &[Month] {
        &self.months
    }

    /// Draws per unit-month.
    #[must_use]
    pub fn per_cell(&self) -> usize {
        self.per_cell
    }

    /// Unit-months.
    #[must_use]
    pub fn cells(&self) -> usize {
        self.units.len() * self.months.len()
    }

    /// The draws of the unit-month at that place, by unit and then month.
    #[must_use]
    pub fn cell(&self, at: usize) -> &[u32] {
        &self.values[at * self.per_cell..(at + 1) * self.per_cell]
    }

    /// The draws of a unit-month.
    #[must_use]
    pub fn get(&self, unit: u32, month: Month) -> Option<&[u32]> {
        let (unit, month) = (self.units.binary_search(&unit).ok()?, self.months.binary_search(&month).ok()?);
        Some(self.cell(unit * self.months.len() + month))
    }
}

/// What came, by unit and month: deaths.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Outcomes(pub BTreeMap<(u32, Month), u32>);

impl Outcomes {
    /// Deaths of one type in some months of a panel.
    #[must_use]
    pub fn of(panel: &Panel, of: Violence, months: &[Month]) -> Self {
        let rows = panel.rows().filter(|row| months.contains(&row.month));
        Self(rows.map(|row| ((row.unit, row.month), row.counts.deaths[of as usize].round() as u32)).collect())
    }
}
