use rand::seq::SliceRandom;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::*;

/// A tie that always holds.
fn tie(key: &str, from: &str, to: &str, sign: i32) -> Tie {
    Tie {
        from: from.to_owned(),
        to: to.to_owned(),
        kind: "test".to_owned(),
        sign: match sign {
            1 => Sign::Positive,
            -1 => Sign::Negative,
            _ => Sign::Neutral,
        },
        directed: false,
        weight: 1.0,
        validity: Validity::exact(Span::ALWAYS),
        key: key.to_owned(),
    }
}

fn during(mut tie: Tie, validity: Validity) -> Tie {
    tie.validity = validity;
    tie
}

fn directed(mut tie: Tie) -> Tie {
    tie.directed = true;
    tie
}

fn network(ties: Vec<Tie>) -> Network {
    let mut actors: Vec<String> = ties.iter().flat_map(|tie| [tie.from.clone(), tie.to.clone()]).collect();
    actors.sort();
    actors.dedup();
    Network::new(actors, ties).unwrap()
}

/// Undirected links between single letters: `ab+ bc-`.
fn links(text: &str) -> Network {
    let ties = text.split_whitespace().map(|link| {
        let sign = match &link[2..] {
            "+" => 1,
            "-" => -1,
            _ => 0,
        };
        tie(link, &link[..1], &link[1..2], sign)
    });
    network(ties.collect())
}

fn whole(network: &Network) -> Graph<'_> {
    network.graph(Span::ALWAYS, Reading::Certain)
}

mod peer {
    //! Against networkx; see tests/peers.

    use serde_json::Value;

    use super::*;

    fn peer() -> Value {
        serde_json::from_str(include_str!("../../tests/peers/network.json")).unwrap()
    }

    fn list(peer: &Value, name: &str) -> Vec<f64> {
        peer[name].as_array().unwrap().iter().map(|value| value.as_f64().unwrap()).collect()
    }

    fn same_network(peer: &Value) -> Network {
        let ties = peer["edges"].as_array().unwrap().iter().enumerate().map(|(n, edge)| {
            let id = |end: usize| format!("{:02}", edge[end].as_u64().unwrap());
            let mut tie = directed(tie(&format!("t{n:03}"), &id(0), &id(1), edge[2].as_i64().unwrap() as i32));
            tie.weight = edge[3].as_f64().unwrap();
            tie
        });
        network(ties.collect())
    }

    fn assert_same(ours: impl IntoIterator<Item = f64>, theirs: &[f64]) {
        let ours: Vec<f64> = ours.into_iter().collect();
        assert_eq!(ours.len(), theirs.len());
        for (n, (a, b)) in ours.iter().zip(theirs).enumerate() {
            assert!((a - b).abs() <= 1e-12, "{n}: {a} and {b}");
        }
    }

    #[test]
    fn degrees_are_those_of_networkx() {
        let peer = peer();
        let network = same_network(&peer);
        let degrees = degrees(&whole(&network));
        assert_same(degrees.iter().map(|d| d.in_ as f64), &list(&peer, "in"));
        assert_same(degrees.iter().map(|d| d.out as f64), &list(&peer, "out"));
        assert_same(degrees.iter().map(|d| d.in_weight), &list(&peer, "in_weight"));
        assert_same(degrees.iter().map(|d| d.out_weight), &list(&peer, "out_weight"));
        assert_same(degrees.iter().map(|d| d.neighbours as f64), &list(&peer, "neighbours"));
        assert_same(degrees.iter().map(|d| d.centrality), &list(&peer, "centrality"));
    }

    #[test]
    fn betweenness_is_that_of_networkx() {
        let peer = peer();
        let network = same_network(&peer);
        let values = |directed| betweenness(&whole(&network), directed).into_iter().map(|b| b.value);
        assert_same(values(true), &list(&peer, "betweenness_directed"));
        assert_same(values(false), &list(&peer, "betweenness_undirected"));
    }

    #[test]
    fn modularity_is_that_of_networkx() {
        let peer = peer();
        let network = same_network(&peer);
        let groups: Vec<usize> = list(&peer, "groups").into_iter().map(|group| group as usize).collect();
        let found = modularity(&whole(&network), &groups);
        let theirs = |name: &str| peer[name].as_f64().unwrap();
        let ours = [found.signed, found.positive.unwrap(), found.negative.unwrap()];
        assert_same(ours, &["signed", "positive", "negative"].map(|part| theirs(&format!("modularity_{part}"))));
    }

