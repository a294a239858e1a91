//! What every figure is tested for: sound markup, and text that covers no other text.

use super::Figure;
use super::label::{Anchor, Area};

/// The picture of a figure for a golden, one tag a line; asserts before that it is sound and that its texts do not overlap.
pub fn golden(figure: &Figure) -> String {
    assert_sound(figure);
    assert_no_overlap(&figure.svg);
    figure.svg.replace("><", ">\n<")
}

/// Asserts that tags are balanced, that ids carry the figure's prefix and are unique, and that the picture is named.
pub fn assert_sound(figure: &Figure) {
    let svg = &figure.svg;
    let mut open = Vec::new();
    for tag in svg.split('<').skip(1) {
        let tag = tag.split('>').next().unwrap();
        if let Some(name) = tag.strip_prefix('/') {
            assert_eq!(open.pop(), Some(name), "unbalanced");
        } else if !tag.ends_with('/') {
            open.push(tag.split(' ').next().unwrap());
        }
    }
    assert!(open.is_empty());
    assert!(!svg.contains("\"NaN") && !svg.contains("\"inf"));
    assert!(svg.contains("role=\"img\"") && svg.contains("aria-labelledby=\""));
    let mut ids: Vec<&str> = svg.split(" id=\"").skip(1).map(|s| s.split('"').next().unwrap()).collect();
    let count = ids.len();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), count, "ids repeat");
    for reference in svg.split("url(#").skip(1).map(|s| s.split(')').next().unwrap()) {
        assert!(ids.contains(&reference), "{reference} is not defined");
    }
    assert!(figure.table.rows.iter().all(|r| r.len() == figure.table.columns.len()));
    assert!(!figure.description.is_empty());
}

/// Asserts that no two texts of a picture overlap and that none leaves it.
pub fn assert_no_overlap(svg: &str) {
    let texts = texts(svg);
    let size: Vec<f64> = attribute(svg, "viewBox").unwrap().split(' ').map(|n| n.parse().unwrap()).collect();
    let view = Area::new(-0.6, -0.6, size[2] + 1.2, size[3] + 1.2);
    for (i, (words, area)) in texts.iter().enumerate() {
        assert!(view.holds(area), "{words:?} leaves the picture: {area:?} in {view:?}");
        for (other, place) in &texts[i + 1..] {
            // Half a unit of slack: coordinates are rounded, and boxes are upper estimates.
            assert!(!area.grown(-0.5).overlaps(place), "{words:?} {area:?} covers {other:?} {place:?}");
        }
    }
}

fn texts(svg: &str) -> Vec<(String, Area)> {
    svg.split("<text ")
        .skip(1)
        .map(|part| {
            let (tag, rest) = part.split_once('>').unwrap();
            let words = unescape(rest.split('<').next().unwrap());
            let number = |key: &str| attribute(tag, key).map(|v| v.parse::<f64>().unwrap());
            let anchor = match attribute(tag, "text-anchor") {
                Some("middle") => Anchor::Middle,
                Some("end") => Anchor::End,
                _ => Anchor::Start,
            };
            let size = number("font-size").unwrap_or(11.0);
            let area = Area::of_text(&words, number("x").unwrap(), number("y").unwrap(), anchor, size);
            (words, area)
        })
        .filter(|(words, _)| !words.trim().is_empty())
        .collect()
}

fn attribute<'a>(tag: &'a str, key: &str) -> Option<&'a str> {
    let needle = format!("{key}=\"");
    let from = tag.find(&needle)? + needle.len();
    tag[from..].split('"').next()
}

fn unescape(text: &str) -> String {
    text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&#39;", "'").replace("&amp;", "&")
}
