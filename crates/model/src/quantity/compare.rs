//! What a computed figure says of a hedged claim.
//!
//! # Semantics
//!
//! A claim says that some quantity *Q* lies in its strict bounds *S* (and, for a careful reader, in its
//! pragmatic bounds *P* ⊆ *S*). The data give a figure *X*, which need not be *Q*: a dataset may count
//! only a part of what the claim is about. The [`Bearing`] says how the two are tied, and so which
//! values of *Q* a figure *x* leaves open, *R(x)*:
//!
//! | bearing       | *R(x)*     | holds for certain where                    | is refuted where    |
//! |---------------|------------|--------------------------------------------|---------------------|
//! | `Exact`       | {*x*}      | *x* lies in *S*                            | *x* lies outside    |
//! | `AtLeast`     | [*x*, top] | *S* has no upper limit, *x* is not below it | *x* is above *S*    |
//! | `AtMost`      | [0, *x*]   | *S* has no lower limit, *x* is not above it | *x* is below *S*    |
//! | `Overlapping` | everything | *S* is everything                          | never               |
//!
//! "No upper limit" means that *S* reaches the largest value of its kind: infinity for counts and
//! ratios, 1 for shares; "no lower limit" that it reaches 0. So 67 lethal attacks known from partial data never refute "more than 330
//! attacks" (`AtLeast`, 67 is below), they do refute "fewer than 50", and they bear out "more than 60".
//!
//! *X* itself may be uncertain. For an interval with no distribution, the claim **holds** (`Yes`) if it
//! holds for certain at every *x* of the interval, does **not** hold (`No`) if it is refuted at every *x*,
//! and else `Possibly`. For a distribution the same is asked of its draws, and two probabilities are
//! given ([`Chance`]): that the claim holds for certain, and that it is not refuted. They are belief and
//! plausibility in the sense of Dempster and Shafer, and agree under `Exact`.

use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::bounds::Bounds;
use super::{HedgedQuantity, QuantityKind};
use crate::answer::Answer;

/// How a computed figure bears on the quantity that a claim is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Bearing {
    /// The data count the same thing, fully.
    Exact,
    /// The data count a part of it: partial coverage, or a narrower definition.
    AtLeast,
    /// The data count more than it: a wider definition.
    AtMost,
    /// The data count something that overlaps it, neither a part nor a whole.
    Overlapping,
}

impl Bearing {
    /// The bearing of a figure that passes through two steps, such as a narrower definition over partial
    /// coverage.
    #[must_use]
    pub fn then(self, next: Self) -> Self {
        match (self, next) {
            (Self::Exact, other) | (other, Self::Exact) => other,
            (a, b) if a == b => a,
            _ => Self::Overlapping,
        }
    }
}

/// Why numbers make no computed figure.
#[derive(Debug, Clone, PartialEq, Error)]
pub enum ComputedError {
    /// A figure is not a number.
    #[error("a computed figure is not a number")]
    NotANumber,
    /// Low, best and high are out of order.
    #[error("low {low}, best {best} and high {high} are out of order")]
    OutOfOrder {
        /// Lower end.
        low: f64,
        /// Best value.
        best: f64,
        /// Upper end.
        high: f64,
    },
    /// A distribution without draws, or whose weights are negative or all zero.
    #[error("a distribution needs draws with weights of zero or more, not all zero")]
    NoDraws,
}

/// A figure computed from data, with the uncertainty that the data give it.
#[derive(Debug, Clone, PartialEq)]
pub struct Computed(Figure);

#[derive(Debug, Clone, PartialEq)]
enum Figure {
    Interval { low: f64, best: f64, high: f64 },
    Distribution(Draws),
}

impl Computed {
    /// A figure without uncertainty. May be infinite (a ratio over nothing), not NaN.
    pub fn exact(x: f64) -> Result<Self, ComputedError> {
        Self::interval(x, x, x)
    }

