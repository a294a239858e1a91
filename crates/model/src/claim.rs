//! Claims: sentences that can be checked, and the checks that make them executable.

use serde::Serialize;

use crate::date::Edtf;
use crate::quantity::HedgedQuantity;
use crate::statement::{Envelope, RelationKind};

/// A sentence that can be true or false.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Claim {
    /// Common envelope.
    pub envelope: Envelope,
    /// What sort of claim it is; a claim may have a kind that no data can test.
    pub topic: Option<String>,
    /// The hedged expectation, in the source's own words ("around 60").
    pub says: Option<HedgedQuantity>,
    /// How to test it; absent where nothing executable can.
    pub check: Option<Check>,
    /// Why there is no check, for a claim that data cannot reach.
    pub untestable: Option<String>,
}

/// How a claim is tested.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Check {
    /// A number of events, deaths or places.
    Amount {
        /// What is counted.
        measure: Measure,
        /// Over which events.
        of: Selection,
    },
    /// The daily rate in one period against that in another.
    Change {
        /// What is counted.
        measure: Measure,
        /// Over which events; its own period is not used.
        of: Selection,
        /// Period before.
        before: Edtf,
        /// Period after.
        after: Edtf,
    },
    /// One selection against another.
    Comparison {
        /// What is counted.
        measure: Measure,
        /// The selection said to be larger (or smaller).
        of: Selection,
        /// What it is compared with.
        than: Selection,
    },
    /// A part of a whole.
    Share {
        /// What is counted.
        measure: Measure,
        /// The part.
        of: Selection,
        /// The whole, which contains the part.
        whole: Selection,
    },
    /// Over how many places events are spread.
    Extent {
        /// Unit of place.
        unit: Dimension,
        /// Over which events.
        of: Selection,
        /// Number of such units in all, where the claim is a share of them ("almost every province").
        total: Option<u32>,
    },
    /// At least one event.
    Existence {
        /// Over which events.
        of: Selection,
    },
    /// No event.
    Absence {
        /// Over which events.
        of: Selection,
    },
    /// When something was first or last seen, or at its height.
    Timing {
        /// Which date.
        which: Timing,
        /// Over which events.
        of: Selection,
        /// When the source says it was.
        when: Edtf,
    },
    /// The place of one item among its kind.
    Ranking {
        /// What is counted.
        measure: Measure,
        /// Over which events.
        of: Selection,
        /// Among what: provinces, dyads, months …
        by: Dimension,
        /// Which item: a place or actor of the case, or a period.
        item: String,
        /// The item is said to be among the first so many.
        top: u32,
    },
    /// When events set in, or became frequent.
    Onset {
        /// Over which events.
        of: Selection,
        /// When the source says it was.
        when: Edtf,
    },
    /// How a rate grew or fell within one period.
    Trend {
        /// Over which events.
        of: Selection,
    },
    /// How a part's share of a whole changed from period to period.
    Shift {
        /// The part; its own period is not used.
        of: Selection,
        /// The whole, which contains the part.
        whole: Selection,
        /// Period before.
        before: Edtf,
        /// Period after.
        after: Edtf,
    },
    /// How far events reach in one period against another.
    Spread {
        /// What grew.
        reach: Reach,
        /// Over which events; its own period is not used.
        of: Selection,
        /// Period before.
        before: Edtf,
        /// Period after.
        after: Edtf,
    },
    /// Places that events came to, or left.
    Turnover {
        /// Over which events; its own period and places are not used.
        of: Selection,
        /// Period before.
        before: Edtf,
        /// Period after.
        after: Edtf,
        /// Places without such events before and with some after.
        gained: Vec<String>,
        /// Places with such events before and without any after.
        lost: Vec<String>,
    },
    /// A place at which more happened than chance explains.
    Hotspot {
        /// Over which events.
        of: Selection,
        /// The place that is said to be one.
        spot: String,
        /// What is said to have become of it; a burst in space and time where absent.
        phase: Option<Phase>,
    },
    /// Events that lead to further events.
    Contagion {
        /// Over which events.
        of: Selection,
    },
    /// The rate of events after the loss of a leader against that before.
    Aftermath {
        /// Over which events; its period is the study.
        of: Selection,
        /// The actor that was led.
        led: String,
        /// The leader who was lost.
        leader: String,
        /// Weeks on either side.
        weeks: u32,
    },
    /// How many others an actor is tied to.
    Ties {
        /// Whose ties.
        actor: String,
        /// Kinds of tie that count.
        kinds: Vec<RelationKind>,
        /// Which way they run.
        way: Way,
        /// When.
        at: Edtf,
        /// Against the number at this time, where the claim is of a change.
        before: Option<Edtf>,
    },
    /// A chain of ties from one actor to another.
    Path {
        /// Where it starts.
        from: String,
        /// Where it leads.
        to: String,
        /// Kinds of tie that it may run along; every kind where empty.
        kinds: Vec<RelationKind>,
        /// Its greatest length.
        steps: u32,
        /// When.
        at: Edtf,
    },
    /// The place of an actor among those through whom others are connected.
    Centrality {
        /// Which actor.
        actor: String,
        /// When.
        at: Edtf,
        /// The actor is said to be among the first so many.
        top: u32,
    },
    /// How long a leader was in office.
    Tenure {
        /// The actor that was led.
        actor: String,
        /// The leader.
        leader: String,
        /// In which unit `says` counts.
        unit: TimeUnit,
    },
    /// The size of a group, by a model of all that others estimate.
    Strength {
        /// The group.
        actor: String,
        /// What is estimated.
        quantity: String,
        /// For when.
        at: Edtf,
        /// Against the size at this time, where the claim is of a change.
        before: Option<Edtf>,
    },
    /// Whether a group made good its losses.
    Regeneration {
        /// The group.
        actor: String,
        /// What is estimated.
        quantity: String,
        /// From when to when.
        over: Edtf,
    },
    /// An answer among those that compete for a question.
    Hypothesis {
        /// The question.
        question: String,
        /// The answer, or those answers of which one is said to be true.
        answers: Vec<String>,
    },
    /// Against what other sources estimate.
    Estimate {
        /// Actor the estimate is about.
        actor: String,
        /// What is estimated.
        quantity: String,
        /// For when.
        at: Edtf,
        /// Against the figure for this time, where the claim is of a change.
        #[serde(skip_serializing_if = "Option::is_none")]
        before: Option<Edtf>,
        /// Whether a change is one of figures per day.
        #[serde(skip_serializing_if = "std::ops::Not::not")]
        per_day: bool,
    },
    /// Against what other sources say of a tie or an event.
    Corroboration {
        /// Statements that the claim rests on: relations, events, control.
        statements: Vec<String>,
        /// Independent sources that it takes.
        #[serde(skip_serializing_if = "is_one")]
        least: u32,
    },
}

