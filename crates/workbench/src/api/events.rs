//! All events as one Arrow table, for the app to filter and draw by itself.

use std::collections::HashMap;
use std::sync::Arc;

use arrow::array::{ArrayRef, RecordBatch, UInt32Array};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Field, Schema};
use arrow::ipc::writer::StreamWriter;
use axum::body::Bytes;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::http::header::{CONTENT_TYPE, ETAG, IF_NONE_MATCH};
use axum::response::{IntoResponse, Response};
use casefile_lake::{Lake, Table};

use super::Bench;
use crate::desk::{Desk, Good};
use crate::folder;
use crate::refusal::Refusal;

/// Columns of the answer: name, type, and what the events and the cube call it.
///
/// A cube's cells lie at the middle of their PRIO-GRID cell of 0.5°, which the note `positions` says; they may be off by half
/// its diagonal, 39 km at most.
const COLUMNS: [(&str, DataType, &str, &str); 19] = [
    ("id", DataType::Utf8, "event_id", "cell_id"),
    ("start", DataType::Int32, "date_start", "period_start"),
    ("end", DataType::Int32, "date_end", "period_end"),
    ("lat", DataType::Float32, "latitude", "((priogrid - 1) / 720 * 0.5 - 89.75)"),
    ("lon", DataType::Float32, "longitude", "((priogrid - 1) % 720 * 0.5 - 179.75)"),
    ("place_km", DataType::Float32, "place_precision_km", "place_precision_km"),
    ("date_days", DataType::Int32, "date_precision_days", "date_precision_days"),
    ("n", DataType::UInt32, "1", "n"),
    ("low", DataType::Int32, "deaths_low", "deaths_low"),
    ("best", DataType::Int32, "deaths_best", "deaths_best"),
    ("high", DataType::Int32, "deaths_high", "deaths_high"),
    ("dataset", WORDS, "dataset", "dataset"),
    ("country", WORDS, "country", "country"),
    ("admin1", WORDS, "admin1", "admin1"),
    ("place", WORDS, "coalesce(place, admin2)", "coalesce(place, admin2)"),
    ("side_a", WORDS, "side_a", "side_a"),
    ("side_b", WORDS, "side_b", "side_b"),
    ("dyad", WORDS, "coalesce(dyad, concat_ws(' - ', side_a, side_b))", "concat_ws(' - ', side_a, side_b)"),
    ("violence", WORDS, VIOLENCE, VIOLENCE),
];

/// Stands for texts that repeat: each is sent once. (A dictionary type needs a box, which a constant cannot hold.)
const WORDS: DataType = DataType::LargeUtf8;
const VIOLENCE: &str =
    "case type_of_violence when 1 then 'state-based' when 2 then 'non-state' when 3 then 'one-sided' end";

/// All events, or the cells of the cube where rows are not at hand, sorted by their first day: an Arrow IPC stream.
#[utoipa::path(get, path = "/api/events",
    responses((status = 200, content_type = "application/vnd.apache.arrow.stream", body = Vec<u8>)))]
pub async fn events(State(bench): State<Bench>, request: Request) -> Result<Response, Refusal> {
    let known = request.headers().get(IF_NONE_MATCH).map(|tag| tag.as_bytes().to_vec());
    let (tag, bytes) = bench.work(answer).await?;
    let tag = format!("\"{tag}\"");
    if known.is_some_and(|known| known == tag.as_bytes()) {
        return Ok((StatusCode::NOT_MODIFIED, [(ETAG, tag)]).into_response());
    }
    Ok(([(CONTENT_TYPE, "application/vnd.apache.arrow.stream".to_owned()), (ETAG, tag)], bytes).into_response())
}

fn answer(desk: &Arc<Desk>) -> Result<(String, Bytes), Refusal> {
    let good = desk.good()?;
    let tag = tag(&good);
    // Held while it is made: a second asker waits rather than make it as well.
    let mut known = desk.memory.events.open();
    if known.0 != tag {
        let bytes = table(&good, good.lake(desk)?).map_err(|error| Refusal::failed(error.to_string()))?;
        *known = (tag, bytes);
    }
    Ok(known.clone())
}

