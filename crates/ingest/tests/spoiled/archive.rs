//! Archives and packed files, spoiled.

use std::io::Write;

use zip::CompressionMethod;
use zip::write::SimpleFileOptions;

use crate::case::{Case, Expect, Input, error, rows_in};
use crate::good::{self, ROWS, gzip, zip, zip_as};

fn ged() -> Vec<u8> {
    good::ged().text().into_bytes()
}

fn archive() -> Vec<u8> {
    zip(&[("ged.csv", &ged())])
}

/// The archive with some bytes of its one member's entry in the list of members changed, counted from its beginning.
fn restated(offset: usize, change: impl Fn(u32) -> u32) -> Vec<u8> {
    changed(archive(), b"PK\x01\x02", offset, change)
}

fn changed(mut bytes: Vec<u8>, mark: &[u8], offset: usize, change: impl Fn(u32) -> u32) -> Vec<u8> {
    let at = bytes.windows(4).rposition(|w| w == mark).unwrap() + offset;
    let value = u32::from_le_bytes(bytes[at..at + 4].try_into().unwrap());
    bytes[at..at + 4].copy_from_slice(&change(value).to_le_bytes());
    bytes
}

fn replaced(mut bytes: Vec<u8>, from: &[u8], to: &[u8]) -> Vec<u8> {
    let places: Vec<usize> =
        bytes.windows(from.len()).enumerate().filter(|(_, w)| *w == from).map(|(at, _)| at).collect();
    assert!(!places.is_empty() && from.len() == to.len());
    for at in places {
        bytes[at..at + to.len()].copy_from_slice(to);
    }
    bytes
}

fn linked() -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    writer.add_symlink("ged.csv", "/etc/passwd", SimpleFileOptions::default()).unwrap();
    writer.finish().unwrap().into_inner()
}

/// An archive of one stored text, to which many entries lead.
fn overlapping(text: &[u8], members: u16) -> Vec<u8> {
    let mut crc = flate2::Crc::new();
    crc.update(text);
    let size = u32::try_from(text.len()).unwrap().to_le_bytes();
    // Version, flags, method, time and day; checksum and sizes.
    let shared = [&[20, 0, 0, 0, 0, 0, 0, 0, 0x21, 0x50][..], &crc.sum().to_le_bytes(), &size, &size].concat();
    let name = |i: u16| format!("{i:05}.export.CSV");
    let mut bytes = Vec::new();
    bytes.write_all(&[b"PK\x03\x04", &shared[..], &[16, 0, 0, 0], name(0).as_bytes(), text].concat()).unwrap();
    let list = u32::try_from(bytes.len()).unwrap();
    for i in 0..members {
        bytes.write_all(&[b"PK\x01\x02\x14\0", &shared[..], &[16, 0], &[0; 16], name(i).as_bytes()].concat()).unwrap();
    }
    let length = u32::try_from(bytes.len()).unwrap() - list;
    let count = members.to_le_bytes();
    bytes
        .write_all(
            &[b"PK\x05\x06\0\0\0\0", &count[..], &count, &length.to_le_bytes(), &list.to_le_bytes(), &[0, 0]].concat(),
        )
        .unwrap();
    bytes
}

fn gdelt() -> Vec<u8> {
    good::gdelt().text().into_bytes()
}

fn polecat() -> Vec<u8> {
    good::polecat().text().into_bytes()
}

fn bomb() -> Vec<u8> {
    [ged(), vec![b'\n'; 80 << 20]].concat()
}

type Line = (&'static str, &'static str, Vec<u8>, Expect);

