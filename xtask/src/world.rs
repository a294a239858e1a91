//! Packs Natural Earth's country borders into the asset that the map figures decode.
//!
//! Input: `countries-50m.json` of the npm package `world-atlas` (ISC; the data are Natural Earth's, in the public
//! domain), a quantised TopoJSON. Output: the same arcs as variable-length integers, a third of the size.
//!
//! Layout, in order; `u` is an LEB128 integer, `s` a zigzag LEB128 integer, `f` a little-endian f64:
//! `"CFWORLD1"`, `f`×4 (scale x, y; translate x, y: degrees), `u` arcs, each `u` points and `s`,`s` steps per point,
//! `u` countries, each `u` ISO 3166-1 numeric (0: none), `u` + UTF-8 name, `u` polygons, each `u` rings, each `u` arcs
//! and per arc an `s` index (`!i` means arc `i` backwards, as in TopoJSON).

use std::path::Path;

use serde_json::Value;

/// Reads the TopoJSON at `from` and writes the packed asset to `to`. Returns the size written, in bytes.
pub fn pack(from: &Path, to: &Path) -> Result<usize, String> {
    let text = std::fs::read_to_string(from).map_err(|e| format!("{}: {e}", from.display()))?;
    let topology: Value = serde_json::from_str(&text).map_err(|e| format!("{}: {e}", from.display()))?;
    let bytes =
        encode(&topology).ok_or_else(|| format!("{}: not a quantised TopoJSON of countries", from.display()))?;
    if let Some(folder) = to.parent() {
        std::fs::create_dir_all(folder).map_err(|e| format!("{}: {e}", folder.display()))?;
    }
    std::fs::write(to, &bytes).map_err(|e| format!("{}: {e}", to.display()))?;
    Ok(bytes.len())
}

fn encode(topology: &Value) -> Option<Vec<u8>> {
    let mut out = b"CFWORLD1".to_vec();
    let transform = topology.get("transform")?;
    for pair in ["scale", "translate"] {
        for axis in 0..2 {
            out.extend(transform.get(pair)?.get(axis)?.as_f64()?.to_le_bytes());
        }
    }
    let arcs = topology.get("arcs")?.as_array()?;
    unsigned(&mut out, arcs.len() as u64);
    for arc in arcs {
        let points = arc.as_array()?;
        unsigned(&mut out, points.len() as u64);
        for point in points {
            signed(&mut out, point.get(0)?.as_i64()?);
            signed(&mut out, point.get(1)?.as_i64()?);
        }
    }
    let countries = topology.pointer("/objects/countries/geometries")?.as_array()?;
    unsigned(&mut out, countries.len() as u64);
    for country in countries {
        encode_country(&mut out, country)?;
    }
    Some(out)
}

fn encode_country(out: &mut Vec<u8>, country: &Value) -> Option<()> {
    // A few areas have no ISO code: Kosovo, Somaliland, Northern Cyprus, Siachen, the Indian Ocean territories.
    let iso = country.get("id").and_then(Value::as_str).and_then(|id| id.parse().ok()).unwrap_or(0);
    let name = country.pointer("/properties/name")?.as_str()?;
    unsigned(out, iso);
    unsigned(out, name.len() as u64);
    out.extend(name.as_bytes());
    let arcs = country.get("arcs")?;
    let polygons = match country.get("type")?.as_str()? {
        "Polygon" => vec![arcs],
        "MultiPolygon" => arcs.as_array()?.iter().collect(),
        _ => return None,
    };
    unsigned(out, polygons.len() as u64);
    for polygon in polygons {
        let rings = polygon.as_array()?;
        unsigned(out, rings.len() as u64);
        for ring in rings {
            let ring = ring.as_array()?;
            unsigned(out, ring.len() as u64);
            for arc in ring {
                signed(out, arc.as_i64()?);
            }
        }
    }
    Some(())
}

/// LEB128: seven bits a byte, low bits first, the high bit says that more follow.
fn unsigned(out: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        out.push((value & 0x7f) as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

/// Zigzag: small numbers of either sign stay short.
fn signed(out: &mut Vec<u8>, value: i64) {
    unsigned(out, ((value << 1) ^ (value >> 63)) as u64);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn integers_are_packed_low_bits_first() {
        let mut out = Vec::new();
        unsigned(&mut out, 300);
        signed(&mut out, -1);
        signed(&mut out, 1);
        assert_eq!(out, [0xac, 0x02, 1, 2]);
    }

    #[test]
    fn a_topology_without_a_transform_is_refused() {
        assert_eq!(encode(&serde_json::json!({"arcs": [], "objects": {}})), None);
    }
}
