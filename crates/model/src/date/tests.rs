//! What must hold for every date and every text.

use jiff::civil::date;
use proptest::prelude::*;

use super::{Edtf, When};
use crate::answer::Answer::{self, No, Yes};

/// One EDTF date, of every form.
fn stated() -> BoxedStrategy<String> {
    let plain = prop_oneof![
        (0..=9999u16).prop_map(|year| format!("{year:04}")),
        (0..=999u16).prop_map(|decade| format!("{decade:03}X")),
        (0..=99u16).prop_map(|century| format!("{century:02}XX")),
        (1900..=2100u16, 1..=12u8).prop_map(|(year, month)| format!("{year}-{month:02}")),
        (1900..=2100u16, 21..=24u8).prop_map(|(year, season)| format!("{year}-{season}")),
        (2014..=2016u16, 1..=12u8, 1..=28u8).prop_map(|(year, month, day)| format!("{year}-{month:02}-{day:02}")),
        (2014..=2016u16).prop_map(|year| format!("{year}-XX")),
        (2014..=2016u16).prop_map(|year| format!("{year}-XX-XX")),
        (2014..=2016u16, 1..=12u8).prop_map(|(year, month)| format!("{year}-{month:02}-XX")),
    ];
    (plain, prop_oneof![4 => Just(""), 1 => Just("?"), 1 => Just("~"), 1 => Just("%")])
        .prop_map(|(plain, qualifier)| plain + qualifier)
        .boxed()
}

/// A date or interval, as text that is valid by construction.
fn written() -> BoxedStrategy<String> {
    let bounded = (stated(), stated()).prop_map(|(a, b)| {
        let forwards = format!("{a}/{b}");
        if Edtf::parse(&forwards).is_ok() { forwards } else { format!("{b}/{a}") }
    });
    prop_oneof![
        3 => stated(),
        2 => bounded,
        1 => stated().prop_map(|a| a + "/.."),
        1 => stated().prop_map(|a| a + "/"),
        1 => stated().prop_map(|a| format!("../{a}")),
        1 => stated().prop_map(|a| format!("/{a}")),
    ]
    .boxed()
}

fn edtf() -> impl Strategy<Value = Edtf> {
    written().prop_map(|text| Edtf::parse(&text).unwrap())
}

/// A date under any of its readings.
fn when() -> impl Strategy<Value = When> {
    (edtf(), 0..3).prop_map(|(date, reading)| match reading {
        0 => date.as_moment(),
        1 => date.as_state(),
        _ => date.as_period(),
    })
}

