//! `casefile measure CASE strength`: how many fighters a group had, and how it renewed itself.

use casefile_brief::figures;
use casefile_case::Case;
use casefile_measure::strength::{self, DRAWS, Estimates, History, Question, months, one_month};
use casefile_model::date::Edtf;
use casefile_stats::strength::{
    Answer, Comparison, Month, Months, Posterior, Quantiles, Range, Record, Regeneration, Sign, StrengthError,
};
use clap::{Args, ValueEnum};
use serde_json::json;

use super::Desk;
use super::reading::{Grid, Reading};
use super::selection::{OfActor, period};
use crate::open::Failure;
use crate::show;

/// Probability from which a comparison of years is put into a sentence.
const SURE: f64 = 0.9;

/// How many fighters a group had over time, how it renewed itself, and what single events cost it
#[derive(Args)]
pub struct Arguments {
    /// The actor whose strength is asked for
    #[arg(long, value_name = "ID")]
    actor: String,
    /// The quantity of the case's estimates
    #[arg(long, value_name = "NAME", default_value = "strength")]
    quantity: String,
    /// The months of the model; those the estimates speak of, and half a year before, where absent
    #[arg(long, value_name = "DATE", value_parser = period)]
    period: Option<Edtf>,
    /// Show strength by this period
    #[arg(long, value_enum, default_value_t = By::Year)]
    by: By,
    /// Recruits, exits and named events over this period
    #[arg(long, value_name = "FROM/TO", value_parser = period)]
    window: Option<Edtf>,
    /// An event that may have moved strength: NAME=2020-08, or the id of an event of the case; then :gain or :loss where
    /// that is known. May be repeated
    #[arg(long, value_name = "NAME=MONTH")]
    shock: Vec<String>,
    /// Fighters who surrendered or were captured in a month: 2018-08=200. May be repeated
    #[arg(long, value_name = "MONTH=N", value_parser = departure)]
    departed: Vec<(Month, f64)>,
    /// The share of the group's losses that partial data are taken to hold: 0.05-0.4; not known where absent
    #[arg(long, value_name = "LOW-HIGH", value_parser = share)]
    coverage: Option<Range>,
    /// Leave out this estimate; may be repeated
    #[arg(long, value_name = "ID")]
    without: Vec<String>,
    /// Count figures that repeat another one too
    #[arg(long)]
    repeats: bool,
    #[command(flatten)]
    events: OfActor,
    /// Draws kept of each of four chains; more are slower and surer
    #[arg(long, value_name = "N", default_value_t = DRAWS, value_parser = clap::value_parser!(u32).range(100..=100_000))]
    draws: u32,
}

/// Length of a period.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum By {
    /// Calendar month
    Month,
    /// Calendar year
    Year,
}

fn departure(text: &str) -> Result<(Month, f64), String> {
    let (when, n) = text.split_once('=').ok_or("expected a month and a number: 2018-08=200")?;
    let n: f64 = n.trim().parse().map_err(|_| format!("`{n}` is no number of fighters"))?;
    Ok((one_month(when)?, n))
}

fn share(text: &str) -> Result<Range, String> {
    let expected = "expected two shares above 0 and below 1, the lower first: 0.05-0.4";
    let (low, high) = text.split_once('-').ok_or(expected)?;
    let number = |text: &str| text.trim().parse::<f64>().map_err(|_| expected.to_owned());
    let range = Range::new(number(low)?, number(high)?);
    if 0.0 < range.lo && range.lo < range.hi && range.hi < 1.0 { Ok(range) } else { Err(expected.to_owned()) }
}

impl Arguments {
    fn question(&self, case: &Case) -> Result<Question, Failure> {
        let shocks = self.shock.iter().map(|text| strength::shock(case, text)).collect::<Result<Vec<_>, _>>();
        Ok(Question {
            quantity: self.quantity.clone(),
            period: self.period,
            window: self.window,
            shocks: shocks.map_err(Failure::Usage)?,
            departed: self.departed.clone(),
            coverage: self.coverage,
            without: self.without.clone(),
            repeats: self.repeats,
            with_parts: self.events.with_parts,
            place: self.events.place.clone(),
            dataset: self.events.dataset.clone(),
            draws: self.draws,
            ..Question::about(&self.actor)
        })
    }
}

