//! Domain functions that SQL can call.
//!
//! | function | gives |
//! |---|---|
//! | `haversine_km(lat1, lon1, lat2, lon2)` | great-circle distance in km |
//! | `priogrid(lat, lon)` | the PRIO-GRID cell of a point |
//! | `overlap_days(start, end, from, to)` | days that two inclusive ranges share, 0 for none |
//! | `fingerprint(value, …)` | a stable 64-bit number for the values; `bit_xor(fingerprint(event_id))` is a digest of a selection that no order changes |

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, Date32Array, Float64Array, Int64Array, UInt64Array};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Date32Type, Float64Type, Int64Type};
use casefile_model::place::{GridCell, Point};
use datafusion::error::Result;
use datafusion::logical_expr::{
    ColumnarValue, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, TypeSignature, Volatility, create_udf,
};
use twox_hash::XxHash64;

/// Every domain function, for an engine to register wherever it runs plans.
#[must_use]
pub fn all() -> Vec<ScalarUDF> {
    let real = |n| vec![DataType::Float64; n];
    vec![
        create_udf("haversine_km", real(4), DataType::Float64, Volatility::Immutable, Arc::new(haversine)),
        create_udf("priogrid", real(2), DataType::Int64, Volatility::Immutable, Arc::new(priogrid)),
        create_udf(
            "overlap_days",
            vec![DataType::Date32; 4],
            DataType::Int64,
            Volatility::Immutable,
            Arc::new(overlap),
        ),
        ScalarUDF::from(Fingerprint::new()),
    ]
}

/// The number of the PRIO-GRID cell in which a point lies; none outside the world.
fn priogrid_cell(latitude: f64, longitude: f64) -> Option<i64> {
    let point = Point::new(latitude, longitude).ok()?;
    Some(i64::from(GridCell::of(&point).gid()))
}

/// Great-circle distance in km between two points in degrees; none outside the world.
fn distance_km([lat1, lon1, lat2, lon2]: [f64; 4]) -> Option<f64> {
    Some(Point::new(lat1, lon1).ok()?.distance_km(&Point::new(lat2, lon2).ok()?))
}

fn haversine(args: &[ColumnarValue]) -> Result<ColumnarValue> {
    let columns = reals(args)?;
    let rows = columns[0].len();
    let distances: Float64Array = (0..rows).map(|i| distance_km(values(&columns, i)?)).collect();
    Ok(ColumnarValue::Array(Arc::new(distances)))
}

fn priogrid(args: &[ColumnarValue]) -> Result<ColumnarValue> {
    let columns = reals(args)?;
    let cells: Int64Array = (0..columns[0].len())
        .map(|i| {
            let [latitude, longitude] = values(&columns, i)?;
            priogrid_cell(latitude, longitude)
        })
        .collect();
    Ok(ColumnarValue::Array(Arc::new(cells)))
}

fn overlap(args: &[ColumnarValue]) -> Result<ColumnarValue> {
    let arrays = ColumnarValue::values_to_arrays(args)?;
    let columns: Vec<&Date32Array> = arrays.iter().map(AsArray::as_primitive).collect();
    let days: Int64Array = (0..columns[0].len())
        .map(|i| {
            let mut day = [0_i64; 4];
            for (value, column) in day.iter_mut().zip(&columns) {
                *value = i64::from(column.is_valid(i).then(|| column.value(i))?);
            }
            let [start, end, from, to] = day;
            Some((end.min(to) - start.max(from) + 1).max(0))
        })
        .collect();
    Ok(ColumnarValue::Array(Arc::new(days)))
}

fn reals(args: &[ColumnarValue]) -> Result<Vec<Float64Array>> {
    let arrays = ColumnarValue::values_to_arrays(args)?;
    Ok(arrays.iter().map(|a| a.as_primitive::<Float64Type>().clone()).collect())
}

/// The values of row `i`; none where one is null.
fn values<const N: usize>(columns: &[Float64Array], i: usize) -> Option<[f64; N]> {
    let mut row = [0.0; N];
    for (value, column) in row.iter_mut().zip(columns) {
        *value = column.is_valid(i).then(|| column.value(i))?;
    }
    Some(row)
}

/// `fingerprint(value, …)`: XXH64 over the values one after another, nulls told from blanks. Any number of arguments of
/// any kind. The same on every machine; it tells changes, and is no defence against a forger: releases are pinned by SHA-256.
#[derive(Debug, PartialEq, Eq, Hash)]
struct Fingerprint {
    signature: Signature,
}

impl Fingerprint {
    fn new() -> Self {
        Self { signature: Signature::new(TypeSignature::VariadicAny, Volatility::Immutable) }
    }
}

impl ScalarUDFImpl for Fingerprint {
    fn name(&self) -> &'static str {
        "fingerprint"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(DataType::UInt64)
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let mut prints = vec![0; args.number_rows];
        for value in &args.args {
            add_column(&mut prints, &value.to_array(args.number_rows)?)?;
        }
        Ok(ColumnarValue::Array(Arc::new(UInt64Array::from(prints))))
    }
}

/// What a null adds: no text has this print but by chance.
const NULL: [u8; 9] = *b"\0no value";

/// Adds a column to the prints of its rows. The hash so far seeds that of the next value, so order matters and no
/// separator is needed.
fn add_column(prints: &mut [u64], column: &ArrayRef) -> Result<()> {
    match column.data_type() {
        DataType::Utf8 => {
            let texts = column.as_string::<i32>();
            add_values(prints, column, |i| texts.value(i).as_bytes());
        }
        DataType::Utf8View => {
            let texts = column.as_string_view();
            add_values(prints, column, |i| texts.value(i).as_bytes());
        }
        DataType::Date32 => {
            let days = column.as_primitive::<Date32Type>().values();
            let days: Vec<[u8; 4]> = days.iter().map(|day| day.to_le_bytes()).collect();
            add_values(prints, column, |i| &days[i]);
        }
        DataType::Int64 => {
            let numbers = column.as_primitive::<Int64Type>().values();
            let numbers: Vec<[u8; 8]> = numbers.iter().map(|number| number.to_le_bytes()).collect();
            add_values(prints, column, |i| &numbers[i]);
        }
        _ => {
            let texts = cast(column, &DataType::Utf8)?;
            add_column(prints, &texts)?;
        }
    }
    Ok(())
}

fn add_values<'a>(prints: &mut [u64], column: &ArrayRef, bytes: impl Fn(usize) -> &'a [u8]) {
    for (i, print) in prints.iter_mut().enumerate() {
        let value = if column.is_null(i) { &NULL[..] } else { bytes(i) };
        *print = XxHash64::oneshot(*print, value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_and_distances_of_points_outside_the_world_are_unknown() {
        assert_eq!(priogrid_cell(34.531_094, 69.162_796), Some(179_779));
        assert_eq!(priogrid_cell(91.0, 0.0), None);
        assert_eq!(priogrid_cell(f64::NAN, 0.0), None);
        let kabul_to_jalalabad = distance_km([34.5311, 69.1628, 34.4288, 70.4558]).unwrap();
        assert!((kabul_to_jalalabad - 119.0).abs() < 1.0, "{kabul_to_jalalabad}");
        assert_eq!(distance_km([0.0, 0.0, 0.0, 181.0]), None);
    }
}
