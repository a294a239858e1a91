//! How many events, how many deaths: one measure over one selection, with its uncertainty.

use std::collections::BTreeMap;

use casefile_lake::LakeError;
use casefile_model::claim::{Measure, Violence};
use casefile_model::date::Span;
use casefile_model::quantity::{Computed, ComputedError, Draws};

use crate::count::{Count, Standing};
use crate::evidence::{Inquiry, Stratum, TollStratum};
use crate::filter::Filter;
use crate::toll::{self, Toll, TollModel};

/// How random draws are made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sampling {
    /// Number of draws.
    pub draws: usize,
    /// Seed: the same seed gives the same draws.
    pub seed: u64,
}

/// A number of events or deaths in a period and a place.
#[derive(Debug, Clone, PartialEq)]
pub struct Amount {
    /// The events behind it.
    pub count: Count,
    /// Central value: expected number of events, or best estimate of deaths.
    pub best: f64,
    /// Certain value, or the lower end of the 90% interval.
    pub low: f64,
    /// Possible value, or the upper end of the 90% interval.
    pub high: f64,
    /// Equally likely values, sorted, where the uncertainty has a distribution; empty where only bounds are known.
    pub draws: Vec<f64>,
}

impl Amount {
    /// The amount as something that a hedged quantity can be compared with.
    ///
    /// # Errors
    /// When its bounds are out of order, which would be a fault in a measure.
    pub fn computed(&self) -> Result<Computed, ComputedError> {
        match Draws::equal(self.draws.iter().copied()) {
            Ok(draws) if self.low < self.high => Ok(Computed::distribution(draws)),
            _ => Computed::interval(self.low, self.best.clamp(self.low, self.high), self.high),
        }
    }
}

/// Measures a selection over `window`.
///
/// # Errors
/// When a query fails.
pub fn amount(
    inquiry: &mut Inquiry<'_>,
    filter: &Filter,
    window: &Span,
    measure: Measure,
    model: &TollModel,
    sampling: Sampling,
) -> Result<Amount, LakeError> {
    if measure == Measure::Deaths {
        inquiry.foresee(&[(filter, window)], true);
    }
    let strata = inquiry.strata(filter, window, None)?;
    match measure {
        Measure::Deaths => deaths(inquiry, filter, window, &strata, model, sampling),
        _ => Ok(plain(&strata, window, measure, sampling.draws)),
    }
}

/// Events, or the deaths of one party, without the distribution of true tolls.
pub fn plain(strata: &[Stratum], window: &Span, measure: Measure, draws: usize) -> Amount {
    match measure {
        Measure::Events => events(count(strata, window), draws),
        Measure::Deaths => bounded(strata, window, |s| s.best, false),
        Measure::OwnDeaths => bounded(strata, window, |s| s.own, true),
        Measure::OpponentDeaths => bounded(strata, window, |s| s.opponent, true),
        Measure::CivilianDeaths => bounded(strata, window, |s| s.civilians, true),
    }
}

/// Counts the events of the strata.
pub fn count(strata: &[Stratum], window: &Span) -> Count {
    let mut count = Count::default();
    for stratum in strata {
        count.add(Standing::of(stratum.start, stratum.end, stratum.placed, window), stratum.n);
    }
    count
}

/// A number of events. Where only dates are vague it has a distribution; where places are, only bounds.
fn events(count: Count, draws: usize) -> Amount {
    let draws = if count.unplaced == 0 && !count.straddling.is_empty() {
        quantiles(&count.distribution(), count.certain, draws)
    } else {
        Vec::new()
    };
    Amount {
        best: count.expected(),
        low: draws.get(draws.len() / 20).copied().unwrap_or(count.certain as f64),
        high: draws.get(draws.len() * 19 / 20).copied().unwrap_or(count.possible as f64),
        draws,
        count,
    }
}

/// Equally likely values of a count with the given probabilities of `from`, `from + 1`, ….
fn quantiles(probabilities: &[f64], from: u64, n: usize) -> Vec<f64> {
    let mut values = Vec::with_capacity(n);
    let (mut k, mut below) = (0, probabilities.first().copied().unwrap_or(1.0));
    for i in 0..n {
        let p = (i as f64 + 0.5) / n as f64;
        while below < p && k + 1 < probabilities.len() {
            k += 1;
            below += probabilities[k];
        }
        values.push(from as f64 + k as f64);
    }
    values
}

