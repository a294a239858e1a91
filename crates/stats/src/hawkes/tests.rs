//! Contagion beside other libraries (fixtures/hawkes.py), beside likelihoods written out in full, and in simulations.

use serde_json::Value;

use super::optimise::Objective;
use super::*;

fn peers() -> Value {
    serde_json::from_str(include_str!("../../fixtures/hawkes.json")).unwrap()
}

fn numbers(value: &Value) -> Vec<f64> {
    serde_json::from_value(value.clone()).unwrap()
}

fn close(a: f64, b: f64, relative: f64) {
    assert!((a - b).abs() <= relative * b.abs(), "{a} is not {b}");
}

fn truth(per_day: f64, branching: f64, half_life: f64) -> Truth {
    Truth { per_day, branching, half_life, scale_km: 10.0 }
}

fn by_day(times: &[f64], days: usize) -> Vec<u32> {
    let mut counts = vec![0; days];
    for &t in times {
        counts[t as usize] += 1;
    }
    counts
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

/// The gradient must be that of the value.
fn check_gradient(f: &impl Objective, x: &[f64]) {
    let mut gradient = vec![0.0; x.len()];
    f.at(x, &mut gradient);
    let mut ignored = vec![0.0; x.len()];
    for i in 0..x.len() {
        let mut moved = x.to_vec();
        moved[i] += 1e-5;
        let up = f.at(&moved, &mut ignored);
        moved[i] -= 2e-5;
        let slope = (up - f.at(&moved, &mut ignored)) / 2e-5;
        assert!((slope - gradient[i]).abs() < 1e-4 * (1.0 + slope.abs()), "{i}: {slope} {}", gradient[i]);
    }
}

mod times {
    use super::*;

    #[test]
    fn the_fit_is_that_of_hawkespylib() {
        for case in peers()["cases"].as_array().unwrap() {
            let (times, get) = (numbers(&case["times"]), |key: &str| case[key].as_f64().unwrap());
            let window = (0.0, get("days"));
            let fit = fit_times(&times, window, &Background::constant(), 0.9).unwrap();
            let half_life = fit.half_life.unwrap();
            assert!(
                fit.ln_likelihood >= get("log_likelihood") - 1e-6,
                "{} {}",
                fit.ln_likelihood,
                get("log_likelihood")
            );
            close(fit.ln_likelihood, get("log_likelihood"), 1e-9);
            close(fit.background[0].per_day.value, get("mu"), 1e-4);
            close(fit.branching.value, get("eta"), 1e-4);
            close(half_life.value, get("theta") * std::f64::consts::LN_2, 1e-4);
        }
    }

    #[test]
    fn residuals_are_hawkespylibs_and_scipys() {
        for case in peers()["cases"].as_array().unwrap() {
            let waits = numbers(&case["waits"]);
            let fit = fit_times(
                &numbers(&case["times"]),
                (0.0, case["days"].as_f64().unwrap()),
                &Background::constant(),
                0.9,
            );
            let residual = fit.unwrap().residual;
            assert_eq!(residual.values, waits.len());
            close(residual.distance, case["ks"].as_f64().unwrap(), 1e-3);
        }
        for test in peers()["kolmogorov_smirnov"].as_array().unwrap() {
            let found = kolmogorov_smirnov(numbers(&test["values"]));
            close(found.distance, test["distance"].as_f64().unwrap(), 1e-9);
            assert!((found.p - test["p"].as_f64().unwrap()).abs() < 0.015, "{found:?} {}", test["p"]);
        }
    }

    #[test]
    fn the_likelihood_is_that_written_out_in_full() {
        let times = simulate_times(truth(0.3, 0.5, 2.0), 100.0, |_| 1.0, 3).unwrap();
        let background = Background::changing_on(vec![30.0, 55.0]);
        let model = temporal::Times::new(&times, (0.0, 100.0), &background).unwrap();
        let (rates, eta, beta) = ([0.2, 0.5, 0.3], 0.4, 0.7f64);
        let mut value = -eta * times.iter().map(|t| 1.0 - (-beta * (100.0 - t)).exp()).sum::<f64>();
        value -= 30.0 * rates[0] + 25.0 * rates[1] + 45.0 * rates[2];
        for (i, &t) in times.iter().enumerate() {
            let rate = rates[usize::from(t >= 30.0) + usize::from(t >= 55.0)];
            value += (rate + times[..i].iter().map(|s| eta * beta * (-beta * (t - s)).exp()).sum::<f64>()).ln();
        }
        let x = [
            rates[0].ln(),
            rates[1].ln(),
            rates[2].ln(),
            eta.ln(),
            (beta - temporal::slowest(&[0.0, 100.0 / 3.0])).ln(),
        ];
        close(model.at(&x, &mut [0.0; 5]), value, 1e-12);
        check_gradient(&model, &x);
    }

    #[test]
    fn known_parameters_are_recovered_and_held() {
        let known = truth(0.4, 0.6, 3.0);
        let (mut branching, mut held, mut timed) = (Vec::new(), 0, 0);
        for seed in 0..200 {
            let times = simulate_times(known, 500.0, |_| 1.0, seed).unwrap();
            let fit = fit_times(&times, (0.0, 500.0), &Background::constant(), 0.9).unwrap();
            branching.push(fit.branching.value);
            held += usize::from(fit.branching.low <= 0.6 && 0.6 <= fit.branching.high);
            timed += usize::from(fit.half_life.is_some_and(|h| h.low <= 3.0 && 3.0 <= h.high));
            assert!(fit.branching.low <= fit.branching.value && fit.branching.value <= fit.branching.high);
        }
        println!(
            "branching 0.6: mean {:.3}; 90% intervals hold it in {held}, the half-life in {timed} of 200",
            mean(&branching)
        );
        assert!((mean(&branching) - 0.6).abs() < 0.04);
        assert!((170..=192).contains(&held) && (170..=192).contains(&timed), "{held} {timed}");
    }

    #[test]
    fn without_contagion_the_interval_reaches_to_nothing() {
        let mut reached = 0;
        let mut preferred = 0;
        for seed in 0..100 {
            let times = simulate_times(truth(0.5, 0.0, 1.0), 400.0, |_| 1.0, seed).unwrap();
            let fit = fit_times(&times, (0.0, 400.0), &Background::constant(), 0.9).unwrap();
            reached += usize::from(fit.branching.low < 1e-3);
            // 200 events leave a few hundredths to some tenths of contagion possible, never none.
            assert!(fit.branching.high > 0.02 && fit.branching.high < 1.0, "{:?}", fit.branching);
            preferred += usize::from(fit.aic < fit.aic_alone);
        }
        println!(
            "no contagion: the interval reaches nought in {reached}, contagion is preferred in {preferred} of 100"
        );
        assert!(reached >= 84, "{reached}");
    }

    #[test]
    fn a_swelling_background_is_contagion_only_if_held_constant() {
        // Events four times as frequent in the second half, none leading to another.
        let swell = |t: f64| if t < 300.0 { 0.25 } else { 1.0 };
        let (mut constant, mut stepped) = (Vec::new(), Vec::new());
        for seed in 0..20 {
            let times = simulate_times(truth(0.8, 0.0, 1.0), 600.0, swell, seed).unwrap();
            let fit = |background: &Background| fit_times(&times, (0.0, 600.0), background, 0.9).unwrap();
            let (one, two) = (fit(&Background::constant()), fit(&Background::equal((0.0, 600.0), 6)));
            assert!(two.aic < one.aic, "{} {}", two.aic, one.aic);
            constant.push(one.branching.value);
            stepped.push(two.branching.value);
        }
        println!(
            "no contagion, swelling background: branching {:.2} if constant, {:.2} in six steps",
            mean(&constant),
            mean(&stepped)
        );
        assert!(mean(&constant) > 0.5 && mean(&stepped) < 0.15);
    }

    #[test]
    fn a_right_fit_passes_and_a_wrong_one_fails_the_residual_check() {
        let times = simulate_times(truth(0.3, 0.7, 2.0), 2000.0, |_| 1.0, 5).unwrap();
        let fit = fit_times(&times, (0.0, 2000.0), &Background::constant(), 0.9).unwrap();
        assert!(fit.residual.p > 0.1, "{:?}", fit.residual);
        let rate = times.len() as f64 / 2000.0;
        let clock: Vec<f64> = times.iter().map(|t| t * rate).collect();
        assert!(residual::time_rescaling(&clock).p < 1e-6);
    }

    #[test]
    fn thinning_and_families_make_the_same_process() {
        let known = truth(0.5, 0.5, 2.0);
        let thinned: Vec<f64> =
            (0..200).map(|s| simulate_times(known, 200.0, |_| 1.0, s).unwrap().len() as f64).collect();
        let families: Vec<f64> =
            (0..200).map(|s| simulate_space_time(known, 200.0, |_, _| (34.0, 69.0), s).unwrap().len() as f64).collect();
        // 0.5 · 200 / (1 − 0.5) events, less those still to come at the end (half-life 2: about 1 in 40).
        assert!((mean(&thinned) - 197.0).abs() < 8.0 && (mean(&families) - 197.0).abs() < 8.0);
    }

    #[test]
    fn days_are_drawn_within_their_spans() {
        let spans: Vec<(i32, i32)> = (0..3000).map(|_| (10, 12)).chain([(5, 5)]).collect();
        let drawn = draw_days(&spans, 4);
        assert_eq!(drawn, draw_days(&spans, 4));
        assert_eq!(drawn[3000], 5);
        for day in 10..=12 {
            let n = drawn.iter().filter(|&&d| d == day).count();
            assert!((900..1100).contains(&n), "{day}: {n}");
        }
        let times = spread(&drawn, 4);
        assert!(times.windows(2).all(|w| w[0] <= w[1]) && times[0] >= 5.0 && times[3000] < 13.0);
    }

    #[test]
    fn a_step_without_events_has_a_background_from_nothing() {
        let mut times = simulate_times(truth(0.5, 0.3, 1.0), 300.0, |_| 1.0, 2).unwrap();
        times.retain(|t| *t < 200.0);
        let fit = fit_times(&times, (0.0, 300.0), &Background::changing_on(vec![210.0]), 0.9).unwrap();
        let empty = fit.background[1].per_day;
        // No event in 90 days: the limit at 90% is 1.35 / 90 (χ²(1) / 2 over the days).
        assert!(empty.value < 1e-3 && empty.low == 0.0, "{empty:?}");
        close(empty.high, 1.353 / 90.0, 0.02);
    }

    #[test]
    fn what_cannot_be_fitted_is_refused() {
        let background = Background::constant();
        let fit = |times: &[f64]| fit_times(times, (0.0, 100.0), &background, 0.9).unwrap_err();
        assert_eq!(fit(&[1.0, 2.0]), HawkesError::TooFew { needed: 10, found: 2 });
        let mut times: Vec<f64> = (1..20).map(f64::from).collect();
        times[5] = times[4];
        assert_eq!(fit(&times), HawkesError::NotIncreasing { index: 5 });
        times[5] = 5.5;
        times[18] = 101.0;
        assert!(matches!(fit(&times), HawkesError::Outside { .. }));
        let borders = Background::changing_on(vec![100.0]);
        assert!(matches!(fit_times(&times[..18], (0.0, 100.0), &borders, 0.9), Err(HawkesError::Outside { .. })));
    }
}

mod days {
    use super::*;

    #[test]
    fn the_gradient_is_that_of_the_likelihood() {
        let times = simulate_times(truth(0.5, 0.6, 1.5), 200.0, |_| 1.0, 3).unwrap();
        let background = Background::changing_on(vec![1080.0]);
        let counts = by_day(&times, 200);
        let model = daily::Days::new(&counts, 1000, &background).unwrap();
        check_gradient(&model, &[-0.9, -0.4, -0.7, -0.5]);
        check_gradient(&model, &[-0.2, -1.4, -0.2, 0.8]);
    }

    #[test]
    fn families_of_a_day_are_counted_right() {
        // Borel–Tanner probabilities sum to one, with mean founders / (1 − same).
        let p = |y: u32| daily::ln_borel_tanner(y, 1.3, 0.4).exp();
        close((0..200).map(p).sum::<f64>(), 1.0, 1e-10);
        close((0..200).map(|y| f64::from(y) * p(y)).sum::<f64>(), 1.3 / 0.6, 1e-10);
    }

    #[test]
    fn dating_to_days_costs_little_and_spreading_more() {
        println!(
            "by half-life, events per day: mean branching (of 0.6), half-life; each for times known, spread, by day"
        );
        for (half_life, per_day) in [(0.1, 0.4), (0.3, 0.4), (3.0, 0.4), (0.3, 3.0)] {
            let known = truth(per_day, 0.6, half_life);
            let (mut branching, mut halves) = ([const { Vec::new() }; 3], [const { Vec::new() }; 3]);
            let mut held = [0; 2];
            for seed in 0..25 {
                let times = simulate_times(known, 1000.0, |_| 1.0, 100 + seed).unwrap();
                let days: Vec<i32> = times.iter().map(|&t| t as i32).collect();
                let background = Background::constant();
                let fits = [
                    fit_times(&times, (0.0, 1000.0), &background, 0.9).unwrap(),
                    fit_times(&spread(&days, seed), (0.0, 1000.0), &background, 0.9).unwrap(),
                    fit_days(&by_day(&times, 1000), 0, &background, 0.9, 1).unwrap(),
                ];
                for (k, fit) in fits.iter().enumerate() {
                    branching[k].push(fit.branching.value);
                    halves[k].push(fit.half_life.unwrap().value);
                }
                held[0] += usize::from(fits[2].branching.low <= 0.6 && 0.6 <= fits[2].branching.high);
                held[1] += usize::from(fits[2].half_life.is_some_and(|h| h.low <= half_life && half_life <= h.high));
            }
            let (b, h) = (branching.map(|f| mean(&f)), halves.map(|f| mean(&f)));
            println!("half-life {half_life}, {per_day}: {b:.3?} {h:.2?}; held by day {held:?} of 25");
            assert!((b[2] - b[0]).abs() < 0.02 && (b[1] - b[0]).abs() < 0.03, "{b:?}");
            assert!((h[2] - h[0]).abs() < 0.03 + 0.03 * half_life, "by day: {h:?}");
            assert!(h[1] > h[0] + if half_life < 1.0 { 0.07 } else { 0.0 }, "spread: {h:?}");
            assert!(held.iter().all(|&n| n >= 19), "{held:?} of 25 at 90%");
        }
    }

    #[test]
    fn the_residual_check_tells_a_right_fit_from_a_wrong_one() {
        let times = simulate_times(truth(0.5, 0.7, 2.0), 1500.0, |_| 1.0, 9).unwrap();
        let counts = by_day(&times, 1500);
        let fit = fit_days(&counts, 0, &Background::constant(), 0.9, 1).unwrap();
        assert!(fit.residual.p > 0.1, "{:?}", fit.residual);
        assert_eq!(fit, fit_days(&counts, 0, &Background::constant(), 0.9, 1).unwrap());
        // All background: no contagion at all.
        let model = daily::Days::new(&counts, 0, &Background::constant()).unwrap();
        let alone = [(times.len() as f64 / 1500.0).ln(), -20.0, 0.0];
        let wrong = kolmogorov_smirnov(model.quantiles(&alone, 1));
        assert!(wrong.p < 1e-3, "{wrong:?}");
    }

    #[test]
    fn the_background_may_change_on_given_days() {
        let swell = |t: f64| if t < 400.0 { 0.2 } else { 1.0 };
        let times = simulate_times(truth(1.0, 0.5, 2.0), 800.0, swell, 4).unwrap();
        let steps = Background::changing_on(vec![400.0]);
        let fit = fit_days(&by_day(&times, 800), 0, &steps, 0.9, 1).unwrap();
        let held = |e: &Estimate, v: f64| e.low <= v && v <= e.high;
        assert!(held(&fit.background[0].per_day, 0.2) && held(&fit.background[1].per_day, 1.0), "{fit:?}");
        assert!(held(&fit.branching, 0.5) && held(&fit.half_life.unwrap(), 2.0), "{fit:?}");
        let constant = fit_days(&by_day(&times, 800), 0, &Background::constant(), 0.9, 1).unwrap();
        assert!(fit.aic < constant.aic && constant.branching.value > fit.branching.value + 0.1);
    }
}

mod space_time {
    use super::*;

    const KM: f64 = 180.0 / std::f64::consts::PI / 6371.0;

    /// Background anywhere in a square of 500 km at 35° north.
    fn square(u: f64, v: f64) -> (f64, f64) {
        let north = (u - 0.5) * 500.0;
        (35.0 + north * KM, 65.0 + (v - 0.5) * 500.0 * KM / 35f64.to_radians().cos())
    }

    #[test]
    fn the_likelihood_is_that_written_out_in_full() {
        let points = simulate_space_time(truth(0.5, 0.5, 3.0), 120.0, square, 2).unwrap();
        let model = spacetime::Pairs::new(&points, (0.0, 120.0), Ground::Uniform { area_km2: 250_000.0 }, 1.0).unwrap();
        let (mu, eta, beta, sigma) = (0.4, 0.3, 0.2f64, 12.0f64);
        let haversine = |a: &Point, b: &Point| {
            let (dlat, dlon) = ((a.latitude - b.latitude).to_radians(), (a.longitude - b.longitude).to_radians());
            let h = (dlat / 2.0).sin().powi(2)
                + a.latitude.to_radians().cos() * b.latitude.to_radians().cos() * (dlon / 2.0).sin().powi(2);
            2.0 * 6371.0 * h.sqrt().asin()
        };
        let mut value = -mu * 120.0;
        for (i, p) in points.iter().enumerate() {
            value -= eta * (1.0 - (-beta * (120.0 - p.time)).exp());
            let excited: f64 = points[..i]
                .iter()
                .map(|q| {
                    let r = haversine(p, q);
                    let space = (-r * r / (2.0 * sigma * sigma)).exp() / (std::f64::consts::TAU * sigma * sigma);
                    eta * beta * (-beta * (p.time - q.time)).exp() * space
                })
                .sum();
            value += (mu / 250_000.0 + excited).ln();
        }
        let x = [mu.ln(), eta.ln(), (beta - temporal::slowest(&[0.0, 120.0])).ln(), (sigma - 1.0).ln()];
        close(model.at(&x, &mut [0.0; 4]), value, 1e-9);
        check_gradient(&model, &x);
    }

    #[test]
    fn known_parameters_are_recovered_and_held() {
        let known = truth(0.6, 0.5, 4.0);
        let (mut found, mut held) = ([const { Vec::new() }; 3], [0; 3]);
        for seed in 0..60 {
            let points = simulate_space_time(known, 300.0, square, seed).unwrap();
            let ground = Ground::Uniform { area_km2: 250_000.0 };
            let fit = fit_space_time(&points, (0.0, 300.0), ground, 0.5, 0.9).unwrap();
            let pairs = [(fit.branching, 0.5), (fit.half_life, 4.0), (fit.scale_km, 10.0)];
            for (k, (estimate, true_value)) in pairs.into_iter().enumerate() {
                found[k].push(estimate.value);
                held[k] += usize::from(estimate.low <= true_value && true_value <= estimate.high);
            }
            assert!(!fit.scale_at_precision);
        }
        let means = found.map(|f| mean(&f));
        println!("space-time 0.5, 4 days, 10 km: mean {means:.3?}; 90% intervals hold them in {held:?} of 60");
        assert!((means[0] - 0.5).abs() < 0.04 && (means[1] - 4.0).abs() < 0.4 && (means[2] - 10.0).abs() < 0.4);
        assert!(held.iter().all(|&h| h >= 48), "{held:?}");
    }

    #[test]
    fn a_patchy_background_needs_its_density() {
        // Three towns with a spread of 60 km, hundreds of km apart: places cluster, events do not lead to one another.
        let towns = |u: f64, v: f64| {
            let (town, u) = ((u * 3.0).floor(), (u * 3.0).fract().max(1e-9));
            let (r, a) = (60.0 * (-2.0 * u.ln()).sqrt(), std::f64::consts::TAU * v);
            (33.0 + town + r * a.cos() * KM, 62.0 + 3.0 * town + r * a.sin() * KM / 0.83)
        };
        let known = Truth { per_day: 1.0, branching: 0.0, half_life: 1.0, scale_km: 1.0 };
        let points = simulate_space_time(known, 400.0, towns, 6).unwrap();
        let fit = |ground| fit_space_time(&points, (0.0, 400.0), ground, 1.0, 0.9).unwrap();
        let (uniform, dense) = (fit(Ground::Uniform { area_km2: 1e6 }), fit(Ground::Density { bandwidth_km: 40.0 }));
        println!(
            "no contagion, three towns: branching {:.2} over a uniform ground, {:.2} over the density",
            uniform.branching.value, dense.branching.value
        );
        assert!(uniform.branching.value > 0.4 && dense.branching.value < 0.12);
        // With contagion the density leaves most of it to be found.
        let known = Truth { per_day: 0.6, branching: 0.4, half_life: 3.0, scale_km: 5.0 };
        let points = simulate_space_time(known, 600.0, towns, 7).unwrap();
        let dense = fit_space_time(&points, (0.0, 600.0), Ground::Density { bandwidth_km: 40.0 }, 1.0, 0.9).unwrap();
        println!("contagion 0.4, 3 days, 5 km over the density: {dense:?}");
        assert!((dense.branching.value - 0.4).abs() < 0.12 && (dense.scale_km.value - 5.0).abs() < 1.5);
    }

    #[test]
    fn events_at_one_town_centre_do_not_draw_the_scale_to_nothing() {
        let towns = |u: f64, v: f64| (31.0 + (u * 6.0).floor(), 62.0 + (v * 6.0).floor());
        let known = Truth { per_day: 0.6, branching: 0.5, half_life: 3.0, scale_km: 1e-6 };
        let points = simulate_space_time(known, 400.0, towns, 3).unwrap();
        let ground = Ground::Uniform { area_km2: 400_000.0 };
        let fit = fit_space_time(&points, (0.0, 400.0), ground, 5.0, 0.9).unwrap();
        assert!(fit.scale_at_precision && fit.scale_km.value >= 5.0, "{fit:?}");
    }
}
