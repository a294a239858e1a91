//! The phrase table: rules as data, checked once, indexed by their words.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use thiserror::Error;

use super::error::PhraseError;
use super::lexicon::{Found, Lexicon};
use super::number::number_words;
use super::rule::{Form, Overrides, Ready, Rule, Tolerance, prepare, unsound};
use super::token::{Token, lex};

/// What is wrong with a phrase table.
#[derive(Debug, Error)]
pub enum TableError {
    /// Not TOML of the expected form.
    #[error("the phrase table cannot be read: {0}")]
    Toml(#[from] toml::de::Error),
    /// A rule is not sound.
    #[error("rule `{rule}`: {problem}")]
    Rule {
        /// Name of the rule.
        rule: String,
        /// What is wrong.
        problem: String,
    },
    /// A part that every table needs is absent.
    #[error("no rule has the form `{0:?}`")]
    Missing(Form),
    /// The table's tolerance is not sound.
    #[error("the tolerance needs 0 ≤ floor ≤ cap and least ≥ 0")]
    Tolerance,
}

/// The phrase table, ready for reading phrases.
#[derive(Debug, Clone)]
pub struct PhraseTable {
    source: Overrides,
    pub(super) ready: Vec<Ready>,
    pub(super) hedges: Lexicon,
    pub(super) hedges_after: Lexicon,
    pub(super) amounts: Lexicon,
    pub(super) units: Lexicon,
    pub(super) unit_ones: Lexicon,
    pub(super) positions: Lexicon,
    pub(super) fractions: Lexicon,
    pub(super) multiples: Lexicon,
    pub(super) cuts: Lexicon,
    pub(super) rises: Lexicon,
    pub(super) rise_nouns: Lexicon,
    pub(super) falls: Lexicon,
    pub(super) fall_nouns: Lexicon,
    pub(super) paces: Lexicon,
    pub(super) bare: usize,
    pub(super) fold: usize,
    pub(super) range: usize,
    pub(super) decade: usize,
    pub(super) plain_pace: usize,
    /// Every word of the table and of the grammar, for suggestions.
    pub(super) vocabulary: BTreeSet<String>,
    /// Words that never name a thing counted.
    pub(super) reserved: BTreeSet<String>,
    /// Long words for numbers and orders, whose misspellings are caught.
    magnitudes: Vec<String>,
    /// Phrases that can be read, for suggestions.
    pub(super) known: Vec<String>,
}

static BUILTIN: LazyLock<PhraseTable> = LazyLock::new(|| {
    PhraseTable::from_toml(include_str!("phrases.toml"))
        .unwrap_or_else(|error| unreachable!("the built-in phrase table is sound: {error}"))
});

/// Words of the grammar itself.
const GRAMMAR: &[&str] = &[
    "between", "from", "to", "and", "or", "either", "by", "of", "out", "in", "the", "a", "an", "per", "cent",
    "percent", "fold", "times", "factor", "half", "as", "pc",
];

/// Words of the grammar that never name a thing counted.
const CONNECTIVES: &[&str] = &[
    "between", "from", "to", "and", "or", "either", "by", "cent", "percent", "fold", "times", "not", "but", "out",
    "than", "then", "as", "with", "plus", "longer", "higher", "lower", "larger", "smaller", "greater", "fewer", "less",
    "more",
];

/// Shorter words are too like others ("scores", "stores") for misspellings to be told.
const LONG_WORD: usize = 7;

impl PhraseTable {
    /// The table that comes with the library.
    pub fn builtin() -> &'static Self {
        &BUILTIN
    }

    /// A table from the text of a TOML file.
    pub fn from_toml(text: &str) -> Result<Self, TableError> {
        Self::from_source(toml::from_str(text)?)
    }

    /// This table with the rules of a case laid over it.
    pub fn with_overrides(&self, overrides: &Overrides) -> Result<Self, TableError> {
        let mut source = self.source.clone();
        source.tolerance = overrides.tolerance.or(source.tolerance);
        source.sources.extend(overrides.sources.clone());
        for patch in &overrides.rule {
            match source.rule.iter_mut().find(|rule| rule.name == patch.name) {
                Some(rule) => rule.overlay(patch),
                None => source.rule.push(patch.clone()),
            }
        }
        Self::from_source(source)
    }

    /// This table with overrides from the text of a TOML file.
    pub fn with_overrides_toml(&self, text: &str) -> Result<Self, TableError> {
        self.with_overrides(&toml::from_str(text)?)
    }

    /// Reads a phrase.
    pub fn parse(&self, phrase: &str) -> Result<super::HedgedQuantity, PhraseError> {
        super::parse::parse(self, phrase)
    }

    /// Every rule as written, with its reasoning.
    pub fn rules(&self) -> &[Rule] {
        &self.source.rule
    }

