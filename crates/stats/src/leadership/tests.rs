use rand_distr::{Distribution, Poisson};

use super::*;

fn tenure(leader: &str, from: (i64, i64), to: Option<(i64, i64)>) -> Tenure {
    let day = |(earliest, latest)| VagueDay { earliest, latest };
    Tenure { leader: leader.into(), from: day(from), to: to.map(|to| (day(to), Ending::Death)) }
}

#[test]
fn tenures_and_gaps_keep_their_vagueness() {
    let rows = table(
        &[
            tenure("second", (120, 150), Some((200, 200))),
            tenure("first", (0, 0), Some((100, 110))),
            tenure("third", (190, 230), None),
        ],
        300,
    )
    .unwrap();
    let days = |least, most| Days { least, most };
    assert_eq!(rows.iter().map(|row| row.tenure.leader.as_str()).collect::<Vec<_>>(), ["first", "second", "third"]);
    assert_eq!(rows.iter().map(|row| row.lasted).collect::<Vec<_>>(), [days(100, 110), days(50, 80), days(70, 110)]);
    assert_eq!(rows.iter().map(|row| row.gap).collect::<Vec<_>>(), [None, Some(days(9, 49)), Some(days(-11, 29))]);
}

#[test]
fn faults_are_told() {
    let told = |error: LeadershipError| error.to_string();
    let backwards = table(&[tenure("one", (50, 60), Some((10, 20)))], 100).unwrap_err();
    assert!(told(backwards).contains("one leaves office before taking it"));
    assert!(told(VagueDay::between(5, 4).unwrap_err()).contains("must not lie after"));
    let few = survival(&[tenure("one", (0, 0), Some((10, 10)))], 100).unwrap_err();
    assert_eq!(few, LeadershipError::TooFewLeaders { found: 1, ended: 1 });
    let study = Study { from: 0, to: 365 };
    let at = |day, days, block, events: &[Weighted]| {
        rate_ratio(events, VagueDay::on(day), study, Window { days, block }).unwrap_err()
    };
    assert!(told(at(100, 30, 7, &[])).contains("multiple of the block"));
    assert!(told(at(20, 28, 7, &[])).contains("narrower window"));
    assert!(told(at(100, 28, 7, &[(100, 1.0)])).contains("no event"));
    assert_eq!(at(100, 28, 7, &[(100, -1.0)]), LeadershipError::Toll(-1.0));
    let narrow = Study { from: 0, to: 60 };
    let window = Window { days: 28, block: 7 };
    let none = placebo(&[(10, 1.0)], VagueDay::on(30), narrow, window).unwrap_err();
    assert_eq!(none, LeadershipError::NoPlacebo { found: 4 });
}

/// statsmodels 0.15.0:
/// ```python
/// from statsmodels.duration.survfunc import SurvfuncRight
/// s = SurvfuncRight([560, 265, 70, 400, 460, 600, 265, 30], [1, 1, 1, 1, 1, 0, 0, 1])
/// print(s.surv_times, s.n_risk, s.surv_prob, s.surv_prob_se)
/// ```
#[test]
fn the_survival_curve_is_that_of_statsmodels() {
    let ended = [true, true, true, true, true, false, false, true];
    let days = [560.0, 265.0, 70.0, 400.0, 460.0, 600.0, 265.0, 30.0];
    let curve = kaplan_meier(&days.into_iter().zip(ended).collect::<Vec<_>>());
    let expected = [
        (30.0, 8, 0.875, 0.11692679),
        (70.0, 7, 0.75, 0.15309311),
        (265.0, 6, 0.625, 0.1711633),
        (400.0, 4, 0.46875, 0.18652088),
        (460.0, 3, 0.3125, 0.17815241),
        (560.0, 2, 0.15625, 0.14192111),
    ];
    assert_eq!(curve.len(), expected.len());
    for (step, (days, at_risk, survival, error)) in curve.iter().zip(expected) {
        assert_eq!((step.days, step.at_risk), (days, at_risk));
        assert!((step.survival - survival).abs() < 1e-9 && (step.error - error).abs() < 1e-7, "{step:?}");
        assert!(0.0 < step.low && step.low < step.survival && step.survival < step.high && step.high < 1.0);
    }
}

#[test]
fn the_hazard_has_its_exact_interval() {
    let tenures: Vec<Tenure> = (0..5)
        .map(|i| tenure(&format!("leader {i}"), (i * 400, i * 400), Some((i * 400 + 365, i * 400 + 365))))
        .collect();
    let survival = survival(&tenures, 2400).unwrap();
    let years = 5.0 * 365.0 / 365.25;
    assert!((survival.hazard - 5.0 / years).abs() < 1e-9);
    // scipy 1.17.1: chi2.ppf(.05, 10) / 2, chi2.ppf(.95, 12) / 2
    assert!((survival.hazard_low * years - 1.9701495680595302).abs() < 1e-6, "{}", survival.hazard_low * years);
    assert!((survival.hazard_high * years - 10.513034908741535).abs() < 1e-6);
    assert_eq!((survival.median, survival.ended), ([Some(365.0); 2], 5));
}

