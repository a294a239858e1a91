//! No model sees what came after the origin.

use casefile_forecast::{Counts, Month, Panel, Row, model};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// Forty units over 24 years with bursts of violence; after the origin, `poison` decides.
fn panel(poison: impl Fn(u32) -> f64) -> Panel {
    let mut random = ChaCha8Rng::seed_from_u64(11);
    let mut rows = Vec::new();
    for unit in 1..=40u32 {
        let mut level = 0.0;
        for month in 109..=396u32 {
            if random.random::<f64>() < 0.04 {
                level = if random.random::<f64>() < 0.5 { 0.0 } else { f64::from(unit) * random.random::<f64>() * 5.0 };
            }
            let deaths = (level * random.random::<f64>() * 2.0).round();
            let known =
                Counts { deaths: [deaths, 0.0, (deaths / 3.0).round()], events: [(deaths / 5.0).ceil(), 0.0, 1.0] };
            let later = Counts { deaths: [poison(unit); 3], events: [poison(unit); 3] };
            rows.push(Row { unit, month: Month(month), counts: if month <= 382 { known } else { later } });
        }
    }
    // A unit that is born after the origin.
    rows.push(Row { unit: 99, month: Month(390), counts: Counts { deaths: [poison(99); 3], events: [0.0; 3] } });
    Panel::new(rows).expect("each unit-month once")
}

#[test]
fn poisoning_the_future_changes_no_forecast() {
    let (clean, poisoned) = (panel(|_| 0.0), panel(|unit| f64::from(unit) * 1e3));
    let origin = Month(382);
    for name in model::NAMES {
        let model = model::named(name).unwrap();
        let forecast = |panel: &Panel| model.forecast(&panel.until(origin).unwrap(), &[3, 8, 14], 50, 1).unwrap();
        let (a, b) = (forecast(&clean), forecast(&poisoned));
        assert_eq!(a, b, "{name} saw the future");
        assert_eq!((a.units().len(), a.months()), (40, &[Month(385), Month(390), Month(396)][..]));
        // The poison is one that would be seen, were the origin later.
        let later = |panel: &Panel| model.forecast(&panel.until(Month(396)).unwrap(), &[3], 50, 1).unwrap();
        if name != "zero" {
            assert_ne!(later(&clean), later(&poisoned), "{name} sees nothing at all");
        }
    }
}

#[test]
fn an_origin_outside_the_panel_is_refused() {
    assert!(panel(|_| 0.0).until(Month(397)).unwrap_err().to_string().contains("covers 1989-01 to 2012-12"));
}
