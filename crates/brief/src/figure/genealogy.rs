//! The genealogy of armed groups: one lane a group, from its founding to its end, with its leaders, and between lanes
//! the splits, mergers, pledges, defections, alliances and support that made the field what it is.

mod order;

use jiff::civil::Date;

use super::label::{self, Anchor, Area, Placer};
use super::palette::{Hue, Texture};
use super::relation::Relation;
use super::scale::TimeScale;
use super::svg::{self, Node, PathData};
use super::{Canvas, DataTable, Figure, Layout, Legend, Options, Period, SMALL, Standing, TEXT, text};

/// What the figure shows.
#[derive(Debug, Clone, PartialEq)]
pub struct Genealogy {
    /// Title of the figure.
    pub title: String,
    /// The years shown.
    pub period: Period,
    /// Groups in any order; lanes are ordered so that relations cross few of them.
    pub groups: Vec<Group>,
    /// Relations between groups.
    pub ties: Vec<Tie>,
}

/// One group, drawn as a lane.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Group {
    /// Its id, by which ties name it.
    pub id: String,
    /// Its name.
    pub name: String,
    /// The family it belongs to, which gives its colour; empty for none.
    pub family: String,
    /// When it was founded, as vaguely as known; `None` if unknown or before the years shown.
    pub founded: Option<Period>,
    /// When it ended; `None` if it goes on.
    pub ended: Option<Period>,
    /// Its leaders.
    pub leaders: Vec<Leader>,
}

/// A leader, named by sources in that public role.
#[derive(Debug, Clone, PartialEq)]
pub struct Leader {
    /// Name.
    pub name: String,
    /// When the leadership began; `None` if unknown.
    pub from: Option<Period>,
    /// When it ended; `None` if it goes on.
    pub until: Option<Period>,
    /// Whether it ended by death.
    pub died: bool,
}

/// A relation between two groups.
#[derive(Debug, Clone, PartialEq)]
pub struct Tie {
    /// The group it comes from: the parent of a split, the one that pledges, supports or loses members.
    pub from: String,
    /// The group it leads to.
    pub to: String,
    /// What it is.
    pub kind: Relation,
    /// When it came about, as vaguely as known.
    pub when: Period,
    /// When it ended, where it lasted and that is known.
    pub until: Option<Period>,
    /// A phrase beside it: `some 200 fighters`.
    pub phrase: String,
    /// How far it can be trusted.
    pub standing: Standing,
}

/// The height of one row of leaders.
const ROW: f64 = 18.0;
/// The space between lanes, which holds the phrases.
const GAP: f64 = 22.0;
/// Dates vaguer than this are drawn with a feathered edge. Days.
const VAGUE: i64 = 31;

/// Draws the genealogy.
pub fn render(input: &Genealogy, options: &Options) -> Figure {
    let mut canvas = Canvas::new(options);
    let plan = Plan::new(input, options.layout);
    canvas.width = plan.width;
    canvas.is_long = options.is_narrow();
    let mut placer = Placer::new(Area::new(plan.left, 16.0, plan.width - plan.left, plan.bottom - 16.0));
    grid(&mut canvas, &plan);
    // Ties run beneath the lanes they pass, so that they never strike out a name.
    let drawn = tie_places(input, &plan);
    for tie in &drawn {
        placer.block(Area::new(tie.x - 2.0, tie.y.0.min(tie.y.1), 4.0, (tie.y.0 - tie.y.1).abs()));
        tie.draw(&mut canvas);
    }
    for lane in &plan.lanes {
        draw_lane(&mut canvas, lane, &plan);
        name_lane(&mut canvas, lane, &plan, &mut placer);
    }
    for tie in &drawn {
        tie.label(&mut canvas, &plan, &mut placer);
    }
    for lane in &plan.lanes {
        name_leaders_outside(&mut canvas, lane, &plan, &mut placer);
    }
    canvas.height = legend(&mut canvas, input, &plan, &drawn) + 2.0;
    canvas.finish(&input.title, &describe(input), table(input))
}