/// Text near enough to dates to get deep into the parser and its suggestions.
fn nearly_a_date() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        "[0-9]{1,5}",
        Just("-".to_owned()),
        Just("/".to_owned()),
        Just("..".to_owned()),
        Just(" ".to_owned()),
        Just("X".to_owned()),
        prop::sample::select(vec![
            "~", "?", "%", "Nov", "june", "winter", "fall", "mid", "late", "since", "until", "from", "to", "between",
            "half", "q", "s", "T10:00", "first", "circa", "—", "é", "present", "onwards", "4",
        ])
        .prop_map(str::to_owned),
    ];
    prop::collection::vec(piece, 0..8).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn any_text_is_read_or_refused(text in ".*") {
        let _ = Edtf::parse(&text);
    }

    #[test]
    fn suggestions_are_dates_and_the_message_never_fails(text in nearly_a_date()) {
        match Edtf::parse(&text) {
            Ok(date) => prop_assert_eq!(date.to_string(), text),
            Err(error) => {
                for suggestion in &error.suggestions {
                    prop_assert_eq!(Edtf::parse(&suggestion.to_string()), Ok(*suggestion));
                }
                prop_assert!(!error.to_string().is_empty());
            }
        }
    }

    #[test]
    fn display_and_parse_are_inverse(text in written()) {
        let date = Edtf::parse(&text).unwrap();
        prop_assert_eq!(date.to_string(), text);
        prop_assert!(!date.english().is_empty());
    }

    #[test]
    fn what_is_stated_is_possible(date in edtf()) {
        let (stated, possible) = (date.stated(), date.possible());
        prop_assert_eq!(stated.intersection(&possible), Some(stated));
    }

    #[test]
    fn order_is_by_earliest_then_latest(a in edtf(), b in edtf()) {
        if a.earliest() < b.earliest() {
            prop_assert!(a < b);
        }
        prop_assert_eq!(a.cmp(&b), b.cmp(&a).reverse());
        prop_assert_eq!(a == b, a.cmp(&b).is_eq());
    }

    #[test]
    fn answers_agree_with_each_other(a in when(), b in when()) {
        prop_assert_eq!(a.overlaps(&b), b.overlaps(&a));
        prop_assert_eq!(a.before(&b), b.after(&a));
        if a.before(&b) == Yes {
            prop_assert_eq!(a.overlaps(&b), No);
            prop_assert_eq!(b.before(&a), No);
            prop_assert_eq!(a.during(&b), No);
        }
        if a.during(&b) == Yes {
            prop_assert_eq!(a.overlaps(&b), Yes);
        }
        if a.overlaps(&b) == No {
            prop_assert_eq!(a.during(&b), No);
            prop_assert!(a.before(&b).or(b.before(&a)).may_hold());
        }
        // What is before, after or overlapping is one of the three under every reading.
        prop_assert!(Answer::any([a.before(&b), a.overlaps(&b), a.after(&b)]).may_hold());
        prop_assert_eq!(a.before(&a), if a.before(&a).may_hold() { Answer::Possibly } else { No });
    }

    #[test]
    fn certain_and_possible_days_answer_for_themselves(when in when(), offset in 0..1500i32) {
        let day = date(2013, 1, 1).saturating_add(jiff::Span::new().days(offset));
        let answer = when.contains_day(day);
        prop_assert_eq!(answer.may_hold(), when.possible().contains(day));
        prop_assert_eq!(answer.is_yes(), when.certain().is_some_and(|span| span.contains(day)));
    }

    #[test]
    fn lengths_lie_within_what_is_possible(when in when()) {
        let days = when.days();
        if let (Some(min), Some(max)) = (days.min, days.max) {
            prop_assert!(1 <= min && min <= max);
        }
        if let (Some(longest), Some(room)) = (days.max, when.possible().days()) {
            prop_assert!(longest <= room);
        }
    }

    #[test]
    fn saying_less_never_settles_more(text in stated(), other in when()) {
        let text = text.trim_end_matches(['?', '~', '%']);
        let exact = Edtf::parse(text).unwrap();
        let about = Edtf::parse(&format!("{text}~")).unwrap();
        for (exact, about) in [
            (exact.as_moment(), about.as_moment()),
            (exact.as_state(), about.as_state()),
            (exact.as_period(), about.as_period()),
        ] {
            for (exact, about) in [
                (exact.overlaps(&other), about.overlaps(&other)),
                (exact.before(&other), about.before(&other)),
                (other.before(&exact), other.before(&about)),
                (other.during(&exact), other.during(&about)),
            ] {
                prop_assert!(about == Answer::Possibly || about == exact, "{exact} became {about}");
            }
        }
    }
}

