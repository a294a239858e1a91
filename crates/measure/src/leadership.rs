//! Leaders of an actor: how long they lasted, from the case's statements, and the events around the loss of each.

use casefile_case::Case;
use casefile_model::date::{self, When};
use casefile_model::statement::{Rank, Relation, RelationKind};
use casefile_stats::leadership::{
    Ending, LeadershipError, Placebo, RateRatio, Study, Tenure, VagueDay, Weighted, Window, placebo, placebo_of_all,
    rate_ratio,
};
use jiff::ToSpan;
use jiff::civil::Date;
use serde::Serialize;

use crate::change::day;
use crate::observation::Observation;

/// A leader's tenure, and the statement that it is taken from.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Told {
    /// The tenure. Its leader is the actor's identifier.
    pub tenure: Tenure,
    /// The statement.
    pub statement: String,
}

/// The leaders of an actor.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Leaders {
    /// In order of their first days.
    pub told: Vec<Told>,
    /// The last day on which the statements know who led, in days since 1970-01-01.
    pub as_of: i64,
}

impl Leaders {
    /// The tenures alone.
    #[must_use]
    pub fn tenures(&self) -> Vec<Tenure> {
        self.told.iter().map(|told| told.tenure.clone()).collect()
    }
}

/// The leaders of an actor, by the case's relations of leadership that are neither denied nor deprecated; none where no
/// statement says when anyone led. Without a `role`, offices of a deputy are left out; with one, only offices whose name
/// holds it count.
///
/// Where several statements tell of one tenure, the preferred one is taken, else one that says how it ended, else the first
/// in the files. A tenure has ended where a statement says how, or where another leader came after; else the leader was in
/// office when last heard of.
#[must_use]
pub fn leaders(case: &Case, actor: &str, role: Option<&str>) -> Option<Leaders> {
    let mut stated: Vec<(&Relation, When)> = case
        .relations
        .iter()
        .filter(|relation| leads(relation, actor) && holds_office(relation, role))
        .filter_map(|relation| Some((relation, When::state(relation.envelope.valid.as_ref()?))))
        .collect();
    stated.sort_by_key(|(relation, _)| (relation.envelope.rank != Rank::Preferred, relation.ended_by.is_none()));
    let mut taken: Vec<(&Relation, When)> = Vec::new();
    for (relation, when) in stated {
        let same = |(other, then): &(&Relation, When)| other.from == relation.from && then.overlaps(&when).may_hold();
        if !taken.iter().any(same) {
            taken.push((relation, when));
        }
    }
    taken.sort_by_key(|(_, when)| when.first().start);
    let newest = taken.last().map(|(relation, _)| relation.envelope.id.clone())?;
    let known = |(relation, when): &(&Relation, When)| {
        let told = case.asserted(&relation.envelope).and_then(|told| told.latest());
        when.last().end.or(told).map(|last| i64::from(day(last)))
    };
    let as_of = taken.iter().filter_map(known).max()?;
    let told = taken.iter().filter_map(|(relation, when)| {
        let is_over = relation.ended_by.is_some() || relation.envelope.id != newest;
        tenure(relation, when, is_over, as_of)
    });
    Some(Leaders { told: told.collect(), as_of })
}

fn leads(relation: &Relation, actor: &str) -> bool {
    let Relation { envelope, kind, to, .. } = relation;
    *kind == RelationKind::Leadership && to == actor && !envelope.negated && envelope.rank != Rank::Deprecated
}

fn holds_office(relation: &Relation, role: Option<&str>) -> bool {
    let office = relation.role.as_deref().unwrap_or_default().to_lowercase();
    role.map_or_else(|| !office.contains("deputy"), |role| office.contains(&role.to_lowercase()))
}

/// None where the first day has no bound.
fn tenure(relation: &Relation, when: &When, is_over: bool, as_of: i64) -> Option<Told> {
    let number = |day_of: Date| i64::from(day(day_of));
    let (first, last) = (when.first(), when.last());
    let latest = last.end.map_or(as_of, number);
    let from = VagueDay { earliest: number(first.start?), latest: first.end.map_or(latest, number).min(latest) };
    let ending = match relation.ended_by.as_deref() {
        Some("death") => Ending::Death,
        Some("removal") => Ending::Removal,
        _ => Ending::Other,
    };
    // Nobody leaves before coming.
    let earliest = last.start.map_or(from.earliest, number).max(from.earliest);
    let to = is_over.then_some((VagueDay { earliest: earliest.min(latest), latest }, ending));
    let tenure = Tenure { leader: relation.from.clone(), from, to };
    Some(Told { tenure, statement: relation.envelope.id.clone() })
}

/// What an event counts for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Weight {
    /// One each.
    Events,
    /// Its deaths, best estimate.
    Deaths,
}

