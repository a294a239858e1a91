//! Vague places: points with a precision, areas, and the PRIO-GRID cells that datasets use.
//!
//! Coordinates are WGS 84 degrees, latitude first, as UCDP GED and ACLED give them. Distances are
//! kilometres on a sphere of the Earth's mean radius (within 0.6 % of the ellipsoid). As with dates,
//! whether something lies in an area is answered with yes, no or possibly.

use std::fmt;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::answer::Answer;

/// Mean radius of the Earth (IUGG), km.
const EARTH_RADIUS_KM: f64 = 6371.0088;
/// Length of a degree of latitude on that sphere, km.
const KM_PER_DEGREE: f64 = EARTH_RADIUS_KM * std::f64::consts::PI / 180.0;

/// Coordinates, shapes or cells that cannot be.
#[derive(Debug, Clone, PartialEq, Error)]
#[non_exhaustive]
pub enum PlaceError {
    /// Latitude and longitude seem to have changed places.
    #[error("latitude {lat} is outside −90 to 90; latitude and longitude look swapped: write lat = {lon}, lon = {lat}")]
    Swapped {
        /// The latitude as given, degrees.
        lat: f64,
        /// The longitude as given, degrees.
        lon: f64,
    },
    /// A latitude beyond the poles, or not a number.
    #[error("latitude {0} is outside −90 to 90 degrees")]
    Latitude(f64),
    /// A longitude beyond the date line, or not a number.
    #[error("longitude {0} is outside −180 to 180 degrees")]
    Longitude(f64),
    /// A radius or precision that is negative or not a number.
    #[error("a distance of {0} km is not a number of 0 or more")]
    Distance(f64),
    /// A box whose south lies north of its north.
    #[error("a box needs south ≤ north; got south = {south}, north = {north}")]
    UpsideDown {
        /// Southern edge as given, degrees.
        south: f64,
        /// Northern edge as given, degrees.
        north: f64,
    },
    /// A polygon that encloses nothing.
    #[error("a polygon needs three different corners or more; got {0}")]
    Corners(usize),
    /// A PRIO-GRID number outside 1 to 259,200.
    #[error("PRIO-GRID cell {0} does not exist; cells are 1 to 259200")]
    Cell(u32),
}

/// A point on the Earth, WGS 84 degrees; always within range.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Coordinates", into = "Coordinates")]
pub struct Point {
    lat: f64,
    lon: f64,
}

/// A point as written, not yet checked.
#[derive(Clone, Copy, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Coordinates {
    lat: f64,
    lon: f64,
}

impl Point {
    /// A point from latitude (−90 to 90) and longitude (−180 to 180) in degrees.
    ///
    /// # Errors
    ///
    /// Out of range or not a number; [`PlaceError::Swapped`] where the two fit the other way
    /// round. A swap that stays in range cannot be seen here: compare with the country.
    pub fn new(lat: f64, lon: f64) -> Result<Self, PlaceError> {
        let (is_lat, is_lon) = (|x: f64| (-90.0..=90.0).contains(&x), |x: f64| (-180.0..=180.0).contains(&x));
        match (is_lat(lat), is_lon(lon)) {
            (true, true) => Ok(Self { lat, lon }),
            (false, _) if is_lon(lat) && is_lat(lon) => Err(PlaceError::Swapped { lat, lon }),
            (false, _) => Err(PlaceError::Latitude(lat)),
            (true, false) => Err(PlaceError::Longitude(lon)),
        }
    }

    /// Latitude, degrees north.
    pub fn lat(&self) -> f64 {
        self.lat
    }

    /// Longitude, degrees east.
    pub fn lon(&self) -> f64 {
        self.lon
    }

    /// Great-circle distance in km (haversine formula: R. W. Sinnott, *Sky and Telescope* 68, 1984).
    pub fn distance_km(&self, other: &Self) -> f64 {
        let half_sine_squared = |degrees: f64| (degrees.to_radians() / 2.0).sin().powi(2);
        let h = half_sine_squared(other.lat - self.lat)
            + self.lat.to_radians().cos() * other.lat.to_radians().cos() * half_sine_squared(other.lon - self.lon);
        2.0 * EARTH_RADIUS_KM * h.sqrt().min(1.0).asin()
    }
}

impl TryFrom<Coordinates> for Point {
    type Error = PlaceError;

