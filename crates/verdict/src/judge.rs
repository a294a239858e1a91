//! From what a figure says of a claim to a verdict.
//!
//! | bearing | holds | is refuted | neither for certain |
//! |---|---|---|---|
//! | exact | supported, figure | contradicted, figure | mixed, precision |
//! | at least, at most | supported, figure | contradicted, figure | consistent, for the reason that makes the bound one-sided |
//! | overlapping | – | – | consistent where the figure at face value is within the claim, or beside it on the side where missing data excuse it; else mixed; for its reason |
//!
//! *Holds* and *is refuted* are read with the data's own uncertainty: with a probability of at least [`SURE`] where
//! there is one, else under every reading. A lower bound of nothing at all allows everything, so it tests nothing.

use casefile_model::answer::Answer;
use casefile_model::quantity::{Bearing, Chance, Computed, Fit, HedgedQuantity, compare};

use crate::bearing::Bears;
use crate::finding::{Reason, Verdict};

/// Probability from which a claim is taken to hold, or to be refuted: ICD 203's "very likely" ends, and "almost
/// certain" begins, at 95%; 90% is the level of the intervals that Casefile shows.
pub const SURE: f64 = 0.9;

/// A verdict with its reason and the probability behind it.
#[derive(Debug, Clone, PartialEq)]
pub struct Judgement {
    /// The verdict.
    pub verdict: Verdict,
    /// Its reason code.
    pub reason: Reason,
    /// What the figure says of the claim.
    pub fit: Fit,
}

impl Judgement {
    /// Probability that the claim holds within its strict bounds. Where nothing is uncertain it is 0 or 1. Where the
    /// data bear on the claim one-sidedly it is the bound that decided: at least so probable for a claim that is
    /// supported, at most for one that is contradicted, and none for one that is merely allowed.
    pub fn probability(&self, bearing: Bearing) -> Option<f64> {
        self.settled(self.fit.holds_strict, self.fit.p_strict, bearing)
    }

    /// The same for what a careful reader expects.
    pub fn probability_pragmatic(&self, bearing: Bearing) -> Option<f64> {
        self.settled(self.fit.holds_pragmatic, self.fit.p_pragmatic, bearing)
    }

    fn settled(&self, holds: Answer, chance: Option<Chance>, bearing: Bearing) -> Option<f64> {
        match (chance, self.verdict) {
            (Some(chance), _) if bearing == Bearing::Exact => Some(chance.certain),
            (Some(chance), Verdict::Supported) => Some(chance.certain),
            (Some(chance), Verdict::Contradicted) => Some(chance.possible),
            (Some(_), _) => None,
            (None, _) if holds.is_yes() => Some(1.0),
            (None, _) if holds.is_no() => Some(0.0),
            (None, _) => None,
        }
    }
}

/// Sets a figure against a claim. `seen` tells whether there was any event at all.
pub fn judge(computed: &Computed, bears: &Bears, claim: &HedgedQuantity, seen: bool) -> Judgement {
    let fit = compare(computed, bears.bearing, claim);
    let holds = fit.p_strict.map_or(fit.holds_strict.is_yes(), |chance| chance.certain >= SURE);
    let refuted = fit.p_strict.map_or(fit.holds_strict.is_no(), |chance| chance.possible <= 1.0 - SURE);
    let one_sided = matches!(bears.bearing, Bearing::AtLeast | Bearing::AtMost);
    let (verdict, reason) = match bears.bearing {
        _ if holds => (Verdict::Supported, Reason::Figure),
        _ if refuted => (Verdict::Contradicted, Reason::Figure),
        Bearing::Exact => (Verdict::Mixed, Reason::Precision),
        _ if !seen => (Verdict::NotTestable, bears.reason),
        // Data that miss events may well show fewer than there were, never more.
        Bearing::Overlapping if fit.side.is_some() && fit.side != bears.excused => (Verdict::Mixed, bears.reason),
        // A bound that probably, but not surely, rules the claim out.
        _ if one_sided && fit.p_strict.is_some_and(|chance| chance.possible < 0.5) => {
            (Verdict::Mixed, Reason::Precision)
        }
        _ => (Verdict::Consistent, bears.reason),
    };
    Judgement { verdict, reason, fit }
}

#[cfg(test)]
mod tests {
    use super::*;
    use casefile_model::quantity::Side;

    fn verdict(x: f64, bearing: Bearing, reason: Reason, phrase: &str) -> (Verdict, Reason) {
        let bears = Bears { bearing, reason, because: String::new(), excused: Some(Side::Below) };
        let judgement = judge(&Computed::exact(x).unwrap(), &bears, &phrase.parse().unwrap(), x > 0.0);
        (judgement.verdict, judgement.reason)
    }

    #[test]
    fn the_designs_own_examples() {
        use {Bearing::*, Reason::*, Verdict::*};
        // 334 attacks against 60 lethal ones is a matter of definition, not a contradiction.
        assert_eq!(verdict(60.0, AtLeast, Definition, "334"), (Consistent, Definition));
        assert_eq!(verdict(60.0, Overlapping, Definition, "334"), (Consistent, Definition));
        // "More than 330" against a partial lower bound of 63 must not be called contradicted.
        assert_eq!(verdict(63.0, Overlapping, Coverage, "more than 330"), (Consistent, Coverage));
        assert_eq!(verdict(67.0, Overlapping, Definition, "around 60"), (Consistent, Definition));
    }

    #[test]
    fn a_bound_can_settle_a_claim_on_one_side() {
        use {Bearing::*, Reason::*, Verdict::*};
        assert_eq!(verdict(400.0, AtLeast, Coverage, "more than 330"), (Supported, Figure));
        assert_eq!(verdict(400.0, AtLeast, Coverage, "fewer than 50"), (Contradicted, Figure));
        assert_eq!(verdict(0.0, AtLeast, Coverage, "more than 330"), (NotTestable, Coverage));
        assert_eq!(verdict(400.0, Overlapping, Definition, "around 60"), (Mixed, Definition));
    }

    #[test]
    fn exact_data_decide() {
        use {Bearing::*, Reason::*, Verdict::*};
        assert_eq!(verdict(62.0, Exact, Figure, "around 60"), (Supported, Figure));
        assert_eq!(verdict(0.0, Exact, Figure, "around 60"), (Contradicted, Figure));
        let bears = Bears { bearing: Exact, reason: Figure, because: String::new(), excused: None };
        let wide = Computed::interval(50.0, 62.0, 200.0).unwrap();
        assert_eq!(judge(&wide, &bears, &"around 60".parse().unwrap(), true).verdict, Mixed);
    }
}
