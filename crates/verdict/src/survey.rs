//! Event data for figures: by period and by place, through the same selections, grounds and coverage as the checks.

use casefile_measure::amount;
use casefile_measure::evidence::Spot;
use casefile_measure::observation::Observation;
use casefile_model::claim::{Measure, Selection};
use casefile_model::date::{Edtf, Span};
use jiff::civil::Date;

use crate::coverage;
use crate::examine::{Asked, Examiner};
use crate::finding::Coverage;

/// Events and deaths of one period.
#[derive(Debug, Clone, PartialEq)]
pub struct Tally {
    /// The period.
    pub period: Span,
    /// Events that certainly fall into it.
    pub certain: u64,
    /// Events expected in it.
    pub expected: f64,
    /// Events that may fall into it.
    pub possible: u64,
    /// Deaths: low, best, high estimate.
    pub deaths: [f64; 3],
    /// How fully the data cover it.
    pub coverage: Coverage,
}

/// An answer for a figure, with the data it stands on in a line.
#[derive(Debug, Clone, PartialEq)]
pub struct Survey<T> {
    /// The parts.
    pub parts: Vec<T>,
    /// `UCDP GED 23.1, CC-BY-4.0`.
    pub source: String,
}

/// How many events a selection has, and from when to when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reach {
    /// Events that may belong to it.
    pub events: u64,
    /// First day on which one may have happened.
    pub first: Option<Date>,
    /// Last day.
    pub last: Option<Date>,
}

/// The events of a selection, and what must be known of the data to judge what they say.
#[derive(Debug, Clone, PartialEq)]
pub struct Observed {
    /// In order of time.
    pub events: Vec<Observation>,
    /// The period asked for.
    pub window: Span,
    /// How fully the data cover it.
    pub coverage: Coverage,
    /// Days on which the dataset's method changed: figures before and after do not compare.
    pub breaks: Vec<Date>,
    /// Fewest events that a published number may rest on, by the licence; one where its rows may be passed on.
    pub least: u64,
    /// `UCDP GED 23.1, CC-BY-4.0`.
    pub source: String,
    /// The query, as run.
    pub sql: Vec<String>,
}

