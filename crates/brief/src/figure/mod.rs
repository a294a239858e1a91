//! Figures: pure functions from plain data to SVG.
//!
//! Every figure takes an input of its own and [`Options`], and gives a [`Figure`]: the picture, a title and a description
//! for those who do not see it, and the [`DataTable`] that says the same in words. The same input gives the same bytes.
//! Colours come from [`FIGURE_CSS`] alone, so a figure follows the page's theme and prints on white.
//!
//! Uncertainty is drawn, never dropped: a vague date is a feathered edge, a vague place a soft area, a vague count a
//! range, and a period with partial data is hatched and named a lower bound.

pub mod band;
pub mod change;
pub mod claim;
pub mod contagion;
pub mod exceedance;
pub mod fan;
pub mod genealogy;
pub mod history;
pub mod map;
pub mod matrix;
pub mod network;
pub mod relation;
pub mod series;
pub mod strength;
pub mod tenures;
pub mod timeline;
pub mod verdicts;
pub mod world;

pub mod label;
pub mod palette;
pub mod scale;
pub mod svg;

#[cfg(test)]
mod testing;

use jiff::civil::Date;

pub use palette::FIGURE_CSS;

use label::Anchor;
use palette::{Hue, Shape, Texture};
use svg::Node;

/// How to draw a figure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options {
    /// The figure's id, unique in its page: element ids are made from it. Letters, digits, `-` and `_`; others become `-`.
    pub id: String,
    /// Room to draw in.
    pub layout: Layout,
}

impl Options {
    /// A wide figure.
    pub fn wide(id: &str) -> Self {
        Self { id: id.to_owned(), layout: Layout::Wide }
    }

    /// A figure for a phone.
    pub fn narrow(id: &str) -> Self {
        Self { id: id.to_owned(), layout: Layout::Narrow }
    }

    fn is_narrow(&self) -> bool {
        self.layout == Layout::Narrow
    }

    fn width(&self) -> f64 {
        if self.is_narrow() { NARROW } else { WIDE }
    }
}

/// Width of a wide figure, in CSS pixels.
pub const WIDE: f64 = 760.0;
/// Width of a narrow figure, in CSS pixels.
pub const NARROW: f64 = 350.0;

/// How much room a figure has. Text is 10 to 12 CSS pixels high in both.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Layout {
    /// A column of text: [`WIDE`].
    Wide,
    /// A phone held upright: [`NARROW`].
    Narrow,
}

/// A drawn figure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Figure {
    /// The picture: one `<svg>` element, to be styled by [`FIGURE_CSS`].
    pub svg: String,
    /// The same content as a table.
    pub table: DataTable,
    /// What the figure is, for the caption.
    pub title: String,
    /// What the figure shows, in a sentence or two, for those who cannot see it.
    pub description: String,
}

impl Figure {
    /// The picture as a file that stands alone, with its style sheet inside.
    pub fn standalone(&self) -> String {
        let style =
            format!("><style>{}</style>", svg::escape(FIGURE_CSS).replace("&quot;", "\"").replace("&#39;", "'"));
        self.svg.replacen('>', &style, 1)
    }
}

/// The accessible twin of a figure.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct DataTable {
    /// Column headings.
    pub columns: Vec<String>,
    /// Cells, row by row, in the order of the columns.
    pub rows: Vec<Vec<String>>,
}

impl DataTable {
    fn new(columns: &[&str]) -> Self {
        Self { columns: columns.iter().map(|&c| c.to_owned()).collect(), rows: Vec::new() }
    }

    fn row<const N: usize>(&mut self, cells: [String; N]) {
        self.rows.push(cells.to_vec());
    }

