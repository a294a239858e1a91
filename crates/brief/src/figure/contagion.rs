//! How far events lead to events: successors by background, how soon they come, and whether the fit explains the timing.

use super::label::{self, Anchor};
use super::palette::{Hue, Shape, Texture};
use super::scale::{Scale, nice_above, quantity};
use super::svg::{self, Node, PathData};
use super::{Canvas, DataTable, Figure, Legend, Options, SMALL, text};

/// What the figure shows.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Contagion {
    /// Title of the figure.
    pub title: String,
    /// One fit for each background.
    pub fits: Vec<Fit>,
    /// Which of the fits Akaike's criterion prefers; its kernel and residuals are drawn.
    pub best: usize,
}

/// The fit with one background.
#[derive(Debug, Clone, PartialEq)]
pub struct Fit {
    /// The background in words: `4 rates`.
    pub background: String,
    /// Direct successors of an event: estimate, 90% limits; the upper may be infinite.
    pub successors: [f64; 3],
    /// Days within which half of them come.
    pub half_life: Option<[f64; 3]>,
    /// Akaike's criterion with contagion and without.
    pub aic: [f64; 2],
    /// Quantiles of the residuals at 0, 5, … 100%: uniform where the fit explains the timing.
    pub residuals: Vec<f64>,
    /// How many residuals there are.
    pub days: usize,
    /// p-value of the residuals.
    pub p: f64,
}

/// Height of the lower panels.
const PANEL: f64 = 130.0;
/// 90% limit of Kolmogorov's distance, times the root of the number of values.
const KOLMOGOROV_90: f64 = 1.224;

/// Draws the fits.
pub fn render(input: &Contagion, options: &Options) -> Figure {
    let mut canvas = Canvas::new(options);
    match input.fits.get(input.best) {
        Some(best) => draw(&mut canvas, input, best, options.is_narrow()),
        None => {
            canvas.add(text(0.0, 16.0, Anchor::Start, SMALL, "No fit to show.").class("muted"));
            canvas.height = 24.0;
        }
    }
    canvas.finish(&input.title, &describe(input), table(input))
}

fn draw(canvas: &mut Canvas, input: &Contagion, best: &Fit, narrow: bool) {
    let mut y = forest(canvas, input, narrow) + 34.0;
    let half = (canvas.width - 30.0) / 2.0;
    let plots = if narrow {
        [(0.0, canvas.width - 6.0, y), (0.0, canvas.width - 6.0, y + PANEL + 58.0)]
    } else {
        [(0.0, half, y), (half + 30.0, canvas.width - 6.0, y)]
    };
    y = plots[1].2 + PANEL + 30.0;
    kernel(canvas, best, plots[0]);
    residuals(canvas, best, plots[1]);
    let mut legend = Legend::new(0.0, y, canvas.width);
    legend.marker(Hue::Blue, Shape::Circle, "the fit that Akaike's criterion prefers");
    legend.marker(Hue::Grey, Shape::Circle, "other backgrounds");
    legend.swatch(canvas, Hue::Blue, "some", Texture::Plain, "90% limits");
    let (bottom, nodes) = legend.finish();
    nodes.into_iter().for_each(|node| canvas.add(node));
    canvas.height = bottom + 2.0;
}

/// One row for each background; gives the lower edge.
fn forest(canvas: &mut Canvas, input: &Contagion, narrow: bool) -> f64 {
    let (left, row, top) = (64.0, if narrow { 34.0 } else { 22.0 }, 24.0);
    let right = if narrow { canvas.width - 6.0 } else { canvas.width - 300.0 };
    let finite = input.fits.iter().flat_map(|f| f.successors).filter(|v| v.is_finite());
    let scale = Scale::linear((0.0, finite.fold(1.0, f64::max) * 1.04), (left, right));
    let bottom = top + row * input.fits.len() as f64;
    canvas.add(text(0.0, 10.0, Anchor::Start, SMALL, "direct successors of an event").class("muted"));
    for tick in scale.ticks(4) {
        canvas.add(svg::line(tick.at, top - 4.0, tick.at, bottom).class("grid"));
        canvas.add(text(tick.at, bottom + 12.0, Anchor::Middle, SMALL, &tick.label).class("muted"));
    }
    canvas.add(svg::line(scale.at(1.0), top - 4.0, scale.at(1.0), bottom).class("note-line"));
    for (n, fit) in input.fits.iter().enumerate() {
        let y = top + row * n as f64 + 8.0;
        let hue = if n == input.best { Hue::Blue } else { Hue::Grey };
        let [value, low, high] = fit.successors;
        let line = svg::line(scale.at(low), y, scale.at(high.min(scale.domain().1)), y).class("line thick");
        let dot = Shape::Circle.draw(scale.at(value), y, 4.5).class("fill rim");
        canvas.add(svg::group(hue.class()).tooltip(&successor_words(fit)).child(line).child(dot));
        let weight = if n == input.best { "strong" } else { "muted" };
        canvas.add(text(0.0, y + 3.5, Anchor::Start, SMALL, &fit.background).class(weight));
        let words = format!("{}; AIC {:.1}, alone {:.1}", successor_words(fit), fit.aic[0], fit.aic[1]);
        let (x, y) = if narrow { (left, y + 17.0) } else { (right + 14.0, y + 3.5) };
        let words = label::truncate(&words, canvas.width - x, SMALL).unwrap_or_default();
        canvas.add(text(x, y, Anchor::Start, SMALL, &words).class(format!("{weight} halo")));
    }
    bottom + 16.0
}