fn zips() -> Vec<Line> {
    let unreadable = || error(["is not a readable zip archive"]);
    let whole = archive();
    let cut = |at: usize| whole[..at].to_vec();
    let kept = || Expect::from(rows_in(ROWS));
    let (flags, method, crc, size) = (8, 10, 16, 24);
    let stored = zip_as(&[("ged.csv", &ged())], CompressionMethod::Stored);
    vec![
        ("as it is", "ged.zip", whole.clone(), kept()),
        ("cut in its first header", "ged.zip", cut(20), unreadable()),
        ("cut at a quarter", "ged.zip", cut(whole.len() / 4), unreadable()),
        ("cut in the middle", "ged.zip", cut(whole.len() / 2), unreadable()),
        ("cut in the list of members", "ged.zip", cut(whole.len() - 40), unreadable()),
        ("without its last byte", "ged.zip", cut(whole.len() - 1), unreadable()),
        ("without its beginning", "ged.zip", whole[30..].to_vec(), error(["was the download refused?"])),
        ("bytes before it", "ged.zip", [b"MZ program", &whole[..]].concat(), error(["was the download refused?"])),
        ("bytes behind it", "ged.zip", [&whole[..], b"\n"].concat(), kept()),
        (
            "another checksum",
            "ged.zip",
            restated(crc, |n| n ^ 1),
            error(["`ged.zip/ged.csv` is damaged: its checksum (CRC-32)", "hint"]),
        ),
        (
            "a damaged byte",
            "ged.zip",
            {
                let mut bytes = stored.clone();
                bytes[200] ^= 1;
                bytes
            },
            error(["`ged.zip/ged.csv` is damaged", "hint:"]),
        ),
        (
            "a smaller size",
            "ged.zip",
            restated(size, |n| n - 10),
            error(["unpacks to more than the", "bytes that the archive states"]),
        ),
        ("a larger size", "ged.zip", restated(size, |n| n + 10), error(["ends after", "is the file complete?"])),
        (
            "a size of 4 GB",
            "ged.zip",
            restated(size, |_| u32::MAX - 1),
            error(["more than 200 times as much", "hint:"]),
        ),
        ("a packed size beyond its end", "ged.zip", restated(20, |_| 1 << 30), error(["ged.zip"])),
        (
            "a packed size that is too small",
            "ged.zip",
            restated(20, |n| n - 30),
            error(["`ged.zip/ged.csv`", "is the file complete?"]),
        ),
        ("a member that begins beyond its end", "ged.zip", restated(42, |_| 1 << 30), unreadable()),
        (
            "encrypted",
            "ged.zip",
            changed(restated(flags, |n| n | 1), b"PK\x03\x04", 6, |n| n | 1),
            error(["`ged.csv` is encrypted", "hint:"]),
        ),
        (
            "another packing",
            "ged.zip",
            changed(restated(method, |n| (n & 0xFFFF_0000) | 14), b"PK\x03\x04", 8, |n| (n & 0xFFFF_0000) | 14),
            error(["only deflate is read", "hint:"]),
        ),
        (
            "an archive in it",
            "ged.zip",
            zip(&[("inner.zip", &whole)]),
            error(["holds no CSV file; it holds: inner.zip"]),
        ),
        (
            "an archive in it that is named as a text",
            "ged.zip",
            zip(&[("ged.csv", &whole)]),
            error(["ged.csv is a zip archive", "hint: unpack it"]),
        ),
        (
            "a gzip file in it that is named as a text",
            "ged.zip",
            zip(&[("ged.csv", &gzip(&ged()))]),
            error(["ged.csv is a gzip file"]),
        ),
        ("a web page in it", "ged.zip", zip(&[("ged.csv", b"<html>")]), error(["ged.csv is a web page"])),
        ("an empty text in it", "ged.zip", zip(&[("ged.csv", b"")]), error(["has no line of column names"])),
        ("nothing in it", "ged.zip", zip(&[]), error(["holds no CSV file; it holds: nothing"])),
        (
            "a folder of that name in it",
            "ged.zip",
            {
                let mut writer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
                writer.add_directory("ged.csv/", SimpleFileOptions::default()).unwrap();
                writer.finish().unwrap().into_inner()
            },
            error(["holds no CSV file; it holds: ged.csv/"]),
        ),
        (
            "two texts in it",
            "ged.zip",
            zip(&[("a.csv", &ged()), ("b.csv", &ged())]),
            error(["holds 2 CSV files: a.csv, b.csv", "hint: name one with --member"]),
        ),
        (
            "two texts of one name in it",
            "ged.zip",
            replaced(zip(&[("a.csv", &ged()), ("b.csv", b"other")]), b"b.csv", b"a.csv"),
            error(["several of its members have the same name", "hint:"]),
        ),
        (
            "5,000 texts in it",
            "ged.zip",
            {
                let names: Vec<String> = (0..5000).map(|i| format!("a{i}.csv")).collect();
                let members: Vec<(&str, &[u8])> = names.iter().map(|name| (name.as_str(), &b""[..])).collect();
                zip(&members)
            },
            error(["holds 5000 CSV files", "and 4980 more", "--member"]),
        ),
        (
            "a member above it",
            "ged.zip",
            zip(&[("../ged.csv", &ged())]),
            error(["the member `../ged.csv` has an unsafe name"]),
        ),
        ("a member far above it", "ged.zip", zip(&[("a/../../../ged.csv", &ged())]), error(["has an unsafe name"])),
        (
            "a member of the root",
            "ged.zip",
            replaced(zip(&[("@ged.csv", &ged())]), b"@ged.csv", b"/ged.csv"),
            error(["the member `/ged.csv` has an unsafe name"]),
        ),
        (
            "a member above it, as Windows writes",
            "ged.zip",
            zip(&[("..\\ged.csv", &ged())]),
            error(["has an unsafe name"]),
        ),
        ("a member of a drive", "ged.zip", zip(&[("C:\\ged.csv", &ged())]), error(["has an unsafe name"])),
        (
            "a member whose name has a NUL byte",
            "ged.zip",
            replaced(zip(&[("a@b.csv", &ged())]), b"a@b.csv", b"a\0b.csv"),
            error(["has an unsafe name"]),
        ),
        ("a link", "ged.zip", linked(), error(["`ged.csv` is a link, not a file", "hint:"])),
        (
            "a bomb",
            "ged.zip",
            zip(&[("ged.csv", &bomb())]),
            error(["more than 200 times as much", "hint: unpack it yourself"]),
        ),
        (
            "a bomb that states a small size",
            "ged.zip",
            {
                let bytes = zip(&[("ged.csv", &bomb())]);
                changed(changed(bytes, b"PK\x01\x02", size, |_| 1000), b"PK\x03\x04", 22, |_| 1000)
            },
            error(["unpacks to more than the 1000 bytes that the archive states"]),
        ),
    ]
}