    #[test]
    fn divisions_are_at_least_as_good_as_those_of_networkx() {
        let peer = peer();
        let network = same_network(&peer);
        let friends = network.graph_of(Span::ALWAYS, Reading::Certain, |tie| tie.sign == Sign::Positive);
        let found = communities(&friends, 20, 1).modularity.signed;
        assert!(found >= peer["louvain_positive"].as_f64().unwrap() - 1e-12, "{found}");
        let camps = communities(&whole(&network), 20, 1);
        assert!(camps.modularity.signed >= peer["modularity_signed"].as_f64().unwrap());
    }

    #[test]
    fn triads_are_those_of_networkx() {
        let peer = peer();
        let network = same_network(&peer);
        let Triads { friends, torn, common_foe, foes } = balance(&whole(&network), 0, 0).triads;
        assert_same([friends, torn, common_foe, foes].map(|n| n as f64), &list(&peer, "triads"));
    }

    #[test]
    fn paths_are_those_of_networkx() {
        let peer = peer();
        let network = same_network(&peer);
        let theirs = |name: &str| -> Vec<Vec<String>> {
            let path =
                |path: &Value| path.as_array().unwrap().iter().map(|n| format!("{:02}", n.as_u64().unwrap())).collect();
            peer[name].as_array().unwrap().iter().map(path).collect()
        };
        let ours = |longest| {
            let found = paths(&whole(&network), "00", "17", Way::Along, longest, 1000).unwrap();
            assert!(!found.capped);
            found.paths.iter().map(nodes).collect::<Vec<_>>()
        };
        assert_eq!(ours(None), theirs("shortest_paths"));
        assert_eq!(ours(Some(4)), theirs("simple_paths"));
    }
}

/// The actors on the way.
fn nodes(path: &Path) -> Vec<String> {
    let first = path.steps.first().map(|step| step.from.clone());
    first.into_iter().chain(path.steps.iter().map(|step| step.to.clone())).collect()
}

#[test]
fn a_tie_is_there_as_far_as_its_dates_tell() {
    use Presence::{Certainly, No, Possibly};
    let begun_in_ten_days = Validity { certain: Some(Span::days(10, 20)), possible: Span::days(0, 20) };
    let once = Validity::sometime(Span::days(10, 20));
    let open =
        Validity { certain: Some(Span { first: Some(10), last: None }), possible: Span { first: Some(5), last: None } };
    for (validity, period, expected) in [
        (begun_in_ten_days, Span::day(15), Certainly),
        (begun_in_ten_days, Span::day(5), Possibly),
        (begun_in_ten_days, Span::day(21), No),
        (begun_in_ten_days, Span::day(-1), No),
        (once, Span::day(15), Possibly),
        (once, Span::days(10, 20), Certainly),
        (once, Span::days(11, 30), Possibly),
        (once, Span { first: None, last: Some(9) }, No),
        (open, Span::day(1_000_000), Certainly),
        (open, Span::day(5), Possibly),
        (open, Span::day(4), No),
        (Validity::exact(Span::ALWAYS), Span::day(0), Certainly),
        (Validity::sometime(Span::ALWAYS), Span::days(-9, 9), Possibly),
    ] {
        assert_eq!(validity.during(period), expected, "{validity:?} in {period:?}");
    }
}

#[test]
fn what_makes_no_network_is_refused_by_name() {
    let refused = |tie: Tie| Network::new(vec!["a".into(), "b".into()], vec![tie]).unwrap_err().to_string();
    let sound = || tie("t", "a", "b", 1);
    assert!(refused(tie("t", "a", "c", 1)).contains("names the actor `c`"));
    assert!(refused(tie("t", "a", "a", 1)).contains("from `a` to itself"));
    for weight in [0.0, -1.0, f64::NAN, f64::INFINITY] {
        assert!(refused(Tie { weight, ..sound() }).contains("has the weight"), "{weight}");
    }
    let backwards = Validity::exact(Span::days(5, 1));
    let beside = Validity { certain: Some(Span::days(0, 9)), possible: Span::days(1, 9) };
    for validity in [backwards, beside] {
        assert!(refused(during(sound(), validity)).contains("contradicts itself"));
    }
    let twice = Network::new(vec!["a".into(), "a".into()], Vec::new()).unwrap_err();
    assert_eq!(twice, NetworkError::ActorTwice("a".into()));
}

