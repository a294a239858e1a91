//! The core schema: what an event is, whatever dataset it comes from.
//!
//! Column meanings follow the UCDP GED codebook (Högbladh, *UCDP GED Codebook*, version 23.1) where they share its
//! names. Every column may be null except `event_id`, `dataset`, `native_id` and `flags`: an unknown value stays
//! unknown.

use std::borrow::Cow;
use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, BooleanBuilder, Date32Builder, Float64Builder, Int64Builder, RecordBatch, StringBuilder,
};
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use arrow::error::ArrowError;
use jiff::civil::Date;

use crate::flag::Flags;

/// A column of the core schema, for documentation and for messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Column {
    /// Name in SQL.
    pub name: &'static str,
    /// `text`, `whole number`, `real number`, `day` or `true or false`.
    pub kind: &'static str,
    /// Meaning, unit and origin.
    pub meaning: &'static str,
}

/// One kind of column: its Rust value, its Arrow type and builder.
trait Kind {
    type Value<'a>;
    type Builder: Default;
    const NAME: &'static str;
    const DATA: DataType;
    fn push(builder: &mut Self::Builder, value: Option<Self::Value<'_>>);
    /// What was gathered. The builder is empty then, with room for as much again.
    fn array(builder: &mut Self::Builder) -> ArrayRef;
}

/// Room for as much as before and a little more: chunks are much alike.
pub(crate) fn room(before: usize) -> usize {
    before + before / 8
}

macro_rules! kind {
    ($name:ident, $label:literal, $value:ty, $builder:ty, $data:expr, |$v:ident| $convert:expr, |$a:ident| $again:expr) => {
        struct $name;
        impl Kind for $name {
            type Value<'a> = $value;
            type Builder = $builder;
            const NAME: &'static str = $label;
            const DATA: DataType = $data;
            fn push(builder: &mut $builder, value: Option<Self::Value<'_>>) {
                builder.append_option(value.map(|$v| $convert));
            }
            fn array(builder: &mut $builder) -> ArrayRef {
                let $a = builder.finish();
                *builder = $again;
                Arc::new($a)
            }
        }
    };
    ($name:ident, $label:literal, $value:ty, $builder:ident, $data:expr, |$v:ident| $convert:expr) => {
        kind!($name, $label, $value, $builder, $data, |$v| $convert, |a| $builder::with_capacity(room(a.len())));
    };
}

kind!(Text, "text", Cow<'a, str>, StringBuilder, DataType::Utf8, |v| v, |a| StringBuilder::with_capacity(
    room(a.len()),
    room(a.value_data().len())
));
kind!(Whole, "whole number", i64, Int64Builder, DataType::Int64, |v| v);
kind!(Real, "real number", f64, Float64Builder, DataType::Float64, |v| v);
kind!(Truth, "true or false", bool, BooleanBuilder, DataType::Boolean, |v| v);
kind!(Day, "day", Date, Date32Builder, DataType::Date32, |v| day_number(v));

/// The Rust type of a kind, by name: public types cannot name a private trait's.
macro_rules! value {
    (Text) => {
        Cow<'a, str>
    };
    (Whole) => {
        i64
    };
    (Real) => {
        f64
    };
    (Day) => {
        Date
    };
    (Truth) => {
        bool
    };
}

