//! One figure over another: a change from period to period, a comparison of two selections.

use casefile_lake::LakeError;
use casefile_measure::amount::Amount;
use casefile_measure::change::between;
use casefile_measure::evidence::Inquiry;
use casefile_measure::rate::Rates;
use casefile_model::claim::{Measure, Selection};
use casefile_model::date::{Edtf, Span};
use casefile_model::quantity::{Bearing, Computed, Draws, Side};
use casefile_stats::change::RatioMethod;

use super::{Stop, Task, by_day, expected, partial, round1, unit_of, window, worse};
use crate::bearing::Bears;
use crate::examine::{Asked, Unanswered};
use crate::finding::{Bar, Coverage, Finding, Reason, Value};
use crate::judge::judge;
use crate::terms::unbroken;
use crate::words::{self, counted, number};

/// Values of the posterior of a ratio of rates.
const QUANTILES: usize = 2000;

/// A ratio to compare with the claimed one, and the same for the reader.
pub(super) type Ratio = (Computed, Value);

impl Task<'_, '_> {
    /// The daily rate after against the one before.
    pub(super) fn change(
        &self,
        measure: Measure,
        of: &Selection,
        before: &Edtf,
        after: &Edtf,
    ) -> Result<Finding, Stop> {
        let (earlier, later) = (before.stated(), after.stated());
        let (days_before, days_after) = lengths(&earlier, &later)?;
        let (first, second) = (self.examiner.ask(of, earlier)?, self.examiner.ask(of, later)?);
        for asked in [&first, &second] {
            unbroken(asked, &[earlier, later])?;
        }
        let mut inquiry = self.examiner.inquiry(&first);
        inquiry
            .foresee(&[(&first.filter, &first.window), (&second.filter, &second.window)], measure == Measure::Deaths);
        let was = self.measured(&mut inquiry, &first, measure)?;
        let is = self.measured(&mut inquiry, &second, measure)?;
        let mut scatter = None;
        let ratio = match measure {
            Measure::Events => {
                scatter = self.scatter(&mut inquiry, [&first, &second])?;
                of_rates(&was, &is, [days_before, days_after], scatter.as_ref())?
            }
            _ => of_amounts(&is, &was, days_before / days_after)?,
        };
        let seen = was.count.possible + is.count.possible > 0;
        let mut finding = self.ratio(ratio, &second, &first, of, seen)?;
        let amount = |amount: &Amount| counted(round1(amount.best), unit_of(measure));
        let (was, is) = (amount(&was), amount(&is));
        finding.notes.push(format!("{was} in {}, {is} in {}.", before.english(), after.english()));
        if measure == Measure::Events {
            finding.notes.push(match &scatter {
                None => "The interval allows for chance: both counts are taken as Poisson.".to_owned(),
                Some(scatter) => format!(
                    "The interval allows for chance, and for counts by week that scatter {} times as much as Poisson counts do.",
                    number((scatter.dispersion * 10.0).round() / 10.0)
                ),
            });
        }
        let both = Span { start: earlier.start.min(later.start), end: earlier.end.max(later.end) };
        finding.bars = self.months(&mut inquiry, &second, measure, &both)?;
        self.examiner.evidence(&mut finding, inquiry, &[&first, &second])?;
        Ok(finding)
    }

