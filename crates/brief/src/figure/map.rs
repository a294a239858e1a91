//! A region with places: circles sized by count, and soft areas where the place itself is vague.

use super::label::{self, Anchor, Area, Placer};
use super::palette::Hue;
use super::scale::{nice_above, quantity};
use super::svg::{self, Node, PathData};
use super::world::{self, Country, LonLat, World};
use super::{Canvas, DataTable, Figure, Options, SMALL, TEXT, text};

/// What the map shows.
#[derive(Debug, Clone, PartialEq)]
pub struct Map {
    /// Title of the figure.
    pub title: String,
    /// What circles count, plural: `events`, `deaths`.
    pub unit: String,
    /// The part of the world shown.
    pub region: Region,
    /// Countries the figure is about, by Natural Earth name or ISO numeric code; drawn brighter, with a strong border.
    pub focus: Vec<String>,
    /// Places in any order.
    pub places: Vec<Place>,
}

/// A part of the world.
#[derive(Debug, Clone, PartialEq)]
pub enum Region {
    /// These countries' mainlands, with a margin. Names as for [`Map::focus`]; unknown names are passed over.
    Countries(Vec<String>),
    /// A box in degrees. `west` may be greater than `east` where the box crosses the 180° meridian.
    Box {
        /// Least longitude.
        west: f64,
        /// Least latitude.
        south: f64,
        /// Greatest longitude.
        east: f64,
        /// Greatest latitude.
        north: f64,
    },
}

/// A place and what is counted there.
#[derive(Debug, Clone, PartialEq)]
pub struct Place {
    /// Name.
    pub name: String,
    /// Degrees east.
    pub longitude: f64,
    /// Degrees north.
    pub latitude: f64,
    /// How far off the true place may be, km. Beyond what a circle would cover, the place is drawn as an area.
    pub precision_km: f64,
    /// What is counted.
    pub value: f64,
}

/// Draws the map.
pub fn render(input: &Map, options: &Options) -> Figure {
    let mut canvas = Canvas::new(options);
    let view = View::new(input, &canvas);
    base(&mut canvas, input, &view);
    let largest = if options.is_narrow() { 15.0 } else { 22.0 };
    let most = input.places.iter().map(|p| p.value).filter(|v| v.is_finite()).fold(0.0, f64::max).max(1e-9);
    let marks: Vec<Mark> = marks(input, &view, largest, most);
    draw_marks(&mut canvas, &marks, &input.unit);
    let mut placer = Placer::new(Area::new(2.0, 2.0, view.width - 4.0, view.height - 4.0));
    scale_bar(&mut canvas, &view, &mut placer);
    label_marks(&mut canvas, &marks, &mut placer, if options.is_narrow() { 9 } else { 18 });
    label_countries(&mut canvas, input, &view, &mut placer);
    canvas.add(svg::rect(0.5, 0.5, view.width - 1.0, view.height - 1.0).class("axis"));
    let outside = input.places.len() - marks.len();
    legend(&mut canvas, &marks, &input.unit, (largest, most), outside, view.height + 8.0);
    canvas.finish(&input.title, &describe(input, outside), table(input))
}

/// A projection: Lambert's azimuthal equal-area around the region's centre, which keeps areas true and shapes and
/// distances nearly so within a country or a group of them; plate carrée for half the world and more.
#[derive(Debug, Clone, Copy)]
enum Projection {
    Azimuthal { longitude: f64, sine: f64, cosine: f64 },
    PlateCarree { longitude: f64, cosine: f64 },
}

const EARTH_KM: f64 = 6371.0;

impl Projection {
    fn around(longitude: f64, latitude: f64, is_wide: bool) -> Self {
        let (sine, cosine) = latitude.to_radians().sin_cos();
        if is_wide { Self::PlateCarree { longitude, cosine } } else { Self::Azimuthal { longitude, sine, cosine } }
    }

