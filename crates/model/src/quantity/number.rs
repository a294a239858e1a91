//! Numbers as they are said: their value, and how round they are.

use super::token::{Kind, Token};

/// A number with what its form tells about its precision.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Number {
    pub value: f64,
    /// Place value of the last digit said: 1 in "4,000", 100,000 in "4.5 million".
    pub unit: f64,
    /// What the number counts in: 1,000,000 in "4.5 million", 12 in "two dozen".
    pub multiplier: f64,
    /// The round step, where the form fixes it ("two dozen" goes in dozens).
    pub round: Option<f64>,
}

impl Number {
    /// A whole number said in full.
    pub fn whole(value: f64) -> Self {
        Self { value, unit: 1.0, multiplier: 1.0, round: None }
    }

    /// A number that comes from a computation and says nothing of its roundness.
    pub fn plain(value: f64) -> Self {
        Self { value, unit: 0.0, multiplier: 1.0, round: Some(0.0) }
    }

    #[must_use]
    pub fn times(self, factor: f64) -> Self {
        Self {
            value: self.value * factor,
            unit: self.unit * factor,
            multiplier: self.multiplier * factor,
            round: self.round.map(|step| step * factor),
        }
    }

    /// The coarsest scale of which the number is a multiple: 10 for 60, 50 for 150, 1,000 for 4,000.
    ///
    /// Decimal steps and their halves carry most of what makes a number round (Jansen and
    /// Pollmann 2001: "10-ness" and "5-ness").
    pub fn step(self) -> f64 {
        if let Some(step) = self.round {
            return step;
        }
        let last_digits = (self.value / self.unit).round();
        if last_digits == 0.0 || !last_digits.is_finite() {
            return 0.0;
        }
        let divides = |step: f64| last_digits % step == 0.0;
        let mut step = 1.0;
        while divides(step * 10.0) {
            step *= 10.0;
        }
        if divides(step * 5.0) {
            step *= 5.0;
        }
        step * self.unit
    }
}

const SMALL: [&str; 20] = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
];
const TENS: [&str; 8] = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"];
const SCALES: [(&str, f64); 4] = [("billion", 1e9), ("million", 1e6), ("thousand", 1e3), ("hundred", 1e2)];

/// Every word that numbers are made of.
pub(super) fn number_words() -> impl Iterator<Item = &'static str> {
    SMALL.into_iter().chain(TENS).chain(SCALES.map(|(word, _)| word))
}

pub(super) fn is_number_word(word: &str) -> bool {
    number_words().any(|known| known == word)
}

fn small(token: Option<&Token>) -> Option<f64> {
    let word = token?.word()?;
    SMALL.iter().position(|known| *known == word).map(|n| n as f64)
}

fn tens(token: Option<&Token>) -> Option<f64> {
    let word = token?.word()?;
    TENS.iter().position(|known| *known == word).map(|n| (n as f64 + 2.0) * 10.0)
}

fn scale(token: Option<&Token>) -> Option<f64> {
    let word = token?.word()?;
    SCALES.iter().find(|(known, _)| *known == word).map(|(_, value)| *value)
}

pub(super) fn is_article(token: Option<&Token>) -> bool {
    token.and_then(Token::word).is_some_and(|word| word == "a" || word == "an")
}

fn is_word(token: Option<&Token>, expected: &str) -> bool {
    token.and_then(Token::word) == Some(expected)
}

/// The number that starts at `at`, in digits or in words, and the position after it.
pub(super) fn number(tokens: &[Token], at: usize) -> Option<(Number, usize)> {
    let (number, next) = match tokens.get(at)?.kind {
        Kind::Number { value, unit, multiplier, plural: false } => {
            scaled(tokens, Number { value, unit, multiplier, round: None }, at + 1)
        }
        _ => in_words(tokens, at)?,
    };
    Some(and_a_half(tokens, number, next))
}

/// "2 million", "10 thousand".
fn scaled(tokens: &[Token], number: Number, mut at: usize) -> (Number, usize) {
    let mut number = number;
    while let Some(factor) = scale(tokens.get(at)) {
        number = number.times(factor);
        at += 1;
    }
    (number, at)
}

/// "One and a half", "one and a half million".
fn and_a_half(tokens: &[Token], number: Number, at: usize) -> (Number, usize) {
    let said = is_word(tokens.get(at), "and") && is_article(tokens.get(at + 1)) && is_word(tokens.get(at + 2), "half");
    if !said {
        return (number, at);
    }
    let half = number.multiplier / 2.0;
    scaled(tokens, Number { value: number.value + half, unit: half, ..number }, at + 3)
}

