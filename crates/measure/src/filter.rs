//! From a selection in a case's own words to a predicate on a dataset's columns.

use std::collections::BTreeSet;

use casefile_case::Case;
use casefile_case::place::{Place, PlaceKind};
use casefile_model::actor::{Actor, Coding};
use casefile_model::claim::{Selection, Side};
use casefile_model::date::{Edtf, Span};

use crate::sql;

/// An event placed no closer than this, in km, may lie anywhere in its province.
const VAGUE_KM: u32 = 25;

/// Why a selection cannot be put to a dataset.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FilterError {
    /// The case does not know the actor or place.
    #[error("`{0}` is not in the case")]
    Unknown(String),
    /// The actor has no coding in the dataset.
    #[error("actor `{actor}` has no `coded` entry for dataset `{dataset}`")]
    Uncoded {
        /// The actor.
        actor: String,
        /// The dataset.
        dataset: String,
    },
    /// The place names nothing that a dataset could match.
    #[error("place `{0}` names no country, province, district, place name or member")]
    Unplaced(String),
}

/// A selection resolved against one dataset: predicates over the columns that events and cube cells share.
#[derive(Debug, Clone, PartialEq)]
pub struct Filter {
    /// Dataset identifier.
    pub dataset: String,
    /// Everything but time and place.
    pub who: String,
    /// The selection's actor stands on side A; needed to tell own deaths from the opponent's.
    pub actor_is_a: String,
    /// The event certainly lies in the selection's places.
    pub placed: String,
    /// The event may lie in the selection's places: its place is too coarse to tell.
    pub maybe_placed: String,
    /// The finest columns by which the selection tells places apart; none where it names a country, or no place.
    pub place_columns: BTreeSet<&'static str>,
    /// Least toll of an event.
    pub min_deaths: Option<u32>,
    /// When, both ends included.
    pub window: Span,
}

impl Filter {
    /// Resolves `selection` for one dataset, read by `adapter`.
    ///
    /// # Errors
    /// When an actor or place cannot be matched in that dataset.
    pub fn resolve(case: &Case, selection: &Selection, dataset: &str, adapter: &str) -> Result<Self, FilterError> {
        let resolver =
            Resolver { case, dataset, adapter, with_parts: selection.with_parts, period: selection.period.as_ref() };
        let sides = resolver.sides(&selection.actor)?;
        let opponents = resolver.sides(&selection.against)?;
        let mut who = vec![side_predicate(&sides, &opponents, selection.side)];
        if !selection.dyad.is_empty() {
            who.push(sql::one_of("dyad_id", &selection.dyad));
        }
        if !selection.violence.is_empty() {
            let codes: Vec<String> = selection.violence.iter().map(|v| v.code().to_string()).collect();
            who.push(sql::known("type_of_violence", &format!("IN ({})", codes.join(", "))));
        }
        if let Some(km) = selection.max_place_km {
            who.push(sql::known("place_precision_km", &format!("<= {km}")));
        }
        if let Some(days) = selection.max_date_days {
            who.push(sql::known("date_precision_days", &format!("<= {days}")));
        }
        // Nearly all rows satisfy it: what leaves fewer is asked first.
        who.push(format!("dataset = {}", sql::text(dataset)));
        let (placed, maybe_placed) = resolver.places(&selection.place)?;
        Ok(Self {
            place_columns: resolver.place_columns(selection),
            dataset: dataset.to_owned(),
            who: sql::all(who),
            actor_is_a: sides.as_ref().map_or_else(|| "true".to_owned(), |sides| sides.on('a')),
            placed,
            maybe_placed,
            min_deaths: selection.min_deaths,
            window: selection.period.as_ref().map_or(Span { start: None, end: None }, Edtf::stated),
        })
    }
}

/// Codes of a set of actors, as predicates on one side of an event.
struct Sides {
    /// Each: identifiers, names, and the predicate of the place outside which the code means another branch.
    codes: Vec<(Vec<String>, Vec<String>, String)>,
}

