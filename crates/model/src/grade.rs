//! Admiralty grades: how reliable a source is, and how credible a piece of information.
//!
//! The two are judged apart and written together as `B2` (NATO AJP-2.1; STANAG 2511). `F` and `6`
//! mean that no judgement is possible. They are never a middling grade, and never "50 per cent".

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// Text that is no Admiralty grade.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("`{given}` is no {scale}; write {expected}")]
pub struct GradeError {
    /// The text given.
    pub given: String,
    /// Which scale was expected.
    pub scale: &'static str,
    /// What may be written.
    pub expected: &'static str,
}

/// Reliability of a source, `A` to `F`. Orders from the most reliable to the one not judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[serde(try_from = "String", into = "&'static str")]
pub enum Reliability {
    /// Completely reliable.
    A,
    /// Usually reliable.
    B,
    /// Fairly reliable.
    C,
    /// Not usually reliable.
    D,
    /// Unreliable.
    E,
    /// Reliability cannot be judged.
    #[default]
    F,
}

impl Reliability {
    /// Every grade, from `A`.
    pub const ALL: [Self; 6] = [Self::A, Self::B, Self::C, Self::D, Self::E, Self::F];

    /// The letter.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::A => "A",
            Self::B => "B",
            Self::C => "C",
            Self::D => "D",
            Self::E => "E",
            Self::F => "F",
        }
    }

    /// What the letter means.
    pub fn meaning(self) -> &'static str {
        match self {
            Self::A => "completely reliable",
            Self::B => "usually reliable",
            Self::C => "fairly reliable",
            Self::D => "not usually reliable",
            Self::E => "unreliable",
            Self::F => "reliability cannot be judged",
        }
    }

    /// Whether the source was judged at all.
    pub fn is_judged(self) -> bool {
        self != Self::F
    }

    /// Whether this source is judged the more reliable; `None` where either was not judged.
    pub fn is_better_than(self, other: Self) -> Option<bool> {
        (self.is_judged() && other.is_judged()).then_some(self < other)
    }
}

/// Credibility of information, `1` to `6`. Orders from the confirmed to the one not judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[serde(try_from = "Written", into = "u8")]
pub enum Credibility {
    /// Confirmed by other, independent sources.
    Confirmed,
    /// Probably true.
    ProbablyTrue,
    /// Possibly true.
    PossiblyTrue,
    /// Doubtful.
    Doubtful,
    /// Improbable.
    Improbable,
    /// Truth cannot be judged.
    #[default]
    NotJudged,
}

impl Credibility {
    /// Every grade, from `1`.
    pub const ALL: [Self; 6] =
        [Self::Confirmed, Self::ProbablyTrue, Self::PossiblyTrue, Self::Doubtful, Self::Improbable, Self::NotJudged];

    /// The number, 1 to 6.
    pub fn number(self) -> u8 {
        self as u8 + 1
    }

    /// The grade of a number from 1 to 6.
    pub fn from_number(number: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|grade| grade.number() == number)
    }

    /// What the number means.
    pub fn meaning(self) -> &'static str {
        match self {
            Self::Confirmed => "confirmed by other sources",
            Self::ProbablyTrue => "probably true",
            Self::PossiblyTrue => "possibly true",
            Self::Doubtful => "doubtful",
            Self::Improbable => "improbable",
            Self::NotJudged => "truth cannot be judged",
        }
    }

    /// Whether the information was judged at all.
    pub fn is_judged(self) -> bool {
        self != Self::NotJudged
    }

    /// Whether this information is judged the more credible; `None` where either was not judged.
    pub fn is_better_than(self, other: Self) -> Option<bool> {
        (self.is_judged() && other.is_judged()).then_some(self < other)
    }
}

/// Both grades of a piece of information, written `B2`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Grade {
    /// Of the source.
    pub reliability: Reliability,
    /// Of the information.
    pub credibility: Credibility,
}

impl fmt::Display for Reliability {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl fmt::Display for Credibility {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.number().to_string())
    }
}

impl fmt::Display for Grade {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&format!("{}{}", self.reliability, self.credibility))
    }
}

