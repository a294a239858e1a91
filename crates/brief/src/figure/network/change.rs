//! What became of the ties between actors from one time to another.

use super::super::label::{self, Anchor, Area};
use super::super::palette::Hue;
use super::super::svg::{self, Node};
use super::super::{Canvas, DataTable, Figure, Legend, Options, SMALL, text};
use super::{Actor, LINE, LONG, NODE, clear, layout, node_at};

/// What the figure shows.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Change {
    /// Title of the figure.
    pub title: String,
    /// The two times, in words.
    pub times: [String; 2],
    /// Actors.
    pub actors: Vec<Actor>,
    /// Pairs that have ties at either time.
    pub pairs: Vec<Pair>,
}

/// Two actors, and what became of their ties.
#[derive(Debug, Clone, PartialEq)]
pub struct Pair {
    /// The one.
    pub a: String,
    /// The other.
    pub b: String,
    /// What became of their ties.
    pub fate: Fate,
    /// How they stood before, and how they stand after; none where there was no tie.
    pub stances: [Option<Stance>; 2],
    /// Whether every reading of the vague dates shows it.
    pub certain: bool,
    /// The statements it rests on.
    pub statements: String,
}

/// What became of a pair's ties.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fate {
    /// They are there at both times.
    Kept,
    /// They appeared.
    Gained,
    /// They ended.
    Lost,
    /// Friends became foes, or the like.
    Turned,
}

/// How two actors stand to each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stance {
    /// Friends.
    Friends,
    /// Foes.
    Foes,
    /// Both, or neither.
    Other,
}

impl Fate {
    const ALL: [Self; 4] = [Self::Gained, Self::Lost, Self::Turned, Self::Kept];

    fn look(self) -> (&'static str, Hue, &'static str, &'static str) {
        match self {
            Self::Kept => ("kept", Hue::Grey, "", ""),
            Self::Gained => ("appeared", Hue::Blue, "thick", "+"),
            Self::Lost => ("ended", Hue::Vermillion, "", "×"),
            Self::Turned => ("changed sign", Hue::Purple, "thick", "±"),
        }
    }
}

impl Stance {
    const ALL: [Self; 3] = [Self::Friends, Self::Foes, Self::Other];

    fn look(self) -> (&'static str, &'static str) {
        match self {
            Self::Friends => ("friends", ""),
            Self::Foes => ("foes", "dashed"),
            Self::Other => ("both or neither", "dotted"),
        }
    }
}

impl Pair {
    fn stance(&self) -> Stance {
        self.stances[1].or(self.stances[0]).unwrap_or(Stance::Other)
    }

    fn words(&self) -> String {
        let may = if self.certain { "" } else { "may have " };
        let stood = self.stances.map(|s| s.map_or("no tie", |s| s.look().0));
        let fate = self.fate.look().0;
        format!("{may}{fate}: {} before, {} after", stood[0], stood[1])
    }
}

/// Draws the ties.
pub fn render(input: &Change, options: &Options) -> Figure {
    let mut canvas = Canvas::new(options);
    if options.is_narrow() && input.actors.len() > 8 {
        canvas.width = LONG;
        canvas.is_long = true;
    }
    if input.pairs.is_empty() {
        canvas.add(text(0.0, 16.0, Anchor::Start, SMALL, "No ties to show.").class("muted"));
        canvas.height = 24.0;
    } else {
        draw(&mut canvas, input);
    }
    canvas.finish(&input.title, &describe(input), table(input))
}