/// A key left at its default is not part of what was asked, so that older ledgers still hold.
fn is_one(n: &u32) -> bool {
    *n == 1
}

/// Which ground a check stands on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Basis {
    /// Event data.
    Events,
    /// Statements of the case.
    Statements,
}

impl Check {
    /// The selection of events that the check is about, if it is about events.
    pub fn selection(&self) -> Option<&Selection> {
        match self {
            Self::Amount { of, .. }
            | Self::Change { of, .. }
            | Self::Comparison { of, .. }
            | Self::Share { of, .. }
            | Self::Extent { of, .. }
            | Self::Existence { of }
            | Self::Absence { of }
            | Self::Timing { of, .. }
            | Self::Ranking { of, .. }
            | Self::Onset { of, .. }
            | Self::Trend { of }
            | Self::Shift { of, .. }
            | Self::Spread { of, .. }
            | Self::Turnover { of, .. }
            | Self::Hotspot { of, .. }
            | Self::Contagion { of }
            | Self::Aftermath { of, .. } => Some(of),
            Self::Ties { .. }
            | Self::Path { .. }
            | Self::Centrality { .. }
            | Self::Tenure { .. }
            | Self::Strength { .. }
            | Self::Regeneration { .. }
            | Self::Hypothesis { .. }
            | Self::Estimate { .. }
            | Self::Corroboration { .. } => None,
        }
    }

    /// What it stands on.
    pub fn basis(&self) -> Basis {
        if self.selection().is_some() { Basis::Events } else { Basis::Statements }
    }

