//! Released event data in, typed Parquet out.
//!
//! ```text
//! released file ─ source ─ record ─ adapter ─┬─ events      the core schema, every dataset alike
//!  (CSV, JSON, XLSX, Parquet)                ├─ native      every original column, as text
//!                                            └─ quarantine  what could not be read, and why
//!                    add ── Parquet + casefile.lock
//! ```
//!
//! [`add`] reads a released file into the case's store and pins it in the lock; [`verify`] holds what is stored
//! against the lock. Nothing here knows SQL: the `lake` opens what was stored.

mod adapter;
mod adapters;
pub mod digest;
mod flag;
mod ingest;
mod mapping;
mod record;
pub mod schema;
mod source;
mod writer;

pub use adapter::{Adapter, AdapterInfo, Fault, Header, HeaderError, Layout, Parsed, Record, RowParser, Yields};
pub use adapters::{ADAPTERS, adapter};
pub use flag::{Flag, Flags};
pub use ingest::{
    ACTORS, AddError, AddOptions, AddReport, EVENTS, NATIVE, Phase, Progress, QUARANTINE, Rejected, SERIES,
    VerifyError, add, verify,
};
pub use mapping::{Mapping, MappingError, describe};
pub use schema::{ActorRow, EventRow, SeriesRow};
pub use source::{JsonError, SourceError};
pub use writer::{Writer, WriterError};
