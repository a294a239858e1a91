//! Parquet of a table of events, spoiled.

use std::sync::Arc;

use arrow::array::{
    ArrayRef, BinaryArray, BooleanArray, Date32Array, Float64Array, Int32Array, Int64Array, ListArray, RecordBatch,
    StringArray, StructArray, TimestampSecondArray,
};
use arrow::datatypes::{DataType, Field, Int32Type};
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, ZstdLevel};
use parquet::file::properties::WriterProperties;

use crate::body;
use crate::case::{Case, Expect, Input, error, rows_in};
use crate::good::{ROWS, gzip, zip};

fn columns() -> Vec<(&'static str, ArrayRef)> {
    vec![
        ("id", Arc::new(Int32Array::from(vec![1, 2, 3]))),
        ("day", Arc::new(Date32Array::from(vec![18_321, 18_322, 18_323]))),
        ("lat", Arc::new(Float64Array::from(vec![34.5, 34.6, 34.7]))),
        ("lon", Arc::new(Float64Array::from(vec![69.25, 69.26, 69.27]))),
        ("dead", Arc::new(Float64Array::from(vec![Some(3.0), None, Some(2.0)]))),
        ("kind", Arc::new(StringArray::from(vec!["Clash", "Raid", "Raid"]))),
    ]
}

fn packed(columns: &[(&str, ArrayRef)], compression: Compression) -> Vec<u8> {
    let columns = columns.iter().map(|(name, array)| (*name, array.clone(), true));
    let batch = RecordBatch::try_from_iter_with_nullable(columns).unwrap();
    let properties = WriterProperties::builder().set_compression(compression).build();
    let mut writer = ArrowWriter::try_new(Vec::new(), batch.schema(), Some(properties)).unwrap();
    writer.write(&batch).unwrap();
    writer.into_inner().unwrap()
}

fn written(columns: &[(&str, ArrayRef)]) -> Vec<u8> {
    packed(columns, Compression::UNCOMPRESSED)
}

/// A good file.
pub fn good() -> Vec<u8> {
    written(&columns())
}

/// The good columns, one of which is another.
fn with(name: &'static str, array: impl arrow::array::Array + 'static) -> Vec<u8> {
    let array: ArrayRef = Arc::new(array);
    let mut columns = columns();
    match columns.iter_mut().find(|(known, _)| *known == name) {
        Some(column) => column.1 = array,
        None => columns.push((name, array)),
    }
    written(&columns)
}

fn texts(second: &'static str) -> StringArray {
    StringArray::from(vec!["2020-02-29", second, "2020-03-02"])
}

/// A byte changed, counted from the end.
fn damaged(from_end: usize, value: u8) -> Vec<u8> {
    let mut bytes = good();
    let at = bytes.len() - from_end;
    bytes[at] = value;
    bytes
}

/// The beginning of the file, in tenths.
fn cut(share: usize) -> Vec<u8> {
    let bytes = good();
    bytes[..bytes.len() * share / 10].to_vec()
}