    /// Kilometres east and south of the centre; `None` for the far side of the globe.
    fn project(&self, (longitude, latitude): LonLat) -> Option<(f64, f64)> {
        if !longitude.is_finite() || !latitude.is_finite() {
            return None;
        }
        let phi = latitude.clamp(-90.0, 90.0).to_radians();
        match *self {
            Self::Azimuthal { longitude: centre, sine, cosine } => {
                let lambda = (longitude - centre).to_radians();
                let facing = sine * phi.sin() + cosine * phi.cos() * lambda.cos();
                // Beyond 130° from the centre lines run wild, and no region reaches there.
                if facing < -0.64 {
                    return None;
                }
                let k = EARTH_KM * (2.0 / (1.0 + facing)).sqrt();
                Some((k * phi.cos() * lambda.sin(), -k * (cosine * phi.sin() - sine * phi.cos() * lambda.cos())))
            }
            Self::PlateCarree { longitude: centre, cosine } => {
                Some((EARTH_KM * (longitude - centre).to_radians() * cosine.max(0.2), -EARTH_KM * phi))
            }
        }
    }
}

/// The region on the page.
pub(super) struct View {
    projection: Projection,
    /// User units per km.
    scale: f64,
    offset: (f64, f64),
    pub(super) width: f64,
    pub(super) height: f64,
}

impl View {
    pub(super) fn new(input: &Map, canvas: &Canvas) -> Self {
        let outline = outline(&input.region);
        let (west, east) = range(outline.iter().map(|p| p.0));
        let (south, north) = range(outline.iter().map(|p| p.1));
        let is_wide = east - west > 140.0 || north - south > 110.0;
        let projection = Projection::around((west + east) / 2.0, (south + north) / 2.0, is_wide);
        let points: Vec<(f64, f64)> = outline.iter().filter_map(|p| projection.project(*p)).collect();
        let (left, right) = range(points.iter().map(|p| p.0));
        let (top, bottom) = range(points.iter().map(|p| p.1));
        let (w, h) = ((right - left).max(1.0) * 1.08, (bottom - top).max(1.0) * 1.08);
        let height = (canvas.width * h / w).clamp(canvas.width * 0.45, canvas.width * 1.15).round();
        let scale = (canvas.width / w).min(height / h);
        let offset = (canvas.width / 2.0 - (left + right) / 2.0 * scale, height / 2.0 - (top + bottom) / 2.0 * scale);
        Self { projection, scale, offset, width: canvas.width, height }
    }

    pub(super) fn at(&self, point: LonLat) -> Option<(f64, f64)> {
        let (x, y) = self.projection.project(point)?;
        Some((x * self.scale + self.offset.0, y * self.scale + self.offset.1))
    }

    fn frame(&self) -> Area {
        Area::new(0.0, 0.0, self.width, self.height)
    }

    /// A line on the page without points too close together to be seen; `None` if any point is on the far side.
    fn line(&self, points: &[LonLat]) -> Option<Vec<(f64, f64)>> {
        let mut out: Vec<(f64, f64)> = Vec::with_capacity(points.len());
        for (i, point) in points.iter().enumerate() {
            let (x, y) = self.at(*point)?;
            let far = out.last().is_none_or(|last| (last.0 - x).hypot(last.1 - y) > 0.6);
            if far || i + 1 == points.len() {
                out.push((x, y));
            }
        }
        Some(out)
    }
}

/// Points along the edge of the region, degrees.
fn outline(region: &Region) -> Vec<LonLat> {
    let points = match region {
        Region::Countries(names) => {
            let world = World::embedded();
            names.iter().filter_map(|n| world.country(n)).flat_map(|c| world.mainland(c)).collect()
        }
        Region::Box { west, south, east, north } => box_outline(*west, *south, *east, *north),
    };
    // A region that cannot be found is the whole world rather than nothing.
    if points.is_empty() { box_outline(-180.0, -60.0, 180.0, 80.0) } else { points }
}

