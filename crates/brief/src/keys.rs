//! Reads the keys of a `::figure{…}` or `::table{…}` into typed values, and collects what is wrong with them.

use std::ops::RangeInclusive;

use casefile_model::claim::{Measure, Selection, Side, Violence};
use casefile_model::date::Edtf;

use crate::body::unknown;
use crate::context::Context;
use crate::directive::Word;
use crate::markdown::Directive;
use crate::slip::Slip;

pub(crate) struct Keys<'a> {
    pub context: &'a Context<'a>,
    pub directive: &'a Directive,
    pub slips: Vec<Slip>,
}

/// The keys that choose events, as in a check.
pub(crate) const SELECTION: [&str; 8] =
    ["actor", "against", "side", "with-parts", "violence", "place", "period", "dataset"];

impl<'a> Keys<'a> {
    /// Refuses every key but these and `title`.
    pub fn new(context: &'a Context<'a>, directive: &'a Directive, allowed: &[&str]) -> Self {
        let mut keys = Self { context, directive, slips: Vec::new() };
        for (key, _) in &directive.attributes.pairs {
            if key.text != "title" && !allowed.contains(&key.text.as_str()) {
                let message = format!("`{}` has no key `{}`", directive.kind.text, key.text);
                let slip = Slip::new("unknown-key", key.at.clone(), message);
                keys.slips.push(slip.one_of(&key.text, allowed.iter().copied().chain(["title"])));
            }
        }
        keys
    }

