//! From data to the plane: linear, logarithmic and time scales, and ticks that a reader can add up.

use jiff::civil::Date;

use super::Period;

/// One tick of an axis.
#[derive(Debug, Clone, PartialEq)]
pub struct Tick {
    /// Position in user units.
    pub at: f64,
    /// What is written there; empty for a minor tick.
    pub label: String,
}

/// A scale of numbers, linear or logarithmic (base 10).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Scale {
    domain: (f64, f64),
    range: (f64, f64),
    log: bool,
}

impl Scale {
    /// A linear scale. An empty domain is widened, so that every value has a place.
    pub fn linear(domain: (f64, f64), range: (f64, f64)) -> Self {
        let (low, high) = finite(domain);
        let high = if high > low { high } else { low + 1.0 };
        Self { domain: (low, high), range, log: false }
    }

    /// A logarithmic scale. The domain is cut to positive numbers.
    pub fn log(domain: (f64, f64), range: (f64, f64)) -> Self {
        let (low, high) = finite(domain);
        let low = low.max(1e-9);
        let high = if high > low { high } else { low * 10.0 };
        Self { domain: (low, high), range, log: true }
    }

    /// A scale for the values: logarithmic where all are positive and span more than two orders of magnitude, else
    /// linear from zero (or the least value, where that is negative). The domain ends on round numbers.
    pub fn fitting(values: impl IntoIterator<Item = f64>, range: (f64, f64)) -> Self {
        let (mut low, mut high) = (f64::INFINITY, f64::NEG_INFINITY);
        for v in values.into_iter().filter(|v| v.is_finite()) {
            (low, high) = (low.min(v), high.max(v));
        }
        if low > high {
            return Self::linear((0.0, 1.0), range);
        }
        if low > 0.0 && high / low > 100.0 {
            return Self::log((10f64.powf((low * 0.9).log10().floor()), nice_above(high)), range);
        }
        Self::linear((if low < 0.0 { -nice_above(-low) } else { 0.0 }, nice_above(high.max(0.0))), range)
    }

    /// Whether it is logarithmic.
    pub fn is_log(&self) -> bool {
        self.log
    }

    /// The numbers at both ends.
    pub fn domain(&self) -> (f64, f64) {
        self.domain
    }

    /// The position of a value; beyond the ends it is held at the end.
    pub fn at(&self, value: f64) -> f64 {
        let transform = |v: f64| if self.log { v.max(self.domain.0).log10() } else { v };
        let (low, high) = (transform(self.domain.0), transform(self.domain.1));
        let value = if value.is_nan() { self.domain.0 } else { value };
        let share = ((transform(value) - low) / (high - low)).clamp(0.0, 1.0);
        self.range.0 + share * (self.range.1 - self.range.0)
    }

    /// About `count` ticks at 1, 2 or 5 times a power of ten (at the powers of ten on a logarithmic scale).
    pub fn ticks(&self, count: usize) -> Vec<Tick> {
        let values = if self.log { self.decades(count) } else { self.steps(count) };
        values.into_iter().map(|v| Tick { at: self.at(v), label: quantity(v) }).collect()
    }

    fn steps(&self, count: usize) -> Vec<f64> {
        let step = nice_above((self.domain.1 - self.domain.0) / count.max(1) as f64);
        let first = (self.domain.0 / step).ceil() as i64;
        let last = (self.domain.1 / step + 1e-9).floor() as i64;
        (first..=last.min(first + 100)).map(|i| i as f64 * step).collect()
    }

    fn decades(&self, count: usize) -> Vec<f64> {
        let (low, high) = (self.domain.0.log10().floor() as i32, self.domain.1.log10().ceil() as i32);
        let every = ((high - low) as usize / count.max(1)).max(1);
        let inside = |v: &f64| *v >= self.domain.0 * 0.999 && *v <= self.domain.1 * 1.001;
        // Where there is room for more than the powers of ten, halves of a decade (3 stands for its root) help.
        let between: &[f64] = if ((high - low) as usize) * 2 <= count { &[1.0, 2.0, 5.0] } else { &[1.0] };
        (low..=high)
            .step_by(every)
            .flat_map(|p| between.iter().map(move |m| m * 10f64.powi(p)))
            .filter(inside)
            .collect()
    }
}

fn finite((low, high): (f64, f64)) -> (f64, f64) {
    (if low.is_finite() { low } else { 0.0 }, if high.is_finite() { high } else { 1.0 })
}