/// The events by day, each on the middle of the days on which it may have happened; and the number of those whose date is
/// vaguer than a `block` of days, which are left out.
#[must_use]
pub fn weighted(events: &[Observation], weight: Weight, block: i64) -> (Vec<Weighted>, u64) {
    let mut vague = 0;
    let mut days = Vec::new();
    for event in events {
        let (start, end) = (i64::from(day(event.start)), i64::from(day(event.end)));
        if end - start < block {
            let counts = if weight == Weight::Events { event.n as f64 } else { event.deaths[1].max(0) as f64 };
            days.push(((start + end) / 2, counts));
        } else {
            vague += event.n;
        }
    }
    (days, vague)
}

/// The study that holds all days on which a loss may lie.
#[must_use]
pub fn study_of(loss: VagueDay, studies: &[Study]) -> Option<Study> {
    studies.iter().copied().find(|study| study.from <= loss.earliest && loss.latest <= study.to)
}

/// Runs of adjoining periods that `holds` is true of, none of them across a `break`.
#[must_use]
pub fn runs(periods: &[date::Span], holds: &[bool], breaks: &[Date]) -> Vec<Study> {
    let mut runs: Vec<Study> = Vec::new();
    for (period, holds) in periods.iter().zip(holds) {
        let (Some(first), Some(last), true) = (period.start, period.end, *holds) else { continue };
        let (from, to) = (i64::from(day(first)), i64::from(day(last)));
        match runs.last_mut() {
            Some(run) if run.to + 1 == from && !breaks.contains(&first) => run.to = to,
            _ => runs.push(Study { from, to }),
        }
    }
    runs
}

/// Calendar months from the first day to the last; the outer ones may be cut.
#[must_use]
pub fn calendar_months(first: Date, last: Date) -> Vec<date::Span> {
    let start = |n: i32| first.first_of_month().checked_add(n.months()).ok().filter(|start| *start <= last);
    let month = |from: Date| date::Span { start: Some(from.max(first)), end: Some(from.last_of_month().min(last)) };
    (0..).map_while(start).map(month).collect()
}

/// Days of a block, whose scatter tells how uneven violence is.
pub const WEEK: i64 = 7;
/// Sets of random dates that several losses are compared with.
const SETS: usize = 2000;

/// The events, and the stretches of time in which they can be compared.
#[derive(Debug, Clone, PartialEq)]
pub struct Ground {
    /// The events by day.
    pub events: Vec<Weighted>,
    /// Stretches of time that the data cover alike.
    pub studies: Vec<Study>,
    /// Weeks on either side of a loss, in days.
    pub window: Window,
}

impl Ground {
    /// Windows of `weeks` on either side.
    #[must_use]
    pub fn new(events: Vec<Weighted>, studies: Vec<Study>, weeks: i64) -> Self {
        Self { events, studies, window: Window { days: WEEK * weeks, block: WEEK } }
    }
}

/// What happened around one loss.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Around {
    /// Who was lost: the actor's identifier.
    pub leader: String,
    /// When.
    pub loss: VagueDay,
    /// The rate after over that before.
    pub ratio: Option<RateRatio>,
    /// How unusual that is among other dates.
    pub placebo: Option<Placebo>,
    /// Why nothing can be said.
    pub unsaid: Option<String>,
    /// The stretch of time that the loss lies in.
    #[serde(skip)]
    pub study: Option<Study>,
}

/// What happened around the loss of a leader.
#[must_use]
pub fn around(ground: &Ground, leader: String, loss: VagueDay) -> Around {
    let study = study_of(loss, &ground.studies);
    let found = study.map(|study| {
        let ratio = rate_ratio(&ground.events, loss, study, ground.window)?;
        Ok::<_, LeadershipError>((ratio, placebo(&ground.events, loss, study, ground.window)))
    });
    let (ratio, placebo, unsaid) = match found {
        None => (None, None, Some("the data are not complete there".to_owned())),
        Some(Err(LeadershipError::Beyond { .. })) => {
            (None, None, Some("the weeks around it reach beyond the study".to_owned()))
        }
        Some(Err(error)) => (None, None, Some(error.to_string())),
        Some(Ok((ratio, placebo))) => (Some(ratio), placebo.ok(), None),
    };
    Around { leader, loss, ratio, placebo, unsaid, study }
}

/// The placebo test of all losses of one study together, where there are several; and how many there are.
#[must_use]
pub fn all_losses(ground: &Ground, around: &[Around], seed: u64) -> Option<(usize, Placebo)> {
    let measured: Vec<&Around> = around.iter().filter(|around| around.ratio.is_some()).collect();
    let study = measured.first()?.study?;
    let losses: Vec<VagueDay> = measured.iter().filter(|one| one.study == Some(study)).map(|one| one.loss).collect();
    if losses.len() < 2 {
        return None;
    }
    let found = placebo_of_all(&ground.events, &losses, study, ground.window, SETS, seed).ok()?;
    Some((losses.len(), found))
}

#[cfg(test)]
mod tests {
    use casefile_case::read_files;
    use casefile_stats::leadership::table;

