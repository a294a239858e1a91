//! `casefile measure CASE spread`: how far violence reaches, and how it moves.

use casefile_brief::figure::{Options, Period, band};
use casefile_brief::figures;
use casefile_measure::change::date;
use casefile_measure::spread::{Active, Moved, Reach, Stretch, reach};
use casefile_model::claim::Selection;
use casefile_model::date::{Edtf, Span};
use casefile_stats::spread::{Activity, Dispersion, Drawn, Turnover, UnitChange};
use clap::Args;
use serde_json::json;

use super::change::By;
use super::reading::{Grid, Reading};
use super::selection::{Which, words};
use super::{Desk, caveats, observed};
use crate::open::Failure;

/// How far events reach: active provinces, districts and grid cells, what is new and what is abandoned, the centre and its way
#[derive(Args)]
pub struct Arguments {
    #[command(flatten)]
    which: Which,
    /// Length of the periods
    #[arg(long, value_enum, default_value_t = By::Quarter)]
    by: By,
    /// Compare the places of this period with those of `--after`
    #[arg(long, value_name = "DATE", value_parser = Edtf::parse, requires = "after")]
    before: Option<Edtf>,
    /// The later period
    #[arg(long, value_name = "DATE", value_parser = Edtf::parse, requires = "before")]
    after: Option<Edtf>,
    /// Makes draws of vague places repeatable
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
}

/// Rows that are shown of a long table.
const SHOWN: usize = 40;

pub fn run(arguments: &Arguments, desk: &Desk<'_>) -> Result<Reading, Failure> {
    let of = arguments.which.selection(desk.case)?;
    let data = observed(desk, &of)?;
    // Every event in those places, whoever fought and whenever: what the land of a province is told from.
    let around = Selection { dataset: of.dataset.clone(), place: of.place.clone(), ..Selection::default() };
    let dataset = desk.examiner.observe(&around).map(|all| all.events).unwrap_or_default();
    let compare = compared(arguments, &data.window)?;
    let found = reach(&data.events, &dataset, &data.window, arguments.by.step(), compare, arguments.seed)
        .map_err(|error| Failure::Usage(error.to_string()))?;

    let mut grids = vec![periods(&found)];
    grids.extend(found.compared.as_ref().map(|(_, _, moved)| changed(moved)));
    grids.retain(|grid| !grid.rows.is_empty());
    let mut sql = data.sql.clone();
    sql.dedup();
    let title = format!("Active places: {}", words(desk.case, &of));
    let figure = band::render(&figures::spread::input(&found, &title), &Options::wide("spread"));
    Ok(Reading {
        title: format!("Spread: {}", words(desk.case, &of)),
        source: data.source.clone(),
        says: says(&found),
        grids,
        notes: caveats(&data).into_iter().chain(notes(&found)).collect(),
        figure: Some(figure),
        result: json!(found),
        sql,
    })
}

/// The two periods to compare, both inside the window.
fn compared(arguments: &Arguments, window: &Span) -> Result<Option<[Span; 2]>, Failure> {
    let (Some(before), Some(after)) = (arguments.before, arguments.after) else { return Ok(None) };
    let (before, after) = (before.stated(), after.stated());
    let within = |span: &Span| span.start >= window.start && span.end <= window.end;
    let closed = |span: &Span| span.start.is_some() && span.end.is_some();
    if [before, after].iter().all(|span| closed(span) && within(span)) && before.end < after.start {
        return Ok(Some([before, after]));
    }
    let what =
        "--before and --after must be two closed periods, one after the other, inside the period of the selection";
    Err(Failure::Usage(what.to_owned()))
}

