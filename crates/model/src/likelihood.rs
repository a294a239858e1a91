//! Words for likelihood, as intelligence standards define them.
//!
//! ICD 203 (United States) has two rows of synonyms for seven ranges; the PHIA yardstick (United
//! Kingdom) has one row with gaps. The same word can mean different ranges on the two scales, so a
//! word is always looked up on a named scale. The tables are data (`likelihood.toml`); a case may
//! bring its own.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::quantity::Bounds;

/// A table of likelihood scales.
#[derive(Debug, Clone, PartialEq)]
pub struct Likelihoods {
    scales: Vec<Scale>,
}

/// One published scale.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scale {
    /// Short name, such as `icd-203`.
    pub id: String,
    /// Title of the standard.
    pub title: String,
    /// Who issues it.
    pub publisher: String,
    /// What a reader must know of it.
    pub about: String,
    /// Rows of synonyms, which one text must not mix.
    pub rows: Vec<String>,
    #[serde(rename = "term")]
    terms: Vec<Term>,
}

/// One range of a scale, with its words in one row.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Term {
    /// The row.
    pub row: String,
    /// The word of the standard, then other forms of it.
    pub words: Vec<String>,
    /// In per cent, as written in the standard.
    range: Bounds,
}

impl Term {
    /// The word of the standard.
    pub fn word(&self) -> &str {
        self.words.first().map_or("", String::as_str)
    }

    /// The range in per cent.
    pub fn per_cent(&self) -> Bounds {
        self.range
    }

    /// The range as probabilities, 0 to 1.
    pub fn probability(&self) -> Bounds {
        let part = |x: f64| x / 100.0;
        Bounds::new(part(self.range.lo()), self.range.lo_open(), part(self.range.hi()), self.range.hi_open())
            .unwrap_or(self.range)
    }
}

impl Scale {
    /// Every term, row by row, from the least likely.
    pub fn terms(&self) -> &[Term] {
        &self.terms
    }

    /// The term of a word, whatever its case.
    pub fn lookup(&self, word: &str) -> Result<&Term, LikelihoodError> {
        let wanted = plain(word);
        self.terms.iter().find(|term| term.words.contains(&wanted)).ok_or_else(|| LikelihoodError::UnknownWord {
            word: word.to_owned(),
            scale: self.id.clone(),
            suggestion: nearest(&wanted, self.terms.iter().flat_map(|term| &term.words)),
        })
    }

    /// The terms whose range holds a probability (0 to 1): one of each row, two where ranges touch,
    /// none in a gap.
    pub fn terms_for(&self, probability: f64) -> Vec<&Term> {
        self.terms.iter().filter(|term| term.range.contains(probability * 100.0)).collect()
    }

    /// The word for a probability (0 to 1) in the scale's first row: the term whose range holds it, of two that touch there the one
    /// further from even; beyond the ends of the scale the last word. None in a gap, which has no word, and for what is no
    /// probability.
    pub fn word_for(&self, probability: f64) -> Option<&Term> {
        let row = self.rows.first()?;
        let terms = || self.terms.iter().filter(|term| term.row == *row);
        let (least, most) = terms()
            .fold((f64::INFINITY, f64::NEG_INFINITY), |(a, b), term| (a.min(term.range.lo()), b.max(term.range.hi())));
        let at = (0.0..=1.0).contains(&probability).then(|| (probability * 100.0).clamp(least, most))?;
        let from_even = |term: &&Term| ((term.range.lo() + term.range.hi()) / 2.0 - 50.0).abs();
        terms().filter(|term| term.range.contains(at)).max_by(|a, b| from_even(a).total_cmp(&from_even(b)))
    }

    /// Checks that the words used in one text come from one row. Words that the scale lacks are left
    /// to [`Scale::lookup`]; words that several rows share fit either.
    pub fn check_rows<'a>(&self, words: impl IntoIterator<Item = &'a str>) -> Result<(), MixedRows> {
        let mut used: Vec<(String, BTreeSet<&str>)> = Vec::new();
        for word in words {
            let wanted = plain(word);
            let rows: BTreeSet<&str> =
                self.terms.iter().filter(|term| term.words.contains(&wanted)).map(|term| term.row.as_str()).collect();
            if !rows.is_empty() {
                used.push((word.to_owned(), rows));
            }
        }
        let fits = |row: &String| used.iter().all(|(_, rows)| rows.contains(row.as_str()));
        if used.is_empty() || self.rows.iter().any(fits) {
            return Ok(());
        }
        let words =
            used.into_iter().map(|(word, rows)| (word, rows.into_iter().collect::<Vec<_>>().join(", "))).collect();
        Err(MixedRows { scale: self.id.clone(), words })
    }
}

