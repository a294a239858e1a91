//! Evidence against competing hypotheses: how each item sits with each, how far it tells them apart, and what follows.

use super::label::{self, Anchor};
use super::palette::{Hue, Texture};
use super::scale::{Scale, quantity};
use super::svg::{self, Node};
use super::{Canvas, DataTable, Figure, Legend, Options, SMALL, text};

/// What the figure shows.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Matrix {
    /// Title of the figure: the question.
    pub title: String,
    /// The answers.
    pub hypotheses: Vec<Hypothesis>,
    /// Items of evidence, what tells most apart first.
    pub evidence: Vec<Item>,
}

/// One answer.
#[derive(Debug, Clone, PartialEq)]
pub struct Hypothesis {
    /// Its name within the question.
    pub id: String,
    /// The answer.
    pub text: String,
    /// Its chance if items of one origin are one voice: in the middle, and the least and greatest that the ranges allow.
    pub shared: [f64; 3],
    /// The same if each item counts in full.
    pub each: [f64; 3],
}

/// One item of evidence.
#[derive(Debug, Clone, PartialEq)]
pub struct Item {
    /// Its name.
    pub name: String,
    /// How it sits with each answer.
    pub readings: Vec<Reading>,
    /// How far it tells answers apart, in decibans.
    pub decibans: f64,
    /// Whether another answer leads without it, and whether one does with it turned round.
    pub turns: [bool; 2],
    /// The source, or the sources, that it goes back to.
    pub origin: String,
}

/// How an item sits with an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reading {
    /// Very consistent.
    CC,
    /// Consistent.
    C,
    /// Either way.
    N,
    /// Inconsistent.
    I,
    /// Very inconsistent.
    II,
    /// Says nothing.
    Nothing,
}

impl Reading {
    const ALL: [Self; 6] = [Self::CC, Self::C, Self::N, Self::I, Self::II, Self::Nothing];

    fn look(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Self::CC => ("CC", "very consistent", "h-blue soft"),
            Self::C => ("C", "consistent", "h-blue faint"),
            Self::N => ("N", "either way", "h-grey faint"),
            Self::I => ("I", "inconsistent", "h-vermillion some"),
            Self::II => ("II", "very inconsistent", "h-vermillion soft-line"),
            Self::Nothing => ("–", "says nothing", ""),
        }
    }
}

const ROW: f64 = 22.0;
const CELL: f64 = 46.0;

/// Draws the matrix, and the chances below it.
pub fn render(input: &Matrix, options: &Options) -> Figure {
    let mut canvas = Canvas::new(options);
    if input.evidence.is_empty() || input.hypotheses.is_empty() {
        canvas.add(text(0.0, 16.0, Anchor::Start, SMALL, "No evidence to show.").class("muted"));
        canvas.height = 24.0;
    } else {
        draw(&mut canvas, input, options.is_narrow());
    }
    canvas.finish(&input.title, &describe(input), table(input))
}

fn draw(canvas: &mut Canvas, input: &Matrix, narrow: bool) {
    let answers = input.hypotheses.len() as f64;
    let bars = if narrow { 88.0 } else { 150.0 };
    let cell = CELL.min((canvas.width - bars - 90.0) / answers).max(18.0);
    let gutter = (canvas.width - bars - cell * answers).max(40.0);
    let size = if cell < 34.0 { 9.0 } else { SMALL };
    for (n, hypothesis) in input.hypotheses.iter().enumerate() {
        let name = label::truncate(&hypothesis.id, cell - 2.0, size).unwrap_or_else(|| (n + 1).to_string());
        let x = gutter + cell * (n as f64 + 0.5);
        canvas.add(text(x, 12.0, Anchor::Middle, size, &name).class("strong").tooltip(&hypothesis.text));
    }
    if gutter > 300.0 {
        canvas.add(text(0.0, 12.0, Anchor::Start, SMALL, "evidence").class("muted"));
        canvas.add(text(gutter * 0.62, 12.0, Anchor::Start, SMALL, "goes back to").class("muted"));
    }
    let heading = if narrow { "decibans" } else { "tells apart, decibans" };
    canvas.add(text(gutter + cell * answers + 8.0, 12.0, Anchor::Start, SMALL, heading).class("muted"));
    let most = input.evidence.iter().map(|item| item.decibans).fold(1.0, f64::max);
    let left = gutter + cell * answers + 8.0;
    let length = Scale::linear((0.0, most), (0.0, bars - 64.0));
    for (n, item) in input.evidence.iter().enumerate() {
        let y = 18.0 + ROW * n as f64;
        row(canvas, item, y, (gutter, cell));
        let bar = svg::rect(left, y + 6.0, length.at(item.decibans).max(1.0), ROW - 12.0).class("h-grey soft");
        canvas.add(bar.tooltip(&format!("{} decibans", quantity(item.decibans))));
        let x = left + length.at(item.decibans).max(1.0) + 4.0;
        let marks: String =
            item.turns.iter().zip([" ×", " ↔"]).filter(|(turns, _)| **turns).map(|(_, mark)| mark).collect();
        let words = format!("{:.1}{marks}", item.decibans);
        canvas.add(text(x, y + 14.5, Anchor::Start, SMALL, &words).class("muted"));
    }
    let bottom = chances(canvas, input, 18.0 + ROW * input.evidence.len() as f64 + 30.0, narrow);
    legend(canvas, input, bottom + 8.0);
}

