//! Against pointpats; see `fixtures/peers.py`.

use super::*;

fn events() -> Vec<Event> {
    let event = |line: &str| {
        let fields: Vec<&str> = line.split(',').collect();
        let at = Point { latitude: fields[0].parse().unwrap(), longitude: fields[1].parse().unwrap() };
        Event { at, day: fields[2].parse().unwrap() }
    };
    include_str!("../../fixtures/knox.csv").lines().skip(1).map(event).collect()
}

#[derive(Deserialize)]
struct Peer {
    km: f64,
    days: u32,
    observed: u64,
    p_sim: f64,
}

#[test]
fn knox_counts_what_pointpats_counts() {
    let peer: Peer = serde_json::from_str(include_str!("../../fixtures/knox.json")).unwrap();
    let test = knox(&events(), peer.km, peer.days, &Draws { replicates: 9999, ..Draws::default() }).unwrap();
    assert_eq!(test.observed, peer.observed);
    assert_eq!(test.p, peer.p_sim);
    assert_eq!(test.pairs, 120 * 119 / 2);
    assert!(test.ratio() > 5.0);
}

#[test]
fn the_mean_of_the_permutations_is_the_product_of_the_margins() {
    let (events, draws) = (events(), Draws { replicates: 4999, ..Draws::default() });
    let test = knox(&events, 10.0, 30, &draws).unwrap();
    let cell = &near_repeat(&events, &[10.0], &[30], &draws).unwrap()[0];
    assert!((cell.expected / test.expected - 1.0).abs() < 0.01, "{} {}", cell.expected, test.expected);
}

#[test]
fn bands_share_the_pairs_out() {
    let events = events();
    let draws = Draws { replicates: 99, ..Draws::default() };
    let table = near_repeat(&events, &[0.0, 1.0, 3.0], &[0, 2, 7], &draws).unwrap();
    assert_eq!(table.len(), 9);
    let whole = knox(&events, 3.0, 7, &draws).unwrap();
    assert_eq!(table.iter().map(|cell| cell.observed).sum::<u64>(), whole.observed);
    assert_eq!(
        (table[4].above_km, table[4].upto_km, table[4].above_days, table[4].upto_days),
        (Some(0.0), 1.0, Some(0), 2)
    );
    assert_eq!(table[0].above_km, None);
}

#[test]
fn the_number_of_threads_changes_nothing() {
    let table =
        |threads| near_repeat(&events(), &[3.0, 9.0], &[7, 30], &Draws { replicates: 50, seed: 2, threads }).unwrap();
    assert_eq!(table(1), table(3));
}

/// Without interaction, p ≤ 0.05 in one study of twenty at most.
#[test]
fn one_study_in_twenty_without_interaction_gives_a_false_alarm() {
    let studies = 400;
    let alarm = |study: &u64| {
        let mut rng = ChaCha8Rng::seed_from_u64(*study);
        let mut coordinate = || rng.random_range(0.0..1.0);
        let places: Vec<Point> = (0..60).map(|_| Point { latitude: coordinate(), longitude: coordinate() }).collect();
        let events: Vec<Event> = places.iter().map(|&at| Event { at, day: rng.random_range(0..200) }).collect();
        knox(&events, 20.0, 20, &Draws { replicates: 99, seed: *study, threads: 1 }).unwrap().p <= 0.05
    };
    let share = (0..studies).filter(alarm).count() as f64 / studies as f64;
    // Counts are whole, so ties make the test a little strict.
    assert!((0.015..0.083).contains(&share), "{share}");
}

#[test]
fn what_cannot_be_used_is_refused() {
    let (events, draws) = (events(), Draws::default());
    assert_eq!(knox(&events[..1], 1.0, 1, &draws), Err(NearError::TooFew(1)));
    assert_eq!(knox(&events, -1.0, 1, &draws), Err(NearError::Bands("distance")));
    assert_eq!(near_repeat(&events, &[1.0, 1.0], &[1], &draws), Err(NearError::Bands("distance")));
    assert_eq!(near_repeat(&events, &[], &[1], &draws), Err(NearError::Bands("distance")));
    assert_eq!(near_repeat(&events, &[1.0], &[7, 3], &draws), Err(NearError::Bands("day")));
    assert_eq!(knox(&events, 1.0, 1, &Draws { replicates: 0, ..draws }), Err(NearError::Replicates));
}