/// Words from rows that one text must not mix.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("words from different rows of {scale} are mixed: {}; keep to one row", self.listed())]
pub struct MixedRows {
    /// The scale.
    pub scale: String,
    /// Each word used, with its row.
    pub words: Vec<(String, String)>,
}

impl MixedRows {
    fn listed(&self) -> String {
        let listed: Vec<String> = self.words.iter().map(|(word, row)| format!("\"{word}\" ({row})")).collect();
        listed.join(", ")
    }
}

/// What is wrong with a likelihood word or table.
#[derive(Debug, Error)]
pub enum LikelihoodError {
    /// The scale lacks the word.
    #[error("\"{word}\" is no likelihood word of {scale}; did you mean \"{suggestion}\"?")]
    UnknownWord {
        /// The word given.
        word: String,
        /// The scale asked.
        scale: String,
        /// The nearest word of the scale.
        suggestion: String,
    },
    /// There is no such scale.
    #[error("there is no likelihood scale `{id}`; did you mean `{suggestion}`?")]
    UnknownScale {
        /// The name given.
        id: String,
        /// The nearest name.
        suggestion: String,
    },
    /// The table is not TOML of the expected form.
    #[error("the likelihood table cannot be read: {0}")]
    Toml(#[from] toml::de::Error),
    /// The table contradicts itself.
    #[error("likelihood scale `{scale}`: {problem}")]
    Unsound {
        /// The scale.
        scale: String,
        /// What is wrong.
        problem: String,
    },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    scale: Vec<Scale>,
}

static BUILTIN: LazyLock<Likelihoods> = LazyLock::new(|| {
    Likelihoods::from_toml(include_str!("likelihood.toml"))
        .unwrap_or_else(|error| unreachable!("the built-in likelihood table is sound: {error}"))
});

impl Likelihoods {
    /// ICD 203 and the PHIA yardstick.
    pub fn builtin() -> &'static Self {
        &BUILTIN
    }

    /// A table from the text of a TOML file.
    pub fn from_toml(text: &str) -> Result<Self, LikelihoodError> {
        let File { scale: scales } = toml::from_str(text)?;
        for scale in &scales {
            check(scale)?;
            if scales.iter().filter(|other| other.id == scale.id).count() > 1 {
                return Err(unsound(scale, "two scales have this name"));
            }
        }
        Ok(Self { scales })
    }

    /// Every scale.
    pub fn scales(&self) -> &[Scale] {
        &self.scales
    }

    /// The scale of that name.
    pub fn scale(&self, id: &str) -> Result<&Scale, LikelihoodError> {
        let wanted = plain(id);
        self.scales.iter().find(|scale| scale.id == wanted).ok_or_else(|| LikelihoodError::UnknownScale {
            id: id.to_owned(),
            suggestion: nearest(&wanted, self.scales.iter().map(|scale| &scale.id)),
        })
    }

    /// Every meaning of a word, scale by scale: a source seldom says which scale it follows.
    pub fn meanings(&self, word: &str) -> Vec<(&Scale, &Term)> {
        self.scales.iter().filter_map(|scale| scale.lookup(word).ok().map(|term| (scale, term))).collect()
    }
}

fn check(scale: &Scale) -> Result<(), LikelihoodError> {
    for term in &scale.terms {
        if !scale.rows.contains(&term.row) {
            return Err(unsound(scale, &format!("\"{}\" is in no listed row", term.word())));
        }
        if term.words.is_empty() || term.words.iter().any(|word| *word != plain(word) || word.is_empty()) {
            return Err(unsound(scale, "words are written in lower case with single spaces"));
        }
        if term.range.lo() < 0.0 || term.range.hi() > 100.0 {
            return Err(unsound(scale, &format!("\"{}\" lies outside 0 to 100 per cent", term.word())));
        }
        let same_row = |other: &&Term| other.row == term.row;
        let clash = |other: &&Term| other.words.iter().any(|word| term.words.contains(word));
        if scale.terms.iter().filter(same_row).filter(clash).count() > 1 {
            return Err(unsound(scale, &format!("\"{}\" has two ranges in one row", term.word())));
        }
    }
    Ok(())
}

fn unsound(scale: &Scale, problem: &str) -> LikelihoodError {
    LikelihoodError::Unsound { scale: scale.id.clone(), problem: problem.to_owned() }
}

/// Lower case, single spaces.
fn plain(text: &str) -> String {
    text.split_whitespace().map(str::to_lowercase).collect::<Vec<_>>().join(" ")
}