impl FromStr for Reliability {
    type Err = GradeError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let letter = text.trim();
        Self::ALL.into_iter().find(|grade| grade.as_str().eq_ignore_ascii_case(letter)).ok_or_else(|| GradeError {
            given: text.to_owned(),
            scale: "reliability of a source",
            expected: "a letter from A (completely reliable) to E (unreliable), or F (cannot be judged)",
        })
    }
}

impl FromStr for Credibility {
    type Err = GradeError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.trim().parse().ok().and_then(Self::from_number).ok_or_else(|| GradeError {
            given: text.to_owned(),
            scale: "credibility of information",
            expected: "a number from 1 (confirmed) to 5 (improbable), or 6 (cannot be judged)",
        })
    }
}

impl FromStr for Grade {
    type Err = GradeError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let trimmed = text.trim();
        let parts = trimmed.char_indices().nth(1).and_then(|(at, _)| trimmed.split_at_checked(at));
        let (letter, number) = parts.ok_or_else(|| GradeError {
            given: text.to_owned(),
            scale: "Admiralty grade",
            expected: "a letter from A to F and a number from 1 to 6, such as B2",
        })?;
        Ok(Self { reliability: letter.parse()?, credibility: number.parse()? })
    }
}

impl TryFrom<String> for Reliability {
    type Error = GradeError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<Reliability> for &'static str {
    fn from(grade: Reliability) -> Self {
        grade.as_str()
    }
}

/// A credibility as files give it: a number, or a number in quotes.
#[derive(Deserialize)]
#[serde(untagged)]
enum Written {
    Number(i64),
    Text(String),
}

impl TryFrom<Written> for Credibility {
    type Error = GradeError;

    fn try_from(written: Written) -> Result<Self, Self::Error> {
        match written {
            Written::Number(number) => number.to_string().parse(),
            Written::Text(text) => text.parse(),
        }
    }
}

impl From<Credibility> for u8 {
    fn from(grade: Credibility) -> Self {
        grade.number()
    }
}

impl TryFrom<String> for Grade {
    type Error = GradeError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<Grade> for String {
    fn from(grade: Grade) -> Self {
        grade.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn every_grade_is_written_and_read_back() {
        for reliability in Reliability::ALL {
            for credibility in Credibility::ALL {
                let grade = Grade { reliability, credibility };
                assert_eq!(grade.to_string().parse::<Grade>().unwrap(), grade);
                let row = std::collections::BTreeMap::from([("grade", grade)]);
                let text = toml::to_string(&row).unwrap();
                assert_eq!(text, format!("grade = \"{grade}\"\n"));
            }
        }
        assert_eq!("b2".parse::<Grade>().unwrap().to_string(), "B2");
    }

    #[test]
    fn not_judged_is_no_middle() {
        assert_eq!(Reliability::default(), Reliability::F);
        assert_eq!(Credibility::default(), Credibility::NotJudged);
        assert_eq!(Reliability::F.is_better_than(Reliability::E), None);
        assert_eq!(Reliability::A.is_better_than(Reliability::C), Some(true));
        assert_eq!(Credibility::Doubtful.is_better_than(Credibility::ProbablyTrue), Some(false));
        assert_eq!(Credibility::Doubtful.is_better_than(Credibility::NotJudged), None);
    }

    #[test]
    fn numbers_and_quoted_numbers_are_credibilities() {
        #[derive(Deserialize)]
        struct Row {
            credibility: Credibility,
        }
        let read = |text: &str| toml::from_str::<Row>(text).map(|row| row.credibility);
        assert_eq!(read("credibility = 2").unwrap(), Credibility::ProbablyTrue);
        assert_eq!(read("credibility = \"2\"").unwrap(), Credibility::ProbablyTrue);
        assert!(read("credibility = 7").unwrap_err().to_string().contains("1 (confirmed)"));
        assert!(read("credibility = -1").is_err());
    }

    #[test]
    fn what_is_no_grade_is_refused_with_what_is() {
        let error = "G".parse::<Reliability>().unwrap_err();
        assert!(error.to_string().contains("F (cannot be judged)"));
        for bad in ["", "B", "2B", "B7", "BB2", "é2"] {
            assert!(bad.parse::<Grade>().is_err(), "{bad}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in "\\PC*") {
            let _ = (text.parse::<Grade>(), text.parse::<Reliability>(), text.parse::<Credibility>());
        }
    }
}
