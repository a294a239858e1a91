//! Results for people and for other programs: aligned text, CSV, JSON, Parquet.

use std::borrow::Cow;
use std::sync::Arc;

use arrow::array::{ArrayRef, AsArray, RecordBatch, StringArray};
use arrow::datatypes::{Schema, SchemaRef};
use arrow::error::ArrowError;
use arrow::util::display::{ArrayFormatter, FormatOptions};
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, ZstdLevel};
use parquet::errors::ParquetError;
use parquet::file::metadata::KeyValue;
use parquet::file::properties::WriterProperties;
use unicode_width::UnicodeWidthStr;

use crate::Rows;

/// Why a result could not be rendered.
#[derive(Debug, thiserror::Error)]
pub enum OutputError {
    /// A value has no rendering.
    #[error("cannot render the result: {0}")]
    Arrow(#[from] ArrowError),
    /// Parquet cannot hold a value.
    #[error("cannot write Parquet: {0}")]
    Parquet(#[from] ParquetError),
}

/// Columns beyond this many characters are cut in text tables, as one long text would push all others off the screen.
const WIDEST: usize = 60;

/// An aligned table in plain text: a line of names, a rule, a line per row; numbers to the right, texts to the left.
/// Null is blank. Ends with a line break.
///
/// # Errors
/// Where a value has no rendering.
pub fn text(rows: &Rows) -> Result<String, OutputError> {
    let cells = cells(rows)?;
    let names: Vec<String> = rows.schema.fields().iter().map(|f| f.name().clone()).collect();
    if names.is_empty() {
        return Ok("(no columns)\n".to_owned());
    }
    let width = |column: usize| {
        let longest = cells.iter().map(|row| row[column].width()).max().unwrap_or(0);
        longest.max(names[column].width())
    };
    let widths: Vec<usize> = (0..names.len()).map(width).collect();
    let right: Vec<bool> = rows.schema.fields().iter().map(|f| f.data_type().is_numeric()).collect();
    let mut out = String::new();
    push_line(&mut out, &names, &widths, &right);
    let rules: Vec<String> = widths.iter().map(|w| "─".repeat(*w)).collect();
    push_line(&mut out, &rules, &widths, &right);
    for row in &cells {
        push_line(&mut out, row, &widths, &right);
    }
    if cells.is_empty() {
        out.push_str("(no rows)\n");
    }
    Ok(out)
}

fn push_line(out: &mut String, cells: &[String], widths: &[usize], right: &[bool]) {
    let mut line = String::new();
    for (i, cell) in cells.iter().enumerate() {
        let pad = " ".repeat(widths[i].saturating_sub(cell.width()));
        let (before, after) = if right[i] { (pad.as_str(), "") } else { ("", pad.as_str()) };
        let gap = if i == 0 { "" } else { "  " };
        line.extend([gap, before, cell, after]);
    }
    out.push_str(line.trim_end());
    out.push('\n');
}

/// Every value as text on one line, no wider than [`WIDEST`].
fn cells(rows: &Rows) -> Result<Vec<Vec<String>>, OutputError> {
    let options = FormatOptions::default();
    let mut all = Vec::new();
    for batch in &rows.batches {
        let columns: Vec<ArrayFormatter<'_>> =
            batch.columns().iter().map(|c| ArrayFormatter::try_new(c.as_ref(), &options)).collect::<Result<_, _>>()?;
        for i in 0..batch.num_rows() {
            let row = columns.iter().map(|c| c.value(i).try_to_string().map(|text| one_line(&text)));
            all.push(row.collect::<Result<_, _>>()?);
        }
    }
    Ok(all)
}

/// Control characters become spaces: a data file must not be able to steer a terminal.
fn one_line(text: &str) -> String {
    let flat: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    if flat.width() <= WIDEST {
        return flat;
    }
    let mut cut = String::new();
    for c in flat.chars() {
        if cut.width() >= WIDEST - 1 {
            break;
        }
        cut.push(c);
    }
    cut.push('…');
    cut
}

/// CSV with a line of names (RFC 4180, line feeds). Null is an empty field.
///
/// # Errors
/// Where a value, such as a list, has no place in CSV.
pub fn csv(rows: &Rows) -> Result<String, OutputError> {
    let mut bytes = Vec::new();
    let mut writer = arrow::csv::WriterBuilder::new().with_header(true).build(&mut bytes);
    for batch in with_header(rows) {
        writer.write(&batch)?;
    }
    drop(writer);
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// As [`csv`], for a program that runs formulas: texts and names of columns that it would take for one begin with an
/// apostrophe. Such a text in a released file may have been put there to do harm (OWASP, *CSV Injection*). Numbers and
/// days are as they are.
///
/// # Errors
/// As [`csv`].
pub fn csv_for_spreadsheets(rows: &Rows) -> Result<String, OutputError> {
    let fields = rows.schema.fields().iter().map(|field| field.as_ref().clone().with_name(no_formula(field.name())));
    let schema = SchemaRef::new(Schema::new(fields.collect::<Vec<_>>()));
    let harmless = |column: &ArrayRef| match column.as_string_opt::<i32>() {
        Some(texts) => Arc::new(texts.iter().map(|text| text.map(no_formula)).collect::<StringArray>()),
        None => column.clone(),
    };
    let batch =
        |batch: &RecordBatch| RecordBatch::try_new(schema.clone(), batch.columns().iter().map(harmless).collect());
    let batches = rows.batches.iter().map(batch).collect::<Result<_, _>>()?;
    csv(&Rows { schema: schema.clone(), batches })
}

/// A text that no spreadsheet takes for a formula.
fn no_formula(text: &str) -> Cow<'_, str> {
    /// What a formula begins with, also in the width of Chinese and Japanese letters; and what is passed over before it.
    const FIRST: [char; 11] = ['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'];
    if text.starts_with(FIRST) { format!("'{text}").into() } else { text.into() }
}

/// JSON: an array of objects, one to a row and a line, null as `null`. Ends with a line break.
///
/// # Errors
/// Where a value has no rendering.
pub fn json(rows: &Rows) -> Result<String, OutputError> {
    let mut bytes = Vec::new();
    let mut writer = arrow::json::WriterBuilder::new()
        .with_explicit_nulls(true)
        .build::<_, arrow::json::writer::LineDelimited>(&mut bytes);
    for batch in &rows.batches {
        writer.write(batch)?;
    }
    writer.finish()?;
    drop(writer);
    let text = String::from_utf8_lossy(&bytes);
    let lines: Vec<&str> = text.lines().collect();
    if lines.is_empty() {
        return Ok("[]\n".to_owned());
    }
    Ok(format!("[\n{}\n]\n", lines.join(",\n")))
}

/// A Parquet file, compressed with zstd.
///
/// # Errors
/// Where Parquet cannot hold a value.
pub fn parquet(rows: &Rows) -> Result<Vec<u8>, OutputError> {
    parquet_with_notes(rows, &[])
}

/// A Parquet file with notes, a key and a text each, in its metadata.
///
/// # Errors
/// Where Parquet cannot hold a value.
pub fn parquet_with_notes(rows: &Rows, notes: &[(&str, String)]) -> Result<Vec<u8>, OutputError> {
    let notes = notes.iter().map(|(key, text)| KeyValue::new((*key).to_owned(), text.clone())).collect();
    let properties = WriterProperties::builder()
        .set_compression(Compression::ZSTD(ZstdLevel::try_new(3)?))
        .set_key_value_metadata(Some(notes))
        .build();
    let mut bytes = Vec::new();
    let mut writer = ArrowWriter::try_new(&mut bytes, rows.schema.clone(), Some(properties))?;
    for batch in &rows.batches {
        writer.write(batch)?;
    }
    writer.close()?;
    Ok(bytes)
}

/// The batches, or an empty one where there are none, so that the names are written all the same.
fn with_header(rows: &Rows) -> Vec<RecordBatch> {
    if rows.batches.is_empty() {
        vec![RecordBatch::new_empty(SchemaRef::clone(&rows.schema))]
    } else {
        rows.batches.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use arrow::array::{Array, Date32Array, Int64Array};
    use arrow::datatypes::{DataType, Field};

    fn rows() -> Rows {
        let schema = Arc::new(Schema::new(vec![
            Field::new("place", DataType::Utf8, true),
            Field::new("deaths", DataType::Int64, true),
            Field::new("day", DataType::Date32, true),
        ]));
        let columns: Vec<Arc<dyn Array>> = vec![
            Arc::new(StringArray::from(vec![
                Some("Ciudad Juárez"),
                Some("a \"quoted\",\nbroken\u{1b}[31m line"),
                None,
            ])),
            Arc::new(Int64Array::from(vec![Some(5), Some(1200), None])),
            Arc::new(Date32Array::from(vec![Some(18321), None, Some(0)])),
        ];
        let batch = RecordBatch::try_new(schema.clone(), columns).unwrap();
        Rows { schema, batches: vec![batch] }
    }

    #[test]
    fn text_is_aligned_and_harmless() {
        insta::assert_snapshot!(text(&rows()).unwrap(), @r#"
        place                         deaths  day
        ────────────────────────────  ──────  ──────────
        Ciudad Juárez                      5  2020-02-29
        a "quoted", broken [31m line    1200
                                              1970-01-01
        "#);
    }

    #[test]
    fn csv_quotes_and_json_keeps_nulls() {
        insta::assert_snapshot!(csv(&rows()).unwrap().replace('\u{1b}', "ESC"), @r#"
        place,deaths,day
        Ciudad Juárez,5,2020-02-29
        "a ""quoted"",
        brokenESC[31m line",1200,
        ,,1970-01-01
        "#);
        let parsed: serde_json::Value = serde_json::from_str(&json(&rows()).unwrap()).unwrap();
        assert_eq!(parsed[0]["deaths"], 5);
        assert_eq!(parsed[2]["place"], serde_json::Value::Null);
        assert_eq!(parsed.as_array().unwrap().len(), 3);
    }

    #[test]
    fn spreadsheets_get_texts_that_are_no_formulas_and_numbers_as_they_are() {
        let names = ["=cmd|' /C calc'!A0", "-1", "@sum(1)", "＝1+1", "\t=1", "a-b", ""];
        let schema = Arc::new(Schema::new(vec![
            Field::new("+name", DataType::Utf8, true),
            Field::new("change", DataType::Int64, true),
        ]));
        let columns: Vec<ArrayRef> = vec![
            Arc::new(StringArray::from(names.to_vec())),
            Arc::new(Int64Array::from_iter_values((0..7).map(|n| -n))),
        ];
        let rows = Rows { schema: schema.clone(), batches: vec![RecordBatch::try_new(schema, columns).unwrap()] };
        insta::assert_snapshot!(csv_for_spreadsheets(&rows).unwrap().replace('\t', "TAB"), @r#"
        '+name,change
        '=cmd|' /C calc'!A0,0
        '-1,-1
        '@sum(1),-2
        '＝1+1,-3
        'TAB=1,-4
        a-b,-5
        ,-6
        "#);
    }

    #[test]
    fn nothing_is_still_a_table() {
        let none = Rows { schema: rows().schema, batches: vec![] };
        assert_eq!(csv(&none).unwrap(), "place,deaths,day\n");
        assert_eq!(json(&none).unwrap(), "[]\n");
        assert!(text(&none).unwrap().ends_with("(no rows)\n"));
    }

    #[test]
    fn parquet_comes_back() {
        let bytes = parquet(&rows()).unwrap();
        let reader = parquet_reader(bytes);
        assert_eq!(reader, rows().batches[0]);
    }

    fn parquet_reader(bytes: Vec<u8>) -> RecordBatch {
        let file = tempfile::tempfile().unwrap();
        std::io::Write::write_all(&mut &file, &bytes).unwrap();
        let mut batches =
            ::parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder::try_new(file).unwrap().build().unwrap();
        batches.next().unwrap().unwrap()
    }
}
