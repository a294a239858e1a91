//! Many files as one: folders, archives, gzip; and what is cut short, damaged or false.

#![expect(clippy::unwrap_used, reason = "a test whose files fail it has failed")]

use std::fs::{self, File};
use std::io::Write;
use std::path::Path;

use casefile_ingest::{AddOptions, EVENTS, Phase, add};
use flate2::Compression;
use flate2::write::GzEncoder;
use proptest::prelude::*;
use sha2::{Digest, Sha256};

use world::{add_as, fixture, rows, zip};

mod world;

const GED: &str = "ged-reduced.csv";

fn ged() -> Vec<u8> {
    fs::read(fixture(GED)).unwrap()
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// Adds bytes as a file of that name; the number of rows read, or the error.
fn add_bytes(name: &str, adapter: &str, bytes: &[u8]) -> Result<u64, String> {
    let (case, folder) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let file = folder.path().join(name);
    fs::write(&file, bytes).unwrap();
    add_as(adapter, case.path(), &file).map(|r| r.dataset.rows_in).map_err(|e| e.to_string())
}

#[test]
fn gzip_of_one_member_and_of_several_reads_like_the_file_itself() {
    let plain = add_bytes("ged.csv", "ucdp-ged", &ged()).unwrap();
    assert_eq!(plain, 11);
    assert_eq!(add_bytes("ged.csv.gz", "ucdp-ged", &gzip(&ged())), Ok(plain));
    let (head, tail) = (&ged()[..700].to_vec(), &ged()[700..].to_vec());
    assert_eq!(add_bytes("ged.csv.gz", "ucdp-ged", &[gzip(head), gzip(tail)].concat()), Ok(plain));
}

#[test]
fn gzip_that_is_cut_short_or_damaged_is_an_error_that_names_it() {
    let whole = gzip(&ged());
    for cut in [whole.len() - 1, whole.len() - 9, whole.len() / 2, 12] {
        let error = add_bytes("ged.csv.gz", "ucdp-ged", &whole[..cut]).unwrap_err();
        assert!(error.contains("`ged.csv.gz` ends too early: is the file complete?"), "{cut}: {error}");
    }
    let mut damaged = whole.clone();
    let at = damaged.len() - 6;
    damaged[at] ^= 1;
    let error = add_bytes("ged.csv.gz", "ucdp-ged", &damaged).unwrap_err();
    assert!(error.contains("`ged.csv.gz` cannot be unpacked"), "{error}");
}

#[test]
fn a_gzip_bomb_is_stopped() {
    let mut bomb = ged();
    bomb.extend(vec![b'\n'; 80 << 20]);
    let error = add_bytes("ged.csv.gz", "ucdp-ged", &gzip(&bomb)).unwrap_err();
    assert!(error.contains("unpacks to more than 200 times its size"), "{error}");
}

#[test]
fn what_is_named_as_packed_must_be() {
    for name in ["ged.csv.gz", "ged.zip"] {
        let error = add_bytes(name, "ucdp-ged", b"<html>not found</html>").unwrap_err();
        assert!(error.contains("was the download refused?"), "{error}");
    }
}

fn zipped() -> Vec<u8> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.zip");
    zip(&path, &[("ged.csv", &ged())]);
    fs::read(path).unwrap()
}

#[test]
fn a_zip_that_is_cut_short_is_an_error() {
    let whole = zipped();
    for cut in [whole.len() - 1, whole.len() / 2, 40] {
        let error = add_bytes("ged.zip", "ucdp-ged", &whole[..cut]).unwrap_err();
        assert!(error.contains("is not a readable zip archive"), "{cut}: {error}");
    }
}

/// The four bytes at `offset` of the archive's own entry for its one member.
fn restated(offset: usize, change: impl Fn(u32) -> u32) -> Vec<u8> {
    let mut bytes = zipped();
    let entry = bytes.windows(4).rposition(|w| w == b"PK\x01\x02").unwrap() + offset;
    let value = u32::from_le_bytes(bytes[entry..entry + 4].try_into().unwrap());
    bytes[entry..entry + 4].copy_from_slice(&change(value).to_le_bytes());
    bytes
}

