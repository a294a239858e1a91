//! Estimates of a group's strength by source over time, each as the range that its words mean.

use super::label::{self, Anchor, Area, Placer};
use super::palette::{Hue, Shape};
use super::scale::{Scale, TimeScale, add_days};
use super::svg::{self, Node};
use super::{Bounds, Canvas, DataTable, Figure, Legend, Options, Period, SMALL, text};

/// What the figure shows.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Strength {
    /// Title of the figure.
    pub title: String,
    /// What is estimated, plural: `fighters`.
    pub unit: String,
    /// Estimates in any order.
    pub estimates: Vec<Estimate>,
}

/// One source's estimate.
#[derive(Debug, Clone, PartialEq)]
pub struct Estimate {
    /// Who estimates; estimates of one source share a marker.
    pub source: String,
    /// The source's words: `low 10,000s`.
    pub phrase: String,
    /// When it holds, as vaguely as the source says.
    pub when: Period,
    /// Outside these the estimate is false.
    pub strict: Bounds,
    /// What a careful reader expects.
    pub pragmatic: Bounds,
}

impl Estimate {
    /// Where its marker stands: the middle of what a careful reader expects, or the only end there is.
    fn centre(&self) -> Option<f64> {
        let bounds = if self.pragmatic.ends().next().is_some() { self.pragmatic } else { self.strict };
        let ends: Vec<f64> = bounds.ends().collect();
        (!ends.is_empty()).then(|| ends.iter().sum::<f64>() / ends.len() as f64)
    }
}

/// Draws the estimates: over time where there is room, else as a list by date with one range a row.
pub fn render(input: &Strength, options: &Options) -> Figure {
    let mut canvas = Canvas::new(options);
    let mut estimates: Vec<&Estimate> = input.estimates.iter().collect();
    estimates.sort_by(|a, b| a.when.cmp(&b.when).then_with(|| a.source.cmp(&b.source)));
    let sources = sources(&estimates);
    if estimates.is_empty() {
        canvas.add(text(0.0, 16.0, Anchor::Start, SMALL, "No estimates to show.").class("muted"));
        canvas.height = 24.0;
    } else if options.is_narrow() {
        list(&mut canvas, input, &estimates, &sources);
    } else {
        chart(&mut canvas, input, &estimates, &sources);
    }
    canvas.finish(&input.title, &describe(input, &estimates), table(&estimates))
}

/// Sources in the order of their first estimate.
pub(super) fn sources<'a>(estimates: &[&'a Estimate]) -> Vec<&'a str> {
    let mut out: Vec<&str> = Vec::new();
    for e in estimates {
        if !out.contains(&e.source.as_str()) {
            out.push(&e.source);
        }
    }
    out
}

pub(super) fn style(sources: &[&str], source: &str) -> (Hue, Shape) {
    let n = sources.iter().position(|s| *s == source).unwrap_or(0);
    // Yellow is too faint for thin lines, so the hues turn over before it.
    (Hue::nth(n % 6), Shape::nth(n))
}

fn values<'a>(estimates: &'a [&Estimate]) -> impl Iterator<Item = f64> + 'a {
    estimates.iter().flat_map(|e| e.strict.ends().chain(e.pragmatic.ends()))
}

/// A scale that leaves a tenth beyond the greatest bound, so that open ends have somewhere to go.
fn value_scale(estimates: &[&Estimate], range: (f64, f64)) -> Scale {
    let most = values(estimates).fold(0.0, f64::max);
    let fitted = Scale::fitting(values(estimates), range);
    if fitted.is_log() {
        return Scale::log((fitted.domain().0, (most * 1.6).max(fitted.domain().1)), range);
    }
    let step = super::scale::nice_above(most / 5.0);
    Scale::linear((0.0, (most * 1.08 / step).ceil() * step), range)
}

