//! Statements: what sources say. Five kinds share one envelope.

use serde::Serialize;

use crate::date::Edtf;
use crate::grade::Credibility;
use crate::quantity::HedgedQuantity;
use crate::source::Passage;

/// Which of several statements on one matter is to be shown first (after Wikidata's ranks).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Rank {
    /// Best current statement.
    Preferred,
    /// Neither preferred nor withdrawn.
    #[default]
    Normal,
    /// Known to be wrong or superseded, kept for the record.
    Deprecated,
}

impl Rank {
    /// Every rank, with its name in a case file.
    pub const ALL: [(&'static str, Self); 3] =
        [("preferred", Self::Preferred), ("normal", Self::Normal), ("deprecated", Self::Deprecated)];
}

/// What every statement carries: who says it, where, when, how surely.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Envelope {
    /// Identifier, unique within the case.
    pub id: String,
    /// The statement in the analyst's own words.
    pub text: Option<String>,
    /// Identifier of the source that makes it.
    pub source: String,
    /// Where in the source.
    pub passage: Passage,
    /// Actor to whom the source attributes it (reported speech).
    pub attributed_to: Option<String>,
    /// When it was asserted; the source's date of publication where absent.
    pub asserted: Option<Edtf>,
    /// When what it says holds.
    pub valid: Option<Edtf>,
    /// Admiralty credibility of the information.
    pub credibility: Credibility,
    /// Likelihood word or modality, as the source puts it.
    pub hedge: Option<String>,
    /// The source denies it.
    pub negated: bool,
    /// Rank among statements on the same matter.
    pub rank: Rank,
    /// Statements that this one bears out.
    pub supports: Vec<String>,
    /// Statements that this one speaks against.
    pub contradicts: Vec<String>,
    /// Words to find it by.
    pub tags: Vec<String>,
    /// Remark of the analyst.
    pub note: Option<String>,
}

/// What a forecast is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Foreseen {
    /// Deaths.
    Deaths,
    /// That the data list a dyad of the actor.
    Active,
}

impl Foreseen {
    /// Every one, with its name in a case file.
    pub const ALL: [(&'static str, Self); 2] = [("deaths", Self::Deaths), ("active", Self::Active)];
}

/// Within what a forecast's measure is reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Each {
    /// One calendar month.
    Month,
    /// One calendar year.
    #[default]
    Year,
}

impl Each {
    /// Both, with their names in a case file.
    pub const ALL: [(&'static str, Self); 2] = [("month", Self::Month), ("year", Self::Year)];

    /// Its name.
    pub fn name(self) -> &'static str {
        if self == Self::Month { "month" } else { "year" }
    }
}

/// What a forecast leaves open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Lack {
    /// By when.
    Date,
    /// What would be seen.
    Measure,
    /// How much of it.
    Threshold,
    /// Where.
    Place,
}

impl Lack {
    /// Every one, with its name in a case file.
    pub const ALL: [(&'static str, Self); 4] =
        [("date", Self::Date), ("measure", Self::Measure), ("threshold", Self::Threshold), ("place", Self::Place)];

    /// Its name.
    pub fn name(self) -> &'static str {
        Self::ALL.iter().find(|(_, lack)| *lack == self).map_or("", |(name, _)| name)
    }
}

/// What a source says will come.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Forecast {
    /// The envelope; `hedge` is the source's word of likelihood.
    pub envelope: Envelope,
    /// Country in which.
    pub place: Option<String>,
    /// What is asked; none where the source's words are kept and nothing more.
    pub measure: Option<Foreseen>,
    /// Whose dyads.
    pub actor: Option<String>,
    /// Types of violence; state-based where empty.
    pub violence: Vec<crate::claim::Violence>,
    /// So many deaths at least.
    pub at_least: u32,
    /// Within one month or one year.
    pub each: Each,
    /// The months or years asked about.
    pub over: Option<Edtf>,
    /// The source's own number.
    pub probability: Option<f64>,
    /// A condition that the source makes.
    pub given: Option<String>,
    /// What the source leaves open.
    pub lacks: Vec<Lack>,
}

/// Kinds of tie between actors. All are directed, `from` → `to`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum RelationKind {
    /// `from` is a part of `to`.
    PartOf,
    /// `from` has sworn allegiance to `to`.
    Allegiance,
    /// `from` and `to` act together; symmetric.
    Alliance,
    /// `from` and `to` are enemies; symmetric.
    Rivalry,
    /// `from` gives money, arms, shelter or other help to `to`.
    Support,
    /// `from` broke away from `to`.
    Split,
    /// `from` merged into `to`.
    Merger,
    /// `from` took the place of `to`.
    Succession,
    /// Members of `from` went over to `to`.
    Defection,
    /// `from`, a person, leads `to`.
    Leadership,
}

