//! Figures (SVG) and documents (HTML): a case's briefing with its verdicts as one file.
//!
//! [`render`] takes the case, the text of `brief.md`, the findings and the figures' data, and gives a [`Page`]: one HTML
//! file without network, external file or need of a script. Every checked sentence carries the mark of its verdict, and
//! behind the mark stand the source and passage, what its words commit it to, what the data say, the chart, the query,
//! the rows and the data's version and licence.

mod body;
mod chart;
mod context;
mod directive;
mod document;
mod evidence;
pub mod figure;
pub mod figures;
mod html;
mod input;
mod keys;
mod likelihood;
mod mark;
mod markdown;
mod observed;
mod register;
mod slip;
mod sources;
mod tables;
mod words;

#[cfg(test)]
mod tests;

pub use document::{Page, fragment, render};
pub use input::{Bin, FigureData, Input, NoData, Observed, Question, Spot, Step};
pub use observed::Observations;
