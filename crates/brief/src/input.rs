//! What a briefing is made from.

use std::collections::BTreeSet;
use std::sync::Arc;

use casefile_case::Case;
use casefile_case::lock::Lock;
use casefile_forecast::ledger::Ledger;
use casefile_measure::leadership::Weight;
use casefile_measure::strength;
use casefile_model::claim::{Measure, Selection};
use casefile_model::date::Span;
use casefile_verdict::finding::{Coverage, Finding};
use casefile_verdict::leadership::Surroundings;
use casefile_verdict::strength::Strength;
use casefile_verdict::survey;
use jiff::civil::Date;

/// Everything that a briefing shows. Nothing else goes in: no clock, no network, no disk.
#[derive(Clone, Copy)]
pub struct Input<'a> {
    /// The case.
    pub case: &'a Case,
    /// The text of `brief.md`.
    pub brief_md: &'a str,
    /// The finding on every claim, in any order, with rows and bars filled.
    pub findings: &'a [Finding],
    /// What figures need from the event data.
    pub figure_data: &'a dyn FigureData,
    /// The pinned data, with licences and control totals.
    pub pins: &'a Lock,
    /// Forecasts that the case keeps, and their scores.
    pub forecasts: &'a Ledger,
    /// Statements whose quote anchor was found again in the source's document when the case was read.
    pub verified: &'a BTreeSet<String>,
    /// Version of the program, for the colophon.
    pub version: &'a str,
}

/// What figures need from the event data; implemented by whoever holds them.
pub trait FigureData {
    /// Counts and deaths by period, in order of time.
    ///
    /// # Errors
    /// Why there is none, in words that the reader of the briefing will see.
    fn timeline(&self, question: &Question, by: Step) -> Result<Observed<Bin>, String>;

    /// Counts and deaths by place.
    ///
    /// # Errors
    /// Why there is none, in words that the reader of the briefing will see.
    fn map(&self, question: &Question) -> Result<Observed<Spot>, String>;

    /// The events of a selection one by one.
    ///
    /// # Errors
    /// Why there are none, in words that the reader of the briefing will see.
    fn observe(&self, _: &Selection) -> Result<survey::Observed, String> {
        Err(NONE.to_owned())
    }

    /// How fully the data cover a selection in each of the periods.
    ///
    /// # Errors
    /// Why no data can be asked, in words that the reader of the briefing will see.
    fn covers(&self, _: &Selection, _: &[Span]) -> Result<Vec<Coverage>, String> {
        Err(NONE.to_owned())
    }

    /// The events for comparing `weeks` before and after the loss of a leader; see [`casefile_verdict::Examiner::surroundings`].
    ///
    /// # Errors
    /// Why there are none, in words that the reader of the briefing will see.
    fn surroundings(&self, _: &Selection, _: bool, _: Weight, _: i64) -> Result<Surroundings, String> {
        Err(NONE.to_owned())
    }

    /// The history of a group's strength.
    ///
    /// # Errors
    /// Why there is none, in words that the reader of the briefing will see.
    fn strength(&self, _: &strength::Question) -> Result<Arc<Strength>, String> {
        Err(NONE.to_owned())
    }
}

const NONE: &str = "No event data are at hand.";

/// Which events a figure shows, in the terms of a check.
#[derive(Debug, Clone, PartialEq)]
pub struct Question {
    /// What is counted.
    pub measure: Measure,
    /// Over which events.
    pub of: Selection,
}

/// Length of the periods of a timeline.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Calendar months.
    Month,
    /// Calendar quarters.
    Quarter,
    /// Calendar years.
    Year,
}

impl Step {
    /// Every step, with its name in a directive.
    pub const ALL: [(&'static str, Self); 3] =
        [("month", Self::Month), ("quarter", Self::Quarter), ("year", Self::Year)];
}

/// An answer and the data it rests on.
#[derive(Debug, Clone, PartialEq)]
pub struct Observed<T> {
    /// The answer, part by part.
    pub parts: Vec<T>,
    /// The data in a line: `UCDP GED 23.1, CC BY 4.0`.
    pub source: String,
}

/// One period of a timeline.
#[derive(Debug, Clone, PartialEq)]
pub struct Bin {
    /// The period as a reader sees it.
    pub label: String,
    /// First day.
    pub start: Date,
    /// Last day.
    pub end: Date,
    /// Events that certainly fall into it.
    pub certain: f64,
    /// Events expected in it, vague ones spread over their days.
    pub expected: f64,
    /// Events that may fall into it.
    pub possible: f64,
    /// Deaths, low.
    pub low: f64,
    /// Deaths, best estimate.
    pub best: f64,
    /// Deaths, high.
    pub high: f64,
    /// Whether the data cover it in part only: all figures are lower bounds.
    pub partial: bool,
}

/// One place of a map.
#[derive(Debug, Clone, PartialEq)]
pub struct Spot {
    /// Name.
    pub name: String,
    /// Degrees north (WGS 84).
    pub lat: f64,
    /// Degrees east.
    pub lon: f64,
    /// How far off the true place may be, km.
    pub precision_km: f64,
    /// Events.
    pub events: f64,
    /// Deaths, best estimate.
    pub deaths: f64,
}

/// For a briefing without event data: every question is answered with the reason there are none.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoData;

impl FigureData for NoData {
    fn timeline(&self, _: &Question, _: Step) -> Result<Observed<Bin>, String> {
        Err(NONE.to_owned())
    }

    fn map(&self, _: &Question) -> Result<Observed<Spot>, String> {
        Err(NONE.to_owned())
    }
}
