//! Actors: the organisations, forces, populations and public figures of a conflict.

use serde::Serialize;

use crate::date::Edtf;

/// What an actor is. The cut follows UCDP's actor list (states, organised groups) and adds what sources name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ActorKind {
    /// A state or its government.
    State,
    /// An army, service or agency of a state.
    StateForce,
    /// A non-state armed group.
    ArmedGroup,
    /// A named part of an armed group.
    Faction,
    /// States or groups acting under a common name.
    Coalition,
    /// An international or civil organisation.
    Organisation,
    /// A population or community named as such.
    Population,
    /// A person in a public role that a published source names.
    PublicFigure,
}

impl ActorKind {
    /// Every kind, with its name in a case file.
    pub const ALL: [(&'static str, Self); 8] = [
        ("state", Self::State),
        ("state-force", Self::StateForce),
        ("armed-group", Self::ArmedGroup),
        ("faction", Self::Faction),
        ("coalition", Self::Coalition),
        ("organisation", Self::Organisation),
        ("population", Self::Population),
        ("public-figure", Self::PublicFigure),
    ];
}

/// An actor of the case.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Actor {
    /// Identifier, unique within the case.
    pub id: String,
    /// Name used in the briefing.
    pub name: String,
    /// Short name for figures; the name itself where absent.
    pub short: Option<String>,
    /// What it is.
    pub kind: ActorKind,
    /// Other names in use.
    pub aliases: Vec<String>,
    /// Existed from/to.
    pub exists: Option<Edtf>,
    /// Public role, for a public figure.
    pub role: Option<String>,
    /// Wikidata item, `Q…`.
    pub wikidata: Option<String>,
    /// How datasets code this actor.
    pub coded: Vec<Coding>,
    /// Remark of the analyst.
    pub note: Option<String>,
}

impl Actor {
    /// The short name, or the name.
    pub fn label(&self) -> &str {
        self.short.as_deref().unwrap_or(&self.name)
    }
}

/// How one dataset codes an actor: by identifier, by name where a release lacks identifiers, and,
/// where the dataset does not tell branches apart, within a place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Coding {
    /// Dataset adapter, such as `ucdp-ged`.
    pub dataset: String,
    /// Identifiers of the actor in that dataset.
    pub ids: Vec<String>,
    /// Exact side names in that dataset.
    pub names: Vec<String>,
    /// Place outside which the code means another branch.
    pub within: Option<String>,
}
