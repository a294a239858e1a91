//! Asking the lake: the events, or cube cells, of a selection, gathered by date, place and item.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use casefile_lake::{Lake, LakeError, Table};
use casefile_model::claim::Dimension;
use casefile_model::date::Span;
use jiff::civil::Date;

use crate::filter::Filter;
use crate::observation::{CELL_KM, Grain};
use crate::sql;

/// Which table answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ground {
    /// Rows of the pinned release, table `events`.
    Rows,
    /// Cells of the evidence cube, table `cube`.
    Cube,
}

/// Events that share dates, certainty of place and item.
#[derive(Debug, Clone, PartialEq)]
pub struct Stratum {
    /// The item they belong to, where the evidence was asked for by a dimension.
    pub item: Option<String>,
    /// First day on which they may have happened.
    pub start: Date,
    /// Last day.
    pub end: Date,
    /// Whether they certainly lie in the selection's places.
    pub placed: bool,
    /// Number of events.
    pub n: u64,
    /// Deaths, low estimate.
    pub low: i64,
    /// Deaths, best estimate.
    pub best: i64,
    /// Deaths, high estimate.
    pub high: i64,
    /// Deaths on the side of the selection's actor.
    pub own: i64,
    /// Deaths on the other side.
    pub opponent: i64,
    /// Deaths of civilians.
    pub civilians: i64,
    /// Deaths of unknown status.
    pub unknown: i64,
    /// Which events they are, and what they say.
    pub digest: Digest,
}

/// Events that share dates, certainty of place, type of violence and reported toll.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TollStratum {
    /// First day on which they may have happened.
    pub start: Date,
    /// Last day.
    pub end: Date,
    /// Whether they certainly lie in the selection's places.
    pub placed: bool,
    /// UCDP's type of violence.
    pub violence: Option<i64>,
    /// Reported deaths, best estimate.
    pub reported: i64,
    /// Number of events.
    pub n: u64,
}

/// Which events stand behind an answer, order-free: the same events give the same digest, in rows.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Digest {
    /// Over the events' identifiers.
    pub ids: u64,
    /// Over identifiers, dates, places and tolls.
    pub content: u64,
    /// Number of events.
    pub events: u64,
}

/// One event, or one cell of a cube.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// Identifier of the event or cell.
    pub id: String,
    /// First day.
    pub start: Date,
    /// Last day.
    pub end: Date,
    /// Named place and province, or the country where neither is known.
    pub place: String,
    /// The two sides.
    pub sides: String,
    /// Number of events.
    pub n: i64,
    /// Deaths, low estimate.
    pub low: Option<i64>,
    /// Deaths, best estimate.
    pub best: Option<i64>,
    /// Deaths, high estimate.
    pub high: Option<i64>,
    /// Flags raised on loading.
    pub flags: String,
}

/// Events at one spot of the map.
#[derive(Debug, Clone, PartialEq)]
pub struct Spot {
    /// Named place, else province, else country.
    pub name: String,
    /// Degrees north (WGS 84).
    pub latitude: f64,
    /// Degrees east.
    pub longitude: f64,
    /// How far off the true place may be, in km.
    pub precision_km: f64,
    /// Number of events.
    pub events: i64,
    /// Deaths, best estimate.
    pub deaths: i64,
}

/// Answers already had: many claims ask the same of the same events, and what is asked twice is answered once.
#[derive(Debug, Default)]
pub struct Answers {
    tables: Mutex<BTreeMap<String, Table>>,
    digests: Mutex<BTreeMap<String, Digest>>,
}

impl Answers {
    fn get(&self, lake: &Lake, query: &str, expects_few: bool) -> Result<Table, LakeError> {
        let known = || self.tables.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(table) = known().get(query) {
            return Ok(table.clone());
        }
        let table = if expects_few { lake.table_of_few(query) } else { lake.table(query) }?;
        known().insert(query.to_owned(), table.clone());
        Ok(table)
    }

    fn has(&self, query: &str) -> bool {
        self.tables.lock().unwrap_or_else(PoisonError::into_inner).contains_key(query)
    }

    fn digest(&self, events: &str) -> Option<Digest> {
        self.digests.lock().unwrap_or_else(PoisonError::into_inner).get(events).copied()
    }

    fn keep(&self, events: String, digest: Digest) {
        self.digests.lock().unwrap_or_else(PoisonError::into_inner).insert(events, digest);
    }
}

fn digest_of(strata: &[Stratum]) -> Digest {
    strata.iter().fold(Digest::default(), |sum, stratum| sum.with(stratum.digest))
}

