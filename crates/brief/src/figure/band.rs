//! Numbers over time that are known within bounds: a line of what is expected in a band of what is possible, one panel for each.

use super::label::Anchor;
use super::palette::{Hue, Texture};
use super::scale::{Scale, TimeScale, nice_above, quantity};
use super::svg::{self, Node, PathData};
use super::{Canvas, DataTable, Figure, Legend, Options, Period, SMALL, text};

/// What the figure shows.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Band {
    /// Title of the figure.
    pub title: String,
    /// Panels, from the top; all over the same periods.
    pub panels: Vec<Panel>,
}

/// One number over time.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Panel {
    /// What is counted, plural: `active provinces`.
    pub unit: String,
    /// Values in order of time.
    pub points: Vec<Point>,
}

/// One period's number.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Point {
    /// The period.
    pub period: Period,
    /// The least it can be.
    pub low: f64,
    /// What is expected.
    pub value: f64,
    /// The greatest it can be.
    pub high: f64,
}

/// Height of a panel, in CSS pixels.
const PANEL: f64 = 96.0;

/// Draws the panels.
pub fn render(input: &Band, options: &Options) -> Figure {
    let mut canvas = Canvas::new(options);
    let periods: Vec<Period> =
        input.panels.first().map_or_else(Vec::new, |p| p.points.iter().map(|p| p.period).collect());
    match (periods.iter().map(|p| p.first).min(), periods.iter().map(|p| p.last).max()) {
        (Some(first), Some(last)) => draw(&mut canvas, input, &periods, Period::new(first, last)),
        _ => {
            canvas.add(text(0.0, 16.0, Anchor::Start, SMALL, "No periods to show.").class("muted"));
            canvas.height = 24.0;
        }
    }
    canvas.finish(&input.title, &describe(input), table(input))
}

fn draw(canvas: &mut Canvas, input: &Band, periods: &[Period], all: Period) {
    let (left, right) = (36.0, canvas.width - 6.0);
    let time = TimeScale::new(all, (left, right));
    let mut top = 22.0;
    for (n, panel) in input.panels.iter().enumerate() {
        draw_panel(canvas, panel, &time, Hue::nth(n), (left, right), (top, top + PANEL));
        top += PANEL + 30.0;
    }
    let bottom = top - 30.0;
    super::bar_axis(canvas, &time, periods, bottom);
    let mut legend = Legend::new(0.0, bottom + 24.0, canvas.width);
    legend.entry(18.0, "expected", |x, y| svg::line(x, y, x + 18.0, y).class("h-blue line thick"));
    legend.swatch(canvas, Hue::Blue, "some", Texture::Plain, "least to greatest that vague places and dates allow");
    let (bottom, nodes) = legend.finish();
    nodes.into_iter().for_each(|node| canvas.add(node));
    canvas.height = bottom + 2.0;
}

fn draw_panel(
    canvas: &mut Canvas,
    panel: &Panel,
    time: &TimeScale,
    hue: Hue,
    (left, right): (f64, f64),
    (top, bottom): (f64, f64),
) {
    let most = panel.points.iter().map(|p| p.high).filter(|v| v.is_finite()).fold(1.0, f64::max);
    let scale = Scale::linear((0.0, nice_above(most)), (bottom, top));
    canvas.add(text(0.0, top - 9.0, Anchor::Start, SMALL, &panel.unit).class("muted"));
    for tick in scale.ticks(3) {
        canvas.add(svg::line(left, tick.at, right, tick.at).class("grid"));
        canvas.add(text(left - 5.0, tick.at + 3.5, Anchor::End, SMALL, &tick.label).class("muted"));
    }
    let at = |p: &Point| time.middle(p.period);
    let upper = panel.points.iter().map(|p| (at(p), scale.at(p.high)));
    let lower = panel.points.iter().rev().map(|p| (at(p), scale.at(p.low)));
    let mut group = Node::new("g").class(hue.class());
    group = group.child(svg::path(&PathData::through(upper.chain(lower), true)).class("some"));
    let line = PathData::through(panel.points.iter().map(|p| (at(p), scale.at(p.value))), false);
    group = group.child(svg::path(&line).class("line thick"));
    for point in &panel.points {
        let x = at(point);
        let words = format!("{}: {}", point.period.words(), words(point));
        let dot = svg::circle(x, scale.at(point.value), 2.5).class("fill");
        // One period alone makes no band.
        let bounds = svg::line(x, scale.at(point.low), x, scale.at(point.high)).class("line");
        let bounds = (panel.points.len() == 1).then_some(bounds);
        group = group.child(Node::new("g").tooltip(&words).children(bounds).child(dot));
    }
    canvas.add(group);
    canvas.add(svg::line(left, bottom, right, bottom).class("axis"));
}

/// `12.3 (9–20)`.
fn words(point: &Point) -> String {
    if point.low == point.high {
        return quantity(point.low);
    }
    format!("{} ({}–{})", tenth(point.value), quantity(point.low), quantity(point.high))
}

fn tenth(value: f64) -> String {
    if value.fract() == 0.0 { quantity(value) } else { format!("{value:.1}") }
}

fn describe(input: &Band) -> String {
    let panels: Vec<String> = input
        .panels
        .iter()
        .filter_map(|panel| {
            let most = panel.points.iter().max_by(|a, b| a.value.total_cmp(&b.value))?;
            Some(format!("{}: at most {}, in {}", panel.unit, words(most), most.period.words()))
        })
        .collect();
    if panels.is_empty() { "No periods.".to_owned() } else { panels.join("; ") + "." }
}

fn table(input: &Band) -> DataTable {
    let mut table = DataTable::new(&["Period", "Number of", "Expected", "Least", "Greatest"]);
    for panel in &input.panels {
        for p in &panel.points {
            table.row([p.period.words(), panel.unit.clone(), tenth(p.value), quantity(p.low), quantity(p.high)]);
        }
    }
    table
}

#[cfg(test)]
mod tests {
    use super::super::testing::{self, assert_sound};
    use super::*;
    use jiff::civil::date;

    fn quarters() -> Band {
        let point = |month, low, value, high| Point {
            period: Period::new(date(2020, month, 1), date(2020, month + 2, 1).last_of_month()),
            low,
            value,
            high,
        };
        let cells = vec![point(1, 5.0, 7.4, 12.0), point(4, 2.0, 2.0, 2.0), point(7, 1.0, 2.5, 4.0)];
        let provinces = vec![point(1, 3.0, 3.0, 3.0), point(4, 2.0, 2.0, 2.0), point(7, 1.0, 1.5, 2.0)];
        Band {
            title: "Active places".into(),
            panels: vec![
                Panel { unit: "active provinces".into(), points: provinces },
                Panel { unit: "active cells".into(), points: cells },
            ],
        }
    }

    #[test]
    fn golden() {
        for options in [Options::wide("band"), Options::narrow("band-narrow")] {
            let figure = render(&quarters(), &options);
            insta::assert_snapshot!(options.id, testing::golden(&figure));
            assert!(
                figure.description.starts_with(
                    "active provinces: at most 3, in Jan 2020 to Mar 2020; active cells: at most 7.4 (5–12)"
                ),
                "{}",
                figure.description
            );
            assert_eq!(figure.table.rows.len(), 6);
        }
    }

    #[test]
    fn one_period_has_bounds_and_none_is_said() {
        let mut one = quarters();
        one.panels.iter_mut().for_each(|panel| panel.points.truncate(1));
        assert_sound(&render(&one, &Options::wide("b")));
        assert!(render(&Band::default(), &Options::wide("b")).svg.contains("No periods"));
    }
}
