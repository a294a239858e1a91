//! One number in a phrase, with what it counts.

use super::{At, Atom, Parser};
use crate::quantity::QuantityKind;
use crate::quantity::number::{Number, is_article, number};

impl Parser<'_> {
    /// Every reading of one number at `at`: "60", "two dozen", "20 per cent", "a third", "33 of 34".
    pub(super) fn atoms(&self, at: usize) -> Vec<At<Atom>> {
        let at = self.past_currency(at);
        let mut atoms = self.counted_atoms(at);
        atoms.extend(self.half_a_unit(at));
        for found in self.table.fractions.all(self.tokens, at) {
            let step = self.rule(found.rule).map_or(0.1, |rule| rule.step);
            let value = self.table.value_of(found).unwrap_or_default();
            let number = Number { value, unit: step / 2.0, multiplier: 1.0, round: Some(step) };
            atoms.push((Atom::of(number, QuantityKind::Share), self.reached(found.next)));
        }
        for found in self.table.multiples.all(self.tokens, at) {
            let value = self.table.value_of(found).unwrap_or_default();
            let number = if value < 1.0 { Number { unit: 0.1, ..Number::whole(value) } } else { Number::whole(value) };
            atoms.push((Atom::of(number, QuantityKind::Ratio), self.reached(found.next)));
        }
        let factor = if is_article(self.tokens.get(at)) { at + 1 } else { at };
        if self.is(factor, "factor") && self.is(factor + 1, "of") {
            let multiple = number(self.tokens, self.reached(factor + 2));
            atoms.extend(multiple.map(|(number, next)| (Atom::of(number, QuantityKind::Ratio), self.reached(next))));
        }
        atoms
    }

    /// "$", "US$": money is a count of its unit.
    pub(super) fn past_currency(&self, at: usize) -> usize {
        let sign = if self.is(at, "us") { at + 1 } else { at };
        let is_currency = ['$', '€', '£'].into_iter().any(|currency| self.sign(sign, currency));
        if is_currency { self.reached(sign + 1) } else { at }
    }

    /// Numbers, and what may follow them to say what they count.
    pub(super) fn counted_atoms(&self, at: usize) -> Vec<At<Atom>> {
        let said = number(self.tokens, at).or_else(|| self.article_as_one(at));
        let Some((number, next)) = said else { return Vec::new() };
        let (number, next) = self.in_units(number, next);
        self.reached(next);
        let mut atoms = vec![(Atom::of(number, QuantityKind::Count), next)];
        if let Some(next) = self.per_cent(next) {
            // Percentages are not rounded more coarsely than to tens, however round the number is.
            let number = Number { round: Some(number.step().min(10.0)), ..number };
            atoms.push((Atom { number, kind: QuantityKind::Share, scale: 0.01 }, next));
        }
        if self.is(next, "fold") || self.is(next, "x") {
            atoms.push((Atom::of(number, QuantityKind::Ratio), self.reached(next + 1)));
        }
        if self.is(next, "times") {
            atoms.push((Atom::of(number, QuantityKind::Count), self.reached(next + 1)));
            // "Increased four times", "four times as many"; "four times higher" is taken as the same, which
            // is what writers mean by it far more often than five times as high.
            let multiple = Atom::of(number, QuantityKind::Ratio);
            let any_of = |words: [&str; 6], at| words.iter().any(|word| self.is(at, word));
            atoms.push((multiple, next + 1));
            if self.is(next + 1, "as") && any_of(["many", "much", "high", "large", "often", "great"], next + 2) {
                atoms.push((multiple, self.reached(next + 3)));
            } else if any_of(["more", "higher", "larger", "greater", "bigger", "stronger"], next + 1) {
                atoms.push((multiple, self.reached(next + 2)));
            }
        }
        atoms.extend(self.part_of_whole(number, next));
        atoms
    }

    /// "A dozen": the article counts as one before a unit.
    pub(super) fn article_as_one(&self, at: usize) -> Option<At<Number>> {
        let unit_follows = self.table.unit_ones.longest(self.tokens, at + 1).is_some();
        (is_article(self.tokens.get(at)) && unit_follows).then(|| (Number::whole(1.0), at + 1))
    }

    /// "Two dozen": a number in units that are no power of ten goes in those units.
    pub(super) fn in_units(&self, number: Number, at: usize) -> At<Number> {
        match self.longest(&self.table.unit_ones, at) {
            Some((unit, next)) => (Number { round: Some(unit.value), ..number.times(unit.value) }, next),
            None => (number, at),
        }
    }

    pub(super) fn per_cent(&self, at: usize) -> Option<usize> {
        if self.sign(at, '%') || self.is(at, "percent") || self.is(at, "pc") {
            return Some(self.reached(at + 1));
        }
        (self.is(at, "per") && self.is(at + 1, "cent")).then(|| self.reached(at + 2))
    }

    /// "33 of 34", "9 out of 10", "one in three".
    pub(super) fn part_of_whole(&self, part: Number, at: usize) -> Option<At<Atom>> {
        let (whole_at, most) = match (self.is(at, "out"), self.is(at, "of"), self.is(at, "in")) {
            (true, ..) if self.is(at + 1, "of") => (at + 2, f64::INFINITY),
            (_, true, _) => (at + 1, f64::INFINITY),
            // "60 in 2021" is a year, not a part of 2,021.
            (_, _, true) => (at + 1, 100.0),
            _ => return None,
        };
        let (whole, next) = number(self.tokens, whole_at)?;
        if part.value > whole.value || whole.value > most || whole.value == 0.0 {
            return None;
        }
        let one = 1.0 / whole.value;
        let share = Number { value: part.value / whole.value, unit: one, multiplier: 1.0, round: Some(one) };
        Some((Atom::of(share, QuantityKind::Share), self.reached(next)))
    }

    /// "Half a million", "half a dozen".
    pub(super) fn half_a_unit(&self, at: usize) -> Option<At<Atom>> {
        if !(self.is(at, "half") && is_article(self.tokens.get(at + 1))) {
            return None;
        }
        let (unit, next) = self.longest(&self.table.unit_ones, at + 2)?;
        let number = Number { value: unit.value / 2.0, unit: unit.value / 10.0, multiplier: unit.value, round: None };
        Some((Atom::of(number, QuantityKind::Count), next))
    }
}
