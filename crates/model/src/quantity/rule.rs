//! One rule of the phrase table: as written, checked, and made ready.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::QuantityKind;
use super::bounds::Bounds;
use super::number::Number;
use super::table::TableError;
use super::template::{Template, Values};

/// What part a rule plays in a phrase.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Form {
    /// A number with no hedge.
    Bare,
    /// A multiple with no hedge ("doubled").
    Fold,
    /// Two numbers ("between 60 and 80").
    Range,
    /// Words before or after a number ("around", "or so").
    Hedge,
    /// Words that are a quantity by themselves ("several", "almost every").
    Amount,
    /// An order of magnitude ("hundreds").
    Unit,
    /// A number in the plural ("20s").
    Decade,
    /// A part of a decade or an order ("low", "mid").
    Position,
    /// Parts of a whole ("a third").
    Fraction,
    /// Multiples ("doubled").
    Multiple,
    /// Losses of a part ("halved").
    Cut,
    /// Words for growth.
    Rise,
    /// Words for decline.
    Fall,
    /// How fast something changes ("sharply").
    Pace,
}

/// How wide a hedge is at a number: its round step, kept within these limits.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tolerance {
    /// Least tolerance, as a part of the number.
    pub floor: f64,
    /// Greatest tolerance, as a part of the number.
    pub cap: f64,
    /// Least tolerance for a count, in units.
    pub least: f64,
}

impl Tolerance {
    pub(super) fn is_sound(self) -> bool {
        self.floor >= 0.0
            && self.cap >= self.floor
            && self.cap.is_finite()
            && self.least >= 0.0
            && self.least.is_finite()
    }

    pub(super) fn at(self, number: Number, kind: QuantityKind) -> f64 {
        let least = if kind == QuantityKind::Count { self.least } else { 0.0 };
        number.step().clamp(self.floor * number.value, self.cap * number.value).max(least)
    }
}

/// Rules of a case, laid over the built-in ones: a rule of the same name is changed field by field,
/// a new name is a new rule. Also the form of the whole table as a file.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Overrides {
    /// Tolerance of hedges that state none.
    pub tolerance: Option<Tolerance>,
    /// References that rules name.
    pub sources: BTreeMap<String, String>,
    /// The rules.
    pub rule: Vec<Rule>,
}

/// One rule of the table, as written.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct Rule {
    /// Unique name; appears in [`HedgedQuantity::rule`](super::HedgedQuantity::rule).
    pub name: String,
    /// What part the rule plays.
    pub form: Option<Form>,
    /// The words; for hedges those said before the number, for units the plural.
    pub words: Option<Vec<String>>,
    /// For hedges: words said after the number.
    pub after: Option<Vec<String>>,
    /// For units: the word after a number ("two dozen").
    pub one: Option<Vec<String>>,
    /// For growth and decline: nouns ("increase").
    pub nouns: Option<Vec<String>>,
    /// For fractions, multiples and cuts: words with their values.
    pub values: Option<BTreeMap<String, f64>>,
    /// What is measured.
    pub kind: Option<QuantityKind>,
    /// For units: their value.
    pub value: Option<f64>,
    /// For units: where the next order starts.
    pub top: Option<f64>,
    /// For fractions and cuts: the step they are rounded to.
    pub step: Option<f64>,
    /// Strict bounds.
    pub strict: Option<String>,
    /// Pragmatic bounds.
    pub pragmatic: Option<String>,
    /// For amounts before a unit ("several hundred"): strict bounds of the number of units.
    pub times_strict: Option<String>,
    /// For amounts before a unit: pragmatic bounds of the number of units.
    pub times_pragmatic: Option<String>,
    /// For hedges: only loosens what it stands before, with no side of its own.
    pub approximates: Option<bool>,
    /// Whether the thing counted may follow.
    pub noun: Option<bool>,
    /// Tolerance, where it differs from the table's.
    pub tolerance: Option<Tolerance>,
    /// The reasoning behind the bounds.
    pub why: Option<String>,
    /// Keys of the references that bear the reasoning out.
    pub sources: Option<Vec<String>>,
}