impl RelationKind {
    /// Every kind, with its name in a case file.
    pub const ALL: [(&'static str, Self); 10] = [
        ("part-of", Self::PartOf),
        ("allegiance", Self::Allegiance),
        ("alliance", Self::Alliance),
        ("rivalry", Self::Rivalry),
        ("support", Self::Support),
        ("split", Self::Split),
        ("merger", Self::Merger),
        ("succession", Self::Succession),
        ("defection", Self::Defection),
        ("leadership", Self::Leadership),
    ];

    /// Whether the tie reads the same in both directions.
    pub fn is_symmetric(self) -> bool {
        matches!(self, Self::Alliance | Self::Rivalry)
    }

    /// The name in a case file.
    pub fn name(self) -> &'static str {
        Self::ALL.iter().find(|(_, kind)| *kind == self).map_or("", |(name, _)| name)
    }
}

/// A tie between two actors, as a source states it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Relation {
    /// Common envelope; `valid` says when the tie holds.
    pub envelope: Envelope,
    /// Kind of tie.
    pub kind: RelationKind,
    /// Actor the tie starts from.
    pub from: String,
    /// Actor the tie goes to.
    pub to: String,
    /// How many went over or merged, in persons.
    pub count: Option<HedgedQuantity>,
    /// Office held, for leadership.
    pub role: Option<String>,
    /// How it ended: `death`, `defeat`, `removal`, `dissolution`.
    pub ended_by: Option<String>,
}

/// A figure that a source puts on a quantity of an actor or a place.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Estimate {
    /// Common envelope; `valid` says for when the figure holds.
    pub envelope: Envelope,
    /// Actor that the figure is about.
    pub actor: String,
    /// What is estimated: `strength`, `losses`, `recruits`, `escapees`, `funding`, `pay`, `population-share` …
    pub quantity: String,
    /// Unit, such as `fighters`, `USD a month`.
    pub unit: String,
    /// The figure, in the source's words.
    pub value: HedgedQuantity,
}

/// Something that happened, as a source reports it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ReportedEvent {
    /// Common envelope.
    pub envelope: Envelope,
    /// What happened: `attack`, `battle`, `offensive`, `air-strike`, `agreement`, `takeover` …
    pub kind: String,
    /// When.
    pub when: Edtf,
    /// Place, where the source names one.
    pub place: Option<String>,
    /// Actors that did it.
    pub by: Vec<String>,
    /// Actors that suffered it.
    pub against: Vec<String>,
    /// Deaths, in the source's words.
    pub deaths: Option<HedgedQuantity>,
    /// For attacks abroad, the tie to the group that sources give: `directed`, `guided`, `inspired`.
    pub mode: Option<String>,
}

/// Who holds a place, as a source states it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Control {
    /// Common envelope; `valid` says when it holds.
    pub envelope: Envelope,
    /// Actor.
    pub actor: String,
    /// Place.
    pub place: String,
    /// `full`, `partial`, `contested`, `presence`, `none`.
    pub status: String,
}
