//! Digests: of files as they lie on disk, and of rows whatever format stores them.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use arrow::array::{Array, AsArray, RecordBatch};
use arrow::datatypes::{DataType, Date32Type, Float64Type, Int64Type};
use sha2::{Digest, Sha256};

/// Lower-case hex.
pub fn hex(bytes: impl AsRef<[u8]>) -> String {
    bytes.as_ref().iter().map(|b| format!("{b:02x}")).collect()
}

/// SHA-256 of a file, and its size in bytes, read in pieces; `seen` is told of the bytes read so far.
pub fn of_file(path: &Path, mut seen: impl FnMut(u64)) -> io::Result<(String, u64)> {
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
        seen(size);
    }
}

/// Adds the rows of a batch to a digest, value by value and row by row, so that neither the storage format nor the
/// cut into batches changes it.
pub fn update_with_rows(hash: &mut Sha256, batch: &RecordBatch) {
    let mut text = Vec::new();
    for row in 0..batch.num_rows() {
        text.clear();
        for column in batch.columns() {
            push_value(&mut text, column.as_ref(), row);
        }
        hash.update(&text);
    }
}

/// A tag for the kind of value, then its bytes; texts carry their length, so that no two rows look alike.
fn push_value(out: &mut Vec<u8>, column: &dyn Array, row: usize) {
    if column.is_null(row) {
        out.push(0);
        return;
    }
    match column.data_type() {
        DataType::Utf8 => {
            let text = column.as_string::<i32>().value(row);
            out.push(1);
            out.extend((text.len() as u64).to_le_bytes());
            out.extend(text.as_bytes());
        }
        DataType::Int64 => {
            out.push(2);
            out.extend(column.as_primitive::<Int64Type>().value(row).to_le_bytes());
        }
        DataType::Float64 => {
            out.push(3);
            out.extend(column.as_primitive::<Float64Type>().value(row).to_bits().to_le_bytes());
        }
        DataType::Boolean => {
            out.push(5);
            out.push(u8::from(column.as_boolean().value(row)));
        }
        DataType::Date32 => {
            out.push(4);
            out.extend(column.as_primitive::<Date32Type>().value(row).to_le_bytes());
        }
        // The core schema has no other kinds; one that came would have to be given a tag here.
        _ => out.push(255),
    }
}
