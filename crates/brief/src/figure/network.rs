//! Actors and the relations between them at one time.

pub mod change;
mod layout;

use super::label::{self, Anchor};
use super::palette::Shape;
use super::relation::Relation;
use super::svg::Node;
use super::{Canvas, DataTable, Figure, Legend, Options, SMALL, Standing, text};

/// What the figure shows.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Network {
    /// Title of the figure.
    pub title: String,
    /// The time it holds for, in words: `mid-2021`.
    pub when: String,
    /// Actors.
    pub actors: Vec<Actor>,
    /// Relations between them.
    pub ties: Vec<Tie>,
}

/// One actor.
#[derive(Debug, Clone, PartialEq)]
pub struct Actor {
    /// Its id, by which ties name it.
    pub id: String,
    /// Its name.
    pub name: String,
    /// What it is.
    pub kind: Kind,
}

/// Kinds of actor, told apart by their shape.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A state.
    State,
    /// A state's army, police or service.
    StateForce,
    /// A non-state armed group.
    ArmedGroup,
    /// A faction of a group.
    Faction,
    /// A coalition.
    Coalition,
    /// An international organisation.
    Organisation,
    /// A population.
    Population,
    /// A public figure.
    Person,
}

impl Kind {
    const ALL: [Self; 8] = [
        Self::State,
        Self::StateForce,
        Self::ArmedGroup,
        Self::Faction,
        Self::Coalition,
        Self::Organisation,
        Self::Population,
        Self::Person,
    ];

    fn look(self) -> (&'static str, Shape, f64) {
        match self {
            Self::State => ("state", Shape::Square, 6.5),
            Self::StateForce => ("state force", Shape::Diamond, 5.5),
            Self::ArmedGroup => ("armed group", Shape::Circle, 6.0),
            Self::Faction => ("faction", Shape::Circle, 3.8),
            Self::Coalition => ("coalition", Shape::Hexagon, 6.5),
            Self::Organisation => ("international organisation", Shape::Pentagon, 6.5),
            Self::Population => ("population", Shape::Nabla, 5.0),
            Self::Person => ("public figure", Shape::Triangle, 5.0),
        }
    }
}

/// A relation between two actors.
#[derive(Debug, Clone, PartialEq)]
pub struct Tie {
    /// The actor it comes from.
    pub from: String,
    /// The actor it leads to.
    pub to: String,
    /// What it is.
    pub kind: Relation,
    /// How far it can be trusted.
    pub standing: Standing,
}

/// More actors than this are a thicket on a phone's width, so the narrow figure becomes wider and scrolls sideways.
const FEW: usize = 10;
/// The width it then has.
const LONG: f64 = 640.0;
/// Room above a label's middle for the node's shape.
const NODE: f64 = 8.0;
const LINE: f64 = 11.0;

/// Draws the network.
pub fn render(input: &Network, options: &Options) -> Figure {
    let mut canvas = Canvas::new(options);
    if options.is_narrow() && input.actors.len() > FEW {
        canvas.width = LONG;
        canvas.is_long = true;
    }
    let labels: Vec<Vec<String>> = input.actors.iter().map(|a| label::wrap(&a.name, 96.0, SMALL, 3)).collect();
    // A node and its name are one box, so whatever keeps boxes apart keeps names readable.
    let sizes: Vec<(f64, f64)> = labels
        .iter()
        .map(|lines| {
            let width = lines.iter().map(|l| label::text_width(l, SMALL)).fold(2.0 * NODE, f64::max);
            (width + 6.0, 2.0 * NODE + LINE * lines.len() as f64 + 4.0)
        })
        .collect();
    let links = links(input);
    let pairs: Vec<(usize, usize)> = links.iter().map(|l| (l.from, l.to)).collect();
    let layout = layout::place(&sizes, &pairs, canvas.width);
    for link in &links {
        canvas.add(draw_link(input, link, &layout.centres, &sizes));
    }
    for (i, actor) in input.actors.iter().enumerate() {
        let (x, y) = node_at(layout.centres[i], sizes[i]);
        let (word, shape, r) = actor.kind.look();
        let mut node =
            Node::new("g").tooltip(&format!("{} ({word})", actor.name)).child(shape.draw(x, y, r).class("node"));
        for (line, words) in labels[i].iter().enumerate() {
            let baseline = y + NODE + LINE * (line + 1) as f64 - 2.0;
            node = node.child(text(x, baseline, Anchor::Middle, SMALL, words).class("halo"));
        }
        canvas.add(node);
    }
    canvas.height = legend(&mut canvas, input, layout.height + 8.0) + 2.0;
    canvas.finish(&input.title, &describe(input), table(input))
}

