//! Events over time, with what is uncertain about them: vague dates, ranges of deaths, and partial coverage.

use std::collections::BTreeSet;

use super::label::{self, Anchor};
use super::palette::{Hue, Texture};
use super::scale::{Scale, TimeScale, quantity};
use super::svg::{self, Node, PathData};
use super::{Canvas, DataTable, Figure, Legend, Options, Period, SMALL, TEXT, text};

/// What the timeline shows.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Timeline {
    /// Title of the figure.
    pub title: String,
    /// What is counted, plural: `events`, `attacks`.
    pub unit: String,
    /// Bars in order of time, one for each month, quarter or year.
    pub bars: Vec<Bar>,
    /// Periods in which the data are known to be incomplete.
    pub partial: Vec<Period>,
    /// Dated labels, e.g. an attack that readers know.
    pub annotations: Vec<Annotation>,
}

/// One period's counts.
#[derive(Debug, Clone, PartialEq)]
pub struct Bar {
    /// The period.
    pub period: Period,
    /// Counts by type; one with an empty `kind` where the figure is not split.
    pub counts: Vec<Count>,
    /// Deaths in the period; `None` draws none.
    pub deaths: Option<Deaths>,
}

/// How many events fall into a period, given that some dates are vague.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Count {
    /// Type of event; empty where the figure is not split.
    pub kind: String,
    /// Events that certainly fall into it.
    pub certain: f64,
    /// Events expected in it, vague ones spread over their days.
    pub expected: f64,
    /// Events that may fall into it.
    pub possible: f64,
}

/// Deaths, as the dataset's low, best and high estimates add up.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Deaths {
    /// Low estimate.
    pub low: f64,
    /// Best estimate.
    pub best: f64,
    /// High estimate.
    pub high: f64,
}

/// A dated label.
#[derive(Debug, Clone, PartialEq)]
pub struct Annotation {
    /// When; the line stands at its middle.
    pub when: Period,
    /// A few words.
    pub label: String,
}

/// A bar's counts over all kinds.
fn total(bar: &Bar) -> Count {
    bar.counts.iter().fold(Count::default(), |sum, c| Count {
        kind: String::new(),
        certain: sum.certain + c.certain,
        expected: sum.expected + c.expected.max(c.certain),
        possible: sum.possible + c.possible.max(c.expected).max(c.certain),
    })
}

/// Draws the timeline: a panel of counts, and below it one of deaths where any bar has them.
pub fn render(input: &Timeline, options: &Options) -> Figure {
    let mut canvas = Canvas::new(options);
    let kinds: Vec<&str> = kinds(input);
    let Some(period) = extent(input) else {
        canvas.add(text(0.0, 16.0, Anchor::Start, TEXT, "No periods to show.").class("muted"));
        canvas.height = 24.0;
        return canvas.finish(&input.title, "No periods to show.", table(input));
    };
    let (left, right) = (40.0, canvas.width - 8.0);
    let time = TimeScale::new(period, (left, right));
    let notes = Notes::place(&input.annotations, &time, canvas.width);
    let top = 14.0 + notes.height() + 18.0;
    let panel = if options.is_narrow() { 130.0 } else { 150.0 };
    let counts = Panel { top, bottom: top + panel, left, right };
    let has_deaths = input.bars.iter().any(|b| b.deaths.is_some());
    let deaths = Panel { top: counts.bottom + 34.0, bottom: counts.bottom + 34.0 + panel * 0.6, left, right };
    let bottom = if has_deaths { deaths.bottom } else { counts.bottom };

    coverage(&mut canvas, input, &time, &counts, bottom);
    count_panel(&mut canvas, input, &kinds, &time, &counts);
    if has_deaths {
        death_panel(&mut canvas, input, &time, &deaths);
    }
    let periods: Vec<Period> = input.bars.iter().map(|b| b.period).collect();
    super::bar_axis(&mut canvas, &time, &periods, bottom);
    notes.draw(&mut canvas, bottom);
    coverage_labels(&mut canvas, input, &time, &counts, &notes);
    let y = legend(&mut canvas, input, &kinds, has_deaths, bottom + 26.0);
    canvas.height = y + 2.0;
    canvas.finish(&input.title, &describe(input, period), table(input))
}

