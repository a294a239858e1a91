//! A map of chances: how likely each country, or each half-degree cell, is to pass a threshold. Cells bear no names.

use super::label::{self, Anchor, Area, Placer};
use super::map::{Map, Region, View, base, label_countries, scale_bar, shape, spots_in};
use super::palette::Hue;
use super::svg::{self, Node, PathData};
use super::world::{self, World};
use super::{Canvas, DataTable, Figure, Legend, Options, TEXT, text};

/// What the map shows.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Exceedance {
    /// Title of the figure.
    pub title: String,
    /// What is chanced: `at least 25 deaths in Mar 2021`.
    pub event: String,
    /// Countries with their chances, by Natural Earth's names.
    pub countries: Vec<Chance>,
    /// Cells of PRIO-GRID with their chances, by `gid`.
    pub cells: Vec<Chance>,
}

/// One unit's chance.
#[derive(Debug, Clone, PartialEq)]
pub struct Chance {
    /// Its name or number.
    pub unit: String,
    /// The chance, 0 to 1.
    pub chance: f64,
    /// The base rate beside it.
    pub base: f64,
}

/// Lower ends of the classes, with how strongly each is drawn.
const CLASSES: [(f64, f64, &str); 5] = [
    (0.0, 0.06, "below 5%"),
    (0.05, 0.22, "5–20%"),
    (0.2, 0.42, "20–50%"),
    (0.5, 0.66, "50–80%"),
    (0.8, 0.92, "80% and more"),
];

fn class(chance: f64) -> usize {
    CLASSES.iter().rposition(|class| chance >= class.0).unwrap_or(0)
}

/// South-western corner of a cell, degrees (longitude, latitude).
///
/// *Source:* Tollefsen, Strand and Buhaug (2012), PRIO-GRID: cells row by row from 180° W 90° S, 720 to a row.
fn corner(gid: u32) -> (f64, f64) {
    let at = gid.saturating_sub(1);
    (f64::from(at % 720) * 0.5 - 180.0, f64::from(at / 720) * 0.5 - 90.0)
}

/// Draws the map.
pub fn render(input: &Exceedance, options: &Options) -> Figure {
    let mut canvas = Canvas::new(options);
    let map = ground(input);
    let view = View::new(&map, &canvas);
    base(&mut canvas, &map, &view);
    let clip = format!("url(#{})", canvas.part("frame"));
    let mut layer = Node::new("g").class(Hue::Vermillion.class()).attr("clip-path", clip);
    let mut placer = Placer::new(Area::new(2.0, 2.0, view.width - 4.0, view.height - 4.0));
    let mut labels = Vec::new();
    scale_bar(&mut canvas, &view, &mut placer);
    let world = World::embedded();
    for one in &input.countries {
        let Some(country) = world.country(&one.unit) else { continue };
        let outline = shape(world, country, &view);
        let filled = svg::path(&outline)
            .class("fill")
            .attr("fill-rule", "evenodd")
            .num("fill-opacity", CLASSES[class(one.chance)].1);
        layer = layer.child(filled.tooltip(&words(one, &input.event)));
        let name = format!("{} {}", one.unit, per_cent(one.chance));
        let short = per_cent(one.chance);
        let fitting = [name, short].into_iter().find_map(|words| {
            let w = label::text_width(&words, TEXT);
            let places = spots_in(country, &view, w, TEXT);
            placer.place(&places).map(|i| (places[i], words))
        });
        labels.extend(fitting);
    }
    for one in &input.cells {
        let Some(square) = one.unit.parse().ok().and_then(|gid| cell(gid, &view)) else { continue };
        let filled = svg::path(&square).class("fill").num("fill-opacity", CLASSES[class(one.chance)].1);
        layer = layer.child(filled.tooltip(&words(one, &input.event)));
    }
    canvas.add(layer);
    for (place, words) in &labels {
        let (x, y) = (place.x + place.w / 2.0, place.y + 0.8 * TEXT);
        canvas.add(text(x, y, Anchor::Middle, TEXT, words).class("strong halo-map"));
    }
    if input.countries.is_empty() {
        label_countries(&mut canvas, &map, &view, &mut placer);
    }
    canvas.add(svg::rect(0.5, 0.5, view.width - 1.0, view.height - 1.0).class("axis"));
    legend(&mut canvas, view.height + 6.0);
    canvas.finish(&input.title, &describe(input), table(input))
}

