//! Panels, draws and outcomes as Parquet, in the columns of the ViEWS challenge.

use std::fs::File;
use std::path::Path;
use std::sync::Arc;

use arrow::array::{Array, Float64Array, Int32Array, RecordBatch};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Field, Schema};
use parquet::arrow::ArrowWriter;
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use parquet::basic::{Compression, ZstdLevel};
use parquet::file::properties::WriterProperties;

use crate::{Counts, Draws, Error, Month, Outcomes, Panel, Row};

const COLUMNS: [&str; 8] = ["month_id", "country_id", "sb", "ns", "os", "sb_events", "ns_events", "os_events"];

impl Panel {
    /// Reads a panel: `month_id`, `country_id`, deaths `sb`, `ns`, `os` and events `sb_events`, `ns_events`, `os_events`, one row
    /// per country and month in which it exists. Other columns are passed over.
    ///
    /// # Errors
    /// Where the file cannot be read, lacks a column, or a cell is empty or negative.
    pub fn read(path: &Path) -> Result<Self, Error> {
        let mut rows = Vec::new();
        scan(path, &COLUMNS, |cells| {
            rows.push(Row {
                unit: cells[1] as u32,
                month: Month(cells[0] as u32),
                counts: Counts { deaths: [cells[2], cells[3], cells[4]], events: [cells[5], cells[6], cells[7]] },
            });
        })?;
        Self::new(rows)
    }
}

impl Outcomes {
    /// Reads what came: `month_id`, `country_id`, `outcome`.
    ///
    /// # Errors
    /// As [`Panel::read`].
    pub fn read(path: &Path) -> Result<Self, Error> {
        let mut outcomes = Self::default();
        scan(path, &["month_id", "country_id", "outcome"], |cells| {
            outcomes.0.insert((cells[1] as u32, Month(cells[0] as u32)), cells[2].round() as u32);
        })?;
        Ok(outcomes)
    }
}

impl Draws {
    /// Reads a submission of the challenge: `month_id`, `country_id`, `draw`, `outcome`.
    ///
    /// # Errors
    /// As [`Panel::read`], and where unit-months have not equally many draws.
    pub fn read(path: &Path) -> Result<Self, Error> {
        let mut rows = Vec::new();
        scan(path, &["month_id", "country_id", "draw", "outcome"], |cells| {
            rows.push((cells[1] as u32, Month(cells[0] as u32), cells[3].round() as u32));
        })?;
        Self::of(rows)
    }

    /// Writes a submission of the challenge, by month, country and draw, whole or not at all.
    ///
    /// # Errors
    /// Where the file cannot be written.
    pub fn write(&self, path: &Path) -> Result<(), Error> {
        let fault = |why: String| Error::File { path: path.to_owned(), why };
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let mut file = tempfile::NamedTempFile::new_in(folder).map_err(|e| fault(e.to_string()))?;
        let schema = Arc::new(Schema::new(
            ["month_id", "country_id", "draw", "outcome"].map(|name| Field::new(name, DataType::Int32, false)).to_vec(),
        ));
        let packed = ZstdLevel::try_new(3).map_err(|e| fault(e.to_string()))?;
        let properties = WriterProperties::builder().set_compression(Compression::ZSTD(packed)).build();
        let mut writer = ArrowWriter::try_new(file.as_file_mut(), Arc::clone(&schema), Some(properties))
            .map_err(|e| fault(e.to_string()))?;
        for (at, month) in self.months().iter().enumerate() {
            let places = || 0..self.units().len();
            let each = |value: &dyn Fn(usize, usize) -> u32| -> Arc<dyn Array> {
                let rows = places().flat_map(|place| (0..self.per_cell()).map(move |draw| (place, draw)));
                Arc::new(Int32Array::from_iter_values(rows.map(|(place, draw)| whole(value(place, draw)))))
            };
            let columns = vec![
                each(&|_, _| month.0),
                each(&|place, _| self.units()[place]),
                each(&|_, draw| draw as u32),
                each(&|place, draw| self.cell(place * self.months().len() + at)[draw]),
            ];
            let batch = RecordBatch::try_new(Arc::clone(&schema), columns).map_err(|e| fault(e.to_string()))?;
            writer.write(&batch).map_err(|e| fault(e.to_string()))?;
        }
        writer.close().map_err(|e| fault(e.to_string()))?;
        file.persist(path).map_err(|e| fault(e.to_string()))?;
        Ok(())
    }
}

fn whole(value: u32) -> i32 {
    i32::try_from(value).unwrap_or(i32::MAX)
}

/// Hands every row of some columns to `row`, as numbers that are there and not negative.
fn scan(path: &Path, columns: &[&str], mut row: impl FnMut(&[f64])) -> Result<(), Error> {
    let fault = |why: String| Error::File { path: path.to_owned(), why };
    let file = File::open(path).map_err(|e| fault(e.to_string()))?;
    let builder = ParquetRecordBatchReaderBuilder::try_new(file).map_err(|e| fault(e.to_string()))?;
    let present: Vec<String> = builder.schema().fields().iter().map(|field| field.name().clone()).collect();
    if let Some(column) = columns.iter().find(|column| !present.iter().any(|name| name == *column)) {
        return Err(Error::Column { path: path.to_owned(), column: (*column).to_owned(), present });
    }
    let mask = ProjectionMask::columns(builder.parquet_schema(), columns.iter().copied());
    let reader = builder.with_projection(mask).build().map_err(|e| fault(e.to_string()))?;
    let (mut before, mut cells) = (0, vec![0.0; columns.len()]);
    for batch in reader {
        let batch = batch.map_err(|e| fault(e.to_string()))?;
        let numbers: Vec<Float64Array> = columns
            .iter()
            .map(|column| numbers(&batch, column).ok_or_else(|| fault(format!("column `{column}` holds no numbers"))))
            .collect::<Result<_, _>>()?;
        for at in 0..batch.num_rows() {
            for (which, column) in numbers.iter().enumerate() {
                let value = if column.is_null(at) { f64::NAN } else { column.value(at) };
                if !(0.0..=f64::from(u32::MAX)).contains(&value) {
                    return Err(Error::Cell {
                        path: path.to_owned(),
                        row: before + at + 1,
                        column: columns[which].to_owned(),
                        found: if value.is_nan() { "an empty cell".to_owned() } else { value.to_string() },
                        expected: "a number from 0 to 4,294,967,295",
                    });
                }
                cells[which] = value;
            }
            row(&cells);
        }
        before += batch.num_rows();
    }
    Ok(())
}

fn numbers(batch: &RecordBatch, column: &str) -> Option<Float64Array> {
    let values = batch.column_by_name(column)?;
    let cast = values.data_type().is_numeric().then(|| cast(values, &DataType::Float64).ok())??;
    cast.as_any().downcast_ref::<Float64Array>().cloned()
}
