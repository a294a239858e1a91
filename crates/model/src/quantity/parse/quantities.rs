//! Amounts, ranges, and hedges over them.

use super::{At, Atom, Core, Parser, Said};
use crate::quantity::QuantityKind;
use crate::quantity::bounds::Bounds;
use crate::quantity::number::Number;
use crate::quantity::rule::Ready;
use crate::quantity::template::Template;
use crate::quantity::token::{Kind, Token};

impl Parser<'_> {
    /// Every reading of a quantity at `at`, with up to `hedges` hedges before it.
    pub(super) fn quantity(&self, at: usize, hedges: usize) -> Vec<At<Said>> {
        let mut readings = self.amounts(at);
        readings.extend(self.units(at));
        readings.extend(self.decade(at));
        readings.extend(self.ranges(at));
        readings.extend(self.atoms(at).into_iter().map(|(atom, next)| (Said::number(atom), next)));
        if hedges > 0 {
            for found in self.table.hedges.all(self.tokens, at) {
                let Some(rule) = self.rule(found.rule) else { continue };
                for (said, next) in self.quantity(self.reached(found.next), hedges - 1) {
                    readings.extend(self.hedged(rule, &said).map(|said| (said, next)));
                }
            }
        }
        let mut trailing = Vec::new();
        for (said, next) in &readings {
            for found in self.table.hedges_after.all(self.tokens, *next) {
                let hedged = self.rule(found.rule).and_then(|rule| self.hedged(rule, said));
                trailing.extend(hedged.map(|said| (said, self.reached(found.next))));
            }
        }
        readings.extend(trailing);
        readings
    }

    /// "Several", "almost every"; and before a unit "several hundred".
    pub(super) fn amounts(&self, at: usize) -> Vec<At<Said>> {
        let mut readings = Vec::new();
        for found in self.table.amounts.all(self.tokens, at) {
            let Some(rule) = self.rule(found.rule) else { continue };
            let next = self.reached(found.next);
            if let Some((strict, pragmatic)) = rule.times
                && let Some((factor, end, unit)) = self.unit_chain(next)
                && let (Ok(strict), Ok(pragmatic)) = (strict.scaled(factor), pragmatic.scaled(factor))
            {
                let mut said = Said::vague(rule, QuantityKind::Count, (strict, pragmatic));
                said.rules.push(unit);
                readings.push((said, end));
            }
            readings.extend(rule.fixed().map(|bounds| (Said::vague(rule, rule.kind, bounds), next)));
        }
        readings
    }

    /// "Hundred", "hundreds of thousands": what one is worth, the position after it, and its rule.
    pub(super) fn unit_chain(&self, at: usize) -> Option<(f64, usize, String)> {
        let one = |at| self.longest(&self.table.unit_ones, at).or_else(|| self.longest(&self.table.units, at));
        let (rule, mut next) = one(at)?;
        let mut factor = rule.value;
        while let Some((unit, after)) = one(if self.is(next, "of") { next + 1 } else { next }) {
            factor *= unit.value;
            next = after;
        }
        Some((factor, next, rule.name.clone()))
    }

    /// "Dozens", "hundreds of thousands", "in the low tens of thousands".
    pub(super) fn units(&self, at: usize) -> Option<At<Said>> {
        let (position, at) = self.position(at);
        let (unit, next) = self.longest(&self.table.units, at)?;
        let after_of = if self.is(next, "of") { next + 1 } else { next };
        let (factor, next) = self.unit_chain(after_of).map_or((1.0, next), |(factor, next, _)| (factor, next));
        let width = unit.top - unit.value;
        let (strict, pragmatic) = match position {
            Some(position) => position.spanning(unit.value * factor, width * factor)?,
            None => {
                let (strict, pragmatic) = unit.spanning(unit.value, width)?;
                (strict.scaled(factor).ok()?, pragmatic.scaled(factor).ok()?)
            }
        };
        let mut said = Said::vague(unit, QuantityKind::Count, (strict, pragmatic));
        if let Some(position) = position {
            said.rules.insert(0, position.name.clone());
        }
        Some((said, next))
    }

    /// "In the low", "mid".
    pub(super) fn position(&self, at: usize) -> (Option<&Ready>, usize) {
        let at = match (self.is(at, "in"), self.is(at + 1, "the")) {
            (true, true) => at + 2,
            _ => at,
        };
        match self.longest(&self.table.positions, at) {
            Some((rule, next)) => (Some(rule), next),
            None => (None, at),
        }
    }

    /// "20s", "mid-20s", "low 10,000s".
    pub(super) fn decade(&self, at: usize) -> Option<At<Said>> {
        let (position, at) = self.position(at);
        let Kind::Number { value, plural: true, .. } = self.tokens.get(at)?.kind else { return None };
        let n = value;
        let order = 10f64.powf(n.log10().floor());
        // A power of ten in the plural is the whole order; any other number its own decade.
        let width = if n == order { 9.0 * n } else { Number { round: None, ..Number::whole(n) }.step() };
        let decade = self.rule(self.table.decade)?;
        let rule = position.unwrap_or(decade);
        let bounds = rule.spanning(n, if n == order { width } else { tenfold_part(width) })?;
        Some((Said::vague(rule, QuantityKind::Count, bounds), self.reached(at + 1)))
    }

    /// "Between 60 and 80", "60–80", "two or three", "60 ± 10", "dozens to hundreds".
    pub(super) fn ranges(&self, at: usize) -> Vec<At<Said>> {
        let (at, joints): (usize, &[&str]) = match self.tokens.get(at).and_then(Token::word) {
            Some("between") => (self.reached(at + 1), &["and"]),
            Some("from") => (self.reached(at + 1), &["to"]),
            Some("either") => (self.reached(at + 1), &["or"]),
            _ => (at, &["to", "or", "-"]),
        };
        let mut readings = Vec::new();
        for (low, next) in self.range_ends(at) {
            let joined = joints.iter().any(|joint| self.is(next, joint) || (*joint == "-" && self.sign(next, '-')));
            if joined {
                for (high, end) in self.range_ends(self.reached(next + 1)) {
                    readings.extend(self.range(&low, &high, (at, end)).map(|said| (said, end)));
                }
            }
            if let (true, Core::Number(middle)) = (self.sign(next, '±'), low.core) {
                for (half, end) in self.atoms(self.reached(next + 1)) {
                    readings.extend(plus_or_minus(middle, half).map(|said| (said, end)));
                }
            }
        }
        readings
    }

    pub(super) fn range_ends(&self, at: usize) -> Vec<At<Said>> {
        let mut ends: Vec<_> = self.atoms(at).into_iter().map(|(atom, next)| (Said::number(atom), next)).collect();
        ends.extend(self.amounts(at));
        ends.extend(self.units(at));
        ends
    }

    pub(super) fn range(&self, low: &Said, high: &Said, tokens: (usize, usize)) -> Option<Said> {
        if let (Core::Number(low), Core::Number(high)) = (low.core, high.core) {
            let low = shared_unit(low, high)?;
            if low.number.value > high.number.value {
                self.inverted.set(Some(tokens));
                return None;
            }
            return Some(Said { core: Core::Range(low, high), rules: Vec::new(), noun: true });
        }
        let (low_kind, low_strict, low_pragmatic) = self.bounds(&low.core)?;
        let (high_kind, high_strict, high_pragmatic) = self.bounds(&high.core)?;
        let rising = low_strict.lo() <= high_strict.lo() && low_strict.hi() <= high_strict.hi();
        let core = Core::Vague(low_kind, low_strict.hull(&high_strict), low_pragmatic.hull(&high_pragmatic));
        let rules = low.rules.iter().chain(&high.rules).cloned().collect();
        (rising && low_kind == high_kind).then_some(Said { core, rules, noun: low.noun && high.noun })
    }

    /// Strict and pragmatic bounds of what is said, once no more hedge is to come.
    pub(super) fn bounds(&self, core: &Core) -> Option<(QuantityKind, Bounds, Bounds)> {
        let (rule, low, high) = match *core {
            Core::Vague(kind, strict, pragmatic) => return Some((kind, strict, pragmatic)),
            Core::Number(atom) if atom.kind == QuantityKind::Ratio => (self.table.fold, atom, atom),
            Core::Number(atom) => (self.table.bare, atom, atom),
            Core::Range(low, high) => (self.table.range, low, high),
        };
        let (strict, pragmatic) = over_atoms(self.rule(rule)?, low, high)?;
        Some((high.kind, strict, pragmatic))
    }

    /// What is said, hedged by a rule.
    pub(super) fn hedged(&self, rule: &Ready, said: &Said) -> Option<Said> {
        let (kind, strict, pragmatic) = match said.core {
            Core::Number(atom) => {
                let Some((strict, pragmatic)) = over_atoms(rule, atom, atom) else {
                    self.impossible.set(true);
                    return None;
                };
                (atom.kind, strict, pragmatic)
            }
            // What is vague already is only loosened by "about", by the half tolerance of a rounded end.
            Core::Range(low, high) if rule.approximates => {
                let (_, _, said) = self.bounds(&said.core)?;
                (high.kind, over_atoms(rule, low, high)?.1, said)
            }
            Core::Range(low, high) => {
                let (strict, pragmatic) = over_atoms(rule, low, high)?;
                (high.kind, strict, pragmatic)
            }
            Core::Vague(kind, strict, pragmatic) if rule.approximates => {
                (kind, over_bounds(rule, kind, strict)?.1, pragmatic)
            }
            Core::Vague(kind, strict, pragmatic) => {
                (kind, over_bounds(rule, kind, strict)?.0, over_bounds(rule, kind, pragmatic)?.1)
            }
        };
        let pragmatic = pragmatic.intersect(&strict).unwrap_or(strict);
        let rules = std::iter::once(rule.name.clone()).chain(said.rules.iter().cloned()).collect();
        Some(Said { core: Core::Vague(kind, strict, pragmatic), rules, noun: said.noun })
    }
}

