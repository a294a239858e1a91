//! How evenly events are spread over units.

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use serde::Serialize;

use super::{Drawn, Frame, Period, Placed, SpreadError};

/// How evenly a total is spread over units.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Concentration {
    /// Units with a part in it.
    pub units: usize,
    /// Shannon's entropy, −Σ s ln s over the shares s, in nats.
    pub entropy: f64,
    /// Entropy over its greatest possible value, ln(units) (Pielou 1966); none for a single unit.
    pub evenness: Option<f64>,
    /// Number of equally active units with the same entropy, e^entropy (Hill 1973).
    pub effective_units: f64,
    /// Herfindahl index, Σ s²: 1 where one unit has all, 1/units where all have the same.
    pub herfindahl: f64,
}

/// Concentration of those amounts, one for each unit; units with none are left out. None where the total is 0.
///
/// *Source:* Shannon (1948), Bell System Technical Journal 27; Pielou (1966), Journal of Theoretical Biology 13; Hill
/// (1973), Ecology 54; Herfindahl (1950), Concentration in the U.S. Steel Industry.
pub fn concentration(amounts: &[f64]) -> Option<Concentration> {
    let total: f64 = amounts.iter().filter(|amount| **amount > 0.0).sum();
    let shares = || amounts.iter().filter(|amount| **amount > 0.0).map(|amount| amount / total);
    let units = shares().count();
    let entropy = shares().map(|share| -share * share.ln()).sum::<f64>().max(0.0);
    (total > 0.0).then(|| Concentration {
        units,
        entropy,
        evenness: (units > 1).then(|| entropy / (units as f64).ln()),
        effective_units: entropy.exp(),
        herfindahl: shares().map(|share| share * share).sum(),
    })
}

/// Concentration under draws of vague dates and places.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct DrawnConcentration {
    /// Number of draws in which anything happened.
    pub draws: usize,
    /// Entropy in nats.
    pub entropy: Drawn,
    /// Evenness; none where no draw had two units.
    pub evenness: Option<Drawn>,
    /// Number of equally active units with the same entropy.
    pub effective_units: Drawn,
    /// Herfindahl index.
    pub herfindahl: Drawn,
    /// The greatest share of any one unit.
    pub top_share: Drawn,
}

/// Concentration of the events of a period over the units of a layer, when each event is put in one of the units where
/// it may lie, and in or out of the period, by chance. None where nothing can have happened.
///
/// Shares of expected amounts would look more even than any true pattern can be; draws do not. They still fall
/// independently, so if the vague events lay together in truth, the concentration was higher.
///
/// # Errors
/// No such layer.
pub fn drawn_concentration(
    frame: &Frame,
    layer: &str,
    events: &[Placed],
    period: Period,
    draws: usize,
    seed: u64,
) -> Result<Option<DrawnConcentration>, SpreadError> {
    let layer = frame.layer(layer)?;
    let chances: Vec<Chances> = events
        .iter()
        .map(|event| Chances {
            units: frame.shares(layer, event),
            in_period: period.chance(event.first, event.last),
            weight: event.weight,
        })
        .filter(|event| event.in_period > 0.0 && !event.units.is_empty())
        .collect();
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let mut amounts = vec![0.0; frame.unit_areas(layer).len()];
    let mut found: Vec<(Concentration, f64)> = Vec::with_capacity(draws);
    for _ in 0..draws {
        amounts.fill(0.0);
        for event in &chances {
            if event.in_period >= 1.0 || rng.random_bool(event.in_period) {
                amounts[event.draw(&mut rng)] += event.weight;
            }
        }
        let top = amounts.iter().copied().fold(0.0, f64::max) / amounts.iter().sum::<f64>();
        found.extend(concentration(&amounts).map(|one| (one, top)));
    }
    Ok(summed_up(&found))
}

fn summed_up(found: &[(Concentration, f64)]) -> Option<DrawnConcentration> {
    let each = |value: fn(&Concentration) -> f64| Drawn::of(found.iter().map(|(one, _)| value(one)).collect());
    Some(DrawnConcentration {
        draws: found.len(),
        entropy: each(|one| one.entropy)?,
        evenness: Drawn::of(found.iter().filter_map(|(one, _)| one.evenness).collect()),
        effective_units: each(|one| one.effective_units)?,
        herfindahl: each(|one| one.herfindahl)?,
        top_share: Drawn::of(found.iter().map(|(_, top)| *top).collect())?,
    })
}

/// Where and whether an event counts.
struct Chances {
    units: Vec<(usize, f64)>,
    in_period: f64,
    weight: f64,
}

impl Chances {
    /// One of the units, by their shares.
    fn draw(&self, rng: &mut ChaCha8Rng) -> usize {
        if let [(only, _)] = self.units[..] {
            return only;
        }
        let mut left = rng.random::<f64>();
        let drawn = self.units.iter().find(|(_, share)| {
            left -= share;
            left < 0.0
        });
        drawn.or(self.units.last()).map_or(0, |(unit, _)| *unit)
    }
}
