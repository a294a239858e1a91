//! The small chart behind one claim: what the words allow, and what the data say.

use super::label::{self, Anchor};
use super::palette::{Hue, Shape};
use super::scale::{Scale, quantity};
use super::svg::{self, Node};
use super::{Bounds, Canvas, DataTable, Figure, Options, SMALL, text};

/// What the chart shows.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ClaimChart {
    /// Title of the figure.
    pub title: String,
    /// What is counted, plural: `events`, `%`.
    pub unit: String,
    /// The source's words: `around 60`.
    pub phrase: String,
    /// Outside these the claim is false.
    pub strict: Bounds,
    /// What a careful reader expects.
    pub pragmatic: Bounds,
    /// What was computed; `None` where nothing could be.
    pub computed: Option<Computed>,
}

/// A computed value under its uncertainty.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Computed {
    /// Least value.
    pub low: f64,
    /// Best value.
    pub best: f64,
    /// Greatest value.
    pub high: f64,
    /// What the data bound.
    pub bearing: Bearing,
}

/// Which way a computed value can be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Bearing {
    /// The data are complete for the question.
    #[default]
    Exact,
    /// The true value is at least this: partial coverage, or a narrower definition.
    LowerBound,
    /// The true value is at most this.
    UpperBound,
}

impl Bearing {
    fn sign(self) -> &'static str {
        match self {
            Self::Exact => "",
            Self::LowerBound => "≥ ",
            Self::UpperBound => "≤ ",
        }
    }
}

/// Draws the chart: the claim's range above, the computed value below, one axis.
pub fn render(input: &ClaimChart, options: &Options) -> Figure {
    let mut canvas = Canvas::new(options);
    canvas.width = canvas.width.min(440.0);
    let (left, right) = (46.0, canvas.width - 26.0);
    let computed = input.computed.iter().flat_map(|c| [c.low, c.best, c.high]);
    let scale = Scale::fitting(input.strict.ends().chain(input.pragmatic.ends()).chain(computed), (left, right));
    let (claim, data, axis) = (26.0, 62.0, 82.0);
    for tick in scale.ticks(5) {
        canvas.add(svg::line(tick.at, 10.0, tick.at, axis).class("grid"));
    }
    for (y, words) in [(claim, "Claim"), (data, "Data")] {
        canvas.add(text(0.0, y + 3.5, Anchor::Start, SMALL, words).class("muted"));
    }
    claim_row(&mut canvas, input, &scale, claim);
    data_row(&mut canvas, input, &scale, data);
    axis_row(&mut canvas, input, &scale, axis);
    canvas.height = axis + 32.0;
    canvas.finish(&input.title, &describe(input), table(input))
}

/// Strict bounds as a thin bar, pragmatic ones as a thick bar; an open end fades out into an arrow.
fn claim_row(canvas: &mut Canvas, input: &ClaimChart, scale: &Scale, y: f64) {
    let hue = Hue::Blue;
    for (bounds, half, class) in [(input.strict, 1.5, "soft"), (input.pragmatic, 4.5, "fill")] {
        if bounds == Bounds::default() {
            continue;
        }
        let from = bounds.low.map_or(scale.at(f64::NEG_INFINITY), |v| scale.at(v));
        let to = bounds.high.map_or(scale.at(f64::INFINITY), |v| scale.at(v));
        let (from, to) = if to - from < 3.0 { ((from + to) / 2.0 - 1.5, (from + to) / 2.0 + 1.5) } else { (from, to) };
        let bar = svg::rect(from, y - half, to - from, 2.0 * half);
        let open = (bounds.low.is_none(), bounds.high.is_none());
        let full = if class == "fill" { "stop-full" } else { "stop-mid" };
        let bar = match open {
            (false, false) => bar.class(format!("{} {class}", hue.class())),
            (low_open, _) => {
                let stops = if low_open { ["stop-none", full, full] } else { [full, full, "stop-none"] };
                let fill = canvas.gradient(hue, (from, y), (to, y), &stops);
                bar.attr("fill", fill)
            }
        };
        canvas.add(bar);
        if open.1 {
            canvas.add(arrow(to + 4.0, y, 1.0).class(format!("{} line", hue.class())));
        } else if open.0 && !scale.is_log() && from > scale.at(scale.domain().0) {
            canvas.add(arrow(from - 4.0, y, -1.0).class(format!("{} line", hue.class())));
        }
    }
    let middle = input.pragmatic.ends().chain(input.strict.ends()).next().map_or(scale.at(0.0), |v| scale.at(v));
    let words = format!("“{}”", input.phrase);
    let words = label::truncate(&words, canvas.width - 50.0, SMALL).unwrap_or_default();
    let width = label::text_width(&words, SMALL);
    let x = middle.min(canvas.width - width).max(46.0);
    canvas.add(text(x, y - 8.0, Anchor::Start, SMALL, &words).class("em halo"));
}