fn box_outline(west: f64, south: f64, east: f64, north: f64) -> Vec<LonLat> {
    let sane = |v: f64, limit: f64| if v.is_finite() { v.clamp(-limit, limit) } else { 0.0 };
    let (west, mut east) = (sane(west, 180.0), sane(east, 180.0));
    let (south, north) = (sane(south, 89.0), sane(north, 89.0));
    if west > east {
        east += 360.0;
    }
    let along = |i: i32| f64::from(i) / 16.0;
    (0..=16)
        .flat_map(|i| {
            let (x, y) = (west + along(i) * (east - west), south + along(i) * (north - south));
            [(x, south), (x, north), (west, y), (east, y)]
        })
        .collect()
}

fn range(values: impl Iterator<Item = f64>) -> (f64, f64) {
    values.fold((f64::INFINITY, f64::NEG_INFINITY), |(a, b), v| (a.min(v), b.max(v)))
}

/// Sea, land, and borders, each drawn once.
pub(super) fn base(canvas: &mut Canvas, input: &Map, view: &View) {
    let world = World::embedded();
    let frame = view.frame();
    canvas.add(svg::rect(0.0, 0.0, view.width, view.height).class("sea"));
    let (mut land, mut focus) = (PathData::new(), PathData::new());
    for country in &world.countries {
        let shape = shape(world, country, view);
        if is_focus(input, country) { focus = focus.and(&shape) } else { land = land.and(&shape) }
    }
    canvas.add(svg::path(&land).class("land").attr("fill-rule", "evenodd"));
    if !focus.is_empty() {
        canvas.add(svg::path(&focus).class("focus").attr("fill-rule", "evenodd"));
    }
    let mut strong = vec![false; world.arcs.len()];
    for country in world.countries.iter().filter(|c| is_focus(input, c)) {
        for &(arc, _) in country.polygons.iter().flatten().flatten() {
            strong[arc] = true;
        }
    }
    let (mut borders, mut coasts, mut strongs) = (PathData::new(), PathData::new(), PathData::new());
    for (i, arc) in world.arcs.iter().enumerate() {
        let Some(line) = view.line(arc) else { continue };
        for piece in clip_line(&line, &frame.grown(2.0)) {
            let piece = PathData::through(piece, false);
            if strong[i] {
                strongs = strongs.and(&piece);
            } else if world.uses[i] > 1 {
                borders = borders.and(&piece);
            } else {
                coasts = coasts.and(&piece);
            }
        }
    }
    let clip = canvas.part("frame");
    canvas.define(Node::new("clipPath").attr("id", &clip).child(svg::rect(0.0, 0.0, view.width, view.height)));
    let lines = [(coasts, "coast"), (borders, "border"), (strongs, "focus-border")];
    let lines = lines.into_iter().filter(|(data, _)| !data.is_empty());
    let drawn = lines.map(|(data, class)| svg::path(&data).class(class));
    canvas.add(Node::new("g").attr("clip-path", format!("url(#{clip})")).children(drawn));
}

fn is_focus(input: &Map, country: &Country) -> bool {
    input.focus.iter().any(|f| {
        f.eq_ignore_ascii_case(&country.name)
            || (country.iso_numeric.is_some() && f.parse().ok() == country.iso_numeric)
    })
}

/// The country's polygons cut to the frame.
pub(super) fn shape(world: &World, country: &Country, view: &View) -> PathData {
    let mut out = PathData::new();
    for ring in country.polygons.iter().flatten() {
        let Some(points) = view.line(&world.ring(ring)) else { continue };
        let cut = clip_ring(points, &view.frame().grown(2.0));
        if cut.len() > 2 {
            out = out.and(&PathData::through(cut, true));
        }
    }
    out
}

/// Sutherland and Hodgman's polygon clipping, edge by edge of the frame.
fn clip_ring(ring: Vec<(f64, f64)>, frame: &Area) -> Vec<(f64, f64)> {
    type Point = (f64, f64);
    let (right, bottom) = (frame.x + frame.w, frame.y + frame.h);
    let sides: [&dyn Fn(Point) -> f64; 4] =
        [&|p| p.0 - frame.x, &|p| right - p.0, &|p| p.1 - frame.y, &|p| bottom - p.1];
    sides.iter().fold(ring, |points, inside| {
        let mut out = Vec::new();
        for (i, &here) in points.iter().enumerate() {
            let before = points[(i + points.len() - 1) % points.len()];
            let (a, b) = (inside(before), inside(here));
            if (a >= 0.0) != (b >= 0.0) {
                let t = a / (a - b);
                out.push((before.0 + t * (here.0 - before.0), before.1 + t * (here.1 - before.1)));
            }
            if b >= 0.0 {
                out.push(here);
            }
        }
        out
    })
}

