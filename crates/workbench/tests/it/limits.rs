//! Clients that are too large, too slow, or too many.

use std::io::{Read, Write};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use casefile_workbench::Limits;
use serde_json::json;

use crate::desk::{Bench, answer};

/// Short enough to wait for.
fn hasty() -> Limits {
    let short = Duration::from_millis(600);
    Limits { head_time: short, body_time: short, write_time: short, ..Limits::default() }
}

#[test]
fn a_body_that_is_too_large_is_refused() {
    let bench = Bench::new();
    let big = json!({ "text": "x".repeat(3 * 1024 * 1024), "base": "" });
    let said = bench.send("PUT", "/api/files/big.toml", &big);
    // The refusal may be lost where the client still writes when the server hangs up.
    assert!(matches!(said.status, 413 | 0), "{}", said.status);
    assert!(!bench.path("big.toml").exists());
    let (host, cookie) = (bench.host(), bench.cookie());
    let head = format!(
        "PUT /api/files/big.toml HTTP/1.1\r\nHost: {host}\r\nCookie: {cookie}\r\nOrigin: http://{host}\r\nX-Casefile: 1\r\n\
         Content-Type: application/json\r\nConnection: close\r\n"
    );
    assert_eq!(bench.raw(&format!("{head}Content-Length: 99999999999\r\n\r\n")).status, 413);
    let chunk = format!("{:x}\r\n{}\r\n", 1 << 20, "x".repeat(1 << 20));
    let said = bench.raw(&format!("{head}Transfer-Encoding: chunked\r\n\r\n{}", chunk.repeat(3)));
    assert!(matches!(said.status, 413 | 0), "{}", said.status);
    assert!(!bench.path("big.toml").exists());
    bench.get("/api/case").ok();
}

#[test]
fn a_head_that_is_too_long_is_refused() {
    let bench = Bench::new();
    let said = bench.with_headers("GET", "/api/case", &[("Host", &bench.host()), ("X-Long", &"x".repeat(1 << 20))], "");
    assert!(matches!(said.status, 431 | 400 | 0), "{}", said.status);
    bench.get("/api/case").ok();
}

#[test]
fn a_client_that_sends_its_head_byte_by_byte_is_hung_up_on() {
    let bench = Bench::with(hasty(), |_| {});
    let mut slow = bench.connect();
    let start = Instant::now();
    for byte in
        b"GET /api/case HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
    {
        if slow.write_all(&[*byte]).is_err() || start.elapsed() > Duration::from_secs(10) {
            break;
        }
        thread::sleep(Duration::from_millis(50));
    }
    let mut rest = Vec::new();
    let _ = slow.read_to_end(&mut rest);
    assert!(start.elapsed() < Duration::from_secs(10), "it was waited for");
    assert!(!rest.starts_with(b"HTTP/1.1 200"), "{}", String::from_utf8_lossy(&rest));
    // One that says nothing at all is not waited for either.
    let mut silent = bench.connect();
    let start = Instant::now();
    assert_eq!(silent.read(&mut [0; 64]).unwrap_or(0), 0);
    assert!(start.elapsed() < Duration::from_secs(10));
    bench.get("/api/case").ok();
}

#[test]
fn a_body_that_does_not_arrive_is_not_waited_for() {
    let bench = Bench::with(hasty(), |_| {});
    let (host, cookie) = (bench.host(), bench.cookie());
    let mut slow = bench.connect();
    let head = format!(
        "PUT /api/files/slow.toml HTTP/1.1\r\nHost: {host}\r\nCookie: {cookie}\r\nOrigin: http://{host}\r\nX-Casefile: 1\r\n\
         Content-Type: application/json\r\nContent-Length: 1000\r\n\r\n{{\"text\":"
    );
    slow.write_all(head.as_bytes()).unwrap();
    let start = Instant::now();
    let said = answer(&mut slow);
    assert_eq!((said.status, said.code().as_str()), (408, "too-slow"));
    assert!(start.elapsed() < Duration::from_secs(10));
    assert!(!bench.path("slow.toml").exists());
}

