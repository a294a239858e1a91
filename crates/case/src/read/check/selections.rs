//! Checks against event data that the data could not answer as written.

use std::collections::BTreeMap;

use casefile_model::actor::Coding;

use crate::case::is_part_of;
use crate::read::Draft;
use crate::read::record::{Item, Record};
use crate::read::report::Finding;
use crate::vocabulary::Noun;

pub(super) fn check(draft: &Draft<'_>, findings: &mut Vec<Finding>) {
    let parts = parts(draft);
    for record in draft.records.iter().filter(|record| record.table.noun == Some(Noun::Claim)) {
        let Some(check) = record.table("check") else { continue };
        // Checks on statements select no events.
        if check.table.field("dataset").is_none() {
            continue;
        }
        let mut selections = vec![(check, None)];
        selections.extend(["than", "whole"].iter().filter_map(|key| Some((check.table(key)?, Some(check)))));
        for (selection, base) in selections {
            Selection { draft, parts: &parts, record: selection, base }.check(findings);
        }
        needs_actor(check, findings);
    }
}

/// Parts of each actor, at any time.
fn parts<'a>(draft: &'a Draft<'_>) -> BTreeMap<&'a str, Vec<&'a str>> {
    let mut parts: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for relation in draft.case.relations.iter().filter(|relation| is_part_of(relation)) {
        parts.entry(&relation.to).or_default().push(&relation.from);
    }
    parts
}

struct Selection<'a> {
    draft: &'a Draft<'a>,
    parts: &'a BTreeMap<&'a str, Vec<&'a str>>,
    record: &'a Record,
    base: Option<&'a Record>,
}

impl Selection<'_> {
    fn check(&self, findings: &mut Vec<Finding>) {
        for key in ["actor", "against"] {
            for item in self.record.items(key) {
                self.coded(item, findings);
            }
        }
        for item in ["place", "spot", "gained", "lost"].into_iter().flat_map(|key| self.record.items(key)) {
            self.spelled(item, findings);
        }
    }

    fn key(&self, key: &str) -> &Record {
        if self.record.has(key) { self.record } else { self.base.unwrap_or(self.record) }
    }

    /// The datasets that the selection is about: the one it names, else all of the case.
    fn datasets(&self) -> Vec<(&str, &str)> {
        let named = self.key("dataset").text("dataset");
        let all = self.draft.case.datasets.iter();
        all.filter(|dataset| named.is_none_or(|id| id == dataset.id))
            .map(|dataset| (dataset.id.as_str(), dataset.adapter.as_str()))
            .collect()
    }

    /// An actor of a selection is found through its coding in the dataset, or that of its parts.
    fn coded(&self, item: &Item, findings: &mut Vec<Finding>) {
        let Some(actor) = item.text().and_then(|id| self.draft.case.actors.get(id)) else { return };
        let datasets = self.datasets();
        let covers = |coding: &Coding| {
            datasets.is_empty()
                || datasets.iter().any(|(id, adapter)| coding.dataset == *id || coding.dataset == *adapter)
        };
        let is_coded = |id: &str| self.draft.case.actors.get(id).is_some_and(|actor| actor.coded.iter().any(covers));
        let with_parts = self.key("with-parts").bool("with-parts");
        let part_coded = || self.parts_of(&actor.id).iter().any(|part| is_coded(part));
        if is_coded(&actor.id) || (with_parts && part_coded()) {
            return;
        }
        let dataset = match datasets[..] {
            [(id, _)] => id,
            [] => "a dataset",
            _ => "any dataset of the case",
        };
        let example = datasets.first().map_or("ucdp-ged", |(_, adapter)| adapter);
        let help = format!(
            "add to the actor: [[actor.coded]] with dataset = \"{example}\" and ids = [\"…\"] or names = [\"…\"]{}",
            if with_parts { "" } else { ", or with-parts = true where its parts are coded" }
        );
        let mut finding = Finding::error(
            "uncoded-actor",
            item.at,
            format!("\"{}\" has no coding in {dataset}, so its events cannot be found", actor.id),
        )
        .expected("an actor with a coding for the dataset")
        .help(help);
        if let Some(record) = self.draft.record(&actor.id) {
            finding = finding.related(record.at("id"), "the actor");
        }
        findings.push(finding);
    }

    fn parts_of(&self, actor: &str) -> Vec<&str> {
        let mut found: Vec<&str> = Vec::new();
        let mut queue: Vec<&str> = self.parts.get(actor).cloned().unwrap_or_default();
        while let Some(part) = queue.pop() {
            if !found.contains(&part) {
                found.push(part);
                queue.extend(self.parts.get(part).into_iter().flatten());
            }
        }
        found
    }

    /// A place of a selection is found through the dataset's spelling of it.
    fn spelled(&self, item: &Item, findings: &mut Vec<Finding>) {
        let Some(place) = item.text().and_then(|id| self.draft.case.places.get(id)) else { return };
        if place.is_selectable() {
            return;
        }
        let mut finding = Finding::error(
            "unspelled-place",
            item.at,
            format!("\"{}\" has no spelling in a dataset, so its events cannot be found", place.id),
        )
        .expected("a place with one of country, admin1, admin2, names, members")
        .help("add to the place how the dataset spells it, such as admin1 = [\"Nangarhar province\"]");
        if let Some(record) = self.draft.record(&place.id) {
            finding = finding.related(record.at("id"), "the place");
        }
        findings.push(finding);
    }
}

/// "Own" and "opponent" and sides are those of the selection's actor.
fn needs_actor(check: &Record, findings: &mut Vec<Finding>) {
    if check.has("actor") {
        return;
    }
    let own = check.text("measure").filter(|measure| matches!(*measure, "own-deaths" | "opponent-deaths"));
    let side = check.text("side").filter(|side| *side != "any");
    let opponent = check.text("by").filter(|by| *by == "opponent");
    let with_parts = check.bool("with-parts") && !check.has("against");
    let keys = [("measure", own), ("side", side), ("by", opponent), ("with-parts", with_parts.then_some("true"))];
    for (key, value) in keys {
        let Some(value) = value else { continue };
        findings.push(
            Finding::error(
                "missing-key",
                check.at(key),
                format!("`{key}` {value} refers to an actor, and there is none"),
            )
            .expected("an `actor` in the same check")
            .help("add `actor = \"…\"`"),
        );
    }
}
