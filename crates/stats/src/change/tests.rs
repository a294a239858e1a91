//! The measures of change beside other libraries (fixtures/change.py), published figures, enumeration and simulation.

use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use rand_distr::{Distribution, Gamma, Poisson};
use serde_json::Value;

use super::*;

fn peers() -> Value {
    serde_json::from_str(include_str!("../../fixtures/change.json")).unwrap()
}

fn numbers<T: serde::de::DeserializeOwned>(value: &Value) -> Vec<T> {
    serde_json::from_value(value.clone()).unwrap()
}

fn close(a: f64, b: f64, relative: f64) {
    assert!((a - b).abs() <= relative * b.abs().max(1e-12), "{a} is not {b}");
}

fn rng(seed: u64) -> ChaCha8Rng {
    ChaCha8Rng::seed_from_u64(seed)
}

fn poisson(mean: f64, rng: &mut ChaCha8Rng) -> u64 {
    Poisson::new(mean).unwrap().sample(rng) as u64
}

fn negative_binomial(mean: f64, size: f64, rng: &mut ChaCha8Rng) -> u64 {
    let mean = Gamma::new(size, mean / size).unwrap().sample(rng);
    if mean > 0.0 { poisson(mean, rng) } else { 0 }
}

/// Explosions in British coal mines with ten dead or more, 15 March 1851 to 22 March 1962 (Jarrett 1979).
fn coal() -> Vec<i32> {
    let epoch = jiff::civil::date(1970, 1, 1);
    let day = |line: &str| line.parse::<jiff::civil::Date>().unwrap().since(epoch).unwrap().get_days();
    include_str!("../../fixtures/coal.txt").lines().map(day).collect()
}

fn day(y: i16, m: i8, d: i8) -> i32 {
    jiff::civil::date(y, m, d).since(jiff::civil::date(1970, 1, 1)).unwrap().get_days()
}

fn years(from: i16, until: i16) -> Vec<i32> {
    (from..=until).map(|y| day(y, 1, 1)).collect()
}

mod change_points {
    use super::*;

    #[test]
    fn pelt_finds_what_ruptures_finds() {
        for case in peers()["pelt"].as_array().unwrap() {
            let counts = Counts::regular(0, 1, numbers(&case["counts"])).unwrap();
            let model = match case["size"].as_f64().unwrap() {
                0.0 => Model::Poisson,
                size_per_day => Model::NegativeBinomial { size_per_day },
            };
            let found = segment(&counts, model, Penalty::Fixed(case["penalty"].as_f64().unwrap()), 2);
            assert_eq!(found, numbers::<usize>(&case["edges"]));
        }
    }

    /// The recursion without pruning.
    fn exhaustive(counts: &Counts, model: Model, penalty: Penalty, least: usize) -> f64 {
        let n = counts.len();
        let ln_n = (n as f64).ln();
        let mut best = vec![f64::INFINITY; n + 1];
        best[0] = 0.0;
        for t in least..=n {
            for s in 0..=t - least {
                let fit = model.cost(counts.events(s, t) as f64, counts.span(s, t));
                let own = match penalty {
                    Penalty::Bic => 2.0 * ln_n,
                    Penalty::Mbic => 3.0 * ln_n + ((t - s) as f64 / n as f64).ln(),
                    Penalty::Fixed(value) => value,
                };
                best[t] = best[t].min(best[s] + fit + own);
            }
        }
        best[n]
    }

