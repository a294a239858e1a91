//! The events of a selection one by one, as the families of measures over time and space take them.

use casefile_lake::{LakeError, Table};
use casefile_model::date::Span;
use jiff::civil::Date;

use crate::evidence::{Ground, Inquiry};
use crate::filter::Filter;

/// Events that share a time, a place and two sides: one row of a release, or one cell of a cube.
#[derive(Debug, Clone, PartialEq)]
pub struct Observation {
    /// Identifier of the row or cell.
    pub id: String,
    /// First day on which they may have happened (UTC).
    pub start: Date,
    /// Last day.
    pub end: Date,
    /// Degrees north (WGS 84); of a cube, the middle of the grid cell.
    pub latitude: Option<f64>,
    /// Degrees east.
    pub longitude: Option<f64>,
    /// How far off the true place may be, in km; of a cube, no less than half a grid cell's diagonal.
    pub precision_km: f64,
    /// Country.
    pub country: Option<String>,
    /// First-order administrative unit, a province.
    pub admin1: Option<String>,
    /// Second-order administrative unit, a district.
    pub admin2: Option<String>,
    /// Named place.
    pub place: Option<String>,
    /// PRIO-GRID cell.
    pub priogrid: Option<i64>,
    /// Side A.
    pub side_a: Option<String>,
    /// Side B.
    pub side_b: Option<String>,
    /// UCDP's type of violence, 1 to 3.
    pub violence: Option<i64>,
    /// Whether they certainly lie in the selection's places.
    pub placed: bool,
    /// Number of events.
    pub n: u64,
    /// Deaths: low, best and high estimate.
    pub deaths: [i64; 3],
    /// Deaths on the side of the selection's actor, low to high where a side has only one figure.
    pub own_deaths: i64,
    /// Deaths of civilians.
    pub civilians: i64,
    /// Deaths of people of unknown status.
    pub unknown: i64,
}

impl Observation {
    /// An event of which nothing is known but that it was on the first day of 2020: what tests fill in.
    #[cfg(test)]
    pub(crate) fn blank() -> Self {
        let day = Date::constant(2020, 1, 1);
        Self {
            id: String::new(),
            start: day,
            end: day,
            latitude: None,
            longitude: None,
            precision_km: 0.0,
            country: None,
            admin1: None,
            admin2: None,
            place: None,
            priogrid: None,
            side_a: None,
            side_b: None,
            violence: None,
            placed: true,
            n: 1,
            deaths: [0; 3],
            own_deaths: 0,
            civilians: 0,
            unknown: 0,
        }
    }

    /// Whether the day is known.
    #[must_use]
    pub fn is_dated(&self) -> bool {
        self.start == self.end
    }
}

/// Half the diagonal of a PRIO-GRID cell of 0.5°, in km: how far an event can lie from its cell's centre.
pub(crate) const CELL_KM: f64 = 39.0;

impl Inquiry<'_> {
    /// The selection's events that may have happened in `window`, in order of time.
    ///
    /// # Errors
    /// When the query fails.
    pub fn observations(&mut self, filter: &Filter, window: &Span) -> Result<Vec<Observation>, LakeError> {
        let (id, start, end, n) = match self.ground() {
            Ground::Rows => ("event_id", "date_start", "date_end", "1"),
            Ground::Cube => ("cell_id", "period_start", "period_end", "n"),
        };
        let (latitude, longitude) = self.coordinates();
        let query = format!(
            "SELECT {id} AS id, {start} AS start, {end} AS \"end\", {latitude} AS latitude, {longitude} AS longitude,\n       \
             place_precision_km AS km, country, admin1, admin2, place, priogrid, side_a, side_b, \
             type_of_violence AS violence,\n       \
             CAST({placed} AS BIGINT) AS placed, CAST({n} AS BIGINT) AS n, deaths_low AS low, deaths_best AS best, \
             deaths_high AS high,\n       \
             CASE WHEN {a} THEN deaths_a ELSE deaths_b END AS own, deaths_civilians AS civilians, \
             deaths_unknown AS unknown\n\
             FROM {from}\nWHERE {predicate}\nORDER BY 2, 1",
            placed = filter.placed,
            a = filter.actor_is_a,
            from = self.table(filter),
            predicate = self.predicate(filter, window),
        );
        let coarse = if self.ground() == Ground::Cube { CELL_KM } else { 0.0 };
        observations(&self.run(query)?, coarse)
    }
}

fn observations(table: &Table, coarse: f64) -> Result<Vec<Observation>, LakeError> {
    let (id, start, end) = (table.text("id")?, table.day("start")?, table.day("end")?);
    let (latitude, longitude, km) = (table.real("latitude")?, table.real("longitude")?, table.real("km")?);
    let (country, admin1, admin2) = (table.text("country")?, table.text("admin1")?, table.text("admin2")?);
    let (place, priogrid) = (table.text("place")?, table.int("priogrid")?);
    let (side_a, side_b, violence) = (table.text("side_a")?, table.text("side_b")?, table.int("violence")?);
    let (placed, n) = (table.int("placed")?, table.int("n")?);
    let (low, best, high) = (table.int("low")?, table.int("best")?, table.int("high")?);
    let (own, civilians, unknown) = (table.int("own")?, table.int("civilians")?, table.int("unknown")?);
    let observation = |i: usize| {
        Some(Observation {
            id: id[i].clone()?,
            start: start[i]?,
            end: end[i]?,
            latitude: latitude[i],
            longitude: longitude[i],
            precision_km: km[i].unwrap_or(0.0).max(coarse),
            country: country[i].clone(),
            admin1: admin1[i].clone(),
            admin2: admin2[i].clone(),
            place: place[i].clone(),
            priogrid: priogrid[i],
            side_a: side_a[i].clone(),
            side_b: side_b[i].clone(),
            violence: violence[i],
            placed: placed[i] == Some(1),
            n: u64::try_from(n[i]?).ok()?,
            deaths: [low[i], best[i], high[i]].map(Option::unwrap_or_default),
            own_deaths: own[i].unwrap_or_default(),
            civilians: civilians[i].unwrap_or_default(),
            unknown: unknown[i].unwrap_or_default(),
        })
    };
    Ok((0..table.len()).filter_map(observation).collect())
}
