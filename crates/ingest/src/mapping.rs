//! A mapping: what the columns of somebody's own table of events mean, as a small TOML file.
//!
//! The mapping names the dataset's terms and says, for each thing that the core schema knows, which column holds it
//! and how it is written. `casefile data describe` drafts one. Its hash is pinned with the data: another mapping is
//! another load.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::Deserialize;

pub(crate) mod date;
mod describe;

pub use describe::describe;

/// The sixteen words of PLOVER for what an event is (PLOVER codebook, Halterman et al. 2023).
pub(crate) const PLOVER: [&str; 16] = [
    "ACCUSE",
    "AGREE",
    "AID",
    "ASSAULT",
    "COERCE",
    "CONCEDE",
    "CONSULT",
    "COOPERATE",
    "MOBILIZE",
    "PROTEST",
    "REJECT",
    "REQUEST",
    "RETREAT",
    "SANCTION",
    "SUPPORT",
    "THREATEN",
];

/// What the columns of a table of events mean. A column that is not named, or named by an empty text, is not there.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Mapping {
    /// What the dataset is.
    pub(crate) dataset: Facts,
    #[serde(default)]
    pub(crate) event: Event,
    pub(crate) date: Dates,
    #[serde(default)]
    pub(crate) place: Place,
    #[serde(default)]
    pub(crate) sides: Sides,
    #[serde(default)]
    pub(crate) deaths: Deaths,
}

/// The words that reach the lock, the verdicts and the briefing.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct Facts {
    /// The dataset's id in a case, unless the load gives another.
    pub(crate) id: String,
    pub(crate) title: String,
    pub(crate) publisher: String,
    pub(crate) licence: String,
    pub(crate) redistribute_rows: bool,
    pub(crate) citation: String,
    pub(crate) unit: String,
    pub(crate) counts: String,
    #[serde(default)]
    pub(crate) misses: Vec<String>,
    #[serde(default)]
    pub(crate) attribution: String,
    pub(crate) version: Option<String>,
    /// Where nothing is said: 1 where rows may be passed on, else 5.
    pub(crate) smallest_cell: Option<u32>,
    #[serde(default)]
    pub(crate) breaks: Vec<(String, String)>,
}

#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct Event {
    #[serde(default)]
    pub(crate) id: String,
    /// Columns of the event's type, coarse to fine.
    #[serde(default, rename = "type")]
    pub(crate) kind: Vec<String>,
    /// What the words in these columns mean; those of the finest column go first.
    #[serde(default)]
    pub(crate) types: BTreeMap<String, Kind>,
    #[serde(default)]
    pub(crate) sources: String,
}

/// What a type of event is in the core schema's words.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct Kind {
    pub(crate) violence: Option<i64>,
    pub(crate) plover: Option<String>,
    pub(crate) against_civilians: Option<bool>,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct Dates {
    #[serde(default)]
    pub(crate) start: String,
    #[serde(default)]
    pub(crate) end: String,
    #[serde(default)]
    pub(crate) format: date::Format,
    pub(crate) precision: Option<DatePrecision>,
}

/// A column of codes and the longest range that each allows, in days. Without a table the column holds days.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct DatePrecision {
    pub(crate) column: String,
    #[serde(default)]
    pub(crate) days: BTreeMap<String, i64>,
}

#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct Place {
    #[serde(default)]
    pub(crate) latitude: String,
    #[serde(default)]
    pub(crate) longitude: String,
    #[serde(default)]
    pub(crate) country: String,
    #[serde(default)]
    pub(crate) admin1: String,
    #[serde(default)]
    pub(crate) admin2: String,
    #[serde(default)]
    pub(crate) place: String,
    /// GeoJSON's type of geometry: what is no point has the coordinates of its middle.
    #[serde(default)]
    pub(crate) geometry: String,
    pub(crate) precision: Option<PlacePrecision>,
}

