//! When something was first or last seen.

use casefile_model::date::Span;

use crate::count::Standing;
use crate::evidence::Stratum;

/// The span within which the first event happened: from the earliest day on which any may have, to the earliest day
/// by which one certainly had. Open at the end where no event is certain; none where there is no event.
pub fn first(strata: &[Stratum], window: &Span) -> Option<Span> {
    let possible = inside(strata, window).map(|(s, _)| s.start).min()?;
    let certain = inside(strata, window).filter(|(_, standing)| standing.is_certain()).map(|(s, _)| s.end).min();
    Some(Span { start: Some(possible), end: certain })
}

/// The span within which the last event happened; open at the start where no event is certain.
pub fn last(strata: &[Stratum], window: &Span) -> Option<Span> {
    let possible = inside(strata, window).map(|(s, _)| s.end).max()?;
    let certain = inside(strata, window).filter(|(_, standing)| standing.is_certain()).map(|(s, _)| s.start).max();
    Some(Span { start: certain, end: Some(possible) })
}

fn inside<'a>(strata: &'a [Stratum], window: &'a Span) -> impl Iterator<Item = (&'a Stratum, Standing)> {
    strata
        .iter()
        .map(|s| (s, Standing::of(s.start, s.end, s.placed, window)))
        .filter(|(_, standing)| standing.is_possible())
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn stratum(start: jiff::civil::Date, end: jiff::civil::Date, placed: bool) -> Stratum {
        Stratum {
            item: None,
            start,
            end,
            placed,
            n: 1,
            low: 0,
            best: 0,
            high: 0,
            own: 0,
            opponent: 0,
            civilians: 0,
            unknown: 0,
            digest: Default::default(),
        }
    }

    #[test]
    fn a_vague_first_event_gives_a_span() {
        let open = Span { start: None, end: None };
        let strata = [
            stratum(date(2015, 3, 1), date(2015, 3, 31), true),
            stratum(date(2015, 3, 10), date(2015, 3, 10), true),
            stratum(date(2015, 1, 5), date(2015, 1, 5), false),
        ];
        let first = first(&strata, &open).unwrap();
        assert_eq!((first.start, first.end), (Some(date(2015, 1, 5)), Some(date(2015, 3, 10))));
        let last = last(&strata, &open).unwrap();
        assert_eq!((last.start, last.end), (Some(date(2015, 3, 10)), Some(date(2015, 3, 31))));
    }
}
