//! What can be asked and said: one file per resource.

mod actors;
mod case;
mod check;
mod claims;
mod drafts;
mod events;
mod figure;
mod files;
pub mod memory;
mod news;
mod preview;
mod proposals;
mod rows;
mod statements;
mod strength;
mod values;
mod vocabulary;

use std::sync::Arc;

use axum::extract::{FromRequest, Request};
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::middleware::from_fn_with_state;
use axum::routing::{get, post};
use axum::{Json, Router};
use serde::de::DeserializeOwned;
use tokio::sync::{Semaphore, watch};
use utoipa::OpenApi;

use crate::desk::Desk;
use crate::guard::{self, Guard};
use crate::limits::{self, Limits, Queue};
use crate::refusal::Refusal;

/// What every handler works with.
#[derive(Clone)]
pub struct Bench {
    desk: Arc<Desk>,
    limits: Limits,
    streams: Arc<Semaphore>,
    stopped: watch::Receiver<bool>,
}

/// A JSON answer.
type Answer<T> = Result<Json<T>, Refusal>;

impl Bench {
    /// A bench about a desk.
    pub fn new(desk: Arc<Desk>, limits: Limits, stopped: watch::Receiver<bool>) -> Self {
        Self { desk, limits, streams: Arc::new(Semaphore::new(limits.streams)), stopped }
    }

    /// Does what blocks on a thread where it may.
    async fn work<T: Send + 'static>(
        self,
        work: impl FnOnce(&Arc<Desk>) -> Result<T, Refusal> + Send + 'static,
    ) -> Result<T, Refusal> {
        let done = tokio::task::spawn_blocking(move || work(&self.desk)).await;
        done.unwrap_or_else(|_| Err(Refusal::failed("the program has a fault: this request broke it")))
    }

    /// As [`Bench::work`], with the result as JSON.
    async fn answer<T: Send + 'static>(
        self,
        work: impl FnOnce(&Arc<Desk>) -> Result<T, Refusal> + Send + 'static,
    ) -> Answer<T> {
        self.work(work).await.map(Json)
    }
}

/// A body of JSON, sent as such: a form of a foreign page cannot.
struct Sent<T>(T);

impl<T: DeserializeOwned> FromRequest<Bench> for Sent<T> {
    type Rejection = Refusal;

    async fn from_request(request: Request, state: &Bench) -> Result<Self, Refusal> {
        let kind = request.headers().get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
        if kind.split(';').next().is_none_or(|kind| kind.trim() != "application/json") {
            return Err(Refusal::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "not-json", "a body of JSON is expected"));
        }
        let body = axum::body::Bytes::from_request(request, state).await;
        let body = body.map_err(|_| Refusal::bad("body", "the body cannot be read"))?;
        serde_json::from_slice(&body).map(Self).map_err(|error| Refusal::bad("json", error.to_string()))
    }
}

/// The description of the API (OpenAPI 3.1), made from the types and functions that answer.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "Casefile workbench",
        description = "What `casefile serve` answers on this machine. Every path needs the cookie that the printed address sets; \
                       whatever changes something also needs the header `X-Casefile: 1` and the workbench's own Origin."
    ),
    paths(
        case::case,
        case::diagnostics,
        claims::claims,
        claims::claim,
        rows::row,
        events::events,
        actors::actors,
        actors::actor,
        strength::strength,
        figure::figure,
        vocabulary::vocabulary,
        vocabulary::complete,
        files::files,
        files::file,
        files::put,
        files::undo_list,
        files::undo,
        files::redo,
        check::check,
        check::try_claim,
        check::phrase,
        statements::statements,
        statements::statement,
        statements::append,
        statements::amend,
        preview::preview,
        drafts::draft,
        drafts::keep,
        drafts::forget,
        news::stream,
        proposals::proposals,
        proposals::decide,
        description,
    ),
    components(schemas(crate::refusal::Refused))
)]
struct Api;

/// The description of the API as JSON.
#[must_use]
pub fn openapi() -> String {
    // Serialising plain structs cannot fail.
    Api::openapi().to_pretty_json().unwrap_or_default() + "\n"
}

/// The description of this API.
#[utoipa::path(get, path = "/api/openapi.json", responses((status = 200, body = Object)))]
async fn description() -> Json<utoipa::openapi::OpenApi> {
    Json(Api::openapi())
}

/// Everything that the server answers, behind its guard and its limits.
pub fn router(bench: Bench, guard: Guard) -> Router {
    let queue = Queue::new(bench.limits);
    let api = Router::new()
        .route("/api/case", get(case::case))
        .route("/api/diagnostics", get(case::diagnostics))
        .route("/api/claims", get(claims::claims))
        .route("/api/claims/{id}", get(claims::claim))
        .route("/api/rows/{id}", get(rows::row))
        .route("/api/events", get(events::events))
        .route("/api/actors", get(actors::actors))
        .route("/api/actors/{id}", get(actors::actor))
        .route("/api/strength/{actor}", get(strength::strength))
        .route("/api/figure", get(figure::figure))
        .route("/api/vocabulary", get(vocabulary::vocabulary))
        .route("/api/complete", get(vocabulary::complete))
        .route("/api/files", get(files::files))
        .route("/api/files/{*path}", get(files::file).put(files::put))
        .route("/api/undo", get(files::undo_list).post(files::undo))
        .route("/api/redo", post(files::redo))
        .route("/api/check", post(check::check))
        .route("/api/try", post(check::try_claim))
        .route("/api/phrase", post(check::phrase))
        .route("/api/statements", get(statements::statements).post(statements::append))
        .route("/api/statements/{id}", get(statements::statement).patch(statements::amend))
        .route("/api/preview", post(preview::preview))
        .route("/api/drafts/{*path}", get(drafts::draft).put(drafts::keep).delete(drafts::forget))
        .route("/api/events-stream", get(news::stream))
        .route("/api/proposals", get(proposals::proposals))
        .route("/api/proposals/{file}/{n}", post(proposals::decide))
        .route("/api/openapi.json", get(description))
        .route("/preview/{hash}", get(preview::page))
        .with_state(bench);
    api.fallback_service(Router::new().fallback(crate::app::answer).with_state(guard.clone()))
        .layer(axum::extract::DefaultBodyLimit::disable())
        .layer(from_fn_with_state(queue, limits::take))
        .layer(from_fn_with_state(guard, guard::watch))
}
