//! Events counted by period, the stretches of one rate that were found in them, and the changes between.

use jiff::civil::Date;

use super::label::{self, Anchor};
use super::palette::{Hue, Texture};
use super::scale::{Scale, TimeScale, add_days, month_name, nice_above, quantity};
use super::svg::{self, Node, PathData};
use super::{Canvas, DataTable, Figure, Legend, Options, Period, SMALL, text};

/// What the figure shows.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Change {
    /// Title of the figure.
    pub title: String,
    /// What is counted, plural.
    pub unit: String,
    /// Counts in order of time.
    pub bars: Vec<Bar>,
    /// Stretches of one rate, in order of time.
    pub stretches: Vec<Stretch>,
    /// What lies between stretches.
    pub turns: Vec<Turn>,
    /// First days under a new method of the dataset.
    pub breaks: Vec<Date>,
}

/// One period's count.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bar {
    /// The period.
    pub period: Period,
    /// The count.
    pub value: f64,
    /// Whether data for the period are partial, the count thus a lower bound.
    pub partial: bool,
}

/// A stretch of one rate.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Stretch {
    /// Its days.
    pub period: Period,
    /// Events per day.
    pub per_day: f64,
    /// The trend within it, where it is long enough for one.
    pub trend: Option<Trend>,
}

/// Growth per month as a share: 0.1 is 10% more each month.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Trend {
    /// Estimate.
    pub growth: f64,
    /// Lower end of the 90% interval.
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

/// A change of the rate.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Turn {
    /// The likeliest first day of the new rate.
    pub at: Date,
    /// The days that hold it with a probability of 90%.
    pub within: Period,
    /// The new rate over the old one, with its 90% interval.
    pub ratio: [f64; 3],
    /// The probability that there is a change at all.
    pub probability: f64,
}

/// Days of a mean month.
const MONTH: f64 = 30.436_875;

/// Draws the counts.
pub fn render(input: &Change, options: &Options) -> Figure {
    let mut canvas = Canvas::new(options);
    let first = input.bars.iter().map(|b| b.period.first).min();
    let last = input.bars.iter().map(|b| b.period.last).max();
    match first.zip(last) {
        Some((first, last)) => draw(&mut canvas, input, Period::new(first, last)),
        None => {
            canvas.add(text(0.0, 16.0, Anchor::Start, SMALL, "No periods to show.").class("muted"));
            canvas.height = 24.0;
        }
    }
    canvas.finish(&input.title, &describe(input), table(input))
}

/// A label above the plot, and the line that it hangs on.
struct Flag {
    x: f64,
    words: String,
}

