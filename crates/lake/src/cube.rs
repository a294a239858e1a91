//! The evidence cube: a dataset added up, small enough to travel inside the case.
//!
//! A reader who lacks the rows, or may not have them, answers the same questions from the cube wherever it can. A
//! **cell** holds the events that agree in period, place, sides, dyad, type of violence, precision and the flags that
//! bear on figures. It keeps their number, the sums of their deaths, and how often each best toll occurs among them,
//! so that the published uncertainty of single tolls can still be evaluated.
//!
//! The period of a cell is a day, month, quarter or year where an event lies in one; an event that reaches over a border
//! keeps its own exact range of days, so that vague dates stay vague in the same way as in the rows.
//!
//! # File
//! `cube/<dataset>-<first 8 of its SHA-256>.csv`, sorted, with a line of names; beside it a `.toml` of the same
//! name that says what it is, of which release, under which licence. The lock pins the file by its SHA-256. As the
//! name follows the content, a new cube never overwrites the pinned one.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow::array::{ArrayRef, Date32Array, Float64Array, Int64Array, RecordBatch, StringArray};
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use arrow::error::ArrowError;
use casefile_case::atomic::{self, WriteError};
use casefile_case::lock::{Coverage, CubePin, Dataset, Lock, LockError};
use jiff::civil::Date;
use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::engine::{Lake, LakeError};
use crate::table::{Table, TableError};
use casefile_ingest::digest;
use casefile_ingest::schema::day_number;
use casefile_ingest::{Flag, Flags};
use casefile_ingest::{Writer, WriterError};

/// The columns that tell cells apart, in the order by which cells are sorted. All but `period` have the meaning of
/// the `events` column of that name.
pub const KEY: [&str; 16] = [
    "period",
    "country",
    "admin1",
    "admin2",
    "place",
    "priogrid",
    "side_a",
    "side_b",
    "side_a_id",
    "side_b_id",
    "conflict_id",
    "dyad_id",
    "type_of_violence",
    "date_precision_days",
    "place_precision_km",
    "flags",
];

/// The columns that are added up over the events of a cell; null where no event has a value.
pub const SUMS: [&str; 7] =
    ["deaths_a", "deaths_b", "deaths_civilians", "deaths_unknown", "deaths_low", "deaths_best", "deaths_high"];

/// Where `deaths_best` stands in [`SUMS`].
const BEST: usize = 5;

/// The period that events are gathered by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Period {
    /// Calendar day: where the licence lets rows be passed on, and claims ask for single days.
    Day,
    /// Calendar month.
    #[default]
    Month,
    /// Calendar quarter.
    Quarter,
    /// Calendar year.
    Year,
}

impl Period {
    /// `day`, `month`, `quarter` or `year`.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Day => "day",
            Self::Month => "month",
            Self::Quarter => "quarter",
            Self::Year => "year",
        }
    }

    /// The period in which the range lies, as EDTF; else the range itself.
    fn of(self, start: Date, end: Date) -> String {
        let quarter = |d: Date| (d.month() - 1) / 3;
        let year = start.year();
        match self {
            Self::Day if start == end => start.to_string(),
            _ if start.year() != end.year() => format!("{start}/{end}"),
            Self::Month if start.month() == end.month() => format!("{year:04}-{:02}", start.month()),
            Self::Quarter if quarter(start) == quarter(end) => {
                let first = quarter(start) * 3 + 1;
                format!("{year:04}-{first:02}/{year:04}-{:02}", first + 2)
            }
            Self::Year => format!("{year:04}"),
            Self::Day | Self::Month | Self::Quarter => format!("{start}/{end}"),
        }
    }
}

impl std::str::FromStr for Period {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        [Self::Day, Self::Month, Self::Quarter, Self::Year]
            .into_iter()
            .find(|p| p.word() == text)
            .ok_or_else(|| format!("`{text}` is no period of a cube: day, month, quarter or year"))
    }
}

