//! A forecast as a fan: what was seen, the bands in which what comes is expected, and what came.

use super::label::{self, Anchor};
use super::palette::{Hue, Shape, Texture};
use super::scale::{Scale, TimeScale, quantity};
use super::svg::{self, PathData};
use super::{Canvas, DataTable, Figure, Legend, Options, Period, SMALL, text};

/// What the figure shows.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Fan {
    /// Title of the figure.
    pub title: String,
    /// What is counted, plural: `deaths a month`.
    pub unit: String,
    /// The months known when the forecast was made.
    pub seen: Vec<(Period, f64)>,
    /// The months ahead.
    pub ahead: Vec<Step>,
    /// What came, as far as it is known.
    pub came: Vec<(Period, f64)>,
    /// The base rate: median, and the ends of its central 90%.
    pub base: [f64; 3],
    /// What the base rate is, in a few words.
    pub base_words: String,
}

/// One month ahead.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Step {
    /// The month.
    pub month: Period,
    /// Quantiles at 5, 10, 25, 50, 75, 90 and 95%.
    pub quantiles: [f64; 7],
}

/// Draws the fan. The scale is that of log(1 + deaths), so that quiet months and wars have room in one picture.
pub fn render(input: &Fan, options: &Options) -> Figure {
    let mut canvas = Canvas::new(options);
    let months = || input.seen.iter().map(|s| s.0).chain(input.ahead.iter().map(|s| s.month));
    match months().map(|m| m.first).min().zip(months().map(|m| m.last).max()) {
        Some((first, last)) => draw(&mut canvas, input, Period::new(first, last)),
        None => {
            canvas.add(text(0.0, 16.0, Anchor::Start, SMALL, "No months to show.").class("muted"));
            canvas.height = 24.0;
        }
    }
    canvas.finish(&input.title, &describe(input), table(input))
}

fn draw(canvas: &mut Canvas, input: &Fan, all: Period) {
    let (left, right, top, bottom) = (44.0, canvas.width - 8.0, 22.0, 222.0);
    let time = TimeScale::new(all, (left, right));
    let values = input.seen.iter().chain(&input.came).map(|s| s.1).chain(input.ahead.iter().map(|s| s.quantiles[6]));
    let most = values.filter(|v| v.is_finite()).fold(9.0, f64::max);
    let scale = Scale::linear((0.0, (1.0 + most * 1.15).ln()), (bottom, top));
    let y = |value: f64| scale.at((1.0 + value.max(0.0)).ln());
    canvas.add(text(0.0, 10.0, Anchor::Start, SMALL, &input.unit).class("muted"));
    for tick in ticks(most) {
        canvas.add(svg::line(left, y(tick), right, y(tick)).class("grid"));
        canvas.add(text(left - 5.0, y(tick) + 3.5, Anchor::End, SMALL, &quantity(tick)).class("muted"));
    }
    base(canvas, input, &time, &y);
    bands(canvas, input, &time, &y);
    let seen = input.seen.iter().map(|s| (time.middle(s.0), y(s.1)));
    canvas.add(svg::path(&PathData::through(seen, false)).class("ink-line"));
    for (month, value) in &input.came {
        let words = format!("{}: {} came", month.words(), quantity(*value));
        let mark = Shape::Diamond.draw(time.middle(*month), y(*value), 4.5).class("h-vermillion fill rim");
        canvas.add(svg::group("").child(mark).tooltip(&words));
    }
    canvas.add(svg::line(left, bottom, right, bottom).class("axis"));
    for tick in time.ticks(40.0) {
        let half = label::text_width(&tick.label, SMALL) / 2.0;
        canvas.add(svg::line(tick.at, bottom, tick.at, bottom + 4.0).class("axis"));
        let x = tick.at.clamp(half, canvas.width - half);
        canvas.add(text(x, bottom + 15.0, Anchor::Middle, SMALL, &tick.label).class("muted"));
    }
    legend(canvas, input, bottom + 26.0);
}

/// 0, 1, 10, 100 … as far as the data go.
fn ticks(most: f64) -> Vec<f64> {
    let powers = (0..9).map(|n| 10_f64.powi(n)).take_while(|v| *v <= most * 1.15);
    std::iter::once(0.0).chain(powers).collect()
}

/// The base rate over the months ahead.
fn base(canvas: &mut Canvas, input: &Fan, time: &TimeScale, y: &impl Fn(f64) -> f64) {
    let (Some(first), Some(last)) = (input.ahead.first(), input.ahead.last()) else { return };
    let (from, to) = (time.start(first.month.first), time.end(last.month.last));
    let [middle, low, high] = input.base;
    let words = format!("base rate: {} ({}–{})", quantity(middle), quantity(low), quantity(high));
    let mut node = svg::group("h-grey");
    for value in [low, high] {
        node = node.child(svg::line(from, y(value), to, y(value)).class("line dotted"));
    }
    canvas.add(node.child(svg::line(from, y(middle), to, y(middle)).class("line dashed")).tooltip(&words));
}

