//! Who may ask: a browser on this machine that was given the token of this start, from a page of the workbench itself.
//!
//! | attack | what stops it |
//! |---|---|
//! | another machine | the server listens on 127.0.0.1 only |
//! | DNS rebinding: a foreign name that resolves to 127.0.0.1 | `Host` must be `127.0.0.1:PORT` or `localhost:PORT` |
//! | a foreign page that sends requests from the user's browser | `Origin` and `Sec-Fetch-Site` must be the workbench's own; the cookie is `SameSite=Strict`; whatever changes something needs a header that no form can send |
//! | another user of this machine | every answer of the API needs the token, 256 random bits, in a cookie that no script can read |
//! | text of a case that is really a script | the Content Security Policy lets no script run that is not in the binary |

use axum::extract::{Request, State};
use axum::http::header::{CONTENT_SECURITY_POLICY, COOKIE, HOST, HeaderMap, HeaderName, HeaderValue, ORIGIN};
use axum::http::{Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use sha2::{Digest, Sha256};

use crate::refusal::Refusal;

/// What the app may load and do.
pub const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; \
    connect-src 'self'; worker-src 'self' blob:; font-src 'self'; base-uri 'none'; form-action 'none'; \
    frame-ancestors 'none'; frame-src 'self'";

/// The secret of one start, and the address that it is good for.
#[derive(Debug, Clone)]
pub struct Guard {
    port: u16,
    token: String,
}

impl Guard {
    /// A guard with a token that nobody can guess.
    ///
    /// # Errors
    /// Where the system gives no random bytes.
    pub fn new(port: u16) -> Result<Self, getrandom::Error> {
        let mut bytes = [0_u8; 32];
        getrandom::fill(&mut bytes)?;
        Ok(Self { port, token: bytes.iter().map(|byte| format!("{byte:02x}")).collect() })
    }

    /// The address to open, with the token in it.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}/?token={}", self.port, self.token)
    }

    /// The cookie that lets a browser in.
    #[must_use]
    pub fn cookie(&self) -> String {
        format!("{}={}; HttpOnly; SameSite=Strict; Path=/", self.cookie_name(), self.token)
    }

    fn cookie_name(&self) -> String {
        // Cookies do not tell ports apart: two workbenches must not overwrite each other's.
        format!("casefile-{}", self.port)
    }

    /// Whether a text is the token. Digests are compared, so that the time it takes tells nothing of how much is right.
    #[must_use]
    pub fn admits(&self, token: &str) -> bool {
        Sha256::digest(token.as_bytes()) == Sha256::digest(self.token.as_bytes())
    }

    fn is_own(&self, host: &str) -> bool {
        host == format!("127.0.0.1:{}", self.port) || host == format!("localhost:{}", self.port)
    }

    fn check(&self, request: &Request) -> Result<(), Refusal> {
        let headers = request.headers();
        let host = self.host(request)?;
        self.origin(headers, host)?;
        if is_open(request.uri().path()) {
            return Ok(());
        }
        // Another port of this machine is the same *site*: only the same *origin*, or the address bar, may ask.
        if let Some(from) = text(headers, "sec-fetch-site")
            && !matches!(from, "same-origin" | "none")
        {
            return Err(foreign());
        }
        if !self.has_cookie(headers) {
            return Err(Refusal::new(StatusCode::UNAUTHORIZED, "no-token", "this browser has not been let in")
                .hint("open the address that `casefile serve` printed, with its token"));
        }
        let only_reads = matches!(*request.method(), Method::GET | Method::HEAD);
        if !only_reads && (text(headers, "x-casefile") != Some("1") || !headers.contains_key(ORIGIN)) {
            return Err(foreign());
        }
        Ok(())
    }

    /// The one host that the request names, if it is this one.
    fn host<'a>(&self, request: &'a Request) -> Result<&'a str, Refusal> {
        let mut named = request.headers().get_all(HOST).iter();
        let host = named.next().and_then(|host| host.to_str().ok()).filter(|host| self.is_own(host));
        let target = request.uri().authority().is_none_or(|target| self.is_own(target.as_str()));
        host.filter(|_| named.next().is_none() && target).ok_or_else(|| {
            Refusal::new(StatusCode::MISDIRECTED_REQUEST, "other-host", "this is not the host that was asked for")
                .hint(format!("the workbench is at http://127.0.0.1:{}/", self.port))
        })
    }

    fn origin(&self, headers: &HeaderMap, host: &str) -> Result<(), Refusal> {
        let own = format!("http://{host}");
        if headers.get_all(ORIGIN).iter().all(|origin| origin.as_bytes() == own.as_bytes()) {
            Ok(())
        } else {
            Err(foreign())
        }
    }

    fn has_cookie(&self, headers: &HeaderMap) -> bool {
        let name = self.cookie_name();
        let cookies = headers.get_all(COOKIE).iter().filter_map(|value| value.to_str().ok());
        let pairs = cookies.flat_map(|cookies| cookies.split(';')).filter_map(|pair| pair.trim().split_once('='));
        pairs.filter(|(key, _)| *key == name).any(|(_, token)| self.admits(token))
    }
}

/// The app itself holds nothing of the case: it may be had without a token, and then says how to get in.
fn is_open(path: &str) -> bool {
    !(path == "/api" || path.starts_with("/api/") || path.starts_with("/preview/"))
}

fn foreign() -> Refusal {
    Refusal::forbidden("foreign", "another site may not ask the workbench")
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

/// Lets a request through, or refuses it; and sends with every answer what a browser may do with it.
pub async fn watch(State(guard): State<Guard>, request: Request, next: Next) -> Response {
    let is_api = request.uri().path().starts_with("/api/");
    let mut response = match guard.check(&request) {
        Ok(()) => next.run(request).await,
        Err(refusal) => refusal.into_response(),
    };
    let headers = response.headers_mut();
    let mut set = |name: &'static str, value: &'static str| {
        headers.entry(HeaderName::from_static(name)).or_insert(HeaderValue::from_static(value));
    };
    set(CONTENT_SECURITY_POLICY.as_str(), POLICY);
    set("x-content-type-options", "nosniff");
    set("referrer-policy", "no-referrer");
    set("cross-origin-opener-policy", "same-origin");
    set("cross-origin-resource-policy", "same-origin");
    set("cache-control", if is_api { "no-store" } else { "no-cache" });
    response
}
