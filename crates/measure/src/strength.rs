//! What a case knows of a group's size: its estimates, and losses from events, as the model of strength takes them.

mod history;

use casefile_case::Case;
use casefile_model::date::Edtf;
use casefile_model::quantity::{HedgedQuantity, QuantityKind};
use casefile_model::statement::{self, Rank};
use casefile_stats::strength::{Estimate, Month, Months, Range, Reading, Toll};
use jiff::civil::Date;
use serde::Serialize;

use crate::observation::Observation;

pub use casefile_stats::strength::Losses;
pub use history::{DRAWS, History, HistoryError, Plan, Question, one_month, plan, posterior, shock};

/// An estimate of the case, as the model takes it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Coded {
    /// The statement.
    pub statement: String,
    /// Who counted, the months and the reading.
    pub estimate: Estimate,
}

/// An estimate that the model does not take, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LeftOut {
    /// The statement.
    pub statement: String,
    /// Why.
    pub because: String,
}

/// The estimates of one quantity of an actor.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct Estimates {
    /// Those taken, in the order of the files.
    pub coded: Vec<Coded>,
    /// Those left out.
    pub left_out: Vec<LeftOut>,
    /// Figures that another one gives too: the statement, and the one that stands for both.
    pub repeats: Vec<(String, String)>,
}

/// The month of a day.
#[must_use]
pub fn month(day: Date) -> Month {
    Month::new(i32::from(day.year()), i32::from(day.month()))
}

/// The months of a date as it is written; none where it has no beginning or end.
#[must_use]
pub fn months(date: &Edtf) -> Option<Months> {
    let stated = date.stated();
    Some(Months::new(month(stated.start?), month(stated.end?)))
}

/// The months that the estimates speak of, with half a year before them, so that the first has a history.
#[must_use]
pub fn reach(estimates: &Estimates) -> Option<Months> {
    let all = || estimates.coded.iter().map(|coded| coded.estimate.months);
    let (from, to) = (all().map(|months| months.from).min()?, all().map(|months| months.to).max()?);
    Some(Months::new(from.plus(-6), to))
}

/// The case's estimates of a `quantity` of an actor, but those that are denied, deprecated or `without`.
///
/// Who counted is the actor to whom the source attributes the figure, else the actor that the source's author is, else its
/// authors. Figures with the same bounds count once where one source leans on the other or both speak of the same time: the
/// one that others lean on stands for them, else the first to be published. Unless `repeats` are to count.
#[must_use]
pub fn estimates(case: &Case, actor: &str, quantity: &str, without: &[String], repeats: bool) -> Estimates {
    let mut found = Estimates::default();
    let mut stated: Vec<(&statement::Estimate, Coded)> = Vec::new();
    for estimate in case.estimates.iter().filter(|e| e.actor == actor && e.quantity == quantity) {
        let statement = estimate.envelope.id.clone();
        let coded = match fault(estimate, without) {
            Some(because) => Err(because.to_owned()),
            None => coded(case, estimate),
        };
        match coded {
            Ok(estimate_) => stated.push((estimate, Coded { statement, estimate: estimate_ })),
            Err(because) => found.left_out.push(LeftOut { statement, because }),
        }
    }
    let origin = |i: usize| if repeats { i } else { standing_for(case, &stated, i) };
    for i in 0..stated.len() {
        match origin(i) {
            own if own == i => found.coded.push(stated[i].1.clone()),
            other => found.repeats.push((stated[i].1.statement.clone(), stated[other].1.statement.clone())),
        }
    }
    found
}

fn fault(estimate: &statement::Estimate, without: &[String]) -> Option<&'static str> {
    let envelope = &estimate.envelope;
    if without.contains(&envelope.id) {
        Some("as asked")
    } else if envelope.negated {
        Some("the source denies it")
    } else if envelope.rank == Rank::Deprecated {
        Some("it is deprecated")
    } else {
        None
    }
}

fn coded(case: &Case, estimate: &statement::Estimate) -> Result<Estimate, String> {
    let valid = estimate.envelope.valid.as_ref();
    let months = valid.and_then(months).ok_or("it does not say of when it holds, from when to when")?;
    Ok(Estimate { source: counter(case, estimate), months, reading: reading(&estimate.value)? })
}