impl Rule {
    /// Takes over every field that `patch` gives.
    pub(super) fn overlay(&mut self, patch: &Self) {
        let patch = patch.clone();
        self.form = patch.form.or(self.form);
        self.kind = patch.kind.or(self.kind);
        self.value = patch.value.or(self.value);
        self.top = patch.top.or(self.top);
        self.step = patch.step.or(self.step);
        self.approximates = patch.approximates.or(self.approximates);
        self.noun = patch.noun.or(self.noun);
        self.tolerance = patch.tolerance.or(self.tolerance);
        replace(&mut self.words, patch.words);
        replace(&mut self.after, patch.after);
        replace(&mut self.one, patch.one);
        replace(&mut self.nouns, patch.nouns);
        replace(&mut self.values, patch.values);
        replace(&mut self.strict, patch.strict);
        replace(&mut self.pragmatic, patch.pragmatic);
        replace(&mut self.times_strict, patch.times_strict);
        replace(&mut self.times_pragmatic, patch.times_pragmatic);
        replace(&mut self.why, patch.why);
        replace(&mut self.sources, patch.sources);
    }
}

fn replace<T>(field: &mut Option<T>, patch: Option<T>) {
    if patch.is_some() {
        *field = patch;
    }
}

/// A rule made ready.
#[derive(Debug, Clone)]
pub(super) struct Ready {
    pub name: String,
    pub kind: QuantityKind,
    pub strict: Template,
    pub pragmatic: Template,
    pub times: Option<(Bounds, Bounds)>,
    pub approximates: bool,
    pub noun: bool,
    pub tolerance: Tolerance,
    pub value: f64,
    pub top: f64,
    pub step: f64,
    /// For fractions, multiples and cuts: the value of each of their words.
    pub values: Vec<f64>,
}

impl Ready {
    /// Strict and pragmatic bounds of a rule whose bounds depend on no number.
    pub fn fixed(&self) -> Option<(Bounds, Bounds)> {
        let nothing = Values { n: 0.0, t: 0.0, e: 0.0, w: 0.0 };
        Some((self.strict.at(&nothing)?, self.pragmatic.at(&nothing)?))
    }

    /// Strict and pragmatic bounds at a number that spans `w`.
    pub fn spanning(&self, n: f64, w: f64) -> Option<(Bounds, Bounds)> {
        let values = Values { n, t: 0.0, e: 0.0, w };
        Some((self.strict.at(&values)?, self.pragmatic.at(&values)?))
    }

    /// What the templates of this rule may use at a number.
    pub fn values(&self, number: Number, kind: QuantityKind) -> Values {
        let n = number.value;
        if n.is_infinite() {
            return Values { n, t: n, e: n, w: n };
        }
        Values { n, t: self.tolerance.at(number, kind), e: (number.unit / 2.0).min(n / 8.0), w: 0.0 }
    }
}

pub(super) fn unsound(rule: &str, problem: &str) -> TableError {
    TableError::Rule { rule: rule.to_owned(), problem: problem.to_owned() }
}

