//! One file for each subcommand: its arguments, its help and what it does.

pub mod anchor;
pub mod brief;
pub mod check;
pub mod data;
pub mod explain;
pub mod forecast;
pub mod measure;
pub mod new;
pub mod phrase;
pub mod query;
pub mod schema;
pub mod serve;
