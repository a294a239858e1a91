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
use arrow::buffer::NullBuffer;
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
            add_values(prints, column.nulls(), |print, i| XxHash64::oneshot(print, texts.value(i).as_bytes()));
        }
        DataType::Utf8View => {
            let texts = column.as_string_view();
            add_values(prints, column.nulls(), |print, i| XxHash64::oneshot(print, texts.value(i).as_bytes()));
        }
        DataType::Date32 => {
            let days = column.as_primitive::<Date32Type>().values();
            add_values(prints, column.nulls(), |print, i| short::of_four(print, days[i].to_le_bytes()));
        }
        DataType::Int64 => {
            let numbers = column.as_primitive::<Int64Type>().values();
            add_values(prints, column.nulls(), |print, i| short::of_eight(print, numbers[i].to_le_bytes()));
        }
        _ => {
            let texts = cast(column, &DataType::Utf8)?;
            add_column(prints, &texts)?;
        }
    }
    Ok(())
}

fn add_values(prints: &mut [u64], nulls: Option<&NullBuffer>, hash: impl Fn(u64, usize) -> u64) {
    let rows = prints.iter_mut().enumerate();
    match nulls.filter(|nulls| nulls.null_count() > 0) {
        None => rows.for_each(|(i, print)| *print = hash(*print, i)),
        Some(nulls) => rows.for_each(|(i, print)| {
            *print = if nulls.is_null(i) { XxHash64::oneshot(*print, &NULL) } else { hash(*print, i) };
        }),
    }
}

/// XXH64 of exactly four or eight bytes: what the [specification][1] leaves of the algorithm for these. Digests of millions of
/// events hash tens of millions of numbers and days; without a loop over the bytes that takes a third of the time.
///
/// [1]: https://github.com/Cyan4973/xxHash/blob/dev/doc/xxhash_spec.md
mod short {
    const P1: u64 = 0x9E37_79B1_85EB_CA87;
    const P2: u64 = 0xC2B2_AE3D_27D4_EB4F;
    const P3: u64 = 0x1656_67B1_9E37_79F9;
    const P4: u64 = 0x85EB_CA77_C2B2_AE63;
    const P5: u64 = 0x27D4_EB2F_1656_67C5;

    pub(super) fn of_four(seed: u64, bytes: [u8; 4]) -> u64 {
        let lane = u64::from(u32::from_le_bytes(bytes)).wrapping_mul(P1);
        let sum = seed.wrapping_add(P5).wrapping_add(4) ^ lane;
        mixed(sum.rotate_left(23).wrapping_mul(P2).wrapping_add(P3))
    }

    pub(super) fn of_eight(seed: u64, bytes: [u8; 8]) -> u64 {
        let lane = u64::from_le_bytes(bytes).wrapping_mul(P2).rotate_left(31).wrapping_mul(P1);
        let sum = seed.wrapping_add(P5).wrapping_add(8) ^ lane;
        mixed(sum.rotate_left(27).wrapping_mul(P1).wrapping_add(P4))
    }

    fn mixed(mut sum: u64) -> u64 {
        sum = (sum ^ (sum >> 33)).wrapping_mul(P2);
        sum = (sum ^ (sum >> 29)).wrapping_mul(P3);
        sum ^ (sum >> 32)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_values_hash_as_the_library_has_it() {
        for n in (0..4000_u64).map(|n| n.wrapping_mul(0x9E37_79B9_7F4A_7C15)) {
            let (seed, four, eight) = (n.rotate_left(17), (n as u32).to_le_bytes(), n.to_le_bytes());
            assert_eq!(short::of_four(seed, four), XxHash64::oneshot(seed, &four));
            assert_eq!(short::of_eight(seed, eight), XxHash64::oneshot(seed, &eight));
        }
    }

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