#[test]
fn a_member_is_held_to_the_size_and_checksum_that_the_archive_states() {
    let (crc, size) = (16, 24);
    for (bytes, said) in [
        (restated(size, |n| n - 10), "unpacks to more than"),
        (restated(size, |n| n + 10), "is the file complete?"),
        (restated(crc, |n| n ^ 1), "is damaged: its checksum (CRC-32) is another"),
    ] {
        let error = add_bytes("ged.zip", "ucdp-ged", &bytes).unwrap_err();
        assert!(error.contains("`ged.zip/ged.csv`") && error.contains(said), "{error}");
    }
    assert!(add_bytes("ged.zip", "ucdp-ged", &restated(size, |_| u32::MAX - 1)).unwrap_err().contains("200 times"));
}

#[test]
fn a_member_that_leads_out_of_the_archive_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.zip");
    zip(&path, &[("../../ged.csv", &ged())]);
    let error = add_bytes("a.zip", "ucdp-ged", &fs::read(path).unwrap()).unwrap_err();
    assert!(error.contains("has an unsafe name"), "{error}");
}

fn split_into(folder: &Path) {
    let text = String::from_utf8(ged()).unwrap();
    let (header, body) = text.split_once('\n').unwrap();
    let lines: Vec<&str> = body.lines().collect();
    let part = |lines: &[&str]| format!("{header}\n{}", lines.join("\n"));
    fs::create_dir(folder.join("more")).unwrap();
    fs::write(folder.join("a.csv"), part(&lines[..3])).unwrap();
    fs::write(folder.join("b.CSV.gz"), gzip(part(&lines[3..6]).as_bytes())).unwrap();
    zip(&folder.join("c.zip"), &[("inside.csv", part(&lines[6..8]).as_bytes())]);
    fs::write(folder.join("more/d.csv"), part(&lines[8..])).unwrap();
    fs::write(folder.join(".hidden.csv"), "no data").unwrap();
    fs::write(folder.join("notes.md"), "no data").unwrap();
}

#[test]
fn a_folder_gives_the_rows_of_the_whole_file_and_tells_of_its_progress() {
    let (case, folder) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    split_into(folder.path());
    let options = AddOptions { file: folder.path().into(), adapter: "ucdp-ged".into(), ..AddOptions::default() };
    let mut seen = Vec::new();
    let report = add(case.path(), &options, &mut |p| seen.push(p)).unwrap();
    let parts = rows(case.path(), &report, EVENTS);
    let whole = add_as("ucdp-ged", case.path(), fixture(GED)).unwrap();
    assert_eq!(report.dataset.content_sha256, whole.dataset.content_sha256);
    assert_eq!(parts, rows(case.path(), &whole, EVENTS));
    for phase in [Phase::Hashing, Phase::Converting] {
        let of_phase: Vec<_> = seen.iter().filter(|p| p.phase == phase).collect();
        assert!(of_phase.is_sorted_by_key(|p| p.done) && of_phase.iter().all(|p| p.done <= p.total));
        assert!(of_phase.last().unwrap().done > 0);
    }
    let hashed = seen.iter().rfind(|p| p.phase == Phase::Hashing).unwrap();
    assert_eq!((hashed.done, hashed.total), (report.dataset.bytes, report.dataset.bytes));
}

/// `find . -type f … | sha256sum | sort | sha256sum`: a reader can compute it without this program.
#[test]
fn a_folders_hash_is_that_of_the_sorted_lines_of_sha256sum() {
    let (case, folder) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    split_into(folder.path());
    let hash = |bytes: &[u8]| Sha256::digest(bytes).iter().map(|b| format!("{b:02x}")).collect::<String>();
    let mut lines: Vec<String> = ["a.csv", "b.CSV.gz", "c.zip", "more/d.csv"]
        .iter()
        .map(|name| format!("{}  {name}\n", hash(&fs::read(folder.path().join(name)).unwrap())))
        .collect();
    lines.sort();
    let report = add_as("ucdp-ged", case.path(), folder.path()).unwrap();
    assert_eq!(report.dataset.sha256, hash(lines.concat().as_bytes()));
}