/// The period from the first bar to the last.
fn extent(input: &Timeline) -> Option<Period> {
    let first = input.bars.iter().map(|b| b.period.first).min()?;
    let last = input.bars.iter().map(|b| b.period.last).max()?;
    Some(Period::new(first, last))
}

fn kinds(input: &Timeline) -> Vec<&str> {
    let mut seen = BTreeSet::new();
    let all = input.bars.iter().flat_map(|b| &b.counts).map(|c| c.kind.as_str());
    all.filter(|kind| seen.insert(*kind)).collect()
}

struct Panel {
    top: f64,
    bottom: f64,
    left: f64,
    right: f64,
}

impl Panel {
    /// Axis lines with labels on the left, and what is measured above them.
    fn grid(&self, canvas: &mut Canvas, scale: &Scale, ticks: usize, unit: &str) {
        for tick in scale.ticks(ticks) {
            canvas.add(svg::line(self.left, tick.at, self.right, tick.at).class("grid"));
            canvas.add(text(self.left - 5.0, tick.at + 3.5, Anchor::End, SMALL, &tick.label).class("muted"));
        }
        canvas.add(text(0.0, self.top - 7.0, Anchor::Start, SMALL, unit).class("muted"));
    }
}

/// Washes partial periods over all panels and names them.
fn coverage(canvas: &mut Canvas, input: &Timeline, time: &TimeScale, panel: &Panel, bottom: f64) {
    for period in &input.partial {
        let (from, to) = time.span(*period);
        if to - from < 0.5 {
            continue;
        }
        let (top, height) = (panel.top - 4.0, bottom - panel.top + 4.0);
        let hatch = canvas.hatch();
        canvas.add(svg::rect(from, top, to - from, height).class("wash"));
        canvas.add(svg::rect(from, top, to - from, height).attr("fill", hatch).tooltip("partial data: lower bound"));
    }
}

/// Words over each partial period, where there is room beside the panel's unit, clear of the annotations' lines if
/// that can be.
fn coverage_labels(canvas: &mut Canvas, input: &Timeline, time: &TimeScale, panel: &Panel, notes: &Notes) {
    let unit_end = label::text_width(&input.unit, SMALL) + 8.0;
    for period in &input.partial {
        let (from, to) = time.span(*period);
        let from = from.max(unit_end);
        let Some(words) =
            ["partial: lower bound", "partial"].into_iter().find(|w| label::text_width(w, SMALL) <= to - from)
        else {
            continue;
        };
        let half = label::text_width(words, SMALL) / 2.0;
        let places = [0.5, 0.3, 0.7, 0.1, 0.9].map(|share| from + half + share * (to - from - 2.0 * half));
        let is_clear = |x: &f64| notes.placed.iter().all(|note| (note.x - x).abs() > half + 3.0);
        let x = places.iter().copied().find(is_clear).unwrap_or(places[0]);
        canvas.add(text(x, panel.top - 7.0, Anchor::Middle, SMALL, words).class("muted em halo"));
    }
}

fn count_panel(canvas: &mut Canvas, input: &Timeline, kinds: &[&str], time: &TimeScale, panel: &Panel) {
    let totals: Vec<Count> = input.bars.iter().map(total).collect();
    let scale = Scale::linear((0.0, ceiling(totals.iter().map(|t| t.possible))), (panel.bottom, panel.top));
    panel.grid(canvas, &scale, 4, &input.unit);
    for (bar, total) in input.bars.iter().zip(&totals) {
        let (x, width) = bar_place(time, bar.period);
        let mut stack = Node::new("g").tooltip(&sentence(bar, total, &input.unit));
        let mut base = 0.0;
        for count in &bar.counts {
            let n = kinds.iter().position(|k| *k == count.kind).unwrap_or(0);
            let (y0, y1) = (scale.at(base), scale.at(base + count.certain));
            stack = stack.child(svg::rect(x, y1, width, y0 - y1).class(format!("{} fill", Hue::nth(n).class())));
            if let Some(fill) = canvas.texture(Texture::nth(n)) {
                stack = stack.child(svg::rect(x, y1, width, y0 - y1).attr("fill", fill));
            }
            base += count.certain;
        }
        let hue = if kinds.len() > 1 { Hue::Grey } else { Hue::nth(0) }.class();
        let (certain, expected, possible) = (scale.at(base), scale.at(total.expected), scale.at(total.possible));
        if certain - expected > 0.05 {
            stack = stack.child(svg::rect(x, expected, width, certain - expected).class(format!("{hue} soft")));
        }
        if expected - possible > 0.05 {
            let (a, b) = (x + 0.5, x + width - 0.5);
            let outline = PathData::new().go(a, expected).to(a, possible).to(b, possible).to(b, expected);
            stack = stack.child(svg::path(&outline).class(format!("{hue} line dashed")));
        }
        canvas.add(stack);
    }
    canvas.add(svg::line(panel.left, panel.bottom, panel.right, panel.bottom).class("axis"));
}