/// The finest unit of place that cells keep; finer columns are left blank.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum PlaceUnit {
    /// Country only.
    Country,
    /// Province.
    #[default]
    Admin1,
    /// District, and PRIO-GRID cell.
    Admin2,
    /// Named place.
    Place,
}

/// The columns of place, each with the unit from which on cells keep it.
const PLACE_COLUMNS: [(&str, PlaceUnit); 5] = [
    ("country", PlaceUnit::Country),
    ("admin1", PlaceUnit::Admin1),
    ("admin2", PlaceUnit::Admin2),
    ("place", PlaceUnit::Place),
    ("priogrid", PlaceUnit::Admin2),
];

impl PlaceUnit {
    const ALL: [(&'static str, Self); 4] =
        [("country", Self::Country), ("admin1", Self::Admin1), ("admin2", Self::Admin2), ("place", Self::Place)];

    /// `country`, `admin1`, `admin2` or `place`.
    #[must_use]
    pub fn word(self) -> &'static str {
        Self::ALL[self as usize].0
    }

    /// The columns of place that cells keep.
    fn columns(self) -> impl Iterator<Item = &'static str> {
        PLACE_COLUMNS.into_iter().filter(move |(_, unit)| *unit <= self).map(|(name, _)| name)
    }

    /// Whether cells keep a column of the key.
    fn keeps(self, column: &str) -> bool {
        PLACE_COLUMNS.iter().all(|(name, unit)| *name != column || *unit <= self)
    }
}

impl std::str::FromStr for PlaceUnit {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let found = Self::ALL.into_iter().find(|(word, _)| *word == text);
        found
            .map(|(_, unit)| unit)
            .ok_or_else(|| format!("`{text}` is no unit of place: country, admin1, admin2 or place"))
    }
}

/// How to add a dataset up.
#[derive(Debug, Clone, Default)]
pub struct CubeOptions {
    /// The period of a cell.
    pub period: Period,
    /// The finest unit of place that cells keep.
    pub place: PlaceUnit,
    /// An SQL condition on the `events` table that chooses the events; empty for all.
    pub predicate: String,
}

/// The events that agree in every column of [`KEY`], added up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cell {
    /// Values of the [`KEY`] columns as text, empty for null.
    pub key: [String; KEY.len()],
    /// Number of events.
    pub n: i64,
    /// Sums of the [`SUMS`] columns; none where no event has a value.
    pub sums: [Option<i64>; SUMS.len()],
    /// How many events have each best toll; events without one are not in it.
    pub tolls: BTreeMap<i64, i64>,
}

impl Cell {
    /// A stable name for the cell: `c` and 16 hex digits of the SHA-256 of its dataset and key.
    #[must_use]
    pub fn id(&self, dataset: &str) -> String {
        let mut hash = Sha256::new();
        for part in std::iter::once(dataset).chain(self.key.iter().map(String::as_str)) {
            hash.update(part);
            hash.update([0x1f]);
        }
        format!("c{}", &digest::hex(hash.finalize())[..16])
    }
}

/// A dataset added up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cube {
    /// The dataset's id.
    pub dataset: String,
    /// The period of a cell.
    pub period: Period,
    /// The finest unit of place that cells keep; the columns of finer ones are blank.
    pub place: PlaceUnit,
    /// The condition that chose the events; empty for all.
    pub predicate: String,
    /// The cells, in order of their keys.
    pub cells: Vec<Cell>,
}

