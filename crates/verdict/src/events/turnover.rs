//! Places that events came to, or left.

use casefile_measure::amount;
use casefile_measure::count::Count;
use casefile_model::claim::Selection;
use casefile_model::date::{Edtf, Span};

use super::existence::exists;
use super::ruling::Ruling;
use super::{Stop, Task, worse};
use crate::bearing::Bears;
use crate::examine::Asked;
use crate::finding::{Coverage, Finding, Value, Verdict};
use crate::terms::unbroken;

/// One place in both periods.
struct Place<'a> {
    name: String,
    /// Whether events came to it; else they left.
    gained: bool,
    without: Look<'a>,
    with: Look<'a>,
}

/// One period of one place: that in which events are said to be there, or that in which none are.
struct Look<'a> {
    asked: Asked<'a>,
    count: Count,
    bears: Bears,
    when: String,
}

impl Task<'_, '_> {
    pub(super) fn turnover(
        &self,
        of: &Selection,
        [before, after]: [&Edtf; 2],
        gained: &[String],
        lost: &[String],
    ) -> Result<Finding, Stop> {
        let mut places = Vec::new();
        let mut sql = Vec::new();
        for (ids, gained) in [(gained, true), (lost, false)] {
            for id in ids {
                let of = Selection { place: vec![id.clone()], ..of.clone() };
                let mut look = |when: &Edtf| self.look(&of, when, &mut sql);
                let (early, late) = (look(before)?, look(after)?);
                unbroken(&late.asked, &[before.stated(), after.stated()])?;
                let (without, with) = if gained { (early, late) } else { (late, early) };
                let name = self.examiner.case.place(id).map_or_else(|| id.clone(), |place| place.name.clone());
                places.push(Place { name, gained, without, with });
            }
        }
        let rulings: Vec<(String, Ruling)> = places.iter().map(|place| (place.name.clone(), place.ruling())).collect();
        let ruling = weakest(&rulings);
        let coverage = places
            .iter()
            .map(|place| worse(place.with.asked.coverage, place.without.asked.coverage))
            .fold(Coverage::Complete, worse);
        let bears = places.iter().find(|place| place.ruling().0 == ruling.0).map(|place| place.without.bears.clone());
        let Some(bears) = bears else {
            return Err(super::partial("no place is named").into());
        };
        let mut finding = self.ruled(ruling, &bears, said(&places), value(&places), coverage);
        finding.notes.extend(places.iter().map(Place::told));
        let parts: Vec<&Asked<'_>> =
            places.iter().flat_map(|place| [&place.with.asked, &place.without.asked]).collect();
        let inquiry = self.examiner.inquiry(parts[0]);
        self.examiner.evidence(&mut finding, inquiry, &parts)?;
        finding.sql = sql;
        Ok(finding)
    }

    fn look(&self, of: &Selection, when: &Edtf, sql: &mut Vec<String>) -> Result<Look<'_>, Stop> {
        let window: Span = when.stated();
        let asked = self.examiner.ask(of, window)?;
        let bears = self.examiner.bears(&asked, of);
        let mut inquiry = self.examiner.inquiry(&asked);
        let strata = inquiry.strata(&asked.filter, &asked.window, None)?;
        sql.append(&mut inquiry.sql);
        Ok(Look { count: amount::count(&strata, &asked.window), asked, bears, when: when.english() })
    }
}

impl Place<'_> {
    fn ruling(&self) -> Ruling {
        let there = exists(&self.with.count, &self.with.bears, self.with.asked.coverage, true);
        let none = exists(&self.without.count, &self.without.bears, self.without.asked.coverage, false);
        let when = |(verdict, reason, because): Ruling, look: &Look<'_>| {
            (verdict, reason, format!("in {}, {because}", look.when))
        };
        both(when(there, &self.with), when(none, &self.without))
    }

    fn told(&self) -> String {
        let n = |look: &Look<'_>| match (look.count.certain, look.count.possible) {
            (a, b) if a == b => a.to_string(),
            (a, b) => format!("{a} to {b}"),
        };
        let (first, then) = if self.gained { (&self.without, &self.with) } else { (&self.with, &self.without) };
        format!("{}: {} events in {}, {} in {}.", self.name, n(first), first.when, n(then), then.when)
    }
}

