//! A cluster on the loopback address: a scheduler and two executors as processes of their own, asked by the command line.

#![expect(clippy::unwrap_used, reason = "a test whose files fail it has failed")]

mod answers;
mod bucket;
mod cluster;
mod data;
mod loss;
mod words;