/// "Two hundred thousand three hundred and five", "a hundred", "twelve hundred".
fn in_words(tokens: &[Token], at: usize) -> Option<(Number, usize)> {
    let (mut total, mut unit, mut multiplier) = (0.0, 1.0, 1.0);
    let (mut next, mut ceiling) = (at, f64::INFINITY);
    loop {
        let from = if next > at && is_word(tokens.get(next), "and") { next + 1 } else { next };
        let Some((group, group_unit, after)) = below_thousand(tokens, from, next == at) else { break };
        let factor = scale(tokens.get(after)).filter(|factor| *factor >= 1e3);
        let factor_or_one = factor.unwrap_or(1.0);
        // Scales must fall, or "two thousand three thousand" would be one number.
        if factor_or_one >= ceiling {
            break;
        }
        total += group * factor_or_one;
        unit = group_unit * factor_or_one;
        multiplier = if next == at { unit } else { 1.0 };
        ceiling = factor_or_one;
        next = after + usize::from(factor.is_some());
        if factor.is_none() {
            break;
        }
    }
    (next > at).then_some((Number { value: total, unit, multiplier, round: None }, next))
}

/// A number under a thousand in words, the place value of its last part, and the position after it.
fn below_thousand(tokens: &[Token], at: usize, first: bool) -> Option<(f64, f64, usize)> {
    let (count, next) = match below_hundred(tokens, at) {
        Some(found) => found,
        // "A" counts as one only before a scale, and only at the start.
        None if first && is_article(tokens.get(at)) && scale(tokens.get(at + 1)).is_some() => (1.0, at + 1),
        None => return None,
    };
    if scale(tokens.get(next)) != Some(1e2) || count == 0.0 {
        return Some((count, 1.0, next));
    }
    let after = next + 1;
    let rest_at = if is_word(tokens.get(after), "and") { after + 1 } else { after };
    match below_hundred(tokens, rest_at) {
        Some((rest, end)) => Some((count * 100.0 + rest, 1.0, end)),
        None => Some((count * 100.0, 100.0, after)),
    }
}

fn below_hundred(tokens: &[Token], at: usize) -> Option<(f64, usize)> {
    match (tens(tokens.get(at)), small(tokens.get(at))) {
        (Some(ten), _) => match small(tokens.get(at + 1)) {
            Some(one) if (1.0..10.0).contains(&one) => Some((ten + one, at + 2)),
            _ => Some((ten, at + 1)),
        },
        (None, Some(one)) => Some((one, at + 1)),
        (None, None) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::quantity::token::lex;

    fn read(text: &str) -> Option<(f64, f64, usize)> {
        number(&lex(text).unwrap(), 0).map(|(n, next)| (n.value, n.step(), next))
    }

    #[test]
    fn digits_and_words_give_value_and_roundness() {
        assert_eq!(read("60"), Some((60.0, 10.0, 1)));
        assert_eq!(read("183"), Some((183.0, 1.0, 1)));
        assert_eq!(read("150"), Some((150.0, 50.0, 1)));
        assert_eq!(read("4,000"), Some((4000.0, 1000.0, 1)));
        assert_eq!(read("4.5 million"), Some((4.5e6, 5e5, 2)));
        assert_eq!(read("twenty-five"), Some((25.0, 5.0, 2)));
        assert_eq!(read("two hundred and five"), Some((205.0, 5.0, 4)));
        assert_eq!(read("a hundred"), Some((100.0, 100.0, 2)));
        assert_eq!(read("two hundred thousand"), Some((200_000.0, 100_000.0, 3)));
        assert_eq!(read("three thousand two hundred and twelve"), Some((3212.0, 1.0, 6)));
        assert_eq!(read("one and a half million"), Some((1.5e6, 5e5, 5)));
        assert_eq!(read("zero"), Some((0.0, 0.0, 1)));
        assert_eq!(read("0"), Some((0.0, 0.0, 1)));
    }

    #[test]
    fn stops_where_the_number_stops() {
        assert_eq!(read("twenty thirty"), Some((20.0, 10.0, 1)));
        assert_eq!(read("two thousand three thousand"), Some((2000.0, 1000.0, 2)));
        assert_eq!(read("a house"), None);
        assert_eq!(read("and five"), None);
        assert_eq!(read("five and"), Some((5.0, 5.0, 1)));
    }
}