fn death_panel(canvas: &mut Canvas, input: &Timeline, time: &TimeScale, panel: &Panel) {
    let highs = input.bars.iter().filter_map(|b| b.deaths).map(|d| d.high.max(d.best));
    let scale = Scale::linear((0.0, ceiling(highs)), (panel.bottom, panel.top));
    panel.grid(canvas, &scale, 3, "deaths");
    for bar in &input.bars {
        let Some(d) = bar.deaths else { continue };
        let (x, (low, high)) = (time.middle(bar.period), (scale.at(d.low.min(d.best)), scale.at(d.high.max(d.best))));
        let words =
            format!("{}: {} deaths ({}–{})", bar.period.words(), quantity(d.best), quantity(d.low), quantity(d.high));
        let mut mark = Node::new("g").class(Hue::Vermillion.class()).tooltip(&words);
        if low - high > 0.3 {
            let cap = |y| svg::line(x - 2.5, y, x + 2.5, y).class("line");
            mark = mark.child(svg::line(x, low, x, high).class("line")).child(cap(low)).child(cap(high));
        }
        canvas.add(mark.child(svg::circle(x, scale.at(d.best), 3.0).class("fill rim")));
    }
    canvas.add(svg::line(panel.left, panel.bottom, panel.right, panel.bottom).class("axis"));
}

/// Annotations in rows above the panels, each with a line down to its date.
struct Notes {
    placed: Vec<Note>,
}

struct Note {
    /// Where its line stands.
    x: f64,
    /// The words, from their left to their right end.
    from: f64,
    to: f64,
    /// Its row; 0 is the lowest.
    row: usize,
    words: String,
}

impl Notes {
    fn place(annotations: &[Annotation], time: &TimeScale, width: f64) -> Self {
        let inside = annotations.iter().filter(|a| a.when.overlaps(&time.period()));
        let mut sized: Vec<(f64, f64, String)> = inside
            .map(|note| {
                let words = label::truncate(&note.label, width / 2.0 - 8.0, SMALL).unwrap_or_default();
                (time.middle(note.when), label::text_width(&words, SMALL), words)
            })
            .collect();
        let turns = |x: f64, w: f64| x + 3.0 + w > width;
        // Words stand right of their line, so going from right to left what may cross them is already placed. Those
        // that find no room before the edge stand left of their line, and come last, in the other direction.
        sized.sort_by(|a, b| {
            let (a_turns, b_turns) = (turns(a.0, a.1), turns(b.0, b.1));
            let along = if a_turns { a.0.total_cmp(&b.0) } else { b.0.total_cmp(&a.0) };
            a_turns.cmp(&b_turns).then(along).then_with(|| a.2.cmp(&b.2))
        });
        let mut placed: Vec<Note> = Vec::new();
        for (x, w, words) in sized {
            let from = if turns(x, w) { x - 3.0 - w } else { x + 3.0 };
            let row = Self::row(&placed, x, (from, from + w));
            placed.push(Note { x, from, to: from + w, row, words });
        }
        Self { placed }
    }

    /// The lowest row in which the words cover no others, no line runs through them, and their line through none.
    fn row(placed: &[Note], x: f64, (from, to): (f64, f64)) -> usize {
        let rows = 0..=placed.len();
        let covers =
            |row: usize| placed.iter().any(|n| n.row == row && from.min(x) < n.to + 5.0 && n.from.min(n.x) < to + 5.0);
        let crossed = |row: usize| {
            let through = |n: &Note| n.row > row && from - 2.0 < n.x && n.x < to + 2.0;
            let over = |n: &Note| n.row < row && n.from - 2.0 < x && x < n.to + 2.0;
            placed.iter().any(|n| through(n) || over(n))
        };
        let free = |row: &usize| !covers(*row);
        let clear = rows.clone().find(|row| free(row) && !crossed(*row));
        clear.or_else(|| rows.clone().find(free)).unwrap_or(placed.len())
    }