fn draw(canvas: &mut Canvas, input: &Change) {
    let labels: Vec<Vec<String>> = input.actors.iter().map(|a| label::wrap(&a.name, 96.0, SMALL, 3)).collect();
    let size = |lines: &Vec<String>| {
        let width = lines.iter().map(|l| label::text_width(l, SMALL)).fold(2.0 * NODE, f64::max);
        // Room between neighbours for the sign of their tie.
        (width + 22.0, 2.0 * NODE + LINE * lines.len() as f64 + 18.0)
    };
    let sizes: Vec<(f64, f64)> = labels.iter().map(size).collect();
    let tight: Vec<(f64, f64)> = sizes.iter().map(|(w, h)| (w - 16.0, h - 14.0)).collect();
    let at = |id: &str| input.actors.iter().position(|a| a.id == id);
    let mut pairs: Vec<(&Pair, usize, usize)> =
        input.pairs.iter().filter_map(|pair| Some((pair, at(&pair.a)?, at(&pair.b)?))).collect();
    // What changed lies over what was kept.
    pairs.sort_by_key(|(pair, ..)| pair.fate);
    let links: Vec<(usize, usize)> = pairs.iter().map(|(_, a, b)| (*a, *b)).collect();
    let layout = layout::place(&sizes, &links, canvas.width);
    let boxes: Vec<Area> =
        layout.centres.iter().zip(&tight).map(|(c, s)| Area::new(c.0 - s.0 / 2.0, c.1 - s.1 / 2.0, s.0, s.1)).collect();
    let mut marks = Vec::new();
    for (pair, a, b) in &pairs {
        let ends = [*a, *b].map(|i| node_at(layout.centres[i], tight[i]));
        let (from, to) = (clear(ends[0], ends[1], tight[*a]), clear(ends[1], ends[0], tight[*b]));
        let (_, hue, weight, mark) = pair.fate.look();
        let sure = if pair.certain { "" } else { " unsure" };
        let line = svg::line(from.0, from.1, to.0, to.1);
        let line = line.class(format!("line {weight} {}{sure}", pair.stance().look().1));
        let names = format!("{} – {}: {}", input.actors[*a].name, input.actors[*b].name, pair.words());
        canvas.add(svg::group(hue.class()).tooltip(&names).child(line));
        let along = |t: f64| (from.0 + t * (to.0 - from.0), from.1 + t * (to.1 - from.1));
        let is_clear = |at: &(f64, f64)| !boxes.iter().any(|b| b.overlaps(&Area::around(at.0, at.1, 6.5)));
        let places = [0.5, 0.4, 0.6, 0.3, 0.7, 0.2, 0.8].map(along);
        let at = places.into_iter().find(is_clear).unwrap_or(places[0]);
        marks.extend((!mark.is_empty()).then(|| badge(at, hue, pair.fate)));
    }
    marks.into_iter().for_each(|mark| canvas.add(mark));
    for (i, actor) in input.actors.iter().enumerate() {
        let (x, y) = node_at(layout.centres[i], tight[i]);
        let (word, shape, r) = actor.kind.look();
        let mut node = Node::new("g").tooltip(&format!("{} ({word})", actor.name));
        node = node.child(shape.draw(x, y, r).class("node"));
        for (line, words) in labels[i].iter().enumerate() {
            let baseline = y + NODE + LINE * (line + 1) as f64 - 2.0;
            node = node.child(text(x, baseline, Anchor::Middle, SMALL, words).class("halo"));
        }
        canvas.add(node);
    }
    canvas.height = legend(canvas, input, layout.height + 8.0) + 2.0;
}

/// A disc on the middle of a line with the sign of its fate, drawn and not written, so that it never covers text.
fn badge((x, y): (f64, f64), hue: Hue, fate: Fate) -> Node {
    let r = 3.0;
    let strokes = svg::PathData::new();
    let strokes = match fate {
        Fate::Gained => strokes.go(x - r, y).to(x + r, y).go(x, y - r).to(x, y + r),
        Fate::Lost => strokes.go(x - r, y - r).to(x + r, y + r).go(x - r, y + r).to(x + r, y - r),
        _ => strokes
            .go(x - r, y - 1.5)
            .to(x + r, y - 1.5)
            .go(x, y - r - 1.5)
            .to(x, y + 1.5)
            .go(x - r, y + r)
            .to(x + r, y + r),
    };
    svg::group(hue.class()).child(svg::circle(x, y, 6.0).class("paper edge")).child(svg::path(&strokes).class("line"))
}