#[test]
fn no_answer_depends_on_the_order_of_the_input() {
    let ties: Vec<Tie> = (0..60)
        .map(|n| tie(&format!("t{n}"), &format!("a{}", n % 12), &format!("b{}", n * 7 % 11), [1, -1, 0][n % 3]))
        .collect();
    let mut turned = ties.clone();
    turned.shuffle(&mut ChaCha8Rng::seed_from_u64(3));
    let (one, other) = (network(ties), network(turned));
    assert_eq!(one, other);
    assert_eq!(communities(&whole(&one), 5, 9), communities(&whole(&other), 5, 9));
}

#[test]
fn an_undirected_tie_leads_both_ways_and_counts_once() {
    let network =
        network(vec![tie("1", "a", "b", 1), directed(tie("2", "a", "b", -1)), directed(tie("3", "c", "a", 0))]);
    let found = degrees(&whole(&network));
    let a = &found[0];
    assert_eq!((a.out, a.in_, a.neighbours, a.mixed, a.friends, a.foes), (1, 2, 2, 1, 0, 0));
    assert_eq!((a.out_weight, a.in_weight, a.positive_weight, a.negative_weight), (2.0, 2.0, 1.0, 1.0));
    assert_eq!(found[2].in_, 0);
}

#[test]
fn the_two_readings_bound_degrees() {
    let vague = Validity { certain: None, possible: Span::days(0, 100) };
    let network = network(vec![tie("1", "a", "b", 1), during(tie("2", "a", "c", 1), vague)]);
    let neighbours = |reading| degrees(&network.graph(Span::day(50), reading))[0].neighbours;
    assert_eq!((neighbours(Reading::Certain), neighbours(Reading::Possible)), (1, 2));
    assert_eq!(network.graph(Span::day(50), Reading::Certain).active().len(), 2, "c is idle");
}

#[test]
fn who_stands_in_the_middle_of_a_star_lies_between_all() {
    let network = links("ab ac ad ae");
    let found = betweenness(&whole(&network), false);
    let values: Vec<f64> = found.iter().map(|b| b.value).collect();
    assert_eq!(values, [1.0, 0.0, 0.0, 0.0, 0.0]);
    let two = links("ab+");
    assert!(betweenness(&whole(&two), true).iter().all(|b| b.value == 0.0));
}

#[test]
fn two_camps_are_found() {
    let network = links("ab+ ac+ bc+ de+ df+ ef+ ad- be- cf-");
    let found = communities(&whole(&network), 10, 1);
    assert_eq!(found.groups, [["a", "b", "c"], ["d", "e", "f"]]);
    // By hand: positive part two triangles, Q = 1/2; negative part all between, Q = −1/2; weights 6 and 3.
    assert!((found.modularity.signed - (6.0 * 0.5 + 3.0 * 0.5) / 9.0).abs() < 1e-12);
    assert_eq!(found.agreement, 1.0);
}

#[test]
fn foes_of_one_foe_are_one_camp_without_a_tie() {
    let network = links("xa- xb- xc- ya- yb- yc-");
    assert_eq!(communities(&whole(&network), 10, 1).groups, [vec!["a", "b", "c"], vec!["x", "y"]]);
}

#[test]
fn planted_camps_are_recovered_and_chance_is_not_taken_for_camps() {
    let mut rng = ChaCha8Rng::seed_from_u64(11);
    let mut planted = Vec::new();
    for a in 0..60_usize {
        for b in 0..a {
            if rng.random_bool(0.8) {
                let friends = rng.random_bool(if a % 3 == b % 3 { 0.9 } else { 0.1 });
                planted.push(tie(
                    &format!("{a}-{b}"),
                    &format!("{a:02}"),
                    &format!("{b:02}"),
                    if friends { 1 } else { -1 },
                ));
            }
        }
    }
    let network = network(planted);
    let found = communities(&whole(&network), 5, 2);
    assert_eq!(found.groups.len(), 3);
    for group in &found.groups {
        let camp = |actor: &String| actor.parse::<usize>().unwrap() % 3;
        assert!(group.iter().all(|actor| camp(actor) == camp(&group[0])), "{group:?}");
    }
    let balance = balance(&whole(&network), 200, 1);
    // Expected by hand: 0.756 for triads within one camp or two, 0.244 for those over three, 0.636 in all.
    assert!((balance.balanced.unwrap() - 0.636).abs() < 0.03, "{balance:?}");
    assert!(balance.null.as_ref().unwrap().p_at_least < 0.01, "{balance:?}");
}