#[test]
fn one_that_takes_nothing_of_its_answers_is_hung_up_on() {
    let bench = Bench::with(hasty(), |_| {});
    let (host, cookie) = (bench.host(), bench.cookie());
    let request = format!("GET /api/openapi.json HTTP/1.1\r\nHost: {host}\r\nCookie: {cookie}\r\n\r\n");
    let mut greedy = bench.connect();
    greedy.set_write_timeout(Some(Duration::from_secs(10))).unwrap();
    let start = Instant::now();
    // Asks on and on, and reads nothing: its end comes as an error of writing.
    let mut hung_up = false;
    while start.elapsed() < Duration::from_secs(30) && !hung_up {
        hung_up = greedy
            .write_all(request.as_bytes())
            .is_err_and(|error| !matches!(error.kind(), std::io::ErrorKind::WouldBlock | std::io::ErrorKind::TimedOut));
    }
    assert!(hung_up, "it was served for {:?}", start.elapsed());
    bench.get("/api/case").ok();
}

/// The status of every answer to so many requests at once.
fn at_once(bench: &Bench, n: usize, path: &str) -> Vec<u16> {
    let (send, receive) = mpsc::channel();
    thread::scope(|scope| {
        for _ in 0..n {
            let send = send.clone();
            let ask = move || send.send(bench.get(path).status).unwrap();
            thread::Builder::new().stack_size(128 * 1024).spawn_scoped(scope, ask).unwrap();
        }
    });
    drop(send);
    receive.into_iter().collect()
}

#[test]
fn a_thousand_requests_at_once_are_all_answered() {
    let bench = Bench::new();
    bench.checked();
    let statuses = at_once(&bench, 1000, "/api/claims");
    let count = |wanted: u16| statuses.iter().filter(|status| **status == wanted).count();
    assert_eq!((count(200), statuses.len()), (1000, 1000));
    bench.get("/api/case").ok();
}

#[test]
fn more_than_can_wait_are_told_to_come_back() {
    let bench = Bench::with(Limits { at_once: 1, waiting: 1, ..Limits::default() }, |_| {});
    bench.checked();
    let statuses = at_once(&bench, 200, "/api/claims");
    let count = |wanted: u16| statuses.iter().filter(|status| **status == wanted).count();
    assert!(count(200) > 0 && count(503) > 0 && count(200) + count(503) == 200, "{statuses:?}");
    bench.get("/api/case").ok();
}

#[test]
fn more_streams_than_there_are_pages_are_refused() {
    let bench = Bench::with(Limits { streams: 2, ..Limits::default() }, |_| {});
    let (host, cookie) = (bench.host(), bench.cookie());
    let request = format!("GET /api/events-stream HTTP/1.1\r\nHost: {host}\r\nCookie: {cookie}\r\n\r\n");
    let open = || {
        let mut stream = bench.connect();
        stream.write_all(request.as_bytes()).unwrap();
        let mut head = [0; 12];
        stream.read_exact(&mut head).unwrap();
        (stream, String::from_utf8_lossy(&head).into_owned())
    };
    let (first, second) = (open(), open());
    assert_eq!((first.1.as_str(), second.1.as_str()), ("HTTP/1.1 200", "HTTP/1.1 200"));
    let said = bench.get("/api/events-stream");
    assert_eq!((said.status, said.headers["retry-after"].as_str()), (503, "1"));
    // A stream holds no turn, and a page that is closed gives its place back.
    bench.get("/api/case").ok();
    drop(first);
    std::fs::write(bench.path("new.toml"), "").unwrap();
    bench.until(|_| open().1 == "HTTP/1.1 200");
}

#[test]
fn told_to_stop_it_ends_streams_and_frees_its_port() {
    let mut bench = Bench::new();
    let (host, cookie) = (bench.host(), bench.cookie());
    let mut stream = bench.connect();
    stream
        .write_all(format!("GET /api/events-stream HTTP/1.1\r\nHost: {host}\r\nCookie: {cookie}\r\n\r\n").as_bytes())
        .unwrap();
    stream.read_exact(&mut [0; 12]).unwrap();
    let start = Instant::now();
    bench.stop();
    assert!(start.elapsed() < Duration::from_secs(10));
    let mut rest = Vec::new();
    let _ = stream.read_to_end(&mut rest);
    assert!(std::net::TcpStream::connect(("127.0.0.1", bench.port)).is_err());
}