fn legend(canvas: &mut Canvas, input: &Change, top: f64) -> f64 {
    let mut legend = Legend::new(0.0, top, canvas.width);
    for fate in Fate::ALL.into_iter().filter(|f| input.pairs.iter().any(|p| p.fate == *f)) {
        let (word, hue, weight, mark) = fate.look();
        legend.entry(26.0, word, |x, y| {
            let line = svg::line(x, y, x + 26.0, y).class(format!("line {weight}"));
            let sign = (!mark.is_empty()).then(|| badge((x + 13.0, y), hue, fate));
            svg::group(hue.class()).child(line).children(sign)
        });
    }
    for stance in Stance::ALL.into_iter().filter(|s| input.pairs.iter().any(|p| p.stance() == *s)) {
        let (word, dash) = stance.look();
        legend.entry(22.0, word, |x, y| svg::line(x, y, x + 22.0, y).class(format!("h-ink line {dash}")));
    }
    if input.pairs.iter().any(|p| !p.certain) {
        legend.entry(22.0, "only some readings of the dates show it", |x, y| {
            svg::line(x, y, x + 22.0, y).class("h-ink line unsure")
        });
    }
    let (bottom, nodes) = legend.finish();
    nodes.into_iter().for_each(|node| canvas.add(node));
    bottom
}

fn describe(input: &Change) -> String {
    let n = |fate: Fate| input.pairs.iter().filter(|p| p.fate == fate).count();
    let counts = Fate::ALL.map(|fate| format!("{} {}", n(fate), fate.look().0));
    format!("Ties of pairs from {} to {}: {}.", input.times[0], input.times[1], counts.join(", "))
}

fn table(input: &Change) -> DataTable {
    let mut table = DataTable::new(&["Pair", "Ties", "Before", "After", "Statements"]);
    let name = |id: &String| input.actors.iter().find(|a| a.id == *id).map_or(id.clone(), |a| a.name.clone());
    let mut pairs: Vec<&Pair> = input.pairs.iter().collect();
    pairs.sort_by_key(|p| (p.fate == Fate::Kept, !p.certain));
    for pair in pairs {
        let stood = pair.stances.map(|s| s.map_or("–", |s| s.look().0).to_owned());
        let [before, after] = stood;
        let may = if pair.certain || pair.fate == Fate::Kept { "" } else { "may have " };
        let fate = format!("{may}{}", pair.fate.look().0);
        table.row([format!("{} – {}", name(&pair.a), name(&pair.b)), fate, before, after, pair.statements.clone()]);
    }
    table
}

#[cfg(test)]
mod tests {
    use super::super::super::testing;
    use super::super::Kind;
    use super::*;

    fn small() -> Change {
        let actor = |id: &str, name: &str, kind| Actor { id: id.into(), name: name.into(), kind };
        let pair = |a: &str, b: &str, fate, stances, certain| Pair {
            a: a.into(),
            b: b.into(),
            fate,
            stances,
            certain,
            statements: "r-1".into(),
        };
        let (friends, foes) = (Some(Stance::Friends), Some(Stance::Foes));
        Change {
            title: "Ties".into(),
            times: ["2016".into(), "2021".into()],
            actors: vec![
                actor("s", "State", Kind::State),
                actor("f", "Front for the Liberation of the River", Kind::ArmedGroup),
                actor("b", "Brigade", Kind::Faction),
                actor("u", "Union & co", Kind::Coalition),
            ],
            pairs: vec![
                pair("s", "f", Fate::Turned, [foes, friends], true),
                pair("f", "b", Fate::Kept, [friends, friends], true),
                pair("s", "u", Fate::Gained, [None, foes], false),
                pair("b", "u", Fate::Lost, [Some(Stance::Other), None], true),
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
    fn the_table_tells_what_changed_first() {
        let figure = render(&small(), &Options::wide("n"));
        assert_eq!(figure.table.rows[0][1..4], ["changed sign", "foes", "friends"]);
        assert_eq!(figure.table.rows[2][1], "may have appeared");
        assert_eq!(figure.table.rows[3][1], "kept");
        assert_eq!(figure.description, "Ties of pairs from 2016 to 2021: 1 appeared, 1 ended, 1 changed sign, 1 kept.");
        assert!(render(&Change::default(), &Options::wide("n")).svg.contains("No ties"));
    }
}