impl Digest {
    /// The digest of these events and those together.
    fn with(self, other: Self) -> Self {
        Self { ids: self.ids ^ other.ids, content: self.content ^ other.content, events: self.events + other.events }
    }
}

/// Questions put to one ground, with a record of the SQL that was run.
pub struct Inquiry<'a> {
    lake: &'a Lake,
    answers: &'a Answers,
    ground: Ground,
    expects_few: bool,
    /// The queries run so far.
    pub sql: Vec<String>,
}

impl<'a> Inquiry<'a> {
    /// An inquiry over rows or cells.
    pub fn new(lake: &'a Lake, answers: &'a Answers, ground: Ground) -> Self {
        Self { lake, answers, ground, expects_few: false, sql: Vec::new() }
    }

    /// An inquiry that will find few events or none: quicker then, and slower where there are many.
    #[must_use]
    pub fn expecting_few(self) -> Self {
        Self { expects_few: true, ..self }
    }

    /// The selection's events that may have happened in `window`, by date, certainty of place and item.
    ///
    /// # Errors
    /// When the query fails.
    pub fn strata(&mut self, filter: &Filter, window: &Span, by: Option<Dimension>) -> Result<Vec<Stratum>, LakeError> {
        let strata = strata(&self.run(self.strata_query(filter, window, by))?)?;
        // Gathered by actor, an event stands under either side and would cancel itself.
        if by != Some(Dimension::Actor) {
            self.answers.keep(self.key(filter, window), digest_of(&strata));
        }
        Ok(strata)
    }

    fn strata_query(&self, filter: &Filter, window: &Span, by: Option<Dimension>) -> String {
        let item = by.and_then(|dimension| item_expression(dimension, &filter.actor_is_a));
        let from = match by {
            Some(Dimension::Actor) => self.both_sides(filter),
            _ => self.table(filter).to_owned(),
        };
        let n = self.number(filter);
        format!(
            "SELECT {item} AS item, {start} AS start, {end} AS \"end\", CAST({placed} AS BIGINT) AS placed,\n       \
             {n} AS n, sum(deaths_low) AS low, sum(deaths_best) AS best, sum(deaths_high) AS high,\n       \
             sum(CASE WHEN {a} THEN deaths_a ELSE deaths_b END) AS own,\n       \
             sum(CASE WHEN {a} THEN deaths_b ELSE deaths_a END) AS opponent,\n       \
             sum(deaths_civilians) AS civilians, sum(deaths_unknown) AS unknown,\n       \
             bit_xor(fingerprint({id})) AS ids,\n       \
             bit_xor(fingerprint({id}, {start}, {end}, country, admin1, place, side_a, side_b, type_of_violence, \
             deaths_low, deaths_best, deaths_high, deaths_civilians)) AS content\n\
             FROM {from}\nWHERE {predicate}\nGROUP BY 1, 2, 3, 4\nORDER BY 1, 2, 3, 4",
            item = item.unwrap_or_else(|| "CAST(NULL AS VARCHAR)".to_owned()),
            id = self.id(),
            start = self.start(),
            end = self.end(),
            placed = filter.placed,
            a = filter.actor_is_a,
            predicate = self.predicate(filter, window),
        )
    }

    /// Asks at the same time for strata, and tolls where wanted, that will then be asked for one after the other: planning
    /// keeps one core busy at most. What fails is told when it is asked for.
    pub fn foresee(&self, questions: &[(&Filter, &Span)], with_tolls: bool) {
        let of = |(filter, window): &(&Filter, &Span)| {
            let tolls = with_tolls.then(|| self.tolls_query(filter, window));
            [Some(self.strata_query(filter, window, None)), tolls]
        };
        let mut queries: Vec<String> = questions.iter().flat_map(of).flatten().collect();
        queries.retain(|query| !self.answers.has(query));
        // A single one is as well asked when its answer is wanted.
        if queries.len() < 2 {
            return;
        }
        std::thread::scope(|scope| {
            for query in &queries {
                scope.spawn(|| self.answers.get(self.lake, query, self.expects_few).is_ok());
            }
        });
    }

    /// What tells one set of events from another: the ground and the predicate.
    fn key(&self, filter: &Filter, window: &Span) -> String {
        format!("{} WHERE {}", self.table(filter), self.predicate(filter, window))
    }

