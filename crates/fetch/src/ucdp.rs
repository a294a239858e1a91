//! UCDP: releases as files, or row by row through the API.
//!
//! The API numbers its pages from 0, names the next one, says with every page how many rows there are, and is at times
//! empty for a while or answers "400" to quick questions. So every page is held against the total, and the end is where
//! all have come, never where a page is empty.

use std::collections::{HashMap, HashSet};
use std::fmt;
use std::fs::{self, File};
use std::io::{self, BufReader, BufWriter, Read};
use std::path::Path;
use std::str::FromStr;

use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use ureq::http::header::HeaderName;
use url::Url;
use zip::ZipArchive;

use crate::client::{Ask, ClientError, Unfit, shown};
use crate::order::{Order, below};
use crate::receipt::{self, Fetched, Receipt};
use crate::resume::{self, Parts};
use crate::row::{Row, text};
use crate::{FetchError, Progress, Visit};

/// One of UCDP's datasets.
#[derive(Debug, PartialEq, Eq)]
pub struct Set {
    /// Its name here.
    pub name: &'static str,
    /// Its name in the API.
    resource: &'static str,
    /// Where its yearly files lie, `{}` for the digits of the release; empty where there is no one such file.
    yearly: &'static str,
}

/// The datasets that can be fetched.
pub const SETS: &[Set] = &[
    Set { name: "ucdp-ged", resource: "gedevents", yearly: "ged/ged{}-csv.zip" },
    Set { name: "ucdp-prioconflict", resource: "ucdpprioconflict", yearly: "ucdpprio/ucdp-prio-acd-{}-csv.zip" },
    Set { name: "ucdp-dyadic", resource: "dyadic", yearly: "dyadic/ucdp-dyadic-{}-csv.zip" },
    // There is one file by conflict and one by dyad.
    Set { name: "ucdp-battledeaths", resource: "battledeaths", yearly: "" },
    Set { name: "ucdp-nonstate", resource: "nonstate", yearly: "nsos/ucdp-nonstate-{}-csv.zip" },
    Set { name: "ucdp-onesided", resource: "onesided", yearly: "nsos/ucdp-onesided-{}-csv.zip" },
    Set { name: "ucdp-organizedviolencecy", resource: "organizedviolencecy", yearly: "" },
];

/// A release: `26.1` of a year, `26.0.9` of a month, `26.01.26.06` of a part of a year.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Version(Vec<String>);

impl FromStr for Version {
    type Err = String;

    fn from_str(given: &str) -> Result<Self, String> {
        let parts: Vec<String> = given.split('.').map(str::to_owned).collect();
        let number = |part: &String| (1..=2).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit());
        if (2..=4).contains(&parts.len()) && parts.iter().all(number) {
            Ok(Self(parts))
        } else {
            Err("expected a release, such as 26.1 (a year), 26.0.9 (a month) or 26.01.26.06 (months of a year)"
                .to_owned())
        }
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.join("."))
    }
}

impl Set {
    /// Where the file of a release lies below the address of the files.
    fn file(&self, version: &Version) -> Option<String> {
        match (version.0.len(), self.yearly) {
            (2, "") => None,
            (2, path) => Some(path.replace("{}", &version.0.concat())),
            _ if self.name == "ucdp-ged" => Some(format!("candidateged/GEDEvent_v{}.csv", version.0.join("_"))),
            _ => None,
        }
    }
}

const PUBLISHER: &str = "UCDP";
const NO_TOKEN: &str = "ask UCDP for an API token (ucdp.uu.se/apidocs) and set CASEFILE_UCDP_TOKEN, or write it into the \
                        keyring file under [ucdp] as token = \"…\"";
/// UCDP answers so to many quick questions.
const THROTTLES: &[u16] = &[400];
const PAGE_ROWS: u64 = 1000;
/// How often a fetch whose pages do not fit together is begun anew.
const RESTARTS: u32 = 3;