/// Checks a rule and makes it ready.
pub(super) fn prepare(rule: &Rule, source: &Overrides, tolerance: Tolerance) -> Result<Ready, TableError> {
    let fail = |problem: &str| unsound(&rule.name, problem);
    let form = rule.form.ok_or_else(|| fail("`form` is missing"))?;
    if source.rule.iter().filter(|other| other.name == rule.name).count() > 1 {
        return Err(fail("two rules have this name"));
    }
    if rule.why.as_ref().is_none_or(|why| why.trim().is_empty()) {
        return Err(fail("`why` is missing: say what speaks for the bounds"));
    }
    if let Some(unknown) = rule.sources.iter().flatten().find(|key| !source.sources.contains_key(*key)) {
        return Err(fail(&format!("source `{unknown}` is not listed under [sources]")));
    }
    let needs_bounds = !matches!(form, Form::Fraction | Form::Multiple | Form::Cut | Form::Rise | Form::Fall);
    let template = |text: &Option<String>, field: &str| match text {
        Some(text) => Template::parse(text)
            .ok_or_else(|| fail(&format!("`{field}` = \"{text}\" is no interval such as \"[n - t, n + t]\""))),
        None if needs_bounds => Err(fail(&format!("`{field}` is missing"))),
        None => Template::parse("[0, inf)").ok_or_else(|| fail("no bounds")),
    };
    let tolerance = rule.tolerance.unwrap_or(tolerance);
    if !tolerance.is_sound() {
        return Err(fail("the tolerance needs 0 ≤ floor ≤ cap and least ≥ 0"));
    }
    let values: Vec<f64> = rule.values.iter().flat_map(BTreeMap::values).copied().collect();
    if values.iter().any(|value| !(value.is_finite() && *value > 0.0)) {
        return Err(fail("every value must be a positive number"));
    }
    let kind = rule.kind.unwrap_or(if form == Form::Pace { QuantityKind::Ratio } else { QuantityKind::Count });
    let ready = Ready {
        name: rule.name.clone(),
        kind,
        strict: template(&rule.strict, "strict")?,
        pragmatic: template(&rule.pragmatic, "pragmatic")?,
        times: times(rule)?,
        approximates: rule.approximates.unwrap_or(false),
        noun: rule.noun.unwrap_or(true),
        tolerance,
        value: rule.value.unwrap_or(1.0),
        top: rule.top.unwrap_or(10.0),
        step: rule.step.unwrap_or(1.0),
        values,
    };
    check_bounds(&ready, form)?;
    Ok(ready)
}

fn times(rule: &Rule) -> Result<Option<(Bounds, Bounds)>, TableError> {
    let (Some(strict), Some(pragmatic)) = (&rule.times_strict, &rule.times_pragmatic) else { return Ok(None) };
    let read = |text: &str| text.parse::<Bounds>().map_err(|error| unsound(&rule.name, &error.to_string()));
    let (strict, pragmatic) = (read(strict)?, read(pragmatic)?);
    if !pragmatic.is_within(&strict) || strict.lo() < 0.0 {
        return Err(unsound(&rule.name, "`times-pragmatic` must lie within `times-strict`, and neither below zero"));
    }
    Ok(Some((strict, pragmatic)))
}

/// Tries the bounds of a rule on what it will meet: never empty, the pragmatic within the strict.
fn check_bounds(ready: &Ready, form: Form) -> Result<(), TableError> {
    let fail = |problem: &str| unsound(&ready.name, problem);
    if !(ready.value > 0.0 && ready.top > ready.value && ready.step > 0.0 && ready.top.is_finite()) {
        return Err(fail("`value`, `top` and `step` must be positive, and `top` beyond `value`"));
    }
    let (strict, pragmatic) = match form {
        Form::Amount | Form::Pace => ready.fixed(),
        Form::Unit => ready.spanning(ready.value, ready.top - ready.value),
        Form::Position | Form::Decade => ready.spanning(20.0, 10.0),
        _ => {
            let values = ready.values(Number::whole(60.0), QuantityKind::Count);
            ready.strict.at(&values).zip(ready.pragmatic.at(&values))
        }
    }
    .ok_or_else(|| fail("no number lies within its bounds"))?;
    if !pragmatic.is_within(&strict) {
        return Err(fail(&format!("the pragmatic bounds {pragmatic} reach beyond the strict bounds {strict}")));
    }
    if form == Form::Pace && !strict.is_within(&Bounds::closed(1.0, f64::INFINITY).map_err(|e| fail(&e.to_string()))?) {
        return Err(fail("a pace is a factor of 1 or more"));
    }
    if form == Form::Amount && !strict.is_within(&ready.kind.domain()) {
        return Err(fail(&format!("a {} lies within {}", ready.kind, ready.kind.domain())));
    }
    Ok(())
}
