//! Who led when, and how the rate of events changed around the loss of each leader.

use super::label::{self, Anchor};
use super::palette::{Hue, Shape, Texture};
use super::scale::{Scale, TimeScale, quantity};
use super::svg;
use super::{Canvas, DataTable, Figure, Legend, Options, Period, SMALL, text};

/// What the figure shows.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Tenures {
    /// Title of the figure.
    pub title: String,
    /// What is counted around the losses, plural.
    pub unit: String,
    /// Weeks on either side of a loss.
    pub weeks: i64,
    /// Leaders in order of time.
    pub leaders: Vec<Leader>,
    /// The last day on which the sources know who led.
    pub until: Option<jiff::civil::Date>,
    /// What happened around the losses.
    pub losses: Vec<Loss>,
}

/// One tenure.
#[derive(Debug, Clone, PartialEq)]
pub struct Leader {
    /// Name.
    pub name: String,
    /// The days on which it may have begun.
    pub from: Period,
    /// The days on which it may have ended, and whether by death; none while in office.
    pub to: Option<(Period, End)>,
}

/// How a tenure ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// Killed or died.
    Death,
    /// Captured or deposed.
    Removal,
    /// Otherwise, or it is not known how.
    Other,
}

impl End {
    const ALL: [Self; 3] = [Self::Death, Self::Removal, Self::Other];

    fn look(self) -> (&'static str, Shape) {
        match self {
            Self::Death => ("death", Shape::Diamond),
            Self::Removal => ("removal", Shape::Square),
            Self::Other => ("other end", Shape::Circle),
        }
    }
}

/// What happened around one loss.
#[derive(Debug, Clone, PartialEq)]
pub struct Loss {
    /// Who was lost.
    pub name: String,
    /// When.
    pub when: Period,
    /// Counts before and after, and the rate after over that before, with its 90% limits; else why nothing can be said.
    pub found: Result<Around, String>,
}

/// The change around a loss.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Around {
    /// Count before and after.
    pub counts: [f64; 2],
    /// After over before: ratio and 90% limits.
    pub ratio: [f64; 3],
    /// The same of other dates of the study: 5% and 95%.
    pub placebo: Option<[f64; 2]>,
    /// Share of dates with as large a change.
    pub p: Option<f64>,
}

const ROW: f64 = 20.0;

/// Draws the tenures, and the changes below them.
pub fn render(input: &Tenures, options: &Options) -> Figure {
    let mut canvas = Canvas::new(options);
    let last = |l: &Leader| l.to.map(|(to, _)| to.last).or(input.until).unwrap_or(l.from.last).max(l.from.last);
    let first = input.leaders.iter().map(|l| l.from.first).min();
    match first.zip(input.leaders.iter().map(last).max()) {
        Some((first, last)) => draw(&mut canvas, input, Period::new(first, last), options.is_narrow()),
        None => {
            canvas.add(text(0.0, 16.0, Anchor::Start, SMALL, "No leaders to show.").class("muted"));
            canvas.height = 24.0;
        }
    }
    canvas.finish(&input.title, &describe(input), table(input))
}

fn draw(canvas: &mut Canvas, input: &Tenures, all: Period, narrow: bool) {
    let gutter = if narrow { 112.0 } else { 170.0 };
    let time = TimeScale::new(all, (gutter, canvas.width - 8.0));
    let bottom = 6.0 + ROW * input.leaders.len() as f64;
    for tick in time.ticks(40.0) {
        canvas.add(svg::line(tick.at, 2.0, tick.at, bottom).class("grid"));
        let half = label::text_width(&tick.label, SMALL) / 2.0;
        let x = tick.at.min(canvas.width - half);
        canvas.add(text(x, bottom + 13.0, Anchor::Middle, SMALL, &tick.label).class("muted"));
    }
    for (n, leader) in input.leaders.iter().enumerate() {
        lane(canvas, leader, &time, all, 6.0 + ROW * (n as f64 + 0.5), gutter);
    }
    let end = if input.losses.is_empty() { bottom + 18.0 } else { losses(canvas, input, bottom + 42.0, narrow) };
    legend(canvas, input, end + 8.0);
}

fn lane(canvas: &mut Canvas, leader: &Leader, time: &TimeScale, all: Period, y: f64, gutter: f64) {
    let name = label::truncate(&leader.name, gutter - 8.0, SMALL).unwrap_or_default();
    canvas.add(text(0.0, y + 3.5, Anchor::Start, SMALL, &name));
    let (begin, sure) = time.span(leader.from);
    let (until, end) = leader.to.map_or_else(|| (time.end(all.last), time.end(all.last)), |(to, _)| time.span(to));
    let mut node = svg::group("h-blue").tooltip(&leader_words(leader));
    // Days on which the leader may, but need not, have led are faint.
    node = node.child(svg::rect(begin, y - 5.0, (end - begin).max(1.0), 10.0).class("some"));
    node = node.child(svg::rect(sure, y - 5.0, until - sure, 10.0).class("fill"));
    if let Some((to, how)) = leader.to {
        node = node.child(how.look().1.draw(time.middle(to), y, 5.0).class("h-ink fill rim"));
    }
    canvas.add(node);
}