/// Why a cube could not be built, written or read.
#[derive(Debug, thiserror::Error)]
pub enum CubeError {
    /// The dataset is not pinned.
    #[error("no dataset `{0}` is pinned in this case")]
    NoDataset(String),
    /// The dataset's rows are not here.
    #[error("the rows of `{0}` are not in the store\nhint: add its released file with `casefile data add`")]
    NoRows(String),
    /// The licence lets no rows be passed on, and cells of single days or places are rows in all but name.
    #[error(
        "the licence of `{0}` lets no rows be passed on, so its cube cannot tell single days or places apart\n\
         hint: --period month, quarter or year, and --place admin2, admin1 or country"
    )]
    Licence(String),
    /// Cells rest on fewer events than the licence lets an aggregate rest on.
    #[error(
        "{small} of {cells} cells by {} and {} would rest on fewer than {least} events, and the licence of `{dataset}` \
         lets none such be published\nhint: {}",
        cut.0.word(), cut.1.word(), coarser(dataset, *passes, *narrowed)
    )]
    TooSmall {
        /// The dataset's id.
        dataset: String,
        /// Number of cells that are too small.
        small: usize,
        /// Number of cells in all.
        cells: usize,
        /// The fewest events of a cell.
        least: u64,
        /// Period and place asked for.
        cut: (Period, PlaceUnit),
        /// The finest coarser cut of which no cell is too small, where there is one.
        passes: Option<(Period, PlaceUnit)>,
        /// Whether a condition chose the events.
        narrowed: bool,
    },
    /// The condition is not SQL, or names what is not there.
    #[error(transparent)]
    Lake(#[from] LakeError),
    /// A result lacks a column: a fault of this program.
    #[error(transparent)]
    Table(#[from] TableError),
    /// The file could not be read.
    #[error("cannot read {}: {source}", path.display())]
    Read {
        /// The cube's file.
        path: PathBuf,
        /// What the operating system said.
        #[source]
        source: io::Error,
    },
    /// The file is not the pinned one.
    #[error("{} is not the cube that the lock pins\nhint: restore it from version control, or build it again with `casefile data cube`", path.display())]
    Different {
        /// The cube's file.
        path: PathBuf,
    },
    /// A line of the file is not a cell.
    #[error("{}, line {line}: {reason}", path.display())]
    Malformed {
        /// The cube's file.
        path: PathBuf,
        /// The line, 1 for the names.
        line: u64,
        /// What is wrong.
        reason: String,
    },
    /// The case cannot be written to now.
    #[error(transparent)]
    Writer(#[from] WriterError),
    /// The file could not be written.
    #[error(transparent)]
    Write(#[from] WriteError),
    /// The lock could not be read or written.
    #[error(transparent)]
    Lock(#[from] LockError),
    /// The description could not be written as TOML.
    #[error("cannot describe the cube: {0}")]
    About(#[from] toml::ser::Error),
}

/// What to do about cells that are too small.
fn coarser(dataset: &str, passes: Option<(Period, PlaceUnit)>, narrowed: bool) -> String {
    let same = if narrowed { ", with the same --where," } else { "" };
    passes.map_or_else(
        || {
            "no coarser cut passes either; choose with --where the events of sides and countries that have enough of \
             them, or publish the briefing without a cube"
                .to_owned()
        },
        |(period, place)| {
            format!("`casefile data cube {dataset} --period {} --place {}`{same} passes", period.word(), place.word())
        },
    )
}

/// The `events` table in the columns of `cube`, each event a cell of its own: the same SQL answers from both.
pub(crate) fn observed_sql() -> String {
    format!(
        "select event_id as cell_id, dataset, '' as period, date_start as period_start, date_end as period_end, \
         cast(1 as bigint) as n, {}, {}, coalesce(cast(deaths_best as varchar), '') as tolls from events",
        KEY[1..].join(", "),
        SUMS.join(", ")
    )
}

/// Adds up the events of a pinned dataset.
///
/// # Errors
/// Where the dataset is not pinned, its rows are not here, or the condition is wrong.
pub fn build(lake: &Lake, lock: &Lock, dataset: &str, options: &CubeOptions) -> Result<Cube, CubeError> {
    let Some(pinned) = lock.dataset(dataset) else {
        return Err(CubeError::NoDataset(dataset.to_owned()));
    };
    let as_fine_as_rows = options.period == Period::Day || options.place == PlaceUnit::Place;
    if as_fine_as_rows && !pinned.redistribute_rows {
        return Err(CubeError::Licence(dataset.to_owned()));
    }
    if lake.missing().iter().any(|id| id == dataset) {
        return Err(CubeError::NoRows(dataset.to_owned()));
    }
    let cells = cells(lake, dataset, options)?;
    publishable(lake, pinned, options, &cells)?;
    Ok(Cube {
        dataset: dataset.to_owned(),
        period: options.period,
        place: options.place,
        predicate: options.predicate.clone(),
        cells,
    })
}

/// Refuses cells that rest on fewer events than the licence lets them, and looks for the finest cut that passes.
fn publishable(lake: &Lake, pinned: &Dataset, options: &CubeOptions, cells: &[Cell]) -> Result<(), CubeError> {
    let too_small =
        |cells: &[Cell]| cells.iter().filter(|c| pinned.is_too_small(u64::try_from(c.n).unwrap_or(0))).count();
    let small = too_small(cells);
    if small == 0 {
        return Ok(());
    }
    let mut passes = None;
    for (period, place) in coarser_cuts(options.period, options.place) {
        let options = CubeOptions { period, place, predicate: options.predicate.clone() };
        if too_small(&self::cells(lake, &pinned.id, &options)?) == 0 {
            passes = Some((period, place));
            break;
        }
    }
    Err(CubeError::TooSmall {
        dataset: pinned.id.clone(),
        small,
        cells: cells.len(),
        least: pinned.least_events(),
        cut: (options.period, options.place),
        passes,
        narrowed: !options.predicate.trim().is_empty(),
    })
}

/// The cuts that are coarser than this one, those nearest to it first, and of two as near that of finer periods.
fn coarser_cuts(period: Period, place: PlaceUnit) -> Vec<(Period, PlaceUnit)> {
    let periods = [Period::Day, Period::Month, Period::Quarter, Period::Year];
    let places = PlaceUnit::ALL.map(|(_, unit)| unit);
    let periods = periods.into_iter().skip_while(|p| *p != period).enumerate();
    let mut cuts: Vec<(usize, usize, (Period, PlaceUnit))> = periods
        .flat_map(|(i, period)| {
            let coarser = places.into_iter().rev().skip_while(|unit| *unit != place).enumerate();
            coarser.map(move |(j, place)| (i + j, i, (period, place)))
        })
        .filter(|(steps, ..)| *steps > 0)
        .collect();
    cuts.sort_by_key(|(steps, i, _)| (*steps, *i));
    cuts.into_iter().map(|(.., cut)| cut).collect()
}

/// The cells of a dataset, in order of their keys.
fn cells(lake: &Lake, dataset: &str, options: &CubeOptions) -> Result<Vec<Cell>, CubeError> {
    let condition = if options.predicate.trim().is_empty() { "true" } else { &options.predicate };
    let sql = format!(
        "select date_start, date_end, {}, {} from events where dataset = '{dataset}' and (\n{condition}\n)",
        KEY[1..].join(", "),
        SUMS.join(", ")
    );
    let mut cells: BTreeMap<[String; KEY.len()], Cell> = BTreeMap::new();
    lake.for_each(&sql, |table| add_rows(&mut cells, table, options))?;
    Ok(cells.into_values().collect())
}

fn add_rows(
    cells: &mut BTreeMap<[String; KEY.len()], Cell>,
    table: &Table,
    options: &CubeOptions,
) -> Result<(), CubeError> {
    let starts = table.day("date_start")?;
    let ends = table.day("date_end")?;
    let keys = KEY[1..].iter().map(|name| table.text(name)).collect::<Result<Vec<_>, _>>()?;
    let sums = SUMS.iter().map(|name| table.int(name)).collect::<Result<Vec<_>, _>>()?;
    for i in 0..table.len() {
        let mut key: [String; KEY.len()] = Default::default();
        if let (Some(start), Some(end)) = (starts[i], ends[i]) {
            key[0] = options.period.of(start, end);
        }
        for ((part, column), name) in key[1..].iter_mut().zip(&keys).zip(&KEY[1..]) {
            if options.place.keeps(name) {
                *part = column[i].clone().unwrap_or_default();
            }
        }
        let flags = &mut key[KEY.len() - 1];
        *flags = bearing_flags(flags);
        let cell = cells.entry(key.clone()).or_insert_with(|| Cell {
            key,
            n: 0,
            sums: Default::default(),
            tolls: BTreeMap::new(),
        });
        cell.n += 1;
        for (sum, column) in cell.sums.iter_mut().zip(&sums) {
            if let Some(value) = column[i] {
                *sum = Some(sum.unwrap_or(0).saturating_add(value));
            }
        }
        if let Some(best) = sums[BEST][i] {
            *cell.tolls.entry(best).or_default() += 1;
        }
    }
    Ok(())
}

/// Of the flags of a row, those that bear on figures.
fn bearing_flags(flags: &str) -> String {
    flags.split(';').filter_map(Flag::from_word).filter(|f| f.bears_on_figures()).collect::<Flags>().text()
}

/// Writes a cube into the case and pins it in the lock, which is written last; then removes the cube that was pinned
/// before.
///
/// # Errors
/// Where the dataset is not pinned or the case cannot be written. The old cube stays pinned then.
pub fn write(case_dir: &Path, cube: &Cube) -> Result<CubePin, CubeError> {
    let _writing = Writer::take(case_dir)?;
    let mut lock = Lock::read(case_dir)?;
    let dataset = lock.dataset(&cube.dataset).ok_or_else(|| CubeError::NoDataset(cube.dataset.clone()))?;
    let text = cube.to_csv();
    let sha256 = digest::hex(Sha256::digest(&text));
    let pin = CubePin {
        dataset: cube.dataset.clone(),
        file: format!("cube/{}-{}.csv", cube.dataset, &sha256[..8]),
        sha256,
        period: cube.period.word().to_owned(),
        places: cube.place.columns().map(str::to_owned).collect(),
        predicate: cube.predicate.clone(),
        cells: cube.cells.len() as u64,
        events: cube.cells.iter().map(|c| u64::try_from(c.n).unwrap_or(0)).sum(),
        source_sha256: dataset.sha256.clone(),
        content_sha256: dataset.content_sha256.clone(),
    };
    let about = toml::to_string_pretty(&About::new(dataset, &pin))?;
    atomic::write(&case_dir.join(&pin.file), text)?;
    atomic::write(&about_path(case_dir, &pin), about)?;
    let old = lock.put_cube(pin.clone());
    lock.write(case_dir)?;
    if let Some(old) = old.filter(|old| old.file != pin.file) {
        // A cube that nothing pins does no harm; what cannot be removed may stay.
        let _ = fs::remove_file(case_dir.join(&old.file));
        let _ = fs::remove_file(about_path(case_dir, &old));
    }
    Ok(pin)
}

fn about_path(case_dir: &Path, pin: &CubePin) -> PathBuf {
    case_dir.join(&pin.file).with_extension("toml")
}

/// What a cube's file is, for whoever finds it alone.
#[derive(Serialize)]
struct About<'a> {
    about: &'static str,
    dataset: &'a str,
    title: &'a str,
    publisher: &'a str,
    version: &'a str,
    source_file: &'a str,
    source_sha256: &'a str,
    licence: &'a str,
    citation: &'a str,
    attribution: String,
    counts: &'a str,
    period: &'a str,
    places: &'a [String],
    #[serde(rename = "where", skip_serializing_if = "str::is_empty")]
    predicate: &'a str,
    cells: u64,
    events: u64,
    sha256: &'a str,
    built_with: &'static str,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    coverage: &'a [Coverage],
    columns: BTreeMap<&'static str, &'static str>,
}

impl<'a> About<'a> {
    fn new(dataset: &'a Dataset, pin: &'a CubePin) -> Self {
        Self {
            about: "Evidence cube: events of the dataset added up. Generated by `casefile data cube`: do not edit.",
            dataset: &dataset.id,
            title: &dataset.title,
            publisher: &dataset.publisher,
            version: &dataset.version,
            source_file: &dataset.file,
            source_sha256: &pin.source_sha256,
            licence: &dataset.licence,
            citation: &dataset.citation,
            attribution: dataset.attribution_line(),
            counts: &dataset.counts,
            period: &pin.period,
            places: &pin.places,
            predicate: &pin.predicate,
            cells: pin.cells,
            events: pin.events,
            sha256: &pin.sha256,
            built_with: concat!("casefile ", env!("CARGO_PKG_VERSION")),
            coverage: &dataset.coverage,
            columns: BTreeMap::from([
                ("cell_id", "stable name of the cell"),
                ("period", "EDTF: the period in which the events lie, or the range of days of those that cross one"),
                ("n", "number of events"),
                ("deaths_*", "sums over the events; blank where no event has a value"),
                ("tolls", "best tolls, `toll*events` or `toll`, `;` between them"),
                ("country, admin1, admin2, place, priogrid", "blank unless `places` names them"),
                ("others", "as in the core schema; blank for unknown"),
            ]),
        }
    }
}

/// Reads a pinned cube and checks that it is the pinned one.
///
/// # Errors
/// Where the file is missing, another, or malformed.
pub fn read(case_dir: &Path, pin: &CubePin) -> Result<Cube, CubeError> {
    let path = case_dir.join(&pin.file);
    let bytes = fs::read(&path).map_err(|source| CubeError::Read { path: path.clone(), source })?;
    if digest::hex(Sha256::digest(&bytes)) != pin.sha256 {
        return Err(CubeError::Different { path });
    }
    let malformed = |line: u64, reason: String| CubeError::Malformed { path: path.clone(), line, reason };
    let period = pin.period.parse().map_err(|e| malformed(0, e))?;
    let units = PlaceUnit::ALL.into_iter().map(|(_, unit)| unit);
    let place = units
        .rev()
        .find(|unit| unit.columns().eq(pin.places.iter()))
        .ok_or_else(|| malformed(0, format!("{} are no unit of place", pin.places.join(", "))))?;
    let cells = from_csv(&bytes, &pin.dataset).map_err(|(line, reason)| malformed(line, reason))?;
    Ok(Cube { dataset: pin.dataset.clone(), period, place, predicate: pin.predicate.clone(), cells })
}

fn csv_names() -> Vec<&'static str> {
    let mut names = vec!["cell_id"];
    names.extend(KEY);
    names.push("n");
    names.extend(SUMS);
    names.push("tolls");
    names
}

impl Cube {
    /// The cube as CSV: the same bytes for the same cells.
    #[must_use]
    pub fn to_csv(&self) -> String {
        let mut out = csv_names().join(",");
        out.push('\n');
        for cell in &self.cells {
            out.push_str(&cell.id(&self.dataset));
            for part in &cell.key {
                out.push(',');
                push_field(&mut out, part);
            }
            // Writing to a string cannot fail.
            let _ = write!(out, ",{}", cell.n);
            for sum in cell.sums {
                let _ = write!(out, ",{}", sum.map(|s| s.to_string()).unwrap_or_default());
            }
            let _ = writeln!(out, ",{}", tolls_text(&cell.tolls));
        }
        out
    }

    /// The cells as a table: [`cells_schema`].
    pub(crate) fn cells_batch(&self) -> Result<RecordBatch, ArrowError> {
        let text = |values: Vec<Option<String>>| -> ArrayRef { Arc::new(StringArray::from(values)) };
        let ids = self.cells.iter().map(|c| Some(c.id(&self.dataset))).collect();
        let spans: Vec<Option<(Date, Date)>> = self.cells.iter().map(|c| span(&c.key[0])).collect();
        let days = |pick: fn(&(Date, Date)) -> Date| -> ArrayRef {
            Arc::new(spans.iter().map(|s| s.as_ref().map(|s| day_number(pick(s)))).collect::<Date32Array>())
        };
        let mut columns = vec![
            text(ids),
            text(vec![Some(self.dataset.clone()); self.cells.len()]),
            text(self.cells.iter().map(|c| some(&c.key[0])).collect()),
            days(|s| s.0),
            days(|s| s.1),
            Arc::new(self.cells.iter().map(|c| Some(c.n)).collect::<Int64Array>()),
        ];
        for (i, name) in KEY.iter().enumerate().skip(1) {
            let values = self.cells.iter().map(|c| c.key[i].as_str());
            columns.push(match key_type(name) {
                DataType::Int64 => Arc::new(values.map(|v| v.parse().ok()).collect::<Int64Array>()),
                DataType::Float64 => Arc::new(values.map(|v| v.parse().ok()).collect::<Float64Array>()),
                // A row without flags has a blank, not a null, there.
                _ if *name == "flags" => text(values.map(|v| Some(v.to_owned())).collect()),
                _ => text(values.map(some).collect()),
            });
        }
        for i in 0..SUMS.len() {
            columns.push(Arc::new(self.cells.iter().map(|c| c.sums[i]).collect::<Int64Array>()));
        }
        columns.push(text(self.cells.iter().map(|c| Some(tolls_text(&c.tolls))).collect()));
        RecordBatch::try_new(cells_schema(), columns)
    }

    /// How often each best toll occurs in each cell: [`tolls_schema`].
    pub(crate) fn tolls_batch(&self) -> Result<RecordBatch, ArrowError> {
        let mut ids = Vec::new();
        let mut tolls = Vec::new();
        let mut counts = Vec::new();
        for cell in &self.cells {
            for (toll, n) in &cell.tolls {
                ids.push(cell.id(&self.dataset));
                tolls.push(*toll);
                counts.push(*n);
            }
        }
        let columns: Vec<ArrayRef> = vec![
            Arc::new(StringArray::from(ids)),
            Arc::new(Int64Array::from(tolls)),
            Arc::new(Int64Array::from(counts)),
        ];
        RecordBatch::try_new(tolls_schema(), columns)
    }
}

fn some(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| text.to_owned())
}

/// Schema of the `cube` table: `cell_id, dataset, period, period_start, period_end, n`, then [`KEY`] without the
/// period, [`SUMS`], and `tolls`.
#[must_use]
pub fn cells_schema() -> SchemaRef {
    let mut fields = vec![
        Field::new("cell_id", DataType::Utf8, true),
        Field::new("dataset", DataType::Utf8, true),
        Field::new("period", DataType::Utf8, true),
        Field::new("period_start", DataType::Date32, true),
        Field::new("period_end", DataType::Date32, true),
        Field::new("n", DataType::Int64, true),
    ];
    fields.extend(KEY[1..].iter().map(|name| Field::new(*name, key_type(name), true)));
    fields.extend(SUMS.iter().map(|name| Field::new(*name, DataType::Int64, true)));
    fields.push(Field::new("tolls", DataType::Utf8, true));
    Arc::new(Schema::new(fields))
}

/// Schema of the `cube_tolls` table: `cell_id, deaths_best, n`.
#[must_use]
pub fn tolls_schema() -> SchemaRef {
    Arc::new(Schema::new(vec![
        Field::new("cell_id", DataType::Utf8, false),
        Field::new("deaths_best", DataType::Int64, false),
        Field::new("n", DataType::Int64, false),
    ]))
}

fn key_type(name: &str) -> DataType {
    match name {
        "type_of_violence" | "date_precision_days" | "priogrid" => DataType::Int64,
        "place_precision_km" => DataType::Float64,
        _ => DataType::Utf8,
    }
}

fn push_field(out: &mut String, text: &str) {
    if text.contains(['"', ',', '\n', '\r']) {
        let _ = write!(out, "\"{}\"", text.replace('"', "\"\""));
    } else {
        out.push_str(text);
    }
}

fn tolls_text(tolls: &BTreeMap<i64, i64>) -> String {
    let run = |(toll, n): (&i64, &i64)| if *n == 1 { toll.to_string() } else { format!("{toll}*{n}") };
    tolls.iter().map(run).collect::<Vec<_>>().join(";")
}

fn tolls_of(text: &str) -> Option<BTreeMap<i64, i64>> {
    let runs = text.split(';').filter(|run| !run.is_empty());
    runs.map(|run| {
        let (toll, n) = run.split_once('*').unwrap_or((run, "1"));
        Some((toll.parse().ok()?, n.parse().ok()?))
    })
    .collect()
}

/// Reads cells; a fault comes with its line.
fn from_csv(bytes: &[u8], dataset: &str) -> Result<Vec<Cell>, (u64, String)> {
    let mut reader = csv::Reader::from_reader(bytes);
    let names = reader.headers().map_err(|e| (1, e.to_string()))?;
    if names.iter().ne(csv_names()) {
        return Err((1, format!("expected the columns {}", csv_names().join(", "))));
    }
    let mut cells = Vec::new();
    for (i, record) in reader.records().enumerate() {
        let record = record.map_err(|e| (e.position().map_or(0, csv::Position::line), e.to_string()))?;
        let line = record.position().map_or(i as u64 + 2, csv::Position::line);
        cells.push(cell_of(&record, dataset).map_err(|reason| (line, reason))?);
    }
    Ok(cells)
}

fn cell_of(record: &csv::StringRecord, dataset: &str) -> Result<Cell, String> {
    let field = |i: usize| record.get(i).unwrap_or_default();
    let key: [String; KEY.len()] = std::array::from_fn(|i| field(i + 1).to_owned());
    if !key[0].is_empty() && span(&key[0]).is_none() {
        return Err(format!("`{}` is no period", key[0]));
    }
    let at = 1 + KEY.len();
    let n = field(at).parse().map_err(|_| format!("`{}` is no number of events", field(at)))?;
    let mut sums = [None; SUMS.len()];
    for (i, sum) in sums.iter_mut().enumerate() {
        let text = field(at + 1 + i);
        if !text.is_empty() {
            *sum = Some(text.parse().map_err(|_| format!("`{text}` is no sum of {}", SUMS[i]))?);
        }
    }
    let text = field(at + 1 + SUMS.len());
    let tolls = tolls_of(text).ok_or_else(|| format!("`{text}` is no list of tolls"))?;
    let cell = Cell { key, n, sums, tolls };
    let id = cell.id(dataset);
    if field(0) != id {
        return Err(format!("the cell is named `{}`, and its content says `{id}`", field(0)));
    }
    Ok(cell)
}

/// First and last day of a period as [`Period::of`] writes it.
fn span(period: &str) -> Option<(Date, Date)> {
    let (first, last) = period.split_once('/').unwrap_or((period, period));
    Some((unit(first)?.0, unit(last)?.1))
}

/// First and last day of a year, month or day.
fn unit(text: &str) -> Option<(Date, Date)> {
    let mut parts = text.split('-').map(|p| p.parse::<i16>().ok());
    let year = parts.next()??;
    let month = parts.next();
    let day = parts.next();
    let date = |m: Option<i16>, d: Option<i16>| Date::new(year, i8::try_from(m?).ok()?, i8::try_from(d?).ok()?).ok();
    match (month, day) {
        (None, _) => Some((date(Some(1), Some(1))?, date(Some(12), Some(31))?)),
        (Some(month), None) => {
            let first = date(month, Some(1))?;
            Some((first, first.last_of_month()))
        }
        (Some(month), Some(day)) => {
            let day = date(month, day)?;
            Some((day, day))
        }
    }
}

#[cfg(test)]
mod tests;
