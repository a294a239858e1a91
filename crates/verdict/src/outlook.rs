//! Forecasts in words, scored: what a source's word commits it to, what came, and where a model of the case says otherwise.
//!
//! A word stands for the range that the case's yardstick gives it (ICD 203 or PHIA), and is scored by the middle of that range
//! with Brier's rule. Words of mere possibility have no range and no score. A forecast that names no date or measure cannot be
//! shown to be wrong: as stated it is *unfalsifiable*, and what is scored is the case's reading of it.
//!
//! *Sources:* Brier (1950), Verification of forecasts expressed in terms of probability; Mandel and Barnes (2014), Accuracy of
//! forecasts in strategic intelligence, for the scoring of words by the middle of their range; Fréchet (1951) for the bounds on the
//! chance of any of several events.

use casefile_case::Case;
use casefile_case::place::Place;
use casefile_forecast::ledger::{Issue, Kind, Ledger, Outcome, Unit};
use casefile_forecast::{Month, country};
use casefile_model::likelihood::{Likelihoods, Scale};
use casefile_model::statement::{Each, Forecast, Foreseen};
use jiff::civil::Date;
use serde::Serialize;
use sha2::{Digest, Sha256};

/// A forecast of a source with what became of it.
#[derive(Debug, Clone, Serialize)]
pub struct Told<'a> {
    /// The statement.
    #[serde(skip)]
    pub forecast: &'a Forecast,
    /// Its identifier.
    pub id: &'a str,
    /// The source's word.
    pub word: Option<&'a str>,
    /// Its range as probabilities, where the yardstick gives it one; a number is its own range.
    pub range: Option<(f64, f64)>,
    /// How it stands.
    pub standing: Standing,
    /// What the source leaves open: as stated it cannot be shown to be wrong.
    pub lacks: Vec<&'static str>,
    /// What came, where it is known.
    pub outcome: Option<Came>,
}

/// How a forecast in words stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Standing {
    /// It names no date or measure, and the case reads none into it.
    Unfalsifiable,
    /// The data at hand do not tell yet.
    Open,
    /// It came.
    Came,
    /// It did not come.
    DidNotCome,
}

impl Standing {
    /// In words.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Unfalsifiable => "unfalsifiable",
            Self::Open => "open",
            Self::Came => "came",
            Self::DidNotCome => "did not come",
        }
    }
}

/// What came of a forecast in words.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Came {
    /// Squared error of the middle of the word's range, 0 to 1; none where the word has no range.
    pub brier: Option<f64>,
    /// The same of the base rate.
    pub base_brier: f64,
    /// How often it came before, in stretches of the same length: the base rate, with half a stretch of each kind added.
    pub base: f64,
    /// Whether what came lies on the side of even to which the word leans.
    pub as_leaned: Option<bool>,
    /// The figures, year by year or month by month.
    pub figures: Vec<String>,
    /// The data.
    pub data: String,
}

/// Every forecast of a case, in the order of the files.
#[must_use]
pub fn all<'a>(case: &'a Case, ledger: &Ledger) -> Vec<Told<'a>> {
    case.forecasts.iter().map(|forecast| told(case, ledger, forecast)).collect()
}

/// A forecast with what the ledger knows of it.
#[must_use]
pub fn told<'a>(case: &'a Case, ledger: &Ledger, forecast: &'a Forecast) -> Told<'a> {
    let range = range(case, forecast);
    let asked = asked(forecast);
    let outcome = ledger.outcome.iter().find(|one| one.forecast == forecast.envelope.id && one.asked == asked);
    let standing = match (forecast.measure, outcome) {
        (None, _) => Standing::Unfalsifiable,
        (Some(_), Some(outcome)) if outcome.came => Standing::Came,
        (Some(_), Some(outcome)) if outcome.over => Standing::DidNotCome,
        (Some(_), _) => Standing::Open,
    };
    let settled = matches!(standing, Standing::Came | Standing::DidNotCome);
    Told {
        forecast,
        id: &forecast.envelope.id,
        word: forecast.envelope.hedge.as_deref(),
        range,
        standing,
        lacks: forecast.lacks.iter().map(|lack| lack.name()).collect(),
        outcome: outcome.filter(|_| settled).map(|outcome| came(range, forecast.envelope.negated, outcome)),
    }
}

fn came(range: Option<(f64, f64)>, negated: bool, outcome: &Outcome) -> Came {
    // "Unlikely that not" is not read here: a denied forecast says that it will not come.
    let said = range.map(|(low, high)| if negated { 1.0 - (low + high) / 2.0 } else { (low + high) / 2.0 });
    let is = f64::from(u8::from(outcome.came));
    let base = (f64::from(outcome.base.0) + 0.5) / (f64::from(outcome.base.1) + 1.0);
    let square = |chance: f64| (chance - is) * (chance - is);
    Came {
        brier: said.map(square),
        base_brier: square(base),
        base,
        as_leaned: said.map(|said| (said > 0.5) == outcome.came),
        figures: outcome.figures.clone(),
        data: format!("{} {}", outcome.data.dataset, outcome.data.version).trim().to_owned(),
    }
}