/// Who counted.
fn counter(case: &Case, estimate: &statement::Estimate) -> String {
    let envelope = &estimate.envelope;
    if let Some(actor) = envelope.attributed_to.as_deref().and_then(|id| case.actor(id)) {
        return actor.label().to_owned();
    }
    let authors = case.source(&envelope.source).map_or(&[][..], |source| &source.authors);
    let known = case.actors.iter().find(|actor| {
        let names = || actor.aliases.iter().chain([&actor.name]).chain(&actor.short);
        authors.iter().any(|author| names().any(|name| name == author))
    });
    match (known, authors) {
        (Some(actor), _) => actor.label().to_owned(),
        (None, []) => envelope.source.clone(),
        (None, [one]) => one.clone(),
        (None, [first, ..]) => format!("{first} and others"),
    }
}

/// The strict and the pragmatic bounds of the words, or a bare number where they leave nothing open.
fn reading(value: &HedgedQuantity) -> Result<Reading, String> {
    if value.kind() != QuantityKind::Count {
        return Err(format!("“{}” is no number of fighters", value.phrase()));
    }
    let (strict, pragmatic) = (value.strict(), value.pragmatic());
    let range = |lo: f64, hi: f64| Range::new(lo.max(0.0), hi);
    let (hard, soft) = (range(strict.lo(), strict.hi()), range(pragmatic.lo(), pragmatic.hi()));
    if soft.lo == 0.0 && soft.hi.is_infinite() {
        Err(format!("“{}” bounds the number neither above nor below", value.phrase()))
    } else if soft.lo < soft.hi {
        Ok(Reading::bounds(hard, soft))
    } else if hard.lo < hard.hi {
        Ok(Reading::bounds(hard, hard))
    } else if soft.lo > 0.0 {
        Ok(Reading::Around { median: soft.lo, log_sd: 0.0 })
    } else {
        Err("a strength of nobody has no logarithm".to_owned())
    }
}

/// The place of the estimate that stands for the one at `i`: itself, or one whose figure it repeats.
fn standing_for(case: &Case, stated: &[(&statement::Estimate, Coded)], i: usize) -> usize {
    let mut group = vec![i];
    let mut at = 0;
    while let Some(one) = group.get(at).copied() {
        at += 1;
        let fresh = |j: &usize| !group.contains(j) && is_same(case, &stated[one], &stated[*j]);
        let more: Vec<usize> = (0..stated.len()).filter(fresh).collect();
        group.extend(more);
    }
    let source = |j: usize| stated[j].0.envelope.source.as_str();
    let is_origin = |j: &usize| !group.iter().any(|k| leans(case, source(*j), source(*k)));
    let published = |j: usize| case.asserted(&stated[j].0.envelope).and_then(|date| date.latest()).unwrap_or(Date::MAX);
    group.iter().copied().min_by_key(|j| (!is_origin(j), published(*j), *j)).unwrap_or(i)
}

fn is_same(case: &Case, (a, one): &(&statement::Estimate, Coded), (b, other): &(&statement::Estimate, Coded)) -> bool {
    let (x, y) = (one.estimate.months, other.estimate.months);
    let overlap = x.from <= y.to && y.from <= x.to;
    let lean = |a: &str, b: &str| leans(case, a, b) || leans(case, b, a);
    a.value.pragmatic() == b.value.pragmatic() && (overlap || lean(&a.envelope.source, &b.envelope.source))
}

/// Whether a source leans on another, directly or through others.
fn leans(case: &Case, source: &str, on: &str) -> bool {
    let mut seen: Vec<&str> = vec![source];
    let mut at = 0;
    while let Some(id) = seen.get(at).copied() {
        at += 1;
        let next = case.source(id).map_or(&[][..], |source| &source.leans_on);
        if next.iter().any(|next| next == on) {
            return true;
        }
        let fresh: Vec<&str> = next.iter().map(String::as_str).filter(|next| !seen.contains(next)).collect();
        seen.extend(fresh);
    }
    false
}

/// How much of a month's events the data hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Held {
    /// All that the dataset counts.
    All,
    /// Some.
    Some,
    /// None.
    None,
}

