//! Asking a publisher's server: retries with back-off, deadlines, size limits, and credentials that stay with their
//! host.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use serde::de::DeserializeOwned;
use ureq::http::header::{AUTHORIZATION, HeaderMap, HeaderName, HeaderValue};
use ureq::http::{Request, Response, StatusCode};
use ureq::{Agent, Body};
use url::{Host, Url};

use crate::credentials::Secret;
use crate::{Progress, Tell};

/// How long to bear with a server.
#[derive(Debug, Clone)]
pub struct Policy {
    /// Failures in a row after which an answer is given up.
    pub attempts: u32,
    /// The first wait; each next one is twice as long, and a random part of it is left out.
    pub first_wait: Duration,
    /// The longest wait that is not asked for by the server.
    pub longest_wait: Duration,
    /// The deadline: time spent on one answer, waits and all, without any of it coming.
    pub patience: Duration,
    /// Time to connect.
    pub connect: Duration,
    /// Time without a byte after which a connection is dead.
    pub silence: Duration,
    /// Time for one whole answer. A file that takes longer is gone on with by range.
    pub answer: Duration,
    /// The most bytes that a page of rows may have, unpacked.
    pub page_bytes: u64,
    /// The most bytes that a file may have.
    pub file_bytes: u64,
}

impl Default for Policy {
    fn default() -> Self {
        let seconds = Duration::from_secs;
        Self {
            attempts: 8,
            first_wait: seconds(1),
            longest_wait: seconds(60),
            patience: seconds(15 * 60),
            connect: seconds(30),
            silence: seconds(60),
            answer: seconds(30 * 60),
            page_bytes: 512 << 20,
            file_bytes: 8 << 30,
        }
    }
}

impl Policy {
    /// The wait after so many failures: exponential, between half and the whole of it at random, so that many
    /// clients do not come back at once.
    fn wait(&self, failures: u32) -> Duration {
        let doubled = self.first_wait.saturating_mul(1 << failures.saturating_sub(1).min(20));
        doubled.min(self.longest_wait).mul_f64(0.5 + fastrand::f64() / 2.0)
    }
}

/// Why a server's answer could not be had. No message holds a credential.
#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    /// The address is not safe to ask.
    #[error("{url} is not asked: {reason}")]
    Unsafe {
        /// The address, without user and password.
        url: String,
        /// Why not.
        reason: &'static str,
    },
    /// The server sends elsewhere, and may not.
    #[error("{from} redirects {reason}")]
    Redirect {
        /// The address asked.
        from: String,
        /// Where to, and why that is not followed.
        reason: String,
    },
    /// The server refuses the credential.
    #[error("{url} refuses to answer (HTTP {status}){}", said(text))]
    Refused {
        /// The address.
        url: String,
        /// 401 or 403.
        status: u16,
        /// The beginning of what the server said.
        text: String,
    },
    /// The server does not have it.
    #[error("{url} is not there (HTTP 404)")]
    NotFound {
        /// The address.
        url: String,
    },
    /// The server answers with another error.
    #[error("{url} answers with HTTP {status}{}", said(text))]
    Status {
        /// The address.
        url: String,
        /// The status.
        status: u16,
        /// The beginning of what the server said.
        text: String,
    },
    /// The answer is larger than anything expected there.
    #[error("{url} sends more than {limit} bytes, which cannot be right")]
    TooLarge {
        /// The address.
        url: String,
        /// The limit in bytes.
        limit: u64,
    },
    /// It went wrong too often.
    #[error(
        "gave up {url} after {attempts} attempts: {reason}\nhint: what has come is kept; the same command goes on from there"
    )]
    GaveUp {
        /// The address.
        url: String,
        /// What went wrong the last time.
        reason: String,
        /// How often it was tried.
        attempts: u32,
    },
    /// The server asks to wait for longer than the deadline.
    #[error(
        "{url}: {reason}; it would take another {} s\nhint: what has come is kept; the same command, later, goes on \
         from there",
        wait.as_secs()
    )]
    Deadline {
        /// The address.
        url: String,
        /// What went wrong the last time.
        reason: String,
        /// The wait.
        wait: Duration,
    },
    /// No safe connection can be made.
    #[error("cannot connect to {url}: {reason}")]
    Connection {
        /// The address.
        url: String,
        /// What is wrong.
        reason: String,
    },
    /// What came could not be written.
    #[error("cannot write {}: {source}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What the operating system said.
        #[source]
        source: io::Error,
    },
}

