//! What the terms of a dataset keep out of a finding: figures on too few events where its rows may not be passed on,
//! and comparisons across a day on which its publisher changed how it is collected.
//!
//! A finding goes into briefings, ledgers and reports. So what may not be published is left out where it is made, and
//! no later step can forget.

use casefile_case::lock;
use casefile_measure::amount::Amount;
use casefile_measure::count::Count;
use casefile_measure::items::Items;
use casefile_model::date::{Edtf, Span};
use jiff::civil::Date;

use crate::examine::{Asked, Unanswered};
use crate::finding::{Finding, Reason, Value};

/// Leaves out the figure of a finding that rests on fewer events than the licence lets an aggregate rest on. The
/// verdict stays: it is the case's own, and tells no row.
pub(crate) fn withhold(finding: &mut Finding, pin: &lock::Dataset) {
    let least = pin.least_events();
    let why = format!(
        "it rests on fewer than {least} events of {}, and its licence ({}) lets no figure on so few be published",
        pin.title, pin.licence
    );
    finding.because = format!("the data bear on it, but the figure is kept back: {why}");
    let unit = finding.computed.take().map(|value| value.unit).unwrap_or_default();
    finding.computed = Some(kept_back(unit, &format!("fewer than {least} events")));
    finding.probability = None;
    finding.probability_pragmatic = None;
    finding.bars.clear();
    finding.notes.clear();
    finding.notes.push("`casefile query` shows the events to whoever holds the data.".to_owned());
    finding.events = 0;
    finding.withheld = true;
}

/// A value that may not be told, in words.
pub(crate) fn kept_back(unit: String, display: &str) -> Value {
    Value { best: None, low: None, high: None, unit, display: display.to_owned() }
}

/// Items for a chart that may be published: months with too few events are added up by year; other items with too few
/// are left out, as is a chart of which a year has too few.
pub(crate) fn publishable(items: &Items, pin: &lock::Dataset) -> Items {
    let is_small = |amount: &Amount| pin.is_too_small(amount.count.possible);
    if !items.known.values().any(is_small) {
        return items.clone();
    }
    let is_month = |label: &String| label.len() == 7 && label.as_bytes()[4] == b'-';
    if !items.known.keys().all(is_month) {
        let mut large = items.clone();
        large.known.retain(|_, amount| !is_small(amount));
        return large;
    }
    let mut years = Items::default();
    for (month, amount) in &items.known {
        let year = years.known.entry(month[..4].to_owned()).or_insert_with(nothing);
        year.count.possible += amount.count.possible;
        year.best += amount.best;
        year.low += amount.low;
        year.high += amount.high;
    }
    if years.known.values().any(is_small) { Items::default() } else { years }
}

fn nothing() -> Amount {
    Amount { count: Count::default(), best: 0.0, low: 0.0, high: 0.0, draws: Vec::new() }
}

/// Refuses to compare figures from before and after a day on which the way of collecting changed. An open end is that
/// of the data.
pub(crate) fn unbroken(asked: &Asked<'_>, spans: &[Span]) -> Result<(), Unanswered> {
    match crossed(asked.pin, spans) {
        None => Ok(()),
        Some(broken) => Err(Unanswered::new(
            Reason::Definition,
            format!(
                "{} is collected in another way since {} ({}): figures from before and after do not compare",
                asked.pin.title,
                broken.day.parse::<Edtf>().map_or_else(|_| broken.day.clone(), |day| day.english()),
                broken.why
            ),
        )),
    }
}

/// The first break that lies within the spans or between them.
fn crossed<'a>(pin: &'a lock::Dataset, spans: &[Span]) -> Option<&'a lock::Break> {
    let day = |text: &String| text.parse::<Date>().ok();
    let first = spans.iter().map(|span| span.start.or_else(|| pin.totals.first.as_ref().and_then(day))).min()??;
    let last = spans.iter().map(|span| span.end.or_else(|| pin.totals.last.as_ref().and_then(day))).max()??;
    pin.breaks.iter().find(|broken| day(&broken.day).is_some_and(|day| first < day && day <= last))
}