fn draw(canvas: &mut Canvas, input: &Change, all: Period) {
    let (left, right) = (36.0, canvas.width - 6.0);
    let time = TimeScale::new(all, (left, right));
    let mut flags: Vec<Flag> = input.turns.iter().map(|t| Flag { x: time.start(t.at), words: turn_words(t) }).collect();
    flags.extend(input.breaks.iter().map(|d| Flag { x: time.start(*d), words: "method changed".to_owned() }));
    flags.sort_by(|a, b| a.x.total_cmp(&b.x));
    let spans: Vec<(f64, f64)> = flags
        .iter()
        .map(|flag| {
            let half = label::text_width(&flag.words, SMALL) / 2.0;
            let middle = flag.x.clamp(half, canvas.width - half);
            (middle - half, middle + half)
        })
        .collect();
    let rows = label::rows(&spans, 8.0);
    let lanes = rows.iter().max().map_or(0, |most| most + 1);
    let top = 26.0 + 13.0 * lanes as f64;
    let bottom = top + 150.0;
    let most = input.bars.iter().map(|b| b.value).chain(rates(input).map(|(_, rate)| rate)).fold(1.0, f64::max);
    let scale = Scale::linear((0.0, nice_above(most)), (bottom, top));
    canvas.add(text(0.0, 10.0, Anchor::Start, SMALL, &input.unit).class("muted"));
    for tick in scale.ticks(4) {
        canvas.add(svg::line(left, tick.at, right, tick.at).class("grid"));
        canvas.add(text(left - 5.0, tick.at + 3.5, Anchor::End, SMALL, &tick.label).class("muted"));
    }
    for turn in &input.turns {
        let (from, to) = time.span(turn.within);
        let band = svg::rect(from, top, (to - from).max(1.5), bottom - top).class("h-orange some");
        canvas.add(band.tooltip(&format!("90%: {}", turn.within.words())));
    }
    bars(canvas, input, &time, &scale, bottom);
    stretches(canvas, input, &time, &scale);
    for (flag, (span, row)) in flags.iter().zip(spans.iter().zip(&rows)) {
        let y = 22.0 + 13.0 * *row as f64;
        canvas.add(svg::line(flag.x, y + 4.0, flag.x, bottom).class("ink-line dashed"));
        canvas.add(text(span.0, y, Anchor::Start, SMALL, &flag.words).class("strong halo"));
    }
    canvas.add(svg::line(left, bottom, right, bottom).class("axis"));
    let periods: Vec<Period> = input.bars.iter().map(|b| b.period).collect();
    super::bar_axis(canvas, &time, &periods, bottom);
    legend(canvas, input, bottom + 24.0);
}

/// `Aug 2021: ×2.4 (1.5–3.7)`.
fn turn_words(turn: &Turn) -> String {
    let [ratio, low, high] = turn.ratio.map(quantity);
    format!("{} {}: ×{ratio} ({low}–{high})", month_name(turn.at.month()), turn.at.year())
}

/// The stretches with their rate put as events in a period of usual length.
fn rates(input: &Change) -> impl Iterator<Item = (&Stretch, f64)> {
    input.stretches.iter().map(|stretch| (stretch, stretch.per_day * usual_days(input, stretch)))
}

/// Mean days of the periods of a stretch.
fn usual_days(input: &Change, stretch: &Stretch) -> f64 {
    let within: Vec<i64> =
        input.bars.iter().filter(|b| b.period.overlaps(&stretch.period)).map(|b| b.period.days()).collect();
    within.iter().sum::<i64>() as f64 / within.len().max(1) as f64
}

fn bars(canvas: &mut Canvas, input: &Change, time: &TimeScale, scale: &Scale, bottom: f64) {
    for bar in &input.bars {
        let (from, to) = time.span(bar.period);
        let width = ((to - from) * 0.76).clamp(0.8, 40.0);
        let (x, y) = ((from + to - width) / 2.0, scale.at(bar.value));
        let node = Node::new("g").class("h-grey").tooltip(&format!("{}: {}", bar.period.words(), count(bar)));
        let node = node.child(svg::rect(x, y, width, bottom - y).class("soft"));
        let texture = bar.partial.then(|| canvas.texture(Texture::Rising)).flatten();
        canvas.add(node.children(texture.map(|fill| svg::rect(x, y, width, bottom - y).attr("fill", fill))));
    }
}

fn stretches(canvas: &mut Canvas, input: &Change, time: &TimeScale, scale: &Scale) {
    for (stretch, rate) in rates(input) {
        let (from, to) = time.span(stretch.period);
        let mut node = Node::new("g").class("h-blue").tooltip(&stretch_words(stretch));
        if let Some(trend) = stretch.trend {
            let course = |growth: f64| course(stretch, growth, rate, time, scale);
            // The limits of the growth cross in the middle of the stretch, where its rate is known best.
            let outline = course(trend.low).into_iter().chain(course(trend.high).into_iter().rev());
            node = node.child(svg::path(&PathData::through(outline, true)).class("some"));
            let middle = PathData::through(course(trend.growth), false);
            node = node.child(svg::path(&middle).class("line dashed"));
        }
        canvas.add(node.child(svg::line(from, scale.at(rate), to, scale.at(rate)).class("line thick")));
    }
}