    /// The table as HTML.
    pub fn html(&self) -> String {
        let cells = |tag: &'static str, cells: &[String]| {
            Node::new("tr").children(cells.iter().map(|c| {
                let cell = Node::new(tag).text(c);
                // A `<td/>` is not closed in HTML.
                if c.is_empty() { cell.child("&#8203;") } else { cell }
            }))
        };
        let head = Node::new("thead").child(cells("th", &self.columns));
        let body = Node::new("tbody").children(self.rows.iter().map(|row| cells("td", row)));
        Node::new("table").child(head).child(body).to_string()
    }
}

/// A figure as HTML: caption, picture (a wide one, and a narrow one that takes its place on a phone), source line, and
/// the data table folded behind it. `draw` is called once for each layout.
pub fn html(id: &str, source: &str, draw: impl Fn(&Options) -> Figure) -> String {
    let wide = draw(&Options::wide(id));
    let narrow = draw(&Options::narrow(&format!("{id}-narrow")));
    let picture = |class: &str, svg: &str| format!("<div class=\"{class}\">{svg}</div>\n");
    let source = if source.is_empty() {
        String::new()
    } else {
        format!("<p class=\"fig-source\">{}</p>\n", svg::escape(source))
    };
    format!(
        "<figure class=\"figure\" id=\"{id}\">\n<figcaption>{title}</figcaption>\n{wide}{narrow}{source}\
         <details class=\"fig-data\"><summary>The data behind this figure</summary><div>{table}</div></details>\n</figure>\n",
        id = clean_id(id),
        title = svg::escape(&wide.title),
        wide = picture("fig-wide", &wide.svg),
        narrow = picture("fig-narrow fig-scroll", &narrow.svg),
        table = wide.table.html(),
    )
}

/// A run of days, both ends included: a period, or a vague date as the days it may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Period {
    /// First day.
    pub first: Date,
    /// Last day.
    pub last: Date,
}

impl Period {
    /// The days from one to the other, in whichever order they are given.
    pub fn new(a: Date, b: Date) -> Self {
        Self { first: a.min(b), last: a.max(b) }
    }

    /// One day.
    pub fn day(day: Date) -> Self {
        Self { first: day, last: day }
    }

    /// How many days; at least one.
    pub fn days(&self) -> i64 {
        scale::days_between(self.first, self.last) + 1
    }

    /// Whether a day lies in it.
    pub fn contains(&self, day: Date) -> bool {
        self.first <= day && day <= self.last
    }

    /// Whether the two share a day.
    pub fn overlaps(&self, other: &Self) -> bool {
        self.first <= other.last && other.first <= self.last
    }

    /// As short as it can be said: `2020`, `Nov 2016`, `26 Jul 2016`, `2015 to Mar 2017`.
    pub fn words(&self) -> String {
        let (a, b) = (self.first, self.last);
        let whole_months = a.day() == 1 && b.day() == b.days_in_month();
        let day = |d: Date| format!("{} {} {}", d.day(), scale::month_name(d.month()), d.year());
        let month = |d: Date| format!("{} {}", scale::month_name(d.month()), d.year());
        if a == b {
            day(a)
        } else if whole_months && (a.year(), a.month()) == (b.year(), b.month()) {
            month(a)
        } else if whole_months && a.month() == 1 && b.month() == 12 {
            if a.year() == b.year() { a.year().to_string() } else { format!("{}–{}", a.year(), b.year()) }
        } else if whole_months {
            format!("{} to {}", month(a), month(b))
        } else {
            format!("{} to {}", day(a), day(b))
        }
    }
}

/// A range of numbers, open where an end is `None`.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Bounds {
    /// The least; `None` if it has no lower end.
    pub low: Option<f64>,
    /// The greatest; `None` if it has no upper end.
    pub high: Option<f64>,
}

impl Bounds {
    /// Both ends known.
    pub fn closed(low: f64, high: f64) -> Self {
        Self { low: Some(low), high: Some(high) }
    }

    /// No upper end.
    pub fn at_least(low: f64) -> Self {
        Self { low: Some(low), high: None }
    }

    /// No lower end.
    pub fn at_most(high: f64) -> Self {
        Self { low: None, high: Some(high) }
    }

