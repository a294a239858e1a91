//! The frame: a country cut into pieces of land, each in one grid cell and one unit of every layer.

use std::collections::BTreeMap;

use serde::Serialize;

use super::sphere::fill;
use super::{Cell, Disc, Event, Place, Point, Site, SpreadError};

/// Points by which a disc is shared out among cells.
const FILLING: usize = 512;

/// A unit of a layer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct UnitRef {
    /// Name of the layer, such as `province`.
    pub layer: String,
    /// Identifier of the unit.
    pub unit: String,
}

impl UnitRef {
    /// The unit of a layer.
    pub fn new(layer: &str, unit: &str) -> Self {
        Self { layer: layer.to_owned(), unit: unit.to_owned() }
    }
}

/// A piece of land: where one grid cell and one unit of every layer overlap.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Piece {
    /// The grid cell.
    pub cell: Cell,
    /// Its unit in each layer of the frame, in their order.
    pub units: Vec<String>,
    /// Its land area in km².
    pub area_km2: f64,
}

/// A layer: all units of one kind, with their areas.
#[derive(Debug, Clone, PartialEq)]
struct Layer {
    name: String,
    units: Vec<String>,
    area_km2: Vec<f64>,
    /// The unit of each piece.
    of_piece: Vec<usize>,
}

/// A country (or any area) as pieces of land. Its layers are those given and `cell`, the PRIO-GRID cells by number.
#[derive(Debug, Clone, PartialEq)]
pub struct Frame {
    layers: Vec<Layer>,
    pieces: Vec<Piece>,
    by_cell: BTreeMap<Cell, Vec<usize>>,
}

/// An event with the pieces of land in which it may lie.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Placed {
    /// Identifier of the event.
    pub key: String,
    /// First day on which it may have happened.
    pub first: i32,
    /// Last day on which it may have happened.
    pub last: i32,
    /// What it counts for.
    pub weight: f64,
    /// Pieces by place in the frame, and the share of the land in which it may lie; shares add up to 1. Empty where it
    /// lies outside the frame.
    pub pieces: Vec<(usize, f64)>,
    /// Its point lies outside the units that it is said to lie in. The units were believed.
    pub at_odds: bool,
}

impl Frame {
    /// The name of the grid's layer.
    pub const CELLS: &'static str = "cell";

    /// A frame of those layers, such as `province` and `district`, and those pieces.
    ///
    /// # Errors
    /// A piece without area, or with more or fewer units than there are layers.
    pub fn new(layers: &[&str], mut pieces: Vec<Piece>) -> Result<Self, SpreadError> {
        let flaw = |piece: &Piece| match () {
            () if !(piece.area_km2.is_finite() && piece.area_km2 > 0.0) => Some(format!("has {} km²", piece.area_km2)),
            () if piece.units.len() != layers.len() => {
                Some(format!("names {} units for {} layers", piece.units.len(), layers.len()))
            }
            () => None,
        };
        if let Some((piece, problem)) = pieces.iter().find_map(|piece| Some((piece, flaw(piece)?))) {
            return Err(SpreadError::Piece { cell: piece.cell.0, problem });
        }
        pieces.sort_by(|a, b| (a.cell, &a.units).cmp(&(b.cell, &b.units)));
        let mut by_cell: BTreeMap<Cell, Vec<usize>> = BTreeMap::new();
        for (n, piece) in pieces.iter().enumerate() {
            by_cell.entry(piece.cell).or_default().push(n);
        }
        let named = layers.iter().enumerate().map(|(n, name)| layer(name, &pieces, |piece| piece.units[n].clone()));
        let mut layers: Vec<Layer> = named.collect();
        layers.push(layer(Self::CELLS, &pieces, |piece| piece.cell.0.to_string()));
        Ok(Self { layers, pieces, by_cell })
    }

    /// The pieces, by cell and units.
    pub fn pieces(&self) -> &[Piece] {
        &self.pieces
    }

    /// Identifiers of a layer's units, in order, and their land areas in km².
    ///
    /// # Errors
    /// No such layer.
    pub fn units(&self, layer: &str) -> Result<impl Iterator<Item = (&str, f64)>, SpreadError> {
        let layer = &self.layers[self.layer(layer)?];
        Ok(layer.units.iter().map(String::as_str).zip(layer.area_km2.iter().copied()))
    }

    pub(super) fn layer(&self, name: &str) -> Result<usize, SpreadError> {
        self.layers.iter().position(|layer| layer.name == name).ok_or_else(|| {
            let known: Vec<String> = self.layers.iter().map(|layer| format!("`{}`", layer.name)).collect();
            SpreadError::Layer { given: name.to_owned(), known: known.join(", ") }
        })
    }

    pub(super) fn unit_name(&self, layer: usize, unit: usize) -> &str {
        &self.layers[layer].units[unit]
    }

    pub(super) fn unit_areas(&self, layer: usize) -> &[f64] {
        &self.layers[layer].area_km2
    }

    /// The units of a layer in which an event may lie, with their shares.
    pub(super) fn shares(&self, layer: usize, placed: &Placed) -> Vec<(usize, f64)> {
        let mut shares: BTreeMap<usize, f64> = BTreeMap::new();
        for (piece, share) in &placed.pieces {
            *shares.entry(self.layers[layer].of_piece[*piece]).or_default() += share;
        }
        // In one unit for certain, whatever rounding made of its share.
        if shares.len() == 1 {
            shares.values_mut().for_each(|share| *share = 1.0);
        }
        shares.into_iter().collect()
    }

