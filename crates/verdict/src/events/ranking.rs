//! The place of an item among its like.

use casefile_case::Case;
use casefile_measure::items;
use casefile_model::claim::{Dimension, Measure, Selection};
use casefile_model::quantity::Bearing;

use super::ruling::Ruling;
use super::{Stop, Task, must_be_complete, needs, window};
use crate::finding::{Finding, Reason, Value, Verdict};
use crate::terms::unbroken;
use crate::words;

/// A place in an order: best case, by best values, worst case.
type Rank = (usize, usize, usize);

impl Task<'_, '_> {
    pub(super) fn ranking(
        &self,
        measure: Measure,
        of: &Selection,
        by: Dimension,
        item: &str,
        top: usize,
    ) -> Result<Finding, Stop> {
        let asked = self.examiner.ask(of, window(of))?;
        needs(&asked, by)?;
        if matches!(by, Dimension::Month | Dimension::Year) {
            unbroken(&asked, &[asked.window])?;
        }
        must_be_complete(asked.coverage, "a ranking needs complete data: the missing events may lie anywhere")?;
        let bears = self.examiner.bears(&asked, of);
        let mut inquiry = self.examiner.inquiry(&asked);
        let strata = inquiry.strata(&asked.filter, &asked.window, Some(by))?;
        let found = items::items(&strata, &asked.window, measure, by);
        let names = names_of(self.examiner.case, item, by);
        let rank = found.rank(&names);
        let ruling = as_far_as(bears.bearing, ranked(rank, top, found.known.len()));
        let phrase = if top == 1 { "first".to_owned() } else { format!("among the first {top}") };
        let mut finding = self.ruled(ruling, &bears, phrase, value(rank), asked.coverage);
        finding.bars = self.bars(&asked, &found, |label| names.iter().any(|name| name == label));
        self.examiner.evidence(&mut finding, inquiry, &[&asked])?;
        Ok(finding)
    }
}

/// Whether an item is among the first `top`.
fn ranked((best_case, rank, worst_case): Rank, top: usize, among: usize) -> Ruling {
    if worst_case <= top {
        (Verdict::Supported, Reason::Figure, format!("it is number {rank} among {among}"))
    } else if best_case > top {
        let because = format!("it is number {rank} among {among}, not in the first {top}");
        (Verdict::Contradicted, Reason::Figure, because)
    } else {
        let because = format!("vague places or dates leave its rank between {best_case} and {worst_case}");
        (Verdict::Mixed, Reason::Precision, because)
    }
}

/// An order among what the data count stands for one among what the source counts only as far as the two go together.
pub(super) fn as_far_as(bearing: Bearing, (verdict, reason, because): Ruling) -> Ruling {
    match (bearing, verdict) {
        (Bearing::Exact, _) => (verdict, reason, because),
        (_, Verdict::Supported) => (Verdict::Consistent, Reason::Definition, because),
        (_, Verdict::Contradicted) => (Verdict::Mixed, Reason::Definition, because),
        _ => (verdict, reason, because),
    }
}

fn value((best_case, rank, worst_case): Rank) -> Value {
    let (low, best, high) = (best_case as f64, rank as f64, worst_case as f64);
    Value {
        best: Some(best),
        low: Some(low),
        high: Some(high),
        unit: "rank".to_owned(),
        display: words::with_interval(best, low, high, |x| format!("number {x}"), ""),
    }
}

/// The dataset spellings of an item: those of a place or actor of the case, or the item itself for a period.
fn names_of(case: &Case, item: &str, by: Dimension) -> Vec<String> {
    if let Some(place) = case.place(item) {
        return match by {
            Dimension::Country => place.country.clone(),
            Dimension::Admin1 => place.admin1.clone(),
            Dimension::Admin2 => place.admin2.clone(),
            _ => place.names.clone(),
        };
    }
    if let Some(actor) = case.actor(item) {
        return actor.coded.iter().flat_map(|coding| coding.names.clone()).collect();
    }
    vec![item.to_owned()]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sources::tests::case;
    use {Bearing::*, Verdict::*};

    #[test]
    fn an_item_is_in_the_first_few_out_of_them_or_between() {
        for (rank, top, expected, because) in [
            ((1, 1, 1), 1, (Supported, Reason::Figure), "it is number 1 among 12"),
            ((1, 2, 3), 3, (Supported, Reason::Figure), "it is number 2 among 12"),
            ((2, 2, 4), 1, (Contradicted, Reason::Figure), "it is number 2 among 12, not in the first 1"),
            ((1, 3, 9), 2, (Mixed, Reason::Precision), "vague places or dates leave its rank between 1 and 9"),
            ((2, 2, 3), 2, (Mixed, Reason::Precision), "vague places or dates leave its rank between 2 and 3"),
        ] {
            assert_eq!(ranked(rank, top, 12), (expected.0, expected.1, because.to_owned()), "{rank:?} in {top}");
        }
    }

    #[test]
    fn another_definition_softens_the_ruling() {
        let soft = |bearing, rank| {
            let (verdict, reason, _) = as_far_as(bearing, ranked(rank, 2, 12));
            (verdict, reason)
        };
        let (inside, outside, between) = ((1, 1, 1), (3, 3, 3), (1, 2, 3));
        for bearing in [AtLeast, AtMost, Overlapping] {
            assert_eq!(soft(bearing, inside), (Consistent, Reason::Definition), "{bearing:?}");
            assert_eq!(soft(bearing, outside), (Mixed, Reason::Definition), "{bearing:?}");
            assert_eq!(soft(bearing, between), (Mixed, Reason::Precision), "{bearing:?}");
        }
        assert_eq!(soft(Exact, inside), (Supported, Reason::Figure));
        assert_eq!(soft(Exact, outside), (Contradicted, Reason::Figure));
    }

    #[test]
    fn a_rank_is_a_number_with_its_extremes() {
        assert_eq!(value((1, 1, 1)).display, "number 1");
        assert_eq!(value((1, 3, 9)).display, "number 3 (number 1–number 9)");
    }

    #[test]
    fn items_go_by_the_datasets_spellings() {
        let case = case(
            r#"
            [[place]]
            id = "hills"
            name = "The Hills"
            kind = "admin1"
            country = ["Exampleland"]
            admin1 = ["Hill province", "Hills province"]
            point = [1.0, 2.0]
            precision-km = 50

            [[actor]]
            id = "front"
            name = "Northern Front"
            kind = "armed-group"

            [[actor.coded]]
            dataset = "ucdp-ged"
            names = ["NF"]

            [[actor.coded]]
            dataset = "ucdp-ged"
            names = ["NF (north)"]
            "#,
        );
        for (item, by, names) in [
            ("hills", Dimension::Admin1, &["Hill province", "Hills province"][..]),
            ("hills", Dimension::Country, &["Exampleland"]),
            ("hills", Dimension::Admin2, &[]),
            ("front", Dimension::Opponent, &["NF", "NF (north)"]),
            ("2020-05", Dimension::Month, &["2020-05"]),
        ] {
            assert_eq!(names_of(&case, item, by), names, "{item} by {by:?}");
        }
    }
}
