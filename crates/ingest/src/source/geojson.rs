//! GeoJSON (RFC 7946) as records: a feature is a record, its properties are the columns.
//!
//! Nested properties are flattened with `.`; lists stay JSON. Of the geometry there are four columns:
//! `geometry_type`, `geometry_latitude` and `geometry_longitude` (degrees; for anything but a point its middle), and
//! `geometry_radius_km`, from the middle to the farthest vertex. A feature's own id is `feature_id`.
//!
//! The file is read as a stream: one feature is in memory at a time.

use std::collections::BTreeMap;
use std::fmt;
use std::io::{self, Read};

use casefile_model::place::Point;
use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, Visitor};
use serde_json::Value;

use crate::record::{Built, MAX_FIELDS, RawRecord, Records};

/// The longest feature that is read, in bytes: coasts have many vertices. Read, it takes up to sixteen times as much.
const MAX_FEATURE: usize = 4 << 20;
/// The longest name of a column, in bytes: a nest of properties adds up.
const LONGEST_NAME: usize = 256;
/// How much of a reference system is looked at, in bytes.
const LONGEST_CRS: usize = 1 << 12;

const FEATURE_ID: &str = "feature_id";
const GEOMETRY: [&str; 4] = ["geometry_type", "geometry_latitude", "geometry_longitude", "geometry_radius_km"];

/// Whether the beginning of a JSON object tells of a collection of features.
pub(super) fn is_collection(start: &[u8]) -> bool {
    const WORD: &[u8] = b"\"FeatureCollection\"";
    start.windows(WORD.len()).any(|bytes| bytes == WORD)
}

/// All columns of a file: GeoJSON has no list of them, so every feature is asked.
pub(super) fn names(input: impl Read) -> io::Result<Vec<String>> {
    let mut cutter = Cutter::new(input);
    let mut seen = BTreeMap::new();
    while cutter.advance()? {
        let Ok(values) = cutter.values() else { continue };
        seen.extend(values.into_keys().map(|name| (name, ())));
        if seen.len() > MAX_FIELDS {
            return Err(invalid(format!("the features have more than {MAX_FIELDS} different properties")));
        }
    }
    Ok(seen.into_keys().collect())
}

/// The features of a file, in its order.
pub(super) struct Features<R> {
    cutter: Cutter<R>,
    names: Vec<String>,
    built: Built,
    fault: String,
}

impl<R: Read> Features<R> {
    /// Reads features whose columns are known by [`names`].
    pub(super) fn new(input: R, names: Vec<String>) -> Self {
        Self { cutter: Cutter::new(input), names, built: Built::default(), fault: String::new() }
    }
}

impl<R: Read> Records for Features<R> {
    fn names(&mut self) -> io::Result<Option<Vec<String>>> {
        Ok(Some(self.names.clone()))
    }

    fn next(&mut self) -> io::Result<Option<RawRecord<'_>>> {
        if !self.cutter.advance()? {
            return Ok(None);
        }
        let (text, length) = (self.cutter.text.as_slice(), self.cutter.length);
        if length > text.len() {
            return Ok(Some(Built::too_long(text, length)));
        }
        self.built.clear();
        match self.cutter.values() {
            Ok(values) => {
                for name in &self.names {
                    self.built.push(values.get(name).map_or("", String::as_str));
                }
                Ok(Some(self.built.record(text, length)))
            }
            Err(reason) => {
                self.fault = reason;
                Ok(Some(self.built.record(text, length).at_fault(&self.fault)))
            }
        }
    }

    fn bytes(&self) -> u64 {
        self.cutter.bytes
    }
}

/// Cuts the elements of the list `features` out of a stream of JSON.
struct Cutter<R> {
    input: R,
    buffer: Vec<u8>,
    filled: usize,
    used: usize,
    bytes: u64,
    within: bool,
    ended: bool,
    /// The last element, as far as [`MAX_FEATURE`].
    text: Vec<u8>,
    /// Its whole length in bytes.
    length: usize,
}