fn gzips() -> Vec<Line> {
    let whole = gzip(&ged());
    let cut = |at: usize| whole[..at].to_vec();
    let early = || error(["`ged.csv.gz` ends too early: is the file complete?"]);
    let damaged = |from_end: usize| {
        let mut bytes = whole.clone();
        let at = bytes.len() - from_end;
        bytes[at] ^= 1;
        bytes
    };
    vec![
        ("as it is", "ged.csv.gz", whole.clone(), rows_in(ROWS).into()),
        ("in two members", "ged.csv.gz", [gzip(&ged()[..700]), gzip(&ged()[700..])].concat(), rows_in(ROWS).into()),
        ("cut in its header", "ged.csv.gz", cut(5), early()),
        ("cut in the middle", "ged.csv.gz", cut(whole.len() / 2), early()),
        ("cut in its checksum", "ged.csv.gz", cut(whole.len() - 6), early()),
        ("without its last byte", "ged.csv.gz", cut(whole.len() - 1), early()),
        ("another checksum", "ged.csv.gz", damaged(7), error(["`ged.csv.gz` cannot be unpacked", "hint:"])),
        ("another size", "ged.csv.gz", damaged(2), error(["`ged.csv.gz` cannot be unpacked", "hint:"])),
        ("a damaged byte", "ged.csv.gz", damaged(whole.len() / 2), error(["`ged.csv.gz`"])),
        ("bytes behind it", "ged.csv.gz", [&whole[..], b"more"].concat(), error(["`ged.csv.gz`"])),
        ("packed twice", "ged.csv.gz", gzip(&whole), error(["is a gzip file", "hint: unpack it"])),
        ("a web page in it", "ged.csv.gz", gzip(b"<!doctype html>"), error(["is a web page"])),
        ("nothing in it", "ged.csv.gz", gzip(b""), error(["has no line of column names"])),
        ("a bomb", "ged.csv.gz", gzip(&bomb()), error(["unpacks to more than 200 times its size", "if you trust it"])),
        ("a web page of that name", "ged.csv.gz", b"<html>".to_vec(), error(["was the download refused?"])),
        ("a gzip file that is named as a text", "ged.csv", whole.clone(), rows_in(ROWS).into()),
    ]
}

fn foreign() -> Vec<Line> {
    vec![
        ("a bzip2 file", "ged.csv", b"BZh91AY&SY".to_vec(), error(["is a bzip2 file", "hint: unpack it"])),
        ("an xz file", "ged.csv", b"\xFD7zXZ\0\0\x04".to_vec(), error(["is an xz file"])),
        ("a zstd file", "ged.csv", b"\x28\xB5\x2F\xFD\x04".to_vec(), error(["is a zstd file"])),
        ("a 7z archive", "ged.csv", b"7z\xBC\xAF\x27\x1C\0".to_vec(), error(["is a 7z archive"])),
        ("a rar archive", "ged.csv", b"Rar!\x1A\x07".to_vec(), error(["is a rar archive"])),
        ("an SQLite database", "ged.csv", b"SQLite format 3\0".to_vec(), error(["is an SQLite database"])),
        ("a picture", "ged.csv", b"\x89PNG\r\n\x1A\n\0\0\0\rIHDR".to_vec(), error(["missing", "expected:"])),
        ("a program", "ged.csv", b"\x7FELF\x02\x01\x01\0\0\0\0".to_vec(), error(["NUL bytes in its first line"])),
    ]
}

