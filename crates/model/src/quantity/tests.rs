//! The phrase table at work: a golden list of phrases, what is refused, and what holds of any text.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::{Bounds, HedgedQuantity, PhraseTable, Problem, QuantityKind};

/// Phrases with rule, kind, strict and pragmatic bounds.
fn examples() -> BTreeMap<String, (String, QuantityKind, Bounds, Bounds)> {
    toml::from_str(include_str!("examples.toml")).unwrap()
}

#[test]
fn every_example_reads_as_listed() {
    let examples = examples();
    assert!(examples.len() >= 280, "{} examples", examples.len());
    let mut wrong = Vec::new();
    for (phrase, (rule, kind, strict, pragmatic)) in &examples {
        let line = |rule: &str, kind, strict: Bounds, pragmatic: Bounds| {
            format!("{phrase:?} = [{rule:?}, \"{kind}\", \"{strict}\", \"{pragmatic}\"]")
        };
        let expected = line(rule, *kind, *strict, *pragmatic);
        let actual = match phrase.parse::<HedgedQuantity>() {
            Ok(read) => line(&read.rule, read.kind, rounded(read.strict), rounded(read.pragmatic)),
            Err(error) => format!("{phrase:?}: {error}"),
        };
        if actual != expected {
            wrong.push(actual);
        }
    }
    assert!(wrong.is_empty(), "{} of {} differ:\n{}", wrong.len(), examples.len(), wrong.join("\n"));
}

/// To ten significant digits, so that the list need not carry the last bits of a third.
fn rounded(bounds: Bounds) -> Bounds {
    let round = |x: f64| if x.is_finite() { format!("{x:.9e}").parse().unwrap() } else { x };
    Bounds::new(round(bounds.lo()), bounds.lo_open(), round(bounds.hi()), bounds.hi_open()).unwrap()
}

#[test]
fn every_phrase_of_the_table_can_be_read() {
    let table = PhraseTable::builtin();
    assert!(table.known.len() > 400, "{} phrases", table.known.len());
    let failed: Vec<String> =
        table.known.iter().filter_map(|phrase| table.parse(phrase).err()).map(|error| error.to_string()).collect();
    assert!(failed.is_empty(), "{}", failed.join("\n"));
}

#[test]
fn what_is_counted_is_kept() {
    let counted = |phrase: &str| phrase.parse::<HedgedQuantity>().unwrap().counted().map(str::to_owned);
    assert_eq!(counted("around 60 attacks").as_deref(), Some("attacks"));
    assert_eq!(counted("almost every Afghan province").as_deref(), Some("Afghan province"));
    assert_eq!(
        counted("between 10 per cent and 20 per cent of the Afghan population").as_deref(),
        Some("Afghan population")
    );
    assert_eq!(counted("several hundred US dollars").as_deref(), Some("US dollars"));
    assert_eq!(counted("dozens of"), None);
    assert_eq!(counted("around 60"), None);
}

#[test]
fn case_space_and_dashes_do_not_matter() {
    let read = |phrase: &str| {
        let quantity: HedgedQuantity = phrase.parse().unwrap();
        (quantity.kind(), quantity.strict(), quantity.pragmatic())
    };
    let same = [
        ("MORE THAN 330", "more  than\u{a0}330 "),
        ("1,000–2,200", "1,000 to 2,200"),
        ("1,000—2,200", "1 000 ‒ 2 200"),
        ("five‑fold", "fivefold"),
        ("two-thirds", "two thirds"),
        ("10%–20%", "between 10 and 20 percent"),
        ("sixty", "60"),
        ("twenty-five", "25"),
        ("≥5", ">= 5"),
        ("rose fivefold", "a fivefold increase"),
        ("fell by 20 per cent", "a 20% drop"),
        ("hundreds of thousands", "hundreds of thousand"),
        ("every second province", "half"),
        ("four times higher", "four times as many"),
        ("increased four times", "increased fourfold"),
    ];
    for (one, other) in same {
        assert_eq!(read(one), read(other), "{one} | {other}");
    }
}