impl<R: Read> Cutter<R> {
    fn new(input: R) -> Self {
        let buffer = vec![0; 1 << 16];
        Self { input, buffer, filled: 0, used: 0, bytes: 0, within: false, ended: false, text: Vec::new(), length: 0 }
    }

    fn peek(&mut self) -> io::Result<Option<u8>> {
        if self.used == self.filled {
            self.used = 0;
            self.filled = super::read_up_to(&mut self.input, &mut self.buffer)?;
            self.bytes += self.filled as u64;
        }
        Ok(self.buffer[..self.filled].get(self.used).copied())
    }

    fn byte(&mut self) -> io::Result<u8> {
        let byte = self.peek()?.ok_or_else(|| invalid("the file ends before its list of features does"))?;
        self.used += 1;
        Ok(byte)
    }

    /// Goes to the next element of the list; false at its end.
    fn advance(&mut self) -> io::Result<bool> {
        if !self.within {
            self.find_list()?;
            self.within = true;
        }
        self.forget();
        loop {
            match self.peek()? {
                _ if self.ended => return Ok(false),
                Some(b']') => {
                    self.used += 1;
                    self.find_end()?;
                    self.ended = true;
                }
                Some(b',' | b' ' | b'\t' | b'\r' | b'\n') => self.used += 1,
                _ => return self.value().map(|()| true),
            }
        }
    }

    /// Reads one value: to its closing bracket, or to the comma or bracket behind a bare one.
    fn value(&mut self) -> io::Result<()> {
        let mut depth = 0_u64;
        loop {
            if depth == 0 && self.length > 0 && matches!(self.peek()?, Some(b',' | b']')) {
                return Ok(());
            }
            match self.keep()? {
                b'"' => self.rest_of_string()?,
                b'{' | b'[' => depth += 1,
                b'}' | b']' => {
                    depth = depth.saturating_sub(1);
                    if depth == 0 {
                        return Ok(());
                    }
                }
                _ => {}
            }
        }
    }

    fn rest_of_string(&mut self) -> io::Result<()> {
        loop {
            match self.keep()? {
                b'"' => return Ok(()),
                b'\\' => {
                    self.keep()?;
                }
                _ => {}
            }
        }
    }

    fn keep(&mut self) -> io::Result<u8> {
        let byte = self.byte()?;
        if self.text.len() < MAX_FEATURE {
            self.text.push(byte);
        }
        self.length += 1;
        Ok(byte)
    }

    /// Goes to the first element of the outermost object's list `features`.
    fn find_list(&mut self) -> io::Result<()> {
        let none = || invalid("there is no list of features in it");
        loop {
            match self.peek()?.ok_or_else(none)? {
                b'"' => match self.member().map_err(|_| none())?.as_slice() {
                    b"\"features\"" => {
                        self.skip_space()?;
                        if self.peek()? == Some(b'[') {
                            self.used += 1;
                            return Ok(());
                        }
                        self.value()?;
                    }
                    b"\"crs\"" => self.check_crs()?,
                    _ => self.value()?,
                },
                _ => self.used += 1,
            }
            self.forget();
        }
    }

    /// Reads what stands behind the list, which may still tell of a reference system.
    fn find_end(&mut self) -> io::Result<()> {
        self.forget();
        while let Some(byte) = self.peek()? {
            match byte {
                b'"' => match self.member()?.as_slice() {
                    b"\"crs\"" => self.check_crs()?,
                    _ => self.value()?,
                },
                _ => self.used += 1,
            }
            self.forget();
        }
        Ok(())
    }

    /// Reads the name of a member, with its quotation marks, and the colon behind it.
    fn member(&mut self) -> io::Result<Vec<u8>> {
        self.forget();
        self.keep()?;
        self.rest_of_string()?;
        let name = std::mem::take(&mut self.text);
        self.skip_space()?;
        if self.peek()? == Some(b':') {
            self.used += 1;
            self.skip_space()?;
        }
        Ok(name)
    }

