//! Scores against those of scoringrules; `fixtures/scores.py` made them.

use casefile_forecast::score::{
    crps, crps_negative_binomial, crps_threshold, interval_score, quantile_of, quantile_score,
};
use serde_json::Value;

#[test]
fn scores_agree_with_scoringrules() {
    let fixture: Value = serde_json::from_str(include_str!("fixtures/scores.json")).unwrap();
    let rows = fixture["rows"].as_array().unwrap();
    assert_eq!(rows.len(), 16);
    for row in rows {
        let number = |name: &str| row[name].as_f64().unwrap();
        let outcome = row["outcome"].as_u64().unwrap() as u32;
        let draws: Vec<u32> = row["draws"].as_array().unwrap().iter().map(|y| y.as_u64().unwrap() as u32).collect();
        let mut sorted = draws.clone();
        sorted.sort_unstable();
        let close = |name: &str, ours: f64| {
            let theirs = number(name);
            assert!(
                (ours - theirs).abs() <= 1e-7 * (1.0 + theirs.abs()),
                "{name} of {outcome}: {ours}, theirs {theirs}"
            );
        };
        close("crps", crps(&draws, outcome));
        close("crps_above_10", crps_threshold(&draws, outcome, 10));
        close("crps_negbinom", crps_negative_binomial(number("mean"), number("size"), outcome));
        close("interval", interval_score(&sorted, outcome, 0.1));
        close("quantile_75", quantile_score(quantile_of(&sorted, 0.75), 0.75, outcome));
    }
}