    /// How much more than by chance the events fall unevenly over weeks, where they do and the data are complete.
    fn scatter(&self, inquiry: &mut Inquiry<'_>, parts: [&Asked<'_>; 2]) -> Result<Option<Scatter>, LakeError> {
        if parts.iter().any(|asked| asked.coverage != Coverage::Complete || by_day(asked).is_err()) {
            return Ok(None);
        }
        let mut events = Vec::new();
        for asked in parts {
            let strata = inquiry.strata(&asked.filter, &asked.window, None)?;
            // The same query stands behind the amounts already.
            inquiry.sql.pop();
            events.extend(strata.iter().map(|stratum| (stratum.start, stratum.end, stratum.n)));
        }
        let found = between(&events, parts.map(|asked| &asked.window), &[]).ok();
        Ok(found.and_then(|found| match found.method {
            RatioMethod::Exact => None,
            RatioMethod::QuasiPoisson { dispersion, .. } => {
                Some(Scatter { dispersion, low: found.low, high: found.high })
            }
        }))
    }

    /// One selection against another.
    pub(super) fn comparison(&self, measure: Measure, of: &Selection, than: &Selection) -> Result<Finding, Stop> {
        let (larger, smaller) = (self.examiner.ask(of, window(of))?, self.examiner.ask(than, window(than))?);
        if larger.window != smaller.window {
            unbroken(&larger, &[larger.window, smaller.window])?;
        }
        let mut inquiry = self.examiner.inquiry(&larger);
        inquiry.foresee(
            &[(&larger.filter, &larger.window), (&smaller.filter, &smaller.window)],
            measure == Measure::Deaths,
        );
        let a = self.measured(&mut inquiry, &larger, measure)?;
        let b = self.measured(&mut inquiry, &smaller, measure)?;
        let seen = a.count.possible + b.count.possible > 0;
        let mut finding = self.ratio(of_amounts(&a, &b, 1.0)?, &larger, &smaller, of, seen)?;
        let unit = unit_of(measure);
        finding.notes.push(format!("{} against {}.", counted(round1(a.best), unit), counted(round1(b.best), unit)));
        finding.bars = vec![
            Bar { label: "said to be larger".to_owned(), value: a.best, claimed: true },
            Bar { label: "compared with".to_owned(), value: b.best, claimed: false },
        ];
        self.examiner.evidence(&mut finding, inquiry, &[&larger, &smaller])?;
        Ok(finding)
    }

    /// A finding on a ratio. Where the data can bear on it in no way the figure is shown, and tests nothing.
    pub(super) fn ratio(
        &self,
        (computed, value): Ratio,
        above: &Asked<'_>,
        below: &Asked<'_>,
        of: &Selection,
        seen: bool,
    ) -> Result<Finding, Stop> {
        let says = self.says()?;
        match ratio_bears(self.examiner.bears_if_complete(above, of), above.coverage, below.coverage) {
            Ok(bears) => {
                let coverage = worse(above.coverage, below.coverage);
                Ok(self.judged(&judge(&computed, &bears, says, seen), &bears, value, coverage))
            }
            Err(unanswered) => {
                let mut finding = self.examiner.unanswered(self.claim, unanswered);
                finding.expected = Some(expected(says));
                finding.computed = Some(value);
                finding.would_change.push("A complete release for both.".to_owned());
                Ok(finding)
            }
        }
    }
}

/// The days of both periods.
fn lengths(earlier: &Span, later: &Span) -> Result<(f64, f64), Unanswered> {
    match (earlier.days(), later.days()) {
        (Some(before), Some(after)) => Ok((f64::from(before), f64::from(after))),
        _ => Err(Unanswered::new(Reason::Precision, "a rate needs periods with a beginning and an end")),
    }
}

/// How a ratio bears on the claimed one: a lower bound above the line makes it one, one below the line an upper.
/// `complete` is what the definition alone does.
fn ratio_bears(complete: Bears, above: Coverage, below: Coverage) -> Result<Bears, Unanswered> {
    let one_sided = |bound: Bearing, excused: Side| Bears {
        bearing: complete.bearing.then(bound),
        reason: Reason::Coverage,
        because: "the data cover one of the two only in part".to_owned(),
        excused: Some(excused),
    };
    match (above, below) {
        // What the source counts and what the data count may grow alike, or not: neither side is excused.
        (Coverage::Complete, Coverage::Complete) => Ok(Bears { excused: None, ..complete }),
        (Coverage::Partial, Coverage::Complete) => Ok(one_sided(Bearing::AtLeast, Side::Below)),
        (Coverage::Complete, Coverage::Partial) => Ok(one_sided(Bearing::AtMost, Side::Above)),
        _ => Err(partial("the data cover both only in part, so that a change in them may be one of coverage")),
    }
}

