//! Equally likely values as short text.

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Ascending equally likely values, written with their repetitions: `0*61 1*4 2 5 12`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Runs(pub Vec<u32>);

impl Runs {
    /// The share of values of at least this.
    #[must_use]
    pub fn at_least(&self, threshold: u32) -> f64 {
        self.0.iter().filter(|&&value| value >= threshold).count() as f64 / self.0.len().max(1) as f64
    }

    fn parse(text: &str) -> Option<Vec<u32>> {
        let mut values = Vec::new();
        for part in text.split_whitespace() {
            let (value, times) = part.split_once('*').unwrap_or((part, "1"));
            let times: usize = times.parse().ok().filter(|times| (1..=100_000).contains(times))?;
            values.extend(std::iter::repeat_n(value.parse::<u32>().ok()?, times));
        }
        (!values.is_empty() && values.is_sorted()).then_some(values)
    }
}

impl Serialize for Runs {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let parts: Vec<String> = self
            .0
            .chunk_by(|a, b| a == b)
            .map(|run| if run.len() == 1 { run[0].to_string() } else { format!("{}*{}", run[0], run.len()) })
            .collect();
        serializer.serialize_str(&parts.join(" "))
    }
}

impl<'de> Deserialize<'de> for Runs {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let wrong = || D::Error::custom(format!("`{text}` is no list of ascending values such as \"0*61 1*4 12\""));
        Self::parse(&text).map(Self).ok_or_else(wrong)
    }
}
