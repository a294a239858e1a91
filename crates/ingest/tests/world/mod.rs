//! What the tests of adapters share: a case folder, and the stored rows as text.

#![allow(dead_code, reason = "each test crate takes what it needs")]

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};

use arrow::util::display::{ArrayFormatter, FormatOptions};
use casefile_ingest::{AddError, AddOptions, AddReport, add};
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

/// A file of the tests.
pub fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(name)
}

/// Reads a file or folder into the store of the case.
pub fn add_as(adapter: &str, case: &Path, file: impl Into<PathBuf>) -> Result<AddReport, AddError> {
    let options = AddOptions { file: file.into(), adapter: adapter.into(), ..AddOptions::default() };
    add(case, &options, &mut |_| {})
}

/// The stored rows of a table, each by column; blank for null.
pub fn rows(case: &Path, report: &AddReport, table: &str) -> Vec<BTreeMap<String, String>> {
    let file = File::open(case.join(&report.dataset.store).join(table)).unwrap();
    let mut rows = Vec::new();
    for batch in ParquetRecordBatchReaderBuilder::try_new(file).unwrap().build().unwrap() {
        let batch = batch.unwrap();
        let options = FormatOptions::default();
        for row in 0..batch.num_rows() {
            let cell = |at: usize| ArrayFormatter::try_new(batch.column(at), &options).unwrap().value(row).to_string();
            let names = batch.schema().fields().iter().map(|f| f.name().clone()).collect::<Vec<_>>();
            rows.push(names.into_iter().enumerate().map(|(at, name)| (name, cell(at))).collect());
        }
    }
    rows
}

/// A table of some columns, `|` between them, for a snapshot.
pub fn table(rows: &[BTreeMap<String, String>], columns: &[&str]) -> String {
    let line =
        |row: &BTreeMap<String, String>| columns.iter().map(|c| row[*c].as_str()).collect::<Vec<_>>().join(" | ");
    rows.iter().map(line).collect::<Vec<_>>().join("\n")
}

/// Writes an archive of some members.
pub fn zip(path: &Path, members: &[(&str, &[u8])]) {
    let mut writer = ZipWriter::new(File::create(path).unwrap());
    for (name, bytes) in members {
        writer.start_file(*name, SimpleFileOptions::default()).unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap();
}
