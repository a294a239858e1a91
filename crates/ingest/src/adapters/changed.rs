//! For tests: a record of an adapter with some of its columns changed.

use crate::adapter::{Adapter, Fault, Header, Parsed, Record};
use crate::flag::Flags;
use crate::schema::EventRow;

/// The event that `adapter` makes of the columns in `row`, after `changes` of them; a column that `row` lacks is added.
pub(super) fn event(
    adapter: &dyn Adapter,
    row: &[(&str, &str)],
    changes: &[(&str, &str)],
) -> Result<(EventRow<'static>, Flags), Vec<Fault>> {
    let mut row = row.to_vec();
    for (name, value) in changes {
        match row.iter_mut().find(|(column, _)| column == name) {
            Some(field) => field.1 = value,
            None => row.push((name, value)),
        }
    }
    let header = Header::new(row.iter().map(|(name, _)| *name));
    let fields = row.iter().map(|(_, value)| value);
    match Box::leak(adapter.bind(&header).unwrap()).parse(Record::of(fields))? {
        Parsed::Event(row, flags) => Ok((*row, flags)),
        other => panic!("{other:?} is no event"),
    }
}

/// `COLUMN: REASON`, one after another.
pub(super) fn reasons(faults: Vec<Fault>) -> String {
    faults.into_iter().map(|f| format!("{}: {}", f.column, f.reason)).collect::<Vec<_>>().join("; ")
}
