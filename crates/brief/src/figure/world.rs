//! The world's countries: Natural Earth at 1:50 million, packed into the program.
//!
//! `cargo xtask world` writes the asset and documents its layout. Borders are drawn as held de facto, which is Natural
//! Earth's policy.

use std::sync::OnceLock;

/// What a map says about its borders.
pub const ATTRIBUTION: &str = "Borders: Natural Earth (as held de facto)";

static ASSET: &[u8] = include_bytes!("../../assets/world.bin");

/// A point in degrees: longitude, latitude (WGS 84).
pub type LonLat = (f64, f64);

/// The countries of the world and the arcs that bound them.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct World {
    /// Lines between two junctions of borders and coasts, each drawn once however many countries it bounds.
    pub arcs: Vec<Vec<LonLat>>,
    /// Countries, in the asset's order.
    pub countries: Vec<Country>,
    /// For each arc how many countries' rings use it: 1 for a coast, 2 for a border.
    pub uses: Vec<u8>,
}

/// One country or dependent territory.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Country {
    /// Short English name, as Natural Earth has it.
    pub name: String,
    /// ISO 3166-1 numeric code; `None` for areas without one (Kosovo, Somaliland …).
    pub iso_numeric: Option<u16>,
    /// Polygons, each a list of rings (outer first), each a list of arcs: `(index, backwards)`.
    pub polygons: Vec<Vec<Vec<(usize, bool)>>>,
}

impl World {
    /// The world in the program. Decoded once. Empty should the asset be broken, which a test rules out.
    pub fn embedded() -> &'static Self {
        static WORLD: OnceLock<World> = OnceLock::new();
        WORLD.get_or_init(|| Self::decode(ASSET).unwrap_or_default())
    }

    /// Decodes the packed form. `None` where it is cut short or points at arcs that are not there.
    pub fn decode(bytes: &[u8]) -> Option<Self> {
        let mut reader = Reader { bytes: bytes.strip_prefix(b"CFWORLD1")? };
        let (scale, translate) = ((reader.float()?, reader.float()?), (reader.float()?, reader.float()?));
        let mut world = Self::default();
        for _ in 0..reader.count()? {
            let (mut x, mut y) = (0i64, 0i64);
            let mut arc = Vec::new();
            for _ in 0..reader.count()? {
                x = x.checked_add(reader.signed()?)?;
                y = y.checked_add(reader.signed()?)?;
                arc.push((x as f64 * scale.0 + translate.0, y as f64 * scale.1 + translate.1));
            }
            world.arcs.push(arc);
        }
        world.uses = vec![0; world.arcs.len()];
        for _ in 0..reader.count()? {
            let country = reader.country(&mut world.uses)?;
            world.countries.push(country);
        }
        Some(world)
    }

    /// A country by its name (as Natural Earth has it, case ignored) or ISO numeric code.
    pub fn country(&self, name_or_code: &str) -> Option<&Country> {
        let code: Option<u16> = name_or_code.parse().ok();
        self.countries
            .iter()
            .find(|c| c.name.eq_ignore_ascii_case(name_or_code) || (code.is_some() && c.iso_numeric == code))
    }

    /// The points of a ring, the last equal to the first.
    pub fn ring(&self, ring: &[(usize, bool)]) -> Vec<LonLat> {
        let mut points: Vec<LonLat> = Vec::new();
        for &(index, backwards) in ring {
            let Some(arc) = self.arcs.get(index) else { continue };
            // The last point of an arc is the first of the next.
            points.pop();
            if backwards {
                points.extend(arc.iter().rev());
            } else {
                points.extend(arc);
            }
        }
        points
    }

    /// The largest polygon's outer ring, by area in degrees: the mainland.
    pub fn mainland(&self, country: &Country) -> Vec<LonLat> {
        let rings = country.polygons.iter().filter_map(|p| p.first()).map(|ring| self.ring(ring));
        rings.max_by(|a, b| doubled_area(a).abs().total_cmp(&doubled_area(b).abs())).unwrap_or_default()
    }
}

