//! How far the events of a selection lead to further events.

use casefile_measure::contagion::{OverTime, Settings, over_time};
use casefile_stats::hawkes::Estimate;

use super::{asked, missing};
use crate::context::Context;
use crate::figure::{self, contagion};
use crate::keys::{Keys, SELECTION};
use crate::markdown::Directive;
use crate::slip::Slip;

/// Backgrounds that are fitted where none are named, by their number of steps.
pub const STEPS: [usize; 3] = [1, 4, 12];
/// Longest span of days from which an event's day is drawn.
pub const MAX_DAYS: u32 = 3;

pub(super) fn contagion(context: &Context<'_>, directive: &Directive, id: &str) -> Result<String, Vec<Slip>> {
    let mut keys = Keys::new(context, directive, &[&SELECTION[..], &["steps"]].concat());
    let of = keys.selection_of_case();
    let steps = keys.numbers("steps", 1..=400).unwrap_or_else(|| STEPS.to_vec());
    let title = keys.title(|| asked(context, "do events lead to events?", &of));
    let (of, title) = keys.finish((of, title))?;
    let drawn = || -> Result<(contagion::Contagion, String), String> {
        let data = context.input.figure_data.observe(&of)?;
        let settings = Settings { steps, max_days: MAX_DAYS, draws: 1, seed: context.input.case.seed };
        let found = over_time(&data.events, &data.window, &data.breaks, &settings).map_err(|error| error.to_string())?;
        Ok((input(&found, &title), data.source))
    };
    Ok(match drawn() {
        Ok((input, source)) => figure::html(id, &source, |options| contagion::render(&input, options)),
        Err(why) => missing(id, &title, &why),
    })
}

/// The figure of the fits.
#[must_use]
pub fn input(found: &OverTime, title: &str) -> contagion::Contagion {
    let three = |e: &Estimate| [e.value, e.low, e.high];
    let fits = found.fits.iter().map(|one| contagion::Fit {
        background: if one.steps == 1 { "one rate".to_owned() } else { format!("{} rates", one.steps) },
        successors: three(&one.fit.branching),
        half_life: one.fit.half_life.as_ref().map(three),
        aic: [one.fit.aic, one.fit.aic_alone],
        residuals: one.fit.residual.quantiles.to_vec(),
        days: one.fit.residual.values,
        p: one.fit.residual.p,
    });
    let best = found.best().and_then(|best| found.fits.iter().position(|one| one.steps == best.steps));
    contagion::Contagion { title: title.to_owned(), fits: fits.collect(), best: best.unwrap_or(0) }
}
