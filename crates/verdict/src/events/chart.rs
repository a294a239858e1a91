//! The chart behind a finding: bars by month, or by item.

use casefile_lake::LakeError;
use casefile_measure::evidence::Inquiry;
use casefile_measure::items::{self, Items};
use casefile_model::claim::{Dimension, Measure};
use casefile_model::date::{Edtf, Span};

use super::Task;
use crate::examine::Asked;
use crate::finding::Bar;
use crate::terms::publishable;

/// Most bars of a chart behind a finding.
const MOST_BARS: usize = 120;
/// Most items of a ranking's chart.
const MOST_ITEMS: usize = 12;

impl Task<'_, '_> {
    /// The chart of a claim about one period shows what lies around it too.
    pub(super) fn chart_window(&self, asked: &Asked<'_>) -> Span {
        let around = self.examiner.case.period.as_ref().map(Edtf::stated);
        around.map_or(asked.window, |around| widened(&asked.window, &around))
    }

    /// Bars by month over all that is `shown`, from a query of their own: the finding does not stand on it, so it is
    /// not listed.
    pub(super) fn months(
        &self,
        inquiry: &mut Inquiry<'_>,
        asked: &Asked<'_>,
        measure: Measure,
        shown: &Span,
    ) -> Result<Vec<Bar>, LakeError> {
        if !self.examiner.detail.bars {
            return Ok(Vec::new());
        }
        let strata = inquiry.strata(&asked.filter, shown, None)?;
        inquiry.sql.pop();
        let months = items::items(&strata, shown, measure, Dimension::Month);
        Ok(self.bars(asked, &months, |label| in_month(label, &asked.window)))
    }

    /// Bars by item, where charts are wanted and as far as the licence lets them be shown.
    pub(super) fn bars(&self, asked: &Asked<'_>, items: &Items, claimed: impl Fn(&str) -> bool) -> Vec<Bar> {
        if self.examiner.detail.bars { bars(&publishable(items, asked.pin), claimed) } else { Vec::new() }
    }
}

/// The window and all that is around it. One that is open takes the end of what is around it, so that the chart ends.
fn widened(window: &Span, around: &Span) -> Span {
    Span {
        start: window.start.map_or(around.start, |start| around.start.map(|a| a.min(start))),
        end: window.end.map_or(around.end, |end| around.end.map(|a| a.max(end))),
    }
}

/// Months and years in order of time, months by year where they are many; other items from the greatest down, and only the first few.
fn bars(items: &Items, claimed: impl Fn(&str) -> bool) -> Vec<Bar> {
    let bar = |label: &String, value: f64| Bar { label: label.clone(), value, claimed: claimed(label) };
    let mut bars: Vec<Bar> = items.known.iter().map(|(label, amount)| bar(label, amount.best)).collect();
    if !bars.iter().all(|bar| is_month(&bar.label) || is_year(&bar.label)) {
        bars.sort_by(|a, b| b.value.total_cmp(&a.value).then_with(|| a.label.cmp(&b.label)));
        bars.truncate(MOST_ITEMS);
    } else if bars.len() > MOST_BARS {
        bars = by_year(&bars);
    }
    bars
}

fn is_month(label: &str) -> bool {
    label.len() == 7 && label.as_bytes().get(4) == Some(&b'-')
}

fn is_year(label: &str) -> bool {
    label.len() == 4 && label.bytes().all(|byte| byte.is_ascii_digit())
}

/// Whether a month `2020-03`, or a year, overlaps the window.
fn in_month(label: &str, window: &Span) -> bool {
    label.parse::<Edtf>().is_ok_and(|month| month.stated().intersection(window).is_some())
}

fn by_year(months: &[Bar]) -> Vec<Bar> {
    let mut years: Vec<Bar> = Vec::new();
    for bar in months {
        let year = bar.label.get(..4).unwrap_or_default();
        match years.last_mut().filter(|last| last.label == year) {
            Some(last) => {
                last.value += bar.value;
                last.claimed |= bar.claimed;
            }
            None => years.push(Bar { label: year.to_owned(), ..bar.clone() }),
        }
    }
    years
}

#[cfg(test)]
mod tests {
    use super::super::tests::{amount, span};
    use super::*;

    fn items(values: impl IntoIterator<Item = (String, f64)>) -> Items {
        Items { known: values.into_iter().map(|(label, n)| (label, amount(n, n, n))).collect(), unknown: None }
    }

    fn labels(bars: &[Bar]) -> Vec<&str> {
        bars.iter().map(|bar| bar.label.as_str()).collect()
    }

    #[test]
    fn the_chart_shows_what_lies_around_the_claim() {
        for (window, around, shown) in [
            ("2020", "2014/2022", "2014/2022"),
            ("2012/2015", "2014/2022", "2012/2022"),
            ("2020/2023", "2014/2022", "2014/2023"),
            ("2020/..", "2014/2022", "2014/2022"),
            ("../2015", "2014/2022", "2014/2022"),
            ("2020", "2014/..", "2014/.."),
        ] {
            assert_eq!(widened(&span(window), &span(around)), span(shown), "{window} in {around}");
        }
    }

    #[test]
    fn a_month_is_in_the_window_when_any_of_its_days_is() {
        let window = span("2020-03-31/2020-05-01");
        let inside = ["2020-02", "2020-03", "2020-04", "2020-05", "2020-06"].map(|month| in_month(month, &window));
        assert_eq!(inside, [false, true, true, true, false]);
        assert!(!in_month("Kabul province", &window));
    }

    #[test]
    fn months_stay_in_order_of_time() {
        let months = items([("2020-01", 1.0), ("2020-02", 9.0), ("2020-03", 4.0)].map(|(m, n)| (m.to_owned(), n)));
        let bars = bars(&months, |label| label == "2020-02");
        assert_eq!(labels(&bars), ["2020-01", "2020-02", "2020-03"]);
        assert_eq!(bars.iter().map(|bar| (bar.value, bar.claimed)).nth(1), Some((9.0, true)));
        assert_eq!(bars.iter().filter(|bar| bar.claimed).count(), 1);
    }

    /// Every month of `years` years from 2001, one event in each.
    fn every_month(years: usize) -> Items {
        items((0..12 * years).map(|i| (format!("{}-{:02}", 2001 + i / 12, i % 12 + 1), 1.0)))
    }

    #[test]
    fn many_months_are_added_up_by_year() {
        assert_eq!(bars(&every_month(10), |_| false).len(), 120);
        let years = bars(&every_month(11), |label| label == "2003-07");
        assert_eq!(years.len(), 11);
        assert!(years.iter().all(|bar| bar.value == 12.0));
        let claimed: Vec<Bar> = years.into_iter().filter(|bar| bar.claimed).collect();
        assert_eq!(labels(&claimed), ["2003"], "a year is claimed when a month of it is");
    }

    #[test]
    fn items_come_from_the_greatest_down_and_ties_by_name() {
        let few = items([("Kunar", 2.0), ("Kabul", 7.0), ("Herat", 2.0)].map(|(m, n)| (m.to_owned(), n)));
        assert_eq!(labels(&bars(&few, |_| true)), ["Kabul", "Herat", "Kunar"]);
        let many = bars(&items((0..40).map(|i| (format!("place {i:02}"), f64::from(i)))), |_| true);
        assert_eq!(many.len(), MOST_ITEMS);
        assert_eq!((many[0].value, many[MOST_ITEMS - 1].value), (39.0, 28.0));
        assert_eq!(bars(&Items::default(), |_| true), []);
    }
}