/// Twice the signed area of a ring.
pub fn doubled_area(ring: &[(f64, f64)]) -> f64 {
    ring.windows(2).map(|w| w[0].0 * w[1].1 - w[1].0 * w[0].1).sum()
}

struct Reader<'a> {
    bytes: &'a [u8],
}

impl Reader<'_> {
    fn byte(&mut self) -> Option<u8> {
        let (&first, rest) = self.bytes.split_first()?;
        self.bytes = rest;
        Some(first)
    }

    fn float(&mut self) -> Option<f64> {
        let (head, rest) = self.bytes.split_first_chunk::<8>()?;
        self.bytes = rest;
        Some(f64::from_le_bytes(*head))
    }

    fn unsigned(&mut self) -> Option<u64> {
        let mut value = 0u64;
        for shift in (0..63).step_by(7) {
            let byte = self.byte()?;
            value |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Some(value);
            }
        }
        None
    }

    fn signed(&mut self) -> Option<i64> {
        let value = self.unsigned()?;
        Some((value >> 1) as i64 ^ -((value & 1) as i64))
    }

    /// A count of things that take a byte each at least, so a broken one cannot ask for more memory than there is.
    fn count(&mut self) -> Option<usize> {
        let count = usize::try_from(self.unsigned()?).ok()?;
        (count <= self.bytes.len()).then_some(count)
    }

    fn country(&mut self, uses: &mut [u8]) -> Option<Country> {
        let iso = u16::try_from(self.unsigned()?).ok()?;
        let length = self.count()?;
        let (name, rest) = self.bytes.split_at_checked(length)?;
        self.bytes = rest;
        let name = std::str::from_utf8(name).ok()?.to_owned();
        let mut polygons = Vec::new();
        for _ in 0..self.count()? {
            let mut rings = Vec::new();
            for _ in 0..self.count()? {
                let mut ring = Vec::new();
                for _ in 0..self.count()? {
                    let index = self.signed()?;
                    let (arc, backwards) = if index < 0 { (!index, true) } else { (index, false) };
                    let arc = usize::try_from(arc).ok()?;
                    let uses = uses.get_mut(arc)?;
                    *uses = uses.saturating_add(1);
                    ring.push((arc, backwards));
                }
                rings.push(ring);
            }
            polygons.push(rings);
        }
        Some(Country { name, iso_numeric: (iso > 0).then_some(iso), polygons })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_asset_holds_the_world() {
        let world = World::embedded();
        assert_eq!(world.countries.len(), 241);
        assert_eq!(world.arcs.len(), 1959);
        assert_eq!(world.country("4").map(|c| c.name.as_str()), Some("Afghanistan"));
        assert_eq!(world.country("pakistan").and_then(|c| c.iso_numeric), Some(586));
        assert_eq!(world.country("Kosovo").and_then(|c| c.iso_numeric), None);
        assert!(world.country("Atlantis").is_none());
    }

    #[test]
    fn afghanistan_lies_where_it_lies() {
        let world = World::embedded();
        let ring = world.mainland(world.country("Afghanistan").unwrap());
        assert_eq!(ring.first(), ring.last());
        let (west, east) = ring.iter().fold((180f64, -180f64), |(w, e), p| (w.min(p.0), e.max(p.0)));
        let (south, north) = ring.iter().fold((90f64, -90f64), |(s, n), p| (s.min(p.1), n.max(p.1)));
        assert!((west - 60.5).abs() < 0.1 && (east - 74.9).abs() < 0.1, "{west} {east}");
        assert!((south - 29.4).abs() < 0.1 && (north - 38.5).abs() < 0.1, "{south} {north}");
    }

    proptest! {
        #[test]
        fn broken_bytes_never_panic(cut in 0usize..200_000, at in 8usize..200_000, byte in any::<u8>()) {
            let mut bytes = ASSET[..cut.min(ASSET.len())].to_vec();
            if let Some(b) = bytes.get_mut(at) {
                *b = byte;
            }
            let _ = World::decode(&bytes);
        }
    }
}
