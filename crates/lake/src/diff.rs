//! What changed between two releases of a dataset.
//!
//! Events are matched by the publisher's own id. One that only the later release has was **added**, one that only the
//! earlier has was **removed**, and one that both have with another date, place, side, type or toll was **revised**.
//! Where the publisher gives no ids, those of this program stand for a row's content ([`Release::derived_ids`] counts
//! them): a changed row then shows as one removed and one added.
//!
//! The engine joins the two and hands over only what differs, batch by batch; here it is added up by year, country and
//! side. So memory holds the ids of one release and a sum for each group.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::engine::{Lake, LakeError};
use crate::table::{Table, TableError};

/// Deaths, or a change in them, in the three estimates. What has no estimate adds nothing.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Deaths {
    /// Low estimates.
    pub low: i64,
    /// Best estimates.
    pub best: i64,
    /// High estimates.
    pub high: i64,
}

impl Deaths {
    fn plus(self, other: Self) -> Self {
        let sum = i64::saturating_add;
        Self { low: sum(self.low, other.low), best: sum(self.best, other.best), high: sum(self.high, other.high) }
    }

    /// The change from `other` to these.
    #[must_use]
    pub fn minus(self, other: Self) -> Self {
        let less = i64::saturating_sub;
        Self { low: less(self.low, other.low), best: less(self.best, other.best), high: less(self.high, other.high) }
    }
}

/// One of the two releases.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Release {
    /// The dataset's id in the lake.
    pub dataset: String,
    /// Number of events.
    pub events: u64,
    /// Their deaths.
    pub deaths: Deaths,
    /// How many of the events have no id of the publisher's.
    pub derived_ids: u64,
}

/// How an event was revised. One event may be revised in several ways.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Revision {
    /// First or last day, or their precision.
    Date,
    /// Country, unit, place, coordinates, or their precision.
    Place,
    /// Name or id of a side.
    Side,
    /// Type of violence or of event.
    Type,
    /// Deaths or wounded, in all or of a side.
    Toll,
}

impl Revision {
    /// Every kind, with its name and the columns of `events` that it is told by.
    pub const ALL: [(Self, &'static str, &'static [&'static str]); 5] = [
        (Self::Date, "date", &["date_start", "date_end", "date_precision_days"]),
        (
            Self::Place,
            "place",
            &["country", "admin1", "admin2", "place", "latitude", "longitude", "place_precision_km"],
        ),
        (Self::Side, "side", &["side_a", "side_b", "side_a_id", "side_b_id"]),
        (Self::Type, "type", &["type_of_violence", "event_type"]),
        (
            Self::Toll,
            "toll",
            &[
                "deaths_low",
                "deaths_best",
                "deaths_high",
                "deaths_a",
                "deaths_b",
                "deaths_civilians",
                "deaths_unknown",
                "wounded",
            ],
        ),
    ];
}

/// A number of events, and by how much they change the deaths.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Tally {
    /// Number of events.
    pub events: u64,
    /// Net change of deaths.
    pub deaths: Deaths,
}

impl Tally {
    fn add(&mut self, deaths: Deaths) {
        self.events += 1;
        self.deaths = self.deaths.plus(deaths);
    }
}

/// Events revised in one way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Revised {
    /// In which way.
    pub kind: Revision,
    /// How many, and what all their changes together do to the deaths.
    #[serde(flatten)]
    pub tally: Tally,
}

/// What changed for one year, country or side. The events that it gained, less those that it lost, are
/// `added + moved_in − removed − moved_out`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Group {
    /// The year (of the first day), country or side; none where it is unknown.
    pub name: Option<String>,
    /// Events that only the later release has.
    pub added: u64,
    /// Events that only the earlier has.
    pub removed: u64,
    /// Events that both have here, revised.
    pub revised: u64,
    /// Events that the earlier release has elsewhere.
    pub moved_in: u64,
    /// Events that the later release has elsewhere.
    pub moved_out: u64,
    /// Net change of deaths.
    pub deaths: Deaths,
}

impl Group {
    /// Net change of the number of events.
    #[must_use]
    pub fn events(&self) -> i64 {
        let n = |n: u64| i64::try_from(n).unwrap_or(i64::MAX);
        n(self.added) + n(self.moved_in) - n(self.removed) - n(self.moved_out)
    }

    fn touched(&self) -> u64 {
        self.added + self.removed + self.revised + self.moved_in + self.moved_out
    }
}

