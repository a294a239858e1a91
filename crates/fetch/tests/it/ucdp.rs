//! UCDP: pages and files.

use std::fs;
use std::io::{Cursor, Write};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use casefile_fetch::{ClientError, Endpoints, FetchError};

use crate::desk::{Desk, TOKEN};
use crate::server::{How, Reply, Seen, Server};

const ROWS: usize = 2500;

/// A row of the API. The first row of the second page has a column that those before have not.
fn row(i: usize) -> String {
    let more = if i == 1000 { r#","gwnob":null,"extra":"x, y""# } else { "" };
    format!(r#"{{"id":{i},"side_b":"B \"{i}\"","latitude":34.5{i:04}0,"best":{}{more}}}"#, i % 7)
}

/// Page of rows `from..to` of `total`.
fn page_of(from: usize, to: usize, total: usize, next: Option<usize>) -> Reply {
    let rows: Vec<_> = (from..to.max(from)).map(row).collect();
    let next = next.map(|n| format!("http://ucdp.example/api?pagesize=1000&page={n}")).unwrap_or_default();
    Reply::json(format!(
        r#"{{"TotalCount":{total},"TotalPages":{},"PreviousPageUrl":"","NextPageUrl":"{next}","Result":[{}]}}"#,
        total.div_ceil(1000),
        rows.join(",")
    ))
}

/// The API as it is meant to be.
fn good_page(seen: &Seen, total: usize) -> Reply {
    if seen.header("x-ucdp-access-token") != Some(TOKEN) {
        let given = seen.header("x-ucdp-access-token").unwrap_or("none").to_owned();
        return Reply::new(401, format!("API token required, got {given}"));
    }
    if seen.path() != "/gedevents/26.1" {
        return Reply::new(404, "no such release");
    }
    let (size, page) = (seen.number("pagesize").unwrap(), seen.number("page").unwrap());
    let (from, to) = ((page * size).min(total), (page * size + size).min(total));
    page_of(from, to, total, (to < total).then_some(page + 1))
}

/// The API, with `mood` in between: where that has no reply, the API answers well.
fn api(mut mood: impl FnMut(&Seen, usize) -> Option<Reply> + Send + 'static) -> Server {
    let mut n = 0;
    Server::new(move |seen| {
        n += 1;
        mood(seen, n).unwrap_or_else(|| good_page(seen, ROWS))
    })
}

fn api_order(desk: &Desk) -> casefile_fetch::Order {
    casefile_fetch::Order { api: true, ..desk.order("ucdp-ged@26.1") }
}

/// The file has every row once, in order, as it was sent.
#[track_caller]
fn is_whole(desk: &Desk) {
    let text = fs::read_to_string(desk.path("GEDEvent_v26_1.csv")).unwrap();
    let mut csv = csv::Reader::from_reader(text.as_bytes());
    assert_eq!(
        csv.headers().unwrap().iter().collect::<Vec<_>>(),
        ["id", "side_b", "latitude", "best", "gwnob", "extra"]
    );
    let records: Vec<csv::StringRecord> = csv.records().map(Result::unwrap).collect();
    assert_eq!(records.len(), ROWS);
    for (i, record) in records.iter().enumerate() {
        let expected = [i.to_string(), format!("B \"{i}\""), format!("34.5{i:04}0"), (i % 7).to_string()];
        assert_eq!(record.iter().take(4).collect::<Vec<_>>(), expected, "row {i}");
        assert_eq!(&record[5], if i == 1000 { "x, y" } else { "" });
    }
    assert_eq!(desk.names(), ["GEDEvent_v26_1.csv", "GEDEvent_v26_1.csv.fetch.json"]);
}

#[test]
fn pages_from_0_become_one_file_with_every_column() {
    let mut desk = Desk::new();
    let server = api(|_, _| None);
    let fetched = desk.fetch(&api_order(&desk), &server).unwrap();
    is_whole(&desk);
    assert_eq!((fetched.receipt.rows, fetched.receipt.total, fetched.was_here), (2500, Some(2500), false));
    assert_eq!(fetched.receipt.version, "26.1");
    let asked = ["0", "1", "2"].map(|n| format!("/gedevents/26.1?pagesize=1000&page={n}"));
    assert_eq!(server.targets(""), asked);
    // The second time nothing is asked.
    let again = desk.fetch(&api_order(&desk), &server).unwrap();
    assert!(again.was_here);
    assert_eq!(again.receipt, fetched.receipt);
    assert_eq!(server.seen().len(), 3);
}

#[test]
fn filters_go_along_and_into_the_name() {
    let mut desk = Desk::new();
    let server = api(|_, _| None);
    let mut order = desk.order("ucdp-ged@26.1");
    order.countries = vec!["700".to_owned()];
    order.until = Some(jiff::civil::date(2020, 12, 31));
    let fetched = desk.fetch(&order, &server).unwrap();
    assert_eq!(fetched.path, desk.path("GEDEvent_v26_1-until-2020-12-31-700.csv"));
    assert!(server.targets("").iter().all(|target| target.contains("?Country=700&EndDate=2020-12-31&")));
}

#[test]
fn a_page_that_is_empty_for_a_while_is_waited_for() {
    let mut desk = Desk::new();
    let server = api(|seen, n| (seen.number("page") == Some(1) && n < 5).then(|| page_of(0, 0, ROWS, Some(2))));
    desk.fetch(&api_order(&desk), &server).unwrap();
    is_whole(&desk);
    assert_eq!(desk.waits(), 3);
    assert!(desk.told.iter().any(|told| told.contains("the page is empty, and the server counts 2500 rows")));
}

#[test]
fn a_page_that_stays_empty_is_an_error_and_the_next_run_goes_on_from_there() {
    let mut desk = Desk::new();
    let well = Arc::new(Mutex::new(false));
    let now = well.clone();
    let server = api(move |seen, _| {
        (seen.number("page") == Some(2) && !*now.lock().unwrap()).then(|| page_of(0, 0, ROWS, None))
    });
    let error = desk.fetch(&api_order(&desk), &server).unwrap_err();
    assert!(matches!(error, FetchError::Client(ClientError::GaveUp { attempts: 6, .. })), "{error}");
    assert_eq!(desk.names(), ["GEDEvent_v26_1.csv.part"]);
    *well.lock().unwrap() = true;
    let before = server.seen().len();
    desk.fetch(&api_order(&desk), &server).unwrap();
    is_whole(&desk);
    assert_eq!(server.targets("")[before..], ["/gedevents/26.1?pagesize=1000&page=2"]);
}

#[test]
fn nothing_at_all_is_an_error_and_never_an_empty_dataset() {
    let mut desk = Desk::new();
    let server = api(|_, _| Some(page_of(0, 0, 0, None)));
    let error = desk.fetch(&api_order(&desk), &server).unwrap_err();
    assert!(error.to_string().contains("the page is empty, and the server counts 0 rows"), "{error}");
    assert_eq!(desk.names(), ["GEDEvent_v26_1.csv.part"]);
}

#[test]
fn a_400_to_quick_requests_is_a_throttle() {
    let mut desk = Desk::new();
    let (mut answered, mut refused) = (0, None::<Instant>);
    // Two requests are answered; the next is refused until 60 ms are over.
    let server = api(move |_, _| {
        if answered == 2 && refused.get_or_insert_with(Instant::now).elapsed() < Duration::from_millis(60) {
            return Some(Reply::new(400, "too many requests"));
        }
        (answered, refused) = (if answered == 2 { 1 } else { answered + 1 }, None);
        None
    });
    desk.policy.attempts = 12;
    desk.fetch(&api_order(&desk), &server).unwrap();
    is_whole(&desk);
    assert!(desk.told.iter().any(|told| told.contains("HTTP 400: too many requests")), "{:?}", desk.told);
}

#[test]
fn where_the_total_changes_on_the_way_all_begins_anew() {
    let mut desk = Desk::new();
    // One row fewer until the second page has been asked for.
    let server = api(|seen, n| (n < 2).then(|| good_page(seen, ROWS - 1)));
    desk.fetch(&api_order(&desk), &server).unwrap();
    is_whole(&desk);
    assert!(desk.told.contains(&"over: the total changed from 2499 to 2500 on the way".to_owned()), "{:?}", desk.told);
}

#[test]
fn where_it_changes_again_and_again_the_fetch_fails() {
    let mut desk = Desk::new();
    let server = api(|seen, n| Some(good_page(seen, ROWS + n)));
    let error = desk.fetch(&api_order(&desk), &server).unwrap_err();
    assert!(matches!(error, FetchError::Unsteady { times: 3, .. }), "{error}");
    assert!(error.to_string().contains("the total changed from"), "{error}");
    assert_eq!(desk.names(), ["GEDEvent_v26_1.csv.part"]);
}

#[test]
fn pages_that_overlap_or_end_early_do_not_fit_together() {
    // A server that counts its pages from 1: its page 0 is its page 1.
    let overlap = api(|seen, _| {
        let asked = seen.number("page").unwrap();
        let page = asked.max(1);
        Some(page_of(page * 1000 - 1000, (page * 1000).min(ROWS), ROWS, (page < 3).then_some(asked + 1)))
    });
    let early = api(|_, _| Some(page_of(0, 1000, ROWS, None)));
    let circle = api(|_, _| Some(page_of(0, 1000, ROWS, Some(0))));
    let long = api(|_, _| Some(page_of(0, 1000, 999, None)));
    for (server, reason) in [
        (overlap, "row 0 is on page 0 and again on page 1"),
        (early, "the server names no page after 1000 of 2500 rows"),
        (circle, "after page 0 the server names page 0"),
        (long, "1000 rows have come where the server counts 999"),
    ] {
        let mut desk = Desk::new();
        let error = desk.fetch(&api_order(&desk), &server).unwrap_err();
        assert!(matches!(error, FetchError::Unsteady { .. }), "{error}");
        assert!(error.to_string().contains(reason), "{error}");
        assert_eq!(desk.names(), ["GEDEvent_v26_1.csv.part"]);
    }
}

#[test]
fn dropped_connections_web_pages_and_broken_json_are_asked_again() {
    let mut desk = Desk::new();
    let server = api(|seen, n| match n {
        1 => Some(good_page(seen, ROWS).how(How::CutAfter(5000))),
        2 => Some(Reply::web_page()),
        3 => Some(good_page(seen, ROWS).how(How::ShortAfter(7000))),
        4 => Some(Reply::new(503, "busy").with("retry-after", "0")),
        5 => Some(good_page(seen, ROWS).how(How::Silence(Duration::from_millis(900)))),
        6 => Some(good_page(seen, ROWS).how(How::Slowly(20_000, Duration::from_millis(30)))),
        _ => None,
    });
    desk.fetch(&api_order(&desk), &server).unwrap();
    is_whole(&desk);
    for said in ["connection dropped", "a web page, not data", "the answer breaks off", "HTTP 503: busy", "no answer"] {
        assert!(desk.told.iter().any(|told| told.contains(said)), "{said}: {:?}", desk.told);
    }
    assert_eq!(desk.waits(), 5);
}

#[test]
fn a_refused_token_is_said_once_and_never_shown() {
    let mut desk = Desk::new();
    desk.credentials.ucdp = Some(casefile_fetch::Secret::new("refresh-old-token"));
    let server = api(|_, _| None);
    let error = desk.fetch(&api_order(&desk), &server).unwrap_err();
    assert!(matches!(error, FetchError::Refused { publisher: "UCDP", .. }), "{error}");
    // The server sends the token back; it is hidden.
    assert!(error.to_string().contains("API token required, got ***"), "{error}");
    assert_eq!(server.seen().len(), 1);
    desk.credentials.ucdp = None;
    let error = desk.fetch(&api_order(&desk), &server).unwrap_err();
    assert!(error.to_string().contains("CASEFILE_UCDP_TOKEN"), "{error}");
    assert_eq!(server.seen().len(), 1);
}

#[test]
fn an_unknown_release_is_named() {
    let mut desk = Desk::new();
    let server = api(|_, _| Some(Reply::new(404, "")));
    let error = desk.fetch(&desk.order("ucdp-ged@99.1"), &server).unwrap_err();
    assert!(error.to_string().contains("UCDP has no ucdp-ged@99.1"), "{error}");
    desk.credentials.ucdp = None;
    let error = desk.fetch(&desk.order("ucdp-ged@99.1"), &server).unwrap_err();
    assert!(error.to_string().contains("ged/ged991-csv.zip"), "{error}");
    assert!(error.to_string().contains("CASEFILE_UCDP_TOKEN"), "{error}");
}

/// A released archive of so many rows. Noise keeps it from being packed into nothing.
fn archive(rows: usize) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    zip.start_file("GEDEvent_v26_1.csv", zip::write::SimpleFileOptions::default()).unwrap();
    writeln!(zip, "id,side_a,side_b").unwrap();
    for i in 0..rows {
        writeln!(zip, "{i},{},\"B\n{i}\"", i.wrapping_mul(2_654_435_761) % 1_000_003).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

/// The server of files: `mood` in between, else the archive. What is not the archive is the API.
fn files(mut mood: impl FnMut(&Seen, usize, &[u8]) -> Option<Reply> + Send + 'static) -> Server {
    let (whole, mut n) = (archive(ROWS), 0);
    Server::new(move |seen| {
        if seen.path() != "/ged/ged261-csv.zip" {
            return good_page(seen, ROWS);
        }
        n += 1;
        mood(seen, n, &whole).unwrap_or_else(|| Reply::file(seen, &whole, "\"v1\""))
    })
}

#[test]
fn a_file_is_fetched_whole_and_held_against_the_servers_total() {
    let mut desk = Desk::new();
    let server = files(|_, _, _| None);
    let fetched = desk.fetch(&desk.order("ucdp-ged@26.1"), &server).unwrap();
    assert_eq!(fs::read(desk.path("ged261-csv.zip")).unwrap(), archive(ROWS));
    assert_eq!((fetched.receipt.rows, fetched.receipt.total), (2500, Some(2500)));
    assert_eq!(fetched.receipt.notes, [""; 0]);
    assert_eq!(desk.names(), ["ged261-csv.zip", "ged261-csv.zip.fetch.json"]);
    // The token goes to the API, and not to the server of files.
    let with_token = server.seen().iter().filter(|seen| seen.header("x-ucdp-access-token").is_some()).count();
    assert_eq!((server.seen().len(), with_token), (2, 1));
    assert!(desk.fetch(&desk.order("ucdp-ged@26.1"), &server).unwrap().was_here);
    assert_eq!(server.seen().len(), 2);
}

#[test]
fn without_a_token_a_file_says_that_its_total_is_not_known() {
    let mut desk = Desk::new();
    desk.credentials.ucdp = None;
    let server = files(|_, _, _| None);
    let fetched = desk.fetch(&desk.order("ucdp-ged@26.1"), &server).unwrap();
    assert_eq!((fetched.receipt.rows, fetched.receipt.total), (2500, None));
    assert!(fetched.receipt.notes[0].contains("not held against the server's total"));
}

#[test]
fn a_file_with_fewer_rows_than_the_server_counts_is_not_kept() {
    let mut desk = Desk::new();
    let server = files(|_, _, _| Some(Reply::new(200, archive(ROWS - 1))));
    let error = desk.fetch(&desk.order("ucdp-ged@26.1"), &server).unwrap_err();
    assert!(matches!(error, FetchError::Count { received: 2499, total: 2500, .. }), "{error}");
    assert_eq!(desk.names(), ["ged261-csv.zip.part"]);
}

#[test]
fn a_dropped_download_goes_on_where_it_broke_off() {
    let mut desk = Desk::new();
    let server = files(|seen, n, whole| (n < 4).then(|| Reply::file(seen, whole, "\"v1\"").how(How::CutAfter(4000))));
    desk.fetch(&desk.order("ucdp-ged@26.1"), &server).unwrap();
    assert_eq!(fs::read(desk.path("ged261-csv.zip")).unwrap(), archive(ROWS));
    let ranges: Vec<_> = server.seen().iter().filter_map(|seen| seen.header("range").map(str::to_owned)).collect();
    assert_eq!(ranges, ["bytes=4000-", "bytes=8000-", "bytes=12000-"]);
}

#[test]
fn an_interrupted_download_is_gone_on_with_by_the_next_run_unless_the_file_is_another() {
    for (etag, ranges) in [("\"v1\"", 1), ("\"v2\"", 1)] {
        let mut desk = Desk::new();
        desk.policy.attempts = 1;
        let server =
            files(|seen, n, whole| (n == 1).then(|| Reply::file(seen, whole, "\"v1\"").how(How::CutAfter(4000))));
        desk.fetch(&desk.order("ucdp-ged@26.1"), &server).unwrap_err();
        assert_eq!(fs::metadata(desk.path("ged261-csv.zip.part/file")).unwrap().len(), 4000);
        let next = files(move |seen, _, whole| Some(Reply::file(seen, whole, etag)));
        desk.fetch(&desk.order("ucdp-ged@26.1"), &next).unwrap();
        assert_eq!(fs::read(desk.path("ged261-csv.zip")).unwrap(), archive(ROWS));
        assert_eq!(next.seen().iter().filter(|seen| seen.header("range").is_some()).count(), ranges);
    }
}

#[test]
fn what_is_no_release_is_not_kept() {
    let cases: [(Reply, &str); 4] = [
        (Reply::web_page(), "it is a web page"),
        (Reply::new(200, archive(ROWS)).how(How::ShortAfter(9000)), "the archive is broken"),
        (Reply::new(200, archive(0)), "it has no rows"),
        (Reply::new(200, "oops"), "it is not CSV with a header"),
    ];
    for (reply, reason) in cases {
        let mut desk = Desk::new();
        let server = files(move |_, _, _| Some(reply.clone()));
        let error = desk.fetch(&desk.order("ucdp-ged@26.1"), &server).unwrap_err();
        assert!(error.to_string().contains(reason), "{error}");
        assert!(!desk.path("ged261-csv.zip").exists() && !desk.path("ged261-csv.zip.part/file").exists());
    }
}

#[test]
fn a_damaged_byte_in_the_archive_is_noticed() {
    let mut desk = Desk::new();
    let mut bytes = archive(ROWS);
    bytes[8000] ^= 1;
    let server = files(move |_, _, _| Some(Reply::new(200, bytes.clone())));
    let error = desk.fetch(&desk.order("ucdp-ged@26.1"), &server).unwrap_err();
    assert!(matches!(error, FetchError::NoFile { .. }), "{error}");
}

#[test]
fn where_there_is_no_file_the_api_is_asked() {
    let mut desk = Desk::new();
    let server = files(|_, _, _| Some(Reply::new(404, "")));
    desk.fetch(&desk.order("ucdp-ged@26.1"), &server).unwrap();
    is_whole(&desk);
}

#[test]
fn a_file_that_is_not_as_a_fetch_left_it_is_not_touched() {
    let mut desk = Desk::new();
    let server = files(|_, _, _| None);
    fs::write(desk.path("ged261-csv.zip"), "mine").unwrap();
    let error = desk.fetch(&desk.order("ucdp-ged@26.1"), &server).unwrap_err();
    assert!(matches!(error, FetchError::InTheWay { .. }), "{error}");
    assert_eq!(fs::read(desk.path("ged261-csv.zip")).unwrap(), b"mine");
    fs::remove_file(desk.path("ged261-csv.zip")).unwrap();
    desk.fetch(&desk.order("ucdp-ged@26.1"), &server).unwrap();
    fs::write(desk.path("ged261-csv.zip"), "edited").unwrap();
    assert!(matches!(desk.fetch(&desk.order("ucdp-ged@26.1"), &server), Err(FetchError::InTheWay { .. })));
}

#[test]
fn two_servers_are_told_apart() {
    let (api, files) = (api(|_, _| None), files(|_, _, _| None));
    let base = |name: &str| Some(if name == "CASEFILE_UCDP_URL" { api.url("") } else { files.url("") });
    let mut desk = Desk::new();
    desk.fetch_from(&desk.order("ucdp-ged@26.1"), &Endpoints::read(base).unwrap(), &[&api, &files]).unwrap();
    assert_eq!((api.seen().len(), files.seen().len()), (1, 1));
    assert_eq!(files.seen()[0].header("x-ucdp-access-token"), None);
}
