use proptest::prelude::*;

use super::*;
use crate::adapters::changed;

const ROW: [(&str, &str); 22] = [
    ("eventid", "201503180001"),
    ("iyear", "2015"),
    ("imonth", "3"),
    ("iday", "18"),
    ("extended", "0"),
    ("country_txt", "Afghanistan"),
    ("provstate", "Nangarhar"),
    ("city", "Jalalabad"),
    ("latitude", "34.4265"),
    ("longitude", "70.4515"),
    ("specificity", "1"),
    ("vicinity", "0"),
    ("doubtterr", "0"),
    ("success", "1"),
    ("attacktype1", "3"),
    ("attacktype1_txt", "Bombing/Explosion"),
    ("targtype1", "3"),
    ("targtype1_txt", "Police"),
    ("gname", "Taliban"),
    ("guncertain1", "0"),
    ("nkill", "3"),
    ("nwound", "4"),
];

fn parse(changes: &[(&str, &str)]) -> Result<(EventRow<'static>, Flags), Vec<Fault>> {
    changed::event(&Gtd, &ROW, changes)
}

fn reason(changes: &[(&str, &str)]) -> String {
    changed::reasons(parse(changes).unwrap_err())
}

fn days(changes: &[(&str, &str)]) -> (String, i64, bool) {
    let (row, flags) = parse(changes).unwrap();
    let range = format!("{} {}", row.date_start.unwrap(), row.date_end.unwrap());
    (range, row.date_precision_days.unwrap(), flags.contains(Flag::DateApproximate))
}

#[test]
fn zero_for_day_or_month_means_that_it_is_not_known() {
    assert_eq!(days(&[]), ("2015-03-18 2015-03-18".into(), 1, false));
    assert_eq!(days(&[("iday", "0")]), ("2015-03-01 2015-03-31".into(), 31, true));
    assert_eq!(days(&[("imonth", "0"), ("iday", "0")]), ("2015-01-01 2015-12-31".into(), 366, true));
    assert!(reason(&[("iday", "31"), ("imonth", "4")]).contains("iday: 2015-4-31 is not a day of the calendar"));
    assert!(reason(&[("imonth", "13")]).contains("imonth: `13` lies outside 0 to 12"));
    assert!(reason(&[("iyear", "")]).contains("iyear: is blank"));
}

#[test]
fn the_words_of_approxdate_give_all_the_possible_days() {
    let words = |text: &'static str| days(&[("approxdate", text)]);
    assert_eq!(words("March 17-18, 2015"), ("2015-03-17 2015-03-18".into(), 2, true));
    assert_eq!(words("February 27 - April 2, 2015"), ("2015-02-27 2015-04-02".into(), 35, true));
    for unread in ["mid March 2015", "March 19-20, 2015", "March 2014"] {
        assert_eq!(words(unread), ("2015-03-18 2015-03-18".into(), 1, true), "{unread}");
    }
    let month = |text: &'static str| days(&[("iday", "0"), ("approxdate", text)]);
    assert_eq!(month("March 2015"), ("2015-03-01 2015-03-31".into(), 31, true));
    assert_eq!(month("March 19-20, 2015"), ("2015-03-19 2015-03-20".into(), 2, true));
    let lasting = [("approxdate", "March 17-18, 2015"), ("extended", "1"), ("resolution", "2015-03-25")];
    assert_eq!(days(&lasting), ("2015-03-17 2015-03-25".into(), 9, true));
}

#[test]
fn a_lasting_attack_ends_on_the_day_of_its_resolution() {
    let lasting = |resolution| [("extended", "1"), ("resolution", resolution)];
    let expected = ("2015-03-18 2015-03-25".into(), 8, false);
    for text in ["2015-03-25", "3/25/2015", "03/25/2015 00:00", "2015-03-25T00:00:00"] {
        assert_eq!(days(&lasting(text)), expected, "{text}");
    }
    assert_eq!(days(&lasting("")), ("2015-03-18 2015-03-18".into(), 1, true), "the end is not known");
    assert_eq!(days(&[("extended", "0"), ("resolution", "2015-03-25")]).1, 1);
    let (range, length, approximate) = days(&[("iday", "0"), ("extended", "1"), ("resolution", "2015-03-25")]);
    assert_eq!((range.as_str(), length, approximate), ("2015-03-01 2015-03-25", 25, true));
    assert!(reason(&lasting("2015-03-17")).contains("resolution: 2015-03-17 lies before"));
    assert!(reason(&lasting("25/3/2015")).contains("written month/day/year"));
}

#[test]
fn broken_numbers_are_shares_and_go_to_the_even_neighbour() {
    let toll = |nkill| {
        let (row, flags) = parse(&[("nkill", nkill)]).unwrap();
        (row.deaths_best, flags.contains(Flag::TollRounded), flags.contains(Flag::NoToll))
    };
    assert_eq!(toll("3.0"), (Some(3), false, false));
    assert_eq!(toll("1.5"), (Some(2), true, false));
    assert_eq!(toll("2.5"), (Some(2), true, false));
    assert_eq!(toll("0.333333"), (Some(0), true, false));
    for unknown in ["", "-9", "-99", "-99.0"] {
        assert_eq!(toll(unknown), (None, false, true), "{unknown}");
    }
    assert!(reason(&[("nkill", "-2")]).contains("nkill: `-2` is no number of persons"));
    assert!(reason(&[("nwound", "many")]).contains("nwound: `many` is not a number"));
    let (row, flags) = parse(&[("nwound", "4.5"), ("nkillter", "1")]).unwrap();
    assert_eq!((row.wounded, row.deaths_a, row.deaths_low, row.deaths_high), (Some(4), Some(1), None, None));
    assert!(flags.contains(Flag::TollRounded));
}