fn chart(canvas: &mut Canvas, input: &Strength, estimates: &[&Estimate], sources: &[&str]) {
    let (left, right, top, bottom) = (48.0, canvas.width - 10.0, 22.0, 302.0);
    let first = estimates.iter().map(|e| e.when.first).min();
    let last = estimates.iter().map(|e| e.when.last).max();
    let (Some(first), Some(last)) = (first, last) else { return };
    let margin = (Period::new(first, last).days() / 20).max(30);
    let time = TimeScale::new(Period::new(add_days(first, -margin), add_days(last, 3 * margin)), (left, right));
    let scale = value_scale(estimates, (bottom, top));
    for tick in scale.ticks(if scale.is_log() { 8 } else { 6 }) {
        canvas.add(svg::line(left, tick.at, right, tick.at).class("grid"));
        canvas.add(text(left - 5.0, tick.at + 3.5, Anchor::End, SMALL, &tick.label).class("muted"));
    }
    let unit = if scale.is_log() { format!("{} (logarithmic)", input.unit) } else { input.unit.clone() };
    canvas.add(text(0.0, 10.0, Anchor::Start, SMALL, &unit).class("muted"));
    for tick in time.ticks(40.0) {
        canvas.add(svg::line(tick.at, bottom, tick.at, bottom + 4.0).class("axis"));
        let half = label::text_width(&tick.label, SMALL) / 2.0;
        let x = tick.at.min(canvas.width - half);
        canvas.add(text(x, bottom + 15.0, Anchor::Middle, SMALL, &tick.label).class("muted"));
    }
    canvas.add(svg::line(left, bottom, right, bottom).class("axis"));

    let mut placer = Placer::new(Area::new(left + 2.0, 14.0, canvas.width - left - 2.0, bottom - 16.0));
    let bars = dodge(estimates, &time, &scale);
    for bar in &bars {
        placer.block(Area::new(bar.x - 6.0, bar.top - 3.0, 12.0, bar.bottom - bar.top + 6.0));
    }
    for bar in &bars {
        draw_bar(canvas, bar, &time, &scale, style(sources, &bar.estimate.source));
    }
    for bar in &bars {
        label_bar(canvas, bar, &mut placer);
    }
    canvas.height = legend(canvas, sources, bottom + 26.0) + 2.0;
}

/// One estimate's place in the chart.
pub(super) struct Bar<'a> {
    pub(super) estimate: &'a Estimate,
    x: f64,
    top: f64,
    marker: f64,
    bottom: f64,
}

/// Moves estimates of about the same date aside, so that none covers another.
pub(super) fn dodge<'a>(estimates: &[&'a Estimate], time: &TimeScale, scale: &Scale) -> Vec<Bar<'a>> {
    let mut bars: Vec<Bar> = Vec::new();
    for &estimate in estimates {
        let Some(centre) = estimate.centre() else { continue };
        let bounds = [estimate.strict, estimate.pragmatic];
        let open_up = bounds.iter().any(|b| b.high.is_none() && b.low.is_some());
        let open_down = bounds.iter().any(|b| b.low.is_none() && b.high.is_some());
        let ends = || bounds.iter().flat_map(Bounds::ends);
        let top = scale.at(ends().fold(f64::NEG_INFINITY, f64::max)) - if open_up { 26.0 } else { 0.0 };
        let low = scale.at(ends().fold(f64::INFINITY, f64::min));
        let bottom = if open_down { (low + 26.0).min(scale.at(f64::NEG_INFINITY)) } else { low };
        let middle = time.middle(estimate.when);
        let clashes =
            |x: f64| bars.iter().any(|b| (b.x - x).abs() < 13.0 && b.top - 6.0 < bottom && top - 6.0 < b.bottom);
        let x = (0..8).map(|i| middle + 13.0 * f64::from(i)).find(|x| !clashes(*x)).unwrap_or(middle);
        bars.push(Bar { estimate, x, top, marker: scale.at(centre), bottom });
    }
    bars
}