fn bands(canvas: &mut Canvas, input: &Fan, time: &TimeScale, y: &impl Fn(f64) -> f64) {
    let along = |q: usize| input.ahead.iter().map(move |step| (step, q));
    let at = |(step, q): (&Step, usize)| (time.middle(step.month), y(step.quantiles[q]));
    let mut node = svg::group("h-blue");
    for (low, high, class) in [(0, 6, "faint"), (1, 5, "faint"), (2, 4, "some")] {
        let lower: Vec<(f64, f64)> = along(low).map(at).collect();
        let outline = along(high).map(at).chain(lower.into_iter().rev());
        node = node.child(svg::path(&PathData::through(outline, true)).class(class));
    }
    node = node.child(svg::path(&PathData::through(along(3).map(at), false)).class("line thick"));
    canvas.add(node.tooltip(&describe(input)));
}

fn legend(canvas: &mut Canvas, input: &Fan, top: f64) {
    let mut legend = Legend::new(0.0, top, canvas.width);
    legend.entry(18.0, "seen", |x, y| svg::line(x, y, x + 18.0, y).class("ink-line"));
    legend.entry(18.0, "forecast: median", |x, y| svg::line(x, y, x + 18.0, y).class("h-blue line thick"));
    legend.swatch(canvas, Hue::Blue, "some", Texture::Plain, "50%");
    legend.swatch(canvas, Hue::Blue, "faint", Texture::Plain, "80%, 90%");
    if !input.came.is_empty() {
        legend.marker(Hue::Vermillion, Shape::Diamond, "what came");
    }
    legend.entry(18.0, &input.base_words, |x, y| svg::line(x, y, x + 18.0, y).class("h-grey line dashed"));
    let (bottom, nodes) = legend.finish();
    nodes.into_iter().for_each(|node| canvas.add(node));
    canvas.height = bottom + 2.0;
}

fn words(step: &Step) -> String {
    let [low, .., high] = step.quantiles.map(quantity);
    format!("{} ({low}–{high})", quantity(step.quantiles[3]))
}

fn describe(input: &Fan) -> String {
    let (Some(first), Some(last)) = (input.ahead.first(), input.ahead.last()) else {
        return "No months ahead.".to_owned();
    };
    let [middle, low, high] = input.base.map(quantity);
    let inside = input.came.iter().filter(|(month, value)| {
        let step = input.ahead.iter().find(|step| step.month == *month);
        step.is_some_and(|step| (step.quantiles[0]..=step.quantiles[6]).contains(value))
    });
    let came = match input.came.len() {
        0 => String::new(),
        n => format!(" Of {n} months that have come, {} lay in the 90% band.", inside.count()),
    };
    format!(
        "Forecast {}, median and 90% band: {} in {}, {} in {}; base rate {middle} ({low}–{high}).{came}",
        input.unit,
        words(first),
        first.month.words(),
        words(last),
        last.month.words(),
    )
}

fn table(input: &Fan) -> DataTable {
    let mut table = DataTable::new(&["Month", "Median", "50%", "80%", "90%", "Came"]);
    for step in &input.ahead {
        let q = step.quantiles.map(quantity);
        let came = input.came.iter().find(|(month, _)| *month == step.month);
        table.row([
            step.month.words(),
            q[3].clone(),
            format!("{}–{}", q[2], q[4]),
            format!("{}–{}", q[1], q[5]),
            format!("{}–{}", q[0], q[6]),
            came.map_or_else(String::new, |(_, value)| quantity(*value)),
        ]);
    }
    table
}

#[cfg(test)]
mod tests {
    use super::super::testing;
    use super::*;
    use jiff::civil::date;

    fn month(n: i16) -> Period {
        let first = date(2019 + (n - 1) / 12, ((n - 1) % 12 + 1) as i8, 1);
        Period::new(first, first.last_of_month())
    }

    fn small() -> Fan {
        let step = |n: i16| Step {
            month: month(n),
            quantiles: [0.0, 0.0, 4.0, 20.0, 60.0, 210.0, 700.0].map(|v| v * f64::from(n - 17)),
        };
        Fan {
            title: "Exland & beyond".into(),
            unit: "deaths a month".into(),
            seen: (1..=18).map(|n| (month(n), f64::from(n % 5) * 12.0)).collect(),
            ahead: (19..=24).map(step).collect(),
            came: vec![(month(19), 31.0), (month(20), 9000.0)],
            base: [12.0, 0.0, 48.0],
            base_words: "base rate: the last 60 months, dotted its 90%".into(),
        }
    }

    #[test]
    fn golden() {
        for options in [Options::wide("wide"), Options::narrow("narrow")] {
            let figure = render(&small(), &options);
            insta::assert_snapshot!(options.id, testing::golden(&figure));
        }
    }

    #[test]
    fn what_came_is_held_against_the_band() {
        let figure = render(&small(), &Options::wide("f"));
        assert!(
            figure.description.contains("Of 2 months that have come, 1 lay in the 90% band."),
            "{}",
            figure.description
        );
        assert_eq!(figure.table.rows.len(), 6);
        assert!(render(&Fan::default(), &Options::wide("f")).svg.contains("No months"));
    }
}