/// Counts that scatter more than Poisson counts do, and the interval of their ratio that allows for it.
struct Scatter {
    dispersion: f64,
    low: f64,
    high: f64,
}

/// After over before, per day, with what chance would do to it.
fn of_rates(
    was: &Amount,
    is: &Amount,
    [days_before, days_after]: [f64; 2],
    scatter: Option<&Scatter>,
) -> Result<Ratio, Stop> {
    let rates = Rates { before: was.best.round() as u64, days_before, after: is.best.round() as u64, days_after };
    let Some(ratio) = rates.ratio() else {
        return Err(partial("the data hold no such event in either period").into());
    };
    let (low, high) = match scatter {
        // Each event counts for the share of its days inside, each week for all of it: the two may differ a little.
        Some(scatter) => (scatter.low.min(ratio), scatter.high.max(ratio)),
        None => rates.interval(0.9).unwrap_or((0.0, f64::INFINITY)),
    };
    let draws = Draws::equal(rates.posterior(QUANTILES, scatter.map_or(1.0, |scatter| scatter.dispersion)))?;
    Ok((Computed::distribution(draws), value(ratio, low, high)))
}

/// One amount over another, times `scale`, between the bounds that both allow.
pub(super) fn of_amounts(above: &Amount, below: &Amount, scale: f64) -> Result<Ratio, Stop> {
    if above.high <= 0.0 && below.high <= 0.0 {
        return Err(partial("the data hold no such event on either side").into());
    }
    let over = |a: f64, b: f64| match (a, b) {
        (0.0, _) => 0.0,
        (_, 0.0) => f64::INFINITY,
        _ => a / b * scale,
    };
    let (low, high) = (over(above.low, below.high), over(above.high, below.low));
    let best = over(above.best, below.best).clamp(low, high);
    Ok((Computed::interval(low, best, high)?, value(best, low, high)))
}

