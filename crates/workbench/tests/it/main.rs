//! The workbench as a browser, or an attacker, meets it: a running server on a port of this machine, and plain sockets.

#![expect(clippy::unwrap_used, reason = "a test whose files or sockets fail it has failed")]

mod desk;
mod guard;
mod limits;
mod openapi;
mod paths;
mod proposals;
mod read;
mod write;
