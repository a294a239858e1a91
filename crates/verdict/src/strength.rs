//! The history of a group's strength, with its losses from the data; sampled once for all who ask the same.

use std::sync::{Arc, PoisonError};

use casefile_measure::leadership::calendar_months;
use casefile_measure::strength::{Held, History, Losses, Question, losses, plan, posterior};
use casefile_model::claim::Selection;
use casefile_stats::strength::{Months, Range};

use crate::examine::Examiner;
use crate::finding::Coverage;

/// A history, and what is known of the losses in it.
pub struct Strength {
    /// The history.
    pub history: History,
    /// The data of the losses in a line; why there are none, where there are none.
    pub losses: Result<String, String>,
    /// Whether the data hold the losses of some months in part.
    pub partial: bool,
    /// The queries, as run.
    pub sql: Vec<String>,
}

/// What the data say of a group's losses.
#[derive(Default)]
pub(crate) struct Recorded {
    /// By month.
    pub losses: Vec<Losses>,
    /// Whether some months are held in part.
    pub partial: bool,
    /// The data in a line.
    pub source: String,
    /// The queries, as run.
    pub sql: Vec<String>,
}

impl Examiner<'_> {
    /// The history of strength that answers a question. What was asked before is not sampled again. `told` is called after each
    /// of the [`Question::settings`]' steps.
    ///
    /// # Errors
    /// Why there is none, in words for a reader.
    pub fn strength(&self, question: &Question, told: &(dyn Fn() + Sync)) -> Result<Arc<Strength>, String> {
        let key = format!("{question:?}");
        // Held while sampling, so that two who ask the same at once wait for one answer.
        let mut known = self.strengths.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(strength) = known.get(&key) {
            return Ok(Arc::clone(strength));
        }
        let plan = plan(self.case, question).map_err(|error| error.to_string())?;
        let (recorded, why) = match self.recorded(question.losses(plan.months), plan.months, question.coverage) {
            Ok(recorded) => (recorded, None),
            Err(why) => (Recorded::default(), Some(why)),
        };
        let history = posterior(self.case, question, plan, recorded.losses, told).map_err(|error| error.to_string())?;
        let losses = why.map_or(Ok(recorded.source), Err);
        let strength = Arc::new(Strength { history, losses, partial: recorded.partial, sql: recorded.sql });
        known.insert(key, Arc::clone(&strength));
        Ok(strength)
    }

    /// A group's recorded losses in the months of a model: those of the selection, which is none beyond the calendar.
    /// `coverage` is the share of the losses that partial data are taken to hold.
    pub(crate) fn recorded(
        &self,
        of: Option<Selection>,
        model: Months,
        coverage: Option<Range>,
    ) -> Result<Recorded, String> {
        let of = of.ok_or("the months lie beyond the calendar")?;
        let data = self.observe(&of)?;
        let (Some(first), Some(last)) = (data.window.start, data.window.end) else {
            return Err("the months have no end".to_owned());
        };
        let covers = self.covers(&of, &calendar_months(first, last))?;
        let held: Vec<Held> = covers
            .into_iter()
            .map(|coverage| match coverage {
                Coverage::Complete => Held::All,
                Coverage::Partial => Held::Some,
                Coverage::None => Held::None,
            })
            .collect();
        let losses = losses(&data.events, model, &held, coverage);
        Ok(Recorded { losses, partial: held.contains(&Held::Some), source: data.source, sql: data.sql })
    }
}
