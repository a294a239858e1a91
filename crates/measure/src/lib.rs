//! What the data say: counts, deaths, shares, extents, rates and dates, each with its uncertainty.
//!
//! A [`filter::Filter`] turns a selection in a case's own words into a predicate; an [`evidence::Inquiry`] puts it to
//! the rows of a pinned release or to the cells of a cube, with the same SQL; the families of measures turn what comes
//! back into numbers. Nothing here knows what a source claims.

pub mod amount;
pub mod change;
pub mod contagion;
pub mod count;
pub mod evidence;
pub mod filter;
pub mod hotspots;
pub mod hypotheses;
pub mod items;
pub mod leadership;
pub mod network;
pub mod observation;
pub mod rate;
pub mod spread;
pub mod sql;
pub mod strength;
pub mod timing;
pub mod toll;
