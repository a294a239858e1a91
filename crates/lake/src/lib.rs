//! The lake: released event data in, typed rows and SQL out.
//!
//! ```text
//! released file ─ source ─ record ─ adapter ─┬─ events      the core schema, every dataset alike
//!  (CSV, zip)                                ├─ native      every original column, as text
//!                                            └─ quarantine  what could not be read, and why
//!                    add ── Parquet + casefile.lock ── Lake ── SQL ── Table
//!                                                       └── cube: aggregates that travel with the case
//! ```
//!
//! - [`add`] reads a released file into the case's store and pins it in the lock.
//! - [`Lake::open`] opens what the lock pins; [`Lake::sql`] queries it.
//! - [`cube::build`], [`cube::write`] and [`cube::read`] make and read the evidence cube.
//! - [`output`] renders results as text, CSV, JSON and Parquet.

mod adapter;
mod adapters;
pub mod cube;
mod digest;
mod engine;
mod flag;
mod functions;
mod ingest;
pub mod output;
mod record;
pub mod schema;
mod source;
mod table;
#[cfg(test)]
mod testdata;
mod writer;

pub use adapter::{Adapter, AdapterInfo, Fault, Header, HeaderError, Record, RowParser};
pub use adapters::{ADAPTERS, adapter};
pub use engine::{Host, Lake, LakeError, Limited, Rows, SqlError, Stored, Values, plain};
pub use flag::Flag;
pub use functions::all as domain_functions;
pub use ingest::{AddError, AddOptions, AddReport, Phase, Progress, Rejected, VerifyError, add, verify};
pub use schema::EventRow;
pub use source::SourceError;
pub use table::{Table, TableError};
pub use writer::WriterError;

/// The Arrow types of results, so that callers need no dependency of their own.
pub use arrow::array::RecordBatch;