/// The part of the world that holds the units.
fn ground(input: &Exceedance) -> Map {
    let names: Vec<String> = input.countries.iter().map(|one| one.unit.clone()).collect();
    let corners: Vec<(f64, f64)> = input.cells.iter().filter_map(|one| one.unit.parse().ok().map(corner)).collect();
    let ends = |of: fn(&(f64, f64)) -> f64| {
        let values = corners.iter().map(of);
        values.fold((f64::INFINITY, f64::NEG_INFINITY), |(a, b), v| (a.min(v), b.max(v)))
    };
    let region = if corners.is_empty() {
        Region::Countries(names.clone())
    } else {
        let ((west, east), (south, north)) = (ends(|c| c.0), ends(|c| c.1));
        Region::Box { west: west - 1.0, south: south - 1.0, east: east + 1.5, north: north + 1.5 }
    };
    Map { title: String::new(), unit: String::new(), region, focus: names, places: Vec::new() }
}

fn cell(gid: u32, view: &View) -> Option<PathData> {
    let (west, south) = corner(gid);
    let corners = [(0.0, 0.0), (0.5, 0.0), (0.5, 0.5), (0.0, 0.5)];
    let points: Option<Vec<(f64, f64)>> = corners.iter().map(|(x, y)| view.at((west + x, south + y))).collect();
    Some(PathData::through(points?, true))
}

/// Whole per cent; what is not nothing and not certain is never told as such.
pub fn per_cent(chance: f64) -> String {
    match chance {
        c if c <= 0.0 => "0%".to_owned(),
        c if c < 0.01 => "<1%".to_owned(),
        c if c >= 1.0 => "100%".to_owned(),
        c if c > 0.99 => ">99%".to_owned(),
        c => format!("{:.0}%", c * 100.0),
    }
}

fn words(one: &Chance, event: &str) -> String {
    format!("{}: {} of {event} (base rate {})", one.unit, per_cent(one.chance), per_cent(one.base))
}

fn legend(canvas: &mut Canvas, top: f64) {
    let mut legend = Legend::new(0.0, top, canvas.width);
    for (_, strength, words) in CLASSES {
        legend.entry(14.0, words, |x, y| {
            let box_ = svg::rect(x, y - 5.0, 14.0, 10.0).class("h-vermillion fill").num("fill-opacity", strength);
            Node::new("g").child(svg::rect(x, y - 5.0, 14.0, 10.0).class("axis")).child(box_)
        });
    }
    legend.entry(0.0, world::ATTRIBUTION, |_, _| Node::new("g"));
    let (bottom, nodes) = legend.finish();
    nodes.into_iter().for_each(|node| canvas.add(node));
    canvas.height = bottom + 2.0;
}

fn describe(input: &Exceedance) -> String {
    let all: Vec<&Chance> = input.countries.iter().collect();
    if all.is_empty() {
        let high = input.cells.iter().filter(|one| one.chance >= 0.5).count();
        return format!("Chances of {}: {} cells, {high} of them at 50% or more.", input.event, input.cells.len());
    }
    let told: Vec<String> = all.iter().map(|one| format!("{} {}", one.unit, per_cent(one.chance))).collect();
    format!("Chances of {}: {}.", input.event, told.join(", "))
}

fn table(input: &Exceedance) -> DataTable {
    let mut table = DataTable::new(&["Unit", "Chance", "Base rate"]);
    for one in input.countries.iter().chain(&input.cells) {
        table.row([one.unit.clone(), per_cent(one.chance), per_cent(one.base)]);
    }
    table
}

#[cfg(test)]
mod tests {
    use super::super::testing;
    use super::*;

    fn small(cells: bool) -> Exceedance {
        let one = |unit: &str, chance, base| Chance { unit: unit.into(), chance, base };
        let countries = vec![one("Bahrain", 0.31, 0.2), one("Qatar", 0.004, 0.0)];
        // Around Bahrain: PRIO-GRID 167501 holds 26.25° N 50.25° E.
        let some = vec![one("167501", 0.9, 0.5), one("167502", 0.07, 0.1)];
        Exceedance {
            title: "Chances".into(),
            event: "at least 25 deaths in Mar 2021".into(),
            countries: if cells { Vec::new() } else { countries },
            cells: if cells { some } else { Vec::new() },
        }
    }

    #[test]
    fn golden() {
        for (name, cells) in [("countries", false), ("cells", true)] {
            let figure = render(&small(cells), &Options::wide(name));
            insta::assert_snapshot!(name, testing::golden(&figure));
        }
    }

    #[test]
    fn chances_are_never_rounded_to_certainty() {
        let told = [0.0, 0.004, 0.05, 0.499, 0.996, 1.0].map(per_cent);
        assert_eq!(told, ["0%", "<1%", "5%", "50%", ">99%", "100%"]);
        assert_eq!([0.0, 0.049, 0.05, 0.2, 0.79, 0.8].map(class), [0, 0, 1, 2, 3, 4]);
    }

    #[test]
    fn cells_lie_where_prio_grid_has_them() {
        // Kabul, 34.53° N 69.16° E, lies in 179779.
        let (west, south) = corner(179_779);
        assert!((west..west + 0.5).contains(&69.16) && (south..south + 0.5).contains(&34.53), "{west} {south}");
    }
}
