//! What a vague date says about time, and the questions it can answer.

use jiff::civil::Date;

use super::calendar::days_from_to;
use super::{Edtf, Endpoint, Precision, Shape, Span, Stated};
use crate::answer::Answer;

/// When something was, as far as is known: its first and its last day each lie within bounds.
///
/// A date alone does not say whether what it dates happened *at some moment* in that time or
/// *held throughout* it. The three readings are made by
///
/// | | `2016-11` | `2014-05/2016-11` |
/// |---|---|---|
/// | [`moment`](Self::moment), for events | one day in November | one day between 1 May 2014 and 30 November 2016 |
/// | [`state`](Self::state), for validity | all of November | from some day in May 2014 to some day in November 2016, throughout |
/// | [`period`](Self::period), for questions asked | all of November | from 1 May 2014 to 30 November 2016, exactly |
///
/// so that a moment in `2016-11` possibly falls in the period `2016-11-10/2016-11-12`, and
/// certainly in the period `2016`.
///
/// Answers are `Yes` or `No` only where every reading of both dates agrees. They are exact for
/// moments and for intervals; for unspecified digits (`2016-XX` as a state), where the two ends
/// move together, they may be `Possibly` although a closer look would decide, never the reverse.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct When {
    /// Where the first day lies.
    first: Bounds,
    /// Where the last day lies.
    last: Bounds,
    days: Days,
}

/// A length in whole days, both ends counted: at least `min` and at most `max`, where `None` is
/// without bound.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Days {
    /// The shortest possible length; `None` if it is endless for certain.
    pub min: Option<u32>,
    /// The longest possible length; `None` if there is no limit.
    pub max: Option<u32>,
}

/// A day, or beyond all days. Ordered in time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Edge {
    Beginning,
    Day(Date),
    End,
}

/// The earliest and the latest that a day may be; in order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Bounds {
    from: Edge,
    to: Edge,
}

impl When {
    /// Something that happened on one day between the first and the last possible day: the reading
    /// for events. One that is known to have lasted from the first day to the last is a
    /// [`state`](Self::state).
    pub fn moment(date: &Edtf) -> Self {
        let Span { start, end } = date.possible();
        let day = Bounds { from: start.map_or(Edge::Beginning, Edge::Day), to: end.map_or(Edge::End, Edge::Day) };
        Self { first: day, last: day, days: Days::exactly(1) }
    }

    /// Something that held without a break from its beginning to its end: the reading for the
    /// validity of a relation, a control, a strength.
    ///
    /// A single date holds for the whole unit that it names. An interval `a/b` begins on some day
    /// of `a` and ends on some day of `b` (ISO 8601-2: "beginning sometime in 1964 and ending
    /// sometime in 2008"). An open end (`..`) has none; see [`known_on`](Self::known_on). An
    /// unknown end may be any day, as long as the thing does not end before it begins.
    pub fn state(date: &Edtf) -> Self {
        match date.0 {
            Shape::Date(stated) => Self::one_unit(stated),
            Shape::Interval(start, end) => Self::between(Bounds::any_day(start, true), Bounds::any_day(end, false)),
        }
    }

    /// A stretch of the calendar as a whole, from the first day of what is stated to the last: the
    /// reading for the period of a question, "in 2020-01/2020-06".
    pub fn period(date: &Edtf) -> Self {
        match date.0 {
            Shape::Date(stated) => Self::one_unit(stated),
            Shape::Interval(start, end) => Self::between(Bounds::first_day(start), Bounds::last_day(end)),
        }
    }

    /// Exactly this stretch of days; one given backwards is turned round.
    pub fn span(span: Span) -> Self {
        let start = span.start.map_or(Edge::Beginning, Edge::Day);
        let end = span.end.map_or(Edge::End, Edge::Day);
        Self::between(Bounds::at(start.min(end)), Bounds::at(end.max(start)))
    }

    /// Exactly this day.
    pub fn day(day: Date) -> Self {
        Self::span(Span { start: Some(day), end: Some(day) })
    }