    pub fn text(&self, key: &str) -> Option<&'a str> {
        self.directive.attributes.get(key).map(|word| word.text.as_str())
    }

    /// The title given, or this one.
    pub fn title(&self, otherwise: impl FnOnce() -> String) -> String {
        self.text("title").map_or_else(otherwise, str::to_owned)
    }

    /// The words of a list `a,b,c`, each with its place.
    fn words(&self, key: &str) -> Vec<Word> {
        let Some(list) = self.directive.attributes.get(key) else { return Vec::new() };
        let mut start = list.at.start;
        let mut words = Vec::new();
        for part in list.text.split(',') {
            let from = start + (part.len() - part.trim_start().len());
            let text = part.trim();
            if !text.is_empty() {
                words.push(Word { text: text.to_owned(), at: from..from + text.len() });
            }
            start += part.len() + 1;
        }
        words
    }

    /// A list of words from a table of names.
    fn named<T: Copy>(&mut self, key: &str, names: &[(&'static str, T)]) -> Vec<T> {
        let mut found = Vec::new();
        for word in self.words(key) {
            match names.iter().find(|(name, _)| *name == word.text) {
                Some((_, value)) => found.push(*value),
                None => {
                    let slip = Slip::new("unknown-word", word.at, format!("`{key}` cannot be `{}`", word.text));
                    self.slips.push(slip.one_of(&word.text, names.iter().map(|(name, _)| *name)));
                }
            }
        }
        found
    }

    /// One word from a table of names.
    pub fn one<T: Copy>(&mut self, key: &str, names: &[(&'static str, T)]) -> Option<T> {
        self.named(key, names).first().copied()
    }

    /// A list of identifiers of actors.
    pub fn actors(&mut self, key: &str) -> Vec<String> {
        let case = self.context.input.case;
        self.ids(
            key,
            "actor",
            |id| case.actor(id).is_some(),
            || case.actors.iter().map(|actor| actor.id.as_str()).collect(),
        )
    }

    /// A list of identifiers of places.
    pub fn places(&mut self, key: &str) -> Vec<String> {
        let case = self.context.input.case;
        self.ids(
            key,
            "place",
            |id| case.place(id).is_some(),
            || case.places.iter().map(|place| place.id.as_str()).collect(),
        )
    }

    /// A list of identifiers of reported events.
    pub fn events(&mut self, key: &str) -> Vec<String> {
        let case = self.context.input.case;
        let known = || case.events.iter().map(|event| event.envelope.id.as_str()).collect();
        self.ids(key, "event", |id| case.event(id).is_some(), known)
    }

    fn ids(
        &mut self,
        key: &str,
        needed: &str,
        is_known: impl Fn(&str) -> bool,
        known: impl Fn() -> Vec<&'a str>,
    ) -> Vec<String> {
        let mut ids = Vec::new();
        for word in self.words(key) {
            if is_known(&word.text) {
                ids.push(word.text);
            } else {
                self.slips.push(unknown(self.context, needed, &word, known().into_iter()));
            }
        }
        ids
    }

    pub fn date(&mut self, key: &str) -> Option<Edtf> {
        let word = self.directive.attributes.get(key)?;
        match Edtf::parse(&word.text) {
            Ok(date) => Some(date),
            Err(error) => {
                let slip =
                    Slip::new("bad-date", word.at.clone(), format!("`{}` is not a date: {}", word.text, error.problem));
                self.slips.push(slip.expected("a date in EDTF: 2016, 2016-11, 2014/2022").maybe_help(error.help()));
                None
            }
        }
    }

    /// Says that a key must be given, where it is not.
    pub fn require(&mut self, key: &str, example: &str) {
        if self.directive.attributes.get(key).is_none() {
            let message = format!("`{}` needs `{key}`", self.directive.kind.text);
            let slip = Slip::new("missing-key", self.directive.at.clone(), message);
            self.slips.push(slip.expected(format!("{key}={example}")));
        }
    }

    pub fn measure(&mut self) -> Measure {
        self.one("measure", &Measure::ALL).unwrap_or(Measure::Events)
    }

    /// The events that the keys choose.
    pub fn selection(&mut self) -> Selection {
        Selection {
            dataset: self.dataset(),
            actor: self.actors("actor"),
            side: self.one("side", &Side::ALL).unwrap_or_default(),
            against: self.actors("against"),
            with_parts: self.one("with-parts", &[("true", true), ("false", false)]).unwrap_or_default(),
            violence: self.named("violence", &Violence::ALL),
            place: self.places("place"),
            period: self.date("period"),
            ..Selection::default()
        }
    }

    /// The same, over the case's period where none is named.
    pub fn selection_of_case(&mut self) -> Selection {
        let of = self.selection();
        Selection { period: of.period.or(self.context.input.case.period), ..of }
    }

    /// A list of identifiers of the case's questions.
    pub fn questions(&mut self, key: &str) -> Vec<String> {
        let case = self.context.input.case;
        let known = || case.questions.iter().map(|question| question.id.as_str()).collect();
        self.ids(key, "question", |id| case.question(id).is_some(), known)
    }

    /// A list of whole numbers, each in the range.
    pub fn numbers(&mut self, key: &str, range: RangeInclusive<usize>) -> Option<Vec<usize>> {
        let expected = format!("whole numbers from {} to {}", range.start(), range.end());
        let number = |text: &str| text.parse().ok().filter(|n| range.contains(n)).ok_or_else(|| format!("`{text}` is none"));
        let found = self.read(key, &expected, number);
        (!found.is_empty()).then_some(found)
    }

    /// A list of words, each read by `read`, which says what is wrong with it.
    pub fn read<T>(&mut self, key: &str, expected: &str, read: impl Fn(&str) -> Result<T, String>) -> Vec<T> {
        let mut found = Vec::new();
        for word in self.words(key) {
            match read(&word.text) {
                Ok(value) => found.push(value),
                Err(why) => self.slips.push(Slip::new("unknown-word", word.at, format!("`{key}`: {why}")).expected(expected)),
            }
        }
        found
    }

    fn dataset(&mut self) -> Option<String> {
        let case = self.context.input.case;
        let known = || case.datasets.iter().map(|dataset| dataset.id.as_str()).collect();
        self.ids("dataset", "dataset", |id| case.dataset(id).is_some(), known).pop()
    }

    /// The value, where nothing is wrong.
    pub fn finish<T>(self, value: T) -> Result<T, Vec<Slip>> {
        if self.slips.is_empty() { Ok(value) } else { Err(self.slips) }
    }
}
