//! ACLED: whole, or what has changed since an earlier fetch.
//!
//! ACLED has no releases: rows are added, revised and withdrawn all the time, and what a row said before is kept by
//! nobody but those who have pinned it. So every fetch makes a new file, named by the time of access, and none is ever
//! replaced. A revision is seen by `timestamp` only, a withdrawal only in a list of its own.
//!
//! An account without the right to rows may be answered with an empty list instead of an error; so an empty list is an
//! error here.

use std::collections::{HashMap, HashSet};
use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, BufWriter, Write};
use std::path::{Path, PathBuf};

use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use serde_json::value::RawValue;
use url::Url;

use crate::client::{Answer, Ask, ClientError, Unfit, shown};
use crate::credentials::Secret;
use crate::order::{Order, below};
use crate::receipt::{self, Changes, Fetched, Receipt};
use crate::resume::Parts;
use crate::row::text;
use crate::{FetchError, Progress, Visit};

const PUBLISHER: &str = "ACLED";
const NO_LOGIN: &str = "set CASEFILE_ACLED_USERNAME and CASEFILE_ACLED_PASSWORD to those of your myACLED account, or write \
                        them into the keyring file under [acled]";
const RIGHTS: &str = "wrong rights can give an empty answer: does your account's access tier include these rows, and are \
                      ACLED's terms accepted? Also see the names of countries and the days";
const PAGE_ROWS: usize = 5000;
/// How often a fetch whose pages do not fit together is begun anew.
const RESTARTS: u32 = 3;
/// The data change all the time: pages that are older do not fit those of today.
const FRESH: SignedDuration = SignedDuration::from_hours(24);

pub(crate) fn fetch(visit: &mut Visit<'_>, order: &Order) -> Result<Fetched, FetchError> {
    let query = Query::new(&visit.endpoints.acled, order);
    let mut session = Session { visit, tokens: None };
    if order.update { update(&mut session, order, &query) } else { snapshot(&mut session, order, &query) }
}

/// Fetches everything that the order asks for.
fn snapshot(session: &mut Session<'_, '_>, order: &Order, query: &Query) -> Result<Fetched, FetchError> {
    let part = order.to.join(format!("acled{}.part", order.slug()));
    let mut parts = Parts::open(&part, query.events.as_str(), FRESH)?;
    let total = session.all_pages(&query.events, &mut parts, Kind::Events)?;
    if parts.rows() == 0 {
        // What is wrong now may be right the next time, and is to be asked for then.
        parts.clear()?;
        return Err(FetchError::Empty { url: shown(&query.events), hint: RIGHTS.to_owned() });
    }
    let whole = parts.folder().join("file");
    let mut out = Rows::create(&whole)?;
    for page in parts.pages() {
        for row in rows_of(&parts.bytes(page)?, &part)? {
            out.add(&row)?;
        }
    }
    let written = out.end()?;
    let mut receipt = a_receipt(query, &written, total, None);
    receipt.since = since(&written, parts.begun());
    let fetched = deliver(&whole, order, receipt)?;
    parts.finish()?;
    Ok(fetched)
}

/// From when on an update must ask. While pages came, rows on those that had come already may have changed: so not from
/// the newest row, but from before the first page, with a day for clocks that differ. And never later than the newest
/// row: then it comes again, and an answer that is right is never empty.
fn since(written: &Written, begun: Timestamp) -> Option<u64> {
    let day_before = begun.as_second().saturating_sub(24 * 3600);
    Some(written.newest?.min(u64::try_from(day_before).unwrap_or(0)))
}

