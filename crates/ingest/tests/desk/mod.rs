//! An empty case, what is added to it, and the rows that are stored.

#![allow(dead_code, reason = "each test program uses a part of it")]

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::path::{Path, PathBuf};

use arrow::util::display::{ArrayFormatter, FormatOptions};
use casefile_ingest::{AddError, AddOptions, AddReport, add};
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use tempfile::TempDir;

/// A stored row: column → value as text, none for null.
pub type Row = BTreeMap<String, Option<String>>;

/// A value that must be there.
pub fn text<'a>(row: &'a Row, column: &str) -> &'a str {
    row[column].as_deref().unwrap()
}

/// A whole number, where there is one.
pub fn whole(row: &Row, column: &str) -> Option<i64> {
    row[column].as_deref().map(|text| text.parse().unwrap())
}

pub struct Desk {
    folder: TempDir,
}

impl Desk {
    pub fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    /// Writes a file beside the case's own.
    pub fn write(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.folder.path().join(name);
        fs::write(&path, content).unwrap();
        path
    }

    /// Adds a fixture.
    pub fn add(&self, fixture: &str, adapter: &str) -> AddReport {
        self.add_path(&self::fixture(fixture), adapter)
    }

    pub fn add_path(&self, path: &Path, adapter: &str) -> AddReport {
        self.try_add(&AddOptions { file: path.to_owned(), adapter: adapter.to_owned(), ..AddOptions::default() })
            .unwrap()
    }

    pub fn try_add(&self, options: &AddOptions) -> Result<AddReport, AddError> {
        add(self.folder.path(), options, &mut |_| {})
    }

    /// The rows of a stored table.
    pub fn rows(&self, report: &AddReport, table: &str) -> Vec<Row> {
        let file = File::open(self.folder.path().join(&report.dataset.store).join(table)).unwrap();
        let mut rows = Vec::new();
        for batch in ParquetRecordBatchReaderBuilder::try_new(file).unwrap().build().unwrap() {
            let batch = batch.unwrap();
            let schema = batch.schema();
            let options = FormatOptions::default();
            let columns: Vec<_> =
                batch.columns().iter().map(|c| ArrayFormatter::try_new(c, &options).unwrap()).collect();
            for at in 0..batch.num_rows() {
                let value = |i: usize| (!batch.column(i).is_null(at)).then(|| columns[i].value(at).to_string());
                rows.push(schema.fields().iter().enumerate().map(|(i, f)| (f.name().clone(), value(i))).collect());
            }
        }
        rows
    }
}

pub fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(name)
}