    /// A figure somewhere from `low` to `high`, with no distribution known.
    pub fn interval(low: f64, best: f64, high: f64) -> Result<Self, ComputedError> {
        if low.is_nan() || best.is_nan() || high.is_nan() {
            return Err(ComputedError::NotANumber);
        }
        if !(low <= best && best <= high) {
            return Err(ComputedError::OutOfOrder { low, best, high });
        }
        Ok(Self(Figure::Interval { low, best, high }))
    }

    /// A figure with a distribution.
    pub fn distribution(draws: Draws) -> Self {
        Self(Figure::Distribution(draws))
    }

    /// The least value.
    pub fn low(&self) -> f64 {
        match &self.0 {
            Figure::Interval { low, .. } => *low,
            Figure::Distribution(draws) => draws.quantile(0.0),
        }
    }

    /// The best value; of a distribution its median.
    pub fn best(&self) -> f64 {
        match &self.0 {
            Figure::Interval { best, .. } => *best,
            Figure::Distribution(draws) => draws.quantile(0.5),
        }
    }

    /// The greatest value.
    pub fn high(&self) -> f64 {
        match &self.0 {
            Figure::Interval { high, .. } => *high,
            Figure::Distribution(draws) => draws.quantile(1.0),
        }
    }

    /// The draws, where the figure has a distribution.
    pub fn draws(&self) -> Option<&Draws> {
        match &self.0 {
            Figure::Interval { .. } => None,
            Figure::Distribution(draws) => Some(draws),
        }
    }

    fn lies_within(&self, set: &Bounds) -> bool {
        match &self.0 {
            Figure::Interval { low, high, .. } => set.contains(*low) && set.contains(*high),
            Figure::Distribution(draws) => draws.within(set) == (0, draws.values.len()),
        }
    }

    fn meets(&self, set: &Bounds) -> bool {
        match &self.0 {
            Figure::Interval { low, high, .. } => Bounds::closed(*low, *high).is_ok_and(|span| span.overlaps(set)),
            Figure::Distribution(draws) => {
                let (from, to) = draws.within(set);
                from < to
            }
        }
    }
}

/// A discrete distribution: draws of a simulation, or a probability mass function.
#[derive(Debug, Clone, PartialEq)]
pub struct Draws {
    /// Sorted, of weight above zero.
    values: Vec<f64>,
    /// Probability of a value up to each; the last is 1.
    cumulative: Vec<f64>,
}

impl Draws {
    /// Draws of equal weight.
    pub fn equal(values: impl IntoIterator<Item = f64>) -> Result<Self, ComputedError> {
        Self::weighted(values.into_iter().map(|value| (value, 1.0)))
    }

    /// Values with their weights, which need not sum to one.
    pub fn weighted(pairs: impl IntoIterator<Item = (f64, f64)>) -> Result<Self, ComputedError> {
        let mut pairs: Vec<(f64, f64)> = pairs.into_iter().collect();
        if pairs.iter().any(|(value, weight)| value.is_nan() || weight.is_nan()) {
            return Err(ComputedError::NotANumber);
        }
        pairs.retain(|(_, weight)| *weight != 0.0);
        let total: f64 = pairs.iter().map(|(_, weight)| weight).sum();
        if pairs.is_empty() || !total.is_finite() || pairs.iter().any(|(_, weight)| *weight < 0.0) {
            return Err(ComputedError::NoDraws);
        }
        pairs.sort_by(|a, b| a.0.total_cmp(&b.0));
        let mut sum = 0.0;
        let mut cumulative: Vec<f64> = pairs
            .iter()
            .map(|(_, weight)| {
                sum += weight;
                (sum / total).min(1.0)
            })
            .collect();
        if let Some(last) = cumulative.last_mut() {
            *last = 1.0;
        }
        Ok(Self { values: pairs.into_iter().map(|(value, _)| value).collect(), cumulative })
    }

    /// The values, sorted.
    pub fn values(&self) -> &[f64] {
        &self.values
    }

    /// The least value that is not exceeded with probability `p`.
    pub fn quantile(&self, p: f64) -> f64 {
        let at = self.cumulative.partition_point(|reached| *reached < p).min(self.values.len() - 1);
        self.values[at]
    }