    /// The same events by type of violence and reported toll: what the distribution of the true toll needs.
    ///
    /// # Errors
    /// When the query fails.
    pub fn tolls(&mut self, filter: &Filter, window: &Span) -> Result<Vec<TollStratum>, LakeError> {
        toll_strata(&self.run(self.tolls_query(filter, window))?)
    }

    fn tolls_query(&self, filter: &Filter, window: &Span) -> String {
        let (from, toll, n) = match self.ground {
            Ground::Rows => ("events", "deaths_best", "count(*)"),
            Ground::Cube => (CELLS_WITH_TOLLS, "toll", "sum(toll_n)"),
        };
        format!(
            "SELECT {start} AS start, {end} AS \"end\", CAST({placed} AS BIGINT) AS placed, type_of_violence AS violence,\n       \
             {toll} AS reported, {n} AS n\n\
             FROM {from}\nWHERE {predicate} AND {toll} IS NOT NULL\n\
             GROUP BY 1, 2, 3, 4, 5\nORDER BY 1, 2, 3, 4, 5",
            start = self.start(),
            end = self.end(),
            placed = filter.placed,
            predicate = self.predicate(filter, window),
        )
    }

    /// A fingerprint of the events (or cells) behind the selection.
    ///
    /// # Errors
    /// When the query fails.
    pub fn digest(&mut self, filter: &Filter, window: &Span) -> Result<Digest, LakeError> {
        // A question about the same events has told it already, however it gathered them.
        if let Some(digest) = self.answers.digest(&self.key(filter, window)) {
            return Ok(digest);
        }
        let strata = self.strata(filter, window, None)?;
        Ok(digest_of(&strata))
    }

    /// Where the selection's events lie: by named place from rows, by PRIO-GRID cell from a cube.
    ///
    /// # Errors
    /// When the query fails.
    pub fn spots(&mut self, filter: &Filter, window: &Span) -> Result<Vec<Spot>, LakeError> {
        // Sums of whole millionths of a degree are the same in any order.
        let (latitude, longitude) = self.coordinates();
        let whole = |degrees: &str| format!("sum(CAST(round({degrees} * 1e6) AS BIGINT))");
        let query = format!(
            "SELECT coalesce(place, admin1, country, '') AS name, country, admin1, admin2, place, place_precision_km AS km,\n       \
             {north} AS north, {east} AS east, count({latitude}) AS points, {n} AS n, sum(deaths_best) AS deaths\n\
             FROM {from}\nWHERE {predicate} AND {latitude} IS NOT NULL\nGROUP BY 1, 2, 3, 4, 5, 6\n\
             ORDER BY 1, 2, 3, 4, 5, 6",
            north = whole(latitude),
            east = whole(longitude),
            n = self.number(filter),
            from = self.table(filter),
            predicate = self.predicate(filter, window),
        );
        let coarse = if self.ground == Ground::Cube { CELL_KM } else { 0.0 };
        spots(&self.run(query)?, coarse)
    }

    /// The events (or cells) themselves, in order of time, at most `limit`, and whether there are more.
    ///
    /// # Errors
    /// When the query fails.
    pub fn rows(&mut self, filter: &Filter, window: &Span, limit: usize) -> Result<(Vec<Row>, bool), LakeError> {
        let (place, n) = match self.ground {
            Ground::Rows => ("concat_ws(', ', place, admin1)", "1"),
            Ground::Cube => ("concat_ws(', ', place, admin1)", "n"),
        };
        let query = format!(
            "SELECT {id} AS id, {start} AS start, {end} AS \"end\", {place} AS place, country,\n       \
             concat_ws(' – ', side_a, side_b) AS sides, {n} AS n, deaths_low AS low, deaths_best AS best, \
             deaths_high AS high, flags\n\
             FROM {from}\nWHERE {predicate}\nORDER BY 2, 1",
            id = self.id(),
            start = self.start(),
            end = self.end(),
            from = self.table(filter),
            predicate = self.predicate(filter, window),
        );
        let limited = self.lake.sql_limited(&query, limit)?;
        self.sql.push(query);
        Ok((rows(&limited.rows.table()?)?, limited.more))
    }

    /// Which table answers.
    pub(crate) fn ground(&self) -> Ground {
        self.ground
    }

    /// Latitude and longitude, as expressions.
    pub(crate) fn coordinates(&self) -> (&'static str, &'static str) {
        match self.ground {
            Ground::Rows => ("latitude", "longitude"),
            // Cells are numbered row by row from 180° W 90° S, 720 to a row (PRIO-GRID codebook).
            Ground::Cube => ("((priogrid - 1) / 720 * 0.5 - 89.75)", "((priogrid - 1) % 720 * 0.5 - 179.75)"),
        }
    }

