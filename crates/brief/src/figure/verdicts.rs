//! The verdicts on all claims: one cell a claim, by kind of claim.

use super::label::{self, Anchor};
use super::palette::{Hue, Texture};
use super::svg::{self, Node};
use super::{Canvas, DataTable, Figure, Legend, Options, SMALL, TEXT, text};

/// What the figure shows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Verdicts {
    /// Title of the figure.
    pub title: String,
    /// Kinds of claim, in the order shown.
    pub kinds: Vec<Kind>,
}

/// One kind of claim and its verdicts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Kind {
    /// Name: `amount`, `change` …
    pub name: String,
    /// How many claims have each verdict.
    pub counts: Counts,
}

/// How many claims have each verdict.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// The data agree.
    pub supported: usize,
    /// The data bound the claim on one side and allow it.
    pub consistent: usize,
    /// Some readings agree, others do not.
    pub mixed: usize,
    /// The data disagree.
    pub contradicted: usize,
    /// No data can tell.
    pub not_testable: usize,
}

/// Name, colour and texture of each verdict, from the best to the open.
const VERDICTS: [(&str, Hue, Texture); 5] = [
    ("supported", Hue::Blue, Texture::Plain),
    ("consistent", Hue::Sky, Texture::Dots),
    ("mixed", Hue::Orange, Texture::Rising),
    ("contradicted", Hue::Vermillion, Texture::Crossed),
    ("not testable", Hue::Grey, Texture::Plain),
];

impl Counts {
    fn all(&self) -> [usize; 5] {
        [self.supported, self.consistent, self.mixed, self.contradicted, self.not_testable]
    }

    fn total(&self) -> usize {
        self.all().iter().sum()
    }
}

/// Draws the summary: all claims in one bar, then a bar for each kind.
pub fn render(input: &Verdicts, options: &Options) -> Figure {
    let mut canvas = Canvas::new(options);
    let sum = sum(input);
    let gutter = if options.is_narrow() { 92.0 } else { 128.0 };
    let most = input.kinds.iter().map(|k| k.counts.total()).max().unwrap_or(0).max(1);
    let room = canvas.width - gutter - 30.0;
    let mut legend = Legend::new(0.0, 0.0, canvas.width);
    for ((name, hue, texture), count) in VERDICTS.iter().zip(sum.all()) {
        legend.swatch(&mut canvas, *hue, fill_class(name), *texture, &format!("{name} {count}"));
    }
    let (bottom, nodes) = legend.finish();
    nodes.into_iter().for_each(|node| canvas.add(node));
    let mut y = bottom + 8.0;
    y = bar(&mut canvas, "All claims", &sum, room / sum.total().max(1) as f64, gutter, y, 22.0) + 14.0;
    // Kinds share one scale of their own, so that small kinds stay visible.
    let unit = (room / most as f64).min(14.0);
    for kind in &input.kinds {
        y = bar(&mut canvas, &kind.name, &kind.counts, unit, gutter, y, 15.0) + 6.0;
    }
    canvas.height = y;
    canvas.finish(&input.title, &describe(&sum), table(input, &sum))
}

fn fill_class(name: &str) -> &'static str {
    if name == "not testable" { "faint edge" } else { "fill" }
}

/// One bar of `unit` wide cells; returns its lower edge.
fn bar(canvas: &mut Canvas, name: &str, counts: &Counts, unit: f64, gutter: f64, y: f64, height: f64) -> f64 {
    let middle = y + height / 2.0 + 3.8;
    let name = label::truncate(name, gutter - 10.0, TEXT).unwrap_or_default();
    let class = if height > 20.0 { "strong" } else { "plain" };
    canvas.add(text(gutter - 8.0, middle, Anchor::End, TEXT, &name).class(class));
    let mut x = gutter;
    for ((verdict, hue, texture), count) in VERDICTS.iter().zip(counts.all()).filter(|(_, count)| *count > 0) {
        let width = unit * count as f64;
        let mut segment = Node::new("g").class(hue.class()).tooltip(&format!("{name}: {count} {verdict}"));
        segment = segment.child(svg::rect(x + 0.5, y + 0.5, width - 1.0, height - 1.0).class(fill_class(verdict)));
        if let Some(fill) = canvas.texture(*texture) {
            segment = segment.child(svg::rect(x + 0.5, y + 0.5, width - 1.0, height - 1.0).attr("fill", fill));
        }
        if unit >= 5.0 {
            let cuts =
                (1..count).map(|i| svg::line(x + unit * i as f64, y, x + unit * i as f64, y + height).class("rim"));
            segment = segment.children(cuts);
        }
        canvas.add(segment);
        x += width;
    }
    canvas.add(text(x + 5.0, middle, Anchor::Start, SMALL, &counts.total().to_string()).class("muted"));
    y + height
}

fn sum(input: &Verdicts) -> Counts {
    input.kinds.iter().fold(Counts::default(), |a, k| Counts {
        supported: a.supported + k.counts.supported,
        consistent: a.consistent + k.counts.consistent,
        mixed: a.mixed + k.counts.mixed,
        contradicted: a.contradicted + k.counts.contradicted,
        not_testable: a.not_testable + k.counts.not_testable,
    })
}

fn describe(sum: &Counts) -> String {
    let parts: Vec<String> = VERDICTS.iter().zip(sum.all()).map(|((name, ..), n)| format!("{n} {name}")).collect();
    format!("Of {} claims: {}.", sum.total(), parts.join(", "))
}

fn table(input: &Verdicts, sum: &Counts) -> DataTable {
    let mut table =
        DataTable::new(&["Kind of claim", "Supported", "Consistent", "Mixed", "Contradicted", "Not testable", "All"]);
    let named = input.kinds.iter().map(|k| (k.name.as_str(), &k.counts));
    for (name, counts) in named.chain([("All claims", sum)]) {
        let [a, b, c, d, e] = counts.all().map(|n| n.to_string());
        table.row([name.to_owned(), a, b, c, d, e, counts.total().to_string()]);
    }
    table
}

#[cfg(test)]
mod tests {
    use super::super::testing::{self, assert_sound};
    use super::*;

    fn small() -> Verdicts {
        let amounts = Counts { supported: 9, consistent: 5, mixed: 2, contradicted: 1, not_testable: 3 };
        Verdicts {
            title: "Verdicts".into(),
            kinds: vec![
                Kind { name: "amount".into(), counts: amounts },
                Kind { name: "relation".into(), counts: Counts { not_testable: 4, ..Counts::default() } },
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
    fn the_table_adds_up() {
        let figure = render(&small(), &Options::wide("v"));
        assert_eq!(figure.table.rows[2], ["All claims", "9", "5", "2", "1", "7", "24"]);
        assert_eq!(
            figure.description,
            "Of 24 claims: 9 supported, 5 consistent, 2 mixed, 1 contradicted, 7 not testable."
        );
    }

    #[test]
    fn no_claims_is_no_panic() {
        assert_sound(&render(&Verdicts::default(), &Options::wide("v")));
    }
}
