//! Delimited text of every adapter, spoiled as a whole: its encoding, its line of names, its shape.

use crate::case::{Case, Expect, Input, error, rows_in};
use crate::good::{self, Good, ROWS, join};

/// A way to spoil a text, and what must come of it.
type Damage = (&'static str, fn(&Good) -> Option<Vec<u8>>, fn(&Good) -> Expect);

/// For every adapter. A damage that a format cannot have gives no text.
const DAMAGES: &[Damage] = &[
    ("as it is", |g| Some(g.text().into_bytes()), kept),
    ("empty", |_| Some(Vec::new()), |_| error(["is empty"])),
    ("a byte order mark alone", |g| named(g, b"\xEF\xBB\xBF".to_vec()), |_| error(["has no line of column names"])),
    ("line breaks alone", |g| named(g, b"\n\r\n\n".to_vec()), |_| error(["has no line of column names"])),
    ("names alone", |g| named(g, join(&g.lines()[..1]).into_bytes()), |_| rows_in(0).into()),
    (
        "no line of names",
        |g| named(g, join(&g.lines()[1..]).into_bytes()),
        |_| error(["missing", "expected:", "found:"]),
    ),
    (
        "a renamed column",
        |g| named(g, join(&renamed(g, "zzz")).into_bytes()),
        |_| error(["missing", "zzz", "expected:"]),
    ),
    (
        "a column that stands twice",
        |g| named(g, join(&widened(g, g.required)).into_bytes()),
        |_| error(["stands twice in the first line"]),
    ),
    ("columns in another order", |g| named(g, join(&reversed(g)).into_bytes()), kept_text),
    ("a column more", |g| named(g, join(&widened(g, "a new column")).into_bytes()), kept_text),
    ("a byte order mark", |g| Some([b"\xEF\xBB\xBF", g.text().as_bytes()].concat()), kept_text),
    ("line ends CR LF", |g| Some(g.text().replace('\n', "\r\n").into_bytes()), kept_text),
    ("line ends CR", |g| Some(g.text().replace('\n', "\r").into_bytes()), kept_text),
    ("no line end at the end", |g| Some(g.text().trim_end().as_bytes().to_vec()), kept_text),
    ("blank lines between", |g| Some(g.text().replace('\n', "\n\n\r\n").into_bytes()), kept_text),
    ("blank lines above", |g| Some(format!("\n\r\n{}", g.text()).into_bytes()), kept_text),
    ("commas between fields", |g| named(g, by(g, ',')), otherwise_delimited),
    ("semicolons between fields", |g| named(g, by(g, ';')), otherwise_delimited),
    ("tabs between fields", |g| named(g, by(g, '\t')), kept_text),
    ("bars between fields", |g| named(g, by(g, '|')), otherwise_delimited),
    (
        "another delimiter below the names",
        |g| {
            let lines = g.lines_by(if g.delimiter == ',' { ';' } else { ',' });
            named(g, join(&[&g.lines()[..1], &lines[1..]].concat()).into_bytes())
        },
        |_| rows_in(ROWS).bad(1, "", "the header has").bad(2, "", "the header has").bad(3, "", "the header has").into(),
    ),
    (
        "another delimiter everywhere",
        |g| (!g.has_names).then(|| by(g, ',')),
        |_| error(["columns; 61, 58, 57 expected"]),
    ),
    (
        "a line break in quotes",
        |g| (!g.is_plain).then(|| g.clone().with(2, g.text, "one\ntwo").text().into_bytes()),
        |g| rows_in(ROWS).native(2, &g.told(g.text), "one\ntwo").into(),
    ),
    (
        "a line break within a line",
        |g| g.is_plain.then(|| g.clone().with(2, g.text, "one\ntwo").text().into_bytes()),
        |_| rows_in(ROWS + 1).bad(2, "", "the header has").bad(3, "", "the header has").into(),
    ),
    (
        "a quote that is never closed",
        |g| {
            let mut plain = g.clone();
            plain.rows.iter_mut().flatten().for_each(|field| *field = field.replace(['"', ',', ';'], " "));
            let lines = plain.lines();
            let at = lines.len() - 2;
            (!g.is_plain)
                .then(|| join(&[&lines[..at], &[format!("\"{}", lines[at])], &lines[at + 1..]].concat()).into_bytes())
        },
        |_| rows_in(2).bad(2, "", "the header has").into(),
    ),
    (
        "a quotation mark in a format without quotes",
        |g| g.is_plain.then(|| g.clone().with(2, g.text, "\"one").text().into_bytes()),
        |g| rows_in(ROWS).native(2, &g.told(g.text), "\"one").into(),
    ),
    ("a row that is too short", |g| Some(reshaped(g, |line, d| line.rsplit_once(d).unwrap().0.to_owned())), ragged),
    ("a row that is too long", |g| Some(reshaped(g, |line, d| format!("{line}{d}more"))), ragged),
    ("a row of one word", |g| Some(reshaped(g, |_, _| "total".to_owned())), ragged),
    (
        "cut in the middle of the last row",
        |g| {
            let text = g.text();
            let last = g.lines().last().unwrap().len();
            Some(text.as_bytes()[..text.len() - last / 2].to_vec())
        },
        |_| rows_in(ROWS).bad(3, "", "the header has").into(),
    ),
    ("Latin-1", |g| Some(bytes_for(g, b"Ciudad Ju\xE1rez")), |g| foreign(g, "Ciudad Juárez")),
    ("UTF-8 that is too long", |g| Some(bytes_for(g, b"a\xC0\xAFb")), |g| foreign(g, "aÀ¯b")),
    ("a surrogate in UTF-8", |g| Some(bytes_for(g, b"a\xED\xA0\x80b")), |g| foreign(g, "aí\u{a0}€b")),
    (
        "UTF-16, little end first",
        |g| Some(utf16(g, true, u16::to_le_bytes)),
        |_| error(["is UTF-16 text", "CSV UTF-8"]),
    ),
    ("UTF-16, big end first", |g| Some(utf16(g, true, u16::to_be_bytes)), |_| error(["is UTF-16 text", "CSV UTF-8"])),
    ("UTF-16 without a mark", |g| Some(utf16(g, false, u16::to_le_bytes)), |_| error(["is UTF-16 text", "CSV UTF-8"])),
    ("UTF-16, big, no mark", |g| Some(utf16(g, false, u16::to_be_bytes)), |_| error(["is UTF-16 text", "CSV UTF-8"])),
    (
        "a NUL byte in a field",
        |g| Some(bytes_for(g, b"a\0b")),
        |g| rows_in(ROWS).bad(2, &g.told(g.text), "contains a NUL byte").into(),
    ),
    (
        "a NUL byte in the line of names",
        |g| named(g, join(&renamed(g, "z\0z")).into_bytes()),
        |_| error(["no text (there are NUL bytes in its first line)"]),
    ),
    (
        "a web page",
        |_| Some(b"\n<!DOCTYPE html>\n<html><body>Sign in</body></html>\n".to_vec()),
        |_| error(["is a web page", "was the download refused?"]),
    ),
    ("a PDF document", |_| Some(b"%PDF-1.7\n%\xE2\xE3\xCF\xD3\n1 0 obj".to_vec()), |_| error(["is a PDF document"])),
    (
        "an answer that refuses",
        |_| Some(br#"{"error": "invalid token", "message": "Access denied"}"#.to_vec()),
        |g| {
            if g.has_names { error(["an error of the server", "Access denied"]) } else { error(["is JSON"]) }
        },
    ),
    (
        "control characters in a name",
        |g| named(g, join(&renamed(g, "\u{1b}[2J")).into_bytes()),
        |_| error(["missing", "\u{fffd}[2j"]),
    ),
    (
        "a formula among the names of people and places",
        |g| Some(formula(g, "=HYPERLINK(\"http://x\";\"y\")")),
        |g| rows_in(ROWS).native(2, &g.told(g.text), "=HYPERLINK(\"http://x\";\"y\")").into(),
    ),
    (
        "a formula with @",
        |g| Some(formula(g, "@SUM(A1:A9)")),
        |g| rows_in(ROWS).native(2, &g.told(g.text), "@SUM(A1:A9)").into(),
    ),
    (
        "text that begins with +",
        |g| Some(formula(g, "+1+cmd|' /C calc'!A0")),
        |g| rows_in(ROWS).native(2, &g.told(g.text), "+1+cmd|' /C calc'!A0").into(),
    ),
    (
        "text that begins with -",
        |g| Some(formula(g, "-2+3")),
        |g| rows_in(ROWS).native(2, &g.told(g.text), "-2+3").into(),
    ),
];

/// What is too large takes its time, and is tried where quotes, fixed names and plain lines differ.
const LARGE: &[Damage] = &[
    (
        "a field of 10 MB",
        |g| Some(g.clone().with(2, g.text, &"x".repeat(10 << 20)).text().into_bytes()),
        |_| rows_in(ROWS).bad(2, "", "is a quote left open?").into(),
    ),
    (
        "a line of names of 10 MB",
        |g| named(g, join(&renamed(g, &"x".repeat(10 << 20))).into_bytes()),
        |_| error(["the first line takes", "at most 1048576 bytes"]),
    ),
    (
        "100,000 columns",
        |g| {
            named(
                g,
                join(
                    &g.lines()
                        .iter()
                        .map(|l| format!("{l}{}", g.delimiter.to_string().repeat(100_000)))
                        .collect::<Vec<_>>(),
                )
                .into_bytes(),
            )
        },
        |g| if g.is_plain { error(["column names are read"]) } else { error(["at most", "4096 column names"]) },
    ),
    (
        "a row of 100,000 fields",
        |g| Some(reshaped(g, |line, d| format!("{line}{}", d.to_string().repeat(100_000)))),
        |_| rows_in(ROWS).bad(2, "", "4096 fields").into(),
    ),
];

/// The cases of all adapters.
pub fn cases() -> Vec<Case> {
    good::all().iter().flat_map(|good| DAMAGES.iter().filter_map(|damage| case(good, damage))).collect()
}

/// The cases that are large.
pub fn large_cases() -> Vec<Case> {
    let some = [good::ged(), good::gdelt(), good::polecat(), good::events(), good::country_year()];
    some.iter().flat_map(|good| LARGE.iter().filter_map(|damage| case(good, damage))).collect()
}

fn case(good: &Good, (damage, spoil, expect): &Damage) -> Option<Case> {
    let bytes = spoil(good)?;
    Some(of(good, damage, bytes, expect(good)))
}

/// A case of a good text that became these bytes.
pub fn of(good: &Good, damage: &str, bytes: Vec<u8>, expect: Expect) -> Case {
    Case {
        name: format!("{}: {damage}", good.name),
        adapter: good.adapter,
        mapping: good.mapping.clone(),
        member: None,
        input: Input::File(good.file.to_owned(), bytes),
        expect,
    }
}

fn kept(_: &Good) -> Expect {
    rows_in(ROWS).into()
}

/// All are kept, and the fields stand where they stood.
fn kept_text(good: &Good) -> Expect {
    let text = &good.rows[2][good.at(good.text)];
    rows_in(ROWS).native(3, &good.told(good.text), text.clone()).into()
}

fn otherwise_delimited(good: &Good) -> Expect {
    if good.is_plain && good.delimiter == '\t' { polecat_delimiter() } else { kept_text(good) }
}

fn polecat_delimiter() -> Expect {
    error(["missing", "hint: the names stand in one column"])
}

fn ragged(_: &Good) -> Expect {
    rows_in(ROWS).bad(2, "", "the header has").into()
}

/// Read as Windows-1252, and flagged where rows have flags.
fn foreign(good: &Good, text: &str) -> Expect {
    let rows = rows_in(ROWS).native(2, &good.told(good.text), text);
    if good.has_flags { rows.flagged(2, "windows-1252").into() } else { rows.into() }
}

/// The bytes, where the format has a line of names.
fn named(good: &Good, bytes: Vec<u8>) -> Option<Vec<u8>> {
    good.has_names.then_some(bytes)
}

fn by(good: &Good, delimiter: char) -> Vec<u8> {
    join(&good.lines_by(delimiter)).into_bytes()
}

fn renamed(good: &Good, name: &str) -> Vec<String> {
    let mut good = good.clone();
    let at = good.at(good.required);
    name.clone_into(&mut good.names[at]);
    good.lines()
}

fn widened(good: &Good, name: &str) -> Vec<String> {
    let mut good = good.clone();
    good.names.push(name.to_owned());
    good.rows.iter_mut().for_each(|row| row.push("x".to_owned()));
    good.lines()
}

fn reversed(good: &Good) -> Vec<String> {
    let mut good = good.clone();
    good.names.reverse();
    good.rows.iter_mut().for_each(|row| row.reverse());
    good.lines()
}

/// The text with its second row in another shape.
fn reshaped(good: &Good, change: fn(&str, char) -> String) -> Vec<u8> {
    let mut lines = good.lines();
    let at = lines.len() - 2;
    lines[at] = change(&lines[at], good.delimiter);
    join(&lines).into_bytes()
}

/// The text with these bytes for a field of its second row.
fn bytes_for(good: &Good, bytes: &[u8]) -> Vec<u8> {
    const HERE: &str = "@@here@@";
    let text = good.clone().with(2, good.text, HERE).text();
    let (before, behind) = text.split_once(HERE).unwrap();
    [before.as_bytes(), bytes, behind.as_bytes()].concat()
}

fn formula(good: &Good, text: &str) -> Vec<u8> {
    good.clone().with(2, good.text, text).text().into_bytes()
}

fn utf16(good: &Good, is_marked: bool, order: fn(u16) -> [u8; 2]) -> Vec<u8> {
    let mark = is_marked.then_some(0xFEFF).into_iter();
    mark.chain(good.text().encode_utf16()).flat_map(order).collect()
}
