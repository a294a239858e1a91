//! UCDP Country-Year Dataset on Organized Violence within Country Borders: what happened on a country's territory in a
//! year, whoever fought.
//!
//! Columns follow the UCDP Country-Year Dataset codebook (version 25.1). A country without
//! violence has a row of zeros: figures, not gaps.

use super::ucdp::{LICENCE, PUBLISHER, figure, release_of, year};
use super::values::{Reader, identifier, toll};
use crate::adapter::{Adapter, AdapterInfo, Fault, Header, HeaderError, Parsed, Record, RowParser, Yields, columns};
use crate::schema::SeriesRow;

/// The adapter `ucdp-country-year`.
pub(super) struct UcdpCountryYear;

const INFO: AdapterInfo = AdapterInfo {
    name: "ucdp-country-year",
    normaliser: 2,
    publisher: PUBLISHER,
    title: "UCDP Country-Year Dataset on Organized Violence within Country Borders",
    licence: LICENCE,
    redistribute_rows: true,
    citation: "Davies, Shawn, Therése Pettersson, Margareta Sollenberg & Magnus Öberg (2025) Organized violence \
               1989–2024, and the challenges of identifying civilian victims. Journal of Peace Research 62(4). \
               Sundberg, Ralph & Erik Melander (2013) Introducing the UCDP Georeferenced Event Dataset. Journal of \
               Peace Research 50(4): 523–532.",
    unit: "country-year",
    counts: "direct deaths of organised violence within a country's borders in a year, in dyads that reached 25 deaths \
             that year",
    misses: &[
        "dyads below 25 deaths in the calendar year",
        "violence whose perpetrator no source names",
        "indirect deaths, by hunger or disease",
        "years before 1989",
    ],
    yields: Yields::Series,
    attribution: "UCDP Country-Year Dataset on Organized Violence {version}, Uppsala Conflict Data Program, CC BY 4.0",
    smallest_cell: 1,
    breaks: &[],
};

columns! {
    /// `cy` ends every name in the released file. The numbers are the types of violence.
    Columns {
        country_id: required ["country_id_cy", "country_id"],
        country: required ["country_cy", "country"],
        year: required ["year_cy", "year"],
        region: optional ["region_cy", "region"],
        dyads_1: optional ["sb_dyad_count_cy"],
        names_1: optional ["sb_dyad_names_cy"],
        best_1: required ["sb_total_deaths_best_cy"],
        high_1: required ["sb_total_deaths_high_cy"],
        low_1: required ["sb_total_deaths_low_cy"],
        dyads_2: optional ["ns_dyad_count_cy"],
        names_2: optional ["ns_dyad_names_cy"],
        best_2: required ["ns_total_deaths_best_cy"],
        high_2: required ["ns_total_deaths_high_cy"],
        low_2: required ["ns_total_deaths_low_cy"],
        dyads_3: optional ["os_dyad_count_cy"],
        names_3: optional ["os_dyad_names_cy"],
        best_3: required ["os_total_deaths_best_cy"],
        high_3: required ["os_total_deaths_high_cy"],
        low_3: required ["os_total_deaths_low_cy"],
        best_all: optional ["cumulative_total_deaths_in_orgvio_best_cy"],
        high_all: optional ["cumulative_total_deaths_in_orgvio_high_cy"],
        low_all: optional ["cumulative_total_deaths_in_orgvio_low_cy"],
    }
}

impl Adapter for UcdpCountryYear {
    fn info(&self) -> AdapterInfo<'_> {
        INFO
    }

    fn version_of(&self, file_name: &str) -> Option<String> {
        release_of(file_name, "organizedviolencecy")
    }

    fn known_columns(&self) -> Vec<&str> {
        Columns::NAMES.to_vec()
    }

    fn bind(&self, header: &Header) -> Result<Box<dyn RowParser>, HeaderError> {
        Ok(Box::new(Parser { columns: Columns::bind(INFO.name, header)?, header: header.clone() }))
    }
}

struct Parser {
    columns: Columns,
    header: Header,
}

impl RowParser for Parser {
    fn parse<'a>(&'a self, record: &'a Record<'_>) -> Result<Parsed<'a>, Vec<Fault>> {
        let c = &self.columns;
        let mut reader = Reader::new(record, &self.header);
        let year = reader.required(c.year, year);
        let country = SeriesRow {
            unit_kind: Some("country".into()),
            unit_id: reader.required(c.country_id, |text| Ok(identifier(text))),
            unit: reader.required_text(c.country),
            date_start: year.map(|(first, _)| first),
            date_end: year.map(|(_, last)| last),
            location: reader.text(c.region),
            ..SeriesRow::default()
        };
        let tolls = [
            (Some(1), c.low_1, c.best_1, c.high_1),
            (Some(2), c.low_2, c.best_2, c.high_2),
            (Some(3), c.low_3, c.best_3, c.high_3),
            (None, c.low_all, c.best_all, c.high_all),
        ];
        let mut rows = Vec::with_capacity(7);
        for (kind, low, best, high) in tolls {
            let [low, best, high] = [low, best, high].map(|column| reader.value(column, toll));
            rows.push(figure(&country, kind, "deaths", low, best, high));
        }
        for (kind, column) in [(1, c.dyads_1), (2, c.dyads_2), (3, c.dyads_3)] {
            let count = reader.value(column, toll);
            rows.push(figure(&country, Some(kind), "dyads", None, count, None));
        }
        for (kind, column) in [(1, c.names_1), (2, c.names_2), (3, c.names_3)] {
            rows.extend(reader.text(column).iter().flat_map(|names| dyads(&country, kind, names)));
        }
        // A figure that the file does not give is no row.
        rows.retain(|row| row.low.is_some() || row.best.is_some() || row.high.is_some());
        reader.finish()?;
        Ok(Parsed::Series(rows))
    }
}

/// The dyads that fought in the country, each `Side A - Side B` with `; ` between; `NO_DYAD` for none.
fn dyads<'a>(country: &SeriesRow<'a>, kind: i64, names: &str) -> Vec<SeriesRow<'a>> {
    let of = |name: &str| {
        let (side_a, side_b) = name.trim().split_once(" - ")?;
        let mut row = figure(country, Some(kind), "active", None, Some(1), None);
        row.unit_kind = Some("dyad".into());
        row.unit_id = None;
        row.location.clone_from(&country.unit);
        row.unit = Some(name.trim().to_owned().into());
        row.side_a = Some(side_a.to_owned().into());
        row.side_b = Some(side_b.to_owned().into());
        Some(row)
    };
    names.split(';').filter_map(of).collect()
}