    pub(crate) fn run(&mut self, query: String) -> Result<Table, LakeError> {
        let table = self.answers.get(self.lake, &query, self.expects_few)?;
        self.sql.push(query);
        Ok(table)
    }

    fn start(&self) -> &'static str {
        match self.ground {
            Ground::Rows => "date_start",
            Ground::Cube => "period_start",
        }
    }

    fn end(&self) -> &'static str {
        match self.ground {
            Ground::Rows => "date_end",
            Ground::Cube => "period_end",
        }
    }

    fn id(&self) -> &'static str {
        match self.ground {
            Ground::Rows => "event_id",
            Ground::Cube => "cell_id",
        }
    }

    fn number(&self, filter: &Filter) -> &'static str {
        match (self.ground, filter.min_deaths) {
            (Ground::Rows, _) => "count(*)",
            (Ground::Cube, None) => "sum(n)",
            (Ground::Cube, Some(_)) => "sum(toll_n)",
        }
    }

    pub(crate) fn table(&self, filter: &Filter) -> &'static str {
        match (self.ground, filter.min_deaths) {
            (Ground::Rows, _) => "events",
            (Ground::Cube, None) => "cube",
            (Ground::Cube, Some(_)) => CELLS_WITH_TOLLS,
        }
    }

    /// Each event twice, once under the name of either side.
    fn both_sides(&self, filter: &Filter) -> String {
        let table = self.table(filter);
        format!(
            "(SELECT *, side_a AS side FROM {table} UNION ALL SELECT *, side_b AS side FROM {table} \
             WHERE side_b <> side_a)"
        )
    }

    pub(crate) fn predicate(&self, filter: &Filter, window: &Span) -> String {
        let toll = match self.ground {
            Ground::Rows => "deaths_best",
            Ground::Cube => "toll",
        };
        // In order of what it takes to tell: numbers before texts. Where few rows are left, the rest is asked of these alone.
        sql::all([
            window.end.map_or_else(|| "true".to_owned(), |end| format!("{} <= {}", self.start(), sql::date(end))),
            window.start.map_or_else(|| "true".to_owned(), |start| format!("{} >= {}", self.end(), sql::date(start))),
            filter.min_deaths.map_or_else(|| "true".to_owned(), |least| format!("{toll} >= {least}")),
            sql::any([filter.placed.clone(), filter.maybe_placed.clone()]),
            filter.who.clone(),
        ])
    }
}

/// How far off an event may be of which the country alone is known, in km: for drawing it.
const COUNTRY_KM: f64 = 500.0;

/// Cells joined with the number of events at each reported toll.
const CELLS_WITH_TOLLS: &str = "(SELECT cube.*, cube_tolls.deaths_best AS toll, cube_tolls.n AS toll_n \
                                FROM cube JOIN cube_tolls USING (cell_id))";

/// The column, or expression, that names an event's item. Months and years are told from the dates instead.
fn item_expression(dimension: Dimension, actor_is_a: &str) -> Option<String> {
    let column = match dimension {
        Dimension::Country => "country",
        Dimension::Admin1 => "admin1",
        Dimension::Admin2 => "admin2",
        Dimension::Place => "place",
        Dimension::Priogrid => "CAST(priogrid AS VARCHAR)",
        Dimension::Actor => "side",
        Dimension::Opponent => return Some(format!("CASE WHEN {actor_is_a} THEN side_b ELSE side_a END")),
        Dimension::Month | Dimension::Year => return None,
    };
    Some(column.to_owned())
}

