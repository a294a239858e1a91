//! A case in a temporary folder, a server over it, and a client of plain sockets.

use std::collections::BTreeMap;
use std::fs;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use casefile_ingest::AddOptions;
use casefile_lake::Lake;
use casefile_workbench::{Limits, Options, Server, Stopper};
use serde_json::Value;
use tempfile::TempDir;

/// A server over a case of its own.
pub struct Bench {
    folder: TempDir,
    pub port: u16,
    pub token: String,
    stopper: Stopper,
    thread: Option<JoinHandle<()>>,
}

/// An answer.
#[derive(Debug)]
pub struct Said {
    pub status: u16,
    pub headers: BTreeMap<String, String>,
    pub body: Vec<u8>,
}

impl Said {
    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("no JSON: {error}\n{}", self.text()))
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    #[track_caller]
    pub fn ok(self) -> Self {
        assert_eq!(self.status, 200, "{}", self.text());
        self
    }

    /// The word of a refusal.
    #[track_caller]
    pub fn code(&self) -> String {
        self.json()["error"]["code"].as_str().unwrap_or_default().to_owned()
    }
}

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../casefile/tests/fixtures").join(name)
}

pub fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap().map(Result::unwrap) {
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &to.join(entry.file_name()));
        } else {
            fs::copy(entry.path(), to.join(entry.file_name())).unwrap();
        }
    }
}

/// Adds the invented release to a case.
pub fn add_data(case: &Path) {
    let options = AddOptions {
        file: fixture("ged231-exland.csv"),
        adapter: "ucdp-ged".into(),
        id: None,
        version: None,
        member: None,
        fills: BTreeMap::new(),
        mapping: None,
        coverage: Vec::new(),
        accessed: None,
    };
    casefile_ingest::add(case, &options, &mut |_| {}).unwrap();
}

impl Bench {
    /// Over the invented case `exland`, without data.
    pub fn new() -> Self {
        Self::with(Limits::default(), |_| {})
    }

    /// With its data.
    pub fn with_data() -> Self {
        Self::with(Limits::default(), add_data)
    }

    /// Under limits, and after something was done to the folder.
    pub fn with(limits: Limits, prepare: impl FnOnce(&Path)) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let case = folder.path().join("exland");
        copy(&fixture("exland"), &case);
        prepare(&case);
        Self::over(folder, limits)
    }

    fn over(folder: TempDir, limits: Limits) -> Self {
        let case = folder.path().join("exland");
        let at = case.clone();
        let open = move |_: &casefile_case::Case, lock: &casefile_case::lock::Lock| {
            Lake::open(&at, lock).map_err(|error| error.to_string())
        };
        let server = Server::bind(Options { case, port: 0, open: Arc::new(open), limits }).unwrap();
        let url = server.url();
        let (address, token) = url.split_once("/?token=").unwrap();
        let port = address.rsplit_once(':').unwrap().1.parse().unwrap();
        let (token, stopper) = (token.to_owned(), server.stopper());
        let thread = Some(thread::spawn(move || server.run().unwrap()));
        Self { folder, port, token, stopper, thread }
    }

    /// Another server over the same case; this one must have been stopped.
    pub fn again(mut self) -> Self {
        let folder = std::mem::replace(&mut self.folder, tempfile::tempdir().unwrap());
        Self::over(folder, Limits::default())
    }

    pub fn path(&self, relative: &str) -> PathBuf {
        self.folder.path().join("exland").join(relative)
    }

    pub fn file(&self, relative: &str) -> String {
        fs::read_to_string(self.path(relative)).unwrap()
    }

    pub fn host(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    pub fn cookie(&self) -> String {
        format!("casefile-{}={}", self.port, self.token)
    }

    pub fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(("127.0.0.1", self.port)).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
        stream
    }

    /// Sends a request as it stands and reads the answer to its end.
    pub fn raw(&self, request: &str) -> Said {
        let mut stream = self.connect();
        stream.write_all(request.as_bytes()).unwrap();
        answer(&mut stream)
    }

    /// A request with these headers and no others but `Connection`.
    pub fn with_headers(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Said {
        let mut text = format!("{method} {path} HTTP/1.1\r\nConnection: close\r\n");
        for (name, value) in headers {
            text += &format!("{name}: {value}\r\n");
        }
        if !body.is_empty() {
            text += &format!("Content-Length: {}\r\n", body.len());
        }
        self.raw(&format!("{text}\r\n{body}"))
    }

    /// A request as the app sends it.
    pub fn send(&self, method: &str, path: &str, body: &Value) -> Said {
        let (host, cookie) = (self.host(), self.cookie());
        let origin = format!("http://{host}");
        let headers = [
            ("Host", host.as_str()),
            ("Cookie", &cookie),
            ("Origin", &origin),
            ("X-Casefile", "1"),
            ("Content-Type", "application/json"),
        ];
        let body = if body.is_null() { String::new() } else { body.to_string() };
        self.with_headers(method, path, &headers, &body)
    }

    pub fn get(&self, path: &str) -> Said {
        self.with_headers("GET", path, &[("Host", &self.host()), ("Cookie", &self.cookie())], "")
    }

    #[track_caller]
    pub fn json(&self, path: &str) -> Value {
        self.get(path).ok().json()
    }

    /// Waits until the claims of the files as they are have been examined.
    #[track_caller]
    pub fn checked(&self) {
        self.until(|bench| bench.json("/api/case")["checked"] == true);
    }

    /// Waits until something holds.
    #[track_caller]
    pub fn until(&self, holds: impl Fn(&Self) -> bool) {
        let start = Instant::now();
        while !holds(self) {
            assert!(start.elapsed() < Duration::from_secs(120), "it never came to hold");
            thread::sleep(Duration::from_millis(50));
        }
    }

    /// Ends the server and waits for its end.
    pub fn stop(&mut self) {
        self.stopper.stop();
        if let Some(thread) = self.thread.take() {
            thread.join().unwrap();
        }
    }
}

impl Drop for Bench {
    fn drop(&mut self) {
        self.stopper.stop();
    }
}

/// Reads an answer to its end.
pub fn answer(stream: &mut TcpStream) -> Said {
    let mut bytes = Vec::new();
    // A server that refuses may reset the connection after its answer.
    let _ = stream.read_to_end(&mut bytes);
    let end = bytes.windows(4).position(|four| four == b"\r\n\r\n").unwrap_or(bytes.len());
    let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or(0);
    let headers = head.lines().skip(1).filter_map(|line| line.split_once(": "));
    let headers = headers.map(|(name, value)| (name.to_lowercase(), value.to_owned())).collect();
    Said { status, headers, body: bytes.get(end + 4..).unwrap_or_default().to_vec() }
}
