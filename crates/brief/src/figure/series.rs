//! A small bar series behind one claim: the values by period, and the claimed period picked out.

use super::label::{self, Anchor};
use super::palette::{Hue, Texture};
use super::scale::{Scale, TimeScale, nice_above, quantity};
use super::svg::{self, Node};
use super::{Canvas, DataTable, Figure, Options, Period, SMALL, text};

/// What the series shows.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Series {
    /// Title of the figure.
    pub title: String,
    /// What is counted, plural.
    pub unit: String,
    /// Values in order of time.
    pub points: Vec<Point>,
    /// The periods the claim is about; bars in them are drawn in colour.
    pub claimed: Vec<Period>,
}

/// One period's value.
#[derive(Debug, Clone, PartialEq)]
pub struct Point {
    /// The period.
    pub period: Period,
    /// Least value under the data's own uncertainty.
    pub low: f64,
    /// Value.
    pub value: f64,
    /// Greatest value.
    pub high: f64,
    /// Whether data for the period are partial, the value thus a lower bound.
    pub partial: bool,
}

impl Series {
    fn is_claimed(&self, point: &Point) -> bool {
        self.claimed.iter().any(|c| c.overlaps(&point.period))
    }
}

/// Draws the series.
pub fn render(input: &Series, options: &Options) -> Figure {
    let mut canvas = Canvas::new(options);
    canvas.width = canvas.width.min(440.0);
    let first = input.points.iter().map(|p| p.period.first).min();
    let last = input.points.iter().map(|p| p.period.last).max();
    if let (Some(first), Some(last)) = (first, last) {
        draw(&mut canvas, input, Period::new(first, last));
    } else {
        canvas.add(text(0.0, 16.0, Anchor::Start, SMALL, "No periods to show.").class("muted"));
        canvas.height = 24.0;
    }
    canvas.finish(&input.title, &describe(input), table(input))
}

fn draw(canvas: &mut Canvas, input: &Series, period: Period) {
    let (left, right, top, bottom) = (36.0, canvas.width - 6.0, 22.0, 102.0);
    let time = TimeScale::new(period, (left, right));
    let most = input.points.iter().map(|p| p.high.max(p.value)).filter(|v| v.is_finite()).fold(0.0, f64::max);
    let scale = Scale::linear((0.0, nice_above(most)), (bottom, top));
    for tick in scale.ticks(2) {
        canvas.add(svg::line(left, tick.at, right, tick.at).class("grid"));
        canvas.add(text(left - 5.0, tick.at + 3.5, Anchor::End, SMALL, &tick.label).class("muted"));
    }
    let mut value_from = f64::NEG_INFINITY;
    for point in &input.points {
        let (from, to) = time.span(point.period);
        let width = ((to - from) * 0.76).clamp(1.0, 40.0);
        let (x, y) = ((from + to - width) / 2.0, scale.at(point.value));
        let claimed = input.is_claimed(point);
        let hue = if claimed { Hue::Blue } else { Hue::Grey };
        let kind = if claimed { "fill" } else { "soft" };
        let mut bar = Node::new("g").class(hue.class()).tooltip(&format!("{}: {}", point.period.words(), words(point)));
        bar = bar.child(svg::rect(x, y, width, bottom - y).class(kind));
        if point.partial
            && let Some(fill) = canvas.texture(Texture::Rising)
        {
            bar = bar.child(svg::rect(x, y, width, bottom - y).attr("fill", fill));
        }
        if point.high - point.low > 0.0 {
            bar = bar.child(
                svg::line(x + width / 2.0, scale.at(point.low), x + width / 2.0, scale.at(point.high))
                    .class("ink-line"),
            );
        }
        canvas.add(bar);
        let value = words(point);
        let half = label::text_width(&value, SMALL) / 2.0;
        let middle = (x + width / 2.0).clamp(left + half, canvas.width - half);
        // Values over the claimed bars, as long as they stay clear of each other.
        if claimed && middle - half > value_from {
            let above = scale.at(point.high.max(point.value)) - 4.0;
            canvas.add(text(middle, above, Anchor::Middle, SMALL, &value).class("strong halo"));
            value_from = middle + half + 4.0;
        }
    }
    canvas.add(svg::line(left, bottom, right, bottom).class("axis"));
    let periods: Vec<Period> = input.points.iter().map(|p| p.period).collect();
    super::bar_axis(canvas, &time, &periods, bottom);
    legend(canvas, input, bottom + 24.0);
}

fn legend(canvas: &mut Canvas, input: &Series, top: f64) {
    let mut legend = super::Legend::new(0.0, top, canvas.width);
    legend.swatch(canvas, Hue::Blue, "fill", Texture::Plain, &format!("{} in the claimed period", input.unit));
    if input.points.iter().any(|p| !input.is_claimed(p)) {
        legend.swatch(canvas, Hue::Grey, "soft", Texture::Plain, "other periods");
    }
    if input.points.iter().any(|p| p.partial) {
        legend.swatch(canvas, Hue::Grey, "fill", Texture::Rising, "partial: lower bound");
    }
    let (bottom, nodes) = legend.finish();
    nodes.into_iter().for_each(|node| canvas.add(node));
    canvas.height = bottom + 2.0;
}

fn words(point: &Point) -> String {
    format!("{}{}", if point.partial { "≥ " } else { "" }, quantity(point.value))
}

fn describe(input: &Series) -> String {
    let claimed: Vec<String> = input
        .points
        .iter()
        .filter(|p| input.is_claimed(p))
        .map(|p| format!("{} in {}", words(p), p.period.words()))
        .collect();
    let claimed = if claimed.is_empty() { "none in the claimed period".to_owned() } else { claimed.join(", ") };
    format!("{} by period: {claimed}; {} periods shown.", input.unit, input.points.len())
}

fn table(input: &Series) -> DataTable {
    let mut table = DataTable::new(&["Period", "Value", "Low", "High", "Claimed", "Coverage"]);
    for p in &input.points {
        table.row([
            p.period.words(),
            quantity(p.value),
            quantity(p.low),
            quantity(p.high),
            if input.is_claimed(p) { "yes" } else { "" }.to_owned(),
            if p.partial { "partial: lower bound" } else { "" }.to_owned(),
        ]);
    }
    table
}

#[cfg(test)]
mod tests {
    use super::super::testing;
    use super::*;
    use jiff::civil::date;

    fn small() -> Series {
        let point = |y, value, partial| Point {
            period: Period::new(date(y, 1, 1), date(y, 12, 31)),
            low: value,
            value,
            high: value + 3.0,
            partial,
        };
        Series {
            title: "Events by year".into(),
            unit: "events".into(),
            points: vec![point(2018, 46.0, true), point(2019, 17.0, true), point(2020, 67.0, false)],
            claimed: vec![Period::new(date(2020, 1, 1), date(2020, 12, 31))],
        }
    }

    #[test]
    fn golden() {
        let figure = render(&small(), &Options::wide("s"));
        insta::assert_snapshot!(testing::golden(&figure));
        assert_eq!(figure.description, "events by period: 67 in 2020; 3 periods shown.");
    }

    #[test]
    fn a_partial_value_is_at_least() {
        let mut input = small();
        input.claimed = vec![Period::new(date(2018, 1, 1), date(2018, 12, 31))];
        assert!(render(&input, &Options::narrow("s")).svg.contains("≥ 46"));
    }

    #[test]
    fn nothing_to_show_is_said() {
        assert!(render(&Series::default(), &Options::wide("s")).svg.contains("No periods"));
    }
}
