//! Good inputs, small ones, before they are spoiled.

use std::fs;
use std::io::{Cursor, Write};

use flate2::Compression;
use flate2::write::GzEncoder;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use crate::world::fixture;

/// Number of rows in every good input.
pub const ROWS: u64 = 3;

/// A good text, as a table.
#[derive(Clone)]
pub struct Good {
    /// Dataset and format.
    pub name: &'static str,
    pub adapter: &'static str,
    pub file: &'static str,
    pub mapping: Option<String>,
    /// Whether the first line has the names.
    pub has_names: bool,
    /// Whether the format has one delimiter and no quotes.
    pub is_plain: bool,
    pub delimiter: char,
    pub names: Vec<String>,
    pub rows: Vec<Vec<String>>,
    /// A column that must be there.
    pub required: &'static str,
    /// A column of names, kept as it is.
    pub text: &'static str,
    /// Whether rows become events, which have flags.
    pub has_flags: bool,
}

/// The texts of every adapter.
pub fn all() -> Vec<Good> {
    vec![ged(), acled(), gtd(), polecat(), gdelt(), events(), country_year(), dyadic(), conflict(), nonstate(), actor()]
}

pub fn ged() -> Good {
    read("ucdp-ged csv", "ucdp-ged", "ged-traps.csv", ("side_b", "side_b"), true)
}

pub fn acled() -> Good {
    read("acled csv", "acled", "acled.csv", ("event_date", "notes"), true)
}

pub fn gtd() -> Good {
    read("gtd csv", "gtd", "gtd.csv", ("eventid", "city"), true)
}

pub fn events() -> Good {
    let mapping = fs::read_to_string(fixture("events-table.toml")).unwrap();
    let good = read("events csv", "events", "events-table.csv", ("From", "Note"), true);
    Good { mapping: Some(mapping), ..good }
}

pub fn country_year() -> Good {
    read("ucdp-country-year csv", "ucdp-country-year", "ucdp-country-year.csv", ("year_cy", "country_cy"), false)
}

pub fn dyadic() -> Good {
    read("ucdp-dyadic csv", "ucdp-dyadic", "ucdp-dyadic.csv", ("year", "side_b"), false)
}

pub fn conflict() -> Good {
    read("ucdp-conflict csv", "ucdp-conflict", "ucdp-conflict.csv", ("year", "side_b"), false)
}

pub fn nonstate() -> Good {
    read("ucdp-nonstate csv", "ucdp-nonstate", "ucdp-nonstate.csv", ("year", "side_b_name"), false)
}

pub fn actor() -> Good {
    read("ucdp-actor csv", "ucdp-actor", "ucdp-actor.csv", ("NameData", "NameOrig"), false)
}

pub fn polecat() -> Good {
    let name = "ngecEvents.20230110.Release604.DV.txt";
    read("polecat tsv", "polecat", name, ("Event Date", "Actor Name Raw"), true)
}

/// The columns that the cases speak of, by their place.
const GDELT: [(usize, &str); 11] = [
    (0, "globaleventid"),
    (1, "day"),
    (6, "actor1name"),
    (26, "eventcode"),
    (28, "eventrootcode"),
    (51, "actiongeo_type"),
    (52, "actiongeo_fullname"),
    (53, "actiongeo_countrycode"),
    (56, "actiongeo_lat"),
    (57, "actiongeo_long"),
    (59, "dateadded"),
];

pub fn gdelt() -> Good {
    let text = fs::read_to_string(fixture("20240131120000.export.CSV")).unwrap();
    let rows: Vec<Vec<String>> =
        text.lines().take(3).map(|line| line.split('\t').map(str::to_owned).collect()).collect();
    let mut names: Vec<String> = (0..rows[0].len()).map(|i| format!("c{i}")).collect();
    for (at, name) in GDELT {
        name.clone_into(&mut names[at]);
    }
    Good {
        name: "gdelt-events tsv",
        adapter: "gdelt-events",
        file: "20240131120000.export.CSV",
        mapping: None,
        has_names: false,
        is_plain: true,
        delimiter: '\t',
        names,
        rows,
        required: "day",
        text: "actor1name",
        has_flags: true,
    }
}

fn read(
    name: &'static str,
    adapter: &'static str,
    file: &'static str,
    (required, text): (&'static str, &'static str),
    has_flags: bool,
) -> Good {
    let bytes = fs::read(fixture(file)).unwrap();
    let content: String = match String::from_utf8(bytes) {
        Ok(text) => text,
        // The first rows, which are used, are ASCII.
        Err(error) => error.as_bytes().iter().map(|b| if b.is_ascii() { char::from(*b) } else { '?' }).collect(),
    };
    let content = content.trim_start_matches('\u{feff}');
    let first = content.lines().next().unwrap();
    let delimiter = ['\t', ';', ','].into_iter().max_by_key(|d| first.matches(*d).count()).unwrap();
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(delimiter as u8)
        .quoting(delimiter != '\t')
        .flexible(true)
        .from_reader(content.as_bytes());
    let names: Vec<String> = reader.headers().unwrap().iter().map(str::to_owned).collect();
    let rows = reader.records().take(3).map(|row| row.unwrap().iter().map(str::to_owned).collect()).collect();
    Good {
        name,
        adapter,
        file,
        mapping: None,
        has_names: true,
        is_plain: delimiter == '\t',
        delimiter,
        names,
        rows,
        required,
        text,
        has_flags,
    }
}

impl Good {
    /// The place of a column.
    pub fn at(&self, column: &str) -> usize {
        let found = self.names.iter().position(|name| name.eq_ignore_ascii_case(column));
        found.unwrap_or_else(|| panic!("{} has no column {column}", self.name))
    }

    /// With another value in a row, counted from 1.
    pub fn with(mut self, row: usize, column: &str, value: &str) -> Self {
        let at = self.at(column);
        value.clone_into(&mut self.rows[row - 1][at]);
        self
    }

    fn line(&self, fields: &[String], delimiter: char) -> String {
        let quoted = |field: &String| {
            let needs = field.contains([delimiter, '"', '\n', '\r']) && !self.is_plain;
            if needs { format!("\"{}\"", field.replace('"', "\"\"")) } else { field.clone() }
        };
        fields.iter().map(quoted).collect::<Vec<_>>().join(&delimiter.to_string())
    }

    /// The lines of the text: that of the names, where there is one, and the rows.
    pub fn lines(&self) -> Vec<String> {
        self.lines_by(self.delimiter)
    }

    /// The lines, with another delimiter.
    pub fn lines_by(&self, delimiter: char) -> Vec<String> {
        let names = self.has_names.then_some(&self.names).into_iter();
        names.chain(&self.rows).map(|fields| self.line(fields, delimiter)).collect()
    }

    /// The text.
    pub fn text(&self) -> String {
        join(&self.lines())
    }

    /// The name of a column as it is stored and told of.
    pub fn told(&self, column: &str) -> String {
        self.names[self.at(column)].to_lowercase()
    }
}

/// Lines as a text.
pub fn join(lines: &[String]) -> String {
    lines.join("\n") + "\n"
}

/// The text packed with gzip.
pub fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// An archive of some members.
pub fn zip(members: &[(&str, &[u8])]) -> Vec<u8> {
    zip_as(members, CompressionMethod::Deflated)
}

/// An archive of some members, packed or not.
pub fn zip_as(members: &[(&str, &[u8])], method: CompressionMethod) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in members {
        writer.start_file(*name, SimpleFileOptions::default().compression_method(method)).unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}