/// The scale that a case reads words by.
#[must_use]
pub fn yardstick(case: &Case) -> Option<&'static Scale> {
    Likelihoods::builtin().scale(&case.yardstick).ok()
}

/// The range of a word in the case's yardstick, else in any other that knows it.
#[must_use]
pub fn range_of(case: &Case, word: &str) -> Option<(f64, f64)> {
    let own = yardstick(case).and_then(|scale| scale.lookup(word).ok());
    let term = own.or_else(|| Likelihoods::builtin().meanings(word).first().map(|(_, term)| *term))?;
    let range = term.probability();
    Some((range.lo(), range.hi()))
}

fn range(case: &Case, forecast: &Forecast) -> Option<(f64, f64)> {
    match forecast.probability {
        Some(number) => Some((number, number)),
        None => range_of(case, forecast.envelope.hedge.as_deref()?),
    }
}

/// How words have fared: one row for each word with settled forecasts.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Reliability {
    /// The word.
    pub word: String,
    /// Settled forecasts that use it.
    pub n: usize,
    /// The middle of its range.
    pub said: f64,
    /// How often they came.
    pub came: usize,
    /// Their mean Brier score.
    pub brier: f64,
    /// That of the base rate.
    pub base_brier: f64,
}

/// What words meant when they were used.
#[must_use]
pub fn reliability(told: &[Told<'_>]) -> Vec<Reliability> {
    let mut rows: Vec<Reliability> = Vec::new();
    for one in told {
        let (Some(word), Some((low, high)), Some(came)) = (one.word, one.range, &one.outcome) else { continue };
        let Some(brier) = came.brier else { continue };
        let at = rows.iter().position(|row| row.word == word).unwrap_or_else(|| {
            rows.push(Reliability {
                word: word.to_owned(),
                n: 0,
                said: (low + high) / 2.0,
                came: 0,
                brier: 0.0,
                base_brier: 0.0,
            });
            rows.len() - 1
        });
        let row = &mut rows[at];
        row.n += 1;
        row.came += usize::from(one.standing == Standing::Came);
        row.brier += (brier - row.brier) / row.n as f64;
        row.base_brier += (came.base_brier - row.base_brier) / row.n as f64;
    }
    rows.sort_by(|a, b| b.said.total_cmp(&a.said));
    rows
}

/// Digest of what a forecast asks: place, measure, time. Words may be mended without losing the outcome.
#[must_use]
pub fn asked(forecast: &Forecast) -> String {
    let over = forecast.over.map_or(String::new(), |over| over.to_string());
    let Forecast { place, measure, actor, violence, at_least, each, .. } = forecast;
    let text = format!("{place:?} {measure:?} {actor:?} {violence:?} {at_least} {each:?} {over}");
    Sha256::digest(text.as_bytes()).iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}

/// The country that a place of the case is, by ViEWS' number.
#[must_use]
pub fn country_of(place: &Place) -> Option<u32> {
    place.country.iter().chain([&place.name]).find_map(|name| country(name))
}

/// The month that holds a day; none before January 1980.
#[must_use]
pub fn month_of(day: Date) -> Option<Month> {
    Month::of(u32::try_from(day.year()).ok()?, u32::try_from(day.month()).ok()?)
}

/// What the latest forecast of a model in the ledger says of the same event.
#[derive(Debug, Clone, PartialEq)]
pub struct Modelled<'a> {
    /// The forecast.
    pub issue: &'a Issue,
    /// Least and greatest chance: margins alone do not tell how months hang together.
    pub chance: (f64, f64),
}

/// The model's chance of what a forecast asks, where the ledger holds all its months.
#[must_use]
pub fn modelled<'a>(case: &Case, ledger: &'a Ledger, forecast: &Forecast) -> Option<Modelled<'a>> {
    let of_months = forecast.measure == Some(Foreseen::Deaths) && forecast.each == Each::Month;
    let state_based =
        forecast.violence.is_empty() || forecast.violence == [casefile_model::claim::Violence::StateBased];
    let span = forecast.over.filter(|_| of_months && state_based)?.stated();
    let unit = country_of(case.place(forecast.place.as_deref()?)?)?;
    let months = (month_of(span.start?)?, month_of(span.end?)?);
    let holds = |issue: &Issue| issue.unit(unit).is_some_and(|unit| unit.reaches(months));
    let issue = ledger.latest(None, Kind::Country, holds)?;
    Some(Modelled { issue, chance: any(issue.unit(unit)?, months, forecast.at_least) })
}

/// Bounds on the chance that any of some months passes a threshold.
#[must_use]
pub fn any(unit: &Unit, (first, last): (Month, Month), threshold: u32) -> (f64, f64) {
    let chances = (first.0..=last.0).filter_map(|month| Some(unit.ahead(Month(month))?.chance(threshold)));
    let (most, sum) = chances.fold((0.0, 0.0), |(most, sum): (f64, f64), chance| (most.max(chance), sum + chance));
    (most, sum.min(1.0))
}

