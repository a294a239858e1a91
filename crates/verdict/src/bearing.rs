//! How a dataset's figures bear on what a source counts.

use std::collections::BTreeMap;

use casefile_case::dataset::{BEARINGS, Dataset};
use casefile_model::claim::Concept;
use casefile_model::quantity::{Bearing, Side};
use serde::Deserialize;

use crate::finding::{Coverage, Reason};

/// A bearing with its reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bears {
    /// How the figure bears on the claimed quantity.
    pub bearing: Bearing,
    /// What decides when the figure cannot: the definition, the coverage, or the figure itself.
    pub reason: Reason,
    /// Why, in a sentence.
    pub because: String,
    /// On which side of the claim the figure may fall for want of data: below, where events are missing from it.
    pub excused: Option<Side>,
}

/// The table of definitions: what a row is → what a source counts → bearing and reason.
#[derive(Debug, Clone, Deserialize)]
#[serde(transparent)]
pub struct Definitions(BTreeMap<String, BTreeMap<String, Definition>>);

#[derive(Debug, Clone, Deserialize)]
struct Definition {
    bearing: Bearing,
    reason: String,
}

impl Definitions {
    /// The built-in table.
    ///
    /// # Errors
    /// Only if the table built into the program is damaged.
    pub fn builtin() -> Result<Self, toml::de::Error> {
        toml::from_str(include_str!("bearing.toml"))
    }

    /// How figures of `dataset`, of which a row is a `unit`, bear on a concept; the case's own word goes first, and
    /// where nobody says the two overlap.
    pub fn bears(&self, dataset: &Dataset, unit: &str, concept: Concept, coverage: Coverage) -> Bears {
        let defined = match dataset.bearing(concept) {
            Some(rule) => (rule.bearing, rule.reason.clone()),
            None => self.0.get(unit).and_then(|concepts| concepts.get(name_of(concept))).map_or_else(
                || (Bearing::Overlapping, "nothing says how these data bear on what the source counts".to_owned()),
                |definition| (definition.bearing, definition.reason.clone()),
            ),
        };
        let (bearing, because) = defined;
        let excused = (bearing != Bearing::Exact || coverage != Coverage::Complete).then_some(Side::Below);
        match (coverage, bearing) {
            (Coverage::Complete, Bearing::Exact) => Bears { bearing, reason: Reason::Figure, because, excused },
            (Coverage::Complete, _) => Bears { bearing, reason: Reason::Definition, because, excused },
            _ => Bears {
                bearing: bearing.then(Bearing::AtLeast),
                reason: Reason::Coverage,
                because: "the data cover the place and time only in part".to_owned(),
                excused,
            },
        }
    }
}

fn name_of(concept: Concept) -> &'static str {
    Concept::ALL.iter().find(|(_, c)| *c == concept).map_or("", |(name, _)| name)
}

/// The name of a bearing in a case file.
pub fn bearing_name(bearing: Bearing) -> &'static str {
    BEARINGS.iter().find(|(_, b)| *b == bearing).map_or("", |(name, _)| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ged() -> Dataset {
        Dataset { id: "ucdp-ged".into(), adapter: "ucdp-ged".into(), note: None, coverage: vec![], bearings: vec![] }
    }

    #[test]
    fn definition_and_coverage_add_up() {
        let table = Definitions::builtin().unwrap();
        let bears = |concept, coverage| {
            let bears = table.bears(&ged(), "lethal-incident", concept, coverage);
            (bears.bearing, bears.reason)
        };
        assert_eq!(bears(Concept::Deaths, Coverage::Complete), (Bearing::Exact, Reason::Figure));
        assert_eq!(bears(Concept::Deaths, Coverage::Partial), (Bearing::AtLeast, Reason::Coverage));
        assert_eq!(bears(Concept::Casualties, Coverage::Partial), (Bearing::AtLeast, Reason::Coverage));
        assert_eq!(bears(Concept::Attacks, Coverage::Complete), (Bearing::Overlapping, Reason::Definition));
        assert_eq!(bears(Concept::Attacks, Coverage::Partial), (Bearing::Overlapping, Reason::Coverage));
    }

    #[test]
    fn every_concept_is_defined_for_every_unit() {
        let table = Definitions::builtin().unwrap();
        for adapter in casefile_ingest::ADAPTERS {
            assert!(table.0.contains_key(adapter.info().unit), "{}", adapter.info().unit);
        }
        for (unit, concepts) in &table.0 {
            assert!(Concept::ALL.iter().all(|(name, _)| concepts.contains_key(*name)), "{unit}");
        }
    }

    #[test]
    fn reports_bound_nothing() {
        let table = Definitions::builtin().unwrap();
        for (name, concept) in Concept::ALL {
            let bears = table.bears(&ged(), "report", concept, Coverage::Complete);
            assert_eq!((bears.bearing, bears.reason), (Bearing::Overlapping, Reason::Definition), "{name}");
        }
    }
}