    #[test]
    fn pruning_loses_nothing() {
        let mut rng = rng(11);
        for round in 0..200 {
            let rates = [0.3, 2.0, 9.0, 1.0];
            let counts: Vec<u64> = (0..40).map(|i| poisson(rates[(i / (3 + round % 9)) % 4], &mut rng)).collect();
            let mut borders = vec![0];
            for i in 0..40 {
                borders.push(borders[i] + 1 + (i as i32 * 7 + round as i32) % 4);
            }
            let counts = Counts::new(borders, counts).unwrap();
            let model = if round % 2 == 0 { Model::Poisson } else { Model::NegativeBinomial { size_per_day: 1.5 } };
            let penalty = [Penalty::Bic, Penalty::Mbic, Penalty::Fixed(1.0)][round % 3];
            let least = 1 + round % 4;
            let edges: Vec<usize> = [vec![0], segment(&counts, model, penalty, least), vec![counts.len()]].concat();
            let n: f64 = 40.0;
            let total: f64 = edges
                .windows(2)
                .map(|w| {
                    assert!(w[1] - w[0] >= least);
                    model.cost(counts.events(w[0], w[1]) as f64, counts.span(w[0], w[1]))
                        + match penalty {
                            Penalty::Bic => 2.0 * n.ln(),
                            Penalty::Mbic => 3.0 * n.ln() + ((w[1] - w[0]) as f64 / n).ln(),
                            Penalty::Fixed(value) => value,
                        }
                })
                .sum();
            close(total, exhaustive(&counts, model, penalty, least), 1e-9);
        }
    }

    #[test]
    fn coal_mines_became_safer_about_1890() {
        let counts = Counts::of_days(&coal(), years(1851, 1963)).unwrap();
        let found = detect(&counts, &Breaks::default(), &Settings::default()).unwrap();
        assert_eq!((found.model, found.segments.len()), (Model::Poisson, 2));
        let Border::Change { at, date, ratio } = &found.borders[0] else { panic!("{:?}", found.borders) };
        // Carlin, Gelfand and Smith (1992): the last year of the old rate is most probably 1891, then 1890 and 1889.
        assert_eq!(*at, day(1892, 1, 1));
        let ranked = |year| date.borders.iter().find(|b| b.0 == day(year, 1, 1)).unwrap().1;
        assert!(ranked(1892) > ranked(1891) && ranked(1891) > ranked(1890) && ranked(1890) > 0.1);
        assert!(date.probability > 0.999_999 && date.bayes_factor > 1e10);
        assert!(ratio.high < 0.5 && ratio.method == RatioMethod::Exact, "{ratio:?}");
    }

    #[test]
    fn the_day_is_that_of_raftery_and_akman() {
        // Raftery and Akman (1986), Jarrett's data and prior with shape ½ and rate 0: mode 10 March 1890, the day of the
        // last of the frequent explosions. The new rate begins on the day after.
        let events = coal();
        let (from, until) = (events[0], events[190]);
        let counts = Counts::of_days(&events, (from..=until).collect()).unwrap();
        let date = one_change(&counts, Model::Poisson, Some(RatePrior::JEFFREYS), 0.95).unwrap();
        assert_eq!(date.mode - 1, day(1890, 3, 10));
        assert!(date.low > day(1886, 1, 1) && date.high < day(1897, 1, 1), "{} {}", civil(date.low), civil(date.high));
        assert!(date.bayes_factor.is_nan(), "an improper prior weighs no models");
    }

    #[test]
    fn constant_rates_rarely_seem_to_change() {
        let mut rng = rng(21);
        let mut wrong = [0; 3];
        for _ in 0..400 {
            let series = [
                (0..60).map(|_| poisson(4.0, &mut rng)).collect::<Vec<_>>(),
                (0..60).map(|_| poisson(0.3, &mut rng)).collect(),
                (0..60).map(|_| negative_binomial(6.0, 1.5, &mut rng)).collect(),
            ];
            for (k, counts) in series.into_iter().enumerate() {
                let counts = Counts::regular(0, 30, counts).unwrap();
                let found = detect(&counts, &Breaks::default(), &Settings::default()).unwrap();
                wrong[k] += usize::from(found.segments.len() > 1);
            }
        }
        println!("changes found in 400 constant series: {wrong:?}");
        assert!(wrong.iter().all(|&w| w <= 20), "{wrong:?} of 400");
    }

