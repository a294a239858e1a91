//! From a ruling to a finding: the expectation and the value beside each other, and the reason in a sentence.

use casefile_model::answer::Answer;
use casefile_model::quantity::{Bearing, HedgedQuantity};

use super::Task;
use crate::bearing::{Bears, bearing_name};
use crate::finding::{Coverage, Expected, Finding, Reason, Value, Verdict};
use crate::judge::Judgement;

/// A verdict with its reason code and the reason in a sentence.
pub(super) type Ruling = (Verdict, Reason, String);

impl Task<'_, '_> {
    /// A finding from a figure that was judged against a hedged quantity.
    pub(super) fn judged(&self, judgement: &Judgement, bears: &Bears, value: Value, coverage: Coverage) -> Finding {
        let ruling = (judgement.verdict, judgement.reason, because(judgement, bears, &value.display));
        let mut finding = self.finding(ruling, bears, self.claim.says.as_ref().map(expected), value, coverage);
        finding.probability = judgement.probability(bears.bearing);
        finding.probability_pragmatic = judgement.probability_pragmatic(bears.bearing);
        finding.notes.extend(literally(judgement));
        finding
    }

    /// A finding from a check with a rule of its own, which expects something that is no quantity.
    pub(super) fn ruled(
        &self,
        ruling: Ruling,
        bears: &Bears,
        phrase: String,
        value: Value,
        coverage: Coverage,
    ) -> Finding {
        let expected = Expected { phrase, strict: None, pragmatic: None };
        self.finding(ruling, bears, Some(expected), value, coverage)
    }

    fn finding(
        &self,
        (verdict, reason, because): Ruling,
        bears: &Bears,
        expected: Option<Expected>,
        value: Value,
        coverage: Coverage,
    ) -> Finding {
        let mut finding = Finding::new(self.claim, verdict, reason, because);
        finding.expected = expected;
        finding.computed = Some(value);
        finding.bearing = Some(bearing_name(bears.bearing).to_owned());
        finding.coverage = Some(coverage);
        finding.close(bears);
        finding
    }
}

/// A hedged expectation, laid open.
pub(crate) fn expected(says: &HedgedQuantity) -> Expected {
    Expected { phrase: says.phrase().to_owned(), strict: Some(says.strict()), pragmatic: Some(says.pragmatic()) }
}

/// The note on a claim that holds to the letter only.
fn literally(judgement: &Judgement) -> Option<String> {
    if judgement.verdict != Verdict::Supported || judgement.fit.holds_pragmatic != Answer::No {
        return None;
    }
    let side = if judgement.fit.side_pragmatic.is_some() { "beyond" } else { "beside" };
    Some(format!("Literally true, but {side} what a careful reader would take the words to mean."))
}

/// The reason of a judgement in a sentence.
fn because(judgement: &Judgement, bears: &Bears, figure: &str) -> String {
    match (judgement.verdict, judgement.reason) {
        (Verdict::Supported, _) if bears.bearing == Bearing::Exact => {
            format!("the data give {figure}, as the claim says")
        }
        (Verdict::Supported, _) => format!("the data give at least {figure}, which is enough"),
        (Verdict::Contradicted, _) if bears.bearing == Bearing::Exact => {
            format!("the data give {figure}, outside what the claim allows")
        }
        (Verdict::Contradicted, _) => format!("the data already give {figure}, more than the claim allows"),
        (Verdict::Mixed, Reason::Precision) => format!("the data give {figure}, too uncertain to tell"),
        (Verdict::Mixed, _) => format!("the data give {figure}, beside the claim; but {}", bears.because),
        (Verdict::NotTestable, _) => format!("the data hold no such event, and {}", bears.because),
        (Verdict::Consistent, _) => format!("the data give {figure} and allow the claim: {}", bears.because),
    }
}

#[cfg(test)]
mod tests {
    use casefile_model::quantity::Computed;

    use super::super::tests::bears;
    use super::*;
    use crate::judge::judge;

    fn judgement(x: f64, bears: &Bears, says: &str) -> Judgement {
        judge(&Computed::exact(x).unwrap(), bears, &says.parse().unwrap(), x > 0.0)
    }

    #[test]
    fn the_reason_tells_what_the_figure_does() {
        let exact = bears(Bearing::Exact, Reason::Figure);
        let at_least = bears(Bearing::AtLeast, Reason::Coverage);
        let akin = bears(Bearing::Overlapping, Reason::Definition);
        for (x, bears, says, sentence) in [
            (62.0, &exact, "around 60", "the data give N, as the claim says"),
            (20.0, &exact, "around 60", "the data give N, outside what the claim allows"),
            (400.0, &at_least, "more than 330", "the data give at least N, which is enough"),
            (400.0, &at_least, "fewer than 50", "the data already give N, more than the claim allows"),
            (60.0, &at_least, "more than 330", "the data give N and allow the claim: of that"),
            (400.0, &akin, "around 60", "the data give N, beside the claim; but of that"),
            (0.0, &akin, "around 60", "the data hold no such event, and of that"),
        ] {
            assert_eq!(because(&judgement(x, bears, says), bears, "N"), sentence, "{x} for {says}");
        }
        let wide = judge(&Computed::interval(50.0, 62.0, 200.0).unwrap(), &exact, &"around 60".parse().unwrap(), true);
        assert_eq!(because(&wide, &exact, "N"), "the data give N, too uncertain to tell");
    }

    #[test]
    fn what_holds_to_the_letter_only_is_noted() {
        let exact = bears(Bearing::Exact, Reason::Figure);
        let note = |x: f64, says: &str| literally(&judgement(x, &exact, says));
        let beyond = note(20_000.0, "more than 330").unwrap();
        assert!(beyond.starts_with("Literally true, but beyond"), "{beyond}");
        assert_eq!(note(340.0, "more than 330"), None);
        assert_eq!(note(3.0, "more than 330"), None, "what is contradicted is not true to the letter");
    }

    #[test]
    fn an_expectation_lays_its_bounds_open() {
        let says: HedgedQuantity = "at least 183".parse().unwrap();
        let expected = expected(&says);
        assert_eq!(expected.phrase, "at least 183");
        assert_eq!(expected.strict.map(|bounds| bounds.lo()), Some(183.0));
        assert_eq!(expected.pragmatic, Some(says.pragmatic()));
    }
}