pub(super) fn draw_bar(canvas: &mut Canvas, bar: &Bar, time: &TimeScale, scale: &Scale, (hue, shape): (Hue, Shape)) {
    let e = bar.estimate;
    let words = format!("{}, {}: “{}” ({})", e.source, e.when.words(), e.phrase, e.strict.words());
    let mut node = Node::new("g").class(hue.class()).tooltip(&words);
    let (from, to) = time.span(e.when);
    if to - from > 6.0 {
        node = node.child(svg::line(from, bar.marker, to, bar.marker).class("line dotted"));
    }
    for (bounds, half, full) in [(e.strict, 1.0, "stop-mid"), (e.pragmatic, 3.0, "stop-full")] {
        let class = if full == "stop-full" { "fill" } else { "soft-line" };
        let (Some(top), Some(bottom)) = (bounds.high.or(bounds.low), bounds.low.or(bounds.high)) else { continue };
        let (top, bottom) = (scale.at(top), scale.at(bottom));
        if bottom - top > 0.5 {
            node = node.child(svg::rect(bar.x - half, top, 2.0 * half, bottom - top).class(class));
        }
        if bounds.high.is_none() {
            let fade = canvas.gradient(hue, (0.0, top - 24.0), (0.0, top), &["stop-none", full]);
            node = node.child(svg::rect(bar.x - half, top - 24.0, 2.0 * half, 24.0).attr("fill", fade));
            node = node.child(arrow(bar.x, top - 25.0, 1.0));
        }
        if bounds.low.is_none() {
            let end = bar.bottom;
            let fade = canvas.gradient(hue, (0.0, bottom), (0.0, end), &[full, "stop-none"]);
            node = node.child(svg::rect(bar.x - half, bottom, 2.0 * half, end - bottom).attr("fill", fade));
            node = node.child(arrow(bar.x, end, -1.0));
        }
    }
    canvas.add(node.child(shape.draw(bar.x, bar.marker, 4.5).class("fill rim")));
}

/// A small arrowhead with its point at (x, y), looking up (1) or down (-1).
fn arrow(x: f64, y: f64, up: f64) -> Node {
    let points = [(x - 3.5, y + 4.5 * up), (x, y), (x + 3.5, y + 4.5 * up)];
    svg::path(&svg::PathData::through(points, false)).class("line")
}

/// Sets the phrase beside its bar, in full or else cut.
fn label_bar(canvas: &mut Canvas, bar: &Bar, placer: &mut Placer) {
    for room in [f64::INFINITY, 110.0, 64.0] {
        let Some(words) = label::truncate(&bar.estimate.phrase, room, SMALL) else { continue };
        let (w, h) = (label::text_width(&words, SMALL), SMALL);
        let beside = [bar.marker, bar.top + 5.0, bar.bottom - 5.0, (bar.top + bar.bottom) / 2.0];
        let places: Vec<Area> = beside
            .iter()
            .flat_map(|y| [Area::new(bar.x + 8.0, y - h / 2.0, w, h), Area::new(bar.x - 8.0 - w, y - h / 2.0, w, h)])
            .chain([
                Area::new(bar.x - w / 2.0, bar.top - 5.0 - h, w, h),
                Area::new(bar.x - w / 2.0, bar.bottom + 5.0, w, h),
            ])
            .collect();
        if let Some(i) = placer.place(&places) {
            let label = text(places[i].x, places[i].y + 0.8 * h, Anchor::Start, SMALL, &words);
            canvas.add(label.class("halo"));
            return;
        }
    }
}