fn data_row(canvas: &mut Canvas, input: &ClaimChart, scale: &Scale, y: f64) {
    let hue = Hue::Vermillion;
    let Some(c) = input.computed else {
        canvas.add(text(46.0, y + 3.5, Anchor::Start, SMALL, "not computed").class("muted em"));
        return;
    };
    let (low, best, high) = (scale.at(c.low), scale.at(c.best), scale.at(c.high));
    let mut mark = Node::new("g").class(hue.class());
    if high - low > 0.5 {
        let cap = |x| svg::line(x, y - 4.0, x, y + 4.0).class("line");
        mark = mark.child(svg::line(low, y, high, y).class("line")).child(cap(low)).child(cap(high));
    }
    let (direction, reach) = match c.bearing {
        Bearing::Exact => (0.0, 0.0),
        Bearing::LowerBound => (1.0, high + 30.0),
        Bearing::UpperBound => (-1.0, low - 30.0),
    };
    if direction != 0.0 {
        let from = if direction > 0.0 { high } else { low };
        let reach = reach.clamp(40.0, canvas.width - 2.0);
        mark = mark
            .child(svg::line(from, y, reach, y).class("line dashed"))
            .child(arrow(reach, y, direction).class("line"));
    }
    canvas.add(mark.child(Shape::Diamond.draw(best, y, 4.5).class("fill rim")));
    let words = computed_words(&c);
    let half = label::text_width(&words, SMALL) / 2.0;
    let x = best.clamp(46.0 + half, canvas.width - half);
    canvas.add(text(x, y - 9.0, Anchor::Middle, SMALL, &words).class("strong halo"));
}

/// An arrowhead with its point at (x, y), looking right (1) or left (-1).
fn arrow(x: f64, y: f64, direction: f64) -> Node {
    svg::path(&svg::PathData::through([(x - 5.0 * direction, y - 4.0), (x, y), (x - 5.0 * direction, y + 4.0)], false))
}

fn axis_row(canvas: &mut Canvas, input: &ClaimChart, scale: &Scale, y: f64) {
    canvas.add(svg::line(46.0, y, canvas.width - 26.0, y).class("axis"));
    let mut free_from = 0.0;
    for tick in scale.ticks(5) {
        let half = label::text_width(&tick.label, SMALL) / 2.0;
        let x = tick.at.clamp(half, canvas.width - half);
        if x - half > free_from {
            canvas.add(text(x, y + 13.0, Anchor::Middle, SMALL, &tick.label).class("muted"));
            free_from = x + half + 3.0;
        }
    }
    let unit = if scale.is_log() { format!("{} (logarithmic)", input.unit) } else { input.unit.clone() };
    let unit = label::truncate(&unit, canvas.width - 50.0, SMALL).unwrap_or_default();
    canvas.add(text((46.0 + canvas.width - 26.0) / 2.0, y + 26.0, Anchor::Middle, SMALL, &unit).class("muted"));
}

fn computed_words(c: &Computed) -> String {
    let range = Bounds::closed(c.low, c.high);
    let mut words = format!("{}{}", c.bearing.sign(), quantity(c.best));
    if c.high > c.low {
        words += &format!(" ({})", range.words());
    }
    words
}

fn describe(input: &ClaimChart) -> String {
    let data = input
        .computed
        .map_or("nothing could be computed".to_owned(), |c| format!("the data give {}", computed_words(&c)));
    format!(
        "The claim “{}” allows {} and is read as {}; {data} {}.",
        input.phrase,
        input.strict.words(),
        input.pragmatic.words(),
        input.unit,
    )
}

fn table(input: &ClaimChart) -> DataTable {
    let mut table = DataTable::new(&["What", "Value", "Unit"]);
    let unit = || input.unit.clone();
    table.row(["Claimed, in words".to_owned(), input.phrase.clone(), unit()]);
    table.row(["Strict bounds".to_owned(), input.strict.words(), unit()]);
    table.row(["Pragmatic bounds".to_owned(), input.pragmatic.words(), unit()]);
    let computed = input.computed.map_or("–".to_owned(), |c| computed_words(&c));
    table.row(["Computed".to_owned(), computed, unit()]);
    table
}

#[cfg(test)]
mod tests {
    use super::super::testing::{self, assert_no_overlap, assert_sound};
    use super::*;
    use proptest::prelude::*;

    fn around_60() -> ClaimChart {
        ClaimChart {
            title: "“around 60” attacks in 2020".into(),
            unit: "events".into(),
            phrase: "around 60".into(),
            strict: Bounds::closed(48.0, 72.0),
            pragmatic: Bounds::closed(54.0, 66.0),
            computed: Some(Computed { low: 64.0, best: 67.0, high: 67.0, bearing: Bearing::Exact }),
        }
    }

    #[test]
    fn golden() {
        let figure = render(&around_60(), &Options::wide("c"));
        insta::assert_snapshot!(testing::golden(&figure));
    }

    #[test]
    fn a_lower_bound_says_so() {
        let input = ClaimChart {
            phrase: "more than 330".into(),
            strict: Bounds::at_least(331.0),
            pragmatic: Bounds::closed(331.0, 400.0),
            computed: Some(Computed { low: 63.0, best: 63.0, high: 63.0, bearing: Bearing::LowerBound }),
            ..around_60()
        };
        let figure = render(&input, &Options::narrow("c"));
        assert!(figure.svg.contains("≥ 63"));
        assert!(figure.description.contains("≥ 331"));
        assert_sound(&figure);
    }

    #[test]
    fn no_value_is_said() {
        let figure = render(&ClaimChart { computed: None, ..around_60() }, &Options::wide("c"));
        assert!(figure.svg.contains("not computed"));
    }

    proptest! {
        #[test]
        fn labels_never_overlap(
            low in 0.0..1e5f64, span in 0.0..1e5f64, best in 0.0..1e5f64, wide in any::<bool>(), phrase in "[a-z 0-9]{1,60}",
        ) {
            let input = ClaimChart {
                phrase,
                strict: Bounds::at_least(low),
                pragmatic: Bounds::closed(low, low + span),
                computed: Some(Computed { low: best * 0.8, best, high: best * 1.3, bearing: Bearing::LowerBound }),
                ..around_60()
            };
            let figure = render(&input, &if wide { Options::wide("c") } else { Options::narrow("c") });
            assert_no_overlap(&figure.svg);
        }
    }
}
