//! How long the parts of a cluster wait for each other, and how much they send at once.
//!
//! Ballista's own defaults are meant for large clusters under load: an executor that vanished is missed after three
//! minutes. Here a query of seconds should not wait minutes for a machine that is gone.

use std::time::Duration;

/// An executor says this often that it is alive.
pub const HEARTBEAT: Duration = Duration::from_secs(2);

/// An executor that has said nothing for so long is given up, and its work is done again elsewhere. Five heartbeats: a
/// busy machine may be late with one or two.
pub const SILENCE: Duration = Duration::from_secs(10);

/// The scheduler looks this often for executors that have gone silent.
pub const WATCH: Duration = Duration::from_secs(1);

/// With no executor left, a query waits this long for one to come before it fails.
pub const NO_EXECUTORS: Duration = Duration::from_secs(60);

/// An executor tries this long to reach its scheduler when it starts.
pub const FIRST_CONTACT: Duration = Duration::from_secs(60);

/// Every part waits this long for another to take its call, and asks this often on an open line whether it still stands.
pub const CALL: Duration = Duration::from_secs(5);

/// Results of a stage that cannot be fetched are asked for again after this long, three times, before they are made anew.
pub const REFETCH: Duration = Duration::from_millis(500);

/// Results are kept on an executor this long after a query has ended.
pub const KEEP: Duration = Duration::from_secs(300);

/// Times that a query is tried: its results may lie on a machine that vanishes before they are fetched.
pub const ATTEMPTS: usize = 3;

/// Largest message in bytes. A plan carries the small tables of a case with it.
pub const MESSAGE: u32 = 256 << 20;

/// Stack of each thread, in bytes: plans are read back by recursion. Only what is used of it is taken from memory.
pub const STACK: usize = 256 << 20;

/// Events for each of the parts in which a question is worked on at the same time.
pub const EVENTS_A_PART: u64 = 500_000;

/// Most parts.
pub const PARTS: u64 = 256;