    /// Probability of a value within the bounds.
    pub fn probability(&self, set: &Bounds) -> f64 {
        let (from, to) = self.within(set);
        if from >= to {
            return 0.0;
        }
        let below = if from == 0 { 0.0 } else { self.cumulative[from - 1] };
        self.cumulative[to - 1] - below
    }

    /// The draws within the bounds, as indices from and to.
    fn within(&self, set: &Bounds) -> (usize, usize) {
        let from = self.values.partition_point(|value| !set.reaches_down_to(*value));
        let to = self.values.partition_point(|value| set.reaches_up_to(*value));
        (from, to)
    }
}

/// On which side of the bounds a figure lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Side {
    /// Smaller than the claim allows.
    Below,
    /// Larger than the claim allows.
    Above,
}

/// How probable it is that a claim holds, as far as data that bear on it one-sidedly can tell.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Chance {
    /// Probability that it holds for certain (belief).
    pub certain: f64,
    /// Probability that it is not refuted (plausibility); never below `certain`.
    pub possible: f64,
}

/// What a computed figure says of a claim. See the [module](self) for the semantics.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Fit {
    /// Whether the claim holds in its strict bounds; `No` means that it is refuted.
    pub holds_strict: Answer,
    /// Whether it holds as a careful reader takes it.
    pub holds_pragmatic: Answer,
    /// Probability for the strict bounds, where the figure has a distribution.
    pub p_strict: Option<Chance>,
    /// Probability for the pragmatic bounds, where the figure has a distribution.
    pub p_pragmatic: Option<Chance>,
    /// Where the best figure, at face value, lies beside the strict bounds; `None` within them.
    pub side: Option<Side>,
    /// Where the best figure, at face value, lies beside the pragmatic bounds; `None` within them.
    pub side_pragmatic: Option<Side>,
}

impl Fit {
    /// Whether the data refute the claim.
    pub fn refuted(&self) -> Answer {
        !self.holds_strict
    }

    /// Probability that the claim is refuted, where the figure has a distribution.
    pub fn p_refuted(&self) -> Option<f64> {
        self.p_strict.map(|chance| 1.0 - chance.possible)
    }
}

/// Sets a computed figure against a claim.
pub fn compare(computed: &Computed, bearing: Bearing, claim: &HedgedQuantity) -> Fit {
    let strict = Test::of(claim.strict(), claim.kind(), bearing);
    let pragmatic = Test::of(claim.pragmatic(), claim.kind(), bearing);
    Fit {
        holds_strict: strict.answer(computed),
        holds_pragmatic: pragmatic.answer(computed),
        p_strict: strict.chance(computed),
        p_pragmatic: pragmatic.chance(computed),
        side: side_of(computed.best(), &claim.strict()),
        side_pragmatic: side_of(computed.best(), &claim.pragmatic()),
    }
}

/// Where a figure lies beside bounds; `None` within them.
fn side_of(x: f64, bounds: &Bounds) -> Option<Side> {
    match (bounds.reaches_down_to(x), bounds.reaches_up_to(x)) {
        (false, _) => Some(Side::Below),
        (_, false) => Some(Side::Above),
        (true, true) => None,
    }
}

/// The figures at which a claim holds for certain, and those at which it is not refuted.
struct Test {
    certain: Option<Bounds>,
    possible: Option<Bounds>,
}

impl Test {
    fn of(claim: Bounds, kind: QuantityKind, bearing: Bearing) -> Self {
        let (least, most) = (f64::NEG_INFINITY, f64::INFINITY);
        let from_below = Bounds::new(claim.lo(), claim.lo_open(), most, false).ok();
        let from_above = Bounds::new(least, false, claim.hi(), claim.hi_open()).ok();
        let no_upper_limit = claim.reaches_up_to(kind.top());
        let no_lower_limit = claim.reaches_down_to(0.0);
        let (certain, possible) = match bearing {
            Bearing::Exact => (Some(claim), Some(claim)),
            // Figures beyond the top of the kind are beyond every claim on it.
            Bearing::AtLeast => {
                (from_below.filter(|_| no_upper_limit).and_then(|set| set.intersect(&claim)), from_above)
            }
            Bearing::AtMost => {
                (from_above.filter(|_| no_lower_limit).and_then(|set| set.intersect(&claim)), from_below)
            }
            Bearing::Overlapping => {
                let everything = Bounds::closed(least, most).ok();
                (everything.filter(|_| no_lower_limit && no_upper_limit), everything)
            }
        };
        Self { certain, possible }
    }