#[test]
fn targets_and_attacks_follow_the_codebook() {
    for (number, civilians) in [
        ("2", Some(false)),
        ("3", Some(false)),
        ("4", Some(false)),
        ("7", Some(false)),
        ("14", Some(true)),
        ("17", Some(false)),
        ("20", None),
        ("13", None),
        ("", None),
    ] {
        let row = parse(&[("targtype1", number), ("targtype1_txt", "")]).unwrap().0;
        assert_eq!(row.against_civilians, civilians, "{number}");
    }
    for (number, word) in [("1", "ASSAULT"), ("6", "ASSAULT"), ("7", "ASSAULT"), ("9", "")] {
        let row = parse(&[("attacktype1", number)]).unwrap().0;
        assert_eq!(row.plover.unwrap_or_default(), word, "{number}");
    }
    // A file that has only the words.
    let row = parse(&[("attacktype1", ""), ("targtype1", "")]).unwrap().0;
    assert_eq!((row.plover.as_deref(), row.against_civilians), (Some("ASSAULT"), Some(false)));
    assert_eq!((row.event_type.as_deref(), row.side_b.as_deref()), (Some("Bombing/Explosion"), Some("Police")));
    assert!(reason(&[("targtype1", "23")]).contains("targtype1: `23` is no code from 1 to 22"));
    assert!((1..).zip(TARGETS).all(|(number, line)| line.code == number));
    assert!((1..).zip(ATTACKS).all(|(number, line)| line.code == number));
}

#[test]
fn doubts_are_flags_and_unknown_names_are_null() {
    let (row, flags) =
        parse(&[("gname", "Unknown"), ("city", "unknown"), ("guncertain1", "1"), ("doubtterr", "1"), ("success", "0")])
            .unwrap();
    assert_eq!((row.side_a, row.place, row.directed), (None, None, Some(true)));
    let expected = [Flag::ActorUncertain, Flag::DoubtfulInclusion, Flag::NoType, Flag::Unsuccessful];
    assert_eq!(flags.iter().collect::<Vec<_>>(), expected);
    let (_, flags) = parse(&[("doubtterr", "-9"), ("guncertain1", ""), ("success", "1.0")]).unwrap();
    assert_eq!(flags.iter().collect::<Vec<_>>(), [Flag::NoType]);
}

#[test]
fn specificity_and_vicinity_give_a_radius() {
    let km = |specificity, vicinity| {
        let (row, flags) = parse(&[("specificity", specificity), ("vicinity", vicinity)]).unwrap();
        assert_eq!(row.place_precision_km.is_none(), flags.contains(Flag::PlacePrecisionUnknown));
        row.place_precision_km
    };
    assert_eq!((km("1", "0"), km("1", "1"), km("1", "-9")), (Some(5.0), Some(25.0), Some(5.0)));
    assert_eq!(
        (km("2", "1"), km("4.0", "0"), km("5", "0"), km("-9", "0")),
        (Some(30.0), Some(105.0), Some(470.0), None)
    );
    assert!(reason(&[("specificity", "6")]).contains("no specificity from 1 to 5"));
}

#[test]
fn an_id_has_twelve_digits() {
    assert_eq!(event_id("197001010001.0").as_deref(), Ok("197001010001"));
    assert!(event_id("1.97E+11").unwrap_err().contains("shortened by a spreadsheet"));
    assert!(event_id("197001").unwrap_err().contains("twelve digits"));
}

#[test]
fn the_release_is_read_from_the_file_name() {
    for (name, version) in [
        ("globalterrorismdb_0522dist.xlsx", Some("2022-05")),
        ("globalterrorismdb_0718dist.csv", Some("2018-07")),
        ("globalterrorismdb_2021Jan-June_1222dist.xlsx", Some("2022-12")),
        ("gtd1993_0522dist.xlsx", Some("2022-05")),
        ("globalterrorismdb_1322dist.xlsx", None),
        ("dist.csv", None),
        ("édist", None),
        ("gtd.xlsx", None),
    ] {
        assert_eq!(Gtd.version_of(name).as_deref(), version, "{name}");
    }
}

proptest! {
    #[test]
    fn no_text_makes_it_panic(values in prop::collection::vec("\\PC{0,12}|-?[0-9./é-]{0,12}", Columns::NAMES.len()), name in "\\PC*") {
        let header = Header::new(Columns::NAMES.iter().copied());
        let fields = values;
        let _ = Gtd.bind(&header).unwrap().parse(Record::of(fields));
        let _ = Gtd.version_of(&name);
    }

    #[test]
    fn a_range_holds_its_day(year in 1900..=2100_i16, month in 0..=12_i16, day in 0..=31_i16) {
        if let Some((start, end, length)) = range(year, month, day) {
            let days = end.duration_since(start).as_hours() / 24 + 1;
            prop_assert!(start <= end && days <= length);
        }
    }
}