/// The least of 1, 2, 5 × 10ⁿ that is not below the value; 1 for zero and less.
pub fn nice_above(value: f64) -> f64 {
    if value <= 0.0 || !value.is_finite() {
        return 1.0;
    }
    let power = 10f64.powf(value.log10().floor());
    [1.0, 2.0, 5.0, 10.0].into_iter().map(|m| m * power).find(|v| *v >= value * (1.0 - 1e-9)).unwrap_or(10.0 * power)
}

/// A number as text: thousands separated, at most two decimals, fewer the larger it is.
pub fn quantity(value: f64) -> String {
    if !value.is_finite() {
        return if value > 0.0 { "∞".to_owned() } else { "–".to_owned() };
    }
    let size = value.abs();
    let decimals = if size >= 100.0 {
        0
    } else if size >= 10.0 {
        1
    } else {
        2
    };
    let fixed = format!("{size:.decimals$}");
    let (whole, fraction) = fixed.split_once('.').unwrap_or((&fixed, ""));
    let mut out = String::new();
    for (i, digit) in whole.chars().enumerate() {
        if i > 0 && (whole.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    let fraction = fraction.trim_end_matches('0');
    if !fraction.is_empty() {
        out.push('.');
        out.push_str(fraction);
    }
    if value < 0.0 && out != "0" { format!("−{out}") } else { out }
}

/// A scale of days.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TimeScale {
    period: Period,
    range: (f64, f64),
}

impl TimeScale {
    /// Maps the period, first day's beginning to last day's end, to the range.
    pub fn new(period: Period, range: (f64, f64)) -> Self {
        Self { period, range }
    }

    /// The period shown.
    pub fn period(&self) -> Period {
        self.period
    }

    /// The position of the beginning of a day, held at the ends.
    pub fn start(&self, day: Date) -> f64 {
        self.offset(days_between(self.period.first, day) as f64)
    }

    /// The position of the end of a day, held at the ends.
    pub fn end(&self, day: Date) -> f64 {
        self.offset(days_between(self.period.first, day) as f64 + 1.0)
    }

    /// The positions of a period's beginning and end.
    pub fn span(&self, period: Period) -> (f64, f64) {
        (self.start(period.first), self.end(period.last))
    }

    /// The middle of a period.
    pub fn middle(&self, period: Period) -> f64 {
        let (a, b) = self.span(period);
        (a + b) / 2.0
    }

    fn offset(&self, days: f64) -> f64 {
        let total = self.period.days() as f64;
        self.range.0 + (days / total).clamp(0.0, 1.0) * (self.range.1 - self.range.0)
    }

    /// Ticks at the beginnings of years, quarters, months or days: the finest that leave `room` user units for each
    /// label.
    pub fn ticks(&self, room: f64) -> Vec<Tick> {
        let width = (self.range.1 - self.range.0).abs();
        let most = ((width / room.max(1.0)).floor() as i64).max(1);
        let days = self.period.days();
        let year_steps = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000];
        if days / 7 <= most {
            let step = if days <= most { 1 } else { 7 };
            return self.daily(step);
        }
        for months in [1, 3, 6] {
            if days / (30 * months) <= most {
                return self.monthly(months as i16);
            }
        }
        let step = year_steps.into_iter().find(|s| days / (365 * s) < most).unwrap_or(1000) as i16;
        self.yearly(step)
    }

    fn daily(&self, step: i64) -> Vec<Tick> {
        let label = |d: Date| format!("{} {}", d.day(), month_name(d.month()));
        let days = (0..self.period.days()).step_by(step as usize);
        days.map(|i| add_days(self.period.first, i)).map(|d| Tick { at: self.start(d), label: label(d) }).collect()
    }

    fn monthly(&self, step: i16) -> Vec<Tick> {
        let mut ticks = Vec::new();
        for year in self.period.first.year()..=self.period.last.year() {
            for month in (1..=12).step_by(step as usize) {
                let Ok(day) = Date::new(year, month as i8, 1) else { continue };
                if self.period.contains(day) {
                    let label = if month == 1 { year.to_string() } else { month_name(month as i8).to_owned() };
                    ticks.push(Tick { at: self.start(day), label });
                }
            }
        }
        ticks
    }

    fn yearly(&self, step: i16) -> Vec<Tick> {
        (self.period.first.year()..=self.period.last.year())
            .filter(|year| year.rem_euclid(step) == 0)
            .filter_map(|year| Date::new(year, 1, 1).ok())
            .filter(|day| self.period.contains(*day))
            .map(|day| Tick { at: self.start(day), label: day.year().to_string() })
            .collect()
    }
}

