//! What in a history raised or lowered a forecast.
//!
//! Each part of a unit's history is set to its base rate in turn, the model is fitted to that history, and the mean forecast is
//! compared. This says what the model leans on. It does not say what causes violence.

use crate::ledger::{Driver, Unit};
use crate::{Error, History, Model, Row, country};

/// The parts of a history, with how each is set to its base rate.
const PARTS: [(&str, Part); 4] = [
    ("own deaths, last 3 months", Part::Own { months: 3, kinds: 0..1 }),
    ("own deaths, last 12 months", Part::Own { months: 12, kinds: 0..1 }),
    ("one-sided and non-state violence, last 12 months", Part::Own { months: 12, kinds: 1..3 }),
    ("neighbours, last 12 months", Part::Neighbours),
];

#[derive(Clone)]
enum Part {
    Own { months: u32, kinds: std::ops::Range<usize> },
    Neighbours,
}

/// Adds the drivers of every unit.
pub(crate) fn find(history: &History, model: &dyn Model, horizons: &[u32], units: &mut [Unit]) -> Result<(), Error> {
    for (name, part) in PARTS {
        for unit in &mut *units {
            let near = country::neighbours(unit.unit);
            let changed = match &part {
                Part::Own { months, kinds } => history.levelled(&[unit.unit], *months, kinds.clone()),
                Part::Neighbours => history.levelled(near, 12, 0..1),
            };
            // A part that is at its base rate already drives nothing.
            let Some(changed) = changed else { continue };
            let without = model.marginals(&changed, horizons)?;
            let Some(cells) = without.of(unit.unit) else { continue };
            let then = cells.iter().map(crate::ledger::mean).sum::<f64>() / cells.len() as f64;
            let now = unit.month.iter().map(|ahead| ahead.mean).sum::<f64>() / unit.month.len() as f64;
            let change = ((now - then) * 100.0).round() / 100.0;
            if change != 0.0 {
                unit.driver.push(Driver { part: name.to_owned(), change });
            }
        }
    }
    for unit in units {
        unit.driver.sort_by(|a, b| b.change.abs().total_cmp(&a.change.abs()));
    }
    Ok(())
}

impl History {
    /// The same history with the last months of some units set to the median of the 60 months before, deaths and events of some types of
    /// violence; none where that changes nothing.
    fn levelled(&self, units: &[u32], months: u32, kinds: std::ops::Range<usize>) -> Option<Self> {
        const BASE: u32 = 60;
        let from = self.origin().0.saturating_sub(months);
        let mut rows: Vec<Row> = self.rows().collect();
        let mut changed = false;
        for &unit in units {
            let base: Vec<Row> = rows
                .iter()
                .filter(|row| row.unit == unit && row.month.0 <= from && row.month.0 + BASE > from)
                .copied()
                .collect();
            if base.is_empty() {
                continue;
            }
            for row in rows.iter_mut().filter(|row| row.unit == unit && row.month.0 > from) {
                let was = row.counts;
                for kind in kinds.clone() {
                    row.counts.deaths[kind] = median(base.iter().map(|row| row.counts.deaths[kind]));
                    row.counts.events[kind] = median(base.iter().map(|row| row.counts.events[kind]));
                }
                changed |= was != row.counts;
            }
        }
        changed.then(|| self.with(rows)).flatten()
    }
}

/// The lower median, so that a base rate is a number that was seen.
fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    values.get(values.len().saturating_sub(1) / 2).copied().unwrap_or(0.0)
}