#[test]
fn a_graph_without_signed_ties_has_no_modularity() {
    let network = links("ab cd");
    let found = communities(&whole(&network), 3, 1);
    assert_eq!(found.modularity, Modularity { signed: 0.0, positive: None, negative: None });
    assert_eq!(found.groups.len(), 4);
}

#[test]
fn triads_are_told_apart() {
    for (text, expected, balanced) in [
        ("ab+ bc+ ac+", Triads { friends: 1, ..Triads::default() }, Some(1.0)),
        ("ab+ bc+ ac-", Triads { torn: 1, ..Triads::default() }, Some(0.0)),
        ("ab+ bc- ac-", Triads { common_foe: 1, ..Triads::default() }, Some(1.0)),
        ("ab- bc- ac-", Triads { foes: 1, ..Triads::default() }, Some(0.0)),
        ("ab- bc- ac", Triads::default(), None),
    ] {
        let found = balance(&whole(&links(text)), 10, 1);
        assert_eq!((found.triads, found.balanced), (expected, balanced), "{text}");
    }
    let mixed =
        network(vec![tie("1", "a", "b", 1), tie("2", "a", "b", -1), tie("3", "b", "c", 1), tie("4", "a", "c", 1)]);
    let found = balance(&whole(&mixed), 10, 1);
    assert_eq!((found.total, found.mixed_links, found.null), (0, 1, None));
}

/// Everyone tied to everyone, each friend or foe by chance.
fn by_chance(actors: usize, rng: &mut ChaCha8Rng) -> Network {
    let pairs = (0..actors).flat_map(|a| (0..a).map(move |b| (a, b)));
    let ties = pairs.map(|(a, b)| {
        let sign = if rng.random_bool(0.6) { 1 } else { -1 };
        tie(&format!("{a}-{b}"), &format!("{a:02}"), &format!("{b:02}"), sign)
    });
    network(ties.collect())
}

#[test]
fn the_mean_of_the_deals_is_the_exact_expectation() {
    let network = by_chance(20, &mut ChaCha8Rng::seed_from_u64(5));
    let found = balance(&whole(&network), 2000, 4);
    let null = found.null.clone().unwrap();
    let expected = (null.expected.friends + null.expected.common_foe) / found.total as f64;
    assert!((null.mean - expected).abs() < 0.003, "{} and {expected}", null.mean);
    assert_eq!(balance(&whole(&network), 2000, 4), found, "the same for one seed");
}

#[test]
fn signs_dealt_by_chance_are_seldom_found_to_be_more() {
    let mut rng = ChaCha8Rng::seed_from_u64(8);
    let nulls: Vec<SignNull> =
        (0..200).map(|seed| balance(&whole(&by_chance(10, &mut rng)), 99, seed).null.unwrap()).collect();
    let at_most_a_tenth = |p: fn(&SignNull) -> f64| nulls.iter().filter(|null| p(null) <= 0.1).count();
    // 20 of 200 expected at most; four standard deviations above are 37.
    for found in [at_most_a_tenth(|null| null.p_at_least), at_most_a_tenth(|null| null.p_at_most)] {
        assert!((5..=37).contains(&found), "{found} of 200");
    }
}

#[test]
fn changes_are_certain_where_every_reading_shows_them() {
    let (early, late) = (Span::days(0, 9), Span::days(20, 29));
    let from_ten = Span { first: Some(10), last: None };
    let network = network(vec![
        during(tie("ends", "a", "b", 1), Validity::exact(early)),
        during(tie("comes", "a", "c", -1), Validity::exact(late)),
        during(tie("may-come", "a", "d", 1), Validity::sometime(Span::days(15, 25))),
        during(tie("stays", "b", "c", 1), Validity::exact(Span::ALWAYS)),
        during(tie("friends", "c", "d", 1), Validity::exact(early)),
        during(tie("foes", "c", "d", -1), Validity::exact(from_ten)),
        during(tie("may-have-fought", "d", "e", -1), Validity::sometime(Span::days(-5, 5))),
        during(tie("allied", "d", "e", 1), Validity::exact(Span::ALWAYS)),
    ]);
    let found = change(&network, early, late);
    let told: Vec<(String, Fate, bool)> =
        found.pairs.iter().map(|pair| (format!("{}{}", pair.a, pair.b), pair.fate, pair.certain)).collect();
    let expected = [
        ("ab", Fate::Ended, true),
        ("ac", Fate::Appeared, true),
        ("ad", Fate::Appeared, false),
        ("cd", Fate::ChangedSign, true),
    ];
    assert_eq!(told, expected.map(|(pair, fate, certain)| (pair.to_owned(), fate, certain)));
    assert_eq!(found.pairs[3].before.keys, ["friends"]);
    assert_eq!(found.pairs[3].after.keys, ["foes"]);
    assert!(found.actors_appeared.is_empty() && found.actors_left.is_empty());
}