/// The group's recorded deaths by month, one record for each run of months of one coverage; none for months without data.
///
/// An event counts in the month of its middle day. Of the group's own deaths the dataset gives the best figure only: they may be
/// fewer by as much as all deaths of the event may, and more by that and by the deaths of unknown status. Where the data hold
/// only some events, which months they hold is chance: the deaths of a calendar year are spread evenly over its months, and
/// `share` is what they are taken to hold.
#[must_use]
pub fn losses(events: &[Observation], months: Months, held: &[Held], share: Option<Range>) -> Vec<Losses> {
    let mut tolls = vec![Toll::default(); months.len()];
    for event in events {
        let middle = event.start.saturating_add(jiff::Span::new().days((event.end - event.start).get_days() / 2));
        let at = month(middle);
        if months.contains(at) {
            add(&mut tolls[index(months, at)], event);
        }
    }
    let mut records: Vec<Losses> = Vec::new();
    for run in runs(held) {
        let (from, kind) = (run.start, held[run.start]);
        let first = months.from.plus(i32::try_from(from).unwrap_or(0));
        match kind {
            Held::None => {}
            Held::All => records.push(Losses { from: first, tolls: tolls[run].to_vec(), coverage: None }),
            // Where some events are at hand and none of them killed, nothing is known.
            Held::Some if tolls[run.clone()].iter().all(|toll| toll.high == 0.0) => {}
            Held::Some => records.push(Losses { from: first, tolls: evenly(first, &tolls[run]), coverage: share }),
        }
    }
    records
}

fn add(toll: &mut Toll, event: &Observation) {
    let [low, best, high] = event.deaths;
    let (fewer, more) = ((best - low).max(0), (high - best).max(0) + event.unknown);
    toll.low += (event.own_deaths - fewer).max(0) as f64;
    toll.best += event.own_deaths as f64;
    toll.high += (event.own_deaths + more) as f64;
}

fn index(months: Months, at: Month) -> usize {
    usize::try_from(at.since(months.from)).unwrap_or(0)
}

/// Runs of months that are held alike.
fn runs(held: &[Held]) -> impl Iterator<Item = std::ops::Range<usize>> {
    let mut from = 0;
    held.chunk_by(|a, b| a == b).map(move |run| {
        let start = from;
        from += run.len();
        start..from
    })
}

/// The tolls with each calendar year's sum spread over its months.
fn evenly(first: Month, tolls: &[Toll]) -> Vec<Toll> {
    let year = |i: usize| first.plus(i32::try_from(i).unwrap_or(0)).year();
    let share = |i: usize| {
        let of_year = || (0..tolls.len()).filter(|j| year(*j) == year(i)).map(|j| &tolls[j]);
        let mean = |part: fn(&Toll) -> f64| of_year().map(part).sum::<f64>() / of_year().count() as f64;
        Toll { low: mean(|t| t.low), best: mean(|t| t.best), high: mean(|t| t.high) }
    };
    (0..tolls.len()).map(share).collect()
}

#[cfg(test)]
mod tests {
    use casefile_case::read_files;

    use super::*;

    fn case(tables: &str) -> Case {
        let mut text = String::from(
            "[case]\nformat = 1\nid = \"x\"\ntitle = \"x\"\n\
             [[actor]]\nid = \"front\"\nname = \"Front\"\nkind = \"armed-group\"\n\
             [[actor]]\nid = \"army\"\nname = \"Army of Exland\"\nshort = \"Army\"\nkind = \"state-force\"\n",
        );
        for (id, author, issued, leans) in [
            ("paper", "Doe, Jane", "2021", "\"army-report\""),
            ("army-report", "Army of Exland", "2021-06", ""),
            ("other", "Roe, Richard", "2019", ""),
        ] {
            text += &format!(
                "[[source]]\nid = \"{id}\"\ntype = \"report\"\ntitle = \"x\"\nauthor = [\"{author}\"]\nissued = \"{issued}\"\n\
                 reliability = \"B\"\nleans-on = [{leans}]\n"
            );
        }
        let loaded = read_files(&[("case.toml", text + tables)]);
        assert!(loaded.case.is_some(), "{:?}", loaded.diagnostics);
        loaded.case.unwrap()
    }