pub fn run(arguments: &Arguments, desk: &Desk<'_>) -> Result<Reading, Failure> {
    let case = desk.case;
    let label = case.actor(&arguments.actor).map_or(arguments.actor.as_str(), |actor| actor.label());
    arguments.events.known(case)?;
    let question = arguments.question(case)?;
    let bar = show::progress(question.settings(case.seed).steps(), "sampling histories");
    let found = desk.examiner.strength(&question, &|| bar.inc(1));
    bar.finish_and_clear();
    let found = found.map_err(Failure::Usage)?;
    let mut reading = Reading { sql: found.sql.clone(), ..Reading::default() };
    match &found.losses {
        Ok(source) => reading.source.clone_from(source),
        Err(why) => reading.notes.push(format!("without losses: {why}")),
    }
    if found.partial && arguments.coverage.is_none() {
        let note = "what share of the losses the data hold is not known where they are partial; `--coverage 0.05-0.4` states it";
        reading.notes.push(note.to_owned());
    }
    let History { estimates, record, posterior } = &found.history;
    let mut reading = read(arguments, label, record, estimates, posterior, reading)?;
    reading.figure = Some(figures::history::drawn(case, label, &found.history));
    Ok(reading)
}

fn read(
    arguments: &Arguments,
    actor: &str,
    record: &Record,
    found: &Estimates,
    posterior: &Posterior,
    mut reading: Reading,
) -> Result<Reading, Failure> {
    let wrong = |error: StrengthError| Failure::Usage(error.to_string());
    let periods = periods(record.months, arguments.by);
    let strengths = periods
        .iter()
        .map(|months| posterior.strength(*months).map(|answer| (*months, answer)))
        .collect::<Result<Vec<_>, _>>()
        .map_err(wrong)?;
    let compared = periods.windows(2).map(|pair| posterior.compare(pair[1], pair[0])).collect::<Result<Vec<_>, _>>();
    let compared = compared.map_err(wrong)?;
    let window = arguments.window.as_ref().and_then(months);
    let flows = window.map(|window| posterior.regeneration(window)).transpose().map_err(wrong)?;
    let summary = posterior.summary();

    let mut sources: Vec<&str> = record.estimates.iter().map(|estimate| estimate.source.as_str()).collect();
    sources.sort_unstable();
    sources.dedup();
    let stated = format!("{} of the case's estimates, by {} counters", record.estimates.len(), sources.len());
    reading.source = if reading.source.is_empty() { stated } else { format!("{stated}; {}", reading.source) };
    reading.title = format!("Strength: {actor}, {}", record.months);
    reading.says = sentences(&strengths, &compared, arguments.by);
    reading.says.extend(flows.as_ref().map(renewal));
    reading.grids.push(history(&strengths, &compared, arguments.by));
    reading.grids.extend(flows.as_ref().map(flow));
    if !summary.shocks.is_empty() {
        reading.grids.push(effects(&summary.shocks));
    }
    reading.grids.push(biases(&summary.sources));
    reading.notes.extend(notes(found, posterior, flows.as_ref()));
    reading.result = json!({
        "estimates": found, "record": record, "strength": strengths, "compared": compared, "regeneration": flows,
        "summary": summary,
    });
    Ok(reading)
}

/// The calendar years, or the months, of the model; the outer years may be cut.
fn periods(model: Months, by: By) -> Vec<Months> {
    let count = i32::try_from(model.len()).unwrap_or(0);
    match by {
        By::Month => (0..count).map(|i| Months::one(model.from.plus(i))).collect(),
        By::Year => (model.from.year()..=model.to.year())
            .map(Months::year)
            .map(|year| Months::new(year.from.max(model.from), year.to.min(model.to)))
            .collect(),
    }
}