/// The node's centre within its box, whose lower part is the name.
fn node_at((x, y): (f64, f64), (_, height): (f64, f64)) -> (f64, f64) {
    (x, y - height / 2.0 + NODE)
}

/// A tie between known actors, and how far it bows aside from others of the same pair.
struct Link<'a> {
    tie: &'a Tie,
    from: usize,
    to: usize,
    bow: f64,
}

fn links(input: &Network) -> Vec<Link<'_>> {
    let find = |id: &str| input.actors.iter().position(|a| a.id == id);
    let mut links: Vec<Link> = Vec::new();
    for tie in &input.ties {
        let (Some(from), Some(to)) = (find(&tie.from), find(&tie.to)) else { continue };
        if from == to {
            continue;
        }
        let same = |l: &&Link| (l.from, l.to) == (from, to) || (l.to, l.from) == (from, to);
        let earlier = links.iter().filter(same).count();
        // 0, 6, -6, 12 …, to the same side for both directions.
        let step = 6.0 * earlier.div_ceil(2) as f64;
        let side = if (earlier % 2 == 1) == (from < to) { 1.0 } else { -1.0 };
        links.push(Link { tie, from, to, bow: step * side });
    }
    links
}

fn draw_link(input: &Network, link: &Link, centres: &[(f64, f64)], sizes: &[(f64, f64)]) -> Node {
    let a = node_at(centres[link.from], sizes[link.from]);
    let b = node_at(centres[link.to], sizes[link.to]);
    let start = clear(a, b, sizes[link.from]);
    let end = clear(b, a, sizes[link.to]);
    let words = format!(
        "{}: {} → {}{}",
        link.tie.kind.word(),
        input.actors[link.from].name,
        input.actors[link.to].name,
        if link.tie.standing == Standing::Stated { String::new() } else { format!(", {}", link.tie.standing.word()) },
    );
    let line = link.tie.kind.draw(start, end, link.bow, link.tie.standing, 0.5);
    Node::new("g").tooltip(&words).child(line)
}

/// Where a line from one node to another leaves the first: clear of its shape, and of its name where it runs across.
fn clear(from: (f64, f64), to: (f64, f64), (width, height): (f64, f64)) -> (f64, f64) {
    let length = (to.0 - from.0).hypot(to.1 - from.1).max(1e-6);
    let (ux, uy) = ((to.0 - from.0) / length, (to.1 - from.1) / length);
    let shape: f64 = 10.0;
    // The name begins below the shape; a line that is steep enough enters it there and leaves at its side or foot.
    let mut off = shape;
    if uy > 0.0 && (ux * NODE / uy).abs() < width / 2.0 {
        let side = if ux == 0.0 { f64::INFINITY } else { (width / 2.0 / ux).abs() };
        off = off.max(side.min((height - NODE) / uy));
    }
    let off = off.min(length * 0.4);
    (from.0 + ux * off, from.1 + uy * off)
}

fn legend(canvas: &mut Canvas, input: &Network, top: f64) -> f64 {
    let mut legend = Legend::new(0.0, top, canvas.width);
    for kind in Kind::ALL.into_iter().filter(|k| input.actors.iter().any(|a| a.kind == *k)) {
        let (word, shape, r) = kind.look();
        legend.entry(14.0, word, |x, y| shape.draw(x + 7.0, y, r.min(5.0)).class("node"));
    }
    for kind in Relation::ALL.into_iter().filter(|k| input.ties.iter().any(|t| t.kind == *k)) {
        kind.legend(&mut legend);
    }
    for standing in [Standing::Doubtful, Standing::Denied] {
        if input.ties.iter().any(|t| t.standing == standing) {
            standing.legend(&mut legend);
        }
    }
    let (bottom, nodes) = legend.finish();
    nodes.into_iter().for_each(|node| canvas.add(node));
    bottom
}

