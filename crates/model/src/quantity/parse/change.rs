//! Growth and decline, as a ratio of after to before.

use super::{At, Atom, Core, MOST_HEDGES, Parser, Said};
use crate::quantity::QuantityKind;
use crate::quantity::bounds::Bounds;
use crate::quantity::number::{Number, is_article};
use crate::quantity::rule::Ready;

impl Parser<'_> {
    /// Every reading of a change at `at`: "increased sharply", "fell by half", "a fivefold increase".
    pub(super) fn change(&self, at: usize) -> Vec<At<Said>> {
        let mut readings = self.cut(at);
        for rise in [true, false] {
            readings.extend(self.change_by_verb(at, rise));
            readings.extend(self.change_by_noun(at, rise));
        }
        readings
    }

    /// "Halved", "more than halved": a hedge acts on what was lost.
    pub(super) fn cut(&self, at: usize) -> Vec<At<Said>> {
        let hedges = self.table.hedges.all(self.tokens, at).map(|found| (Some(found.rule), self.reached(found.next)));
        let mut readings = Vec::new();
        for (hedge, from) in std::iter::once((None, at)).chain(hedges) {
            let Some(found) = self.table.cuts.longest(self.tokens, from) else { continue };
            let Some((name, value)) =
                self.rule(found.rule).map(|rule| rule.name.clone()).zip(self.table.value_of(found))
            else {
                continue;
            };
            let loss = Atom::of(Number { unit: 0.1, ..Number::whole(value) }, QuantityKind::Ratio);
            let said = Said { rules: vec![name], noun: false, ..Said::number(loss) };
            let said = match hedge.and_then(|hedge| self.rule(hedge)) {
                Some(rule) => self.hedged(rule, &said),
                None => Some(said),
            };
            let ratio = said.and_then(|said| {
                let (_, strict, pragmatic) = self.bounds(&said.core)?;
                ratio_of(QuantityKind::Share, false, strict, pragmatic).map(|core| Said { core, ..said })
            });
            readings.extend(ratio.map(|said| (said, self.reached(found.next))));
        }
        readings
    }

    pub(super) fn change_by_verb(&self, at: usize, rise: bool) -> Vec<At<Said>> {
        let verbs = if rise { &self.table.rises } else { &self.table.falls };
        let before = self.longest(&self.table.paces, at);
        let starts = [(None, at)].into_iter().chain(before.map(|(pace, next)| (Some(pace), next)));
        let mut readings = Vec::new();
        for (pace, from) in starts {
            let Some((verb, next)) = self.longest(verbs, from) else { continue };
            let after = self.longest(&self.table.paces, next).filter(|_| pace.is_none());
            let (pace, next) = after.map_or((pace, next), |(pace, next)| (Some(pace), next));
            readings.extend(self.paced(pace, verb, rise, next));
            readings.extend(self.change_by_figures(verb, rise, next));
            let amount_at = if self.is(next, "by") { self.reached(next + 1) } else { next };
            for (said, end) in self.quantity(amount_at, MOST_HEDGES) {
                readings.extend(self.as_change(&said, verb, rise).map(|said| (said, end)));
            }
        }
        readings
    }

    /// "An increase", "a sharp rise", "an increase of 20 per cent", "a fivefold increase".
    pub(super) fn change_by_noun(&self, at: usize, rise: bool) -> Vec<At<Said>> {
        let nouns = if rise { &self.table.rise_nouns } else { &self.table.fall_nouns };
        let from = if is_article(self.tokens.get(at)) || self.is(at, "the") { at + 1 } else { at };
        let mut readings = Vec::new();
        let pace = self.longest(&self.table.paces, from);
        let noun_at = pace.map_or(from, |(_, next)| next);
        if let Some((noun, next)) = self.longest(nouns, noun_at).filter(|_| noun_at > at) {
            readings.extend(self.paced(pace.map(|(pace, _)| pace), noun, rise, next));
            if self.is(next, "of") || self.is(next, "by") {
                for (said, end) in self.quantity(self.reached(next + 1), MOST_HEDGES) {
                    readings.extend(self.as_change(&said, noun, rise).map(|said| (said, end)));
                }
            }
        }
        // Most phrases hold no such noun: look before reading the amount again.
        let said = (from + 1..self.tokens.len()).any(|at| nouns.longest(self.tokens, at).is_some());
        let amounts = if said { self.quantity(from, MOST_HEDGES) } else { Vec::new() };
        for (said, next) in amounts {
            if let Some((noun, end)) = self.longest(nouns, next) {
                readings.extend(self.as_change(&said, noun, rise).map(|said| (said, end)));
            }
        }
        readings
    }

    /// A change of which only the pace is told.
    pub(super) fn paced(&self, pace: Option<&Ready>, verb: &Ready, rise: bool, next: usize) -> Option<At<Said>> {
        let pace = match pace {
            Some(pace) => pace,
            None => self.rule(self.table.plain_pace)?,
        };
        let (strict, pragmatic) = pace.fixed()?;
        let core = ratio_of(QuantityKind::Ratio, rise, strict, pragmatic)?;
        Some((Said { core, rules: vec![verb.name.clone(), pace.name.clone()], noun: verb.noun }, next))
    }

    /// "From around 60 to more than 330": the ratio of the two.
    pub(super) fn change_by_figures(&self, verb: &Ready, rise: bool, at: usize) -> Vec<At<Said>> {
        let mut readings = Vec::new();
        if !self.is(at, "from") {
            return readings;
        }
        for (before, next) in self.quantity(self.reached(at + 1), MOST_HEDGES) {
            if !self.is(next, "to") {
                continue;
            }
            for (after, end) in self.quantity(self.reached(next + 1), MOST_HEDGES) {
                let ratio = self.ratio_between(&before, &after, verb, rise);
                readings.extend(ratio.map(|said| (said, end)));
            }
        }
        readings
    }

    pub(super) fn ratio_between(&self, before: &Said, after: &Said, verb: &Ready, rise: bool) -> Option<Said> {
        let (before_kind, before_strict, before_pragmatic) = self.bounds(&before.core)?;
        let (after_kind, after_strict, after_pragmatic) = self.bounds(&after.core)?;
        if before_kind != after_kind || before_kind == QuantityKind::Ratio {
            return None;
        }
        // A rise to a smaller figure is a slip of the pen.
        let side = if rise { Bounds::new(1.0, true, f64::INFINITY, false) } else { Bounds::new(0.0, false, 1.0, true) };
        let strict = quotient(&after_strict, &before_strict)?.intersect(&side.ok()?)?;
        let pragmatic = quotient(&after_pragmatic, &before_pragmatic)?.intersect(&strict)?;
        let rules =
            std::iter::once(verb.name.clone()).chain(before.rules.iter().chain(&after.rules).cloned()).collect();
        Some(Said { core: Core::Vague(QuantityKind::Ratio, strict, pragmatic), rules, noun: false })
    }

    /// A share or a multiple read as the size of a change.
    pub(super) fn as_change(&self, said: &Said, verb: &Ready, rise: bool) -> Option<Said> {
        let (kind, strict, pragmatic) = self.bounds(&said.core)?;
        let core = ratio_of(kind, rise, strict, pragmatic)?;
        let rules = std::iter::once(verb.name.clone()).chain(said.rules.iter().cloned()).collect();
        Some(Said { core, rules, noun: false })
    }
}

