//! Folders of files, and files that change while they are read.

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::Command;

use crate::case::{Case, Expect, Fill, Input, error, rows_in};
use crate::good::{self, Good, gzip, join, zip};

/// The good rows with other ids.
fn renumbered(from: u32) -> Good {
    let good = good::ged();
    (1..=3).zip(from..).fold(good, |good, (row, id)| good.with(row, "id", &id.to_string()))
}

fn put(folder: &Path, name: &str, bytes: impl AsRef<[u8]>) {
    let path = folder.join(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, bytes).unwrap();
}

/// A folder with a good file `a.csv` and what else is put there.
fn beside(more: impl Fn(&Path) + 'static) -> Fill {
    Box::new(move |folder| {
        put(folder, "a.csv", good::ged().text());
        more(folder);
    })
}

fn second(bytes: impl Fn() -> Vec<u8> + 'static) -> Fill {
    beside(move |folder| put(folder, "b.csv", bytes()))
}

fn ged_cases() -> Vec<(&'static str, Fill, Expect)> {
    let three = || Expect::from(rows_in(3));
    let six = || Expect::from(rows_in(6));
    vec![
        ("two files", second(|| renumbered(2001).text().into()), six()),
        (
            "a bad row in the second file",
            second(|| renumbered(2001).with(2, "best", "many").text().into()),
            rows_in(6).bad(5, "best", "is not a number").in_part("b.csv", 2).into(),
        ),
        (
            "an id of the first file in the second",
            second(|| renumbered(2001).with(3, "id", "1002").text().into()),
            rows_in(6)
                .bad(6, "id", "duplicate id 1002: row 2 (row 2 of `a.csv`) has it first")
                .in_part("b.csv", 3)
                .into(),
        ),
        (
            "a quote left open at the end of the first file",
            Box::new(|folder| {
                put(folder, "a.csv", good::ged().text() + "\"open,");
                put(folder, "b.csv", renumbered(2001).text());
            }),
            rows_in(7).bad(4, "", "the header has").in_part("a.csv", 4).into(),
        ),
        ("another delimiter in the second file", second(|| join(&renumbered(2001).lines_by(';')).into()), six()),
        (
            "a mark and other line ends in the second file",
            second(|| format!("\u{feff}{}", renumbered(2001).text().replace('\n', "\r\n")).into()),
            six(),
        ),
        (
            "other columns in the second file",
            second(|| renumbered(2001).text().replacen("best", "bets", 1).into()),
            error(["`a.csv` and `b.csv` have other columns", "`best` in the one and `bets` in the other", "hint:"]),
        ),
        (
            "a column more in the second file",
            second(|| {
                let mut good = renumbered(2001);
                good.names.push("more".into());
                good.rows.iter_mut().for_each(|row| row.push(String::new()));
                good.text().into()
            }),
            error(["`a.csv` and `b.csv` have other columns: the one has 49, the other 50"]),
        ),
        ("names alone in the second file", second(|| join(&good::ged().lines()[..1]).into()), three()),
        ("an empty file", second(Vec::new), error(["b.csv is empty"])),
        (
            "a file whose first line has no end",
            second(|| vec![b'x'; 3 << 20]),
            error(["b.csv", "the first line takes 3145728 bytes"]),
        ),
        ("a web page among the files", second(|| b"<html>".to_vec()), error(["b.csv is a web page"])),
        (
            "UTF-16 among the files",
            second(|| renumbered(2001).text().encode_utf16().flat_map(u16::to_be_bytes).collect()),
            error(["b.csv is UTF-16 text"]),
        ),
        (
            "JSON among the files",
            second(|| b"[{\"id\": 1}]".to_vec()),
            error(["b.csv is JSON", "add the file by itself"]),
        ),
        (
            "Parquet among the files",
            second(|| b"PAR1\0\0".to_vec()),
            error(["b.csv is Parquet", "add the file by itself"]),
        ),
        (
            "a damaged gzip file among the files",
            beside(|folder| put(folder, "b.csv.gz", &gzip(renumbered(2001).text().as_bytes())[..300])),
            error(["`b.csv.gz` ends too early: is the file complete?"]),
        ),
        (
            "a damaged archive among the files",
            beside(|folder| put(folder, "b.zip", b"PK\x03\x04 and no more")),
            error(["b.zip is not a readable zip archive"]),
        ),
        (
            "an archive of something else among the files",
            beside(|folder| put(folder, "b.zip", zip(&[("x.txt", b"x")]))),
            three(),
        ),
        (
            "notes and pictures among the files",
            beside(|folder| {
                put(folder, "README.md", "notes");
                put(folder, "map.png", "x");
                put(folder, ".b.csv", "hidden");
                put(folder, "__MACOSX/a.csv", "shadow");
            }),
            three(),
        ),
        (
            "files deep in folders",
            beside(|folder| {
                put(folder, "2020/01/02/b.csv", renumbered(2001).with(1, "best", "-1").text());
            }),
            rows_in(6).bad(1, "best", "negative").in_part("2020/01/02/b.csv", 1).into(),
        ),
        ("nothing", Box::new(|_| {}), error(["holds no file that ends in .csv, .csv.gz, .csv.zip"])),
        (
            "hidden files alone",
            Box::new(|folder| put(folder, ".a.csv", good::ged().text())),
            error(["holds no file that ends in"]),
        ),
    ]
}

