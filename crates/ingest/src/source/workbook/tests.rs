use std::io::Write;
use std::path::PathBuf;

use rust_xlsxwriter::{ExcelDateTime as Moment, Format, Workbook};
use tempfile::TempDir;

use super::*;
use crate::adapter::Layout;
use crate::source::Source;

fn saved(book: &mut Workbook) -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("book.xlsx");
    book.save(&path).unwrap();
    (folder, path)
}

fn read(path: &Path, member: Option<&str>) -> Result<(Source, Vec<Vec<String>>), SourceError> {
    let source = Source::open(path, member, Layout::default())?;
    let rows = source.with_records(|records| {
        let mut rows = vec![records.names().unwrap().unwrap()];
        while let Some(record) = records.next().unwrap() {
            rows.push(record.fields().map(|field| String::from_utf8(field.to_vec()).unwrap()).collect());
        }
        Ok::<_, SourceError>(rows)
    })?;
    Ok((source, rows))
}

#[test]
fn numbers_days_and_blanks_are_written_as_in_a_csv() {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    let day = Format::new().set_num_format("yyyy-mm-dd");
    // A sheet need not begin in its first row, nor a row hold all cells.
    for (column, name) in (0..).zip(["id", "share", "day", "moment", "yes", "text"]) {
        sheet.write(1, column, name).unwrap();
    }
    sheet.write(2, 0, 197_001_010_001_f64).unwrap();
    sheet.write(2, 1, 1.5).unwrap();
    sheet.write_with_format(2, 2, Moment::from_ymd(1972, 8, 26).unwrap(), &day).unwrap();
    sheet.write_with_format(2, 3, Moment::parse_from_str("2021-08-26T17:50:30").unwrap(), &day).unwrap();
    sheet.write(2, 4, true).unwrap();
    sheet.write(2, 5, "a, \"b\"\n— é").unwrap();
    sheet.write(4, 1, -34.900_123).unwrap();
    let (_folder, path) = saved(&mut book);
    let (source, rows) = read(&path, None).unwrap();
    assert_eq!(source.member.as_deref(), Some("Sheet1"));
    assert_eq!(rows[0], ["id", "share", "day", "moment", "yes", "text"]);
    assert_eq!(rows[1], ["197001010001", "1.5", "1972-08-26", "2021-08-26T17:50:30", "true", "a, \"b\"\n— é"]);
    assert_eq!(rows[2], ["", "-34.900123", "", "", "", ""]);
    assert_eq!(rows.len(), 3);
}

#[test]
fn a_row_wider_than_the_names_keeps_what_is_too_much() {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    sheet.write(0, 0, "a").unwrap();
    sheet.write(1, 0, 1).unwrap();
    sheet.write(1, 2, "extra").unwrap();
    let (_folder, path) = saved(&mut book);
    assert_eq!(read(&path, None).unwrap().1[1], ["1", "", "extra"]);
}

#[test]
fn a_sheet_is_chosen_by_name_or_is_the_first() {
    let mut book = Workbook::new();
    for name in ["Notes", "Data"] {
        book.add_worksheet().set_name(name).unwrap().write(0, 0, format!("of {name}")).unwrap();
    }
    let (_folder, path) = saved(&mut book);
    assert_eq!(read(&path, None).unwrap().1[0], ["of Notes"]);
    assert_eq!(read(&path, Some("Data")).unwrap().1[0], ["of Data"]);
    let said = read(&path, Some("data")).err().unwrap().to_string();
    assert!(said.ends_with("holds no sheet `data`; it holds: Notes, Data"), "{said}");
}

fn archive(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(io::Cursor::new(Vec::new()));
    for (name, content) in members {
        zip.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        zip.write_all(content).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

#[test]
fn broken_old_and_false_workbooks_are_explained() {
    let folder = tempfile::tempdir().unwrap();
    let said = |name: &str, bytes: &[u8]| {
        let path = folder.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        read(&path, None).err().unwrap().to_string()
    };
    let old = b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1 and more";
    assert!(said("old.xls", old).contains("old kind, or locked by a password\nhint: save it"));
    assert!(said("binary.xlsb", &archive(&[(BINARY_MARK, b"x")])).contains("old kind"));
    assert!(said("broken.xlsx", &archive(&[(MARK, b"no xml")])).contains("is not a readable workbook"));
    // More than two hundred times its packed size: refused before anything is held in memory.
    let bomb = archive(&[(MARK, b""), ("xl/sharedStrings.xml", &vec![b' '; 70 << 20])]);
    assert!(said("bomb.xlsx", &bomb).contains("`xl/sharedStrings.xml` unpacks to 73400320 bytes"));
    // The same bomb with its size stated as 100 bytes, in the central directory and before the member.
    let mut lie = bomb;
    let (size, told) = ((70_u32 << 20).to_le_bytes(), 100_u32.to_le_bytes());
    let places: Vec<usize> = lie.windows(4).enumerate().filter(|(_, w)| *w == size).map(|(at, _)| at).collect();
    assert!(!places.is_empty());
    for at in places {
        lie[at..at + 4].copy_from_slice(&told);
    }
    let text = said("lie.xlsx", &lie);
    assert!(text.contains("is not a readable zip archive"), "{text}");
}

#[test]
fn a_workbook_cut_short_is_no_success() {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    for row in 0..500 {
        sheet.write(row, 0, f64::from(row)).unwrap();
    }
    let (_folder, path) = saved(&mut book);
    let bytes = std::fs::read(&path).unwrap();
    for cut in (4..bytes.len()).step_by(97) {
        std::fs::write(&path, &bytes[..cut]).unwrap();
        assert!(read(&path, None).is_err(), "cut at {cut} of {}", bytes.len());
    }
}