/// One row an estimate: source and date, phrase, range.
fn list(canvas: &mut Canvas, input: &Strength, estimates: &[&Estimate], sources: &[&str]) {
    let (left, right) = (8.0, canvas.width - 16.0);
    let scale = value_scale(estimates, (left, right));
    let bottom = 40.0 * estimates.len() as f64 + 8.0;
    for tick in scale.ticks(4) {
        canvas.add(svg::line(tick.at, 2.0, tick.at, bottom).class("grid"));
    }
    for (i, e) in estimates.iter().enumerate() {
        let y = 40.0 * i as f64 + 12.0;
        let when = format!("{} · {}", e.when.words(), e.source);
        let phrase = label::truncate(&e.phrase, canvas.width * 0.5, SMALL).unwrap_or_default();
        let room = canvas.width - label::text_width(&phrase, SMALL) - 10.0;
        let when = label::truncate(&when, room, SMALL).unwrap_or_default();
        canvas.add(text(0.0, y, Anchor::Start, SMALL, &when).class("muted halo"));
        canvas.add(text(canvas.width, y, Anchor::End, SMALL, &phrase).class("halo"));
        list_bar(canvas, e, &scale, y + 13.0, style(sources, &e.source));
    }
    let mut free_from = f64::NEG_INFINITY;
    for tick in scale.ticks(4) {
        let half = label::text_width(&tick.label, SMALL) / 2.0;
        let x = tick.at.clamp(half, canvas.width - half);
        if x - half > free_from {
            canvas.add(text(x, bottom + 12.0, Anchor::Middle, SMALL, &tick.label).class("muted"));
            free_from = x + half + 4.0;
        }
    }
    let unit = if scale.is_log() { format!("{} (logarithmic)", input.unit) } else { input.unit.clone() };
    canvas.add(text(canvas.width / 2.0, bottom + 26.0, Anchor::Middle, SMALL, &unit).class("muted"));
    canvas.height = legend(canvas, sources, bottom + 36.0) + 2.0;
}

fn list_bar(canvas: &mut Canvas, e: &Estimate, scale: &Scale, y: f64, (hue, shape): (Hue, Shape)) {
    let Some(centre) = e.centre() else { return };
    let mut node = Node::new("g").class(hue.class());
    for (bounds, half, full) in [(e.strict, 1.0, "stop-mid"), (e.pragmatic, 3.0, "stop-full")] {
        let class = if full == "stop-full" { "fill" } else { "soft-line" };
        let (Some(low), Some(high)) = (bounds.low.or(bounds.high), bounds.high.or(bounds.low)) else { continue };
        let (from, to) = (scale.at(low), scale.at(high));
        node = node.child(svg::rect(from, y - half, to - from, 2.0 * half).class(class));
        for (is_open, edge, reach) in [(bounds.high.is_none(), to, 24.0), (bounds.low.is_none(), from, -24.0)] {
            let tip = (edge + reach).clamp(2.0, canvas.width - 2.0);
            if is_open && (tip - edge).abs() > 4.0 {
                let fade = canvas.gradient(hue, (edge, 0.0), (tip, 0.0), &[full, "stop-none"]);
                node =
                    node.child(svg::rect(edge.min(tip), y - half, (tip - edge).abs(), 2.0 * half).attr("fill", fade));
                let back = tip - 4.5 * (tip - edge).signum();
                let head = svg::PathData::through([(back, y - 3.5), (tip, y), (back, y + 3.5)], false);
                node = node.child(svg::path(&head).class("line"));
            }
        }
    }
    canvas.add(node.child(shape.draw(scale.at(centre), y, 4.5).class("fill rim")));
}

fn legend(canvas: &mut Canvas, sources: &[&str], top: f64) -> f64 {
    let mut legend = Legend::new(0.0, top, canvas.width);
    for source in sources {
        let (hue, shape) = style(sources, source);
        legend.marker(hue, shape, source);
    }
    for (words, half, class) in [("careful reading", 3.0, "fill"), ("strict bounds", 1.0, "soft-line")] {
        legend.entry(22.0, words, |x, y| {
            svg::rect(x, y - half, 22.0, 2.0 * half).class(format!("{} {class}", Hue::Grey.class()))
        });
    }
    let (bottom, nodes) = legend.finish();
    nodes.into_iter().for_each(|node| canvas.add(node));
    bottom
}

