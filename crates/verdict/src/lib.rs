//! Claims × measures: the engine that answers a claim with a verdict and everything behind it.
//!
//! ```text
//! claim ─ selection ─ coverage ┐
//!         measure ─── figure ──┼─ bearing ── judge ── finding ── report
//!         says ──── bounds ────┘                                  └─ ledger: what changed since
//! ```
//!
//! [`Examiner`] puts a claim to the data, or to other statements; a [`finding::Finding`] carries the verdict, its
//! reason, the figure with its interval, the probability, the SQL, the rows and the data version. The rules stand in
//! [`judge`]; how data bear on what a source counts stands in a table, [`bearing`].

pub mod bearing;
mod corroborate;
mod coverage;
mod estimate;
mod events;
mod examine;
pub mod finding;
pub mod judge;
pub mod leadership;
pub mod ledger;
pub mod outlook;
mod report;
mod sources;
mod statements;
pub mod strength;
pub mod survey;
mod terms;
mod words;

pub use casefile_measure::evidence::Ground;
pub use examine::{Detail, ExamineError, Examiner};
pub use report::Report;