/// Where everything goes.
struct Plan<'a> {
    width: f64,
    left: f64,
    bottom: f64,
    time: TimeScale,
    lanes: Vec<Lane<'a>>,
    families: Vec<&'a str>,
    is_narrow: bool,
}

/// A group's place.
struct Lane<'a> {
    group: &'a Group,
    hue: Hue,
    top: f64,
    height: f64,
    /// Leaders with the row each is drawn in.
    leaders: Vec<(usize, &'a Leader)>,
}

impl Lane<'_> {
    fn bottom(&self) -> f64 {
        self.top + self.height
    }
}

impl<'a> Plan<'a> {
    fn new(input: &'a Genealogy, layout: Layout) -> Self {
        let is_narrow = layout == Layout::Narrow;
        // A decade of leaders cannot be read on a phone's width: the narrow figure scrolls sideways.
        let width = if is_narrow { 620.0 } else { super::WIDE };
        let left = if is_narrow { 4.0 } else { gutter(input) };
        let time = TimeScale::new(input.period, (left, width - 12.0));
        let mut families: Vec<&str> = Vec::new();
        for group in input.groups.iter().filter(|g| !g.family.is_empty()) {
            if !families.contains(&group.family.as_str()) {
                families.push(&group.family);
            }
        }
        let gap = if is_narrow { GAP + 16.0 } else { GAP };
        let mut y = 22.0 + if is_narrow { 20.0 } else { 6.0 };
        let mut lanes = Vec::new();
        for index in order::lanes(input) {
            let group = &input.groups[index];
            let leaders = leader_rows(group, &time);
            let rows = leaders.iter().map(|(row, _)| row + 1).max().unwrap_or(1);
            let height = ROW * rows as f64;
            let hue = families.iter().position(|f| *f == group.family).map_or(Hue::Grey, Hue::nth);
            lanes.push(Lane { group, hue, top: y, height, leaders });
            y += height + gap;
        }
        let bottom = y - gap + 10.0;
        Self { width, left, bottom, time, lanes, families, is_narrow }
    }

    fn lane(&self, id: &str) -> Option<usize> {
        self.lanes.iter().position(|lane| lane.group.id == id)
    }
}

/// Room for the names: as wide as the widest on two lines, within limits.
fn gutter(input: &Genealogy) -> f64 {
    let widest = input
        .groups
        .iter()
        .flat_map(|g| label::wrap(&g.name, 150.0, TEXT, 2))
        .map(|line| label::text_width(&line, TEXT))
        .fold(60.0, f64::max);
    widest + 14.0
}

/// When a leader led, from the earliest to the latest day it may have been.
fn tenure(leader: &Leader, time: &TimeScale) -> (f64, f64) {
    let from = leader.from.map_or(time.start(time.period().first), |p| time.middle(p));
    let until = leader.until.map_or(time.end(time.period().last), |p| time.middle(p));
    (from, until.max(from))
}

/// Leaders in rows: those who led side by side, or whom sources dispute, stand in rows of their own.
fn leader_rows<'a>(group: &'a Group, time: &TimeScale) -> Vec<(usize, &'a Leader)> {
    let in_view = |l: &&Leader| {
        let began = l.from.is_none_or(|p| p.first <= time.period().last);
        began && l.until.is_none_or(|p| p.last >= time.period().first)
    };
    let mut leaders: Vec<&Leader> = group.leaders.iter().filter(in_view).collect();
    leaders.sort_by_key(|l| (l.from.map_or(Date::MIN, |p| p.first), l.until.map_or(Date::MAX, |p| p.last)));
    // A month's overlap at a handover is no joint leadership.
    let spans: Vec<(f64, f64)> = leaders.iter().map(|l| tenure(l, time)).collect();
    label::rows(&spans, -2.5).into_iter().zip(leaders).collect()
}

