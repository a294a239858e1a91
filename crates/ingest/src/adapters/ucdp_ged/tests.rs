use super::*;

const HEADER: [&str; 16] = [
    "id",
    "type_of_violence",
    "side_a",
    "side_b",
    "where_prec",
    "latitude",
    "longitude",
    "priogrid_gid",
    "date_prec",
    "date_start",
    "date_end",
    "best",
    "high",
    "low",
    "active_year",
    "country",
];
const ROW: [&str; 16] = [
    "133925.0",
    "1.0",
    "Government of Afghanistan",
    "IS",
    "1",
    "34.531094",
    "69.162796",
    "179779",
    "2",
    "2020-03-06 00:00:00.000",
    "2020-03-08",
    "5",
    "9",
    "4",
    "True",
    "Afghanistan",
];

fn parse(changes: &[(&str, &'static str)]) -> Result<(EventRow<'static>, Flags), Vec<Fault>> {
    let header = Header::new(HEADER);
    let mut fields = ROW.to_vec();
    for (column, value) in changes {
        fields[HEADER.iter().position(|n| n == column).unwrap()] = value;
    }
    let parser = Box::leak(UcdpGed.bind(&header).unwrap());
    match parser.parse(Record::of(fields))? {
        Parsed::Event(row, flags) => Ok((*row, flags)),
        other => panic!("{other:?} is no event"),
    }
}

fn reason(changes: &[(&str, &'static str)]) -> String {
    let faults = parse(changes).unwrap_err();
    faults.into_iter().map(|f| format!("{}: {}", f.column, f.reason)).collect::<Vec<_>>().join("; ")
}

#[test]
fn reads_a_row_with_its_traps() {
    let (row, flags) = parse(&[]).unwrap();
    assert_eq!(row.native_id.as_deref(), Some("133925"));
    assert_eq!(row.type_of_violence, Some(1));
    assert_eq!(row.date_start.unwrap().to_string(), "2020-03-06");
    assert_eq!((row.date_precision_days, row.place_precision_km), (Some(6), Some(5.0)));
    assert_eq!(row.priogrid, Some(179_779));
    assert_eq!((row.deaths_low, row.deaths_best, row.deaths_high), (Some(4), Some(5), Some(9)));
    assert_eq!(flags, Flags::default());
}

#[test]
fn names_of_types_are_read() {
    for (text, code) in [("State", 1), ("One-Sided", 3), ("Non-State", 2), ("3", 3), ("ns", 2), ("State-based", 1)] {
        assert_eq!(type_of_violence(text), Ok(code), "{text}");
    }
    assert!(type_of_violence("4").is_err());
    assert!(type_of_violence("1.5").is_err());
}

#[test]
fn what_is_odd_but_meaningful_is_kept_and_flagged() {
    let flags = |changes: &[(&str, &'static str)]| parse(changes).unwrap().1.iter().collect::<Vec<_>>();
    assert_eq!(flags(&[("low", "6")]), [Flag::TollOrder]);
    assert_eq!(flags(&[("best", "")]), [Flag::NoBest]);
    assert_eq!(flags(&[("best", ""), ("low", ""), ("high", "")]), [Flag::NoToll]);
    assert_eq!(flags(&[("type_of_violence", "")]), [Flag::NoType]);
    assert_eq!(flags(&[("active_year", "0.0")]), [Flag::InactiveYear]);
    assert_eq!(flags(&[("priogrid_gid", "179780")]), [Flag::PriogridMismatch]);
    assert_eq!(flags(&[("latitude", ""), ("longitude", "")]), [Flag::NoCoordinates]);
    assert_eq!(flags(&[("where_prec", "")]), [Flag::PlacePrecisionUnknown]);
    let (row, flags) = parse(&[("date_prec", "")]).unwrap();
    assert_eq!((row.date_precision_days, flags), (Some(3), Flags::from_iter([Flag::DatePrecisionDerived])));
}

#[test]
fn what_has_no_meaning_is_refused_with_its_reason() {
    assert!(reason(&[("date_end", "2020-03-01")]).contains("date_end: 2020-03-01 lies before date_start"));
    assert!(reason(&[("latitude", "100.5")]).contains("exchanged?"));
    assert!(reason(&[("longitude", "200")]).contains("±180°"));
    assert!(reason(&[("latitude", "69.162796"), ("longitude", "34.531094")]).contains("are exchanged"));
    assert!(reason(&[("best", "-2")]).contains("best: `-2` deaths: a toll cannot be negative"));
    assert!(reason(&[("high", "many")]).contains("high: `many` is not a number"));
    assert!(reason(&[("side_a", " ")]).contains("side_a: is blank"));
    assert!(reason(&[("longitude", "")]).contains("though there is a latitude"));
    let both = reason(&[("best", "x"), ("date_start", "soon")]);
    assert!(both.contains("best") && both.contains("date_start"), "{both}");
}

#[test]
fn a_header_without_the_essentials_is_explained() {
    let header = Header::new(["id", "date_start", "dateend", "side_a", "side_b", "high", "low"]);
    let error = UcdpGed.bind(&header).err().unwrap();
    assert_eq!(error.missing, ["date_end", "best"]);
    let text = error.to_string();
    assert!(
        text.contains("expected: side_a, side_b, date_start") && text.contains("found:    id, date_start"),
        "{text}"
    );
    assert!(text.contains("is `dateend` meant to be `date_end`?"), "{text}");
}

#[test]
fn the_release_is_read_from_the_file_name() {
    for (name, version) in [
        ("GEDEvent_v23_0_10.csv", Some("23.0.10")),
        ("GEDEvent_v25_01_25_03.csv", Some("25.01.25.03")),
        ("GEDEvent_v23_1.csv", Some("23.1")),
        ("ged251-csv.zip", Some("25.1")),
        ("ged-afghanistan-union.csv", None),
        ("events.csv", None),
        ("gedé.csv", None),
    ] {
        assert_eq!(UcdpGed.version_of(name).as_deref(), version, "{name}");
    }
}