/// A column of codes and the radius in km that each stands for. Without a table the column holds km.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct PlacePrecision {
    pub(crate) column: String,
    #[serde(default)]
    pub(crate) km: BTreeMap<String, f64>,
}

#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct Sides {
    #[serde(default)]
    pub(crate) a: String,
    #[serde(default)]
    pub(crate) b: String,
    #[serde(default)]
    pub(crate) a_id: String,
    #[serde(default)]
    pub(crate) b_id: String,
    /// Whether side A is known to act and side B to be acted on.
    pub(crate) directed: Option<bool>,
}

#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct Deaths {
    #[serde(default)]
    pub(crate) low: String,
    #[serde(default)]
    pub(crate) best: String,
    #[serde(default)]
    pub(crate) high: String,
    #[serde(default)]
    pub(crate) a: String,
    #[serde(default)]
    pub(crate) b: String,
    #[serde(default)]
    pub(crate) civilians: String,
    #[serde(default)]
    pub(crate) unknown: String,
    #[serde(default)]
    pub(crate) wounded: String,
    /// Numbers for words: `dozens = 12`.
    #[serde(default)]
    pub(crate) words: BTreeMap<String, i64>,
}

/// Why a mapping cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum MappingError {
    /// The file cannot be read.
    #[error("cannot read the mapping {}: {source}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What the operating system said.
        #[source]
        source: std::io::Error,
    },
    /// It is no TOML, or has a key or a value that no mapping has.
    #[error("{} is not a mapping: {source}", path.display())]
    Parse {
        /// The file.
        path: PathBuf,
        /// Where and why.
        #[source]
        source: Box<toml::de::Error>,
    },
    /// A value says nothing, or what cannot be.
    #[error("{}: {key}: {reason}", path.display())]
    Value {
        /// The file.
        path: PathBuf,
        /// The key, with dots.
        key: String,
        /// What is wrong, and what is expected.
        reason: String,
    },
    /// The adapter reads by a mapping only.
    #[error(
        "`--as {adapter}` needs a mapping that says what the columns mean\nhint: casefile data describe FILE > mapping.toml, \
         mend the draft, then add --mapping mapping.toml"
    )]
    None {
        /// The adapter's name.
        adapter: String,
    },
    /// The adapter knows its columns.
    #[error("`--as {adapter}` knows what its columns mean and takes no mapping\nhint: --mapping goes with --as events")]
    Unwanted {
        /// The adapter's name.
        adapter: String,
    },
}

impl Mapping {
    /// Reads a mapping. It need not be complete yet: see [`Self::check`].
    ///
    /// # Errors
    /// Where the text is no TOML, or has keys or kinds of values that no mapping has; with line and column.
    pub fn parse(text: &str) -> Result<Self, toml::de::Error> {
        let mut mapping: Self = toml::from_str(text)?;
        mapping.lower();
        Ok(mapping)
    }

    /// Codes and words are compared without regard to case.
    fn lower(&mut self) {
        fn low<T>(table: &mut BTreeMap<String, T>) {
            *table = std::mem::take(table).into_iter().map(|(key, value)| (key.trim().to_lowercase(), value)).collect();
        }
        low(&mut self.event.types);
        low(&mut self.deaths.words);
        self.date.precision.iter_mut().for_each(|precision| low(&mut precision.days));
        self.place.precision.iter_mut().for_each(|precision| low(&mut precision.km));
    }

    /// Reads and checks the mapping of a load; the text comes with it, to be hashed.
    pub(crate) fn read(path: &Path) -> Result<(Self, String), MappingError> {
        let owned = || path.to_owned();
        let text = std::fs::read_to_string(path).map_err(|source| MappingError::Read { path: owned(), source })?;
        let mapping = Self::parse(&text).map_err(|e| MappingError::Parse { path: owned(), source: Box::new(e) })?;
        match mapping.check() {
            Ok(()) => Ok((mapping, text)),
            Err((key, reason)) => Err(MappingError::Value { path: owned(), key, reason }),
        }
    }

