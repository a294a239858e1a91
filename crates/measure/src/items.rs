//! Events told apart by place, opponent or month: extent, ranking, share.

use std::collections::BTreeMap;

use casefile_model::claim::{Dimension, Measure};
use casefile_model::date::Span;
use jiff::civil::Date;

use crate::amount::{self, Amount};
use crate::evidence::Stratum;

/// The amount of each item, and of the events whose item is unknown.
#[derive(Debug, Clone, Default)]
pub struct Items {
    /// By item.
    pub known: BTreeMap<String, Amount>,
    /// Events that name no item.
    pub unknown: Option<Amount>,
}

/// Splits strata by item. Months and years are told from the dates: an event of vague date belongs to each month by
/// the share of its days in it.
pub fn items(strata: &[Stratum], window: &Span, measure: Measure, by: Dimension) -> Items {
    match by {
        Dimension::Month => by_period(strata, window, measure, month_of),
        Dimension::Year => by_period(strata, window, measure, year_of),
        _ => by_name(strata, window, measure),
    }
}

fn by_name(strata: &[Stratum], window: &Span, measure: Measure) -> Items {
    let mut groups: BTreeMap<Option<String>, Vec<Stratum>> = BTreeMap::new();
    for stratum in strata {
        groups.entry(stratum.item.clone()).or_default().push(stratum.clone());
    }
    let mut items = Items::default();
    for (item, group) in groups {
        let amount = amount::plain(&group, window, measure, 0);
        if amount.count.possible == 0 {
            continue;
        }
        match item {
            Some(name) if !name.is_empty() => {
                items.known.insert(name, amount);
            }
            _ => items.unknown = Some(amount),
        }
    }
    items
}

/// A calendar period by its name: `2020-03`, first day, last day.
type Period = (String, Date, Date);

fn month_of(day: Date) -> Period {
    (day.strftime("%Y-%m").to_string(), day.first_of_month(), day.last_of_month())
}

fn year_of(day: Date) -> Period {
    (day.strftime("%Y").to_string(), day.first_of_year(), day.last_of_year())
}

fn by_period(strata: &[Stratum], window: &Span, measure: Measure, period_of: fn(Date) -> Period) -> Items {
    let mut known = BTreeMap::new();
    let Some((first, last)) = reach(strata, window) else { return Items::default() };
    let mut day = first;
    while day <= last {
        let (name, start, end) = period_of(day);
        let period = Span { start: Some(start), end: Some(end) };
        if let Some(inside) = period.intersection(window) {
            known.insert(name, amount::plain(strata, &inside, measure, 0));
        }
        let Ok(next) = end.tomorrow() else { break };
        day = next;
    }
    Items { known, unknown: None }
}

/// First and last day of the window, or of the events where the window is open.
fn reach(strata: &[Stratum], window: &Span) -> Option<(Date, Date)> {
    let first = window.start.or_else(|| strata.iter().map(|s| s.start).min())?;
    let last = window.end.or_else(|| strata.iter().map(|s| s.end).max())?;
    Some((first, last))
}

impl Items {
    /// Number of items with an event: certain, best and possible. An event of unknown item may stand for one more.
    pub fn extent(&self) -> (u64, u64, u64) {
        let certain = self.known.values().filter(|a| a.count.certain > 0).count() as u64;
        let seen = self.known.values().filter(|a| a.count.possible > 0).count() as u64;
        let unknown = self.unknown.as_ref().map_or(0, |a| a.count.possible);
        (certain, seen, seen + unknown)
    }

    /// The place of an item, which may go by several names, in the order of amounts: best case, by best values, worst
    /// case. Ties share the better place. An unknown item's events may belong to any other.
    pub fn rank(&self, names: &[String]) -> (usize, usize, usize) {
        let of = |pick: fn(&Amount) -> f64| names.iter().filter_map(|n| self.known.get(n)).map(pick).sum::<f64>();
        let (low, best, high) = (of(|a| a.low), of(|a| a.best), of(|a| a.high));
        let unknown = self.unknown.as_ref().map_or(0.0, |a| a.high);
        let others = || self.known.iter().filter(|(name, _)| !names.contains(name)).map(|(_, amount)| amount);
        let ahead = |is_ahead: &dyn Fn(&Amount) -> bool| others().filter(|amount| is_ahead(amount)).count() + 1;
        (
            ahead(&|other| other.low > high + unknown),
            ahead(&|other| other.best > best),
            ahead(&|other| other.high + unknown > low),
        )
    }
}

/// A part of a whole, as a share: low, best, high. None where the whole is empty.
pub fn share(part: &Amount, whole: &Amount) -> Option<(f64, f64, f64)> {
    if whole.high <= 0.0 || whole.best <= 0.0 {
        return None;
    }
    // What lies in the whole for certain, but in no reading in the part, bounds the share from above.
    let high = part.high / part.high.max(whole.low.max(1.0));
    Some(((part.low / whole.high).min(1.0), (part.best / whole.best).min(1.0), high.min(1.0)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn stratum(item: Option<&str>, start: Date, end: Date, n: u64) -> Stratum {
        Stratum {
            item: item.map(str::to_owned),
            start,
            end,
            placed: true,
            n,
            low: 0,
            best: 0,
            high: 0,
            own: 0,
            opponent: 0,
            civilians: 0,
            unknown: 0,
            digest: Default::default(),
        }
    }

    const YEAR: Span = Span { start: Some(Date::constant(2020, 1, 1)), end: Some(Date::constant(2020, 12, 31)) };

    #[test]
    fn unknown_items_widen_extent_and_rank() {
        let day = date(2020, 5, 1);
        let strata = [
            stratum(Some("Kabul"), day, day, 9),
            stratum(Some("Kunar"), day, day, 8),
            stratum(Some("Herat"), day, day, 1),
            stratum(None, day, day, 2),
        ];
        let items = items(&strata, &YEAR, Measure::Events, Dimension::Admin1);
        assert_eq!(items.extent(), (3, 3, 5));
        assert_eq!(items.rank(&["Kabul".to_owned()]), (1, 1, 2));
        assert_eq!(items.rank(&["Herat".to_owned()]), (3, 3, 3));
    }

    #[test]
    fn vague_dates_are_spread_over_months() {
        let strata = [stratum(None, date(2020, 3, 30), date(2020, 4, 2), 4)];
        let months = items(&strata, &YEAR, Measure::Events, Dimension::Month);
        assert_eq!(months.known.len(), 12);
        assert_eq!((months.known["2020-03"].best, months.known["2020-04"].best), (2.0, 2.0));
        assert_eq!(months.known["2020-05"].best, 0.0);
    }

    #[test]
    fn a_share_keeps_its_bounds() {
        let amount =
            |low: f64, best: f64, high: f64| Amount { count: Default::default(), best, low, high, draws: vec![] };
        assert_eq!(share(&amount(5.0, 5.0, 5.0), &amount(10.0, 10.0, 10.0)), Some((0.5, 0.5, 0.5)));
        let (low, best, high) = share(&amount(4.0, 5.0, 6.0), &amount(8.0, 10.0, 12.0)).unwrap();
        assert!(low < best && best < high && high <= 1.0);
        assert_eq!(share(&amount(0.0, 0.0, 0.0), &amount(0.0, 0.0, 0.0)), None);
    }
}