    /// The ends that are there.
    pub fn ends(&self) -> impl Iterator<Item = f64> {
        self.low.into_iter().chain(self.high)
    }

    /// In words: `1,000–2,200`, `≥ 330`, `≤ 4,000`, `60`.
    pub fn words(&self) -> String {
        match (self.low, self.high) {
            (Some(a), Some(b)) if a == b => scale::quantity(a),
            (Some(a), Some(b)) => format!("{}–{}", scale::quantity(a), scale::quantity(b)),
            (Some(a), None) => format!("≥ {}", scale::quantity(a)),
            (None, Some(b)) => format!("≤ {}", scale::quantity(b)),
            (None, None) => "any".to_owned(),
        }
    }
}

/// How far a stated relation can be trusted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Standing {
    /// Stated and not contested.
    #[default]
    Stated,
    /// Stated with doubt, or contested between sources.
    Doubtful,
    /// Denied: a source says that it was not so.
    Denied,
}

impl Standing {
    fn word(self) -> &'static str {
        match self {
            Self::Stated => "stated",
            Self::Doubtful => "doubtful or contested",
            Self::Denied => "denied",
        }
    }
}

/// An `<svg>` in the making.
struct Canvas {
    id: String,
    width: f64,
    height: f64,
    /// Whether it keeps its size and scrolls where the page is narrower.
    is_long: bool,
    defs: Vec<String>,
    body: Vec<String>,
}

impl Canvas {
    fn new(options: &Options) -> Self {
        Self {
            id: clean_id(&options.id),
            width: options.width(),
            height: 0.0,
            is_long: false,
            defs: Vec::new(),
            body: Vec::new(),
        }
    }

    fn add(&mut self, node: impl std::fmt::Display) {
        self.body.push(node.to_string());
    }

    /// Adds a definition once.
    fn define(&mut self, node: impl std::fmt::Display) {
        let node = node.to_string();
        if !self.defs.contains(&node) {
            self.defs.push(node);
        }
    }

    /// A part's id, unique in the page.
    fn part(&self, name: &str) -> String {
        format!("{}-{name}", self.id)
    }

    /// The `fill` of a texture, defined on the way.
    fn texture(&mut self, texture: Texture) -> Option<String> {
        if let Some(pattern) = texture.pattern(&self.id) {
            self.define(pattern);
        }
        texture.fill(&self.id)
    }

    /// The `fill` of the hatch that marks partial data.
    fn hatch(&mut self) -> String {
        let id = self.part("hatch");
        let strokes =
            svg::PathData::new().go(-1.0, 9.0).to(9.0, -1.0).go(-1.0, 1.0).to(1.0, -1.0).go(7.0, 9.0).to(9.0, 7.0);
        self.define(palette::pattern(&id, 8.0, svg::path(&strokes).class("hatch")));
        format!("url(#{id})")
    }

    /// A level gradient of the hue between two x, in user space. `stops` are class names along the way.
    fn gradient(&mut self, hue: Hue, from: (f64, f64), to: (f64, f64), stops: &[&str]) -> String {
        let id = self.part(&format!("g{}", self.defs.len()));
        let last = (stops.len().max(2) - 1) as f64;
        let stops = stops
            .iter()
            .enumerate()
            .map(|(i, class)| Node::new("stop").attr("offset", svg::number(i as f64 / last)).class(class));
        let gradient = Node::new("linearGradient")
            .attr("id", &id)
            .class(hue.class())
            .attr("gradientUnits", "userSpaceOnUse")
            .num("x1", from.0)
            .num("y1", from.1)
            .num("x2", to.0)
            .num("y2", to.1)
            .children(stops);
        self.defs.push(gradient.to_string());
        format!("url(#{id})")
    }

