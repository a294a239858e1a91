//! How far the events of a selection reach: active provinces, districts and grid cells, what is new and what is abandoned, the
//! centre and how it moves.
//!
//! A place that is known roughly counts with its area. No borders of provinces are at hand, so the land of a province is taken to
//! be the grid cells in which the dataset places events known to the district or better, all cells alike; where it places events
//! of several provinces in a cell, each has the same share of it.

use std::collections::{BTreeMap, BTreeSet};

use casefile_model::date::Span;
use casefile_stats::change::ChangeError;
use casefile_stats::spread::{
    Activity, Cell, Disc, Dispersion, DrawnConcentration, DrawnDispersion, Event, Frame, Period, Piece, Place, Placed,
    Point, Site, SpreadError, Travel, Turnover, UnitRef, activity, dispersion, drawn_concentration, drawn_dispersion,
    travel, turnover,
};
use serde::Serialize;

use crate::change::{self, Step, day};
use crate::observation::{CELL_KM, Grain, Observation};

/// Draws of the vague places.
const DRAWS: usize = 1000;

const PROVINCE: &str = "province";
const DISTRICT: &str = "district";
/// A unit that the data do not name.
const UNNAMED: &str = "?";

/// Kinds of places that can be active.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Layer {
    /// Provinces.
    Province,
    /// Districts.
    District,
    /// PRIO-GRID cells.
    Cell,
}

impl Layer {
    /// All, from the coarsest.
    pub const ALL: [Self; 3] = [Self::Province, Self::District, Self::Cell];

    fn name(self) -> &'static str {
        match self {
            Self::Province => PROVINCE,
            Self::District => DISTRICT,
            Self::Cell => Frame::CELLS,
        }
    }
}

/// Why the spread could not be measured.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum ReachError {
    /// No event that lies in the selection's places for certain.
    #[error("no event of the selection certainly lies in its places, so that nothing can be said of its spread")]
    Nothing,
    /// No event known to the district or better, of which land could be told.
    #[error("no event of the dataset is known to the district or better, so that no place has cells")]
    NoLand,
    /// The period cannot be cut.
    #[error(transparent)]
    Periods(#[from] ChangeError),
    /// The events do not fit the land.
    #[error(transparent)]
    Spread(#[from] SpreadError),
}

/// The active units of each kind.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Active {
    /// Provinces.
    pub provinces: Activity,
    /// Districts; those that the data name.
    pub districts: Activity,
    /// PRIO-GRID cells.
    pub cells: Activity,
}

/// A period.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Stretch {
    /// First day, since 1970-01-01.
    pub from: i32,
    /// The day after the last.
    pub until: i32,
    /// Events that certainly and possibly fall in it.
    pub events: [u64; 2],
    /// Its active units.
    pub active: Active,
    /// The mean centre and the ellipse; none without an event.
    pub centre: Option<Dispersion>,
}

/// What changed between two periods.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Moved {
    /// Provinces newly active and abandoned.
    pub provinces: Turnover,
    /// Districts.
    pub districts: Turnover,
    /// Cells.
    pub cells: Turnover,
    /// The way of the mean centre; none where either period is empty.
    pub travel: Option<Travel>,
}

/// How far events reach.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Reach {
    /// The whole window.
    pub whole: Stretch,
    /// How far vague places leave centre and ellipse open.
    pub drawn: Option<DrawnDispersion>,
    /// How evenly events are spread over cells.
    pub over_cells: Option<DrawnConcentration>,
    /// Period by period.
    pub periods: Vec<Stretch>,
    /// From each period to the next.
    pub moves: Vec<Moved>,
    /// Two periods compared: the earlier, the later, and what changed.
    pub compared: Option<(Stretch, Stretch, Moved)>,
    /// Events left out: they may lie outside the selection's places.
    pub left_out: u64,
    /// Events known to no better than a province.
    pub vague: u64,
    /// Cells of the frame: those in which the dataset places any event known to the district or better.
    pub land_cells: usize,
}

/// The land of a dataset, for each kind of unit.
struct Land {
    layers: [Ground; 3],
}

/// A frame, and the cells and units that it has.
struct Ground {
    layer: Layer,
    frame: Frame,
    cells: BTreeSet<Cell>,
    provinces: BTreeSet<String>,
    districts: BTreeSet<String>,
}

