//! Files that are not what they should be, and what is done with those that are.

use std::collections::BTreeSet;
use std::fs::File;
use std::path::Path;
use std::sync::Arc;

use arrow::array::{ArrayRef, Float64Array, Int32Array, RecordBatch, StringArray};
use casefile_forecast::{Draws, Month, Outcomes, Panel};
use parquet::arrow::ArrowWriter;

#[allow(clippy::unwrap_used, reason = "a helper of tests")]
fn write(path: &Path, columns: Vec<(&str, ArrayRef)>) {
    let batch = RecordBatch::try_from_iter(columns).unwrap();
    let mut writer = ArrowWriter::try_new(File::create(path).unwrap(), batch.schema(), None).unwrap();
    writer.write(&batch).unwrap();
    writer.close().unwrap();
}

fn whole(values: &[i32]) -> ArrayRef {
    Arc::new(Int32Array::from(values.to_vec()))
}

#[test]
fn a_bad_file_is_refused_with_its_reason() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("outcomes.parquet");
    let said = |path: &Path| Outcomes::read(path).unwrap_err().to_string();
    assert!(said(&path).contains("outcomes.parquet: No such file"), "{}", said(&path));
    std::fs::write(&path, "month_id,country_id,outcome\n1,2,3\n").unwrap();
    assert!(said(&path).contains("outcomes.parquet: "), "{}", said(&path));
    write(&path, vec![("month_id", whole(&[457])), ("country_id", whole(&[1]))]);
    assert!(said(&path).ends_with("no column `outcome`; the table has month_id, country_id"), "{}", said(&path));
    let with = |outcome: ArrayRef| {
        write(&path, vec![("month_id", whole(&[457, 458])), ("country_id", whole(&[1, 1])), ("outcome", outcome)]);
        said(&path)
    };
    let words = with(Arc::new(StringArray::from(vec!["three", "4"])));
    assert!(words.ends_with("column `outcome` holds no numbers"), "{words}");
    let negative = with(whole(&[3, -1]));
    assert!(negative.contains("row 2, column `outcome`: -1 is not a number from 0"), "{negative}");
    let empty = with(Arc::new(Float64Array::from(vec![None, Some(1.0)])));
    assert!(empty.contains("row 1, column `outcome`: an empty cell is not"), "{empty}");
}

#[test]
fn a_panel_with_a_month_twice_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("panel.parquet");
    let names = ["month_id", "country_id", "sb", "ns", "os", "sb_events", "ns_events", "os_events"];
    write(&path, names.iter().map(|&name| (name, whole(&[7, 7]))).collect());
    assert!(Panel::read(&path).unwrap_err().to_string().contains("unit 7 has two rows for 1980-07"));
}

#[test]
fn draws_are_read_as_written_and_kept_for_some_units_alone() {
    let rows = [(2, 5), (2, 6), (9, 5), (9, 6)]
        .into_iter()
        .flat_map(|(unit, month)| (0..3).map(move |draw| (unit, Month(month), unit * 100 + month * 10 + draw)));
    let draws = Draws::of(rows).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("draws.parquet");
    draws.write(&path).unwrap();
    assert_eq!(Draws::read(&path).unwrap(), draws);
    let kept = draws.only(&BTreeSet::from([9, 10])).unwrap();
    assert_eq!((kept.units(), kept.cells()), (&[9][..], 2));
    assert_eq!(kept.get(9, Month(6)), Some(&[960, 961, 962][..]));
    assert_eq!(kept.get(2, Month(6)), None);
    assert_eq!(draws.only(&BTreeSet::from([1])).unwrap_err().to_string(), "nothing is left: no unit and month");
}

#[test]
fn draws_of_unequal_number_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("draws.parquet");
    let columns = [("month_id", [5, 5, 6]), ("country_id", [2, 2, 2]), ("draw", [0, 1, 0]), ("outcome", [1, 2, 3])];
    write(&path, columns.iter().map(|(name, values)| (*name, whole(values))).collect());
    let said = Draws::read(&path).unwrap_err().to_string();
    assert_eq!(said, "unit 2 has 1 draws in 1980-06, where the others have 2");
}