fn grid(canvas: &mut Canvas, plan: &Plan) {
    for tick in plan.time.ticks(32.0) {
        canvas.add(svg::line(tick.at, 18.0, tick.at, plan.bottom).class("grid"));
        let half = label::text_width(&tick.label, SMALL) / 2.0;
        let x = tick.at.clamp(half, plan.width - half);
        for y in [12.0, plan.bottom + 12.0] {
            canvas.add(text(x, y, Anchor::Middle, SMALL, &tick.label).class("muted"));
        }
    }
}

/// The lane itself, feathered where its ends are vague and faded where they are open, and its leaders.
fn draw_lane(canvas: &mut Canvas, lane: &Lane, plan: &Plan) {
    let time = &plan.time;
    let (view_from, view_to) = time.span(time.period());
    let (y, h) = (lane.top, lane.height);
    let known = |p: &Option<Period>| p.filter(|p| p.overlaps(&time.period()));
    let before = lane.group.founded.is_some_and(|p| p.first > time.period().last);
    let after = lane.group.ended.is_some_and(|p| p.last < time.period().first);
    if before || after {
        return;
    }
    let (founded, ended) = (known(&lane.group.founded), known(&lane.group.ended));
    let open = 16.0;
    // The ends of what is certain; outside them the lane fades.
    let (fade_in, from) = match founded {
        Some(p) if p.days() > VAGUE => (time.start(p.first), time.end(p.last)),
        Some(p) => (time.start(p.first), time.start(p.first)),
        None => (view_from, view_from + open),
    };
    let (to, fade_out) = match ended {
        Some(p) if p.days() > VAGUE => (time.start(p.first), time.end(p.last)),
        Some(p) => (time.end(p.last), time.end(p.last)),
        None => (view_to - open, view_to),
    };
    let to = to.max(from);
    let mut node = Node::new("g").class(lane.hue.class()).tooltip(&lane_words(lane.group));
    node = node.child(svg::rect(from, y, to - from, h).class("paper"));
    node = node.child(svg::rect(from, y, to - from, h).class("faint"));
    let mut fade = |node: Node, a: f64, b: f64, stops: [&str; 2]| {
        if b - a < 0.5 {
            return node;
        }
        let fill = canvas.gradient(lane.hue, (a, 0.0), (b, 0.0), &stops);
        node.child(svg::rect(a, y, b - a, h).attr("fill", fill))
    };
    node = fade(node, fade_in, from, ["stop-none", "stop-faint"]);
    node = fade(node, to, fade_out.max(to), ["stop-faint", "stop-none"]);
    if founded.is_some_and(|p| p.days() <= VAGUE) {
        node = node.child(svg::rect(from - 1.0, y, 2.5, h).class("fill"));
    }
    if ended.is_some_and(|p| p.days() <= VAGUE) {
        node = node.child(svg::rect(to - 1.5, y, 2.5, h).class("fill"));
    }
    if lane.group.ended.is_none() {
        let tip = view_to + 4.0;
        let head = PathData::through(
            [(tip - 5.0, y + h / 2.0 - 4.5), (tip, y + h / 2.0), (tip - 5.0, y + h / 2.0 + 4.5)],
            false,
        );
        node = node.child(svg::path(&head).class("line"));
    }
    canvas.add(node);
    for (row, leader) in &lane.leaders {
        draw_leader(canvas, lane, leader, y + ROW * *row as f64, time);
    }
}

