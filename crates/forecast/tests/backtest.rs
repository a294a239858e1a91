//! Rolling origins against scores worked out by hand.

use casefile_forecast::{Counts, Month, Panel, Row, backtest, model};

/// One unit at peace, one with ten deaths a month until month 130 and thirty from then on, one that ends at month 131.
fn panel() -> Panel {
    let deaths = |unit: u32, month: u32| match unit {
        1 => 0.0,
        _ if month < 130 => 10.0,
        _ => 30.0,
    };
    let rows = (1..=3u32).flat_map(|unit| (109..=140u32).map(move |month| (unit, month)));
    let lives = rows.filter(|&(unit, month)| unit < 3 || month <= 131);
    Panel::new(lives.map(|(unit, month)| Row {
        unit,
        month: Month(month),
        counts: Counts { deaths: [deaths(unit, month), 0.0, 0.0], events: [0.0; 3] },
    }))
    .expect("each unit-month once")
}

#[test]
fn windows_are_scored_against_what_came_alone() {
    let zero = model::named("zero").unwrap();
    let windows = backtest::rolling(&panel(), &*zero, [Month(125), Month(129)], &[1, 3], 10, 1).unwrap();
    assert_eq!(windows.iter().map(|window| window.origin).collect::<Vec<_>>(), [Month(125), Month(129)]);
    // Months 126 and 128: units 2 and 3 with ten deaths each.
    assert_eq!((windows[0].scores.n, windows[0].scores.crps), (6, 40.0 / 6.0));
    // Months 130 and 132: the third unit is no more in the second, which is left out.
    assert_eq!((windows[1].scores.n, windows[1].scores.crps), (5, 90.0 / 5.0));
    let own = model::named("conflictology").unwrap();
    let windows = backtest::rolling(&panel(), &*own, [Month(125)], &[1, 3], 12, 1).unwrap();
    assert_eq!((windows[0].scores.crps, windows[0].scores.coverage.all), (0.0, 1.0));
}

#[test]
fn an_origin_with_nothing_after_it_is_refused() {
    let zero = model::named("zero").unwrap();
    let said = |origin| backtest::rolling(&panel(), &*zero, [origin], &[1], 10, 1).unwrap_err().to_string();
    assert_eq!(said(Month(140)), "nothing is left: no unit and month");
    assert!(said(Month(141)).contains("covers 1989-01 to 1991-08"), "{}", said(Month(141)));
}