    fn try_from(written: Coordinates) -> Result<Self, PlaceError> {
        Self::new(written.lat, written.lon)
    }
}

impl From<Point> for Coordinates {
    fn from(Point { lat, lon }: Point) -> Self {
        Self { lat, lon }
    }
}

impl fmt::Display for Point {
    /// "34.531°N 69.163°E", to three decimals (about 100 m).
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (ns, ew) = (if self.lat < 0.0 { 'S' } else { 'N' }, if self.lon < 0.0 { 'W' } else { 'E' });
        write!(f, "{:.3}°{ns} {:.3}°{ew}", self.lat.abs(), self.lon.abs())
    }
}

/// Where something was, as far as is known: somewhere within `precision_km` of a point.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "WrittenLocation", into = "WrittenLocation")]
pub struct Location {
    at: Point,
    precision_km: f64,
}

/// A location as written, not yet checked.
#[derive(Clone, Copy, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenLocation {
    lat: f64,
    lon: f64,
    #[serde(default)]
    precision_km: f64,
}

impl Location {
    /// A point known to within `precision_km`; 0 where it is exact.
    ///
    /// # Errors
    ///
    /// [`PlaceError::Distance`] for a precision that is negative or not a number.
    pub fn new(at: Point, precision_km: f64) -> Result<Self, PlaceError> {
        Ok(Self { at, precision_km: distance(precision_km)? })
    }

    /// The point given for it.
    pub fn at(&self) -> Point {
        self.at
    }

    /// How far from the point it may be, km.
    pub fn precision_km(&self) -> f64 {
        self.precision_km
    }

    /// Whether it is at most `km` from a point.
    pub fn is_within_km(&self, of: &Point, km: f64) -> Answer {
        let distance = self.at.distance_km(of);
        Answer::from_bounds(distance - self.precision_km <= km, distance + self.precision_km <= km)
    }
}

impl TryFrom<WrittenLocation> for Location {
    type Error = PlaceError;

    fn try_from(written: WrittenLocation) -> Result<Self, PlaceError> {
        Self::new(Point::new(written.lat, written.lon)?, written.precision_km)
    }
}

impl From<Location> for WrittenLocation {
    fn from(Location { at, precision_km }: Location) -> Self {
        Self { lat: at.lat, lon: at.lon, precision_km }
    }
}

fn distance(km: f64) -> Result<f64, PlaceError> {
    if km >= 0.0 && km.is_finite() { Ok(km) } else { Err(PlaceError::Distance(km)) }
}

/// An outline on the map; always valid.
#[derive(Debug, Clone, PartialEq)]
pub struct Outline(Shape);

#[derive(Debug, Clone, PartialEq)]
enum Shape {
    Circle {
        centre: Point,
        radius_km: f64,
    },
    /// Corners in degrees (latitude, longitude); longitudes pass 180 where it crosses the date line.
    Ring(Vec<(f64, f64)>),
}

impl Outline {
    /// All that is at most `radius_km` from the centre.
    ///
    /// # Errors
    ///
    /// [`PlaceError::Distance`] for a radius that is negative or not a number.
    pub fn circle(centre: Point, radius_km: f64) -> Result<Self, PlaceError> {
        Ok(Self(Shape::Circle { centre, radius_km: distance(radius_km)? }))
    }

    /// A box of parallels and meridians, from its south-west to its north-east corner. One whose
    /// west lies east of its east crosses the date line.
    ///
    /// # Errors
    ///
    /// [`PlaceError::UpsideDown`] where the first corner is north of the second.
    pub fn bounding_box(south_west: Point, north_east: Point) -> Result<Self, PlaceError> {
        let (south, north, west) = (south_west.lat, north_east.lat, south_west.lon);
        if south > north {
            return Err(PlaceError::UpsideDown { south, north });
        }
        let east = if north_east.lon < west { north_east.lon + 360.0 } else { north_east.lon };
        Ok(Self(Shape::Ring(vec![(south, west), (south, east), (north, east), (north, west)])))
    }