/// The runs of a line that touch the frame; the rest is left to the clip path.
fn clip_line(line: &[(f64, f64)], frame: &Area) -> Vec<Vec<(f64, f64)>> {
    let mut pieces: Vec<Vec<(f64, f64)>> = Vec::new();
    let mut going = false;
    for pair in line.windows(2) {
        let (x, y) = (pair[0].0.min(pair[1].0), pair[0].1.min(pair[1].1));
        let reach = Area::new(x, y, (pair[0].0 - pair[1].0).abs() + 1e-6, (pair[0].1 - pair[1].1).abs() + 1e-6);
        if !reach.overlaps(frame) {
            going = false;
            continue;
        }
        if !going {
            pieces.push(vec![pair[0]]);
            going = true;
        }
        if let Some(piece) = pieces.last_mut() {
            piece.push(pair[1]);
        }
    }
    pieces
}

/// A place on the page.
struct Mark<'a> {
    place: &'a Place,
    x: f64,
    y: f64,
    /// Radius of the count's circle.
    r: f64,
    /// Radius of the area, where the place is vague.
    area: Option<f64>,
    /// Share of the largest value.
    share: f64,
}

/// The places inside the frame, the largest first.
fn marks<'a>(input: &'a Map, view: &View, largest: f64, most: f64) -> Vec<Mark<'a>> {
    let mut marks: Vec<Mark> = Vec::new();
    for place in &input.places {
        let Some((x, y)) = view.at((place.longitude, place.latitude)) else { continue };
        if !view.frame().overlaps(&Area::around(x, y, 0.5)) || !place.value.is_finite() {
            continue;
        }
        let share = (place.value / most).clamp(0.0, 1.0);
        let r = (largest * share.sqrt()).max(2.0);
        let reach = place.precision_km * view.scale;
        marks.push(Mark { place, x, y, r, area: (reach > r.max(7.0)).then_some(reach), share });
    }
    marks.sort_by(|a, b| b.place.value.total_cmp(&a.place.value).then_with(|| a.place.name.cmp(&b.place.name)));
    marks
}

fn draw_marks(canvas: &mut Canvas, marks: &[Mark], unit: &str) {
    let hue = Hue::Vermillion;
    let clip = canvas.part("frame");
    let soft = canvas.part("soft");
    if marks.iter().any(|m| m.area.is_some()) {
        let stops = ["stop-mid", "stop-mid", "stop-some", "stop-none"].iter().enumerate();
        let stops = stops
            .map(|(i, class)| Node::new("stop").attr("offset", svg::number([0.0, 0.35, 0.75, 1.0][i])).class(class));
        canvas.define(Node::new("radialGradient").attr("id", &soft).class(hue.class()).children(stops));
    }
    let mut layer = Node::new("g").class(hue.class()).attr("clip-path", format!("url(#{clip})"));
    // Areas below circles, so that no circle is hidden.
    for (mark, reach) in marks.iter().filter_map(|m| Some((m, m.area?))) {
        let words = format!(
            "{}: {} {unit}, somewhere within {} km",
            mark.place.name,
            quantity(mark.place.value),
            quantity(mark.place.precision_km)
        );
        let area = svg::circle(mark.x, mark.y, reach).attr("fill", format!("url(#{soft})"));
        let area = area.num("fill-opacity", 0.45 + 0.55 * mark.share.sqrt());
        let rim = svg::circle(mark.x, mark.y, reach).class("rim-soft");
        layer = layer.child(Node::new("g").tooltip(&words).child(area).child(rim));
    }
    for mark in marks.iter().filter(|m| m.area.is_none()) {
        let words = format!("{}: {} {unit}", mark.place.name, quantity(mark.place.value));
        layer = layer.child(svg::circle(mark.x, mark.y, mark.r).class("disc").tooltip(&words));
    }
    canvas.add(layer);
}