    /// For a check by one of the families of measures: what is measured, in words for a reader.
    pub fn method(&self) -> Option<&'static str> {
        Some(match self {
            Self::Onset { .. } => "the day on which the rate of events rose, by its posterior",
            Self::Trend { .. } => "the fitted rate at the end of the period over that at its beginning",
            Self::Shift { .. } => "the part's share of the whole after, over its share before",
            Self::Spread { reach: Reach::Centre, .. } => "how far the mean centre of events moved",
            Self::Spread { reach: Reach::Area, .. } => "the land in active grid cells after, over that before",
            Self::Spread { .. } => "the number of active places after, over that before",
            Self::Turnover { .. } => "events in the one period and none in the other, place by place",
            Self::Hotspot { phase: None, .. } => "a cluster in space and time that chance does not explain",
            Self::Hotspot { .. } => "what became of the place as a hot spot, month by month",
            Self::Contagion { .. } => "the share of events that earlier ones led to, by a self-exciting process",
            Self::Aftermath { .. } => "the rate of events after the loss of a leader over that before",
            Self::Ties { .. } => "how many others it is tied to, by what other sources state",
            Self::Path { .. } => "a chain of ties, by what other sources state",
            Self::Centrality { .. } => {
                "its place among those through whom others are connected, by what other sources state"
            }
            Self::Tenure { .. } => "the time in office, by what other sources state",
            Self::Strength { .. } => "the size of the group, by a model of all that other sources estimate",
            Self::Regeneration { .. } => "recruits for each who left, by a model of all that other sources estimate",
            Self::Hypothesis { .. } => "the chance of the answer among those that compete for the question",
            Self::Estimate { before: Some(_), .. } => "one counter's figure over its earlier one",
            _ => return None,
        })
    }

    /// The name of the check in a case file.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Amount { .. } => "amount",
            Self::Change { .. } => "change",
            Self::Comparison { .. } => "comparison",
            Self::Share { .. } => "share",
            Self::Extent { .. } => "extent",
            Self::Existence { .. } => "existence",
            Self::Absence { .. } => "absence",
            Self::Timing { .. } => "timing",
            Self::Ranking { .. } => "ranking",
            Self::Onset { .. } => "onset",
            Self::Trend { .. } => "trend",
            Self::Shift { .. } => "shift",
            Self::Spread { .. } => "spread",
            Self::Turnover { .. } => "turnover",
            Self::Hotspot { .. } => "hotspot",
            Self::Contagion { .. } => "contagion",
            Self::Aftermath { .. } => "aftermath",
            Self::Ties { .. } => "ties",
            Self::Path { .. } => "path",
            Self::Centrality { .. } => "centrality",
            Self::Tenure { .. } => "tenure",
            Self::Strength { .. } => "strength",
            Self::Regeneration { .. } => "regeneration",
            Self::Hypothesis { .. } => "hypothesis",
            Self::Estimate { .. } => "estimate",
            Self::Corroboration { .. } => "relation",
        }
    }
}

/// What of the reach of events is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reach {
    /// The number of active provinces.
    Admin1,
    /// The number of active districts.
    Admin2,
    /// The land in active PRIO-GRID cells.
    Area,
    /// How far the mean centre moved, km.
    Centre,
}

