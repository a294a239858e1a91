//! `casefile measure CASE hotspots`: where and when more happened than chance explains.

use casefile_brief::figure::{Options, map};
use casefile_brief::figures;
use casefile_brief::figures::hotspots::{MAX_PLACE_KM, SHOWN, SURE, WEAK};
use casefile_measure::change::{Step, date};
use casefile_measure::hotspots::{Course, Hotspot, HotspotError, Repeats, Study};
use casefile_stats::near::Draws;
use casefile_stats::scan::Settings;
use clap::Args;
use serde_json::json;

use super::reading::{Grid, Reading};
use super::selection::{Which, words};
use super::{Desk, caveats, observed};
use crate::open::Failure;

/// Where and when more happened than chance explains: clusters in space and time of events of known day and place
#[derive(Args)]
pub struct Arguments {
    #[command(flatten)]
    which: Which,
    /// Replicates that p-values rest on
    #[arg(long, value_name = "N", default_value_t = 999)]
    replicates: u32,
    /// Length of a time step in days
    #[arg(long, value_name = "DAYS", default_value_t = 7)]
    step: u32,
    /// Largest circle, as a share of all events
    #[arg(long, value_name = "SHARE", default_value_t = 0.2)]
    max_circle: f64,
    /// Longest cluster, as a share of the period
    #[arg(long, value_name = "SHARE", default_value_t = 0.1)]
    max_duration: f64,
    /// Ask whether events near in space follow each other in time (Knox's test, near-repeat table)
    #[arg(long)]
    near: bool,
    /// Tell places that emerge, persist or fade, month by month
    #[arg(long)]
    patterns: bool,
    /// Makes the replicates repeatable
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
}

/// Bands of days, by their upper limits, and the limit of Knox's test.
const DAYS: [u32; 3] = [7, 14, 28];
const NEAR_DAYS: u32 = 14;

pub fn run(arguments: &Arguments, desk: &Desk<'_>) -> Result<Reading, Failure> {
    let mut of = arguments.which.selection(desk.case)?;
    // Here and not in the query: where the data give no precision, the name of the place tells.
    let max_km = of.max_place_km.take().unwrap_or(MAX_PLACE_KM);
    let data = observed(desk, &of)?;
    let wrong = |error: HotspotError| Failure::Usage(error.to_string());
    let study = Study::new(&data.events, &data.window, max_km).map_err(wrong)?;
    let settings = Settings {
        step_days: arguments.step,
        max_circle: arguments.max_circle,
        max_duration: arguments.max_duration,
        replicates: arguments.replicates,
        seed: arguments.seed,
        ..Settings::default()
    };
    let clusters = study.clusters(&settings).map_err(wrong)?;
    let repeats = arguments.near.then(|| near(&study, arguments)).transpose().map_err(wrong)?;
    let neighbour_km = if study.gridded { 0.0 } else { MAX_PLACE_KM };
    let courses = arguments.patterns.then(|| study.courses(&data.window, Step::Month, neighbour_km));
    let courses = courses.transpose().map_err(wrong)?;

    let mut says = said(&clusters, &study);
    says.extend(repeats.as_ref().map(|repeats| pairs(repeats, &study)));
    says.extend(courses.as_deref().map(phases));
    let mut grids = vec![listed(&clusters)];
    grids.extend(repeats.as_ref().map(|repeats| bands(repeats, &study)));
    grids.extend(courses.as_deref().map(course_table));
    grids.retain(|grid| !grid.rows.is_empty());
    let title = format!("Clusters: {}", words(desk.case, &of));
    let figure = map::render(&figures::hotspots::input(&clusters, &study, &title), &Options::wide("hotspots"));
    Ok(Reading {
        title: format!("Hot spots: {}", words(desk.case, &of)),
        source: data.source.clone(),
        says,
        grids,
        notes: caveats(&data).into_iter().chain(notes(&study, max_km)).collect(),
        figure: Some(figure),
        result: json!({
            "events": study.events, "undated": study.undated, "unplaced": study.unplaced, "gridded": study.gridded,
            "settings": settings, "clusters": clusters, "sites": study.sites, "near": repeats, "patterns": courses,
        }),
        sql: data.sql,
    })
}

fn near(study: &Study, arguments: &Arguments) -> Result<Repeats, HotspotError> {
    let draws = Draws { replicates: arguments.replicates, seed: arguments.seed, ..Draws::default() };
    // Cells of half a degree are 40 to 56 km apart, corner to corner 80.
    let (limit, bands): (f64, &[f64]) =
        if study.gridded { (0.0, &[0.0, 60.0, 120.0]) } else { (10.0, &[0.0, 10.0, 25.0, 50.0]) };
    study.repeats((limit, NEAR_DAYS), bands, &DAYS, &draws)
}

fn said(clusters: &[Hotspot], study: &Study) -> Vec<String> {
    let sure: Vec<&Hotspot> = clusters.iter().filter(|c| c.cluster.p <= SURE).collect();
    let Some(first) = sure.first() else {
        let strongest =
            clusters.first().map_or_else(String::new, |c| format!(" (the strongest has p = {})", p(c.cluster.p)));
        return vec![format!(
            "No cluster stands out among {} events at {} places{strongest}.",
            study.events,
            study.sites.len()
        )];
    };
    let n = match sure.len() {
        1 => "One cluster stands".to_owned(),
        n => format!("{n} clusters stand"),
    };
    vec![
        format!("{n} out among {} events at {} places (p up to {SURE}).", study.events, study.sites.len()),
        format!("The strongest: {}.", tell(first)),
    ]
}