fn says(found: &Reach) -> Vec<String> {
    let Active { provinces, districts, cells } = &found.whole.active;
    let mut reached = vec![count(cells, "grid cell")];
    if provinces.possible > 0 {
        reached.insert(0, count(provinces, "province"));
    }
    if districts.possible > 0 {
        reached.insert(1, count(districts, "district"));
    }
    let [low, expected, high] = [cells.area_share_certain, cells.area_share_expected, cells.area_share_possible]
        .map(|share| format!("{:.0}%", share * 100.0));
    let share = if low == high { expected } else { format!("{expected} ({low} to {high})") };
    let mut says = vec![
        format!("Events reached {}.", join(&reached)),
        format!(
            "Active cells hold {share} of the land in which the dataset places any event: {} cells.",
            found.land_cells
        ),
    ];
    if let Some(over) = &found.over_cells {
        says.push(format!(
            "They are as concentrated as if {} cells shared them evenly; the busiest cell has {}% of them.",
            drawn(&over.effective_units, 1.0, 1),
            drawn(&over.top_share, 100.0, 0),
        ));
    }
    says.extend(found.whole.centre.as_ref().map(|centre| middle(found, centre)));
    if let Some((before, after, moved)) = &found.compared {
        let names = [before, after].map(|s| span(s).words());
        says.push(format!("{} against {}: {}.", names[1], names[0], way(moved)));
    }
    says
}

/// `9 to 20 grid cells (expected 12.3)`.
fn count(active: &Activity, unit: &str) -> String {
    let many = |n: usize| if n == 1 { unit.to_owned() } else { format!("{unit}s") };
    match (active.least, active.greatest) {
        (least, greatest) if least == greatest => format!("{least} {}", many(least)),
        (least, greatest) => {
            format!("{least} to {greatest} {} (expected {:.1})", many(greatest), active.expected)
        }
    }
}

fn join(parts: &[String]) -> String {
    match parts {
        [rest @ .., last] if !rest.is_empty() => format!("{} and {last}", rest.join(", ")),
        _ => parts.concat(),
    }
}

/// `12.3 (9.1 to 20.4)`.
fn drawn(one: &Drawn, times: f64, decimals: usize) -> String {
    let [mean, low, high] = [one.mean, one.low, one.high].map(|x| format!("{:.decimals$}", x * times));
    if low == high { mean } else { format!("{mean} ({low} to {high})") }
}

fn middle(found: &Reach, centre: &Dispersion) -> String {
    let (lat, lon) = (centre.centre.lat, centre.centre.lon);
    let (ns, ew) = (if lat < 0.0 { "S" } else { "N" }, if lon < 0.0 { "W" } else { "E" });
    let at = format!("Their mean centre lies at {:.2}°{ns} {:.2}°{ew}", lat.abs(), lon.abs());
    let Some(open) = &found.drawn else {
        return format!("{at}; standard distance {:.0} km.", centre.standard_distance_km);
    };
    let axes = [&open.major_km, &open.minor_km].map(|axis| drawn(axis, 1.0, 0));
    let bearing = centre.ellipse.bearing.map_or_else(String::new, |b| format!(", the long axis at {b:.0}°"));
    format!(
        "{at}, within {:.0} km; standard distance {} km, ellipse {} by {} km{bearing}.",
        open.centre_radius_km.ceil(),
        drawn(&open.standard_distance_km, 1.0, 0),
        axes[0],
        axes[1],
    )
}

fn way(moved: &Moved) -> String {
    let turnover = |turnover: &Turnover, unit: &str| {
        let n = |changes: &[UnitChange]| bounds(changes.iter().filter(|c| c.certain).count(), changes.len());
        format!("{} {unit} newly active, {} abandoned", n(&turnover.newly_active), n(&turnover.abandoned))
    };
    let cells = turnover(&moved.cells, "cells");
    match &moved.travel {
        Some(travel) => {
            let to = travel.bearing.map_or_else(String::new, |bearing| format!(" to the {}", compass(bearing)));
            let open = travel.drawn_km.filter(|drawn| drawn.low < drawn.high);
            let open = open.map_or_else(String::new, |drawn| format!(" ({:.0} to {:.0})", drawn.low, drawn.high));
            let km = format!("{:.0}{open}", travel.km);
            format!("{cells}; the centre moved {km} km{to}")
        }
        None => cells,
    }
}