    #[test]
    fn short_contagion_is_seldom_taken_for_change() {
        use crate::hawkes::{Truth, simulate_times};
        let truth = Truth { per_day: 0.4, branching: 0.6, half_life: 2.0, scale_km: 1.0 };
        let (mut poisson, mut own) = (0, 0);
        for seed in 0..100 {
            let times = simulate_times(truth, 1860.0, |_| 1.0, seed).unwrap();
            // The first two months are for the process to settle.
            let days: Vec<i32> = times.iter().map(|&t| t as i32 - 60).collect();
            let counts = Counts::of_days(&days, (0..=60).map(|k| 30 * k).collect()).unwrap();
            let changed = |model| {
                let settings = Settings { model, ..Settings::default() };
                detect(&counts, &Breaks::default(), &settings).unwrap().segments.len() > 1
            };
            poisson += usize::from(changed(Some(Model::Poisson)));
            own += usize::from(changed(None));
        }
        println!("contagion without change, months: changes found in {own} of 100; {poisson} were it Poisson");
        assert!(own <= 12 && poisson >= 60, "{own} {poisson}");
    }

    #[test]
    fn changes_are_found_and_their_intervals_hold_them() {
        let mut rng = rng(22);
        let (mut found, mut held, mut given) = (0, 0, 0);
        for _ in 0..400 {
            let at = 15 + poisson(15.0, &mut rng).min(30) as i32;
            let counts: Vec<u64> =
                (0..60).map(|i| negative_binomial(if i < at { 3.0 } else { 9.0 }, 4.0, &mut rng)).collect();
            let counts = Counts::regular(0, 30, counts).unwrap();
            let model = Model::NegativeBinomial { size_per_day: 4.0 / 30.0 };
            let date = one_change(&counts, model, None, 0.9).unwrap();
            given += usize::from(date.low <= at * 30 && at * 30 <= date.high);
            let division = detect(&counts, &Breaks::default(), &Settings::default()).unwrap();
            if let [Border::Change { date, .. }] = &division.borders[..] {
                found += 1;
                held += usize::from(date.low <= at * 30 && at * 30 <= date.high);
            }
        }
        println!(
            "one change found in {found} of 400; 90% intervals hold it in {held}; with the model known {given} of 400"
        );
        assert!(found >= 300 && held as f64 >= 0.86 * f64::from(found), "{found} {held}");
        assert!(given >= 348, "{given} of 400 at 90%");
    }

    #[test]
    fn a_method_break_is_a_border_and_nothing_else() {
        let counts = Counts::regular(0, 30, [vec![2; 20], vec![9; 20]].concat()).unwrap();
        let breaks = Breaks::new(vec![600]);
        let found = detect(&counts, &breaks, &Settings::default()).unwrap();
        assert_eq!(found.borders, vec![Border::Method { at: 600 }]);
        let inside = detect(&counts, &Breaks::new(vec![610]), &Settings::default());
        assert_eq!(inside, Err(ChangeError::InsidePeriod { at: 610 }));
        assert!(inside.unwrap_err().to_string().starts_with("1971-09-03 lies inside a period"));
    }

    #[test]
    fn scatter_is_that_of_statsmodels() {
        // sm.NegativeBinomial on the counts of the trend, see fixtures/change.py; here about its own line.
        let case = &peers()["trends"][1];
        let counts = Counts::new(numbers(&case["borders"]), numbers(&case["counts"])).unwrap();
        let fitted = trends(&counts, &Breaks::default(), &[], 0.9).unwrap();
        let Model::NegativeBinomial { size_per_day } = fitted[0].model else { panic!("{fitted:?}") };
        close(size_per_day, case["size_per_day"].as_f64().unwrap(), 1e-4);
    }
}

mod online {
    use super::*;