/// `0.64 (0.57–0.73)`.
fn successor_words(fit: &Fit) -> String {
    let [value, low, high] = fit.successors.map(quantity);
    format!("{value} ({low}–{high})")
}

/// Share of the successors that have come within so many days.
fn kernel(canvas: &mut Canvas, fit: &Fit, (left, right, top): (f64, f64, f64)) {
    canvas.add(text(left, top - 8.0, Anchor::Start, SMALL, "share of successors that have come").class("muted"));
    let Some([value, low, high]) = fit.half_life else {
        canvas.add(text(left, top + 14.0, Anchor::Start, SMALL, "No contagion to time.").class("muted"));
        return;
    };
    let (from, bottom) = (left + 34.0, top + PANEL);
    let longest = if high.is_finite() { high.max(value) } else { value * 3.0 };
    let days = Scale::linear((0.0, nice_above(longest * 4.0)), (from, right));
    let share = Scale::linear((0.0, 1.0), (bottom, top));
    frame(canvas, (from, right, bottom), &share, &days, "days after the event");
    let course = |half_life: f64| {
        let at = move |i: i32| {
            let day = days.domain().1 * f64::from(i) / 40.0;
            (days.at(day), share.at(-(-day * std::f64::consts::LN_2 / half_life.max(1e-6)).exp_m1()))
        };
        (0..=40).map(at)
    };
    let slow = if high.is_finite() { high } else { 1e9 };
    let outline = course(low).chain(course(slow).rev());
    let mut node = svg::group("h-blue").child(svg::path(&PathData::through(outline, true)).class("some"));
    node = node.child(svg::path(&PathData::through(course(value), false)).class("line thick"));
    let (x, y) = (days.at(value), share.at(0.5));
    node = node.child(svg::circle(x, y, 3.5).class("fill rim"));
    canvas.add(node);
    let [value, low, high] = [value, low, high].map(quantity);
    let words = format!("half within {value} days ({low}–{high})");
    let width = label::text_width(&words, SMALL);
    let x = (x + 9.0).min(right - width);
    canvas.add(text(x, bottom - 10.0, Anchor::Start, SMALL, &words).class("strong halo"));
}

/// Quantiles of the residuals against those of the uniform distribution.
fn residuals(canvas: &mut Canvas, fit: &Fit, (left, right, top): (f64, f64, f64)) {
    let words = format!("share of residuals below; p = {:.2}", fit.p);
    canvas.add(text(left, top - 8.0, Anchor::Start, SMALL, &words).class("muted"));
    let (from, bottom) = (left + 34.0, top + PANEL);
    let (x, y) = (Scale::linear((0.0, 1.0), (from, right)), Scale::linear((0.0, 1.0), (bottom, top)));
    frame(canvas, (from, right, bottom), &y, &x, "residual");
    let reach = KOLMOGOROV_90 / (fit.days.max(1) as f64).sqrt();
    let grid = || (0..=20).map(|i| f64::from(i) / 20.0);
    let upper = grid().map(|u| (x.at(u), y.at((u + reach).min(1.0))));
    let lower = grid().rev().map(|u| (x.at(u), y.at((u - reach).max(0.0))));
    let band = svg::path(&PathData::through(upper.chain(lower), true)).class("h-grey faint");
    canvas.add(band.tooltip("90% of exact fits stay within"));
    canvas.add(svg::line(x.at(0.0), y.at(0.0), x.at(1.0), y.at(1.0)).class("note-line"));
    let n = fit.residuals.len().saturating_sub(1).max(1) as f64;
    let points = fit.residuals.iter().enumerate().map(|(i, q)| (x.at(*q), y.at(i as f64 / n)));
    canvas.add(svg::group("h-blue").child(svg::path(&PathData::through(points, false)).class("line thick")));
}