    /// The same, where an open end only means that no end was known on `day`: the state is
    /// certain up to that day at most, and possible after it. For statements made on that day.
    pub fn known_on(self, day: Date) -> Self {
        if self.last.from == Edge::End {
            Self::between(self.first, Bounds { from: Edge::Day(day), to: Edge::End })
        } else {
            self
        }
    }

    /// Whether the two have a day in common.
    pub fn overlaps(&self, other: &Self) -> Answer {
        self.first.no_later_than(other.last).and(other.first.no_later_than(self.last))
    }

    /// Whether this is over before the other begins (on an earlier day).
    pub fn before(&self, other: &Self) -> Answer {
        !other.first.no_later_than(self.last)
    }

    /// Whether this begins after the other is over.
    pub fn after(&self, other: &Self) -> Answer {
        other.before(self)
    }

    /// Whether this lies wholly within the other.
    pub fn during(&self, other: &Self) -> Answer {
        let fits = match (self.days.min, other.days.max) {
            (_, None) => true,
            (None, Some(_)) => false,
            (Some(shortest), Some(room)) => shortest <= room,
        };
        Answer::from_bounds(fits, fits)
            .and(other.first.no_later_than(self.first))
            .and(self.last.no_later_than(other.last))
    }

    /// Whether it was on this day.
    pub fn contains_day(&self, day: Date) -> Answer {
        self.overlaps(&Self::day(day))
    }

    /// How long it lasted. A moment is one day. A single date lasts one of the units it names,
    /// approximate or not: `2016-02~` 28 to 31 days. Open ends give no bound.
    pub fn days(&self) -> Days {
        self.days
    }

    /// From the first to the last day on which it may have been.
    pub fn possible(&self) -> Span {
        Span { start: self.first.from.day(), end: self.last.to.day() }
    }

    /// The days on which it was for certain, if there are any.
    pub fn certain(&self) -> Option<Span> {
        let certain = self.first.to <= self.last.from;
        certain.then(|| Span { start: self.first.to.day(), end: self.last.from.day() })
    }

    /// The days on which it may have begun.
    pub fn first(&self) -> Span {
        Span { start: self.first.from.day(), end: self.first.to.day() }
    }

    /// The days on which it may have ended.
    pub fn last(&self) -> Span {
        Span { start: self.last.from.day(), end: self.last.to.day() }
    }

    /// One whole unit of the calendar, perhaps not known which.
    fn one_unit(stated: Stated) -> Self {
        let unit = stated.unit();
        let (first, last) = stated.possible();
        Self {
            first: Bounds { from: Edge::Day(first), to: Edge::Day(unit.first_day(last)) },
            last: Bounds { from: Edge::Day(unit.last_day(first)), to: Edge::Day(last) },
            days: Days::of_one(unit, first, last),
        }
    }

    /// From a day within `first` to a day within `last`, no earlier.
    fn between(first: Bounds, last: Bounds) -> Self {
        // A first day after every last day, or a last day before every first, is no reading.
        let first = Bounds { from: first.from, to: first.to.min(last.to) };
        let last = Bounds { from: last.from.max(first.from), to: last.to };
        let days = Days {
            min: if first.to < last.from { length(first.to, last.from) } else { Some(1) },
            max: length(first.from, last.to),
        };
        Self { first, last, days }
    }
}

impl Days {
    fn exactly(days: u32) -> Self {
        Self { min: Some(days), max: Some(days) }
    }

    /// Length of one unit between two days, of which the units there may differ.
    fn of_one(unit: Precision, first: Date, last: Date) -> Self {
        if unit == Precision::Day {
            return Self::exactly(1);
        }
        let mut lengths = std::iter::successors(Some(first), |start| Some(unit.shift(*start, 1)))
            // The last step may be clamped at the end of the calendar, inside the unit before.
            .take_while(|start| *start <= last && unit.first_day(*start) == *start)
            // A century of years with its padding is the longest run there is.
            .take(600)
            .map(|start| days_from_to(start, unit.last_day(start)));
        let shortest = lengths.next().unwrap_or(1);
        let (min, max) = lengths.fold((shortest, shortest), |(min, max), days| (min.min(days), max.max(days)));
        Self { min: Some(min), max: Some(max) }
    }
}