/// Days from one day to another; negative where the second is earlier.
pub fn days_between(from: Date, to: Date) -> i64 {
    to.duration_since(from).as_hours() / 24
}

/// The day so many days later, held at the calendar's ends.
pub fn add_days(day: Date, days: i64) -> Date {
    day.saturating_add(jiff::SignedDuration::from_hours(24 * days))
}

/// English month, three letters.
pub fn month_name(month: i8) -> &'static str {
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        .get((month - 1).max(0) as usize)
        .copied()
        .unwrap_or("")
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;
    use proptest::prelude::*;

    #[test]
    fn round_numbers() {
        assert_eq!(nice_above(67.0), 100.0);
        assert_eq!(nice_above(0.13), 0.2);
        assert_eq!(nice_above(5.0), 5.0);
        assert_eq!(quantity(20834.0), "20,834");
        assert_eq!(quantity(-1500.0), "−1,500");
        assert_eq!(quantity(0.25), "0.25");
        assert_eq!(quantity(12.0), "12");
        assert_eq!(quantity(-0.001), "0");
    }

    #[test]
    fn two_orders_of_magnitude_make_it_logarithmic() {
        assert!(!Scale::fitting([10.0, 1000.0], (0.0, 1.0)).is_log());
        assert!(Scale::fitting([9.0, 1000.0], (0.0, 1.0)).is_log());
        assert!(!Scale::fitting([0.0, 1000.0], (0.0, 1.0)).is_log());
    }

    #[test]
    fn years_are_labelled_where_months_do_not_fit() {
        let decade = Period::new(date(2014, 1, 1), date(2022, 12, 31));
        let labels: Vec<String> =
            TimeScale::new(decade, (0.0, 700.0)).ticks(40.0).into_iter().map(|t| t.label).collect();
        assert_eq!(labels.first().map(String::as_str), Some("2014"));
        assert_eq!(labels.len(), 9);
        let year = Period::new(date(2020, 1, 1), date(2020, 12, 31));
        let labels: Vec<String> = TimeScale::new(year, (0.0, 700.0)).ticks(40.0).into_iter().map(|t| t.label).collect();
        assert_eq!(labels[..3], ["2020", "Feb", "Mar"]);
    }

    #[test]
    fn the_last_day_ends_at_the_end() {
        let scale = TimeScale::new(Period::new(date(2020, 1, 1), date(2020, 1, 10)), (0.0, 100.0));
        assert_eq!(scale.start(date(2020, 1, 1)), 0.0);
        assert_eq!(scale.end(date(2020, 1, 10)), 100.0);
        assert_eq!(scale.start(date(2020, 1, 6)), 50.0);
        assert_eq!(scale.start(date(1999, 1, 6)), 0.0);
    }

    proptest! {
        #[test]
        fn ticks_lie_on_the_axis(low in -1e9..1e9f64, span in 0.0..1e9f64, n in 0usize..20) {
            let scale = Scale::fitting([low, low + span], (0.0, 100.0));
            for tick in scale.ticks(n) {
                prop_assert!((-0.01..=100.01).contains(&tick.at));
            }
        }

        #[test]
        fn a_larger_value_never_lies_lower(a in any::<f64>(), b in any::<f64>(), hi in 1.0..1e9f64) {
            prop_assume!(a <= b);
            for scale in [Scale::linear((0.0, hi), (0.0, 50.0)), Scale::log((0.5, hi), (0.0, 50.0))] {
                prop_assert!(scale.at(a) <= scale.at(b));
            }
        }

        #[test]
        fn time_ticks_leave_room(first in 0i64..40000, days in 0i64..40000, room in 20.0..90.0f64) {
            let from = add_days(date(1900, 1, 1), first);
            let scale = TimeScale::new(Period::new(from, add_days(from, days)), (0.0, 700.0));
            let ticks = scale.ticks(room);
            for pair in ticks.windows(2) {
                prop_assert!(pair[1].at - pair[0].at > room * 0.8, "{:?}", pair);
            }
        }
    }
}