    /// Probability of each length of the last run, by going through every division of the series.
    fn by_enumeration(counts: &[u64], days: f64, model: Model, prior: RatePrior, mean_run: f64) -> Vec<f64> {
        let n = counts.len();
        let mut weight = vec![f64::NEG_INFINITY; n + 1];
        for division in 0..1u32 << (n - 1) {
            let edges: Vec<usize> =
                std::iter::once(0).chain((1..n).filter(|i| division >> (i - 1) & 1 == 1)).chain([n]).collect();
            let changes = edges.len() as f64 - 2.0;
            let mut ln = changes * (1.0 / mean_run).ln() + (n as f64 - 1.0 - changes) * (1.0 - 1.0 / mean_run).ln();
            for w in edges.windows(2) {
                ln += model.ln_marginal(
                    counts[w[0]..w[1]].iter().sum::<u64>() as f64,
                    days * (w[1] - w[0]) as f64,
                    prior,
                );
            }
            let length = n - edges[edges.len() - 2];
            weight[length] = date::ln_sum(&[weight[length], ln]);
        }
        let all = date::ln_sum(&weight);
        weight.iter().map(|w| (w - all).exp()).collect()
    }

    #[test]
    fn run_lengths_are_those_of_enumeration() {
        let counts = [3, 1, 2, 4, 9, 11, 8, 0, 1, 0, 2];
        let prior = RatePrior { shape: 2.0, rate: 20.0 };
        for model in [Model::Poisson, Model::NegativeBinomial { size_per_day: 0.4 }] {
            let mut detector = Online::new(model, prior, 8.0).unwrap();
            let seen = counts.iter().map(|&y| detector.observe(y, 5.0)).last().unwrap();
            let exact = by_enumeration(&counts, 5.0, model, prior, 8.0);
            for &(length, p) in &seen.lengths {
                assert!((p - exact[length]).abs() < 1e-7, "{model:?} {length}: {p} {}", exact[length]);
            }
        }
    }

    #[test]
    fn predictions_are_probabilities() {
        let prior = RatePrior { shape: 1.0, rate: 10.0 };
        for model in [Model::Poisson, Model::NegativeBinomial { size_per_day: 0.2 }] {
            let total: f64 = (0..4000).map(|y| model.ln_predictive(y, 30.0, 7.0, 45.0, prior).exp()).sum();
            assert!((total - 1.0).abs() < 1e-3, "{model:?}: {total}");
        }
    }

    #[test]
    fn a_jump_shows_within_a_few_periods() {
        let mut rng = rng(5);
        let mut detector = Online::new(Model::Poisson, RatePrior { shape: 1.0, rate: 0.5 }, 100.0).unwrap();
        let means = [vec![2.0; 40], vec![9.0; 4]].concat();
        let seen: Vec<RunLength> = means.iter().map(|&m| detector.observe(poisson(m, &mut rng), 1.0)).collect();
        assert!(seen[39].most_probable > 30 && seen[39].changed_within(4) < 0.1, "{:?}", seen[39]);
        assert!(seen[43].most_probable <= 6 && seen[43].changed_within(6) > 0.9, "{:?}", seen[43]);
        assert!(Online::new(Model::Poisson, RatePrior::JEFFREYS, 100.0).is_err());
    }
}

mod ratios {
    use super::*;

    #[test]
    fn exact_limits_are_scipys() {
        for case in peers()["ratios"]["exact"].as_array().unwrap() {
            let get = |key: &str| case[key].as_f64();
            let (e1, e2) = (get("days_before").unwrap() as i32, get("days_after").unwrap() as i32);
            let counts =
                Counts::new(vec![0, e1, e1 + e2], vec![get("before").unwrap() as u64, get("after").unwrap() as u64]);
            let found = rate_ratio(&counts.unwrap(), (0, e1), (e1, e1 + e2), &Breaks::default(), 0.9).unwrap();
            close(found.low, get("low").unwrap(), 1e-6);
            match get("high") {
                Some(high) => close(found.high, high, 1e-6),
                None => assert_eq!(found.high, f64::INFINITY),
            }
            assert_eq!((found.method, found.dispersion_p), (RatioMethod::Exact, None));
        }
    }

