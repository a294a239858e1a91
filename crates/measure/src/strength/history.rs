//! How strong a group was: what is asked, and the history that answers it.
//!
//! A history takes seconds to sample. Whoever shows it and whoever judges a claim by it ask the same [`Question`], so that it is
//! sampled once (`casefile_verdict::Examiner::strength` keeps what was asked before).

use casefile_case::Case;
use casefile_model::claim::Selection;
use casefile_model::date::Edtf;
use casefile_stats::strength::{
    Losses, Month, Months, Posterior, Priors, Range, Record, Settings, Shock, Sign, StrengthError, fit_telling,
};
use jiff::civil::Date;

use super::{Estimates, LeftOut, estimates, months, reach};

/// What is asked of a group's strength.
#[derive(Debug, Clone, PartialEq)]
pub struct Question {
    /// The actor.
    pub actor: String,
    /// The quantity of the case's estimates.
    pub quantity: String,
    /// The months of the model; those that the estimates and what is named here speak of, where absent.
    pub period: Option<Edtf>,
    /// A period that the model must reach over.
    pub window: Option<Edtf>,
    /// Named events that may have moved strength.
    pub shocks: Vec<Shock>,
    /// Fighters who surrendered or were captured, by month.
    pub departed: Vec<(Month, f64)>,
    /// The share of the losses that partial data are taken to hold.
    pub coverage: Option<Range>,
    /// Estimates to leave out.
    pub without: Vec<String>,
    /// Whether figures that repeat another one count too.
    pub repeats: bool,
    /// Whether the losses of the actor's parts count.
    pub with_parts: bool,
    /// Places of the case that the losses lie in.
    pub place: Vec<String>,
    /// The dataset of the losses.
    pub dataset: Option<String>,
    /// Draws kept of each of four chains.
    pub draws: u32,
}

/// Draws kept of each chain where none are named: 2,400 in all, which leave about 1% of the spread to chance.
pub const DRAWS: u32 = 600;

impl Question {
    /// How many fighters an actor had, by all that the case knows.
    #[must_use]
    pub fn about(actor: &str) -> Self {
        Self {
            actor: actor.to_owned(),
            quantity: "strength".to_owned(),
            period: None,
            window: None,
            shocks: Vec::new(),
            departed: Vec::new(),
            coverage: None,
            without: Vec::new(),
            repeats: false,
            with_parts: false,
            place: Vec::new(),
            dataset: None,
            draws: DRAWS,
        }
    }

    /// How the history is sampled, with this seed of the case.
    #[must_use]
    pub fn settings(&self, seed: u64) -> Settings {
        let draws = usize::try_from(self.draws).unwrap_or(usize::MAX);
        let usual = Settings::default();
        Settings { draws, warmup: usual.warmup.min(draws.max(200)), seed, ..usual }
    }

    /// The events that tell the group's losses in the months of a model; none beyond the calendar.
    #[must_use]
    pub fn losses(&self, model: Months) -> Option<Selection> {
        let first = |month: Month| Date::new(i16::try_from(month.year()).ok()?, month.of_year() as i8, 1).ok();
        let (first, last) = (first(model.from)?, first(model.to)?.last_of_month());
        Some(Selection {
            actor: vec![self.actor.clone()],
            with_parts: self.with_parts,
            place: self.place.clone(),
            dataset: self.dataset.clone(),
            period: Some(Edtf::parse(&format!("{first}/{last}")).ok()?),
            ..Selection::default()
        })
    }

    /// The months asked for, else those of the estimates with room for what is named.
    fn model(&self, found: &Estimates) -> Option<Months> {
        if let Some(months) = self.period.as_ref().and_then(months) {
            return Some(months);
        }
        let reach = reach(found)?;
        let named = || self.shocks.iter().map(|shock| shock.month).chain(self.departed.iter().map(|(month, _)| *month));
        let window = self.window.as_ref().and_then(months);
        let from = named().chain(window.map(|window| window.from)).map(|month| month.plus(-1)).min();
        let to = named().chain(window.map(|window| window.to)).max();
        Some(Months::new(
            from.map_or(reach.from, |from| from.min(reach.from)),
            to.map_or(reach.to, |to| to.max(reach.to)),
        ))
    }
}

/// Why there is no history.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum HistoryError {
    /// No such actor.
    #[error("there is no actor `{0}` in the case")]
    Actor(String),
    /// No such estimate.
    #[error("there is no estimate `{0}` in the case")]
    Estimate(String),
    /// Nothing says how many there were.
    #[error(
        "no estimate of the {quantity} of {actor} can be used{left_out}\nhint: write one as an `[[estimate]]` with `quantity = \
         \"{quantity}\"`, however vague: losses and events alone do not tell a group's size"
    )]
    Nothing {
        /// The actor.
        actor: String,
        /// The quantity.
        quantity: String,
        /// Those that cannot be used, in brackets.
        left_out: String,
    },
    /// As the model says.
    #[error(transparent)]
    Strength(#[from] StrengthError),
}

