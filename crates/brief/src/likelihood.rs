//! `:likelihood{…}`: the chance that a kept forecast gives an event, in the word of the case's yardstick, with its number.

use std::ops::Range;

use casefile_forecast::Month;
use casefile_forecast::ledger::{Issue, Kind, Unit};
use casefile_forecast::model::NAMES;
use casefile_verdict::outlook::{any, country_of, disagreement, yardstick};

use crate::body::unknown;
use crate::context::Context;
use crate::directive::{Attributes, Word};
use crate::figure::exceedance::per_cent;
use crate::figures::forecast::days;
use crate::html::escape;
use crate::slip::Slip;

const KEYS: [&str; 3] = ["at-least", "in", "model"];

/// What is asked: the months and the deaths.
struct Asked {
    unit: u32,
    threshold: u32,
    months: (Month, Month),
    model: Option<String>,
}

/// The word and the number. With a word of the analyst's, that word, if the forecast does not contradict it.
pub(crate) fn draw(
    context: &Context<'_>,
    words: Option<&Word>,
    of: &Attributes,
    at: &Range<usize>,
) -> Result<String, Vec<Slip>> {
    let asked = read(context, of, at)?;
    let holds = |issue: &Issue| issue.unit(asked.unit).is_some_and(|unit| unit.reaches(asked.months));
    let found = context.input.forecasts.latest(asked.model.as_deref(), Kind::Country, holds);
    let Some((issue, unit)) = found.and_then(|issue| Some((issue, issue.unit(asked.unit)?))) else {
        let slip = Slip::new("no-forecast", at.clone(), "the case keeps no forecast of this country for these months");
        return Err(vec![slip.help("`casefile forecast CASE --accept` makes one; or leave the likelihood out")]);
    };
    let chance = any(unit, asked.months, asked.threshold);
    if let Some(words) = words
        && let Some(why) = disagreement(context.input.case, &words.text, chance)
    {
        let slip = Slip::new("word-disagrees", words.at.clone(), why);
        let help = "write `:likelihood{…}` without a word to have it from the number; or say why you know better, without the directive";
        return Err(vec![slip.help(help)]);
    }
    Ok(html(context, words.map(|word| word.text.as_str()), &asked, (issue, unit), chance))
}

fn html(
    context: &Context<'_>,
    word: Option<&str>,
    asked: &Asked,
    (issue, unit): (&Issue, &Unit),
    (least, most): (f64, f64),
) -> String {
    let number =
        if most - least < 0.005 { per_cent(least) } else { format!("{} to {}", per_cent(least), per_cent(most)) };
    let of_scale = yardstick(context.input.case).and_then(|scale| scale.word_for((least + most) / 2.0));
    let word = word.or(of_scale.map(casefile_model::likelihood::Term::word));
    let (first, last) = asked.months;
    let when = if first == last {
        days(first).words()
    } else {
        format!("a month of {} to {}", days(first).words(), days(last).words())
    };
    let title = format!(
        "Chance of at least {} deaths in {when}, {}: {number}; base rate {} a month. Forecast {}, made {}.",
        asked.threshold,
        unit.name,
        per_cent(unit.base(asked.threshold)),
        issue.id,
        issue.made_on
    );
    let shown = word.map_or_else(|| number.clone(), |word| format!("{} ({number})", escape(word)));
    format!("<span class=\"likelihood\" title=\"{}\">{shown}</span>", escape(&title))
}

fn read(context: &Context<'_>, of: &Attributes, at: &Range<usize>) -> Result<Asked, Vec<Slip>> {
    let mut slips = Vec::new();
    for (key, _) in of.pairs.iter().filter(|(key, _)| !KEYS.contains(&key.text.as_str())) {
        slips.push(
            Slip::new("unknown-key", key.at.clone(), format!("`likelihood` has no key `{}`", key.text))
                .one_of(&key.text, KEYS),
        );
    }
    let case = context.input.case;
    let unit = match of.words.as_slice() {
        [word] => match case.place(&word.text) {
            Some(place) => country_of(place).or_else(|| {
                let slip = Slip::new("wrong-kind", word.at.clone(), format!("`{}` is no country", word.text));
                slips.push(slip.expected("a place of kind \"country\", by its English name"));
                None
            }),
            None => {
                let known = case.places.iter().map(|place| place.id.as_str());
                slips.push(unknown(context, "place", word, known));
                None
            }
        },
        _ => {
            let slip = Slip::new("directive", at.clone(), "`:likelihood` names one country");
            slips.push(slip.expected(":likelihood{place at-least=25 in=2021-03}"));
            None
        }
    };
    let mut value = |key: &str, expected: &str| {
        let word = of.get(key);
        if word.is_none() {
            slips.push(
                Slip::new("missing-key", at.clone(), format!("`likelihood` needs `{key}`"))
                    .expected(format!("{key}={expected}")),
            );
        }
        word
    };
    let (least, months) = (value("at-least", "25"), value("in", "2021-03"));
    let threshold = least.and_then(|word| {
        let number = word.text.parse().ok().filter(|n| *n >= 1);
        if number.is_none() {
            slips.push(
                Slip::new("unknown-word", word.at.clone(), format!("`{}` is no number of deaths", word.text))
                    .expected("a whole number from 1"),
            );
        }
        number
    });
    let months = months.and_then(|word| {
        let read = self::months(&word.text);
        if read.is_none() {
            slips.push(
                Slip::new("bad-date", word.at.clone(), format!("`{}` is no month", word.text))
                    .expected("a month or months, such as 2021-03 or 2021-03/2021-06"),
            );
        }
        read
    });
    let model = of.get("model").inspect(|word| {
        if !NAMES.contains(&word.text.as_str()) {
            slips.push(
                Slip::new("unknown-word", word.at.clone(), format!("there is no model `{}`", word.text))
                    .one_of(&word.text, NAMES),
            );
        }
    });
    let model = model.map(|word| word.text.clone());
    match (unit, threshold, months) {
        (Some(unit), Some(threshold), Some(months)) if slips.is_empty() => Ok(Asked { unit, threshold, months, model }),
        _ => Err(slips),
    }
}

/// A month, or the first and last of several.
fn months(text: &str) -> Option<(Month, Month)> {
    let (first, last) = text.split_once('/').unwrap_or((text, text));
    let (first, last) = (first.parse().ok()?, last.parse().ok()?);
    (first <= last).then_some((first, last))
}