fn draw_leader(canvas: &mut Canvas, lane: &Lane, leader: &Leader, y: f64, time: &TimeScale) {
    let (from, to) = tenure(leader, time);
    let mut node = Node::new("g").class(lane.hue.class()).tooltip(&leader_words(leader));
    // A hair between one leader and the next.
    let (x, width) = (from + 0.8, to - from - 1.6);
    let fade = |canvas: &mut Canvas, node: Node, vague: (f64, f64), stops: [&str; 2]| {
        let fill = canvas.gradient(lane.hue, (vague.0, 0.0), (vague.1, 0.0), &stops);
        node.child(svg::rect(vague.0, y + 2.0, vague.1 - vague.0, ROW - 4.0).attr("fill", fill))
    };
    // A vague beginning or end is feathered over the days it may be, never beyond the middle of the segment.
    let middle = x + width / 2.0;
    let vague = |p: Option<Period>| p.filter(|p| p.days() > VAGUE).map(|p| time.span(p));
    let solid_from = vague(leader.from).map_or(x, |(_, b)| b.min(middle));
    let solid_to = vague(leader.until).map_or(x + width, |(a, _)| a.max(middle));
    node = node.child(svg::rect(solid_from, y + 2.0, solid_to - solid_from, ROW - 4.0).class("some"));
    if solid_from > x {
        node = fade(canvas, node, (x, solid_from), ["stop-none", "stop-some"]);
    }
    if solid_to < x + width {
        node = fade(canvas, node, (solid_to, x + width), ["stop-some", "stop-none"]);
    }
    let baseline = y + ROW / 2.0 + 3.5;
    let mark = if leader.died { 9.0 } else { 3.0 };
    let is_shown = leader.until.is_some_and(|p| p.overlaps(&time.period()));
    if leader.died && is_shown && width > 8.0 {
        node = node.child(text(x + width - 2.0, baseline, Anchor::End, SMALL, "†").class("strong"));
    }
    if let Some(words) = name_inside(leader, width - 4.0 - mark) {
        node = node.child(text(x + 4.0, baseline, Anchor::Start, SMALL, &words));
    }
    canvas.add(node);
}

/// What is left of a leader's name in this room: all, or the last part of it.
fn name_inside(leader: &Leader, room: f64) -> Option<String> {
    let names = [leader.name.as_str(), last_name(leader)];
    names.into_iter().find(|n| !n.is_empty() && label::text_width(n, SMALL) <= room).map(str::to_owned)
}

fn last_name(leader: &Leader) -> &str {
    leader.name.split_whitespace().last().unwrap_or_default()
}

/// Names leaders whose time was too short for their name beside the lane, each with a stroke to its segment, where
/// there is room.
fn name_leaders_outside(canvas: &mut Canvas, lane: &Lane, plan: &Plan, placer: &mut Placer) {
    let rows = lane.leaders.iter().map(|(row, _)| row + 1).max().unwrap_or(1);
    for (row, leader) in &lane.leaders {
        let (from, to) = tenure(leader, &plan.time);
        let mark = if leader.died { 9.0 } else { 3.0 };
        if name_inside(leader, to - from - 5.6 - mark).is_some() {
            continue;
        }
        let words = last_name(leader);
        let w = label::text_width(words, SMALL);
        let middle = (from + to) / 2.0;
        let mut places = Vec::new();
        for shift in [0.0, 8.0, -8.0, 16.0, -16.0, 24.0, -24.0] {
            // Only the outer rows touch a gap.
            if row + 1 == rows {
                places.push(Area::new(middle - w / 2.0 + shift, lane.bottom() + 5.0, w, SMALL));
            }
            if *row == 0 && !plan.is_narrow {
                places.push(Area::new(middle - w / 2.0 + shift, lane.top - 5.0 - SMALL, w, SMALL));
            }
        }
        let Some(i) = placer.place(&places) else { continue };
        let place = places[i];
        let (edge, near) = if place.y > lane.top { (lane.bottom(), place.y) } else { (lane.top, place.y + SMALL) };
        let foot = middle.clamp(place.x + 2.0, place.x + w - 2.0);
        canvas.add(svg::line(middle, edge, foot, near).class("axis"));
        canvas.add(text(place.x, place.y + 0.8 * SMALL, Anchor::Start, SMALL, words).class("halo"));
    }
}

