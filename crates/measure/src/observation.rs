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
    /// How far off the dataset's point may be, in km; none where the data do not say. See [`Observation::grain`].
    pub precision_km: Option<f64>,
    /// Whether the coordinates are the middle of a grid cell, as in a cube.
    pub gridded: bool,
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

impl Default for Observation {
    /// An event of which nothing is known but that it was on the first day of 2020: what tests fill in.
    fn default() -> Self {
        let day = Date::constant(2020, 1, 1);
        Self {
            id: String::new(),
            start: day,
            end: day,
            latitude: None,
            longitude: None,
            precision_km: None,
            gridded: false,
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
}

impl Observation {
    /// Whether the day is known.
    #[must_use]
    pub fn is_dated(&self) -> bool {
        self.start == self.end
    }

    /// How finely the place is known. Where the data do not say, its name tells: one that the country, the province or the
    /// district bears too, or that calls itself so.
    #[must_use]
    pub fn grain(&self) -> Grain {
        Grain::told(self.precision_km, [&self.country, &self.admin1, &self.admin2, &self.place].map(Option::as_deref))
    }

    /// The event as a cube tells it: at the middle of its PRIO-GRID cell, 720 to a row of half a degree from the south-west. What is
    /// measured so comes out alike from rows and from a cube.
    #[must_use]
    pub fn on_grid(self) -> Self {
        let middle = self.priogrid.map(|cell| {
            let (row, column) = ((cell - 1) / 720, (cell - 1) % 720);
            (-89.75 + 0.5 * row as f64, -179.75 + 0.5 * column as f64)
        });
        let (latitude, longitude) = middle.unzip();
        Self { latitude, longitude, gridded: true, ..self }
    }

    /// The province: as given, or where the place itself is one by its name.
    #[must_use]
    pub fn province(&self) -> Option<&str> {
        let by_name = || self.place.as_deref().filter(|place| place.ends_with(" province"));
        self.admin1.as_deref().or_else(by_name)
    }

    /// The district: as given, or where the place itself is one by its name.
    #[must_use]
    pub fn district(&self) -> Option<&str> {
        let by_name = || self.place.as_deref().filter(|place| place.contains(" district"));
        self.admin2.as_deref().or_else(by_name)
    }
}

/// How finely an event's place is known.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Grain {
    /// A town, village or site: no further off than one reaches.
    Town,
    /// Within so many km: near a town, or in a district.
    Near(f64),
    /// Somewhere in a province.
    Province,
    /// A country, or a part of it that has no name.
    Beyond,
}

impl Grain {
    /// By the precision that the data give in km, else by the names of country, province, district and place.
    #[must_use]
    pub fn told(precision_km: Option<f64>, names: [Option<&str>; 4]) -> Self {
        match precision_km {
            Some(km) if km <= TOWN_KM => Self::Town,
            Some(km) if km <= NEAR_KM => Self::Near(km),
            Some(km) if km <= PROVINCE_KM => Self::Province,
            Some(_) => Self::Beyond,
            None => Self::by_name(names),
        }
    }

    fn by_name([country, admin1, admin2, place]: [Option<&str>; 4]) -> Self {
        let Some(name) = place else {
            return if admin1.is_some() { Self::Province } else { Self::Beyond };
        };
        match () {
            () if country == place => Self::Beyond,
            () if admin1 == place || name.ends_with(" province") => Self::Province,
            () if admin2 == place || name.contains(" district") => Self::Near(DISTRICT_KM),
            () => Self::Town,
        }
    }

    /// How far off the true place may be, in km; without end for a country.
    #[must_use]
    pub fn km(self) -> f64 {
        match self {
            Self::Town => TOWN_KM,
            Self::Near(km) => km,
            Self::Province => PROVINCE_KM,
            Self::Beyond => f64::INFINITY,
        }
    }
}

/// How far a town reaches, in km: the precision that the adapters give an exact place.
pub const TOWN_KM: f64 = 5.0;
/// How far a district reaches, in km: that of the adapters.
const DISTRICT_KM: f64 = 30.0;
/// Coarsest precision of a point, in km: between that of a district and that of a province.
const NEAR_KM: f64 = 60.0;
/// How far a province reaches, in km: that of the adapters.
const PROVINCE_KM: f64 = 105.0;

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
        let gridded = self.ground() == Ground::Cube;
        observations(&self.run(query)?, gridded)
    }
}

fn observations(table: &Table, gridded: bool) -> Result<Vec<Observation>, LakeError> {
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
            precision_km: km[i],
            gridded,
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_of_unknown_precision_is_as_fine_as_its_name() {
        let named = |place: &str| Observation {
            country: Some("Afghanistan".into()),
            admin2: Some("Kot".into()),
            place: Some(place.into()),
            ..Observation::default()
        };
        assert_eq!(named("Jalalabad town").grain(), Grain::Town);
        assert_eq!(named("Achin district").grain(), Grain::Near(30.0));
        assert_eq!(named("Kot").grain(), Grain::Near(30.0));
        assert_eq!(
            (named("Kunar province").grain(), named("Kunar province").province()),
            (Grain::Province, Some("Kunar province"))
        );
        assert_eq!(named("Afghanistan").grain(), Grain::Beyond);
        let stated = Observation { precision_km: Some(105.0), ..named("Jalalabad town") };
        assert_eq!(stated.grain(), Grain::Province);
    }
}
