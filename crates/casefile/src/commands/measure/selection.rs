//! Which events a measure is taken of, on the command line: the keys of a check.

use casefile_case::Case;
use casefile_model::claim::{Check, Selection, Side, Violence};
use casefile_model::date::Edtf;
use clap::Args;

use crate::open::Failure;

/// Which events; every one where nothing is named.
#[derive(Args, Default)]
#[group(skip)]
pub struct Which {
    /// Take the selection of this claim's check; what else is named here goes before it
    #[arg(long, value_name = "ID")]
    claim: Option<String>,
    /// An actor of the case that takes part; may be repeated
    #[arg(long, value_name = "ID")]
    actor: Vec<String>,
    /// Count the parts of the actors too
    #[arg(long)]
    with_parts: bool,
    /// An actor of the case on the other side; may be repeated
    #[arg(long, value_name = "ID")]
    against: Vec<String>,
    /// On which side the actors stand: any, a or b
    #[arg(long, value_name = "SIDE", value_parser = side)]
    side: Option<Side>,
    /// A place of the case; may be repeated
    #[arg(long, value_name = "ID")]
    place: Vec<String>,
    /// When, as in a case: 2020, 2019-06/2020-05
    #[arg(long, value_name = "DATE", value_parser = period)]
    period: Option<Edtf>,
    /// Type of violence: state-based, non-state or one-sided; may be repeated
    #[arg(long, value_name = "TYPE", value_parser = violence)]
    violence: Vec<Violence>,
    /// A dataset of the case; the one that covers the selection best where absent
    #[arg(long, value_name = "ID")]
    dataset: Option<String>,
    /// Least deaths (best estimate) of an event
    #[arg(long, value_name = "N")]
    min_deaths: Option<u32>,
    /// Coarsest precision of place, in km
    #[arg(long, value_name = "KM")]
    max_place_km: Option<f64>,
    /// Coarsest precision of date, in days
    #[arg(long, value_name = "DAYS")]
    max_date_days: Option<u32>,
}

fn side(name: &str) -> Result<Side, String> {
    named(&Side::ALL, name)
}

fn violence(name: &str) -> Result<Violence, String> {
    named(&Violence::ALL, name)
}

pub fn period(text: &str) -> Result<Edtf, String> {
    Edtf::parse(text).map_err(|error| error.to_string())
}

fn named<T: Copy>(all: &[(&'static str, T)], name: &str) -> Result<T, String> {
    let known = || all.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(", ");
    all.iter()
        .find(|(known, _)| *known == name)
        .map(|(_, value)| *value)
        .ok_or_else(|| format!("expected one of {}", known()))
}

impl Which {
    /// The selection, in the words of the case.
    ///
    /// # Errors
    /// Where an id is not in the case, or the claim selects no events.
    pub fn selection(&self, case: &Case) -> Result<Selection, Failure> {
        let base = match &self.claim {
            None => Selection::default(),
            Some(id) => {
                let claim = case.claim(id).ok_or_else(|| unknown("claim", id))?;
                let of = claim.check.as_ref().and_then(Check::selection);
                of.cloned().ok_or_else(|| Failure::Usage(format!("the claim `{id}` selects no events")))?
            }
        };
        for id in self.actor.iter().chain(&self.against) {
            case.actor(id).ok_or_else(|| unknown("actor", id))?;
        }
        known_places(case, &self.place)?;
        let or = |own: &Vec<String>, other: Vec<String>| if own.is_empty() { other } else { own.clone() };
        Ok(Selection {
            dataset: self.dataset.clone().or(base.dataset),
            actor: or(&self.actor, base.actor),
            side: self.side.unwrap_or(base.side),
            against: or(&self.against, base.against),
            with_parts: self.with_parts || base.with_parts,
            dyad: base.dyad,
            violence: if self.violence.is_empty() { base.violence } else { self.violence.clone() },
            place: or(&self.place, base.place),
            period: self.period.or(base.period).or(case.period),
            min_deaths: self.min_deaths.or(base.min_deaths),
            max_place_km: self.max_place_km.or(base.max_place_km),
            max_date_days: self.max_date_days.or(base.max_date_days),
            concept: base.concept,
        })
    }
}

/// Which of an actor's events: those that tell its losses, or happened around the loss of its leaders.
#[derive(Args, Default)]
#[group(skip)]
pub struct OfActor {
    /// Count the events of the actor's parts too
    #[arg(long)]
    pub with_parts: bool,
    /// A place of the case that the events lie in; may be repeated
    #[arg(long, value_name = "ID")]
    pub place: Vec<String>,
    /// A dataset of the case; the one that covers the period best where absent
    #[arg(long, value_name = "ID")]
    pub dataset: Option<String>,
}

impl OfActor {
    /// Refuses places that the case does not know.
    pub fn known(&self, case: &Case) -> Result<(), Failure> {
        known_places(case, &self.place)
    }

    /// The events of the actor in a period.
    pub fn selection(&self, actor: &str, period: Option<Edtf>) -> Selection {
        Selection {
            actor: vec![actor.to_owned()],
            with_parts: self.with_parts,
            place: self.place.clone(),
            dataset: self.dataset.clone(),
            period,
            ..Selection::default()
        }
    }
}

/// Refuses places that the case does not know.
fn known_places(case: &Case, ids: &[String]) -> Result<(), Failure> {
    ids.iter().try_for_each(|id| case.place(id).map(drop).ok_or_else(|| unknown("place", id)))
}

fn unknown(what: &str, id: &str) -> Failure {
    Failure::Usage(format!("there is no {what} `{id}` in the case"))
}

/// `IS Khorasan, Afghanistan, 2020`: the selection in a line.
pub fn words(case: &Case, of: &Selection) -> String {
    let actors = of.actor.iter().filter_map(|id| case.actor(id)).map(|actor| actor.label().to_owned());
    let against = of.against.iter().filter_map(|id| case.actor(id)).map(|actor| format!("against {}", actor.label()));
    let places = of.place.iter().filter_map(|id| case.place(id)).map(|place| place.name.clone());
    let period = of.period.map(|period| period.english());
    let parts: Vec<String> = actors.chain(against).chain(places).chain(period).collect();
    if parts.is_empty() { "all events".to_owned() } else { parts.join(", ") }
}