/// The width of a decade from the round step of its number: 10 for 20 and for 150, 100 for 200.
fn tenfold_part(step: f64) -> f64 {
    let order = 10f64.powf(step.log10().floor());
    if order.is_finite() && order >= 1.0 { order } else { 1.0 }
}

/// The bounds that a rule gives over one or two numbers.
fn over_atoms(rule: &Ready, low: Atom, high: Atom) -> Option<(Bounds, Bounds)> {
    let (low_values, high_values) = (rule.values(low.number, low.kind), rule.values(high.number, high.kind));
    let over =
        |template: &Template| template.over((&low_values, false), (&high_values, false))?.scaled(high.scale).ok();
    let strict = over(&rule.strict)?;
    let pragmatic = over(&rule.pragmatic).and_then(|bounds| bounds.intersect(&strict)).unwrap_or(strict);
    Some((strict, pragmatic))
}

/// The bounds that a rule gives over what is vague already: from its lower end to its upper.
fn over_bounds(rule: &Ready, kind: QuantityKind, bounds: Bounds) -> Option<(Bounds, Bounds)> {
    let low = rule.values(Number::plain(bounds.lo()), kind);
    let high = rule.values(Number::plain(bounds.hi()), kind);
    let over = |template: &Template| template.over((&low, bounds.lo_open()), (&high, bounds.hi_open()));
    Some((over(&rule.strict)?, over(&rule.pragmatic)?))
}