fn label_marks(canvas: &mut Canvas, marks: &[Mark], placer: &mut Placer, most: usize) {
    for mark in marks.iter().filter(|m| m.area.is_none()) {
        placer.block(Area::around(mark.x, mark.y, mark.r * 0.8));
    }
    for mark in marks.iter().take(most) {
        let words = format!("{} {}", mark.place.name, quantity(mark.place.value));
        let width = label::text_width(&words, SMALL);
        let mut places = beside(mark, width);
        // A label nearer to another circle would be read as that circle's.
        if mark.area.is_none() {
            places.retain(|place| {
                let others = marks.iter().filter(|m| m.area.is_none() && !std::ptr::eq(*m, mark));
                others.map(|m| gap_to(place, m)).all(|gap| gap >= gap_to(place, mark))
            });
        }
        let class = if mark.area.is_some() { "em halo-map" } else { "halo-map" };
        let set = |place: Area| text(place.x, place.y + 0.8 * SMALL, Anchor::Start, SMALL, &words).class(class);
        if let Some(i) = placer.place(&places) {
            canvas.add(set(places[i]));
            continue;
        }
        // In a crowd: farther off, with a line to the circle; for the larger ones only, lest lines fill the map.
        if mark.share < 0.1 {
            continue;
        }
        let ends = around(mark);
        let places: Vec<Area> = ends.iter().map(|end| at_end(*end, mark.x, width)).collect();
        if let Some(i) = placer.place(&places) {
            let (x, y) = ends[i];
            let from = mark.r / (x - mark.x).hypot(y - mark.y).max(1e-6);
            let start = (mark.x + (x - mark.x) * from, mark.y + (y - mark.y) * from);
            canvas.add(svg::line(start.0, start.1, x, y).class("axis"));
            canvas.add(set(places[i]));
        }
    }
}

/// Places for a label right beside its mark, the best first.
fn beside(mark: &Mark, w: f64) -> Vec<Area> {
    let h = SMALL;
    let gap = if mark.area.is_some() { 0.0 } else { mark.r + 2.0 };
    let (x, y, d) = (mark.x, mark.y, gap * 0.75);
    let mut places = vec![
        Area::new(x + gap, y - h / 2.0, w, h),
        Area::new(x - gap - w, y - h / 2.0, w, h),
        Area::new(x - w / 2.0, y - gap - h, w, h),
        Area::new(x - w / 2.0, y + gap, w, h),
        Area::new(x + d, y - d - h, w, h),
        Area::new(x + d, y + d, w, h),
        Area::new(x - d - w, y - d - h, w, h),
        Area::new(x - d - w, y + d, w, h),
    ];
    if mark.area.is_some() {
        places.insert(0, Area::new(x - w / 2.0, y - h / 2.0, w, h));
    }
    places
}

/// Where a line from a mark to its label may end: in widening rings, right first.
fn around(mark: &Mark) -> Vec<(f64, f64)> {
    let rings = [16.0, 30.0, 46.0, 64.0];
    let turn = std::f64::consts::TAU / 20.0;
    let points = rings.iter().flat_map(|off| {
        (0..20).map(move |i| {
            // 0, 1, -1, 2, -2 … twentieths of a turn from the right.
            let steps = f64::from((i + 1) / 2) * if i % 2 == 0 { -1.0 } else { 1.0 };
            let (sine, cosine) = (steps * turn).sin_cos();
            (mark.x + (mark.r + off) * cosine, mark.y + (mark.r + off) * sine)
        })
    });
    points.collect()
}

/// A label at the end of its line, on the side that leads away from the mark.
fn at_end((x, y): (f64, f64), mark_x: f64, w: f64) -> Area {
    let left = if x >= mark_x - 1e-6 { x + 2.0 } else { x - 2.0 - w };
    Area::new(left, y - SMALL / 2.0, w, SMALL)
}

