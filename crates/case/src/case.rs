//! A case as typed values, with the place in its files of everything that has an identifier.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::ops::Range;

use casefile_model::actor::Actor;
use casefile_model::claim::Claim;
use casefile_model::date::{Edtf, When};
use casefile_model::quantity::PhraseTable;
use casefile_model::question::Question;
use casefile_model::source::Source;
use casefile_model::statement::{Control, Envelope, Estimate, Forecast, Rank, Relation, RelationKind, ReportedEvent};
use serde::Serialize;

use crate::dataset::Dataset;
use crate::place::Place;
use crate::vocabulary::Noun;

/// Things of one kind in the order of the files, found by identifier.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(transparent)]
pub struct Items<T> {
    list: Vec<T>,
    #[serde(skip)]
    by_id: BTreeMap<String, usize>,
}

impl<T> Default for Items<T> {
    fn default() -> Self {
        Self { list: Vec::new(), by_id: BTreeMap::new() }
    }
}

impl<T> Items<T> {
    /// Adds a thing, unless its identifier is taken.
    pub(crate) fn insert(&mut self, id: &str, item: T) {
        if !self.by_id.contains_key(id) {
            self.by_id.insert(id.to_owned(), self.list.len());
            self.list.push(item);
        }
    }

    /// The thing with that identifier.
    pub fn get(&self, id: &str) -> Option<&T> {
        self.by_id.get(id).and_then(|index| self.list.get(*index))
    }

    /// All, in the order of the files.
    pub fn iter(&self) -> std::slice::Iter<'_, T> {
        self.list.iter()
    }

    /// Drops the things whose identifier `keep` refuses.
    pub fn retain(&mut self, keep: impl Fn(&str) -> bool) {
        let mut ids: Vec<(String, usize)> = std::mem::take(&mut self.by_id).into_iter().collect();
        ids.sort_by_key(|(_, index)| *index);
        for (item, (id, _)) in std::mem::take(&mut self.list).into_iter().zip(ids) {
            if keep(&id) {
                self.insert(&id, item);
            }
        }
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.list.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }
}

impl<'a, T> IntoIterator for &'a Items<T> {
    type Item = &'a T;
    type IntoIter = std::slice::Iter<'a, T>;

    fn into_iter(self) -> Self::IntoIter {
        self.list.iter()
    }
}

/// Where something is written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Origin {
    /// What it is.
    #[serde(skip)]
    pub noun: Noun,
    /// File, relative to the case folder, with `/` between folders.
    pub file: String,
    /// Line of its identifier, from 1.
    pub line: usize,
    /// Column of its identifier in characters, from 1.
    pub column: usize,
    /// Its identifier in the file, in bytes.
    pub span: Range<usize>,
}

/// A case that was read without error.
#[derive(Debug, Clone)]
pub struct Case {
    /// Short name.
    pub id: String,
    /// Title.
    pub title: String,
    /// What the case asks.
    pub summary: Option<String>,
    /// Who wrote it.
    pub authors: Vec<String>,
    /// Language of its own text (BCP 47).
    pub language: String,
    /// What time it is about.
    pub period: Option<Edtf>,
    /// Seed of every random result.
    pub seed: u64,
    /// The scale of likelihood that its words are read by: `icd-203` or `phia`.
    pub yardstick: String,
    /// Licence of its own text.
    pub licence: Option<String>,
    /// What answers questions about its data, where it says so: `embedded` or `ballista://HOST:PORT`.
    pub engine: Option<String>,
    /// Where the machines of a cluster find the rows of its data, where it says so.
    pub store: Option<String>,
    /// Event data that bear on it.
    pub datasets: Items<Dataset>,
    /// Sources.
    pub sources: Items<Source>,
    /// Actors.
    pub actors: Items<Actor>,
    /// Places.
    pub places: Items<Place>,
    /// Claims.
    pub claims: Items<Claim>,
    /// Relations.
    pub relations: Items<Relation>,
    /// Estimates.
    pub estimates: Items<Estimate>,
    /// Events that sources report.
    pub events: Items<ReportedEvent>,
    /// Statements on who holds a place.
    pub control: Items<Control>,
    /// What sources say will come.
    pub forecasts: Items<Forecast>,
    /// Open questions, with hypotheses and evidence.
    pub questions: Items<Question>,
    pub(crate) phrases: PhraseTable,
    pub(crate) origins: BTreeMap<String, Origin>,
}

impl Case {
    /// A case with nothing in it.
    pub(crate) fn empty(phrases: PhraseTable) -> Self {
        Self {
            id: String::new(),
            title: String::new(),
            summary: None,
            authors: Vec::new(),
            language: "en".to_owned(),
            period: None,
            seed: 1,
            yardstick: "icd-203".to_owned(),
            licence: None,
            engine: None,
            store: None,
            datasets: Items::default(),
            sources: Items::default(),
            actors: Items::default(),
            places: Items::default(),
            claims: Items::default(),
            relations: Items::default(),
            estimates: Items::default(),
            events: Items::default(),
            control: Items::default(),
            forecasts: Items::default(),
            questions: Items::default(),
            phrases,
            origins: BTreeMap::new(),
        }
    }

    /// The dataset of that name.
    pub fn dataset(&self, id: &str) -> Option<&Dataset> {
        self.datasets.get(id)
    }

    /// The source with that identifier.
    pub fn source(&self, id: &str) -> Option<&Source> {
        self.sources.get(id)
    }

    /// The actor with that identifier.
    pub fn actor(&self, id: &str) -> Option<&Actor> {
        self.actors.get(id)
    }

