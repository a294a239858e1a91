use super::*;

fn parsed(change: &[(&str, &str)]) -> Result<(EventRow<'static>, Flags), Vec<Fault>> {
    let sound = [
        ("globaleventid", "1"),
        ("day", "20240131"),
        ("actor1code", "AFGINS"),
        ("eventcode", "190"),
        ("eventrootcode", "19"),
        ("numsources", "2"),
        ("actiongeo_type", "4"),
        ("actiongeo_fullname", "Kabul, Kabol, Afghanistan"),
        ("actiongeo_countrycode", "AF"),
        ("actiongeo_lat", "34.5"),
        ("actiongeo_long", "69.2"),
        ("dateadded", "20240131120000"),
    ];
    let value = |name: &str| change.iter().chain(&sound).find(|(n, _)| *n == name).map_or("", |(_, v)| *v);
    let header = Header::new(V2.iter().copied());
    let record = Record::of(V2.iter().map(|name| value(name)));
    match Box::leak(GdeltEvents.bind(&header).unwrap()).parse(record)? {
        Parsed::Event(row, flags) => Ok((*row, flags)),
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_lists_of_columns_are_as_long_as_the_codebooks_say() {
    assert_eq!((V2.len(), V1_DAILY.len(), V1_BACK.len()), (61, 58, 57));
    let header = Header::new(V1_BACK.iter().copied());
    assert!(GdeltEvents.bind(&header).is_ok() && header.duplicate().is_none());
}

#[test]
fn a_place_is_as_wide_as_what_its_name_was_matched_to() {
    for (kind, name, km, place, admin1) in [
        ("1", "Afghanistan", Some(470.0), None, None),
        ("2", "Texas, United States", Some(240.0), None, Some("Texas")),
        ("3", "Austin, Texas, United States", Some(25.0), Some("Austin"), Some("Texas")),
        ("4", "Kabul, Kabol, Afghanistan", Some(25.0), Some("Kabul"), Some("Kabol")),
        ("4", "Ashgabat, Turkmenistan", Some(25.0), Some("Ashgabat"), None),
        ("4", "Fort, Old, Kabol, Afghanistan", Some(25.0), Some("Fort, Old"), Some("Kabol")),
        ("5", "Kabol, Afghanistan", Some(105.0), None, Some("Kabol")),
        ("0", "", None, None, None),
    ] {
        let (row, flags) = parsed(&[("actiongeo_type", kind), ("actiongeo_fullname", name)]).unwrap();
        assert_eq!(row.place_precision_km, km, "{name}");
        assert_eq!((row.place.as_deref(), row.admin1.as_deref()), (place, admin1), "{name}");
        assert_eq!(flags.contains(Flag::PlacePrecisionUnknown), km.is_none());
    }
    assert!(parsed(&[("actiongeo_type", "6")]).is_err());
}

#[test]
fn a_day_long_before_the_report_is_flagged_and_kept() {
    for (day, late) in [("20240104", false), ("20240103", true), ("20230131", true), ("20240201", false)] {
        let (row, flags) = parsed(&[("day", day)]).unwrap();
        assert_eq!(flags.contains(Flag::LateReport), late, "{day}");
        assert_eq!(row.date_precision_days, Some(1));
    }
}

#[test]
fn an_unknown_country_keeps_its_code() {
    let (row, flags) = parsed(&[("actiongeo_countrycode", "ZQ")]).unwrap();
    assert!(row.country.as_deref() == Some("ZQ") && flags.contains(Flag::CountryCodeUnknown));
    assert_eq!(parsed(&[]).unwrap().0.country.as_deref(), Some("Afghanistan"));
}

#[test]
fn civilians_are_the_target_only_where_the_row_says_so() {
    for (kind, code, root, target) in
        [("CVL", "182", "18", Some(true)), ("MIL", "182", "18", None), ("CVL", "040", "04", None)]
    {
        let row = parsed(&[("actor2type1code", kind), ("eventcode", code), ("eventrootcode", root)]).unwrap().0;
        assert_eq!(row.against_civilians, target);
    }
}

#[test]
fn every_fault_of_a_row_is_told() {
    let faults = parsed(&[("globaleventid", "x1"), ("day", "2024-01-31"), ("eventcode", "40"), ("actiongeo_long", "")]);
    let columns: Vec<_> = faults.unwrap_err().into_iter().map(|f| f.column).collect();
    assert_eq!(columns, ["globaleventid", "eventcode", "day", "actiongeo_long"]);
}

#[test]
fn file_names_tell_when_they_were_made() {
    for (name, version) in [
        ("20240131121500.export.CSV.zip", Some("2024-01-31 12:15")),
        ("20130401.export.CSV.zip", Some("2013-04-01")),
        ("200601.zip", Some("2006-01")),
        ("1979.zip", Some("1979")),
        ("gdelt.csv", None),
        ("", None),
    ] {
        assert_eq!(GdeltEvents.version_of(name).as_deref(), version, "{name}");
    }
}