/// `about Achin district, Nangarhar province, from 7 February to 5 March 2020: 12 events where 3.3 are expected (×3.6, p = 0.002)`.
fn tell(hotspot: &Hotspot) -> String {
    let cluster = &hotspot.cluster;
    format!(
        "about {}, from {} to {}: {} events where {:.1} are expected (×{:.1}, p = {})",
        hotspot.name,
        date(cluster.from).strftime("%-d %B %Y"),
        date(cluster.to).strftime("%-d %B %Y"),
        cluster.observed,
        cluster.expected,
        cluster.ratio(),
        p(cluster.p)
    )
}

fn p(value: f64) -> String {
    format!("{value:.3}")
}

fn listed(clusters: &[Hotspot]) -> Grid {
    let shown = clusters.iter().filter(|c| c.cluster.p <= WEAK).take(SHOWN);
    let rows = shown.map(|Hotspot { name, cluster, .. }| {
        vec![
            name.clone(),
            format!("{:.0}", cluster.radius_km),
            cluster.places.len().to_string(),
            date(cluster.from).to_string(),
            date(cluster.to).to_string(),
            cluster.observed.to_string(),
            format!("{:.1}", cluster.expected),
            p(cluster.p),
        ]
    });
    Grid {
        title: "Clusters, the likeliest first".to_owned(),
        columns: ["about", "radius, km", "places", "from", "to", "events", "expected", "p"].map(str::to_owned).to_vec(),
        rows: rows.collect(),
    }
}

fn pairs(repeats: &Repeats, study: &Study) -> String {
    let (km, days) = repeats.limits;
    let knox = &repeats.knox;
    let within = if study.gridded { "in the same grid cell".to_owned() } else { format!("within {km} km") };
    format!(
        "Pairs of events {within} and {days} days: {} where {:.1} are expected (×{:.2}, p = {}).",
        knox.observed,
        knox.expected,
        knox.ratio(),
        p(knox.p)
    )
}

/// The near-repeat table: a row for each distance, a column for each stretch of days.
fn bands(repeats: &Repeats, study: &Study) -> Grid {
    let cell = |cell: &casefile_stats::near::Cell| match cell.ratio() {
        Some(ratio) => format!("×{ratio:.2} (p {})", p(cell.p)),
        None => "–".to_owned(),
    };
    let rows = repeats.table.chunks(DAYS.len()).map(|row| {
        let km = match (row[0].above_km, row[0].upto_km) {
            (None, 0.0) => if study.gridded { "same cell" } else { "same place" }.to_owned(),
            (None, upto) => format!("up to {upto} km"),
            (Some(above), upto) => format!("{above} to {upto} km"),
        };
        std::iter::once(km).chain(row.iter().map(cell)).collect()
    });
    let days = |n: usize| match n.checked_sub(1) {
        None => format!("up to {} days", DAYS[n]),
        Some(before) => format!("{} to {}", DAYS[before] + 1, DAYS[n]),
    };
    Grid {
        title: "Pairs observed over pairs expected".to_owned(),
        columns: std::iter::once("apart".to_owned()).chain((0..DAYS.len()).map(days)).collect(),
        rows: rows.collect(),
    }
}

fn phases(courses: &[Course]) -> String {
    use casefile_stats::scan::trend::Phase;
    let n = |phase: Phase| courses.iter().filter(|course| course.phase == phase).count();
    format!(
        "Places hot by month: {} emerging, {} persistent, {} recurrent, {} fading.",
        n(Phase::Emerging),
        n(Phase::Persistent),
        n(Phase::Recurrent),
        n(Phase::Fading)
    )
}

fn course_table(courses: &[Course]) -> Grid {
    let word = |value: serde_json::Value| value.as_str().unwrap_or_default().to_owned();
    let rows = courses.iter().take(SHOWN).map(|course| {
        let names = [json!(course.phase), json!(course.pattern)].map(word);
        let [phase, pattern] = names;
        vec![course.site.name.clone(), course.site.events.to_string(), phase, pattern, format!("{:.1}", course.last_gi)]
    });
    Grid {
        title: "Places that are hot, the hottest of the last month first".to_owned(),
        columns: ["place", "events", "phase", "pattern", "Gi* at the end"].map(str::to_owned).to_vec(),
        rows: rows.collect(),
    }
}

fn notes(study: &Study, max_km: f64) -> Vec<String> {
    let mut notes = Vec::new();
    let left_out = study.undated + study.unplaced;
    if left_out > 0 {
        notes.push(format!(
            "{left_out} events are left out: {} whose day is not known, {} whose place is not known to {max_km} km",
            study.undated, study.unplaced
        ));
    }
    if study.gridded {
        notes.push(
            "coordinates are the middles of grid cells (half a degree): an event may lie 39 km off, and smaller clusters run \
             together; the rows give finer ones"
                .to_owned(),
        );
    }
    notes.push(
        "a cluster is a surplus over a place's own level and the calendar's: what is always there is none".to_owned(),
    );
    notes
}
