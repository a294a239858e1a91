//! The description of the API, and whether it is true.

use serde_json::Value;

use crate::desk::Bench;

#[test]
fn the_description_is_as_it_was() {
    let description: Value = serde_json::from_str(&casefile_workbench::openapi()).unwrap();
    let mut lines = Vec::new();
    for (path, operations) in description["paths"].as_object().unwrap() {
        for (method, operation) in operations.as_object().unwrap() {
            let statuses: Vec<&str> = operation["responses"].as_object().unwrap().keys().map(String::as_str).collect();
            let body = operation["responses"]["200"]["content"].as_object();
            let kind = body.and_then(|body| body.keys().next()).map_or("-", String::as_str);
            lines.push(format!("{:6} {path}  {kind}  {}", method.to_uppercase(), statuses.join(" ")));
        }
    }
    insta::assert_snapshot!(lines.join("\n"));
    insta::assert_snapshot!("description", casefile_workbench::openapi());
}

/// Every path that is described is answered, with and without its cookie; nothing else is.
#[test]
fn every_described_path_is_there_and_guarded() {
    let bench = Bench::new();
    let description = bench.json("/api/openapi.json");
    for (path, operations) in description["paths"].as_object().unwrap() {
        let at = path.replace("{path}", "none.toml").replace("{n}", "0");
        let at =
            at.split('/').map(|part| if part.starts_with('{') { "none" } else { part }).collect::<Vec<_>>().join("/");
        for method in operations.as_object().unwrap().keys().map(|method| method.to_uppercase()) {
            let said = bench.with_headers(&method, &at, &[("Host", &bench.host())], "");
            assert_eq!(said.status, 401, "{method} {at} without the cookie");
            if at == "/api/events-stream" {
                continue;
            }
            let said = bench.send(&method, &at, &Value::Object(serde_json::Map::new()));
            assert_ne!(said.status, 405, "{method} {at} is not answered");
            assert!(said.status != 404 || said.code() != "unknown-path", "{method} {at} is not there");
        }
    }
    let said = bench.get("/api/none");
    assert_eq!((said.status, said.code().as_str()), (404, "unknown-path"));
}