    /// Refuses coordinates that are not degrees, as files from before RFC 7946 may have them.
    fn check_crs(&mut self) -> io::Result<()> {
        self.forget();
        self.value()?;
        let text = String::from_utf8_lossy(&self.text[..self.text.len().min(LONGEST_CRS)]).into_owned();
        let plain = text.to_ascii_uppercase();
        if plain.trim() == "NULL"
            || ["CRS84", "EPSG:4326", "EPSG::4326", "WGS84"].iter().any(|known| plain.contains(known))
        {
            return Ok(());
        }
        Err(invalid(format!(
            "its coordinates are in another reference system than WGS 84: {}\nhint: write it anew in degrees, as \
             `ogr2ogr -t_srs EPSG:4326` does",
            text.chars().take(120).collect::<String>()
        )))
    }

    fn skip_space(&mut self) -> io::Result<()> {
        while matches!(self.peek()?, Some(b' ' | b'\t' | b'\r' | b'\n')) {
            self.used += 1;
        }
        Ok(())
    }

    fn forget(&mut self) {
        self.text.clear();
        self.length = 0;
    }

    /// The columns of the last element, or why it is no feature.
    fn values(&self) -> Result<BTreeMap<String, String>, String> {
        if self.length > self.text.len() {
            return Err(format!("the feature takes {} bytes; at most {MAX_FEATURE} are read", self.length));
        }
        let feature: Feature =
            serde_json::from_slice(&self.text).map_err(|error| format!("no GeoJSON feature: {error}"))?;
        feature.values()
    }
}

fn invalid(reason: impl Into<String>) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, reason.into())
}

#[derive(Deserialize)]
struct Feature {
    id: Option<Value>,
    geometry: Option<Geometry>,
    #[serde(default, deserialize_with = "once_each")]
    properties: Option<Vec<(String, Value)>>,
}

#[derive(Deserialize)]
struct Geometry {
    #[serde(rename = "type")]
    kind: String,
    #[serde(default)]
    coordinates: Value,
}

impl Feature {
    /// Its columns with their texts.
    fn values(&self) -> Result<BTreeMap<String, String>, String> {
        let mut values = BTreeMap::new();
        for (name, value) in self.properties.iter().flatten() {
            flatten(name, value, &mut values)?;
        }
        if let Some(id) = &self.id {
            flatten(FEATURE_ID, id, &mut values)?;
        }
        let place = self.geometry.as_ref().map(Geometry::texts).transpose()?.unwrap_or_default();
        values.extend(GEOMETRY.map(str::to_owned).into_iter().zip(place));
        Ok(values)
    }
}

/// The members of an object in their order, those of one name too.
fn once_each<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Vec<(String, Value)>>, D::Error> {
    struct Members;
    impl<'de> Visitor<'de> for Members {
        type Value = Option<Vec<(String, Value)>>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("properties, which are an object or null")
        }

        fn visit_unit<E>(self) -> Result<Self::Value, E> {
            Ok(None)
        }

        fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
            let mut members = Vec::new();
            while let Some(member) = map.next_entry()? {
                members.push(member);
            }
            Ok(Some(members))
        }
    }
    deserializer.deserialize_any(Members)
}

fn flatten(name: &str, value: &Value, out: &mut BTreeMap<String, String>) -> Result<(), String> {
    if name.len() > LONGEST_NAME {
        return Err(format!("the name of a property takes more than {LONGEST_NAME} bytes"));
    }
    let text = match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Object(fields) => {
            return fields.iter().try_for_each(|(field, value)| flatten(&format!("{name}.{field}"), value, out));
        }
        other => other.to_string(),
    };
    match out.insert(name.to_owned(), text) {
        None => Ok(()),
        Some(_) => Err(format!("the property `{}` stands twice", name.escape_debug())),
    }
}

