//! A row of an answer: its values as they were sent, in the order in which they were sent.

use std::fmt;

use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

/// A JSON object with its order kept and its numbers untouched.
#[derive(Debug)]
pub(crate) struct Row(pub(crate) Vec<(String, Box<RawValue>)>);

impl Row {
    /// The text of a value, where the row has it.
    pub(crate) fn get(&self, key: &str) -> Option<String> {
        self.0.iter().find(|(name, _)| name == key).map(|(_, value)| text(value))
    }

    /// What tells the row from others: its id, or, in sets of rows without one, the whole of it.
    pub(crate) fn identity(&self) -> String {
        self.get("id").unwrap_or_else(|| self.0.iter().map(|(_, value)| text(value) + "\u{1f}").collect())
    }
}

/// A value as it stands in CSV: texts without their quotes, null as nothing, numbers digit by digit as sent.
pub(crate) fn text(value: &RawValue) -> String {
    let raw = value.get();
    match raw.as_bytes().first() {
        Some(b'"') => serde_json::from_str(raw).unwrap_or_else(|_| raw.to_owned()),
        _ if raw == "null" => String::new(),
        _ => raw.to_owned(),
    }
}

impl<'de> Deserialize<'de> for Row {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Pairs;
        impl<'de> Visitor<'de> for Pairs {
            type Value = Row;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object of columns and values")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Row, A::Error> {
                let mut pairs = Vec::new();
                while let Some(pair) = map.next_entry()? {
                    pairs.push(pair);
                }
                Ok(Row(pairs))
            }
        }
        deserializer.deserialize_map(Pairs)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_keep_their_order_and_their_digits() {
        let row: Row =
            serde_json::from_str(r#"{"z":1,"id":"A\n\"b\"","lat":34.500,"n":null,"ok":true,"wkt":{"p": [1]}}"#)
                .unwrap();
        let texts: Vec<_> = row.0.iter().map(|(name, value)| format!("{name}={}", text(value))).collect();
        assert_eq!(texts, ["z=1", "id=A\n\"b\"", "lat=34.500", "n=", "ok=true", "wkt={\"p\": [1]}"]);
        assert_eq!(row.identity(), "A\n\"b\"");
    }
}
