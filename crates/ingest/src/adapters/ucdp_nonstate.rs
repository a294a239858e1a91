//! UCDP Non-State Conflict Dataset: deaths per year where two organised groups fight, neither of them a government.
//!
//! Columns follow the UCDP Non-State Conflict Dataset codebook (version 22.1) and Sundberg, Eck & Kreutz (2012). The
//! file has active years only. `n/a` stands for a name that is not known, and `0` for no precision.

use super::ucdp::{DyadColumns, LICENCE, PUBLISHER, dyad, figure, release_of};
use super::values::{Reader, toll};
use crate::adapter::{Adapter, AdapterInfo, Fault, Header, HeaderError, Parsed, Record, RowParser, Yields, columns};

/// The adapter `ucdp-nonstate`.
pub(super) struct UcdpNonstate;

const INFO: AdapterInfo = AdapterInfo {
    name: "ucdp-nonstate",
    normaliser: 1,
    publisher: PUBLISHER,
    title: "UCDP Non-State Conflict Dataset",
    licence: LICENCE,
    redistribute_rows: true,
    citation: "Sundberg, Ralph, Kristine Eck & Joakim Kreutz (2012) Introducing the UCDP Non-State Conflict Dataset. \
               Journal of Peace Research 49(2): 351–362.",
    unit: "non-state-dyad-year",
    counts: "battle-related deaths in a year between two organised groups, neither of them a government, where there \
             were 25 or more",
    misses: &["years with fewer than 25 deaths in the dyad", "state-based and one-sided violence", "years before 1989"],
    yields: Yields::Series,
    attribution: "UCDP Non-State Conflict Dataset {version}, Uppsala Conflict Data Program, CC BY 4.0",
    smallest_cell: 1,
    breaks: &[],
};

columns! {
    Columns {
        dyad_id: required ["dyad_id"],
        side_a: required ["side_a_name", "side_a"],
        side_a_id: optional ["side_a_id"],
        side_b: required ["side_b_name", "side_b"],
        side_b_id: optional ["side_b_id"],
        year: required ["year"],
        best: required ["best_fatality_estimate"],
        low: required ["low_fatality_estimate"],
        high: required ["high_fatality_estimate"],
        location: optional ["location"],
    }
}

impl Adapter for UcdpNonstate {
    fn info(&self) -> AdapterInfo<'_> {
        INFO
    }

    fn version_of(&self, file_name: &str) -> Option<String> {
        release_of(file_name, "nonstate")
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
        let dyad = dyad(
            &mut reader,
            &DyadColumns {
                id: c.dyad_id,
                name: None,
                side_a: c.side_a,
                side_a_id: c.side_a_id,
                side_b: c.side_b,
                side_b_id: c.side_b_id,
                location: c.location,
                year: c.year,
            },
        );
        let [low, best, high] = [c.low, c.best, c.high].map(|column| reader.value(column, toll));
        if low.is_none() && best.is_none() && high.is_none() {
            reader.fault(c.best, "there is no estimate of deaths at all");
        }
        reader.finish()?;
        Ok(Parsed::Series(vec![figure(&dyad, Some(2), "deaths", low, best, high)]))
    }
}