/// How far a label is from a mark's circle.
fn gap_to(place: &Area, mark: &Mark) -> f64 {
    let (x, y) = (mark.x.clamp(place.x, place.x + place.w), mark.y.clamp(place.y, place.y + place.h));
    (x - mark.x).hypot(y - mark.y) - mark.r
}

/// Names each country in the frame where its name fits inside it.
pub(super) fn label_countries(canvas: &mut Canvas, input: &Map, view: &View, placer: &mut Placer) {
    let world = World::embedded();
    for country in &world.countries {
        let Some(points) = view.line(&world.mainland(country)) else { continue };
        let ring = clip_ring(points, &view.frame());
        if ring.len() < 3 {
            continue;
        }
        let name = country.name.to_uppercase();
        let size = if is_focus(input, country) { TEXT } else { 9.0 };
        // Letters are spaced out a little.
        let w = label::text_width(&name, size) + 0.04 * size * name.chars().count() as f64;
        let best = spots(&ring, w, size).into_iter().find(|spot| placer.is_free(&spot.grown(1.0)));
        if let Some(spot) = best {
            placer.block(spot.grown(1.0));
            let (x, y) = (spot.x + w / 2.0, spot.y + 0.8 * size);
            canvas.add(text(x, y, Anchor::Middle, size, &name).class("country halo-map"));
        }
    }
}

/// Places for a label of this size inside a country's mainland, from the most to the least roomy.
pub(super) fn spots_in(country: &Country, view: &View, w: f64, h: f64) -> Vec<Area> {
    let points = view.line(&World::embedded().mainland(country)).unwrap_or_default();
    let ring = clip_ring(points, &view.frame());
    if ring.len() < 3 { Vec::new() } else { spots(&ring, w, h) }
}

/// Places for a label of this size inside the ring, from the most to the least roomy.
fn spots(ring: &[(f64, f64)], w: f64, h: f64) -> Vec<Area> {
    let (left, right) = range(ring.iter().map(|p| p.0));
    let (top, bottom) = range(ring.iter().map(|p| p.1));
    let mut spots: Vec<(f64, Area)> = Vec::new();
    for i in 1..20 {
        for j in 1..20 {
            let (x, y) = (left + (right - left) * f64::from(i) / 20.0, top + (bottom - top) * f64::from(j) / 20.0);
            let ends = [(x - w / 2.0, y), (x + w / 2.0, y), (x, y - h / 2.0), (x, y + h / 2.0)];
            if contains(ring, (x, y)) && ends.iter().all(|end| contains(ring, *end)) {
                let room = ends.iter().map(|end| distance(ring, *end)).fold(f64::INFINITY, f64::min);
                spots.push((room, Area::new(x - w / 2.0, y - h / 2.0, w, h)));
            }
        }
    }
    spots.sort_by(|a, b| b.0.total_cmp(&a.0));
    spots.into_iter().map(|(_, area)| area).collect()
}

/// Whether a point lies inside a ring (even-odd rule).
fn contains(ring: &[(f64, f64)], (x, y): (f64, f64)) -> bool {
    let mut inside = false;
    for (i, a) in ring.iter().enumerate() {
        let b = ring[(i + ring.len() - 1) % ring.len()];
        if (a.1 > y) != (b.1 > y) && x < (b.0 - a.0) * (y - a.1) / (b.1 - a.1) + a.0 {
            inside = !inside;
        }
    }
    inside
}

/// How far a point is from the ring's edge.
fn distance(ring: &[(f64, f64)], (x, y): (f64, f64)) -> f64 {
    let to_edge = |(i, a): (usize, &(f64, f64))| {
        let b = ring[(i + 1) % ring.len()];
        let (dx, dy) = (b.0 - a.0, b.1 - a.1);
        let along = (((x - a.0) * dx + (y - a.1) * dy) / (dx * dx + dy * dy).max(1e-9)).clamp(0.0, 1.0);
        (a.0 + along * dx - x).hypot(a.1 + along * dy - y)
    };
    ring.iter().enumerate().map(to_edge).fold(f64::INFINITY, f64::min)
}

