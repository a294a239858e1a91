//! The events around the losses of a group's leaders, over the stretches of time that the data cover alike.

use casefile_measure::change::day;
use casefile_measure::leadership::{Ground, WEEK, Weight, calendar_months, runs, weighted};
use casefile_model::claim::Selection;
use casefile_stats::leadership::Study;

use crate::examine::Examiner;
use crate::finding::Coverage;

/// The events around losses, and what must be known of the data to judge what they say.
#[derive(Debug, Clone, PartialEq)]
pub struct Surroundings {
    /// The events and the stretches in which they can be compared.
    pub ground: Ground,
    /// Events left out, since their date is vaguer than a week.
    pub vague: u64,
    /// Whether the data cover the study in part.
    pub partial: bool,
    /// Fewest events that a published number may rest on.
    pub least: u64,
    /// The data in a line.
    pub source: String,
    /// The queries, as run.
    pub sql: Vec<String>,
}

impl Examiner<'_> {
    /// The events of a selection for comparing `weeks` before and after a loss. The stretches that compare are the period of the
    /// selection where it `is_study`, else each run of months with complete data and one method.
    ///
    /// # Errors
    /// Why there are none, in words for a reader.
    pub fn surroundings(
        &self,
        of: &Selection,
        is_study: bool,
        weight: Weight,
        weeks: i64,
    ) -> Result<Surroundings, String> {
        let data = self.observe(of)?;
        let (events, vague) = weighted(&data.events, weight, WEEK);
        let (Some(first), Some(last)) = (data.window.start, data.window.end) else {
            return Err("A period with a beginning and an end is needed.".to_owned());
        };
        let studies = if is_study {
            vec![Study { from: i64::from(day(first)), to: i64::from(day(last)) }]
        } else {
            let periods = calendar_months(first, last);
            let covers = self.covers(of, &periods)?;
            let complete: Vec<bool> = covers.iter().map(|coverage| *coverage == Coverage::Complete).collect();
            runs(&periods, &complete, &data.breaks)
        };
        Ok(Surroundings {
            ground: Ground::new(events, studies, weeks),
            vague,
            partial: is_study && data.coverage != Coverage::Complete,
            least: data.least,
            source: data.source,
            sql: data.sql,
        })
    }
}
