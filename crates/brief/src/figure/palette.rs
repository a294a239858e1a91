//! Colours, textures and marker shapes. Colour never carries meaning alone: it always comes with a texture, a shape, a
//! dash or a label.
//!
//! The hues are those of M. Okabe and K. Ito, *Color Universal Design* (2008), told apart with every common kind of
//! colour blindness; on dark paper the darker ones are lightened.

use super::svg::{self, Node, PathData, number};

macro_rules! light {
    () => {
        "color-scheme:light;--fig-paper:#ffffff;--fig-ink:#1c2127;--fig-muted:#59626d;--fig-grid:#e2e6ea;--fig-wash:#f1f3f5;\
         --fig-lane:#e8ebef;--fig-sea:#e4edf3;--fig-land:#f3f1ec;--fig-focus:#fffefa;--fig-border:#8d96a0;\
         --fig-blue:#0072b2;--fig-orange:#e69f00;--fig-green:#009e73;--fig-vermillion:#d55e00;--fig-purple:#b8578c;\
         --fig-sky:#56b4e9;--fig-yellow:#e0cf1c;--fig-grey:#7b8590;"
    };
}

macro_rules! dark {
    () => {
        "color-scheme:dark;--fig-paper:#14181d;--fig-ink:#e6e9ec;--fig-muted:#a3adb8;--fig-grid:#2b323a;--fig-wash:#1c2229;\
         --fig-lane:#2a313a;--fig-sea:#16232d;--fig-land:#20262c;--fig-focus:#2c3339;--fig-border:#75808b;\
         --fig-blue:#4aa3df;--fig-orange:#f0b429;--fig-green:#2cc29a;--fig-vermillion:#ff8a3d;--fig-purple:#e08dbb;\
         --fig-sky:#8ccdf2;--fig-yellow:#f0e442;--fig-grey:#8b95a1;"
    };
}

/// The style sheet that every figure stands on: colours for light, dark and print, and the classes the figures use.
/// A page includes it once. A page may force a theme with `data-theme="light"` or `"dark"` on its root element.
pub const FIGURE_CSS: &str = concat!(
    ":root{",
    light!(),
    "}\n@media (prefers-color-scheme:dark){:root:not([data-theme=light]){",
    dark!(),
    "}}\n:root[data-theme=dark]{",
    dark!(),
    "}\n@media print{:root,:root:not([data-theme=light]),:root[data-theme=dark]{",
    light!(),
    "}}\n",
    include_str!("figure.css")
);

/// A colour of the palette.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Hue {
    /// #0072B2
    Blue,
    /// #E69F00
    Orange,
    /// #009E73
    Green,
    /// #D55E00
    Vermillion,
    /// #CC79A7, darkened on light paper
    Purple,
    /// #56B4E9
    Sky,
    /// #F0E442, darkened on light paper
    Yellow,
    /// Neutral: everything else.
    Grey,
    /// The colour of text: what matters whatever the theme.
    Ink,
}

impl Hue {
    const ORDER: [Self; 8] =
        [Self::Blue, Self::Orange, Self::Green, Self::Vermillion, Self::Purple, Self::Sky, Self::Yellow, Self::Grey];

    /// The hue of the n-th series; from the eighth on grey.
    pub fn nth(n: usize) -> Self {
        Self::ORDER[n.min(Self::ORDER.len() - 1)]
    }

    /// The class that sets the hue (`--c`) for the element and its children.
    pub fn class(self) -> &'static str {
        match self {
            Self::Blue => "h-blue",
            Self::Orange => "h-orange",
            Self::Green => "h-green",
            Self::Vermillion => "h-vermillion",
            Self::Purple => "h-purple",
            Self::Sky => "h-sky",
            Self::Yellow => "h-yellow",
            Self::Grey => "h-grey",
            Self::Ink => "h-ink",
        }
    }
}

/// A texture laid over a fill in the colour of the paper, so that fills differ without colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Texture {
    /// No texture.
    Plain,
    /// Rising strokes.
    Rising,
    /// Dots.
    Dots,
    /// Level strokes.
    Level,
    /// Falling strokes.
    Falling,
    /// Crossed strokes.
    Crossed,
}

impl Texture {
    const ORDER: [Self; 6] = [Self::Plain, Self::Rising, Self::Dots, Self::Level, Self::Falling, Self::Crossed];

    /// The texture of the n-th series, in turn.
    pub fn nth(n: usize) -> Self {
        Self::ORDER[n % Self::ORDER.len()]
    }