/// A rate that grows by so much a month, and whose mean over the stretch is `rate`.
fn course(stretch: &Stretch, growth: f64, rate: f64, time: &TimeScale, scale: &Scale) -> Vec<(f64, f64)> {
    const STEPS: i64 = 24;
    let days = stretch.period.days() - 1;
    let log = growth.max(-0.99).ln_1p() / MONTH;
    let grown = |i: i64| (log * (i as f64 / STEPS as f64 - 0.5) * days as f64).exp();
    let mean = (0..=STEPS).map(grown).sum::<f64>() / (STEPS + 1) as f64;
    let day = |i: i64| add_days(stretch.period.first, days * i / STEPS);
    (0..=STEPS).map(|i| (time.middle(Period::day(day(i))), scale.at(rate * grown(i) / mean))).collect()
}

fn legend(canvas: &mut Canvas, input: &Change, top: f64) {
    let mut legend = Legend::new(0.0, top, canvas.width);
    legend.swatch(canvas, Hue::Grey, "soft", Texture::Plain, &format!("{} in a period", input.unit));
    if input.bars.iter().any(|b| b.partial) {
        legend.swatch(canvas, Hue::Grey, "soft", Texture::Rising, "partial data: a lower bound");
    }
    legend.entry(18.0, "stretch of one rate", |x, y| svg::line(x, y, x + 18.0, y).class("h-blue line thick"));
    if input.stretches.iter().any(|s| s.trend.is_some()) {
        legend.entry(18.0, "trend within, and its 90% band", |x, y| {
            let band = svg::rect(x, y - 5.0, 18.0, 10.0).class("some");
            svg::group("h-blue").child(band).child(svg::line(x, y, x + 18.0, y).class("line dashed"))
        });
    }
    if !input.turns.is_empty() {
        legend.entry(18.0, "change of the rate, and when it may have come (90%)", |x, y| {
            let band = svg::rect(x, y - 5.0, 18.0, 10.0).class("h-orange some");
            svg::group("").child(band).child(svg::line(x + 9.0, y - 5.0, x + 9.0, y + 5.0).class("ink-line dashed"))
        });
    }
    let (bottom, nodes) = legend.finish();
    nodes.into_iter().for_each(|node| canvas.add(node));
    canvas.height = bottom + 2.0;
}

fn count(bar: &Bar) -> String {
    format!("{}{}", if bar.partial { "≥ " } else { "" }, quantity(bar.value))
}

fn per_month(stretch: &Stretch) -> String {
    quantity(stretch.per_day * MONTH)
}

fn stretch_words(stretch: &Stretch) -> String {
    format!("{}: {} a month{}", stretch.period.words(), per_month(stretch), trend_words(stretch, "; "))
}

fn trend_words(stretch: &Stretch, before: &str) -> String {
    stretch.trend.map_or_else(String::new, |t| {
        let [growth, low, high] = [t.growth, t.low, t.high].map(|g| format!("{:+.0}%", g * 100.0).replace('-', "−"));
        format!("{before}{growth} a month ({low} to {high})")
    })
}

fn describe(input: &Change) -> String {
    let periods = input.bars.len();
    let turns: Vec<String> =
        input.turns.iter().map(|t| format!("{}, probability {:.0}%", turn_words(t), t.probability * 100.0)).collect();
    let found = if turns.is_empty() { "no change of the rate".to_owned() } else { turns.join("; ") };
    let breaks = input.breaks.iter().map(|d| format!(" The dataset's method changed on {}.", Period::day(*d).words()));
    format!("{} in {periods} periods: {found}.{}", input.unit, breaks.collect::<String>())
}