/// The size of a change as a ratio of after to before.
fn ratio_of(kind: QuantityKind, rise: bool, strict: Bounds, pragmatic: Bounds) -> Option<Core> {
    let ratio = |bounds: Bounds| match (kind, rise) {
        (QuantityKind::Share, true) => bounds.shifted(1.0).ok(),
        (QuantityKind::Share, false) => bounds.rest_of_whole().ok()?.intersect(&QuantityKind::Ratio.domain()),
        (QuantityKind::Ratio, true) => Some(bounds),
        (QuantityKind::Ratio, false) => bounds.reciprocal().ok(),
        // A change by a number of things is no ratio.
        (QuantityKind::Count, _) => None,
    };
    let strict = ratio(strict)?;
    let pragmatic = ratio(pragmatic).and_then(|bounds| bounds.intersect(&strict)).unwrap_or(strict);
    Some(Core::Vague(QuantityKind::Ratio, strict, pragmatic))
}

/// The bounds of one quantity over another, neither below zero.
fn quotient(over: &Bounds, under: &Bounds) -> Option<Bounds> {
    if over.hi() == 0.0 && under.lo() == 0.0 || over.lo().is_infinite() || under.lo().is_infinite() {
        return None;
    }
    let lo = if under.hi().is_infinite() { 0.0 } else { over.lo() / under.hi() };
    let hi = if over.hi().is_infinite() || under.lo() == 0.0 { f64::INFINITY } else { over.hi() / under.lo() };
    if lo.is_nan() || hi.is_nan() {
        return None;
    }
    Bounds::new(lo, over.lo_open() || under.hi_open(), hi, over.hi_open() || under.lo_open()).ok()
}