#[cfg(unix)]
fn unix_cases() -> Vec<(&'static str, Fill, Expect)> {
    use std::os::unix::fs::symlink;
    vec![
        (
            "a link that leads back",
            beside(|folder| {
                fs::create_dir(folder.join("in")).unwrap();
                symlink(folder, folder.join("in/back")).unwrap();
                symlink("..", folder.join("in/up")).unwrap();
            }),
            rows_in(3).into(),
        ),
        (
            "a link to itself",
            beside(|folder| symlink("b.csv", folder.join("b.csv")).unwrap()),
            error(["b.csv", "hint:"]),
        ),
        (
            "a link to nothing",
            beside(|folder| symlink("gone.csv", folder.join("b.csv")).unwrap()),
            error(["b.csv", "hint:"]),
        ),
        (
            "a link to a file",
            Box::new(|folder| {
                put(folder, "in/.a", good::ged().text());
                symlink("in/.a", folder.join("a.csv")).unwrap();
            }),
            rows_in(3).into(),
        ),
        (
            "a device",
            beside(|folder| symlink("/dev/zero", folder.join("b.csv")).unwrap()),
            error(["b.csv is neither a file nor a folder", "hint:"]),
        ),
        (
            "a pipe",
            beside(|folder| {
                assert!(Command::new("mkfifo").arg(folder.join("b.csv")).status().unwrap().success());
            }),
            error(["b.csv is neither a file nor a folder", "hint:"]),
        ),
        #[cfg(target_os = "linux")]
        (
            "a file that cannot be read",
            beside(|folder| symlink("/proc/self/mem", folder.join("b.csv")).unwrap()),
            error(["b.csv"]),
        ),
    ]
}

#[cfg(not(unix))]
fn unix_cases() -> Vec<(&'static str, Fill, Expect)> {
    Vec::new()
}

fn longer(path: &Path) {
    fs::OpenOptions::new().append(true).open(path).unwrap().write_all(b"9,9\n").unwrap();
}

fn shorter(path: &Path) {
    fs::OpenOptions::new().write(true).open(path).unwrap().set_len(100).unwrap();
}

fn gone(path: &Path) {
    fs::remove_file(path).unwrap();
}

/// What happens to a file while it is read, and the words of the error.
type Change = (&'static str, fn(&Path), &'static [&'static str]);

/// The cases.
pub fn cases() -> Vec<Case> {
    let folders = ged_cases().into_iter().chain(unix_cases()).map(|(damage, fill, expect)| Case {
        name: format!("ucdp-ged folder: {damage}"),
        adapter: "ucdp-ged",
        mapping: None,
        member: None,
        input: Input::Folder(fill),
        expect,
    });
    let json = |folder: &Path| ["a.json", "b.json"].iter().for_each(|name| put(folder, name, b"[{\"event_date\": 1}]"));
    let several = Case {
        name: "acled folder: two files of JSON".to_owned(),
        adapter: "acled",
        mapping: None,
        member: None,
        input: Input::Folder(Box::new(json)),
        expect: error(["a.json is JSON", "add the file by itself"]),
    };
    let lines: [Change; 3] = [
        ("grows", longer, &["changed while it was read", "add it again"]),
        ("shrinks", shorter, &["changed while it was read"]),
        ("goes", gone, &["cannot read"]),
    ];
    let changing = lines.into_iter().map(|(damage, spoil, words)| Case {
        name: format!("ucdp-ged csv: {damage} while it is read"),
        adapter: "ucdp-ged",
        mapping: None,
        member: None,
        input: Input::Changing("ged.csv".to_owned(), good::ged().text().into_bytes(), spoil),
        expect: Expect::Error(words.to_vec()),
    });
    folders.chain([several]).chain(changing).collect()
}