/// Days from one edge to the other, both counted; `None` where there is no bound.
fn length(first: Edge, last: Edge) -> Option<u32> {
    Some(days_from_to(first.day()?, last.day()?))
}

impl Edge {
    fn day(self) -> Option<Date> {
        match self {
            Self::Day(day) => Some(day),
            Self::Beginning | Self::End => None,
        }
    }
}

impl Bounds {
    fn at(edge: Edge) -> Self {
        Self { from: edge, to: edge }
    }

    /// Whether this day is the same as or comes before the other.
    fn no_later_than(self, other: Self) -> Answer {
        Answer::from_bounds(self.from <= other.to, self.to <= other.from)
    }

    /// Where an end without a date may lie.
    fn undated(endpoint: Endpoint, is_start: bool) -> Self {
        match (endpoint, is_start) {
            (Endpoint::Open, true) => Self::at(Edge::Beginning),
            (Endpoint::Open, false) => Self::at(Edge::End),
            _ => Self { from: Edge::Beginning, to: Edge::End },
        }
    }

    /// Any day of the endpoint.
    fn any_day(endpoint: Endpoint, is_start: bool) -> Self {
        match endpoint.dated() {
            Some(stated) => {
                let (first, last) = stated.possible();
                Self { from: Edge::Day(first), to: Edge::Day(last) }
            }
            None => Self::undated(endpoint, is_start),
        }
    }

    /// The day on which the unit begins that starts an interval.
    fn first_day(endpoint: Endpoint) -> Self {
        endpoint.dated().map_or_else(|| Self::undated(endpoint, true), |stated| When::one_unit(stated).first)
    }

