use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::*;

fn labels(row: &str) -> Vec<Label> {
    row.split_whitespace()
        .map(|label| match label {
            "CC" => Label::CC,
            "C" => Label::C,
            "N" => Label::N,
            "I" => Label::I,
            "II" => Label::II,
            _ => Label::NotApplicable,
        })
        .collect()
}

fn item(id: &str, row: &str) -> Evidence {
    Evidence { id: id.to_owned(), weight: Range::exact(1.0), origins: Vec::new(), labels: labels(row) }
}

fn from(origin: &str, item: Evidence) -> Evidence {
    Evidence { origins: vec![origin.to_owned()], ..item }
}

fn hypotheses(priors: &[f64]) -> Vec<Hypothesis> {
    let named = |(n, prior): (usize, &f64)| Hypothesis { id: format!("H{}", n + 1), prior: *prior };
    priors.iter().enumerate().map(named).collect()
}

fn matrix(priors: &[f64], evidence: Vec<Evidence>) -> Matrix {
    Matrix::new(hypotheses(priors), evidence).unwrap()
}

/// Will Iraq retaliate for the US bombing of its intelligence headquarters? Heuer (1999), figures 15 and 16: H1 it will
/// not, H2 it will sponsor some minor terrorist actions, H3 it plans a major attack.
fn heuer() -> Matrix {
    let rows = [
        "C C C", // Saddam's public statement of intent not to retaliate
        "C C I", // No terrorist offensive during the Gulf War of 1991
        "C C I", // Assumption that Iraq would not want to provoke another war
        "I C C", // More frequent and longer agent radio broadcasts
        "I C C", // Embassies told to take more security precautions
        "I C C", // Not to retaliate would be an unacceptable loss of face
    ];
    let items = rows.iter().enumerate().map(|(n, row)| item(&format!("E{}", n + 1), row));
    matrix(&[1.0; 3], items.collect())
}

#[test]
fn heuers_example_comes_out_as_he_tells() {
    let found = scores(&heuer(), Sharing::Each);
    let told: Vec<(usize, f64, usize)> = found.iter().map(|s| (s.inconsistent, s.inconsistency, s.rank)).collect();
    assert_eq!(told, [(3, 3.0, 3), (0, 0.0, 1), (2, 2.0, 2)], "H2 has the fewest minuses");
    let telling = diagnosticity(&heuer(), &LikelihoodRatios::KASS_RAFTERY, Sharing::Each);
    assert!(!telling[0].diagnostic, "Heuer strikes out E1: it is consistent with all");
    assert!(telling[1..].iter().all(|item| item.diagnostic));
    let chances = posterior(&heuer(), &LikelihoodRatios::KASS_RAFTERY, Sharing::Each, 0, 0);
    let middle = |n: usize| chances[n].middle;
    assert!(middle(1) > middle(2) && middle(2) > middle(0));
    // By hand: C against I is a ratio of √3 · √3 = 3, so odds of H2 over H3 are 3², over H1 3³.
    assert!((middle(1) - 1.0 / (1.0 + 1.0 / 9.0 + 1.0 / 27.0)).abs() < 1e-12, "{}", middle(1));
}

#[test]
fn what_is_consistent_with_a_hypothesis_wins_it_no_points() {
    let found =
        scores(&matrix(&[1.0, 1.0], vec![item("1", "CC C"), item("2", "CC N"), item("3", "n/a II")]), Sharing::Each);
    assert_eq!(found.iter().map(|s| s.inconsistency).collect::<Vec<_>>(), [0.0, 2.0]);
}

#[test]
fn grades_weigh_and_unknown_ones_are_a_range() {
    assert_eq!(weight_of_grade('A', 1), Some(Range::exact(1.0)));
    let b2 = weight_of_grade('B', 2).unwrap();
    assert!((b2.low - 0.64).abs() < 1e-12 && b2.low == b2.high);
    assert_eq!(weight_of_grade('F', 1), Some(Range { low: 0.0, high: 1.0 }));
    assert_eq!(weight_of_grade('A', 6), Some(Range { low: 0.0, high: 1.0 }));
    assert_eq!(weight_of_grade('E', 6), Some(Range { low: 0.0, high: 0.2 }));
    for wrong in [('G', 1), ('a', 1), ('A', 0), ('A', 7), ('1', 1)] {
        assert_eq!(weight_of_grade(wrong.0, wrong.1), None, "{wrong:?}");
    }
}

