//! The manners of the client: where credentials go, how long it waits, how much it takes.

use std::io::Write;
use std::sync::Arc;
use std::time::{Duration, Instant};

use casefile_fetch::{ClientError, Endpoints, FetchError};

use crate::desk::{Desk, TOKEN};
use crate::server::{How, Reply, Server};

fn one_row() -> Reply {
    Reply::json(r#"{"TotalCount":1,"NextPageUrl":"","Result":[{"id":1,"side_a":"A"}]}"#)
}

fn order(desk: &Desk) -> casefile_fetch::Order {
    casefile_fetch::Order { api: true, ..desk.order("ucdp-ged@26.1") }
}

#[test]
fn a_token_stays_with_its_host() {
    let elsewhere = Server::new(|_| one_row());
    let away = elsewhere.url("there");
    let home = Server::new(move |_| Reply::new(302, "").with("location", away.clone()));
    let mut desk = Desk::new();
    desk.fetch(&order(&desk), &home).unwrap();
    assert_eq!(home.seen()[0].header("x-ucdp-access-token"), Some(TOKEN));
    assert_eq!(elsewhere.seen().len(), 1);
    assert!(elsewhere.seen()[0].headers.iter().all(|(_, value)| !value.contains(TOKEN)), "{:?}", elsewhere.seen());
}

#[test]
fn a_token_goes_along_within_its_host_and_not_back_again_from_another() {
    let inner = Server::new(|seen| match seen.path() {
        "/gedevents/26.1" => Reply::new(307, "").with("location", "/moved?x=1"),
        _ => one_row(),
    });
    let mut desk = Desk::new();
    desk.fetch(&order(&desk), &inner).unwrap();
    assert_eq!(inner.seen()[1].header("x-ucdp-access-token"), Some(TOKEN));

    let back = Arc::new(std::sync::OnceLock::<String>::new());
    let to = back.clone();
    let elsewhere = Server::new(move |_| Reply::new(302, "").with("location", to.get().unwrap().clone()));
    let away = elsewhere.url("there");
    let home = Server::new(move |seen| match seen.path() {
        "/gedevents/26.1" => Reply::new(302, "").with("location", away.clone()),
        _ => one_row(),
    });
    back.set(home.url("back")).unwrap();
    let mut desk = Desk::new();
    desk.fetch(&order(&desk), &home).unwrap();
    assert_eq!(home.seen()[1].path(), "/back");
    assert_eq!(home.seen()[1].header("x-ucdp-access-token"), None);
}

#[test]
fn a_password_is_never_redirected() {
    let elsewhere = Server::new(|_| Reply::json("{}"));
    let away = elsewhere.url("oauth/token");
    let home = Server::new(move |_| Reply::new(307, "").with("location", away.clone()));
    let mut desk = Desk::new();
    let error = desk.fetch(&desk.order("acled"), &home).unwrap_err();
    assert!(matches!(error, FetchError::Client(ClientError::Redirect { .. })), "{error}");
    assert!(elsewhere.seen().is_empty());
}

#[test]
fn redirects_end_and_lead_to_safe_places_only() {
    let mut desk = Desk::new();
    let circle = Server::new(|seen| Reply::new(302, "").with("location", seen.target.clone()));
    let error = desk.fetch(&order(&desk), &circle).unwrap_err();
    assert!(error.to_string().contains("redirects more than 5 times"), "{error}");
    assert_eq!(circle.seen().len(), 6);
    let unsafe_place = Server::new(|_| Reply::new(302, "").with("location", "http://ucdp.invalid/x"));
    let error = desk.fetch(&order(&desk), &unsafe_place).unwrap_err();
    assert!(matches!(error, FetchError::Client(ClientError::Unsafe { .. })), "{error}");
}

#[test]
fn only_https_is_spoken_with_other_machines() {
    let mut desk = Desk::new();
    let base = |_: &str| Some("http://ucdp.invalid/api".to_owned());
    let error = desk.fetch_from(&order(&desk), &Endpoints::read(base).unwrap(), &[]).unwrap_err();
    assert!(error.to_string().contains("only https is safe"), "{error}");
}

#[test]
fn the_server_says_when_to_come_back() {
    let mut n = 0;
    let server = Server::new(move |_| {
        n += 1;
        if n == 1 { Reply::new(429, "slow down").with("retry-after", "1") } else { one_row() }
    });
    let mut desk = Desk::new();
    let begun = Instant::now();
    desk.fetch(&order(&desk), &server).unwrap();
    assert!(begun.elapsed() >= Duration::from_secs(1), "{:?}", begun.elapsed());

    let later = Server::new(|_| Reply::new(429, "daily limit").with("retry-after", "7200"));
    let mut desk = Desk::new();
    let error = desk.fetch(&order(&desk), &later).unwrap_err();
    assert!(matches!(error, FetchError::Client(ClientError::Deadline { .. })), "{error}");
    assert!(error.to_string().contains("daily limit; it would take another 7200 s"), "{error}");
    assert_eq!(later.seen().len(), 1);
}

#[test]
fn patience_ends() {
    let mut desk = Desk::new();
    desk.policy.patience = Duration::from_millis(300);
    desk.policy.attempts = 1000;
    desk.policy.first_wait = Duration::from_millis(40);
    let server = Server::new(|_| Reply::new(500, "broken"));
    let begun = Instant::now();
    let error = desk.fetch(&order(&desk), &server).unwrap_err();
    assert!(matches!(error, FetchError::Client(ClientError::Deadline { .. })), "{error}");
    assert!(begun.elapsed() < Duration::from_secs(3), "{:?}", begun.elapsed());
}

#[test]
fn a_body_without_end_is_cut_off() {
    let mut desk = Desk::new();
    desk.policy.page_bytes = 1 << 20;
    let server = Server::new(|_| Reply::json(vec![b' '; 1 << 16]).how(How::Endless));
    let error = desk.fetch(&order(&desk), &server).unwrap_err();
    assert!(matches!(error, FetchError::Client(ClientError::TooLarge { limit: 1_048_576, .. })), "{error}");
    desk.policy.file_bytes = 1 << 20;
    let error = desk.fetch(&desk.order("ucdp-ged@26.1"), &server).unwrap_err();
    assert!(matches!(error, FetchError::Client(ClientError::TooLarge { .. })), "{error}");
}

#[test]
fn packed_answers_are_unpacked_and_a_bomb_is_not() {
    let pack = |bytes: &[u8]| {
        let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        gzip.write_all(bytes).unwrap();
        gzip.finish().unwrap()
    };
    let (row, bomb) = (pack(&one_row().body), pack(&vec![b' '; 4 << 20]));
    assert!(bomb.len() < 64 << 10);
    let packed = |bytes: Vec<u8>| Server::new(move |_| Reply::json(bytes.clone()).with("content-encoding", "gzip"));
    let mut desk = Desk::new();
    desk.policy.page_bytes = 1 << 20;
    let error = desk.fetch(&order(&desk), &packed(bomb)).unwrap_err();
    assert!(matches!(error, FetchError::Client(ClientError::TooLarge { .. })), "{error}");
    let cut = Server::new({
        let row = row.clone();
        let mut n = 0;
        move |_| {
            n += 1;
            let bytes = if n == 1 { row[..row.len() - 9].to_vec() } else { row.clone() };
            Reply::json(bytes).with("content-encoding", "gzip")
        }
    });
    desk.fetch(&order(&desk), &cut).unwrap();
    assert_eq!(desk.waits(), 1);
}

#[test]
fn a_token_that_no_header_can_carry_is_not_shown() {
    let mut desk = Desk::new();
    desk.credentials.ucdp = Some(casefile_fetch::Secret::new("refresh-a\nb"));
    let server = Server::new(|_| one_row());
    let error = desk.fetch(&order(&desk), &server).unwrap_err();
    assert!(error.to_string().contains("the credential cannot stand in a header"), "{error}");
    assert!(server.seen().is_empty());
}