/// A bar of a round number of kilometres, in the lower left corner.
pub(super) fn scale_bar(canvas: &mut Canvas, view: &View, placer: &mut Placer) {
    let km = nice_above(view.width / view.scale / 9.0);
    let (x, y, w) = (12.0, view.height - 12.0, km * view.scale);
    let words = format!("{} km", quantity(km));
    placer.block(Area::new(x - 4.0, y - 18.0, w.max(label::text_width(&words, SMALL)) + 8.0, 24.0));
    let bar = PathData::through([(x, y - 4.0), (x, y), (x + w, y), (x + w, y - 4.0)], false);
    canvas.add(svg::path(&bar).class("ink-line"));
    canvas.add(text(x, y - 7.0, Anchor::Start, SMALL, &words).class("halo-map"));
}

fn legend(canvas: &mut Canvas, marks: &[Mark], unit: &str, (largest, most): (f64, f64), outside: usize, top: f64) {
    let hue = Hue::Vermillion;
    let middle = top + largest;
    let mut x = 0.0;
    let mut sizes: Vec<f64> =
        if marks.is_empty() { vec![] } else { vec![nice_above(most / 20.0), nice_above(most / 4.0), most] };
    sizes.dedup();
    for (i, value) in sizes.iter().enumerate() {
        let r = (largest * (value / most).sqrt()).max(2.0);
        canvas.add(svg::circle(x + r, middle, r).class(format!("{} disc", hue.class())));
        let words = if i + 1 == sizes.len() { format!("{} {unit}", quantity(*value)) } else { quantity(*value) };
        canvas.add(text(x + 2.0 * r + 4.0, middle + 3.5, Anchor::Start, SMALL, &words).class("muted"));
        x += 2.0 * r + 4.0 + label::text_width(&words, SMALL) + 12.0;
    }
    // The notes go beside the sizes, or below them where that is too narrow.
    let (left, from) = if canvas.width - x > 330.0 { (x, middle - 9.0) } else { (0.0, top + 2.0 * largest + 4.0) };
    let from = if sizes.is_empty() { top } else { from };
    let mut notes = super::Legend::new(left, from, canvas.width);
    if marks.iter().any(|m| m.area.is_some()) {
        let fill = format!("url(#{})", canvas.part("soft"));
        notes.entry(16.0, "somewhere in the area", |x, y| {
            let disc = svg::circle(x + 8.0, y, 7.5);
            let rim = disc.clone().class("rim-soft");
            Node::new("g").class(hue.class()).child(disc.attr("fill", fill)).child(rim)
        });
    }
    if outside > 0 {
        notes.entry(0.0, &format!("{outside} more outside the map"), |_, _| Node::new("g"));
    }
    notes.entry(0.0, world::ATTRIBUTION, |_, _| Node::new("g"));
    let (bottom, nodes) = notes.finish();
    nodes.into_iter().for_each(|node| canvas.add(node));
    canvas.height = bottom.max(if sizes.is_empty() { 0.0 } else { middle + largest }) + 2.0;
}

fn describe(input: &Map, outside: usize) -> String {
    let mut places: Vec<&Place> = input.places.iter().collect();
    places.sort_by(|a, b| b.value.total_cmp(&a.value).then_with(|| a.name.cmp(&b.name)));
    let top: Vec<String> = places.iter().take(3).map(|p| format!("{} ({})", p.name, quantity(p.value))).collect();
    let mut words = format!("Map of {} by place: {} places", input.unit, places.len());
    if !top.is_empty() {
        words += &format!("; most at {}", top.join(", "));
    }
    if outside > 0 {
        words += &format!("; {outside} lie outside the map");
    }
    words + "."
}

fn table(input: &Map) -> DataTable {
    let mut table = DataTable::new(&["Place", "Latitude", "Longitude", "Precision (km)", &input.unit]);
    for p in &input.places {
        table.row([
            p.name.clone(),
            format!("{:.3}", p.latitude),
            format!("{:.3}", p.longitude),
            quantity(p.precision_km),
            quantity(p.value),
        ]);
    }
    table
}