#[test]
fn parts_with_other_columns_are_refused_and_both_are_named() {
    let (case, folder) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    fs::copy(fixture(GED), folder.path().join("a.csv")).unwrap();
    fs::copy(fixture("ged-reordered.csv"), folder.path().join("b.csv")).unwrap();
    let error = add_as("ucdp-ged", case.path(), folder.path()).unwrap_err().to_string();
    assert!(
        error.contains("`a.csv` and `b.csv` have other columns: column 1 is `") && error.contains("hint:"),
        "{error}"
    );
    assert!(!case.path().join("casefile.lock").exists());
}

#[test]
fn a_folder_without_fitting_files_and_an_empty_file_in_one_are_errors() {
    let (case, folder) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    fs::write(folder.path().join("notes.md"), "no data").unwrap();
    let error = add_as("ucdp-ged", case.path(), folder.path()).unwrap_err().to_string();
    assert!(error.ends_with("holds no file that ends in .csv, .csv.gz, .csv.zip"), "{error}");
    File::create(folder.path().join("a.zip")).unwrap();
    let error = add_as("ucdp-ged", case.path(), folder.path()).unwrap_err().to_string();
    assert!(error.contains("a.zip is empty\nhint:"), "{error}");
}

/// A quote left open ends with its part.
#[test]
fn what_one_part_leaves_open_does_not_reach_the_next() {
    let (case, folder) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    fs::write(folder.path().join("a.csv"), [ged(), b"\"open,1,2\n".to_vec()].concat()).unwrap();
    let text = String::from_utf8(ged()).unwrap();
    let header = text.lines().next().unwrap();
    let row = text.lines().nth(1).unwrap();
    fs::write(folder.path().join("b.csv"), format!("\u{feff}{header}\n{row}")).unwrap();
    let report = add_as("ucdp-ged", case.path(), folder.path()).unwrap();
    assert_eq!(
        (report.dataset.rows_in, report.dataset.rows_in - report.dataset.quarantined),
        (13, report.dataset.kept)
    );
    assert!(report.rejected.iter().any(|r| r.row == 12 && r.column.is_empty()));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn no_bytes_make_it_panic(
        bytes in prop::collection::vec(any::<u8>(), 0..400),
        adapter in prop::sample::select(vec!["ucdp-ged", "gdelt-events", "polecat"]),
        name in prop::sample::select(vec!["x.csv", "x.zip", "x.txt.gz"]),
        magic in prop::sample::select(vec![&b""[..], b"PK\x03\x04", b"\x1f\x8b\x08\0", b"\xEF\xBB\xBF"]),
    ) {
        let _ = add_bytes(name, adapter, &[magic, &bytes].concat());
    }

    #[test]
    fn a_damaged_byte_is_found_or_harmless(at in 0..10_000_usize, bit in 0..8_u8, gz in any::<bool>()) {
        let (name, mut bytes) = if gz { ("g.csv.gz", gzip(&ged())) } else { ("g.zip", zipped()) };
        let at = at % bytes.len();
        bytes[at] ^= 1 << bit;
        // Names, times and other words of the packing may change; the rows may not.
        if let Ok(rows) = add_bytes(name, "ucdp-ged", &bytes) {
            prop_assert_eq!(rows, 11);
        }
    }

    #[test]
    fn no_fields_make_an_adapter_panic(
        fields in prop::collection::vec("[0-9A-Za-z;., \"#-]{0,9}|[0-9]{8}|None|\\PC{0,5}", 61),
        adapter in prop::sample::select(vec![("gdelt-events", 61, ""), ("polecat", 40, "week")]),
    ) {
        let (adapter, width, header) = adapter;
        let mut text = if header.is_empty() { String::new() } else {
            fs::read_to_string(fixture("ngecEvents.20230110.Release604.DV.txt")).unwrap().lines().next().unwrap().to_owned() + "\n"
        };
        text.push_str(&fields[..width].join("\t").replace(['\n', '\r'], " "));
        let rows = add_bytes("x.export.csv", adapter, text.as_bytes());
        // No names, or a first field as JSON begins: the file is refused as a whole.
        let refused = |e: &String| e.contains("columns") || (fields[0].starts_with(['{', '[']) && e.contains("is JSON"));
        prop_assert!(matches!(rows, Ok(0 | 1)) || rows.as_ref().is_err_and(refused), "{:?}", rows);
    }
}