fn describe(input: &Strength, estimates: &[&Estimate]) -> String {
    let list: Vec<String> =
        estimates.iter().map(|e| format!("{} ({}): {}", e.source, e.when.words(), e.phrase)).collect();
    if list.is_empty() {
        return "No estimates to show.".to_owned();
    }
    format!("{} estimates of {} by date. {}.", list.len(), input.unit, list.join("; "))
}

fn table(estimates: &[&Estimate]) -> DataTable {
    let mut table = DataTable::new(&["When", "Source", "In its words", "Careful reading", "Strict bounds"]);
    for e in estimates {
        table.row([e.when.words(), e.source.clone(), e.phrase.clone(), e.pragmatic.words(), e.strict.words()]);
    }
    table
}

#[cfg(test)]
mod tests {
    use super::super::testing::{self, assert_no_overlap, assert_sound};
    use super::*;
    use jiff::civil::date;
    use proptest::prelude::*;

    fn small() -> Strength {
        let estimate = |source: &str, phrase: &str, when, strict, pragmatic| Estimate {
            source: source.into(),
            phrase: phrase.into(),
            when,
            strict,
            pragmatic,
        };
        Strength {
            title: "Strength".into(),
            unit: "fighters".into(),
            estimates: vec![
                estimate(
                    "UN Monitoring Team",
                    "1,000 to 2,200",
                    Period::new(date(2020, 7, 1), date(2020, 7, 31)),
                    Bounds::closed(1000.0, 2200.0),
                    Bounds::closed(1000.0, 2200.0),
                ),
                estimate(
                    "US DoD",
                    "up to 4,000",
                    Period::new(date(2021, 1, 1), date(2021, 12, 31)),
                    Bounds::at_most(4000.0),
                    Bounds::closed(3000.0, 4000.0),
                ),
                estimate(
                    "Press & co",
                    "more than 3,000",
                    Period::day(date(2021, 7, 1)),
                    Bounds::at_least(3001.0),
                    Bounds::closed(3001.0, 3600.0),
                ),
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
    fn the_table_goes_by_date_and_keeps_open_ends() {
        let figure = render(&small(), &Options::wide("s"));
        assert_eq!(figure.table.rows[0][1], "UN Monitoring Team");
        assert!(figure.table.rows.iter().any(|r| r[4] == "≤ 4,000"));
        assert!(figure.table.rows.iter().any(|r| r[4] == "≥ 3,001"));
    }

    #[test]
    fn nothing_to_show_is_said() {
        assert!(render(&Strength::default(), &Options::narrow("s")).svg.contains("No estimates"));
        let unbounded =
            Estimate { strict: Bounds::default(), pragmatic: Bounds::default(), ..small().estimates[0].clone() };
        assert_sound(&render(&Strength { estimates: vec![unbounded], ..small() }, &Options::wide("s")));
    }

    proptest! {
        #[test]
        fn labels_never_overlap(estimates in prop::collection::vec((0usize..9, 0i64..3000, 0i64..400, 1.0..5000.0f64, 0.0..3000.0f64, 0u8..4), 1..25), narrow in any::<bool>()) {
            let estimates = estimates.into_iter().map(|(source, day, span, low, width, open)| Estimate {
                source: format!("Source {source}"),
                phrase: format!("{low:.0} to {:.0}", low + width),
                when: Period::new(add_days(date(2014, 1, 1), day), add_days(date(2014, 1, 1), day + span)),
                strict: Bounds { low: (open & 1 == 0).then_some(low), high: (open & 2 == 0).then_some(low + width) },
                pragmatic: Bounds::closed(low, low + width),
            });
            let input = Strength { unit: "fighters".into(), estimates: estimates.collect(), ..Strength::default() };
            let figure = render(&input, &if narrow { Options::narrow("s") } else { Options::wide("s") });
            assert_no_overlap(&figure.svg);
            assert_sound(&figure);
        }
    }
}
