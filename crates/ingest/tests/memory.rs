//! Memory stays bounded, however large or hostile the input: each load runs in a process of its own, whose address space the
//! shell limits. The inputs are written as streams, as the process that writes them must stay small too.

#![cfg(target_os = "linux")]
#![expect(clippy::unwrap_used, reason = "a test whose files fail it has failed")]

use std::fs::File;
use std::io::{self, BufWriter, Read, Write};
use std::path::Path;
use std::process::Command;
use std::sync::Arc;

use arrow::array::{ArrayRef, Int32Array, RecordBatch, StringArray};
use casefile_ingest::{AddOptions, add};
use parquet::arrow::ArrowWriter;
use parquet::file::properties::WriterProperties;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use world::fixture;

mod world;

/// The bound: what a load may take, in MB of resident memory.
const BOUND_MB: u64 = 300;
/// The address space of the process, in kB. Threads and their allocators reserve far more than they use.
const ADDRESS_SPACE_KB: u64 = 2_000_000;

/// Set for the process that loads: the input, the adapter, and the mapping or nothing.
const ORDER: &str = "CASEFILE_MEMORY_TEST";

/// What came of a load, as the child tells it.
#[derive(Debug)]
struct Told {
    /// Rows read and quarantined, or the error.
    outcome: String,
    /// The most memory it took, in MB.
    peak_mb: u64,
}

/// The load, where this process is the one that is to do it.
#[test]
fn child() {
    let Ok(order) = std::env::var(ORDER) else { return };
    let order: Vec<&str> = order.split('\n').collect();
    let case = tempfile::tempdir().unwrap();
    let options = AddOptions {
        file: order[0].into(),
        adapter: order[1].to_owned(),
        mapping: (!order[2].is_empty()).then(|| order[2].into()),
        ..AddOptions::default()
    };
    match add(case.path(), &options, &mut |_| {}) {
        Ok(report) => println!("TOLD {} in, {} quarantined", report.dataset.rows_in, report.dataset.quarantined),
        Err(error) => println!("TOLD {}", error.to_string().replace('\n', " ")),
    }
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    println!("PEAK {}", peak.trim().trim_end_matches(" kB"));
}

fn load(file: &Path, adapter: &str, mapping: Option<&Path>) -> Told {
    let mapping = mapping.map(|path| path.to_str().unwrap()).unwrap_or_default();
    let output = Command::new("sh")
        .arg("-c")
        .arg(format!("ulimit -v {ADDRESS_SPACE_KB}; exec \"$0\" --exact child --nocapture --test-threads 1"))
        .arg(std::env::current_exe().unwrap())
        .env(ORDER, format!("{}\n{adapter}\n{mapping}", file.display()))
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let said = |word: &str| text.lines().find_map(|line| line.split_once(word)).map(|(_, rest)| rest.trim().to_owned());
    let died = || panic!("the load did not end well: {text} {}", String::from_utf8_lossy(&output.stderr));
    let told = Told {
        outcome: said("TOLD ").unwrap_or_else(died),
        peak_mb: said("PEAK ").unwrap().parse::<u64>().unwrap() / 1024,
    };
    println!("{}: {told:?}", file.file_name().unwrap().to_string_lossy());
    assert!(told.peak_mb <= BOUND_MB, "{} MB", told.peak_mb);
    told
}

/// The first lines of a fixture.
fn lines(name: &str, count: usize) -> String {
    let bytes = std::fs::read(fixture(name)).unwrap();
    let text = String::from_utf8_lossy(&bytes).into_owned();
    text.lines().take(count).map(|line| format!("{line}\n")).collect()
}

/// So many bytes, all alike, without ever holding them.
fn endless(byte: u8, count: u64) -> impl Read {
    io::repeat(byte).take(count)
}

fn written(path: &Path, parts: &mut [&mut dyn Read]) {
    let mut out = BufWriter::new(File::create(path).unwrap());
    for part in parts {
        io::copy(part, &mut out).unwrap();
    }
    out.flush().unwrap();
}

const MB: u64 = 1 << 20;

#[test]
fn a_field_of_10_mb_and_a_line_of_200_mb() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("field.csv");
    let good = lines("ged-traps.csv", 3);
    written(&file, &mut [&mut good.as_bytes(), &mut &b"1,\""[..], &mut endless(b'x', 10 * MB), &mut &b"\"\n"[..]]);
    assert_eq!(load(&file, "ucdp-ged", None).outcome, "3 in, 1 quarantined");

    let file = folder.path().join("line.csv");
    written(&file, &mut [&mut good.as_bytes(), &mut endless(b'x', 200 * MB)]);
    assert_eq!(load(&file, "ucdp-ged", None).outcome, "3 in, 1 quarantined");

    let file = folder.path().join("quote.csv");
    written(&file, &mut [&mut good.as_bytes(), &mut &b"\""[..], &mut endless(b'\n', 200 * MB)]);
    assert_eq!(load(&file, "ucdp-ged", None).outcome, "3 in, 1 quarantined");

    let file = folder.path().join("names.csv");
    written(&file, &mut [&mut endless(b'x', 200 * MB)]);
    assert!(load(&file, "ucdp-ged", None).outcome.contains("the first line takes 209715200 bytes"));

    let file = folder.path().join("20240131120000.export.CSV");
    let row = lines("20240131120000.export.CSV", 1);
    written(&file, &mut [&mut row.as_bytes(), &mut endless(b'\t', 200 * MB)]);
    assert_eq!(load(&file, "gdelt-events", None).outcome, "2 in, 1 quarantined");
}