    #[test]
    fn scattered_counts_get_the_limits_of_the_quasi_likelihood() {
        let case = &peers()["ratios"]["quasi"];
        let get = |key: &str| case[key].as_f64().unwrap();
        let counts = Counts::regular(0, 30, numbers(&case["counts"])).unwrap();
        let (split, end) = (24 * 30, 42 * 30);
        let found = rate_ratio(&counts, (0, split), (split, end), &Breaks::default(), 0.9).unwrap();
        let RatioMethod::QuasiPoisson { dispersion, degrees } = found.method else { panic!("{found:?}") };
        close(dispersion, get("dispersion"), 1e-9);
        assert_eq!(degrees, 40);
        close(found.ratio, get("ratio"), 1e-9);
        close(found.low, get("low"), 1e-6);
        close(found.high, get("high"), 1e-6);
        // Wald's limits (statsmodels) lie near the profile's.
        close(found.low, get("wald_low"), 0.05);
        close(found.high, get("wald_high"), 0.05);
    }

    #[test]
    fn intervals_hold_the_truth_where_counts_scatter() {
        let mut rng = rng(31);
        let held = (0..600)
            .filter(|_| {
                let mut counts: Vec<u64> = (0..18).map(|_| negative_binomial(8.0, 2.0, &mut rng)).collect();
                counts.extend((0..12).map(|_| negative_binomial(16.0, 2.0, &mut rng)));
                let counts = Counts::regular(0, 30, counts).unwrap();
                let found = rate_ratio(&counts, (0, 540), (540, 900), &Breaks::default(), 0.9).unwrap();
                found.low <= 2.0 && 2.0 <= found.high
            })
            .count();
        println!("quasi-Poisson 90% intervals hold the ratio in {held} of 600");
        assert!((516..=564).contains(&held), "{held} of 600 at 90%");
    }

    #[test]
    fn nothing_is_compared_across_a_break() {
        let counts = Counts::regular(0, 10, vec![3; 10]).unwrap();
        let breaks = Breaks::new(vec![50]);
        let across = rate_ratio(&counts, (0, 30), (60, 100), &breaks, 0.9);
        assert_eq!(across, Err(ChangeError::AcrossBreak { at: 50, from: 0, until: 100 }));
        assert_eq!(
            across.unwrap_err().to_string(),
            "not comparable: the dataset's method changed on 1970-02-20, inside 1970-01-01 to 1970-04-10; ask about each side on its own"
        );
        let beside = rate_ratio(&counts, (50, 70), (70, 100), &breaks, 0.9).unwrap();
        close(beside.ratio, 1.0, 1e-12);
        close(beside.p, 1.0, 1e-12);
    }
}

mod trend_lines {
    use super::*;

    #[test]
    fn growth_is_that_of_statsmodels() {
        for case in peers()["trends"].as_array().unwrap() {
            let counts = Counts::new(numbers(&case["borders"]), numbers(&case["counts"])).unwrap();
            let (from, until) = counts.window();
            let found = trend(&counts, from, until, &Breaks::default(), 0.9).unwrap();
            for (ours, key) in [(found.growth, "growth"), (found.low, "low"), (found.high, "high")] {
                close(ours, case[key].as_f64().unwrap(), 1e-5);
            }
            close(found.p, case["p"].as_f64().unwrap(), 1e-3);
            assert_eq!(found.model == Model::Poisson, case.get("size_per_day").is_none());
        }
    }

    #[test]
    fn doubling_time_and_its_interval() {
        // Doubles every 3 periods of a mean month: 4, 5, 6, 8, 10, 13, 16 … (rounded).
        let counts: Vec<u64> = (0..24).map(|i| (40.0 * 2f64.powf(f64::from(i) / 6.0)).round() as u64).collect();
        let counts = Counts::regular(0, 30, counts).unwrap();
        let found = trend(&counts, 0, 720, &Breaks::default(), 0.9).unwrap();
        close(found.doubling.months, 6.0 * 30.0 / (365.2425 / 12.0), 0.01);
        let (short, long) = found.doubling.interval.unwrap();
        assert!(short < found.doubling.months && found.doubling.months < long);
        close(found.per_day_last / found.per_day_first, 16.0, 0.02);

        let flat = Counts::regular(0, 30, [5, 4, 6, 5, 5, 4, 6, 5].to_vec()).unwrap();
        assert_eq!(trend(&flat, 0, 240, &Breaks::default(), 0.9).unwrap().doubling.interval, None);
    }