/// What changed between two releases.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Diff {
    /// The earlier release.
    pub old: Release,
    /// The later release.
    pub new: Release,
    /// Events that only the later has.
    pub added: Tally,
    /// Events that only the earlier has.
    pub removed: Tally,
    /// Events that both have, and that say something else.
    pub revised: Tally,
    /// Events that both have, and that say the same.
    pub unchanged: u64,
    /// The revised events by what was revised.
    pub revisions: Vec<Revised>,
    /// Columns that are empty in one of the releases, and so tell nothing of a revision.
    pub not_compared: Vec<&'static str>,
    /// By year, the greatest change of deaths first; so are the others.
    pub by_year: Vec<Group>,
    /// By country.
    pub by_country: Vec<Group>,
    /// By side; an event counts for both of its sides.
    pub by_actor: Vec<Group>,
}

/// Compares the events of two datasets of the lake.
///
/// # Errors
/// Where the lake cannot answer. A dataset that it does not hold has no events.
pub fn diff(lake: &Lake, old: &str, new: &str) -> Result<Diff, LakeError> {
    let (was, is) = (Survey::of(lake, old)?, Survey::of(lake, new)?);
    let columns = || Revision::ALL.iter().flat_map(|(.., columns)| columns.iter().copied());
    let compared: Vec<&str> = columns().filter(|c| was.filled.contains(c) && is.filled.contains(c)).collect();
    let one_sided = columns().filter(|c| was.filled.contains(c) != is.filled.contains(c));
    let mut sums = Sums::default();
    lake.for_each(&sql(old, new, &compared), |table| Ok::<_, LakeError>(sums.take(table)?))?;
    Ok(Diff {
        unchanged: was.release.events.saturating_sub(sums.removed.events + sums.revised.events),
        old: was.release,
        new: is.release,
        added: sums.added,
        removed: sums.removed,
        revised: sums.revised,
        revisions: Revision::ALL
            .iter()
            .zip(sums.kinds)
            .map(|((kind, ..), tally)| Revised { kind: *kind, tally })
            .collect(),
        not_compared: one_sided.collect(),
        by_year: sums.years.ranked(),
        by_country: sums.countries.ranked(),
        by_actor: sums.actors.ranked(),
    })
}

/// A release, and which of the columns hold anything: one that a release lacks would make all of its events look revised.
struct Survey {
    release: Release,
    filled: BTreeSet<&'static str>,
}

impl Survey {
    fn of(lake: &Lake, dataset: &str) -> Result<Self, LakeError> {
        let columns: Vec<&'static str> =
            Revision::ALL.iter().flat_map(|(.., columns)| columns.iter().copied()).collect();
        let counts: Vec<String> = columns.iter().map(|c| format!("count({c}) as has_{c}")).collect();
        let table = lake.table(&format!(
            "select count(*) as n, coalesce(sum(deaths_low), 0) as low, coalesce(sum(deaths_best), 0) as best, \
             coalesce(sum(deaths_high), 0) as high, \
             count(*) filter (where flags like '%derived-id%') as derived, {} from events where dataset = {}",
            counts.join(", "),
            quoted(dataset)
        ))?;
        let one = |name: &str| Ok::<i64, TableError>(table.one_int(name)?.unwrap_or(0));
        let count = |name: &str| Ok::<u64, TableError>(u64::try_from(one(name)?).unwrap_or(0));
        let mut filled = BTreeSet::new();
        for column in columns {
            if one(&format!("has_{column}"))? > 0 {
                filled.insert(column);
            }
        }
        let deaths = Deaths { low: one("low")?, best: one("best")?, high: one("high")? };
        let release =
            Release { dataset: dataset.to_owned(), events: count("n")?, deaths, derived_ids: count("derived")? };
        Ok(Self { release, filled })
    }
}

/// What an event says, in the columns that are needed of it.
const TOLD: [&str; 6] = ["country", "side_a", "side_b", "deaths_low", "deaths_best", "deaths_high"];

/// Every event that is not alike in both: what it was, what it is, and in which ways it was revised.
fn sql(old: &str, new: &str, compared: &[&str]) -> String {
    let side = |prefix: &str| {
        let told = TOLD.map(|column| format!("{prefix}.{column} as {prefix}_{column}")).join(", ");
        format!("{prefix}.native_id as {prefix}_id, to_char({prefix}.date_start, '%Y') as {prefix}_year, {told}")
    };
    let kinds = Revision::ALL.map(|(_, name, columns)| {
        let differs =
            columns.iter().filter(|c| compared.contains(c)).map(|c| format!("(o.{c} is distinct from n.{c})"));
        let differs: Vec<String> = differs.collect();
        (name, if differs.is_empty() { "false".to_owned() } else { differs.join(" or ") })
    });
    let revised = kinds.iter().map(|(name, differs)| format!("cast({differs} as bigint) as {name}_revised"));
    let any = kinds.iter().map(|(_, differs)| differs.as_str()).collect::<Vec<_>>().join("\n or ");
    format!(
        "select {}, {}, {}\nfrom (select * from events where dataset = {}) o\n\
         full outer join (select * from events where dataset = {}) n on o.native_id = n.native_id\n\
         where o.native_id is null or n.native_id is null or {any}",
        side("o"),
        side("n"),
        revised.collect::<Vec<_>>().join(", "),
        quoted(old),
        quoted(new),
    )
}

fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

/// An event in one of the releases.
struct Event {
    year: Option<String>,
    country: Option<String>,
    sides: BTreeSet<Option<String>>,
    deaths: Deaths,
}

/// The columns of one of the releases.
struct Events {
    id: Vec<Option<String>>,
    year: Vec<Option<String>>,
    text: [Vec<Option<String>>; 3],
    deaths: [Vec<Option<i64>>; 3],
}

impl Events {
    fn read(table: &Table, prefix: &str) -> Result<Self, TableError> {
        let text = |name: &str| table.text(&format!("{prefix}_{name}"));
        let number = |name: &str| table.int(&format!("{prefix}_{name}"));
        Ok(Self {
            id: text("id")?,
            year: text("year")?,
            text: [text("country")?, text("side_a")?, text("side_b")?],
            deaths: [number("deaths_low")?, number("deaths_best")?, number("deaths_high")?],
        })
    }

    fn get(&self, i: usize) -> Option<Event> {
        self.id[i].as_ref()?;
        let [country, a, b] = &self.text;
        let [low, best, high] = self.deaths.each_ref().map(|column| column[i].unwrap_or(0));
        Some(Event {
            year: self.year[i].clone(),
            country: country[i].clone(),
            sides: BTreeSet::from([a[i].clone(), b[i].clone()]),
            deaths: Deaths { low, best, high },
        })
    }
}

/// The sums as they grow.
#[derive(Default)]
struct Sums {
    added: Tally,
    removed: Tally,
    revised: Tally,
    kinds: [Tally; Revision::ALL.len()],
    years: Groups,
    countries: Groups,
    actors: Groups,
}

impl Sums {
    fn take(&mut self, table: &Table) -> Result<(), TableError> {
        let (old, new) = (Events::read(table, "o")?, Events::read(table, "n")?);
        let mut revised = Vec::new();
        for (_, name, _) in Revision::ALL {
            revised.push(table.int(&format!("{name}_revised"))?);
        }
        for i in 0..table.len() {
            let (was, is) = (old.get(i), new.get(i));
            let deaths = |event: &Option<Event>| event.as_ref().map_or_else(Deaths::default, |event| event.deaths);
            let net = deaths(&is).minus(deaths(&was));
            match (&was, &is) {
                (None, _) => self.added.add(net),
                (_, None) => self.removed.add(net),
                _ => {
                    self.revised.add(net);
                    let ways = self.kinds.iter_mut().zip(&revised).filter(|(_, column)| column[i] == Some(1));
                    ways.for_each(|(tally, _)| tally.add(net));
                }
            }
            self.years.take(was.as_ref(), is.as_ref(), |event| BTreeSet::from([event.year.clone()]));
            self.countries.take(was.as_ref(), is.as_ref(), |event| BTreeSet::from([event.country.clone()]));
            self.actors.take(was.as_ref(), is.as_ref(), |event| event.sides.clone());
        }
        Ok(())
    }
}

/// The groups of one dimension, by name.
#[derive(Default)]
struct Groups(BTreeMap<Option<String>, Group>);

impl Groups {
    fn take(&mut self, was: Option<&Event>, is: Option<&Event>, names: impl Fn(&Event) -> BTreeSet<Option<String>>) {
        let (before, after) = (was.map(&names).unwrap_or_default(), is.map(&names).unwrap_or_default());
        for name in before.union(&after) {
            let group = self.0.entry(name.clone()).or_default();
            let (here, there) = (before.contains(name), after.contains(name));
            match (was, is) {
                (None, _) => group.added += 1,
                (_, None) => group.removed += 1,
                _ if here && there => group.revised += 1,
                _ if there => group.moved_in += 1,
                _ => group.moved_out += 1,
            }
            let of = |event: Option<&Event>, counts: bool| {
                event.filter(|_| counts).map_or_else(Deaths::default, |event| event.deaths)
            };
            group.deaths = group.deaths.plus(of(is, there).minus(of(was, here)));
        }
    }

    fn ranked(self) -> Vec<Group> {
        let mut groups: Vec<Group> = self.0.into_iter().map(|(name, group)| Group { name, ..group }).collect();
        groups.sort_by_key(|group| std::cmp::Reverse((group.deaths.best.unsigned_abs(), group.touched())));
        groups
    }
}

#[cfg(test)]
mod tests;
