//! How much and how long a request may take, and what happens to those that come too many at once.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use axum::body::{Body, HttpBody, to_bytes};
use axum::extract::{Request, State};
use axum::http::header::{CONNECTION, RETRY_AFTER};
use axum::http::{HeaderValue, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use tokio::sync::Semaphore;
use tokio::time::timeout;

use crate::refusal::Refusal;

/// What one server takes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Largest body of a request, bytes.
    pub body: usize,
    /// Longest time until the head of a request is there.
    pub head_time: Duration,
    /// Longest time until its body is there.
    pub body_time: Duration,
    /// Longest time that a client may take none of an answer.
    pub write_time: Duration,
    /// Requests that are worked on at once.
    pub at_once: usize,
    /// Requests that may wait for their turn; more are refused.
    pub waiting: usize,
    /// Open connections; more wait to be accepted.
    pub connections: usize,
    /// Open streams of news.
    pub streams: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            body: 2 * 1024 * 1024,
            head_time: Duration::from_secs(10),
            body_time: Duration::from_secs(20),
            write_time: Duration::from_secs(30),
            at_once: 16,
            waiting: 1024,
            connections: 256,
            streams: 32,
        }
    }
}

/// The queue of requests.
#[derive(Debug, Clone)]
pub struct Queue {
    limits: Limits,
    turns: Arc<Semaphore>,
    waiting: Arc<AtomicUsize>,
}

impl Queue {
    /// An empty queue.
    pub fn new(limits: Limits) -> Self {
        Self { limits, turns: Arc::new(Semaphore::new(limits.at_once)), waiting: Arc::default() }
    }
}

/// One that waits; gone when dropped, also where its client has hung up.
struct Waiting(Arc<AtomicUsize>);

impl Drop for Waiting {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Takes the whole body within its limits, then waits for a turn, then has the request answered.
pub async fn take(State(queue): State<Queue>, request: Request, next: Next) -> Response {
    let request = match whole(&queue.limits, request).await {
        Ok(request) => request,
        Err(refusal) => return closing(refusal),
    };
    // A stream of news lasts as long as its page is open: it holds no turn.
    if request.uri().path() == "/api/events-stream" {
        return next.run(request).await;
    }
    let place = Waiting(queue.waiting.clone());
    if queue.waiting.fetch_add(1, Ordering::Relaxed) >= queue.limits.waiting {
        return busy();
    }
    let Ok(_turn) = queue.turns.acquire().await else { return busy() };
    drop(place);
    next.run(request).await
}

/// The request with its body in memory.
async fn whole(limits: &Limits, request: Request) -> Result<Request, Refusal> {
    let too_large = || {
        let message = format!("a request may hold {} bytes at most", limits.body);
        Refusal::new(StatusCode::PAYLOAD_TOO_LARGE, "too-large", message)
    };
    if request.body().size_hint().lower() > limits.body as u64 {
        return Err(too_large());
    }
    let (head, body) = request.into_parts();
    match timeout(limits.body_time, to_bytes(body, limits.body)).await {
        Ok(Ok(bytes)) => Ok(Request::from_parts(head, Body::from(bytes))),
        Ok(Err(_)) => Err(too_large()),
        Err(_) => Err(Refusal::new(StatusCode::REQUEST_TIMEOUT, "too-slow", "the request did not arrive in time")),
    }
}

/// The rest of the body will not be read, so the connection cannot be used again.
fn closing(refusal: Refusal) -> Response {
    let mut response = refusal.into_response();
    response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
    response
}

/// Too many at once.
pub fn busy() -> Response {
    let refusal = Refusal::new(StatusCode::SERVICE_UNAVAILABLE, "busy", "too many requests at once");
    let mut response = refusal.hint("ask again in a moment").into_response();
    response.headers_mut().insert(RETRY_AFTER, HeaderValue::from_static("1"));
    response
}