#[test]
fn what_is_not_understood_is_named_with_a_suggestion() {
    let cases = [
        ("arround 60", "arround", "around 60"),
        ("more then 330", "then 330", "more than 330"),
        ("severel hundred", "severel", "several hundred"),
        ("betwen 10 and 20", "betwen", "between 10 and 20"),
        ("almost evry province", "evry", "almost every province"),
        ("around sixtyy", "sixtyy", "around sixty"),
        ("around 60 and rubbish", "and rubbish", "around 60"),
        ("around 60 attacks over three years", "attacks over three years", "around 60"),
        ("around 60 70", "70", "around 60"),
        ("doubbled", "doubbled", "doubled"),
        ("from around 60 to more than 330", "around", "increased from around 60 to more than 330"),
        ("increased by 20", "", "increased by 20 per cent"),
        ("the number of attacks doubled", "the", "doubled"),
        ("tens of thosands", "of thosands", "tens of thousands"),
    ];
    for (phrase, part, suggestion) in cases {
        let error = phrase.parse::<HedgedQuantity>().unwrap_err();
        assert_eq!((error.part(), error.suggestion.as_deref()), (part, Some(suggestion)), "{error}");
    }
    let error = "gazillions".parse::<HedgedQuantity>().unwrap_err();
    assert_eq!(
        error.to_string(),
        "cannot read \"gazillions\": \"gazillions\" is not understood; did you mean \"billions\"?"
    );
}

#[test]
fn numbers_that_could_be_two_are_refused() {
    for (phrase, part) in
        [("around 1.000", "1.000"), ("11th", "11th"), ("1,00 attacks", "1,00"), ("over 1.2.3", "1.2.3")]
    {
        let error = phrase.parse::<HedgedQuantity>().unwrap_err();
        assert!(matches!(error.problem, Problem::Number(_)), "{error}");
        assert_eq!(error.part(), part);
    }
}

#[test]
fn nonsense_is_refused_for_what_it_is() {
    let problem = |phrase: &str| phrase.parse::<HedgedQuantity>().unwrap_err().problem;
    assert_eq!(problem("  "), Problem::Empty);
    assert_eq!(problem(""), Problem::Empty);
    assert_eq!(problem("around"), Problem::Incomplete);
    assert_eq!(problem("between 10 and"), Problem::Incomplete);
    assert_eq!(problem("2,000–1,000"), Problem::Inverted);
    assert_eq!(problem("between 20 and 10 per cent"), Problem::Inverted);
    assert_eq!(problem("120 per cent"), Problem::Impossible);
    assert_eq!(problem("fewer than 0"), Problem::Impossible);
    assert_eq!(problem("increased by 20"), Problem::Incomplete);
    assert_eq!(problem(&"60 ".repeat(200)), Problem::TooLong);
    for phrase in [
        "-5",
        "60 attacks, 30 deaths",
        "(60)",
        "60 or rubbish",
        "more than",
        "of",
        "a",
        "5 6",
        "attacks",
        "no longer",
        "the 11th",
    ] {
        assert!(phrase.parse::<HedgedQuantity>().is_err(), "{phrase}");
    }
}

#[test]
fn quantities_survive_a_file() {
    for (phrase, _) in examples() {
        let quantity: HedgedQuantity = phrase.parse().unwrap();
        let text = toml::to_string(&quantity).unwrap();
        assert_eq!(toml::from_str::<HedgedQuantity>(&text).unwrap(), quantity, "{text}");
    }
    let unsound = "phrase = 'x'\nrule = 'x'\nkind = 'count'\nstrict = '[1, 2]'\npragmatic = '[0, 9]'";
    assert!(toml::from_str::<HedgedQuantity>(unsound).unwrap_err().to_string().contains("reach beyond"));
}

#[test]
fn another_unit_scales_counts_only() {
    let thousands: HedgedQuantity = "around 60".parse().unwrap();
    assert_eq!(thousands.scaled(1000.0).unwrap().strict().to_string(), "[50000, 70000]");
    assert_eq!("half".parse::<HedgedQuantity>().unwrap().scaled(2.0), None);
    assert_eq!(thousands.scaled(-1.0), None);
}

