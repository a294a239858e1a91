//! How long a leader was in office.

use casefile_case::Case;
use casefile_measure::change::date;
use casefile_measure::leadership::leaders;
use casefile_model::claim::{Claim, TimeUnit};
use casefile_model::date::Span;
use casefile_model::quantity::{Bearing, Computed, ComputedError};
use casefile_stats::leadership::table;

use super::{besides, exact, judged, untestable, voices};
use crate::bearing::Bears;
use crate::finding::{Finding, Reason, Value};
use crate::words::{self, number, span};

pub(super) fn check(
    case: &Case,
    claim: &Claim,
    actor: &str,
    leader: &str,
    unit: TimeUnit,
) -> Result<Finding, ComputedError> {
    let Some(says) = &claim.says else {
        return Ok(untestable(claim, Reason::NoData, "the claim does not say how long"));
    };
    let others = besides(case, claim, |envelope| case.relation(&envelope.id).is_some_and(|r| r.to == actor));
    let told = leaders(&others, actor, None);
    let row = told.as_ref().and_then(|told| {
        let rows = table(&told.tenures(), told.as_of).ok()?;
        let row = rows.into_iter().find(|row| row.tenure.leader == leader)?;
        let statement = told.told.iter().find(|one| one.tenure.leader == leader)?.statement.clone();
        Some((row, statement))
    });
    let Some((row, statement)) = row else {
        return Ok(untestable(
            claim,
            Reason::NoData,
            "no other source of the case says when that leader was in office",
        ));
    };
    let (low, high) = (row.lasted.least as f64 / unit.days(), row.lasted.most as f64 / unit.days());
    let middle = f64::midpoint(low, high);
    let is_over = row.tenure.to.is_some();
    let bears = if is_over { exact() } else { in_office() };
    let name = match unit {
        TimeUnit::Days => "days",
        TimeUnit::Months => "months",
        TimeUnit::Years => "years",
    };
    let short = |x: f64| number((x * 10.0).round() / 10.0);
    let value = Value {
        best: Some(middle),
        low: Some(low),
        high: Some(high),
        unit: name.to_owned(),
        display: words::with_interval(middle, low, high, short, name),
    };
    let mut finding = judged(claim, says, &Computed::interval(low, middle, high)?, &bears, value);
    let on = |n: i64| Some(date(i32::try_from(n).unwrap_or(i32::MAX)));
    let (from, to) = (row.tenure.from, row.tenure.to.map(|(day, _)| day));
    let begun = span(&Span { start: on(from.earliest), end: on(from.latest) });
    finding.notes.push(match to {
        Some(to) => {
            format!("In office from {begun}, until {}.", span(&Span { start: on(to.earliest), end: on(to.latest) }))
        }
        None => format!("In office from {begun}, and still when last heard of."),
    });
    finding.voices = voices(case, [statement.as_str()]);
    Ok(finding)
}

/// A leader who is still in office has been there at least so long.
fn in_office() -> Bears {
    Bears {
        bearing: Bearing::AtLeast,
        reason: Reason::Coverage,
        because: "the leader was in office when last heard of".to_owned(),
        excused: None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{claimed, small};
    use super::*;
    use crate::finding::Verdict::{self, *};

    fn verdict(says: &str, source: &str, valid: &str, more: &str) -> (Verdict, Reason) {
        let check_ = "kind = \"tenure\", actor = \"a\", leader = \"p\", unit = \"years\"";
        let leader = "[[actor]]\nid = \"p\"\nname = \"P\"\nkind = \"public-figure\"\nrole = \"leader\"\n";
        let led = format!(
            "[[relation]]\nid = \"l\"\nkind = \"leadership\"\nfrom = \"p\"\nto = \"a\"\nvalid = {valid:?}\nsource = {source:?}\n{more}"
        );
        let case = small(&(claimed(says, check_) + leader + &led));
        let finding = check(&case, case.claim("claim").unwrap(), "a", "p", TimeUnit::Years).unwrap();
        (finding.verdict, finding.reason)
    }

    #[test]
    fn time_in_office_is_set_against_the_claim() {
        let over = "ended-by = \"death\"\n";
        assert_eq!(verdict("about two", "other", "2016-01-01/2018-01-01", over), (Supported, Reason::Figure));
        assert_eq!(verdict("five", "other", "2016-01-01/2018-01-01", over), (Contradicted, Reason::Figure));
        assert_eq!(verdict("about two", "other", "2015/2018", over), (Mixed, Reason::Precision), "vague years");
        assert_eq!(verdict("about two", "paper", "2016-01-01/2018-01-01", over), (NotTestable, Reason::NoData));
        assert_eq!(verdict("at least two", "other", "2016-01-01/2019-01-01", ""), (Supported, Reason::Figure));
        assert_eq!(verdict("at least five", "other", "2016-01-01/2019-01-01", ""), (Consistent, Reason::Coverage));
    }
}