pub(crate) fn fetch(visit: &mut Visit<'_>, order: &Order, set: &Set, version: &Version) -> Result<Fetched, FetchError> {
    let file = set.file(version).filter(|_| !order.api && !order.is_narrow());
    let Some(file) = file else { return from_api(visit, order, set, version) };
    if let Some(fetched) = whole_file(visit, order, set, version, &file)? {
        return Ok(fetched);
    }
    if visit.credentials.ucdp.is_some() {
        return from_api(visit, order, set, version);
    }
    Err(FetchError::NoRelease {
        publisher: PUBLISHER,
        dataset: set.name.to_owned(),
        version: version.to_string(),
        url: shown(&below(&visit.endpoints.ucdp_files, &file)),
        hint: "see ucdp.uu.se/downloads for the releases; with an API token (CASEFILE_UCDP_TOKEN) the API is asked as well",
    })
}

/// The publisher's own file of a release; `None` where there is none.
fn whole_file(
    visit: &mut Visit<'_>,
    order: &Order,
    set: &Set,
    version: &Version,
    file: &str,
) -> Result<Option<Fetched>, FetchError> {
    let url = below(&visit.endpoints.ucdp_files, file);
    let name = file.rsplit('/').next().unwrap_or(file);
    let target = order.to.join(name);
    if let Some(earlier) = receipt::earlier(&target)? {
        return Ok(Some(earlier));
    }
    let part = order.to.join(format!("{name}.part"));
    let lock = resume::hold(&part)?;
    let whole = part.join("file");
    if visit.client.download(&Ask::new(url.clone(), visit.client.policy.file_bytes), &whole, visit.tell)?.is_none() {
        drop(lock);
        let _ = fs::remove_dir_all(&part);
        return Ok(None);
    }
    // What does not stand the test is not gone on with either.
    let receipt = test_file(visit, set, version, &url, &whole).inspect_err(|_| drop(fs::remove_file(&whole)))?;
    let fetched = receipt::deliver(&whole, &target, receipt)?;
    drop(lock);
    fs::remove_dir_all(&part).map_err(|source| FetchError::file(&part, source))?;
    Ok(Some(fetched))
}

/// Counts the rows of a file, and holds them against the API's total where there is a token to ask for it.
fn test_file(
    visit: &mut Visit<'_>,
    set: &Set,
    version: &Version,
    url: &Url,
    whole: &Path,
) -> Result<Receipt, FetchError> {
    let rows = count_rows(whole).map_err(|reason| FetchError::NoFile { url: shown(url), reason })?;
    if visit.credentials.ucdp.is_none() {
        let note = "no API token: the number of rows is not held against the server's total".to_owned();
        return Ok(a_receipt(set, version, url, rows, None, vec![note]));
    }
    match ask_total(visit, set, version) {
        Ok(total) if total == rows => Ok(a_receipt(set, version, url, rows, Some(total), Vec::new())),
        Ok(total) => Err(FetchError::Count { url: shown(url), received: rows, total }),
        Err(error) => {
            let note = format!("the API could not be asked how many rows there are: {}", first_line(&error));
            Ok(a_receipt(set, version, url, rows, None, vec![note]))
        }
    }
}

fn first_line(error: &FetchError) -> String {
    error.to_string().lines().next().unwrap_or_default().to_owned()
}

fn a_receipt(set: &Set, version: &Version, url: &Url, rows: u64, total: Option<u64>, notes: Vec<String>) -> Receipt {
    Receipt {
        dataset: set.name.to_owned(),
        version: version.to_string(),
        query: shown(url),
        fetched: Timestamp::now(),
        rows,
        total,
        bytes: 0,
        sha256: String::new(),
        since: None,
        changes: None,
        notes,
    }
}

/// The number of records of a CSV file, or of the one in an archive, read to the end so that its checksum is tested.
fn count_rows(path: &Path) -> Result<u64, String> {
    let read = |error: io::Error| error.to_string();
    let mut file = File::open(path).map_err(read)?;
    let mut magic = Vec::new();
    file.by_ref().take(64).read_to_end(&mut magic).map_err(read)?;
    let file = BufReader::new(File::open(path).map_err(read)?);
    if magic.trim_ascii_start().starts_with(b"<") {
        return Err("it is a web page".to_owned());
    }
    let rows = if magic.starts_with(b"PK") {
        let mut archive = ZipArchive::new(file).map_err(|error| format!("the archive is broken ({error})"))?;
        let names = archive.file_names().filter_map(Result::ok).map(std::borrow::Cow::into_owned);
        let name = names.into_iter().find(|name| name.to_ascii_lowercase().ends_with(".csv"));
        let name = name.ok_or("the archive holds no CSV file")?;
        let member = archive.by_name(&name).map_err(|error| format!("the archive is broken ({error})"))?;
        count_records(member)?
    } else {
        count_records(file)?
    };
    if rows == 0 { Err("it has no rows".to_owned()) } else { Ok(rows) }
}