/// A place was gained where both hold: events in the one period, and none in the other.
fn both(there: Ruling, none: Ruling) -> Ruling {
    if strength(none.0) < strength(there.0) { none } else { there }
}

/// The weakest of several rulings that must all hold, with the place it is about.
fn weakest(rulings: &[(String, Ruling)]) -> Ruling {
    let least = rulings.iter().min_by_key(|(_, (verdict, ..))| strength(*verdict));
    least.map_or_else(
        || (Verdict::NotTestable, crate::finding::Reason::NoData, "no place is named".to_owned()),
        |(name, (verdict, reason, because))| {
            let because = if rulings.len() == 1 { because.clone() } else { format!("{name}: {because}") };
            (*verdict, *reason, because)
        },
    )
}

/// What one part does to the whole, the strongest last: a part that is refuted refutes it; one that cannot be tested leaves it
/// untested.
fn strength(verdict: Verdict) -> u8 {
    match verdict {
        Verdict::Contradicted => 0,
        Verdict::NotTestable => 1,
        Verdict::Mixed => 2,
        Verdict::Consistent => 3,
        Verdict::Supported => 4,
    }
}

fn said(places: &[Place<'_>]) -> String {
    let names = |gained: bool| {
        let names: Vec<&str> =
            places.iter().filter(|place| place.gained == gained).map(|place| place.name.as_str()).collect();
        names.join(", ")
    };
    match (names(true), names(false)) {
        (gained, lost) if lost.is_empty() => format!("gained {gained}"),
        (gained, lost) if gained.is_empty() => format!("lost {lost}"),
        (gained, lost) => format!("gained {gained}, lost {lost}"),
    }
}

/// How many of the places were gained or lost as far as the data show.
fn value(places: &[Place<'_>]) -> Value {
    let shown = |place: &&Place<'_>| place.with.count.certain > 0 && place.without.count.certain == 0;
    let sure = |place: &&Place<'_>| shown(place) && place.without.count.possible == 0;
    let possible = |place: &&Place<'_>| place.with.count.possible > 0 && place.without.count.certain == 0;
    let n = |of: &dyn Fn(&&Place<'_>) -> bool| places.iter().filter(|place| of(place)).count() as f64;
    let (low, best, high) = (n(&sure), n(&shown), n(&possible));
    Value {
        best: Some(best),
        low: Some(low),
        high: Some(high.max(best)),
        unit: "places".to_owned(),
        display: format!("{best} of {} places", places.len()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::Reason;
    use Verdict::*;

    fn ruling(verdict: Verdict) -> Ruling {
        (verdict, Reason::Figure, format!("{verdict:?}"))
    }

    #[test]
    fn a_place_is_gained_where_events_are_there_now_and_were_not() {
        for (there, none, expected) in [
            (Supported, Supported, Supported),
            (Supported, Consistent, Consistent),
            (Supported, Contradicted, Contradicted),
            (Supported, Mixed, Mixed),
            (Consistent, Supported, Consistent),
            (NotTestable, Consistent, NotTestable),
            (NotTestable, Contradicted, Contradicted),
            (Mixed, Supported, Mixed),
        ] {
            assert_eq!(both(ruling(there), ruling(none)).0, expected, "{there:?} and {none:?}");
        }
    }

    #[test]
    fn one_place_that_fails_decides_and_is_named() {
        let of = |verdicts: &[(&str, Verdict)]| {
            weakest(&verdicts.iter().map(|(name, v)| ((*name).to_owned(), ruling(*v))).collect::<Vec<_>>())
        };
        let (verdict, _, because) = of(&[("Kunduz", Supported), ("Kunar", Contradicted)]);
        assert_eq!((verdict, because.as_str()), (Contradicted, "Kunar: Contradicted"));
        assert_eq!(of(&[("Kunduz", Consistent)]).2, "Consistent", "one place needs no name");
        assert_eq!(of(&[]).0, NotTestable);
    }
}
