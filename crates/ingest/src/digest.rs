//! Digests: of files as they lie on disk, and of rows whatever format stores them.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use arrow::array::{Array, AsArray, BooleanArray, Date32Array, Float64Array, Int64Array, RecordBatch, StringArray};
use arrow::datatypes::DataType;
use sha2::{Digest, Sha256};

/// Lower-case hex.
pub fn hex(bytes: impl AsRef<[u8]>) -> String {
    bytes.as_ref().iter().map(|b| format!("{b:02x}")).collect()
}

/// SHA-256 of a file, and its size in bytes, read in pieces.
pub fn of_file(path: &Path) -> io::Result<(String, u64)> {
    let mut file = File::open(path)?;
    let mut hash = Sha256::new();
    let mut piece = vec![0; 1 << 17];
    let mut size = 0;
    loop {
        let n = file.read(&mut piece)?;
        if n == 0 {
            return Ok((hex(hash.finalize()), size));
        }
        hash.update(&piece[..n]);
        size += n as u64;
    }
}

/// How much text is gathered before it is hashed, in bytes.
const GATHERED: usize = 1 << 16;

/// Adds the rows of a batch to a digest, value by value and row by row, so that neither the storage format nor the
/// cut into batches changes it.
pub fn update_with_rows(hash: &mut Sha256, batch: &RecordBatch) {
    let columns: Vec<Values<'_>> = batch.columns().iter().map(|column| Values::of(column.as_ref())).collect();
    let mut text = Vec::with_capacity(2 * GATHERED);
    for row in 0..batch.num_rows() {
        for column in &columns {
            column.push(&mut text, row);
        }
        if text.len() >= GATHERED {
            hash.update(&text);
            text.clear();
        }
    }
    hash.update(&text);
}

/// The values of a column, by their kind.
enum Values<'a> {
    Text(&'a StringArray),
    Whole(&'a Int64Array),
    Real(&'a Float64Array),
    Truth(&'a BooleanArray),
    Day(&'a Date32Array),
    // The core schema has no other kinds; one that came would have to be given a tag.
    Other(&'a dyn Array),
}

impl<'a> Values<'a> {
    fn of(column: &'a dyn Array) -> Self {
        match column.data_type() {
            DataType::Utf8 => Self::Text(column.as_string()),
            DataType::Int64 => Self::Whole(column.as_primitive()),
            DataType::Float64 => Self::Real(column.as_primitive()),
            DataType::Boolean => Self::Truth(column.as_boolean()),
            DataType::Date32 => Self::Day(column.as_primitive()),
            _ => Self::Other(column),
        }
    }

    /// A tag for the kind of value, then its bytes; texts carry their length, so that no two rows look alike.
    fn push(&self, out: &mut Vec<u8>, row: usize) {
        match self {
            Self::Text(column) if column.is_valid(row) => {
                let text = column.value(row);
                out.push(1);
                out.extend((text.len() as u64).to_le_bytes());
                out.extend(text.as_bytes());
            }
            Self::Whole(column) if column.is_valid(row) => {
                out.push(2);
                out.extend(column.value(row).to_le_bytes());
            }
            Self::Real(column) if column.is_valid(row) => {
                out.push(3);
                out.extend(column.value(row).to_bits().to_le_bytes());
            }
            Self::Day(column) if column.is_valid(row) => {
                out.push(4);
                out.extend(column.value(row).to_le_bytes());
            }
            Self::Truth(column) if column.is_valid(row) => out.extend([5, u8::from(column.value(row))]),
            Self::Other(column) if column.is_valid(row) => out.push(255),
            _ => out.push(0),
        }
    }
}