impl Ground {
    fn new(layer: Layer, known: &[&Observation]) -> Result<Self, SpreadError> {
        let units = |e: &Observation| {
            let (province, district) = (e.province().map(str::to_owned), e.district().map(str::to_owned));
            match layer {
                Layer::Cell => Some((province, None)),
                Layer::Province => province.map(|province| (Some(province), None)),
                Layer::District => district.map(|district| (province, Some(district))),
            }
        };
        let parts: BTreeSet<(Cell, Option<String>, Option<String>)> = known
            .iter()
            .filter_map(|e| {
                let (province, district) = units(e)?;
                Some((Cell::at(point(e)?), province, district))
            })
            .collect();
        let mut in_cell: BTreeMap<Cell, u32> = BTreeMap::new();
        for (cell, ..) in &parts {
            *in_cell.entry(*cell).or_default() += 1;
        }
        let provinces = parts.iter().filter_map(|(_, province, _)| province.clone()).collect();
        let districts = parts.iter().filter_map(|(.., district)| district.clone()).collect();
        let named = |unit: Option<String>| unit.unwrap_or_else(|| UNNAMED.to_owned());
        let piece = |(cell, province, district): (Cell, Option<String>, Option<String>)| Piece {
            cell,
            units: vec![named(province), named(district)],
            area_km2: cell.area_km2() / f64::from(in_cell[&cell]),
        };
        let frame = Frame::new(&[PROVINCE, DISTRICT], parts.into_iter().map(piece).collect())?;
        Ok(Self { layer, frame, cells: in_cell.into_keys().collect(), provinces, districts })
    }

    /// What is known of where an event was, in the units that this layer has.
    fn place(&self, e: &Observation) -> Place {
        let known = |kind: &str, unit: Option<&str>, units: &BTreeSet<String>| {
            unit.filter(|unit| units.contains(*unit)).map(|unit| UnitRef::new(kind, unit))
        };
        let province = known(PROVINCE, e.province(), &self.provinces);
        let district = known(DISTRICT, e.district(), &self.districts).filter(|_| self.layer == Layer::District);
        let is_of_use = match self.layer {
            Layer::Cell => true,
            Layer::Province => province.is_none(),
            // A cell has more districts than the data name, so a point does not tell which.
            Layer::District => false,
        };
        let disc = disc(e).filter(|disc| is_of_use && self.cells.contains(&Cell::at(disc.centre)));
        Place { units: district.or(province).into_iter().collect(), disc }
    }

    fn placed(&self, events: &[&Observation]) -> Result<(Vec<Event>, Vec<Placed>), SpreadError> {
        let mut stated = Vec::new();
        for e in events {
            let event =
                Event { key: e.id.clone(), first: day(e.start), last: day(e.end), place: self.place(e), weight: 1.0 };
            stated.extend(std::iter::repeat_n(event, usize::try_from(e.n).unwrap_or(usize::MAX)));
        }
        let placed = self.frame.place(&stated)?;
        Ok((stated, placed))
    }
}

fn point(e: &Observation) -> Option<Point> {
    Some(Point::new(e.longitude?, e.latitude?))
}

/// A town is where its point is. In a cube the point is the middle of the cell that holds it, so a circle about a point grows.
fn disc(e: &Observation) -> Option<Disc> {
    let centre = point(e)?;
    match e.grain() {
        Grain::Town => Some(Disc { centre, radius_km: 0.0 }),
        Grain::Near(km) => Some(Disc { centre, radius_km: if e.gridded { km + CELL_KM } else { km } }),
        Grain::Province | Grain::Beyond => None,
    }
}

/// Measures how far the events of a window reach, by period, and between the two periods of `compare`. `dataset` is what the land
/// is told from: every event of the dataset, the more the better; those of the selection are added.
///
/// # Errors
/// [`ReachError`]: no event, no land, or a window without a beginning or an end.
pub fn reach(
    events: &[Observation],
    dataset: &[Observation],
    window: &Span,
    step: Step,
    compare: Option<[Span; 2]>,
    seed: u64,
) -> Result<Reach, ReachError> {
    let (land, sure) = ground(events, dataset)?;
    let study = Study::new(&land, &sure, seed)?;
    let borders = change::series(&[], window, &[], step)?.counts.borders().to_vec();
    let spans: Vec<Period> = borders.windows(2).map(|w| Period { first: w[0], last: w[1] - 1 }).collect();
    let whole = Period { first: borders[0], last: borders[borders.len() - 1] - 1 };
    let compared = compare.and_then(|spans| {
        let [before, after] = spans.map(|span| Some(Period { first: day(span.start?), last: day(span.end?) }));
        Some([before?, after?])
    });
    let compared = match compared {
        None => None,
        Some([before, after]) => Some((study.stretch(before)?, study.stretch(after)?, study.moved(before, after)?)),
    };
    let [.., cells] = &land.layers;
    let n = |events: &[&Observation]| events.iter().map(|e| e.n).sum();
    let vague: Vec<&Observation> =
        sure.iter().copied().filter(|e| matches!(e.grain(), Grain::Province | Grain::Beyond)).collect();
    Ok(Reach {
        whole: study.stretch(whole)?,
        drawn: drawn_dispersion(&study.sites(whole), DRAWS, seed),
        over_cells: drawn_concentration(&cells.frame, Frame::CELLS, study.cells(), whole, DRAWS, seed)?,
        periods: spans.iter().map(|span| study.stretch(*span)).collect::<Result<_, _>>()?,
        moves: spans.windows(2).map(|w| study.moved(w[0], w[1])).collect::<Result<_, _>>()?,
        compared,
        left_out: events.iter().filter(|e| !e.placed).map(|e| e.n).sum(),
        vague: n(&vague),
        land_cells: cells.cells.len(),
    })
}