/// The group's name: in the gutter, or on a narrow figure over its lane.
fn name_lane(canvas: &mut Canvas, lane: &Lane, plan: &Plan, placer: &mut Placer) {
    if plan.is_narrow {
        let from = lane.group.founded.map_or(plan.left, |p| plan.time.start(p.first));
        let name = label::truncate(&lane.group.name, plan.width * 0.6, TEXT).unwrap_or_default();
        let width = label::text_width(&name, TEXT);
        let most = (plan.width - width - 3.0).max(1.0);
        let place = |x: f64| Area::of_text(&name, x, lane.top - 6.0, Anchor::Start, TEXT).grown(1.0);
        // At the lane's beginning, or after the ties that end there.
        let shifts = (0..30)
            .map(|i| (from + 8.0 * f64::from(i)).min(most))
            .chain((0..30).map(|i| (from - 8.0 * f64::from(i)).clamp(1.0, most)));
        let x = shifts.clone().find(|x| placer.is_free(&place(*x))).unwrap_or(from.clamp(1.0, most));
        placer.block(place(x));
        canvas.add(text(x, lane.top - 6.0, Anchor::Start, TEXT, &name).class("strong halo"));
        return;
    }
    let lines = label::wrap(&lane.group.name, plan.left - 12.0, TEXT, 2);
    let middle = lane.top + lane.height / 2.0 + 3.8;
    let first = middle - 6.5 * (lines.len() - 1) as f64;
    let mut name = Node::new("g").tooltip(&lane.group.name);
    for (i, line) in lines.iter().enumerate() {
        name = name.child(text(plan.left - 9.0, first + 13.0 * i as f64, Anchor::End, TEXT, line));
    }
    let chip = svg::rect(plan.left - 5.0, lane.top, 3.0, lane.height).class(format!("{} fill", lane.hue.class()));
    canvas.add(name);
    if !lane.group.family.is_empty() {
        canvas.add(chip);
    }
}

/// A tie with its place: an upright line at `x` between two lanes.
struct Drawn<'a> {
    tie: &'a Tie,
    x: f64,
    /// Where it begins and ends.
    y: (f64, f64),
    /// The days it may have been, on the page.
    vague: (f64, f64),
    until: Option<f64>,
    lanes: (usize, usize),
}

/// Places ties by date; those of about the same date stand a little apart.
fn tie_places<'a>(input: &'a Genealogy, plan: &Plan) -> Vec<Drawn<'a>> {
    let mut ties: Vec<&Tie> = input.ties.iter().filter(|t| t.when.overlaps(&input.period)).collect();
    ties.sort_by(|a, b| (a.when, &a.from, &a.to, a.kind).cmp(&(b.when, &b.from, &b.to, b.kind)));
    let mut drawn: Vec<Drawn> = Vec::new();
    for tie in ties {
        let (Some(a), Some(b)) = (plan.lane(&tie.from), plan.lane(&tie.to)) else { continue };
        if a == b {
            continue;
        }
        let (from, to) = (&plan.lanes[a], &plan.lanes[b]);
        let y = if a < b { (from.bottom(), to.top) } else { (from.top, to.bottom()) };
        let at = plan.time.middle(tie.when).clamp(plan.left + 4.0, plan.width - 16.0);
        let (high, low) = (y.0.min(y.1) - 1.0, y.0.max(y.1) + 1.0);
        let clashes =
            |x: f64| drawn.iter().any(|d| (d.x - x).abs() < 9.5 && d.y.0.min(d.y.1) < low && high < d.y.0.max(d.y.1));
        let shifts = [0.0, 10.0, -10.0, 20.0, -20.0, 30.0, -30.0];
        let x = shifts.iter().map(|s| at + s).find(|x| !clashes(*x) && *x < plan.width - 6.0).unwrap_or(at);
        let until = tie.until.map(|p| plan.time.middle(p)).filter(|end| *end > x + 8.0);
        drawn.push(Drawn { tie, x, y, vague: plan.time.span(tie.when), until, lanes: (a.min(b), a.max(b)) });
    }
    drawn
}