fn said(text: &str) -> String {
    if text.is_empty() { String::new() } else { format!(": {text}") }
}

/// One question to a server.
pub(crate) struct Ask<'a> {
    /// The address; it never holds a credential.
    pub(crate) url: Url,
    /// The header that carries the credential.
    pub(crate) header: Option<(HeaderName, &'a Secret)>,
    /// The fields of a form; where there are any, they are posted.
    pub(crate) form: Vec<(&'static str, &'a Secret)>,
    /// Statuses by which this server says "too quick", besides the usual ones.
    pub(crate) throttles: &'static [u16],
    /// Statuses of errors that are for the asker to read.
    pub(crate) hands_over: &'static [u16],
    /// The most bytes that the answer may have, unpacked.
    pub(crate) limit: u64,
}

impl<'a> Ask<'a> {
    /// A plain question.
    pub(crate) fn new(url: Url, limit: u64) -> Self {
        Self { url, header: None, form: Vec::new(), throttles: &[], hands_over: &[], limit }
    }

    /// With the credential in `authorization`.
    pub(crate) fn bearing(self, secret: &'a Secret) -> Self {
        Self { header: Some((AUTHORIZATION, secret)), ..self }
    }

    /// The beginning of what a server said, as one line and without the credentials sent to it.
    pub(crate) fn quote(&self, body: &[u8]) -> String {
        let text = String::from_utf8_lossy(body);
        let secrets = self.header.iter().map(|(_, secret)| *secret).chain(self.form.iter().map(|(_, secret)| *secret));
        let hidden = secrets.fold(text.into_owned(), |text, secret| {
            let bare = secret.expose().strip_prefix("Bearer ").map(Secret::new);
            secret.hide_in(&bare.map_or_else(|| text.clone(), |bare| bare.hide_in(&text)))
        });
        let line = hidden.split_whitespace().collect::<Vec<_>>().join(" ");
        line.chars().take(200).collect()
    }
}

/// What a server answered.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    /// The body as JSON. What looks like a page for people, or breaks off, may be whole the next time.
    pub(crate) fn json<T: DeserializeOwned>(&self) -> Result<T, Unfit> {
        let text = self.body.trim_ascii_start();
        if text.is_empty() {
            return Err(Unfit("the answer is empty".to_owned()));
        }
        if text.starts_with(b"<") {
            return Err(Unfit("the answer is a web page, not data".to_owned()));
        }
        serde_json::from_slice(text).map_err(|error| {
            let what = if error.is_eof() { "the answer breaks off" } else { "the answer is not the JSON expected" };
            // The message of the error may quote what was sent; the place is enough.
            Unfit(format!("{what} at line {}, column {}", error.line(), error.column()))
        })
    }
}

/// Why an answer cannot be used. It may be better the next time.
pub(crate) struct Unfit(pub(crate) String);

/// What went wrong in one attempt.
enum Fault {
    /// It is worth trying again.
    Passing {
        reason: String,
        /// The server asks to wait at least so long.
        not_before: Option<Duration>,
        /// Part of the answer came, so that the next attempt begins elsewhere.
        advanced: bool,
    },
    Final(ClientError),
}

impl Fault {
    fn passing(reason: impl Into<String>) -> Self {
        Self::Passing { reason: reason.into(), not_before: None, advanced: false }
    }
}

const REDIRECTS: usize = 5;
/// Error pages are read up to here.
const ERROR_PAGE: u64 = 64 << 10;

/// A client of HTTP servers that bears with their moods.
pub(crate) struct Client {
    agent: Agent,
    /// For servers on this machine, which no proxy can reach.
    local: Agent,
    pub(crate) policy: Policy,
}