/// How the reach of events changed from one period to another, without the rest of [`reach`].
///
/// # Errors
/// [`ReachError`]: no event, no land, or an open period.
pub fn moved(
    events: &[Observation],
    dataset: &[Observation],
    [before, after]: [&Span; 2],
    seed: u64,
) -> Result<(Stretch, Stretch, Moved), ReachError> {
    let (land, sure) = ground(events, dataset)?;
    let study = Study::new(&land, &sure, seed)?;
    let period = |span: &Span| -> Result<Period, ReachError> {
        let borders = change::series(&[], span, &[], Step::Year)?.counts.window();
        Ok(Period { first: borders.0, last: borders.1 - 1 })
    };
    let (before, after) = (period(before)?, period(after)?);
    Ok((study.stretch(before)?, study.stretch(after)?, study.moved(before, after)?))
}

/// The land of a dataset, and the events that certainly lie in the selection's places.
fn ground<'a>(
    events: &'a [Observation],
    dataset: &'a [Observation],
) -> Result<(Land, Vec<&'a Observation>), ReachError> {
    let sure: Vec<&Observation> = events.iter().filter(|e| e.placed).collect();
    if sure.is_empty() {
        return Err(ReachError::Nothing);
    }
    let is_known = |e: &&Observation| matches!(e.grain(), Grain::Town | Grain::Near(_)) && point(e).is_some();
    let known: Vec<&Observation> = dataset.iter().chain(events).filter(is_known).collect();
    if known.is_empty() {
        return Err(ReachError::NoLand);
    }
    let [provinces, districts, cells] = Layer::ALL.map(|layer| Ground::new(layer, &known));
    Ok((Land { layers: [provinces?, districts?, cells?] }, sure))
}

/// Events on the land, in each layer.
struct Study<'a> {
    land: &'a Land,
    placed: [Vec<Placed>; 3],
    /// As stated in the layer of cells.
    events: Vec<Event>,
    seed: u64,
}

impl<'a> Study<'a> {
    fn new(land: &'a Land, events: &[&Observation], seed: u64) -> Result<Self, SpreadError> {
        let [provinces, districts, cells] = &land.layers;
        let (stated, in_cells) = cells.placed(events)?;
        let placed = [provinces.placed(events)?.1, districts.placed(events)?.1, in_cells];
        Ok(Self { land, placed, events: stated, seed })
    }

    fn cells(&self) -> &[Placed] {
        &self.placed[2]
    }

    fn active(&self, period: Period) -> Result<Active, SpreadError> {
        let of = |n: usize| {
            let Ground { frame, layer, .. } = &self.land.layers[n];
            activity(frame, layer.name(), &self.placed[n], period)
        };
        Ok(Active { provinces: of(0)?, districts: of(1)?, cells: of(2)? })
    }

    fn stretch(&self, period: Period) -> Result<Stretch, SpreadError> {
        let certain = self.cells().iter().filter(|e| share(e, period) >= 1.0).count() as u64;
        let possible = self.cells().iter().filter(|e| share(e, period) > 0.0).count() as u64;
        Ok(Stretch {
            from: period.first,
            until: period.last + 1,
            events: [certain, possible],
            active: self.active(period)?,
            centre: dispersion(&self.sites(period)),
        })
    }

    fn moved(&self, before: Period, after: Period) -> Result<Moved, SpreadError> {
        let (a, b) = (self.active(before)?, self.active(after)?);
        Ok(Moved {
            provinces: turnover(&a.provinces, &b.provinces),
            districts: turnover(&a.districts, &b.districts),
            cells: turnover(&a.cells, &b.cells),
            travel: travel(&self.sites(before), &self.sites(after), DRAWS / 5, self.seed),
        })
    }