    fn rows(&self) -> usize {
        self.placed.iter().map(|n| n.row + 1).max().unwrap_or(0)
    }

    fn height(&self) -> f64 {
        14.0 * self.rows() as f64
    }

    fn draw(&self, canvas: &mut Canvas, bottom: f64) {
        let y = |note: &Note| 12.0 + 14.0 * (self.rows() - 1 - note.row) as f64;
        for note in &self.placed {
            canvas.add(svg::line(note.x, y(note) - 8.0, note.x, bottom).class("note-line"));
        }
        for note in &self.placed {
            canvas.add(text(note.from, y(note), Anchor::Start, SMALL, &note.words).class("halo"));
        }
    }
}

fn legend(canvas: &mut Canvas, input: &Timeline, kinds: &[&str], deaths: bool, top: f64) -> f64 {
    let mut legend = Legend::new(0.0, top, canvas.width);
    let split = kinds.len() > 1;
    for (n, kind) in kinds.iter().enumerate() {
        let words = if split { (*kind).to_owned() } else { format!("{} certainly in the period", input.unit) };
        legend.swatch(canvas, Hue::nth(n), "fill", Texture::nth(n), &words);
    }
    let totals: Vec<Count> = input.bars.iter().map(total).collect();
    let hue = if split { Hue::Grey } else { Hue::nth(0) };
    if totals.iter().any(|t| t.expected - t.certain > 0.005) {
        legend.swatch(canvas, hue, "soft", Texture::Plain, "expected (vague dates spread)");
    }
    if totals.iter().any(|t| t.possible - t.expected > 0.005) {
        legend.entry(14.0, "possible", |x, y| {
            svg::rect(x + 0.5, y - 4.5, 13.0, 9.0).class(format!("{} line dashed", hue.class()))
        });
    }
    if deaths {
        legend.entry(14.0, "deaths: best, low to high", |x, y| {
            Node::new("g")
                .class(Hue::Vermillion.class())
                .child(svg::line(x + 7.0, y - 6.0, x + 7.0, y + 6.0).class("line"))
                .child(svg::circle(x + 7.0, y, 3.0).class("fill rim"))
        });
    }
    if !input.partial.is_empty() {
        let hatch = canvas.hatch();
        legend.entry(14.0, "partial data: a lower bound", |x, y| {
            let wash = svg::rect(x, y - 5.0, 14.0, 10.0).class("wash");
            Node::new("g").child(wash).child(svg::rect(x, y - 5.0, 14.0, 10.0).attr("fill", hatch))
        });
    }
    let (bottom, nodes) = legend.finish();
    nodes.into_iter().for_each(|node| canvas.add(node));
    bottom
}

/// Where a bar stands: its period less a gap.
fn bar_place(time: &TimeScale, period: Period) -> (f64, f64) {
    let (from, to) = time.span(period);
    let width = ((to - from) * 0.78).clamp(1.0, 46.0);
    ((from + to - width) / 2.0, width)
}

/// The top of an axis: the least multiple of a round step that holds every value, so that bars fill their panel.
fn ceiling(values: impl Iterator<Item = f64>) -> f64 {
    let most = values.filter(|v| v.is_finite()).fold(0.0, f64::max);
    if most <= 0.0 {
        return 1.0;
    }
    let step = super::scale::nice_above(most / 4.0);
    (most / step).ceil() * step
}

fn is_partial(input: &Timeline, period: Period) -> bool {
    input.partial.iter().any(|p| p.overlaps(&period))
}

fn sentence(bar: &Bar, total: &Count, unit: &str) -> String {
    let mut words = format!("{}: {} {unit}", bar.period.words(), quantity(total.certain));
    if total.possible > total.certain {
        words += &format!(" for certain, {} expected, {} possible", quantity(total.expected), quantity(total.possible));
    }
    words
}

