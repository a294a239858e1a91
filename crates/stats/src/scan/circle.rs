//! Circles around places.

use super::{EARTH_KM, Point, baseline::Baseline};

/// Places nearer to each other than this, in kilometres, are at one distance: a millimetre, far below any coordinate's worth,
/// and far above the rounding of the sum.
const SAME_KM: f64 = 1e-6;

/// All circles around one place.
#[derive(Debug)]
pub(super) struct Circles {
    /// The place at the centre.
    pub(super) centre: usize,
    /// Places from the centre outwards.
    pub(super) places: Vec<u32>,
    /// Each circle, as the number of its places; growing.
    pub(super) ends: Vec<u32>,
    /// The radius of each circle, kilometres.
    pub(super) radii: Vec<f64>,
}

impl Circles {
    /// The circles around a place, up to the largest that the baseline admits. A circle holds all places at its radius or
    /// none. None where the centre alone is too large.
    fn around(centre: usize, units: &[[f64; 3]], baseline: &Baseline, max_weight: f64) -> Option<Self> {
        let here = &units[centre];
        let mut near: Vec<(f64, u32)> =
            units.iter().zip(0..).map(|(there, place)| (EARTH_KM * Point::angle(here, there), place)).collect();
        // Coincident places go by their number, the centre first of all.
        near.sort_unstable_by(|a, b| {
            a.0.total_cmp(&b.0).then_with(|| (a.1 != centre as u32, a.1).cmp(&(b.1 != centre as u32, b.1)))
        });
        let mut circles = Self { centre, places: Vec::new(), ends: Vec::new(), radii: Vec::new() };
        let mut weight = 0.0;
        for ring in near.chunk_by(|a, b| b.0 - a.0 < SAME_KM) {
            weight += ring.iter().map(|&(_, place)| baseline.weight(place as usize)).sum::<f64>();
            if weight > max_weight {
                break;
            }
            circles.places.extend(ring.iter().map(|&(_, place)| place));
            circles.ends.push(circles.places.len() as u32);
            circles.radii.push(ring[ring.len() - 1].0);
        }
        circles.places.shrink_to_fit();
        (!circles.ends.is_empty()).then_some(circles)
    }

    /// The places that a circle adds to the one before it.
    pub(super) fn ring(&self, circle: usize) -> &[u32] {
        let from = if circle == 0 { 0 } else { self.ends[circle - 1] as usize };
        &self.places[from..self.ends[circle] as usize]
    }

    /// The places within a circle.
    pub(super) fn within(&self, circle: usize) -> &[u32] {
        &self.places[..self.ends[circle] as usize]
    }
}

/// The circles around every place. Of coincident places only the first is a centre: the circles are the same.
pub(super) fn all(places: &[Point], baseline: &Baseline, max_share: f64) -> Vec<Circles> {
    let units: Vec<_> = places.iter().map(|place| place.unit()).collect();
    // The tolerance forgives 0.2 × 65 = 13.000000000000002 and its kin.
    let max_weight = max_share * baseline.total_weight() * (1.0 + 1e-9);
    let first_here = |circles: &Circles| {
        let here = circles.ring(0).iter().min();
        here == Some(&(circles.centre as u32))
    };
    (0..places.len())
        .filter_map(|centre| Circles::around(centre, &units, baseline, max_weight))
        .filter(first_here)
        .collect()
}