/// Axes of a small plot.
fn frame(canvas: &mut Canvas, (from, right, bottom): (f64, f64, f64), y: &Scale, x: &Scale, words: &str) {
    for tick in y.ticks(4) {
        canvas.add(svg::line(from, tick.at, right, tick.at).class("grid"));
        canvas.add(text(from - 5.0, tick.at + 3.5, Anchor::End, SMALL, &tick.label).class("muted"));
    }
    for tick in x.ticks(4) {
        let half = label::text_width(&tick.label, SMALL) / 2.0;
        let at = tick.at.clamp(half, canvas.width - half);
        canvas.add(text(at, bottom + 13.0, Anchor::Middle, SMALL, &tick.label).class("muted"));
    }
    canvas.add(Node::new("line").num("x1", from).num("x2", right).num("y1", bottom).num("y2", bottom).class("axis"));
    canvas.add(text((from + right) / 2.0, bottom + 26.0, Anchor::Middle, SMALL, words).class("muted"));
}

fn describe(input: &Contagion) -> String {
    let Some(best) = input.fits.get(input.best) else { return "No fit.".to_owned() };
    let half = best.half_life.map_or_else(String::new, |h| {
        let [value, low, high] = h.map(quantity);
        format!(", half of them within {value} days ({low}–{high})")
    });
    let test = if best.p < 0.05 { "yet the residuals speak against the fit" } else { "the residuals allow the fit" };
    let alone = input.fits.iter().map(|f| f.aic[1]).fold(f64::INFINITY, f64::min);
    let needs = if best.aic[0] < alone { "" } else { " A background without contagion explains the events no worse." };
    format!(
        "With a background of {}, an event had {} direct successors{half}; {test} (p = {:.2}).{needs}",
        best.background,
        successor_words(best),
        best.p
    )
}

fn table(input: &Contagion) -> DataTable {
    let mut table = DataTable::new(&["Background", "Successors", "Half-life, days", "AIC", "AIC alone", "Residuals p"]);
    for fit in &input.fits {
        let half = fit.half_life.map_or_else(
            || "–".to_owned(),
            |h| {
                let [value, low, high] = h.map(quantity);
                format!("{value} ({low}–{high})")
            },
        );
        table.row([
            fit.background.clone(),
            successor_words(fit),
            half,
            format!("{:.1}", fit.aic[0]),
            format!("{:.1}", fit.aic[1]),
            format!("{:.3}", fit.p),
        ]);
    }
    table
}

#[cfg(test)]
mod tests {
    use super::super::testing::{self, assert_no_overlap, assert_sound};
    use super::*;

    fn small() -> Contagion {
        let fit = |background: &str, successors, half_life, aic| Fit {
            background: background.into(),
            successors,
            half_life,
            aic: [aic, 150.0],
            residuals: (0..=20).map(|i| (f64::from(i) / 20.0).powf(1.2)).collect(),
            days: 366,
            p: 0.31,
        };
        Contagion {
            title: "Contagion".into(),
            fits: vec![
                fit("1 rate", [0.64, 0.5, 0.8], Some([3.1, 1.2, f64::INFINITY]), 141.0),
                fit("4 rates", [0.31, 0.1, 0.6], Some([1.5, 0.4, 4.2]), 139.0),
                fit("12 rates", [0.0, 0.0, 0.4], None, 152.5),
            ],
            best: 1,
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
    fn what_cannot_be_timed_or_has_no_end_is_drawn_too() {
        for best in [0, 2, 9] {
            let figure = render(&Contagion { best, ..small() }, &Options::narrow("c"));
            assert_sound(&figure);
            assert_no_overlap(&figure.svg);
        }
        let figure = render(&small(), &Options::wide("c"));
        assert_eq!(figure.table.rows[0][2], "3.1 (1.2–∞)");
        assert!(figure.description.contains("0.31 (0.1–0.6) direct successors"), "{}", figure.description);
    }
}
