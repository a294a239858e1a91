//! What can go wrong between a panel and a score.

use std::path::PathBuf;

use crate::Month;

/// Why a panel, a forecast or a score cannot be had.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A file cannot be opened, read or written.
    #[error("{}: {why}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What the system says.
        why: String,
    },
    /// A table lacks a column.
    #[error("{}: no column `{column}`; the table has {}", path.display(), present.join(", "))]
    Column {
        /// The file.
        path: PathBuf,
        /// What was looked for.
        column: String,
        /// What is there.
        present: Vec<String>,
    },
    /// A cell holds what its column cannot.
    #[error("{}: row {row}, column `{column}`: {found} is not {expected}", path.display())]
    Cell {
        /// The file.
        path: PathBuf,
        /// Row, from 1.
        row: usize,
        /// The column.
        column: String,
        /// What stands there.
        found: String,
        /// What may.
        expected: &'static str,
    },
    /// One unit-month is given twice.
    #[error("unit {unit} has two rows for {month}; a panel holds one row per unit and month")]
    Twice {
        /// The unit.
        unit: u32,
        /// The month.
        month: Month,
    },
    /// Text that names no month.
    #[error("`{0}` is no month; write YYYY-MM, such as 2017-10, from 1980-01 on")]
    Month(String),
    /// A panel, a forecast or outcomes without a unit-month.
    #[error("nothing is left: no unit and month")]
    Empty,
    /// An origin that the panel does not cover.
    #[error("the panel covers {first} to {last}, so no forecast can stand on data up to {origin}")]
    Origin {
        /// Asked for.
        origin: Month,
        /// The panel's first month.
        first: Month,
        /// The panel's last month.
        last: Month,
    },
    /// Too little history to learn from.
    #[error("{model} needs {needed} months of history before {origin}, and has {had}")]
    Short {
        /// The model.
        model: &'static str,
        /// The origin.
        origin: Month,
        /// Months needed.
        needed: usize,
        /// Months there.
        had: usize,
    },
    /// A model could not be fitted.
    #[error("{model} cannot be fitted: {why}")]
    Fit {
        /// The model.
        model: &'static str,
        /// Why.
        why: String,
    },
    /// Draws that do not make a whole forecast.
    #[error("unit {unit} has {found} draws in {month}, where the others have {expected}")]
    Ragged {
        /// The unit.
        unit: u32,
        /// The month.
        month: Month,
        /// Draws found.
        found: usize,
        /// Draws of the first unit-month.
        expected: usize,
    },
    /// Forecast and outcomes have no unit-month in common, or some outcome has no forecast.
    #[error("{missing} of {of} outcomes have no forecast, the first for unit {unit} in {month}")]
    Missing {
        /// Outcomes without a forecast.
        missing: usize,
        /// All outcomes.
        of: usize,
        /// The first unit.
        unit: u32,
        /// Its month.
        month: Month,
    },
    /// A unit that is not there at the origin.
    #[error("unit {unit} is not in the data at {origin}")]
    Unit {
        /// The unit.
        unit: u32,
        /// The origin.
        origin: Month,
    },
    /// A file that is no ledger of forecasts.
    #[error("{} is not a ledger of forecasts: {why}\nhint: restore it from version control", path.display())]
    Ledger {
        /// The ledger.
        path: PathBuf,
        /// Where and why.
        why: String,
    },
}
