//! JSON as ACLED's server sends it, spoiled.

use serde_json::{Map, Value, json};

use crate::case::{Case, Expect, Input, error, rows_in};
use crate::good::{self, ROWS, gzip, zip};

/// The rows of the CSV as objects.
fn objects() -> Vec<Map<String, Value>> {
    let good = good::acled();
    let object = |row: &Vec<String>| good.names.iter().cloned().zip(row.iter().map(|text| json!(text))).collect();
    good.rows.iter().map(object).collect()
}

/// The objects, the second of which another has taken the place of.
fn with_second(second: &str) -> String {
    let texts: Vec<String> = objects().iter().map(|object| Value::Object(object.clone()).to_string()).collect();
    format!("[{},\n{second},\n{}]", texts[0], texts[2])
}

/// The objects, the second with another value.
fn with(member: &str, value: Value) -> String {
    let mut second = objects().remove(1);
    second.insert(member.to_owned(), value);
    with_second(&Value::Object(second).to_string())
}

/// The second object with a member's text put in by hand.
fn with_raw(member: &str, text: &str) -> String {
    with(member, json!("@@here@@")).replace("\"@@here@@\"", text)
}

fn good() -> String {
    Value::from(objects()).to_string()
}

fn lines() -> String {
    objects().iter().map(|object| Value::Object(object.clone()).to_string() + "\n").collect()
}

