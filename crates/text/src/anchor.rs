//! Where a quote stands and what it hashes to, in one short string.

use std::fmt;
use std::str::FromStr;

use serde::de::{self, Deserialize, Deserializer, Visitor};
use serde::ser::{Serialize, Serializer};
use sha2::{Digest as _, Sha256};
use thiserror::Error;

use crate::normalise::NORMALISATION;

/// A SHA-256 digest; written as 64 lower-case hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Digest([u8; 32]);

impl Digest {
    /// The digest of already normalised text.
    pub(crate) fn of(normalised: &str) -> Self {
        Self(Sha256::digest(normalised.as_bytes()).into())
    }

    /// The 32 bytes.
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    fn parse(hex: &str) -> Option<Self> {
        let digit = |byte: u8| match byte {
            b'0'..=b'9' => Some(byte - b'0'),
            b'a'..=b'f' => Some(byte - b'a' + 10),
            _ => None,
        };
        let mut bytes = [0; 32];
        if hex.len() != 2 * bytes.len() {
            return None;
        }
        for (byte, pair) in bytes.iter_mut().zip(hex.as_bytes().chunks_exact(2)) {
            *byte = digit(pair[0])? << 4 | digit(pair[1])?;
        }
        Some(Self(bytes))
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Digest({self})")
    }
}

/// The place of a quote in a document, and the digest of its words. The words are not in it.
///
/// Written `n1:p12+34:56:9f86…` — rules of normalisation, paragraph, first character, length,
/// SHA-256 — in a case file as a string: `anchor = "n1:p12+34:56:9f86…"`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Anchor {
    /// The paragraph in which the quote begins, from 1.
    pub paragraph: usize,
    /// Characters of the normalised paragraph before the quote.
    pub start: usize,
    /// Length of the normalised quote in characters, at least 1. It may reach into the
    /// paragraphs that follow, one space between them.
    pub length: usize,
    /// SHA-256 of the normalised quote, UTF-8.
    pub sha256: Digest,
}

/// A string that is not an anchor.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum AnchorSyntaxError {
    /// Not of the right form.
    #[error(
        "{0:?} is not an anchor: expected n1:p⟨paragraph⟩+⟨start⟩:⟨length⟩:⟨SHA-256 in lower case⟩, as in n1:p12+34:56:9f86…"
    )]
    Form(String),
    /// Made under other rules of normalisation.
    #[error(
        "this anchor was made by the rules {0:?} of normalisation; only {NORMALISATION:?} is known: make it anew from the document"
    )]
    Rules(String),
}

impl FromStr for Anchor {
    type Err = AnchorSyntaxError;

    fn from_str(text: &str) -> Result<Self, AnchorSyntaxError> {
        let mistaken = || AnchorSyntaxError::Form(text.to_owned());
        let fields: Vec<&str> = text.split(':').collect();
        let [rules, place, length, sha256] = fields[..] else { return Err(mistaken()) };
        if rules != NORMALISATION {
            return Err(AnchorSyntaxError::Rules(rules.to_owned()));
        }
        let (paragraph, start) =
            place.strip_prefix('p').and_then(|place| place.split_once('+')).ok_or_else(mistaken)?;
        let anchor = Self {
            paragraph: number(paragraph).filter(|n| *n > 0).ok_or_else(mistaken)?,
            start: number(start).ok_or_else(mistaken)?,
            length: number(length).filter(|n| *n > 0).ok_or_else(mistaken)?,
            sha256: Digest::parse(sha256).ok_or_else(mistaken)?,
        };
        Ok(anchor)
    }
}

/// A whole number in its only spelling: digits, no sign, no leading zeros.
fn number(digits: &str) -> Option<usize> {
    let plain = digits.bytes().all(|b| b.is_ascii_digit()) && (digits == "0" || !digits.starts_with('0'));
    if plain { digits.parse().ok() } else { None }
}

impl fmt::Display for Anchor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{NORMALISATION}:p{}+{}:{}:{}", self.paragraph, self.start, self.length, self.sha256)
    }
}

impl Serialize for Anchor {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Anchor {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct FromText;

        impl Visitor<'_> for FromText {
            type Value = Anchor;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a quote anchor in quotes, such as \"n1:p12+34:56:9f86…\"")
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<Anchor, E> {
                text.parse().map_err(E::custom)
            }
        }

        deserializer.deserialize_str(FromText)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_digest_is_sha_256() {
        // The test vector "abc" of FIPS 180-2.
        assert_eq!(Digest::of("abc").to_string(), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }

    #[test]
    fn refuses_other_spellings() {
        let hex = Digest::of("abc").to_string();
        for text in [
            String::new(),
            format!("n1:p0+0:5:{hex}"),
            format!("n1:p1+0:0:{hex}"),
            format!("n1:p01+0:5:{hex}"),
            format!("n1:p1++0:5:{hex}"),
            format!("n1:1+0:5:{hex}"),
            format!("n1:p1+0:5:{}", hex.to_uppercase()),
            format!("n1:p1+0:5:{}", &hex[1..]),
            format!("n1:p1+0:5:{}é", &hex[2..]),
            format!("n1:p1+0:5:{hex}:"),
            format!("n1:p99999999999999999999+0:5:{hex}"),
        ] {
            assert!(matches!(text.parse::<Anchor>(), Err(AnchorSyntaxError::Form(_))), "{text}");
        }
        assert_eq!(format!("n2:p1+0:5:{hex}").parse::<Anchor>(), Err(AnchorSyntaxError::Rules("n2".into())));
    }

    #[test]
    fn stands_in_toml_as_a_string() {
        #[derive(Debug, PartialEq, serde::Serialize, serde::Deserialize)]
        struct Row {
            anchor: Anchor,
        }
        let row = Row { anchor: Anchor { paragraph: 12, start: 34, length: 56, sha256: Digest::of("abc") } };
        let text = toml::to_string(&row).unwrap();
        assert!(text.starts_with("anchor = \"n1:p12+34:56:ba78"), "{text}");
        assert_eq!(toml::from_str::<Row>(&text).unwrap(), row);
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in ".*") {
            let _ = text.parse::<Anchor>();
        }

        #[test]
        fn display_and_parse_are_inverse(paragraph in 1..usize::MAX, start: usize, length in 1..usize::MAX, words in ".*") {
            let anchor = Anchor { paragraph, start, length, sha256: Digest::of(&words) };
            prop_assert_eq!(anchor.to_string().parse(), Ok(anchor));
        }

        #[test]
        fn what_is_read_is_written_the_same(text in "n1:p[0-9]{1,3}\\+[0-9]{1,3}:[0-9]{1,3}:[0-9a-f]{64}") {
            if let Ok(anchor) = text.parse::<Anchor>() {
                prop_assert_eq!(anchor.to_string(), text);
            }
        }
    }
}