/// One row for each loss: the ratio with its interval, over the band of other dates. Gives the lower edge.
fn losses(canvas: &mut Canvas, input: &Tenures, top: f64, narrow: bool) -> f64 {
    let gutter = if narrow { 112.0 } else { 170.0 };
    let right = if narrow { canvas.width - 8.0 } else { canvas.width - 210.0 };
    let row = if narrow { 36.0 } else { 24.0 };
    let found = || input.losses.iter().filter_map(|l| l.found.as_ref().ok());
    let ends = found().flat_map(|a| a.ratio.into_iter().chain(a.placebo.into_iter().flatten()));
    let finite: Vec<f64> = ends.filter(|v| v.is_finite() && *v > 0.0).collect();
    let low = finite.iter().fold(0.5, |a: f64, b| a.min(*b)).max(0.01);
    let high = finite.iter().fold(2.0, |a: f64, b| a.max(*b)).min(100.0);
    let scale = Scale::log((low / 1.1, high * 1.1), (gutter, right));
    let bottom = top + row * input.losses.len() as f64;
    let words =
        format!("{} in the {} weeks after a loss over those in the {} before", input.unit, input.weeks, input.weeks);
    let words = label::truncate(&words, canvas.width, SMALL).unwrap_or_default();
    canvas.add(text(0.0, top - 8.0, Anchor::Start, SMALL, &words).class("muted"));
    if found().next().is_some() {
        for value in [0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0] {
            if scale.domain().0 < value && value < scale.domain().1 {
                let x = scale.at(value);
                let class = if value == 1.0 { "axis" } else { "grid" };
                canvas.add(svg::line(x, top, x, bottom).class(class));
                canvas.add(
                    text(x, bottom + 12.0, Anchor::Middle, SMALL, &format!("×{}", quantity(value))).class("muted"),
                );
            }
        }
    }
    for (n, loss) in input.losses.iter().enumerate() {
        let y = top + row * n as f64 + 12.0;
        let name = label::truncate(&loss.name, gutter - 8.0, SMALL).unwrap_or_default();
        canvas.add(text(0.0, y + 3.5, Anchor::Start, SMALL, &name));
        let words = found_words(loss);
        let (x, below) = if narrow { (gutter, 17.0) } else { (right + 12.0, 3.5) };
        match &loss.found {
            Ok(around) => {
                around_bar(canvas, around, &scale, y);
                let words = label::truncate(&words, canvas.width - x, SMALL).unwrap_or_default();
                canvas.add(text(x, y + below, Anchor::Start, SMALL, &words).class("halo"));
            }
            Err(_) => {
                let words = label::truncate(&words, canvas.width - gutter, SMALL).unwrap_or_default();
                canvas.add(text(gutter, y + 3.5, Anchor::Start, SMALL, &words).class("muted em halo"));
            }
        }
    }
    bottom + 16.0
}

fn around_bar(canvas: &mut Canvas, around: &Around, scale: &Scale, y: f64) {
    if let Some([low, high]) = around.placebo {
        let (from, to) = (scale.at(low), scale.at(high));
        let band = svg::rect(from, y - 7.0, to - from, 14.0).class("h-grey some");
        canvas.add(band.tooltip(&format!("nine in ten other dates: ×{}–×{}", quantity(low), quantity(high))));
    }
    let [ratio, low, high] = around.ratio;
    let line = svg::line(scale.at(low), y, scale.at(high), y).class("line thick");
    let dot = Shape::Circle.draw(scale.at(ratio), y, 4.5).class("fill rim");
    canvas.add(svg::group("h-vermillion").child(line).child(dot));
}

fn legend(canvas: &mut Canvas, input: &Tenures, top: f64) {
    let mut legend = Legend::new(0.0, top, canvas.width);
    legend.swatch(canvas, Hue::Blue, "fill", Texture::Plain, "in office");
    legend.swatch(canvas, Hue::Blue, "some", Texture::Plain, "perhaps in office");
    for end in End::ALL.into_iter().filter(|e| input.leaders.iter().any(|l| l.to.is_some_and(|(_, how)| how == *e))) {
        legend.marker(Hue::Ink, end.look().1, end.look().0);
    }
    if input.losses.iter().any(|l| l.found.is_ok()) {
        legend.marker(Hue::Vermillion, Shape::Circle, "change around the loss, 90%");
        legend.swatch(canvas, Hue::Grey, "some", Texture::Plain, "nine in ten other dates of the study");
    }
    let (bottom, nodes) = legend.finish();
    nodes.into_iter().for_each(|node| canvas.add(node));
    canvas.height = bottom + 2.0;
}