/// Archives of formats that come in many files.
fn of_many() -> Vec<(&'static str, &'static str, &'static str, Vec<u8>, Expect)> {
    let again = |id: &'static str, part: &str| (id, format!("(row 1 of `{part}`) has it first"));
    let (column, words) = again("globaleventid", "g.zip/a.export.CSV");
    let (polecat_column, polecat_words) = again("event id", "p.zip/a.txt");
    let second_bad =
        |text: Vec<u8>, from: &str, to: &str| String::from_utf8(text).unwrap().replace(from, to).into_bytes();
    vec![
        (
            "gdelt-events zip",
            "gdelt-events",
            "g.zip",
            zip(&[("a.export.CSV", &gdelt()), ("b.export.CSV", &gdelt())]),
            rows_in(6)
                .bad(4, column, &words)
                .in_part("g.zip/b.export.CSV", 1)
                .bad(5, column, "row 2")
                .in_part("g.zip/b.export.CSV", 2)
                .bad(6, column, "row 3")
                .in_part("g.zip/b.export.CSV", 3)
                .into(),
        ),
        (
            "polecat zip",
            "polecat",
            "p.zip",
            zip(&[("a.txt", &polecat()), ("b.txt", &polecat())]),
            rows_in(6)
                .bad(4, polecat_column, &polecat_words)
                .in_part("p.zip/b.txt", 1)
                .bad(5, polecat_column, "row 2")
                .in_part("p.zip/b.txt", 2)
                .bad(6, polecat_column, "row 3")
                .in_part("p.zip/b.txt", 3)
                .into(),
        ),
        (
            "gdelt-events zip, a web page in it",
            "gdelt-events",
            "g.zip",
            zip(&[("a.export.CSV", &gdelt()), ("b.export.CSV", b"<html>")]),
            error(["b.export.CSV is a web page"]),
        ),
        (
            "gdelt-events zip, another format in it",
            "gdelt-events",
            "g.zip",
            zip(&[("a.export.CSV", &gdelt()), ("b.export.CSV", b"a\tb\n")]),
            error(["`g.zip/b.export.CSV` has 2 columns; 61, 58, 57 expected"]),
        ),
        (
            "gdelt-events zip, an empty text in it",
            "gdelt-events",
            "g.zip",
            zip(&[("a.export.CSV", &gdelt()), ("b.export.CSV", b"")]),
            rows_in(3).into(),
        ),
        (
            "gdelt-events zip, many members of the same bytes",
            "gdelt-events",
            "g.zip",
            overlapping(&gdelt(), 500),
            error(["is it a bomb?", "hint:"]),
        ),
        (
            "polecat zip, other columns in it",
            "polecat",
            "p.zip",
            zip(&[("a.txt", &polecat()), ("b.txt", &second_bad(polecat(), "Event Mode", "Event Mood"))]),
            error(["`p.zip/a.txt` and `p.zip/b.txt` have other columns: column 4", "hint:"]),
        ),
        (
            "polecat zip, a bad row in the second",
            "polecat",
            "p.zip",
            zip(&[
                ("a.txt", &polecat()),
                ("b.txt", &second_bad(second_bad(polecat(), "_NGEC_v1_", "_NGEC_v2_"), "2023-01-02", "2023-02-31")),
            ]),
            rows_in(6)
                .bad(6, "event date;publication date", "is not a day of the calendar")
                .in_part("p.zip/b.txt", 3)
                .into(),
        ),
    ]
}

/// The cases.
pub fn cases() -> Vec<Case> {
    let of = |family: &'static str, lines: Vec<Line>| {
        lines.into_iter().map(move |(damage, file, bytes, expect)| Case {
            name: format!("ucdp-ged {family}: {damage}"),
            adapter: "ucdp-ged",
            mapping: None,
            member: None,
            input: Input::File(file.to_owned(), bytes),
            expect,
        })
    };
    let many = of_many().into_iter().map(|(name, adapter, file, bytes, expect)| Case {
        name: name.to_owned(),
        adapter,
        mapping: None,
        member: None,
        input: Input::File(file.to_owned(), bytes),
        expect,
    });
    let named = [("b.csv", rows_in(ROWS).into()), ("c.csv", error(["holds no `c.csv`; it holds: a.csv, b.csv"]))];
    let named = named.map(|(member, expect)| Case {
        name: format!("ucdp-ged zip: two texts in it, {member} named"),
        adapter: "ucdp-ged",
        mapping: None,
        member: Some(member),
        input: Input::File("ged.zip".to_owned(), zip(&[("a.csv", b"other"), ("b.csv", &ged())])),
        expect,
    });
    of("zip", zips()).chain(of("gzip", gzips())).chain(of("foreign", foreign())).chain(many).chain(named).collect()
}