#[test]
fn actors_appear_leave_or_may_have() {
    let network = network(vec![
        during(tie("1", "old", "hub", 1), Validity::exact(Span::days(0, 9))),
        during(tie("2", "new", "hub", 1), Validity::exact(Span::days(20, 29))),
        during(tie("3", "vague", "hub", 1), Validity::sometime(Span::days(5, 25))),
        during(tie("4", "last", "hub", 1), Validity::exact(Span::ALWAYS)),
    ]);
    let found = change(&network, Span::days(0, 9), Span::days(20, 29));
    assert_eq!(found.actors_appeared, ["new"]);
    assert_eq!(found.actors_left, ["old"]);
    assert_eq!(found.actors_unsure, ["vague"]);
}

#[test]
fn ranks_tie_and_shift() {
    let network = network(vec![
        during(tie("1", "a", "b", 1), Validity::exact(Span::day(1))),
        during(tie("2", "a", "c", 1), Validity::exact(Span::day(1))),
        during(tie("3", "b", "c", 1), Validity::exact(Span::day(2))),
        during(tie("4", "b", "d", 1), Validity::exact(Span::day(2))),
    ]);
    let at = |day| network.graph(Span::day(day), Reading::Certain);
    let by_degree = |graph: &Graph<'_>| degrees(graph).into_iter().map(|d| (d.actor, d.centrality)).collect();
    let found = rank_shifts(&at(1), &at(2), by_degree);
    let told: Vec<_> = found.iter().map(|s| (s.actor.as_str(), s.before, s.after, s.gained)).collect();
    assert_eq!(
        told,
        [
            ("b", Some(2), Some(1), Some(1)),
            ("c", Some(2), Some(2), Some(0)),
            ("a", Some(1), None, None),
            ("d", None, Some(2), None)
        ]
    );
}

#[test]
fn a_way_names_every_tie_it_rests_on() {
    let network = network(vec![
        directed(tie("pledge", "a", "b", 1)),
        directed(tie("pledge-again", "a", "b", 1)),
        directed(tie("fights", "c", "b", -1)),
        tie("neutral", "a", "d", 0),
        tie("clash", "d", "c", -1),
    ]);
    let graph = whole(&network);
    let along = paths(&graph, "a", "c", Way::Along, Some(5), 10).unwrap();
    assert_eq!(along.paths.iter().map(nodes).collect::<Vec<_>>(), [["a", "d", "c"]]);
    assert_eq!(along.paths[0].sign, None, "a neutral step has no sign");
    let either = paths(&graph, "a", "c", Way::Either, None, 10).unwrap();
    assert_eq!(either.paths.iter().map(nodes).collect::<Vec<_>>(), [["a", "b", "c"], ["a", "d", "c"]]);
    let first = &either.paths[0];
    assert_eq!(first.sign, Some(Sign::Negative), "a friend's foe");
    let keys: Vec<(&str, bool)> = first.steps[0].ties.iter().map(|tie| (tie.key.as_str(), tie.along)).collect();
    assert_eq!(keys, [("pledge", true), ("pledge-again", true)]);
    assert!(!first.steps[1].ties[0].along);
}

#[test]
fn ways_are_capped_in_order() {
    let network = links("ab ac ad bz cz dz az");
    let graph = whole(&network);
    let two = paths(&graph, "a", "z", Way::Along, Some(2), 2).unwrap();
    assert!(two.capped);
    assert_eq!(two.paths.iter().map(nodes).collect::<Vec<_>>(), [vec!["a", "z"], vec!["a", "b", "z"]]);
    assert!(!paths(&graph, "a", "z", Way::Along, Some(2), 4).unwrap().capped);
    assert_eq!(paths(&graph, "a", "a", Way::Along, None, 9).unwrap().shortest, None);
    assert!(paths(&graph, "a", "nobody", Way::Along, None, 9).is_err());
    let apart = links("ab cd");
    assert_eq!(paths(&whole(&apart), "a", "d", Way::Either, Some(9), 9).unwrap().shortest, None);
}