#[cfg(test)]
mod tests {
    use super::super::testing::{self, assert_no_overlap, assert_sound};
    use super::*;
    use proptest::prelude::*;

    fn place(name: &str, longitude: f64, latitude: f64, precision_km: f64, value: f64) -> Place {
        Place { name: name.into(), longitude, latitude, precision_km, value }
    }

    fn bahrain() -> Map {
        Map {
            title: "Events by place".into(),
            unit: "events".into(),
            region: Region::Countries(vec!["Bahrain".into()]),
            focus: vec!["048".into()],
            places: vec![
                place("Manama & <port>", 50.58, 26.22, 1.0, 12.0),
                place("Southern Governorate", 50.53, 25.95, 12.0, 3.0),
                place("Elsewhere", 10.0, 10.0, 1.0, 1.0),
            ],
        }
    }

    #[test]
    fn golden() {
        for options in [Options::wide("wide"), Options::narrow("narrow")] {
            let figure = render(&bahrain(), &options);
            insta::assert_snapshot!(options.id, testing::golden(&figure));
        }
    }

    #[test]
    fn a_vague_place_is_an_area_and_a_place_outside_is_counted() {
        let figure = render(&bahrain(), &Options::wide("m"));
        assert!(figure.svg.contains("somewhere within 12 km"));
        assert!(figure.svg.contains("1 more outside the map"));
        assert_eq!(figure.table.rows.len(), 3);
    }

    #[test]
    fn the_projection_keeps_distances_near_its_centre() {
        let projection = Projection::around(67.0, 34.0, false);
        let kabul = projection.project((69.17, 34.53)).unwrap();
        let kandahar = projection.project((65.71, 31.61)).unwrap();
        // Great-circle distance: 457 km.
        assert!(((kabul.0 - kandahar.0).hypot(kabul.1 - kandahar.1) - 457.0).abs() < 4.0);
        assert!(projection.project((67.0 - 180.0, -34.0)).is_none());
        assert!(projection.project((f64::NAN, 0.0)).is_none());
    }

    #[test]
    fn the_azimuthal_projection_keeps_areas() {
        // A polar cap of the sphere: the disc's area equals the cap's, 2πR²(1 − sin φ).
        let projection = Projection::around(0.0, 90.0, false);
        let (x, y) = projection.project((0.0, 60.0)).unwrap();
        let disc = std::f64::consts::PI * (x * x + y * y);
        let cap = 2.0 * std::f64::consts::PI * EARTH_KM * EARTH_KM * (1.0 - 60f64.to_radians().sin());
        assert!((disc / cap - 1.0).abs() < 1e-9);
    }

    #[test]
    fn unknown_regions_and_broken_numbers_are_no_panic() {
        for region in [
            Region::Countries(vec!["Atlantis".into()]),
            Region::Box { west: f64::NAN, south: 0.0, east: f64::INFINITY, north: -3.0 },
            Region::Box { west: 170.0, south: -20.0, east: -170.0, north: 0.0 },
        ] {
            let input = Map { region, places: vec![place("x", f64::NAN, 1e9, f64::NAN, f64::NAN)], ..bahrain() };
            assert_sound(&render(&input, &Options::wide("m")));
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]
        #[test]
        fn labels_never_overlap(places in prop::collection::vec(("[A-Z][a-z]{2,14}", 60.0..75.0f64, 29.0..39.0f64, 0.0..150.0f64, 0.0..60.0f64), 0..50), narrow in any::<bool>()) {
            let input = Map {
                region: Region::Countries(vec!["Afghanistan".into()]),
                places: places.iter().map(|(n, x, y, p, v)| place(n, *x, *y, *p, *v)).collect(),
                ..bahrain()
            };
            let figure = render(&input, &if narrow { Options::narrow("m") } else { Options::wide("m") });
            assert_no_overlap(&figure.svg);
        }
    }
}
