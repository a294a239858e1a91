use proptest::prelude::*;

use super::*;
use crate::adapters::changed;

const ROW: [(&str, &str); 14] = [
    ("event_id_cnty", "AFG1"),
    ("event_date", "26 August 2021"),
    ("time_precision", "1"),
    ("event_type", "Battles"),
    ("sub_event_type", "Armed clash"),
    ("actor1", "Military Forces of Afghanistan (2004-2021)"),
    ("inter1", "State forces"),
    ("actor2", "Taliban"),
    ("inter2", "Rebel group"),
    ("civilian_targeting", ""),
    ("fatalities", "3"),
    ("notes", "Three died."),
    ("tags", ""),
    ("source", "Tolo News; Pajhwok Afghan News"),
];

fn parse(changes: &[(&str, &str)]) -> Result<(EventRow<'static>, Flags), Vec<Fault>> {
    changed::event(&Acled, &ROW, changes)
}

fn reason(changes: &[(&str, &str)]) -> String {
    changed::reasons(parse(changes).unwrap_err())
}

#[test]
fn days_are_read_as_the_export_and_the_api_write_them() {
    let expected = Date::constant(2021, 8, 26);
    for text in ["2021-08-26", "26 August 2021", "26 Aug 2021", "26-August-2021", "2021-08-26T00:00:00"] {
        assert_eq!(event_date(text), Ok(expected), "{text}");
    }
    assert_eq!(event_date("5 May 2021"), Ok(Date::constant(2021, 5, 5)));
    for text in
        ["26/08/2021", "08/26/2021", "26 Au 2021", "26 August 21", "31 June 2021", "August 2021", "", "2 6 7 2021"]
    {
        assert!(event_date(text).is_err(), "{text}");
    }
}

#[test]
fn a_vague_date_becomes_the_days_it_stands_for() {
    let days = |precision| {
        let (row, flags) = parse(&[("time_precision", precision)]).unwrap();
        let range = format!("{} {}", row.date_start.unwrap(), row.date_end.unwrap());
        (range, row.date_precision_days.unwrap(), flags.contains(Flag::DateApproximate))
    };
    assert_eq!(days("1"), ("2021-08-26 2021-08-26".into(), 1, false));
    assert_eq!(days("2"), ("2021-08-23 2021-08-29".into(), 7, true));
    assert_eq!(days("3"), ("2021-08-01 2021-08-31".into(), 31, true));
    assert!(parse(&[("time_precision", "")]).unwrap().1.contains(Flag::DatePrecisionDerived));
}

#[test]
fn types_of_violence_come_from_the_sides_alone() {
    let battle = |inter1: &str, inter2: &str| {
        let (row, flags) = parse(&[("inter1", inter1), ("inter2", inter2)]).unwrap();
        assert_eq!(row.type_of_violence.is_none(), flags.contains(Flag::NoType));
        assert_eq!(row.directed, Some(false));
        row.type_of_violence
    };
    assert_eq!(battle("State forces", "Rebel group"), Some(1));
    assert_eq!(battle("1", "2"), Some(1));
    assert_eq!(battle("1", "8"), Some(1));
    assert_eq!(battle("Political militia", "Identity militia"), Some(2));
    assert_eq!(battle("8", "2"), None, "external forces may be a state's or not");
    assert_eq!(battle("1", "5"), None, "rioters are not organised");
    assert_eq!(battle("1", "0"), None);
    let unknown = [("actor2", "Unidentified Armed Group (Afghanistan)"), ("inter2", "3")];
    assert_eq!(parse(&unknown).unwrap().0.type_of_violence, None);

    let on_civilians = |event_type, inter1| {
        let row = parse(&[
            ("event_type", event_type),
            ("inter1", inter1),
            ("actor2", "Civilians (Afghanistan)"),
            ("inter2", "Civilians"),
            ("civilian_targeting", "Civilian targeting"),
        ])
        .unwrap()
        .0;
        (row.type_of_violence, row.directed, row.against_civilians)
    };
    assert_eq!(on_civilians("Violence against civilians", "Rebel group"), (Some(3), Some(true), Some(true)));
    assert_eq!(on_civilians("Explosions/Remote violence", "1"), (Some(3), Some(true), Some(true)));
    assert_eq!(on_civilians("Riots", "Rioters"), (None, Some(false), Some(true)));
    // Side A is acted on: nothing says so in the schema but the want of a direction.
    let turned = [("event_type", "Violence against civilians"), ("inter1", "7"), ("inter2", "2")];
    let row = parse(&turned).unwrap().0;
    assert_eq!((row.type_of_violence, row.directed), (Some(3), Some(false)));
}

#[test]
fn every_sub_event_of_the_codebook_has_its_plover_word() {
    let table = [
        (
            "Battles",
            &["Government regains territory", "Non-state actor overtakes territory", "Armed clash"][..],
            "ASSAULT",
        ),
        (
            "Protests",
            &["Excessive force against protesters", "Protest with intervention", "Peaceful protest"],
            "PROTEST",
        ),
        ("Riots", &["Violent demonstration"], "PROTEST"),
        ("Riots", &["Mob violence"], "ASSAULT"),
        (
            "Explosions/Remote violence",
            &[
                "Chemical weapon",
                "Air/drone strike",
                "Suicide bomb",
                "Shelling/artillery/missile attack",
                "Remote explosive/landmine/IED",
                "Grenade",
            ],
            "ASSAULT",
        ),
        ("Violence against civilians", &["Sexual violence", "Attack", "Abduction/forced disappearance"], "ASSAULT"),
        ("Strategic developments", &["Agreement"], "AGREE"),
        ("Strategic developments", &["Arrests", "Disrupted weapons use"], "COERCE"),
        ("Strategic developments", &["Headquarters or base established", "Change to group/activity"], "MOBILIZE"),
        ("Strategic developments", &["Non-violent transfer of territory"], "RETREAT"),
        ("Strategic developments", &["Looting/property destruction", "Other"], ""),
        ("Riots/Protests", &["of an older codebook"], ""),
    ];
    for (event_type, subs, word) in table {
        for sub in subs {
            let row = parse(&[("event_type", event_type), ("sub_event_type", sub)]).unwrap().0;
            assert_eq!(row.plover.unwrap_or_default(), word, "{event_type} / {sub}");
            assert_eq!(row.event_type.as_deref(), Some(format!("{event_type} / {sub}").as_str()));
        }
    }
}