/// Pieces of phrases, glued at random: far more of them parse than of random text.
fn any_phrase() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        proptest::sample::select(vec![
            "around",
            "about",
            "more than",
            "at least",
            "up to",
            "nearly",
            "well over",
            "fewer than",
            "between",
            "and",
            "to",
            "or",
            "from",
            "by",
            "of",
            "a",
            "an",
            "dozens",
            "hundreds",
            "hundred",
            "thousand",
            "million",
            "several",
            "a few",
            "almost every",
            "most",
            "per cent",
            "%",
            "fold",
            "doubled",
            "halved",
            "increased",
            "fell",
            "sharply",
            "increase",
            "half",
            "a third",
            "low",
            "mid",
            "s",
            "k",
            "-",
            "–",
            "+",
            "±",
            "~",
            ">",
            "odd",
            "or so",
            "times",
            "as many",
            "in",
            "the",
            "attacks",
            "dozen",
            "twenty",
            "one",
            "zero",
            "out of",
            "$",
            "factor of",
            "£",
        ])
        .prop_map(str::to_owned),
        (0u32..5000).prop_map(|n| n.to_string()),
        (0u32..50).prop_map(|n| format!("{},000", n + 1)),
        (0u32..99, 1u32..9).prop_map(|(n, d)| format!("{n}.{d}")),
    ];
    proptest::collection::vec((piece, proptest::bool::weighted(0.9)), 1..8)
        .prop_map(|pieces| pieces.into_iter().map(|(piece, space)| if space { piece + " " } else { piece }).collect())
}

fn check_sound(phrase: &str) -> Result<bool, TestCaseError> {
    match phrase.parse::<HedgedQuantity>() {
        Ok(quantity) => {
            prop_assert!(quantity.pragmatic().is_within(&quantity.strict()), "{phrase}");
            prop_assert!(quantity.strict().is_within(&quantity.kind().domain()), "{phrase}");
            prop_assert!(!quantity.rule().is_empty());
            // The phrase kept is the phrase read.
            let again = quantity.phrase().parse::<HedgedQuantity>();
            prop_assert_eq!(again.as_ref(), Ok(&quantity));
            Ok(true)
        }
        Err(error) => {
            prop_assert!(phrase.get(error.span.clone()).is_some(), "{phrase}: {:?}", error.span);
            if let Some(suggestion) = &error.suggestion {
                prop_assert!(suggestion.parse::<HedgedQuantity>().is_ok(), "{phrase}: {suggestion}");
            }
            Ok(false)
        }
    }
}

proptest! {
    #[test]
    fn any_text_is_read_or_refused(text in "\\PC{0,40}") {
        check_sound(&text)?;
    }

    #[test]
    fn glued_pieces_are_read_or_refused(phrase in any_phrase()) {
        check_sound(&phrase)?;
    }

    #[test]
    fn around_a_number_holds_the_number_and_not_its_double(n in 1u32..2_000_000) {
        let around: HedgedQuantity = format!("around {n}").parse().unwrap();
        let (n, strict, pragmatic) = (f64::from(n), around.strict(), around.pragmatic());
        prop_assert!(pragmatic.contains(n) && strict.contains(0.91 * n) && strict.contains(1.09 * n));
        prop_assert!(!strict.contains(2.0 * n + 1.0));
        prop_assert!(n < 5.0 || !strict.contains(n / 2.0));
    }

    #[test]
    fn hedges_nest(n in 2u32..2_000_000) {
        let read = |phrase: String| phrase.parse::<HedgedQuantity>().unwrap();
        let (exact, bare, around) = (read(format!("exactly {n}")), read(format!("{n}")), read(format!("around {n}")));
        prop_assert!(exact.strict().is_within(&bare.strict()));
        prop_assert!(bare.strict().is_within(&around.strict()));
        let (over, under) = (read(format!("more than {n}")), read(format!("at most {n}")));
        prop_assert!(!over.strict().overlaps(&under.strict()));
        let at_least = read(format!("at least {n}"));
        prop_assert!(over.strict().is_within(&at_least.strict()));
        let words = read(format!("{n} or more"));
        prop_assert_eq!(words.strict(), at_least.strict());
    }

    #[test]
    fn thousands_separators_change_nothing(n in 0u32..100_000_000) {
        let plain = n.to_string();
        let grouped = plain.as_bytes().rchunks(3).rev().map(|g| std::str::from_utf8(g).unwrap()).collect::<Vec<_>>().join(",");
        let (plain, grouped) = (plain.parse::<HedgedQuantity>().unwrap(), grouped.parse::<HedgedQuantity>().unwrap());
        prop_assert_eq!((plain.strict(), plain.pragmatic()), (grouped.strict(), grouped.pragmatic()));
    }
}