    /// The place with that identifier.
    pub fn place(&self, id: &str) -> Option<&Place> {
        self.places.get(id)
    }

    /// The claim with that identifier.
    pub fn claim(&self, id: &str) -> Option<&Claim> {
        self.claims.get(id)
    }

    /// The relation with that identifier.
    pub fn relation(&self, id: &str) -> Option<&Relation> {
        self.relations.get(id)
    }

    /// The estimate with that identifier.
    pub fn estimate(&self, id: &str) -> Option<&Estimate> {
        self.estimates.get(id)
    }

    /// The reported event with that identifier.
    pub fn event(&self, id: &str) -> Option<&ReportedEvent> {
        self.events.get(id)
    }

    /// The control statement with that identifier.
    pub fn control(&self, id: &str) -> Option<&Control> {
        self.control.get(id)
    }

    /// The forecast with that identifier.
    pub fn forecast(&self, id: &str) -> Option<&Forecast> {
        self.forecasts.get(id)
    }

    /// The question with that identifier.
    pub fn question(&self, id: &str) -> Option<&Question> {
        self.questions.get(id)
    }

    /// The envelope of every statement: claims, relations, estimates, events, control, forecasts, each in file order.
    pub fn statements(&self) -> impl Iterator<Item = &Envelope> {
        let claims = self.claims.iter().map(|s| &s.envelope);
        let relations = self.relations.iter().map(|s| &s.envelope);
        let estimates = self.estimates.iter().map(|s| &s.envelope);
        let events = self.events.iter().map(|s| &s.envelope);
        let control = self.control.iter().map(|s| &s.envelope);
        let forecasts = self.forecasts.iter().map(|s| &s.envelope);
        claims.chain(relations).chain(estimates).chain(events).chain(control).chain(forecasts)
    }

    /// The envelope of the statement with that identifier.
    pub fn envelope(&self, id: &str) -> Option<&Envelope> {
        match self.noun(id)? {
            Noun::Claim => self.claim(id).map(|s| &s.envelope),
            Noun::Relation => self.relation(id).map(|s| &s.envelope),
            Noun::Estimate => self.estimate(id).map(|s| &s.envelope),
            Noun::Event => self.event(id).map(|s| &s.envelope),
            Noun::Control => self.control(id).map(|s| &s.envelope),
            Noun::Forecast => self.forecast(id).map(|s| &s.envelope),
            _ => None,
        }
    }

    /// What an identifier stands for.
    pub fn noun(&self, id: &str) -> Option<Noun> {
        self.origin(id).map(|origin| origin.noun)
    }

    /// Where the thing with that identifier is written.
    pub fn origin(&self, id: &str) -> Option<&Origin> {
        self.origins.get(id)
    }

    /// The table of phrases, with the case's own.
    pub fn phrases(&self) -> &PhraseTable {
        &self.phrases
    }

    /// When a statement was asserted: its own date, else that of its source.
    pub fn asserted(&self, envelope: &Envelope) -> Option<Edtf> {
        envelope.asserted.or_else(|| self.source(&envelope.source).and_then(|source| source.issued))
    }

    /// The actor itself, its parts, their parts and so on, by the `part-of` relations that are neither negated nor
    /// deprecated and that hold, or may hold, at some time in `at` (at any time for `None`). In alphabetical
    /// order; a relation without `valid` always holds.
    pub fn parts_of(&self, actor: &str, at: Option<&Edtf>) -> BTreeSet<&str> {
        let mut parts: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for relation in &self.relations {
            if is_part_of(relation) && holds(relation, at) {
                parts.entry(&relation.to).or_default().push(&relation.from);
            }
        }
        let start = self.actor(actor).map(|actor| actor.id.as_str());
        closure(start, |id| parts.get(id).map_or(&[][..], Vec::as_slice).iter().copied())
    }

    /// The place itself, the places within it, its members, and so on down. In alphabetical order.
    pub fn place_closure(&self, place: &str) -> BTreeSet<&str> {
        let mut inside: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for place in &self.places {
            if let Some(outer) = &place.within {
                inside.entry(outer).or_default().push(&place.id);
            }
            inside.entry(&place.id).or_default().extend(place.members.iter().map(String::as_str));
        }
        let start = self.place(place).map(|place| place.id.as_str());
        closure(start, |id| inside.get(id).map_or(&[][..], Vec::as_slice).iter().copied())
    }
}

/// A `part-of` relation that is taken to hold.
pub(crate) fn is_part_of(relation: &Relation) -> bool {
    relation.kind == RelationKind::PartOf && !relation.envelope.negated && relation.envelope.rank != Rank::Deprecated
}

/// When a statement holds; always, where it does not say.
pub(crate) fn validity(valid: Option<&Edtf>) -> When {
    valid.map_or_else(|| When::span(casefile_model::date::Span { start: None, end: None }), When::state)
}

fn holds(relation: &Relation, at: Option<&Edtf>) -> bool {
    at.is_none_or(|at| validity(relation.envelope.valid.as_ref()).overlaps(&When::period(at)).may_hold())
}

/// Everything that can be reached, the start included.
fn closure<'a, I>(start: Option<&'a str>, next: impl Fn(&str) -> I) -> BTreeSet<&'a str>
where
    I: Iterator<Item = &'a str>,
{
    let mut reached: BTreeSet<&str> = start.into_iter().collect();
    let mut queue: VecDeque<&str> = start.into_iter().collect();
    while let Some(id) = queue.pop_front() {
        for id in next(id) {
            if reached.insert(id) {
                queue.push_back(id);
            }
        }
    }
    reached
}
