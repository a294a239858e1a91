//! UCDP Dyadic Dataset: the years in which a state-based dyad, a government and whom it fought, was active.
//!
//! Columns follow the UCDP Dyadic Dataset codebook (version 25.1) and Harbom, Melander & Wallensteen (2008). The file
//! has active years only: a year that is not there had fewer than 25 deaths. Intensity stays in the original columns.

use super::ucdp::{DyadColumns, LICENCE, PUBLISHER, dyad, figure, release_of};
use super::values::Reader;
use crate::adapter::{Adapter, AdapterInfo, Fault, Header, HeaderError, Parsed, Record, RowParser, Yields, columns};

/// The adapter `ucdp-dyadic`.
pub(super) struct UcdpDyadic;

const INFO: AdapterInfo = AdapterInfo {
    name: "ucdp-dyadic",
    normaliser: 1,
    publisher: PUBLISHER,
    title: "UCDP Dyadic Dataset",
    licence: LICENCE,
    redistribute_rows: true,
    citation: "Harbom, Lotta, Erik Melander & Peter Wallensteen (2008) Dyadic Dimensions of Armed Conflict, 1946–2007. \
               Journal of Peace Research 45(5): 697–710.",
    unit: "active-dyad-year",
    counts: "years in which a dyad of armed conflict, one side of it a government, reached 25 battle-related deaths",
    misses: &[
        "years with fewer than 25 battle-related deaths in the dyad",
        "non-state and one-sided violence",
        "how many died: only 25 to 999, or 1,000 and more",
    ],
    yields: Yields::Series,
    attribution: "UCDP Dyadic Dataset {version}, Uppsala Conflict Data Program, CC BY 4.0",
    smallest_cell: 1,
    breaks: &[],
};

columns! {
    Columns {
        dyad_id: required ["dyad_id"],
        dyad: optional ["dyad_name"],
        location: optional ["location"],
        side_a: required ["side_a"],
        side_a_id: optional ["side_a_id"],
        side_b: required ["side_b"],
        side_b_id: optional ["side_b_id"],
        year: required ["year"],
    }
}

impl Adapter for UcdpDyadic {
    fn info(&self) -> AdapterInfo<'_> {
        INFO
    }

    fn version_of(&self, file_name: &str) -> Option<String> {
        release_of(file_name, "dyadic")
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
                name: c.dyad,
                side_a: c.side_a,
                side_a_id: c.side_a_id,
                side_b: c.side_b,
                side_b_id: c.side_b_id,
                location: c.location,
                year: c.year,
            },
        );
        reader.finish()?;
        // One side is a government: state-based, by the dataset's definition.
        Ok(Parsed::Series(vec![figure(&dyad, Some(1), "active", None, Some(1), None)]))
    }
}
