//! That there was an event, or that there was none.

use casefile_measure::amount;
use casefile_measure::count::Count;
use casefile_model::claim::{Measure, Selection};
use casefile_model::quantity::Bearing;

use super::amount::{caveats, value};
use super::ruling::Ruling;
use super::{Stop, Task, window};
use crate::bearing::Bears;
use crate::finding::{Coverage, Finding, Reason, Verdict};
use crate::words::counted;

impl Task<'_, '_> {
    /// That there was an event (`said`), or that there was none.
    pub(super) fn existence(&self, of: &Selection, said: bool) -> Result<Finding, Stop> {
        let asked = self.examiner.ask(of, window(of))?;
        let bears = self.examiner.bears(&asked, of);
        let mut inquiry = self.examiner.inquiry(&asked).expecting_few();
        let strata = inquiry.strata(&asked.filter, &asked.window, None)?;
        let amount = amount::plain(&strata, &asked.window, Measure::Events, 0);
        let ruling = exists(&amount.count, &bears, asked.coverage, said);
        let probability = probability(ruling.0);
        let phrase = if said { "at least one" } else { "none" }.to_owned();
        let mut finding = self.ruled(ruling, &bears, phrase, value(&amount, Measure::Events), asked.coverage);
        finding.probability = probability;
        finding.notes.extend(caveats(&amount, Measure::Events));
        finding.bars = self.months(&mut inquiry, &asked, Measure::Events, &self.chart_window(&asked))?;
        self.examiner.evidence(&mut finding, inquiry, &[&asked])?;
        Ok(finding)
    }
}

/// Whether there was an event, and what it means that the data show one or none.
///
/// One event settles it where every event in the data is such as the source speaks of; else it may be of the other
/// sort. None settles it where the data are complete and hold all that the source speaks of; else the claim of an event
/// goes untested, and that of none is allowed.
pub(super) fn exists(count: &Count, bears: &Bears, coverage: Coverage, said: bool) -> Ruling {
    let (yes, no) =
        if said { (Verdict::Supported, Verdict::Contradicted) } else { (Verdict::Contradicted, Verdict::Supported) };
    if count.certain > 0 {
        let events = format!("the data hold {}", counted(count.certain as f64, "events"));
        return match bears.bearing {
            Bearing::Exact | Bearing::AtLeast => (yes, Reason::Figure, events),
            Bearing::AtMost | Bearing::Overlapping => {
                let verdict = if said { Verdict::Consistent } else { Verdict::Mixed };
                (verdict, bears.reason, format!("{events}; but {}", bears.because))
            }
        };
    }
    if count.possible > 0 {
        let because = "an event may lie there, but its date or place is too vague to tell";
        return (Verdict::Mixed, Reason::Precision, because.to_owned());
    }
    if coverage == Coverage::Complete && matches!(bears.bearing, Bearing::Exact | Bearing::AtMost) {
        return (no, Reason::Figure, "the data are complete there and hold no such event".to_owned());
    }
    if said {
        (Verdict::NotTestable, bears.reason, format!("the data hold no such event, and {}", bears.because))
    } else {
        (Verdict::Consistent, bears.reason, format!("the data hold no such event, but {}", bears.because))
    }
}

/// An event is there or it is not: where that is settled, nothing is left to chance.
fn probability(verdict: Verdict) -> Option<f64> {
    match verdict {
        Verdict::Supported => Some(1.0),
        Verdict::Contradicted => Some(0.0),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use casefile_measure::count::Standing;

    use super::super::tests::bears;
    use super::*;
    use {Bearing::*, Verdict::*};

    /// The ruling on `certain` events, and `vague` ones.
    fn ruling(certain: u64, vague: u64, bearing: Bearing, coverage: Coverage, said: bool) -> Ruling {
        let mut count = Count::default();
        count.add(Standing { chance: 1.0, placed: true }, certain);
        count.add(Standing { chance: 0.5, placed: true }, vague);
        let reason = if coverage == Coverage::Complete { Reason::Definition } else { Reason::Coverage };
        exists(&count, &bears(bearing, reason), coverage, said)
    }

    #[test]
    fn one_event_settles_it() {
        for (bearing, coverage) in
            [(Exact, Coverage::Complete), (AtLeast, Coverage::Complete), (Exact, Coverage::Partial)]
        {
            let (verdict, reason, because) = ruling(1, 3, bearing, coverage, true);
            assert_eq!((verdict, reason, because.as_str()), (Supported, Reason::Figure, "the data hold 1 event"));
            let (verdict, reason, _) = ruling(2, 0, bearing, coverage, false);
            assert_eq!((verdict, reason), (Contradicted, Reason::Figure));
        }
    }

    #[test]
    fn an_event_of_perhaps_another_sort_settles_nothing() {
        for bearing in [AtMost, Overlapping] {
            for (coverage, reason) in [(Coverage::Complete, Reason::Definition), (Coverage::Partial, Reason::Coverage)]
            {
                for (said, expected) in [(true, Consistent), (false, Mixed)] {
                    let (verdict, why, because) = ruling(1, 0, bearing, coverage, said);
                    assert_eq!((verdict, why), (expected, reason), "{bearing:?}, {coverage:?}, said {said}");
                    assert!(because.starts_with("the data hold 1 event; but "), "{because}");
                }
            }
        }
    }

    #[test]
    fn vague_events_alone_settle_nothing() {
        for said in [true, false] {
            for coverage in [Coverage::Complete, Coverage::Partial] {
                let (verdict, reason, _) = ruling(0, 2, Exact, coverage, said);
                assert_eq!((verdict, reason), (Mixed, Reason::Precision), "{coverage:?}, said {said}");
            }
        }
    }

    #[test]
    fn no_event_means_what_the_data_could_have_shown() {
        for (bearing, coverage, said, expected) in [
            (Exact, Coverage::Complete, true, (Contradicted, Reason::Figure)),
            (Exact, Coverage::Complete, false, (Supported, Reason::Figure)),
            (AtMost, Coverage::Complete, true, (Contradicted, Reason::Figure)),
            (AtMost, Coverage::Complete, false, (Supported, Reason::Figure)),
            (AtLeast, Coverage::Complete, true, (NotTestable, Reason::Definition)),
            (AtLeast, Coverage::Complete, false, (Consistent, Reason::Definition)),
            (Overlapping, Coverage::Complete, true, (NotTestable, Reason::Definition)),
            (Overlapping, Coverage::Complete, false, (Consistent, Reason::Definition)),
            (Exact, Coverage::Partial, true, (NotTestable, Reason::Coverage)),
            (Exact, Coverage::Partial, false, (Consistent, Reason::Coverage)),
            (Overlapping, Coverage::Partial, true, (NotTestable, Reason::Coverage)),
            (Overlapping, Coverage::Partial, false, (Consistent, Reason::Coverage)),
        ] {
            let (verdict, reason, because) = ruling(0, 0, bearing, coverage, said);
            assert_eq!((verdict, reason), expected, "{bearing:?}, {coverage:?}, said {said}");
            let settled = reason == Reason::Figure;
            assert_eq!(because.ends_with("of that"), !settled, "what is not settled names its reason: {because}");
        }
    }

    #[test]
    fn only_what_is_settled_has_a_probability() {
        let probabilities = Verdict::ALL.map(|(_, verdict)| probability(verdict));
        assert_eq!(probabilities, [Some(1.0), None, None, Some(0.0), None]);
    }
}