impl Sides {
    fn on(&self, side: char) -> String {
        sql::any(self.codes.iter().map(|(ids, names, within)| {
            let coded =
                sql::any([sql::one_of(&format!("side_{side}_id"), ids), sql::one_of(&format!("side_{side}"), names)]);
            sql::all([coded, within.clone()])
        }))
    }
}

/// Either side, or the one named, is among `sides`; the other among `opponents`, where given.
fn side_predicate(sides: &Option<Sides>, opponents: &Option<Sides>, side: Side) -> String {
    let pair = |own: char, other: char| {
        sql::all([
            sides.as_ref().map_or_else(|| "true".to_owned(), |s| s.on(own)),
            opponents.as_ref().map_or_else(|| "true".to_owned(), |s| s.on(other)),
        ])
    };
    match side {
        _ if sides.is_none() && opponents.is_none() => "true".to_owned(),
        Side::Any => sql::any([pair('a', 'b'), pair('b', 'a')]),
        Side::A => pair('a', 'b'),
        Side::B => pair('b', 'a'),
    }
}

struct Resolver<'a> {
    case: &'a Case,
    dataset: &'a str,
    adapter: &'a str,
    with_parts: bool,
    period: Option<&'a Edtf>,
}

impl Resolver<'_> {
    /// The codes of the actors, with their parts where asked; none where no actor is named.
    fn sides(&self, actors: &[String]) -> Result<Option<Sides>, FilterError> {
        if actors.is_empty() {
            return Ok(None);
        }
        let mut codes = Vec::new();
        for id in actors {
            let actor = self.case.actor(id).ok_or_else(|| FilterError::Unknown(id.clone()))?;
            let before = codes.len();
            self.code(actor, &mut codes)?;
            if self.with_parts {
                let parts = self.case.parts_of(id, self.period).into_iter().filter(|part| part != id);
                for part in parts.filter_map(|part| self.case.actor(part)) {
                    self.code(part, &mut codes)?;
                }
            }
            if codes.len() == before {
                return Err(FilterError::Uncoded { actor: id.clone(), dataset: self.dataset.to_owned() });
            }
        }
        Ok(Some(Sides { codes }))
    }

    fn is_meant(&self, coding: &Coding) -> bool {
        coding.dataset == self.dataset || coding.dataset == self.adapter
    }

    fn code(&self, actor: &Actor, codes: &mut Vec<(Vec<String>, Vec<String>, String)>) -> Result<(), FilterError> {
        for coding in actor.coded.iter().filter(|coding| self.is_meant(coding)) {
            let within = match &coding.within {
                Some(place) => {
                    let (certain, maybe) = self.places(std::slice::from_ref(place))?;
                    sql::any([certain, maybe])
                }
                None => "true".to_owned(),
            };
            codes.push((coding.ids.clone(), coding.names.clone(), within));
        }
        Ok(())
    }

    /// Predicates for "certainly in" and "possibly in" any of the places; everywhere where none is named.
    fn places(&self, places: &[String]) -> Result<(String, String), FilterError> {
        if places.is_empty() {
            return Ok(("true".to_owned(), "false".to_owned()));
        }
        let mut certain = Vec::new();
        let mut maybe = Vec::new();
        for id in places {
            let place = self.case.place(id).ok_or_else(|| FilterError::Unknown(id.clone()))?;
            certain.extend(self.parts(place).map(certainly_in));
            maybe.extend(std::iter::once(place).chain(self.members(place)).map(|place| self.possibly_in(place)));
        }
        let certain = sql::any(certain);
        if certain == "false" {
            return Err(FilterError::Unplaced(places.join(", ")));
        }
        Ok((certain, sql::any(maybe)))
    }

    /// By which columns the places are told apart, those of the codings of the actors among them: a cube may not keep
    /// these. A province is told well enough by its own name.
    fn place_columns(&self, selection: &Selection) -> BTreeSet<&'static str> {
        let sides = selection.actor.iter().chain(&selection.against);
        let parts = |id: &String| if self.with_parts { self.case.parts_of(id, self.period) } else { BTreeSet::new() };
        let actors = sides.flat_map(|id| parts(id).into_iter().chain([id.as_str()]));
        let codings = actors.filter_map(|id| self.case.actor(id)).flat_map(|actor| &actor.coded);
        let within = codings.filter(|coding| self.is_meant(coding)).filter_map(|coding| coding.within.as_ref());
        selection
            .place
            .iter()
            .chain(within)
            .filter_map(|id| self.case.place(id))
            .flat_map(|p| self.told_by(p))
            .collect()
    }

    fn told_by(&self, place: &Place) -> BTreeSet<&'static str> {
        match place.kind {
            PlaceKind::Country => BTreeSet::new(),
            PlaceKind::Admin1 => BTreeSet::from(["admin1"]),
            PlaceKind::Admin2 => BTreeSet::from(["admin2"]),
            PlaceKind::Town | PlaceKind::Site => BTreeSet::from(["place"]),
            PlaceKind::Region => {
                let spelt = [("admin1", &place.admin1), ("admin2", &place.admin2), ("place", &place.names)];
                let own = spelt.into_iter().filter(|(_, names)| !names.is_empty()).map(|(column, _)| column);
                let is_in = |p: &Place| place.members.contains(&p.id) || p.within.as_ref() == Some(&place.id);
                let parts = self.case.places.iter().filter(|p| is_in(p) && p.id != place.id);
                own.chain(parts.flat_map(|p| self.told_by(p))).collect()
            }
        }
    }

    /// The place and all that lies in it. A country is found by its own name; its provinces add nothing.
    fn parts<'p>(&'p self, place: &'p Place) -> impl Iterator<Item = &'p Place> {
        let parts = match place.kind {
            PlaceKind::Country => BTreeSet::from([place.id.as_str()]),
            _ => self.case.place_closure(&place.id),
        };
        parts.into_iter().filter_map(|id| self.case.place(id))
    }

    /// The places that a region is made of.
    fn members<'p>(&'p self, place: &'p Place) -> impl Iterator<Item = &'p Place> {
        place.members.iter().filter_map(|id| self.case.place(id))
    }

    /// An event whose own unit is unknown may lie in the place if the unit above is the same.
    fn possibly_in(&self, place: &Place) -> String {
        let around = |column: &str, spellings: fn(&Place) -> &Vec<String>| {
            let above = self.above(place, |p| !spellings(p).is_empty());
            above.map_or_else(|| "false".to_owned(), |p| sql::one_of(column, spellings(p)))
        };
        match place.kind {
            PlaceKind::Country | PlaceKind::Region => "false".to_owned(),
            PlaceKind::Admin1 => sql::all([around("country", |p| &p.country), "admin1 IS NULL".to_owned()]),
            PlaceKind::Admin2 => sql::all([around("admin1", |p| &p.admin1), "admin2 IS NULL".to_owned()]),
            // The province may hold the town: only an event placed closely elsewhere certainly lies elsewhere.
            PlaceKind::Town | PlaceKind::Site => sql::all([
                around("admin1", |p| &p.admin1),
                format!("coalesce(place_precision_km, {VAGUE_KM}) >= {VAGUE_KM}"),
            ]),
        }
    }

    /// The nearest place around this one for which `is` holds, itself included.
    fn above<'p>(&'p self, place: &'p Place, is: impl Fn(&Place) -> bool) -> Option<&'p Place> {
        let mut place = place;
        for _ in 0..16 {
            if is(place) {
                return Some(place);
            }
            place = self.case.place(place.within.as_deref()?)?;
        }
        None
    }
}

/// An event lies in the place when its country, province, district or place name is spelt as the place says. Coarser
/// spellings than the place's own kind only tell where it lies, and do not select.
fn certainly_in(place: &Place) -> String {
    let country = (PlaceKind::Country, "country", &place.country);
    let admin1 = (PlaceKind::Admin1, "admin1", &place.admin1);
    let admin2 = (PlaceKind::Admin2, "admin2", &place.admin2);
    let names = (PlaceKind::Town, "place", &place.names);
    let units = [country, admin1, admin2, names];
    let selects = |unit: PlaceKind| place.kind == PlaceKind::Region || unit >= place.kind.min(PlaceKind::Town);
    sql::any(units.iter().filter(|(unit, ..)| selects(*unit)).map(|(_, column, names)| sql::one_of(column, names)))
}
