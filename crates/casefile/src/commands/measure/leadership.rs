//! `casefile measure CASE leadership`: who led, how long, and what happened around the loss of a leader.

use casefile_case::Case;
use casefile_measure::change::{date, day};
use casefile_measure::leadership::{self, Leaders, Weight, runs, study_of, weighted};
use casefile_model::claim::Selection;
use casefile_model::date::{Edtf, Span};
use casefile_stats::leadership::{
    Days, Ending, Placebo, RateRatio, Study, Survival, Tenure, TenureRow, VagueDay, Weighted, Window, placebo,
    placebo_of_all, rate_ratio, survival, table,
};
use casefile_verdict::finding::Coverage;
use clap::Args;
use jiff::ToSpan;
use jiff::civil::Date;
use serde::Serialize;
use serde_json::json;

use super::reading::{Grid, Reading};
use super::selection::{known_places, period};
use super::{Desk, observed};
use crate::open::Failure;

/// Days of a block, whose scatter tells how uneven violence is.
const WEEK: i64 = 7;
/// Sets of random dates that several losses are compared with.
const SETS: usize = 2000;

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
    /// Count the events of the actor's parts too
    #[arg(long)]
    with_parts: bool,
    /// A place of the case that the events lie in; may be repeated
    #[arg(long, value_name = "ID")]
    place: Vec<String>,
    /// A dataset of the case; the one that covers the period best where absent
    #[arg(long, value_name = "ID")]
    dataset: Option<String>,
}

/// What happened around one loss.
#[derive(Serialize)]
struct Around {
    leader: String,
    loss: VagueDay,
    ratio: Option<RateRatio>,
    placebo: Option<Placebo>,
    /// Why nothing can be said.
    unsaid: Option<String>,
    #[serde(skip)]
    study: Option<Study>,
}

/// The events, and the stretches of time in which they can be compared.
struct Ground {
    events: Vec<Weighted>,
    studies: Vec<Study>,
    window: Window,
}

pub fn run(arguments: &Arguments, desk: &Desk<'_>) -> Result<Reading, Failure> {
    let case = desk.case;
    let actor = case.actor(&arguments.actor);
    let actor = actor.ok_or_else(|| Failure::Usage(format!("there is no actor `{}` in the case", arguments.actor)))?;
    known_places(case, &arguments.place)?;
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
        grids: vec![tenures(case, &leaders, &rows)],
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
        match ground(arguments, desk, &mut reading) {
            Ok(ground) => {
                around = losses.into_iter().map(|(leader, loss)| look(&ground, leader, loss)).collect();
                together = all_losses(&ground, &around, case.seed);
                let what = if arguments.deaths { "deaths" } else { "events" };
                reading.says.extend(around.iter().filter_map(|around| said(case, around, arguments.weeks, what)));
                reading.says.extend(together.as_ref().map(|(n, placebo)| of_all(*n, placebo)));
                reading.grids.push(changes(case, &around, what));
                reading.notes.extend(warnings(&around));
            }
            Err(why) => reading.notes.push(format!("no events around the losses: {why}")),
        }
    }
    reading.result = json!({
        "leaders": leaders, "tenures": rows, "survival": lasting.ok(), "losses": around,
        "all-losses": together.map(|(_, placebo)| placebo),
    });
    Ok(reading)
}

fn ground(arguments: &Arguments, desk: &Desk<'_>, reading: &mut Reading) -> Result<Ground, Failure> {
    let of = Selection {
        actor: vec![arguments.actor.clone()],
        with_parts: arguments.with_parts,
        place: arguments.place.clone(),
        dataset: arguments.dataset.clone(),
        period: arguments.period.or(desk.case.period),
        ..Selection::default()
    };
    let data = observed(desk, &of)?;
    let weight = if arguments.deaths { Weight::Deaths } else { Weight::Events };
    let (events, vague) = weighted(&data.events, weight, WEEK);
    if vague > 0 {
        reading.notes.push(format!("{vague} events whose date is vaguer than a week are left out"));
    }
    let (Some(first), Some(last)) = (data.window.start, data.window.end) else {
        return Err(Failure::Usage(
            "a period with a beginning and an end is needed, such as `--period 2020`".to_owned(),
        ));
    };
    let studies = if arguments.period.is_some() {
        if data.coverage != Coverage::Complete {
            let note = "the data cover the study only in part: a change may be one of coverage";
            reading.notes.push(note.to_owned());
        }
        vec![Study { from: i64::from(day(first)), to: i64::from(day(last)) }]
    } else {
        let periods = calendar_months(first, last);
        let covers = desk.examiner.covers(&of, &periods).map_err(Failure::Usage)?;
        let complete: Vec<bool> = covers.iter().map(|coverage| *coverage == Coverage::Complete).collect();
        runs(&periods, &complete, &data.breaks)
    };
    reading.source = format!("{}; {}", reading.source, data.source);
    reading.sql = data.sql;
    let window = Window { days: WEEK * arguments.weeks, block: WEEK };
    Ok(Ground { events, studies, window })
}

/// Calendar months from the first day to the last; the outer ones may be cut.
pub(super) fn calendar_months(first: Date, last: Date) -> Vec<Span> {
    let start = |n: i32| first.first_of_month().checked_add(n.months()).ok().filter(|start| *start <= last);
    let month = |from: Date| Span { start: Some(from.max(first)), end: Some(from.last_of_month().min(last)) };
    (0..).map_while(start).map(month).collect()
}

fn look(ground: &Ground, leader: String, loss: VagueDay) -> Around {
    let study = study_of(loss, &ground.studies);
    let found = study.map(|study| {
        let ratio = rate_ratio(&ground.events, loss, study, ground.window)?;
        Ok::<_, casefile_stats::leadership::LeadershipError>((
            ratio,
            placebo(&ground.events, loss, study, ground.window),
        ))
    });
    let (ratio, placebo, unsaid) = match found {
        None => (None, None, Some("the data are not complete there".to_owned())),
        Some(Err(casefile_stats::leadership::LeadershipError::Beyond { .. })) => {
            (None, None, Some("the weeks around it reach beyond the study".to_owned()))
        }
        Some(Err(error)) => (None, None, Some(error.to_string())),
        Some(Ok((ratio, placebo))) => (Some(ratio), placebo.ok(), None),
    };
    Around { leader, loss, ratio, placebo, unsaid, study }
}

/// The placebo test of all losses of one study together, where there are several.
fn all_losses(ground: &Ground, around: &[Around], seed: u64) -> Option<(usize, Placebo)> {
    let measured: Vec<&Around> = around.iter().filter(|around| around.ratio.is_some()).collect();
    let study = measured.first()?.study?;
    let losses: Vec<VagueDay> = measured.iter().filter(|one| one.study == Some(study)).map(|one| one.loss).collect();
    if losses.len() < 2 {
        return None;
    }
    let found = placebo_of_all(&ground.events, &losses, study, ground.window, SETS, seed).ok()?;
    Some((losses.len(), found))
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

fn tenures(case: &Case, leaders: &Leaders, rows: &[TenureRow]) -> Grid {
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