    fn answer(&self, computed: &Computed) -> Answer {
        let certain = self.certain.is_some_and(|set| computed.lies_within(&set));
        let possible = self.possible.is_some_and(|set| computed.meets(&set));
        Answer::from_bounds(possible, certain)
    }

    fn chance(&self, computed: &Computed) -> Option<Chance> {
        let draws = computed.draws()?;
        let probability = |set: &Option<Bounds>| set.as_ref().map_or(0.0, |set| draws.probability(set));
        Some(Chance { certain: probability(&self.certain), possible: probability(&self.possible) })
    }
}

/// How two sources' statements of one quantity stand to each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Accord {
    /// One figure can satisfy both as a careful reader takes them.
    Agree,
    /// One figure can satisfy both, at a stretch of at least one of them.
    Compatible,
    /// No figure satisfies both; the first lies on that side of the second.
    Disjoint(Side),
    /// They are not of one kind.
    Incomparable,
}

/// Sets two statements of one quantity side by side.
pub fn accord(first: &HedgedQuantity, second: &HedgedQuantity) -> Accord {
    if first.kind() != second.kind() {
        return Accord::Incomparable;
    }
    if first.pragmatic().overlaps(&second.pragmatic()) {
        return Accord::Agree;
    }
    if first.strict().overlaps(&second.strict()) {
        return Accord::Compatible;
    }
    Accord::Disjoint(if first.strict().hi() <= second.strict().lo() { Side::Below } else { Side::Above })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn claim(phrase: &str) -> HedgedQuantity {
        phrase.parse().unwrap()
    }

    fn fit(x: f64, bearing: Bearing, phrase: &str) -> Fit {
        compare(&Computed::exact(x).unwrap(), bearing, &claim(phrase))
    }

    #[test]
    fn sixty_seven_lethal_attacks_and_around_sixty() {
        let exact = fit(67.0, Bearing::Exact, "around 60");
        assert_eq!((exact.holds_strict, exact.holds_pragmatic, exact.side), (Answer::Yes, Answer::No, None));
        assert_eq!(exact.side_pragmatic, Some(Side::Above));
        assert_eq!(fit(334.0, Bearing::Exact, "around 60").refuted(), Answer::Yes);
        assert_eq!(fit(30.0, Bearing::Exact, "around 60").refuted(), Answer::Yes);
        assert_eq!(fit(67.0, Bearing::AtLeast, "around 60").holds_strict, Answer::Possibly);
    }

    #[test]
    fn a_lower_bound_never_refutes_what_lies_above_it() {
        assert_eq!(fit(67.0, Bearing::AtLeast, "more than 330").holds_strict, Answer::Possibly);
        assert_eq!(fit(67.0, Bearing::AtLeast, "fewer than 50").refuted(), Answer::Yes);
        assert_eq!(fit(67.0, Bearing::AtLeast, "more than 60").holds_strict, Answer::Yes);
        assert_eq!(fit(330.0, Bearing::AtLeast, "more than 330").holds_strict, Answer::Possibly);
        assert_eq!(fit(331.0, Bearing::AtLeast, "more than 330").holds_strict, Answer::Yes);
    }

    #[test]
    fn an_upper_bound_mirrors_it() {
        assert_eq!(fit(67.0, Bearing::AtMost, "more than 330").refuted(), Answer::Yes);
        assert_eq!(fit(67.0, Bearing::AtMost, "fewer than 100").holds_strict, Answer::Yes);
        assert_eq!(fit(67.0, Bearing::AtMost, "fewer than 50").holds_strict, Answer::Possibly);
        assert_eq!(fit(0.0, Bearing::AtMost, "none").holds_strict, Answer::Yes);
        assert_eq!(fit(330.0, Bearing::AtMost, "more than 330").refuted(), Answer::Yes);
    }

    #[test]
    fn shares_end_at_the_whole() {
        assert_eq!(fit(0.8, Bearing::AtLeast, "most").holds_strict, Answer::Yes);
        assert_eq!(fit(0.4, Bearing::AtLeast, "most").holds_strict, Answer::Possibly);
        assert_eq!(fit(0.8, Bearing::AtLeast, "a minority").refuted(), Answer::Yes);
        assert_eq!(fit(1.0, Bearing::AtLeast, "every").holds_strict, Answer::Yes);
        assert_eq!(fit(33.0 / 34.0, Bearing::Exact, "33 of 34").holds_strict, Answer::Yes);
    }

    #[test]
    fn overlapping_data_decide_nothing() {
        for x in [0.0, 60.0, 1e9] {
            assert_eq!(fit(x, Bearing::Overlapping, "around 60").holds_strict, Answer::Possibly);
        }
    }

    #[test]
    fn intervals_answer_with_all_some_or_none() {
        let held = |low, best, high| {
            compare(&Computed::interval(low, best, high).unwrap(), Bearing::Exact, &claim("around 60")).holds_strict
        };
        assert_eq!(held(55.0, 60.0, 65.0), Answer::Yes);
        assert_eq!(held(40.0, 60.0, 90.0), Answer::Possibly);
        assert_eq!(held(80.0, 85.0, 90.0), Answer::No);
    }

    #[test]
    fn distributions_give_belief_and_plausibility() {
        let draws = Draws::weighted([(40.0, 1.0), (60.0, 2.0), (90.0, 1.0)]).unwrap();
        let computed = Computed::distribution(draws);
        let exact = compare(&computed, Bearing::Exact, &claim("around 60"));
        assert_eq!(exact.p_strict, Some(Chance { certain: 0.5, possible: 0.5 }));
        assert_eq!((exact.holds_strict, exact.p_refuted()), (Answer::Possibly, Some(0.5)));
        let lower = compare(&computed, Bearing::AtLeast, &claim("around 60"));
        assert_eq!(lower.p_strict, Some(Chance { certain: 0.0, possible: 0.75 }));
        assert_eq!((computed.low(), computed.best(), computed.high()), (40.0, 60.0, 90.0));
    }

    #[test]
    fn a_ratio_over_nothing_is_more_than_doubled() {
        assert_eq!(fit(f64::INFINITY, Bearing::Exact, "more than doubled").holds_strict, Answer::Yes);
        assert_eq!(fit(f64::INFINITY, Bearing::Exact, "doubled").holds_strict, Answer::No);
    }

    #[test]
    fn figures_that_are_none_are_refused() {
        assert_eq!(Computed::exact(f64::NAN), Err(ComputedError::NotANumber));
        assert!(Computed::interval(3.0, 2.0, 4.0).is_err());
        assert!(Draws::equal([]).is_err());
        assert!(Draws::weighted([(1.0, -1.0), (2.0, 3.0)]).is_err());
        assert!(Draws::weighted([(1.0, 0.0)]).is_err());
        assert!(Draws::equal([f64::NAN]).is_err());
    }

    #[test]
    fn sources_agree_or_differ() {
        let of = |a: &str, b: &str| accord(&claim(a), &claim(b));
        assert_eq!(of("up to 4,000", "2,000–3,000"), Accord::Agree);
        assert_eq!(of("just 700", "around 900"), Accord::Compatible);
        assert_eq!(of("just 700", "up to 4,000"), Accord::Compatible);
        assert_eq!(of("just 700", "1,000–2,200"), Accord::Disjoint(Side::Below));
        assert_eq!(of("tens of thousands", "some 150"), Accord::Disjoint(Side::Above));
        assert_eq!(of("half", "60"), Accord::Incomparable);
    }

    #[test]
    fn bearings_add_up() {
        assert_eq!(Bearing::AtLeast.then(Bearing::Exact), Bearing::AtLeast);
        assert_eq!(Bearing::AtLeast.then(Bearing::AtLeast), Bearing::AtLeast);
        assert_eq!(Bearing::AtLeast.then(Bearing::AtMost), Bearing::Overlapping);
    }

    fn any_bounds() -> impl Strategy<Value = Bounds> {
        (0u32..60, 0u32..60, any::<bool>(), any::<bool>(), any::<bool>()).prop_filter_map(
            "an interval",
            |(lo, width, lo_open, hi_open, endless)| {
                let hi = if endless { f64::INFINITY } else { f64::from(lo + width) };
                Bounds::new(f64::from(lo), lo_open, hi, hi_open).ok()
            },
        )
    }

    fn any_claim() -> impl Strategy<Value = HedgedQuantity> {
        (any_bounds(), any_bounds()).prop_filter_map("nested bounds", |(strict, other)| {
            let pragmatic = other.intersect(&strict)?;
            HedgedQuantity::new("", "", QuantityKind::Count, strict, pragmatic).ok()
        })
    }

    fn any_draws() -> impl Strategy<Value = Vec<(f64, f64)>> {
        proptest::collection::vec((0u32..130, 1u32..9), 1..12)
            .prop_map(|pairs| pairs.into_iter().map(|(x, w)| (f64::from(x), f64::from(w))).collect())
    }

    fn any_bearing() -> impl Strategy<Value = Bearing> {
        prop_oneof![Just(Bearing::Exact), Just(Bearing::AtLeast), Just(Bearing::AtMost), Just(Bearing::Overlapping)]
    }

    /// Whether some or every count that a figure leaves open satisfies the bounds, by trying them all.
    /// Half steps stand for what lies between whole numbers, 1e6 for what lies beyond.
    fn by_trial(x: f64, bearing: Bearing, bounds: &Bounds) -> Answer {
        let candidates = (0..=300).map(|half| f64::from(half) / 2.0).chain([1e6]);
        let open = candidates.filter(|q| match bearing {
            Bearing::Exact => *q == x,
            Bearing::AtLeast => *q >= x,
            Bearing::AtMost => *q <= x,
            Bearing::Overlapping => true,
        });
        let held: Vec<bool> = open.map(|q| bounds.contains(q)).collect();
        Answer::from_bounds(held.contains(&true), !held.contains(&false))
    }

    const SLACK: f64 = 1e-12;

    proptest! {
        #[test]
        fn a_point_is_judged_as_by_trying_every_count(
            claim in any_claim(), x in 0u32..130, bearing in any_bearing()
        ) {
            let x = f64::from(x);
            let fit = compare(&Computed::exact(x).unwrap(), bearing, &claim);
            prop_assert_eq!(fit.holds_strict, by_trial(x, bearing, &claim.strict()));
            prop_assert_eq!(fit.holds_pragmatic, by_trial(x, bearing, &claim.pragmatic()));
        }

        #[test]
        fn exact_points_agree_with_membership(claim in any_claim(), x in 0.0..200.0f64) {
            let fit = compare(&Computed::exact(x).unwrap(), Bearing::Exact, &claim);
            prop_assert_eq!(fit.holds_strict, Answer::from(claim.strict().contains(x)));
            prop_assert_eq!(fit.side.is_none(), claim.strict().contains(x));
        }

        #[test]
        fn an_interval_is_judged_as_all_its_points(
            claim in any_claim(), low in 0u32..100, width in 0u32..30, bearing in any_bearing()
        ) {
            let (low, high) = (f64::from(low), f64::from(low + width));
            let fit = compare(&Computed::interval(low, low, high).unwrap(), bearing, &claim);
            let points = (0..=2 * width).map(|half| low + f64::from(half) / 2.0);
            let answers: Vec<Answer> =
                points.map(|x| compare(&Computed::exact(x).unwrap(), bearing, &claim).holds_strict).collect();
            let expected = Answer::from_bounds(
                answers.iter().any(|a| a.may_hold()),
                answers.iter().all(|a| a.is_yes()),
            );
            prop_assert_eq!(fit.holds_strict, expected);
        }

        #[test]
        fn probabilities_are_sums_of_weights(claim in any_claim(), pairs in any_draws(), bearing in any_bearing()) {
            let fit = compare(&Computed::distribution(Draws::weighted(pairs.clone()).unwrap()), bearing, &claim);
            let total: f64 = pairs.iter().map(|(_, w)| w).sum();
            let weight = |keep: &dyn Fn(Answer) -> bool| -> f64 {
                pairs.iter().filter(|(x, _)| keep(by_trial(*x, bearing, &claim.strict()))).map(|(_, w)| w / total).sum()
            };
            let chance = fit.p_strict.unwrap();
            prop_assert!((chance.certain - weight(&Answer::is_yes)).abs() < SLACK);
            prop_assert!((chance.possible - weight(&Answer::may_hold)).abs() < SLACK);
        }

        #[test]
        fn probabilities_are_coherent(claim in any_claim(), pairs in any_draws(), bearing in any_bearing()) {
            let fit = compare(&Computed::distribution(Draws::weighted(pairs).unwrap()), bearing, &claim);
            let (strict, pragmatic) = (fit.p_strict.unwrap(), fit.p_pragmatic.unwrap());
            for p in [strict.certain, strict.possible, pragmatic.certain, pragmatic.possible] {
                prop_assert!((0.0..=1.0).contains(&p));
            }
            prop_assert!(strict.certain <= strict.possible + SLACK);
            prop_assert!(strict.certain + fit.p_refuted().unwrap() <= 1.0 + SLACK);
            prop_assert!(pragmatic.certain <= strict.certain && pragmatic.possible <= strict.possible);
            prop_assert_eq!(fit.holds_strict.is_yes(), strict.certain == 1.0);
            prop_assert_eq!(fit.holds_strict.is_no(), strict.possible == 0.0);
            if fit.holds_pragmatic.is_yes() {
                prop_assert_eq!(fit.holds_strict, Answer::Yes);
            }
        }

        #[test]
        fn wider_bounds_are_never_less_probable(
            claim in any_claim(), wider in any_bounds(), pairs in any_draws(), bearing in any_bearing()
        ) {
            let strict = claim.strict().hull(&wider);
            let wide = HedgedQuantity::new("", "", QuantityKind::Count, strict, claim.pragmatic()).unwrap();
            let computed = Computed::distribution(Draws::weighted(pairs).unwrap());
            let narrow = compare(&computed, bearing, &claim).p_strict.unwrap();
            let wide = compare(&computed, bearing, &wide).p_strict.unwrap();
            prop_assert!(narrow.certain <= wide.certain && narrow.possible <= wide.possible);
        }

        #[test]
        fn one_sided_data_move_one_way(claim in any_claim(), x in 0u32..130, more in 0u32..60) {
            let at = |x: u32, bearing| {
                compare(&Computed::exact(f64::from(x)).unwrap(), bearing, &claim).holds_strict
            };
            // A lower bound that refutes still refutes when it grows; an upper bound when it shrinks.
            prop_assert!(!at(x, Bearing::AtLeast).is_no() || at(x + more, Bearing::AtLeast).is_no());
            prop_assert!(!at(x + more, Bearing::AtMost).is_no() || at(x, Bearing::AtMost).is_no());
            // A figure below the claim never refutes it as a lower bound, nor one above as an upper bound.
            if f64::from(x) <= claim.strict().lo() && !claim.strict().lo_open() {
                prop_assert!(at(x, Bearing::AtLeast).may_hold());
            }
            if f64::from(x) >= claim.strict().hi() && !claim.strict().hi_open() {
                prop_assert!(at(x, Bearing::AtMost).may_hold());
            }
        }

        #[test]
        fn accord_is_symmetric(a in any_claim(), b in any_claim()) {
            let turned = match accord(&b, &a) {
                Accord::Disjoint(Side::Below) => Accord::Disjoint(Side::Above),
                Accord::Disjoint(Side::Above) => Accord::Disjoint(Side::Below),
                other => other,
            };
            prop_assert_eq!(accord(&a, &b), turned);
            prop_assert_eq!(accord(&a, &a), Accord::Agree);
        }
    }
}