    /// The rule of that name.
    pub fn rule(&self, name: &str) -> Option<&Rule> {
        self.source.rule.iter().find(|rule| rule.name == name)
    }

    /// The references that rules name, by key.
    pub fn sources(&self) -> &BTreeMap<String, String> {
        &self.source.sources
    }

    fn from_source(source: Overrides) -> Result<Self, TableError> {
        let tolerance = source.tolerance.unwrap_or(Tolerance { floor: 0.1, cap: 0.25, least: 1.0 });
        if !tolerance.is_sound() {
            return Err(TableError::Tolerance);
        }
        let ready: Vec<Ready> =
            source.rule.iter().map(|rule| prepare(rule, &source, tolerance)).collect::<Result<_, _>>()?;
        let only =
            |form: Form| source.rule.iter().position(|rule| rule.form == Some(form)).ok_or(TableError::Missing(form));
        let plain_pace = source
            .rule
            .iter()
            .position(|rule| rule.form == Some(Form::Pace) && rule.words.as_ref().is_none_or(Vec::is_empty))
            .ok_or(TableError::Missing(Form::Pace))?;
        let mut table = Self {
            ready,
            hedges: Lexicon::default(),
            hedges_after: Lexicon::default(),
            amounts: Lexicon::default(),
            units: Lexicon::default(),
            unit_ones: Lexicon::default(),
            positions: Lexicon::default(),
            fractions: Lexicon::default(),
            multiples: Lexicon::default(),
            cuts: Lexicon::default(),
            rises: Lexicon::default(),
            rise_nouns: Lexicon::default(),
            falls: Lexicon::default(),
            fall_nouns: Lexicon::default(),
            paces: Lexicon::default(),
            bare: only(Form::Bare)?,
            fold: only(Form::Fold)?,
            range: only(Form::Range)?,
            decade: only(Form::Decade)?,
            plain_pace,
            vocabulary: GRAMMAR.iter().copied().chain(number_words()).map(str::to_owned).collect(),
            reserved: CONNECTIVES.iter().copied().chain(number_words()).map(str::to_owned).collect(),
            magnitudes: number_words().filter(|word| word.len() >= LONG_WORD).map(str::to_owned).collect(),
            known: Vec::new(),
            source,
        };
        for at in 0..table.source.rule.len() {
            table.index(at)?;
        }
        Ok(table)
    }

    /// Files the words of one rule under the roles they play.
    fn index(&mut self, at: usize) -> Result<(), TableError> {
        let rule = self.source.rule.get(at).cloned().unwrap_or_default();
        let Some(form) = rule.form else { return Ok(()) };
        let words = rule.words.unwrap_or_default();
        for text in &words {
            match form {
                Form::Hedge => self.file(|t| &mut t.hedges, text, at, 0, "{} 60")?,
                Form::Amount => self.file(|t| &mut t.amounts, text, at, 0, "{}")?,
                Form::Unit => self.file(|t| &mut t.units, text, at, 0, "{}")?,
                Form::Position => self.file(|t| &mut t.positions, text, at, 0, "{} hundreds")?,
                Form::Rise => self.file(|t| &mut t.rises, text, at, 0, "{}")?,
                Form::Fall => self.file(|t| &mut t.falls, text, at, 0, "{}")?,
                Form::Pace => self.file(|t| &mut t.paces, text, at, 0, "increased {}")?,
                _ => return Err(unsound(&rule.name, "takes no `words`")),
            }
        }
        for text in &rule.after.unwrap_or_default() {
            self.file(|t| &mut t.hedges_after, text, at, 0, "60 {}")?;
        }
        for text in &rule.one.unwrap_or_default() {
            self.file(|t| &mut t.unit_ones, text, at, 0, "several {}")?;
        }
        for text in &rule.nouns.unwrap_or_default() {
            match form {
                Form::Rise => self.file(|t| &mut t.rise_nouns, text, at, 0, "an {}")?,
                _ => self.file(|t| &mut t.fall_nouns, text, at, 0, "an {}")?,
            }
        }
        for (value, text) in rule.values.unwrap_or_default().keys().enumerate() {
            match form {
                Form::Fraction => self.file(|t| &mut t.fractions, text, at, value, "{}")?,
                Form::Multiple => self.file(|t| &mut t.multiples, text, at, value, "{}")?,
                _ => self.file(|t| &mut t.cuts, text, at, value, "{}")?,
            }
        }
        Ok(())
    }

