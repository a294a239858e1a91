//! Places of a case, and how datasets spell them.

use casefile_model::place::Point;
use serde::Serialize;

/// What a place is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum PlaceKind {
    /// Country.
    Country,
    /// First-order administrative unit, a province.
    Admin1,
    /// Second-order administrative unit, a district.
    Admin2,
    /// City, town or village.
    Town,
    /// A spot: an airport, a prison, a square.
    Site,
    /// A part of the world made of others, or without sharp limits.
    Region,
}

impl PlaceKind {
    /// Every kind, with its name in a case file.
    pub const ALL: [(&'static str, Self); 6] = [
        ("country", Self::Country),
        ("admin1", Self::Admin1),
        ("admin2", Self::Admin2),
        ("town", Self::Town),
        ("site", Self::Site),
        ("region", Self::Region),
    ];
}

/// A place of the case.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Place {
    /// Identifier, unique within the case.
    pub id: String,
    /// Name used in the briefing.
    pub name: String,
    /// What it is.
    pub kind: PlaceKind,
    /// Place that holds it.
    pub within: Option<String>,
    /// Places that make it up, for a region.
    pub members: Vec<String>,
    /// Country, as datasets spell it.
    pub country: Vec<String>,
    /// First-order unit, as datasets spell it.
    pub admin1: Vec<String>,
    /// Second-order unit, as datasets spell it.
    pub admin2: Vec<String>,
    /// Names of the place itself, as datasets spell them.
    pub names: Vec<String>,
    /// Where it is (WGS 84).
    pub point: Option<Point>,
    /// Radius in km within which it lies about the point.
    pub precision_km: Option<f64>,
    /// Remark of the analyst.
    pub note: Option<String>,
}

impl Place {
    /// Whether events can be found in it: it has a dataset's spelling, or is made of places.
    pub fn is_selectable(&self) -> bool {
        [&self.country, &self.admin1, &self.admin2, &self.names, &self.members].iter().any(|list| !list.is_empty())
    }
}
