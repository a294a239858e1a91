//! Reads single values by the kind that the vocabulary says, and words what is wrong with those that are not.

use casefile_model::date::{DateError, Edtf};
use casefile_model::likelihood::{Likelihoods, Scale};
use casefile_model::place::Point;
use casefile_model::quantity::{PhraseError, PhraseTable};
use toml::de::{DeInteger, DeValue};

use super::record::Value;
use super::report::{At, Finding};
use super::suggest::nearest;
use crate::vocabulary::{Form, Kind, words};

/// Why a value is not of the kind that its key asks for.
#[derive(Debug)]
pub(crate) enum Problem {
    /// Another type of TOML value; the mend, where it is plain.
    Type {
        found: &'static str,
        mend: Option<String>,
    },
    /// Text without a letter.
    Blank,
    /// Text that lacks a fixed form.
    Form {
        text: String,
        form: &'static Form,
    },
    /// A word outside a closed list.
    Word {
        text: String,
        nearest: Option<String>,
    },
    /// A number outside its limits.
    Range(String),
    Date(DateError),
    Quantity(PhraseError),
    Point(String),
}

impl Problem {
    /// The finding about the value of `key` at a place.
    pub fn finding(self, kind: &Kind, key: &str, at: At) -> Finding {
        let expected = kind.describe();
        match self {
            Self::Type { found, mend } => {
                Finding::error("wrong-type", at, format!("`{key}` is {found}")).expected(expected).maybe_help(mend)
            }
            Self::Blank => Finding::error("blank", at, format!("`{key}` is blank"))
                .expected(expected)
                .help(format!("leave `{key}` out where there is nothing to say")),
            Self::Form { text, form } => Finding::error("wrong-form", at, format!("{text:?} is no value for `{key}`"))
                .expected(form.what)
                .maybe_help(reformed(&text, form).map(|text| format!("write {text:?}"))),
            Self::Word { text, nearest } => {
                Finding::error("unknown-word", at, format!("{text:?} is no value for `{key}`"))
                    .expected(expected)
                    .maybe_help(nearest.map(|word| format!("write {word:?}")))
            }
            Self::Range(number) => {
                let newer = key == "format" && number.parse::<i64>().is_ok_and(|number| number > 1);
                Finding::error("out-of-range", at, format!("{number} is no value for `{key}`"))
                    .expected(expected)
                    .maybe_help(
                        newer.then(|| "the case was written for a newer casefile: bring yours up to date".to_owned()),
                    )
            }
            Self::Date(error) => {
                let message = format!("{:?} is not an EDTF date: {}", error.input, error.problem);
                Finding::error("bad-date", at, message).expected(expected).maybe_help(date_help(&error))
            }
            Self::Quantity(error) => {
                let suggestion = error.suggestion.as_ref().map(|phrase| format!("write {phrase:?}"));
                let message = PhraseError { suggestion: None, ..error }.to_string();
                Finding::error("unknown-phrase", at, message).expected(expected).maybe_help(suggestion)
            }
            Self::Point(message) => Finding::error("bad-point", at, message).expected(expected),
        }
    }
}

fn date_help(error: &DateError) -> Option<String> {
    let written: Vec<String> = error.suggestions.iter().map(|date| format!("\"{date}\"")).collect();
    (!written.is_empty()).then(|| format!("write {}", written.join(" or ")))
}

/// The text in the form, where plain means bring it there.
fn reformed(text: &str, form: &Form) -> Option<String> {
    let trimmed = text.trim();
    let candidate = if *form == words::ID {
        let hyphened: String =
            trimmed.to_lowercase().chars().map(|c| if c.is_alphanumeric() { c } else { '-' }).collect();
        hyphened.trim_matches('-').to_owned()
    } else if *form == words::DOI {
        trimmed.get(trimmed.find("10.")?..)?.to_owned()
    } else if *form == words::URL && trimmed.contains('.') && !trimmed.contains("://") {
        format!("https://{trimmed}")
    } else if *form == words::WIKIDATA {
        format!("Q{}", trimmed.trim_start_matches(['Q', 'q']))
    } else if *form == words::PATH {
        trimmed.replace('\\', "/")
    } else {
        trimmed.to_lowercase()
    };
    (candidate != text && (form.admits)(&candidate)).then_some(candidate)
}

/// Reads a value that is neither list nor table.
pub(crate) fn read(kind: &Kind, value: &DeValue<'_>, phrases: &PhraseTable) -> Result<Value, Problem> {
    match (kind, value) {
        (Kind::Int(least, most), DeValue::Integer(number)) => whole(number, *least, *most),
        (Kind::Float(least, most), DeValue::Integer(_) | DeValue::Float(_)) => match number(value) {
            Some(number) if (*least..=*most).contains(&number) && number.is_finite() => Ok(Value::Float(number)),
            _ => Err(Problem::Range(shown(value))),
        },
        (Kind::Bool, DeValue::Boolean(truth)) => Ok(Value::Bool(*truth)),
        (Kind::Point, DeValue::Array(_)) => point(value),
        (Kind::Numbers, DeValue::Table(numbers)) => {
            match numbers.values().find(|item| number(item.get_ref()).is_none()) {
                Some(other) => Err(Problem::Type { found: found(other.get_ref()), mend: None }),
                None => Ok(Value::Numbers),
            }
        }
        (Kind::Labels(words), DeValue::Table(labels)) => {
            let mut labels = labels
                .iter()
                .map(|(name, word)| match word.get_ref() {
                    DeValue::String(word) if words.contains(&word.as_ref()) => {
                        Ok((name.get_ref().to_string(), word.to_string()))
                    }
                    DeValue::String(word) => Err(unlisted(word, words.iter().copied())),
                    other => Err(Problem::Type { found: found(other), mend: None }),
                })
                .collect::<Result<Vec<_>, _>>()?;
            labels.sort();
            Ok(Value::Labels(labels))
        }
        (kind, DeValue::String(text)) if is_textual(kind) => textual(kind, text, phrases),
        _ => Err(Problem::Type { found: found(value), mend: mend(kind, value, phrases) }),
    }
}