    /// A polygon of straight edges in latitude and longitude, its last corner joined to its first
    /// (which may be repeated). Each edge goes the short way round the Earth.
    ///
    /// # Errors
    ///
    /// [`PlaceError::Corners`] where fewer than three corners differ.
    pub fn polygon(corners: &[Point]) -> Result<Self, PlaceError> {
        let mut ring: Vec<(f64, f64)> = Vec::with_capacity(corners.len());
        for corner in corners {
            let lon = ring.last().map_or(corner.lon, |(_, last)| last + shorter_way(corner.lon - last));
            if ring.last() != Some(&(corner.lat, lon)) {
                ring.push((corner.lat, lon));
            }
        }
        if ring.len() > 1 && ring.first() == ring.last() {
            ring.pop();
        }
        if ring.len() < 3 { Err(PlaceError::Corners(ring.len())) } else { Ok(Self(Shape::Ring(ring))) }
    }

    /// Whether the point lies inside; the edge belongs to it.
    pub fn contains(&self, point: &Point) -> bool {
        self.covers(&Location { at: *point, precision_km: 0.0 }).is_yes()
    }

    /// Whether a place known only to some precision lies inside.
    ///
    /// Distances to the edge of a box or polygon are measured on a local plane: good to about 2 %
    /// for precisions up to 500 km below 70° of latitude.
    pub fn covers(&self, location: &Location) -> Answer {
        match &self.0 {
            Shape::Circle { centre, radius_km } => location.is_within_km(centre, *radius_km),
            // The same point seen from either side of the date line.
            Shape::Ring(ring) => {
                Answer::any([-360.0, 0.0, 360.0].map(|turn| ring_covers(ring, location, location.at.lon + turn)))
            }
        }
    }
}

/// A difference of longitudes brought into −180 to 180.
fn shorter_way(degrees: f64) -> f64 {
    (degrees + 180.0).rem_euclid(360.0) - 180.0
}

fn ring_covers(ring: &[(f64, f64)], location: &Location, lon: f64) -> Answer {
    let (lat, precision) = (location.at.lat, location.precision_km);
    let edges = || ring.iter().zip(ring.iter().cycle().skip(1));
    // Ray casting: a point is inside if a line going east from it crosses the edge an odd number of times.
    let inside = edges().fold(false, |inside, (&(lat1, lon1), &(lat2, lon2))| {
        let spans = (lat1 > lat) != (lat2 > lat);
        inside ^ (spans && lon < lon1 + (lat - lat1) / (lat2 - lat1) * (lon2 - lon1))
    });
    let to_edge = edges().map(|(a, b)| distance_to_edge(lat, lon, *a, *b)).fold(f64::INFINITY, f64::min);
    // A metre of rounding: a point on the edge is inside.
    const ON_EDGE_KM: f64 = 1e-3;
    if inside || to_edge <= ON_EDGE_KM {
        Answer::from_bounds(true, precision <= to_edge.max(ON_EDGE_KM))
    } else {
        Answer::from_bounds(to_edge <= precision, false)
    }
}

/// Distance in km to a straight edge, on a plane that touches the Earth at the point.
fn distance_to_edge(lat: f64, lon: f64, a: (f64, f64), b: (f64, f64)) -> f64 {
    let plane = |(to_lat, to_lon): (f64, f64)| {
        let shrink = f64::midpoint(lat, to_lat).to_radians().cos();
        ((to_lon - lon) * shrink * KM_PER_DEGREE, (to_lat - lat) * KM_PER_DEGREE)
    };
    let ((ax, ay), (bx, by)) = (plane(a), plane(b));
    let (dx, dy) = (bx - ax, by - ay);
    let length_squared = dx * dx + dy * dy;
    // How far along the edge the nearest point lies, 0 to 1.
    let along = if length_squared > 0.0 { (-(ax * dx + ay * dy) / length_squared).clamp(0.0, 1.0) } else { 0.0 };
    (ax + along * dx).hypot(ay + along * dy)
}

/// An area by the names of countries and their first-level divisions.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Area {
    /// The country, by the name that the dataset uses.
    pub country: String,
    /// First-level divisions (provinces, states); the whole country if there are none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub admin1: Vec<String>,
}

impl Area {
    /// Whether a place lies in it that a dataset puts in this country and division. An event whose
    /// division is not known lies in it possibly.
    pub fn covers(&self, country: &str, admin1: Option<&str>) -> Answer {
        if !same_name(&self.country, country) {
            return Answer::No;
        }
        match admin1.filter(|name| !name.trim().is_empty()) {
            _ if self.admin1.is_empty() => Answer::Yes,
            None => Answer::Possibly,
            Some(name) => self.admin1.iter().any(|own| same_name(own, name)).into(),
        }
    }
}

