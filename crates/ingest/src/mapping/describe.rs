//! Drafting a mapping from a file's column names and its first values.
//!
//! A name only proposes; the values must agree. What stays open is a comment in the draft, and facts that no file tells,
//! such as its licence, are left empty: a load refuses a mapping in which they are.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::Path;

use super::date::FORMATS;
use crate::adapter::Header;
use crate::adapters::events::LAYOUT;
use crate::adapters::values::{degrees, toll};
use crate::ingest::{AddError, RESERVED};
use crate::record::decode;
use crate::source::{Source, SourceError};

/// Records that are looked at.
const LOOKED_AT: usize = 500;
/// Different values that are shown of a column.
const SHOWN: usize = 24;

/// Drafts a mapping of a file: CSV, Parquet or GeoJSON, or a zip archive with one. `member` names the file to read in
/// an archive of several.
///
/// # Errors
/// Where the file cannot be read or has no columns.
pub fn describe(file: &Path, member: Option<&str>) -> Result<String, AddError> {
    let source = Source::open(file, member, LAYOUT)?;
    let table = source.with_records(|records| {
        let read = |e| SourceError::Read { path: file.to_owned(), source: e };
        let names = records.names().map_err(read)?.filter(|names| !names.is_empty()).ok_or_else(|| {
            AddError::NoHeader { path: file.to_owned(), reason: "has no line of column names".to_owned() }
        })?;
        let mut table = Table::new(&names);
        while let (true, Some(record)) = (table.rows < LOOKED_AT, records.next().map_err(read)?) {
            table.take(record.fields().map(|field| decode(field).0.into_owned()));
        }
        Ok::<_, AddError>(table)
    })?;
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    Ok(table.draft(&name))
}

/// The names of a file's columns and the first values of each.
pub(super) struct Table {
    columns: Vec<Column>,
    rows: usize,
}

struct Column {
    name: String,
    values: Vec<String>,
}

impl Column {
    /// Whether there are values and nine in ten of them can be read so: a file may have bad rows.
    fn mostly<T, E>(&self, read: impl Fn(&str) -> Result<T, E>) -> bool {
        let good = self.values.iter().filter(|value| read(value).is_ok()).count();
        !self.values.is_empty() && good * 10 >= self.values.len() * 9
    }

    /// Its different values, as they come.
    fn distinct(&self) -> Vec<&str> {
        let mut seen = BTreeSet::new();
        self.values.iter().map(String::as_str).filter(|value| seen.insert(*value)).take(SHOWN).collect()
    }
}

impl Table {
    pub(super) fn new(names: &[String]) -> Self {
        let header = Header::new(names.iter().map(String::as_str));
        let columns = header.names().iter().map(|name| Column { name: name.clone(), values: Vec::new() }).collect();
        Self { columns, rows: 0 }
    }

    /// Takes the values of a record; one with more or fewer fields than there are columns teaches nothing.
    pub(super) fn take(&mut self, values: impl Iterator<Item = String>) {
        self.rows += 1;
        let values: Vec<String> = values.collect();
        if values.len() != self.columns.len() {
            return;
        }
        for (column, value) in self.columns.iter_mut().zip(values) {
            let value = value.trim();
            if !value.is_empty() {
                column.values.push(value.to_owned());
            }
        }
    }

    /// The first column that bears one of these names and whose values agree. Spaces and hyphens are taken for `_`,
    /// and of a nested name the last part may tell.
    fn named(&self, names: &[&str], agree: impl Fn(&Column) -> bool) -> Option<&Column> {
        let plain = |name: &str| name.replace([' ', '-'], "_");
        let bears = |column: &Column, wanted: &str, part: fn(&str) -> &str| {
            plain(part(&column.name)) == wanted && agree(column)
        };
        let whole: fn(&str) -> &str = |name| name;
        let last: fn(&str) -> &str = |name| name.rsplit('.').next().unwrap_or(name);
        let find = |part| names.iter().find_map(|name| self.columns.iter().find(|column| bears(column, name, part)));
        find(whole).or_else(|| find(last))
    }

