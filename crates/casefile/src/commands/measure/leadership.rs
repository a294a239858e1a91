//! `casefile measure CASE leadership`: who led, how long, and what happened around the loss of a leader.

use casefile_brief::figure::{Options, tenures};
use casefile_brief::figures;
use casefile_case::Case;
use casefile_measure::change::date;
use casefile_measure::leadership::{self, Around, Leaders, Weight};
use casefile_model::date::Edtf;
use casefile_stats::leadership::{
    Days, Ending, Placebo, RateRatio, Survival, Tenure, TenureRow, VagueDay, survival, table,
};
use casefile_verdict::leadership::Surroundings;
use clap::Args;
use jiff::civil::Date;
use serde_json::json;

use super::reading::{Grid, Reading};
use super::selection::{OfActor, period};
use super::Desk;
use crate::open::Failure;

/// Who led and for how long; how violence changed around the loss of each leader, with a placebo test
#[derive(Args)]
pub struct Arguments {
    /// The actor that is led
    #[arg(long, value_name = "ID")]
    actor: String,
    /// Only offices whose name holds this; all but deputies where absent
    #[arg(long, value_name = "TEXT")]
    role: Option<String>,
    /// Weeks on either side of a loss
    #[arg(long, value_name = "N", default_value_t = 8, value_parser = clap::value_parser!(i64).range(2..=520))]
    weeks: i64,
    /// Compare deaths (best estimate), not events
    #[arg(long)]
    deaths: bool,
    /// The study: dates within it are the placebo; each stretch of complete data where absent
    #[arg(long, value_name = "DATE", value_parser = period)]
    period: Option<Edtf>,
    #[command(flatten)]
    events: OfActor,
}

pub fn run(arguments: &Arguments, desk: &Desk<'_>) -> Result<Reading, Failure> {
    let case = desk.case;
    let actor = case.actor(&arguments.actor);
    let actor = actor.ok_or_else(|| Failure::Usage(format!("there is no actor `{}` in the case", arguments.actor)))?;
    arguments.events.known(case)?;
    let leaders = leadership::leaders(case, &actor.id, arguments.role.as_deref()).ok_or_else(|| {
        Failure::Usage(format!(
            "no statement says when anyone led {}\nhint: a relation of the kind `leadership` to `{}` with a `valid` does",
            actor.label(),
            actor.id
        ))
    })?;
    let wrong = |error: casefile_stats::leadership::LeadershipError| Failure::Usage(error.to_string());
    let rows = table(&leaders.tenures(), leaders.as_of).map_err(wrong)?;
    let lasting = survival(&leaders.tenures(), leaders.as_of);

    let mut reading = Reading {
        title: format!("Leadership: {}", actor.label()),
        source: "the case's relations".to_owned(),
        says: vec![counted(&leaders)],
        grids: vec![table_of(case, &leaders, &rows)],
        ..Reading::default()
    };
    match &lasting {
        Ok(found) => reading.says.push(lasts(found)),
        Err(error) => reading.notes.push(error.to_string()),
    }
    let losses: Vec<(String, VagueDay)> =
        rows.iter().filter_map(|row| row.tenure.to.map(|(day, _)| (row.tenure.leader.clone(), day))).collect();
    let (mut around, mut together) = (Vec::new(), None);
    if !losses.is_empty() {
        match surroundings(arguments, desk, &mut reading) {
            Ok(Surroundings { ground, .. }) => {
                around = losses.into_iter().map(|(leader, loss)| leadership::around(&ground, leader, loss)).collect();
                together = leadership::all_losses(&ground, &around, case.seed);
                let what = if arguments.deaths { "deaths" } else { "events" };
                reading.says.extend(around.iter().filter_map(|around| said(case, around, arguments.weeks, what)));
                reading.says.extend(together.as_ref().map(|(n, placebo)| of_all(*n, placebo)));
                reading.grids.push(changes(case, &around, what));
                reading.notes.extend(warnings(&around));
            }
            Err(why) => reading.notes.push(format!("no events around the losses: {why}")),
        }
    }
    let what = if arguments.deaths { "deaths" } else { "events" };
    let drawn = figures::leadership::input(case, &reading.title, &rows, leaders.as_of, &around, (arguments.weeks, what));
    reading.figure = Some(tenures::render(&drawn, &Options::wide("leadership")));
    reading.result = json!({
        "leaders": leaders, "tenures": rows, "survival": lasting.ok(), "losses": around,
        "all-losses": together.map(|(_, placebo)| placebo),
    });
    Ok(reading)
}

