//! What a check finds: a verdict and everything that stands behind it.

use casefile_model::claim::{Check, Claim};
use casefile_model::likelihood::Likelihoods;
use casefile_model::quantity::{Bearing, Bounds};
use serde::Serialize;

use crate::bearing::Bears;

/// The five verdicts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// The data bear the claim out.
    Supported,
    /// The data are a one-sided bound, or count something akin, and allow the claim.
    Consistent,
    /// The data, or the sources, speak for and against.
    Mixed,
    /// The data rule the claim out.
    Contradicted,
    /// Nothing at hand can test it.
    NotTestable,
}

impl Verdict {
    /// Every verdict, from best to worst, with its name.
    pub const ALL: [(&'static str, Self); 5] = [
        ("supported", Self::Supported),
        ("consistent", Self::Consistent),
        ("mixed", Self::Mixed),
        ("contradicted", Self::Contradicted),
        ("not testable", Self::NotTestable),
    ];

    /// The name for a reader.
    pub fn name(self) -> &'static str {
        Self::ALL[self as usize].0
    }
}

/// Why the verdict is what it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reason {
    /// The figure decides.
    Figure,
    /// The data count something else than the source does.
    Definition,
    /// The data cover the place or the time only in part, or not at all.
    Coverage,
    /// The data are too vague in date, place or toll.
    Precision,
    /// There are no data at hand.
    NoData,
}

impl Reason {
    /// The code for a reader.
    pub fn name(self) -> &'static str {
        ["figure", "definition", "coverage", "precision", "no-data"][self as usize]
    }
}

/// What answered: the pinned rows, the cube that travels with the case, or other statements.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Ground {
    /// Rows of the pinned release.
    Rows,
    /// Cells of the evidence cube.
    Cube,
    /// Other statements of the case.
    Statements,
    /// Nothing.
    Nothing,
}

/// How fully the data cover what the claim is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Coverage {
    /// Every event that the dataset counts is in it.
    Complete,
    /// Some are: a lower bound.
    Partial,
    /// The dataset does not reach there.
    None,
}

/// The hedged expectation, laid open.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Expected {
    /// The source's words.
    pub phrase: String,
    /// Outside them the claim is false.
    pub strict: Option<Bounds>,
    /// What a careful reader expects.
    pub pragmatic: Option<Bounds>,
}

/// The computed value with its interval.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Value {
    /// Central value; absent when it is a date or nothing could be computed.
    pub best: Option<f64>,
    /// Lower end of the 90% interval, or the certain value.
    pub low: Option<f64>,
    /// Upper end of the 90% interval, or the possible value.
    pub high: Option<f64>,
    /// `events`, `deaths`, `provinces`, `ratio`, `share`, `rank`, `date`, `sources`.
    pub unit: String,
    /// The value as a reader sees it: `67 events`, `×4.1 (3.0–5.7)`, `14 May 2015`.
    pub display: String,
}

/// The pinned data that a finding stands on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DataPin {
    /// Dataset identifier.
    pub dataset: String,
    /// Title of the dataset.
    pub title: String,
    /// Its version.
    pub version: String,
    /// SHA-256 of the file that was read, or of the cube.
    pub sha256: String,
    /// Licence, by name.
    pub licence: String,
}

/// One event or cube cell behind a finding.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct EvidenceRow {
    /// Event identifier, or cell identifier.
    pub id: String,
    /// First day (ISO 8601).
    pub start: String,
    /// Last day.
    pub end: String,
    /// Named place with province.
    pub place: String,
    /// The two sides.
    pub sides: String,
    /// Number of events, 1 for a row.
    pub events: i64,
    /// Deaths, low.
    pub low: Option<i64>,
    /// Deaths, best estimate.
    pub best: Option<i64>,
    /// Deaths, high.
    pub high: Option<i64>,
    /// Flags raised on loading.
    pub flags: String,
}

/// A voice for or against, when statements are weighed against each other.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Voice {
    /// The statement.
    pub statement: String,
    /// Its source.
    pub source: String,
    /// `for`, `against`, `same origin` (circular) or `ungraded`.
    pub stance: String,
    /// In a few words, what it says.
    pub says: String,
}

/// A count per month behind a finding, for its chart.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Bar {
    /// Period, `2020-03` or a name.
    pub label: String,
    /// Events or deaths.
    pub value: f64,
    /// Whether the bar is part of what the claim is about.
    pub claimed: bool,
}

