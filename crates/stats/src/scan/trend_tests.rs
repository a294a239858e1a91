//! Against esda and pymannkendall; see `fixtures/peers.py`.

use super::*;

/// Places and counts of `fixtures/trend.csv`.
fn cube() -> (Vec<Point>, Vec<Vec<f64>>) {
    let rows = include_str!("../../fixtures/trend.csv")
        .lines()
        .map(|line| -> Vec<f64> { line.split(',').map(|field| field.parse().unwrap()).collect() });
    rows.map(|row| (Point { latitude: row[0], longitude: row[1] }, row[2..].to_vec())).unzip()
}

#[derive(Deserialize)]
struct Peer {
    gi: Vec<Vec<f64>>,
    z: Vec<f64>,
    p: Vec<f64>,
}

fn settings() -> TrendSettings {
    TrendSettings { neighbour_km: 80.0, steps_back: 1, alpha: 0.05 }
}

#[test]
fn gi_star_and_its_trend_are_those_of_the_peers() {
    let (places, counts) = cube();
    let peer: Peer = serde_json::from_str(include_str!("../../fixtures/trend.json")).unwrap();
    let trends = trends(&places, &counts, &settings()).unwrap();
    for (place, trend) in trends.iter().enumerate() {
        for (ours, theirs) in trend.gi.iter().zip(&peer.gi[place]) {
            assert!((ours - theirs).abs() < 1e-6, "place {place}: {ours} {theirs}");
        }
        assert!((trend.rise - peer.z[place]).abs() < 1e-9, "place {place}");
        assert!((trend.rise_p - peer.p[place]).abs() < 1e-9, "place {place}");
    }
    // The corner of 150 km that heats up, its neighbours, and nothing else.
    let near_corner = |place: &Point| place.latitude.hypot(place.longitude) * 111.19 < 150.0 + 80.0;
    for (place, trend) in places.iter().zip(&trends) {
        let emerging = trend.pattern.phase() == Phase::Emerging;
        assert!(!emerging || near_corner(place), "{place:?} {:?}", trend.pattern);
    }
    assert!(trends.iter().any(|trend| trend.pattern.phase() == Phase::Emerging));
}

#[test]
fn patterns_follow_their_rules() {
    let read = |steps: &str| -> Vec<Heat> {
        let heat = |step| match step {
            'h' => Heat::Hot,
            'c' => Heat::Cold,
            _ => Heat::Neither,
        };
        steps.chars().map(heat).collect()
    };
    for (steps, trend, expected) in [
        ("..........", 0.0, Pattern::None),
        (".........h", 0.0, Pattern::New),
        ("......hhhh", 0.0, Pattern::Consecutive),
        ("hhhhh.hhhh", 2.5, Pattern::Intensifying),
        ("hhhhh.hhhh", 0.0, Pattern::Persistent),
        ("hhhhh.hhhh", -2.5, Pattern::Diminishing),
        ("hhhhhhhhh.", 0.0, Pattern::Historical),
        (".h...h...h", 0.0, Pattern::Sporadic),
        (".h.c.h...h", 0.0, Pattern::Oscillating),
        (".hhhhhh...", 0.0, Pattern::None),
    ] {
        assert_eq!(pattern(&read(steps), trend), expected, "{steps}");
    }
}

#[test]
fn what_cannot_be_used_is_refused() {
    let (places, counts) = cube();
    assert!(matches!(trends(&places[1..], &counts, &settings()), Err(TrendError::Ragged { .. })));
    let short: Vec<Vec<f64>> = counts.iter().map(|counts| counts[..9].to_vec()).collect();
    assert_eq!(trends(&places, &short, &settings()), Err(TrendError::TooShort(9)));
    let flat = vec![vec![1.0; 12]; 30];
    assert_eq!(trends(&places, &flat, &settings()), Err(TrendError::Constant));
    assert_eq!(trends(&places, &counts, &TrendSettings { alpha: 0.0, ..settings() }), Err(TrendError::Setting));
    assert_eq!(mann_kendall(&[1.0; 12]), (0.0, 1.0));
}
