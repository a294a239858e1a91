//! What happens, as it happens: files that change, checks that are done.

use std::convert::Infallible;
use std::time::Duration;

use axum::extract::State;
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use futures_util::stream;
use tokio::sync::broadcast::error::RecvError;

use super::Bench;
use crate::desk::News;
use crate::limits;

/// Server-sent events: `changed` with revision, paths and whether the workbench wrote them itself; `checked` with the revision
/// whose claims have been examined.
#[utoipa::path(get, path = "/api/events-stream",
    responses((status = 200, content_type = "text/event-stream", body = String)))]
pub async fn stream(State(bench): State<Bench>) -> Response {
    let Ok(place) = bench.streams.clone().try_acquire_owned() else { return limits::busy() };
    let news = bench.desk.listen();
    let events = stream::unfold((news, bench.stopped, place), async |(mut news, mut stopped, place)| {
        let event = tokio::select! {
            // The server waits for no page that is merely open.
            _ = stopped.wait_for(|stopped| *stopped) => return None,
            told = news.recv() => match told {
                Ok(told) => event(&told),
                // A page that fell behind reads everything anew.
                Err(RecvError::Lagged(_)) => Event::default().event("changed").data("{\"paths\":[],\"own\":false}"),
                Err(RecvError::Closed) => return None,
            },
        };
        Some((Ok::<_, Infallible>(event), (news, stopped, place)))
    });
    Sse::new(events).keep_alive(KeepAlive::new().interval(Duration::from_secs(15))).into_response()
}

fn event(news: &News) -> Event {
    let name = match news {
        News::Changed { .. } => "changed",
        News::Checked { .. } => "checked",
    };
    Event::default().event(name).data(serde_json::to_string(news).unwrap_or_default())
}