fn is_textual(kind: &Kind) -> bool {
    matches!(
        kind,
        Kind::Text
            | Kind::Word(_)
            | Kind::NewId
            | Kind::Id(_)
            | Kind::Date
            | Kind::Quantity
            | Kind::Hedge
            | Kind::OneOf(_)
    )
}

fn textual(kind: &Kind, text: &str, phrases: &PhraseTable) -> Result<Value, Problem> {
    if text.trim().is_empty() {
        return Err(Problem::Blank);
    }
    let formed = |form: &'static Form| {
        let fits = (form.admits)(text);
        if fits { Ok(Value::Text(text.to_owned())) } else { Err(Problem::Form { text: text.to_owned(), form }) }
    };
    match kind {
        Kind::Date => Edtf::parse(text).map(Value::Date).map_err(Problem::Date),
        Kind::Quantity => phrases.parse(text).map(Value::Quantity).map_err(Problem::Quantity),
        Kind::NewId | Kind::Id(_) => formed(&words::ID),
        Kind::Word(form) => formed(form),
        Kind::OneOf(list) if !list.contains(&text) => Err(unlisted(text, list.iter().copied())),
        Kind::Hedge if !is_hedge(text) => Err(unlisted(text, hedges())),
        _ => Ok(Value::Text(text.to_owned())),
    }
}

fn unlisted<'a>(text: &str, list: impl IntoIterator<Item = &'a str>) -> Problem {
    Problem::Word { text: text.to_owned(), nearest: nearest(text.trim(), list).map(str::to_owned) }
}

/// Words of likelihood with a range, and words of modality without one.
pub(crate) fn hedges() -> impl Iterator<Item = &'static str> {
    let terms = Likelihoods::builtin().scales().iter().flat_map(Scale::terms);
    terms.flat_map(|term| &term.words).map(String::as_str).chain(words::MODALITIES)
}

fn is_hedge(text: &str) -> bool {
    let plain = text.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase();
    hedges().any(|word| word == plain)
}

fn whole(number: &DeInteger<'_>, least: i64, most: i64) -> Result<Value, Problem> {
    match i64::from_str_radix(number.as_str(), number.radix()) {
        Ok(number) if (least..=most).contains(&number) => Ok(Value::Int(number)),
        _ => Err(Problem::Range(number.to_string())),
    }
}

fn number(value: &DeValue<'_>) -> Option<f64> {
    match value {
        DeValue::Float(number) => number.as_str().parse().ok(),
        DeValue::Integer(number) => i64::from_str_radix(number.as_str(), number.radix()).ok().map(|n| n as f64),
        _ => None,
    }
}

fn point(value: &DeValue<'_>) -> Result<Value, Problem> {
    let numbers: Vec<Option<f64>> = value.as_array().into_iter().flatten().map(|item| number(item.get_ref())).collect();
    match numbers[..] {
        [Some(latitude), Some(longitude)] => Point::new(latitude, longitude)
            .map(|_| Value::Point(latitude, longitude))
            .map_err(|error| Problem::Point(error.to_string())),
        _ => Err(Problem::Point("a point has two numbers".to_owned())),
    }
}

/// What stands there, as a message puts it.
fn found(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "text",
        DeValue::Integer(_) | DeValue::Float(_) => "a number",
        DeValue::Boolean(_) => "true or false",
        DeValue::Datetime(_) => "a TOML date without quotes",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}

/// The value as it would be written, shortened to its type where that is long.
pub(crate) fn shown(value: &DeValue<'_>) -> String {
    match value {
        DeValue::String(text) => format!("{text:?}"),
        DeValue::Integer(number) => number.to_string(),
        DeValue::Float(number) => number.to_string(),
        DeValue::Boolean(truth) => truth.to_string(),
        DeValue::Datetime(date) => date.to_string(),
        DeValue::Array(_) | DeValue::Table(_) => found(value).to_owned(),
    }
}

/// How to write the same value so that it has the right type, where that is plain.
fn mend(kind: &Kind, value: &DeValue<'_>, phrases: &PhraseTable) -> Option<String> {
    match (kind, value) {
        (kind, DeValue::Integer(_) | DeValue::Float(_) | DeValue::Boolean(_) | DeValue::Datetime(_))
            if is_textual(kind) =>
        {
            let text = shown(value);
            textual(kind, &text, phrases).is_ok().then(|| format!("write it in quotes: \"{text}\""))
        }
        (Kind::Int(..) | Kind::Float(..), DeValue::String(text)) if text.trim().parse::<f64>().is_ok() => {
            Some(format!("write it without quotes: {}", text.trim()))
        }
        (Kind::Bool, DeValue::String(text)) if matches!(text.trim(), "true" | "false") => {
            Some(format!("write it without quotes: {}", text.trim()))
        }
        (Kind::List(_), DeValue::String(text)) => Some(format!("write it as a list: [{text:?}]")),
        (Kind::Tables(_), DeValue::Table(_)) => Some("write its header in double brackets: [[…]]".to_owned()),
        (Kind::Table(_), DeValue::Array(_)) => Some("write its header in single brackets: […]".to_owned()),
        (kind, DeValue::Array(items)) if is_textual(kind) && items.len() == 1 => {
            let only = items.first().map(|item| shown(item.get_ref()))?;
            Some(format!("write it without brackets: {only}"))
        }
        _ => None,
    }
}
