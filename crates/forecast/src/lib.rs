//! Forecasts of monthly deaths with honest uncertainty, and the proper scores that judge them.
//!
//! Data flow one way: a [`Panel`] of unit-months is cut at an origin into a [`History`], the only thing that a [`Model`] may see;
//! a model makes [`Marginals`], one distribution per unit and month ahead, from which [`Draws`] are taken; [`score`] holds draws
//! against what came. Nothing here knows of cases or SQL.
//!
//! Units throughout: deaths per unit and month, months numbered as ViEWS does (1 is January 1980), horizons in months after the
//! origin. Random results take a seed and are the same on every machine.

pub mod backtest;
mod boost;
mod borders;
mod country;
mod distribution;
mod draws;
mod drivers;
mod error;
mod features;
mod history;
mod io;
pub mod ledger;
mod linear;
pub mod model;
mod month;
mod panel;
pub mod score;
mod spillover;

pub use country::{country, country_name, neighbours};
pub use distribution::{Marginal, Marginals};
pub use draws::{Draws, Outcomes};
pub use error::Error;
pub use history::History;
pub use model::Model;
pub use month::Month;
pub use panel::{Counts, Panel, Row, Violence};
