//! The web app: the files of its build, embedded; or, where it was not built, a page that says how.

use axum::extract::{Request, State};
use axum::http::header::{CONTENT_TYPE, ETAG, IF_NONE_MATCH, LOCATION, SET_COOKIE};
use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse, Response};

use crate::guard::Guard;
use crate::refusal::Refusal;

struct File {
    path: &'static str,
    hash: &'static str,
    bytes: &'static [u8],
}

include!(concat!(env!("OUT_DIR"), "/app.rs"));

/// Whether the app was there when the program was built.
pub fn is_built() -> bool {
    file("index.html").is_some()
}

fn file(path: &str) -> Option<&'static File> {
    FILES.iter().find(|file| file.path == path)
}

const NOT_BUILT: &str = include_str!("not-built.html");

/// A file of the app; at `/`, the app itself, and a cookie for whoever brings the token.
pub async fn answer(State(guard): State<Guard>, request: Request) -> Response {
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return Refusal::new(StatusCode::METHOD_NOT_ALLOWED, "method", "files of the app can only be read")
            .into_response();
    }
    let path = request.uri().path();
    if path == "/"
        && let Some(token) = request.uri().query().and_then(token)
    {
        return let_in(&guard, token);
    }
    match path {
        "/figure.css" => figure_style(),
        "/" | "/index.html" if !is_built() => ([(CONTENT_TYPE, "text/html; charset=utf-8")], NOT_BUILT).into_response(),
        "/" => send(file("index.html"), &request),
        other => send(file(other.trim_start_matches('/')), &request),
    }
}

fn token(query: &str) -> Option<&str> {
    query.split('&').find_map(|pair| pair.strip_prefix("token="))
}

/// The address loses its token at once, so that it stays in no history and on no screen.
fn let_in(guard: &Guard, token: &str) -> Response {
    if !guard.admits(token) {
        return Refusal::new(
            StatusCode::UNAUTHORIZED,
            "wrong-token",
            "this token is not that of the running workbench",
        )
        .hint("open the address that `casefile serve` printed last")
        .into_response();
    }
    (StatusCode::SEE_OTHER, [(SET_COOKIE, guard.cookie()), (LOCATION, "/".to_owned())]).into_response()
}

/// The style of the briefing's figures, which stand in the app as well.
fn figure_style() -> Response {
    ([(CONTENT_TYPE, "text/css; charset=utf-8")], casefile_brief::figure::FIGURE_CSS).into_response()
}

fn send(file: Option<&File>, request: &Request) -> Response {
    let Some(file) = file else {
        return Refusal::unknown("unknown-path", "there is nothing at this address").into_response();
    };
    let tag = format!("\"{}\"", file.hash);
    if request.headers().get(IF_NONE_MATCH).is_some_and(|known| known.as_bytes() == tag.as_bytes()) {
        return (StatusCode::NOT_MODIFIED, [(ETAG, tag)]).into_response();
    }
    ([(CONTENT_TYPE, kind(file.path).to_owned()), (ETAG, tag)], file.bytes).into_response()
}

fn kind(path: &str) -> &'static str {
    match path.rsplit_once('.').map_or("", |(_, ending)| ending) {
        "html" => "text/html; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "json" | "map" | "webmanifest" | "geojson" => "application/json",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        "wasm" => "application/wasm",
        "txt" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}