impl Drawn<'_> {
    fn draw(&self, canvas: &mut Canvas) {
        let tie = self.tie;
        let (start, end) = self.y;
        let down = (end - start).signum();
        // The badge stands in the gap next to the lane that the tie leads to, clear of the arrow.
        let badge = 1.0 - 14.0 / (end - start).abs().max(28.0);
        let words = tie_words(tie);
        let line = tie.kind.draw((self.x, start), (self.x, end), 0.0, tie.standing, badge);
        let mut node = Node::new("g").tooltip(&words).child(line);
        let whisker = start + 4.0 * down;
        if tie.when.days() > VAGUE && self.vague.1 - self.vague.0 > 8.0 {
            node = node.child(svg::line(self.vague.0, whisker, self.vague.1, whisker).class("vague"));
        }
        if let Some(until) = self.until {
            let y = end - 2.5 * down;
            let data = PathData::through([(self.x, y), (until, y), (until, y - 3.0 * down)], false);
            node = node.child(svg::path(&data).class("lasting"));
        }
        canvas.add(node);
    }

    /// Sets the phrase in one of the gaps the tie passes, beside its line.
    fn label(&self, canvas: &mut Canvas, plan: &Plan, placer: &mut Placer) {
        if self.tie.phrase.is_empty() {
            return;
        }
        for room in [f64::INFINITY, 120.0, 70.0] {
            let Some(words) = label::truncate(&self.tie.phrase, room, SMALL) else { continue };
            let w = label::text_width(&words, SMALL);
            let mut places = Vec::new();
            for lane in self.lanes.0..self.lanes.1 {
                let (above, below) = (plan.lanes[lane].bottom(), plan.lanes[lane + 1].top);
                let y = (above + below) / 2.0 - SMALL / 2.0;
                // Clear of the badge, the line and the arrow.
                places.push(Area::new(self.x + 8.0, y, w, SMALL));
                places.push(Area::new(self.x - 8.0 - w, y, w, SMALL));
            }
            if let Some(i) = placer.place(&places) {
                let (x, y) = (places[i].x, places[i].y + 0.8 * SMALL);
                canvas.add(text(x, y, Anchor::Start, SMALL, &words).class("em halo"));
                return;
            }
        }
    }
}

fn legend(canvas: &mut Canvas, input: &Genealogy, plan: &Plan, drawn: &[Drawn]) -> f64 {
    let mut legend = Legend::new(0.0, plan.bottom + 24.0, plan.width);
    for (n, family) in plan.families.iter().enumerate() {
        legend.swatch(canvas, Hue::nth(n), "some", Texture::Plain, family);
    }
    for kind in Relation::ALL.into_iter().filter(|k| drawn.iter().any(|d| d.tie.kind == *k)) {
        kind.legend(&mut legend);
    }
    for standing in [Standing::Doubtful, Standing::Denied] {
        if drawn.iter().any(|d| d.tie.standing == standing) {
            standing.legend(&mut legend);
        }
    }
    let vague = |p: &Option<Period>| p.is_some_and(|p| p.days() > VAGUE);
    if input.groups.iter().any(|g| vague(&g.founded) || vague(&g.ended)) {
        let fill = canvas.gradient(Hue::Grey, (0.0, 0.0), (1.0, 0.0), &["stop-none", "stop-some"]);
        // In the box's own units, for the swatch may stand anywhere.
        if let Some(last) = canvas.defs.last_mut() {
            *last = last.replace("userSpaceOnUse", "objectBoundingBox");
        }
        legend.entry(22.0, "vague date", |x, y| svg::rect(x, y - 5.0, 22.0, 10.0).attr("fill", fill));
    }
    if drawn.iter().any(|d| d.tie.when.days() > VAGUE && d.vague.1 - d.vague.0 > 8.0) {
        legend.entry(16.0, "days it may have been", |x, y| svg::line(x, y, x + 16.0, y).class("vague"));
    }
    if drawn.iter().any(|d| d.until.is_some()) {
        legend.entry(22.0, "lasted until", |x, y| {
            svg::path(&PathData::through([(x, y), (x + 22.0, y), (x + 22.0, y + 3.0)], false)).class("lasting")
        });
    }
    if input.groups.iter().flat_map(|g| &g.leaders).any(|l| l.died) {
        legend.entry(8.0, "leader died", |x, y| text(x, y + 3.5, Anchor::Start, SMALL, "†").class("strong"));
    }
    let (bottom, nodes) = legend.finish();
    nodes.into_iter().for_each(|node| canvas.add(node));
    bottom
}

