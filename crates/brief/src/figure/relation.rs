//! How relations between actors are drawn, alike in the genealogy and in the network: each kind has a colour, a stroke
//! and ends of its own.

use super::palette::Hue;
use super::svg::{self, Node, PathData};
use super::{Legend, Standing};

/// Kinds of relation between actors.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Relation {
    /// The first is a part of the second.
    PartOf,
    /// The first pledged allegiance to the second.
    Allegiance,
    /// The two are allied.
    Alliance,
    /// The two are rivals or fight each other.
    Rivalry,
    /// The first supports the second.
    Support,
    /// The second broke away from the first.
    Split,
    /// The first merged into the second.
    Merger,
    /// The second succeeded the first.
    Succession,
    /// Members of the first went over to the second.
    Defection,
    /// The first leads the second.
    Leadership,
}

/// What stands at an end of a relation's line.
#[derive(Clone, Copy, PartialEq)]
enum End {
    Bare,
    Dot,
    Arrow,
    OpenArrow,
    Diamond,
    Bar,
}

impl Relation {
    /// All kinds, in the order of legends.
    pub const ALL: [Self; 10] = [
        Self::PartOf,
        Self::Allegiance,
        Self::Alliance,
        Self::Rivalry,
        Self::Support,
        Self::Split,
        Self::Merger,
        Self::Succession,
        Self::Defection,
        Self::Leadership,
    ];

    /// As a noun.
    pub fn word(self) -> &'static str {
        match self {
            Self::PartOf => "part of",
            Self::Allegiance => "allegiance",
            Self::Alliance => "alliance",
            Self::Rivalry => "rivalry",
            Self::Support => "support",
            Self::Split => "split",
            Self::Merger => "merger",
            Self::Succession => "succession",
            Self::Defection => "defection",
            Self::Leadership => "leadership",
        }
    }

    fn hue(self) -> Hue {
        match self {
            Self::Split | Self::Merger | Self::Succession => Hue::Ink,
            Self::PartOf | Self::Leadership => Hue::Grey,
            Self::Allegiance => Hue::Blue,
            Self::Alliance => Hue::Green,
            Self::Rivalry => Hue::Vermillion,
            Self::Support => Hue::Sky,
            Self::Defection => Hue::Orange,
        }
    }

    fn stroke(self) -> &'static str {
        match self {
            Self::Allegiance | Self::Merger | Self::Succession => "line thick",
            Self::Defection => "line dashed",
            Self::Support | Self::Leadership => "line dotted thick",
            _ => "line",
        }
    }

    fn ends(self) -> (End, End) {
        match self {
            Self::PartOf => (End::Bare, End::Diamond),
            Self::Allegiance | Self::Succession => (End::Bare, End::Arrow),
            Self::Support | Self::Defection | Self::Leadership => (End::Bare, End::OpenArrow),
            Self::Split => (End::Dot, End::OpenArrow),
            Self::Merger => (End::Dot, End::Arrow),
            Self::Alliance => (End::Dot, End::Dot),
            Self::Rivalry => (End::Bar, End::Bar),
        }
    }

    /// The line from one point to another, bowed sideways by `bow` user units, with its ends and the badge of a
    /// contested relation at `badge` (0 is the beginning, 1 the end).
    pub(super) fn draw(self, from: (f64, f64), to: (f64, f64), bow: f64, standing: Standing, badge: f64) -> Node {
        let (dx, dy) = (to.0 - from.0, to.1 - from.1);
        let length = dx.hypot(dy).max(1e-6);
        let (ux, uy) = (dx / length, dy / length);
        let control = ((from.0 + to.0) / 2.0 - uy * bow * 2.0, (from.1 + to.1) / 2.0 + ux * bow * 2.0);
        let at = |t: f64| {
            let (a, b, c) = ((1.0 - t) * (1.0 - t), 2.0 * t * (1.0 - t), t * t);
            (a * from.0 + b * control.0 + c * to.0, a * from.1 + b * control.1 + c * to.1)
        };
        let start = PathData::new().go(from.0, from.1);
        let data = if bow == 0.0 { start.to(to.0, to.1) } else { start.curve(control, to) };
        // A denied relation keeps its stroke and ends but loses its colour.
        let hue = if standing == Standing::Denied { Hue::Grey } else { self.hue() };
        let (first, last) = self.ends();
        Node::new("g")
            .class(hue.class())
            .child(svg::path(&data).class("under"))
            .child(svg::path(&data).class(self.stroke()))
            .children(first.draw(from, at(0.02)))
            .children(last.draw(to, at(0.98)))
            .children(standing.badge(at(badge)))
    }

    pub(super) fn legend(self, legend: &mut Legend) {
        legend.entry(28.0, self.word(), |x, y| self.draw((x + 2.0, y), (x + 26.0, y), 0.0, Standing::Stated, 0.5));
    }
}

impl End {
    /// Draws the end at `tip`, for a line that comes from the direction of `back`.
    fn draw(self, tip: (f64, f64), back: (f64, f64)) -> Option<Node> {
        let (dx, dy) = (tip.0 - back.0, tip.1 - back.1);
        let length = dx.hypot(dy).max(1e-6);
        let (ux, uy) = (dx / length, dy / length);
        let point = |along: f64, aside: f64| (tip.0 + ux * along - uy * aside, tip.1 + uy * along + ux * aside);
        Some(match self {
            Self::Bare => return None,
            Self::Dot => svg::circle(tip.0, tip.1, 2.8).class("fill"),
            Self::Arrow => {
                let corners = [point(0.0, 0.0), point(-7.5, 4.0), point(-7.5, -4.0)];
                svg::path(&PathData::through(corners, true)).class("fill")
            }
            Self::OpenArrow => {
                svg::path(&PathData::through([point(-6.0, 3.8), point(0.0, 0.0), point(-6.0, -3.8)], false))
                    .class("line")
            }
            Self::Diamond => {
                let corners = [point(0.0, 0.0), point(-4.5, 3.0), point(-9.0, 0.0), point(-4.5, -3.0)];
                svg::path(&PathData::through(corners, true)).class("line paper-fill")
            }
            Self::Bar => {
                svg::path(&PathData::through([point(-1.5, 4.5), point(-1.5, -4.5)], false)).class("line thick")
            }
        })
    }
}

impl Standing {
    /// A question mark for a doubtful relation, a cross for a denied one.
    fn badge(self, (x, y): (f64, f64)) -> Option<Node> {
        let disc = svg::circle(x, y, 5.5).class("badge");
        let mark = match self {
            Self::Stated => return None,
            Self::Doubtful => PathData::new()
                .go(x - 1.7, y - 1.6)
                .curve((x - 1.5, y - 3.3), (x, y - 3.3))
                .curve((x + 1.9, y - 3.2), (x + 1.8, y - 1.5))
                .curve((x + 1.6, y - 0.4), (x, y + 0.1))
                .to(x, y + 1.1)
                .go(x, y + 2.5)
                .to(x, y + 3.2),
            Self::Denied => {
                PathData::new().go(x - 2.6, y - 2.6).to(x + 2.6, y + 2.6).go(x + 2.6, y - 2.6).to(x - 2.6, y + 2.6)
            }
        };
        Some(Node::new("g").child(disc).child(svg::path(&mark).class("ink-line")))
    }

    pub(super) fn legend(self, legend: &mut Legend) {
        legend.entry(12.0, self.word(), |x, y| self.badge((x + 6.0, y)).unwrap_or_else(|| Node::new("g")));
    }
}