/// One list of columns gives the row type, the Arrow builder, the schema and the documentation of a table.
macro_rules! table {
    (
        $(#[doc = $of:literal])+
        $row:ident, $builder:ident, $schema:ident, $columns:ident:
        $($(#[doc = $doc:literal])+ $name:ident: $kind:ident,)+
    ) => {
        $(#[doc = $of])+
        #[derive(Debug, Clone, Default, PartialEq)]
        pub struct $row<'a> {
            $($(#[doc = $doc])+ pub $name: Option<value!($kind)>,)+
        }

        /// The columns of that table, in order.
        pub const $columns: &[Column] = &[
            $(Column { name: stringify!($name), kind: $kind::NAME, meaning: concat!($($doc, "\n"),+).trim_ascii() },)+
        ];

        /// Gathers rows into a record batch.
        #[derive(Default)]
        pub(crate) struct $builder {
            $($name: <$kind as Kind>::Builder,)+
        }

        impl $builder {
            pub(crate) fn push(&mut self, row: $row<'_>) {
                $($kind::push(&mut self.$name, row.$name);)+
            }

            pub(crate) fn finish(&mut self) -> Result<RecordBatch, ArrowError> {
                RecordBatch::try_new($schema(), vec![$($kind::array(&mut self.$name)),+])
            }
        }

        /// The Arrow schema of that table.
        #[must_use]
        pub fn $schema() -> SchemaRef {
            Arc::new(Schema::new(vec![$(Field::new(stringify!($name), $kind::DATA, true)),+]))
        }
    };
}

table! {
    /// One event in the core schema. See [`COLUMNS`] for units and origins.
    EventRow, EventBuilder, events_schema, COLUMNS:
    /// `<dataset>:<native_id>`; unique within a case.
    event_id: Text,
    /// The dataset's id in this case.
    dataset: Text,
    /// The dataset's own id of the event, as text; derived from the row's content where the file has none.
    native_id: Text,
    /// 1 state-based, 2 non-state, 3 one-sided (GED `type_of_violence`).
    type_of_violence: Whole,
    /// First day on which the event may have happened (GED `date_start`).
    date_start: Day,
    /// Last day on which the event may have happened, inclusive (GED `date_end`).
    date_end: Day,
    /// The longest range that the date's precision code allows, in days: 1 exact day, 6 two to six days, 7 a week,
    /// 31 a month, 366 up to a year (GED `date_prec` 1–5). Without a code: `date_end` − `date_start` + 1.
    date_precision_days: Whole,
    /// Degrees north, WGS 84.
    latitude: Real,
    /// Degrees east, WGS 84.
    longitude: Real,
    /// Radius in km within which the event lies, from the place's precision code (GED `where_prec`).
    place_precision_km: Real,
    /// Country, as the dataset writes it.
    country: Text,
    /// First-order administrative unit (province), as the dataset writes it.
    admin1: Text,
    /// Second-order administrative unit (district), as the dataset writes it.
    admin2: Text,
    /// Name of the place that the coordinates stand for (GED `where_coordinates`).
    place: Text,
    /// PRIO-GRID cell: 0.5°, row-major from 180° W 90° S, 720 columns, first cell 1.
    priogrid: Whole,
    /// Name of side A; in one-sided violence the perpetrator.
    side_a: Text,
    /// Name of side B; `Civilians` in one-sided violence.
    side_b: Text,
    /// Side A's id in the dataset's own actor list, as text (GED `side_a_new_id`).
    side_a_id: Text,
    /// Side B's id in the dataset's own actor list, as text (GED `side_b_new_id`).
    side_b_id: Text,
    /// Deaths on side A, best estimate.
    deaths_a: Whole,
    /// Deaths on side B, best estimate; in one-sided violence civilians are counted apart.
    deaths_b: Whole,
    /// Deaths of civilians, best estimate.
    deaths_civilians: Whole,
    /// Deaths of persons of unknown status, best estimate.
    deaths_unknown: Whole,
    /// Lowest reliable estimate of all deaths (GED `low`).
    deaths_low: Whole,
    /// Best estimate of all deaths (GED `best`).
    deaths_best: Whole,
    /// Highest reliable estimate of all deaths (GED `high`).
    deaths_high: Whole,
    /// What a reader of the row should know: words in order, `;` between them, empty for none.
    flags: Text,
    /// The conflict's id in the dataset (GED `conflict_new_id`).
    conflict_id: Text,
    /// The dyad's id in the dataset (GED `dyad_new_id`).
    dyad_id: Text,
    /// The conflict's name.
    conflict: Text,
    /// The dyad's name.
    dyad: Text,
    /// Number of source reports behind the row; null where unknown (GED `number_of_sources` −1).
    source_count: Whole,
    /// Number of the record in the released file, 1 for the first after the header.
    row: Whole,
    /// The type of event in the dataset's own words, coarse to fine, ` / ` between them.
    event_type: Text,
    /// The type of event in PLOVER's sixteen words, such as `ASSAULT` or `PROTEST` (PLOVER codebook, Halterman et al.
    /// 2023).
    plover: Text,
    /// Whether side A is known to act and side B to be acted on. False where the two are only named together.
    directed: Truth,
    /// Whether civilians were the target.
    against_civilians: Truth,
    /// Number of persons wounded.
    wounded: Whole,
}

table! {
    /// A figure of a country, dyad, conflict or actor in a period: control totals and long series. See
    /// [`SERIES_COLUMNS`].
    SeriesRow, SeriesBuilder, series_schema, SERIES_COLUMNS:
    /// The dataset's id in this case.
    dataset: Text,
    /// What the figure is of: `country`, `conflict`, `dyad` or `actor`.
    unit_kind: Text,
    /// The unit's id in the dataset.
    unit_id: Text,
    /// The unit's name.
    unit: Text,
    /// First day of the period.
    date_start: Day,
    /// Last day of the period, inclusive.
    date_end: Day,
    /// 1 state-based, 2 non-state, 3 one-sided; null for all together.
    type_of_violence: Whole,
    /// What is counted: `deaths`, `dyads`, `conflicts`, or `active` (1 for an active year).
    measure: Text,
    /// Low estimate.
    low: Whole,
    /// Best estimate.
    best: Whole,
    /// High estimate.
    high: Whole,
    /// Name of side A.
    side_a: Text,
    /// Name of side B.
    side_b: Text,
    /// Side A's id in the dataset's actor list.
    side_a_id: Text,
    /// Side B's id in the dataset's actor list.
    side_b_id: Text,
    /// Region or location, as the dataset writes it.
    location: Text,
    /// Number of the record in the released file.
    row: Whole,
}

table! {
    /// An actor of a dataset's own list: which id and names mean whom. See [`ACTOR_COLUMNS`].
    ActorRow, ActorBuilder, actors_schema, ACTOR_COLUMNS:
    /// The dataset's id in this case.
    dataset: Text,
    /// The actor's id in the dataset.
    actor_id: Text,
    /// The name that event data use.
    name: Text,
    /// The name in full.
    full_name: Text,
    /// Other names and former ones, `;` between them.
    other_names: Text,
    /// What it is, in the dataset's own words.
    kind: Text,
    /// First day on which it existed, as far as is known.
    date_start: Day,
    /// Last day.
    date_end: Day,
    /// Country or region, as the dataset writes it.
    location: Text,
    /// Number of the record in the released file.
    row: Whole,
}

impl EventRow<'_> {
    pub(crate) fn set_flags(&mut self, flags: Flags) {
        self.flags = Some(flags.text().into());
    }
}

/// The schema of the `quarantine` table: one row per record that could not be read as an event. `part` names the file of a
/// folder or the member of an archive, where there are several, and `part_row` counts the records in it.
#[must_use]
pub fn quarantine_schema() -> SchemaRef {
    Arc::new(Schema::new(vec![
        Field::new("dataset", DataType::Utf8, false),
        Field::new("row", DataType::Int64, false),
        Field::new("part", DataType::Utf8, true),
        Field::new("part_row", DataType::Int64, true),
        Field::new("column", DataType::Utf8, true),
        Field::new("reason", DataType::Utf8, false),
        Field::new("raw", DataType::Utf8, false),
    ]))
}

/// Days since 1970-01-01, as Arrow stores a day.
#[must_use]
pub fn day_number(day: Date) -> i32 {
    let hours = day.duration_since(Date::constant(1970, 1, 1)).as_hours();
    // A civil date lies within ±9999 years, which is well within an i32 of days.
    i32::try_from(hours / 24).unwrap_or(0)
}

/// The day of that number since 1970-01-01; none where it lies outside the years −9999 to 9999.
#[must_use]
pub fn day_of(number: i32) -> Option<Date> {
    Date::constant(1970, 1, 1).checked_add(jiff::Span::new().try_days(number).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The names that saved queries and other tools rely on.
    const PUBLISHED: [&str; 27] = [
        "event_id",
        "dataset",
        "native_id",
        "type_of_violence",
        "date_start",
        "date_end",
        "date_precision_days",
        "latitude",
        "longitude",
        "place_precision_km",
        "country",
        "admin1",
        "admin2",
        "place",
        "priogrid",
        "side_a",
        "side_b",
        "side_a_id",
        "side_b_id",
        "deaths_a",
        "deaths_b",
        "deaths_civilians",
        "deaths_unknown",
        "deaths_low",
        "deaths_best",
        "deaths_high",
        "flags",
    ];

    #[test]
    fn the_published_columns_come_first_and_in_order() {
        let names: Vec<_> = COLUMNS.iter().map(|c| c.name).collect();
        assert_eq!(names[..PUBLISHED.len()], PUBLISHED);
        assert_eq!(names.len(), events_schema().fields().len());
        assert!(COLUMNS.iter().all(|c| !c.meaning.is_empty()));
    }

    #[test]
    fn days_go_to_numbers_and_back() {
        for (text, number) in [("1970-01-01", 0), ("2020-02-29", 18321), ("1969-12-31", -1), ("1900-01-01", -25567)] {
            let day: Date = text.parse().unwrap();
            assert_eq!(day_number(day), number);
            assert_eq!(day_of(number), Some(day));
        }
        assert_eq!(day_of(i32::MAX), None);
    }
}
