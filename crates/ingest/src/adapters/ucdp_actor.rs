//! UCDP Actor Dataset: the ids and names of all that UCDP has ever coded as a side.
//!
//! Columns follow the UCDP Actor Dataset codebook (version 22.1). `n/a` stands for a name that is not known. Splits,
//! alliances and mergers name *other* actors and stay in the original columns; they are not names of this one.

use std::borrow::Cow;

use super::ucdp::{LICENCE, PUBLISHER, release_of};
use super::values::{Reader, identifier, quoted, whole};
use crate::adapter::{Adapter, AdapterInfo, Fault, Header, HeaderError, Parsed, Record, RowParser, Yields, columns};
use crate::schema::ActorRow;

/// The adapter `ucdp-actor`.
pub(super) struct UcdpActor;

const INFO: AdapterInfo = AdapterInfo {
    name: "ucdp-actor",
    normaliser: 1,
    publisher: PUBLISHER,
    title: "UCDP Actor Dataset",
    licence: LICENCE,
    redistribute_rows: true,
    citation: "UCDP Actor Dataset codebook, Uppsala Conflict Data Program, Department of Peace and Conflict Research, \
               Uppsala University.",
    unit: "actor",
    counts: "governments, groups and coalitions that were a side in organised violence, with their names",
    misses: &["groups that never took part in violence that UCDP codes", "when a group existed"],
    yields: Yields::Actors,
    attribution: "UCDP Actor Dataset {version}, Uppsala Conflict Data Program, CC BY 4.0",
    smallest_cell: 1,
    breaks: &[],
};

columns! {
    /// Names as in the file, lower-case.
    Columns {
        id: required ["actorid"],
        name: required ["namedata"],
        original: optional ["nameorig"],
        original_full: optional ["nameorigfull"],
        english: optional ["nameorigfulleng"],
        new: optional ["newname"],
        new_full: optional ["newnamefullmothertongue"],
        new_english: optional ["newnamefulleng"],
        org: optional ["org"],
        location: optional ["location"],
    }
}

impl Adapter for UcdpActor {
    fn info(&self) -> AdapterInfo<'_> {
        INFO
    }

    fn version_of(&self, file_name: &str) -> Option<String> {
        release_of(file_name, "actor")
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
    fn id_column(&self) -> Option<usize> {
        self.columns.id
    }

    fn parse<'a>(&'a self, record: &'a Record<'_>) -> Result<Parsed<'a>, Vec<Fault>> {
        let c = &self.columns;
        let mut reader = Reader::new(record, &self.header);
        let known = |column| record.get(column).and_then(|name| named(name).ok());
        // After a change of name the full name is the new one, as the name in the data is.
        let full_name = known(c.new_english).or_else(|| known(c.english));
        let name = known(c.name);
        let mut others: Vec<&str> = Vec::new();
        for other in [c.original, c.original_full, c.english, c.new, c.new_full].into_iter().filter_map(known) {
            let is_new = Some(other) != name && Some(other) != full_name;
            if is_new && !others.contains(&other) {
                others.push(other);
            }
        }
        let actor = ActorRow {
            actor_id: reader.required(c.id, |id| Ok(identifier(id))),
            name: reader.required(c.name, named).map(Cow::from),
            full_name: full_name.map(Cow::from),
            other_names: (!others.is_empty()).then(|| others.join("; ").into()),
            kind: reader.value(c.org, kind).map(Cow::from),
            location: reader.text(c.location),
            ..ActorRow::default()
        };
        reader.finish()?;
        Ok(Parsed::Actor(actor))
    }
}

fn named(text: &str) -> Result<&str, String> {
    if text.eq_ignore_ascii_case("n/a") { Err("is `n/a`".to_owned()) } else { Ok(text) }
}

/// The level of organisation, by the codebook's numbers.
fn kind(text: &str) -> Result<&'static str, String> {
    match whole(text)? {
        1 => Ok("formally organised group"),
        2 => Ok("supporters of parties or candidates"),
        3 => Ok("group of common identity"),
        4 => Ok("government"),
        _ => Err(format!("{} is no level of organisation from 1 to 4", quoted(text))),
    }
}