    /// The draft of a mapping.
    pub(super) fn draft(&self, file: &str) -> String {
        let mut out = String::new();
        let _ = writeln!(out, "# How to read {} as events: a draft. Hold every line against the data.", quoted(file));
        out.push_str("# casefile data add FILE --as events --mapping THIS.toml\n\n");
        let _ = writeln!(out, "{FACTS_HEAD}id = {}  # its name in the case", quoted(&id(file)));
        out.push_str(FACTS);
        self.event(&mut out);
        self.date(&mut out);
        self.place(&mut out);
        self.sides(&mut out);
        self.deaths(&mut out);
        self.rest(&mut out);
        out
    }

    fn event(&self, out: &mut String) {
        out.push_str("\n[event]\n");
        let unique = |column: &Column| column.values.iter().collect::<BTreeSet<_>>().len() == column.values.len();
        let id = self.named(ID, |column| !column.values.is_empty() && unique(column));
        entry(out, "id", id, "a column whose values are all different; without one, ids are made from the rows");
        let types: Vec<&Column> = TYPES.iter().filter_map(|name| self.named(&[name], |_| true)).collect();
        let list: Vec<String> = types.iter().map(|column| quoted(&column.name)).collect();
        match list.is_empty() {
            true => out.push_str("# type = []  # columns of the event's type, coarse to fine\n"),
            false => {
                let _ = writeln!(out, "type = [{}]  # coarse to fine", list.join(", "));
            }
        }
        out.push_str(
            "\n# What the words for types mean: violence 1 state-based, 2 non-state, 3 one-sided; plover one of\n# ",
        );
        let _ = writeln!(out, "{}.", super::PLOVER.join(", "));
        out.push_str("[event.types]\n");
        for value in types.iter().flat_map(|column| column.distinct()) {
            let _ = writeln!(
                out,
                "# {} = {{ violence = 1, plover = \"ASSAULT\", against-civilians = false }}",
                quoted(value)
            );
        }
    }

    fn date(&self, out: &mut String) {
        let fitting = |column: &Column| FORMATS.iter().find(|(_, format)| column.mostly(|text| format.day(text)));
        let is_date = |column: &Column| fitting(column).is_some();
        let start = self.named(STARTS, is_date).or_else(|| {
            // Seconds are numbers like others: a column of a name that tells nothing is not taken for them.
            self.columns
                .iter()
                .find(|c| !c.name.is_empty() && fitting(c).is_some_and(|(word, _)| *word != "unix seconds"))
        });
        let end = self.named(ENDS, is_date).filter(|end| start.is_none_or(|start| start.name != end.name));
        out.push_str("\n[date]\n");
        match start {
            Some(column) => {
                let _ = writeln!(out, "start = {}", quoted(&column.name));
            }
            None => out.push_str("start = \"\"  # found no column of dates: name it\n"),
        }
        entry(out, "end", end, "the last day, where the file has one");
        let (word, _) = start.and_then(fitting).unwrap_or(&FORMATS[0]);
        let other = (*word == "d/m/y"
            && start.is_some_and(|c| c.mostly(|text| super::date::Format::MonthDayYear.day(text))))
        .then_some("; m/d/y fits the first values too: which is it?");
        let words: Vec<&str> = FORMATS.iter().map(|(word, _)| *word).collect();
        let _ = writeln!(out, "format = \"{word}\"  # one of: {}{}", words.join(", "), other.unwrap_or_default());
        self.precision(out, "date", DATE_PRECISION, "days", "the longest range that it allows, in days");
    }

    fn place(&self, out: &mut String) {
        let within = |limit: f64| move |column: &Column| column.mostly(|text| degrees(text, limit));
        out.push_str("\n[place]\n");
        entry(out, "latitude", self.named(LATITUDE, within(90.0)), "degrees north");
        entry(out, "longitude", self.named(LONGITUDE, within(180.0)), "degrees east");
        entry(out, "country", self.named(COUNTRY, |_| true), "or --fill COLUMN=NAME, with COLUMN written here");
        entry(out, "admin1", self.named(ADMIN1, |_| true), "province");
        entry(out, "admin2", self.named(ADMIN2, |_| true), "district");
        entry(out, "place", self.named(PLACE, |_| true), "name of the place");
        if let Some(column) = self.named(&["geometry_type"], |_| true) {
            entry(out, "geometry", Some(column), "");
        }
        match self.named(&["geometry_radius_km"], |_| true) {
            Some(column) => {
                let _ = writeln!(out, "\n[place.precision]\ncolumn = {}  # km", quoted(&column.name));
            }
            None => self.precision(out, "place", PLACE_PRECISION, "km", "the radius that it stands for, in km"),
        }
    }