fn row(canvas: &mut Canvas, item: &Item, y: f64, (gutter, cell): (f64, f64)) {
    let (name, origin) = if gutter > 300.0 { (gutter * 0.62, gutter * 0.38) } else { (gutter, 0.0) };
    let words = label::truncate(&item.name, name - 8.0, SMALL).unwrap_or_default();
    canvas.add(text(0.0, y + 14.5, Anchor::Start, SMALL, &words).tooltip(&format!("from {}", item.origin)));
    if let Some(words) = label::truncate(&item.origin, origin - 12.0, SMALL) {
        canvas.add(text(name, y + 14.5, Anchor::Start, SMALL, &words).class("muted"));
    }
    for (n, reading) in item.readings.iter().enumerate() {
        let (letter, words, class) = reading.look();
        let x = gutter + cell * n as f64;
        let box_ =
            svg::rect(x + 1.0, y + 1.0, cell - 2.0, ROW - 2.0).class(if class.is_empty() { "wash" } else { class });
        canvas.add(Node::new("g").tooltip(words).child(box_));
        canvas.add(text(x + cell / 2.0, y + 14.5, Anchor::Middle, SMALL, letter));
    }
}

/// A bar for each answer and way of counting; gives the lower edge.
fn chances(canvas: &mut Canvas, input: &Matrix, top: f64, narrow: bool) -> f64 {
    canvas.add(text(0.0, top - 10.0, Anchor::Start, SMALL, "chance of each answer").class("muted"));
    let gutter = if narrow { 56.0 } else { 90.0 };
    let right = canvas.width - 44.0;
    let scale = Scale::linear((0.0, 1.0), (gutter, right));
    let row = 46.0;
    let bottom = top + row * input.hypotheses.len() as f64;
    for share in [0.0, 0.25, 0.5, 0.75, 1.0] {
        let x = scale.at(share);
        canvas.add(svg::line(x, top, x, bottom).class("grid"));
        canvas.add(text(x, bottom + 12.0, Anchor::Middle, SMALL, &format!("{:.0}%", share * 100.0)).class("muted"));
    }
    for (n, hypothesis) in input.hypotheses.iter().enumerate() {
        let y = top + row * n as f64;
        let name = label::truncate(&hypothesis.id, gutter - 6.0, SMALL).unwrap_or_default();
        canvas.add(text(0.0, y + 25.0, Anchor::Start, SMALL, &name).class("strong"));
        let words = label::truncate(&hypothesis.text, right - gutter, SMALL).unwrap_or_default();
        canvas.add(text(gutter, y + 11.0, Anchor::Start, SMALL, &words).class("halo"));
        for (i, (chance, hue)) in
            [(hypothesis.shared, Hue::Blue), (hypothesis.each, Hue::Orange)].into_iter().enumerate()
        {
            let [middle, low, high] = chance;
            let y = y + 21.0 + 12.0 * i as f64;
            let texture = (i == 1).then(|| canvas.texture(Texture::Rising)).flatten();
            let bar = |class: &str| svg::rect(gutter, y - 4.0, scale.at(middle) - gutter, 8.0).class(class);
            let over =
                texture.map(|fill| svg::rect(gutter, y - 4.0, scale.at(middle) - gutter, 8.0).attr("fill", fill));
            let range = svg::line(scale.at(low), y, scale.at(high), y).class("ink-line");
            let tip = format!("{}: {} ({}–{})", hypothesis.id, percent(middle), percent(low), percent(high));
            canvas.add(svg::group(hue.class()).tooltip(&tip).child(bar("soft")).children(over).child(range));
            canvas.add(text(right + 8.0, y + 3.5, Anchor::Start, SMALL, &percent(middle)).class("muted"));
        }
    }
    bottom + 16.0
}