/// Fetches what has changed since the newest earlier file of the same question, and writes a new file of both.
fn update(session: &mut Session<'_, '_>, order: &Order, query: &Query) -> Result<Fetched, FetchError> {
    let (earlier, from) = earlier(order, query)?;
    let mut news = News::fetch(session, order, query, from)?;
    let withdrawn = withdrawals(&news.deleted)?;
    let whole = news.changed.folder().join("file");
    let merged = merge(&earlier, from, revisions(&news.changed, &withdrawn)?, &withdrawn, &whole)?;
    news.must_be_whole(merged.lacking, order)?;
    let fetched = if merged.changes.is_none_at_all() {
        let receipt = Receipt { changes: Some(merged.changes), ..earlier.receipt };
        Fetched { path: earlier.path, receipt, was_here: true }
    } else {
        let mut receipt = a_receipt(query, &merged.written, None, Some(merged.changes));
        receipt.since = since(&merged.written, news.changed.begun());
        let gone =
            format!("{} rows did not come again: they may no longer lie in these days or countries", merged.lacking);
        receipt.notes.extend((merged.lacking > 0).then_some(gone));
        deliver(&whole, order, receipt)?
    };
    news.changed.finish()?;
    news.deleted.finish()?;
    Ok(fetched)
}

/// What has changed since some time.
struct News {
    url: Url,
    changed: Parts,
    deleted: Parts,
}

impl News {
    fn fetch(session: &mut Session<'_, '_>, order: &Order, query: &Query, from: u64) -> Result<Self, FetchError> {
        let since = |url: &Url, column: &str| {
            let mut url = url.clone();
            url.query_pairs_mut().append_pair(column, &from.to_string()).append_pair(&format!("{column}_where"), ">=");
            url
        };
        let folder = |what: &str| order.to.join(format!("acled{}.{what}.part", order.slug()));
        let url = since(&query.events, "timestamp");
        let mut changed = Parts::open(&folder("changed"), url.as_str(), FRESH)?;
        session.all_pages(&url, &mut changed, Kind::Events)?;
        // After the rows, and always anew: an older list would lack what was withdrawn while the rows came.
        let deletions = since(&query.deleted, "deleted_timestamp");
        let mut deleted = Parts::open(&folder("deleted"), deletions.as_str(), FRESH)?;
        deleted.clear()?;
        session.all_pages(&deletions, &mut deleted, Kind::Withdrawals)?;
        Ok(Self { url, changed, deleted })
    }

    /// A row that was revised out of the days or countries asked for does not come again. Else every one does, unless the
    /// answer was not a true one; then it is asked for anew the next time.
    fn must_be_whole(&mut self, lacking: u64, order: &Order) -> Result<(), FetchError> {
        let nothing = self.changed.rows() == 0;
        if lacking == 0 || (order.is_narrow() && !nothing) {
            return Ok(());
        }
        self.changed.clear()?;
        let url = shown(&self.url);
        Err(match nothing {
            true => FetchError::Empty { url, hint: RIGHTS.to_owned() },
            false => FetchError::Lacking { url, lacking },
        })
    }
}

impl Changes {
    fn is_none_at_all(&self) -> bool {
        self.added == 0 && self.revised == 0 && self.deleted == 0
    }
}

fn a_receipt(query: &Query, written: &Written, total: Option<u64>, changes: Option<Changes>) -> Receipt {
    let now = Timestamp::now();
    let mut notes =
        vec!["ACLED's rows may not be passed on; name the date of access and the filters with every figure".to_owned()];
    if total.is_none() && changes.is_none() {
        notes.push("the server does not say how many rows there are in all".to_owned());
    }
    Receipt {
        dataset: "acled".to_owned(),
        version: now.strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
        query: query.events.to_string(),
        fetched: now,
        rows: written.rows,
        total,
        bytes: 0,
        sha256: String::new(),
        since: None,
        changes,
        notes,
    }
}

/// Gives the file a name that no other has: that of the second of access.
fn deliver(whole: &Path, order: &Order, receipt: Receipt) -> Result<Fetched, FetchError> {
    let stamp = receipt.fetched.strftime("%Y%m%dT%H%M%SZ");
    let mut target = order.to.join(format!("acled{}-{stamp}.json", order.slug()));
    for n in 2.. {
        if !target.exists() {
            break;
        }
        target = order.to.join(format!("acled{}-{stamp}-{n}.json", order.slug()));
    }
    receipt::deliver(whole, &target, receipt)
}