    fn finish(self, title: &str, description: &str, table: DataTable) -> Figure {
        let (title_id, desc_id) = (self.part("title"), self.part("desc"));
        let mut svg = Node::new("svg")
            .attr("xmlns", "http://www.w3.org/2000/svg")
            .attr("id", self.part("svg"))
            .class(if self.is_long { "fig fig-long" } else { "fig" })
            .attr("viewBox", format!("0 0 {} {}", svg::number(self.width), svg::number(self.height.ceil())))
            .num("width", self.width)
            .num("height", self.height.ceil())
            .attr("font-size", 11)
            .attr("role", "img")
            .attr("aria-labelledby", format!("{title_id} {desc_id}"))
            .child(Node::new("title").attr("id", &title_id).text(title))
            .child(Node::new("desc").attr("id", &desc_id).text(description));
        if !self.defs.is_empty() {
            svg = svg.child(Node::new("defs").children(self.defs));
        }
        let svg = svg.children(self.body).to_string();
        Figure { svg, table, title: title.to_owned(), description: description.to_owned() }
    }
}

/// The size of ordinary text, in CSS pixels.
const TEXT: f64 = 11.0;
/// The size of axis labels and notes.
const SMALL: f64 = 10.0;

/// A line of text at its baseline.
fn text(x: f64, y: f64, anchor: Anchor, size: f64, words: &str) -> Node {
    let mut node = Node::new("text").num("x", x).num("y", y);
    if size != TEXT {
        node = node.num("font-size", size);
    }
    if anchor != Anchor::Start {
        node = node.attr("text-anchor", anchor.keyword());
    }
    node.text(words)
}

/// A legend: swatches with their words, flowing over lines.
struct Legend {
    x: f64,
    y: f64,
    left: f64,
    right: f64,
    nodes: Vec<Node>,
}

impl Legend {
    /// Starts at the upper left corner, and breaks at `right`.
    fn new(left: f64, top: f64, right: f64) -> Self {
        Self { x: left, y: top + 10.0, left, right, nodes: Vec::new() }
    }

    /// Adds one entry: `swatch` draws within the box of this width whose left end and middle line it is given.
    fn entry(&mut self, width: f64, words: &str, swatch: impl FnOnce(f64, f64) -> Node) {
        let words = label::truncate(words, self.right - self.left - width - 6.0, SMALL).unwrap_or_default();
        let total = width + 5.0 + label::text_width(&words, SMALL) + 14.0;
        if self.x + total - 14.0 > self.right && self.x > self.left {
            self.x = self.left;
            self.y += 16.0;
        }
        self.nodes.push(swatch(self.x, self.y - 3.5));
        self.nodes.push(text(self.x + width + 5.0, self.y, Anchor::Start, SMALL, &words).class("muted"));
        self.x += total;
    }

    /// A filled box with its texture.
    fn swatch(&mut self, canvas: &mut Canvas, hue: Hue, class: &str, texture: Texture, words: &str) {
        let fill = canvas.texture(texture);
        self.entry(14.0, words, |x, y| {
            let base = svg::rect(x, y - 5.0, 14.0, 10.0).class(format!("{} {class}", hue.class()));
            let over = fill.map(|fill| svg::rect(x, y - 5.0, 14.0, 10.0).attr("fill", fill));
            Node::new("g").child(base).children(over)
        });
    }

    /// A marker.
    fn marker(&mut self, hue: Hue, shape: Shape, words: &str) {
        self.entry(12.0, words, |x, y| shape.draw(x + 6.0, y, 4.5).class(format!("{} fill", hue.class())));
    }

    /// The lower edge of what was added, and the nodes.
    fn finish(self) -> (f64, Vec<Node>) {
        let bottom = if self.nodes.is_empty() { self.y - 10.0 } else { self.y + 6.0 };
        (bottom, self.nodes)
    }
}

