//! A group's strength as modelled month by month, over the estimates that it rests on, and how fast the group renewed itself.

use super::label::{self, Anchor};
use super::palette::{Hue, Texture};
use super::scale::{Scale, TimeScale, quantity};
use super::strength::{Estimate, dodge, draw_bar, sources, style};
use super::svg::{self, PathData};
use super::{Canvas, DataTable, Figure, Legend, Options, Period, SMALL, text};

/// What the figure shows.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct History {
    /// Title of the figure.
    pub title: String,
    /// What is counted, plural: `fighters`.
    pub unit: String,
    /// Strength at the end of each month.
    pub months: Vec<Level>,
    /// The estimates that the model took.
    pub estimates: Vec<Estimate>,
    /// Named events that may have moved strength.
    pub shocks: Vec<Shock>,
    /// Recruits a month, over stretches of time.
    pub recruits: Vec<Flow>,
}

/// Quantiles at 5, 25, 50, 75 and 95%.
pub type Five = [f64; 5];

/// One month.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Level {
    /// The month.
    pub month: Period,
    /// Strength.
    pub strength: Five,
}

/// A named event.
#[derive(Debug, Clone, PartialEq)]
pub struct Shock {
    /// Its name.
    pub name: String,
    /// Its month.
    pub month: Period,
    /// Strength after over before: 5, 50 and 95%.
    pub factor: [f64; 3],
}

/// Recruits a month over a stretch.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Flow {
    /// The stretch.
    pub period: Period,
    /// Recruits a month: 5, 50 and 95%.
    pub recruits: [f64; 3],
    /// Whether the estimates tell more than was taken for granted before them.
    pub informed: bool,
}

/// Height of the panel of strength, and of that of recruits.
const PANELS: [f64; 2] = [230.0, 76.0];

/// Draws the history.
pub fn render(input: &History, options: &Options) -> Figure {
    let mut canvas = Canvas::new(options);
    match input.months.first().zip(input.months.last()) {
        Some((first, last)) => draw(&mut canvas, input, Period::new(first.month.first, last.month.last)),
        None => {
            canvas.add(text(0.0, 16.0, Anchor::Start, SMALL, "No months to show.").class("muted"));
            canvas.height = 24.0;
        }
    }
    canvas.finish(&input.title, &describe(input), table(input))
}

fn draw(canvas: &mut Canvas, input: &History, all: Period) {
    let (left, right, top) = (44.0, canvas.width - 8.0, 24.0);
    let bottom = top + PANELS[0];
    let time = TimeScale::new(all, (left, right));
    let scale = Scale::linear((0.0, most(input)), (bottom, top));
    canvas.add(text(0.0, 10.0, Anchor::Start, SMALL, &input.unit).class("muted"));
    for tick in scale.ticks(5) {
        canvas.add(svg::line(left, tick.at, right, tick.at).class("grid"));
        canvas.add(text(left - 5.0, tick.at + 3.5, Anchor::End, SMALL, &tick.label).class("muted"));
    }
    levels(canvas, input, &time, &scale);
    for (n, shock) in input.shocks.iter().enumerate() {
        let x = time.middle(shock.month);
        let [low, mid, high] = shock.factor.map(quantity);
        let words = format!("{}, {}: ×{mid} ({low}–{high})", shock.name, shock.month.words());
        canvas.add(svg::line(x, top, x, bottom).class("ink-line dashed").tooltip(&words));
        let name = (n + 1).to_string();
        let half = label::text_width(&name, SMALL) / 2.0;
        canvas.add(text(x.min(canvas.width - half), top - 6.0, Anchor::Middle, SMALL, &name).class("strong"));
    }
    let mut estimates: Vec<&Estimate> = input.estimates.iter().collect();
    estimates.sort_by(|a, b| a.when.cmp(&b.when).then_with(|| a.source.cmp(&b.source)));
    let sources = sources(&estimates);
    for bar in &dodge(&estimates, &time, &scale) {
        draw_bar(canvas, bar, &time, &scale, style(&sources, &bar.estimate.source));
    }
    canvas.add(svg::line(left, bottom, right, bottom).class("axis"));
    let end = recruits(canvas, input, &time, (left, right), bottom);
    for tick in time.ticks(40.0) {
        let half = label::text_width(&tick.label, SMALL) / 2.0;
        canvas.add(svg::line(tick.at, end, tick.at, end + 4.0).class("axis"));
        let x = tick.at.clamp(half, canvas.width - half);
        canvas.add(text(x, end + 15.0, Anchor::Middle, SMALL, &tick.label).class("muted"));
    }
    legend(canvas, input, &sources, end + 26.0);
}