    fn name(self) -> &'static str {
        match self {
            Self::Plain => "plain",
            Self::Rising => "rising",
            Self::Dots => "dots",
            Self::Level => "level",
            Self::Falling => "falling",
            Self::Crossed => "crossed",
        }
    }

    /// The `fill` that lays this texture, in the figure of this id; `None` for plain.
    pub fn fill(self, id: &str) -> Option<String> {
        (self != Self::Plain).then(|| format!("url(#{id}-{})", self.name()))
    }

    /// The pattern's definition; `None` for plain.
    pub fn pattern(self, id: &str) -> Option<Node> {
        let strokes = PathData::new();
        let (size, mark) = match self {
            Self::Plain => return None,
            Self::Rising => (
                6.0,
                svg::path(&strokes.go(-1.0, 7.0).to(7.0, -1.0).go(-1.0, 1.0).to(1.0, -1.0).go(5.0, 7.0).to(7.0, 5.0)),
            ),
            Self::Falling => (
                6.0,
                svg::path(&strokes.go(-1.0, -1.0).to(7.0, 7.0).go(5.0, -1.0).to(7.0, 1.0).go(-1.0, 5.0).to(1.0, 7.0)),
            ),
            Self::Level => (4.0, svg::path(&strokes.go(0.0, 2.0).to(4.0, 2.0))),
            Self::Crossed => (6.0, svg::path(&strokes.go(0.0, 0.0).to(6.0, 6.0).go(6.0, 0.0).to(0.0, 6.0))),
            Self::Dots => (4.0, svg::circle(2.0, 2.0, 0.9)),
        };
        Some(pattern(&format!("{id}-{}", self.name()), size, mark.class("texture")))
    }
}

/// A square tile, repeated in user space.
pub fn pattern(id: &str, size: f64, mark: Node) -> Node {
    Node::new("pattern")
        .attr("id", id)
        .attr("patternUnits", "userSpaceOnUse")
        .num("width", size)
        .num("height", size)
        .child(mark)
}

/// A marker shape, of equal visual weight.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// Circle.
    Circle,
    /// Square.
    Square,
    /// Diamond.
    Diamond,
    /// Triangle, point up.
    Triangle,
    /// Triangle, point down.
    Nabla,
    /// Hexagon.
    Hexagon,
    /// Pentagon.
    Pentagon,
    /// Four-pointed star.
    Star,
}

impl Shape {
    const ORDER: [Self; 8] = [
        Self::Circle,
        Self::Square,
        Self::Diamond,
        Self::Triangle,
        Self::Nabla,
        Self::Hexagon,
        Self::Pentagon,
        Self::Star,
    ];

    /// The shape of the n-th series, in turn.
    pub fn nth(n: usize) -> Self {
        Self::ORDER[n % Self::ORDER.len()]
    }

    /// The shape centred on a point, of about the area of a circle of radius `r`.
    pub fn draw(self, x: f64, y: f64, r: f64) -> Node {
        let polygon = |corners: &[(f64, f64)]| {
            let points: Vec<String> =
                corners.iter().map(|(dx, dy)| format!("{},{}", number(x + dx * r), number(y + dy * r))).collect();
            Node::new("polygon").attr("points", points.join(" "))
        };
        match self {
            Self::Circle => svg::circle(x, y, r),
            Self::Square => svg::rect(x - 0.89 * r, y - 0.89 * r, 1.78 * r, 1.78 * r),
            Self::Diamond => polygon(&[(0.0, -1.25), (1.25, 0.0), (0.0, 1.25), (-1.25, 0.0)]),
            Self::Triangle => polygon(&[(0.0, -1.4), (1.2, 0.75), (-1.2, 0.75)]),
            Self::Nabla => polygon(&[(0.0, 1.4), (1.2, -0.75), (-1.2, -0.75)]),
            Self::Hexagon => {
                polygon(&[(1.1, 0.0), (0.55, 0.95), (-0.55, 0.95), (-1.1, 0.0), (-0.55, -0.95), (0.55, -0.95)])
            }
            Self::Pentagon => polygon(&[(0.0, -1.15), (1.09, -0.36), (0.68, 0.93), (-0.68, 0.93), (-1.09, -0.36)]),
            Self::Star => polygon(&[
                (0.0, -1.6),
                (0.45, -0.45),
                (1.6, 0.0),
                (0.45, 0.45),
                (0.0, 1.6),
                (-0.45, 0.45),
                (-1.6, 0.0),
                (-0.45, -0.45),
            ]),
        }
    }
}