/// The newest earlier file that answers the same question, and from when on it lacks changes.
fn earlier(order: &Order, query: &Query) -> Result<(Fetched, u64), FetchError> {
    let nothing = || FetchError::NothingToUpdate { folder: order.to.clone(), query: query.events.to_string() };
    let entries = fs::read_dir(&order.to).map_err(|source| FetchError::file(&order.to, source))?;
    let files = entries.flatten().map(|entry| entry.path());
    let receipts = files.filter_map(|path| {
        let receipt = receipt::beside(&path)?;
        (receipt.dataset == "acled" && receipt.query == query.events.as_str()).then_some((receipt.fetched, path))
    });
    let (_, path) = receipts.max().ok_or_else(nothing)?;
    let fetched = receipt::earlier(&path)?.ok_or_else(nothing)?;
    let since = fetched.receipt.since.ok_or_else(nothing)?;
    Ok((fetched, since))
}

/// The addresses of an order's questions.
struct Query {
    events: Url,
    deleted: Url,
}

impl Query {
    fn new(base: &Url, order: &Order) -> Self {
        let mut events = below(base, "api/acled/read");
        events.query_pairs_mut().append_pair("_format", "json");
        if !order.countries.is_empty() {
            // ACLED's own way to write "or".
            let countries = order.countries.join(":OR:country=");
            events.query_pairs_mut().append_pair("country", &countries);
        }
        let days = match (order.from, order.until) {
            (Some(from), Some(until)) => Some((format!("{from}|{until}"), "BETWEEN")),
            (Some(from), None) => Some((from.to_string(), ">=")),
            (None, Some(until)) => Some((until.to_string(), "<=")),
            (None, None) => None,
        };
        if let Some((days, which)) = days {
            events.query_pairs_mut().append_pair("event_date", &days).append_pair("event_date_where", which);
        }
        let mut deleted = below(base, "api/deleted/read");
        deleted.query_pairs_mut().append_pair("_format", "json");
        Self { events, deleted }
    }
}

/// What the API sends. Numbers come as numbers or as text.
#[derive(Deserialize)]
struct Page {
    success: Option<bool>,
    status: Option<Box<RawValue>>,
    count: Option<Box<RawValue>>,
    /// The number of rows that match, on whatever page. `count`, that of the page, and it are sent where `with_total=true`
    /// asks for them (ACLED's notice to users of the API on `with_total` and `maritime_pairs`). Under another name it is
    /// not seen, and there is just no total.
    #[serde(alias = "total")]
    total_count: Option<Box<RawValue>>,
    data: Option<Vec<Box<RawValue>>>,
}

/// What is listed.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Events, each once. There are always some.
    Events,
    /// Withdrawals of events, of which there may be none. One that was restored may be withdrawn again.
    Withdrawals,
}

impl Kind {
    fn identity(self, row: &Known) -> String {
        match self {
            Self::Events => row.event_id_cnty.clone(),
            Self::Withdrawals => format!("{} of {}", row.event_id_cnty, row.time().unwrap_or(0)),
        }
    }
}

/// A page that has come: its rows, the total where the server says it, and its bytes.
struct Got {
    rows: Vec<Box<RawValue>>,
    counted: Option<u64>,
    body: Vec<u8>,
}

/// The columns that a fetch itself needs.
#[derive(Deserialize)]
struct Known {
    event_id_cnty: String,
    #[serde(alias = "deleted_timestamp")]
    timestamp: Option<Box<RawValue>>,
}

fn number(value: Option<&RawValue>) -> Option<u64> {
    text(value?).trim().parse().ok()
}

impl Known {
    fn of(row: &RawValue) -> Result<Self, String> {
        serde_json::from_str(row.get()).map_err(|_| "a row has no event_id_cnty".to_owned())
    }

    /// Seconds since 1970.
    fn time(&self) -> Option<u64> {
        number(self.timestamp.as_deref())
    }
}