#[cfg(test)]
mod tests {
    use casefile_case::lock::Lock;

    use super::*;

    /// A dataset whose rows may not be passed on, broken at the beginning of 2018.
    fn pin() -> lock::Dataset {
        let text = r#"
            format = 1
            [[dataset]]
            id = "d"
            adapter = "d"
            normaliser = 1
            publisher = "P"
            title = "T"
            version = "1"
            file = "f"
            sha256 = ""
            bytes = 0
            licence = "own terms"
            redistribute_rows = false
            smallest_cell = 5
            citation = ""
            unit = "event"
            counts = "events"
            rows_in = 0
            kept = 0
            quarantined = 0
            content_sha256 = ""
            store = ""
            totals = { first = "2010-01-01", last = "2020-12-31", all = { events = 0, deaths_low = 0, deaths_best = 0, deaths_high = 0 } }
            breaks = [{ day = "2018-01-01", why = "more sources" }]
        "#;
        Lock::parse(text, std::path::Path::new("casefile.lock")).unwrap().datasets.remove(0)
    }

    fn span(text: &str) -> Span {
        text.parse::<Edtf>().unwrap().stated()
    }

    #[test]
    fn a_break_within_or_between_is_found() {
        let pin = pin();
        let crosses = |spans: &[&str]| {
            let spans: Vec<Span> = spans.iter().map(|text| span(text)).collect();
            crossed(&pin, &spans).is_some()
        };
        for (spans, expected) in [
            (&["2016", "2017"][..], false),
            (&["2018", "2019"], false),
            (&["2017", "2018"], true),
            (&["2019", "2015"], true),
            (&["2017/2019"], true),
            (&["2017-01/2018-01-01"], true),
            (&["../2017"], false),
            (&["2017/.."], true),
            (&["2018/.."], false),
        ] {
            assert_eq!(crosses(spans), expected, "{spans:?}");
        }
        let all = Span { start: None, end: None };
        assert!(crossed(&pin, &[all]).is_some());
        let mut later = pin.clone();
        later.totals.first = Some("2018-05-05".into());
        assert!(crossed(&later, &[all]).is_none(), "the data begin after the break");
    }

    fn items(counts: &[(&str, u64)]) -> Items {
        let amount = |n: u64| {
            let mut amount = nothing();
            amount.count.possible = n;
            amount.best = n as f64;
            amount
        };
        Items { known: counts.iter().map(|(name, n)| ((*name).to_owned(), amount(*n))).collect(), unknown: None }
    }

    fn shown(counts: &[(&str, u64)]) -> Vec<(String, f64)> {
        publishable(&items(counts), &pin()).known.into_iter().map(|(name, amount)| (name, amount.best)).collect()
    }

    #[test]
    fn charts_show_no_item_on_too_few_events() {
        let told = |pairs: &[(&str, f64)]| pairs.iter().map(|(n, v)| ((*n).to_owned(), *v)).collect::<Vec<_>>();
        assert_eq!(shown(&[("2020-01", 5), ("2020-02", 0)]), told(&[("2020-01", 5.0), ("2020-02", 0.0)]));
        assert_eq!(shown(&[("2020-01", 4), ("2020-02", 3), ("2021-01", 6)]), told(&[("2020", 7.0), ("2021", 6.0)]));
        assert_eq!(shown(&[("2020-01", 4), ("2021-01", 6)]), []);
        assert_eq!(shown(&[("Kabul", 9), ("Kunar", 1)]), told(&[("Kabul", 9.0)]));
        let open = lock::Dataset { redistribute_rows: true, smallest_cell: 1, ..pin() };
        assert_eq!(publishable(&items(&[("Kunar", 1)]), &open).known.len(), 1);
    }
}