fn count_records(reader: impl Read) -> Result<u64, String> {
    let mut csv = csv::ReaderBuilder::new().flexible(true).from_reader(reader);
    if csv.byte_headers().map_err(|error| error.to_string())?.len() < 2 {
        return Err("it is not CSV with a header".to_owned());
    }
    let mut record = csv::ByteRecord::new();
    let mut rows = 0;
    while csv.read_byte_record(&mut record).map_err(|error| error.to_string())? {
        rows += 1;
    }
    Ok(rows)
}

/// What the API sends.
#[derive(Deserialize)]
struct Envelope {
    #[serde(rename = "TotalCount")]
    total: u64,
    #[serde(rename = "NextPageUrl", default)]
    next: Option<String>,
    #[serde(rename = "Result")]
    rows: Vec<Row>,
}

/// The questions of one fetch from the API.
struct Question {
    /// The address with its filters, without page.
    url: Url,
}

impl Question {
    fn new(base: &Url, set: &Set, version: &Version, order: Option<&Order>) -> Self {
        let mut url = below(base, &format!("{}/{version}", set.resource));
        let mut filters = Vec::new();
        if let Some(order) = order {
            if !order.countries.is_empty() {
                filters.push(("Country", order.countries.join(",")));
            }
            filters.extend(order.from.map(|day| ("StartDate", day.to_string())));
            filters.extend(order.until.map(|day| ("EndDate", day.to_string())));
        }
        if !filters.is_empty() {
            url.query_pairs_mut().extend_pairs(filters);
        }
        Self { url }
    }

    fn page(&self, number: u64, rows: u64) -> Url {
        let mut url = self.url.clone();
        url.query_pairs_mut().append_pair("pagesize", &rows.to_string()).append_pair("page", &number.to_string());
        url
    }
}

/// Asks for a page, `before` rows having come. It must not be empty.
fn ask_page(visit: &mut Visit<'_>, url: Url, before: u64) -> Result<(Envelope, Vec<u8>), FetchError> {
    let token = visit.credentials.ucdp.as_ref();
    let token = token.ok_or(FetchError::NoCredentials { publisher: PUBLISHER, hint: NO_TOKEN })?;
    let mut ask = Ask::new(url, visit.client.policy.page_bytes);
    ask.header = Some((HeaderName::from_static("x-ucdp-access-token"), token));
    ask.throttles = THROTTLES;
    let answered = visit.client.ask(&ask, visit.tell, |answer| {
        let envelope: Envelope = answer.json()?;
        // Whoever believes an empty page loses what comes after it.
        if envelope.rows.is_empty() && (envelope.total == 0 || before < envelope.total) {
            return Err(Unfit(format!("the page is empty, and the server counts {} rows in all", envelope.total)));
        }
        Ok((envelope, answer.body))
    });
    answered.map_err(|error| match error {
        ClientError::Refused { text: said, .. } => FetchError::Refused {
            publisher: PUBLISHER,
            what: "token",
            said,
            hint: "is CASEFILE_UCDP_TOKEN, or the token in the keyring file, the one that UCDP gave you?",
        },
        other => other.into(),
    })
}

/// The number of rows of a release, by the API.
fn ask_total(visit: &mut Visit<'_>, set: &Set, version: &Version) -> Result<u64, FetchError> {
    let question = Question::new(&visit.endpoints.ucdp, set, version, None);
    Ok(ask_page(visit, question.page(0, 1), 0)?.0.total)
}