/// Reads a page, and holds it against what it says of itself.
fn read_page(answer: &Answer) -> Result<(Vec<Box<RawValue>>, Option<u64>), Unfit> {
    let page: Page = answer.json()?;
    let status = number(page.status.as_deref()).unwrap_or(200);
    if page.success == Some(false) || status != 200 {
        return Err(Unfit(format!("the answer says of itself that it failed (status {status})")));
    }
    let rows = page.data.ok_or_else(|| Unfit("the answer has no `data`".to_owned()))?;
    match number(page.count.as_deref()) {
        Some(count) if count != rows.len() as u64 => {
            Err(Unfit(format!("the page has {} rows and says that it has {count}", rows.len())))
        }
        _ => Ok((rows, number(page.total_count.as_deref()))),
    }
}

/// The rows of a page that was kept.
fn rows_of(bytes: &[u8], place: &Path) -> Result<Vec<Box<RawValue>>, FetchError> {
    let page: Result<Page, _> = serde_json::from_slice(bytes);
    Ok(page.map_err(|error| FetchError::file(place, error.into()))?.data.unwrap_or_default())
}

/// The tokens of a login. They live as long as the fetch, and are written nowhere.
struct Tokens {
    bearer: Secret,
    refresh: Option<Secret>,
}

/// A visit whose questions are those of a logged-in user.
struct Session<'s, 'v> {
    visit: &'s mut Visit<'v>,
    tokens: Option<Tokens>,
}

impl Session<'_, '_> {
    /// Fetches pages until the last, and gives the total where the server says it. Where pages do not fit together,
    /// because the data changed in between, all of them are fetched anew.
    fn all_pages(&mut self, url: &Url, parts: &mut Parts, kind: Kind) -> Result<Option<u64>, FetchError> {
        let mut last = String::new();
        for _ in 0..=RESTARTS {
            match self.pages_once(url, parts, kind)? {
                Ok(total) => return Ok(total),
                Err(reason) => {
                    (self.visit.tell)(Progress::StartingOver { reason: &reason });
                    parts.clear()?;
                    last = reason;
                }
            }
        }
        Err(FetchError::Unsteady { url: shown(url), reason: last, times: RESTARTS })
    }

    /// One run through the pages, after those that are there. The inner error says what does not fit together.
    fn pages_once(
        &mut self,
        url: &Url,
        parts: &mut Parts,
        kind: Kind,
    ) -> Result<Result<Option<u64>, String>, FetchError> {
        let mut seen = HashSet::new();
        let mut add = |rows: &[Box<RawValue>]| -> Result<(), String> {
            for row in rows {
                let identity = kind.identity(&Known::of(row)?);
                if seen.contains(&identity) {
                    return Err(format!("{identity} has come twice"));
                }
                seen.insert(identity);
            }
            Ok(())
        };
        for page in parts.pages() {
            if let Err(reason) = add(&rows_of(&parts.bytes(page)?, parts.folder())?) {
                return Ok(Err(reason));
            }
        }
        loop {
            let (received, total) = (parts.rows(), parts.total());
            (self.visit.tell)(Progress::At { done: received, total, unit: "rows" });
            let full = parts.pages().last().is_none_or(|page| page.rows == PAGE_ROWS as u64);
            let done = total.map_or(!full, |total| received >= total && !parts.pages().is_empty());
            if done {
                return Ok(match total {
                    Some(total) if received != total => {
                        Err(format!("{received} rows have come where the server counts {total}"))
                    }
                    _ => Ok(total),
                });
            }
            // ACLED counts its pages from 1 (API documentation, "Elements of ACLED's API": limits and pagination).
            let page = parts.pages().len() as u64 + 1;
            let Got { rows, counted, body } = self.page(url, page, kind)?;
            if let (Some(before), Some(counted)) = (total, counted)
                && before != counted
            {
                return Ok(Err(format!("the total changed from {before} to {counted} on the way")));
            }
            if rows.is_empty() && counted.or(total).is_some_and(|total| total > received) {
                return Ok(Err(format!("the pages end after {received} rows")));
            }
            if let Err(reason) = add(&rows) {
                return Ok(Err(reason));
            }
            parts.put(page, &body, rows.len() as u64, Some(page + 1), counted.or(total))?;
        }
    }