    /// The events with the land in which each may lie.
    ///
    /// # Errors
    /// An unknown layer or unit; days out of order; a weight below 0; coordinates that are not on the globe.
    pub fn place(&self, events: &[Event]) -> Result<Vec<Placed>, SpreadError> {
        events.iter().map(|event| self.place_one(event)).collect()
    }

    fn place_one(&self, event: &Event) -> Result<Placed, SpreadError> {
        let wrong = |problem| Err(SpreadError::Event { key: event.key.clone(), problem });
        let disc = event.place.disc;
        if event.first > event.last {
            return wrong("its last day before its first; turn them round");
        }
        if !(event.weight.is_finite() && event.weight >= 0.0) {
            return wrong("a weight that is no number of at least 0; write one");
        }
        if disc.is_some_and(|disc| !disc.centre.is_sound()) {
            return wrong("coordinates that are not on the globe; write degrees, longitude first");
        }
        if disc.is_some_and(|disc| !(disc.radius_km.is_finite() && disc.radius_km >= 0.0)) {
            return wrong("a radius that is no number of at least 0; write one in km");
        }
        let (pieces, at_odds) = self.land(&event.place)?;
        let Event { key, first, last, weight, .. } = event.clone();
        Ok(Placed { key, first, last, weight, pieces, at_odds })
    }

    /// The pieces in which a place may lie, with shares that add up to 1, and whether its point and its units are at
    /// odds.
    fn land(&self, place: &Place) -> Result<(Vec<(usize, f64)>, bool), SpreadError> {
        let units = self.in_units(&place.units)?;
        let all: Vec<(usize, f64)> = units.iter().map(|n| (*n, self.pieces[*n].area_km2)).collect();
        let Some(disc) = place.disc else { return Ok((normed(all), false)) };
        let inside = self.in_disc(disc);
        let both: Vec<(usize, f64)> =
            units.iter().filter_map(|n| Some((*n, *inside.get(n)?))).filter(|(_, area)| *area > 0.0).collect();
        let at_odds = both.is_empty() && !place.units.is_empty();
        Ok((normed(if at_odds { all } else { both }), at_odds))
    }

    /// Pieces that lie in all of the units.
    fn in_units(&self, units: &[UnitRef]) -> Result<Vec<usize>, SpreadError> {
        let mut sought = Vec::new();
        for UnitRef { layer: name, unit } in units {
            let layer = self.layer(name)?;
            let found = self.layers[layer].units.binary_search(unit);
            let unit = found.map_err(|_| SpreadError::Unit { layer: name.clone(), unit: unit.clone() })?;
            sought.push((layer, unit));
        }
        let lies_in = |piece: usize| sought.iter().all(|(layer, unit)| self.layers[*layer].of_piece[piece] == *unit);
        Ok((0..self.pieces.len()).filter(|piece| lies_in(*piece)).collect())
    }

    /// Land in km² of each piece inside a disc. Land is taken to lie evenly in its cell.
    fn in_disc(&self, disc: Disc) -> BTreeMap<usize, f64> {
        let mut hits: BTreeMap<Cell, usize> = BTreeMap::new();
        for point in fill(disc.centre, disc.radius_km, FILLING) {
            *hits.entry(Cell::at(point)).or_default() += 1;
        }
        let mut land = BTreeMap::new();
        for (cell, hits) in hits {
            for piece in self.by_cell.get(&cell).into_iter().flatten() {
                land.insert(*piece, hits as f64 * self.pieces[*piece].area_km2 / cell.area_km2());
            }
        }
        land
    }

    /// Where an event may lie, for its part in the mean centre: its disc, if that agrees with its units, else its land.
    /// None where it lies outside the frame.
    pub fn site(&self, event: &Event, placed: &Placed) -> Option<Site> {
        let spots = || -> Vec<(Point, f64)> {
            placed.pieces.iter().map(|(piece, share)| (self.pieces[*piece].cell.centre(), *share)).collect()
        };
        match event.place.disc.filter(|_| !placed.at_odds) {
            _ if placed.pieces.is_empty() => None,
            Some(disc) => Some(Site::Disc { disc, weight: event.weight }),
            None => Some(Site::Area { spots: spots(), weight: event.weight }),
        }
    }
}

/// The layer in which each piece has the unit that `unit` gives.
fn layer(name: &str, pieces: &[Piece], unit: impl Fn(&Piece) -> String) -> Layer {
    let names: Vec<String> = pieces.iter().map(unit).collect();
    let mut areas: BTreeMap<&str, f64> = BTreeMap::new();
    for (name, piece) in names.iter().zip(pieces) {
        *areas.entry(name).or_default() += piece.area_km2;
    }
    let places: BTreeMap<&str, usize> = areas.keys().enumerate().map(|(n, unit)| (*unit, n)).collect();
    Layer {
        name: name.to_owned(),
        units: areas.keys().map(|unit| (*unit).to_owned()).collect(),
        area_km2: areas.values().copied().collect(),
        of_piece: names.iter().map(|unit| places[unit.as_str()]).collect(),
    }
}

/// Weights as shares of their sum.
fn normed(mut weights: Vec<(usize, f64)>) -> Vec<(usize, f64)> {
    let sum: f64 = weights.iter().map(|(_, weight)| weight).sum();
    weights.iter_mut().for_each(|(_, weight)| *weight /= sum);
    weights
}