/// Changes with the pinned data.
fn tag(good: &Good) -> String {
    let pins = good.data.lock.datasets.iter().map(|pin| format!("{} {}\n", pin.id, pin.content_sha256));
    let cubes = good.data.lock.cubes.iter().map(|cube| format!("{}\n", cube.sha256));
    folder::hash(pins.chain(cubes).collect::<String>().as_bytes())
}

#[derive(Debug, thiserror::Error)]
enum EventsError {
    #[error(transparent)]
    Lake(#[from] casefile_lake::LakeError),
    #[error(transparent)]
    Arrow(#[from] arrow::error::ArrowError),
}

fn table(good: &Good, lake: &Lake) -> Result<Bytes, EventsError> {
    let lock = &good.data.lock;
    let cells = |id: &String| lake.missing().contains(id) && lock.cubes.iter().any(|cube| cube.dataset == *id);
    let from_cube: Vec<String> = lock.datasets.iter().map(|pin| pin.id.clone()).filter(cells).collect();
    let found = lake.table(&query(&from_cube))?;
    let restricted: Vec<&str> =
        lock.datasets.iter().filter(|pin| !pin.redistribute_rows).map(|pin| pin.id.as_str()).collect();
    let attributions: Vec<String> = lock.datasets.iter().map(casefile_case::lock::Dataset::attribution_line).collect();
    let notes = HashMap::from([
        ("restricted".to_owned(), restricted.join(",")),
        ("cubes".to_owned(), from_cube.join(",")),
        ("positions".to_owned(), if from_cube.is_empty() { "places" } else { "priogrid" }.to_owned()),
        ("attribution".to_owned(), attributions.join("\n")),
    ]);
    Ok(Bytes::from(stream(&found, notes)?))
}

fn query(from_cube: &[String]) -> String {
    let list = |rows: bool| {
        let column = |(name, _, event, cell): &(&str, DataType, &str, &str)| {
            format!("{} as \"{name}\"", if rows { event } else { cell })
        };
        COLUMNS.iter().map(column).collect::<Vec<_>>().join(", ")
    };
    let events = format!("select {} from events", list(true));
    let all = if from_cube.is_empty() {
        events
    } else {
        // Identifiers of datasets are lower-case letters, digits and hyphens.
        let ids = from_cube.iter().map(|id| format!("'{id}'")).collect::<Vec<_>>().join(", ");
        format!("{events} union all select {} from cube where dataset in ({ids})", list(false))
    };
    format!("select * from ({all}) order by \"start\", \"id\"")
}

/// One batch, so that every text is sent once.
fn stream(found: &Table, notes: HashMap<String, String>) -> Result<Vec<u8>, EventsError> {
    let batch = found.batch();
    let count = u32::try_from(batch.num_rows()).unwrap_or(u32::MAX);
    let mut fields = vec![Field::new("key", DataType::UInt32, false)];
    let mut columns: Vec<ArrayRef> = vec![Arc::new(UInt32Array::from_iter_values(0..count))];
    for (name, kind, ..) in &COLUMNS {
        let kind = match kind {
            DataType::LargeUtf8 => DataType::Dictionary(Box::new(DataType::Int32), Box::new(DataType::Utf8)),
            kind => kind.clone(),
        };
        let column = batch
            .column_by_name(name)
            .ok_or_else(|| arrow::error::ArrowError::SchemaError(format!("the events have no column {name}")))?;
        columns.push(cast(column, &kind)?);
        fields.push(Field::new(*name, kind, true));
    }
    let schema = Arc::new(Schema::new_with_metadata(fields, notes));
    let batch = RecordBatch::try_new(schema.clone(), columns)?;
    let mut writer = StreamWriter::try_new(Vec::new(), &schema)?;
    writer.write(&batch)?;
    Ok(writer.into_inner()?)
}
