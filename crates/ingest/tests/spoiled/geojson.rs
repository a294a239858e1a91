//! GeoJSON of a map of events, spoiled.

use std::fs;

use crate::case::{Case, Expect, Input, error, rows_in};
use crate::good::{ROWS, gzip};
use crate::world::fixture;

const FIRST: &str = r#"{"type": "Feature", "id": 1, "properties": {"day": "20210301", "kind": "Clash", "toll": {"best": 1},
    "where": {"country": "Exland"}}, "geometry": {"type": "Point", "coordinates": [69.0, 34.0]}}"#;

/// The second feature, by its properties behind the day and by its geometry.
fn feature(properties: &str, geometry: &str) -> String {
    let properties = format!(r#"{{"day": "20210302", "kind": "Clash"{properties}}}"#);
    format!(r#"{{"type": "Feature", "id": 2, "properties": {properties}, "geometry": {geometry}}}"#)
}

/// A map of three features.
fn map(head: &str, second: &str, tail: &str) -> String {
    let third = FIRST.replace("\"id\": 1", "\"id\": 3");
    format!(r#"{{"type": "FeatureCollection", {head}"features": [{FIRST}, {second}, {third}]{tail}}}"#)
}

const POINT: &str = r#"{"type": "Point", "coordinates": [69.5, 34.5]}"#;

fn with_geometry(geometry: &str) -> Vec<u8> {
    map("", &feature(r#", "toll": {"best": 2}"#, geometry), "").into()
}

fn with_properties(properties: &str) -> Vec<u8> {
    map("", &feature(properties, POINT), "").into()
}

fn with_feature(second: &str) -> Vec<u8> {
    map("", second, "").into()
}

/// The cases.
pub fn cases() -> Vec<Case> {
    let bad = |column: &str, words: &str| Expect::from(rows_in(ROWS).bad(2, column, words));
    let flagged = |flag| Expect::from(rows_in(ROWS).flagged(2, flag));
    let good = map("", &feature("", POINT), "");
    let crs = |name: &str| format!(r#""crs": {{"type": "name", "properties": {{"name": "{name}"}}}}, "#);
    let cases: Vec<(&str, Vec<u8>, Expect)> = vec![
        ("as it is", good.clone().into(), rows_in(ROWS).value(2, "latitude", "34.5").into()),
        ("a byte order mark", format!("\u{feff}{good}").into(), rows_in(ROWS).into()),
        ("cut in a feature", good[..good.len() - 60].into(), error(["the file ends before its list of features does"])),
        (
            "cut behind a feature",
            good[..good.len() - 2].into(),
            error(["the file ends before its list of features does"]),
        ),
        (
            "no list of features",
            br#"{"type": "FeatureCollection", "features": null}"#.to_vec(),
            error(["no list of features"]),
        ),
        (
            "a list of no features",
            br#"{"type": "FeatureCollection", "features": []}"#.to_vec(),
            error(["missing", "expected:"]),
        ),
        ("a feature alone", FIRST.into(), error(["missing", "expected:"])),
        ("a geometry alone", POINT.into(), error(["missing", "expected:"])),
        ("the word in another place", br#"{"note": "FeatureCollection"}"#.to_vec(), error(["no list of features"])),
        ("no geometry", with_geometry("null"), flagged("no-coordinates")),
        (
            "an unknown geometry",
            with_geometry(r#"{"type": "Blob", "coordinates": [1, 2]}"#),
            bad("", "`Blob` is no geometry"),
        ),
        ("a geometry without a type", with_geometry(r#"{"coordinates": [1, 2]}"#), bad("", "missing field `type`")),
        ("a list for a geometry", with_geometry("[69.5, 34.5]"), bad("", "no GeoJSON feature")),
        (
            "a point with an altitude",
            with_geometry(r#"{"type": "Point", "coordinates": [69.5, 34.5, 1800]}"#),
            rows_in(ROWS).value(2, "longitude", "69.5").into(),
        ),
        (
            "a point of two positions",
            with_geometry(r#"{"type": "Point", "coordinates": [[69, 34], [70, 35]]}"#),
            bad("", "a Point has one position, this has 2"),
        ),
        (
            "a point of one number",
            with_geometry(r#"{"type": "Point", "coordinates": [69]}"#),
            bad("", "a position is a longitude"),
        ),
        (
            "a point of texts",
            with_geometry(r#"{"type": "Point", "coordinates": ["69", "34"]}"#),
            bad("", "no lists of numbers"),
        ),
        ("a point without coordinates", with_geometry(r#"{"type": "Point"}"#), flagged("no-coordinates")),
        ("a point of no numbers", with_geometry(r#"{"type": "Point", "coordinates": []}"#), flagged("no-coordinates")),
        (
            "a text for coordinates",
            with_geometry(r#"{"type": "Point", "coordinates": "69 34"}"#),
            bad("", "no lists of numbers"),
        ),
        (
            "null in a ring",
            with_geometry(r#"{"type": "Polygon", "coordinates": [[[69, 34], null, [70, 35], [69, 34]]]}"#),
            bad("", "no lists of numbers"),
        ),
        (
            "a polygon of one position",
            with_geometry(r#"{"type": "Polygon", "coordinates": [[[69, 34]]]}"#),
            flagged("centroid"),
        ),
        (
            "several geometries",
            with_geometry(r#"{"type": "GeometryCollection", "geometries": []}"#),
            flagged("no-coordinates"),
        ),
        (
            "exchanged coordinates",
            with_geometry(r#"{"type": "Point", "coordinates": [34.5, 109.5]}"#),
            bad("geometry_latitude", "are latitude and longitude exchanged?"),
        ),
        ("0, 0", with_geometry(r#"{"type": "Point", "coordinates": [0, 0]}"#), flagged("zero-coordinates")),
        (
            "metres for degrees",
            with_geometry(r#"{"type": "Point", "coordinates": [7736705.5, 4096328.2]}"#),
            bad("geometry_latitude;geometry_longitude", "lies outside"),
        ),
        (
            "a huge coordinate",
            with_geometry(r#"{"type": "Point", "coordinates": [1e309, 34]}"#),
            bad("", "out of range"),
        ),
        (
            "another reference system",
            map(&crs("urn:ogc:def:crs:EPSG::3857"), &feature("", POINT), "").into(),
            error(["another reference system than WGS 84", "EPSG::3857", "hint:"]),
        ),
        (
            "another reference system behind the features",
            map("", &feature("", POINT), &format!(", {}\"x\": 1", crs("urn:ogc:def:crs:EPSG::32642"))).into(),
            error(["another reference system than WGS 84", "EPSG::32642"]),
        ),
        (
            "the reference system that is meant",
            map(&crs("urn:ogc:def:crs:OGC:1.3:CRS84"), &feature("", POINT), "").into(),
            rows_in(ROWS).value(2, "latitude", "34.5").into(),
        ),
        ("no reference system", map(r#""crs": null, "#, &feature("", POINT), "").into(), rows_in(ROWS).into()),
        ("a property of that name", with_properties(r#", "crs": "EPSG::3857""#), rows_in(ROWS).into()),
        ("a word for a feature", with_feature("\"no feature\""), bad("", "no GeoJSON feature")),
        ("a number for a feature", with_feature("17"), bad("", "no GeoJSON feature")),
        (
            "properties that are a list",
            with_feature(r#"{"type": "Feature", "properties": [1], "geometry": null}"#),
            bad("", "properties, which are an object or null"),
        ),
        (
            "no properties",
            with_feature(r#"{"type": "Feature", "id": 2, "properties": null, "geometry": null}"#),
            bad("day", "is blank"),
        ),
        ("a property that stands twice", with_properties(r#", "note": 1, "note": 2"#), bad("", "`note` stands twice")),
        (
            "a nest that makes one name twice",
            with_properties(r#", "toll.best": 1, "toll": {"best": 2}"#),
            bad("", "`toll.best` stands twice"),
        ),
        (
            "a name of 1,000 bytes",
            with_properties(&format!(r#", "{}": 1"#, "n".repeat(1000))),
            bad("", "takes more than 256 bytes"),
        ),
        (
            "deep nesting",
            with_properties(&format!(r#", "n": {}1{}"#, "{\"a\":".repeat(200), "}".repeat(200))),
            bad("", "no GeoJSON feature: recursion limit exceeded"),
        ),
        (
            "deep nesting of coordinates",
            with_geometry(&format!(
                r#"{{"type": "Polygon", "coordinates": {}{}}}"#,
                "[".repeat(100_000),
                "]".repeat(100_000)
            )),
            bad("", "recursion limit exceeded"),
        ),
        ("half of a surrogate pair", with_properties(r#", "note": "\ud800""#), bad("", "no GeoJSON feature")),
        (
            "a feature of 5 MB",
            with_properties(&format!(r#", "note": "{}""#, "x".repeat(5 << 20))),
            bad("", "is a quote left open?"),
        ),
        (
            "a nest of properties that are too many",
            {
                let many: Vec<String> = (0..5000).map(|i| format!("\"p{i}\": 1")).collect();
                with_properties(&format!(", {}", many.join(", ")))
            },
            error(["more than 4096 different properties"]),
        ),
        ("the year 25", with_feature(&feature("", POINT).replace("20210302", "00250302")), bad("day", "is not a date")),
        (
            "30 February",
            with_feature(&feature("", POINT).replace("20210302", "20210230")),
            bad("day", "is not a day of the calendar"),
        ),
        ("a toll in words", with_properties(r#", "toll": {"best": "many"}"#), bad("toll.best", "is not a number")),
        ("a negative toll", with_properties(r#", "toll": {"best": -1}"#), bad("toll.best", "cannot be negative")),
        ("half a death", with_properties(r#", "toll": {"best": 1.5}"#), bad("toll.best", "is not a whole number")),
        (
            "an id that stands twice",
            with_feature(&feature("", POINT).replace("\"id\": 2", "\"id\": 1")),
            bad("feature_id", "duplicate id 1: row 1 has it first"),
        ),
        ("no id", with_feature(&feature("", POINT).replace("\"id\": 2, ", "")), flagged("derived-id")),
        ("a formula", with_properties(r#", "note": "=1+1""#), rows_in(ROWS).native(2, "note", "=1+1").into()),
        (
            "a gzip file that is cut short",
            {
                let packed = gzip(good.as_bytes());
                packed[..packed.len() - 12].to_vec()
            },
            error(["ends too early: is the file complete?"]),
        ),
    ];
    let mapping = fs::read_to_string(fixture("events-geojson.toml")).unwrap();
    let case = |(damage, bytes, expect): (&str, Vec<u8>, Expect)| Case {
        name: format!("events geojson: {damage}"),
        adapter: "events",
        mapping: Some(mapping.clone()),
        member: None,
        input: Input::File("map.geojson".to_owned(), bytes),
        expect,
    };
    cases.into_iter().map(case).collect()
}