/// The cases.
pub fn cases() -> Vec<Case> {
    let bad = |column: &str, words: &str| Expect::from(rows_in(ROWS).bad(2, column, words));
    let kept = || Expect::from(rows_in(ROWS).value(3, "latitude", "34.7"));
    let unread = || error(["is not a readable Parquet file", "hint: is it complete?"]);
    let nested = ListArray::from_iter_primitive::<Int32Type, _, _>(vec![Some(vec![Some(1)]), None, Some(vec![])]);
    let inner: ArrayRef = Arc::new(Int32Array::from(vec![1, 2, 3]));
    let group = StructArray::from(vec![(Arc::new(Field::new("x", DataType::Int32, true)), inner)]);
    let whole = good();
    let cases: Vec<(&str, Vec<u8>, Expect)> = vec![
        ("as it is", whole.clone(), kept()),
        ("packed with snappy", packed(&columns(), Compression::SNAPPY), kept()),
        ("packed with gzip", packed(&columns(), Compression::GZIP(Default::default())), kept()),
        ("packed with lz4", packed(&columns(), Compression::LZ4_RAW), kept()),
        ("packed with zstd", packed(&columns(), Compression::ZSTD(ZstdLevel::default())), kept()),
        ("cut at a tenth", cut(1), unread()),
        ("cut in the middle", cut(5), unread()),
        ("cut in the footer", cut(9), unread()),
        ("without its last byte", whole[..whole.len() - 1].to_vec(), unread()),
        ("its first bytes alone", b"PAR1".to_vec(), unread()),
        ("first and last bytes alone", b"PAR1\0\0\0\0PAR1".to_vec(), unread()),
        ("a footer that is too long", damaged(5, 0x7F), unread()),
        ("a footer that is too short", damaged(8, 1), unread()),
        (
            "a footer of zeros",
            {
                let mut bytes = whole.clone();
                let length = bytes.len();
                bytes[length - 200..length - 8].fill(0);
                bytes
            },
            unread(),
        ),
        (
            "pages of zeros",
            {
                let mut bytes = whole.clone();
                bytes[4..200].fill(0);
                bytes
            },
            unread(),
        ),
        (
            "pages of ones",
            {
                let mut bytes = whole.clone();
                bytes[4..200].fill(0xFF);
                bytes
            },
            unread(),
        ),
        (
            "an encrypted footer",
            [b"PARE", &whole[4..whole.len() - 4], b"PARE"].concat(),
            error(["is an encrypted Parquet file", "hint:"]),
        ),
        ("no column that is needed", written(&columns()[..1]), error(["missing", "expected:"])),
        (
            "a column that stands twice",
            {
                let mut columns = columns();
                columns.push(("DAY", columns[1].1.clone()));
                written(&columns)
            },
            error(["the column `day` stands twice"]),
        ),
        (
            "5,000 columns",
            {
                let names: Vec<String> = (0..5000).map(|i| format!("c{i}")).collect();
                let one: ArrayRef = Arc::new(Int32Array::from(vec![1]));
                written(&names.iter().map(|name| (name.as_str(), one.clone())).collect::<Vec<_>>())
            },
            error(["it has 5000 columns; at most 4096 are read"]),
        ),
        ("days as texts", with("day", texts("2020-03-01")), kept()),
        ("30 February", with("day", texts("2020-02-30")), bad("day", "is not a day of the calendar")),
        (
            "the year 25",
            with("day", Date32Array::from(vec![18_321, -710_000, 18_323])),
            bad("day", "lies outside the years"),
        ),
        (
            "a day beyond the calendar",
            with("day", Date32Array::from(vec![18_321, i32::MAX, 18_323])),
            bad("day", "is not a date"),
        ),
        (
            "days as numbers",
            with("day", Int64Array::from(vec![18_321, 18_322, 18_323])),
            rows_in(ROWS)
                .bad(1, "day", "is not a date")
                .bad(2, "day", "is not a date")
                .bad(3, "day", "is not a date")
                .into(),
        ),
        ("moments", with("day", TimestampSecondArray::from(vec![1_582_934_400, 1_583_020_800, 1_583_107_200])), kept()),
        (
            "moments with a zone",
            with("day", TimestampSecondArray::from(vec![1_582_934_400; 3]).with_timezone("+04:30")),
            kept(),
        ),
        (
            "a day that is null",
            with("day", Date32Array::from(vec![Some(18_321), None, Some(18_323)])),
            bad("day", "is blank"),
        ),
        (
            "true for a toll",
            with("dead", BooleanArray::from(vec![None, Some(true), None])),
            bad("dead", "is not a number"),
        ),
        (
            "a toll of infinity",
            with("dead", Float64Array::from(vec![1.0, f64::INFINITY, 1.0])),
            bad("dead", "is not a number"),
        ),
        (
            "a toll that is no number",
            with("dead", Float64Array::from(vec![1.0, f64::NAN, 1.0])),
            rows_in(ROWS).flagged(2, "no-toll").into(),
        ),
        ("a negative toll", with("dead", Int64Array::from(vec![1, -1, 1])), bad("dead", "cannot be negative")),
        ("the smallest toll", with("dead", Int64Array::from(vec![1, i64::MIN, 1])), bad("dead", "cannot be negative")),
        (
            "a latitude beyond the pole",
            with("lat", Float64Array::from(vec![34.5, 134.5, 34.7])),
            bad("lat", "exchanged?"),
        ),
        (
            "a list for a toll",
            with("dead", nested.clone()),
            rows_in(ROWS).bad(1, "dead", "`[1]` is not a number").bad(3, "dead", "`[]` is not a number").into(),
        ),
        ("a list that is not mapped", with("list", nested), rows_in(ROWS).native(1, "list", "[1]").into()),
        ("a group that is not mapped", with("group", group), rows_in(ROWS).native(2, "group", "{x: 2}").into()),
        (
            "bytes for texts",
            with("kind", BinaryArray::from(vec![&b"Clash"[..], b"\xFF\0", b"Raid"])),
            rows_in(ROWS).native(2, "kind", "ff00").into(),
        ),
        (
            "an id that stands twice",
            with("id", Int32Array::from(vec![1, 1, 3])),
            bad("id", "duplicate id 1: row 1 has it first"),
        ),
        (
            "a formula",
            with("kind", StringArray::from(vec!["Clash", "=1+1", "Raid"])),
            rows_in(ROWS).native(2, "kind", "=1+1").into(),
        ),
        (
            "a text with a NUL byte",
            with("kind", StringArray::from(vec!["Clash", "a\0b", "Raid"])),
            bad("kind", "NUL byte"),
        ),
        ("in an archive", zip(&[("table.parquet", &whole)]), kept()),
        ("in a gzip file", gzip(&whole), kept()),
        (
            "in a gzip file that is cut short",
            {
                let packed = gzip(&whole);
                packed[..packed.len() - 9].to_vec()
            },
            error(["ends too early: is the file complete?"]),
        ),
    ];
    let case = |(damage, bytes, expect): (&str, Vec<u8>, Expect)| Case {
        name: format!("events parquet: {damage}"),
        adapter: "events",
        mapping: Some(body::PARQUET.to_owned()),
        member: None,
        input: Input::File("table.parquet".to_owned(), bytes),
        expect,
    };
    cases.into_iter().map(case).collect()
}
