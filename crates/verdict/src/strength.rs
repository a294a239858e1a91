//! The history of a group's strength, with its losses from the data; sampled once for all who ask the same.

use std::sync::{Arc, PoisonError};

use casefile_measure::strength::{Held, History, Losses, Question, losses, plan, posterior};
use casefile_measure::leadership::calendar_months;
use casefile_stats::strength::Months;

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

/// What the data say of the losses.
struct Recorded {
    losses: Vec<Losses>,
    partial: bool,
    source: String,
    sql: Vec<String>,
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
        let (recorded, why) = match self.recorded(question, plan.months) {
            Ok(recorded) => (recorded, None),
            Err(why) => {
                let none = Recorded { losses: Vec::new(), partial: false, source: String::new(), sql: Vec::new() };
                (none, Some(why))
            }
        };
        let history = posterior(self.case, question, plan, recorded.losses, told).map_err(|error| error.to_string())?;
        let losses = why.map_or(Ok(recorded.source), Err);
        let strength = Arc::new(Strength { history, losses, partial: recorded.partial, sql: recorded.sql });
        known.insert(key, Arc::clone(&strength));
        Ok(strength)
    }

    /// The group's recorded losses in the months of the model.
    fn recorded(&self, question: &Question, model: Months) -> Result<Recorded, String> {
        let of = question.losses(model).ok_or("the months lie beyond the calendar")?;
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
        let losses = losses(&data.events, model, &held, question.coverage);
        Ok(Recorded { losses, partial: held.contains(&Held::Some), source: data.source, sql: data.sql })
    }
}