fn nearest<'a>(wanted: &str, known: impl Iterator<Item = &'a String>) -> String {
    let likeness = |candidate: &String| strsim::normalized_damerau_levenshtein(wanted, candidate);
    known.max_by(|a, b| likeness(a).total_cmp(&likeness(b))).cloned().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn scale(id: &str) -> &'static Scale {
        Likelihoods::builtin().scale(id).unwrap()
    }

    #[test]
    fn the_tables_are_those_of_the_standards() {
        let ranges = |id: &str, row: &str| -> Vec<(String, String)> {
            let terms = scale(id).terms().iter().filter(|term| term.row == row);
            terms.map(|term| (term.word().to_owned(), term.per_cent().to_string())).collect()
        };
        let first = ranges("icd-203", "likelihood");
        let second = ranges("icd-203", "probability");
        assert_eq!(first.len(), 7);
        assert!(first.iter().zip(&second).all(|((_, a), (_, b))| a == b), "both rows name the same ranges");
        assert_eq!(first[2], ("unlikely".to_owned(), "[20, 45]".to_owned()));
        assert_eq!(ranges("phia", "yardstick").len(), 7);
        assert_eq!(scale("phia").lookup("realistic possibility").unwrap().per_cent().to_string(), "[40, 50)");
    }

    #[test]
    fn words_are_found_whatever_their_case() {
        let term = scale("icd-203").lookup("Almost  Certainly").unwrap();
        assert_eq!((term.word(), term.row.as_str()), ("almost certain", "likelihood"));
        assert_eq!(term.probability().to_string(), "[0.95, 0.99]");
    }

    #[test]
    fn one_word_may_mean_two_ranges() {
        let meanings = Likelihoods::builtin().meanings("unlikely");
        let shown: Vec<String> = meanings.iter().map(|(s, t)| format!("{} {}", s.id, t.per_cent())).collect();
        assert_eq!(shown, ["icd-203 [20, 45]", "phia [25, 35]"]);
    }

    #[test]
    fn unknown_words_get_a_suggestion() {
        let error = scale("phia").lookup("remote chanse").unwrap_err().to_string();
        assert_eq!(error, "\"remote chanse\" is no likelihood word of phia; did you mean \"remote chance\"?");
        let error = Likelihoods::builtin().scale("icd203").unwrap_err().to_string();
        assert!(error.contains("did you mean `icd-203`"), "{error}");
    }

    #[test]
    fn mixing_rows_is_flagged() {
        let icd = scale("icd-203");
        assert!(icd.check_rows(["likely", "very unlikely", "no such word"]).is_ok());
        let mixed = icd.check_rows(["likely", "highly improbable"]).unwrap_err();
        assert_eq!(
            mixed.to_string(),
            "words from different rows of icd-203 are mixed: \"likely\" (likelihood), \"highly improbable\" (probability); keep to one row"
        );
        assert!(scale("phia").check_rows(["likely", "probable"]).is_ok(), "one row with two words");
        assert!(icd.check_rows([]).is_ok());
    }

    #[test]
    fn probabilities_find_their_words_and_gaps_have_none() {
        let words = |id: &str, p: f64| scale(id).terms_for(p).iter().map(|t| t.word().to_owned()).collect::<Vec<_>>();
        assert_eq!(words("icd-203", 0.7), ["likely", "probable"]);
        assert!(words("phia", 0.07).is_empty());
        assert!(words("phia", 0.5).is_empty());
        assert!(words("phia", f64::NAN).is_empty());
    }

    #[test]
    fn every_probability_has_a_word() {
        let word = |id: &str, p: f64| scale(id).word_for(p).map(Term::word);
        assert_eq!(word("icd-203", 0.7), Some("likely"));
        assert_eq!(word("icd-203", 0.8), Some("very likely"));
        assert_eq!(word("icd-203", 0.0), Some("almost no chance"));
        assert_eq!(word("icd-203", 1.0), Some("almost certain"));
        assert_eq!(word("phia", 0.07), None, "a gap has no word");
        assert_eq!(word("phia", 1.5), None);
    }

    #[test]
    fn unsound_tables_are_refused() {
        let table = |rows: &str, term: &str| {
            Likelihoods::from_toml(&format!(
                "[[scale]]\nid='x'\ntitle='x'\npublisher='x'\nabout='x'\nrows={rows}\n[[scale.term]]\n{term}"
            ))
        };
        assert!(table("['a']", "row='a'\nwords=['likely']\nrange='[55, 80]'").is_ok());
        assert!(table("['a']", "row='b'\nwords=['likely']\nrange='[55, 80]'").is_err());
        assert!(table("['a']", "row='a'\nwords=['Likely']\nrange='[55, 80]'").is_err());
        assert!(table("['a']", "row='a'\nwords=[]\nrange='[55, 80]'").is_err());
        assert!(table("['a']", "row='a'\nwords=['likely']\nrange='[55, 180]'").is_err());
        assert!(table("['a']", "row='a'\nwords=['likely']\nrange='[80, 55]'").is_err());
        assert!(Likelihoods::from_toml("scale = 3").is_err());
    }

    proptest! {
        #[test]
        fn any_word_is_found_or_refused(word in "\\PC*") {
            let _ = scale("icd-203").lookup(&word);
        }
    }
}