/// The estimates and the months of a history that is still to be sampled.
#[derive(Debug, Clone, PartialEq)]
pub struct Plan {
    /// The estimates taken and left out.
    pub estimates: Estimates,
    /// The months of the model.
    pub months: Months,
}

/// A sampled history.
pub struct History {
    /// The estimates taken and left out.
    pub estimates: Estimates,
    /// What the model was given.
    pub record: Record,
    /// What it says.
    pub posterior: Posterior,
}

/// Gathers the estimates that a question is answered from, and the months of the model.
///
/// # Errors
/// [`HistoryError`]: an actor or estimate that the case does not have, or no estimate that can be used.
pub fn plan(case: &Case, question: &Question) -> Result<Plan, HistoryError> {
    let actor = case.actor(&question.actor).ok_or_else(|| HistoryError::Actor(question.actor.clone()))?;
    if let Some(id) = question.without.iter().find(|id| case.estimate(id).is_none()) {
        return Err(HistoryError::Estimate(id.clone()));
    }
    let mut found = estimates(case, &actor.id, &question.quantity, &question.without, question.repeats);
    let model = question.model(&found);
    if let Some(model) = model {
        keep_within(&mut found, model);
    }
    let Some(months) = model.filter(|_| !found.coded.is_empty()) else {
        let left: Vec<String> =
            found.left_out.iter().map(|out| format!("`{}`: {}", out.statement, out.because)).collect();
        let left_out = if left.is_empty() { String::new() } else { format!(" ({})", left.join("; ")) };
        let (actor, quantity) = (actor.label().to_owned(), question.quantity.clone());
        return Err(HistoryError::Nothing { actor, quantity, left_out });
    };
    Ok(Plan { estimates: found, months })
}

/// Cuts the months of estimates to those of the model; leaves out estimates that lie outside.
fn keep_within(found: &mut Estimates, model: Months) {
    found.coded.retain_mut(|coded| {
        let months = &mut coded.estimate.months;
        let within = months.from <= model.to && model.from <= months.to;
        if within {
            *months = Months::new(months.from.max(model.from), months.to.min(model.to));
        } else {
            let because = format!("it speaks of {months}, outside the months of the model");
            found.left_out.push(LeftOut { statement: coded.statement.clone(), because });
        }
        within
    });
}

/// Samples the history of strength, from the plan and the recorded losses; `told` is called after each of its
/// [`Settings::steps`], from several threads. Repeatable: the case gives the seed.
///
/// # Errors
/// As [`casefile_stats::strength::fit`].
pub fn posterior(
    case: &Case,
    question: &Question,
    plan: Plan,
    losses: Vec<Losses>,
    told: &(dyn Fn() + Sync),
) -> Result<History, HistoryError> {
    let record = Record {
        months: plan.months,
        estimates: plan.estimates.coded.iter().map(|coded| coded.estimate.clone()).collect(),
        losses,
        departures: question.departed.clone(),
        shocks: question.shocks.clone(),
    };
    let priors = Priors::for_record(&record)?;
    let posterior = fit_telling(&record, &priors, &question.settings(case.seed), told)?;
    Ok(History { estimates: plan.estimates, record, posterior })
}

/// The one month that a text such as `2020-08` names.
///
/// # Errors
/// In words, where it names none or several.
pub fn one_month(text: &str) -> Result<Month, String> {
    let date = Edtf::parse(text).map_err(|error| error.to_string())?;
    months(&date)
        .filter(|months| months.len() == 1)
        .map(|months| months.from)
        .ok_or_else(|| format!("`{text}` is not one month, such as 2020-08"))
}

/// A named event that may have moved strength: `NAME=2020-08`, or the identifier of an event of the case; then `:gain` or
/// `:loss` where that is known.
///
/// # Errors
/// In words, where it is neither.
pub fn shock(case: &Case, text: &str) -> Result<Shock, String> {
    let (what, sign) = match text.rsplit_once(':') {
        Some((what, "gain")) => (what, Sign::Gain),
        Some((what, "loss")) => (what, Sign::Loss),
        _ => (text, Sign::Unknown),
    };
    if let Some((name, month)) = what.split_once('=') {
        return Ok(Shock { name: name.trim().to_owned(), month: one_month(month)?, sign });
    }
    let event = case.event(what).ok_or_else(|| {
        format!("`{text}` names neither a month nor an event of the case; write `NAME=2020-08`, then `:gain` or `:loss` if known")
    })?;
    let month = months(&event.when).filter(|months| months.len() == 1).map(|months| months.from);
    let month = month
        .ok_or_else(|| format!("`{what}` was {}, not in one month; write `NAME=2020-08`", event.when.english()))?;
    Ok(Shock { name: what.to_owned(), month, sign })
}
