//! ACLED: logins that run out, pages, updates and withdrawals.

use std::fs;
use std::sync::{Arc, Mutex};

use casefile_fetch::{Changes, ClientError, FetchError, Fetched, Order};
use serde_json::{Value, json};

use crate::desk::{Desk, NAME, WORD};
use crate::server::{How, Reply, Seen, Server};

type Mood = Box<dyn FnMut(&Seen, usize) -> Option<Reply> + Send>;

/// What ACLED knows, and how it feels.
#[derive(Default)]
struct World {
    events: Vec<Value>,
    deleted: Vec<Value>,
    /// Number of the access token that holds now; a login or a refresh makes the next one.
    token: usize,
    /// Requests for rows that a token is good for.
    good_for: Option<usize>,
    used: usize,
    refresh_holds: bool,
    with_total: bool,
    /// In place of the answer to the n-th request for rows.
    mood: Option<Mood>,
    asked: usize,
}

impl World {
    fn of(n: usize) -> Self {
        let events = (0..n).map(|i| event(i, 1000 + i as u64, i as u64 % 5)).collect();
        Self { events, refresh_holds: true, ..Self::default() }
    }

    fn answer(&mut self, seen: &Seen) -> Reply {
        if seen.path() == "/oauth/token" {
            return self.login(seen);
        }
        if seen.header("authorization") != Some(&format!("Bearer access-{}", self.token)) {
            return Reply::new(401, format!("expired: {}", seen.header("authorization").unwrap_or("none")));
        }
        self.used += 1;
        if self.good_for.is_some_and(|n| self.used > n) {
            return Reply::new(401, "expired");
        }
        self.asked += 1;
        if let Some(reply) = self.mood.as_mut().and_then(|mood| mood(seen, self.asked)) {
            return reply;
        }
        let since = |name: &str| seen.number(name).unwrap_or(0) as u64;
        let rows: Vec<&Value> = match seen.path() {
            "/api/acled/read" => self.events.iter().filter(|e| time(&e["timestamp"]) >= since("timestamp")).collect(),
            "/api/deleted/read" => {
                self.deleted.iter().filter(|e| time(&e["deleted_timestamp"]) >= since("deleted_timestamp")).collect()
            }
            _ => return Reply::new(404, ""),
        };
        let (limit, page) = (seen.number("limit").unwrap(), seen.number("page").unwrap().max(1));
        let data: Vec<_> = rows.iter().skip((page - 1) * limit).take(limit).collect();
        let mut answer = json!({ "status": 200, "success": true, "count": data.len(), "data": data });
        if self.with_total {
            answer["total_count"] = json!(rows.len());
        }
        Reply::json(answer.to_string())
    }

