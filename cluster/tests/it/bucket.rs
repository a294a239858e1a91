//! A bucket in memory that speaks as much S3 as a store needs: put, get, head, list, delete. It asks for no signature.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};

use crate::cluster::{Cluster, ask, program};
use crate::data::exland;

type Objects = Arc<Mutex<BTreeMap<String, Vec<u8>>>>;

/// Serves a bucket until the test ends; gives its address and what is in it.
fn serve() -> (String, Objects) {
    let objects = Objects::default();
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    listener.set_nonblocking(true).unwrap();
    let held = objects.clone();
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async move {
            let router = Router::new().fallback(move |request| answer(held, request));
            axum::serve(tokio::net::TcpListener::from_std(listener).unwrap(), router).await.unwrap();
        });
    });
    (address, objects)
}

async fn answer(objects: Objects, request: Request) -> Response {
    let (method, headers) = (request.method().clone(), request.headers().clone());
    let address = url::Url::parse(&format!("http://bucket{}", request.uri())).unwrap();
    let path: String = url::form_urlencoded::parse(format!("={}", address.path().replace('+', "%2B")).as_bytes())
        .next()
        .map(|(_, path)| path.into_owned())
        .unwrap();
    let key = path.trim_start_matches("/lake").trim_start_matches('/').to_owned();
    let body = to_bytes(request.into_body(), usize::MAX).await.unwrap();
    let mut objects = objects.lock().unwrap();
    match method {
        Method::PUT => {
            objects.insert(key, body.to_vec());
            [(header::ETAG, "\"made\"")].into_response()
        }
        Method::DELETE => {
            objects.remove(&key);
            StatusCode::NO_CONTENT.into_response()
        }
        Method::GET if key.is_empty() => {
            let prefix =
                address.query_pairs().find(|(name, _)| name == "prefix").map(|(_, prefix)| prefix.into_owned());
            list(&objects, &prefix.unwrap_or_default()).into_response()
        }
        Method::GET | Method::HEAD => objects.get(&key).map_or_else(absent, |bytes| part(bytes, &headers)),
        _ => StatusCode::METHOD_NOT_ALLOWED.into_response(),
    }
}

fn absent() -> Response {
    let body = "<?xml version=\"1.0\"?><Error><Code>NoSuchKey</Code><Message>no such key</Message></Error>";
    (StatusCode::NOT_FOUND, body).into_response()
}

fn list(objects: &BTreeMap<String, Vec<u8>>, prefix: &str) -> String {
    let entry = |(key, bytes): (&String, &Vec<u8>)| {
        let (when, size) = ("2024-01-01T00:00:00.000Z", bytes.len());
        format!(
            "<Contents><Key>{key}</Key><LastModified>{when}</LastModified><ETag>\"made\"</ETag><Size>{size}</Size></Contents>"
        )
    };
    let found: String = objects.iter().filter(|(key, _)| key.starts_with(prefix)).map(entry).collect();
    format!("<?xml version=\"1.0\"?><ListBucketResult><IsTruncated>false</IsTruncated>{found}</ListBucketResult>")
}

/// The bytes asked for, or all.
fn part(bytes: &[u8], headers: &HeaderMap) -> Response {
    let builder = Response::builder()
        .header(header::ETAG, "\"made\"")
        .header(header::LAST_MODIFIED, "Mon, 01 Jan 2024 00:00:00 GMT");
    let range = headers.get(header::RANGE).map(|range| range.to_str().unwrap().trim_start_matches("bytes=").to_owned());
    let Some((from, to)) = range.as_deref().and_then(|range| range.split_once('-')) else {
        return builder.header(header::CONTENT_LENGTH, bytes.len()).body(Body::from(bytes.to_vec())).unwrap();
    };
    let (first, last) = match (from, to) {
        ("", last) => (bytes.len() - last.parse::<usize>().unwrap(), bytes.len() - 1),
        (first, "") => (first.parse().unwrap(), bytes.len() - 1),
        (first, last) => (first.parse().unwrap(), last.parse::<usize>().unwrap().min(bytes.len() - 1)),
    };
    builder
        .status(StatusCode::PARTIAL_CONTENT)
        .header(header::CONTENT_RANGE, format!("bytes {first}-{last}/{}", bytes.len()))
        .body(Body::from(bytes[first..=last].to_vec()))
        .unwrap()
}

#[test]
fn rows_are_read_from_a_bucket() {
    let (address, objects) = serve();
    let settings = [
        ("AWS_ENDPOINT", address.as_str()),
        ("AWS_ALLOW_HTTP", "true"),
        ("AWS_REGION", "us-east-1"),
        ("AWS_ACCESS_KEY_ID", "any"),
        ("AWS_SECRET_ACCESS_KEY", "any"),
    ];
    let folder = tempfile::tempdir().unwrap();
    let case = exland(folder.path());
    let check = ["check", &case, "--from", "rows", "--format", "json"];
    let here = ask(&check);
    let cluster = Cluster::start_with(&settings);

    let published = program(&["publish", &case, "s3://lake/some/prefix"]).envs(settings).output().unwrap();
    assert!(cluster.printed(&published).contains("published"));
    let keys: Vec<String> = objects.lock().unwrap().keys().cloned().collect();
    let stored = keys.iter().filter(|key| key.starts_with("some/prefix/.casefile/store/ucdp-ged/"));
    let years = stored.filter(|key| key.contains("/events/year=")).count();
    assert!(years >= 2, "{keys:?}");

    // The rows are nowhere else.
    std::fs::remove_dir_all(std::path::Path::new(&case).join(".casefile")).unwrap();
    let mut command = cluster.command(&[&check[..], &["--store", "s3://lake/some/prefix"]].concat());
    assert_eq!(cluster.printed(&command.envs(settings).output().unwrap()), here);
    // The case itself may name both.
    let file = std::path::Path::new(&case).join("case.toml");
    let text = std::fs::read_to_string(&file).unwrap();
    let named = format!("seed = 7\nengine = \"ballista://{}\"\nstore = \"s3://lake/some/prefix\"\n", cluster.address);
    std::fs::write(&file, text.replace("seed = 7\n", &named)).unwrap();
    assert_eq!(cluster.printed(&program(&check).envs(settings).output().unwrap()), here);
    std::fs::write(&file, text).unwrap();
    let mut command = cluster.command(&[&check[..], &["--store", "s3://lake/elsewhere"]].concat());
    let elsewhere = cluster.printed(&command.envs(settings).output().unwrap());
    assert!(elsewhere != here, "rows that are not in the bucket were found");
}
