//! A server on this machine that behaves as it is told: well, or like the real ones on a bad day.
//!
//! It speaks HTTP/1.1 over `std::net`. A handler turns each request into a [`Reply`]; the server keeps every request.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

/// A request as it came.
#[derive(Debug, Clone)]
pub struct Seen {
    pub method: String,
    /// Path and query.
    pub target: String,
    /// Names in lower case.
    pub headers: Vec<(String, String)>,
    pub body: String,
}

impl Seen {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(n, _)| n == name).map(|(_, value)| value.as_str())
    }

    pub fn path(&self) -> &str {
        self.target.split('?').next().unwrap_or_default()
    }

    /// A value of the query, as it is written there.
    pub fn query(&self, name: &str) -> Option<&str> {
        let pairs = self.target.split_once('?')?.1.split('&');
        pairs.filter_map(|pair| pair.split_once('=')).find(|(n, _)| *n == name).map(|(_, value)| value)
    }

    /// A number of the query.
    pub fn number(&self, name: &str) -> Option<usize> {
        self.query(name)?.parse().ok()
    }
}

/// How a reply is sent.
#[derive(Debug, Clone, Copy)]
pub enum How {
    /// With its length, whole.
    Whole,
    /// With its length, and only so many bytes of it; then the connection is cut.
    CutAfter(usize),
    /// Without its length, and only so many bytes of it, so that the end looks like the end.
    ShortAfter(usize),
    /// In pieces of so many bytes, with a pause after each.
    Slowly(usize, Duration),
    /// Over and over again, without end.
    Endless,
    /// Not at all: the connection stays open and silent for so long.
    Silence(Duration),
}

/// What the server answers.
#[derive(Debug, Clone)]
pub struct Reply {
    pub status: u16,
    pub headers: Vec<(&'static str, String)>,
    pub body: Vec<u8>,
    pub how: How,
}

impl Reply {
    pub fn new(status: u16, body: impl Into<Vec<u8>>) -> Self {
        Self { status, headers: Vec::new(), body: body.into(), how: How::Whole }
    }

    pub fn json(body: impl Into<Vec<u8>>) -> Self {
        Self::new(200, body).with("content-type", "application/json")
    }

    pub fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    pub fn how(mut self, how: How) -> Self {
        self.how = how;
        self
    }

    /// A page for people, with status 200, as proxies and login walls send it.
    pub fn web_page() -> Self {
        Self::new(200, "<!doctype html><html><body>We will be back soon</body></html>")
            .with("content-type", "text/html")
    }

    /// A file that honours `Range` together with `If-Range`.
    pub fn file(seen: &Seen, body: &[u8], etag: &str) -> Self {
        let start =
            seen.header("range").and_then(|range| range.strip_prefix("bytes=")?.strip_suffix('-')?.parse().ok());
        let same = seen.header("if-range") == Some(etag);
        match start.filter(|start| same && *start < body.len()) {
            Some(start) => Self::new(206, &body[start..])
                .with("etag", etag)
                .with("content-range", format!("bytes {start}-{}/{}", body.len() - 1, body.len())),
            None => Self::new(200, body).with("etag", etag),
        }
    }
}

type Handler = Box<dyn FnMut(&Seen) -> Reply + Send>;

/// A running server; it ends when it is dropped.
pub struct Server {
    address: SocketAddr,
    seen: Arc<Mutex<Vec<Seen>>>,
    stop: Arc<AtomicBool>,
}

impl Server {
    pub fn new(handler: impl FnMut(&Seen) -> Reply + Send + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let (seen, stop) = (Arc::<Mutex<Vec<Seen>>>::default(), Arc::<AtomicBool>::default());
        let handler: Arc<Mutex<Handler>> = Arc::new(Mutex::new(Box::new(handler)));
        let (log, stopped) = (seen.clone(), stop.clone());
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                if stopped.load(Ordering::Relaxed) {
                    break;
                }
                let (log, handler) = (log.clone(), handler.clone());
                thread::spawn(move || serve(stream, &log, &handler));
            }
        });
        Self { address, seen, stop }
    }

    /// `http://127.0.0.1:PORT/path`
    pub fn url(&self, path: &str) -> String {
        format!("http://{}/{path}", self.address)
    }

    /// Every request so far.
    pub fn seen(&self) -> Vec<Seen> {
        self.seen.lock().unwrap().clone()
    }

    /// The targets of all requests so far whose path has this in it.
    pub fn targets(&self, part: &str) -> Vec<String> {
        self.seen().into_iter().map(|seen| seen.target).filter(|target| target.contains(part)).collect()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        // Wakes the listener, so that it sees that it is to end.
        drop(TcpStream::connect(self.address));
    }
}

fn serve(stream: TcpStream, log: &Mutex<Vec<Seen>>, handler: &Mutex<Handler>) {
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    let mut out = stream;
    while let Some(seen) = read(&mut reader) {
        log.lock().unwrap().push(seen.clone());
        let reply = (handler.lock().unwrap())(&seen);
        if !send(&mut out, &reply) {
            return;
        }
    }
}

fn read(reader: &mut BufReader<TcpStream>) -> Option<Seen> {
    let mut line = String::new();
    if reader.read_line(&mut line).ok()? == 0 {
        return None;
    }
    let mut words = line.split_whitespace();
    let (method, target) = (words.next()?.to_owned(), words.next()?.to_owned());
    let mut headers = Vec::new();
    loop {
        line.clear();
        reader.read_line(&mut line).ok()?;
        let Some((name, value)) = line.trim_end().split_once(':') else { break };
        headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
    }
    let mut seen = Seen { method, target, headers, body: String::new() };
    let mut body = vec![0; seen.header("content-length").and_then(|n| n.parse().ok()).unwrap_or(0)];
    reader.read_exact(&mut body).ok()?;
    seen.body = String::from_utf8(body).ok()?;
    Some(seen)
}

/// Sends a reply; false where the connection is at its end.
fn send(out: &mut TcpStream, reply: &Reply) -> bool {
    let mut head = format!("HTTP/1.1 {} Status\r\n", reply.status);
    for (name, value) in &reply.headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    if !matches!(reply.how, How::Endless | How::ShortAfter(_)) {
        head.push_str(&format!("content-length: {}\r\n", reply.body.len()));
    } else {
        head.push_str("connection: close\r\n");
    }
    head.push_str("\r\n");
    let mut all = |bytes: &[u8]| out.write_all(bytes).and_then(|()| out.flush()).is_ok();
    match reply.how {
        How::Silence(time) => {
            thread::sleep(time);
            false
        }
        How::Whole => all(head.as_bytes()) && all(&reply.body),
        How::CutAfter(n) | How::ShortAfter(n) => {
            let _ = all(head.as_bytes()) && all(&reply.body[..n.min(reply.body.len())]);
            false
        }
        How::Slowly(n, pause) => {
            all(head.as_bytes())
                && reply.body.chunks(n).all(|piece| {
                    thread::sleep(pause);
                    all(piece)
                })
        }
        How::Endless => {
            let _ = all(head.as_bytes());
            while all(&reply.body) {}
            false
        }
    }
}