/// In "10 to 20 per cent" and "2 to 3 million" the first number shares the unit of the second.
fn shared_unit(low: Atom, high: Atom) -> Option<Atom> {
    let mut low = low;
    let multiplier = high.number.multiplier;
    if low.number.multiplier == 1.0 && multiplier > 1.0 && low.number.value <= high.number.value / multiplier {
        low.number = low.number.times(multiplier);
    }
    if low.kind == high.kind {
        return (low.scale == high.scale || low.number.value == 0.0).then_some(Atom { scale: high.scale, ..low });
    }
    let counts = low.kind == QuantityKind::Count;
    (counts && (high.scale != 1.0 || high.kind == QuantityKind::Ratio)).then_some(Atom {
        kind: high.kind,
        scale: high.scale,
        ..low
    })
}

/// "60 ± 10".
fn plus_or_minus(middle: Atom, half: Atom) -> Option<Said> {
    let middle = shared_unit(middle, half).unwrap_or(middle);
    if middle.kind != half.kind || middle.scale != half.scale || half.number.value > middle.number.value {
        return None;
    }
    let end = |value| Atom { number: Number { value, ..middle.number }, ..middle };
    let (low, high) = (middle.number.value - half.number.value, middle.number.value + half.number.value);
    Some(Said { core: Core::Range(end(low), end(high)), rules: Vec::new(), noun: true })
}
