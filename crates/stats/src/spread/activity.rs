//! Which units are active in a period, and which are new or abandoned.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::{Frame, Period, Placed, SpreadError};
use crate::network::Presence;

/// What happened in one unit in one period.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct UnitActivity {
    /// The unit.
    pub unit: String,
    /// Whether there was an event. Never `No`: idle units are not listed.
    pub presence: Presence,
    /// Chance of at least one event: 1 − Π(1 − chance of each).
    pub chance: f64,
    /// Weight of the events that were certainly there and then.
    pub certain: f64,
    /// Expected weight: the sum of weight × chance.
    pub expected: f64,
    /// Weight of all events that may have been.
    pub possible: f64,
}

/// The active units of a layer in one period.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Activity {
    /// Units that are certainly or possibly active, by identifier.
    pub units: Vec<UnitActivity>,
    /// How many are certainly active.
    pub certain: usize,
    /// The least number that can be active: those certain, and one more for each vague event whose land none of the
    /// others' shares. Found greedily, so a higher bound may exist.
    pub least: usize,
    /// Expected number of active units: the sum of chances.
    pub expected: f64,
    /// The greatest number that can be active: no more than are possible, and no more than one for each vague event
    /// beside those certain.
    pub greatest: usize,
    /// How many are possibly active, each by itself.
    pub possible: usize,
    /// Units in the layer.
    pub all: usize,
    /// Share of the land in units that are certainly active.
    pub area_share_certain: f64,
    /// Expected share of the land in active units.
    pub area_share_expected: f64,
    /// Share of the land in units that are possibly active.
    pub area_share_possible: f64,
    /// Events that possibly fell in the period but lie outside the frame, or nowhere on its land.
    pub outside: usize,
}

/// The active units of a layer in a period.
///
/// An event is certainly in a unit where all land in which it may lie is in that unit, and certainly in the period
/// where all its days are. Its chance for both is the share of the land times the share of the days.
///
/// # Errors
/// No such layer.
pub fn activity(frame: &Frame, layer: &str, events: &[Placed], period: Period) -> Result<Activity, SpreadError> {
    let layer = frame.layer(layer)?;
    let mut tally = Tally::default();
    let mut outside = 0;
    for event in events {
        let chance = period.chance(event.first, event.last);
        if chance > 0.0 {
            let shares = frame.shares(layer, event);
            outside += usize::from(shares.is_empty());
            tally.add(&shares, chance, event.weight);
        }
    }
    let areas = frame.unit_areas(layer);
    let land: f64 = areas.iter().sum();
    let share = |part: &dyn Fn(&Sums) -> f64| {
        tally.units.iter().map(|(unit, sums)| areas[*unit] * part(sums)).sum::<f64>() / land
    };
    let certain = tally.units.values().filter(|sums| sums.is_certain).count();
    let possible = tally.units.len();
    Ok(Activity {
        certain,
        least: certain + tally.apart(),
        expected: tally.units.values().map(Sums::chance).sum(),
        greatest: possible.min(certain + tally.vague),
        possible,
        all: areas.len(),
        area_share_certain: share(&|sums| f64::from(u8::from(sums.is_certain))),
        area_share_expected: share(&Sums::chance),
        area_share_possible: share(&|_| 1.0),
        outside,
        units: tally.units.iter().map(|(unit, sums)| sums.named(frame.unit_name(layer, *unit))).collect(),
    })
}

/// Sums over events, unit by unit.
#[derive(Default)]
struct Tally {
    units: BTreeMap<usize, Sums>,
    /// Units of each event that is certainly in the period, but not certainly in one unit.
    somewhere: Vec<Vec<usize>>,
    /// Events that are certainly in no one unit and period.
    vague: usize,
}

struct Sums {
    is_certain: bool,
    /// Product of the chances that each event was elsewhere.
    none: f64,
    certain: f64,
    expected: f64,
    possible: f64,
}

impl Sums {
    const NOTHING: Self = Self { is_certain: false, none: 1.0, certain: 0.0, expected: 0.0, possible: 0.0 };

    fn chance(&self) -> f64 {
        if self.is_certain { 1.0 } else { 1.0 - self.none }
    }

    fn named(&self, unit: &str) -> UnitActivity {
        UnitActivity {
            unit: unit.to_owned(),
            presence: if self.is_certain { Presence::Certainly } else { Presence::Possibly },
            chance: self.chance(),
            certain: self.certain,
            expected: self.expected,
            possible: self.possible,
        }
    }
}

impl Tally {
    fn add(&mut self, shares: &[(usize, f64)], in_period: f64, weight: f64) {
        let is_certain = shares.len() == 1 && in_period == 1.0;
        self.vague += usize::from(!is_certain && !shares.is_empty());
        if shares.len() > 1 && in_period == 1.0 {
            self.somewhere.push(shares.iter().map(|(unit, _)| *unit).collect());
        }
        for (unit, share) in shares {
            let sums = self.units.entry(*unit).or_insert(Sums::NOTHING);
            let chance = if is_certain { 1.0 } else { share * in_period };
            sums.is_certain |= is_certain;
            sums.none *= 1.0 - chance;
            sums.certain += if is_certain { weight } else { 0.0 };
            sums.expected += weight * chance;
            sums.possible += weight;
        }
    }

    /// How many events can be had that lie in no unit certainly active nor in one where another of them may lie; those
    /// with the fewest units go first.
    fn apart(&self) -> usize {
        let mut taken: BTreeSet<usize> =
            self.units.iter().filter(|(_, sums)| sums.is_certain).map(|(unit, _)| *unit).collect();
        let mut somewhere: Vec<&Vec<usize>> = self.somewhere.iter().collect();
        somewhere.sort_by_key(|units| (units.len(), *units));
        somewhere.dedup();
        let mut apart = 0;
        for units in somewhere {
            if units.iter().all(|unit| !taken.contains(unit)) {
                taken.extend(units);
                apart += 1;
            }
        }
        apart
    }
}

/// A unit that became active or idle.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct UnitChange {
    /// The unit.
    pub unit: String,
    /// Whether every reading of the vague dates and places shows it.
    pub certain: bool,
    /// Chance that it changed so, as if the two periods had no vague event in common.
    pub chance: f64,
}

/// Units that became active and units that were abandoned.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Turnover {
    /// Units active after and not before, the likeliest first.
    pub newly_active: Vec<UnitChange>,
    /// Units active before and not after, the likeliest first.
    pub abandoned: Vec<UnitChange>,
}

/// What changed from one period's active units to another's, of the same layer.
pub fn turnover(before: &Activity, after: &Activity) -> Turnover {
    Turnover { newly_active: only_in(after, before), abandoned: only_in(before, after) }
}

/// Units that are active in one and not in the other, under some reading.
fn only_in(one: &Activity, other: &Activity) -> Vec<UnitChange> {
    let others: BTreeMap<&str, &UnitActivity> = other.units.iter().map(|unit| (unit.unit.as_str(), unit)).collect();
    let changed = |unit: &UnitActivity| {
        let there = others.get(unit.unit.as_str());
        let chance = unit.chance * (1.0 - there.map_or(0.0, |there| there.chance));
        let ruled_out = there.is_some_and(|there| there.presence == Presence::Certainly);
        let certain = unit.presence == Presence::Certainly && there.is_none();
        (!ruled_out).then(|| UnitChange { unit: unit.unit.clone(), certain, chance })
    };
    let mut found: Vec<UnitChange> = one.units.iter().filter_map(changed).collect();
    found.sort_by(|a, b| b.chance.total_cmp(&a.chance).then_with(|| a.unit.cmp(&b.unit)));
    found
}