/// Whether two names of an administrative unit are the same but for case, spacing, hyphens and
/// apostrophes and the word for the kind of unit: UCDP writes "Paktika province", ACLED "Paktika".
/// Different spellings ("Konar", "Kunar") are different names.
pub fn same_name(a: &str, b: &str) -> bool {
    folded(a) == folded(b)
}

fn folded(name: &str) -> String {
    const KINDS: [&str; 12] = [
        "province",
        "governorate",
        "district",
        "region",
        "state",
        "oblast",
        "department",
        "county",
        "prefecture",
        "wilaya",
        "division",
        "territory",
    ];
    let name = name.to_lowercase();
    let words: Vec<&str> =
        name.split(|c: char| c.is_whitespace() || c == '-').filter(|word| !word.is_empty()).collect();
    let kept = match words[..] {
        [.., last] if words.len() > 1 && KINDS.contains(&last) => &words[..words.len() - 1],
        _ => &words[..],
    };
    kept.concat().replace(['\'', '’', '‘', '`'], "")
}

/// A cell of PRIO-GRID: half a degree square, numbered row by row from the south-west corner at
/// 180° W 90° S, 720 to a row, the first being 1.
///
/// A. F. Tollefsen, H. Strand, H. Buhaug, "PRIO-GRID: A unified spatial data structure", *Journal
/// of Peace Research* 49 (2), 2012.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "u32", into = "u32")]
pub struct GridCell(u32);

impl GridCell {
    /// Cells in a row.
    pub const COLUMNS: u32 = 720;
    /// Rows from pole to pole.
    pub const ROWS: u32 = 360;

    /// The cell by its number (`gid`), 1 to 259,200.
    ///
    /// # Errors
    ///
    /// [`PlaceError::Cell`] for any other number.
    pub fn from_gid(gid: u32) -> Result<Self, PlaceError> {
        if (1..=Self::COLUMNS * Self::ROWS).contains(&gid) { Ok(Self(gid)) } else { Err(PlaceError::Cell(gid)) }
    }

    /// The cell that a point lies in; one on a border belongs to the cell to its north and east,
    /// except at the pole and the date line, where there is none.
    pub fn of(point: &Point) -> Self {
        let halves = |degrees: f64, count: u32| ((degrees * 2.0).floor() as u32).min(count - 1);
        let row = halves(point.lat + 90.0, Self::ROWS);
        let column = halves(point.lon + 180.0, Self::COLUMNS);
        Self(row * Self::COLUMNS + column + 1)
    }

    /// Its number, as in the column `priogrid_gid`.
    pub fn gid(self) -> u32 {
        self.0
    }

    /// Row, 1 (south) to 360.
    pub fn row(self) -> u32 {
        (self.0 - 1) / Self::COLUMNS + 1
    }

    /// Column, 1 (west) to 720.
    pub fn column(self) -> u32 {
        (self.0 - 1) % Self::COLUMNS + 1
    }

    /// Its centre.
    pub fn centre(self) -> Point {
        Point { lat: f64::from(self.row()) / 2.0 - 90.25, lon: f64::from(self.column()) / 2.0 - 180.25 }
    }

    /// Its south-west and north-east corners.
    pub fn corners(self) -> (Point, Point) {
        let Point { lat, lon } = self.centre();
        (Point { lat: lat - 0.25, lon: lon - 0.25 }, Point { lat: lat + 0.25, lon: lon + 0.25 })
    }
}

impl TryFrom<u32> for GridCell {
    type Error = PlaceError;

    fn try_from(gid: u32) -> Result<Self, PlaceError> {
        Self::from_gid(gid)
    }
}

impl From<GridCell> for u32 {
    fn from(cell: GridCell) -> Self {
        cell.0
    }
}

