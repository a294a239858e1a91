//! Figures' questions, answered by the same engine that judges the claims.

use std::sync::Arc;

use casefile_measure::leadership::Weight;
use casefile_measure::strength;
use casefile_model::claim::Selection;
use casefile_model::date::{Edtf, Span};
use casefile_verdict::Examiner;
use casefile_verdict::finding::Coverage;
use casefile_verdict::leadership::Surroundings;
use casefile_verdict::strength::Strength;
use casefile_verdict::survey;
use jiff::civil::Date;

use crate::input::{Bin, FigureData, Observed, Question, Spot, Step};

/// Most periods of one timeline; a longer one is cut to its last.
const MOST_PERIODS: usize = 400;

/// The event data of a case, as an examiner of its claims sees them.
pub struct Observations<'a>(pub &'a Examiner<'a>);

impl FigureData for Observations<'_> {
    fn timeline(&self, question: &Question, by: Step) -> Result<Observed<Bin>, String> {
        let window = question.of.period.as_ref().map_or(Span { start: None, end: None }, Edtf::stated);
        let (Some(first), Some(last)) = (window.start, window.end) else {
            return Err("A timeline needs a period with a beginning and an end.".to_owned());
        };
        let periods = periods(first, last, by);
        let spans: Vec<Span> = periods.iter().map(|(_, span)| *span).collect();
        let survey = self.0.by_period(&question.of, &spans)?;
        let bins = survey.parts.into_iter().zip(periods).filter_map(|(tally, (label, span))| {
            Some(Bin {
                label,
                start: span.start?,
                end: span.end?,
                certain: tally.certain as f64,
                expected: tally.expected,
                possible: tally.possible as f64,
                low: tally.deaths[0],
                best: tally.deaths[1],
                high: tally.deaths[2],
                partial: tally.coverage != Coverage::Complete,
            })
        });
        Ok(Observed { parts: bins.collect(), source: survey.source })
    }

    fn map(&self, question: &Question) -> Result<Observed<Spot>, String> {
        let survey = self.0.by_place(&question.of)?;
        let spots = survey.parts.into_iter().map(|spot| Spot {
            name: spot.name,
            lat: spot.latitude,
            lon: spot.longitude,
            precision_km: spot.precision_km,
            events: spot.events as f64,
            deaths: spot.deaths as f64,
        });
        Ok(Observed { parts: spots.collect(), source: survey.source })
    }

    fn observe(&self, of: &Selection) -> Result<survey::Observed, String> {
        self.0.observe(of)
    }

    fn covers(&self, of: &Selection, periods: &[Span]) -> Result<Vec<Coverage>, String> {
        self.0.covers(of, periods)
    }

    fn surroundings(&self, of: &Selection, study: bool, weight: Weight, weeks: i64) -> Result<Surroundings, String> {
        self.0.surroundings(of, study, weight, weeks)
    }

    fn strength(&self, question: &strength::Question) -> Result<Arc<Strength>, String> {
        self.0.strength(question, &|| ())
    }
}

/// The periods from the one that holds `first` to the one that holds `last`, with their names.
fn periods(first: Date, last: Date, by: Step) -> Vec<(String, Span)> {
    let mut periods = Vec::new();
    let mut day = first;
    while day <= last && periods.len() < MOST_PERIODS {
        let (label, end) = match by {
            Step::Month => (day.strftime("%B %Y").to_string(), day.last_of_month()),
            Step::Quarter => {
                let quarter = (day.month() - 1) / 3;
                let last_month = Date::new(day.year(), quarter * 3 + 3, 1).map_or(day, Date::last_of_month);
                (format!("{} quarter of {}", ["1st", "2nd", "3rd", "4th"][quarter as usize], day.year()), last_month)
            }
            Step::Year => (day.year().to_string(), day.last_of_year()),
        };
        let end = end.min(last);

        periods.push((label, Span { start: Some(day), end: Some(end) }));
        let Ok(next) = end.tomorrow() else { break };
        day = next;
    }
    periods
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn periods_tile_the_window() {
        let months = periods(date(2020, 1, 15), date(2020, 3, 31), Step::Month);
        let edges: Vec<_> = months.iter().map(|(_, span)| (span.start.unwrap(), span.end.unwrap())).collect();
        assert_eq!(edges[0], (date(2020, 1, 15), date(2020, 1, 31)));
        assert_eq!(edges[2], (date(2020, 3, 1), date(2020, 3, 31)));
        let quarters = periods(date(2019, 10, 1), date(2020, 12, 31), Step::Quarter);
        assert_eq!(quarters.len(), 5);
        assert_eq!(quarters[1].0, "1st quarter of 2020");
        assert_eq!(periods(date(2014, 1, 1), date(2022, 2, 28), Step::Year).len(), 9);
    }
}