    /// One page. An empty one is asked for again, for pages are empty for a while at times; one that stays so is given.
    fn page(&mut self, url: &Url, page: u64, kind: Kind) -> Result<Got, FetchError> {
        let mut asked = url.clone();
        let pairs = [("limit", PAGE_ROWS.to_string()), ("page", page.to_string()), ("with_total", "true".to_owned())];
        asked.query_pairs_mut().extend_pairs(pairs);
        let mut empties = 0;
        self.authorised(asked, &mut |answer| {
            let (rows, counted) = read_page(&answer)?;
            let may_be_empty = kind == Kind::Withdrawals && counted.unwrap_or(0) == 0;
            if rows.is_empty() && !may_be_empty && empties < EMPTIES {
                empties += 1;
                return Err(Unfit("the page is empty".to_owned()));
            }
            Ok(Got { rows, counted, body: answer.body })
        })
    }

    /// Asks as the user. A token that has run out is renewed, once by its own means and once by the password.
    fn authorised<T>(&mut self, url: Url, read: &mut dyn FnMut(Answer) -> Result<T, Unfit>) -> Result<T, FetchError> {
        let mut said = String::new();
        for renewal in 0..3 {
            if renewal > 0 || self.tokens.is_none() {
                self.renew()?;
            }
            let Some(tokens) = &self.tokens else { continue };
            let mut ask = Ask::new(url.clone(), self.visit.client.policy.page_bytes).bearing(&tokens.bearer);
            ask.hands_over = &[401, 403];
            let answered = self.visit.client.ask(&ask, self.visit.tell, |answer| match answer.status {
                401 | 403 => Ok(Err(ask.quote(&answer.body))),
                _ => read(answer).map(Ok),
            })?;
            match answered {
                Ok(value) => return Ok(value),
                Err(text) => said = text,
            }
        }
        let hint = "does your account's access tier include the API, and are ACLED's terms accepted?";
        Err(FetchError::Refused { publisher: PUBLISHER, what: "account for these rows", said, hint })
    }

    /// Gets tokens: by the refresh token where there is one that still holds, else by name and password (ACLED's API
    /// documentation, "Getting started": OAuth; a token holds 24 hours, a refresh token 14 days).
    fn renew(&mut self) -> Result<(), FetchError> {
        if let Some(refresh) = self.tokens.take().and_then(|tokens| tokens.refresh) {
            let grant = Secret::new("refresh_token");
            if let Ok(tokens) = self.token(&[("grant_type", &grant), ("refresh_token", &refresh)])? {
                // A refresh may leave out the next refresh token; then this one still holds.
                self.tokens = Some(Tokens { refresh: tokens.refresh.or(Some(refresh)), ..tokens });
                return Ok(());
            }
        }
        let login = self.visit.credentials.acled.as_ref();
        let login = login.ok_or(FetchError::NoCredentials { publisher: PUBLISHER, hint: NO_LOGIN })?;
        let (grant, scope) = (Secret::new("password"), Secret::new("authenticated"));
        let form =
            [("grant_type", &grant), ("scope", &scope), ("username", &login.username), ("password", &login.password)];
        let tokens = self.token(&form)?.map_err(|said| FetchError::Refused {
            publisher: PUBLISHER,
            what: "user name or password",
            said,
            hint: "they are those of your myACLED account; a new account must accept ACLED's terms first",
        })?;
        self.tokens = Some(tokens);
        Ok(())
    }