pub(super) fn value(best: f64, low: f64, high: f64) -> Value {
    let times = |x: f64| format!("×{}", number(x));
    Value {
        best: best.is_finite().then_some(best),
        low: Some(low),
        high: high.is_finite().then_some(high),
        unit: "ratio".to_owned(),
        display: words::with_interval(best, low, high, times, ""),
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{amount, bears, refusal, span};
    use super::*;

    #[test]
    fn a_bound_above_the_line_is_a_lower_one_and_below_it_an_upper() {
        use Bearing::*;
        let of = |definition, above, below| {
            let bears = ratio_bears(bears(definition, Reason::Definition), above, below).ok()?;
            Some((bears.bearing, bears.reason, bears.excused))
        };
        let (whole, part) = (Coverage::Complete, Coverage::Partial);
        for (definition, above, below, expected) in [
            (Exact, whole, whole, Some((Exact, Reason::Definition, None))),
            (Overlapping, whole, whole, Some((Overlapping, Reason::Definition, None))),
            (Exact, part, whole, Some((AtLeast, Reason::Coverage, Some(Side::Below)))),
            (Exact, whole, part, Some((AtMost, Reason::Coverage, Some(Side::Above)))),
            // A part of what counts too little is a lower bound still; two bounds that pull apart are none.
            (AtLeast, part, whole, Some((AtLeast, Reason::Coverage, Some(Side::Below)))),
            (AtLeast, whole, part, Some((Overlapping, Reason::Coverage, Some(Side::Above)))),
            (Overlapping, part, whole, Some((Overlapping, Reason::Coverage, Some(Side::Below)))),
            (Exact, part, part, None),
            (Exact, Coverage::None, whole, None),
        ] {
            assert_eq!(of(definition, above, below), expected, "{definition:?}, {above:?} over {below:?}");
        }
        let neither = ratio_bears(bears(Exact, Reason::Figure), part, part);
        assert_eq!(refusal(neither), Some((Reason::Coverage, Some(part))));
    }

    #[test]
    fn a_rate_needs_both_ends_of_both_periods() {
        assert_eq!(lengths(&span("2019"), &span("2020-02")).ok(), Some((365.0, 29.0)));
        for (earlier, later) in [("2019", "2020/.."), ("../2019", "2020")] {
            let refused = lengths(&span(earlier), &span(later));
            assert_eq!(refusal(refused), Some((Reason::Precision, None)), "{earlier} to {later}");
        }
    }

    fn exactly(n: f64) -> Amount {
        amount(n, n, n)
    }

    #[test]
    fn rates_are_counts_per_day_with_chance_about_them() {
        for (was, is, days_before, days_after, best) in
            [(10.0, 20.0, 100.0, 100.0, 2.0), (10.0, 20.0, 100.0, 200.0, 1.0), (40.0, 10.0, 365.0, 365.0, 0.25)]
        {
            let (computed, value) =
                of_rates(&exactly(was), &exactly(is), [days_before, days_after], None).ok().unwrap();
            let (low, high) = (value.low.unwrap(), value.high.unwrap());
            assert_eq!(value.best, Some(best), "{was} in {days_before} to {is} in {days_after}");
            assert!(0.0 < low && low < best && best < high, "{low} {best} {high}");
            assert!(computed.low() < best && best < computed.high());
        }
    }

    #[test]
    fn more_events_leave_less_to_chance() {
        let width = |n: f64| {
            let (_, value) = of_rates(&exactly(n), &exactly(2.0 * n), [100.0, 100.0], None).ok().unwrap();
            value.high.unwrap() - value.low.unwrap()
        };
        assert!(width(1000.0) < width(100.0) && width(100.0) < width(10.0));
    }

    #[test]
    fn a_rise_from_nothing_has_no_number() {
        let (_, value) = of_rates(&exactly(0.0), &exactly(5.0), [100.0, 100.0], None).ok().unwrap();
        assert_eq!((value.best, value.high), (None, None));
        assert!(value.display.starts_with("×∞ ("), "{}", value.display);
        let (computed, value) = of_amounts(&exactly(5.0), &exactly(0.0), 1.0).ok().unwrap();
        assert_eq!((computed.low(), value.best, value.high), (f64::INFINITY, None, None));
    }

    #[test]
    fn a_ratio_of_amounts_spans_what_both_allow() {
        for (above, below, scale, expected) in [
            ((4.0, 5.0, 6.0), (8.0, 10.0, 16.0), 1.0, (0.25, 0.5, 0.75)),
            ((4.0, 5.0, 6.0), (8.0, 10.0, 16.0), 2.0, (0.5, 1.0, 1.5)),
            ((3.0, 3.0, 3.0), (1.0, 1.0, 1.0), 1.0, (3.0, 3.0, 3.0)),
            ((0.0, 0.0, 4.0), (2.0, 2.0, 2.0), 1.0, (0.0, 0.0, 2.0)),
            ((3.0, 3.0, 3.0), (0.0, 1.0, 2.0), 1.0, (1.5, 3.0, f64::INFINITY)),
        ] {
            let of = |(low, best, high)| amount(low, best, high);
            let (_, value) = of_amounts(&of(above), &of(below), scale).ok().unwrap();
            let (low, best, high) = expected;
            assert_eq!((value.low, value.best), (Some(low), Some(best)), "{above:?} over {below:?}");
            assert_eq!(value.high, high.is_finite().then_some(high), "{above:?} over {below:?}");
        }
    }

    #[test]
    fn a_reported_toll_outside_the_true_ones_stays_in_order() {
        let (computed, value) = of_amounts(&amount(12.0, 10.0, 15.0), &exactly(10.0), 1.0).ok().unwrap();
        assert_eq!((computed.low(), value.best, computed.high()), (1.2, Some(1.2), 1.5));
    }

    #[test]
    fn nothing_over_nothing_tells_nothing() {
        let nothing = exactly(0.0);
        assert!(matches!(of_rates(&nothing, &nothing, [1.0, 1.0], None), Err(Stop::Unanswered(_))));
        assert!(matches!(of_amounts(&nothing, &nothing, 1.0), Err(Stop::Unanswered(_))));
    }
}