/// The readings of two short dates, tried one by one: answers are right and no vaguer than needed.
#[test]
fn answers_agree_with_trying_every_reading() {
    let texts =
        ["2016-02-27", "2016-02-27~", "2016-02-27/2016-02-28", "2016-02-26~/2016-02-28", "2016-02-28~/2016-02-29?"];
    let readings = |when: &When, text: &str, moment: bool| -> Vec<(i32, i32)> {
        let days = |from: &super::Stated| {
            let (first, last) = from.possible();
            i32::from(first.day_of_year())..=i32::from(last.day_of_year())
        };
        let date = Edtf::parse(text).unwrap();
        let (start, end) = (date.start().unwrap(), date.end().unwrap());
        if moment {
            return (*days(&start).start()..=*days(&end).end()).map(|day| (day, day)).collect();
        }
        let all: Vec<(i32, i32)> = days(&start)
            .flat_map(|first| days(&end).map(move |last| (first, last)))
            .filter(|(first, last)| first <= last && (date.is_interval() || first == last))
            .collect();
        let longest = all.iter().map(|(first, last)| last - first + 1).max();
        assert_eq!(longest.map(|days| days as u32), when.days().max, "{text}");
        all
    };
    let settle = |results: Vec<bool>| Answer::from_bounds(results.contains(&true), !results.contains(&false));
    for (a_text, a_moment) in texts.iter().flat_map(|text| [(text, true), (text, false)]) {
        for (b_text, b_moment) in texts.iter().flat_map(|text| [(text, true), (text, false)]) {
            let read = |text: &str, moment: bool| {
                let date = Edtf::parse(text).unwrap();
                if moment { date.as_moment() } else { date.as_state() }
            };
            let (a, b) = (read(a_text, a_moment), read(b_text, b_moment));
            let (all_a, all_b) = (readings(&a, a_text, a_moment), readings(&b, b_text, b_moment));
            let pairs = || all_a.iter().flat_map(|x| all_b.iter().map(move |y| (*x, *y)));
            let context = format!("{a_text} ({a_moment}) and {b_text} ({b_moment})");
            let overlaps = settle(pairs().map(|(x, y)| x.0 <= y.1 && y.0 <= x.1).collect());
            let before = settle(pairs().map(|(x, y)| x.1 < y.0).collect());
            let during = settle(pairs().map(|(x, y)| y.0 <= x.0 && x.1 <= y.1).collect());
            assert_eq!(a.overlaps(&b), overlaps, "{context} overlap");
            assert_eq!(a.before(&b), before, "{context} before");
            assert_eq!(a.during(&b), during, "{context} during");
        }
    }
}

#[test]
fn order_sets_open_ends_outermost() {
    let mut dates: Vec<Edtf> = ["2016", "2014/..", "2014", "../2014", "2014-06", "2014/2015"]
        .iter()
        .map(|text| text.parse().unwrap())
        .collect();
    dates.sort();
    let written: Vec<String> = dates.iter().map(Edtf::to_string).collect();
    assert_eq!(written, ["../2014", "2014", "2014/2015", "2014/..", "2014-06", "2016"]);
}

#[test]
fn stands_in_toml_as_a_string() {
    #[derive(Debug, PartialEq, serde::Serialize, serde::Deserialize)]
    struct Row {
        valid: Edtf,
    }
    let row: Row = toml::from_str("valid = \"2014-06~/..\"").unwrap();
    assert_eq!(toml::to_string(&row).unwrap(), "valid = \"2014-06~/..\"\n");
    let message = toml::from_str::<Row>("valid = \"Nov 2016\"").unwrap_err().to_string();
    assert!(message.contains("write 2016-11"), "{message}");
    let message = toml::from_str::<Row>("valid = 2016-11-08").unwrap_err().to_string();
    assert!(message.contains("an EDTF date in quotes"), "{message}");
}

#[test]
fn flags_and_precision() {
    let date = |text: &str| Edtf::parse(text).unwrap();
    assert!(date("2014~/2016").is_approximate() && !date("2014~/2016").is_uncertain());
    assert!(date("2014%").is_approximate() && date("2014%").is_uncertain());
    assert!(date("2014/..").is_ongoing() && !date("2014/").is_ongoing());
    use super::Precision::{Day, Decade, Month, Year};
    for (text, precision) in
        [("2016-11-08", Day), ("2016-11-XX", Month), ("2016-XX-XX", Year), ("201X", Decade), ("2014/2016-11-08", Year)]
    {
        assert_eq!(date(text).precision(), precision, "{text}");
    }
    assert_eq!(date("2016-11~").stated(), date("2016-11").possible());
    assert_eq!(Edtf::from_day(jiff::civil::date(2016, 11, 8)), Ok(date("2016-11-08")));
}