fn envelope(count: u64) -> String {
    format!(r#"{{"status":200,"success":true,"count":{count},"data":{}}}"#, good())
}

/// The cases.
pub fn cases() -> Vec<Case> {
    let kept = || Expect::from(rows_in(ROWS));
    let bad = |column: &str, words: &str| Expect::from(rows_in(ROWS).bad(2, column, words));
    let whole = good();
    let deep = |n: usize| "[".repeat(n) + &"]".repeat(n);
    let cases: Vec<(&str, Vec<u8>, Expect)> = vec![
        ("a list", whole.clone().into(), kept()),
        ("objects in lines", lines().into(), kept()),
        ("an envelope", envelope(3).into(), kept()),
        ("an envelope that tells of more", envelope(4).into(), error(["tells of 4 records and holds 3", "complete?"])),
        ("cut in a record", whole[..whole.len() - 40].into(), error(["ends in the middle", "line 1", "complete?"])),
        ("cut between records", format!("[{}", lines().lines().next().unwrap()).into(), error(["complete?"])),
        ("cut in an envelope", envelope(3)[..400].into(), error(["ends in the middle", "complete?"])),
        (
            "cut behind the list of an envelope",
            {
                let text = envelope(3);
                text[..text.len() - 1].into()
            },
            error(["ends in the middle", "complete?"]),
        ),
        (
            "a bracket that is closed twice",
            format!("{whole}]").into(),
            error(["line 1", "expected the end of the text"]),
        ),
        ("no comma between records", whole.replacen("},{", "} {", 1).into(), error(["line 1", "expected `,` or `]`"])),
        ("an empty list", b"[]".to_vec(), error(["holds no records", "hint:"])),
        ("an empty list in an envelope", br#"{"count":0,"data":[]}"#.to_vec(), error(["holds no records", "hint:"])),
        (
            "a list of numbers",
            b"[1, 2, 3]".to_vec(),
            error(["holds no records that can be read", "expected an object"]),
        ),
        (
            "an answer that refuses",
            br#"{"success":false,"data":[],"error":[{"message":"Access denied"}]}"#.to_vec(),
            error(["holds an error of the server", "Access denied"]),
        ),
        (
            "an answer that refuses and steers a terminal",
            b"{\"error\":\"\x1b[2J\"}".to_vec(),
            error(["holds no records that can be read", "hint:"]),
        ),
        ("a web page", b"<html><body>502 Bad Gateway</body></html>".to_vec(), error(["is a web page", "hint:"])),
        ("a number where a record should be", with_second("7").into(), bad("", "expected an object")),
        (
            "a comma too many",
            whole.replacen("},{", "},,{", 1).into(),
            Expect::from(rows_in(ROWS + 1).bad(2, "", "no JSON object")),
        ),
        ("deep nesting in a record", with_raw("tags", &deep(5000)).into(), kept()),
        ("deep nesting for a record", with_second(&deep(100_000)).into(), bad("", "no JSON object")),
        (
            "a name that stands twice",
            with_second(r#"{"fatalities":1,"fatalities":2}"#).into(),
            bad("", "the member `fatalities` stands twice"),
        ),
        ("half of a surrogate pair", with_raw("notes", r#""\ud800""#).into(), bad("", "no text")),
        (
            "Latin-1",
            {
                let text = with("notes", json!("@"));
                let at = text.find("\"@\"").unwrap() + 1;
                [&text.as_bytes()[..at], b"Ju\xE1rez", &text.as_bytes()[at + 1..]].concat()
            },
            bad("", "unicode"),
        ),
        ("a NUL byte as an escape", with_raw("notes", r#""a\u0000b""#).into(), bad("notes", "contains a NUL byte")),
        (
            "a line break in a text",
            with_raw("notes", "\"a\nb\"").into(),
            error(["ends in the middle", "begins in line 4"]),
        ),
        ("a list for a toll", with("fatalities", json!([4])).into(), bad("fatalities", "`[4]` is not a number")),
        ("an object for a place", with("latitude", json!({"deg": 34})).into(), bad("latitude", "is not a number")),
        ("true for a toll", with("fatalities", json!(true)).into(), bad("fatalities", "`true` is not a number")),
        ("null for a day", with("event_date", Value::Null).into(), bad("event_date", "is blank")),
        ("a toll of 1e309", with_raw("fatalities", "1e309").into(), bad("fatalities", "is not a number")),
        (
            "a toll of forty figures",
            with_raw("fatalities", &"9".repeat(40)).into(),
            bad("fatalities", "is not a whole number"),
        ),
        ("a toll of NaN", with_raw("fatalities", "NaN").into(), bad("", "no JSON object")),
        ("single quotes", with_raw("notes", "'x'").into(), bad("", "no JSON object")),
        ("a formula", with("notes", json!("=1+1")).into(), rows_in(ROWS).native(2, "notes", "=1+1").into()),
        ("a text of 10 MB", with("notes", json!("x".repeat(10 << 20))).into(), bad("", "at most 1048576 are read")),
        (
            "a line that is no object among lines",
            lines().replacen('\n', "\noops\n", 1).into(),
            Expect::from(rows_in(ROWS + 1).bad(2, "", "no JSON object")),
        ),
        (
            "5,000 different names",
            {
                let many: String = (0..5000).map(|i| format!("{{\"m{i}\":1}}\n")).collect();
                many.into()
            },
            error(["more than 4096 different members", "is this one table?"]),
        ),
        (
            "names of a megabyte",
            {
                let many: String = (0..3).map(|i| format!("{{\"{}\":1}}\n", i.to_string().repeat(500_000))).collect();
                many.into()
            },
            error(["names of more than 1048576 bytes"]),
        ),
        ("no column that is needed", br#"[{"a":1}]"#.to_vec(), error(["missing", "event_date", "found:"])),
        ("a gzip file", gzip(whole.as_bytes()), kept()),
        ("in an archive", zip(&[("acled.json", whole.as_bytes())]), kept()),
        ("UTF-16", utf16(&whole, true), error(["is UTF-16 text"])),
        ("UTF-16 without a mark", utf16(&whole, false), error(["is UTF-16 text"])),
    ];
    let case = |(damage, bytes, expect): (&str, Vec<u8>, Expect)| Case {
        name: format!("acled json: {damage}"),
        adapter: "acled",
        mapping: None,
        member: None,
        input: Input::File("acled.json".to_owned(), bytes),
        expect,
    };
    cases.into_iter().map(case).collect()
}

fn utf16(text: &str, is_marked: bool) -> Vec<u8> {
    is_marked.then_some(0xFEFF).into_iter().chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect()
}