/// Why a word disagrees with chances, where it does: the two ranges have nothing in common.
#[must_use]
pub fn disagreement(case: &Case, word: &str, (least, most): (f64, f64)) -> Option<String> {
    let (low, high) = range_of(case, word)?;
    // The ends of the scales stand for everything beyond them.
    let (low, high) = (if low <= 0.01 { 0.0 } else { low }, if high >= 0.99 { 1.0 } else { high });
    // Half a per cent is within what the ledger rounds away.
    let apart = most < low - 0.005 || least > high + 0.005;
    let told =
        if most - least < 0.005 { per_cent(least) } else { format!("{} to {}", per_cent(least), per_cent(most)) };
    let better = yardstick(case)
        .and_then(|scale| scale.word_for((least + most) / 2.0))
        .map(casefile_model::likelihood::Term::word);
    let better = better.map_or(String::new(), |word| format!(": \"{word}\""));
    apart.then(|| {
        format!("\"{word}\" means {} to {}, and the model's chance is {told}{better}", per_cent(low), per_cent(high))
    })
}

fn per_cent(chance: f64) -> String {
    format!("{:.0}%", chance * 100.0)
}

#[cfg(test)]
mod tests {
    use casefile_case::read_files;
    use casefile_forecast::ledger::Pin;

    use super::*;

    fn case(forecasts: &str) -> Case {
        let head = "[case]\nformat = 1\nid = \"x\"\ntitle = \"X\"\n[[source]]\nid = \"s\"\ntype = \"report\"\ntitle = \"S\"\nreliability = \"B\"\n\
                    [[place]]\nid = \"here\"\nname = \"Afghanistan\"\nkind = \"country\"\n";
        let loaded = read_files(&[("case.toml", &format!("{head}{forecasts}"))]);
        let said: Vec<String> = loaded.diagnostics.iter().map(ToString::to_string).collect();
        loaded.case.unwrap_or_else(|| panic!("{}", said.join("\n")))
    }

    fn forecast(id: &str, more: &str) -> String {
        format!("[[forecast]]\nid = {id:?}\ntext = \"T\"\nsource = \"s\"\n{more}\n")
    }

    const ASKS: &str = "place = \"here\"\nmeasure = \"deaths\"\nat-least = 25\nover = \"2022/2024\"\n";

    fn outcome(case: &Case, id: &str, came: bool) -> Outcome {
        Outcome {
            forecast: id.into(),
            asked: asked(case.forecast(id).unwrap()),
            data: Pin { dataset: "cy".into(), version: "25.1".into(), sha256: "00".into() },
            covered: "2022/2024".into(),
            came,
            over: true,
            figures: vec!["2022: 30".into()],
            base: (1, 7),
        }
    }

    #[test]
    fn words_are_scored_by_the_middle_of_their_range() {
        let likely = forecast("a", &format!("hedge = \"likely\"\n{ASKS}"));
        let could = forecast("b", &format!("hedge = \"could\"\n{ASKS}"));
        let vague = forecast("c", "hedge = \"likely\"\nlacks = [\"date\", \"measure\"]\n");
        let open = forecast("d", &format!("probability = 0.9\n{ASKS}"));
        let case = case(&[likely, could, vague, open].concat());
        let mut ledger = Ledger::default();
        ledger.settle(outcome(&case, "a", false));
        ledger.settle(outcome(&case, "b", true));
        let told = all(&case, &ledger);
        let standings: Vec<&str> = told.iter().map(|one| one.standing.words()).collect();
        assert_eq!(standings, ["did not come", "came", "unfalsifiable", "open"]);
        let a = told[0].outcome.as_ref().unwrap();
        assert!((a.brier.unwrap() - 0.675 * 0.675).abs() < 1e-12 && a.as_leaned == Some(false));
        assert!((a.base - 1.5 / 8.0).abs() < 1e-12);
        assert_eq!(told[1].outcome.as_ref().unwrap().brier, None, "a word of possibility has no number");
        assert_eq!(told[3].range, Some((0.9, 0.9)));
        let rows = reliability(&told);
        assert_eq!((rows.len(), rows[0].n, rows[0].came), (1, 1, 0));
        // Another question is not answered by the old outcome.
        let mut other = ledger.clone();
        other.outcome[0].asked = "else".into();
        assert_eq!(all(&case, &other)[0].standing, Standing::Open);
    }

    #[test]
    fn a_word_that_a_model_contradicts_is_told() {
        let case = case("");
        assert_eq!(disagreement(&case, "likely", (0.7, 0.7)), None);
        assert_eq!(disagreement(&case, "almost certain", (1.0, 1.0)), None);
        assert_eq!(disagreement(&case, "could", (0.0, 0.0)), None, "a word without a range cannot disagree");
        let said = disagreement(&case, "unlikely", (0.9, 0.9)).unwrap();
        assert_eq!(said, "\"unlikely\" means 20% to 45%, and the model's chance is 90%: \"very likely\"");
        assert!(disagreement(&case, "likely", (0.1, 0.4)).unwrap().contains("10% to 40%"));
        assert_eq!(
            disagreement(&case, "likely", (0.3, 0.9)),
            None,
            "bounds that reach into the range do not contradict it"
        );
    }
}