fn since_until(from: Option<Period>, until: Option<Period>) -> String {
    let from = from.map_or("?".to_owned(), |p| p.words());
    format!("{from} – {}", until.map_or("…".to_owned(), |p| p.words()))
}

fn lane_words(group: &Group) -> String {
    format!("{}: {}", group.name, since_until(group.founded, group.ended))
}

fn leader_words(leader: &Leader) -> String {
    let died = if leader.died { " †" } else { "" };
    format!("{}: {}{died}", leader.name, since_until(leader.from, leader.until))
}

fn tie_words(tie: &Tie) -> String {
    let mut words = format!("{}: {} → {}, {}", tie.kind.word(), tie.from, tie.to, tie.when.words());
    if !tie.phrase.is_empty() {
        words += &format!(" ({})", tie.phrase);
    }
    if tie.standing != Standing::Stated {
        words += &format!(", {}", tie.standing.word());
    }
    words
}

fn describe(input: &Genealogy) -> String {
    let count = |kind: Relation| input.ties.iter().filter(|t| t.kind == kind).count();
    let counted = Relation::ALL.into_iter().map(|k| (k, count(k))).filter(|(_, n)| *n > 0);
    let ties: Vec<String> = counted.map(|(k, n)| format!("{n} {}", k.word())).collect();
    let leaders = input.groups.iter().map(|g| g.leaders.len()).sum::<usize>();
    format!(
        "{} groups from {} with {leaders} leaders, and {} relations between them: {}.",
        input.groups.len(),
        input.period.words(),
        input.ties.len(),
        if ties.is_empty() { "none".to_owned() } else { ties.join(", ") },
    )
}

fn table(input: &Genealogy) -> DataTable {
    let mut table = DataTable::new(&["What", "Who", "To", "From", "Until", "Words", "Standing"]);
    let when = |p: Option<Period>, none: &str| p.map_or(none.to_owned(), |p| p.words());
    let name = |id: &str| input.groups.iter().find(|g| g.id == id).map_or(id, |g| &g.name).to_owned();
    for g in &input.groups {
        let family = g.family.clone();
        table.row([
            "group".into(),
            g.name.clone(),
            String::new(),
            when(g.founded, "?"),
            when(g.ended, ""),
            family,
            String::new(),
        ]);
        for l in &g.leaders {
            let died = if l.died { "died" } else { "" }.to_owned();
            table.row([
                "leader".into(),
                l.name.clone(),
                g.name.clone(),
                when(l.from, "?"),
                when(l.until, ""),
                died,
                String::new(),
            ]);
        }
    }
    for t in &input.ties {
        table.row([
            t.kind.word().into(),
            name(&t.from),
            name(&t.to),
            t.when.words(),
            when(t.until, ""),
            t.phrase.clone(),
            t.standing.word().into(),
        ]);
    }
    table
}

#[cfg(test)]
mod tests {
    use super::super::testing::{self, assert_no_overlap, assert_sound};
    use super::*;
    use jiff::civil::date;
    use proptest::prelude::*;

    fn year(y: i16) -> Period {
        Period::new(date(y, 1, 1), date(y, 12, 31))
    }

