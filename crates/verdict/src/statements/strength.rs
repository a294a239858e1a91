//! The size of a group, by a model of all that other sources estimate.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use casefile_case::atomic;
use casefile_measure::strength::{self as measured, Estimates, months, reach};
use casefile_model::claim::Claim;
use casefile_model::date::Edtf;
use casefile_model::quantity::{Computed, Draws};
use casefile_stats::strength::{Answer, Estimate, Months, Posterior, Priors, Record, Settings, StrengthError, fit};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::{besides, exact, judged, untestable, voices};
use crate::examine::{Examiner, Fault};
use crate::finding::{Finding, Reason, Value, Verdict};
use crate::words::{number, percent};

/// How long a posterior is sampled for a verdict: a third as long as `casefile measure strength` does. The Monte Carlo error that
/// this leaves is told.
const CHAINS: u32 = 2;
const WARMUP: usize = 300;
const KEPT: usize = 400;

/// A question to the posterior.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Question {
    /// Mean strength over some months.
    Strength(Months),
    /// Mean strength over some months, over that in others.
    Ratio(Months, Months),
    /// Recruits a month, all who left a month, and recruits for each who left.
    Renewal(Months),
}

/// What the posterior answers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Reply {
    /// One for each quantity of the question.
    pub answers: Vec<Answer>,
    /// Draws of each, where a claim is set against it.
    pub draws: Vec<Vec<f64>>,
    /// The greatest R-hat.
    r_hat: f64,
    /// The fewest effective draws.
    effective: f64,
}

impl Reply {
    fn of(posterior: &Posterior, question: Question) -> Result<Self, StrengthError> {
        let (answers, draws) = match question {
            Question::Strength(at) => (vec![posterior.strength(at)?], vec![posterior.draws_of_strength(at)?]),
            Question::Ratio(at, than) => {
                (vec![posterior.compare(at, than)?.ratio], vec![posterior.draws_of_ratio(at, than)?])
            }
            Question::Renewal(over) => {
                let found = posterior.regeneration(over)?;
                let [recruits, replacement] = posterior.draws_of_renewal(over)?;
                (vec![found.recruits, found.exits, found.replacement], vec![recruits, Vec::new(), replacement])
            }
        };
        let diagnostics = posterior.diagnostics();
        let effective = diagnostics.bulk.1.min(diagnostics.tail.1).max(1.0);
        Ok(Self { answers, draws, r_hat: diagnostics.r_hat.1, effective })
    }
}

/// Posteriors of one run: claims that rest on the same statements share one. Replies are kept in the case's own cache, by the
/// fingerprint of all that they rest on, so that a second run need not sample.
#[derive(Default)]
pub(crate) struct Posteriors {
    sampled: Mutex<BTreeMap<String, Arc<Result<Posterior, String>>>>,
    kept: Option<PathBuf>,
}

impl Posteriors {
    /// Keeps replies in that folder.
    pub(crate) fn kept_in(folder: PathBuf) -> Self {
        Self { kept: Some(folder), ..Self::default() }
    }

    fn reply(&self, record: &Record, settings: &Settings, question: Question) -> Result<Reply, String> {
        let model = format!("{} {record:?} {settings:?}", env!("CARGO_PKG_VERSION"));
        let file =
            self.kept.as_ref().map(|folder| folder.join(format!("{}.json", hash(&format!("{model} {question:?}")))));
        if let Some(kept) = file.as_ref().and_then(|file| std::fs::read(file).ok())
            && let Ok(reply) = serde_json::from_slice(&kept)
        {
            return Ok(reply);
        }
        let posterior = self.posterior(hash(&model), record, settings);
        let posterior = posterior.as_ref().as_ref().map_err(Clone::clone)?;
        let reply = Reply::of(posterior, question).map_err(|error| error.to_string())?;
        // A number read from text may differ in its last digit, so what is kept is what is answered, the first time too.
        let json = serde_json::to_vec(&reply).map_err(|error| error.to_string())?;
        if let Some(file) = file {
            // A cache that cannot be written is a cache that is not there.
            let folder = file.parent().map(std::fs::create_dir_all);
            if matches!(folder, Some(Ok(()))) {
                let _ = atomic::write(&file, &json);
            }
        }
        serde_json::from_slice(&json).map_err(|error| error.to_string())
    }

    fn posterior(&self, key: String, record: &Record, settings: &Settings) -> Arc<Result<Posterior, String>> {
        let mut sampled = self.sampled.lock().unwrap_or_else(PoisonError::into_inner);
        let sample = || {
            let priors = Priors::for_record(record).map_err(|error| error.to_string())?;
            fit(record, &priors, settings).map_err(|error| error.to_string())
        };
        Arc::clone(sampled.entry(key).or_insert_with(|| Arc::new(sample())))
    }
}

fn hash(text: &str) -> String {
    Sha256::digest(text.as_bytes()).iter().take(16).map(|byte| format!("{byte:02x}")).collect()
}