#[test]
fn a_toll_is_vague_only_where_the_word_stands_beside_it() {
    for (toll, notes, vague) in [
        ("10", "Tens of fighters were killed.", true),
        ("10", "Several people died", true),
        ("12", "dozens, reports say", true),
        ("100", "HUNDREDS dead", true),
        ("10", "Ten died; dozens fled.", false),
        ("12", "A dozen shops burnt.", false),
        ("13", "Dozens died.", false),
        ("10", "He often listens.", false),
        ("10", "", false),
        ("3", "Several militants (coded as three) were killed", true),
        ("10", "An unknown number of dead, coded as 10.", true),
        ("10", "Wounded coded as 3, ten killed", false),
        ("3", "Several fled, three died", false),
        ("7", "Many dead, coded as 7", true),
    ] {
        let (row, flags) = parse(&[("fatalities", toll), ("notes", notes)]).unwrap();
        assert_eq!(flags.contains(Flag::VagueToll), vague, "{toll} {notes}");
        assert_eq!((row.deaths_low, row.deaths_high), (None, None));
    }
    assert!(parse(&[("fatalities", "12"), ("tags", "toll=dozens")]).unwrap().1.contains(Flag::VagueToll));
    let (row, flags) = parse(&[("fatalities", "")]).unwrap();
    assert!(row.deaths_best.is_none() && flags.contains(Flag::NoToll));
}

#[test]
fn a_file_of_an_older_time_lacks_columns() {
    let header = Header::new(["event_date", "event_type", "actor1", "fatalities"]);
    let fields = ["2010-01-01", "Violence against civilians", "Rebels", "1"];
    let parser = Acled.bind(&header).unwrap();
    let Ok(Parsed::Event(row, flags)) = parser.parse(Record::of(fields)) else { panic!() };
    assert_eq!((row.against_civilians, row.directed, row.side_b), (Some(true), Some(false), None));
    assert_eq!((row.native_id, row.place_precision_km), (None, None));
    let expected = [Flag::DatePrecisionDerived, Flag::NoCoordinates, Flag::NoType, Flag::PlacePrecisionUnknown];
    assert_eq!(flags.iter().collect::<Vec<_>>(), expected);
}

#[test]
fn what_the_codebook_does_not_know_is_refused_with_its_reason() {
    assert!(reason(&[("inter1", "9")]).contains("inter1: `9` is no interaction code from 0 to 8"));
    assert!(reason(&[("inter2", "Aliens")]).contains("no type of actor"));
    assert!(reason(&[("time_precision", "4")]).contains("no time precision from 1 to 3"));
    assert!(reason(&[("geo_precision", "0")]).contains("no place precision from 1 to 3"));
    assert!(reason(&[("civilian_targeting", "maybe")]).contains("neither"));
    assert!(reason(&[("year", "2020")]).contains("year: 2020 is not the year of event_date 2021-08-26"));
    assert!(reason(&[("fatalities", "-1")]).contains("cannot be negative"));
    let both = reason(&[("actor1", ""), ("event_date", "soon")]);
    assert!(both.contains("actor1: is blank") && both.contains("event_date"), "{both}");
}

#[test]
fn the_day_of_access_is_read_from_the_file_name() {
    for (name, version) in [
        ("ACLED Data_2025-01-02.csv", Some("2025-01-02")),
        ("acled-from-2020-01-01-mali-20261122T222542Z.json", Some("2026-11-22")),
        ("acled-20261122T222542Z-2.json", Some("2026-11-22")),
        ("1997-01-01-2021-08-26-Afghanistan.csv", None),
        ("acled-from-2020-01-01-until-2020-12-31.csv", None),
        ("acled-é2020-01-01.csv", Some("2020-01-01")),
        ("acled.csv", None),
        ("é.csv", None),
    ] {
        assert_eq!(Acled.version_of(name).as_deref(), version, "{name}");
    }
}

proptest! {
    #[test]
    fn no_text_makes_it_panic(values in prop::collection::vec("\\PC{0,12}|[0-9 /-]{0,12}|[0-9]{1,2} (May|é) [0-9]{4}", Columns::NAMES.len()), name in "\\PC*") {
        let header = Header::new(Columns::NAMES.iter().copied());
        let fields = values;
        let _ = Acled.bind(&header).unwrap().parse(Record::of(fields));
        let _ = Acled.version_of(&name);
    }

    #[test]
    fn a_spread_date_holds_the_date(days in -20_000..40_000_i32, precision in 1..=3_i64) {
        let date = crate::schema::day_of(days).unwrap();
        let (start, end, length) = spread(date, precision);
        prop_assert!(start <= date && date <= end);
        prop_assert!(end.duration_since(start).as_hours() / 24 < length);
    }
}