impl Reach {
    /// Every sort of reach, with its name in a case file.
    pub const ALL: [(&'static str, Self); 4] =
        [("admin1", Self::Admin1), ("admin2", Self::Admin2), ("area", Self::Area), ("centre", Self::Centre)];
}

/// What becomes of a hot spot over time, put coarsely.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Phase {
    /// It has become one.
    Emerging,
    /// It is one throughout.
    Persistent,
    /// It is one, and not for the first time.
    Recurrent,
    /// It was one.
    Fading,
}

impl Phase {
    /// Every phase, with its name in a case file.
    pub const ALL: [(&'static str, Self); 4] = [
        ("emerging", Self::Emerging),
        ("persistent", Self::Persistent),
        ("recurrent", Self::Recurrent),
        ("fading", Self::Fading),
    ];
}

/// Which way ties run, seen from an actor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Way {
    /// Either way.
    #[default]
    Any,
    /// From it.
    Out,
    /// To it.
    In,
}

impl Way {
    /// Every way, with its name in a case file.
    pub const ALL: [(&'static str, Self); 3] = [("any", Self::Any), ("out", Self::Out), ("in", Self::In)];
}

/// A unit in which time in office is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum TimeUnit {
    /// Days.
    Days,
    /// Months of 30.44 days.
    #[default]
    Months,
    /// Years of 365.25 days.
    Years,
}

impl TimeUnit {
    /// Every unit, with its name in a case file.
    pub const ALL: [(&'static str, Self); 3] = [("days", Self::Days), ("months", Self::Months), ("years", Self::Years)];

    /// Days of one.
    pub fn days(self) -> f64 {
        match self {
            Self::Days => 1.0,
            Self::Months => 365.25 / 12.0,
            Self::Years => 365.25,
        }
    }
}

/// What is counted over a selection of events.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Measure {
    /// Events.
    Events,
    /// Deaths of all, best estimate with the dataset's low and high.
    Deaths,
    /// Deaths on the side of the selection's actor.
    OwnDeaths,
    /// Deaths on the side that the selection's actor fights.
    OpponentDeaths,
    /// Deaths of civilians.
    CivilianDeaths,
}

impl Measure {
    /// Every measure, with its name in a case file.
    pub const ALL: [(&'static str, Self); 5] = [
        ("events", Self::Events),
        ("deaths", Self::Deaths),
        ("own-deaths", Self::OwnDeaths),
        ("opponent-deaths", Self::OpponentDeaths),
        ("civilian-deaths", Self::CivilianDeaths),
    ];
}

/// A unit along which events are told apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Dimension {
    /// Country.
    Country,
    /// First-order administrative unit, a province.
    Admin1,
    /// Second-order administrative unit, a district.
    Admin2,
    /// Named place.
    Place,
    /// PRIO-GRID cell of 0.5°.
    Priogrid,
    /// The side that the selection's actor fights.
    Opponent,
    /// Either side of an event.
    Actor,
    /// Calendar month.
    Month,
    /// Calendar year.
    Year,
}

impl Dimension {
    /// Every dimension, with its name in a case file.
    pub const ALL: [(&'static str, Self); 9] = [
        ("country", Self::Country),
        ("admin1", Self::Admin1),
        ("admin2", Self::Admin2),
        ("place", Self::Place),
        ("priogrid", Self::Priogrid),
        ("opponent", Self::Opponent),
        ("actor", Self::Actor),
        ("month", Self::Month),
        ("year", Self::Year),
    ];
}

/// Which date of a selection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Timing {
    /// The first event.
    First,
    /// The last event.
    Last,
    /// The month with most events.
    Peak,
}

impl Timing {
    /// Every timing, with its name in a case file.
    pub const ALL: [(&'static str, Self); 3] = [("first", Self::First), ("last", Self::Last), ("peak", Self::Peak)];
}

/// Types of organised violence (UCDP).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Violence {
    /// Between a state and another party (UCDP type 1).
    StateBased,
    /// Between organised groups, none a state (UCDP type 2).
    NonState,
    /// Against civilians (UCDP type 3).
    OneSided,
}

impl Violence {
    /// Every type, with its name in a case file.
    pub const ALL: [(&'static str, Self); 3] =
        [("state-based", Self::StateBased), ("non-state", Self::NonState), ("one-sided", Self::OneSided)];

    /// UCDP's code, 1 to 3.
    pub fn code(self) -> u8 {
        self as u8 + 1
    }
}

/// What the source counts, so that a dataset can say how its events bear on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Concept {
    /// Incidents of organised violence with at least one death: what UCDP GED counts.
    LethalEvents,
    /// Attacks by the actor, lethal or not.
    Attacks,
    /// Armed encounters and operations of any kind.
    Operations,
    /// Deaths, as a dataset counts them. The concept of a measure of deaths unless another is named.
    #[default]
    Deaths,
    /// Killed and wounded together.
    Casualties,
    /// Presence or activity in a place, violent or not.
    Presence,
}

impl Concept {
    /// Every concept, with its name in a case file.
    pub const ALL: [(&'static str, Self); 6] = [
        ("lethal-events", Self::LethalEvents),
        ("attacks", Self::Attacks),
        ("operations", Self::Operations),
        ("deaths", Self::Deaths),
        ("casualties", Self::Casualties),
        ("presence", Self::Presence),
    ];
}

/// On which side the actor of a selection must stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Side {
    /// Either side.
    #[default]
    Any,
    /// Side A: the government, the perpetrator, or the first group.
    A,
    /// Side B.
    B,
}

impl Side {
    /// Every side, with its name in a case file.
    pub const ALL: [(&'static str, Self); 3] = [("any", Self::Any), ("a", Self::A), ("b", Self::B)];
}

/// Which events a check is about. An empty list does not restrict.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Selection {
    /// Dataset; every pinned one where absent.
    pub dataset: Option<String>,
    /// Actors, any of which takes part.
    pub actor: Vec<String>,
    /// On which side they stand.
    pub side: Side,
    /// Actors, any of which stands on the other side.
    pub against: Vec<String>,
    /// Count the parts of the actors too (part-of relations).
    pub with_parts: bool,
    /// UCDP dyad identifiers.
    pub dyad: Vec<String>,
    /// Types of violence.
    pub violence: Vec<Violence>,
    /// Places, any of which holds the event.
    pub place: Vec<String>,
    /// When.
    pub period: Option<Edtf>,
    /// Least number of deaths (best estimate) of an event.
    pub min_deaths: Option<u32>,
    /// Coarsest place precision admitted, in km.
    pub max_place_km: Option<f64>,
    /// Coarsest date precision admitted, in days.
    pub max_date_days: Option<u32>,
    /// What the source counts.
    pub concept: Concept,
}