    #[test]
    fn a_change_of_method_is_no_growth() {
        // Flat at 3, then flat at 12 because more is counted: one line would show growth of some 12% a month.
        let mut rng = rng(8);
        let counts: Vec<u64> = (0..24).map(|i| poisson(if i < 12 { 3.0 } else { 12.0 }, &mut rng)).collect();
        let counts = Counts::regular(0, 30, counts).unwrap();
        let breaks = Breaks::new(vec![360]);
        assert!(matches!(trend(&counts, 0, 720, &breaks, 0.9), Err(ChangeError::AcrossBreak { at: 360, .. })));
        let naive = trend(&counts, 0, 720, &Breaks::default(), 0.9).unwrap();
        assert!(naive.low > 0.05, "{naive:?}");
        let sides = trends(&counts, &breaks, &[], 0.9).unwrap();
        assert_eq!(sides.len(), 2);
        assert!(sides.iter().all(|s| s.low < 0.0 && 0.0 < s.high), "{sides:?}");
    }

    #[test]
    fn intervals_of_growth_hold_the_truth() {
        let mut rng = rng(9);
        let truth = 0.05f64;
        let held = (0..600)
            .filter(|_| {
                let rate = |i: i32| 5.0 * (truth.ln_1p() * f64::from(i) * 30.0 / MONTH_DAYS).exp();
                let counts = (0..36).map(|i| negative_binomial(rate(i), 3.0, &mut rng)).collect();
                let counts = Counts::regular(0, 30, counts).unwrap();
                let found = trend(&counts, 0, 36 * 30, &Breaks::default(), 0.9).unwrap();
                found.low <= truth && truth <= found.high
            })
            .count();
        println!("90% intervals of growth hold it in {held} of 600");
        assert!((504..=564).contains(&held), "{held} of 600 at 90%");
    }

    const MONTH_DAYS: f64 = 365.2425 / 12.0;

    #[test]
    fn too_little_is_said_to_be_too_little() {
        let counts = Counts::regular(0, 30, vec![0, 0, 0, 0, 7]).unwrap();
        let error = trend(&counts, 0, 150, &Breaks::default(), 0.9).unwrap_err();
        assert_eq!(error, ChangeError::TooFew { what: "a trend, of periods with events,", needed: 2, found: 1 });
    }
}

mod compositions {
    use super::*;

    #[test]
    fn shares_and_statistics_are_scipys() {
        let case = &peers()["composition"];
        let (before, after): (Vec<u64>, Vec<u64>) = (numbers(&case["before"]), numbers(&case["after"]));
        let found = shift(&before, &after, 0.9, 1).unwrap();
        close(found.g, case["g"].as_f64().unwrap(), 1e-9);
        close(found.bayes_factor.ln(), case["ln_bayes_factor"].as_f64().unwrap(), 1e-9);
        let asymptotic = case["asymptotic_p"].as_f64().unwrap();
        assert!(found.p > asymptotic / 3.0 && found.p < asymptotic * 3.0, "{} {asymptotic}", found.p);
        let rose: Vec<f64> = numbers(&case["rose"]);
        let means: Vec<(f64, f64)> = numbers(&case["mean"]);
        for (category, (rose, mean)) in found.categories.iter().zip(rose.iter().zip(&means)) {
            assert!((category.rose - rose).abs() < 0.006, "{category:?} {rose}");
            close(category.share_before, mean.0, 1e-12);
            close(category.share_after, mean.1, 1e-12);
            assert!(category.low < category.difference && category.difference < category.high);
        }
        assert_eq!(found, shift(&before, &after, 0.9, 1).unwrap());
    }