fn surroundings(arguments: &Arguments, desk: &Desk<'_>, reading: &mut Reading) -> Result<Surroundings, String> {
    let of = arguments.events.selection(&arguments.actor, arguments.period.or(desk.case.period));
    let weight = if arguments.deaths { Weight::Deaths } else { Weight::Events };
    let found = desk.examiner.surroundings(&of, arguments.period.is_some(), weight, arguments.weeks)?;
    if found.vague > 0 {
        reading.notes.push(format!("{} events whose date is vaguer than a week are left out", found.vague));
    }
    if found.partial {
        let note = "the data cover the study only in part: a change may be one of coverage";
        reading.notes.push(note.to_owned());
    }
    reading.source = format!("{}; {}", reading.source, found.source);
    reading.sql.clone_from(&found.sql);
    Ok(found)
}

fn counted(leaders: &Leaders) -> String {
    let endings: Vec<Ending> = leaders.told.iter().filter_map(|told| told.tenure.to.map(|(_, how)| how)).collect();
    let of = |how: Ending| endings.iter().filter(|ending| **ending == how).count();
    let parts: Vec<String> =
        [(Ending::Death, "by death"), (Ending::Removal, "by removal"), (Ending::Other, "otherwise")]
            .into_iter()
            .filter(|(how, _)| of(*how) > 0)
            .map(|(how, word)| format!("{} {word}", of(how)))
            .collect();
    let n = leaders.told.len();
    let lost = if endings.is_empty() {
        "none of whom lost office".to_owned()
    } else {
        format!("{} of whom lost office ({})", endings.len(), parts.join(", "))
    };
    format!("{n} leader{}, {lost} by {}.", if n == 1 { "" } else { "s" }, long(leaders.as_of))
}

fn lasts(found: &Survival) -> String {
    let half = match found.median {
        [Some(least), Some(most)] if least == most => format!("; half were gone after {least:.0} days"),
        [Some(least), Some(most)] => format!("; half were gone after {least:.0} to {most:.0} days"),
        _ => String::new(),
    };
    format!(
        "{:.2} losses per leader-year (90%: {:.2} to {:.2}){half}.",
        found.hazard, found.hazard_low, found.hazard_high
    )
}

fn said(case: &Case, around: &Around, weeks: i64, what: &str) -> Option<String> {
    let ratio = around.ratio?;
    let test = around.placebo.map_or_else(String::new, |placebo| {
        format!(
            " Of all dates of the study {} show as deep a fall and {} as large a change; {:.1} windows fit into it.",
            percent(placebo.fall),
            percent(placebo.either),
            placebo.independent
        )
    });
    Some(format!(
        "Around the loss of {} ({}): {what} in the {weeks} weeks before {:.0}, in those after {:.0}, {}.{test}",
        label(case, &around.leader),
        when(around.loss),
        ratio.before,
        ratio.after,
        times(&ratio)
    ))
}

fn of_all(losses: usize, placebo: &Placebo) -> String {
    format!(
        "Of the {losses} losses together: {} of random sets of dates show as deep a fall, {} as large a change.",
        percent(placebo.fall),
        percent(placebo.either)
    )
}

