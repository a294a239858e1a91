//! The small language in which the phrase table writes bounds: `[n - t, n + t]`, `(n, inf)`.

use super::bounds::{Bounds, split_interval};

/// The values that a template may use.
#[derive(Debug, Clone, Copy)]
pub(super) struct Values {
    /// `n`: the number said.
    pub n: f64,
    /// `t`: the tolerance of the rule at that number.
    pub t: f64,
    /// `e`: half the place value of the last digit said.
    pub e: f64,
    /// `w`: the width from the number to the next one of its order.
    pub w: f64,
}

/// An interval whose ends depend on the number said.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Template {
    lo: Sum,
    lo_open: bool,
    hi: Sum,
    hi_open: bool,
}

impl Template {
    /// Reads interval notation with sums of `n`, `t`, `e`, `w` and numbers at its ends.
    pub fn parse(text: &str) -> Option<Self> {
        let (lo_open, lo, hi, hi_open) = split_interval(text)?;
        Some(Self { lo: Sum::parse(lo)?, lo_open, hi: Sum::parse(hi)?, hi_open })
    }

    /// The interval for one number.
    pub fn at(&self, values: &Values) -> Option<Bounds> {
        self.over((values, false), (values, false))
    }

    /// The interval for a range of numbers: from what its lower end gives to what its upper gives.
    /// Each end comes with whether it is itself left out.
    pub fn over(&self, low: (&Values, bool), high: (&Values, bool)) -> Option<Bounds> {
        let (lo, hi) = (self.lo.at(low.0), self.hi.at(high.0));
        let lo_open = self.lo_open || (low.1 && self.lo.leans_on_number());
        let hi_open = self.hi_open || (high.1 && self.hi.leans_on_number());
        // No quantity is below zero: an end that would be is cut at zero, which then belongs to it.
        if lo < 0.0 { Bounds::new(0.0, false, hi, hi_open).ok() } else { Bounds::new(lo, lo_open, hi, hi_open).ok() }
    }
}

/// A sum of terms such as `n`, `-t/2`, `3*w/4`, `100`.
#[derive(Debug, Clone, PartialEq)]
struct Sum(Vec<(f64, char)>);

impl Sum {
    fn parse(text: &str) -> Option<Self> {
        let compact: String = text.chars().filter(|c| !c.is_whitespace()).collect();
        let mut terms = Vec::new();
        let mut rest = compact.as_str();
        while !rest.is_empty() || terms.is_empty() {
            let (sign, tail) = match rest.strip_prefix('-') {
                Some(tail) => (-1.0, tail),
                None => (1.0, rest.strip_prefix('+').unwrap_or(rest)),
            };
            let end = tail.find(['+', '-']).unwrap_or(tail.len());
            let (coefficient, variable) = term(tail.get(..end)?)?;
            terms.push((sign * coefficient, variable));
            rest = tail.get(end..)?;
        }
        Some(Self(terms))
    }

    fn at(&self, values: &Values) -> f64 {
        let value = |(coefficient, variable): &(f64, char)| match variable {
            'n' => coefficient * values.n,
            't' => coefficient * values.t,
            'e' => coefficient * values.e,
            'w' => coefficient * values.w,
            _ => *coefficient,
        };
        // An endless number makes every end that leans on it endless, with no ∞ − ∞ on the way.
        if values.n.is_infinite() && self.leans_on_number() {
            return f64::INFINITY;
        }
        self.0.iter().map(value).sum()
    }

    fn leans_on_number(&self) -> bool {
        self.0.iter().any(|(_, variable)| *variable != '1')
    }
}

/// One term: its coefficient and its variable, `1` for none.
fn term(text: &str) -> Option<(f64, char)> {
    let (numerator, denominator) = match text.split_once('/') {
        Some((numerator, denominator)) => (numerator, denominator.parse::<f64>().ok()?),
        None => (text, 1.0),
    };
    let (coefficient, name) = match numerator.split_once('*') {
        Some((coefficient, name)) => (coefficient.parse::<f64>().ok()?, name),
        None => (1.0, numerator),
    };
    let value = match name {
        "n" | "t" | "e" | "w" => (coefficient / denominator, name.chars().next()?),
        "inf" => (f64::INFINITY, '1'),
        digits if digits.starts_with(|c: char| c.is_ascii_digit()) => {
            (coefficient * digits.parse::<f64>().ok()? / denominator, '1')
        }
        _ => return None,
    };
    (denominator != 0.0 && !value.0.is_nan()).then_some(value)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const SIXTY: Values = Values { n: 60.0, t: 10.0, e: 0.5, w: 10.0 };

    fn at(text: &str) -> Option<String> {
        Template::parse(text)?.at(&SIXTY).map(|bounds| bounds.to_string())
    }

    #[test]
    fn ends_follow_the_number() {
        assert_eq!(at("[n - t, n + t]").unwrap(), "[50, 70]");
        assert_eq!(at("(n, inf)").unwrap(), "(60, inf)");
        assert_eq!(at("[n/2, n]").unwrap(), "[30, 60]");
        assert_eq!(at("[n + w/2, n + 3*w/4)").unwrap(), "[65, 67.5)");
        assert_eq!(at("[2*n, 100)"), None, "empty");
        assert_eq!(at("[12, 100)").unwrap(), "[12, 100)");
    }

    #[test]
    fn what_is_no_template_is_refused() {
        for bad in ["", "n", "[n]", "[n, x]", "[n, n/0]", "[n n, 3]", "[, 3]", "[n+, 5]", "[1e, 2]", "[nan, 2]"] {
            assert_eq!(Template::parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn an_endless_range_stays_endless() {
        let endless = Values { n: f64::INFINITY, t: f64::INFINITY, e: 0.0, w: 0.0 };
        let around = Template::parse("[n - t, n + t]").unwrap();
        assert_eq!(around.over((&SIXTY, false), (&endless, false)).unwrap().to_string(), "[50, inf)");
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in "[\\[(][netw0-9*/+\\-, .inf]{0,20}[\\])]") {
            if let Some(template) = Template::parse(&text) {
                let _ = template.at(&SIXTY);
            }
        }
    }
}