    /// Where the events of a period may lie, each for the share of its days that fall in it.
    fn sites(&self, period: Period) -> Vec<Site> {
        let frame = &self.land.layers[2].frame;
        let within = self.events.iter().zip(self.cells()).filter(|(_, placed)| share(placed, period) > 0.0);
        within
            .filter_map(|(event, placed)| frame.site(&Event { weight: share(placed, period), ..event.clone() }, placed))
            .collect()
    }
}

/// The share of an event's days in a period.
fn share(e: &Placed, period: Period) -> f64 {
    let days = |first: i32, last: i32| (i64::from(last) - i64::from(first) + 1).max(0) as f64;
    days(e.first.max(period.first), e.last.min(period.last)) / days(e.first, e.last)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(place: &str, province: &str, longitude: f64, date: &str) -> Observation {
        Observation {
            id: format!("{place} {date}"),
            start: date.parse().unwrap(),
            end: date.parse().unwrap(),
            latitude: Some(34.25),
            longitude: Some(longitude),
            admin1: (!province.is_empty()).then(|| province.to_owned()),
            place: Some(place.to_owned()),
            ..Observation::default()
        }
    }

    fn year() -> Span {
        Span { start: "2020-01-01".parse().ok(), end: "2020-12-31".parse().ok() }
    }

    #[test]
    fn a_province_is_the_cells_in_which_its_towns_are() {
        // Ten cells of one province, one of another; three events known to the first province only.
        let mut dataset: Vec<Observation> =
            (0..10).map(|n| at("Town", "East province", 60.25 + f64::from(n) / 2.0, "2019-01-01")).collect();
        dataset.push(at("Far town", "West province", 50.25, "2019-01-01"));
        let vague: Vec<Observation> =
            ["2020-02-01", "2020-03-01", "2020-04-01"].map(|d| at("East province", "East province", 62.25, d)).to_vec();
        let found = reach(&vague, &dataset, &year(), Step::Year, None, 1).unwrap();
        let Active { provinces, cells, .. } = &found.whole.active;
        assert_eq!((provinces.certain, provinces.greatest, provinces.all), (1, 1, 2));
        assert_eq!((cells.least, cells.greatest, cells.possible, cells.all), (1, 3, 10, 11));
        // As in the chapter: ten cells, each active with chance 1 − 0.9³.
        assert!((cells.expected - 2.71).abs() < 1e-9);
        assert_eq!((found.vague, found.land_cells), (3, 11));
    }

    #[test]
    fn a_town_without_a_province_is_somewhere_unless_its_cell_tells() {
        let dataset =
            [at("Town", "East province", 60.25, "2019-01-01"), at("Far town", "West province", 50.25, "2019-01-01")];
        let told = [at("Village", "", 60.3, "2020-02-01")];
        let found = reach(&told, &dataset, &year(), Step::Year, None, 1).unwrap().whole.active;
        assert_eq!((found.provinces.certain, found.cells.certain), (1, 1));
        let untold = [at("Village", "", 55.25, "2020-02-01")];
        let found = reach(&untold, &dataset, &year(), Step::Year, None, 1).unwrap().whole.active;
        assert_eq!((found.provinces.certain, found.provinces.least, found.provinces.possible), (0, 1, 2));
        assert_eq!(found.cells.certain, 1);
    }

    #[test]
    fn what_is_new_and_how_far_the_centre_went() {
        let events = [at("A", "East province", 60.25, "2020-02-01"), at("B", "East province", 61.25, "2020-08-01")];
        let halves = [("2020-01-01", "2020-06-30"), ("2020-07-01", "2020-12-31")]
            .map(|(a, b)| Span { start: a.parse().ok(), end: b.parse().ok() });
        let found = reach(&events, &[], &year(), Step::Quarter, Some(halves), 1).unwrap();
        let (before, after, moved) = found.compared.unwrap();
        assert_eq!((before.events, after.events), ([1, 1], [1, 1]));
        assert!(moved.cells.newly_active[0].certain && moved.cells.abandoned[0].certain);
        assert!(moved.provinces.newly_active.is_empty());
        // One degree of longitude at 34.25° N.
        let travel = moved.travel.unwrap();
        assert!((travel.km - 91.9).abs() < 0.1 && (travel.bearing.unwrap() - 89.7).abs() < 0.1, "{travel:?}");
        assert_eq!(found.periods.len(), 4);
        assert_eq!(reach(&[], &[], &year(), Step::Year, None, 1), Err(ReachError::Nothing));
    }
}
