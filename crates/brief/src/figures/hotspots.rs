//! Where and when more events fell than chance explains.

use casefile_measure::hotspots::{Hotspot, Site, Study};
use casefile_stats::scan::Settings;

use super::{asked, missing};
use crate::context::Context;
use crate::figure::{self, map};
use crate::keys::{Keys, SELECTION};
use crate::markdown::Directive;
use crate::slip::Slip;

/// Coarsest precision of place, km: near a known place.
pub const MAX_PLACE_KM: f64 = 25.0;
/// A cluster is told as one up to this p-value.
pub const SURE: f64 = 0.05;
/// Clusters less sure than this are not shown.
pub const WEAK: f64 = 0.5;
/// Most clusters shown.
pub const SHOWN: usize = 12;

pub(super) fn hotspots(context: &Context<'_>, directive: &Directive, id: &str) -> Result<String, Vec<Slip>> {
    let mut keys = Keys::new(context, directive, &SELECTION);
    let of = keys.selection_of_case();
    let title = keys.title(|| asked(context, "clusters", &of));
    let (of, title) = keys.finish((of, title))?;
    let drawn = || -> Result<(map::Map, String), String> {
        let data = context.input.figure_data.observe(&of)?;
        let study = Study::new(&data.events, &data.window, MAX_PLACE_KM).map_err(|error| error.to_string())?;
        let settings = Settings { seed: context.input.case.seed, ..Settings::default() };
        let mut clusters = study.clusters(&settings).map_err(|error| error.to_string())?;
        let all = clusters.len();
        clusters.retain(|hotspot| u64::from(hotspot.cluster.observed) >= data.least);
        let small = match all - clusters.len() {
            0 => String::new(),
            n => format!("; {n} clusters of fewer than {} events are left out, as the licence asks", data.least),
        };
        Ok((input(&clusters, &study, &title), format!("{}{small}", data.source)))
    };
    Ok(match drawn() {
        Ok((input, source)) => figure::html(id, &source, |options| map::render(&input, options)),
        Err(why) => missing(id, &title, &why),
    })
}

/// Clusters on a map, each about as large as its circle; those that chance may explain only where there are no others.
#[must_use]
pub fn input(clusters: &[Hotspot], study: &Study, title: &str) -> map::Map {
    let is_sure = clusters.iter().any(|c| c.cluster.p <= SURE);
    let (most, may) = if is_sure { (SURE, "") } else { (WEAK, "; chance may explain them all") };
    let shown = clusters.iter().filter(|c| c.cluster.p <= most).take(SHOWN);
    let places = shown.map(|hotspot| map::Place {
        name: hotspot.name.split(',').next().unwrap_or_default().to_owned(),
        longitude: hotspot.at.longitude,
        latitude: hotspot.at.latitude,
        precision_km: hotspot.cluster.radius_km,
        value: f64::from(hotspot.cluster.observed),
    });
    let range = |of: fn(&Site) -> f64| {
        let values = study.sites.iter().map(of);
        values.fold((f64::INFINITY, f64::NEG_INFINITY), |(a, b), v| (a.min(v), b.max(v)))
    };
    let ((west, east), (south, north)) = (range(|s| s.at.longitude), range(|s| s.at.latitude));
    let region = map::Region::Box { west: west - 1.0, south: south - 1.0, east: east + 1.0, north: north + 1.0 };
    map::Map {
        title: format!("{title}{may}"),
        unit: "events in the cluster".to_owned(),
        region,
        focus: Vec::new(),
        places: places.collect(),
    }
}