pub(super) fn check(
    examiner: &Examiner<'_>,
    claim: &Claim,
    actor: &str,
    quantity: &str,
    at: &Edtf,
    before: Option<&Edtf>,
) -> Result<Finding, Fault> {
    let Some(says) = &claim.says else {
        return Ok(untestable(claim, Reason::NoData, "the claim does not say how many"));
    };
    let (Some(at), than) = (months(at), before.map(months)) else {
        return Ok(untestable(claim, Reason::Precision, "a strength needs months with a beginning and an end"));
    };
    let (question, asked) = match than {
        None => (Question::Strength(at), vec![at]),
        Some(Some(than)) => (Question::Ratio(at, than), vec![at, than]),
        Some(None) => {
            return Ok(untestable(claim, Reason::Precision, "a strength needs months with a beginning and an end"));
        }
    };
    let asked = match Asked::of(examiner, claim, actor, quantity, asked) {
        Ok(asked) => asked,
        Err(why) => return Ok(untestable(claim, Reason::NoData, why)),
    };
    let reply = match asked.reply(examiner, question) {
        Ok(reply) => reply,
        Err(why) => return Ok(untestable(claim, Reason::Precision, why)),
    };
    let answer = &reply.answers[0];
    if !answer.informed {
        return Ok(untestable(claim, Reason::Precision, UNINFORMED));
    }
    let value = if before.is_some() { times(answer) } else { fighters(answer) };
    let draws = Draws::equal(reply.draws[0].iter().copied())?;
    let mut finding = judged(claim, says, &Computed::distribution(draws), &exact(), value);
    asked.tell(&mut finding, examiner, &reply);
    Ok(finding)
}

/// Why a figure of the model is not one of the estimates.
pub(super) const UNINFORMED: &str =
    "what other sources estimate tells nothing of that time: the figure would be the model's own assumption";

/// What a claim asks of the model: the record of a group without what goes back to the claim's own source.
pub(super) struct Asked {
    record: Record,
    statements: Vec<String>,
    notes: Vec<String>,
    /// Whether some estimate speaks of each of the times asked about; else the model carries over from others.
    spoken_of: bool,
}

impl Asked {
    /// # Errors
    /// Why there is nothing to ask.
    pub fn of(
        examiner: &Examiner<'_>,
        claim: &Claim,
        actor: &str,
        quantity: &str,
        asked: Vec<Months>,
    ) -> Result<Self, String> {
        let case = examiner.case;
        let on_it = |id: &str| case.estimate(id).is_some_and(|e| e.actor == actor && e.quantity == quantity);
        let others = besides(case, claim, |envelope| on_it(&envelope.id));
        let found = measured::estimates(&others, actor, quantity, &[], false);
        let statements = found.coded.iter().map(|coded| coded.statement.clone()).collect();
        let none = "no other source of the case gives an estimate that says of when it holds";
        let model = span_of_model(case.period.as_ref(), &found, &asked).ok_or(none)?;
        let estimates: Vec<Estimate> = found.coded.iter().map(|coded| coded.estimate.clone()).collect();
        let meets = |a: Months, b: Months| a.from <= b.to && b.from <= a.to;
        let spoken_of = asked.iter().all(|at| estimates.iter().any(|estimate| meets(estimate.months, *at)));
        let (losses, notes) = recorded(examiner, actor, model);
        let record = Record { months: model, estimates, losses, departures: Vec::new(), shocks: Vec::new() };
        Ok(Self { record, statements, notes, spoken_of })
    }

    /// # Errors
    /// Why the model does not answer.
    pub fn reply(&self, examiner: &Examiner<'_>, question: Question) -> Result<Reply, String> {
        let seed = examiner.case.seed;
        let settings = Settings { chains: CHAINS, warmup: WARMUP, draws: KEPT, seed, ..Settings::default() };
        examiner.posteriors.reply(&self.record, &settings, question)
    }

    /// What stands behind a figure of the model. A figure for a time that no estimate speaks of is carried over from other times,
    /// and settles nothing.
    pub fn tell(&self, finding: &mut Finding, examiner: &Examiner<'_>, reply: &Reply) {
        if !self.spoken_of {
            carried_over(finding);
        }
        finding.voices = voices(examiner.case, self.statements.iter().map(String::as_str));
        for voice in &mut finding.voices {
            voice.stance = "taken in".to_owned();
            if let Some(estimate) = examiner.case.estimate(&voice.statement) {
                voice.says = format!("{} {}", estimate.value.phrase(), estimate.unit);
            }
        }
        let error = finding.probability.map_or_else(String::new, |p| {
            format!("; Monte Carlo error of the probability {}", percent((p * (1.0 - p) / reply.effective).sqrt()))
        });
        finding.notes.push(format!(
            "Posterior with {} effective draws at least, R-hat at most {}{error}.",
            number(reply.effective.floor()),
            number((reply.r_hat * 1000.0).round() / 1000.0)
        ));
        finding.notes.extend(self.notes.iter().cloned());
    }
}

