//! Closed lists of words and forms of text that tables refer to.

use casefile_model::actor::ActorKind;
use casefile_model::claim::{Concept, Dimension, Measure, Phase, Reach, Side, TimeUnit, Timing, Violence, Way};
use casefile_model::statement::{Each, Foreseen, Lack, Rank, RelationKind};

use super::Form;

/// The names in a table of names and values.
const fn names<T, const N: usize>(all: &[(&'static str, T); N]) -> [&'static str; N] {
    let mut names = [""; N];
    let mut i = 0;
    while i < N {
        names[i] = all[i].0;
        i += 1;
    }
    names
}

/// What a name stands for, in a table of names and values.
pub(crate) fn named<T: Copy>(all: &[(&str, T)], name: &str) -> Option<T> {
    all.iter().find(|(word, _)| *word == name).map(|(_, value)| *value)
}

/// Kinds of actor.
pub static ACTOR_KINDS: [&str; 8] = names(&ActorKind::ALL);
/// Kinds of relation.
pub static RELATION_KINDS: [&str; 10] = names(&RelationKind::ALL);
/// Ranks of a statement.
pub static RANKS: [&str; 3] = names(&Rank::ALL);
/// What is counted.
pub static MEASURES: [&str; 5] = names(&Measure::ALL);
/// Units along which events are ranked.
pub static DIMENSIONS: [&str; 9] = names(&Dimension::ALL);
/// Units of place: the first five dimensions.
pub static PLACE_UNITS: [&str; 5] = ["country", "admin1", "admin2", "place", "priogrid"];
/// Which date.
pub static TIMINGS: [&str; 3] = names(&Timing::ALL);
/// What of the reach of events is compared.
pub static REACHES: [&str; 4] = names(&Reach::ALL);
/// What becomes of a hot spot.
pub static PHASES: [&str; 4] = names(&Phase::ALL);
/// Which way ties run.
pub static WAYS: [&str; 3] = names(&Way::ALL);
/// Units of time in office.
pub static TIME_UNITS: [&str; 3] = names(&TimeUnit::ALL);
/// Types of organised violence.
pub static VIOLENCE: [&str; 3] = names(&Violence::ALL);
/// Sides of an event.
pub static SIDES: [&str; 3] = names(&Side::ALL);
/// What a source counts.
pub static CONCEPTS: [&str; 6] = names(&Concept::ALL);
/// Kinds of place.
pub static PLACE_KINDS: [&str; 6] = names(&crate::place::PlaceKind::ALL);
/// How far a dataset covers an area in a period.
pub static COVERAGE: [&str; 3] = names(&crate::dataset::CoverageStatus::ALL);
/// How the figures of a dataset bear on what a source counts.
pub static BEARINGS: [&str; 4] = names(&crate::dataset::BEARINGS);

/// Parts that a rule plays in a phrase of quantity.
pub static PHRASE_FORMS: [&str; 14] = [
    "bare", "fold", "range", "hedge", "amount", "unit", "decade", "position", "fraction", "multiple", "cut", "rise",
    "fall", "pace",
];

/// Kinds of quantity.
pub static QUANTITY_KINDS: [&str; 3] = ["count", "share", "ratio"];

/// What a forecast is of.
pub static FORESEEN: [&str; 2] = names(&Foreseen::ALL);
/// Within what a forecast's measure is reached.
pub static EACH: [&str; 2] = names(&Each::ALL);
/// What a forecast leaves open.
pub static LACKS: [&str; 4] = names(&Lack::ALL);
/// Scales of likelihood.
pub static YARDSTICKS: [&str; 2] = ["icd-203", "phia"];

/// Item types of the Citation Style Language that a case meets.
pub static SOURCE_TYPES: [&str; 13] = [
    "report",
    "article",
    "article-journal",
    "article-newspaper",
    "book",
    "chapter",
    "webpage",
    "speech",
    "broadcast",
    "dataset",
    "legislation",
    "personal_communication",
    "document",
];

/// Admiralty reliability of a source.
pub static RELIABILITY: [&str; 6] = ["A", "B", "C", "D", "E", "F"];

/// How a tie ended.
pub static ENDINGS: [&str; 4] = ["death", "defeat", "removal", "dissolution"];

/// Kinds of event that sources report.
pub static EVENT_KINDS: [&str; 17] = [
    "attack",
    "battle",
    "offensive",
    "air-strike",
    "raid",
    "capture",
    "loss",
    "killing",
    "prison-break",
    "agreement",
    "takeover",
    "withdrawal",
    "statement",
    "appointment",
    "release",
    "founding",
    "other",
];

/// How evidence sits with a hypothesis, from very consistent to very inconsistent, or not applicable.
pub static READINGS: [&str; 6] = ["CC", "C", "N", "I", "II", "n/a"];

/// The tie of an attack abroad to the group.
pub static MODES: [&str; 3] = ["directed", "guided", "inspired"];

/// Who holds a place.
pub static CONTROL: [&str; 5] = ["full", "partial", "contested", "presence", "none"];

/// Words of modality that have no agreed range of probability: they say how a source holds a statement, not how
/// likely it is. The words of ICD 203 and PHIA, which do have ranges, are in the model's tables.
pub static MODALITIES: [&str; 38] = [
    "alleged",
    "apparently",
    "appears",
    "assessed",
    "assumed",
    "believed",
    "certain",
    "certainly",
    "claimed",
    "confirmed",
    "considered",
    "could",
    "disputed",
    "doubtful",
    "estimated",
    "evidently",
    "expected",
    "feared",
    "in all likelihood",
    "may",
    "maybe",
    "might",
    "perhaps",
    "plausible",
    "possible",
    "possibly",
    "presumably",
    "presumed",
    "purported",
    "reported",
    "reportedly",
    "rumoured",
    "said",
    "suggested",
    "supposedly",
    "suspected",
    "thought",
    "would",
];

/// An identifier.
pub static ID: Form = Form {
    what: "an id of lower-case letters, digits and hyphens that starts with a letter",
    pattern: "^[a-z][a-z0-9-]*$",
    admits: |text| {
        text.starts_with(|c: char| c.is_ascii_lowercase())
            && text.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
    },
};

/// A language tag (BCP 47).
pub static LANGUAGE: Form = Form {
    what: "a language tag such as \"en\" or \"de-CH\"",
    pattern: "^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$",
    admits: |text| {
        let mut parts = text.split('-');
        let primary = parts.next().unwrap_or_default();
        (2..=3).contains(&primary.len())
            && primary.chars().all(|c| c.is_ascii_alphabetic())
            && parts.all(|part| (2..=8).contains(&part.len()) && part.chars().all(|c| c.is_ascii_alphanumeric()))
    },
};

/// What answers questions about the data.
pub static ENGINE: Form = Form {
    what: "\"embedded\", or the address of a cluster such as \"ballista://10.0.0.1:50050\"",
    pattern: "^(embedded|ballista://[^/\\s]+:[0-9]{1,5}/?)$",
    admits: |text| {
        let address = text.strip_prefix("ballista://").map(|rest| rest.strip_suffix('/').unwrap_or(rest));
        let parts = address.and_then(|address| address.rsplit_once(':'));
        text == "embedded"
            || parts.is_some_and(|(host, port)| {
                !host.is_empty()
                    && !host.contains(|c: char| c == '/' || c.is_whitespace())
                    && port.parse::<u16>().is_ok()
            })
    },
};

/// A Wikidata item.
pub static WIKIDATA: Form = Form {
    what: "a Wikidata item such as \"Q16999000\"",
    pattern: "^Q[1-9][0-9]*$",
    admits: |text| {
        text.strip_prefix('Q').is_some_and(|digits| {
            !digits.is_empty() && !digits.starts_with('0') && digits.chars().all(|c| c.is_ascii_digit())
        })
    },
};

/// An address on the web.
pub static URL: Form = Form {
    what: "an address that starts with https:// or http://",
    pattern: "^https?://[^\\s]+$",
    admits: |text| {
        ["https://", "http://"].iter().any(|scheme| {
            text.strip_prefix(scheme).is_some_and(|rest| !rest.is_empty() && !rest.contains(char::is_whitespace))
        })
    },
};

/// A digital object identifier.
pub static DOI: Form = Form {
    what: "a DOI without the resolver's address, such as \"10.18449/2022C12\"",
    pattern: "^10\\.[0-9]{4,9}/[^\\s]+$",
    admits: |text| {
        text.strip_prefix("10.").and_then(|rest| rest.split_once('/')).is_some_and(|(registrant, suffix)| {
            (4..=9).contains(&registrant.len())
                && registrant.chars().all(|c| c.is_ascii_digit())
                && !suffix.is_empty()
                && !suffix.contains(char::is_whitespace)
        })
    },
};

/// A SHA-256 hash.
pub static SHA256: Form = Form {
    what: "a SHA-256 hash of 64 hexadecimal digits",
    pattern: "^[0-9a-f]{64}$",
    admits: |text| text.len() == 64 && text.chars().all(|c| c.is_ascii_digit() || ('a'..='f').contains(&c)),
};

/// A path inside the case folder.
pub static PATH: Form = Form {
    what: "a path inside the case folder, with / between folders and without ..",
    pattern: "^(?!/)(?!.*(^|/)\\.\\.(/|$))(?!.*[\\\\:])[^\\s].*$",
    admits: |text| {
        !text.trim().is_empty()
            && !text.starts_with(|c: char| c == '/' || c.is_whitespace())
            && !text.contains(['\\', ':', '\n', '\r'])
            && text.split('/').all(|part| part != "..")
    },
};
