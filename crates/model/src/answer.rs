//! Three-valued answers: what vague evidence lets us say.

use std::fmt;
use std::ops::Not;

use serde::{Deserialize, Serialize};

/// The answer to a question put to vague evidence: Kleene's strong three-valued logic
/// (S. C. Kleene, *Introduction to Metamathematics*, 1952, § 64).
///
/// Evidence such as "November 2016" admits many readings. `Yes` and `No` are given only where
/// every reading agrees, so adding precision to the evidence can turn `Possibly` into `Yes` or
/// `No`, but never one of those into another.
///
/// `and` and `or` take each answer on its own. Where the two lean on the same evidence they stay
/// sound but may say `Possibly` where a closer look would decide (`a.or(!a)` is not always `Yes`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Answer {
    /// It holds under every reading of the evidence.
    Yes,
    /// It holds under no reading.
    No,
    /// It holds under some readings and not under others.
    Possibly,
}

impl Answer {
    /// The answer when it is known whether *some* reading makes it true (`possible`) and whether
    /// *every* reading does (`certain`). What is certain is possible, so `certain` wins.
    pub fn from_bounds(possible: bool, certain: bool) -> Self {
        match (possible, certain) {
            (_, true) => Self::Yes,
            (true, false) => Self::Possibly,
            (false, false) => Self::No,
        }
    }

    /// Both hold: the lesser of the two, in the order no < possibly < yes.
    pub fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::No, _) | (_, Self::No) => Self::No,
            (Self::Yes, Self::Yes) => Self::Yes,
            _ => Self::Possibly,
        }
    }

    /// At least one holds: the greater of the two, in the order no < possibly < yes.
    pub fn or(self, other: Self) -> Self {
        match (self, other) {
            (Self::Yes, _) | (_, Self::Yes) => Self::Yes,
            (Self::No, Self::No) => Self::No,
            _ => Self::Possibly,
        }
    }

    /// All hold; `Yes` for none.
    pub fn all(answers: impl IntoIterator<Item = Self>) -> Self {
        answers.into_iter().fold(Self::Yes, Self::and)
    }

    /// At least one holds; `No` for none.
    pub fn any(answers: impl IntoIterator<Item = Self>) -> Self {
        answers.into_iter().fold(Self::No, Self::or)
    }

    /// Under every reading.
    pub fn is_yes(self) -> bool {
        self == Self::Yes
    }

    /// Under no reading.
    pub fn is_no(self) -> bool {
        self == Self::No
    }

    /// Under at least one reading: `Yes` or `Possibly`.
    pub fn may_hold(self) -> bool {
        self != Self::No
    }

    /// The word as written in files and reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Yes => "yes",
            Self::No => "no",
            Self::Possibly => "possibly",
        }
    }
}

impl Not for Answer {
    type Output = Self;

    /// It does not hold: swaps yes and no, and leaves possibly.
    fn not(self) -> Self {
        match self {
            Self::Yes => Self::No,
            Self::No => Self::Yes,
            Self::Possibly => Self::Possibly,
        }
    }
}

impl From<bool> for Answer {
    fn from(holds: bool) -> Self {
        if holds { Self::Yes } else { Self::No }
    }
}

impl fmt::Display for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::Answer::{self, No, Possibly, Yes};

    const ALL: [Answer; 3] = [Yes, No, Possibly];

    /// What an answer allows once the evidence is settled.
    fn readings(answer: Answer) -> &'static [bool] {
        match answer {
            Yes => &[true],
            No => &[false],
            Possibly => &[false, true],
        }
    }

    fn settle(results: &[bool]) -> Answer {
        Answer::from_bounds(results.contains(&true), !results.contains(&false))
    }

    #[test]
    fn logic_agrees_with_trying_every_reading() {
        for a in ALL {
            let negated: Vec<bool> = readings(a).iter().map(|x| !x).collect();
            assert_eq!(!a, settle(&negated));
            for b in ALL {
                let pairs: Vec<(bool, bool)> =
                    readings(a).iter().flat_map(|x| readings(b).iter().map(move |y| (*x, *y))).collect();
                let and: Vec<bool> = pairs.iter().map(|(x, y)| *x && *y).collect();
                let or: Vec<bool> = pairs.iter().map(|(x, y)| *x || *y).collect();
                assert_eq!(a.and(b), settle(&and), "{a} and {b}");
                assert_eq!(a.or(b), settle(&or), "{a} or {b}");
                assert_eq!(!(a.and(b)), (!a).or(!b), "De Morgan");
            }
        }
    }

    #[test]
    fn empty_collections() {
        assert_eq!(Answer::all([]), Yes);
        assert_eq!(Answer::any([]), No);
        assert_eq!(Answer::all([Yes, Possibly]), Possibly);
        assert_eq!(Answer::any([No, Possibly]), Possibly);
    }

    #[test]
    fn written_in_lower_case() {
        #[derive(serde::Serialize, serde::Deserialize, PartialEq, Debug)]
        struct Row {
            answer: Answer,
        }
        for answer in ALL {
            let text = toml::to_string(&Row { answer }).unwrap();
            assert_eq!(text, format!("answer = \"{answer}\"\n"));
            assert_eq!(toml::from_str::<Row>(&text).unwrap(), Row { answer });
        }
    }
}