impl Client {
    pub(crate) fn new(policy: Policy) -> Self {
        let config = || {
            Agent::config_builder()
                .http_status_as_error(false)
                // Redirects are followed here, where it is known what may go along.
                .max_redirects(0)
                .max_redirects_will_error(false)
                .user_agent(concat!("casefile/", env!("CARGO_PKG_VERSION")))
                .timeout_resolve(Some(policy.connect))
                .timeout_connect(Some(policy.connect))
                .timeout_per_read(Some(policy.silence))
                .timeout_per_write(Some(policy.silence))
                .timeout_per_call(Some(policy.answer))
        };
        Self { agent: config().build().new_agent(), local: config().proxy(None).build().new_agent(), policy }
    }

    /// Asks until `read` can use the answer.
    pub(crate) fn ask<T>(
        &self,
        ask: &Ask<'_>,
        tell: &mut Tell<'_>,
        mut read: impl FnMut(Answer) -> Result<T, Unfit>,
    ) -> Result<T, ClientError> {
        self.persist(&ask.url, tell, |_| {
            let response = self.exchange(ask, &HeaderMap::new())?;
            let status = response.status().as_u16();
            let body = self.body(ask, response)?;
            read(Answer { status, body }).map_err(|Unfit(reason)| Fault::passing(reason))
        })
    }

