//! Workbooks of the Global Terrorism Database, spoiled.

use rust_xlsxwriter::Workbook;

use crate::body;
use crate::case::{Case, Expect, Input, error, rows_in};
use crate::good::{self, ROWS, gzip, zip};

const NAMES: [&str; 11] =
    ["eventid", "iyear", "imonth", "iday", "gname", "nkill", "city", "latitude", "longitude", "extended", "resolution"];

fn column(at: usize) -> char {
    char::from(b'A' + u8::try_from(at).unwrap())
}

/// A cell of text, or of a number.
fn cell(reference: &str, value: &str) -> String {
    match value.parse::<f64>() {
        Ok(_) => format!(r#"<c r="{reference}"><v>{value}</v></c>"#),
        Err(_) => format!(r#"<c r="{reference}" t="inlineStr"><is><t>{value}</t></is></c>"#),
    }
}

/// The cells of an attack, in the row of that number.
fn cells(row: usize) -> Vec<String> {
    let id = format!("20200101000{row}");
    let values = [&id, "2020", "1", "5", "Red Band", "2", "Hilltown", "34.5", "69.5", "0", ""];
    let filled = values.iter().enumerate().filter(|(_, value)| !value.is_empty());
    filled.map(|(at, value)| cell(&format!("{}{row}", column(at)), value)).collect()
}

fn row(number: usize, cells: &[String]) -> String {
    format!(r#"<row r="{number}">{}</row>"#, cells.concat())
}

fn names() -> String {
    let cells: Vec<String> =
        NAMES.iter().enumerate().map(|(at, name)| cell(&format!("{}1", column(at)), name)).collect();
    row(1, &cells)
}

/// A sheet of rows.
fn sheet(rows: &[String], behind: &str) -> String {
    format!(
        r#"<?xml version="1.0" encoding="UTF-8"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{}</sheetData>{behind}</worksheet>"#,
        rows.concat()
    )
}

/// A sheet of three attacks, the second of which has other cells.
fn with(changed: &[(usize, String)]) -> String {
    let mut second = cells(3);
    second.resize(NAMES.len(), String::new());
    for (at, cell) in changed {
        second[*at].clone_from(cell);
    }
    sheet(&[names(), row(2, &cells(2)), row(3, &second), row(4, &cells(4))], "")
}

const NKILL: usize = 5;
const CITY: usize = 6;
const RESOLUTION: usize = 10;

fn good_sheet() -> String {
    with(&[])
}

/// The sheets, for the fuzzers to begin with.
pub fn sheets() -> Vec<String> {
    vec![
        good_sheet(),
        with(&[(RESOLUTION, dated("43900"))]),
        with(&[(NKILL, r#"<c r="F3" t="e"><v>#REF!</v></c>"#.into())]),
    ]
}

/// The end of the attack, as a day.
fn dated(serial: &str) -> String {
    format!(r#"<c r="K3" s="1"><v>{serial}</v></c>"#)
}

fn lasting(cell: String) -> Vec<u8> {
    with(&[(9, r#"<c r="J3"><v>1</v></c>"#.to_owned()), (RESOLUTION, cell)]).into()
}

/// Cases of which the sheet is spoiled.
fn of_sheets() -> Vec<(&'static str, Vec<u8>, Expect)> {
    let bad = |column: &str, words: &str| Expect::from(rows_in(ROWS).bad(2, column, words));
    let broken = || error(["is not a readable workbook"]);
    let good = good_sheet();
    vec![
        ("as it is", good.clone().into(), rows_in(ROWS).value(2, "deaths_best", "2").into()),
        (
            "an error in a number",
            with(&[(NKILL, r#"<c r="F3" t="e"><v>#REF!</v></c>"#.into())]).into(),
            bad("nkill", "`#REF!` is not a number"),
        ),
        (
            "an error in a name",
            with(&[(CITY, r#"<c r="G3" t="e"><v>#NAME?</v></c>"#.into())]).into(),
            rows_in(ROWS).native(2, "city", "#NAME?").into(),
        ),
        (
            "a formula with its value",
            with(&[(NKILL, r#"<c r="F3"><f>1+4</f><v>5</v></c>"#.into())]).into(),
            rows_in(ROWS).value(2, "deaths_best", "5").into(),
        ),
        (
            "a formula without a value",
            with(&[(NKILL, r#"<c r="F3"><f>1+4</f></c>"#.into())]).into(),
            rows_in(ROWS).flagged(2, "no-toll").into(),
        ),
        (
            "a text that looks like a formula",
            with(&[(CITY, cell("G3", "=1+1"))]).into(),
            rows_in(ROWS).native(2, "city", "=1+1").into(),
        ),
        (
            "a day as a serial number with its format",
            lasting(dated("43900")),
            rows_in(ROWS).value(2, "date_end", "2020-03-10").into(),
        ),
        (
            "a day as a serial number without it",
            lasting(cell("K3", "43900")),
            bad("resolution", "is not a date of the form"),
        ),
        ("a day as text", lasting(cell("K3", "3/10/2020")), rows_in(ROWS).value(2, "date_end", "2020-03-10").into()),
        ("a day before 1900", lasting(dated("-5")), bad("resolution", "`18")),
        ("a day beyond the calendar", lasting(dated("1e300")), bad("resolution", "lies outside the years")),
        ("a day that is no number", lasting(dated("NaN")), bad("resolution", "lies outside the years")),
        ("a toll of 1e300", with(&[(NKILL, cell("F3", "1e300"))]).into(), bad("nkill", "is no number of persons")),
        (
            "merged ids",
            sheet(
                &[names(), row(2, &cells(2)), row(3, &cells(3)[1..]), row(4, &cells(4))],
                r#"<mergeCells count="1"><mergeCell ref="A2:A3"/></mergeCells>"#,
            )
            .into(),
            bad("eventid", "is blank"),
        ),
        (
            "a hidden row",
            good.replace(r#"<row r="3">"#, r#"<row r="3" hidden="1">"#).into(),
            rows_in(ROWS).value(2, "deaths_best", "2").into(),
        ),
        (
            "two rows of one number",
            good.replace(r#"<row r="4">"#, r#"<row r="3">"#).replace("4\"", "3\"").into(),
            rows_in(ROWS).native(3, "eventid", "202001010004").into(),
        ),
        ("a row more to the right", with(&[(RESOLUTION, cell("Z3", "x"))]).into(), bad("", "the header has 11")),
        (
            "an id of fifteen figures",
            with(&[(0, cell("A3", "202001010003999"))]).into(),
            bad("eventid", "is no id of twelve digits"),
        ),
        (
            "an id that stands twice",
            with(&[(0, cell("A3", "202001010002"))]).into(),
            bad("eventid", "row 1 has it first"),
        ),
        ("no rows", sheet(&[], "").into(), error(["has no line of column names"])),
        ("names alone", sheet(&[names()], "").into(), rows_in(0).into()),
        (
            "a column that stands twice",
            good.replace(">city<", ">iday<").into(),
            error(["the column `iday` stands twice"]),
        ),
        ("no column that is needed", good.replace(">gname<", ">who<").into(), error(["missing", "gname"])),
        (
            "a text of 10 MB",
            with(&[(CITY, cell("G3", &"x".repeat(10 << 20)))]).into(),
            bad("", "is a quote left open?"),
        ),
        ("a sheet cut short", good[..good.len() - 300].into(), broken()),
        ("no XML", b"no sheet".to_vec(), broken()),
        ("a cell without a name that can be", good.replace(r#""G3""#, r#""3G""#).into(), broken()),
        ("a cell beyond all columns", good.replace(r#""G3""#, r#""ZZZZZZZZ3""#).into(), broken()),
        ("a cell beyond all rows", good.replace(r#""G3""#, r#""G99999999999""#).into(), broken()),
        (
            "a shared text that is not there",
            with(&[(CITY, r#"<c r="G3" t="s"><v>99</v></c>"#.into())]).into(),
            broken(),
        ),
        (
            "a number in words",
            with(&[(NKILL, r#"<c r="F3"><v>many</v></c>"#.into())]).into(),
            bad("nkill", "`many` is not a number"),
        ),
        (
            "entities that grow",
            good.replacen("?>", "?><!DOCTYPE x [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;\">]>", 1)
                .replace(">Hilltown<", ">&b;<")
                .into(),
            broken(),
        ),
    ]
}

/// Two sheets, of which the first are notes.
fn two_sheets() -> Vec<u8> {
    let mut book = Workbook::new();
    book.add_worksheet().set_name("Notes").unwrap().write(0, 0, "How to read this").unwrap();
    let data = book.add_worksheet().set_name("Data").unwrap();
    for (at, name) in (0..).zip(NAMES) {
        data.write(0, at, name).unwrap();
    }
    for row in 1..=3_u32 {
        let day = f64::from(row);
        for (at, value) in (0..).zip([202_001_010_000.0 + day, 2020.0, 1.0, day]) {
            data.write(row, at, value).unwrap();
        }
        data.write(row, 4, "Red Band").unwrap();
    }
    book.save_to_buffer().unwrap()
}

/// The damage, the file's name, the sheet that is asked for, the bytes and what must come of them.
type Book = (&'static str, &'static str, Option<&'static str>, Vec<u8>, Expect);

/// Cases of which the archive around the sheet is spoiled.
fn of_books() -> Vec<Book> {
    let whole = body::workbook(good_sheet().as_bytes());
    let cut = |at: usize| whole[..at].to_vec();
    let unreadable = || error(["is not a readable zip archive"]);
    let text = good::gtd().text();
    vec![
        ("cut at a quarter", "gtd.xlsx", None, cut(whole.len() / 4), unreadable()),
        ("cut in the middle", "gtd.xlsx", None, cut(whole.len() / 2), unreadable()),
        ("cut in the list of members", "gtd.xlsx", None, cut(whole.len() - 60), unreadable()),
        ("without its last byte", "gtd.xlsx", None, cut(whole.len() - 1), unreadable()),
        (
            "a damaged member",
            "gtd.xlsx",
            None,
            {
                let mut bytes = whole.clone();
                let at = bytes.windows(20).position(|w| w == b"xl/worksheets/sheet1").unwrap() + 60;
                bytes[at] ^= 0x55;
                bytes
            },
            unreadable(),
        ),
        ("two sheets", "gtd.xlsx", None, two_sheets(), error(["missing", "found:    how to read this"])),
        (
            "two sheets, one named",
            "gtd.xlsx",
            Some("Data"),
            two_sheets(),
            rows_in(ROWS).value(3, "date_start", "2020-01-03").into(),
        ),
        (
            "two sheets, another named",
            "gtd.xlsx",
            Some("data"),
            two_sheets(),
            error(["holds no sheet `data`; it holds: Notes, Data"]),
        ),
        (
            "with macros",
            "gtd.xlsm",
            None,
            {
                let mut archive = zip::ZipWriter::new_append(std::io::Cursor::new(two_sheets())).unwrap();
                archive.start_file("xl/vbaProject.bin", zip::write::SimpleFileOptions::default()).unwrap();
                archive.finish().unwrap().into_inner()
            },
            error(["missing", "how to read this"]),
        ),
        (
            "with macros, a sheet named",
            "gtd.xlsm",
            Some("Data"),
            {
                let mut archive = zip::ZipWriter::new_append(std::io::Cursor::new(two_sheets())).unwrap();
                archive.start_file("xl/vbaProject.bin", zip::write::SimpleFileOptions::default()).unwrap();
                archive.finish().unwrap().into_inner()
            },
            rows_in(ROWS).value(1, "side_a", "Red Band").into(),
        ),
        (
            "an old workbook that is named as a new one",
            "gtd.xlsx",
            None,
            b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1 old".to_vec(),
            error(["old kind, or locked by a password", "hint:"]),
        ),
        (
            "an old workbook in a gzip file",
            "gtd.xls.gz",
            None,
            gzip(b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1 old"),
            error(["is a workbook of an old kind"]),
        ),
        ("a binary workbook", "gtd.xlsb", None, zip(&[("xl/workbook.bin", b"x")]), error(["old kind"])),
        (
            "a web page that is named as a workbook",
            "gtd.xls",
            None,
            b"<html xmlns:x=\"urn:schemas\"><table></table></html>".to_vec(),
            error(["is a web page"]),
        ),
        (
            "a workbook of 2003 in XML",
            "gtd.xls",
            None,
            b"<?xml version=\"1.0\"?><Workbook></Workbook>".to_vec(),
            error(["is an XML document"]),
        ),
        ("a text that is named as a workbook", "gtd.xlsx", None, text.into_bytes(), rows_in(ROWS).into()),
        (
            "a sheet of another program",
            "gtd.ods",
            None,
            zip(&[("content.xml", b"<x/>"), ("mimetype", b"x")]),
            error(["holds no CSV file; it holds: content.xml, mimetype"]),
        ),
        (
            "without its sheet",
            "gtd.xlsx",
            None,
            zip(&[("xl/workbook.xml", include_bytes!("../../../../fuzz/src/workbook/workbook.xml"))]),
            error(["is not a readable workbook"]),
        ),
        (
            "no sheets",
            "gtd.xlsx",
            None,
            zip(&[("xl/workbook.xml", b"<workbook><sheets/></workbook>")]),
            error(["is not a readable workbook"]),
        ),
        (
            "a bomb among its members",
            "gtd.xlsx",
            None,
            zip(&[("xl/workbook.xml", b""), ("xl/sharedStrings.xml", &vec![b' '; 70 << 20])]),
            error(["`xl/sharedStrings.xml` unpacks to 73400320 bytes", "hint: unpack it yourself"]),
        ),
        (
            "a member that leads out of it",
            "gtd.xlsx",
            None,
            zip(&[("xl/workbook.xml", b""), ("../../x.xml", b"")]),
            error(["has an unsafe name"]),
        ),
    ]
}

/// The cases.
pub fn cases() -> Vec<Case> {
    let sheets = of_sheets()
        .into_iter()
        .map(|(damage, sheet, expect)| ("gtd.xlsx", None, damage, body::workbook(&sheet), expect));
    let books =
        of_books().into_iter().map(|(damage, file, member, bytes, expect)| (file, member, damage, bytes, expect));
    let case = |(file, member, damage, bytes, expect): (&str, _, &str, _, _)| Case {
        name: format!("gtd xlsx: {damage}"),
        adapter: "gtd",
        mapping: None,
        member,
        input: Input::File(file.to_owned(), bytes),
        expect,
    };
    sheets.chain(books).map(case).collect()
}