fn from_api(visit: &mut Visit<'_>, order: &Order, set: &Set, version: &Version) -> Result<Fetched, FetchError> {
    let stem = if set.name == "ucdp-ged" { "GEDEvent" } else { set.name };
    let name = format!("{stem}_v{}{}.csv", version.0.join("_"), order.slug());
    let target = order.to.join(&name);
    if let Some(earlier) = receipt::earlier(&target)? {
        return Ok(earlier);
    }
    let question = Question::new(&visit.endpoints.ucdp, set, version, Some(order));
    let part = order.to.join(format!("{name}.part"));
    let mut parts = Parts::open(&part, question.url.as_str(), SignedDuration::from_hours(24 * 30))?;
    let total = all_pages(visit, &question, &mut parts).map_err(|error| match error {
        FetchError::Client(ClientError::NotFound { url }) => FetchError::NoRelease {
            publisher: PUBLISHER,
            dataset: set.name.to_owned(),
            version: version.to_string(),
            url,
            hint: "see ucdp.uu.se/apidocs for the releases that the API has",
        },
        other => other,
    })?;
    let whole = parts.folder().join("file");
    let rows = write_csv(&parts, &whole)?;
    if rows != total {
        return Err(FetchError::Count { url: shown(&question.url), received: rows, total });
    }
    let receipt = a_receipt(set, version, &question.url, rows, Some(total), Vec::new());
    let fetched = receipt::deliver(&whole, &target, receipt)?;
    parts.finish()?;
    Ok(fetched)
}

/// Fetches pages until all rows have come, and gives their number. Where pages do not fit together, because the data
/// changed in between, all of them are fetched anew.
fn all_pages(visit: &mut Visit<'_>, question: &Question, parts: &mut Parts) -> Result<u64, FetchError> {
    let mut last = String::new();
    for _ in 0..=RESTARTS {
        match pages_once(visit, question, parts)? {
            Ok(total) => return Ok(total),
            Err(reason) => {
                (visit.tell)(Progress::StartingOver { reason: &reason });
                parts.clear()?;
                last = reason;
            }
        }
    }
    Err(FetchError::Unsteady { url: shown(&question.url), reason: last, times: RESTARTS })
}

/// One run through the pages, after those that are there. The inner error says what does not fit together.
fn pages_once(
    visit: &mut Visit<'_>,
    question: &Question,
    parts: &mut Parts,
) -> Result<Result<u64, String>, FetchError> {
    let mut seen = Seen::default();
    for page in parts.pages() {
        let envelope: Envelope = match serde_json::from_slice(&parts.bytes(page)?) {
            Ok(envelope) => envelope,
            Err(error) => return Ok(Err(format!("page {} cannot be read again ({error})", page.number))),
        };
        if let Err(reason) = seen.add(page.number, &envelope.rows) {
            return Ok(Err(reason));
        }
    }
    let mut number = parts.pages().last().map_or(Some(0), |page| page.next);
    loop {
        let received = parts.rows();
        if let Some(total) = parts.total() {
            (visit.tell)(Progress::At { done: received, total: Some(total), unit: "rows" });
            if received == total {
                return Ok(Ok(total));
            }
            if received > total {
                return Ok(Err(format!("{received} rows have come where the server counts {total}")));
            }
        }
        let Some(asked) = number else {
            return Ok(Err(format!(
                "the server names no page after {received} of {} rows",
                parts.total().unwrap_or(0)
            )));
        };
        let (envelope, body) = ask_page(visit, question.page(asked, PAGE_ROWS), received)?;
        if let Some(before) = parts.total().filter(|before| *before != envelope.total) {
            return Ok(Err(format!("the total changed from {before} to {} on the way", envelope.total)));
        }
        if let Err(reason) = seen.add(asked, &envelope.rows) {
            return Ok(Err(reason));
        }
        let next = envelope.next.as_deref().and_then(page_of);
        if next.is_some_and(|next| next <= asked) {
            return Ok(Err(format!("after page {asked} the server names page {}", next.unwrap_or(0))));
        }
        parts.put(asked, &body, envelope.rows.len() as u64, next, Some(envelope.total))?;
        number = next;
    }
}

/// The page that an address names. Only the number is taken from it: the server's address may be of another host, and
/// the token is for this one.
fn page_of(next: &str) -> Option<u64> {
    let query = next.split_once('?')?.1;
    let mut pairs = url::form_urlencoded::parse(query.as_bytes());
    pairs.find(|(name, _)| name.eq_ignore_ascii_case("page"))?.1.parse().ok()
}

/// The rows that have come, to tell when one comes twice.
#[derive(Default)]
struct Seen(HashMap<String, u64>);