    /// The day on which the unit ends that ends an interval.
    fn last_day(endpoint: Endpoint) -> Self {
        endpoint.dated().map_or_else(|| Self::undated(endpoint, false), |stated| When::one_unit(stated).last)
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use Answer::{No, Possibly, Yes};

    fn moment(text: &str) -> When {
        Edtf::parse(text).unwrap().as_moment()
    }

    fn state(text: &str) -> When {
        Edtf::parse(text).unwrap().as_state()
    }

    fn period(text: &str) -> When {
        Edtf::parse(text).unwrap().as_period()
    }

    fn days(when: When) -> (Option<u32>, Option<u32>) {
        (when.days().min, when.days().max)
    }

    #[test]
    fn a_moment_within_a_month() {
        let event = moment("2016-11");
        for (asked, answer) in [
            ("2016-11-10/2016-11-12", Possibly),
            ("2016", Yes),
            ("2016-11", Yes),
            ("2016-12", No),
            ("2016-11-30/..", Possibly),
            ("2016-10/2016-11", Yes),
        ] {
            assert_eq!(event.overlaps(&period(asked)), answer, "{asked}");
            assert_eq!(event.during(&period(asked)), answer, "a moment that overlaps lies within: {asked}");
        }
        assert_eq!(event.before(&period("2016-12")), Yes);
        assert_eq!(event.before(&period("2016-11-30")), Possibly);
        assert_eq!(event.after(&moment("2016-11-15")), Possibly);
        assert_eq!(event.certain(), None);
        assert_eq!(days(event), (Some(1), Some(1)));
    }

    #[test]
    fn a_state_holds_throughout() {
        let valid = state("2014-05/2016-11");
        assert_eq!(valid.certain(), Some(Span { start: Some(date(2014, 5, 31)), end: Some(date(2016, 11, 1)) }));
        assert_eq!(valid.contains_day(date(2015, 1, 1)), Yes);
        assert_eq!(valid.contains_day(date(2014, 5, 10)), Possibly);
        assert_eq!(valid.contains_day(date(2016, 12, 1)), No);
        assert_eq!(days(valid), (Some(886), Some(945)));
        assert_eq!(state("2016-11").contains_day(date(2016, 11, 10)), Yes);
        assert_eq!(state("2016/2016").certain(), None, "began and ended within the year");
        assert_eq!(state("2016/2016").overlaps(&period("2016")), Yes);
        assert_eq!(state("2016/2016").during(&period("2016-06")), Possibly);
        assert_eq!(state("2016").during(&period("2016-06")), No);
    }

    #[test]
    fn a_period_is_taken_to_its_outer_edges() {
        let asked = period("2020-01/2020-06");
        assert_eq!(asked.certain(), Some(asked.possible()));
        assert_eq!(days(asked), (Some(182), Some(182)));
        assert_eq!(moment("2020-06-30").during(&asked), Yes);
        assert_eq!(moment("2020-06-30").during(&state("2020-01/2020-06")), Possibly);
    }

    #[test]
    fn approximation_pads_what_is_possible() {
        assert_eq!(moment("2016-11~").overlaps(&period("2016-11")), Possibly);
        assert_eq!(moment("2016-11~").during(&period("2016-10/2016-12")), Yes);
        assert_eq!(moment("2016-11~").overlaps(&period("2017")), No);
        assert_eq!(moment("2016-11%").overlaps(&period("2017")), Possibly);
        assert_eq!(state("2014~").contains_day(date(2014, 7, 1)), Possibly);
        assert_eq!(state("2014~").possible(), state("2013/2015").possible());
        assert_eq!(days(state("2016-02~")), (Some(29), Some(31)));
        assert_eq!(days(state("2014~")), (Some(365), Some(365)));
        assert_eq!(days(state("2015~")), (Some(365), Some(366)));
    }

    #[test]
    fn unspecified_digits_name_one_unit_of_many() {
        assert_eq!(days(state("2016-XX")), (Some(29), Some(31)));
        assert_eq!(days(state("2016-11-XX")), (Some(1), Some(1)));
        assert_eq!(days(state("201X")), (Some(365), Some(366)));
        assert_eq!(state("2016-XX").during(&period("2016-11-10/2016-11-12")), No, "a month does not fit");
        assert_eq!(state("2016-XX").contains_day(date(2016, 3, 1)), Possibly);
        assert_eq!(moment("201X").during(&period("2010/2019")), Yes);
        assert_eq!(days(state("99XX%")), (Some(365), Some(366)));
    }

    #[test]
    fn open_and_unknown_ends_differ() {
        let ongoing = state("2014/..");
        assert_eq!(ongoing.contains_day(date(2030, 1, 1)), Yes);
        assert_eq!(days(ongoing), (None, None));
        let known = ongoing.known_on(date(2022, 2, 1));
        assert_eq!(known.contains_day(date(2022, 2, 1)), Yes);
        assert_eq!(known.contains_day(date(2022, 2, 2)), Possibly);
        assert_eq!(days(known), (Some(2590), None));
        assert_eq!(state("2014/2016").known_on(date(2015, 1, 1)), state("2014/2016"));

        let unknown = state("2014/");
        assert_eq!(unknown.contains_day(date(2030, 1, 1)), Possibly);
        assert_eq!(unknown.contains_day(date(2013, 12, 31)), No);
        assert_eq!(days(unknown), (Some(1), None));
        assert_eq!(state("../2014").contains_day(date(1900, 1, 1)), Yes);
        assert_eq!(state("/2014-03-01").contains_day(date(1900, 1, 1)), Possibly);
        assert_eq!(state("/2014-03-01").contains_day(date(2014, 3, 1)), Yes);
        assert_eq!(ongoing.during(&period("2014/2020")), No);
    }

    #[test]
    fn a_winter_reaches_into_the_next_year() {
        assert_eq!(moment("2016-01-15").during(&period("2015-24")), Yes);
        assert_eq!(days(period("2015-24")), (Some(91), Some(91)));
        assert_eq!(moment("2015-23").before(&period("2015-24")), Yes);
    }
}