fn carried_over(finding: &mut Finding) {
    let verdict = match finding.verdict {
        Verdict::Supported => Verdict::Consistent,
        Verdict::Contradicted => Verdict::Mixed,
        other => other,
    };
    if verdict != finding.verdict {
        (finding.verdict, finding.reason) = (verdict, Reason::Precision);
        finding.because += "; but no other source estimates that very time, so that the model carries over from others";
    }
}

/// The months of the estimates, those asked for, and those of the case's period as far as they lie between: so that most claims
/// of a case share one model.
fn span_of_model(period: Option<&Edtf>, found: &Estimates, asked: &[Months]) -> Option<Months> {
    let reach = reach(found)?;
    let period = period.and_then(months);
    let from = asked.iter().map(|months| months.from.plus(-1)).chain(period.map(|p| p.from)).min();
    let to = asked.iter().map(|months| months.to).chain(period.map(|p| p.to)).max();
    Some(Months::new(from.map_or(reach.from, |from| from.min(reach.from)), to.map_or(reach.to, |to| to.max(reach.to))))
}

/// The group's recorded losses, where the data know it; and what is to be told of them.
fn recorded(
    examiner: &Examiner<'_>,
    actor: &str,
    model: Months,
) -> (Vec<casefile_stats::strength::Losses>, Vec<String>) {
    match examiner.recorded(measured::Question::about(actor).losses(model), model, None) {
        Err(why) => (Vec::new(), vec![format!("Without recorded losses: {why}")]),
        Ok(found) => (found.losses, vec![format!("Recorded losses: {}.", found.source)]),
    }
}

fn fighters(answer: &Answer) -> Value {
    let q = answer.posterior;
    let round = |x: f64| number(round2(x));
    Value {
        best: Some(q.q50),
        low: Some(q.q05),
        high: Some(q.q95),
        unit: "fighters".to_owned(),
        display: format!("{} fighters ({}–{})", round(q.q50), round(q.q05), round(q.q95)),
    }
}

pub(super) fn times(answer: &Answer) -> Value {
    let q = answer.posterior;
    let two = |x: f64| number((x * 100.0).round() / 100.0);
    Value {
        best: Some(q.q50),
        low: Some(q.q05),
        high: Some(q.q95),
        unit: "ratio".to_owned(),
        display: format!("×{} (×{}–×{})", two(q.q50), two(q.q05), two(q.q95)),
    }
}

/// To two digits: more would feign a precision that the model does not have.
pub(super) fn round2(x: f64) -> f64 {
    if x <= 0.0 {
        return 0.0;
    }
    let unit = 10_f64.powf(x.log10().floor() - 1.0);
    (x / unit).round() * unit
}

#[cfg(test)]
mod tests {
    use super::super::tests::{claimed, small};
    use super::*;

    #[test]
    fn fighters_are_told_to_two_digits() {
        assert_eq!([1234.0, 987.0, 56.4, 0.0].map(round2), [1200.0, 990.0, 56.0, 0.0]);
    }

    #[test]
    fn what_is_carried_over_settles_nothing() {
        let case = small(&(claimed("two", "kind = \"strength\", actor = \"a\", at = \"2020\"")));
        let claim = case.claim("claim").unwrap();
        for (verdict, reason, expected) in [
            (Verdict::Supported, Reason::Figure, (Verdict::Consistent, Reason::Precision)),
            (Verdict::Contradicted, Reason::Figure, (Verdict::Mixed, Reason::Precision)),
            (Verdict::Mixed, Reason::Precision, (Verdict::Mixed, Reason::Precision)),
        ] {
            let mut finding = Finding::new(claim, verdict, reason, String::new());
            carried_over(&mut finding);
            assert_eq!((finding.verdict, finding.reason), expected, "{verdict:?}");
        }
    }

    #[test]
    fn a_reply_is_kept_and_read_again() {
        let folder = tempfile::tempdir().unwrap();
        let kept = folder.path().join("strength");
        let year = Months::year(2020);
        let estimates = vec![Estimate {
            source: "x".into(),
            months: year,
            reading: casefile_stats::strength::Reading::between(900.0, 1100.0),
        }];
        let record = Record { months: year, estimates, losses: vec![], departures: vec![], shocks: vec![] };
        let settings = Settings { chains: 2, warmup: 100, draws: 100, seed: 1, ..Settings::default() };
        let ask = || Posteriors::kept_in(kept.clone()).reply(&record, &settings, Question::Strength(year));
        let first = ask();
        let Ok(first) = first else { return assert!(first.unwrap_err().contains("chains"), "too short to agree") };
        let files: Vec<_> = std::fs::read_dir(&kept).unwrap().collect();
        assert_eq!(files.len(), 1);
        assert_eq!(ask().unwrap(), first, "read from the file");
        std::fs::write(files[0].as_ref().unwrap().path(), "spoiled").unwrap();
        assert_eq!(ask().unwrap(), first, "sampled again");
    }
}