fn table_of(case: &Case, leaders: &Leaders, rows: &[TenureRow]) -> Grid {
    let statement = |tenure: &Tenure| {
        let told = leaders.told.iter().find(|told| told.tenure == *tenure);
        told.map_or_else(String::new, |told| told.statement.clone())
    };
    let rows = rows.iter().map(|row| {
        let end = row.tenure.to.map_or_else(
            || "in office".to_owned(),
            |(day, how)| match how {
                Ending::Death => format!("{}, death", when(day)),
                Ending::Removal => format!("{}, removal", when(day)),
                Ending::Other => when(day),
            },
        );
        vec![
            label(case, &row.tenure.leader),
            when(row.tenure.from),
            end,
            range(row.lasted),
            row.gap.map_or_else(|| "–".to_owned(), range),
            statement(&row.tenure),
        ]
    });
    Grid {
        title: "Leaders".to_owned(),
        columns: ["leader", "from", "to", "days in office", "days without before", "statement"]
            .map(str::to_owned)
            .to_vec(),
        rows: rows.collect(),
    }
}

fn changes(case: &Case, around: &[Around], what: &str) -> Grid {
    let rows = around.iter().map(|around| {
        let p = |of: fn(&Placebo) -> f64| {
            around.placebo.as_ref().map_or_else(|| "–".to_owned(), |x| format!("{:.2}", of(x)))
        };
        let mut row = vec![label(case, &around.leader), when(around.loss)];
        match (&around.ratio, &around.unsaid) {
            (Some(ratio), _) => row.extend([
                format!("{:.0}", ratio.before),
                format!("{:.0}", ratio.after),
                times(ratio),
                p(|x| x.fall),
                p(|x| x.either),
            ]),
            (None, why) => {
                row.extend([
                    "–".to_owned(),
                    "–".to_owned(),
                    why.clone().unwrap_or_default(),
                    "–".to_owned(),
                    "–".to_owned(),
                ]);
            }
        }
        row
    });
    let columns = ["loss of", "when", "before", "after", "ratio (90%)", "p of a fall", "p of a change"];
    Grid {
        title: format!("Rates of {what} around the losses"),
        columns: columns.map(str::to_owned).to_vec(),
        rows: rows.collect(),
    }
}

fn warnings(around: &[Around]) -> Vec<String> {
    let mut notes = Vec::new();
    if around.iter().any(|around| around.unsaid.is_some()) {
        notes.push("`--period` takes another study, and fewer `--weeks` a narrower window".to_owned());
    }
    if around.iter().any(|around| around.ratio.is_some()) {
        notes.push("one group's series cannot tell what would have happened otherwise: leaders are lost when a group is under attack".to_owned());
    }
    if around.iter().filter_map(|around| around.ratio).any(|ratio| ratio.adjusted) {
        notes.push("where a count is zero, a half is added to both".to_owned());
    }
    notes
}

/// `27 April 2017`, `April 2020`, `1 July 2016 to 30 September 2016`.
fn when(day: VagueDay) -> String {
    let [first, last] = [day.earliest, day.latest].map(calendar);
    if first == last {
        long(day.earliest)
    } else if first == last.first_of_month() && last == first.last_of_month() {
        first.strftime("%B %Y").to_string()
    } else {
        format!("{} to {}", long(day.earliest), long(day.latest))
    }
}

fn calendar(day: i64) -> Date {
    date(i32::try_from(day).unwrap_or(i32::MAX))
}

fn long(day: i64) -> String {
    calendar(day).strftime("%-d %B %Y").to_string()
}

fn range(days: Days) -> String {
    let text =
        if days.least == days.most { days.least.to_string() } else { format!("{} to {}", days.least, days.most) };
    text.replace('-', "−")
}

fn times(ratio: &RateRatio) -> String {
    format!("×{:.2} (×{:.2} to ×{:.2})", ratio.ratio, ratio.low, ratio.high)
}

fn percent(p: f64) -> String {
    if p < 0.1 { format!("{:.1}%", p * 100.0) } else { format!("{:.0}%", p * 100.0) }
}

fn label(case: &Case, id: &str) -> String {
    case.actor(id).map_or_else(|| id.to_owned(), |actor| actor.label().to_owned())
}
