//! Events that lead to further events.

use casefile_measure::contagion::{ContagionError, Settings, over_time};
use casefile_model::claim::{Measure, Selection};
use casefile_model::quantity::Computed;
use casefile_stats::hawkes::Estimate;

use super::ranking::as_far_as;
use super::ruling::Ruling;
use super::{Stop, Task, by_day, must_be_complete, window};
use crate::bearing::Bears;
use crate::examine::Unanswered;
use crate::finding::{Finding, Reason, Value, Verdict};
use crate::judge::judge;
use crate::terms::unbroken;
use crate::words::{self, counted, number, percent};

/// Steps of the background: one rate, a quarter each, a month each, of a year.
const BACKGROUNDS: [usize; 3] = [1, 4, 12];
/// Fewest days of a step.
const SHORTEST: i32 = 28;
/// Longest span from which a day is drawn, and how often.
const MAX_DAYS: u32 = 3;
const DRAWS: u64 = 5;
/// Residuals less likely than this are not explained by the fit.
const UNEXPLAINED: f64 = 0.05;
/// Up to this branching ratio there is as good as no contagion.
const AS_GOOD_AS_NONE: f64 = 0.1;

/// What the fits say.
struct Fitted {
    branching: Estimate,
    /// Whether a background explains the events as well without contagion.
    alone: bool,
    /// Whether the timing is explained.
    explained: bool,
}

impl Task<'_, '_> {
    pub(super) fn contagion(&self, of: &Selection) -> Result<Finding, Stop> {
        let asked = self.examiner.ask(of, window(of))?;
        by_day(&asked)?;
        unbroken(&asked, &[asked.window])?;
        must_be_complete(asked.coverage, "contagion needs complete data: the missing events are links of the chain")?;
        let bears = Bears { excused: None, ..self.examiner.bears(&asked, of) };
        let mut inquiry = self.examiner.inquiry(&asked);
        let events = inquiry.observations(&asked.filter, &asked.window)?;
        let days = asked.window.days().unwrap_or(0);
        let fits = |steps: &usize| *steps == 1 || i64::from(days) >= i64::from(SHORTEST) * *steps as i64;
        let settings = Settings {
            steps: BACKGROUNDS.into_iter().filter(fits).collect(),
            max_days: MAX_DAYS,
            draws: DRAWS,
            seed: self.examiner.case.seed,
        };
        let found = over_time(&events, &asked.window, &[], &settings).map_err(unfit)?;
        let (Some(best), Some((steps, aic))) = (found.best(), found.best_alone()) else {
            return Err(Unanswered::new(Reason::Precision, "no background could be fitted").into());
        };
        let fitted = Fitted {
            branching: over_draws(best.fit.branching, best.over_draws),
            alone: aic <= best.fit.aic,
            explained: best.fit.residual.p >= UNEXPLAINED,
        };
        let mut finding = match &self.claim.says {
            Some(says) if fitted.explained => {
                let Estimate { value, low, high } = fitted.branching;
                let judgement = judge(&Computed::interval(low, value, high)?, &bears, says, true);
                self.judged(&judgement, &bears, self::value(&fitted.branching), asked.coverage)
            }
            _ => {
                let phrase = self.claim.says.as_ref().map_or("some led to others", |says| says.phrase());
                let ruling = as_far_as(bears.bearing, leads(&fitted));
                self.ruled(ruling, &bears, phrase.to_owned(), self::value(&fitted.branching), asked.coverage)
            }
        };
        let dating = &found.dating;
        finding.notes.push(format!(
            "Fitted to {} over {}; the background alone, in {}, has AIC {} against {}.",
            counted(dating.dated as f64, "events"),
            if best.steps == 1 { "one rate".to_owned() } else { format!("{} rates", best.steps) },
            counted(steps as f64, "steps"),
            number(aic.round()),
            number(best.fit.aic.round())
        ));
        if dating.vague + dating.unplaced > 0 {
            let left_out = counted((dating.vague + dating.unplaced) as f64, "events");
            finding.notes.push(format!("{left_out} of vague date or place are left out."));
        }
        finding.notes.push(
            "Events that cluster need not lead to one another: a common cause that lasts for days looks the same."
                .to_owned(),
        );
        finding.bars = self.months(&mut inquiry, &asked, Measure::Events, &self.chart_window(&asked))?;
        self.examiner.evidence(&mut finding, inquiry, &[&asked])?;
        Ok(finding)
    }
}

/// The interval, widened to hold the values over all draws of vague days.
fn over_draws(branching: Estimate, drawn: Option<[f64; 2]>) -> Estimate {
    let [least, most] = drawn.unwrap_or([branching.value; 2]);
    Estimate { low: branching.low.min(least), high: branching.high.max(most), ..branching }
}

/// Whether events led to events at all.
fn leads(fitted: &Fitted) -> Ruling {
    let Estimate { value, low, high } = fitted.branching;
    if !fitted.explained {
        let because = "the fit does not explain the timing of the events".to_owned();
        return (Verdict::Mixed, Reason::Precision, because);
    }
    if high <= AS_GOOD_AS_NONE {
        let because = format!("an event led to at most {} further ones", number(high));
        return (Verdict::Contradicted, Reason::Figure, because);
    }
    if fitted.alone || low <= 0.0 {
        let because = "a rate that changes explains the events as well as contagion does".to_owned();
        return (Verdict::Mixed, Reason::Precision, because);
    }
    (
        Verdict::Supported,
        Reason::Figure,
        format!("an event led to {} further ones", number((value * 100.0).round() / 100.0)),
    )
}

fn value(branching: &Estimate) -> Value {
    let Estimate { value, low, high } = *branching;
    Value {
        best: Some(value),
        low: Some(low),
        high: high.is_finite().then_some(high),
        unit: "share".to_owned(),
        display: format!("{} led to by others", words::with_interval(value, low, high, percent, "")),
    }
}

fn unfit(error: ContagionError) -> Unanswered {
    Unanswered::new(Reason::Precision, error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use Verdict::*;

    #[test]
    fn contagion_is_there_or_not_or_cannot_be_told_from_a_changing_rate() {
        for ([low, value, high], alone, explained, expected) in [
            ([0.2, 0.4, 0.6], false, true, (Supported, Reason::Figure)),
            ([0.2, 0.4, 0.6], true, true, (Mixed, Reason::Precision)),
            ([0.0, 0.2, 0.6], false, true, (Mixed, Reason::Precision)),
            ([0.2, 0.4, 0.6], false, false, (Mixed, Reason::Precision)),
            ([0.0, 0.01, 0.08], true, true, (Contradicted, Reason::Figure)),
        ] {
            let fitted = Fitted { branching: Estimate { value, low, high }, alone, explained };
            let (verdict, reason, _) = leads(&fitted);
            assert_eq!((verdict, reason), expected, "{value}, alone {alone}, explained {explained}");
        }
    }

    #[test]
    fn vague_days_widen_the_interval() {
        let branching = Estimate { value: 0.4, low: 0.2, high: 0.6 };
        let wide = over_draws(branching, Some([0.1, 0.5]));
        assert_eq!((wide.low, wide.value, wide.high), (0.1, 0.4, 0.6));
        assert_eq!(over_draws(branching, None), branching);
    }
}