impl Seen {
    fn add(&mut self, page: u64, rows: &[Row]) -> Result<(), String> {
        for row in rows {
            let identity = row.identity();
            if let Some(before) = self.0.get(&identity) {
                let id: String = identity.chars().take(40).collect();
                return Err(format!("row {id} is on page {before} and again on page {page}"));
            }
            self.0.insert(identity, page);
        }
        Ok(())
    }
}

/// Joins the pages into one CSV whose columns are all that any row has, in the order in which they first appear.
fn write_csv(parts: &Parts, path: &Path) -> Result<u64, FetchError> {
    let wrap = |error: io::Error| FetchError::file(path, error);
    let rows_of = |page| -> Result<Vec<Row>, FetchError> {
        let envelope: Result<Envelope, _> = serde_json::from_slice(&parts.bytes(page)?);
        Ok(envelope.map_err(|error| wrap(error.into()))?.rows)
    };
    let (mut columns, mut known) = (Vec::new(), HashSet::new());
    for page in parts.pages() {
        for (name, _) in rows_of(page)?.into_iter().flat_map(|row| row.0) {
            if known.insert(name.clone()) {
                columns.push(name);
            }
        }
    }
    let place: HashMap<&str, usize> = columns.iter().enumerate().map(|(i, name)| (name.as_str(), i)).collect();
    let mut csv = csv::Writer::from_writer(BufWriter::new(File::create(path).map_err(wrap)?));
    csv.write_record(&columns).map_err(|error| wrap(error.into()))?;
    let mut written = 0;
    for page in parts.pages() {
        for row in rows_of(page)? {
            let mut record = vec![String::new(); columns.len()];
            for (name, value) in &row.0 {
                record[place[name.as_str()]] = text(value);
            }
            csv.write_record(&record).map_err(|error| wrap(error.into()))?;
            written += 1;
        }
    }
    csv.flush().map_err(wrap)?;
    Ok(written)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn releases_have_their_files() {
        let file = |set: usize, version: &str| SETS[set].file(&version.parse().unwrap());
        assert_eq!(file(0, "26.1").unwrap(), "ged/ged261-csv.zip");
        assert_eq!(file(0, "25.0.10").unwrap(), "candidateged/GEDEvent_v25_0_10.csv");
        assert_eq!(file(0, "26.01.26.06").unwrap(), "candidateged/GEDEvent_v26_01_26_06.csv");
        assert_eq!(file(1, "25.1").unwrap(), "ucdpprio/ucdp-prio-acd-251-csv.zip");
        assert_eq!(file(1, "25.0.10"), None);
        assert_eq!(file(3, "25.1"), None);
        for bad in ["26", "26.1.", "a.b", "26.1/..", "2026.1", "1.2.3.4.5", ""] {
            assert!(bad.parse::<Version>().is_err(), "{bad}");
        }
    }

    #[test]
    fn only_the_number_of_the_next_page_is_taken() {
        assert_eq!(page_of("https://elsewhere.example/api/gedevents/26.1?pagesize=1000&page=7"), Some(7));
        assert_eq!(page_of("?Page=3"), Some(3));
        assert_eq!(page_of(""), None);
        assert_eq!(page_of("https://example.org/?page=last"), None);
    }

    #[test]
    fn the_pages_of_a_question_keep_its_filters() {
        let mut order = Order {
            spec: "ucdp-ged@26.1".parse().unwrap(),
            to: ".".into(),
            api: true,
            from: Some(jiff::civil::date(2020, 1, 1)),
            until: None,
            countries: vec!["700".to_owned(), "770".to_owned()],
            update: false,
        };
        let base = Url::parse("https://ucdpapi.pcr.uu.se/api/").unwrap();
        let ged = |order: &Order| {
            Question::new(&base, &SETS[0], &"26.1".parse().unwrap(), Some(order)).page(2, 1000).to_string()
        };
        let asked =
            "https://ucdpapi.pcr.uu.se/api/gedevents/26.1?Country=700%2C770&StartDate=2020-01-01&pagesize=1000&page=2";
        assert_eq!(ged(&order), asked);
        (order.from, order.countries) = (None, Vec::new());
        assert_eq!(ged(&order), "https://ucdpapi.pcr.uu.se/api/gedevents/26.1?pagesize=1000&page=2");
    }
}