fn describe(input: &Network) -> String {
    let counted = Relation::ALL.into_iter().map(|k| (k, input.ties.iter().filter(|t| t.kind == k).count()));
    let ties: Vec<String> = counted.filter(|(_, n)| *n > 0).map(|(k, n)| format!("{n} {}", k.word())).collect();
    let when = if input.when.is_empty() { String::new() } else { format!(", {}", input.when) };
    let ties = if ties.is_empty() { "none".to_owned() } else { ties.join(", ") };
    format!("{} actors and {} relations{when}: {ties}.", input.actors.len(), input.ties.len())
}

fn table(input: &Network) -> DataTable {
    let mut table = DataTable::new(&["From", "Relation", "To", "Standing"]);
    let name = |id: &str| input.actors.iter().find(|a| a.id == id).map_or(id, |a| &a.name).to_owned();
    for t in &input.ties {
        table.row([name(&t.from), t.kind.word().into(), name(&t.to), t.standing.word().into()]);
    }
    for a in input.actors.iter().filter(|a| !input.ties.iter().any(|t| t.from == a.id || t.to == a.id)) {
        table.row([a.name.clone(), "–".into(), String::new(), String::new()]);
    }
    table
}

#[cfg(test)]
mod tests {
    use super::super::testing::{self, assert_no_overlap, assert_sound};
    use super::*;
    use proptest::prelude::*;

    fn small() -> Network {
        let actor = |id: &str, name: &str, kind| Actor { id: id.into(), name: name.into(), kind };
        let tie = |from: &str, to: &str, kind, standing| Tie { from: from.into(), to: to.into(), kind, standing };
        Network {
            title: "Relations".into(),
            when: "mid-2021".into(),
            actors: vec![
                actor("isk", "IS Khorasan Province", Kind::ArmedGroup),
                actor("is", "IS <central>", Kind::ArmedGroup),
                actor("tb", "Taliban", Kind::ArmedGroup),
                actor("af", "Afghanistan", Kind::State),
            ],
            ties: vec![
                tie("isk", "is", Relation::Allegiance, Standing::Stated),
                tie("is", "isk", Relation::Support, Standing::Doubtful),
                tie("isk", "tb", Relation::Rivalry, Standing::Stated),
                tie("tb", "af", Relation::Rivalry, Standing::Denied),
                tie("tb", "nobody", Relation::Alliance, Standing::Stated),
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
    fn nothing_is_no_panic() {
        assert_sound(&render(&Network::default(), &Options::wide("n")));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(12))]
        #[test]
        fn labels_never_overlap(
            names in prop::collection::vec("[A-Z][a-z]{2,12}( [A-Z][a-z]{2,14}){0,3}", 1..50),
            ties in prop::collection::vec((0usize..50, 0usize..50, 0usize..10), 0..80),
            narrow in any::<bool>(),
        ) {
            let n = names.len();
            let actors = names.into_iter().enumerate();
            let actors = actors.map(|(i, name)| Actor { id: i.to_string(), name, kind: Kind::ALL[i % 8] }).collect();
            let ties = ties.into_iter().map(|(a, b, k)| Tie {
                from: (a % n).to_string(),
                to: (b % n).to_string(),
                kind: Relation::ALL[k],
                standing: Standing::Stated,
            });
            let input = Network { actors, ties: ties.collect(), ..Network::default() };
            let options = if narrow { Options::narrow("n") } else { Options::wide("n") };
            let figure = render(&input, &options);
            assert_no_overlap(&figure.svg);
            prop_assert_eq!(figure, render(&input, &options));
        }
    }
}