#[test]
fn json_of_50_mb() {
    let folder = tempfile::tempdir().unwrap();
    let record = lines("acled.json", 2).lines().nth(1).unwrap().trim_end_matches(',').to_owned();
    let file = folder.path().join("text.json");
    let (begin, end) = (format!("[{record},{{\"notes\":\""), "\"}]");
    written(&file, &mut [&mut begin.as_bytes(), &mut endless(b'x', 50 * MB), &mut end.as_bytes()]);
    assert_eq!(load(&file, "acled", None).outcome, "2 in, 1 quarantined");

    let file = folder.path().join("nest.json");
    let begin = format!("[{record},");
    written(&file, &mut [&mut begin.as_bytes(), &mut endless(b'[', 50 * MB)]);
    assert!(load(&file, "acled", None).outcome.contains("ends in the middle of what begins in line 1"));

    let file = folder.path().join("map.geojson");
    let begin = "{\"type\": \"FeatureCollection\", \"features\": [{\"properties\": {}, \"geometry\": {\"type\": \"Polygon\", \
                 \"coordinates\": [[[0,0]";
    // As many small positions as a feature may have.
    let ring = ",[0,0]".repeat(600_000);
    let end = "]]}}]}";
    written(&file, &mut [&mut begin.as_bytes(), &mut ring.as_bytes(), &mut end.as_bytes()]);
    let told = load(&file, "events", Some(&fixture("events-geojson.toml")));
    assert!(told.outcome.contains("missing"), "{told:?}");
}

#[test]
fn bombs() {
    let folder = tempfile::tempdir().unwrap();
    let good = lines("ged-traps.csv", 3);
    let file = folder.path().join("bomb.csv.gz");
    let mut gzip = flate2::write::GzEncoder::new(File::create(&file).unwrap(), flate2::Compression::best());
    gzip.write_all(good.as_bytes()).unwrap();
    io::copy(&mut endless(b'\n', 100 * MB), &mut gzip).unwrap();
    gzip.finish().unwrap();
    assert!(load(&file, "ucdp-ged", None).outcome.contains("unpacks to more than 200 times its size"));

    let file = folder.path().join("bomb.zip");
    let mut zip = ZipWriter::new(File::create(&file).unwrap());
    zip.start_file("ged.csv", SimpleFileOptions::default()).unwrap();
    io::copy(&mut endless(b'x', 100 * MB), &mut zip).unwrap();
    zip.finish().unwrap();
    assert!(load(&file, "ucdp-ged", None).outcome.contains("more than 200 times as much"));

    // The texts of a workbook are held in memory, so their size is limited whatever the ratio.
    let file = folder.path().join("bomb.xlsx");
    let mut zip = ZipWriter::new(File::create(&file).unwrap());
    for name in ["xl/workbook.xml", "xl/sharedStrings.xml"] {
        zip.start_file(name, SimpleFileOptions::default()).unwrap();
        io::copy(&mut endless(b' ', 100 * MB), &mut zip).unwrap();
    }
    zip.finish().unwrap();
    assert!(load(&file, "gtd", None).outcome.contains("more than 200 times as much"));
}

/// One text of half a megabyte that a thousand rows share: kept once in the file, it must not be unpacked a thousand times.
#[test]
fn parquet_that_shares_a_long_text() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("shared.parquet");
    let rows = 1000;
    let long = "x".repeat(1 << 19);
    let batch = |from: i32| {
        let ids: ArrayRef = Arc::new(Int32Array::from_iter_values(from..from + 10));
        let days: ArrayRef = Arc::new(StringArray::from(vec!["2020-01-01"; 10]));
        let kinds: ArrayRef = Arc::new(StringArray::from(vec![long.as_str(); 10]));
        let provinces: ArrayRef = Arc::new(StringArray::from(vec!["Kunar"; 10]));
        RecordBatch::try_from_iter([("id", ids), ("day", days), ("kind", kinds), ("province", provinces)]).unwrap()
    };
    let properties = WriterProperties::builder().set_dictionary_page_size_limit(4 << 20).build();
    let mut writer = ArrowWriter::try_new(File::create(&file).unwrap(), batch(0).schema(), Some(properties)).unwrap();
    for from in (0..rows).step_by(10) {
        writer.write(&batch(from)).unwrap();
    }
    writer.close().unwrap();
    assert!(file.metadata().unwrap().len() < 2 * MB);
    let mapping = folder.path().join("mapping.toml");
    let facts = std::fs::read_to_string(fixture("events-table.toml")).unwrap();
    let facts = facts.split("[event]").next().unwrap();
    let event = "[event]\nid = \"id\"\ntype = [\"kind\"]\n[date]\nstart = \"day\"\n";
    // With a province in the mapping, the rows are set aside until all are read.
    for place in ["", "[place]\nadmin1 = \"province\"\n"] {
        std::fs::write(&mapping, format!("{facts}{event}{place}")).unwrap();
        assert_eq!(load(&file, "events", Some(&mapping)).outcome, "1000 in, 0 quarantined");
    }
}
