//! The lake: stored event data opened for SQL, and the evidence cube that travels with a case.
//!
//! ```text
//! released file ── ingest ── Parquet + casefile.lock ── Lake ── SQL ── Table
//!                                                        └── cube: aggregates that travel with the case
//! ```
//!
//! - [`Lake::open`] opens what the lock pins; [`Lake::sql`] queries it.
//! - [`cube::build`], [`cube::write`] and [`cube::read`] make and read the evidence cube.
//! - [`diff::diff`] tells what changed between two releases.
//! - [`Lake::exposure`] tells whether a query would hand out rows that may not be passed on.
//! - [`output`] renders results as text, CSV, JSON and Parquet.

pub mod cube;
pub mod diff;
mod engine;
mod exposure;
mod functions;
pub mod output;
mod table;
#[cfg(test)]
#[path = "../../ingest/src/testdata.rs"]
mod testdata;

pub use engine::{Host, Lake, LakeError, Limited, Rows, SqlError, Stored, Values, plain};
pub use exposure::{Exposure, SmallGroups};
pub use functions::all as domain_functions;
pub use table::{Table, TableError};

/// The Arrow types of results, so that callers need no dependency of their own.
pub use arrow::array::RecordBatch;