/// Deaths between what is certain at the low and what is possible at the high estimate.
///
/// The dataset gives low and high estimates for all deaths together. The part of one party can be lower by as much as
/// all deaths can, and higher by that and by the deaths of unknown status.
fn bounded(strata: &[Stratum], window: &Span, part: impl Fn(&Stratum) -> i64, is_part: bool) -> Amount {
    let (mut low, mut best, mut high) = (0, 0.0, 0);
    let (mut slack_low, mut slack_high) = (0, 0);
    for stratum in strata {
        let standing = Standing::of(stratum.start, stratum.end, stratum.placed, window);
        if !standing.is_possible() {
            continue;
        }
        let value = part(stratum);
        if standing.placed {
            best += standing.chance * value as f64;
        }
        if standing.is_certain() {
            low += if is_part { value } else { stratum.low.min(value) };
            slack_low += (stratum.best - stratum.low).max(0);
        }
        high += if is_part { value } else { stratum.high.max(value) };
        slack_high += (stratum.high - stratum.best).max(0) + stratum.unknown;
    }
    if is_part {
        low = (low - slack_low).max(0);
        high += slack_high;
    }
    Amount { count: count(strata, window), best, low: low as f64, high: high as f64, draws: Vec::new() }
}

/// All deaths, with the published distribution of true tolls. Where places are vague only bounds are known: from the
/// events that certainly lie inside to all that may.
fn deaths(
    inquiry: &mut Inquiry<'_>,
    filter: &Filter,
    window: &Span,
    strata: &[Stratum],
    model: &TollModel,
    sampling: Sampling,
) -> Result<Amount, LakeError> {
    let reported = bounded(strata, window, |s| s.best, false);
    let tolls = inquiry.tolls(filter, window)?;
    let (mut inside, mut everywhere) = (Vec::new(), Vec::new());
    // Few reports differ, on however many days they come.
    let mut known: BTreeMap<(Option<i64>, i64), Option<Toll>> = BTreeMap::new();
    let of = |stratum: &TollStratum| {
        let reported = u32::try_from(stratum.reported).ok()?;
        model.toll(stratum.violence.and_then(violence), reported)
    };
    for stratum in &tolls {
        let standing = Standing::of(stratum.start, stratum.end, stratum.placed, window);
        let report = (stratum.violence, stratum.reported);
        let Some(toll) = *known.entry(report).or_insert_with(|| of(stratum)) else { continue };
        let part = toll::Stratum { toll, n: stratum.n, chance: standing.chance };
        if standing.placed {
            inside.push(part);
        }
        everywhere.push(part);
    }
    let draws = toll::total_toll(&inside, sampling.draws, sampling.seed);
    let at = |draws: &[f64], share: f64| {
        let index = (draws.len() as f64 * share) as usize;
        draws.get(index.min(draws.len().saturating_sub(1))).copied().unwrap_or(0.0)
    };
    if inside.len() == everywhere.len() {
        let (low, high) = (at(&draws, 0.05), at(&draws, 0.95));
        return Ok(Amount { low, high, draws, ..reported });
    }
    let upper = toll::total_toll(&everywhere, sampling.draws, sampling.seed);
    Ok(Amount { low: at(&draws, 0.05), high: at(&upper, 0.95), draws: Vec::new(), ..reported })
}

/// The type of violence with UCDP's code.
fn violence(code: i64) -> Option<Violence> {
    Violence::ALL.iter().map(|(_, violence)| *violence).find(|violence| i64::from(violence.code()) == code)
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn stratum(n: u64, deaths: [i64; 3], civilians: i64, unknown: i64) -> Stratum {
        Stratum {
            item: None,
            start: date(2020, 3, 1),
            end: date(2020, 3, 1),
            placed: true,
            n,
            low: deaths[0],
            best: deaths[1],
            high: deaths[2],
            own: 0,
            opponent: 0,
            civilians,
            unknown,
            digest: Default::default(),
        }
    }

    const MARCH: Span = Span {
        start: Some(jiff::civil::Date::constant(2020, 3, 1)),
        end: Some(jiff::civil::Date::constant(2020, 3, 31)),
    };

    #[test]
    fn a_count_of_plain_events_is_exact() {
        let amount = plain(&[stratum(3, [1, 2, 3], 0, 0)], &MARCH, Measure::Events, 100);
        assert_eq!(amount.computed(), Computed::exact(3.0));
    }

    #[test]
    fn vague_dates_give_a_distribution_and_vague_places_give_bounds() {
        let straddling = Stratum { end: date(2020, 4, 30), start: date(2020, 3, 2), ..stratum(1, [1, 1, 1], 0, 0) };
        let amount = plain(std::slice::from_ref(&straddling), &MARCH, Measure::Events, 100);
        assert_eq!((amount.low, amount.best, amount.high), (0.0, 0.5, 1.0));
        assert_eq!(amount.draws.iter().filter(|x| **x == 1.0).count(), 50);
        let elsewhere = Stratum { placed: false, ..stratum(2, [1, 1, 1], 0, 0) };
        let amount = plain(&[elsewhere, straddling], &MARCH, Measure::Events, 100);
        assert_eq!((amount.low, amount.best, amount.high), (0.0, 0.5, 3.0));
        assert!(amount.draws.is_empty());
    }

    #[test]
    fn the_part_of_one_party_can_differ_by_what_the_whole_can() {
        let amount = plain(&[stratum(1, [8, 10, 13], 6, 2)], &MARCH, Measure::CivilianDeaths, 100);
        assert_eq!((amount.low, amount.best, amount.high), (4.0, 6.0, 11.0));
    }
}