/// Everything behind one verdict.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Finding {
    /// The claim.
    pub claim: String,
    /// Kind of check, `-` for a claim without one.
    pub check: String,
    /// The verdict.
    pub verdict: Verdict,
    /// Its reason code.
    pub reason: Reason,
    /// The reason in one sentence.
    pub because: String,
    /// What the source leads us to expect.
    pub expected: Option<Expected>,
    /// What the data say.
    pub computed: Option<Value>,
    /// How the computed figure bears on the claimed one: `exact`, `at-least`, `at-most`, `overlapping`.
    pub bearing: Option<String>,
    /// Probability that the claim holds within its strict bounds, under the data's own uncertainty.
    pub probability: Option<f64>,
    /// Probability that the value lies where a careful reader expects it.
    pub probability_pragmatic: Option<f64>,
    /// How fully the data cover the claim's place and time.
    pub coverage: Option<Coverage>,
    /// What answered.
    pub ground: Ground,
    /// The queries, as run.
    pub sql: Vec<String>,
    /// Number of events that bear on the claim; 0 where the figure is withheld.
    pub events: u64,
    /// Whether the figure is kept back: it rests on fewer events than the licence lets a published figure rest on.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub withheld: bool,
    /// Order-free digest of which events they are.
    pub digest_ids: String,
    /// Order-free digest of what those events say.
    pub digest_content: String,
    /// The events, or cells; filled where a finding is explained or published, see [`crate::Detail`].
    pub rows: Vec<EvidenceRow>,
    /// Whether `rows` was cut.
    pub rows_cut: bool,
    /// Data the finding stands on.
    pub data: Vec<DataPin>,
    /// Other statements that were weighed.
    pub voices: Vec<Voice>,
    /// Chart behind the finding.
    pub bars: Vec<Bar>,
    /// What a reader must know besides.
    pub notes: Vec<String>,
    /// What would change the verdict.
    pub would_change: Vec<String>,
}

impl Finding {
    /// A finding with its verdict and nothing behind it yet.
    pub fn new(claim: &Claim, verdict: Verdict, reason: Reason, because: String) -> Self {
        Self {
            claim: claim.envelope.id.clone(),
            check: claim.check.as_ref().map_or("-", Check::name).to_owned(),
            verdict,
            reason,
            because,
            expected: None,
            computed: None,
            bearing: None,
            probability: None,
            probability_pragmatic: None,
            coverage: None,
            ground: Ground::Nothing,
            sql: Vec::new(),
            events: 0,
            withheld: false,
            digest_ids: String::new(),
            digest_content: String::new(),
            rows: Vec::new(),
            rows_cut: false,
            data: Vec::new(),
            voices: Vec::new(),
            bars: Vec::new(),
            notes: Vec::new(),
            would_change: Vec::new(),
        }
    }

    /// Adds what would change the verdict.
    pub(crate) fn close(&mut self, bears: &Bears) {
        let what = match (self.verdict, self.reason) {
            (Verdict::Consistent | Verdict::NotTestable | Verdict::Mixed, Reason::Definition) => {
                "Data that count what the source counts: here attacks or operations with and without deaths."
            }
            (Verdict::Consistent | Verdict::NotTestable | Verdict::Mixed, Reason::Coverage) => {
                "A complete release for the place and time of the claim."
            }
            (Verdict::Mixed, Reason::Precision) => "Sharper dates, places or tolls of the events in question.",
            (Verdict::Supported | Verdict::Contradicted, _) => match bears.bearing {
                Bearing::AtLeast if self.verdict == Verdict::Supported => {
                    "Only the withdrawal of events: more data can but raise the figure."
                }
                Bearing::AtLeast => "Only the withdrawal of events: more data can but raise the figure further.",
                _ => "A revision of the events below that moves the figure across the claim's strict bounds.",
            },
            _ => return,
        };
        self.would_change.push(what.to_owned());
    }

    /// The source denies the claim's sentence: what supports the sentence contradicts the source.
    pub(crate) fn negate(&mut self) {
        self.verdict = match self.verdict {
            Verdict::Supported => Verdict::Contradicted,
            Verdict::Contradicted => Verdict::Supported,
            other => other,
        };
        self.probability = self.probability.map(|p| 1.0 - p);
        self.probability_pragmatic = None;
        self.notes.push("The source denies this; the verdict is on the denial.".to_owned());
    }

    /// Notes that the source itself hedges, with the range of a standard word of likelihood.
    pub(crate) fn note_hedge(&mut self, claim: &Claim) {
        let Some(hedge) = &claim.envelope.hedge else { return };
        let ranges: Vec<String> = Likelihoods::builtin()
            .meanings(hedge)
            .into_iter()
            .map(|(scale, term)| format!("{}–{}% by {}", term.per_cent().lo(), term.per_cent().hi(), scale.title))
            .collect();
        let ranges = if ranges.is_empty() { String::new() } else { format!(", {}", ranges.join(", ")) };
        self.notes.push(format!("The source hedges: “{hedge}”{ranges}."));
    }
}
