//! Things that are part of themselves in a roundabout way: places within places, sources leaning on sources, actors
//! that are part of each other at the same time.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use casefile_model::answer::Answer;
use casefile_model::date::When;
use jiff::civil::Date;

use crate::case::{is_part_of, validity};
use crate::read::Draft;
use crate::read::report::{At, Finding};

/// `from` lies in, leans on or is part of `to`.
struct Edge<'a> {
    from: &'a str,
    to: &'a str,
    at: At,
    valid: When,
}

pub(super) fn check(draft: &Draft<'_>, findings: &mut Vec<Finding>) {
    for (cycle, _) in cycles(&places(draft)) {
        let help = "take one of these `within` or `members` out";
        findings.push(finding("cyclic-place", &cycle, "lies in").help(help));
    }
    for (cycle, _) in cycles(&sources(draft)) {
        let help = "take one of these `leans-on` out: a source leans on earlier ones";
        findings.push(finding("cyclic-source", &cycle, "leans on").help(help));
    }
    for (cycle, together) in cycles(&parts(draft)) {
        let found = finding("cyclic-part-of", &cycle, "is part of");
        findings.push(if together.is_yes() {
            found.help("take one of these relations out, or write rank = \"deprecated\" in it")
        } else {
            found
                .perhaps("perhaps at the same time")
                .help("write each `valid` precisely enough to tell the times apart")
        });
    }
}

fn always() -> When {
    validity(None)
}

fn places<'a>(draft: &'a Draft<'_>) -> Vec<Edge<'a>> {
    let mut edges = Vec::new();
    for place in &draft.case.places {
        let Some(record) = draft.record(&place.id) else { continue };
        if let Some(outer) = &place.within {
            edges.push(Edge { from: &place.id, to: outer, at: record.at("within"), valid: always() });
        }
        for item in record.items("members") {
            if let Some(member) = item.text() {
                edges.push(Edge { from: member, to: &place.id, at: item.at, valid: always() });
            }
        }
    }
    edges
}

fn sources<'a>(draft: &'a Draft<'_>) -> Vec<Edge<'a>> {
    let mut edges = Vec::new();
    for source in &draft.case.sources {
        let items = draft.record(&source.id).map_or(&[][..], |record| record.items("leans-on"));
        edges.extend(
            items
                .iter()
                .filter_map(|item| Some(Edge { from: &source.id, to: item.text()?, at: item.at, valid: always() })),
        );
    }
    edges
}

fn parts<'a>(draft: &'a Draft<'_>) -> Vec<Edge<'a>> {
    let relations = draft.case.relations.iter().filter(|relation| is_part_of(relation) && relation.from != relation.to);
    relations
        .filter_map(|relation| {
            let at = draft.record(&relation.envelope.id)?.at("to");
            let valid = validity(relation.envelope.valid.as_ref());
            Some(Edge { from: &relation.from, to: &relation.to, at, valid })
        })
        .collect()
}

/// Cycles whose edges hold, or may hold, at one time, and whether they certainly do. Every edge that lies on a cycle
/// is in one of them.
///
/// If the edges of a cycle hold at one time they do so on the day when the last of them begins. So for each edge a
/// way back is sought among the edges that may hold on the day when it begins.
fn cycles<'a, 'e>(edges: &'e [Edge<'a>]) -> Vec<(Vec<&'e Edge<'a>>, Answer)> {
    let live = on_cycles(edges);
    let mut ways: BTreeMap<&str, Vec<&Edge<'_>>> = BTreeMap::new();
    for edge in &live {
        ways.entry(edge.from).or_default().push(edge);
    }
    let mut seen: BTreeSet<At> = BTreeSet::new();
    let mut found = Vec::new();
    for edge in live {
        if seen.contains(&edge.at) {
            continue;
        }
        let day = edge.valid.possible().start.unwrap_or(Date::MIN);
        let Some(back) = path(&ways, edge.to, edge.from, day) else { continue };
        let cycle: Vec<&Edge<'_>> = std::iter::once(edge).chain(back).collect();
        seen.extend(cycle.iter().map(|edge| edge.at));
        let pairs = cycle.iter().flat_map(|a| cycle.iter().map(move |b| a.valid.overlaps(&b.valid)));
        let together = Answer::all(pairs);
        found.push((cycle, together));
    }
    found
}

/// The edges on cycles and between them: what leads nowhere, and what nothing leads to, is taken off first.
fn on_cycles<'a, 'e>(edges: &'e [Edge<'a>]) -> Vec<&'e Edge<'a>> {
    let edges = peel(edges.iter().collect(), |edge| (edge.from, edge.to));
    peel(edges, |edge| (edge.to, edge.from))
}

/// Takes off every edge whose first node nothing leads to, until there is none.
fn peel<'a, 'e>(edges: Vec<&'e Edge<'a>>, ends: impl Fn(&Edge<'a>) -> (&'a str, &'a str)) -> Vec<&'e Edge<'a>> {
    let mut leading_to: BTreeMap<&str, usize> = BTreeMap::new();
    let mut from: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for edge in &edges {
        let (first, second) = ends(edge);
        leading_to.entry(first).or_default();
        *leading_to.entry(second).or_default() += 1;
        from.entry(first).or_default().push(second);
    }
    let mut loose: Vec<&str> = leading_to.iter().filter(|(_, count)| **count == 0).map(|(node, _)| *node).collect();
    let mut gone: BTreeSet<&str> = BTreeSet::new();
    while let Some(node) = loose.pop() {
        gone.insert(node);
        for next in from.get(node).into_iter().flatten() {
            if let Some(count) = leading_to.get_mut(next) {
                *count -= 1;
                if *count == 0 {
                    loose.push(next);
                }
            }
        }
    }
    edges.into_iter().filter(|edge| !gone.contains(ends(edge).0)).collect()
}

/// A shortest way along the edges that may hold on a day.
fn path<'a, 'e>(
    ways: &BTreeMap<&str, Vec<&'e Edge<'a>>>,
    start: &str,
    goal: &str,
    day: Date,
) -> Option<Vec<&'e Edge<'a>>> {
    if start == goal {
        return Some(Vec::new());
    }
    let mut came: BTreeMap<&str, &'e Edge<'a>> = BTreeMap::new();
    let mut queue = VecDeque::from([start]);
    while let Some(node) = queue.pop_front() {
        for edge in ways.get(node).into_iter().flatten().copied() {
            if edge.to == start || came.contains_key(edge.to) || !edge.valid.contains_day(day).may_hold() {
                continue;
            }
            came.insert(edge.to, edge);
            if edge.to == goal {
                let mut way = vec![edge];
                while let Some(edge) = way.last().and_then(|edge| came.get(edge.from)) {
                    way.push(edge);
                }
                way.reverse();
                return Some(way);
            }
            queue.push_back(edge.to);
        }
    }
    None
}

/// "a is part of b is part of a", with the place of every step.
fn finding(code: &'static str, cycle: &[&Edge<'_>], verb: &str) -> Finding {
    let mut chain: Vec<&str> = cycle.iter().map(|edge| edge.from).collect();
    chain.extend(cycle.last().map(|edge| edge.to));
    let message = format!("\"{}\"", chain.join(&format!("\" {verb} \"")));
    let at = cycle.first().map_or_else(|| At::new(0, 0..0), |edge| edge.at);
    let finding = Finding::error(code, at, message).expected("no way round in a circle");
    cycle
        .iter()
        .skip(1)
        .fold(finding, |finding, edge| finding.related(edge.at, format!("\"{}\" {verb} \"{}\"", edge.from, edge.to)))
}