fn legend(canvas: &mut Canvas, input: &Matrix, top: f64) {
    let mut legend = Legend::new(0.0, top, canvas.width);
    for reading in Reading::ALL.into_iter().filter(|r| input.evidence.iter().any(|e| e.readings.contains(r))) {
        let (letter, words, class) = reading.look();
        let class = if class.is_empty() { "wash" } else { class };
        let words = format!("{letter} {words}");
        legend.entry(14.0, &words, |x, y| svg::rect(x, y - 5.0, 14.0, 10.0).class(class));
    }
    legend.swatch(canvas, Hue::Blue, "soft", Texture::Plain, "items of one origin are one voice");
    legend.swatch(canvas, Hue::Orange, "soft", Texture::Rising, "each item counts in full");
    legend.entry(18.0, "least to greatest chance that the ranges allow", |x, y| {
        svg::line(x, y, x + 18.0, y).class("ink-line")
    });
    for (n, mark, words) in [(0, "×", "without it another leads"), (1, "↔", "turned round, another leads")] {
        if input.evidence.iter().any(|item| item.turns[n]) {
            legend.entry(0.0, &format!("{mark} {words}"), |_, _| Node::new("g"));
        }
    }
    let (bottom, nodes) = legend.finish();
    nodes.into_iter().for_each(|node| canvas.add(node));
    canvas.height = bottom + 2.0;
}

fn percent(p: f64) -> String {
    format!("{:.0}%", p * 100.0)
}

fn chance_words([middle, low, high]: [f64; 3]) -> String {
    format!("{} ({}–{})", percent(middle), percent(low), percent(high))
}

fn describe(input: &Matrix) -> String {
    let chance = |h: &Hypothesis| {
        format!(
            "{}: {} if items of one origin are one voice, {} if each counts",
            h.text.trim_end_matches('.'),
            chance_words(h.shared),
            chance_words(h.each)
        )
    };
    let chances: Vec<String> = input.hypotheses.iter().map(chance).collect();
    let turning: Vec<&str> = input.evidence.iter().filter(|i| i.turns[0]).map(|i| i.name.as_str()).collect();
    let hangs = if turning.is_empty() { "no single item".to_owned() } else { turning.join(", ") };
    format!("{} items of evidence. {}. The answer hangs on {hangs}.", input.evidence.len(), chances.join("; "))
}

fn table(input: &Matrix) -> DataTable {
    let mut columns = vec!["Evidence".to_owned()];
    columns.extend(input.hypotheses.iter().map(|h| h.id.clone()));
    columns.extend(["Decibans", "Origin", "Without it", "Turned round"].map(str::to_owned));
    let turn = |turns: bool| if turns { "another leads" } else { "" }.to_owned();
    let evidence = input.evidence.iter().map(|item| {
        let mut row = vec![item.name.clone()];
        row.extend(item.readings.iter().map(|r| r.look().0.to_owned()));
        row.extend([quantity(item.decibans), item.origin.clone(), turn(item.turns[0]), turn(item.turns[1])]);
        row
    });
    let mut rows: Vec<Vec<String>> = evidence.collect();
    type Pick = fn(&Hypothesis) -> [f64; 3];
    let ways: [(&str, Pick); 2] =
        [("chance, one voice each origin", |h| h.shared), ("chance, each in full", |h| h.each)];
    for (words, pick) in ways {
        let mut row = vec![words.to_owned()];
        row.extend(input.hypotheses.iter().map(|h| chance_words(pick(h))));
        row.extend(std::iter::repeat_n(String::new(), 4));
        rows.push(row);
    }
    DataTable { columns, rows }
}

#[cfg(test)]
mod tests {
    use super::super::testing;
    use super::*;

    fn small() -> Matrix {
        let hypothesis =
            |id: &str, text: &str, shared, each| Hypothesis { id: id.into(), text: text.into(), shared, each };
        let item = |name: &str, readings, decibans, turns| Item {
            name: name.into(),
            readings,
            decibans,
            turns,
            origin: "paper".into(),
        };
        Matrix {
            title: "Did they help?".into(),
            hypotheses: vec![
                hypothesis("none", "They did not.", [0.48, 0.1, 0.8], [0.3, 0.05, 0.7]),
                hypothesis(
                    "local",
                    "Some did, on their own account & without leave.",
                    [0.4, 0.2, 0.7],
                    [0.6, 0.2, 0.9],
                ),
                hypothesis("led", "Their leaders wanted it.", [0.12, 0.02, 0.4], [0.1, 0.01, 0.3]),
            ],
            evidence: vec![
                item(
                    "a-statement-with-a-long-name-of-its-own",
                    vec![Reading::I, Reading::C, Reading::CC],
                    12.4,
                    [true, true],
                ),
                item("other", vec![Reading::N, Reading::II, Reading::Nothing], 5.0, [false, true]),
            ],
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
    fn the_table_holds_readings_and_chances() {
        let figure = render(&small(), &Options::wide("m"));
        assert_eq!(figure.table.rows[0][1..4], ["I", "C", "CC"]);
        assert_eq!(figure.table.rows[2][1], "48% (10%–80%)");
        assert!(figure.description.ends_with("The answer hangs on a-statement-with-a-long-name-of-its-own."));
        assert!(render(&Matrix::default(), &Options::wide("m")).svg.contains("No evidence"));
    }
}