    #[test]
    fn relabelling_keeps_its_level_where_the_asymptotic_test_does_not() {
        let mut rng = rng(14);
        let rejected = (0..100)
            .filter(|&i| {
                let mut draw = |n: u64| {
                    let mut counts = [0u64; 5];
                    for _ in 0..n {
                        let u: f64 = rand::RngExt::random(&mut rng);
                        counts[[0.6, 0.8, 0.92, 0.97].iter().filter(|c| u > **c).count()] += 1;
                    }
                    counts
                };
                let (before, after) = (draw(14), draw(9));
                shift(&before, &after, 0.9, i).unwrap().p <= 0.1
            })
            .count();
        println!("at the 10% level {rejected} of 100 equal compositions are told apart");
        assert!(rejected <= 17, "{rejected}");
    }

    #[test]
    fn lists_must_match() {
        assert_eq!(shift(&[1, 2], &[1], 0.9, 0), Err(ChangeError::Categories { before: 2, after: 1 }));
        assert!(matches!(shift(&[0, 0], &[1, 2], 0.9, 0), Err(ChangeError::OutOfRange { .. })));
    }
}

mod onsets {
    use super::*;

    #[test]
    fn vague_days_count_as_the_mean_of_all_their_days() {
        let certain = [3, 20, 24, 25, 31, 33];
        let vague = [EventDay { earliest: 12, latest: 15 }, EventDay { earliest: 14, latest: 22 }];
        let events: Vec<EventDay> = certain.iter().map(|&d| EventDay::on(d)).chain(vague).collect();
        let exact = onset(&events, (0, 40), &Breaks::default(), 0.9).unwrap();
        assert_eq!((exact.events, exact.vague), (8, 2));
        // Every pair of days in turn, weighted by how well it fits.
        let mut sum = vec![0.0; 39];
        let mut evidence = 0.0;
        for a in 12..=15 {
            for b in 14..=22 {
                let days: Vec<EventDay> = certain.iter().copied().chain([a, b]).map(EventDay::on).collect();
                let one = onset(&days, (0, 40), &Breaks::default(), 0.9).unwrap().date;
                for (s, (_, p)) in sum.iter_mut().zip(&one.borders) {
                    *s += p * one.bayes_factor;
                }
                evidence += one.bayes_factor;
            }
        }
        for (s, (_, p)) in sum.iter().zip(&exact.date.borders) {
            assert!((s / evidence - p).abs() < 1e-10);
        }
        close(exact.date.bayes_factor, evidence / 36.0, 1e-9);
    }

    #[test]
    fn only_rises_are_onsets() {
        let fall: Vec<EventDay> = (0..20).map(|i| EventDay::on(i * 2)).chain([EventDay::on(90)]).collect();
        let found = onset(&fall, (0, 100), &Breaks::default(), 0.9).unwrap();
        assert!(found.date.probability < 0.2, "{:?}", found.date.probability);
        let rise: Vec<EventDay> = fall.iter().map(|e| EventDay::on(99 - e.earliest)).collect();
        let found = onset(&rise, (0, 100), &Breaks::default(), 0.9).unwrap();
        assert!(found.date.probability > 0.99);
        let claim = found.claim(61, 61);
        assert!(claim.in_interval && found.claim(20, 30).later > 0.9, "{claim:?}");
        close(claim.earlier + claim.within + claim.later, 1.0, 1e-9);
    }

    #[test]
    fn intervals_hold_the_day() {
        let mut rng = rng(17);
        let held = (0..400)
            .filter(|_| {
                let start = 60 + poisson(60.0, &mut rng) as i32;
                let mut events = Vec::new();
                for day in 0..240 {
                    let rate = if day < start { 0.03 } else { 0.25 };
                    for i in 0..poisson(rate, &mut rng) {
                        // Every other event is only known to a span of ten days that holds it.
                        let shift = (day + i as i32) % 10;
                        let vague = EventDay { earliest: (day - shift).max(0), latest: (day - shift + 9).min(239) };
                        events.push(if events.len() % 2 == 0 { EventDay::on(day) } else { vague });
                    }
                }
                let found = onset(&events, (0, 240), &Breaks::default(), 0.9).unwrap();
                found.date.low <= start && start <= found.date.high
            })
            .count();
        println!("90% intervals of the onset hold it in {held} of 400");
        assert!(held >= 350, "{held} of 400 at 90%");
    }
}