    /// Whether the mapping is complete and sound.
    ///
    /// # Errors
    /// The first key that says nothing or what cannot be, with the reason.
    pub fn check(&self) -> Result<(), (String, String)> {
        let facts = &self.dataset;
        for (key, value) in [
            ("id", &facts.id),
            ("title", &facts.title),
            ("publisher", &facts.publisher),
            ("licence", &facts.licence),
            ("citation", &facts.citation),
            ("unit", &facts.unit),
            ("counts", &facts.counts),
        ] {
            if value.trim().is_empty() {
                return fault(&format!("dataset.{key}"), "is empty; the lock, the verdicts or the briefings need it");
            }
        }
        if facts.smallest_cell == Some(0) {
            return fault("dataset.smallest-cell", "is 0; an aggregate rests on one event at least");
        }
        if let Some((day, _)) = facts.breaks.iter().find(|(day, _)| day.parse::<jiff::civil::Date>().is_err()) {
            return fault("dataset.breaks", &format!("`{day}` is not a date of the form YYYY-MM-DD"));
        }
        if self.date.start.trim().is_empty() {
            return fault("date.start", "names no column; an event without a day bears on nothing");
        }
        self.check_tables()
    }

    fn check_tables(&self) -> Result<(), (String, String)> {
        for (word, kind) in &self.event.types {
            let key = format!("event.types.{word}");
            if kind.violence.is_some_and(|code| !(1..=3).contains(&code)) {
                return fault(&key, "violence is 1 state-based, 2 non-state or 3 one-sided");
            }
            if kind.plover.as_deref().is_some_and(|word| !PLOVER.contains(&word)) {
                return fault(&key, &format!("plover is one of {}", PLOVER.join(", ")));
            }
        }
        let mut days = self.date.precision.iter().flat_map(|precision| &precision.days);
        if let Some((code, days)) = days.find(|(_, days)| !(1..=36_525).contains(*days)) {
            return fault(&format!("date.precision.days.{code}"), &format!("{days} days is no length of a range"));
        }
        let mut km = self.place.precision.iter().flat_map(|precision| &precision.km);
        if let Some((code, km)) = km.find(|(_, km)| !(0.0..=20_100.0).contains(*km)) {
            return fault(&format!("place.precision.km.{code}"), &format!("{km} km is no radius on the Earth"));
        }
        if let Some((word, number)) = self.deaths.words.iter().find(|(_, n)| !(0..=1_000_000_000).contains(*n)) {
            return fault(&format!("deaths.words.{word}"), &format!("{number} is no number of deaths"));
        }
        Ok(())
    }

    /// Every column that the mapping names, lower-case.
    pub(crate) fn columns(&self) -> Vec<&str> {
        let (event, date, place, sides, deaths) = (&self.event, &self.date, &self.place, &self.sides, &self.deaths);
        let single = [
            &event.id,
            &event.sources,
            &date.start,
            &date.end,
            &place.latitude,
            &place.longitude,
            &place.country,
            &place.admin1,
            &place.admin2,
            &place.place,
            &place.geometry,
            &sides.a,
            &sides.b,
            &sides.a_id,
            &sides.b_id,
            &deaths.low,
            &deaths.best,
            &deaths.high,
            &deaths.a,
            &deaths.b,
            &deaths.civilians,
            &deaths.unknown,
            &deaths.wounded,
        ];
        let precision = date.precision.iter().map(|p| &p.column).chain(place.precision.iter().map(|p| &p.column));
        let named = single.into_iter().chain(&event.kind).chain(precision).map(|name| name.trim());
        named.filter(|name| !name.is_empty()).collect()
    }
}

fn fault(key: &str, reason: &str) -> Result<(), (String, String)> {
    Err((key.to_owned(), reason.to_owned()))
}

#[cfg(test)]
mod tests;