/// Events of these weekly numbers before and after day 1,000.
fn weekly(before: [u32; 8], after: [u32; 8]) -> Vec<Weighted> {
    let week = |first: i64, n: u32| (0..n).map(move |i| (first + i64::from(i % 7), 1.0));
    let before = (0..8).zip(before).flat_map(|(w, n)| week(1000 - 56 + 7 * w, n));
    before.chain((0..8).zip(after).flat_map(|(w, n)| week(1001 + 7 * w, n))).collect()
}

/// statsmodels 0.15.0:
/// ```python
/// import numpy as np, statsmodels.api as sm
/// y = np.array([3, 9, 0, 4, 1, 7, 2, 6] + [1, 0, 2, 5, 0, 1, 0, 3])
/// x = sm.add_constant(np.repeat([0, 1], 8))
/// r = sm.GLM(y, x, family=sm.families.Poisson()).fit(scale="X2", use_t=True)
/// print(np.exp(r.params[1]), np.exp(r.conf_int(alpha=.1)[1]), r.scale)
/// ```
#[test]
fn the_rate_ratio_is_that_of_a_quasi_poisson_model() {
    let mut events = weekly([3, 9, 0, 4, 1, 7, 2, 6], [1, 0, 2, 5, 0, 1, 0, 3]);
    // The strike itself counts on neither side.
    events.push((1000, 1.0));
    let study = Study { from: 0, to: 2000 };
    let found = rate_ratio(&events, VagueDay::on(1000), study, Window { days: 56, block: 7 }).unwrap();
    assert_eq!((found.before, found.after, found.adjusted), (32.0, 12.0, false));
    for (found, expected) in
        [(found.ratio, 0.375), (found.low, 0.15297183), (found.high, 0.91928689), (found.dispersion, 2.2619047619)]
    {
        assert!((found - expected).abs() < 1e-7, "{found} {expected}");
    }
}

#[test]
fn silence_after_a_loss_has_a_finite_ratio() {
    let events = weekly([3, 9, 0, 4, 1, 7, 2, 6], [0; 8]);
    let study = Study { from: 0, to: 2000 };
    let found = rate_ratio(&events, VagueDay::on(1000), study, Window { days: 56, block: 7 }).unwrap();
    assert!(found.adjusted && found.low > 0.0 && found.high < 1.0, "{found:?}");
}

/// Events day by day at rate 0.3, from day 600 on at `after` times that.
fn simulated(after: f64, seed: u64) -> Vec<Weighted> {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    (0..1200)
        .map(|day| (day, Poisson::new(if day > 600 { 0.3 * after } else { 0.3 }).unwrap().sample(&mut rng)))
        .collect()
}

const STUDY: Study = Study { from: 0, to: 1199 };
const WINDOW: Window = Window { days: 84, block: 7 };

#[test]
fn intervals_hold_a_known_ratio_nine_times_in_ten() {
    for truth in [1.0, 0.4] {
        let holds = |seed: &u64| {
            let found = rate_ratio(&simulated(truth, *seed), VagueDay::on(600), STUDY, WINDOW).unwrap();
            found.low < truth && truth < found.high
        };
        let held = (0..400).filter(holds).count();
        // Taking no dispersion below 1 makes intervals a little wide.
        assert!((350..=390).contains(&held), "{truth}: {held} of 400");
    }
}

#[test]
fn the_placebo_test_finds_a_known_fall_and_seldom_one_where_there_is_none() {
    let p = |after: f64, seed: u64| placebo(&simulated(after, seed), VagueDay::on(600), STUDY, WINDOW).unwrap();
    let strong = p(0.2, 3);
    assert!(strong.fall < 0.01 && strong.either < 0.01 && strong.rise > 0.99, "{strong:?}");
    assert_eq!(strong.others, 1200 - 168 - 1);
    let rejected = (0..400).filter(|seed| p(1.0, *seed).either <= 0.1).count();
    assert!((15..=65).contains(&rejected), "{rejected} of 400 at 10%");
}

#[test]
fn several_losses_are_tested_together() {
    let events = simulated(1.0, 9);
    let losses = [200, 600, 900].map(VagueDay::on);
    let test = |seed| placebo_of_all(&events, &losses, STUDY, WINDOW, 500, seed).unwrap();
    assert_eq!(test(1), test(1));
    assert!((test(1).either - test(2).either).abs() < 0.1);
    // One loss, and all sets of one day: nearly the test of all dates.
    let one = placebo_of_all(&events, &[VagueDay::on(600)], STUDY, WINDOW, 4000, 1).unwrap();
    let all = placebo(&events, VagueDay::on(600), STUDY, WINDOW).unwrap();
    assert!((one.fall - all.fall).abs() < 0.03 && one.change == all.change, "{one:?} {all:?}");
}

#[test]
fn a_vague_loss_leaves_its_days_out() {
    let events: Vec<Weighted> = (0..200).map(|day| (day, f64::from(u8::from((90..=110).contains(&day))))).collect();
    let loss = VagueDay::between(90, 110).unwrap();
    let around = rate_ratio(&events, loss, Study { from: 0, to: 199 }, Window { days: 28, block: 7 });
    assert_eq!(around, Err(LeadershipError::NoEvents { days: 28 }));
}