    fn says(id: &str, source: &str, value: &str, valid: &str, more: &str) -> String {
        format!(
            "[[estimate]]\nid = \"{id}\"\nactor = \"front\"\nquantity = \"strength\"\nunit = \"fighters\"\nvalue = \"{value}\"\n\
             valid = \"{valid}\"\nsource = \"{source}\"\n{more}\n"
        )
    }

    fn ids(found: &Estimates) -> Vec<&str> {
        found.coded.iter().map(|coded| coded.statement.as_str()).collect()
    }

    #[test]
    fn a_figure_that_leans_on_another_counts_once_under_whoever_counted() {
        let case = case(
            &[
                says("copied", "paper", "between 500 and 900", "2020", ""),
                says("counted", "army-report", "500–900", "2021-05", ""),
                says("alone", "other", "up to 2,000", "2018", "attributed-to = \"army\""),
                says("again", "other", "up to 2,000", "2016", ""),
                says("denied", "other", "up to 9,000", "2017", "negated = true"),
            ]
            .concat(),
        );
        let found = estimates(&case, "front", "strength", &[], false);
        assert_eq!(ids(&found), ["counted", "alone", "again"]);
        assert_eq!(found.repeats, [("copied".to_owned(), "counted".to_owned())]);
        let who: Vec<&str> = found.coded.iter().map(|coded| coded.estimate.source.as_str()).collect();
        assert_eq!(who, ["Army", "Army", "Roe, Richard"]);
        assert_eq!(found.left_out[0].statement, "denied");
        assert_eq!(reach(&found), Some(Months::new(Month::new(2015, 7), Month::new(2021, 5))));
        assert_eq!(ids(&estimates(&case, "front", "strength", &["alone".to_owned()], true)).len(), 3);
    }

    #[test]
    fn the_same_figure_of_the_same_time_is_one_the_earlier_published() {
        let case = case(
            &[
                says("later", "paper", "around 900", "2018", ""),
                says("earlier", "other", "about 900", "2018-03", ""),
                says("else", "other", "about 900", "2016", ""),
            ]
            .concat(),
        );
        assert_eq!(ids(&estimates(&case, "front", "strength", &[], false)), ["earlier", "else"]);
    }

    #[test]
    fn words_keep_their_strict_and_their_pragmatic_bounds() {
        let case = case(
            &[
                says("most", "other", "up to 4,000", "2018", ""),
                says("share", "other", "a third", "2018", ""),
                says("none", "other", "none", "2018", ""),
            ]
            .concat(),
        );
        let found = estimates(&case, "front", "strength", &[], false);
        assert_eq!(found.coded[0].estimate.reading, Reading::up_to(4000.0));
        let left: Vec<&str> = found.left_out.iter().map(|left| left.statement.as_str()).collect();
        assert_eq!(left, ["share", "none"]);
    }

    #[test]
    fn losses_are_by_month_where_complete_and_even_where_partial() {
        let event = |day: &str, deaths: [i64; 3], own: i64, unknown: i64| Observation {
            start: day.parse().unwrap(),
            end: day.parse().unwrap(),
            deaths,
            own_deaths: own,
            unknown,
            ..Observation::blank()
        };
        let events = [
            event("2019-11-05", [6, 8, 12], 6, 0),
            event("2020-01-05", [1, 3, 4], 2, 1),
            event("2020-03-05", [0, 0, 0], 0, 0),
        ];
        let months = Months::new(Month::new(2019, 11), Month::new(2020, 3));
        let held = [Held::Some, Held::Some, Held::All, Held::All, Held::None];
        let share = Some(Range::new(0.1, 0.5));
        let found = losses(&events, months, &held, share);
        let half = Toll { low: 2.0, best: 3.0, high: 5.0 };
        assert_eq!(found[0], Losses { from: months.from, tolls: vec![half, half], coverage: share });
        let january = Toll { low: 0.0, best: 2.0, high: 4.0 };
        let tolls = vec![january, Toll::default()];
        assert_eq!(found[1], Losses { from: Month::new(2020, 1), tolls, coverage: None });
        assert_eq!(found.len(), 2);
    }
}