impl fmt::Display for GridCell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use Answer::{No, Possibly, Yes};

    fn point(lat: f64, lon: f64) -> Point {
        Point::new(lat, lon).unwrap()
    }

    fn location(lat: f64, lon: f64, precision_km: f64) -> Location {
        Location::new(point(lat, lon), precision_km).unwrap()
    }

    #[test]
    fn refuses_what_is_not_on_earth() {
        assert_eq!(Point::new(109.2, 34.5), Err(PlaceError::Swapped { lat: 109.2, lon: 34.5 }));
        assert_eq!(Point::new(109.2, 134.5), Err(PlaceError::Latitude(109.2)));
        assert_eq!(Point::new(34.5, 369.2), Err(PlaceError::Longitude(369.2)));
        assert!(matches!(Point::new(f64::NAN, 0.0), Err(PlaceError::Latitude(_))));
        assert!(matches!(Point::new(0.0, f64::INFINITY), Err(PlaceError::Longitude(_))));
        assert_eq!(
            Point::new(109.2, 34.5).unwrap_err().to_string(),
            "latitude 109.2 is outside −90 to 90; latitude and longitude look swapped: write lat = 34.5, lon = 109.2"
        );
        assert_eq!(Location::new(point(0.0, 0.0), -1.0), Err(PlaceError::Distance(-1.0)));
        assert_eq!(Outline::polygon(&[point(0.0, 0.0), point(1.0, 1.0), point(0.0, 0.0)]), Err(PlaceError::Corners(2)));
        assert!(Outline::bounding_box(point(10.0, 0.0), point(5.0, 5.0)).is_err());
    }

    #[test]
    fn distances() {
        // A quarter of the sphere; Kabul to Jalalabad; across and along the date line.
        assert!((point(0.0, 0.0).distance_km(&point(90.0, 0.0)) - 10_007.557).abs() < 0.001);
        assert!((point(34.5253, 69.1783).distance_km(&point(34.4265, 70.4515)) - 117.2).abs() < 0.5);
        assert!(point(10.0, 179.9).distance_km(&point(10.0, -179.9)) < 22.0);
        assert!((point(0.0, 0.0).distance_km(&point(0.0, 180.0)) - 20_015.115).abs() < 0.001);
    }

    #[test]
    fn grid_cells_agree_with_ucdp() {
        for (lat, lon, gid) in [
            (13.4967, 39.4753, 148_759),    // Mekelle
            (32.74804, 68.39877, 176_897),  // Afghanistan
            (-5.55046, -35.37667, 121_250), // Brazil: south and west
            (10.85, -74.75, 144_931),       // Colombia
            (14.22963, -0.86537, 150_119),  // Burkina Faso: just west of Greenwich
        ] {
            assert_eq!(GridCell::of(&point(lat, lon)).gid(), gid);
        }
        let mekelle = GridCell::from_gid(148_759).unwrap();
        assert_eq!((mekelle.row(), mekelle.column()), (207, 439));
        assert_eq!(mekelle.centre(), point(13.25, 39.25));
        assert_eq!(GridCell::of(&point(-90.0, -180.0)).gid(), 1);
        assert_eq!(GridCell::of(&point(90.0, 180.0)).gid(), 259_200);
        assert_eq!(GridCell::from_gid(0), Err(PlaceError::Cell(0)));
        assert_eq!(GridCell::from_gid(259_201), Err(PlaceError::Cell(259_201)));
    }

    #[test]
    fn areas_answer_by_precision() {
        let kabul = Outline::circle(point(34.53, 69.17), 30.0).unwrap();
        assert_eq!(kabul.covers(&location(34.53, 69.17, 25.0)), Yes);
        assert_eq!(kabul.covers(&location(34.53, 69.17, 50.0)), Possibly);
        assert_eq!(kabul.covers(&location(34.43, 70.45, 50.0)), No);

        let square = Outline::bounding_box(point(30.0, 60.0), point(38.0, 75.0)).unwrap();
        assert!(square.contains(&point(38.0, 75.0)) && square.contains(&point(34.0, 60.0)));
        assert!(!square.contains(&point(38.1, 70.0)));
        assert_eq!(square.covers(&location(34.0, 60.5, 25.0)), Yes);
        assert_eq!(square.covers(&location(34.0, 60.2, 25.0)), Possibly);
        assert_eq!(square.covers(&location(34.0, 59.8, 25.0)), Possibly);
        assert_eq!(square.covers(&location(34.0, 59.5, 25.0)), No);
    }

    #[test]
    fn polygons_may_be_hollow_or_cross_the_date_line() {
        // An L: the point in its notch is outside.
        let corners = [(0.0, 0.0), (0.0, 2.0), (1.0, 2.0), (1.0, 1.0), (2.0, 1.0), (2.0, 0.0), (0.0, 0.0)];
        let shape = Outline::polygon(&corners.map(|(lat, lon)| point(lat, lon))).unwrap();
        assert!(shape.contains(&point(0.5, 1.5)) && shape.contains(&point(1.5, 0.5)));
        assert!(!shape.contains(&point(1.5, 1.5)));

        for fiji in [
            Outline::bounding_box(point(-20.0, 177.0), point(-16.0, -178.0)).unwrap(),
            Outline::polygon(&[point(-20.0, 177.0), point(-20.0, -178.0), point(-16.0, -178.0), point(-16.0, 177.0)])
                .unwrap(),
        ] {
            assert!(fiji.contains(&point(-18.0, 179.0)) && fiji.contains(&point(-18.0, -179.0)));
            assert!(fiji.contains(&point(-18.0, 180.0)) && fiji.contains(&point(-18.0, -180.0)));
            assert!(!fiji.contains(&point(-18.0, 0.0)) && !fiji.contains(&point(-18.0, -177.0)));
        }
    }

    #[test]
    fn areas_by_name() {
        let east = Area { country: "Afghanistan".into(), admin1: vec!["Nangarhar".into(), "Kunar".into()] };
        assert_eq!(east.covers("afghanistan", Some("Nangarhar province")), Yes);
        assert_eq!(east.covers("Afghanistan", Some("Kabul province")), No);
        assert_eq!(east.covers("Afghanistan", None), Possibly);
        assert_eq!(east.covers("Pakistan", Some("Nangarhar")), No);
        let whole = Area { country: "Afghanistan".into(), admin1: vec![] };
        assert_eq!(whole.covers("Afghanistan", None), Yes);
        assert!(same_name("Sar-e Pol", "Sar e pol Province") && !same_name("Province", ""));
    }

    #[test]
    fn reads_and_checks_toml() {
        let spot: Location = toml::from_str("lat = 34.5\nlon = 69.2\nprecision_km = 25.0").unwrap();
        assert_eq!(toml::from_str::<Location>(&toml::to_string(&spot).unwrap()).unwrap(), spot);
        let message = toml::from_str::<Point>("lat = 109.2\nlon = 34.5").unwrap_err().to_string();
        assert!(message.contains("swapped"), "{message}");
        assert_eq!(spot.at().to_string(), "34.500°N 69.200°E");
    }

    proptest! {
        #[test]
        fn any_numbers_are_a_point_or_refused(lat in any::<f64>(), lon in any::<f64>()) {
            if let Ok(point) = Point::new(lat, lon) {
                GridCell::of(&point);
            }
        }

        #[test]
        fn a_cell_holds_its_points(lat in -90.0..=90.0f64, lon in -180.0..=180.0f64) {
            let point = point(lat, lon);
            let cell = GridCell::of(&point);
            let (south_west, north_east) = cell.corners();
            prop_assert!(Outline::bounding_box(south_west, north_east).unwrap().contains(&point));
            prop_assert_eq!(GridCell::of(&cell.centre()), cell);
            prop_assert_eq!(GridCell::from_gid(cell.gid()), Ok(cell));
        }

        #[test]
        fn distance_is_a_metric(
            a in (-90.0..=90.0f64, -180.0..=180.0f64),
            b in (-90.0..=90.0f64, -180.0..=180.0f64),
            c in (-90.0..=90.0f64, -180.0..=180.0f64),
        ) {
            let (a, b, c) = (point(a.0, a.1), point(b.0, b.1), point(c.0, c.1));
            prop_assert!((a.distance_km(&b) - b.distance_km(&a)).abs() < 1e-6);
            prop_assert!(a.distance_km(&c) <= a.distance_km(&b) + b.distance_km(&c) + 1e-6);
            prop_assert!(a.distance_km(&a) < 1e-6);
        }

        #[test]
        fn less_precision_settles_no_more(
            lat in 25.0..45.0f64, lon in 55.0..80.0f64, precision in 0.0..300.0f64, more in 0.0..300.0f64,
        ) {
            let shapes = [
                Outline::bounding_box(point(30.0, 60.0), point(38.0, 75.0)).unwrap(),
                Outline::circle(point(34.0, 67.0), 400.0).unwrap(),
                Outline::polygon(&[point(29.0, 61.0), point(38.0, 70.0), point(31.0, 72.0)]).unwrap(),
            ];
            for shape in shapes {
                let (fine, coarse) =
                    (shape.covers(&location(lat, lon, precision)), shape.covers(&location(lat, lon, precision + more)));
                prop_assert!(coarse == Possibly || coarse == fine, "{fine} became {coarse}");
            }
        }
    }
}