    fn small() -> Genealogy {
        let leader = |name: &str, from, until, died| Leader { name: name.into(), from: Some(from), until, died };
        let group = |id: &str, name: &str, founded, leaders| Group {
            id: id.into(),
            name: name.into(),
            family: if id == "b" { "B & co".into() } else { String::new() },
            founded,
            ended: None,
            leaders,
        };
        let tie = |from: &str, to: &str, kind, when, standing| Tie {
            from: from.into(),
            to: to.into(),
            kind,
            when,
            until: None,
            phrase: "some <200>".into(),
            standing,
        };
        Genealogy {
            title: "Groups".into(),
            period: Period::new(date(2010, 1, 1), date(2020, 12, 31)),
            groups: vec![
                group(
                    "a",
                    "Alpha",
                    None,
                    vec![leader("Commander One", year(2009), Some(Period::day(date(2013, 5, 1))), true)],
                ),
                group("b", "Beta", Some(year(2014)), vec![leader("Two", year(2014), None, false)]),
                group("c", "Gamma", Some(Period::day(date(2011, 3, 1))), vec![]),
            ],
            ties: vec![
                tie("a", "b", Relation::Split, year(2014), Standing::Stated),
                tie("c", "b", Relation::Allegiance, Period::day(date(2015, 2, 1)), Standing::Doubtful),
                tie("a", "c", Relation::Defection, Period::day(date(2012, 2, 1)), Standing::Denied),
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
    fn every_statement_is_in_the_table() {
        let figure = render(&small(), &Options::wide("g"));
        assert_eq!(figure.table.rows.len(), 3 + 2 + 3);
        assert_eq!(
            figure.description,
            "3 groups from 2010–2020 with 2 leaders, and 3 relations between them: 1 allegiance, 1 split, 1 defection."
        );
    }

    #[test]
    fn leaders_side_by_side_take_two_rows() {
        let mut input = small();
        let other = Leader { name: "Rival".into(), from: Some(year(2016)), until: None, died: false };
        input.groups[1].leaders.push(other);
        let plan = Plan::new(&input, Layout::Wide);
        let lane = plan.lanes.iter().find(|l| l.group.id == "b").unwrap();
        assert_eq!(lane.height, 2.0 * ROW);
    }

    #[test]
    fn unknown_groups_and_ties_to_oneself_are_no_panic() {
        let mut input = small();
        input.ties[0].to = "nobody".into();
        input.ties[1].to = input.ties[1].from.clone();
        assert_sound(&render(&input, &Options::wide("g")));
        input.groups.clear();
        assert_sound(&render(&input, &Options::narrow("g")));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]
        #[test]
        fn labels_never_overlap(
            groups in prop::collection::vec(("[A-Z][a-z ]{3,34}", prop::option::of(2000i16..2022), prop::collection::vec((2000i16..2022, 0i16..8, "[A-Z][a-z]{2,12} [A-Z][a-z]{2,12}"), 0..4)), 1..20),
            ties in prop::collection::vec((0usize..20, 0usize..20, 0usize..10, 0i64..5000, "[a-z 0-9]{0,40}"), 0..40),
            narrow in any::<bool>(),
        ) {
            let groups: Vec<Group> = groups.into_iter().enumerate().map(|(i, (name, founded, leaders))| Group {
                id: i.to_string(),
                name,
                family: ["", "x", "y"][i % 3].into(),
                founded: founded.map(year),
                ended: None,
                leaders: leaders.into_iter().map(|(y, n, name)| Leader { name, from: Some(year(y)), until: Some(year(y + n)), died: n % 2 == 0 }).collect(),
            }).collect();
            let ties = ties.into_iter().map(|(a, b, k, day, phrase)| Tie {
                from: (a % groups.len()).to_string(),
                to: (b % groups.len()).to_string(),
                kind: Relation::ALL[k],
                when: Period::day(super::super::scale::add_days(date(2007, 1, 1), day)),
                until: None,
                phrase,
                standing: Standing::Stated,
            }).collect();
            let input = Genealogy { title: String::new(), period: Period::new(date(2007, 1, 1), date(2022, 12, 31)), groups, ties };
            let figure = render(&input, &if narrow { Options::narrow("g") } else { Options::wide("g") });
            assert_no_overlap(&figure.svg);
            assert_sound(&figure);
        }
    }
}
