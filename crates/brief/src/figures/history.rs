//! A group's strength as modelled over time, with the estimates behind it.

use casefile_case::Case;
use casefile_measure::strength::{History, Question, shock};
use casefile_stats::strength::{Month, Months, Quantiles};
use jiff::civil::Date;

use super::estimates::range;
use super::{missing, names};
use crate::context::Context;
use crate::figure::{self, Figure, Options, Period, history, strength};
use crate::keys::Keys;
use crate::markdown::Directive;
use crate::slip::Slip;

pub(super) fn history(context: &Context<'_>, directive: &Directive, id: &str) -> Result<String, Vec<Slip>> {
    let allowed = ["actor", "quantity", "period", "shocks", "with-parts", "place", "dataset"];
    let mut keys = Keys::new(context, directive, &allowed);
    keys.require("actor", "ID");
    let actors = keys.actors("actor");
    let of = keys.selection();
    let shocks = keys.read("shocks", "an event of the case, or NAME=2020-08", |text| shock(context.input.case, text));
    let quantity = keys.text("quantity").unwrap_or("strength").to_owned();
    let title = keys.title(|| format!("{}modelled {}", names(context, &actors), quantity.replace('-', " ")));
    let (actors, of, shocks, title) = keys.finish((actors, of, shocks, title))?;
    let [actor] = actors.as_slice() else {
        let slip = Slip::new("too-many", directive.at.clone(), "a history is that of one actor");
        return Err(vec![slip.expected("actor=ID")]);
    };
    let question = Question {
        quantity,
        period: of.period,
        shocks,
        with_parts: of.with_parts,
        place: of.place,
        dataset: of.dataset,
        ..Question::about(actor)
    };
    Ok(match context.input.figure_data.strength(&question) {
        Err(why) => missing(id, &title, &why),
        Ok(found) => {
            let input = input(context.input.case, &title, &found.history);
            let losses = found.losses.as_ref().map_or_else(|_| "no losses at hand".to_owned(), Clone::clone);
            let source = format!("Model of the case's estimates and of losses in {losses}.");
            figure::html(id, &source, |options| history::render(&input, options))
        }
    })
}

/// The figure of a history, wide.
#[must_use]
pub fn drawn(case: &Case, label: &str, found: &History) -> Figure {
    let title = format!("{label}: modelled strength");
    history::render(&input(case, &title, found), &Options::wide("strength"))
}

/// The figure of a history.
#[must_use]
pub fn input(case: &Case, title: &str, found: &History) -> history::History {
    let posterior = &found.posterior;
    let level = |m: &casefile_stats::strength::MonthOfStrength| {
        let Quantiles { q05, q25, q50, q75, q95 } = m.strength.posterior;
        Some(history::Level { month: days(Months::one(m.month))?, strength: [q05, q25, q50, q75, q95] })
    };
    let three = |q: Quantiles| [q.q05, q.q50, q.q95];
    let shocks = posterior.shocks().into_iter().filter_map(|effect| {
        let month = days(Months::one(effect.shock.month))?;
        let name = case.event(&effect.shock.name).and_then(|event| event.envelope.text.clone());
        let name = name.unwrap_or_else(|| effect.shock.name.clone());
        Some(history::Shock { name, month, factor: three(effect.factor.posterior) })
    });
    let model = found.record.months;
    let years = (model.from.year()..=model.to.year()).map(Months::year);
    let recruits = years.filter_map(|year| {
        let year = Months::new(year.from.max(model.from), year.to.min(model.to));
        let recruits = posterior.regeneration(year).ok()?.recruits;
        let (informed, recruits) = (recruits.informed, three(recruits.posterior));
        Some(history::Flow { period: days(year)?, recruits, informed })
    });
    let estimates = found.estimates.coded.iter().filter_map(|coded| {
        let estimate = case.estimate(&coded.statement)?;
        Some(strength::Estimate {
            source: coded.estimate.source.clone(),
            phrase: estimate.value.phrase().to_owned(),
            when: days(coded.estimate.months)?,
            strict: range(&estimate.value.strict()),
            pragmatic: range(&estimate.value.pragmatic()),
        })
    });
    let unit = found.estimates.coded.first().and_then(|coded| case.estimate(&coded.statement));
    history::History {
        title: title.to_owned(),
        unit: unit.map_or_else(|| "fighters".to_owned(), |estimate| estimate.unit.clone()),
        months: posterior.months().iter().filter_map(level).collect(),
        estimates: estimates.collect(),
        shocks: shocks.collect(),
        recruits: recruits.collect(),
    }
}

fn days(months: Months) -> Option<Period> {
    let first = |month: Month| Date::new(i16::try_from(month.year()).ok()?, month.of_year() as i8, 1).ok();
    Some(Period::new(first(months.from)?, first(months.to)?.last_of_month()))
}
