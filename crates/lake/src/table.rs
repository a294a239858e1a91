//! A query's result as typed columns, for callers that want numbers rather than Arrow.

use std::sync::Arc;

use arrow::array::{Array, AsArray, RecordBatch};
use arrow::compute::{cast, concat_batches};
use arrow::datatypes::{DataType, Date32Type, Float64Type, Int64Type, SchemaRef, UInt64Type};
use arrow::error::ArrowError;
use jiff::civil::Date;

use casefile_ingest::schema::day_of;

/// A result of which a column is not there, or not of the kind asked for.
#[derive(Debug, thiserror::Error)]
pub enum TableError {
    /// There is no such column.
    #[error("the result has no column `{name}`; it has: {}", found.join(", "))]
    NoColumn {
        /// The column asked for.
        name: String,
        /// The columns there are.
        found: Vec<String>,
    },
    /// The column cannot be read as that kind.
    #[error("column `{name}` of {data_type} cannot be read as {wanted}")]
    Kind {
        /// The column asked for.
        name: String,
        /// Its Arrow type.
        data_type: String,
        /// The kind asked for.
        wanted: &'static str,
    },
    /// Batches do not fit together.
    #[error(transparent)]
    Arrow(#[from] ArrowError),
}

/// A query's result: rows in order, columns by name. Null is `None`.
#[derive(Debug, Clone)]
pub struct Table {
    batch: RecordBatch,
}

impl Table {
    /// Puts the batches of one result together.
    ///
    /// # Errors
    /// Where the batches are not of that schema.
    pub fn new(schema: SchemaRef, batches: &[RecordBatch]) -> Result<Self, TableError> {
        Ok(Self { batch: concat_batches(&schema, batches)? })
    }

    /// Number of rows.
    #[must_use]
    pub fn len(&self) -> usize {
        self.batch.num_rows()
    }

    /// Whether there is no row.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Names of the columns in order.
    #[must_use]
    pub fn columns(&self) -> Vec<String> {
        self.batch.schema().fields().iter().map(|f| f.name().clone()).collect()
    }

    /// The result as one Arrow batch.
    #[must_use]
    pub fn batch(&self) -> &RecordBatch {
        &self.batch
    }

    /// A column as text; numbers and days are written out.
    ///
    /// # Errors
    /// Where there is no such column.
    pub fn text(&self, name: &str) -> Result<Vec<Option<String>>, TableError> {
        let column = self.cast(name, &DataType::Utf8, "text")?;
        Ok(column.as_string::<i32>().iter().map(|v| v.map(str::to_owned)).collect())
    }

    /// A column as whole numbers.
    ///
    /// # Errors
    /// Where there is no such column, or it holds no numbers.
    pub fn int(&self, name: &str) -> Result<Vec<Option<i64>>, TableError> {
        let column = self.number(name, &DataType::Int64, "whole numbers")?;
        Ok(column.as_primitive::<Int64Type>().iter().collect())
    }

    /// A column as unsigned whole numbers, such as a `fingerprint`.
    ///
    /// # Errors
    /// Where there is no such column, or it holds no numbers.
    pub fn unsigned(&self, name: &str) -> Result<Vec<Option<u64>>, TableError> {
        let column = self.number(name, &DataType::UInt64, "unsigned whole numbers")?;
        Ok(column.as_primitive::<UInt64Type>().iter().collect())
    }

    /// A column as real numbers.
    ///
    /// # Errors
    /// Where there is no such column, or it holds no numbers.
    pub fn real(&self, name: &str) -> Result<Vec<Option<f64>>, TableError> {
        let column = self.number(name, &DataType::Float64, "real numbers")?;
        Ok(column.as_primitive::<Float64Type>().iter().collect())
    }

    /// A column as days.
    ///
    /// # Errors
    /// Where there is no such column, or it holds no days.
    pub fn day(&self, name: &str) -> Result<Vec<Option<Date>>, TableError> {
        let column = self.column(name)?;
        if !matches!(column.data_type(), DataType::Date32 | DataType::Date64 | DataType::Timestamp(..) | DataType::Null)
        {
            return Err(kind(name, column.data_type(), "days"));
        }
        let column = self.cast(name, &DataType::Date32, "days")?;
        Ok(column.as_primitive::<Date32Type>().iter().map(|v| v.and_then(day_of)).collect())
    }

    /// The first value of a column as a whole number, for results of one row; none where there is no row, or null.
    ///
    /// # Errors
    /// Where there is no such column, or it holds no numbers.
    pub fn one_int(&self, name: &str) -> Result<Option<i64>, TableError> {
        Ok(self.int(name)?.first().copied().flatten())
    }

    /// The first value of a column as a real number.
    ///
    /// # Errors
    /// Where there is no such column, or it holds no numbers.
    pub fn one_real(&self, name: &str) -> Result<Option<f64>, TableError> {
        Ok(self.real(name)?.first().copied().flatten())
    }

    /// The first value of a column as text.
    ///
    /// # Errors
    /// Where there is no such column.
    pub fn one_text(&self, name: &str) -> Result<Option<String>, TableError> {
        Ok(self.text(name)?.into_iter().next().flatten())
    }

    fn column(&self, name: &str) -> Result<&Arc<dyn Array>, TableError> {
        self.batch
            .column_by_name(name)
            .ok_or_else(|| TableError::NoColumn { name: name.to_owned(), found: self.columns() })
    }

    /// Text is not taken for numbers: a query that returns it has asked for something else.
    fn number(&self, name: &str, to: &DataType, wanted: &'static str) -> Result<Arc<dyn Array>, TableError> {
        let data_type = self.column(name)?.data_type();
        let numeric = data_type.is_numeric() || matches!(data_type, DataType::Null | DataType::Boolean);
        if numeric { self.cast(name, to, wanted) } else { Err(kind(name, data_type, wanted)) }
    }

    fn cast(&self, name: &str, to: &DataType, wanted: &'static str) -> Result<Arc<dyn Array>, TableError> {
        let column = self.column(name)?;
        cast(column, to).map_err(|_| kind(name, column.data_type(), wanted))
    }
}

fn kind(name: &str, data_type: &DataType, wanted: &'static str) -> TableError {
    TableError::Kind { name: name.to_owned(), data_type: data_type.to_string(), wanted }
}
