//! GeoJSON (RFC 7946) as records: a feature is a record, its properties are the columns.
//!
//! Nested properties are flattened with `.`; lists stay JSON. Of the geometry there are four columns:
//! `geometry_type`, `geometry_latitude` and `geometry_longitude` (degrees; for anything but a point its middle), and
//! `geometry_radius_km`, from the middle to the farthest vertex. A feature's own id is `feature_id`.
//!
//! The file is read as a stream: one feature is in memory at a time.

use std::collections::BTreeMap;
use std::io::{self, Read};

use casefile_model::place::Point;
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::record::{Built, MAX_FIELDS, RawRecord, Records};

/// The longest feature that is read, in bytes: coasts have many vertices.
const MAX_FEATURE: usize = 16 << 20;

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
        let Some(feature) = cutter.feature() else { continue };
        seen.extend(feature.values().into_iter().map(|(name, _)| (name, ())));
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
}

impl<R: Read> Features<R> {
    /// Reads features whose columns are known by [`names`].
    pub(super) fn new(input: R, names: Vec<String>) -> Self {
        Self { cutter: Cutter::new(input), names, built: Built::default() }
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
        // What is no feature is a record without fields, and goes to the quarantine table as such.
        if let Some(feature) = self.cutter.feature() {
            let values: BTreeMap<String, String> = feature.values().into_iter().collect();
            for name in &self.names {
                self.built.push(values.get(name).map_or("", String::as_str));
            }
        }
        Ok(Some(self.built.record(text, length)))
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
    /// The last element, as far as [`MAX_FEATURE`].
    text: Vec<u8>,
    /// Its whole length in bytes.
    length: usize,
}

impl<R: Read> Cutter<R> {
    fn new(input: R) -> Self {
        let buffer = vec![0; 1 << 16];
        Self { input, buffer, filled: 0, used: 0, bytes: 0, within: false, text: Vec::new(), length: 0 }
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
        self.text.clear();
        self.length = 0;
        loop {
            match self.peek()? {
                Some(b']') => return Ok(false),
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
        let (mut depth, mut is_key) = (0_u64, false);
        loop {
            match self.byte().map_err(|_| invalid("there is no list of features in it"))? {
                b'"' => {
                    self.text.clear();
                    self.rest_of_string()?;
                    is_key = depth == 1 && self.text == b"features\"";
                }
                b'[' if is_key => return Ok(()),
                b'{' | b'[' => depth += 1,
                b'}' | b']' => depth = depth.saturating_sub(1),
                b',' => is_key = false,
                _ => {}
            }
        }
    }

    /// The last element as a feature, where it is one.
    fn feature(&self) -> Option<Feature> {
        (self.length == self.text.len()).then(|| serde_json::from_slice(&self.text).ok()).flatten()
    }
}

fn invalid(reason: impl Into<String>) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, reason.into())
}

#[derive(Deserialize)]
struct Feature {
    id: Option<Value>,
    geometry: Option<Geometry>,
    properties: Option<Map<String, Value>>,
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
    fn values(&self) -> Vec<(String, String)> {
        let mut values = Vec::new();
        for (name, value) in self.properties.iter().flatten() {
            flatten(name, value, &mut values);
        }
        if let Some(id) = &self.id {
            flatten(FEATURE_ID, id, &mut values);
        }
        let place = self.geometry.as_ref().map(Geometry::texts).unwrap_or_default();
        values.extend(GEOMETRY.map(str::to_owned).into_iter().zip(place));
        values
    }
}

fn flatten(name: &str, value: &Value, out: &mut Vec<(String, String)>) {
    let text = match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Object(fields) => {
            for (field, value) in fields {
                flatten(&format!("{name}.{field}"), value, out);
            }
            return;
        }
        other => other.to_string(),
    };
    out.push((name.to_owned(), text));
}

impl Geometry {
    /// In the order of [`GEOMETRY`].
    fn texts(&self) -> [String; 4] {
        let mut points = Vec::new();
        // Of a polygon only the outer ring counts; its holes are no vertices of the whole.
        let outline = match self.kind.as_str() {
            "Polygon" => self.coordinates.get(0).cloned(),
            "MultiPolygon" => {
                self.coordinates.as_array().map(|all| all.iter().filter_map(|one| one.get(0).cloned()).collect())
            }
            _ => Some(self.coordinates.clone()),
        };
        vertices(outline.as_ref().unwrap_or(&Value::Null), &mut points);
        let middle = match (self.kind.as_str(), points.as_slice()) {
            (_, []) => None,
            ("Point", [point, ..]) => Some(*point),
            ("Polygon", ring) => Some(centroid(ring)),
            (_, many) => Some(mean(many)),
        };
        let Some((longitude, latitude)) = middle else {
            return [self.kind.clone(), String::new(), String::new(), String::new()];
        };
        let radius = if points.len() > 1 { radius_km((longitude, latitude), &points) } else { None };
        let radius = radius.map_or_else(String::new, |km| format!("{km:.1}"));
        [self.kind.clone(), latitude.to_string(), longitude.to_string(), radius]
    }
}

/// Every position below a nest of coordinates, as (longitude, latitude).
fn vertices(value: &Value, out: &mut Vec<(f64, f64)>) {
    let Some(list) = value.as_array() else { return };
    match (list.first().and_then(Value::as_f64), list.get(1).and_then(Value::as_f64)) {
        (Some(longitude), Some(latitude)) => out.push((longitude, latitude)),
        _ => list.iter().for_each(|inner| vertices(inner, out)),
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