#[test]
fn a_vague_weight_makes_a_vague_score_and_a_vague_chance() {
    let vague = Evidence { weight: Range { low: 0.0, high: 1.0 }, ..item("1", "C II") };
    let matrix = matrix(&[1.0, 1.0], vec![vague]);
    assert_eq!(scores(&matrix, Sharing::Each)[1].weighted, Range { low: 0.0, high: 2.0 });
    let found = posterior(&matrix, &LikelihoodRatios::KASS_RAFTERY, Sharing::Each, 0, 0);
    // From nothing at all to 3 against 1/20.
    let expected = Range { low: 0.5, high: 60.0 / 61.0 };
    assert!((found[0].bounds.low - expected.low).abs() < 1e-12 && (found[0].bounds.high - expected.high).abs() < 1e-12);
}

#[test]
fn items_of_one_origin_count_as_one() {
    let once = matrix(&[1.0, 1.0], vec![item("1", "C I")]);
    let echoed: Vec<Evidence> = (0..5).map(|n| from("agency", item(&n.to_string(), "C I"))).collect();
    let echoed = matrix(&[1.0, 1.0], echoed);
    let chance = |matrix: &Matrix, sharing| posterior(matrix, &LikelihoodRatios::KASS_RAFTERY, sharing, 0, 0)[0].middle;
    let by_origin = chance(&echoed, Sharing::ByOrigin);
    assert!((by_origin - chance(&once, Sharing::Each)).abs() < 1e-12);
    assert!((by_origin - 0.75).abs() < 1e-12, "odds of 3");
    assert!((chance(&echoed, Sharing::Each) - 243.0 / 244.0).abs() < 1e-12, "odds of 3⁵");
    assert!((scores(&echoed, Sharing::ByOrigin)[1].weighted.low - 1.0).abs() < 1e-12);
    // An item that rests on a shared and on an own origin takes the mean of a half and a whole.
    let two = Evidence { origins: vec!["agency".into(), "witness".into()], ..item("two", "C I") };
    let mixed = matrix(&[1.0, 1.0], vec![from("agency", item("one", "C I")), two]);
    assert_eq!(mixed.weights(Sharing::ByOrigin), [Range::exact(0.5), Range::exact(0.75)]);
}

/// A matrix of three hypotheses with labels, weights and origins by chance.
fn by_chance(rng: &mut ChaCha8Rng, items: usize, vague_weights: bool) -> Matrix {
    let names = ["CC", "C", "N", "I", "II", "n/a"];
    let items = (0..items).map(|n| {
        let row: Vec<&str> = (0..3).map(|_| names[rng.random_range(0..6)]).collect();
        let low = rng.random_range(0.0..1.0);
        let high = if vague_weights { rng.random_range(low..1.0) } else { low };
        let weight = Range { low, high };
        Evidence { weight, ..from(["x", "y", "z"][rng.random_range(0..3)], item(&n.to_string(), &row.join(" "))) }
    });
    let items = items.collect();
    matrix(&[1.0, 2.0, 3.0], items)
}

#[test]
fn chances_add_up_and_lie_within_their_bounds() {
    let mut rng = ChaCha8Rng::seed_from_u64(4);
    for round in 0..30 {
        let matrix = by_chance(&mut rng, 6, round % 2 == 0);
        let found = posterior(&matrix, &LikelihoodRatios::KASS_RAFTERY, Sharing::ByOrigin, 200, round);
        assert!((found.iter().map(|p| p.middle).sum::<f64>() - 1.0).abs() < 1e-12);
        for Posterior { bounds, middle, drawn, .. } in &found {
            let drawn = drawn.unwrap();
            assert!(bounds.low <= *middle && *middle <= bounds.high);
            assert!(bounds.low - 1e-12 <= drawn.low && drawn.low <= drawn.mean);
            assert!(drawn.mean <= drawn.high && drawn.high <= bounds.high + 1e-12);
        }
    }
}

#[test]
fn bounds_are_those_of_trying_every_corner() {
    let mut rng = ChaCha8Rng::seed_from_u64(6);
    let ends = |range: Range| [range.low, range.high];
    for _ in 0..5 {
        let matrix = by_chance(&mut rng, 2, false);
        let ratios = LikelihoodRatios::KASS_RAFTERY;
        let weights = matrix.weights(Sharing::Each);
        // Each label of each row at its low or high end: 2^10 corners of two rows.
        let all = [Label::CC, Label::C, Label::N, Label::I, Label::II];
        let mut seen = vec![Range { low: 1.0, high: 0.0 }; 3];
        for corner in 0..1u32 << 10 {
            let ratio = |row: usize, label: Label| match all.iter().position(|other| *other == label) {
                Some(n) => ends(ratios.log(label))[(corner >> (row * 5 + n) & 1) as usize],
                None => 0.0,
            };
            let odds: Vec<f64> = (0..3)
                .map(|h| {
                    let log: f64 =
                        (0..2).map(|row| weights[row].low * ratio(row, matrix.evidence[row].labels[h])).sum();
                    matrix.hypotheses[h].prior * log.exp()
                })
                .collect();
            for (h, seen) in seen.iter_mut().enumerate() {
                let chance = odds[h] / odds.iter().sum::<f64>();
                *seen = Range { low: seen.low.min(chance), high: seen.high.max(chance) };
            }
        }
        for (found, seen) in posterior(&matrix, &ratios, Sharing::Each, 0, 0).iter().zip(&seen) {
            assert!((found.bounds.low - seen.low).abs() < 1e-12, "{found:?} {seen:?}");
            assert!((found.bounds.high - seen.high).abs() < 1e-12, "{found:?} {seen:?}");
        }
    }
}