fn compass(bearing: f64) -> &'static str {
    const NAMES: [&str; 8] = ["north", "north-east", "east", "south-east", "south", "south-west", "west", "north-west"];
    NAMES[(bearing / 45.0).round() as usize % 8]
}

/// `2–10`, or `2`.
fn bounds(low: usize, high: usize) -> String {
    if low == high { low.to_string() } else { format!("{low}–{high}") }
}

fn span(stretch: &Stretch) -> Period {
    Period::new(date(stretch.from), date(stretch.until - 1))
}

/// The periods, at most the last forty, each with what changed since the one before.
fn periods(found: &Reach) -> Grid {
    let has_districts = found.whole.active.districts.possible > 0;
    let moves = std::iter::once(None).chain(found.moves.iter().map(Some));
    let rows: Vec<Vec<String>> = found
        .periods
        .iter()
        .zip(moves)
        .map(|(stretch, moved)| {
            let Active { provinces, districts, cells } = &stretch.active;
            let active = |a: &Activity| bounds(a.least, a.greatest);
            let changed = |of: fn(&Turnover) -> &Vec<UnitChange>| {
                moved.map_or_else(String::new, |moved| {
                    let changes = of(&moved.cells);
                    bounds(changes.iter().filter(|c| c.certain).count(), changes.len())
                })
            };
            let km = moved.and_then(|moved| moved.travel.as_ref()).map(|travel| format!("{:.0}", travel.km));
            let [certain, possible] = stretch.events.map(|n| usize::try_from(n).unwrap_or(usize::MAX));
            let mut row = vec![date(stretch.from).to_string(), bounds(certain, possible), active(provinces)];
            row.extend(has_districts.then(|| active(districts)));
            row.extend([
                active(cells),
                changed(|t| &t.newly_active),
                changed(|t| &t.abandoned),
                km.unwrap_or_default(),
            ]);
            row
        })
        .collect();
    let mut columns = vec!["from", "events", "provinces"];
    columns.extend(has_districts.then_some("districts"));
    columns.extend(["cells", "cells new", "abandoned", "centre moved, km"]);
    Grid {
        title: "Active places".to_owned(),
        columns: columns.into_iter().map(str::to_owned).collect(),
        rows: rows[rows.len().saturating_sub(SHOWN)..].to_vec(),
    }
}

/// Which places are new and which are abandoned, provinces before cells.
fn changed(moved: &Moved) -> Grid {
    let list = |turnover: &Turnover, kind: &str| {
        let row = |change: &UnitChange, word: &str| {
            let chance = if change.certain { "certain".to_owned() } else { format!("{:.0}%", change.chance * 100.0) };
            vec![format!("{kind}{}", change.unit), word.to_owned(), chance]
        };
        let newly = turnover.newly_active.iter().take(SHOWN / 4).map(|c| row(c, "newly active"));
        newly.chain(turnover.abandoned.iter().take(SHOWN / 4).map(|c| row(c, "abandoned"))).collect::<Vec<_>>()
    };
    let rows = [list(&moved.provinces, ""), list(&moved.cells, "cell ")].concat();
    let columns = ["place", "change", "chance"].map(str::to_owned).to_vec();
    Grid { title: "Newly active and abandoned, the likeliest".to_owned(), columns, rows }
}

fn notes(found: &Reach) -> Vec<String> {
    let mut notes = vec![
        "least and greatest numbers allow for vague places and dates; the case has no borders, so a province is taken to be \
         the cells in which the dataset places events known to the district or better, all alike"
            .to_owned(),
    ];
    if found.vague > 0 {
        notes.push(format!(
            "{} events are known to a province or a country only, and count with its area, not with a point",
            found.vague
        ));
    }
    if found.left_out > 0 {
        notes.push(format!("the {} events that may lie outside the selection's places are left out", found.left_out));
    }
    let outside = found.whole.active.cells.outside;
    if outside > 0 {
        notes.push(format!("{outside} events lie outside all of those cells"));
    }
    notes
}
