use super::*;
use proptest::prelude::*;

/// What came of a text: names, records, and the reasons of those at fault.
#[derive(Debug, PartialEq)]
struct Table {
    names: Vec<String>,
    rows: Vec<Result<Vec<String>, String>>,
}

fn read(text: impl AsRef<[u8]>) -> Result<Table, JsonError> {
    let json_error = |e: io::Error| e.downcast::<JsonError>().unwrap();
    let names = names(text.as_ref()).map_err(json_error)?;
    let mut records = Json::new(text.as_ref(), names.clone());
    let mut rows = Vec::new();
    while let Some(record) = records.next().map_err(json_error)? {
        rows.push(match record.fault {
            Some(fault) => Err(fault.to_owned()),
            None => Ok(record.fields().map(|field| String::from_utf8(field.to_vec()).unwrap()).collect()),
        });
    }
    Ok(Table { names: names.to_vec(), rows })
}

fn rows(text: impl AsRef<[u8]>) -> Vec<Vec<String>> {
    read(text).unwrap().rows.into_iter().map(Result::unwrap).collect()
}

#[test]
fn a_list_objects_in_lines_and_an_envelope_are_read_alike() {
    let (first, second) = (r#"{"a":"x","b":1}"#, r#"{"b":2.50,"c":null}"#);
    for text in [
        format!("[{first},{second}]"),
        format!("\u{feff} [\r\n{first} ,\n{second}\r\n]\n"),
        format!("{first}\n{second}"),
        format!("{first}{second}"),
        format!("{first}\n\n{second}\n"),
        format!(r#"{{"status":200,"success":true,"count":2,"data":[{first},{second}],"more":{{"x":[1]}}}}"#),
        format!(r#"{{"data":[{first},{second}],"count":"2"}}"#),
        format!("{{\"data\":[\n{first},\n{second}\n]}}"),
        format!(r#"{{"data":[{first}],"count":1}} {{"data":[{second}],"count":1}}"#),
    ] {
        let table = read(&text).unwrap();
        assert_eq!(table.names, ["a", "b", "c"], "{text}");
        let rows: Vec<_> = table.rows.into_iter().map(Result::unwrap).collect();
        assert_eq!(rows, [["x", "1", ""], ["", "2.50", ""]], "{text}");
    }
}

#[test]
fn values_become_the_texts_of_a_table() {
    let text = r#"[{"id":123456789012345678901,"t":true,"n":null,"e":"","s":"a\"b\n\u00e9 {[","o":{"x": [1, "]"]},"l":[],"f":1e5}]"#;
    assert_eq!(
        rows(text),
        [["123456789012345678901", "true", "", "", "a\"b\né {[", r#"{"x": [1, "]"]}"#, "[]", "1e5"]]
    );
    assert_eq!(read(r#"[{"a\u0062":1}]"#).unwrap().names, ["ab"]);
}

#[test]
fn a_record_that_holds_a_list_named_data_is_no_envelope() {
    let table = read("{\"id\":1,\"data\":[1,2]}\n{\"id\":2,\"data\":[]}").unwrap();
    assert_eq!(table.names, ["id", "data"]);
    assert_eq!(table.rows.len(), 2);
}

#[test]
fn a_bad_record_is_put_aside_and_reading_goes_on() {
    for (text, reason) in [
        ("[{\"a\":1},7,{\"a\":2}]", "expected an object"),
        ("[{\"a\":1},{\"a\" 5},{\"a\":2}]", "expected `:`"),
        ("[{\"a\":1},{\"a\":5,\"a\":6},{\"a\":2}]", "`a` stands twice"),
        ("[{\"a\":1},{\"a\":\"\\ud800\"},{\"a\":2}]", "no text"),
        ("[{\"a\":1},{\"a\":[}},{\"a\":2}]", "no JSON object"),
        ("[{\"a\":1},,{\"a\":2}]", "no JSON object"),
        ("[{\"a\":1},{\"a\":2},]", "no JSON object"),
        ("{\"a\":1}\n{\"a\":\"never closed}\n}\n{\"a\":2}\n", "no JSON object"),
        ("{\"a\":1}\nwhat\n{\"a\":2}\n", "no JSON object"),
    ] {
        let table = read(text).unwrap();
        let kept: Vec<_> = table.rows.iter().filter_map(|row| row.as_ref().ok()).collect();
        let faults: Vec<_> = table.rows.iter().filter_map(|row| row.as_ref().err()).collect();
        assert_eq!(kept, [&["1"], &["2"]], "{text}");
        assert!(faults.len() == 1 && faults[0].contains(reason), "{text}: {faults:?}");
    }
    let windows = b"[{\"a\":1},{\"a\":\"Ju\xE1rez\"},{\"a\":2}]";
    assert!(read(windows).unwrap().rows[1].as_ref().unwrap_err().contains("unicode"));
}

#[test]
fn a_record_beyond_the_limit_is_passed_over_within_fixed_memory() {
    let text = format!("[{{\"a\":1}},{{\"a\":\"{}\"}},{{\"a\":2}}]", "x".repeat(5 << 20));
    let names = names(text.as_bytes()).unwrap();
    let mut records = Json::new(text.as_bytes(), names);
    assert!(!records.next().unwrap().unwrap().too_long);
    let long = records.next().unwrap().unwrap();
    assert!(long.too_long && long.len() == 0 && long.length > 5 << 20 && long.raw.len() == MAX_RAW);
    assert_eq!(records.next().unwrap().unwrap().fields().collect::<Vec<_>>(), [b"2"]);
    assert!(records.next().unwrap().is_none());
    assert!(records.kept.bytes.capacity() <= 2 * MAX_RECORD);
}

#[test]
fn what_leaves_records_lost_is_an_error_that_says_where() {
    let said = |text: &str| read(text).unwrap_err().to_string();
    assert_eq!(said("[{\"a\":1},\n{\"a\":2"), "ends in the middle of what begins in line 2: is the download complete?");
    assert!(said("[{\"a\":1}\n").contains("line 2"));
    assert!(said("[{\"a\":1} {\"a\":2}]").contains("line 1: expected `,` or `]` behind a record, found `{`"));
    assert!(said("[{\"a\":1}] [").contains("expected the end of the text, found `[`"));
    assert!(said(r#"{"data":[{"a":1}],"count":2}"#).contains("tells of 2 records and holds 1"));
    assert!(said(r#"{"count":3,"data":[{"a":1}]"#).contains("ends in the middle"));
    assert!(said(r#"{"data":[{"a":1}],count}"#).contains("envelope around the records cannot be read"));
    for empty in ["[]", r#"{"status":200,"count":0,"data":[]}"#, "[{}]"] {
        assert!(said(empty).starts_with("holds no records\nhint:"), "{empty}");
    }
    assert!(said("[1, 2]").contains("of the first: no JSON object"));
}

#[test]
fn an_answer_that_refuses_is_told_as_one() {
    for text in [
        r#"{"status":403,"success":false,"error":[{"message":"Access denied"}]}"#,
        r#"{"error":"invalid_grant","error_description":"Access denied"}"#,
        r#"{"success":false,"data":[],"count":0,"messages":["Access denied"]}"#,
    ] {
        let said = read(text).unwrap_err().to_string();
        assert!(
            said.starts_with("holds an error of the server instead of records: {") && said.contains("Access denied")
        );
    }
    assert_eq!(rows(r#"{"id":"1","error":null}"#), [["1", ""]]);
}

#[test]
fn too_many_members_are_refused() {
    let text: String = (0..=MAX_FIELDS).map(|i| format!("{{\"m{i}\":1}}\n")).collect();
    assert_eq!(read(text).unwrap_err(), JsonError::Members);
}

proptest! {
    #[test]
    fn no_text_makes_it_panic_or_loop(text in "[\\[\\]{},:\"\\\\ \n0-9a-z]{0,80}") {
        let _ = read(&text);
        let _ = read(format!("{{\"data\":[{text}"));
        let _ = read(format!("[{{\"a\":1}},{text}"));
    }

    #[test]
    fn no_bytes_do(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = read(&bytes);
    }

    #[test]
    fn what_was_written_is_read(table in prop::collection::vec(prop::collection::vec(any::<String>(), 3), 1..6)) {
        let objects: Vec<String> = table
            .iter()
            .map(|row| serde_json::json!({ "a": row[0], "b": row[1], "c": row[2] }).to_string())
            .collect();
        for text in [format!("[{}]", objects.join(",")), objects.join("\n"), format!("{{\"data\":[{}]}}", objects.join(", "))] {
            prop_assert_eq!(&rows(text), &table);
        }
    }
}