fn table(input: &Change) -> DataTable {
    let mut table = DataTable::new(&["Period", "What", "Number", "Remark"]);
    for (n, stretch) in input.stretches.iter().enumerate() {
        table.row([
            stretch.period.words(),
            format!("stretch {}, {} a month", n + 1, input.unit),
            per_month(stretch),
            trend_words(stretch, "trend "),
        ]);
    }
    for turn in &input.turns {
        let [ratio, low, high] = turn.ratio.map(quantity);
        table.row([
            turn.within.words(),
            "change of the rate".to_owned(),
            format!("×{ratio} ({low}–{high})"),
            format!("likeliest on {}; probability {:.0}%", Period::day(turn.at).words(), turn.probability * 100.0),
        ]);
    }
    for day in &input.breaks {
        table.row([Period::day(*day).words(), "method changed".to_owned(), String::new(), String::new()]);
    }
    for bar in &input.bars {
        let partial = if bar.partial { "partial: lower bound" } else { "" };
        table.row([bar.period.words(), input.unit.clone(), quantity(bar.value), partial.to_owned()]);
    }
    table
}

#[cfg(test)]
mod tests {
    use super::super::testing::{self, assert_no_overlap, assert_sound};
    use super::*;
    use jiff::civil::date;
    use proptest::prelude::*;

    fn months(counts: &[f64]) -> Vec<Bar> {
        let month = |i: usize| Period::new(date(2020, i as i8 + 1, 1), date(2020, i as i8 + 1, 1).last_of_month());
        counts.iter().enumerate().map(|(i, n)| Bar { period: month(i), value: *n, partial: i < 2 }).collect()
    }

    fn small() -> Change {
        Change {
            title: "Events by month".into(),
            unit: "events".into(),
            bars: months(&[4.0, 3.0, 5.0, 2.0, 4.0, 11.0, 13.0, 12.0, 15.0, 14.0, 18.0, 17.0]),
            stretches: vec![
                Stretch { period: Period::new(date(2020, 1, 1), date(2020, 5, 31)), per_day: 0.12, trend: None },
                Stretch {
                    period: Period::new(date(2020, 6, 1), date(2020, 12, 31)),
                    per_day: 0.47,
                    trend: Some(Trend { growth: 0.07, low: -0.01, high: 0.16 }),
                },
            ],
            turns: vec![Turn {
                at: date(2020, 6, 1),
                within: Period::new(date(2020, 5, 1), date(2020, 6, 30)),
                ratio: [3.9, 2.6, 6.1],
                probability: 0.98,
            }],
            breaks: vec![date(2020, 3, 1)],
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
    fn the_table_has_stretches_changes_breaks_and_counts() {
        let figure = render(&small(), &Options::wide("c"));
        assert_eq!(figure.table.rows.len(), 2 + 1 + 1 + 12);
        assert_eq!(figure.table.rows[1][3], "trend +7% a month (−1% to +16%)");
        assert_eq!(figure.table.rows[2][2], "×3.9 (2.6–6.1)");
        assert!(figure.description.contains("method changed on 1 Mar 2020"), "{}", figure.description);
    }

    #[test]
    fn nothing_to_show_is_said() {
        assert!(render(&Change::default(), &Options::wide("c")).svg.contains("No periods"));
    }

    proptest! {
        #[test]
        fn labels_never_overlap(days in prop::collection::vec(0i64..366, 0..8), narrow in any::<bool>()) {
            let turn = |day: &i64| Turn {
                at: add_days(date(2020, 1, 1), *day),
                within: Period::new(add_days(date(2020, 1, 1), day - 20), add_days(date(2020, 1, 1), day + 9)),
                ratio: [0.4, 0.1, 1234.0],
                probability: 0.9,
            };
            let input = Change { turns: days.iter().map(turn).collect(), ..small() };
            let figure = render(&input, &if narrow { Options::narrow("c") } else { Options::wide("c") });
            assert_no_overlap(&figure.svg);
            assert_sound(&figure);
        }
    }
}
