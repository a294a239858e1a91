//! Who may not ask.

use serde_json::{Value, json};

use crate::desk::Bench;

#[test]
fn a_name_that_was_rebound_to_this_machine_is_not_answered() {
    let bench = Bench::new();
    let (cookie, port) = (bench.cookie(), bench.port);
    for host in
        ["evil.example", &format!("evil.example:{port}"), "127.0.0.1", "127.0.0.1:1", "localhost", "[::1]:80", ""]
    {
        for path in ["/", "/api/case"] {
            let said = bench.with_headers("GET", path, &[("Host", host), ("Cookie", &cookie)], "");
            assert!(matches!(said.status, 400 | 421), "{host:?} {path}: {}", said.status);
        }
    }
    let own = bench.host();
    let twice =
        bench.with_headers("GET", "/api/case", &[("Host", &own), ("Host", "evil.example"), ("Cookie", &cookie)], "");
    assert!(matches!(twice.status, 400 | 421), "{}", twice.status);
    let none = bench.with_headers("GET", "/api/case", &[("Cookie", &cookie)], "");
    assert!(matches!(none.status, 400 | 421), "{}", none.status);
    let target = bench.with_headers("GET", "http://evil.example/api/case", &[("Host", &own), ("Cookie", &cookie)], "");
    assert_eq!(target.status, 421);
    let local = format!("localhost:{port}");
    assert_eq!(bench.with_headers("GET", "/api/case", &[("Host", &local), ("Cookie", &cookie)], "").status, 200);
}

#[test]
fn only_this_machine_is_listened_to() {
    let bench = Bench::new();
    let socket = std::net::UdpSocket::bind("0.0.0.0:0").unwrap();
    // No packet is sent: this asks which address of this machine leads outward.
    if socket.connect("192.0.2.1:9").is_err() {
        eprintln!("skipped: this machine has no address but its own");
        return;
    }
    let outward = socket.local_addr().unwrap().ip();
    if outward.is_loopback() {
        eprintln!("skipped: this machine has no address but its own");
        return;
    }
    assert!(std::net::TcpStream::connect((outward, bench.port)).is_err(), "{outward} answers");
}

#[test]
fn a_foreign_page_can_neither_read_nor_write() {
    let bench = Bench::new();
    let before = bench.file("claims.toml");
    let (host, cookie) = (bench.host(), bench.cookie());
    let own = format!("http://{host}");
    let body = json!({ "text": "stolen = 1", "base": "" }).to_string();
    let put = |headers: &[(&str, &str)]| {
        let all = [&[("Host", host.as_str()), ("Cookie", cookie.as_str())], headers].concat();
        bench.with_headers("PUT", "/api/files/stolen.toml", &all, &body).status
    };
    let json = ("Content-Type", "application/json");
    for origin in
        ["http://evil.example", "null", "https://127.0.0.1", "http://localhost:1", &format!("https://{host}"), ""]
    {
        assert_eq!(put(&[("Origin", origin), ("X-Casefile", "1"), json]), 403, "{origin}");
        let all = [("Host", host.as_str()), ("Cookie", cookie.as_str()), ("Origin", origin)];
        assert_eq!(bench.with_headers("GET", "/api/case", &all, "").status, 403, "{origin}");
    }
    assert_eq!(put(&[("X-Casefile", "1"), json]), 403, "no Origin");
    assert_eq!(put(&[("Origin", &own), json]), 403, "no header of our own: a form could send it");
    assert_eq!(put(&[("Origin", &own), ("X-Casefile", "1"), ("Content-Type", "text/plain")]), 415);
    let two = [("Origin", own.as_str()), ("Origin", "http://evil.example"), ("X-Casefile", "1"), json];
    assert_eq!(put(&two), 403);
    for site in ["cross-site", "same-site"] {
        let all = [("Host", host.as_str()), ("Cookie", cookie.as_str()), ("Sec-Fetch-Site", site)];
        assert_eq!(bench.with_headers("GET", "/api/case", &all, "").status, 403, "{site}");
    }
    assert!(!bench.path("stolen.toml").exists());
    assert_eq!(bench.file("claims.toml"), before);
    assert_eq!(put(&[("Origin", &own), ("X-Casefile", "1"), json]), 200);
}

