//! Fetching from servers that behave like the real ones: well, and on their bad days.

#![expect(clippy::unwrap_used, reason = "a test whose files fail it has failed")]

mod acled;
mod desk;
mod gdelt;
mod manners;
mod server;
mod ucdp;
