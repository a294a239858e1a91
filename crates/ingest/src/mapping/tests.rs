use super::*;

const WHOLE: &str = r#"
[dataset]
id = "incidents"
title = "Incidents"
publisher = "Somebody"
licence = "CC0-1.0"
redistribute-rows = true
citation = "Somebody (2020)"
unit = "incident"
counts = "incidents"

[event]
type = ["Kind"]
[event.types]
Clash = { violence = 1, plover = "ASSAULT" }

[date]
start = "Date"
format = "d/m/y"
[date.precision]
column = "prec"
days = { 1 = 1, M = 31 }
"#;

#[test]
fn a_mapping_is_read_whole() {
    let mapping = Mapping::parse(WHOLE).unwrap();
    mapping.check().unwrap();
    assert_eq!(mapping.columns(), ["Date", "Kind", "prec"]);
    assert_eq!(mapping.date.precision.unwrap().days, [("1".into(), 1), ("m".into(), 31)].into());
    assert_eq!(mapping.event.types["clash"].violence, Some(1));
}

#[test]
fn a_wrong_mapping_says_where_and_what() {
    for (from, to, says) in [
        ("title = \"Incidents\"", "title = \" \"", "dataset.title: is empty"),
        ("start = \"Date\"", "start = \"\"", "date.start: names no column"),
        ("violence = 1", "violence = 4", "event.types.clash: violence is 1"),
        ("\"ASSAULT\"", "\"FIGHT\"", "event.types.clash: plover is one of ACCUSE"),
        ("M = 31", "M = 0", "date.precision.days.m: 0 days"),
        ("format = \"d/m/y\"", "format = \"dmy\"", "unknown variant `dmy`"),
        ("type = [\"Kind\"]", "kind = [\"Kind\"]", "unknown field `kind`"),
    ] {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), WHOLE.replace(from, to)).unwrap();
        let said = Mapping::read(file.path()).unwrap_err().to_string();
        assert!(said.contains(says), "{said}");
    }
}

mod drafts {
    use super::super::describe::Table;
    use super::*;

    fn draft(names: &[&str], rows: &[&[&str]]) -> String {
        let mut table = Table::new(&names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>());
        rows.iter().for_each(|row| table.take(row.iter().map(|value| (*value).to_owned())));
        table.draft("events.csv")
    }

    #[test]
    fn a_draft_takes_what_names_and_values_tell() {
        let names = [
            "Event ID",
            "event_date",
            "time_precision",
            "event_type",
            "actor1",
            "lat",
            "lon",
            "country",
            "fatalities",
            "notes",
        ];
        let rows: &[&[&str]] = &[
            &["E1", "03/04/2020", "1", "Battles", "Army", "34.5", "69.2", "Exland", "3", "x"],
            &["E2", "05/06/2020", "2", "Protests", "", "34.6", "69.3", "Exland", "dozens", ""],
        ];
        insta::assert_snapshot!(draft(&names, rows));
    }

    #[test]
    fn a_name_does_not_outweigh_its_values() {
        let drafted = Mapping::parse(&draft(&["lat", "date", "when"], &[&["north", "soon", "2020-01-01"]])).unwrap();
        assert_eq!((drafted.place.latitude.as_str(), drafted.date.start.as_str()), ("", "when"));
    }

    proptest::proptest! {
        #[test]
        fn whatever_the_columns_and_values_the_draft_can_be_read(
            names in proptest::collection::vec("(\\PC|[\"\\\\\n\t\u{0}\u{7f}#=\\[\\]]){0,12}", 0..8),
            known in proptest::sample::subsequence(vec!["date", "lat", "lon", "type", "fatalities", "id", "time_precision", "geo_precision", "geometry_type"], 0..9),
            values in proptest::collection::vec("(\\PC|[\"\\\\\n\r\t\u{0}\u{7f}]){0,12}|[0-9/.-]{0,10}", 0..40),
            file in "(\\PC|[\"\n\u{7f}]){0,12}",
        ) {
            let names: Vec<String> = names.into_iter().chain(known.into_iter().map(str::to_owned)).collect();
            let mut table = Table::new(&names);
            for row in values.chunks(names.len().max(1)) {
                table.take(row.iter().cloned());
            }
            let draft = table.draft(&file);
            let mapping = Mapping::parse(&draft)
                .map_err(|e| proptest::test_runner::TestCaseError::fail(format!("{e}\n{draft}")))?;
            let id = &mapping.dataset.id;
            proptest::prop_assert!(crate::ingest::check_id(id).is_ok(), "{id}");
            // What the draft names is in the file.
            let header = crate::adapter::Header::new(names.iter().map(String::as_str));
            for column in mapping.columns() {
                proptest::prop_assert!(header.position(&[column]).is_some(), "{column:?} of {names:?}");
            }
        }

        #[test]
        fn no_text_makes_the_reader_panic(text in "\\PC{0,200}", key in "[a-z.-]{1,12}", value in "\\PC{0,20}") {
            let _ = Mapping::parse(&text);
            let _ = Mapping::parse(&format!("{WHOLE}\n[{key}]\n{value}")).map(|mapping| mapping.check());
        }
    }
}