fn sentences(strengths: &[(Months, Answer)], compared: &[Comparison], by: By) -> Vec<String> {
    let mut says: Vec<String> = Vec::new();
    let told = |(months, answer): &(Months, Answer)| {
        let hedge = if answer.informed { "" } else { "; the estimates hardly tell" };
        format!(
            "In {} it had about {} fighters (90%: {}){hedge}.",
            named(*months),
            about(answer.posterior.q50),
            spread(answer.posterior)
        )
    };
    says.extend(strengths.last().map(told));
    let most = strengths.iter().max_by(|a, b| a.1.posterior.q50.total_cmp(&b.1.posterior.q50));
    if let Some(most) = most.filter(|most| strengths.last().is_some_and(|last| last.0 != most.0)) {
        says.push(format!(
            "It was at its height in {}, with about {} ({}).",
            named(most.0),
            about(most.1.posterior.q50),
            spread(most.1.posterior)
        ));
    }
    if by == By::Year {
        let moved = |c: &Comparison| {
            let (word, chance) = if c.chance >= 0.5 { ("larger", c.chance) } else { ("smaller", 1.0 - c.chance) };
            (chance >= SURE)
                .then(|| format!("{word} in {} than in {} ({})", named(c.months), named(c.than), likely(chance)))
        };
        let moves: Vec<String> = compared.iter().filter_map(moved).collect();
        says.push(if moves.is_empty() {
            "From no year to the next is it clear whether it grew.".to_owned()
        } else {
            format!("It was {}.", moves.join(", "))
        });
    }
    says
}

fn renewal(flows: &Regeneration) -> String {
    let hedge = if flows.recruits.informed { "" } else { "; the estimates hardly tell" };
    format!(
        "Over {} it changed by {} fighters a month (90%: {}), with {} recruits a month ({}){hedge}.",
        flows.months,
        signed(flows.net.posterior.q50),
        signed_spread(flows.net.posterior),
        about(flows.recruits.posterior.q50),
        spread(flows.recruits.posterior)
    )
}

fn history(strengths: &[(Months, Answer)], compared: &[Comparison], by: By) -> Grid {
    let rows = strengths.iter().enumerate().map(|(i, (months, answer))| {
        let larger =
            i.checked_sub(1).and_then(|i| compared.get(i)).map_or_else(|| "–".to_owned(), |c| likely(c.chance));
        vec![
            named(*months),
            about(answer.posterior.q50),
            spread(answer.posterior),
            format!("{} ({})", about(answer.prior.q50), spread(answer.prior)),
            larger,
        ]
    });
    let unit = if by == By::Year { "year" } else { "month" };
    let columns = [unit, "fighters", "90%", "before the estimates", "larger than before"].map(str::to_owned).to_vec();
    Grid { title: format!("Strength by {unit}"), columns, rows: rows.collect() }
}

fn flow(flows: &Regeneration) -> Grid {
    let row = |what: &str, answer: &Answer, by: fn(f64) -> String| {
        let q = answer.posterior;
        vec![what.to_owned(), by(q.q50), format!("{} to {}", by(q.q05), by(q.q95)), tells(answer)]
    };
    let ratio = |x: f64| format!("{x:.2}");
    let rows = vec![
        row("recruits", &flows.recruits, about),
        row("the least that would do", &flows.floor, signed),
        row("left, but for named events", &flows.exits, about),
        row("by named events", &flows.by_events, signed),
        row("change", &flows.net, signed),
        row("recruits for each who left", &flows.replacement, ratio),
    ];
    let columns = ["a month", "fighters", "90%", "do the estimates tell?"].map(str::to_owned).to_vec();
    Grid { title: format!("Regeneration, {}", flows.months), columns, rows }
}

fn effects(shocks: &[casefile_stats::strength::ShockEffect]) -> Grid {
    let rows = shocks.iter().map(|effect| {
        let q = effect.factor.posterior;
        vec![
            effect.shock.name.clone(),
            effect.shock.month.to_string(),
            format!("×{:.2}", q.q50),
            format!("×{:.2} to ×{:.2}", q.q05, q.q95),
            if effect.shock.sign == Sign::Unknown { likely(effect.chance_of_gain) } else { "given".to_owned() },
            tells(&effect.factor),
        ]
    });
    let columns = ["event", "month", "strength", "90%", "a gain", "do the estimates tell?"].map(str::to_owned).to_vec();
    Grid { title: "Named events".to_owned(), columns, rows: rows.collect() }
}

fn biases(sources: &[casefile_stats::strength::SourceBias]) -> Grid {
    let rows = sources.iter().map(|source| {
        let q = source.factor.posterior;
        vec![
            source.source.clone(),
            source.estimates.to_string(),
            format!("×{:.2}", q.q50),
            format!("×{:.2} to ×{:.2}", q.q05, q.q95),
            tells(&source.factor),
        ]
    });
    let columns = ["who counted", "estimates", "figures over truth", "90%", "do the estimates tell?"];
    Grid { title: "Sources".to_owned(), columns: columns.map(str::to_owned).to_vec(), rows: rows.collect() }
}