impl Examiner<'_> {
    /// Events and deaths of the selection in each of the periods.
    ///
    /// # Errors
    /// Why there are none, in words for a reader.
    pub fn by_period(&self, of: &Selection, periods: &[Span]) -> Result<Survey<Tally>, String> {
        let asked = self.asked(of)?;
        let mut inquiry = self.inquiry(&asked);
        let strata = inquiry.strata(&asked.filter, &asked.window, None).map_err(|error| error.to_string())?;
        let tally = |period: &Span| {
            let events = amount::count(&strata, period);
            let deaths = amount::plain(&strata, period, Measure::Deaths, 0);
            Tally {
                period: *period,
                certain: events.certain,
                expected: events.expected(),
                possible: events.possible,
                deaths: [deaths.low, deaths.best, deaths.high],
                coverage: coverage::coverage(self.case, asked.dataset, of, period),
            }
        };
        let parts: Vec<Tally> = periods.iter().map(tally).collect();
        let small = parts.iter().filter(|tally| asked.pin.is_too_small(tally.possible)).count();
        if small > 0 {
            return Err(format!(
                "{small} of {} periods would rest on fewer than {} events, which the licence of {} ({}) does not let be \
                 published. Longer periods, such as `by=year`, may hold enough.",
                parts.len(),
                asked.pin.least_events(),
                asked.pin.title,
                asked.pin.licence
            ));
        }
        Ok(Survey { parts, source: source_line(&asked) })
    }

    /// How many events the selection has, and from when to when.
    ///
    /// # Errors
    /// Why that cannot be told, in words for a reader; also where the licence lets no figure be told of so few.
    pub fn reach(&self, of: &Selection) -> Result<Reach, String> {
        let asked = self.asked(of)?;
        let mut inquiry = self.inquiry(&asked);
        let strata = inquiry.strata(&asked.filter, &asked.window, None).map_err(|error| error.to_string())?;
        let events = strata.iter().map(|stratum| stratum.n).sum();
        if asked.pin.is_too_small(events) {
            let (least, title, licence) = (asked.pin.least_events(), &asked.pin.title, &asked.pin.licence);
            return Err(format!(
                "Fewer than {least} events: the licence of {title} ({licence}) lets no figure be told."
            ));
        }
        let first = strata.iter().map(|stratum| stratum.start).min();
        Ok(Reach { events, first, last: strata.iter().map(|stratum| stratum.end).max() })
    }

    /// Where the selection's events lie.
    ///
    /// # Errors
    /// Why there are none, in words for a reader.
    pub fn by_place(&self, of: &Selection) -> Result<Survey<Spot>, String> {
        let asked = self.asked(of)?;
        if asked.cube.is_some_and(|cube| !cube.places.iter().any(|column| column == "priogrid")) {
            return Err("The cube keeps no grid cells, so it cannot be drawn on a map.".to_owned());
        }
        let mut inquiry = self.inquiry(&asked);
        let mut parts = inquiry.spots(&asked.filter, &asked.window).map_err(|error| error.to_string())?;
        let all = parts.len();
        parts.retain(|spot| !asked.pin.is_too_small(u64::try_from(spot.events).unwrap_or(0)));
        let mut source = source_line(&asked);
        if parts.len() < all {
            let (left_out, least) = (all - parts.len(), asked.pin.least_events());
            source += &format!("; {left_out} places with fewer than {least} events are left out, as the licence asks");
        }
        Ok(Survey { parts, source })
    }

    /// The selection's events one by one, for the measures over time and space.
    ///
    /// # Errors
    /// Why there are none, in words for a reader; also where the licence lets no figure be told of so few events.
    pub fn observe(&self, of: &Selection) -> Result<Observed, String> {
        let asked = self.asked(of)?;
        if let Some(cube) = asked.cube {
            let lacking = ["priogrid", "admin1", "admin2", "place"]
                .into_iter()
                .find(|column| !cube.places.iter().any(|kept| kept == column));
            if cube.period != "day" || lacking.is_some() {
                return Err(format!(
                    "The cube of {} keeps {}s and not every column of place, so events cannot be told apart in it: it needs \
                     the rows (`casefile data add`), or a cube by day and place.",
                    asked.pin.title, cube.period
                ));
            }
        }
        let mut inquiry = self.inquiry(&asked);
        let events = inquiry.observations(&asked.filter, &asked.window).map_err(|error| error.to_string())?;
        let n = events.iter().map(|event| event.n).sum();
        if asked.pin.is_too_small(n) {
            let (least, title, licence) = (asked.pin.least_events(), &asked.pin.title, &asked.pin.licence);
            return Err(format!(
                "Fewer than {least} events: the licence of {title} ({licence}) lets nothing be told of them."
            ));
        }
        Ok(Observed {
            events,
            window: asked.window,
            coverage: asked.coverage,
            breaks: asked.pin.breaks.iter().filter_map(|b| b.day.parse().ok()).collect(),
            least: asked.pin.least_events(),
            source: source_line(&asked),
            sql: inquiry.sql,
        })
    }

    /// How fully the data cover the selection in each of the periods.
    ///
    /// # Errors
    /// Why no data can be asked, in words for a reader.
    pub fn covers(&self, of: &Selection, periods: &[Span]) -> Result<Vec<Coverage>, String> {
        let asked = self.asked(of)?;
        Ok(periods.iter().map(|period| coverage::coverage(self.case, asked.dataset, of, period)).collect())
    }

    fn asked(&self, of: &Selection) -> Result<Asked<'_>, String> {
        let window = of.period.as_ref().map_or(Span { start: None, end: None }, Edtf::stated);
        self.ask(of, window).map_err(|unanswered| unanswered.because)
    }
}

fn source_line(asked: &Asked<'_>) -> String {
    let pin = asked.pin;
    let cube = if asked.cube.is_some() { ", evidence cube" } else { "" };
    format!("{} {}{cube} ({})", pin.title, pin.version, pin.licence)
}