/// The top of the scale: over the band of a half, and over what sources say, but not over every tail.
fn most(input: &History) -> f64 {
    let ends = input.estimates.iter().flat_map(|e| e.strict.ends().chain(e.pragmatic.ends()));
    let most = input.months.iter().map(|m| m.strength[3] * 1.3).chain(ends.map(|v| v * 1.1)).fold(1.0, f64::max);
    let step = super::scale::nice_above(most / 5.0);
    (most / step).ceil() * step
}

fn levels(canvas: &mut Canvas, input: &History, time: &TimeScale, scale: &Scale) {
    let along = |q: usize| input.months.iter().map(move |m| (time.middle(m.month), scale.at(m.strength[q])));
    let mut node = svg::group("h-blue");
    for (low, high, class) in [(0, 4, "faint"), (1, 3, "some")] {
        let outline: Vec<(f64, f64)> = along(high).collect();
        let lower = along(low).collect::<Vec<_>>().into_iter().rev();
        node = node.child(svg::path(&PathData::through(outline.into_iter().chain(lower), true)).class(class));
    }
    canvas.add(node.child(svg::path(&PathData::through(along(2), false)).class("line thick")));
}

/// The lower panel; gives its lower edge.
fn recruits(canvas: &mut Canvas, input: &History, time: &TimeScale, (left, right): (f64, f64), above: f64) -> f64 {
    if input.recruits.is_empty() {
        return above;
    }
    let (top, bottom) = (above + 32.0, above + 32.0 + PANELS[1]);
    // Not over every tail: the middle of the widest is enough.
    let most = input.recruits.iter().map(|f| f.recruits[1] * 2.2).fold(1.0, f64::max);
    let scale = Scale::linear((0.0, super::scale::nice_above(most)), (bottom, top));
    canvas.add(text(0.0, top - 9.0, Anchor::Start, SMALL, "recruits a month").class("muted"));
    for tick in scale.ticks(2) {
        canvas.add(svg::line(left, tick.at, right, tick.at).class("grid"));
        canvas.add(text(left - 5.0, tick.at + 3.5, Anchor::End, SMALL, &tick.label).class("muted"));
    }
    for flow in &input.recruits {
        let (from, to) = time.span(flow.period);
        let [low, mid, high] = flow.recruits;
        let (hue, class) = if flow.informed { (Hue::Green, "some") } else { (Hue::Grey, "faint") };
        let box_ = svg::rect(from + 1.0, scale.at(high), to - from - 2.0, scale.at(low) - scale.at(high)).class(class);
        let line = svg::line(from + 1.0, scale.at(mid), to - 1.0, scale.at(mid));
        let line = line.class(if flow.informed { "line thick" } else { "line dashed" });
        let node = svg::group(hue.class()).tooltip(&format!("{}: {}", flow.period.words(), flow_words(flow)));
        canvas.add(node.child(box_).child(line));
    }
    canvas.add(svg::line(left, bottom, right, bottom).class("axis"));
    bottom
}

fn legend(canvas: &mut Canvas, input: &History, sources: &[&str], top: f64) {
    let mut legend = Legend::new(0.0, top, canvas.width);
    legend.entry(18.0, "model: median", |x, y| svg::line(x, y, x + 18.0, y).class("h-blue line thick"));
    legend.swatch(canvas, Hue::Blue, "some", Texture::Plain, "50%");
    legend.swatch(canvas, Hue::Blue, "faint", Texture::Plain, "90%");
    if input.recruits.iter().any(|f| f.informed) {
        legend.swatch(canvas, Hue::Green, "some", Texture::Plain, "recruits, 90%");
    }
    if input.recruits.iter().any(|f| !f.informed) {
        legend.entry(18.0, "recruits, where the estimates hardly tell", |x, y| {
            let band = svg::rect(x, y - 5.0, 18.0, 10.0).class("faint");
            svg::group("h-grey").child(band).child(svg::line(x, y, x + 18.0, y).class("line dashed"))
        });
    }
    for source in sources {
        let (hue, shape) = style(sources, source);
        legend.marker(hue, shape, source);
    }
    for (n, shock) in input.shocks.iter().enumerate() {
        let words = format!("{}: {}", n + 1, shock.name);
        legend.entry(6.0, &words, |x, y| svg::line(x + 3.0, y - 5.0, x + 3.0, y + 5.0).class("ink-line dashed"));
    }
    let (bottom, nodes) = legend.finish();
    nodes.into_iter().for_each(|node| canvas.add(node));
    canvas.height = bottom + 2.0;
}