fn describe(input: &Timeline, period: Period) -> String {
    let sum = input.bars.iter().map(|b| total(b).expected).sum::<f64>();
    let peak = input.bars.iter().max_by(|a, b| total(a).expected.total_cmp(&total(b).expected));
    let mut words = format!("{} {} from {} in {} periods", quantity(sum), input.unit, period.words(), input.bars.len());
    if let Some(peak) = peak {
        words += &format!("; most in {} ({})", peak.period.words(), quantity(total(peak).expected));
    }
    if !input.partial.is_empty() {
        let periods: Vec<String> = input.partial.iter().map(Period::words).collect();
        words += &format!(". Data for {} are partial: a lower bound", periods.join(", "));
    }
    words + "."
}

fn table(input: &Timeline) -> DataTable {
    let mut table =
        DataTable::new(&["Period", "Kind", "Certain", "Expected", "Possible", "Deaths (low–best–high)", "Coverage"]);
    for bar in &input.bars {
        let coverage = if is_partial(input, bar.period) { "partial: lower bound" } else { "" };
        for (i, c) in bar.counts.iter().enumerate() {
            // Deaths belong to the period, so they are said once.
            let deaths = bar.deaths.filter(|_| i == 0);
            let deaths = deaths.map(|d| format!("{}–{}–{}", quantity(d.low), quantity(d.best), quantity(d.high)));
            table.row([
                bar.period.words(),
                c.kind.clone(),
                quantity(c.certain),
                quantity(c.expected),
                quantity(c.possible),
                deaths.unwrap_or_default(),
                coverage.to_owned(),
            ]);
        }
    }
    table
}

#[cfg(test)]
mod tests {
    use super::super::testing::{self, assert_no_overlap};
    use super::*;
    use jiff::civil::date;
    use proptest::prelude::*;

    fn small() -> Timeline {
        let count = |kind: &str, certain, expected, possible| Count { kind: kind.into(), certain, expected, possible };
        let year = |y| Period::new(date(y, 1, 1), date(y, 12, 31));
        Timeline {
            title: "Lethal events with IS as a side".into(),
            unit: "events".into(),
            bars: vec![
                Bar {
                    period: year(2019),
                    counts: vec![count("", 17.0, 17.0, 17.0)],
                    deaths: Some(Deaths { low: 80.0, best: 120.0, high: 160.0 }),
                },
                Bar {
                    period: year(2020),
                    counts: vec![count("", 64.0, 65.5, 67.0)],
                    deaths: Some(Deaths { low: 300.0, best: 331.0, high: 420.0 }),
                },
            ],
            partial: vec![year(2019)],
            annotations: vec![Annotation {
                when: Period::day(date(2020, 5, 12)),
                label: "Maternity ward <Kabul>".into(),
            }],
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
    fn partial_periods_are_named_in_picture_description_and_table() {
        let figure = render(&small(), &Options::wide("t"));
        assert!(figure.svg.contains("partial: lower bound"));
        assert!(figure.description.contains("2019 are partial"));
        assert_eq!(figure.table.rows[0][6], "partial: lower bound");
        assert_eq!(figure.table.rows[1][6], "");
    }

    #[test]
    fn nothing_to_show_is_said() {
        let figure = render(&Timeline::default(), &Options::wide("t"));
        assert!(figure.svg.contains("No periods to show."));
    }

    proptest! {
        #[test]
        fn labels_never_overlap(
            notes in prop::collection::vec((0i64..3650, "[A-Za-z ]{1,30}"), 0..14),
            counts in prop::collection::vec(0.0..500.0f64, 1..60),
            narrow in any::<bool>(),
        ) {
            let day = |n| super::super::scale::add_days(date(2013, 1, 1), n);
            let bars = counts.iter().enumerate().map(|(i, c)| Bar {
                period: Period::new(day(60 * i as i64), day(60 * i as i64 + 59)),
                counts: vec![Count { kind: String::new(), certain: *c, expected: c + 1.0, possible: c + 2.0 }],
                deaths: None,
            });
            let input = Timeline {
                unit: "events".into(),
                bars: bars.collect(),
                partial: vec![Period::new(day(100), day(900))],
                annotations: notes.into_iter().map(|(n, label)| Annotation { when: Period::day(day(n)), label }).collect(),
                ..Timeline::default()
            };
            let options = if narrow { Options::narrow("t") } else { Options::wide("t") };
            let figure = render(&input, &options);
            assert_no_overlap(&figure.svg);
            prop_assert_eq!(figure, render(&input, &options));
        }
    }
}