    fn file(
        &mut self,
        role: fn(&mut Self) -> &mut Lexicon,
        text: &str,
        rule: usize,
        value: usize,
        known: &str,
    ) -> Result<(), TableError> {
        let name = self.ready.get(rule).map_or_else(String::new, |ready| ready.name.clone());
        let form = self.source.rule.get(rule).and_then(|rule| rule.form).unwrap_or(Form::Amount);
        let tokens = lex(text).map_err(|_| unsound(&name, &format!("`{text}` holds an odd number")))?;
        let words: Vec<String> = tokens.iter().filter_map(Token::key).collect();
        if words.is_empty() || words.len() != tokens.len() {
            return Err(unsound(&name, &format!("`{text}` must be words without digits")));
        }
        self.known.push(known.replace("{}", text));
        self.vocabulary.extend(words.iter().cloned());
        let names_things = matches!(form, Form::Pace | Form::Rise | Form::Fall);
        if let [word] = words.as_slice()
            && word.chars().count() > 1
            && !names_things
        {
            self.reserved.insert(word.clone());
            if form == Form::Unit && word.len() >= LONG_WORD {
                self.magnitudes.push(word.clone());
            }
        }
        role(self).add(words, rule, value).map_err(|other| {
            let other = self.ready.get(other).map_or("another", |ready| ready.name.as_str());
            unsound(&name, &format!("`{text}` is already a phrase of rule `{other}`"))
        })
    }

    /// Whether a word may name a thing counted. A misspelt magnitude may not: in "tens of thosands" it
    /// would silently cost three zeros.
    pub(super) fn may_name(&self, word: &str) -> bool {
        // A word much shorter or longer is no misspelling, and the comparison is not cheap.
        let near_length = |known: &&String| known.len().abs_diff(word.len()) <= 2;
        let is_misspelt = |known: &String| strsim::normalized_damerau_levenshtein(word, known) >= 0.8;
        !self.reserved.contains(word) && !self.magnitudes.iter().filter(near_length).any(is_misspelt)
    }

    /// The value of a word of a rule that gives several.
    pub(super) fn value_of(&self, found: Found) -> Option<f64> {
        self.ready.get(found.rule)?.values.get(found.value).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_says_why_and_its_references_exist() {
        let table = PhraseTable::builtin();
        assert!(table.rules().len() > 50);
        for rule in table.rules() {
            assert!(rule.why.as_ref().is_some_and(|why| why.len() > 6), "{}", rule.name);
        }
        for key in table.sources().keys() {
            let used = table.rules().iter().any(|rule| rule.sources.iter().flatten().any(|used| used == key));
            assert!(used, "reference {key} bears nothing out");
        }
    }

    #[test]
    fn a_case_may_change_a_rule_and_add_one() {
        let table = PhraseTable::builtin()
            .with_overrides_toml(
                r#"
                [[rule]]
                name = "many"
                pragmatic = "[100, inf)"
                why = "In this case attacks are counted by the hundred."

                [[rule]]
                name = "company"
                form = "amount"
                words = ["a company of"]
                strict = "[60, 250]"
                pragmatic = "[80, 200]"
                why = "Size of an infantry company."
                "#,
            )
            .unwrap();
        assert_eq!(table.parse("many").unwrap().pragmatic().to_string(), "[100, inf)");
        assert_eq!(table.parse("many").unwrap().strict().to_string(), "[3, inf)");
        assert_eq!(table.parse("a company of fighters").unwrap().rule(), "company");
        assert!(PhraseTable::builtin().parse("a company of fighters").is_err());
    }

    #[test]
    fn unsound_rules_are_refused_with_their_name() {
        let cases = [
            ("name = 'x'\nform = 'amount'\nwhy = 'w'", "`strict` is missing"),
            (
                "name = 'x'\nform = 'amount'\nwords = ['foo']\nstrict = '[1, 2]'\npragmatic = '[1, 2]'",
                "`why` is missing",
            ),
            ("name = 'many'\npragmatic = '[1, 2]'", "reach beyond the strict bounds"),
            ("name = 'many'\nstrict = 'lots'", "no interval"),
            ("name = 'many'\nsources = ['nobody']", "not listed under [sources]"),
            ("name = 'many'\nwords = ['several']", "already a phrase of rule"),
            ("name = 'many'\nwords = ['route 66']", "without digits"),
            ("name = 'most'\nstrict = '(0.5, 7]'", "a share lies within [0, 1]"),
            ("name = 'tens'\nvalue = -1", "must be positive"),
        ];
        for (rule, expected) in cases {
            let error =
                PhraseTable::builtin().with_overrides_toml(&format!("[[rule]]\n{rule}")).unwrap_err().to_string();
            assert!(error.contains(expected), "{rule}: {error}");
        }
        assert!(PhraseTable::builtin().with_overrides_toml("[[rule]]\nnmae = 'x'").is_err());
        assert!(PhraseTable::builtin().with_overrides_toml("[tolerance]\nfloor = 2\ncap = 1\nleast = 0").is_err());
        assert!(matches!(PhraseTable::from_toml(""), Err(TableError::Missing(_))));
    }
}
