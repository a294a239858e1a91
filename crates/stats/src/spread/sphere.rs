//! The globe: points, distances, PRIO-GRID cells, and the plane around a point.

use std::f64::consts::TAU;

use serde::Serialize;

/// Mean radius of the Earth in km.
pub(super) const RADIUS_KM: f64 = 6371.0;

/// A point in degrees, WGS 84 taken as a sphere.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Point {
    /// Longitude, −180 to 180.
    pub lon: f64,
    /// Latitude, −90 to 90.
    pub lat: f64,
}

impl Point {
    /// A point at those degrees.
    pub fn new(lon: f64, lat: f64) -> Self {
        Self { lon, lat }
    }

    /// Whether it is on the globe.
    pub(super) fn is_sound(self) -> bool {
        self.lon.abs() <= 180.0 && self.lat.abs() <= 90.0
    }

    pub(super) fn unit_vector(self) -> [f64; 3] {
        let (lon, lat) = (self.lon.to_radians(), self.lat.to_radians());
        [lat.cos() * lon.cos(), lat.cos() * lon.sin(), lat.sin()]
    }

    /// The point below a vector; none below the origin.
    pub(super) fn below([x, y, z]: [f64; 3]) -> Option<Self> {
        let flat = x.hypot(y);
        (flat.hypot(z) > 1e-9).then(|| Self::new(y.atan2(x).to_degrees(), z.atan2(flat).to_degrees()))
    }

    /// Where another point lies on the plane around this one: km to the east and to the north, at its true distance and
    /// bearing (azimuthal equidistant projection; Snyder 1987, Map Projections: A Working Manual, p. 195).
    pub(super) fn plane(self, other: Self) -> (f64, f64) {
        let (lat, to) = (self.lat.to_radians(), other.lat.to_radians());
        let turn = (other.lon - self.lon).to_radians();
        let east = to.cos() * turn.sin();
        let north = lat.cos() * to.sin() - lat.sin() * to.cos() * turn.cos();
        let (sine, cosine) = (east.hypot(north), lat.sin() * to.sin() + lat.cos() * to.cos() * turn.cos());
        let km = sine.atan2(cosine) * RADIUS_KM;
        if sine > 0.0 { (km * east / sine, km * north / sine) } else { (0.0, 0.0) }
    }

    /// The point so many km to the east and north on the plane around this one.
    pub(super) fn moved(self, east: f64, north: f64) -> Self {
        let km = east.hypot(north);
        if km == 0.0 {
            return self;
        }
        let (lat, arc) = (self.lat.to_radians(), km / RADIUS_KM);
        let sine = arc.cos() * lat.sin() + north / km * arc.sin() * lat.cos();
        let turn = (east * arc.sin()).atan2(km * lat.cos() * arc.cos() - north * lat.sin() * arc.sin());
        let lon = (self.lon + turn.to_degrees() + 540.0).rem_euclid(360.0) - 180.0;
        Self::new(lon, sine.clamp(-1.0, 1.0).asin().to_degrees())
    }
}

/// Great-circle distance in km.
pub fn distance_km(a: Point, b: Point) -> f64 {
    let (east, north) = a.plane(b);
    east.hypot(north)
}

/// Degrees clockwise from north, 0 to 360.
pub(super) fn bearing(east: f64, north: f64) -> f64 {
    east.atan2(north).to_degrees().rem_euclid(360.0)
}

/// Points that fill a disc evenly, each for the same share of its area, in the order of a sunflower's seeds (Vogel
/// 1979). A disc of radius 0 is its centre.
pub(super) fn fill(centre: Point, radius_km: f64, points: usize) -> impl Iterator<Item = Point> {
    let points = if radius_km > 0.0 { points } else { 1 };
    let golden = TAU * (1.0 - 2.0 / (1.0 + 5.0_f64.sqrt()));
    (0..points).map(move |n| {
        let km = radius_km * ((n as f64 + 0.5) / points as f64).sqrt();
        let angle = n as f64 * golden;
        centre.moved(km * angle.sin(), km * angle.cos())
    })
}

/// A cell of PRIO-GRID: half a degree square, by its number. Numbers run row by row from the south-west corner at 180°W
/// 90°S, 720 to a row; the first is 1 (Tollefsen, Strand and Buhaug 2012, Journal of Peace Research 49).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(transparent)]
pub struct Cell(pub u32);

impl Cell {
    /// The cell that a point lies in. Edges belong to the cell east and north of them; the last row and column are
    /// closed.
    pub fn at(point: Point) -> Self {
        let row = ((point.lat + 90.0) * 2.0).floor().clamp(0.0, 359.0);
        let column = ((point.lon + 180.0) * 2.0).floor().clamp(0.0, 719.0);
        Self(row as u32 * 720 + column as u32 + 1)
    }

    /// Its middle.
    pub fn centre(self) -> Point {
        let n = self.0.saturating_sub(1);
        Point::new(f64::from(n % 720) / 2.0 - 179.75, f64::from(n / 720) / 2.0 - 89.75)
    }

    /// Its whole area in km², land and water.
    pub fn area_km2(self) -> f64 {
        let lat = self.centre().lat;
        let band = (lat + 0.25).to_radians().sin() - (lat - 0.25).to_radians().sin();
        RADIUS_KM * RADIUS_KM * 0.5_f64.to_radians() * band
    }
}