/// In a world where the ratios are true, chances of 70% come true 70 times in a hundred.
#[test]
fn chances_are_calibrated_where_the_ratios_are_true() {
    // Seen with chance 0.6 where it fits and 0.2 where it does not, an item is worth 3; unseen, 0.5.
    let ratios = LikelihoodRatios { c: Range::exact(3.0), i: Range::exact(0.5), ..LikelihoodRatios::KASS_RAFTERY };
    let mut rng = ChaCha8Rng::seed_from_u64(12);
    let mut tally = [(0.0, 0, 0); 5];
    for _ in 0..4000 {
        let truth = rng.random_bool(0.3);
        let items = (0..4).map(|n| {
            let seen = rng.random_bool(if truth { 0.6 } else { 0.2 });
            item(&n.to_string(), if seen { "C N" } else { "I N" })
        });
        let matrix = matrix(&[0.3, 0.7], items.collect());
        let chance = posterior(&matrix, &ratios, Sharing::Each, 0, 0)[0].middle;
        let (sum, true_ones, all) = &mut tally[(chance * 5.0) as usize];
        *sum += chance;
        *true_ones += i32::from(truth);
        *all += 1;
    }
    for (sum, true_ones, all) in tally.into_iter().filter(|(_, _, all)| *all > 100) {
        let (said, was) = (sum / f64::from(all), f64::from(true_ones) / f64::from(all));
        let spread = (said * (1.0 - said) / f64::from(all)).sqrt();
        assert!((said - was).abs() < 4.0 * spread, "said {said}, was {was} of {all}");
    }
}

#[test]
fn the_item_on_which_all_hangs_is_named_first() {
    let matrix = matrix(&[1.0, 1.0], vec![item("small", "I N"), item("deciding", "CC II"), item("idle", "C C")]);
    let found = sensitivity(&matrix, &LikelihoodRatios::KASS_RAFTERY, Sharing::Each);
    assert_eq!(found.len(), 6);
    assert_eq!((found[0].evidence.as_str(), found[0].tampering), ("deciding", Tampering::Flipped));
    assert_eq!((found[1].evidence.as_str(), found[1].tampering), ("deciding", Tampering::Dropped));
    for shift in &found[..2] {
        assert!(shift.leader_changes && shift.likeliest_changes && shift.order_changes);
        assert_eq!((&shift.least_inconsistent, &shift.likeliest), (&vec!["H2".to_owned()], &vec!["H2".to_owned()]));
    }
    assert!(found[2..].iter().all(|shift| !shift.leader_changes && !shift.likeliest_changes));
    assert!(found.iter().filter(|shift| shift.evidence == "idle").all(|shift| shift.greatest_move < 1e-12));
}

#[test]
fn heuers_answer_hangs_on_no_single_item() {
    let found = sensitivity(&heuer(), &LikelihoodRatios::KASS_RAFTERY, Sharing::Each);
    assert!(found.iter().filter(|s| s.tampering == Tampering::Dropped).all(|s| !s.leader_changes));
}

#[test]
fn what_makes_no_matrix_is_refused_by_name() {
    let refused = |hypotheses, evidence| Matrix::new(hypotheses, evidence).unwrap_err().to_string();
    assert!(refused(hypotheses(&[1.0]), vec![]).contains("at least two"));
    assert!(refused(hypotheses(&[1.0, 0.0]), vec![]).contains("`H2` has the prior 0"));
    assert!(refused(hypotheses(&[1.0, 1.0]), vec![item("e", "C")]).contains("1 labels for 2 hypotheses"));
    assert!(refused(hypotheses(&[1.0, 1.0]), vec![item("e", "C C"), item("e", "C C")]).contains("`e` is named twice"));
    for (low, high) in [(-0.1, 0.5), (0.6, 0.5), (0.0, 1.1), (f64::NAN, 1.0)] {
        let item = Evidence { weight: Range { low, high }, ..item("e", "C C") };
        assert!(refused(hypotheses(&[1.0, 1.0]), vec![item]).contains("a range within 0 to 1"));
    }
}

mod dependence {
    use super::super::dependence::*;

