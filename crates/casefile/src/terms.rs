//! Whether a result may leave this machine, and what its publishers want to have said with it.

use casefile_case::lock::{Dataset, Lock};
use casefile_lake::Exposure;

use crate::open::Failure;

/// The terms on which a result can be handed on.
pub struct Terms<'a> {
    /// The pinned data with their licences.
    pub lock: &'a Lock,
    /// What the result draws on and shows.
    pub exposure: &'a Exposure,
    /// Whether it stays with who holds the licence.
    pub own_use: bool,
}

impl Terms<'_> {
    /// Refuses a result with events, or with figures on too few of them, of a dataset that lets none be passed on.
    pub fn permit(&self) -> Result<(), Failure> {
        if self.own_use {
            return Ok(());
        }
        if let Some(data) = self.exposure.bare.iter().find_map(|id| self.lock.dataset(id)) {
            return Err(Failure::Usage(format!(
                "the result holds events of `{}`, whose licence ({}) lets none be passed on\nhint: hand on figures: \
                 group and count, with `having count(*) >= {}`; ask other datasets only, with `where dataset = '…'`; or, \
                 if the file stays with you who hold the licence, say --own-use",
                data.id,
                data.licence,
                data.least_events()
            )));
        }
        let Some(small) = &self.exposure.small else { return Ok(()) };
        let licence = self.lock.dataset(&small.dataset).map_or("", |data| &data.licence);
        Err(Failure::Usage(format!(
            "{} of {} groups rest on fewer than {} events of `{}`, and its licence ({licence}) lets no figure on so few be \
             published\nhint: leave them out with `having count(*) >= {}`, or group more coarsely; or, if the file stays \
             with you who hold the licence, say --own-use",
            small.small, small.groups, small.least, small.dataset, small.least
        )))
    }

    /// What an analyst must know who looks at events that go no further.
    pub fn own_eyes(&self) -> Vec<String> {
        let bare = self.exposure.bare.iter().filter_map(|id| self.lock.dataset(id));
        bare.map(|data| {
            format!(
                "note: events of {} are for your own eyes: its licence ({}) lets none be passed on",
                data.id, data.licence
            )
        })
        .collect()
    }

    /// The lines that the publishers want to see, and the licence of what goes no further.
    pub fn attributions(&self) -> Vec<String> {
        let data = |data: &Dataset| format!("data: {}", data.attribution_line());
        self.drawn().map(data).chain(self.for_own_use()).collect()
    }

    /// The same for the metadata of a file.
    pub fn notes(&self) -> Vec<(&'static str, String)> {
        let joined = |of: fn(&Dataset) -> String| self.drawn().map(of).collect::<Vec<_>>().join("\n");
        let mut notes = vec![
            ("attribution", joined(Dataset::attribution_line)),
            ("licence", joined(|data| format!("{}: {}", data.id, data.licence))),
        ];
        notes.retain(|(_, text)| !text.is_empty());
        notes.extend(self.for_own_use().map(|line| ("own-use", line)));
        notes
    }

    fn drawn(&self) -> impl Iterator<Item = &Dataset> {
        self.exposure.datasets.iter().filter_map(|id| self.lock.dataset(id))
    }

    /// A result that was let through only because it stays.
    fn for_own_use(&self) -> impl Iterator<Item = String> {
        let small = self.exposure.small.iter().map(|small| &small.dataset);
        let kept = self.exposure.bare.iter().chain(small).filter(|_| self.own_use);
        kept.filter_map(|id| self.lock.dataset(id)).map(|data| {
            format!("for own use only: the licence of {} ({}) does not let this be passed on", data.id, data.licence)
        })
    }
}
