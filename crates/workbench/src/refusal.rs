//! Why a request is not answered, in the one form that all refusals have.

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

/// A refusal: a status, a word for programs, a sentence for people, and what can be done.
#[derive(Debug, Clone)]
pub struct Refusal {
    status: StatusCode,
    code: &'static str,
    message: String,
    hint: Option<String>,
    more: Map<String, Value>,
}

/// The body of a refusal.
#[derive(Debug, Serialize, ToSchema)]
pub struct Refused {
    /// What went wrong.
    pub error: Fault,
}

/// What went wrong.
#[derive(Debug, Serialize, ToSchema)]
pub struct Fault {
    /// A word that stays the same between versions: `conflict`, `unknown-claim`.
    pub code: String,
    /// A sentence for people.
    pub message: String,
    /// What can be done.
    pub hint: Option<String>,
}

impl Refusal {
    /// A refusal of that status.
    pub fn new(status: StatusCode, code: &'static str, message: impl Into<String>) -> Self {
        let message = message.into();
        // Errors of the command line carry their hint on a line of its own.
        let (message, hint) = match message.split_once("\nhint: ") {
            Some((message, hint)) => (message.to_owned(), Some(hint.to_owned())),
            None => (message, None),
        };
        Self { status, code, message, hint, more: Map::new() }
    }

    /// The request makes no sense.
    pub fn bad(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, code, message)
    }

    /// What was asked for is not there.
    pub fn unknown(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, code, message)
    }

    /// What was asked for may not be had.
    pub fn forbidden(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(StatusCode::FORBIDDEN, code, message)
    }

    /// Something has changed meanwhile.
    pub fn conflict(message: impl Into<String>) -> Self {
        Self::new(StatusCode::CONFLICT, "conflict", message)
    }

    /// What was sent can be read, and is wrong.
    pub fn wrong(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, code, message)
    }

    /// Something failed that the request is not to blame for.
    pub fn failed(message: impl Into<String>) -> Self {
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "failed", message)
    }

    /// With what can be done.
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// With one more key beside `error`.
    pub fn with(mut self, key: &str, value: impl Serialize) -> Self {
        self.more.insert(key.to_owned(), serde_json::to_value(value).unwrap_or_default());
        self
    }
}

/// The sentence for people.
impl std::fmt::Display for Refusal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.message)
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let fault = Fault { code: self.code.to_owned(), message: self.message, hint: self.hint };
        let mut body = self.more;
        body.insert("error".to_owned(), serde_json::to_value(fault).unwrap_or_default());
        (self.status, Json(body)).into_response()
    }
}