    /// Sources `a(party):b,~c`: source a of that party derives from b and cites c.
    fn sources(text: &str) -> Sources {
        let mut sources = Vec::new();
        let mut leans = Vec::new();
        for word in text.split_whitespace() {
            let (head, on) = word.split_once(':').unwrap_or((word, ""));
            let (id, party) = head.split_once('(').map_or((head, None), |(id, party)| (id, Some(party)));
            let parties = party.into_iter().map(|party| party.trim_end_matches(')').to_owned()).collect();
            sources.push(Source { id: id.to_owned(), parties });
            for on in on.split(',').filter(|on| !on.is_empty()) {
                let how = if on.starts_with('~') { Leaning::Cites } else { Leaning::Derives };
                leans.push(Lean { source: id.to_owned(), on: on.trim_start_matches('~').to_owned(), how });
            }
        }
        Sources::new(&sources, &leans).unwrap()
    }

    /// Least, most, and those that stand for it.
    fn support(text: &str, voices: &str) -> (usize, usize, String) {
        let found = sources(text).support(voices.split_whitespace(), None).unwrap();
        assert!(found.exact);
        (found.least, found.most, found.independent.join(" "))
    }

    #[test]
    fn independent_voices_are_counted() {
        for (text, voices, expected) in [
            ("a b c", "a b c", (3, 3, "a b c")),
            ("a", "a a", (1, 1, "a")),
            ("a", "", (0, 0, "")),
            // A chain is one voice, also where the link between is silent.
            ("a:b b:c c d", "a b c d", (2, 2, "a d")),
            ("a:b b:c c", "a c", (1, 1, "a")),
            // A common origin that speaks makes one voice; one that is silent may.
            ("a:o b:o c o", "a b c o", (2, 2, "a c")),
            ("a:o b:o o:far far", "a b", (1, 2, "a b")),
            ("a:o b:o o:far far", "a b far", (1, 1, "a")),
            // A source that draws on two adds none and takes none.
            ("a b:y c y digest:a,y", "a b c y digest", (3, 3, "a b c")),
            // Citing is no proof of deriving, nor is a common publisher.
            ("a:~b b", "a b", (1, 2, "a b")),
            ("a(un) b(un) c", "a b c", (2, 3, "a b c")),
        ] {
            let found = support(text, voices);
            assert_eq!((found.0, found.1, found.2.as_str()), expected, "{text}, {voices}");
        }
    }

    #[test]
    fn sources_in_a_circle_are_one_voice() {
        assert_eq!(support("a:b b:c c:a d", "a b c d"), (2, 2, "a d".to_owned()));
        assert_eq!(support("a:b b:a", "a b"), (1, 1, "a".to_owned()));
        let text = "a:b b:a x:y y:~z z:x alone self:self leaf:a";
        assert_eq!(sources(text).circles(), [vec!["a", "b"], vec!["self"], vec!["x", "y", "z"]]);
        assert!(sources("a:b b").circles().is_empty());
    }

    #[test]
    fn the_single_origin_of_all_is_named() {
        let single =
            |text: &str, voices: &str| sources(text).support(voices.split_whitespace(), None).unwrap().single_origin;
        assert_eq!(single("a:o b:m m:o o", "a b o"), Some(vec!["o".to_owned()]));
        assert_eq!(single("a:o b:o o", "a b"), None, "it is silent");
        assert_eq!(single("a:b b:c c:b", "a b c"), Some(vec!["b".to_owned(), "c".to_owned()]));
        assert_eq!(single("a", "a"), None, "one voice has no other to agree with");
    }

    #[test]
    fn groups_hold_all_that_are_tied() {
        let found = sources("a:b b c(x) d(x) e:~d f").groups();
        assert_eq!(found, [vec!["c", "d", "e"], vec!["a", "b"]]);
    }

    #[test]
    fn a_cap_bounds_what_is_credited() {
        let found = sources("a b c d").support("a b c d".split(' '), Some(3)).unwrap();
        assert_eq!((found.voices, found.least, found.most, found.independent.len()), (4, 3, 3, 4));
    }

    #[test]
    fn unknown_sources_are_refused_by_name() {
        let source = |id: &str| Source { id: id.to_owned(), parties: Vec::new() };
        let lean = Lean { source: "a".into(), on: "b".into(), how: Leaning::Derives };
        assert_eq!(Sources::new(&[source("a")], &[lean]).unwrap_err(), SourcesError::Unknown("b".into()));
        assert_eq!(Sources::new(&[source("a"), source("a")], &[]).unwrap_err(), SourcesError::Twice("a".into()));
        assert_eq!(sources("a").support(["x"], None).unwrap_err(), SourcesError::Unknown("x".into()));
    }
}