impl Geometry {
    /// In the order of [`GEOMETRY`].
    fn texts(&self) -> Result<[String; 4], String> {
        if !KINDS.contains(&self.kind.as_str()) {
            return Err(format!("`{}` is no geometry: one of {}", self.kind.escape_debug(), KINDS.join(", ")));
        }
        let mut points = Vec::new();
        // Of a polygon only the outer ring counts; its holes are no vertices of the whole.
        let outlines: Vec<&Value> = match self.kind.as_str() {
            "Polygon" => self.coordinates.get(0).into_iter().collect(),
            "MultiPolygon" => self.coordinates.as_array().into_iter().flatten().filter_map(|one| one.get(0)).collect(),
            _ => (!self.coordinates.is_null()).then_some(&self.coordinates).into_iter().collect(),
        };
        for outline in outlines {
            vertices(outline, &mut points)?;
        }
        let middle = match (self.kind.as_str(), points.as_slice()) {
            (_, []) => None,
            ("Point", [point]) => Some(*point),
            ("Point", many) => return Err(format!("a Point has one position, this has {}", many.len())),
            ("Polygon", ring) => Some(centroid(ring)),
            (_, many) => Some(mean(many)),
        };
        let Some((longitude, latitude)) = middle else {
            return Ok([self.kind.clone(), String::new(), String::new(), String::new()]);
        };
        let radius = if points.len() > 1 { radius_km((longitude, latitude), &points) } else { None };
        let radius = radius.map_or_else(String::new, |km| format!("{km:.1}"));
        Ok([self.kind.clone(), latitude.to_string(), longitude.to_string(), radius])
    }
}

/// The geometries of RFC 7946.
const KINDS: [&str; 7] =
    ["Point", "MultiPoint", "LineString", "MultiLineString", "Polygon", "MultiPolygon", "GeometryCollection"];

/// Every position below a nest of coordinates, as (longitude, latitude); an altitude behind them is left out.
fn vertices(value: &Value, out: &mut Vec<(f64, f64)>) -> Result<(), String> {
    match value.as_array().map(Vec::as_slice) {
        None => Err("the coordinates are no lists of numbers".to_owned()),
        Some([]) => Ok(()),
        Some(list) if list.iter().any(Value::is_number) => match list {
            [first, second, ..] if list.iter().all(Value::is_number) => {
                out.extend(first.as_f64().zip(second.as_f64()));
                Ok(())
            }
            _ => Err("a position is a longitude and a latitude, both numbers".to_owned()),
        },
        Some(list) => list.iter().try_for_each(|inner| vertices(inner, out)),
    }
}

#[expect(clippy::cast_precision_loss, reason = "far fewer vertices than 2⁵³")]
fn mean(points: &[(f64, f64)]) -> (f64, f64) {
    let n = points.len() as f64;
    (points.iter().map(|p| p.0).sum::<f64>() / n, points.iter().map(|p| p.1).sum::<f64>() / n)
}

/// The centroid of a ring on the plane of degrees: near enough for what is far smaller than the Earth.
fn centroid(ring: &[(f64, f64)]) -> (f64, f64) {
    // Sums of small differences, from the first vertex on, keep their digits.
    let (x0, y0) = ring[0];
    let (mut area, mut x, mut y) = (0.0, 0.0, 0.0);
    for pair in ring.windows(2) {
        let ((ax, ay), (bx, by)) = ((pair[0].0 - x0, pair[0].1 - y0), (pair[1].0 - x0, pair[1].1 - y0));
        let cross = ax * by - bx * ay;
        area += cross;
        x += (ax + bx) * cross;
        y += (ay + by) * cross;
    }
    if area == 0.0 {
        return mean(ring);
    }
    (x0 + x / (3.0 * area), y0 + y / (3.0 * area))
}