    fn login(&mut self, seen: &Seen) -> Reply {
        let fields: Vec<&str> = seen.body.split('&').collect();
        let has = |field: &str| fields.contains(&field);
        let by_password = has("grant_type=password")
            && has("username=someone%40example.org")
            && has("password=pass%2Fword+%26+more")
            && has("scope=authenticated");
        let by_refresh = has("grant_type=refresh_token") && has(&format!("refresh_token=refresh-{}", self.token));
        if seen.method != "POST" || !has("client_id=acled") || !(by_password || by_refresh && self.refresh_holds) {
            return Reply::new(400, format!(r#"{{"error":"invalid_grant","got":"{}"}}"#, seen.body));
        }
        self.token += 1;
        self.used = 0;
        let n = self.token;
        let granted = json!({
            "token_type": "Bearer", "expires_in": 86400,
            "access_token": format!("access-{n}"), "refresh_token": format!("refresh-{n}"),
        });
        Reply::json(granted.to_string())
    }
}

fn time(value: &Value) -> u64 {
    value.as_u64().or_else(|| value.as_str()?.parse().ok()).unwrap()
}

fn event(i: usize, timestamp: u64, fatalities: u64) -> Value {
    json!({
        "event_id_cnty": format!("MLI{i}"), "event_date": "2024-05-01", "latitude": "14.4300", "notes": "a\n\"b\"",
        "fatalities": fatalities, "timestamp": timestamp.to_string(),
    })
}

fn serve(world: World) -> (Server, Arc<Mutex<World>>) {
    let world = Arc::new(Mutex::new(world));
    let inner = world.clone();
    (Server::new(move |seen| inner.lock().unwrap().answer(seen)), world)
}

fn rows(fetched: &Fetched) -> Vec<Value> {
    let whole: Value = serde_json::from_slice(&fs::read(&fetched.path).unwrap()).unwrap();
    whole["data"].as_array().unwrap().clone()
}

fn updating(desk: &Desk) -> Order {
    Order { update: true, ..desk.order("acled") }
}

#[test]
fn pages_become_one_file_and_the_password_goes_to_the_login_only() {
    for with_total in [false, true] {
        let mut desk = Desk::new();
        let (server, world) = serve(World { with_total, ..World::of(5003) });
        let fetched = desk.fetch(&desk.order("acled"), &server).unwrap();
        assert_eq!(rows(&fetched), world.lock().unwrap().events);
        assert_eq!(fetched.receipt.total, with_total.then_some(5003));
        assert_eq!((fetched.receipt.rows, fetched.receipt.since), (5003, Some(6002)));
        let name = fetched.path.file_name().unwrap().to_str().unwrap().to_owned();
        assert!(name.starts_with("acled-2") && name.ends_with("Z.json"), "{name}");
        assert_eq!(desk.names(), [name.clone(), name + ".fetch.json"]);
        let logins: Vec<_> = server.seen().into_iter().filter(|seen| !seen.body.is_empty()).collect();
        assert_eq!(logins.len(), 1);
        assert!(
            server.seen().iter().all(|seen| seen.headers.iter().all(|(_, v)| !v.contains(NAME) && !v.contains(WORD)))
        );
        assert_eq!(server.targets("page=3").len(), 0);
    }
}

#[test]
fn a_full_last_page_is_told_from_more_to_come() {
    let mut desk = Desk::new();
    let (server, _) = serve(World::of(5000));
    assert_eq!(desk.fetch(&desk.order("acled"), &server).unwrap().receipt.rows, 5000);
    // An empty page is believed only after it was asked for again.
    assert_eq!(server.targets("page=2").len(), 4);
    let (server, _) = serve(World { with_total: true, ..World::of(5000) });
    assert_eq!(desk.fetch(&desk.order("acled"), &server).unwrap().receipt.rows, 5000);
    assert_eq!(server.targets("page=2").len(), 0);
}

#[test]
fn filters_are_written_as_acled_writes_them() {
    let mut desk = Desk::new();
    let (server, _) = serve(World::of(3));
    let mut order = desk.order("acled");
    order.countries = vec!["Mali".to_owned(), "Niger".to_owned()];
    order.from = Some(jiff::civil::date(2024, 1, 1));
    let fetched = desk.fetch(&order, &server).unwrap();
    let asked = server.targets("/api/acled/read").remove(0);
    assert!(
        asked.contains("country=Mali%3AOR%3Acountry%3DNiger&event_date=2024-01-01&event_date_where=%3E%3D"),
        "{asked}"
    );
    assert!(fetched.path.file_name().unwrap().to_str().unwrap().starts_with("acled-from-2024-01-01-mali-niger-2"));
}

#[test]
fn an_expired_token_is_refreshed_and_the_fetch_goes_on() {
    let mut desk = Desk::new();
    let (server, _) = serve(World { good_for: Some(2), ..World::of(15_500) });
    assert_eq!(desk.fetch(&desk.order("acled"), &server).unwrap().receipt.rows, 15_500);
    let grants: Vec<_> = server.seen().into_iter().map(|seen| seen.body).filter(|body| !body.is_empty()).collect();
    // On a slow machine a page may be asked for twice, and the token expire once more.
    let [first, later @ ..] = grants.as_slice() else { panic!("nobody logged in") };
    assert!(first.contains("grant_type=password") && !later.is_empty(), "{grants:?}");
    assert!(later.iter().all(|grant| grant.contains("grant_type=refresh_token")), "{grants:?}");
}

#[test]
fn where_the_refresh_token_has_expired_too_the_password_is_used_again() {
    let mut desk = Desk::new();
    let (server, _) = serve(World { good_for: Some(2), refresh_holds: false, ..World::of(15_500) });
    assert_eq!(desk.fetch(&desk.order("acled"), &server).unwrap().receipt.rows, 15_500);
    let grants: Vec<_> = server.seen().into_iter().map(|seen| seen.body).filter(|body| !body.is_empty()).collect();
    let by_password = grants.iter().filter(|body| body.contains("grant_type=password")).count();
    assert_eq!((grants.len(), by_password), (3, 2));
}

#[test]
fn a_wrong_password_is_said_and_not_shown() {
    let mut desk = Desk::new();
    desk.credentials.acled.as_mut().unwrap().password = casefile_fetch::Secret::new("refresh-wrong");
    let (server, _) = serve(World::of(1));
    let error = desk.fetch(&desk.order("acled"), &server).unwrap_err();
    assert!(error.to_string().contains("ACLED does not accept the user name or password"), "{error}");
    // The server sends the whole form back.
    assert!(error.to_string().contains("invalid_grant") && error.to_string().contains("***"), "{error}");
    assert_eq!(server.seen().len(), 1);
    desk.credentials.acled = None;
    let error = desk.fetch(&desk.order("acled"), &server).unwrap_err();
    assert!(error.to_string().contains("CASEFILE_ACLED_USERNAME"), "{error}");
}

#[test]
fn an_account_without_the_right_is_told_so_whether_it_gets_an_error_or_nothing() {
    let mut desk = Desk::new();
    let refusing = World { mood: Some(Box::new(|_, _| Some(Reply::new(403, "no access")))), ..World::of(1) };
    let (server, _) = serve(refusing);
    let error = desk.fetch(&desk.order("acled"), &server).unwrap_err();
    assert!(matches!(error, FetchError::Refused { .. }) && error.to_string().contains("access tier"), "{error}");
    let (server, _) = serve(World::of(0));
    let error = desk.fetch(&desk.order("acled"), &server).unwrap_err();
    assert!(matches!(error, FetchError::Empty { .. }), "{error}");
    assert!(error.to_string().contains("wrong rights can give an empty answer"), "{error}");
    assert_eq!(server.targets("/api/acled/read").len(), 4);
    assert_eq!(desk.names(), ["acled.part"]);
}

#[test]
fn pages_that_do_not_agree_with_themselves_are_asked_again() {
    let mut desk = Desk::new();
    let mood = |seen: &Seen, n: usize| match n {
        1 => Some(Reply::json(r#"{"status":200,"success":true,"count":5000,"data":[]}"#)),
        2 => Some(Reply::json(r#"{"status":500,"success":false,"error":"database"}"#)),
        3 => Some(Reply::web_page()),
        4 => Some(Reply::json(r#"{"status":200,"data":[]}"#)),
        5 => Some(Reply::json("x".repeat(seen.target.len())).how(How::CutAfter(10))),
        _ => None,
    };
    let (server, _) = serve(World { mood: Some(Box::new(mood)), ..World::of(10) });
    assert_eq!(desk.fetch(&desk.order("acled"), &server).unwrap().receipt.rows, 10);
    assert_eq!(desk.waits(), 5);
}

#[test]
fn a_total_that_is_not_reached_or_changes_is_an_error() {
    let page = |from: usize, n: usize, total: usize| {
        let data: Vec<_> = (from..from + n).map(|i| event(i, 1, 0)).collect();
        Reply::json(json!({ "status": 200, "count": n, "total_count": total, "data": data }).to_string())
    };
    let mut short = Desk::new();
    let (server, _) = serve(World {
        mood: Some(Box::new(move |seen, _| {
            Some(if seen.number("page") == Some(1) { page(0, 5000, 5005) } else { page(5000, 0, 5005) })
        })),
        ..World::of(0)
    });
    let error = short.fetch(&short.order("acled"), &server).unwrap_err();
    assert!(error.to_string().contains("5000 rows"), "{error}");
    let mut twice = Desk::new();
    let (server, _) = serve(World { mood: Some(Box::new(move |_, _| Some(page(0, 5000, 9000)))), ..World::of(0) });
    let error = twice.fetch(&twice.order("acled"), &server).unwrap_err();
    assert!(error.to_string().contains("MLI0 has come twice"), "{error}");
    let mut changing = Desk::new();
    let (server, world) = serve(World { with_total: true, ..World::of(6000) });
    world.lock().unwrap().mood = Some(Box::new(move |_, n| (n == 1).then(|| page(0, 5000, 5999))));
    assert_eq!(changing.fetch(&changing.order("acled"), &server).unwrap().receipt.rows, 6000);
    assert!(changing.told.contains(&"over: the total changed from 5999 to 6000 on the way".to_owned()));
}

#[test]
fn an_update_adds_revises_and_withdraws_and_keeps_the_old_file() {
    let mut desk = Desk::new();
    let (server, world) = serve(World::of(10));
    let first = desk.fetch(&desk.order("acled"), &server).unwrap();
    let before = fs::read(&first.path).unwrap();
    {
        let mut world = world.lock().unwrap();
        world.events[3] = event(3, 2000, 77);
        world.events.remove(7);
        world.events.push(event(10, 2001, 1));
        // Withdrawn twice, an event that is not ours, and one that came back.
        world.deleted = vec![
            json!({ "event_id_cnty": "MLI7", "deleted_timestamp": 1500 }),
            json!({ "event_id_cnty": "MLI7", "deleted_timestamp": 2002 }),
            json!({ "event_id_cnty": "NIG1", "deleted_timestamp": "2003" }),
            json!({ "event_id_cnty": "MLI10", "deleted_timestamp": 1999 }),
        ];
    }
    let second = desk.fetch(&updating(&desk), &server).unwrap();
    let name = first.path.file_name().unwrap().to_str().unwrap().to_owned();
    assert_eq!(second.receipt.changes, Some(Changes { since: name, added: 1, revised: 1, deleted: 1 }));
    assert_eq!(rows(&second), world.lock().unwrap().events);
    assert_eq!(second.receipt.since, Some(2001));
    assert_ne!(second.path, first.path);
    assert_eq!(fs::read(&first.path).unwrap(), before);
    let asked = server.targets("/api/deleted/read").remove(0);
    assert!(asked.contains("deleted_timestamp=1009"), "{asked}");
    // Nothing new: the newest file stays the newest.
    let third = desk.fetch(&updating(&desk), &server).unwrap();
    assert!(third.was_here);
    assert_eq!(third.path, second.path);
    let changes = third.receipt.changes.unwrap();
    assert_eq!((changes.added, changes.revised, changes.deleted), (0, 0, 0));
    assert!(desk.names().iter().all(|name| !name.ends_with(".part")), "{:?}", desk.names());
}

#[test]
fn an_update_that_brings_nothing_is_not_believed() {
    let mut desk = Desk::new();
    let (server, world) = serve(World::of(10));
    let error = desk.fetch(&updating(&desk), &server).unwrap_err();
    assert!(matches!(error, FetchError::NothingToUpdate { .. }), "{error}");
    let first = desk.fetch(&desk.order("acled"), &server).unwrap();
    let gone = std::mem::take(&mut world.lock().unwrap().events);
    let error = desk.fetch(&updating(&desk), &server).unwrap_err();
    assert!(matches!(error, FetchError::Empty { .. }), "{error}");
    // Unless the newest row was withdrawn.
    world.lock().unwrap().events = gone[..9].to_vec();
    world.lock().unwrap().deleted = vec![json!({ "event_id_cnty": "MLI9", "deleted_timestamp": 3000 })];
    let second = desk.fetch(&updating(&desk), &server).unwrap();
    assert_eq!((second.receipt.rows, second.receipt.changes.unwrap().deleted), (9, 1));
    assert_ne!(first.path, second.path);
}

#[test]
fn an_update_asks_from_before_the_first_page_and_believes_no_answer_that_is_not_whole() {
    let mut desk = Desk::new();
    let now = jiff::Timestamp::now().as_second() as u64;
    let (server, world) = serve(World::of(10));
    // Rows from two hours before the fetch to two hours after it, as while a long one runs.
    world.lock().unwrap().events = (0..10).map(|i| event(i, now - 7200 + 1440 * i as u64, 0)).collect();
    desk.fetch(&desk.order("acled"), &server).unwrap();
    world.lock().unwrap().events[2] = event(2, now + 60, 5);
    let second = desk.fetch(&updating(&desk), &server).unwrap();
    let since = server.seen().iter().find_map(|seen| seen.number("timestamp")).unwrap() as u64;
    assert!((now - 24 * 3600..now - 24 * 3600 + 60).contains(&since), "{since}");
    assert_eq!(second.receipt.changes.unwrap().revised, 1);
    let gone = world.lock().unwrap().events.split_off(5);
    let error = desk.fetch(&updating(&desk), &server).unwrap_err();
    assert!(matches!(error, FetchError::Lacking { lacking: 5, .. }), "{error}");
    world.lock().unwrap().events.extend(gone);
    assert!(desk.fetch(&updating(&desk), &server).unwrap().was_here);
}

#[test]
fn an_interrupted_fetch_goes_on_with_the_next_page() {
    let mut desk = Desk::new();
    let ill = Box::new(|seen: &Seen, _| (seen.number("page") == Some(3)).then(|| Reply::new(500, "down")));
    let (server, world) = serve(World { mood: Some(ill), ..World::of(10_004) });
    let error = desk.fetch(&desk.order("acled"), &server).unwrap_err();
    assert!(matches!(error, FetchError::Client(ClientError::GaveUp { .. })), "{error}");
    world.lock().unwrap().mood = None;
    let before = server.targets("/api/acled/read").len();
    assert_eq!(desk.fetch(&desk.order("acled"), &server).unwrap().receipt.rows, 10_004);
    assert_eq!(server.targets("/api/acled/read").len(), before + 1);
}
