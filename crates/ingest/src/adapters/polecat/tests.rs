use super::*;

fn parsed(change: &[(&str, &str)]) -> Result<(EventRow<'static>, Flags), Vec<Fault>> {
    let sound = [
        ("event id", "e1"),
        ("event date", "2023-01-05"),
        ("event type", "ASSAULT"),
        ("actor name", "Taliban"),
        ("recipient name", "None"),
        ("country", "AFG"),
    ];
    let value = |name: &str| change.iter().chain(&sound).find(|(n, _)| *n == name).map_or("None", |(_, v)| *v);
    let header = Header::new(Columns::NAMES.iter().copied());
    let record = Record::of(Columns::NAMES.iter().map(|name| value(name)));
    match Box::leak(Polecat.bind(&header).unwrap()).parse(record)? {
        Parsed::Event(row, flags) => Ok((*row, flags)),
        other => panic!("{other:?}"),
    }
}

#[test]
fn none_is_a_blank_everywhere() {
    let (row, flags) = parsed(&[]).unwrap();
    assert_eq!((row.side_b, row.directed, row.place, row.latitude), (None, None, None, None));
    assert_eq!(row.event_type.as_deref(), Some("ASSAULT"));
    assert_eq!(flags.text(), "no-coordinates;no-toll;place-precision-unknown");
}

#[test]
fn several_values_stand_once_each() {
    let (row, _) = parsed(&[
        ("recipient name", "United States;NATO; United States ;None"),
        ("event mode", "firearms; explosives"),
    ])
    .unwrap();
    assert_eq!(row.side_b.as_deref(), Some("United States; NATO"));
    assert_eq!(row.event_type.as_deref(), Some("ASSAULT / firearms; explosives"));
    assert_eq!(row.directed, Some(true));
}

#[test]
fn between_two_sides_nobody_is_merely_acted_on() {
    let (row, _) = parsed(&[("recipient name", "NATO"), ("event mode", "firearms; sideAB")]).unwrap();
    assert_eq!((row.side_b.as_deref(), row.directed), (Some("NATO"), Some(false)));
}

#[test]
fn contexts_say_what_did_not_happen_and_what_is_long_past() {
    for (contexts, flag) in [
        ("terrorism; future", Flag::Unrealised),
        ("Hypothetical", Flag::Unrealised),
        ("negation", Flag::Unrealised),
        ("historical;military", Flag::LateReport),
    ] {
        assert!(parsed(&[("contexts", contexts)]).unwrap().1.contains(flag), "{contexts}");
    }
    assert!(parsed(&[("publication date", "2023-02-02")]).unwrap().1.contains(Flag::LateReport));
    assert!(!parsed(&[("publication date", "2023-01-06")]).unwrap().1.contains(Flag::LateReport));
}

#[test]
fn demand_of_the_drafts_is_request_and_other_words_are_faults() {
    assert_eq!(parsed(&[("event type", "Demand")]).unwrap().0.plover.as_deref(), Some("REQUEST"));
    let faults = parsed(&[("event type", "FIGHT"), ("event date", "None"), ("latitude", "91")]).unwrap_err();
    let columns: Vec<_> = faults.iter().map(|f| f.column.as_str()).collect();
    assert_eq!(columns, ["event type", "event date", "latitude", "longitude"]);
    assert!(faults[0].reason.contains("PLOVER's words: ACCUSE, AGREE"));
}

#[test]
fn file_names_tell_the_year_or_the_week() {
    for (name, version) in [
        ("ngecEvents.20230103111842.Release603.DV.txt", Some("2023-01-03")),
        ("ngecEventsDV-2022.txt.zip", Some("2022")),
        ("ngecEvents.DV.2018.txt", Some("2018")),
        ("ngecEvents.txt", None),
        ("dataverse_files.zip", None),
    ] {
        assert_eq!(Polecat.version_of(name).as_deref(), version, "{name}");
    }
}
