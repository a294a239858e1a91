//! UCDP/PRIO Armed Conflict Dataset: the years in which a state-based conflict was active.
//!
//! Columns follow the UCDP/PRIO Armed Conflict Dataset codebook (version 25.1) and Gleditsch et al. (2002). A conflict is
//! known by its incompatibility, not by its sides: `side_b` lists all that fought in that year, and its ids likewise.
//! The file has active years only. Intensity and episodes stay in the original columns.

use std::borrow::Cow;

use super::ucdp::{LICENCE, between, figure, release_of, year};
use super::values::{Reader, identifier, quoted};
use crate::adapter::{Adapter, AdapterInfo, Fault, Header, HeaderError, Parsed, Record, RowParser, Yields, columns};
use crate::schema::SeriesRow;

/// The adapter `ucdp-conflict`.
pub(super) struct UcdpConflict;

const INFO: AdapterInfo = AdapterInfo {
    name: "ucdp-conflict",
    normaliser: 1,
    publisher: "Uppsala Conflict Data Program (UCDP), Uppsala University, and Peace Research Institute Oslo (PRIO)",
    title: "UCDP/PRIO Armed Conflict Dataset",
    licence: LICENCE,
    redistribute_rows: true,
    citation: "Gleditsch, Nils Petter, Peter Wallensteen, Mikael Eriksson, Margareta Sollenberg & Håvard Strand (2002) \
               Armed Conflict 1946–2001: A New Dataset. Journal of Peace Research 39(5): 615–637.",
    unit: "active-conflict-year",
    counts: "years in which a conflict over government or territory, one side of it a government, reached 25 \
             battle-related deaths",
    misses: &[
        "years with fewer than 25 battle-related deaths",
        "non-state and one-sided violence",
        "how many died: only 25 to 999, or 1,000 and more",
    ],
    yields: Yields::Series,
    attribution: "UCDP/PRIO Armed Conflict Dataset {version}, Uppsala Conflict Data Program and Peace Research Institute \
                  Oslo, CC BY 4.0",
    smallest_cell: 1,
    breaks: &[],
};

columns! {
    Columns {
        conflict_id: required ["conflict_id"],
        location: optional ["location"],
        side_a: required ["side_a"],
        side_a_id: optional ["side_a_id"],
        side_b: required ["side_b"],
        side_b_id: optional ["side_b_id"],
        incompatibility: optional ["incompatibility"],
        territory: optional ["territory_name"],
        year: required ["year"],
    }
}

impl Adapter for UcdpConflict {
    fn info(&self) -> AdapterInfo<'_> {
        INFO
    }

    /// The file is `ucdp-prio-acd-251.csv`; older ones are `UcdpPrioConflict_v23_1.csv`.
    fn version_of(&self, file_name: &str) -> Option<String> {
        release_of(file_name, "prio-acd").or_else(|| release_of(file_name, "prioconflict"))
    }

    fn known_columns(&self) -> Vec<&str> {
        Columns::NAMES.to_vec()
    }

    fn bind(&self, header: &Header) -> Result<Box<dyn RowParser>, HeaderError> {
        Ok(Box::new(Parser { columns: Columns::bind(INFO.name, header)?, header: header.clone() }))
    }
}

struct Parser {
    columns: Columns,
    header: Header,
}

impl RowParser for Parser {
    fn parse<'a>(&'a self, record: &'a Record<'_>) -> Result<Parsed<'a>, Vec<Fault>> {
        let c = &self.columns;
        let mut reader = Reader::new(record, &self.header);
        let year = reader.required(c.year, year);
        let side_a = reader.required_text(c.side_a);
        let side_b = reader.required_text(c.side_b);
        let stake = reader.value(c.incompatibility, stake).flatten().map(Cow::from).or(reader.text(c.territory));
        let place = reader.text(c.location);
        let named = place.as_deref().zip(stake).map(|(place, stake)| format!("{place}: {stake}"));
        let conflict = SeriesRow {
            unit_kind: Some("conflict".into()),
            unit_id: reader.required(c.conflict_id, |id| Ok(identifier(id))),
            unit: named.or_else(|| between(side_a.as_deref(), side_b.as_deref())).map(Cow::from),
            date_start: year.map(|(first, _)| first),
            date_end: year.map(|(_, last)| last),
            side_a,
            side_b,
            side_a_id: reader.raw(c.side_a_id).map(identifier),
            side_b_id: reader.raw(c.side_b_id).map(identifier),
            location: place,
            ..SeriesRow::default()
        };
        reader.finish()?;
        // One side is a government: state-based, by the dataset's definition.
        Ok(Parsed::Series(vec![figure(&conflict, Some(1), "active", None, Some(1), None)]))
    }
}

/// What is fought over: 1 territory, whose name stands in a column of its own; 2 government; 3 both.
fn stake(text: &str) -> Result<Option<&'static str>, String> {
    match identifier(text).as_ref() {
        "1" => Ok(None),
        "2" => Ok(Some("Government")),
        "3" => Ok(Some("Government and territory")),
        _ => Err(format!("{} is no incompatibility: 1 territory, 2 government, 3 both", quoted(text))),
    }
}