#[test]
fn nothing_of_the_case_is_told_without_the_token() {
    let bench = Bench::new();
    let host = bench.host();
    let other = format!("casefile-{}={}", bench.port, "0".repeat(64));
    let shorter = format!("casefile-{}={}", bench.port, &bench.token[..63]);
    let elsewhere = format!("casefile-1={}", bench.token);
    for cookie in ["", &other, &shorter, &elsewhere, "casefile-"] {
        for path in ["/api/case", "/api/files/case.toml", "/api/openapi.json", "/preview/x", "/api/nothing"] {
            let said = bench.with_headers("GET", path, &[("Host", &host), ("Cookie", cookie)], "");
            assert_eq!(said.status, 401, "{path} with {cookie:?}");
        }
    }
    // The app itself may be had: it holds nothing of the case.
    let app = bench.with_headers("GET", "/", &[("Host", &host)], "");
    assert_eq!(app.status, 200);
    assert!(!app.text().contains("Exland"));
}

#[test]
fn the_printed_address_lets_a_browser_in_and_loses_its_token() {
    let bench = Bench::new();
    let said = bench.with_headers("GET", &format!("/?token={}", bench.token), &[("Host", &bench.host())], "");
    assert_eq!((said.status, said.headers["location"].as_str()), (303, "/"));
    let cookie = &said.headers["set-cookie"];
    assert_eq!(*cookie, format!("casefile-{}={}; HttpOnly; SameSite=Strict; Path=/", bench.port, bench.token));
    let wrong = bench.with_headers("GET", "/?token=wrong", &[("Host", &bench.host())], "");
    assert_eq!(wrong.status, 401);
    assert!(!wrong.headers.contains_key("set-cookie"));
    assert_ne!(bench.token, Bench::new().token, "each start has its own");
    assert_eq!(bench.token.len(), 64);
}

#[test]
fn every_answer_forbids_what_a_page_does_not_need() {
    let bench = Bench::new();
    for path in ["/", "/api/case", "/nothing", "/figure.css", "/api/claims/nothing"] {
        let said = bench.get(path);
        let policy = &said.headers["content-security-policy"];
        assert!(policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"), "{path}: {policy}");
        assert!(!policy.contains("unsafe") && !policy.contains('*'), "{path}: {policy}");
        assert_eq!(said.headers["x-content-type-options"], "nosniff", "{path}");
        assert_eq!(said.headers["referrer-policy"], "no-referrer", "{path}");
        assert!(!said.headers.contains_key("access-control-allow-origin"), "{path}");
    }
    assert_eq!(bench.get("/api/case").headers["cache-control"], "no-store");
}

#[test]
fn a_preview_runs_no_script_even_where_the_text_brings_one() {
    let bench = Bench::new();
    let text = "# Title\n\n<script>alert(1)</script> <img src=x onerror=alert(1)>\n";
    let said = bench.send("POST", "/api/preview", &json!({ "text": text })).ok();
    assert!(!said.text().contains("<script>alert"), "{}", said.text());
    let page = bench.get(&said.headers["location"]).ok();
    let policy = &page.headers["content-security-policy"];
    assert!(
        policy.contains("sandbox") && !policy.contains("allow-scripts") && !policy.contains("script-src"),
        "{policy}"
    );
    assert!(policy.contains("frame-ancestors 'self'"), "{policy}");
    assert_eq!(bench.get("/preview/0000").status, 404);
    let slips = bench.send("POST", "/api/preview", &json!({ "text": "::figure{nonsense}\n" }));
    assert_eq!(slips.status, 422);
    assert_eq!(slips.json()["diagnostics"][0]["file"], "brief.md");
    assert_eq!(bench.send("POST", "/api/undo", &Value::Null).status, 409, "a preview writes nothing");
}
