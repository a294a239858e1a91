//! The program as a user meets it: commands in a folder, what they print, how they end, and what they leave behind.

#![expect(clippy::unwrap_used, reason = "a test whose files fail it has failed")]

mod cube;
mod data;
mod desk;
mod diff;
mod engine;
mod families;
mod fetch;
mod forecast;
mod invalid;
mod kill;
mod licences;
mod measure;
mod measure_case;
mod mutate;
mod page;
mod reconcile;
mod repeat;
mod serve;
mod start;
mod update;
mod verdicts;
mod words;