    /// Downloads a file to `path`, going on where an earlier attempt or run was cut off. `None` where the server does
    /// not have it; else its size in bytes.
    pub(crate) fn download(&self, ask: &Ask<'_>, path: &Path, tell: &mut Tell<'_>) -> Result<Option<u64>, ClientError> {
        let found = self.persist(&ask.url, tell, |tell| self.download_on(ask, path, tell));
        match found {
            Ok(size) => Ok(Some(size)),
            Err(ClientError::NotFound { .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// One attempt to download the rest of a file.
    fn download_on(&self, ask: &Ask<'_>, path: &Path, tell: &mut Tell<'_>) -> Result<u64, Fault> {
        let wrap = |source| Fault::Final(ClientError::File { path: path.to_owned(), source });
        let mark = path.with_extension("validator");
        let here = fs::metadata(path).map_or(0, |meta| meta.len());
        let mut headers = HeaderMap::new();
        headers.insert("accept-encoding", HeaderValue::from_static("identity"));
        // Without a mark of the very version, a later part may be of another.
        let validator = fs::read_to_string(&mark).ok().and_then(|text| HeaderValue::from_str(&text).ok());
        if let (1.., Some(validator), Ok(range)) = (here, validator, HeaderValue::from_str(&format!("bytes={here}-"))) {
            headers.insert("range", range);
            headers.insert("if-range", validator);
        }
        let response = self.exchange(ask, &headers)?;
        let goes_on = response.status() == StatusCode::PARTIAL_CONTENT && first_byte(response.headers()) == Some(here);
        if response.status() == StatusCode::PARTIAL_CONTENT && !goes_on {
            let _ = fs::remove_file(path);
            return Err(Fault::passing("the server sends another part of the file than was asked for"));
        }
        let start = if goes_on { here } else { 0 };
        let total = response.body().content_length().map(|rest| rest + start);
        if total.is_some_and(|total| total > ask.limit) {
            return Err(Fault::Final(ClientError::TooLarge { url: shown(&ask.url), limit: ask.limit }));
        }
        if !goes_on {
            keep_validator(&mark, response.headers()).map_err(wrap)?;
        }
        let mut file =
            OpenOptions::new().create(true).write(true).append(goes_on).truncate(!goes_on).open(path).map_err(wrap)?;
        let mut size = start;
        let read = copy(response, &mut file, &mut |n| {
            size += n;
            tell(Progress::At { done: size, total, unit: "bytes" });
            size <= ask.limit
        });
        file.sync_all().map_err(wrap)?;
        let broken = match read {
            Err(Copy::Write(source)) => return Err(wrap(source)),
            Err(Copy::Enough) => {
                return Err(Fault::Final(ClientError::TooLarge { url: shown(&ask.url), limit: ask.limit }));
            }
            Err(Copy::Read(error)) => Some(error.to_string()),
            Ok(()) => None,
        };
        match (broken, total) {
            (None, None) => Ok(size),
            (None, Some(total)) if size == total => Ok(size),
            (broken, _) => {
                let of = total.map(|total| format!(" of {total}")).unwrap_or_default();
                let why = broken.map(|why| format!(" ({why})")).unwrap_or_default();
                let reason = format!("the connection dropped after {size}{of} bytes{why}");
                Err(Fault::Passing { reason, not_before: None, advanced: size > here })
            }
        }
    }

    /// Tries until it succeeds, fails for good, or patience ends.
    fn persist<T>(
        &self,
        url: &Url,
        tell: &mut Tell<'_>,
        mut attempt: impl FnMut(&mut Tell<'_>) -> Result<T, Fault>,
    ) -> Result<T, ClientError> {
        let (mut since, mut failures) = (Instant::now(), 0);
        loop {
            let (reason, not_before, advanced) = match attempt(tell) {
                Ok(value) => return Ok(value),
                Err(Fault::Final(error)) => return Err(error),
                Err(Fault::Passing { reason, not_before, advanced }) => (reason, not_before, advanced),
            };
            if advanced {
                (since, failures) = (Instant::now(), 0);
            }
            failures += 1;
            if failures >= self.policy.attempts {
                return Err(ClientError::GaveUp { url: shown(url), reason, attempts: failures });
            }
            let wait = self.policy.wait(failures).max(not_before.unwrap_or_default());
            if since.elapsed() + wait > self.policy.patience {
                return Err(ClientError::Deadline { url: shown(url), reason, wait });
            }
            tell(Progress::Waiting { reason: &reason, wait });
            thread::sleep(wait);
        }
    }

    /// One question and its answer, through redirects. Answers that are errors are faults, save those that the asker
    /// wants to read.
    fn exchange(&self, ask: &Ask<'_>, headers: &HeaderMap) -> Result<Response<Body>, Fault> {
        let mut url = ask.url.clone();
        let mut at_home = true;
        for _ in 0..=REDIRECTS {
            secure(&url).map_err(Fault::Final)?;
            let response = self.send(ask, &url, headers, at_home)?;
            let target = response.headers().get("location").filter(|_| response.status().is_redirection());
            let Some(target) = target else { return self.judge(ask, response) };
            url = self.follow(ask, &url, target)?;
            // Once away, the credential does not come along again, wherever the next address lies.
            at_home &= url.origin() == ask.url.origin();
        }
        let reason = format!("more than {REDIRECTS} times");
        Err(Fault::Final(ClientError::Redirect { from: shown(&ask.url), reason }))
    }

    fn follow(&self, ask: &Ask<'_>, from: &Url, target: &HeaderValue) -> Result<Url, Fault> {
        let refuse = |reason: String| Fault::Final(ClientError::Redirect { from: shown(&ask.url), reason });
        let next = target.to_str().ok().and_then(|text| from.join(text).ok());
        let next = next.ok_or_else(|| refuse("to an address that cannot be read".to_owned()))?;
        if !ask.form.is_empty() {
            let host = next.host_str().unwrap_or_default();
            return Err(refuse(format!("to {host}: a password is sent to the address asked, and to no other")));
        }
        Ok(next)
    }

    fn send(&self, ask: &Ask<'_>, url: &Url, headers: &HeaderMap, at_home: bool) -> Result<Response<Body>, Fault> {
        let mut request = Request::builder().uri(url.as_str());
        for (name, value) in headers {
            request = request.header(name, value);
        }
        if let (true, Some((name, secret))) = (at_home, &ask.header) {
            let unsendable =
                |_| ClientError::Unsafe { url: shown(url), reason: "the credential cannot stand in a header" };
            let mut value = HeaderValue::from_str(secret.expose()).map_err(unsendable).map_err(Fault::Final)?;
            value.set_sensitive(true);
            request = request.header(name, value);
        }
        let agent = if is_loopback(url) { &self.local } else { &self.agent };
        let sent = if ask.form.is_empty() {
            request.body(()).map_err(ureq::Error::from).and_then(|request| agent.run(request))
        } else {
            let fields = ask.form.iter().map(|(name, value)| (*name, value.expose()));
            let form = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
            let request = request.method("POST").header("content-type", "application/x-www-form-urlencoded").body(form);
            request.map_err(ureq::Error::from).and_then(|request| agent.run(request))
        };
        sent.map_err(|error| broken(url, &error))
    }

    /// Sorts answers that are errors.
    fn judge(&self, ask: &Ask<'_>, response: Response<Body>) -> Result<Response<Body>, Fault> {
        let status = response.status().as_u16();
        if response.status().is_success() || ask.hands_over.contains(&status) {
            return Ok(response);
        }
        let url = shown(&ask.url);
        if status == 404 {
            return Err(Fault::Final(ClientError::NotFound { url }));
        }
        let not_before = retry_after(response.headers());
        let text = ask.quote(&beginning(response));
        if matches!(status, 408 | 425 | 429 | 500 | 502 | 503 | 504) || ask.throttles.contains(&status) {
            let reason = format!("the server answers with HTTP {status}{}", said(&text));
            return Err(Fault::Passing { reason, not_before, advanced: false });
        }
        Err(Fault::Final(match status {
            401 | 403 => ClientError::Refused { url, status, text },
            _ => ClientError::Status { url, status, text },
        }))
    }

    fn body(&self, ask: &Ask<'_>, response: Response<Body>) -> Result<Vec<u8>, Fault> {
        let mut body = Vec::new();
        let mut reader = response.into_body().into_with_config().limit(u64::MAX).reader().take(ask.limit + 1);
        reader
            .read_to_end(&mut body)
            .map_err(|error| Fault::passing(format!("the connection dropped after {} bytes ({error})", body.len())))?;
        if body.len() as u64 > ask.limit {
            return Err(Fault::Final(ClientError::TooLarge { url: shown(&ask.url), limit: ask.limit }));
        }
        Ok(body)
    }
}

/// Why copying a body ended early.
enum Copy {
    Read(io::Error),
    Write(io::Error),
    Enough,
}

/// Copies a body to a file in pieces; `seen` is told of each, and says whether more may come.
fn copy(response: Response<Body>, file: &mut File, seen: &mut dyn FnMut(u64) -> bool) -> Result<(), Copy> {
    let mut reader = response.into_body().into_with_config().limit(u64::MAX).reader();
    let mut piece = vec![0; 1 << 16];
    loop {
        let n = reader.read(&mut piece).map_err(Copy::Read)?;
        if n == 0 {
            return Ok(());
        }
        file.write_all(&piece[..n]).map_err(Copy::Write)?;
        if !seen(n as u64) {
            return Err(Copy::Enough);
        }
    }
}

/// The beginning of an error page, as far as it comes.
fn beginning(response: Response<Body>) -> Vec<u8> {
    let mut text = Vec::new();
    let _ = response.into_body().into_reader().take(ERROR_PAGE).read_to_end(&mut text);
    text
}

/// An address as it may be shown. Only those of our own making are, and they hold no credential; what an overridden
/// one may hold before the host is left out.
pub(crate) fn shown(url: &Url) -> String {
    let mut url = url.clone();
    let _ = url.set_username("");
    let _ = url.set_password(None);
    url.to_string()
}

/// Only addresses that nobody on the way can read or change, or that do not leave this machine.
fn secure(url: &Url) -> Result<(), ClientError> {
    let refuse = |reason| Err(ClientError::Unsafe { url: shown(url), reason });
    if !url.username().is_empty() || url.password().is_some() {
        return refuse("an address must not hold a user or a password");
    }
    match url.scheme() {
        "https" => Ok(()),
        "http" if is_loopback(url) => Ok(()),
        "http" => refuse("only https is safe on the way"),
        _ => refuse("only https is known here"),
    }
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost",
        None => false,
    }
}

fn broken(url: &Url, error: &ureq::Error) -> Fault {
    let reason = error.to_string();
    match error {
        // What is wrong with a certificate is wrong the next time as well.
        ureq::Error::Io(io) if io.kind() == io::ErrorKind::InvalidData => {
            Fault::Final(ClientError::Connection { url: shown(url), reason })
        }
        ureq::Error::Io(_)
        | ureq::Error::Timeout(_)
        | ureq::Error::HostNotFound
        | ureq::Error::ConnectionFailed
        | ureq::Error::Protocol(_) => Fault::passing(format!("no answer ({reason})")),
        _ => Fault::Final(ClientError::Connection { url: shown(url), reason }),
    }
}

/// `Retry-After`, in seconds or as a date.
fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let text = headers.get("retry-after")?.to_str().ok()?.trim();
    if let Ok(seconds) = text.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let at = jiff::fmt::rfc2822::parse(text).ok()?.timestamp();
    Duration::try_from(at.duration_since(jiff::Timestamp::now())).ok()
}

/// The first byte of a partial answer: `bytes 100-199/200` → 100.
fn first_byte(headers: &HeaderMap) -> Option<u64> {
    headers.get("content-range")?.to_str().ok()?.strip_prefix("bytes ")?.split('-').next()?.parse().ok()
}

/// Notes which version of the file is coming. A weak tag does not tell versions apart byte by byte.
fn keep_validator(mark: &Path, headers: &HeaderMap) -> io::Result<()> {
    let tag = headers.get("etag").filter(|tag| !tag.as_bytes().starts_with(b"W/"));
    match tag.or_else(|| headers.get("last-modified")) {
        Some(value) => fs::write(mark, value.as_bytes()),
        None if mark.exists() => fs::remove_file(mark),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(text: &str) -> Url {
        Url::parse(text).unwrap()
    }

    #[test]
    fn waits_grow_and_are_bounded() {
        let policy =
            Policy { first_wait: Duration::from_secs(1), longest_wait: Duration::from_secs(10), ..Policy::default() };
        for (failures, most) in [(1, 1), (2, 2), (3, 4), (4, 8), (5, 10), (40, 10)] {
            let wait = policy.wait(failures).as_secs_f64();
            assert!(wait >= f64::from(most) / 2.0 && wait <= f64::from(most), "{failures}: {wait}");
        }
    }

    #[test]
    fn only_https_and_this_machine_are_asked() {
        for good in ["https://ucdp.uu.se/x", "http://127.0.0.1:8080/", "http://localhost/", "http://[::1]:80/"] {
            assert!(secure(&url(good)).is_ok(), "{good}");
        }
        for bad in
            ["http://ucdp.uu.se/x", "http://localhost.example.org/", "ftp://localhost/", "https://me:hush@ucdp.uu.se/"]
        {
            let error = secure(&url(bad)).unwrap_err().to_string();
            assert!(!error.contains("hush"), "{error}");
        }
    }

    #[test]
    fn retry_after_is_read_as_seconds_and_as_date() {
        let read =
            |text: &str| retry_after(&HeaderMap::from_iter([("retry-after".parse().unwrap(), text.parse().unwrap())]));
        assert_eq!(read("7"), Some(Duration::from_secs(7)));
        assert_eq!(read("soon"), None);
        assert_eq!(read("Sun, 06 Nov 1994 08:49:37 GMT"), None);
        let later = read("Wed, 01 Jan 2200 00:00:00 GMT").unwrap();
        assert!(later > Duration::from_secs(3600 * 24 * 365 * 100), "{later:?}");
    }

    #[test]
    fn what_a_server_says_is_quoted_without_the_credential() {
        let (token, word) = (Secret::new("Bearer abc.def"), Secret::new("pass word"));
        let mut ask = Ask::new(url("https://example.org/"), 1).bearing(&token);
        ask.form.push(("password", &word));
        let quoted = ask.quote(b"token abc.def\nor  Bearer abc.def, form pass+word");
        assert_eq!(quoted, "token *** or Bearer ***, form ***");
    }
}