fn leader_words(leader: &Leader) -> String {
    let end = leader.to.map_or_else(
        || "in office when last heard of".to_owned(),
        |(to, how)| format!("{}, {}", to.words(), how.look().0),
    );
    format!("{}: from {} to {end}", leader.name, leader.from.words())
}

fn found_words(loss: &Loss) -> String {
    match &loss.found {
        Err(why) => why.clone(),
        Ok(around) => {
            let [before, after] = around.counts.map(quantity);
            let p = around.p.map_or_else(String::new, |p| format!(", p = {p:.2}"));
            format!("{before} before, {after} after: ×{}{p}", quantity(around.ratio[0]))
        }
    }
}

fn describe(input: &Tenures) -> String {
    let leaders: Vec<String> = input.leaders.iter().map(leader_words).collect();
    let losses: Vec<String> = input.losses.iter().map(|l| format!("loss of {}: {}", l.name, found_words(l))).collect();
    if leaders.is_empty() {
        return "No leaders.".to_owned();
    }
    format!("{}. {}.", leaders.join("; "), if losses.is_empty() { "No loss".to_owned() } else { losses.join("; ") })
}

fn table(input: &Tenures) -> DataTable {
    let mut table = DataTable::new(&["Leader", "From", "To", "Before", "After", "Ratio (90%)", "p of a change"]);
    for leader in &input.leaders {
        let to =
            leader.to.map_or_else(|| "in office".to_owned(), |(to, how)| format!("{}, {}", to.words(), how.look().0));
        let lost = leader.to.and_then(|(to, _)| input.losses.iter().find(|l| l.name == leader.name && l.when == to));
        let none = || "–".to_owned();
        let [before, after, ratio, p] = match lost.map(|l| &l.found) {
            None => [none(), none(), none(), none()],
            Some(Err(why)) => [none(), none(), why.clone(), none()],
            Some(Ok(around)) => {
                let [before, after] = around.counts.map(quantity);
                let [ratio, low, high] = around.ratio.map(quantity);
                let p = around.p.map_or_else(none, |p| format!("{p:.2}"));
                [before, after, format!("×{ratio} (×{low}–×{high})"), p]
            }
        };
        table.row([leader.name.clone(), leader.from.words(), to, before, after, ratio, p]);
    }
    table
}

#[cfg(test)]
mod tests {
    use super::super::testing::{self, assert_no_overlap};
    use super::*;
    use jiff::civil::date;

    fn small() -> Tenures {
        let year = |y: i16| Period::new(date(y, 1, 1), date(y, 12, 31));
        let died = Period::day(date(2016, 7, 26));
        let caught = Period::new(date(2020, 4, 1), date(2020, 4, 30));
        let around = Around { counts: [14.0, 6.0], ratio: [0.43, 0.2, 0.9], placebo: Some([0.3, 2.4]), p: Some(0.21) };
        Tenures {
            title: "Leaders".into(),
            unit: "events".into(),
            weeks: 8,
            leaders: vec![
                Leader { name: "Ann & Abel".into(), from: year(2015), to: Some((died, End::Death)) },
                Leader {
                    name: "Bob of the very long and winding name".into(),
                    from: year(2017),
                    to: Some((caught, End::Removal)),
                },
                Leader { name: "Cay".into(), from: caught, to: None },
            ],
            until: Some(date(2022, 2, 1)),
            losses: vec![
                Loss { name: "Ann & Abel".into(), when: died, found: Err("the data are not complete there".into()) },
                Loss { name: "Bob of the very long and winding name".into(), when: caught, found: Ok(around) },
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
    fn the_table_says_why_nothing_can_be_said() {
        let figure = render(&small(), &Options::wide("t"));
        assert_eq!(figure.table.rows[0][5], "the data are not complete there");
        assert_eq!(figure.table.rows[1][5..7], ["×0.43 (×0.2–×0.9)", "0.21"]);
        assert_eq!(figure.table.rows[2][2], "in office");
        assert!(render(&Tenures::default(), &Options::narrow("t")).svg.contains("No leaders"));
        let none = Tenures { losses: Vec::new(), ..small() };
        assert_no_overlap(&render(&none, &Options::narrow("t")).svg);
    }
}