/// The groups of one name together: their mean point, and the coarsest of their precisions. No point is finer than `coarse` km.
fn spots(table: &Table, coarse: f64) -> Result<Vec<Spot>, LakeError> {
    let (name, km) = (table.text("name")?, table.real("km")?);
    let (country, admin1) = (table.text("country")?, table.text("admin1")?);
    let (admin2, place) = (table.text("admin2")?, table.text("place")?);
    let (north, east, points) = (table.int("north")?, table.int("east")?, table.int("points")?);
    let (deaths, events) = (table.int("deaths")?, table.int("n")?);
    let mut sums: BTreeMap<String, ([i64; 5], f64)> = BTreeMap::new();
    for i in 0..table.len() {
        let names = [&country[i], &admin1[i], &admin2[i], &place[i]].map(Option::as_deref);
        // A country has no circle: what is known of it no better is drawn as the largest one.
        let off = km[i].unwrap_or_else(|| Grain::told(None, names).km().min(COUNTRY_KM));
        let (sum, widest) = sums.entry(name[i].clone().unwrap_or_default()).or_default();
        let row = [north[i], east[i], points[i], events[i], deaths[i]].map(Option::unwrap_or_default);
        sum.iter_mut().zip(row).for_each(|(sum, n)| *sum += n);
        *widest = widest.max(off);
    }
    let spot = |(name, ([north, east, points, events, deaths], km)): (String, ([i64; 5], f64))| {
        let mean = |sum: i64| sum as f64 / points.max(1) as f64 / 1e6;
        Spot { name, latitude: mean(north), longitude: mean(east), precision_km: km.max(coarse), events, deaths }
    };
    let mut spots: Vec<Spot> = sums.into_iter().map(spot).collect();
    spots.sort_by(|a, b| b.events.cmp(&a.events).then_with(|| a.name.cmp(&b.name)));
    Ok(spots)
}

fn strata(table: &Table) -> Result<Vec<Stratum>, LakeError> {
    let item = table.text("item")?;
    let when = Dated::read(table)?;
    let number = |name| -> Result<Vec<i64>, LakeError> {
        Ok(table.int(name)?.into_iter().map(Option::unwrap_or_default).collect())
    };
    let (low, best, high) = (number("low")?, number("best")?, number("high")?);
    let (own, opponent) = (number("own")?, number("opponent")?);
    let (civilians, unknown) = (number("civilians")?, number("unknown")?);
    let (ids, content) = (table.unsigned("ids")?, table.unsigned("content")?);
    Ok(when
        .rows()
        .map(|(row, start, end, placed, n)| Stratum {
            item: item[row].clone(),
            start,
            end,
            placed,
            n,
            low: low[row],
            best: best[row],
            high: high[row],
            own: own[row],
            opponent: opponent[row],
            civilians: civilians[row],
            unknown: unknown[row],
            digest: Digest { ids: ids[row].unwrap_or(0), content: content[row].unwrap_or(0), events: n },
        })
        .collect())
}

fn toll_strata(table: &Table) -> Result<Vec<TollStratum>, LakeError> {
    let (violence, reported) = (table.int("violence")?, table.int("reported")?);
    Ok(Dated::read(table)?
        .rows()
        .map(|(row, start, end, placed, n)| TollStratum {
            start,
            end,
            placed,
            violence: violence[row],
            reported: reported[row].unwrap_or(0),
            n,
        })
        .collect())
}

fn rows(table: &Table) -> Result<Vec<Row>, LakeError> {
    let texts = |name| -> Result<Vec<String>, LakeError> {
        Ok(table.text(name)?.into_iter().map(Option::unwrap_or_default).collect())
    };
    let (id, place, country) = (texts("id")?, texts("place")?, texts("country")?);
    let (sides, flags) = (texts("sides")?, texts("flags")?);
    let (start, end) = (table.day("start")?, table.day("end")?);
    let (n, low, best, high) = (table.int("n")?, table.int("low")?, table.int("best")?, table.int("high")?);
    let row = |i: usize| {
        Some(Row {
            id: id[i].clone(),
            start: start[i]?,
            end: end[i]?,
            place: if place[i].is_empty() { country[i].clone() } else { place[i].clone() },
            sides: sides[i].clone(),
            n: n[i]?,
            low: low[i],
            best: best[i],
            high: high[i],
            flags: flags[i].clone(),
        })
    };
    Ok((0..table.len()).filter_map(row).collect())
}

/// The columns that every answer has: dates, certainty of place and number of events.
struct Dated {
    start: Vec<Option<Date>>,
    end: Vec<Option<Date>>,
    placed: Vec<Option<i64>>,
    n: Vec<Option<i64>>,
}

impl Dated {
    fn read(table: &Table) -> Result<Self, LakeError> {
        Ok(Self {
            start: table.day("start")?,
            end: table.day("end")?,
            placed: table.int("placed")?,
            n: table.int("n")?,
        })
    }

    /// Row number, first day, last day, certainty of place, number of events. The loader quarantines rows without
    /// dates, so none is passed over here.
    fn rows(&self) -> impl Iterator<Item = (usize, Date, Date, bool, u64)> {
        (0..self.n.len()).filter_map(|row| {
            let n = u64::try_from(self.n[row]?).ok()?;
            Some((row, self.start[row]?, self.end[row]?, self.placed[row] == Some(1), n))
        })
    }
}