    /// A column of codes is proposed, but not its meaning: that would be a guess at somebody else's codebook.
    fn precision(&self, out: &mut String, of: &str, names: &[&str], unit: &str, meaning: &str) {
        let Some(column) = self.named(names, |_| true) else { return };
        let _ =
            writeln!(out, "\n# {} looks like a code of precision. Say for each value {meaning}:", quoted(&column.name));
        let _ = writeln!(out, "# [{of}.precision]\n# column = {}", quoted(&column.name));
        let codes: Vec<String> = column.distinct().into_iter().map(|code| format!("{} = ?", quoted(code))).collect();
        let _ = writeln!(out, "# {unit} = {{ {} }}", codes.join(", "));
    }

    fn sides(&self, out: &mut String) {
        out.push_str("\n[sides]\n");
        entry(out, "a", self.named(SIDE_A, |_| true), "who acted, or the first named");
        entry(out, "b", self.named(SIDE_B, |_| true), "who was acted on, or the second named");
        entry(out, "a-id", self.named(SIDE_A_ID, |_| true), "side A's id in the dataset");
        entry(out, "b-id", self.named(SIDE_B_ID, |_| true), "side B's id in the dataset");
        out.push_str("# directed = true  # where A is known to act and B to be acted on\n");
    }

    fn deaths(&self, out: &mut String) {
        // One number among the values is enough: the others may be words for numbers.
        let counts = |column: &Column| column.values.iter().any(|text| toll(text).is_ok());
        let best = self.named(BEST, counts);
        out.push_str("\n[deaths]\n");
        entry(out, "low", self.named(LOW, counts), "low estimate of all deaths");
        entry(out, "best", best, "best or only estimate of all deaths");
        entry(out, "high", self.named(HIGH, counts), "high estimate of all deaths");
        entry(out, "civilians", self.named(CIVILIANS, counts), "deaths of civilians");
        entry(out, "wounded", self.named(WOUNDED, counts), "number of wounded");
        out.push_str("\n# Numbers for words, where the columns above have any.\n[deaths.words]\n");
        let values = best.map(Column::distinct).unwrap_or_default();
        let words: Vec<&str> = values.into_iter().filter(|word| toll(word).is_err()).collect();
        match words.as_slice() {
            [] => out.push_str("# \"dozens\" = 12\n"),
            words => out.extend(words.iter().map(|word| format!("# {} = ?\n", quoted(word)))),
        }
    }

    /// The columns of which the draft makes nothing: they are kept as they are.
    fn rest(&self, out: &mut String) {
        let unused = self.columns.iter().map(|column| quoted(&column.name)).filter(|name| !out.contains(name.as_str()));
        let unused: Vec<String> = unused.collect();
        if !unused.is_empty() {
            let _ = writeln!(out, "\n# Columns not used above: {}", unused.join(", "));
        }
    }
}

/// A line of the draft; a comment where nothing was found.
fn entry(out: &mut String, key: &str, column: Option<&Column>, meaning: &str) {
    let _ = match column {
        Some(column) => writeln!(out, "{key} = {}", quoted(&column.name)),
        None => writeln!(out, "# {key} = \"\"  # {meaning}"),
    };
}

/// A text on one line, as both TOML and JSON write it; TOML wants DEL written out too.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string().replace('\u{7f}', "\\u007F")
}