    /// Asks for tokens. The inner error is what the server says where it refuses them.
    fn token(&mut self, fields: &[(&'static str, &Secret)]) -> Result<Result<Tokens, String>, FetchError> {
        #[derive(Deserialize)]
        struct Granted {
            access_token: Secret,
            refresh_token: Option<Secret>,
        }
        let client = Secret::new("acled");
        let form = [("client_id", &client)].iter().chain(fields).copied().collect();
        let mut ask = Ask::new(below(&self.visit.endpoints.acled, "oauth/token"), 1 << 20);
        ask.form = form;
        ask.hands_over = &[400, 401, 403];
        let granted = self.visit.client.ask(&ask, self.visit.tell, |answer| {
            if answer.status >= 400 {
                return Ok(Err(ask.quote(&answer.body)));
            }
            let granted: Granted = answer.json()?;
            let bearer = Secret::new(format!("Bearer {}", granted.access_token.expose()));
            Ok(Ok(Tokens { bearer, refresh: granted.refresh_token }))
        });
        granted.map_err(|error: ClientError| error.into())
    }
}

/// How often an empty page is asked for again before it is believed.
const EMPTIES: u32 = 3;

/// Ids of withdrawn events, with the time of their withdrawal.
fn withdrawals(deleted: &Parts) -> Result<HashMap<String, u64>, FetchError> {
    let mut ids = HashMap::new();
    for page in deleted.pages() {
        for row in rows_of(&deleted.bytes(page)?, deleted.folder())? {
            let known = known(&row, deleted.folder())?;
            let time = known.time().unwrap_or(u64::MAX);
            let last = ids.entry(known.event_id_cnty).or_insert(time);
            *last = time.max(*last);
        }
    }
    Ok(ids)
}

/// Rows that have changed, by id, without those that were withdrawn since.
fn revisions(changed: &Parts, withdrawn: &HashMap<String, u64>) -> Result<Revisions, FetchError> {
    let mut rows = Revisions::default();
    for page in changed.pages() {
        for row in rows_of(&changed.bytes(page)?, changed.folder())? {
            let known = known(&row, changed.folder())?;
            let time = known.time().unwrap_or(0);
            if withdrawn.get(&known.event_id_cnty).is_none_or(|gone| *gone < time) {
                rows.order.push(known.event_id_cnty.clone());
                rows.by_id.insert(known.event_id_cnty, row);
            }
        }
    }
    Ok(rows)
}

fn known(row: &RawValue, place: &Path) -> Result<Known, FetchError> {
    Known::of(row).map_err(|reason| FetchError::file(place, io::Error::new(io::ErrorKind::InvalidData, reason)))
}

#[derive(Default)]
struct Revisions {
    by_id: HashMap<String, Box<RawValue>>,
    order: Vec<String>,
}

struct Merged {
    written: Written,
    changes: Changes,
    /// Earlier rows that should have come again and have not.
    lacking: u64,
}

/// Writes the earlier rows with their revisions and without what was withdrawn, then what is new.
fn merge(
    earlier: &Fetched,
    since: u64,
    mut revisions: Revisions,
    withdrawn: &HashMap<String, u64>,
    whole: &Path,
) -> Result<Merged, FetchError> {
    let name = earlier.path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let mut changes = Changes { since: name, added: 0, revised: 0, deleted: 0 };
    let mut lacking = 0;
    let mut out = Rows::create(whole)?;
    for row in earlier_rows(&earlier.path)? {
        let row = row?;
        let known = known(&row, &earlier.path)?;
        let old = known.time();
        if let Some(now) = revisions.by_id.remove(&known.event_id_cnty) {
            changes.revised += u64::from(one_line(now.get()) != row.get());
            out.add(&now)?;
        } else if withdrawn.get(&known.event_id_cnty).is_some_and(|gone| *gone >= old.unwrap_or(0)) {
            changes.deleted += 1;
        } else {
            lacking += u64::from(old.is_some_and(|old| old >= since));
            out.add(&row)?;
        }
    }
    for id in &revisions.order {
        if let Some(row) = revisions.by_id.get(id) {
            changes.added += 1;
            out.add(row)?;
        }
    }
    Ok(Merged { written: out.end()?, changes, lacking })
}

/// The rows of a file written here, one by one.
fn earlier_rows(path: &Path) -> Result<impl Iterator<Item = Result<Box<RawValue>, FetchError>>, FetchError> {
    let wrap = |source| FetchError::file(path, source);
    let lines = BufReader::new(File::open(path).map_err(wrap)?).lines();
    let place = path.to_owned();
    let rows = lines.filter(|line| !line.as_ref().is_ok_and(|line| line == OPENING || line == CLOSING));
    Ok(rows.map(move |line| {
        let line = line.map_err(|source| FetchError::file(&place, source))?;
        let row = line.strip_suffix(',').unwrap_or(&line).to_owned();
        RawValue::from_string(row).map_err(|error| FetchError::file(&place, error.into()))
    }))
}

const OPENING: &str = r#"{"data":["#;
const CLOSING: &str = "]}";

/// A row on one line. In JSON, a line break between values means nothing, and within a text there is none.
fn one_line(row: &str) -> String {
    row.replace(['\n', '\r'], " ")
}

/// What was written.
struct Written {
    rows: u64,
    newest: Option<u64>,
}

/// The file that is being written: one JSON value, `{"data":[…]}` as the API has it, with a line for every row, so that
/// it can be read by rows and compared by lines.
struct Rows {
    path: PathBuf,
    out: BufWriter<File>,
    written: Written,
}

impl Rows {
    fn create(path: &Path) -> Result<Self, FetchError> {
        let wrap = |source| FetchError::file(path, source);
        let mut out = BufWriter::new(File::create(path).map_err(wrap)?);
        out.write_all(OPENING.as_bytes()).map_err(wrap)?;
        Ok(Self { path: path.to_owned(), out, written: Written { rows: 0, newest: None } })
    }

    fn add(&mut self, row: &RawValue) -> Result<(), FetchError> {
        let separator = if self.written.rows == 0 { "\n" } else { ",\n" };
        let write = |out: &mut BufWriter<File>| {
            out.write_all(separator.as_bytes())?;
            out.write_all(one_line(row.get()).as_bytes())
        };
        write(&mut self.out).map_err(|source| FetchError::file(&self.path, source))?;
        self.written.rows += 1;
        self.written.newest = self.written.newest.max(known(row, &self.path)?.time());
        Ok(())
    }

    fn end(mut self) -> Result<Written, FetchError> {
        let end = |out: &mut BufWriter<File>| {
            writeln!(out, "\n{CLOSING}")?;
            out.flush()
        };
        end(&mut self.out).map_err(|source| FetchError::file(&self.path, source))?;
        Ok(self.written)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn raw(text: &str) -> Box<RawValue> {
        RawValue::from_string(text.to_owned()).unwrap()
    }

    #[test]
    fn what_is_written_is_json_and_can_be_read_by_rows() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("x.json");
        let mut rows = Rows::create(&path).unwrap();
        rows.add(&raw(r#"{"event_id_cnty":"AFG1","timestamp":"100","notes":"a,\n]}"}"#)).unwrap();
        rows.add(&raw("{\"event_id_cnty\": \"AFG2\",\n \"timestamp\": 90}")).unwrap();
        let written = rows.end().unwrap();
        assert_eq!((written.rows, written.newest), (2, Some(100)));
        let whole: serde_json::Value = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
        assert_eq!(whole["data"][0]["notes"], "a,\n]}");
        let again: Vec<_> =
            earlier_rows(&path).unwrap().map(|row| Known::of(&row.unwrap()).unwrap().event_id_cnty).collect();
        assert_eq!(again, ["AFG1", "AFG2"]);
    }

    #[test]
    fn the_question_is_the_same_for_the_same_order() {
        let order = Order {
            spec: "acled".parse().unwrap(),
            to: ".".into(),
            api: false,
            from: Some(jiff::civil::date(2020, 1, 1)),
            until: Some(jiff::civil::date(2020, 12, 31)),
            countries: vec!["Mali".to_owned(), "Niger".to_owned()],
            update: false,
        };
        let base = Url::parse("https://acleddata.com/").unwrap();
        assert_eq!(
            Query::new(&base, &order).events.as_str(),
            "https://acleddata.com/api/acled/read?_format=json&country=Mali%3AOR%3Acountry%3DNiger&\
             event_date=2020-01-01%7C2020-12-31&event_date_where=BETWEEN"
        );
    }
}