fn notes(found: &Estimates, posterior: &Posterior, flows: Option<&Regeneration>) -> Vec<String> {
    let mut notes = Vec::new();
    if !found.repeats.is_empty() {
        let each = found.repeats.iter().map(|(id, of)| format!("{id} ({of})"));
        notes.push(format!("counted once, with the figure they repeat: {}", each.collect::<Vec<_>>().join(", ")));
    }
    if !found.left_out.is_empty() {
        let each = found.left_out.iter().map(|out| format!("{} ({})", out.statement, out.because));
        notes.push(format!("left out: {}", each.collect::<Vec<_>>().join(", ")));
    }
    for losses in posterior.losses() {
        let told = if losses.share.informed { "" } else { ", which is the prior" };
        let q = losses.share.posterior;
        notes.push(format!(
            "of the losses of {} the data hold {:.0} deaths, a share of {:.2} ({:.2} to {:.2}){told}",
            losses.months, losses.recorded, q.q50, q.q05, q.q95
        ));
    }
    if flows.is_some_and(|flows| !flows.exits.informed) {
        notes.push("how many left unseen the estimates do not tell, and recruits stand and fall with it".to_owned());
    }
    notes.push("what all sources get wrong alike cannot be seen".to_owned());
    let checked = posterior.diagnostics();
    notes.push(format!(
        "{} draws; R-hat {:.3} at most, {:.0} effective draws at least, {} paths lost",
        checked.draws,
        checked.r_hat.1,
        checked.bulk.1.min(checked.tail.1),
        checked.divergences
    ));
    notes.extend(checked.warnings.iter().cloned());
    notes
}

fn tells(answer: &Answer) -> String {
    if answer.informed { "yes" } else { "no" }.to_owned()
}

/// A whole year by its number, one month by its own.
fn named(months: Months) -> String {
    let year = Months::year(months.from.year());
    if months == year { year.from.year().to_string() } else { months.to_string() }
}

/// Three digits that count: 1,330; 92; 0.4.
fn about(x: f64) -> String {
    let size = if x.abs() < 1.0 { 0 } else { x.abs().log10().floor() as i32 };
    let step = 10_f64.powi((size - 2).max(0));
    let rounded = (x / step).round() * step;
    if x.abs() < 9.95 && x != 0.0 { format!("{x:.1}") } else { grouped(rounded) }
}

fn grouped(x: f64) -> String {
    let digits = format!("{:.0}", x.abs());
    let parts: Vec<&str> =
        digits.as_bytes().rchunks(3).rev().filter_map(|part| std::str::from_utf8(part).ok()).collect();
    format!("{}{}", if x < 0.0 { "−" } else { "" }, parts.join(","))
}

fn signed(x: f64) -> String {
    let text = about(x).replace('-', "−");
    if x > 0.0 { format!("+{text}") } else { text }
}

fn spread(q: Quantiles) -> String {
    format!("{} to {}", about(q.q05), about(q.q95))
}

fn signed_spread(q: Quantiles) -> String {
    format!("{} to {}", signed(q.q05), signed(q.q95))
}

fn likely(p: f64) -> String {
    match p {
        p if p > 0.99 => "over 99%".to_owned(),
        p if p < 0.01 => "under 1%".to_owned(),
        p => format!("{:.0}%", p * 100.0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_keep_three_digits() {
        assert_eq!(
            [3114.2, 92.4, 0.44, 0.0, 1_171_234.0, 999.6].map(about),
            ["3,110", "92", "0.4", "0", "1,170,000", "1,000"]
        );
        assert_eq!([14.2, -68.0, -0.5].map(signed), ["+14", "−68", "−0.5"]);
    }

    #[test]
    fn what_is_typed_is_read_or_refused() {
        assert_eq!(departure("2018-08=200"), Ok((Month::new(2018, 8), 200.0)));
        assert!(departure("2018=200").is_err() && departure("2018-08").is_err());
        assert_eq!(share("0.05-0.4"), Ok(Range::new(0.05, 0.4)));
        assert!(share("0.4-0.05").is_err() && share("0-1").is_err() && share("half").is_err());
    }
}