/// An id made of the file's name. The ending keeps it apart from the lake's own tables, such as `events`.
fn id(file: &str) -> String {
    let stem = file.split('.').next().unwrap_or_default().to_lowercase();
    let words = stem.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    let mut id: String = words.collect::<Vec<_>>().join("-").chars().take(48).collect();
    if !id.starts_with(|c: char| c.is_ascii_lowercase()) {
        id.insert_str(0, "data-");
    }
    if RESERVED.contains(&id.replace('-', "_").as_str()) {
        id.push_str("-table");
    }
    id
}

const FACTS_HEAD: &str = "\
# What the dataset is. No file tells; these words reach the lock, the verdicts and the briefing.
[dataset]
";

const FACTS: &str = "\
title = \"\"
publisher = \"\"
licence = \"\"  # its SPDX identifier, or its name
redistribute-rows = false  # whether the licence lets rows be passed on
citation = \"\"
unit = \"incident\"  # what a row is; `lethal-incident` where each has at least one death
counts = \"\"  # what it counts, in a sentence
misses = []  # what it leaves out, one entry each
attribution = \"\"  # the line that the publisher wants under what is made of the data
# version = \"\"
# breaks = [[\"2012-01-01\", \"another way of collecting\"]]
";

const ID: &[&str] =
    &["id", "event_id", "eventid", "event_id_cnty", "uid", "uuid", "incident_id", "record_id", "feature_id"];
const TYPES: &[&str] = &[
    "disorder_type",
    "type_of_violence",
    "event_type",
    "eventtype",
    "type",
    "category",
    "incident_type",
    "kind",
    "attacktype",
    "attacktype1_txt",
    "sub_event_type",
    "subtype",
    "sub_type",
];
const STARTS: &[&str] = &[
    "date_start",
    "start_date",
    "startdate",
    "event_date",
    "eventdate",
    "date",
    "incident_date",
    "day",
    "datetime",
    "timestamp",
    "time",
    "occurred",
    "occurred_on",
    "sqldate",
];
const ENDS: &[&str] = &["date_end", "end_date", "enddate", "event_end", "end"];
const DATE_PRECISION: &[&str] = &["date_prec", "date_precision", "time_precision", "timeprec", "dateprec"];
const LATITUDE: &[&str] = &["latitude", "lat", "y", "geo_lat", "actiongeo_lat", "geometry_latitude"];
const LONGITUDE: &[&str] =
    &["longitude", "lon", "long", "lng", "x", "geo_long", "actiongeo_long", "geometry_longitude"];
const COUNTRY: &[&str] =
    &["country", "country_name", "country_txt", "countryname", "adm0", "adm0_name", "admin0", "iso3"];
const ADMIN1: &[&str] =
    &["admin1", "adm1", "adm_1", "adm1_name", "admin_1", "province", "provstate", "state", "governorate", "region"];
const ADMIN2: &[&str] = &["admin2", "adm2", "adm_2", "adm2_name", "admin_2", "district", "county"];
const PLACE: &[&str] = &["location", "place", "where_coordinates", "city", "town", "village", "site", "place_name"];
const PLACE_PRECISION: &[&str] =
    &["geo_precision", "where_prec", "place_precision", "location_precision", "specificity"];
const SIDE_A: &[&str] = &["side_a", "actor1", "actor_1", "actor_a", "perpetrator", "gname", "source_name", "actor"];
const SIDE_B: &[&str] = &["side_b", "actor2", "actor_2", "actor_b", "target", "victim", "target1", "target_name"];
const SIDE_A_ID: &[&str] = &["side_a_new_id", "side_a_id", "actor1_id"];
const SIDE_B_ID: &[&str] = &["side_b_new_id", "side_b_id", "actor2_id"];
const LOW: &[&str] = &["low", "low_est", "deaths_low", "fatalities_low", "min_deaths", "fatalities_min"];
const BEST: &[&str] =
    &["best", "best_est", "deaths_best", "fatalities", "deaths", "killed", "nkill", "fatalities_best", "dead"];
const HIGH: &[&str] = &["high", "high_est", "deaths_high", "fatalities_high", "max_deaths", "fatalities_max"];
const CIVILIANS: &[&str] = &["deaths_civilians", "civilian_deaths", "civilians_killed", "civilian_fatalities"];
const WOUNDED: &[&str] = &["wounded", "nwound", "injured", "injuries"];