    use super::*;

    fn case(relations: &str) -> Case {
        let mut text = String::from(
            "[case]\nformat = 1\nid = \"x\"\ntitle = \"x\"\n[[source]]\nid = \"s\"\ntype = \"report\"\ntitle = \"x\"\n\
             reliability = \"B\"\nissued = \"2021-03-01\"\n[[actor]]\nid = \"front\"\nname = \"Front\"\nkind = \"armed-group\"\n",
        );
        for id in ["ann", "bob", "cay"] {
            text +=
                &format!("[[actor]]\nid = \"{id}\"\nname = \"{id}\"\nkind = \"public-figure\"\nrole = \"leader\"\n");
        }
        let loaded = read_files(&[("case.toml", text + relations)]);
        assert!(loaded.case.is_some(), "{:?}", loaded.diagnostics);
        loaded.case.unwrap()
    }

    fn led(id: &str, who: &str, valid: &str, more: &str) -> String {
        format!(
            "[[relation]]\nid = \"{id}\"\nkind = \"leadership\"\nfrom = \"{who}\"\nto = \"front\"\nvalid = \"{valid}\"\nsource = \"s\"\n{more}\n"
        )
    }

    fn number(date: &str) -> i64 {
        i64::from(day(date.parse().unwrap()))
    }

    #[test]
    fn one_statement_stands_for_a_tenure_and_the_last_leader_is_in_office() {
        let case = case(
            &[
                led("vague", "ann", "2018/2019", "ended-by = \"death\""),
                led("sharp", "ann", "2018-05/2019-07-26", "ended-by = \"death\"\nrank = \"preferred\""),
                led("then", "bob", "2019-08/2020-01-15", ""),
                led("now", "cay", "2020-02/..", ""),
                led("deputy", "bob", "2020-03/..", "role = \"deputy leader\""),
                led("denied", "ann", "2020-03/..", "negated = true"),
            ]
            .concat(),
        );
        let found = leaders(&case, "front", None).unwrap();
        let ids: Vec<&str> = found.told.iter().map(|told| told.statement.as_str()).collect();
        assert_eq!(ids, ["sharp", "then", "now"]);
        let tenures = found.tenures();
        assert_eq!(tenures[0].from, VagueDay { earliest: number("2018-05-01"), latest: number("2018-05-31") });
        assert_eq!(tenures[0].to, Some((VagueDay::on(number("2019-07-26")), Ending::Death)));
        assert_eq!(tenures[1].to.map(|to| to.1), Some(Ending::Other));
        assert_eq!(tenures[2].to, None);
        assert_eq!(found.as_of, number("2021-03-01"));
        assert_eq!(leaders(&case, "front", Some("deputy")).unwrap().told.len(), 1);
        assert_eq!(leaders(&case, "ann", None), None);
    }

    #[test]
    fn a_beginning_that_may_lie_after_the_end_is_held_before_it() {
        let case = case(&led("late", "ann", "2019~/2019-03", "ended-by = \"removal\""));
        let tenures = leaders(&case, "front", None).unwrap().tenures();
        assert!(tenures[0].from.latest <= number("2019-03-31"));
        assert!(table(&tenures, number("2020-01-01")).is_ok());
    }

    #[test]
    fn runs_end_at_gaps_and_breaks() {
        let month = |m: i8| date::Span {
            start: jiff::civil::Date::new(2020, m, 1).ok(),
            end: jiff::civil::Date::new(2020, m, 1).ok().map(jiff::civil::Date::last_of_month),
        };
        let periods: Vec<date::Span> = (1..=6).map(month).collect();
        let broken = [jiff::civil::date(2020, 6, 1)];
        let found = runs(&periods, &[true, true, false, true, true, true], &broken);
        let bounds: Vec<(i64, i64)> = found.iter().map(|run| (run.from, run.to)).collect();
        let expected = [("2020-01-01", "2020-02-29"), ("2020-04-01", "2020-05-31"), ("2020-06-01", "2020-06-30")];
        assert_eq!(bounds, expected.map(|(from, to)| (number(from), number(to))));
        let loss = VagueDay { earliest: number("2020-02-01"), latest: number("2020-03-01") };
        assert_eq!(study_of(loss, &found), None);
    }

    #[test]
    fn events_vaguer_than_a_block_are_told_and_not_counted() {
        let event = |start: &str, end: &str| Observation {
            start: start.parse().unwrap(),
            end: end.parse().unwrap(),
            deaths: [1, 4, 9],
            ..Observation::blank()
        };
        let events = [event("2020-01-01", "2020-01-03"), event("2020-01-01", "2020-01-08")];
        assert_eq!(weighted(&events, Weight::Events, 7), (vec![(number("2020-01-02"), 1.0)], 1));
        assert_eq!(weighted(&events, Weight::Deaths, 7), (vec![(number("2020-01-02"), 4.0)], 1));
    }
}