/// To three digits, for more say nothing.
fn about(value: f64) -> String {
    let size = if value.abs() < 1.0 { 0 } else { value.abs().log10().floor() as i32 };
    let step = 10_f64.powi((size - 2).max(0));
    quantity((value / step).round() * step)
}

fn flow_words(flow: &Flow) -> String {
    let [low, mid, high] = flow.recruits.map(about);
    format!("{mid} recruits a month ({low}–{high})")
}

fn describe(input: &History) -> String {
    let words = |m: &Level| {
        let [low, _, mid, _, high] = m.strength.map(about);
        format!("{mid} ({low}–{high}) in {}", m.month.words())
    };
    let least = input.months.iter().min_by(|a, b| a.strength[2].total_cmp(&b.strength[2]));
    let most = input.months.iter().max_by(|a, b| a.strength[2].total_cmp(&b.strength[2]));
    let Some(((least, most), last)) = least.zip(most).zip(input.months.last()) else {
        return "No months.".to_owned();
    };
    format!(
        "Modelled {}, median and 90% band: at least {}, at most {}, at the end {}; over {} estimates.",
        input.unit,
        words(least),
        words(most),
        words(last),
        input.estimates.len()
    )
}

fn table(input: &History) -> DataTable {
    let mut table = DataTable::new(&["When", "What", "Middle", "90% or bounds", "Remark"]);
    for shock in &input.shocks {
        let [low, mid, high] = shock.factor.map(quantity);
        let remark = "strength after over before".to_owned();
        table.row([shock.month.words(), shock.name.clone(), format!("×{mid}"), format!("×{low}–×{high}"), remark]);
    }
    for flow in &input.recruits {
        let [low, mid, high] = flow.recruits.map(about);
        let remark = if flow.informed { "" } else { "the estimates hardly tell" };
        table.row([flow.period.words(), "recruits a month".into(), mid, format!("{low}–{high}"), remark.into()]);
    }
    for e in &input.estimates {
        let remark = format!("“{}”", e.phrase);
        table.row([e.when.words(), format!("estimate, {}", e.source), String::new(), e.pragmatic.words(), remark]);
    }
    for m in &input.months {
        let [low, _, mid, _, high] = m.strength.map(about);
        table.row([m.month.words(), format!("modelled {}", input.unit), mid, format!("{low}–{high}"), String::new()]);
    }
    table
}

#[cfg(test)]
mod tests {
    use super::super::Bounds;
    use super::super::testing;
    use super::*;
    use jiff::civil::date;

    fn small() -> History {
        let month = |i: i8| Period::new(date(2020, i, 1), date(2020, i, 1).last_of_month());
        let level = |i: i8| {
            let mid = 900.0 + 140.0 * f64::from(i);
            Level { month: month(i), strength: [0.4, 0.7, 1.0, 1.5, 2.6].map(|x| x * mid) }
        };
        let flow = |from, to, informed| Flow {
            period: Period::new(date(2020, from, 1), date(2020, to, 1).last_of_month()),
            recruits: [20.0, 90.0, 260.0],
            informed,
        };
        History {
            title: "Strength".into(),
            unit: "fighters".into(),
            months: (1..=12).map(level).collect(),
            estimates: vec![
                Estimate {
                    source: "UN Monitoring Team".into(),
                    phrase: "1,000 to 2,200".into(),
                    when: Period::new(date(2020, 5, 1), date(2020, 7, 31)),
                    strict: Bounds::closed(1000.0, 2200.0),
                    pragmatic: Bounds::closed(1000.0, 2200.0),
                },
                Estimate {
                    source: "Press & co".into(),
                    phrase: "up to 4,000".into(),
                    when: month(11),
                    strict: Bounds::at_most(4000.0),
                    pragmatic: Bounds::closed(3000.0, 4000.0),
                },
            ],
            shocks: vec![Shock { name: "Prison break".into(), month: month(8), factor: [0.95, 1.2, 1.9] }],
            recruits: vec![flow(1, 6, true), flow(7, 12, false)],
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
    fn the_table_has_events_recruits_estimates_and_months() {
        let figure = render(&small(), &Options::wide("h"));
        assert_eq!(figure.table.rows.len(), 1 + 2 + 2 + 12);
        assert_eq!(figure.table.rows[2][4], "the estimates hardly tell");
        assert!(figure.description.contains("at the end 2,580 (1,030–6,710) in Dec 2020"), "{}", figure.description);
        assert!(render(&History::default(), &Options::wide("h")).svg.contains("No months"));
    }
}