/// Writes the time below bars: each bar's year or month under its middle where all bars are years or months, else
/// ticks at round dates. Labels that would touch are left out.
fn bar_axis(canvas: &mut Canvas, time: &scale::TimeScale, bars: &[Period], y: f64) {
    let is_year = |p: &Period| (p.first.month(), p.first.day(), p.last.month(), p.last.day()) == (1, 1, 12, 31);
    let years = bars.iter().all(|p| is_year(p) && p.first.year() == p.last.year());
    let months = bars.iter().all(|p| p.first.day() == 1 && p.last == p.first.last_of_month());
    let name = |p: &Period| {
        if years || p.first.month() == 1 {
            p.first.year().to_string()
        } else {
            scale::month_name(p.first.month()).to_owned()
        }
    };
    let labels: Vec<(f64, String)> = if years {
        bars.iter().map(|p| (time.middle(*p), name(p))).collect()
    } else if months {
        // Names at an even pace, so that many years of months are named by their years alone.
        let pace = canvas.width / bars.len().max(1) as f64;
        let step = [1_i8, 3, 6].into_iter().find(|step| f64::from(*step) * pace >= 30.0).unwrap_or(12);
        let named = bars.iter().filter(|p| (p.first.month() - 1) % step == 0 || bars.len() < 12);
        named.map(|p| (time.middle(*p), name(p))).collect()
    } else {
        let ticks = time.ticks(34.0);
        for tick in &ticks {
            canvas.add(svg::line(tick.at, y, tick.at, y + 4.0).class("axis"));
        }
        ticks.into_iter().map(|t| (t.at, t.label)).collect()
    };
    let mut free_from = f64::NEG_INFINITY;
    for (at, words) in labels {
        let half = label::text_width(&words, SMALL) / 2.0;
        let x = at.clamp(half, canvas.width - half);
        if x - half > free_from {
            canvas.add(text(x, y + 15.0, Anchor::Middle, SMALL, &words).class("muted"));
            free_from = x + half + 3.0;
        }
    }
}

/// An id fit for an attribute and for `url(#…)`.
fn clean_id(id: &str) -> String {
    let clean: String =
        id.chars().map(|c| if c.is_ascii_alphanumeric() || c == '-' || c == '_' { c } else { '-' }).collect();
    if clean.starts_with(|c: char| c.is_ascii_alphabetic()) { clean } else { format!("f{clean}") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn periods_are_said_as_shortly_as_they_can_be() {
        assert_eq!(Period::new(date(2020, 1, 1), date(2020, 12, 31)).words(), "2020");
        assert_eq!(Period::new(date(2015, 1, 1), date(2020, 12, 31)).words(), "2015–2020");
        assert_eq!(Period::new(date(2020, 2, 1), date(2020, 2, 29)).words(), "Feb 2020");
        assert_eq!(Period::new(date(2020, 2, 1), date(2020, 4, 30)).words(), "Feb 2020 to Apr 2020");
        assert_eq!(Period::day(date(2016, 7, 26)).words(), "26 Jul 2016");
        assert_eq!(Period::new(date(2016, 7, 26), date(2016, 7, 3)).words(), "3 Jul 2016 to 26 Jul 2016");
    }

    #[test]
    fn ids_are_fit_for_urls() {
        assert_eq!(clean_id("claim.α 1\""), "claim---1-");
        assert_eq!(clean_id("1"), "f1");
        assert_eq!(clean_id(""), "f");
    }

    #[test]
    fn a_table_escapes_and_never_self_closes() {
        let mut table = DataTable::new(&["a<b"]);
        table.row([String::new()]);
        assert!(table.html().contains("<th>a&lt;b</th>"));
        assert!(table.html().contains("<td>&#8203;</td>"));
    }

    #[test]
    fn the_style_sheet_has_every_colour_in_both_themes() {
        for name in ["paper", "ink", "muted", "grid", "wash", "lane", "sea", "land", "focus", "border", "blue", "grey"]
        {
            assert_eq!(FIGURE_CSS.matches(&format!("--fig-{name}:#")).count(), 4, "{name}");
        }
    }
}