fn radius_km(middle: (f64, f64), points: &[(f64, f64)]) -> Option<f64> {
    let point = |(longitude, latitude): (f64, f64)| Point::new(latitude, longitude).ok();
    let middle = point(middle)?;
    points.iter().filter_map(|p| Some(middle.distance_km(&point(*p)?))).max_by(f64::total_cmp)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> io::Result<(Vec<String>, Vec<Vec<String>>)> {
        let names = names(text.as_bytes())?;
        let mut features = Features::new(text.as_bytes(), names.clone());
        let mut rows = Vec::new();
        while let Some(record) = features.next()? {
            rows.push(record.fields().map(|f| String::from_utf8_lossy(f).into_owned()).collect());
        }
        Ok((names, rows))
    }

    #[test]
    fn points_and_areas_with_nested_properties() {
        let text = r#"{"features_of": ["features", {"features": [1]}], "type": "FeatureCollection", "features": [
            {"type": "Feature", "id": 7, "geometry": {"type": "Point", "coordinates": [69.2, 34.5, 1800]},
             "properties": {"name": "a \"]}\" b", "n": 3, "tags": ["x", 1], "of": {"deep": true}, "gone": null}},
            {"type": "Feature", "geometry": {"type": "Polygon", "coordinates":
              [[[0, 0], [2, 0], [2, 2], [0, 2], [0, 0]], [[1, 1], [1.5, 1], [1, 1.5], [1, 1]]]}, "properties": null},
            {"type": "Feature", "geometry": null, "properties": {"n": 2.5}},
            "no feature"
        ], "after": [1, 2]}"#;
        let (names, rows) = read(text).unwrap();
        let columns = [
            "feature_id",
            "geometry_latitude",
            "geometry_longitude",
            "geometry_radius_km",
            "geometry_type",
            "gone",
            "n",
            "name",
            "of.deep",
            "tags",
        ];
        assert_eq!(names, columns);
        assert_eq!(rows[0], ["7", "34.5", "69.2", "", "Point", "", "3", "a \"]}\" b", "true", "[\"x\",1]"]);
        assert_eq!(rows[1], ["", "1", "1", "157.2", "Polygon", "", "", "", "", ""]);
        assert_eq!(rows[2], ["", "", "", "", "", "", "2.5", "", "", ""]);
        assert!(rows[3].is_empty() && rows.len() == 4);
    }

    #[test]
    fn a_file_that_is_cut_off_is_an_error_and_not_a_shorter_file() {
        let whole = r#"{"type": "FeatureCollection", "features": [{"properties": {"a": 1}}, {"properties": {"a": 2}}]"#;
        assert_eq!(read(whole).unwrap().1.len(), 2);
        for cut in [whole.len() - 1, whole.len() - 5, 50] {
            assert!(read(&whole[..cut]).unwrap_err().to_string().contains("ends before"), "{cut}");
        }
        assert!(read(r#"{"type": "FeatureCollection"}"#).unwrap_err().to_string().contains("no list"));
    }

    #[test]
    fn a_feature_beyond_the_limit_is_passed_over() {
        let long = "x".repeat(MAX_FEATURE);
        let text = format!(r#"{{"features": [{{"properties": {{"a": "{long}"}}}}, {{"properties": {{"a": 2}}}}]}}"#);
        let names = names(text.as_bytes()).unwrap();
        let mut features = Features::new(text.as_bytes(), names);
        assert!(features.next().unwrap().unwrap().too_long);
        assert_eq!(features.next().unwrap().unwrap().fields().next(), Some(&b"2"[..]));
        assert!(features.next().unwrap().is_none());
    }

    proptest::proptest! {
        #[test]
        fn no_text_makes_it_panic(text in ".{0,200}", inner in r#"[\[\]{}",:a1\\ ]{0,80}"#) {
            let _ = read(&text);
            let _ = read(&format!(r#"{{"features": [{inner}"#));
            let _ = read(&format!(r#"{{"features": [{{"geometry": {{"type": "Polygon", "coordinates": {inner}}}}}]}}"#));
        }
    }
}
